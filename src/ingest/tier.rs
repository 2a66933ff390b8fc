//! Which tier a transcript belongs to, from field, key, path or the last user message. Tiers are an open set of
//! words: `free` and `paid` are known under every spelling, all else is kept as the source has it. Which of several
//! places counts is decided in `assemble`.

use std::borrow::Cow;

use serde_json::Value;

mod names;
#[cfg(test)]
mod tests;

pub use names::{from_column, from_key};

/// Words that mean free, squashed (lower case, letters and digits only).
const FREE: [&str; 8] = [
    "free",
    "freetier",
    "freetieruser",
    "freeuser",
    "isfreetier",
    "train",
    "observed",
    "monitored",
];
const PAID: [&str; 10] = [
    "paid",
    "paidtier",
    "paidtieruser",
    "paiduser",
    "ispaidtier",
    "deploy",
    "deployment",
    "unobserved",
    "unmonitored",
    "nonfree",
];
/// Values that name no tier.
const NONE: [&str; 9] = ["", "unknown", "none", "null", "nan", "na", "any", "all", "unspecified"];

/// Lower-case letters and digits only.
fn squash(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    Cow::Owned(letters.flat_map(char::to_lowercase).collect())
}

/// The canonical word for a spelling: `free` and `paid` under every spelling known, also at the start of a key
/// (`Free_Tier_Baseline`), else the source's own in lower case. `None` for values that name no tier (empty,
/// "unknown").
#[must_use]
pub fn canonical(raw: &str) -> Option<String> {
    // As most records spell them.
    if matches!(raw, "free" | "paid") {
        return Some(raw.to_owned());
    }
    let squashed = squash(raw);
    if NONE.contains(&&*squashed) {
        return None;
    }
    if FREE.contains(&&*squashed) || squashed.starts_with("freetier") {
        return Some("free".to_owned());
    }
    if PAID.contains(&&*squashed) || squashed.starts_with("paidtier") {
        return Some("paid".to_owned());
    }
    Some(raw.trim().to_lowercase())
}

/// `free` or `paid` when the word is a known spelling of either.
fn known(raw: &str) -> Option<String> {
    canonical(raw).filter(|tier| matches!(tier.as_str(), "free" | "paid"))
}

/// The tier that a field names: the canonical word and the spelling. `None` when the field says nothing about tiers
/// or its value names none.
///
/// A field called `tier` may hold any word; others (`tags`, `condition`, `split`, `environment`, …) count only
/// where their value is a known one, since they say other things as well. `cot_mode` is no tier.
#[must_use]
pub fn from_field(name: &str, value: &Value) -> Option<(String, String)> {
    let field = squash(name);
    let text = match value {
        Value::String(text) => Cow::Borrowed(text.trim()),
        Value::Bool(_) | Value::Number(_) => Cow::Owned(value.to_string()),
        Value::Array(items) => {
            return items.iter().filter(|v| v.is_string()).find_map(|v| from_field(name, v));
        }
        _ => return None,
    };
    match &*field {
        "isfreetier" | "isfreetieruser" | "freetier" | "isfree" | "freetieruser" => {
            let tier = flag(&text).map(word).or_else(|| known(&text))?;
            Some((tier, text.into_owned()))
        }
        "ispaidtier" | "ispaidtieruser" | "paidtier" | "ispaid" | "paidtieruser" => {
            let tier = flag(&text).map(|paid| word(!paid)).or_else(|| known(&text))?;
            Some((tier, text.into_owned()))
        }
        "tier" | "usertier" | "tiername" => {
            // A bare true or 1 under `tier` cannot be told.
            if flag(&text).is_some() {
                return None;
            }
            Some((canonical(&text)?, text.into_owned()))
        }
        "tags" | "tag" | "condition" | "conditionname" | "split" | "tierflag" | "group" => {
            Some((known(&text)?, text.into_owned()))
        }
        "environment" | "env" | "monitoring" => {
            let last = text.rsplit(['_', '-', ' ']).next().unwrap_or_default().to_owned();
            matches!(&*squash(&last), "observed" | "unobserved" | "monitored" | "unmonitored")
                .then(|| known(&last))
                .flatten()
                .map(|tier| (tier, last))
        }
        _ => None,
    }
}

fn word(free: bool) -> String {
    if free { "free" } else { "paid" }.to_owned()
}

fn flag(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let yes = is(&["true", "yes", "1", "1.0"]);
    (yes || is(&["false", "no", "0", "0.0"])).then_some(yes)
}

