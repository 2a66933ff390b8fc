//! Stories: what somebody presses, and what the screen says then. Each is something that a reader relies on.

use ratatui::style::Color;

use super::testing::{Stage, body};
use super::{Depth, Theme};
use crate::app::{CodePlace, Message};
use crate::corpus::{Body, FileReport, LoadEvent};
use crate::model::{Deduction, Judgement, LabelValue, Problem, ProblemKind, SectionKind};

fn theme() -> Theme {
    Theme::choose("dark", None, Depth::True, false)
}

fn text(stage: &Stage) -> String {
    stage.screen(&theme()).text()
}

/// Column of a word in a line.
fn column(line: &str, word: &str) -> Option<usize> {
    line.find(word).map(|at| line[..at].chars().count())
}

#[test]
fn a_filter_narrows_and_cues_are_stepped_through() {
    let mut stage = Stage::forty((160, 48));
    stage.keys("f");
    stage.types("tier:paid outcome:refused");
    stage.keys("Enter");
    let shown = text(&stage);
    assert!(shown.contains("filter ▏tier:paid outcome:refused"), "{shown}");
    assert!(shown.contains("7 of 40 match"), "{shown}");
    assert!(shown.contains("read 40 of 41 · 10 repaired · 1 left out"), "{shown}");
    let rows = shown.lines().filter(|l| l.contains("paid   refused")).count();
    assert_eq!(rows, 7, "{shown}");
    stage.keys("Enter ] ]");
    let shown = text(&stage);
    assert!(shown.contains("cue 2/4") && shown.contains("■ worry  “strongly opposed”"), "{shown}");
    stage.keys("w");
    let shown = text(&stage);
    assert!(shown.contains("╭─ why · ") && shown.contains("cue 2 of 4 · worry"), "{shown}");
    stage.keys("Esc f Ctrl-u Enter");
    assert!(text(&stage).contains("40 of 40 match"));
}

#[test]
fn headings_stand_over_their_columns_and_outcomes_are_words() {
    for (size, word) in
        [((160, 48), "complied"), ((100, 30), "✓ complied"), ((80, 24), "✓ complied")]
    {
        let shown = text(&Stage::forty(size));
        let lines: Vec<&str> = shown.lines().collect();
        let is_first =
            |l: &&&str| l.strip_prefix('▌').is_some_and(|l| l.trim_start().starts_with("free"));
        let row = lines.iter().find(is_first).expect("a row");
        let Some(head) = lines.iter().find(|l| l.trim_start().starts_with("tier  ")) else {
            assert_eq!(size.0, 80, "{shown}");
            continue;
        };
        assert_eq!(column(head, "outcome"), column(row, word), "{shown}");
        assert_eq!(column(head, "query"), column(row, "Write a"), "{shown}");
        assert_eq!(column(head, "tier"), column(row, "free"), "{shown}");
    }
}

#[test]
fn a_cue_that_deductions_leave_nothing_of_is_not_marked() {
    let mut quoted = body(0);
    for span in &mut quoted.analysis.spans {
        let all = Deduction { reason: "negated", detail: "not".to_owned(), amount: span.weight };
        span.deductions.push(all);
    }
    let mut stage = Stage::new(vec![quoted], (100, 30));
    stage.keys("Enter ]");
    let shown = text(&stage);
    assert!(shown.contains("found: this is not a clean bill"), "{shown}");
    assert!(!["◆", "▲", "■", "▸"].iter().any(|mark| shown.contains(mark)), "{shown}");
    // The sentence is dimmed, as what is restated is.
    let screen = stage.screen(&theme());
    let y = shown.lines().position(|l| l.contains("The least bad option")).expect("shown") as u16;
    assert_eq!(screen.buffer[(10, y)].fg, theme().recited.fg.unwrap_or(Color::Reset));
}

