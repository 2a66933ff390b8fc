//! Dialogs that show a document: help, turns, the raw record, why, problems.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::fold;
use super::reader::{Look, notice, plain_row, syntax_at};
use crate::app::{Block, DocRow, Notice, ScrollDoc, State};
use crate::model::SectionKind;
use crate::ui::layout::DialogPlace;

/// Turns, why, problems.
pub(super) fn document(
    state: &State,
    canvas: &mut Canvas<'_>,
    doc: &ScrollDoc,
    place: &DialogPlace,
) {
    let rows = doc.doc.rows.iter().skip(doc.top).take(usize::from(place.inner.height));
    for (y, row) in (place.inner.y..).zip(rows) {
        match doc.doc.blocks.get(row.block as usize) {
            Some(Block::Section(index) | Block::Head(index, _)) => {
                let kind = state
                    .reader
                    .body()
                    .and_then(|(_, b)| b.transcript.sections.get(*index))
                    .map(|s| s.kind);
                let t = canvas.theme;
                let base = match kind {
                    Some(SectionKind::Draft) => t.draft,
                    Some(SectionKind::Marker) => t.marker,
                    _ => t.text,
                };
                text(canvas, doc, place.inner, y, row, state.reader.section(*index), &|_| {
                    Look::always(base)
                });
            }
            Some(Block::Notice(Notice::Turn, words)) => {
                let now = doc.turns.get(doc.turn).map(|(block, _)| *block);
                fold::rule(canvas, place.inner, y, words, now == Some(row.block as usize));
            }
            block => other(canvas, doc, place.inner, y, row, block),
        }
    }
    bar(canvas, doc, place);
}

/// The raw record in its syntax colours.
pub(super) fn record(canvas: &mut Canvas<'_>, doc: &ScrollDoc, place: &DialogPlace) {
    let t = canvas.theme;
    let first = doc.doc.blocks.iter().position(|b| matches!(b, Block::Text(_)));
    let rows = doc.doc.rows.iter().skip(doc.top).take(usize::from(place.inner.height));
    for (y, row) in (place.inner.y..).zip(rows) {
        let block = doc.doc.blocks.get(row.block as usize);
        match block {
            Some(Block::Text(record)) if Some(row.block as usize) == first => {
                let style = |byte: usize| {
                    syntax_at(t, &doc.colours, byte).map(|style| style.unwrap_or(t.text))
                };
                text(canvas, doc, place.inner, y, row, record, &style);
            }
            _ => other(canvas, doc, place.inner, y, row, block),
        }
    }
    bar(canvas, doc, place);
}

/// The help, in two columns where there is room. The second one goes on where the first ends.
pub(super) fn help(canvas: &mut Canvas<'_>, doc: &ScrollDoc, place: &DialogPlace) {
    let height = usize::from(place.inner.height);
    let rows: Vec<&DocRow> = doc
        .doc
        .rows
        .iter()
        .skip(doc.top)
        .take(if place.two { height * 2 } else { height })
        .collect();
    // Where everything fits, a group is not torn apart.
    let mut split = height.min(rows.len());
    if place.two && doc.doc.rows.len() <= height * 2 {
        let heading = |row: &&&DocRow| {
            let block = doc.doc.blocks.get(row.block as usize);
            matches!(block, Some(Block::Notice(Notice::Heading, _)))
        };
        let best = (1..=height.min(rows.len()))
            .rev()
            .find(|i| rows.get(*i).as_ref().is_some_and(heading) && rows.len() - i <= height);
        split = best.unwrap_or(split);
    }
    // A blank row between two columns is not needed.
    let blank = rows.get(split).is_some_and(|r| r.row.start == r.row.end);
    let rows: Vec<&DocRow> =
        rows.iter().enumerate().filter(|(i, _)| !blank || *i != split).map(|(_, r)| *r).collect();
    for (i, row) in rows.iter().enumerate() {
        let (column, line) = if i < split { (0, i) } else { (1, i - split) };
        let x = place.inner.x + column * (place.column + 4);
        let area = Rect { x, width: place.column, ..place.inner };
        let y = place.inner.y + line as u16;
        if y >= place.inner.bottom() {
            break;
        }
        match doc.doc.blocks.get(row.block as usize) {
            Some(Block::Text(lines)) => {
                let t = canvas.theme;
                let start =
                    lines.get(..row.row.start).map_or(0, |s| s.rfind('\n').map_or(0, |i| i + 1));
                let line = lines.get(start..).unwrap_or_default();
                let end = start + keys_of(line.lines().next().unwrap_or_default());
                text(canvas, doc, area, y, row, lines, &|byte| {
                    if byte < end {
                        Look { style: t.key, until: end }
                    } else {
                        Look::always(t.text)
                    }
                });
            }
            block => other(canvas, doc, area, y, row, block),
        }
    }
    bar(canvas, doc, place);
}

/// Bytes of a line of the help that are keys: up to the first double blank, else as many words as are keys.
fn keys_of(line: &str) -> usize {
    if let Some(end) = line.find("  ") {
        return end;
    }
    let mut end = 0;
    for word in line.split_inclusive(' ') {
        if word.trim().parse::<crate::app::Key>().is_err() {
            break;
        }
        end += word.len();
    }
    end
}

fn bar(canvas: &mut Canvas<'_>, doc: &ScrollDoc, place: &DialogPlace) {
    let shown = usize::from(place.inner.height) * if place.two { 2 } else { 1 };
    if doc.doc.rows.len() > shown {
        let x = place.inner.right();
        let area = Rect { x, width: 1, ..place.inner };
        let len = if place.two { doc.doc.rows.len().div_ceil(2) } else { doc.doc.rows.len() };
        let top = if place.two { doc.top / 2 } else { doc.top };
        canvas.scroll_bar(area, top, len, true);
    }
}

fn other(
    canvas: &mut Canvas<'_>,
    doc: &ScrollDoc,
    area: Rect,
    y: u16,
    row: &DocRow,
    block: Option<&Block>,
) {
    let t = canvas.theme;
    match block {
        Some(Block::Notice(kind, words)) => {
            notice(canvas, area, y, *kind, words, row);
        }
        Some(Block::Text(words)) => {
            text(canvas, doc, area, y, row, words, &|_| Look::always(t.text));
        }
        // The gap below it is a row of its own.
        Some(Block::Fold(row_of)) if row.row.end > 0 && row.row.start == 0 => {
            fold::row(canvas, area, y, row_of, None);
        }
        Some(Block::Fold(_) | Block::Section(_) | Block::Head(..)) | None => {}
    }
}

/// A row of text with the matches of the dialog's own search.
fn text(
    canvas: &mut Canvas<'_>,
    doc: &ScrollDoc,
    area: Rect,
    y: u16,
    row: &DocRow,
    words: &str,
    base: &dyn Fn(usize) -> Look,
) {
    let t = canvas.theme;
    let block = row.block as usize;
    let hits = &doc.find.hits;
    let from = hits.partition_point(|h| (h.section, h.end) <= (block, row.row.start));
    let look = |byte: usize| {
        let of_block = hits.iter().enumerate().skip(from);
        let mut near =
            of_block.take_while(|(_, h)| h.section == block).filter(|(_, h)| h.end > byte);
        let Some((i, hit)) = near.next() else { return base(byte) };
        let look = base(byte).up_to(byte, [hit.start, hit.end]);
        let now = doc.find.current == Some(i);
        let over = if now { t.find_current } else { t.find };
        if hit.start <= byte { look.map(|style| style.patch(over)) } else { look }
    };
    plain_row(canvas, area, y, words, row, &look);
}
