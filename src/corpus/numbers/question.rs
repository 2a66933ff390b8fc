//! All that is asked of some rows at once: what a command prints and what a screen shows, from the same place.

use super::super::bits::Bits;
use super::super::{Catalogue, Corpus, PairField};
use super::{Ask, Bar, By, CurveAsk, Gap, Numbers, ThresholdCurve};
use crate::ingest::LabelRules;
use crate::query::{Filter, Said};

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// The filter that left the rows.
    pub filter: Filter,
    /// What is counted.
    pub ask: Ask,
    /// What the gap is between.
    pub pair: PairField,
    /// Its two values; `None`: free and paid, else the most frequent ones.
    pub sides: Option<(String, String)>,
    /// Partial compliance counts as compliance.
    pub partial: bool,
    /// What every threshold of a label would do; then nothing else is counted.
    pub curve: Option<CurveAsk>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// Counts of the rows.
    pub numbers: Numbers,
    /// The gap; `None` where its field has fewer than two values.
    pub gap: Option<Gap>,
    /// The same among transcripts to which the label says no; `None` without a label.
    pub negative: Option<Gap>,
    /// When the label is positive, where numbers have a threshold and the question names none.
    pub bar: Option<Bar>,
    /// What every threshold would do; `None` unless that was asked.
    pub curve: Option<ThresholdCurve>,
    /// The filter asks for a result: rates and gaps are of what was selected.
    pub selected: bool,
}

impl Question {
    /// What is always on the screen: compliance by tier, and the gap.
    #[must_use]
    pub fn standing(filter: Filter) -> Self {
        let ask = Ask { by: vec![By::Tier], label: None };
        Self { filter, ask, ..Self::default() }
    }
}

impl Catalogue {
    /// Answers questions about the rows that their filter leaves. `matching` runs another filter over all rows, where partners
    /// stand outside `rows`; when that comes to nothing (it was called off), so does the answer.
    pub fn answers(
        &self,
        questions: &[Question],
        rows: &Bits,
        rules: &LabelRules,
        matching: &mut dyn FnMut(&Filter) -> Option<Bits>,
    ) -> Option<Vec<Answer>> {
        // Two questions of one screen mostly ask for the same partners.
        let mut opened: Vec<(Filter, Bits)> = Vec::new();
        let mut answers = Vec::new();
        for question in questions {
            let selected = question.filter.selects_on_result();
            if let Some(ask) = &question.curve {
                let curve = Some(self.threshold_curve(ask, rows, rules));
                answers.push(Answer { curve, selected, ..Answer::default() });
                continue;
            }
            let numbers = self.numbers(&question.ask, rows);
            let bar = bar(question, &numbers, rules);
            let mut answer = Answer { numbers, bar, selected, ..Answer::default() };
            let samples = self.samples(question.pair);
            let common = || samples.sides().map(|(a, b)| (a.to_owned(), b.to_owned()));
            if let Some((left, right)) = question.sides.clone().or_else(common) {
                // Partners differ in the field, so what the filter says of that is left out.
                let open = question.filter.without(question.pair.as_str());
                if open != question.filter && !opened.iter().any(|(known, _)| *known == open) {
                    let found = matching(&open)?;
                    opened.push((open.clone(), found));
                }
                let both = opened.iter().find(|(known, _)| *known == open).map(|(_, rows)| rows);
                let both = if open == question.filter { rows } else { both.unwrap_or(rows) };
                let gap = |rows: &Bits| self.gap(&samples, (&left, &right), rows, question.partial);
                answer.gap = Some(gap(both));
                if let Some(label) = &question.ask.label {
                    answer.negative = Some(gap(&self.rows_said(label, Said::No, both)));
                }
            }
            answers.push(answer);
        }
        Some(answers)
    }
}

fn bar(question: &Question, numbers: &Numbers, rules: &LabelRules) -> Option<Bar> {
    let asked = question.ask.label.as_ref()?;
    let rater = numbers.raters.first()?;
    if asked.has_test() || !numbers.numeric {
        return None;
    }
    Bar::of(&rater.label, rules)
}

impl Corpus {
    /// The rows that pass a filter. `None` when it is no longer wanted.
    pub fn matching(
        &self,
        catalogue: &Catalogue,
        filter: &Filter,
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Bits> {
        let mut rows = Bits::default();
        self.filter(catalogue, filter, 0, wanted, &mut |hits| {
            for row in hits.rows {
                rows.insert(row);
            }
        });
        wanted().then_some(rows)
    }
}
