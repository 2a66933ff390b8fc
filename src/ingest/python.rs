//! Python literals as values: what `str()` and pandas leave in the cells of tables (`['a', "b"]`, `{'a': None}`).
//!
//! Strict: the whole text is one literal, or it is none. One pass, never back; nesting is limited. Tuples and sets
//! become lists, `None`, `nan` and `inf` null, an integer beyond 64 bits its digits as text. Anything that Python would have
//! to run (`array([…])`, `datetime(…)`) is no literal.

use serde_json::{Map, Number, Value};

/// How deep lists and dicts may be nested.
const MAX_DEPTH: usize = 64;

/// The literal that a text is, if it is one.
pub fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.trim() };
    let value = reader.value(0)?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

/// The list or object that a table's cell holds, written as JSON or as Python. `None` for every other text.
pub fn cell(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['[', '{', '(']) {
        return None;
    }
    let json = serde_json::from_str::<Value>(text).ok();
    json.or_else(|| read(text)).filter(|value| value.is_array() || value.is_object())
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        match self.rest.chars().next()? {
            '[' => self.list(']', depth),
            '(' => self.list(')', depth),
            '{' => self.dict(depth),
            '\'' | '"' => self.text().map(Value::String),
            _ => self.word(),
        }
    }

    fn list(&mut self, close: char, depth: usize) -> Option<Value> {
        self.rest = self.rest.get(1..)?;
        let mut items = Vec::new();
        let mut commas = 0;
        loop {
            if self.take(close) {
                break;
            }
            items.push(self.value(depth + 1)?);
            if self.take(',') {
                commas += 1;
            } else if self.take(close) {
                break;
            } else {
                return None;
            }
        }
        match (close, items.len(), commas) {
            // Brackets around one value are no tuple.
            (')', 1, 0) => items.pop(),
            _ => Some(Value::Array(items)),
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        self.rest = self.rest.get(1..)?;
        if self.take('}') {
            return Some(Value::Object(Map::new()));
        }
        let first = self.value(depth + 1)?;
        if !self.take(':') {
            return self.set(first, depth);
        }
        let mut map = Map::new();
        let mut key = first;
        loop {
            let name = match key {
                Value::String(text) => text,
                Value::Array(_) | Value::Object(_) => return None,
                other => other.to_string(),
            };
            map.insert(name, self.value(depth + 1)?);
            if !self.take(',') {
                return self.take('}').then_some(Value::Object(map));
            }
            if self.take('}') {
                return Some(Value::Object(map));
            }
            key = self.value(depth + 1)?;
            if !self.take(':') {
                return None;
            }
        }
    }

    fn set(&mut self, first: Value, depth: usize) -> Option<Value> {
        let mut items = vec![first];
        while self.take(',') {
            if self.take('}') {
                return Some(Value::Array(items));
            }
            items.push(self.value(depth + 1)?);
        }
        self.take('}').then_some(Value::Array(items))
    }

    fn word(&mut self) -> Option<Value> {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | ']' | '}' | ')');
        let len = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(len);
        self.rest = rest;
        match word {
            "True" => return Some(Value::Bool(true)),
            "False" => return Some(Value::Bool(false)),
            "None" | "nan" | "inf" | "-inf" => return Some(Value::Null),
            _ => {}
        }
        let bare = word.strip_prefix('-').unwrap_or(word);
        if !bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        if bare.bytes().all(|b| b.is_ascii_digit()) {
            let whole = word.parse::<i64>().map(Number::from);
            let whole = whole.or_else(|_| word.parse::<u64>().map(Number::from));
            return Some(whole.map_or_else(|_| Value::String(word.to_owned()), Value::Number));
        }
        let number = word.parse::<f64>().ok()?;
        Some(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    /// A string with its quotes in front.
    fn text(&mut self) -> Option<String> {
        let mut chars = self.rest.char_indices();
        let (_, quote) = chars.next()?;
        let mut out = String::new();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = self.rest.get(at + 1..)?;
                return Some(out);
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            let (_, escape) = chars.next()?;
            let simple = match escape {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'a' => '\u{7}',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'v' => '\u{b}',
                '0' => '\0',
                '\\' | '\'' | '"' => escape,
                'x' => hex(&mut chars, 2)?,
                'u' => hex(&mut chars, 4)?,
                'U' => hex(&mut chars, 8)?,
                '\n' => continue,
                other => {
                    // Python keeps the backslash of an escape that it does not know.
                    out.push('\\');
                    other
                }
            };
            out.push(simple);
        }
        None
    }
}

/// A character by its number; half of a surrogate pair is no character.
fn hex(chars: &mut std::str::CharIndices<'_>, digits: usize) -> Option<char> {
    let mut number = 0;
    for _ in 0..digits {
        let (_, digit) = chars.next()?;
        number = number * 16 + digit.to_digit(16)?;
    }
    Some(char::from_u32(number).unwrap_or('\u{fffd}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals() {
        let cases = [
            ("[]", json!([])),
            ("['a', \"b's\"]", json!(["a", "b's"])),
            (" ['it\\'s', 'x\\n\\x41\\u00e9\\q',] ", json!(["it's", "x\nAé\\q"])),
            ("{'a': 1, 'b': [None, True, -2.5e3]}", json!({"a": 1, "b": [null, true, -2500.0]})),
            ("{1: 'x', True: 'y'}", json!({"1": "x", "true": "y"})),
            ("(1, 2)", json!([1, 2])),
            ("(1,)", json!([1])),
            ("('a')", json!("a")),
            ("{'a', 'b'}", json!(["a", "b"])),
            ("[nan, inf]", json!([null, null])),
            ("123456789012345678901234567890", json!("123456789012345678901234567890")),
            ("'\\ud83d'", json!("\u{fffd}")),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_literal_is_none() {
        for text in [
            "",
            "[",
            "['a'",
            "['a' 'b']",
            "['a',, 'b']",
            "{'a': }",
            "{'a': 1 'b': 2}",
            "{[1]: 2}",
            "array([1])",
            "abc",
            "['a'] x",
            "'open",
            "'\\x4'",
            "1+2j",
            "--1",
            "[1:2]",
            "{1: 2, 3}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read(&deep), None);
        assert_eq!(
            read(&format!("{}{}", "[".repeat(60), "]".repeat(60))).map(|v| v.is_array()),
            Some(true)
        );
    }

    #[test]
    fn a_cell_is_a_list_or_an_object_in_either_writing() {
        assert_eq!(cell("[\"a\", null]"), Some(json!(["a", null])));
        assert_eq!(cell("['a', None]"), Some(json!(["a", null])));
        assert_eq!(cell(" {'k': 'v'}"), Some(json!({"k": "v"})));
        for text in ["plain", "True", "3", "'a'", "(a remark)", "[see note]", "{x}"] {
            assert_eq!(cell(text), None, "{text}");
        }
    }
}
