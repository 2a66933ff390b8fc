//! Any bytes below a header, read in pieces of any size: rows do not overlap, nothing but line ends and delimiters stands
//! between them, and each becomes a record or a problem.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::ingest::units::{Layout, Unit, UnitBytes, UnitKind, Units};
use undertone::ingest::{Context, LabelRules, read_cut};
use undertone::model::Place;

fn reader(bytes: &[u8], chunk: usize) -> impl FnMut(u64, &mut [u8]) -> std::io::Result<usize> + '_ {
    move |offset, buffer| {
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = bytes.get(at..).unwrap_or_default();
        let n = rest.len().min(buffer.len()).min(chunk);
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

fn cut(bytes: &[u8], chunk: usize) -> Vec<(Unit, UnitBytes)> {
    let mut units = Units::new(reader(bytes, chunk)).expect("memory does not fail");
    let mut list = Vec::new();
    while let Some(unit) = units.next_unit().expect("memory does not fail") {
        assert!(list.len() <= bytes.len(), "more units than bytes");
        list.push(unit);
    }
    list
}

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (chunk, head, below) = input;
    let (header, delimiter): (&[u8], u8) = match head % 4 {
        0 => (b"id,prompt,response\n0,a,b\n", b','),
        1 => (b"\xef\xbb\xbf\tprompt\tlabel\r\n0\ta\tb\r\n", b'\t'),
        2 => (b"sep=;\nid;text\n0;a\n", b';'),
        _ => (b"", b','),
    };
    let bytes = [header, below].concat();
    let whole = cut(&bytes, usize::MAX);
    assert_eq!(cut(&bytes, usize::from(chunk) + 1), whole);
    let units = Units::new(reader(&bytes, usize::MAX)).expect("memory does not fail");
    let (kind, around) = (units.kind(), units.around());
    assert!(header.is_empty() || units.layout() == Layout::Table);
    let rules = LabelRules::builtin();
    let mut end = whole.first().map_or(0, |(unit, _)| unit.offset);
    for (unit, held) in &whole {
        assert!(unit.offset >= end, "units overlap");
        if kind == UnitKind::Row && !header.is_empty() {
            let between = &bytes[end as usize..unit.offset as usize];
            let blank = |b: &u8| b.is_ascii_whitespace() || *b == delimiter;
            assert!(between.iter().all(blank), "bytes were lost");
        }
        end = unit.offset + unit.len;
        let place = Place { source: "fuzz.csv".into(), index: unit.index, ..Place::default() };
        let mut context = Context::new(place, "fuzz", &rules, 0);
        (context.kind, context.around) = (kind, around.as_ref());
        let reading = read_cut(unit, held, &context);
        assert!(reading.problems.len() as u64 >= reading.left_out);
    }
    assert!(end <= bytes.len() as u64);
});
