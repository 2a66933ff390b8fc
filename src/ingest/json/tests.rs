//! Lenient JSON: what is mended, what is said, what is refused.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn codes(lenient: &Lenient) -> Vec<&'static str> {
    lenient.mends.iter().map(|m| m.code).collect()
}

#[test]
fn mends_are_made_and_said() {
    let cases: &[(&[u8], Value, &[&str])] = &[
        (
            br#"{"a":1,"b":[true,null,"x\ny",-2.5]}"#,
            json!({"a":1,"b":[true,null,"x\ny",-2.5]}),
            &[],
        ),
        (b"\xef\xbb\xbf{\"a\":1}", json!({"a":1}), &[]),
        (b"{\"a\":\"\xff\xfe\"}", json!({"a":"\u{fffd}\u{fffd}"}), &["bad-utf8"]),
        (b"{\"a\":\"caf\xc3\"}", json!({"a":"caf\u{fffd}"}), &["bad-utf8"]),
        (
            b"{\"a\":NaN,\"b\":-Infinity,\"c\":[Infinity]}",
            json!({"a":null,"b":null,"c":[null]}),
            &["nan"],
        ),
        (b"{\"a\":1e999}", json!({"a":null}), &["nan"]),
        (br#"{"a":"NaN \ud83d x"}"#, json!({"a":"NaN \u{fffd} x"}), &["lone-surrogate"]),
        (br#"{"a":"\ude00\ud83d\ude00"}"#, json!({"a":"\u{fffd}\u{1f600}"}), &["lone-surrogate"]),
        (b"{\"a\":\"\x1b[31m\t\x00\"}", json!({"a":"\u{1b}[31m\t\0"}), &["control-character"]),
        (
            br#"{"a":123456789012345678901234567890}"#,
            json!({"a":"123456789012345678901234567890"}),
            &["huge-number"],
        ),
        (br#"{"a":-9223372036854775809}"#, json!({"a":"-9223372036854775809"}), &["huge-number"]),
        (br#"{"a":18446744073709551615}"#, json!({"a":u64::MAX}), &[]),
        (br#"{"a":1e30}"#, json!({"a":1e30}), &[]),
        (br#"{"a":1,"b":2,"a":3}"#, json!({"a":3,"b":2}), &["repeated-key"]),
        (
            b"{\"a\":NaN,\"a\":\"\xff\"}",
            json!({"a":"\u{fffd}"}),
            &["bad-utf8", "nan", "repeated-key"],
        ),
        (b"42", json!(42), &[]),
    ];
    for (bytes, value, expected) in cases {
        let shown = String::from_utf8_lossy(bytes);
        let lenient = read(bytes).unwrap_or_else(|e| panic!("{shown}: {e:?}"));
        assert_eq!(lenient.value, *value, "{shown}");
        assert_eq!(codes(&lenient), *expected, "{shown}");
    }
}

#[test]
fn mends_carry_counts_and_key_names() {
    let lenient = read(b"{\"k\x1b\":NaN,\"k\x1b\":NaN}").unwrap();
    let details: Vec<&str> = lenient.mends.iter().map(|m| m.detail.as_str()).collect();
    assert!(details[0].starts_with("2 numbers"), "{details:?}");
    assert!(details[1].starts_with("2 control"), "{details:?}");
    assert!(details[2].ends_with("k\\u{1b}"), "names are made harmless: {details:?}");
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    use ProblemKind::{Torn, Unreadable};
    let deep = [vec![b'['; 128], vec![b']'; 128]].concat();
    let cases: &[(&[u8], ProblemKind, &str)] = &[
        (b"", Unreadable, "holds nothing"),
        (b"nonsense", Unreadable, "expected true, false or null at column 2"),
        (b"hello world", Unreadable, "expected a value at column 1"),
        (br#"{"a":1} {"b":2}"#, Unreadable, "more text follows at column 9"),
        (br#"{"a":1,}"#, Unreadable, "column 8"),
        (br"{'a':1}", Unreadable, "double quotes at column 2"),
        (br#"{"a" 1}"#, Unreadable, "`:` after a key at column 6"),
        (br#"{"a":1 "b":2}"#, Unreadable, "`,` or `}` at column 8"),
        (br#"{"a":"\x"}"#, Unreadable, "after `\\` at column 8"),
        (br#"{"a":NaN,"b" 2}"#, Unreadable, "column 14"),
        (b"{\n\"a\":1\n\"b\":2}", Unreadable, "column 1 of its line 3"),
        (br#"{"a":"half"#, Torn, "stops in the middle"),
        (br#"{"a":"#, Torn, "stops in the middle"),
        (br#"{"a":NaN,"b":[1"#, Torn, "stops in the middle"),
        (&deep, Unreadable, "deeper than 127"),
    ];
    for (bytes, kind, part) in cases {
        let shown = String::from_utf8_lossy(bytes);
        let (found, sentence) = read(bytes).expect_err(&shown);
        assert_eq!(found, *kind, "{shown}: {sentence}");
        assert!(sentence.contains(part), "{shown}: {sentence}");
    }
}

#[test]
fn the_deepest_allowed_nesting_is_read() {
    let depth = MAX_DEPTH;
    assert!(read(&[vec![b'['; depth], vec![b']'; depth]].concat()).is_ok());
}

#[test]
fn no_text_of_the_record_stands_in_a_complaint() {
    for bytes in [&b"{\"a\": secretword}"[..], b"{\"secretword\": 1 x}", b"secretword"] {
        let (_, sentence) = read(bytes).expect_err("no JSON");
        assert!(!sentence.contains("secret"), "{sentence}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = read(&bytes);
    }

    #[test]
    fn nearly_json_is_read_or_refused(text in r#"[{}\[\]",:\\ud83NaInfty0-9e.\x01 \n-]{0,60}"#) {
        if let Ok(lenient) = read(text.as_bytes()) {
            // What was read is JSON now: it survives a round trip.
            let again = serde_json::to_vec(&lenient.value).unwrap();
            prop_assert_eq!(read(&again).unwrap().value, lenient.value);
        }
    }

    #[test]
    fn mending_changes_nothing_in_json(text in any::<String>(), number in any::<i64>()) {
        let value = json!({"k": [text, number, null, true]});
        let bytes = serde_json::to_vec(&value).unwrap();
        let mended = mend::mend(&bytes);
        prop_assert!(mended.mends.is_empty());
        prop_assert_eq!(mended.bytes, bytes);
    }
}
