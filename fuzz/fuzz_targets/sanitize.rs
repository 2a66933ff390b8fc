//! Any text: what is shown holds nothing hidden, and showing it again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::text::{hidden_count, pieces, sanitize, sanitize_line};

fuzz_target!(|text: &str| {
    let clean = sanitize(text);
    assert_eq!(hidden_count(&clean), 0);
    assert_eq!(sanitize(&clean), clean);
    assert_eq!(hidden_count(&sanitize_line(text)), 0);
    assert_eq!(pieces(text, 0).last().map_or(0, |p| p.range.end), text.len());
});
