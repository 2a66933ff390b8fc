//! The directory of a zip archive: the record at its end, the entries it points to, and the names in them.

use std::io;

use super::super::Bytes;
use super::{Entry, EntryKind};

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const END_64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";
const END_LEN: u64 = 22;
/// A comment behind the end record is no longer than this.
const MOST_COMMENT: u64 = 0xffff;
/// Directory bytes taken at once.
const PIECE: usize = 1 << 20;

/// What the directory says.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub entries: Vec<Entry>,
    /// All entries that are announced were there.
    pub whole: bool,
}

/// A number at an offset, little end first; 0 outside.
pub(super) fn number(bytes: &[u8], at: usize, len: usize) -> u64 {
    let bytes = bytes.get(at..at + len).unwrap_or_default();
    bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// Up to `len` bytes at an offset; fewer only at the end.
pub(super) fn take(bytes: &Bytes, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; len];
    let mut done = 0;
    while done < len {
        // `done` stays below the length.
        let n = bytes.read_at(offset + done as u64, &mut buffer[done..])?;
        if n == 0 {
            break;
        }
        done += n;
    }
    buffer.truncate(done);
    Ok(buffer)
}

/// Reads the directory; none is found where the archive is cut off.
pub(super) fn read(bytes: &Bytes, len: u64) -> io::Result<Found> {
    // Before the end record may stand the locator of a larger one.
    let tail_start = len.saturating_sub(END_LEN + MOST_COMMENT + 20);
    let tail = take(bytes, tail_start, (len - tail_start) as usize)?;
    let mut best = Found::default();
    let mut end = tail.len();
    // The last record that fits; a comment may hold the signature too, so there may be several tries.
    for _ in 0..16 {
        let Some(at) = memchr::memmem::rfind(tail.get(..end).unwrap_or_default(), &END) else {
            break;
        };
        end = at;
        let Some(place) = place(bytes, &tail, tail_start, at)? else { continue };
        let found = entries(bytes, &place)?;
        if found.whole {
            return Ok(found);
        }
        if found.entries.len() > best.entries.len() {
            best = found;
        }
    }
    Ok(best)
}

/// Where the entries lie, and how many there should be.
struct Place {
    start: u64,
    end: u64,
    count: u64,
    /// Bytes before the archive begins; offsets do not count them.
    shift: u64,
}

fn place(bytes: &Bytes, tail: &[u8], tail_start: u64, at: usize) -> io::Result<Option<Place>> {
    let record = tail.get(at..).unwrap_or_default();
    let comment = number(record, 20, 2) as usize;
    if record.len() < END_LEN as usize + comment {
        return Ok(None);
    }
    let mut end = tail_start + at as u64;
    let mut count = number(record, 10, 2);
    let mut size = number(record, 12, 4);
    let mut offset = number(record, 16, 4);
    let locator = at.checked_sub(20).and_then(|from| tail.get(from..at));
    if let Some(locator) = locator.filter(|l| l.starts_with(&LOCATOR_64)) {
        let told = number(locator, 8, 8);
        // Where it says, or right before the locator when something stands in front of the archive.
        for from in [told, end.saturating_sub(20 + 56)] {
            let large = take(bytes, from, 56)?;
            if large.starts_with(&END_64) && large.len() == 56 {
                (count, size, offset) =
                    (number(&large, 32, 8), number(&large, 40, 8), number(&large, 48, 8));
                end = from;
                break;
            }
        }
    }
    // The entries end where the record begins, whatever stands in front of the archive.
    let by_size = end.checked_sub(size).filter(|start| *start >= offset);
    for start in by_size.into_iter().chain([offset]) {
        if start > end {
            continue;
        }
        if (count == 0 && size == 0) || take(bytes, start, 4)? == CENTRAL {
            return Ok(Some(Place { start, end, count, shift: start - offset }));
        }
    }
    Ok(None)
}

/// Reads the entries one after the other, as far as they go.
fn entries(bytes: &Bytes, place: &Place) -> io::Result<Found> {
    let mut found = Found::default();
    let mut at = place.start;
    let (mut piece, mut piece_at) = (Vec::new(), at);
    while at < place.end {
        let rest = piece.get((at - piece_at) as usize..).unwrap_or_default();
        let left = place.end - at;
        // The longest entry: a header and three fields of 64 kB.
        if rest.len() < (46 + 3 * 0xffff).min(usize::try_from(left).unwrap_or(usize::MAX)) {
            piece = take(bytes, at, usize::try_from(left).unwrap_or(PIECE).min(PIECE))?;
            piece_at = at;
        }
        let rest = piece.get((at - piece_at) as usize..).unwrap_or_default();
        let Some((entry, len)) = entry(rest, place.shift) else { break };
        found.entries.push(entry);
        at += len as u64;
    }
    // The count has 16 bits where some writers need more.
    let count = found.entries.len() as u64;
    found.whole = count == place.count || (at == place.end && count & 0xffff == place.count);
    Ok(found)
}

