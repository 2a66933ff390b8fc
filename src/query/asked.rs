//! What counting asks of the language: one label as a question, and a filter without the terms of a field.

use super::ast::{Field, LabelTest, LabelWord, Node, Term, Value};
use super::block::Block;
use super::edit::{sort, sort_of};
use super::eval::Truth;
use super::glob::{Glob, Mode};
use super::parse::{Filter, FilterError};
use super::print::{Slot, literal};
use super::truths::is_given;
use crate::model::{Judgement, Threshold};

/// What a label says of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// Positive, or as the question has it.
    Yes,
    /// Not so.
    No,
    /// It was read, and says neither: a category without a rule, a number without a threshold or of which a test says nothing.
    Neither,
    /// It is there, and not to be read.
    Unparsed,
    /// It is not there.
    Missing,
}

impl Said {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Yes, Self::No, Self::Neither, Self::Unparsed, Self::Missing];

    /// As facets and filters call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Neither => "neither",
            Self::Unparsed => "unparsed",
            Self::Missing => "missing",
        }
    }
}

/// One label as a question: `NAME`, `NAME>=0.6`, `NAME=VALUE`, any of them as `NAME@RATER…`. Decided exactly as `label.…` in a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    yes: Filter,
    unparsed: Filter,
    missing: Filter,
}