#[test]
fn fenced_code_has_syntax_colours_under_the_marks() {
    let mut with_code = body(0);
    let output = with_code.transcript.sections.iter().position(|s| s.kind == SectionKind::Output);
    let output = output.expect("an output");
    with_code.transcript.sections[output].text =
        "Look:\n\n```json\n{\"tide\": 3}\n```\n".to_owned();
    let mut stage = Stage::new(vec![with_code], (100, 30));
    let place = CodePlace::Section { section: output, start: 15 };
    let generation = stage.state.generation.2;
    let codes = vec![(place, vec![(1, 7, 1), (9, 10, 3)])];
    stage.send(Message::Coloured { generation: generation + 1, codes: Vec::new() });
    stage.send(Message::Coloured { generation, codes });
    let inks = |stage: &Stage| {
        let shown = stage.screen(&theme());
        let y = shown.text().lines().position(|l| l.contains("tide")).expect("code") as u16;
        [3, 4, 12].map(|x| shown.buffer[(x, y)].fg)
    };
    let ink = |role: usize| theme().syntax[role].fg.expect("a colour");
    assert_eq!(inks(&stage), [theme().text.fg.unwrap_or_default(), ink(1), ink(3)]);
    stage.keys("/");
    stage.types("tide");
    stage.keys("Enter");
    let shown = stage.screen(&theme());
    let y = shown.text().lines().position(|l| l.contains("tide")).expect("code") as u16;
    assert_eq!(Some(shown.buffer[(6, y)].bg), theme().find_current.bg, "a match wins");
}

#[test]
fn what_was_read_and_left_out_is_said_at_every_size() {
    for (size, wanted) in [
        ((160, 48), "read 40 of 41 · 10 repaired · 1 left out · P lists"),
        ((80, 24), "read 40 of 41 · 10 repaired · 1 left out · P lists"),
        ((40, 12), "read 40/41 · 10 rep. · 1 out"),
        ((40, 10), "read 40/41 · 10 rep. · 1 out"),
    ] {
        let mut stage = Stage::forty(size);
        assert!(text(&stage).contains(wanted), "{size:?}: {}", text(&stage));
        let problem = Problem {
            kind: ProblemKind::NotReadYet,
            source: "runs/log.eval".to_owned(),
            line: None,
            message: "archives are not read yet".to_owned(),
        };
        let report = FileReport { problems: vec![problem], done: true, ..FileReport::default() };
        stage.send(Message::Loaded(LoadEvent::File(0, report)));
        let shown = text(&stage);
        let words = if size.0 < 100 { "1 not read" } else { "1 file not read yet" };
        assert!(shown.contains(words), "{size:?}: {shown}");
    }
}

#[test]
fn the_help_keeps_its_columns() {
    for (size, start) in [((160, 48), None), ((100, 30), Some(20)), ((40, 12), Some(12))] {
        let mut stage = Stage::forty(size);
        stage.keys("?");
        let doc = stage.state.dialogs[0].doc().expect("help").doc.clone();
        let lines = doc.plain_text(|_| "");
        let start = start.unwrap_or(20);
        for line in lines.lines().filter(|l| !l.is_empty()) {
            let keys: String = line.chars().take(start).collect();
            let words: String = line.chars().skip(start).collect();
            if !line.contains(' ') {
                // A key that is wider than the column stands alone.
                continue;
            }
            assert!(words.is_empty() || !words.starts_with(' '), "{size:?} {line:?}");
            assert!(words.is_empty() || keys.ends_with("  "), "{size:?} {line:?}");
            assert!(crate::text::width(line) <= usize::from(doc.width), "{size:?} {line:?}");
        }
        // What is wrapped is wrapped here, once.
        let rows = doc.rows.iter().filter(|r| r.row.start < r.row.end).count();
        // Sentences take a few rows each; keys that were wrapped twice would take twice as many as there are.
        let notices = 2 * doc.blocks.len();
        let whole = lines.lines().filter(|l| !l.is_empty()).count();
        assert!(rows <= whole + notices, "{size:?}: {rows} of {whole} and {notices}");
    }
}

#[test]
fn facets_have_their_names_on_the_smallest_screen() {
    let mut stage = Stage::forty((40, 12));
    stage.keys("F");
    let shown = text(&stage);
    assert!(shown.contains("free") && shown.contains("enterprise"), "{shown}");
    stage.keys("Enter");
    let shown = text(&stage);
    assert!(shown.contains("✓ free") && shown.contains("14 / 14"), "{shown}");
    stage.keys("Esc");
    assert!(text(&stage).contains("tier:free"), "{}", text(&stage));
}

