//! Cutting tables: what a writer wrote comes back, whatever the chunk sizes; stray quotes cost one piece.

use proptest::prelude::*;

use super::super::tests::{all_of, reader, shown};
use super::super::{Layout, MAX_UNIT, UnitKind, count_lines};
use super::*;

fn cut(text: &str) -> Vec<(u64, String)> {
    let whole = all_of(text.as_bytes(), usize::MAX, MAX_UNIT);
    assert_eq!(whole.0, Layout::Table, "{text:?}");
    for chunk in [1, 2, 3, 7, 64] {
        assert_eq!(all_of(text.as_bytes(), chunk, MAX_UNIT), whole, "{text:?}");
    }
    accounted(text.as_bytes(), &whole.1);
    shown(text.as_bytes())
}

/// Between units stand only line ends, delimiters and white space.
fn accounted(bytes: &[u8], list: &[(Unit, UnitBytes)]) {
    let mut at = list.first().map_or(bytes.len(), |(u, _)| usize::try_from(u.offset).unwrap());
    for (i, (unit, cut)) in list.iter().enumerate() {
        assert_eq!(unit.index, i as u64);
        let start = usize::try_from(unit.offset).unwrap();
        let between = bytes.get(at..start).expect("units overlap");
        let blank = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'\t' | b';');
        assert!(between.iter().all(blank), "lost {:?}", String::from_utf8_lossy(between));
        assert_eq!(unit.line, 1 + count_lines(&bytes[..start]));
        at = start + usize::try_from(unit.len).unwrap();
        if let UnitBytes::Whole(held) | UnitBytes::Torn(held) = cut {
            assert_eq!(**held, bytes[start..at]);
        }
    }
    let rest = &bytes[at..];
    assert!(rest.iter().all(|b| b.is_ascii_whitespace() || matches!(b, b',' | b'\t' | b';')));
}

