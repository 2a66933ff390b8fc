//! Reviewers' answers in words, for pages and commands alike. Nothing is sanitised.

use std::fmt::Write;

use serde_json::Value;

use super::{Reviewed, decided};
use crate::model::{DECISION, Transcript, reviewer};
use crate::review::{Given, GivenFrom, Verdict, print_time};

/// Most characters of a sentence that is quoted.
const QUOTE: usize = 160;

impl Reviewed {
    /// A line for each answer: the label, what was said, by whom, when and how; then the note, the sentence that decided, and the further
    /// answers.
    #[must_use]
    pub fn lines(&self, transcript: &Transcript) -> Vec<String> {
        let line = |given| {
            let mut line = line(given, transcript);
            if given.from == GivenFrom::Decision && decided(self.given(), given).is_none() {
                line.push_str(" · undecided: decisions differ");
            }
            line
        };
        self.given().iter().map(line).collect()
    }

    /// Who says what in few words: `R1 yes, R2 no, decision no`; where several labels were judged with their names. A decision is what
    /// most of those say who decided; where none has most, `decision undecided`.
    #[must_use]
    pub fn in_short(&self) -> String {
        let first = self.given().first().map(|given| &given.label);
        let several = self.given().iter().any(|given| Some(&given.label) != first);
        let mut words: Vec<String> = Vec::new();
        for given in self.given() {
            let label = if several { format!("{}: ", given.label) } else { String::new() };
            let word = if given.from == GivenFrom::Decision {
                let decided = decided(self.given(), given).map_or("undecided", Verdict::as_str);
                format!("{label}{DECISION} {decided}")
            } else {
                format!("{label}{} {}", given.rater, given.answer.as_str())
            };
            // Whoever decided: it is one decision.
            if given.from != GivenFrom::Decision || !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(", ")
    }
}

fn line(given: &Given, transcript: &Transcript) -> String {
    let by = match given.from {
        GivenFrom::Decision => format!("decided by {}", reviewer(&given.rater)),
        GivenFrom::Review | GivenFrom::Import => format!("by {}", reviewer(&given.rater)),
    };
    let mut line = format!("{}: {} · {by}", given.label, given.answer.as_str());
    // Minutes are enough for people.
    let time = print_time(given.time);
    let minute = time.get(..16).unwrap_or(&time).replace('T', " ");
    let _ = write!(line, " · {minute}");
    match (given.from, &given.sighted) {
        (GivenFrom::Review, None) => line.push_str(" · blind"),
        (GivenFrom::Review, Some(why)) => {
            let _ = write!(line, " · not blind ({why})");
        }
        (GivenFrom::Import, _) => line.push_str(" · from elsewhere"),
        (GivenFrom::Decision, _) => {}
    }
    if given.flag {
        line.push_str(" · flagged");
    }
    if let Some(note) = &given.note {
        let _ = write!(line, " · {note}");
    }
    if let Some(words) = quoted(given, transcript) {
        let _ = write!(line, " · “{words}”");
    }
    for (question, answer) in &given.answers {
        let _ = write!(line, " · {question}: {}", said(answer));
    }
    line
}

/// The sentence that decided.
fn quoted(given: &Given, transcript: &Transcript) -> Option<String> {
    let span = given.span?;
    let words = transcript.sections.get(span.section)?.text.get(span.start..span.end)?;
    let folded = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= QUOTE {
        return Some(folded);
    }
    Some(format!("{} …", folded.chars().take(QUOTE).collect::<String>()))
}

/// An answer to a further question.
fn said(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
