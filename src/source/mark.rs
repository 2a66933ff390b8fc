//! What was read of a file, and what became of it since. Nothing is watched: somebody asks now and then, which works on every
//! file system.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::file::{Identity, identity};
use super::stamp::{ends, nanoseconds};
use super::{Bytes, Stamp};

/// Up to this length a file is rather read again than told apart by its ends.
const SMALL: u64 = 1 << 20;
/// Clocks of file systems may be as coarse as this: a file that was written to so shortly before may be written to again
/// without showing it.
const COARSE: Duration = Duration::from_secs(2);
/// Looks for which a file that has become shorter is left alone, unless it stays as it is: whoever writes it anew begins by
/// emptying it, and is not done.
const PATIENCE: u8 = 7;

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
    /// Bytes that were read.
    len: u64,
    /// When it had been written to last, in nanoseconds since 1970; 0: that is not sure.
    modified: u64,
    /// Hash of the first and last bytes that were read; `None`: not even those are sure.
    ends: Option<u64>,
    identity: Identity,
    /// It may have been written to after it was read without showing it.
    recent: bool,
    /// It has become shorter: length and time when somebody looked last, and how often.
    shorter: Option<((u64, u64), u8)>,
}

impl Mark {
    /// Of a file of which `read` bytes were read, all that it had when its end was met; `None`: of what is packed that is not
    /// known. `before` is its stamp of before that. `None` when it is no file on disk, or cannot be looked at.
    #[must_use]
    pub fn new(bytes: &Bytes, before: &Stamp, read: Option<u64>) -> Option<Self> {
        let Bytes::File(file) = bytes else { return None };
        let after = file.metadata().ok()?;
        let (len, modified) = (after.len(), nanoseconds(after.modified()));
        let read = read.unwrap_or(before.len);
        // Written over while it was read, or cut short: nothing that was read is sure.
        let steady = if len == before.len { modified == before.modified } else { len > before.len };
        let sure = steady && len >= read && identity(&after) == file.identity();
        let ends = if read == before.len { Some(before.ends) } else { ends(bytes, read) };
        Some(Self {
            modified: if sure && len == read { modified } else { 0 },
            ends: ends.filter(|_| sure),
            ..Self::known(bytes, &Stamp { len: read, modified, ends: 0 })?
        })
    }

    /// Of a file that was read before it was opened, and had this stamp then.
    #[must_use]
    pub fn known(bytes: &Bytes, stamp: &Stamp) -> Option<Self> {
        let Bytes::File(file) = bytes else { return None };
        let Stamp { len, modified, ends } = *stamp;
        let recent = is_recent(modified);
        Some(Self {
            len,
            modified,
            ends: Some(ends),
            identity: file.identity(),
            recent,
            shorter: None,
        })
    }

    /// Looks what became of the file. `bytes` are those that were read.
    pub fn look(&mut self, path: &Path, bytes: &Bytes) -> Change {
        let now = match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Change::Gone("there is no file of this name any more".to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Change::Gone("it is not there any more".to_owned());
            }
            Err(error) => return Change::Gone(error.to_string()),
        };
        if identity(&now) != self.identity {
            return Change::Other;
        }
        let (len, modified) = (now.len(), nanoseconds(now.modified()));
        if len < self.len {
            let (before, times) = self.shorter.unwrap_or(((u64::MAX, 0), 0));
            self.shorter = Some(((len, modified), times + 1));
            let done = before == (len, modified) || times >= PATIENCE;
            return if done { Change::Other } else { Change::None };
        }
        if len > self.len {
            return if self.ends_match(bytes) { Change::Grown } else { Change::Other };
        }
        if self.modified == 0 || modified != self.modified {
            return Change::Other;
        }
        if !self.recent || is_recent(modified) {
            return Change::None;
        }
        // Once, when a writing would show again.
        self.recent = false;
        if len > SMALL && self.ends_match(bytes) { Change::None } else { Change::Other }
    }

    /// Whether these bytes are the same file, under whatever name.
    #[must_use]
    pub fn is_of(&self, bytes: &Bytes) -> bool {
        let Bytes::File(file) = bytes else { return false };
        file.identity().is_some() && file.identity() == self.identity && self.ends_match(bytes)
    }

    /// The stamp of what was read, when that is sure; `before` is the one of before that. What came while it was read has no
    /// time of its own: nobody knows what else was written meanwhile.
    #[must_use]
    pub fn stamp(&self, before: &Stamp) -> Option<Stamp> {
        let modified = if self.len == before.len { before.modified } else { 0 };
        self.ends.map(|ends| Stamp { len: self.len, modified, ends })
    }

    fn ends_match(&self, bytes: &Bytes) -> bool {
        self.ends.is_some() && self.ends == ends(bytes, self.len)
    }
}

/// Whether a file was written to so shortly before that another writing might not show. A time to come is no old one.
fn is_recent(modified: u64) -> bool {
    let now = nanoseconds(Ok(SystemTime::now()));
    now.checked_sub(modified).is_none_or(|age| age <= COARSE.as_nanos() as u64)
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
        let mark = Mark::new(&bytes, &before, bytes.len()).unwrap();
        (bytes, mark)
    }

    type Deed = fn(&Path);

    #[test]
    fn every_change_is_told_by_what_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
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
        let mut seen = Mark::new(&bytes, &before, Some(4)).unwrap();
        assert_eq!(seen.stamp(&before), Some(before));
        assert_eq!(seen.look(path, &bytes), Change::Grown);
        age(path, 1);
        let mut all = Mark::new(&bytes, &before, Some(8)).unwrap();
        let stamp = all.stamp(&before).unwrap();
        assert!(stamp.len == 8 && stamp.modified == 0 && bytes.starts_as(&stamp));
        assert_eq!(all.look(path, &bytes), Change::None);
        // Of what was packed nobody knows how much was read.
        let mut packed = Mark::new(&bytes, &before, None).unwrap();
        assert_eq!(packed.look(path, &bytes), Change::Grown);
    }

    #[test]
    fn what_was_written_over_while_it_was_read_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        write(path, b"one\ntwo\n", 2);
        let bytes = Bytes::open(path).unwrap();
        let before = bytes.stamp().unwrap();
        write(path, b"ONE\ntwo\n", 1);
        let mut mark = Mark::new(&bytes, &before, Some(8)).unwrap();
        assert_eq!(mark.stamp(&before), None);
        assert_eq!(mark.look(path, &bytes), Change::Other);
    }

    #[test]
    fn a_recent_writing_is_looked_at_once_more_when_its_time_has_passed() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("a.jsonl");
        File::create(path).unwrap().write_all(b"one\n").unwrap();
        let (bytes, mut mark) = read(path);
        assert_eq!(mark.look(path, &bytes), Change::None);
        let modified = SystemTime::now() - Duration::from_mins(1);
        age(path, 0);
        let file = OpenOptions::new().append(true).open(path).unwrap();
        file.set_modified(modified).unwrap();
        mark.modified = nanoseconds(Ok(modified));
        assert_eq!(mark.look(path, &bytes), Change::Other);
        assert_eq!(mark.look(path, &bytes), Change::None);
    }
}
