//! What a filter asks for: which work it makes necessary, which texts it looks for and where, and whether a match can be
//! without them.

use super::PairField;
use super::ast::{CueName, Field, Flag, Node, Number, Place, Side, Term};
use super::eval::{Needs, TextTerm};
use super::parse::Filter;
use super::truths::Possible;
use crate::model::SectionKind;
use crate::text::Needle;

/// Where text terms look.
pub(super) const RESPONSE: &[Place] = &[Place::Response];
/// Where `near` looks.
const REASONING: &[Place] = &[Place::Reasoning];

impl Filter {
    /// What evaluating it needs beyond the columns of a row. A `query:` term is not counted: it needs the body only
    /// where the row's query is cut.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let any = |test: &dyn Fn(&Term) -> bool| self.root.as_ref().is_some_and(|r| r.any(test));
        let asked = |term: &Term, what: fn(Needs) -> bool| match term {
            Term::Partner(_, inner) => what(inner.needs()),
            _ => false,
        };
        let reads = |t: &Term| matches!(t, Term::Text(_) | Term::Meta(..) | Term::Near(..));
        Needs {
            cues: any(&|t| needs_cues(t) || asked(t, |n| n.cues)),
            body: any(&|t| reads(t) || asked(t, |n| n.body))
                || self.root.as_ref().is_some_and(asks_part),
            opened: false,
            fields_only: false,
        }
    }

    /// Whether it asks for nothing but what the records' own fields and their places say, so that no text of theirs need
    /// be read: tier, setting, model, variant, id, source, epoch, labels, copies, and what the reader said of them.
    #[must_use]
    pub fn asks_fields_only(&self) -> bool {
        let beyond = |term: &Term| match term {
            Term::Field(field, _) => !matches!(
                field,
                Field::Tier
                    | Field::Setting
                    | Field::Model
                    | Field::Variant
                    | Field::Design(_)
                    | Field::Id
                    | Field::Source
                    | Field::Note
                    | Field::Reviewer
                    | Field::Disagree
            ),
            Term::Flag(flag, _) => {
                !matches!(flag, Flag::Dup | Flag::Copy | Flag::Mark | Flag::Read | Flag::Reviewed)
            }
            Term::Compare(number, ..) | Term::Equals(number, _) => *number != Number::Epoch,
            Term::Label(_) | Term::LabelIs(..) => false,
            Term::Text(_)
            | Term::Cue(..)
            | Term::Criterion(_)
            | Term::Meta(..)
            | Term::Near(..)
            | Term::Partner(..)
            | Term::HasPartner(..) => true,
        };
        !self.root.as_ref().is_some_and(|root| root.any(&beyond))
    }

    /// Whether it asks for partners, so that rows cannot be decided one by one as they come: any row may be another's partner.
    #[must_use]
    pub fn asks_partners(&self) -> bool {
        self.root.as_ref().is_some_and(|root| root.any(&|term| by(term).is_some()))
    }

    /// The fields in which the partners differ that it asks for, each once.
    #[must_use]
    pub fn pair_fields(&self) -> Vec<PairField> {
        let asks = |field: PairField| {
            self.root.as_ref().is_some_and(|root| root.any(&|term| by(term) == Some(field)))
        };
        PairField::ALL.into_iter().filter(|field| asks(*field)).collect()
    }

    /// Whether some of it asks for transcripts that have no partner that differs in a field, or none of some kind: what it leaves are
    /// no pairs to compare by that.
    #[must_use]
    pub fn asks_for_lone(&self, by: PairField) -> bool {
        self.root.as_ref().is_some_and(|root| is_lone(root, by, false))
    }

    /// Whether it asks anything of partners that differ in a field.
    #[must_use]
    pub fn asks_for_partners(&self, by: PairField) -> bool {
        self.of_partners().iter().any(|(own, _)| *own == by)
    }

    /// The filters that its partners have to pass, each once, with the field in which these differ.
    #[must_use]
    pub fn of_partners(&self) -> Vec<(PairField, Filter)> {
        let mut found: Vec<(PairField, Self)> = Vec::new();
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            match node {
                Node::And(children) | Node::Or(children) => open.extend(children),
                Node::Not(child) | Node::In(_, child) | Node::Part(_, child) => open.push(child),
                Node::Term(Term::Partner(by, inner)) => {
                    let asked = (*by, (**inner).clone());
                    if !found.contains(&asked) {
                        found.push(asked);
                    }
                }
                Node::Term(_) => {}
            }
        }
        found
    }

    /// Whether it selects on a result (a label, a cue, a score, a criterion, an outcome, or what a reader made of it) rather
    /// than on how the transcript was made. Numbers over such a selection have to say so: those of reviewed transcripts too, which are
    /// often drawn by label.
    #[must_use]
    pub fn selects_on_result(&self) -> bool {
        self.root.as_ref().is_some_and(|r| r.any(&|term| is_result(term) || asks_who(term)))
    }

    /// Whether it may give a result away to whoever is shown what it lets through. Another question than
    /// [`Filter::selects_on_result`]: that somebody reviewed a transcript does not say what the answer was; but a record's other fields may
    /// hold labels under any name.
    #[must_use]
    pub fn tells_result(&self) -> bool {
        self.root.as_ref().is_some_and(|r| r.any(&gives_away))
    }

    /// Whether it may depend on what reviewers answered, so that their journals have to be read: outcomes may be theirs.
    #[must_use]
    pub fn asks_reviews(&self) -> bool {
        self.root.as_ref().is_some_and(|root| root.any(&asks_reviews))
    }

    /// Whether it asks what the reader said of a transcript: marked, read, noted.
    #[must_use]
    pub fn asks_reader(&self) -> bool {
        self.root.as_ref().is_some_and(|root| root.any(&asks_reader))
    }

    /// All text terms, whatever the filter asks of them.
    #[must_use]
    pub fn text_terms(&self) -> Vec<TextTerm<'_>> {
        let mut found = Vec::new();
        let mut open: Vec<(&Node, Option<&[Place]>)> =
            self.root.iter().map(|r| (r, None)).collect();
        while let Some((node, places)) = open.pop() {
            match node {
                Node::And(children) | Node::Or(children) => {
                    open.extend(children.iter().rev().map(|child| (child, places)));
                }
                Node::Not(child) | Node::Part(_, child) => open.push((child, places)),
                Node::In(inner, child) => open.push((child, Some(inner))),
                Node::Term(Term::Text(pattern)) => {
                    let places = places.unwrap_or(RESPONSE);
                    found.push(TextTerm { needle: &pattern.needle, places, whole: false });
                }
                Node::Term(Term::Near(sides, _)) => {
                    // Of a transcript without final reasoning it looks in the turns before.
                    let (places, whole) = (places.unwrap_or(REASONING), places.is_none());
                    let term = |needle| TextTerm { needle, places, whole };
                    found.extend(near_texts(sides).map(term));
                }
                Node::Term(_) => {}
            }
        }
        found
    }

    /// Whether it may let a transcript through in whose texts some of its text terms ([`Filter::text_terms`], in order)
    /// find nothing; of all else nothing is known.
    #[must_use]
    pub fn may_match_without(&self, absent: &[bool]) -> bool {
        let mut absent = absent.iter().copied();
        self.root.as_ref().is_none_or(|root| without(root, &mut absent).has(Possible::TRUE))
    }

    /// The text terms that a match can rest on (those under an even number of negations), for marking what the
    /// filter found, each with the kinds of section it looks in; `None`: everywhere.
    #[must_use]
    pub fn needles(&self) -> Vec<(Option<Vec<SectionKind>>, Needle)> {
        let mut found = Vec::new();
        if let Some(root) = &self.root {
            collect(root, None, true, &mut found);
        }
        found
    }
}

