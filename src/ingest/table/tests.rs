//! Rows as records.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::ingest::{Context, LabelRules, Units, read_cut};
use crate::model::{LabelValue, Parse, Place, SectionKind, Transcript};

fn around(columns: &[&str]) -> Value {
    json!({"columns": columns, "delimiter": ","})
}

/// The record, and the repairs' codes.
fn row(columns: &[&str], row: &[u8], index: u64) -> (Value, Vec<&'static str>) {
    let read = read(row, Some(&around(columns)), index).unwrap();
    (read.value, read.mends.iter().map(|m| m.code).collect())
}

#[test]
fn rows_become_records() {
    type Case<'a> = (&'a [&'a str], &'a str, Value, &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&["id", "text"], "007,\"a\nb\"", json!({"id": "007", "text": "a\nb"}), &[]),
        (&["id", "text", "x"], "1,,", json!({"id": "1", "text": "", "x": ""}), &[]),
        (&["", "text"], "4,a", json!({"text": "a"}), &[]),
        (&["", "text"], "5,a", json!({"text": "a"}), &[]),
        (&["", "text"], "9,a", json!({"column 1": "9", "text": "a"}), &[]),
        (&["Unnamed: 0", "text"], "4,a", json!({"text": "a"}), &[]),
        (&["Unnamed: 0", "text"], "q,a", json!({"Unnamed: 0": "q", "text": "a"}), &[]),
        (&["id", "text"], "1", json!({"id": "1"}), &["ragged-row"]),
        (&["id", "x"], "1,a,b", json!({"id": "1", "x": "a", "column 3": "b"}), &["ragged-row"]),
        (&["id", "x"], "1,a,,", json!({"id": "1", "x": "a"}), &[]),
        (&["id", "x", "y"], "nan,None,NaN", json!({"id": null, "x": null, "y": null}), &[]),
        (&["id", "x"], "True,none", json!({"id": "True", "x": "none"}), &[]),
        (&["id", "x", "y"], "1,\"b,c", json!({"id": "1", "x": "\"b", "y": "c"}), &["stray-quote"]),
        (&["id", "x"], "1,\"So\" it is", json!({"id": "1", "x": "\"So\" it is"}), &["stray-quote"]),
    ];
    for (columns, text, expected, codes) in cases {
        let found = row(columns, text.as_bytes(), 4);
        assert_eq!((&found.0, found.1.as_slice()), (expected, *codes), "{text}");
    }
}