impl Asked {
    /// Reads what stands behind `label.` in a filter; a name alone asks whether it is positive.
    ///
    /// # Errors
    /// With the column in `text`.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let wrong = |at: usize, len: usize, message: &str| FilterError::new(at, len, message);
        let read = |text: &str| {
            let prefix = "label.".len();
            Filter::parse(&format!("label.{text}")).map_err(|error| {
                let column = error.column.saturating_sub(prefix);
                FilterError { column, ..error }
            })
        };
        let bare = text.trim();
        let is_one = |filter: &Filter| matches!(filter.root, Some(Node::Term(Term::LabelIs(..))));
        let yes = match (read(bare), read(&format!("{bare}:yes"))) {
            (Ok(filter), _) | (_, Ok(filter)) if is_one(&filter) => filter,
            (Err(error), _) if bare.contains(['<', '>', '=', ':']) => return Err(error),
            (_, alone) => alone?,
        };
        let Some(Node::Term(Term::LabelIs(name, rater, test))) = &yes.root else {
            return Err(wrong(
                0,
                bare.chars().count(),
                "one label is asked for, such as NAME>=0.6",
            ));
        };
        let asks_absence = match test {
            LabelTest::Compare(..) => false,
            LabelTest::Values(words) => {
                let absence = [LabelWord::Unparsed, LabelWord::Neither, LabelWord::Missing];
                words.iter().any(|word| absence.contains(word))
            }
        };
        if asks_absence {
            let message = "what is neither, unparsed or missing is counted beside every rate";
            return Err(wrong(0, bare.chars().count(), message));
        }
        let is = |word: LabelWord| {
            let term = Term::LabelIs(name.clone(), rater.clone(), LabelTest::Values(vec![word]));
            Filter { root: Some(Node::Term(term)) }
        };
        Ok(Self { unparsed: is(LabelWord::Unparsed), missing: is(LabelWord::Missing), yes })
    }

    /// A label by its name, whatever that is.
    ///
    /// # Errors
    /// When the name is too long for a filter.
    pub fn named(name: &str) -> Result<Self, FilterError> {
        Self::parse(&literal(name, Slot::Name))
    }

    /// A label by its name, as one rater gave it, whatever these are.
    ///
    /// # Errors
    /// When they are too long for a filter.
    pub fn by_rater(name: &str, rater: &str) -> Result<Self, FilterError> {
        Self::parse(&format!("{}@{}", literal(name, Slot::Name), literal(rater, Slot::Name)))
    }

    /// The same label by any rater.
    #[must_use]
    pub fn by_anyone(&self) -> Self {
        let open = |filter: &Filter| match &filter.root {
            Some(Node::Term(Term::LabelIs(name, _, test))) => {
                let term = Term::LabelIs(name.clone(), None, test.clone());
                Filter { root: Some(Node::Term(term)) }
            }
            _ => filter.clone(),
        };
        let [yes, unparsed, missing] = [&self.yes, &self.unparsed, &self.missing].map(open);
        Self { yes, unparsed, missing }
    }

    fn term(&self) -> Option<(&super::glob::Glob, Option<&super::glob::Glob>, &LabelTest)> {
        match &self.yes.root {
            Some(Node::Term(Term::LabelIs(name, rater, test))) => {
                Some((name, rater.as_ref(), test))
            }
            _ => None,
        }
    }

    /// Whether a judgement is among those that are asked for.
    #[must_use]
    pub fn wants(&self, judgement: &Judgement) -> bool {
        self.term().is_some_and(|(name, rater, _)| is_given(judgement, name, rater))
    }

    /// Whether it asks for more than positive: a bound or a value, in place of the label's own threshold.
    #[must_use]
    pub fn has_test(&self) -> bool {
        let plain = |test: &LabelTest| matches!(test, LabelTest::Values(words) if **words == [LabelWord::Positive(true)]);
        self.term().is_some_and(|(.., test)| !plain(test))
    }

    /// Whether it names a rater.
    #[must_use]
    pub fn has_rater(&self) -> bool {
        self.term().is_some_and(|(_, rater, _)| rater.is_some())
    }

    /// The filter that finds what it says: `label.x:yes`, `-label.x:yes`, `label.x:missing`. `None` where there is no word for it: a
    /// value that a bound says nothing of.
    #[must_use]
    pub fn filter(&self, said: Said) -> Option<String> {
        match said {
            Said::Yes => Some(self.yes.to_string()),
            Said::No => Some(format!("-{}", self.yes)),
            Said::Missing => Some(self.missing.to_string()),
            Said::Unparsed => Some(self.unparsed.to_string()),
            Said::Neither => {
                let missing = self.missing.to_string();
                let head = missing.strip_suffix(":missing").filter(|_| !self.has_test());
                head.map(|head| format!("{head}:neither"))
            }
        }
    }

    /// The filter that finds what it says yes or no of: what a rate of it is over.
    #[must_use]
    pub fn known(&self) -> String {
        format!("({} OR -{})", self.yes, self.yes)
    }

    /// The filter that finds numbers of it that meet a threshold, whatever it asks itself.
    #[must_use]
    pub fn meets(&self, threshold: Threshold) -> Option<String> {
        let missing = self.missing.to_string();
        let test = threshold.typed().replace(' ', "");
        Some(format!("{}{test}", missing.strip_suffix(":missing")?))
    }

    /// The filter that finds numbers of it, whatever they are.
    #[must_use]
    pub fn numbers(&self) -> Option<String> {
        let some = self.at_least(0.0)?;
        Some(format!("({some} OR -{some})"))
    }

    /// The filter that finds yes, no and words of it: what holds something that no number has.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let missing = self.missing.to_string();
        Some(format!("{}:/[^-.0-9]/", missing.strip_suffix(":missing")?))
    }

    /// The filter that finds the transcripts to which a rater gave a label of that name, readable or not; `others` are all who gave one that is asked for,
    /// each with its name of it. `None` where one name stands for several that this rater gave.
    #[must_use]
    pub fn given<'a>(
        &self,
        (label, rater): (&str, &str),
        mut others: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Option<String> {
        let names = self.term().is_some_and(|(name, ..)| name.matches(Mode::Equal, label));
        if names && others.any(|(other, by)| by == rater && other != label) {
            return None;
        }
        Some(format!("-{}", Self::by_rater(label, rater).ok()?.missing))
    }

    /// The filter that finds numbers of it at or above a bound.
    #[must_use]
    pub fn at_least(&self, bound: f64) -> Option<String> {
        self.meets(Threshold::AtLeast(bound))
    }

    /// The filter that finds a value of it.
    #[must_use]
    pub fn filter_of_value(&self, value: &str) -> Option<String> {
        let missing = self.missing.to_string();
        let head = missing.strip_suffix(":missing")?;
        Some(format!("{head}={}", literal(value, Slot::Label)))
    }

    /// The same label as a question after one of its values: `NAME=VALUE`.
    #[must_use]
    pub fn with_value(&self, value: &str) -> Option<Self> {
        Self::parse(self.filter_of_value(value)?.strip_prefix("label.")?).ok()
    }

    /// What it says of each row of a block.
    #[must_use]
    pub fn said(&self, block: &dyn Block) -> Vec<Said> {
        let absent =
            self.missing.test_block(block).into_iter().zip(self.unparsed.test_block(block));
        let said = |(truth, absent): (Truth, (Truth, Truth))| match (truth, absent) {
            (Truth::True, _) => Said::Yes,
            (Truth::False, _) => Said::No,
            (_, (Truth::True, _)) => Said::Missing,
            (_, (_, Truth::True)) => Said::Unparsed,
            _ => Said::Neither,
        };
        self.yes.test_block(block).into_iter().zip(absent).map(said).collect()
    }
}

