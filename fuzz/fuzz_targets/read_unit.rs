//! Any bytes as one unit: transcripts or problems come out, and what is left out always has a problem.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::ingest::{Context, LabelRules, read_unit};
use undertone::model::Place;

fuzz_target!(|bytes: &[u8]| {
    let rules = LabelRules::builtin();
    let place = Place { source: "fuzz.jsonl".into(), line: Some(1), ..Place::default() };
    let reading = read_unit(bytes, &Context::new(place, "fuzz", &rules, 0));
    assert!(reading.problems.len() as u64 >= reading.left_out);
    assert!(!reading.is_nothing(), "a unit vanished");
    for transcript in &reading.transcripts {
        for section in &transcript.sections {
            assert_eq!(section.end - section.start, section.text.len());
        }
    }
});
