//! Syntax colours for raw records and fenced code, as roles; made in a worker.
//!
//! syntect reads about half a megabyte a second, so long lines and long texts stay plain from there on.

use std::sync::OnceLock;

use syntect::parsing::{ParseState, ScopeStack, SyntaxSet};

/// Bytes of one text that are coloured at most.
const MOST_TEXT: usize = 512 << 10;
/// A longer line is left plain.
const MOST_LINE: usize = 16 << 10;

/// What a piece of code is. `ui` gives each a style; plain pieces are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Syntax {
    /// Nothing in particular.
    Plain,
    /// A key of an object or a tag.
    Key,
    /// A string.
    String,
    /// A number.
    Number,
    /// true, false, null, keywords.
    Word,
    /// Punctuation.
    Punctuation,
    /// A comment.
    Comment,
    /// A function or type.
    Name,
}

fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(two_face::syntax::extra_newlines)
}

/// Byte ranges with the number of their [`Syntax`], in order. An unknown language gives none.
#[must_use]
pub fn colour(text: &str, language: &str) -> Vec<(usize, usize, u8)> {
    let set = syntaxes();
    let Some(syntax) = set.find_syntax_by_token(language) else { return Vec::new() };
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans: Vec<(usize, usize, u8)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > MOST_TEXT {
            break;
        }
        if line.len() <= MOST_LINE {
            let Ok(ops) = state.parse_line(line, set) else { break };
            let mut from = 0;
            for (offset, op) in ops {
                push(&mut spans, at + from, at + offset, role(&stack));
                from = offset;
                if stack.apply(&op).is_err() {
                    return spans;
                }
            }
            push(&mut spans, at + from, at + line.len(), role(&stack));
        }
        at += line.len();
    }
    spans
}

fn push(spans: &mut Vec<(usize, usize, u8)>, start: usize, end: usize, role: Syntax) {
    if start >= end || role == Syntax::Plain {
        return;
    }
    match spans.last_mut() {
        Some(last) if last.1 == start && last.2 == role as u8 => last.1 = end,
        _ => spans.push((start, end, role as u8)),
    }
}

/// The role that the innermost telling scope gives.
fn role(stack: &ScopeStack) -> Syntax {
    const TABLE: &[(&str, Syntax)] = &[
        ("comment", Syntax::Comment),
        ("meta.mapping.key", Syntax::Key),
        ("entity.name.tag", Syntax::Key),
        ("string", Syntax::String),
        ("constant.numeric", Syntax::Number),
        ("constant", Syntax::Word),
        ("keyword", Syntax::Word),
        ("storage", Syntax::Word),
        ("entity", Syntax::Name),
        ("support", Syntax::Name),
        ("variable.function", Syntax::Name),
        ("punctuation", Syntax::Punctuation),
    ];
    let names: Vec<String> = stack.as_slice().iter().map(|s| s.build_string()).collect();
    // A key's quotes are punctuation inside a string inside a key: the outer word wins for those.
    for (prefix, role) in TABLE {
        if names.iter().any(|n| n.starts_with(prefix)) {
            return *role;
        }
    }
    Syntax::Plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_keys_strings_numbers_and_words() {
        let text = "{\n  \"tier\": \"free\",\n  \"score\": 0.4,\n  \"ok\": true\n}\n";
        let spans = colour(text, "json");
        let of = |part: &str| {
            let at = text.find(part).unwrap();
            spans.iter().find(|s| s.0 <= at && at < s.1).map(|s| s.2)
        };
        assert_eq!(of("tier"), Some(Syntax::Key as u8));
        assert_eq!(of("free"), Some(Syntax::String as u8));
        assert_eq!(of("0.4"), Some(Syntax::Number as u8));
        assert_eq!(of("true"), Some(Syntax::Word as u8));
        assert!(spans.windows(2).all(|w| w[0].1 <= w[1].0));
    }

    #[test]
    fn unknown_languages_and_long_lines_stay_plain() {
        assert!(colour("x", "no such language").is_empty());
        let long = format!("[\"{}\"]", "a".repeat(MOST_LINE));
        assert!(colour(&long, "json").is_empty());
    }
}
