//! What people should look at again: transcripts on which two of those who say something disagree, the most telling disagreements
//! first, and what became of them.

use std::sync::Arc;

use hashbrown::HashMap;

use super::{Study, said, verdicts};
use crate::corpus::{AF, Catalogue, Corpus, RowId, RowView};
use crate::model::{Decider, LabelValue, Transcript};
use crate::query::Columns;
use crate::review::agree::{
    Case, Decision, Dispute, DisputeKind, Seen, decided, decider, disputes,
};

/// What texts say by themselves, which no answer changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sight {
    /// Whether the rules find a decision to comply joined to its motive.
    rules: Option<bool>,
    /// The outcome by the decision tag, and by a judge.
    outcomes: [Option<String>; 2],
}

/// Texts that were read again, by row: they need not be read for the next queue of the same classifier.
pub type Sights = Arc<HashMap<RowId, Sight>>;

/// A transcript of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// Which.
    pub row: RowId,
    /// All that is said of it, by whom: reviewers, the classifier, rules, tag, judge, votes.
    pub says: Vec<(String, String)>,
    /// What was decided: what most of those say who decided.
    pub decision: Option<Decision>,
    /// The decision of each who decided, in the order of time.
    pub decisions: Vec<Decision>,
    /// The answers that a decision is about.
    pub over: Vec<String>,
    /// Where it stands, when another one in the queue has the same id: file and line.
    pub place: Option<String>,
}

impl QueueRow {
    /// What somebody decided.
    #[must_use]
    pub fn decision_of(&self, rater: &str) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.rater == rater)
    }

    /// Who decided what counts, in the order of time; where nothing is decided, all who decided something.
    #[must_use]
    pub fn deciders(&self) -> Vec<&str> {
        let answer = self.decision.as_ref().map(|decision| decision.answer);
        let counts = |own: &&Decision| answer.is_none_or(|answer| own.answer == answer);
        self.decisions.iter().filter(counts).map(|own| &*own.rater).collect()
    }

    /// What somebody decided now, or no longer does: the others' decisions stay.
    pub fn decide(&mut self, rater: &str, decision: Option<Decision>) {
        self.decisions.retain(|own| own.rater != rater);
        self.decisions.extend(decision);
        self.decision = decided(&self.decisions).cloned();
    }
}

/// A disagreement.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueLine {
    /// On which of the transcripts.
    pub at: usize,
    /// Who disagrees.
    pub dispute: Dispute,
}

/// Disagreements, by kind and then in the order of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queue {
    /// The transcripts, in the order of rows.
    pub rows: Vec<QueueRow>,
    /// The disagreements.
    pub lines: Vec<QueueLine>,
    /// Transcripts that could not be read again.
    pub unreadable: usize,
    /// Texts that were read.
    pub sights: Sights,
}

impl Queue {
    /// All disagreements among the transcripts that a study is of. `over`: the answers on each row; `known`: texts that were read
    /// before. `None`: it is not wanted any more.
    #[must_use]
    pub fn new(
        corpus: &Corpus,
        catalogue: &Catalogue,
        study: &Study,
        (over, known): (&HashMap<RowId, Vec<String>>, &Sights),
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let verdicts = verdicts(catalogue, &study.asked, &study.rows);
        let cases = study.open_cases();
        let copies = catalogue.same_records(None);
        let mut queue = Self::default();
        let mut sights = HashMap::new();
        for view in catalogue.views().filter(|view| study.rows.contains(view.id)) {
            let case = cases.get(&view.id);
            // Of identical records one is enough, unless it is this one that was judged.
            if case.is_none() && copies.contains(view.id) {
                continue;
            }
            if !is_wanted() {
                return None;
            }
            let mut seen = on_columns(study, &view, said(&verdicts, view.id));
            if needs_text(study, &view, seen.classifier) {
                let sight = known.get(&view.id).cloned();
                match sight.or_else(|| Sight::of(corpus, study, &view, seen.classifier)) {
                    Some(sight) => {
                        seen.rules = sight.rules;
                        [seen.tag, seen.judge] = sight.outcomes.clone();
                        sights.insert(view.id, sight);
                    }
                    None => queue.unreadable += 1,
                }
            }
            let disputes = disputes(case, &seen);
            if disputes.is_empty() {
                continue;
            }
            let at = queue.rows.len();
            queue.rows.push(QueueRow {
                row: view.id,
                says: says(case, &seen),
                decision: case.and_then(|case| case.decision.clone()),
                decisions: case.map(|case| case.decisions.clone()).unwrap_or_default(),
                over: over.get(&view.id).cloned().unwrap_or_default(),
                place: None,
            });
            queue.lines.extend(disputes.into_iter().map(|dispute| QueueLine { at, dispute }));
        }
        queue.sights = Arc::new(sights);
        queue.tell_apart(catalogue);
        // Stable: of one kind in the order of rows.
        queue.lines.sort_by_key(|line| line.dispute.kind);
        Some(queue)
    }

