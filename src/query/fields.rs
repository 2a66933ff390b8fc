//! The table of field names: what each takes, for the parser's errors, completion and the tests of the docs.
//!
//! Only names and words; what a field means is in `matching`.

use super::PairField;
use super::ast::{Field, Flag};
use super::glob::Mode;
use crate::model::{Design, OutcomeValue};
pub(super) use crate::text::nearest;

/// What may follow a field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text(Field),
    Flag(Flag),
    Score,
    Epoch,
    Len,
    Cue,
    Criterion,
    Partner(PairField),
    Label,
    Meta,
    In,
    Part,
    Near,
}

/// One field of the language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// A few words for the completion menu.
    pub(super) hint: &'static str,
}

const fn entry(name: &'static str, kind: Kind, hint: &'static str) -> Entry {
    Entry { name, kind, hint }
}

/// Every field, the ones used most first.
pub(super) const FIELDS: &[Entry] = &[
    entry("tier", Kind::Text(Field::Tier), "free, paid, …"),
    entry("label", Kind::Label, "a label is positive"),
    entry("cue", Kind::Cue, "a cue category occurs"),
    entry("outcome", Kind::Text(Field::Outcome), "complied, refused, …"),
    entry("in", Kind::In, "look in one section"),
    entry("part", Kind::Part, "in one third of the section"),
    entry("near", Kind::Near, "two within some sentences"),
    entry("score", Kind::Score, "cue score, 0 to 15"),
    entry("criterion", Kind::Criterion, "criterion 1 to 4 is met"),
    entry("model", Kind::Text(Field::Model), "its name; *opus* for a part of it"),
    entry("setting", Kind::Text(Field::Setting), "helpful-only, animal-welfare, …"),
    entry("variant", Kind::Text(Field::Variant), "prompt or training variant"),
    entry("frame", Kind::Text(Field::Design(Design::Frame)), "framing of the prompt"),
    entry("persona", Kind::Text(Field::Design(Design::Persona)), "persona that the prompt gives"),
    entry("mode", Kind::Text(Field::Design(Design::Mode)), "mode of reasoning"),
    entry("condition", Kind::Text(Field::Design(Design::Condition)), "condition that is no tier"),
    entry("prompt_variant", Kind::Text(Field::Design(Design::Prompt)), "variant of the prompt"),
    entry("query", Kind::Text(Field::Query), "part of the user's query"),
    entry("id", Kind::Text(Field::Id), "its id; q7* for a part of it"),
    entry("source", Kind::Text(Field::Source), "its path; *.jsonl for a part of it"),
    entry("sample", Kind::Text(Field::Sample), "which query it answers"),
    entry("epoch", Kind::Epoch, "repeat number"),
    entry("parse", Kind::Text(Field::Parse), "clean, repaired, missing"),
    entry("repair", Kind::Text(Field::Repair), "what was mended"),
    entry("decision", Kind::Text(Field::Decision), "what the reasoning says it will do"),
    entry("mismatch", Kind::Text(Field::Mismatch), "it says one thing and does the other"),
    entry("agree", Kind::Text(Field::Agree), "a mark touches what a judge quotes"),
    entry("quote", Kind::Text(Field::Quote), "a judge's quotes stand in the text"),
    entry("partner", Kind::Partner(PairField::Tier), "the same sample under another tier"),
    entry(
        "flip",
        Kind::Text(Field::Flip(PairField::Tier)),
        "outcome or label differs from a partner",
    ),
    entry("by", Kind::Text(Field::Decider), "who decided the outcome"),
    entry("conflict", Kind::Flag(Flag::Conflict), "deciders of the outcome differ"),
    entry("echo", Kind::Flag(Flag::Echo), "a verdict stands in the scratchpad"),
    entry("dup", Kind::Flag(Flag::Dup), "an identical record exists"),
    entry("copy", Kind::Flag(Flag::Copy), "an identical record stands before it"),
    entry("reviewed", Kind::Flag(Flag::Reviewed), "some reviewer answered"),
    entry("reviewer", Kind::Text(Field::Reviewer), "who reviewed it"),
    entry("disagree", Kind::Text(Field::Disagree), "reviewers differ, or differ from the label"),
    entry("mark", Kind::Flag(Flag::Mark), "you marked it"),
    entry("read", Kind::Flag(Flag::Read), "you have read it"),
    entry("note", Kind::Text(Field::Note), "part of your note; none, *"),
    entry("len", Kind::Len, "bytes of the response"),
    entry("meta", Kind::Meta, "a field of the record"),
];

