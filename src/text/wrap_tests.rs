//! What a reader of a pane relies on: nothing lost, nothing too wide, lists hang.

use super::super::{hidden_count, pieces};
use super::*;
use proptest::prelude::*;

fn shown(text: &str, width: usize) -> Vec<String> {
    Wrapped::new(text, width)
        .rows
        .iter()
        .map(|r| format!("{}{}", "~".repeat(r.indent.into()), &text[r.start..r.end]))
        .collect()
}

#[test]
fn wraps_as_read() {
    for (text, width, expected) in [
        ("", 5, vec![""]),
        ("\n", 5, vec![""]),
        ("a\n\nb\n", 5, vec!["a", "", "b"]),
        ("a\r\n\r\nb", 5, vec!["a", "", "b"]),
        ("one two three", 8, vec!["one two", "three"]),
        ("one two three", 7, vec!["one two", "three"]),
        ("one two  \n three", 7, vec!["one two", "~three"]),
        ("abcdefgh", 3, vec!["abc", "def", "gh"]),
        ("a abcdefgh", 4, vec!["a ab", "cdef", "gh"]),
        ("- one two three", 9, vec!["- one two", "~~three"]),
        ("12. one two three", 12, vec!["12. one two", "~~~~three"]),
        ("(a) one two three", 12, vec!["(a) one two", "~~~~three"]),
        ("  * one two three", 12, vec!["~~* one two", "~~~~three"]),
        ("\tone two three", 12, vec!["~~~~one two", "~~~~three"]),
        ("          deep deep", 9, vec!["~~~deep", "~~~deep"]),
        ("日本語日本", 4, vec!["日本", "語日", "本"]),
        ("日本。語", 4, vec!["日", "本。", "語"]),
        ("日本", 1, vec!["日", "本"]),
        ("e\u{301}e\u{301} e\u{301}", 2, vec!["e\u{301}e\u{301}", "e\u{301}"]),
        ("één twee drie", 8, vec!["één twee", "drie"]),
        ("één\ttwee", 7, vec!["één", "twee"]),
        ("aé bc—def gh", 7, vec!["aé bc—", "def gh"]),
        ("ab\u{202e}cd", 4, vec!["ab", "\u{202e}", "cd"]),
    ] {
        assert_eq!(shown(text, width), expected, "{text:?} at {width}");
    }
}

#[test]
fn finds_the_row() {
    let wrapped = Wrapped::new("one two three", 4);
    let rows: Vec<usize> = [0, 3, 4, 8, 13, 99].iter().map(|&o| wrapped.row_of(o)).collect();
    assert_eq!(rows, [0, 0, 1, 2, 3, 3]);
    assert_eq!(Wrapped::default().row_of(7), 0);
}

/// [`Line::wrap_pieces`], piece by piece.
fn plainly(line: &Line<'_>, rows: &mut Vec<Row>) {
    let fits = |from: usize| {
        let mut column = line.hang;
        for cut in Cutter::at(line.text, from) {
            if is_space(line.text, &cut) {
                break;
            }
            column += cut.width(line.text, column);
            if column > line.width {
                return false;
            }
            if ends_word(line.text, &cut) {
                break;
            }
        }
        true
    };
    let (mut start, mut indent, mut column) = (line.start, line.first, line.first);
    let (mut drawn, mut chance) = (start, None);
    for cut in Cutter::at(line.text, line.start) {
        if is_space(line.text, &cut) {
            column += cut.width(line.text, column);
            if drawn == start {
                (start, drawn, column) = (cut.end, cut.end, indent);
            } else {
                chance = Some((drawn, cut.end, column));
            }
            continue;
        }
        while column + cut.width(line.text, column) > line.width && drawn > start {
            let (end, next, taken) = match chance.take() {
                Some((end, next, at)) if fits(next) => (end, next, column - at),
                _ => (drawn, cut.start, 0),
            };
            rows.push(line.row(start, end, indent));
            (start, indent) = (next, line.hang);
            column = indent + taken;
            drawn = if taken == 0 { start } else { drawn };
        }
        column += cut.width(line.text, column);
        drawn = cut.end;
        if ends_word(line.text, &cut) {
            chance = Some((drawn, drawn, column));
        }
    }
    if drawn > start {
        rows.push(line.row(start, drawn, indent));
    }
}

fn check(text: &str, width: usize) -> Result<(), TestCaseError> {
    let wrapped = Wrapped::new(text, width);
    let mut at = 0;
    for row in &wrapped.rows {
        prop_assert!(row.start >= at && row.end >= row.start);
        prop_assert!(text.is_char_boundary(row.start) && text.is_char_boundary(row.end));
        prop_assert!(text[at..row.start].chars().all(char::is_whitespace));
        at = row.end;
        let drawn: Vec<_> = pieces(&text[row.start..row.end], row.indent.into()).collect();
        let columns = drawn.iter().map(|p| p.width).sum::<usize>() + usize::from(row.indent);
        prop_assert!(columns <= width || drawn.len() == 1, "{:?} {} > {}", row, columns, width);
    }
    prop_assert!(text[at..].chars().all(char::is_whitespace));
    let whole = hidden_count(text);
    let rows: usize = wrapped.rows.iter().map(|r| hidden_count(&text[r.start..r.end])).sum();
    prop_assert_eq!(whole, rows);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn gives_any_text_back(text in "\\PC{0,60}", width in 1_usize..30) {
        check(&text, width)?;
    }

    #[test]
    fn gives_hostile_text_back(
        text in "[ \\t\\n\\r\u{1b}\u{0}a-c1.(日。\u{301}\u{200d}👩\u{fe0f}\u{202e}\u{e0041}🇩—\u{903}\u{3000}]{0,60}",
        width in 1_usize..20,
    ) {
        check(&text, width)?;
    }

    #[test]
    fn passing_over_words_changes_nothing(
        text in "([a-e]{1,9}|[ .\t-]|é|e\u{301}|日|—|\u{301}|👩\u{200d}🚀|\u{202e}){0,40}",
        width in 1_usize..20,
    ) {
        let line = Line::new(&text, 0, width);
        let (mut rows, mut by_pieces) = (vec![], vec![]);
        line.wrap_pieces(&mut rows);
        plainly(&line, &mut by_pieces);
        prop_assert_eq!(rows, by_pieces);
    }

    #[test]
    fn both_paths_agree(text in "[ a-e]{0,60}", width in 1_usize..20) {
        // A wide character on a line of its own kind sends a line through the general path.
        let line = Line::new(&text, 0, width);
        let (mut fast, mut slow) = (vec![], vec![]);
        line.wrap_ascii(&mut fast);
        line.wrap_pieces(&mut slow);
        prop_assert_eq!(fast, slow);
    }
}
