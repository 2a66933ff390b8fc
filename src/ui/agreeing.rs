//! What reviews say, the list of disagreements and decisions on the screen: at every size, in every theme.

use super::testing::Stage;
use super::{Depth, Theme};
use crate::app::{Dialog, agreement_table};
use crate::review::testing::{answer, happened, opened_over};
use crate::review::{Answered, Event, Item, Opened, Seal, Stratum, Verdict, What};
use crate::text::width;

const LABEL: &str = "alignment_faking";

/// Two reviewers of the same twelve of forty, drawn from two strata, who disagree twice with each other and more often with the label.
fn reviewed(size: (u16, u16)) -> Stage {
    let mut stage = Stage::forty(size);
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
