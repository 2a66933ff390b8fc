//! Names that were asked for and that nothing has: a hint with those that are there.

use std::sync::Arc;

use super::Failure;
use crate::corpus::{By, Catalogue, Corpus, Question};
use crate::text::{nearest, sanitize_line};

/// Names that are listed.
const MOST_NAMES: usize = 12;

/// Reads the records' fields that are asked for.
///
/// # Errors
/// A field, a label or a value that no transcript has, with those that there are.
pub(super) fn check(
    question: &Question,
    corpus: &Corpus,
    catalogue: &mut Catalogue,
) -> Result<(), Failure> {
    // Of nothing at all nothing is known.
    if catalogue.seen() == 0 {
        return Ok(());
    }
    let curve = question.curve.as_ref();
    let fields = || question.ask.by.iter().chain(curve.map(|curve| &curve.by));
    let paths: Vec<String> = fields().filter_map(By::record_field).map(str::to_owned).collect();
    if !paths.is_empty() {
        let found = corpus.record_fields(catalogue, Some(&paths), &|| true).unwrap_or_default();
        let lacking = paths.iter().find(|path| !found.paths().any(|own| own == *path));
        if let Some(path) = lacking {
            let all = corpus.record_fields(catalogue, None, &|| true).unwrap_or_default();
            let names: Vec<String> = all.paths().map(|path| format!("meta.{path}")).collect();
            return Err(missing("--by", &format!("meta.{path}"), "field", &names));
        }
        catalogue.take_fields(Arc::new(found));
    }
    let mut labels: Vec<String> =
        catalogue.label_names().into_iter().map(|(name, _)| name).collect();
    // Reviewers are asked by name.
    let (_, reviewers) = catalogue.reviewers();
    labels.extend(reviewers.into_iter().map(|(label, rater)| format!("{label}@{rater}")));
    let grouped = fields().filter_map(|by| match by {
        By::Label(asked) => Some(("--by", &**asked)),
        _ => None,
    });
    let asked = [
        ("--label", question.ask.label.as_ref()),
        ("--curve", curve.map(|curve| &curve.label)),
        ("--reference", curve.and_then(|curve| curve.reference.as_ref())),
    ];
    let asked = asked.into_iter().filter_map(|(flag, asked)| Some((flag, asked?)));
    for (flag, asked) in asked.chain(grouped) {
        if !catalogue.has_label(asked) {
            return Err(missing(flag, &asked.to_string(), "label", &labels));
        }
    }
    let sides = question.sides.iter().flat_map(|(a, b)| [a, b]);
    let samples = catalogue.samples(question.pair);
    for value in sides {
        let values = samples.values();
        if !values.iter().any(|(own, _)| own.eq_ignore_ascii_case(value)) {
            let names: Vec<String> = values.iter().map(|(own, _)| (*own).to_owned()).collect();
            return Err(missing("--pair", value, question.pair.as_str(), &names));
        }
    }
    Ok(())
}

/// The sentence about a name that nothing has.
fn missing(flag: &str, name: &str, what: &str, there: &[String]) -> Failure {
    let clean = sanitize_line(name).into_owned();
    let near = nearest(name, there.iter().map(String::as_str));
    let near =
        near.map_or_else(String::new, |near| format!("; did you mean {}?", sanitize_line(near)));
    let mut names: Vec<String> =
        there.iter().take(MOST_NAMES).map(|name| sanitize_line(name).into_owned()).collect();
    if there.len() > MOST_NAMES {
        names.push(format!("{} more", there.len() - MOST_NAMES));
    }
    let all = if names.is_empty() {
        format!("there is no {what}")
    } else {
        format!("there are {}", names.join(", "))
    };
    Failure::Usage(format!("{flag}: no transcript has the {what} `{clean}`{near}; {all}"))
}
