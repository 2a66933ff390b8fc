//! What was answered to a codebook's further questions: how often each reviewer said what, and how often two say the same.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Share, Which};
use crate::review::event::Verdict;
use crate::review::fold::{ItemKey, Purpose, Standing};

/// One question.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    /// Its name in the codebook.
    pub question: String,
    /// By reviewer, how often each answer was given; an answer in words, several of them in the order of the alphabet.
    pub given: BTreeMap<String, BTreeMap<String, usize>>,
    /// Of transcripts on which two or more answered it, how many got one answer from all of them.
    pub same: Share,
}

/// An answer in words.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Array(all) => {
            let mut words: Vec<String> = all.iter().map(said).collect();
            words.sort_unstable();
            words.join(", ")
        }
        other => other.to_string(),
    }
}

/// What was answered to further questions, by question: in the answers that count as those to the main one do, on items that are asked for.
#[must_use]
pub fn questions(
    standing: &Standing,
    which: &Which,
    is_asked: &dyn Fn(&ItemKey) -> bool,
) -> Vec<Answers> {
    let mut all: BTreeMap<&str, Answers> = BTreeMap::new();
    let mut by_item: BTreeMap<(&str, &ItemKey), (usize, BTreeSet<String>)> = BTreeMap::new();
    for (key, answers) in &standing.answers {
        let wanted = which.raters.is_empty() || which.raters.contains(&key.rater);
        let whole = key.purpose == Purpose::Answer && key.item.part.is_none();
        if key.label != which.label || !wanted || !whole || !is_asked(&key.item) {
            continue;
        }
        let counts = |sighted: &Option<String>| which.sighted || sighted.is_none();
        let last = answers.iter().rfind(|answer| counts(&answer.what.sighted));
        let Some(last) = last.filter(|last| last.what.answer != Verdict::Skip) else { continue };
        for (question, value) in &last.what.answers {
            let value = said(value);
            if value.is_empty() {
                continue;
            }
            let own = all.entry(question).or_default();
            let counts = own.given.entry(key.rater.clone()).or_default();
            *counts.entry(value.clone()).or_default() += 1;
            let (raters, values) = by_item.entry((question, &key.item)).or_default();
            *raters += 1;
            values.insert(value);
        }
    }
    for ((question, _), (raters, values)) in by_item {
        if let Some(own) = all.get_mut(question).filter(|_| raters > 1) {
            own.same.n += 1;
            own.same.k += usize::from(values.len() == 1);
        }
    }
    let named = |(name, answers): (&str, Answers)| Answers { question: name.to_owned(), ..answers };
    all.into_iter().map(named).collect()
}
