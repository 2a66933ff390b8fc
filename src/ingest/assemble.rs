//! From a raw transcript to a transcript: sections, tier, labels, outcome, identity. Where a record leaves something
//! open, the path and the last user message are asked, in this order of trust: field, key, message, path.

mod evidence;
mod identity;
mod sections;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub use self::identity::{from_examples_path, from_results_path, strip_suffix, unwrap_query};
use self::sections::Cut;
use super::format::{LabelRow, LabelTarget, PartKind, RawLabel, RawPart, RawTranscript, RawTurn};
use super::join::targets;
use super::outcome::{self, OutcomeInput};
use super::split::repair;
use super::units::UnitKind;
use super::{LabelRules, Mapping, tier};
use crate::model::design::{Design, packed};
use crate::model::{Judgement, Parse, Place, Role, Tier, TierFrom, Transcript};

/// What is known around a record.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Where the unit stands. `ordinal` is set per transcript.
    pub place: Place,
    /// File name without its last extension, for ids.
    pub stem: &'a str,
    /// Alias table and thresholds.
    pub rules: &'a LabelRules,
    /// Hash of the record's bytes (64-bit xxh3).
    pub hash: u64,
    /// How the unit's bytes become a value.
    pub kind: UnitKind,
    /// What stands around the records in their file: a container's other keys (`eval`, `plan`, … of a log), the header
    /// of an archive, a table's columns.
    pub around: Option<&'a Value>,
    /// What records elsewhere say of the transcripts read here.
    pub joins: Option<&'a dyn Joins>,
    /// The file was named as one of labels: its records are rows for others, whatever else they hold.
    pub labels_only: bool,
    /// The user's own mappings; the first that fits a record reads it.
    pub mappings: &'a [Mapping],
}

/// What records elsewhere say of a transcript.
pub trait Joins: std::fmt::Debug + Sync {
    /// Rows that speak of this target in this source.
    fn labels(&self, target: &LabelTarget, source: &str) -> Vec<LabelRow>;
    /// What was asked under this id of an answer in this source.
    fn request(&self, id: &str, source: &str) -> Option<RawTranscript>;
}

impl<'a> Context<'a> {
    /// A JSON record with nothing around it, and no mapping.
    #[must_use]
    pub fn new(place: Place, stem: &'a str, rules: &'a LabelRules, hash: u64) -> Self {
        let (kind, around, joins) = (UnitKind::Json, None, None);
        let labels_only = false;
        Self { place, stem, rules, hash, kind, around, joins, labels_only, mappings: &[] }
    }
}

/// Makes the transcript. `format` is the format's name.
///
/// `hash` is the record's; where one unit gives several transcripts, later ones mix their ordinal in, so that they
/// are not taken for copies of the first. Repairs are the reader's and those of the final response; `parse` is `missing`
/// whenever the final response holds no reasoning, repaired or not.
#[must_use]
pub fn assemble(mut raw: RawTranscript, format: &'static str, context: &Context<'_>) -> Transcript {
    if let Some(joins) = context.joins {
        let names: Vec<&String> = raw.id.iter().chain(&raw.aliases).collect();
        if let Some(asked) =
            names.into_iter().find_map(|name| joins.request(name, &context.place.source))
        {
            raw.ask(asked);
        }
    }
    let place = context.place.clone();
    let response_turn = response_turn(&raw);
    let refuses = refuses(&raw, response_turn);

    let message = message(&raw.turns);
    let (tier, disagrees) =
        tier(raw.tier.take(), raw.tier_canonical.take(), message.as_deref(), &place.source);
    let query = raw
        .query
        .take()
        .filter(|q| !q.trim().is_empty())
        .map(Cow::Owned)
        .or(message)
        .map(|text| unwrap_query(&text))
        .filter(|q| !q.is_empty());

    // From here on the texts are in the sections.
    let Cut { sections, repairs: split_repairs, has_reasoning } =
        sections::cut(&mut raw.turns, response_turn);
    let mut repairs = std::mem::take(&mut raw.repairs);
    for repair in split_repairs {
        if !repairs.iter().any(|r| r.code == repair.code) {
            repairs.push(repair);
        }
    }
    if disagrees {
        repairs.push(repair("tier-disagrees"));
    }

    let Conditions { setting, model, variant, design } =
        conditions(&mut raw, format, &place.source);
    let identity = identity::identify(
        raw.id.as_deref(),
        raw.sample.as_deref(),
        raw.epoch,
        query.as_deref(),
        context,
    );
    if let Some(joins) = context.joins {
        let names = std::iter::once(&identity.id).chain(&raw.aliases);
        let tier = tier.as_ref().map(|t| t.value.as_str());
        for target in targets(names, &identity.sample, tier) {
            for row in joins.labels(&target, &place.source) {
                raw.take_labels(row);
            }
        }
    }

    if refuses {
        let refusal = RawLabel {
            name: "refusal".to_owned(),
            rater: Some("api".to_owned()),
            value: Value::Bool(true),
        };
        // Behind the others: judges that read the answer know more.
        if !raw.labels.contains(&refusal) {
            raw.labels.push(refusal);
        }
    }

    let mut judgements = judgements(&mut raw, context.rules);
    for path in &context.rules.promoted {
        for label in promoted(&raw.meta, path) {
            if !judgements.iter().any(|j| j.label == label.name) {
                judgements.push(context.rules.judge(label));
            }
        }
    }
    let first = sections.partition_point(|s| s.turn < response_turn);
    let evidence = evidence::align(raw.quotes, &raw.turns, &sections, first);

    let unclosed = repairs.iter().find(|r| r.code == "unclosed-scratchpad").map(|r| r.code);
    let outcome = outcome::decide(&OutcomeInput {
        response: sections.get(first..).unwrap_or_default(),
        judgements: &judgements,
        setting: setting.as_deref(),
        success: raw.success,
        stopped: raw.stopped.as_deref().or(unclosed),
        before: sections.get(..first).unwrap_or_default(),
    });

    let parse = match (has_reasoning, repairs.is_empty()) {
        (false, _) => Parse::Missing,
        (true, true) => Parse::Clean,
        (true, false) => Parse::Repaired,
    };
    Transcript {
        id: identity.id,
        aliases: raw.aliases,
        sample: identity.sample,
        epoch: identity.epoch,
        hash: identity.hash,
        place,
        tier,
        setting,
        model,
        variant,
        design,
        query,
        sections,
        response_turn,
        judgements,
        evidence,
        outcome,
        parse,
        repairs,
        meta: raw.meta,
        format,
    }
}

