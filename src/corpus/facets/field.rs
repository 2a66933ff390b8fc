//! Fields that rows can be divided by: what a row says under each, and the filter term of each answer.

use super::super::{RowView, meta_name};
use crate::model::{Choice, Design, Judgement, LabelValue, design};
use crate::query::Columns;

/// A field that can be a facet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FacetField {
    /// Tier.
    Tier,
    /// One label: positive, negative, unparsed, missing; text labels by value.
    Label(String),
    /// Outcome.
    Outcome,
    /// Setting.
    Setting,
    /// Model.
    Model,
    /// Variant.
    Variant,
    /// A single field of the variant.
    Design(Design),
    /// Cue category (a transcript counts for each that it has).
    Cue,
    /// What the reasoning says it will do.
    Decision,
    /// Whether the output does otherwise.
    Mismatch,
    /// Criteria that are met (a transcript counts for each).
    Criterion,
    /// Whether marks touch what judges quote.
    Agree,
    /// Whether judges' quotes stand in the text.
    Quote,
    /// Whether deciders of the outcome differ.
    Conflict,
    /// Whether a verdict stands in the scratchpad.
    Echo,
    /// Whether an identical record stands elsewhere.
    Dup,
    /// Whether the reader marked it.
    Mark,
    /// Whether the reader has read it.
    Read,
    /// Parse state.
    Parse,
    /// Source file.
    Source,
    /// Another field of the records, by its path.
    Meta(String),
    /// What reviewers say, by its heading.
    Review(String),
}

impl FacetField {
    /// All of them in the order in which they are shown, with these labels.
    pub(super) fn all(labels: Vec<String>) -> Vec<Self> {
        let labels = labels.into_iter().map(Self::Label);
        let after = [
            Self::Cue,
            Self::Criterion,
            Self::Decision,
            Self::Mismatch,
            Self::Agree,
            Self::Quote,
            Self::Conflict,
            Self::Echo,
            Self::Setting,
            Self::Model,
            Self::Variant,
            Self::Parse,
            Self::Source,
            Self::Dup,
            Self::Mark,
            Self::Read,
        ];
        let mut all: Vec<Self> =
            [Self::Tier, Self::Outcome].into_iter().chain(labels).chain(after).collect();
        let behind = all.iter().position(|field| *field == Self::Variant).map_or(0, |at| at + 1);
        all.splice(behind..behind, Design::ALL.map(Self::Design));
        all
    }

    /// Whether the reader says it and not the record.
    pub(super) fn is_remark(&self) -> bool {
        matches!(self, Self::Mark | Self::Read)
    }

    /// Its heading: `tier`, `label alignment_faking`.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Label(name) => format!("label {name}"),
            Self::Meta(path) => format!("meta.{path}"),
            Self::Review(title) => title.clone(),
            field => field.as_str().to_owned(),
        }
    }

    /// The field's name in the filter language.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Label(_) => "label",
            Self::Outcome => "outcome",
            Self::Setting => "setting",
            Self::Model => "model",
            Self::Variant => "variant",
            Self::Design(field) => field.as_str(),
            Self::Cue => "cue",
            Self::Decision => "decision",
            Self::Mismatch => "mismatch",
            Self::Criterion => "criterion",
            Self::Agree => "agree",
            Self::Quote => "quote",
            Self::Conflict => "conflict",
            Self::Echo => "echo",
            Self::Dup => "dup",
            Self::Mark => "mark",
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Source => "source",
            Self::Meta(_) => "meta",
            Self::Review(_) => "reviewed",
        }
    }
}

impl FacetField {
    /// Whether its values are words of the filter language.
    fn is_of_words(&self) -> bool {
        self.is_flag()
            || matches!(self, Self::Mismatch | Self::Criterion | Self::Agree | Self::Quote)
    }

    /// Whether its values are names as records spell them.
    pub(super) fn is_named(&self) -> bool {
        matches!(self, Self::Setting | Self::Model | Self::Variant | Self::Design(_) | Self::Source)
    }

    /// Whether it is yes or no.
    pub(super) fn is_flag(&self) -> bool {
        matches!(self, Self::Conflict | Self::Echo | Self::Dup | Self::Mark | Self::Read)
    }
}

/// Quotes a value or name for the filter language where it needs it.
#[must_use]
pub fn quoted(text: &str) -> String {
    // Words that mean something else where a value stands.
    const RESERVED: [&str; 7] = ["none", "any", "yes", "no", "unparsed", "neither", "missing"];
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let reserved = RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text));
    if !text.is_empty() && !reserved && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('*', "\\*"))
    }
}

/// A value for the filter language that finds this spelling alone.
#[must_use]
pub fn exactly(text: &str) -> String {
    format!("/^(?-i:{})$/", regex_syntax::escape(text).replace('/', "\\/"))
}

/// A value of a facet as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Value<'a> {
    /// A word; `None` where the field is absent.
    Word(Option<&'a str>),
    /// No judgement.
    Missing,
    /// Positive.
    Yes,
    /// Negative.
    No,
    /// A judgement that was read and is neither: a number without a threshold.
    Neither,
    /// One that could not be read.
    Unparsed,
    /// The same, as a text.
    Category(String),
}

