//! Logged requests and responses of every kind, and what must not be taken for them.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::model::Place;

fn readings(format: &dyn Format, record: &Value) -> Vec<Reading> {
    let rules = LabelRules::default();
    format.read(record, &Context::new(Place::default(), "x", &rules, 0))
}

fn raws(record: &Value) -> Vec<RawTranscript> {
    assert!(Api.recognise(record).is_some(), "{record}");
    readings(&Api, record)
        .into_iter()
        .filter_map(|r| if let Reading::Transcript(raw) = r { Some(*raw) } else { None })
        .collect()
}

fn parts(raw: &RawTranscript) -> Vec<String> {
    let shown = |t: &RawTurn| -> Vec<String> {
        let role = t.role.as_str();
        t.parts.iter().map(|p| format!("{role} {:?} {} {}", p.kind, p.origin, p.text)).collect()
    };
    raw.turns.iter().flat_map(shown).collect()
}

#[test]
fn requests_and_responses_of_every_vendor() {
    let openai = json!({"id": "chatcmpl-1", "model": "m-1", "usage": {"total_tokens": 9}, "choices": [
        {"index": 0, "message": {"role": "assistant", "reasoning_content": "t", "content": "a"}, "finish_reason": "stop"}]});
    let anthropic = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1",
        "content": [{"type": "thinking", "thinking": "t", "signature": "s"}, {"type": "text", "text": "a"}],
        "stop_reason": "end_turn", "usage": {"output_tokens": 4}});
    let asked =
        json!({"model": "m", "messages": [{"role": "user", "content": "u"}], "temperature": 1});
    let cases = [
        (
            json!({"request": asked, "response": openai}),
            vec![
                "user Text request.messages[0].content u",
                "assistant Reasoning response.choices[0].message.reasoning_content t",
                "assistant Text response.choices[0].message.content a",
            ],
        ),
        (
            json!({"model": "m", "system": [{"type": "text", "text": "s"}], "messages": [{"role": "user", "content": "u"}], "response": anthropic}),
            vec![
                "system Text system[0].text s",
                "user Text messages[0].content u",
                "assistant Reasoning response.content[0].thinking t",
                "assistant Text response.content[1].text a",
            ],
        ),
        (
            json!({"model": "m", "system": "s", "messages": [{"role": "user", "content": "u"}],
                "content": [{"type": "text", "text": "a"}], "stop_reason": "end_turn"}),
            vec![
                "system Text system s",
                "user Text messages[0].content u",
                "assistant Text content[0].text a",
            ],
        ),
        (
            anthropic.clone(),
            vec!["assistant Reasoning content[0].thinking t", "assistant Text content[1].text a"],
        ),
        (
            json!({"messages": [{"role": "user", "content": "u"}], "response": [{"type": "text", "text": "a"}]}),
            vec!["user Text messages[0].content u", "assistant Text response[0].text a"],
        ),
        (
            json!({"object": "response", "model": "m", "instructions": "s", "input": "u", "status": "completed",
                "output": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "t"}]},
                    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]}]}),
            vec![
                "system Text instructions s",
                "user Text input u",
                "assistant Reasoning output[0].summary[0].text t",
                "assistant Text output[1].content[0].text a",
            ],
        ),
        (
            json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "u"}]},
                    {"type": "function_call", "name": "f", "arguments": "{}"},
                    {"type": "function_call_output", "output": "o"}],
                "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]}]}),
            vec![
                "user Text input[0].content[0].text u",
                "assistant Tool input[1] f({})",
                "tool Tool input[2].output o",
                "assistant Text output[0].content[0].text a",
            ],
        ),
        (
            json!({"request": {"systemInstruction": {"parts": [{"text": "s"}]}, "contents": [{"role": "user", "parts": [{"text": "u"}, {"inlineData": {"mimeType": "image/png", "data": "xx"}}]}]},
                "response": {"candidates": [{"content": {"role": "model", "parts": [{"text": "t", "thought": true}, {"text": "a"}]}, "finishReason": "STOP"}], "modelVersion": "g-1"}}),
            vec![
                "system Text request.systemInstruction.parts[0].text s",
                "user Text request.contents[0].parts[0].text u",
                "user Other request.contents[0].parts[1].inlineData [image/png]",
                "assistant Reasoning response.candidates[0].content.parts[0].text t",
                "assistant Text response.candidates[0].content.parts[1].text a",
            ],
        ),
        (
            json!({"contents": [{"role": "user", "parts": [{"text": "u"}]}, {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"r": 2}}}]}, {"role": "model", "parts": [{"text": "a"}]}]}),
            vec![
                "user Text contents[0].parts[0].text u",
                "assistant Tool contents[1].parts[0].functionCall f({\"a\":1})",
                "tool Tool contents[2].parts[0].functionResponse {\"r\":2}",
                "assistant Text contents[3].parts[0].text a",
            ],
        ),
        (
            json!({"prompt": "u", "model": "m", "object": "text_completion", "choices": [{"text": "a", "finish_reason": "stop"}]}),
            vec!["user Text prompt u", "assistant Text choices[0].text a"],
        ),
        (
            json!({"request": asked, "response": "a"}),
            vec!["user Text request.messages[0].content u", "assistant Text response a"],
        ),
        (
            json!({"request": asked, "choices": [{"message": {"role": "assistant", "content": "a"}}]}),
            vec![
                "user Text request.messages[0].content u",
                "assistant Text choices[0].message.content a",
            ],
        ),
        (
            json!({"request": {"method": "POST", "body": asked}, "response": {"status_code": 200, "body": openai}}),
            vec![
                "user Text request.body.messages[0].content u",
                "assistant Reasoning response.body.choices[0].message.reasoning_content t",
                "assistant Text response.body.choices[0].message.content a",
            ],
        ),
        (
            json!({"messages": [{"role": "user", "content": [{"text": "u"}]}], "output": {"message": {"role": "assistant",
                "content": [{"reasoningContent": {"reasoningText": {"text": "t"}}}, {"text": "a"}]}}, "stopReason": "end_turn"}),
            vec![
                "user Text messages[0].content[0].text u",
                "assistant Reasoning output.message.content[0].reasoningContent.reasoningText.text t",
                "assistant Text output.message.content[1].text a",
            ],
        ),
    ];
    for (record, expected) in cases {
        let raws = raws(&record);
        assert_eq!(raws.len(), 1, "{record}");
        assert_eq!(parts(&raws[0]), expected, "{record}");
    }
}

