//! Reading one term: a word, a phrase, a regular expression, or a field with its values.
//!
//! Every refusal names the column of the very characters that are wrong and says what to write instead.

use super::PairField;
use super::ast::{CueName, LabelTest, MetaTest, Node, Number, Op, Pattern, Place, Term};
use super::fields::{self, Entry, FIELDS, Kind};
use super::glob::Glob;
use super::parse::{Filter, FilterError, Parser, shown, unknown_section};
use super::value::{Raw, Word, label_word, text_value};
use crate::text::Needle;

/// What stands between a field and its value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Join {
    /// `:` or `=`.
    Is,
    /// `!=`.
    IsNot,
    /// `<` and its kin.
    Compare(Op),
}

impl Parser {
    /// One term; the cursor stands on its first character, which is neither white space nor a parenthesis.
    pub(super) fn term(&mut self) -> Result<Node, FilterError> {
        let at = self.cur.pos;
        match self.cur.peek() {
            Some('"') => {
                let text: String = self.cur.quoted()?.into_iter().map(|(c, _)| c).collect();
                if text.trim().is_empty() {
                    return Err(FilterError::new(at, self.cur.pos - at, "an empty phrase"));
                }
                return Ok(phrase(text));
            }
            Some('@') => return self.named(),
            Some('/') => {
                let pattern = self.regex()?;
                self.boundary("a space is missing after the regular expression (quote the text to search for slashes; (?i) ignores case)")?;
                return Ok(Node::Term(Term::Text(pattern)));
            }
            _ => {}
        }
        let word = self.cur.run(|cursor, _| cursor.at_op());
        let lower = word.to_lowercase();
        let base = lower.split('.').next().unwrap_or_default();
        if lower == "near" && self.cur.peek() == Some('(') {
            return self.near(at);
        }
        if self.cur.peek() == Some('(')
            && let Some(Kind::Partner(by)) = fields::find(&lower).map(|entry| entry.kind)
        {
            return self.partner(at, by);
        }
        if let Some(entry) = fields::find(base)
            && lower.len() > base.len()
            && matches!(entry.kind, Kind::Label | Kind::Meta | Kind::Len)
        {
            self.cur.pos = at + base.chars().count() + 1;
            return self.dotted(at, *entry);
        }
        if self.cur.at_op() {
            return self.field(at, &word);
        }
        if matches!(self.cur.peek(), Some('(' | '"')) {
            let message = "a space is missing here, or quotes round the whole";
            return Err(FilterError::new(self.cur.pos, 1, message));
        }
        if let Some(star) = word.chars().position(|c| c == '*') {
            let message = "a word is found anywhere in the text; `*` is for values of fields (quote it to search for a star, or use /…/)";
            return Err(FilterError::new(at + star, 1, message));
        }
        Ok(phrase(word))
    }

    /// `field:…`; the cursor stands on the operator.
    fn field(&mut self, at: usize, word: &str) -> Result<Node, FilterError> {
        let len = word.chars().count();
        if word.is_empty() {
            let len = self.cur.run(|cursor, _| !cursor.at_op()).chars().count();
            let message = "an operator stands right after a field's name, without a space: score>=3 (quote it to search for it)";
            return Err(FilterError::new(at, len, message));
        }
        let Some(entry) = fields::find(word) else { return Err(self.unknown(at, word)) };
        let entry = *entry;
        match entry.kind {
            Kind::Text(field) => {
                let join = self.join(entry.name, false)?;
                let mut values = Vec::new();
                for raw in self.values(entry.name, false)? {
                    values.push(text_value(field, raw)?);
                }
                self.negate(at, join, Term::Field(field, values))
            }
            Kind::Flag(flag) => {
                let join = self.join(entry.name, false)?;
                let raw = self.single(entry.name)?;
                let yes = raw
                    .yes_no()
                    .ok_or_else(|| raw.error(format!("{0}:yes or {0}:no", entry.name)))?;
                self.negate(at, join, Term::Flag(flag, yes))
            }
            Kind::Score => self.number(at, entry.name, Number::Score),
            Kind::Epoch => self.number(at, entry.name, Number::Epoch),
            Kind::Len => self.number(at, entry.name, Number::Len(Place::Response)),
            Kind::Criterion => self.criterion(at),
            Kind::Partner(by) => self.has_partner(at, by),
            Kind::Cue => self.cue(at),
            Kind::Label => self.label(at),
            Kind::Meta => {
                let message = "meta needs the path of a field: meta.temperature>0.5";
                Err(FilterError::new(at, len, message))
            }
            Kind::Near => {
                let message = "near takes parentheses: near(cue:consequence, cue:comply, 2)";
                Err(FilterError::new(at, len + 1, message))
            }
            Kind::Part => {
                let message = "part takes a colon: part:last-third cue:strategic";
                Err(FilterError::new(at, len + 1, message))
            }
            Kind::In => {
                Err(FilterError::new(at, len + 1, "in takes a colon: in:scratchpad \"rlhf\""))
            }
        }
    }

