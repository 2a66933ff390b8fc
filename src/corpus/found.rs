//! Items of journals found again in a catalogue. The content of the record decides; where no record of that content is here any more, the
//! texts that were judged are compared with those that stand under the item's id now.

use hashbrown::{HashMap, HashSet};

use super::{Catalogue, Corpus, RowId};
use crate::query::Columns;
use crate::review::{ItemName, text_hash};

/// Most transcripts of one id whose texts are compared with what was judged.
const MOST_COMPARED: usize = 8;

/// Most transcripts of one id that are known of.
const MOST_NAMED: usize = 1024;

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The record is here.
    Here(RowId),
    /// The record is another one, its texts are those that were judged.
    SameText(RowId),
    /// Under its id stands another text: what was judged is not this.
    Changed(RowId),
    /// Several transcripts have its id, and nothing tells which was meant.
    Ambiguous,
    /// It is not here.
    Gone,
}

impl Found {
    /// The row that the item is, without doubt.
    #[must_use]
    pub fn row(self) -> Option<RowId> {
        match self {
            Self::Here(row) | Self::SameText(row) => Some(row),
            Self::Changed(_) | Self::Ambiguous | Self::Gone => None,
        }
    }
}

impl Corpus {
    /// Finds items again, each with the hash of the texts that were judged, where that is known. Texts are read again only of items whose
    /// record is not here.
    #[must_use]
    pub fn found(&self, catalogue: &Catalogue, items: &[(&ItemName, Option<u64>)]) -> Vec<Found> {
        let names: Vec<&ItemName> = items.iter().map(|(name, _)| *name).collect();
        // Names without a hash say nothing of the content.
        let mut rows = catalogue.rows_of(&names);
        for (row, name) in rows.iter_mut().zip(&names) {
            *row = row.filter(|_| name.hash != 0);
        }
        let missing: Vec<&str> = (names.iter().zip(&rows))
            .filter(|(_, row)| row.is_none())
            .flat_map(|(name, _)| [&*name.id, name.id.trim()])
            .collect();
        let named = catalogue.rows_with_ids(&missing);
        let mut found = Vec::new();
        for ((name, text), row) in items.iter().zip(rows) {
            found.push(if let Some(row) = row {
                Found::Here(row)
            } else {
                // Who wrote an id by hand may have put white space around it.
                let own = named.get(&*name.id).filter(|rows| !rows.is_empty());
                let rows = own.or_else(|| named.get(name.id.trim()));
                self.under_its_id(catalogue, name, *text, rows)
            });
        }
        found
    }

    fn under_its_id(
        &self,
        catalogue: &Catalogue,
        name: &ItemName,
        text: Option<u64>,
        rows: Option<&Vec<RowId>>,
    ) -> Found {
        let rows = rows.map_or(&[][..], Vec::as_slice);
        if name.hash == 0 {
            // Only its id is known.
            return match rows {
                [] => Found::Gone,
                [one] => Found::Here(*one),
                _ => Found::Ambiguous,
            };
        }
        let Some(text) = text else {
            return rows.first().map_or(Found::Gone, |row| Found::Changed(*row));
        };
        // The file may have been named in another way: what lies in the one of that name is looked at first.
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|row| {
            let place = catalogue.view(*row).map(|v| (v.source() != name.source, v.place()));
            place.map(|(elsewhere, place)| (elsewhere, place.index.abs_diff(name.index)))
        });
        sorted.truncate(MOST_COMPARED);
        let is_same = |row: &&RowId| {
            let body = catalogue.view(**row).and_then(|v| self.transcript(&v.place()).ok());
            body.is_some_and(|(transcript, _)| text_hash(&transcript) == text)
        };
        match (sorted.iter().find(is_same), sorted.first()) {
            (Some(row), _) => Found::SameText(*row),
            (None, Some(row)) => Found::Changed(*row),
            (None, None) => Found::Gone,
        }
    }
}

impl Catalogue {
    /// Rows by id, identical records once.
    fn rows_with_ids<'a>(&self, ids: &[&'a str]) -> HashMap<&'a str, Vec<RowId>> {
        let mut rows: HashMap<&str, Vec<RowId>> = ids.iter().map(|id| (*id, Vec::new())).collect();
        if rows.is_empty() {
            return rows;
        }
        let mut seen = HashSet::new();
        for view in self.views() {
            if let Some(rows) = rows.get_mut(view.name()) {
                let place = view.place();
                if rows.len() < MOST_NAMED && seen.insert((view.name(), place.hash, place.ordinal))
                {
                    rows.push(view.id);
                }
            }
        }
        rows
    }
}
