//! Zip archives: their members by name, each read on its own from any thread; what of a cut-off archive is whole.
//!
//! Nothing is ever written under a member's name: a name is only shown. The directory is read here, not by a library:
//! those at hand give up the whole archive for one bad entry, keep one of two members of the same name, and lend
//! readers that cannot outlive them.

mod directory;
mod recover;

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use flate2::Crc;

use super::Bytes;
use super::compressed::{Decoder, Limits, Method, size};
use super::derived::Derived;
use super::discover::JOURNALS;
use super::stretch::Stretch;

/// Room of a member's own, however many there are.
const LEAST_FREE: u64 = 64 << 20;

/// What an entry of an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// Something to read.
    File,
    /// Holds nothing itself.
    Folder,
    /// What it holds is the name of another file.
    Link,
}

/// One member of an archive, as its directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name to show: bytes that are no UTF-8 replaced, and without what would lead out of a folder.
    pub name: String,
    /// The name as it stands in the archive, bytes that are no UTF-8 replaced: for telling entries apart, never to show
    /// or to open by.
    pub raw: String,
    /// Bytes when read, as declared; no more are ever given.
    pub size: u64,
    /// Bytes in the archive.
    pub compressed: u64,
    /// Checksum of what is read.
    pub crc32: u32,
    /// How it is compressed: 0 not at all, 8 deflate, 93 Zstandard, and others that are not read.
    pub method: u16,
    /// What it is.
    pub kind: EntryKind,
    /// Its contents cannot be read without a password.
    pub encrypted: bool,
    /// The name as it stands in the archive would lead out of the folder it is unpacked to.
    pub escapes: bool,
    /// Members before it would already give more than the archive may hold: it is not read.
    pub beyond: bool,
    /// Where its local header lies.
    header: u64,
}

impl Entry {
    /// Left out without a word, as a listing of files does: hidden files, what macOS puts beside each file, and reviewers'
    /// journals.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        let hidden = |part: &str| (part.starts_with('.') && part != ".") || part == "__MACOSX";
        let folder = self.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.name.split('/').any(hidden) || folder.split('/').any(|part| part == JOURNALS)
    }
}

/// An archive whose directory has been read. Reading a member needs nothing but a shared reference.
#[derive(Debug)]
pub struct Archive {
    bytes: Bytes,
    len: u64,
    entries: Vec<Entry>,
    recovered: bool,
    remarks: Vec<String>,
    /// What is odd about names, though nothing is lost.
    notes: Vec<String>,
    limits: Limits,
    by_name: OnceLock<HashMap<String, usize>>,
}

impl Archive {
    /// Reads the directory; a stream is read to its end first. Where there is none, or not all of it, whole members are
    /// looked for.
    ///
    /// # Errors
    /// When reading fails, or there is not one whole member, with a sentence.
    pub fn open(bytes: Bytes) -> io::Result<Self> {
        Self::open_within(bytes, Limits::default())
    }

