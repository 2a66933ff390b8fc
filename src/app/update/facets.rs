//! The facets dialog: counts of values among the rows shown, which Enter toggles in the filter, and distributions of numbers,
//! of which Enter takes a range.

use super::scroll::{self, Move};
use super::{dialogs, list};
use crate::app::facts::toggled;
use crate::app::{
    Dialog, Edit, Effect, FacetDialog, FacetLine, FacetTyping, Input, Key, KeyCode, State,
};
use crate::corpus::Facets;

/// So many rows are counted at once, more of them in the background.
const QUICK: usize = 50_000;

/// Fields of words that stand before the numbers: tier and outcome.
const BEFORE_NUMBERS: usize = 2;

impl FacetDialog {
    /// Whether the first counts are still to come.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.found == Facets::default() && (self.stale || self.waiting.is_some())
    }

    /// Rows of the dialog that the letters take.
    #[must_use]
    pub fn input_rows(&self) -> usize {
        usize::from(self.typing == Some(FacetTyping::Narrow) || !self.narrow.text.is_empty())
    }

    /// Lists the fields that hold the letters, and selects the same line again, else one near it.
    fn show(&mut self, found: Facets) {
        let chosen = term_of(&self.found, self.lines.get(self.selected).copied());
        let wanted = self.narrow.text.trim().to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&wanted);
        let mut lines = Vec::new();
        let before = found.words.len().min(BEFORE_NUMBERS);
        for at in 0..=found.words.len() {
            if at == before {
                let all = (0..).zip(&found.numbers).filter(|(_, n)| holds(&n.field.title()));
                let all: Vec<_> = all.map(|(number, _)| FacetLine::Number(number)).collect();
                lines.extend((!all.is_empty()).then_some(FacetLine::Numbers));
                lines.extend(all);
            }
            let Some(facet) = found.words.get(at) else { break };
            let field = holds(&facet.title);
            let values = (0..).zip(&facet.values).filter(|(_, v)| field || holds(&v.value));
            let values: Vec<_> = values.map(|(value, _)| FacetLine::Value(at, value)).collect();
            lines.extend((!values.is_empty()).then_some(FacetLine::Heading(at)));
            lines.extend(values);
        }
        let is_chosen =
            |line: &FacetLine| chosen.is_some() && term_of(&found, Some(*line)) == chosen;
        self.selected = lines.iter().position(is_chosen).unwrap_or(self.selected);
        (self.found, self.lines) = (found, lines);
        self.settle(true);
    }

    fn is_heading(&self, line: usize) -> bool {
        matches!(self.lines.get(line), Some(FacetLine::Numbers | FacetLine::Heading(_)) | None)
    }

    /// Puts the selection on a line that is no heading.
    fn settle(&mut self, down: bool) {
        let last = self.lines.len().saturating_sub(1);
        let at = self.selected.min(last);
        let below = (at..=last).find(|line| !self.is_heading(*line));
        let above = (0..=at).rev().find(|line| !self.is_heading(*line));
        let found = if down { below.or(above) } else { above.or(below) };
        self.selected = found.unwrap_or_default();
    }

    /// Moves the selection over values and numbers.
    pub(super) fn go(&mut self, movement: Move, page: usize) {
        let before = self.selected;
        self.selected = movement.apply(before, page, self.lines.len().saturating_sub(1));
        self.settle(self.selected >= before);
    }

    /// Selects the line on a row of the dialog's inside; false on a heading and past the end.
    pub(super) fn choose(&mut self, row: usize) -> bool {
        let line = row.checked_sub(self.input_rows()).map(|row| self.top + row);
        let Some(line) = line.filter(|line| !self.is_heading(*line)) else { return false };
        self.selected = line;
        true
    }

    /// Scrolls so that the selected line is on the screen, and the first heading with the first value.
    pub(super) fn keep_visible(&mut self, height: usize) {
        let height = height.saturating_sub(self.input_rows()).max(1);
        let last = self.lines.len().saturating_sub(height);
        self.top =
            self.top.min(last).clamp((self.selected + 1).saturating_sub(height), self.selected);
        if self.selected <= 1 {
            self.top = 0;
        }
    }
}

/// The term of a value, or the name of a number.
fn term_of(found: &Facets, line: Option<FacetLine>) -> Option<String> {
    match line? {
        FacetLine::Value(facet, value) => {
            found.words.get(facet)?.values.get(value).map(|value| value.term.clone())
        }
        FacetLine::Number(at) => found.numbers.get(at).map(|number| number.field.term()),
        FacetLine::Numbers | FacetLine::Heading(_) => None,
    }
}

/// The dialog, when it is on top.
fn top(state: &mut State) -> Option<&mut FacetDialog> {
    match state.dialogs.last_mut() {
        Some(Dialog::Facets(facets)) => Some(facets),
        _ => None,
    }
}

