//! A folder of the user's cache where blobs are kept between runs: bounded, written beside their place and moved there, so that
//! two programs may share it. What they mean is for others to say.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Bytes;

/// Of the names of all blobs.
const EXTENSION: &str = "index";
/// Of the names of blobs that are being written.
const NEW: &str = ".new-";
/// Nobody writes a blob for so long: who began it has gone.
const LEFT: Duration = Duration::from_hours(1);

/// Where blobs are kept.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
    /// Most bytes of all together.
    most: u64,
}

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfInfo {
    /// The folder.
    pub folder: PathBuf,
    /// Number of blobs.
    pub blobs: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Most bytes.
    pub most: u64,
}

/// One blob on disk.
struct Kept {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Shelf {
    /// A shelf in a folder, which need not exist yet. It never grows beyond `most` bytes: the blobs that were not used
    /// for longest go first.
    #[must_use]
    pub fn new(folder: PathBuf, most: u64) -> Self {
        Self { folder, most }
    }

    /// What is kept now.
    ///
    /// # Errors
    /// When the folder cannot be read. One that does not exist holds nothing.
    pub fn info(&self) -> io::Result<ShelfInfo> {
        let kept = self.kept()?;
        let bytes = kept.iter().map(|k| k.bytes).sum();
        let folder = self.folder.clone();
        Ok(ShelfInfo { folder, blobs: kept.len(), bytes, most: self.most })
    }

    /// Removes every blob, and nothing else. Gives what was removed.
    ///
    /// # Errors
    /// When the folder cannot be read, or a blob cannot be removed.
    pub fn clear(&self) -> io::Result<ShelfInfo> {
        let info = self.info()?;
        for kept in self.kept()? {
            fs::remove_file(kept.path)?;
        }
        Ok(info)
    }

