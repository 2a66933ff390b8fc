//! The statistics dialog: rates by one or two fields as lines to draw and to choose from, and the gap.
//!
//! Tests stand there only once they are asked for: beside a filter that is being tuned a p-value would mean nothing.

mod lines;
mod rows;

use std::sync::Arc;

pub use rows::{Part, StatRow, StatTable};

use super::threshold;
use super::twin::Compared;
use crate::corpus::{
    ANSWERS, Answer, Ask, By, CurveAsk, Cut, Errors, Measure, Question, Rate, RatedLabel,
};
use crate::query::{Asked, Filter};
use crate::stats::Interval;

/// The fields that the arrow keys go through; a list has all that there are.
const FIELDS: [By; 12] = [
    By::Tier,
    By::Setting,
    By::Model,
    By::Variant,
    By::Outcome,
    By::Decider,
    By::Decision,
    By::Mismatch,
    By::Agree,
    By::Cue(None),
    By::Parse,
    By::Source,
];

/// The filter that finds identical records behind the first of their kind. It says itself that they are not listed once.
pub const COPIES: &str = "copy:yes";

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
    /// The field whose values make the groups.
    pub first: By,
    /// The second one; `None`: one field.
    pub second: Option<By>,
    /// The list of fields that is open over it is for the second one.
    pub choosing_second: bool,
    /// Place of the outcome whose rate is shown among [`ANSWERS`]: compliance is the first.
    pub outcome: usize,
    /// The label whose rate is shown; `None`: the outcome's.
    pub label: Option<String>,
    /// The reviewer whose answers to it are counted, as a rater; `None`: what classifiers say.
    pub rater: Option<String>,
    /// Its value whose rate is shown, where it has words that are neither yes nor no.
    pub value: Option<String>,
    /// The field that the gap is of, and its two values; `None`: the usual ones.
    pub compared: Compared,
    /// The list shows pairs, and its filter leaves the transcripts of this side alone.
    pub one_side: Option<String>,
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
        /// Transcripts that it is of.
        n: usize,
        /// The whole filter that finds them, in place of the one in force.
        opens: Option<String>,
    },
    /// Transcripts that a gap is made of.
    Part {
        /// Which.
        title: String,
        /// How many samples and transcripts, in words.
        counts: String,
        /// Transcripts.
        n: usize,
        /// The whole filter that finds them, in place of the one in force.
        opens: Option<String>,
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
            Self::Count { n, opens, .. }
            | Self::Gap { n, opens, .. }
            | Self::Part { n, opens, .. } => Some((*n, opens.as_deref())),
            Self::Heading(_)
            | Self::Text(_)
            | Self::Scale(_)
            | Self::Plot(_)
            | Self::PlotBelow(_)
            | Self::Columns(..) => None,
        }
    }

    /// A line that counts all of a filter's transcripts.
    pub(super) fn counting(title: impl Into<String>, n: usize, opens: Option<String>) -> Self {
        Self::Count { title: title.into(), n, opens }
    }

    /// The line of identical records that are not counted again. Nothing finds them where the first of them is outside the filter.
    pub(super) fn copies(answer: &Answer, n: usize) -> Option<Self> {
        let opens = answer.once.map(|_| COPIES.to_owned());
        (n > 0).then(|| Self::counting("identical, not counted again", n, opens))
    }

    /// Whether what it opens takes the place of the filter in force, and does not join it: partners of a gap stand outside that.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        matches!(self, Self::Gap { .. } | Self::Part { .. })
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
        let at = FIELDS.iter().position(|field| *field == self.first);
        let at = match at {
            Some(at) if forward => at + 1,
            Some(at) => at + FIELDS.len() - 1,
            None => 0,
        };
        if let Some(field) = FIELDS.get(at % FIELDS.len()) {
            self.count_by(field.clone());
        }
    }

    /// Groups by another first field.
    pub fn count_by(&mut self, field: By) {
        self.second = self.second.take().filter(|second| *second != field);
        self.first = field;
        self.changed();
    }

    /// Groups by another second field; `None`, or the first one: by one alone.
    pub fn count_by_second(&mut self, field: Option<By>) {
        self.second = field.filter(|field| *field != self.first);
        self.changed();
    }

    /// The next second field, or the one before; none comes among them.
    pub fn turn_second(&mut self, forward: bool) {
        let others: Vec<&By> = FIELDS.iter().filter(|field| **field != self.first).collect();
        let states = others.len() + 1;
        let at = self.second.as_ref().and_then(|own| others.iter().position(|o| *o == own));
        let steps = if forward { 1 } else { states - 1 };
        let at = (at.map_or(0, |at| at + 1) + steps) % states;
        let field = at.checked_sub(1).and_then(|at| others.get(at)).copied().cloned();
        self.count_by_second(field);
    }

    /// The next rate, or the one before: of each outcome, then of each label, or of each of its words.
    pub fn turn_rate(&mut self, labels: &[RatedLabel], forward: bool) {
        let states = ANSWERS.len() + labels.len();
        let same = |of: &RatedLabel| {
            let own = (self.label.as_ref(), &self.rater, &self.value);
            (Some(&of.label), &of.rater, &of.value) == own
        };
        let at = match &self.label {
            None => Some(self.outcome),
            Some(_) => labels.iter().position(same).map(|at| at + ANSWERS.len()),
        };
        let at = match at {
            Some(at) if forward => (at + 1) % states,
            Some(at) => (at + states - 1) % states,
            None => 0,
        };
        let of = at.checked_sub(ANSWERS.len()).and_then(|at| labels.get(at)).cloned();
        (self.label, self.rater, self.value) =
            of.map_or((None, None, None), |of| (Some(of.label), of.rater, of.value));
        self.outcome = if self.label.is_some() { 0 } else { at };
        self.changed();
    }

    /// The next label of those that have thresholds, or the one before.
    pub fn turn_threshold(&mut self, numeric: &[String], forward: bool) {
        let at = self.label.as_ref().and_then(|own| numeric.iter().position(|l| l == own));
        let steps = if forward { 1 } else { numeric.len().saturating_sub(1) };
        let at = at.map_or(0, |at| (at + steps) % numeric.len().max(1));
        if let Some(label) = numeric.get(at) {
            (self.label, self.rater, self.value) = (Some(label.clone()), None, None);
            self.changed();
        }
    }

    /// Shows what each threshold of a label would do.
    pub fn show_curve(&mut self, label: String) {
        (self.curve, self.label, self.rater, self.value) = (true, Some(label), None, None);
        self.changed();
    }

    /// Shows rates again.
    pub fn show_rates(&mut self) {
        self.curve = false;
        self.changed();
    }

    /// Whether there is anything that thresholds can be held against.
    #[must_use]
    pub fn has_references(&self) -> bool {
        let curve = self.answer.as_ref().and_then(|answer| answer.curve.as_ref());
        self.reference.is_some() || curve.is_some_and(|curve| !curve.references.is_empty())
    }

    /// Holds thresholds against a reference; `None`: against what is found.
    pub fn hold_against(&mut self, reference: Option<Asked>) {
        self.reference = reference;
        self.answer = None;
    }

    /// Takes in what was found. The cursor begins at the first line that opens something.
    pub fn take(&mut self, answer: Arc<Answer>) {
        let begins = self.answer.is_none() && self.selected == 0;
        self.answer = Some(answer);
        if begins {
            let opens = |line: &StatLine| matches!(line.opens(false), Some((1.., Some(_))));
            self.selected = self.lines().iter().position(opens).unwrap_or_default();
        }
    }

    fn changed(&mut self) {
        self.answer = None;
        (self.selected, self.top) = (0, 0);
    }

    fn fields(&self) -> Vec<By> {
        std::iter::once(&self.first).chain(&self.second).cloned().collect()
    }

    /// Which answers its rates and gaps count.
    #[must_use]
    pub fn measure(&self) -> Measure {
        let outcome = ANSWERS.get(self.outcome).copied().unwrap_or(ANSWERS[0]);
        Measure { outcome, partial: self.ways.partial }
    }

    /// The label as it is asked for.
    fn asked(&self) -> Option<Asked> {
        let label = self.label.as_ref()?;
        let named = match &self.rater {
            Some(rater) => Asked::by_rater(label, rater).ok()?,
            None => Asked::named(label).ok()?,
        };
        match &self.value {
            Some(value) => named.with_value(value),
            None => Some(named),
        }
    }

    /// What is asked of the rows that a filter leaves.
    #[must_use]
    pub fn question(&self, filter: Filter) -> Question {
        let by = self.fields();
        let label = self.asked();
        let curve = match &label {
            Some(label) if self.curve => {
                let reference = self.reference.clone();
                Some(CurveAsk { label: label.clone(), reference, by: self.first.clone() })
            }
            _ => None,
        };
        let (measure, errors) = (self.measure(), self.ways.errors);
        let (pair, sides) = self.compared.clone();
        let ask = Ask { by, label };
        let sides = sides.map(|[left, right]| (left, right));
        Question { filter, ask, pair, sides, measure, errors, curve, ..Question::default() }
    }

    /// The dialog's name.
    #[must_use]
    pub fn title(&self) -> String {
        let told = self.value.as_ref().or(self.rater.as_ref());
        let valued = told.and(self.asked()).map(|asked| asked.to_string());
        let label = valued.as_deref().or(self.label.as_deref());
        let what = label.unwrap_or(self.measure().noun());
        if self.curve {
            return format!("thresholds of {what} by {}", self.first.name());
        }
        let by: Vec<String> = self.fields().iter().map(By::name).collect();
        format!("{what} by {}", by.join(" and "))
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
