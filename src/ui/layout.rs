//! Where everything goes at a size. Pure: a function of the state's size, focus, zoom and open dialog.
//!
//! Drawing, the sizes that `update` scrolls by and the mouse all ask here, so that they cannot disagree.

use ratatui::layout::Rect;

use crate::app::{Focus, PaneSizes, Reader, State, Target};

pub(crate) mod asked;
pub(crate) mod deciding;
mod dialog;
pub(crate) mod message;
mod review;
#[cfg(test)]
mod tests;
mod twin;

pub(crate) use dialog::{DialogPlace, dialog, dialog_at};
use twin::Other;

/// Columns left of a pane's text: a cue's mark, a judge's mark, the bar of a draft.
pub(crate) const GUTTER: u16 = 3;
/// Rows of reasoning from which on one of them goes to the strip: below, the text needs them all.
const STRIP_FROM: u16 = 7;
/// The smallest terminal that is drawn to.
pub(crate) const LEAST: (u16, u16) = (40, 10);

/// How the parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing fits.
    TooSmall,
    /// List, scratchpad and output side by side.
    Wide,
    /// The list above two panes.
    Stacked,
    /// Everything in one column.
    Column,
    /// The focused part only.
    Single,
}

/// A part of the screen. All zero when it is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Part {
    /// The row with its name.
    pub title: Rect,
    /// The row of column headings (list only).
    pub head: Rect,
    /// Rows of content, gutter included, scroll bar not.
    pub body: Rect,
    /// The part of the body where text stands.
    pub text: Rect,
    /// One column at the right.
    pub scroll: Rect,
}

/// Every part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Areas {
    pub shape: Shape,
    pub header: Rect,
    pub filter: Rect,
    pub tabs: Rect,
    pub subject: Rect,
    pub list: Part,
    pub scratchpad: Part,
    pub output: Part,
    /// The other side's, where two transcripts are compared.
    pub other: Other,
    /// Then: the line above both sides, and one above each.
    pub pair: Rect,
    pub heads: [Rect; 2],
    /// The last row of the scratchpad, under its text: a cell for each sentence.
    pub strip: Rect,
    pub rule: Rect,
    pub cue: Rect,
    pub status: Rect,
    /// Of a review: what is asked, and what is said while no item is on the screen. Of a disagreement: who says what.
    pub answer: Rect,
    pub message: Rect,
}

/// The areas at the state's own size.
pub(crate) fn areas(state: &State) -> Areas {
    areas_at(state, state.size)
}

/// The areas at a size.
pub(crate) fn areas_at(state: &State, size: (u16, u16)) -> Areas {
    let mut areas = parts(state, size);
    areas.strip = strip(state, &state.reader, &mut areas.scratchpad);
    if let Some(twin) = &state.twin {
        areas.other.strip = strip(state, &twin.other, &mut areas.other.scratchpad);
    }
    areas
}

/// Takes the last row of a scratchpad for its strip, where it can be spared.
fn strip(state: &State, reader: &Reader, pad: &mut Part) -> Rect {
    if pad.body.height < STRIP_FROM || state.view.quiet || reader.strip.is_empty() {
        return Rect::ZERO;
    }
    for rect in [&mut pad.body, &mut pad.text, &mut pad.scroll] {
        rect.height -= 1;
    }
    Rect { y: pad.body.bottom(), height: 1, ..pad.text }
}

/// The areas before the strip takes its row.
fn parts(state: &State, (width, height): (u16, u16)) -> Areas {
    let none = Rect::ZERO;
    let mut a = Areas {
        shape: Shape::TooSmall,
        header: none,
        filter: none,
        tabs: none,
        subject: none,
        list: Part::default(),
        scratchpad: Part::default(),
        output: Part::default(),
        other: Other::default(),
        pair: none,
        heads: [none; 2],
        strip: none,
        rule: none,
        cue: none,
        status: none,
        answer: none,
        message: none,
    };
    if width < LEAST.0 || height < LEAST.1 {
        return a;
    }
    let row = |y: u16| Rect::new(0, y, width, 1);
    // The header counts what was read and left out, which is always on show.
    a.header = row(0);
    a.filter = row(1);
    let top = 2;
    let mut bottom = height - 1;
    a.status = row(bottom);
    if let Some(rows) = deciding::rows(state, (width, height)) {
        bottom -= rows;
        a.answer = Rect::new(0, bottom, width, rows);
    }
    if height >= 26 && !state.view.quiet {
        bottom -= 1;
        a.cue = row(bottom);
        bottom -= 1;
        a.rule = row(bottom);
    }
    let main = Rect::new(0, top, width, bottom.saturating_sub(top));
    a.shape = match width {
        140.. => Shape::Wide,
        110.. => Shape::Stacked,
        60.. => Shape::Column,
        _ => Shape::Single,
    };
    if let Some(review) = &state.review {
        review::parts(&mut a, state, review, (width, height));
        return a;
    }
    if let Some(twin) = &state.twin {
        twin::sides(&mut a, state, twin, main);
        return a;
    }
    if a.shape == Shape::Single {
        a.tabs = Rect { height: 1, ..main };
        let below = Rect { y: main.y + 1, height: main.height.saturating_sub(1), ..main };
        *a.part_mut(state.focus) = part(below, state.focus, false);
        return a;
    }
    if state.view.zoom {
        let mut main = main;
        if state.focus != Focus::List && main.height >= 16 {
            a.subject = Rect { height: 1, ..main };
            main = Rect { y: main.y + 1, height: main.height - 1, ..main };
        }
        *a.part_mut(state.focus) = part(main, state.focus, true);
        return a;
    }
    match a.shape {
        Shape::Wide => {
            let list = if width >= 160 { (width / 3).clamp(54, 64) } else { 46 };
            a.list = part(Rect { width: list, ..main }, Focus::List, true);
            let rest = Rect { x: list, width: width - list, ..main };
            panes(&mut a, rest, main.height >= 16);
        }
        Shape::Stacked => {
            let rows = (main.height / 3).max(4);
            a.list = part(Rect { height: rows, ..main }, Focus::List, true);
            let rest = Rect { y: main.y + rows, height: main.height - rows, ..main };
            panes(&mut a, rest, main.height >= 20);
        }
        _ => column(&mut a, main),
    }
    a
}

