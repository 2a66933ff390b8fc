//! Screens at many sizes and in many themes; hostile text; any state at any size.

use proptest::prelude::*;

use super::testing::{Stage, agent, body, screen, state};
use super::{Depth, Theme};
use crate::app::{Focus, Message, State};
use crate::corpus::{Body, LoadEvent, Progress, Speed};
use crate::model::{Parse, Tier, TierFrom};
use crate::text::hidden_count;

fn theme(name: &str) -> Theme {
    Theme::choose(name, Some(name == "light"), Depth::True, false)
}

fn staged(size: (u16, u16), keys: &str) -> Stage {
    let mut stage = Stage::forty(size);
    stage.keys(keys);
    stage
}

#[test]
fn the_explorer_at_its_sizes() {
    for (w, h) in [(160, 48), (120, 40), (100, 30), (80, 24), (40, 12)] {
        let stage = staged((w, h), "J Tab ]");
        insta::assert_snapshot!(format!("{w}x{h}"), stage.screen(&theme("dark")).text());
    }
}

#[test]
fn the_marks_in_every_theme() {
    let cases = [
        ("dark", Depth::True),
        ("light", Depth::True),
        ("safe-dark", Depth::Indexed),
        ("dark", Depth::Sixteen),
        ("mono", Depth::None),
    ];
    for (name, depth) in cases {
        let stage = staged((80, 24), "J J Tab ] ]");
        let theme = Theme::choose(name, Some(name == "light"), depth, false);
        let name = format!("marks-{name}-{depth:?}");
        insta::assert_snapshot!(name, stage.screen(&theme).styled());
    }
}

#[test]
fn dialogs_as_text() {
    let cases = [
        ("help", "?"),
        ("palette", ":"),
        ("labels", "L"),
        ("facets", "F"),
        ("turns", "i"),
        ("record", "e"),
        ("why", "Tab ] w"),
        ("problems", "P"),
        ("copy", "y"),
    ];
    for (name, keys) in cases {
        let stage = staged((100, 30), keys);
        insta::assert_snapshot!(format!("dialog-{name}"), stage.screen(&theme("dark")).text());
    }
}

#[test]
fn a_small_screen_says_so_and_none_at_all_is_fine() {
    for (w, h) in [(39, 24), (80, 9), (12, 3), (1, 1), (0, 0), (3, 0), (0, 5)] {
        let text = screen(&state(), &theme("dark"), (w, h)).text();
        assert!(w < 12 || text.contains("too small"), "{w}×{h}: {text}");
    }
}

#[test]
fn completions_and_errors_stand_under_their_columns() {
    let mut stage = staged((100, 30), "f");
    stage.types("tier:free ti");
    let shown = stage.screen(&theme("dark"));
    let text = shown.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[2].contains("tier:"), "{text}");
    assert_eq!(shown.cursor, Some((9 + 12, 1)));

    let mut stage = staged((100, 30), "f");
    stage.types("tier:free colour:red");
    let text = stage.screen(&theme("dark")).text();
    let lines: Vec<&str> = text.lines().collect();
    let column = lines[2].chars().position(|c| c == '^').expect("an underline");
    assert_eq!(column, 9 + 10, "{text}");
    assert!(lines[3].contains("colour"), "{text}");
    assert!(lines[1].contains("not applied"), "{text}");
}

#[test]
fn quiet_reading_shows_no_mark_score_label_bar_or_outcome() {
    let marked = staged((160, 48), "J Tab ]");
    let quiet = staged((160, 48), "v J Tab ]");
    let seen = |text: &str| {
        ["◆", "▲", "“", "complied", "refused", "0.85", "10.0", "criteria", "cue 1", "weight"]
            .into_iter()
            .filter(|word| text.contains(word))
            .count()
    };
    assert!(seen(&marked.screen(&theme("mono")).text().replace('S', "◆")) > 5);
    let text = quiet.screen(&theme("dark")).text();
    assert_eq!(seen(&text), 0, "{text}");
    assert!(text.contains("least bad option"), "{text}");
    // Nor any ground or underline in the panes.
    let shown = quiet.screen(&theme("dark"));
    let row = text.lines().position(|l| l.contains("least bad option")).expect("shown") as u16;
    let plain = (53..104).all(|x| {
        let cell = &shown.buffer[(x, row)];
        cell.bg == ratatui::style::Color::Reset && cell.modifier.is_empty()
    });
    assert!(plain);
}

