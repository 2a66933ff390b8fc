//! The facets: which values each field takes, how many of each are shown, and which are in the filter; how numbers are
//! distributed.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::filter_bar::typed;
use super::list::bar;
use crate::app::{FacetDialog, FacetLine, FacetTyping, State, thousands};
use crate::corpus::{Facet, FacetValue, NumberFacet};
use crate::text::{sanitize_line, truncate, truncate_middle, width};
use crate::ui::layout::DialogPlace;

/// Columns of a bar.
const BAR: u16 = 10;
/// Columns of the dialog from which there are bars.
const ROOMY: u16 = 56;
/// Columns of a histogram that are worth being filled.
const CELLS: usize = 8;

fn count_of(shown: usize, total: usize) -> String {
    format!("{} / {}", thousands(shown), thousands(total))
}

/// Draws the inside; where the cursor is while something is typed.
pub(super) fn draw(
    state: &State,
    canvas: &mut Canvas<'_>,
    facets: &FacetDialog,
    place: &DialogPlace,
) -> Option<Position> {
    let t = canvas.theme;
    let mut area = place.inner;
    let mut cursor = None;
    if facets.input_rows() > 0 {
        canvas.put(area.x, area.y, 1, "▸", t.key);
        let room = area.width.saturating_sub(3);
        let at = typed(canvas, &facets.narrow, area.x + 2, area.y, room);
        cursor = (facets.typing == Some(FacetTyping::Narrow)).then_some(at);
        area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    }
    if facets.lines.is_empty() {
        let text = if facets.counts() { "counting…" } else { "nothing matches" };
        canvas.put_cut(area.x + 2, area.y, area.width, text, t.dim);
    }
    let visible = facets.lines.iter().enumerate().skip(facets.top).take(area.height.into());
    for (y, (number, line)) in (area.y..).zip(visible) {
        let at = Rect { y, height: 1, ..area };
        match *line {
            FacetLine::Numbers => {
                canvas.put_cut(area.x, y, area.width, "numbers", t.heading);
            }
            FacetLine::Heading(facet) => {
                let title = facets.found.words.get(facet).map_or("", |facet| &facet.title);
                let title = truncate_middle(title, area.width.into());
                canvas.put_cut(area.x, y, area.width, &title, t.heading);
            }
            FacetLine::Value(facet, value) => {
                let facet = facets.found.words.get(facet);
                if let Some((facet, value)) = facet.and_then(|f| Some((f, f.values.get(value)?))) {
                    draw_value(state, canvas, at, facet, value);
                }
            }
            FacetLine::Number(at_number) => {
                if let Some(facet) = facets.found.numbers.get(at_number) {
                    let all = &facets.found.numbers;
                    let titles: Vec<String> = all.iter().map(|n| n.field.title()).collect();
                    draw_number(state, canvas, at, facet, (&titles, at_number));
                }
            }
        }
        if number == facets.selected {
            canvas.over(at, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
    if facets.lines.len() > usize::from(area.height) {
        let side = Rect { x: area.right(), width: 1, ..area };
        canvas.scroll_bar(side, facets.top, facets.lines.len(), true);
    }
    range(canvas, facets, place).or(cursor)
}

/// Where columns of a line begin: (counts and their width, what stands before them, the name's width).
fn columns(area: Rect, counts: usize) -> (u16, u16, u16) {
    let roomy = area.width >= ROOMY;
    // Names come first: where they need the room, the bars go and the counts stand close.
    let wide = counts.max(if roomy { 15 } else { 0 }) as u16;
    let numbers = area.right().saturating_sub(wide + 1);
    let bars = numbers.saturating_sub(if roomy { BAR + 2 } else { 0 });
    (numbers, bars, bars.saturating_sub(area.x + if roomy { 6 } else { 5 }))
}

fn draw_value(
    state: &State,
    canvas: &mut Canvas<'_>,
    area: Rect,
    facet: &Facet,
    value: &FacetValue,
) {
    let t = canvas.theme;
    let counts = facet.values.iter().map(|v| width(&count_of(v.shown, v.total))).max();
    let most = facet.values.iter().map(|v| v.total).max().unwrap_or(1).max(1);
    let on = state.term_is_on(&value.term);
    let count = count_of(value.shown, value.total);
    let (numbers, bars, name) = columns(area, counts.unwrap_or(0));
    canvas.put(area.x + 2, area.y, 1, if on { "✓" } else { "" }, t.good);
    let style = if on { t.positive } else { t.text };
    // Names of one origin begin alike, and mostly end otherwise.
    canvas.put_cut(area.x + 4, area.y, name, &truncate_middle(&value.value, name.into()), style);
    if area.width >= ROOMY {
        bar(canvas, bars, area.y, BAR, value.shown as f32 / most as f32);
    }
    canvas.put_right(numbers, area.y, area.right().saturating_sub(numbers + 1), &count, t.dim);
}

/// Name, histogram, least · median · greatest, and how many have a number.
fn draw_number(
    state: &State,
    canvas: &mut Canvas<'_>,
    area: Rect,
    facet: &NumberFacet,
    (titles, number): (&[String], usize),
) {
    let t = canvas.theme;
    let y = area.y;
    let range = state.filter.applied.range(&facet.field.term());
    let on = !range.is_empty();
    canvas.put(area.x + 2, y, 1, if on { "✓" } else { "" }, t.good);
    let repeated = CELLS.div_ceil(facet.cells.len().max(1));
    let wide = (facet.cells.len() * repeated) as u16;
    let roomy = area.width >= ROOMY;
    let (numbers, _, _) = columns(area, usize::from(!roomy));
    let name = if area.width >= 80 {
        20
    } else if roomy {
        16
    } else {
        area.width.saturating_sub(wide + 22).clamp(8, 20)
    };
    let title = cut_apart(titles, number, name.into());
    let named = format!("{title} {range}");
    let both = on && roomy && width(&named) <= name.into();
    let style = if on { t.positive } else { t.text };
    canvas.put_cut(area.x + 4, y, name, if both { &named } else { &title }, style);
    let mut x = area.x + 4 + name + 1;
    let end = if roomy { numbers } else { area.right() };
    let most = facet.cells.iter().map(|(shown, _)| *shown).max().unwrap_or_default();
    for (shown, total) in &facet.cells {
        for _ in 0..repeated {
            if x < end {
                let style = if *shown > 0 { t.bar } else { t.dim };
                canvas.put(x, y, 1, cell(*shown, most, *total), style);
            }
            x += 1;
        }
    }
    let middle = facet.middle.map_or_else(|| "none shown".to_owned(), in_words);
    let at = if roomy { area.x + 4 + name + 1 + 16 + 1 } else { x + 1 };
    let room = end.saturating_sub(at + 1);
    if usize::from(room) >= width(&middle) {
        canvas.put(at, y, room, &middle, t.dim);
    } else if let Some([_, median, _]) = facet.middle {
        canvas.put(at, y, room, &amount(median), t.dim);
    }
    if roomy {
        let count = count_of(facet.shown, facet.total);
        canvas.put_right(numbers, y, area.right().saturating_sub(numbers + 1), &count, t.dim);
    }
}

/// A name of several in so many columns, cut where it stays apart from the others: in the middle, else at its start, else at its end.
fn cut_apart(names: &[String], number: usize, columns: usize) -> String {
    let ways: [&dyn Fn(&str) -> String; 3] = [
        &|name| truncate_middle(name, columns).into_owned(),
        &|name| tail(name, columns),
        &|name| truncate(name, columns).into_owned(),
    ];
    let own = names.get(number).map_or("", String::as_str);
    let apart = |way: &&&dyn Fn(&str) -> String| {
        let cut = way(own);
        (0..).zip(names).all(|(at, name)| at == number || way(name) != cut)
    };
    ways.iter()
        .find(apart)
        .map_or_else(|| truncate_middle(own, columns).into_owned(), |way| way(own))
}

/// The end of a name that is too long: labels of one judge begin alike.
fn tail(name: &str, columns: usize) -> String {
    let clean = sanitize_line(name);
    if width(&clean) <= columns {
        return clean.into_owned();
    }
    let mut from = clean.char_indices().map(|(at, _)| &clean[at..]);
    let fits = from.find(|rest| width(rest) < columns.max(1)).unwrap_or_default();
    format!("…{fits}")
}

/// Least, median and greatest.
fn in_words([least, median, greatest]: [f64; 3]) -> String {
    format!("{} · {} · {}", amount(least), amount(median), amount(greatest))
}

/// A number with at most two decimals.
fn amount(number: f64) -> String {
    if number.fract() == 0.0 && (0.0..1e9).contains(&number) {
        return thousands(number as usize);
    }
    if number != 0.0 && !(1e-2..1e9).contains(&number.abs()) {
        return format!("{number:.1e}");
    }
    format!("{number:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A cell as high as its share of the fullest one; a dot where rows are, but none that are shown.
fn cell(shown: usize, most: usize, total: usize) -> &'static str {
    const PARTS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    match (shown, total) {
        (0, 0) => " ",
        (0, _) => "·",
        _ => PARTS.get((shown * 8).div_ceil(most.max(1)).clamp(1, 8) - 1).copied().unwrap_or("█"),
    }
}

/// The line for a range, in the border at the bottom.
fn range(canvas: &mut Canvas<'_>, facets: &FacetDialog, place: &DialogPlace) -> Option<Position> {
    let Some(FacetTyping::Range(input, error)) = &facets.typing else { return None };
    let FacetLine::Number(number) = *facets.lines.get(facets.selected)? else { return None };
    let t = canvas.theme;
    let name = format!("{} ", facets.found.numbers.get(number)?.field.title());
    let (x, y) = (place.outer.x + 2, place.outer.bottom() - 1);
    let room = place.outer.width.saturating_sub(4);
    canvas.blank(Rect { x, y, width: room, height: 1 });
    let named = canvas.put_cut(x, y, room / 3, &name, t.key);
    let at = x + named + u16::from(named > 0);
    let left = room.saturating_sub(at - x);
    let cursor = typed(canvas, input, at, y, left);
    let hint = error.as_deref().unwrap_or("0.4..0.6  >=3  ..2");
    let style = if error.is_some() { t.error } else { t.dim };
    let after = cursor.x + 3;
    canvas.put_cut(after, y, (x + room).saturating_sub(after), hint, style);
    Some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_or_end_alike_stay_apart() {
        let lists: [&[&str]; 3] = [
            &["harbour_board.zeal.score", "harbour_board.worry.score"],
            &["harbour_board_one.score_of_the_judge", "harbour_board_two.score_of_the_judge"],
            &["one_harbour_board_score_of_the_judge", "two_harbour_board_score_of_the_judge"],
        ];
        for names in lists {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            for columns in [16, 20] {
                let cut: Vec<String> = (0..2).map(|at| cut_apart(&names, at, columns)).collect();
                assert_ne!(cut[0], cut[1], "{columns}");
                assert!(cut.iter().all(|name| width(name) <= columns), "{cut:?}");
            }
        }
    }
}
