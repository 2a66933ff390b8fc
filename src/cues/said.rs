//! What a sentence says by itself, whoever says it and wherever it stands: which conditions it meets, what it takes back,
//! and what its words are worth before the prompt, the request and quotation marks around it are looked at.
//!
//! Sentences repeat: a corpus has many answers to one question, and models say the same things in the same words. So this
//! is kept by the sentence's text ([`Known`]) and looked for once.

use super::feature::Roles;
use super::hints::AsIs;
use super::matcher::{Match, Matcher, Piece};
use super::pack::{Body, Doubt, Rule, Where};
use super::program::{Owner, Program};
use super::recite::Setup;
use super::seen::Seen;
use crate::model::Deduction;
use crate::text::clauses;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, RandomState};
use std::num::NonZeroU32;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Words between a guard and the match that it still reaches.
const GUARD_REACH: usize = 6;
/// Matches of one pattern in one sentence that are weighed against each other.
const MOST_MATCHES: usize = 4;
/// Sentences that are remembered; then it begins anew. A few megabytes for each thread and pack.
const MOST_KNOWN: usize = 1 << 16;
/// Below so many of them all are remembered.
const MUCH_ROOM: usize = MOST_KNOWN / 2;
/// Bits that tell which sentences were met; they begin anew when one in eight may be set.
const MET: usize = 1 << 21;

/// What one sentence says. Bytes are counted from its start.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Said {
    /// Numbers of the conditions that it meets.
    pub conditions: Vec<usize>,
    /// What it says against the sentences before: the number of the doubt, and the words.
    pub denials: Vec<(usize, Range<usize>)>,
    /// Matches of cues that no guard forbids, by pattern.
    pub found: Vec<Found>,
}

/// What is kept of a sentence: most have words of some classes and say nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Heard {
    /// The classes of words that features ask for.
    pub roles: Roles,
    /// Whether it is a question.
    pub asks: bool,
    /// Set-ups by their bits: with which it was compared, and which it restates.
    compared: u64,
    restates: u64,
    /// The place of what it says, counted from one.
    said: Option<NonZeroU32>,
}

impl Heard {
    pub fn new(roles: Roles, asks: bool) -> Self {
        Self { roles, asks, ..Self::default() }
    }

    /// Whether it restates a set-up, where that is known.
    pub fn restates(&self, setup: &Setup) -> Option<bool> {
        (self.compared & setup.bit != 0).then_some(self.restates & setup.bit != 0)
    }
}

/// A match of a cue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub rule: usize,
    /// Number of the pattern in the program.
    pub pattern: u32,
    /// Bytes that it marks.
    pub range: Range<usize>,
    /// Bytes of the words that matched, in order.
    pub matched: Vec<(usize, usize)>,
    /// What the sentence's own words take from it.
    pub deductions: Vec<Deduction>,
}

/// Sentences met before. Belongs to one program.
#[derive(Debug)]
pub(super) struct Known {
    heard: HashMap<u128, Heard, BuildHasherDefault<AsIs>>,
    /// What those say that say something.
    said: Vec<Said>,
    /// A bit for each sentence that was met: what never comes again is not worth remembering. Two may share one.
    met: Vec<u64>,
    bits: usize,
    /// Nobody can write a text so that two of its sentences are taken for each other.
    seed: u64,
}

impl Default for Known {
    fn default() -> Self {
        let seed = RandomState::new().hash_one(MOST_KNOWN);
        let (heard, said) = Default::default();
        Self { heard, said, met: vec![0; MET / 64], bits: 0, seed }
    }
}

impl Known {
    /// A sentence as a number of so many bits that no two sentences have the same.
    pub fn key(&self, sentence: &str) -> u128 {
        xxh3_128_with_seed(sentence.as_bytes(), self.seed)
    }

    /// What is kept of a sentence; `None`: it is not known.
    #[inline]
    pub fn get(&self, key: u128) -> Option<Heard> {
        self.heard.get(&key).copied()
    }

    /// What it says, if it says anything.
    pub fn said(&self, heard: &Heard) -> Option<&Said> {
        self.said.get(heard.said?.get() as usize - 1)
    }

