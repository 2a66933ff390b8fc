//! Going on behind units that were cut before, when a stream has grown: from where, and what must not be given yet.
//!
//! A unit is sure when its end was found without looking at the end of the stream: nothing that is written behind can change
//! it, nor how what came before it was cut. Only values one after another ([`Layout::Values`]) can be gone on with; everything
//! else is cut from its start.

use std::io;

use super::scan::{Scanner, Step};
use super::{Layout, MAX_UNIT, Mode, Unit, UnitBytes, UnitKind, Units, Window};
use serde_json::Map;

/// A place behind sure units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    /// Offset of the next byte to look at.
    pub offset: u64,
    /// 1-based line of that byte.
    pub line: u64,
    /// 0-based index of the next unit.
    pub index: u64,
    /// Before this offset every line is a unit: something was torn there.
    pub strict_until: u64,
}

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Units<R> {
    /// Goes on with a stream that has grown since [`Units::resume`] gave the place.
    pub fn resumed(read: R, place: Resume) -> Self {
        Self {
            window: Window::new(read, MAX_UNIT),
            layout: Layout::Values,
            name: None,
            kind: UnitKind::Json,
            table: None,
            mode: Mode::Values,
            at: place.offset,
            line: place.line,
            index: place.index,
            strict_until: place.strict_until,
            max: MAX_UNIT,
            open: false,
            entered: false,
            around: Map::new(),
            around_bytes: 0,
            decided: true,
            hold: false,
            held: false,
            unsure: None,
        }
    }

    /// Of JSON that may yet grow, gives only what is whole: a value that the end of the stream cuts off is left for the next
    /// reading.
    pub fn hold_back(&mut self) {
        self.hold = true;
    }

    /// At the end: something was held back.
    pub fn has_held(&self) -> bool {
        self.held
    }

    /// Where to go on when the stream has grown. Known from the first unit on that is not sure, and at the end; `None` before,
    /// and where the stream must be cut from its start.
    pub fn resume(&self) -> Option<Resume> {
        self.unsure.filter(|_| self.decided && self.layout == Layout::Values)
    }

    /// How many bytes the stream had when its end was looked at.
    pub fn ended_at(&self) -> Option<u64> {
        self.window.end()
    }

    pub(super) fn place(&self) -> Resume {
        let Self { at, line, index, strict_until, .. } = *self;
        Resume { offset: at, line, index, strict_until }
    }

    /// Remembers that what was just cut from `place` on is not sure; false when it must not be given either.
    pub(super) fn may_give(&mut self, place: Resume, cut: Option<&(Unit, UnitBytes)>) -> bool {
        self.unsure.get_or_insert(place);
        let partial = match cut {
            Some((_, UnitBytes::Whole(bytes))) => !is_whole(bytes),
            Some(_) => true,
            None => false,
        };
        self.held = self.hold && self.kind == UnitKind::Json && partial;
        if self.held {
            self.mode = Mode::End;
        }
        !self.held
    }
}

/// Whether these bytes are an object or a list from its first bracket to its last.
fn is_whole(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'{' | b'['))
        && Scanner::new(true).feed(bytes) == Step::Done(bytes.len())
}

#[cfg(test)]
mod tests;
