//! Any messages in any order at any size: no panic, and what is drawn from stays in range.

use proptest::prelude::*;

use super::*;
use crate::app::{Key, KeyCode, Target};
use crate::corpus::BodyError;

#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    Char(char),
    Paste(String),
    Click(u8, u16),
    Wheel(u8, i32),
    Sizes([(u16, u16); 4]),
    Rows(usize),
    Answer(usize),
    Fail,
    Tick,
    Done,
}

const KEYS: &[&str] = &[
    "j",
    "k",
    "J",
    "K",
    "g",
    "G",
    "Ctrl-d",
    "Ctrl-u",
    "PgDn",
    "PgUp",
    "Tab",
    "Shift-Tab",
    "h",
    "l",
    "Enter",
    "Esc",
    "f",
    "F",
    "t",
    "L",
    "/",
    "n",
    "N",
    "]",
    "[",
    "}",
    "{",
    "w",
    "i",
    "e",
    "P",
    "v",
    "y",
    "z",
    "(",
    ")",
    "Alt-j",
    ":",
    "?",
    "o",
    "O",
    "Ctrl-p",
    "M",
    "c",
    "c",
    ">",
    "<",
    "x",
    "D",
    "S",
    "E",
    "Up",
    "Down",
    "Backspace",
    "Ctrl-w",
    "Left",
    "H",
    "Del",
    "Right",
    "Space",
    "Space",
    "A",
    "Q",
    "u",
    "q",
];

fn size() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![Just((0, 0)), (0_u16..60, 0_u16..20), Just((1, 1))]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => proptest::sample::select(KEYS).prop_map(Step::Key),
        2 => proptest::char::any().prop_map(Step::Char),
        2 => proptest::sample::select(vec!["tier:", "free", "\"poem\"", "i", "/(", "label:alignment_faking", "-", "snow", "/a*/"])
            .prop_map(|s| Step::Paste(s.to_owned())),
        1 => ".{0,6}".prop_map(Step::Paste),
        1 => (0_u8..7, 0_u16..50).prop_map(|(t, r)| Step::Click(t, r)),
        1 => (0_u8..7, any::<i32>()).prop_map(|(t, n)| Step::Wheel(t, n)),
        2 => [size(), size(), size(), size()].prop_map(Step::Sizes),
        1 => (0_usize..5).prop_map(Step::Rows),
        6 => (0_usize..8).prop_map(Step::Answer),
        1 => Just(Step::Fail),
        1 => Just(Step::Tick),
        1 => Just(Step::Done),
    ]
}

fn target(kind: u8, row: u16) -> Target {
    match kind {
        0 => Target::ListRow(row),
        1 => Target::Pane(Focus::Scratchpad, row),
        2 => Target::Pane(Focus::Output, row),
        3 => Target::Filter,
        4 => Target::DialogRow(row),
        6 => Target::Other(Focus::Output, row),
        _ => Target::Nowhere,
    }
}

fn run(app: &mut App, step: Step) {
    match step {
        Step::Key(key) => app.keys(key),
        Step::Char(c) => app.send(Message::Key(Key::plain(KeyCode::Char(c)))),
        Step::Paste(text) => app.send(Message::Paste(text)),
        Step::Click(t, r) => app.send(Message::Click(target(t, r))),
        Step::Wheel(t, n) => app.send(Message::Wheel(target(t, 0), n)),
        Step::Sizes([list, left, right, dialog]) => app.sizes(list, left, right, dialog),
        Step::Rows(i) => app.arrive(&poems()[i..]),
        Step::Answer(i) => {
            if let Some(answer) = app.effects.get(i).and_then(|e| app.answer(e)) {
                app.effects.remove(i);
                app.send(answer);
            }
        }
        Step::Fail => {
            let generation = app.state.generation.1;
            if let Some(row) = app.state.reader.asked {
                let error = BodyError { message: "gone".to_owned() };
                app.send(Message::BodyRead { generation, row, result: Err(error) });
            }
        }
        Step::Tick => app.send(Message::Tick),
        Step::Done => app.finish(),
    }
}

fn check(state: &State) -> Result<(), TestCaseError> {
    let list = &state.list;
    prop_assert!(list.selected < list.rows.len().max(1));
    prop_assert!(list.top < list.rows.len().max(1));
    prop_assert!(list.rows.iter().all(|r| state.catalogue.row(*r).is_some()));
    for reader in std::iter::once(&state.reader).chain(state.twin.as_ref().map(|t| &t.other)) {
        for pane in [&reader.scratchpad, &reader.output] {
            prop_assert!(pane.top < pane.doc.rows.len().max(1));
            for row in &pane.doc.rows {
                let text = pane.doc.blocks[row.block as usize].text(|i| reader.section(i));
                prop_assert!(text.get(row.row.start..row.row.end).is_some());
            }
        }
        for (section, range) in &reader.differs {
            prop_assert!(reader.section(*section).get(range.clone()).is_some());
        }
    }
    if let Some(twin) = &state.twin {
        prop_assert!(twin.rows().is_some());
    }
    for dialog in &state.dialogs {
        if let Some(d) = dialog.doc() {
            prop_assert!(d.top < d.doc.rows.len().max(1));
            for row in &d.doc.rows {
                let text = d.doc.blocks[row.block as usize].text(|i| state.reader.section(i));
                prop_assert!(text.get(row.row.start..row.row.end).is_some());
            }
            prop_assert!(d.find.current.is_none_or(|c| c < d.find.hits.len()));
        }
        if let Dialog::Highlights(d) = dialog {
            prop_assert!(d.selected < state.highlights.list.len().max(1) && d.top <= d.selected);
        }
        if let Dialog::Palette(p) = dialog {
            prop_assert!(p.selected < p.hits.len().max(1) && p.top <= p.selected);
        }
    }
    let find = &state.reader.find;
    prop_assert!(find.current.is_none_or(|c| c < find.hits.len()));
    prop_assert!(state.reader.cue.is_none_or(|c| c < state.reader.steps.len()));
    // A row is selected and read, or it is said to be outside, or the answer is on its way.
    if let (Some(row), Some((here, _)), None) =
        (state.selected_id(), state.reader.body(), &state.twin)
    {
        prop_assert!(row == here || list.outside || state.reader.asked == Some(row));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_messages_leave_a_state_that_can_be_drawn(
        steps in proptest::collection::vec(step(), 1..60),
        answers: bool,
    ) {
        let mut app = App::poems();
        app.bodies[1] = Arc::new(super::turning::agent());
        app.answers = answers;
        for step in steps {
            run(&mut app, step);
            check(&app.state)?;
            let _ = crate::app::hints(&app.state);
            let _ = (app.state.counts_line(), app.state.position(), app.state.reader.cue_position());
        }
    }
}