impl std::fmt::Display for Asked {
    /// As it is typed, in canonical form. Holds characters of the label's name: sanitise before showing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.yes.to_string();
        let text = text.strip_prefix("label.").unwrap_or(&text);
        f.write_str(text.strip_suffix(":yes").filter(|_| !self.has_test()).unwrap_or(text))
    }
}

/// The first word under a node that must be the whole of a name.
fn whole_name(node: &Node) -> Option<(Field, &str)> {
    match node {
        Node::And(children) | Node::Or(children) => children.iter().find_map(whole_name),
        Node::In(_, child) | Node::Part(_, child) => whole_name(child),
        Node::Term(Term::Field(field, values)) if field.is_name() => {
            let words = values.iter().filter_map(|value| match value {
                Value::Word(word) => word.as_literal(),
                _ => None,
            });
            words.map(|word| (*field, word)).find(|(_, word)| !word.is_empty())
        }
        Node::Term(_) | Node::Not(_) => None,
    }
}

impl Filter {
    /// A term of this filter that asks for a whole name, as it would look for a part of one: `model:*opus*`. A hint for somebody
    /// who finds nothing.
    #[must_use]
    pub fn wider(&self) -> Option<String> {
        let (field, word) = whole_name(self.root.as_ref()?)?;
        let chars = [('*', false)].into_iter().chain(word.chars().map(|c| (c, true)));
        let glob = Glob::new(chars.chain([('*', false)]));
        Some(Node::Term(Term::Field(field, vec![Value::Word(glob)])).to_string())
    }

