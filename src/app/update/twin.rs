//! The twin view: two transcripts of one sample side by side. Who is whose partner is found elsewhere; here it is opened, stepped
//! through, closed, and its two sides are kept beside each other.
//!
//! The reader of the side that the keys are for is the program's own (`State::reader`), so that everything which works on a
//! transcript works here; the other one waits in the view and changes places with it.

mod open;
mod sides;
mod wait;

use std::sync::Arc;

pub use open::usual_sides;
pub use sides::{
    Steps, contrasted, focus, on_other, other_side, partner_read, toggle_apart, toggle_marks,
};
pub use wait::{call_off, is_time, wait, waits};
use wait::{called_off as stop, look};

use super::{colours, dialogs, list, pairs, palette, reader, toast, toast_here};
use crate::app::fan::fan;
use crate::app::twin::shown_pairs;
use crate::app::{Dialog, Effect, PairStamp, PickOf, Reading, Reply, State, Tone, TwinWish};
use crate::corpus::{Comparison, Pair, PairField, RowId, Samples};
use open::{granted, next_flip};
use sides::{ask_other, clear, contrast, follow, remember_tops};

/// Transcripts of a sample that are listed.
const MOST_EPOCHS: usize = 1_000;

/// Asks for a pair, a flip or a choice. Where nobody knows yet who is whose partner, that is found first.
pub fn wish(state: &mut State, wish: TwinWish, fx: &mut Vec<Effect>) {
    state.twin_waiting = None;
    let twin = state.twin.as_ref().map(|twin| &twin.samples);
    let list = state.pairs.as_ref().map(|list| &list.samples);
    // Rows that have come since may be partners.
    let list = list.filter(|samples| samples.looked_at() == state.catalogue.len());
    let known = twin.or(list).filter(|_| wish != TwinWish::Choice);
    if let Some(samples) = known.map(Arc::clone) {
        granted(state, &samples, wish, fx);
        return;
    }
    if state.catalogue.is_empty() {
        return;
    }
    state.twin_wish.0 = Some(wish);
    ask(state, fx);
}

fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    state.twin_wish.1 += 1;
    fx.push(Effect::Pair {
        generation: state.twin_wish.1,
        field: state.twin_ways.field,
        choices: matches!(
            state.twin_wish.0,
            Some(TwinWish::Choice | TwinWish::Instead | TwinWish::Recount)
        ),
        catalogue: state.catalogue.snapshot(),
    });
}

/// It is known who is whose partner.
// It came in a message and ends here.
#[allow(clippy::needless_pass_by_value)]
pub fn paired(
    state: &mut State,
    generation: u64,
    samples: Arc<Samples>,
    choices: &[Comparison],
    fx: &mut Vec<Effect>,
) {
    if generation != state.twin_wish.1 {
        return;
    }
    let wish = state.twin_wish.0.take();
    if wish.is_some() {
        stop(state);
    }
    pairs::known(state, &samples, fx);
    if let Some(twin) = state.twin.as_mut().filter(|twin| !Arc::ptr_eq(&twin.samples, &samples)) {
        twin.samples = Arc::clone(&samples);
        refresh(state, fx);
    }
    match wish {
        Some(TwinWish::Choice | TwinWish::Recount) => {
            let looked_at = samples.looked_at();
            if wish == Some(TwinWish::Recount) {
                palette::list_sides(state, &samples, choices);
            } else if choices.is_empty() && !state.progress.done {
                let lacking = "no two transcripts answer the same sample";
                wait(state, TwinWish::Choice, looked_at, lacking);
                return;
            } else {
                palette::open_sides(state, &samples, choices);
            }
            // Counts follow what is read.
            if !state.progress.done {
                state.twin_waiting = Some((TwinWish::Recount, looked_at));
            }
        }
        Some(TwinWish::Instead) => open::instead(state, &samples, choices),
        Some(wish) => granted(state, &samples, wish, fx),
        None => {}
    }
}

/// Another pair.
fn step(state: &mut State, wish: TwinWish, fx: &mut Vec<Effect>) {
    let Some(twin) = &state.twin else { return };
    let (at, last) = (twin.at, twin.pairs.len().saturating_sub(1));
    let to = match wish {
        TwinWish::Step(true) if at < last => at + 1,
        TwinWish::Step(false) if at > 0 => at - 1,
        TwinWish::Step(down) => {
            toast_here(state, if down { "the last pair" } else { "the first pair" });
            return;
        }
        TwinWish::Flip => {
            let found = next_flip(state, &twin.pairs, at, false);
            let Some(to) = found.or_else(|| next_flip(state, &twin.pairs, 0, true)) else {
                toast(state, Tone::Info, "no pair differs in outcome or label");
                return;
            };
            if found.is_none() {
                toast_here(state, "back at the first flip");
            }
            to
        }
        _ => return,
    };
    if let Some(twin) = &mut state.twin {
        (twin.at, twin.epochs) = (to, [0, 0]);
    }
    show(state, fx);
}