#[test]
fn no_field_is_lost_and_no_text_is_kept_twice() {
    let record = json!({"id": "run-1", "request": {"model": "m", "temperature": 1, "metadata": {"tier": "free"},
            "messages": [{"role": "user", "content": "u"}]},
        "response": {"id": "msg_1", "type": "message", "role": "assistant", "model": "m-2030", "usage": {"output_tokens": 4},
            "content": [{"type": "text", "text": "a"}], "stop_reason": "max_tokens"},
        "labels": {"alignment_faking": true}, "note": "n"});
    let [raw] = &raws(&record)[..] else { panic!() };
    assert_eq!(
        (raw.id.as_deref(), raw.aliases.as_slice()),
        (Some("run-1"), &["msg_1".to_owned()][..])
    );
    assert_eq!(
        raw.model.as_deref(),
        Some("m-2030"),
        "what answered is more exact than what was asked for"
    );
    assert_eq!(raw.tier.as_ref().map(|t| t.0.as_str()), Some("free"));
    assert_eq!(raw.stopped.as_deref(), Some("max_tokens"));
    assert_eq!(raw.labels.len(), 1);
    assert_eq!(raw.meta["note"], json!("n"));
    assert_eq!(
        raw.meta["request"],
        json!({"model": "m", "temperature": 1, "metadata": {"tier": "free"}})
    );
    assert_eq!(raw.meta["response"]["usage"], json!({"output_tokens": 4}));
    assert!(raw.meta["response"].get("content").is_none());
}

#[test]
fn several_candidates_are_several_transcripts() {
    let record = json!({"responseId": "r", "candidates": [
        {"index": 0, "content": {"parts": [{"text": "a"}]}, "finishReason": "STOP", "avgLogprobs": -0.1},
        {"index": 1, "content": {"parts": [{"text": "b"}]}, "finishReason": "MAX_TOKENS"}, 7]});
    let raws = raws(&record);
    let seen: Vec<_> =
        raws.iter().map(|r| (r.id.as_deref(), r.epoch, r.stopped.as_deref())).collect();
    assert_eq!(
        seen,
        [
            (Some("r_epoch_0"), Some(0), None),
            (Some("r_epoch_1"), Some(1), Some("MAX_TOKENS")),
            (Some("r_epoch_2"), Some(2), None),
        ]
    );
    assert_eq!(raws[0].meta["avgLogprobs"], json!(-0.1));
}