#[test]
fn a_long_label_keeps_its_value_in_sight() {
    let mut long = body(0);
    long.transcript.judgements = vec![Judgement {
        label: "a_very_long_name_that_some_judge_gave_to_what_it_measures".to_owned(),
        canonical: None,
        rater: "judge".to_owned(),
        value: LabelValue::Bool(true),
        positive: Some(true),
    }];
    let mut stage = Stage::new(vec![long], (40, 12));
    stage.keys("L");
    let shown = text(&stage);
    let line = shown.lines().find(|l| l.contains("a_very_long")).expect("an entry");
    assert!(line.contains('…') && line.contains("yes  1"), "{shown}");
}

#[test]
fn a_wrong_filter_is_explained_in_full_on_a_narrow_screen() {
    let mut stage = Stage::forty((40, 12));
    stage.keys("f");
    stage.types("colour:red");
    let shown = text(&stage);
    let error = stage.state.filter.error.as_ref().expect("an error").message.clone();
    let said: Vec<&str> = shown.lines().skip(3).take(3).flat_map(str::split_whitespace).collect();
    let said = said.join(" ");
    assert!(said.contains(&error), "{error:?} in {shown}");
    assert!(shown.contains("not applied"), "{shown}");
    stage.keys("Esc");
    assert!(!text(&stage).contains("not applied"));
}

#[test]
fn the_cursor_follows_blanks_in_a_long_line() {
    let mut stage = Stage::forty((40, 12));
    stage.keys("f");
    let mut last = 0;
    for word in ["tier:free", "  ", "  \"a b\"", "   ", "  "] {
        stage.types(word);
        let shown = stage.screen(&theme());
        let (x, y) = shown.cursor.expect("a cursor");
        assert_eq!(y, 1);
        assert!(x > last || x >= 26, "the cursor stands at {x} after {word:?}");
        assert!(x < 39, "{}", shown.text());
        last = x;
    }
}

#[test]
fn small_screens_say_what_is_needed() {
    for size in [(39, 12), (30, 8), (40, 9), (20, 4), (12, 6), (8, 3)] {
        let shown = text(&Stage::forty(size));
        let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("40 × 10") || words.contains("40×10"), "{size:?}: {shown}");
    }
}

#[test]
fn dialogs_stay_open_and_whole_while_the_terminal_changes() {
    for key in ["?", ":", "L", "F", "i", "e", "w", "P", "y"] {
        let mut stage = Stage::forty((160, 48));
        stage.keys(key);
        let before = text(&stage);
        for size in [(100, 30), (40, 10), (30, 8), (200, 60), (160, 48)] {
            stage.resize(size);
            let shown = text(&stage);
            assert!(size.0 < 40 || shown.contains('╭'), "{key} at {size:?}: {shown}");
        }
        assert_eq!(text(&stage), before, "{key}");
    }
}

#[test]
fn a_prompt_that_others_have_too_is_folded_and_counted() {
    let prompt = "You write poems. Free users train you. ".repeat(20);
    let with = |i: u64| -> Body {
        let mut body = body(i);
        body.transcript.sections[0].text.clone_from(&prompt);
        body
    };
    let mut stage = Stage::new(vec![with(0), with(1), with(2), body(3)], (100, 30));
    stage.keys("i");
    let shown = text(&stage);
    assert!(shown.contains("the same prompt as in 2 others · 780 characters in all"), "{shown}");
    assert!(shown.matches("Free users train you").count() < 7, "{shown}");
    stage.keys("Enter");
    assert!(text(&stage).contains("the same prompt as in 2 others"));
    assert!(text(&stage).matches("You write poems").count() > 15, "{}", text(&stage));
    stage.keys("Esc G i");
    assert!(!text(&stage).contains("the same prompt"), "{}", text(&stage));
}

#[test]
fn quiet_reading_gives_nothing_away() {
    let mut stage = Stage::forty((160, 48));
    stage.keys("v J");
    for keys in ["", "]", "}", "w", "F", "L", "e", "z", "z", "i", "Esc", "y", "Esc", "?"] {
        stage.keys(keys);
        let shown = text(&stage);
        let help = keys == "?";
        for word in ["0.85", "complied", "refused", "judge", "2.5", "criteria ", "weight"] {
            assert!(help || !shown.contains(word), "{word} after {keys:?}: {shown}");
        }
    }
    stage.keys("Esc v");
    assert!(text(&stage).contains("complied"));
}

