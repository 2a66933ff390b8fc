//! Any text through the splitter: ranges in order, in bounds and between characters, and no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::ingest::split::{Split, split_output, split_reasoning, split_response};

fn check(text: &str, split: &Split) {
    let mut at = 0;
    for segment in &split.segments {
        assert!(segment.range.start >= at, "segments overlap");
        assert!(text.get(segment.range.clone()).is_some_and(|t| !t.is_empty()));
        at = segment.range.end;
    }
}

fuzz_target!(|text: &str| {
    check(text, &split_response(text));
    check(text, &split_reasoning(text));
    check(text, &split_output(text));
});
