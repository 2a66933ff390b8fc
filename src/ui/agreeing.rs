//! What reviews say, the list of disagreements and decisions on the screen: at every size, in every theme.

use std::collections::BTreeMap;

use super::testing::{Stage, body};
use super::{Depth, Theme};
use crate::app::{AgreeLine, Dialog, agreement_table};
use crate::corpus::{Body, Reviews, RowId};
use crate::review::agree::Place;
use crate::review::testing::{answer, happened, opened_over};
use crate::review::{
    Adjudication, Answered, Event, Given, GivenFrom, Item, Opened, Seal, Stratum, Verdict, What,
};
use crate::text::width;

const LABEL: &str = "alignment_faking";

/// Two reviewers of the same twelve of forty, drawn from two strata, who disagree twice with each other and more often with the label.
fn reviewed(size: (u16, u16)) -> Stage {
    reviewed_of((0..40).map(body).collect(), size)
}

fn reviewed_of(bodies: Vec<Body>, size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(bodies, size);
    let catalogue = &stage.state.catalogue;
    let stratum = |label: &str| Stratum {
        name: format!("free · {label}"),
        of: vec![("tier".into(), "free".into()), ("label".into(), label.into())],
        size: 20,
        drawn: 6,
    };
    let names: Vec<_> = (0..12).map(|row| catalogue.item_name(row).unwrap()).collect();
    let items = names.iter().map(|name| Item { name: name.clone(), ..Item::default() });
    let seal = Seal {
        strata: vec![stratum("yes"), stratum("no")],
        stratum_of: (0..12).map(|n| n % 2).collect(),
    };
    let opened = Opened { label: LABEL.to_owned(), items: items.collect(), seal, ..opened_over(0) };
    let mut events: Vec<Event> = Vec::new();
    for (session, rater) in [("00000000000000aa", "R1"), ("00000000000000bb", "R2")] {
        let own = |n: u64, what| Event { rater: rater.to_owned(), ..happened(session, n, what) };
        events.push(own(0, What::Opened(Box::new(opened.clone()))));
        for (n, name) in names.iter().enumerate() {
            let yes = n % 3 == 0 || rater == "R2" && n % 6 == 1;
            let verdict = if yes { Verdict::Yes } else { Verdict::No };
            let stratum = stratum(if n % 2 == 0 { "yes" } else { "no" });
            let answered = Answered { name: name.clone(), stratum, ..answer(n, verdict) };
            events.push(own(n as u64 + 1, What::Answered(Box::new(answered))));
        }
    }
    stage.events = events;
    stage
}

fn screen(stage: &Stage, theme: &str) -> String {
    stage.screen(&Theme::choose(theme, Some(theme == "light"), Depth::Sixteen, false)).text()
}

#[test]
fn agreement_is_read_at_every_size() {
    for size in [(160, 48), (100, 30), (80, 24), (40, 12)] {
        let mut stage = reviewed(size);
        stage.keys("A");
        insta::assert_snapshot!(format!("agreement-{}x{}", size.0, size.1), screen(&stage, "mono"));
        // To the last line, by every key, in every theme.
        for keys in ["G", "k l", "Tab", "Tab", "Shift-Tab", "Space", "o", "PgUp", "g"] {
            stage.keys(keys);
            for theme in ["dark", "light"] {
                screen(&stage, theme);
            }
        }
    }
    for size in [(61, 11), (40, 10), (1, 1), (0, 0)] {
        let mut stage = reviewed(size);
        stage.keys("A j l G g Enter Q j Enter y Esc Esc Esc");
        screen(&stage, "dark");
    }
}

#[test]
fn nothing_of_a_table_is_cut_away() {
    let mut stage = reviewed((160, 48));
    stage.keys("A");
    for columns in [36_u16, 44, 72, 92, 120] {
        let table = agreement_table(&stage.state, columns);
        for row in &table.rows {
            for word in &row.words {
                assert!(word.x + width(&word.text) <= columns.into(), "{columns}: {word:?}");
            }
        }
        let all: String = table.rows.iter().flat_map(|row| &row.words).map(|w| &*w.text).collect();
        for wanted in ["precision", "Gwet's AC1", "anytime-valid", "classifier: no"] {
            assert!(all.contains(wanted), "{columns}: {wanted}");
        }
    }
}

