//! Filter text to a tree: what joins terms. The terms themselves are read in `term`.
//!
//! Recursion is bounded by [`MAX_DEPTH`], work by [`MAX_CHARS`] and [`MAX_REGEXES`]; nothing here panics.

use super::ast::{Node, Place, Term, Third};
use super::lex::Cursor;
use super::named::Named;
use crate::text;

/// Groups, negations and `in:` inside one another.
const MAX_DEPTH: usize = 64;

/// Characters of a filter, as typed and as printed.
const MAX_CHARS: usize = 16 * 1024;

/// Regular expressions of a filter: each may take a megabyte once compiled.
const MAX_REGEXES: usize = 64;

/// A filter that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {}: {message}", .column + 1)]
pub struct FilterError {
    /// 0-based column (in characters) where the trouble is. May be the column after the last.
    pub column: usize,
    /// How many characters to underline, at least 1.
    pub len: usize,
    /// A sentence, with a suggestion where one is near. Holds words of the filter, sanitised and cut.
    pub message: String,
}

impl FilterError {
    pub(super) fn new(column: usize, len: usize, message: impl Into<String>) -> Self {
        Self { column, len: len.max(1), message: message.into() }
    }
}

/// A parsed filter. The empty filter matches everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    pub(super) root: Option<Node>,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// With the column of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Self::read(text, &Named::default())
    }

    /// [`Filter::parse`], with names for filters. With those it may come out larger than a filter may be.
    pub(super) fn read(text: &str, named: &Named) -> Result<Self, FilterError> {
        let chars: Vec<char> = text.chars().take(MAX_CHARS + 1).collect();
        let count = chars.len();
        if count > MAX_CHARS {
            let message = format!("a filter may have {MAX_CHARS} characters");
            return Err(FilterError::new(MAX_CHARS, 1, message));
        }
        let mut parser =
            Parser { cur: Cursor::new(chars), named: named.clone(), depth: 0, regexes: 0 };
        parser.cur.skip_space();
        if parser.cur.peek().is_none() {
            return Ok(Self::default());
        }
        let root = parser.any_of()?;
        if parser.cur.peek().is_some() {
            return Err(FilterError::new(parser.cur.pos, 1, "no parenthesis is open here"));
        }
        let filter = Self { root: Some(root) };
        // Quoting and escaping make at most three characters of one; what is printed must be readable again.
        if count > MAX_CHARS / 4 && filter.to_string().chars().count() > MAX_CHARS {
            let message =
                format!("written out in full this filter has over {MAX_CHARS} characters");
            return Err(FilterError::new(0, count, message));
        }
        Ok(filter)
    }

    /// Whether it matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }
}

impl std::fmt::Display for Filter {
    /// Canonical: `parse(print(f)) == f`. Holds the filter's characters as they are: sanitise before showing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.root.as_ref().map_or(Ok(()), |root| root.fmt(f))
    }
}

/// The state of one parse.
pub(super) struct Parser {
    pub(super) cur: Cursor,
    pub(super) named: Named,
    depth: usize,
    regexes: usize,
}

/// A word for an error message: sanitised, at most 40 characters.
pub(super) fn shown(word: &str) -> String {
    let clean = text::sanitize_line(word);
    let mut out: String = clean.chars().take(40).collect();
    if out.len() < clean.len() {
        out.push('…');
    }
    out
}

impl Parser {
    /// `a b OR c`, up to a closing parenthesis or the end.
    fn any_of(&mut self) -> Result<Node, FilterError> {
        let mut sides = Vec::new();
        loop {
            let start = self.cur.pos;
            sides.push(self.all_of()?);
            if self.keyword() != Some("OR") {
                break;
            }
            let at = self.cur.pos;
            self.cur.pos += 2;
            self.cur.skip_space();
            if self.cur.at_boundary() {
                return Err(FilterError::new(at, 2, "OR needs something after it"));
            }
            debug_assert!(self.cur.pos > start);
        }
        let column = self.cur.pos;
        Node::or(sides).ok_or_else(|| FilterError::new(column, 1, "a term is missing"))
    }