fn entry(bytes: &[u8], shift: u64) -> Option<(Entry, usize)> {
    if !bytes.starts_with(&CENTRAL) {
        return None;
    }
    let name_len = number(bytes, 28, 2) as usize;
    let extra_len = number(bytes, 30, 2) as usize;
    let len = 46 + name_len + extra_len + number(bytes, 32, 2) as usize;
    let name = bytes.get(46..46 + name_len)?;
    let extra = bytes.get(46 + name_len..46 + name_len + extra_len)?;
    bytes.get(..len)?;
    let mut sizes = [number(bytes, 24, 4), number(bytes, 20, 4), number(bytes, 42, 4)];
    widen(&mut sizes, extra);
    let [size, compressed, header] = sizes;
    let mut entry = named(name);
    let flags = number(bytes, 8, 2);
    // The upper half of the attributes is the mode of Unix, if the upper byte of the version says so.
    let mode = if number(bytes, 5, 1) == 3 { number(bytes, 40, 2) } else { 0 };
    if mode & 0o170_000 == 0o120_000 {
        entry.kind = EntryKind::Link;
    }
    entry.encrypted = flags & 1 == 1;
    entry.method = number(bytes, 10, 2) as u16;
    entry.crc32 = number(bytes, 16, 4) as u32;
    (entry.size, entry.compressed) = (size, compressed);
    entry.header = header.saturating_add(shift);
    Some((entry, len))
}

/// Replaces the numbers that did not fit 32 bits by those in the extra field, where they stand in this order.
pub(super) fn widen(numbers: &mut [u64], extra: &[u8]) {
    let mut at = 0;
    while at + 4 <= extra.len() {
        let len = number(extra, at + 2, 2) as usize;
        if number(extra, at, 2) == 1 {
            let field = extra.get(at + 4..at + 4 + len).unwrap_or_default();
            let mut from = 0;
            for n in numbers.iter_mut().filter(|n| **n == 0xffff_ffff) {
                if from + 8 <= field.len() {
                    *n = number(field, from, 8);
                }
                from += 8;
            }
            return;
        }
        at += 4 + len;
    }
}

/// An entry with nothing but its name.
pub(super) fn named(raw: &[u8]) -> Entry {
    let text = String::from_utf8_lossy(raw);
    let (name, escapes) = shown(&text);
    Entry {
        name,
        raw: text.to_string(),
        size: 0,
        compressed: 0,
        crc32: 0,
        method: 0,
        kind: if text.ends_with(['/', '\\']) { EntryKind::Folder } else { EntryKind::File },
        encrypted: false,
        escapes,
        beyond: false,
        header: 0,
    }
}

/// A name to show, and whether it had to be changed because it leads out of its folder.
fn shown(text: &str) -> (String, bool) {
    let drive =
        |part: &str| matches!(part.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let parts = || text.split(['/', '\\']);
    let escapes = text.starts_with(['/', '\\'])
        || parts().any(|part| part == "..")
        || parts().next().is_some_and(drive)
        || text.contains('\0');
    if !escapes {
        return (text.to_owned(), false);
    }
    let kept: Vec<&str> = parts().filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let name = kept.join("/").replace('\0', "\u{fffd}");
    // Of `C:file` the file remains.
    let name = if drive(&name) {
        name.get(2..).unwrap_or_default().trim_start_matches('/')
    } else {
        &name
    };
    (if name.is_empty() { "(no name)".to_owned() } else { name.to_owned() }, true)
}

/// Where a member's data begins: behind its local header, whose name and extra field may differ from the directory's.
pub(super) fn data_start(bytes: &Bytes, header: u64) -> io::Result<u64> {
    let local = take(bytes, header, 30)?;
    if local.len() < 30 || !local.starts_with(&LOCAL) {
        let sentence = "is not where the archive says: the archive is damaged or was cut off";
        return Err(io::Error::new(io::ErrorKind::InvalidData, sentence));
    }
    Ok(header + 30 + number(&local, 26, 2) + number(&local, 28, 2))
}
