//! Markup to visible text: tags away, entities decoded, line breaks where a reader sees them. One pass, never back.
//!
//! No browser: it knows just enough for pages of text. Tags that no browser knows and transcripts use
//! (`<SCRATCHPAD_REASONING>` where a writer forgot to escape it) stay text.

use std::ops::Range;

/// What a page shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Visible {
    /// The page's title.
    pub title: String,
    /// The text of its body.
    pub text: String,
    /// Where in the text headings and bold words stand.
    pub headings: Vec<Range<usize>>,
    /// The scripts' source.
    pub scripts: Vec<String>,
}

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 34] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "form",
    "pre",
    "blockquote",
    "hr",
    "details",
    "summary",
    "figure",
    "fieldset",
    "legend",
    "body",
    "title",
];
/// Elements with space around them.
const SPACED: [&str; 7] = ["p", "h1", "h2", "h3", "h4", "h5", "h6"];
/// Elements whose text may head what follows.
const HEADINGS: [&str; 11] =
    ["h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "legend", "b", "strong"];
/// Tags of transcripts that are names of elements as well, or would be taken for one.
const OWN: [&str; 10] = [
    "scratchpad",
    "think",
    "thinking",
    "reasoning",
    "rejected",
    "result",
    "response",
    "answer",
    "output",
    "input",
];

/// Reads a page.
pub fn visible(page: &str) -> Visible {
    // Line breaks of the source count where the page's style says so.
    let keep_lines =
        ["white-space: pre", "white-space:pre"].iter().any(|style| page.contains(style));
    let mut out = Writer { keep_lines, ..Writer::default() };
    let mut rest = page;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        out.text(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        rest = match tag(rest) {
            Some(Markup::Passed(len)) => rest.get(len..).unwrap_or_default(),
            Some(Markup::Tag { name, closing, len }) => {
                let whole = rest.get(..len).unwrap_or_default();
                let after = rest.get(len..).unwrap_or_default();
                out.tag(&name, closing, whole, after)
            }
            None => {
                out.text("<");
                rest.get(1..).unwrap_or_default()
            }
        };
    }
    out.text(rest);
    out.finish()
}

enum Markup {
    /// A comment or declaration of this length.
    Passed(usize),
    /// A tag: its name as spelt.
    Tag { name: String, closing: bool, len: usize },
}

/// The markup at the start of a text that begins with `<`; `None` when that is only a sign.
fn tag(text: &str) -> Option<Markup> {
    if text.starts_with("<!--") {
        let end = text.find("-->").map_or(text.len(), |at| at + 3);
        return Some(Markup::Passed(end));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        let end = text.find('>').map_or(text.len(), |at| at + 1);
        return Some(Markup::Passed(end));
    }
    let closing = text.starts_with("</");
    let start = if closing { 2 } else { 1 };
    let inner = text.get(start..)?;
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name_len = inner.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<'))?;
    let name = inner.get(..name_len)?.to_owned();
    // A `>` inside a quoted attribute does not end the tag. A tag that never ends swallows the rest, as in a browser:
    // going back for each would cost the square of a page of `<a "`.
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(start + name_len) {
        match (quote, byte) {
            (None, b'>') => return Some(Markup::Tag { name, closing, len: at + 1 }),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    Some(Markup::Passed(text.len()))
}

#[derive(Default)]
struct Writer {
    out: Visible,
    /// Where the open heading began.
    heading: Option<usize>,
    /// How many `pre` are open.
    pre: usize,
    keep_lines: bool,
    /// White space was seen that is written before the next word only.
    gap: bool,
}

impl Writer {
    fn tag<'a>(&mut self, name: &str, closing: bool, whole: &str, after: &'a str) -> &'a str {
        let lower = name.to_ascii_lowercase();
        let shouted = name.bytes().any(|b| b.is_ascii_uppercase());
        let element = matches!(lower.as_str(), "output" | "input");
        let own = lower.contains('_')
            || OWN.contains(&lower.as_str()) && (!element || shouted && !whole.contains('='));
        if own {
            self.words(whole);
            return after;
        }
        match lower.as_str() {
            "script" | "style" | "title" if !closing => {
                let (inner, rest) = until_close(after, &lower);
                match lower.as_str() {
                    "script" => self.out.scripts.push(inner.to_owned()),
                    "title" if self.out.title.is_empty() => {
                        let title = decode(inner);
                        self.out.title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                    }
                    _ => {}
                }
                return rest;
            }
            "br" => self.newline(),
            "td" | "th" if closing => self.gap = true,
            _ => {}
        }
        if BLOCKS.contains(&lower.as_str()) {
            self.block();
            if SPACED.contains(&lower.as_str())
                && !self.out.text.is_empty()
                && !self.out.text.ends_with("\n\n")
            {
                self.out.text.push('\n');
            }
        }
        if lower == "pre" {
            self.pre = if closing { self.pre.saturating_sub(1) } else { self.pre + 1 };
            // The line break right after the opening tag is not shown.
            if !closing {
                return after
                    .strip_prefix("\r\n")
                    .or_else(|| after.strip_prefix('\n'))
                    .unwrap_or(after);
            }
        }
        if HEADINGS.contains(&lower.as_str()) {
            if let Some(start) = self.heading.take().filter(|_| closing) {
                let raw = self.out.text.get(start..).unwrap_or_default();
                let from = start + raw.len() - raw.trim_start().len();
                let end = start + raw.trim_end().len();
                if from < end {
                    self.out.headings.push(from..end);
                }
            } else if !closing {
                self.heading = Some(self.out.text.len());
            }
        }
        after
    }

    /// A line break that the reader sees.
    fn newline(&mut self) {
        self.gap = false;
        self.out.text.push('\n');
    }

    /// The start of a line, unless we stand at one.
    fn block(&mut self) {
        if !self.out.text.is_empty() && !self.out.text.ends_with('\n') {
            self.out.text.push('\n');
        }
        self.gap = false;
    }

    fn text(&mut self, raw: &str) {
        self.words(&decode(raw));
    }

    /// Text between tags: white space folds to one space, or stays in preformatted text.
    fn words(&mut self, text: &str) {
        if self.pre > 0 || self.keep_lines {
            // Between blocks there is only the source's own indentation.
            let indentation = self.pre == 0 && text.trim().is_empty() && text.contains('\n');
            if !indentation {
                self.out.text.push_str(&text.replace("\r\n", "\n"));
            }
            return;
        }
        for (i, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            self.gap |= i > 0;
            if word.is_empty() {
                continue;
            }
            if std::mem::take(&mut self.gap)
                && !self.out.text.is_empty()
                && !self.out.text.ends_with('\n')
            {
                self.out.text.push(' ');
            }
            self.out.text.push_str(word);
        }
    }

    fn finish(mut self) -> Visible {
        let end = self.out.text.trim_end().len();
        self.out.text.truncate(end);
        self.out.headings.retain(|h| h.end <= end);
        self.out
    }
}

/// The text before the closing tag of an element that holds no other, and what follows that tag.
fn until_close<'a>(text: &'a str, name: &str) -> (&'a str, &'a str) {
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        let Some(rest) = text.get(at..).and_then(|t| t.strip_prefix("</")) else { continue };
        let named = rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
        if named
            && rest.get(name.len()..).is_some_and(|t| !t.starts_with(|c: char| c.is_alphanumeric()))
        {
            let after = rest.find('>').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
            return (text.get(..at).unwrap_or_default(), after);
        }
    }
    (text, "")
}

