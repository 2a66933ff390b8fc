//! What reviewers say of rows: a side table of the catalogue, as remarks are. Columns of labels know nothing of it, so that no
//! rate of a classifier changes when somebody reviews; nor does an index keep it.
//!
//! An outcome that reviewers gave goes before all others: the chunks of such rows are exchanged for copies that have it, and
//! the originals are kept.

#[cfg(test)]
mod tests;
mod trust;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;

use super::chunk::{Chunk, Verdict as Headline};
use super::{Bits, Catalogue, Corpus, Found, RowId};
use crate::ingest::LabelRules;
use crate::model::{
    DECISION, Decider, Judgement, LabelValue, Outcome, OutcomeValue, OutcomeVote, Problem,
    ProblemKind, Transcript, reviewer,
};
use crate::query::{Asked, Columns};
use crate::review::agree::{OfRule, most, rule_precision};
use crate::review::{Given, GivenFrom, ItemName, Standing, Verdict, given, same_rater};

/// Questions whose answer is an outcome: of the codebook, and of the output alone where that was judged first.
const OUTCOME_QUESTIONS: [&str; 2] = ["outcome", "output"];

/// All that reviewers say of one transcript.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reviewed {
    given: Vec<Given>,
    judgements: Vec<Judgement>,
    reviewers: Vec<String>,
    /// By rater, what the output does.
    outcomes: Vec<(String, OutcomeValue)>,
}

impl Reviewed {
    /// Of some answers; of two by one rater on one label the one that is from a review counts, then the later one.
    #[must_use]
    pub fn new(mut given: Vec<Given>) -> Self {
        given.sort_by(|a, b| {
            let order = |g: &Given| (g.label.clone(), g.from, g.rater.clone());
            order(a).cmp(&order(b)).then(b.time.cmp(&a.time))
        });
        let mut kept: Vec<Given> = Vec::new();
        for one in given {
            if !kept.iter().any(|known| same_rater(known, &one)) {
                kept.push(one);
            }
        }
        let judgements = judgements(&kept);
        let mut reviewers: Vec<String> = kept
            .iter()
            .filter(|given| given.from != GivenFrom::Decision)
            .map(|given| given.rater.clone())
            .collect();
        reviewers.sort_unstable();
        reviewers.dedup();
        Self { outcomes: outcomes(&kept), given: kept, judgements, reviewers }
    }

    /// The answers, by label.
    #[must_use]
    pub fn given(&self) -> &[Given] {
        &self.given
    }

    /// The same as judgements; what was decided on a label is one, whoever decided.
    #[must_use]
    pub fn judgements(&self) -> &[Judgement] {
        &self.judgements
    }

    /// The same of what is blind, or of which nobody knows whether it is, and of decisions.
    pub(super) fn blind_judgements(&self) -> Vec<Judgement> {
        let blind = self.given.iter().filter(|given| given.sighted.is_none());
        judgements(&blind.cloned().collect::<Vec<_>>())
    }

    /// The answers of reviewers that somebody asks for, not what was decided.
    pub(super) fn given_to<'a>(&'a self, asked: &'a Asked) -> impl Iterator<Item = &'a Given> {
        let wanted = |given: &&Given| {
            let rater = reviewer(&given.rater);
            let said = judgement(given.label.clone(), rater, given.answer.holds());
            given.from != GivenFrom::Decision && asked.wants(&said)
        };
        self.given.iter().filter(wanted)
    }

    /// Names of those who answered, as journals have them.
    #[must_use]
    pub fn reviewers(&self) -> &[String] {
        &self.reviewers
    }

    /// What the output does, as most reviewers say who say it; `None` where nobody does or none has most.
    fn headline(&self) -> Option<OutcomeValue> {
        let count = |value| self.outcomes.iter().filter(|(_, own)| *own == value).count();
        let most = OutcomeValue::ALL.into_iter().max_by_key(|value| count(*value))?;
        let alone = OutcomeValue::ALL.into_iter().filter(|v| count(*v) == count(most)).count() == 1;
        (count(most) > 0 && alone).then_some(most)
    }

