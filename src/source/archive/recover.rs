//! An archive without its directory, as a killed writer leaves it: member after member from the front, as far as they
//! are whole. Where one is damaged, the next header is looked for.

use std::collections::HashSet;
use std::io::{self, Read};

use super::super::Bytes;
use super::super::compressed::{Decoder, Limits, Method, size};
use super::super::stretch::Stretch;
use super::Entry;
use super::directory::{LOCAL, named, number, take, widen};

/// Bytes searched at once.
const PIECE: usize = 1 << 20;
/// Sentences about single places; an archive of rubbish must not give thousands.
const MOST_SENTENCES: usize = 5;

/// Adds the whole members that are not known yet; gives sentences about what is not whole.
pub(super) fn walk(
    bytes: &Bytes,
    len: u64,
    limits: Limits,
    entries: &mut Vec<Entry>,
) -> io::Result<Vec<String>> {
    let known: HashSet<u64> = entries.iter().map(|e| e.header).collect();
    // Members whose length stands behind them must be decoded to find their end; a file made of headers would have that
    // done again and again.
    let mut budget =
        limits.times.saturating_mul(len).saturating_add(64 << 20).min(limits.most(len));
    let mut lost = Vec::new();
    let mut more_lost = 0;
    let mut say = |sentence: String| {
        if lost.len() < MOST_SENTENCES {
            lost.push(sentence);
        } else {
            more_lost += 1;
        }
    };
    let mut at = 0;
    while at < len {
        let head = take(bytes, at, 30)?;
        if !head.starts_with(&LOCAL) || head.len() < 30 {
            // The directory, or what is left of it: nothing but entries that were seen.
            if head.starts_with(b"PK\x01\x02") {
                break;
            }
            // A header that is cut off is not to be found again.
            let next = find(bytes, at + 1, len)?;
            let skipped = next.unwrap_or(len) - at;
            if !head.starts_with(b"PK") {
                say(format!("{} from byte {at} on are no member and were left out", size(skipped)));
            }
            match next {
                Some(next) => at = next,
                None => break,
            }
            continue;
        }
        match member(bytes, at, &head, len, &mut budget)? {
            Member::Whole(entry, next) => {
                if !known.contains(&at) {
                    entries.push(*entry);
                }
                at = next;
            }
            Member::CutOff(name) => {
                say(format!("{name}: the archive ends in the middle of it; it was left out"));
                // Its length may be what is wrong.
                match find(bytes, at + 4, len)? {
                    Some(next) => at = next,
                    None => break,
                }
            }
            Member::Unclear(name, why) => {
                say(format!("{name}: {why}; it was left out"));
                match find(bytes, at + 4, len)? {
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
    }
    if more_lost > 0 {
        lost.push(format!("{more_lost} more places could not be read"));
    }
    Ok(lost)
}

enum Member {
    /// And where the next thing begins.
    Whole(Box<Entry>, u64),
    CutOff(String),
    Unclear(String, String),
}

fn member(bytes: &Bytes, at: u64, head: &[u8], len: u64, budget: &mut u64) -> io::Result<Member> {
    let name_len = number(head, 26, 2) as usize;
    let extra_len = number(head, 28, 2) as usize;
    let names = take(bytes, at + 30, name_len + extra_len)?;
    let mut entry = named(names.get(..name_len).unwrap_or(&names));
    let start = at + 30 + (name_len + extra_len) as u64;
    if start > len {
        return Ok(Member::CutOff(entry.name));
    }
    let mut sizes = [number(head, 22, 4), number(head, 18, 4)];
    widen(&mut sizes, names.get(name_len..).unwrap_or_default());
    [entry.size, entry.compressed] = sizes;
    entry.crc32 = number(head, 14, 4) as u32;
    entry.method = number(head, 8, 2) as u16;
    entry.header = at;
    let flags = number(head, 6, 2);
    entry.encrypted = flags & 1 == 1;
    // The sizes stand behind the data, unless the writer knew them all the same.
    if flags & 8 == 8 && entry.compressed == 0 && entry.crc32 == 0 {
        return described(bytes, start, len, entry, budget);
    }
    match start.checked_add(entry.compressed).filter(|end| *end <= len) {
        Some(end) => Ok(Member::Whole(Box::new(entry), end)),
        None => Ok(Member::CutOff(entry.name)),
    }
}

/// A member whose sizes stand behind it: its data says where it ends.
fn described(
    bytes: &Bytes,
    start: u64,
    len: u64,
    mut entry: Entry,
    budget: &mut u64,
) -> io::Result<Member> {
    let method = match entry.method {
        8 => Method::Deflate,
        93 => Method::Zstd,
        _ => return Ok(Member::Unclear(entry.name, "its length is not known".to_owned())),
    };
    let limits = Limits { free: *budget, times: 0 };
    let input = Stretch::new(bytes.clone(), start, len - start);
    let mut decoder = Decoder::new(method, input, limits)?.in_one_piece();
    let mut buffer = vec![0; 64 << 10];
    let mut given = 0;
    let outcome = loop {
        match decoder.read(&mut buffer) {
            Ok(0) => break Ok(()),
            Ok(n) => given += n as u64,
            Err(e) => break Err(e),
        }
    };
    *budget = budget.saturating_sub(given);
    match outcome {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
            return Ok(Member::CutOff(entry.name));
        }
        Err(e) => return Ok(Member::Unclear(entry.name, e.to_string())),
    }
    entry.compressed = decoder.taken();
    entry.size = given;
    let end = start + entry.compressed;
    let behind = take(bytes, end, 24)?;
    // The signature before the checksum is left out by some, and the sizes have 8 bytes each in large archives.
    let signed = if behind.starts_with(b"PK\x07\x08") { 4 } else { 0 };
    for width in [4, 8] {
        let compressed = number(&behind, signed + 4, width);
        let given = number(&behind, signed + 4 + width, width);
        let next = end + (signed + 4 + 2 * width) as u64;
        if (compressed, given) == (entry.compressed, entry.size) && next <= len {
            entry.crc32 = number(&behind, signed, 4) as u32;
            return Ok(Member::Whole(Box::new(entry), next));
        }
    }
    Ok(Member::CutOff(entry.name))
}

/// The next local header from an offset on.
fn find(bytes: &Bytes, mut at: u64, len: u64) -> io::Result<Option<u64>> {
    while at < len {
        let piece = take(bytes, at, usize::try_from(len - at).unwrap_or(PIECE).min(PIECE))?;
        if let Some(found) = memchr::memmem::find(&piece, &LOCAL) {
            return Ok(Some(at + found as u64));
        }
        if piece.len() < PIECE {
            break;
        }
        // A header may lie across the edge.
        at += (PIECE - 3) as u64;
    }
    Ok(None)
}
