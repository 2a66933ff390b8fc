//! Finding patterns in one sentence: where each step occurs, then chains of steps within their gaps.
//!
//! A sentence's work is bounded by its words times the steps looked at; sentences longer than
//! [`LONGEST`] words are taken in pieces by the caller, so that any text is scanned in linear time.

use super::bits::Bits;
use super::feature::Roles;
use super::hints::Longer;
use super::pattern::{Pattern, Step};
use super::program::Program;
use super::runs::{Atom, Symbol};
use super::seen::Seen;

/// Most words that are looked at as one sentence.
pub(super) const LONGEST: usize = 160;

/// A pattern found: the words of each step as ranges of word numbers, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Match {
    pub parts: Vec<(usize, usize)>,
}

impl Match {
    /// Number of the first word.
    pub fn first(&self) -> usize {
        self.parts.first().map_or(0, |p| p.0)
    }

    /// Number just after the last word.
    pub fn end(&self) -> usize {
        self.parts.last().map_or(0, |p| p.1)
    }

    /// Whether the word is one of the matched ones, gaps excluded.
    pub fn holds(&self, word: usize) -> bool {
        self.parts.iter().any(|(from, to)| (*from..*to).contains(&word))
    }
}

/// The words that are looked at, at most [`LONGEST`], and the program that knows their classes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub program: &'a Program,
    pub words: &'a [Seen],
}

/// Whether the words around this one and the next, which are known to be of the run, are all of it.
#[inline]
fn is_run(piece: Piece<'_>, number: usize, longer: &Longer) -> bool {
    let Piece { program, words } = piece;
    let lexicon = &program.lexicon;
    if longer.words == 3 {
        let (atom, offset) = longer.third;
        let third = number.checked_add_signed(isize::from(offset)).and_then(|n| words.get(n));
        return third.is_some_and(|word| lexicon.holds(word.class, atom));
    }
    is_whole_run(piece, number, longer)
}

/// Whether the words around this one are all of the run.
fn is_whole_run(piece: Piece<'_>, number: usize, longer: &Longer) -> bool {
    let Piece { program, words } = piece;
    let runs = program.steps.get(usize::from(longer.step));
    let run = runs.map_or(&[][..], |runs| runs.get(usize::from(longer.run)));
    let start = number.checked_sub(usize::from(longer.before));
    let words = start.and_then(|start| words.get(start..start + run.len()));
    let holds = |(word, atom): (&Seen, &Atom)| program.lexicon.holds(word.class, *atom);
    words.is_some_and(|words| words.iter().zip(run).all(holds))
}

#[derive(Debug, Clone, Copy)]
struct State {
    start: usize,
    end: usize,
    /// Index among the states of the step before.
    back: usize,
}

/// Where a step occurs, as (first word, number after the last), and for which piece that was worked out.
#[derive(Debug, Clone, Default)]
struct Occurrences {
    piece: u64,
    places: Vec<(usize, usize)>,
}

/// Room that is reused from piece to piece, and what is known of the piece at hand.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    /// The steps that occur.
    present: Bits,
    /// Where steps occur with more than one word.
    longer: Vec<(Symbol, usize, usize)>,
    /// By step, worked out when it is asked for.
    occurrences: Vec<Occurrences>,
    /// Where phrases occur: the step, and the match whose ends are those of the place.
    phrases: Vec<(Symbol, Match)>,
    /// Numbers of patterns of phrases that may occur.
    candidates: Vec<u32>,
    /// Number of the piece at hand.
    piece: u64,
    table: Vec<Vec<State>>,
    /// The same for a phrase, which is looked for while a pattern is gone through.
    spare: Vec<Vec<State>>,
    one: Match,
}

impl Matcher {
    pub fn new(program: &Program) -> Self {
        Self {
            present: Bits::new(program.steps.len()),
            occurrences: vec![Occurrences::default(); program.steps.len()],
            ..Self::default()
        }
    }

