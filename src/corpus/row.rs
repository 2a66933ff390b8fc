//! One light row: what lists, filters and facets need of a transcript, and where its body is.

use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashSet, HashTable};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Spots;
use crate::cues::{overlap, reasoning};
use crate::ingest::split;
use crate::model::{
    Analysis, Choice, Decider, Evidence, Judgement, LabelValue, OutcomeValue, Parse, SectionKind,
    Tier, Transcript,
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

/// What the reasoning says it will do, whether the output does otherwise, what could pass for a judge's verdict, whether
/// judges quote what rules mark, and whether what they quote is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Said {
    /// The reasoning's decision.
    pub decision: Option<Choice>,
    /// What was said is not what was done; `None` where either is unknown.
    pub mismatch: Option<bool>,
    /// Verdicts inside the scratchpads.
    pub echoes: u16,
    /// A mark touches a quote of a judge; `None` without quotes in the reasoning.
    pub agree: Option<bool>,
    /// All quotes of judges stand in the text; `None` without quotes. Known before the rules ran.
    pub quotes: Option<bool>,
}

impl Said {
    fn of(transcript: &Transcript, analysis: Option<&Analysis>) -> Self {
        let quotes = Evidence::all_found(&transcript.evidence);
        let Some(analysis) = analysis else { return Self { quotes, ..Self::default() } };
        let decision = analysis.said();
        Self {
            decision,
            mismatch: transcript.outcome.mismatch(decision),
            echoes: u16::try_from(echoes(transcript).len()).unwrap_or(u16::MAX),
            agree: overlap::agree(transcript, analysis),
            quotes,
        }
    }
}

/// Verdicts inside the scratchpads that rules read, which could echo into a judge: section and byte range, in order.
#[must_use]
pub fn echoes(transcript: &Transcript) -> Vec<(usize, Range<usize>)> {
    let pads = reasoning(transcript).into_iter();
    pads.flat_map(|(at, pad)| split::echoes(&pad.text).into_iter().map(move |r| (at, r))).collect()
}

/// A light row.
#[derive(Debug, Clone, PartialEq)]
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
    /// Its parts in one text, where the record names them (see [`crate::model::design`]).
    pub design: Option<Arc<str>>,
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
    /// Counting cues per category, by name.
    pub cues: Box<[(Arc<str>, u16)]>,
    /// Bit n-1 is criterion n; `None` without reasoning text or before the rules ran.
    pub criteria: Option<u8>,
    /// Score 0 to 15.
    pub score: Option<f32>,
    /// Say and do; but for quotes nothing before the rules ran.
    pub said: Said,
    /// Bytes of the final response by kind, in the order of `SectionKind::ALL`.
    pub lens: [u32; 8],
    /// Where the sections' texts stand in the record's bytes; nothing when nobody asked.
    pub spots: Spots,
    /// Made from an archive's summary: outcome, parse state, repairs, cues, criteria, score and lengths are not known
    /// until the sample itself is opened.
    pub pending: bool,
}

/// Equal strings once, for the columns that repeat.
#[derive(Debug, Default)]
pub struct Interner {
    strings: HashSet<Arc<str>>,
    tiers: HashTable<Arc<Tier>>,
    judgements: HashTable<Arc<[Judgement]>>,
    hasher: DefaultHashBuilder,
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
        let hash = |tier: &Tier| self.hasher.hash_one(tier);
        let same = |known: &Arc<Tier>| **known == *tier;
        let known = self.tiers.entry(hash(tier), same, |known| hash(known));
        Arc::clone(known.or_insert_with(|| Arc::new(tier.clone())).get())
    }

    fn judgements(&mut self, list: Vec<Judgement>) -> Arc<[Judgement]> {
        // Scores differ from row to row: remembering them would cost more than it saves.
        if list.iter().any(|j| matches!(j.value, LabelValue::Number(_))) {
            return Arc::from(list);
        }
        let hash = |list: &[Judgement]| {
            let mut hasher = self.hasher.build_hasher();
            for Judgement { label, canonical, rater, value, positive } in list {
                (label, canonical, rater, positive).hash(&mut hasher);
                match value {
                    LabelValue::Text(text) => text.hash(&mut hasher),
                    LabelValue::Bool(truth) => truth.hash(&mut hasher),
                    // The one is not here, and of the other there is but one.
                    LabelValue::Number(_) | LabelValue::Unparsed => {}
                }
            }
            hasher.finish()
        };
        let same = |known: &Arc<[Judgement]>| **known == *list;
        match self.judgements.entry(hash(&list), same, |known| hash(known)) {
            Entry::Occupied(known) => Arc::clone(known.get()),
            Entry::Vacant(place) => Arc::clone(place.insert(Arc::from(list)).get()),
        }
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
        let judgements = names.judgements(transcript.judgements.clone());
        Self::judged(transcript, judgements, analysis, place, names)
    }

    /// As [`Row::new`], of a transcript that nobody needs any more.
    #[must_use]
    pub fn of(
        mut transcript: Transcript,
        analysis: Option<&Analysis>,
        place: RowPlace,
        names: &mut Interner,
    ) -> Self {
        let judgements = names.judgements(std::mem::take(&mut transcript.judgements));
        Self::judged(&transcript, judgements, analysis, place, names)
    }

    fn judged(
        transcript: &Transcript,
        judgements: Arc<[Judgement]>,
        analysis: Option<&Analysis>,
        place: RowPlace,
        names: &mut Interner,
    ) -> Self {
        let mut lens = [0_u32; 8];
        for section in &transcript.sections {
            if section.turn >= transcript.response_turn
                && let Some(len) = lens.get_mut(section.kind as usize)
            {
                *len = len.saturating_add(section.text.len() as u32);
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
            place: RowPlace { hash: transcript.hash, ..place },
            id: transcript.id.as_str().into(),
            sample: transcript.sample.as_str().into(),
            epoch: transcript.epoch,
            tier: transcript.tier.as_ref().map(|t| names.tier(t)),
            setting: transcript.setting.as_deref().map(|s| names.string(s)),
            model: transcript.model.as_deref().map(|s| names.string(s)),
            variant: transcript.variant.as_deref().map(|s| names.string(s)),
            design: transcript.design.as_deref().map(|s| names.string(s)),
            query,
            prompt: prompt_hash(transcript),
            query_cut,
            outcome: transcript.outcome.value,
            outcome_by: transcript.outcome.by,
            conflict: transcript.outcome.conflict,
            parse: transcript.parse,
            repairs: repairs.into(),
            judgements,
            cues: analysis.map_or_else(Box::default, |a| {
                let mut counts = a.counts();
                counts.sort_unstable();
                let count = |n| u16::try_from(n).unwrap_or(u16::MAX);
                counts.into_iter().map(|(name, n)| (names.string(&name), count(n))).collect()
            }),
            criteria: analysis.filter(|a| !a.criteria.is_empty()).map(|a| {
                a.criteria
                    .iter()
                    .filter(|c| c.best().is_some() && (1..=8).contains(&c.number))
                    .fold(0, |bits, c| bits | 1 << (c.number - 1))
            }),
            score: analysis.and_then(|a| a.score).map(|s| s as f32),
            said: Said::of(transcript, analysis),
            lens,
            spots: Spots::default(),
            pending: false,
        }
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
