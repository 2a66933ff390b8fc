//! Where the journals of some data are: beside it, so that colleagues find each other's; in the user's own folder of data where
//! nothing can be written there.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::cli::kept::folder;
use crate::source::JOURNALS;

/// A folder that may hold journals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub folder: PathBuf,
    pub kind: Kind,
}

/// Whose folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Beside the data: shared with whoever has that.
    Beside,
    /// One that was named.
    Named,
    /// In the user's folder of data: for the user alone.
    Own,
}

/// The folders of some data's journals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Where one would be written, the best first.
    pub(super) write: Vec<Place>,
    /// Where some may be, each folder once.
    pub(super) read: Vec<PathBuf>,
}

impl Places {
    /// Those of what was named on the command line (nothing: the sample data), or the folder that was named for journals.
    #[must_use]
    pub fn of(paths: &[String], journal: Option<&Path>) -> Self {
        Self::inside(folder("XDG_DATA_HOME", ".local/share"), paths, journal)
    }

    pub(super) fn inside(data: Option<PathBuf>, paths: &[String], journal: Option<&Path>) -> Self {
        if let Some(folder) = journal {
            let place = Place { folder: folder.to_owned(), kind: Kind::Named };
            return Self { write: vec![place], read: vec![folder.to_owned()] };
        }
        // The folder of each path as it was named, and where that really is.
        let folders: Vec<(PathBuf, PathBuf)> = paths
            .iter()
            .filter_map(|path| {
                let folder = folder_of(path)?;
                let real = here(&folder).canonicalize().ok()?;
                Some((folder, real))
            })
            .collect();
        let journals = |folder: &Path| folder.join(JOURNALS);
        let mut write = Vec::new();
        // What came through a pipe has no folder, and what is beside it would be found without it.
        if folders.len() == paths.len()
            && let Some(folder) = best(&folders)
        {
            write.push(Place { folder: journals(folder), kind: Kind::Beside });
        }
        if let Some(data) = data {
            let folder = data.join("undertone/labels").join(format!("{:016x}", key(paths)));
            write.push(Place { folder, kind: Kind::Own });
        }
        let written = write.iter().map(|place| place.folder.clone());
        let mut seen = HashSet::new();
        let mut read: Vec<PathBuf> =
            written.chain(folders.iter().map(|(folder, _)| journals(folder))).collect();
        read.retain(|folder| seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())));
        Self { write, read }
    }
}

