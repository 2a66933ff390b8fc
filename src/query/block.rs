//! Deciding a filter for many rows at once, on columns alone.
//!
//! Rows that are alike in what a term looks at share its answer: it is decided for one of them, by the very function
//! that decides single rows, and spread to all. Labels, cues and lengths are folded column by column.

use super::ast::{
    CueName, Field, Flag, LabelTest, LabelWord, Node, Number, Op, Term, Third, Value,
};
use super::eval::{Columns, Truth};
use super::matching::{cues_hold, decide_on_columns, truth};
use super::near::part_holds;
use super::needed::near_cues;
use super::parse::Filter;
use super::truths::{Possible, is_given, is_wanted, verdict_on};
use crate::model::Judgement;

/// What rows may be alike in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alike {
    /// Tier.
    Tier,
    /// Setting.
    Setting,
    /// Model.
    Model,
    /// Variant.
    Variant,
    /// The single fields of the variant together.
    Design,
    /// Source file.
    Source,
    /// Sample.
    Sample,
    /// Outcome, its conflict, and parse state together.
    State,
    /// Repair codes.
    Repairs,
    /// Epoch.
    Epoch,
    /// Criteria.
    Criteria,
    /// Score.
    Score,
    /// Decision, mismatch, verdicts in scratchpads, whether judges agree and whether their quotes stand in the text, together.
    Said,
}

/// The class of each row of a block.
#[derive(Debug, Clone, Copy)]
pub enum ClassOf<'a> {
    /// All are of class 0.
    Same,
    /// One byte each.
    Bytes(&'a [u8]),
    /// Two bytes each.
    Words(&'a [u16]),
}

/// Rows divided into classes.
#[derive(Debug, Clone, Copy)]
pub struct Classes<'a> {
    /// By row.
    pub of: ClassOf<'a>,
    /// A row of each class.
    pub firsts: &'a [u16],
}

/// What a reader may have said of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RemarkKind {
    /// It is marked.
    Mark,
    /// It was read.
    Read,
    /// It has a note.
    Note,
}

/// Some rows of a catalogue, in columns.
pub trait Block {
    /// Number of rows.
    fn rows(&self) -> usize;
    /// Shows one row.
    fn look(&self, at: usize, look: &mut dyn FnMut(&dyn Columns));
    /// Divides the rows by what they are alike in; `None` when too few are.
    fn classes(&self, by: Alike) -> Option<Classes<'_>>;
    /// Adds the cue counts of the categories that are wanted, row by row.
    fn add_cues(&self, wanted: &dyn Fn(&str) -> bool, counts: &mut [u32]);
    /// Raises each row's mark to the highest that `give` gives to one of its judgements. `wanted` is asked once for each
    /// label and rater, with a judgement whose value means nothing.
    fn raise(
        &self,
        wanted: &dyn Fn(&Judgement) -> bool,
        give: &dyn Fn(&Judgement) -> u8,
        marks: &mut [u8],
    );
    /// Whether any row is known by a summary only: those are decided one by one.
    fn any_pending(&self) -> bool;
    /// Whether any row has a copy elsewhere.
    fn any_duplicate(&self) -> bool;
    /// For each row 1 where the reader has said such a thing of it; `None` when nothing was said of any row.
    fn remarked(&self, kind: RemarkKind) -> Option<Box<[u8]>>;
    /// The same of reviewers, whatever they say.
    fn reviewed(&self) -> Option<Box<[u8]>> {
        None
    }
}

impl Filter {
    /// [`Filter::test_columns`] for every row of a block: the same answers.
    #[must_use]
    pub fn test_block(&self, block: &dyn Block) -> Vec<Truth> {
        let mut sets = vec![Possible::TRUE.0; block.rows()];
        if let Some(root) = &self.root {
            decide(root, &[], block, &mut sets);
        }
        // There are eight sets.
        let truths: [Truth; 8] = std::array::from_fn(|set| truth(Possible(set as u8)));
        sets.into_iter().map(|set| truths[usize::from(set & 7)]).collect()
    }
}

