//! From arguments to open files: at once, or while the first of them are read already. A path may lead into an archive.

use std::io;
use std::path::Path;

use crate::corpus::FoundFiles;
use crate::source::{Bytes, Discovery, Found, Opened, is_there, peel};
use crate::text::sanitize_line;

/// Finds and opens what the arguments name; what cannot be opened is also said in `unopened`.
pub fn opened(
    paths: &[String],
    discovery: &mut Discovery,
    unopened: &mut Vec<String>,
) -> FoundFiles {
    let mut files = Vec::new();
    let mut skipped = Vec::new();
    for path in paths {
        discovery.look(path, &mut |found| {
            match found {
                Found::Missing(path, why) => match member(&path) {
                    Some(Ok(bytes)) => files.push((path, Ok(bytes))),
                    Some(Err(why)) => unopened.push(format!("{path}: {why}")),
                    None => unopened.push(format!("{path}: {why}")),
                },
                Found::File(path) => {
                    let opened = open(&path);
                    if let Err(error) = &opened {
                        unopened.push(format!("{path}: {error}"));
                    }
                    files.push((path, opened.map_err(|e| format!("cannot be opened: {e}"))));
                }
                Found::Skipped(path, why) => skipped.push((path, Err(why))),
            }
            true
        });
    }
    files.append(&mut skipped);
    files
}

/// Those of the arguments that name something; of the others it is said at once that they do not.
pub fn there(paths: &[String], unopened: &mut Vec<String>) -> Vec<String> {
    let mut there = Vec::new();
    for path in paths {
        match is_there(path) {
            Err(why) if into_archive(path).is_none() => unopened.push(format!("{path}: {why}")),
            _ => there.push(path.clone()),
        }
    }
    there
}

/// Files that are handed over together, but for the first, which goes at once.
const TOGETHER: usize = 256;

/// Finds and opens what the arguments name, handing it over as it goes.
pub fn look_through(
    paths: &[String],
    mut discovery: Discovery,
    take: &mut dyn FnMut(FoundFiles) -> bool,
) {
    let mut files = Vec::new();
    let mut most = 1;
    for path in paths {
        let go_on = discovery.look(path, &mut |found| {
            files.push(match found {
                Found::File(path) => {
                    let opened = open(&path).map_err(|e| format!("cannot be opened: {e}"));
                    (path, opened)
                }
                Found::Missing(path, why) => {
                    let opened = member(&path).unwrap_or(Err(why));
                    (path, opened)
                }
                Found::Skipped(path, why) => (path, Err(why)),
            });
            if files.len() < most {
                return true;
            }
            most = TOGETHER;
            take(std::mem::take(&mut files))
        });
        if !go_on {
            return;
        }
    }
    take(files);
}

/// Where a path goes into a file: `runs.zip/a.jsonl` is `runs.zip` and `a.jsonl`.
pub fn into_archive(path: &str) -> Option<(&str, &str)> {
    let splits = path.match_indices('/').map(|(at, _)| (path.get(..at), path.get(at + 1..)));
    splits.filter_map(|(file, rest)| Some((file?, rest?))).find(|(f, _)| Path::new(f).is_file())
}

/// The member of an archive that a path names, as the list and the links of this program name it. `None` when no part
/// of the path is a file.
fn member(path: &str) -> Option<Result<Bytes, String>> {
    let (file, name) = into_archive(path)?;
    let find = || -> Result<Bytes, String> {
        let mut bytes = open(file).map_err(|e| e.to_string())?;
        let mut rest = name;
        loop {
            let Opened::Archive(archive) = peel(bytes).map_err(|e| e.to_string())?.0 else {
                return Err("no such file, and what stands before is no archive".to_owned());
            };
            if let Some(index) = archive.find(rest) {
                return Ok(archive.member(index));
            }
            // Perhaps an archive inside the archive.
            let inner = rest
                .match_indices('/')
                .find_map(|(at, _)| Some((archive.find(rest.get(..at)?)?, rest.get(at + 1..)?)));
            let Some((index, tail)) = inner else {
                return Err(format!("the archive holds no file `{}`", sanitize_line(rest)));
            };
            (bytes, rest) = (archive.member(index), tail);
        }
    };
    Some(find())
}

fn open(path: &str) -> io::Result<Bytes> {
    if path == "-" { Bytes::spool(Box::new(io::stdin())) } else { Bytes::open(Path::new(path)) }
}