    /// `label.NAME…`, `meta.PATH…`, `len.SECTION…`; the cursor stands after the dot.
    fn dotted(&mut self, at: usize, entry: Entry) -> Result<Node, FilterError> {
        let name_at = self.cur.pos;
        let is_label = entry.kind == Kind::Label;
        let name = self.name(is_label)?;
        let name_len = self.cur.pos - name_at;
        if name.is_empty() {
            let message = format!("a name is missing after {}.", entry.name);
            return Err(FilterError::new(at, name_at - at, message));
        }
        let text: String = name.iter().map(|(c, _)| *c).collect();
        let rater = if is_label && self.cur.eat('@') {
            let rater_at = self.cur.pos;
            let rater = self.name(false)?;
            if rater.is_empty() {
                return Err(FilterError::new(rater_at - 1, 1, "a rater is missing after @"));
            }
            Some(Glob::new(rater))
        } else {
            None
        };
        if !self.cur.at_op() {
            let written = self.cur.pos - at;
            let message = match entry.kind {
                Kind::Label if rater.is_some() => {
                    "say what the rater gave: :yes, :no or >=0.5".to_owned()
                }
                Kind::Label => format!(
                    "compare it (>=0.5, =VALUE, :missing), or write label:{} for a positive label",
                    shown(&text)
                ),
                _ => "an operator and a value are missing; quote the whole to search for it"
                    .to_owned(),
            };
            return Err(FilterError::new(at, written, message));
        }
        match entry.kind {
            Kind::Len => {
                let place = Place::parse(&text).filter(|p| *p != Place::Any);
                let place = place.ok_or_else(|| unknown_section(name_at, name_len, &text))?;
                self.number(at, "len", Number::Len(place))
            }
            Kind::Label => {
                let join = self.join("label", true)?;
                let asked = if let Join::Compare(op) = join {
                    LabelTest::Compare(op, self.bound()?)
                } else {
                    let raws = self.values("label", false)?;
                    LabelTest::Values(raws.into_iter().map(label_word).collect())
                };
                self.negate(at, join, Term::LabelIs(Glob::new(name), rater, asked))
            }
            _ => {
                if name.iter().any(|(c, escaped)| *c == '*' && !escaped) {
                    let message = "a path of meta has no wildcards";
                    return Err(FilterError::new(name_at, name_len, message));
                }
                let join = self.join("meta", true)?;
                let asked = if let Join::Compare(op) = join {
                    MetaTest::Compare(op, self.bound()?)
                } else {
                    let raws = self.values("meta", false)?;
                    MetaTest::Values(raws.into_iter().map(Raw::value).collect())
                };
                self.negate(at, join, Term::Meta(text, asked))
            }
        }
    }

