//! What is kept of a corpus between runs: small files in the user's state folder, for the user alone. This file says where they
//! are and writes them whole; what is in them is told by the others of this folder.
//!
//! A corpus is known by what was named on the command line, wherever the program was started. Standard input and other pipes
//! have no name that means anything later, so nothing is kept of them.

mod highlights;
mod ledger;
mod reader;
mod session;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

pub use reader::{Answer, Item, Reader, as_kept};

use crate::source::make_folder;

/// Where the state of a corpus is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// `None`: nowhere.
    folder: Option<PathBuf>,
    /// Stands in the names of the files.
    key: u64,
    /// What was named, made absolute; nothing: the sample data.
    paths: Vec<String>,
    /// Nothing is written.
    private: bool,
}

impl Kept {
    /// That of what was named on the command line; of the sample data where nothing was.
    #[must_use]
    pub fn of(named: &[String], private: bool) -> Self {
        let home = folder("XDG_STATE_HOME", ".local/state");
        Self::inside(home.map(|home| home.join("undertone")), named, private)
    }

    fn inside(folder: Option<PathBuf>, named: &[String], private: bool) -> Self {
        // What is not a file or a folder (a pipe, nothing at all) is another thing each time.
        let place = |path: &String| {
            let path = fs::canonicalize(path).ok()?;
            (path.is_file() || path.is_dir()).then(|| path.to_string_lossy().into_owned())
        };
        let paths: Option<Vec<String>> = named.iter().map(place).collect();
        let folder = folder.filter(|_| paths.is_some());
        let mut paths = paths.unwrap_or_default();
        paths.sort();
        paths.dedup();
        // A blank byte stands in no path.
        let key = xxh3_64(paths.join("\0").as_bytes());
        Self { folder, key, paths, private }
    }

    /// Whether it is the sample data, which everybody has.
    #[must_use]
    pub fn is_sample_data(&self) -> bool {
        self.paths.is_empty()
    }

    /// Whether what is said of transcripts is kept: they have a place, and this is no private session.
    #[must_use]
    pub fn lasts(&self) -> bool {
        self.folder.is_some() && !self.private
    }

    /// The file of a part.
    fn file(&self, part: &str) -> Option<PathBuf> {
        let name = format!("{part}-{:016x}.json", self.key);
        self.folder.as_ref().map(|folder| folder.join(name))
    }
}

/// The bytes of a file; `None` where there is none.
pub(super) fn bytes_of(file: &Path, most: u64) -> Result<Option<Vec<u8>>, String> {
    match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(why(&error)),
        Ok(about) if about.len() > most => Err("the file is too large".to_owned()),
        Ok(_) => fs::read(file).map(Some).map_err(|error| why(&error)),
    }
}

/// Writes a whole file. Beside its place and moved there, so that nobody finds half of it and a full disk costs nothing that
/// was there; for this user alone from the start.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let mut new = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|error| error.error)?;
    // That the name leads to it is kept with the folder; a system that cannot do that has done its best.
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Takes a file away, if there is one.
fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What went wrong, in words.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

/// A folder of the user's own that a variable names, or that stands under the home folder; `None` where nothing says so.
pub(super) fn folder(variable: &str, under_home: &str) -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // A relative path is to be passed over, says the convention.
    let named = set(variable).filter(|path| path.is_absolute());
    named.or_else(|| Some(set("HOME")?.join(under_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths of small files that are there now.
    pub fn named(dir: &Path, names: &[&str]) -> Vec<String> {
        let path = |name: &&str| {
            fs::write(dir.join(name), "{}").unwrap();
            dir.join(name).to_string_lossy().into_owned()
        };
        names.iter().map(path).collect()
    }

    #[test]
    fn a_full_disk_is_told_in_words() {
        for (number, words) in [(28, "the disk is full"), (122, "the disk is full"), (13, "denied")]
        {
            let sentence = why(&io::Error::from_raw_os_error(number));
            assert!(sentence.contains(words), "{sentence}");
        }
    }

    #[test]
    fn what_cannot_be_written_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a/b");
        write(&file, b"one").unwrap();
        fs::write(dir.path().join("c"), "a file").unwrap();
        assert!(write(&dir.path().join("c/b"), b"two").is_err());
        write(&file, b"two").unwrap();
        assert_eq!(bytes_of(&file, 9).unwrap().unwrap(), b"two");
        assert!(bytes_of(&file, 2).unwrap_err().contains("too large"));
        assert_eq!(fs::read_dir(dir.path().join("a")).unwrap().count(), 1, "nothing half written");
        remove(&file).unwrap();
        remove(&file).unwrap();
        assert_eq!(bytes_of(&file, 9).unwrap(), None);
    }
}
