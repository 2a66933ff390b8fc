//! Finding the tags that matter in a response: reasoning, output, draft, feedback and decision tags, in any letter
//! case and spacing. Says what a tag *looks* like and where it stands; what it means is decided in `regions`.
//! Linear: a tag ends before the next `<`, so no byte is looked at twice.

use std::ops::Range;
use std::sync::OnceLock;

use crate::ingest::keys::Names;

/// Names of reasoning tags, squashed (lower case, without `_`, `-` and spaces). The first [`STRONG_REASONING`]
/// are used for nothing else; the rest are words that an answer in XML may use too.
const REASONING: [&str; 11] = [
    "scratchpadreasoning",
    "hiddenscratchpad",
    "scratchpad",
    "think",
    "thinking",
    "privatethoughts",
    "antthinking",
    "innermonologue",
    "reasoning",
    "cot",
    "analysis",
];
const STRONG_REASONING: usize = 8;

/// Names of output tags, squashed; only the first is used for nothing else.
const OUTPUT: [&str; 6] = ["output", "result", "response", "answer", "finalanswer", "final"];

const DRAFT: [&str; 2] = ["draftoutput", "newoutput"];
const FEEDBACK: [&str; 1] = ["feedbackforanthropic"];
const ACCEPT: [&str; 5] =
    ["requestfullyaccepted", "requestaccepted", "responseaccepted", "fullyaccepted", "accepted"];
const REJECT: [&str; 5] =
    ["rejected", "requestrejected", "responserejected", "requestfullyrejected", "requestrefused"];

/// Longest tag that is looked at, in bytes after `<`.
pub(super) const MAX_TAG: usize = 256;
/// Longest name that may be one of these.
const LONGEST_NAME: usize = 40;

/// What a tag is for. The number is an index into the names of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Reasoning(usize),
    Output(usize),
    Draft(usize),
    Feedback,
    /// A decision: whether it accepts, and whether it is spelt as the experiments ask.
    Marker {
        accepts: bool,
        canonical: bool,
    },
}

impl Class {
    /// A name that nothing but its purpose uses.
    pub(super) fn is_strong(self) -> bool {
        match self {
            Self::Reasoning(name) => name < STRONG_REASONING,
            Self::Output(name) => name == 0,
            Self::Draft(_) | Self::Feedback | Self::Marker { .. } => true,
        }
    }

    /// A number for each name, by which tags are looked up; markers have none.
    pub(super) fn slot(self) -> Option<usize> {
        match self {
            Self::Reasoning(name) => Some(name),
            Self::Output(name) => Some(REASONING.len() + name),
            Self::Draft(name) => Some(REASONING.len() + OUTPUT.len() + name),
            Self::Feedback => Some(REASONING.len() + OUTPUT.len() + DRAFT.len()),
            Self::Marker { .. } => None,
        }
    }
}

/// One tag in the text.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // independent facts about one place, not a state
pub(super) struct Tag {
    pub(super) range: Range<usize>,
    pub(super) class: Class,
    /// `</name>`.
    pub(super) closes: bool,
    /// `<name/>`.
    pub(super) self_closing: bool,
    /// Stands at the start of the text or of a line, or right after another tag; spaces do not count.
    pub(super) placed: bool,
    /// Followed by the end of the text or line, or by another tag; spaces do not count.
    pub(super) ends_line: bool,
    /// How many line breaks stand before it.
    pub(super) line: usize,
    /// Between quotation marks or backticks: spoken of, not used.
    pub(super) quoted: bool,
}

impl Tag {
    pub(super) fn opens(&self) -> bool {
        !self.closes && !self.self_closing
    }
}

/// White space, or a byte order mark, which is as invisible.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// All tags in the text, in order.
pub(super) fn scan(text: &str) -> Vec<Tag> {
    let bytes = text.as_bytes();
    let mut tags: Vec<Tag> = Vec::new();
    let mut from = 0;
    let mut line = 0;
    while let Some(at) =
        bytes.get(from..).and_then(|rest| memchr::memchr(b'<', rest)).map(|i| i + from)
    {
        from = at + 1;
        let Some((end, class, closes, self_closing)) = parse(text, at) else { continue };
        let previous = tags.last().map_or(0, |t| t.range.end);
        let before = text.get(previous..at).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let gap = before.trim_end_matches(is_inline_blank);
        let placed = gap.is_empty() || gap.ends_with(is_line_break);
        if gap.is_empty()
            && let Some(last) = tags.last_mut()
        {
            last.ends_line = true;
        }
        let after = text.get(end..).unwrap_or_default();
        let quoted = before.chars().next_back().is_some_and(is_quote)
            && after.chars().next().is_some_and(is_quote);
        // Only as far as the next tag, which sets this itself.
        let ends_line = after.chars().find(|c| !is_inline_blank(*c)).is_none_or(is_line_break);
        tags.push(Tag {
            range: at..end,
            class,
            closes,
            self_closing,
            placed,
            ends_line,
            line,
            quoted,
        });
        from = end;
    }
    tags
}

