//! How large a part of a frame is in each stratum, where all of the frame is at hand.
//!
//! A filter or a tier is a domain that crosses strata. Where its size in each stratum is not known, the weights are those of the whole frame and the
//! size is estimated with everything else. Where it is known, what was drawn of the domain in a stratum is, given how many that are, a plain
//! sample of as many as there are: it stands for these, with the factor for the frame of these (poststratified to the domain sizes; Särndal,
//! Swensson and Wretman, Model Assisted Survey Sampling, chapters 7 and 10; Cochran, Sampling Techniques, section 5A.14).

use std::collections::BTreeMap;

/// Of each stratum of a design, how many transcripts of the frame are asked for, by tier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DomainSizes {
    /// A filter leaves a part; else all are asked for, and only tiers are parts.
    pub filtered: bool,
    by_stratum: Vec<BTreeMap<String, usize>>,
}

impl DomainSizes {
    /// Nothing counted yet. `filtered`: a filter leaves a part.
    #[must_use]
    pub fn new(filtered: bool) -> Self {
        Self { filtered, by_stratum: Vec::new() }
    }

    /// Counts one more.
    pub fn add(&mut self, stratum: usize, tier: &str) {
        if self.by_stratum.len() <= stratum {
            self.by_stratum.resize_with(stratum + 1, BTreeMap::new);
        }
        let Some(tiers) = self.by_stratum.get_mut(stratum) else { return };
        match tiers.get_mut(tier) {
            Some(n) => *n += 1,
            None => {
                tiers.insert(tier.to_owned(), 1);
            }
        }
    }

    /// How many of a stratum are asked for, of one tier or of all.
    #[must_use]
    pub fn of(&self, stratum: usize, tier: Option<&str>) -> usize {
        let Some(tiers) = self.by_stratum.get(stratum) else { return 0 };
        match tier {
            Some(tier) => tiers.get(tier).copied().unwrap_or(0),
            None => tiers.values().sum(),
        }
    }
}