    /// An outcome with the reviewers' word before all others. Where as many say one thing as another, the next decider's counts.
    #[must_use]
    pub fn outcome(&self, of: &Outcome) -> Outcome {
        let headline = self.headline();
        let vote = |(name, value): &(String, OutcomeValue)| OutcomeVote {
            by: Decider::Reviewer,
            name: name.clone(),
            value: *value,
        };
        let mut all: Vec<OutcomeVote> = self.outcomes.iter().map(vote).collect();
        // Stable: those who say it first.
        all.sort_by_key(|vote| Some(vote.value) != headline);
        // Applied twice it is the same.
        let is_known = |vote: &&OutcomeVote| !all.iter().any(|own| own.name == vote.name);
        let others: Vec<OutcomeVote> = of.all.iter().filter(is_known).cloned().collect();
        let next = others.first().map(|vote| (vote.value, Some(vote.by)));
        let at = if headline.is_some() { all.len() } else { 0 };
        all.splice(at..at, others);
        let conflict = all.iter().any(|vote| Some(vote.value) != all.first().map(|v| v.value));
        let (value, by) = match headline {
            Some(value) => (value, Some(Decider::Reviewer)),
            None => next.unwrap_or((OutcomeValue::Unknown, None)),
        };
        Outcome { value, by, all, conflict }
    }

    /// Whether some reviewer says what the output does.
    #[must_use]
    pub fn has_outcome(&self) -> bool {
        !self.outcomes.is_empty()
    }

    /// Gives a transcript the reviewers' outcome. Their labels stay beside it: those of the record are the classifiers'.
    pub fn apply(&self, transcript: &mut Transcript) {
        if self.has_outcome() {
            transcript.outcome = self.outcome(&transcript.outcome);
        }
    }
}

/// What is said by each rater, and what is decided: what most of those say who decided. Where as many say one thing as another it is
/// unparsed, as nothing is decided.
fn judgements(given: &[Given]) -> Vec<Judgement> {
    let mut all = Vec::new();
    for (at, one) in given.iter().enumerate() {
        let label = || one.label.clone();
        match one.from {
            GivenFrom::Decision if given.iter().take(at).any(|g| are_decisions(g, one)) => {}
            GivenFrom::Decision => {
                let decided = decided(given, one).and_then(Verdict::holds);
                all.push(judgement(label(), DECISION.to_owned(), decided));
            }
            GivenFrom::Review | GivenFrom::Import => {
                all.push(judgement(label(), reviewer(&one.rater), one.answer.holds()));
            }
        }
    }
    all
}

/// Whether both are decisions on one label.
fn are_decisions(a: &Given, b: &Given) -> bool {
    [a, b].iter().all(|given| given.from == GivenFrom::Decision) && a.label == b.label
}

/// What is decided on the label of a decision; `None`: as many say one thing as another.
fn decided(given: &[Given], on: &Given) -> Option<Verdict> {
    most(given.iter().filter(|own| are_decisions(own, on)).map(|own| own.answer))
}

fn judgement(label: String, rater: String, positive: Option<bool>) -> Judgement {
    Judgement {
        canonical: LabelRules::canonical(&label).map(str::to_owned),
        label,
        rater,
        value: positive.map_or(LabelValue::Unparsed, LabelValue::Bool),
        positive,
    }
}

/// By rater the latest answer to what the output does.
fn outcomes(given: &[Given]) -> Vec<(String, OutcomeValue)> {
    let mut latest: BTreeMap<String, (u64, OutcomeValue)> = BTreeMap::new();
    for one in given.iter().filter(|given| given.from == GivenFrom::Review) {
        let said = OUTCOME_QUESTIONS.iter().find_map(|name| {
            let word = one.answers.get(*name)?.as_str()?;
            let known = OutcomeValue::ALL.into_iter().find(|value| value.as_str() == word)?;
            (known != OutcomeValue::Unknown).then_some(known)
        });
        let Some(value) = said else { continue };
        let known = latest.entry(reviewer(&one.rater)).or_insert((one.time, value));
        if one.time > known.0 {
            *known = (one.time, value);
        }
    }
    latest.into_iter().map(|(rater, (_, value))| (rater, value)).collect()
}

