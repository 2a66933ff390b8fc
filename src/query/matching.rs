//! Deciding a filter for one transcript, first on columns alone, then with the text.
//!
//! Every part of the tree gives the set of answers that are still possible. Columns leave a text term at {true,
//! false}; `and`, `or` and `not` work on sets, so that a false column settles an `and` without any text being read.

use super::ast::{CueName, Field, Flag, MetaTest, Node, Number, Op, Place, Term, Third, Value};
use super::eval::{Body, Columns, Flip, Truth};
use super::glob::Mode;
use super::near;
use super::needed::{RESPONSE, near_cues, near_texts};
use super::parse::Filter;
use super::truths::{
    Possible, any_of, disagrees, is_given, is_named, label_is, label_positive, meta, word_is,
};
use crate::model::SectionKind;
use crate::text::Needle;

/// Whether a needle is in the text, as far as that is known without it.
type Known<'a> = &'a dyn Fn(&Needle) -> Option<bool>;

/// What is at hand while one transcript is decided.
#[derive(Clone, Copy)]
struct Scene<'a> {
    row: &'a dyn Columns,
    body: Option<&'a dyn Body>,
    /// Where text terms look; `None`: nothing was said.
    places: Option<&'a [Place]>,
    /// In which part of its section a text or a cue begins; none: anywhere.
    parts: &'a [Third],
    /// What is known of text terms while there is no body, by their needles.
    known: Option<Known<'a>>,
}

impl<'a> Scene<'a> {
    fn new(row: &'a dyn Columns) -> Self {
        Self { row, body: None, places: None, parts: &[], known: None }
    }
}

impl Filter {
    /// Evaluates on columns alone. [`Truth::NeedsBody`] when the text decides whether it matches; where it could
    /// only tell false from unknown, the answer is [`Truth::Unknown`].
    #[must_use]
    pub fn test_columns(&self, row: &dyn Columns) -> Truth {
        self.decide(Scene::new(row))
    }

    /// As [`Filter::test_columns`], where it is also known of some text terms whether they are true. They are told by their
    /// needles, which are those of [`Filter::text_terms`] themselves.
    #[must_use]
    pub fn test_knowing(
        &self,
        row: &dyn Columns,
        known: &dyn Fn(&Needle) -> Option<bool>,
    ) -> Truth {
        self.decide(Scene { known: Some(known), ..Scene::new(row) })
    }

    /// Evaluates with the body at hand. Never [`Truth::NeedsBody`].
    #[must_use]
    pub fn test(&self, row: &dyn Columns, body: &dyn Body) -> Truth {
        self.decide(Scene { body: Some(body), ..Scene::new(row) })
    }

    fn decide(&self, scene: Scene<'_>) -> Truth {
        truth(self.root.as_ref().map_or(Possible::TRUE, |r| decide(r, scene)))
    }
}

pub(super) fn truth(possible: Possible) -> Truth {
    match possible {
        Possible::TRUE => Truth::True,
        Possible::FALSE => Truth::False,
        set if set.has(Possible::TRUE) => Truth::NeedsBody,
        _ => Truth::Unknown,
    }
}

