//! The statistics dialog: rates by one or two fields as lines to draw and to choose from, and the gap.
//!
//! Tests stand there only once they are asked for: beside a filter that is being tuned a p-value would mean nothing.

mod lines;
mod rows;

use std::sync::Arc;

pub use rows::{Part, StatRow, StatTable};

use super::threshold;
use crate::corpus::{Answer, Ask, By, CurveAsk, Cut, Errors, Question, Rate};
use crate::query::{Asked, Filter};
use crate::stats::Interval;

/// The fields that the keys go through.
const FIELDS: [&str; 12] = [
    "tier", "setting", "model", "variant", "outcome", "by", "decision", "mismatch", "agree", "cue",
    "parse", "source",
];

/// How rates are made, while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ways {
    /// Partial compliance counts as compliance.
    pub partial: bool,
    /// What the rates of the dialog are corrected for.
    pub errors: Option<Errors>,
}

/// The dialog.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    /// Place of the first field among those that there are.
    pub first: usize,
    /// Of the second; `None`: one field.
    pub second: Option<usize>,
    /// The label whose rate is shown; `None`: compliance.
    pub label: Option<String>,
    /// How rates are made.
    pub ways: Ways,
    /// What thresholds are held against; `None`: what is found.
    pub reference: Option<Asked>,
    /// The threshold curve of the label is shown, in place of rates.
    pub curve: bool,
    /// Tests were asked for.
    pub tests: bool,
    /// What was found; `None` while it is counted.
    pub answer: Option<Arc<Answer>>,
    /// The line under the cursor.
    pub selected: usize,
    /// First visible row.
    pub top: usize,
}