    /// This filter without the parts of its top level that speak of `field` alone: `tier:free`, `-tier:paid`, `(tier:free OR
    /// tier:pro)`, and `partner(tier:paid)`, which asks for nothing but a partner. So partners are kept that differ in that field. What
    /// joins the field with something else stays.
    #[must_use]
    pub fn without(&self, field: &str) -> Self {
        let Some(wanted) = sort_of(field) else { return self.clone() };
        let is_of = |term: &Term| match term {
            Term::Partner(by, inner) => {
                by.as_str().eq_ignore_ascii_case(field) && inner.without(field).is_empty()
            }
            term => sort(term).as_ref() == Some(&wanted),
        };
        let alone = |node: &Node| !node.any(&|term| !is_of(term));
        match &self.root {
            Some(Node::And(nodes)) => {
                let kept = nodes.iter().filter(|node| !alone(node)).cloned().collect();
                Self { root: Node::and(kept) }
            }
            Some(node) if alone(node) => Self::default(),
            _ => self.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_asked_as_in_a_filter() {
        for (text, shown, yes, neither) in [
            ("x", "x", "label.x:yes", Some("label.x:neither")),
            (" x>=0.6 ", "x>=0.6", "label.x>=0.6", None),
            ("x@R1", "x@R1", "label.x@R1:yes", Some("label.x@R1:neither")),
            ("x=Maybe", "x=Maybe", "label.x=Maybe", None),
            ("x:/^y/", "x:/^y/", "label.x:/^y/", None),
            ("\"a:b\"", "\"a:b\"", "label.\"a:b\":yes", Some("label.\"a:b\":neither")),
        ] {
            let asked = Asked::parse(text).unwrap();
            assert_eq!(asked.to_string(), shown);
            assert_eq!(asked.filter(Said::Yes).unwrap(), yes);
            assert_eq!(asked.filter(Said::No).unwrap(), format!("-{yes}"));
            assert_eq!(asked.filter(Said::Neither).as_deref(), neither);
            assert!(asked.filter(Said::Unparsed).unwrap().ends_with(":unparsed"));
            assert_eq!(Asked::parse(&asked.to_string()).unwrap(), asked);
            for filter in Said::ALL.into_iter().filter_map(|said| asked.filter(said)) {
                Filter::parse(&filter).unwrap();
            }
        }
        let named = Asked::by_rater("a b", "R 1@x").unwrap();
        assert_eq!(named.to_string(), "\"a b\"@\"R 1@x\"");
        assert_eq!(named.by_anyone(), Asked::named("a b").unwrap());
        for (text, filter) in [
            ("x", "label.x>=0.4"),
            ("x@R", "label.x@R>=0.4"),
            ("x@R>=0.6", "label.x@R>=0.4"),
            ("\"a:b\"", "label.\"a:b\">=0.4"),
        ] {
            assert_eq!(Asked::parse(text).unwrap().at_least(0.4).unwrap(), filter);
            Filter::parse(filter).unwrap();
        }
        assert_eq!(Asked::parse("x").unwrap().at_least(-0.7).unwrap(), "label.x>=-0.7");
        Filter::parse("label.x>=-0.7").unwrap();
        assert_eq!(Asked::named("a b>=1").unwrap().to_string(), "\"a b>=1\"");
        for wrong in [
            "",
            "x OR tier:free",
            "x tier:free",
            "x:missing",
            "x:unparsed",
            "x:neither",
            "x>=",
            "x)",
        ] {
            assert!(Asked::parse(wrong).is_err(), "{wrong}");
        }
        assert!(
            Asked::parse("x@R").unwrap().has_rater() && !Asked::parse("x").unwrap().has_rater()
        );
        assert!(Asked::parse("x>1").unwrap().has_test() && !Asked::parse("x").unwrap().has_test());
    }

    #[test]
    fn partners_are_kept() {
        for (filter, expected) in [
            ("tier:free", ""),
            ("tier:free rlhf", "rlhf"),
            ("-tier:paid model:opus", "model:opus"),
            ("(tier:free OR tier:pro) label:x", "label:x"),
            ("tier:free OR tier:paid", ""),
            ("tier:free OR model:opus", "tier:free OR model:opus"),
            ("(tier:free label:x) OR refused", "tier:free label:x OR refused"),
            ("partner(tier:paid) tier:free rlhf", "rlhf"),
            ("partner(tier:paid outcome:refused)", "partner(tier:paid outcome:refused)"),
            ("partner.model(tier:paid)", "partner.model(tier:paid)"),
            ("", ""),
        ] {
            let without = Filter::parse(filter).unwrap().without("tier");
            assert_eq!(without, Filter::parse(expected).unwrap(), "{filter}");
        }
        let by_model = "partner.model(model:haiku) partner(model:x) tier:free model:opus";
        let by_model = Filter::parse(by_model).unwrap().without("model");
        assert_eq!(by_model.to_string(), "partner(model:x) tier:free");
        let by_model = Filter::parse("tier:free model:opus").unwrap().without("model");
        assert_eq!(by_model.to_string(), "tier:free");
    }
}