/// As [`assemble`], of what the record's own fields say: no section, outcome, query or sample. `None` when no field tells the
/// tier and what was asked, which might, is not known.
#[must_use]
pub(super) fn fields(
    mut raw: RawTranscript,
    format: &'static str,
    knows_question: bool,
    context: &Context<'_>,
) -> Option<Transcript> {
    let source = &context.place.source;
    let found = (raw.tier.take(), raw.tier_canonical.take());
    let tier = if knows_question {
        tier(found.0, found.1, message(&raw.turns).as_deref(), source).0
    } else {
        Some(tier(found.0, found.1, None, "").0?)
    };
    let Conditions { setting, model, variant, design } = conditions(&mut raw, format, source);
    let identity =
        identity::identify(raw.id.as_deref(), raw.sample.as_deref(), raw.epoch, None, context);
    let judgements = judgements(&mut raw, context.rules);
    Some(Transcript {
        id: identity.id,
        aliases: raw.aliases,
        sample: identity.sample,
        epoch: identity.epoch,
        hash: identity.hash,
        place: context.place.clone(),
        tier,
        setting,
        model,
        variant,
        design,
        judgements,
        format,
        ..Transcript::default()
    })
}

/// Under which conditions a transcript was made.
struct Conditions {
    setting: Option<String>,
    model: Option<String>,
    variant: Option<String>,
    design: Option<String>,
}

/// What the record says of them, else its path.
fn conditions(raw: &mut RawTranscript, format: &str, source: &str) -> Conditions {
    let (path_model, path_setting, path_variant) =
        if format == "af-results" { from_results_path(source) } else { (None, None, None) };
    // The JSON dumps of the published examples lie in folders of the same names as their pages.
    let (shown_setting, shown_variant) = from_examples_path(source);
    let (path_setting, path_variant) =
        (path_setting.or(shown_setting), path_variant.or(shown_variant));
    let variant = filled(raw.variant.take()).or(path_variant);
    Conditions {
        setting: filled(raw.setting.take()).or(path_setting).map(|s| s.trim().replace('_', "-")),
        model: filled(raw.model.take()).or(path_model),
        design: design(std::mem::take(&mut raw.design), variant.as_deref()),
        variant,
    }
}

/// The parts of a variant in one text, with what else its format put into it; `None` where none has a name.
fn design(mut parts: Vec<(Option<Design>, String)>, variant: Option<&str>) -> Option<String> {
    let variant = variant.filter(|_| parts.iter().any(|(name, _)| name.is_some()))?;
    let mut words: Vec<&str> = Vec::new();
    for (_, word) in &parts {
        if !words.contains(&word.as_str()) {
            words.push(word);
        }
    }
    let joined = words.join(" · ");
    let rest = variant.strip_prefix(&joined).unwrap_or(variant);
    if !rest.is_empty() {
        parts.push((None, rest.to_owned()));
    }
    Some(packed(&parts))
}

