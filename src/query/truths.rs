//! Sets of truths, and what judgements and record fields say to a value.
//!
//! The tree and the columns are in `matching`.

use serde_json::Value as Json;

use super::ast::{LabelTest, LabelWord, MetaTest, Op, Value};
use super::eval::Columns;
use super::glob::{Glob, Mode};
use crate::model::{DECISION, Judgement, LabelValue};

/// A set of truths: 1 true, 2 false, 4 unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Possible(pub(super) u8);

impl Possible {
    pub(super) const TRUE: Self = Self(1);
    pub(super) const FALSE: Self = Self(2);
    pub(super) const UNKNOWN: Self = Self(4);

    pub(super) fn known(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    pub(super) fn kleene(value: Option<bool>) -> Self {
        value.map_or(Self::UNKNOWN, Self::known)
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn is_settled(self) -> bool {
        self.0.is_power_of_two()
    }

    pub(super) fn not(self) -> Self {
        Self(self.0 & 4 | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    pub(super) fn and(self, other: Self) -> Self {
        let not_false = Self(Self::TRUE.0 | Self::UNKNOWN.0);
        let t = self.has(Self::TRUE) && other.has(Self::TRUE);
        let f = self.has(Self::FALSE) || other.has(Self::FALSE);
        let u = self.has(Self::UNKNOWN) && other.has(not_false)
            || other.has(Self::UNKNOWN) && self.has(not_false);
        Self(u8::from(t) | u8::from(f) << 1 | u8::from(u) << 2)
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

pub(super) fn any_of(all: impl Iterator<Item = Possible>) -> Possible {
    all.fold(Possible::FALSE, Possible::or)
}

pub(super) fn word_is(value: &Value, mode: Mode, text: &str) -> bool {
    match value {
        Value::Word(word) => word.matches(mode, text),
        Value::Regex(pattern) => pattern.needle.is_in(text),
        Value::None => false,
    }
}

pub(super) fn is_named(judgement: &Judgement, name: &Glob) -> bool {
    match name.as_literal() {
        Some(word) if word.is_ascii() => judgement.is_named(word),
        _ => {
            name.matches(Mode::Equal, &judgement.label)
                || judgement.canonical.as_deref().is_some_and(|c| name.matches(Mode::Equal, c))
        }
    }
}

/// Whether `label:NAME` is about this judgement.
pub(super) fn is_wanted(judgement: &Judgement, name: &Value) -> bool {
    match name {
        Value::Word(word) => is_named(judgement, word),
        Value::Regex(pattern) => {
            pattern.needle.is_in(&judgement.label)
                || judgement.canonical.as_deref().is_some_and(|c| pattern.needle.is_in(c))
        }
        Value::None => false,
    }
}

/// Whether `label.NAME@RATER` is about this judgement.
pub(super) fn is_given(judgement: &Judgement, name: &Glob, rater: Option<&Glob>) -> bool {
    is_named(judgement, name) && rater.is_none_or(|r| r.matches(Mode::Equal, &judgement.rater))
}

/// Any positive: true; else any negative: false; else nobody can say.
pub(super) fn label_positive(name: &Value, row: &dyn Columns) -> Possible {
    let judgements = row.judgements();
    if *name == Value::None {
        return Possible::known(judgements.is_empty());
    }
    any_rater(judgements.iter().filter(|j| is_wanted(j, name)).map(|j| j.positive))
}

/// Whether reviewers say yes and no to some label of that name, or say something else than the classifier. Unknown where there are no two to be
/// compared. Decisions are nobody's answer.
pub(super) fn disagrees(name: &Value, row: &dyn Columns) -> Possible {
    let answers: Vec<Judgement> =
        row.reviews().iter().filter(|j| j.rater != DECISION).cloned().collect();
    let wanted = |j: &&Judgement| *name == Value::None || is_wanted(j, name);
    let mut labels: Vec<&Judgement> = Vec::new();
    for answer in answers.iter().filter(wanted) {
        if !labels.iter().any(|known| known.name() == answer.name()) {
            labels.push(answer);
        }
    }
    let judgements = row.judgements();
    let compared = any_rater(labels.into_iter().map(|label| {
        let says = |all: &[Judgement], wanted| {
            let named = all.iter().filter(|j| j.is_named(label.name()));
            named.filter(|j| j.positive == Some(wanted)).count()
        };
        // As filters have it: positive where any rater says so.
        let classifier = match [true, false].map(|wanted| says(&judgements, wanted)) {
            [0, 0] => None,
            [yes, _] => Some(yes > 0),
        };
        let people = [true, false].map(|wanted| says(&answers, wanted));
        match (people, classifier) {
            ([0, 0], _) => None,
            ([yes, no], _) if yes > 0 && no > 0 => Some(true),
            ([yes, _], Some(classifier)) => Some((yes > 0) != classifier),
            ([yes, no], None) => (yes + no > 1).then_some(false),
        }
    }));
    if *name == Value::None { Possible::known(compared == Possible::UNKNOWN) } else { compared }
}

/// Three-valued `or` over raters in which nobody's silence outweighs a verdict.
fn any_rater(verdicts: impl Iterator<Item = Option<bool>>) -> Possible {
    let mut all = Possible::UNKNOWN;
    for verdict in verdicts.flatten() {
        if verdict {
            return Possible::TRUE;
        }
        all = Possible::FALSE;
    }
    all
}

/// One label's test over the judgements that bear its name.
pub(super) fn label_is(given: &[&Judgement], test: &LabelTest) -> Possible {
    match test {
        LabelTest::Compare(op, bound) => any_rater(given.iter().map(|j| compared(j, *op, *bound))),
        LabelTest::Values(words) => any_of(words.iter().map(|word| match word {
            LabelWord::Missing => Possible::known(given.is_empty()),
            LabelWord::Unparsed => Possible::known(
                !given.is_empty() && given.iter().all(|j| j.value == LabelValue::Unparsed),
            ),
            LabelWord::Neither => {
                let says = given.iter().map(|j| neither(j)).max();
                Possible::known(says == Some(1))
            }
            _ => any_rater(given.iter().map(|j| verdict_on(j, word))),
        })),
    }
}

/// What one judgement says to a bound; `None` when it is no number.
pub(super) fn compared(judgement: &Judgement, op: Op, bound: f64) -> Option<bool> {
    match judgement.value {
        LabelValue::Number(n) => Some(op.holds(n, bound)),
        _ => None,
    }
}

/// 2: yes or no; 1: read, and neither; 0: not to be read.
pub(super) fn neither(judgement: &Judgement) -> u8 {
    match judgement.value {
        LabelValue::Unparsed => 0,
        _ => 1 + u8::from(verdict_on(judgement, &LabelWord::Positive(true)).is_some()),
    }
}

/// What one judgement says to one word; `None` without a verdict.
pub(super) fn verdict_on(judgement: &Judgement, word: &LabelWord) -> Option<bool> {
    let value = match &judgement.value {
        LabelValue::Unparsed => return None,
        value => value,
    };
    match word {
        LabelWord::Positive(yes) => match (judgement.positive, value) {
            (Some(positive), _) => Some(positive == *yes),
            // A category may itself be called yes or no; others are neither.
            (None, LabelValue::Text(text)) => {
                let is = |spellings: [&str; 2]| {
                    spellings.iter().any(|s| s.eq_ignore_ascii_case(text.trim()))
                };
                match (is(["yes", "true"]), is(["no", "false"])) {
                    (false, false) => None,
                    (said, _) => Some(said == *yes),
                }
            }
            (None, _) => None,
        },
        LabelWord::Is(word) => Some(match value {
            LabelValue::Text(text) => word.matches(Mode::Equal, text),
            LabelValue::Number(n) => number_is(word, *n),
            LabelValue::Bool(yes) => {
                let spellings = if *yes { ["true", "yes"] } else { ["false", "no"] };
                spellings.iter().any(|s| word.matches(Mode::Equal, s))
            }
            LabelValue::Unparsed => false,
        }),
        LabelWord::Regex(pattern) => Some(match value {
            LabelValue::Text(text) => pattern.needle.is_in(text),
            LabelValue::Number(n) => pattern.needle.is_in(&n.to_string()),
            LabelValue::Bool(yes) => pattern.needle.is_in(if *yes { "true" } else { "false" }),
            LabelValue::Unparsed => false,
        }),
        LabelWord::Unparsed | LabelWord::Neither | LabelWord::Missing => None,
    }
}

/// Whether a word names a number, however it is spelled (`0.50` is `0.5`).
fn number_is(word: &Glob, number: f64) -> bool {
    match word.as_literal().and_then(|w| w.parse::<f64>().ok()) {
        Some(wanted) => Op::Equal.holds(number, wanted),
        None => word.matches(Mode::Equal, &number.to_string()),
    }
}

/// A field of the record; a list matches when one of its elements does.
pub(super) fn meta(field: Option<&Json>, test: &MetaTest) -> Possible {
    match test {
        MetaTest::Compare(op, bound) => {
            let numbers = match field {
                Some(Json::Array(items)) => items.iter().filter_map(json_number).collect(),
                Some(one) => json_number(one).into_iter().collect(),
                None => Vec::new(),
            };
            if numbers.is_empty() {
                return Possible::UNKNOWN;
            }
            Possible::known(numbers.iter().any(|n| op.holds(*n, *bound)))
        }
        MetaTest::Values(values) => Possible::known(values.iter().any(|value| match field {
            None => *value == Value::None,
            Some(field) if is_empty(field) => *value == Value::None,
            Some(Json::Array(items)) => items.iter().any(|item| json_is(item, value)),
            Some(one) => json_is(one, value),
        })),
    }
}

/// Whether a field of the record holds nothing: no filter and no count makes anything else of it than of an absent one.
#[must_use]
pub fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

fn json_number(json: &Json) -> Option<f64> {
    match json {
        Json::Number(n) => n.as_f64(),
        Json::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

fn json_is(json: &Json, value: &Value) -> bool {
    let text = match json {
        Json::String(text) => return word_is(value, Mode::Equal, text),
        Json::Bool(yes) => {
            let other = if *yes { "yes" } else { "no" };
            return word_is(value, Mode::Equal, if *yes { "true" } else { "false" })
                || word_is(value, Mode::Equal, other);
        }
        Json::Number(n) => n.to_string(),
        Json::Null | Json::Array(_) | Json::Object(_) => return false,
    };
    match value {
        // Long whole numbers are compared as written: two ids may share one double.
        Value::Word(word) if !word.as_literal().is_some_and(is_integer) || !is_integer(&text) => {
            json.as_f64().is_some_and(|n| number_is(word, n)) || word.matches(Mode::Equal, &text)
        }
        _ => word_is(value, Mode::Equal, &text),
    }
}

fn is_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
