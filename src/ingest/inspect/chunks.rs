//! Joining a sample that an archive holds in pieces into one record of the usual shape.
//!
//! The pieces are joined as text, so that everything odd in them (a bare NaN, half a surrogate pair) is still there when
//! the record is read, and is said then. Only what is needed is taken: the messages of the conversation, and those
//! attachments that something refers to. Events are left out, with their count.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::json;
use super::super::units::MAX_UNIT;

/// The most items of one kind that a sample may have: hostile files could ask for far more memory than they are long.
const MOST: usize = if cfg!(test) { 1 << 10 } else { 1 << 22 };

/// The bytes of a sample's entries; each chunk with the number of its first item, in order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pieces<'a> {
    /// `sample.json`.
    pub sample: &'a [u8],
    /// `metadata.json`.
    pub metadata: Option<&'a [u8]>,
    /// `messages/N.json`.
    pub messages: &'a [(u64, &'a [u8])],
    /// `attachments/N.json`.
    pub attachments: &'a [(u64, &'a [u8])],
    /// `events/stats.json`.
    pub stats: Option<&'a [u8]>,
}

/// Joins the pieces: `messages` as `message_refs` says, `attachments` by their number, `metadata`, and the number of
/// events as `events_left_out`.
///
/// # Errors
/// A sentence, when a piece is broken or missing, or all together are over 256 MB.
pub fn join(pieces: &Pieces<'_>) -> Result<Vec<u8>, String> {
    let total = total(pieces);
    if total > MAX_UNIT {
        return Err(format!(
            "the sample's pieces are {} MB long; records over {} MB are left out",
            total >> 20,
            MAX_UNIT >> 20
        ));
    }
    let shell = bare(pieces.sample);
    let inner = shell
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"))
        .ok_or("`sample.json` is no JSON object, or stops in the middle")?;
    let messages = chosen(pieces)?;
    let mut out = Vec::with_capacity(usize::try_from(total).unwrap_or_default() + 128);
    out.push(b'{');
    out.extend_from_slice(inner);
    if !inner.iter().all(u8::is_ascii_whitespace) {
        out.push(b',');
    }
    if let Some(metadata) = pieces.metadata.map(bare).filter(|m| m.starts_with(b"{")) {
        out.extend_from_slice(b"\"metadata\":");
        out.extend_from_slice(metadata);
        out.push(b',');
    }
    out.extend_from_slice(b"\"messages\":[");
    for (i, message) in messages.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(message);
    }
    out.extend_from_slice(b"],");
    let wanted = references(&out);
    if !wanted.is_empty() {
        let texts = sequence(pieces.attachments, "attachments")?;
        out.extend_from_slice(b"\"attachments\":{");
        let mut first = true;
        for number in wanted {
            // One that is not there is named where it is referred to.
            let Some(text) = usize::try_from(number).ok().and_then(|n| texts.get(n)) else {
                continue;
            };
            if !first {
                out.push(b',');
            }
            first = false;
            out.extend_from_slice(format!("\"{number}\":").as_bytes());
            out.extend_from_slice(text);
        }
        out.extend_from_slice(b"},");
    }
    let events = pieces.stats.map_or(0, events);
    out.extend_from_slice(format!("\"events_left_out\":{events}}}").as_bytes());
    Ok(out)
}

fn total(pieces: &Pieces<'_>) -> u64 {
    let one = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let optional = |bytes: Option<&[u8]>| bytes.map_or(0, one);
    pieces
        .messages
        .iter()
        .chain(pieces.attachments)
        .map(|(_, bytes)| one(bytes))
        .chain([one(pieces.sample), optional(pieces.metadata), optional(pieces.stats)])
        .fold(0, u64::saturating_add)
}

/// Without white space around, and without a byte order mark.
fn bare(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii()
}