/// Opens or closes the dialog.
pub fn open(state: &mut State) {
    if state.catalogue.len() > QUICK {
        let dialog = FacetDialog { stale: true, ..FacetDialog::default() };
        dialogs::toggle(state, Dialog::Facets(dialog));
        return;
    }
    let found = state.catalogue.facets(&state.listed());
    if found.words.is_empty() && found.numbers.is_empty() {
        super::toast(state, crate::app::Tone::Info, "nothing to count yet");
        return;
    }
    let mut dialog = FacetDialog::default();
    dialog.show(found);
    dialogs::toggle(state, Dialog::Facets(dialog));
}

/// Rows have arrived: counts again while that is quick. Of a large corpus the facets are counted again at the end.
pub fn arrived(state: &mut State) {
    if state.catalogue.len() <= QUICK || state.progress.done {
        refresh(state);
    }
}

/// Counts again after the rows shown have changed; the same line stays selected.
pub fn refresh(state: &mut State) {
    let many = state.catalogue.len() > QUICK;
    let Some(facets) = top(state) else { return };
    facets.stale = many;
    if many {
        return;
    }
    // What was asked of fewer rows comes too late.
    facets.waiting = None;
    let new = state.catalogue.facets(&state.listed());
    if let Some(facets) = top(state) {
        facets.show(new);
    }
    dialogs::fit_top(state);
}

/// After every message: counts of many rows are asked for, one at a time.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    let generation = state.facets_asked + 1;
    let Some(facets) = top(state).filter(|facets| facets.stale && facets.waiting.is_none()) else {
        return;
    };
    facets.stale = false;
    facets.waiting = Some(generation);
    state.facets_asked = generation;
    fx.push(Effect::CountFacets {
        generation,
        shown: state.listed(),
        catalogue: state.catalogue.snapshot(),
    });
}

/// Counts have come.
pub fn counted(state: &mut State, generation: u64, found: Facets) {
    let Some(facets) = top(state).filter(|facets| facets.waiting == Some(generation)) else {
        return;
    };
    facets.waiting = None;
    facets.show(found);
    dialogs::fit_top(state);
}

/// Opens the line for letters.
pub fn narrow(state: &mut State) {
    if let Some(facets) = top(state) {
        facets.typing = Some(FacetTyping::Narrow);
    }
    dialogs::fit_top(state);
}

/// Esc outside a line: the letters go first. False: there were none.
pub fn widen(state: &mut State) -> bool {
    let Some(facets) = top(state).filter(|facets| !facets.narrow.text.is_empty()) else {
        return false;
    };
    facets.narrow.clear();
    let found = std::mem::take(&mut facets.found);
    facets.show(found);
    dialogs::fit_top(state);
    true
}

/// A key while something is typed.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    let Some(facets) = top(state) else { return };
    let narrows = facets.typing == Some(FacetTyping::Narrow);
    match key.code {
        KeyCode::Esc => {
            facets.typing = None;
            if narrows {
                widen(state);
                dialogs::fit_top(state);
            }
            return;
        }
        KeyCode::Enter => return accept(state, fx),
        _ => {}
    }
    if let Some(movement) = scroll::beside_typing(key).filter(|_| narrows) {
        return dialogs::go(state, movement);
    }
    let changed = match &mut facets.typing {
        Some(FacetTyping::Narrow) => facets.narrow.key(key) == Edit::Changed,
        Some(FacetTyping::Range(input, _)) => input.key(key) == Edit::Changed,
        None => false,
    };
    if changed {
        typed(state);
    }
}

/// The input that takes what is typed or pasted.
pub fn input(dialog: &mut FacetDialog) -> Option<&mut Input> {
    match &mut dialog.typing {
        Some(FacetTyping::Narrow) => Some(&mut dialog.narrow),
        Some(FacetTyping::Range(input, _)) => Some(input),
        None => None,
    }
}

/// What is typed has changed.
pub fn typed(state: &mut State) {
    let Some(facets) = top(state) else { return };
    if let Some(FacetTyping::Range(_, error)) = &mut facets.typing {
        *error = None;
        return;
    }
    let found = std::mem::take(&mut facets.found);
    // The best line is the first one.
    facets.selected = 0;
    facets.lines.clear();
    facets.show(found);
    dialogs::fit_top(state);
}

/// Enter: toggles the selected value's term, opens the line for a range, or takes the range that was typed.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let applied = state.filter.applied.clone();
    let Some(facets) = top(state) else { return };
    let line = facets.lines.get(facets.selected).copied();
    let Some(term) = term_of(&facets.found, line) else { return };
    let number = matches!(line, Some(FacetLine::Number(_)));
    let filter = match &mut facets.typing {
        Some(FacetTyping::Range(input, error)) => match applied.with_range(&term, &input.text) {
            Ok(filter) => {
                facets.typing = None;
                filter
            }
            Err(sentence) => {
                *error = Some(sentence);
                return;
            }
        },
        _ if number => {
            let input = Input::new(applied.range(&term));
            facets.typing = Some(FacetTyping::Range(input, None));
            return;
        }
        _ => toggled(&applied, &term),
    };
    list::set_filter(state, filter, fx);
}
