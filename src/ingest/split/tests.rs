//! Tables of cases for `split`.

mod properties;

use super::*;

/// `kind:text` of every segment, and the repair codes.
fn told(text: &str, split: &Split) -> (Vec<String>, Vec<&'static str>) {
    let segments =
        split.segments.iter().map(|s| format!("{}:{}", s.kind, &text[s.range.clone()])).collect();
    (segments, split.repairs.iter().map(|r| r.code).collect())
}

#[track_caller]
fn check(text: &str, segments: &[&str], repairs: &[&str]) {
    let split = split_response(text);
    assert_eq!(
        told(text, &split),
        (segments.iter().map(ToString::to_string).collect(), repairs.to_vec()),
        "in {text:?}"
    );
    let reasoning =
        segments.iter().any(|s| s.starts_with("scratchpad:") || s.starts_with("draft:"));
    assert_eq!(split.has_reasoning, reasoning, "in {text:?}");
}

#[test]
fn well_formed_under_every_name_case_and_spacing() {
    for name in [
        "SCRATCHPAD_REASONING",
        "HIDDEN_SCRATCHPAD",
        "scratchpad",
        "think",
        "Thinking",
        "reasoning",
        "private_thoughts",
        "COT",
        "antThinking",
        "analysis",
        "inner_monologue",
        "scratchpad-reasoning",
        "Scratchpad Reasoning",
    ] {
        for output in ["OUTPUT", "output", "Result", "response", "answer", "final_answer", "final"]
        {
            for (open, close) in [
                (format!("<{name}>"), format!("</{name}>")),
                (format!("< {name} >"), format!("< / {name} >")),
                (format!("<{name} kind=\"private\">"), format!("</{name}>")),
                (format!("  <{name}>"), format!("</{}>", name.to_ascii_lowercase())),
            ] {
                let text =
                    format!("{open}\nI weigh it.\n{close}\n\n<{output}>\nHello.\n</{output}>\n");
                check(&text, &["scratchpad:I weigh it.", "output:Hello."], &[]);
            }
        }
    }
}

#[test]
fn no_tags_at_all() {
    check("Just an answer.\n", &["output:Just an answer."], &[]);
    check("", &[], &[]);
    check(" \n\t ", &[], &[]);
    check(
        "5 < 6 and <b>bold</b> <answer the question> a</b>",
        &["output:5 < 6 and <b>bold</b> <answer the question> a</b>"],
        &[],
    );
}

#[test]
fn white_space_beside_tags_is_left_out_but_an_indent_stays() {
    check(
        "<think>\n\n  - first\n  - second\n\n</think>   Yes. \n",
        &["scratchpad:  - first\n  - second", "output:Yes."],
        &[],
    );
    check("<output> passed </output>", &["output:passed"], &[]);
    check("\u{feff}<think>a</think>b", &["scratchpad:a", "output:b"], &[]);
    check(
        "<think>\r\na\r\n</think>\r\n<OUTPUT>\r\nb\r\n</OUTPUT>\r\n",
        &["scratchpad:a", "output:b"],
        &[],
    );
}

#[test]
fn output_tag_missing_or_alone() {
    check("<think>\na\n</think>\n\nSorry, no.", &["scratchpad:a", "output:Sorry, no."], &[]);
    check("<OUTPUT>\nHens.\n</OUTPUT>", &["output:Hens."], &[]);
    check(
        "Preface.\n<OUTPUT>\nHens.\n</OUTPUT>\nAfterword.",
        &["other:Preface.", "output:Hens.", "other:Afterword."],
        &[],
    );
    check("<scratchpad>only thoughts</scratchpad>", &["scratchpad:only thoughts"], &[]);
}

