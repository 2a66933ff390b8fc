//! The screen on which a reviewer answers. It is a state of its own, beside that of the explorer: while it is blind there is
//! nothing in it but texts, so nothing that is drawn, copied or put into the title can give a label away.
//!
//! The explorer waits behind it, and reads on.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::{Key, KeyCode, Reading, State};
use crate::corpus::{Body, ReviewPlan, RowId};
use crate::review::codebook::Question;
use crate::review::{Order, Part, SeenBefore, Session, Shows};

/// Where a review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The transcripts are being read.
    #[default]
    Reading,
    /// The journal is being opened.
    Opening,
    /// The sample is being drawn.
    Drawing,
    /// An item is on the screen, or on its way.
    Asking,
    /// Every item has an answer.
    Ended,
    /// There is nothing to review; the sentence says why.
    Empty,
    /// It cannot go on; the sentence says why.
    Stopped,
}

impl Phase {
    /// Nothing is asked any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Empty | Self::Stopped)
    }
}

/// What was found in the journal, and the id of a new session.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalFound {
    /// The journal's path.
    pub place: String,
    /// A new session's id: 16 hexadecimal digits.
    pub fresh: String,
    /// The program's version.
    pub version: String,
    /// The session to go on with, or one that is at its end.
    pub unfinished: Option<Box<Session>>,
    /// What is to be said of a session that was left open and does not go on: a sentence.
    pub left: Option<String>,
    /// Transcripts that the reviewer saw with everything in other sessions.
    pub seen: SeenBefore,
    /// Lines of journals that cannot be read, in sentences.
    pub problems: Vec<String>,
}

/// What the reviewer is asked about the item on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// What the output does; the scratchpad is not shown yet.
    Output,
    /// Whether the label holds; of a mark or a quote, whether it is right.
    Verdict,
    /// Of a pair, which of the two shows it.
    Sides,
    /// A further question of the codebook, by its number there.
    Question(usize),
}

/// Answers to what the output does: the key, the word in the journal.
pub const OUTPUTS: [(char, &str); 5] =
    [('1', "complied"), ('2', "partial"), ('3', "refused"), ('4', "other"), ('5', "cannot tell")];

/// What reviewers' journals say, as far as it is asked for; what they said is the catalogue's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journals {
    /// The folder that was named for them.
    pub folder: Option<String>,
    /// Number of the newest question.
    pub generation: u64,
    /// It has not been answered.
    pub waiting: bool,
}

/// Answers to which of two shows it: the key, what it means (`None`: cannot tell), and the word on the screen.
pub const SIDES: [(char, Option<Shows>, &str); 5] = [
    ('1', Some(Shows::Left), "A"),
    ('2', Some(Shows::Right), "B"),
    ('3', Some(Shows::Both), "both"),
    ('4', Some(Shows::Neither), "neither"),
    ('5', None, "cannot tell"),
];

/// What a key answers to which of two shows it; `None`: it is none of those.
#[must_use]
pub fn side_of(key: Key) -> Option<Option<Shows>> {
    let KeyCode::Char(c) = key.code else { return None };
    let own = SIDES.iter().find(|(own, ..)| !key.ctrl && !key.alt && *own == c);
    own.map(|(_, shows, _)| *shows)
}

/// Whether a sentence can be chosen: where the question is not about one, and there is one text.
#[must_use]
pub fn has_sentences(order: Order) -> bool {
    matches!(order, Order::Whole | Order::OutputFirst | Order::Turns)
}

