//! Arguments to files: what the user typed, resolved once, in a stable order. Opens nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::{DirEntry, WalkDir};

/// The folder beside the data in which reviewers' journals are. What is in it is never read as transcripts.
pub const JOURNALS: &str = "undertone-labels";

/// What the arguments name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Files to read, in order, each once, as the user would write them. `-` is standard input.
    pub files: Vec<String>,
    /// Arguments that name nothing: (argument, sentence).
    pub missing: Vec<(String, String)>,
    /// Entries of folders that could not be read: (path, sentence). The rest goes on.
    pub skipped: Vec<(String, String)>,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file to read.
    File(String),
    /// An argument that names nothing, with a sentence.
    Missing(String, String),
    /// An entry of a folder that cannot be read, with a sentence. The rest goes on.
    Skipped(String, String),
}

/// Resolves files, folders (walked in name order, hidden entries and journals skipped, links not followed into circles), globs
/// (only when no file of that name exists) and `-`. Two arguments, or two links, that lead to one file give it once, under
/// the first name.
#[must_use]
pub fn discover(arguments: &[String]) -> Discovered {
    let mut result = Discovered::default();
    let mut discovery = Discovery::default();
    for argument in arguments {
        discovery.look(argument, &mut |found| {
            match found {
                Found::File(path) => result.files.push(path),
                Found::Missing(argument, why) => result.missing.push((argument, why)),
                Found::Skipped(path, why) => result.skipped.push((path, why)),
            }
            true
        });
    }
    result
}

/// [`discover`], argument by argument, telling what it finds as it goes: a folder may hold a great many files.
#[derive(Debug, Default)]
pub struct Discovery {
    seen: HashSet<PathBuf>,
    /// What was said of entries and of arguments: overlapping arguments meet the same obstacle twice.
    skipped: HashSet<(String, String)>,
    missing: HashSet<String>,
    standard_input: bool,
    /// The folder of the last file, and where it really is.
    folder: Option<(PathBuf, PathBuf)>,
}

/// Whether there is anything to look for, without looking any further: patterns pass, and folders that can be listed.
///
/// # Errors
/// The sentence that [`Discovery::look`] would give.
pub fn is_there(argument: &str) -> Result<(), String> {
    let path = Path::new(argument);
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => std::fs::read_dir(path).map(drop).map_err(|e| reason(&e)),
        Ok(_) => Ok(()),
        Err(_) if argument == "-" || is_pattern(argument) => Ok(()),
        Err(e) => Err(missing(path, &e)),
    }
}

/// Whether an argument that names no file is a pattern. A link that leads nowhere exists as a name: it is none.
fn is_pattern(argument: &str) -> bool {
    argument.contains(['*', '?', '[', '{']) && Path::new(argument).symlink_metadata().is_err()
}

fn missing(path: &Path, e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound if path.symlink_metadata().is_ok() => {
            "is a link to something that does not exist".to_owned()
        }
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        _ => reason(e),
    }
}

/// Takes what is found; false: enough.
type Tell<'a> = &'a mut dyn FnMut(Found) -> bool;

impl Discovery {
    /// Looks what an argument names. Stops early when `tell` returns false, and gives false then.
    pub fn look(&mut self, argument: &str, tell: Tell<'_>) -> bool {
        if argument == "-" {
            return std::mem::replace(&mut self.standard_input, true)
                || tell(Found::File("-".to_owned()));
        }
        let path = Path::new(argument);
        match std::fs::metadata(path) {
            // A shell's `runs/*` names it among the others.
            Ok(meta) if meta.is_dir() && is_journals(path) => true,
            Ok(meta) if meta.is_dir() => self.folder(path, tell),
            Ok(_) => self.file(path, true, tell),
            Err(_) if is_pattern(argument) => self.pattern(argument, tell),
            Err(e) => tell(Found::Missing(argument.to_owned(), missing(path, &e))),
        }
    }

    /// `may_link`: the last part of the path may be a link.
    fn file(&mut self, path: &Path, may_link: bool, tell: Tell<'_>) -> bool {
        let Some(name) = path.to_str() else {
            let sentence =
                "its name is not UTF-8, so it cannot be shown or opened by name".to_owned();
            return tell(Found::Skipped(path.to_string_lossy().into_owned(), sentence));
        };
        let real = self.real(path, may_link).unwrap_or_else(|| path.to_owned());
        !self.seen.insert(real) || tell(Found::File(name.to_owned()))
    }