/// Scratchpad and output side by side, the subject line above them.
fn panes(a: &mut Areas, area: Rect, subject: bool) {
    let mut area = area;
    if subject {
        a.subject = Rect { height: 1, ..area };
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    let left = area.width - area.width / 2;
    a.scratchpad = part(Rect { width: left, ..area }, Focus::Scratchpad, true);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    a.output = part(right, Focus::Output, true);
}

/// List, scratchpad and output one below the other.
fn column(a: &mut Areas, main: Rect) {
    let rows = if main.height >= 24 { 8 } else { (main.height * 3 / 10).clamp(3, 6) };
    a.list = part(Rect { height: rows, ..main }, Focus::List, true);
    let mut rest = Rect { y: main.y + rows, height: main.height - rows, ..main };
    if rest.height >= 16 {
        a.subject = Rect { height: 1, ..rest };
        rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
    }
    let upper = rest.height - rest.height * 2 / 5;
    a.scratchpad = part(Rect { height: upper, ..rest }, Focus::Scratchpad, true);
    let lower = Rect { y: rest.y + upper, height: rest.height - upper, ..rest };
    a.output = part(lower, Focus::Output, true);
}

/// Cuts a part's area into title, headings, body and scroll bar.
fn part(area: Rect, focus: Focus, titled: bool) -> Part {
    let mut area = area;
    let title = Rect { height: area.height.min(u16::from(titled)), ..area };
    area = Rect { y: area.y + title.height, height: area.height - title.height, ..area };
    let is_list = focus == Focus::List;
    // Column headings cost a row that a short list needs for itself.
    let head = Rect { height: u16::from(is_list && area.height >= 6), ..area };
    area = Rect { y: area.y + head.height, height: area.height - head.height, ..area };
    let scroll = Rect { x: area.right().saturating_sub(1), width: area.width.min(1), ..area };
    let body = Rect { width: area.width.saturating_sub(1), ..area };
    let text = if is_list {
        body
    } else {
        Rect {
            x: body.x + GUTTER.min(body.width),
            width: body.width.saturating_sub(GUTTER + 1),
            ..body
        }
    };
    Part { title, head, body, text, scroll }
}

impl Areas {
    fn part_mut(&mut self, focus: Focus) -> &mut Part {
        match focus {
            Focus::List => &mut self.list,
            Focus::Scratchpad => &mut self.scratchpad,
            Focus::Output => &mut self.output,
        }
    }

    /// A part by its name.
    pub(crate) fn part(&self, focus: Focus) -> &Part {
        match focus {
            Focus::List => &self.list,
            Focus::Scratchpad => &self.scratchpad,
            Focus::Output => &self.output,
        }
    }
}

/// The sizes of all parts for the present state and terminal size: what is left for text or rows, without titles,
/// headings, gutter and scroll bars. The dialog's is the inside that its content scrolls in: for the palette and the
/// label picker with the row of the input; for the help in two columns the width of one and the rows of both.
#[must_use]
pub fn sizes(state: &State) -> PaneSizes {
    let a = areas(state);
    let of = |part: &Part| (part.text.width, part.text.height);
    let place = dialog(state);
    PaneSizes {
        list: of(&a.list),
        scratchpad: of(&a.scratchpad),
        output: of(&a.output),
        other: [of(&a.other.scratchpad), of(&a.other.output)],
        dialog: place.map_or((0, 0), |p| (p.column, p.rows)),
        message: state
            .review
            .as_ref()
            .filter(|_| !a.message.is_empty())
            .map_or(0, |review| message::rows(state, review, a.message).last_top()),
    }
}

/// What stands at a cell.
#[must_use]
pub fn hit(state: &State, column: u16, row: u16) -> Target {
    let inside = |r: Rect| r.contains((column, row).into());
    if !state.dialogs.is_empty() {
        return match dialog(state) {
            Some(place) if inside(place.inner) => Target::DialogRow(row - place.inner.y),
            _ => Target::Nowhere,
        };
    }
    let a = areas(state);
    if inside(a.filter) {
        return Target::Filter;
    }
    if inside(a.list.body) {
        return Target::ListRow(row - a.list.body.y);
    }
    if inside(a.strip) {
        let stop = state.reader.strip.at_column(a.strip.width, column - a.strip.x);
        return stop.map_or(Target::Nowhere, Target::Strip);
    }
    for focus in [Focus::Scratchpad, Focus::Output] {
        let other = a.other.part(focus);
        if inside(other.body) || inside(other.scroll) {
            return Target::Other(focus, row - other.body.y);
        }
        if inside(other.title) {
            return Target::Other(focus, 0);
        }
        let part = a.part(focus);
        if inside(part.body) || inside(part.scroll) {
            return Target::Pane(focus, row - part.body.y);
        }
        if inside(part.title) {
            return Target::Pane(focus, 0);
        }
    }
    Target::Nowhere
}