/// A path that can be asked for: the folder of `a.jsonl` is nothing, which is here.
pub(super) fn here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// The folder that a path is or lies in. Of what is not there (a pattern, a member of an archive) that of the first part that
/// is. `None`: standard input and other pipes.
fn folder_of(path: &str) -> Option<PathBuf> {
    if path == "-" {
        return None;
    }
    for path in Path::new(path).ancestors() {
        match here(path).metadata() {
            Ok(about) if about.is_dir() => return Some(path.to_owned()),
            Ok(about) if about.is_file() => return path.parent().map(Path::to_owned),
            Err(error) if is_absent(&error) => {}
            Ok(_) | Err(_) => return None,
        }
    }
    None
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Of several folders the one that holds all the others; the first where none does.
fn best(folders: &[(PathBuf, PathBuf)]) -> Option<&Path> {
    let holds =
        |(_, real): &&(PathBuf, PathBuf)| folders.iter().all(|(_, other)| other.starts_with(real));
    let found = folders.iter().find(holds).or_else(|| folders.first());
    found.map(|(folder, _)| folder.as_path())
}

/// Of which data: the absolute paths, in any order.
fn key(paths: &[String]) -> u64 {
    let absolute = |path: &String| {
        let path = Path::new(path);
        let real = path.canonicalize().or_else(|_| std::path::absolute(path));
        real.unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
    };
    let mut paths: Vec<String> = paths.iter().map(absolute).collect();
    paths.sort();
    paths.dedup();
    // A blank byte stands in no path.
    xxh3_64(paths.join("\0").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Folders and files to be named, and the places below the root.
    struct Tree(tempfile::TempDir);

    impl Tree {
        fn new() -> Self {
            let tree = Self(tempfile::tempdir().unwrap());
            for file in ["runs/a.jsonl", "runs/b/c.jsonl", "runs/b/d.jsonl", "other/e.zip"] {
                let path = tree.path(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "{}").unwrap();
            }
            tree
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn places(&self, names: &[&str]) -> Places {
            let whole = |name: &&str| match *name {
                "-" => "-".to_owned(),
                name => self.path(name).to_str().unwrap().to_owned(),
            };
            let names: Vec<String> = names.iter().map(whole).collect();
            Places::inside(Some(self.path("data")), &names, None)
        }

        /// The folder beside the data in which one would be written.
        fn beside(&self, names: &[&str]) -> Option<String> {
            let places = self.places(names);
            let place = places.write.into_iter().find(|place| place.kind == Kind::Beside)?;
            let below = place.folder.strip_prefix(self.0.path()).unwrap();
            Some(below.parent().unwrap().to_str().unwrap().to_owned())
        }
    }

    #[test]
    fn journals_are_beside_the_data() {
        let tree = Tree::new();
        for (names, folder) in [
            (&["runs"][..], Some("runs")),
            (&["runs/"], Some("runs")),
            (&["runs/a.jsonl"], Some("runs")),
            (&["runs/b/c.jsonl", "runs/b/d.jsonl"], Some("runs/b")),
            (&["runs/b", "runs/a.jsonl"], Some("runs")),
            (&["runs/b", "other"], Some("runs/b")),
            (&["runs/*.jsonl"], Some("runs")),
            (&["runs/**/x?.jsonl"], Some("runs")),
            (&["other/e.zip/f.jsonl"], Some("other")),
            (&["runs/a.jsonl:1#q1"], Some("runs")),
            (&["-"], None),
            (&["runs", "-"], None),
            (&["/dev/null"], None),
            (&[], None),
        ] {
            assert_eq!(tree.beside(names).as_deref(), folder, "{names:?}");
            let own = tree.places(names).write.pop().unwrap();
            assert_eq!(own.kind, Kind::Own);
            assert!(own.folder.starts_with(tree.path("data/undertone/labels")));
        }
        let own = |names: &[&str]| tree.places(names).write.pop().unwrap();
        assert_eq!(own(&["runs", "other"]), own(&["other", "runs/", "runs"]));
        assert_ne!(own(&["runs"]), own(&["other"]));
    }

    #[test]
    fn the_folders_of_all_paths_are_read_each_once() {
        let tree = Tree::new();
        let read = |names: &[&str]| {
            let read = tree.places(names).read;
            let below = |path: PathBuf| path.strip_prefix(tree.0.path()).unwrap().to_owned();
            let names = read.into_iter().map(|p| below(p).to_str().unwrap().to_owned());
            names.filter(|name| !name.starts_with("data/")).collect::<Vec<_>>()
        };
        assert_eq!(read(&["runs", "runs/a.jsonl"]), ["runs/undertone-labels"]);
        assert_eq!(
            read(&["runs/b", "other", "runs/a.jsonl"]),
            ["runs/b/undertone-labels", "other/undertone-labels", "runs/undertone-labels"]
        );
        assert_eq!(read(&["-", "other"]), ["other/undertone-labels"], "read, not written");
    }

    #[test]
    fn a_folder_that_was_named_is_the_only_one() {
        let tree = Tree::new();
        let named = tree.path("mine");
        let places = Places::inside(None, &["runs".to_owned()], Some(&named));
        assert_eq!(places.read, std::slice::from_ref(&named));
        assert_eq!(places.write, [Place { folder: named, kind: Kind::Named }]);
    }

    #[test]
    fn a_file_without_a_folder_lies_here() {
        // The tests run in the folder of the package.
        let places = Places::inside(None, &["Cargo.toml".to_owned()], None);
        assert_eq!(places.write.first().unwrap().folder, Path::new(JOURNALS));
    }
}