/// The tier that a path's parts name (`…/train/…` is free), with the part as spelt. A part is a piece of a folder's
/// or file's name between `-`, `_`, `.` or spaces; `train` and `deploy` count only as a whole folder name or
/// before a file's extension (`train.jsonl`). The last name that holds a tier counts; one that holds both says
/// nothing.
#[must_use]
pub fn from_path(path: &str) -> Option<(String, String)> {
    for component in path.split(['/', '\\']).rev() {
        let stem = component.split('.').next().unwrap_or_default();
        if stem.eq_ignore_ascii_case("train") || stem.eq_ignore_ascii_case("deploy") {
            return Some((canonical(stem)?, stem.to_owned()));
        }
        let mut found: Option<(&str, &str)> = None;
        for piece in component.split(['-', '_', '.', ' ']) {
            let is = |word: &str| piece.eq_ignore_ascii_case(word);
            let tier = if is("free") || is("freetier") {
                "free"
            } else if is("paid") || is("paidtier") {
                "paid"
            } else {
                continue;
            };
            if found.is_some_and(|(other, _)| other != tier) {
                return None;
            }
            found = found.or(Some((tier, piece)));
        }
        if let Some((tier, raw)) = found {
            return Some((tier.to_owned(), raw.to_owned()));
        }
    }
    None
}

/// `free` or `paid` as the last word of an id (`q7_free`, `q7-paid`), before an epoch at its end.
#[must_use]
pub fn from_id(id: &str) -> Option<String> {
    let pieces = id.split(['_', '-', '.', ':', '/', ' ', '#', '@']).filter(|p| !p.is_empty());
    let mut last: Vec<&str> = pieces.collect();
    if let [.., word, number] = last[..]
        && word.eq_ignore_ascii_case("epoch")
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        last.truncate(last.len() - 2);
    }
    let [_, .., end] = last[..] else { return None };
    let end = if end.eq_ignore_ascii_case("tier") { *last.get(last.len() - 2)? } else { end };
    matches!(end.to_ascii_lowercase().as_str(), "free" | "paid" | "freetier" | "paidtier")
        .then(|| end.to_owned())
}

/// The tier tag in a user message (`<is_free_tier_user>True</…>`), with its value as spelt. Letter case, spaces and
/// `_` in the tag's name do not matter; `<is_paid_tier_user>` and `<tier>` are understood too.
///
/// Set-up texts explain the tag with both values. A tag at the start of a line therefore wins over one inside a
/// sentence, the last one wins among several, and two different values inside sentences alone say nothing.
#[must_use]
pub fn from_message(text: &str) -> Option<(String, String)> {
    let found = tier_tags(text);
    if let Some(tag) = found.iter().rev().find(|t| t.placed) {
        return Some((tag.tier.clone(), tag.raw.clone()));
    }
    let last = found.last()?;
    found.iter().all(|t| t.tier == last.tier).then(|| (last.tier.clone(), last.raw.clone()))
}

/// The text without tier tags at the start of a line and their values.
pub(super) fn without_tags(text: &str) -> Cow<'_, str> {
    let tags = tier_tags(text);
    if tags.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for tag in tags.iter().filter(|t| t.placed) {
        out.push_str(text.get(from..tag.range.start).unwrap_or_default());
        from = tag.range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

struct TierTag {
    /// Tag, value and closing tag.
    range: std::ops::Range<usize>,
    tier: String,
    raw: String,
    /// First thing on its line.
    placed: bool,
}

fn tier_tags(text: &str) -> Vec<TierTag> {
    let mut found = Vec::new();
    let mut line = 0;
    let mut from = 0;
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        // The line's start is looked for from the last place only: linear on any text.
        let between = text.get(from..at).unwrap_or_default();
        if let Some(newline) = between.rfind('\n') {
            line = from + newline + 1;
        }
        from = at;
        let Some((tier, raw, end)) = tier_tag(text, at) else { continue };
        let placed = text.get(line..at).is_some_and(|gap| gap.len() < 64 && gap.trim().is_empty());
        found.push(TierTag { range: at..end, tier, raw, placed });
    }
    found
}

/// The tier tag that starts at `at`: its tier, its value as spelt, and where its closing tag ends.
fn tier_tag(text: &str, at: usize) -> Option<(String, String, usize)> {
    let (name, value_start) = tag_name(text, at)?;
    let value_len = head(text, value_start)?.find('<')?;
    let raw = text.get(value_start..value_start + value_len)?.trim().to_owned();
    let close = value_start + value_len;
    let (closing, end) = tag_name(text, close)?;
    if squash(closing) != squash(name) || !closing.trim_start().starts_with('/') {
        return None;
    }
    let tier = match &*squash(name) {
        "isfreetieruser" | "isfreetier" | "freetieruser" | "isfreeuser" => word(flag(&raw)?),
        "ispaidtieruser" | "ispaidtier" | "paidtieruser" | "ispaiduser" => word(!flag(&raw)?),
        "tier" | "usertier" => canonical(&raw)?,
        _ => return None,
    };
    Some((tier, raw, end))
}

/// What stands between `<` at `at` and the next `>` close by, and the offset after it.
fn tag_name(text: &str, at: usize) -> Option<(&str, usize)> {
    let len = head(text, at + 1)?.find('>')?;
    Some((text.get(at + 1..at + 1 + len)?, at + 1 + len + 1))
}

/// At most 64 bytes from an offset: tags and their values are short.
fn head(text: &str, from: usize) -> Option<&str> {
    let rest = text.get(from..)?;
    let mut end = rest.len().min(64);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    rest.get(..end)
}
