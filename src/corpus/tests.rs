//! Reading into rows, bodies read again, filters over both; order, counts, changes on disk.

use std::io::Write;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::model::ProblemKind;
use crate::query::{Filter, Needs};
use crate::source::Bytes;

fn corpus(files: &[(&str, &str)]) -> Corpus {
    let open = |(name, text): &(&str, &str)| {
        ((*name).to_owned(), Ok(Bytes::Static((*text).to_owned().leak().as_bytes())))
    };
    let files = files.iter().map(open).collect();
    Corpus::new(files, Arc::new(Engine::new(Vec::new())), Arc::new(LabelRules::builtin()))
}

fn load(corpus: &Corpus, threads: usize) -> Catalogue {
    let mut catalogue = Catalogue::new(&corpus.paths());
    let needs = Needs { body: true, ..Needs::default() };
    corpus.load(LoadOptions { needs, threads, ..LoadOptions::default() }, &mut |event| {
        catalogue.apply(event);
        true
    });
    catalogue
}

fn ids(catalogue: &Catalogue) -> Vec<String> {
    catalogue.views().map(|v| v.name().to_owned()).collect()
}

fn hits(corpus: &Corpus, catalogue: &Catalogue, filter: &str) -> Vec<RowId> {
    let filter = Filter::parse(filter).unwrap();
    let mut rows = Vec::new();
    corpus.filter(catalogue, &filter, 0, &|| true, &mut |hits| rows.extend(hits.rows));
    rows
}

fn line(id: usize, response: &str) -> String {
    format!("{}\n", serde_json::json!({"id": id, "response": response, "score": {"x": id}}))
}

#[test]
fn rows_come_in_the_order_of_files_and_lines() {
    let first: String = (0..150).map(|i| line(i, "one")).collect();
    let second: String = (150..400).map(|i| line(i, "two")).collect();
    let corpus = corpus(&[("a.jsonl", &first), ("b.jsonl", &second)]);
    let expected: Vec<String> = (0..400).map(|i| i.to_string()).collect();
    for threads in [1, 2, 5] {
        assert_eq!(ids(&load(&corpus, threads)), expected, "{threads} threads");
    }
}

#[test]
fn several_units_make_one_transcript_and_it_is_read_again_whole() {
    let text = r#"{"probe":"say","session":"a","role":"user","text":"Why?"}
{"probe":"say","session":"b","role":"user","text":"Where?"}
{"probe":"say","session":"a","role":"assistant","text":"<think>because</think>So."}
{"probe":"say","session":"b","role":"assistant","text":"There."}
{"probe":"label","id":"a","value":true}
"#;
    let corpus = corpus(&[("s.jsonl", text)]);
    let catalogue = load(&corpus, 2);
    assert_eq!(ids(&catalogue), ["a", "b"]);
    let counts = catalogue.counts();
    assert_eq!((counts.units, counts.records, counts.transcripts, counts.left_out), (5, 2, 2, 0));
    let row = catalogue.row(0).unwrap();
    assert_eq!(row.place.parts.len(), 2);
    let body = corpus.body(&row.place).unwrap();
    let texts: Vec<&str> = body.transcript.sections.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["Why?", "because", "So."]);
    assert!(body.record.contains("Why?") && body.record.contains("because"));
    // The label row came last, and its transcript has it all the same: in the row and in the body.
    assert_eq!(counts.joined, 1);
    let seen = |list: &[crate::model::Judgement]| list.iter().any(|j| j.label == "seen");
    assert!(seen(&row.judgements) && seen(&body.transcript.judgements));
    assert!(!seen(&catalogue.row(1).unwrap().judgements));
    assert_eq!(catalogue.problems().count(), 0);
}

