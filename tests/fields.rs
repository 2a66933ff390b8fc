//! Who asks for fields alone is told what a reading of the whole records tells: every sample file, alone and together, and the
//! real files where they are at hand.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::path::Path;

use support::reading::open_for;
use support::{repository, sample_files};
use undertone::model::Judgement;
use undertone::query::{Columns, Needs};

/// What a filter of fields can ask of a row, and what tells it from others.
#[derive(Debug, PartialEq)]
struct Row {
    id: String,
    key: String,
    tier: Option<String>,
    conditions: [Option<String>; 3],
    epoch: Option<i64>,
    source: String,
    judgements: Vec<Judgement>,
    copy: bool,
}

/// Rows, and how many were made without their texts.
fn rows(paths: &[String], fields_only: bool) -> (Vec<Row>, usize) {
    let opened = open_for(paths, Needs { fields_only, ..Needs::default() });
    let row = |view: undertone::corpus::RowView<'_>| Row {
        id: view.id().to_owned(),
        key: view.key(),
        tier: view.tier().map(str::to_owned),
        conditions: [view.setting(), view.model(), view.variant()].map(|t| t.map(str::to_owned)),
        epoch: view.epoch(),
        source: view.source().to_owned(),
        judgements: view.judgements().into_owned(),
        copy: view.is_duplicate(),
    };
    let short = opened.catalogue.views().filter(|view| view.row().lens == [0; 8]).count();
    (opened.catalogue.views().map(row).collect(), short)
}

/// Compares both readings; how many rows were made without their texts.
fn compare(paths: &[String]) -> usize {
    let (fields, short) = rows(paths, true);
    let (whole, empty) = rows(paths, false);
    assert_eq!(fields.len(), whole.len(), "{paths:?}");
    for (fields, whole) in fields.iter().zip(&whole) {
        assert_eq!(fields, whole, "{paths:?}");
    }
    short.saturating_sub(empty)
}

#[test]
fn sample_files_alone_and_together() {
    let all: Vec<String> =
        sample_files().iter().map(|name| repository(name).to_string_lossy().into_owned()).collect();
    let short: usize = all.iter().map(|path| compare(std::slice::from_ref(path))).sum();
    assert!(short > 60, "{short}: hardly anything was read without its texts");
    // Label rows and requests are among them: nothing is known then without reading.
    compare(&all);
}

#[test]
fn real_files() {
    let corpus = std::env::var("UNDERTONE_CORPUS")
        .map_or_else(|_| repository("../shared/corpus"), Into::into);
    if !Path::new(&corpus).is_dir() {
        eprintln!("no real files at {}: nothing was compared", corpus.display());
        return;
    }
    let mut short = 0;
    for entry in walk(&corpus) {
        short += compare(&[entry]);
    }
    assert!(short > 100, "{short}");
}

/// Files below a folder that are not too large for a test.
fn walk(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path.metadata().is_ok_and(|m| m.len() < 8 << 20) {
            files.push(path.to_string_lossy().into_owned());
        }
    }
    files.sort();
    files
}
