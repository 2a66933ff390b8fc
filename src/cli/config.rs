//! The configuration file: `undertone/config.toml` in the user's folder of configurations, or the file that `--keys` names.
//! Tables `[keys]`, which the explorer reads, and `[filters]`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::kept::{Item, Kept, as_kept, folder};
use super::output::{Failure, warn};
use crate::query::{Filter, Named};

/// The tables that are read here.
#[derive(Debug, Default, Deserialize)]
struct Tables {
    #[serde(default)]
    filters: BTreeMap<String, Spanned<toml::Value>>,
}

/// What it says.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Its name and its text; `None` where there is no file.
    pub text: Option<(String, String)>,
    /// The table `[filters]`, as far as it can be used.
    pub filters: Named,
    /// What is wrong with others in it: sentences with file and line.
    pub faults: Vec<String>,
}

impl Config {
    /// Reads the file that was named, else the user's own where there is one.
    ///
    /// # Errors
    /// A named file that cannot be read; one that is no TOML, or whose filters are no table.
    pub fn read(named: Option<&str>) -> Result<Self, Failure> {
        let own = || Some(folder("XDG_CONFIG_HOME", ".config")?.join("undertone/config.toml"));
        let own = || own().filter(|path| path.is_file());
        let Some(path) = named.map(PathBuf::from).or_else(own) else { return Ok(Self::default()) };
        let file = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|e| Failure::CannotOpen(format!("{file}: cannot be read: {e}")))?;
        let told = |(line, what): (usize, String)| format!("{file}:{line}: {what}");
        let (filters, faults) = filters(&text).map_err(|fault| Failure::Usage(told(fault)))?;
        let faults = faults.into_iter().map(told).collect();
        Ok(Self { text: Some((file, text)), filters, faults })
    }
}

/// A line from 1, and what is wrong there.
type Fault = (usize, String);

/// The filters of a text that can be used, and what is wrong with the others; or what is wrong with the text as a whole.
fn filters(text: &str) -> Result<(Named, Vec<Fault>), Fault> {
    let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    let tables: Tables = toml::from_str(text).map_err(|error| {
        (line(error.span().map_or(0, |span| span.start)), error.message().to_owned())
    })?;
    let (mut named, mut faults) = (Named::default(), Vec::new());
    for (name, value) in tables.filters {
        let at = line(value.span().start);
        let done = match value.into_inner() {
            toml::Value::String(text) => Filter::parse(&text)
                .map_err(|error| error.to_string())
                .and_then(|filter| named.set(&name, Some(filter))),
            other => Err(format!("a filter is a text, not {other}")),
        };
        if let Err(what) = done {
            faults.push((at, format!("filters.{name}: {what}")));
        }
    }
    faults.sort();
    Ok((named, faults))
}

/// The filters that `@NAME` may mean for a corpus: its own, and those of the configuration that it has no other of that name for.
///
/// # Errors
/// As [`Config::read`].
pub fn named_filters(kept: &Kept) -> Result<Named, Failure> {
    let config = Config::read(None)?;
    for fault in &config.faults {
        warn(fault);
    }
    let mut named = config.filters;
    match as_kept(kept) {
        Ok(items) => take_filters(&mut named, &items),
        Err(sentence) => warn(&sentence),
    }
    Ok(named)
}

/// Adds filters that were kept. What this release cannot read is passed over, and stays where it is kept.
pub fn take_filters(named: &mut Named, items: &[Item]) {
    for item in items {
        if let Item::Filter(name, Some(text)) = item
            && let Ok(filter) = Filter::parse(text)
        {
            let _ = named.set(name, Some(filter));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_beside_other_tables() {
        let text = "[keys]\nzoom = \"Z\"\n[filters]\nstrong = \"score>=5\"\n\"a-1\" = \"tier:free OR x\"\n";
        let (named, faults) = filters(text).unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        let list: Vec<(&str, String)> = named.iter().map(|(n, f)| (n, f.to_string())).collect();
        assert_eq!(list, [("a-1", "tier:free OR x".into()), ("strong", "score>=5".into())]);
        assert_eq!(filters("").unwrap(), (Named::default(), Vec::new()));
    }

    #[test]
    fn faults_are_told_by_line() {
        let text =
            "[filters]\na = \"teir:x\"\nb = 3\n\nc = \"\"\n\"d e\" = \"x\"\ngood = \"tier:free\"\n";
        let (named, faults) = filters(text).unwrap();
        let names: Vec<&str> = named.iter().map(|(name, _)| name).collect();
        assert_eq!((names, faults.len()), (vec!["good"], 4), "the others work");
        for (fault, (line, part)) in faults.iter().zip([
            (2, "filters.a: column 1: no field `teir`"),
            (3, "filters.b: a filter is a text"),
            (5, "filters.c: a filter that lets everything through"),
            (6, "filters.d e: a filter's name has letters"),
        ]) {
            assert!(fault.0 == line && fault.1.starts_with(part), "{fault:?}");
        }
        assert_eq!(filters("x = 1\n[filters\n").unwrap_err().0, 2);
        assert_eq!(filters("filters = 3").unwrap_err().0, 1);
        assert!(filters("[filters]\na = \"x\"\na = \"y\"\n").is_err());
    }
}
