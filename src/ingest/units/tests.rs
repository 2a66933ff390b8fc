//! Cutting: the same units at every chunk size, every byte accounted for.

use proptest::prelude::*;

use super::*;

/// Reads `bytes` in pieces of at most `chunk`.
pub(super) fn reader(
    bytes: &[u8],
    chunk: usize,
) -> impl FnMut(u64, &mut [u8]) -> io::Result<usize> + '_ {
    move |offset, buffer| {
        let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let n = rest.len().min(buffer.len()).min(chunk);
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

pub(super) fn all_of(
    bytes: &[u8],
    chunk: usize,
    max: u64,
) -> (Layout, Vec<(Unit, UnitBytes)>, bool) {
    let mut units = Units::with_limit(reader(bytes, chunk), max).unwrap();
    let mut list = Vec::new();
    while let Some(cut) = units.next_unit().unwrap() {
        list.push(cut);
        assert!(list.len() <= bytes.len() + 1, "no end");
    }
    (units.layout(), list, units.ended_open())
}

/// `(line, text)`; torn pieces carry a `~`, oversized ones are `!`.
pub(super) fn shown(bytes: &[u8]) -> Vec<(u64, String)> {
    let (_, list, _) = all_of(bytes, usize::MAX, MAX_UNIT);
    list.into_iter()
        .map(|(unit, bytes)| match bytes {
            UnitBytes::Whole(b) => (unit.line, String::from_utf8_lossy(&b).into_owned()),
            UnitBytes::Torn(b) => (unit.line, format!("~{}", String::from_utf8_lossy(&b))),
            UnitBytes::TooLarge => (unit.line, "!".to_owned()),
        })
        .collect()
}

#[test]
fn units_of_every_layout() {
    type Expected<'a> = &'a [(u64, &'a str)];
    let cases: &[(&str, &str, Expected<'_>)] = &[
        ("JSONL", "{\"a\":1}\n{\"b\":2}\n", &[(1, r#"{"a":1}"#), (2, r#"{"b":2}"#)]),
        (
            "no last newline, CRLF, blanks",
            "{\"a\":1}\r\n\r\n  \n{\"b\":2}",
            &[(1, r#"{"a":1}"#), (4, r#"{"b":2}"#)],
        ),
        ("byte order mark", "\u{feff}{\"a\":1}\n", &[(1, r#"{"a":1}"#)]),
        (
            "pretty",
            "{\n \"a\": 1\n}\n{\n \"b\": {}\n}\n",
            &[(1, "{\n \"a\": 1\n}"), (4, "{\n \"b\": {}\n}")],
        ),
        (
            "pretty, close and open on a line",
            "{\n \"a\": 1\n}{\n \"b\": 2\n}",
            &[(1, "{\n \"a\": 1\n}"), (3, "{\n \"b\": 2\n}")],
        ),
        (
            "pretty with commas between",
            "{\n \"a\": 1\n},\n{\n \"b\": 2\n}",
            &[(1, "{\n \"a\": 1\n}"), (4, "{\n \"b\": 2\n}")],
        ),
        (
            "pretty and lines mixed",
            "{\"a\":1}\n{\n \"b\": 2\n}\n{\"c\":3}",
            &[(1, r#"{"a":1}"#), (2, "{\n \"b\": 2\n}"), (5, r#"{"c":3}"#)],
        ),
        ("lines with commas", "{\"a\":1},\n{\"b\":2},\n", &[(1, r#"{"a":1}"#), (2, r#"{"b":2}"#)]),
        (
            "an object begun on a full line",
            "{\"a\": {\"x\":1},\n \"b\": 2}\n{\"c\":1}",
            &[(1, "{\"a\": {\"x\":1},\n \"b\": 2}"), (3, r#"{"c":1}"#)],
        ),
        (
            "bare values",
            "{\"a\":1}\n\"x\"\n42\nnonsense\n[1]\n",
            &[(1, r#"{"a":1}"#), (2, "\"x\""), (3, "42"), (4, "nonsense"), (5, "[1]")],
        ),
        (
            "two on a line",
            "{\"a\":1} {\"b\":2}\n{\"c\":3}",
            &[(1, r#"{"a":1} {"b":2}"#), (2, r#"{"c":3}"#)],
        ),
        (
            "junk behind a value",
            "{\"a\":1} x\n{\"c\":3}",
            &[(1, r#"{"a":1} x"#), (2, r#"{"c":3}"#)],
        ),
        (
            "line separators in strings",
            "{\"a\":\"x\u{2028}y\u{85}\"}\n{\"b\":2}",
            &[(1, "{\"a\":\"x\u{2028}y\u{85}\"}"), (2, r#"{"b":2}"#)],
        ),
        (
            "a carriage return in a string",
            "{\"a\":\"x\ry\"}\n{\"b\":2}",
            &[(1, "{\"a\":\"x\ry\"}"), (2, r#"{"b":2}"#)],
        ),
        (
            "nulls",
            "{\"a\":\"\0\"}\n\0\0\n{\"b\":2}",
            &[(1, "{\"a\":\"\0\"}"), (2, "\0\0"), (3, r#"{"b":2}"#)],
        ),
        ("torn in a string", "{\"a\":\"xy\n{\"b\":2}\n", &[(1, "~{\"a\":\"xy"), (2, r#"{"b":2}"#)]),
        (
            "torn behind a colon",
            "{\"a\":1,\"b\":\n{\"c\":2}\n{\"d\":3}\n",
            &[(1, "~{\"a\":1,\"b\":"), (2, r#"{"c":2}"#), (3, r#"{"d":3}"#)],
        ),
        (
            "torn in a list",
            "{\"a\":[\n{\"c\":2}\n{\"d\":3}\n{\"e\":3}",
            &[(1, "~{\"a\":["), (2, r#"{"c":2}"#), (3, r#"{"d":3}"#), (4, r#"{"e":3}"#)],
        ),
        ("last line torn", "{\"a\":1}\n{\"b\":\"xy", &[(1, r#"{"a":1}"#), (2, "~{\"b\":\"xy")]),
        (
            "last line torn, with newline",
            "{\"a\":1}\n{\"b\":\"xy\n",
            &[(1, r#"{"a":1}"#), (2, "~{\"b\":\"xy")],
        ),
        ("never closed", "{\"a\":1,\n{\"b\":2}\n", &[(1, "~{\"a\":1,"), (2, r#"{"b":2}"#)]),
        (
            "pretty, torn, next follows",
            "{\n  \"a\": 1,\n{\n  \"b\": 2\n}\n",
            &[(1, "~{\n  \"a\": 1,"), (3, "{\n  \"b\": 2\n}")],
        ),
        (
            "pretty, torn in a string",
            "{\n  \"a\": \"x\n{\n  \"b\": 2\n}\n",
            &[(1, "~{\n  \"a\": \"x"), (3, "{\n  \"b\": 2\n}")],
        ),
        (
            "pretty, comma missing",
            "{\n  \"a\": 1\n  \"b\": 2\n}\n{\"c\":1}",
            &[(1, "~{\n  \"a\": 1\n  \"b\": 2\n}"), (5, r#"{"c":1}"#)],
        ),
        (
            "pretty, torn at the end",
            "{\"a\":1}\n{\n  \"b\": 2,\n",
            &[(1, r#"{"a":1}"#), (2, "~{\n  \"b\": 2,")],
        ),
        (
            "array",
            " [\n  {\"a\": 1},\n\n  {\n  \"b\": \"]\"}\n]\n",
            &[(2, r#"{"a": 1}"#), (4, "{\n  \"b\": \"]\"}")],
        ),
        (
            "array on one line",
            "[{\"a\":1},{\"b\":2},3,\"x\",[],null]",
            &[(1, r#"{"a":1}"#), (1, r#"{"b":2}"#), (1, "3"), (1, "\"x\""), (1, "[]"), (1, "null")],
        ),
        ("empty array", "[]", &[]),
        ("array torn", "[{\"a\":1},\n{\"b\":", &[(1, r#"{"a":1}"#), (2, "~{\"b\":")]),
        ("array not closed", "[{\"a\":1},\n{\"b\":2}\n", &[(1, r#"{"a":1}"#), (2, r#"{"b":2}"#)]),
        (
            "array, element wrong inside",
            "[{\"a\":1 \"b\":2},{\"c\":3}]",
            &[(1, r#"{"a":1 "b":2}"#), (1, r#"{"c":3}"#)],
        ),
        (
            "array, pretty element broken",
            "[\n  {\n    \"a\": 1\n    \"b\": 2\n  },\n  {\n    \"c\": 3\n  }\n]",
            &[(2, "~{\n    \"a\": 1\n    \"b\": 2\n  },"), (6, "{\n    \"c\": 3\n  }")],
        ),
        (
            "junk behind an array",
            "[{\"a\":1}]\n{\"b\":2}\nrest",
            &[(1, r#"{"a":1}"#), (2, r#"{"b":2}"#), (3, "rest")],
        ),
        ("arrays in a row", "[{\"a\":1}]\n[{\"b\":2}]\n", &[(1, r#"{"a":1}"#), (2, r#"{"b":2}"#)]),
        (
            "a list of messages is one",
            "[{\"role\":\"user\",\"content\":\"x\"},\n {\"role\":\"a\",\"content\":\"y\"}]",
            &[(1, "[{\"role\":\"user\",\"content\":\"x\"},\n {\"role\":\"a\",\"content\":\"y\"}]")],
        ),
        (
            "container",
            "{\"about\": {\"samples\": [1]}, \"samples\": [\n{\"a\":1},\n{\"b\":2}], \"n\": 2}",
            &[(2, r#"{"a":1}"#), (3, r#"{"b":2}"#)],
        ),
        (
            "container with two lists",
            "{\"af_samples\":[{\"a\":1}],\n\"non_af_samples\":[{\"b\":2}]}",
            &[(1, r#"{"a":1}"#), (2, r#"{"b":2}"#)],
        ),
        (
            "container on one line",
            "{\"data\":[{\"a\":1},{\"b\":2}]}\n",
            &[(1, r#"{"a":1}"#), (1, r#"{"b":2}"#)],
        ),
        (
            "container torn",
            "{\"data\":[\n{\"a\":1},\n{\"b\":\"",
            &[(2, r#"{"a":1}"#), (3, "~{\"b\":\"")],
        ),
        (
            "container torn behind its list",
            "{\"data\":[\n{\"a\":1}],\n\"n\": {\"x",
            &[(2, r#"{"a":1}"#), (3, "~\"n\": {\"x")],
        ),
        (
            "lines with lists are records",
            "{\"data\":[{\"a\":1}]}\n{\"data\":[{\"b\":2}]}\n",
            &[(1, r#"{"data":[{"a":1}]}"#), (2, r#"{"data":[{"b":2}]}"#)],
        ),
        (
            "a record with results",
            "{\n\"prompt\":\"x\",\n\"results\":[{\"a\":1}]}",
            &[(1, "{\n\"prompt\":\"x\",\n\"results\":[{\"a\":1}]}")],
        ),
        (
            "a log line before records",
            "started\n{\"a\":1}\n{\"b\":2}\n",
            &[(1, "started"), (2, r#"{"a":1}"#), (3, r#"{"b":2}"#)],
        ),
        ("nothing", "", &[]),
        ("white space", " \n\r\n\t", &[]),
    ];
    for (name, text, expected) in cases {
        let found = shown(text.as_bytes());
        let found: Vec<(u64, &str)> = found.iter().map(|(n, s)| (*n, s.as_str())).collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn places_are_exact() {
    let text = b"{\"samples\": [ {\"a\":1} ,\n {\"b\":2}]}";
    let (layout, list, open) = all_of(text, 3, MAX_UNIT);
    assert_eq!(layout, Layout::Container);
    assert!(!open);
    let unit = &list[1].0;
    assert_eq!((unit.offset, unit.len, unit.line, unit.index), (25, 7, 2, 1));
    assert_eq!(unit.member.as_deref(), Some("samples"));
    let (layout, _, open) = all_of(b"[{\"a\":1},", 3, MAX_UNIT);
    assert_eq!((layout, open), (Layout::Array, true));
}

#[test]
fn what_is_not_read_is_named() {
    let cases: &[(&[u8], &str)] = &[
        (b"SQLite format 3\0", "SQLite"),
        (b"{\0\"\0a\0\"\0:\x001\0}\0", "UTF-16 text"),
        (b"\0{\0\"\0a\0\"\0:\x001\0}", "UTF-16 text"),
        (b"<?xml version=\"1.0\"?><records/>", "XML"),
        (b"Dear diary.\n\nToday, dear reader, I went out and it rained.\n", head::PLAIN_TEXT),
        (b"\x7fELF\x02\x01\0\0\0", "binary data"),
    ];
    for (bytes, name) in cases {
        for chunk in [1, 7, usize::MAX] {
            let mut units = Units::new(reader(bytes, chunk)).unwrap();
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(units.not_read_yet(), Some(*name), "{shown}");
            assert_eq!(units.layout(), Layout::Unsupported);
            assert_eq!(units.next_unit().unwrap(), None);
        }
    }
}

#[test]
fn documents_are_logs_or_records() {
    let cases: &[(&[u8], Layout, usize, Option<&str>)] = &[
        (b"{\"version\":2,\"status\":\"success\",\"eval\":{\"model\":\"m\"},\"plan\":{},\"samples\":[{\"id\":1},{\"id\":2}],\"late\":1}", Layout::Container, 2, Some("{\"version\":2,\"status\":\"success\",\"eval\":{\"model\":\"m\"},\"plan\":{}}")),
        (b"{\n\"version\":2,\"status\":\"success\",\"eval\":{\n}}", Layout::Values, 1, None),
        (b"{\"adapter_spec\":{\"model\":\"m\"},\"request_states\":[{}]}", Layout::Container, 1, Some("{\"adapter_spec\":{\"model\":\"m\"}}")),
        (b"{\"schema_version\":\"x\",\"agent\":{},\"steps\":[]}", Layout::Values, 1, None),
        (b"{\"task_id\":1,\"traj\":[],\"reward\":0}", Layout::Values, 1, None),
        (b"{\"metadata\":{},\n\"events\":[{}]}", Layout::Values, 1, None),
        (b"{\"id\":\"x\",\"metadata\":{},\"transcripts\":[{\"messages\":[]},{}]}", Layout::Values, 1, None),
        (b"{\"evalId\":\"x\",\"results\":{\"results\":[{}]}}", Layout::Values, 1, None),
    ];
    for (bytes, layout, n, around) in cases {
        for chunk in [1, 7, usize::MAX] {
            let mut units = Units::new(reader(bytes, chunk)).unwrap();
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(units.layout(), *layout, "{shown}");
            let mut seen = 0;
            while let Some(_unit) = units.next_unit().unwrap() {
                seen += 1;
                let told = units.around().map(|v| v.to_string());
                assert_eq!(told.as_deref(), *around, "{shown}");
            }
            assert_eq!(seen, *n, "{shown}");
        }
    }
}

#[test]
fn a_slow_pipe_of_lines_is_under_way_after_its_first() {
    let lines = b"{\"prompt\":\"x\"}\n";
    let asked = std::cell::Cell::new(0);
    let read = |offset: u64, buffer: &mut [u8]| {
        asked.set(asked.get() + 1);
        let n = if offset == 0 { lines.len() } else { 0 };
        buffer[..n].copy_from_slice(&lines[..n]);
        Ok(n)
    };
    let mut units = Units::new(read).unwrap();
    assert!(units.next_unit().unwrap().is_some());
    assert_eq!(asked.get(), 1, "a second read would wait for the writer");
}

#[test]
fn oversized_units_are_passed_over() {
    let long = "x".repeat(3 << 20);
    let limit = 2 << 20;
    let line = format!("{{\"a\":1}}\n{{\"b\":\"{long}\"}}\n{{\"c\":3}}\n");
    let pretty = format!("{{\"a\":1}}\n{{\n\"b\":\"{long}\",\n\"n\": 1\n}}\n{{\"c\":3}}\n");
    let array = format!("[{{\"a\":1}},\n{{\"b\":\"{long}\"}},\n{{\"c\":3}}]");
    for (text, last) in [(line, 3), (pretty, 6), (array, 3)] {
        for chunk in [100_000, usize::MAX] {
            let (_, list, _) = all_of(text.as_bytes(), chunk, limit);
            assert_eq!(list.len(), 3);
            assert_eq!(list[1].1, UnitBytes::TooLarge);
            assert!(list[1].0.len > limit);
            assert_eq!(list[2].1, UnitBytes::Whole(b"{\"c\":3}".to_vec().into()));
            assert_eq!(list[2].0.line, last);
        }
    }
}

#[test]
fn a_failing_read_is_told() {
    let mut calls = 0;
    let mut units = Units::new(move |_, buffer: &mut [u8]| {
        calls += 1;
        if calls > 1 {
            return Err(io::Error::other("gone"));
        }
        buffer[..8].copy_from_slice(b"{\"a\":1}\n");
        Ok(8)
    })
    .unwrap();
    assert!(units.next_unit().unwrap().is_some());
    assert!(units.next_unit().is_err());
}

#[test]
fn many_torn_lines_cost_linear_work() {
    let mut text = "{\"a\":[\n".repeat(100_000);
    text.push_str("}\n");
    let mut fed = 0u64;
    let bytes = text.as_bytes();
    let mut inner = reader(bytes, usize::MAX);
    let mut units = Units::new(|offset, buffer: &mut [u8]| {
        let n = inner(offset, buffer)?;
        fed += n as u64;
        Ok(n)
    })
    .unwrap();
    let mut count = 0;
    while units.next_unit().unwrap().is_some() {
        count += 1;
    }
    drop(units);
    assert_eq!(count, 100_001);
    assert!(fed <= 4 * bytes.len() as u64, "{fed} bytes read for {}", bytes.len());
}

/// Lines, pretty values, blank lines, junk.
pub(super) fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{\"a\":1}\n".to_owned()),
        Just("{\"a\":\"b\\\"}{\"}\r\n".to_owned()),
        Just("{\n  \"a\": [\n    1\n  ]\n}\n".to_owned()),
        Just("\n".to_owned()),
        Just("  \r\n".to_owned()),
        Just("\"bare\"\n".to_owned()),
        Just("{\"torn\":\"x\n".to_owned()),
        Just("{\"torn\":[\n".to_owned()),
        Just("{\n  \"torn\": {\n".to_owned()),
        Just("[1,2]\n".to_owned()),
        Just("nonsense\n".to_owned()),
        "[{}\\[\\]\",:\\\\ a1\n]{0,12}",
    ]
}

/// White space and commas between units are the only bytes no unit holds.
fn accounted(bytes: &[u8], list: &[(Unit, UnitBytes)]) {
    let mut at = 0usize;
    for (i, (unit, _)) in list.iter().enumerate() {
        assert_eq!(unit.index, i as u64);
        let start = usize::try_from(unit.offset).unwrap();
        let between = &bytes[at..start];
        let blank = |b: &u8| b.is_ascii_whitespace() || *b == b',';
        assert!(between.iter().all(blank), "lost {:?}", String::from_utf8_lossy(between));
        assert_eq!(unit.line, 1 + count_lines(&bytes[..start]));
        at = start + usize::try_from(unit.len).unwrap();
    }
    assert!(bytes[at..].iter().all(|b| b.is_ascii_whitespace() || *b == b','));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn pieces_of_any_size_give_the_same_units(
        pieces in proptest::collection::vec(piece(), 0..12),
        frame in 0..3,
        chunk in 1usize..40,
    ) {
        let body = pieces.concat();
        let text = match frame {
            0 => body,
            1 => format!("[{}]", pieces.join(",")),
            _ => format!("{{\"n\":1,\"samples\":[{{}},{}]}}", pieces.join(",")),
        };
        let whole = all_of(text.as_bytes(), usize::MAX, MAX_UNIT);
        prop_assert_eq!(&all_of(text.as_bytes(), chunk, MAX_UNIT), &whole);
        if whole.0 == Layout::Values {
            accounted(text.as_bytes(), &whole.1);
        }
    }

    #[test]
    fn well_formed_input_gives_what_went_in(
        values in proptest::collection::vec((any::<i32>(), any::<String>(), any::<bool>()), 1..8),
        array: bool,
        chunk in 1usize..60,
    ) {
        let records: Vec<String> = values.iter().map(|(n, text, pretty)| {
            let value = serde_json::json!({"n": n, "s": text, "deep": {"l": [text]}});
            if *pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap()
        }).collect();
        let text = if array { format!("[\n{}\n]", records.join(",\n")) } else { records.join("\n") };
        let (_, list, open) = all_of(text.as_bytes(), chunk, MAX_UNIT);
        let found: Vec<String> = list.into_iter().map(|(_, bytes)| match bytes {
            UnitBytes::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            other => panic!("{other:?}"),
        }).collect();
        prop_assert_eq!(found, records);
        prop_assert!(!open);
    }

    #[test]
    fn any_bytes_are_cut_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), chunk in 1usize..50) {
        let whole = all_of(&bytes, usize::MAX, MAX_UNIT);
        prop_assert_eq!(all_of(&bytes, chunk, MAX_UNIT), whole);
    }
}

#[test]
fn toml_is_no_json_list() {
    for (text, json) in [
        ("[[rule]]\nid = \"a\"\n", false),
        ("[package]\nname = \"a\"\n", false),
        ("[[1, 2], [3]]\n", true),
        ("[true]\n", true),
        ("[]\n", true),
    ] {
        let bytes = text.as_bytes();
        let read = |offset: u64, buffer: &mut [u8]| {
            let rest = bytes.get(offset as usize..).unwrap_or_default();
            let n = rest.len().min(buffer.len());
            buffer[..n].copy_from_slice(&rest[..n]);
            Ok(n)
        };
        let layout = Units::new(read).unwrap().layout();
        assert_eq!(layout != Layout::Unsupported, json, "{text}");
    }
}

#[test]
fn units_that_are_kept_stay_what_they_were_and_buffers_are_used_again() {
    // Lines, elements and values over several lines, of a few bytes to more than a buffer holds.
    let record = |i: usize| {
        let len = match i % 97 {
            0 => 300_000,
            1 => 70_000,
            n => n * 31,
        };
        format!("{{\"n\": {i}, \"text\": \"{}\"}}", "some text, ".repeat(len / 11))
    };
    let records: Vec<String> = (0..600).map(record).collect();
    let pretty = |text: &String| text.replacen(' ', "\n  ", 1).replace("\"}", "\"\n}");
    for text in [
        records.join("\n"),
        format!("[{}]", records.join(",\n")),
        records.iter().map(pretty).collect::<Vec<_>>().join("\n"),
    ] {
        let bytes = text.as_bytes();
        for chunk in [usize::MAX, 200_000, 3_000] {
            let mut units = Units::new(reader(bytes, chunk)).unwrap();
            let mut kept: Vec<(Unit, UnitBytes)> = Vec::new();
            let is_same = |(unit, cut): &(Unit, UnitBytes)| {
                let start = usize::try_from(unit.offset).unwrap();
                let there = &bytes[start..start + usize::try_from(unit.len).unwrap()];
                matches!(cut, UnitBytes::Whole(cut) if **cut == *there)
            };
            let mut count = 0;
            while let Some(cut) = units.next_unit().unwrap() {
                assert!(is_same(&cut), "{count}");
                count += 1;
                // Some are dropped at once, some later, some never.
                if count % 3 > 0 {
                    kept.push(cut);
                }
                if kept.len() > 40 {
                    kept.drain(..30).for_each(|early| assert!(is_same(&early)));
                }
            }
            assert_eq!(count, records.len());
            assert!(kept.iter().all(is_same));
        }
    }
}
