//! Pairs in the list: one side's transcripts that have partners, each with what its partners did and the gap; and who is whose
//! partner, found for whatever in the list says so.

use super::{list, toast};
use crate::app::{Command, Effect, PairsBefore, State, Tone, TwinWish};
use crate::corpus::{Column, Order, PairField, Samples, Sort, SortKey};

/// Shows pairs, or again what was shown before.
pub fn toggle(state: &mut State, fx: &mut Vec<Effect>) {
    if let Some(before) = state.pairs.take() {
        let PairsBefore { filter, columns, order } = *before;
        state.list.columns = columns;
        state.list.sort = order;
        list::set_filter(state, filter, fx);
        list::show(state, fx);
        toast(state, Tone::Info, "transcripts, as they were");
        return;
    }
    state.twin_wish.0 = Some(TwinWish::List);
    ask(state, fx);
}

fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    state.twin_wish.1 += 1;
    state.partners_asked = Some(state.catalogue.edition());
    fx.push(Effect::Pair {
        generation: state.twin_wish.1,
        field: PairField::Tier,
        choices: false,
        catalogue: state.catalogue.snapshot(),
    });
}

/// It is known who is whose partner: one side's transcripts, with what the other side did.
pub fn show(state: &mut State, samples: &Samples, fx: &mut Vec<Effect>) {
    let Some((left, right)) = samples.sides() else {
        toast(state, Tone::Info, "nothing to compare: no two tiers");
        return;
    };
    let pairs = samples.pairs((left, right), None);
    if pairs.pairs.is_empty() {
        toast(state, Tone::Info, format!("no sample has both {left} and {right}"));
        return;
    }
    let plain = state.filter.applied.without("tier").with_term("partner", Some("any"));
    let filter = plain.with_term("tier", Some(left));
    let text = format!(
        "{} {left} beside {right}, {} without partner; {} goes back",
        crate::app::plural(pairs.pairs.len(), "sample", "samples"),
        crate::app::thousands(pairs.unpaired()),
        state.keymap.main_key(Command::Pairs),
    );
    state.pairs = Some(Box::new(PairsBefore {
        filter: state.filter.applied.clone(),
        columns: std::mem::take(&mut state.list.columns),
        order: std::mem::take(&mut state.list.sort),
    }));
    state.list.columns = vec![
        Column::Outcome,
        Column::Partner,
        Column::Flip,
        Column::Gap,
        Column::Label(None),
        Column::Score,
        Column::Query,
    ];
    state.list.sort = Order::from(vec![Sort { key: SortKey::Gap, reversed: false }]);
    list::set_filter(state, filter, fx);
    list::show(state, fx);
    toast(state, Tone::Info, text);
}

/// After every message: who is whose partner is found once everything is read, where the list says so.
pub fn after(state: &mut State, fx: &mut Vec<Effect>) {
    let says =
        state.list.columns.iter().any(Column::needs_partners) || state.list.sort.has(SortKey::Gap);
    let asked = state.partners_asked == Some(state.catalogue.edition());
    if says && state.progress.done && !asked && !state.catalogue.knows_partners() {
        ask(state, fx);
    }
}
