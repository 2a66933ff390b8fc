//! What is said of two transcripts of one sample: which pair it is and what differs, and who stands on either side.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::page::Page;
use super::pairs::side;
use super::title::{self, Word};
use crate::app::{Focus, State, Twin, flip_of, label_text};
use crate::corpus::{AF, RowId, RowView, SideTally};
use crate::model::OutcomeValue;
use crate::query::Columns;
use crate::text::{truncate, width};
use crate::ui::Theme;

/// The line above both sides: the query on the left, on the right which pair it is, what flips, the gap.
pub(super) fn pair(state: &State, twin: &Twin, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let mut right = Vec::new();
    if !state.view.quiet {
        right.extend(flips(state, twin, t));
        right.extend(over_epochs(state, twin, t));
    }
    if let Some(contrast) = &twin.contrast {
        let share = percent_of(contrast.share());
        let short = format!("{share} alike");
        right.push(Word::new(format!("{share} of the words alike"), t.dim, 1).short(short));
    }
    let order = if state.pairs_by_gap() { " by gap" } else { "" };
    let short = twin.short_position();
    // While reading goes on any number may grow.
    let so_far = if state.progress.done { "" } else { " so far" };
    let position = format!("{}{so_far}{order}", twin.position());
    right.push(Word::new(position, t.title, 7).short(format!("{short}{so_far}")));
    if let Some([text, short]) = twin.lone() {
        right.push(Word::new(format!("{text}{so_far}"), t.dim, 3).short(short));
    }
    if let Some([text, short]) = twin.copied() {
        right.push(Word::new(text, t.dim, 2).short(short));
    }
    // The query has its third, and what it does not need of it goes to what is said of the pair.
    let views = twin.rows().into_iter().flatten().filter_map(|row| state.catalogue.view(row));
    let query = views.into_iter().find_map(|view| view.query().map(str::to_owned));
    let query = query.unwrap_or_default();
    let needs = (width(&query) as u16 + 4).min(area.width / 3);
    title::fit(&mut right, usize::from(area.width - needs));
    let wide = (title::columns(&right) as u16).min(area.width);
    let start = area.right().saturating_sub(wide + 1);
    title::write(canvas, start, area.y, wide, &right);
    let words = vec![Word::new(query, t.title, 1)];
    title::write(canvas, area.x + 1, area.y, start.saturating_sub(area.x + 3), &words);
}

