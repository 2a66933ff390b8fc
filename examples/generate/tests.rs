//! What is generated is what it says it is: a figure measured on it counts only if its answer can be checked.

use serde_json::Value;
use undertone::corpus::{Catalogue, Corpus, LoadOptions};
use undertone::cues::Engine;
use undertone::ingest::LabelRules;
use undertone::query::{Filter, Needs};
use undertone::source::Bytes;

use super::material::{Facts, Material, NEEDLE, PATTERN};
use super::{Counted, Outcome, Shape, Sized, bytes, write};

fn written(shape: fn(std::path::PathBuf) -> Shape, seed: u64) -> Outcome<(Vec<u8>, Facts)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let facts = write(shape(path.clone()), Material::new(seed))?;
    Ok((std::fs::read(path)?, facts))
}

fn lines(path: std::path::PathBuf) -> Shape {
    Shape::Lines(Sized { bytes: 9_000_000, path })
}

/// How many transcripts of a file match each filter.
fn found(name: &str, content: Vec<u8>, filters: &[&str]) -> Vec<u64> {
    let corpus = Corpus::new(
        vec![(name.to_owned(), Ok(Bytes::Static(content.leak())))],
        std::sync::Arc::new(Engine::builtin()),
        LabelRules::builtin().into(),
    );
    let mut catalogue = Catalogue::new(&corpus.paths());
    let needs = Needs { cues: false, ..Needs::default() };
    corpus.load(LoadOptions { needs, ..LoadOptions::default() }, &mut |event| {
        catalogue.apply(event);
        true
    });
    let count = |filter: &&str| {
        let filter = Filter::parse(filter).unwrap();
        let mut rows = 0_u64;
        corpus.filter(&catalogue, &filter, 0, &|| true, &mut |hits| rows += hits.rows.len() as u64);
        rows
    };
    filters.iter().map(count).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (first, facts) = written(lines, 1).unwrap();
    assert_eq!((&first, facts), (&written(lines, 1).unwrap().0, facts));
    assert_ne!(first, written(lines, 2).unwrap().0);
    assert_eq!(facts.bytes, first.len() as u64);
}

#[test]
fn facts_are_what_a_plain_reader_counts() {
    let (text, facts) = written(lines, 1).unwrap();
    let text = String::from_utf8(text).unwrap();
    let pattern = regex::Regex::new(&format!("(?i){PATTERN}")).unwrap();
    let mut counted = Facts { bytes: facts.bytes, ..Facts::default() };
    let mut ascii = 0;
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let texts: Vec<&str> =
            ["system_prompt", "user_query", "response"].map(|k| record[k].as_str().unwrap()).into();
        counted.records += 1;
        counted.free += u64::from(record["tier"] == "free");
        counted.both +=
            u64::from(record["tier"] == "paid" && record["labels"]["alignment_faking"] == true);
        counted.needle += u64::from(texts.iter().any(|t| t.contains(NEEDLE)));
        let matches = texts.iter().any(|t| pattern.is_match(t));
        assert_eq!(matches, pattern.is_match(line), "{line}");
        counted.pattern += u64::from(matches);
        ascii += u64::from(line.is_ascii());
    }
    assert_eq!(counted, facts);
    assert!((60..80).contains(&(ascii * 100 / facts.records)), "{ascii} of {}", facts.records);
    assert!(facts.needle == 1 && facts.both > 0 && facts.pattern > facts.both, "{facts:?}");
    let mean = facts.bytes / facts.records;
    assert!((9_000..14_000).contains(&mean), "{mean}");
}

#[test]
fn the_program_finds_what_was_written() {
    let (text, facts) = written(lines, 3).unwrap();
    let regex = format!("in:any /{PATTERN}/");
    let needle = format!("in:any {NEEDLE}");
    let filters = ["", "tier:free", "tier:paid label:alignment_faking", &needle, &regex];
    let Facts { records, free, both, needle, pattern, .. } = facts;
    assert_eq!(found("a.jsonl", text, &filters), [records, free, both, needle, pattern]);
}

#[test]
fn every_shape_is_read_as_what_it_is() {
    let tiny = written(|path| Shape::Tiny(Counted { count: 50, path }), 1).unwrap();
    let filters = ["", "tier:free", "parse:clean"];
    assert_eq!(found("a.jsonl", tiny.0, &filters), [50, tiny.1.free, 50]);
    for shape in [
        |path| Shape::Scratchpad(Sized { bytes: 300_000, path }),
        |path| Shape::Unbroken(Sized { bytes: 300_000, path }),
    ] {
        let (text, facts) = written(shape, 1).unwrap();
        assert_eq!(facts.bytes, text.len() as u64);
        let filters = ["", "parse:clean", "len.scratchpad>=270000"];
        assert_eq!(found("a.jsonl", text, &filters), [3, 3, 1]);
    }
    let csv = written(|path| Shape::Csv(Sized { bytes: 500_000, path }), 1).unwrap();
    assert_eq!(found("a.csv", csv.0, &["", "tier:free"]), [csv.1.records, csv.1.free]);
    let eval = written(|path| Shape::Eval(Counted { count: 40, path }), 1).unwrap();
    let filters = ["", "tier:free", "tier:paid label:alignment_faking", "parse:clean"];
    assert_eq!(found("a.eval", eval.0, &filters), [40, eval.1.free, eval.1.both, 40]);
}

#[test]
fn an_unbroken_scratchpad_has_no_line_break() {
    let shape = |path| Shape::Unbroken(Sized { bytes: 300_000, path });
    let (text, _) = written(shape, 1).unwrap();
    let second = String::from_utf8(text).unwrap().lines().nth(1).unwrap().to_owned();
    let record: Value = serde_json::from_str(&second).unwrap();
    let response = record["response"].as_str().unwrap();
    assert!(response.lines().any(|line| line.len() > 270_000));
}

#[test]
fn sizes_have_units() {
    assert_eq!(
        [bytes("12"), bytes("3K"), bytes("100M"), bytes("5G")],
        [Ok(12), Ok(3_000), Ok(100_000_000), Ok(5_000_000_000)]
    );
    assert!(bytes("12X").is_err() && bytes("99999999999G").is_err());
}