    /// [`Archive::open`], with limits to what all members together may hold.
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn open_within(bytes: Bytes, limits: Limits) -> io::Result<Self> {
        let (len, failure) = bytes.whole_len();
        let mut remarks: Vec<String> = failure.iter().map(ToString::to_string).collect();
        let mut found = directory::read(&bytes, len)?;
        let recovered = !found.whole;
        if recovered {
            let listed = found.entries.len();
            let lost = recover::walk(&bytes, len, limits, &mut found.entries)?;
            if found.entries.is_empty() {
                let sentence = failure.map_or_else(
                    || "the zip archive is cut off or damaged: it holds no whole member".to_owned(),
                    |e| format!("the zip archive holds no whole member: {e}"),
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, sentence));
            }
            let how = if listed == 0 { "has no directory" } else { "has a damaged directory" };
            remarks.push(format!(
                "the zip archive {how}: it was cut off or damaged; {} whole members were found in it",
                found.entries.len()
            ));
            remarks.extend(lost);
        }
        let mut archive = Self {
            bytes,
            len,
            entries: found.entries,
            recovered,
            remarks,
            notes: Vec::new(),
            limits,
            by_name: OnceLock::new(),
        };
        archive.bound();
        archive.remark();
        Ok(archive)
    }

    /// Marks the members beyond what an archive of this size may hold. Entries that overlap make a small file hold any
    /// amount, each of them harmless by itself.
    fn bound(&mut self) {
        // An archive that is compressed itself is measured by what it was compressed to.
        let most = self.limits.most(self.bytes.consumed().unwrap_or(self.len));
        let mut sum = 0_u64;
        let mut beyond = 0;
        for entry in &mut self.entries {
            sum = sum.saturating_add(entry.size);
            entry.beyond = sum > most;
            beyond += usize::from(entry.beyond);
        }
        if beyond > 0 {
            self.remarks.push(format!(
                "{beyond} of {} members were left out: together they would expand to {}, more than {} times the archive",
                self.entries.len(),
                size(sum),
                self.limits.times
            ));
        }
    }

    /// Says once what is odd about the names.
    fn remark(&mut self) {
        let mut seen: HashMap<&str, u32> = HashMap::with_capacity(self.entries.len());
        for entry in self.entries.iter().filter(|e| e.kind != EntryKind::Folder) {
            *seen.entry(&entry.name).or_default() += 1;
        }
        let mut say = |names: Vec<&str>, what: &str| {
            let Some(first) = names.first() else { return };
            let others = match names.len() - 1 {
                0 => String::new(),
                n => format!(" (and {n} more)"),
            };
            self.notes.push(format!("{first}{others}: {what}"));
        };
        let names = |keep: &dyn Fn(&Entry) -> bool| {
            self.entries.iter().filter(|e| keep(e)).map(|e| e.name.as_str()).collect::<Vec<_>>()
        };
        say(
            names(&|e| e.escapes),
            "the name in the archive leads out of its folder; it is shown without that part and nothing is written",
        );
        say(
            names(&|e| e.kind == EntryKind::Link && !e.is_hidden()),
            "is a link to another file; links are not followed",
        );
        let mut doubled: Vec<&str> =
            seen.iter().filter(|(_, n)| **n > 1).map(|(name, _)| *name).collect();
        doubled.sort_unstable();
        say(
            doubled,
            "stands in the archive more than once; of a log the last counts, of other archives each",
        );
    }

    /// All entries, in the order of the directory.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The indexes of the members that are files to read: no folders, links, hidden files, and none that are `beyond`.
    pub fn readable_members(&self) -> impl Iterator<Item = usize> {
        let readable = |e: &Entry| e.kind == EntryKind::File && !e.beyond && !e.is_hidden();
        self.entries.iter().enumerate().filter(move |(_, e)| readable(e)).map(|(index, _)| index)
    }

    /// The entry of this name; the last of several, as it would be after unpacking.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        let by_name = self.by_name.get_or_init(|| {
            self.entries.iter().enumerate().map(|(index, e)| (e.name.clone(), index)).collect()
        });
        by_name.get(name).copied()
    }

    /// Whether there was no whole directory, and members were looked for.
    #[must_use]
    pub fn recovered(&self) -> bool {
        self.recovered
    }

    /// Sentences about what is odd or was left out; each is a problem of the archive.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Sentences about odd names: nothing is lost by them.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// A whole member.
    ///
    /// # Errors
    /// When it is larger than `limit`, damaged (its checksum is compared), or of a kind that is not read.
    pub fn read(&self, index: usize, limit: u64) -> io::Result<Vec<u8>> {
        let entry = self.entry(index)?;
        if entry.size > limit {
            return Err(too_large(entry.size, limit));
        }
        let mut stream = self.stream(index)?;
        // What is declared is believed only as far as deflate could hold it; zstd grows when it really comes.
        let likely = entry.size.min(entry.compressed.saturating_mul(1032)).min(limit);
        let mut bytes = Vec::with_capacity(usize::try_from(likely).unwrap_or(0));
        // `stream` gives no more than is declared, which is within the limit.
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A member from front to back. The stream stands on its own; a fault comes after what could be read.
    ///
    /// # Errors
    /// When the member is of a kind that is not read, or lies outside the archive.
    pub fn stream(&self, index: usize) -> io::Result<Box<dyn Read + Send>> {
        self.counted_stream(index, None)
    }

    /// Limits for what is packed in a member once more: thousands of members may not have the room of one file each.
    #[must_use]
    pub fn member_limits(&self) -> Limits {
        let each = self.limits.free / (self.entries.len() as u64).max(1);
        Limits { free: each.max(LEAST_FREE).min(self.limits.free), ..self.limits }
    }

    /// A member as bytes that can be read at any place, from any thread, and again. Nothing is read yet.
    #[must_use]
    pub fn member(self: &Arc<Self>, index: usize) -> Bytes {
        let archive = Arc::clone(self);
        let consumed = Arc::<AtomicU64>::default();
        let counter = Arc::clone(&consumed);
        let stored = self.entries.get(index).filter(|e| e.method == 0 && !e.encrypted);
        let declared = stored.map(|e| e.size);
        let make = move || archive.counted_stream(index, Some(Arc::clone(&counter)));
        let source = self.bytes.clone();
        Bytes::Derived(Arc::new(Derived::new(source, consumed, declared, Box::new(make))))
    }

    fn entry(&self, index: usize) -> io::Result<&Entry> {
        self.entries.get(index).ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "the archive has no such member")
        })
    }

    fn counted_stream(
        &self,
        index: usize,
        consumed: Option<Arc<AtomicU64>>,
    ) -> io::Result<Box<dyn Read + Send>> {
        let entry = self.entry(index)?;
        let unsupported = |sentence: String| io::Error::new(io::ErrorKind::Unsupported, sentence);
        if entry.beyond {
            return Err(unsupported("is left out: the archive expands beyond measure".to_owned()));
        }
        if entry.encrypted {
            return Err(unsupported("is encrypted, which is not read".to_owned()));
        }
        if let Some(name) = not_read(entry.method) {
            return Err(unsupported(format!(
                "is compressed with {name} (method {}), which is not read",
                entry.method
            )));
        }
        let start = directory::data_start(&self.bytes, entry.header)?;
        if start.checked_add(entry.compressed).is_none_or(|end| end > self.len) {
            let sentence = "is not all there: it reaches beyond the end of the archive";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, sentence));
        }
        let mut input = Stretch::new(self.bytes.clone(), start, entry.compressed);
        if let Some(consumed) = consumed {
            input = input.counted(consumed);
        }
        // The declared size bounds what comes out, and all declared sizes have been bounded together.
        let limits = Limits { free: u64::MAX, times: 0 };
        let inner: Box<dyn Read + Send> = match entry.method {
            8 => Box::new(Decoder::new(Method::Deflate, input, limits)?),
            93 => Box::new(Decoder::new(Method::Zstd, input, limits)?),
            _ => Box::new(input),
        };
        Ok(Box::new(Checked {
            inner,
            crc: Crc::new(),
            given: 0,
            size: entry.size,
            crc32: entry.crc32,
        }))
    }
}

