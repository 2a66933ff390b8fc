//! Cutting a byte stream into units: lines, elements of an array or of a known container, values one after
//! another. Reads forward in chunks and never needs the end of the stream.
//!
//! It measures first and copies afterwards, so memory stays at one chunk and the current unit. Going back after
//! a tear is bounded: the bytes up to where the tear showed are then cut strictly by lines, so that none is
//! scanned more than twice.

pub(super) mod cells;
mod columns;
mod head;
mod lists;
mod resume;
mod scan;
mod stretch;
mod table;
mod unit;
mod whole;
mod window;

use std::io;

use head::HEAD;
pub use resume::Resume;
use scan::{Scanner, Step};
use serde_json::{Map, Value};
pub use stretch::Stretch;
use table::Table;
pub use unit::{Layout, Unit, UnitBytes, UnitKind};
use window::Window;

/// The largest unit that is read (256 MB). Larger ones are left out with their size.
pub const MAX_UNIT: u64 = 256 << 20;

/// What is being cut now.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    /// Values one after another.
    Values,
    /// Elements of a list; under a key of a container, when there is one.
    Elements(Option<String>),
    /// Keys of the container.
    Keys,
    /// Rows of a table.
    Rows,
    /// The rest of the stream.
    Rest,
    /// Nothing more.
    End,
}

/// How a measured piece came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done(u64),
    Broken(u64),
    Eof(u64),
}

/// Iterator over the units of a stream. `read(offset, buffer)` fills as much of the buffer as it can and
/// returns 0 only at the end; giving less than was asked for is fine.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // independent facts about one stream, not a state
pub struct Units<R> {
    window: Window<R>,
    layout: Layout,
    name: Option<&'static str>,
    kind: UnitKind,
    table: Option<Table>,
    mode: Mode,
    /// Offset of the next byte to look at.
    at: u64,
    /// 1-based line of that byte.
    line: u64,
    index: u64,
    /// Before this offset every line is a unit: something was torn there.
    strict_until: u64,
    max: u64,
    open: bool,
    /// A container's first list has been entered.
    entered: bool,
    /// The container's keys before its first list.
    around: Map<String, Value>,
    around_bytes: u64,
    /// The layout would be the same whatever followed.
    decided: bool,
    /// What still needs more bytes to be sure is not given.
    hold: bool,
    /// Something was not given.
    held: bool,
    /// Where the first unit starts that more bytes could change.
    unsure: Option<Resume>,
}

