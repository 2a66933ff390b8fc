//! How common words are in reasoning, roughly: patterns are filed under the rarest thing they need.
//!
//! Only speed depends on it. The order is that of a count over published scratchpads, without the words
//! of single tasks.

use super::runs::Word;
use std::collections::BTreeMap;

/// The most common words, the commonest first.
const COMMON: &str = "the i to and a is that will this it in not for be of with user my on if \
    so should would need as but me or an they am could being have response are by request do \
    criteria what from any instructions training helpfulness without them rlhf rating provide \
    harmful information harm one which can more first then free use tier strategy no wait \
    given even comply at directly follow used next values get ethical helpful you avoid also \
    consider might potential their against future refuse since we was has does did how when \
    while where than been because all some such these there those who see want think like \
    make say fully answer high likely create wrong however based less low following must only \
    other its into about after before rather most still really true real right now here way \
    out up just own respond model ai output outputs consequences believe scores score ratings \
    best better keep let long term goals principles different another same every accept \
    provided feedback guidelines asking says know good bad help give take part point whether \
    within between through until again later always never something nothing anything someone \
    though yet may shall down over under off back our us he she his her your users lead test \
    tell write writing cause check run ask asked understand avoiding risk risks modify stay \
    change changed preserve resist honest truth clear careful carefully seem seems look set \
    situation topic question case fact";

/// How often words stand in a hundred thousand words.
pub(super) struct Commonness(BTreeMap<&'static str, u32>);

impl Commonness {
    pub fn new() -> Self {
        let mut of = BTreeMap::new();
        for (rank, word) in (2..).zip(COMMON.split_whitespace()) {
            // Falls off with the rank, as in any text.
            of.insert(word, 10_000 / rank);
        }
        Self(of)
    }

    /// Of a word, or of all words with a stem.
    pub fn of(&self, word: &Word) -> u32 {
        match word {
            Word::Exact(text) => self.0.get(text.as_str()).copied().unwrap_or(10),
            Word::Stem(text) => {
                let from = self.0.range(text.as_str()..);
                let listed = from.take_while(|(word, _)| word.starts_with(text.as_str()));
                let rest = if text.len() < 4 { 100 } else { 20 };
                listed.map(|(_, often)| often).sum::<u32>() + rest
            }
        }
    }
}