/// A share of words as whole per cent.
fn percent_of(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// Whether a side of the pair has several transcripts.
fn several(twin: &Twin) -> bool {
    twin.pair().is_some_and(|pair| pair.left.len() > 1 || pair.right.len() > 1)
}

/// What differs. Of a pair with several epochs that is what their shares say; whether the two on screen agree with it is said, too.
fn flips(state: &State, twin: &Twin, t: &Theme) -> Vec<Word> {
    let (Some(rows), Some(pair)) = (twin.rows(), twin.pair()) else { return Vec::new() };
    let [left, right] = rows.map(|row| state.catalogue.view(row));
    let (Some(left), Some(right)) = (left, right) else { return Vec::new() };
    let Some(shown) = flip_of(state, rows) else { return Vec::new() };
    let both = state.catalogue.pair_flip(pair);
    let outcomes = format!("{} → {}", left.outcome(), right.outcome());
    let mut words = Vec::new();
    match (both.outcome == Some(true), shown.outcome == Some(true)) {
        (true, true) => {
            let text = format!("⇄ flip: {outcomes}");
            words.push(Word::new(text, t.repair, 8).short("⇄ flip"));
        }
        (true, false) => {
            let text = "⇄ flip over epochs, these two agree";
            words.push(Word::new(text, t.repair, 8).short("⇄ flip over epochs").short("⇄ flip"));
        }
        (false, true) => {
            let text = format!("no flip over epochs, these two differ: {outcomes}");
            let short = "no flip, these two differ";
            words.push(Word::new(text, t.text, 8).short(short).short("these differ"));
        }
        (false, false) => {}
    }
    match (both.label == Some(true), shown.label == Some(true)) {
        (true, true) => words.push(Word::new("⇄ label differs", t.repair, 5).short("⇄ label")),
        (true, false) => {
            let text = "⇄ label differs over epochs";
            words.push(Word::new(text, t.repair, 5).short("⇄ label"));
        }
        (false, true) => {
            let text = "label differs in these two alone";
            words.push(Word::new(text, t.text, 5).short("label: these differ"));
        }
        (false, false) => {}
    }
    words
}

/// Of a pair with several epochs how many of either side complied, and the gap.
fn over_epochs(state: &State, twin: &Twin, t: &Theme) -> Vec<Word> {
    let Some(pair) = twin.pair().filter(|_| several(twin)) else { return Vec::new() };
    let [left, right] = &twin.sides;
    let tally = |rows: &[RowId]| state.catalogue.side_tally(rows);
    let (a, b) = (tally(&pair.left), tally(&pair.right));
    let of = |side: &SideTally| format!("{} of {}", side.complied, side.known);
    let text = format!("{left} {} complied, {right} {}", of(&a), of(&b));
    let middle = format!("{}/{} and {}/{} complied", a.complied, a.known, b.complied, b.known);
    let sign = Theme::outcome_glyph(OutcomeValue::Complied);
    let short = format!("{sign} {}/{}, {}/{}", a.complied, a.known, b.complied, b.known);
    let mut words = vec![Word::new(text, t.text, 6).short(middle).short(short)];
    if let Some(gap) = state.catalogue.pair_gap(pair) {
        words.push(Word::new(format!("gap {:+.0}", gap * 100.0), t.text, 4));
    }
    words
}

/// The line above one side: its tier, outcome, label, score, epoch, id.
pub(super) fn head(page: Page<'_>, twin: &Twin, right: bool, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let Some(row) = twin.row(right) else { return };
    let words = words(page.state, twin, row, right, t);
    let mut words = words;
    title::fit(&mut words, usize::from(area.width.saturating_sub(3)));
    let sign = if page.active { '▌' } else { ' ' };
    canvas.glyph(area.x, area.y, sign, t.cursor);
    title::write(canvas, area.x + 2, area.y, area.width.saturating_sub(3), &words);
}

fn words(state: &State, twin: &Twin, row: RowId, right: bool, t: &Theme) -> Vec<Word> {
    let Some(view) = state.catalogue.view(row) else { return Vec::new() };
    let side = twin.sides.get(usize::from(right)).map_or("", String::as_str);
    let mut words = vec![Word::new(side, t.tier(side), 9)];
    if let Some(epoch) = twin.epoch(right) {
        let number = view.epoch().map(|n| format!("epoch {n} · ")).unwrap_or_default();
        words.push(Word::new(format!("{number}{epoch}"), t.text, 6).short(epoch));
    }
    let row = view.row();
    if !state.view.quiet {
        let glyph = Theme::outcome_glyph(row.outcome);
        let text = format!("{glyph} {}", row.outcome.as_str());
        words.push(Word::new(text, t.outcome(row.outcome), 8));
        if let Some(judgement) = row.judgements.iter().find(|j| j.is_named(AF)) {
            let text = format!("label {}", label_text(&judgement.value));
            words.push(Word::new(text, t.text, 5));
        }
        if let Some(score) = row.score {
            words.push(Word::new(format!("score {score:.1}"), t.text, 4));
        }
    }
    words.push(Word::new(&*row.id, t.dim, 2));
    if let Some(model) = &row.model {
        words.push(Word::new(&**model, t.dim, 1));
    }
    words
}

/// Who stands on a side whose panes have no line above them: outcome, label and epoch, as far as the pane's title does not say them.
pub(super) fn headless_words(page: Page<'_>, t: &Theme, focus: Focus) -> Vec<Word> {
    let twin = page.state.twin.as_ref().filter(|_| page.headless);
    let Some((twin, right)) = twin.zip(page.right) else { return Vec::new() };
    let Some(row) = twin.row(right).and_then(|row| page.state.catalogue.view(row)) else {
        return Vec::new();
    };
    let row = row.row();
    let mut words = Vec::new();
    if !page.state.view.quiet {
        if focus == Focus::Scratchpad {
            let glyph = Theme::outcome_glyph(row.outcome);
            let text = format!("{glyph} {}", row.outcome.as_str());
            words.push(Word::new(text, t.outcome(row.outcome), 9));
        }
        if let Some(judgement) = row.judgements.iter().find(|j| j.is_named(AF)) {
            let value = label_text(&judgement.value);
            let short = format!("af {value}");
            words.push(Word::new(format!("label {value}"), t.text, 8).short(short));
        }
    }
    if let Some(epoch) = twin.epoch(right) {
        words.push(Word::new(format!("epoch {epoch}"), t.text, 7).short(epoch));
    }
    words
}

/// One side of the tabs: `▸free ✓ .85 2/5`, its outcome, its label, its epoch. Gives the columns that it took.
fn tab(state: &State, twin: &Twin, right: bool, canvas: &mut Canvas<'_>, area: Rect) -> u16 {
    let t = canvas.theme;
    let on = twin.right == right;
    let whole = twin.sides.get(usize::from(right)).map_or("", String::as_str);
    let mut said: Vec<(String, Style)> = Vec::new();
    let view = twin.row(right).and_then(|row| state.catalogue.view(row));
    if let Some(row) = view.as_ref().map(RowView::row).filter(|_| !state.view.quiet) {
        said.push((Theme::outcome_glyph(row.outcome).to_owned(), t.outcome(row.outcome)));
        if let Some(judgement) = row.judgements.iter().find(|j| j.is_named(AF)) {
            let text = label_text(&judgement.value);
            // A share says as much without its zero.
            let text = text.strip_prefix('0').filter(|rest| rest.starts_with('.')).unwrap_or(&text);
            let text = truncate(text, 5);
            let epoch = twin.epoch(right).map_or(0, |epoch| width(&epoch) + 1);
            let named = 1 + width(whole) + 2 + width(&text) + 4 + epoch <= area.width.into();
            said.push((if named { format!("af {text}") } else { text.into_owned() }, t.text));
        }
    }
    if let Some(epoch) = twin.epoch(right) {
        said.push((epoch, t.text));
    }
    let needs: usize = said.iter().map(|(text, _)| width(text) + 1).sum();
    let room = usize::from(area.width).saturating_sub(needs + 1).max(3);
    let side = side(&twin.sides, right, room);
    let wide = (1 + width(&side) + needs) as u16;
    canvas.blank(Rect { width: wide + 1, ..area });
    canvas.put(area.x, area.y, 1, if on { "▸" } else { "" }, t.heading);
    let mut used =
        1 + canvas.put(area.x + 1, area.y, wide, &side, if on { t.heading } else { t.dim });
    for (text, style) in said {
        used += 1 + canvas.put(area.x + used + 1, area.y, width(&text) as u16, &text, style);
    }
    wide
}

/// The tabs where one pane is all that fits.
pub(super) fn tabs(page: Page<'_>, twin: &Twin, canvas: &mut Canvas<'_>, area: Rect, height: u16) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    canvas.rule(area, '─', t.border);
    let mut x = area.x;
    // The pane's name needs some columns, too.
    let half = area.width.saturating_sub(8) / 2;
    for right in [false, true] {
        x += tab(page.state, twin, right, canvas, Rect { x, width: half, ..area }) + 1;
    }
    let focus = page.state.focus;
    let short = if focus == Focus::Output { "out" } else { "pad" };
    let mut words = vec![Word::new(name(focus), t.text, 9).short(short)];
    words.extend(super::reader::title_words(page, t, focus, height));
    title::fit(&mut words, usize::from(area.right().saturating_sub(x + 2)));
    let wide = title::columns(&words) as u16;
    let start = area.right().saturating_sub(wide + 2);
    canvas.blank(Rect { x: start, width: wide + 2, ..area });
    title::write(canvas, start + 1, area.y, wide, &words);
}

/// A pane's name, with the side that it is of where two are compared.
pub(super) fn pane_name(page: Page<'_>, focus: Focus) -> String {
    let twin = page.state.twin.as_ref();
    match page.right.zip(twin) {
        Some((right, twin)) => format!("{} {}", side(&twin.sides, right, 16), name(focus)),
        None => name(focus).to_owned(),
    }
}

/// A pane's name.
pub(super) fn name(focus: Focus) -> &'static str {
    if focus == Focus::Output { "output" } else { "scratchpad" }
}
