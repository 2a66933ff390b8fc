//! `undertone stats`: rates with intervals by one or two fields, and the gap between tiers. Counted by `corpus::numbers`, as on
//! the screen.

mod csv;
mod curve;
mod known;
mod print;
mod report;
mod svg;

use std::io::Write;

use super::args::{StatsArgs, StatsFormat};
use super::json;
use super::list::matching;
use super::output::{Exit, Failure, out, write_new};
use super::plan::{Reading, filter, load, remark};
use super::reviews;
use crate::corpus::{Answer, Ask, Bits, By, CurveAsk, Errors, Measure, PairField, Question};
use crate::model::OutcomeValue;
use crate::query::{Asked, Filter, Needs, in_quotes};
use crate::text::sanitize_line;

fn asked(flag: &str, text: Option<&str>) -> Result<Option<Asked>, Failure> {
    let read = |text: &str| {
        let wrong = |error| Failure::Usage(format!("{flag} {}: {error}", sanitize_line(text)));
        Asked::parse(text).map_err(wrong)
    };
    text.map(read).transpose()
}

/// What was asked for, checked.
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
    let label = asked("--label", args.label.as_deref())?;
    let reference = asked("--reference", args.reference.as_deref())?;
    let curve = match asked("--curve", args.curve.as_deref())? {
        None => None,
        Some(label) if label.has_test() => {
            let message = "--curve takes a label without a bound: NAME or NAME@RATER";
            return Err(Failure::Usage(message.to_owned()));
        }
        Some(label) => match by.as_slice() {
            [by] => Some(CurveAsk { label, reference, by: by.clone() }),
            _ => return Err(Failure::Usage("--curve goes by one field".to_owned())),
        },
    };
    let (name, sides) = match args.pair.split_once('=') {
        Some((name, sides)) => (name, Some(sides)),
        None => (args.pair.as_str(), None),
    };
    let pair = PairField::named(name.trim()).ok_or_else(|| {
        let names = PairField::ALL.map(PairField::as_str).join(", ");
        Failure::Usage(format!("--pair takes one of {names}, not `{}`", sanitize_line(name)))
    })?;
    let sides = match sides.map(two_values) {
        None => None,
        Some(Some((first, second))) if first != second => Some((first, second)),
        Some(_) => {
            let message = format!("--pair {name}= takes two different values: {name}=free,paid");
            return Err(Failure::Usage(message));
        }
    };
    if args.partial && args.rate.outcome() != OutcomeValue::Complied {
        return Err(Failure::Usage("--partial is of the compliance rate alone".to_owned()));
    }
    let errors = match args.sensitivity.zip(args.specificity) {
        None => None,
        Some((sensitivity, specificity)) => {
            Some(Errors::new(sensitivity, specificity).ok_or_else(|| {
                let message =
                    "--sensitivity and --specificity are shares from 0 to 1, and together over 1";
                Failure::Usage(message.to_owned())
            })?)
        }
    };
    Ok(Question {
        filter: filter(args.filter.as_deref(), &args.read)?,
        ask: Ask { by, label },
        pair,
        sides,
        partners: false,
        measure: Measure { outcome: args.rate.outcome(), partial: args.partial },
        errors,
        curve,
    })
}

/// Two values with a comma between them. One that holds a comma itself stands in quotation marks, as in a filter.
fn two_values(text: &str) -> Option<(String, String)> {
    let (first, rest) = match in_quotes(text.trim_start()) {
        Some((first, rest)) => (first, rest.trim_start().strip_prefix(',')?),
        None => text.split_once(',').map(|(first, rest)| (first.trim().to_owned(), rest))?,
    };
    let second = in_quotes(rest.trim()).filter(|(_, rest)| rest.is_empty());
    Some((first, second.map_or_else(|| rest.trim().to_owned(), |(second, _)| second)))
}

