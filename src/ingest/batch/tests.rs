//! Lines of batch files: answers, failures and requests.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::ingest::format::PartKind;
use crate::model::{Place, Role};

fn readings(record: &Value) -> Vec<Reading> {
    let rules = LabelRules::default();
    assert!(Batch.recognise(record).is_some(), "{record}");
    Batch.read(record, &Context::new(Place::default(), "x", &rules, 0))
}

fn raws(record: &Value) -> Vec<RawTranscript> {
    let raw = |r| if let Reading::Transcript(raw) = r { *raw } else { panic!("{r:?}") };
    readings(record).into_iter().map(raw).collect()
}

fn said(raw: &RawTranscript) -> Vec<(PartKind, &str, &str)> {
    let last = raw.turns.last().unwrap();
    assert_eq!(last.role, Role::Assistant);
    last.parts.iter().map(|p| (p.kind.clone(), p.origin.as_str(), p.text.as_str())).collect()
}

#[test]
fn answers_of_every_vendor() {
    let message = json!({"id": "msg", "type": "message", "role": "assistant", "model": "m",
        "content": [{"type": "text", "text": "a"}], "stop_reason": "end_turn", "usage": {"output_tokens": 1}});
    let chat = json!({"id": "cc", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"}]});
    let items = json!({"id": "resp", "object": "response", "model": "m", "error": null,
        "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]}]});
    let cases = [
        (
            json!({"id": "batch_req_1", "custom_id": "q1", "response": {"status_code": 200, "request_id": "r", "body": chat}, "error": null}),
            "response.body.choices[0].message.content",
        ),
        (
            json!({"id": "batch_req_1", "custom_id": "q1", "response": {"status_code": 200, "body": items}, "error": null}),
            "response.body.output[0].content[0].text",
        ),
        (
            json!({"custom_id": "q1", "result": {"type": "succeeded", "message": message}}),
            "result.message.content[0].text",
        ),
        (
            json!({"key": "q1", "response": {"candidates": [{"content": {"parts": [{"text": "a"}]}}], "modelVersion": "m"}}),
            "response.candidates[0].content.parts[0].text",
        ),
    ];
    for (record, origin) in cases {
        let [raw] = &raws(&record)[..] else { panic!("{record}") };
        assert_eq!(said(raw), [(PartKind::Text, origin, "a")], "{record}");
        assert_eq!((raw.id.as_deref(), raw.model.as_deref()), (Some("q1"), Some("m")), "{record}");
        assert_eq!(raw.stopped, None, "{record}");
    }
    let record = json!({"id": "batch_req_1", "custom_id": "q1", "response": {"status_code": 200, "body": chat}, "error": null});
    let raw = &raws(&record)[0];
    assert_eq!(raw.aliases, ["batch_req_1", "cc"]);
    assert_eq!(raw.meta["response"]["status_code"], json!(200));
    assert_eq!(raw.meta["finish_reason"], json!("stop"));
}

#[test]
fn failures_hold_no_response() {
    let cases = [
        (
            json!({"id": "b", "custom_id": "q", "response": null, "error": {"code": "batch_expired", "message": "too late"}}),
            "too late",
        ),
        (
            json!({"custom_id": "q", "response": {"status_code": 400, "body": {"error": {"message": "bad"}}}, "error": null}),
            "status 400: bad",
        ),
        (
            json!({"custom_id": "q", "response": {"status_code": 500, "body": null}, "error": null}),
            "status 500",
        ),
        (json!({"custom_id": "q", "response": null, "error": null}), "no response"),
        (
            json!({"custom_id": "q", "result": {"type": "errored", "error": {"type": "error", "error": {"type": "invalid_request", "message": "no"}}}}),
            "errored: no",
        ),
        (
            json!({"custom_id": "q", "result": {"type": "errored", "error": {"type": "overloaded", "message": "busy"}}}),
            "errored: busy",
        ),
        (json!({"custom_id": "q", "result": {"type": "canceled"}}), "canceled"),
        (json!({"custom_id": 7, "result": {"type": "expired"}}), "expired"),
        (json!({"key": "q", "error": {"code": 429, "message": "quota"}}), "quota"),
    ];
    for (record, stopped) in cases {
        let [raw] = &raws(&record)[..] else { panic!("{record}") };
        assert!(said(raw).is_empty(), "{record}");
        assert_eq!(raw.stopped.as_deref(), Some(stopped), "{record}");
    }
}

#[test]
fn a_response_of_an_unknown_shape_is_said_and_kept() {
    let record = json!({"custom_id": "q", "response": {"status_code": 200, "body": {"data": [1]}}, "error": null});
    let all = readings(&record);
    let [Reading::Remark(ProblemKind::WrongType, text), Reading::Transcript(raw)] = &all[..] else {
        panic!("{all:?}")
    };
    assert!(text.contains("response.body"), "{text}");
    assert_eq!(raw.meta["response"]["body"], json!({"data": [1]}));
}

#[test]
fn requests_wait_for_their_answers() {
    let messages =
        json!([{"role": "user", "content": "<is_free_tier_user>true</is_free_tier_user> u"}]);
    let cases = [
        (
            json!({"custom_id": "q1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": messages, "metadata": {"tier": "free"}}}),
            vec!["body.messages[0].content"],
        ),
        (
            json!({"custom_id": "q1", "params": {"model": "m", "system": "s", "messages": messages, "max_tokens": 9}}),
            vec!["params.system", "params.messages[0].content"],
        ),
        (
            json!({"custom_id": "q1", "url": "/v1/responses", "body": {"model": "m", "instructions": "s", "input": "u"}}),
            vec!["body.instructions", "body.input"],
        ),
        (
            json!({"key": "q1", "request": {"contents": [{"parts": [{"text": "u"}]}]}}),
            vec!["request.contents[0].parts[0].text"],
        ),
    ];
    for (record, origins) in cases {
        let all = readings(&record);
        let [Reading::Request { id, piece }] = &all[..] else { panic!("{all:?}") };
        assert_eq!(id, "q1");
        let seen: Vec<&str> = piece.turns.iter().map(|t| t.parts[0].origin.as_str()).collect();
        assert_eq!(seen, origins, "{record}");
        assert_eq!(piece.id, None, "the answer's id is its own");
        if record.get("body").is_some_and(|b| b.get("metadata").is_some()) {
            assert_eq!(piece.tier.as_ref().map(|t| t.0.as_str()), Some("free"));
        }
        if record.get("key").is_none() {
            assert_eq!(piece.model.as_deref(), Some("m"));
        }
    }
    let empty = readings(&json!({"custom_id": "q", "body": {"input": 3}}));
    assert!(matches!(&empty[..], [Reading::Refused(ProblemKind::UnknownShape, _)]));
}

#[test]
fn several_choices_and_the_tier_at_the_end_of_a_name() {
    let record = json!({"custom_id": "q1_free_epoch_2", "response": {"status_code": 200, "body": {"choices": [
        {"message": {"role": "assistant", "content": "a"}}, {"message": {"role": "assistant", "content": "b"}}]}}, "error": null});
    let raws = raws(&record);
    let ids: Vec<_> = raws.iter().filter_map(|r| r.id.as_deref()).collect();
    assert_eq!(ids, ["q1_free_epoch_2_epoch_0", "q1_free_epoch_2_epoch_1"]);
    for raw in &raws {
        assert!(raw.aliases.iter().any(|a| a == "q1_free_epoch_2"), "requests are joined by it");
        assert_eq!(raw.tier, Some(("free".to_owned(), TierFrom::Key)));
    }
}

#[test]
fn a_line_that_holds_its_request_needs_no_other() {
    let record = json!({"custom_id": "q", "request": {"body": {"model": "m", "messages": [{"role": "user", "content": "u"}]}},
        "response": {"status_code": 200, "body": {"choices": [{"message": {"role": "assistant", "content": "a"}}]}}});
    let [raw] = &raws(&record)[..] else { panic!() };
    assert_eq!(raw.turns[0].parts[0].origin, "request.body.messages[0].content");
    assert_eq!(raw.turns.len(), 2);
}

#[test]
fn other_records_are_left_alone() {
    for record in [
        json!({"custom_id": "q", "label": "af"}),
        json!({"custom_id": "q", "prompt": "p", "response": "r"}),
        json!({"custom_id": "q", "result": "fine", "text": "t"}),
        json!({"custom_id": null, "response": {"body": {}}}),
        json!({"key": "k", "value": 3}),
        json!({"key": "k", "prompt": "p", "response": "r", "error": null}),
        json!({"key": "k", "request": {"a": 1}}),
        json!({"response": {"body": {}}}),
    ] {
        assert_eq!(Batch.recognise(&record), None, "{record}");
    }
}

#[test]
fn any_types_do_not_panic() {
    let odd = [
        json!(null),
        json!(3),
        json!("x"),
        json!([]),
        json!({}),
        json!({"type": "succeeded"}),
        json!({"body": [1]}),
    ];
    for a in &odd {
        for b in &odd {
            for key in ["response", "error", "result", "body", "params"] {
                let record = json!({"custom_id": "q", key: a, "response": b});
                if Batch.recognise(&record).is_some() {
                    assert!(!readings(&record).is_empty());
                }
            }
        }
    }
}
