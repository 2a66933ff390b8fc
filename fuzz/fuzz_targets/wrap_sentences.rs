//! Any text: rows and sentences stand in order on character boundaries, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::text::{Wrapped, clauses, sentences};

fuzz_target!(|input: (u8, &str)| {
    let (width, text) = input;
    let mut at = 0;
    for row in Wrapped::new(text, width.into()).rows {
        assert!(row.start >= at && text.get(row.start..row.end).is_some());
        at = row.end;
    }
    at = 0;
    for sentence in sentences(text) {
        assert!(sentence.start >= at && text.get(sentence.clone()).is_some());
        at = sentence.end;
        assert!(clauses(text, sentence).into_iter().all(|clause| text.get(clause).is_some()));
    }
});
