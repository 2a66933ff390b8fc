//! What the reader said of transcripts (marks, notes, what was read) and the filters that were named, between runs.
//!
//! Written soon after each change, merged with what another program on the same corpus wrote meanwhile. What cannot be
//! written is tried again with the next change. A damaged file is moved aside, never written over.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::ledger::Ledger;
use super::{Kept, bytes_of, why, write};
use crate::corpus::{Change, Name};

/// Most bytes of a file that is believed to be one of ours: more than a million marks.
const MOST: u64 = 1 << 30;
/// How long another program is waited for, and how often it is looked.
const PATIENCE: (u32, Duration) = (60, Duration::from_millis(50));

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Of a transcript.
    Remark(Name, Change),
    /// A filter's name and its text; without one the name is gone.
    Filter(String, Option<String>),
}

impl Item {
    /// Of what, in which respect, what.
    fn word(&self) -> (Value, &'static str, Value) {
        match self {
            Self::Remark(name, change) => {
                let Name { source, index, ordinal, id, hash } = name;
                let of = json!([source, index, ordinal, id, format!("{hash:016x}")]);
                match change {
                    Change::Mark(mark) => (of, "mark", json!(mark)),
                    Change::Read(read) => (of, "read", json!(read)),
                    Change::Note(note) => (of, "note", json!(note.as_deref())),
                }
            }
            Self::Filter(name, text) => (json!(name), "filter", json!(text)),
        }
    }

    /// `None`: not of this release; it is kept as it is.
    fn read(of: &Value, field: &str, value: &Value) -> Option<Self> {
        if field == "filter" {
            return Some(Self::Filter(of.as_str()?.to_owned(), value.as_str().map(str::to_owned)));
        }
        let text = |at: usize| of.get(at).and_then(Value::as_str);
        let number = |at: usize| of.get(at).and_then(Value::as_u64);
        let name = Name {
            source: text(0)?.into(),
            index: number(1)?,
            ordinal: u32::try_from(number(2)?).ok()?,
            id: text(3)?.into(),
            hash: u64::from_str_radix(text(4)?, 16).ok()?,
        };
        let change = match field {
            "mark" => Change::Mark(value.as_bool()?),
            "read" => Change::Read(value.as_bool()?),
            "note" => Change::Note(value.as_str().map(Arc::from)),
            _ => return None,
        };
        Some(Self::Remark(name, change))
    }
}

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What others said, and what is new since the last time.
    pub others: Vec<Item>,
    /// What went wrong, a sentence.
    pub problem: Option<String>,
}

/// The file, and what is known of it.
#[derive(Debug)]
pub struct Reader {
    kept: Kept,
    known: Ledger,
    /// What could not be written yet.
    unsaved: Ledger,
    /// It was said that nothing is kept.
    told: bool,
}

impl Reader {
    /// The reader of a corpus. Nothing is read before [`Reader::look`].
    #[must_use]
    pub fn new(kept: Kept) -> Self {
        let told = kept.private;
        Self { kept, known: Ledger::default(), unsaved: Ledger::default(), told }
    }

    /// What others have written since the last time; at first everything.
    pub fn look(&mut self) -> Answer {
        if !self.kept.lasts() {
            return Answer::default();
        }
        self.exchange()
    }

    /// Says something at a time (milliseconds since 1970), and keeps it.
    pub fn say(&mut self, items: &[Item], now: u64) -> Answer {
        for item in items {
            let (of, field, value) = item.word();
            self.known.say(&of, field, value, now);
        }
        if self.kept.lasts() {
            for item in items {
                let (of, ..) = item.word();
                self.unsaved.merge(&self.known.only(&of));
            }
            return self.exchange();
        }
        let sentence = "marks and notes are kept for named files only: they go when you leave";
        // That something was read is no work of the reader's.
        let made = |item: &Item| !matches!(item, Item::Remark(_, Change::Read(_)));
        let tell = items.iter().any(made) && !std::mem::replace(&mut self.told, true);
        let problem = tell.then(|| sentence.to_owned());
        Answer { problem, ..Answer::default() }
    }

    /// Whether something could not be written yet.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        !self.unsaved.is_empty()
    }

    /// Reads the file, adds what was said here and writes it, alone.
    fn exchange(&mut self) -> Answer {
        let mut answer = Answer::default();
        match self.merged(&mut answer.problem) {
            Ok(merged) => {
                let new = merged.beside(&self.known);
                answer.others = items(&new);
                self.known = merged;
                self.unsaved = Ledger::default();
            }
            Err(sentence) => answer.problem = Some(sentence),
        }
        answer
    }

    fn merged(&self, told: &mut Option<String>) -> Result<Ledger, String> {
        let failed = |why: String| format!("marks and notes could not be kept: {why}");
        let Some(file) = self.kept.file("reader") else { return Ok(self.known.clone()) };
        if !self.is_behind() && !file.exists() {
            return Ok(Ledger::default());
        }
        let lock = Lock::take(&file).map_err(failed)?;
        let (mut merged, damaged) = match bytes_of(&file, MOST).map_err(failed)? {
            None => Default::default(),
            Some(bytes) => Ledger::read(&bytes, &self.kept.paths)
                .ok_or_else(|| failed(format!("{} is of other files", file.display())))?,
        };
        if damaged > 0 {
            let aside = move_aside(&file).map_err(|error| failed(why(&error)))?;
            *told = Some(format!(
                "marks and notes were damaged in {damaged} places: {} can still be used; what was there is in {}",
                merged.iter().count(),
                aside.display()
            ));
        }
        let before = merged.clone();
        merged.merge(&self.unsaved);
        if merged != before || damaged > 0 {
            let text = merged.print(&self.kept.paths);
            write(&file, text.as_bytes()).map_err(|error| failed(why(&error)))?;
        }
        drop(lock);
        Ok(merged)
    }
}