/// What is said of a row, and what of it changes with that.
#[derive(Debug, Clone, PartialEq)]
pub struct RowReview {
    /// The row.
    pub row: RowId,
    /// Hash and ordinal of the record that it was when this was found out.
    content: (u64, u32),
    /// What is said.
    pub said: Arc<Reviewed>,
    /// The outcome as reviewers have it, and whether it is what was said.
    outcome: Option<(Headline, Option<bool>)>,
}

/// What journals say of the rows of a catalogue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reviews {
    /// By row, ascending.
    pub rows: Vec<RowReview>,
    /// Answers on transcripts whose text is another one now, or that cannot be told from others: with them nothing is joined.
    pub problems: Vec<Problem>,
    /// How the marks of rules were judged, one by one.
    pub rules: Vec<OfRule>,
}

#[cfg(test)]
impl Reviews {
    /// What is said of some rows, whatever journals say.
    #[must_use]
    pub fn of(catalogue: &Catalogue, given: Vec<(RowId, Vec<Given>)>) -> Self {
        let review = |(row, given): (RowId, Vec<Given>)| {
            let said = Arc::new(Reviewed::new(given));
            let content = catalogue.content(row)?;
            let outcome = said.has_outcome().then(|| {
                let outcome = said.outcome(&Outcome::default());
                ((outcome.value, outcome.by, outcome.conflict), None)
            });
            Some(RowReview { row, content, said, outcome })
        };
        Self { rows: given.into_iter().filter_map(review).collect(), ..Self::default() }
    }
}

/// A chunk as it was read, and what stands in its place.
type Covered = (Arc<Chunk>, Arc<Chunk>);

/// The same, as the catalogue keeps it. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    rows: Arc<BTreeMap<RowId, RowReview>>,
    /// By first row: chunks as they were read, and what stands in their place.
    covered: Arc<BTreeMap<RowId, Covered>>,
    problems: Arc<Vec<Problem>>,
    rules: Arc<Vec<OfRule>>,
}

impl Side {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub fn of(&self, row: RowId) -> Option<&Reviewed> {
        if self.rows.is_empty() {
            return None;
        }
        self.rows.get(&row).map(|review| &*review.said)
    }

    /// The rows of a stretch of which something is said.
    pub fn within(&self, first: RowId, len: usize) -> impl Iterator<Item = (usize, &Reviewed)> {
        let end = first.saturating_add(len as RowId);
        self.rows
            .range(first..end)
            .map(move |(row, review)| ((row - first) as usize, &*review.said))
    }

    /// The chunk that was read, where another stands in its place.
    pub fn original(&self, first: RowId, chunk: &Arc<Chunk>) -> Arc<Chunk> {
        let covered = self.covered.get(&first).filter(|(_, ours)| Arc::ptr_eq(ours, chunk));
        Arc::clone(covered.map_or(chunk, |(read, _)| read))
    }
}

