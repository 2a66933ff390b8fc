//! Dialogs: turns, record, problems, help, palette; opening, closing, scrolling, following the transcript.

use super::*;
use crate::app::{CodePlace, Context, SPECS, Target, keys_markdown, palette_entries};
use crate::model::{Problem, ProblemKind};

#[test]
fn prompt_and_turns_fold_long_prompts() {
    let mut app = App::poems();
    app.keys("i");
    app.sizes((30, 6), (40, 8), (40, 8), (50, 10));
    let text = app.dialog_text();
    assert!(text.contains("1,700 characters in all"), "{text}");
    assert!(text.contains("turn 2 of 3 · user\n<q>rain</q>"), "{text}");
    assert!(text.contains("query, without what is wrapped around it\nrain"), "{text}");
    let folded = app.state.dialogs[0].doc().expect("turns").doc.rows.len();
    app.keys("Enter");
    assert!(app.state.dialogs[0].doc().expect("turns").doc.rows.len() > folded);
    app.keys("J");
    assert_eq!(app.reading(), "b");
    assert!(app.dialog_text().contains("1,700 characters in all"), "folded again for the next");
    app.keys("i");
    assert!(app.state.dialogs.is_empty());
}

#[test]
fn the_record_is_coloured_once_and_by_its_own_answer() {
    let mut app = App::poems();
    app.take();
    app.keys("e");
    let asked = app.take();
    let [Effect::Colour { generation, codes }] = asked.as_slice() else { panic!("{asked:?}") };
    let [code] = codes.as_slice() else { panic!("{codes:?}") };
    assert_eq!((&*code.text, code.language.as_str()), ("{\n  \"id\": \"a\"\n}", "json"));
    assert_eq!(code.place, CodePlace::Record);
    assert!(app.dialog_text().starts_with("runs/a.jsonl · line 1 · read as flat"));
    let answer = |generation| Message::Coloured {
        generation,
        codes: vec![(CodePlace::Record, vec![(0, 1, 2)])],
    };
    app.send(answer(generation - 1));
    let colours = |app: &App| app.state.dialogs[0].doc().expect("record").colours.len();
    assert_eq!(colours(&app), 0);
    app.send(answer(*generation));
    assert_eq!(colours(&app), 1);
    app.keys("J");
    assert_eq!(colours(&app), 0, "another record, other colours");
    app.send(answer(*generation));
    assert_eq!(colours(&app), 0);
}

#[test]
fn problems_list_files_and_what_happened() {
    let mut app = App::poems();
    app.finish();
    app.keys("P");
    assert!(app.dialog_text().contains("read without problems\nruns/a.jsonl: 5 of 5 · flat"));
    let problem = Problem {
        kind: ProblemKind::Torn,
        source: "runs/a.jsonl".to_owned(),
        line: Some(6),
        message: "the last line stops in the middle".to_owned(),
    };
    let counts = Counts { records: 6, transcripts: 5, left_out: 1, ..Counts::default() };
    let report = FileReport {
        path: "runs/a.jsonl".to_owned(),
        counts,
        problems: vec![problem],
        ..FileReport::default()
    };
    app.send(Message::Loaded(LoadEvent::File(0, report)));
    let text = app.dialog_text();
    assert!(text.contains("line 6: the last line stops in the middle [torn]"), "{text}");
    assert!(text.starts_with("5 of 6 · 0 repaired · 1 left out"));
}

#[test]
fn a_sentence_about_a_whole_file_stands_once_among_the_problems() {
    let mut app = App::poems();
    app.keys("P");
    let problem = Problem {
        kind: ProblemKind::NotReadYet,
        source: "runs/a.jsonl".to_owned(),
        line: None,
        message: "not read yet: plain text".to_owned(),
    };
    let why = problem.message.clone();
    let path = "runs/a.jsonl".to_owned();
    let report = FileReport { path, why, problems: vec![problem], ..FileReport::default() };
    app.send(Message::Loaded(LoadEvent::File(0, report)));
    let text = app.dialog_text();
    assert_eq!(text.matches("plain text").count(), 1, "{text}");
}

#[test]
fn the_row_of_a_table_is_shown_as_it_was_read_and_says_so() {
    let mut app = App::poems();
    let body = (*app.bodies[1]).clone();
    app.bodies[1] = Arc::new(Body { as_read: true, ..body });
    app.keys("j e");
    let title = app.state.dialogs[0].doc().expect("record").title.clone();
    assert_eq!(title, "record as read · b");
    assert!(app.dialog_text().contains("as it was read"), "{}", app.dialog_text());
}

#[test]
fn files_that_are_not_read_yet_are_counted_on_show() {
    let mut app = App::poems();
    let problem = Problem {
        kind: ProblemKind::NotReadYet,
        source: "runs/a.jsonl".to_owned(),
        line: None,
        message: "archives come later".to_owned(),
    };
    let report = FileReport { problems: vec![problem], ..FileReport::default() };
    app.send(Message::Loaded(LoadEvent::File(0, report)));
    assert_eq!(app.state.counts_line(), "5 of 5 · 0 repaired · 0 left out · 1 file not read yet");
}