/// The field in which the partners differ that it asks for.
fn by(term: &Term) -> Option<PairField> {
    match term {
        Term::Partner(by, _) | Term::HasPartner(by, _) | Term::Field(Field::Flip(by), _) => {
            Some(*by)
        }
        _ => None,
    }
}

/// Whether it asks whether, or by whom, a transcript was reviewed.
fn asks_who(term: &Term) -> bool {
    matches!(term, Term::Flag(Flag::Reviewed, _) | Term::Field(Field::Reviewer, _))
        || matches!(term, Term::Partner(_, inner) if inner.selects_on_result())
}

fn gives_away(term: &Term) -> bool {
    is_result(term)
        || matches!(term, Term::Meta(..))
        || matches!(term, Term::Partner(_, inner) if inner.tells_result())
}

fn is_result(term: &Term) -> bool {
    needs_cues(term)
        || asks_reader(term)
        || matches!(term, Term::Partner(_, inner) if inner.root.as_ref().is_some_and(|r| r.any(&is_result)))
        || matches!(
            term,
            Term::Label(_)
                | Term::LabelIs(..)
                | Term::Field(
                    Field::Outcome
                        | Field::Decider
                        | Field::Flip(_)
                        | Field::Disagree
                        | Field::Quote,
                    _
                )
                | Term::Flag(Flag::Conflict, _)
        )
}

fn asks_reviews(term: &Term) -> bool {
    matches!(
        term,
        Term::Flag(Flag::Reviewed | Flag::Conflict, _)
            | Term::Field(
                Field::Reviewer
                    | Field::Disagree
                    | Field::Outcome
                    | Field::Decider
                    | Field::Flip(_)
                    | Field::Mismatch,
                _
            )
            | Term::LabelIs(_, Some(_), _)
    ) || matches!(term, Term::Partner(_, inner) if inner.asks_reviews())
}

