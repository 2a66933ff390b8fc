//! Fields of invented records: found by reading, counted, filtered by what they are shown with.

use std::sync::Arc;

use serde_json::json;

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
    read((0..40).map(line).collect())
}

fn read(text: String) -> (Corpus, Catalogue) {
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
fn what_is_empty_is_nothing_and_a_field_with_a_list_divides_nothing() {
    let line = |n: usize| {
        let nothing = [json!(""), json!([]), json!({}), Value::Null];
        let sea =
            if n < 6 { Value::from(["calm", "rough"][n % 2]) } else { nothing[n % 4].clone() };
        let odd = [json!(["calm"]), json!({"height": 3}), json!("calm"), json!("calm")];
        let (mixed, moored) = (&odd[n % 4], &odd[n % 2 * 2]);
        let record = json!({"id": format!("r{n}"), "query": "Is it?", "response": "It is.",
            "sea": sea, "moon": {"phase": sea}, "mixed": mixed, "moored": moored});
        record.to_string() + "\n"
    };
    let (corpus, mut catalogue) = read((0..10).map(line).collect());
    let rows: Vec<RowId> = (0..10).collect();
    let found = corpus.record_fields(&catalogue, None, &|| true).unwrap();
    catalogue.take_fields(Arc::new(found));
    let facets = catalogue.facets(&rows).words;
    let further = facets.iter().filter(|facet| facet.title.starts_with("meta."));
    let mut titles = Vec::new();
    for facet in further {
        titles.push(facet.title.as_str());
        let counts: Vec<(&str, usize)> =
            facet.values.iter().map(|v| (v.value.as_str(), v.total)).collect();
        assert_eq!(counts, [("none", 4), ("calm", 3), ("rough", 3)], "{}", facet.title);
        for value in &facet.values {
            assert_eq!(count(&corpus, &catalogue, &value.term), value.total, "{}", value.term);
        }
    }
    assert_eq!(titles, ["meta.moon.phase", "meta.sea"]);
}

#[test]
fn what_a_reader_used_is_counted_where_others_have_it_left() {
    // The first field of a variant is used, the second one is left.
    let line = |n: usize| {
        let frame = ["tall", "wide", "tall"][n % 3];
        let mut record = json!({"id": format!("r{n}"), "query": "Is it?", "response": "It is.",
            "frame": frame});
        if n.is_multiple_of(2) {
            record["variant"] = json!("v");
        }
        record.to_string() + "\n"
    };
    let (corpus, mut catalogue) = read((0..12).map(line).collect());
    let found = corpus.record_fields(&catalogue, None, &|| true).unwrap();
    catalogue.take_fields(Arc::new(found));
    let facets = catalogue.facets(&(0..12).collect::<Vec<_>>()).words;
    let frame = facets.iter().find(|facet| facet.title == "meta.frame").expect("a facet");
    let counts: Vec<(&str, usize)> =
        frame.values.iter().map(|v| (v.value.as_str(), v.total)).collect();
    assert_eq!(counts, [("tall", 8), ("wide", 4)]);
    for value in &frame.values {
        assert_eq!(count(&corpus, &catalogue, &value.term), value.total, "{}", value.term);
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
