//! A sample's entry in `summaries.json` (or `_journal/summaries/N.json`): all that the list shows, without opening the
//! sample. Long texts are cut short there; [`is_cut`] says where that may hide what a judge said.

use serde_json::{Map, Value};

use super::super::LabelRules;
use super::super::format::{RawTranscript, RawTurn};
use super::super::labels::is_container;
use super::super::message::Notes;
use super::attachments::Attachments;
use super::conversation;
use super::header::Header;
use super::sample::{common, halted};
use super::scores::CUT;

/// What a summary tells of its transcript. `header` is the log's header, where it has one. The turns are those of the
/// input: there is no response. `None` when it is no summary.
#[must_use]
pub fn read(summary: &Value, header: Option<&Value>, rules: &LabelRules) -> Option<RawTranscript> {
    let map = summary.as_object().filter(|map| map.contains_key("id"))?;
    Some(of(map, Header::new(header), rules))
}

pub(super) fn of(
    summary: &Map<String, Value>,
    header: Header<'_>,
    rules: &LabelRules,
) -> RawTranscript {
    let mut raw = RawTranscript { stopped: halted(summary), ..RawTranscript::default() };
    let store = Attachments::of(summary);
    let turns: Vec<RawTurn> = conversation::asked(summary, &store, &mut Notes::default());
    raw.turns = turns;
    let mut fields = common(summary, header, rules, &|_| false, &mut raw);
    fields.mark("input");
    fields.rest(&mut raw);
    raw
}

/// Under which id and epoch the sample stands in the archive.
#[must_use]
pub fn key(summary: &Value) -> Option<(String, i64)> {
    let id = match summary.get("id")? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    Some((id, summary.get("epoch")?.as_i64()?))
}

/// Whether the sample itself must be opened for its labels: metadata of a score was left out of the summary while a
/// value is 0, so that nobody can tell a judge's "no" from a judge that failed; or labels in the sample's metadata were.
#[must_use]
pub fn is_cut(summary: &Value) -> bool {
    let cut = |metadata: Option<&Value>, key: &str| {
        metadata.and_then(|m| m.get(key)).and_then(Value::as_str) == Some(CUT)
    };
    let zero = |value: &Value| value.as_f64() == Some(0.0);
    let own = summary.get("metadata").and_then(Value::as_object);
    if own.is_some_and(|map| map.iter().any(|(key, v)| is_container(key) && v == CUT)) {
        return true;
    }
    let scores = summary.get("scores").and_then(Value::as_object);
    scores.into_iter().flatten().any(|(name, score)| {
        let metadata = score.get("metadata");
        match score.get("value") {
            Some(Value::Object(parts)) => {
                parts.iter().any(|(key, value)| zero(value) && cut(metadata, key))
            }
            Some(value) => zero(value) && (cut(metadata, name) || cut(metadata, "final_answer")),
            None => false,
        }
    })
}

#[cfg(test)]
mod tests;