    /// `a AND b c`, up to OR, a closing parenthesis or the end.
    fn all_of(&mut self) -> Result<Node, FilterError> {
        let mut sides = Vec::new();
        let start = self.cur.pos;
        loop {
            self.cur.skip_space();
            match (self.cur.peek(), self.keyword()) {
                (None | Some(')'), _) => break,
                (_, Some("OR")) if sides.is_empty() => {
                    let message = "OR needs something before it; quote it to search for the word";
                    return Err(FilterError::new(self.cur.pos, 2, message));
                }
                (_, Some("OR")) => break,
                (_, Some("AND")) => {
                    let at = self.cur.pos;
                    if sides.is_empty() {
                        let message =
                            "AND needs something before it; quote it to search for the word";
                        return Err(FilterError::new(at, 3, message));
                    }
                    self.cur.pos += 3;
                    self.cur.skip_space();
                    if self.cur.at_boundary() || matches!(self.keyword(), Some("OR" | "AND")) {
                        return Err(FilterError::new(at, 3, "AND needs something after it"));
                    }
                }
                _ => {}
            }
            sides.push(self.unary()?);
        }
        Node::and(sides).ok_or_else(|| FilterError::new(start, 1, "a term is missing"))
    }

    /// One term, group, negation or `in:`.
    pub(super) fn unary(&mut self) -> Result<Node, FilterError> {
        let at = self.cur.pos;
        if self.cur.peek() == Some('(') {
            self.cur.pos += 1;
            self.cur.skip_space();
            match self.cur.peek() {
                Some(')') => {
                    return Err(FilterError::new(at, 2, "nothing is in these parentheses"));
                }
                None => return Err(FilterError::new(at, 1, "this parenthesis is not closed")),
                _ => {}
            }
            let inner = self.deeper(at, Self::any_of)?;
            if !self.cur.eat(')') {
                return Err(FilterError::new(at, 1, "this parenthesis is not closed"));
            }
            return Ok(inner);
        }
        if self.cur.peek() == Some('-') {
            self.cur.pos += 1;
            if self.cur.at_boundary() || self.cur.at_op() {
                let message =
                    "`-` (not) needs a term right after it; quote it to search for a dash";
                return Err(FilterError::new(at, 1, message));
            }
            return Ok(Node::Not(Box::new(self.deeper(at, Self::unary)?)));
        }
        if self.keyword() == Some("NOT") {
            self.cur.pos += 3;
            self.cur.skip_space();
            if self.cur.at_boundary() || matches!(self.keyword(), Some("OR" | "AND")) {
                return Err(FilterError::new(at, 3, "NOT needs something after it"));
            }
            return Ok(Node::Not(Box::new(self.deeper(at, Self::unary)?)));
        }
        let word = self.cur.peek_word();
        if word.eq_ignore_ascii_case("in") && self.cur.peek_at(2) == Some(':') {
            return self.section();
        }
        if word.eq_ignore_ascii_case("part") && self.cur.peek_at(4) == Some(':') {
            return self.part();
        }
        if self.cur.peek_at(word.chars().count()).is_none_or(|c| c.is_whitespace() || c == ')') {
            for (lower, upper) in [("or", "OR"), ("and", "AND"), ("not", "NOT")] {
                if word.eq_ignore_ascii_case(lower) {
                    let message =
                        format!("write {upper} in capitals, or quote the word to search for it");
                    return Err(FilterError::new(at, lower.len(), message));
                }
            }
            for (sign, word_for_it) in [("|", "OR"), ("||", "OR"), ("&", "AND"), ("&&", "AND")] {
                if word == sign {
                    let message =
                        format!("write {word_for_it}, or quote the sign to search for it");
                    return Err(FilterError::new(at, sign.len(), message));
                }
            }
        }
        self.term()
    }

