//! Where the open dialog goes: centred, as large as its content asks, the whole screen when that is small.

use ratatui::layout::Rect;

use super::LEAST;
use crate::app::{Dialog, PickOf, State, agreement_table};

/// The place of a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DialogPlace {
    /// With its border.
    pub outer: Rect,
    /// Inside the border and its padding; a scroll bar stands in the column after it.
    pub inner: Rect,
    /// Columns that text is wrapped to.
    pub column: u16,
    /// Rows that scroll by at once: twice the inner height in two columns.
    pub rows: u16,
    /// Text stands in two columns.
    pub two: bool,
}

/// The top dialog's place at the state's own size.
pub(crate) fn dialog(state: &State) -> Option<DialogPlace> {
    dialog_at(state, state.size)
}

/// The top dialog's place at a size.
pub(crate) fn dialog_at(state: &State, (width, height): (u16, u16)) -> Option<DialogPlace> {
    let dialog = state.dialogs.last()?;
    if width < LEAST.0 || height < LEAST.1 {
        return None;
    }
    let whole = width < 60 || height < 16;
    // Border, padding and the scroll bar on the padding's right.
    let (side, ends) = (4, 2);
    let most =
        if whole { (width - side, height - ends) } else { (width - side - 4, height - ends - 2) };
    let two = matches!(dialog, Dialog::Help(_)) && most.0 >= 104;
    let wanted = match dialog {
        Dialog::Help(_) if two => most.0.min(148),
        Dialog::Marks(_) => 96,
        Dialog::Help(_) => 64,
        Dialog::Facets(_) => 84,
        Dialog::Turns(_) | Dialog::Pick(PickOf::Epochs, _) => 104,
        Dialog::Palette(_) | Dialog::Note(_) | Dialog::Highlights(_) | Dialog::Pick(..) => 72,
        Dialog::Record(_) => 120,
        Dialog::Why(_) => 88,
        Dialog::Problems(_) | Dialog::Queue => 112,
        Dialog::Statistics(_) => 108,
        Dialog::Agreement(_) => 124,
        Dialog::Reason(_) => 76,
        Dialog::Copy(_) => 44,
        Dialog::Columns(_) => 66,
        Dialog::Like(_) => 60,
    };
    let inner_width = if whole { most.0 } else { wanted.min(most.0) };
    let column = if two { (inner_width - 4) / 2 } else { inner_width };
    let content = match dialog {
        Dialog::Palette(_) | Dialog::Pick(PickOf::Labels, _) => 22,
        // The window keeps its size while letters take lines away.
        Dialog::Facets(f) => f.found.rows() + f.input_rows(),
        Dialog::Columns(d) => d.lines.len(),
        Dialog::Like(d) => d.lines.len(),
        Dialog::Pick(_, p) => p.entries.len() + 1,
        Dialog::Marks(d) => (d.entries.len() + usize::from(d.head())).clamp(6, 22),
        Dialog::Statistics(s) => s.table(inner_width).rows.len(),
        Dialog::Agreement(_) => agreement_table(state, inner_width).rows.len(),
        Dialog::Queue => queue_rows(state),
        Dialog::Reason(_) | Dialog::Copy(_) => 3,
        Dialog::Note(_) => 2,
        // Room for what is wrong with a pattern.
        Dialog::Highlights(_) => state.highlights.list.len().max(1) + 2,
        _ => dialog.doc().map_or(0, |d| d.doc.rows.len()),
    };
    let content = if two { content.div_ceil(2) + 1 } else { content };
    let content = u16::try_from(content).unwrap_or(u16::MAX).max(3);
    let inner_height = if whole { most.1 } else { content.min(most.1) };
    let outer = if whole {
        Rect::new(0, 0, width, height)
    } else {
        let (w, h) = (inner_width + side, inner_height + ends);
        Rect::new((width - w) / 2, (height - h) / 2, w, h)
    };
    let inner = Rect::new(outer.x + 2, outer.y + 1, inner_width, inner_height);
    // Documents are told the most they can have, so that their scrolling does not depend on their own height.
    let shown = if dialog.doc().is_some() { most.1 } else { inner_height };
    let rows = if two { shown * 2 } else { shown };
    Some(DialogPlace { outer, inner, column, rows, two })
}

/// Entries of the list of disagreements; one row says that there is none.
fn queue_rows(state: &State) -> usize {
    let queue = state.agreeing.found_queue();
    queue.map_or(1, |queue| state.agreeing.queue.entries(queue).len().max(1))
}
