//! Files that have grown since their index was kept: they are read on, and known as if they had been read once.

use std::io::Write;
use std::ops::Range;

use proptest::prelude::*;

use super::super::super::files::Start;
use super::*;

/// Which part of a file was read the last time, and that only this was.
fn read_from(corpus: &Corpus, number: u32) -> Option<u64> {
    match corpus.files.get(number).unwrap().start {
        Start::On(place) => Some(place.offset),
        _ => None,
    }
}

/// What is kept now holds for all of it.
fn agree_twice(bench: &Bench, what: &str) {
    agree(bench, what);
    agree(bench, &format!("{what}, and again"));
}

#[test]
fn what_was_appended_is_all_that_is_read() {
    let bench = Bench::new(&files());
    agree(&bench, "first");
    let len = |name: &str| fs::metadata(bench.path(name)).unwrap().len();
    for (step, (name, number)) in
        [("a.jsonl", 0), ("d.jsonl", 3), ("a.jsonl", 0)].iter().enumerate()
    {
        let before = len(name);
        bench.append(name, &(line(&format!("new {step}"), THOUGHT) + &line("a3", "once more")));
        let corpus = bench.kept();
        load(&corpus);
        // The last line's end, and what stands behind it.
        assert_eq!(read_from(&corpus, *number), Some(before - 1), "{name}");
        agree(&bench, name);
    }
    // Tables and lists are read again.
    bench.append("c.csv", "z,free,More\n");
    bench.append("e.json", "\n");
    let corpus = bench.kept();
    load(&corpus);
    assert!((0..5).all(|number| read_from(&corpus, number).is_none()));
    agree_twice(&bench, "a table and a list");
}

#[test]
fn a_last_line_that_is_not_whole_is_read_again_with_its_rest() {
    let bench = Bench::new(&[("a.jsonl", line("1", "one")), ("b.jsonl", line("2", "two"))]);
    let last = line("3", THOUGHT);
    let mut from = 0;
    for end in [5, 40, last.len() - 1, last.len()] {
        bench.append("a.jsonl", &last[from..end]);
        from = end;
        agree_twice(&bench, &format!("up to {end}"));
    }
    // A whole line without its end is a record, and may become another one.
    bench.append("a.jsonl", line("4", "four").trim_end());
    assert_eq!(agree(&bench, "no newline").counts().transcripts, 4);
    bench.append("a.jsonl", " and more\n");
    assert_eq!(agree(&bench, "spoilt").counts().transcripts, 3);
}

#[test]
fn rows_that_are_not_sure_stand_in_no_chunk_that_is_taken_as_it_is() {
    for names in [&["a.jsonl"][..], &["b.jsonl", "a.jsonl"]] {
        let first = line("1", "one") + line("2", "two").trim_end();
        let mut bench = Bench::new(&[("a.jsonl", first), ("b.jsonl", line("0", "x"))]);
        bench.names = names.to_vec();
        agree(&bench, "first");
        bench.append("a.jsonl", &format!("\n{}", line("3", "three")));
        agree_twice(&bench, "grown");
    }
}

#[test]
fn whoever_changes_what_was_there_is_found_out_by_its_ends() {
    let long: String = (0..200).map(|i| line(&i.to_string(), THOUGHT)).collect();
    let bench = Bench::new(&[("a.jsonl", long.clone())]);
    agree(&bench, "first");
    // In the first and last bytes: all is read again.
    for at in [10, long.len() - 40] {
        let mut text = long.clone();
        text.replace_range(at..=at, if &text[at..=at] == "x" { "y" } else { "x" });
        bench.write("a.jsonl", &(text + &line("new", "y")));
        let corpus = bench.kept();
        load(&corpus);
        assert_eq!(read_from(&corpus, 0), None);
        agree_twice(&bench, "its ends");
        bench.write("a.jsonl", &long);
        agree(&bench, "as it was");
    }
    // Between them, and grown at the same time: no stamp can tell. Such a transcript does not open; it is not another one.
    let at = long.find("\"100\"").unwrap();
    let mut text = long.clone();
    text.replace_range(at..at + 5, "\"l00\"");
    bench.write("a.jsonl", &(text + &line("new", "y")));
    let corpus = bench.kept();
    let known = load(&corpus);
    assert_eq!(known.counts().transcripts, 201);
    for view in known.views() {
        match corpus.body(&view.place()) {
            Ok(body) => assert_eq!(body.transcript.id, view.name()),
            Err(error) => assert!(error.message.contains("has changed") && view.name() == "100"),
        }
    }
    assert!(corpus.body(&known.row(100).unwrap().place).is_err());
}

