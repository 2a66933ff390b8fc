//! What is counted while rows arrive, so that nothing must go through all rows for a key press or a frame.
//!
//! Tiers by frequency (for the tier key), labels by frequency (for the list's label column) and the words for
//! completion. Counts of facets are the catalogue's.

use std::collections::HashMap;

use crate::corpus::Word;
use crate::model::OutcomeValue;
use crate::query::Vocabulary;

/// The label that the list shows when the corpus has it.
const MAIN_LABEL: &str = "alignment_faking";

/// Most words of a kind that are kept for completion; names are open sets and may be hostile.
const MOST_WORDS: usize = 2000;

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    tiers: HashMap<String, usize>,
    labels: HashMap<String, usize>,
}

impl Tally {
    /// Counts the rows that have a word; `vocabulary` learns it.
    pub fn add(&mut self, word: Word<'_>, rows: usize, vocabulary: &mut Vocabulary) {
        match word {
            Word::Value("tier", tier) => {
                if let Some(count) = self.tiers.get_mut(tier) {
                    *count += rows;
                } else {
                    self.tiers.insert(tier.to_owned(), rows);
                    learn("tier", tier, vocabulary);
                }
            }
            Word::Value(field, value) => learn(field, value, vocabulary),
            Word::Label { name, canonical } => {
                if let Some(count) = self.labels.get_mut(name) {
                    *count += rows;
                } else if self.labels.len() < MOST_WORDS {
                    self.labels.insert(name.to_owned(), rows);
                    // Rows are counted anew when they change; what was learnt stays.
                    if !vocabulary.labels.iter().any(|known| known == name) {
                        let at = if canonical { 0 } else { vocabulary.labels.len() };
                        vocabulary.labels.insert(at, name.to_owned());
                    }
                }
            }
            Word::Category(name, value) => {
                let known = |(n, v): &(String, String)| n == name && v == value;
                let few = vocabulary.label_values.len() < MOST_WORDS;
                if few && !vocabulary.label_values.iter().any(known) {
                    vocabulary.label_values.push((name.to_owned(), value.to_owned()));
                }
            }
        }
    }

    /// Every tier with its number of rows, most frequent first, ties by name.
    #[must_use]
    pub fn tiers(&self) -> Vec<(&str, usize)> {
        by_count(&self.tiers)
    }

    /// Whether any row says its tier.
    #[must_use]
    pub fn has_tiers(&self) -> bool {
        !self.tiers.is_empty()
    }

    /// The label of the list's column: `alignment_faking` when any row has it, else the most frequent one.
    #[must_use]
    pub fn main_label(&self) -> Option<&str> {
        if self.labels.contains_key(MAIN_LABEL) {
            return Some(MAIN_LABEL);
        }
        let best = self.labels.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        best.map(|(name, _)| name.as_str())
    }
}

/// Adds a word to those of a field.
fn learn(field: &str, value: &str, vocabulary: &mut Vocabulary) {
    let at = vocabulary.values.iter().position(|(name, _)| name == field);
    let at = at.unwrap_or_else(|| {
        vocabulary.values.push((field.to_owned(), Vec::new()));
        vocabulary.values.len() - 1
    });
    if let Some((_, words)) = vocabulary.values.get_mut(at)
        && words.len() < MOST_WORDS
        && !words.iter().any(|w| w == value)
    {
        words.push(value.to_owned());
    }
}

/// Words that are known before any row: outcomes, parse states.
#[must_use]
pub fn first_words(categories: &[crate::cues::Category]) -> Vocabulary {
    let words = |list: &[&str]| list.iter().map(|&w| w.to_owned()).collect::<Vec<String>>();
    let outcomes: Vec<&str> = OutcomeValue::ALL.iter().map(|o| o.as_str()).collect();
    let values = vec![
        ("outcome".to_owned(), words(&outcomes)),
        ("parse".to_owned(), words(&["clean", "repaired", "missing"])),
    ];
    let mut vocabulary = Vocabulary { values, ..Vocabulary::default() };
    learn_categories(categories, &mut vocabulary);
    vocabulary
}

/// Adds the categories of cues to the words.
pub fn learn_categories(categories: &[crate::cues::Category], vocabulary: &mut Vocabulary) {
    for category in categories {
        learn("cue", &category.name, vocabulary);
    }
}

fn by_count(counts: &HashMap<String, usize>) -> Vec<(&str, usize)> {
    let mut list: Vec<(&str, usize)> = counts.iter().map(|(k, n)| (k.as_str(), *n)).collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_are_counted_anew_are_learnt_once() {
        let mut vocabulary = Vocabulary::default();
        for _ in 0..2 {
            let mut tally = Tally::default();
            for (name, canonical) in [("zeal", false), ("alignment_faking", true)] {
                tally.add(Word::Label { name, canonical }, 3, &mut vocabulary);
            }
            assert_eq!(tally.main_label(), Some("alignment_faking"));
        }
        assert_eq!(vocabulary.labels, ["alignment_faking", "zeal"]);
    }
}
