//! The twin view: two transcripts of one sample side by side. Who is whose partner is found elsewhere; here it is opened, stepped
//! through, closed, and its two sides are kept beside each other.
//!
//! The reader of the side that the keys are for is the program's own (`State::reader`), so that everything which works on a
//! transcript works here; the other one waits in the view and changes places with it.

mod sides;

use std::sync::Arc;

pub use sides::{
    Steps, contrasted, focus, on_other, other_side, partner_read, toggle_apart, toggle_marks,
};

use super::{colours, dialogs, list, pairs, palette, reader, toast, toast_here};
use crate::app::twin::{fan, pair_flips, shown_pairs};
use crate::app::{Dialog, Effect, Focus, Reader, Reading, Reply, State, Tone, Twin, TwinWish};
use crate::corpus::{Comparison, Pair, PairField, RowId, Samples, SortKey};
use sides::{ask_other, clear, contrast, follow, remember_tops};

/// Transcripts of a sample that are listed.
const MOST_EPOCHS: usize = 1_000;

/// Asks for a pair, a flip or a choice. Where nobody knows yet who is whose partner, that is found first.
pub fn wish(state: &mut State, wish: TwinWish, fx: &mut Vec<Effect>) {
    let known = state.twin.as_ref().filter(|_| wish != TwinWish::Choice);
    if let Some(samples) = known.map(|twin| Arc::clone(&twin.samples)) {
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
        choices: state.twin_wish.0 == Some(TwinWish::Choice),
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
    if samples.field() == PairField::Tier {
        state.catalogue.take_partners(Arc::clone(&samples));
        if state.list.sort.has(SortKey::Gap) {
            list::show(state, fx);
        }
    }
    if let Some(twin) = state.twin.as_mut().filter(|twin| !Arc::ptr_eq(&twin.samples, &samples)) {
        twin.samples = Arc::clone(&samples);
        refresh(state, fx);
    }
    match wish {
        Some(TwinWish::Choice) => palette::open_sides(state, choices),
        Some(wish) => granted(state, &samples, wish, fx),
        None => {}
    }
}

fn granted(state: &mut State, samples: &Arc<Samples>, wish: TwinWish, fx: &mut Vec<Effect>) {
    if wish == TwinWish::List {
        return pairs::show(state, samples, fx);
    }
    if state.twin.is_some() {
        step(state, wish, fx);
        return;
    }
    let row = match wish {
        TwinWish::Chosen(row) => row,
        _ => state.selected_id(),
    };
    let Some(sides) = sides(state, samples, row) else {
        let field = samples.field().as_str();
        let text = match samples.values().first() {
            Some((only, _)) => format!("nothing to compare: {field} is {only} everywhere"),
            None => format!("nothing to compare: no transcript names a {field}"),
        };
        toast(state, Tone::Info, text);
        return;
    };
    let (all, pairs) = shown_pairs(state, samples, &sides);
    let counts = (all.pairs.len(), all.unpaired());
    let at = match (wish, row) {
        (TwinWish::Selected | TwinWish::Chosen(_), Some(row)) => {
            pairs.iter().position(|pair| holds(pair, row))
        }
        (TwinWish::Step(down), Some(row)) => beside(&pairs, row, down),
        (TwinWish::Flip, Some(row)) => {
            let from = pairs.iter().position(|p| holds(p, row)).or(beside(&pairs, row, true));
            next_flip(state, &pairs, from.unwrap_or_default(), true)
        }
        _ => None,
    };
    // What was chosen has pairs, if not of this transcript.
    let chosen = matches!(wish, TwinWish::Chosen(_)) && !pairs.is_empty();
    let at = at.or(chosen.then_some(0));
    let twin = Twin {
        samples: Arc::clone(samples),
        sides,
        pairs,
        paired: counts,
        copies: all.copies,
        at: at.unwrap_or_default(),
        epochs: [0, 0],
        right: false,
        other: Reader::default(),
        contrast: None,
        contrasting: None,
        tops: [0, 0],
        stamp: stamp(state),
    };
    if at.is_none() {
        let [left, right] = &twin.sides;
        let text = match wish {
            _ if counts.0 == 0 => {
                format!("no sample has both {left} and {right} · {}", twin.counts())
            }
            TwinWish::Flip => "no pair differs in outcome or label".to_owned(),
            TwinWish::Step(_) => "no pair there".to_owned(),
            _ => format!(
                "no partner under {left} and {right} for this transcript · {}",
                twin.counts()
            ),
        };
        toast(state, Tone::Info, text);
        return;
    }
    state.twin = Some(Box::new(twin));
    state.view.zoom = false;
    if state.focus == Focus::List {
        state.focus = Focus::Scratchpad;
    }
    // The transcript from which one came stays under the keys.
    if let (Some(twin), Some(row)) = (&mut state.twin, row) {
        let places = twin.pair().map(|pair| {
            let at = |rows: &[RowId]| rows.iter().position(|own| *own == row);
            (at(&pair.left), at(&pair.right))
        });
        match places {
            Some((Some(left), _)) => twin.epochs[0] = left,
            Some((_, Some(right))) => (twin.epochs[1], twin.right) = (right, true),
            _ => {}
        }
    }
    show(state, fx);
}

/// The values to compare: those that were chosen, where they occur; else the usual two, unless the transcript has a third.
fn sides(state: &State, samples: &Samples, row: Option<RowId>) -> Option<[String; 2]> {
    let both = |(left, right): (&str, &str)| [left.to_owned(), right.to_owned()];
    let values = samples.values();
    let occurs = |side: &String| values.iter().any(|(value, _)| value == side);
    if let Some(chosen) = state.twin_ways.sides.as_ref().filter(|s| s.iter().all(occurs)) {
        return Some(chosen.clone());
    }
    let usual = samples.sides().map(both)?;
    let view = row.and_then(|row| state.catalogue.view(row));
    let own = view.as_ref().and_then(|view| samples.field().of(view)).map(str::to_owned);
    match own.filter(|own| !usual.contains(own)) {
        Some(own) => {
            let partner = row.and_then(|row| samples.partners(row).next());
            let view = partner.and_then(|row| state.catalogue.view(row));
            let other = view.as_ref().and_then(|view| samples.field().of(view)).map(str::to_owned);
            Some([own, other.unwrap_or_else(|| usual[0].clone())])
        }
        None => Some(usual),
    }
}

fn holds(pair: &Pair, row: RowId) -> bool {
    pair.left.contains(&row) || pair.right.contains(&row)
}

/// The first pair behind a row in the order of the catalogue, or the last before it.
fn beside(pairs: &[Pair], row: RowId, down: bool) -> Option<usize> {
    let first = |pair: &Pair| pair.left.iter().chain(&pair.right).min().copied();
    if down {
        pairs.iter().position(|pair| first(pair) > Some(row))
    } else {
        pairs.iter().rposition(|pair| first(pair) < Some(row))
    }
}

fn next_flip(state: &State, pairs: &[Pair], from: usize, inclusive: bool) -> Option<usize> {
    let from = from + usize::from(!inclusive);
    let flips = |(_, pair): &(usize, &Pair)| pair_flips(state, pair);
    pairs.iter().enumerate().skip(from).find(flips).map(|(at, _)| at)
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
        TwinWish::Selected | TwinWish::Choice | TwinWish::List | TwinWish::Chosen(_) => return,
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

/// Shows a transcript of the pair on screen, on its own side.
pub fn go_to(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    let Some(twin) = &mut state.twin else { return };
    let Some(pair) = twin.pair() else { return };
    let at = |rows: &[RowId]| rows.iter().position(|own| *own == row);
    match (at(&pair.left), at(&pair.right)) {
        (Some(left), _) => twin.epochs[0] = left,
        (_, Some(right)) => twin.epochs[1] = right,
        _ => return,
    }
    show(state, fx);
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
    super::list::select(state, own);
    remember_tops(state);
}

/// Orders the pairs by their gap, or as they stand in the catalogue.
pub fn toggle_order(state: &mut State, fx: &mut Vec<Effect>) {
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
    state.twin_ways.field = field;
    state.twin_ways.sides = Some([left.to_owned(), right.to_owned()]);
    state.twin_wish.0 = Some(TwinWish::Chosen(row));
    ask(state, fx);
}

/// Asks for all transcripts of the sample on screen.
pub fn epochs(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(pair) = state.twin.as_ref().and_then(|twin| twin.pair()) else {
        let key = state.keymap.main_key(crate::app::Command::Compare);
        toast(state, Tone::Info, format!("{key} puts the sample side by side first"));
        return;
    };
    let rows = pair.left.iter().chain(&pair.right).take(MOST_EPOCHS);
    let place = |row: &RowId| Some((*row, state.catalogue.view(*row)?.place()));
    fx.push(Effect::Fan(rows.filter_map(place).collect()));
}

/// The answers of a sample were read: those that are the same word for word stand in one line.
pub fn fanned(state: &mut State, answers: &[Reply]) {
    let Some(pair) = state.twin.as_ref().and_then(|twin| twin.pair()) else { return };
    let all = [&pair.left, &pair.right];
    if !answers.iter().all(|answer| all.iter().any(|rows| rows.contains(&answer.row))) {
        return;
    }
    let picker = fan(state, answers);
    dialogs::toggle(state, Dialog::Epochs(picker));
}

/// Closes the view; the side that the keys were for stays open.
pub fn close(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = state.twin.take() else { return };
    state.reader.differs.clear();
    state.sizes.other = Default::default();
    let row = twin.row(twin.right);
    if let Some(row) = row {
        super::list::select(state, row);
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

fn stamp(state: &State) -> (u64, usize, usize) {
    (state.generation.0, state.list.rows.len(), state.catalogue.len())
}

/// After every message: new rows and other filters make other pairs, texts that are both there are compared, and the other side
/// scrolls along.
pub fn after(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = &state.twin else { return };
    let now = stamp(state);
    // A filter that is half typed may leave no pair.
    if twin.stamp != now && state.list.running.is_none() && !state.filter.editing {
        if twin.stamp.2 == now.2 {
            refresh(state, fx);
        } else if state.progress.done {
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
