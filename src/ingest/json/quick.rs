//! The quick way through JSON as most writers write it. It knows nothing of faults: whatever is out of the ordinary (a
//! fault of any kind, a key given twice, a number with lost digits, too much nesting) is `None`, and the careful way
//! reads the bytes from their start and decides. So nothing is accepted, mended or said here.
//!
//! Texts are copied in pieces between their escapes, each looked at for UTF-8 and control characters; what is no text is
//! ASCII or a fault.

use serde_json::{Map, Number, Value};

use super::MAX_DEPTH;
use super::stops::Stops;

/// Bytes of a text with escapes that are put together before they are kept: what a text takes beside itself.
const MOST_LOOSE: usize = 256 << 10;
/// Members that there is room for at once: so little memory is had without looking for it.
const FEW_MEMBERS: usize = 10;

/// Texts of fewer bytes, as they are written, are read in full.
const LONG: usize = 96;

/// Reads one value, when nothing is odd about it.
pub fn read(bytes: &[u8]) -> Option<Value> {
    read_with(bytes, None)
}

/// As [`read`], for who does not look into texts: of a long one under such a key of the value itself, when it begins like
/// prose, its first character stands for all of it.
pub fn skim(bytes: &[u8], is_text: fn(&str) -> bool) -> Option<Value> {
    read_with(bytes, Some(is_text))
}

fn read_with(bytes: &[u8], skims: Option<fn(&str) -> bool>) -> Option<Value> {
    let mut reader = Reader {
        bytes,
        at: 0,
        loose: String::new(),
        members: Vec::with_capacity(FEW_MEMBERS),
        elements: Vec::new(),
        stops: Stops::new(bytes),
        skims,
    };
    let value = reader.value(0)?;
    reader.next().is_none().then_some(value)
}

struct Reader<'a> {
    /// The unit.
    bytes: &'a [u8],
    at: usize,
    /// The end of a text with escapes, while it is read.
    loose: String,
    /// Members of the objects that are open, and elements of the lists: each takes its own from the end when it closes,
    /// and room for exactly so many.
    members: Vec<(String, Value)>,
    elements: Vec<Value>,
    stops: Stops<'a>,
    /// Keys under which long texts are passed over.
    skims: Option<fn(&str) -> bool>,
}

