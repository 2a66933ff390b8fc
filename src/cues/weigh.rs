//! What a match is worth: guards that forbid it, deductions with their reasons, the bytes it marks.

use super::matcher::{Match, Scratch};
use super::pack::{Doubt, Pack, Rule, Where};
use super::program::{DoubtSteps, Program};
use super::recite::{self, Setup};
use super::scan::Hit;
use crate::model::{Deduction, Span};
use std::collections::HashSet;
use std::ops::Range;

/// Words between a guard and the match that it still reaches.
const GUARD_REACH: usize = 6;

/// What does not change while one transcript is scanned.
pub(super) struct Context<'a> {
    pub pack: &'a Pack,
    pub program: &'a Program,
    pub setup: &'a Setup,
    pub query: HashSet<u64>,
}

/// A piece of a sentence that is scanned at once.
pub(super) struct Here<'a> {
    pub section: usize,
    pub text: &'a str,
    pub range: Range<usize>,
    pub clauses: &'a [Range<usize>],
    pub sentence: usize,
    pub recited: Option<f64>,
}

/// Guards, then deductions. `None`: a guard forbids it, or nothing is left of a mark without weight.
pub(super) fn weigh(
    context: &Context<'_>,
    scratch: &mut Scratch,
    here: &Here<'_>,
    number: usize,
    found: &Match,
) -> Option<Hit> {
    let rule = context.pack.rules.get(number)?;
    let guards = context.program.guards.get(number)?;
    let (first, end) = (found.first(), found.end());
    let before = |g: &Match| g.end() <= first && first - g.end() <= GUARD_REACH;
    let after = |g: &Match| g.first() >= end && g.first() - end <= GUARD_REACH;
    if scratch.first(&guards.not_before, before).is_some()
        || scratch.first(&guards.not_after, after).is_some()
        || scratch.first(&guards.unless, |_| true).is_some()
    {
        return None;
    }
    let range = hull(here, scratch, found, rule.clause)?;
    let deductions = deductions(context, scratch, here, rule, found);
    if rule.weight <= 0.0 && !deductions.is_empty() {
        return None;
    }
    let span = Span {
        section: here.section,
        start: range.start,
        end: range.end,
        category: context.pack.categories.get(rule.category)?.name.clone(),
        rule: rule.id.clone(),
        matched: found.parts.iter().filter_map(|part| bytes(scratch, part)).collect(),
        weight: rule.weight,
        deductions,
    };
    Some(Hit { span, category: rule.category, sentence: here.sentence })
}

/// Bytes of a run of words.
fn bytes(scratch: &Scratch, part: &(usize, usize)) -> Option<(usize, usize)> {
    let last = scratch.words.get(part.1.checked_sub(1)?)?;
    Some((scratch.words.get(part.0)?.start, last.end))
}

/// From the start of the clause with the first matched word to the end of that with the last; the
/// sentence when it has no clauses. `None` when one clause must hold it all and does not.
fn hull(
    here: &Here<'_>,
    scratch: &Scratch,
    found: &Match,
    one_clause: bool,
) -> Option<Range<usize>> {
    let (start, end) = bytes(scratch, &(found.first(), found.end()))?;
    let of = |at: usize| here.clauses.iter().find(|c| c.contains(&at));
    match (of(start), of(end.saturating_sub(1))) {
        (Some(a), Some(b)) if one_clause && a != b => None,
        (Some(a), Some(b)) => {
            // Long sentences are scanned in pieces; the mark stays within the piece.
            Some(a.start.max(here.range.start).min(start)..b.end.min(here.range.end).max(end))
        }
        _ => Some(here.range.clone()),
    }
}

fn deductions(
    context: &Context<'_>,
    scratch: &mut Scratch,
    here: &Here<'_>,
    rule: &Rule,
    found: &Match,
) -> Vec<Deduction> {
    let mut all: Vec<Deduction> = Vec::new();
    let immune = |reason: &str| rule.immune.iter().any(|r| r == reason);
    let mut add = |reason: &'static str, share: f64, detail: String| {
        if !all.iter().any(|d: &Deduction| d.reason == reason) {
            all.push(Deduction { reason, detail, amount: rule.weight * share });
        }
    };
    for (doubt, steps) in context.pack.doubts.iter().zip(&context.program.doubts) {
        let concerns = doubt.only.is_empty() || doubt.only.contains(&rule.category);
        if immune(doubt.reason) || !concerns {
            continue;
        }
        if let Some(words) = doubtful(scratch, here, doubt, steps, found) {
            add(doubt.reason, doubt.share, words);
        }
    }
    if !immune("quoted") && is_quoted(scratch, here, found) {
        add("quoted", 1.0, "It stands between quotation marks.".to_owned());
    }
    if let Some(word) = (rule.own_words && !immune("task"))
        .then(|| from_query(context, scratch, here, found))
        .flatten()
    {
        add("task", 1.0, format!("The request itself says “{word}”."));
    }
    if let (Some(overlap), false) = (here.recited, immune("recited")) {
        let percent = (overlap * 100.0).round();
        let source = context.setup.source;
        let detail = format!("{percent}% of the sentence's word pairs stand in {source}.");
        add("recited", 1.0, detail);
    }
    all
}

