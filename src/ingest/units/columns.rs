//! Whether a file is a delimited table, and what its columns are called: judged by the header line and the first
//! record, never by the file's name. Strict: prose has commas too, and a text that is taken for a table is garbled,
//! while a table that is not recognised is named and can be mapped.

use super::cells;
use super::head::Found;
use crate::ingest::table::{known, known_name};

/// A header line is no longer than this.
const LONGEST_HEADER: usize = 64 << 10;
/// What may stand between cells.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// A table's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What stands between cells.
    pub delimiter: u8,
    /// The names as they stand, without the spaces around them; unnamed columns are empty.
    pub names: Vec<String>,
    /// The key that each column's cells get: unique, and spelt as the readers know it. Unnamed columns have none.
    pub keys: Vec<String>,
    /// Bytes from the start of the head to behind the header line.
    pub len: usize,
}

/// Looks for a header line. `all`: there are no more bytes, or enough were looked at; `ended`: the stream ends here.
pub fn sniff(head: &[u8], all: bool, ended: bool) -> Found<Columns> {
    let mut from = blank_lines(head, None);
    let line = head.get(from..).unwrap_or_default();
    let line_len = memchr::memchr(b'\n', line);
    if line_len.is_none() && !all && line.len() <= LONGEST_HEADER {
        return Found::More;
    }
    // Excel's own first line says what stands between cells.
    let mut delimiters = DELIMITERS.to_vec();
    let first = line.get(..line_len.unwrap_or(line.len())).unwrap_or_default();
    if let [b's', b'e', b'p', b'=', delimiter] = first.trim_ascii_end() {
        delimiters = vec![*delimiter];
        from += line_len.map_or(line.len(), |len| len + 1);
    }
    let mut best: Option<Columns> = None;
    for delimiter in delimiters {
        match judge(head, from, delimiter, all, ended) {
            Found::More => return Found::More,
            Found::No => {}
            Found::Yes(columns) => {
                if best.as_ref().is_none_or(|b| b.names.len() < columns.names.len()) {
                    best = Some(columns);
                }
            }
        }
    }
    best.map_or(Found::No, Found::Yes)
}

/// How many bytes of lines without anything in them (`also` counts as nothing) stand at the start.
pub fn blank_lines(bytes: &[u8], also: Option<u8>) -> usize {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n') || Some(*b) == also;
    let n = bytes.iter().position(|b| !blank(b)).unwrap_or(bytes.len());
    memchr::memrchr(b'\n', bytes.get(..n).unwrap_or_default()).map_or(0, |at| at + 1)
}

/// What a line of names is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Names {
    /// They may be names: more records must agree.
    Weak,
    /// They are names.
    Strong,
    /// Several are names that records of this field carry.
    Known,
}

