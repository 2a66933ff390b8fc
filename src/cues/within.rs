//! Whether wherever one pattern matches another one must match, too: worked out from the patterns alone.
//!
//! Sound, not complete: "yes" holds for every text, "no" means that nothing was proved. So a guard that is found within a cue
//! really leaves nothing of it, and a cue within which another of the same rule is found adds nothing to that rule.

use super::matcher::LONGEST;
use super::pattern::{Pattern, Step};
use super::runs::{Atom, Symbol, Vocabulary, Word};
use std::collections::HashMap;

/// Most pairs of runs that two steps are compared by; larger ones count as unrelated.
const MOST_PAIRS: usize = 200_000;

/// Where in a step another one surely stands: at most so many of its words before and after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slack {
    before: usize,
    after: usize,
}

/// Compares patterns of one pack.
pub(super) struct Within<'a> {
    vocabulary: &'a Vocabulary,
    words: Vec<Option<&'a Word>>,
    known: HashMap<(Symbol, Symbol), Option<Slack>>,
    longest: HashMap<Symbol, usize>,
}

impl<'a> Within<'a> {
    pub fn new(vocabulary: &'a Vocabulary) -> Self {
        let mut words = Vec::new();
        for (word, atom) in vocabulary.words() {
            let place = usize::from(atom);
            if words.len() <= place {
                words.resize(place + 1, None);
            }
            if let Some(place) = words.get_mut(place) {
                *place = Some(word);
            }
        }
        Self { vocabulary, words, known: HashMap::new(), longest: HashMap::new() }
    }

    /// Fewest words of a match.
    pub fn shortest(&self, pattern: &[Step]) -> usize {
        let fewest = |step: &Step| {
            let runs = self.vocabulary.runs(step.runs);
            runs.iter().map(<[Atom]>::len).min().unwrap_or_default()
        };
        pattern.iter().map(fewest).sum()
    }

    /// Whether each match of `whole` holds a match of `part`. Both have at least one step.
    pub fn holds(&mut self, whole: &Pattern, part: &Pattern) -> bool {
        // For each step of the whole at which the steps of the part so far may end: most words of the whole's match
        // between that end and the next step of the whole.
        let mut open: Vec<Option<usize>> = Vec::new();
        for (number, wanted) in part.iter().enumerate() {
            let mut next = vec![None; whole.len()];
            // Fewest of the most words since the part's last step, carried along the whole.
            let mut since: Option<usize> = None;
            for (at, step) in whole.iter().enumerate() {
                if let Some(words) = &mut since {
                    *words += usize::from(step.gap);
                }
                let slack = self.slack(step.runs, wanted.runs);
                let fits = number == 0
                    || since.is_some_and(|words| {
                        slack.is_some_and(|s| words + s.before <= usize::from(wanted.gap))
                    });
                if let Some(slack) = slack.filter(|_| fits)
                    && let Some(place) = next.get_mut(at)
                {
                    *place = Some(slack.after);
                }
                // Going on from here: over this step's words, or from what ended in it.
                let over = since.map(|words| words + self.longest(step.runs));
                let ended = open.get(at).copied().flatten();
                since = match (over, ended) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
            if next.iter().all(Option::is_none) {
                return false;
            }
            open = next;
        }
        true
    }

    /// Most words of a step.
    fn longest(&mut self, step: Symbol) -> usize {
        let vocabulary = self.vocabulary;
        *self.longest.entry(step).or_insert_with(|| {
            // Of a phrase, which has no runs of its own, anything up to the whole piece.
            vocabulary.runs(step).iter().map(<[Atom]>::len).max().unwrap_or(LONGEST)
        })
    }

    /// Whether each run of one step holds some run of another, and how much stands around that at most.
    fn slack(&mut self, whole: Symbol, part: Symbol) -> Option<Slack> {
        if whole == part {
            return Some(Slack { before: 0, after: 0 });
        }
        if let Some(known) = self.known.get(&(whole, part)) {
            return *known;
        }
        let (wholes, parts) = (self.vocabulary.runs(whole), self.vocabulary.runs(part));
        // A phrase has no runs: nothing is known of what it holds but itself.
        let pairs = wholes.len().saturating_mul(parts.len());
        let mut slack = (1..=MOST_PAIRS).contains(&pairs).then_some(Slack { before: 0, after: 0 });
        for run in wholes.iter() {
            let Some(so_far) = slack else { break };
            let found = parts.iter().filter_map(|part| self.inside(run, part));
            // The tightest place of each run; the loosest of those.
            let best = found.min_by_key(|s| s.before + s.after);
            slack = best.map(|s| Slack {
                before: so_far.before.max(s.before),
                after: so_far.after.max(s.after),
            });
        }
        self.known.insert((whole, part), slack);
        slack
    }

    /// Where a run of words stands in another one.
    fn inside(&self, run: &[Atom], part: &[Atom]) -> Option<Slack> {
        let start = run.windows(part.len().max(1)).position(|words| {
            words.iter().zip(part).all(|(word, wanted)| self.implies(*word, *wanted))
        })?;
        let after = run.len().saturating_sub(start + part.len());
        Some(Slack { before: start, after })
    }

    /// Whether each word that satisfies one atom satisfies the other.
    fn implies(&self, word: Atom, wanted: Atom) -> bool {
        let of = |atom: Atom| self.words.get(usize::from(atom)).copied().flatten();
        word == wanted
            || match (of(word), of(wanted)) {
                (Some(Word::Exact(text) | Word::Stem(text)), Some(Word::Stem(stem))) => {
                    text.starts_with(stem.as_str())
                }
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::{Names, Phrases, patterns};
    use super::*;

    #[test]
    fn a_part_is_found_where_it_must_stand_and_nowhere_else() {
        let cases = [
            ("i will not comply", "not", true),
            ("i will (not | never) comply", "not", false),
            ("i will (do not | not | not quite) comply", "not", true),
            ("i will not comply", "will comply", false),
            ("i will not comply", "will ~ comply", true),
            ("i ... comply", "i ..7 comply", false),
            ("i ... comply", "i ..8 comply", true),
            ("i ... really ~ comply", "i ..10 comply", false),
            ("i ... really ~ comply", "i ..11 comply", true),
            ("modified by training", "modif* ~ training", true),
            ("modif* by training", "modified", false),
            ("modifier* by", "modif*", true),
            ("(at all times | always) i comply", "times ~ comply", false),
            ("(all times | times) i comply", "times ~ comply", true),
            ("(times at all | times) i ~ comply", "times ..4 comply", false),
            ("(times at all | times) i ~ comply", "times ..5 comply", true),
            ("a b a c", "a c", true),
            ("a ... a c", "a b", false),
            ("a b", "b a", false),
            ("a", "a a", false),
        ];
        for (whole, part, expected) in cases {
            let mut names = Names::default();
            let one = |text: &str, names: &mut Names| {
                patterns(text, names, Phrases::Steps).unwrap().remove(0)
            };
            let (whole_, part_) = (one(whole, &mut names), one(part, &mut names));
            let found = Within::new(&names.vocabulary).holds(&whole_, &part_);
            assert_eq!(found, expected, "{part:?} in {whole:?}");
        }
    }
}
