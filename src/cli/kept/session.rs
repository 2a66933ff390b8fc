//! How a corpus was left: the filter, the order, the place. What stands in it is the explorer's business.

use serde_json::{Value, json};

use super::{Kept, bytes_of, write};

/// Most bytes of a file that is believed to be one of ours.
const MOST: u64 = 256 << 10;

impl Kept {
    /// Whether a session is kept, and looked at. Of the sample data none is: who opens it wants to see all of it.
    fn has_session(&self) -> bool {
        self.lasts() && !self.is_sample_data()
    }

    /// How these files were left; `None` where nobody knows. A file that cannot be read is none: nothing of it was made by hand.
    #[must_use]
    pub fn session(&self) -> Option<Value> {
        let file = self.file("session").filter(|_| self.has_session())?;
        let bytes = bytes_of(&file, MOST).ok()??;
        let mut value: Value = serde_json::from_slice(&bytes).ok()?;
        (value.get("paths") == Some(&json!(self.paths))).then_some(())?;
        Some(value.get_mut("session")?.take())
    }

    /// Keeps how these files are left. That it cannot be kept is not worth a word: nothing is lost but a place.
    pub fn keep_session(&self, session: &Value) {
        if let Some(file) = self.file("session").filter(|_| self.has_session()) {
            let value = json!({ "paths": self.paths, "session": session });
            let _ = write(&file, format!("{value}\n").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::named;
    use super::*;

    #[test]
    fn a_session_is_of_named_files_and_not_private() {
        let dir = tempfile::tempdir().unwrap();
        let kept = |names: &[&str], private| {
            Kept::inside(Some(dir.path().join("s")), &named(dir.path(), names), private)
        };
        let session = json!({ "filter": "tier:free" });
        kept(&["a"], true).keep_session(&session);
        kept(&[], false).keep_session(&session);
        assert!(!dir.path().join("s").exists());
        kept(&["a"], false).keep_session(&session);
        assert_eq!(kept(&["a"], false).session(), Some(session));
        assert_eq!(kept(&["a"], true).session(), None);
        assert_eq!(kept(&["a", "b"], false).session(), None);
        std::fs::write(kept(&["a"], false).file("session").unwrap(), "{").unwrap();
        assert_eq!(kept(&["a"], false).session(), None);
    }
}
