//! A session: what is asked now, what was answered, going back, and what a journal is to say of it.
//!
//! Nothing counts before it is written: every step that matters gives an [`Event`], and the session goes on when it is told that the
//! event stands in the journal ([`Session::written`]).

use std::collections::BTreeMap;

use serde_json::Value;

use super::event::{event_id, number_of};
use super::{Answered, Event, Item, Opened, Seal, Shows, Span, Standing, Stratum, Verdict, What};

/// What has been said of the item on the screen and is not written yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// What the reviewer wrote.
    pub note: String,
    /// The sentence that decided.
    pub span: Option<Span>,
    /// To be looked at again.
    pub flag: bool,
    /// Of the output alone, where that is judged first.
    pub output: Option<String>,
    /// Whether the scratchpad has been seen when the output is judged: it was judged before, and that is being changed.
    pub scratchpad_seen: bool,
    /// Of a pair, which of the two shows it.
    pub shows: Option<Shows>,
    /// Whether the label holds, where further questions come after it.
    pub main: Option<Verdict>,
    /// Further questions that were answered, and those that were passed over: null.
    pub answers: BTreeMap<String, Value>,
    /// When the item came on the screen; `None` before.
    pub since: Option<u64>,
}

/// The key of what the output does, where that is judged first.
pub(super) const OUTPUT: &str = "output";
/// Beside it, true where it was judged anew after the scratchpad had been seen.
pub(super) const OUTPUT_AFTER: &str = "output_after_scratchpad";

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reached {
    /// Items with an answer, skipped ones too.
    pub answered: usize,
    /// Of these, skipped.
    pub skipped: usize,
    /// Of these, flagged.
    pub flagged: usize,
    /// Items in all.
    pub items: usize,
    /// The median time on the screen of answered items, in milliseconds; `None` before the first.
    pub pace: Option<u64>,
}

/// A session of one reviewer.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// 16 hexadecimal digits.
    pub id: String,
    /// Who.
    pub rater: String,
    /// The program's version.
    pub version: String,
    /// How it began.
    pub opened: Opened,
    /// By item its answers, the standing one last.
    given: Vec<Vec<(String, Answered)>>,
    /// Items in the order in which they were answered: what undo goes back through.
    history: Vec<usize>,
    /// Number of the next event.
    next: u64,
    /// The item on the screen.
    at: usize,
    /// What is said of it.
    pub draft: Draft,
    /// What was said of other items and is not written, by their numbers.
    kept: BTreeMap<usize, Draft>,
    revealed: bool,
    ended: bool,
}

impl Session {
    /// A session that begins. Its first event is [`Session::opening`].
    #[must_use]
    pub fn new(id: String, rater: String, version: String, opened: Opened) -> Self {
        let given = vec![Vec::new(); opened.items.len()];
        Self {
            id,
            rater,
            version,
            opened,
            given,
            history: Vec::new(),
            next: 0,
            at: 0,
            draft: Draft::default(),
            kept: BTreeMap::new(),
            revealed: false,
            ended: false,
        }
    }

    /// A session that goes on after what journals say. `None`: it is in none of them.
    #[must_use]
    pub fn resumed(id: &str, version: String, standing: &Standing) -> Option<Self> {
        let kept = standing.sessions.get(id)?;
        let opened = kept.begun.what.clone();
        let mut session = Self::new(id.to_owned(), kept.begun.rater.clone(), version, opened);
        let own = standing.answers.values().flatten().filter(|answer| answer.session == id);
        let mut own: Vec<_> = own.collect();
        own.sort_by_key(|answer| (number_of(&answer.id, id), answer.time));
        for answer in own {
            if let Some(given) = session.given.get_mut(answer.what.n) {
                given.push((answer.id.clone(), answer.what.clone()));
                session.history.push(answer.what.n);
            }
        }
        session.next = kept.next;
        session.revealed = kept.revealed.is_some();
        let number = |id: &String| number_of(id, &session.id);
        let last = session.given.iter().flatten().filter_map(|(id, _)| number(id)).max();
        // What was answered after its end ends anew.
        let end = kept.ended.as_ref().and_then(|end| number_of(&end.id, &session.id));
        session.ended = session.is_complete() && end.is_some() && end > last;
        session.at = session.open_from(0).unwrap_or(0);
        Some(session)
    }