/// The messages of the conversation: ranges `[from, to)` of all messages that the log holds.
fn chosen<'a>(pieces: &Pieces<'a>) -> Result<Vec<&'a [u8]>, String> {
    let shell =
        json::read(pieces.sample).map_err(|(_, what)| format!("`sample.json` {what}"))?.value;
    let all = sequence(pieces.messages, "messages")?;
    let Some(refs) = shell.get("message_refs").and_then(Value::as_array) else {
        return Ok(all);
    };
    let mut out = Vec::new();
    let mut size = 0_usize;
    for range in refs {
        let end = |i: usize| usize::try_from(range.get(i)?.as_u64()?).ok();
        let (Some(from), Some(to)) = (end(0), end(1)) else {
            return Err("`message_refs` in `sample.json` is no list of ranges".to_owned());
        };
        let Some(part) = all.get(from..to) else {
            return Err(format!(
                "the conversation asks for messages {from} to {to}, but the log holds only {}",
                all.len()
            ));
        };
        out.extend_from_slice(part);
        // Ranges may repeat, so that a few bytes could ask for any amount.
        size += part.iter().map(|message| message.len() + 1).sum::<usize>();
        if u64::try_from(size).unwrap_or(u64::MAX) > MAX_UNIT || out.len() > MOST {
            return Err(format!(
                "the conversation is over {} MB or {MOST} messages long; such records are left out",
                MAX_UNIT >> 20
            ));
        }
    }
    Ok(out)
}

/// The items of all chunks of a sequence, as they stand.
fn sequence<'a>(chunks: &[(u64, &'a [u8])], name: &str) -> Result<Vec<&'a [u8]>, String> {
    let mut items = Vec::new();
    for (start, bytes) in chunks {
        let so_far = u64::try_from(items.len()).unwrap_or(u64::MAX);
        if *start > so_far {
            return Err(format!("{name} {so_far} to {start} are missing from the log"));
        }
        if *start < so_far {
            return Err(format!("two pieces of the log hold {name} {start}"));
        }
        if elements(bare(bytes), &mut items).is_none() {
            let too_many = items.len() >= MOST;
            let what = if too_many {
                "holds too many items"
            } else {
                "is no JSON list, or stops in the middle"
            };
            return Err(format!("`{name}/{start}.json` {what}"));
        }
    }
    Ok(items)
}

/// The elements of a list, as they stand. Only brackets, quotes and commas are looked at.
fn elements<'a>(bytes: &'a [u8], items: &mut Vec<&'a [u8]>) -> Option<()> {
    let inner = bytes.strip_prefix(b"[")?;
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut from = 0;
    let before = items.len();
    for (at, byte) in inner.iter().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => depth += 1,
            b']' if depth == 0 => {
                let last = inner.get(from..at)?.trim_ascii();
                if !last.is_empty() {
                    items.push(last);
                } else if items.len() > before {
                    return None;
                }
                return inner.get(at + 1..)?.trim_ascii().is_empty().then_some(());
            }
            b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                let item = inner.get(from..at)?.trim_ascii();
                if item.is_empty() || items.len() >= MOST {
                    return None;
                }
                items.push(item);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// The numbers behind `attachment://`.
fn references(bytes: &[u8]) -> BTreeSet<u64> {
    const SCHEME: &[u8] = b"attachment://";
    let number = |at: usize| {
        let rest = bytes.get(at + SCHEME.len()..)?;
        let digits = rest.iter().take(20).take_while(|b| b.is_ascii_digit()).count();
        std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
    };
    memchr::memmem::find_iter(bytes, SCHEME).filter_map(number).collect()
}

