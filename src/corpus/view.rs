//! A row as lists and filters see it, and a chunk's rows as a filter sees them together.

use std::borrow::Cow;

use super::chunk::{Chunk, Coded, Codes, Texts};
use super::spots::are_passed_over;
use super::{Catalogue, Reviewed, Row, RowId, RowPlace};
use crate::model::{Choice, Decider, Design, Judgement, SectionKind, design, key, link};
use crate::query::{Alike, Block, ClassOf, Classes, Columns, Filter, Flip, PairField, RemarkKind};

/// A row with what only the catalogue knows about it. Reads the columns; nothing is copied.
#[derive(Debug, Clone, Copy)]
pub struct RowView<'a> {
    pub(super) chunk: &'a Chunk,
    /// Its place in the chunk.
    pub(super) at: usize,
    /// Its id.
    pub id: RowId,
    pub(super) catalogue: &'a Catalogue,
}

impl<'a> RowView<'a> {
    /// Whether the transcript was not read, as it cannot be what is sought.
    pub(super) fn is_passed_over(&self) -> bool {
        are_passed_over(self.chunk.spots.get(self.at))
    }

    /// The whole row.
    #[must_use]
    pub fn row(&self) -> Row {
        self.chunk.row(self.at)
    }

    /// Where its body is.
    #[must_use]
    pub fn place(&self) -> RowPlace {
        self.chunk.place(self.at)
    }

    /// The transcript's id.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.chunk.id.get(self.at).unwrap_or_default()
    }

    /// The file it is in, as given.
    #[must_use]
    pub fn path(&self) -> &'a str {
        let file = self.chunk.file.get(self.at);
        file.map_or("", |file| self.catalogue.path(*file))
    }

    /// The transcript's key: source, index, ordinal and content hash.
    #[must_use]
    pub fn key(&self) -> String {
        let (chunk, at) = (self.chunk, self.at);
        let ordinal = chunk.ordinal.get(at) as u32;
        key(self.source(), chunk.index.get(at), ordinal, chunk.hash.get(at))
    }

    /// 1-based line of its first unit; `None` where units are no lines.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        Some(self.chunk.line.get(self.at)).filter(|line| *line > 0)
    }

    /// Hash of its system prompt; `None` without one.
    #[must_use]
    pub fn prompt(&self) -> Option<u64> {
        Some(self.chunk.prompt.get(self.at)).filter(|hash| *hash > 0)
    }

    /// The link that opens it again.
    #[must_use]
    pub fn link(&self) -> String {
        link(self.source(), self.line(), self.name(), self.epoch())
    }

    /// Whether a link means this row: `path:line#id`, `path#id`, or the id alone. The id may be followed by the epoch, as
    /// in `2_epoch_1`.
    #[must_use]
    pub fn is_meant(&self, wanted: &str) -> bool {
        // Ids may hold `#` and paths `:`, so it is read from its end.
        let is_here = |before: &str| {
            let place =
                before.strip_suffix('#').and_then(|place| place.strip_prefix(self.source()));
            before.is_empty()
                || place.is_some_and(|rest| {
                    let line = rest.strip_prefix(':').map(str::parse::<u64>);
                    rest.is_empty()
                        || line.and_then(Result::ok).is_some_and(|line| Some(line) == self.line())
                })
        };
        let without_epoch = || {
            let (before, epoch) = wanted.rsplit_once("_epoch_")?;
            (self.epoch()? == epoch.parse::<i64>().ok()?).then_some(before)
        };
        let without_id = |text: &str| text.strip_suffix(self.name()).is_some_and(is_here);
        without_id(wanted) || without_epoch().is_some_and(without_id)
    }
}

impl RowView<'_> {
    /// What its variant holds beside one of its fields.
    pub fn design_without(&self, field: Design) -> impl Iterator<Item = &str> {
        let parts = self.chunk.design.get(self.at);
        parts.into_iter().flat_map(move |parts| design::others(parts, field))
    }
}

