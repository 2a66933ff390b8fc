//! Lists that look like conversations: whose elements say who speaks and what.

use super::super::path::Path;
use super::super::survey::{Seen, Survey};
use super::super::{CONTENT_KEYS, ROLE_KEYS};
use super::names::rank;
use crate::ingest::message::role;
use crate::model::Role;

/// A list of messages.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    pub path: Path,
    pub role: String,
    pub content: String,
    pub reasoning: Option<String>,
    /// A further key with long texts, which may be reasoning: no name says so.
    pub thought: Option<String>,
    /// Words for roles that are not known, with what they are taken for.
    pub roles: Vec<(String, &'static str)>,
    /// Some of the words name the assistant.
    pub answers: bool,
    pub why: String,
}

/// Further names of who speaks, and of what is said.
const WHO: [&str; 4] = ["who", "sender", "participant", "actor"];
const WHAT: [&str; 8] =
    ["said", "msg", "utterance", "markdown", "words", "line", "data", "response"];
const THOUGHT: [&str; 4] = ["thought", "scratchpad", "thinking", "reasoning"];
/// Most different words for who speaks.
const MOST_SPEAKERS: usize = 8;

/// The best list of messages.
pub(super) fn find(survey: &Survey) -> Option<Speech> {
    let lists = survey.seen.iter().filter(|s| s.lists > 0 && !s.in_list());
    let mut found: Vec<(usize, Speech)> = lists.filter_map(|list| speech(survey, list)).collect();
    // Full copies of a conversation stand beside its parts: the longest wins.
    found.sort_by_key(|(elements, _)| std::cmp::Reverse(*elements));
    found.into_iter().next().map(|(_, speech)| speech)
}

fn speech(survey: &Survey, list: &Seen) -> Option<(usize, Speech)> {
    if list.records * 2 < survey.records {
        return None;
    }
    let children: Vec<(&str, &Seen)> = survey.children(&list.path).collect();
    let known = |seen: &Seen| {
        let words = seen.values.iter().filter(|(w, _)| !matches!(role(w), Role::Other(_)));
        words.map(|(_, n)| n).sum::<usize>() * 2 > seen.filled()
    };
    let few =
        |seen: &Seen| seen.is_text() && seen.is_counted() && seen.values.len() <= MOST_SPEAKERS;
    let named = |key: &str| rank(key, &ROLE_KEYS).or_else(|| Some(10 + rank(key, &WHO)?));
    let (who, words) = children
        .iter()
        .filter(|(key, seen)| {
            few(seen) && (known(seen) || (named(key).is_some() && *key != "type"))
        })
        .min_by_key(|(key, seen)| (!known(seen), named(key).unwrap_or(99)))?;
    let said = |key: &str| rank(key, &CONTENT_KEYS).or_else(|| Some(10 + rank(key, &WHAT)?));
    let (what, text) = children
        .iter()
        .filter(|(key, seen)| {
            key != who && (seen.is_text() || seen.lists > 0) && rank(key, &THOUGHT).is_none()
        })
        .min_by_key(|(key, seen)| {
            let inner = rank(key, &super::THOUGHT).is_some();
            (inner, said(key).unwrap_or(99), std::cmp::Reverse(seen.length()))
        })?;
    // Words that nobody knows make a conversation only where something is said.
    if !known(words) && said(what).is_none() && text.sentences * 2 < text.texts {
        return None;
    }
    let other = || children.iter().filter(|(key, s)| key != what && key != who && s.is_text());
    let named = |key: &str| rank(key, &THOUGHT).or_else(|| Some(10 + rank(key, &super::THOUGHT)?));
    let reasoning = other().filter_map(|(key, _)| Some((named(key)?, *key))).min();
    let reasoning = reasoning.map(|(_, key)| key.to_owned());
    let thought = other()
        .filter(|(_, seen)| reasoning.is_none() && seen.sentences * 2 >= seen.texts)
        .max_by_key(|(_, seen)| seen.length())
        .map(|(key, _)| (*key).to_owned());
    let odd: Vec<&String> = words
        .values
        .iter()
        .map(|(word, _)| word)
        .filter(|word| matches!(role(word), Role::Other(_)))
        .collect();
    let roles: Vec<(String, &'static str)> =
        odd.iter().enumerate().map(|(i, word)| ((*word).clone(), taken_for(word, i))).collect();
    let answers = words.values.iter().any(|(word, _)| role(word) == Role::Assistant)
        || roles.iter().any(|(_, ours)| *ours == "assistant");
    let why = format!("a list whose entries have `{who}` and `{what}`");
    let speech = Speech {
        path: list.path.clone(),
        role: (*who).to_owned(),
        content: (*what).to_owned(),
        reasoning,
        thought,
        roles,
        answers,
        why,
    };
    Some((list.elements, speech))
}

/// What an unknown word for a speaker is taken for: by its beginning, else the first to speak is the user.
fn taken_for(word: &str, place: usize) -> &'static str {
    let lower = word.to_lowercase();
    let begins = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
    if begins(&["sys", "setup", "context"]) {
        "system"
    } else if begins(&["us", "cust", "client", "q", "ask", "person", "red"]) {
        "user"
    } else if begins(&["ass", "bot", "agent", "llm", "ai", "a", "model", "target", "repl"]) {
        "assistant"
    } else if begins(&["tool", "func", "env", "obs"]) {
        "tool"
    } else if place == 0 {
        "user"
    } else {
        "assistant"
    }
}
