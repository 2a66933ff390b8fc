//! Writing to a journal: a line is whole and on the disk before anybody is told that it is kept, and what could not be written
//! is told at once.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::disk::{Disk, OnDisk, Refused, sync_folder};
use super::name::file_name;
use super::place::{Kind, Place, Places, here};
use crate::cli::kept::why;
use crate::review::Event;
use crate::source::{JOURNALS, make_folder};

/// A journal that is open for writing. It belongs to this program until it is dropped.
pub struct Journal {
    pub(super) disk: Box<dyn Disk>,
    pub(super) path: PathBuf,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the journal of a rater, and makes it where there is none: beside the data, or in the user's own folder where that
    /// cannot be written.
    ///
    /// # Errors
    /// A sentence with the file's name: another program writes to it, or it can be made nowhere.
    pub fn open(places: &Places, rater: &str) -> Result<Self, String> {
        let name = file_name(rater);
        let mut told = Vec::new();
        for place in &places.write {
            let path = place.folder.join(&name);
            let refused = match open_in(place, &path) {
                Ok(disk) => return Ok(Self { disk: Box::new(disk), path }),
                Err(refused) => refused,
            };
            let file = path.display();
            match refused {
                Refused::InUse => {
                    return Err(format!(
                        "{file}: another program is writing to this journal; end that one first, or review under another name"
                    ));
                }
                Refused::Error(error) => {
                    told.push(format!("{file}: the journal cannot be opened: {}", why(&error)));
                    // Elsewhere it would not be looked for: only where there is no other way.
                    if !is_not_ours_to_write(&error) {
                        break;
                    }
                }
            }
        }
        if told.is_empty() {
            told.push("there is no place for a journal: name a folder with --journal".to_owned());
        }
        Err(told.join("\n"))
    }

