//! Numbers on the screen: in the status line at every size, and the statistics with their plots.

use super::testing::Stage;
use super::{Depth, Theme};

fn screen(stage: &Stage, theme: &str) -> String {
    stage.screen(&Theme::choose(theme, Some(theme == "light"), Depth::Sixteen, false)).text()
}

/// Rows are counted from the key on.
fn counted(size: (u16, u16), keys: &str) -> Stage {
    let mut stage = Stage::forty(size);
    stage.counts = true;
    stage.keys(keys);
    stage
}

#[test]
fn the_status_line_has_the_gap_at_every_size() {
    for (size, whole) in [((160, 48), true), ((100, 30), true), ((80, 24), true), ((40, 12), false)]
    {
        let stage = counted(size, "s Esc");
        let text = screen(&stage, "dark");
        let line = text.lines().last().unwrap().to_owned();
        assert!(line.contains("gap ") && line.contains(" n 4"), "{size:?}: {line}");
        assert!(line.contains(" to "), "{size:?}: {line}");
        assert_eq!(line.contains("free "), whole, "{size:?}: {line}");
        assert!(line.trim_end().ends_with("of 40"), "{size:?}: {line}");
        // Intervals go before keys, and what has no room is counted.
        assert_eq!(size.0 >= 160, line.contains("filter"), "{line}");
        let intervals = line.matches('(').count();
        assert_eq!(size.0 >= 80, intervals >= 3, "{line}");
        assert!(intervals == 4 || line.contains("+1") || size.0 < 60, "{line}");
    }
    let mut quiet = counted((100, 30), "s Esc v");
    quiet.state.toast = None;
    assert!(!screen(&quiet, "dark").contains("gap "), "reading quietly shows no outcome");
}

#[test]
fn the_keys_of_the_statistics_stand_under_them_and_the_cursor_on_a_line_that_opens() {
    let text = screen(&counted((80, 24), "s"), "mono");
    for keys in ["Enter open", "o rate", "b by", "T curve", "Space tests", "p partial", "c correct"]
    {
        assert!(text.contains(keys), "{keys}: {text}");
    }
    for (keys, line) in [("s", "free"), ("T", "transcripts with a number")] {
        for size in [(160, 48), (80, 24), (40, 12)] {
            let text = screen(&counted(size, keys), "mono");
            let chosen =
                text.lines().find(|l| l.contains("│ ▌ ")).unwrap_or_else(|| panic!("{text}"));
            assert!(chosen.contains(&format!("▌ {line}")), "{text}");
        }
    }
}

#[test]
fn the_statistics_are_read_by_their_shapes() {
    for (w, h) in [(160, 48), (100, 30), (80, 24), (40, 12)] {
        let stage = counted((w, h), "s o o o o");
        insta::assert_snapshot!(format!("statistics-{w}x{h}"), screen(&stage, "mono"));
    }
    for (w, h) in [(160, 48), (80, 24), (40, 12)] {
        let stage = counted((w, h), "T");
        insta::assert_snapshot!(format!("thresholds-{w}x{h}"), screen(&stage, "mono"));
    }
    // Any field at any size, to the last line.
    for size in [(160, 48), (61, 11), (40, 10), (1, 1), (0, 0)] {
        let mut stage = counted(size, "s");
        for _ in 0..13 {
            stage.keys("Right Tab o Space G k g T");
            screen(&stage, "light");
            stage.keys("G T");
        }
    }
}
