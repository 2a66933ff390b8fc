//! One light row: what lists, filters and facets need of a transcript, and where its body is.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::model::{
    Analysis, Decider, Judgement, LabelValue, OutcomeValue, Parse, SectionKind, Tier, Transcript,
    link,
};

/// Index of a row in the catalogue, in order of arrival. Stable for a session.
pub type RowId = u32;

/// Most bytes of a query that a row keeps.
pub const QUERY_BYTES: usize = 160;

/// Where the body is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowPlace {
    /// Index into the catalogue's files.
    pub file: u32,
    /// Byte ranges (offset, length) of the units it is made of: one, unless several make one transcript.
    pub parts: Box<[(u64, u64)]>,
    /// 1-based line of the first unit.
    pub line: u64,
    /// 0-based index of the first unit.
    pub index: u64,
    /// Which transcript of the unit.
    pub ordinal: u32,
    /// Container key.
    pub member: Option<Arc<str>>,
    /// What the units share, when several make one transcript.
    pub group: Option<Arc<str>>,
    /// Content hash, to notice that the file has changed since.
    pub hash: u64,
}

/// A light row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where the body is.
    pub place: RowPlace,
    /// The transcript's id.
    pub id: Box<str>,
    /// Sample key.
    pub sample: Box<str>,
    /// Epoch.
    pub epoch: Option<i64>,
    /// Tier.
    pub tier: Option<Arc<Tier>>,
    /// Setting.
    pub setting: Option<Arc<str>>,
    /// Model.
    pub model: Option<Arc<str>>,
    /// Variant.
    pub variant: Option<Arc<str>>,
    /// The query's first [`QUERY_BYTES`], on one line.
    pub query: Option<Box<str>>,
    /// Hash of the system prompt, so that a repeated one is known; `None` without one.
    pub prompt: Option<u64>,
    /// Whether the query is longer.
    pub query_cut: bool,
    /// Headline outcome.
    pub outcome: OutcomeValue,
    /// Who decided it.
    pub outcome_by: Option<Decider>,
    /// Deciders disagree.
    pub conflict: bool,
    /// Parse state.
    pub parse: Parse,
    /// Repair codes, each once.
    pub repairs: Box<[&'static str]>,
    /// All judgements.
    pub judgements: Arc<[Judgement]>,
    /// Counting cues per category.
    pub cues: Box<[(Arc<str>, u16)]>,
    /// Bit n-1 is criterion n; `None` without reasoning text or before the rules ran.
    pub criteria: Option<u8>,
    /// Score 0 to 15.
    pub score: Option<f32>,
    /// Bytes of the final response by kind, in the order of `SectionKind::ALL`.
    pub lens: [u32; 8],
    /// Made from an archive's summary: outcome, parse state, repairs, cues, criteria, score and lengths are not known
    /// until the sample itself is opened.
    pub pending: bool,
}

/// Equal strings once, for the columns that repeat.
#[derive(Debug, Default)]
pub struct Interner {
    strings: std::collections::HashSet<Arc<str>>,
    tiers: std::collections::HashMap<(String, String, u8), Arc<Tier>>,
    judgements: std::collections::HashMap<String, Arc<[Judgement]>>,
}

impl Interner {
    pub(super) fn string(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.strings.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.strings.insert(Arc::clone(&new));
        new
    }

    fn tier(&mut self, tier: &Tier) -> Arc<Tier> {
        let key = (tier.value.clone(), tier.raw.clone(), tier.from as u8);
        Arc::clone(self.tiers.entry(key).or_insert_with(|| Arc::new(tier.clone())))
    }

    fn judgements(&mut self, list: &[Judgement]) -> Arc<[Judgement]> {
        // Scores differ from row to row: remembering them would cost more than it saves.
        if list.iter().any(|j| matches!(j.value, LabelValue::Number(_))) {
            return Arc::from(list);
        }
        let key = format!("{list:?}");
        Arc::clone(self.judgements.entry(key).or_insert_with(|| Arc::from(list)))
    }
}

