//! Cells of CSV that come back as they were and are no formula in any spreadsheet.
//!
//! RFC 4180: quoted, quotes doubled, line breaks kept between the quotes. In cells for people characters that nobody sees are replaced
//! by their names; names of transcripts stand as they are, for they are to be found.

use crate::text::{is_hidden, sanitize};

/// What a spreadsheet may take for the beginning of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Whether a spreadsheet would take it for a formula, were it not for apostrophes in front.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A cell for a spreadsheet: an apostrophe in front of what may be a formula, and in front of what looks as if it had one.
pub(super) fn guarded(text: &str) -> String {
    let plain = |c: char| matches!(c, '\t' | '\r' | '\n') || !is_hidden(c);
    if text.chars().all(plain) { guarded_exact(text) } else { guarded_exact(&sanitize(text)) }
}

/// The same for a text that is to be found again: hidden characters stay.
pub(super) fn guarded_exact(text: &str) -> String {
    if is_formula(text) { quoted(&format!("'{text}")) } else { quoted(text) }
}

/// The text of a cell without the apostrophe that [`guarded`] put there.
pub(super) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(text)
}

/// A cell for a program, exact.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::rows;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("plain", "\"plain\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@a", "\"'@a\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("'=1", "\"''=1\""),
            ("'tis", "\"'tis\""),
            ("a\nb", "\"a\nb\""),
            ("a\u{1b}[0m", "\"a␛[0m\""),
        ] {
            assert_eq!(guarded(text), cell);
        }
        assert_eq!(unguarded("'tis"), "'tis");
        assert_eq!(quoted("a\u{202e}"), "\"a\u{202e}\"", "an id is to be found");
    }

    proptest! {
        #[test]
        fn cells_come_back(texts in prop::collection::vec("'{0,2}[-=+@\t\r\n]?[ -~é\n\r\t,\"]{0,9}", 1..5)) {
            let line = |cell: fn(&str) -> String| {
                texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\nnext\n"
            };
            let first = |text: String| rows(text.as_bytes(), b',').next().unwrap();
            let row = first(line(guarded));
            prop_assert!(!row.cells.iter().any(|cell| cell.starts_with(FORMULA)));
            let back: Vec<&str> = row.cells.iter().map(|cell| unguarded(cell)).collect();
            prop_assert_eq!(&back, &texts);
            prop_assert_eq!(&first(line(quoted)).cells, &texts);
        }
    }
}
