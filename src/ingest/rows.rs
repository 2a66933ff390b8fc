//! Rows of a table whose columns somebody has named: nothing has to be guessed, and a cell is its text. Where cells and rows end
//! is told by the machine that cuts tables of transcripts.

use super::units::cells;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1-based line on which it starts.
    pub line: u64,
    /// Its cells, quotes undone; bytes that are no UTF-8 are replaced.
    pub cells: Vec<String>,
    /// A quote is never closed: what follows it is the rest of the file.
    pub open: bool,
}

/// The rows of a text that are not blank, the header among them. Linear.
pub fn rows(bytes: &[u8], delimiter: u8) -> impl Iterator<Item = Row> + '_ {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut line = 1;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (record, end) = cells::split(rest, delimiter);
            let (own, behind) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
            let start = line;
            line += memchr::memchr_iter(b'\n', own).count() as u64;
            rest = behind;
            if own.trim_ascii().is_empty() {
                continue;
            }
            let text = |cell: &Vec<u8>| String::from_utf8_lossy(cell).into_owned();
            let cells = record.cells.iter().map(text).collect();
            return Some(Row { line: start, cells, open: record.open });
        }
        None
    })
}

/// What stands between the cells of a header that has these columns: `,`, `;` or a tab. `None`: no header has them all.
#[must_use]
pub fn delimiter_with(bytes: &[u8], columns: &[&str]) -> Option<u8> {
    [b',', b';', b'\t'].into_iter().find(|delimiter| {
        let header = rows(bytes, *delimiter).next();
        header.is_some_and(|row| {
            columns.iter().all(|column| row.cells.iter().any(|cell| cell.trim() == *column))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_know_their_lines() {
        let text = "\u{feff}id,a\r\n\r\n1,\"x\ny\"\n \n2,\"say \"\"so\"\"\"\n3,\n4,\"open\nrest";
        let all: Vec<Row> = rows(text.as_bytes(), b',').collect();
        let found: Vec<(u64, Vec<&str>, bool)> = all
            .iter()
            .map(|row| (row.line, row.cells.iter().map(String::as_str).collect(), row.open))
            .collect();
        assert_eq!(
            found,
            [
                (1, vec!["id", "a"], false),
                (3, vec!["1", "x\ny"], false),
                (6, vec!["2", "say \"so\""], false),
                (7, vec!["3", ""], false),
                (8, vec!["4", "open\nrest"], true),
            ]
        );
        assert_eq!(rows(b"", b',').count(), 0);
        assert_eq!(rows(b"\n\n", b',').count(), 0);
    }

    #[test]
    fn the_delimiter_is_the_one_with_which_the_columns_are_there() {
        for (text, columns, delimiter) in [
            ("id,answer\n", &["id", "answer"][..], Some(b',')),
            ("a,b;id;answer", &["id", "answer"], Some(b';')),
            ("id\tmy answer\n1\tyes", &["my answer"], Some(b'\t')),
            ("id", &["id"], Some(b',')),
            ("id,answer", &["ID"], None),
            ("", &["id"], None),
        ] {
            assert_eq!(delimiter_with(text.as_bytes(), columns), delimiter, "{text}");
        }
    }
}
