//! What records elsewhere say of a transcript that is being read: which of them speak of its source.

use super::Corpus;
use super::joins::{Told, UnitPlace, nearness, speaks_of};
use crate::ingest::format::RawTranscript;
use crate::ingest::{Joins, LabelRow, LabelTarget, Unit, read_unit};

impl Corpus {
    /// The label rows that speak of a target in a source.
    pub(super) fn labels_of(&self, target: &LabelTarget, source: &str) -> Vec<Told> {
        let mut known = self.joins.labels(target);
        known.retain(|k| self.may_speak(k.place, target.name(), source));
        known
    }

    /// The request of that id that is nearest to an answer's source.
    pub(super) fn request_of(&self, id: &str, source: &str) -> Option<UnitPlace> {
        let mut places = self.joins.requests(id);
        places.retain(|place| self.may_speak(*place, id, source));
        // Of equally near ones the first, which is the last in reverse.
        places.into_iter().rev().max_by_key(|place| nearness(&self.path(place.file), source))
    }

    fn may_speak(&self, place: UnitPlace, name: &str, source: &str) -> bool {
        let file = self.files.get(place.file);
        file.is_some_and(|file| speaks_of(&file.path, file.named, name, source))
    }
}

impl Joins for Corpus {
    fn labels(&self, target: &LabelTarget, source: &str) -> Vec<LabelRow> {
        self.labels_of(target, source).into_iter().map(|known| known.row).collect()
    }

    fn request(&self, id: &str, source: &str) -> Option<RawTranscript> {
        let place = self.request_of(id, source)?;
        let entry = self.files.get(place.file)?;
        let (bytes, hash) = entry.unit(place.part).ok()?;
        let shape = entry.shape().cloned().unwrap_or_default();
        let unit = Unit { offset: place.part.0, len: place.part.1, ..Unit::default() };
        let mut context = self.context(&entry, &shape, &unit, hash);
        // A request is not joined to anything itself.
        context.joins = None;
        let reading = read_unit(&bytes, &context);
        reading.requests.into_iter().find(|(name, _)| name == id).map(|(_, piece)| piece)
    }
}