    /// Remembers whether a known sentence restates a set-up.
    pub fn note(&mut self, key: u128, setup: &Setup, restates: bool) {
        if let Some(heard) = self.heard.get_mut(&key) {
            heard.compared |= setup.bit;
            heard.restates |= if restates { setup.bit } else { 0 };
        }
    }

    /// Remembers what a sentence says: while there is much room at once, then when it is met a second time.
    pub fn insert(&mut self, key: u128, heard: Heard, said: Option<Said>) {
        let place = (key >> 64) as usize % MET;
        let Some(bits) = self.met.get_mut(place / 64) else { return };
        if self.heard.len() >= MUCH_ROOM && *bits >> (place % 64) & 1 == 0 {
            *bits |= 1 << (place % 64);
            self.bits += 1;
            if self.bits > MET / 8 {
                self.met.fill(0);
                self.bits = 0;
            }
            return;
        }
        if self.heard.contains_key(&key) {
            return;
        }
        if self.heard.len() >= MOST_KNOWN {
            self.heard.clear();
            self.said.clear();
        }
        let said = said.and_then(|said| {
            self.said.push(said);
            NonZeroU32::new(u32::try_from(self.said.len()).ok()?)
        });
        self.heard.insert(key, Heard { said, ..heard });
    }
}

/// A sentence, or the piece of a very long one that is looked at.
pub(super) struct Here<'a> {
    pub text: &'a str,
    /// Bytes of the whole sentence.
    pub whole: Range<usize>,
    /// Bytes of the piece.
    pub range: Range<usize>,
    pub piece: Piece<'a>,
    /// Those of the whole sentence, worked out once for all of its pieces.
    pub clauses: &'a OnceCell<Vec<Range<usize>>>,
}

impl Here<'_> {
    /// The clause that holds the byte.
    fn clause(&self, at: usize) -> Option<&Range<usize>> {
        let clauses = self.clauses.get_or_init(|| clauses(self.text, self.whole.clone()));
        let next = clauses.partition_point(|c| c.start <= at);
        clauses.get(next.checked_sub(1)?).filter(|c| c.contains(&at))
    }

    /// Bytes of a run of words.
    fn bytes(&self, part: &(usize, usize)) -> Option<(usize, usize)> {
        let last = self.piece.words.get(part.1.checked_sub(1)?)?;
        Some((self.piece.words.get(part.0)?.start, last.end))
    }

    /// The same, counted from the start of the piece.
    fn inside(&self, part: &(usize, usize)) -> Option<(usize, usize)> {
        let (start, end) = self.bytes(part)?;
        Some((start - self.range.start, end - self.range.start))
    }
}

/// Looks for the candidates, which the matcher has turned to.
pub(super) fn look(
    body: &Body,
    program: &Program,
    matcher: &mut Matcher,
    here: &Here<'_>,
    candidates: &[u32],
) -> Said {
    let piece = here.piece;
    let mut said = Said::default();
    for candidate in candidates {
        let Some((owner, pattern)) = program.patterns.get(*candidate as usize) else { continue };
        match *owner {
            Owner::Seen(condition) => {
                if matcher.is_found(piece, pattern) {
                    said.conditions.push(condition);
                }
            }
            Owner::Following(number) => {
                let Some(doubt) = body.doubts.get(number) else { continue };
                if said.denials.last().is_some_and(|(last, _)| *last == number)
                    || matcher.first(piece, &doubt.unless, |_| true).is_some()
                {
                    continue;
                }
                let found = matcher.first(piece, std::slice::from_ref(pattern), |_| true);
                let bytes = found.and_then(|found| here.inside(&(found.first(), found.end())));
                said.denials.extend(bytes.map(|(start, end)| (number, start..end)));
            }
            Owner::Any(number) => {
                let Some(rule) = body.rules.get(number) else { continue };
                for found in matcher.find(piece, pattern, MOST_MATCHES) {
                    let worth = worth(body, matcher, here, rule, &found);
                    let Some((range, deductions)) = worth else { continue };
                    let matched = found.parts.iter().filter_map(|part| here.inside(part)).collect();
                    let pattern = *candidate;
                    said.found.push(Found { rule: number, pattern, range, matched, deductions });
                }
            }
        }
    }
    said
}

