//! What a file is, judged by its first bytes alone: never by its name, which may lie.
//!
//! [`sniff`] answers as soon as more bytes could not change the answer, so that a slow pipe of JSONL is under way after its
//! first line; and the same answer comes whatever the sizes of the pieces in which the bytes arrived.

use super::scan::{Scanner, Step};
use super::{Layout, columns, whole};

/// The most that is looked at.
pub const HEAD: usize = 1 << 20;

/// What a text is called that nothing here knows, with what can be done.
pub const PLAIN_TEXT: &str =
    "plain text (for records in a shape of your own, `undertone map` prints a mapping to edit)";

/// Keys of a file that is one object, under which a list of objects is a list of records.
pub const CONTAINER_KEYS: [&str; 11] = [
    "samples",
    "af_samples",
    "non_af_samples",
    "data",
    "records",
    "results",
    "transcripts",
    "rollouts",
    "examples",
    "items",
    "request_states",
];

/// Keys that make an object a record of its own, whatever lists it also holds.
const RECORD_KEYS: [&str; 17] = [
    "messages",
    "conversations",
    "conversation",
    "prompt",
    "user_prompt",
    "user_input",
    "query",
    "question",
    "response",
    "completion",
    "full_response",
    "raw_response",
    "output",
    "scratchpad",
    "text",
    "trace",
    "choices",
];

/// What a look for one shape found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// More bytes are needed to tell.
    More,
    /// Another shape.
    No,
    /// This.
    Yes(T),
}

impl<T> Found<T> {
    /// What was found, if anything.
    pub fn yes(self) -> Option<T> {
        match self {
            Self::Yes(found) => Some(found),
            Self::More | Self::No => None,
        }
    }
}

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How the stream is laid out.
    pub layout: Layout,
    /// Its name, for what is not read yet.
    pub name: Option<&'static str>,
}

const VALUES: Verdict = Verdict { layout: Layout::Values, name: None };

fn unsupported(name: &'static str) -> Verdict {
    Verdict { layout: Layout::Unsupported, name: Some(name) }
}

/// Judges a head; `None`: more bytes are needed. `all`: there are no more, or enough were looked at.
/// `ended`: the stream ends here. A byte order mark must have been taken off.
pub fn sniff(head: &[u8], all: bool, ended: bool) -> Option<Verdict> {
    if head.len() < 8 && !all {
        return None;
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(unsupported(name));
    }
    // UTF-16 without its mark: JSON begins with an ASCII character, so every other byte is zero.
    if matches!(head, [0, b'{' | b'[' | b'"', 0, _, ..] | [b'{' | b'[' | b'"', 0, _, 0, ..]) {
        return Some(unsupported("UTF-16 text"));
    }
    let Some(start) = head.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')) else {
        return all.then_some(VALUES);
    };
    let body = head.get(start..).unwrap_or_default();
    match body.first() {
        Some(b'{') => object(body, all, ended),
        Some(b'[') if table_header(body.split(|b| *b == b'\n').next().unwrap_or_default()) => {
            text(head, body, all, ended)
        }
        Some(b'[') => array(body, all),
        _ => text(head, body, all, ended),
    }
}

/// Gzip, Zstandard, zip, Parquet and UTF-16 never come here: `source` takes them off before.
const MAGIC: [(&[u8], &str); 10] = [
    (b"PARE", "encrypted Parquet"),
    (b"SQLite format 3\0", "SQLite"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"\xff\xfe\0\0", "UTF-32 text"),
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\x93NUMPY", "NumPy array"),
    (b"ARROW1", "Arrow file"),
];

/// What stands at depth one of an object.
#[derive(Debug, Default)]
pub struct Keys {
    /// (key, first byte of its value, for a list also the first byte of its first element).
    pub list: Vec<(String, u8, u8)>,
    /// Where the object ends, if it does in the bytes given.
    pub end: Option<usize>,
    /// Something in it cannot stand there.
    pub broken: bool,
}

impl Keys {
    /// The first byte of a key's value.
    pub fn kind(&self, key: &str) -> Option<u8> {
        self.list.iter().find(|(k, ..)| k == key).map(|(_, kind, _)| *kind)
    }
}

/// The keys of the object at the start of `bytes`, as far as it goes.
pub fn keys(bytes: &[u8]) -> Keys {
    let mut found = Keys::default();
    let mut at = 1;
    loop {
        at += gap(bytes, at, b",");
        match bytes.get(at) {
            Some(b'}') => {
                found.end = Some(at + 1);
                return found;
            }
            Some(b'"') => {}
            other => {
                found.broken = other.is_some();
                return found;
            }
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let len = match Scanner::new(true).feed(rest) {
            Step::Done(len) => len,
            step => {
                found.broken = step != Step::More;
                return found;
            }
        };
        let key = serde_json::from_slice::<String>(rest.get(..len).unwrap_or_default());
        at += len;
        at += gap(bytes, at, b"");
        match bytes.get(at) {
            Some(b':') => at += 1,
            other => {
                found.broken = other.is_some();
                return found;
            }
        }
        at += gap(bytes, at, b"");
        let Some(&kind) = bytes.get(at) else { return found };
        let mut inner = 0;
        if kind == b'[' {
            let element = at + 1 + gap(bytes, at + 1, b"");
            inner = bytes.get(element).copied().unwrap_or(0);
        }
        if let Ok(key) = key {
            found.list.push((key, kind, inner));
        }
        match Scanner::new(true).feed(bytes.get(at..).unwrap_or_default()) {
            Step::Done(len) => at += len,
            step => {
                found.broken = step != Step::More;
                return found;
            }
        }
    }
}

/// How many bytes of white space, and of `also`, stand at an offset.
fn gap(bytes: &[u8], at: usize, also: &[u8]) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n') || also.contains(b);
    rest.iter().position(|b| !blank(b)).unwrap_or(rest.len())
}

