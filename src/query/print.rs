//! Writing a filter in its canonical form. `parse(print(f)) == f` is the promise here.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    CueName, LabelTest, LabelWord, MetaTest, Node, Number, Pattern, Place, Side, Term, Value,
};
use super::glob::Glob;

/// Words that mean something as a name or as the value of a label, and are quoted when they are meant as text.
const RESERVED: [&str; 10] =
    ["none", "any", "unparsed", "neither", "missing", "yes", "no", "true", "false", ""];

/// The same for the value of a field: `parse:missing` needs no quotes.
const RESERVED_VALUES: [&str; 2] = ["none", ""];

/// Words that mean something between terms.
const KEYWORDS: [&str; 3] = ["and", "or", "not"];

/// Where a name or value stands: what needs quotes differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// A label, a rater, a category, a path of meta: by the stricter rule for names.
    Name,
    /// What a label is compared with.
    Label,
    /// The value of a field.
    Field,
    /// Always in quotes.
    Quoted,
}

impl Slot {
    fn reserved(self) -> &'static [&'static str] {
        if self == Self::Field { &RESERVED_VALUES } else { &RESERVED }
    }

    fn is_plain(self, text: &str) -> bool {
        match self {
            Self::Name => is_plain_name(text),
            Self::Label | Self::Field => is_plain_value(text),
            Self::Quoted => false,
        }
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Node::And(children) => {
                for (i, child) in children.iter().enumerate() {
                    if i > 0 {
                        f.write_char(' ')?;
                    }
                    child.grouped(f, matches!(child, Node::Or(_)))?;
                }
                Ok(())
            }
            Node::Or(children) => {
                for (i, child) in children.iter().enumerate() {
                    f.write_str(if i > 0 { " OR " } else { "" })?;
                    child.grouped(f, false)?;
                }
                Ok(())
            }
            Node::Not(child) => {
                f.write_char('-')?;
                child.grouped(f, matches!(**child, Node::And(_) | Node::Or(_)))
            }
            Node::In(places, child) => {
                f.write_str("in:")?;
                list(f, places, |f, place| f.write_str(place.as_str()))?;
                f.write_char(' ')?;
                child.grouped(f, matches!(**child, Node::And(_) | Node::Or(_) | Node::In(..)))
            }
            Node::Part(parts, child) => {
                f.write_str("part:")?;
                list(f, parts, |f, part| f.write_str(part.as_str()))?;
                f.write_char(' ')?;
                child.grouped(f, matches!(**child, Node::And(_) | Node::Or(_) | Node::Part(..)))
            }
            Node::Term(term) => term.fmt(f),
        }
    }
}

impl Node {
    fn grouped(&self, f: &mut Formatter<'_>, group: bool) -> fmt::Result {
        if group { write!(f, "({self})") } else { self.fmt(f) }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Term::Text(pattern) => text(f, pattern, is_bare(&pattern.text)),
            Term::Field(field, all) => {
                write!(f, "{}:", field.name())?;
                list(f, all, value)
            }
            Term::Flag(flag, yes) => {
                write!(f, "{}:{}", flag.name(), if *yes { "yes" } else { "no" })
            }
            Term::Compare(field, op, bound) => {
                number_name(f, *field)?;
                write!(f, "{}{}", op.as_str(), Num(*bound))
            }
            Term::Equals(field, values) => {
                number_name(f, *field)?;
                f.write_char(':')?;
                list(f, values, |f, value| match value {
                    Some(number) => Num(*number).fmt(f),
                    None => f.write_str("none"),
                })
            }
            Term::Cue(names, bound) => {
                f.write_str("cue:")?;
                list(f, names, cue_name)?;
                bound.map_or(Ok(()), |(op, bound)| write!(f, "{}{}", op.as_str(), Num(bound)))
            }
            Term::Partner(by, inner) => write!(f, "{}({inner})", by.partner()),
            Term::HasPartner(by, any) => {
                write!(f, "{}:{}", by.partner(), if *any { "any" } else { "none" })
            }
            Term::Criterion(numbers) => {
                f.write_str("criterion:")?;
                list(f, numbers, |f, n| n.fmt(f))
            }
            Term::Label(names) => {
                f.write_str("label:")?;
                list(f, names, |f, name| match name {
                    Value::Word(name) => glob(f, name, Slot::Name),
                    other => value(f, other),
                })
            }
            Term::LabelIs(name, rater, test) => {
                f.write_str("label.")?;
                // `label.none` needs no quotes, but one rule for names is easier to keep.
                glob(f, name, Slot::Name)?;
                if let Some(rater) = rater {
                    f.write_char('@')?;
                    glob(f, rater, Slot::Name)?;
                }
                match test {
                    LabelTest::Compare(op, bound) => write!(f, "{}{}", op.as_str(), Num(*bound)),
                    LabelTest::Values(words) => {
                        let equal = words.iter().all(|w| matches!(w, LabelWord::Is(_)));
                        f.write_char(if equal { '=' } else { ':' })?;
                        list(f, words, |f, word| match word {
                            LabelWord::Unparsed => f.write_str("unparsed"),
                            LabelWord::Neither => f.write_str("neither"),
                            LabelWord::Missing => f.write_str("missing"),
                            LabelWord::Positive(true) => f.write_str("yes"),
                            LabelWord::Positive(false) => f.write_str("no"),
                            LabelWord::Is(word) => glob(f, word, Slot::Label),
                            LabelWord::Regex(pattern) => regex(f, pattern),
                        })
                    }
                }
            }
            Term::Meta(path, test) => {
                f.write_str("meta.")?;
                glob(f, &Glob::literal(path), Slot::Name)?;
                match test {
                    MetaTest::Compare(op, bound) => write!(f, "{}{}", op.as_str(), Num(*bound)),
                    MetaTest::Values(all) => {
                        f.write_char(':')?;
                        list(f, all, value)
                    }
                }
            }
            Term::Near(sides, sentences) => {
                f.write_str("near(")?;
                for side in &**sides {
                    match side {
                        // A comma ends it here.
                        Side::Text(pattern) => {
                            text(
                                f,
                                pattern,
                                is_bare(&pattern.text) && !pattern.text.contains(','),
                            )?;
                        }
                        Side::Cue(name) => {
                            f.write_str("cue:")?;
                            cue_name(f, name)?;
                        }
                    }
                    f.write_str(", ")?;
                }
                write!(f, "{sentences})")
            }
        }
    }
}

