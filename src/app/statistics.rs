//! The statistics dialog: rates by one or two fields as lines to draw and to choose from, and the gap.
//!
//! Tests stand there only once they are asked for: beside a filter that is being tuned a p-value would mean nothing.

use std::sync::Arc;

use super::facts::{plural, thousands};
use super::figures::{between, percent_of, points};
use super::threshold;
use crate::corpus::{Answer, Ask, By, CurveAsk, Gap, GapMethod, Question, Rate, Tally};
use crate::model::OutcomeValue;
use crate::query::{Asked, Filter, Said};
use crate::stats::Interval;

/// The fields that the keys go through.
const FIELDS: [&str; 12] = [
    "tier", "setting", "model", "variant", "outcome", "by", "decision", "mismatch", "agree", "cue",
    "parse", "source",
];
/// Most groups that are listed; the command prints all.
const MOST_GROUPS: usize = 500;
/// Most raters that are named.
const MOST_RATERS: usize = 4;

/// The dialog.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    /// Place of the first field among those that there are.
    pub first: usize,
    /// Of the second; `None`: one field.
    pub second: Option<usize>,
    /// The label whose rate is shown; `None`: compliance.
    pub label: Option<String>,
    /// The threshold curve of the label is shown, in place of rates.
    pub curve: bool,
    /// Tests were asked for.
    pub tests: bool,
    /// What was found; `None` while it is counted.
    pub answer: Option<Arc<Answer>>,
    /// The line under the cursor.
    pub selected: usize,
    /// First visible line.
    pub top: usize,
}

/// A line of the dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum StatLine {
    /// What the lines below are.
    Heading(String),
    /// A remark.
    Text(String),
    /// A rate.
    Rate {
        /// Of what.
        title: String,
        /// So many of so many.
        rate: Rate,
        /// The filter that finds the transcripts it is of.
        filter: Option<String>,
    },
    /// A count.
    Count {
        /// Of what.
        title: String,
        /// So many.
        n: usize,
        /// The filter that finds them.
        filter: Option<String>,
    },
    /// A row of characters that is drawn as it is.
    Plot(String),
    /// The groups that stand on the lines of thresholds below.
    Columns(Vec<String>),
    /// What a threshold would do.
    Level {
        /// The threshold.
        title: String,
        /// `now`: it is in force; `look`: a person should look at these.
        sign: &'static str,
        /// Of each group.
        rates: Vec<Rate>,
        /// How many would change sides.
        flips: String,
        /// The filter that finds those.
        filter: Option<String>,
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

impl StatLine {
    /// The filter that Enter opens.
    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        match self {
            Self::Rate { filter, .. } | Self::Count { filter, .. } | Self::Level { filter, .. } => {
                filter.as_deref()
            }
            Self::Heading(_)
            | Self::Text(_)
            | Self::Plot(_)
            | Self::Columns(_)
            | Self::Gap { .. } => None,
        }
    }
}

impl Statistics {
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

    fn changed(&mut self) {
        self.answer = None;
        (self.selected, self.top) = (0, 0);
    }

