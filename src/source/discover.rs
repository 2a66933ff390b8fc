//! Arguments to files: what the user typed, resolved once, in a stable order. Opens nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::{DirEntry, WalkDir};

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

/// Resolves files, folders (walked in name order, hidden entries skipped, links not followed into circles), globs (only when no
/// file of that name exists) and `-`. Two arguments, or two links, that lead to one file give it once, under
/// the first name.
#[must_use]
pub fn discover(arguments: &[String]) -> Discovered {
    let mut found = Found::default();
    for argument in arguments {
        found.argument(argument);
    }
    found.result
}

#[derive(Default)]
struct Found {
    result: Discovered,
    seen: HashSet<PathBuf>,
    standard_input: bool,
}

impl Found {
    fn argument(&mut self, argument: &str) {
        if argument == "-" {
            if !self.standard_input {
                self.standard_input = true;
                self.result.files.push("-".to_owned());
            }
            return;
        }
        let path = Path::new(argument);
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.folder(path),
            Ok(_) => self.file(path),
            Err(e) => {
                // A link that leads nowhere exists as a name: it is no pattern.
                let is_link = path.symlink_metadata().is_ok();
                if !is_link && argument.contains(['*', '?', '[', '{']) {
                    self.pattern(argument);
                    return;
                }
                let sentence = match e.kind() {
                    std::io::ErrorKind::NotFound if is_link => {
                        "is a link to something that does not exist".to_owned()
                    }
                    std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
                    _ => reason(&e),
                };
                self.result.missing.push((argument.to_owned(), sentence));
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let Some(name) = path.to_str() else {
            let sentence =
                "its name is not UTF-8, so it cannot be shown or opened by name".to_owned();
            self.result.skipped.push((path.to_string_lossy().into_owned(), sentence));
            return;
        };
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if self.seen.insert(real) {
            self.result.files.push(name.to_owned());
        }
    }

    fn folder(&mut self, folder: &Path) {
        for entry in walk(folder, usize::MAX, true) {
            match entry {
                // What was named itself cannot be opened: that is for the exit status, not a remark.
                Err(e) if e.depth() == 0 && e.loop_ancestor().is_none() => {
                    let sentence = e.io_error().map_or_else(|| "cannot be read".to_owned(), reason);
                    let path = folder.to_string_lossy().into_owned();
                    if !self.result.missing.iter().any(|(known, _)| *known == path) {
                        self.result.missing.push((path, sentence));
                    }
                }
                entry => self.entry(entry),
            }
        }
    }

    fn entry(&mut self, entry: walkdir::Result<DirEntry>) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) if entry.file_type().is_file() => self.file(entry.path()),
            // Opening a FIFO nobody asked for by name would wait for ever.
            Ok(entry) => {
                self.skip(entry.path(), "is no ordinary file; name it directly to read it");
            }
            Err(e) => {
                let path = e.path().unwrap_or_else(|| Path::new("?")).to_owned();
                if let Some(ancestor) = e.loop_ancestor() {
                    let sentence =
                        format!("is a link back to {}; not followed", ancestor.to_string_lossy());
                    self.skip(&path, &sentence);
                } else if let Some(inner) = e.io_error() {
                    self.skip(&path, &reason(inner));
                } else {
                    self.skip(&path, "cannot be read");
                }
            }
        }
    }

    fn skip(&mut self, path: &Path, sentence: &str) {
        let entry = (path.to_string_lossy().into_owned(), sentence.to_owned());
        // Overlapping arguments meet the same obstacle twice.
        if !self.result.skipped.contains(&entry) {
            self.result.skipped.push(entry);
        }
    }

    fn pattern(&mut self, pattern: &str) {
        let glob = match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(e) => {
                let sentence = format!("not a valid pattern: {}", e.kind());
                self.result.missing.push((pattern.to_owned(), sentence));
                return;
            }
        };
        let (base, depth, hidden) = pattern_base(pattern);
        let here = base.as_os_str().is_empty();
        let root = if here { Path::new(".") } else { base.as_path() };
        let mut matched = false;
        if root.is_dir() {
            for entry in walk(root, depth, !hidden) {
                let Ok(entry) = entry else {
                    self.entry(entry);
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
                if entry.file_type().is_dir() {
                    self.folder(path);
                } else {
                    self.file(path);
                }
            }
        }
        if !matched {
            let sentence = "no file matches this pattern".to_owned();
            self.result.missing.push((pattern.to_owned(), sentence));
        }
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
            e.depth() == 0 || !skip_hidden || !e.file_name().as_encoded_bytes().starts_with(b".")
        })
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
    fn what_names_nothing_is_said() {
        let (_dir, root) = tree(&["a.jsonl"]);
        for (argument, part) in
            [("nope", "no such"), ("*.csv", "no file matches"), ("a[.jsonl", "not a valid")]
        {
            let (files, found) = names(&root, &[argument, "a.jsonl"]);
            assert_eq!(files, ["a.jsonl"]);
            assert!(found.missing[0].1.contains(part), "{found:?}");
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
        mode(0o700).unwrap();
        assert_eq!(named.is_empty(), !allowed, "{found:?}");
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
