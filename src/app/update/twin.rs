//! The twin view: two transcripts of one sample side by side. Who is whose partner is found elsewhere; here it is opened, stepped
//! through, closed, and its two sides are kept beside each other.
//!
//! The reader of the side that the keys are for is the program's own (`State::reader`), so that everything which works on a
//! transcript works here; the other one waits in the view and changes places with it.

use std::sync::Arc;

use super::scroll::last_top;
use super::{
    boilerplate, colours, cues, dialogs, find, highlights, palette, reader, scroll, toast,
    toast_here, turns,
};
use crate::app::twin::{fan, pair_flips, shown_pairs};
use crate::app::{
    Contrast, Contrasting, Dialog, Effect, Focus, Reader, Reading, Reply, State, Tone, Twin,
    TwinWish, sections_of,
};
use crate::corpus::{Body, BodyError, Pair, PairField, RowId, Samples};

/// Transcripts of a sample that are listed.
const MOST_EPOCHS: usize = 1_000;

/// Asks for a pair, a flip or a choice. Where nobody knows yet who is whose partner, that is found first.
pub fn wish(state: &mut State, wish: TwinWish, fx: &mut Vec<Effect>) {
    if let Some(samples) = state.twin.as_ref().map(|twin| Arc::clone(&twin.samples)) {
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
        catalogue: state.catalogue.snapshot(),
    });
}

/// It is known who is whose partner.
// It came in a message and ends here.
#[allow(clippy::needless_pass_by_value)]
pub fn paired(state: &mut State, generation: u64, samples: Arc<Samples>, fx: &mut Vec<Effect>) {
    if generation != state.twin_wish.1 {
        return;
    }
    let wish = state.twin_wish.0.take();
    if let Some(twin) = &mut state.twin {
        twin.samples = Arc::clone(&samples);
        refresh(state, fx);
    }
    if let Some(wish) = wish {
        granted(state, &samples, wish, fx);
    }
}

fn granted(state: &mut State, samples: &Arc<Samples>, wish: TwinWish, fx: &mut Vec<Effect>) {
    if wish == TwinWish::Choice {
        palette::open_sides(state, samples);
        return;
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
        TwinWish::Selected | TwinWish::Choice | TwinWish::Chosen(_) => return,
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
    }
    reader::read(state, own, fx);
    super::list::select(state, own);
    remember_tops(state);
}

/// Empties the panes of a reader that waits for another text.
fn clear(reader: &mut Reader) {
    let find = std::mem::take(&mut reader.find);
    let places = std::mem::take(&mut reader.places);
    let (body, asked) = (std::mem::take(&mut reader.body), reader.asked);
    *reader = Reader { body, asked, places, titled: reader.titled, ..Reader::default() };
    (reader.find.needle, reader.find.text) = (find.needle, find.text);
}

fn ask_other(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    let place = state.catalogue.view(row).map(|view| view.place());
    let Some((twin, place)) = state.twin.as_mut().zip(place) else { return };
    if twin.other.asked == Some(row)
        || twin.other.asked.is_none() && matches!(twin.other.body, Reading::Here(r, _) if r == row)
    {
        return;
    }
    twin.other.body = Reading::Waiting(row);
    clear(&mut twin.other);
    twin.other.asked = Some(row);
    fx.push(Effect::ReadPartner { row, place });
}

/// The partner's body was read, or could not be. The sides may have changed places meanwhile.
pub fn partner_read(
    state: &mut State,
    row: RowId,
    result: Result<Arc<Body>, BodyError>,
    fx: &mut Vec<Effect>,
) {
    let is_other = state.twin.as_ref().is_some_and(|twin| twin.other.asked == Some(row));
    if !is_other {
        // Its reader has asked anew.
        return;
    }
    on_other(state, |state| {
        state.reader.asked = None;
        state.reader.unmarked = false;
        state.reader.body = match result {
            Ok(body) => Reading::Here(row, body),
            Err(error) => Reading::Failed(row, error.message),
        };
        turns::body_changed(state);
        reader::filter_changed(state);
        scroll::fit_panes(state);
        boilerplate::body_changed(state);
        cues::body_changed(state);
        find::body_changed(state);
    });
    remember_tops(state);
    after(state, fx);
}

/// Does something to the other side, as if the keys were for it.
pub fn on_other(state: &mut State, change: impl FnOnce(&mut State)) {
    trade(state);
    change(state);
    trade(state);
}

/// The two sides change places.
fn trade(state: &mut State) {
    let State { twin, reader, sizes, .. } = state;
    let Some(twin) = twin else { return };
    std::mem::swap(reader, &mut twin.other);
    let [scratchpad, output] = &mut sizes.other;
    std::mem::swap(&mut sizes.scratchpad, scratchpad);
    std::mem::swap(&mut sizes.output, output);
}

/// The keys are for the other side from now on.
fn change_sides(state: &mut State, fx: &mut Vec<Effect>) {
    trade(state);
    let Some(twin) = &mut state.twin else { return };
    twin.right = !twin.right;
    // What is looked for goes along.
    (state.reader.find.needle, state.reader.find.text) =
        (twin.other.find.needle.clone(), twin.other.find.text.clone());
    // Answers find their reader by the way in which they were asked for.
    let waits = twin.other.asked.take();
    if let Some(row) = waits {
        ask_other(state, row, fx);
    }
    if state.reader.asked.is_some() {
        reader::read_again(state, fx);
    }
    find::body_changed(state);
    colours::body_changed(state, fx);
    highlights::count(state, fx);
    remember_tops(state);
}

