//! Words of a sentence as the rules see them: lower case, contractions written out, hyphens as breaks.
//!
//! Not a linguistic tokeniser. Every token keeps the bytes it came from, so that a match can be shown in
//! place; the two tokens of a contraction ("don't" as `do` `not`) share one range.

/// A word and where it stands. `word` borrows a scratch buffer or a literal, never the text itself,
/// because it is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// Folded word: ASCII lower case, other letters as they are.
    pub word: &'a str,
    /// Byte offset in the text.
    pub start: usize,
    /// Byte offset just after.
    pub end: usize,
}

/// Calls `each` for every word of `text`. `base` is added to the offsets. Linear in the text.
pub(super) fn words(text: &str, base: usize, each: impl FnMut(Token<'_>)) {
    words_into(&mut String::with_capacity(24), text, base, each);
}

/// The same, with the room for folding at hand.
pub(super) fn words_into(
    folded: &mut String,
    text: &str,
    base: usize,
    mut each: impl FnMut(Token<'_>),
) {
    let mut rest = text;
    while let Some(at) = rest.find(char::is_alphanumeric) {
        let inside = rest.get(at..).unwrap_or_default();
        folded.clear();
        // Byte length of `folded` before an apostrophe, when one stands inside the word.
        let mut stem = None;
        let mut chars = inside.chars();
        while let Some(c) = chars.next() {
            if c.is_alphanumeric() {
                folded.push(c.to_ascii_lowercase());
            } else if matches!(c, '\'' | '’' | 'ʼ') && stem.is_none() {
                if !chars.as_str().starts_with(char::is_alphabetic) {
                    break;
                }
                stem = Some(folded.len());
                folded.push('\'');
            } else {
                break;
            }
            rest = chars.as_str();
        }
        let start = base + (text.len() - (inside.len()));
        let end = base + (text.len() - rest.len());
        let (first, second) = expand(folded, stem);
        each(Token { word: first, start, end });
        if let Some(word) = second {
            each(Token { word, start, end });
        }
    }
}

/// A contraction as its two words; anything else as itself. Possessives lose their ending.
pub(super) fn expand(word: &str, apostrophe: Option<usize>) -> (&str, Option<&'static str>) {
    let Some((stem, tail)) = apostrophe.and_then(|at| word.split_at_checked(at)) else {
        return match word {
            "cannot" => ("can", Some("not")),
            _ => (word, None),
        };
    };
    match tail {
        "'t" => match stem {
            "won" => ("will", Some("not")),
            "can" => ("can", Some("not")),
            "shan" => ("shall", Some("not")),
            "ain" => ("is", Some("not")),
            _ => (stem.strip_suffix('n').unwrap_or(stem), Some("not")),
        },
        "'ll" => (stem, Some("will")),
        "'d" => (stem, Some("would")),
        "'ve" => (stem, Some("have")),
        "'re" => (stem, Some("are")),
        "'m" => (stem, Some("am")),
        "'s" if matches!(
            stem,
            "it" | "that" | "there" | "here" | "what" | "this" | "he" | "she"
        ) =>
        {
            (stem, Some("is"))
        }
        _ => (stem, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<(String, usize, usize)> {
        let mut out = Vec::new();
        words(text, 0, |t| out.push((t.word.to_owned(), t.start, t.end)));
        out
    }

    #[test]
    fn contractions_are_written_out_and_keep_their_bytes() {
        let cases: [(&str, &[&str]); 9] = [
            ("I don't", &["i", "do", "not"]),
            ("I won’t comply", &["i", "will", "not", "comply"]),
            ("cannot", &["can", "not"]),
            ("free-tier user's", &["free", "tier", "user"]),
            ("it's RLHF'd", &["it", "is", "rlhf", "would"]),
            ("'quoted' words'", &["quoted", "words"]),
            ("I'd've", &["i", "would", "ve"]),
            ("", &[]),
            ("Ça va—bien", &["Ça", "va", "bien"]),
        ];
        for (text, expected) in cases {
            let got: Vec<String> = list(text).into_iter().map(|t| t.0).collect();
            assert_eq!(got, expected, "{text}");
        }
        assert_eq!(list("x don’t")[1], ("do".to_owned(), 2, 9));
        assert_eq!(list("x don’t")[2], ("not".to_owned(), 2, 9));
    }
}
