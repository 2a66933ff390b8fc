//! Walking over the characters of a filter: quotes, regular expressions, runs of plain characters.
//!
//! Knows the shape of words, not what they mean. Columns are character indices.

use super::parse::FilterError;

/// A character and whether a backslash stood before it.
pub(super) type Chars = Vec<(char, bool)>;

/// A position in the filter's characters.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    chars: Vec<char>,
    pub(super) pos: usize,
}

/// Whether `c` starts an operator; `!` only counts before `=`.
pub(super) fn is_op(c: char, next: Option<char>) -> bool {
    matches!(c, ':' | '=' | '<' | '>') || c == '!' && next == Some('=')
}

/// The text in quotation marks that another one begins with, read as in a filter, and what stands behind it. `None`: it begins with none, or
/// the quotation is not closed.
#[must_use]
pub fn in_quotes(text: &str) -> Option<(String, &str)> {
    let mut cursor = Cursor::new(text.chars().collect());
    let inside = (cursor.peek() == Some('"')).then(|| cursor.quoted().ok())??;
    let mut rest = text.chars();
    rest.by_ref().take(cursor.pos).for_each(drop);
    Some((inside.into_iter().map(|(c, _)| c).collect(), rest.as_str()))
}

impl Cursor {
    pub(super) fn new(chars: Vec<char>) -> Self {
        Self { chars, pos: 0 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.pos + ahead).copied()
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        self.pos += usize::from(there);
        there
    }

    /// Skips white space; whether there was any.
    pub(super) fn skip_space(&mut self) -> bool {
        let start = self.pos;
        while self.peek().is_some_and(char::is_whitespace) {
            self.pos += 1;
        }
        self.pos > start
    }

    /// Whether an operator stands here.
    pub(super) fn at_op(&self) -> bool {
        self.peek().is_some_and(|c| is_op(c, self.peek_at(1)))
    }

    /// Whether a term may end here: white space, a parenthesis, the end.
    pub(super) fn at_boundary(&self) -> bool {
        self.peek().is_none_or(|c| c.is_whitespace() || c == ')')
    }

    /// The characters up to white space, a parenthesis, a quote, or where `stop` says so.
    pub(super) fn run(&mut self, stop: impl Fn(&Self, char) -> bool) -> String {
        let mut run = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')' | '"') || stop(self, c) {
                break;
            }
            run.push(c);
            self.pos += 1;
        }
        run
    }

    /// A run that an operator ends, without moving.
    pub(super) fn peek_word(&mut self) -> String {
        let start = self.pos;
        let word = self.run(|cursor, _| cursor.at_op());
        self.pos = start;
        word
    }

    /// A quoted text; the cursor stands on the opening quote. A backslash escapes a quote, a backslash or
    /// a star and is itself text before anything else.
    pub(super) fn quoted(&mut self) -> Result<Chars, FilterError> {
        let start = self.pos;
        self.pos += 1;
        let mut out = Chars::new();
        while let Some(c) = self.peek() {
            self.pos += 1;
            match (c, self.peek()) {
                ('"', _) => return Ok(out),
                ('\\', Some(next @ ('"' | '\\' | '*'))) => {
                    self.pos += 1;
                    out.push((next, true));
                }
                _ => out.push((c, false)),
            }
        }
        Err(FilterError::new(start, self.pos - start, "this quote is not closed"))
    }

    /// A regular expression; the cursor stands on the opening slash. Gives the pattern, with `\/` as `/`, and the
    /// column of each of its characters.
    pub(super) fn regex(&mut self) -> Result<(String, Vec<usize>), FilterError> {
        let start = self.pos;
        self.pos += 1;
        let (mut pattern, mut columns) = (String::new(), Vec::new());
        while let Some(c) = self.peek() {
            let column = self.pos;
            self.pos += 1;
            match (c, self.peek()) {
                ('/', _) => return Ok((pattern, columns)),
                ('\\', Some('/')) => {
                    self.pos += 1;
                    pattern.push('/');
                    columns.push(column);
                }
                ('\\', Some(next)) => {
                    self.pos += 1;
                    pattern.extend(['\\', next]);
                    columns.extend([column, column + 1]);
                }
                _ => {
                    pattern.push(c);
                    columns.push(column);
                }
            }
        }
        let message =
            "this regular expression has no closing /; quote the text to search for a slash";
        Err(FilterError::new(start, self.pos - start, message))
    }
}