fn too_large(size_of: u64, limit: u64) -> io::Error {
    let sentence = format!("is too large: {}, more than {}", size(size_of), size(limit));
    io::Error::new(io::ErrorKind::FileTooLarge, sentence)
}

/// The name of a compression that is not read.
fn not_read(method: u16) -> Option<&'static str> {
    Some(match method {
        0 | 8 | 93 => return None,
        1 => "Shrink",
        2..=5 => "Reduce",
        6 => "Implode",
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        20 => "an early Zstandard",
        95 => "xz",
        96 => "JPEG",
        97 => "WavPack",
        98 => "PPMd",
        99 => "AES encryption",
        _ => "an unknown method",
    })
}

/// Compares what comes with what was declared: no more bytes, no fewer, and the same checksum.
struct Checked<R> {
    inner: R,
    crc: Crc,
    given: u64,
    size: u64,
    crc32: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        let odd = |sentence: String| Err(io::Error::new(io::ErrorKind::InvalidData, sentence));
        let left = self.size - self.given;
        if left == 0 {
            if self.inner.read(&mut [0])? > 0 {
                return odd(format!(
                    "holds more than the {} that the archive declares",
                    size(self.size)
                ));
            }
            if self.crc.sum() != self.crc32 {
                return odd("is damaged: its checksum is not the one in the archive".to_owned());
            }
            return Ok(0);
        }
        let most = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        // `most` is no longer than the buffer, `n` no longer than that.
        let n = self.inner.read(&mut out[..most])?;
        if n == 0 {
            return odd(format!(
                "ends after {} of the {} that the archive declares",
                size(self.given),
                size(self.size)
            ));
        }
        self.crc.update(&out[..n]);
        self.given += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
