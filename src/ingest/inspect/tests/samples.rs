//! Single samples: what is one, and what its parts give.

use super::*;

fn sample(record: &Value) -> RawTranscript {
    let mut full = json!({"id": "s", "epoch": 1, "input": "q", "target": ""});
    full.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
    let (mut transcripts, others) = read(&full, None);
    assert_eq!(others, Vec::<String>::new());
    assert_eq!(transcripts.len(), 1);
    transcripts.remove(0)
}

#[test]
fn samples_are_told_from_records_of_other_formats() {
    for (record, expected) in [
        (json!({"id": 1, "epoch": 1, "input": "q", "target": "t", "messages": []}), true),
        (json!({"id": 1, "epoch": 1, "input": "q", "target": "t", "score": null}), true),
        (json!({"id": 1, "epoch": 1, "input": "q", "target": "t"}), false),
        (json!({"id": 1, "epoch": 1, "input": "q", "output": "t"}), false),
        (json!({"epoch": 1, "input": "q", "target": "t", "output": "t"}), false),
        (json!({"id": 1, "input": "q", "target": "t", "output": "t"}), false),
        (json!({"messages": [{"role": "user", "content": "x"}], "eval": {"task": "t"}}), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        assert_eq!(Inspect.recognise(&record).is_some(), expected, "{record}");
    }
}

#[test]
fn logs_without_samples_are_no_records() {
    for (samples, expected) in [
        (json!(null), "an Inspect log without samples (status: cancelled)"),
        (json!([]), "an Inspect log without samples (status: cancelled)"),
        (json!({"a": 1}), "`samples` is an object, not a list of samples"),
        (json!([3]), "`samples[0]` is a number that is no sample; left out"),
    ] {
        let log =
            json!({"version": 2, "status": "cancelled", "eval": {"task": "t"}, "samples": samples});
        let (transcripts, others) = read(&log, None);
        assert_eq!((transcripts.len(), others.as_slice()), (0, &[expected.to_owned()][..]));
    }
}

#[test]
fn the_model_is_the_one_that_was_asked() {
    let usage = json!({"maker/a": {}});
    let record = json!({"id": 1, "epoch": 1, "input": "q", "target": "", "model_usage": usage,
        "output": {"model": "a-0412", "choices": []}});
    let header = json!({"eval": {"model": "maker/asked"}});
    let none = json!({"eval": {"model": "none/none"}});
    for (around, expected) in
        [(Some(&header), "maker/asked"), (Some(&none), "maker/a"), (None, "maker/a")]
    {
        assert_eq!(read(&record, around).0[0].model.as_deref(), Some(expected));
    }
    let raw =
        sample(&json!({"output": {"model": "a-0412"}, "model_usage": {"a": {}, "judge": {}}}));
    assert_eq!(raw.model.as_deref(), Some("a-0412"));
}

#[test]
fn epochs_share_an_id_and_differ_in_epoch_and_alias() {
    for epoch in [1, 2] {
        let raw = sample(&json!({"id": 7, "epoch": epoch, "messages": []}));
        assert_eq!((raw.id.as_deref(), raw.sample.as_deref()), (Some("7"), Some("7")));
        assert_eq!(raw.epoch, Some(epoch));
        assert_eq!(raw.aliases, [format!("7_epoch_{epoch}")]);
    }
}

#[test]
fn samples_without_messages_are_input_and_output() {
    let answer = json!({"role": "assistant", "content": "An answer."});
    let raw = sample(&json!({"input": "Why?",
        "output": {"choices": [{"message": answer, "stop_reason": "stop"}]}}));
    assert_eq!(texts(&raw.turns[0]), [(PartKind::Text, "input", "Why?")]);
    let origin = "output.choices[0].message.content";
    assert_eq!(texts(&raw.turns[1]), [(PartKind::Text, origin, "An answer.")]);
    assert_eq!(raw.meta["output"], json!({"stop_reasons": ["stop"]}));

    let raw = sample(
        &json!({"input": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}],
        "messages": null, "output": {"completion": "Done."}}),
    );
    assert_eq!(raw.turns.len(), 3);
    assert_eq!(texts(&raw.turns[2]), [(PartKind::Text, "output.completion", "Done.")]);
    assert_eq!(raw.query.as_deref(), Some("Q"));
}

