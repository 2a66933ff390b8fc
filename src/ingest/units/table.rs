//! Rows of a delimited table as units, cut without holding more than one of them. A record may run over many lines
//! between quotes, so one quote too many would swallow the rest of the file: where that shows, the records that follow
//! are looked for and the piece before them is torn.

use std::io;

use serde_json::{Value, json};

use super::cells::{self, Scanner, Step};
use super::columns::{Columns, blank_lines};
use super::{Cut, Mode, Unit, UnitBytes, Units};

/// Records from which is learnt what each column holds: at least, and at most.
const LEARNT: (u64, u64) = (3, 64);
/// Longest cell that counts as a word.
const LONGEST_WORD: usize = 64;
/// Bytes that may be looked over a second time in search of records, and that many more for each byte of the file.
const SEARCH: (u64, u64) = (64 << 20, 4);
/// Records in a row that show where the table goes on: in a table that text is not easily taken for, and in others.
const RUN: (u32, u32) = (2, 8);

/// A table being cut.
#[derive(Debug)]
pub struct Table {
    columns: Columns,
    /// Columns whose cells were single words so far: they tell a record from a line of text.
    words: Vec<bool>,
    learnt: u64,
    /// A cell began with a space. Prose has one behind each comma, writers of tables have none.
    spaced: bool,
    /// A record had another number of cells than the header.
    ragged: bool,
    /// Bytes looked over in search of records.
    searched: u64,
}

/// Where a record stopped.
#[derive(Debug, Clone, Copy)]
enum Stop {
    /// At a newline.
    Line(u64),
    /// At the end of the stream.
    Eof(u64),
    /// Nowhere yet, but something is odd here: see [`Step`].
    Odd(u64),
}

impl Table {
    pub fn new(columns: Columns) -> Self {
        let words = vec![true; columns.names.len()];
        Self { columns, words, learnt: 0, spaced: false, ragged: false, searched: 0 }
    }

    /// What stands around the rows: the columns, the keys their cells get, and the delimiter.
    pub fn around(&self) -> Value {
        json!({
            "columns": self.columns.names,
            "keys": self.columns.keys,
            "delimiter": char::from(self.columns.delimiter).to_string(),
        })
    }

    fn width(&self) -> usize {
        self.columns.names.len()
    }

    /// Whether some column is known to hold words.
    fn has_words(&self) -> bool {
        self.learnt >= LEARNT.0 && self.words.contains(&true)
    }

    /// Whether few records tell that the table goes on: text with as many commas in each line is rare.
    fn telling(&self) -> bool {
        self.has_words() || self.width() > 2
    }

    fn learn(&mut self, row: &[u8], number: usize) {
        self.ragged |= number != self.width();
        if self.learnt < LEARNT.1 && number == self.width() {
            let (record, _) = cells::split(row, self.columns.delimiter);
            for (known, cell) in self.words.iter_mut().zip(&record.cells) {
                *known &= is_word(cell);
            }
            self.spaced |= record.cells.iter().skip(1).any(|c| c.starts_with(b" "));
            self.learnt += 1;
        }
    }

    /// Whether a row could be a record of this table.
    fn fits(&self, row: &[u8]) -> bool {
        let (record, _) = cells::split(row, self.columns.delimiter);
        let spaced = record.cells.iter().skip(1).any(|c| c.starts_with(b" "));
        if record.cells.len() != self.width() || record.stray > 0 || record.open {
            return false;
        }
        if spaced && !self.spaced && self.learnt > 0 {
            return false;
        }
        // Half of them are enough: what was learnt may have been short by chance.
        let words = self.words.iter().zip(&record.cells).filter(|(w, _)| **w);
        let (all, held) =
            words.fold((0, 0), |(all, held), (_, c)| (all + 1, held + u32::from(is_word(c))));
        !self.has_words() || held * 2 >= all
    }
}

