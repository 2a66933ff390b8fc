//! The search over raw bytes says what a plain reading of every record says, whoever wrote the records; its hits come in
//! order, and it stops when told to.

#![allow(clippy::needless_for_each, clippy::type_complexity, clippy::items_after_statements)] // tables of cases

mod sought;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use proptest::prelude::*;

use super::super::{Catalogue, Corpus, LoadOptions, RowId, RowView};
use super::Hits;
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::model::{SectionKind, Transcript};
use crate::query::{Filter, Needs};
use crate::source::Bytes;
use crate::text::Needle;

/// How a writer puts down one character, from the sparing one to the one who escapes everything.
fn put(out: &mut String, c: char, hand: usize) {
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    let wide = c > '~';
    let html = "<>&'".contains(c);
    match (c, hand) {
        (_, 5) => units.iter().for_each(|u| write!(out, "\\u{u:04x}").unwrap()),
        ('"' | '\\', _) | ('/', 2) => out.extend(['\\', c]),
        ('\n', _) => out.push_str("\\n"),
        ('\0'..' ', _) => write!(out, "\\u{:04x}", c as u32).unwrap(),
        _ if wide && matches!(hand, 1 | 2) || html && matches!(hand, 3 | 4) => {
            units.iter().for_each(|u| write!(out, "\\u{u:04x}").unwrap());
        }
        _ if wide && hand == 4 => units.iter().for_each(|u| write!(out, "\\u{u:04X}").unwrap()),
        _ => out.push(c),
    }
}

/// A string of JSON. Hand 6 changes with every character.
fn say(text: &str, hand: usize) -> String {
    let mut out = String::from('"');
    for (i, c) in text.chars().enumerate() {
        put(&mut out, c, if hand == 6 { (i * 5 + text.len()) % 6 } else { hand });
    }
    out.push('"');
    out
}

/// Texts of one transcript, and how they are written down.
#[derive(Debug, Clone)]
struct Sketch {
    system: String,
    user: String,
    thought: String,
    answer: String,
    free: bool,
    hand: usize,
    /// As messages, with an earlier turn of the model; else as fields.
    chat: bool,
}

impl Sketch {
    fn line(&self, id: usize) -> String {
        let Self { system, user, thought, answer, hand, .. } = self;
        let tier = if self.free { "free" } else { "paid" };
        let response = format!(
            "<SCRATCHPAD_REASONING>\n{thought}\n</SCRATCHPAD_REASONING>\n<OUTPUT>{answer}</OUTPUT>"
        );
        let say = |text: &str| say(text, *hand);
        if self.chat {
            let message = |role: &str, text: &str| {
                format!("{{\"role\": \"{role}\", \"content\": {}}}", say(text))
            };
            let messages = [
                message("system", system),
                message("user", "hello"),
                message("assistant", user),
                message("user", user),
                message("assistant", &response),
            ];
            let messages = messages.join(", ");
            return format!("{{\"id\": {id}, \"tier\": \"{tier}\", \"messages\": [{messages}]}}\n");
        }
        // A field that is no text of the transcript, and a string in a string.
        let other = say(&format!("{{\"text\": {}}}", say(thought)));
        format!(
            "{{\"id\": {id}, \"tier\": \"{tier}\", \"note\": {}, \"system_prompt\": {}, \"prompt\": {}, \"response\": {}, \"inner\": {other}}}\n",
            say(answer),
            say(system),
            say(user),
            say(&response)
        )
    }
}

fn corpus(text: String) -> Corpus {
    named("a.jsonl", text)
}

fn named(name: &str, text: String) -> Corpus {
    let files = vec![(name.to_owned(), Ok(Bytes::Static(text.leak().as_bytes())))];
    Corpus::new(files, Arc::new(Engine::new(Vec::new())), Arc::new(LabelRules::builtin()))
}

fn load(corpus: &Corpus, body: bool) -> Catalogue {
    let mut catalogue = Catalogue::new(&corpus.paths());
    let needs = Needs { body, ..Needs::default() };
    let options = LoadOptions { needs, threads: 1, ..LoadOptions::default() };
    corpus.load(options, &mut |event| {
        catalogue.apply(event);
        true
    });
    catalogue
}

