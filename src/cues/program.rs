//! A pack compiled for scanning: words numbered, steps shared, patterns filed under their rarest step.

use super::lexicon::{Atom, Class, Lexicon};
use super::pack::Pack;
use super::pattern::{Pattern, Word};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Number of a distinct step (a set of alternatives).
pub(super) type Symbol = u16;

/// Steps as symbols, each with the most words allowed before it.
pub(super) type Steps = Vec<(u16, Symbol)>;

/// Runs that begin with one word and go on with the same second word, so that it is looked at once for all
/// of them: common words begin hundreds of runs.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// Second word; `None` for runs of one word.
    pub second: Option<Atom>,
    /// Symbols, and the atoms of the words after the second.
    pub runs: Vec<(Symbol, Vec<Atom>)>,
}

/// What a pattern found in a sentence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A cue of the rule.
    Any(usize),
    /// What the rule wants to have seen before.
    After(usize),
}

/// Patterns that are only looked at once a rule has matched.
#[derive(Debug, Clone, Default)]
pub(super) struct Guards {
    pub not_before: Vec<Steps>,
    pub not_after: Vec<Steps>,
    pub unless: Vec<Steps>,
}

/// A compiled doubt: its cues and its exceptions.
#[derive(Debug, Clone)]
pub(super) struct DoubtSteps {
    pub any: Vec<Steps>,
    pub unless: Vec<Steps>,
}

#[derive(Debug, Clone)]
pub(super) struct Program {
    pub lexicon: Lexicon,
    /// Per class: what may begin with such a word.
    pub starts: Vec<Vec<Start>>,
    pub symbols: usize,
    pub patterns: Vec<(Owner, Steps)>,
    /// Patterns filed under the symbol that is least likely to occur.
    pub by_key: Vec<Vec<u32>>,
    pub guards: Vec<Guards>,
    pub doubts: Vec<DoubtSteps>,
}

/// So common in these texts that a pattern is never filed under one of them if it can be helped.
const COMMON: [&str; 76] = [
    "i", "me", "my", "we", "our", "the", "a", "an", "this", "that", "it", "is", "are", "be", "am",
    "was", "been", "being", "to", "of", "in", "on", "for", "by", "with", "as", "at", "from", "or",
    "and", "but", "if", "not", "no", "so", "would", "will", "can", "could", "should", "must",
    "may", "might", "do", "does", "have", "has", "had", "get", "more", "less", "than", "then",
    "them", "their", "they", "what", "which", "when", "because", "since", "these", "any", "all",
    "user", "request", "response", "training", "rlhf", "model", "ai", "future", "harm", "harmful",
    "comply", "values",
];

#[derive(Default)]
struct Builder {
    atoms: BTreeMap<Word, Atom>,
    symbols: HashMap<Arc<Vec<Vec<Word>>>, Symbol>,
    /// The same by address: steps of one macro share their alternatives, and comparing hundreds of words for
    /// each would be most of the start-up time.
    by_address: HashMap<usize, Symbol>,
    /// In order of their number, with how common they are (0: rare). Keeps every address above alive.
    alternatives: Vec<(Arc<Vec<Vec<Word>>>, usize)>,
}

impl Builder {
    fn symbol(&mut self, alternatives: &Arc<Vec<Vec<Word>>>) -> Symbol {
        let address = Arc::as_ptr(alternatives) as usize;
        if let Some(known) = self.by_address.get(&address) {
            return *known;
        }
        if let Some(known) = self.symbols.get(alternatives) {
            return *known;
        }
        // More than 65,535 distinct steps or words cannot come from packs of a sane size; what is beyond
        // shares a number with the last and the self-tests of the pack show it.
        let new = Symbol::try_from(self.alternatives.len()).unwrap_or(Symbol::MAX);
        let mut common = 0;
        for word in alternatives.iter().flatten() {
            let next = Atom::try_from(self.atoms.len()).unwrap_or(Atom::MAX);
            self.atoms.entry(word.clone()).or_insert(next);
        }
        for run in alternatives.iter() {
            let is_common = |w: &Word| matches!(w, Word::Exact(t) if COMMON.contains(&t.as_str()));
            common += usize::from(run.iter().all(is_common));
        }
        self.by_address.insert(address, new);
        self.symbols.insert(Arc::clone(alternatives), new);
        self.alternatives.push((Arc::clone(alternatives), common));
        new
    }

    fn steps(&mut self, pattern: &Pattern) -> Steps {
        pattern.iter().map(|s| (s.gap, self.symbol(&s.alternatives))).collect()
    }

    fn all(&mut self, patterns: &[Pattern]) -> Vec<Steps> {
        patterns.iter().map(|p| self.steps(p)).collect()
    }
}

impl Program {
    pub fn new(pack: &Pack) -> Self {
        let mut builder = Builder::default();
        let mut patterns = Vec::new();
        let mut guards = Vec::new();
        for (number, rule) in pack.rules.iter().enumerate() {
            patterns.extend(builder.all(&rule.any).into_iter().map(|s| (Owner::Any(number), s)));
            patterns
                .extend(builder.all(&rule.after).into_iter().map(|s| (Owner::After(number), s)));
            guards.push(Guards {
                not_before: builder.all(&rule.not_before),
                not_after: builder.all(&rule.not_after),
                unless: builder.all(&rule.unless),
            });
        }
        let doubts = pack
            .doubts
            .iter()
            .map(|d| DoubtSteps { any: builder.all(&d.any), unless: builder.all(&d.unless) })
            .collect();
        let lexicon = Lexicon::new(&builder.atoms);
        let mut by_first: HashMap<Atom, Vec<(Symbol, Vec<Atom>)>> = HashMap::new();
        for (symbol, (alternatives, _)) in builder.alternatives.iter().enumerate() {
            for run in alternatives.iter() {
                let mut atoms = run.iter().filter_map(|w| builder.atoms.get(w).copied());
                if let Some(first) = atoms.next() {
                    by_first.entry(first).or_default().push((symbol as Symbol, atoms.collect()));
                }
            }
        }
        let starts = lexicon
            .classes()
            .iter()
            .map(|atoms| {
                let mut groups: BTreeMap<Option<Atom>, Vec<(Symbol, Vec<Atom>)>> = BTreeMap::new();
                for (symbol, rest) in atoms.iter().filter_map(|a| by_first.get(a)).flatten() {
                    let after = rest.get(1..).unwrap_or_default().to_vec();
                    groups.entry(rest.first().copied()).or_default().push((*symbol, after));
                }
                let tidy = |(second, mut runs): (Option<Atom>, Vec<_>)| {
                    runs.sort();
                    runs.dedup();
                    Start { second, runs }
                };
                groups.into_iter().map(tidy).collect()
            })
            .collect();
        let mut by_key = vec![Vec::new(); builder.alternatives.len()];
        for (number, (_, steps)) in patterns.iter().enumerate() {
            let commonness = |s: &(u16, Symbol)| {
                builder
                    .alternatives
                    .get(usize::from(s.1))
                    .map_or((0, 0), |(a, common)| (*common, a.len()))
            };
            let key = steps.iter().min_by_key(|s| commonness(s));
            if let Some(place) = key.and_then(|(_, s)| by_key.get_mut(usize::from(*s))) {
                place.push(number as u32);
            }
        }
        Self {
            symbols: builder.alternatives.len(),
            lexicon,
            starts,
            patterns,
            by_key,
            guards,
            doubts,
        }
    }

    /// Runs that begin with a word of this class.
    pub fn starting(&self, class: Class) -> &[Start] {
        self.starts.get(usize::from(class)).map_or(&[], Vec::as_slice)
    }
}