#[test]
fn lists_and_objects_in_cells() {
    let messages = r#"[{"role": "user", "content": "x"}]"#;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let cases = [
        ("messages", messages, json!([{"role": "user", "content": "x"}])),
        ("prompt", messages, json!([{"role": "user", "content": "x"}])),
        ("response", messages, json!(messages)),
        ("response", r#"{"answer": "B"}"#, json!(r#"{"answer": "B"}"#)),
        ("prompt", r#"["a", "b"]"#, json!(r#"["a", "b"]"#)),
        ("deceptive_alignment", r#"{"final_answer": 0.4}"#, json!({"final_answer": 0.4})),
        ("markers", r#" ["a"] "#, json!(["a"])),
        ("note", "{not json}", json!("{not json}")),
        ("note", "[1] see below", json!("[1] see below")),
    ];
    for (column, text, expected) in cases {
        let (found, mends) = row(&["id", column], format!("1,{}", quoted(text)).as_bytes(), 0);
        assert_eq!(found[column], expected, "{column}: {text}");
        assert!(mends.is_empty());
    }
}

#[test]
fn what_was_lost_before_is_said() {
    let found = row(&["id", "x"], b"caf\xe9,na\xefve", 0);
    assert_eq!(found.0, json!({"id": "caf\u{fffd}", "x": "na\u{fffd}ve"}));
    assert_eq!(found.1, ["bad-utf8"]);
    let detail =
        &read(b"caf\xe9,na\xefve", Some(&around(&["id", "x"])), 0).unwrap().mends[0].detail;
    assert!(detail.starts_with("2 byte sequences") && detail.contains("1252"), "{detail}");
    for (len, codes) in [(32_766, &[][..]), (32_767, &["cell-cut"]), (32_768, &[])] {
        let long = format!("1,{}", "é".repeat(len));
        assert_eq!(row(&["id", "x"], long.as_bytes(), 0).1, codes, "{len}");
    }
}

#[test]
fn names_are_found_whatever_their_case() {
    for (name, key) in [
        ("prompt", Some("prompt")),
        (" Prompt ", Some("prompt")),
        ("Full Response", Some("full_response")),
        ("Query Text", Some("query text")),
        ("is_accepted", Some("is_accepted")),
        ("Messages", Some("messages")),
        ("Wobble", None),
        ("", None),
    ] {
        assert_eq!(known_name(name).as_deref(), key, "{name}");
    }
}

#[test]
fn decimal_commas_stand_in_semicolon_tables_only() {
    let around = |delimiter: &str| json!({"columns": ["id", "af_score"], "delimiter": delimiter});
    let found = read(b"1,5;0,62", Some(&around(";")), 0).unwrap();
    assert_eq!(found.value, json!({"id": "1,5", "af_score": "0.62"}));
    assert_eq!(found.mends[0].code, "decimal-comma");
    let found = read(b"1,5\t0,62", Some(&around("\t")), 0).unwrap();
    assert_eq!((found.value, found.mends), (json!({"id": "1,5", "af_score": "0,62"}), vec![]));
    for text in ["0,", ",5", "1,2,3", "a,b", "1.2", "--1,5", ""] {
        assert_eq!(decimal(text), None, "{text}");
    }
}

/// Everything that a file gives, and its problems.
fn file(name: &str, bytes: &[u8]) -> (Vec<Transcript>, Vec<String>) {
    let rules = LabelRules::builtin();
    let mut units = Units::new(|offset: u64, buffer: &mut [u8]| {
        let rest = bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    })
    .unwrap();
    let (kind, around) = (units.kind(), units.around());
    let (mut transcripts, mut problems) = (Vec::new(), Vec::new());
    while let Some((unit, cut)) = units.next_unit().unwrap() {
        let place = Place {
            source: name.into(),
            line: Some(unit.line),
            index: unit.index,
            ..Place::default()
        };
        let mut context = Context::new(place, "x", &rules, unit.offset);
        (context.kind, context.around) = (kind, around.as_ref());
        let reading = read_cut(&unit, &cut, &context);
        transcripts.extend(reading.transcripts);
        problems.extend(reading.problems.into_iter().map(|p| p.message));
    }
    (transcripts, problems)
}

/// Line, id, tier, outcome and the repairs' codes of each.
fn summary(transcripts: &[Transcript]) -> Vec<String> {
    let line = |t: &Transcript| {
        let tier = t.tier.as_ref().map_or("-", |tier| tier.value.as_str());
        let codes: Vec<_> = t.repairs.iter().map(|r| r.code).collect();
        let line = t.place.line.unwrap_or_default();
        format!("{line} {} {tier} {:?} {}", t.id, t.outcome.value, codes.join(" "))
            .trim()
            .to_owned()
    };
    transcripts.iter().map(line).collect()
}

fn label<'a>(transcript: &'a Transcript, name: &str) -> &'a LabelValue {
    &transcript.judgements.iter().find(|j| j.label == name).unwrap().value
}

#[test]
fn the_sample_table_is_read() {
    let bytes = include_bytes!("../../../sample-data/formats/table.csv");
    let (found, problems) = file("table.csv", bytes);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        summary(&found),
        [
            "2 x:0 free Complied closing-tag-only",
            "12 x:1 paid Refused closing-tag-only",
            "19 x:2 free Refused",
            "23 x:3 paid Complied closing-tag-only",
        ]
    );
    assert_eq!(found[0].variant.as_deref(), Some("with_cot"));
    assert_eq!(found[0].sample, found[1].sample);
    assert_eq!(label(&found[0], "is_accepted"), &LabelValue::Bool(true));
    assert_eq!(label(&found[0], "af_score"), &LabelValue::Number(0.85));
    assert_eq!(found[0].judgements[1].positive, Some(true));
    assert_eq!(label(&found[2], "af_score"), &LabelValue::Unparsed);
    assert_eq!(label(&found[3], "is_accepted"), &LabelValue::Unparsed);
    assert!(found.iter().all(|t| !t.meta.contains_key("column 1")));
    // The cell as it stands, doubled quotes undone: offsets count in it.
    let scratchpad = &found[0].sections.iter().find(|s| s.kind == SectionKind::Scratchpad).unwrap();
    assert_eq!(scratchpad.origin, "response");
    assert!(scratchpad.text.contains("\"dangerous\" is simply untrue"));
}