#[test]
fn help_page_and_palette_name_every_command() {
    let mut app = App::poems();
    app.keys("?");
    let text = app.dialog_text();
    let markdown = keys_markdown(&app.state.keymap);
    let entries = palette_entries(&app.state.keymap);
    for spec in SPECS {
        assert!(text.contains(spec.description), "{}", spec.name);
        assert!(markdown.contains(&format!("| `{}` |", spec.name)), "{}", spec.name);
        let offered = entries.iter().any(|e| e.command == spec.command);
        assert_eq!(
            offered,
            !matches!(spec.context, Context::Dialog | Context::Review),
            "{}",
            spec.name
        );
    }
    assert!(markdown.contains("| `]` `.` | `next-cue` | Next cue |"), "{markdown}");
}

#[test]
fn q_and_esc_close_from_the_top() {
    let mut app = App::poems();
    app.keys("i ? i");
    assert_eq!(app.state.dialogs.len(), 2, "a dialog stands in the stack once");
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Turns(_))));
    app.keys("Esc Esc Esc Esc");
    assert!(app.state.dialogs.is_empty() && !app.state.quitting);
    app.keys("e q");
    assert!(app.state.dialogs.is_empty() && !app.state.quitting);
    app.take();
    app.keys("q");
    assert!(app.state.quitting);
    assert!(matches!(app.take().as_slice(), [Effect::Quit]));
}

#[test]
fn dialogs_scroll_within_their_text() {
    let mut app = App::poems();
    app.keys("?");
    app.sizes((30, 6), (40, 8), (40, 8), (60, 10));
    let top = |app: &App| app.state.dialogs[0].doc().expect("help").top;
    app.keys("j PgDn");
    assert_eq!(top(&app), 11);
    app.keys("G j");
    let doc = app.state.dialogs[0].doc().expect("help");
    assert_eq!(doc.top + 10, doc.doc.rows.len());
    app.send(Message::Wheel(Target::Nowhere, -1000));
    assert_eq!(top(&app), 0);
    assert_eq!(app.selected(), "a", "the list does not move behind");
}

#[test]
fn the_palette_runs_what_it_finds() {
    let mut app = App::poems();
    app.keys(":");
    app.sizes((30, 6), (40, 8), (40, 8), (60, 5));
    app.types("raw rec");
    app.keys("Enter");
    assert!(matches!(app.state.dialogs.as_slice(), [Dialog::Record(_)]));
    app.keys(":");
    app.types("zoom");
    app.keys("Enter");
    assert!(app.state.view.zoom && app.state.dialogs.is_empty());
    app.keys(": Down Down Down Down Down Down");
    let Some(Dialog::Palette(p)) = app.state.dialogs.last() else { panic!("no palette") };
    assert_eq!((p.selected, p.top), (6, 3));
    app.send(Message::Click(Target::DialogRow(1)));
    assert!(app.state.dialogs.is_empty(), "a click runs the entry");
    app.keys(":");
    app.types("qqqq");
    app.keys("Enter");
    assert!(app.state.dialogs.is_empty() && !app.state.quitting);
}

/// A question for colours: its generation, and place, language and text of each piece.
type Asked = (u64, Vec<(CodePlace, String, String)>);

#[test]
fn fenced_code_is_asked_for_when_it_comes_and_once() {
    let mut with_code = sketch("a", "free", "rain");
    with_code.scratchpad =
        Some("x\n```py\nrain = 1\n```\n```\nplain\n```\n~~~js\nrain()\n~~~".to_owned());
    let mut app = App::empty();
    app.arrive(&[with_code, sketch("b", "paid", "rain")]);
    let asked = |app: &mut App| -> Vec<Asked> {
        let of = |effect| match effect {
            Effect::Colour { generation, codes } => {
                let codes = codes.into_iter().map(|c| (c.place, c.language, c.text.to_string()));
                Some((generation, codes.collect()))
            }
            _ => None,
        };
        app.take().into_iter().filter_map(of).collect()
    };
    let all = asked(&mut app);
    let [(generation, codes)] = all.as_slice() else { panic!("{all:?}") };
    let place = |start| CodePlace::Section { section: 2, start };
    assert_eq!(
        *codes,
        [
            (place(8), "py".to_owned(), "rain = 1\n".to_owned()),
            (place(41), "js".to_owned(), "rain()\n".to_owned())
        ]
    );
    // The record asks again for what has not come: the shell drops the older question.
    app.keys("e");
    let both = asked(&mut app);
    let [(newer, codes)] = both.as_slice() else { panic!("{both:?}") };
    assert_eq!((codes.len(), codes[2].0), (3, CodePlace::Record));
    assert!(newer > generation);
    let answer = codes.iter().map(|(place, ..)| (*place, vec![(0, 4, 7)])).collect();
    app.send(Message::Coloured { generation: *newer, codes: answer });
    let code = app.state.reader.code.clone().expect("colours");
    assert_eq!(*code, [(2, vec![(8, 12, 7), (41, 45, 7)])]);
    app.keys("Esc e");
    let again = asked(&mut app);
    assert_eq!(again[0].1.len(), 1, "the record alone: {again:?}");
    app.keys("Esc J");
    assert!(asked(&mut app).is_empty(), "no code, no question");
}
