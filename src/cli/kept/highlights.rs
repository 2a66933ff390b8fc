//! The reader's highlights between runs. Two programs on one corpus: who writes last is right.

use serde_json::{Value, json};

use super::{Kept, bytes_of, remove, why, write};

/// Most bytes of a file that is believed to be one of ours.
const MOST: u64 = 64 << 10;

/// A highlight: its number and its pattern.
type Highlight = (u8, String);

impl Kept {
    /// The highlights that were kept. None, where there is no file.
    ///
    /// # Errors
    /// A sentence: the file cannot be read, or is not what was written.
    pub fn highlights(&self) -> Result<Vec<Highlight>, String> {
        let Some(file) = self.file("highlights") else { return Ok(Vec::new()) };
        let failed = |why: &str| format!("the highlights that were kept cannot be read: {why}");
        let Some(bytes) = bytes_of(&file, MOST).map_err(|why| failed(&why))? else {
            return Ok(Vec::new());
        };
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
    pub fn keep_highlights(&self, list: &[Highlight]) -> Result<(), String> {
        if self.private {
            return Ok(());
        }
        let Some(file) = self.file("highlights") else {
            return Err(
                "highlights are kept for named files only: this one goes when you leave".to_owned()
            );
        };
        let all: serde_json::Map<String, Value> =
            list.iter().map(|(number, text)| (number.to_string(), json!(text))).collect();
        let value = json!({ "paths": self.paths, "highlights": all });
        let done = if list.is_empty() {
            remove(&file)
        } else {
            write(&file, format!("{value}\n").as_bytes())
        };
        done.map_err(|error| format!("the highlights could not be kept: {}", why(&error)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::tests::named;
    use super::*;

    #[test]
    fn highlights_come_back_for_the_same_files_only() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("deep/state");
        let kept = |names: &[&str], private| {
            Kept::inside(Some(state.clone()), &named(dir.path(), names), private)
        };
        let list = vec![(1, "avoid".to_owned()), (4, "/modif(y|ied)/".to_owned())];
        kept(&["a", "b"], false).keep_highlights(&list).unwrap();
        assert_eq!(kept(&["b", "a", "a"], true).highlights().unwrap(), list, "in any order");
        assert_eq!(kept(&["a"], false).highlights().unwrap(), []);
        assert_eq!(kept(&[], false).highlights().unwrap(), []);
        kept(&["a", "b"], true).keep_highlights(&[]).unwrap();
        kept(&["c"], true).keep_highlights(&list).unwrap();
        let names = || fs::read_dir(&state).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
        assert_eq!(names().len(), 1, "nothing is written in private, nothing half written stays");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&names()[0]), mode(&state)), (0o600, 0o700));
        }
        kept(&["a", "b"], false).keep_highlights(&[]).unwrap();
        assert!(names().is_empty(), "with the last highlight the file goes");
    }

    #[test]
    fn what_is_damaged_or_huge_is_told_and_what_has_no_name_is_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let kept = Kept::inside(Some(dir.path().join("s")), &named(dir.path(), &["a"]), false);
        kept.keep_highlights(&[(1, "x".to_owned())]).unwrap();
        let file = kept.file("highlights").unwrap();
        for (text, part) in [("{\"paths\":", "damaged"), (&" ".repeat(70_000), "too large")] {
            fs::write(&file, text).unwrap();
            assert!(kept.highlights().unwrap_err().contains(part), "{part}");
        }
        // Another corpus with the same hash, and numbers and texts that are none.
        fs::write(&file, "{\"paths\":[\"/b\"],\"highlights\":{\"1\":\"x\"}}").unwrap();
        assert_eq!(kept.highlights().unwrap(), []);
        let odd =
            json!({"paths": kept.paths, "highlights": {"1": 2, "x": "y", "300": "z", "2": "ok"}});
        fs::write(&file, odd.to_string()).unwrap();
        assert_eq!(kept.highlights().unwrap(), [(2, "ok".to_owned())]);
        for nameless in ["-", "/dev/null", "no such file"] {
            let kept = Kept::inside(Some(dir.path().join("s")), &[nameless.to_owned()], false);
            assert_eq!(kept.highlights().unwrap(), []);
            assert!(
                kept.keep_highlights(&[(1, "x".to_owned())]).unwrap_err().contains("named files")
            );
        }
    }
}