    /// `in:SECTION,SECTION` and what it binds to.
    fn section(&mut self) -> Result<Node, FilterError> {
        let at = self.cur.pos;
        self.cur.pos += 3;
        let mut places: Vec<Place> = Vec::new();
        loop {
            let column = self.cur.pos;
            let word: String = if self.cur.peek() == Some('"') {
                self.cur.quoted()?.into_iter().map(|(c, _)| c).collect()
            } else {
                self.cur.run(|_, c| c == ',')
            };
            let Some(place) = Place::parse(&word) else {
                return Err(unknown_section(column, self.cur.pos - column, &word));
            };
            if !places.contains(&place) {
                places.push(place);
            }
            if !self.cur.eat(',') {
                break;
            }
        }
        let end = self.cur.pos;
        self.cur.skip_space();
        if self.cur.at_boundary() || matches!(self.keyword(), Some("OR" | "AND")) {
            let message = "in: needs a term or a group after the section: in:scratchpad \"rlhf\"";
            return Err(FilterError::new(at, end - at, message));
        }
        let inner_at = self.cur.pos;
        let inner_word = self.cur.peek_word();
        if inner_word.eq_ignore_ascii_case("in") && self.cur.peek_at(2) == Some(':') {
            let message = "two in: in a row; write in:scratchpad,output to look in either";
            return Err(FilterError::new(inner_at, 3, message));
        }
        let inner = self.deeper(at, Self::unary)?;
        if !inner.any(&|term| matches!(term, Term::Text(_) | Term::Near(..))) {
            let message = "in: says where to look for text, and no text follows it";
            return Err(FilterError::new(at, end - at, message));
        }
        Ok(Node::In(places, Box::new(inner)))
    }

    /// `part:THIRD,THIRD` and what it binds to.
    fn part(&mut self) -> Result<Node, FilterError> {
        let at = self.cur.pos;
        self.cur.pos += 5;
        let mut parts: Vec<Third> = Vec::new();
        loop {
            let column = self.cur.pos;
            let word = self.cur.run(|_, c| c == ',');
            let Some(part) = Third::parse(&word) else {
                let words = Third::WORDS.map(|(word, _)| word).join(", ");
                let message = format!("a part of a section is one of {words}");
                return Err(FilterError::new(column, self.cur.pos - column, message));
            };
            if !parts.contains(&part) {
                parts.push(part);
            }
            if !self.cur.eat(',') {
                break;
            }
        }
        let end = self.cur.pos;
        self.cur.skip_space();
        if self.cur.at_boundary() || matches!(self.keyword(), Some("OR" | "AND")) {
            let message = "part: needs a term or a group after it: part:last-third cue:strategic";
            return Err(FilterError::new(at, end - at, message));
        }
        let inner_at = self.cur.pos;
        if self.cur.peek_word().eq_ignore_ascii_case("part") && self.cur.peek_at(4) == Some(':') {
            let message = "two part: in a row; write part:first-third,last-third for either";
            return Err(FilterError::new(inner_at, 5, message));
        }
        let inner = self.deeper(at, Self::unary)?;
        if !inner.any(&|term| matches!(term, Term::Text(_) | Term::Near(..) | Term::Cue(..))) {
            let message = "part: says where a text or a cue stands, and neither follows it";
            return Err(FilterError::new(at, end - at, message));
        }
        Ok(Node::Part(parts, Box::new(inner)))
    }

    /// Parses one level down, with the bound that keeps the stack small.
    pub(super) fn deeper(
        &mut self,
        column: usize,
        parse: impl FnOnce(&mut Self) -> Result<Node, FilterError>,
    ) -> Result<Node, FilterError> {
        if self.depth >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels inside one another");
            return Err(FilterError::new(column, 1, message));
        }
        self.depth += 1;
        let node = parse(self)?;
        self.depth -= 1;
        Ok(node)
    }

    /// Counts a regular expression against the bound.
    pub(super) fn count_regex(&mut self, column: usize, len: usize) -> Result<(), FilterError> {
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            let message = format!("more than {MAX_REGEXES} regular expressions in one filter");
            return Err(FilterError::new(column, len, message));
        }
        Ok(())
    }

    /// The keyword that stands here, if one does.
    fn keyword(&mut self) -> Option<&'static str> {
        let word = self.cur.peek_word();
        let keyword = ["OR", "AND", "NOT"].into_iter().find(|k| *k == word)?;
        let next = self.cur.peek_at(keyword.len());
        next.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')')).then_some(keyword)
    }
}

/// The error for a section that does not exist.
pub(super) fn unknown_section(column: usize, len: usize, word: &str) -> FilterError {
    let words = Place::WORDS.map(|(w, _)| w);
    let message = if word.is_empty() {
        format!("a section is missing: {}", words.join(", "))
    } else if let Some(near) = super::fields::nearest(word, words) {
        format!("no section `{}`; did you mean {near}?", shown(word))
    } else {
        format!("no section `{}`; there are {}", shown(word), words.join(", "))
    };
    FilterError::new(column, len, message)
}