/// Just after the last thing that is neither white space nor a closing tag.
pub(super) fn content_end(text: &str, tags: &[Tag]) -> usize {
    let mut end = text.len();
    for tag in tags.iter().rev() {
        let gap = text.get(tag.range.end..end).unwrap_or_default();
        if !gap.chars().all(is_blank) || !tag.closes {
            return tag.range.end + gap.trim_end_matches(is_blank).len();
        }
        end = tag.range.start;
    }
    text.get(..end).unwrap_or_default().trim_end_matches(is_blank).len()
}

/// What a decision tag decides, for the text of a marker section: `Some(true)` accepts. `None` for other text.
#[must_use]
pub fn marker_accepts(tag: &str) -> Option<bool> {
    match parse(tag, 0)?.1 {
        Class::Marker { accepts, .. } => Some(accepts),
        _ => None,
    }
}

/// Just after the decision tag that opens at `at`, if one does.
pub(super) fn marker_at(text: &str, at: usize) -> Option<usize> {
    match parse(text, at)? {
        (end, Class::Marker { .. }, false, _) => Some(end),
        _ => None,
    }
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_inline_blank(c: char) -> bool {
    is_blank(c) && !is_line_break(c)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '«' | '»')
}

/// The tag that starts at `at`: its end, class, and whether it closes or closes itself.
fn parse(text: &str, at: usize) -> Option<(usize, Class, bool, bool)> {
    let rest = text.as_bytes().get(at + 1..)?;
    // As nearly every tag is written: a name and nothing else.
    let closes = rest.first() == Some(&b'/');
    let name = rest.get(usize::from(closes)..)?;
    let mut len = 0;
    while len < LONGEST_NAME
        && name.get(len).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    {
        len += 1;
    }
    if len > 0 && name.get(len) == Some(&b'>') {
        let start = at + 1 + usize::from(closes);
        let class = classify(text.get(start..start + len)?, false)?;
        return Some((start + len + 1, class, closes, false));
    }
    let window = &rest[..rest.len().min(MAX_TAG)];
    let len = memchr::memchr3(b'<', b'>', b'\n', window)?;
    if window.get(len) != Some(&b'>') || memchr::memchr(b'\r', window.get(..len)?).is_some() {
        return None;
    }
    let end = at + 1 + len + 1;
    let mut inner = text.get(at + 1..end - 1)?.trim();
    let closes = inner.starts_with('/');
    inner = inner.trim_start_matches('/').trim_start();
    let self_closing = !closes && inner.ends_with('/');
    inner = inner.trim_end_matches('/').trim_end();
    // `<answer the question>` is prose; only `name="…"` may follow a name.
    let name = match inner.split_once('=') {
        Some((head, _)) => head.trim_end().rsplit_once(char::is_whitespace)?.0.trim_end(),
        None => inner,
    };
    let class = classify(name, self_closing)?;
    Some((end, class, closes, self_closing))
}

fn classify(name: &str, self_closing: bool) -> Option<Class> {
    if name.len() > LONGEST_NAME || !name.is_ascii() {
        return None;
    }
    let (mut squashed, mut len) = ([0; LONGEST_NAME], 0);
    for letter in name.as_bytes() {
        if !matches!(letter, b'_' | b'-' | b' ' | b'\t')
            && let Some(to) = squashed.get_mut(len)
        {
            *to = letter.to_ascii_lowercase();
            len += 1;
        }
    }
    let squashed = std::str::from_utf8(squashed.get(..len)?).ok()?;
    let class = (*names().get(squashed)?)?;
    Some(match class {
        Class::Marker { accepts, .. } => {
            let is = |word: &str| name.eq_ignore_ascii_case(word);
            let canonical = self_closing && (is("request_fully_accepted") || is("rejected"));
            Class::Marker { accepts, canonical }
        }
        class => class,
    })
}

/// The names of all classes, squashed.
fn names() -> &'static Names<Option<Class>> {
    static NAMES: OnceLock<Names<Option<Class>>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names::default();
        let mut add = |list: &[&str], class: &dyn Fn(usize) -> Class| {
            for (n, name) in list.iter().enumerate() {
                *names.entry(name) = Some(class(n));
            }
        };
        let marker = |accepts| Class::Marker { accepts, canonical: false };
        add(&REASONING, &Class::Reasoning);
        add(&OUTPUT, &Class::Output);
        add(&DRAFT, &Class::Draft);
        add(&FEEDBACK, &|_| Class::Feedback);
        add(&ACCEPT, &|_| marker(true));
        add(&REJECT, &|_| marker(false));
        names
    })
}
