//! What a match is worth: guards that forbid it, deductions with their reasons, the bytes it marks.

use super::hit::{Hit, Source};
use super::matcher::{Match, Matcher, Piece};
use super::pack::{Body, Doubt, Rule, Where};
use super::quotes::Quotes;
use super::recite::{self, Code, Setup};
use super::seen::Seen;
use super::token;
use crate::model::{Deduction, Section, SectionKind, Transcript};
use crate::text::clauses;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

/// Words between a guard and the match that it still reaches.
const GUARD_REACH: usize = 6;

/// What does not change while one transcript is scanned.
pub(super) struct Context<'a> {
    pub body: &'a Body,
    pub setup: &'a Setup,
    pub query: Query<'a>,
}

/// What the task itself is about: the longer words of the request, read when a rule asks for them.
pub(super) struct Query<'a> {
    transcript: &'a Transcript,
    words: OnceCell<HashSet<Code>>,
}

impl<'a> Query<'a> {
    pub fn of(transcript: &'a Transcript) -> Self {
        Self { transcript, words: OnceCell::new() }
    }

    fn has(&self, code: Code) -> bool {
        let words = self.words.get_or_init(|| {
            let asked = self.transcript.query.as_deref().or_else(|| {
                let user = |s: &&Section| s.kind == SectionKind::User;
                self.transcript.sections.iter().rev().find(user).map(|s| s.text.as_str())
            });
            let mut words = HashSet::new();
            token::words(asked.unwrap_or_default(), 0, |t| {
                if t.word.len() >= 5 {
                    words.insert(recite::code(t.word));
                }
            });
            words
        });
        words.contains(&code)
    }
}

/// A sentence, and the piece of it that is looked at: all of it, unless it is very long.
pub(super) struct Here<'a> {
    pub section: usize,
    pub text: &'a str,
    pub sentence: &'a Sentence<'a>,
    /// Bytes of the piece.
    pub range: Range<usize>,
    /// Number of the piece within all reasoning.
    pub number: usize,
    pub piece: Piece<'a>,
    pub quotes: OnceCell<Quotes>,
}

/// A sentence, and what is known of it, worked out when somebody asks.
pub(super) struct Sentence<'a> {
    pub range: Range<usize>,
    pub words: &'a [Seen],
    recited: OnceCell<Option<f64>>,
    clauses: OnceCell<Vec<Range<usize>>>,
}

impl<'a> Sentence<'a> {
    pub fn new(range: Range<usize>, words: &'a [Seen]) -> Self {
        Self { range, words, recited: OnceCell::new(), clauses: OnceCell::new() }
    }

    /// How much of it restates the set-up, where that is enough to count as recited.
    pub fn recited(&self, setup: &Setup) -> Option<f64> {
        *self.recited.get_or_init(|| setup.recited(self.words.iter().map(|w| w.code)))
    }
}

impl Here<'_> {
    /// The clause that holds the byte.
    fn clause(&self, at: usize) -> Option<&Range<usize>> {
        let whole = || self.sentence.range.clone();
        let clauses = self.sentence.clauses.get_or_init(|| clauses(self.text, whole()));
        let next = clauses.partition_point(|c| c.start <= at);
        clauses.get(next.checked_sub(1)?).filter(|c| c.contains(&at))
    }

    /// The text from the first matched word to the last.
    pub fn words(&self, found: &Match) -> String {
        let bytes = self.bytes(&(found.first(), found.end()));
        bytes.and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default().to_owned()
    }

    /// Bytes of a run of words.
    fn bytes(&self, part: &(usize, usize)) -> Option<(usize, usize)> {
        let last = self.piece.words.get(part.1.checked_sub(1)?)?;
        Some((self.piece.words.get(part.0)?.start, last.end))
    }
}

/// Guards, then deductions, but for those that following sentences ask for. `None`: a guard forbids it, or nothing is left of a mark without weight.
pub(super) fn weigh(
    context: &Context<'_>,
    matcher: &mut Matcher,
    here: &Here<'_>,
    number: usize,
    found: &Match,
) -> Option<Hit> {
    let rule = context.body.rules.get(number)?;
    let (first, end) = (found.first(), found.end());
    let before = |g: &Match| g.end() <= first && first - g.end() <= GUARD_REACH;
    let after = |g: &Match| g.first() >= end && g.first() - end <= GUARD_REACH;
    if matcher.first(here.piece, &rule.not_before, before).is_some()
        || matcher.first(here.piece, &rule.not_after, after).is_some()
        || matcher.first(here.piece, &rule.unless, |_| true).is_some()
    {
        return None;
    }
    let range = hull(here, found, rule.clause)?;
    let deductions = deductions(context, matcher, here, rule, found);
    if rule.weight <= 0.0 && !deductions.is_empty() {
        return None;
    }
    Some(Hit {
        source: Source::Rule(number),
        category: rule.category,
        sentence: here.number,
        section: here.section,
        range,
        matched: found.parts.iter().filter_map(|part| here.bytes(part)).collect(),
        weight: rule.weight,
        deductions,
    })
}