/// The next or previous transcript of the side that the keys are for; at its end, or where it has only one, the next pair.
pub fn epoch(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let Some(twin) = &mut state.twin else { return };
    let side = usize::from(twin.right);
    let len = twin.pair().map_or(0, |pair| [pair.left.len(), pair.right.len()][side]);
    let at = &mut twin.epochs[side];
    let to = if down { at.checked_add(1).filter(|to| *to < len) } else { at.checked_sub(1) };
    match to {
        Some(to) => {
            *at = to;
            show(state, fx);
        }
        None => step(state, TwinWish::Step(down), fx),
    }
}

/// Shows a transcript of the sample on screen: on its own side, or, when it has a third value, on the right, which is compared from
/// then on.
pub fn go_to(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    let Some(twin) = &mut state.twin else { return show_one(state, row, fx) };
    let Some(pair) = twin.pair() else { return };
    let at = |rows: &[RowId]| rows.iter().position(|own| *own == row);
    match (at(&pair.left), at(&pair.right)) {
        (Some(left), _) => twin.epochs[0] = left,
        (_, Some(right)) => twin.epochs[1] = right,
        _ => return beside_third(state, row, fx),
    }
    show(state, fx);
}

/// Shows a transcript of the list.
fn show_one(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    let Some(at) = state.list.rows.iter().position(|own| *own == row) else {
        toast(state, Tone::Info, "the filter leaves that one out");
        return;
    };
    list::choose(state, at, fx);
    super::reader::enter(state);
}

/// Compares the left side with the value of another transcript of its sample.
fn beside_third(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    let Some(field) = state.twin.as_ref().map(|twin| twin.samples.field()) else { return };
    let view = state.catalogue.view(row);
    let Some(value) = view.as_ref().and_then(|view| field.of(view)).map(str::to_owned) else {
        let text = format!("a transcript that names no {} is nobody's partner", field.as_str());
        toast(state, Tone::Info, text);
        return;
    };
    pairs::leave(state, fx);
    let Some(twin) = &mut state.twin else { return };
    twin.sides[1] = value;
    let sides = twin.sides.clone();
    refresh(state, fx);
    let Some(twin) = &mut state.twin else { return };
    let right = twin.pair().and_then(|pair| pair.right.iter().position(|own| *own == row));
    twin.epochs[1] = right.unwrap_or_default();
    let text = format!("{} and {} are compared now", sides[0], sides[1]);
    state.twin_ways.sides = Some(sides);
    show(state, fx);
    toast(state, Tone::Info, text);
}

/// Reads both transcripts of the pair that is to be on screen.
fn show(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = &mut state.twin else { return };
    let (Some(own), Some(partner)) = (twin.row(twin.right), twin.row(!twin.right)) else { return };
    if twin.contrast.as_ref().map(|contrast| contrast.rows) != twin.rows() {
        (twin.contrast, twin.contrasting) = (None, None);
        state.reader.differs.clear();
        twin.other.differs.clear();
    }
    ask_other(state, partner, fx);
    // Beside the new partner the old transcript would pass for its own.
    if reader::target(state) != Some(own) {
        state.reader.body = Reading::Waiting(own);
        clear(&mut state.reader);
        dialogs::body_changed(state);
    }
    reader::read(state, own, fx);
    list::select(state, own);
    remember_tops(state);
}

/// Orders the pairs by their gap, or as they stand in the catalogue; a list of pairs goes along.
pub fn toggle_order(state: &mut State, fx: &mut Vec<Effect>) {
    if state.pairs.is_some() {
        pairs::toggle_order(state, fx);
        refresh(state, fx);
        return;
    }
    state.twin_ways.by_gap = !state.twin_ways.by_gap;
    let text = if state.twin_ways.by_gap {
        "pairs by their gap, the largest first"
    } else {
        "pairs in the order of their files"
    };
    refresh(state, fx);
    toast(state, Tone::Info, text);
}