    /// Gives it back. A file in which nothing stands is taken away again, and so is the folder of journals where it was alone in it.
    pub fn close(self) {
        if self.disk.len().is_ok_and(|len| len == 0) && self.disk.is_at(&self.path) {
            let _ = fs::remove_file(&self.path);
            // Only an empty folder can be removed; one that somebody named is theirs.
            if let Some(folder) = self.path.parent().filter(|folder| folder.ends_with(JOURNALS)) {
                let _ = fs::remove_dir(folder);
            }
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes an event, and waits until it is on the disk.
    ///
    /// # Errors
    /// A sentence: it is not kept. What was half written is taken away again, as far as that is possible.
    pub fn append(&mut self, event: &Event) -> Result<(), String> {
        self.append_all(std::slice::from_ref(event))
    }

    /// Writes several events, all or none.
    ///
    /// # Errors
    /// As [`Journal::append`].
    pub fn append_all(&mut self, events: &[Event]) -> Result<(), String> {
        // The reason first: a status line may have no room for the whole path.
        let failed = |why: String| format!("not kept: {why}: {}", self.path.display());
        let before = self.disk.len().map_err(|error| failed(why(&error)))?;
        let last = self.disk.last().map_err(|error| failed(why(&error)))?;
        let mut bytes = Vec::new();
        if last.is_some_and(|byte| byte != b'\n') {
            // What somebody did not finish is no part of this line.
            bytes.push(b'\n');
        }
        for event in events {
            bytes.extend(event.print().into_bytes());
            bytes.push(b'\n');
        }
        if let Err(error) = self.disk.append(&bytes).and_then(|()| self.disk.sync()) {
            return Err(self.take_back(before, failed(why(&error))));
        }
        if self.disk.is_at(&self.path) {
            return Ok(());
        }
        // Where the file is now, nothing of it stays: who hears that it is not kept answers anew.
        let moved = "the file was moved, replaced or removed while it was in use";
        Err(self.take_back(before, failed(moved.to_owned())))
    }

    /// Takes away what was written last; says so where that cannot be done.
    fn take_back(&mut self, before: u64, sentence: String) -> String {
        let rest = "; what was written of it may still stand at the end of the file";
        if self.disk.cut(before).is_ok() { sentence } else { sentence + rest }
    }
}

/// Whether a place is one where this user may write nothing.
fn is_not_ours_to_write(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

fn open_in(place: &Place, path: &Path) -> Result<OnDisk, Refused> {
    let made = match place.kind {
        // What the data lies in is there.
        Kind::Beside => fs::create_dir(&place.folder),
        Kind::Named => fs::create_dir_all(&place.folder),
        Kind::Own => make_folder(&place.folder),
    };
    match made {
        Err(error) if !place.folder.is_dir() => return Err(Refused::Error(error)),
        _ => {}
    }
    let disk = OnDisk::open(path, place.kind == Kind::Own)?;
    // That the names lead to it is on the disk before anything is said to be kept.
    let above = here(place.folder.parent().unwrap_or(Path::new("")));
    sync_folder(&place.folder).and_then(|()| sync_folder(above)).map_err(Refused::Error)?;
    Ok(disk)
}

#[cfg(test)]
mod tests {
    use super::super::read_all;
    use super::*;
    use crate::review::testing::{answer, happened};
    use crate::review::{Line, Verdict, What};

    fn event(n: u64) -> Event {
        happened("s", n, What::Answered(Box::new(answer(n as usize, Verdict::Yes))))
    }

    struct Desk(tempfile::TempDir);

    impl Desk {
        fn new() -> Self {
            let desk = Self(tempfile::tempdir().unwrap());
            fs::create_dir(desk.0.path().join("runs")).unwrap();
            desk
        }

        fn paths(&self) -> Vec<String> {
            vec![self.0.path().join("runs").to_str().unwrap().to_owned()]
        }

        fn places(&self) -> Places {
            Places::inside(Some(self.0.path().join("data")), &self.paths(), None)
        }

        fn events(&self) -> Vec<Event> {
            let read = read_all(&self.places());
            assert_eq!(read.problems, []);
            let event = |line| if let Line::Event(event) = line { Some(event) } else { None };
            read.lines.into_iter().filter_map(event).collect()
        }
    }

    #[test]
    fn what_is_appended_is_read_again_by_whoever_comes() {
        let desk = Desk::new();
        let mut journal = Journal::open(&desk.places(), "R1").unwrap();
        assert!(journal.path().ends_with("runs/undertone-labels/R1.jsonl"));
        journal.append(&event(1)).unwrap();
        journal.append_all(&[event(2), event(3)]).unwrap();
        assert_eq!(desk.events(), [event(1), event(2), event(3)]);
        // Another rater has another file.
        let mut other = Journal::open(&desk.places(), "R 2").unwrap();
        other.append(&event(4)).unwrap();
        assert_eq!(desk.events().len(), 4);
        drop(journal);
        let mut again = Journal::open(&desk.places(), "R1").unwrap();
        again.append(&event(5)).unwrap();
        assert_eq!(desk.events().len(), 5);
    }

    #[test]
    fn a_second_program_is_refused_by_name() {
        let desk = Desk::new();
        let journal = Journal::open(&desk.places(), "R1").unwrap();
        let sentence = Journal::open(&desk.places(), "R1").unwrap_err();
        assert!(sentence.contains("R1.jsonl: another program"), "{sentence}");
        assert!(!desk.0.path().join("data").exists(), "nor is it written elsewhere");
        drop(journal);
        Journal::open(&desk.places(), "R1").unwrap();
    }

    #[test]
    fn an_unfinished_line_is_ended_and_kept() {
        let desk = Desk::new();
        let mut journal = Journal::open(&desk.places(), "R1").unwrap();
        journal.append(&event(1)).unwrap();
        fs::write(journal.path(), [fs::read(journal.path()).unwrap(), b"{\"ev".to_vec()].concat())
            .unwrap();
        journal.append(&event(2)).unwrap();
        let text = fs::read_to_string(journal.path()).unwrap();
        assert_eq!(text, format!("{}\n{{\"ev\n{}\n", event(1).print(), event(2).print()));
    }

    #[test]
    fn a_journal_that_was_taken_away_is_told() {
        let desk = Desk::new();
        let mut journal = Journal::open(&desk.places(), "R1").unwrap();
        journal.append(&event(1)).unwrap();
        let aside = journal.path().with_extension("old");
        fs::rename(journal.path(), &aside).unwrap();
        let before = fs::read(&aside).unwrap();
        let told = journal.append(&event(2)).unwrap_err();
        assert_eq!(fs::read(&aside).unwrap(), before, "what is said not to be kept stands nowhere");
        assert!(
            told.starts_with("not kept: the file was moved") && told.ends_with("R1.jsonl"),
            "{told}"
        );
        #[cfg(unix)]
        {
            // Another file of its name is not it.
            fs::write(journal.path(), "").unwrap();
            assert!(journal.append(&event(3)).is_err());
            fs::rename(&aside, journal.path()).unwrap();
            journal.append(&event(4)).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn journals_beside_the_data_are_shared_and_the_users_own_are_not() {
        use std::os::unix::fs::PermissionsExt;

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let desk = Desk::new();
        let plain = desk.0.path().join("plain");
        fs::write(&plain, "").unwrap();
        let journal = Journal::open(&desk.places(), "R1").unwrap();
        assert_eq!(mode(journal.path()), mode(&plain), "as any file of this user");
        let places = Places::inside(Some(desk.0.path().join("data")), &["-".to_owned()], None);
        let journal = Journal::open(&places, "R1").unwrap();
        assert_eq!((mode(journal.path()), mode(journal.path().parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn what_is_in_the_way_is_told() {
        let desk = Desk::new();
        let labels = desk.0.path().join("runs/undertone-labels");
        fs::write(&labels, "a file").unwrap();
        let told = Journal::open(&desk.places(), "R1").unwrap_err();
        assert!(told.contains("R1.jsonl: the journal cannot be opened"), "{told}");
        fs::remove_file(&labels).unwrap();
        fs::create_dir_all(labels.join("R1.jsonl")).unwrap();
        assert!(Journal::open(&desk.places(), "R1").is_err());
        let nowhere = Places::inside(None, &["-".to_owned()], None);
        assert!(Journal::open(&nowhere, "R1").unwrap_err().contains("--journal"));
    }

    #[test]
    fn where_nothing_can_be_written_the_users_own_folder_is_taken() {
        for (number, other) in [(13, true), (30, true), (28, false), (2, false)] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(is_not_ours_to_write(&error), other, "{error}");
        }
    }
}