    fn kept(&self) -> io::Result<Vec<Kept>> {
        let list = match fs::read_dir(&self.folder) {
            Ok(list) => list,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let kept = list.filter_map(|entry| {
            let path = entry.ok()?.path();
            (path.extension()? == EXTENSION).then_some(())?;
            let metadata = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            Some(Kept { path, bytes: metadata.len(), used })
        });
        Ok(kept.collect())
    }

    fn path(&self, key: u64) -> PathBuf {
        self.folder.join(format!("{key:016x}.{EXTENSION}"))
    }

    /// The blob of a key, which stays open when another takes its place; that it was used is noted.
    #[must_use]
    pub fn open(&self, key: u64) -> Option<Bytes> {
        let path = self.path(key);
        // Failing only means that it may go earlier.
        let _ = File::options()
            .append(true)
            .open(&path)
            .and_then(|f| f.set_modified(SystemTime::now()));
        Bytes::open_held(&path).ok()
    }

    /// Removes a blob that is not what it should be. Another program may have been faster.
    pub fn drop(&self, key: u64) {
        let _ = fs::remove_file(self.path(key));
    }

    /// Keeps what is written. False when it alone is larger than everything may be.
    ///
    /// # Errors
    /// When the folder cannot be made or written to; what was kept before stays.
    pub fn keep(
        &self,
        key: u64,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<bool> {
        make_folder(&self.folder)?;
        self.remove_left();
        let mut file = tempfile::Builder::new().prefix(NEW).tempfile_in(&self.folder)?;
        let mut out = io::BufWriter::with_capacity(1 << 20, file.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        let bytes = file.as_file().metadata()?.len();
        if bytes > self.most {
            return Ok(false);
        }
        self.make_room(bytes)?;
        file.persist(self.path(key)).map_err(|e| e.error)?;
        Ok(true)
    }

    /// Removes what programs that were ended left half written.
    fn remove_left(&self) {
        let Ok(list) = fs::read_dir(&self.folder) else { return };
        for entry in list.filter_map(Result::ok) {
            let is_new = entry.file_name().to_string_lossy().starts_with(NEW);
            let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            let age = modified.and_then(|at| at.elapsed().ok());
            if is_new && age.is_some_and(|age| age > LEFT) {
                // Another program may have been faster.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Removes what was not used for longest until there is room.
    fn make_room(&self, bytes: u64) -> io::Result<()> {
        let mut kept = self.kept()?;
        kept.sort_by_key(|k| std::cmp::Reverse(k.used));
        let mut sum: u64 = kept.iter().map(|k| k.bytes).sum();
        while sum.saturating_add(bytes) > self.most {
            let Some(oldest) = kept.pop() else { break };
            sum -= oldest.bytes;
            match fs::remove_file(&oldest.path) {
                // Another program was faster.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Makes a folder, and those it stands in, for this user alone.
///
/// # Errors
/// What the system says.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(shelf: &Shelf, key: u64, text: &str) -> bool {
        shelf.keep(key, &mut |out| out.write_all(text.as_bytes())).unwrap()
    }

    fn kept(shelf: &Shelf, key: u64) -> Option<String> {
        let bytes = shelf.open(key)?;
        let all = bytes.read_range(0, bytes.len()?).ok()?;
        Some(String::from_utf8(all).unwrap())
    }

    #[test]
    fn blobs_come_back_and_are_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().join("deep/er"), 100);
        assert_eq!(kept(&shelf, 1), None);
        assert_eq!(shelf.info().unwrap().blobs, 0);
        assert!(keep(&shelf, 1, "one"));
        assert!(keep(&shelf, 1, "other"));
        assert_eq!(kept(&shelf, 1).as_deref(), Some("other"));
        let failed = shelf.keep(1, &mut |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("full"))
        });
        assert!(failed.is_err());
        assert_eq!(kept(&shelf, 1).as_deref(), Some("other"));
        let names = fs::read_dir(dir.path().join("deep/er")).unwrap().count();
        assert_eq!(names, 1, "nothing half written stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&shelf.path(1)), 0o600);
            assert_eq!(mode(&shelf.folder), 0o700);
        }
    }

    #[test]
    fn an_open_blob_stays_readable_whatever_becomes_of_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().to_owned(), 100);
        assert!(keep(&shelf, 1, "one"));
        // With more files open than are held.
        let others: Vec<Bytes> = (0..200)
            .map(|i| {
                let path = dir.path().join(format!("{i}.txt"));
                fs::write(&path, "other").unwrap();
                Bytes::open(&path).unwrap()
            })
            .collect();
        let blob = shelf.open(1).unwrap();
        assert!(keep(&shelf, 1, "two"));
        assert_eq!(blob.read_range(0, 3).unwrap(), b"one");
        shelf.drop(1);
        assert_eq!(blob.read_range(0, 3).unwrap(), b"one");
        drop(others);
    }

    #[test]
    fn what_others_left_half_written_goes_when_nobody_can_be_at_it() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().to_owned(), 100);
        for (name, hours) in [(".new-old", 2), (".new-now", 0), ("old.txt", 9)] {
            let file = File::create(dir.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_hours(hours)).unwrap();
        }
        assert!(keep(&shelf, 1, "one"));
        let mut names: Vec<String> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".new-now", "0000000000000001.index", "old.txt"]);
    }

    #[test]
    fn the_least_used_go_first_and_nothing_else_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().to_owned(), 10);
        fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        let age = |key: u64, seconds: u64| {
            let file = File::options().append(true).open(shelf.path(key)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
                .unwrap();
        };
        assert!(keep(&shelf, 1, "aaaa") && keep(&shelf, 2, "bbbb"));
        age(1, 10);
        age(2, 20);
        assert!(kept(&shelf, 1).is_some(), "now the newest");
        assert!(keep(&shelf, 3, "cccc"));
        assert_eq!(kept(&shelf, 2), None);
        assert!(kept(&shelf, 1).is_some() && kept(&shelf, 3).is_some());
        assert!(!keep(&shelf, 4, "more than ten bytes"));
        let removed = shelf.clear().unwrap();
        assert_eq!((removed.blobs, removed.bytes), (2, 8));
        assert_eq!(shelf.info().unwrap().blobs, 0);
        assert!(dir.path().join("notes.txt").exists());
    }
}
