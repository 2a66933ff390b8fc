//! Cells of CSV that come back as they were and are no formula in any spreadsheet.
//!
//! RFC 4180: quoted, quotes doubled, line breaks kept between the quotes. In cells for people characters that nobody sees are replaced
//! by their names; names of transcripts stand as they are, for they are to be found.

use serde_json::Value;

use crate::text::{is_formula, is_hidden, sanitize};

/// A cell for a spreadsheet: an apostrophe in front of what may be a formula, and in front of what looks as if it had one.
pub(super) fn guarded(text: &str) -> String {
    let plain = |c: char| matches!(c, '\t' | '\r' | '\n') || !is_hidden(c);
    if text.chars().all(plain) { guarded_exact(text) } else { guarded_exact(&sanitize(text)) }
}

/// The same for a text that is to be found again: hidden characters stay.
pub(super) fn guarded_exact(text: &str) -> String {
    if is_formula(text) { quoted(&format!("'{text}")) } else { quoted(text) }
}

/// An answer to a further question as a cell: a text as it stands, a number, a list as one of JSON. A text that [`answer_of_cell`] would
/// take for something else is in JSON's quotes.
pub(super) fn cell_of_answer(answer: &Value) -> String {
    let text = match answer {
        Value::Null => return String::new(),
        Value::String(text) if answer_of_cell(text) == *answer => text.clone(),
        other => other.to_string(),
    };
    match answer {
        Value::Bool(_) | Value::Number(_) => text,
        _ => guarded(&text),
    }
}

/// What [`cell_of_answer`] wrote, read: what is JSON but for an object, else a text.
pub(super) fn answer_of_cell(cell: &str) -> Value {
    let read = serde_json::from_str(cell).ok();
    let plain = |value: &Value| !value.is_object() && !value.is_null();
    read.filter(plain).unwrap_or_else(|| Value::from(cell))
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
    use crate::text::unguarded;

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
        assert_eq!(quoted("a\u{202e}"), "\"a\u{202e}\"", "an id is to be found");
    }

    #[test]
    fn answers_come_back_as_they_were() {
        for (answer, cell) in [
            (serde_json::json!("one | two"), "\"one | two\""),
            (serde_json::json!(["fear | duty", "one"]), "\"[\"\"fear | duty\"\",\"\"one\"\"]\""),
            (serde_json::json!(["only"]), "\"[\"\"only\"\"]\""),
            (serde_json::json!("[odd"), "\"[odd\""),
            (serde_json::json!("[\"a\"]"), r#""""[\""a\""]""""#),
            (serde_json::json!("7"), "\"\"\"7\"\"\""),
            (serde_json::json!(7), "7"),
            (serde_json::json!("yes"), "\"yes\""),
            (serde_json::json!("true"), "\"\"\"true\"\"\""),
            (serde_json::json!("-a"), "\"'-a\""),
            (serde_json::json!(" 7 "), r#"""" 7 """"#),
        ] {
            assert_eq!(cell_of_answer(&answer), cell);
            let row = rows(format!("{cell}\nx\n").as_bytes(), b',').next().unwrap();
            assert_eq!(answer_of_cell(unguarded(&row.cells[0])), answer, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn cells_come_back(texts in prop::collection::vec("'{0,2}[-=+@\t\r\n]?[ -~é\n\r\t,\"]{0,9}", 1..5)) {
            let line = |cell: fn(&str) -> String| {
                texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\nnext\n"
            };
            let first = |text: String| rows(text.as_bytes(), b',').next().unwrap();
            let row = first(line(guarded));
            prop_assert!(!row.cells.iter().any(|cell| !cell.starts_with('\'') && is_formula(cell)));
            let back: Vec<&str> = row.cells.iter().map(|cell| unguarded(cell)).collect();
            prop_assert_eq!(&back, &texts);
            prop_assert_eq!(&first(line(quoted)).cells, &texts);
        }
    }
}