/// The record's own labels, judged.
fn judgements(raw: &mut RawTranscript, rules: &LabelRules) -> Vec<Judgement> {
    let labels = std::mem::take(&mut raw.labels);
    let judge = |label: RawLabel| {
        if raw.grades.contains(&label.name) { rules.judge_grade(label) } else { rules.judge(label) }
    };
    labels.into_iter().map(judge).collect()
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|t| !t.trim().is_empty())
}

/// The last words of the user.
fn message(turns: &[RawTurn]) -> Option<Cow<'_, str>> {
    let user = turns.iter().rev().find(|turn| turn.role == Role::User);
    user.map(|turn| text_of(&turn.parts))
}

/// The text of a turn.
fn text_of(parts: &[RawPart]) -> Cow<'_, str> {
    match parts {
        [] => Cow::Borrowed(""),
        [one] => Cow::Borrowed(&one.text),
        parts => Cow::Owned(parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n\n")),
    }
}

/// The first turn of the final response: the first of the model or a tool after the last user turn. A conversation that
/// ends with the user's words has been cut off; then it is the last turn of the model.
fn response_turn(raw: &RawTranscript) -> u32 {
    let turns = &raw.turns;
    let answers = |role: &Role| matches!(role, Role::Assistant | Role::Tool);
    let after = turns.iter().rposition(|t| t.role == Role::User).map_or(0, |user| user + 1);
    let first = turns.iter().skip(after).position(|t| answers(&t.role)).map(|i| i + after);
    let index = first
        .or_else(|| turns.iter().rposition(|t| t.role == Role::Assistant))
        .unwrap_or(turns.len());
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Whether the API itself marks the last words of the response as a refusal: they stand in a field of that name
/// (`message.refusal`, a content part of that type).
fn refuses(raw: &RawTranscript, response_turn: u32) -> bool {
    let from = usize::try_from(response_turn).unwrap_or(usize::MAX);
    let words = |part: &&RawPart| part.kind == PartKind::Text && !part.text.trim().is_empty();
    let said = raw.turns.iter().skip(from).filter(|turn| turn.role == Role::Assistant);
    let last = said.flat_map(|turn| &turn.parts).rfind(words);
    last.is_some_and(|part| part.origin.ends_with(".refusal"))
}

/// The strongest word on the tier, and whether a field, key or message says otherwise. A path that differs from the
/// record is no disagreement: folders are named for many reasons.
fn tier(
    found: Option<(String, TierFrom)>,
    canonical: Option<String>,
    message: Option<&str>,
    path: &str,
) -> (Option<Tier>, bool) {
    let own = found.and_then(|(raw, from)| {
        let value = canonical.or_else(|| tier::canonical(&raw))?;
        Some(Tier { value, raw, from })
    });
    let message = message.and_then(tier::from_message).map(|(value, raw)| Tier {
        value,
        raw,
        from: TierFrom::Message,
    });
    let disagrees = match (&own, &message) {
        (Some(own), Some(message)) => own.value != message.value && is_promise(&own.value),
        _ => false,
    };
    let path =
        || tier::from_path(path).map(|(value, raw)| Tier { value, raw, from: TierFrom::Path });
    (own.or(message).or_else(path), disagrees)
}

/// Tiers that the tag's true and false can contradict; `enterprise` beside a tag that says "not free" is fine.
fn is_promise(tier: &str) -> bool {
    matches!(tier, "free" | "paid")
}

/// The labels at a path of the meta fields: the value, or each scalar below it.
fn promoted(meta: &Map<String, Value>, path: &str) -> Vec<RawLabel> {
    let mut out = Vec::new();
    let value = meta.get(path).or_else(|| {
        let mut parts = path.split('.');
        let first = meta.get(parts.next()?)?;
        parts.try_fold(first, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            value => value.get(part),
        })
    });
    if let Some(value) = value {
        // Deep enough for any record; the reader limits nesting, too.
        flatten(path, value, 16, &mut out);
    }
    out
}

fn flatten(name: &str, value: &Value, depth: usize, out: &mut Vec<RawLabel>) {
    match value {
        Value::Object(map) if depth > 0 => {
            for (key, value) in map {
                flatten(&format!("{name}.{key}"), value, depth - 1, out);
            }
        }
        value => {
            out.push(RawLabel { name: name.to_owned(), rater: None, value: value.clone() });
        }
    }
}