/// What was kept, for a command that looks at it and writes nothing.
///
/// # Errors
/// A sentence: it cannot be read.
pub fn as_kept(kept: &Kept) -> Result<Vec<Item>, String> {
    let Some(file) = kept.file("reader").filter(|_| kept.lasts()) else { return Ok(Vec::new()) };
    let failed = |why: &str| format!("marks and notes cannot be read: {why}");
    let Some(bytes) = bytes_of(&file, MOST).map_err(|why| failed(&why))? else {
        return Ok(Vec::new());
    };
    match Ledger::read(&bytes, &kept.paths) {
        Some((ledger, 0)) => Ok(items(&ledger)),
        Some(_) => Err(failed(&format!("{} is damaged; the explorer mends it", file.display()))),
        None => Err(failed(&format!("{} is of other files", file.display()))),
    }
}

fn items(ledger: &Ledger) -> Vec<Item> {
    ledger.iter().filter_map(|(of, field, value)| Item::read(&of, field, value)).collect()
}

/// Gives a file a name under which nothing else stands.
fn move_aside(file: &Path) -> std::io::Result<PathBuf> {
    let free = (1..1000).map(|n| file.with_extension(format!("damaged-{n}")));
    let aside = free.into_iter().find(|path| !path.exists());
    let aside = aside.ok_or_else(|| std::io::Error::other("too many damaged files lie there"))?;
    fs::rename(file, &aside)?;
    Ok(aside)
}