fn is_word(cell: &[u8]) -> bool {
    cell.len() <= LONGEST_WORD && !cell.iter().any(u8::is_ascii_whitespace)
}

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Units<R> {
    /// One row of the table.
    pub(super) fn row(&mut self) -> io::Result<Cut> {
        let Some((delimiter, width)) =
            self.table.as_ref().map(|t| (t.columns.delimiter, t.width()))
        else {
            self.mode = Mode::End;
            return Ok(None);
        };
        if !self.row_start(delimiter)? {
            self.mode = Mode::End;
            return Ok(None);
        }
        let start = self.at;
        let mut scanner = Scanner::new(delimiter);
        let mut at = start;
        loop {
            match self.run(&mut scanner, at)? {
                Stop::Line(end) => return self.give(end, end + 1, false, scanner.cells()),
                Stop::Eof(end) if scanner.open() => {
                    return match self.recover(start, end)? {
                        Some((end, next, torn)) => self.give(end, next, torn, width),
                        None => self.give(end, end, true, width),
                    };
                }
                Stop::Eof(end) => {
                    // Writers end every line: a last one that is short was cut off.
                    let even = self.table.as_ref().is_some_and(|t| !t.ragged);
                    let torn = even && scanner.cells() < width;
                    return self.give(end, end, torn, scanner.cells());
                }
                Stop::Odd(here) => {
                    if let Some((end, next, torn)) = self.recover(start, here)? {
                        return self.give(end, next, torn, width);
                    }
                    at = here;
                }
            }
        }
    }

    /// Passes over lines without anything in them; false at the end.
    fn row_start(&mut self, delimiter: u8) -> io::Result<bool> {
        let mut look = self.at;
        loop {
            self.window.set_mark(self.at);
            let held = self.window.from(look)?;
            if held.is_empty() {
                self.go_to(look)?;
                return Ok(false);
            }
            let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n') || *b == delimiter;
            let n = held.iter().position(|b| !blank(b));
            let lines = blank_lines(held, Some(delimiter));
            let (ended, len) = (n.is_some(), held.len());
            if lines > 0 {
                let next = look + lines as u64;
                self.go_to(next)?;
            }
            if ended {
                return Ok(true);
            }
            look += len as u64;
        }
    }

    /// Gives `self.at..end` as a row and goes on at `next`.
    fn give(&mut self, end: u64, next: u64, torn: bool, number: usize) -> io::Result<Cut> {
        let start = self.at;
        let mut len = end - start;
        let bytes = if len > self.max {
            UnitBytes::TooLarge
        } else {
            let mut bytes = self.window.take(start, end)?;
            bytes.truncate(cells::without_returns(&bytes).len());
            len = bytes.len() as u64;
            if torn {
                UnitBytes::Torn(bytes)
            } else {
                if let Some(table) = &mut self.table {
                    table.learn(&bytes, number);
                }
                UnitBytes::Whole(bytes)
            }
        };
        let unit = Unit { offset: start, len, line: self.line, index: self.index, member: None };
        self.index += 1;
        self.go_to(next)?;
        Ok(Some((unit, bytes)))
    }

    /// Runs a scanner on from `at`.
    fn run(&mut self, scanner: &mut Scanner, mut at: u64) -> io::Result<Stop> {
        loop {
            let held = self.window.from(at)?;
            if held.is_empty() {
                return Ok(Stop::Eof(at));
            }
            match scanner.feed(held) {
                Step::More => at += held.len() as u64,
                Step::Done(n) => return Ok(Stop::Line(at + n as u64)),
                Step::Odd(n) | Step::Long(n) => return Ok(Stop::Odd(at + n as u64)),
            }
        }
    }

    /// Something is odd at `here` with the quotes of the record that begins at `start`. Where the records behind it
    /// can be seen, gives the piece's end, the next record's start, and whether the piece is torn.
    fn recover(&mut self, start: u64, here: u64) -> io::Result<Option<(u64, u64, bool)>> {
        let Some((delimiter, width)) =
            self.table.as_ref().map(|t| (t.columns.delimiter, t.width()))
        else {
            return Ok(None);
        };
        let first_end = self.line_end(start)?;
        if first_end >= here {
            return Ok(None);
        }
        let mut candidate = first_end + 1;
        // The quote may be text: the line is a record when it is taken so, and others follow.
        if first_end - start <= self.max {
            let line = self.window.take(start, first_end)?;
            let literal = memchr::memchr_iter(delimiter, &line).count() + 1 == width;
            if literal && self.goes_on(candidate, delimiter)? {
                return Ok(Some((first_end, candidate, false)));
            }
        }
        while candidate < here && self.may_search() {
            if self.goes_on(candidate, delimiter)? {
                return Ok(Some((candidate - 1, candidate, true)));
            }
            let end = self.line_end(candidate)?;
            self.searched(end - candidate);
            candidate = end + 1;
        }
        Ok(None)
    }

    fn may_search(&self) -> bool {
        self.table.as_ref().is_some_and(|t| t.searched <= SEARCH.0 + SEARCH.1 * self.at)
    }

    fn searched(&mut self, bytes: u64) {
        if let Some(table) = &mut self.table {
            table.searched += bytes;
        }
    }

    /// Whether records of this table stand from `at` on.
    fn goes_on(&mut self, mut at: u64, delimiter: u8) -> io::Result<bool> {
        let telling = self.table.as_ref().is_some_and(Table::telling);
        let wanted = if telling { RUN.0 } else { RUN.1 };
        let mut seen = 0;
        while seen < wanted {
            let mut scanner = Scanner::new(delimiter);
            let stop = self.run(&mut scanner, at)?;
            let (Stop::Line(end) | Stop::Eof(end) | Stop::Odd(end)) = stop;
            self.searched(end - at);
            if end == at && matches!(stop, Stop::Eof(_)) {
                return Ok(seen >= if telling { 1 } else { 3 });
            }
            let torn = matches!(stop, Stop::Odd(_)) || scanner.open() || scanner.stray();
            if torn || end - at > cells::LONG {
                return Ok(false);
            }
            let row = self.window.take(at, end)?;
            let row = cells::without_returns(&row);
            let blank = row.iter().all(|b| *b == delimiter || b.is_ascii_whitespace());
            if !blank {
                if !self.table.as_ref().is_some_and(|t| t.fits(row)) {
                    return Ok(false);
                }
                seen += 1;
            }
            at = if matches!(stop, Stop::Line(_)) { end + 1 } else { end };
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
