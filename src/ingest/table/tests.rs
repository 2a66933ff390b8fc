//! Rows as records.

use serde_json::json;

use super::*;

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
        (
            &["id", "x", "y"],
            "1,\"b,c",
            json!({"id": "1", "x": "\"b", "y": "c"}),
            &["stray-quote"],
        ),
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
    let detail = &read(b"caf\xe9,na\xefve", Some(&around(&["id", "x"])), 0).unwrap().mends[0].detail;
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
fn a_row_without_a_header_is_a_problem() {
    for around in [None, Some(json!({"columns": 1})), Some(json!([]))] {
        assert!(read(b"1,2", around.as_ref(), 0).is_err());
    }
}
