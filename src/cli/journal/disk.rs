//! A file that only grows, as a journal needs it. A trait, so that tests can let each step fail.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What can be done to the file.
pub(super) trait Disk: Send {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Its last byte; `None` where it is empty.
    fn last(&self) -> io::Result<Option<u8>>;
    /// Puts bytes behind the last one. After an error some of them may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Waits until all of it is on the disk.
    fn sync(&self) -> io::Result<()>;
    /// Takes away what is behind this length.
    fn cut(&mut self, len: u64) -> io::Result<()>;
    /// Whether the path still leads to it.
    fn is_at(&self, path: &Path) -> bool;
}

/// A real file.
#[derive(Debug)]
pub(super) struct OnDisk {
    file: File,
    /// Nobody else writes to it. Where the file system knows no locks, nobody can say.
    alone: bool,
}

/// Why a file was not opened.
#[derive(Debug)]
pub(super) enum Refused {
    /// Another program has it.
    InUse,
    /// It cannot be opened or made.
    Error(io::Error),
}

impl OnDisk {
    /// Opens a file to append to it, alone; makes it where there is none, `private`: for this user only.
    pub fn open(path: &Path, private: bool) -> Result<Self, Refused> {
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        if private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        #[cfg(not(unix))]
        let _ = private;
        let file = options.open(path).map_err(Refused::Error)?;
        if !file.metadata().map_err(Refused::Error)?.is_file() {
            return Err(Refused::Error(io::Error::other("it is no ordinary file")));
        }
        let alone = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Err(Refused::InUse),
            Err(TryLockError::Error(_)) => false,
        };
        Ok(Self { file, alone })
    }
}

impl Disk for OnDisk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn last(&self) -> io::Result<Option<u8>> {
        let mut file = &self.file;
        if self.len()? == 0 {
            return Ok(None);
        }
        file.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        file.read_exact(&mut byte)?;
        Ok(Some(byte[0]))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        if !self.alone {
            return Err(io::Error::other("another program may have written meanwhile"));
        }
        self.file.set_len(len)?;
        self.file.sync_data()
    }

    fn is_at(&self, path: &Path) -> bool {
        let (Ok(there), Ok(own)) = (path.metadata(), self.file.metadata()) else { return false };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            (there.dev(), there.ino()) == (own.dev(), own.ino())
        }
        #[cfg(not(unix))]
        {
            there.len() == own.len()
        }
    }
}

/// Waits until a folder's names are on the disk. A system that cannot do that has done its best.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if !matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Err(error)
        }
        _ => Ok(()),
    }
}