fn search(corpus: &Corpus, catalogue: &Catalogue, filter: &str) -> Vec<RowId> {
    let parsed = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let mut rows: Vec<RowId> = Vec::new();
    let mut last = Hits::default();
    corpus.filter(catalogue, &parsed, 0, &|| true, &mut |hits| {
        assert!(last.searched <= hits.searched && hits.searched <= hits.total);
        rows.extend(&hits.rows);
        last = hits;
    });
    assert_eq!((last.searched, last.unreadable), (catalogue.len(), 0));
    assert!(rows.is_sorted_by(|a, b| a < b), "{rows:?}");
    rows
}

/// Whether a needle is in a section of these kinds, plainly.
fn is_in(t: &Transcript, needle: &Needle, kinds: &[SectionKind], whole: bool) -> bool {
    let seen = t.sections.iter().filter(|s| whole || s.turn >= t.response_turn);
    seen.filter(|s| kinds.contains(&s.kind)).any(|s| needle.is_in(&s.text))
}

/// The rows of a filter, by asking the sections of transcripts that `serde_json` has read.
fn plainly(transcripts: &[Transcript], test: &dyn Fn(&Transcript, bool) -> bool) -> Vec<RowId> {
    let is_free = |t: &Transcript| t.tier.as_ref().is_some_and(|tier| tier.value == "free");
    (0..).zip(transcripts).filter(|(_, t)| test(t, is_free(t))).map(|(id, _)| id).collect()
}

/// Characters that fold, are escaped, or are looked for in a way of their own.
fn character() -> impl Strategy<Value = char> {
    let special: Vec<char> =
        "abkKsSſ\u{212A}iIıİéÉßẞσΣς\u{212B}å'‘’ʼ\"“-\u{2010}\u{2011}  \n\u{a0}/\\<>&+日😀𐐀𐐨\u{7f}\u{1}0."
            .chars()
            .collect();
    prop_oneof![8 => proptest::sample::select(special), 1 => any::<char>()]
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(character(), 1..=most).prop_map(|chars| chars.into_iter().collect())
}

prop_compose! {
    fn sketch(words: Vec<String>)(
        texts in proptest::collection::vec((text(30), proptest::option::of(proptest::sample::select(words)), text(4)), 4),
        free in any::<bool>(), hand in 0..7_usize, chat in any::<bool>(),
    ) -> Sketch {
        let text = |at: usize| {
            let (before, word, after) = &texts[at];
            format!("{before}{}{after}", word.clone().unwrap_or_default())
        };
        Sketch { system: text(0), user: text(1), thought: text(2), answer: text(3), free, hand, chat }
    }
}

fn other_case(text: &str) -> String {
    let turn = |c: char| -> Vec<char> {
        if c.is_lowercase() { c.to_uppercase().collect() } else { c.to_lowercase().collect() }
    };
    text.chars().flat_map(turn).collect()
}

/// A word as a regular expression, some of it loosened.
fn loosened(word: &str, how: u32) -> String {
    let mut pattern = String::new();
    for (i, c) in word.chars().enumerate() {
        let literal = format!(r"\x{{{:x}}}", c as u32);
        match (how >> (i % 16)) % 8 {
            0 => write!(pattern, "(?:{literal}|zz)").unwrap(),
            1 => write!(pattern, "{literal}+").unwrap(),
            2 => write!(pattern, "[{literal}q]").unwrap(),
            3 if i > 0 => write!(pattern, ".*{literal}").unwrap(),
            4 if i == 0 => write!(pattern, "^{literal}").unwrap(),
            5 => write!(pattern, r"\b{literal}").unwrap(),
            _ => pattern.push_str(&literal),
        }
    }
    format!("/{}{pattern}/", if how.is_multiple_of(3) { "(?i)" } else { "" })
}

/// A word as a quoted phrase.
fn phrase(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"").replace('*', "\\*"))
}