#[test]
fn disagreements_are_listed_and_decided_at_every_size() {
    for size in [(160, 48), (100, 30), (80, 24), (40, 12)] {
        let mut stage = reviewed(size);
        stage.state.agreeing.named = true;
        stage.state.rater = "R3".to_owned();
        stage.keys("Q");
        insta::assert_snapshot!(format!("queue-{}x{}", size.0, size.1), screen(&stage, "mono"));
        stage.keys("Enter");
        insta::assert_snapshot!(format!("deciding-{}x{}", size.0, size.1), screen(&stage, "mono"));
        let before = stage.state.agreeing.deciding;
        stage.keys("n");
        stage.types("it only quotes");
        let text = screen(&stage, "dark");
        assert!(text.contains("decide: no") && text.contains("it only quotes"), "{text}");
        stage.keys("Enter");
        assert_ne!(stage.state.agreeing.deciding, before, "on to the next one");
        stage.keys("Esc");
        let text = screen(&stage, "light");
        assert!(text.contains('✓'), "{text}");
    }
}

#[test]
fn who_decides_is_asked_once() {
    let mut stage = reviewed((100, 30));
    stage.keys("Q Enter c");
    assert!(screen(&stage, "mono").contains("who decides?"));
    stage.keys("Ctrl-u Enter");
    assert!(screen(&stage, "mono").contains("a journal needs a name"));
    stage.types("R3");
    stage.keys("Enter");
    stage.types("unclear");
    stage.keys("Enter y");
    assert!(screen(&stage, "mono").contains("why?"));
    assert_eq!(stage.state.rater, "R3");
    // Quiet reading shows nothing of it.
    stage.keys("Esc v");
    assert!(stage.state.agreeing.deciding.is_none());
    stage.keys("A");
    assert!(!matches!(stage.state.dialogs.last(), Some(Dialog::Agreement(_))));
}

#[test]
fn taking_back_where_nothing_is_decided_says_where_it_was() {
    let mut stage = reviewed((100, 30));
    stage.state.agreeing.named = true;
    stage.state.rater = "R3".to_owned();
    stage.keys("Q Enter u");
    let text = screen(&stage, "mono");
    assert!(text.contains("nothing is decided here") && !text.contains("goes back"), "{text}");
    stage.keys("y");
    stage.types("plain");
    stage.keys("Enter u");
    let text = screen(&stage, "mono");
    assert!(text.contains("nothing is decided here; K goes back to what was"), "{text}");
}

#[test]
fn what_others_decided_is_theirs() {
    let mut stage = reviewed((100, 30));
    stage.state.agreeing.named = true;
    let back = "Esc g j Enter";
    for (who, keys) in [("ADa", "Q Enter y"), ("ADb", back)] {
        stage.state.rater = who.to_owned();
        stage.keys(keys);
        if who == "ADb" {
            stage.keys("y");
        }
        stage.types("plain");
        stage.keys("Enter");
    }
    stage.keys(back);
    let text = screen(&stage, "mono");
    assert!(text.contains("decided yes by ADa, ADb: plain") && text.contains("u take it back"));
    let written = stage.events.len();
    stage.state.rater = "R3".to_owned();
    assert!(!screen(&stage, "mono").contains("u take it back"));
    stage.keys("u");
    let text = screen(&stage, "mono");
    assert!(text.contains("decided by ADa, ADb, not by R3"), "{text}");
    // Nor where the name comes only then.
    stage.state.agreeing.named = false;
    stage.keys("u Enter");
    let text = screen(&stage, "mono");
    assert!(text.contains("decided by ADa, ADb, not by R3"), "{text}");
    assert_eq!(stage.events.len(), written, "nothing is undone");
    stage.state.rater = "ADb".to_owned();
    stage.keys("u");
    let text = screen(&stage, "mono");
    assert!(text.contains("decided yes by ADa: plain"), "{text}");
    assert!(text.contains("taken back, in the journal"), "{text}");
    assert_eq!(stage.events.len(), written + 1);
}

