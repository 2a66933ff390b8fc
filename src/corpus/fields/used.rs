//! Fields that a reader made something of. What it did not use of a record is told by the transcript; the rest only by the record itself, which is looked into where
//! other records have the field among what was not used.

use memchr::memmem;

use super::super::bits::Bits;
use super::super::body::BodyText;
use super::super::{Catalogue, Corpus, RowId};
use super::{ByPath, Found, MOST_FIELDS};
use crate::ingest::units::UnitKind;
use crate::query::Body;

/// A field that was found in some rows.
pub(super) struct Gap {
    path: String,
    /// The rows that have it.
    has: Bits,
    /// What stands in the bytes of every JSON record with such a key; `None`: it may be written in several ways.
    sign: Option<String>,
}

/// Keeps the fields that divide rows, those of most rows.
pub(super) fn gaps(all: &mut ByPath) -> Vec<Gap> {
    let mut best: Vec<(usize, String)> =
        all.iter().map(|(path, found)| (found.rows(false), path.clone())).collect();
    best.retain(|(rows, _)| *rows > 0);
    best.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    best.truncate(MOST_FIELDS);
    let best: Vec<String> = best.into_iter().map(|(_, path)| path).collect();
    all.retain(|path, _| best.contains(path));
    let gap = |path: String| {
        let has = all.get(&path).map(rows).unwrap_or_default();
        // A dot may part keys, or stand in one.
        let key = path.split('.').next().unwrap_or_default();
        let plain =
            key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' '));
        let sign = (plain && !key.is_empty()).then(|| format!("\"{key}"));
        Gap { path, has, sign }
    };
    best.into_iter().map(gap).collect()
}

fn rows(found: &Found) -> Bits {
    let ids: Vec<RowId> = if found.has_words {
        found.cells.iter().map(|(row, _)| *row).collect()
    } else {
        found.floats.iter().map(|(row, _)| *row).collect()
    };
    Bits::of(&ids)
}

impl Corpus {
    /// Adds what a row has in fields that its reader did not leave.
    pub(super) fn fill(
        &self,
        catalogue: &Catalogue,
        row: RowId,
        gaps: &[Gap],
        most: usize,
        found: &mut ByPath,
    ) {
        let lacking: Vec<&Gap> = gaps.iter().filter(|gap| !gap.has.contains(row)).collect();
        let Some(view) = catalogue.view(row).filter(|_| !lacking.is_empty()) else { return };
        let place = view.place();
        let Some(records) = self.records(&place) else { return };
        let is_json = records.shape.kind == UnitKind::Json;
        let may_have = |gap: &&&Gap| match &gap.sign {
            Some(sign) if is_json => {
                records.units.iter().any(|unit| memmem::find(unit, sign.as_bytes()).is_some())
            }
            _ => true,
        };
        let lacking: Vec<&Gap> = lacking.iter().filter(may_have).copied().collect();
        if lacking.is_empty() {
            return;
        }
        let Ok((transcript, records)) = self.transcript(&place) else { return };
        let body = BodyText::new(&transcript, &records, &self.engine);
        for gap in lacking {
            if let Some(value) = body.meta(&gap.path) {
                found.entry_ref(gap.path.as_str()).or_default().add(row, &value, most);
            }
        }
    }
}
