//! Whether a file is still what was read of it: by its length, the time of the last writing, which file it is, and its first
//! and last bytes. Nothing is watched: somebody asks now and then, which works on every file system.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::xxh3_64;

use super::Bytes;

/// Bytes at either end that are compared.
const ENDS: u64 = 4 << 10;
/// Up to this length a file is rather read again than told apart by its ends.
const SMALL: u64 = 1 << 20;
/// Clocks of file systems may be as coarse as this: a file that was written to so shortly before may be written to again
/// without showing it.
const COARSE: Duration = Duration::from_secs(2);

/// Looks for which a file that has become shorter is left alone, unless it stays as it is: whoever writes it anew begins by
/// emptying it, and is not done.
const PATIENCE: u8 = 7;

/// What the file system says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    /// Device and number of the file, where there is such a thing.
    identity: Option<(u64, u64)>,
}

impl Stamp {
    pub(super) fn new(metadata: &std::fs::Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let identity = None;
        Self { len: metadata.len(), modified: metadata.modified().ok(), identity }
    }

    fn is_recent(&self) -> bool {
        // A time to come is no old one.
        self.modified.is_some_and(|at| at.elapsed().map_or(true, |age| age <= COARSE))
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// More stands behind what was read.
    Grown,
    /// Anything else: shorter, written over, another file of that name. It has to be read again to know.
    Other,
    /// It is not there any more, or cannot be looked at; a sentence.
    Gone(String),
}

/// What was read of a file.
#[derive(Debug, Clone)]
pub struct Mark {
    /// As it was when its end was read, with the length that was read.
    stamp: Stamp,
    /// Hashes of the first and last bytes that were read; `None`: not worth knowing, or nothing is sure.
    ends: Option<(u64, u64)>,
    /// It may have been written to after it was read without showing it.
    recent: bool,
    /// It has become shorter: how it was when somebody looked last, and how often.
    shorter: Option<(Stamp, u8)>,
}

impl Mark {
    /// Of a file of which `read` bytes were read, all that it had when its end was met. `before` is its stamp of before that;
    /// `None`: it was not read to its end. `exact`: whether a short file should be told apart by its ends, too.
    #[must_use]
    pub fn new(bytes: &Bytes, before: &Stamp, read: Option<u64>, exact: bool) -> Option<Self> {
        let after = bytes.stamp()?;
        // Written over while it was read, or cut short: nothing that was read is sure.
        let steady =
            if after.len == before.len { after == *before } else { after.len > before.len };
        let read_to = read.unwrap_or(before.len);
        let sure = steady && after.len >= read_to && after.identity == before.identity;
        let wanted = sure && read.is_some() && (exact || read_to > SMALL / 16);
        let ends = if wanted { ends(bytes, read_to).ok() } else { None };
        let modified = after.modified.filter(|_| sure && after.len == read_to);
        let stamp = Stamp { len: read_to, modified, identity: after.identity };
        Some(Self { stamp, ends, recent: stamp.is_recent(), shorter: None })
    }

    /// Looks what became of the file. `bytes` are those that were read.
    pub fn look(&mut self, path: &Path, bytes: &Bytes) -> Change {
        let now = match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Stamp::new(&metadata),
            Ok(_) => return Change::Gone("there is no file of this name any more".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Change::Gone("it is not there any more".to_owned());
            }
            Err(error) => return Change::Gone(error.to_string()),
        };
        if now.identity != self.stamp.identity {
            return Change::Other;
        }
        if now.len < self.stamp.len {
            let (before, times) = self.shorter.unwrap_or((self.stamp, 0));
            self.shorter = Some((now, times + 1));
            return if now == before || times >= PATIENCE { Change::Other } else { Change::None };
        }
        if now.len > self.stamp.len {
            return if self.ends_match(bytes) { Change::Grown } else { Change::Other };
        }
        if now.modified.is_none() || now.modified != self.stamp.modified {
            return Change::Other;
        }
        if !self.recent || now.is_recent() {
            return Change::None;
        }
        // Once, when a writing would show again.
        self.recent = false;
        if now.len > SMALL && self.ends_match(bytes) { Change::None } else { Change::Other }
    }

    /// Whether these bytes are the same file, under whatever name.
    #[must_use]
    pub fn is_of(&self, bytes: &Bytes) -> bool {
        let same = bytes.stamp().is_some_and(|stamp| stamp.identity == self.stamp.identity);
        same && self.stamp.identity.is_some() && self.ends_match(bytes)
    }

    fn ends_match(&self, bytes: &Bytes) -> bool {
        self.ends.is_some() && self.ends == ends(bytes, self.stamp.len).ok()
    }
}