    fn fields(&self) -> Vec<&'static str> {
        let second = self.second.and_then(|second| FIELDS.get(second));
        FIELDS.get(self.first).into_iter().chain(second).copied().collect()
    }

    /// What is asked of the rows that a filter leaves.
    #[must_use]
    pub fn question(&self, filter: Filter) -> Question {
        let by = self.fields().into_iter().filter_map(|name| By::parse(name).ok()).collect();
        let label = self.label.as_ref().and_then(|name| Asked::named(name).ok());
        let curve = match &label {
            Some(label) if self.curve => {
                let first = FIELDS.get(self.first).and_then(|name| By::parse(name).ok());
                first.map(|by| CurveAsk { label: label.clone(), reference: None, by })
            }
            _ => None,
        };
        Question { filter, ask: Ask { by, label }, curve, ..Question::default() }
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
        let mut lines = Vec::new();
        let asked = self.label.as_ref().and_then(|name| Asked::named(name).ok());
        if let (Some(curve), Some(asked)) = (&answer.curve, &asked) {
            return threshold::lines(answer, curve, asked);
        }
        match &asked {
            None => compliance(answer, &mut lines),
            Some(asked) => label(answer, asked, &mut lines),
        }
        if let Some(found) = &answer.gap {
            self.gap("gap in compliance", found, answer.selected, &mut lines);
        }
        if let (Some(found), Some(asked)) = (&answer.negative, &asked) {
            let title = format!("gap in compliance, {asked}: no on both sides");
            self.gap(&title, found, true, &mut lines);
        }
        lines
    }

    fn gap(&self, heading: &str, gap: &Gap, selected: bool, lines: &mut Vec<StatLine>) {
        let (first, second) = (&gap.sides.0, &gap.sides.1);
        lines.push(StatLine::Heading(heading.to_owned()));
        let title = format!("{first} − {second}");
        lines.push(StatLine::Gap { title, value: gap.value, interval: gap.interval });
        let n = if gap.method.is_paired() {
            format!("n = {}", plural(gap.pairs, "pair of samples", "pairs of samples"))
        } else {
            let (a, b) = gap.transcripts;
            format!("n = {} and {}, no sample has both", thousands(a), thousands(b))
        };
        let method = if gap.value.is_some() { gap.method.as_str() } else { "undefined" };
        lines.push(StatLine::Text(format!("{n} · {method}")));
        if let Some((a, b)) = gap.rates {
            let means = !matches!(gap.method, GapMethod::Paired | GapMethod::Independent);
            let over = if means { ", means over samples" } else { "" };
            let (a, b) = (percent_of(Some(a)), percent_of(Some(b)));
            lines.push(StatLine::Text(format!("{a} against {b}{over}")));
        }
        if let Some(t) = &gap.table {
            let [both, one, other, neither] = [t.both, t.first, t.second, t.neither].map(thousands);
            lines.push(StatLine::Text(format!(
                "both {both} · only {first} {one} · only {second} {other} · neither {neither}"
            )));
        }
        lines.push(StatLine::Text(format!(
            "without a partner: {} {first}, {} {second}",
            thousands(gap.only.0),
            thousands(gap.only.1)
        )));
        if gap.undecided > 0 {
            let undecided = thousands(gap.undecided);
            lines.push(StatLine::Text(format!("without an outcome on one side: {undecided}")));
        }
        if selected {
            lines.push(StatLine::Text("selected on a result".to_owned()));
        }
        if let Some(test) = gap.test().filter(|_| self.tests) {
            lines.push(StatLine::Text(format!("{} p = {:.4}", test.name, test.p)));
        } else if self.tests {
            lines.push(StatLine::Text("no test for this situation".to_owned()));
        }
    }
}

/// `further`: what else a transcript must be to count in the rate, as a filter.
fn groups(
    answer: &Answer,
    measure: &dyn Fn(&Tally) -> Rate,
    further: &str,
    lines: &mut Vec<StatLine>,
) {
    let numbers = &answer.numbers;
    for group in numbers.groups.iter().take(MOST_GROUPS) {
        let values: Vec<&str> = group.by.iter().map(|value| &*value.value).collect();
        let filters: Option<Vec<&str>> = group.by.iter().map(|v| v.filter.as_deref()).collect();
        lines.push(StatLine::Rate {
            title: values.join(" · "),
            rate: measure(&group.tally),
            filter: filters.map(|all| format!("{} {further}", all.join(" ")).trim_end().to_owned()),
        });
    }
    let more = numbers.groups.len().saturating_sub(MOST_GROUPS) + numbers.more_groups;
    if more > 0 {
        let more = plural(more, "group", "groups");
        lines.push(StatLine::Text(format!("{more} not listed; `undertone stats` lists all")));
    }
    let rate = measure(&numbers.all);
    lines.push(StatLine::Rate { title: "all".to_owned(), rate, filter: None });
}

fn counted(answer: &Answer, lines: &mut Vec<StatLine>) {
    let numbers = &answer.numbers;
    let mut say = |text: String| lines.push(StatLine::Text(text));
    say(plural(numbers.all.total(), "transcript", "transcripts"));
    if numbers.copies > 0 {
        say(format!("identical, not counted again: {}", thousands(numbers.copies)));
    }
    if numbers.pending > 0 {
        say(format!("not opened yet: {}", thousands(numbers.pending)));
    }
}

