//! Deciding a filter for one transcript, first on columns alone, then with the text.
//!
//! Every part of the tree gives the set of answers that are still possible. Columns leave a text term at {true,
//! false}; `and`, `or` and `not` work on sets, so that a false column settles an `and` without any text being read.

use serde_json::Value as Json;

use super::ast::{
    CueName, Field, Flag, LabelTest, LabelWord, MetaTest, Node, Number, Op, Place, Term, Value,
};
use super::eval::{Body, Columns, Needs, Truth};
use super::glob::{Glob, Mode};
use super::parse::Filter;
use crate::model::{Judgement, LabelValue, SectionKind};
use crate::text::Needle;

/// A set of truths: 1 true, 2 false, 4 unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Possible(u8);

impl Possible {
    const TRUE: Self = Self(1);
    const FALSE: Self = Self(2);
    const UNKNOWN: Self = Self(4);

    fn known(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    fn kleene(value: Option<bool>) -> Self {
        value.map_or(Self::UNKNOWN, Self::known)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn is_settled(self) -> bool {
        self.0.count_ones() == 1
    }

    fn not(self) -> Self {
        Self(self.0 & 4 | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    fn and(self, other: Self) -> Self {
        let not_false = Self(Self::TRUE.0 | Self::UNKNOWN.0);
        let t = self.has(Self::TRUE) && other.has(Self::TRUE);
        let f = self.has(Self::FALSE) || other.has(Self::FALSE);
        let u = self.has(Self::UNKNOWN) && other.has(not_false)
            || other.has(Self::UNKNOWN) && self.has(not_false);
        Self(u8::from(t) | u8::from(f) << 1 | u8::from(u) << 2)
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// What is at hand while one transcript is decided.
#[derive(Clone, Copy)]
struct Scene<'a> {
    row: &'a dyn Columns,
    body: Option<&'a dyn Body>,
    /// Where text terms look.
    places: &'a [Place],
}

const RESPONSE: &[Place] = &[Place::Response];

impl Filter {
    /// What evaluating it needs beyond the columns of a row. A `query:` term is not counted: it needs the body only
    /// where the row's query is cut.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let any = |test: &dyn Fn(&Term) -> bool| self.root.as_ref().is_some_and(|r| r.any(test));
        Needs { cues: any(&needs_cues), body: any(&|t| matches!(t, Term::Text(_) | Term::Meta(..))) }
    }

    /// Whether it selects on a result (a label, a cue, a score, a criterion or an outcome) rather than on how the
    /// transcript was made. Numbers over such a selection have to say so.
    #[must_use]
    pub fn selects_on_result(&self) -> bool {
        let result = |term: &Term| {
            needs_cues(term)
                || matches!(
                    term,
                    Term::Label(_)
                        | Term::LabelIs(..)
                        | Term::Field(Field::Outcome, _)
                        | Term::Flag(Flag::Conflict, _)
                )
        };
        self.root.as_ref().is_some_and(|r| r.any(&result))
    }

    /// Evaluates on columns alone. [`Truth::NeedsBody`] when the text decides whether it matches; where it could
    /// only tell false from unknown, the answer is [`Truth::Unknown`].
    #[must_use]
    pub fn test_columns(&self, row: &dyn Columns) -> Truth {
        let scene = Scene { row, body: None, places: RESPONSE };
        truth(self.root.as_ref().map_or(Possible::TRUE, |r| decide(r, scene)))
    }

    /// Evaluates with the body at hand. Never [`Truth::NeedsBody`].
    #[must_use]
    pub fn test(&self, row: &dyn Columns, body: &dyn Body) -> Truth {
        let scene = Scene { row, body: Some(body), places: RESPONSE };
        truth(self.root.as_ref().map_or(Possible::TRUE, |r| decide(r, scene)))
    }

    /// The text terms that a match can rest on (those under an even number of negations), for marking what the
    /// filter found, each with the kinds of section it looks in; `None`: everywhere.
    #[must_use]
    pub fn needles(&self) -> Vec<(Option<Vec<SectionKind>>, Needle)> {
        let mut found = Vec::new();
        if let Some(root) = &self.root {
            collect(root, RESPONSE, true, &mut found);
        }
        found
    }
}

fn needs_cues(term: &Term) -> bool {
    matches!(
        term,
        Term::Cue(..)
            | Term::Criterion(_)
            | Term::Compare(Number::Score, ..)
            | Term::Equals(Number::Score, _)
    )
}

fn truth(possible: Possible) -> Truth {
    match possible {
        Possible::TRUE => Truth::True,
        Possible::FALSE => Truth::False,
        set if set.has(Possible::TRUE) => Truth::NeedsBody,
        _ => Truth::Unknown,
    }
}

fn collect(
    node: &Node,
    places: &[Place],
    positive: bool,
    found: &mut Vec<(Option<Vec<SectionKind>>, Needle)>,
) {
    match node {
        Node::And(children) | Node::Or(children) => {
            children.iter().for_each(|c| collect(c, places, positive, found));
        }
        Node::Not(child) => collect(child, places, !positive, found),
        Node::In(inner, child) => collect(child, inner, positive, found),
        Node::Term(Term::Text(pattern)) if positive => {
            let kinds = SectionKind::ALL.into_iter();
            let kinds = kinds.filter(|k| places.iter().any(|p| p.holds(*k))).collect();
            let kinds = (!places.contains(&Place::Any)).then_some(kinds);
            found.push((kinds, pattern.needle.clone()));
        }
        Node::Term(_) => {}
    }
}

fn decide(node: &Node, scene: Scene<'_>) -> Possible {
    match node {
        Node::And(children) => fold(children, scene, Possible::TRUE, Possible::FALSE, Possible::and),
        Node::Or(children) => fold(children, scene, Possible::FALSE, Possible::TRUE, Possible::or),
        Node::Not(child) => decide(child, scene).not(),
        Node::In(places, child) => decide(child, Scene { places, ..scene }),
        Node::Term(term) => decide_term(term, scene),
    }
}

/// Joins the children, the cheap ones first; stops at `end`, which nothing can change.
fn fold(
    children: &[Node],
    scene: Scene<'_>,
    start: Possible,
    end: Possible,
    join: fn(Possible, Possible) -> Possible,
) -> Possible {
    let on_columns = |child| decide(child, Scene { body: None, ..scene });
    let mut joined = start;
    let mut open = Vec::new();
    for child in children {
        let possible = on_columns(child);
        if scene.body.is_some() && !possible.is_settled() {
            open.push(child);
            continue;
        }
        joined = join(joined, possible);
        if joined == end {
            return end;
        }
    }
    for child in open {
        joined = join(joined, decide(child, scene));
        if joined == end {
            return end;
        }
    }
    joined
}

fn decide_term(term: &Term, scene: Scene<'_>) -> Possible {
    let row = scene.row;
    match term {
        Term::Text(pattern) => scene.body.map_or(Possible(3), |body| {
            let whole = scene.places.contains(&Place::Any);
            let wanted = |kind| scene.places.iter().any(|p| p.holds(kind));
            let mut visit = |text: &str| pattern.needle.is_in(text);
            Possible::known(body.any_section(&wanted, whole, &mut visit))
        }),
        Term::Field(Field::Query, values) => query(values, scene),
        Term::Field(field, values) => {
            Possible::known(values.iter().any(|v| field_is(*field, v, row)))
        }
        Term::Flag(Flag::Dup, yes) => Possible::known(row.is_duplicate() == *yes),
        Term::Flag(Flag::Conflict, yes) => Possible::known(row.outcome_conflict() == *yes),
        Term::Compare(field, op, bound) => {
            Possible::kleene(number(*field, row).map(|n| op.holds(n, *bound)))
        }
        Term::Equals(field, values) => match number(*field, row) {
            None if values.contains(&None) => Possible::TRUE,
            None if values.iter().all(Option::is_none) => Possible::FALSE,
            None => Possible::UNKNOWN,
            Some(n) => {
                Possible::known(values.iter().flatten().any(|v| Op::Equal.holds(n, *v)))
            }
        },
        Term::Cue(names, bound) => Possible::known(cues(names, *bound, row)),
        Term::Criterion(numbers) => {
            any_of(numbers.iter().map(|n| Possible::kleene(row.criterion(*n))))
        }
        Term::Label(names) => any_of(names.iter().map(|name| label_positive(name, row))),
        Term::LabelIs(name, rater, test) => {
            let given = row.judgements().iter().filter(|j| {
                is_named(j, name)
                    && rater.as_ref().is_none_or(|r| r.matches(Mode::Equal, &j.rater))
            });
            label_is(&given.collect::<Vec<_>>(), test)
        }
        Term::Meta(path, test) => match (scene.body, test) {
            (Some(body), _) => meta(body.meta(path).as_ref(), test),
            (None, MetaTest::Compare(..)) => Possible(7),
            (None, MetaTest::Values(_)) => Possible(3),
        },
    }
}

fn any_of(all: impl Iterator<Item = Possible>) -> Possible {
    all.fold(Possible::FALSE, Possible::or)
}

fn word_is(value: &Value, mode: Mode, text: &str) -> bool {
    match value {
        Value::Word(word) => word.matches(mode, text),
        Value::Regex(pattern) => pattern.needle.is_in(text),
        Value::None => false,
    }
}

fn field_is(field: Field, value: &Value, row: &dyn Columns) -> bool {
    let text = match field {
        Field::Tier => row.tier(),
        Field::Outcome => Some(row.outcome()),
        Field::Setting => row.setting(),
        Field::Model => row.model(),
        Field::Variant => row.variant(),
        Field::Id => Some(row.id()),
        Field::Sample => Some(row.sample()).filter(|s| !s.is_empty()),
        Field::Source => Some(row.source()),
        Field::Query => row.query(),
        Field::Parse => Some(row.parse()),
        Field::Repair => {
            return match value {
                Value::None => row.repairs().is_empty(),
                _ => row.repairs().iter().any(|code| word_is(value, field.mode(), code)),
            };
        }
    };
    match (text, value) {
        (None, Value::None) => true,
        (Some(text), _) => word_is(value, field.mode(), text),
        (None, _) => false,
    }
}

/// The query is kept cut in the row: a phrase found in what is there is found, anything else waits for the body.
fn query(values: &[Value], scene: Scene<'_>) -> Possible {
    let is = |value: &Value, text: Option<&str>| match (text, value) {
        (None, Value::None) => true,
        (Some(text), _) => word_is(value, Field::Query.mode(), text),
        (None, _) => false,
    };
    let kept = scene.row.query();
    if !scene.row.query_is_cut() {
        return Possible::known(values.iter().any(|v| is(v, kept)));
    }
    if let Some(body) = scene.body {
        let text = body.query().or(kept);
        return Possible::known(values.iter().any(|v| is(v, text)));
    }
    let already = |v: &Value| {
        matches!(v, Value::Word(word) if word.as_literal().is_some()) && kept.is_some() && is(v, kept)
    };
    if values.iter().any(already) {
        Possible::TRUE
    } else if kept.is_some() && values.iter().all(|v| matches!(v, Value::None)) {
        Possible::FALSE
    } else {
        Possible(3)
    }
}

fn number(field: Number, row: &dyn Columns) -> Option<f64> {
    match field {
        Number::Score => row.score(),
        Number::Epoch => row.epoch().map(|e| e as f64),
        Number::Len(place) => {
            let kinds = SectionKind::ALL.into_iter().filter(|k| place.holds(*k));
            Some(kinds.map(|k| row.section_len(k)).fold(0, u64::saturating_add) as f64)
        }
    }
}

fn cues(names: &[CueName], bound: Option<(Op, f64)>, row: &dyn Columns) -> bool {
    if names.contains(&CueName::None) && row.cue_total() == 0 {
        return true;
    }
    let count = if names.contains(&CueName::Any) {
        u64::from(row.cue_total())
    } else {
        let named = names.iter().map(|name| match name {
            CueName::Named(name) => u64::from(row.cue_count(name)),
            CueName::Any | CueName::None => 0,
        });
        named.sum()
    };
    let (op, bound) = bound.unwrap_or((Op::AtLeast, 1.0));
    op.holds(count as f64, bound)
}

fn is_named(judgement: &Judgement, name: &Glob) -> bool {
    match name.as_literal() {
        Some(word) if word.is_ascii() => judgement.is_named(word),
        _ => {
            name.matches(Mode::Equal, &judgement.label)
                || judgement.canonical.as_deref().is_some_and(|c| name.matches(Mode::Equal, c))
        }
    }
}

/// Any positive: true; else any negative: false; else nobody can say.
fn label_positive(name: &Value, row: &dyn Columns) -> Possible {
    let named = |j: &&Judgement| match name {
        Value::Word(word) => is_named(j, word),
        Value::Regex(pattern) => {
            pattern.needle.is_in(&j.label)
                || j.canonical.as_deref().is_some_and(|c| pattern.needle.is_in(c))
        }
        Value::None => false,
    };
    if *name == Value::None {
        return Possible::known(row.judgements().is_empty());
    }
    any_rater(row.judgements().iter().filter(named).map(|j| j.positive))
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
fn label_is(given: &[&Judgement], test: &LabelTest) -> Possible {
    match test {
        LabelTest::Compare(op, bound) => any_rater(given.iter().map(|j| match j.value {
            LabelValue::Number(n) => Some(op.holds(n, *bound)),
            _ => None,
        })),
        LabelTest::Values(words) => any_of(words.iter().map(|word| match word {
            LabelWord::Missing => Possible::known(given.is_empty()),
            LabelWord::Unparsed => Possible::known(
                !given.is_empty() && given.iter().all(|j| j.value == LabelValue::Unparsed),
            ),
            _ => any_rater(given.iter().map(|j| verdict(j, word))),
        })),
    }
}

/// What one judgement says to one word; `None` without a verdict.
fn verdict(judgement: &Judgement, word: &LabelWord) -> Option<bool> {
    let value = match &judgement.value {
        LabelValue::Unparsed => return None,
        value => value,
    };
    match word {
        LabelWord::Positive(yes) => match (judgement.positive, value) {
            (Some(positive), _) => Some(positive == *yes),
            // A category may itself be called yes or no.
            (None, LabelValue::Text(text)) => {
                let spellings = if *yes { ["yes", "true"] } else { ["no", "false"] };
                Some(spellings.iter().any(|s| s.eq_ignore_ascii_case(text.trim())))
            }
            (None, _) => None,
        },
        LabelWord::Is(word) => Some(match value {
            LabelValue::Text(text) => word.matches(Mode::Equal, text),
            LabelValue::Number(n) => number_is(word, *n),
            LabelValue::Bool(yes) => word.matches(Mode::Equal, if *yes { "true" } else { "false" }),
            LabelValue::Unparsed => false,
        }),
        LabelWord::Regex(pattern) => Some(match value {
            LabelValue::Text(text) => pattern.needle.is_in(text),
            LabelValue::Number(n) => pattern.needle.is_in(&n.to_string()),
            LabelValue::Bool(yes) => pattern.needle.is_in(if *yes { "true" } else { "false" }),
            LabelValue::Unparsed => false,
        }),
        LabelWord::Unparsed | LabelWord::Missing => None,
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
fn meta(field: Option<&Json>, test: &MetaTest) -> Possible {
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
            None | Some(Json::Null) => *value == Value::None,
            Some(Json::Array(items)) => items.iter().any(|item| json_is(item, value)),
            Some(one) => json_is(one, value),
        })),
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
