//! Fitting one line of text into a number of columns: lists, titles, paths, status lines.
//!
//! Everything given back is sanitised and on one line; graphemes are never split. Offsets into the
//! original are lost here: texts that carry marks go through `wrap` instead.

use super::sanitize::{is_tidy, line_pieces, sanitize_line};
use std::borrow::Cow;

const CUT: char = '…';

/// Columns that the sanitised text takes on one line, as [`sanitize_line`] gives it.
#[must_use]
pub fn width(text: &str) -> usize {
    if is_tidy(text) { text.len() } else { line_pieces(text).map(|(_, width)| width).sum() }
}

/// The sanitised one-line text cut to at most `columns`, with `…` (one column) when something was cut.
/// Costs no more than what is kept.
#[must_use]
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    if text.len() <= columns && is_tidy(text) {
        return Cow::Borrowed(text);
    }
    // What is cut off needs no looking at.
    if let Some(start) = text.get(..=columns).filter(|start| is_tidy(start)) {
        return Cow::Owned(format!("{}{CUT}", start.get(..room).unwrap_or_default()));
    }
    let (mut out, mut used, mut keep) = (String::new(), 0, 0);
    for (shown, width) in line_pieces(text) {
        used += width;
        if used > columns {
            out.truncate(keep);
            out.push(CUT);
            return Cow::Owned(out);
        }
        out.push_str(&shown);
        if used <= room {
            keep = out.len();
        }
    }
    Cow::Owned(out)
}

/// As [`truncate`], but keeps the end: `…/deep/folder/file.json`.
#[must_use]
pub fn truncate_start(text: &str, columns: usize) -> Cow<'_, str> {
    let pieces: Vec<_> = line_pieces(text).collect();
    if pieces.iter().map(|(_, width)| width).sum::<usize>() <= columns {
        return sanitize_line(text);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let tail = tail_of(&pieces, room);
    Cow::Owned(std::iter::once("…").chain(tail.iter().map(|(shown, _)| shown.as_ref())).collect())
}

/// As [`truncate`], but keeps both ends, the end a little longer (a file's name is there).
#[must_use]
pub fn truncate_middle(text: &str, columns: usize) -> Cow<'_, str> {
    let pieces: Vec<_> = line_pieces(text).collect();
    if pieces.iter().map(|(_, width)| width).sum::<usize>() <= columns {
        return sanitize_line(text);
    }
    let Some(room) = columns.checked_sub(1) else { return Cow::Borrowed("") };
    let mut out = String::new();
    let mut used = 0;
    for (shown, width) in &pieces {
        if used + width > room / 2 {
            break;
        }
        used += width;
        out.push_str(shown);
    }
    out.push(CUT);
    out.extend(tail_of(&pieces, room - used).iter().map(|(shown, _)| shown.as_ref()));
    Cow::Owned(out)
}

/// As [`truncate`], filled with spaces on the right to exactly `columns`.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = truncate(text, columns).into_owned();
    // What was cut is measured again: it is at most one row long.
    let used: usize = line_pieces(&out).map(|(_, width)| width).sum();
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

/// The longest tail of the pieces that fits into `room` columns.
fn tail_of<'p, 'a>(
    pieces: &'p [(Cow<'a, str>, usize)],
    room: usize,
) -> &'p [(Cow<'a, str>, usize)] {
    let mut used = 0;
    let kept = pieces
        .iter()
        .rev()
        .take_while(|(_, width)| {
            used += width;
            used <= room
        })
        .count();
    pieces.get(pieces.len() - kept..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cuts_at_graphemes() {
        for (text, columns, expected) in [
            ("hello", 5, "hello"),
            ("hello", 4, "hel…"),
            ("hello", 1, "…"),
            ("hello", 0, ""),
            ("", 3, ""),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("a\n\n b", 3, "a b"),
            ("\u{1b}[31m", 3, "␛[…"),
            ("x\u{202e}y", 4, "x…"),
        ] {
            assert_eq!(truncate(text, columns), expected, "{text:?} in {columns}");
        }
        assert_eq!(truncate_start("/a/very/long/path.json", 10), "…path.json");
        assert_eq!(truncate_middle("/data/very/long/path.json", 11), "/data….json");
        assert_eq!(pad("日", 4), "日  ");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn cuts_where_pieces_end(text in "[a-c ]{0,12}|[a-c \\t日\u{301}\u{200d}]{0,12}", columns in 0_usize..14) {
            let pieces: Vec<_> = line_pieces(&text).collect();
            let mut expected = String::new();
            let all: usize = pieces.iter().map(|(_, width)| width).sum();
            let room = if all <= columns { all } else { columns.saturating_sub(1) };
            let mut used = 0;
            for (shown, width) in &pieces {
                used += width;
                if used > room {
                    break;
                }
                expected.push_str(shown);
            }
            if all > columns && columns > 0 {
                expected.push(CUT);
            }
            prop_assert_eq!(truncate(&text, columns), expected);
        }

        #[test]
        fn never_wider_than_asked(text in "\\PC{0,20}|[ \\t\\n\\r\u{1b}a-z日\u{301}\u{200d}👩\u{202e}]{0,20}", columns in 0_usize..24) {
            for cut in [truncate(&text, columns), truncate_start(&text, columns), truncate_middle(&text, columns)] {
                prop_assert!(super::super::pieces(&cut, 0).map(|p| p.width).sum::<usize>() <= columns);
                prop_assert_eq!(super::super::hidden_count(&cut), 0);
            }
            let plain: usize = line_pieces(&text).map(|(_, width)| width).sum();
            prop_assert_eq!(width(&text), plain);
            if width(&text) <= columns {
                prop_assert_eq!(truncate(&text, columns), sanitize_line(&text));
            }
        }
    }
}
