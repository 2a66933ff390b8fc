//! Any TOML as a mapping over any JSON; and a guess from any JSON always parses and keeps its word.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::ingest::mapping::guess;
use undertone::ingest::{Context, LabelRules, Mapping, json, read_unit};
use undertone::model::Place;

fuzz_target!(|bytes: &[u8]| {
    // The TOML stands before the first NUL, the records after it, one a line.
    let cut = bytes.iter().position(|b| *b == 0).unwrap_or(0);
    let (toml, lines) = bytes.split_at(cut);
    let lines = lines.strip_prefix(b"\0").unwrap_or(lines);
    let lines: Vec<&[u8]> = lines.split(|b| *b == b'\n').take(20).collect();
    let records: Vec<_> =
        lines.iter().filter_map(|line| json::read(line).ok()).map(|read| read.value).collect();
    let guess = guess(&records, "fuzz.jsonl");
    let mut mappings = vec![Mapping::parse("guess", &guess.toml).expect("a guess parses")];
    mappings.extend(Mapping::parse("fuzz", &String::from_utf8_lossy(toml)));
    let mut rules = LabelRules::builtin();
    rules.from_files = mappings.iter().flat_map(Mapping::label_rules).collect();
    for mapping in &mappings {
        let mappings = [mapping.clone()];
        let place = Place { source: "fuzz.jsonl".into(), line: Some(1), ..Place::default() };
        let context = Context { mappings: &mappings, ..Context::new(place, "fuzz", &rules, 0) };
        for line in &lines {
            let reading = read_unit(line, &context);
            assert!(reading.problems.len() as u64 >= reading.left_out);
            assert!(!reading.is_nothing(), "a unit vanished");
            for transcript in &reading.transcripts {
                for section in &transcript.sections {
                    assert_eq!(section.end - section.start, section.text.len());
                }
            }
        }
    }
});
