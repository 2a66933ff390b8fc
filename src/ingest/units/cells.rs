//! How delimited text (CSV, TSV) is quoted: one small machine that cutting and decoding share, so that they can never
//! disagree on where a cell or a record ends.
//!
//! A parser off the shelf does not say whether it stands inside quotes when its input ends, and that is just what
//! tells a torn record from a whole one. The reading is that of the common writers: a quote counts at the start of a
//! cell only, a doubled one inside quotes is one, line breaks inside quotes are text. A lone carriage return is text.

/// Bytes inside one pair of quotes after which the cutter asks itself whether the quote was meant.
pub const LONG: u64 = 4 << 20;

/// Where the machine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    /// In a cell without quotes, or behind its quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes, or is the first of two.
    Closed,
    /// Behind a closing quote and a carriage return: the line ends, or the quote was no closing one.
    Return,
}

/// What a byte does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// It is text.
    Text,
    /// It is text behind a closing quote, where none should stand.
    Stray,
    /// It is a quote that is no text, or a carriage return that may belong to the line's end.
    Mark,
    /// It ends a cell.
    Cell,
    /// It ends the record.
    Record,
}

fn step(state: State, byte: u8, delimiter: u8) -> (State, Act) {
    match (state, byte) {
        (State::Start, b'"') => (State::Quoted, Act::Mark),
        (State::Quoted, b'"') => (State::Closed, Act::Mark),
        (State::Quoted, _) | (State::Closed, b'"') => (State::Quoted, Act::Text),
        (State::Closed | State::Return, b'\r') => (State::Return, Act::Mark),
        (_, b'\n') => (State::Start, Act::Record),
        (_, byte) if byte == delimiter => (State::Start, Act::Cell),
        (State::Closed | State::Return, _) => (State::Plain, Act::Stray),
        (State::Start | State::Plain, _) => (State::Plain, Act::Text),
    }
}

/// What a piece of input led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All of it was used; the record goes on.
    More,
    /// The newline at this offset of the piece ends the record.
    Done(usize),
    /// Before this offset a quoted cell with line breaks in it goes on behind its closing quote: some quote is stray.
    Odd(usize),
    /// At this offset a quoted cell reaches [`LONG`].
    Long(usize),
}

/// Finds the end of one record, fed in pieces. After [`Step::Odd`] and [`Step::Long`] it may be fed the rest of the
/// piece; each comes once a record.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // independent facts about one record, not a state
pub struct Scanner {
    state: State,
    delimiter: u8,
    /// Cells that have ended.
    cells: usize,
    /// Bytes in the present pair of quotes.
    quoted: u64,
    /// A line break stands in them.
    broken: bool,
    /// Text stands behind a closing quote.
    stray: bool,
    odd: bool,
    long: bool,
}

impl Scanner {
    /// Ready for the first byte of a record.
    pub fn new(delimiter: u8) -> Self {
        Self {
            state: State::Start,
            delimiter,
            cells: 0,
            quoted: 0,
            broken: false,
            stray: false,
            odd: false,
            long: false,
        }
    }

    /// Cells so far, the present one included.
    pub fn cells(&self) -> usize {
        self.cells + 1
    }

    /// Whether it stands between quotes: a record that ends here is torn.
    pub fn open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Whether text stood behind a closing quote.
    pub fn stray(&self) -> bool {
        self.stray
    }

    /// Goes through a piece.
    pub fn feed(&mut self, piece: &[u8]) -> Step {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            let rest = piece.get(at..).unwrap_or_default();
            if self.state == State::Quoted {
                let run = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                let left = usize::try_from(LONG.saturating_sub(self.quoted)).unwrap_or(usize::MAX);
                let long = !self.long && run >= left;
                let run = if long { left } else { run };
                let text = rest.get(..run).unwrap_or_default();
                self.broken |= memchr::memchr(b'\n', text).is_some();
                self.quoted += run as u64;
                at += run;
                if long {
                    self.long = true;
                    return Step::Long(at);
                }
                if run > 0 {
                    continue;
                }
            } else if self.state == State::Plain {
                let run = memchr::memchr2(self.delimiter, b'\n', rest).unwrap_or(rest.len());
                if run > 0 {
                    at += run;
                    continue;
                }
            }
            let (next, act) = step(self.state, byte, self.delimiter);
            if self.state == State::Start {
                (self.quoted, self.broken) = (0, false);
            }
            self.state = next;
            match act {
                Act::Text | Act::Mark => {}
                Act::Cell => self.cells += 1,
                Act::Record => return Step::Done(at),
                Act::Stray => {
                    self.stray = true;
                    if self.broken && !self.odd {
                        self.odd = true;
                        return Step::Odd(at + 1);
                    }
                }
            }
            at += 1;
        }
        Step::More
    }
}

/// A record taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The cells' bytes, quotes undone.
    pub cells: Vec<Vec<u8>>,
    /// Cells with text behind a closing quote: they are kept as they stand, quotes and all.
    pub stray: usize,
    /// The record ends between quotes.
    pub open: bool,
}

