//! What is searched for in raw bytes is found where a reading of every transcript finds it, in every sample file.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use support::reading::{Opened, open_bytes};
use support::{Dice, repository, sample_files};
use undertone::corpus::RowId;
use undertone::model::Transcript;
use undertone::query::{Filter, is_seen};
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
    let (mut placed, mut all, mut asked) = (0, 0, 0);
    for name in sample_files() {
        let bytes = std::fs::read(repository(&name)).unwrap();
        let opened = open_bytes(&name, bytes.leak());
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
                asked += 1;
            }
        }
    }
    assert!(asked > 600, "{asked}");
    // Else nothing was shown of the bytes: the texts would all have been read.
    assert!(placed * 10 > all * 6, "{placed} of {all} sections have a place");
    assert!(placed < all, "and some stand nowhere as they are");
}