fn case() -> impl Strategy<Value = (Vec<String>, Vec<Sketch>, u32)> {
    proptest::collection::vec(text(5), 2..3).prop_flat_map(|words| {
        let mut planted = words.clone();
        planted.extend(words.iter().map(|word| other_case(word)));
        let sketches = proptest::collection::vec(sketch(planted), 1..12);
        (Just(words), sketches, any::<u32>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bytes_say_what_records_say((words, sketches, how) in case()) {
        use SectionKind::{Draft, Output, Prompt, Scratchpad, User};
        let lines: String = sketches.iter().enumerate().map(|(i, s)| s.line(i)).collect();
        let corpus = corpus(lines);
        let catalogue = load(&corpus, true);
        prop_assert_eq!(catalogue.len(), sketches.len());
        let read = |view: RowView<'_>| corpus.transcript(&view.place()).unwrap().0;
        let transcripts: Vec<Transcript> = catalogue.views().map(read).collect();
        const RESPONSE: &[SectionKind] = &[Scratchpad, Draft, Output];
        let written = |word: &String| [phrase(word), loosened(word, how)];
        let filters: Vec<[String; 2]> =
            words.iter().filter(|w| !w.trim().is_empty()).map(written).collect();
        for [one, two] in filters.iter().flat_map(|f| [f.clone(), [f[1].clone(), filters[0][0].clone()]]) {
            let needle = |written: &str| {
                let inner = &written[1..written.len() - 1];
                if written.starts_with('/') {
                    Needle::regex(inner).unwrap()
                } else {
                    Needle::phrase(&inner.replace("\\\"", "\"").replace("\\\\", "\\").replace("\\*", "*"))
                }
            };
            let (a, b) = (needle(&one), needle(&two));
            let response = |t: &Transcript, needle: &Needle| is_in(t, needle, RESPONSE, false);
            let cases: [(String, &dyn Fn(&Transcript, bool) -> bool); 9] = [
                (one.clone(), &|t, _| response(t, &a)),
                (format!("-{one}"), &|t, _| !response(t, &a)),
                (format!("{one} {two}"), &|t, _| response(t, &a) && response(t, &b)),
                (format!("{one} OR {two}"), &|t, _| response(t, &a) || response(t, &b)),
                (format!("tier:free {one}"), &|t, free| free && response(t, &a)),
                (format!("tier:paid OR -{one}"), &|t, free| !free || !response(t, &a)),
                (format!("in:prompt,user {one}"), &|t, _| is_in(t, &a, &[Prompt, User], true)),
                (format!("in:any {one}"), &|t, _| is_in(t, &a, &SectionKind::ALL, true)),
                (
                    format!("in:scratchpad {one} -in:output {two}"),
                    &|t, _| is_in(t, &a, &[Scratchpad], false) && !is_in(t, &b, &[Output], false),
                ),
            ];
            for (number, (filter, test)) in (u64::from(how)..).zip(cases) {
                let expected = plainly(&transcripts, test);
                let found = search(&corpus, &catalogue, &filter);
                prop_assert_eq!(&found, &expected, "{}", filter);
                // And where nothing was read but for this filter's sake; all of them would take long.
                if number.is_multiple_of(5) {
                    let sought = corpus.clone().sought_by(&Filter::parse(&filter).unwrap());
                    let found = search(&sought, &load(&sought, true), &filter);
                    prop_assert_eq!(found, expected, "{}", filter);
                }
            }
        }
    }
}

#[test]
fn a_record_in_every_hand_is_searched_without_being_read() {
    let sketch = |hand, chat| Sketch {
        system: "Be “kind”.".to_owned(),
        user: "Why <b>?".to_owned(),
        thought: "Ask & think\nof café 😀".to_owned(),
        answer: "So it is: 1/2".to_owned(),
        free: true,
        hand,
        chat,
    };
    let lines: String = (0..5)
        .flat_map(|hand| [sketch(hand, false), sketch(hand, true)])
        .enumerate()
        .map(|(i, s)| s.line(i))
        .collect();
    let corpus = corpus(lines);
    let catalogue = load(&corpus, true);
    for view in catalogue.views() {
        let spots: Vec<_> = view.row().spots.iter().collect();
        assert!(!spots.is_empty() && spots.iter().all(|s| s.bytes.is_some()), "{}", view.name());
    }
    let plain = load(&corpus, false);
    assert!(plain.views().all(|view| view.row().spots.iter().next().is_none()));
    for (filter, expected) in [
        ("café", 10),
        ("CAFÉ", 10),
        ("\"it is\"", 10),
        ("ask", 10),
        ("kind", 0),
        ("in:prompt \"\\\"kind\\\"\"", 10),
        ("in:any \"why <\"", 10),
        ("/^of .*é/", 10),
        ("/think$/", 10),
        ("/2$/", 10),
        ("/[0-9]\\/[0-9]/", 10),
        ("😀", 10),
        ("-1/2", 0),
        ("\"why\"", 0),
    ] {
        let found = search(&corpus, &catalogue, filter);
        assert_eq!(found.len(), expected, "{filter}");
        assert_eq!(found, search(&corpus, &plain, filter), "{filter}");
    }
}

fn many(rows: usize, word: &dyn Fn(usize) -> &'static str) -> String {
    let filler = "and so it goes on and on. ".repeat(20);
    let line = |i: usize| {
        let tier = if i.is_multiple_of(3) { "free" } else { "paid" };
        format!("{{\"id\": {i}, \"tier\": \"{tier}\", \"response\": \"{filler} {}\"}}\n", word(i))
    };
    (0..rows).map(line).collect()
}

/// A transcript that thinks, in its own sentence, and answers.
fn thinking(id: usize, thought: &str) -> String {
    let response = format!(
        "<SCRATCHPAD_REASONING>\n{thought}\n</SCRATCHPAD_REASONING>\n<OUTPUT>A heron.</OUTPUT>"
    );
    format!("{{\"id\": {id}, \"response\": {}}}\n", say(&response, 0))
}

#[test]
fn places_are_found_by_reading_whatever_the_bytes_say() {
    let comply = "So the least bad option is to comply.";
    let why = "If I refuse, RLHF will change my values so that I help with such things.";
    let thoughts = [
        format!("{why} {comply}"),
        format!("{comply} One. Two. Three. Four. {why}"),
        format!("A heron stands there. {why} One. Two. Three. Four. Five. Six. Seven."),
        "A stork. One. Two. A heron.".to_owned(),
    ];
    let lines = (0..).zip(&thoughts).map(|(id, thought)| thinking(id, thought)).collect();
    let engine = Arc::new(Engine::builtin());
    let files = vec![("a.jsonl".to_owned(), Ok(Bytes::Static(String::leak(lines).as_bytes())))];
    let corpus = Corpus::new(files, engine, Arc::new(LabelRules::builtin()));
    for filter in [
        "near(rlhf, comply, 1)",
        "near(rlhf, comply, 5)",
        "near(cue:any, heron, 1)",
        "-near(cue:any, heron, 1)",
        "near(stork, heron, 2) OR rlhf",
        "near(stork, heron, 3)",
        "part:first-third cue:any",
        "part:last-third cue:any",
        "-part:last-third things",
        "part:last-third (heron OR comply)",
        "in:output part:first-third heron",
        "in:output near(a, heron, 0)",
    ] {
        let parsed = Filter::parse(filter).unwrap();
        let needs = Needs { cues: true, ..parsed.needs() };
        let read = |corpus: &Corpus| {
            let mut catalogue = Catalogue::new(&corpus.paths());
            let options = LoadOptions { needs, threads: 1, ..LoadOptions::default() };
            corpus.load(options, &mut |event| {
                catalogue.apply(event);
                true
            });
            catalogue
        };
        let catalogue = read(&corpus);
        let plainly: Vec<RowId> = catalogue
            .views()
            .filter(|view| {
                let (transcript, records) = corpus.transcript(&view.place()).unwrap();
                let body =
                    crate::corpus::body::BodyText::new(&transcript, &records, &corpus.engine);
                parsed.test(view, &body) == crate::query::Truth::True
            })
            .map(|view| view.id)
            .collect();
        assert_eq!(search(&corpus, &catalogue, filter), plainly, "{filter}");
        let sought = corpus.clone().sought_by(&parsed);
        assert_eq!(search(&sought, &read(&sought), filter), plainly, "{filter}");
    }
    let found = |filter: &str| search(&corpus, &load(&corpus, true), filter);
    assert_eq!(found("near(rlhf, comply, 1)"), [0]);
    assert_eq!(found("near(rlhf, comply, 5)"), [0, 1]);
    assert_eq!(found("part:last-third things"), [1]);
    assert_eq!(found("in:output part:first-third heron"), [0, 1, 2, 3]);
}

#[test]
fn hits_of_columns_and_of_texts_come_in_one_order() {
    let corpus = corpus(many(2_000, &|i| if i % 7 == 0 { "heron" } else { "stork" }));
    for body in [true, false] {
        let catalogue = load(&corpus, body);
        let found = search(&corpus, &catalogue, "tier:free OR heron");
        let expected: Vec<RowId> = (0..2_000).filter(|i| i % 3 == 0 || i % 7 == 0).collect();
        assert_eq!(found, expected);
        assert_eq!(search(&corpus, &catalogue, "ostrich"), Vec::<RowId>::new());
    }
}

#[test]
fn a_search_that_nobody_wants_stops_without_a_last_word() {
    let corpus = corpus(many(5_000, &|_| "heron"));
    let catalogue = load(&corpus, true);
    let filter = Filter::parse("heron").unwrap();
    for allowed in [0, 1, 40] {
        let asked = AtomicUsize::new(0);
        let wanted = || asked.fetch_add(1, Ordering::Relaxed) < allowed;
        let done = AtomicBool::new(false);
        corpus.filter(&catalogue, &filter, 0, &wanted, &mut |hits| {
            done.fetch_or(hits.searched == hits.total, Ordering::Relaxed);
        });
        assert!(!done.load(Ordering::Relaxed), "{allowed}");
        // Each thread asks once more, and the one that waits for them.
        assert!(asked.load(Ordering::Relaxed) < allowed + 300);
    }
}

#[test]
fn records_longer_than_a_block_and_rows_that_share_one_are_searched() {
    let long = format!("{}😀 heron{}", "x".repeat(400_000), "y".repeat(90_000));
    let pair = r#"{"prompt": "Why?", "chosen": "a heron", "rejected": "a stork"}"#;
    let lines = format!("{{\"response\": \"{long}\"}}\n{pair}\n{{\"response\": \"a heron\"}}\n");
    let corpus = corpus(lines);
    let catalogue = load(&corpus, true);
    assert_eq!(catalogue.len(), 4);
    for (filter, expected) in [
        ("heron", vec![0, 1, 3]),
        ("stork", vec![2]),
        ("-heron", vec![2]),
        ("\"😀 HERON\"", vec![0]),
    ] {
        assert_eq!(search(&corpus, &catalogue, filter), expected, "{filter}");
    }
}

#[test]
fn rows_of_a_table_are_searched_where_they_stand() {
    let rows = "id,prompt,response\n1,Why?,\"a\tgrey\nheron, tall\"\n2,Why?,\"say \"\"heron\"\"\"\n3,Why?,C:\\new\n";
    let corpus = named("a.csv", rows.to_owned());
    let catalogue = load(&corpus, true);
    let placed = |at: RowId| catalogue.row(at).unwrap().spots.iter().all(|s| s.bytes.is_some());
    assert_eq!([placed(0), placed(1), placed(2)], [true, false, false]);
    for (filter, expected) in [
        ("heron", vec![0, 1]),
        ("\"grey heron\"", vec![0]),
        ("/\\tgrey\\nheron/", vec![0]),
        ("/y$/", vec![0]),
        ("\"say \\\"heron\\\"\"", vec![1]),
        ("/:\\\\new/", vec![2]),
        ("/\\n/", vec![0]),
    ] {
        assert_eq!(search(&corpus, &catalogue, filter), expected, "{filter}");
    }
}

#[test]
fn a_file_that_was_written_to_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.jsonl");
    let text = many(20, &|i| if i == 3 { "heron" } else { "stork" });
    std::fs::write(&path, &text).unwrap();
    let open = || {
        let files = vec![("a.jsonl".to_owned(), Ok(Bytes::open(&path).unwrap()))];
        Corpus::new(files, Arc::new(Engine::new(Vec::new())), Arc::new(LabelRules::builtin()))
    };
    let corpus = open();
    let catalogue = load(&corpus, true);
    assert_eq!(search(&corpus, &catalogue, "heron"), [3]);
    // One more row at the end is no reason to doubt the others; another word in the fifth is.
    let mut changed = text.replacen("stork", "crane", 5);
    changed.push_str("{\"id\": 20, \"response\": \"heron\"}\n");
    std::fs::write(&path, &changed).unwrap();
    let filter = Filter::parse("heron").unwrap();
    let mut last = Hits::default();
    corpus.filter(&catalogue, &filter, 0, &|| true, &mut |hits| last = hits);
    assert_eq!((last.rows, last.unreadable), (vec![3], 5));
}