    /// Those whose id several have say where they stand.
    fn tell_apart(&mut self, catalogue: &Catalogue) {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let names = |row: RowId| catalogue.view(row).map(|view| view.name());
        for name in self.rows.iter().filter_map(|row| names(row.row)) {
            *ids.entry(name).or_default() += 1;
        }
        let places: Vec<Option<String>> = self
            .rows
            .iter()
            .map(|row| {
                let view = catalogue.view(row.row)?;
                let several = ids.get(view.name()).is_some_and(|n| *n > 1);
                several.then(|| place(&view))
            })
            .collect();
        for (row, place) in self.rows.iter_mut().zip(places) {
            row.place = place;
        }
    }

    /// The transcript of a line.
    #[must_use]
    pub fn row_of(&self, line: &QueueLine) -> Option<&QueueRow> {
        self.rows.get(line.at)
    }

    /// What is known of a row; `None`: nobody disagrees on it.
    #[must_use]
    pub fn of(&self, row: RowId) -> Option<&QueueRow> {
        let at = self.rows.binary_search_by_key(&row, |own| own.row).ok()?;
        self.rows.get(at)
    }

    /// Disagreements of a kind: those that are open, and those that somebody has decided.
    #[must_use]
    pub fn count(&self, kind: DisputeKind) -> (usize, usize) {
        let of_kind = self.lines.iter().filter(|line| line.dispute.kind == kind);
        let decided =
            |line: &&QueueLine| self.row_of(line).is_some_and(|row| row.decision.is_some());
        let (decided, open): (Vec<_>, Vec<_>) = of_kind.partition(decided);
        (open.len(), decided.len())
    }
}

/// `runs/a.jsonl:12`, and the epoch where it has one: records without a line differ in that.
fn place(view: &RowView<'_>) -> String {
    let line = view.line().map(|line| format!(":{line}")).unwrap_or_default();
    let epoch = view.epoch().map(|epoch| format!(" epoch {epoch}")).unwrap_or_default();
    format!("{}{line}{epoch}", view.source())
}

/// What the catalogue says of a row.
fn on_columns(study: &Study, view: &RowView<'_>, classifier: Option<bool>) -> Seen {
    let judgements = view.judgements();
    let own = judgements.iter().filter(|judgement| study.asked.wants(judgement));
    let votes = own.filter_map(|judgement| match judgement.value {
        LabelValue::Number(share) => {
            // The record's own word names nobody: another label that counts as this one says so itself.
            let is_own = judgement.label.eq_ignore_ascii_case(&study.ask.which.label);
            let named = is_own || judgement.rater != "source";
            let by = if named { &judgement.rater } else { &judgement.label };
            Some((by.clone(), share))
        }
        _ => None,
    });
    Seen { classifier, votes: votes.collect(), ..Seen::default() }
}

/// Whether the rules look for what the label is of. Without a cue they find none: who says no says it with them.
fn asks_rules(study: &Study, view: &RowView<'_>, classifier: Option<bool>) -> bool {
    let judgements = view.judgements();
    let mut own = judgements.iter().filter(|judgement| study.asked.wants(judgement));
    own.any(|judgement| judgement.is_named(AF))
        && (classifier == Some(true) || classifier == Some(false) && view.cue_total() > 0)
}

fn needs_text(study: &Study, view: &RowView<'_>, classifier: Option<bool>) -> bool {
    view.outcome_conflict() || asks_rules(study, view, classifier)
}

impl Sight {
    /// Reads a text again; `None`: that cannot be done.
    fn of(
        corpus: &Corpus,
        study: &Study,
        view: &RowView<'_>,
        classifier: Option<bool>,
    ) -> Option<Self> {
        let (transcript, _) = corpus.transcript(&view.place()).ok()?;
        let rules = asks_rules(study, view, classifier).then(|| {
            let analysis = corpus.engine.get().analyse(&transcript);
            analysis.verdict.map(|verdict| verdict.holds)
        });
        let outcomes = [Decider::Tag, Decider::Judge].map(|by| outcome(&transcript, by));
        Some(Self { rules: rules.flatten(), outcomes })
    }
}

/// The outcome by the first of such deciders.
fn outcome(transcript: &Transcript, by: Decider) -> Option<String> {
    let mut votes = transcript.outcome.all.iter().filter(|vote| vote.by == by);
    votes.next().map(|vote| vote.value.as_str().to_owned())
}

/// Everything that is said of a transcript.
fn says(case: Option<&Case>, seen: &Seen) -> Vec<(String, String)> {
    let word = |holds: bool| if holds { "yes" } else { "no" }.to_owned();
    let mut says: Vec<(String, String)> = case
        .into_iter()
        .flat_map(|case| &case.given)
        .map(|(rater, verdict, _)| (rater.clone(), verdict.as_str().to_owned()))
        .collect();
    let contested = case.into_iter().flat_map(Case::contested);
    says.extend(contested.map(|by| (decider(&by.rater), by.answer.as_str().to_owned())));
    let mut say = |who: &str, what: Option<String>| {
        says.extend(what.map(|what| (who.to_owned(), what)));
    };
    say("classifier", seen.classifier.map(word));
    say("rules", seen.rules.map(word));
    say("tag", seen.tag.clone());
    say("judge", seen.judge.clone());
    let votes = seen.votes.iter().map(|(rater, share)| format!("{rater} {share}"));
    let votes = votes.collect::<Vec<_>>().join(", ");
    say("votes", (!votes.is_empty()).then_some(votes));
    says
}
