//! What records say of transcripts read elsewhere: label rows, and requests whose answers stand in other files.
//!
//! Whoever reads a transcript asks here, so that the row and the body say the same. What comes after its transcript
//! was read is joined when reading ends: those rows are then made anew.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::ingest::{LabelRow, LabelTarget, strip_suffix};

/// Where a unit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct UnitPlace {
    pub file: u32,
    pub line: Option<u64>,
    pub part: (u64, u64),
}

/// A label row and its place.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub row: LabelRow,
    pub place: UnitPlace,
}

/// A request's place, and the hash of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Request {
    place: UnitPlace,
    hash: u64,
}

#[derive(Debug, Default)]
struct Inner {
    labels: HashMap<LabelTarget, Vec<Told>>,
    requests: HashMap<String, Vec<Request>>,
    /// In which order files were first heard: a file that is read again says what it says in its old turn.
    turns: HashMap<u32, u32>,
}

impl Inner {
    fn turn(&mut self, file: u32) -> u32 {
        let next = self.turns.len() as u32;
        *self.turns.entry(file).or_insert(next)
    }
}

/// What one file says of transcripts elsewhere.
#[derive(Debug, Default)]
pub(super) struct Said {
    labels: HashMap<LabelTarget, Vec<LabelRow>>,
    requests: HashMap<String, Vec<Request>>,
}

impl Said {
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.requests.is_empty()
    }
}

/// Targets and ids of which something else is said than before.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub labels: HashSet<LabelTarget>,
    pub requests: HashSet<String>,
}

impl Changed {
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.requests.is_empty()
    }

    /// Takes in what is different between what a file said and what it says.
    pub fn add(&mut self, before: &Said, now: &Said) {
        self.labels.extend(different(&before.labels, &now.labels));
        self.requests.extend(different(&before.requests, &now.requests));
    }
}

/// Keys whose values differ.
fn different<K: Clone + Eq + Hash, V: PartialEq>(a: &HashMap<K, V>, b: &HashMap<K, V>) -> Vec<K> {
    let of_b = b.iter().filter(|(key, value)| a.get(key) != Some(value));
    let only_a = a.iter().filter(|(key, _)| !b.contains_key(key));
    of_b.chain(only_a).map(|(key, _)| key.clone()).collect()
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
        id @ (LabelTarget::Id(_) | LabelTarget::Named(..)) => id,
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
        let turn = inner.turn(place.file);
        let Inner { labels, turns, .. } = &mut *inner;
        let known = labels.entry(target).or_default();
        if !known.iter().any(|k| k.place == place && k.row == row) {
            let at = after(known, turn, turns, |k| k.place.file);
            known.insert(at, Told { row, place });
        }
        self.any.store(true, Ordering::Release);
    }

    /// Gives the places of earlier requests of that id.
    pub(super) fn add_request(&self, id: String, place: UnitPlace, hash: u64) -> Vec<UnitPlace> {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        self.any.store(true, Ordering::Release);
        let turn = inner.turn(place.file);
        let Inner { requests, turns, .. } = &mut *inner;
        let known = requests.entry(id).or_default();
        if known.iter().any(|k| k.place == place) {
            return Vec::new();
        }
        let at = after(known, turn, turns, |k| k.place.file);
        let earlier = known.iter().take(at).map(|k| k.place).collect();
        known.insert(at, Request { place, hash });
        earlier
    }

    /// Forgets what a file says, because it is read again, and gives it.
    pub(super) fn forget(&self, file: u32) -> Said {
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let mut said = Said::default();
        inner.labels.retain(|target, known| {
            let own: Vec<LabelRow> =
                known.extract_if(.., |k| k.place.file == file).map(|k| k.row).collect();
            if !own.is_empty() {
                said.labels.insert(target.clone(), own);
            }
            !known.is_empty()
        });
        inner.requests.retain(|id, known| {
            let own: Vec<Request> = known.extract_if(.., |k| k.place.file == file).collect();
            if !own.is_empty() {
                said.requests.insert(id.clone(), own);
            }
            !known.is_empty()
        });
        said
    }

    /// What a file says.
    pub(super) fn said(&self, file: u32) -> Said {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let mut said = Said::default();
        for (target, known) in &inner.labels {
            let own = known.iter().filter(|k| k.place.file == file);
            let own: Vec<LabelRow> = own.map(|k| k.row.clone()).collect();
            if !own.is_empty() {
                said.labels.insert(target.clone(), own);
            }
        }
        for (id, known) in &inner.requests {
            let own = known.iter().filter(|k| k.place.file == file);
            let own: Vec<Request> = own.copied().collect();
            if !own.is_empty() {
                said.requests.insert(id.clone(), own);
            }
        }
        said
    }

    pub(super) fn labels(&self, target: &LabelTarget) -> Vec<Told> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.labels.get(target).cloned().unwrap_or_default()
    }

    pub(super) fn requests(&self, id: &str) -> Vec<UnitPlace> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let known = inner.requests.get(id).map(Vec::as_slice).unwrap_or_default();
        known.iter().map(|k| k.place).collect()
    }

    /// Every target with its rows, to look which of them found nobody.
    pub(super) fn all_labels(&self) -> Vec<(LabelTarget, Told)> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let each = inner.labels.iter();
        each.flat_map(|(target, known)| known.iter().map(|k| (target.clone(), k.clone()))).collect()
    }

    /// Every request.
    pub(super) fn all_requests(&self) -> Vec<(String, UnitPlace)> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let each = inner.requests.iter();
        each.flat_map(|(id, places)| places.iter().map(|k| (id.clone(), k.place))).collect()
    }
}

