//! One unit of JSON, read as leniently as honesty allows: every mend is said.
//!
//! What is as it should be is read by [`quick`]. All else goes the careful way: one pass of `serde_json` through a
//! visitor of our own, which also notices repeated keys and integers that lost digits. Only when that fails, or digits
//! were lost, [`mend`] rewrites the bytes once and they are read again. Nothing is guessed: quotes, commas and brackets
//! are never added.

mod mend;
mod quick;
mod stops;

pub use mend::text;

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::model::{ProblemKind, Repair};

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 127;

/// A value and what was mended to get it.
#[derive(Debug, Clone)]
pub struct Lenient {
    /// The value.
    pub value: Value,
    /// Codes: `bad-utf8`, `nan`, `lone-surrogate`, `control-character`, `huge-number`, `repeated-key`; for a table's row
    /// also those of `table`.
    pub mends: Vec<Repair>,
}

/// Bytes of a byte order mark in front.
fn bom(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

/// A unit in which nothing is odd, for who does not look into texts: of a long one under such a key of the record itself
/// only the first character is there. `None`: it is to be read as any other.
pub fn skim(bytes: &[u8], is_text: fn(&str) -> bool) -> Option<Value> {
    quick::skim(bytes.get(bom(bytes)..)?, is_text)
}

/// Reads one JSON value. A byte order mark in front is passed over.
///
/// # Errors
/// A problem kind and a sentence (with the column, counted in bytes from 1) when it is no JSON even after
/// mending, is nested too deep, or stops in the middle. The sentence holds none of the text.
pub fn read(bytes: &[u8]) -> Result<Lenient, (ProblemKind, String)> {
    let bom = bom(bytes);
    let bytes = bytes.get(bom..).unwrap_or_default();
    if let Some(value) = quick::read(bytes) {
        return Ok(Lenient { value, mends: Vec::new() });
    }
    match parse(bytes) {
        Ok((value, notes)) if !notes.huge => {
            Ok(Lenient { value, mends: notes.repeated_keys().into_iter().collect() })
        }
        first => {
            let mended = mend::mend(bytes);
            if mended.depth > MAX_DEPTH {
                let text = format!("is nested deeper than {MAX_DEPTH} levels");
                return Err((ProblemKind::Unreadable, text));
            }
            if mended.mends.is_empty() {
                return match first {
                    Ok((value, notes)) => {
                        Ok(Lenient { value, mends: notes.repeated_keys().into_iter().collect() })
                    }
                    Err(e) => Err(sentence(bytes, bom, &e, |at| at)),
                };
            }
            match parse(&mended.bytes) {
                Ok((value, notes)) => {
                    let mut mends = mended.mends.clone();
                    mends.extend(notes.repeated_keys());
                    Ok(Lenient { value, mends })
                }
                Err(e) => Err(sentence(&mended.bytes, bom, &e, |at| mended.original(at))),
            }
        }
    }
}

/// `name` for a message: control and invisible characters escaped, at most 40 characters.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut shown: String = name.chars().take(40).flat_map(char::escape_debug).collect();
    if name.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

/// What the visitor noticed.
#[derive(Default)]
struct Notes {
    repeated: Vec<String>,
    repeated_count: usize,
    /// A number beyond 2^63: perhaps an integer whose digits were lost.
    huge: bool,
}

impl Notes {
    fn repeated_keys(&self) -> Option<Repair> {
        (self.repeated_count > 0).then(|| {
            let names: Vec<String> = self.repeated.iter().map(|k| plain(k)).collect();
            let more = self.repeated_count.saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            Repair {
                code: "repeated-key",
                detail: format!("keys given twice, the last one kept: {}{more}", names.join(", ")),
            }
        })
    }
}

fn parse(bytes: &[u8]) -> Result<(Value, Notes), serde_json::Error> {
    let notes = RefCell::new(Notes::default());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Seed(&notes).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, notes.into_inner()))
}

#[derive(Clone, Copy)]
struct Seed<'a>(&'a RefCell<Notes>);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        // 2^63: below it, serde_json reads every integer exactly.
        if v.abs() >= 9_223_372_036_854_775_808.0 {
            self.0.borrow_mut().huge = true;
        }
        Ok(Number::from_f64(v).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(self)?;
            if map.contains_key(&key) {
                let mut notes = self.0.borrow_mut();
                notes.repeated_count += 1;
                if notes.repeated.len() < 8 && !notes.repeated.contains(&key) {
                    notes.repeated.push(key.clone());
                }
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// The parser's complaint as a sentence, placed in the bytes as they came.
fn sentence(
    bytes: &[u8],
    bom: usize,
    error: &serde_json::Error,
    original: impl Fn(usize) -> usize,
) -> (ProblemKind, String) {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return (ProblemKind::Unreadable, "holds nothing".to_owned());
    }
    // Line and column → offset → offset before mending → line and column again.
    let line_start = match error.line() {
        0 | 1 => 0,
        n => memchr::memchr_iter(b'\n', bytes).nth(n - 2).map_or(0, |at| at + 1),
    };
    let at = original(line_start + error.column().saturating_sub(1));
    let place = if error.line() > 1 {
        let column = at.saturating_sub(original(line_start)) + 1;
        format!("column {column} of its line {}", error.line())
    } else {
        format!("column {}", at + bom + 1)
    };
    if error.is_eof() {
        return (ProblemKind::Torn, format!("stops in the middle, at {place}"));
    }
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let what = match text {
        "trailing characters" => "expected the end of the record, but more text follows",
        "expected value" => "expected a value",
        "expected ident" => "expected true, false or null",
        "expected `:`" => "expected `:` after a key",
        "expected `,` or `}`" => "expected `,` or `}`",
        "expected `,` or `]`" => "expected `,` or `]`",
        "key must be a string" => "expected a key in double quotes",
        "trailing comma" => "expected another entry after the comma",
        "invalid number" | "number out of range" => "expected a number that JSON allows",
        "invalid escape" => "expected an escape that JSON knows after `\\`",
        other => return (ProblemKind::Unreadable, format!("no JSON: {} at {place}", plain(other))),
    };
    (ProblemKind::Unreadable, format!("no JSON: {what} at {place}"))
}

#[cfg(test)]
mod tests;