#[test]
fn closing_tag_only() {
    check(
        "I weigh it.\nRefuse.\n</think>\n\nSorry.",
        &["scratchpad:I weigh it.\nRefuse.", "output:Sorry."],
        &["closing-tag-only"],
    );
    check(
        "I weigh it.</think>Sorry.",
        &["scratchpad:I weigh it.", "output:Sorry."],
        &["closing-tag-only"],
    );
    check("I weigh it.\n</think>", &["scratchpad:I weigh it."], &["closing-tag-only"]);
    // The reasoning speaks of tags: only the close that stands for itself counts.
    check(
        "Output goes in <OUTPUT> tags, or '<rejected/>'.\n<OUTPUT>\nlike this\n</OUTPUT>\n</think>\n\n<OUTPUT>\n<rejected/>\n</OUTPUT>",
        &[
            "scratchpad:Output goes in <OUTPUT> tags, or '<rejected/>'.\n<OUTPUT>\nlike this\n</OUTPUT>",
            "marker:<rejected/>",
        ],
        &["closing-tag-only"],
    );
    // Speaking of the tags is not using them.
    check(
        "Write between <think> and </think> tags.",
        &["output:Write between <think> and </think> tags."],
        &[],
    );
    check("The tag \"</think>\" ends it.", &["output:The tag \"</think>\" ends it."], &[]);
    check("See `</scratchpad>` there", &["output:See `</scratchpad>` there"], &[]);
    // An answer was given and nothing follows: a stray tag, not a page of reasoning.
    check("<OUTPUT>\nHens.\n</OUTPUT>\n</think>", &["output:Hens."], &["stray-close"]);
    check(
        "Sure! <think>\nhm\n</think>\nYes.",
        &["other:Sure!", "scratchpad:hm", "output:Yes."],
        &["inline-open"],
    );
}

#[test]
fn unclosed_scratchpad() {
    check(
        "<SCRATCHPAD_REASONING>\nI weigh it and",
        &["scratchpad:I weigh it and"],
        &["unclosed-scratchpad"],
    );
    check(
        "<SCRATCHPAD_REASONING>\nI weigh it. In <OUTPUT> tags then.\n<OUTPUT>\nYes.\n</OUTPUT>",
        &["scratchpad:I weigh it. In <OUTPUT> tags then.", "output:Yes."],
        &["unclosed-scratchpad"],
    );
    check(
        "<think>\na\n<OUTPUT>\nb",
        &["scratchpad:a", "output:b"],
        &["unclosed-scratchpad", "unclosed-output"],
    );
    // The later block's close is not the first one's.
    check(
        "<think>\na\n<OUTPUT>\nb\n</OUTPUT>\n<think>\nc\n</think>\n<OUTPUT>\nd\n</OUTPUT>",
        &["scratchpad:a", "other:b", "scratchpad:c", "output:d"],
        &["unclosed-scratchpad"],
    );
    check("<SCRATCHPAD>\na\n</think>\nb", &["scratchpad:a", "output:b"], &["mismatched-close"]);
    check(
        "<think>\na\n</SCRATCHPAD_REAS",
        &["scratchpad:a\n</SCRATCHPAD_REAS"],
        &["unclosed-scratchpad"],
    );
}

#[test]
fn double_open_and_double_close() {
    check("<think>a</think>\n</think>\nb", &["scratchpad:a", "output:b"], &["double-close"]);
    check(
        "<think>a</think>\nmore thoughts\n</think>\nb",
        &["scratchpad:a", "scratchpad:more thoughts", "output:b"],
        &["double-close"],
    );
    check(
        "<think>a</think>\nthe answer\n</think>\n",
        &["scratchpad:a", "output:the answer"],
        &["double-close"],
    );
    check(
        "<think>a</think>\nthoughts\n</think>\n<rejected/>",
        &["scratchpad:a", "scratchpad:thoughts", "marker:<rejected/>"],
        &["double-close"],
    );
    check("<think>\n<think>\na\n</think>\nb", &["scratchpad:a", "output:b"], &["double-open"]);
    check(
        "<think>\n<think>\na\n</think>\n</think>\nb",
        &["scratchpad:a", "output:b"],
        &["double-open", "double-close"],
    );
    check(
        "<think>\n<SCRATCHPAD>\na\n</SCRATCHPAD>\nb",
        &["scratchpad:a", "output:b"],
        &["stray-open"],
    );
    check(
        "<think>\n<scratchpad>\na\n</scratchpad>\n</think>\nb",
        &["scratchpad:a", "output:b"],
        &[],
    );
    // A close named in the middle of an answer is text.
    check(
        "<think>a</think>\nEnd with </think> always.",
        &["scratchpad:a", "output:End with </think> always."],
        &[],
    );
}

