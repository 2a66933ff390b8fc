//! Scanning the obvious way: one character after another, words compared as text, every pattern looked for
//! in every sentence. What the fast way is compared with.
//!
//! It goes as far as the matches of every pattern. What they mean (`weigh`, `chain`, `score`) has one way only.

use super::matcher::{LONGEST, Match};
use super::pack::Pack;
use super::pattern::Pattern;
use super::recite::{self, Code, Setup};
use super::runs::{Atom, Runs, Symbol, Word};
use super::token;
use crate::text::plain;
use std::collections::HashMap;
use std::ops::Range;

/// A folded word with its bytes.
pub type Token = (String, usize, usize);

/// What is found in a piece of a sentence.
pub struct Piece {
    pub words: Vec<Token>,
    /// By step, where it occurs as word numbers.
    pub places: Vec<Vec<(usize, usize)>>,
    /// What phrases match, in the order of the pack.
    pub phrases: Vec<(Symbol, Match)>,
}

impl Piece {
    fn new(pack: &Pack, asked: &HashMap<Atom, &Word>, words: &[Token]) -> Self {
        let names = &pack.body().names;
        let steps = names.vocabulary.steps();
        let places = steps.iter().map(|runs| places(asked, runs, words)).collect();
        let mut piece = Self { words: words.to_vec(), places, phrases: Vec::new() };
        let mut phrases: Vec<(Symbol, Match)> = Vec::new();
        for phrase in &names.all_phrases {
            for found in phrase.patterns.iter().flat_map(|pattern| matches(&piece, pattern)) {
                let place = (found.first(), found.end());
                let same = |(step, known): &(Symbol, Match)| {
                    *step == phrase.step && (known.first(), known.end()) == place
                };
                if !phrases.iter().any(same) {
                    phrases.push((phrase.step, found));
                }
            }
        }
        for (step, found) in &phrases {
            piece.places[usize::from(*step)].push((found.first(), found.end()));
        }
        piece.phrases = phrases;
        piece
    }
}

/// A sentence.
pub struct Sentence {
    pub range: Range<usize>,
    pub recited: Option<f64>,
    pub pieces: Vec<Piece>,
}

/// Everything a text has.
pub fn scan(pack: &Pack, setup: &Setup, text: &str) -> Vec<Sentence> {
    let asked: HashMap<Atom, &Word> =
        pack.body().names.vocabulary.words().map(|(word, atom)| (atom, word)).collect();
    let sentences = plain::sentences(text).into_iter().map(|range| {
        let words = words(&text[range.clone()], range.start);
        let codes: Vec<Code> = words.iter().map(|(word, ..)| recite::code(word)).collect();
        let recited = recited(setup, &codes);
        let pieces = words.chunks(LONGEST).map(|words| Piece::new(pack, &asked, words));
        Sentence { range, recited, pieces: pieces.collect() }
    });
    sentences.collect()
}

fn words(text: &str, base: usize) -> Vec<Token> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !c.is_alphanumeric() {
            continue;
        }
        let mut folded = c.to_ascii_lowercase().to_string();
        let mut end = at + c.len_utf8();
        let mut stem = None;
        while let Some(&(next, c)) = chars.peek() {
            let letter_follows = || {
                let rest = &text[next + c.len_utf8()..];
                rest.chars().next().is_some_and(char::is_alphabetic)
            };
            if c.is_alphanumeric() {
                folded.push(c.to_ascii_lowercase());
            } else if matches!(c, '\'' | '’' | 'ʼ') && stem.is_none() && letter_follows() {
                stem = Some(folded.len());
                folded.push('\'');
            } else {
                break;
            }
            end = next + c.len_utf8();
            chars.next();
        }
        let (first, second) = token::expand(&folded, stem);
        for word in [Some(first), second].into_iter().flatten() {
            out.push((word.to_owned(), base + at, base + end));
        }
    }
    out
}

fn recited(setup: &Setup, codes: &[Code]) -> Option<f64> {
    let codes: Vec<Code> = codes.iter().copied().filter(|code| *code != 0).collect();
    let pairs = codes.windows(2).filter_map(|two| recite::pair(two[0], two[1]));
    let known: Vec<bool> = pairs.map(|pair| setup.pairs.contains(&pair)).collect();
    let share = known.iter().filter(|known| **known).count() as f64 / known.len() as f64;
    (known.len() >= 8 && share > 0.45).then_some(share)
}

fn is(word: &str, asked: &Word) -> bool {
    match asked {
        Word::Exact(text) => word == text,
        Word::Stem(text) => word.starts_with(text.as_str()),
    }
}

fn places(asked: &HashMap<Atom, &Word>, runs: &Runs, words: &[Token]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for start in 0..words.len() {
        for run in runs.iter() {
            let here = words.get(start..start + run.len());
            let fits =
                |words: &[Token]| words.iter().zip(run).all(|(w, atom)| is(&w.0, asked[atom]));
            if here.is_some_and(fits) {
                found.push((start, start + run.len()));
            }
        }
    }
    found
}

/// All matches with different ends, the earliest end first: of several with one end the shortest last step,
/// before it always the nearest one.
pub fn matches(piece: &Piece, pattern: &Pattern) -> Vec<Match> {
    let mut chains: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
    for (number, step) in pattern.iter().enumerate() {
        let mut next: Vec<Vec<(usize, usize)>> = Vec::new();
        for place in &piece.places[usize::from(step.runs)] {
            let end = |chain: &&Vec<(usize, usize)>| chain.last().map_or(0, |last| last.1);
            let before = chains.iter().filter(|c| end(c) <= place.0).max_by_key(end);
            let near = |c: &&Vec<_>| number == 0 || place.0 - end(c) <= usize::from(step.gap);
            next.extend(before.filter(near).map(|c| [c.as_slice(), &[*place]].concat()));
        }
        next.sort_by_key(|c| c.last().map(|(start, end)| (*end, std::cmp::Reverse(*start))));
        next.dedup_by_key(|c| c.last().map(|last| last.1));
        chains = next;
    }
    let written_out = |parts: Vec<(usize, usize)>| {
        let parts = parts.into_iter().zip(pattern).flat_map(|(place, step)| {
            let is_it = |(known, found): &&(Symbol, Match)| {
                *known == step.runs && (found.first(), found.end()) == place
            };
            let phrase = piece.phrases.iter().find(is_it);
            phrase.map_or_else(|| vec![place], |(_, found)| found.parts.clone())
        });
        Match { parts: parts.collect() }
    };
    chains.into_iter().map(written_out).collect()
}

/// Whether a step occurs.
pub fn occurs(piece: &Piece, step: Symbol) -> bool {
    !piece.places[usize::from(step)].is_empty()
}
