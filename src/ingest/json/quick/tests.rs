//! The quick way against the careful one: what it gives is what that gives, and it gives what is ordinary.

use proptest::prelude::*;

use super::super::parse;
use super::*;

/// What the careful way makes of the bytes, when it finds nothing odd.
fn careful(bytes: &[u8]) -> Option<Value> {
    let (value, notes) = parse(bytes).ok()?;
    (notes.repeated_count == 0 && !notes.huge).then_some(value)
}

#[test]
fn ordinary_json_is_read() {
    let long = format!("[\"{}\"]", "a line\\n".repeat(100_000));
    let deep = ["[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH)].concat();
    for text in [
        "{}",
        "[]",
        " [ ] ",
        "\t{ \"a\" : [ 1 , -2 , 0 , 3.5e-3 , 1E5 , -0 , 18446744073709551615 , -9223372036854775808 ] }\r\n",
        r#"{"":"","a":"\" \\ \/ \b \f \n \r \t \u0000 \u00e9 \uD83D\uDE00 \ud83d\ude00 \uFFFF","b":{"c":[true,false,null,{}]}}"#,
        "\"é—😀\\u2014é\"",
        "123456789012345678901",
        "7",
        &long,
        &deep,
    ] {
        let careful = careful(text.as_bytes());
        let shown = text.get(..80).unwrap_or(text);
        assert_eq!(read(text.as_bytes()), careful, "{shown}");
        assert_eq!(careful.is_some(), text.len() != 21, "{shown}");
    }
}

#[test]
fn what_is_odd_is_left_to_the_careful_way() {
    let deep = ["[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1)].concat();
    for bytes in [
        &b""[..],
        b" ",
        b"{",
        b"[1",
        b"[1,]",
        b"[1 2]",
        b"{\"a\":1,}",
        b"{\"a\" 1}",
        b"{\"a\":1 \"b\":2}",
        b"{1:2}",
        b"{\"a\":1,\"a\":2}",
        b"{\"a\":{\"b\":1,\"b\":1}}",
        b"1 2",
        b"{} x",
        b"tru",
        b"nul",
        b"truex",
        b"NaN",
        b"01",
        b"-",
        b"-01",
        b"+1",
        b"1.",
        b".5",
        b"1e",
        b"1e999",
        b"9223372036854775808000",
        b"-9223372036854775809",
        b"1e19",
        b"\"a",
        b"\"a\nb\"",
        b"\"a\\\nb\"",
        b"\"\x00\"",
        b"{\n\"a\tb\": 1}",
        b"\"\\x\"",
        b"\"\\u12\"",
        b"\"\\u12g4\"",
        b"\"\\ud800\"",
        b"\"\\ud800x\\udc00\"",
        b"\"\\ud800\\u0041\"",
        b"\"\\udc00\\ud800\"",
        b"\"\xff\"",
        b"\"\xc3",
        b"\xef\xbb\xbf{}",
        deep.as_bytes(),
    ] {
        assert_eq!(read(bytes), None, "{}", String::from_utf8_lossy(bytes));
    }
}

/// JSON as text, with white space and escapes as no single writer would put them.
fn json_text() -> impl Strategy<Value = String> {
    let blank = || prop::sample::select(vec!["", "", "", " ", "\n  ", "\t", "\r\n"]);
    let piece = prop::sample::select(vec![
        "a",
        "word ",
        "é",
        "—",
        "😀",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\t",
        "\\u00e9",
        "\\u201C",
        "\\ud83d\\ude00",
        "\\u0000",
        "a long stretch of plain text without any escape in it, ",
        "{",
        "]",
        ":",
        ",",
    ]);
    let text =
        prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| format!("{f:?}")),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][-+]?[0-9]{1,2})?",
    ];
    let word = prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned);
    let leaf = prop_oneof![3 => text.clone(), 2 => number, 1 => word];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        let element = (blank(), inner.clone(), blank()).prop_map(|(a, v, b)| format!("{a}{v}{b}"));
        let member = (blank(), text.clone(), blank(), element.clone())
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{value}"));
        prop_oneof![
            prop::collection::vec(element, 0..6).prop_map(|list| format!("[{}]", list.join(","))),
            prop::collection::vec(member, 0..6).prop_map(|list| format!("{{{}}}", list.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn json_is_read_as_the_careful_way_reads_it(text in json_text()) {
        let (quick, careful) = (read(text.as_bytes()), careful(text.as_bytes()));
        prop_assert_eq!(&quick, &careful, "{}", text);
        // The order of keys, which equality overlooks.
        prop_assert_eq!(quick.map(|v| v.to_string()), careful.map(|v| v.to_string()));
    }

    #[test]
    fn damaged_json_is_refused_or_read_alike(
        text in json_text(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![
            &b"\""[..], b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\0", b"\xff", b"\xc3", b"\\u", b"\\ud800", b"0", b"-",
            b"1e400", b"99999999999999999999", b"NaN", b"null", b"e", b".", b" ", b"\xef\xbb\xbf", b"\"a\":1,",
        ]), 0..4_usize), 1..4),
    ) {
        let mut bytes = text.into_bytes();
        for (at, piece, cut) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, piece.iter().copied());
        }
        if let Some(value) = read(&bytes) {
            prop_assert_eq!(Some(value), careful(&bytes), "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

proptest! {
    #[test]
    fn numbers_are_those_of_the_careful_way(text in "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?|-?[0-9.]{1,6}") {
        let bits = |value: Option<Value>| value.map(|v| (v.to_string(), v.as_f64().map(f64::to_bits)));
        prop_assert_eq!(bits(read(text.as_bytes())), bits(careful(text.as_bytes())));
    }
}
