//! A range of a numeric field as one types it, `0.4..0.6`, `>=3`, `..2`, and as terms at the top level of a filter.

use super::ast::{LabelTest, MetaTest, Node, Number, Op, Term, Value};
use super::parse::Filter;

const FORM: &str = "a range is 0.4..0.6, 3.., ..2, >=3, <2, or one number; nothing takes it away";

impl Filter {
    /// The filter with the range of a numeric field (`score`, `len.output`, `label.x`) at its top level, instead of the bounds
    /// and numbers that stand there; none when `range` is blank. Both ends of `a..b` belong to it.
    ///
    /// # Errors
    /// A sentence, when that is no range.
    pub fn with_range(&self, field: &str, range: &str) -> Result<Self, String> {
        let mut new = Vec::new();
        for (op, number) in bounds(range)? {
            let term = format!("{field}{}{number}", op.as_str());
            let node = Self::parse(&term).ok().and_then(|filter| filter.root);
            new.push(node.ok_or_else(|| FORM.to_owned())?);
        }
        let Some(name) = self::field(field) else { return Err(FORM.to_owned()) };
        let mut terms = self.top();
        let is_own = |node: &Node| bound_of(node).is_some_and(|(own, _)| own == name);
        let place = terms.iter().position(is_own).unwrap_or(terms.len());
        terms.retain(|node| !is_own(node));
        terms.splice(place..place, new);
        Ok(self.rebuilt(terms))
    }

    /// The range of a numeric field that stands at the top level, as [`Filter::with_range`] takes it; empty without one.
    #[must_use]
    pub fn range(&self, field: &str) -> String {
        let Some(name) = self::field(field) else { return String::new() };
        let (mut low, mut high, mut other) = (None, None, None);
        for node in &self.top() {
            match bound_of(node).filter(|(own, _)| *own == name) {
                Some((_, (Op::AtLeast, n))) => low = Some(n),
                Some((_, (Op::AtMost, n))) => high = Some(n),
                Some((_, (Op::Equal, n))) => other = Some(n.to_string()),
                Some((_, (op, n))) => other = Some(format!("{}{n}", op.as_str())),
                None => {}
            }
        }
        match (low, high, other) {
            (Some(low), Some(high), _) => format!("{low}..{high}"),
            (Some(low), None, _) => format!("{low}.."),
            (None, Some(high), _) => format!("..{high}"),
            (None, None, other) => other.unwrap_or_default(),
        }
    }
}

/// What a range asks: at most two bounds.
fn bounds(range: &str) -> Result<Vec<(Op, f64)>, String> {
    let range = range.trim();
    let number = |text: &str| {
        let number = text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        number.ok_or_else(|| FORM.to_owned())
    };
    if range.is_empty() {
        return Ok(Vec::new());
    }
    if let Some((low, high)) = range.split_once("..") {
        let mut found = Vec::new();
        for (op, text) in [(Op::AtLeast, low), (Op::AtMost, high)] {
            if !text.trim().is_empty() {
                found.push((op, number(text)?));
            }
        }
        return match found.as_slice() {
            [] => Err(FORM.to_owned()),
            [(_, low), (_, high)] if low > high => {
                Err("the range ends before it begins".to_owned())
            }
            _ => Ok(found),
        };
    }
    for op in [Op::AtLeast, Op::AtMost, Op::More, Op::Less, Op::Equal] {
        if let Some(rest) = range.strip_prefix(op.as_str()) {
            return Ok(vec![(op, number(rest)?)]);
        }
    }
    Ok(vec![(Op::Equal, number(range)?)])
}

/// A field that is compared with numbers.
#[derive(Debug, PartialEq)]
enum Compared {
    Number(Number),
    Label(String),
    Meta(String),
}

fn field(name: &str) -> Option<Compared> {
    let filter = Filter::parse(&format!("{name}>=0")).ok()?;
    bound_of(filter.root.as_ref()?).map(|(field, _)| field)
}

/// The field and the bound of a term that is one.
fn bound_of(node: &Node) -> Option<(Compared, (Op, f64))> {
    let Node::Term(term) = node else { return None };
    match term {
        Term::Compare(number, op, bound) => Some((Compared::Number(*number), (*op, *bound))),
        Term::Equals(number, values) => match values.as_slice() {
            [Some(value)] => Some((Compared::Number(*number), (Op::Equal, *value))),
            _ => None,
        },
        Term::LabelIs(name, None, test) => {
            let name = Compared::Label(name.as_literal()?.to_lowercase());
            match test {
                LabelTest::Compare(op, bound) => Some((name, (*op, *bound))),
                LabelTest::Values(words) => match words.as_slice() {
                    [super::ast::LabelWord::Is(word)] => {
                        let number = word.as_literal()?.parse::<f64>().ok()?;
                        number.is_finite().then_some((name, (Op::Equal, number)))
                    }
                    _ => None,
                },
            }
        }
        Term::Meta(path, test) => {
            let name = Compared::Meta(path.clone());
            match test {
                MetaTest::Compare(op, bound) => Some((name, (*op, *bound))),
                MetaTest::Values(values) => match values.as_slice() {
                    [Value::Word(word)] => {
                        let number = word.as_literal()?.parse::<f64>().ok()?;
                        number.is_finite().then_some((name, (Op::Equal, number)))
                    }
                    _ => None,
                },
            }
        }
        _ => None,
    }
}