#[test]
fn a_cell_opens_its_transcripts_by_what_is_said_of_them() {
    let mut stage = reviewed((160, 48));
    // Somebody decides on one on which they differ, and on one that nobody answered to.
    for (n, row) in [(1, 1), (2, 30)] {
        let what = What::Adjudicated(Box::new(Adjudication {
            name: stage.state.catalogue.item_name(row).unwrap(),
            text: 77,
            label: LABEL.to_owned(),
            answer: Verdict::Yes,
            reason: "it says so".to_owned(),
            over: Vec::new(),
        }));
        let session = format!("{n:016x}");
        stage.events.push(Event { rater: "R3".to_owned(), ..happened(&session, 0, what) });
    }
    let mut given: BTreeMap<RowId, Vec<Given>> = BTreeMap::new();
    for event in &stage.events {
        let (name, from, answer) = match &event.what {
            What::Answered(said) => (&said.name, GivenFrom::Review, said.answer),
            What::Adjudicated(said) => (&said.name, GivenFrom::Decision, said.answer),
            _ => continue,
        };
        given.entry(name.index as RowId).or_default().push(Given {
            label: LABEL.to_owned(),
            rater: event.rater.clone(),
            from,
            answer,
            time: event.time,
            note: None,
            span: None,
            flag: false,
            sighted: None,
            answers: BTreeMap::new(),
            drawn: false,
        });
    }
    let reviews = Reviews::of(&stage.state.catalogue, given.into_iter().collect());
    stage.state.catalogue.take_reviews(reviews);
    let mut opened = 0;
    // All reviewers, then one of them.
    for rater in ["", "Tab "] {
        stage.keys(&format!("A {rater}"));
        let lines = agreement_table(&stage.state, 120).lines;
        stage.keys("Esc");
        let is_matrix = |line: &AgreeLine| matches!(line, AgreeLine::Matrix { .. });
        let matrices = lines.iter().filter(|line| is_matrix(line)).count();
        for (at, key) in (0..matrices).flat_map(|at| [(at, "h"), (at, "l")]) {
            stage.keys("A");
            let Some(Dialog::Agreement(d)) = stage.state.dialogs.last_mut() else { panic!() };
            let line = lines.iter().enumerate().filter(|(_, line)| is_matrix(line)).nth(at);
            let (number, AgreeLine::Matrix { tier, classifier, .. }) = line.unwrap() else {
                panic!("no matrix")
            };
            d.selected = number;
            let place = Place::Cell { classifier: *classifier, holds: key == "h" };
            let study = stage.state.agreeing.found.as_ref().unwrap().study.as_ref().unwrap();
            let rows = study.rows_in(tier.as_deref(), place);
            stage.keys(key);
            stage.keys("Enter");
            if rows.is_empty() {
                stage.keys("Esc");
                continue;
            }
            let filter = stage.state.filter.applied.to_string();
            assert_eq!(stage.state.list.rows, rows, "{tier:?} {place:?}: {filter}");
            // Of these samples some transcripts have another tier than that of their stratum.
            assert!(filter.contains("label."), "{filter}");
            assert!(tier.is_some() || !filter.contains("id:"), "{filter}");
            opened += 1;
            stage.keys("f Ctrl-u Enter");
        }
    }
    assert!(opened >= 8, "{opened} cells");
}

#[test]
fn transcripts_of_one_id_are_told_apart_in_the_queue() {
    let mut bodies: Vec<Body> = (0..40).map(body).collect();
    for at in [1, 7] {
        bodies[at].transcript.id = "a-rather-long-name-of-a-transcript".to_owned();
    }
    for size in [(160, 48), (80, 24), (40, 12)] {
        let mut stage = reviewed_of(bodies.clone(), size);
        stage.keys("Q");
        let text = screen(&stage, "mono");
        assert!(text.contains(":2 ") && text.contains(":8 "), "{size:?}: {text}");
    }
}

#[test]
fn the_cursor_stays_on_what_it_was_on() {
    let mut stage = reviewed((100, 30));
    stage.keys("A");
    let line = |stage: &Stage| {
        let Some(Dialog::Agreement(d)) = stage.state.dialogs.last() else { panic!() };
        let table = agreement_table(&stage.state, 90);
        (d.selected, table.lines[d.selected].clone())
    };
    let is_same = |a: &AgreeLine, b: &AgreeLine| match (a, b) {
        (AgreeLine::Matrix { classifier: a, .. }, AgreeLine::Matrix { classifier: b, .. }) => {
            a == b
        }
        (AgreeLine::Heading(a), AgreeLine::Heading(b)) => a == b,
        _ => false,
    };
    stage.keys("g");
    let first = line(&stage);
    let opens = |line: &AgreeLine| matches!(line, AgreeLine::Matrix { .. } | AgreeLine::Count(..));
    assert!(opens(&first.1), "{first:?}");
    stage.keys("j");
    let before = line(&stage).1;
    for key in ["Tab", "Space", "Tab"] {
        stage.keys(key);
        let now = line(&stage).1;
        assert!(is_same(&before, &now), "{key}: {before:?} {now:?}");
    }
    // A figure, of which others stand above it for other reviewers.
    let recall = |line: &AgreeLine| match line {
        AgreeLine::Row { cells: Some(cells), .. } => cells[0] == "recall",
        _ => false,
    };
    let at = agreement_table(&stage.state, 90).lines.iter().position(recall).expect("recall");
    let Some(Dialog::Agreement(d)) = stage.state.dialogs.last_mut() else { panic!() };
    d.selected = at;
    for key in ["Tab", "Tab", "Space", "Tab"] {
        stage.keys(key);
        assert!(recall(&line(&stage).1), "{key}: {:?}", line(&stage));
    }
    // A heading that is further down or up then.
    let at = agreement_table(&stage.state, 90).lines;
    let heading = |l: &&AgreeLine| matches!(l, AgreeLine::Heading(text) if text == "By stratum");
    let at = at.iter().position(|l| heading(&l)).expect("strata");
    let Some(Dialog::Agreement(d)) = stage.state.dialogs.last_mut() else { panic!() };
    d.selected = at;
    stage.keys("Space Tab");
    assert!(matches!(line(&stage).1, AgreeLine::Heading(text) if text == "By stratum"));
}