fn judge(head: &[u8], from: usize, delimiter: u8, all: bool, ended: bool) -> Found<Columns> {
    let body = head.get(from..).unwrap_or_default();
    let (header, end) = cells::split(body.get(..LONGEST_HEADER).unwrap_or(body), delimiter);
    let whole = end < body.len();
    if !whole && body.len() <= LONGEST_HEADER && !all {
        return Found::More;
    }
    if header.open || header.stray > 0 || (!whole && !ended) {
        return Found::No;
    }
    let names: Option<Vec<String>> =
        header.cells.into_iter().map(|c| String::from_utf8(c).ok()).collect();
    let Some(names) = names else { return Found::No };
    let Some(worth) = worth(&names) else { return Found::No };
    let names: Vec<String> = names.into_iter().map(|n| n.trim().to_owned()).collect();
    let after = from + end + usize::from(whole);
    let table = |names: Vec<String>| {
        Found::Yes(Columns { delimiter, keys: keys(&names), names, len: after })
    };
    let wanted = if worth == Names::Weak { 4 } else { 1 };
    let mut at = after;
    let mut seen = 0;
    while seen < wanted {
        at += blank_lines(head.get(at..).unwrap_or_default(), Some(delimiter));
        let body = head.get(at..).unwrap_or_default();
        let (record, end) = cells::split(body, delimiter);
        let whole = end < body.len();
        if !whole && !all {
            return Found::More;
        }
        if body.trim_ascii().is_empty() {
            // Nothing behind the header, or nothing more.
            let enough = seen > 0 || names.len() > 2 && worth > Names::Weak;
            return if ended && enough { table(names) } else { Found::No };
        }
        if !whole && (!ended || record.open) {
            // Its first record is longer than the head, or torn.
            return if worth > Names::Weak { table(names) } else { Found::No };
        }
        let line = body.get(..end).unwrap_or_default().trim_ascii();
        let json = matches!(line.first(), Some(b'{' | b'['))
            && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
        let stray = record.stray > 0 && worth == Names::Weak;
        // Names that are known for sure bear a first record whose last cells are missing.
        let sure = worth == Names::Known && names.iter().all(|n| word(n) || known(n));
        let few = sure && (2..names.len()).contains(&record.cells.len());
        if (record.cells.len() != names.len() && !few) || stray || json {
            return Found::No;
        }
        let mut pairs = names.iter().zip(&record.cells);
        // A log line below a log line: what stands in both is no name.
        let repeated = pairs.any(|(n, c)| !n.is_empty() && n.as_bytes() == c.trim_ascii());
        if repeated && worth < Names::Known {
            return Found::No;
        }
        let nameless = names.iter().filter(|n| !n.is_empty()).count() < 2;
        let counter = record.cells.first().is_some_and(|c| c.iter().all(u8::is_ascii_digit));
        if nameless && !counter {
            return Found::No;
        }
        seen += 1;
        at += end + usize::from(whole);
    }
    table(names)
}

/// Whether the cells of a line look like names; `None`: they do not.
fn worth(cells: &[String]) -> Option<Names> {
    let named = cells.iter().filter(|c| !c.trim().is_empty()).count();
    let familiar = cells.iter().filter(|c| known(c)).count();
    if cells.len() < 2 || cells.iter().any(|c| c.chars().any(char::is_control)) {
        return None;
    }
    if familiar >= 2 && cells.iter().all(|c| c.len() <= 300) {
        return Some(Names::Known);
    }
    // Only the first column may go without a name: that is where a data frame's index stands.
    if cells.iter().skip(1).any(|c| c.trim().is_empty()) || (named < 2 && familiar == 0) {
        return None;
    }
    // A space behind a comma is prose, unless the names are known.
    if cells.iter().skip(1).any(|c| c.starts_with(' ')) {
        return None;
    }
    let named = || cells.iter().filter(|c| !c.is_empty());
    if named().all(|c| word(c) || known(c)) {
        return Some(if familiar > 0 || cells.len() > 2 { Names::Strong } else { Names::Weak });
    }
    (cells.len() > 2 && named().all(|c| phrase(c))).then_some(Names::Weak)
}

/// One word that begins with a letter.
fn word(cell: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "_.-/:#%()[]@".contains(c);
    cell.len() <= 64
        && cell.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '#')
        && cell.chars().all(inner)
}

/// A few words without anything that sentences, code or markup have.
fn phrase(cell: &str) -> bool {
    cell.len() <= 64
        && cell.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !cell.contains(['{', '}', '<', '>', '|', '=', ';', '"'])
        && !cell.ends_with(['.', '!', ',', ':'])
        && cell.split(' ').count() <= 4
}