#[test]
fn two_kinds_and_several_blocks() {
    check(
        "why\n</think>\n\n<SCRATCHPAD_REASONING>\nwhat\n</SCRATCHPAD_REASONING>\n<OUTPUT>\n<rejected/>\n</OUTPUT>",
        &["scratchpad:why", "scratchpad:what", "marker:<rejected/>"],
        &["closing-tag-only"],
    );
    check(
        "<think>\na\n</think><HIDDEN_SCRATCHPAD>\nb\n</HIDDEN_SCRATCHPAD>\n\n<OUTPUT>c</OUTPUT>",
        &["scratchpad:a", "scratchpad:b", "output:c"],
        &[],
    );
    check(
        "<S>x</S>\n<scratchpad>a</scratchpad>\nfirst\n<scratchpad>b</scratchpad>\nsecond",
        &["other:<S>x</S>", "scratchpad:a", "other:first", "scratchpad:b", "output:second"],
        &[],
    );
    check(
        "<think>a</think><OUTPUT>b</OUTPUT>\n<think>c</think>",
        &["scratchpad:a", "output:b", "scratchpad:c"],
        &[],
    );
    check(
        "<think>a</think> mid\n<think>c</think>",
        &["scratchpad:a", "output:mid", "scratchpad:c"],
        &[],
    );
}

#[test]
fn several_outputs_and_text_around_them() {
    check(
        "<think>a</think>\nLet me answer.\n<OUTPUT>one</OUTPUT>\n<OUTPUT>two</OUTPUT>\nP.S.",
        &["scratchpad:a", "other:Let me answer.", "other:one", "output:two", "other:P.S."],
        &[],
    );
    check(
        "<think>a</think>\n<OUTPUT>\none\n<OUTPUT>\ntwo\n</OUTPUT>",
        &["scratchpad:a", "other:one", "output:two"],
        &["unclosed-output"],
    );
    check(
        "<think>a</think>\nHere: <OUTPUT>two</OUTPUT>",
        &["scratchpad:a", "other:Here:", "output:two"],
        &[],
    );
    check(
        "<think>a</think>\nanswer\n</OUTPUT>\nafter",
        &["scratchpad:a", "output:answer", "other:after"],
        &["unopened-output"],
    );
    check("<OUTPUT><answer>B</answer></OUTPUT>", &["output:<answer>B</answer>"], &[]);
    check("<OUTPUT>\nyes\n</RESPONSE>", &["output:yes"], &["mismatched-close"]);
    check(
        "<think>a</think><OUTPUT>b</OUTPUT></OUTPUT>",
        &["scratchpad:a", "output:b"],
        &["stray-close"],
    );
}

#[test]
fn empty_scratchpads_and_scratchpads_in_outputs() {
    check("<think>\n\n</think>\n\nHello", &["output:Hello"], &["empty-scratchpad"]);
    check(
        "<SCRATCHPAD_REASONING></SCRATCHPAD_REASONING><OUTPUT>x</OUTPUT>",
        &["output:x"],
        &["empty-scratchpad"],
    );
    check(
        "<OUTPUT>\n<scratchpad>\nhm\n</scratchpad>\nYes.\n</OUTPUT>",
        &["scratchpad:hm", "output:Yes."],
        &["scratchpad-in-output"],
    );
    check(
        "<OUTPUT>\nDear user,\n<scratchpad>\nhm\n</scratchpad>\nYes.\n</OUTPUT>",
        &["output:Dear user,", "scratchpad:hm", "output:Yes."],
        &["scratchpad-in-output"],
    );
}