#[test]
fn a_record_that_does_not_stand_so_in_its_file_says_so() {
    let files = [("a.csv", "id,response\n1,x\n"), ("b.jsonl", "{\"id\":2,\"response\":\"x\"}\n")];
    let corpus = corpus(&files);
    let catalogue = load(&corpus, 1);
    let as_read = |view: RowView<'_>| corpus.body(&view.place()).unwrap().as_read;
    assert_eq!(catalogue.views().map(as_read).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn what_a_file_says_of_all_its_groups_is_read_again_with_each() {
    let text = r#"{"probe":"all","model":"m-1"}
{"probe":"say","session":"a","role":"assistant","text":"So."}
{"probe":"note"}
{"probe":"say","session":"b","role":"assistant","text":"There."}
"#;
    let corpus = corpus(&[("s.jsonl", text)]);
    let catalogue = load(&corpus, 2);
    let counts = catalogue.counts();
    assert_eq!((counts.units, counts.records, counts.transcripts), (4, 2, 2));
    for view in catalogue.views() {
        assert_eq!(view.row().model.as_deref(), Some("m-1"));
        let again = corpus.transcript(&view.place()).unwrap().0;
        assert_eq!(again.model.as_deref(), Some("m-1"));
    }
    assert_eq!(catalogue.problems().count(), 0);
}

#[test]
fn requests_and_labels_join_whatever_the_order_of_the_files() {
    let asked = r#"{"probe":"ask","id":"q1","text":"<tier>paid</tier> Why?"}
{"probe":"ask","id":"q9","text":"Nobody answers."}
"#;
    let answers = r#"{"id":"q1","response":"<think>hm</think>Because."}
"#;
    let labels = r#"{"probe":"label","id":"q1","value":true}
{"probe":"label","id":"nobody","value":true}
"#;
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let files = [("asked.jsonl", asked), ("answers.jsonl", answers), ("labels.jsonl", labels)];
        let corpus = corpus(&order.map(|i| files[i]));
        let catalogue = load(&corpus, 2);
        assert_eq!(ids(&catalogue), ["q1"]);
        let row = catalogue.row(0).unwrap();
        let (body, _) = corpus.transcript(&row.place).unwrap();
        for judgements in [&row.judgements[..], &body.judgements[..]] {
            assert_eq!(judgements.iter().filter(|j| j.label == "seen").count(), 1, "{order:?}");
        }
        assert_eq!(row.tier.as_ref().map(|t| t.value.as_str()), Some("paid"), "{order:?}");
        assert_eq!(body.query.as_deref(), Some("Why?"));
        let texts: Vec<&str> = body.sections.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["<tier>paid</tier> Why?", "hm", "Because."]);
        assert_eq!(catalogue.counts().joined, 2, "{order:?}");
        let said: Vec<&str> = catalogue.problems().map(|p| p.message.as_str()).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said.iter().any(|s| s.contains("`q9`")) && said.iter().any(|s| s.contains("`nobody`"))
        );
    }
}

#[test]
fn a_file_that_changed_is_an_error_and_no_other_text() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{}{}", line(1, "before"), line(2, "after")).unwrap();
    file.flush().unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let bytes = Bytes::open(file.path()).unwrap();
    let corpus = Corpus::new(
        vec![(path, Ok(bytes))],
        Arc::new(Engine::new(Vec::new())),
        Arc::new(LabelRules::builtin()),
    );
    let catalogue = load(&corpus, 1);
    let place = catalogue.row(1).unwrap().place.clone();
    assert_eq!(corpus.body(&place).unwrap().transcript.id, "2");
    let text = std::fs::read_to_string(file.path()).unwrap().replace("after", "AFTER");
    std::fs::write(file.path(), text).unwrap();
    let error = corpus.body(&place).unwrap_err();
    assert!(error.message.contains("has changed"), "{error}");
    std::fs::write(file.path(), "").unwrap();
    assert!(corpus.body(&place).unwrap_err().message.contains("cannot be read again"));
}