/// How many events the log holds, by the statistics of its chunks.
fn events(stats: &[u8]) -> u64 {
    let Ok(stats) = json::read(stats) else { return 0 };
    let chunks = stats.value.get("chunks").and_then(Value::as_array);
    let counts = chunks.into_iter().flatten().filter_map(|c| c.get("type_counts")?.as_object());
    counts.flat_map(|c| c.values()).filter_map(Value::as_u64).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    type Chunks<'a> = &'a [(u64, &'a [u8])];

    fn value(pieces: &Pieces<'_>) -> Value {
        json::read(&join(pieces).unwrap()).unwrap().value
    }

    #[test]
    fn the_pieces_make_one_record() {
        let messages: [(u64, &[u8]); 2] = [
            (0, br#"[{"role":"system","content":"attachment://1"}, {"role":"user","content":"a, ]"}]"#),
            (2, br#" [{"role":"user","content":"unused attachment://0"},{"role":"assistant","content":"b\"]"}] "#),
        ];
        let attachments: [(u64, &[u8]); 2] = [(0, br#"["zero","one"]"#), (2, br#"["two"]"#)];
        let pieces = Pieces {
            sample: br#"{"id":"x","epoch":1,"message_refs":[[0,2],[3,4]]}"#,
            metadata: Some(br#"{"tier":"free"}"#),
            messages: &messages,
            attachments: &attachments,
            stats: Some(br#"{"chunks":[{"type_counts":{"model":2,"state":1}},{"type_counts":{"score":4}}]}"#),
        };
        let record = value(&pieces);
        assert_eq!(record["messages"].as_array().unwrap().len(), 3);
        assert_eq!(record["messages"][1]["content"], "a, ]");
        assert_eq!(record["messages"][2]["content"], "b\"]");
        assert_eq!(record["attachments"], json!({"1": "one"}), "only what is referred to");
        assert_eq!(record["metadata"]["tier"], "free");
        assert_eq!(record["events_left_out"], 7);
    }

    #[test]
    fn a_sample_without_anything_is_one_too() {
        let record = value(&Pieces { sample: b" {} ", ..Pieces::default() });
        assert_eq!(record, json!({"messages": [], "events_left_out": 0}));
        let messages: [(u64, &[u8]); 1] = [(0, b"[ ]")];
        let pieces =
            Pieces { sample: b"{\"message_refs\":[]}", messages: &messages, ..Pieces::default() };
        assert_eq!(value(&pieces)["messages"], json!([]));
    }

    #[test]
    fn what_is_odd_is_still_there_afterwards() {
        let messages: [(u64, &[u8]); 1] = [(0, br#"[{"content":"\ud83d"}]"#)];
        let pieces =
            Pieces { sample: br#"{"total_time": NaN}"#, messages: &messages, ..Pieces::default() };
        let read = json::read(&join(&pieces).unwrap()).unwrap();
        let codes: Vec<&str> = read.mends.iter().map(|m| m.code).collect();
        assert_eq!(codes.len(), 2);
        assert!(codes.contains(&"nan") && codes.contains(&"lone-surrogate"), "{codes:?}");
    }

    #[test]
    fn broken_pieces_are_said() {
        let sample: &[u8] = br#"{"message_refs":[[0,3]]}"#;
        let refs: &[u8] = br#"{"message_refs":["all"]}"#;
        let cases: [(&[u8], Chunks<'_>, &str); 9] = [
            (b"{\"id\": 1", &[], "`sample.json` is no JSON object"),
            (b"", &[], "`sample.json` is no JSON object"),
            (b"{\"id\" 1}", &[], "`sample.json` no JSON: expected `:`"),
            (sample, &[(0, b"[1,2]")], "asks for messages 0 to 3, but the log holds only 2"),
            (sample, &[(0, b"[1]"), (2, b"[1]")], "messages 1 to 2 are missing"),
            (sample, &[(0, b"[1,2]"), (1, b"[1]")], "two pieces of the log hold messages 1"),
            (sample, &[(0, b"[1,2")], "`messages/0.json` is no JSON list"),
            (sample, &[(0, b"[1,,2]")], "`messages/0.json` is no JSON list"),
            (refs, &[(0, b"[1]")], "no list of ranges"),
        ];
        for (sample, messages, expected) in cases {
            let error = join(&Pieces { sample, messages, ..Pieces::default() }).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_flood_of_tiny_items_is_refused() {
        let flood = format!("[{}1]", "1,".repeat(MOST + 1));
        let messages: [(u64, &[u8]); 1] = [(0, flood.as_bytes())];
        let error = join(&Pieces { sample: b"{}", messages: &messages, ..Pieces::default() });
        assert_eq!(error.unwrap_err(), "`messages/0.json` holds too many items");
        let refs = format!("{{\"message_refs\":[{}[0,2]]}}", "[0,2],".repeat(MOST / 2));
        let messages: [(u64, &[u8]); 1] = [(0, b"[1,2]")];
        let pieces = Pieces { sample: refs.as_bytes(), messages: &messages, ..Pieces::default() };
        assert!(join(&pieces).unwrap_err().contains("messages long; such records are left out"));
    }

    #[test]
    fn a_reference_to_nothing_is_left_for_the_reader_to_name() {
        let messages: [(u64, &[u8]); 1] = [(0, br#"[{"content":"attachment://9"}]"#)];
        let pieces = Pieces { sample: b"{}", messages: &messages, ..Pieces::default() };
        assert_eq!(value(&pieces)["attachments"], json!({}));
    }
}