impl Corpus {
    /// Finds out what journals say of which rows. Identical records share what is said of one of them. Texts are read again where a record has
    /// changed, and where reviewers say what the output does.
    #[must_use]
    pub fn reviews(&self, catalogue: &Catalogue, standing: &Standing) -> Reviews {
        let items = given(standing);
        let mut reviews = Reviews { rules: rule_precision(standing, false), ..Reviews::default() };
        if items.is_empty() {
            return reviews;
        }
        let names: Vec<(&ItemName, Option<u64>)> =
            items.iter().map(|(name, text, _)| (name, *text)).collect();
        let found = self.found(catalogue, &names);
        let mut by_row: BTreeMap<RowId, Vec<Given>> = BTreeMap::new();
        for ((name, _, given), found) in items.iter().zip(found) {
            match found {
                Found::Here(row) | Found::SameText(row) => {
                    by_row.entry(row).or_default().extend(given.iter().cloned());
                }
                Found::Changed(row) => reviews.problems.push(changed(catalogue, name, given, row)),
                Found::Ambiguous => {
                    let message = format!(
                        "{}: several transcripts have the id `{}`; nothing tells which was meant",
                        who(given),
                        name.id
                    );
                    reviews.problems.push(problem(&name.source, None, message));
                }
                // Another part of the data, most often.
                Found::Gone => {}
            }
        }
        let mut said: BTreeMap<RowId, Arc<Reviewed>> =
            by_row.into_iter().map(|(row, given)| (row, Arc::new(Reviewed::new(given)))).collect();
        catalogue.share_with_copies(&mut said);
        reviews.rows = said
            .into_iter()
            .filter_map(|(row, said)| {
                let content = catalogue.content(row)?;
                let outcome = said.has_outcome().then(|| self.outcome_of(catalogue, row, &said));
                Some(RowReview { row, content, said, outcome: outcome.flatten() })
            })
            .collect();
        reviews
    }

    /// The outcome of a row as reviewers have it. `None` while its text cannot be read.
    fn outcome_of(
        &self,
        catalogue: &Catalogue,
        row: RowId,
        said: &Reviewed,
    ) -> Option<(Headline, Option<bool>)> {
        let view = catalogue.view(row)?;
        let (transcript, _) = self.transcript(&view.place()).ok()?;
        let outcome = said.outcome(&transcript.outcome);
        let mismatch = outcome.mismatch(view.chunk.said_of(view.at).decision);
        Some(((outcome.value, outcome.by, outcome.conflict), mismatch))
    }
}

/// Who answered: `reviewer-R1, reviewer-R2 on alignment_faking`.
fn who(given: &[Given]) -> String {
    let mut raters: Vec<String> = given.iter().map(|given| reviewer(&given.rater)).collect();
    let mut labels: Vec<&str> = given.iter().map(|given| &*given.label).collect();
    raters.sort_unstable();
    raters.dedup();
    labels.sort_unstable();
    labels.dedup();
    format!("{} on {}", raters.join(", "), labels.join(", "))
}

fn problem(source: &str, line: Option<u64>, message: String) -> Problem {
    Problem { kind: ProblemKind::NotJoined, source: source.to_owned(), line, message }
}

fn changed(catalogue: &Catalogue, name: &ItemName, given: &[Given], row: RowId) -> Problem {
    let view = catalogue.view(row);
    let source = view.map_or_else(|| name.source.clone(), |view| view.source().to_owned());
    let message = format!(
        "{}: the text of `{}` is not the one that was reviewed; what was answered does not count for it",
        who(given),
        name.id
    );
    problem(&source, view.and_then(|view| view.line()), message)
}

impl Catalogue {
    /// What reviewers say of a row.
    #[must_use]
    pub fn reviewed(&self, row: RowId) -> Option<&Reviewed> {
        self.reviews.of(row)
    }

    /// Whether reviewers say anything of any row.
    #[must_use]
    pub fn any_reviewed(&self) -> bool {
        !self.reviews.is_empty()
    }

    /// Whether there is an answer of this kind.
    pub(super) fn any_answer(&self, is_wanted: impl Fn(&Judgement) -> bool) -> bool {
        self.reviews.rows.values().any(|review| review.said.judgements.iter().any(&is_wanted))
    }

    /// Everybody who answered, as journals have them, and every label with each of its raters.
    #[must_use]
    pub fn reviewers(&self) -> (Vec<String>, Vec<(String, String)>) {
        let (mut names, mut labels) = (Vec::new(), Vec::new());
        for review in self.reviews.rows.values() {
            names.extend(review.said.reviewers.iter().cloned());
            let each = review.said.judgements.iter();
            labels.extend(each.map(|j| (j.name().to_owned(), j.rater.clone())));
        }
        names.sort_unstable();
        names.dedup();
        labels.sort_unstable();
        labels.dedup();
        (names, labels)
    }

    fn content(&self, row: RowId) -> Option<(u64, u32)> {
        let view = self.view(row)?;
        Some((view.chunk.hash.get(view.at), view.chunk.ordinal.get(view.at) as u32))
    }