    /// Where a file really is. The system is asked once for a folder, not for each of its thousand files.
    fn real(&mut self, path: &Path, may_link: bool) -> Option<PathBuf> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        if may_link || folder.as_os_str().is_empty() {
            return path.canonicalize().ok();
        }
        let real = match &self.folder {
            Some((known, real)) if known == folder => real,
            _ => &self.folder.insert((folder.to_owned(), folder.canonicalize().ok()?)).1,
        };
        Some(real.join(name))
    }

    fn folder(&mut self, folder: &Path, tell: Tell<'_>) -> bool {
        for entry in walk(folder, usize::MAX, true) {
            let go_on = match entry {
                // What was named itself cannot be opened: that is for the exit status, not a remark.
                Err(e) if e.depth() == 0 && e.loop_ancestor().is_none() => {
                    let sentence = e.io_error().map_or_else(|| "cannot be read".to_owned(), reason);
                    let path = folder.to_string_lossy().into_owned();
                    !self.missing.insert(path.clone()) || tell(Found::Missing(path, sentence))
                }
                entry => self.entry(entry, tell),
            };
            if !go_on {
                return false;
            }
        }
        true
    }

    fn entry(&mut self, entry: walkdir::Result<DirEntry>, tell: Tell<'_>) -> bool {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => true,
            Ok(entry) if entry.file_type().is_file() => {
                self.file(entry.path(), entry.path_is_symlink(), tell)
            }
            // Opening a FIFO nobody asked for by name would wait for ever.
            Ok(entry) => {
                self.skip(entry.path(), "is no ordinary file; name it directly to read it", tell)
            }
            Err(e) => {
                let path = e.path().unwrap_or_else(|| Path::new("?")).to_owned();
                if let Some(ancestor) = e.loop_ancestor() {
                    let sentence =
                        format!("is a link back to {}; not followed", ancestor.to_string_lossy());
                    self.skip(&path, &sentence, tell)
                } else if let Some(inner) = e.io_error() {
                    self.skip(&path, &reason(inner), tell)
                } else {
                    self.skip(&path, "cannot be read", tell)
                }
            }
        }
    }

    fn skip(&mut self, path: &Path, sentence: &str, tell: Tell<'_>) -> bool {
        let entry = (path.to_string_lossy().into_owned(), sentence.to_owned());
        !self.skipped.insert(entry.clone()) || tell(Found::Skipped(entry.0, entry.1))
    }

    fn pattern(&mut self, pattern: &str, tell: Tell<'_>) -> bool {
        let glob = match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(e) => {
                let sentence = format!("not a valid pattern: {}", e.kind());
                return tell(Found::Missing(pattern.to_owned(), sentence));
            }
        };
        let (base, depth, hidden) = pattern_base(pattern);
        let here = base.as_os_str().is_empty();
        let root = if here { Path::new(".") } else { base.as_path() };
        let mut matched = false;
        if root.is_dir() {
            for entry in walk(root, depth, !hidden) {
                let Ok(entry) = entry else {
                    if !self.entry(entry, tell) {
                        return false;
                    }
                    continue;
                };
                if entry.depth() == 0 {
                    continue;
                }
                let path = if here {
                    entry.path().strip_prefix(".").unwrap_or_else(|_| entry.path())
                } else {
                    entry.path()
                };
                if !glob.is_match(path) {
                    continue;
                }
                matched = true;
                // As a shell would hand it over: a folder that matches is walked.
                let go_on = if entry.file_type().is_dir() {
                    self.folder(path, tell)
                } else {
                    self.file(path, true, tell)
                };
                if !go_on {
                    return false;
                }
            }
        }
        if matched {
            return true;
        }
        let sentence = "no file matches this pattern".to_owned();
        tell(Found::Missing(pattern.to_owned(), sentence))
    }
}

fn walk(
    root: &Path,
    depth: usize,
    skip_hidden: bool,
) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    WalkDir::new(root)
        .follow_links(true)
        .max_depth(depth)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |e| {
            let hidden = skip_hidden && e.file_name().as_encoded_bytes().starts_with(b".");
            let journals = is_journals(e.path()) && e.file_type().is_dir();
            e.depth() == 0 || !(hidden || journals)
        })
}

fn is_journals(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == JOURNALS)
}

