//! Scanning the obvious way: one character after another, words compared as text, every pattern looked for
//! in every sentence. What the fast way is compared with.
//!
//! It goes as far as the matches of every pattern. What they mean (`weigh`, `chain`, `score`) has one way only.

use super::matcher::{LONGEST, Match};
use super::pack::Pack;
use super::pattern::Pattern;
use super::recite::{self, Setup};
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
}

/// A sentence.
pub struct Sentence {
    pub range: Range<usize>,
    pub overlap: f64,
    pub pieces: Vec<Piece>,
}

/// Everything a text has.
pub fn scan(pack: &Pack, setup: &Setup, text: &str) -> Vec<Sentence> {
    let asked: HashMap<Atom, &Word> =
        pack.body().names.vocabulary.words().map(|(word, atom)| (atom, word)).collect();
    let steps = pack.body().names.vocabulary.steps();
    let sentences = plain::sentences(text).into_iter().map(|range| {
        let words = words(&text[range.clone()], range.start);
        let codes = words.iter().map(|(word, ..)| recite::code(word).unwrap_or(0));
        let overlap = setup.overlap(codes.collect::<Vec<_>>().into_iter());
        let pieces = words.chunks(LONGEST).map(|words| Piece {
            words: words.to_vec(),
            places: steps.iter().map(|runs| places(&asked, runs, words)).collect(),
        });
        Sentence { range, overlap, pieces: pieces.collect() }
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
    chains.into_iter().map(|parts| Match { parts }).collect()
}

/// Whether a step occurs.
pub fn occurs(piece: &Piece, step: Symbol) -> bool {
    !piece.places[usize::from(step)].is_empty()
}