/// `parts`: in which part of its section a cue begins.
fn decide(node: &Node, parts: &[Third], block: &dyn Block, sets: &mut [u8]) {
    match node {
        Node::And(children) => join(children, parts, block, Possible::and, sets),
        Node::Or(children) => join(children, parts, block, Possible::or, sets),
        Node::Not(child) => {
            decide(child, parts, block, sets);
            let not: [u8; 8] = std::array::from_fn(|set| Possible(set as u8).not().0);
            for set in sets {
                *set = not[usize::from(*set & 7)];
            }
        }
        // Where text terms look makes no difference before there is a text.
        Node::In(_, child) => decide(child, parts, block, sets),
        Node::Part(parts, child) => decide(child, parts, block, sets),
        Node::Term(term) => decide_term(term, parts, block, sets),
    }
}

fn join(
    children: &[Node],
    parts: &[Third],
    block: &dyn Block,
    both: fn(Possible, Possible) -> Possible,
    sets: &mut [u8],
) {
    let table: [u8; 64] =
        std::array::from_fn(|i| both(Possible(i as u8 >> 3), Possible(i as u8 & 7)).0);
    let mut own = vec![0; sets.len()];
    for (number, child) in children.iter().enumerate() {
        if number == 0 {
            decide(child, parts, block, sets);
            continue;
        }
        decide(child, parts, block, &mut own);
        for (set, own) in sets.iter_mut().zip(&own) {
            *set = table[usize::from((*set & 7) << 3 | *own & 7)];
        }
    }
}

fn decide_term(term: &Term, parts: &[Third], block: &dyn Block, sets: &mut [u8]) {
    if let Some(said) = side_of(term) {
        let said = match said {
            Side::Reader(kind) => block.remarked(kind),
            Side::Reviewers => block.reviewed(),
        };
        return remarked(term, said, block, sets);
    }
    let look = |rows, sets: &mut [u8], alike| look(term, parts, block, rows, sets, alike);
    let alike = match term {
        _ if block.any_pending() => None,
        Term::Text(_) | Term::Meta(..) => return look(0..1, sets, true),
        Term::Field(field, _) => match field {
            Field::Tier => Some(Alike::Tier),
            Field::Setting => Some(Alike::Setting),
            Field::Model => Some(Alike::Model),
            Field::Variant => Some(Alike::Variant),
            Field::Design(_) => Some(Alike::Design),
            Field::Source => Some(Alike::Source),
            Field::Sample => Some(Alike::Sample),
            Field::Outcome | Field::Decider | Field::Parse => Some(Alike::State),
            Field::Repair => Some(Alike::Repairs),
            Field::Decision | Field::Mismatch | Field::Agree | Field::Quote => Some(Alike::Said),
            Field::Id
            | Field::Query
            | Field::Note
            | Field::Flip(_)
            | Field::Reviewer
            | Field::Disagree => None,
        },
        Term::Flag(Flag::Conflict, _) => Some(Alike::State),
        Term::Flag(Flag::Echo, _) => Some(Alike::Said),
        Term::Flag(Flag::Dup | Flag::Copy, _) if !block.any_duplicate() => {
            return look(0..1, sets, true);
        }
        Term::Compare(Number::Score, ..) | Term::Equals(Number::Score, _) => Some(Alike::Score),
        Term::Compare(Number::Epoch, ..) | Term::Equals(Number::Epoch, _) => Some(Alike::Epoch),
        Term::Flag(Flag::Dup | Flag::Copy | Flag::Mark | Flag::Read | Flag::Reviewed, _)
        | Term::Compare(Number::Len(_), ..)
        | Term::Equals(Number::Len(_), _)
        | Term::Partner(..)
        | Term::HasPartner(..) => None,
        Term::Criterion(_) => Some(Alike::Criteria),
        Term::Cue(names, bound) => return cues(names, *bound, !parts.is_empty(), block, sets),
        Term::Near(sides, _) => {
            sets.fill(Possible(3).0);
            for name in near_cues(sides) {
                let mut there = vec![0; sets.len()];
                cues(std::slice::from_ref(name), None, false, block, &mut there);
                for (set, there) in sets.iter_mut().zip(there) {
                    *set = if there == Possible::TRUE.0 { *set } else { Possible::FALSE.0 };
                }
            }
            return;
        }
        Term::Label(names) => return labels(names, block, sets),
        Term::LabelIs(name, rater, test) => {
            let wanted = |j: &Judgement| is_given(j, name, rater.as_ref());
            label_is(&wanted, test, block, sets);
            if rater.is_some() {
                let reviewed = block.reviewed();
                each_flagged(reviewed.as_deref().unwrap_or_default(), term, block, sets);
            }
            return;
        }
    };
    let Some(classes) = alike.and_then(|by| block.classes(by)) else {
        return look(0..block.rows(), sets, false);
    };
    let mut given = vec![Possible::UNKNOWN.0; classes.firsts.len().max(1)];
    for (slot, first) in given.iter_mut().zip(classes.firsts) {
        block.look((*first).into(), &mut |row| *slot = decide_on_columns(term, parts, row).0);
    }
    let of = |class: usize| given.get(class).copied().unwrap_or(Possible::UNKNOWN.0);
    match classes.of {
        ClassOf::Same => sets.fill(of(0)),
        ClassOf::Bytes(codes) => {
            let all: [u8; 256] = std::array::from_fn(of);
            for (set, code) in sets.iter_mut().zip(codes) {
                *set = all[usize::from(*code)];
            }
        }
        ClassOf::Words(codes) => {
            for (set, code) in sets.iter_mut().zip(codes) {
                *set = of((*code).into());
            }
        }
    }
}

