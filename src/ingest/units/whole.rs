//! Files that are one unit as a whole: HTML pages, and plain text that begins with reasoning.

use std::io;

use super::head::Found;
use super::{Cut, Mode, UnitKind, Units};

/// Longest tag that is looked at.
const LONGEST_TAG: usize = 64;
/// How a page begins, behind comments and an XML declaration.
const PAGE: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];
/// How a transcript in special tokens begins.
const TOKENS: [&[u8]; 2] = [b"<|start|>", b"<|channel|>"];
/// Names of the tags that open reasoning, in lower case without `_` and `-`. Words that any markup may use are not
/// among them.
const REASONING: [&str; 8] = [
    "scratchpadreasoning",
    "hiddenscratchpad",
    "scratchpad",
    "think",
    "thinking",
    "privatethoughts",
    "antthinking",
    "innermonologue",
];

/// Whether a head is that of a page or of a text that begins with reasoning. `all`: there are no more bytes, or enough were
/// looked at.
pub fn sniff(head: &[u8], all: bool) -> Found<UnitKind> {
    // Nothing more will come that could tell.
    let open = if all { Found::No } else { Found::More };
    let mut rest = head.trim_ascii_start();
    if rest.is_empty() {
        return open;
    }
    if !rest.starts_with(b"<") {
        return Found::No;
    }
    // Comments and a declaration may stand in front of a page; neither makes one.
    loop {
        let end: &[u8] = if rest.starts_with(b"<!--") {
            b"-->"
        } else if begins(rest, b"<?xml") {
            b"?>"
        } else {
            break;
        };
        match memchr::memmem::find(rest, end) {
            Some(at) => rest = rest.get(at + end.len()..).unwrap_or_default().trim_ascii_start(),
            None => return open,
        }
    }
    // Too short to tell.
    if !all && rest.len() <= LONGEST_TAG && !rest.contains(&b'>') {
        return open;
    }
    if PAGE.iter().any(|start| begins(rest, start)) {
        return Found::Yes(UnitKind::Page);
    }
    let plain = rest.len() == head.trim_ascii_start().len();
    let text = plain && (TOKENS.iter().any(|start| begins(rest, start)) || opens_reasoning(rest));
    if text { Found::Yes(UnitKind::Text) } else { Found::No }
}

/// Whether bytes begin with this, letter case aside.
fn begins(bytes: &[u8], start: &[u8]) -> bool {
    bytes.get(..start.len()).is_some_and(|b| b.eq_ignore_ascii_case(start))
}

fn opens_reasoning(bytes: &[u8]) -> bool {
    let tag = bytes.get(1..LONGEST_TAG.min(bytes.len())).unwrap_or_default();
    let Some(end) = memchr::memchr(b'>', tag) else { return false };
    let Ok(name) = std::str::from_utf8(tag.get(..end).unwrap_or_default()) else { return false };
    let squashed: String = name
        .trim()
        .chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    REASONING.contains(&squashed.as_str())
}

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Units<R> {
    /// Everything from here to the end, as one unit.
    pub(super) fn rest(&mut self) -> io::Result<Cut> {
        self.mode = Mode::End;
        let mut end = self.at;
        loop {
            // What is over the limit is measured only.
            if end - self.at > self.max {
                self.window.set_mark(end);
            }
            let held = self.window.from(end)?;
            if held.is_empty() {
                return self.cut(end, end, false, None);
            }
            end += held.len() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<UnitKind> {
        let bytes = text.as_bytes();
        let whole = sniff(bytes, true);
        assert_ne!(whole, Found::More);
        for len in 0..bytes.len() {
            let early = sniff(&bytes[..len], false);
            assert!(early == Found::More || early == whole, "{len} bytes of {text:?}");
        }
        whole.yes()
    }

    #[test]
    fn pages_and_texts_that_begin_with_reasoning() {
        for text in [
            "<!DOCTYPE html><html><body>x</body></html>",
            "\n<html lang=\"en\">x",
            "<!-- made by a script -->\n<html>",
            "<?xml version=\"1.0\"?><!DOCTYPE html>",
            "<head><title>x</title></head>",
            "<html",
        ] {
            assert_eq!(kind(text), Some(UnitKind::Page), "{text}");
        }
        for text in [
            "<SCRATCHPAD_REASONING>\nx\n</SCRATCHPAD_REASONING>\n<OUTPUT>y</OUTPUT>",
            "  <think>x</think> y",
            "<hidden-scratchpad >x",
            "<|start|>system<|message|>x<|end|>",
            "<|channel|>analysis<|message|>x",
        ] {
            assert_eq!(kind(text), Some(UnitKind::Text), "{text}");
        }
    }

    #[test]
    fn other_text_is_neither() {
        for text in [
            "",
            "  \n",
            "a <think>",
            "<!-- a note -->\n# A title\n",
            "<!-- a note --><think>x</think>",
            "<!-- never closed <html>",
            "<?xml version=\"1.0\"?><records/>",
            "<analysis>x</analysis>",
            "<thinker>x",
            "<think x",
            "<div>x</div>",
            "<",
        ] {
            assert_eq!(kind(text), None, "{text}");
        }
    }
}
