//! Parts do not overlap, stay on the screen and answer the mouse, at every size.

use proptest::prelude::*;

use super::*;
use crate::app::Dialog;
use crate::ui::testing;

fn at(width: u16, height: u16) -> State {
    let mut state = testing::state();
    state.size = (width, height);
    state
}

#[test]
fn shapes_follow_the_width() {
    let cases = [
        (160, 48, Shape::Wide),
        (140, 30, Shape::Wide),
        (139, 30, Shape::Stacked),
        (110, 30, Shape::Stacked),
        (109, 30, Shape::Column),
        (60, 24, Shape::Column),
        (59, 24, Shape::Single),
        (40, 10, Shape::Single),
        (39, 24, Shape::TooSmall),
        (80, 9, Shape::TooSmall),
        (0, 0, Shape::TooSmall),
    ];
    for (w, h, shape) in cases {
        assert_eq!(areas(&at(w, h)).shape, shape, "{w}×{h}");
    }
}

#[test]
fn a_single_column_shows_the_focused_part_only() {
    let mut state = at(50, 20);
    state.focus = Focus::Output;
    let s = sizes(&state);
    assert_eq!((s.list, s.scratchpad), ((0, 0), (0, 0)));
    assert!(s.output.0 >= 40 && s.output.1 >= 14);
    let mut state = at(160, 48);
    state.focus = Focus::Scratchpad;
    let before = sizes(&state).scratchpad;
    state.view.zoom = true;
    let s = sizes(&state);
    assert!(s.scratchpad.0 > before.0 && s.list == (0, 0) && s.output == (0, 0));
}

#[test]
fn readable_widths_at_common_sizes() {
    for (w, h, text, rows) in [(160, 48, 48, 38), (120, 40, 52, 18), (80, 24, 74, 6)] {
        let s = sizes(&at(w, h));
        assert!(s.scratchpad.0 >= text && s.scratchpad.1 >= rows, "{w}×{h}: {:?}", s.scratchpad);
        assert!(s.output.0 >= text && s.output.1 >= 4 && s.list.1 >= 3, "{w}×{h}: {s:?}");
    }
}

#[test]
fn the_mouse_finds_what_is_drawn() {
    let mut state = at(160, 48);
    let a = areas(&state);
    assert_eq!(hit(&state, 5, a.filter.y), Target::Filter);
    assert_eq!(hit(&state, 5, a.list.body.y + 2), Target::ListRow(2));
    let pane = a.output.body;
    assert_eq!(hit(&state, pane.x + 1, pane.y + 3), Target::Pane(Focus::Output, 3));
    assert_eq!(hit(&state, 5, 0), Target::Nowhere);
    state.dialogs.push(Dialog::Copy(0));
    let inner = dialog(&state).expect("open").inner;
    assert_eq!(hit(&state, inner.x, inner.y + 1), Target::DialogRow(1));
    assert_eq!(hit(&state, 5, a.list.body.y + 2), Target::Nowhere);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn parts_stay_on_the_screen_and_apart(
        w in 0_u16..260, h in 0_u16..90, focus in 0..3, zoom: bool, quiet: bool, open in 0..10_usize,
    ) {
        let mut state = at(w, h);
        state.focus = [Focus::List, Focus::Scratchpad, Focus::Output][focus as usize];
        state.view.zoom = zoom;
        state.view.quiet = quiet;
        state.dialogs = testing::dialogs().into_iter().skip(open).take(1).collect();
        let a = areas(&state);
        let screen = Rect::new(0, 0, w, h);
        let mut all =
            vec![a.header, a.filter, a.tabs, a.subject, a.strip, a.rule, a.cue, a.status];
        for part in [a.list, a.scratchpad, a.output] {
            all.extend([part.title, part.head, part.body, part.scroll]);
        }
        all.retain(|r| !r.is_empty());
        for (i, r) in all.iter().enumerate() {
            prop_assert_eq!(r.intersection(screen), *r);
            for other in &all[i + 1..] {
                prop_assert!(!r.intersects(*other), "{:?} {:?}", r, other);
            }
        }
        if let Some(place) = dialog(&state) {
            prop_assert_eq!(place.outer.intersection(screen), place.outer);
            prop_assert_eq!(place.inner.intersection(place.outer), place.inner);
        }
        for part in [a.list, a.scratchpad, a.output] {
            prop_assert_eq!(part.text.intersection(part.body), part.text);
        }
    }
}
