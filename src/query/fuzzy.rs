//! Fuzzy matching over short fields: the palette, the label picker, completion, the list.
//!
//! The only file that knows the `fuzzy-matcher` crate. Not for transcripts: the matcher's work grows with the product
//! of both lengths, so candidates and patterns are cut.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// Characters of a candidate that are looked at.
const CANDIDATE_CHARS: usize = 96;

/// Characters of a pattern that count.
const PATTERN_CHARS: usize = 64;

/// A compiled fuzzy pattern.
pub struct Fuzzy {
    words: Vec<String>,
    matcher: SkimMatcherV2,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyHit {
    /// Higher is better.
    pub score: i64,
    /// Character indices that matched, ascending.
    pub indices: Vec<usize>,
}

impl Fuzzy {
    /// Letter case ignored unless the pattern has a capital. Words separated by white space must all match, in any
    /// order. Only the first 64 characters count.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let cut: String = pattern.chars().take(PATTERN_CHARS).collect();
        let words = cut.split_whitespace().map(str::to_owned).collect();
        let matcher = SkimMatcherV2::default();
        let matcher = if cut.chars().any(char::is_uppercase) {
            matcher.respect_case()
        } else {
            matcher.ignore_case()
        };
        Self { words, matcher }
    }

    /// Matches one candidate by its first 96 characters. The empty pattern matches everything alike.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> Option<FuzzyHit> {
        let end = candidate.char_indices().nth(CANDIDATE_CHARS).map_or(candidate.len(), |(i, _)| i);
        let candidate = candidate.get(..end)?;
        let mut hit = FuzzyHit { score: 0, indices: Vec::new() };
        for word in &self.words {
            let (score, indices) = self.matcher.fuzzy_indices(candidate, word)?;
            hit.score = hit.score.saturating_add(score);
            hit.indices.extend(indices);
        }
        hit.indices.sort_unstable();
        hit.indices.dedup();
        Some(hit)
    }

    /// Indices of the candidates that match, best first; ties keep their order.
    pub fn rank<'a>(
        &self,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Vec<(usize, FuzzyHit)> {
        let mut hits: Vec<(usize, FuzzyHit)> = candidates
            .into_iter()
            .enumerate()
            .filter_map(|(i, c)| self.matches(c).map(|h| (i, h)))
            .collect();
        hits.sort_by_key(|(_, hit)| std::cmp::Reverse(hit.score));
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(pattern: &str, candidates: &[&'static str]) -> Vec<usize> {
        Fuzzy::new(pattern).rank(candidates.iter().copied()).into_iter().map(|(i, _)| i).collect()
    }

    #[test]
    fn ranks() {
        let commands = ["copy text", "copy permalink", "next cue", "cycle tier"];
        assert_eq!(order("", &commands), [0, 1, 2, 3]);
        assert_eq!(order("perma", &commands), [1]);
        assert_eq!(order("link copy", &commands), [1]);
        assert_eq!(order("copy", &["a c o p y", "copy"]), [1, 0]);
        assert_eq!(order("same", &["same", "same"]), [0, 1]);
        assert_eq!(order("Copy", &commands), Vec::<usize>::new());
        assert_eq!(order("zzz", &commands), Vec::<usize>::new());
    }

    #[test]
    fn indices_are_characters() {
        let hit = Fuzzy::new("ité").matches("é cité").map(|h| h.indices);
        assert_eq!(hit, Some(vec![3, 4, 5]));
    }

    #[test]
    fn only_the_beginning_counts() {
        let long = format!("{}needle", "é".repeat(CANDIDATE_CHARS));
        assert_eq!(Fuzzy::new("needle").matches(&long), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn indices_are_in_bounds(pattern in ".{0,12}", candidate in ".{0,120}") {
            if let Some(hit) = Fuzzy::new(&pattern).matches(&candidate) {
                prop_assert!(hit.indices.iter().all(|i| *i < candidate.chars().count()));
                prop_assert!(hit.indices.is_sorted());
            }
        }
    }
}