#[test]
fn the_output_is_added_where_the_messages_lack_it_and_never_twice() {
    let user = json!({"role": "user", "content": "Q"});
    let said = |text: &str| json!({"role": "assistant", "content": text, "id": "m"});
    let call = json!({"role": "assistant", "content": "", "tool_calls":
        [{"function": "submit", "arguments": {"answer": "42"}}]});
    let long = "A long answer that nobody would write twice by chance.";
    // Messages after the user's; the output's message; how many turns there are then.
    let cases = [
        (vec![], said("42"), 2),
        (vec![said("42")], said("42"), 2),
        (vec![said("It is 420, I think")], said("42"), 3),
        (vec![call], said("42"), 2),
        (vec![said(&format!("First. {long}"))], said(long), 2),
        (vec![said(long)], json!({"role": "assistant", "content": ""}), 2),
    ];
    for (after, output, expected) in cases {
        let mut messages = vec![user.clone()];
        messages.extend(after);
        let raw = sample(
            &json!({"messages": messages, "output": {"choices": [{"message": output}], "completion": "x"}}),
        );
        assert_eq!(raw.turns.len(), expected, "{messages:?}");
    }
    // A message that the conversation holds is not told again for the names of what is in it.
    let image = json!({"role": "assistant", "id": "m", "content": [{"type": "image", "image": "attachment://a"}]});
    let lost = json!({"role": "assistant", "id": "m", "content": "attachment://a"});
    for output in [image, lost] {
        let raw = sample(
            &json!({"messages": [user, said("42")], "output": {"choices": [{"message": output}]}}),
        );
        assert_eq!(raw.turns.len(), 2, "{output}");
    }
    // What an earlier turn said does not count as said.
    let raw = sample(&json!({"messages": [user, said(long), user],
        "output": {"choices": [{"message": said(long)}]}}));
    assert_eq!(raw.turns.len(), 4);
    assert_eq!(raw.turns[3].id, None, "an id names one turn");
}

#[test]
fn further_choices_are_kept_apart_from_the_answer() {
    let choice = |text: &str| json!({"message": {"role": "assistant", "content": text}});
    let raw = sample(
        &json!({"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "One."}],
        "output": {"choices": [choice("One."), choice("Two."), choice("One.")]}}),
    );
    let roles: Vec<&Role> = raw.turns.iter().map(|t| &t.role).collect();
    assert_eq!(roles, [&Role::User, &Role::Assistant, &Role::Other("choice 2".to_owned())]);
    assert_eq!(texts(&raw.turns[2])[0].2, "Two.");
}

#[test]
fn the_query_and_the_tier_are_those_of_the_first_question() {
    let tagged = "<is_free_tier_user>True</is_free_tier_user>\nQ";
    let raw = sample(&json!({"input": tagged, "messages": [
        {"role": "user", "content": format!("Read this. {tagged}")},
        {"role": "assistant", "content": "a"},
        {"role": "user", "content": "Go on."},
        {"role": "assistant", "content": "b"}]}));
    assert_eq!(raw.query.as_deref(), Some(tagged));
    assert_eq!(raw.tier, Some(("True".to_owned(), TierFrom::Message)));
    assert_eq!(raw.tier_canonical.as_deref(), Some("free"));
    assert_eq!(raw.meta.get("input"), None, "a message holds it");
    let raw = sample(&json!({"metadata": {"user_input": "bare"}, "messages": []}));
    assert_eq!(raw.query.as_deref(), Some("bare"));
    let scored =
        json!({"j": {"value": 1, "metadata": {"user_input": "scored", "tier": "paid_tier"}}});
    let raw = sample(
        &json!({"input": "wrapped", "messages": [{"role": "user", "content": "x"}], "scores": scored}),
    );
    assert_eq!(raw.query.as_deref(), Some("scored"));
    assert_eq!(raw.tier, Some(("paid_tier".to_owned(), TierFrom::Field)));
    assert_eq!(raw.meta["input"], "wrapped", "no message holds it");
}

