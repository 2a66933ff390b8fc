//! Finding patterns in one sentence: where each step occurs, then chains of steps within their gaps.
//!
//! A sentence's work is bounded by its words times the steps looked at; sentences longer than
//! [`LONGEST`] words are taken in pieces by the caller, so that any text is scanned in linear time.

use super::lexicon::Class;
use super::program::{Program, Steps, Symbol};

/// Most words that are looked at as one sentence.
pub(super) const LONGEST: usize = 160;

/// A word of the sentence at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub start: usize,
    pub end: usize,
    pub class: Class,
}

/// A pattern found: the words of each step as ranges of word numbers, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
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

#[derive(Debug, Clone, Copy)]
struct State {
    start: usize,
    end: usize,
    /// Index among the states of the step before.
    back: usize,
}

/// Room that is reused from sentence to sentence.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub words: Vec<Seen>,
    /// Per symbol: where it occurs as (first word, number after the last), by first word.
    occurs: Vec<Vec<(usize, usize)>>,
    touched: Vec<Symbol>,
    steps: Vec<Vec<State>>,
}

impl Scratch {
    pub fn new(program: &Program) -> Self {
        Self { occurs: vec![Vec::new(); program.symbols], ..Self::default() }
    }

    /// Forgets the sentence.
    pub fn clear(&mut self) {
        self.words.clear();
        for symbol in self.touched.drain(..) {
            if let Some(list) = self.occurs.get_mut(usize::from(symbol)) {
                list.clear();
            }
        }
    }

    /// Notes where every step of every rule occurs in `words`.
    pub fn index(&mut self, program: &Program) {
        for (at, word) in self.words.iter().enumerate() {
            if word.class == 0 {
                continue;
            }
            let next = self.words.get(at + 1).map_or(0, |w| w.class);
            for start in program.starting(word.class) {
                if start.second.is_some_and(|atom| !program.lexicon.holds(next, atom)) {
                    continue;
                }
                let from = at + 1 + usize::from(start.second.is_some());
                for (symbol, rest) in &start.runs {
                    let follows = rest.iter().enumerate().all(|(i, atom)| {
                        let word = self.words.get(from + i);
                        word.is_some_and(|w| program.lexicon.holds(w.class, *atom))
                    });
                    if !follows {
                        continue;
                    }
                    if let Some(list) = self.occurs.get_mut(usize::from(*symbol)) {
                        if list.is_empty() {
                            self.touched.push(*symbol);
                        }
                        list.push((at, from + rest.len()));
                    }
                }
            }
        }
    }

    /// Numbers of the patterns all of whose steps occur somewhere in the sentence.
    pub fn candidates(&self, program: &Program, out: &mut Vec<u32>) {
        out.clear();
        for symbol in &self.touched {
            for number in program.by_key.get(usize::from(*symbol)).into_iter().flatten() {
                let Some((_, steps)) = program.patterns.get(*number as usize) else { continue };
                if self.all_occur(steps) {
                    out.push(*number);
                }
            }
        }
        out.sort_unstable();
    }

    fn at(&self, symbol: Symbol) -> &[(usize, usize)] {
        self.occurs.get(usize::from(symbol)).map_or(&[], Vec::as_slice)
    }

    fn all_occur(&self, steps: &Steps) -> bool {
        steps.iter().all(|(_, symbol)| !self.at(*symbol).is_empty())
    }

    /// Up to `most` matches with different ends, the earliest end first.
    pub fn find(&mut self, pattern: &Steps, most: usize) -> Vec<Match> {
        if !self.all_occur(pattern) {
            return Vec::new();
        }
        let mut table = std::mem::take(&mut self.steps);
        if table.len() < pattern.len() {
            table.resize_with(pattern.len(), Vec::new);
        }
        for (number, (gap, symbol)) in pattern.iter().enumerate() {
            let (done, rest) = table.split_at_mut(number);
            let (before, Some(states)) = (done.last(), rest.first_mut()) else { break };
            states.clear();
            for &(start, end) in self.at(*symbol) {
                let Some(before) = before else {
                    states.push(State { start, end, back: 0 });
                    continue;
                };
                // The nearest end at or before this start leaves the smallest gap.
                let Some(back) = before.partition_point(|s| s.end <= start).checked_sub(1) else {
                    continue;
                };
                if before.get(back).is_some_and(|s| start - s.end <= usize::from(*gap)) {
                    states.push(State { start, end, back });
                }
            }
            if states.is_empty() {
                self.steps = table;
                return Vec::new();
            }
            // Of several with one end, the shortest stands.
            if states.len() > 1 {
                states.sort_unstable_by_key(|s| (s.end, std::cmp::Reverse(s.start)));
                states.dedup_by_key(|s| s.end);
            }
        }
        let used = table.get(..pattern.len()).unwrap_or_default();
        let found = used.last().map_or(0, Vec::len).min(most);
        let matches = (0..found)
            .map(|mut at| {
                let mut parts: Vec<(usize, usize)> = Vec::with_capacity(used.len());
                for states in used.iter().rev() {
                    if let Some(state) = states.get(at) {
                        parts.push((state.start, state.end));
                        at = state.back;
                    }
                }
                parts.reverse();
                Match { parts }
            })
            .collect();
        self.steps = table;
        matches
    }

    /// The first match of any of the patterns for which `good` holds.
    pub fn first(
        &mut self,
        patterns: &[Steps],
        mut good: impl FnMut(&Match) -> bool,
    ) -> Option<Match> {
        patterns.iter().find_map(|p| self.find(p, LONGEST).into_iter().find(&mut good))
    }
}
