//! How far reviewers bear out what rules mark: marks that were judged one by one, and transcripts that were judged as a whole.

use std::collections::BTreeMap;

use super::Catalogue;
use crate::corpus::{Bits, Reviewers};
use crate::model::DECISION;
use crate::query::{Asked, Columns};
use crate::review::agree::{OfRule, Share};

impl Catalogue {
    /// How marks of a rule were judged, one by one, blind. `None`: none was.
    #[must_use]
    pub fn judged_rule(&self, rule: &str) -> Option<&OfRule> {
        let of_rule = self.reviews.rules.iter().find(|of| of.rule == rule);
        of_rule.filter(|of| of.verdicts.n() > 0)
    }

    /// Of transcripts that have a cue of a category, by label, those that reviewers say yes to among those that most say yes or no to; a decision
    /// goes before what reviewers say. Answers that are not blind do not count. Identical records count once. Labels in the order of their names.
    #[must_use]
    pub fn judged_with(&self, category: &str) -> Vec<(String, Share)> {
        let mut shares: BTreeMap<String, Share> = BTreeMap::new();
        for (row, review) in self.reviews.rows.iter() {
            let Some(view) = self.view(*row).filter(|view| !view.is_copy()) else { continue };
            let cues = view.chunk.cues.iter().find(|(name, _)| **name == *category);
            if cues.is_none_or(|(_, counts)| counts.get(view.at) == 0) {
                continue;
            }
            // By label: what was decided, if anybody decided, and yes less no.
            let mut said: BTreeMap<&str, (Option<Option<bool>>, i64)> = BTreeMap::new();
            let blind = review.said.blind_judgements();
            for judgement in &blind {
                let known = said.entry(judgement.name()).or_default();
                match judgement.positive {
                    decided if judgement.rater == DECISION => known.0 = Some(decided),
                    Some(yes) => known.1 += if yes { 1 } else { -1 },
                    None => {}
                }
            }
            for (label, (decided, more)) in said {
                let verdict = decided.unwrap_or_else(|| (more != 0).then_some(more > 0));
                if let Some(yes) = verdict {
                    let share = shares.entry(label.to_owned()).or_default();
                    share.k += usize::from(yes);
                    share.n += 1;
                }
            }
        }
        shares.into_iter().collect()
    }

    /// Answers of reviewers among some rows that are asked for.
    pub(in crate::corpus) fn answers_of(&self, asked: Option<&Asked>, rows: &Bits) -> Reviewers {
        let mut found = Reviewers::default();
        let Some(asked) = asked.filter(|asked| asked.has_rater()) else { return found };
        for (row, review) in self.reviews.rows.iter().filter(|(row, _)| rows.contains(**row)) {
            if self.view(*row).is_none_or(|view| view.is_copy()) {
                continue;
            }
            for given in review.said.given_to(asked) {
                found.answers += 1;
                found.drawn += usize::from(given.drawn);
                found.not_blind += usize::from(given.sighted.is_some());
            }
        }
        found
    }
}
