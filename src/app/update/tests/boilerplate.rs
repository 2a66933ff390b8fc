//! Sentences that many scratchpads share: looked for when somebody asks and all is read, dimmed when that is wished.

use super::*;
use crate::corpus::{Common, CommonRule};

fn asked(app: &mut App) -> Vec<usize> {
    let effects = app.take();
    let rows = effects.iter().filter_map(|effect| match effect {
        Effect::FindCommon { label, catalogue } => {
            assert_eq!(label, "alignment_faking");
            Some(catalogue.len())
        }
        _ => None,
    });
    rows.collect()
}

/// The first sentence of the scratchpad on screen that has words enough.
fn sentence(app: &App) -> String {
    let (_, body) = app.state.reader.body().expect("a body");
    let pad = crate::cues::reasoning(&body.transcript).remove(0).1;
    let mut all = crate::text::sentences(&pad.text).map(|range| pad.text[range].to_owned());
    all.find(|text| crate::text::same_key(text, &mut String::new()).is_some()).expect("a sentence")
}

fn common(rows: usize, sentence: &str) -> Message {
    Message::Common(Arc::new(Common::known(rows, &[(sentence, 4)], Vec::new())))
}

#[test]
fn they_are_looked_for_once_all_is_read_and_only_if_wanted() {
    let mut app = App::poems();
    app.finish();
    assert_eq!(asked(&mut app), Vec::<usize>::new(), "nobody asked");
    let mut app = App::poems();
    app.keys("b");
    assert!(app.toast().contains("once all is read"), "{}", app.toast());
    assert_eq!(asked(&mut app), Vec::<usize>::new());
    app.finish();
    assert_eq!(asked(&mut app), [5]);
    app.keys("w");
    assert_eq!(asked(&mut app), Vec::<usize>::new(), "they are being looked for");
    let text = sentence(&app);
    app.send(common(5, &text));
    assert_eq!(app.toast(), "1 sentence is shared by 3 scratchpads or more: dimmed");
    app.keys("w w");
    assert_eq!(asked(&mut app), Vec::<usize>::new(), "they are known");
    // What has come since changes the counts: asked for again when somebody looks.
    app.arrive(&poems()[..1]);
    app.finish();
    assert_eq!(asked(&mut app), Vec::<usize>::new());
    app.keys("w w");
    assert_eq!(asked(&mut app), [6]);
}

#[test]
fn they_are_dimmed_in_every_transcript_until_no_longer() {
    let mut app = App::poems();
    app.finish();
    app.keys("b");
    let text = sentence(&app);
    app.send(common(5, &text));
    let [(_, place)] = app.state.reader.shared.as_slice() else { panic!("one place") };
    assert_eq!(place.len(), text.len());
    app.keys("J");
    assert!(!app.state.reader.shared.is_empty(), "the same sentence stands here");
    app.keys("b");
    assert!(app.state.reader.shared.is_empty());
}

#[test]
fn the_page_of_reasons_says_how_common_a_sentence_and_a_rule_are() {
    let mut app = App::poems();
    app.finish();
    app.keys("Enter ] w");
    assert!(!app.dialog_text().contains("scratchpads"));
    let (_, span) = app.state.reader.active_span().expect("a cue");
    let (rule, section, start) = (span.rule.clone(), span.section, span.start);
    let body = &app.state.reader.body().expect("a body").1.transcript;
    let pad = &body.sections[section].text;
    let range = crate::text::sentences(pad).find(|r| start < r.end).expect("a sentence");
    let text = pad[range].to_owned();
    let rules = vec![CommonRule { id: rule.clone(), marks: 9, inside: 5, fires: (1, 3) }];
    let mut known = Common::known(5, &[(&text, 4)], rules);
    known.labelled = (1, 4);
    app.send(Message::Common(Arc::new(known)));
    let said = app.dialog_text();
    assert!(said.contains("shared: this sentence stands in 4 of 5 scratchpads"), "{said}");
    let line = format!(
        "56% of the marks of {rule} stand in shared sentences; it fires in 75% of negatives too"
    );
    assert!(said.contains(&line), "{said}");
}