/// Hashes of the first and last of so many bytes.
fn ends(bytes: &Bytes, len: u64) -> io::Result<(u64, u64)> {
    let part = len.min(ENDS);
    let head = bytes.read_range(0, part)?;
    let tail = bytes.read_range(len - part, part)?;
    Ok((xxh3_64(&head), xxh3_64(&tail)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, OpenOptions};
    use std::io::Write;

    /// A file whose last writing lies an hour back, so that only what a test does shows.
    fn write(path: &Path, text: &[u8], hours_ago: u64) {
        std::fs::write(path, text).unwrap();
        age(path, hours_ago);
    }

    fn age(path: &Path, hours: u64) {
        let at = SystemTime::now() - Duration::from_secs(3600 * hours);
        OpenOptions::new().append(true).open(path).unwrap().set_modified(at).unwrap();
    }

    fn append(path: &Path, text: &[u8]) {
        OpenOptions::new().append(true).open(path).unwrap().write_all(text).unwrap();
    }

    fn read(path: &Path) -> (Bytes, Mark) {
        let bytes = Bytes::open(path).unwrap();
        let before = bytes.stamp().unwrap();
        let mark = Mark::new(&bytes, &before, bytes.len(), true).unwrap();
        (bytes, mark)
    }

    #[test]
    fn every_change_is_told_by_what_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        type Deed = fn(&Path);
        let cases: &[(&str, Deed, Change)] = &[
            ("nothing", |_| {}, Change::None),
            ("grown", |p| append(p, b"more\n"), Change::Grown),
            ("written over, as long", |p| write(p, b"ONE\ntwo\n", 0), Change::Other),
            ("written over and longer", |p| write(p, b"ONE\ntwo\nmore\n", 1), Change::Other),
            (
                "another file",
                |p| {
                    std::fs::rename(p, p.with_extension("1")).unwrap();
                    write(p, b"one\ntwo\n", 1);
                },
                Change::Other,
            ),
            (
                "gone",
                |p| std::fs::remove_file(p).unwrap(),
                Change::Gone("it is not there any more".to_owned()),
            ),
        ];
        for (name, deed, expected) in cases {
            write(path, b"one\ntwo\n", 2);
            let (bytes, mut mark) = read(path);
            assert_eq!(mark.look(path, &bytes), Change::None, "{name}");
            deed(path);
            assert_eq!(mark.look(path, &bytes), *expected, "{name}");
        }
    }

    #[test]
    fn what_is_written_anew_is_left_alone_until_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        write(path, b"one\ntwo\n", 20);
        let (bytes, mut mark) = read(path);
        for text in ["", "one\n", "one\nt"] {
            write(path, text.as_bytes(), 19 - text.len() as u64);
            assert_eq!(mark.look(path, &bytes), Change::None, "{text:?}");
        }
        assert_eq!(mark.clone().look(path, &bytes), Change::Other, "it stays so");
        // Somebody who never stops is not waited for.
        for hours in 0..u64::from(PATIENCE) - 3 {
            write(path, b"", 10 - hours);
            assert_eq!(mark.look(path, &bytes), Change::None, "{hours}");
        }
        write(path, b"", 1);
        assert_eq!(mark.look(path, &bytes), Change::Other);
    }

    #[test]
    fn what_grows_while_it_is_read_has_grown() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        write(path, b"one\n", 2);
        let bytes = Bytes::open(path).unwrap();
        let before = bytes.stamp().unwrap();
        append(path, b"two\n");
        let mut seen = Mark::new(&bytes, &before, Some(4), true).unwrap();
        assert_eq!(seen.look(path, &bytes), Change::Grown);
        age(path, 1);
        let mut all = Mark::new(&bytes, &before, Some(8), true).unwrap();
        assert_eq!(all.look(path, &bytes), Change::None);
        // What was packed is known as a whole or not at all.
        let mut packed = Mark::new(&bytes, &before, None, true).unwrap();
        assert_eq!(packed.look(path, &bytes), Change::Other);
    }

    #[test]
    fn what_was_written_over_while_it_was_read_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        write(path, b"one\ntwo\n", 2);
        let bytes = Bytes::open(path).unwrap();
        let before = bytes.stamp().unwrap();
        write(path, b"ONE\ntwo\n", 1);
        let mut mark = Mark::new(&bytes, &before, Some(8), true).unwrap();
        assert_eq!(mark.look(path, &bytes), Change::Other);
    }

    #[test]
    fn a_recent_writing_is_looked_at_once_more_when_its_time_has_passed() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        File::create(path).unwrap().write_all(b"one\n").unwrap();
        let (bytes, mut mark) = read(path);
        assert_eq!(mark.look(path, &bytes), Change::None);
        let modified = SystemTime::now() - Duration::from_secs(60);
        age(path, 0);
        let file = OpenOptions::new().append(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
        mark.stamp.modified = Some(modified);
        assert_eq!(mark.look(path, &bytes), Change::Other);
        assert_eq!(mark.look(path, &bytes), Change::None);
    }
}