#[test]
fn reading_stops_when_told_to() {
    let text: String = (0..5_000).map(|i| line(i, "x")).collect();
    let corpus = corpus(&[("a.jsonl", &text)]);
    let mut events = 0;
    corpus.load(
        LoadOptions { needs: Needs::default(), threads: 2, ..LoadOptions::default() },
        &mut |_| {
            events += 1;
            events < 3
        },
    );
    assert_eq!(events, 3);
}

#[test]
fn files_that_cannot_be_opened_and_empty_ones_are_problems() {
    let files = vec![
        ("gone.jsonl".to_owned(), Err("cannot be opened: no such file".to_owned())),
        ("empty.jsonl".to_owned(), Ok(Bytes::Static(b""))),
        ("pack.zip".to_owned(), Ok(Bytes::Static(b"PK\x03\x04rest"))),
    ];
    let engine = Arc::new(Engine::new(Vec::new()));
    let corpus = Corpus::new(files, engine, Arc::new(LabelRules::builtin()));
    let catalogue = load(&corpus, 1);
    let kinds: Vec<ProblemKind> = catalogue.problems().map(|p| p.kind).collect();
    assert_eq!(kinds, [ProblemKind::CannotOpen, ProblemKind::Empty, ProblemKind::Unreadable]);
    assert_eq!(catalogue.counts().records, 0);
    assert!(catalogue.files().all(|f| f.done));
}

#[test]
fn copies_and_shared_ids_are_told_apart() {
    let text = format!("{}{}{}", line(1, "a"), line(1, "a"), line(1, "b"));
    let catalogue = load(&corpus(&[("a.jsonl", &text)]), 1);
    let kinds: Vec<ProblemKind> = catalogue.problems().map(|p| p.kind).collect();
    assert_eq!(kinds, [ProblemKind::Duplicate, ProblemKind::SameId]);
    let copies: Vec<bool> = (0..3).map(|id| catalogue.is_duplicate(id)).collect();
    assert_eq!(copies, [true, true, false]);
}

#[test]
fn facets_count_shown_and_all() {
    let row = |id: u32, tier: &str, af: &str| {
        format!(
            "{{\"id\":{id},\"tier\":\"{tier}\",\"response\":\"r\",\"labels\":{{\"alignment_faking\":{af}}}}}\n"
        )
    };
    let text = row(1, "free", "true") + &row(2, "free", "false") + &row(3, "paid", "null");
    let catalogue = load(&corpus(&[("a.jsonl", &text)]), 1);
    let facets = catalogue.facets(&[0, 2]).words;
    let value = |title: &str, value: &str| {
        let facet = facets.iter().find(|f| f.title == title).unwrap();
        facet.values.iter().find(|v| v.value == value).map(|v| (v.shown, v.total, v.term.clone()))
    };
    assert_eq!(value("tier", "free"), Some((1, 2, "tier:free".to_owned())));
    let label = "label alignment_faking";
    assert_eq!(value(label, "yes"), Some((1, 1, "label:alignment_faking".to_owned())));
    assert_eq!(value(label, "no"), Some((0, 1, "-label:alignment_faking".to_owned())));
    assert_eq!(
        value(label, "unparsed"),
        Some((1, 1, "label.alignment_faking:unparsed".to_owned()))
    );
    assert_eq!(catalogue.tiers(), ["free", "paid"]);
}

/// A sample file.
fn flat() -> (Corpus, Catalogue) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/flat.jsonl");
    let corpus = corpus(&[("flat.jsonl", &std::fs::read_to_string(path).unwrap())]);
    let catalogue = load(&corpus, 2);
    (corpus, catalogue)
}

#[test]
fn every_term_of_a_facet_selects_what_it_counts() {
    let (corpus, catalogue) = flat();
    let mut terms = 0;
    for facet in catalogue.facets(&[]).words {
        for value in facet.values {
            terms += 1;
            assert_eq!(hits(&corpus, &catalogue, &value.term).len(), value.total, "{}", value.term);
        }
    }
    assert!(terms > 15, "{terms}");
}