impl Value<'_> {
    /// What to show, and the term that selects it.
    pub(super) fn named(&self, field: &FacetField) -> (String, String) {
        let name = match field {
            FacetField::Label(name) => &*quoted(name),
            FacetField::Meta(path) => &*format!("meta.{}", meta_name(path)),
            field => field.as_str(),
        };
        match self {
            // Their words need no quotes; anywhere else they mean something.
            Self::Word(Some(word)) if field.is_of_words() => {
                ((*word).to_owned(), format!("{name}:{word}"))
            }
            Self::Word(None) if *field == FacetField::Criterion => {
                ("none met".to_owned(), "-criterion:1,2,3,4".to_owned())
            }
            Self::Word(Some(word)) => ((*word).to_owned(), format!("{name}:{}", quoted(word))),
            Self::Word(None) => ("none".to_owned(), format!("{name}:none")),
            Self::Missing => ("missing".to_owned(), format!("label.{name}:missing")),
            Self::Yes => ("yes".to_owned(), format!("label:{name}")),
            Self::No => ("no".to_owned(), format!("-label:{name}")),
            Self::Neither => ("neither".to_owned(), format!("label.{name}:neither")),
            Self::Unparsed => ("unparsed".to_owned(), format!("label.{name}:unparsed")),
            Self::Category(text) => (text.clone(), format!("label.{name}={}", quoted(text))),
        }
    }
}

/// Whether a row knows its value: of a sample that has not been opened only what its summary says.
pub(super) fn is_known(row: &RowView<'_>, field: &FacetField) -> bool {
    match field {
        FacetField::Outcome
        | FacetField::Cue
        | FacetField::Decision
        | FacetField::Mismatch
        | FacetField::Criterion
        | FacetField::Agree
        | FacetField::Quote
        | FacetField::Conflict
        | FacetField::Echo
        | FacetField::Parse => !row.is_pending(),
        FacetField::Label(name) => {
            !row.is_pending() || row.judgements().iter().any(|j| j.is_named(name))
        }
        FacetField::Tier => !row.is_pending() || row.tier().is_some(),
        FacetField::Setting
        | FacetField::Model
        | FacetField::Variant
        | FacetField::Design(_)
        | FacetField::Source
        | FacetField::Meta(_)
        | FacetField::Dup
        | FacetField::Mark
        | FacetField::Read
        | FacetField::Review(_) => true,
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The values that a row takes under a field.
pub(super) fn values_of<'a>(row: &RowView<'a>, field: &FacetField) -> Vec<Value<'a>> {
    let (chunk, at) = (row.chunk, row.at);
    let one = match field {
        FacetField::Tier => {
            let tier = chunk.tier.get(at).and_then(Option::as_ref);
            Value::Word(tier.map(|tier| &*tier.value))
        }
        FacetField::Outcome => Value::Word(Some(chunk.state_of(at).outcome.as_str())),
        FacetField::Parse => Value::Word(Some(chunk.state_of(at).parse.as_str())),
        FacetField::Decision => Value::Word(chunk.said_of(at).decision.map(Choice::as_str)),
        FacetField::Mismatch => Value::Word(chunk.said_of(at).mismatch.map(yes_no)),
        FacetField::Agree => Value::Word(chunk.said_of(at).agree.map(yes_no)),
        FacetField::Quote => {
            let word = |all| if all { "matched" } else { "unmatched" };
            Value::Word(chunk.said_of(at).quotes.map(word))
        }
        FacetField::Conflict => Value::Word(Some(yes_no(chunk.state_of(at).conflict))),
        FacetField::Echo => Value::Word(Some(yes_no(chunk.said_of(at).echoes > 0))),
        FacetField::Dup => Value::Word(Some(yes_no(row.is_duplicate()))),
        FacetField::Mark => Value::Word(Some(yes_no(row.is_marked()))),
        FacetField::Read => Value::Word(Some(yes_no(row.is_read()))),
        FacetField::Criterion => {
            let Some(bits) = chunk.criteria.get(at).copied().flatten() else { return Vec::new() };
            let met = (0..).zip(["1", "2", "3", "4"]).filter(|(bit, _)| bits & 1 << bit != 0);
            let met: Vec<_> = met.map(|(_, number)| Value::Word(Some(number))).collect();
            return if met.is_empty() { vec![Value::Word(None)] } else { met };
        }
        FacetField::Setting => Value::Word(chunk.setting.get(at)),
        FacetField::Model => Value::Word(chunk.model.get(at)),
        FacetField::Variant => Value::Word(chunk.variant.get(at)),
        FacetField::Design(field) => Value::Word(
            chunk.design.get(at).and_then(|all| design::split(all, *field)).map(|(word, _)| word),
        ),
        FacetField::Source => Value::Word(Some(row.path())),
        FacetField::Cue => {
            let there = chunk.cues.iter().filter(|(_, counts)| counts.get(at) > 0);
            let all: Vec<_> = there.map(|(name, _)| Value::Word(Some(&**name))).collect();
            return if all.is_empty() { vec![Value::Word(None)] } else { all };
        }
        FacetField::Label(name) => label_value(&row.judgements(), name),
        FacetField::Meta(path) => Value::Word(row.record_word(path)),
        // Counted elsewhere.
        FacetField::Review(_) => return Vec::new(),
    };
    vec![one]
}

/// The bucket of one label: positive wins over negative among several raters, as `label:x` does.
pub(super) fn label_value(judgements: &[Judgement], name: &str) -> Value<'static> {
    let of_name = || judgements.iter().filter(|j| j.is_named(name));
    if of_name().next().is_none() {
        Value::Missing
    } else if of_name().any(|j| j.positive == Some(true)) {
        Value::Yes
    } else if of_name().any(|j| j.positive == Some(false)) {
        Value::No
    } else if let Some(LabelValue::Text(text)) =
        of_name().map(|j| &j.value).find(|v| matches!(v, LabelValue::Text(_)))
    {
        Value::Category(text.clone())
    } else if of_name().any(|j| j.value != LabelValue::Unparsed) {
        Value::Neither
    } else {
        Value::Unparsed
    }
}
