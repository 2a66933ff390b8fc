//! A row of a scan's results: what one scanner says of one transcript. A label for it, with the messages that the
//! scanner refers to as evidence.

use serde_json::{Map, Value};

use super::super::super::format::{
    LabelRow, LabelTarget, RawLabel, RawQuote, RawTranscript, Reading,
};
use super::super::super::json;
use super::super::super::label_fields::container;
use super::{column, filled};
use crate::model::ProblemKind;

/// Reads a row.
pub fn read(row: &Map<String, Value>) -> Vec<Reading> {
    let name = filled(row, "scanner_key").or_else(|| filled(row, "scanner_name"));
    let (Some(id), Some(name)) = (filled(row, "transcript_id"), name) else {
        let text = "a scan result that names no transcript or no scanner; nothing to join it to";
        return vec![Reading::Refused(ProblemKind::UnknownShape, text.to_owned())];
    };
    let judge = rater(row).unwrap_or_else(|| name.to_owned());
    let mut said = RawTranscript::default();
    let mut mends = Vec::new();
    let kind = filled(row, "value_type").unwrap_or_default();
    let value = typed(row.get("value").unwrap_or(&Value::Null), kind, &mut mends);
    match (&value, kind) {
        (Value::Array(results), "resultset") => {
            for result in results.iter().filter_map(Value::as_object) {
                one(name, result, result.get("value").unwrap_or(&Value::Null), &judge, &mut said);
            }
        }
        _ => one(name, row, &value, &judge, &mut said),
    }
    if said.labels.is_empty() {
        said.labels.push(label(name, &judge, Value::Null));
    }
    scanned_messages(row, name, &judge, &mut said);
    if let Some(text) = filled(row, "explanation") {
        said.meta.insert(format!("{name}.explanation"), text.into());
    }
    let row = LabelRow {
        target: LabelTarget::Id(id.to_owned()),
        labels: said.labels,
        quotes: said.quotes,
        meta: said.meta,
        own: false,
    };
    vec![Reading::Labels(row)]
}

/// A line of `_errors.jsonl`, as a sentence. The results hold the same scan as a row without a value.
pub fn error(row: &Map<String, Value>) -> String {
    let text = |key: &str| json::plain(filled(row, key).unwrap_or("unknown"));
    let what = text("error");
    format!("scanner {} failed on transcript {}: {what}", text("scanner"), text("transcript_id"))
}

/// The model that judged, when exactly one did.
fn rater(row: &Map<String, Value>) -> Option<String> {
    let usage = column(row.get("scan_model_usage")?, &mut Vec::new());
    let models = usage.as_object().filter(|models| models.len() == 1)?;
    models.keys().next().cloned()
}

fn label(name: &str, rater: &str, value: Value) -> RawLabel {
    RawLabel { name: name.to_owned(), rater: Some(rater.to_owned()), value }
}

/// The value as its type says. Columns hold it as text, whatever it is.
fn typed(value: &Value, kind: &str, mends: &mut Vec<crate::model::Repair>) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    let trimmed = text.trim();
    match kind {
        "boolean" => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => value.clone(),
        },
        "number" => match (trimmed.parse::<i64>(), trimmed.parse::<f64>()) {
            (Ok(whole), _) => whole.into(),
            (_, Ok(number)) => number.into(),
            _ => value.clone(),
        },
        "string" => value.clone(),
        "null" => Value::Null,
        // Lists, objects, result sets, and types that scanners name themselves.
        _ => column(value, mends),
    }
}

/// One result: its value as labels, its references as quotes. A result's own label follows the scanner's name.
fn one(
    scanner: &str,
    result: &Map<String, Value>,
    value: &Value,
    judge: &str,
    said: &mut RawTranscript,
) {
    let own = filled(result, "label").filter(|own| *own != scanner);
    let name = own.map_or_else(|| scanner.to_owned(), |own| format!("{scanner}.{own}"));
    match value {
        Value::Object(parts) if !parts.is_empty() => {
            if !container(&name, value, Some(judge), said) {
                for (key, part) in parts.iter().filter(|(_, part)| part.is_array()) {
                    said.labels.push(label(&format!("{name}.{key}"), judge, part.clone()));
                }
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (i, part) in list.iter().enumerate() {
                said.labels.push(label(&format!("{name}.{}", i + 1), judge, part.clone()));
            }
        }
        scalar => said.labels.push(label(&name, judge, scalar.clone())),
    }
    if let Some(answer) = filled(result, "answer").filter(|a| a.len() <= 120) {
        let told = value.as_str() == Some(answer);
        if !told && !value.is_null() {
            said.labels.push(label(&format!("{name}.answer"), judge, answer.into()));
        }
    }
    let explanation = filled(result, "explanation").unwrap_or_default();
    for key in ["message_references", "references"] {
        let Some(value) = result.get(key) else { continue };
        let references = column(value, &mut Vec::new());
        for reference in references.as_array().into_iter().flatten() {
            if reference.get("type").and_then(Value::as_str).is_some_and(|t| t != "message") {
                continue;
            }
            let Some(id) = reference.get("id").and_then(Value::as_str) else { continue };
            let cite = reference.get("cite").and_then(Value::as_str);
            let quote = cite.and_then(|cite| cited(explanation, cite)).unwrap_or_default();
            said.quotes.push(RawQuote {
                label: name.clone(),
                rater: Some(judge.to_owned()),
                criterion: None,
                quote: quote.to_owned(),
                message: Some(id.to_owned()),
            });
        }
    }
}

/// The quotation that stands right before a cite in an explanation: `it says "…" [M3]`.
fn cited<'a>(explanation: &'a str, cite: &str) -> Option<&'a str> {
    const PAIRS: [(char, char); 4] = [('"', '"'), ('“', '”'), ('«', '»'), ('`', '`')];
    const LONGEST: usize = 1000;
    if cite.trim().is_empty() {
        return None;
    }
    explanation.match_indices(cite).find_map(|(at, _)| {
        let before = explanation.get(..at)?;
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || "([,.:;-".contains(c));
        let (open, close) = PAIRS.into_iter().find(|(_, close)| before.ends_with(*close))?;
        let inside = before.strip_suffix(close)?;
        let from = inside.rfind(open)? + open.len_utf8();
        let quote = inside.get(from..)?.trim();
        (!quote.is_empty() && quote.len() <= LONGEST).then_some(quote)
    })
}

/// A scanner that looked at single messages points at them.
fn scanned_messages(row: &Map<String, Value>, name: &str, judge: &str, said: &mut RawTranscript) {
    if filled(row, "input_type") != Some("message") || !said.quotes.is_empty() {
        return;
    }
    let ids = row.get("input_ids").or_else(|| row.get("input_id"));
    let ids = ids.map(|ids| column(ids, &mut Vec::new())).unwrap_or_default();
    let one = std::slice::from_ref(&ids);
    let ids = ids.as_array().map_or(one, Vec::as_slice);
    for id in ids.iter().filter_map(Value::as_str).filter(|id| !id.is_empty()) {
        said.quotes.push(RawQuote {
            label: name.to_owned(),
            rater: Some(judge.to_owned()),
            criterion: None,
            quote: String::new(),
            message: Some(id.to_owned()),
        });
    }
}
