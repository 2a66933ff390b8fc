//! Names that were asked for and that nobody has: one sentence with those that there are, in place of a page of nothing.

use std::collections::BTreeMap;

use super::told_labels;
use crate::cli::args::AgreeArgs;
use crate::cli::output::Failure;
use crate::corpus::{Ask, Bits, Catalogue, StudyAsk};
use crate::query::FilterError;
use crate::review::Standing;
use crate::review::agree::labels;
use crate::text::{nearest, sanitize_line};

/// A label that nobody reviewed, or a reviewer who said nothing of it. Of a queue the label alone is asked: rules and judges disagree on
/// what nobody reviewed.
///
/// # Errors
/// The sentence.
pub fn check(args: &AgreeArgs, standing: &Standing, label: &str) -> Result<(), Failure> {
    let all = labels(standing);
    let decided = standing.adjudications.keys().any(|(own, _)| own == label);
    if all.is_empty() || args.queue && !all.contains_key(label) {
        return Ok(());
    }
    if !all.contains_key(label) && !decided {
        return Err(unreviewed(&all, label, ""));
    }
    let raters = raters(standing, label);
    match args.rater.iter().find(|rater| !raters.contains(rater)) {
        None => Ok(()),
        Some(rater) => {
            let said =
                format!("`{}` answered nothing on {}", sanitize_line(rater), sanitize_line(label));
            Err(unknown("--rater", &said, rater, &raters))
        }
    }
}

/// A label that nobody reviewed, and what else is said of it.
fn unreviewed(all: &BTreeMap<String, usize>, label: &str, nor: &str) -> Failure {
    let clean = sanitize_line(label);
    let there = match all.len() {
        0 => "Nothing is reviewed here".to_owned(),
        1 => format!("Reviewed is {}", told_labels(all)),
        _ => format!("Reviewed are {}", told_labels(all)),
    };
    let near = near(label, all.keys());
    Failure::Usage(format!("--label: nobody reviewed `{clean}`{nor}. {near}{there}"))
}

/// Of a queue: a label that nobody reviewed and no transcript has. There is nobody who could disagree on it.
///
/// # Errors
/// The sentence.
pub fn queued(ask: &StudyAsk, catalogue: &Catalogue, standing: &Standing) -> Result<(), Failure> {
    let wrong = |error: FilterError| Failure::Usage(format!("--label: {error}"));
    let (all, label) = (labels(standing), &ask.which.label);
    let decided = standing.adjudications.keys().any(|(own, _)| own == label);
    if all.contains_key(label) || decided || catalogue.has_label(&ask.asked().map_err(wrong)?) {
        return Ok(());
    }
    Err(unreviewed(&all, label, ", and no transcript has it"))
}

/// Who answered on a label, or decided, in the order of names.
fn raters(standing: &Standing, label: &str) -> Vec<String> {
    let answers = standing.answers.keys().filter(|key| key.label == label);
    let imports = standing.imports.keys().filter(|(_, own, _)| own == label);
    let decisions = standing.adjudications.iter().filter(|((own, _), _)| own == label);
    let decided = decisions.flat_map(|(_, all)| all.iter().map(|said| said.rater.clone()));
    let mut raters: Vec<String> = answers.map(|key| key.rater.clone()).collect();
    raters.extend(imports.map(|(rater, ..)| rater.clone()));
    raters.extend(decided);
    raters.sort_unstable();
    raters.dedup();
    raters
}

/// A classifier that no transcript has.
///
/// # Errors
/// The sentence.
pub fn classifier(ask: &StudyAsk, catalogue: &Catalogue) -> Result<(), Failure> {
    let wrong = |error: FilterError| Failure::Usage(format!("--label: {error}"));
    let Some(rater) = &ask.classifier else { return Ok(()) };
    if catalogue.seen() == 0 || catalogue.has_label(&ask.asked().map_err(wrong)?) {
        return Ok(());
    }
    let any = StudyAsk { classifier: None, ..ask.clone() }.asked().map_err(wrong)?;
    let rows: Bits = Bits::of(&catalogue.views().map(|view| view.id).collect::<Vec<_>>());
    let numbers = catalogue.numbers(&Ask { by: Vec::new(), label: Some(any) }, &rows);
    let raters: Vec<String> = numbers.raters.iter().map(|own| own.rater.clone()).collect();
    let label = sanitize_line(&ask.which.label);
    let said = format!("no transcript has {label} by `{}`", sanitize_line(rater));
    Err(unknown("--classifier", &said, rater, &raters))
}

fn unknown(flag: &str, said: &str, name: &str, there: &[String]) -> Failure {
    let near = near(name, there.iter());
    let names: Vec<_> = there.iter().map(|name| sanitize_line(name)).collect();
    let there = match names.as_slice() {
        [] => "There is none".to_owned(),
        [only] => format!("There is {only}"),
        several => format!("There are {}", several.join(", ")),
    };
    Failure::Usage(format!("{flag}: {said}. {near}{there}"))
}

fn near<'a>(name: &str, there: impl Iterator<Item = &'a String>) -> String {
    let near = nearest(name, there.map(String::as_str));
    near.map_or_else(String::new, |near| format!("Did you mean {}? ", sanitize_line(near)))
}
