//! `undertone stats`: rates with intervals by one or two fields, and the gap between tiers. Counted by `corpus::numbers`, as on
//! the screen.

mod print;
mod report;

use std::io::Write;

use super::args::{StatsArgs, StatsFormat};
use super::json;
use super::list::matching;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, filter, load};
use crate::corpus::{Ask, Bits, By, Catalogue, Corpus, Gap, Numbers, PairField, Samples};
use crate::ingest::labels::ThresholdFrom;
use crate::model::Threshold;
use crate::query::{Asked, Filter, Needs, Said};
use crate::text::sanitize_line;

/// What was asked for, checked.
struct Question {
    filter: Filter,
    ask: Ask,
    pair: PairField,
    /// Values to compare, where they were named.
    sides: Option<(String, String)>,
    partial: bool,
    errors: Option<(f64, f64)>,
}

/// What was found.
struct Answer {
    numbers: Numbers,
    /// `None` where the field has fewer than two values.
    gap: Option<Gap>,
    /// The same among transcripts to which the label says no.
    negative: Option<Gap>,
    /// When the label is positive, where numbers have a threshold and the question names none.
    threshold: Option<String>,
}

fn question(args: &StatsArgs) -> Result<Question, Failure> {
    let by: Vec<By> = args
        .by
        .split(',')
        .filter(|name| !name.trim().is_empty())
        .map(By::parse)
        .collect::<Result<_, _>>()
        .map_err(|sentence| Failure::Usage(format!("--by: {sentence}")))?;
    if by.len() > 2 {
        return Err(Failure::Usage("--by takes one field or two".to_owned()));
    }
    let label = args.label.as_deref().map(|text| {
        Asked::parse(text).map_err(|error| {
            let shown = sanitize_line(text);
            Failure::Usage(format!("--label {shown}: {error}"))
        })
    });
    let (name, sides) = match args.pair.split_once('=') {
        Some((name, sides)) => (name, Some(sides)),
        None => (args.pair.as_str(), None),
    };
    let pair = PairField::named(name.trim()).ok_or_else(|| {
        let names = PairField::ALL.map(PairField::as_str).join(", ");
        Failure::Usage(format!("--pair takes one of {names}, not `{}`", sanitize_line(name)))
    })?;
    let sides = match sides.map(|sides| sides.split_once(',')) {
        None => None,
        Some(Some((first, second))) if first.trim() != second.trim() => {
            Some((first.trim().to_owned(), second.trim().to_owned()))
        }
        Some(_) => {
            let message = format!("--pair {name}= takes two different values: {name}=free,paid");
            return Err(Failure::Usage(message));
        }
    };
    let errors = args.sensitivity.zip(args.specificity);
    if let Some((sensitivity, specificity)) = errors
        && crate::stats::rogan_gladen(0.5, sensitivity, specificity).is_none()
    {
        let message = "--sensitivity and --specificity are shares from 0 to 1, and together over 1";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(Question {
        filter: filter(args.filter.as_deref())?,
        ask: Ask { by, label: label.transpose()? },
        pair,
        sides,
        partial: args.partial,
        errors,
    })
}

/// Runs the command.
///
/// # Errors
/// Usage, paths, writing.
pub fn run(args: &StatsArgs) -> Result<Exit, Failure> {
    let question = question(args)?;
    let reading = Reading::new(&args.read)?;
    let needs = question.filter.needs();
    let cues = needs.cues || question.ask.by.iter().any(By::needs_cues);
    let catalogue = load(&reading.corpus, Needs { cues, opened: true, ..needs });
    let rows = Bits::of(&matching(&reading.corpus, &catalogue, &question.filter));
    let answer = answer(&reading.corpus, &catalogue, &question, &rows);
    reading.is_sound()?;
    let mut out = out();
    match args.format {
        StatsFormat::Json => json::write_line(&mut out, &report::as_json(&question, &answer))?,
        StatsFormat::Csv => print::csv(&question, &answer, args.csv_safe, &mut out)?,
        StatsFormat::Table => print::table(&question, &answer, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if rows.is_empty() {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

fn answer(corpus: &Corpus, catalogue: &Catalogue, question: &Question, rows: &Bits) -> Answer {
    let numbers = catalogue.numbers(&question.ask, rows);
    let samples = catalogue.samples(question.pair);
    let sides = sides(question, &samples);
    let mut answer = Answer {
        threshold: threshold(corpus, question, &numbers),
        numbers,
        gap: None,
        negative: None,
    };
    let Some((left, right)) = sides else { return answer };
    // Partners differ in the field, so what the filter says of that is left out.
    let open = question.filter.without(question.pair.as_str());
    let both = if open == question.filter {
        rows.clone()
    } else {
        Bits::of(&matching(corpus, catalogue, &open))
    };
    let gap = |rows: &Bits| catalogue.gap(&samples, (&left, &right), rows, question.partial);
    answer.gap = Some(gap(&both));
    if let Some(label) = &question.ask.label {
        answer.negative = Some(gap(&catalogue.rows_said(label, Said::No, &both)));
    }
    answer
}

fn sides(question: &Question, samples: &Samples) -> Option<(String, String)> {
    let of_samples = || samples.sides().map(|(a, b)| (a.to_owned(), b.to_owned()));
    question.sides.clone().or_else(of_samples)
}

/// `>= 0.4 (built-in)`.
fn threshold(corpus: &Corpus, question: &Question, numbers: &Numbers) -> Option<String> {
    let asked = question.ask.label.as_ref()?;
    let name = &numbers.raters.first()?.label;
    if asked.has_test() || !numbers.numeric || !corpus.rules.has_threshold(name) {
        return None;
    }
    let (threshold, from) = corpus.rules.threshold_from(name);
    let from = match from {
        ThresholdFrom::Flag => "flag",
        ThresholdFrom::File(_) => "file",
        ThresholdFrom::Table => "built-in",
        ThresholdFrom::Default => "default",
    };
    let (sign, bar) = match threshold {
        Threshold::AtLeast(bar) => (">=", bar),
        Threshold::Above(bar) => (">", bar),
        Threshold::AtMost(bar) => ("<=", bar),
        Threshold::Below(bar) => ("<", bar),
    };
    Some(format!("{sign} {bar} ({from})"))
}