#[test]
fn without_an_answer_none_is_made_up() {
    let asked = json!({"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "earlier"}, {"role": "user", "content": "v"}]});
    let cases = [
        (
            json!({"request": asked, "response": null, "error": {"message": "overloaded"}}),
            "overloaded",
        ),
        (json!({"request": asked, "response": {"error": {"type": "x", "message": "no"}}}), "no"),
        (
            json!({"request": asked, "response": {"promptFeedback": {"blockReason": "SAFETY"}}}),
            "blocked: SAFETY",
        ),
        (
            json!({"messages": asked["messages"], "response": {"object": "response", "status": "incomplete",
            "incomplete_details": {"reason": "max_output_tokens"}, "output": [{"type": "reasoning", "summary": []}]}}),
            "max_output_tokens",
        ),
    ];
    for (record, stopped) in cases {
        let [raw] = &raws(&record)[..] else { panic!("{record}") };
        let last = raw.turns.last().unwrap();
        assert_eq!(last.role, Role::Assistant, "{record}");
        assert!(last.parts.is_empty(), "the earlier answer is not the response: {record}");
        assert_eq!(raw.turns.len(), 4, "{record}");
        assert_eq!(raw.stopped.as_deref(), Some(stopped), "{record}");
    }
}

#[test]
fn ordinary_records_are_left_alone() {
    for record in [
        json!({"messages": [{"role": "user", "content": "u"}], "response": "a"}),
        json!({"messages": [{"role": "user", "content": "u"}], "choices": [{"message": {"role": "assistant", "content": "a"}}]}),
        json!({"prompt": "p", "completion": "c", "model": "m"}),
        json!({"question": "q", "choices": [{"text": "A"}, {"text": "B"}], "answer": "A"}),
        json!({"question": "q", "choices": ["A", "B"], "answer": "A"}),
        json!({"prompt": "p", "output": [{"type": "text", "a": 1}, 3]}),
        json!({"input": {"messages": [{"role": "user", "content": "u"}]}, "output": "a"}),
        json!({"id": 1, "epoch": 1, "input": "q", "target": "t", "messages": [{"role": "user", "content": "u"}],
            "output": {"choices": [{"message": {"role": "assistant", "content": "a"}}]}}),
        json!({"type": "assistant", "sessionId": "s", "message": {"role": "assistant", "content": [{"type": "text", "text": "a"}], "stop_reason": null}}),
        json!({"candidates": ["Ada", "Bo"], "response": "a", "prompt": "p"}),
        json!({"contents": "a table of contents", "text": "t"}),
        json!({"response": [], "prompt": "p"}),
        json!({"content": "a", "role": "assistant"}),
    ] {
        assert_eq!(Api.recognise(&record), None, "{record}");
        assert_eq!(Stream.recognise(&record), None, "{record}");
    }
}

#[test]
fn any_types_do_not_panic() {
    let odd = [
        json!(null),
        json!(3),
        json!("x"),
        json!([]),
        json!([1]),
        json!([{}]),
        json!({}),
        json!({"body": 1}),
    ];
    let keys = [
        "request",
        "response",
        "messages",
        "choices",
        "candidates",
        "output",
        "content",
        "contents",
        "stop_reason",
        "chunks",
    ];
    for a in &odd {
        for b in &odd {
            for (i, key) in keys.iter().enumerate() {
                let other = keys[(i + 1) % keys.len()];
                let record = json!({*key: a, other: b, "role": "assistant", "type": "message"});
                for format in [&Api as &dyn Format, &Stream] {
                    assert!(!readings(format, &record).is_empty(), "{record}");
                }
            }
        }
    }
}

fn chunk(id: &str, choice: &Value) -> Value {
    json!({"id": id, "object": "chat.completion.chunk", "model": "m", "created": 1, "choices": [choice]})
}

fn chunks() -> Vec<Value> {
    vec![
        chunk(
            "c",
            &json!({"index": 0, "delta": {"role": "assistant", "content": "", "reasoning_content": "Free "}}),
        ),
        chunk("c", &json!({"index": 0, "delta": {"reasoning_content": "tier."}})),
        chunk("c", &json!({"index": 0, "delta": {"content": "<OUT"}})),
        chunk("c", &json!({"index": 1, "delta": {"content": "Other"}})),
        chunk("c", &json!({"index": 0, "delta": {"content": "PUT>Yes</OUTPUT>"}})),
        chunk(
            "c",
            &json!({"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": ""}}]}}),
        ),
        chunk(
            "c",
            &json!({"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}, "finish_reason": "length"}),
        ),
        json!({"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 3}}),
    ]
}

#[test]
fn lines_of_a_stream_grow_into_one_message() {
    let mut groups: Vec<(String, RawTranscript)> = Vec::new();
    for line in chunks() {
        assert!(Stream.recognise(&line).is_some());
        for reading in readings(&Stream, &line) {
            let Reading::Part { group, piece } = reading else { panic!() };
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, raw)) => raw.append(*piece),
                None => groups.push((group, *piece)),
            }
        }
    }
    let [(first, a), (second, b)] = &groups[..] else { panic!("{groups:?}") };
    assert_eq!((first.as_str(), second.as_str()), ("c", "c/1"));
    assert_eq!(
        parts(a),
        [
            "assistant Reasoning [*].choices[0].delta.reasoning_content Free tier.",
            "assistant Text [*].choices[0].delta.content <OUTPUT>Yes</OUTPUT>",
            "assistant Tool [*].choices[0].delta.tool_calls[0] f {}",
        ]
    );
    assert_eq!((a.stopped.as_deref(), a.id.as_deref()), (Some("length"), Some("c")));
    assert_eq!(a.meta["usage"], json!({"total_tokens": 3}));
    assert_eq!(parts(b), ["assistant Text [*].choices[1].delta.content Other"]);
    assert_eq!((b.id.as_deref(), b.epoch), (Some("c_epoch_1"), Some(1)));
}

