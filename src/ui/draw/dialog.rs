//! The frame of the open dialog: border, name, keys. What is inside is drawn by a file of its own.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::{agreeing, facets, highlights, lists, pick, scroll, statistics};
use crate::app::{Dialog, PickOf, State};
use crate::text::width;
use crate::ui::layout::DialogPlace;

/// Draws a dialog; where the cursor is when it has an input.
pub(super) fn draw(
    state: &State,
    canvas: &mut Canvas<'_>,
    open: &Dialog,
    place: &DialogPlace,
) -> Option<Position> {
    let title;
    let name = match open {
        Dialog::Help(_) => "help",
        Dialog::Palette(_) => "commands",
        Dialog::Pick(PickOf::Labels, _) => "labels",
        Dialog::Pick(PickOf::References, _) => "hold thresholds against",
        Dialog::Pick(PickOf::Fields, _) if state.record_fields.waiting => {
            "count by which field · reading the records for more"
        }
        Dialog::Pick(PickOf::Fields, _) => "count by which field",
        Dialog::Pick(PickOf::Reviews, _) => "review which label",
        Dialog::Pick(PickOf::Sides | PickOf::Epochs, p) => &p.title,
        Dialog::Facets(_) if state.record_fields.waiting => "facets · reading the records for more",
        Dialog::Facets(_) => "facets",
        Dialog::Pick(PickOf::Filters, _) => "filters",
        Dialog::Marks(_) => "marks and notes",
        Dialog::Note(d) => &d.title(),
        Dialog::Copy(_) => "copy",
        Dialog::Statistics(s) => {
            title = s.title();
            &title
        }
        Dialog::Agreement(_) => {
            title = agreement_title(state, "agreement");
            &title
        }
        Dialog::Queue => {
            title = agreement_title(state, "disagreements");
            &title
        }
        Dialog::Reason(d) => {
            title = match d.answer {
                Some(answer) => format!("decide: {}", answer.as_str()),
                None => "take the decision back".to_owned(),
            };
            &title
        }
        Dialog::Highlights(_) => "your highlights",
        Dialog::Columns(_) => "columns of the list",
        Dialog::Like(_) => "like this one",
        Dialog::Turns(d) | Dialog::Record(d) | Dialog::Why(d) | Dialog::Problems(d) => &d.title,
    };
    frame(canvas, place.outer, name);
    keys(state, canvas, open, place);
    match open {
        Dialog::Help(d) => scroll::help(canvas, d, place),
        Dialog::Turns(d) | Dialog::Why(d) | Dialog::Problems(d) => {
            scroll::document(state, canvas, d, place);
        }
        Dialog::Record(d) => scroll::record(canvas, d, place),
        Dialog::Palette(p) => return Some(pick::palette(state, canvas, p, place.inner)),
        Dialog::Pick(PickOf::Epochs, p) => return Some(pick::answers(canvas, p, place.inner)),
        Dialog::Pick(PickOf::Filters, p) => return Some(pick::filters(canvas, p, place.inner)),
        Dialog::Pick(_, p) => return Some(pick::picker(canvas, p, place.inner)),
        Dialog::Marks(d) => return Some(pick::marks(canvas, d, place.inner)),
        Dialog::Note(d) => return Some(pick::note(canvas, d, place.inner)),
        Dialog::Facets(f) => return facets::draw(state, canvas, f, place),
        Dialog::Columns(d) => lists::columns(state, canvas, d, place.inner),
        Dialog::Like(d) => lists::likes(state, canvas, d, place.inner),
        Dialog::Statistics(s) => statistics::draw(canvas, s, place.inner),
        Dialog::Agreement(d) => agreeing::agreement(state, canvas, d, place.inner),
        Dialog::Queue => agreeing::queue(state, canvas, place.inner),
        Dialog::Reason(d) => return Some(agreeing::reason(state, canvas, d, place.inner)),
        Dialog::Copy(selected) => pick::copy(canvas, *selected, place.inner),
        Dialog::Highlights(d) => return Some(highlights::draw(state, canvas, d, place.inner)),
    }
    let find = open.doc().map(|d| &d.find);
    let input = find.and_then(|f| f.input.as_ref())?;
    let (x, y) = (place.outer.x + 2, place.outer.bottom() - 1);
    let room = place.outer.width.saturating_sub(4);
    canvas.blank(Rect { x, y, width: room, height: 1 });
    canvas.put(x, y, 1, "/", canvas.theme.key);
    Some(super::filter_bar::typed(canvas, input, x + 2, y, room.saturating_sub(2)))
}

/// What is looked at, of which label and whose answers.
fn agreement_title(state: &State, what: &str) -> String {
    let agreeing = &state.agreeing;
    let study = agreeing.found.as_ref().and_then(|found| found.study.as_ref());
    let label = study.map(|study| study.ask.which.label.as_str()).or(agreeing.label.as_deref());
    let mut words = vec![what];
    words.extend(label);
    words.push(agreeing.rater.as_deref().unwrap_or("all reviewers"));
    if agreeing.sighted {
        words.push("with answers that are not blind");
    }
    if let Some(kind) = agreeing.queue.kind.filter(|_| what == "disagreements") {
        words.push(kind.as_str());
    }
    if agreeing.waiting {
        words.push("counting…");
    }
    words.join(" · ")
}

/// Clears the place and draws the border with the dialog's name.
fn frame(canvas: &mut Canvas<'_>, area: Rect, name: &str) {
    let t = canvas.theme;
    // A free column on each side, so that words behind do not run into the border.
    canvas.clear(Rect { x: area.x.saturating_sub(1), width: area.width.saturating_add(2), ..area });
    let (left, right) = (area.x, area.right() - 1);
    let (top, bottom) = (area.y, area.bottom() - 1);
    for y in [top, bottom] {
        canvas.rule(Rect { y, height: 1, ..area }, '─', t.border_focused);
    }
    for y in top + 1..bottom {
        canvas.glyph(left, y, '│', t.border_focused);
        canvas.glyph(right, y, '│', t.border_focused);
    }
    let corners = [(left, top, '╭'), (right, top, '╮'), (left, bottom, '╰'), (right, bottom, '╯')];
    for (x, y, glyph) in corners {
        canvas.glyph(x, y, glyph, t.border_focused);
    }
    let room = area.width.saturating_sub(6);
    let wide = (width(name) as u16).min(room);
    canvas.blank(Rect { x: left + 2, y: top, width: wide + 2, height: 1 });
    canvas.put_cut(left + 3, top, wide, name, t.heading);
}

/// Hints and the position in the bottom border.
fn keys(state: &State, canvas: &mut Canvas<'_>, open: &Dialog, place: &DialogPlace) {
    let t = canvas.theme;
    let area = place.outer;
    let y = area.bottom() - 1;
    let mut right = area.right().saturating_sub(3);
    if let Some(doc) = open.doc() {
        let found = doc.find.count();
        let rows = if place.two { place.inner.height * 2 } else { place.inner.height };
        let mut text = doc.percent(rows);
        if !found.is_empty() {
            text = format!("{found} · {text}");
        }
        let wide = width(&text) as u16 + 2;
        right = right.saturating_sub(wide);
        canvas.put_as_is(right, y, wide, &format!(" {text} "), t.dim);
    }
    let mut x = area.x + 2;
    for (key, what) in crate::app::hints(state) {
        let needed = (width(&key) + width(what) + 3) as u16;
        if x + needed > right {
            break;
        }
        x += canvas.put_as_is(x, y, needed, &format!(" {key}"), t.key);
        x += canvas.put_as_is(x, y, needed, &format!(" {what} "), t.dim);
    }
}
