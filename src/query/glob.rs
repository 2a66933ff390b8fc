//! A value of a filter as typed: text in which `*` may stand for anything, letter case ignored.
//!
//! Not a file glob: there is no `?`, no bracket, and `*` crosses `/`.

use std::borrow::Cow;

/// How a value without a wildcard is compared. A value with one must cover the whole field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The whole field.
    Equal,
    /// Anywhere in the field.
    Substring,
    /// The whole field; a wildcard value may also cover just the end of a path, from a `/` on.
    Path,
}

/// Text with wildcards. Two are equal when they match the same: letter case is ignored.
#[derive(Debug, Clone)]
pub(super) struct Glob {
    /// As typed, cut at the wildcards; never empty.
    parts: Vec<String>,
    folded: Vec<String>,
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Glob {
    /// From characters, each with whether it was escaped: an unescaped `*` is a wildcard.
    pub(super) fn new(chars: impl IntoIterator<Item = (char, bool)>) -> Self {
        let mut parts = Vec::new();
        let mut part = String::new();
        for (c, escaped) in chars {
            if c == '*' && !escaped {
                // `**` is `*`: an empty part in the middle says nothing.
                if parts.is_empty() || !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
            } else {
                part.push(c);
            }
        }
        parts.push(part);
        let folded = parts.iter().map(|p| fold(p).into_owned()).collect();
        Self { parts, folded }
    }

    /// Text that holds no wildcard, whatever its characters.
    pub(super) fn literal(text: &str) -> Self {
        Self::new(text.chars().map(|c| (c, true)))
    }

    /// The text, when there is no wildcard.
    pub(super) fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The folded text, when there is no wildcard.
    pub(super) fn as_folded(&self) -> Option<&str> {
        match self.folded.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The pieces between wildcards, as typed.
    pub(super) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Whether a field's text matches.
    pub(super) fn matches(&self, mode: Mode, field: &str) -> bool {
        let field = fold(field);
        let Some(word) = self.as_folded() else {
            return self.covers(&field)
                || mode == Mode::Path
                    && field.match_indices('/').any(|(at, _)| self.covers(&field[at + 1..]));
        };
        match mode {
            Mode::Equal | Mode::Path => field == word,
            Mode::Substring => field.contains(word),
        }
    }

    /// Whether the parts, in order, cover the whole of an already folded text.
    fn covers(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.folded.as_slice() else {
            return self.as_folded() == Some(text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            // The earliest place leaves the most for the parts that follow.
            match rest.find(part.as_str()) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}

/// Letter case removed, character by character (so that a word folds alike wherever it stands).
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else if text.is_ascii() {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Owned(text.chars().flat_map(char::to_lowercase).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::new(text.chars().map(|c| (c, false)))
    }

    #[test]
    fn modes() {
        let cases = [
            ("free", Mode::Equal, "Free", true),
            ("free", Mode::Equal, "free-tier", false),
            ("animal", Mode::Equal, "animal-welfare", false),
            ("Animal-welfare", Mode::Equal, "animal-welfare", true),
            ("opus", Mode::Substring, "claude-3-OPUS", true),
            ("éTÉ", Mode::Substring, "un Été", true),
            ("un*ed", Mode::Equal, "unclosed", true),
            ("un*ed", Mode::Equal, "unclosed-tag", false),
            ("opus*", Mode::Substring, "claude-3-opus", false),
            ("*opus", Mode::Substring, "claude-3-opus", true),
            ("a*a", Mode::Equal, "a", false),
            ("a*b*b", Mode::Equal, "ab", false),
            ("a*b*b", Mode::Equal, "axbxbxb", true),
            ("*", Mode::Equal, "", true),
            ("**", Mode::Equal, "anything", true),
            ("*.jsonl", Mode::Path, "runs/a/b.jsonl", true),
            ("a/*.jsonl", Mode::Path, "runs/a/b.jsonl", true),
            ("a/*.jsonl", Mode::Path, "runs/ba/b.jsonl", false),
            ("a/b.jsonl", Mode::Path, "runs/a/b.jsonl", false),
            ("runs/a/b.jsonl", Mode::Path, "runs/a/b.jsonl", true),
        ];
        for (value, mode, field, want) in cases {
            assert_eq!(glob(value).matches(mode, field), want, "{value} {mode:?} {field}");
        }
    }

    #[test]
    fn an_escaped_star_is_a_star() {
        let star = Glob::literal("a*b");
        assert!(star.matches(Mode::Equal, "A*b") && !star.matches(Mode::Equal, "axb"));
        assert_ne!(star, glob("a*b"));
    }
}