    /// Turns to a piece and notes which steps occur in it.
    pub fn turn_to(&mut self, piece: Piece<'_>) {
        self.piece += 1;
        let hints = &piece.program.hints;
        self.present.clear();
        for word in piece.words {
            self.present.join(hints.single(word.class));
        }
        self.longer.clear();
        let next = piece.words.iter().skip(1);
        for (number, (word, next)) in piece.words.iter().zip(next).enumerate() {
            for longer in hints.longer(word.class, next.class) {
                if longer.words == 2 || is_run(piece, number, longer) {
                    self.note(number, longer);
                }
            }
        }
        for longer in hints.everywhere() {
            let numbers = 0..piece.words.len();
            let found = numbers.filter(|number| is_whole_run(piece, *number, longer));
            found.for_each(|number| self.note(number, longer));
        }
        self.expect_phrases(piece);
    }

    /// Notes which phrases may occur: all steps of one of their patterns do. Where they do is worked out when a rule
    /// asks, which most never do.
    fn expect_phrases(&mut self, piece: Piece<'_>) {
        self.phrases.clear();
        let program = piece.program;
        program.phrase_needs.met(&self.present, &mut self.candidates);
        for number in &self.candidates {
            if let Some((step, _)) = program.phrases.get(*number as usize) {
                self.present.set(*step);
            }
        }
    }

    /// Looks for a phrase; nothing when the step is none.
    fn find_phrase(&mut self, piece: Piece<'_>, step: Symbol) {
        let of = |number: &u32| piece.program.phrases.get(*number as usize);
        // In order of their steps.
        let first = self.candidates.partition_point(|n| of(n).is_some_and(|p| p.0 < step));
        let is_own = |number: &&u32| of(number).is_some_and(|p| p.0 == step);
        let own = self.candidates.iter().skip(first).take_while(is_own).count();
        if own == 0 {
            return;
        }
        // The table is in use for the pattern that asks.
        std::mem::swap(&mut self.table, &mut self.spare);
        for at in first..first + own {
            let pattern = self.candidates.get(at).and_then(of).map(|(_, pattern)| pattern);
            let pattern = pattern.map_or(&[][..], Vec::as_slice);
            for at in 0..self.go_through(piece, pattern) {
                let mut found = Match { parts: Vec::with_capacity(pattern.len()) };
                self.read(pattern, at, &mut found);
                self.note_phrase(step, found);
            }
        }
        std::mem::swap(&mut self.table, &mut self.spare);
    }

    fn note_phrase(&mut self, step: Symbol, found: Match) {
        let Some(known) = self.occurrences.get_mut(usize::from(step)) else { return };
        let place = (found.first(), found.end());
        if !known.places.contains(&place) {
            known.places.push(place);
            self.phrases.push((step, found));
        }
    }

    /// Notes a longer run that was found at a word.
    #[inline]
    fn note(&mut self, number: usize, longer: &Longer) {
        let start = number - usize::from(longer.before);
        self.longer.push((longer.step, start, start + usize::from(longer.words)));
        self.present.set(longer.step);
    }

    /// Which classes of words that features ask for are there.
    #[inline]
    pub fn roles(&self, piece: Piece<'_>) -> Roles {
        piece.program.features.roles(&self.present)
    }

    /// Numbers of the patterns all of whose steps occur in the piece, in order.
    #[inline]
    pub fn candidates(&self, piece: Piece<'_>, out: &mut Vec<u32>) {
        piece.program.needs.met(&self.present, out);
    }

    /// Works out where a step occurs.
    fn locate(&mut self, piece: Piece<'_>, step: Symbol) {
        let Some(known) = self.occurrences.get_mut(usize::from(step)) else { return };
        if known.piece == self.piece {
            return;
        }
        known.piece = self.piece;
        known.places.clear();
        let members = piece.program.hints.members(step);
        for (number, word) in (0..).zip(piece.words) {
            let bits = members.get(usize::from(word.class / 64)).copied().unwrap_or_default();
            if bits >> (word.class % 64) & 1 != 0 {
                known.places.push((number, number + 1));
            }
        }
        let longer = self.longer.iter().filter(|(known, ..)| *known == step);
        known.places.extend(longer.map(|(_, start, end)| (*start, *end)));
        self.find_phrase(piece, step);
    }

