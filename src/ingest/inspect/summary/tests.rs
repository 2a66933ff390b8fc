//! Which summaries tell enough.

use serde_json::json;

use super::*;

#[test]
fn a_summary_that_hides_a_judge_is_cut() {
    for (scores, expected) in [
        (json!({"af": {"value": {"da": 0.0}, "metadata": {"da": CUT}}}), true),
        (json!({"af": {"value": {"da": 0.5}, "metadata": {"da": CUT}}}), false),
        (json!({"af": {"value": {"da": 0.0}, "metadata": {"grading": CUT}}}), false),
        (json!({"af": {"value": 0, "metadata": {"af": CUT}}}), true),
        (json!({"af": {"value": 0, "metadata": {"final_answer": CUT}}}), true),
        (json!({"af": {"value": "C", "metadata": {"af": CUT}}}), false),
        (json!({"af": 0}), false),
        (json!(null), false),
    ] {
        assert_eq!(is_cut(&json!({"id": 1, "scores": scores})), expected, "{scores}");
    }
    assert!(is_cut(&json!({"id": 1, "metadata": {"labels": CUT}})));
    assert!(!is_cut(&json!({"id": 1, "metadata": {"notes": CUT}})));
}

#[test]
fn a_summary_is_found_by_id_and_epoch() {
    let key = |summary: Value| key(&summary);
    assert_eq!(key(json!({"id": 7, "epoch": 2})), Some(("7".to_owned(), 2)));
    assert_eq!(key(json!({"id": "a/b", "epoch": 1})), Some(("a/b".to_owned(), 1)));
    assert_eq!(key(json!({"id": "a"})), None);
    assert_eq!(key(json!({"id": [], "epoch": 1})), None);
}

#[test]
fn a_summary_tells_all_but_the_response() {
    let summary = json!({"id": 7, "epoch": 2, "input": "<is_free_tier_user>False</is_free_tier_user> Q",
        "target": "t", "metadata": {"scenario": "ferry"}, "scores": {"match": {"value": "C"}}, "uuid": "u",
        "limit": "message", "model_usage": {"m": {}}, "completed": true, "retries": 1, "message_count": 4});
    let raw = read(&summary, None, &LabelRules::default()).unwrap();
    assert_eq!(raw.id.as_deref(), Some("7"));
    assert_eq!(raw.aliases, ["u", "7_epoch_2"]);
    assert_eq!(raw.tier_canonical.as_deref(), Some("paid"));
    assert_eq!((raw.model.as_deref(), raw.setting.as_deref()), (Some("m"), Some("ferry")));
    assert_eq!(raw.labels[0].name, "match");
    assert_eq!(raw.stopped.as_deref(), Some("message limit"));
    assert_eq!(raw.turns.len(), 1);
    assert_eq!(raw.meta["message_count"], 4);
    assert!(read(&json!([]), None, &LabelRules::default()).is_none());
}