/// What a whole file that is one object is, where the keys at depth one tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Document {
    /// A log: the list in it holds the records, however few, and the other keys stand around them.
    Log,
    /// One record, whatever lists of objects it holds.
    Record,
}

/// Tells documents by their keys: `kind` gives the first byte of a key's value.
fn document(kind: &dyn Fn(&str) -> Option<u8>) -> Option<Document> {
    let object = |key| kind(key) == Some(b'{');
    let list = |key| kind(key) == Some(b'[');
    let any = |key| kind(key).is_some();
    // Inspect logs; HELM's scenario states.
    let log = object("eval") && any("version") && (any("status") || any("plan"))
        || object("adapter_spec") && list("request_states");
    // ATIF, Docent, Petri, tau-bench.
    let record = any("schema_version") && list("steps")
        || any("transcript_groups")
        || any("id") && object("metadata") && matches!(kind("transcripts"), Some(b'[' | b'{'))
        || object("metadata") && (list("target_messages") || list("events"))
        || list("traj") && (any("task_id") || any("reward"));
    match (log, record) {
        (true, _) => Some(Document::Log),
        (_, true) => Some(Document::Record),
        _ => None,
    }
}

fn object(body: &[u8], all: bool, ended: bool) -> Option<Verdict> {
    let line = memchr::memchr(b'\n', body);
    let first = body.get(..line.unwrap_or(body.len())).unwrap_or(body);
    let one_line = (line.is_some() || ended) && first.trim_ascii_end().ends_with(b"}");
    if !one_line && !all {
        return None;
    }
    let found = keys(if one_line { first } else { body });
    if found.broken {
        return Some(VALUES);
    }
    let document = document(&|key| found.kind(key));
    let record = found.list.iter().any(|(key, ..)| RECORD_KEYS.contains(&key.as_str()));
    let container = !record
        && found.list.iter().any(|(key, kind, inner)| {
            CONTAINER_KEYS.contains(&key.as_str()) && *kind == b'[' && *inner == b'{'
        });
    match document {
        // A log without any record says so itself.
        Some(Document::Log) if !container && found.end.is_some() => return Some(VALUES),
        Some(Document::Log) => {}
        None if container => {}
        Some(Document::Record) | None => return Some(VALUES),
    }
    let verdict = Verdict { layout: Layout::Container, name: None };
    if !one_line {
        return Some(verdict);
    }
    // A whole file on one line, or the first of many records that merely hold such lists?
    let after = line.and_then(|at| body.get(at..)).unwrap_or_default();
    if !after.trim_ascii().is_empty() {
        return Some(VALUES);
    }
    if !all {
        return None;
    }
    Some(verdict)
}

fn array(body: &[u8], all: bool) -> Option<Verdict> {
    const ARRAY: Verdict = Verdict { layout: Layout::Array, name: None };
    let at = 1 + gap(body, 1, b"");
    match body.get(at) {
        None => all.then_some(ARRAY),
        Some(b'{') => {
            let found = keys(body.get(at..).unwrap_or_default());
            if found.end.is_none() && !found.broken && !all {
                return None;
            }
            let has = |key| found.kind(key).is_some();
            let message = (found.kind("role") == Some(b'"')
                && (has("content") || has("parts") || has("tool_calls")))
                || (found.kind("from") == Some(b'"') && has("value"));
            // A list of messages is one transcript, not a list of them.
            Some(if message { VALUES } else { ARRAY })
        }
        Some(_) => Some(ARRAY),
    }
}

/// A head that does not begin like JSON: a page, a table, JSON behind a line of something else, or none of them. `body` is
/// the head without the white space at its start, which in a table may be an empty cell.
fn text(head: &[u8], body: &[u8], all: bool, ended: bool) -> Option<Verdict> {
    let line = memchr::memchr(b'\n', body);
    let first = body.get(..line.unwrap_or(body.len())).unwrap_or(body);
    if (line.is_some() || all)
        && serde_json::from_slice::<serde::de::IgnoredAny>(first.trim_ascii()).is_ok()
    {
        return Some(VALUES);
    }
    match whole::sniff(head, all) {
        Found::More => return None,
        Found::No => {}
        Found::Yes(_) => return Some(Verdict { layout: Layout::Whole, name: None }),
    }
    match columns::sniff(head, all, ended) {
        Found::More => return None,
        Found::No => {}
        Found::Yes(_) => return Some(Verdict { layout: Layout::Table, name: None }),
    }
    if !all {
        return None;
    }
    let (mut lines, mut records) = (0u32, 0u32);
    for line in body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|l| !l.is_empty()) {
        lines += 1;
        let closed = matches!(
            (line.first(), line.last()),
            (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
        );
        records += u32::from(closed && !table_header(line));
    }
    if records * 2 >= lines && records > 0 {
        return Some(VALUES);
    }
    Some(unsupported(text_name(body)))
}

/// `[[rule]]`, `[package]`: a TOML table, no JSON list.
fn table_header(line: &[u8]) -> bool {
    let inner = line.trim_ascii_start();
    let inner = inner.strip_prefix(b"[[").or_else(|| inner.strip_prefix(b"[")).unwrap_or_default();
    let name: &[u8] = inner.split(|b| *b == b']').next().unwrap_or_default();
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(word)
        && !matches!(name, b"true" | b"false" | b"null" | b"NaN")
}

/// What to call a text that is not read.
fn text_name(body: &[u8]) -> &'static str {
    if body.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<?xml")) {
        "XML"
    } else if memchr::memchr(0, body).is_some() {
        "binary data"
    } else {
        PLAIN_TEXT
    }
}
