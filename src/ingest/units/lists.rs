//! Elements of an array, and of the lists in a container: one object with lists of records under known keys.

use std::io;

use super::head::CONTAINER_KEYS;
use super::scan::Scanner;
use super::{Cut, End, Mode, Units};

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
                    if value == Some(b'[')
                        && let Some(name) = name.filter(|n| CONTAINER_KEYS.contains(&n.as_str()))
                        && self.list_of_objects()?
                    {
                        self.at += 1;
                        self.mode = Mode::Elements(Some(name));
                        return Ok(None);
                    }
                    self.measure(Scanner::new(false), self.at)?.0
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
