//! Positioned reads of a file, of compiled-in bytes, of streams that are spooled while they are read, and of what is
//! made out of any of these.
//!
//! No memory maps: a writer that truncates a file must not be able to crash a reader. No more than a few files are
//! held open: a folder of thousands of results must not meet the system's limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::derived::Derived;
use super::position;
use super::spool::SpooledInput;

/// Something that can be read at any offset, from any thread. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Bytes {
    /// A file on disk.
    File(Arc<OnDisk>),
    /// Compiled in.
    Static(&'static [u8]),
    /// Standard input, or another stream that can be read only once.
    Spooled(Arc<SpooledInput>),
    /// Decompressed, decoded, or a member of an archive.
    Derived(Arc<Derived>),
}

/// Files held open at one time in the whole program. Some systems allow 256 to a process, and others need some too.
const MOST_HELD: usize = 128;
static HELD: AtomicUsize = AtomicUsize::new(0);

/// A file on disk: held open while few are, else opened again for each read. Who reads by a remembered place
/// compares hashes anyway, since a file may be written to as well as replaced.
#[derive(Debug)]
pub struct OnDisk {
    path: PathBuf,
    held: Option<File>,
    /// Length and time of the last writing when it was opened; `None` when it had been written to right before, so that
    /// a later writing might have the same time.
    before: Option<(u64, SystemTime)>,
    /// Which file it was when it was opened.
    identity: Identity,
}

/// Device and number of a file, where there is such a thing.
pub(super) type Identity = Option<(u64, u64)>;

