//! Changing a filter from a key or a menu: the terms of its top level, the ones joined by a plain space.
//!
//! Values come from the corpus and are hostile text: they are quoted here and never read as filter text.

use super::ast::{Field, MetaTest, Node, Term, Value};
use super::parse::Filter;
use super::print;

impl Filter {
    /// A filter with `field:value` set at its top level: replaces the top-level terms of that field (negated ones
    /// too), removes them when `value` is `None`. What the tier key and the label picker use.
    ///
    /// `value` is plain text, wildcards and quotes included; only `none` is the absent value (and `any` every cue). A field or a value
    /// that the language does not know leaves the filter as it is.
    #[must_use]
    pub fn with_term(&self, field: &str, value: Option<&str>) -> Self {
        let Some(sort) = sort_of(field) else { return self.clone() };
        let new = match value {
            None => None,
            Some(value) => match build(field, value) {
                Some(node) => Some(node),
                None => return self.clone(),
            },
        };
        let mut terms = self.top();
        let place = terms.iter().position(|t| is_sort(t, &sort)).unwrap_or(terms.len());
        terms.retain(|t| !is_sort(t, &sort));
        if let Some(node) = new {
            terms.insert(place.min(terms.len()), node);
        }
        self.rebuilt(terms)
    }

    /// Each term of the top level once, where it stands first.
    #[must_use]
    pub fn without_repeats(&self) -> Self {
        let mut terms: Vec<Node> = Vec::new();
        for term in self.top() {
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        self.rebuilt(terms)
    }

    /// Toggles a top-level term (`label:alignment_faking`, `cue:strategic`): adds it, or removes it when
    /// an equal one is there. Its opposite, when that is there, gives way. A term that does not parse changes
    /// nothing.
    #[must_use]
    pub fn toggle_term(&self, term: &str) -> Self {
        let Ok(toggled) = Self::parse(term) else { return self.clone() };
        let toggled = toggled.top();
        let mut terms = self.top();
        if toggled.iter().all(|t| terms.contains(t)) {
            terms.retain(|t| !toggled.contains(t));
        } else {
            for term in toggled {
                terms.retain(|t| !is_opposite(t, &term));
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        self.rebuilt(terms)
    }

    /// Adds a value to the top-level `field:a,b` list, or takes it out when it is there; the term goes with its last
    /// value. What Enter does on a facet: two tiers picked one after the other mean either. As in
    /// [`Filter::with_term`], `value` is plain text.
    #[must_use]
    pub fn toggle_value(&self, field: &str, value: &str) -> Self {
        match build(field, value) {
            Some(new) => self.toggle_among(&new),
            None => self.clone(),
        }
    }

    /// The same with a term as it is typed, `meta.persona:gull`: its values join those of its field, or leave them.
    #[must_use]
    pub fn toggle_alternative(&self, term: &str) -> Self {
        match Self::parse(term).ok().and_then(|filter| filter.root) {
            Some(new) => self.toggle_among(&new),
            None => self.clone(),
        }
    }

    fn toggle_among(&self, new: &Node) -> Self {
        /// The values of a term of the same field, where it is a list of values.
        fn values_of<'t>(node: &'t mut Node, like: &Term) -> Option<&'t mut Vec<Value>> {
            let Node::Term(term) = node else { return None };
            match term {
                Term::Field(own, values) => {
                    matches!(like, Term::Field(kind, _) if kind == own).then_some(values)
                }
                Term::Meta(own, MetaTest::Values(values)) => {
                    matches!(like, Term::Meta(path, _) if path == own).then_some(values)
                }
                _ => None,
            }
        }
        let Node::Term(term) = new else { return self.toggle_term(&new.to_string()) };
        let mut added = match term {
            Term::Field(_, values) | Term::Meta(_, MetaTest::Values(values)) => values.clone(),
            _ => return self.toggle_term(&new.to_string()),
        };
        let mut terms = self.top();
        match terms.iter_mut().find_map(|node| values_of(node, term)) {
            Some(values) if added.iter().all(|v| values.contains(v)) => {
                values.retain(|v| !added.contains(v));
            }
            Some(values) => values.append(&mut added),
            None => terms.push(new.clone()),
        }
        terms.retain_mut(|node| values_of(node, term).is_none_or(|values| !values.is_empty()));
        self.rebuilt(terms)
    }

    /// The value of the first top-level `field:value` term that is not negated: plain text without its quotes, or,
    /// for lists, wildcards and regular expressions, as it is written in the filter.
    #[must_use]
    pub fn term(&self, field: &str) -> Option<String> {
        let sort = sort_of(field)?;
        let terms = self.top();
        let term = terms.iter().find_map(|t| match t {
            Node::Term(term) if is_sort(t, &sort) => Some(term),
            _ => None,
        })?;
        if let Term::Field(_, values) | Term::Label(values) = term
            && let [Value::Word(word)] = values.as_slice()
            && let Some(text) = word.as_literal()
        {
            return Some(text.to_owned());
        }
        let printed = term.to_string();
        printed.split_once(':').map(|(_, value)| value.to_owned())
    }

    /// The top-level terms, printed one by one.
    #[must_use]
    pub fn terms_for_display(&self) -> Vec<String> {
        match &self.root {
            Some(Node::And(all)) => all
                .iter()
                .map(|n| if matches!(n, Node::Or(_)) { format!("({n})") } else { n.to_string() })
                .collect(),
            Some(node) => vec![node.to_string()],
            None => Vec::new(),
        }
    }

    /// A filter of these terms; this one when what came out is too long or too deep to be typed.
    pub(super) fn rebuilt(&self, terms: Vec<Node>) -> Self {
        let new = Self { root: Node::and(terms) };
        if Self::parse(&new.to_string()).as_ref() == Ok(&new) { new } else { self.clone() }
    }

    pub(super) fn top(&self) -> Vec<Node> {
        match &self.root {
            Some(Node::And(all)) => all.clone(),
            Some(node) => vec![node.clone()],
            None => Vec::new(),
        }
    }
}

/// What makes two terms be of one field.
#[derive(Debug, PartialEq)]
pub(super) enum Sort {
    Field(Field),
    Label,
    Cue,
    Criterion,
    /// Anything else goes by what stands before the operator.
    Head(String),
}

pub(super) fn sort(term: &Term) -> Option<Sort> {
    Some(match term {
        Term::Text(_) | Term::Near(..) => return None,
        Term::Field(field, _) => Sort::Field(*field),
        Term::Label(_) => Sort::Label,
        Term::Cue(..) => Sort::Cue,
        Term::Criterion(_) => Sort::Criterion,
        Term::Flag(flag, _) => Sort::Head(flag.name().to_owned()),
        Term::Partner(by, _) | Term::HasPartner(by, _) => Sort::Head(by.partner().to_owned()),
        Term::Compare(..) | Term::Equals(..) | Term::LabelIs(..) | Term::Meta(..) => {
            let head = match term {
                Term::LabelIs(name, rater, _) => format!("label.{name}@{rater:?}"),
                Term::Meta(path, _) => format!("meta.{path}"),
                Term::Compare(number, ..) | Term::Equals(number, _) => format!("{number:?}"),
                _ => String::new(),
            };
            Sort::Head(head.to_lowercase())
        }
    })
}

pub(super) fn sort_of(field: &str) -> Option<Sort> {
    // Whatever the field takes, one of these is a value of it.
    let node =
        ["1", "yes", "*", "any"].into_iter().find_map(|value| one(&format!("{field}:{value}")))?;
    match node {
        Node::Term(term) => sort(&term),
        _ => None,
    }
}

fn is_sort(node: &Node, wanted: &Sort) -> bool {
    match node {
        Node::Term(term) => sort(term).as_ref() == Some(wanted),
        Node::Not(child) => {
            matches!(&**child, Node::Term(term) if sort(term).as_ref() == Some(wanted))
        }
        _ => false,
    }
}

fn is_opposite(a: &Node, b: &Node) -> bool {
    matches!(a, Node::Not(inner) if **inner == *b) || matches!(b, Node::Not(inner) if **inner == *a)
}

/// `field:value` as a node. The value is tried in quotes first, so that none of it is syntax; numbers, `yes` and
/// `no` only exist without.
fn build(field: &str, value: &str) -> Option<Node> {
    let keyword = value.eq_ignore_ascii_case("none")
        || field.eq_ignore_ascii_case("cue") && value.eq_ignore_ascii_case("any");
    if keyword {
        return one(&format!("{field}:{value}"));
    }
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    one(&format!("{field}:{}", print::quoted(value)))
        .or_else(|| plain.then(|| one(&format!("{field}:{value}"))).flatten())
}

/// The filter text as a single term.
fn one(text: &str) -> Option<Node> {
    Filter::parse(text).ok()?.root.filter(|node| matches!(node, Node::Term(_)))
}