impl Row {
    /// Makes the row of a transcript. `analysis` is `None` when the rules were not asked to run.
    #[must_use]
    pub fn new(
        transcript: &Transcript,
        analysis: Option<&Analysis>,
        place: RowPlace,
        names: &mut Interner,
    ) -> Self {
        let mut lens = [0_u32; 8];
        for section in &transcript.sections {
            if section.turn >= transcript.response_turn {
                let slot = SectionKind::ALL.iter().position(|k| *k == section.kind);
                if let Some(len) = slot.and_then(|i| lens.get_mut(i)) {
                    *len = len.saturating_add(section.text.len() as u32);
                }
            }
        }
        let mut repairs: Vec<&'static str> = transcript.repairs.iter().map(|r| r.code).collect();
        repairs.sort_unstable();
        repairs.dedup();
        let (query, query_cut) = match &transcript.query {
            Some(text) => {
                let cut = head(text, QUERY_BYTES);
                (Some(Box::from(cut)), cut.len() < text.len())
            }
            None => (None, false),
        };
        Self {
            place: RowPlace {
                hash: u64::from_str_radix(&transcript.hash, 16).unwrap_or_default(),
                ..place
            },
            id: transcript.id.as_str().into(),
            sample: transcript.sample.as_str().into(),
            epoch: transcript.epoch,
            tier: transcript.tier.as_ref().map(|t| names.tier(t)),
            setting: transcript.setting.as_deref().map(|s| names.string(s)),
            model: transcript.model.as_deref().map(|s| names.string(s)),
            variant: transcript.variant.as_deref().map(|s| names.string(s)),
            query,
            prompt: prompt_hash(transcript),
            query_cut,
            outcome: transcript.outcome.value,
            outcome_by: transcript.outcome.by,
            conflict: transcript.outcome.conflict,
            parse: transcript.parse.clone(),
            repairs: repairs.into(),
            judgements: names.judgements(&transcript.judgements),
            cues: analysis.map_or_else(Box::default, |a| {
                a.counts()
                    .into_iter()
                    .map(|(name, n)| (names.string(&name), u16::try_from(n).unwrap_or(u16::MAX)))
                    .collect()
            }),
            criteria: analysis.filter(|a| !a.criteria.is_empty()).map(|a| {
                a.criteria
                    .iter()
                    .filter(|c| c.best.is_some() && (1..=8).contains(&c.number))
                    .fold(0, |bits, c| bits | 1 << (c.number - 1))
            }),
            score: analysis.and_then(|a| a.score).map(|s| s as f32),
            lens,
            pending: false,
        }
    }

    /// The link that opens it again; `source` is the path of its file.
    #[must_use]
    pub fn link(&self, source: &str) -> String {
        let line = Some(self.place.line).filter(|line| *line > 0);
        link(source, line, &self.id, self.epoch)
    }

    /// Whether a link means this row: `path:line#id`, `path#id`, or the id alone. The id may be followed by the epoch, as
    /// in `2_epoch_1`.
    #[must_use]
    pub fn is_meant(&self, source: &str, wanted: &str) -> bool {
        // Ids may hold `#` and paths `:`, so it is read from its end.
        let is_here = |before: &str| {
            let place = before.strip_suffix('#').and_then(|place| place.strip_prefix(source));
            before.is_empty()
                || place.is_some_and(|rest| {
                    let line = rest.strip_prefix(':').map(str::parse::<u64>);
                    rest.is_empty() || line == Some(Ok(self.place.line))
                })
        };
        let without_epoch = || {
            let (before, epoch) = wanted.rsplit_once("_epoch_")?;
            (self.epoch? == epoch.parse::<i64>().ok()?).then_some(before)
        };
        let without_id = |text: &str| text.strip_suffix(&*self.id).is_some_and(is_here);
        without_id(wanted) || without_epoch().is_some_and(without_id)
    }
}

/// Hash of a transcript's system prompt; several parts count as one. `None` without one.
#[must_use]
pub fn prompt_hash(transcript: &Transcript) -> Option<u64> {
    let prompts = transcript.sections.iter().filter(|s| s.kind == SectionKind::Prompt);
    prompts.fold(None, |before: Option<u64>, section| {
        Some(xxh3_64_with_seed(section.text.as_bytes(), before.unwrap_or_default()))
    })
}

/// The longest prefix of at most `bytes` bytes that ends on a character boundary.
fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, epoch: Option<i64>) -> Row {
        let transcript = Transcript { id: "x#1".to_owned(), epoch, ..Transcript::default() };
        let place = RowPlace { line, ..RowPlace::default() };
        Row::new(&transcript, None, place, &mut Interner::default())
    }

    #[test]
    fn links_are_read_in_every_way_that_they_may_be_meant() {
        let source = "a:b.jsonl";
        for (line, epoch, link) in [
            (12, None, "a:b.jsonl:12#x#1"),
            (12, Some(2), "a:b.jsonl:12#x#1"),
            (0, Some(2), "a:b.jsonl#x#1_epoch_2"),
            (0, None, "a:b.jsonl#x#1"),
        ] {
            let row = row(line, epoch);
            assert_eq!(row.link(source), link);
            for wanted in [link, "x#1", "a:b.jsonl#x#1"] {
                assert!(row.is_meant(source, wanted), "{wanted}");
            }
        }
        let second = row(12, Some(2));
        for (wanted, is_meant) in [
            ("x#1_epoch_2", true),
            ("a:b.jsonl:12#x#1_epoch_2", true),
            ("a:b.jsonl#x#1_epoch_1", false),
            ("x#1_epoch_", false),
            ("a:b.jsonl:13#x#1", false),
            ("b.jsonl:12#x#1", false),
            ("a:b.jsonl:12x#1", false),
            ("1", false),
            ("", false),
        ] {
            assert_eq!(second.is_meant(source, wanted), is_meant, "{wanted}");
        }
        assert!(!row(12, None).is_meant(source, "x#1_epoch_2"));
    }
}