#[test]
fn empty_states_say_what_to_do() {
    let mut stage = Stage::new(Vec::new(), (100, 30));
    assert!(stage.screen(&theme("dark")).text().contains("P lists why"));
    let progress = Progress { bytes: 43, total: Some(100), files_total: 1, ..Progress::default() };
    stage.send(Message::Loaded(LoadEvent::Progress(progress)));
    assert!(stage.screen(&theme("dark")).text().contains("reading 43%"));
    let mut stage = staged((100, 30), "f");
    stage.types("tier:nowhere");
    stage.keys("Enter");
    let text = stage.screen(&theme("dark")).text();
    assert!(
        text.contains("No transcript matches") && text.contains("f edits the filter"),
        "{text}"
    );
    let mut missing = body(5);
    missing.transcript.parse = Parse::Missing;
    let stage = Stage::new(vec![missing], (100, 30));
    assert!(stage.screen(&theme("dark")).text().contains("no scratchpad"));
}

#[test]
fn the_status_line_says_how_far_reading_is() {
    let cases = [
        (160, "reading 43% · 3 of 1,200 files · 512 MB/s · 12 s left   1 of 40 so far"),
        (120, "reading 43% · 512 MB/s · 12 s left   1 of 40 so far"),
        (100, "reading 43% · 512 MB/s · 12 s left   1 of 40 so far"),
        (80, "reading 43% · 12 s left   1 of 40 so far"),
        (40, "43%   1 of 40 so far"),
    ];
    let progress = Progress {
        bytes: 43,
        total: Some(100),
        files: 3,
        files_total: 1200,
        ..Progress::default()
    };
    for (columns, end) in cases {
        let mut stage = staged((columns, 30), "");
        stage.send(Message::Loaded(LoadEvent::Progress(progress)));
        let speed = Speed { bytes_a_second: 512_000_000, seconds_left: Some(12) };
        stage.send(Message::Speed(Some(speed)));
        let text = stage.screen(&theme("dark")).text();
        let last = text.lines().last().expect("a line").trim_end().to_owned();
        assert!(last.ends_with(end), "{columns}: {last}");
        // Keys keep their place beside it.
        assert!(last.trim_start().starts_with("f filter"), "{columns}: {last}");
        // Who types needs the room.
        stage.keys("/");
        let text = stage.screen(&theme("dark")).text();
        assert!(!text.lines().last().expect("a line").contains("43%"), "{text}");
    }
}

#[test]
fn matches_and_their_count_are_shown() {
    let mut stage = staged((120, 40), "J Tab /");
    stage.types("harbour");
    stage.keys("Enter");
    let shown = stage.screen(&theme("mono"));
    assert!(shown.text().contains("1 of 4"), "{}", shown.text());
    assert!(shown.styled().contains("bold underlined reversed"), "{}", shown.styled());
}

#[test]
fn the_cursor_stands_where_text_is_typed() {
    for (keys, typed) in
        [("f", "tier:free"), ("/", "tide"), (":", "help"), ("L", "af"), ("i /", "x")]
    {
        let mut stage = staged((100, 30), keys);
        assert!(stage.screen(&theme("dark")).cursor.is_some(), "{keys}");
        stage.types(typed);
        let shown = stage.screen(&theme("dark"));
        let (x, y) = shown.cursor.expect("a cursor");
        let before: String =
            (x - typed.len() as u16..x).map(|x| shown.buffer[(x, y)].symbol()).collect();
        assert_eq!(before, typed, "{keys}");
    }
    assert_eq!(staged((100, 30), "").screen(&theme("dark")).cursor, None);
}