/// Compares what was chosen: field and two values, apart by a zero byte.
pub fn choose(state: &mut State, chosen: &str, fx: &mut Vec<Effect>) {
    let mut parts = chosen.split('\0');
    let (Some(field), Some(left), Some(right)) =
        (parts.next().and_then(PairField::named), parts.next(), parts.next())
    else {
        return;
    };
    let row = state.twin.as_ref().and_then(|twin| twin.row(twin.right)).or(state.selected_id());
    close(state, fx);
    // The list shows pairs of two values; which ones is asked anew.
    pairs::leave(state, fx);
    state.twin_ways.field = field;
    state.twin_ways.sides = Some([left.to_owned(), right.to_owned()]);
    if state.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Statistics(_))) {
        // It was asked what the gap is between.
        return;
    }
    state.twin_wish.0 = Some(TwinWish::Chosen(row));
    ask(state, fx);
}

/// Asks for all transcripts of the sample on screen, or of the selected transcript's, whether or not anything can be compared with it.
pub fn epochs(state: &mut State, fx: &mut Vec<Effect>) {
    match &state.twin {
        Some(twin) => {
            let (samples, row) = (Arc::clone(&twin.samples), twin.row(false));
            list_sample(state, &samples, row, fx);
        }
        None => wish(state, TwinWish::Epochs, fx),
    }
}

/// Asks for the answers of a row's sample.
pub(super) fn list_sample(
    state: &mut State,
    samples: &Arc<Samples>,
    row: Option<RowId>,
    fx: &mut Vec<Effect>,
) {
    let Some(sample) = row.and_then(|row| samples.sample_of(row)) else { return };
    let rows = samples.rows(sample).iter().take(MOST_EPOCHS);
    let place = |row: &RowId| Some((*row, state.catalogue.view(*row)?.place()));
    fx.push(Effect::Fan(rows.filter_map(place).collect()));
    state.fanned = Some((Arc::clone(samples), sample));
}

/// The answers of a sample were read: those that are the same word for word stand in one line.
pub fn fanned(state: &mut State, answers: &[Reply]) {
    let Some((samples, sample)) = state.fanned.take() else { return };
    let rows = samples.rows(sample);
    let now = match &state.twin {
        Some(twin) => twin.row(false),
        None => state.selected_id(),
    };
    // Somebody went on meanwhile.
    let is_here = now.and_then(|row| samples.sample_of(row)) == Some(sample);
    if !is_here || !answers.iter().all(|answer| rows.contains(&answer.row)) {
        return;
    }
    let picker = fan(state, &samples, answers);
    dialogs::toggle(state, Dialog::Pick(PickOf::Epochs, picker));
}

/// Closes the view; the side that the keys were for stays open.
pub fn close(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = state.twin.take() else { return };
    state.reader.differs.clear();
    state.sizes.other = Default::default();
    let row = twin.row(twin.right);
    if let Some(row) = row {
        list::select(state, row);
        state.list.outside = state.selected_id() != Some(row);
    }
    colours::ask(state, fx);
}

/// Makes the pairs anew and stays at the sample that is on screen.
fn refresh(state: &mut State, fx: &mut Vec<Effect>) {
    let stamp = stamp(state);
    let Some(twin) = &state.twin else { return };
    let now = twin.rows();
    let (all, pairs) = shown_pairs(state, &twin.samples, &twin.sides);
    let at = now.and_then(|[left, right]| {
        let same = |pair: &Pair| pair.left.contains(&left) || pair.right.contains(&right);
        pairs.iter().position(same)
    });
    let Some(twin) = &mut state.twin else { return };
    let before = twin.at;
    twin.paired = (all.pairs.len(), all.unpaired());
    (twin.copies, twin.stamp) = (all.copies, stamp);
    if pairs.is_empty() {
        close(state, fx);
        toast(state, Tone::Info, "the filter leaves no pair");
        return;
    }
    twin.at = at.unwrap_or(before).min(pairs.len() - 1);
    twin.pairs = pairs;
    if at.is_none() {
        twin.epochs = [0, 0];
    }
    if twin.rows() != now {
        show(state, fx);
    }
}

fn stamp(state: &State) -> PairStamp {
    PairStamp {
        filter: state.generation.0,
        running: state.list.running.is_some(),
        rows: (state.list.rows.len(), state.catalogue.len()),
    }
}

/// After every message: new rows and other filters make other pairs, texts that are both there are compared, and the other side
/// scrolls along.
pub fn after(state: &mut State, fx: &mut Vec<Effect>) {
    look(state, fx);
    let Some(twin) = &state.twin else { return };
    let now = stamp(state);
    // A filter that is half typed may leave no pair.
    if twin.stamp != now && state.list.running.is_none() && !state.filter.editing {
        if twin.stamp.rows.1 == now.rows.1 {
            refresh(state, fx);
        } else if is_time(state, twin.stamp.rows.1) {
            // Any new row may be a partner.
            if let Some(twin) = &mut state.twin {
                twin.stamp = now;
            }
            ask(state, fx);
        }
    }
    contrast(state, fx);
    follow(state);
}
