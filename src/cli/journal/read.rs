//! Reading journals: all that are in the folders of some data, whoever wrote them. What cannot be read is a problem with its
//! file and line, and the rest goes on.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::place::{Places, here};
use crate::cli::kept::{bytes_of, why};
use crate::model::{Problem, ProblemKind};
use crate::review::Line;

/// Most bytes of a file that is believed to be a journal: some hundred thousand answers.
const MOST: u64 = 1 << 30;

/// What journals say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// The lines that can be read, in the order of files and lines.
    pub lines: Vec<Line>,
    /// What cannot be read.
    pub problems: Vec<Problem>,
    /// The files that were read, each with how many lines of it are among those above.
    pub files: Vec<(PathBuf, usize)>,
}

/// Reads every journal of some data. Where there is none, nothing is read, and that is no problem.
#[must_use]
pub fn read_all(places: &Places) -> Read {
    let mut read = Read::default();
    for folder in &places.read {
        match journals_in(folder) {
            Ok(files) => files.into_iter().for_each(|file| read.take_file(file)),
            Err(error) => read.cannot_open(folder, why(&error)),
        }
    }
    read
}

/// The journals of a folder by name; none where there is no folder.
fn journals_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(here(folder)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        // A pipe of that name would be waited for.
        if path.extension().is_some_and(|end| end == "jsonl") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl Read {
    fn take_file(&mut self, file: PathBuf) {
        match bytes_of(&file, MOST) {
            Ok(bytes) => {
                let before = self.lines.len();
                self.take_bytes(&file.to_string_lossy(), &bytes.unwrap_or_default());
                self.files.push((file, self.lines.len() - before));
            }
            Err(why) => self.cannot_open(&file, why),
        }
    }

    fn cannot_open(&mut self, path: &Path, why: String) {
        let source = path.to_string_lossy().into_owned();
        let kind = ProblemKind::CannotOpen;
        self.problems.push(Problem { kind, source, line: None, message: why });
    }

    /// Reads the bytes of a journal of that name.
    pub(super) fn take_bytes(&mut self, name: &str, bytes: &[u8]) {
        // Some editors put a mark in front.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        for (at, whole) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if whole.trim_ascii().is_empty() {
                continue;
            }
            let problem = |kind, message| {
                let line = Some(at as u64 + 1);
                Problem { kind, source: name.to_owned(), line, message }
            };
            match Line::parse(whole) {
                // No part of an object is an object: this one is whole, only its line break is missing.
                Ok(line) => self.lines.push(line),
                Err(_) if !whole.ends_with(b"\n") => {
                    let message = "the last line is not finished; it is passed over".to_owned();
                    self.problems.push(problem(ProblemKind::Torn, message));
                }
                Err(why) => self.problems.push(problem(ProblemKind::Unreadable, why)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::What;
    use crate::review::testing::happened;

    fn read(bytes: &[u8]) -> (usize, Vec<String>) {
        let mut read = Read::default();
        read.take_bytes("R1.jsonl", bytes);
        let told = read.problems.iter().map(|p| {
            let line = p.line.unwrap_or_default();
            format!("{}:{line} {}: {}", p.source, p.kind.as_str(), p.message)
        });
        (read.lines.len(), told.collect())
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let line = happened("s", 1, What::Revealed).print();
        let text = format!("\u{feff}{line}\r\n\n  \n{line}\nnonsense\n{{}}\n{line}\n{{\"eve");
        let (lines, told) = read(text.as_bytes());
        assert_eq!(lines, 3);
        assert_eq!(
            told,
            [
                "R1.jsonl:5 unreadable: is no event: not JSON (column 2)",
                "R1.jsonl:6 unreadable: is no event: it has no `event`",
                "R1.jsonl:8 torn: the last line is not finished; it is passed over",
            ]
        );
        assert_eq!(read(line.as_bytes()), (1, Vec::new()), "only its line break is missing");
        assert_eq!(read(b""), (0, Vec::new()));
        assert_eq!(read(b"\0\0\0\n\xff\xfe\n").1.len(), 2);
    }

    #[test]
    fn every_journal_of_the_folder_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let line = |n| happened("s", n, What::Revealed).print();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("b.jsonl", &(line(1) + "\n"));
        write("a.jsonl", &(line(2) + "\nx\n"));
        write("notes.txt", "no journal");
        write("c.jsonl.bak", "no journal");
        fs::create_dir(dir.path().join("d.jsonl")).unwrap();
        let places = Places { write: Vec::new(), read: vec![dir.path().to_owned()] };
        let all = read_all(&places);
        let names: Vec<_> = all.files.iter().map(|(f, n)| (f.file_name().unwrap(), *n)).collect();
        assert_eq!(names, [("a.jsonl".as_ref(), 1), ("b.jsonl".as_ref(), 1)]);
        assert_eq!(all.problems.len(), 1);
        assert!(all.problems[0].source.ends_with("a.jsonl") && all.problems[0].line == Some(2));
        let none = Places { write: Vec::new(), read: vec![dir.path().join("none")] };
        assert_eq!(read_all(&none), Read::default());
        let file = Places { write: Vec::new(), read: vec![dir.path().join("notes.txt")] };
        assert_eq!(read_all(&file).problems[0].kind, ProblemKind::CannotOpen);
    }
}
