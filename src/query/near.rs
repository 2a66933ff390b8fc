//! `near(A, B, N)` and what stands in a part of a section: reading the one, and deciding both in a text.
//!
//! A place is where a text or a cue begins. Two places are so many sentences from each other as sentences end between
//! them, whatever paragraphs do.

use super::ast::{CueName, Node, Op, Place, Side, Term, Third};
use super::eval::Body;
use super::matching::cues_hold;
use super::parse::{FilterError, Parser};
use super::term::{cue_name, phrase_of};
use super::value::{Raw, Word};
use crate::model::{SectionKind, Span};
use crate::text::sentences;

/// Most sentences between two places that are near: more is anywhere.
const MOST_SENTENCES: u16 = 999;

const FORM: &str = "near(A, B, 2): two texts or cue:NAME, and how many sentences apart at most";

impl Parser {
    /// `near(A, B, N)`; the cursor stands on the parenthesis.
    pub(super) fn near(&mut self, at: usize) -> Result<Node, FilterError> {
        self.cur.pos += 1;
        let first = self.side(at)?;
        self.comma()?;
        let second = self.side(at)?;
        self.comma()?;
        self.cur.skip_space();
        let column = self.cur.pos;
        let written = self.cur.run(|_, c| c == ',');
        let digits = !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit());
        let number = written.parse::<u16>().ok().filter(|n| digits && *n <= MOST_SENTENCES);
        let Some(number) = number else {
            let message = format!("how many sentences apart at most: 0 to {MOST_SENTENCES}");
            return Err(FilterError::new(column, self.cur.pos - column, message));
        };
        self.cur.skip_space();
        if !self.cur.eat(')') {
            let message = format!("a closing parenthesis is missing: {FORM}");
            return Err(FilterError::new(self.cur.pos, 1, message));
        }
        self.boundary("a space is missing after near(…)")?;
        Ok(Node::Term(Term::Near(Box::new([first, second]), number)))
    }

    fn comma(&mut self) -> Result<(), FilterError> {
        self.cur.skip_space();
        if self.cur.eat(',') {
            return Ok(());
        }
        let message = format!("a comma is missing: {FORM}");
        Err(FilterError::new(self.cur.pos, 1, message))
    }

    fn side(&mut self, at: usize) -> Result<Side, FilterError> {
        self.cur.skip_space();
        let column = self.cur.pos;
        match self.cur.peek() {
            Some('"') => {
                let text: String = self.cur.quoted()?.into_iter().map(|(c, _)| c).collect();
                if text.trim().is_empty() {
                    return Err(FilterError::new(column, self.cur.pos - column, "an empty phrase"));
                }
                return Ok(Side::Text(phrase_of(text)));
            }
            Some('/') => return Ok(Side::Text(self.regex()?)),
            _ => {}
        }
        let word = self.cur.run(|cursor, c| c == ',' || cursor.at_op());
        let len = self.cur.pos - column;
        if self.cur.at_op() {
            if !word.eq_ignore_ascii_case("cue") || !matches!(self.cur.peek(), Some(':' | '=')) {
                let message = "near takes texts and cue:NAME; quote it to search for text";
                return Err(FilterError::new(column, len.max(1), message));
            }
            self.cur.pos += 1;
            return self.near_cue();
        }
        if word.is_empty() {
            let message = format!("something is missing here: {FORM}");
            let column = if self.cur.peek().is_none() { at } else { column };
            return Err(FilterError::new(column, 1, message));
        }
        if let Some(star) = word.chars().position(|c| c == '*') {
            let message = "quote it to search for a star, or use /…/";
            return Err(FilterError::new(column + star, 1, message));
        }
        Ok(Side::Text(phrase_of(word)))
    }

    /// The category after `cue:`.
    fn near_cue(&mut self) -> Result<Side, FilterError> {
        let column = self.cur.pos;
        let word = if self.cur.peek() == Some('"') {
            Word::Quoted(self.cur.quoted()?)
        } else {
            let run = self.cur.run(|cursor, c| c == ',' || cursor.at_op());
            Word::Plain(run.chars().map(|c| (c, false)).collect())
        };
        let len = self.cur.pos - column;
        let raw = Raw::new(column, len, word);
        if len == 0 {
            return Err(raw.error("a category is missing after cue:, without a space"));
        }
        match cue_name(&raw)? {
            CueName::None => Err(raw.error("near needs a cue that is there: cue:NAME or cue:any")),
            name => Ok(Side::Cue(name)),
        }
    }
}

/// Which cue or match: none is near to itself.
type Which = (bool, usize);