impl<'a> Reader<'a> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The next byte that is no white space, which is passed over.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.next()? {
            b'"' => self.string().map(Value::String),
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b't' => self.word(b"true", Value::Bool(true)),
            b'f' => self.word(b"false", Value::Bool(false)),
            b'n' => self.word(b"null", Value::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Option<Value> {
        let there = self.bytes.get(self.at..self.at + word.len())? == word;
        self.at += word.len();
        there.then_some(value)
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        let first = self.members.len();
        if self.next()? == b'}' {
            self.at += 1;
            return Some(Value::Object(Map::new()));
        }
        loop {
            if self.next()? != b'"' {
                return None;
            }
            let key = self.string()?;
            if self.next()? != b':' {
                return None;
            }
            self.at += 1;
            let value = match (self.next()?, self.skims) {
                (b'"', Some(is_text)) if depth == 1 => {
                    let whole = self.is_short()? || !is_text(&key);
                    Value::String(if whole { self.string()? } else { self.gist()? })
                }
                _ => self.value(depth)?,
            };
            self.members.push((key, value));
            let end = self.next()?;
            self.at += 1;
            match end {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        let count = self.members.len() - first;
        let map: Map<String, Value> = self.members.drain(first..).collect();
        (map.len() == count).then_some(Value::Object(map))
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.at += 1;
        let first = self.elements.len();
        if self.next()? == b']' {
            self.at += 1;
            return Some(Value::Array(Vec::new()));
        }
        loop {
            let value = self.value(depth)?;
            self.elements.push(value);
            let end = self.next()?;
            self.at += 1;
            match end {
                b',' => {}
                b']' => break,
                _ => return None,
            }
        }
        Some(Value::Array(self.elements.drain(first..).collect()))
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.bytes.get(self.at..)?;
        let in_number = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let len = rest.iter().position(|b| !in_number(b)).unwrap_or(rest.len());
        let digits = rest.get(..len)?;
        let token = std::str::from_utf8(digits).ok()?;
        self.at += len;
        // Few enough digits to fit, and no zero before others.
        let plain = digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit);
        if plain && (digits.len() == 1 || digits.first().is_some_and(|b| *b != b'0')) {
            return Some(Value::Number(token.parse::<u64>().ok()?.into()));
        }
        if let Some(number) = decimal(digits).and_then(Number::from_f64) {
            return Some(Value::Number(number));
        }
        let number: Number = serde_json::from_str(token).ok()?;
        // 2^63: integers beyond it may have lost digits.
        let huge = number.is_f64() && number.as_f64()?.abs() >= 9_223_372_036_854_775_808.0;
        (!huge).then_some(Value::Number(number))
    }

    /// The text whose opening quote is next.
    fn string(&mut self) -> Option<String> {
        let start = self.at + 1;
        let mut from = start;
        let mut at = self.text_end(from)?;
        if self.byte(at)? == b'"' {
            self.at = at + 1;
            return self.checked(start, at).map(str::to_owned);
        }
        self.loose.clear();
        // Who skims reads short texts, with few exceptions.
        let most = if self.skims.is_some() { 4 * LONG } else { MOST_LOOSE };
        self.loose.reserve(self.bytes.len().min(most));
        let mut out = String::new();
        while self.byte(at)? == b'\\' {
            if self.loose.len() > MOST_LOOSE {
                out.push_str(&self.loose);
                self.loose.clear();
            }
            let piece = self.checked(from, at)?;
            self.loose.push_str(piece);
            let code = self.byte(at + 1)?;
            from = match ESCAPES.get(usize::from(code)) {
                Some(0) if code == b'u' => {
                    let (means, end) = self.unicode(at + 2)?;
                    self.loose.push(means);
                    end
                }
                Some(means) if *means > 0 => {
                    self.loose.push(char::from(*means));
                    at + 2
                }
                _ => return None,
            };
            at = self.text_end(from)?;
        }
        self.at = at + 1;
        let rest = self.checked(from, at)?;
        // Room for exactly what there is.
        out.reserve_exact(self.loose.len() + rest.len());
        out.push_str(&self.loose);
        out.push_str(rest);
        Some(out)
    }

    /// Whether the text whose opening quote is next is one of few bytes, none of them an escape: most are.
    fn is_short(&mut self) -> Option<bool> {
        let start = self.at + 1;
        let end = self.text_end(start)?;
        Some(end - start < LONG && self.byte(end)? == b'"')
    }

    /// As [`Self::string`]; of a long text that begins like prose, only the first character.
    fn gist(&mut self) -> Option<String> {
        let start = self.at + 1;
        let mut end = self.text_end(start)?;
        loop {
            let next = match self.bytes.get(end..)? {
                [b'"', ..] => break,
                [_, b'u', digits @ ..] => match hex(digits)? {
                    // Half of a pair, which the other has to follow.
                    0xd800..0xe000 => self.unicode(end + 2)?.1,
                    _ => end + 6,
                },
                [_, code, ..] if *ESCAPES.get(usize::from(*code))? > 0 => end + 2,
                _ => return None,
            };
            end = self.text_end(next)?;
        }
        let long = self.bytes.get(start..end).filter(|text| text.len() >= LONG);
        let Some(first) = long.and_then(first_of_prose) else { return self.string() };
        if self.stops.controls || self.stops.beyond {
            self.checked(start, end)?;
        }
        self.at = end + 1;
        Some(String::from(char::from(first)))
    }

    /// Where a text's plain bytes end from an offset on: its quote, or an escape.
    fn text_end(&mut self, from: usize) -> Option<usize> {
        self.stops.from(from)
    }

    /// A stretch of a text between two ends, when it is UTF-8 and no control character stands in it.
    fn checked(&self, from: usize, to: usize) -> Option<&'a str> {
        let bytes = self.bytes.get(from..to)?;
        let lowest = || bytes.iter().fold(0xff, |lowest: u8, byte| lowest.min(*byte));
        if self.stops.controls && lowest() < 0x20 {
            return None;
        }
        simdutf8::basic::from_utf8(bytes).ok()
    }

    /// What the digits behind a `\u` mean, with a second half if it needs one, and the offset behind.
    fn unicode(&self, at: usize) -> Option<(char, usize)> {
        let unit = self.hex(at)?;
        if let Some(means) = char::from_u32(unit) {
            return Some((means, at + 4));
        }
        // The first half of a pair; a half alone is mended elsewhere.
        let second = self.bytes.get(at + 4..at + 6)? == b"\\u";
        if !second || !(0xd800..0xdc00).contains(&unit) {
            return None;
        }
        let low = self.hex(at + 6).filter(|low| (0xdc00..0xe000).contains(low))?;
        let means = char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?;
        Some((means, at + 10))
    }

    fn hex(&self, at: usize) -> Option<u32> {
        hex(self.bytes.get(at..)?)
    }
}

/// What the first four digits mean.
fn hex(bytes: &[u8]) -> Option<u32> {
    let digits: &[u8; 4] = bytes.first_chunk()?;
    let unit = digits.iter().fold(0, |unit: u32, b| {
        unit << 4 | DIGITS.get(usize::from(*b)).copied().unwrap_or(NO_DIGIT)
    });
    (unit < NO_DIGIT).then_some(unit)
}

/// The first character of a text, as it is written, behind white space: a letter, a digit, or the `<` of a tag. Whoever is
/// asked what a text is goes by something else: `{` of a verdict, `<|` of tokens, `__ERROR__`.
fn first_of_prose(mut text: &[u8]) -> Option<u8> {
    loop {
        text = match text {
            [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] | [b'\\', b'n' | b't' | b'r', rest @ ..] => {
                rest
            }
            [first, second, ..] => {
                let tag = *first == b'<' && second.is_ascii_alphabetic();
                return (first.is_ascii_alphanumeric() || tag).then_some(*first);
            }
            _ => return None,
        };
    }
}

/// A number with a point and so few digits that they and the power of ten below them are exact: then their quotient is
/// rounded once, as the careful way does it, too.
fn decimal(token: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (minus, digits) = match token {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let point = digits.iter().position(|b| *b == b'.')?;
    let behind = digits.len() - point - 1;
    let no_zero_before_others = point == 1 || point > 1 && digits.first() != Some(&b'0');
    if !no_zero_before_others || behind == 0 || digits.len() > 16 {
        return None;
    }
    let mut number = 0_u64;
    for digit in digits.iter().take(point).chain(digits.iter().skip(point + 1)) {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(*digit - b'0');
    }
    let number = number as f64 / POWERS.get(behind)?;
    Some(if minus { -number } else { number })
}

/// What a letter behind a backslash means; 0: nothing alone.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let (mut i, known) = (0, *b"n\n\"\"\\\\t\tr\r//b\x08f\x0c");
    while i < known.len() {
        table[known[i] as usize] = known[i + 1];
        i += 2;
    }
    table
};

/// Larger than any four digits make.
const NO_DIGIT: u32 = 1 << 16;

/// The value of a hexadecimal digit.
const DIGITS: [u32; 256] = {
    let mut table = [NO_DIGIT; 256];
    let (mut i, known) = (0, *b"0123456789abcdef");
    while i < known.len() {
        table[known[i] as usize] = i as u32;
        table[known[i].to_ascii_uppercase() as usize] = i as u32;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests;