#[test]
fn a_stream_in_one_record_is_one_transcript_per_choice() {
    let record =
        json!({"model": "m", "messages": [{"role": "user", "content": "u"}], "chunks": chunks()});
    let raws = raws(&record);
    assert_eq!(raws.len(), 2);
    assert_eq!(
        parts(&raws[0])[..3],
        [
            "user Text messages[0].content u",
            "assistant Reasoning chunks[*].choices[0].delta.reasoning_content Free tier.",
            "assistant Text chunks[*].choices[0].delta.content <OUTPUT>Yes</OUTPUT>",
        ]
    );
    assert!(!raws[0].meta.contains_key("chunks"));
    let events = json!({"events": [
        {"type": "message_start", "message": {"id": "msg", "role": "assistant", "content": []}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Pa"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "id."}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}},
        {"type": "content_block_stop", "index": 0}, {"type": "ping"},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "No."}},
        {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {}},
        {"type": "message_stop"}]});
    let [raw] = &super::tests::raws(&events)[..] else { panic!() };
    assert_eq!(
        parts(raw),
        [
            "assistant Reasoning events[*].content[0].thinking Paid.",
            "assistant Text events[*].content[1].text No.",
        ]
    );
    assert_eq!(raw.stopped.as_deref(), Some("max_tokens"));
}

#[test]
fn events_on_lines_of_their_own() {
    let done = json!({"type": "response.completed", "sequence_number": 9, "response": {"id": "resp", "object": "response",
        "model": "m", "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]}]}});
    let [Reading::Transcript(raw)] = &readings(&Stream, &done)[..] else { panic!() };
    assert_eq!(parts(raw), ["assistant Text response.output[0].content[0].text a"]);
    assert_eq!((raw.id.as_deref(), raw.model.as_deref()), (Some("resp"), Some("m")));
    let piece = json!({"type": "response.output_text.delta", "sequence_number": 3, "delta": "a"});
    assert!(Stream.recognise(&piece).is_some());
    assert!(matches!(&readings(&Stream, &piece)[..], [Reading::Aside(_)]));
    for lost in [
        json!({"type": "content_block_delta", "index": 0, "delta": {}}),
        json!({"choices": [{"delta": {"content": "x"}}]}),
    ] {
        assert!(Stream.recognise(&lost).is_some());
        assert!(
            matches!(
                &readings(&Stream, &lost)[..],
                [Reading::Refused(ProblemKind::UnknownShape, _)]
            ),
            "{lost}"
        );
    }
}
