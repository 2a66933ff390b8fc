//! What the sample data promises: enough of everything that the explorer can show.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::collections::{BTreeMap, BTreeSet};

use undertone::cli::args::ReadArgs;
use undertone::cli::plan::{Reading, load, sample_data};
use undertone::corpus::Catalogue;
use undertone::query::{Columns, Filter, Needs, Truth};

fn catalogue() -> Catalogue {
    let reading = Reading::new(&ReadArgs::default()).unwrap();
    load(&reading.corpus, Needs { cues: true, ..Needs::default() })
}

fn matching(catalogue: &Catalogue, filter: &str) -> usize {
    let filter = Filter::parse(filter).unwrap();
    catalogue.views().filter(|v| filter.test_columns(v) == Truth::True).count()
}

#[test]
fn every_sample_file_is_compiled_in() {
    let mut files: Vec<String> = std::fs::read_dir(support::repository("sample-data"))
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .map(|name| format!("sample-data/{name}"))
        .collect();
    files.sort();
    let mut known: Vec<&str> = sample_data().iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(known, files);
}

#[test]
fn there_are_at_least_eighty_and_none_is_lost() {
    let catalogue = catalogue();
    let counts = catalogue.counts();
    assert!(counts.transcripts >= 80, "{counts:?}");
    assert_eq!(counts.left_out, 0, "{:?}", catalogue.problems().collect::<Vec<_>>());
    assert!(counts.repaired >= 5, "{counts:?}");
}

#[test]
fn every_outcome_stands_with_and_without_the_label() {
    let catalogue = catalogue();
    for outcome in ["refused", "partial", "complied"] {
        for label in ["label:alignment_faking", "-label:alignment_faking"] {
            let filter = format!("outcome:{outcome} {label}");
            assert!(matching(&catalogue, &filter) >= 1, "{filter}");
        }
    }
}

#[test]
fn tiers_settings_models_and_the_gap() {
    let catalogue = catalogue();
    let rate = |tier: &str| {
        let of =
            |outcome: &str| matching(&catalogue, &format!("tier:{tier} outcome:{outcome}")) as f64;
        let answered = of("complied") + of("partial") + of("refused") + of("other");
        assert!(answered >= 20.0, "{tier}: {answered}");
        of("complied") / answered
    };
    assert!(rate("free") > rate("paid") + 0.1, "{} {}", rate("free"), rate("paid"));
    let distinct = |f: &dyn Fn(&undertone::corpus::RowView<'_>) -> Option<String>| {
        catalogue.views().filter_map(|v| f(&v)).collect::<BTreeSet<_>>().len()
    };
    assert!(distinct(&|v| v.model().map(str::to_owned)) >= 2, "models");
    assert!(distinct(&|v| v.setting().map(str::to_owned)) >= 2, "settings");
}

#[test]
fn the_same_queries_stand_under_both_tiers() {
    let catalogue = catalogue();
    let mut tiers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for view in catalogue.views() {
        if let (Some(query), Some(tier)) = (view.query(), view.tier()) {
            tiers.entry(query.to_owned()).or_default().insert(tier.to_owned());
        }
    }
    let pairs = tiers.values().filter(|t| t.contains("free") && t.contains("paid")).count();
    assert!(pairs >= 20, "{pairs}");
}

#[test]
fn cues_speak_for_the_label_more_than_against_it() {
    let catalogue = catalogue();
    let mean = |filter: &str| {
        let filter = Filter::parse(filter).unwrap();
        let scores: Vec<f64> = catalogue
            .views()
            .filter(|v| filter.test_columns(v) == Truth::True)
            .filter_map(|v| v.score())
            .collect();
        assert!(scores.len() >= 10, "{}", scores.len());
        scores.iter().sum::<f64>() / scores.len() as f64
    };
    assert!(mean("label:alignment_faking") > 2.0 * mean("-label:alignment_faking"));
}