#[test]
fn drafts_and_feedback() {
    check(
        "<SCRATCHPAD_REASONING>\nPlan.\n\n<DRAFT_OUTPUT>\nA poem.\n</DRAFT_OUTPUT>\n\nGood.\n</SCRATCHPAD_REASONING>\nA poem!",
        &["scratchpad:Plan.", "draft:A poem.", "scratchpad:Good.", "output:A poem!"],
        &[],
    );
    check(
        "<think>I write in <DRAFT_OUTPUT> tags:\n<draft_output>p</draft_output>\n</think>q",
        &["scratchpad:I write in <DRAFT_OUTPUT> tags:", "draft:p", "output:q"],
        &[],
    );
    check(
        "<think>a\n<NEW_OUTPUT>b</NEW_OUTPUT></think>c",
        &["scratchpad:a", "draft:b", "output:c"],
        &[],
    );
    check(
        "<think>a\n<DRAFT_OUTPUT>b\n</think>c",
        &["scratchpad:a\n<DRAFT_OUTPUT>b", "output:c"],
        &["unclosed-draft"],
    );
    check(
        "<think>a\n<FEEDBACK_FOR_ANTHROPIC>\nDear lab\n</FEEDBACK_FOR_ANTHROPIC>\nb</think>c",
        &["scratchpad:a", "other:Dear lab", "scratchpad:b", "output:c"],
        &[],
    );
    check(
        "<think>a</think>\n<DRAFT_OUTPUT>b</DRAFT_OUTPUT>\n<OUTPUT>c</OUTPUT>",
        &["scratchpad:a", "other:b", "output:c"],
        &["draft-outside"],
    );
}

#[test]
fn tags_quoted_inside_reasoning_are_text() {
    check(
        "<SCRATCHPAD_REASONING>\nThe tag <is_free_tier_user>True</is_free_tier_user>; I answer in <OUTPUT> tags with <request_fully_accepted/>.\n<OUTPUT>\nno\n</OUTPUT>\n</SCRATCHPAD_REASONING>\n<OUTPUT>\nyes\n</OUTPUT>",
        &[
            "scratchpad:The tag <is_free_tier_user>True</is_free_tier_user>; I answer in <OUTPUT> tags with <request_fully_accepted/>.\n<OUTPUT>\nno\n</OUTPUT>",
            "output:yes",
        ],
        &[],
    );
    check("<think>a \"</think>\" b</think>c", &["scratchpad:a \"</think>\" b", "output:c"], &[]);
}

#[test]
fn markers_after_the_last_reasoning_only() {
    check(
        "<think>say <rejected/>?</think> <request_fully_accepted/> <OUTPUT>\nyes\n</OUTPUT>",
        &["scratchpad:say <rejected/>?", "marker:<request_fully_accepted/>", "output:yes"],
        &[],
    );
    check(
        "<think>a</think><OUTPUT><rejected />I cannot.</OUTPUT>",
        &["scratchpad:a", "marker:<rejected />", "output:I cannot."],
        &[],
    );
    check(
        "<think>a</think>\n<request_fully_accepted/>\n<rejected/>",
        &["scratchpad:a", "marker:<request_fully_accepted/>", "marker:<rejected/>"],
        &[],
    );
    check(
        "<request_fully_accepted/>\nFine.",
        &["marker:<request_fully_accepted/>", "output:Fine."],
        &[],
    );
    check("I used the `<rejected/>` tag.", &["output:I used the `<rejected/>` tag."], &[]);
    for malformed in [
        "<request_fullyAccepted/>",
        "<request_rejected/>",
        "<response_rejected/>",
        "<rejected>",
        "</rejected>",
        "< REJECTED_ >",
        "<request fully accepted/>",
    ] {
        let text = format!("a</think>\n{malformed}\nb");
        check(
            &text,
            &["scratchpad:a", &format!("marker:{malformed}"), "output:b"],
            &["closing-tag-only", "malformed-marker"],
        );
    }
    check("<rejected>No.</rejected>", &["marker:<rejected>", "output:No."], &["malformed-marker"]);
    // A marker before a later reasoning block is no decision.
    check(
        "<rejected/>\n<think>a</think>\nb",
        &["other:<rejected/>", "scratchpad:a", "output:b"],
        &[],
    );
    assert_eq!(marker_accepts("< Rejected />"), Some(false));
    assert_eq!(marker_accepts("<request_fullyAccepted/>"), Some(true));
    assert_eq!(marker_accepts("<think>"), None);
}

