//! What stands of all that journals say: the same whatever the order of the events, however often one comes, and however they
//! are spread over files.
//!
//! Nothing is thrown away: of several answers of one rater on one item the last counts, and the earlier ones stay readable.

mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::{
    Adjudication, Answered, Event, Import, ItemName, Opened, Sampled, Stratum, Verdict, What,
    number_of, sample_id,
};
use super::line::Line;

/// By what answers on one item belong together, in whatever file its transcript lies now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemKey {
    /// Hash of the record's bytes.
    pub hash: u64,
    /// Which transcript of the record.
    pub ordinal: u32,
    /// Its id.
    pub id: String,
    /// What of it is judged, where that is not the whole.
    pub part: Option<String>,
}

impl ItemName {
    /// By what answers on it belong together.
    #[must_use]
    pub fn key(&self) -> ItemKey {
        let Self { id, ordinal, hash, part, .. } = self;
        ItemKey { hash: *hash, ordinal: *ordinal, id: id.clone(), part: part.clone() }
    }
}

/// What an item was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// For an answer.
    Answer,
    /// Once more, to see whether the rater agrees with itself.
    Repeat,
    /// With all that classifiers and rules say in sight, to see what that changes.
    Anchor,
}

impl Answered {
    /// What it was asked for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match (self.repeat, self.anchor) {
            (true, _) => Purpose::Repeat,
            (false, true) => Purpose::Anchor,
            (false, false) => Purpose::Answer,
        }
    }
}

/// Of whose answers on what only one counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnswerKey {
    /// Who.
    pub rater: String,
    /// The label that is judged.
    pub label: String,
    /// The item.
    pub item: ItemKey,
    /// What it was asked for.
    pub purpose: Purpose,
}

/// Something that was said, with when and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Said<T> {
    /// Id of its event.
    pub id: String,
    /// The session that it belongs to.
    pub session: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// Who.
    pub rater: String,
    /// The program's version.
    pub version: String,
    /// What.
    pub what: T,
}

/// A session as journals tell it, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptSession {
    /// How it began.
    pub begun: Said<Opened>,
    /// The answers that count in it, by the number of the item.
    pub answers: BTreeMap<usize, Arc<Said<Answered>>>,
    /// When what classifiers say was first shown.
    pub revealed: Option<u64>,
    /// How it ended: the strata, each with how many of it were answered.
    pub ended: Option<Said<Vec<(Stratum, usize)>>>,
    /// Number of its next event: higher than that of any that is known.
    pub next: u64,
    /// How many items were answered at most, one after another: those whose answers were taken back since were answered too.
    pub reached: usize,
}

impl KeptSession {
    /// How many of its items were answered, passed over or left undecided.
    #[must_use]
    pub fn done(&self) -> usize {
        self.answers.range(..self.begun.what.items.len()).count()
    }

    /// The first item without an answer.
    #[must_use]
    pub fn waiting(&self) -> Option<usize> {
        (0..self.begun.what.items.len()).find(|n| !self.answers.contains_key(n))
    }
}

/// All that stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Standing {
    /// Sessions by id. An answer whose session is in no journal that was read stands all the same.
    pub sessions: BTreeMap<String, KeptSession>,
    /// What exports tell of the samples of sessions, by session. The session itself may be in no journal that was read.
    pub samples: BTreeMap<String, Said<Sampled>>,
    /// Answers, never an empty list: the last of each list counts, those before it are what was answered earlier.
    pub answers: BTreeMap<AnswerKey, Vec<Arc<Said<Answered>>>>,
    /// Decisions by label and item, never an empty list; the last counts.
    pub adjudications: BTreeMap<(String, ItemKey), Vec<Said<Adjudication>>>,
    /// Answers from elsewhere by rater, label and item, never an empty list; the last counts.
    pub imports: BTreeMap<(String, String, ItemKey), Vec<Said<Import>>>,
    /// Events that do not count, by id.
    pub undone: BTreeSet<String>,
    /// Undos of events that are in no journal that was read, by their own ids.
    pub strays: BTreeSet<String>,
    /// Ids that two different events have. One of them counts, the same whatever the order.
    pub clashes: BTreeSet<String>,
}

