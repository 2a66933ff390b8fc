//! What came of further questions, and what is odd about the journals, in sentences and tables.

use std::collections::BTreeMap;

use super::Study;
use super::page::Part;
use super::told::{s, share};

/// Most different answers to a question that have a row of their own; free texts have more.
const MOST_ANSWERS: usize = 12;

/// Answers by reviewer; then how often all who answered say the same.
pub fn questions(study: &Study, parts: &mut Vec<Part>) {
    if study.questions.is_empty() {
        return;
    }
    parts.push(Part::Heading("Further questions".to_owned()));
    let rows = study.questions.iter().flat_map(|answers| {
        answers.given.iter().flat_map(|(rater, counts)| of_rater(&answers.question, rater, counts))
    });
    parts.push(Part::Table(vec!["question", "reviewer", "answer", "n", "of"], rows.collect()));
    let shared = study.questions.iter().filter(|answers| answers.same.n > 0);
    let rows: Vec<Vec<String>> = shared
        .map(|answers| {
            let mut row = vec![answers.question.clone()];
            row.extend(share(answers.same));
            row
        })
        .collect();
    if !rows.is_empty() {
        let head = vec!["question", "all say the same", "95% interval (Wilson)", "answered by two"];
        parts.push(Part::Table(head, rows));
    }
    parts.push(Part::Text(
        "Of the sample, not weighted. Answers count as those to the main question do.".to_owned(),
    ));
    parts.push(Part::Command(study.ask.command.clone()));
}

/// One reviewer's answers to a question, the most frequent first.
fn of_rater(question: &str, rater: &str, counts: &BTreeMap<String, usize>) -> Vec<Vec<String>> {
    let total: usize = counts.values().sum();
    let mut sorted: Vec<(&String, usize)> = counts.iter().map(|(value, n)| (value, *n)).collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let row = |answer: String, n: usize| {
        vec![question.to_owned(), rater.to_owned(), answer, n.to_string(), total.to_string()]
    };
    let mut rows: Vec<Vec<String>> =
        sorted.iter().take(MOST_ANSWERS).map(|(value, n)| row((*value).clone(), *n)).collect();
    let rest = sorted.get(MOST_ANSWERS..).unwrap_or_default();
    if !rest.is_empty() {
        let n = rest.iter().map(|(_, n)| n).sum();
        rows.push(row(format!("{} others", rest.len()), n));
    }
    rows
}

/// Journals that were edited, or are not all here.
pub fn odd(study: &Study, parts: &mut Vec<Part>) {
    let (clashes, strays) = (study.clashes, study.strays);
    if clashes > 0 {
        parts.push(Part::Caution(format!(
            "{} told in two ways under one id, as by a file that was edited: the later one counts.",
            s(clashes, "event")
        )));
    }
    if strays > 0 {
        parts.push(Part::Caution(format!(
            "{} of answers that are in no journal here: a journal is missing.",
            s(strays, "undo")
        )));
    }
}
