//! What holds for every text: nothing lost, nothing twice, in linear time.

use proptest::prelude::*;

use super::*;

#[test]
fn a_heap_of_tags_takes_no_longer_than_prose() {
    let cases = [
        "<think>",
        "<think>x\n",
        "</think>",
        "x</think>y",
        "x\n</think>\n",
        "<OUTPUT>\n",
        "<OUTPUT>x",
        "</OUTPUT>\n",
        "<think>\n<DRAFT_OUTPUT>\n",
        "<rejected/>",
        "<think>a</think>",
        "<scratchpad>\n<think>\n",
        "<",
        "<think ",
        "<|channel|><|message|>",
        "<|start|>",
        "<analysis>\n",
        "<OUTPUT><think>\n",
        "</think>\u{a0}",
        "`</think>`",
    ];
    let started = std::time::Instant::now();
    for case in cases {
        let text = format!("{}{}", " ".repeat(1000), case.repeat((1 << 17) / case.len()));
        let split = split_response(&text);
        assert!(split.segments.windows(2).all(|w| w[0].range.end <= w[1].range.start));
        assert!(split_reasoning(&text).segments.len() <= text.len());
        assert!(split_output(&text).segments.len() <= text.len());
    }
    // Quadratic work on this much would take minutes; the bound is loose because machines are shared.
    assert!(started.elapsed().as_secs() < 90, "{:?}", started.elapsed());
}

/// Pieces that make odd texts likely.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<think>",
        "</think>",
        "<SCRATCHPAD_REASONING>",
        "</scratchpad_reasoning>",
        "< scratchpad >",
        "</scratchpad>",
        "<OUTPUT>",
        "</output >",
        "<answer>",
        "</answer>",
        "<DRAFT_OUTPUT>",
        "</DRAFT_OUTPUT>",
        "<rejected/>",
        "</rejected>",
        "<request_fully_accepted />",
        "<FEEDBACK_FOR_ANTHROPIC>",
        "</FEEDBACK_FOR_ANTHROPIC>",
        "<analysis>",
        "</analysis>",
        "<|channel|>",
        "<|message|>",
        "<|start|>",
        "<|end|>",
        "analysis",
        "assistantfinal",
        "final",
        "\n",
        "\n\n",
        " ",
        "  ",
        "text",
        "é",
        "“",
        "\"",
        "`",
        "<",
        ">",
        "日本",
        "\u{feff}",
        "\r\n",
        "a. B",
        "<think",
        "/>",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|v| v.concat())
}

#[track_caller]
fn accounted(text: &str, split: &Split, tags: &[Range<usize>]) {
    let mut all: Vec<_> =
        split.segments.iter().map(|s| s.range.clone()).chain(tags.iter().cloned()).collect();
    assert!(
        split.segments.windows(2).all(|w| w[0].range.end <= w[1].range.start),
        "order in {text:?}: {split:?}"
    );
    all.sort_by_key(|r| (r.start, r.end));
    let mut at = 0;
    for range in all {
        assert!(at <= range.start, "overlap at {at} in {text:?}: {split:?} {tags:?}");
        let gap = text.get(at..range.start).expect("on character boundaries");
        assert!(gap.chars().all(tags::is_blank), "{gap:?} lost from {text:?}: {split:?}");
        assert!(!text.get(range.clone()).expect("on character boundaries").is_empty());
        at = range.end;
    }
    assert!(text[at..].chars().all(tags::is_blank), "end lost from {text:?}: {split:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_is_in_one_segment_or_a_tag(text in pieces()) {
        let (split, tags) = split_with_tags(&text);
        accounted(&text, &split, &tags);
        let (split, tags) = finish(&text, regions::cut_reasoning(&text));
        accounted(&text, &split, &tags);
        let (split, tags) = finish(&text, regions::cut(&text, Options { lenient: false }));
        accounted(&text, &split, &tags);
    }

    #[test]
    fn any_text_at_all(text in "\\PC{0,80}") {
        let (split, tags) = split_with_tags(&text);
        accounted(&text, &split, &tags);
    }

    #[test]
    fn text_without_angle_brackets_is_output(text in "[^<]{0,60}") {
        prop_assume!(!text.trim_start().starts_with("analysis"));
        let split = split_response(&text);
        prop_assert!(split.segments.len() <= 1 && !split.has_reasoning && split.repairs.is_empty());
    }
}
