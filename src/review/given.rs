//! What reviewers say of transcripts as wholes, for those who show it beside what classifiers say: of each rater, label and
//! transcript the one answer that stands.
//!
//! Agreement counts more strictly (`review::agree`): an answer that is not blind is one here, and says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::agree::last_decisions;
use super::event::{Answered, ItemName, Span, Verdict};
use super::fold::{ItemKey, Purpose, Said, Standing};

/// Where an answer is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenFrom {
    /// A review.
    Review,
    /// Elsewhere.
    Import,
    /// A decision between answers that disagree.
    Decision,
}

impl GivenFrom {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Import => "import",
            Self::Decision => "decision",
        }
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The label that was judged.
    pub label: String,
    /// Who said it.
    pub rater: String,
    /// Where it is from.
    pub from: GivenFrom,
    /// Whether the label holds; never [`Verdict::Skip`].
    pub answer: Verdict,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// What the reviewer wrote, or why it was decided so.
    pub note: Option<String>,
    /// The sentence that decided.
    pub span: Option<Span>,
    /// To be looked at again.
    pub flag: bool,
    /// Why it is not blind; `None`: it is, or nobody knows.
    pub sighted: Option<String>,
    /// Further questions by name.
    pub answers: BTreeMap<String, Value>,
    /// Its transcript was drawn, so that it stands for more than itself.
    pub drawn: bool,
}

/// A transcript by its name, the hash of the texts that were judged (`None`: unknown), and what is said of it.
pub type GivenItem = (ItemName, Option<u64>, Vec<Given>);

/// All that is said, by transcript. Answers on parts of one are left out, and so are hidden repeats; an item that was shown sighted on
/// purpose counts where nothing else was answered.
#[must_use]
pub fn given(standing: &Standing) -> Vec<GivenItem> {
    let mut all: BTreeMap<&ItemKey, GivenItem> = BTreeMap::new();
    let mut add = |key, name: &ItemName, text: Option<u64>, given: Given| {
        let text = text.filter(|hash| *hash != 0);
        let item = all.entry(key).or_insert_with(|| (name.clone(), text, Vec::new()));
        item.1 = item.1.or(text);
        // Answers on one item follow each other by rater and label, the better kind first.
        if !item.2.iter().any(|known| same_rater(known, &given)) {
            item.2.push(given);
        }
    };
    for (key, answers) in &standing.answers {
        if key.item.part.is_some() || key.purpose == Purpose::Repeat {
            continue;
        }
        if let Some(said) = standing_answer(answers) {
            add(&key.item, &said.what.name, Some(said.what.text), of_answer(said));
        }
    }
    for ((_, label, item), imports) in &standing.imports {
        let last = imports.last().filter(|said| said.what.answer != Verdict::Skip);
        if let Some(said) = last.filter(|_| item.part.is_none()) {
            let note = Some(said.what.from.clone()).filter(|from| !from.is_empty());
            let given = plain(said, label, GivenFrom::Import, said.what.answer, note);
            add(item, &said.what.name, None, given);
        }
    }
    for ((label, item), decisions) in &standing.adjudications {
        // Of each who decided: what they come to together, whoever has all of a transcript says.
        let last = last_decisions(decisions).filter(|said| said.what.answer != Verdict::Skip);
        for said in last.filter(|_| item.part.is_none()) {
            let note = Some(said.what.reason.clone()).filter(|reason| !reason.is_empty());
            let given = plain(said, label, GivenFrom::Decision, said.what.answer, note);
            add(item, &said.what.name, Some(said.what.text), given);
        }
    }
    all.into_values().collect()
}

/// Whether two answers, or two decisions, are one rater's on one label: then only one of them counts.
#[must_use]
pub fn same_rater(a: &Given, b: &Given) -> bool {
    let decided = |given: &Given| given.from == GivenFrom::Decision;
    a.label == b.label && decided(a) == decided(b) && a.rater == b.rater
}

/// Of one rater's answers the last blind one, else the last; `None` where that passes the item over.
fn standing_answer(answers: &[Arc<Said<Answered>>]) -> Option<&Said<Answered>> {
    let blind = answers.iter().rfind(|said| said.what.sighted.is_none());
    blind.or(answers.last()).map(AsRef::as_ref).filter(|said| said.what.answer != Verdict::Skip)
}

fn of_answer(said: &Said<Answered>) -> Given {
    let Answered { label, answer, answers, note, span, flag, sighted, stratum, .. } = &said.what;
    Given {
        note: note.clone(),
        span: *span,
        flag: *flag,
        sighted: sighted.clone(),
        answers: answers.clone(),
        drawn: stratum.drawn > 0,
        ..plain(said, label, GivenFrom::Review, *answer, None)
    }
}

fn plain<T>(
    said: &Said<T>,
    label: &str,
    from: GivenFrom,
    answer: Verdict,
    note: Option<String>,
) -> Given {
    Given {
        label: label.to_owned(),
        rater: said.rater.clone(),
        from,
        answer,
        time: said.time,
        note,
        span: None,
        flag: false,
        sighted: None,
        answers: BTreeMap::new(),
        drawn: false,
    }
}

#[cfg(test)]
mod tests;
