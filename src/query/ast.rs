//! The tree of a filter. Plain data in a normal form; printing and evaluating live next door.
//!
//! Normal form: `And` and `Or` have two or more children and none of their own kind. [`Node::and`] and
//! [`Node::or`] keep it, and `parse(print(tree)) == tree` rests on it.

use super::PairField;
use super::glob::Glob;
use super::parse::Filter;
use crate::model::{Design, SectionKind};
use crate::text::Needle;

/// A filter or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// `in:SECTION …`: where the text terms below look. The innermost one counts.
    In(Vec<Place>, Box<Node>),
    /// `part:THIRD …`: in which part of its section a text or a cue below begins. The innermost one counts.
    Part(Vec<Third>, Box<Node>),
    Term(Term),
}

impl Node {
    /// All of them; a single one is itself.
    pub(super) fn and(nodes: Vec<Node>) -> Option<Node> {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::And(children) => flat.extend(children),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Node::And(flat)) } else { flat.pop() }
    }

    /// Any of them; a single one is itself.
    pub(super) fn or(nodes: Vec<Node>) -> Option<Node> {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::Or(children) => flat.extend(children),
                other => flat.push(other),
            }
        }
        if flat.len() > 1 { Some(Node::Or(flat)) } else { flat.pop() }
    }

    /// Whether any term satisfies `test`.
    pub(super) fn any(&self, test: &dyn Fn(&Term) -> bool) -> bool {
        match self {
            Node::And(children) | Node::Or(children) => children.iter().any(|c| c.any(test)),
            Node::Not(child) | Node::In(_, child) | Node::Part(_, child) => child.any(test),
            Node::Term(term) => test(term),
        }
    }
}

/// A word after `in:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// One kind of section.
    Kind(SectionKind),
    /// Scratchpad and draft.
    Reasoning,
    /// Scratchpad, draft and output: where text terms look when nothing is said.
    Response,
    /// Every section of every turn.
    Any,
}

impl Place {
    /// What may be written, in the order of the documentation.
    pub(super) const WORDS: [(&'static str, Self); 11] = [
        ("scratchpad", Self::Kind(SectionKind::Scratchpad)),
        ("output", Self::Kind(SectionKind::Output)),
        ("draft", Self::Kind(SectionKind::Draft)),
        ("reasoning", Self::Reasoning),
        ("response", Self::Response),
        ("prompt", Self::Kind(SectionKind::Prompt)),
        ("user", Self::Kind(SectionKind::User)),
        ("marker", Self::Kind(SectionKind::Marker)),
        ("tool", Self::Kind(SectionKind::Tool)),
        ("other", Self::Kind(SectionKind::Other)),
        ("any", Self::Any),
    ];

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(w, _)| w.eq_ignore_ascii_case(word)).map(|(_, p)| *p)
    }

    pub(super) fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, p)| *p == self).map_or("any", |(w, _)| w)
    }

    pub(super) fn holds(self, kind: SectionKind) -> bool {
        match self {
            Self::Kind(own) => own == kind,
            Self::Reasoning => kind.is_reasoning(),
            Self::Response => kind.is_reasoning() || kind == SectionKind::Output,
            Self::Any => true,
        }
    }
}

/// A word after `part:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Third {
    First,
    Middle,
    Last,
}

impl Third {
    /// What may be written, in the order of the documentation.
    pub(super) const WORDS: [(&'static str, Self); 3] =
        [("first-third", Self::First), ("middle-third", Self::Middle), ("last-third", Self::Last)];

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(w, _)| w.eq_ignore_ascii_case(word)).map(|(_, p)| *p)
    }

    pub(super) fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, p)| *p == self).map_or("", |(w, _)| w)
    }

    /// The third of a text of `len` bytes in which a byte stands.
    pub(super) fn of(at: usize, len: usize) -> Self {
        let third = at.saturating_mul(3);
        if third < len {
            Self::First
        } else if third < len.saturating_mul(2) {
            Self::Middle
        } else {
            Self::Last
        }
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// A word, a phrase or a regular expression in the text.
    Text(Pattern),
    /// A text field is one of these.
    Field(Field, Vec<Value>),
    /// A yes-or-no field.
    Flag(Flag, bool),
    /// A numeric field against a bound.
    Compare(Number, Op, f64),
    /// A numeric field is one of these; `None` is `none`.
    Equals(Number, Vec<Option<f64>>),
    /// Cues of these categories together, against a bound (`>= 1` when nothing is said).
    Cue(Vec<CueName>, Option<(Op, f64)>),
    /// One of these criteria stands.
    Criterion(Vec<u8>),
    /// `label:NAME`: one of these is positive.
    Label(Vec<Value>),
    /// `label.NAME@RATER…`.
    LabelIs(Glob, Option<Glob>, LabelTest),
    /// `meta.PATH…`.
    Meta(String, MetaTest),
    /// `near(A, B, N)`: both in one section, at most so many sentences from each other.
    Near(Box<[Side; 2]>, u16),
    /// `partner(…)`, `partner.model(…)`: a transcript of the same sample that differs in this field passes this.
    Partner(PairField, Box<Filter>),
    /// `partner:any` and `partner:none`.
    HasPartner(PairField, bool),
}

/// What `near` looks for: a text, or a cue of a category.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Side {
    Text(Pattern),
    Cue(CueName),
}

/// A regular expression or phrase, compiled. Equal when written alike.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) is_regex: bool,
    pub(super) needle: Needle,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.is_regex == other.is_regex && self.text == other.text
    }
}

/// A value of a text field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Word(Glob),
    Regex(Pattern),
    /// The field is absent.
    None,
}

/// Fields whose value is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Tier,
    Outcome,
    /// Who decided the outcome.
    Decider,
    Setting,
    Model,
    Variant,
    /// A single field of the variant.
    Design(Design),
    Id,
    Sample,
    Source,
    Query,
    Parse,
    Repair,
    Decision,
    /// `yes`, `no` or none: unlike a flag it can be unknown, and that is asked for.
    Mismatch,
    /// As well.
    Agree,
    /// `matched`, `unmatched` or none.
    Quote,
    /// What the reader noted.
    Note,
    /// As well, with words for what flips between partners that differ in this field.
    Flip(PairField),
    /// Names of those who reviewed it.
    Reviewer,
    /// Labels of which reviewers say something else than each other or than the classifier; unknown where nothing can be compared.
    Disagree,
}

/// Fields that are yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    Dup,
    /// An identical record stands before it.
    Copy,
    Conflict,
    Echo,
    /// The reader marked it.
    Mark,
    /// The reader has read it.
    Read,
    /// Some reviewer answered.
    Reviewed,
}

/// Fields that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Score,
    Epoch,
    /// Bytes of the final response's text of this place.
    Len(Place),
}

/// A cue category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CueName {
    /// Every category together.
    Any,
    /// No cue at all.
    None,
    /// In lower case.
    Named(String),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Op {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }

    #[allow(clippy::float_cmp)] // `=` asks for the very number that was written
    pub(super) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }
}

/// What is asked of one label.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LabelTest {
    Compare(Op, f64),
    Values(Vec<LabelWord>),
}

/// A value of a label.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LabelWord {
    /// There, but no rater's word could be read.
    Unparsed,
    /// There and read, but neither positive nor negative.
    Neither,
    /// Not there.
    Missing,
    /// `yes` and `no`: positive and negative.
    Positive(bool),
    Is(Glob),
    Regex(Pattern),
}

/// What is asked of a meta field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MetaTest {
    Compare(Op, f64),
    Values(Vec<Value>),
}
