//! Facts about the repository, held as tests: layers, cycles, words that do not belong, file headers, one
//! terminal library, and that docs/ARCHITECTURE.md says what is checked here.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Layer, module, and what its files must not mention. A module imports only from smaller layers.
const LAYERS: &[(u8, &str, &[&str])] = &[
    (0, "model", &["std::fs", "std::io", "std::thread", "std::time"]),
    (1, "text", &["std::fs", "std::io", "std::thread", "std::time", "serde_json"]),
    (1, "stats", &["std::fs", "std::io", "std::path", "std::thread", "std::time"]),
    (2, "source", &["serde_json", "std::thread"]),
    (2, "ingest", &["std::fs", "std::path", "std::thread", "std::time"]),
    (2, "cues", &["std::fs", "std::io", "std::path", "std::thread", "std::time"]),
    (2, "query", &["std::fs", "std::io", "std::path", "std::thread", "std::time"]),
    (2, "review", &["std::fs", "std::io", "std::path", "std::thread", "std::time"]),
    (3, "corpus", &["std::fs"]),
    (4, "app", &["std::fs", "std::io", "std::thread", "std::time"]),
    (5, "ui", &["std::fs", "std::io", "std::thread", "std::time", "crossterm::"]),
    (6, "cli", &[]),
    (7, "shell", &[]),
];

/// Only these modules may name the terminal libraries.
const TERMINAL: &[(&str, &[&str])] =
    &[("ratatui", &["ui", "shell"]), ("crossterm", &["shell"]), ("syntect", &["shell"])];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no source under {}", folder.display());
    found
}

/// The module (first folder under src) of a source file; `None` for lib.rs and main.rs.
fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    (inside.components().count() > 1)
        .then(|| inside.components().next().unwrap().as_os_str().to_str().unwrap().to_owned())
}

/// Source without comments and without its test module: rules are about the program.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Test-only files are left out of the layer rules.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_str().unwrap();
    name == "tests" || name == "testing" || path.components().any(|c| c.as_os_str() == "tests")
}

/// Modules of this crate that a text names: `crate::x`, `use crate::{x, y::z}`, `super::super::x` at the top.
fn imports(text: &str) -> BTreeSet<String> {
    let modules: BTreeSet<&str> = LAYERS.iter().map(|(_, m, _)| *m).collect();
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let names: Vec<&str> = if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let end = group
                .char_indices()
                .find(|(_, c)| {
                    depth += i32::from(*c == '{') - i32::from(*c == '}');
                    depth < 0
                })
                .map_or(group.len(), |(i, _)| i);
            let mut depth = 0;
            group[..end]
                .split(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    c == ',' && depth == 0
                })
                .collect()
        } else {
            vec![rest]
        };
        for name in names {
            let word: String =
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if modules.contains(word.as_str()) {
                found.insert(word);
            }
        }
    }
    found
}

fn layer(module: &str) -> u8 {
    LAYERS.iter().find(|(_, m, _)| *m == module).map(|(l, ..)| *l).unwrap()
}

#[test]
fn the_import_reader_understands_groups() {
    let text = "use crate::{corpus::{Row, RowId}, model, text::width}; crate::query::Filter::parse";
    let expected = ["corpus", "model", "query", "text"].map(str::to_owned);
    assert_eq!(imports(text), BTreeSet::from(expected));
}

#[test]
fn every_module_has_a_layer() {
    for path in rust_files(&root().join("src")) {
        if let Some(module) = module_of(&path) {
            assert!(LAYERS.iter().any(|(_, m, _)| *m == module), "{} has no layer", path.display());
        }
    }
}

#[test]
fn imports_go_down_only() {
    for path in rust_files(&root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        if is_test(&path) {
            continue;
        }
        for other in imports(&code(&path)) {
            assert!(
                other == module || layer(&other) < layer(&module),
                "{}: {module} (layer {}) imports {other} (layer {})",
                path.display(),
                layer(&module),
                layer(&other)
            );
        }
    }
}

#[test]
fn no_cycle_between_modules() {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in rust_files(&root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        let mut others = imports(&code(&path));
        others.remove(&module);
        edges.entry(module).or_default().extend(others);
    }
    // Take away modules that import nothing that is left; a cycle is what cannot be taken away.
    while let Some(free) = edges
        .iter()
        .find(|(_, to)| to.iter().all(|t| !edges.contains_key(t)))
        .map(|(m, _)| m.clone())
    {
        edges.remove(&free);
    }
    assert!(edges.is_empty(), "modules that import each other: {:?}", edges.keys());
}

#[test]
fn forbidden_words_stay_out() {
    for path in rust_files(&root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        if is_test(&path) {
            continue;
        }
        let text = code(&path);
        let (_, _, words) = LAYERS.iter().find(|(_, m, _)| *m == module).unwrap();
        for word in *words {
            assert!(!text.contains(word), "{} mentions {word}", path.display());
        }
        for (library, allowed) in TERMINAL {
            let named = text.contains(&format!("{library}::"));
            assert!(
                !named || allowed.contains(&module.as_str()),
                "{} uses {library}",
                path.display()
            );
        }
        for word in ["todo!(", "unimplemented!(", "dbg!(", "unsafe "] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for folder in ["src", "tests", "benches", "fuzz/fuzz_targets"] {
        let folder = root().join(folder);
        for path in rust_files(&folder) {
            let text = fs::read_to_string(&path).unwrap();
            let header = text.starts_with("//!") || text.starts_with("#![no_main]\n//!");
            assert!(header, "{} has no header", path.display());
        }
    }
}

/// What programs that are measured beside ours leave where they stand was committed once.
#[test]
fn nothing_strange_stands_at_the_top() {
    const KNOWN: [&str; 19] = [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "assets",
        "benches",
        "clippy.toml",
        "docs",
        "examples",
        "fuzz",
        "rustfmt.toml",
        "sample-data",
        "src",
        "target",
        "tests",
    ];
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name.starts_with('.') || KNOWN.contains(&name.as_str()), "{name} at the top");
    }
}

#[test]
fn files_stay_readable() {
    for path in rust_files(&root().join("src")) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        let most = if is_test(&path) { 900 } else { 620 };
        assert!(lines <= most, "{} has {lines} lines", path.display());
    }
}

#[test]
fn one_terminal_library_in_the_lock_file() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in ["crossterm", "ratatui"] {
        let entries = lock.lines().filter(|l| *l == format!("name = \"{name}\"")).count();
        assert_eq!(entries, 1, "{name} stands {entries} times in Cargo.lock");
    }
}

#[test]
fn no_ignored_tests() {
    for folder in ["src", "tests"] {
        for path in rust_files(&root().join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            // Put together here, so that this file does not name them itself.
            for word in [concat!("#[ig", "nore"), concat!("#[should_", "panic")] {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}

#[test]
fn the_document_has_this_table() {
    let document = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let rows: Vec<(u8, String)> = document
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let layer = cells.next()?.parse().ok()?;
            Some((layer, cells.next()?.trim_matches('`').to_owned()))
        })
        .collect();
    let expected: Vec<(u8, String)> =
        LAYERS.iter().map(|(layer, module, _)| (*layer, (*module).to_owned())).collect();
    assert_eq!(rows, expected);
}