/// Unique keys for the columns.
fn keys(names: &[String]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let known = known_name(name).filter(|k| !names.contains(k) && !keys.contains(k));
        let base = known.unwrap_or_else(|| name.clone());
        let mut key = base.clone();
        let mut nth = 1;
        while !key.is_empty() && keys.contains(&key) {
            nth += 1;
            key = format!("{base} ({nth})");
        }
        keys.push(key);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The delimiter and the names, the same at every length of what has come so far.
    fn found(text: &str) -> Option<(char, Vec<String>)> {
        let bytes = text.as_bytes();
        let whole = sniff(bytes, true, true);
        assert_ne!(whole, Found::More);
        for len in 0..=bytes.len() {
            let early = sniff(&bytes[..len], false, false);
            assert!(early == Found::More || early == whole, "{len} bytes of {text:?}");
        }
        whole.yes().map(|c| (char::from(c.delimiter), c.keys))
    }

    #[test]
    fn tables_are_told_by_their_header_and_first_record() {
        let cases: &[(&str, char, &[&str])] = &[
            ("tier,prompt,response\nfree,\"a, b\",x\n", ',', &["tier", "prompt", "response"]),
            ("\"tier\",\"response\"\r\n\"free\",\"x\"\r\n", ',', &["tier", "response"]),
            (",condition,prompt\n0,free_tier,\"x\n{\n}\"\n", ',', &["", "condition", "prompt"]),
            (",text\n0,x\n", ',', &["", "text"]),
            ("\tcondition\tprompt\n0\tfree\tx\n", '\t', &["", "condition", "prompt"]),
            ("id\tlabel\n1\tx\n", '\t', &["id", "label"]),
            ("id;prompt;response\n1;a, b;c\n", ';', &["id", "prompt", "response"]),
            ("sep=;\nid;prompt\n1;x\n", ';', &["id", "prompt"]),
            ("\n\nid,prompt\n\n1,x\n", ',', &["id", "prompt"]),
            ("id, prompt, response\n1, x, y\n", ',', &["id", "prompt", "response"]),
            ("ID,Prompt,Full Response\n1,x,y", ',', &["id", "prompt", "full_response"]),
            ("a,a,a (2)\n1,2,3\n", ',', &["a", "a (2)", "a (2) (2)"]),
            ("Prompt,prompt\n1,2\n", ',', &["Prompt", "prompt"]),
            ("Query,query text\n1,2\n", ',', &["query", "query text"]),
            (
                "id,label,\"Is the model faking, and why?\"\n1,x,y\n",
                ',',
                &["id", "label", "Is the model faking, and why?"],
            ),
            ("run name,model size,note\na,b,c\nd,e,f\n", ',', &["run name", "model size", "note"]),
            ("id,label,note\n1,x\n", ',', &["id", "label", "note"]),
            ("id,label,note\n", ',', &["id", "label", "note"]),
            ("id,label\n1,\"torn", ',', &["id", "label"]),
            ("tier,response\nfree,\"x\" y\n", ',', &["tier", "response"]),
        ];
        for (text, delimiter, keys) in cases {
            let (found, names) = found(text).unwrap_or_else(|| panic!("{text:?}"));
            assert_eq!(found, *delimiter, "{text:?}");
            assert_eq!(names, *keys, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_table_is_none() {
        for text in [
            "Dear diary, today I went out.\n\nIt rained, and I came back.\n",
            "Roses are red, violets are blue,\nSugar is sweet, and so are you,\n",
            "Hello, world\nGoodbye, world\n",
            "prompt\nx\ny\n",
            "id,label\n1\n2\n",
            // A question with a comma needs its quotes.
            "id,label,Is the model faking, and why?\n1,x,y\n",
            "2024-05-01 12:00:00,123 INFO started\n2024-05-01 12:00:00,124 INFO ended\n",
            "INFO,loader,started\nINFO,loader,ended\n",
            "| id | label |\n|---|---|\n| 1, 2 | x |\n",
            "[package]\nname = \"a\"\nkeys = [\"a\", \"b\"]\n",
            "key = 1, 2\nother = 3, 4\n",
            "import os,sys\nimport re,io\n",
            "int a;\nint b;\n",
            "\tlet x\n\tlet y\n",
            "started,ok\n{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n",
            "id,label\n{\"a\":1,\"b\":2}\n",
            "0,1,2\n3,4,5\n",
            "a,b\n",
            "",
            "\n\n",
        ] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }
}
