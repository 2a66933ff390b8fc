//! What records say of transcripts read elsewhere: label rows, and requests whose answers stand in other files.
//!
//! Whoever reads a transcript asks here, so that the row and the body say the same. What comes after its transcript
//! was read is joined when reading ends: those rows are then made anew.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::ingest::{LabelRow, LabelTarget, strip_suffix};

/// Where a unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnitPlace {
    pub file: u32,
    pub line: Option<u64>,
    pub part: (u64, u64),
}

/// A label row and its place.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub row: LabelRow,
    pub place: UnitPlace,
}

#[derive(Debug, Default)]
struct Inner {
    labels: HashMap<LabelTarget, Vec<Known>>,
    requests: HashMap<String, UnitPlace>,
}

/// Everything that waits for transcripts. Shared by all who read.
#[derive(Debug, Default)]
pub(super) struct Joins {
    inner: RwLock<Inner>,
    any: AtomicBool,
}

/// A sample's name without tier and epoch, as transcripts have it.
fn plain(target: LabelTarget) -> LabelTarget {
    match target {
        LabelTarget::Sample(name) => LabelTarget::Sample(strip_suffix(name.trim()).0),
        LabelTarget::SampleInTier(name, tier) => {
            LabelTarget::SampleInTier(strip_suffix(name.trim()).0, tier)
        }
        id @ LabelTarget::Id(_) => id,
    }
}

impl Joins {
    /// Whether there is anything at all: nearly always not, and then nobody needs to ask.
    pub(super) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    pub(super) fn add_labels(&self, row: LabelRow, place: UnitPlace) {
        let target = plain(row.target.clone());
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let known = inner.labels.entry(target).or_default();
        if !known.iter().any(|k| k.place == place && k.row == row) {
            known.push(Known { row, place });
        }
        self.any.store(true, Ordering::Release);
    }

    /// Gives the place of an earlier request of that id, when there is one: then that one stays.
    pub(super) fn add_request(&self, id: String, place: UnitPlace) -> Option<UnitPlace> {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        self.any.store(true, Ordering::Release);
        match inner.requests.get(&id) {
            Some(earlier) if *earlier != place => Some(*earlier),
            _ => {
                inner.requests.insert(id, place);
                None
            }
        }
    }

    pub(super) fn labels(&self, target: &LabelTarget) -> Vec<Known> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.labels.get(target).cloned().unwrap_or_default()
    }

    pub(super) fn request(&self, id: &str) -> Option<UnitPlace> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).requests.get(id).copied()
    }

    /// Every target with its rows, to look which of them found nobody.
    pub(super) fn all_labels(&self) -> Vec<(LabelTarget, Known)> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let each = inner.labels.iter();
        each.flat_map(|(target, known)| known.iter().map(|k| (target.clone(), k.clone()))).collect()
    }

    /// Every request.
    pub(super) fn all_requests(&self) -> Vec<(String, UnitPlace)> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.requests.iter().map(|(id, place)| (id.clone(), *place)).collect()
    }
}