impl Columns for RowView<'_> {
    fn id(&self) -> &str {
        self.name()
    }
    fn tier(&self) -> Option<&str> {
        self.chunk.tier.get(self.at)?.as_ref().map(|t| t.value.as_str())
    }
    fn setting(&self) -> Option<&str> {
        self.chunk.setting.get(self.at)
    }
    fn model(&self) -> Option<&str> {
        self.chunk.model.get(self.at)
    }
    fn variant(&self) -> Option<&str> {
        self.chunk.variant.get(self.at)
    }
    fn design(&self, field: Design) -> Option<&str> {
        design::split(self.chunk.design.get(self.at)?, field).map(|(value, _)| value)
    }
    fn sample(&self) -> &str {
        self.chunk.sample.get(self.at).unwrap_or_default()
    }
    fn epoch(&self) -> Option<i64> {
        self.chunk.epoch.get(self.at).copied().flatten()
    }
    fn source(&self) -> &str {
        self.path()
    }
    fn query(&self) -> Option<&str> {
        self.chunk.query.get(self.at)
    }
    fn query_is_cut(&self) -> bool {
        self.chunk.state_of(self.at).query_cut
    }
    fn outcome(&self) -> &str {
        self.chunk.state_of(self.at).outcome.as_str()
    }
    fn decider(&self) -> Option<&str> {
        self.chunk.state_of(self.at).by.map(Decider::as_str)
    }
    fn outcome_conflict(&self) -> bool {
        self.chunk.state_of(self.at).conflict
    }
    fn parse(&self) -> &str {
        match self.chunk.state.get(self.at) {
            Some(state) => state.parse.as_str(),
            None => "",
        }
    }
    fn repairs(&self) -> &[&'static str] {
        self.chunk.repairs.get(self.at).map_or(&[], |codes| codes)
    }
    fn judgements(&self) -> Cow<'_, [Judgement]> {
        self.chunk.judged.judgements(self.at)
    }
    fn reviews(&self) -> &[Judgement] {
        self.catalogue.reviews.of(self.id).map_or(&[], Reviewed::judgements)
    }
    fn reviewers(&self) -> &[String] {
        self.catalogue.reviews.of(self.id).map_or(&[], Reviewed::reviewers)
    }
    fn cue_count(&self, category: &str) -> u32 {
        let named = self.chunk.cues.iter().filter(|(name, _)| name.eq_ignore_ascii_case(category));
        named.map(|(_, counts)| counts.get(self.at) as u32).sum()
    }
    fn cue_total(&self) -> u32 {
        self.chunk.cue_total(self.at)
    }
    fn criterion(&self, number: u8) -> Option<bool> {
        let bits = self.chunk.criteria.get(self.at).copied().flatten()?;
        Some((1..=8).contains(&number) && bits & (1 << (number - 1)) != 0)
    }
    fn score(&self) -> Option<f64> {
        let bits = self.chunk.score.get(self.at).copied().flatten()?;
        Some(f32::from_bits(bits).into())
    }
    fn decision(&self) -> Option<&str> {
        self.chunk.said_of(self.at).decision.map(Choice::as_str)
    }
    fn mismatch(&self) -> Option<bool> {
        self.chunk.said_of(self.at).mismatch
    }
    fn agree(&self) -> Option<bool> {
        self.chunk.said_of(self.at).agree
    }
    fn quotes(&self) -> Option<bool> {
        self.chunk.said_of(self.at).quotes
    }
    fn echoes(&self) -> u32 {
        self.chunk.said_of(self.at).echoes.into()
    }
    fn section_len(&self, kind: SectionKind) -> u64 {
        let number = SectionKind::ALL.iter().position(|k| *k == kind);
        number.map_or(0, |number| self.chunk.len_of(number, self.at))
    }
    fn is_pending(&self) -> bool {
        self.chunk.state_of(self.at).pending
    }
    fn is_duplicate(&self) -> bool {
        self.catalogue.is_duplicate(self.id)
    }

    fn is_copy(&self) -> bool {
        self.catalogue.is_copy(self.id)
    }
    fn is_marked(&self) -> bool {
        self.catalogue.remarks.marked().contains(self.id)
    }
    fn is_read(&self) -> bool {
        self.catalogue.remarks.read().contains(self.id)
    }
    fn note(&self) -> Option<&str> {
        self.catalogue.remarks.notes().get(&self.id).map(|note| &**note)
    }
    fn has_partner(&self, by: PairField) -> Option<bool> {
        self.catalogue.partners.as_ref()?.has_any(self.id, by)
    }
    fn partner_passes(&self, by: PairField, filter: &Filter) -> Option<bool> {
        self.catalogue.partners.as_ref()?.passes(self.id, by, filter)
    }
    fn flip(&self, by: PairField) -> Option<Flip> {
        self.catalogue.partners.as_ref()?.flip(self, by)
    }
}

/// A chunk in its place in the catalogue.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub chunk: &'a Chunk,
    /// Id of the first row.
    pub first: RowId,
    pub catalogue: &'a Catalogue,
}

impl<'a> Rows<'a> {
    pub fn view(&self, at: usize) -> RowView<'a> {
        let id = self.first + at as RowId;
        RowView { chunk: self.chunk, at, id, catalogue: self.catalogue }
    }
}

