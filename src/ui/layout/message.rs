//! What a review says while no item is on the screen: wrapped, with as many rows as there are.

use ratatui::layout::Rect;

use crate::app::review::{Phase, Review};
use crate::app::{Command, State, thousands};
use crate::text::{Wrapped, sanitize_line};
use crate::ui::draw::review_words as words;

/// How many are read at once, so that nobody needs to be told that reading goes on.
const MANY: usize = 1_000;

/// Columns that a sentence has at most.
pub(crate) const WIDEST: usize = 76;

/// Rows of a message in its place.
pub(crate) struct MessageRows {
    /// Each with whether it says what is wrong.
    pub rows: Vec<(String, bool)>,
    /// How many are on the screen at once.
    pub seen: usize,
}

impl MessageRows {
    /// The last row that may stand at the top.
    pub fn last_top(&self) -> usize {
        self.rows.len().saturating_sub(self.seen)
    }
}

/// The rows: with a blank one between sentences where there is room. Where they do not fit, the last row says that there is more.
pub(crate) fn rows(state: &State, review: &Review, area: Rect) -> MessageRows {
    let width = usize::from(area.width.saturating_sub(4)).clamp(1, WIDEST);
    let height = usize::from(area.height);
    let mut sentences: Vec<Vec<(String, bool)>> = Vec::new();
    for (i, sentence) in said(state, review).iter().enumerate() {
        // As it is shown, so that it is wrapped at the width that it has.
        let sentence = sanitize_line(sentence);
        let wrong = i == 0 && matches!(review.phase, Phase::Empty | Phase::Stopped);
        let row = |row: &crate::text::Row| {
            (sentence.get(row.start..row.end).unwrap_or_default().to_owned(), wrong)
        };
        sentences.push(Wrapped::new(&sentence, width).rows.iter().map(row).collect());
    }
    let all: usize = sentences.iter().map(Vec::len).sum();
    let roomy = all + sentences.len() < height.max(1);
    let mut rows = Vec::new();
    for sentence in sentences {
        if roomy && !rows.is_empty() {
            rows.push((String::new(), false));
        }
        rows.extend(sentence);
    }
    let seen = if rows.len() > height { height.saturating_sub(1) } else { height };
    MessageRows { rows, seen }
}

fn said(state: &State, review: &Review) -> Vec<String> {
    let quit = state.keymap.main_key(Command::Quit);
    match review.phase {
        Phase::Reading | Phase::Opening | Phase::Drawing | Phase::Asking => {
            let mut lines = vec![
                "Opening the review…".to_owned(),
                "The sample is drawn when everything is read, so that every transcript has its chance."
                    .to_owned(),
            ];
            let read = review.behind.catalogue.seen();
            if read >= MANY {
                lines.push(format!("{} transcripts so far.", thousands(read)));
            }
            lines
        }
        Phase::Empty | Phase::Stopped => {
            let why = review.trouble.clone().unwrap_or_default();
            vec![why, format!("Nothing was changed. {quit} leaves.")]
        }
        Phase::Ended => ended(state, review),
    }
}

fn ended(state: &State, review: &Review) -> Vec<String> {
    let key = |command| state.keymap.main_key(command);
    let Some(session) = &review.session else { return Vec::new() };
    let reached = session.reached();
    let flagged = if reached.flagged > 0 {
        format!(", {} flagged", thousands(reached.flagged))
    } else {
        String::new()
    };
    let mut lines = vec![
        format!(
            "All {} answered: {}{flagged}.",
            words::items(review.order(), reached.items),
            words::counts(session)
        ),
        format!("They stand in {}.", sanitize_line(&review.place)),
    ];
    let (back, quit) = (key(Command::PreviousTranscript), key(Command::Quit));
    if session.is_revealed() {
        lines.extend(review.compared.iter().cloned());
    } else {
        let show = key(Command::Reveal);
        lines.push(format!("{show} shows what the label says beside your answers."));
    }
    lines.push(format!("{back} goes back to change an answer. {quit} leaves."));
    if review.alone {
        lines.push("To draw another sample of the same, give another --seed.".to_owned());
    }
    lines
}
