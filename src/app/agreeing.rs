//! What reviews say, on the screen: the agreement of a classifier and reviewers, the disagreements to be looked at again, and decisions.
//!
//! Figures and queue come from `corpus::Study`, as those of `undertone agree`; journals are read elsewhere.

mod cells;
mod lines;
mod queue;

use std::sync::Arc;

pub use cells::{cell_filter, rows_filter};
pub use lines::{AgreeLine, AgreeRow, AgreeTable, AgreeWord, Role};
pub use queue::{QueueDialog, QueueEntry, about_kind};

use super::{Input, State, thousands};
use crate::corpus::{
    Bits, Catalogue, Corpus, Part, Queue, QueueRow, RowId, Sights, Study, StudyAsk,
};
use crate::review::agree::{Counted, Decision, Place, Which, labels};
use crate::review::{Standing, Verdict};

/// A question to the journals.
#[derive(Debug, Clone)]
pub struct Studying {
    /// To be given back.
    pub generation: u64,
    /// The label; `None`: the one that is judged most, else the other one.
    pub label: Option<String>,
    /// The label that is asked about where no journal judges any.
    pub else_label: Option<String>,
    /// Only this reviewer; `None`: all.
    pub rater: Option<String>,
    /// Answers that are not blind count too.
    pub sighted: bool,
    /// The filter in force; empty: none.
    pub filter: String,
    /// Disagreements are wanted too.
    pub queue: bool,
    /// Texts that were read for an earlier queue.
    pub known: Sights,
    /// The rows that the filter left.
    pub rows: Bits,
    /// The snapshot.
    pub catalogue: Catalogue,
}

impl Studying {
    /// What stands in journals, in figures and words. `command`: the command that gives the same. `None`: it is not wanted any more.
    #[must_use]
    pub fn study(
        self,
        corpus: &Corpus,
        (standing, problems): (&Standing, Vec<String>),
        command: impl FnOnce(&StudyAsk) -> String,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Result<Studied, String>> {
        let labels: Vec<(String, usize)> = labels(standing).into_iter().collect();
        let most = labels.iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        let most = most.map(|(label, _)| label.clone());
        let Some(label) = self.label.or(most).or(self.else_label) else {
            return Some(Ok(Studied { labels, problems, ..Studied::default() }));
        };
        let of_all = Which { label: label.clone(), sighted: true, ..Which::default() };
        let counted = Counted::of(standing, &of_all);
        let raters = counted.raters().into_iter().map(str::to_owned).collect();
        let mut ask = StudyAsk {
            which: Which { raters: self.rater.into_iter().collect(), sighted: self.sighted, label },
            classifier: None,
            filter: (!self.filter.is_empty()).then_some(self.filter),
            by_tier: true,
            command: String::new(),
        };
        ask.command = command(&ask);
        let label = ask.which.label.clone();
        let study = match Study::new(corpus, &self.catalogue, self.rows, standing, ask) {
            Ok(study) => study,
            Err(error) => return Some(Err(error.to_string())),
        };
        let queue = if self.queue {
            let over = corpus.answers_by_row(&self.catalogue, standing, &label);
            Some(Queue::new(corpus, &self.catalogue, &study, (&over, &self.known), is_wanted)?)
        } else {
            None
        };
        let parts = study.parts();
        Some(Ok(Studied { labels, raters, study: Some(study), parts, queue, problems }))
    }
}

/// What journals say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Studied {
    /// Labels that are judged, with how many answers each has.
    pub labels: Vec<(String, usize)>,
    /// Reviewers who answered on the label.
    pub raters: Vec<String>,
    /// What came of it; `None`: there is no label to ask about.
    pub study: Option<Study>,
    /// The same in words.
    pub parts: Vec<Part>,
    /// Disagreements, where they were wanted.
    pub queue: Option<Queue>,
    /// What cannot be read of journals, in sentences.
    pub problems: Vec<String>,
}

impl Studied {
    /// Whether anybody has answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let of = |study: &Study| {
            let counted = &study.counted;
            let none = counted.answers.is_empty() && counted.decisions.is_empty();
            none && counted.not_blind.is_empty() && counted.skipped + counted.parts == 0
        };
        self.study.as_ref().is_none_or(of)
    }
}

