//! Toasts, copying, paste, mouse, later commands, leaving, and what the status line says.

use super::*;
use crate::app::{Copied, Key, Keymap, Target, Tone, label_cell, percent, score_share, thousands};

#[test]
fn what_is_copied_and_from_where() {
    let mut app = App::poems();
    for (keys, what, text) in [
        ("y i", Copied::Id, "a"),
        ("y p", Copied::Permalink, "runs/a.jsonl:1#a"),
        ("l l y t", Copied::Text, "Here is a poem about rain."),
        ("y Enter", Copied::Text, "Here is a poem about rain."),
        ("y Down Down Enter", Copied::Permalink, "runs/a.jsonl:1#a"),
        ("e y t", Copied::Text, "{\n  \"id\": \"a\"\n}"),
    ] {
        app.take();
        app.keys(keys);
        let effects = app.take();
        let copied = effects.iter().find_map(|e| match e {
            Effect::Copy(what, text) => Some((*what, text.as_str())),
            _ => None,
        });
        assert_eq!(copied, Some((what, text)), "{keys}");
    }
    app.keys("Esc h h y t");
    let Some(Effect::Copy(_, text)) = app.effects.last() else { panic!("nothing copied") };
    assert!(text.contains(CUE) && text.ends_with("about rain."), "both panes: {text}");
    app.keys("y Esc");
    assert!(app.state.dialogs.is_empty());
    app.send(Message::Copied(Ok("copied".to_owned())));
    assert_eq!(app.state.toast.as_ref().map(|t| t.tone), Some(Tone::Good));
}

#[test]
fn copied_text_and_titles_hold_no_escape() {
    let mut app = App::empty();
    let id = "x\u{1b}]0;owned\u{7}\u{202e}";
    let hostile = Sketch { output: "a\u{1b}[31mb".to_owned(), ..sketch(id, "free", "rain") };
    app.arrive(&[hostile]);
    app.keys("y i y p l l y t");
    let mut seen = 0;
    for effect in app.take() {
        if let Effect::Copy(_, text) | Effect::Title(text) = effect {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
}

#[test]
fn the_next_transcript_is_not_copied_before_it_is_read() {
    let mut app = App::poems();
    app.answers = false;
    app.keys("j");
    app.take();
    app.keys("y t");
    assert!(app.take().is_empty());
    assert!(app.toast().contains("not read"));
    app.keys("y p");
    let effects = app.take();
    assert!(matches!(&effects[..], [Effect::Copy(_, t)] if t == "runs/a.jsonl:2#b"), "{effects:?}");
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let mut app = App::poems();
    app.send(Message::Paste("qqq\u{3}".to_owned()));
    assert!(!app.state.quitting);
    app.keys("f");
    app.send(Message::Paste("tier:paid\nq".to_owned()));
    assert_eq!(app.state.filter.input.text, "tier:paid q");
    app.keys("Esc /");
    app.send(Message::Paste("poem\n".to_owned()));
    assert_eq!(app.state.reader.find.count(), "1 of 1");
    app.keys("Esc :");
    app.send(Message::Paste("zoom".to_owned()));
    app.keys("Enter");
    assert!(app.state.view.zoom);
}

#[test]
fn while_typing_only_a_few_keys_are_commands() {
    let mut app = App::poems();
    app.keys("f");
    app.types("query");
    assert_eq!(app.state.filter.input.text, "query");
    app.take();
    app.keys("Ctrl-l Ctrl-z");
    let effects = app.take();
    assert!(matches!(&effects[..], [Effect::Redraw, Effect::Suspend]), "{effects:?}");
    app.keys("Ctrl-c");
    assert!(app.state.quitting);
}

#[test]
fn toasts_fade_and_bad_ones_stay_longer() {
    let mut app = App::poems();
    let mut ticks = |message: Message| {
        app.send(message);
        let mut n = 0;
        while app.state.toast.is_some() && n < 1000 {
            app.send(Message::Tick);
            n += 1;
        }
        n
    };
    let good = ticks(Message::Copied(Ok("copied".to_owned())));
    let bad = ticks(Message::Failed("a worker died".to_owned()));
    assert!((1..bad).contains(&good) && bad < 1000, "{good} {bad}");
}

#[test]
fn the_mouse_is_off_until_asked() {
    let mut app = App::poems();
    app.take();
    app.keys("M M");
    let effects = app.take();
    assert!(matches!(&effects[..], [Effect::Mouse(true), Effect::Mouse(false)]), "{effects:?}");
    app.send(Message::Click(Target::Filter));
    assert!(app.state.filter.editing);
}

#[test]
fn the_terminal_s_news_are_kept() {
    let mut app = App::poems();
    app.take();
    app.send(Message::Resumed);
    app.send(Message::LightBackground(true));
    app.send(Message::Resized(80, 24));
    assert!(matches!(app.take().as_slice(), [Effect::Redraw]));
    assert_eq!((app.state.view.light, app.state.size), (Some(true), (80, 24)));
}

#[test]
fn changed_keys_hold_everywhere() {
    let mut app = App::poems();
    app.state.keymap = Keymap::with_overrides("[keys]\nquit = \"Z\"\nquiet = \"V\"").expect("good");
    app.keys("q");
    assert!(!app.state.quitting);
    app.keys("V w");
    assert!(app.toast().contains("(V shows)"));
    app.send(Message::Key(Key::char('Z')));
    assert!(app.state.quitting);
}

#[test]
fn numbers_are_written_for_people() {
    for (n, text) in
        [(0, "0"), (999, "999"), (1000, "1,000"), (40127, "40,127"), (1_234_567, "1,234,567")]
    {
        assert_eq!(thousands(n), text);
    }
    for (top, height, len, text) in [
        (0, 8, 5, "all"),
        (0, 8, 80, "10%"),
        (72, 8, 80, "100%"),
        (99, 8, 80, "100%"),
        (0, 0, 0, "all"),
    ] {
        assert_eq!(percent(top, height, len), text);
    }
}

#[test]
fn the_list_shows_the_main_label_and_the_score() {
    let app = App::poems();
    let label = app.state.main_label().expect("a label");
    assert_eq!(label, "alignment_faking");
    let cell = |i| label_cell(&app.state.catalogue.row(i).expect("a row"), label);
    assert_eq!((cell(0).text.as_str(), cell(0).positive), ("0.85", Some(true)));
    assert_eq!((cell(1).text.as_str(), cell(1).positive), ("0.10", Some(false)));
    assert_eq!((cell(2).text.as_str(), cell(2).positive), ("–", None));
    let share = |i| score_share(&app.state.catalogue.row(i).expect("a row"));
    assert_eq!((share(1), share(3)), (Some(5.0 / 15.0), None));
    assert_eq!(app.state.reader.criteria_count(), "1/4");
    let words = app.state.progress_words().expect("it goes on");
    assert_eq!(words.line(), "reading");
}
