//! Counts as one table of comma-separated values. The column `table` tells what a line is of; a column that means nothing in a line is
//! empty there.

use std::io::Write;

use super::Failure;
use crate::cli::list::csv_cell;
use crate::corpus::{Answer, By, Gap, Question, Rate, Tally, Value};
use crate::model::{Decider, OutcomeValue};
use crate::query::Said;

const DECIDERS: [Decider; 4] = [Decider::Reviewer, Decider::Judge, Decider::Tag, Decider::Rule];

/// The columns behind those of the fields. Numbers and the program's own words, but for the sides of a gap.
const COLUMNS: [&str; 46] = [
    "k",
    "n",
    "rate",
    "low",
    "high",
    "transcripts",
    "complied",
    "partial",
    "refused",
    "other",
    "unfinished",
    "unknown",
    "by_reviewer",
    "by_judge",
    "by_tag",
    "by_rule",
    "label_yes",
    "label_no",
    "label_neither",
    "label_unparsed",
    "label_missing",
    "corrected_raw",
    "corrected_clipped",
    "outcome",
    "label",
    "left",
    "right",
    "gap",
    "left_rate",
    "right_rate",
    "left_transcripts",
    "right_transcripts",
    "left_unpaired",
    "right_unpaired",
    "undecided",
    "both",
    "left_alone",
    "right_alone",
    "neither",
    "method",
    "test",
    "p",
    "selected",
    "reviewer_answers",
    "reviewer_drawn",
    "reviewer_not_blind",
];

/// A line: its table, of what a rate is, the values of the fields, and cells by column.
struct Line<'a> {
    table: &'a str,
    rate_of: &'a str,
    by: &'a [Value],
    cells: Vec<(&'static str, String)>,
}

impl Line<'_> {
    fn write(&self, fields: usize, safe: bool, out: &mut impl Write) -> Result<(), Failure> {
        let mut cells = vec![self.table.to_owned(), csv_cell(self.rate_of, safe)];
        let value = |n: usize| self.by.get(n).map_or("", |value| value.value.as_str());
        cells.extend((0..fields).map(|n| csv_cell(value(n), safe)));
        for name in COLUMNS {
            let cell = self.cells.iter().find(|(own, _)| *own == name);
            cells.push(cell.map_or_else(String::new, |(_, cell)| cell.clone()));
        }
        writeln!(out, "{}", cells.join(","))?;
        Ok(())
    }
}