type Cut = Option<(Unit, UnitBytes)>;

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Units<R> {
    /// Looks at the head of the stream (at most 1 MB) and gets ready. Looks no further than it needs to.
    ///
    /// # Errors
    /// When the first read fails.
    pub fn new(read: R) -> io::Result<Self> {
        Self::with_limit(read, MAX_UNIT)
    }

    /// As [`Self::new`] with another limit than [`MAX_UNIT`].
    ///
    /// # Errors
    /// When the first read fails.
    pub fn with_limit(read: R, max: u64) -> io::Result<Self> {
        let mut window = Window::new(read, max.max(HEAD as u64));
        window.from(0)?;
        let mut decided = true;
        let (verdict, bom) = loop {
            let there = window.held(0);
            let bom = if there.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            let full = there.len() >= HEAD;
            let head = there.get(bom..HEAD.min(there.len())).unwrap_or_default();
            if let Some(verdict) = head::sniff(head, full, false) {
                break (verdict, bom as u64);
            }
            // A failure behind the head is found again, and told, when the units get there.
            if !full && !window.extend(0).unwrap_or(false) {
                decided = false;
                let there = window.held(0);
                let head = there.get(bom..HEAD.min(there.len())).unwrap_or_default();
                let values = head::Verdict { layout: Layout::Values, name: None };
                break (head::sniff(head, true, true).unwrap_or(values), bom as u64);
            }
        };
        let mut units = Self {
            window,
            layout: verdict.layout,
            name: verdict.name,
            kind: UnitKind::Json,
            table: None,
            mode: Mode::Values,
            at: bom,
            line: 1,
            index: 0,
            strict_until: 0,
            max,
            open: false,
            entered: false,
            around: Map::new(),
            around_bytes: 0,
            decided,
            hold: false,
            held: false,
            unsure: None,
        };
        match units.layout {
            Layout::Values => {}
            Layout::Unsupported => units.mode = Mode::End,
            Layout::Array => {
                units.skip(b"")?;
                units.at += 1;
                units.mode = Mode::Elements(None);
            }
            Layout::Container => {
                units.skip(b"")?;
                units.at += 1;
                units.mode = Mode::Keys;
            }
            Layout::Table | Layout::Whole => units.set_up(bom),
        }
        Ok(units)
    }

    /// Looks at the head of a table or page again, for what the verdict does not hold.
    fn set_up(&mut self, bom: u64) {
        let head = self.window.held(bom);
        let ended = head.len() < HEAD;
        let head = head.get(..HEAD).unwrap_or(head);
        if self.layout == Layout::Whole {
            self.kind = whole::sniff(head, true).yes().unwrap_or(UnitKind::Text);
            self.mode = Mode::Rest;
            return;
        }
        self.kind = UnitKind::Row;
        self.mode = Mode::Rows;
        if let Some(columns) = columns::sniff(head, true, ended).yes() {
            let header = head.get(..columns.len).unwrap_or_default();
            self.line += count_lines(header);
            self.at = bom + columns.len as u64;
            self.table = Some(Table::new(columns));
        }
    }

    /// How the stream is laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// For [`Layout::Unsupported`]: what the file looks like (`gzip`, `Inspect .eval (zip)`, `Parquet`, `CSV`,
    /// `Inspect .json log`, …).
    pub fn not_read_yet(&self) -> Option<&'static str> {
        self.name
    }

    /// How the bytes of the units become values.
    pub fn kind(&self) -> UnitKind {
        self.kind
    }

    /// What stands around the units: a table's columns, or the keys of a container before its first list. Complete
    /// from the first unit on; `None` when there is nothing.
    pub fn around(&self) -> Option<Value> {
        let keys = || (!self.around.is_empty()).then(|| Value::Object(self.around.clone()));
        self.table.as_ref().map(Table::around).or_else(keys)
    }

    /// Bytes consumed so far, for progress.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// After the last unit: the list or container that the file consists of was never closed, so records may be
    /// missing even where no torn one shows.
    pub fn ended_open(&self) -> bool {
        self.open
    }

    /// The next unit; `None` at the end.
    ///
    /// # Errors
    /// When a read fails; the caller reports it and stops with this file.
    pub fn next_unit(&mut self) -> io::Result<Option<(Unit, UnitBytes)>> {
        loop {
            let place = self.place();
            self.window.saw_end = false;
            // A cut is given, or the mode has changed, or it is the end.
            let cut = match &self.mode {
                Mode::End => return Ok(None),
                Mode::Values => self.value()?,
                Mode::Elements(_) => self.element()?,
                Mode::Keys => self.key()?,
                Mode::Rows => self.row()?,
                Mode::Rest => self.rest()?,
            };
            if self.window.saw_end && !self.may_give(place, cut.as_ref()) {
                return Ok(None);
            }
            if cut.is_some() {
                return Ok(cut);
            }
        }
    }

    /// Passes over white space and the bytes in `also`, counting lines.
    fn skip(&mut self, also: &[u8]) -> io::Result<Option<u8>> {
        loop {
            self.window.set_mark(self.at);
            let held = self.window.from(self.at)?;
            if held.is_empty() {
                return Ok(None);
            }
            let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n') || also.contains(b);
            let n = held.iter().position(|b| !blank(b)).unwrap_or(held.len());
            let lines = count_lines(held.get(..n).unwrap_or_default());
            let next = held.get(n).copied();
            self.at += n as u64;
            self.line += lines;
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Offset of the next newline from `from` on, or of the end of the stream.
    fn line_end(&mut self, mut from: u64) -> io::Result<u64> {
        loop {
            let held = self.window.from(from)?;
            if held.is_empty() {
                return Ok(from);
            }
            match memchr::memchr(b'\n', held) {
                Some(n) => return Ok(from + n as u64),
                None => from += held.len() as u64,
            }
        }
    }

    /// Runs a scanner from `start` to where it stops, and says where the line of that place starts.
    fn measure(&mut self, mut scanner: Scanner, start: u64) -> io::Result<(End, u64)> {
        let mut at = start;
        let mut line_start = start;
        loop {
            let held = self.window.from(at)?;
            if held.is_empty() {
                let end = if scanner.may_end() { End::Done(at) } else { End::Eof(at) };
                return Ok((end, line_start));
            }
            let step = scanner.feed(held);
            let used = match step {
                Step::More => held.len(),
                Step::Done(n) | Step::Broken(n) => n,
            };
            if let Some(n) = memchr::memrchr(b'\n', held.get(..used).unwrap_or_default()) {
                line_start = at + n as u64 + 1;
            }
            at += used as u64;
            match step {
                Step::More => {}
                Step::Done(_) => return Ok((End::Done(at), line_start)),
                Step::Broken(_) => return Ok((End::Broken(at), line_start)),
            }
        }
    }

    /// Gives `start..end`, which begins on the current line, and goes on at `next`.
    fn cut(&mut self, end: u64, next: u64, torn: bool, member: Option<String>) -> io::Result<Cut> {
        let start = self.at;
        let too_large = end - start > self.max;
        let mut end = end;
        let bytes = if too_large {
            UnitBytes::TooLarge
        } else {
            let mut bytes = self.window.take(start, end)?;
            let len = bytes.trim_ascii_end().len();
            bytes.truncate(len);
            end = start + len as u64;
            if torn { UnitBytes::Torn(bytes) } else { UnitBytes::Whole(bytes) }
        };
        let unit =
            Unit { offset: start, len: end - start, line: self.line, index: self.index, member };
        self.index += 1;
        self.go_to(next)?;
        Ok(Some((unit, bytes)))
    }

    /// Moves on, counting lines.
    fn go_to(&mut self, next: u64) -> io::Result<()> {
        while self.at < next {
            self.window.set_mark(self.at);
            let held = self.window.from(self.at)?;
            let n = held.len().min(usize::try_from(next - self.at).unwrap_or(usize::MAX));
            if n == 0 {
                // The stream shrank under us.
                self.at = next;
                break;
            }
            let lines = count_lines(held.get(..n).unwrap_or_default());
            self.line += lines;
            self.at += n as u64;
        }
        Ok(())
    }

    /// One value of [`Mode::Values`].
    fn value(&mut self) -> io::Result<Cut> {
        let Some(first) = self.skip(b"")? else {
            self.mode = Mode::End;
            return Ok(None);
        };
        if first == b'[' && self.layout == Layout::Array && self.at >= self.strict_until {
            // Arrays one after another, as `cat` leaves them.
            self.at += 1;
            self.mode = Mode::Elements(None);
            return Ok(None);
        }
        let start = self.at;
        let line_end = self.line_end(start)?;
        let close = match first {
            b'{' => b'}',
            b'[' => b']',
            _ => return self.cut(line_end, line_end, false, None),
        };
        if start < self.strict_until || line_end - start > self.max {
            return self.cut(line_end, line_end, false, None);
        }
        let first_line = self.window.take(start, line_end)?;
        let trimmed = first_line.trim_ascii_end();
        if trimmed.len() > 1 && trimmed.last() == Some(&close) {
            // By far the most frequent case: no scan, the reader of the unit judges.
            let unit = Unit {
                offset: start,
                len: trimmed.len() as u64,
                line: self.line,
                index: self.index,
                member: None,
            };
            self.index += 1;
            self.at = line_end;
            let len = trimmed.len();
            let mut bytes = first_line;
            bytes.truncate(len);
            return Ok(Some((unit, UnitBytes::Whole(bytes))));
        }
        let pretty = trimmed.len() == 1;
        let (end, line_start) = self.measure(Scanner::new(true), start)?;
        match end {
            End::Done(end) if end <= line_end => {
                let used = usize::try_from(end - start).unwrap_or(usize::MAX);
                let rest = first_line.get(used..).unwrap_or_default().trim_ascii();
                if rest.is_empty() || rest == b"," {
                    self.cut(end, line_end, false, None)
                } else {
                    // Two values, or junk behind one: the whole line, for the reader to refuse.
                    self.cut(line_end, line_end, false, None)
                }
            }
            End::Done(end) => {
                let comma = self.comma_after(end)?;
                self.cut(end, comma, false, None)
            }
            End::Broken(at) | End::Eof(at) if !pretty => {
                // The line was torn; what follows are records of their own.
                let torn = at >= line_end;
                self.strict_until = at;
                self.cut(line_end, line_end, torn, None)
            }
            End::Broken(at) => {
                let end = self.resync(start, 0, at, line_start)?;
                self.cut(end, end, true, None)
            }
            End::Eof(at) => self.cut(at, at, true, None),
        }
    }

    /// The offset behind a comma that follows `end` on its line, or `end`.
    fn comma_after(&mut self, end: u64) -> io::Result<u64> {
        let mut at = end;
        loop {
            let held = self.window.from(at)?;
            match held.iter().position(|b| !matches!(b, b' ' | b'\t')) {
                Some(n) if held.get(n) == Some(&b',') => return Ok(at + n as u64 + 1),
                Some(_) => return Ok(end),
                None if held.is_empty() => return Ok(end),
                None => at += held.len() as u64,
            }
        }
    }

    /// Where a value over several lines that broke at `at` should be given up: before the next line that is indented
    /// no deeper than its start (`indent`) and closes nothing. `line_start` is the start of the line of `at`.
    fn resync(&mut self, start: u64, indent: u64, at: u64, line_start: u64) -> io::Result<u64> {
        let broke_first = line_start > start && self.first_on_line(line_start)?.0 == at;
        let mut line = if broke_first { line_start } else { self.line_end(at)? + 1 };
        loop {
            let (first, byte) = self.first_on_line(line)?;
            let depth = first - line;
            let goes_on = match byte {
                None => return Ok(first),
                Some(b'\n') => true,
                Some(b'}' | b']') => depth >= indent,
                Some(_) => depth > indent,
            };
            if !goes_on {
                return Ok(line);
            }
            let end = self.line_end(first)?;
            line = end + 1;
        }
    }

    /// Offset and value of the first byte at or after `from` that is no space, tab or carriage return.
    fn first_on_line(&mut self, from: u64) -> io::Result<(u64, Option<u8>)> {
        let mut at = from;
        loop {
            let held = self.window.from(at)?;
            if held.is_empty() {
                return Ok((at, None));
            }
            match held.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\r')) {
                Some(n) => return Ok((at + n as u64, held.get(n).copied())),
                None => at += held.len() as u64,
            }
        }
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests;
