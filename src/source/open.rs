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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &Bytes) -> String {
        let (len, failure) = bytes.whole_len();
        assert!(failure.is_none(), "{failure:?}");
        String::from_utf8(bytes.read_range(0, len).unwrap()).unwrap()
    }

    /// The ids of JSON lines.
    fn ids(text: &str) -> Vec<String> {
        let id = |line: &str| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value["tier"].is_string() && value["model"] != "", "{value}");
            value["id"].as_str().unwrap().to_owned()
        };
        text.lines().map(id).collect()
    }

    #[test]
    fn the_packed_samples_hold_four_records_each() {
        type Sample = (&'static str, &'static [u8], &'static [&'static str]);
        let samples: [Sample; 2] = [
            ("gzip", include_bytes!("../../sample-data/formats/flat.jsonl.gz"), &["gzip"]),
            ("zstd", include_bytes!("../../sample-data/formats/flat.jsonl.zst"), &["zstd"]),
        ];
        for (name, bytes, expected) in samples {
            let (Opened::Stream(bytes), layers) = peel(Bytes::Static(bytes)).unwrap() else {
                panic!("a stream")
            };
            assert_eq!(layers, expected);
            let expected = ["01-free", "01-paid", "02-free", "02-paid"];
            assert_eq!(ids(&text(&bytes)), expected.map(|id| format!("{name}-{id}")));
        }
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn the_parquet_samples_hold_four_rows_each() {
        let samples: [&'static [u8]; 2] = [
            include_bytes!("../../sample-data/formats/messages.parquet"),
            include_bytes!("../../sample-data/formats/texts.parquet"),
        ];
        for bytes in samples {
            let (Opened::Stream(bytes), layers) = peel(Bytes::Static(bytes)).unwrap() else {
                panic!("a stream")
            };
            assert_eq!(layers, ["Parquet"]);
            let text = text(&bytes);
            assert_eq!(text.lines().count(), 4);
            let first: serde_json::Value =
                serde_json::from_str(text.lines().next().unwrap()).unwrap();
            assert_eq!(
                (&first["tier"], &first["alignment_faking"]),
                (&"free".into(), &true.into())
            );
            if let Some(messages) = first.get("messages") {
                assert_eq!(messages[2]["role"], "assistant");
                assert!(messages[2]["content"].as_str().unwrap().starts_with("<think>\nNobody"));
            } else {
                assert!(first["assistant_response"].as_str().unwrap().starts_with("**OUT"));
            }
        }
    }

    #[test]
    fn the_sample_archive_holds_three_files_to_read() {
        let bytes = include_bytes!("../../sample-data/formats/many.zip");
        let (Opened::Archive(archive), layers) = peel(Bytes::Static(bytes)).unwrap() else {
            panic!("an archive")
        };
        assert_eq!(layers, ["zip"]);
        assert!(archive.remarks().is_empty(), "{:?}", archive.remarks());
        let members: Vec<(String, Vec<&str>, String)> = archive
            .readable_members()
            .map(|index| {
                let name = archive.entries()[index].name.clone();
                match peel_within(archive.member(index), archive.member_limits()).unwrap() {
                    (Opened::Stream(bytes), layers) => (name, layers, text(&bytes)),
                    other => panic!("{other:?}"),
                }
            })
            .collect();
        let [first, list, packed] = members.as_slice() else { panic!("{members:?}") };
        assert_eq!(
            (first.0.as_str(), ids(&first.2)),
            ("runs/first.jsonl", vec!["zip-01-free".to_owned()])
        );
        assert_eq!(list.0, "runs/list.json");
        let list: serde_json::Value = serde_json::from_str(&list.2).unwrap();
        assert_eq!(
            (list[0]["id"].as_str(), list[1]["id"].as_str()),
            (Some("zip-01-paid"), Some("zip-02-free"))
        );
        assert_eq!((packed.0.as_str(), &packed.1), ("runs/packed.jsonl.gz", &vec!["gzip"]));
        assert_eq!(ids(&packed.2), ["zip-02-paid"]);
    }
}
