//! What is searched for in raw bytes is found where a reading of every transcript finds it, in every sample file.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use support::reading::{Opened, open_bytes, open_bytes_sought, open_for, open_sought};
use support::{Dice, repository, sample_files};
use undertone::corpus::RowId;
use undertone::model::Transcript;
use undertone::query::{Filter, Needs, is_seen};
use undertone::text::Needle;

fn search(opened: &Opened, filter: &str) -> Vec<RowId> {
    let filter = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let mut rows = Vec::new();
    opened.corpus.filter(&opened.catalogue, &filter, 0, &|| true, &mut |hits| {
        assert_eq!(hits.unreadable, 0);
        rows.extend(hits.rows);
    });
    rows
}

/// The same where files are read for this filter alone, and how many transcripts were passed over.
fn search_alone(filter: &str, open: impl Fn(&Filter) -> Opened) -> (Vec<RowId>, usize) {
    let opened = open(&Filter::parse(filter).unwrap());
    let passed = opened.catalogue.views().filter(|v| v.row().spots.is_passed_over()).count();
    (search(&opened, filter), passed)
}

/// Rows with the needle in any section, or in what the model says last.
fn plainly(transcripts: &[Transcript], needle: &Needle, whole: bool) -> Vec<RowId> {
    let is_in = |t: &Transcript| {
        t.sections.iter().any(|s| {
            let said = whole || s.kind.is_reasoning() || s.kind.as_str() == "output";
            said && is_seen(s.kind, s.turn >= t.response_turn, whole) && needle.is_in(&s.text)
        })
    };
    (0..).zip(transcripts).filter(|(_, t)| is_in(t)).map(|(id, _)| id).collect()
}

/// A piece of a text, with as many white space, quotes and escapes as the text has there.
fn piece(text: &str, dice: &mut Dice) -> Option<String> {
    let from = text.floor_char_boundary(dice.below(text.len().max(1)));
    let piece: String = text[from..].chars().take(1 + dice.below(24)).collect();
    (!piece.trim().is_empty()).then_some(piece)
}

#[test]
fn every_text_of_every_sample_file_is_found() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut placed, mut all, mut asked, mut passed_over) = (0, 0, 0, 0);
    for name in sample_files() {
        let bytes: &[u8] = std::fs::read(repository(&name)).unwrap().leak();
        let opened = open_bytes(&name, bytes);
        let transcripts: Vec<Transcript> =
            opened.transcripts().into_iter().map(|(transcript, _)| transcript).collect();
        for view in opened.catalogue.views() {
            let spots = view.row().spots;
            placed += spots.iter().filter(|spot| spot.bytes.is_some()).count();
        }
        all += transcripts.iter().map(|t| t.sections.len()).sum::<usize>();
        if transcripts.is_empty() {
            continue;
        }
        for _ in 0..12 {
            let transcript = &transcripts[dice.below(transcripts.len())];
            if transcript.sections.is_empty() {
                continue;
            }
            let section = &transcript.sections[dice.below(transcript.sections.len())];
            let Some(piece) = piece(&section.text, &mut dice) else { continue };
            let needle = Needle::phrase(&piece);
            let quoted = piece.replace('\\', "\\\\").replace('"', "\\\"").replace('*', "\\*");
            for (filter, whole) in
                [(format!("in:any \"{quoted}\""), true), (format!("\"{quoted}\""), false)]
            {
                let expected = plainly(&transcripts, &needle, whole);
                assert!(!whole || !expected.is_empty(), "{name}: {piece}");
                assert_eq!(search(&opened, &filter), expected, "{name}: {filter}");
                // One of three: the file is opened anew.
                if asked % 3 == 0 {
                    let (sought, passed) =
                        search_alone(&filter, |f| open_bytes_sought(&name, bytes, f));
                    assert_eq!(sought, expected, "{name}: {filter}, read for its sake alone");
                    passed_over += passed;
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 600, "{asked}");
    assert!(passed_over > 200, "{passed_over}");
    // Else nothing was shown of the bytes: the texts would all have been read.
    assert!(placed * 10 > all * 6, "{placed} of {all} sections have a place");
    assert!(placed < all, "and some stand nowhere as they are");
}

/// All sample files together, with their label rows and requests, and filters of every kind.
#[test]
fn reading_for_one_filter_changes_no_answer() {
    let all: Vec<String> =
        sample_files().iter().map(|name| repository(name).to_string_lossy().into_owned()).collect();
    let opened = open_for(&all, Needs { body: true, opened: true, ..Needs::default() });
    let mut passed_over = 0;
    for filter in [
        "\"the\"",
        "in:any \"the user\"",
        "tier:free training",
        "in:output /ca[mn]/",
        "-\"the\" \"and\"",
        "refuse OR comply",
        "outcome:refused harm",
        "-outcome:refused harm",
        "parse:repaired in:any \"a\"",
        "query:*how* \"i\"",
        "in:prompt,user é",
        "in:any \"‘é’\"",
        "label:alignment_faking value",
        "-label:alignment_faking value",
        "label.alignment_faking:missing value",
        "meta.x:none harm",
        "dup:yes in:any \"a\"",
        "(in:any zebra OR tier:free) train",
        "-(-harm)",
        "len.output>10 harm",
        "/\\bharm\\b/",
        "/harm(ful)?\\.$/",
        "/[[:upper:]]{4}/",
        "zzqx",
    ] {
        let (found, passed) = search_alone(filter, |f| open_sought(&all, f));
        assert_eq!(found, search(&opened, filter), "{filter}");
        passed_over += passed;
    }
    assert!(passed_over == 0, "what is said elsewhere belongs to some: {passed_over}");
}