/// What stands in a table beside the rows, of few of them.
enum Side {
    Reader(RemarkKind),
    Reviewers,
}

/// In which such table a term looks.
fn side_of(term: &Term) -> Option<Side> {
    match term {
        Term::Flag(Flag::Mark, _) => Some(Side::Reader(RemarkKind::Mark)),
        Term::Flag(Flag::Read, _) => Some(Side::Reader(RemarkKind::Read)),
        Term::Field(Field::Note, _) => Some(Side::Reader(RemarkKind::Note)),
        Term::Flag(Flag::Reviewed, _) | Term::Field(Field::Reviewer | Field::Disagree, _) => {
            Some(Side::Reviewers)
        }
        _ => None,
    }
}

/// Rows of which nothing was said share an answer; the others, which are few, are looked at.
fn remarked(term: &Term, said: Option<Box<[u8]>>, block: &dyn Block, sets: &mut [u8]) {
    let Some(said) = said else { return look(term, &[], block, 0..1, sets, true) };
    if let Some(plain) = said.iter().position(|flag| *flag == 0) {
        let mut answer = Possible::UNKNOWN.0;
        block.look(plain, &mut |row| answer = decide_on_columns(term, &[], row).0);
        sets.fill(answer);
    }
    each_flagged(&said, term, block, sets);
}

/// Looks at the rows with a flag, one by one.
fn each_flagged(flags: &[u8], term: &Term, block: &dyn Block, sets: &mut [u8]) {
    for at in (0..).zip(flags).filter(|(_, flag)| **flag != 0).map(|(at, _)| at) {
        look(term, &[], block, at..at + 1, sets, false);
    }
}

/// Decides rows one by one; `alike`: the one that is looked at speaks for all.
fn look(
    term: &Term,
    parts: &[Third],
    block: &dyn Block,
    rows: std::ops::Range<usize>,
    sets: &mut [u8],
    alike: bool,
) {
    for at in rows {
        if let Some(set) = sets.get_mut(at) {
            block.look(at, &mut |row| *set = decide_on_columns(term, parts, row).0);
        }
    }
    if alike && let Some(first) = sets.first().copied() {
        sets.fill(first);
    }
}

/// `in_part`: only some of the cues are meant, of which it is not known how many there are.
fn cues(
    names: &[CueName],
    bound: Option<(Op, f64)>,
    in_part: bool,
    block: &dyn Block,
    sets: &mut [u8],
) {
    let mut totals = vec![0; sets.len()];
    block.add_cues(&|_| true, &mut totals);
    let mut counts = vec![0; if names.contains(&CueName::Any) { 0 } else { sets.len() }];
    for name in names {
        // A category that is named twice counts twice, as it does for a single row.
        if let CueName::Named(name) = name {
            block.add_cues(&|own| own.eq_ignore_ascii_case(name), &mut counts);
        }
    }
    for (at, (set, total)) in sets.iter_mut().zip(totals).enumerate() {
        let count = counts.get(at).copied().unwrap_or(total);
        let (total, count) = (total.into(), count.into());
        *set = if in_part {
            part_holds(names, bound, total, count).map_or(Possible(3), Possible::known).0
        } else {
            Possible::known(cues_hold(names, bound, total, count)).0
        };
    }
}

