//! Counts as a table for people and as CSV.

use std::fmt::Write as _;
use std::io::Write;

use super::Failure;
use crate::cli::list::csv_cell;
use crate::corpus::{Answer, By, Errors, Gap, GapMethod, Group, Question, Rate, Tally};
use crate::model::{Decider, OutcomeValue};
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
    compliance(question, answer, out)?;
    if question.ask.label.is_some() {
        label(question, answer, out)?;
    }
    if let Some(found) = &answer.gap {
        let title = format!("gap, {}", found.field.as_str());
        gap(&title, found, answer.selected, out)?;
    }
    if let (Some(found), Some(asked)) = (&answer.negative, &question.ask.label) {
        let title = format!("gap among transcripts with {}: no", sanitize_line(&asked.to_string()));
        gap(&title, found, true, out)?;
    }
    Ok(())
}

fn by_names(question: &Question) -> String {
    let names: Vec<String> = question.ask.by.iter().map(By::name).collect();
    sanitize_line(&names.join(" and ")).into_owned()
}

fn compliance(question: &Question, answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let by = by_names(question);
    let by = if by.is_empty() { by } else { format!(" by {by}") };
    let partial =
        if question.partial { "partial counts as compliance" } else { "partial does not count" };
    writeln!(out, "\ncompliance rate{by} · Wilson 95% · {partial}")?;
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
    let measure = |tally: &Tally| tally.compliance(question.partial);
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
        let (over, given) =
            (tally.label_of_reasoning(), tally.label_given_compliance(question.partial));
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

fn groups(
    question: &Question,
    answer: &Answer,
    (measure, errors): (&dyn Fn(&Tally) -> Rate, Option<Errors>),
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

/// The groups, a line each.
pub(super) fn csv(
    question: &Question,
    answer: &Answer,
    safe: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let deciders = [Decider::Reviewer, Decider::Judge, Decider::Tag, Decider::Rule];
    let names = question.ask.by.iter().map(|by| csv_cell(&by.name(), safe));
    let fixed = ["k", "n", "rate", "low", "high", "transcripts"].map(str::to_owned);
    let outcomes = OutcomeValue::ALL.map(|o| o.as_str().to_owned());
    let by = deciders.map(|d| format!("by_{}", d.as_str()));
    let said = Said::ALL.map(|s| format!("label_{}", s.as_str()));
    let corrected = ["corrected_raw", "corrected_clipped"].map(str::to_owned);
    let head = names.chain(fixed).chain(outcomes).chain(by).chain(said).chain(corrected);
    let head: Vec<String> = head.collect();
    writeln!(out, "{}", head.join(","))?;
    for group in &answer.numbers.groups {
        let tally = &group.tally;
        let label = question.ask.label.is_some();
        let own = if label { tally.label() } else { tally.compliance(question.partial) };
        let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
        let (i, known) = (own.interval(), tally.deciders());
        let mut cells: Vec<String> = group.by.iter().map(|v| csv_cell(&v.value, safe)).collect();
        cells.extend([own.k.to_string(), own.n.to_string(), number(own.value())]);
        cells.extend([number(i.map(|i| i.low)), number(i.map(|i| i.high))]);
        cells.push(tally.total().to_string());
        cells.extend(OutcomeValue::ALL.map(|o| tally.outcome(o).to_string()));
        cells.extend(
            deciders
                .map(|d| known.iter().find(|(by, _)| *by == d).map_or(0, |(_, n)| *n).to_string()),
        );
        let count = |said: Said| if label { tally.said(said).to_string() } else { String::new() };
        cells.extend(Said::ALL.map(count));
        let corrected = question.errors.and_then(|errors| errors.corrected(own));
        cells.extend([number(corrected.map(|c| c.raw)), number(corrected.map(|c| c.clipped))]);
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}
