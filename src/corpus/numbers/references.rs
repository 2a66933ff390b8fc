//! What else thresholds can be held against: every label of which a yes or no stands beside a number of the curve, and what reviewers say.

use hashbrown::{HashMap, HashSet};

use super::super::Catalogue;
use super::super::view::Rows;
use super::threshold::CurveAsk;
use crate::model::{Judgement, LabelValue};
use crate::query::{Asked, Block, Columns};

/// Whether it says yes or no, be it as a word.
fn is_verdict(judgement: &Judgement) -> bool {
    let word = match &judgement.value {
        LabelValue::Text(text) => text.trim(),
        _ => "",
    };
    let words = ["yes", "no", "true", "false"];
    judgement.positive.is_some() || words.iter().any(|own| own.eq_ignore_ascii_case(word))
}

impl Catalogue {
    /// Other labels, and labels by reviewers, each with the transcripts that also have a number; most frequent first. What is `known` is not told again.
    pub(super) fn further_references(
        &self,
        ask: &CurveAsk,
        known: &[(Asked, usize)],
        counted: &dyn Fn(&Rows<'_>) -> Vec<usize>,
    ) -> Vec<(Asked, usize)> {
        let anyone = ask.label.by_anyone();
        let mut labels: Vec<(Asked, usize)> = self
            .label_names()
            .into_iter()
            .filter_map(|(name, _)| Some((Asked::named(&name).ok()?, 0)))
            .filter(|(asked, _)| *asked != anyone)
            .collect();
        let mut reviews: HashMap<(String, String), usize> = HashMap::new();
        let reviewed = self.reviewed_rows();
        let is_number = |j: &Judgement| {
            let number = matches!(j.value, LabelValue::Number(n) if !n.is_nan());
            u8::from(number && ask.label.wants(j))
        };
        let verdict = |j: &Judgement| u8::from(is_verdict(j));
        for block in self.chunks_from(0) {
            let rows = counted(&block);
            let mut numbers = vec![0; block.chunk.len];
            block.raise(&|j: &Judgement| ask.label.wants(j), &is_number, &mut numbers);
            let rows: Vec<usize> =
                rows.into_iter().filter(|at| numbers.get(*at) == Some(&1)).collect();
            if rows.is_empty() {
                continue;
            }
            for (asked, n) in &mut labels {
                let mut told = vec![0; block.chunk.len];
                block.raise(&|j: &Judgement| asked.wants(j), &verdict, &mut told);
                *n += rows.iter().filter(|at| told.get(**at) == Some(&1)).count();
            }
            let id = |at: usize| block.first + at as u32;
            for at in rows.iter().filter(|at| reviewed.contains(id(**at))) {
                let mut seen = HashSet::new();
                let view = block.view(*at);
                for judgement in view.reviews().iter().filter(|j| j.positive.is_some()) {
                    let key = (judgement.name().to_owned(), judgement.rater.clone());
                    if seen.insert(key.clone()) {
                        *reviews.entry(key).or_default() += 1;
                    }
                }
            }
        }
        let by_reviewer = |((label, rater), n): ((String, String), usize)| {
            Some((Asked::by_rater(&label, &rater).ok()?, n))
        };
        labels.extend(reviews.into_iter().filter_map(by_reviewer));
        labels.retain(|(asked, n)| *n > 0 && known.iter().all(|(own, _)| own != asked));
        labels.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.to_string().cmp(&b.0.to_string())));
        labels
    }
}
