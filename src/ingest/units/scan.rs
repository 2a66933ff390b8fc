//! Where a JSON value ends: a scanner that is fed pieces and knows just enough grammar to notice a tear.
//!
//! It is no validator: any run of letters and digits passes for a scalar, and commas may trail. What it does
//! refuse is a byte that no mending could make sense of, because that is where a killed writer's record was
//! run over by the next one.

/// What a piece of input led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All of it was used; the value goes on.
    More,
    /// The value ended just before this offset of the piece.
    Done(usize),
    /// The byte at this offset of the piece cannot stand there.
    Broken(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value must come.
    Value,
    /// A value or the array's end.
    ValueOrEnd,
    /// A key or the object's end.
    Key,
    /// The colon after a key.
    Colon,
    /// A comma or the container's end.
    After,
    /// In a string; `true`: it is a key.
    Text(bool),
    /// After a backslash in such a string.
    Escape(bool),
    /// In a number or word.
    Scalar,
}

/// The scanner, ready for the first byte of a value.
#[derive(Debug)]
pub struct Scanner {
    state: State,
    /// The open containers, `{` or `[`.
    stack: Vec<u8>,
    /// A raw newline inside a string breaks: lines are records here.
    line_bound: bool,
    /// Only strings and depth are looked at.
    loose: bool,
}

impl Scanner {
    /// `line_bound`: a raw newline in a string is a tear.
    pub fn new(line_bound: bool) -> Self {
        Self { state: State::Value, stack: Vec::new(), line_bound, loose: false }
    }

    /// Follows strings and brackets only, and breaks at nothing.
    pub fn loose() -> Self {
        Self { state: State::Value, stack: Vec::new(), line_bound: false, loose: true }
    }

    /// Whether the end of the stream ends the value too: true for a number or word at the top.
    pub fn may_end(&self) -> bool {
        self.stack.is_empty() && self.state == State::Scalar
    }

    /// Goes through a piece.
    pub fn feed(&mut self, piece: &[u8]) -> Step {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            if let State::Text(key) = self.state {
                let rest = piece.get(at..).unwrap_or_default();
                let hit = if self.line_bound {
                    memchr::memchr3(b'"', b'\\', b'\n', rest)
                } else {
                    memchr::memchr2(b'"', b'\\', rest)
                };
                let Some(hit) = hit else { return Step::More };
                at += hit;
                match rest.get(hit) {
                    Some(b'\n') => return Step::Broken(at),
                    Some(b'\\') => self.state = State::Escape(key),
                    _ => {
                        self.state = if key { State::Colon } else { State::After };
                        if !key && self.stack.is_empty() {
                            return Step::Done(at + 1);
                        }
                    }
                }
                at += 1;
                continue;
            }
            if let State::Escape(key) = self.state {
                if byte == b'\n' && self.line_bound {
                    return Step::Broken(at);
                }
                self.state = State::Text(key);
                at += 1;
                continue;
            }
            if self.state == State::Scalar && !ends_scalar(byte) {
                let refused = byte < 0x20 || matches!(byte, b'"' | b'{' | b'[');
                if refused && !self.loose {
                    return Step::Broken(at);
                }
                if !refused {
                    at += 1;
                    continue;
                }
            }
            if self.state == State::Scalar {
                if self.stack.is_empty() {
                    return Step::Done(at);
                }
                self.state = State::After;
            }
            if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                at += 1;
                continue;
            }
            match self.structural(byte) {
                Some(true) => return Step::Done(at + 1),
                Some(false) => at += 1,
                None => return Step::Broken(at),
            }
        }
        Step::More
    }

    /// A byte outside strings and scalars: `Some(true)` ends the value, `None` cannot stand here.
    fn structural(&mut self, byte: u8) -> Option<bool> {
        use State::{After, Colon, Key, Scalar, Text, Value, ValueOrEnd};
        if self.loose {
            return Some(self.loosely(byte));
        }
        match (self.state, byte) {
            (Value | ValueOrEnd, b'{') => self.open(b'{', Key),
            (Value | ValueOrEnd, b'[') => self.open(b'[', ValueOrEnd),
            (Value | ValueOrEnd, b'"') => self.state = Text(false),
            (ValueOrEnd | After, b']') if self.stack.last() == Some(&b'[') => {
                return Some(self.close());
            }
            (Key | After, b'}') if self.stack.last() == Some(&b'{') => return Some(self.close()),
            (Key, b'"') => self.state = Text(true),
            (Colon, b':') => self.state = Value,
            (After, b',') => {
                let in_object = self.stack.last() == Some(&b'{');
                self.state = if in_object { Key } else { ValueOrEnd };
            }
            (Value | ValueOrEnd, b'}' | b']' | b':' | b',') => return None,
            (Value | ValueOrEnd, byte) if byte >= 0x20 => self.state = Scalar,
            _ => return None,
        }
        Some(false)
    }

    fn loosely(&mut self, byte: u8) -> bool {
        match byte {
            b'{' | b'[' => self.open(byte, State::Value),
            b'"' => self.state = State::Text(false),
            b'}' | b']' => return self.close(),
            b':' | b',' => {}
            _ => self.state = State::Scalar,
        }
        false
    }

    fn open(&mut self, bracket: u8, state: State) {
        self.stack.push(bracket);
        self.state = state;
    }

    fn close(&mut self) -> bool {
        self.stack.pop();
        self.state = State::After;
        self.stack.is_empty()
    }
}

fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'}' | b']' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, line_bound: bool) -> Step {
        Scanner::new(line_bound).feed(text.as_bytes())
    }

    #[test]
    fn values_end_where_they_end() {
        let cases = [
            ("{}", 2),
            ("[] x", 2),
            (r#"{"a":[1,{"b":"}]\"{"}],"c":null} {"#, 32),
            ("\"x\\\\\" y", 5),
            ("12 3", 2),
            ("NaN,", 3),
            ("[NaN, -Infinity,]", 17),
            ("{\"a\":1,}", 8),
        ];
        for (text, end) in cases {
            let end = end.min(text.len());
            assert_eq!(whole(text, true), Step::Done(end), "{text}");
            // The same, byte by byte.
            let mut scanner = Scanner::new(true);
            let ended = (0..text.len()).find_map(|i| match scanner.feed(&text.as_bytes()[i..=i]) {
                Step::Done(n) => Some(i + n),
                _ => None,
            });
            assert_eq!(ended, Some(end), "{text}");
        }
    }

    #[test]
    fn tears_are_noticed() {
        for (text, at) in [
            ("{\"a\":\"x\n", 7),
            ("{\"a\":1\n{", 7),
            ("{\n{", 2),
            ("{\"a\" 1", 5),
            ("[1}", 2),
            ("{\"a\":}", 5),
            ("{\"a\":tr{", 7),
        ] {
            assert_eq!(whole(text, true), Step::Broken(at), "{text}");
        }
        assert_eq!(whole("{\"a\":\"x\n\"}", false), Step::Done(10));
        for text in ["{\"a\":\"x", "[1", "{\"a\":[", "7"] {
            assert_eq!(whole(text, true), Step::More, "{text}");
        }
    }

    #[test]
    fn loose_counts_brackets_only() {
        assert_eq!(Scanner::loose().feed(br#"{"a":1 "b" x{]}} 2"#), Step::Done(15));
    }
}
