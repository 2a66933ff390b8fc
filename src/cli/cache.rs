//! Where indexes of what was read are kept, and `undertone cache`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use xxhash_rust::xxh3::xxh3_64;

use super::args::{CacheArgs, CacheCommand, ReadArgs, ShowFormat};
use super::output::{Exit, Failure, out};
use crate::source::Shelf;
use crate::text::size;

/// Most bytes of all indexes together (2 GB), unless `UNDERTONE_CACHE_MB` says otherwise.
const MOST: u64 = 2 << 30;

/// The shelf of this user; `None` where no folder for it is known, or none is wanted.
pub(super) fn shelf() -> Option<Shelf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    // A relative path is to be passed over, says the convention.
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = cache.or_else(|| Some(PathBuf::from(set("HOME")?).join(".cache")))?;
    let most =
        std::env::var("UNDERTONE_CACHE_MB").ok().and_then(|mb| mb.trim().parse::<u64>().ok());
    let most = most.map_or(MOST, |mb| mb.saturating_mul(1 << 20));
    (most > 0).then(|| Shelf::new(folder.join("undertone"), most))
}

/// Everything that rows depend on besides the files: what is opened, from where, with which options, by which build.
pub(super) fn scope(args: &ReadArgs) -> String {
    let build = std::env::current_exe().and_then(fs::metadata).ok().map(|program| {
        let since = program.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        (program.len(), since.map(|since| since.as_nanos()))
    });
    let contents: Vec<Option<u64>> = args
        .cues
        .iter()
        .chain(&args.map)
        .map(|path| fs::read(path).ok().map(|bytes| xxh3_64(&bytes)))
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    format!("{version} {build:?} {:?} {contents:?} {args:?}", std::env::current_dir().ok())
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be read or an index cannot be removed.
pub fn run(args: &CacheArgs) -> Result<Exit, Failure> {
    let Some(shelf) = shelf() else {
        let sentence =
            "no cache: neither XDG_CACHE_HOME nor HOME names a folder, or UNDERTONE_CACHE_MB is 0";
        return Err(Failure::CannotOpen(sentence.to_owned()));
    };
    let failed = |error: std::io::Error| Failure::CannotOpen(format!("the cache: {error}"));
    let mut out = out();
    match args.command {
        CacheCommand::Info { format } => {
            let info = shelf.info().map_err(failed)?;
            let folder = info.folder.to_string_lossy();
            match format {
                ShowFormat::Text => writeln!(
                    out,
                    "{}\n{} of at most {}, of {} {}",
                    crate::text::sanitize_line(&folder),
                    size(info.bytes),
                    size(info.most),
                    info.blobs,
                    if info.blobs == 1 { "index" } else { "indexes" }
                )?,
                ShowFormat::Json => {
                    let value = serde_json::json!({
                        "folder": folder, "indexes": info.blobs, "bytes": info.bytes, "most": info.most,
                    });
                    super::json::write_line(&mut out, &value)?;
                }
            }
        }
        CacheCommand::Clear => {
            let removed = shelf.clear().map_err(failed)?;
            let indexes = if removed.blobs == 1 { "index" } else { "indexes" };
            writeln!(out, "{} {indexes} removed, {}", removed.blobs, size(removed.bytes))?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}