fn cue_name(f: &mut Formatter<'_>, name: &CueName) -> fmt::Result {
    match name {
        CueName::Any => f.write_str("any"),
        CueName::None => f.write_str("none"),
        CueName::Named(name) => glob(f, &Glob::literal(name), Slot::Name),
    }
}

/// A text to look for; in quotes unless it is `bare`.
fn text(f: &mut Formatter<'_>, pattern: &Pattern, bare: bool) -> fmt::Result {
    match pattern {
        Pattern { is_regex: true, .. } => regex(f, pattern),
        _ if bare => f.write_str(&pattern.text),
        _ => quote(f, &pattern.text),
    }
}

/// A number as the parser reads it, without the hundreds of digits that `{}` gives extreme ones.
struct Num(f64);

impl Display for Num {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size != 0.0 && !(1e-6..1e15).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

fn number_name(f: &mut Formatter<'_>, field: Number) -> fmt::Result {
    match field {
        Number::Score => f.write_str("score"),
        Number::Epoch => f.write_str("epoch"),
        Number::Len(Place::Response) => f.write_str("len"),
        Number::Len(place) => write!(f, "len.{}", place.as_str()),
    }
}

fn list<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    one: impl Fn(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_char(',')?;
        }
        one(f, item)?;
    }
    Ok(())
}

fn value(f: &mut Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Word(word) => glob(f, word, Slot::Field),
        Value::Regex(pattern) => regex(f, pattern),
        Value::None => f.write_str("none"),
    }
}

fn regex(f: &mut Formatter<'_>, pattern: &Pattern) -> fmt::Result {
    f.write_char('/')?;
    let mut chars = pattern.text.chars();
    while let Some(c) = chars.next() {
        match c {
            '/' => f.write_str("\\/")?,
            '\\' => {
                f.write_char(c)?;
                chars.next().map_or(Ok(()), |next| f.write_char(next))?;
            }
            _ => f.write_char(c)?,
        }
    }
    f.write_char('/')
}

/// A value with its wildcards, quoted when it has to be.
fn glob(f: &mut Formatter<'_>, glob: &Glob, slot: Slot) -> fmt::Result {
    let parts = glob.parts();
    let joined = parts.join("*");
    let reserved = slot.reserved().iter().any(|r| r.eq_ignore_ascii_case(&joined));
    let plain = parts.iter().all(|p| p.is_empty() || slot.is_plain(p));
    if plain && !reserved && !joined.starts_with('/') {
        return f.write_str(&joined);
    }
    f.write_char('"')?;
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i > 0 { "*" } else { "" })?;
        escape(f, part, true)?;
    }
    f.write_char('"')
}

/// A text in quotes, wherever the language takes a quoted value.
pub(super) fn quoted(text: &str) -> String {
    Glob::literal(text).to_string()
}

/// A text as a name or value, quoted only when it has to be.
pub(super) fn literal(text: &str, slot: Slot) -> String {
    struct Shown<'a>(&'a str, Slot);
    impl Display for Shown<'_> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            glob(f, &Glob::literal(self.0), self.1)
        }
    }
    Shown(text, slot).to_string()
}

impl Display for Glob {
    /// Always in quotes.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        glob(f, self, Slot::Quoted)
    }
}

fn quote(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    escape(f, text, false)?;
    f.write_char('"')
}

fn escape(f: &mut Formatter<'_>, text: &str, stars: bool) -> fmt::Result {
    for c in text.chars() {
        if matches!(c, '"' | '\\') || stars && c == '*' {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}

/// Whether a text term can stand without quotes.
fn is_bare(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | ','))
        && !KEYWORDS.iter().any(|k| k.eq_ignore_ascii_case(text))
}

fn is_plain_name(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn is_plain_value(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '+' | '@' | '%' | '#')
    })
}