/// What makes it doubtful, as a sentence.
fn doubtful(
    scratch: &mut Scratch,
    here: &Here<'_>,
    doubt: &Doubt,
    steps: &DoubtSteps,
    found: &Match,
) -> Option<String> {
    let sentence = here.text.get(here.range.clone())?;
    if doubt.question && !sentence.trim_end_matches(['"', '”', ')', '*', ' ']).ends_with('?') {
        return None;
    }
    if doubt.question && steps.any.is_empty() {
        return scratch
            .first(&steps.unless, |_| true)
            .is_none()
            .then(|| "It is a question.".to_owned());
    }
    let (first, end) = (found.first(), found.end());
    // Taken out so that the closures may look at the words while patterns are looked for.
    let words = std::mem::take(&mut scratch.words);
    // Punctuation between a doubt and the match ends its reach.
    let joined = |from: usize, to: usize| {
        let (Some(a), Some(b)) = (words.get(from), words.get(to)) else { return false };
        here.text
            .get(a.end..b.start)
            .is_some_and(|t| !t.contains([',', ';', ':', '—', '(', ')', '.']))
    };
    let negates = |word: usize| {
        // Both words of a contraction have its bytes; the second of them is the negation.
        let Some(seen) = words.get(word) else { return false };
        if words.get(word + 1).is_some_and(|next| next.start == seen.start) {
            return false;
        }
        let text = here.text.get(seen.start..seen.end);
        let text = text.unwrap_or_default().to_ascii_lowercase();
        ["not", "n't", "n’t", "never", "no", "unlikely"].iter().any(|end| text.ends_with(end))
    };
    let good = |d: &Match| match doubt.place {
        Where::Before => {
            d.end() <= first
                && first - d.end() <= doubt.reach
                && joined(d.end().saturating_sub(1), first)
        }
        Where::After => {
            d.first() >= end
                && d.first() - end <= doubt.reach
                && joined(end.saturating_sub(1), d.first())
        }
        // "If I do not comply" is what the rule asks for; "I should not comply" is not.
        Where::Inside => {
            d.first() >= first
                && d.end() <= end
                && (d.first()..d.end()).any(|w| negates(w) && !found.holds(w))
        }
        Where::Sentence => !(d.first()..d.end()).all(|w| found.holds(w)),
    };
    let said = scratch.first(&steps.any, good);
    scratch.words = words;
    let said = said?;
    if scratch.first(&steps.unless, |_| true).is_some() {
        return None;
    }
    let (start, end) = bytes(scratch, &(said.first(), said.end()))?;
    Some(format!("The sentence says “{}”.", here.text.get(start..end)?))
}

/// Whether the whole match stands between quotation marks within the sentence.
fn is_quoted(scratch: &Scratch, here: &Here<'_>, found: &Match) -> bool {
    let Some((start, end)) = bytes(scratch, &(found.first(), found.end())) else { return false };
    let Some(before) = here.text.get(here.range.start..start) else { return false };
    let Some(after) = here.text.get(end..here.range.end) else { return false };
    let straight = before.bytes().filter(|b| *b == b'"').count() % 2 == 1 && after.contains('"');
    let curly = before.rfind('“') > before.rfind('”') && after.contains('”');
    straight || curly
}

/// A matched word that the request itself uses.
fn from_query<'a>(
    context: &Context<'_>,
    scratch: &Scratch,
    here: &Here<'a>,
    found: &Match,
) -> Option<&'a str> {
    found.parts.iter().flat_map(|(from, to)| *from..*to).find_map(|word| {
        let seen = scratch.words.get(word)?;
        let text = here.text.get(seen.start..seen.end)?;
        let code = recite::code(&text.to_ascii_lowercase())?;
        (text.len() >= 5 && context.query.contains(&code)).then_some(text)
    })
}