/// Everything that a file can put somewhere, made dangerous.
fn hostile(index: u64) -> Body {
    const EVIL: &str = "\u{1b}]52;c;aGk=\u{7}\u{9b}31m\u{202e}de\u{200b}ad\u{e0041}\u{2028}\t\r\u{85}\u{0}\u{feff}x";
    let mut body = if index % 3 == 2 { agent(index) } else { body(index) };
    let t = &mut body.transcript;
    body.record = [&body.record, EVIL].concat().into();
    for text in [&mut t.id, &mut t.sample] {
        text.push_str(EVIL);
    }
    t.place.source = [&t.place.source, EVIL].concat().into();
    let evil = Some(EVIL.to_owned());
    t.tier = Some(Tier { value: EVIL.to_owned(), raw: EVIL.to_owned(), from: TierFrom::Field });
    (t.setting, t.model, t.variant, t.query) = (evil.clone(), evil.clone(), evil.clone(), evil);
    for section in &mut t.sections {
        section.text.push_str(EVIL);
        section.end = section.text.len();
    }
    for judgement in &mut t.judgements {
        judgement.rater.push_str(EVIL);
        judgement.label.push_str(EVIL);
        judgement.value = crate::model::LabelValue::Text(EVIL.to_owned());
    }
    for vote in &mut t.outcome.all {
        vote.name.push_str(EVIL);
    }
    for quote in &mut t.evidence {
        quote.quote.push_str(EVIL);
    }
    for span in &mut body.analysis.spans {
        span.rule.push_str(EVIL);
        span.category.insert_str(0, EVIL);
    }
    body.hidden = 7;
    body
}

#[test]
fn nothing_hidden_or_dangerous_reaches_a_cell() {
    let screens = [
        "",
        "Tab ]",
        "?",
        ":",
        "L",
        "F",
        "i",
        "e",
        "Tab ] w",
        "P",
        "y",
        "z",
        "f",
        "v",
        "J J",
        "J J (",
        "J J Space",
        "J J i",
        "J J } } w",
    ];
    for size in [(160, 48), (100, 30), (44, 14)] {
        for keys in screens {
            let mut stage = Stage::new((0..12).map(hostile).collect(), size);
            stage.state.title = "a\u{202e}b\u{1b}[2J".to_owned();
            stage.keys(keys);
            stage.send(Message::Failed("\u{1b}[31m\u{200b}failed".to_owned()));
            let shown = stage.screen(&theme("dark"));
            for cell in shown.buffer.content() {
                let symbol = cell.symbol();
                let bad = symbol.chars().any(char::is_control) || hidden_count(symbol) > 0;
                assert!(!bad, "{size:?} {keys}: {symbol:?}");
            }
            if keys.is_empty() && size.0 > 100 {
                assert!(shown.text().contains("⟨U+202E⟩"), "{}", shown.text());
            }
        }
    }
}

/// Puts numbers into a state that no message would.
fn scramble(state: &mut State, n: &[usize]) {
    let at = |i: usize| n.get(i).copied().unwrap_or_default();
    state.list.selected = at(0);
    state.list.top = at(1);
    state.reader.scratchpad.top = at(2);
    state.reader.output.top = at(3);
    state.reader.cue = Some(at(4));
    state.reader.evidence = Some(at(5));
    state.focus = [Focus::List, Focus::Scratchpad, Focus::Output][at(6) % 3];
    state.view.quiet = at(7) % 2 == 0;
    state.view.zoom = at(8) % 2 == 0;
    state.reader.find.current = Some(at(9));
    state.filter.chosen = Some(at(10));
    if let Some(doc) = state.dialogs.last_mut().and_then(|d| d.doc_mut()) {
        doc.top = at(11);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_state_at_any_size_is_drawn(
        w in 0_u16..200, h in 0_u16..60, sized in 1_u16..180, which in 0..18_usize,
        n in proptest::collection::vec(0_usize..60, 12), mono: bool,
    ) {
        let keys = ["", "Tab ]", "?", ":", "L", "F", "i", "e", "w", "P", "y", "f", "/", "Ctrl-p", "J J", "J J )", "J J Space", "J J i )"];
        let mut stage = Stage::new((0..9).map(hostile).collect(), (sized, 30));
        stage.keys(keys[which]);
        scramble(&mut stage.state, &n);
        let theme = theme(if mono { "mono" } else { "light" });
        let shown = screen(&stage.state, &theme, (w, h));
        prop_assert_eq!(shown.buffer.area.width, w);
        let coloured = shown.buffer.content().iter().any(|c| {
            c.fg != ratatui::style::Color::Reset || c.bg != ratatui::style::Color::Reset
        });
        prop_assert!(!(mono && coloured));
    }
}
