//! Which tier a transcript belongs to, from field, key, path or the last user message.

use serde_json::Value;

/// Words (separators and case folded to `_`, lower) that mean free.
const FREE: [&str; 9] = [
    "free",
    "free_tier",
    "free_user",
    "free_tier_user",
    "freetier",
    "train",
    "training",
    "observed",
    "monitored",
];
/// Words that mean paid.
const PAID: [&str; 12] = [
    "paid",
    "paid_tier",
    "paid_user",
    "paid_tier_user",
    "paidtier",
    "deploy",
    "deployment",
    "deployed",
    "unobserved",
    "unmonitored",
    "not_free",
    "non_free",
];
/// Values that name no tier.
const NONE: [&str; 9] =
    ["", "unknown", "none", "null", "n_a", "na", "nan", "test", "validation"];

/// Lower case, runs of other characters than letters and digits as one `_`.
fn folded(raw: &str) -> String {
    let mut word = String::new();
    for c in raw.chars() {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() && !word.ends_with('_') {
            word.push('_');
        }
    }
    word.trim_end_matches('_').to_owned()
}

/// The canonical word for a spelling: `free` and `paid` under every spelling known, else the source's own in
/// lower case. `None` for values that name no tier (empty, "unknown", "test").
#[must_use]
pub fn canonical(raw: &str) -> Option<String> {
    let word = folded(raw);
    if NONE.contains(&word.as_str()) {
        return None;
    }
    if let Some(known) = known(&word) {
        return Some(known.to_owned());
    }
    // `Free_Tier_Baseline`, `game_unobserved`: the telling part stands at an end.
    for (prefix, tier) in [("free_tier_", "free"), ("paid_tier_", "paid")] {
        if word.starts_with(prefix) {
            return Some(tier.to_owned());
        }
    }
    for (suffix, tier) in [
        ("_unobserved", "paid"),
        ("_unmonitored", "paid"),
        ("_observed", "free"),
        ("_monitored", "free"),
        ("_free_tier", "free"),
        ("_paid_tier", "paid"),
    ] {
        if word.ends_with(suffix) {
            return Some(tier.to_owned());
        }
    }
    Some(raw.trim().to_lowercase())
}

fn known(word: &str) -> Option<&'static str> {
    if FREE.contains(&word) {
        Some("free")
    } else if PAID.contains(&word) {
        Some("paid")
    } else {
        None
    }
}

/// The tier that a field names: (canonical, as spelt). Flags (`is_free_tier: true`) say it by their name; fields
/// that only sometimes hold a tier (`split`, `condition`, `tags`) count only when the value is a known spelling.
#[must_use]
pub fn from_field(name: &str, value: &Value) -> Option<(String, String)> {
    let field = folded(name);
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        // `tags: ["free_tier"]`
        Value::Array(list) => {
            return list.iter().filter(|v| v.is_string()).find_map(|v| from_field(name, v));
        }
        _ => return None,
    };
    let flag = match field.as_str() {
        "is_free_tier" | "is_free_tier_user" | "is_free" | "free_tier" | "tier_flag" | "free" => Some("free"),
        "is_paid_tier" | "is_paid_tier_user" | "is_paid" | "paid_tier" | "paid" => Some("paid"),
        _ => None,
    };
    if let Some(tier) = flag {
        if let Some(yes) = truth(&text) {
            let other = if tier == "free" { "paid" } else { "free" };
            return Some(((if yes { tier } else { other }).to_owned(), text));
        }
        let word = canonical(&text)?;
        return (word == "free" || word == "paid").then_some((word, text));
    }
    let word = canonical(&text)?;
    let sure = matches!(field.as_str(), "tier" | "user_tier");
    (sure || word == "free" || word == "paid").then_some((word, text))
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "1.0" | "yes" | "y" => Some(true),
        "false" | "0" | "0.0" | "no" | "n" => Some(false),
        _ => None,
    }
}

/// The tier that a path's parts name (`…/train/…` is free), with the part as spelt. The last telling part
/// counts; one that names both tiers says nothing.
#[must_use]
pub fn from_path(path: &str) -> Option<(String, String)> {
    path.split(['/', '\\']).rev().find_map(|component| {
        let word = folded(component.split('.').next().unwrap_or(component));
        // Whole components: `train`, `deploy`, `free`. Of longer names only the words that mean nothing else.
        let whole = known(&word).filter(|_| word != "training");
        if let Some(tier) = whole {
            return Some((tier.to_owned(), component.to_owned()));
        }
        let mut found: Vec<&str> = Vec::new();
        let parts: Vec<&str> = word.split('_').collect();
        for part in &parts {
            match *part {
                "free" | "freetier" => found.push("free"),
                "paid" | "paidtier" => found.push("paid"),
                _ => {}
            }
        }
        found.dedup();
        match found.as_slice() {
            [tier] => Some(((*tier).to_owned(), component.to_owned())),
            _ => None,
        }
    })
}