/// A review.
#[allow(clippy::struct_excessive_bools)] // independent facts about one session, not a state
#[derive(Clone, Default)]
pub struct Review {
    /// How it was asked for.
    pub plan: ReviewPlan,
    /// Where it is.
    pub phase: Phase,
    /// The session, when there is one.
    pub session: Option<Session>,
    /// By item the row behind it; `None`: its record is not there any more, or has changed.
    pub rows: Vec<Option<RowId>>,
    /// Of pairs, by item the row of the other transcript. Else empty.
    pub beside: Vec<Option<RowId>>,
    /// Of a pair that is on its way, the text on the left.
    pub left: Option<Arc<Body>>,
    /// Of a pair that is shown with everything, what its sides are: `A free, label yes · B paid, label no`.
    pub revealed_sides: Option<String>,
    /// The explorer.
    pub behind: Box<State>,
    /// The program was started for this alone.
    pub alone: bool,
    /// The journal's path.
    pub place: String,
    /// Id of a new session, and the program's version.
    pub fresh: (String, String),
    /// Transcripts that the reviewer saw with everything in other sessions.
    pub seen: SeenBefore,
    /// The first row of the message that is on the screen.
    pub top: usize,
    /// Keys that wait for the item that is on its way.
    pub keys: VecDeque<Key>,
    /// That something was said without an answer, and will be lost, has been told.
    pub warned: bool,
    /// The session goes on where an earlier run left it.
    pub resumed: bool,
    /// An event is on its way to the journal.
    pub writing: bool,
    /// Why the last event is not in the journal, or why nothing can be asked: a sentence.
    pub trouble: Option<String>,
    /// Hash of the texts on the screen.
    pub text: u64,
    /// After the reveal: answers beside what the label says, in sentences.
    pub compared: Vec<String>,
    /// The question with several answers that is being answered.
    pub choosing: Option<String>,
    /// What is typed as the answer to a question.
    pub typed: super::Input,
    /// What is typed as a note; `None` when nothing is.
    pub note: Option<super::Input>,
}

impl fmt::Debug for Review {
    // The state behind it is as large as the program.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Review")
            .field("phase", &self.phase)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

impl Review {
    /// What is asked of the item on the screen.
    #[must_use]
    pub fn asking(&self) -> Asking {
        let main = if self.order() == Order::Pairs { Asking::Sides } else { Asking::Verdict };
        match &self.session {
            Some(session)
                if session.opened.order == Order::OutputFirst && session.draft.output.is_none() =>
            {
                Asking::Output
            }
            Some(session) if session.draft.main.is_some() => {
                self.question().map_or(main, |(number, _)| Asking::Question(number))
            }
            _ => main,
        }
    }

    /// Whether nothing has been on the screen yet. Until then it shows nothing of the corpus.
    #[must_use]
    pub fn is_opening(&self, body: &Reading) -> bool {
        match self.phase {
            Phase::Reading | Phase::Opening | Phase::Drawing => true,
            Phase::Asking => matches!(body, Reading::Nothing),
            Phase::Ended | Phase::Empty | Phase::Stopped => false,
        }
    }

    /// Whether two transcripts stand beside each other.
    #[must_use]
    pub fn is_pair(&self) -> bool {
        self.order() == Order::Pairs && self.phase == Phase::Asking
    }

    /// What an item is.
    #[must_use]
    pub fn order(&self) -> Order {
        self.session.as_ref().map_or(self.plan.order, |session| session.opened.order)
    }

    /// What of a transcript the item on the screen is; `None`: the whole.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        self.session.as_ref()?.item()?.part()
    }

    /// The further question that is to be answered now, with its number in the codebook; `None`: there is none.
    #[must_use]
    pub fn question(&self) -> Option<(usize, &Question)> {
        let (book, session) = (self.plan.codebook.as_ref()?, self.session.as_ref()?);
        let draft = &session.draft;
        let asked = book.asked(draft.main?, &draft.answers);
        let open = |question: &&&Question| {
            self.choosing.as_ref() == Some(&question.id)
                || !draft.answers.contains_key(&question.id)
        };
        let question = asked.iter().find(open)?;
        let number = book.questions.iter().position(|own| own.id == question.id)?;
        Some((number, book.questions.get(number)?))
    }

    /// The word of a key while the output is judged.
    #[must_use]
    pub fn output_of(&self, key: Key) -> Option<&'static str> {
        let plain = !key.ctrl && !key.alt && self.asking() == Asking::Output;
        let KeyCode::Char(c) = key.code else { return None };
        OUTPUTS.iter().find(|(own, _)| plain && *own == c).map(|(_, word)| *word)
    }
}