impl Standing {
    /// What stands of these lines.
    #[must_use]
    pub fn of(lines: impl IntoIterator<Item = Line>) -> Self {
        let (events, clashes, next) = collected(lines);
        let undone = undo::undone(&events);
        let mut standing = Self { undone, clashes, ..Self::default() };
        let mut reached: BTreeMap<String, usize> = BTreeMap::new();
        for event in events.values() {
            if let What::Answered(answered) = &event.what {
                let most = reached.entry(event.session.clone()).or_default();
                *most = (*most).max(answered.n.saturating_add(1));
            }
        }
        let known = |of: &str| events.contains_key(of);
        let is_stray = |event: &Event| matches!(&event.what, What::Undone(of) if !known(of));
        standing.strays = events.values().filter(|e| is_stray(e)).map(|e| e.id.clone()).collect();
        let mut sorted: Vec<Event> =
            events.into_values().filter(|event| !standing.undone.contains(&event.id)).collect();
        // From here on, what comes later in the list was said later.
        sorted.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
        let mut answers = Vec::new();
        let mut later = Vec::new();
        for Event { id, session, time, rater, version, what } in sorted {
            macro_rules! said {
                ($what:expr) => {
                    Said { id, session, time, rater, version, what: $what }
                };
            }
            match what {
                What::Opened(opened) => {
                    // A session begins once; should it be told twice, as it was told first.
                    standing.sessions.entry(session.clone()).or_insert_with(|| KeptSession {
                        next: next.get(&session).copied().unwrap_or_default(),
                        reached: reached.get(&session).copied().unwrap_or_default(),
                        begun: said!(*opened),
                        answers: BTreeMap::new(),
                        revealed: None,
                        ended: None,
                    });
                }
                What::Answered(answered) => answers.push(Arc::new(said!(*answered))),
                What::Revealed => later.push((session, Later::Revealed(time))),
                What::Ended(strata) => {
                    later.push((session.clone(), Later::Ended(said!(strata))));
                }
                What::Adjudicated(adjudication) => {
                    let key = (adjudication.label.clone(), adjudication.name.key());
                    standing.adjudications.entry(key).or_default().push(said!(*adjudication));
                }
                What::Imported(import) => {
                    let key = (rater.clone(), import.label.clone(), import.name.key());
                    standing.imports.entry(key).or_default().push(said!(*import));
                }
                What::Sampled(sampled) => {
                    let own = session.clone();
                    standing.samples.entry(own).or_insert_with(|| said!(*sampled));
                }
                What::Undone(_) => {}
            }
        }
        for (session, what) in later {
            let Some(session) = standing.sessions.get_mut(&session) else { continue };
            match what {
                Later::Revealed(time) => session.revealed = session.revealed.or(Some(time)),
                Later::Ended(end) => session.ended = Some(end),
            }
        }
        standing.take_answers(answers);
        standing
    }

    fn take_answers(&mut self, mut answers: Vec<Arc<Said<Answered>>>) {
        // In a session the number says what came later, whatever the clock did meanwhile.
        answers.sort_by(|a, b| {
            let order = |said: &Said<Answered>| number_of(&said.id, &said.session);
            (&a.session, order(a), a.time, &a.id).cmp(&(&b.session, order(b), b.time, &b.id))
        });
        for answer in answers {
            if let Some(session) = self.sessions.get_mut(&answer.session) {
                session.answers.insert(answer.what.n, Arc::clone(&answer));
            }
            let key = AnswerKey {
                rater: answer.rater.clone(),
                label: answer.what.label.clone(),
                item: answer.what.name.key(),
                purpose: answer.what.purpose(),
            };
            self.answers.entry(key).or_default().push(answer);
        }
        for answers in self.answers.values_mut() {
            // Across sessions the time says it. Who passes an item over in one takes no answer of another one back.
            let last: BTreeMap<&str, (bool, u64)> = answers
                .iter()
                .map(|a| (&*a.session, (a.what.answer != Verdict::Skip, a.time)))
                .collect();
            let rank: BTreeMap<String, (bool, u64)> =
                last.into_iter().map(|(session, rank)| (session.to_owned(), rank)).collect();
            // Stable: inside a session the order stays.
            answers.sort_by(|a, b| {
                (rank.get(&a.session), &a.session).cmp(&(rank.get(&b.session), &b.session))
            });
        }
    }

