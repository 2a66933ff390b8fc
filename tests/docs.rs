//! Documents that are made from the program say what the program does.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use support::repository;
use undertone::app::{Keymap, keys_markdown};
use undertone::cues::Engine;

/// Compares a file with what it should be; `UPDATE_DOCS=1` writes it.
fn same(file: &str, wanted: &str) {
    let path = repository(file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == wanted, "{file} is out of date: UPDATE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_key_list_is_the_keymap() {
    same("docs/KEYS.md", &keys_markdown(&Keymap::default()));
}

#[test]
fn the_cue_page_names_every_category() {
    let page = std::fs::read_to_string(repository("docs/CUES.md")).unwrap();
    for category in Engine::builtin().categories() {
        assert!(page.contains(&format!("`{}`", category.name)), "{} is missing", category.name);
    }
}

#[test]
fn the_formats_page_names_every_repair_and_problem() {
    let page = std::fs::read_to_string(repository("docs/FORMATS.md")).unwrap();
    for (code, _) in undertone::ingest::split::REPAIR_CODES {
        assert!(page.contains(&format!("`{code}`")), "{code} is missing");
    }
}

#[test]
fn links_in_documents_lead_somewhere() {
    for file in [
        "README.md",
        "CONTRIBUTING.md",
        "docs/FILTERS.md",
        "docs/FORMATS.md",
        "docs/CUES.md",
        "docs/JOURNAL.md",
        "docs/MAPPING.md",
        "docs/PERFORMANCE.md",
        "docs/REVIEWING.md",
        "docs/STATISTICS.md",
    ] {
        let text = std::fs::read_to_string(repository(file)).unwrap();
        let folder = repository(file).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !link.starts_with('#') {
                let path = folder.join(link.split('#').next().unwrap());
                assert!(path.exists(), "{file} links to {link}");
            }
        }
    }
}
