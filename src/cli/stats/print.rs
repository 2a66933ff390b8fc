//! Counts as a table for people.

use std::fmt::Write as _;
use std::io::Write;

use super::Failure;
use crate::corpus::{Answer, By, Errors, Gap, GapMethod, Group, Question, Rate, Tally};
use crate::model::OutcomeValue;
use crate::query::Said;
use crate::stats::Interval;
use crate::text::{sanitize_line, thousands, truncate_middle, width};

/// Raters that are named.
const MOST_RATERS: usize = 8;
/// Widest column of a value.
const WIDEST: usize = 36;

pub(super) fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

pub(super) fn rate(rate: Rate) -> String {
    rate.value().map_or_else(|| "undefined".to_owned(), percent)
}

/// `7.0–19.8%`.
pub(super) fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!("{:.1}–{}", i.low * 100.0, percent(i.high)))
}

fn of(rate: Rate) -> String {
    format!("{}/{}", thousands(rate.k), thousands(rate.n))
}

pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// For people.
pub(super) fn table(
    question: &Question,
    answer: &Answer,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let numbers = &answer.numbers;
    let all = &numbers.all;
    let mut head = counted(all.total(), "transcript", "transcripts");
    if numbers.copies > 0 {
        let copies = counted(numbers.copies, "identical record", "identical records");
        head = format!("{head} · {copies} not counted again");
    }
    if !question.filter.is_empty() {
        head = format!("{head} · {}", sanitize_line(&question.filter.to_string()));
    }
    writeln!(out, "{head}")?;
    if answer.selected {
        writeln!(out, "selected on a result: rates and gaps are of what was selected")?;
    }
    outcomes(question, answer, out)?;
    if question.ask.label.is_some() {
        label(question, answer, out)?;
    }
    if let Some(found) = &answer.gap {
        let title = format!("gap in {}, {}", question.measure.noun(), found.field.as_str());
        gap(&title, found, answer.selected, out)?;
    }
    if let (Some(found), Some(asked)) = (&answer.negative, &question.ask.label) {
        let (noun, asked) = (question.measure.noun(), asked.to_string());
        let title = format!("gap in {noun} among transcripts with {}: no", sanitize_line(&asked));
        gap(&title, found, true, out)?;
    }
    Ok(())
}

fn by_names(question: &Question) -> String {
    let names: Vec<String> = question.ask.by.iter().map(By::name).collect();
    sanitize_line(&names.join(" and ")).into_owned()
}

fn outcomes(question: &Question, answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let by = by_names(question);
    let by = if by.is_empty() { by } else { format!(" by {by}") };
    let measured = question.measure;
    let partial = match (measured.is_compliance(), measured.partial) {
        (false, _) => "",
        (_, true) => " · partial counts as compliance",
        (_, false) => " · partial does not count",
    };
    writeln!(out, "\n{}{by} · Wilson 95%{partial}", measured.title())?;
    let all = &answer.numbers.all;
    let deciders: Vec<String> = all
        .deciders()
        .into_iter()
        .map(|(by, n)| format!("{} {}", by.as_str(), thousands(n)))
        .collect();
    if !deciders.is_empty() {
        writeln!(out, "outcomes decided by: {}", deciders.join(", "))?;
    }
    let columns: Vec<&str> = OutcomeValue::ALL.map(OutcomeValue::as_str).to_vec();
    let cells = |tally: &Tally| OutcomeValue::ALL.map(|outcome| tally.outcome(outcome)).to_vec();
    // They are those of the label's rater, where a label is asked for.
    let errors = question.errors.filter(|_| question.ask.label.is_none());
    let measure = |tally: &Tally| tally.rate(measured);
    groups(question, answer, (&measure, errors), &columns, &cells, out)
}