/// Held while the file is read and written.
struct Lock(#[allow(dead_code)] File);

impl Lock {
    fn take(file: &Path) -> Result<Self, String> {
        let path = file.with_extension("lock");
        let folder = path.parent().unwrap_or(Path::new("."));
        crate::source::make_folder(folder).map_err(|error| why(&error))?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(path).map_err(|error| why(&error))?;
        for _ in 0..PATIENCE.0 {
            // On a file system without locks two programs at the very same moment are rare.
            let Err(fs::TryLockError::WouldBlock) = lock.try_lock() else { return Ok(Self(lock)) };
            std::thread::sleep(PATIENCE.1);
        }
        Err("another program holds them".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::named;
    use super::*;

    fn name(n: u64) -> Name {
        Name { source: "/runs/a".into(), index: n, ordinal: 0, id: "x\"\n".into(), hash: n << 60 }
    }

    fn mark(n: u64, yes: bool) -> Item {
        Item::Remark(name(n), Change::Mark(yes))
    }

    fn note(n: u64, text: &str) -> Item {
        Item::Remark(name(n), Change::Note(Some(text.into())))
    }

    struct Desk {
        dir: tempfile::TempDir,
    }

    impl Desk {
        fn new() -> Self {
            Self { dir: tempfile::tempdir().unwrap() }
        }

        fn kept(&self, names: &[&str], private: bool) -> Kept {
            let state = self.dir.path().join("state");
            Kept::inside(Some(state), &named(self.dir.path(), names), private)
        }

        fn reader(&self) -> (Reader, Answer) {
            let mut reader = Reader::new(self.kept(&["a"], false));
            let answer = reader.look();
            (reader, answer)
        }

        fn file(&self) -> PathBuf {
            self.kept(&["a"], false).file("reader").unwrap()
        }

        fn files(&self) -> Vec<String> {
            let Ok(all) = fs::read_dir(self.dir.path().join("state")) else { return Vec::new() };
            let mut names: Vec<String> =
                all.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    #[test]
    fn what_was_said_comes_back_for_the_same_files_only() {
        let desk = Desk::new();
        let (mut reader, answer) = desk.reader();
        assert_eq!(answer, Answer::default());
        assert!(desk.files().is_empty(), "looking writes nothing");
        let filter = Item::Filter("strong".into(), Some("score>=5".into()));
        let said =
            [mark(1, true), note(1, "a \"note\"\u{1b}[0m"), filter, mark(2, true), mark(2, false)];
        assert_eq!(reader.say(&said, 5), Answer::default());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for name in desk.files() {
                let path = desk.dir.path().join("state").join(name);
                assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
        let (_, Answer { others, problem }) = desk.reader();
        assert_eq!(problem, None);
        for item in [&said[0], &said[1], &said[2], &said[4]] {
            assert!(others.contains(item), "{item:?}");
        }
        assert_eq!(others.len(), 4, "the last word only");
        assert_eq!(as_kept(&desk.kept(&["a"], false)).unwrap(), others);
        assert_eq!(as_kept(&desk.kept(&["a", "b"], false)), Ok(Vec::new()));
        assert_eq!(as_kept(&desk.kept(&["a"], true)), Ok(Vec::new()));
    }

    #[test]
    fn in_private_and_without_a_name_nothing_is_written() {
        let desk = Desk::new();
        let mut private = Reader::new(desk.kept(&["a"], true));
        assert_eq!(private.say(&[mark(1, true)], 5), Answer::default());
        let nameless = Kept::inside(Some(desk.dir.path().join("state")), &["-".to_owned()], false);
        let mut piped = Reader::new(nameless);
        let read = Item::Remark(name(1), Change::Read(true));
        assert_eq!(piped.say(&[read], 5), Answer::default());
        assert!(piped.say(&[mark(1, true)], 5).problem.unwrap().contains("named files only"));
        assert_eq!(piped.say(&[mark(2, true)], 6).problem, None, "said once");
        assert!(desk.files().is_empty());
    }

    #[test]
    fn two_programs_keep_each_others_words() {
        let desk = Desk::new();
        let ((mut one, _), (mut two, _)) = (desk.reader(), desk.reader());
        one.say(&[mark(1, true), note(1, "one")], 10);
        let heard = two.say(&[note(1, "two"), mark(2, true)], 20);
        assert_eq!(heard.others, [mark(1, true)], "the mark; its own note is the later one");
        // The clock of the one is behind: its next word on the note is the last all the same, once it knows the other's.
        let heard = one.say(&[mark(3, true)], 5);
        assert_eq!(heard.others, [note(1, "two"), mark(2, true)]);
        one.say(&[note(1, "three")], 6);
        assert_eq!(two.look().others, [note(1, "three"), mark(3, true)]);
        let (_, all) = desk.reader();
        assert_eq!(all.others, [mark(1, true), note(1, "three"), mark(2, true), mark(3, true)]);
    }

    #[test]
    fn programs_that_write_at_the_same_time_lose_nothing() {
        let desk = Desk::new();
        std::thread::scope(|scope| {
            for program in 0..4 {
                let (mut reader, _) = desk.reader();
                scope.spawn(move || {
                    for n in 0..10 {
                        assert_eq!(reader.say(&[mark(program * 10 + n, true)], n).problem, None);
                    }
                });
            }
        });
        assert_eq!(desk.reader().1.others.len(), 40);
    }

    #[test]
    fn a_damaged_file_is_moved_aside_and_what_can_be_read_of_it_is_used() {
        let desk = Desk::new();
        let (mut reader, _) = desk.reader();
        reader.say(&[mark(1, true), mark(2, true), mark(3, true)], 5);
        let whole = fs::read(desk.file()).unwrap();
        for (n, bytes) in [&whole[..whole.len() - 9], b"\x00\xff nonsense", b""].iter().enumerate()
        {
            fs::write(desk.file(), bytes).unwrap();
            assert!(as_kept(&desk.kept(&["a"], false)).unwrap_err().contains("is damaged"));
            let (mut reader, answer) = desk.reader();
            let sentence = answer.problem.unwrap();
            assert!(sentence.contains(&format!("damaged-{}", n + 1)), "{sentence}");
            assert_eq!(answer.others.len(), if n == 0 { 2 } else { 0 });
            let aside = desk.file().with_extension(format!("damaged-{}", n + 1));
            assert_eq!(fs::read(aside).unwrap(), *bytes);
            // And it goes on.
            assert_eq!(reader.say(&[mark(9, true)], 6).problem, None);
            assert!(desk.reader().1.others.contains(&mark(9, true)));
        }
    }

    #[test]
    fn what_cannot_be_written_is_told_and_written_with_the_next_change() {
        let desk = Desk::new();
        let (mut reader, _) = desk.reader();
        let state = desk.dir.path().join("state");
        fs::write(&state, "a file where the folder should be").unwrap();
        let answer = reader.say(&[mark(1, true)], 5);
        assert!(answer.problem.unwrap().contains("could not be kept"));
        assert!(reader.is_behind());
        fs::remove_file(&state).unwrap();
        assert_eq!(reader.say(&[mark(2, true)], 6), Answer::default());
        assert!(!reader.is_behind());
        assert_eq!(desk.reader().1.others, [mark(1, true), mark(2, true)]);
    }

    #[test]
    fn words_of_a_later_release_stay() {
        let desk = Desk::new();
        let (mut reader, _) = desk.reader();
        reader.say(&[mark(1, true)], 5);
        let mut text = fs::read_to_string(desk.file()).unwrap();
        text.push_str("{\"of\":[\"s\"],\"field\":\"stars\",\"value\":5,\"at\":7}\n");
        fs::write(desk.file(), &text).unwrap();
        let (mut reader, answer) = desk.reader();
        assert_eq!(answer, Answer { others: vec![mark(1, true)], problem: None });
        reader.say(&[mark(2, true)], 8);
        assert!(fs::read_to_string(desk.file()).unwrap().contains("\"stars\""));
    }
}