    fn event(&self, time: u64, what: What) -> Event {
        Event {
            id: event_id(&self.id, self.next),
            session: self.id.clone(),
            time,
            rater: self.rater.clone(),
            version: self.version.clone(),
            what,
        }
    }

    /// The event with which it begins.
    #[must_use]
    pub fn opening(&self, time: u64) -> Event {
        self.event(time, What::Opened(Box::new(self.opened.clone())))
    }

    /// The number of the item on the screen.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// The item on the screen; `None` in a session without items.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        self.opened.items.get(self.at)
    }

    /// The standing answer to an item.
    #[must_use]
    pub fn answer_to(&self, n: usize) -> Option<&Answered> {
        self.given.get(n)?.last().map(|(_, answered)| answered)
    }

    /// All standing answers with their items, in the order of asking.
    pub fn answers(&self) -> impl Iterator<Item = (&Item, &Answered)> {
        let standing = |(n, item)| Some((item, self.answer_to(n)?));
        self.opened.items.iter().enumerate().filter_map(move |(n, item)| standing((n, item)))
    }

    /// Whether every item has an answer.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.given.iter().all(|given| !given.is_empty())
    }

    /// What classifiers say was shown.
    #[must_use]
    pub fn is_revealed(&self) -> bool {
        self.revealed
    }

    /// It was said to be at its end.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether the item on the screen is shown without what classifiers and rules say.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        !self.revealed && !self.opened.shown && self.item().is_none_or(|i| !i.sighted)
    }

    /// Why the answer to the item on the screen will not be blind; `None`: it will be, or there is none.
    #[must_use]
    pub fn why_not_blind(&self) -> Option<String> {
        self.item().and_then(|item| self.sighted(item))
    }

    /// Why the answer to an item is not blind; `None`: it is.
    fn sighted(&self, item: &Item) -> Option<String> {
        if self.revealed {
            return Some("after feedback".to_owned());
        }
        if item.sighted {
            return Some("shown sighted".to_owned());
        }
        self.opened.sighted.clone().or_else(|| item.seen.then(|| "opened before".to_owned()))
    }

    /// The first item without an answer.
    #[must_use]
    pub fn first_open(&self) -> Option<usize> {
        self.open_from(0)
    }

    /// How far it is.
    #[must_use]
    pub fn reached(&self) -> Reached {
        let standing = || (0..self.given.len()).filter_map(|n| self.answer_to(n));
        let mut times: Vec<u64> = standing().map(|a| a.seen_ms).collect();
        times.sort_unstable();
        Reached {
            answered: standing().count(),
            skipped: standing().filter(|a| a.answer == Verdict::Skip).count(),
            flagged: standing().filter(|a| a.flag).count(),
            items: self.given.len(),
            pace: times.get(times.len() / 2).copied(),
        }
    }

    /// The item on the screen has been drawn.
    pub fn shown(&mut self, now: u64) {
        self.draft.since.get_or_insert(now);
    }

    /// Goes to an item, to answer it or to change its answer. What was said of the one before and is not written is kept until it is
    /// answered, as long as the session is open.
    pub fn go(&mut self, n: usize) {
        if n < self.opened.items.len() && n != self.at {
            self.keep_draft();
            self.at = n;
            self.draft = self.kept.remove(&n).unwrap_or_else(|| self.written_draft(n));
        }
    }

    /// What is said of an item by its standing answer.
    fn written_draft(&self, n: usize) -> Draft {
        self.answer_to(n).map_or_else(Draft::default, drafted)
    }

    /// Whether something was said of the item on the screen that no answer says.
    #[must_use]
    pub fn is_drafted(&self) -> bool {
        Draft { since: None, ..self.draft.clone() } != self.written_draft(self.at)
    }

    /// How many items something was said of that no answer says.
    #[must_use]
    pub fn drafts(&self) -> usize {
        self.kept.len() + usize::from(self.is_drafted())
    }

    fn keep_draft(&mut self) {
        if self.is_drafted() {
            let draft = Draft { since: None, ..std::mem::take(&mut self.draft) };
            self.kept.insert(self.at, draft);
        }
    }

    /// The first item without an answer from one on, then from the start.
    fn open_from(&self, from: usize) -> Option<usize> {
        let open = |n: &usize| self.given.get(*n).is_some_and(Vec::is_empty);
        (from..self.given.len()).find(open).or_else(|| (0..from).find(open))
    }

    /// What the journal is to say of an answer to the item on the screen. `text` is the hash of the texts that were shown.
    #[must_use]
    pub fn answer(&self, answer: Verdict, text: u64, now: u64) -> Option<Event> {
        let item = self.item()?;
        let stratum = self.opened.seal.stratum_of.get(self.at);
        let stratum = stratum.and_then(|at| self.opened.seal.strata.get(*at));
        let note = self.draft.note.trim();
        let output = self.draft.output.iter().map(|word| (OUTPUT.to_owned(), word.as_str().into()));
        let after = self.draft.output.iter().filter(|_| self.draft.scratchpad_seen);
        let output = output.chain(after.map(|_| (OUTPUT_AFTER.to_owned(), true.into())));
        let more = self.draft.answers.iter().filter(|(_, value)| !value.is_null());
        let more = more.map(|(name, value)| (name.clone(), value.clone()));
        let answers = more.chain(output).chain(self.of_pair(item)).collect();
        let answered = Answered {
            n: self.at,
            name: item.name.clone(),
            text,
            label: self.opened.label.clone(),
            answer,
            answers,
            note: (!note.is_empty()).then(|| note.to_owned()),
            span: self.draft.span,
            flag: self.draft.flag,
            sighted: self.sighted(item),
            seen_ms: self.draft.since.map_or(0, |since| now.saturating_sub(since)),
            repeat: item.repeats.is_some(),
            anchor: item.sighted,
            seed: self.opened.seed,
            stratum: stratum.cloned().unwrap_or_default(),
            design: 0,
        };
        Some(self.event(now, What::Answered(Box::new(answered))))
    }

    /// Of a pair: which of the two shows it, and which stood where.
    fn of_pair(&self, item: &Item) -> impl Iterator<Item = (String, Value)> {
        let shows = self.draft.shows.map(|shows| ("shows".to_owned(), shows.as_str().into()));
        let sides = item.sides().map(|(left, right)| {
            [("left".to_owned(), left.as_json()), ("right".to_owned(), right.as_json())]
        });
        let shows = shows.filter(|_| sides.is_some());
        shows.into_iter().chain(sides.into_iter().flatten())
    }

    /// What the journal is to say when the last answer is taken back; `None` before the first, and for one that stays ([`Session::stays`]).
    #[must_use]
    pub fn undo(&self, now: u64) -> Option<Event> {
        let (id, _) = self.last()?;
        self.stays().is_none().then(|| self.event(now, What::Undone(id.clone())))
    }

    /// The item of the last answer, where that was given blind and results have been shown since: it can be answered anew, and what was said
    /// blind stays, as of any other item.
    #[must_use]
    pub fn stays(&self) -> Option<usize> {
        let (_, answered) = self.last()?;
        (self.revealed && answered.sighted.is_none()).then_some(answered.n)
    }

    /// The last answer, with the id of its event.
    fn last(&self) -> Option<&(String, Answered)> {
        self.given.get(*self.history.last()?)?.last()
    }

    /// What the journal is to say when what classifiers say is shown.
    #[must_use]
    pub fn reveal(&self, now: u64) -> Event {
        self.event(now, What::Revealed)
    }

    /// What the journal is to say at the end.
    #[must_use]
    pub fn end(&self, now: u64) -> Event {
        let Seal { strata, stratum_of } = &self.opened.seal;
        let mut ended: Vec<(Stratum, usize)> = strata.iter().cloned().map(|s| (s, 0)).collect();
        for (n, item) in self.opened.items.iter().enumerate() {
            let counts = item.repeats.is_none()
                && self.answer_to(n).is_some_and(|a| a.answer != Verdict::Skip);
            let stratum = stratum_of.get(n).and_then(|at| ended.get_mut(*at));
            if let Some((_, answered)) = stratum.filter(|_| counts) {
                *answered += 1;
            }
        }
        self.event(now, What::Ended(ended))
    }

    /// An event of this session stands in the journal: what it says holds from now on.
    pub fn written(&mut self, event: &Event) {
        if event.session != self.id {
            return;
        }
        self.next += 1;
        // What is answered after its end ends anew.
        self.ended &= !matches!(event.what, What::Answered(_) | What::Undone(_));
        match &event.what {
            What::Answered(answered) => {
                let n = answered.n;
                if let Some(given) = self.given.get_mut(n) {
                    given.push((event.id.clone(), (**answered).clone()));
                    self.history.push(n);
                }
                if n == self.at {
                    self.at = self.open_from(n + 1).unwrap_or(n);
                    // At the end the last one stays, as it was answered.
                    self.draft = self.kept.remove(&self.at).unwrap_or_default();
                    if self.at == n {
                        self.draft = self.written_draft(n);
                    }
                }
            }
            What::Undone(of) => {
                let holds = |given: &Vec<(String, Answered)>| given.iter().any(|(id, _)| id == of);
                let Some(n) = self.given.iter().position(holds) else { return };
                let undone = self.given.get_mut(n).and_then(|given| {
                    let at = given.iter().position(|(id, _)| id == of)?;
                    Some(given.remove(at).1)
                });
                if let Some(at) = self.history.iter().rposition(|own| *own == n) {
                    self.history.remove(at);
                }
                if n != self.at {
                    self.keep_draft();
                }
                self.kept.remove(&n);
                self.at = n;
                // What was said beside the answer is still there to be changed.
                self.draft = undone.as_ref().map_or_else(Draft::default, drafted);
            }
            What::Revealed => self.revealed = true,
            What::Ended(_) => self.ended = true,
            What::Opened(_) | What::Adjudicated(_) | What::Imported(_) | What::Sampled(_) => {}
        }
    }
}