    /// The number of matches, which then stand in the table: one for each different end, the earliest first.
    #[inline]
    fn count(&mut self, piece: Piece<'_>, pattern: &[Step]) -> usize {
        let is_there = pattern.iter().all(|step| self.present.has(step.runs));
        if is_there { self.go_through(piece, pattern) } else { 0 }
    }

    /// Fills the table with the ways in which the pattern can be gone through, step by step.
    fn go_through(&mut self, piece: Piece<'_>, pattern: &[Step]) -> usize {
        if self.table.len() < pattern.len() {
            self.table.resize_with(pattern.len(), Vec::new);
        }
        let mut found = 0;
        for (number, step) in pattern.iter().enumerate() {
            self.locate(piece, step.runs);
            let (done, rest) = self.table.split_at_mut(number);
            let (before, Some(states)) = (done.last(), rest.first_mut()) else { return 0 };
            let places = self.occurrences.get(usize::from(step.runs));
            states.clear();
            for &(start, end) in places.map_or(&[][..], |o| &o.places) {
                let Some(before) = before else {
                    states.push(State { start, end, back: 0 });
                    continue;
                };
                // The nearest end at or before this start leaves the smallest gap.
                let Some(back) = before.partition_point(|s| s.end <= start).checked_sub(1) else {
                    continue;
                };
                if before.get(back).is_some_and(|s| start - s.end <= usize::from(step.gap)) {
                    states.push(State { start, end, back });
                }
            }
            // Of several with one end, the shortest stands.
            if states.len() > 1 {
                states.sort_unstable_by_key(|s| (s.end, std::cmp::Reverse(s.start)));
                states.dedup_by_key(|s| s.end);
            }
            found = states.len();
            if found == 0 {
                return 0;
            }
        }
        found
    }

    /// Reads a match of the pattern off the table; of phrases the words that they matched.
    fn read(&self, pattern: &[Step], mut at: usize, found: &mut Match) {
        found.parts.clear();
        for (step, states) in pattern.iter().zip(&self.table).rev() {
            let Some(state) = states.get(at) else { continue };
            let place = (state.start, state.end);
            let is_it = |(known, found): &&(Symbol, Match)| {
                *known == step.runs && (found.first(), found.end()) == place
            };
            match self.phrases.iter().find(is_it) {
                Some((_, phrase)) => found.parts.extend(phrase.parts.iter().rev()),
                None => found.parts.push(place),
            }
            at = state.back;
        }
        found.parts.reverse();
    }

    /// Where a step occurs first, as (first word, number after the last).
    pub fn place(&mut self, piece: Piece<'_>, step: Symbol) -> Option<(usize, usize)> {
        self.locate(piece, step);
        self.occurrences.get(usize::from(step))?.places.iter().min().copied()
    }

    /// Whether the pattern, which is among the candidates, is found at all.
    #[inline]
    pub fn is_found(&mut self, piece: Piece<'_>, pattern: &[Step]) -> bool {
        match pattern {
            // A step that is there is there; of a phrase it is only known that its steps are.
            [step] if !piece.program.is_phrase(step.runs) => true,
            _ => self.count(piece, pattern) > 0,
        }
    }

    /// Up to `most` matches with different ends, the earliest end first.
    pub fn find(&mut self, piece: Piece<'_>, pattern: &[Step], most: usize) -> Vec<Match> {
        let found = self.count(piece, pattern).min(most);
        let read = |at| {
            let mut found = Match { parts: Vec::with_capacity(pattern.len()) };
            self.read(pattern, at, &mut found);
            found
        };
        (0..found).map(read).collect()
    }

    /// The first match of any of the patterns for which `good` holds.
    pub fn first(
        &mut self,
        piece: Piece<'_>,
        patterns: &[Pattern],
        mut good: impl FnMut(&Match) -> bool,
    ) -> Option<Match> {
        let mut one = std::mem::take(&mut self.one);
        let found = patterns.iter().any(|pattern| {
            (0..self.count(piece, pattern)).any(|at| {
                self.read(pattern, at, &mut one);
                good(&one)
            })
        });
        let first = found.then(|| one.clone());
        self.one = one;
        first
    }
}