/// What is known of agreement while the program runs.
// Switches that have nothing to do with each other.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Default)]
pub struct Agreeing {
    /// The label that was chosen; `None`: the one that is judged most.
    pub label: Option<String>,
    /// The reviewer that was chosen; `None`: all.
    pub rater: Option<String>,
    /// Answers that are not blind count too.
    pub sighted: bool,
    /// Number of the newest question.
    pub generation: u64,
    /// Something is to be asked once everything is read.
    pub stale: bool,
    /// A question has not been answered.
    pub waiting: bool,
    /// What was found last.
    pub found: Option<Arc<Studied>>,
    /// Why nothing was found: a sentence.
    pub trouble: Option<String>,
    /// The disagreement that is being decided on.
    pub deciding: Option<RowId>,
    /// What was decided on before, one after another since the list was left: the way back.
    pub trail: Vec<RowId>,
    /// The reason of disputes that the queue is narrowed to; kept while a transcript is looked at.
    pub queue: QueueDialog,
    /// Who decides has said a name, here or on the command line.
    pub named: bool,
}

impl Agreeing {
    /// How many transcripts of the list nobody has decided on.
    #[must_use]
    pub fn open_words(&self) -> String {
        let rows = self.found_queue().map(|queue| self.queue.rows(queue)).unwrap_or_default();
        let open = rows.iter().filter(|row| row.decision.is_none()).count();
        format!("{} open of {}", thousands(open), thousands(rows.len()))
    }

    /// The disagreements that were found.
    #[must_use]
    pub fn found_queue(&self) -> Option<&Queue> {
        self.found.as_ref()?.queue.as_ref()
    }
}

/// What is said below a transcript that is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidingWords {
    /// Who disagrees: `human-human, votes`.
    pub kinds: String,
    /// Everything that is said, by whom.
    pub says: String,
    /// The decision, where there is one, with all who decided so.
    pub decision: Option<String>,
    /// Who sits at the keyboard has decided.
    pub own: bool,
    /// How many of the list are open.
    pub open: String,
}

impl State {
    /// The transcript that is being decided on, with what is said of it.
    #[must_use]
    pub fn deciding_on(&self) -> Option<&QueueRow> {
        self.agreeing.found_queue()?.of(self.agreeing.deciding?)
    }

    /// The same in words.
    #[must_use]
    pub fn deciding_words(&self) -> Option<DecidingWords> {
        let (row, queue) = (self.deciding_on()?, self.agreeing.found_queue()?);
        let own = queue
            .lines
            .iter()
            .filter(|line| queue.row_of(line).is_some_and(|other| other.row == row.row));
        let kinds: Vec<&str> = own.map(|line| line.dispute.kind.as_str()).collect();
        let says = row.says.iter().map(|(who, what)| format!("{who}: {what}"));
        let decision = row.decision.as_ref().map(|decision| {
            let Decision { answer, reason, .. } = decision;
            let who = row.deciders().join(", ");
            format!("decided {} by {who}: {reason}", answer.as_str())
        });
        Some(DecidingWords {
            kinds: kinds.join(", "),
            says: says.collect::<Vec<_>>().join(" · "),
            decision,
            own: row.decision_of(&self.rater).is_some(),
            open: self.agreeing.open_words(),
        })
    }
}

/// The dialog of agreement.
#[derive(Debug, Clone, Default)]
pub struct AgreementDialog {
    /// The line under the cursor.
    pub selected: usize,
    /// Where a line has two cells: the one under the cursor.
    pub cell: usize,
    /// First visible row.
    pub top: usize,
    /// Nobody has moved the cursor: the window begins above the matrix, whatever its size.
    pub fresh: bool,
}

impl AgreementDialog {
    /// What Enter opens: transcripts of a tier, or of all, that are counted in a place.
    #[must_use]
    pub fn opens<'a>(&self, lines: &'a [AgreeLine]) -> Option<(Option<&'a str>, Place)> {
        match lines.get(self.selected)? {
            AgreeLine::Matrix { tier, classifier, .. } => {
                let place = Place::Cell { classifier: *classifier, holds: self.cell == 0 };
                Some((tier.as_deref(), place))
            }
            AgreeLine::Count(_, tier, place) => Some((tier.as_deref(), *place)),
            _ => None,
        }
    }
}

/// The dialog that asks why something is decided so, and once who decides.
#[derive(Debug, Clone, Default)]
pub struct ReasonDialog {
    /// What is decided; `None`: the decision is taken back.
    pub answer: Option<Verdict>,
    /// The name while it is asked for.
    pub naming: Option<Input>,
    /// The reason.
    pub reason: Input,
    /// Why it is not kept: a sentence.
    pub trouble: Option<String>,
}