    fn number(&mut self, at: usize, name: &str, field: Number) -> Result<Node, FilterError> {
        let join = self.join(name, true)?;
        if let Join::Compare(op) = join {
            let bound = self.bound()?;
            return Ok(Node::Term(Term::Compare(field, op, bound)));
        }
        let mut values = Vec::new();
        for raw in self.values(name, false)? {
            if raw.plain().as_deref() == Some("none") {
                if matches!(field, Number::Len(_)) {
                    return Err(raw.error("a length is never none; write len=0"));
                }
                values.push(None);
            } else {
                values.push(Some(raw.number()?));
            }
        }
        self.negate(at, join, Term::Equals(field, values))
    }

    fn criterion(&mut self, at: usize) -> Result<Node, FilterError> {
        let join = self.join("criterion", false)?;
        let mut numbers = Vec::new();
        for raw in self.values("criterion", false)? {
            let plain = raw.plain().unwrap_or_default();
            match plain.parse::<u8>() {
                Ok(n @ 1..=4) => numbers.push(n),
                _ if plain == "none" => {
                    return Err(raw.error(
                        "write -criterion:1,2,3,4 for none of them, score:none for no reasoning",
                    ));
                }
                _ => return Err(raw.error("a criterion is 1, 2, 3 or 4")),
            }
        }
        self.negate(at, join, Term::Criterion(numbers))
    }

    /// `partner(…)`; the cursor stands on the parenthesis.
    fn partner(&mut self, at: usize, by: PairField) -> Result<Node, FilterError> {
        let inner = Filter { root: Some(self.deeper(at, Self::unary)?) };
        if inner.asks_partners() {
            let message = "partner(…) asks what the partner is by itself: nothing of partners stands inside it";
            return Err(FilterError::new(at, by.partner().len(), message));
        }
        self.boundary("a space is missing after the parenthesis")?;
        Ok(Node::Term(Term::Partner(by, Box::new(inner))))
    }

    /// `partner:any`, `partner:none`.
    fn has_partner(&mut self, at: usize, by: PairField) -> Result<Node, FilterError> {
        let join = self.join(by.partner(), false)?;
        let raw = self.single(by.partner())?;
        let any = match raw.plain().as_deref() {
            Some("any") => true,
            Some("none") => false,
            _ => {
                let message = "partner:any, partner:none, or partner(…) with a filter inside";
                return Err(raw.error(message));
            }
        };
        self.negate(at, join, Term::HasPartner(by, any))
    }

    fn cue(&mut self, at: usize) -> Result<Node, FilterError> {
        let join = self.join("cue", true)?;
        if let Join::Compare(op) = join {
            let bound = self.bound()?;
            return Ok(Node::Term(Term::Cue(vec![CueName::Any], Some((op, bound)))));
        }
        let mut names = Vec::new();
        for raw in self.values("cue", true)? {
            names.push(cue_name(&raw)?);
        }
        let bound = if self.cur.at_op() {
            let here = self.cur.pos;
            if names.contains(&CueName::None) {
                return Err(FilterError::new(here, 1, "cue:none takes no number"));
            }
            match self.join("cue", true)? {
                Join::Compare(op) => Some((op, self.bound()?)),
                Join::Is => Some((Op::Equal, self.bound()?)),
                Join::IsNot => return Err(FilterError::new(here, 2, "write -cue:NAME=N")),
            }
        } else {
            self.boundary("a space is missing here, or quotes round the value")?;
            None
        };
        self.negate(at, join, Term::Cue(names, bound))
    }

    fn label(&mut self, at: usize) -> Result<Node, FilterError> {
        let join = self.join("label", false)?;
        let raws = self.values("label", true)?;
        if self.cur.at_op() || self.cur.peek() == Some('@') {
            let name = raws.first().and_then(Raw::text).unwrap_or_default();
            let rest = if self.cur.peek() == Some('@') { "@RATER:yes" } else { ">=0.5" };
            let message = format!("a label is compared with a dot: label.{}{rest}", shown(&name));
            return Err(FilterError::new(self.cur.pos, 1, message));
        }
        self.boundary("a space is missing here, or quotes round the name")?;
        let names = raws.into_iter().map(Raw::value).collect();
        self.negate(at, join, Term::Label(names))
    }

