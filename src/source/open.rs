//! What is packed in bytes, told by their first ones and never by a name: the layers are peeled off until something
//! remains that can be cut into units.

use std::io::{self, Read};
use std::sync::Arc;

use super::Bytes;
use super::archive::Archive;
use super::compressed::{Limits, Method, decompress};
use super::derived::Derived;
use super::stretch::Stretch;
use super::utf16::{Utf16, is_utf16};

/// Layers of compression that are peeled off.
const MOST_LAYERS: usize = 3;

/// What is inside.
#[derive(Debug)]
pub enum Opened {
    /// Text, or whatever else is not packed.
    Stream(Bytes),
    /// A zip archive, with its directory read.
    Archive(Arc<Archive>),
}

/// Peels compression, zip, Parquet and UTF-16 off; gives the names of the layers, the outermost first. Nothing is read
/// but the first bytes, the directory of an archive, and a pipe that holds an archive or Parquet.
///
/// # Errors
/// When an archive or a Parquet file cannot be read at all, or is packed too often, with a sentence. Faults further
/// inside come when they are read to.
pub fn peel(bytes: Bytes) -> io::Result<(Opened, Vec<&'static str>)> {
    peel_within(bytes, Limits::default())
}

/// [`peel`], with limits to what may come out.
///
/// # Errors
/// As [`peel`].
pub fn peel_within(mut bytes: Bytes, limits: Limits) -> io::Result<(Opened, Vec<&'static str>)> {
    let mut layers = Vec::new();
    loop {
        match kind(&bytes)? {
            Kind::Plain => return Ok((Opened::Stream(bytes), layers)),
            Kind::Utf16 => {
                layers.push("UTF-16");
                return Ok((Opened::Stream(utf8(bytes)), layers));
            }
            Kind::Zip => {
                layers.push("zip");
                let archive = Archive::open_within(bytes, limits)?;
                return Ok((Opened::Archive(Arc::new(archive)), layers));
            }
            Kind::Parquet => {
                layers.push("Parquet");
                return Ok((Opened::Stream(rows(bytes, limits)?), layers));
            }
            Kind::Compressed(method) => {
                if layers.len() >= MOST_LAYERS {
                    let sentence = format!("it is compressed more than {MOST_LAYERS} times over");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, sentence));
                }
                layers.push(method.name());
                bytes = decompress(bytes, method, limits);
            }
        }
    }
}

/// What the first bytes say.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Compressed(Method),
    Zip,
    Parquet,
    Utf16,
}

/// Bytes that are looked at.
const HEAD: usize = 12;

/// Looks at as many bytes as it takes, and at no more: a pipe that has given `{` must not be waited for.
fn kind(bytes: &Bytes) -> io::Result<Kind> {
    let mut head = [0; HEAD];
    let mut len = 0;
    loop {
        // `len` is below the length.
        let n = match bytes.read_at(len as u64, &mut head[len..]) {
            Ok(n) => n,
            // What is damaged from the start is a stream that fails when it is read.
            Err(_) if matches!(bytes, Bytes::Derived(_)) => 0,
            Err(e) => return Err(e),
        };
        len += n;
        let all = n == 0 || len == HEAD;
        let seen = head.get(..len).unwrap_or_default();
        if let Some(kind) = judge(seen, all) {
            return Ok(kind);
        }
    }
}

/// `None`: more bytes are needed.
fn judge(head: &[u8], all: bool) -> Option<Kind> {
    let first = *head.first().or_else(|| all.then_some(&0))?;
    let needed = match first {
        0x1f => 3,
        0x28 | 0x50..=0x5f | 0xff => 4,
        0xfe => 2,
        _ => return Some(Kind::Plain),
    };
    if head.len() < needed && !all {
        return None;
    }
    if let Some(method) = Method::of(head) {
        return Some(Kind::Compressed(method));
    }
    // A member, an archive without any, and the mark of one that was meant for several disks.
    if matches!(head, [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..]) {
        return Some(Kind::Zip);
    }
    if let Some(rest) = head.strip_prefix(b"PAR1") {
        // What follows the magic is no text in a Parquet file, and in a text that begins so it is.
        if head.len() < HEAD && !all {
            return None;
        }
        let text = |b: &u8| matches!(b, b' '..=b'~' | b'\n' | b'\r' | b'\t' | 0x80..);
        let plain = !rest.is_empty() && rest.iter().all(text);
        return Some(if plain { Kind::Plain } else { Kind::Parquet });
    }
    if is_utf16(head) {
        return Some(Kind::Utf16);
    }
    Some(Kind::Plain)
}

/// The rows of a Parquet file as lines.
#[cfg(feature = "parquet")]
#[allow(clippy::unnecessary_wraps)] // as the one below
fn rows(bytes: Bytes, limits: Limits) -> io::Result<Bytes> {
    Ok(super::parquet::lines(bytes, limits))
}

#[cfg(not(feature = "parquet"))]
fn rows(_: Bytes, _: Limits) -> io::Result<Bytes> {
    let sentence = "it is a Parquet file, and this build was made without Parquet";
    Err(io::Error::new(io::ErrorKind::Unsupported, sentence))
}

/// UTF-16 as UTF-8.
fn utf8(bytes: Bytes) -> Bytes {
    let outer = bytes.consumed_counter();
    let consumed = outer.clone().unwrap_or_default();
    let (source, counter) = (bytes.clone(), Arc::clone(&consumed));
    let make = move || -> io::Result<Box<dyn Read + Send>> {
        let input = Stretch::new(source.clone(), 0, u64::MAX);
        let input = if outer.is_none() { input.counted(Arc::clone(&counter)) } else { input };
        Ok(Box::new(Utf16::new(input)))
    };
    Bytes::Derived(Arc::new(Derived::new(bytes, consumed, None, Box::new(make))))
}
