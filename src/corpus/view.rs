//! A row as lists and filters see it.

use super::catalogue::total;
use super::{Catalogue, Row, RowId};
use crate::model::{Judgement, SectionKind, key};
use crate::query::Columns;

/// A row with what only the catalogue knows about it.
#[derive(Debug, Clone, Copy)]
pub struct RowView<'a> {
    /// The row.
    pub row: &'a Row,
    /// Its id.
    pub id: RowId,
    pub(super) catalogue: &'a Catalogue,
}

impl RowView<'_> {
    /// The transcript's key: source, index, ordinal and content hash.
    #[must_use]
    pub fn key(&self) -> String {
        let place = &self.row.place;
        let source = self.catalogue.source_of(self.row);
        key(source, place.index, place.ordinal, place.hash)
    }
}

impl Columns for RowView<'_> {
    fn id(&self) -> &str {
        &self.row.id
    }
    fn tier(&self) -> Option<&str> {
        self.row.tier.as_ref().map(|t| t.value.as_str())
    }
    fn setting(&self) -> Option<&str> {
        self.row.setting.as_deref()
    }
    fn model(&self) -> Option<&str> {
        self.row.model.as_deref()
    }
    fn variant(&self) -> Option<&str> {
        self.row.variant.as_deref()
    }
    fn sample(&self) -> &str {
        &self.row.sample
    }
    fn epoch(&self) -> Option<i64> {
        self.row.epoch
    }
    fn source(&self) -> &str {
        self.catalogue.source_of(self.row)
    }
    fn query(&self) -> Option<&str> {
        self.row.query.as_deref()
    }
    fn query_is_cut(&self) -> bool {
        self.row.query_cut
    }
    fn outcome(&self) -> &str {
        self.row.outcome.as_str()
    }
    fn outcome_conflict(&self) -> bool {
        self.row.conflict
    }
    fn parse(&self) -> &str {
        self.row.parse.as_str()
    }
    fn repairs(&self) -> &[&'static str] {
        &self.row.repairs
    }
    fn judgements(&self) -> &[Judgement] {
        &self.row.judgements
    }
    fn cue_count(&self, category: &str) -> u32 {
        self.row
            .cues
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(category))
            .map(|(_, n)| u32::from(*n))
            .sum()
    }
    fn cue_total(&self) -> u32 {
        total(self.row)
    }
    fn criterion(&self, number: u8) -> Option<bool> {
        let bits = self.row.criteria?;
        Some((1..=8).contains(&number) && bits & (1 << (number - 1)) != 0)
    }
    fn score(&self) -> Option<f64> {
        self.row.score.map(f64::from)
    }
    fn section_len(&self, kind: SectionKind) -> u64 {
        let slot = SectionKind::ALL.iter().position(|k| *k == kind);
        slot.and_then(|i| self.row.lens.get(i)).map_or(0, |n| u64::from(*n))
    }
    fn is_pending(&self) -> bool {
        self.row.pending
    }
    fn is_duplicate(&self) -> bool {
        self.catalogue.is_duplicate(self.id)
    }
}
