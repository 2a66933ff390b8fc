//! docs/FILTERS.md is tested: its examples parse, its refusals refuse where it says, and no field is left out.

use super::super::Filter;
use super::super::ast::Place;
use super::super::fields::FIELDS;

const DOC: &str = include_str!("../../../docs/FILTERS.md");

/// The lines of all fenced blocks of a language, each cut at its `  # remark`.
fn lines(language: &str) -> Vec<(&'static str, &'static str)> {
    let fence = format!("```{language}");
    let mut inside = false;
    let mut found = Vec::new();
    for line in DOC.lines() {
        if line.starts_with("```") {
            inside = line == fence;
        } else if inside && !line.trim().is_empty() {
            let (example, remark) = line.split_once("  # ").unwrap_or((line, ""));
            found.push((example.trim(), remark.trim()));
        }
    }
    found
}

#[test]
fn examples_parse() {
    let examples = lines("filter");
    assert!(examples.len() > 60, "{}", examples.len());
    for (example, _) in examples {
        let parsed = Filter::parse(example);
        assert!(parsed.is_ok(), "{example}: {parsed:?}");
    }
}

#[test]
fn refusals_are_as_documented() {
    let examples = lines("filter-error");
    assert!(examples.len() > 5);
    for (example, remark) in examples {
        let error = Filter::parse(example).expect_err(example).to_string();
        assert!(error.starts_with(remark), "{example}: {error}");
    }
}

#[test]
fn canonical_pairs_are_equal() {
    let pairs = lines("filter-same");
    assert!(!pairs.is_empty());
    for (example, canonical) in pairs {
        let printed = Filter::parse(example).map(|f| f.to_string());
        assert_eq!(printed.as_deref(), Ok(canonical), "{example}");
    }
}

#[test]
fn every_name_is_documented() {
    let names = FIELDS.iter().map(|f| f.name);
    for name in names.chain(Place::WORDS.map(|(word, _)| word)) {
        let (plain, colon) = (format!("`{name}`"), format!("`{name}:`"));
        assert!(DOC.contains(&plain) || DOC.contains(&colon), "{name}");
    }
}