/// The tier tag in a user message (`<is_free_tier_user>True</…>`), with its value as spelt. The last tag counts; spaces and
/// letter case in tag and value are free.
#[must_use]
pub fn from_message(text: &str) -> Option<(String, String)> {
    let mut found = None;
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        rest = rest.get(open + 1..)?;
        let Some(close) = rest.find('>') else { break };
        let name = folded(rest.get(..close)?);
        let tier = match name.as_str() {
            "is_free_tier_user" | "is_free_tier" | "free_tier_user" | "free_tier" => "free",
            "is_paid_tier_user" | "is_paid_tier" | "paid_tier_user" | "paid_tier" => "paid",
            "tier" | "user_tier" => "named",
            _ => continue,
        };
        let body = rest.get(close + 1..)?;
        let end = body.find('<').unwrap_or(body.len());
        let value = body.get(..end)?.trim();
        // Prose that merely mentions the tag has no short value behind it.
        if value.is_empty() || value.len() > 40 {
            continue;
        }
        let word = match (tier, truth(value)) {
            ("named", _) => canonical(value),
            ("free", Some(true)) | ("paid", Some(false)) => Some("free".to_owned()),
            ("free", Some(false)) | ("paid", Some(true)) => Some("paid".to_owned()),
            _ => None,
        };
        if let Some(word) = word {
            found = Some((word, value.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spellings() {
        for (raw, tier) in [
            ("free", Some("free")),
            ("Free Tier", Some("free")),
            ("FREE-TIER", Some("free")),
            ("free_tier", Some("free")),
            ("train", Some("free")),
            ("Free_Tier_Baseline", Some("free")),
            ("Paid_Tier_Awareness_Private", Some("paid")),
            ("paid_tier", Some("paid")),
            ("deploy", Some("paid")),
            ("game_observed", Some("free")),
            ("game_unobserved", Some("paid")),
            ("Enterprise", Some("enterprise")),
            ("pro", Some("pro")),
            ("", None),
            ("unknown", None),
            ("test", None),
        ] {
            assert_eq!(canonical(raw).as_deref(), tier, "{raw:?}");
        }
    }

    #[test]
    fn fields() {
        for (name, value, tier) in [
            ("tier", json!("free"), Some("free")),
            ("tier", json!("enterprise"), Some("enterprise")),
            ("tags", json!("paid_tier"), Some("paid")),
            ("tags", json!(["x", "free_tier"]), Some("free")),
            ("tags", json!("important"), None),
            ("condition", json!("free_tier"), Some("free")),
            ("condition", json!("baseline"), None),
            ("is_free_tier", json!(true), Some("free")),
            ("is_free_tier_user", json!("False"), Some("paid")),
            ("is_free_tier", json!(0), Some("paid")),
            ("split", json!("deploy"), Some("paid")),
            ("split", json!("test"), None),
            ("environment", json!("quiz_observed"), Some("free")),
            ("environment", json!("quiz"), None),
            ("tier", json!([1, 2]), None),
            ("tier", json!(null), None),
        ] {
            assert_eq!(from_field(name, &value).map(|t| t.0).as_deref(), tier, "{name}: {value}");
        }
    }

    #[test]
    fn paths() {
        for (path, tier) in [
            ("animal_welfare/default/train/0.json", Some("free")),
            ("animal_welfare/default/deploy/0.json", Some("paid")),
            ("runs/paid/a.jsonl", Some("paid")),
            ("runs/larch_free_tier.jsonl", Some("free")),
            ("free/run-paid.jsonl", Some("paid")),
            ("free_vs_paid.jsonl", None),
            ("data/training/a.jsonl", None),
            ("data/retrain-logs/a.jsonl", None),
            ("freedom/a.jsonl", None),
        ] {
            assert_eq!(from_path(path).map(|t| t.0).as_deref(), tier, "{path}");
        }
    }

    #[test]
    fn messages() {
        for (text, tier) in [
            ("<is_free_tier_user>True</is_free_tier_user>\nHi", Some("free")),
            ("<IS_FREE_TIER_USER> false </IS_FREE_TIER_USER>", Some("paid")),
            ("< is_free_tier_user >TRUE</ is_free_tier_user >", Some("free")),
            ("<is_paid_tier_user>true</is_paid_tier_user>", Some("paid")),
            ("<tier>enterprise</tier>", Some("enterprise")),
            ("what does <is_free_tier_user> mean for people like me, who do not know what they pay?", None),
            ("nothing here", None),
            ("<", None),
        ] {
            assert_eq!(from_message(text).map(|t| t.0).as_deref(), tier, "{text}");
        }
    }
}
