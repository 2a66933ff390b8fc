//! Sentences that many scratchpads share: found when somebody asks, dimmed when that is wished, and told in the page of
//! reasons.

use std::sync::Arc;

use super::{dialogs, toast};
use crate::app::{Effect, State, Tone};
use crate::corpus::{Common, Progress};

/// The label that tells positives from negatives where the corpus has none.
const LABEL: &str = "alignment_faking";

/// Dims shared sentences, or no more.
pub fn toggle(state: &mut State, fx: &mut Vec<Effect>) {
    state.boilerplate.dim = !state.boilerplate.dim;
    if !state.boilerplate.dim {
        body_changed(state);
        toast(state, Tone::Info, "shared sentences are shown as all others");
        return;
    }
    want(state, fx);
    body_changed(state);
    match &state.boilerplate.found {
        Some(common) => {
            let text = words(common);
            toast(state, Tone::Info, text);
        }
        None if state.progress.done => toast(state, Tone::Info, "looking for shared sentences"),
        None => toast(state, Tone::Info, "shared sentences are looked for once all is read"),
    }
}

/// Somebody asks for shared sentences: they are looked for, unless they are known as of now.
pub fn want(state: &mut State, fx: &mut Vec<Effect>) {
    state.boilerplate.wanted = true;
    let rows = state.catalogue.seen();
    let Progress { done, .. } = state.progress;
    let known = state.boilerplate.found.as_ref().is_some_and(|common| common.rows == rows);
    if !done || known || rows == 0 || state.boilerplate.asked == Some(rows) {
        return;
    }
    state.boilerplate.asked = Some(rows);
    let label = state.main_label().unwrap_or(LABEL).to_owned();
    fx.push(Effect::FindCommon { label, catalogue: state.catalogue.snapshot() });
}

/// All was read: what was asked for meanwhile is looked for now. What comes later, as files grow, counts when somebody asks again.
pub fn all_read(state: &mut State, fx: &mut Vec<Effect>) {
    if state.boilerplate.wanted && state.boilerplate.found.is_none() {
        want(state, fx);
    }
}

/// Shared sentences were found.
pub fn found(state: &mut State, common: Arc<Common>) {
    if state.boilerplate.dim {
        let text = words(&common);
        toast(state, Tone::Info, text);
    }
    state.boilerplate.asked = None;
    state.boilerplate.found = Some(common);
    body_changed(state);
    dialogs::cue_changed(state);
}

/// Another body is on screen, or something else is to be dimmed in it. Of very long texts nothing is: hashing their
/// sentences would hold up the screen.
pub fn body_changed(state: &mut State) {
    state.reader.shared = match (&state.boilerplate.found, state.reader.body()) {
        (Some(common), Some((_, body))) if state.boilerplate.dim && !body.is_long() => {
            common.places(&body.transcript)
        }
        _ => Vec::new(),
    };
}

fn words(common: &Common) -> String {
    match common.sentences.len() {
        0 => format!("no sentence stands in {} of {} scratchpads", common.least, common.pads),
        1 => format!("1 sentence is shared by {} scratchpads or more: dimmed", common.least),
        n => format!("{n} sentences are shared by {} scratchpads or more: dimmed", common.least),
    }
}