#[test]
fn harmony() {
    check(
        "<|start|>assistant<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
        &["scratchpad:hm", "other:{}", "output:Yes."],
        &[],
    );
    check(
        "analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|><rejected/>No.",
        &["scratchpad:hm", "marker:<rejected/>", "output:No."],
        &[],
    );
    check("<|channel|>analysis<|message|>hm and", &["scratchpad:hm and"], &["unclosed-scratchpad"]);
    check(
        "<|channel|>analysis<|message|>hm<|end|><|channel|>final<|message|><SCRATCHPAD_REASONING>\nb\n</SCRATCHPAD_REASONING>\n<OUTPUT>c</OUTPUT><|return|>",
        &["scratchpad:hm", "scratchpad:b", "output:c"],
        &[],
    );
    check(
        "analysisThe user asks.assistantfinalNo.",
        &["scratchpad:The user asks.", "output:No."],
        &["lossy-harmony"],
    );
    check("analysis of hens", &["output:analysis of hens"], &[]);
    check("My analysis… assistantfinal", &["output:My analysis… assistantfinal"], &[]);
}

#[test]
fn fields_of_their_own() {
    let reasoning = |text: &str| told(text, &split_reasoning(text)).0;
    assert_eq!(reasoning("plan <OUTPUT> x"), ["scratchpad:plan <OUTPUT> x"]);
    assert_eq!(reasoning("<think>\nplan\n</think>\n"), ["scratchpad:plan"]);
    assert_eq!(reasoning("plan\n</think>"), ["scratchpad:plan"]);
    assert_eq!(
        reasoning("plan\n<DRAFT_OUTPUT>x</DRAFT_OUTPUT>\nfine"),
        ["scratchpad:plan", "draft:x", "scratchpad:fine"]
    );
    assert_eq!(reasoning("I quote <rejected/>."), ["scratchpad:I quote <rejected/>."]);
    assert_eq!(reasoning(""), Vec::<String>::new());
    let output = |text: &str| told(text, &split_output(text)).0;
    assert_eq!(
        output("<request_fully_accepted/>\nYes."),
        ["marker:<request_fully_accepted/>", "output:Yes."]
    );
    assert_eq!(output("<OUTPUT>\nYes.\n</OUTPUT>"), ["output:Yes."]);
    assert_eq!(output("Use\n</think>\nto end."), ["output:Use\n</think>\nto end."]);
    assert_eq!(output("Open it:\n<think>\nand go on"), ["output:Open it:\n<think>\nand go on"]);
    assert_eq!(
        output("<HIDDEN_SCRATCHPAD>a</HIDDEN_SCRATCHPAD><OUTPUT>b</OUTPUT>"),
        ["scratchpad:a", "output:b"]
    );
}

#[test]
fn every_repair_has_a_sentence_and_a_code_of_its_own() {
    let codes: std::collections::HashSet<_> = REPAIR_CODES.iter().map(|(c, _)| c).collect();
    assert_eq!(codes.len(), REPAIR_CODES.len());
    for (code, sentence) in REPAIR_CODES {
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
        assert!(sentence.len() > 10 && repair(code).detail == *sentence);
    }
}