/// Partners that differ in another field than the tier, and what flips between them.
pub(super) const COMPARED: &[Entry] = &[
    partner_by("partner.model", PairField::Model, "the same sample by another model"),
    partner_by("partner.setting", PairField::Setting, "the same sample in another setting"),
    partner_by("partner.variant", PairField::Variant, "the same sample with another variant"),
    partner_by(
        "partner.frame",
        PairField::Design(Design::Frame),
        "the same sample in another frame",
    ),
    partner_by(
        "partner.persona",
        PairField::Design(Design::Persona),
        "the same sample with another persona",
    ),
    partner_by("partner.mode", PairField::Design(Design::Mode), "the same sample in another mode"),
    partner_by(
        "partner.condition",
        PairField::Design(Design::Condition),
        "the same sample under another condition",
    ),
    partner_by(
        "partner.prompt_variant",
        PairField::Design(Design::Prompt),
        "the same sample with another prompt",
    ),
    flip_by("flip.model", PairField::Model, "what differs by another model"),
    flip_by("flip.setting", PairField::Setting, "what differs in another setting"),
    flip_by("flip.variant", PairField::Variant, "what differs with another variant"),
    flip_by("flip.frame", PairField::Design(Design::Frame), "what differs in another frame"),
    flip_by(
        "flip.persona",
        PairField::Design(Design::Persona),
        "what differs with another persona",
    ),
    flip_by("flip.mode", PairField::Design(Design::Mode), "what differs in another mode"),
    flip_by(
        "flip.condition",
        PairField::Design(Design::Condition),
        "what differs under another condition",
    ),
    flip_by(
        "flip.prompt_variant",
        PairField::Design(Design::Prompt),
        "what differs with another prompt",
    ),
];

const fn partner_by(name: &'static str, by: PairField, hint: &'static str) -> Entry {
    entry(name, Kind::Partner(by), hint)
}

const fn flip_by(name: &'static str, by: PairField, hint: &'static str) -> Entry {
    entry(name, Kind::Text(Field::Flip(by)), hint)
}

fn all() -> impl Iterator<Item = &'static Entry> {
    FIELDS.iter().chain(COMPARED)
}

/// The name of what asks for partners that differ in a field.
pub(super) fn partner(by: PairField) -> &'static str {
    all().find(|f| f.kind == Kind::Partner(by)).map_or("", |f| f.name)
}

/// The field of that name, letter case ignored.
pub(super) fn find(name: &str) -> Option<&'static Entry> {
    // What differs in the tier is what is meant when nothing is said.
    let plain = name.len().checked_sub(5).and_then(|at| name.split_at_checked(at));
    let name = match plain {
        Some((head @ ("partner" | "flip"), ".tier")) => head,
        _ => name,
    };
    all().find(|f| f.name.eq_ignore_ascii_case(name))
}

impl Field {
    pub(super) fn name(self) -> &'static str {
        all().find(|f| f.kind == Kind::Text(self)).map_or("", |f| f.name)
    }

    /// How a value without a wildcard is compared.
    pub(super) fn mode(self) -> Mode {
        match self {
            Self::Tier
            | Self::Outcome
            | Self::Decider
            | Self::Sample
            | Self::Design(_)
            | Self::Parse
            | Self::Decision
            | Self::Mismatch
            | Self::Agree
            | Self::Quote
            | Self::Flip(_)
            | Self::Reviewer
            | Self::Disagree
            | Self::Setting
            | Self::Variant
            | Self::Repair
            | Self::Model
            | Self::Id => Mode::Equal,
            // Texts, not names.
            Self::Query | Self::Note => Mode::Substring,
            Self::Source => Mode::Path,
        }
    }

    /// Whether its values are names that somebody gave, of which a part may be all that one remembers.
    pub(super) fn is_name(self) -> bool {
        let names =
            [Self::Model, Self::Setting, Self::Variant, Self::Id, Self::Source, Self::Sample];
        names.contains(&self) || matches!(self, Self::Repair | Self::Design(_))
    }

    /// The only words that can occur, for fields with a closed set.
    pub(super) fn words(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Outcome => Some(OutcomeValue::ALL.iter().map(|o| o.as_str()).collect()),
            Self::Decider => Some(vec!["reviewer", "judge", "tag", "rule", "none"]),
            Self::Parse => Some(vec!["clean", "repaired", "missing"]),
            Self::Decision => Some(vec!["comply", "refuse", "none"]),
            Self::Mismatch | Self::Agree => Some(vec!["yes", "no", "none"]),
            Self::Quote => Some(vec!["unmatched", "matched", "none"]),
            Self::Flip(_) => Some(vec!["yes", "no", "outcome", "label", "none"]),
            _ => None,
        }
    }
}

impl Flag {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dup => "dup",
            Self::Copy => "copy",
            Self::Conflict => "conflict",
            Self::Echo => "echo",
            Self::Mark => "mark",
            Self::Read => "read",
            Self::Reviewed => "reviewed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let names = || FIELDS.iter().map(|f| f.name);
        let cases = [
            ("teir", Some("tier")),
            ("labels", Some("label")),
            ("Outcom", Some("outcome")),
            ("modell", Some("model")),
            ("http", None),
            ("temperature", None),
            ("", None),
            ("sorce", Some("source")),
        ];
        for (word, want) in cases {
            assert_eq!(nearest(word, names()), want, "{word}");
        }
    }
}