/// A line of the dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum StatLine {
    /// What the lines below are.
    Heading(String),
    /// A remark.
    Text(String),
    /// The ends of the plots below; of rates also the names of what stands beside them.
    Scale([&'static str; 2]),
    /// A rate.
    Rate {
        /// Of what.
        title: String,
        /// So many of so many.
        rate: Rate,
        /// What it is corrected for.
        errors: Option<Errors>,
        /// The filters that find the transcripts it is of, and those of which it is true.
        opens: Opens,
    },
    /// A count.
    Count {
        /// Of what.
        title: String,
        /// So many.
        n: usize,
        /// The filter that finds them.
        opens: Option<String>,
    },
    /// A row of two plots, drawn as it is: the second one beside the first, or below it where there is no room.
    Plot([String; 2]),
    /// The row of the second plot, where it stands below the first.
    PlotBelow(String),
    /// What stands on the lines of thresholds below: how one is met, groups with their numbers of transcripts.
    Columns(&'static str, Vec<(String, usize)>),
    /// What a threshold would do.
    Level {
        /// The threshold.
        title: String,
        /// `now`: it is in force; `look`: a person should look at these.
        sign: &'static str,
        /// Of each group.
        rates: Vec<Rate>,
        /// How many would be yes, and how many change sides to yes and to no.
        cut: Cut,
        /// The filters that find those who change sides, and those who would be yes.
        opens: Opens,
    },
    /// The gap with its interval, both between −1 and 1.
    Gap {
        /// Between what.
        title: String,
        /// The gap; `None`: undefined.
        value: Option<f64>,
        /// Its interval.
        interval: Option<Interval>,
    },
}

/// What a line opens: filters, `None` where the language has no word for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opens {
    /// All that it is of, or all that change sides.
    pub all: Option<String>,
    /// Those of which it is true.
    pub yes: Option<String>,
}

impl StatLine {
    /// How many transcripts a line opens, and the filter that finds them: all that it is of, or (`yes`) those of which it is true. `None`:
    /// it opens nothing.
    #[must_use]
    pub fn opens(&self, yes: bool) -> Option<(usize, Option<&str>)> {
        match self {
            Self::Rate { rate, opens, .. } if yes => Some((rate.k, opens.yes.as_deref())),
            Self::Rate { rate, opens, .. } => Some((rate.n, opens.all.as_deref())),
            Self::Level { cut, opens, .. } if yes => Some((cut.rate.k, opens.yes.as_deref())),
            Self::Level { cut, opens, .. } => Some((cut.to_yes + cut.to_no, opens.all.as_deref())),
            Self::Count { n, opens, .. } => Some((*n, opens.as_deref())),
            Self::Heading(_)
            | Self::Text(_)
            | Self::Scale(_)
            | Self::Plot(_)
            | Self::PlotBelow(_)
            | Self::Columns(..)
            | Self::Gap { .. } => None,
        }
    }
}

impl Statistics {
    /// As it opens.
    #[must_use]
    pub fn new(ways: Ways) -> Self {
        Self { ways, ..Self::default() }
    }

    /// The next first field, or the one before.
    pub fn turn_first(&mut self, forward: bool) {
        let steps = if forward { 1 } else { FIELDS.len() - 1 };
        self.first = (self.first + steps) % FIELDS.len();
        if self.second == Some(self.first) {
            self.second = None;
        }
        self.changed();
    }

    /// The next second field, or the one before; none comes among them.
    pub fn turn_second(&mut self, forward: bool) {
        let states = FIELDS.len() + 1;
        let steps = if forward { 1 } else { states - 1 };
        let step = |at: usize| (at + steps) % states;
        let mut at = step(self.second.map_or(0, |second| second + 1));
        if at == self.first + 1 {
            at = step(at);
        }
        self.second = at.checked_sub(1);
        self.changed();
    }

    /// Compliance, then each label in turn.
    pub fn turn_label(&mut self, labels: &[String]) {
        let at = self.label.as_ref().and_then(|own| labels.iter().position(|l| l == own));
        self.label = match (at, &self.label) {
            (Some(at), _) => labels.get(at + 1).cloned(),
            (None, Some(_)) => None,
            (None, None) => labels.first().cloned(),
        };
        if self.curve && self.label.is_none() {
            self.label = labels.first().cloned();
        }
        self.changed();
    }

    /// From rates to the threshold curve of the label, of `main` where none is chosen, and back. No label, no curve.
    pub fn turn_curve(&mut self, main: Option<String>) {
        self.label = self.label.take().or(main);
        self.curve = !self.curve && self.label.is_some();
        self.changed();
    }

    /// Holds thresholds against a reference; `None`: against what is found.
    pub fn hold_against(&mut self, reference: Option<Asked>) {
        self.reference = reference;
        self.answer = None;
    }

    fn changed(&mut self) {
        self.answer = None;
        (self.selected, self.top) = (0, 0);
    }

    fn fields(&self) -> Vec<&'static str> {
        let second = self.second.and_then(|second| FIELDS.get(second));
        FIELDS.get(self.first).into_iter().chain(second).copied().collect()
    }

    /// The label as it is asked for.
    fn asked(&self) -> Option<Asked> {
        self.label.as_ref().and_then(|name| Asked::named(name).ok())
    }

    /// What is asked of the rows that a filter leaves.
    #[must_use]
    pub fn question(&self, filter: Filter) -> Question {
        let by = self.fields().into_iter().filter_map(|name| By::parse(name).ok()).collect();
        let label = self.asked();
        let curve = match &label {
            Some(label) if self.curve => {
                let first = FIELDS.get(self.first).and_then(|name| By::parse(name).ok());
                let reference = self.reference.clone();
                first.map(|by| CurveAsk { label: label.clone(), reference, by })
            }
            _ => None,
        };
        let Ways { partial, errors } = self.ways;
        Question { filter, ask: Ask { by, label }, partial, errors, curve, ..Question::default() }
    }

    /// The dialog's name.
    #[must_use]
    pub fn title(&self) -> String {
        let what = self.label.as_deref().unwrap_or("compliance");
        if self.curve {
            let by = FIELDS.get(self.first).copied().unwrap_or_default();
            return format!("thresholds of {what} by {by}");
        }
        format!("{what} by {}", self.fields().join(" and "))
    }

    /// All lines.
    #[must_use]
    pub fn lines(&self) -> Vec<StatLine> {
        let Some(answer) = &self.answer else {
            return vec![StatLine::Text("counting …".to_owned())];
        };
        match (&answer.curve, self.asked()) {
            (Some(curve), Some(asked)) => threshold::lines(answer, curve, &asked),
            (_, asked) => self.rates(answer, asked.as_ref()),
        }
    }

    /// The lines as rows of so many columns.
    #[must_use]
    pub fn table(&self, columns: u16) -> StatTable {
        StatTable::new(self.lines(), columns)
    }
}