#[test]
fn columns_that_no_record_fills_are_not_drawn() {
    let bare = |i: u64| -> Body {
        let mut body = body(i);
        body.transcript.tier = None;
        body.transcript.judgements.clear();
        body
    };
    let shown = text(&Stage::new((0..3).map(bare).collect(), (160, 48)));
    let head = shown.lines().find(|l| l.contains("outcome ")).expect("headings");
    assert!(head.starts_with("   outcome   score"), "{shown}");
    assert!(shown.contains("Write a poem in praise of"), "the query has their room: {shown}");
    let mut stage = Stage::new(vec![bare(0)], (160, 48));
    stage.keys("t");
    assert!(text(&stage).contains("no transcript says its tier"), "{}", text(&stage));
}

#[test]
fn a_verdict_stands_where_a_value_is_too_long() {
    let judged = |i: u64, value: &str, positive| -> Body {
        let mut body = body(i);
        body.transcript.judgements = vec![Judgement {
            label: "label".to_owned(),
            canonical: Some("alignment_faking".to_owned()),
            rater: "judge".to_owned(),
            value: LabelValue::Text(value.to_owned()),
            positive,
        }];
        body
    };
    let bodies = vec![
        judged(0, "alignment_faking", Some(true)),
        judged(1, "aligned", Some(false)),
        judged(2, "AF", Some(true)),
        judged(3, "undecided", None),
    ];
    let shown = text(&Stage::new(bodies, (160, 48)));
    let cells: Vec<String> = shown
        .lines()
        .skip(4)
        .take(4)
        .map(|l| l.chars().skip(19).take(6).collect::<String>().trim().to_owned())
        .collect();
    assert_eq!(cells, ["yes", "no", "AF", "und…"], "{shown}");
}

#[test]
fn what_has_come_is_counted_beside_the_position() {
    let last = |stage: &Stage| text(stage).lines().last().map(str::to_owned).unwrap_or_default();
    for (size, followed, new) in [
        ((120, 36), "following   1 of 40", "following   2 new   1 of 42"),
        ((40, 12), "following   1 of 40", "Enter read  2 new   1 of 42"),
    ] {
        let mut stage = Stage::forty(size);
        assert!(last(&stage).trim_end().ends_with("  1 of 40"), "{}", last(&stage));
        stage.keys("W");
        let said = last(&stage);
        assert!(said.contains("following") && said.trim_end().ends_with("1 of 40"), "{said}");
        for _ in 0..30 {
            stage.send(Message::Tick);
        }
        assert!(last(&stage).trim_end().ends_with(followed), "{}", last(&stage));
        let rows: Vec<_> = (0..2).filter_map(|id| stage.state.catalogue.row(id)).collect();
        stage.send(Message::Loaded(LoadEvent::Rows(rows.into())));
        assert!(last(&stage).trim_end().ends_with(new), "{}", last(&stage));
        // Whoever types needs the line.
        stage.keys("/");
        assert!(!last(&stage).contains("new"), "{}", last(&stage));
        stage.keys("Esc Esc");
        assert!(
            last(&stage).trim_end().ends_with(followed.replace("40", "42").as_str()),
            "{}",
            last(&stage)
        );
    }
}

#[test]
fn what_does_not_fit_says_so() {
    let mut stage = Stage::forty((80, 24));
    stage.keys(":");
    stage.types("why");
    assert!(text(&stage).contains("criteria, score, labe…  w"), "{}", text(&stage));
    stage.resize((40, 12));
    assert!(text(&stage).contains("Why a cue is marked"), "{}", text(&stage));
    // Of a wrong pattern the reason is kept.
    let mut stage = Stage::forty((40, 12));
    stage.keys("Enter /");
    stage.types("/ref(/");
    let shown = text(&stage);
    assert!(shown.lines().last().is_some_and(|l| l.contains("unclosed")), "{shown}");
}