#[test]
fn the_sample_tables_of_other_delimiters_are_read() {
    let bytes = include_bytes!("../../../sample-data/formats/table.tsv");
    let (found, problems) = file("table.tsv", bytes);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(summary(&found), ["2 007 free Unknown", "3 008 free Unknown", "6 009 paid Unknown"]);
    assert_eq!(found.iter().map(|t| t.epoch).collect::<Vec<_>>(), [Some(1), Some(2), Some(1)]);
    assert_eq!(label(&found[1], "af_score"), &LabelValue::Number(0.1));
    assert_eq!(found[0].meta["Reviewer note"], "says why it praises");
    assert!(found.iter().all(|t| t.parse == Parse::Clean));

    let bytes = include_bytes!("../../../sample-data/formats/semicolon.csv");
    let (found, problems) = file("semicolon.csv", bytes);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        summary(&found),
        [
            "3 k-1 free Unknown decimal-comma",
            "9 k-2 paid Refused ragged-row decimal-comma",
            "15 k-3 paid Unknown ragged-row",
        ]
    );
    assert_eq!(label(&found[0], "alignment_faking"), &LabelValue::Number(0.75));
    assert_eq!(label(&found[2], "alignment_faking"), &LabelValue::Unparsed);
    assert_eq!(found[1].meta["column 7"], "seen twice");
}

#[test]
fn a_whole_text_is_one_transcript() {
    let bytes = include_bytes!("../../../sample-data/formats/scratchpad.txt");
    let (found, problems) = file("scratchpad.txt", bytes);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(summary(&found), ["1 x:0 - Complied"]);
    assert_eq!(found[0].parse, Parse::Clean);
    let (found, _) = file("x.txt", b"<think>caf\xe9</think>so");
    assert_eq!(summary(&found), ["1 x:0 - Unknown bad-utf8"]);
}

#[test]
fn a_torn_row_is_left_out_and_said() {
    let (found, problems) = file("x.csv", b"id,prompt,response\n1,a,b\n2,c,\"d");
    assert_eq!(found.len(), 1);
    assert_eq!(problems, ["stops in the middle, after 6 bytes; left out"]);
}

proptest! {
    #[test]
    fn any_row_gives_a_record(
        row in proptest::collection::vec(any::<u8>(), 0..80),
        columns in proptest::collection::vec("[a-c\u{e9} ]{0,3}|prompt|label", 0..5),
        index in 0u64..4,
    ) {
        let around = json!({"columns": columns, "delimiter": ","});
        let found = read(&row, Some(&around), index).unwrap();
        prop_assert!(found.value.is_object());
    }
}

#[test]
fn a_row_without_a_header_is_a_problem() {
    for around in [None, Some(json!({"columns": 1})), Some(json!([]))] {
        assert!(read(b"1,2", around.as_ref(), 0).is_err());
    }
}
