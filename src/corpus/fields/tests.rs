//! Fields of invented records: found by reading, counted, filtered by what they are shown with.

use std::sync::Arc;

use super::*;
use crate::corpus::{Facets, LoadOptions};
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::query::Filter;
use crate::source::Bytes;

/// Forty transcripts with fields of every kind.
fn forty() -> (Corpus, Catalogue) {
    let line = |n: usize| {
        let harbour = ["north", "South", "east"][n % 3];
        let temperature = [0.0, 0.4, 1.0][n % 3];
        let mut record = serde_json::json!({
            "id": format!("r{n}"),
            "query": format!("Is the tide {n} feet high?"),
            "response": "It is.",
            "harbour": harbour,
            "run": {"temperature": temperature, "lamp": n.is_multiple_of(2)},
            "ticket": format!("t-{n}"),
            "essay": format!("{n} {}", "on and on ".repeat(20)),
            "crew": ["a", "b"],
        });
        if n.is_multiple_of(4) {
            record["watch"] = serde_json::json!(if n.is_multiple_of(8) { "none" } else { "NORTH" });
        }
        record.to_string() + "\n"
    };
    let text: String = (0..40).map(line).collect();
    let files = vec![("a.jsonl".to_owned(), Ok(Bytes::Static(text.leak().as_bytes())))];
    let corpus =
        Corpus::new(files, Arc::new(Engine::new(Vec::new())), Arc::new(LabelRules::builtin()));
    let mut catalogue = Catalogue::new(&corpus.paths());
    corpus.load(LoadOptions::default(), &mut |event| {
        catalogue.apply(event);
        true
    });
    (corpus, catalogue)
}

fn count(corpus: &Corpus, catalogue: &Catalogue, filter: &str) -> usize {
    let filter = Filter::parse(filter).unwrap();
    corpus.matching(catalogue, &filter, &|| true).unwrap().iter().count()
}

#[test]
fn fields_that_occur_are_facets_without_being_asked_for() {
    let (corpus, mut catalogue) = forty();
    let rows: Vec<RowId> = (0..40).collect();
    let before = catalogue.facets(&rows);
    let found = corpus.record_fields(&catalogue, None, &|| true).unwrap();
    assert_eq!(found.unreadable, 0);
    let paths: Vec<&str> = found.paths().collect();
    assert_eq!(paths, ["harbour", "run.lamp", "run.temperature", "watch"]);
    catalogue.take_fields(Arc::new(found));
    let shown: Vec<RowId> = (0..20).collect();
    let Facets { words, numbers } = catalogue.facets(&shown);
    assert_eq!(words.len(), before.words.len() + 3);
    let mut values = 0;
    for facet in words.iter().filter(|facet| facet.title.starts_with("meta.")) {
        assert_eq!(facet.values.iter().map(|value| value.total).sum::<usize>(), 40);
        assert_eq!(facet.values.iter().map(|value| value.shown).sum::<usize>(), 20);
        for value in &facet.values {
            assert_eq!(count(&corpus, &catalogue, &value.term), value.total, "{}", value.term);
            values += 1;
        }
    }
    assert_eq!(values, 3 + 2 + 3);
    let temperature = numbers.iter().find(|n| n.field.title() == "meta.run.temperature").unwrap();
    assert_eq!((temperature.shown, temperature.total), (20, 40));
    assert_eq!(temperature.middle, Some([0.0, 0.4, 1.0]));
    let ranged = Filter::default().with_range(&temperature.field.term(), "0.4..").unwrap();
    assert_eq!(ranged.range(&temperature.field.term()), "0.4..");
    assert_eq!(count(&corpus, &catalogue, &ranged.to_string()), 26);
    assert!(catalogue.view(4).unwrap().likes().iter().any(|like| like.term == "meta.watch:NORTH"));
}

#[test]
fn rows_are_grouped_by_a_field_of_the_records() {
    use crate::corpus::{Ask, Bits, By};
    let (corpus, mut catalogue) = forty();
    let all = Bits::of(&(0..40).collect::<Vec<_>>());
    for (path, groups) in [("harbour", 3), ("run.temperature", 3), ("ticket", 40), ("watch", 3)] {
        let found = corpus.record_fields(&catalogue, Some(&[path.to_owned()]), &|| true).unwrap();
        catalogue.take_fields(Arc::new(found));
        let by = By::parse(&format!("meta.{path}")).unwrap();
        let numbers = catalogue.numbers(&Ask { by: vec![by], label: None }, &all);
        assert_eq!(numbers.groups.len(), groups, "{path}");
        for group in &numbers.groups {
            let filter = group.by[0].filter.as_ref().unwrap();
            assert_eq!(count(&corpus, &catalogue, filter), group.tally.total(), "{filter}");
        }
    }
}

#[test]
fn values_of_one_field_mean_any_of_them() {
    let filter = Filter::parse("tier:free meta.harbour:north").unwrap();
    let both = filter.toggle_alternative("meta.harbour:South");
    assert_eq!(both.to_string(), "tier:free meta.harbour:north,South");
    let one = both.toggle_alternative("meta.harbour:north");
    assert_eq!(one.to_string(), "tier:free meta.harbour:South");
    assert_eq!(one.toggle_alternative("meta.harbour:South").to_string(), "tier:free");
}

#[test]
fn it_stops_when_nobody_wants_it() {
    let (corpus, catalogue) = forty();
    assert_eq!(corpus.record_fields(&catalogue, None, &|| false), None);
}