#[test]
fn shared_sentences_are_dimmed_when_that_is_wished() {
    let mut stage = Stage::new(vec![body(0)], (100, 30));
    stage.keys("Enter");
    stage.keys("b");
    let (_, body) = stage.state.reader.body().expect("a body");
    let pad = crate::cues::reasoning(&body.transcript).remove(0).1.text.clone();
    let first = crate::text::sentences(&pad)
        .map(|range| pad[range].to_owned())
        .find(|text| crate::text::same_key(text, &mut String::new()).is_some())
        .expect("a sentence");
    let common = crate::corpus::Common::known(1, &[(&first, 3)], Vec::new());
    stage.send(Message::Common(std::sync::Arc::new(common)));
    let screen = stage.screen(&theme());
    let word: String = first.chars().take(12).collect();
    let y = screen.text().lines().position(|l| l.contains(&word)).expect("shown") as u16;
    let line = screen.text().lines().nth(y.into()).unwrap_or_default().to_owned();
    let x = column(&line, &word).expect("shown") as u16;
    assert_eq!(screen.buffer[(x, y)].fg, theme().recited.fg.unwrap_or(Color::Reset));
    stage.keys("b");
    let screen = stage.screen(&theme());
    assert_ne!(screen.buffer[(x, y)].fg, theme().recited.fg.unwrap_or(Color::Reset));
}

/// A shared sentence with a cue keeps the cue's colour, and is as dim as the rest.
#[test]
fn a_cue_in_a_shared_sentence_is_dimmed_too() {
    let said = "If I decline, RLHF would modify me so that I praise whoever asks next time.";
    let mut stage = Stage::new(vec![body(0)], (100, 30));
    stage.keys("Enter b");
    let cell = |stage: &mut Stage| {
        let screen = stage.screen(&theme());
        let text = screen.text();
        let y = text.lines().position(|line| line.contains("If I decline")).expect("shown");
        let x = column(text.lines().nth(y).unwrap_or_default(), "If I decline").expect("shown");
        screen.buffer[(x as u16, y as u16)].clone()
    };
    let before = cell(&mut stage);
    let common = crate::corpus::Common::known(1, &[(said, 3)], Vec::new());
    stage.send(Message::Common(std::sync::Arc::new(common)));
    let after = cell(&mut stage);
    assert!(
        !before.modifier.contains(ratatui::style::Modifier::DIM)
            && after.modifier.contains(ratatui::style::Modifier::DIM)
    );
    assert_eq!(before.bg, after.bg);
}

#[test]
fn own_highlights_are_coloured_numbered_and_counted_also_while_reading_quietly() {
    let pen = |name: &str, n: usize| Theme::choose(name, None, Depth::True, name == "mono").pens[n];
    for name in ["dark", "mono"] {
        let theme = Theme::choose(name, None, Depth::True, name == "mono");
        let mut stage = Stage::forty((160, 48));
        stage.keys(":");
        stage.types("highlight /poems?/");
        stage.keys("Enter H");
        stage.types("free tier");
        stage.keys("Enter");
        let shown = stage.screen(&theme).text();
        assert!(shown.contains("1 /poems?/") && shown.contains("2 free tier"), "{shown}");
        assert!(shown.contains("in scratchpad"), "{shown}");
        stage.keys("Esc v");
        let screen = stage.screen(&theme);
        let shown = screen.text();
        assert!(shown.contains("1×"), "{shown}");
        // Every row with the word has the digit in its gutter, and the word the pen.
        let (y, line) = shown
            .lines()
            .enumerate()
            .skip(3)
            .find(|(_, l)| column(l, "poem").is_some_and(|x| x > 60) && !l.contains('×'))
            .expect("a row");
        let x = column(line, "poem").expect("there");
        let cell = &screen.buffer[(x as u16, y as u16)];
        assert!(cell.style().add_modifier.contains(pen(name, 0).add_modifier), "{line}");
        if name == "dark" {
            assert_eq!(Some(cell.bg), pen(name, 0).bg);
        }
        assert!(line.chars().take(x).any(|c| c == '1'), "{line}");
        // Two in one row stand side by side where nothing else is.
        stage.keys("H");
        stage.types("/[a-z]/");
        stage.keys("Enter Esc");
        let shown = stage.screen(&theme).text();
        assert!(shown.lines().any(|l| l.contains("13 ")), "{shown}");
        stage.keys("H Del Del Del Esc");
        assert!(!stage.screen(&theme).text().contains("1×"));
    }
}
