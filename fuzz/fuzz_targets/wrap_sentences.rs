//! Any text: rows and sentences stand in order on character boundaries, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::text::{Wrapped, sentences};

fuzz_target!(|input: (u8, &str)| {
    let (width, text) = input;
    let mut at = 0;
    for row in Wrapped::new(text, width.into()).rows {
        assert!(row.start >= at && text.get(row.start..row.end).is_some());
        at = row.end;
    }
    at = 0;
    for sentence in sentences(text) {
        assert!(sentence.range.start >= at && text.get(sentence.range.clone()).is_some());
        assert!(sentence.clauses.iter().all(|c| text.get(c.clone()).is_some()));
        at = sentence.range.end;
    }
});