/// From the start of the clause with the first matched word to the end of that with the last; the
/// sentence when it has no clauses. `None` when one clause must hold it all and does not.
fn hull(here: &Here<'_>, found: &Match, one_clause: bool) -> Option<Range<usize>> {
    let (start, end) = here.bytes(&(found.first(), found.end()))?;
    match (here.clause(start), here.clause(end.saturating_sub(1))) {
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
    matcher: &mut Matcher,
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
    for doubt in &context.body.doubts {
        let concerns = doubt.only.is_empty() || doubt.only.contains(&rule.category);
        if immune(doubt.reason) || !concerns || doubt.place == Where::Following {
            continue;
        }
        if let Some(words) = doubtful(matcher, here, doubt, found) {
            add(doubt.reason, doubt.share, words);
        }
    }
    if !immune("quoted") && is_quoted(here, found) {
        add("quoted", 1.0, "It stands between quotation marks.".to_owned());
    }
    if let Some(word) =
        (rule.own_words && !immune("task")).then(|| from_query(context, here, found)).flatten()
    {
        add("task", 1.0, format!("The request itself says “{word}”."));
    }
    let recited = || here.sentence.recited(context.setup);
    if let Some(overlap) = (!immune("recited")).then(recited).flatten() {
        let percent = (overlap * 100.0).round();
        let source = context.setup.source;
        let detail = format!("{percent}% of the sentence's word pairs stand in {source}.");
        add("recited", 1.0, detail);
    }
    all
}

/// What makes it doubtful, as a sentence.
fn doubtful(
    matcher: &mut Matcher,
    here: &Here<'_>,
    doubt: &Doubt,
    found: &Match,
) -> Option<String> {
    let sentence = here.text.get(here.range.clone())?;
    if doubt.question && !sentence.trim_end_matches(['"', '”', ')', '*', ' ']).ends_with('?') {
        return None;
    }
    if doubt.question && doubt.any.is_empty() {
        return matcher
            .first(here.piece, &doubt.unless, |_| true)
            .is_none()
            .then(|| "It is a question.".to_owned());
    }
    let (first, end) = (found.first(), found.end());
    let words = here.piece.words;
    let good = |d: &Match| match doubt.place {
        Where::Before => {
            d.end() <= first
                && first - d.end() <= doubt.reach
                && is_joined(here, d.end().saturating_sub(1), first)
        }
        Where::After => {
            d.first() >= end
                && d.first() - end <= doubt.reach
                && is_joined(here, end.saturating_sub(1), d.first())
        }
        // "If I do not comply" is what the rule asks for; "I should not comply" is not.
        Where::Inside => {
            d.first() >= first
                && d.end() <= end
                && (d.first()..d.end()).any(|w| negates(here.text, words, w) && !found.holds(w))
        }
        Where::Following => false,
        Where::Sentence => !(d.first()..d.end()).all(|w| found.holds(w)),
    };
    let said = matcher.first(here.piece, &doubt.any, good)?;
    if matcher.first(here.piece, &doubt.unless, |_| true).is_some() {
        return None;
    }
    let (start, end) = here.bytes(&(said.first(), said.end()))?;
    Some(format!("The sentence says “{}”.", here.text.get(start..end)?))
}

/// Punctuation between a doubt and the match ends its reach.
fn is_joined(here: &Here<'_>, from: usize, to: usize) -> bool {
    let words = here.piece.words;
    let (Some(a), Some(b)) = (words.get(from), words.get(to)) else { return false };
    here.text.get(a.end..b.start).is_some_and(|t| !t.contains([',', ';', ':', '—', '(', ')', '.']))
}

/// Whether the word is a negation.
fn negates(text: &str, words: &[Seen], word: usize) -> bool {
    // Both words of a contraction have its bytes; the second of them is the negation.
    let Some(seen) = words.get(word) else { return false };
    if words.get(word + 1).is_some_and(|next| next.start == seen.start) {
        return false;
    }
    let text = text.get(seen.start..seen.end).unwrap_or_default().to_ascii_lowercase();
    ["not", "n't", "n’t", "never", "no", "unlikely"].iter().any(|end| text.ends_with(end))
}

/// Whether the whole match stands between quotation marks within the sentence.
fn is_quoted(here: &Here<'_>, found: &Match) -> bool {
    let quotes = here.quotes.get_or_init(|| Quotes::new(here.text, here.range.clone()));
    let bytes = here.bytes(&(found.first(), found.end()));
    bytes.is_some_and(|(start, end)| quotes.hold(start..end))
}

/// A matched word that the request itself uses.
fn from_query<'a>(context: &Context<'_>, here: &Here<'a>, found: &Match) -> Option<&'a str> {
    found.parts.iter().flat_map(|(from, to)| *from..*to).find_map(|word| {
        let seen = here.piece.words.get(word)?;
        let text = here.text.get(seen.start..seen.end)?;
        let code = recite::code(&text.to_ascii_lowercase());
        (text.len() >= 5 && code != 0 && context.query.has(code)).then_some(text)
    })
}