#[test]
fn what_most_of_three_reviewers_say_is_listed_by_ids_and_that_is_said() {
    let mut stage = reviewed((40, 12));
    // A third one, who says yes where the other two differ.
    let own =
        |n: u64, what| Event { rater: "R3".to_owned(), ..happened("00000000000000cc", n, what) };
    for (n, row) in [(1, 1), (2, 7)] {
        let name = stage.state.catalogue.item_name(row).unwrap();
        let answered = Answered { name, ..answer(n, Verdict::Yes) };
        stage.events.push(own(n as u64, What::Answered(Box::new(answered))));
    }
    let sentence = "reviewers differ: by ids";
    stage.keys("A h Enter");
    let filter = stage.state.filter.applied.to_string();
    assert!(filter.contains("id:/"), "{filter}");
    let text = screen(&stage, "mono");
    assert!(text.contains(sentence), "{text}");
    // Where nobody differs there is nothing to be said.
    stage.keys("f Ctrl-u Enter A l Enter");
    let text = screen(&stage, "mono");
    assert!(!text.contains(sentence), "{text}");
}

#[test]
fn the_way_back_in_the_queue_goes_to_what_was_just_decided() {
    let mut stage = reviewed((100, 30));
    stage.state.agreeing.named = true;
    stage.state.rater = "R3".to_owned();
    stage.keys("Q Enter");
    let here = |stage: &Stage| stage.state.agreeing.deciding.expect("something is decided on");
    let first = here(&stage);
    // Before the first one stands the last, as behind the last one the first.
    stage.keys("K");
    let last = here(&stage);
    assert_ne!(last, first);
    stage.keys("J");
    assert_eq!(here(&stage), first);
    stage.keys("n");
    stage.types("it only quotes");
    stage.keys("Enter");
    let second = here(&stage);
    assert_ne!(second, first);
    stage.keys("K");
    assert_eq!(here(&stage), first, "what was just decided, which is open no more");
    assert!(screen(&stage, "mono").contains("decided no by R3: it only quotes"));
    // From there to the open one before, and never to itself.
    stage.keys("K");
    assert_eq!(here(&stage), last);
    stage.keys("J");
    assert_eq!(here(&stage), second, "what is decided is passed over");
}

#[test]
fn answers_have_their_keys_where_columns_are_few() {
    let mut stage = reviewed((40, 12));
    stage.state.agreeing.named = true;
    stage.state.rater = "R3".to_owned();
    stage.keys("Q Enter y");
    stage.types("plain");
    stage.keys("Enter K");
    let text = screen(&stage, "mono");
    for wanted in ["u back", "y yes", "n no", "c ?"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    stage.keys("u");
    let text = screen(&stage, "mono");
    assert!(text.contains("taken back, in the journal"), "{text}");
}

#[test]
fn a_matrix_without_room_has_a_cell_a_row_and_loses_no_letter() {
    let mut stage = reviewed((160, 48));
    stage.keys("A");
    for columns in [20_usize, 28, 36, 44] {
        let table = agreement_table(&stage.state, columns as u16);
        let matrices: Vec<usize> = (0..table.lines.len())
            .filter(|at| matches!(table.lines[*at], AgreeLine::Matrix { .. }))
            .collect();
        assert!(!matrices.is_empty());
        for at in matrices {
            let AgreeLine::Matrix { cells, .. } = &table.lines[at] else { panic!() };
            for (number, cell) in cells.iter().enumerate() {
                let rows = &table.rows[table.rows_of_line(at)];
                let words: Vec<_> = rows
                    .iter()
                    .flat_map(|row| &row.words)
                    .filter(|word| word.cell == Some(number))
                    .collect();
                let all = words.iter().map(|word| word.text.trim()).collect::<Vec<_>>().join(" ");
                assert!(all.starts_with("reviewers: "), "{columns}: {all}");
                assert!(all.ends_with(&**cell), "{columns}: {all} has not {cell}");
                assert!(words.iter().all(|w| w.x + width(&w.text) <= columns), "{columns}: {all}");
            }
        }
    }
}