/// Marks of [`Block::raise`] for a verdict.
fn mark(verdict: Option<bool>) -> u8 {
    match verdict {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    }
}

/// As [`super::truths`] has it for one row: any positive, else any negative, else nobody can say.
const OF_MARK: [Possible; 3] = [Possible::UNKNOWN, Possible::FALSE, Possible::TRUE];

fn labels(names: &[Value], block: &dyn Block, sets: &mut [u8]) {
    sets.fill(Possible::FALSE.0);
    for name in names {
        let mut marks = vec![0; sets.len()];
        if *name == Value::None {
            block.raise(&|_| true, &|_| 1, &mut marks);
            or_each(sets, &marks, |m| Possible::known(m == 0));
        } else {
            block.raise(&|j| is_wanted(j, name), &|j| mark(j.positive), &mut marks);
            or_each(sets, &marks, |m| OF_MARK[usize::from(m.min(2))]);
        }
    }
}

fn label_is(
    wanted: &dyn Fn(&Judgement) -> bool,
    test: &LabelTest,
    block: &dyn Block,
    sets: &mut [u8],
) {
    sets.fill(Possible::FALSE.0);
    let mut marks = vec![0; sets.len()];
    let words = match test {
        LabelTest::Compare(op, bound) => {
            block.raise(wanted, &|j| mark(super::truths::compared(j, *op, *bound)), &mut marks);
            return or_each(sets, &marks, |m| OF_MARK[usize::from(m.min(2))]);
        }
        LabelTest::Values(words) => words,
    };
    for word in words {
        marks.fill(0);
        match word {
            LabelWord::Missing => {
                block.raise(wanted, &|_| 1, &mut marks);
                or_each(sets, &marks, |m| Possible::known(m == 0));
            }
            LabelWord::Unparsed => {
                let is_parsed = |j: &Judgement| j.value != crate::model::LabelValue::Unparsed;
                block.raise(wanted, &|j| 1 + u8::from(is_parsed(j)), &mut marks);
                or_each(sets, &marks, |m| Possible::known(m == 1));
            }
            LabelWord::Neither => {
                block.raise(wanted, &super::truths::neither, &mut marks);
                or_each(sets, &marks, |m| Possible::known(m == 1));
            }
            word => {
                block.raise(wanted, &|j| mark(verdict_on(j, word)), &mut marks);
                or_each(sets, &marks, |m| OF_MARK[usize::from(m.min(2))]);
            }
        }
    }
}

fn or_each(sets: &mut [u8], marks: &[u8], of: impl Fn(u8) -> Possible) {
    // Marks are 0, 1 or 2.
    let given: [Possible; 3] = std::array::from_fn(|mark| of(mark as u8));
    let table: [u8; 24] =
        std::array::from_fn(|i| Possible((i & 7) as u8).or(given[(i >> 3).min(2)]).0);
    for (set, mark) in sets.iter_mut().zip(marks) {
        *set = table[usize::from((*mark).min(2) << 3 | *set & 7)];
    }
}

#[cfg(test)]
mod tests {
    use super::super::truths::is_named;
    use super::*;

    #[test]
    fn names_are_asked_as_single_rows_ask_them() {
        let judgement = Judgement {
            label: "Own".to_owned(),
            canonical: Some("canon".to_owned()),
            rater: "r".to_owned(),
            value: crate::model::LabelValue::Unparsed,
            positive: None,
        };
        for (filter, wanted) in
            [("label:own", true), ("label:CANON", true), ("label:c*", true), ("label:x", false)]
        {
            let filter = Filter::parse(filter).unwrap();
            let Some(Node::Term(Term::Label(names))) = &filter.root else { panic!("{filter}") };
            assert_eq!(is_wanted(&judgement, &names[0]), wanted, "{filter}");
            if let Value::Word(glob) = &names[0] {
                assert_eq!(is_named(&judgement, glob), wanted, "{filter}");
            }
        }
    }
}