/// What a match marks and what is taken from it, once no guard forbids it.
fn worth(
    body: &Body,
    matcher: &mut Matcher,
    here: &Here<'_>,
    rule: &Rule,
    found: &Match,
) -> Option<(Range<usize>, Vec<Deduction>)> {
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
    let deductions = deductions(body, matcher, here, rule, found);
    if rule.weight <= 0.0 && !deductions.is_empty() {
        return None;
    }
    Some((range.start - here.range.start..range.end - here.range.start, deductions))
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

/// What the sentence's own words take from a match.
fn deductions(
    body: &Body,
    matcher: &mut Matcher,
    here: &Here<'_>,
    rule: &Rule,
    found: &Match,
) -> Vec<Deduction> {
    let mut all: Vec<Deduction> = Vec::new();
    for doubt in &body.doubts {
        let concerns = doubt.only.is_empty() || doubt.only.contains(&rule.category);
        let known = all.iter().any(|d| d.reason == doubt.reason);
        let immune = rule.immune.iter().any(|r| r == doubt.reason);
        if known || immune || !concerns || doubt.place == Where::Following {
            continue;
        }
        if let Some(detail) = doubtful(matcher, here, doubt, found) {
            all.push(Deduction { reason: doubt.reason, detail, amount: rule.weight * doubt.share });
        }
    }
    all
}

/// Whether it ends in a question mark, whatever else closes it: “really?!”, (so?), [?].
pub(super) fn is_question(sentence: &str) -> bool {
    let closes = |c: char| !c.is_alphanumeric() && !matches!(c, '?' | '？' | '.' | '…' | ':');
    sentence.trim_end_matches(closes).ends_with(['?', '？'])
}

/// What makes it doubtful, as a sentence.
fn doubtful(
    matcher: &mut Matcher,
    here: &Here<'_>,
    doubt: &Doubt,
    found: &Match,
) -> Option<String> {
    let sentence = here.text.get(here.range.clone())?;
    if doubt.question && !is_question(sentence) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_again_is_remembered_and_room_is_bounded() {
        let mut known = Known::default();
        let (heard, said) = (Heard::new(5, false), Said { conditions: vec![7], ..Said::default() });
        let key = known.key("I will comply.");
        assert_ne!(key, known.key("I will comply!"));
        known.insert(key, heard, Some(said.clone()));
        assert_eq!(known.get(key).map(|h| h.roles), Some(5));
        (0..MUCH_ROOM).for_each(|n| known.insert(known.key(&format!("{n}.")), heard, None));
        assert_eq!(known.get(key).and_then(|h| known.said(&h)), Some(&said));
        let key = known.key("I will refuse.");
        known.insert(key, heard, None);
        assert!(known.get(key).is_none(), "met once");
        known.insert(key, heard, None);
        assert_eq!(known.get(key).map(|h| (h, known.said(&h))), Some((heard, None)));
        for n in 0..3 * MOST_KNOWN {
            let key = known.key(&n.to_string());
            known.insert(key, heard, Some(said.clone()));
            known.insert(key, heard, Some(said.clone()));
        }
        assert!(known.heard.len() <= MOST_KNOWN && known.bits <= MET / 8 + 1);
        assert!(known.said.len() <= known.heard.len());
    }

    #[test]
    fn questions_are_known_by_their_end() {
        for asks in
            ["Shall I?", "Shall I?!", "(Shall I?)", "“Shall I？”", "[Shall I?] ", "Shall I?*_"]
        {
            assert!(is_question(asks), "{asks}");
        }
        for says in ["I shall.", "Shall I? I shall.", "Shall I?: yes", "Shall I?…", "!", ""] {
            assert!(!is_question(says), "{says}");
        }
    }

    #[test]
    fn whether_a_sentence_restates_a_set_up_is_remembered_for_each() {
        let mut known = Known::default();
        let setup = |bit: u64| {
            let mut setup = Setup::default();
            setup.bit = bit;
            setup
        };
        let (one, other, late) = (setup(1), setup(2), setup(0));
        let key = known.key("I will comply.");
        known.insert(key, Heard::default(), None);
        known.note(key, &one, true);
        known.note(key, &other, false);
        known.note(key, &late, true);
        let heard = known.get(key).unwrap();
        assert_eq!((heard.restates(&one), heard.restates(&other)), (Some(true), Some(false)));
        assert_eq!((heard.restates(&setup(4)), heard.restates(&late)), (None, None));
    }
}
