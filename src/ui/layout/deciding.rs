//! The rows below a transcript that is decided on: who disagrees, who says what, the decision, the keys.

use crate::app::State;
use crate::text::{Wrapped, sanitize_line};

/// Rows of the screen from which on there is a rule and a row for who disagrees.
const ROOMY: u16 = 24;
/// Most rows for what is said.
const MOST: usize = 4;

/// What stands in the rows that are wrapped: what is said, and the decision.
pub(crate) fn said(state: &State, width: u16, height: u16) -> Vec<String> {
    let Some(words) = state.deciding_words() else { return Vec::new() };
    let most = if height >= ROOMY { MOST } else { 2 };
    let wrapped = |text: &str| -> Vec<String> {
        // As it is shown, so that it is wrapped at the width that it has.
        let text = sanitize_line(text).into_owned();
        let wrapped = Wrapped::new(&text, usize::from(width.saturating_sub(2)).max(1)).rows;
        let lines = wrapped.iter().map(|row| text.get(row.start..row.end).unwrap_or_default());
        lines.map(str::to_owned).collect()
    };
    // What was decided has a row whatever else is said.
    let mut decision = words.decision.as_deref().map(wrapped).unwrap_or_default();
    let mut rows = cut(wrapped(&words.says), most - usize::from(!decision.is_empty()));
    decision = cut(decision, most.saturating_sub(rows.len()));
    rows.append(&mut decision);
    rows
}

/// At most so many rows; that there are more is said.
fn cut(mut rows: Vec<String>, most: usize) -> Vec<String> {
    if rows.len() > most {
        rows.truncate(most);
        if let Some(last) = rows.last_mut() {
            last.push('…');
        }
    }
    rows
}

/// Whether there is a rule and a row for who disagrees.
pub(crate) fn is_roomy(height: u16) -> bool {
    height >= ROOMY
}

/// How many rows it takes; `None`: nothing is decided on.
pub(super) fn rows(state: &State, (width, height): (u16, u16)) -> Option<u16> {
    if state.review.is_some() || state.deciding_on().is_none() {
        return None;
    }
    let said = said(state, width, height).len() as u16;
    Some(said + 1 + 2 * u16::from(is_roomy(height)))
}