/// The folder before the first part with a wildcard, how deep below it a match can lie, and whether the
/// pattern asks for hidden names.
fn pattern_base(pattern: &str) -> (PathBuf, usize, bool) {
    let wild = |part: &str| part.contains(['*', '?', '[', '{', '\\']);
    let parts: Vec<&str> = pattern.split('/').collect();
    let fixed = parts.iter().take_while(|part| !wild(part)).count();
    let base = parts.iter().take(fixed).copied().collect::<Vec<_>>().join("/");
    let base = if base.is_empty() && pattern.starts_with('/') { "/".to_owned() } else { base };
    let rest = parts.get(fixed..).unwrap_or_default();
    // An alternative such as `{a,b/c}` may hold separators of its own.
    let bounded = !rest.iter().any(|part| part.contains("**") || part.contains('{'));
    let depth = if bounded { rest.len() } else { usize::MAX };
    let hidden = rest.iter().any(|part| part.starts_with('.') && *part != "." && *part != "..");
    (PathBuf::from(base), depth, hidden)
}

fn reason(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "does not exist (a link that leads nowhere?)".to_owned(),
        _ => e.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder tree; gives its root and a function from a name below it to what `discover` would say.
    fn tree(files: &[&str]) -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        }
        let root = dir.path().to_str().unwrap().to_owned();
        (dir, root)
    }

    fn names(root: &str, arguments: &[&str]) -> (Vec<String>, Discovered) {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|a| if *a == "-" { "-".to_owned() } else { format!("{root}/{a}") })
            .collect();
        let found = discover(&arguments);
        let prefix = format!("{root}/");
        (found.files.iter().map(|f| f.replacen(&prefix, "", 1)).collect(), found)
    }

    #[test]
    fn arguments_give_files_in_order_and_once() {
        let (_dir, root) =
            tree(&["b.jsonl", "a.jsonl", "sub/c.json", "sub/.hid", ".git/x", "lit[1].json"]);
        let cases: &[(&[&str], &[&str])] = &[
            (&["a.jsonl"], &["a.jsonl"]),
            (&["b.jsonl", "a.jsonl", "b.jsonl"], &["b.jsonl", "a.jsonl"]),
            (&["."], &["./a.jsonl", "./b.jsonl", "./lit[1].json", "./sub/c.json"]),
            (&["sub", "sub"], &["sub/c.json"]),
            (&["sub/c.json", "sub", "a.jsonl"], &["sub/c.json", "a.jsonl"]),
            (&["*.jsonl"], &["a.jsonl", "b.jsonl"]),
            (&["**/*.json"], &["lit[1].json", "sub/c.json"]),
            (&["s*"], &["sub/c.json"]),
            (&["{a,b}.jsonl"], &["a.jsonl", "b.jsonl"]),
            (&["sub/.h*"], &["sub/.hid"]),
            (&["lit[1].json"], &["lit[1].json"]),
            (&["-", "a.jsonl", "-"], &["-", "a.jsonl"]),
        ];
        for (arguments, expected) in cases {
            let (files, found) = names(&root, arguments);
            assert_eq!(files, *expected, "{arguments:?}");
            assert!(found.missing.is_empty() && found.skipped.is_empty(), "{arguments:?}");
        }
    }

    #[test]
    fn journals_of_reviewers_are_no_transcripts() {
        let journal = "sub/undertone-labels/R1.jsonl";
        let (_dir, root) = tree(&["a.jsonl", "sub/b.jsonl", journal, "x/undertone-labels"]);
        let cases: &[(&[&str], &[&str])] = &[
            (&["."], &["./a.jsonl", "./sub/b.jsonl", "./x/undertone-labels"]),
            (&["sub"], &["sub/b.jsonl"]),
            (&["**/*.jsonl"], &["a.jsonl", "sub/b.jsonl"]),
            (&["sub/*"], &["sub/b.jsonl"]),
            (&["sub/b.jsonl", "sub/undertone-labels"], &["sub/b.jsonl"]),
            (&["sub/undertone-labels/"], &[]),
            // Who names a file means it.
            (&[journal], &[journal]),
            (&["sub/undertone-labels/*.jsonl"], &[journal]),
        ];
        for (arguments, expected) in cases {
            let (files, found) = names(&root, arguments);
            assert_eq!(files, *expected, "{arguments:?}");
            assert!(found.missing.is_empty() && found.skipped.is_empty(), "{arguments:?}");
        }
    }

    #[test]
    fn what_names_nothing_is_said() {
        let (_dir, root) = tree(&["a.jsonl"]);
        for (argument, part) in
            [("nope", "no such"), ("*.csv", "no file matches"), ("a[.jsonl", "not a valid")]
        {
            let (files, found) = names(&root, &[argument, "a.jsonl"]);
            assert_eq!(files, ["a.jsonl"]);
            assert!(found.missing[0].1.contains(part), "{found:?}");
            let known = is_there(&format!("{root}/{argument}"));
            let pattern = argument.contains(['*', '[']);
            assert_eq!(known.err(), (!pattern).then(|| found.missing[0].1.clone()));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_never_in_circles() {
        use std::os::unix::fs::symlink;
        let (dir, root) = tree(&["sub/a.json"]);
        symlink(dir.path(), dir.path().join("sub/up")).unwrap();
        symlink(dir.path().join("sub/a.json"), dir.path().join("zlink.json")).unwrap();
        symlink(dir.path().join("nowhere"), dir.path().join("dead")).unwrap();
        let (files, found) = names(&root, &["."]);
        assert_eq!(files, ["./sub/a.json"], "a second name for one file is not read again");
        let sentences: Vec<&str> = found.skipped.iter().map(|s| s.1.as_str()).collect();
        assert_eq!(sentences.len(), 2, "{sentences:?}");
        assert!(sentences.iter().any(|s| s.contains("link back to")), "{sentences:?}");
        assert!(sentences.iter().any(|s| s.contains("leads nowhere")), "{sentences:?}");
        let (_, found) = names(&root, &["dead"]);
        assert!(found.missing[0].1.contains("link to something"), "{found:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_under_two_names_is_read_once() {
        use std::os::unix::fs::symlink;
        let (dir, root) = tree(&["a/one.json", "a/two.json", "b/three.json"]);
        symlink(dir.path().join("a"), dir.path().join("b/again")).unwrap();
        symlink(dir.path().join("a/two.json"), dir.path().join("b/zwei.json")).unwrap();
        let (files, _) = names(&root, &["a", "b", "b/again/one.json"]);
        assert_eq!(files, ["a/one.json", "a/two.json", "b/three.json"]);
        let (files, _) = names(&root, &["b", "a"]);
        assert_eq!(files, ["b/again/one.json", "b/again/two.json", "b/three.json"]);
    }

    #[test]
    fn looking_goes_step_by_step_and_stops_when_told() {
        let (_dir, root) = tree(&["a/1.json", "a/2.json", "a/3.json", "b.json"]);
        let mut discovery = Discovery::default();
        let mut found = Vec::new();
        let folder = format!("{root}/a");
        assert!(!discovery.look(&folder, &mut |one| {
            found.push(one);
            found.len() < 2
        }));
        let file = |name: &str| Found::File(format!("{root}/{name}"));
        assert_eq!(found, [file("a/1.json"), file("a/2.json")]);
        // What was told is known; what was not comes now.
        let mut rest = Vec::new();
        assert!(discovery.look(&root, &mut |one| {
            rest.push(one);
            true
        }));
        assert_eq!(rest, [file("a/3.json"), file("b.json")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_named_folder_that_cannot_be_listed_names_nothing() {
        use std::os::unix::fs::PermissionsExt;
        let (dir, root) = tree(&["a.json", "shut/b.json"]);
        let shut = dir.path().join("shut");
        let mode = |mode| std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(mode));
        mode(0o000).unwrap();
        // The superuser may list it all the same.
        let allowed = std::fs::read_dir(&shut).is_ok();
        let (named, found) = names(&root, &["shut"]);
        let (inside, below) = names(&root, &["."]);
        let there = is_there(shut.to_str().unwrap());
        mode(0o700).unwrap();
        assert_eq!(named.is_empty(), !allowed, "{found:?}");
        assert_eq!(there.is_ok(), allowed);
        assert_eq!(found.missing.len(), usize::from(!allowed), "{found:?}");
        assert_eq!(below.skipped.len(), usize::from(!allowed), "{below:?}");
        assert!(below.missing.is_empty() && inside.contains(&"./a.json".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_in_a_folder_is_not_opened() {
        let (dir, root) = tree(&["a.json"]);
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s")).unwrap();
        let (files, found) = names(&root, &["."]);
        assert_eq!(files, ["./a.json"]);
        assert!(found.skipped[0].1.contains("no ordinary file"));
    }
}
