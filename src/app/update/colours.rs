//! Colours of code: asks for those of the raw record and of fenced code in the panes, takes what comes.
//!
//! The shell keeps the newest question only, so one question holds everything that is still without colours.

use std::sync::Arc;

use crate::app::code::{MOST_CODE, fences};
use crate::app::{Code, CodeColours, CodePlace, CodeSpans, Dialog, Effect, Reading, State};

/// Records beyond this many bytes are shown without colours, which would take seconds.
const MOST_RECORD: usize = 2 << 20;

/// Asks for what is on screen and has no colours yet.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    let Reading::Here(_, body) = &state.reader.body else { return };
    let body = Arc::clone(body);
    let mut codes = Vec::new();
    if state.reader.code.is_none() {
        let panes = [&state.reader.scratchpad, &state.reader.output];
        let mut left = MOST_CODE;
        for block in panes.iter().flat_map(|p| &p.doc.blocks) {
            let Some(section) = block.section() else { continue };
            let text = state.reader.section(section);
            for fence in fences(text) {
                let Some(code) = text.get(fence.range.clone()) else { continue };
                if code.len() > left {
                    continue;
                }
                left -= code.len();
                let place = CodePlace::Section { section, start: fence.range.start };
                codes.push(Code { place, text: Arc::from(code), language: fence.language });
            }
        }
        if codes.is_empty() {
            state.reader.code = Some(Arc::default());
        }
    }
    let bare = |d: &Dialog| matches!(d, Dialog::Record(d) if d.colours.is_empty());
    if state.dialogs.iter().any(bare) && body.record.len() <= MOST_RECORD {
        let text = Arc::from(body.record.as_str());
        codes.push(Code { place: CodePlace::Record, text, language: "json".to_owned() });
    }
    if !codes.is_empty() {
        state.generation.2 += 1;
        fx.push(Effect::Colour { generation: state.generation.2, codes });
    }
}

/// Another body is on screen.
pub fn body_changed(state: &mut State, fx: &mut Vec<Effect>) {
    // Colours under way are those of the body before.
    state.generation.2 += 1;
    state.reader.code = None;
    ask(state, fx);
}

/// Colours have come. Each list is sorted by start, in bytes of its own text.
pub fn coloured(state: &mut State, generation: u64, codes: Vec<(CodePlace, CodeSpans)>) {
    if generation != state.generation.2 {
        return;
    }
    let mut sections: Vec<CodeColours> = Vec::new();
    let waited = state.reader.code.is_none();
    for (place, spans) in codes {
        match place {
            CodePlace::Record => {
                let spans = Arc::new(spans);
                for dialog in &mut state.dialogs {
                    if let Dialog::Record(d) = dialog {
                        d.colours = Arc::clone(&spans);
                    }
                }
            }
            CodePlace::Section { section, start } => {
                let moved = spans.into_iter().map(|(a, b, role)| (a + start, b + start, role));
                match sections.last_mut().filter(|(index, _)| *index == section) {
                    Some((_, list)) => list.extend(moved),
                    None => sections.push((section, moved.collect())),
                }
            }
        }
    }
    if waited {
        state.reader.code = Some(Arc::new(sections));
    }
}