/// Which file it is.
#[allow(clippy::unnecessary_wraps)] // elsewhere nobody knows
pub(super) fn identity(metadata: &std::fs::Metadata) -> Identity {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// Clocks of file systems may be as coarse as this.
const COARSE: Duration = Duration::from_secs(2);

fn stamp(metadata: &std::fs::Metadata) -> Option<(u64, SystemTime)> {
    Some((metadata.len(), metadata.modified().ok()?))
}

impl OnDisk {
    /// Opens the file, so that one that cannot be read is known at once. `hold`: it stays open in any case.
    fn open(path: &Path, hold: bool) -> io::Result<Self> {
        let file = File::open(path)?;
        let room = |held: usize| (hold || held < MOST_HELD).then_some(held + 1);
        let held = HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_ok();
        let now = file.metadata().ok();
        let before = now.as_ref().and_then(stamp);
        let before = before.filter(|(_, written)| written.elapsed().is_ok_and(|age| age > COARSE));
        let identity = now.as_ref().and_then(identity);
        Ok(Self { path: path.to_owned(), held: held.then_some(file), before, identity })
    }

    pub(super) fn metadata(&self) -> io::Result<std::fs::Metadata> {
        match &self.held {
            Some(file) => file.metadata(),
            None => std::fs::metadata(&self.path),
        }
    }

    pub(super) fn identity(&self) -> Identity {
        self.identity
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match &self.held {
            Some(file) => position::read_full_at(file, buffer, offset),
            None => position::read_full_at(&File::open(&self.path)?, buffer, offset),
        }
    }

    fn len(&self) -> Option<u64> {
        self.metadata().ok().map(|m| m.len())
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        if self.held.is_some() {
            HELD.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Opens its path at the first read: opening a FIFO waits for a writer, and only the reader should wait.
struct Lazy {
    path: PathBuf,
    file: Option<File>,
}

impl Read for Lazy {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open(&self.path)?),
        };
        file.read(buffer)
    }
}

impl Bytes {
    /// Opens a file. FIFOs, devices and sockets are spooled; those open at the first read.
    ///
    /// # Errors
    /// As the operating system says; a folder is an error too.
    pub fn open(path: &Path) -> io::Result<Self> {
        let kind = std::fs::metadata(path)?.file_type();
        if kind.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
        }
        if kind.is_file() {
            return Ok(Self::File(Arc::new(OnDisk::open(path, false)?)));
        }
        Self::spool(Box::new(Lazy { path: path.to_owned(), file: None }))
    }

    /// Opens an ordinary file that stays open: it can be read when another stands under its name, or none.
    ///
    /// # Errors
    /// As the operating system says.
    pub(super) fn open_held(path: &Path) -> io::Result<Self> {
        Ok(Self::File(Arc::new(OnDisk::open(path, true)?)))
    }

    /// Spools an input: bytes are pulled as reads ask for them.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn spool(input: Box<dyn Read + Send>) -> io::Result<Self> {
        Ok(Self::Spooled(Arc::new(SpooledInput::new(input)?)))
    }

    /// Fills `buffer` from `offset` as far as possible without waiting; 0 only at the end. A spool gives what
    /// it has and waits for more only when it has nothing at `offset`, so a slow pipe may give less than asked.
    ///
    /// # Errors
    /// As the operating system says. A stream's failure is told to every read behind what it gave.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read_at(offset, buffer),
            Self::Static(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..));
                let rest = rest.unwrap_or_default();
                // `n` is no longer than either.
                let n = rest.len().min(buffer.len());
                buffer[..n].copy_from_slice(&rest[..n]);
                Ok(n)
            }
            Self::Spooled(spool) => spool.read_at(offset, buffer),
            Self::Derived(derived) => derived.read_at(offset, buffer),
        }
    }

    /// Whether a read at this offset may have to wait for somebody to write.
    #[must_use]
    pub fn may_wait(&self, offset: u64) -> bool {
        match self {
            Self::Spooled(spool) => spool.may_wait(offset),
            Self::Derived(derived) => derived.may_wait(offset),
            Self::File(_) | Self::Static(_) => false,
        }
    }

    /// Reads exactly `len` bytes at `offset`.
    ///
    /// # Errors
    /// `UnexpectedEof` when the source has become shorter.
    pub fn read_range(&self, offset: u64, len: u64) -> io::Result<Vec<u8>> {
        let short = || io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter");
        let end = offset.checked_add(len).ok_or_else(short)?;
        // Asked before the memory is taken: a stale catalogue must not reserve what is no longer there.
        if self.len().is_some_and(|now| now < end) {
            return Err(short());
        }
        let mut bytes = vec![0; usize::try_from(len).map_err(|_| short())?];
        let mut done = 0;
        while done < bytes.len() {
            // `done` stays below the length.
            let n = self.read_at(offset + done as u64, &mut bytes[done..])?;
            if n == 0 {
                return Err(short());
            }
            done += n;
        }
        Ok(bytes)
    }

    /// Whether nobody has written to it since it was opened, as far as the file system says; where that is not sure, false.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        match self {
            Self::File(file) => {
                let now = file.metadata().ok().as_ref().and_then(stamp);
                file.before.is_some() && file.before == now
            }
            Self::Static(_) | Self::Spooled(_) => true,
            Self::Derived(derived) => derived.source().is_unchanged(),
        }
    }

    /// How many bytes of the input below were used so far, for progress. `None` when these bytes are the input: then
    /// the place that was read to says it. Never smaller than before, and no larger than the input.
    #[must_use]
    pub fn consumed(&self) -> Option<u64> {
        self.consumed_counter().map(|consumed| consumed.load(Ordering::Relaxed))
    }

    pub(super) fn consumed_counter(&self) -> Option<Arc<AtomicU64>> {
        match self {
            Self::Derived(derived) => Some(Arc::clone(derived.consumed())),
            _ => None,
        }
    }

    /// The length, for which a stream is read to its end; and why it ended, if that was a failure.
    pub(super) fn whole_len(&self) -> (u64, Option<io::Error>) {
        let (result, so_far) = match self {
            Self::Spooled(spool) => (spool.pull_all(), spool.pulled()),
            Self::Derived(derived) => (derived.pull_all(), derived.pulled()),
            Self::File(_) | Self::Static(_) => (self.len().ok_or_else(unknown_len), 0),
        };
        match result {
            Ok(len) => (len, None),
            Err(e) => (so_far, Some(e)),
        }
    }

    /// Length in bytes now; `None` for a stream whose end was not seen yet, and when the system does not say.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // "not known yet" is not "not empty"
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::File(file) => file.len(),
            Self::Static(bytes) => Some(bytes.len() as u64),
            Self::Spooled(spool) => spool.len(),
            Self::Derived(derived) => derived.len(),
        }
    }
}

