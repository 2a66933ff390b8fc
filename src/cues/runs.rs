//! What rules ask for, by number: words and stems, and the runs of adjacent words that a step may be.
//!
//! Numbers because a pack stands for thousands of runs: they are built, compared and looked up as small
//! integers, and every string is kept once.

use std::collections::HashMap;
use std::sync::Arc;

/// One word as a rule asks for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Word {
    /// Exactly this word.
    Exact(String),
    /// Any word that begins so.
    Stem(String),
}

/// Number of a word or stem that rules ask for.
pub(super) type Atom = u16;

/// Number of a distinct step (a set of alternative runs).
pub(super) type Symbol = u16;

/// Runs of adjacent words, all in one list. A run may be empty while a cue is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Runs {
    words: Vec<Atom>,
    /// Where each run ends in `words`.
    ends: Vec<u32>,
}

impl Runs {
    /// The one run without a word: what can stand before anything.
    pub fn nothing() -> Self {
        Self { words: Vec::new(), ends: vec![0] }
    }

    pub fn of(word: Atom) -> Self {
        Self { words: vec![word], ends: vec![1] }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[Atom]> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let run = self.words.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            run
        })
    }

    #[inline]
    pub fn get(&self, index: usize) -> &[Atom] {
        let end = |i: usize| self.ends.get(i).map_or(0, |e| *e as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.words.get(start..end(index)).unwrap_or_default()
    }

    pub fn push(&mut self, run: &[Atom]) {
        self.words.extend_from_slice(run);
        self.ends.push(self.words.len() as u32);
    }

    pub fn append(&mut self, more: &Self) {
        let base = self.words.len() as u32;
        self.words.extend_from_slice(&more.words);
        self.ends.extend(more.ends.iter().map(|end| base + end));
    }

    /// Begins again with the one run without a word.
    pub fn restart(&mut self) {
        self.words.clear();
        self.ends.clear();
        self.ends.push(0);
    }

    /// Adds a word to the end of every run.
    pub fn go_on_with(&mut self, word: Atom) {
        if let [end] = self.ends.as_mut_slice() {
            self.words.push(word);
            *end += 1;
        } else {
            *self = self.followed_by(&Self::of(word));
        }
    }

    /// Every run followed by every one of the others.
    pub fn followed_by(&self, others: &Self) -> Self {
        let words = self.words.len() * others.len() + others.words.len() * self.len();
        let mut all = Self {
            words: Vec::with_capacity(words),
            ends: Vec::with_capacity(self.len() * others.len()),
        };
        for run in self.iter() {
            for other in others.iter() {
                all.words.extend_from_slice(run);
                all.push(other);
            }
        }
        all
    }

    /// In order, without repeats.
    pub fn tidy(&self) -> Self {
        let mut sorted: Vec<&[Atom]> = self.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut all = Self {
            words: Vec::with_capacity(self.words.len()),
            ends: Vec::with_capacity(sorted.len()),
        };
        for run in sorted {
            all.push(run);
        }
        all
    }
}

/// The words and steps of a pack and of those it extends.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    words: HashMap<Word, Atom>,
    numbers: HashMap<Arc<Runs>, Symbol>,
    steps: Vec<Arc<Runs>>,
}

impl Vocabulary {
    /// The number of a word, a new one where it is new.
    ///
    /// # Errors
    /// More words than a pack of a sane size has.
    pub fn word(&mut self, word: Word) -> Result<Atom, String> {
        let next = Atom::try_from(self.words.len());
        if let Some(known) = self.words.get(&word) {
            Ok(*known)
        } else {
            let new = next.map_err(|_| format!("more than {} words", Atom::MAX))?;
            self.words.insert(word, new);
            Ok(new)
        }
    }

    /// The number of a step, a new one where it is new.
    ///
    /// # Errors
    /// More steps than a pack of a sane size has.
    pub fn step(&mut self, runs: Runs) -> Result<Symbol, String> {
        if let Some(known) = self.numbers.get(&runs) {
            return Ok(*known);
        }
        let new = Symbol::try_from(self.steps.len());
        let new = new.map_err(|_| format!("more than {} different steps", Symbol::MAX))?;
        let runs = Arc::new(runs);
        self.numbers.insert(Arc::clone(&runs), new);
        self.steps.push(runs);
        Ok(new)
    }

    /// The number of a new step that is no run of words but whatever a phrase matches.
    ///
    /// # Errors
    /// As [`Vocabulary::step`].
    pub fn phrase(&mut self) -> Result<Symbol, String> {
        let new = Symbol::try_from(self.steps.len());
        let new = new.map_err(|_| format!("more than {} different steps", Symbol::MAX))?;
        self.steps.push(Arc::default());
        Ok(new)
    }

    /// The runs that a step may be; none of a phrase.
    pub fn runs(&self, step: Symbol) -> Arc<Runs> {
        self.steps.get(usize::from(step)).cloned().unwrap_or_default()
    }

    /// All steps, in order of their number.
    pub fn steps(&self) -> &[Arc<Runs>] {
        &self.steps
    }

    /// All words with their numbers, in no order.
    pub fn words(&self) -> impl Iterator<Item = (&Word, Atom)> {
        self.words.iter().map(|(word, atom)| (word, *atom))
    }
}