fn label(question: &Question, answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Some(asked) = &question.ask.label else { return Ok(()) };
    let (numbers, all) = (&answer.numbers, &answer.numbers.all);
    let name = sanitize_line(&asked.to_string()).into_owned();
    writeln!(out, "\n{name} by {} · Wilson 95%", by_names(question))?;
    let mut about: Vec<String> = Vec::new();
    if let Some(threshold) = &answer.bar {
        about.push(format!("positive {threshold}"));
    }
    about.push(format!("{} neither yes nor no", thousands(all.said(Said::Neither))));
    about.push(format!("{} unparsed", thousands(all.said(Said::Unparsed))));
    about.push(format!("{} without it", thousands(all.said(Said::Missing))));
    if numbers.raters.len() > 1 && !asked.has_rater() {
        about.push(format!("{} raters: yes where any says yes", numbers.raters.len()));
    }
    writeln!(out, "{}", about.join(" · "))?;
    if let Some(caution) = answer.reviewed.caution() {
        writeln!(out, "{caution}")?;
    }
    for r in numbers.raters.iter().take(MOST_RATERS) {
        let (rater, label) = (sanitize_line(&r.rater), sanitize_line(&r.label));
        writeln!(out, "rater {rater}, label {label}: {}", thousands(r.n))?;
    }
    if numbers.raters.len() > MOST_RATERS {
        writeln!(out, "and {} more", numbers.raters.len() - MOST_RATERS)?;
    }
    let columns: Vec<&str> = Said::ALL.map(Said::as_str).to_vec();
    let cells = |tally: &Tally| Said::ALL.map(|said| tally.said(said)).to_vec();
    groups(question, answer, (&Tally::label, question.errors), &columns, &cells, out)?;
    writeln!(out, "\n{name}: yes, of transcripts with reasoning")?;
    for (title, tally) in rows(question, answer) {
        let (over, given) = (
            tally.label_of_reasoning(),
            tally.label_given_compliance(question.measure.counts_partial()),
        );
        let text = |r: Rate| format!("{} {} ({})", rate(r), interval(r.interval()), of(r));
        writeln!(out, "{title}  all {} · of those that complied {}", text(over), text(given))?;
    }
    writeln!(out, "\noutcome × {name}")?;
    let mut line = format!("{:<12}", "");
    for said in Said::ALL {
        let _ = write!(line, "{:>10}", said.as_str());
    }
    writeln!(out, "{line}")?;
    for outcome in OutcomeValue::ALL {
        let mut line = format!("{:<12}", outcome.as_str());
        for said in Said::ALL {
            let _ = write!(line, "{:>10}", thousands(all.cell(outcome, said)));
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The groups with their titles padded to one width, and `all` where there are several.
fn rows<'a>(question: &Question, answer: &'a Answer) -> Vec<(String, &'a Tally)> {
    let numbers = &answer.numbers;
    let title = |group: &Group| {
        let cells = group.by.iter().map(|value| truncate_middle(&value.value, WIDEST).into_owned());
        cells.collect::<Vec<String>>()
    };
    let mut lines: Vec<(Vec<String>, &Tally)> =
        numbers.groups.iter().map(|group| (title(group), &group.tally)).collect();
    if lines.len() != 1 || question.ask.by.is_empty() {
        let mut title = vec!["all".to_owned()];
        title.resize(question.ask.by.len().max(1), String::new());
        if !(question.ask.by.is_empty() && lines.len() == 1) {
            lines.push((title, &numbers.all));
        } else if let Some(line) = lines.first_mut() {
            line.0 = title;
        }
    }
    let columns = question.ask.by.len().max(1);
    let widest = |n: usize| {
        lines.iter().filter_map(|(cells, _)| cells.get(n)).map(|c| width(c)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    lines
        .iter()
        .map(|(cells, tally)| {
            let padded: Vec<String> = cells
                .iter()
                .zip(&widths)
                .map(|(c, w)| format!("{c}{}", " ".repeat(w.saturating_sub(width(c)))))
                .collect();
            (padded.join("  "), *tally)
        })
        .collect()
}

/// Which rate of a tally, and for which errors of measurement it is corrected.
type Measured<'a> = (&'a dyn Fn(&Tally) -> Rate, Option<Errors>);

fn groups(
    question: &Question,
    answer: &Answer,
    (measure, errors): Measured<'_>,
    columns: &[&str],
    cells: &dyn Fn(&Tally) -> Vec<usize>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    if let Some(errors) = errors {
        writeln!(
            out,
            "corrected for {errors} (Rogan–Gladen); in brackets what lies outside 0–100%, cut to that"
        )?;
    }
    let rows = rows(question, answer);
    let titles = rows.first().map_or(0, |(title, _)| width(title));
    let mut head = format!("{}  {:>9}  {:>12}  {:>15}", " ".repeat(titles), "rate", "95%", "of");
    if errors.is_some() {
        let _ = write!(head, "  {:>17}", "corrected");
    }
    for name in columns {
        let _ = write!(head, "  {name:>8}");
    }
    writeln!(out, "{head}")?;
    for (title, tally) in rows {
        let own = measure(tally);
        let between = interval(own.interval());
        let pad = " ".repeat(12_usize.saturating_sub(width(&between)));
        let mut line = format!("{title}  {:>9}  {pad}{between}  {:>15}", rate(own), of(own));
        if let Some(errors) = errors {
            let _ = write!(line, "  {:>17}", errors.corrected_words(own));
        }
        for (n, name) in cells(tally).into_iter().zip(columns) {
            let _ = write!(line, "  {:>1$}", thousands(n), name.len().max(8));
        }
        writeln!(out, "{line}")?;
    }
    if answer.numbers.more_groups > 0 {
        writeln!(out, "and {} groups more", thousands(answer.numbers.more_groups))?;
    }
    Ok(())
}

/// `+20.0 points`.
fn points(difference: f64) -> String {
    // What is shown as 0 has no sign.
    let points = (difference * 1_000.0).round() / 10.0;
    if points == 0.0 { "0.0".to_owned() } else { format!("{points:+.1}") }
}

fn gap(title: &str, gap: &Gap, selected: bool, out: &mut impl Write) -> Result<(), Failure> {
    let names = format!("{} − {}", sanitize_line(&gap.sides.0), sanitize_line(&gap.sides.1));
    writeln!(out, "\n{title}: {names}")?;
    let value = match (gap.value, gap.interval) {
        (Some(value), Some(i)) => {
            format!("{} points ({} to {}, 95%)", points(value), points(i.low), points(i.high))
        }
        (Some(value), None) => format!("{} points, interval undefined", points(value)),
        (None, _) => "undefined".to_owned(),
    };
    let n = if gap.method.is_paired() {
        format!("n = {}", counted(gap.pairs, "pair of samples", "pairs of samples"))
    } else {
        format!(
            "n = {} and {} transcripts, no sample has both",
            thousands(gap.transcripts.0),
            thousands(gap.transcripts.1)
        )
    };
    writeln!(out, "{value} · {n} · {}", gap.method.as_str())?;
    if let Some((first, second)) = gap.rates {
        let over = match gap.method {
            GapMethod::Paired | GapMethod::Independent => "",
            _ => ", means over samples",
        };
        writeln!(out, "{} against {}{over}", percent(first), percent(second))?;
    }
    if let Some(t) = gap.table {
        writeln!(
            out,
            "pairs: both {}, only {} {}, only {} {}, neither {}",
            thousands(t.both),
            sanitize_line(&gap.sides.0),
            thousands(t.first),
            sanitize_line(&gap.sides.1),
            thousands(t.second),
            thousands(t.neither)
        )?;
    }
    let without = format!(
        "{} without a partner (only {} {}, only {} {})",
        counted(gap.unpaired(), "sample", "samples"),
        sanitize_line(&gap.sides.0),
        thousands(gap.only.0),
        sanitize_line(&gap.sides.1),
        thousands(gap.only.1)
    );
    writeln!(out, "{without}; {} without an outcome on one side", thousands(gap.undecided))?;
    if let Some(test) = gap.test() {
        writeln!(out, "{} p = {:.4}", test.name, test.p)?;
    }
    if selected {
        writeln!(out, "selected on a result")?;
    }
    Ok(())
}