/// Moves the focus among the four panes: over all of them in turn, or to the other side.
pub fn focus(state: &mut State, steps: Steps, fx: &mut Vec<Effect>) {
    const ORDER: [(bool, Focus); 4] = [
        (false, Focus::Scratchpad),
        (false, Focus::Output),
        (true, Focus::Scratchpad),
        (true, Focus::Output),
    ];
    let Some(right) = state.twin.as_ref().map(|twin| twin.right) else { return };
    let at = ORDER.iter().position(|place| *place == (right, state.focus)).unwrap_or_default();
    let to = match steps {
        Steps::Next => ORDER.get((at + 1) % 4),
        Steps::Previous => ORDER.get((at + 3) % 4),
        Steps::Side(side) => ORDER.iter().find(|place| **place == (side, state.focus)),
    };
    let Some((side, focus)) = to.copied() else { return };
    state.focus = focus;
    if side != right {
        change_sides(state, fx);
    }
}

/// The keys are for a pane of the other side from now on.
pub fn other_side(state: &mut State, focus: Focus, fx: &mut Vec<Effect>) {
    state.focus = focus;
    change_sides(state, fx);
}

/// Where the focus goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    Next,
    Previous,
    /// To the right side, or to the left one.
    Side(bool),
}

/// What differs has come.
pub fn contrasted(state: &mut State, contrast: Arc<Contrast>) {
    let Some(twin) = &mut state.twin else { return };
    if twin.rows() == Some(contrast.rows) {
        twin.contrast = Some(contrast);
        mark(state);
    }
}

/// Marks what differs, or no more.
pub fn mark(state: &mut State) {
    let Some(twin) = &mut state.twin else { return };
    let marks = twin.marks(&state.twin_ways);
    let differs = |right: bool| match &twin.contrast {
        Some(contrast) if marks => contrast.differs(right),
        _ => Vec::new(),
    };
    state.reader.differs = differs(twin.right);
    twin.other.differs = differs(!twin.right);
}

/// Switches the marks of differing words.
pub fn toggle_marks(state: &mut State) {
    let Some(twin) = &state.twin else { return };
    let on = !twin.marks(&state.twin_ways);
    let share = twin.contrast.as_ref().map(|contrast| contrast.share());
    state.twin_ways.marks = Some(on);
    mark(state);
    let text = match (on, share) {
        (true, Some(share)) => {
            format!(
                "differing words are marked; {}% of the words are common",
                (share * 100.0).round()
            )
        }
        (true, None) => "differing words are being looked for".to_owned(),
        (false, _) => "differing words are shown as all others".to_owned(),
    };
    toast(state, Tone::Info, text);
}

/// Scrolls both sides together, or apart.
pub fn toggle_apart(state: &mut State) {
    if state.twin.is_none() {
        return;
    }
    state.twin_ways.apart = !state.twin_ways.apart;
    remember_tops(state);
    let text = if state.twin_ways.apart {
        "the two sides scroll apart"
    } else {
        "the two sides scroll together"
    };
    toast(state, Tone::Info, text);
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

/// Has the texts compared once both are there.
fn contrast(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = &mut state.twin else { return };
    let Some(rows) = twin.rows().filter(|rows| twin.contrasting != Some(*rows)) else { return };
    let (left, right) =
        if twin.right { (&twin.other, &state.reader) } else { (&state.reader, &twin.other) };
    let bodies = match (&left.body, &right.body) {
        (Reading::Here(a, left), Reading::Here(b, right)) if [*a, *b] == rows => {
            [Arc::clone(left), Arc::clone(right)]
        }
        _ => return,
    };
    let sections = [
        [sections_of(&left.scratchpad.doc), sections_of(&right.scratchpad.doc)],
        [sections_of(&left.output.doc), sections_of(&right.output.doc)],
    ];
    twin.contrasting = Some(rows);
    fx.push(Effect::Contrast(Contrasting { rows, bodies, sections }));
}

fn remember_tops(state: &mut State) {
    let tops = [state.reader.scratchpad.top, state.reader.output.top];
    if let Some(twin) = &mut state.twin {
        twin.tops = tops;
    }
}

/// Puts the other side beside what was scrolled to.
fn follow(state: &mut State) {
    let sizes = state.sizes;
    let State { twin, reader, twin_ways, .. } = state;
    let Some(twin) = twin.as_mut().filter(|_| !twin_ways.apart) else { return };
    let Twin { other, contrast, tops, right, .. } = &mut **twin;
    let panes = [
        (&reader.scratchpad, &mut other.scratchpad, sizes.scratchpad.1, sizes.other[0].1),
        (&reader.output, &mut other.output, sizes.output.1, sizes.other[1].1),
    ];
    for ((number, (own, beside, height, other_height)), top) in
        panes.into_iter().enumerate().zip(tops)
    {
        if *top == own.top || own.doc.rows.is_empty() || beside.doc.rows.is_empty() {
            *top = own.top;
            continue;
        }
        *top = own.top;
        let (last, end) = (last_top(&own.doc, height), last_top(&beside.doc, other_height));
        let place = || {
            let contrast = contrast.as_ref()?;
            let anchor = own.doc.anchor_of(own.top)?;
            let place = contrast.other(number, *right, anchor)?;
            Some(beside.doc.row_of(beside.doc.place_of_anchor(place)?))
        };
        let to = match own.top {
            0 => 0,
            top if top >= last => end,
            top => place().unwrap_or(top * beside.doc.rows.len() / own.doc.rows.len()),
        };
        beside.top = to.min(end);
    }
}