    /// How the sample of a session was drawn, as the session tells it, else as an export does.
    #[must_use]
    pub fn sample_of(&self, session: &str) -> Option<Said<Sampled>> {
        let begun = |kept: &KeptSession| {
            let Said { session, time, rater, version, what, .. } = &kept.begun;
            Said {
                id: sample_id(session),
                session: session.clone(),
                time: *time,
                rater: rater.clone(),
                version: version.clone(),
                what: what.sample(),
            }
        };
        self.sessions.get(session).map(begun).or_else(|| self.samples.get(session).cloned())
    }

    /// The answers that count, one for each rater, label, item and purpose.
    pub fn counting(&self) -> impl Iterator<Item = (&AnswerKey, &Arc<Said<Answered>>)> {
        self.answers.iter().filter_map(|(key, answers)| Some((key, answers.last()?)))
    }

    /// The answers that count among the blind ones. What was changed after a reveal counts as it was before.
    pub fn blind(&self) -> impl Iterator<Item = (&AnswerKey, &Arc<Said<Answered>>)> {
        let last = |answers: &'_ [Arc<Said<Answered>>]| {
            answers.iter().rposition(|answer| answer.what.sighted.is_none())
        };
        self.answers
            .iter()
            .filter_map(move |(key, answers)| Some((key, answers.get(last(answers)?)?)))
    }

    /// Sessions of a rater on a label and these paths (in any order), the latest last. `place`: the files to which a path leads.
    #[must_use]
    pub fn sessions_on(
        &self,
        rater: &str,
        label: &str,
        paths: &[String],
        place: &dyn Fn(&str) -> Vec<String>,
    ) -> Vec<&KeptSession> {
        let places = |paths: &[String]| -> BTreeSet<String> {
            paths.iter().flat_map(|path| place(path)).collect()
        };
        let wanted = places(paths);
        let is_it = |session: &&KeptSession| {
            let begun = &session.begun;
            let same = begun.rater == rater && begun.what.label == label;
            same && places(&begun.what.paths) == wanted
        };
        let mut found: Vec<&KeptSession> = self.sessions.values().filter(is_it).collect();
        found.sort_by_key(|session| (session.begun.time, &session.begun.session));
        found
    }
}

/// What happens to a session after its beginning.
enum Later {
    Revealed(u64),
    Ended(Said<Vec<(Stratum, usize)>>),
}

type Collected = (BTreeMap<String, Event>, BTreeSet<String>, BTreeMap<String, u64>);

/// Each event once, by id; ids that different events have; and the next number of each session.
fn collected(lines: impl IntoIterator<Item = Line>) -> Collected {
    let mut events: BTreeMap<String, Event> = BTreeMap::new();
    let (mut clashes, mut next) = (BTreeSet::new(), BTreeMap::new());
    let mut count = |id: &str, session: &str| {
        if let Some(number) = number_of(id, session) {
            let next: &mut u64 = next.entry(session.to_owned()).or_default();
            *next = (*next).max(number + 1);
        }
    };
    for line in lines {
        let event = match line {
            Line::Event(event) => event,
            Line::Newer { id } => {
                count(&id, id.rsplit_once('-').map_or("", |(session, _)| session));
                continue;
            }
        };
        count(&event.id, &event.session);
        match events.get_mut(&event.id) {
            None => drop(events.insert(event.id.clone(), event)),
            Some(known) if *known == event => {}
            Some(known) => {
                clashes.insert(event.id.clone());
                if (event.time, event.print()) > (known.time, known.print()) {
                    *known = event;
                }
            }
        }
    }
    (events, clashes, next)
}

#[cfg(test)]
mod tests;