fn number(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn rate_cells(rate: Rate) -> Vec<(&'static str, String)> {
    let interval = rate.interval();
    vec![
        ("k", rate.k.to_string()),
        ("n", rate.n.to_string()),
        ("rate", number(rate.value())),
        ("low", number(interval.map(|i| i.low))),
        ("high", number(interval.map(|i| i.high))),
    ]
}

/// What stands beside a rate of all transcripts of a group.
fn tally_cells(question: &Question, tally: &Tally) -> Vec<(&'static str, String)> {
    let mut cells = vec![("transcripts", tally.total().to_string())];
    cells.extend(OutcomeValue::ALL.map(|o| (o.as_str(), tally.outcome(o).to_string())));
    let known = tally.deciders();
    let names = ["by_reviewer", "by_judge", "by_tag", "by_rule"];
    cells.extend(names.into_iter().zip(DECIDERS).map(|(name, decider)| {
        let n = known.iter().find(|(by, _)| *by == decider).map_or(0, |(_, n)| *n);
        (name, n.to_string())
    }));
    if question.ask.label.is_some() {
        let names = ["label_yes", "label_no", "label_neither", "label_unparsed", "label_missing"];
        cells.extend(names.into_iter().zip(Said::ALL.map(|said| tally.said(said).to_string())));
    }
    cells
}

/// All of it.
pub(super) fn csv(
    question: &Question,
    answer: &Answer,
    safe: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let fields = question.ask.by.len();
    let names = question.ask.by.iter().map(|by: &By| csv_cell(&by.name(), safe));
    let head: Vec<String> = ["table", "rate_of"]
        .map(str::to_owned)
        .into_iter()
        .chain(names)
        .chain(COLUMNS.map(str::to_owned))
        .collect();
    writeln!(out, "{}", head.join(","))?;
    let (measure, numbers) = (question.measure, &answer.numbers);
    let label = question.ask.label.as_ref().map(ToString::to_string);
    let mut write = |line: &Line<'_>| line.write(fields, safe, out);
    // Errors of measurement are those of the label's rater, where a label is asked for.
    let mut block = |of: &str, corrected: bool, rate: &dyn Fn(&Tally) -> Rate| {
        let groups = numbers.groups.iter().map(|group| ("rates", &*group.by, &group.tally));
        for (table, by, tally) in groups.chain([("all", &[][..], &numbers.all)]) {
            let own = rate(tally);
            let mut cells = rate_cells(own);
            cells.extend(tally_cells(question, tally));
            if table == "all" && label.as_deref() == Some(of) && answer.reviewed.answers > 0 {
                let found = answer.reviewed;
                let names = ["reviewer_answers", "reviewer_drawn", "reviewer_not_blind"];
                let counts = [found.answers, found.drawn, found.not_blind];
                cells.extend(names.into_iter().zip(counts.map(|n| n.to_string())));
            }
            let errors = question.errors.filter(|_| corrected);
            let found = errors.and_then(|errors| errors.corrected(own));
            cells.push(("corrected_raw", number(found.map(|c| c.raw))));
            cells.push(("corrected_clipped", number(found.map(|c| c.clipped))));
            write(&Line { table, rate_of: of, by, cells })?;
        }
        Ok::<(), Failure>(())
    };
    if let Some(label) = &label {
        block(label, true, &Tally::label)?;
    }
    block(measure.as_str(), label.is_none(), &|tally| tally.rate(measure))?;
    if let Some(label) = &label {
        let reasoning: &dyn Fn(&Tally) -> Rate = &Tally::label_of_reasoning;
        let given: &dyn Fn(&Tally) -> Rate =
            &|tally| tally.label_given_compliance(measure.counts_partial());
        for (table, all, rate) in [
            ("of_reasoning", "all_of_reasoning", reasoning),
            ("given_compliance", "all_given_compliance", given),
        ] {
            let groups = numbers.groups.iter().map(|group| (table, &*group.by, &group.tally));
            for (table, by, tally) in groups.chain([(all, &[][..], &numbers.all)]) {
                write(&Line { table, rate_of: label, by, cells: rate_cells(rate(tally)) })?;
            }
        }
        for outcome in OutcomeValue::ALL {
            for said in Said::ALL {
                let n = numbers.all.cell(outcome, said);
                let cells = vec![
                    ("outcome", outcome.as_str().to_owned()),
                    ("label", said.as_str().to_owned()),
                    ("transcripts", n.to_string()),
                ];
                write(&Line { table: "outcome_by_label", rate_of: label, by: &[], cells })?;
            }
        }
    }
    let of = measure.as_str();
    if let Some(found) = &answer.gap {
        let cells = gap_cells(found, answer.selected, safe);
        write(&Line { table: "gap", rate_of: of, by: &[], cells })?;
    }
    if let Some(found) = &answer.negative {
        let cells = gap_cells(found, true, safe);
        write(&Line { table: "gap_negative", rate_of: of, by: &[], cells })?;
    }
    Ok(())
}

fn gap_cells(gap: &Gap, selected: bool, safe: bool) -> Vec<(&'static str, String)> {
    let test = gap.test();
    let mut cells = vec![
        ("n", gap.pairs.to_string()),
        ("low", number(gap.interval.map(|i| i.low))),
        ("high", number(gap.interval.map(|i| i.high))),
        ("left", csv_cell(&gap.sides.0, safe)),
        ("right", csv_cell(&gap.sides.1, safe)),
        ("gap", number(gap.value)),
        ("left_rate", number(gap.rates.map(|rates| rates.0))),
        ("right_rate", number(gap.rates.map(|rates| rates.1))),
        ("left_transcripts", gap.transcripts.0.to_string()),
        ("right_transcripts", gap.transcripts.1.to_string()),
        ("left_unpaired", gap.only.0.to_string()),
        ("right_unpaired", gap.only.1.to_string()),
        ("undecided", gap.undecided.to_string()),
        ("method", csv_cell(gap.method.as_str(), safe)),
        ("test", test.map_or_else(String::new, |test| test.name.to_owned())),
        ("p", number(test.map(|test| test.p))),
        ("selected", selected.to_string()),
    ];
    if let Some(table) = &gap.table {
        let names = ["both", "left_alone", "right_alone", "neither"];
        let counts = [table.both, table.first, table.second, table.neither];
        cells.extend(names.into_iter().zip(counts.map(|n| n.to_string())));
    }
    cells
}