fn of_text(texts: &Texts) -> Option<Classes<'_>> {
    texts.coded().map(of_coded)
}

fn of_coded<T>(column: &Coded<T>) -> Classes<'_> {
    let of = match &column.codes {
        Codes::Same => ClassOf::Same,
        Codes::Bytes(codes) => ClassOf::Bytes(codes),
        Codes::Words(codes) => ClassOf::Words(codes),
    };
    Classes { of, firsts: &column.firsts }
}

impl Block for Rows<'_> {
    fn rows(&self) -> usize {
        self.chunk.len
    }

    fn look(&self, at: usize, look: &mut dyn FnMut(&dyn Columns)) {
        look(&self.view(at));
    }

    fn classes(&self, by: Alike) -> Option<Classes<'_>> {
        let chunk = self.chunk;
        match by {
            Alike::Tier => Some(of_coded(&chunk.tier)),
            Alike::Setting => of_text(&chunk.setting),
            Alike::Model => of_text(&chunk.model),
            Alike::Variant => of_text(&chunk.variant),
            Alike::Design => of_text(&chunk.design),
            Alike::Sample => of_text(&chunk.sample),
            Alike::Source => Some(of_coded(&chunk.file)),
            Alike::State => Some(of_coded(&chunk.state)),
            Alike::Repairs => Some(of_coded(&chunk.repairs)),
            Alike::Epoch => Some(of_coded(&chunk.epoch)),
            Alike::Criteria => Some(of_coded(&chunk.criteria)),
            Alike::Score => Some(of_coded(&chunk.score)),
            Alike::Said => Some(of_coded(&chunk.said)),
        }
    }

    fn add_cues(&self, wanted: &dyn Fn(&str) -> bool, counts: &mut [u32]) {
        for (_, own) in self.chunk.cues.iter().filter(|(name, _)| wanted(name)) {
            own.add_to(counts);
        }
    }

    fn raise(
        &self,
        wanted: &dyn Fn(&Judgement) -> bool,
        give: &dyn Fn(&Judgement) -> u8,
        marks: &mut [u8],
    ) {
        self.chunk.judged.raise(wanted, give, marks);
    }

    fn any_pending(&self) -> bool {
        self.chunk.state.values.iter().any(|state| state.pending)
    }

    fn any_duplicate(&self) -> bool {
        self.catalogue.any_duplicate()
    }

    fn remarked(&self, kind: RemarkKind) -> Option<Box<[u8]>> {
        let remarks = &self.catalogue.remarks;
        (!remarks.is_empty()).then(|| remarks.flags(kind, self.first, self.chunk.len))
    }

    fn reviewed(&self) -> Option<Box<[u8]>> {
        let reviews = &self.catalogue.reviews;
        (!reviews.is_empty()).then(|| {
            let mut flags = vec![0; self.chunk.len];
            for (at, _) in reviews.within(self.first, self.chunk.len) {
                if let Some(flag) = flags.get_mut(at) {
                    *flag = 1;
                }
            }
            flags.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::corpus::{Batch, Catalogue, Interner, Row, RowPlace};
    use crate::model::Transcript;

    fn catalogue(line: u64, epoch: Option<i64>) -> Catalogue {
        let transcript = Transcript { id: "x#1".to_owned(), epoch, ..Transcript::default() };
        let place = RowPlace { line, ..RowPlace::default() };
        let mut catalogue = Catalogue::new(&["a:b.jsonl".to_owned()]);
        let row = Row::new(&transcript, None, place, &mut Interner::default());
        catalogue.push(Batch::new(&[row]));
        catalogue
    }

    #[test]
    fn links_are_read_in_every_way_that_they_may_be_meant() {
        for (line, epoch, link) in [
            (12, None, "a:b.jsonl:12#x#1"),
            (12, Some(2), "a:b.jsonl:12#x#1"),
            (0, Some(2), "a:b.jsonl#x#1_epoch_2"),
            (0, None, "a:b.jsonl#x#1"),
        ] {
            let catalogue = catalogue(line, epoch);
            let view = catalogue.view(0).unwrap();
            assert_eq!(view.link(), link);
            for wanted in [link, "x#1", "a:b.jsonl#x#1"] {
                assert!(view.is_meant(wanted), "{wanted}");
            }
        }
        let second = catalogue(12, Some(2));
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
            assert_eq!(second.view(0).unwrap().is_meant(wanted), is_meant, "{wanted}");
        }
        assert!(!catalogue(12, None).view(0).unwrap().is_meant("x#1_epoch_2"));
    }
}