    /// Gives identical records what is said of one of them.
    fn share_with_copies(&self, said: &mut BTreeMap<RowId, Arc<Reviewed>>) {
        if !self.any_duplicate() {
            return;
        }
        let of_content: HashMap<(u64, u32), Arc<Reviewed>> = said
            .iter()
            .filter(|(row, _)| self.is_duplicate(**row))
            .filter_map(|(row, said)| Some((self.content(*row)?, Arc::clone(said))))
            .collect();
        if of_content.is_empty() {
            return;
        }
        for row in self.duplicates() {
            if let Some(content) = self.content(row).filter(|_| !said.contains_key(&row))
                && let Some(shared) = of_content.get(&content)
            {
                said.insert(row, Arc::clone(shared));
            }
        }
    }

    /// Takes in what journals say, in the place of what they said before. The rows of which something else is said now.
    pub fn take_reviews(&mut self, reviews: Reviews) -> Vec<RowId> {
        self.reviews.problems = Arc::new(reviews.problems);
        self.reviews.rules = Arc::new(reviews.rules);
        let mut rows: BTreeMap<RowId, RowReview> =
            reviews.rows.into_iter().map(|review| (review.row, review)).collect();
        rows.retain(|row, review| self.content(*row) == Some(review.content));
        let before = std::mem::replace(&mut self.reviews.rows, Arc::new(rows));
        let now = &self.reviews.rows;
        let mut touched: Vec<RowId> = before
            .keys()
            .chain(now.keys())
            .filter(|row| before.get(*row) != now.get(*row))
            .copied()
            .collect();
        touched.sort_unstable();
        touched.dedup();
        if touched.is_empty() {
            return touched;
        }
        for (first, (read, ours)) in std::mem::take(&mut self.reviews.covered).iter() {
            if self.stack().at(*first).is_some_and(|(chunk, _)| Arc::ptr_eq(chunk, ours)) {
                self.stack_mut().put(*first, Arc::clone(read));
            }
        }
        self.cover();
        self.outcomes_change();
        touched
    }

    /// Rows were made anew or joined: what is said of other records than those that were meant is forgotten, and outcomes are given again.
    pub(super) fn renew_reviews(&mut self) {
        if self.reviews.is_empty() {
            return;
        }
        let mut rows = (*self.reviews.rows).clone();
        rows.retain(|row, review| self.content(*row) == Some(review.content));
        self.reviews.rows = Arc::new(rows);
        let mut covered = (*self.reviews.covered).clone();
        covered.retain(|first, (_, ours)| {
            self.stack().at(*first).is_some_and(|(chunk, _)| Arc::ptr_eq(chunk, ours))
        });
        self.reviews.covered = Arc::new(covered);
        self.cover();
    }

    /// Puts copies with the reviewers' outcomes in the place of chunks that have none yet.
    fn cover(&mut self) {
        let mut wanted: BTreeMap<usize, BTreeMap<usize, (Headline, Option<bool>)>> =
            BTreeMap::new();
        for (row, review) in self.reviews.rows.iter() {
            if let (Some(outcome), Some((number, at))) = (review.outcome, self.stack().find(*row)) {
                wanted.entry(number).or_default().insert(at, (outcome.0, outcome.1));
            }
        }
        let mut covered = (*self.reviews.covered).clone();
        for (number, outcomes) in wanted {
            let Some((first, chunk)) = self.stack().number(number) else { continue };
            if covered.contains_key(&first) {
                continue;
            }
            let ours = Arc::new(chunk.with_outcomes(&outcomes));
            covered.insert(first, (Arc::clone(chunk), Arc::clone(&ours)));
            self.stack_mut().put(first, ours);
        }
        self.reviews.covered = Arc::new(covered);
    }

    /// The rows of which something is said.
    #[must_use]
    pub fn reviewed_rows(&self) -> Bits {
        Bits::of(&self.reviews.rows.keys().copied().collect::<Vec<_>>())
    }
}