fn asks_reader(term: &Term) -> bool {
    matches!(term, Term::Flag(Flag::Mark | Flag::Read, _) | Term::Field(Field::Note, _))
        || matches!(term, Term::Partner(_, inner) if inner.asks_reader())
}

fn needs_cues(term: &Term) -> bool {
    matches!(
        term,
        Term::Cue(..)
            | Term::Criterion(_)
            | Term::Compare(Number::Score, ..)
            | Term::Equals(Number::Score, _)
            | Term::Flag(Flag::Echo, _)
            | Term::Field(Field::Decision | Field::Mismatch | Field::Agree, _)
    ) || matches!(term, Term::Near(sides, _) if sides.iter().any(|s| matches!(s, Side::Cue(_))))
}

/// Whether it asks where cues stand: columns only count them.
fn asks_part(node: &Node) -> bool {
    match node {
        Node::And(children) | Node::Or(children) => children.iter().any(asks_part),
        Node::Not(child) | Node::In(_, child) => asks_part(child),
        Node::Part(_, child) => child.any(&|term| matches!(term, Term::Cue(..))),
        Node::Term(_) => false,
    }
}

/// The texts that `near` looks for.
pub(super) fn near_texts(sides: &[Side; 2]) -> impl Iterator<Item = &Needle> {
    sides.iter().filter_map(|side| match side {
        Side::Text(pattern) => Some(&pattern.needle),
        Side::Cue(_) => None,
    })
}

/// What is possible when of the text terms, in order, these are absent.
fn without(node: &Node, absent: &mut dyn Iterator<Item = bool>) -> Possible {
    match node {
        Node::And(children) => {
            children.iter().fold(Possible::TRUE, |all, child| all.and(without(child, absent)))
        }
        Node::Or(children) => {
            children.iter().fold(Possible::FALSE, |any, child| any.or(without(child, absent)))
        }
        Node::Not(child) => without(child, absent).not(),
        Node::In(_, child) | Node::Part(_, child) => without(child, absent),
        Node::Term(Term::Near(sides, _)) => {
            // Each of them is asked of.
            let missing = near_texts(sides).filter(|_| absent.next() == Some(true)).count();
            if missing > 0 { Possible::FALSE } else { Possible(3) }
        }
        Node::Term(Term::Text(_)) if absent.next() == Some(true) => Possible::FALSE,
        Node::Term(Term::Text(_)) => Possible(3),
        Node::Term(_) => Possible(7),
    }
}

fn collect(
    node: &Node,
    places: Option<&[Place]>,
    positive: bool,
    found: &mut Vec<(Option<Vec<SectionKind>>, Needle)>,
) {
    match node {
        Node::And(children) | Node::Or(children) => {
            for child in children {
                collect(child, places, positive, found);
            }
        }
        Node::Not(child) => collect(child, places, !positive, found),
        Node::In(inner, child) => collect(child, Some(inner), positive, found),
        Node::Part(_, child) => collect(child, places, positive, found),
        Node::Term(Term::Text(pattern)) if positive => {
            found.push((kinds_of(places.unwrap_or(RESPONSE)), pattern.needle.clone()));
        }
        Node::Term(Term::Near(sides, _)) if positive => {
            let places = places.unwrap_or(REASONING);
            found.extend(near_texts(sides).map(|needle| (kinds_of(places), needle.clone())));
        }
        Node::Term(_) => {}
    }
}

/// The kinds of section that some places hold; `None`: everywhere.
fn kinds_of(places: &[Place]) -> Option<Vec<SectionKind>> {
    let kinds = SectionKind::ALL.into_iter().filter(|k| places.iter().any(|p| p.holds(*k)));
    (!places.contains(&Place::Any)).then(|| kinds.collect())
}

/// The categories that `near` looks for.
pub(super) fn near_cues(sides: &[Side; 2]) -> impl Iterator<Item = &CueName> {
    sides.iter().filter_map(|side| match side {
        Side::Cue(name) => Some(name),
        Side::Text(_) => None,
    })
}
/// Whether a part of a filter, under an odd number of `not` or an even one, asks for what has no partner.
fn is_lone(node: &Node, by: PairField, negated: bool) -> bool {
    match node {
        Node::And(children) | Node::Or(children) => {
            children.iter().any(|child| is_lone(child, by, negated))
        }
        Node::Not(child) => is_lone(child, by, !negated),
        Node::In(_, child) | Node::Part(_, child) => is_lone(child, by, negated),
        Node::Term(Term::HasPartner(own, any)) => *own == by && *any == negated,
        Node::Term(Term::Partner(own, _)) => *own == by && negated,
        Node::Term(_) => false,
    }
}