fn compliance(answer: &Answer, lines: &mut Vec<StatLine>) {
    let all = &answer.numbers.all;
    lines.push(StatLine::Heading("compliance rate, Wilson 95%".to_owned()));
    groups(answer, &|tally| tally.compliance(false), "", lines);
    counted(answer, lines);
    let by: Vec<String> = all
        .deciders()
        .into_iter()
        .map(|(by, n)| format!("{} {}", by.as_str(), thousands(n)))
        .collect();
    if !by.is_empty() {
        lines.push(StatLine::Text(format!("outcomes decided by: {}", by.join(", "))));
    }
    let apart = [OutcomeValue::Unfinished, OutcomeValue::Unknown]
        .map(|o| format!("{} {}", thousands(all.outcome(o)), o.as_str()));
    lines.push(StatLine::Text(format!("in no denominator: {}", apart.join(", "))));
}

fn label(answer: &Answer, asked: &Asked, lines: &mut Vec<StatLine>) {
    let numbers = &answer.numbers;
    let all = &numbers.all;
    lines.push(StatLine::Heading(format!("{asked}: yes, Wilson 95%")));
    groups(answer, &Tally::label, "", lines);
    counted(answer, lines);
    let (unparsed, missing) = (all.said(Said::Unparsed), all.said(Said::Missing));
    lines.push(StatLine::Text(format!(
        "in no denominator: {} unparsed, {} without the label",
        thousands(unparsed),
        thousands(missing)
    )));
    let mut raters: Vec<String> = numbers
        .raters
        .iter()
        .take(MOST_RATERS)
        .map(|r| format!("{} ({}) {}", r.rater, r.label, thousands(r.n)))
        .collect();
    if numbers.raters.len() > MOST_RATERS {
        raters.push(format!("{} more", numbers.raters.len() - MOST_RATERS));
    }
    let any = if numbers.raters.len() > 1 { "; yes where any says yes" } else { "" };
    if let Some(bar) = &answer.bar {
        lines.push(StatLine::Text(format!("positive {bar}")));
    }
    lines.push(StatLine::Text(format!("rater {}{any}", raters.join(", "))));
    lines.push(StatLine::Heading(format!("{asked}: yes, of transcripts with reasoning")));
    groups(answer, &Tally::label_of_reasoning, "-parse:missing", lines);
    lines.push(StatLine::Heading(format!("{asked}: yes, of those that complied")));
    let complied = "-parse:missing outcome:complied";
    groups(answer, &|tally| tally.label_given_compliance(false), complied, lines);
    lines.push(StatLine::Heading(format!("outcome × {asked}")));
    for outcome in OutcomeValue::ALL {
        for said in Said::ALL {
            let n = all.cell(outcome, said);
            if n > 0 {
                let title = format!("{} · {}", outcome.as_str(), said.as_str());
                let filter = asked.filter(said);
                let filter = filter.map(|own| format!("outcome:{} {own}", outcome.as_str()));
                lines.push(StatLine::Count { title, n, filter });
            }
        }
    }
}

/// What stands right of a line's plot: a number, and of a rate its interval and counts.
#[must_use]
pub fn numbers_of(line: &StatLine) -> (String, Option<[String; 2]>) {
    match line {
        StatLine::Rate { rate, .. } => {
            let counts = format!("{}/{}", thousands(rate.k), thousands(rate.n));
            (percent_of(rate.value()), Some([between(rate.interval()), counts]))
        }
        StatLine::Count { n, .. } => (thousands(*n), None),
        StatLine::Gap { value: None, .. } => ("undefined".to_owned(), None),
        StatLine::Gap { value: Some(value), interval: Some(i), .. } => {
            (format!("{} ({} to {})", points(*value), points(i.low), points(i.high)), None)
        }
        StatLine::Gap { value: Some(value), .. } => (points(*value), None),
        StatLine::Heading(_)
        | StatLine::Text(_)
        | StatLine::Plot(_)
        | StatLine::Columns(_)
        | StatLine::Level { .. } => (String::new(), None),
    }
}
