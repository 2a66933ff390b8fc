//! Any text is a filter or an error inside its bounds; a filter printed and read again is the same filter.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::query::{Filter, Vocabulary, complete};

fuzz_target!(|text: &str| {
    let count = text.chars().count();
    match Filter::parse(text) {
        Ok(filter) => {
            let printed = filter.to_string();
            let again = Filter::parse(&printed).expect("what is printed can be read");
            assert_eq!(again, filter);
            assert_eq!(again.to_string(), printed);
        }
        Err(error) => assert!(error.column <= count && error.len >= 1),
    }
    let _ = complete(text, count / 2, &Vocabulary::default());
});