/// Takes a record apart; stops at a newline outside quotes. `end` is where it stopped.
pub fn split(record: &[u8], delimiter: u8) -> (Record, usize) {
    let mut out = Record::default();
    let mut state = State::Start;
    let mut cell = Vec::new();
    let (mut start, mut stray) = (0, false);
    let mut end = record.len();
    for (at, &byte) in record.iter().enumerate() {
        let (next, act) = step(state, byte, delimiter);
        let before = std::mem::replace(&mut state, next);
        match act {
            Act::Text => cell.push(byte),
            Act::Mark => {}
            Act::Stray => {
                cell.push(byte);
                stray = true;
            }
            Act::Cell => {
                out.push(&mut cell, record.get(start..at), stray);
                (start, stray) = (at + 1, false);
            }
            Act::Record => {
                end = at;
                if before == State::Plain {
                    // The line's own carriage return is no text of a cell without quotes.
                    cell.truncate(without_returns(&cell).len());
                }
                break;
            }
        }
    }
    let raw = record.get(start..end);
    out.push(&mut cell, raw.map(without_returns), stray);
    out.open = state == State::Quoted;
    (out, end)
}

/// A line without the carriage returns at its end.
pub fn without_returns(line: &[u8]) -> &[u8] {
    let len = line.iter().rposition(|b| *b != b'\r').map_or(0, |at| at + 1);
    line.get(..len).unwrap_or_default()
}

/// The same with every quote taken for text: for a line whose one quote is never closed.
pub fn literal(record: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    record.split(|b| *b == delimiter).map(<[u8]>::to_vec).collect()
}

impl Record {
    fn push(&mut self, cell: &mut Vec<u8>, raw: Option<&[u8]>, stray: bool) {
        let cell = std::mem::take(cell);
        self.stray += usize::from(stray);
        self.cells.push(match raw {
            Some(raw) if stray => raw.to_vec(),
            _ => cell,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> (Vec<String>, usize, bool) {
        let (record, _) = split(text.as_bytes(), b',');
        let cells = record.cells.into_iter().map(|c| String::from_utf8(c).unwrap()).collect();
        (cells, record.stray, record.open)
    }

    #[test]
    fn cells_of_every_kind() {
        let cases: &[(&str, &[&str], usize, bool)] = &[
            ("a,b", &["a", "b"], 0, false),
            ("", &[""], 0, false),
            (",", &["", ""], 0, false),
            ("\"a,b\",c", &["a,b", "c"], 0, false),
            ("\"a\nb\",c\nd", &["a\nb", "c"], 0, false),
            ("\"say \"\"x\"\"\",\"\"", &["say \"x\"", ""], 0, false),
            ("5\" pipe,b", &["5\" pipe", "b"], 0, false),
            ("a,b\r\nc", &["a", "b"], 0, false),
            ("a,\"b\"\r\nc", &["a", "b"], 0, false),
            ("a\rb,c", &["a\rb", "c"], 0, false),
            ("a,\"b\r\"\r\n", &["a", "b\r"], 0, false),
            ("\"Hello\" she said,x", &["\"Hello\" she said", "x"], 1, false),
            ("a,\"b\r\"\r\n", &["a", "b\r"], 0, false),
            ("a,\"b\" c\r\n", &["a", "\"b\" c"], 1, false),
            ("x,\"open, y", &["x", "open, y"], 0, true),
        ];
        for (text, expected, stray, open) in cases {
            let found = cells(text);
            assert_eq!(found.0, *expected, "{text:?}");
            assert_eq!((found.1, found.2), (*stray, *open), "{text:?}");
        }
    }

    #[test]
    fn the_scanner_stops_where_the_splitter_does() {
        for text in ["a,b\nc", "\"a\n\",b\nc", "\"a\"\r\nb", "\"a\" x\ny", "\"a\"\rx\ny", "a"] {
            let bytes = text.as_bytes();
            let mut scanner = Scanner::new(b',');
            let mut end = bytes.len();
            for at in 0..bytes.len() {
                if let Step::Done(n) = scanner.feed(&bytes[at..=at]) {
                    end = at + n;
                    break;
                }
            }
            let (record, stopped) = split(bytes, b',');
            assert_eq!(end, stopped, "{text:?}");
            assert_eq!(scanner.cells(), record.cells.len(), "{text:?}");
            assert_eq!(scanner.stray(), record.stray > 0, "{text:?}");
        }
    }

    #[test]
    fn stray_quotes_and_long_cells_are_noticed_once() {
        let mut scanner = Scanner::new(b',');
        let text = b"\"a\nb\"c\"d\"e";
        assert_eq!(scanner.feed(text), Step::Odd(6));
        assert_eq!(scanner.feed(&text[6..]), Step::More);
        let mut scanner = Scanner::new(b',');
        let mut long = vec![b'x'; LONG as usize + 5];
        long[0] = b'"';
        assert_eq!(scanner.feed(&long), Step::Long(LONG as usize + 1));
        assert_eq!(scanner.feed(&long[LONG as usize + 1..]), Step::More);
        assert!(scanner.open());
    }
}
