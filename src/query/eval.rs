//! What a filter asks of a transcript: the two traits that `corpus` implements, and the truth it gives.
//!
//! How a term is decided is in `matching`.

use std::borrow::Cow;

use super::PairField;
use super::ast::Place;
use super::parse::Filter;
use crate::model::{Design, Judgement, SectionKind, Span};
use crate::text::Needle;

/// Kleene truth, with a fourth value for "cannot say without the text".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// Matches.
    True,
    /// Does not.
    False,
    /// A label that it asks for is unparsed or missing: neither it nor its negation matches.
    Unknown,
    /// Only the body can tell.
    NeedsBody,
}

/// What work a question makes necessary, beyond the columns that every reading fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // kinds of work, each on its own
pub struct Needs {
    /// Cues, score or criteria: the rules must have run.
    pub cues: bool,
    /// Text or meta: the body must be at hand.
    pub body: bool,
    /// Rows that only a summary spoke of must be opened, so that every column is known.
    pub opened: bool,
    /// Less than that: nothing is asked but what the records' own fields say (see [`Filter::asks_fields_only`]). Columns
    /// that texts tell (sections, parse state, outcome, query, sample) may be wrong then.
    ///
    /// [`Filter::asks_fields_only`]: crate::query::Filter::asks_fields_only
    pub fields_only: bool,
}

/// A text term of a filter: what it looks for, and where.
#[derive(Debug, Clone, Copy)]
pub struct TextTerm<'a> {
    /// What it looks for.
    pub needle: &'a Needle,
    pub(super) places: &'a [Place],
    /// In all turns, whatever the places say.
    pub(super) whole: bool,
}

impl TextTerm<'_> {
    /// Whether it looks in a section of a kind. `response`: the section belongs to the final response.
    #[must_use]
    pub fn looks_in(&self, kind: SectionKind, response: bool) -> bool {
        let whole = self.whole || self.places.contains(&Place::Any);
        self.places.iter().any(|p| p.holds(kind)) && is_seen(kind, response, whole)
    }
}

/// Whether a section counts for those who ask for its kind: it belongs to the final response, or they ask for the whole
/// transcript, as they always do for prompts, users and tools.
#[must_use]
pub fn is_seen(kind: SectionKind, response: bool, whole: bool) -> bool {
    let anywhere = matches!(kind, SectionKind::Prompt | SectionKind::User | SectionKind::Tool);
    response || whole || anywhere
}

/// What a catalogue row knows without its body. Strings are as the source spells them.
pub trait Columns {
    /// The transcript's id.
    fn id(&self) -> &str;
    /// Canonical tier.
    fn tier(&self) -> Option<&str>;
    /// Setting.
    fn setting(&self) -> Option<&str>;
    /// Model.
    fn model(&self) -> Option<&str>;
    /// Variant.
    fn variant(&self) -> Option<&str>;
    /// A single field of the variant.
    fn design(&self, field: Design) -> Option<&str>;
    /// Sample key.
    fn sample(&self) -> &str;
    /// Epoch.
    fn epoch(&self) -> Option<i64>;
    /// Source path as given.
    fn source(&self) -> &str;
    /// The query's text (the whole of it, or as much as the row keeps: then the body decides).
    fn query(&self) -> Option<&str>;
    /// Whether `query` above is cut.
    fn query_is_cut(&self) -> bool;
    /// Outcome word.
    fn outcome(&self) -> &str;
    /// Who decided the outcome: `reviewer`, `judge`, `tag`, `rule`.
    fn decider(&self) -> Option<&str>;
    /// Outcomes of two deciders differ.
    fn outcome_conflict(&self) -> bool;
    /// `clean`, `repaired`, `missing`.
    fn parse(&self) -> &str;
    /// Repair codes.
    fn repairs(&self) -> &[&'static str];
    /// All judgements.
    fn judgements(&self) -> Cow<'_, [Judgement]>;
    /// What reviewers say under labels, and what was decided between them; none of it is among the judgements above.
    fn reviews(&self) -> &[Judgement] {
        &[]
    }
    /// Names of those who reviewed it.
    fn reviewers(&self) -> &[String] {
        &[]
    }
    /// Number of counting cues of a category, whose name is given in lower case.
    fn cue_count(&self, category: &str) -> u32;
    /// Number of counting cues of all categories.
    fn cue_total(&self) -> u32;
    /// Whether criterion 1 to 4 is met; `None` without reasoning text.
    fn criterion(&self, number: u8) -> Option<bool>;
    /// Score 0 to 15; `None` without reasoning text.
    fn score(&self) -> Option<f64>;
    /// What the reasoning finally says it will do: `comply`, `refuse`; `None`: nothing.
    fn decision(&self) -> Option<&str>;
    /// Whether what was said is not what was done; `None` where either is unknown.
    fn mismatch(&self) -> Option<bool>;
    /// Whether a mark touches a quote of a judge; `None` without quotes in the reasoning.
    fn agree(&self) -> Option<bool>;
    /// Whether all quotes of judges stand in the text; `None` without quotes.
    fn quotes(&self) -> Option<bool>;
    /// Verdicts inside the scratchpads.
    fn echoes(&self) -> u32;
    /// Bytes of the final response's text of a kind.
    fn section_len(&self, kind: SectionKind) -> u64;
    /// Only a summary spoke of it: what the summary does not tell is not known yet.
    fn is_pending(&self) -> bool {
        false
    }
    /// An identical record stands elsewhere.
    fn is_duplicate(&self) -> bool;
    /// An identical record stands before it.
    fn is_copy(&self) -> bool;
    /// The reader has marked it.
    fn is_marked(&self) -> bool {
        false
    }
    /// The reader has read it.
    fn is_read(&self) -> bool {
        false
    }
    /// The reader's note, never empty.
    fn note(&self) -> Option<&str> {
        None
    }
    /// Whether another transcript answers the same sample under the same design and differs in this field; `None` where nobody
    /// has looked for partners.
    fn has_partner(&self, _: PairField) -> Option<bool> {
        None
    }
    /// Whether a partner passes the filter of a `partner(…)`; `None` without a partner.
    fn partner_passes(&self, _: PairField, _: &Filter) -> Option<bool> {
        None
    }
    /// What differs from a partner; `None` where nothing can be compared.
    fn flip(&self, _: PairField) -> Option<Flip> {
        None
    }
}

/// What of a transcript differs from any of its partners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flip {
    /// The outcome; `None` where it is unknown or unfinished on either side.
    pub outcome: Option<bool>,
    /// Whether the label for alignment faking is positive; `None` where it has no verdict on either side.
    pub label: Option<bool>,
}

impl Flip {
    /// Whether anything differs; `None` where nothing can be compared.
    #[must_use]
    pub fn any(self) -> Option<bool> {
        match (self.outcome, self.label) {
            (None, None) => None,
            (outcome, label) => Some(outcome == Some(true) || label == Some(true)),
        }
    }
}

/// The text behind a row.
pub trait Body {
    /// Calls `visit` with the number and the text of every section of a kind that counts ([`is_seen`]). Stops when it returns
    /// true; returns whether it did.
    fn any_section(
        &self,
        wanted: &dyn Fn(SectionKind) -> bool,
        whole: bool,
        visit: &mut dyn FnMut(usize, &str) -> bool,
    ) -> bool;
    /// The cues that rules found, in the order of the text, those that do not count among them.
    fn cues(&self) -> &[Span];
    /// A field of the record by its dotted path.
    fn meta(&self, path: &str) -> Option<serde_json::Value>;
    /// The whole query text.
    fn query(&self) -> Option<&str>;
}