/// Runs the command.
///
/// # Errors
/// Usage, paths, writing.
pub fn run(args: &StatsArgs) -> Result<Exit, Failure> {
    let question = &question(args)?;
    if let Some(path) = args.svg.as_ref().filter(|path| path.exists()) {
        let shown = sanitize_line(&path.display().to_string()).into_owned();
        return Err(Failure::Usage(format!("--svg {shown}: that file is there already")));
    }
    let reading = Reading::new(&args.read)?;
    let needs = question.filter.needs();
    let cues = needs.cues || question.ask.by.iter().any(By::needs_cues);
    let mut catalogue = load(&reading.corpus, Needs { cues, opened: true, ..needs });
    if question.filter.asks_reader() {
        remark(&mut catalogue, &args.read);
    }
    reviews::take(&reading.corpus, &mut catalogue, &args.read.paths, &args.reviews);
    known::check(question, &reading.corpus, &mut catalogue)?;
    let rows = |filter: &Filter| Bits::of(&matching(&reading.corpus, &catalogue, filter));
    let shown = rows(&question.filter);
    let questions = std::slice::from_ref(question);
    let rules = &reading.corpus.rules;
    let answers = catalogue.answers(questions, &shown, rules, &mut |filter| Some(rows(filter)));
    let answer = answers.and_then(|mut all| all.pop()).unwrap_or_default();
    reading.is_sound()?;
    if let Some(path) = &args.svg {
        write_new(path, svg::svg(question, &answer).as_bytes())?;
    }
    let mut out = out();
    match (args.format, &answer.curve, &question.curve) {
        (StatsFormat::Json, Some(found), Some(ask)) => {
            json::write_line(&mut out, &curve::as_json(question, ask, &answer, found))?;
        }
        (StatsFormat::Csv, Some(found), Some(_)) => curve::csv(found, args.csv_safe, &mut out)?,
        (StatsFormat::Table, Some(found), Some(ask)) => {
            curve::table(question, ask, &answer, found, &mut out)?;
        }
        (StatsFormat::Json, ..) => json::write_line(&mut out, &report::as_json(question, &answer))?,
        (StatsFormat::Csv, ..) => csv::csv(question, &answer, args.csv_safe, &mut out)?,
        (StatsFormat::Table, ..) => print::table(question, &answer, &mut out)?,
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

/// Writes statistics to NAME.svg and NAME.csv, of which neither may exist; where they are, in a sentence.
///
/// # Errors
/// A sentence.
pub fn export(name: &str, question: &Question, answer: &Answer) -> Result<String, String> {
    let paths = ["svg", "csv"].map(|ending| std::path::PathBuf::from(format!("{name}.{ending}")));
    let shown =
        paths.each_ref().map(|path| sanitize_line(&path.display().to_string()).into_owned());
    for (path, shown) in paths.iter().zip(&shown) {
        if path.exists() {
            return Err(format!("{shown} is there already: choose another name"));
        }
    }
    // Somebody will open it in a spreadsheet, and labels and tiers are named by files.
    let mut table = Vec::new();
    let made = match &answer.curve {
        Some(curve) => curve::csv(curve, true, &mut table),
        None => csv::csv(question, answer, true, &mut table),
    };
    let failed = |failure: Failure| failure.sentence().unwrap_or_default();
    made.map_err(failed)?;
    let [drawing, data] = &paths;
    write_new(drawing, svg::svg(question, answer).as_bytes()).map_err(failed)?;
    write_new(data, &table).map_err(failed)?;
    Ok(format!("written: {}", shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::two_values;

    #[test]
    fn two_values_may_hold_commas() {
        for (text, first, second) in [
            ("free,paid", "free", "paid"),
            (" free , paid ", "free", "paid"),
            ("\"a,b\",none", "a,b", "none"),
            ("none,\"a, b\"", "none", "a, b"),
            ("none,a,b", "none", "a,b"),
            (r#""a \"b\"", c"#, "a \"b\"", "c"),
        ] {
            assert_eq!(two_values(text), Some((first.to_owned(), second.to_owned())), "{text}");
        }
        for text in ["free", "", "\"a\" b"] {
            assert_eq!(two_values(text), None, "{text}");
        }
    }
}
