//! Rows made anew when everything was read: samples that only a summary spoke of are opened, and rows to which
//! something from elsewhere belongs are read again with it. Later the same for what has come since.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::again::Since;
use super::chunk::Chunk;
use super::collect::Collector;
use super::joins::{Changed, UnitPlace};
use super::{BodyError, Corpus, Row, RowId, RowPlace, Spots};
use crate::ingest::{LabelTarget, json, targets};
use crate::model::{Analysis, Parse, Problem, ProblemKind, Transcript};
use crate::query::Needs;

/// How often new rows are handed over.
const HAND_OVER: Duration = Duration::from_millis(250);

/// A row read again.
struct Read {
    row: RowId,
    place: RowPlace,
    old: Old,
    result: Result<(Transcript, Option<Analysis>, Spots), BodyError>,
}

/// What was counted for the row as it was.
#[derive(Clone, Copy)]
struct Old {
    pending: bool,
    repaired: bool,
}

/// Targets of label rows and ids of requests that some transcript answers to.
#[derive(Debug, Default)]
pub(super) struct Met {
    labels: HashSet<(LabelTarget, UnitPlace)>,
    requests: HashSet<UnitPlace>,
}

impl Corpus {
    /// Looks through the rows once more.
    pub(super) fn renew(
        &self,
        needs: Needs,
        threads: usize,
        stop: &AtomicBool,
        collector: &mut Collector<'_>,
    ) {
        let wanted = self.wanted(needs, collector);
        if wanted.is_empty() {
            return;
        }
        let next = AtomicUsize::new(0);
        let (to_us, results) = crossbeam_channel::bounded::<Read>(threads * 8);
        let ok = std::thread::scope(|scope| {
            for _ in 0..threads {
                let (to_us, wanted, next) = (to_us.clone(), &wanted, &next);
                scope.spawn(move || {
                    while let Some((row, place, old)) =
                        wanted.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let result = self.transcript(place).map(|(transcript, records)| {
                            let analysis = needs.cues.then(|| self.engine.tally(&transcript));
                            let record = records.only().filter(|_| needs.body);
                            let spots = record.map(|record| Spots::of(&transcript, record));
                            (transcript, analysis, spots.unwrap_or_default())
                        });
                        let read = Read { row: *row, place: place.clone(), old: *old, result };
                        if stop.load(Ordering::Relaxed) || to_us.send(read).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(to_us);
            let mut fresh = Fresh::default();
            for read in results {
                fresh.add(read, collector);
                if fresh.since.elapsed() >= HAND_OVER && !fresh.hand_over(collector) {
                    stop.store(true, Ordering::Relaxed);
                    return false;
                }
            }
            fresh.hand_over(collector)
        });
        if !ok {
            stop.store(true, Ordering::Relaxed);
        }
    }

    /// Rows that are to be read again, of those that came since this was asked last, and of all when something new is said of
    /// them.
    fn wanted(&self, needs: Needs, collector: &mut Collector<'_>) -> Vec<(RowId, RowPlace, Old)> {
        let asks = self.joins.any();
        // What was read of rows does not tell whom they answer to.
        let all = asks && needs.fields_only;
        let since = std::mem::take(&mut collector.since);
        collector.since.from = collector.sent.len();
        let Since { mut from, mut renewed, lost, changed } = since;
        let heard = !changed.is_empty();
        if asks && (lost || heard) {
            // Whoever was met may be another now.
            collector.met = Met::default();
            (from, renewed) = (0, Vec::new());
        }
        renewed.retain(|id| *id < from && !collector.gone.contains(*id));
        let mut met = std::mem::take(&mut collector.met);
        let before = (met.labels.len(), met.requests.len());
        let mut wanted = Vec::new();
        let mut look = |id: RowId, chunk: &Chunk, at: usize, aliases: &[String]| {
            let row = chunk.row(at);
            let found = if asks {
                self.belongs(&row, aliases, &changed, &mut met)
            } else {
                Found::default()
            };
            let late = !collector.following && collector.late && found.any;
            let all = all || asks && row.spots.is_passed_over();
            if all || (row.pending && needs.opened) || late || found.changed {
                let repaired = row.parse == Parse::Repaired;
                wanted.push((id, row.place, Old { pending: row.pending, repaired }));
            }
        };
        let aliases = |id| collector.aliases.get(&id).map(Vec::as_slice).unwrap_or_default();
        for id in renewed {
            if let Some((chunk, at)) = collector.sent.at(id) {
                look(id, chunk, at, aliases(id));
            }
        }
        for (first, chunk) in collector.sent.from(from) {
            if !(asks || needs.opened && chunk.pending() > 0) {
                continue;
            }
            for (at, id) in (0..chunk.len).zip(first..) {
                if id >= from && !collector.gone.contains(id) {
                    look(id, chunk, at, aliases(id));
                }
            }
        }
        let after = (met.labels.len(), met.requests.len());
        if asks && (!collector.following || lost || heard || before != after) {
            self.tell_joined(&met, collector);
        }
        collector.met = met;
        wanted
    }

    /// Whether something from elsewhere speaks of this row; what does is remembered.
    fn belongs(&self, row: &Row, aliases: &[String], changed: &Changed, met: &mut Met) -> Found {
        let mut found = Found::default();
        if self.files.get(row.place.file).is_some_and(|f| f.labels) {
            return found;
        }
        let source = self.path(row.place.file);
        let id = String::from(&*row.id);
        let tier = row.tier.as_ref().map(|t| t.value.as_str());
        for target in targets(std::iter::once(&id).chain(aliases), &row.sample, tier) {
            found.changed |= changed.labels.contains(&target);
            for known in self.labels_of(&target, &source) {
                found.any = true;
                met.labels.insert((target.clone(), known.place));
            }
        }
        for name in std::iter::once(&id).chain(aliases) {
            found.changed |= changed.requests.contains(name);
            if let Some(place) = self.request_of(name, &source) {
                found.any = true;
                met.requests.insert(place);
            }
        }
        found
    }

    /// Counts what was joined, and says of the rest what is missing.
    fn tell_joined(&self, met: &Met, collector: &mut Collector<'_>) {
        let mut rows = self.joins.all_labels();
        let mut changed: BTreeMap<u32, (u64, Vec<Problem>)> = BTreeMap::new();
        let mut tell = |place: UnitPlace, joined: bool, message: &dyn Fn() -> String| {
            let (n, problems) = changed.entry(place.file).or_default();
            *n += u64::from(joined);
            if !joined {
                problems.push(Problem {
                    kind: ProblemKind::NotJoined,
                    source: self.path(place.file),
                    line: place.line,
                    message: message(),
                });
            }
        };
        rows.sort_by(|(a, x), (b, y)| {
            (x.place.file, x.place.part, a).cmp(&(y.place.file, y.place.part, b))
        });
        // One unit may give several label rows (a pair's two tiers): it joined when any of them did.
        let mut at = 0;
        while let Some((target, first)) = rows.get(at) {
            let place = first.place;
            let same = rows.iter().skip(at).take_while(|(_, k)| k.place == place).count();
            let own = rows.get(at..at + same).unwrap_or_default();
            let is_met = |t: &LabelTarget| met.labels.contains(&(t.clone(), place));
            let joined = own.iter().any(|(t, _)| is_met(t));
            tell(place, joined, &|| missing(target));
            // A list that names transcripts one by one says of each that it is not there.
            let absent = |t: &LabelTarget| matches!(t, LabelTarget::Id(_)) && !is_met(t);
            for (target, _) in own.iter().filter(|(t, _)| joined && absent(t)) {
                tell(place, false, &|| missing(target));
            }
            at += same;
        }
        let mut requests = self.joins.all_requests();
        requests.sort_by(|(a, x), (b, y)| (x.file, x.part, a).cmp(&(y.file, y.part, b)));
        for (id, place) in requests {
            let joined = met.requests.contains(&place);
            tell(place, joined, &|| {
                format!(
                    "a request without an answer: no transcript with the id `{}` was read",
                    json::plain(&id)
                )
            });
        }
        let before = std::mem::take(&mut collector.told);
        let silent = before.keys().filter(|file| !changed.contains_key(file));
        let silent: Vec<u32> = silent.copied().collect();
        changed.extend(silent.into_iter().map(|file| (file, (0, Vec::new()))));
        for (file, now) in changed {
            let known = before.get(&file);
            if known == Some(&now) {
                collector.told.insert(file, now);
                continue;
            }
            let unsaid = known.map(|(_, problems)| problems.clone()).unwrap_or_default();
            let (joined, problems) = now.clone();
            if let Some(report) = collector.ended.get_mut(&file) {
                report.counts.joined = joined;
                collector.tell(file, unsaid, problems);
                collector.told.insert(file, now);
            }
        }
    }
}

/// What speaks of a row.
#[derive(Default)]
struct Found {
    any: bool,
    /// Something else than before.
    changed: bool,
}

fn missing(target: &LabelTarget) -> String {
    match target {
        LabelTarget::Id(id) => {
            format!("labels for `{}`: no transcript with this id was read", json::plain(id))
        }
        LabelTarget::Sample(sample) => {
            format!("labels for the sample `{}`: no transcript of it was read", json::plain(sample))
        }
        LabelTarget::Named(name, None) => {
            let name = json::plain(name);
            format!("labels for `{name}`: no transcript with this id or sample was read")
        }
        LabelTarget::Named(name, Some(tier)) => format!(
            "labels for `{}` under the tier {}: no transcript with this id or sample was read there",
            json::plain(name),
            json::plain(tier)
        ),
        LabelTarget::SampleInTier(sample, tier) => format!(
            "labels for the sample `{}` under the tier {}: no such transcript was read",
            json::plain(sample),
            json::plain(tier)
        ),
    }
}

/// New rows on their way.
struct Fresh {
    rows: Vec<(RowId, Option<Row>)>,
    /// Problems found now, by file.
    problems: BTreeMap<u32, Vec<Problem>>,
    since: Instant,
}

impl Default for Fresh {
    fn default() -> Self {
        Self { rows: Vec::new(), problems: BTreeMap::new(), since: Instant::now() }
    }
}

impl Fresh {
    fn add(&mut self, read: Read, collector: &mut Collector<'_>) {
        let Read { row, place, old, result } = read;
        let file = place.file;
        let problems = self.problems.entry(file).or_default();
        match result {
            Ok((transcript, analysis, spots)) => {
                collector.correct(file, place.index, |counts| {
                    counts.repaired -= u64::from(old.repaired);
                    counts.repaired += u64::from(transcript.parse == Parse::Repaired);
                });
                let names = &mut collector.names;
                let fresh = Row { spots, ..Row::new(&transcript, analysis.as_ref(), place, names) };
                let report = collector.ended.get_mut(&file);
                if let Some(report) = report.filter(|_| old.pending) {
                    for code in &fresh.repairs {
                        *report.mended.entry(code).or_default() += 1;
                    }
                }
                self.rows.push((row, Some(fresh)));
            }
            Err(error) => {
                let mut kind = ProblemKind::CannotOpen;
                if old.pending {
                    // A summary alone is no transcript.
                    kind = ProblemKind::Unreadable;
                    collector.correct(file, place.index, |counts| {
                        counts.transcripts -= 1;
                        counts.left_out += 1;
                        counts.repaired -= u64::from(old.repaired);
                    });
                    self.rows.push((row, None));
                }
                let source = collector.corpus.path(file);
                let line = (place.line > 0).then_some(place.line);
                problems.push(Problem { kind, source, line, message: error.message });
            }
        }
    }

    fn hand_over(&mut self, collector: &mut Collector<'_>) -> bool {
        self.since = Instant::now();
        let rows = std::mem::take(&mut self.rows);
        let ok = rows.is_empty() || collector.renew(rows, false);
        let problems = std::mem::take(&mut self.problems);
        problems
            .into_iter()
            .fold(ok, |ok, (file, problems)| ok && collector.tell(file, Vec::new(), problems))
    }
}
