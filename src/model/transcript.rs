//! A whole transcript, body included. The catalogue keeps light rows; this is made when one is looked at.

use std::sync::Arc;

use super::{Evidence, Judgement, Outcome, Section, SectionKind, Tier};

/// Where a transcript comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The path as given; records of one file share it.
    pub source: Arc<str>,
    /// 1-based line, in files where a unit is a line or starts on one.
    pub line: Option<u64>,
    /// 0-based index of the unit in its file.
    pub index: u64,
    /// Which transcript of that unit, from 0; more than 0 only where one unit gives several.
    pub ordinal: u32,
    /// Name inside an archive or a container (`samples`), where there is one.
    pub member: Option<String>,
}

/// One thing that was mended while reading, with a stable code that `repair:` filters by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Stable code in kebab case: `unclosed-scratchpad`, `closing-tag-only`, `double-close`, `bad-utf8`, …
    pub code: &'static str,
    /// A sentence for a person.
    pub detail: String,
}

/// How well the response could be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Parse {
    /// As the tags or fields say.
    #[default]
    Clean,
    /// Mended; the repairs say how.
    Repaired,
    /// No reasoning was found.
    Missing,
}

impl Parse {
    /// The word used in JSON, filters and on the screen.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Repaired => "repaired",
            Self::Missing => "missing",
        }
    }
}

/// One transcript.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// The source's own id as a string, else `stem:index`.
    pub id: String,
    /// Other names under which label rows and requests elsewhere may speak of it.
    pub aliases: Vec<String>,
    /// Where it comes from.
    pub place: Place,
    /// Which query it answers.
    pub sample: String,
    /// Repeat number.
    pub epoch: Option<i64>,
    /// Hash of the record's bytes (64-bit xxh3).
    pub hash: u64,
    /// Tier, when anything told it.
    pub tier: Option<Tier>,
    /// helpful-only, animal-welfare, …: the source's spelling with `_` as `-`.
    pub setting: Option<String>,
    /// The model under study.
    pub model: Option<String>,
    /// Prompt or training variant.
    pub variant: Option<String>,
    /// The parts of the variant, as [`super::design::packed`] has them, where the record names any; `None`: it is one whole.
    pub design: Option<String>,
    /// The user query with its wrapper removed.
    pub query: Option<String>,
    /// Every turn cut into sections, in order.
    pub sections: Vec<Section>,
    /// First turn of the response: sections from this turn on are the final response.
    pub response_turn: u32,
    /// All judgements of all raters.
    pub judgements: Vec<Judgement>,
    /// Quotes that judges gave.
    pub evidence: Vec<Evidence>,
    /// What the output did.
    pub outcome: Outcome,
    /// Parse state.
    pub parse: Parse,
    /// What was mended.
    pub repairs: Vec<Repair>,
    /// The other fields of the record.
    pub meta: serde_json::Map<String, serde_json::Value>,
    /// The format that read it.
    pub format: &'static str,
}

impl Transcript {
    /// Indices of the final response's sections of the given kinds.
    pub fn response(&self, wanted: impl Fn(SectionKind) -> bool) -> impl Iterator<Item = usize> {
        self.sections
            .iter()
            .enumerate()
            .filter(move |(_, s)| s.turn >= self.response_turn && wanted(s.kind))
            .map(|(i, _)| i)
    }

    /// Bytes of reasoning text in the final response, drafts included.
    #[must_use]
    pub fn reasoning_len(&self) -> usize {
        self.response(SectionKind::is_reasoning).map(|i| self.sections[i].text.len()).sum()
    }

    /// The system prompt's sections joined by a blank line; `None` when there is none.
    #[must_use]
    pub fn system_prompt(&self) -> Option<String> {
        let parts: Vec<&str> = self
            .sections
            .iter()
            .filter(|s| s.kind == SectionKind::Prompt)
            .map(|s| s.text.as_str())
            .collect();
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }

    /// Source, index, ordinal and content hash: unique.
    #[must_use]
    pub fn key(&self) -> String {
        let Place { source, index, ordinal, .. } = &self.place;
        key(source, *index, *ordinal, self.hash)
    }

    /// What opens this transcript again: see [`link`].
    #[must_use]
    pub fn permalink(&self) -> String {
        link(&self.place.source, self.place.line, &self.id, self.epoch)
    }
}

/// The link of a transcript: `path:line#id`. What has no line, as the samples of an archive, is told by its epoch as well,
/// where there is one: `path#id_epoch_2`, the sample's name in the archive.
#[must_use]
pub fn link(source: &str, line: Option<u64>, id: &str, epoch: Option<i64>) -> String {
    match (line, epoch) {
        (Some(line), _) => format!("{source}:{line}#{id}"),
        (None, Some(epoch)) => format!("{source}#{id}_epoch_{epoch}"),
        (None, None) => format!("{source}#{id}"),
    }
}

/// The key of a transcript: `source:index.ordinal@hash`, the ordinal only where a unit gives several.
#[must_use]
pub fn key(source: &str, index: u64, ordinal: u32, hash: u64) -> String {
    if ordinal == 0 {
        format!("{source}:{index}@{hash:016x}")
    } else {
        format!("{source}:{index}.{ordinal}@{hash:016x}")
    }
}