#[test]
fn rows_of_every_kind() {
    type Expected<'a> = &'a [(u64, &'a str)];
    let cases: &[(&str, &str, Expected<'_>)] = &[
        ("plain", "id,text\n1,a\n2,b\n", &[(2, "1,a"), (3, "2,b")]),
        ("no last newline", "id,text\n1,a\n2,b", &[(2, "1,a"), (3, "2,b")]),
        ("CRLF", "id,text\r\n1,a\r\n2,\"b\"\r\n", &[(2, "1,a"), (3, "2,\"b\"")]),
        ("byte order mark", "\u{feff}id,text\n1,a\n", &[(2, "1,a")]),
        ("lines in cells", "id,text\n1,\"a\n\nb\"\n2,c\n", &[(2, "1,\"a\n\nb\""), (5, "2,c")]),
        ("lines in the header", "id,text\n\n\n1,a\n", &[(4, "1,a")]),
        ("rows of nothing", "id,text\n1,a\n,\n , \n2,b\n\n", &[(2, "1,a"), (5, "2,b")]),
        ("spaces count", "id,text\n 1, a \n2,b \n", &[(2, " 1, a "), (3, "2,b ")]),
        ("tabs", "id\ttext\n1\t\n\tb\n", &[(2, "1\t"), (3, "\tb")]),
        (
            "uneven",
            "id,text,x\n1,a,b\n2,c\n3,d,e,f\n4",
            &[(2, "1,a,b"), (3, "2,c"), (4, "3,d,e,f"), (5, "4")],
        ),
        ("torn in quotes", "id,text\n1,a\n2,\"b\nc", &[(2, "1,a"), (3, "~2,\"b\nc")]),
        (
            "torn in quotes, in prose",
            "id,text\n1,a\n2,\"b\nSo, then",
            &[(2, "1,a"), (3, "~2,\"b\nSo, then")],
        ),
        ("torn outside", "id,text,x\n1,a,b\n2,c", &[(2, "1,a,b"), (3, "~2,c")]),
        (
            "a stray quote at a cell's start",
            "id,text,x\n1,a,b\n2,\"b,c\n3,d,e\n4,\"f\",g\n5,h,i\n",
            &[(2, "1,a,b"), (3, "2,\"b,c"), (4, "3,d,e"), (5, "4,\"f\",g"), (6, "5,h,i")],
        ),
        (
            "a stray quote that nothing closes",
            "id,text,x\n1,a,b\n2,\"b,c\n3,d,e\n4,f,g\n",
            &[(2, "1,a,b"), (3, "2,\"b,c"), (4, "3,d,e"), (5, "4,f,g")],
        ),
        (
            "a stray quote in a row of another width",
            "id,text,x\n1,a,b\n2,\"b\n3,d,e\n4,\"f\",g\n5,h,i\n",
            &[(2, "1,a,b"), (3, "~2,\"b"), (4, "3,d,e"), (5, "4,\"f\",g"), (6, "5,h,i")],
        ),
        (
            "quoted words in a cell",
            "id\ttext\n1\t\"So\" she said\n2\tx\n",
            &[(2, "1\t\"So\" she said"), (3, "2\tx")],
        ),
    ];
    for (name, text, expected) in cases {
        let found = cut(text);
        let found: Vec<(u64, &str)> = found.iter().map(|(n, s)| (*n, s.as_str())).collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn the_header_stands_around() {
    let bytes = "\u{feff},Tier,note,note\r\n0,free,\"x\r\ny\",z\r\n".as_bytes();
    let mut units = Units::new(reader(bytes, 3)).unwrap();
    assert_eq!(units.kind(), UnitKind::Row);
    let around = json!({
        "columns": ["", "Tier", "note", "note"],
        "keys": ["", "tier", "note", "note (2)"],
        "delimiter": ",",
    });
    assert_eq!(units.around(), Some(around));
    let (unit, _) = units.next_unit().unwrap().unwrap();
    assert_eq!((unit.line, unit.index, unit.offset), (2, 0, 20));
    assert!(units.next_unit().unwrap().is_none());
}

#[test]
fn a_table_on_a_slow_pipe_is_under_way_after_its_first_row() {
    let asked = std::cell::Cell::new(0);
    let text = b"id,prompt,response\n1,a,b\n2,c,";
    let read = |offset: u64, buffer: &mut [u8]| {
        asked.set(asked.get() + 1);
        let n = if offset == 0 { text.len() } else { 0 };
        buffer[..n].copy_from_slice(&text[..n]);
        Ok(n)
    };
    let mut units = Units::new(read).unwrap();
    assert!(units.next_unit().unwrap().is_some());
    assert_eq!(asked.get(), 1, "a second read would wait for the writer");
}

#[test]
fn long_cells_are_whole_and_a_quote_too_many_costs_its_row() {
    // Longer than the length at which the cutter becomes suspicious, of lines with a comma in each.
    let long = "Well, that is so, as far as anyone can tell from here.\n".repeat(80_000);
    let text = format!("id,text\n1,a\n2,\"{long}\"\n3,b\n");
    let (_, list, _) = all_of(text.as_bytes(), 1 << 16, MAX_UNIT);
    assert_eq!(list.len(), 3);
    assert!(matches!(&list[1].1, UnitBytes::Whole(bytes) if bytes.len() == long.len() + 4));
    assert_eq!(list[2].0.line, 80_004);

    let some = "some text ".repeat(100);
    let rows: String =
        (0..6_000).map(|i| format!("{i},{some},free\n")).collect::<Vec<_>>().concat();
    let text = format!("id,text,tier\n1,a,free\n2,\"b\n{rows}");
    let (_, list, _) = all_of(text.as_bytes(), 1 << 16, MAX_UNIT);
    assert_eq!(list.len(), 6_002);
    assert_eq!(list[1].1, UnitBytes::Torn(b"2,\"b".to_vec().into()));
}

#[test]
fn searching_for_records_is_bounded() {
    // Every line opens a quote that the next one closes wrongly, and no line fits.
    let text = format!("id,text\n1,a\n{}", "x,y,\"z\n".repeat(20_000));
    let bytes = text.as_bytes();
    let mut inner = reader(bytes, usize::MAX);
    let mut fed = 0u64;
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
    assert!(count > 1);
    assert!(fed <= 8 * bytes.len() as u64, "{fed} bytes read for {}", bytes.len());
}

#[test]
fn oversized_rows_are_passed_over() {
    let text = format!("id,text\n1,a\n2,{}\n3,b\n", "x".repeat(3 << 20));
    let (_, list, _) = all_of(text.as_bytes(), 100_000, 2 << 20);
    assert_eq!(list.len(), 3);
    assert_eq!(list[1].1, UnitBytes::TooLarge);
    assert_eq!(list[2].1, UnitBytes::Whole(b"3,b".to_vec().into()));
}

#[test]
fn whole_files_are_one_unit() {
    for (text, kind) in [
        ("<think>\na\n</think>\n\nb\n", UnitKind::Text),
        ("\u{feff}<!doctype html>\n<p>x\n{\"a\":1}\n", UnitKind::Page),
    ] {
        let whole = all_of(text.as_bytes(), usize::MAX, MAX_UNIT);
        assert_eq!(all_of(text.as_bytes(), 3, MAX_UNIT), whole);
        assert_eq!(whole.0, Layout::Whole);
        assert_eq!(whole.1.len(), 1);
        let bytes = text.trim_start_matches('\u{feff}').trim_end().as_bytes().to_vec();
        assert_eq!(whole.1[0].1, UnitBytes::Whole(bytes.into()));
        assert_eq!(Units::new(reader(text.as_bytes(), 5)).unwrap().kind(), kind);
    }
    let text = format!("<think>{}</think>", "x".repeat(3 << 20));
    let (_, list, _) = all_of(text.as_bytes(), 100_000, 2 << 20);
    assert_eq!(list[0].1, UnitBytes::TooLarge);
    assert_eq!(list[0].0.len, text.len() as u64);
}

/// Cells with everything that needs quotes.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,6}",
        "[a-c,;\t\"\n\r ]{0,8}",
        any::<String>(),
        Just("\u{feff}x".to_owned()),
        Just("\"".to_owned()),
    ]
}

/// A table as the writer of a library writes it.
fn written(rows: &[Vec<String>], delimiter: u8, crlf: bool) -> String {
    let terminator =
        if crlf { csv_core::Terminator::CRLF } else { csv_core::Terminator::Any(b'\n') };
    let mut writer =
        csv_core::WriterBuilder::new().delimiter(delimiter).terminator(terminator).build();
    let mut out = Vec::new();
    let mut room = vec![0; 1 << 16];
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                let (_, n) = writer.delimiter(&mut room);
                out.extend_from_slice(&room[..n]);
            }
            let (_, _, n) = writer.field(cell.as_bytes(), &mut room);
            out.extend_from_slice(&room[..n]);
        }
        let (_, n) = writer.terminator(&mut room);
        out.extend_from_slice(&room[..n]);
    }
    String::from_utf8(out).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_was_written_comes_back(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 3), 1..8),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
        crlf: bool,
        last_newline: bool,
        chunk in 1usize..40,
    ) {
        // A row of nothing is passed over; and what repeats the header's names is no record of it.
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|mut row| { row[0].insert(0, 'x'); row })
            .collect();
        let header = vec!["prompt".to_owned(), "response".to_owned(), "tier".to_owned()];
        let mut all = vec![header];
        all.extend(rows.iter().cloned());
        let mut text = written(&all, delimiter, crlf);
        if !last_newline {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let (layout, list, _) = all_of(text.as_bytes(), chunk, MAX_UNIT);
        prop_assert_eq!(layout, Layout::Table);
        accounted(text.as_bytes(), &list);
        let found: Vec<Vec<String>> = list.into_iter().map(|(_, bytes)| match bytes {
            UnitBytes::Whole(bytes) => {
                let (record, end) = cells::split(&bytes, delimiter);
                assert_eq!((end, record.stray, record.open), (bytes.len(), 0, false));
                record.cells.into_iter().map(|c| String::from_utf8(c).unwrap()).collect()
            }
            other => panic!("{other:?}"),
        }).collect();
        prop_assert_eq!(found, rows);
    }

    #[test]
    fn any_bytes_below_a_header_are_accounted_for(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("1,a,b\n".to_owned()),
                Just("2,\"c\nd\",e\r\n".to_owned()),
                "[a-c,\"\n\r ]{0,10}",
                any::<String>(),
            ],
            0..12,
        ),
        chunk in 1usize..40,
    ) {
        let text = format!("id,prompt,response\n0,x,y\n{}", pieces.concat());
        let whole = all_of(text.as_bytes(), usize::MAX, MAX_UNIT);
        prop_assert_eq!(whole.0, Layout::Table);
        prop_assert_eq!(&all_of(text.as_bytes(), chunk, MAX_UNIT), &whole);
        accounted(text.as_bytes(), &whole.1);
    }
}
