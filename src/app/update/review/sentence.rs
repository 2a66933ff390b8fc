//! The sentence that decided: chosen with the answer, shown in the text.

use super::session;
use crate::app::State;
use crate::app::update::scroll;
use crate::review::Span;
use crate::text::sentences;

/// Sentences of the pane with the keys, in the order of reading: section and range.
fn sentences_of(state: &State) -> Vec<Span> {
    let Some(pane) = state.reader.pane(state.focus) else { return Vec::new() };
    let sections = pane.doc.blocks.iter().filter_map(|block| match block {
        crate::app::Block::Section(section) => Some(*section),
        _ => None,
    });
    let of = |section: usize| {
        let text = state.reader.section(section);
        sentences(text).map(move |r| Span { section, start: r.start, end: r.end })
    };
    sections.flat_map(of).collect()
}

/// Chooses the sentence that decided: the first on the screen, then the next or the one before.
pub fn choose(state: &mut State, down: bool) {
    let all = sentences_of(state);
    let chosen = session(state).and_then(|session| session.draft.span);
    let at = chosen.and_then(|span| all.iter().position(|own| *own == span));
    let next = match at {
        Some(at) if down => all.get(at + 1).copied(),
        Some(at) => at.checked_sub(1).and_then(|at| all.get(at).copied()),
        None => first_visible(state, &all),
    };
    if let Some(session) = session(state) {
        session.draft.span = next;
    }
    state.chosen_sentence();
    if let Some(span) = next {
        scroll::reveal_section(state, span.section, span.start, span.end);
    }
}

/// The first sentence that begins on the screen.
fn first_visible(state: &State, all: &[Span]) -> Option<Span> {
    let pane = state.reader.pane(state.focus)?;
    let row = pane.doc.rows.get(pane.top)?;
    let section = match pane.doc.blocks.get(row.block as usize)? {
        crate::app::Block::Section(section) => *section,
        _ => 0,
    };
    let behind = |span: &&Span| (span.section, span.start) >= (section, row.row.start);
    all.iter().find(behind).or(all.first()).copied()
}

impl State {
    /// Shows the sentence that was chosen, or the mark or quote that is asked about, once its text is there.
    pub(super) fn chosen_sentence(&mut self) {
        let place = self.review.as_ref().and_then(|review| review.part()?.place());
        let asked = place.filter(|_| self.reader.asked.is_none()).map(Span::from);
        let span = asked.or_else(|| session(self).and_then(|session| session.draft.span));
        self.reader.chosen = span.map(|span| (span.section, span.start..span.end));
    }
}
