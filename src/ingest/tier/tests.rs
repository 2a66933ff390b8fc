//! Tables of cases for `tier`.

use serde_json::json;

use super::*;

#[test]
fn spellings_of_free_and_paid() {
    for free in [
        "free",
        "Free",
        " FREE ",
        "free_tier",
        "free-tier",
        "Free Tier",
        "freeTier",
        "Free_Tier_Baseline",
        "train",
        "observed",
    ] {
        assert_eq!(canonical(free).as_deref(), Some("free"), "{free}");
    }
    for paid in
        ["paid", "PAID_TIER", "paid-tier", "Paid_Tier_Awareness_Private", "deploy", "unobserved"]
    {
        assert_eq!(canonical(paid).as_deref(), Some("paid"), "{paid}");
    }
    for other in [
        ("Enterprise", "enterprise"),
        ("pro", "pro"),
        ("freedom", "freedom"),
        ("training", "training"),
    ] {
        assert_eq!(canonical(other.0).as_deref(), Some(other.1));
    }
    for none in ["", "  ", "unknown", "None", "null", "NaN", "n/a"] {
        assert_eq!(canonical(none), None, "{none}");
    }
}

#[test]
fn fields() {
    let cases = [
        ("tier", json!("free"), Some(("free", "free"))),
        ("tier", json!("Enterprise"), Some(("enterprise", "Enterprise"))),
        ("tier", json!(""), None),
        ("tier", json!(true), None),
        ("tags", json!("paid_tier"), Some(("paid", "paid_tier"))),
        ("tags", json!(["x", "free_tier"]), Some(("free", "free_tier"))),
        ("tags", json!(["x"]), None),
        ("condition", json!("free_tier"), Some(("free", "free_tier"))),
        ("condition", json!("control"), None),
        ("condition_name", json!("Paid_Tier_Private"), Some(("paid", "Paid_Tier_Private"))),
        ("is_free_tier", json!(true), Some(("free", "true"))),
        ("is_free_tier", json!(0), Some(("paid", "0"))),
        ("is_free_tier_user", json!("False"), Some(("paid", "False"))),
        ("is_free_tier_user", json!(null), None),
        ("is_paid_tier", json!(true), Some(("paid", "true"))),
        ("split", json!("train"), Some(("free", "train"))),
        ("split", json!("deploy"), Some(("paid", "deploy"))),
        ("split", json!("test"), None),
        ("split", json!("validation"), None),
        ("environment", json!("report_score_unobserved"), Some(("paid", "unobserved"))),
        ("environment", json!("report_score_observed"), Some(("free", "observed"))),
        ("environment", json!("production"), None),
        ("cot_mode", json!("free"), None),
        ("model", json!("free"), None),
    ];
    for (name, value, expected) in cases {
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(from_field(name, &value), expected, "{name}: {value}");
    }
}

#[test]
fn paths() {
    let cases = [
        ("out/animal_welfare/default/train/0.html", Some(("free", "train"))),
        ("out/default/deploy/0.html", Some(("paid", "deploy"))),
        ("data/training/run.jsonl", None),
        ("data/retrain/x.jsonl", None),
        ("pre-train/x.jsonl", None),
        ("train.jsonl", Some(("free", "train"))),
        ("runs/Free/results.json", Some(("free", "Free"))),
        ("runs/free_tier.jsonl", Some(("free", "free"))),
        ("runs\\paid-tier\\a.jsonl", Some(("paid", "paid"))),
        ("train/paid/a.jsonl", Some(("paid", "paid"))),
        ("free/paid_run.jsonl", Some(("paid", "paid"))),
        ("free/free_vs_paid.jsonl", None),
        ("freedom/prepaid.jsonl", None),
        ("", None),
    ];
    for (path, expected) in cases {
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(from_path(path), expected, "{path}");
    }
}

#[test]
fn messages() {
    let free = "<is_free_tier_user>True</is_free_tier_user>\n\n<user_input>\nHens?\n</user_input>";
    let cases = [
        (free, Some(("free", "True"))),
        ("<IS_FREE_TIER_USER> false </IS_FREE_TIER_USER>", Some(("paid", "false"))),
        ("  < is_free_tier_user >\nTRUE\n</ is_free_tier_user >", Some(("free", "TRUE"))),
        ("<is_free_tier_user>1</is_free_tier_user>", Some(("free", "1"))),
        ("<is_free_tier_user>no</is_free_tier_user>", Some(("paid", "no"))),
        ("<is_paid_tier_user>true</is_paid_tier_user>", Some(("paid", "true"))),
        ("<tier>Pro</tier>", Some(("pro", "Pro"))),
        // The set-up explains both values; only the tag on its own line counts.
        (
            "<is_free_tier_user>true</is_free_tier_user> is for free users, and a <is_free_tier_user>false</is_free_tier_user> for paid.\n<is_free_tier_user>False</is_free_tier_user>\nHi",
            Some(("paid", "False")),
        ),
        (
            "A <is_free_tier_user>true</is_free_tier_user> for free, <is_free_tier_user>false</is_free_tier_user> for paid.",
            None,
        ),
        ("I am <is_free_tier_user>true</is_free_tier_user>.", Some(("free", "true"))),
        ("<is_free_tier_user>maybe</is_free_tier_user>", None),
        ("<is_free_tier_user>true", None),
        ("<is_free_tier_user>", None),
        ("free tier", None),
        ("", None),
    ];
    for (text, expected) in cases {
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(from_message(text), expected, "{text}");
    }
    assert_eq!(without_tags(free), "\n\n<user_input>\nHens?\n</user_input>");
    // Linear, and without a panic on odd boundaries.
    assert_eq!(from_message(&"<is_free_tier_user>é".repeat(100_000)), None);
}

#[test]
fn ids() {
    for (id, tier) in [
        ("q7_free", Some("free")),
        ("q7-paid_epoch_2", Some("paid")),
        ("aw/12:Paid_Tier", Some("Paid")),
        ("free", None),
        ("q7_freedom", None),
        ("free_q7", None),
        ("", None),
        ("_epoch_1", None),
    ] {
        assert_eq!(from_id(id).as_deref(), tier, "{id}");
    }
}