#[test]
fn what_becomes_of_a_growing_file_does_not_matter() {
    let session = |text: &str| {
        format!(
            "{}\n",
            serde_json::json!({"probe": "say", "session": "s", "role": "user", "text": text})
        )
    };
    let label =
        |id: &str| format!("{}\n", serde_json::json!({"probe": "label", "id": id, "value": true}));
    let bench = Bench::new(&files());
    for (name, text) in [
        ("d.jsonl", session("Why?")),
        ("d.jsonl", session("And then?") + &line("d1", "x")),
        ("a.jsonl", line("a", "between")),
        ("a.jsonl", label("a1")),
        ("a.jsonl", label("d1") + &line("a2", "more")),
        ("b.jsonl", label("a3")),
    ] {
        agree(&bench, "before");
        bench.append(name, &text);
        agree_twice(&bench, name);
    }
}

#[test]
fn labels_that_come_to_an_empty_file_of_labels_are_heard() {
    let mut all = files();
    all.push(("labels.jsonl", String::new()));
    let mut bench = Bench::new(&all);
    bench.names.retain(|name| *name != "labels.jsonl");
    bench.labels = vec!["labels.jsonl"];
    agree(&bench, "no labels");
    bench.append("labels.jsonl", "{\"id\":\"a1\",\"alignment_faking\":true}\n");
    agree_twice(&bench, "labels");
}

#[test]
fn labels_in_an_archive_that_are_taken_back_are_gone() {
    let zipped = |labels: &str| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("labels.csv", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(format!("id,alignment_faking\n{labels}").as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let mut bench = Bench::new(&files());
    bench.names.push("z.zip");
    for labels in ["a1,true\na2,true\n", "a1,false\n", "a1,false\n"] {
        fs::write(bench.path("z.zip"), zipped(labels)).unwrap();
        agree(&bench, labels);
    }
}

/// What happens to files between two openings.
#[derive(Debug, Clone)]
enum Deed {
    Append(usize, String),
    /// Cuts a part of the length off.
    Cut(usize, f64),
    /// Other letters for some, in the same length.
    Change(usize, Range<usize>),
    Write(usize, String),
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => (0..9_u32, "[a-z{}\"\\\\]{0,8}").prop_map(|(id, text)| line(&id.to_string(), &text)),
        1 => (0..9_u32).prop_map(|id| line(&id.to_string(), "x").trim_end().to_owned()),
        1 => (0..9_u32, 1..40_usize).prop_map(|(id, cut)| line(&id.to_string(), "x")[..cut].to_owned()),
        1 => Just(line("1", &"long ".repeat(3000))),
        1 => Just("{\"torn\":[\n".to_owned()),
        1 => Just("nonsense\n\n".to_owned()),
        1 => Just("{\"id\":1,\"response\":\"<think>no end\"}\n".to_owned()),
        1 => Just("{\"probe\":\"say\",\"session\":\"s\",\"role\":\"user\",\"text\":\"?\"}\n".to_owned()),
        1 => Just("{\"probe\":\"label\",\"id\":1,\"value\":true}\n".to_owned()),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = || proptest::collection::vec(piece(), 0..4).prop_map(|pieces| pieces.concat());
    prop_oneof![
        6 => (0..3_usize, text()).prop_map(|(file, text)| Deed::Append(file, text)),
        1 => (0..3_usize, 0.0..1.0_f64).prop_map(|(file, part)| Deed::Cut(file, part)),
        1 => (0..3_usize, 0..300_usize, 1..5_usize)
            .prop_map(|(file, at, len)| Deed::Change(file, at..at + len)),
        1 => (0..3_usize, text()).prop_map(|(file, text)| Deed::Write(file, text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_done_between_two_openings_the_second_finds_what_a_fresh_one_does(
        starts in proptest::collection::vec(proptest::collection::vec(piece(), 0..6), 3),
        rounds in proptest::collection::vec(proptest::collection::vec(deed(), 1..3), 1..5),
    ) {
        const NAMES: [&str; 3] = ["a.jsonl", "b.jsonl", "c.jsonl"];
        let start: Vec<(&'static str, String)> =
            NAMES.into_iter().zip(starts.iter().map(|pieces| pieces.concat())).collect();
        let bench = Bench::new(&start);
        agree(&bench, "first");
        for deeds in rounds {
            for deed in &deeds {
                let of = |file: usize| fs::read_to_string(bench.path(NAMES[file])).unwrap();
                match deed {
                    Deed::Append(file, text) => bench.append(NAMES[*file], text),
                    Deed::Cut(file, part) => {
                        let text = of(*file);
                        bench.write(NAMES[*file], &text[..(part * text.len() as f64) as usize]);
                    }
                    Deed::Change(file, range) => {
                        let text = of(*file);
                        let text = text.bytes().enumerate().map(|(at, byte)| {
                            if range.contains(&at) && byte.is_ascii_lowercase() { 'q' } else { byte as char }
                        });
                        bench.write(NAMES[*file], &text.collect::<String>());
                    }
                    Deed::Write(file, text) => bench.write(NAMES[*file], text),
                }
            }
            agree(&bench, &format!("{deeds:?}"));
        }
    }
}