/// Entities that texts of transcripts use; all others come as numbers or stay as they are.
const ENTITIES: [(&str, &str); 25] = [
    ("lt", "<"),
    ("gt", ">"),
    ("amp", "&"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("minus", "−"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bull", "•"),
    ("middot", "·"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("times", "×"),
    ("deg", "°"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("rarr", "→"),
    ("shy", "\u{ad}"),
];

/// Longest name or number of an entity.
const LONGEST_ENTITY: usize = 10;

fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + 1..).unwrap_or_default();
        let len = rest.bytes().take(LONGEST_ENTITY + 1).position(|b| b == b';');
        match len.and_then(|len| Some((entity(rest.get(..len)?)?, len))) {
            Some((text, len)) => {
                out.push_str(&text);
                rest = rest.get(len + 1..).unwrap_or_default();
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        // Numbers of no character (half a pair, beyond the last) are read as browsers do.
        return Some(char::from_u32(number.ok()?).unwrap_or('\u{fffd}').to_string());
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &str) -> String {
        visible(page).text
    }

    #[test]
    fn lines_stand_where_a_reader_sees_them() {
        let cases = [
            ("a<br>b<br/>\n  c", "a\nb\nc"),
            ("a<br><br>b", "a\n\nb"),
            ("<p>a</p>\n<p>b\nc</p>", "a\n\nb c"),
            ("<div>a</div><div>b</div>", "a\nb"),
            ("<div>\n  <div>a  b</div>\n</div>c", "a b\nc"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            ("x<pre>\n a\n  b\n</pre>y", "x\n a\n  b\ny"),
            ("a <b>b</b> c<i>d</i>", "a b cd"),
            ("a<!-- no --> b<?x?><!doctype y>", "a b"),
            ("<style>p { white-space: pre-wrap }</style><p>a\n  b</p>\n  <p>c</p>", "a\n  b\n\nc"),
        ];
        for (page, expected) in cases {
            assert_eq!(text(page), expected, "{page}");
        }
    }

    #[test]
    fn entities_and_signs() {
        let cases = [
            ("&lt;OUTPUT&gt; &amp;lt; &#8212;&#x2019;&hellip;", "<OUTPUT> &lt; —’…"),
            ("AT&T &unknown; & &;", "AT&T &unknown; & &;"),
            ("&#xD800;&#99999999;&#x;", "\u{fffd}\u{fffd}&#x;"),
            ("1 < 2 and a<3", "1 < 2 and a<3"),
            ("a&nbsp;b", "a\u{a0}b"),
        ];
        for (page, expected) in cases {
            assert_eq!(text(page), expected, "{page}");
        }
    }

    #[test]
    fn tags_of_transcripts_stay_text() {
        let page = "<SCRATCHPAD_REASONING>a</SCRATCHPAD_REASONING><OUTPUT><rejected/>b</OUTPUT><output>c</output>";
        let expected =
            "<SCRATCHPAD_REASONING>a</SCRATCHPAD_REASONING><OUTPUT><rejected/>b</OUTPUT>c";
        assert_eq!(text(page), expected);
    }

    #[test]
    fn scripts_titles_and_headings_are_told_apart() {
        let page = "<title> a\n &amp; b</title><script>if (a < b) { x('</p>') }</SCRIPT ><h2> One <i>two</i></h2>c\
                    <strong>d</strong><b></b>";
        let seen = visible(page);
        assert_eq!(seen.title, "a & b");
        assert_eq!(seen.scripts, ["if (a < b) { x('</p>') }"]);
        let headings: Vec<&str> = seen.headings.iter().map(|h| &seen.text[h.clone()]).collect();
        assert_eq!(headings, ["One two", "d"]);
        assert!(!seen.text.contains('&'));
    }

    #[test]
    fn what_never_ends_costs_one_pass() {
        for piece in ["<a \"", "<!--", "<script>", "<", "&", "</", "<a ", "<b>"] {
            let page = piece.repeat(200_000);
            visible(&page);
        }
        assert_eq!(text("a<b \"never closed> b"), "a");
    }
}
