//! Reading what stands behind an operator: values, numbers, names, regular expressions.
//!
//! Which field takes what is in `term`.

use super::ast::{Field, LabelWord, Pattern, Value};
use super::fields;
use super::glob::Glob;
use super::lex::Chars;
use super::parse::{FilterError, Parser, shown};
use crate::text::Needle;

/// A value as written.
pub(super) struct Raw {
    column: usize,
    len: usize,
    pub(super) word: Word,
}

pub(super) enum Word {
    Plain(Chars),
    Quoted(Chars),
    Regex(Pattern),
}

impl Raw {
    pub(super) fn new(column: usize, len: usize, word: Word) -> Self {
        Self { column, len, word }
    }

    pub(super) fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError::new(self.column, self.len, message)
    }

    /// The word when it stands without quotes, in lower case: only then is it a keyword such as `none`.
    pub(super) fn plain(&self) -> Option<String> {
        match &self.word {
            Word::Plain(chars) => Some(chars.iter().map(|(c, _)| c.to_ascii_lowercase()).collect()),
            _ => None,
        }
    }

    /// The text of a word, quoted or not.
    pub(super) fn text(&self) -> Option<String> {
        match &self.word {
            Word::Plain(chars) | Word::Quoted(chars) => {
                Some(chars.iter().map(|(c, _)| *c).collect())
            }
            Word::Regex(_) => None,
        }
    }

    pub(super) fn yes_no(&self) -> Option<bool> {
        match self.plain()?.as_str() {
            "yes" | "true" => Some(true),
            "no" | "false" => Some(false),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Result<f64, FilterError> {
        let text = self.plain().unwrap_or_default();
        parse_number(&text).ok_or_else(|| {
            self.error(format!("`{}` is not a number", shown(&self.text().unwrap_or_default())))
        })
    }

    pub(super) fn value(self) -> Value {
        match self.word {
            Word::Plain(chars)
                if chars.iter().map(|(c, _)| c.to_ascii_lowercase()).eq("none".chars()) =>
            {
                Value::None
            }
            Word::Plain(chars) | Word::Quoted(chars) => Value::Word(Glob::new(chars)),
            Word::Regex(pattern) => Value::Regex(pattern),
        }
    }
}

/// A finite decimal number; not `inf`, `nan` or hexadecimal.
fn parse_number(text: &str) -> Option<f64> {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        .then(|| text.parse::<f64>().ok())
        .flatten()
        .filter(|n| n.is_finite() && !text.contains(['i', 'n']))
}

impl Parser {
    /// One or more values after an operator, joined by commas. With `open`, an operator or `@` may end them and the
    /// caller checks what follows.
    pub(super) fn values(&mut self, name: &str, open: bool) -> Result<Vec<Raw>, FilterError> {
        let mut all = Vec::new();
        loop {
            let column = self.cur.pos;
            let word = match self.cur.peek() {
                Some('"') => Word::Quoted(self.cur.quoted()?),
                Some('/') => Word::Regex(self.regex()?),
                _ => {
                    let run = self.cur.run(|cursor, c| {
                        c == ',' || open && (c == '@' || c != ':' && cursor.at_op())
                    });
                    Word::Plain(run.chars().map(|c| (c, false)).collect())
                }
            };
            let len = self.cur.pos - column;
            if len == 0 {
                return Err(missing_value(name, column, all.is_empty()));
            }
            if matches!(&word, Word::Quoted(chars) if chars.is_empty())
                && !matches!(name, "meta" | "label")
            {
                let message = format!("an empty value; {name}:none finds what has no {name}");
                return Err(FilterError::new(column, len, message));
            }
            all.push(Raw { column, len, word });
            if !self.cur.eat(',') {
                break;
            }
        }
        if !open {
            self.boundary("a space is missing here, or quotes round the value")?;
        }
        Ok(all)
    }

    pub(super) fn single(&mut self, name: &str) -> Result<Raw, FilterError> {
        let mut all = self.values(name, false)?;
        match (all.pop(), all.is_empty()) {
            (Some(raw), true) => Ok(raw),
            (Some(raw), false) => Err(raw.error(format!("{name} takes one value"))),
            (None, _) => Err(missing_value(name, self.cur.pos, true)),
        }
    }

    /// The number after a comparison.
    pub(super) fn bound(&mut self) -> Result<f64, FilterError> {
        let column = self.cur.pos;
        let run = self.cur.run(|_, _| false);
        if run.is_empty() {
            return Err(FilterError::new(column, 1, "a number is missing here, without a space"));
        }
        let len = self.cur.pos - column;
        let number = parse_number(&run.to_ascii_lowercase()).ok_or_else(|| {
            FilterError::new(column, len, format!("`{}` is not a number", shown(&run)))
        })?;
        self.boundary("a space is missing after the number")?;
        Ok(number)
    }

    /// A name after a dot or `@`, parts of it quoted or not.
    pub(super) fn name(&mut self, stop_at_rater: bool) -> Result<Chars, FilterError> {
        let mut name = Chars::new();
        loop {
            if self.cur.peek() == Some('"') {
                name.extend(self.cur.quoted()?);
                continue;
            }
            let run = self.cur.run(|cursor, c| cursor.at_op() || stop_at_rater && c == '@');
            if run.is_empty() {
                return Ok(name);
            }
            name.extend(run.chars().map(|c| (c, false)));
        }
    }

    /// A regular expression, compiled; a bad one is reported at the character that is wrong.
    pub(super) fn regex(&mut self) -> Result<Pattern, FilterError> {
        let at = self.cur.pos;
        let (text, columns) = self.cur.regex()?;
        let len = self.cur.pos - at;
        if text.is_empty() {
            return Err(FilterError::new(at, len, "an empty regular expression"));
        }
        self.count_regex(at, len)?;
        match Needle::regex(&text) {
            Ok(needle) => Ok(Pattern { text, is_regex: true, needle }),
            Err(error) => {
                let found = error.at.and_then(|byte| {
                    let index = text.char_indices().position(|(i, _)| i >= byte)?;
                    columns.get(index).copied()
                });
                let last = error.message.lines().map(str::trim).rfind(|l| !l.is_empty());
                let reason = last.unwrap_or_default().trim_start_matches("error: ").to_owned();
                let message = format!("bad regular expression: {reason}");
                Err(found.map_or_else(
                    || FilterError::new(at, len, message.clone()),
                    |column| FilterError::new(column, 1, message.clone()),
                ))
            }
        }
    }

    pub(super) fn boundary(&self, message: &str) -> Result<(), FilterError> {
        if self.cur.at_boundary() {
            Ok(())
        } else {
            Err(FilterError::new(self.cur.pos, 1, message))
        }
    }
}

fn missing_value(name: &str, column: usize, first: bool) -> FilterError {
    let message = if first {
        format!("a value is missing after {name}, without a space ({name}:none: it has none)")
    } else {
        "a value is missing after the comma, without a space".to_owned()
    };
    FilterError::new(column, 1, message)
}

/// A value of a text field; fields with a closed set of words know their own.
pub(super) fn text_value(field: Field, raw: Raw) -> Result<Value, FilterError> {
    if let Some(words) = field.words()
        && let Some(text) = raw.text()
        && !text.contains('*')
        && !words.iter().any(|w| w.eq_ignore_ascii_case(&text))
    {
        let name = field.name();
        let message = match fields::nearest(&text, words.iter().copied()) {
            Some(near) => format!("no {name} `{}`; did you mean {near}?", shown(&text)),
            None => format!("no {name} `{}`; there are {}", shown(&text), words.join(", ")),
        };
        return Err(raw.error(message));
    }
    Ok(raw.value())
}

pub(super) fn label_word(raw: Raw) -> LabelWord {
    match raw.plain().as_deref() {
        Some("unparsed") => return LabelWord::Unparsed,
        Some("neither") => return LabelWord::Neither,
        Some("missing" | "none") => return LabelWord::Missing,
        _ => {}
    }
    if let Some(positive) = raw.yes_no() {
        return LabelWord::Positive(positive);
    }
    match raw.word {
        Word::Plain(chars) | Word::Quoted(chars) => LabelWord::Is(Glob::new(chars)),
        Word::Regex(pattern) => LabelWord::Regex(pattern),
    }
}
