//! `undertone stats`: rates with intervals by one or two fields, and the gap between tiers. Counted by `corpus::numbers`, as on
//! the screen.

mod print;
mod report;

use std::io::Write;

use super::args::{StatsArgs, StatsFormat};
use super::json;
use super::list::matching;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, filter, load, remark};
use crate::corpus::{Answer, Ask, Bits, By, Corpus, Numbers, PairField, Question};
use crate::ingest::labels::ThresholdFrom;
use crate::model::Threshold;
use crate::query::{Asked, Filter, Needs};
use crate::text::sanitize_line;

/// What was asked for, checked.
struct Asking {
    question: Question,
    /// Sensitivity and specificity.
    errors: Option<(f64, f64)>,
}

/// What was found.
struct Found {
    answer: Answer,
    /// When the label is positive, where numbers have a threshold and the question names none.
    threshold: Option<String>,
}

fn asking(args: &StatsArgs) -> Result<Asking, Failure> {
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
    let question = Question {
        filter: filter(args.filter.as_deref(), &args.read)?,
        ask: Ask { by, label: label.transpose()? },
        pair,
        sides,
        partial: args.partial,
    };
    Ok(Asking { question, errors })
}

/// Runs the command.
///
/// # Errors
/// Usage, paths, writing.
pub fn run(args: &StatsArgs) -> Result<Exit, Failure> {
    let asking = asking(args)?;
    let question = &asking.question;
    let reading = Reading::new(&args.read)?;
    let needs = question.filter.needs();
    let cues = needs.cues || question.ask.by.iter().any(By::needs_cues);
    let mut catalogue = load(&reading.corpus, Needs { cues, opened: true, ..needs });
    if question.filter.asks_reader() {
        remark(&mut catalogue, &args.read);
    }
    let rows = |filter: &Filter| Bits::of(&matching(&reading.corpus, &catalogue, filter));
    let shown = rows(&question.filter);
    let questions = std::slice::from_ref(question);
    let answers = catalogue.answers(questions, &shown, &mut |filter| Some(rows(filter)));
    let answer = answers.and_then(|mut all| all.pop()).unwrap_or_default();
    let found = Found { threshold: threshold(&reading.corpus, question, &answer.numbers), answer };
    reading.is_sound()?;
    let mut out = out();
    match args.format {
        StatsFormat::Json => json::write_line(&mut out, &report::as_json(&asking, &found))?,
        StatsFormat::Csv => print::csv(question, &found.answer, args.csv_safe, &mut out)?,
        StatsFormat::Table => print::table(&asking, &found, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if shown.is_empty() {
        Exit::Nothing
    } else {
        Exit::Fine
    })
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
