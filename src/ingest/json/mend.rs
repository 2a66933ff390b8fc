//! The one pass that makes nearly-JSON into JSON, counting what it changed.
//!
//! It changes tokens, never structure: what is torn or has the wrong brackets stays so.

use crate::model::Repair;

/// Rewritten bytes and what was rewritten.
#[derive(Debug, Default)]
pub struct Mended {
    /// The text after mending.
    pub bytes: Vec<u8>,
    /// One repair per kind, with its count.
    pub mends: Vec<Repair>,
    /// The deepest nesting met.
    pub depth: usize,
    /// (offset after mending, offset before), at each place where the difference changes.
    shifts: Vec<(usize, usize)>,
}

impl Mended {
    /// The offset before mending of an offset after it; inside a mended token, its start.
    pub fn original(&self, at: usize) -> usize {
        let index = self.shifts.partition_point(|(after, _)| *after <= at);
        match index.checked_sub(1).and_then(|i| self.shifts.get(i)) {
            Some((after, before)) => before + (at - after),
            None => at,
        }
    }
}

/// Text that should be UTF-8: what is none is replaced, and counted in the repair.
#[must_use]
pub fn text(bytes: Vec<u8>) -> (String, Option<Repair>) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    let bad_utf8 = bytes.utf8_chunks().filter(|c| !c.invalid().is_empty()).count();
    let tally = Tally { bad_utf8, ..Tally::default() };
    (String::from_utf8_lossy(&bytes).into_owned(), tally.repairs().into_iter().next())
}

#[derive(Default)]
struct Tally {
    bad_utf8: usize,
    nan: usize,
    surrogate: usize,
    control: usize,
    huge: usize,
}

/// Mends what can be mended.
pub fn mend(bytes: &[u8]) -> Mended {
    let mut tally = Tally::default();
    let mut out = Mended::default();
    out.bytes.reserve(bytes.len() + bytes.len() / 64);
    let mut at = 0;
    let mut depth = 0usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = string(bytes, at, &mut out, &mut tally),
            b'{' | b'[' => {
                depth += 1;
                out.depth = out.depth.max(depth);
                out.bytes.push(byte);
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                out.bytes.push(byte);
                at += 1;
            }
            _ if in_token(byte) => {
                let rest = bytes.get(at..).unwrap_or_default();
                let len = rest.iter().position(|b| !in_token(*b)).unwrap_or(rest.len());
                token(rest.get(..len).unwrap_or_default(), at, &mut out, &mut tally);
                at += len;
            }
            _ => {
                out.bytes.push(byte);
                at += 1;
            }
        }
    }
    out.mends = tally.repairs();
    out
}

fn in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

/// Copies one number or word, replaced where JSON has no such thing.
fn token(token: &[u8], at: usize, out: &mut Mended, tally: &mut Tally) {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    let integer = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    // A leading zero is no JSON; quoting it would hide that.
    let plain = !digits.starts_with(b"0");
    let text = std::str::from_utf8(token).unwrap_or_default();
    if matches!(token, b"NaN" | b"-NaN" | b"Infinity" | b"-Infinity") {
        tally.nan += 1;
        replace(out, at, token.len(), b"null");
    } else if integer && plain && text.parse::<i64>().is_err() && text.parse::<u64>().is_err() {
        tally.huge += 1;
        let mut quoted = Vec::with_capacity(token.len() + 2);
        quoted.push(b'"');
        quoted.extend_from_slice(token);
        quoted.push(b'"');
        replace(out, at, token.len(), &quoted);
    } else if digits.first().is_some_and(u8::is_ascii_digit)
        && text.parse::<f64>().is_ok_and(f64::is_infinite)
    {
        tally.nan += 1;
        replace(out, at, token.len(), b"null");
    } else {
        out.bytes.extend_from_slice(token);
    }
}

fn replace(out: &mut Mended, at: usize, len: usize, with: &[u8]) {
    out.shifts.push((out.bytes.len(), at));
    out.bytes.extend_from_slice(with);
    out.shifts.push((out.bytes.len(), at + len));
}