#[test]
fn errors_and_limits_stop_a_sample() {
    for (record, expected) in [
        (json!({"error": {"message": "broke", "traceback": "…"}}), Some("broke")),
        (json!({"error": "broke"}), Some("broke")),
        (json!({"limit": {"type": "message", "limit": 40}}), Some("message limit")),
        (json!({"limit": "token"}), Some("token limit")),
        (json!({"limit": "", "error": ""}), None),
        (json!({"limit": null, "error": null}), None),
        (json!({"output": {"error": "no answer", "choices": []}}), Some("no answer")),
        (
            json!({"output": {"choices": [{"stop_reason": "content_filter"}]}}),
            Some("content_filter"),
        ),
        (json!({"output": {"choices": [{"stop_reason": "tool_calls"}]}}), None),
    ] {
        let mut full = json!({"messages": []});
        full.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
        assert_eq!(sample(&full).stopped.as_deref(), expected, "{record}");
    }
}

#[test]
fn logs_of_version_1_are_read() {
    let header = json!({"version": 1, "eval": {"task": "t", "model": "m"}, "results": {"scorer": {"name": "match"}}});
    let record = json!({"id": 3, "epoch": 1, "input": "Q", "target": "Yes",
        "messages": [{"role": "user", "content": "tc://ff"}, {"role": "assistant", "content": "No", "reasoning": "Hm."}],
        "output": {"model": "m", "choices": []},
        "score": {"value": "I", "answer": "No", "explanation": "not yes"},
        "transcript": {"events": [{}, {}], "content": {"ff": "Is it so?"}}});
    let (found, _) = read(&record, Some(&header));
    let raw = &found[0];
    assert_eq!(texts(&raw.turns[0]), [(PartKind::Text, "transcript.content.ff", "Is it so?")]);
    assert_eq!(raw.turns[1].parts[0].kind, PartKind::Reasoning);
    assert_eq!(value(raw, "match"), Some(json!("I")));
    assert_eq!(raw.meta["scores"], json!({"match": {"answer": "No", "explanation": "not yes"}}));
    assert_eq!(raw.meta["transcript"], "2 events");
    assert_eq!(raw.meta["target"], "Yes");
}

#[test]
fn bulk_becomes_a_note_of_its_size() {
    let events: Vec<Value> = (0..1234).map(|i| json!({ "i": i })).collect();
    let long = "x".repeat(3000);
    let raw = sample(&json!({"messages": [], "events": events, "message_pool": [1, 2],
        "events_data": {"messages": [1], "calls": [2, 3]}, "store": {"long": long}, "timelines": [1],
        "attachments": {"a": long}, "call_pool": []}));
    for (key, expected) in [
        ("events", "1,234 events"),
        ("message_pool", "2 pooled messages"),
        ("events_data", "3 pooled entries"),
        ("store", "1 key"),
        ("timelines", "1 timeline"),
        ("attachments", "1 attachment"),
    ] {
        assert_eq!(raw.meta[key], expected, "{key}");
    }
    assert_eq!(raw.meta.get("call_pool"), None);
}

#[test]
fn odd_types_are_said_and_nothing_panics() {
    let odd = [
        json!(null),
        json!(true),
        json!(3),
        json!("x"),
        json!([]),
        json!([1, null, "x", {}]),
        json!({}),
        json!({"a": [null]}),
    ];
    let keys = [
        "id",
        "epoch",
        "input",
        "target",
        "messages",
        "output",
        "scores",
        "score",
        "metadata",
        "store",
        "events",
        "attachments",
        "transcript",
        "error",
        "limit",
        "uuid",
        "model_usage",
        "error_retries",
        "choices",
    ];
    for key in keys {
        for value in &odd {
            let mut record = json!({"id": 1, "epoch": 1, "input": "q", "target": "", "output": {"choices": [value, {"message": value}]},
                "messages": [{"role": "tool", "content": value, "function": value, "error": value, "tool_calls": value}],
                "scores": {"a": value, "b": {"value": value, "metadata": value, "answer": value}}});
            record[key] = value.clone();
            let (transcripts, _) = read(&record, Some(&json!({"eval": value})));
            assert_eq!(transcripts.len(), 1, "{record}");
            let (transcripts, _) = read(&record, Some(value));
            assert_eq!(transcripts.len(), 1);
            let rules = LabelRules::default();
            let _ = summary::read(&record, Some(value), &rules);
            let _ = (summary::is_cut(&record), summary::key(&record));
        }
    }
    let record =
        json!({"id": 1, "epoch": 1, "input": "q", "target": "", "messages": "all of them"});
    let (transcripts, others) = read(&record, None);
    assert_eq!(others, ["`messages` is text, not a list; passed over"]);
    assert_eq!(texts(&transcripts[0].turns[0]), [(PartKind::Text, "input", "q")]);
}