fn unknown_len() -> io::Error {
    io::Error::other("the system does not say how long it is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// A stream that gives what a channel brings, then perhaps fails.
    struct Fed(mpsc::Receiver<io::Result<Vec<u8>>>);

    impl Read for Fed {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.recv() {
                Ok(Ok(bytes)) => {
                    buffer[..bytes.len()].copy_from_slice(&bytes);
                    Ok(bytes.len())
                }
                Ok(Err(e)) => Err(e),
                Err(_) => Ok(0),
            }
        }
    }

    #[test]
    fn all_three_kinds_read_alike() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        std::fs::write(&path, b"0123456789").unwrap();
        let kinds = [
            Bytes::open(&path).unwrap(),
            Bytes::Static(b"0123456789"),
            Bytes::spool(Box::new(&b"0123456789"[..])).unwrap(),
        ];
        for bytes in kinds {
            let mut buffer = [0; 4];
            assert_eq!(bytes.read_at(3, &mut buffer).unwrap(), 4);
            assert_eq!(&buffer, b"3456");
            assert_eq!(bytes.read_at(8, &mut buffer).unwrap(), 2);
            assert_eq!(bytes.read_at(10, &mut buffer).unwrap(), 0);
            assert_eq!(bytes.read_at(u64::MAX, &mut buffer).unwrap(), 0);
            assert_eq!(bytes.read_range(2, 5).unwrap(), b"23456");
            let short = bytes.read_range(8, 5).unwrap_err();
            assert_eq!(short.kind(), io::ErrorKind::UnexpectedEof);
            assert!(bytes.read_range(u64::MAX, 5).is_err());
            assert_eq!(bytes.len(), Some(10));
        }
    }

    #[test]
    fn thousands_of_files_do_not_stay_open() {
        let dir = tempfile::tempdir().unwrap();
        let all: Vec<Bytes> = (0..MOST_HELD * 2)
            .map(|i| {
                let path = dir.path().join(i.to_string());
                std::fs::write(&path, format!("file {i}")).unwrap();
                Bytes::open(&path).unwrap()
            })
            .collect();
        let held = |b: &&Bytes| matches!(b, Bytes::File(file) if file.held.is_some());
        assert!(all.iter().filter(held).count() <= MOST_HELD);
        for (i, bytes) in all.iter().enumerate() {
            let text = format!("file {i}");
            assert_eq!(bytes.len(), Some(text.len() as u64));
            assert_eq!(bytes.read_range(0, text.len() as u64).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn a_folder_and_a_missing_file_are_errors() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Bytes::open(dir.path()).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        let missing = Bytes::open(&dir.path().join("none")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_slow_pipe_gives_what_it_has_and_other_threads_do_not_wait() {
        let (feed, stream) = mpsc::channel();
        feed.send(Ok(b"first".to_vec())).unwrap();
        let bytes = Bytes::spool(Box::new(Fed(stream))).unwrap();
        let mut buffer = [0; 100];
        assert_eq!(bytes.read_at(0, &mut buffer).unwrap(), 5);
        assert_eq!(bytes.len(), None);
        let waiting = bytes.clone();
        let waiter = std::thread::spawn(move || {
            let mut buffer = [0; 100];
            let n = waiting.read_at(5, &mut buffer).unwrap();
            buffer[..n].to_vec()
        });
        // The pipe gives nothing until the line after this: the read below must not need it.
        assert_eq!(bytes.read_range(1, 4).unwrap(), b"irst");
        feed.send(Ok(b"second".to_vec())).unwrap();
        assert_eq!(waiter.join().unwrap(), b"second");
        drop(feed);
        assert_eq!(bytes.read_at(11, &mut buffer).unwrap(), 0);
        assert_eq!(bytes.len(), Some(11));
    }

    #[test]
    fn a_failing_stream_keeps_what_it_gave_and_keeps_failing() {
        let (feed, stream) = mpsc::channel();
        feed.send(Ok(b"good".to_vec())).unwrap();
        feed.send(Err(io::Error::new(io::ErrorKind::ConnectionReset, "gone"))).unwrap();
        let bytes = Bytes::spool(Box::new(Fed(stream))).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(bytes.read_at(0, &mut buffer).unwrap(), 4);
        for _ in 0..2 {
            let e = bytes.read_at(4, &mut buffer).unwrap_err();
            assert_eq!(e.kind(), io::ErrorKind::ConnectionReset);
        }
        assert_eq!(bytes.read_at(2, &mut buffer).unwrap(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_special_file_is_spooled() {
        let bytes = Bytes::open(Path::new("/dev/null")).unwrap();
        assert!(matches!(bytes, Bytes::Spooled(_)));
        assert_eq!(bytes.read_at(0, &mut [0; 4]).unwrap(), 0);
    }
}
