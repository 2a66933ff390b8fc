//! Elements of an array, and of the lists in a container: one object with lists of records under known keys.

use std::io;

use super::head::CONTAINER_KEYS;
use super::scan::Scanner;
use super::{Cut, End, Mode, Units};
use crate::ingest::json;

/// The largest value that is kept as standing around the records.
const MOST_AROUND: u64 = 1 << 20;

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Units<R> {
    /// One element of a list.
    pub(super) fn element(&mut self) -> io::Result<Cut> {
        let Mode::Elements(member) = &self.mode else { return Ok(None) };
        let member = member.clone();
        let before = self.at;
        let Some(first) = self.skip(b",")? else {
            self.open = true;
            self.mode = Mode::End;
            return Ok(None);
        };
        if first == b']' {
            self.at += 1;
            self.mode = if member.is_some() { Mode::Keys } else { Mode::Values };
            return Ok(None);
        }
        let start = self.at;
        let indent = self.indent(before, start)?;
        let (end, line_start) = self.measure(Scanner::new(false), start)?;
        let at = match end {
            End::Done(end) => return self.cut(end, end, false, member),
            End::Eof(end) => {
                self.open = true;
                return self.cut(end, end, true, member);
            }
            End::Broken(at) => at,
        };
        if line_start > start {
            let end = self.resync(start, indent, at, line_start)?;
            return self.cut(end, end, true, member);
        }
        if matches!(first, b'{' | b'[')
            && let (End::Done(end), _) = self.measure(Scanner::loose(), start)?
        {
            // Wrong inside but balanced: its reader says what is wrong.
            return self.cut(end, end, false, member);
        }
        let end = self.line_end(at)?.max(start + 1);
        self.cut(end, end, true, member)
    }

    /// How far `start` is indented, when it is the first on its line; else 0. `before` is an offset from which
    /// on only white space and commas stand.
    fn indent(&mut self, before: u64, start: u64) -> io::Result<u64> {
        if start - before > 1 << 16 {
            return Ok(0);
        }
        let gap = self.window.take(before, start)?;
        let newline = memchr::memrchr(b'\n', &gap);
        Ok(newline.map_or(0, |n| (gap.len() - n - 1) as u64))
    }

    /// One key of the container: passed over, or its list entered.
    pub(super) fn key(&mut self) -> io::Result<Cut> {
        let Some(first) = self.skip(b",")? else {
            self.open = true;
            self.mode = Mode::End;
            return Ok(None);
        };
        if first == b'}' {
            self.at += 1;
            self.mode = Mode::Values;
            return Ok(None);
        }
        let start = self.at;
        let (key_line, mut at) = (self.line, start);
        let key = if first == b'"' {
            self.measure(Scanner::new(true), start)?.0
        } else {
            End::Broken(at)
        };
        let mut name = None;
        let ended = match key {
            End::Done(end) => {
                if end - start < 1024 {
                    let bytes = self.window.take(start, end)?;
                    name = serde_json::from_slice::<String>(&bytes).ok();
                }
                self.go_to(end)?;
                if self.skip(b"")? == Some(b':') {
                    self.at += 1;
                    let value = self.skip(b"")?;
                    let known = name.as_deref().is_some_and(|n| CONTAINER_KEYS.contains(&n));
                    if known && value == Some(b'[') && self.list_of_objects()? {
                        self.at += 1;
                        self.mode = Mode::Elements(name);
                        self.entered = true;
                        return Ok(None);
                    }
                    let (end, _) = self.measure(Scanner::new(false), self.at)?;
                    if let (End::Done(end), Some(name)) = (&end, name) {
                        self.keep_around(name, *end)?;
                    }
                    end
                } else {
                    End::Broken(self.at)
                }
            }
            broken => broken,
        };
        match ended {
            End::Done(end) => {
                self.go_to(end)?;
                return Ok(None);
            }
            End::Broken(n) => {
                at = self.line_end(n.max(start + 1))?;
                self.mode = Mode::Values;
            }
            End::Eof(n) => {
                at = at.max(n);
                self.open = true;
            }
        }
        // What is wrong with the container itself is one torn piece, from its key on.
        self.at = start;
        self.line = key_line;
        self.cut(at, at, true, None)
    }

    /// Keeps a key's value, which ends at `end`, for what stands around the records. Keys behind the first list come
    /// too late for its records, and a value too large to be a header is passed over.
    fn keep_around(&mut self, name: String, end: u64) -> io::Result<()> {
        let len = end.saturating_sub(self.at);
        if self.entered || len > MOST_AROUND || self.around_bytes + len > 4 * MOST_AROUND {
            return Ok(());
        }
        self.around_bytes += len;
        let bytes = self.window.take(self.at, end)?;
        if let Ok(read) = json::read(&bytes) {
            self.around.insert(name, read.value);
        }
        Ok(())
    }

    /// Whether the list at the current place begins with an object.
    fn list_of_objects(&mut self) -> io::Result<bool> {
        let mut at = self.at + 1;
        loop {
            let held = self.window.from(at)?;
            if held.is_empty() {
                return Ok(false);
            }
            match held.iter().find(|b| !b.is_ascii_whitespace()) {
                Some(b) => return Ok(*b == b'{'),
                None => at += held.len() as u64,
            }
        }
    }
}
