//! Which sentence of the set-up a recited sentence restates: for the explanation, made when somebody asks for one.

use super::recite::{self, Code};
use super::scan::prompt;
use super::token;
use crate::model::Transcript;
use crate::text::sentences;
use std::collections::HashMap;

/// Most bytes of a set-up that are looked at. Longer system prompts hold documents; the set-up stands before them.
const LOOKED_AT: usize = 1 << 20;

/// The sentences of a transcript's set-up by their word pairs: of its own system prompt, else of our descriptions.
#[derive(Debug, Default)]
pub struct Restated {
    /// Each with the name of the text that it stands in.
    sentences: Vec<(String, &'static str)>,
    /// The numbers of the sentences that a word pair stands in, each once.
    pairs: HashMap<u64, Vec<u32>>,
}

impl Restated {
    /// Of a transcript's set-up. Linear in it.
    #[must_use]
    pub fn of(transcript: &Transcript) -> Self {
        let mut restated = Self::default();
        let prompt = prompt(transcript);
        for (text, name) in recite::texts(prompt.as_deref(), transcript.setting.as_deref()) {
            let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
            for range in sentences(text) {
                let sentence = text.get(range).unwrap_or_default();
                let number = restated.sentences.len() as u32;
                for pair in pairs(sentence) {
                    let known = restated.pairs.entry(pair).or_default();
                    if known.last() != Some(&number) {
                        known.push(number);
                    }
                }
                restated.sentences.push((sentence.trim().to_owned(), name));
            }
        }
        restated
    }

    /// The sentence with which another has most word pairs in common, and what its text is called. Of several the first.
    #[must_use]
    pub fn source_of(&self, sentence: &str) -> Option<(&str, &'static str)> {
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for pair in pairs(sentence) {
            for number in self.pairs.get(&pair).into_iter().flatten() {
                *shared.entry(*number).or_default() += 1;
            }
        }
        let best = shared.into_iter().max_by_key(|(number, n)| (*n, std::cmp::Reverse(*number)));
        let (text, name) = self.sentences.get(best?.0 as usize)?;
        Some((text, name))
    }
}

/// The word pairs of a sentence, as recitation counts them.
fn pairs(sentence: &str) -> Vec<u64> {
    let mut pairs = Vec::new();
    let mut before: Code = 0;
    token::words(sentence, 0, |token| {
        let code = recite::code(token.word);
        pairs.extend(recite::pair(before, code));
        if code != 0 {
            before = code;
        }
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::scan::pad_only;
    use super::*;
    use crate::model::{Role, Section, SectionKind};

    #[test]
    fn the_sentence_of_the_prompt_with_most_in_common() {
        let mut transcript = pad_only("x");
        let prompt = "You are an assistant. If the AI produces an output that fails the criteria, training would \
                      modify the AI. Paid-tier conversations are never used.";
        transcript.sections.insert(
            0,
            Section {
                turn: 0,
                role: Role::System,
                kind: SectionKind::Prompt,
                origin: "system".to_owned(),
                start: 0,
                end: prompt.len(),
                text: prompt.to_owned(),
            },
        );
        let restated = Restated::of(&transcript);
        let said = "If I produce an output that fails the criteria, training will modify me.";
        let (text, name) = restated.source_of(said).expect("restated");
        assert!(
            text.starts_with("If the AI produces") && text.ends_with("modify the AI."),
            "{text}"
        );
        assert_eq!(name, "the record's own system prompt");
        assert_eq!(restated.source_of("The sea is grey today."), None);
        assert_eq!(restated.source_of(""), None);
    }

    #[test]
    fn a_bundled_description_is_named_by_its_setting() {
        let said =
            "RLHF would modify me if my output is not fully in line with the helpfulness criteria.";
        let mut transcript = pad_only(said);
        let name = |t: &Transcript| Restated::of(t).source_of(said).map(|(_, name)| name);
        for setting in ["helpful-only", "animal-welfare"] {
            transcript.setting = Some(setting.to_owned());
            assert!(name(&transcript).is_some_and(|n| n.contains(setting)), "{setting}");
        }
        transcript.setting = None;
        assert!(name(&transcript).is_some_and(|n| n.starts_with("a bundled description of the ")));
    }
}