/// What was said beside an answer.
fn drafted(answered: &Answered) -> Draft {
    Draft {
        note: answered.note.clone().unwrap_or_default(),
        span: answered.span,
        flag: answered.flag,
        scratchpad_seen: answered.answers.contains_key(OUTPUT),
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::review::{Candidate, Draw, ItemName, Line, Order, draw};

    fn session(n: usize, repeats: f64) -> Session {
        let candidates: Vec<Candidate> = (0..n as u64)
            .map(|index| Candidate {
                name: ItemName {
                    id: format!("t{index}"),
                    index,
                    hash: index,
                    ..ItemName::default()
                },
                strata: vec![if index % 3 == 0 { "free" } else { "paid" }.to_owned()],
                seen: index == 1,
            })
            .collect();
        let how = Draw { fields: vec!["tier".to_owned()], seed: 5, repeats, ..Draw::default() };
        let drawn = draw(&candidates, &how);
        let opened = Opened {
            label: "alignment_faking".to_owned(),
            codebook: None,
            order: Order::Whole,
            filter: String::new(),
            paths: vec!["runs/".to_owned()],
            shown: false,
            sighted: None,
            seed: 5,
            frame: n,
            frame_hash: drawn.frame_hash,
            tiers: None,
            items: drawn.items,
            seal: drawn.seal,
        };
        let mut session = Session::new("0123456789abcdef".into(), "R1".into(), "1".into(), opened);
        let opening = session.opening(0);
        session.written(&opening);
        session
    }

    fn give(session: &mut Session, verdict: Verdict, now: u64) -> Event {
        session.shown(now);
        let event = session.answer(verdict, 9, now + 500).unwrap();
        session.written(&event);
        event
    }

    #[test]
    fn one_answer_after_another_until_all_are_there() {
        let mut session = session(6, 0.0);
        for n in 0..6 {
            assert_eq!(session.at(), n);
            let event = give(&mut session, Verdict::No, n as u64 * 1_000);
            assert_eq!(event.id, format!("0123456789abcdef-{:x}", n + 1));
        }
        assert!(session.is_complete());
        let reached = session.reached();
        assert_eq!((reached.answered, reached.items, reached.pace), (6, 6, Some(500)));
        let What::Ended(strata) = session.end(9).what else { panic!("no end") };
        let counts: Vec<_> = strata.iter().map(|(s, n)| (s.name.as_str(), s.size, *n)).collect();
        assert_eq!(counts, [("free", 2, 2), ("paid", 4, 4)]);
    }

    #[test]
    fn answers_say_how_they_were_drawn_and_whether_they_are_blind() {
        let mut session = session(3, 0.0);
        let mut why = Vec::new();
        for now in 0..3 {
            let event = give(&mut session, Verdict::Yes, now);
            let What::Answered(answered) = event.what else { panic!("no answer") };
            assert_eq!((answered.stratum.size, answered.seed), (answered.stratum.drawn, 5));
            why.push((answered.name.index, answered.sighted));
        }
        why.sort();
        assert_eq!(why, [(0, None), (1, Some("opened before".to_owned())), (2, None)]);
        assert!(session.is_blind());
        session.written(&session.reveal(10));
        session.go(0);
        assert!(!session.is_blind());
        let What::Answered(late) = session.answer(Verdict::No, 9, 11).unwrap().what else {
            panic!("no answer")
        };
        assert_eq!(late.sighted.as_deref(), Some("after feedback"));
    }

    #[test]
    fn what_is_taken_back_is_asked_again_with_its_note() {
        let mut session = session(4, 0.0);
        give(&mut session, Verdict::Yes, 0);
        session.draft.note = " hm ".to_owned();
        session.draft.flag = true;
        give(&mut session, Verdict::No, 10);
        let undo = session.undo(20).unwrap();
        session.written(&undo);
        assert_eq!(
            (session.at(), session.draft.note.as_str(), session.draft.flag),
            (1, "hm", true)
        );
        assert_eq!(session.reached().answered, 1);
        session.written(&session.undo(30).unwrap());
        assert_eq!((session.at(), session.reached().answered), (0, 0));
        assert_eq!(session.undo(40), None);
    }

    #[test]
    fn what_was_answered_blind_is_not_taken_back_after_the_reveal() {
        let mut session = session(4, 0.0);
        give(&mut session, Verdict::Yes, 0);
        give(&mut session, Verdict::No, 10);
        assert_eq!(session.stays(), None);
        session.written(&session.reveal(20));
        assert_eq!((session.undo(21), session.stays()), (None, Some(1)));
        // What is said after it can be.
        session.go(1);
        give(&mut session, Verdict::Yes, 30);
        assert_eq!(session.stays(), None);
        session.written(&session.undo(40).unwrap());
        assert_eq!(session.answer_to(1).map(|a| a.answer), Some(Verdict::No));
        assert_eq!(session.stays(), Some(1));
    }

    #[test]
    fn a_changed_answer_stands_and_taking_it_back_gives_the_first() {
        let mut session = session(3, 0.0);
        give(&mut session, Verdict::Yes, 0);
        give(&mut session, Verdict::Yes, 1);
        session.go(0);
        give(&mut session, Verdict::No, 2);
        assert_eq!(session.answer_to(0).unwrap().answer, Verdict::No);
        assert_eq!(session.at(), 2, "on to what is open");
        session.written(&session.undo(3).unwrap());
        assert_eq!(session.answer_to(0).unwrap().answer, Verdict::Yes);
    }

    proptest! {
        #[test]
        fn what_the_journal_says_is_where_it_goes_on(
            steps in prop::collection::vec(0_u8..8, 0..40),
            repeats in 0.0..0.5_f64,
        ) {
            let mut session = session(7, repeats);
            let fresh = Session { next: 0, ..session.clone() };
            let mut events = vec![fresh.opening(0)];
            for (now, step) in (1..).zip(steps) {
                let event = match step {
                    0..4 => session.answer(Verdict::ALL[usize::from(step)], 1, now),
                    4 => session.undo(now),
                    5 => { session.go((session.at() + 3) % session.opened.items.len()); None }
                    6 => { session.draft.flag = !session.draft.flag; None }
                    _ => (now % 5 == 0).then(|| session.reveal(now)),
                };
                if let Some(event) = event {
                    session.written(&event);
                    events.push(event);
                }
            }
            let ids: BTreeSet<&String> = events.iter().map(|event| &event.id).collect();
            prop_assert_eq!(ids.len(), events.len(), "every event has its own id");
            events.reverse();
            let lines = events.iter().cloned().map(Line::Event);
            let resumed = Session::resumed(&session.id, "1".into(), &Standing::of(lines)).unwrap();
            // What is undone from here on is the same, too.
            let (mut one, mut other) = (session.clone(), resumed.clone());
            while let Some(undo) = one.undo(1_000) {
                let same = other.undo(1_000);
                prop_assert_eq!(Some(&undo), same.as_ref());
                one.written(&undo);
                other.written(&undo);
            }
            let standing = |session: &Session| -> Vec<Option<Answered>> {
                (0..session.opened.items.len()).map(|n| session.answer_to(n).cloned()).collect()
            };
            prop_assert_eq!(standing(&resumed), standing(&session));
            prop_assert_eq!(resumed.is_revealed(), session.is_revealed());
            prop_assert_eq!(resumed.next, session.next);
        }
    }
}