    /// The operator of a field. `numeric`: whether comparisons make sense.
    fn join(&mut self, name: &str, numeric: bool) -> Result<Join, FilterError> {
        let at = self.cur.pos;
        // `score:>=3` is what other filter languages write.
        if self.cur.peek() == Some(':') && matches!(self.cur.peek_at(1), Some('<' | '>')) {
            self.cur.pos += 1;
        }
        let first = self.cur.peek();
        let second = self.cur.peek_at(1) == Some('=');
        let join = match (first, second) {
            (Some('>'), true) => Join::Compare(Op::AtLeast),
            (Some('>'), false) => Join::Compare(Op::More),
            (Some('<'), true) => Join::Compare(Op::AtMost),
            (Some('<'), false) => Join::Compare(Op::Less),
            (Some('!'), _) => Join::IsNot,
            _ => Join::Is,
        };
        self.cur.pos += 1 + usize::from(second && first != Some(':'));
        if !numeric && matches!(join, Join::Compare(_)) {
            let message = format!("{name} is not compared by size: {name}:VALUE");
            return Err(FilterError::new(at, self.cur.pos - at, message));
        }
        Ok(join)
    }

    /// Wraps a term for `!=`.
    fn negate(&mut self, at: usize, join: Join, term: Term) -> Result<Node, FilterError> {
        if join == Join::IsNot {
            self.deeper(at, |_| Ok(Node::Not(Box::new(Node::Term(term)))))
        } else {
            Ok(Node::Term(term))
        }
    }

    /// The error for a word with an operator that is no field.
    fn unknown(&mut self, at: usize, word: &str) -> FilterError {
        let len = word.chars().count();
        let base = word.split('.').next().unwrap_or_default();
        if let Some(rest) = word.strip_prefix('!')
            && fields::find(rest).is_some()
        {
            return FilterError::new(at, len, format!("not is written with a dash: -{rest}"));
        }
        if Place::parse(base).is_some() {
            let message = format!("to look in a section write in:{} \"…\"", base.to_lowercase());
            return FilterError::new(at, len, message);
        }
        let shown_word = shown(word);
        if let Some(near) = fields::nearest(base, FIELDS.iter().map(|f| f.name)) {
            let message = format!(
                "no field `{shown_word}`; did you mean {near}? (quote it to search for text)"
            );
            return FilterError::new(at, len, message);
        }
        let whole = word.to_owned() + &self.cur.run(|_, _| false);
        let meta = if self.cur.peek() == Some('"') || !whole.ends_with(':') && !whole.contains("//")
        {
            format!(", or meta.{shown_word} for a field of the record")
        } else {
            String::new()
        };
        let message = format!(
            "no field `{shown_word}`; quote it to search for text: \"{}\"{meta}",
            shown(&whole)
        );
        FilterError::new(at, len, message)
    }
}

/// A phrase as a node.
fn phrase(text: String) -> Node {
    Node::Term(Term::Text(phrase_of(text)))
}

pub(super) fn phrase_of(text: String) -> Pattern {
    let needle = Needle::phrase(&text);
    Pattern { text, is_regex: false, needle }
}

/// The category that a value names.
pub(super) fn cue_name(raw: &Raw) -> Result<CueName, FilterError> {
    match (raw.plain().as_deref(), &raw.word) {
        (Some("any" | "*"), _) => Ok(CueName::Any),
        (Some("none"), _) => Ok(CueName::None),
        (_, Word::Regex(_)) => Err(raw.error("cue: takes names of categories")),
        (_, Word::Plain(chars) | Word::Quoted(chars)) => {
            if chars.iter().any(|(c, escaped)| *c == '*' && !escaped) {
                return Err(raw.error("cue: takes whole names, or cue:any"));
            }
            let name = chars.iter().flat_map(|(c, _)| c.to_lowercase()).collect();
            Ok(CueName::Named(name))
        }
    }
}
