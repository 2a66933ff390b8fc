//! Fenced code inside texts: where it stands and in which language, so that it can be coloured as code.
//!
//! Finds the inside of fences that name a language; colours nothing itself. What is inside stays text: marks, matches
//! and offsets do not change.

use std::ops::Range;

/// Most bytes of code that are coloured in one transcript; the rest stays plain.
pub const MOST_CODE: usize = 256 << 10;

/// A fenced piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Bytes of the code, without the lines of the fence.
    pub range: Range<usize>,
    /// The language as it is named, in lower case: `python`.
    pub language: String,
}

/// The character and length of a fence that a line opens with, and what follows it.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let text = line.trim_start_matches(' ');
    // Four blanks make an indented text, which needs no fence.
    if line.len() - text.len() > 3 {
        return None;
    }
    let sign = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = text.trim_start_matches(sign);
    let long = text.len() - rest.len();
    (long >= 3).then_some((sign, long, rest.trim()))
}

/// `python` of `python title="a"`, `{.python}`, `{python}`.
fn language(info: &str) -> String {
    let inner = info.trim_start_matches(['{', '.', ' ']);
    let end = inner.find(|c: char| c.is_whitespace() || matches!(c, '}' | ',' | '{' | ':'));
    inner.get(..end.unwrap_or(inner.len())).unwrap_or_default().to_lowercase()
}

/// The fenced code of a text in order. Fences without a language are skipped with what they hold; one that never closes
/// goes to the end.
#[must_use]
pub fn fences(text: &str) -> Vec<Fence> {
    let mut list = Vec::new();
    let holds = |sign: &str| memchr::memmem::find(text.as_bytes(), sign.as_bytes()).is_some();
    if !holds("```") && !holds("~~~") {
        return list;
    }
    // Sign, length, language, start of the code.
    let mut open: Option<(char, usize, String, usize)> = None;
    let mut push = |language: String, range: Range<usize>| {
        if !language.is_empty() && !range.is_empty() {
            list.push(Fence { range, language });
        }
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let after = at + line.len();
        match (&open, fence(line.trim_end())) {
            // Backticks after the opening ones are code inside a sentence.
            (None, Some((sign, long, info))) if sign != '`' || !info.contains('`') => {
                open = Some((sign, long, language(info), after));
            }
            (Some((sign, long, ..)), Some((other, length, "")))
                if *sign == other && length >= *long =>
            {
                if let Some((.., language, start)) = open.take() {
                    push(language, start..at);
                }
            }
            _ => {}
        }
        at = after;
    }
    if let Some((.., language, start)) = open {
        push(language, start..text.len());
    }
    list
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fences_are_found_with_their_languages() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("no code", &[]),
            ("```python\nx = 1\n```\nafter", &[("python", "x = 1\n")]),
            ("a\n\n  ~~~~ Rust,ignore\nfn f() {}\n~~~\n~~~~\n", &[("rust", "fn f() {}\n~~~\n")]),
            ("```{.json}\n{}\n```", &[("json", "{}\n")]),
            ("```\nplain\n```\n```sh\nls\n```", &[("sh", "ls\n")]),
            ("```py\nnever closed", &[("py", "never closed")]),
            ("```js\n```", &[]),
            ("    ```js\nindented\n```", &[]),
            ("```code``` in a sentence\n```c\nint x;\n```", &[("c", "int x;\n")]),
            ("````md\n```js\n1\n```\n````", &[("md", "```js\n1\n```\n")]),
            ("```js\r\n1\r\n```\r\n", &[("js", "1\r\n")]),
        ];
        for (text, wanted) in cases {
            let found = fences(text);
            let found: Vec<(&str, &str)> =
                found.iter().map(|f| (f.language.as_str(), &text[f.range.clone()])).collect();
            assert_eq!(found, *wanted, "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn ranges_are_in_order_and_on_boundaries(text in "(```|~~~|é|py| |\n|x){0,40}") {
            let mut last = 0;
            for fence in fences(&text) {
                prop_assert!(fence.range.start >= last && text.get(fence.range.clone()).is_some());
                last = fence.range.end;
            }
        }
    }
}