/// Whether a body has both in one section, at most so many sentences from each other. They are looked for in the reasoning
/// that rules read (that of the final response, else that of all turns) and in drafts, unless `places` says where.
pub(super) fn is_near(
    sides: &[Side; 2],
    most: u16,
    places: Option<&[Place]>,
    parts: &[Third],
    body: &dyn Body,
) -> bool {
    let any_cue = sides.iter().any(|side| matches!(side, Side::Cue(_)));
    let cues = if any_cue { body.cues() } else { &[] };
    let [first, second] = sides;
    let mut both = |section: usize, text: &str| {
        let a = found(first, section, text, cues, parts);
        if a.is_empty() {
            return false;
        }
        let b = found(second, section, text, cues, parts);
        !b.is_empty() && are_near(text, &a, &b, most.into())
    };
    if let Some(places) = places {
        let wanted = |kind| places.iter().any(|p| p.holds(kind));
        return body.any_section(&wanted, places.contains(&Place::Any), &mut both);
    }
    let is_pad = |kind| kind == SectionKind::Scratchpad;
    let any_pad = body.any_section(&is_pad, false, &mut |_, text| !text.trim().is_empty());
    body.any_section(&SectionKind::is_reasoning, !any_pad, &mut both)
}

/// Where something begins in a section.
fn found(
    side: &Side,
    section: usize,
    text: &str,
    cues: &[Span],
    parts: &[Third],
) -> Vec<(usize, Which)> {
    let inside = |at: usize| is_inside(parts, at, text.len());
    match side {
        Side::Text(pattern) => {
            let all = pattern.needle.find_all(text).map(|range| range.start);
            all.filter(|at| inside(*at)).map(|at| (at, (false, at))).collect()
        }
        Side::Cue(name) => {
            let own = (0..).zip(of_section(cues, section));
            let own = own.filter(|(_, cue)| is_of(cue, name) && inside(cue.start));
            own.map(|(number, cue)| (cue.start, (true, number))).collect()
        }
    }
}

/// The cues of a section that count. They are ordered by section.
fn of_section(cues: &[Span], section: usize) -> impl Iterator<Item = &Span> {
    let from = cues.partition_point(|cue| cue.section < section);
    let rest = cues.get(from..).unwrap_or_default();
    rest.iter().take_while(move |cue| cue.section == section).filter(|cue| cue.counts())
}

fn is_of(span: &Span, name: &CueName) -> bool {
    match name {
        CueName::Any => true,
        CueName::None => false,
        CueName::Named(name) => span.category.eq_ignore_ascii_case(name),
    }
}

/// Whether a byte of a text stands in one of these parts; no part at all is the whole.
pub(super) fn is_inside(parts: &[Third], at: usize, len: usize) -> bool {
    parts.is_empty() || parts.contains(&Third::of(at, len))
}

fn are_near(text: &str, a: &[(usize, Which)], b: &[(usize, Which)], most: usize) -> bool {
    let starts: Vec<usize> = sentences(text).map(|sentence| sentence.start).collect();
    let sentence = |at: usize| starts.partition_point(|start| *start <= at);
    let mut others: Vec<(usize, Which)> = b.iter().map(|(at, of)| (sentence(*at), *of)).collect();
    others.sort_unstable();
    a.iter().any(|(at, of)| {
        let here = sentence(*at);
        let from = others.partition_point(|(s, _)| s.saturating_add(most) < here);
        let near = others.get(from..).unwrap_or_default();
        // The second one at most is another than itself.
        near.iter().take(2).any(|(s, other)| *s <= here + most && other != of)
    })
}

/// Whether the cues that begin in these parts pass.
pub(super) fn cues_in_part(
    names: &[CueName],
    bound: Option<(Op, f64)>,
    parts: &[Third],
    body: &dyn Body,
) -> bool {
    let cues = body.cues();
    let (mut total, mut wanted) = (0, 0);
    body.any_section(&|_| true, true, &mut |section, text| {
        let inside = |cue: &&Span| is_inside(parts, cue.start, text.len());
        for span in of_section(cues, section).filter(inside) {
            total += 1;
            let named = |name: &&CueName| matches!(name, CueName::Named(_)) && is_of(span, name);
            wanted += names.iter().filter(named).count() as u64;
        }
        false
    });
    cues_hold(names, bound, total, wanted)
}

/// The same as far as columns tell: those in a part are no more than those in all. `None`: they do not.
pub(super) fn part_holds(
    names: &[CueName],
    bound: Option<(Op, f64)>,
    total: u64,
    wanted: u64,
) -> Option<bool> {
    if total == 0 {
        return Some(cues_hold(names, bound, 0, 0));
    }
    let grows = matches!(bound, None | Some((Op::AtLeast | Op::More, _)));
    let hopeless =
        grows && !names.contains(&CueName::None) && !cues_hold(names, bound, total, wanted);
    hopeless.then_some(false)
}
