//! The only way to a cell. Every string, from a file or not, passes `text::runs` here.
//!
//! Knows columns and styles; what is drawn and where is for the parts.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::{Piece, Run, runs, sanitize_line, truncate, width};
use crate::ui::Theme;

/// Most bytes of one cell. A letter under hundreds of combining marks would spill over its neighbours.
const CELL_BYTES: usize = 48;

/// A buffer with a theme.
pub(super) struct Canvas<'a> {
    buf: &'a mut Buffer,
    pub theme: &'a Theme,
}

impl<'a> Canvas<'a> {
    pub fn new(buf: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self { buf, theme }
    }

    /// Styles that are merged over what an area has, text left as it is: the ground of everything, or of a selected row.
    pub fn over(&mut self, area: Rect, style: Style) {
        for y in area.y..area.bottom() {
            for cell in self.cells(area.x, y, area.width) {
                cell.set_style(style);
            }
        }
    }

    /// The cells of a row from `x` on, at most so many.
    fn cells(&mut self, x: u16, y: u16, columns: u16) -> &mut [Cell] {
        let area = self.buf.area;
        let row = Rect { x, y, width: columns, height: 1 }.intersection(area);
        if row.is_empty() || row.x != x || row.y != y {
            return &mut [];
        }
        let start = usize::from(y - area.y) * usize::from(area.width) + usize::from(x - area.x);
        self.buf.content.get_mut(start..start + usize::from(row.width)).unwrap_or_default()
    }

    /// Empties an area for something on top.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buf.area);
        for position in area.positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.reset();
                cell.set_style(self.theme.base);
            }
        }
        // A wide character that begins left of the area would reach into it.
        if let Some(x) = area.x.checked_sub(1) {
            for y in area.y..area.bottom() {
                if let Some(cell) = self.buf.cell_mut((x, y)).filter(|c| c.symbol().width() > 1) {
                    cell.set_symbol(" ");
                }
            }
        }
    }

    /// Blanks on a rule, nothing of its style left: a rule's bold must not pass on to the words in it.
    pub fn blank(&mut self, area: Rect) {
        for position in area.intersection(self.buf.area).positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.reset();
                cell.set_style(self.theme.base);
            }
        }
    }

    /// Writes one line of at most `max` columns, white space folded, hidden characters made visible, nothing said about
    /// what is cut. Returns the columns taken.
    pub fn put(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        self.write(x, y, max, &sanitize_line(text), style)
    }

    /// As [`Canvas::put`], with `…` where it is cut.
    pub fn put_cut(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        self.write(x, y, max, &truncate(text, usize::from(max)), style)
    }

    /// As [`Canvas::put_cut`], set right in its `max` columns.
    pub fn put_right(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let text = truncate(text, usize::from(max));
        let used = (width(&text) as u16).min(max);
        self.write(x + max - used, y, used, &text, style)
    }

    /// As [`Canvas::put`] without folding white space: for what is typed.
    pub fn put_as_is(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        self.write(x, y, max, text, style)
    }

    fn write(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let mut used = 0;
        for run in runs(text, 0) {
            let room = max - used;
            let taken = match run {
                Run::Plain(range) => {
                    let plain = text.get(range).unwrap_or_default();
                    let taken = self.plain(x + used, y, room, plain, style);
                    (usize::from(taken) == plain.len()).then_some(taken).ok_or(taken)
                }
                Run::Piece(piece) => self.piece(x + used, y, room, &piece, style).ok_or(0),
            };
            match taken {
                Ok(columns) => used += columns,
                // There was no room for all of it.
                Err(columns) => return used + columns,
            }
        }
        used
    }

    /// Writes printable ASCII, as much as fits into `max` columns; the columns taken.
    pub fn plain(&mut self, x: u16, y: u16, max: u16, text: &str, style: Style) -> u16 {
        let columns = u16::try_from(text.len()).unwrap_or(u16::MAX).min(max);
        for (cell, byte) in self.cells(x, y, columns).iter_mut().zip(text.bytes()) {
            cell.set_char(byte.into()).set_style(style);
        }
        columns
    }

    /// Writes one piece, if it fits into `max` columns; the columns taken.
    pub fn piece(
        &mut self,
        x: u16,
        y: u16,
        max: u16,
        piece: &Piece<'_>,
        style: Style,
    ) -> Option<u16> {
        // A line break inside a line: a blank, so that words do not run together.
        let shown = if piece.shown.is_empty() { " " } else { piece.shown.as_ref() };
        let columns = u16::try_from(piece.width.max(usize::from(piece.shown.is_empty()))).ok()?;
        if columns > max {
            return None;
        }
        if piece.hidden.is_none() && columns <= 2 && !shown.starts_with(' ') {
            self.cell(x, y, shown, columns, style);
            return Some(columns);
        }
        let mut used = 0;
        for grapheme in shown.graphemes(true) {
            let wide = grapheme.width() as u16;
            if used + wide > columns {
                break;
            }
            self.cell(x + used, y, grapheme, wide, style);
            used += wide;
        }
        Some(columns)
    }

    fn cell(&mut self, x: u16, y: u16, symbol: &str, columns: u16, style: Style) {
        let symbol = if symbol.len() > CELL_BYTES { "\u{fffd}" } else { symbol };
        if let Some(cell) = self.buf.cell_mut((x, y)) {
            cell.set_symbol(symbol).set_style(style);
        }
        for more in 1..columns {
            // As ratatui does: the cells that a wide character covers are empty.
            if let Some(cell) = self.buf.cell_mut((x + more, y)) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// One of the program's own one-column glyphs.
    pub fn glyph(&mut self, x: u16, y: u16, glyph: char, style: Style) {
        self.rule(Rect { x, y, width: 1, height: 1 }, glyph, style);
    }

    /// A horizontal line.
    pub fn rule(&mut self, area: Rect, glyph: char, style: Style) {
        if matches!(glyph, '!'..='~' | '\u{2500}'..='\u{259f}') {
            for cell in self.cells(area.x, area.y, area.width) {
                cell.set_char(glyph).set_style(style);
            }
            return;
        }
        // Categories come from rule packs, which anybody can write.
        for x in area.x..area.right() {
            self.put(x, area.y, 1, glyph.encode_utf8(&mut [0; 4]), style);
        }
    }

    /// A vertical scroll bar of one column: a faint track with a thumb, which a short content does not need.
    pub fn scroll_bar(&mut self, area: Rect, top: usize, len: usize, focused: bool) {
        if area.is_empty() {
            return;
        }
        let height = usize::from(area.height);
        for y in area.y..area.bottom() {
            self.glyph(area.x, y, '│', self.theme.border);
        }
        if len <= height {
            return;
        }
        let thumb = (height * height / len).max(1);
        let room = height - thumb;
        // Only the very end shows the thumb at the end.
        let at = (top * room).div_ceil(len - height).min(room);
        let style = if focused { self.theme.border_focused } else { self.theme.dim };
        for i in at..at + thumb {
            self.glyph(area.x, area.y + i as u16, '┃', style);
        }
    }
}
