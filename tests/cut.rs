//! Writers that were killed, transfers that broke off, and bytes that mean nothing: whatever was whole before the cut is read,
//! everything is accounted for, and nothing panics.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::collections::HashMap;

use support::reading::{Opened, open_bytes};
use support::{Dice, repository, sample_files};

/// Bytes between two cuts.
const STEP: usize = 97;
/// Files up to this size are cut at every step. Of larger ones both ends are, and between these every eleventh step: work
/// grows with the square of the size.
const WHOLE: usize = 24 << 10;

fn cuts(len: usize) -> Vec<usize> {
    let near_an_end = |cut: usize| cut < WHOLE / 4 || cut + WHOLE / 4 > len;
    let kept = |cut: &usize| len <= WHOLE || near_an_end(*cut) || (*cut / STEP).is_multiple_of(11);
    (0..len).step_by(STEP).filter(kept).collect()
}

/// Where the parts of each transcript lie, and its hash, by file, id and number.
fn rows(opened: &Opened) -> HashMap<(String, u32, u64), (u64, u64)> {
    let row = |v: undertone::corpus::RowView<'_>| {
        let place = &v.place();
        let end = place.parts.iter().map(|(offset, len)| offset + len).max().unwrap_or_default();
        ((v.name().to_owned(), place.ordinal, place.index), (end, place.hash))
    };
    opened.catalogue.views().map(row).collect()
}

/// Units of these files lie one behind the other, so that those before a cut are whole.
fn in_order(name: &str, bytes: &[u8]) -> bool {
    let text = [".jsonl", ".json", ".csv", ".tsv"].iter().any(|end| name.ends_with(end));
    text && !bytes.is_empty()
}

#[test]
fn samples_cut_anywhere_are_read_up_to_the_cut() {
    let (mut cut_at, mut held) = (0, 0);
    for name in sample_files() {
        let bytes: &'static [u8] = std::fs::read(repository(&name)).unwrap().leak();
        let whole = open_bytes(&name, bytes);
        whole.accounts_for_everything(&name);
        let known = if in_order(&name, bytes) { rows(&whole) } else { HashMap::new() };
        for cut in cuts(bytes.len()) {
            let opened = open_bytes(&name, &bytes[..cut]);
            let at = format!("{name} cut at {cut}");
            opened.accounts_for_everything(&at);
            cut_at += 1;
            // What ends a line before the cut, or is followed by another record, is read as it was.
            let read = rows(&opened);
            for (key, (end, hash)) in &known {
                let end = usize::try_from(*end).unwrap();
                let closed = bytes.get(end..cut).is_some_and(|rest| rest.contains(&b'\n'));
                if closed {
                    held += 1;
                    assert_eq!(read.get(key).map(|(_, h)| h), Some(hash), "{at}: {key:?} is lost");
                }
            }
        }
    }
    assert!(cut_at > 2_000 && held > 7_000, "{cut_at} cuts, {held} transcripts before them");
}

/// What the first bytes of files that are told by them look like.
const MAGIC: [&[u8]; 12] = [
    b"",
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PAR1\x15",
    b"\xff\xfe{\0",
    b"\xfe\xff\0{",
    b"{",
    b"[",
    b"<html",
    b"a,b\n",
];

#[test]
fn random_bytes_are_accounted_for() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    // Plain noise, noise of printable characters, and of the marks that parsers look at.
    let alphabets: [&[u8]; 3] = [&[], b"ab ,.;\n\"'{}[]<>:1e-\t", b"\"\\{}[]:,\n0u"];
    for magic in MAGIC {
        for size in [0, 1, 2, 3, 5, 8, 13, 21, 64, 255, 1_000, 4_097, 20_000, 65_536] {
            for alphabet in alphabets {
                let byte = |_| match alphabet.len() {
                    0 => dice.below(256) as u8,
                    n => alphabet[dice.below(n)],
                };
                let noise: Vec<u8> = (0..size).map(byte).collect();
                let bytes = [magic, &noise].concat().leak();
                let name = format!("{} bytes behind {}", size, magic.escape_ascii());
                open_bytes(&name, bytes).accounts_for_everything(&name);
            }
        }
    }
}
