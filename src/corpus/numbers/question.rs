//! All that is asked of some rows at once: what a command prints and what a screen shows, from the same place.

use super::super::bits::Bits;
use super::super::{Catalogue, Corpus, PairField};
use super::{Ask, Bar, By, CurveAsk, Gap, Measure, Numbers, Rate, ThresholdCurve};
use crate::ingest::LabelRules;
use crate::query::{Filter, Said};
use crate::stats::{Corrected, rogan_gladen};
use crate::text::thousands;

/// How often a classifier errs, so that its rates can be corrected for that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Errors {
    sensitivity: f64,
    specificity: f64,
}

impl Errors {
    /// Both are shares: of what is there that is called so, and of what is not there that is not. `None` unless they are from 0 to
    /// 1 and together over 1: a classifier that is no better than chance tells nothing of the true rate.
    #[must_use]
    pub fn new(sensitivity: f64, specificity: f64) -> Option<Self> {
        rogan_gladen(0.5, sensitivity, specificity)?;
        Some(Self { sensitivity, specificity })
    }

    /// Share of what is there that the classifier finds.
    #[must_use]
    pub fn sensitivity(self) -> f64 {
        self.sensitivity
    }

    /// Share of what is not there that the classifier leaves alone.
    #[must_use]
    pub fn specificity(self) -> f64 {
        self.specificity
    }

    /// What a rate would be without them, by Rogan and Gladen; `None` for 0 of 0.
    #[must_use]
    pub fn corrected(self, measured: Rate) -> Option<Corrected> {
        rogan_gladen(measured.value()?, self.sensitivity, self.specificity)
    }

    /// The same as it is printed: `3.1%`; `-3.1% (0.0%)`, in brackets cut to 0–100%, where it lies outside; or `undefined`.
    #[must_use]
    pub fn corrected_words(self, measured: Rate) -> String {
        let percent = |share: f64| format!("{:.1}%", share * 100.0);
        match self.corrected(measured) {
            None => "undefined".to_owned(),
            Some(c) if (c.raw - c.clipped).abs() < 5e-4 => percent(c.clipped),
            Some(c) => format!("{} ({})", percent(c.raw), percent(c.clipped)),
        }
    }
}

impl std::fmt::Display for Errors {
    /// `sensitivity 0.9 and specificity 0.95`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sensitivity {} and specificity {}", self.sensitivity, self.specificity)
    }
}

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
    /// The list shows pairs of which one side passes: rates are of the second side, too.
    pub partners: bool,
    /// Which answers rates and gaps count.
    pub measure: Measure,
    /// What the rates are corrected for, beside what was counted.
    pub errors: Option<Errors>,
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
    /// Answers of reviewers in the label's rate, or in what a curve is held against.
    pub reviewed: Reviewers,
    /// What is added to a filter so that it lists identical records once, as they are counted: nothing where there are none; `None`
    /// where no term tells them apart.
    pub once: Option<&'static str>,
}

/// Answers of reviewers that a rate is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reviewers {
    /// All.
    pub answers: usize,
    /// Of these, on transcripts that a sample has drawn.
    pub drawn: usize,
    /// Of these, not blind.
    pub not_blind: usize,
}

impl Reviewers {
    /// What one should not overlook, in a sentence; `None`: nobody's answers are in it.
    #[must_use]
    pub fn caution(&self) -> Option<String> {
        let n = |n, word| format!("{} {word}{}", thousands(n), if n == 1 { "" } else { "s" });
        let mut text = match (self.answers, self.drawn) {
            (0, _) => return None,
            (all, 0) => format!("of what was reviewed ({})", n(all, "answer")),
            (all, _) => format!(
                "of the sample that was reviewed ({}), not weighted: `undertone agree` has weighted figures",
                n(all, "answer")
            ),
        };
        if self.not_blind > 0 {
            text = format!("{text}; {} of these not blind", thousands(self.not_blind));
        }
        Some(text)
    }
}

