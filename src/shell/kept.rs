//! The reader's highlights between runs: one small file for each corpus, in the user's state folder and for the user alone.
//!
//! A corpus is known by what was named on the command line, wherever the program was started. Standard input and other pipes have no name
//! that means anything later, so nothing is kept of them. Two programs on one corpus: who writes last is right.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::app;
use crate::source::make_folder;

/// Most bytes of a file that is believed to be one of ours.
const MOST: u64 = 64 << 10;

/// Where the highlights of a corpus are kept.
#[derive(Debug)]
pub struct Kept {
    /// `None`: nowhere.
    file: Option<PathBuf>,
    /// What was named, made absolute.
    paths: Vec<String>,
    /// Nothing is written.
    private: bool,
}

impl Kept {
    /// Those of what was named on the command line; of the sample data where nothing was.
    #[must_use]
    pub fn of(named: &[String], private: bool) -> Self {
        Self::inside(state_folder(), named, private)
    }

    fn inside(folder: Option<PathBuf>, named: &[String], private: bool) -> Self {
        // What is not a file or a folder (a pipe, nothing at all) is another thing each time.
        let place = |path: &String| {
            let path = fs::canonicalize(path).ok()?;
            (path.is_file() || path.is_dir()).then(|| path.to_string_lossy().into_owned())
        };
        let paths: Option<Vec<String>> = named.iter().map(place).collect();
        let nowhere = paths.is_none();
        let mut paths = paths.unwrap_or_default();
        paths.sort();
        paths.dedup();
        let file = folder.filter(|_| !nowhere).map(|folder| {
            // A blank byte stands in no path.
            let key = xxh3_64(paths.join("\0").as_bytes());
            folder.join(format!("highlights-{key:016x}.json"))
        });
        Self { file, paths, private }
    }

    /// What was kept. Nothing, where there is no file.
    ///
    /// # Errors
    /// A sentence: the file cannot be read, or is not what was written.
    pub fn read(&self) -> Result<Vec<app::Kept>, String> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        let failed = |why: &str| format!("the highlights that were kept cannot be read: {why}");
        match fs::metadata(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&error.to_string())),
            Ok(about) if about.len() > MOST => return Err(failed("the file is too large")),
            Ok(_) => {}
        }
        let bytes = fs::read(file).map_err(|error| failed(&error.to_string()))?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| failed("it is damaged"))?;
        // Two corpora of one hash are two corpora all the same.
        if value.get("paths") != Some(&json!(self.paths)) {
            return Ok(Vec::new());
        }
        let list = value.get("highlights").and_then(Value::as_object);
        let one = |(number, text): (&String, &Value)| {
            Some((number.parse().ok()?, text.as_str()?.to_owned()))
        };
        Ok(list.into_iter().flatten().filter_map(one).collect())
    }

    /// Keeps these for the next time; with none the file goes. Nothing is written in a private session.
    ///
    /// # Errors
    /// A sentence: there is no place for it, or it cannot be written.
    pub fn keep(&self, list: &[app::Kept]) -> Result<(), String> {
        if self.private {
            return Ok(());
        }
        let Some(file) = &self.file else {
            return Err(
                "highlights are kept for named files only: this one goes when you leave".to_owned()
            );
        };
        self.write(file, list).map_err(|error| format!("the highlights could not be kept: {error}"))
    }

    fn write(&self, file: &Path, list: &[app::Kept]) -> io::Result<()> {
        if list.is_empty() {
            return match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        let all: serde_json::Map<String, Value> =
            list.iter().map(|(number, text)| (number.to_string(), json!(text))).collect();
        let value = json!({ "paths": self.paths, "highlights": all });
        // Beside its place and moved there, so that nobody finds half of it; for this user alone from the start.
        let mut new = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        new.write_all(format!("{value}\n").as_bytes())?;
        new.persist(file).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Where this user's programs keep their state; `None` where nothing says so.
fn state_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    // A relative path is to be passed over, says the convention.
    let state = set("XDG_STATE_HOME").filter(|path| path.is_absolute());
    Some(state.or_else(|| Some(set("HOME")?.join(".local/state")))?.join("undertone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(dir: &Path, names: &[&str]) -> Vec<String> {
        let path = |name: &&str| {
            fs::write(dir.join(name), "{}").unwrap();
            dir.join(name).to_string_lossy().into_owned()
        };
        names.iter().map(path).collect()
    }

    #[test]
    fn highlights_come_back_for_the_same_files_only() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("deep/state");
        let kept = |names: &[&str], private| {
            Kept::inside(Some(state.clone()), &named(dir.path(), names), private)
        };
        let list = vec![(1, "avoid".to_owned()), (4, "/modif(y|ied)/".to_owned())];
        kept(&["a", "b"], false).keep(&list).unwrap();
        assert_eq!(kept(&["b", "a", "a"], true).read().unwrap(), list, "in any order");
        assert_eq!(kept(&["a"], false).read().unwrap(), []);
        assert_eq!(kept(&[], false).read().unwrap(), []);
        kept(&["a", "b"], true).keep(&[]).unwrap();
        kept(&["c"], true).keep(&list).unwrap();
        let names = || fs::read_dir(&state).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
        assert_eq!(names().len(), 1, "nothing is written in private, nothing half written stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&names()[0]), mode(&state)), (0o600, 0o700));
        }
        kept(&["a", "b"], false).keep(&[]).unwrap();
        assert!(names().is_empty(), "with the last highlight the file goes");
    }

    #[test]
    fn what_is_damaged_or_huge_is_told_and_what_has_no_name_is_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::inside(Some(dir.path().join("s")), &named(dir.path(), &["a"]), false);
        kept.keep(&[(1, "x".to_owned())]).unwrap();
        let file = kept.file.clone().unwrap();
        for (text, part) in [("{\"paths\":", "damaged"), (&" ".repeat(70_000), "too large")] {
            fs::write(&file, text).unwrap();
            assert!(kept.read().unwrap_err().contains(part), "{part}");
        }
        // Another corpus with the same hash, and numbers and texts that are none.
        fs::write(&file, "{\"paths\":[\"/b\"],\"highlights\":{\"1\":\"x\"}}").unwrap();
        assert_eq!(kept.read().unwrap(), []);
        let odd =
            json!({"paths": kept.paths, "highlights": {"1": 2, "x": "y", "300": "z", "2": "ok"}});
        fs::write(&file, odd.to_string()).unwrap();
        assert_eq!(kept.read().unwrap(), [(2, "ok".to_owned())]);
        for nameless in ["-", "/dev/null", "no such file"] {
            let kept = Kept::inside(Some(dir.path().join("s")), &[nameless.to_owned()], false);
            assert_eq!(kept.read().unwrap(), []);
            assert!(kept.keep(&[(1, "x".to_owned())]).unwrap_err().contains("named files"));
        }
    }
}