/// Copies one string from its opening quote on; gives the offset after its closing one, or the end.
fn string(bytes: &[u8], open: usize, out: &mut Mended, tally: &mut Tally) -> usize {
    out.bytes.push(b'"');
    let mut at = open + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let plain = rest
            .iter()
            .position(|b| matches!(b, b'"' | b'\\') || *b < 0x20 || *b >= 0x80)
            .unwrap_or(rest.len());
        out.bytes.extend_from_slice(rest.get(..plain).unwrap_or_default());
        at += plain;
        match bytes.get(at..).unwrap_or_default() {
            [] => return at,
            [b'"', ..] => {
                out.bytes.push(b'"');
                return at + 1;
            }
            [b'\\', b'u', rest @ ..] => at += 2 + unicode_escape(rest, at, out, tally),
            [b'\\', next, ..] if *next >= 0x20 && *next < 0x80 => {
                out.bytes.extend_from_slice(&[b'\\', *next]);
                at += 2;
            }
            [b'\\', ..] => {
                // An escape of nothing sensible stays, for the parser to refuse.
                out.bytes.push(b'\\');
                at += 1;
            }
            [control, ..] if *control < 0x20 => {
                tally.control += 1;
                replace(out, at, 1, format!("\\u{control:04x}").as_bytes());
                at += 1;
            }
            rest => at += wide(rest, at, out, tally),
        }
    }
}

/// Copies a `\u` escape; `rest` starts after `\u` at offset `at + 2`. Gives how much of `rest` it used.
fn unicode_escape(rest: &[u8], at: usize, out: &mut Mended, tally: &mut Tally) -> usize {
    let Some(unit) = hex(rest) else {
        out.bytes.extend_from_slice(b"\\u");
        return 0;
    };
    let keep = |out: &mut Mended, len: usize| {
        out.bytes.extend_from_slice(b"\\u");
        out.bytes.extend_from_slice(rest.get(..len).unwrap_or_default());
        len
    };
    match unit {
        0xD800..=0xDBFF => {
            let low = match rest.get(4..) {
                Some([b'\\', b'u', low @ ..]) => hex(low),
                _ => None,
            };
            if matches!(low, Some(0xDC00..=0xDFFF)) {
                return keep(out, 10);
            }
        }
        0xDC00..=0xDFFF => {}
        _ => return keep(out, 4),
    }
    tally.surrogate += 1;
    replace(out, at, 6, b"\\ufffd");
    4
}

fn hex(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Copies one character beyond ASCII, or replaces a broken one. Gives how many bytes it used.
fn wide(rest: &[u8], at: usize, out: &mut Mended, tally: &mut Tally) -> usize {
    // Four bytes hold the longest character, so only the first of them need be looked at.
    let head = rest.get(..4).unwrap_or(rest);
    let Some(chunk) = head.utf8_chunks().next() else { return head.len() };
    if let Some(c) = chunk.valid().chars().next() {
        out.bytes.extend_from_slice(rest.get(..c.len_utf8()).unwrap_or_default());
        return c.len_utf8();
    }
    tally.bad_utf8 += 1;
    let len = chunk.invalid().len().max(1);
    replace(out, at, len, "\u{FFFD}".as_bytes());
    len
}

impl Tally {
    fn repairs(&self) -> Vec<Repair> {
        let many = |n: usize, one: &str, more: &str| {
            if n == 1 { format!("1 {one}") } else { format!("{n} {more}") }
        };
        let kinds: [(&'static str, usize, &str, &str, &str); 5] = [
            (
                "bad-utf8",
                self.bad_utf8,
                "byte sequence",
                "byte sequences",
                "that are no UTF-8, read as U+FFFD",
            ),
            (
                "nan",
                self.nan,
                "number",
                "numbers",
                "without a finite value (NaN, Infinity), read as null",
            ),
            (
                "lone-surrogate",
                self.surrogate,
                "half of a surrogate pair",
                "halves of surrogate pairs",
                "read as U+FFFD",
            ),
            (
                "control-character",
                self.control,
                "control character",
                "control characters",
                "not escaped in a string",
            ),
            ("huge-number", self.huge, "integer", "integers", "beyond 64 bits, kept as text"),
        ];
        kinds
            .into_iter()
            .filter(|(_, n, ..)| *n > 0)
            .map(|(code, n, one, more, rest)| Repair {
                code,
                detail: format!("{} {rest}", many(n, one, more)),
            })
            .collect()
    }
}
