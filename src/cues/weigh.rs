//! What a match is worth where it stands: what quotation marks, the request and the prompt take from what its own sentence
//! left of it.

use super::hit::{Hit, Source};
use super::lexicon::Lexicon;
use super::pack::Body;
use super::quotes::LastLine;
use super::recite::{self, Code, Setup};
use super::said::Found;
use super::seen::{Memory, Reader, Seen};
use super::token;
use crate::model::{Deduction, Section, SectionKind, Transcript};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

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

/// A sentence, or the piece of a very long one that is looked at, and where it stands.
pub(super) struct Place<'a> {
    pub section: usize,
    pub text: &'a str,
    /// Bytes of the piece.
    pub range: Range<usize>,
    /// Number of the piece within all reasoning.
    pub number: usize,
    pub quotes: &'a LastLine,
    pub recited: &'a Recital,
}

impl Place<'_> {
    /// Whether all of it stands between quotation marks.
    pub fn is_quoted(&self, bytes: &Range<usize>) -> bool {
        self.quotes.hold(self.text, self.range.clone(), bytes.clone())
    }
}

/// How much of a sentence restates the set-up, worked out when somebody asks.
pub(super) struct Recital {
    pub sentence: Range<usize>,
    /// Whether it is enough to count as recited, where that is known from another transcript with the same set-up.
    known: Option<bool>,
    share: OnceCell<Option<f64>>,
}

impl Recital {
    pub fn new(sentence: Range<usize>, known: Option<bool>) -> Self {
        Self { sentence, known, share: OnceCell::new() }
    }

    /// Whether it counts as recited, where that was worked out here for the first time.
    pub fn found(&self) -> Option<bool> {
        self.share.get().filter(|_| self.known.is_none()).map(Option::is_some)
    }

    /// Works it out of the words of the sentence, where they are at hand.
    pub fn note(&self, setup: &Setup, words: &[Seen]) {
        self.share.get_or_init(|| setup.recited(words.iter().map(|w| w.code)));
    }

    /// The share where it is enough to count as recited. Reads the words of the sentence, unless it is known already.
    pub fn share(
        &self,
        text: &str,
        setup: &Setup,
        memory: &mut Memory,
        lexicon: &Lexicon,
    ) -> Option<f64> {
        if self.known == Some(false) {
            return None;
        }
        *self.share.get_or_init(|| {
            let mut words = std::mem::take(&mut memory.spare);
            words.clear();
            Reader::starting(text, self.sentence.start).read(
                self.sentence.clone(),
                memory,
                lexicon,
                &mut words,
            );
            let share = setup.recited(words.iter().map(|w| w.code));
            memory.spare = words;
            share
        })
    }
}

/// The hit that a match is, with what its surroundings take from it, but for what following sentences say. `None`:
/// nothing is left of a mark without weight.
pub(super) fn weigh(
    context: &Context<'_>,
    memory: &mut Memory,
    lexicon: &Lexicon,
    place: &Place<'_>,
    found: &Found,
) -> Option<Hit> {
    let rule = context.body.rules.get(found.rule)?;
    let Range { start, .. } = place.range;
    let mut deductions = found.deductions.clone();
    let matched: Vec<(usize, usize)> =
        found.matched.iter().map(|(from, to)| (start + from, start + to)).collect();
    let asks = |reason: &str, so_far: &[Deduction]| {
        !rule.immune.iter().any(|r| r == reason) && !so_far.iter().any(|d| d.reason == reason)
    };
    let mut add = |reason: &'static str, detail: String| {
        deductions.push(Deduction { reason, detail, amount: rule.weight });
    };
    if asks("quoted", &found.deductions)
        && whole(&matched).is_some_and(|bytes| place.is_quoted(&bytes))
    {
        add("quoted", "It stands between quotation marks.".to_owned());
    }
    if rule.own_words
        && asks("task", &found.deductions)
        && let Some(word) = from_query(context, place, &matched)
    {
        add("task", format!("The request itself says “{word}”."));
    }
    if asks("recited", &found.deductions)
        && let Some(overlap) = place.recited.share(place.text, context.setup, memory, lexicon)
    {
        let percent = (overlap * 100.0).round();
        let source = context.setup.source;
        add("recited", format!("{percent}% of the sentence's word pairs stand in {source}."));
    }
    if rule.weight <= 0.0 && !deductions.is_empty() {
        return None;
    }
    Some(Hit {
        source: Source::Rule(found.rule),
        category: rule.category,
        sentence: place.number,
        section: place.section,
        range: start + found.range.start..start + found.range.end,
        matched,
        weight: rule.weight,
        deductions,
    })
}

/// From the first matched byte to the last.
fn whole(matched: &[(usize, usize)]) -> Option<Range<usize>> {
    matched.first().zip(matched.last()).map(|((start, _), (_, end))| *start..*end)
}

/// A matched word that the request itself uses.
fn from_query<'a>(
    context: &Context<'_>,
    place: &Place<'a>,
    matched: &[(usize, usize)],
) -> Option<&'a str> {
    matched.iter().find_map(|(start, end)| {
        let mut shared = None;
        let text = place.text.get(*start..*end)?;
        token::words(text, *start, |word| {
            let own = place.text.get(word.start..word.end).unwrap_or_default();
            let code = recite::code(&own.to_ascii_lowercase());
            if shared.is_none() && own.len() >= 5 && code != 0 && context.query.has(code) {
                shared = Some(own);
            }
        });
        shared
    })
}