/// Where something of a file belongs among what is known: behind all of files that were heard before it, and of itself.
fn after<T>(known: &[T], turn: u32, turns: &HashMap<u32, u32>, file: impl Fn(&T) -> u32) -> usize {
    known.partition_point(|k| turns.get(&file(k)).is_some_and(|other| *other <= turn))
}

/// The folder of a path; an archive is the folder of its members.
fn folder(path: &str) -> &str {
    path.rfind(['/', '\\']).and_then(|at| path.get(..at)).unwrap_or("")
}

/// Whether one folder lies in the other, or is it.
fn within(inner: &str, outer: &str) -> bool {
    let rest = if outer.is_empty() || outer == "." { Some("/") } else { inner.strip_prefix(outer) };
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
}

/// Whether a name is one that no other run will give by chance: a uuid, a hash, an id of a service.
fn is_unique(name: &str) -> bool {
    let has = |test: fn(&u8) -> bool| name.as_bytes().iter().any(test);
    name.len() >= 16
        && !name.contains(char::is_whitespace)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

/// Whether what a file says under a name may be about a transcript of another file. Runs number their samples alike
/// (`request-1`, sample 8), so a file that was found in a folder speaks of that folder, of what lies in it and of what it
/// lies in; a file that was named speaks of everything, and so does a name that is nobody else's.
pub(super) fn speaks_of(path: &str, named: bool, name: &str, source: &str) -> bool {
    let (own, other) = (folder(path), folder(source));
    named || is_unique(name) || within(other, own) || within(own, other)
}

/// Whether two files lie in one folder.
pub(super) fn same_folder(a: &str, b: &str) -> bool {
    folder(a) == folder(b)
}

/// How near two files lie: the length of what their folders have in common.
pub(super) fn nearness(path: &str, source: &str) -> usize {
    let parts = |path| folder(path).split(['/', '\\']).map(str::to_owned).collect::<Vec<_>>();
    parts(path).iter().zip(parts(source).iter()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_speak_of_their_own_folder_unless_they_were_named() {
        let cases = [
            ("runs/a/labels.csv", false, "1", "runs/a/x.jsonl", true),
            ("runs/a/labels.csv", false, "1", "runs/b/x.jsonl", false),
            ("runs/labels.csv", false, "1", "runs/b/x.jsonl", true),
            ("runs/a/scan/r.parquet", false, "1", "runs/a/x.eval", true),
            ("runs/a/labels.csv", false, "1", "runs/ab/x.jsonl", false),
            ("labels.csv", false, "1", "runs/b/x.jsonl", true),
            ("./a/labels.csv", false, "1", "./x.jsonl", true),
            ("runs/a.zip/labels.csv", false, "1", "runs/a.zip/x.jsonl", true),
            ("runs/a/labels.csv", true, "1", "runs/b/x.jsonl", true),
            ("runs/a/s.parquet", false, "2CZEXfodrBdbT2sJDevGfs", "logs/x.eval", true),
            ("runs/a/s.parquet", false, "a sentence of 12 words", "logs/x.eval", false),
        ];
        for (path, named, name, source, expected) in cases {
            assert_eq!(speaks_of(path, named, name, source), expected, "{path} {name} {source}");
        }
        assert!(
            nearness("runs/a/q.jsonl", "runs/a/x.jsonl")
                > nearness("runs/q.jsonl", "runs/a/x.jsonl")
        );
    }
}
