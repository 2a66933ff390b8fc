//! Any bytes, read in pieces of any size: the cutter gives the same units, accounts for its bytes and ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::ingest::units::{Unit, UnitBytes, Units};

fn cut(bytes: &[u8], chunk: usize) -> Vec<(Unit, UnitBytes)> {
    let read = |offset: u64, buffer: &mut [u8]| {
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = bytes.get(at..).unwrap_or_default();
        let n = rest.len().min(buffer.len()).min(chunk);
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    };
    let mut units = Units::new(read).expect("memory does not fail");
    let mut list = Vec::new();
    while let Some(unit) = units.next_unit().expect("memory does not fail") {
        assert!(list.len() <= bytes.len(), "more units than bytes");
        list.push(unit);
    }
    list
}

fuzz_target!(|input: (u8, &[u8])| {
    let (chunk, bytes) = input;
    let whole = cut(bytes, usize::MAX);
    assert_eq!(cut(bytes, usize::from(chunk) + 1), whole);
    let mut end = 0;
    for (unit, _) in &whole {
        assert!(unit.offset >= end, "units overlap");
        end = unit.offset + unit.len;
    }
    assert!(end <= bytes.len() as u64);
});