impl Question {
    /// What is always on the screen: compliance by tier, and the gap.
    #[must_use]
    pub fn standing(filter: Filter) -> Self {
        let ask = Ask { by: vec![By::Tier], label: None };
        Self { filter, ask, ..Self::default() }
    }

    /// The filter without what speaks of the field that is compared: partners differ in that.
    fn open(&self) -> Filter {
        self.filter.without(self.pair.as_str())
    }

    /// Whether the filter is for one side and asks for partners: it chooses pairs by that side.
    fn chooses_by_one_side(&self) -> bool {
        let open = self.open();
        open != self.filter && !open.is_empty() && self.filter.asks_for_partners(self.pair)
    }

    /// The filter that left the rows of which the gap is, those of one side where it chooses by one.
    #[must_use]
    pub fn gap_filter(&self) -> Filter {
        if self.chooses_by_one_side() { self.filter.clone() } else { self.open() }
    }
}

impl Catalogue {
    /// See [`Answer::once`].
    fn once(&self, rows: &Bits) -> Option<&'static str> {
        match (self.any_duplicate(), self.repeats_of(Some(rows)).iter().next()) {
            (false, _) | (_, None) => Some(""),
            _ => self.copies_stand_apart(rows).then_some(" copy:no"),
        }
    }

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
        let once = self.once(rows);
        for question in questions {
            let selected = question.filter.selects_on_result();
            if let Some(ask) = &question.curve {
                let curve = Some(self.threshold_curve(ask, rows, rules));
                let asked = ask.reference.as_ref().or(Some(&ask.label));
                let reviewed = self.answers_of(asked, rows);
                answers.push(Answer { curve, selected, reviewed, once, ..Answer::default() });
                continue;
            }
            let samples = self.samples(question.pair);
            let common = || samples.sides_among(rows).map(|(a, b)| (a.to_owned(), b.to_owned()));
            let sides = question.sides.clone().or_else(common);
            let numbers = match sides.as_ref().filter(|_| question.partners) {
                Some((left, right)) => {
                    let both = samples.with_partners((left, right), rows);
                    self.numbers(&question.ask, &both)
                }
                None => self.numbers(&question.ask, rows),
            };
            let bar = bar(question, &numbers, rules);
            let reviewed = self.answers_of(question.ask.label.as_ref(), rows);
            let mut answer = Answer { numbers, bar, selected, reviewed, once, ..Answer::default() };
            if let Some((left, right)) = sides {
                // Partners differ in the field, so what the filter says of that is left out.
                let open = question.open();
                if open != question.filter && !opened.iter().any(|(known, _)| *known == open) {
                    let found = matching(&open)?;
                    opened.push((open.clone(), found));
                }
                let both = opened.iter().find(|(known, _)| *known == open).map(|(_, rows)| rows);
                let both = if open == question.filter { rows } else { both.unwrap_or(rows) };
                // A filter for one side that asks for partners chooses pairs by that side.
                let by_side = question.chooses_by_one_side();
                let pairs = by_side.then(|| samples.with_partners((&left, &right), rows));
                let both = pairs.as_ref().unwrap_or(both);
                let gap = |rows: &Bits, filter: &Filter| {
                    let mut gap = self.gap(&samples, (&left, &right), rows, question.measure);
                    gap.find_parts(filter, question.measure, self.once(rows).unwrap_or_default());
                    gap.name_undecided(self);
                    gap
                };
                // Who is alone has nobody to be compared with, whatever the filter's other parts leave.
                let nobody = Bits::default();
                let both = if open.asks_for_lone(question.pair) { &nobody } else { both };
                answer.gap = Some(gap(both, &open));
                if let Some(label) = &question.ask.label {
                    let no = label.filter(Said::No).unwrap_or_default();
                    let text = if open.is_empty() { no } else { format!("({open}) {no}") };
                    let rows = self.rows_said(label, Said::No, both);
                    answer.negative = Some(gap(&rows, &Filter::parse(&text).unwrap_or(open)));
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