fn decide(node: &Node, scene: Scene<'_>) -> Possible {
    match node {
        Node::And(children) => {
            fold(children, scene, Possible::TRUE, Possible::FALSE, Possible::and)
        }
        Node::Or(children) => fold(children, scene, Possible::FALSE, Possible::TRUE, Possible::or),
        Node::Not(child) => decide(child, scene).not(),
        Node::In(places, child) => decide(child, Scene { places: Some(places), ..scene }),
        Node::Part(parts, child) => decide(child, Scene { parts, ..scene }),
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

/// Whether an archive's summary tells enough of a row to decide a term.
fn is_told(term: &Term, row: &dyn Columns) -> bool {
    match term {
        // Decided with the body anyway, or by who runs the filter: partners were looked for before.
        Term::Text(_)
        | Term::Meta(..)
        | Term::Near(..)
        | Term::Partner(..)
        | Term::HasPartner(..) => true,
        Term::Field(field, _) => match field {
            Field::Id
            | Field::Sample
            | Field::Source
            | Field::Query
            | Field::Note
            | Field::Flip(_)
            | Field::Reviewer => true,
            Field::Disagree => row.reviews().is_empty(),
            Field::Tier => row.tier().is_some(),
            Field::Setting => row.setting().is_some(),
            Field::Model => row.model().is_some(),
            Field::Variant => row.variant().is_some(),
            Field::Design(field) => row.design(*field).is_some(),
            Field::Outcome
            | Field::Decider
            | Field::Parse
            | Field::Repair
            | Field::Decision
            | Field::Mismatch
            | Field::Agree
            | Field::Quote => false,
        },
        Term::Flag(flag, _) => {
            matches!(flag, Flag::Dup | Flag::Copy | Flag::Mark | Flag::Read | Flag::Reviewed)
        }
        Term::Compare(number, ..) | Term::Equals(number, _) => *number == Number::Epoch,
        Term::Cue(..) | Term::Criterion(_) => false,
        Term::Label(names) => {
            names.iter().all(|name| label_positive(name, row) != Possible::UNKNOWN)
        }
        Term::LabelIs(name, rater, _) => {
            row.judgements().iter().any(|j| is_named(j, name))
                || row
                    .reviews()
                    .iter()
                    .any(|j| rater.is_some() && is_given(j, name, rater.as_ref()))
        }
    }
}

/// Decides a term for one row without its body, in these parts of sections.
pub(super) fn decide_on_columns(term: &Term, parts: &[Third], row: &dyn Columns) -> Possible {
    decide_term(term, Scene { parts, ..Scene::new(row) })
}

fn decide_term(term: &Term, scene: Scene<'_>) -> Possible {
    let row = scene.row;
    if row.is_pending() && scene.body.is_none() && !is_told(term, row) {
        return Possible(3);
    }
    match term {
        Term::Text(pattern) => {
            let Some(body) = scene.body else {
                let known = scene.known.and_then(|known| known(&pattern.needle));
                // Of a match it is not known in which part it stands.
                let told = known.filter(|there| !there || scene.parts.is_empty());
                return told.map_or(Possible(3), Possible::known);
            };
            let places = scene.places.unwrap_or(RESPONSE);
            let whole = places.contains(&Place::Any);
            let wanted = |kind| places.iter().any(|p| p.holds(kind));
            let needle = &pattern.needle;
            let mut visit = |_: usize, text: &str| {
                let inside = |at| near::is_inside(scene.parts, at, text.len());
                if scene.parts.is_empty() {
                    needle.is_in(text)
                } else {
                    needle.find_all(text).any(|range| inside(range.start))
                }
            };
            Possible::known(body.any_section(&wanted, whole, &mut visit))
        }
        Term::Field(Field::Query, values) => query(values, scene),
        Term::Field(Field::Disagree, values) => any_of(values.iter().map(|v| disagrees(v, row))),
        Term::Field(field, values) => {
            Possible::known(values.iter().any(|v| field_is(*field, v, row)))
        }
        Term::Flag(Flag::Dup, yes) => Possible::known(row.is_duplicate() == *yes),
        Term::Flag(Flag::Copy, yes) => Possible::known(row.is_copy() == *yes),
        Term::Flag(Flag::Mark, yes) => Possible::known(row.is_marked() == *yes),
        Term::Flag(Flag::Read, yes) => Possible::known(row.is_read() == *yes),
        Term::Flag(Flag::Reviewed, yes) => Possible::known(row.reviews().is_empty() != *yes),
        Term::Flag(Flag::Echo, yes) => Possible::known((row.echoes() > 0) == *yes),
        Term::Flag(Flag::Conflict, yes) => Possible::known(row.outcome_conflict() == *yes),
        Term::Compare(field, op, bound) => {
            Possible::kleene(number(*field, row).map(|n| op.holds(n, *bound)))
        }
        Term::Equals(field, values) => match number(*field, row) {
            None if values.contains(&None) => Possible::TRUE,
            None if values.iter().all(Option::is_none) => Possible::FALSE,
            None => Possible::UNKNOWN,
            Some(n) => Possible::known(values.iter().flatten().any(|v| Op::Equal.holds(n, *v))),
        },
        Term::Cue(names, bound) => match scene.body {
            _ if scene.parts.is_empty() => Possible::known(cues(names, *bound, row)),
            Some(body) => Possible::known(near::cues_in_part(names, *bound, scene.parts, body)),
            None => {
                let (total, wanted) = counts(names, row);
                let told = near::part_holds(names, *bound, total, wanted);
                told.map_or(Possible(3), Possible::known)
            }
        },
        Term::Near(sides, most) => {
            if let Some(body) = scene.body {
                let is_near = near::is_near(sides, *most, scene.places, scene.parts, body);
                return Possible::known(is_near);
            }
            let absent = |needle| scene.known.and_then(|known| known(needle)) == Some(false);
            let is_hopeless =
                near_cues(sides).any(|name| !has_cue(name, row)) || near_texts(sides).any(absent);
            if is_hopeless { Possible::FALSE } else { Possible(3) }
        }
        Term::Partner(by, inner) => Possible::kleene(row.partner_passes(*by, inner)),
        Term::HasPartner(by, any) => Possible::kleene(row.has_partner(*by).map(|has| has == *any)),
        Term::Criterion(numbers) => {
            any_of(numbers.iter().map(|n| Possible::kleene(row.criterion(*n))))
        }
        Term::Label(names) => any_of(names.iter().map(|name| label_positive(name, row))),
        Term::LabelIs(name, rater, test) => {
            let judgements = row.judgements();
            // Who names no rater asks classifiers: a review must not change what they say.
            let reviews = if rater.is_some() { row.reviews() } else { &[] };
            let all = judgements.iter().chain(reviews);
            label_is(&all.filter(|j| is_given(j, name, rater.as_ref())).collect::<Vec<_>>(), test)
        }
        Term::Meta(path, test) => match (scene.body, test) {
            (Some(body), _) => meta(body.meta(path).as_ref(), test),
            (None, MetaTest::Compare(..)) => Possible(7),
            (None, MetaTest::Values(_)) => Possible(3),
        },
    }
}

fn field_is(field: Field, value: &Value, row: &dyn Columns) -> bool {
    let word = |yes| if yes { "yes" } else { "no" };
    let text = match field {
        Field::Tier => row.tier(),
        Field::Outcome => Some(row.outcome()),
        Field::Decider => row.decider(),
        Field::Setting => row.setting(),
        Field::Model => row.model(),
        Field::Variant => row.variant(),
        Field::Design(design) => row.design(design),
        Field::Id => Some(row.id()),
        Field::Sample => Some(row.sample()).filter(|s| !s.is_empty()),
        Field::Source => Some(row.source()),
        Field::Query => row.query(),
        Field::Parse => Some(row.parse()),
        Field::Decision => row.decision(),
        Field::Mismatch => row.mismatch().map(word),
        Field::Agree => row.agree().map(word),
        Field::Quote => row.quotes().map(|all| if all { "matched" } else { "unmatched" }),
        Field::Note => row.note(),
        Field::Flip(by) => return flips(row.flip(by), value),
        // Decided with three values, before this.
        Field::Disagree => return false,
        Field::Reviewer => {
            return match value {
                Value::None => row.reviewers().is_empty(),
                _ => row.reviewers().iter().any(|name| word_is(value, field.mode(), name)),
            };
        }
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

/// Whether a word is true of what differs from a partner.
fn flips(flip: Option<Flip>, value: &Value) -> bool {
    let any = flip.and_then(Flip::any);
    let Some((flip, any)) = flip.zip(any) else { return *value == Value::None };
    let words = [
        ("yes", any),
        ("no", !any),
        ("outcome", flip.outcome == Some(true)),
        ("label", flip.label == Some(true)),
    ];
    words.into_iter().any(|(word, holds)| holds && word_is(value, Mode::Equal, word))
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
        matches!(v, Value::Word(word) if word.as_literal().is_some())
            && kept.is_some()
            && is(v, kept)
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
    let (total, wanted) = counts(names, row);
    cues_hold(names, bound, total, wanted)
}

/// Cues of all categories, and of the named ones.
fn counts(names: &[CueName], row: &dyn Columns) -> (u64, u64) {
    let counts = names.iter().map(|name| match name {
        CueName::Named(name) => u64::from(row.cue_count(name)),
        CueName::Any | CueName::None => 0,
    });
    (row.cue_total().into(), counts.sum())
}

fn has_cue(name: &CueName, row: &dyn Columns) -> bool {
    cues(std::slice::from_ref(name), None, row)
}

/// Whether a row with so many cues, and so many of the named categories, passes.
pub(super) fn cues_hold(
    names: &[CueName],
    bound: Option<(Op, f64)>,
    total: u64,
    wanted: u64,
) -> bool {
    if names.contains(&CueName::None) && total == 0 {
        return true;
    }
    let count = if names.contains(&CueName::Any) { total } else { wanted };
    let (op, bound) = bound.unwrap_or((Op::AtLeast, 1.0));
    op.holds(count as f64, bound)
}