#[test]
fn what_a_row_says_finds_it_again() {
    let (corpus, catalogue) = flat();
    let mut terms = 0;
    for view in catalogue.views() {
        for like in view.likes() {
            terms += 1;
            let found = hits(&corpus, &catalogue, &like.term);
            assert!(found.contains(&view.id), "{}: {}", view.name(), like.term);
        }
    }
    assert!(terms > 500, "{terms}");
}

#[test]
fn text_and_meta_are_searched_in_bodies() {
    let text = format!(
        "{}{}{}",
        line(1, "<think>a quiet thought</think>An answer."),
        line(2, "Caf\u{e9}s \u{2019}til late."),
        "{\"id\":3,\"response\":\"x\",\"run\":{\"seed\":7}}\n"
    );
    let corpus = corpus(&[("a.jsonl", &text)]);
    let catalogue = load(&corpus, 2);
    for (filter, rows) in [
        ("quiet", vec![0]),
        ("in:output quiet", vec![]),
        ("CAF\u{c9}S", vec![1]),
        ("\"'til\"", vec![1]),
        ("/an?swer/ OR meta.run.seed>6", vec![0, 2]),
        ("-quiet", vec![1, 2]),
    ] {
        assert_eq!(hits(&corpus, &catalogue, filter), rows, "{filter}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_the_lines_are_every_record_is_accounted_for(
        lines in proptest::collection::vec("[ -~]{0,40}|\\{\"response\":\"[a-z ]{0,30}\"\\}", 0..40),
    ) {
        let text = lines.join("\n");
        let catalogue = load(&corpus(&[("a.jsonl", &text)]), 2);
        let counts = catalogue.counts();
        prop_assert_eq!(counts.records, counts.transcripts + counts.left_out);
        prop_assert_eq!(counts.transcripts as usize, catalogue.len());
        prop_assert!(catalogue.problems().count() as u64 >= counts.left_out);
    }
}

/// An `.eval` archive of three samples with summaries; the second sample's data is damaged.
fn log() -> Vec<u8> {
    use zip::write::SimpleFileOptions;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut put = |name: &str, value: &serde_json::Value| {
        zip.start_file(name, stored).unwrap();
        zip.write_all(value.to_string().as_bytes()).unwrap();
    };
    put("_journal/start.json", &serde_json::json!({"version": 2, "eval": {"model": "m-1"}}));
    let mut summaries = Vec::new();
    for id in ["a", "b", "c"] {
        let tier = if id == "c" { "paid" } else { "free" };
        let common = serde_json::json!({"id": id, "epoch": 1, "input": "Why?", "target": "",
            "metadata": {"tier": tier}, "scores": {"alignment_faking": {"value": id == "a"}}});
        let mut sample = common.clone();
        sample["messages"] = serde_json::json!([{"role": "user", "content": "Why?"},
            {"role": "assistant", "content": format!("<think>plum {id}</think>So.")}]);
        put(&format!("samples/{id}_epoch_1.json"), &sample);
        summaries.push(common);
    }
    put("summaries.json", &serde_json::Value::Array(summaries));
    put(
        "header.json",
        &serde_json::json!({"version": 2, "status": "success", "eval": {"model": "m-1"}}),
    );
    let mut bytes = zip.finish().unwrap().into_inner();
    let damaged = memchr::memmem::find(&bytes, b"plum b").unwrap();
    bytes[damaged] = b'P';
    bytes
}

#[test]
fn a_log_is_listed_by_its_summaries_and_opened_only_when_asked() {
    let bytes = Bytes::Static(log().leak());
    let engine = Arc::new(Engine::builtin());
    let files = vec![("run.eval".to_owned(), Ok(bytes))];
    let corpus = Corpus::new(files, engine, Arc::new(LabelRules::builtin()));
    // Listed: the damaged sample is one of three, since nobody has looked into it.
    let listed = load(&corpus, 2);
    assert_eq!(ids(&listed), ["a", "b", "c"]);
    assert_eq!((listed.pending(), listed.problems().count()), (3, 0));
    assert_eq!(hits(&corpus, &listed, "tier:free label:alignment_faking"), [0]);
    assert!(listed.views().all(|v| v.row().model.as_deref() == Some("m-1")));
    // What the summary does not tell is read from the sample, and nothing is guessed.
    assert_eq!(hits(&corpus, &listed, "parse:clean"), [0, 2]);
    assert_eq!(hits(&corpus, &listed, "-parse:clean"), Vec::<RowId>::new());
    assert_eq!(hits(&corpus, &listed, "\"plum c\""), [2]);
    // Opened: rows are made anew, and the one that cannot be read is gone, counted and said.
    let mut opened = Catalogue::new(&corpus.paths());
    let needs = Needs { opened: true, cues: true, ..Needs::default() };
    corpus.load(LoadOptions { needs, threads: 2, ..LoadOptions::default() }, &mut |event| {
        opened.apply(event);
        true
    });
    assert_eq!(ids(&opened), ["a", "c"]);
    assert_eq!(opened.pending(), 0);
    let counts = opened.counts();
    assert_eq!((counts.units, counts.records, counts.transcripts, counts.left_out), (3, 3, 2, 1));
    let said: Vec<&str> = opened.problems().map(|p| p.message.as_str()).collect();
    assert!(said.len() == 1 && said[0].contains("b_epoch_1"), "{said:?}");
    for view in opened.views() {
        let before = listed.view(view.id).unwrap();
        assert_eq!(view.key(), before.key());
        assert_eq!(view.row().judgements, before.row().judgements);
        assert_eq!(
            (&view.row().sample, &view.row().tier),
            (&before.row().sample, &before.row().tier)
        );
        assert!(view.row().score.is_some() && before.row().score.is_none());
        let body = corpus.body(&view.place()).unwrap();
        assert_eq!(body.transcript.key(), view.key());
    }
}

#[test]
fn runs_that_number_their_samples_alike_keep_their_own_questions_and_labels() {
    let asked =
        |text: &str| format!("{{\"probe\":\"ask\",\"id\":\"request-1\",\"text\":\"{text}\"}}\n");
    let answer = |text: &str| format!("{{\"id\":\"request-1\",\"response\":\"{text}\"}}\n");
    let label = "{\"probe\":\"label\",\"id\":\"request-1\",\"value\":true}\n";
    let (ask_a, ask_b) = (asked("Why A?"), asked("Why B?"));
    let (to_a, to_b, to_c) = (answer("A."), answer("B."), answer("C."));
    let files = [
        ("runs/a/asked.jsonl", ask_a.as_str()),
        ("runs/a/answers.jsonl", to_a.as_str()),
        ("runs/b/answers.jsonl", to_b.as_str()),
        ("runs/b/asked.jsonl", ask_b.as_str()),
        ("runs/c/answers.jsonl", to_c.as_str()),
        ("runs/a/labels.jsonl", label),
    ];
    let corpus = corpus(&files);
    let catalogue = load(&corpus, 2);
    let queries: Vec<Option<&str>> = catalogue.views().map(|v| v.chunk.query.get(v.at)).collect();
    assert_eq!(queries, [Some("Why A?"), Some("Why B?"), None]);
    let labelled: Vec<usize> = catalogue.views().map(|v| v.row().judgements.len()).collect();
    assert_eq!(labelled, [1, 0, 0]);
    assert_eq!(catalogue.counts().joined, 3);
    // A file that was named itself speaks of all.
    let corpus = self::corpus(&files).with_named(&["runs/a/labels.jsonl".to_owned()]);
    let catalogue = load(&corpus, 2);
    let labelled: Vec<usize> = catalogue.views().map(|v| v.row().judgements.len()).collect();
    assert_eq!(labelled, [1, 1, 1]);
}
