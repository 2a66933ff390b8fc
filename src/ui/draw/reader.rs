//! The two panes in which a transcript is read, and the line above them that says which one it is.
//!
//! Rows come wrapped; a frame looks at the visible ones only.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::fold;
use super::list::{MARKED, NOTED};
use super::marks::{self, Marks, base_of, mark_of};
use super::page::Page;
use super::title::{self, Word};
use crate::app::{
    Block, Command, DocRow, Focus, Fold, Notice, Pane, Reading, Shown, State, label_text, plural,
    thousands,
};
use crate::model::{Parse, SectionKind};
use crate::text::{Run, runs};
use crate::ui::Theme;
use crate::ui::layout::Part;

/// Most columns of a note in the line above the panes.
const MOST_OF_NOTE: usize = 40;

/// Cues by category: mark, style, count; in the packs' order of precedence, then the rest.
pub(super) fn cue_counts<'a>(
    state: &State,
    theme: &Theme,
    cues: impl Iterator<Item = (&'a str, u16)>,
) -> Vec<(char, Style, u16)> {
    let order = |name: &str| state.categories.iter().position(|c| c.name == name);
    let mut list: Vec<(usize, char, Style, u16)> = cues
        .map(|(name, count)| {
            let at = order(name);
            let (mark, family) = mark_of(theme, at.and_then(|i| state.categories.get(i)), name);
            (at.unwrap_or(usize::MAX), mark, Theme::of(family, &theme.family), count)
        })
        .collect();
    list.sort_by_key(|(order, ..)| *order);
    list.into_iter().map(|(_, mark, style, count)| (mark, style, count)).collect()
}

/// What a pane's title says on its right.
pub(super) fn title_words(page: Page<'_>, t: &Theme, focus: Focus, height: u16) -> Vec<Word> {
    let mut words = Vec::new();
    let Some((_, body)) = page.reader.body() else { return words };
    let quiet = page.state.view.quiet;
    let whole = page.reader.shown == Shown::Response;
    if let Some([long, short, shortest]) = &page.reader.position {
        // Of two panes one says it where there is little room; a turn alone must not be taken for the response.
        let rank = if whole && focus == Focus::Output { 1 } else { 6 };
        let style = if whole { t.dim } else { t.title };
        words.push(Word::new(long, style, rank).short(short).short(shortest));
    }
    highlight_words(page, t, focus, &mut words);
    if focus == Focus::Scratchpad {
        if !quiet {
            judged_words(page, t, &mut words);
        }
        if body.hidden > 0 && whole {
            let text = plural(body.hidden, "hidden character", "hidden characters");
            words.push(Word::new(text, t.repair, 4).short(format!("{} hidden", body.hidden)));
        }
        // Of a turn alone the counts have said how many there are.
        if !quiet && !page.reader.steps.is_empty() && (whole || page.reader.cue.is_some()) {
            let short = page.reader.cue_position_short();
            words.push(Word::new(page.reader.cue_position(), t.text, 3).short(short));
        }
    } else if !quiet && whole {
        words.extend(outcome_words(body, t));
    }
    if let Some(pane) = page.reader.pane(focus).filter(|p| p.doc.rows.len() > usize::from(height)) {
        words.push(Word::new(pane.percent(height), t.dim, 5));
    }
    words
}

/// How often each of the reader's highlights stands in the pane: `1×3 2×1`.
fn highlight_words(page: Page<'_>, t: &Theme, focus: Focus, words: &mut Vec<Word>) {
    let at = usize::from(focus == Focus::Output);
    let counts = page.state.highlights.list.iter().zip(&page.reader.highlighted);
    let there = counts.filter_map(|(own, counts)| Some((own, counts.get(at).filter(|n| **n > 0)?)));
    for (i, (own, count)) in there.enumerate() {
        let text = format!("{}×{}", own.number, thousands(*count));
        let word = Word::new(text, marks::pen(t, own.number), 3);
        words.push(if i == 0 { word } else { word.close() });
    }
}

/// Cues of what the pane shows; criteria and judges' evidence of the final response.
fn judged_words(page: Page<'_>, t: &Theme, words: &mut Vec<Word>) {
    let here = page.reader.cues_here();
    let counts = cue_counts(page.state, t, here.iter().map(|(name, n)| (name.as_str(), *n)));
    for (i, (mark, style, count)) in counts.into_iter().enumerate() {
        let word = Word::new(format!("{mark}{count}"), style, 1);
        words.push(if i == 0 { word } else { word.close() });
    }
    if page.reader.shown != Shown::Response {
        return;
    }
    let criteria = page.reader.criteria_count();
    if !criteria.is_empty() {
        let short = format!("{criteria} crit.");
        words.push(Word::new(format!("{criteria} criteria"), t.dim, 2).short(short));
    }
    let evidence = page.reader.evidence_count();
    if evidence.lost > 0 {
        // What a judge quotes and nobody wrote is a finding; how many there are stands in the line below.
        words.push(Word::new(evidence.words(), t.repair, 4).short(evidence.short()));
    }
}

/// The outcome, who says so, and who says otherwise.
fn outcome_words(body: &crate::corpus::Body, t: &Theme) -> Vec<Word> {
    let outcome = &body.transcript.outcome;
    let style = t.outcome(outcome.value);
    let text = format!("{} {}", Theme::outcome_glyph(outcome.value), outcome.value.as_str());
    let mut words = vec![Word::new(text, style, 4)];
    if let Some(by) = outcome.by {
        let vote = outcome.all.iter().find(|v| v.by == by);
        let given = vote
            .and_then(|v| body.transcript.judgements.iter().find(|j| j.is_named(&v.name)))
            .map(|j| format!(" {}", label_text(&j.value)))
            .filter(|text| text.len() < 8)
            .unwrap_or_default();
        words.push(Word::new(format!("{}{given}", by.as_str()), t.dim, 2));
    }
    if let Some(other) = outcome.all.iter().find(|v| v.value != outcome.value) {
        let text = format!("{} says {}", other.by.as_str(), other.value.as_str());
        words.push(Word::new(text, t.repair, 3));
    }
    // What the tag says stands there already.
    if let Some(said) = body.analysis.said()
        && outcome.done().is_some_and(|done| done != said)
        && let Some(sentence) = outcome.said_and_done(Some(said))
    {
        let short = format!("but says {}", said.as_str());
        words.push(Word::new(sentence, t.repair, 3).short(short));
    }
    words
}

/// The line that says which transcript the panes show.
pub(super) fn subject(page: Page<'_>, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let Some((id, body)) = page.reader.body() else { return };
    let tr = &body.transcript;
    let mut words = Vec::new();
    if let Some(tier) = &tr.tier {
        words.push(Word::new(tier.value.as_str(), t.tier(&tier.value), 6));
    }
    if let Some(query) = &tr.query {
        let end = query.floor_char_boundary(400);
        words.push(Word::new(query.get(..end).unwrap_or_default(), t.title, 9));
    }
    let mut right = Vec::new();
    if page.state.list.outside {
        right.push(Word::new("outside the filter", t.repair, 7));
    }
    let remark = page.state.catalogue.remarks().of(id);
    if remark.mark && !page.state.view.quiet {
        right.push(Word::new(MARKED, t.key, 6));
    }
    if let Some(note) = remark.note.as_ref().filter(|_| !page.state.view.quiet) {
        let note = crate::text::truncate(note, MOST_OF_NOTE);
        right.push(Word::new(format!("{NOTED} {note}"), t.key, 6).short(NOTED));
    }
    match tr.parse {
        Parse::Clean => {}
        Parse::Repaired => right.push(Word::new("repaired", t.repair, 5)),
        Parse::Missing => right.push(Word::new("no scratchpad", t.repair, 5)),
    }
    if page.state.catalogue.is_duplicate(id) {
        right.push(Word::new("duplicate", t.repair, 4));
    }
    for (text, rank) in [(&tr.setting, 2), (&tr.model, 3)] {
        if let Some(text) = text {
            right.push(Word::new(text.as_str(), t.dim, rank));
        }
    }
    if let Some(epoch) = tr.epoch {
        right.push(Word::new(format!("epoch {epoch}"), t.dim, 1));
    }
    right.push(Word::new(tr.id.as_str(), t.dim, 1));
    title::fit(&mut right, usize::from(area.width / 2));
    let wide: usize = right.iter().map(|w| crate::text::width(&w.text) + 3).sum();
    let wide = (wide as u16).min(area.width / 2 + 3);
    let end = area.right().saturating_sub(1);
    let start = end.saturating_sub(wide);
    title::write(canvas, start + 3, area.y, wide.saturating_sub(3), &right);
    title::write(canvas, area.x + 1, area.y, start.saturating_sub(area.x + 1), &words);
}

/// Draws a pane.
pub(super) fn draw(page: Page<'_>, canvas: &mut Canvas<'_>, part: &Part, focus: Focus) {
    if part.body.is_empty() {
        return;
    }
    let focused = page.active && page.state.focus == focus;
    let Some(pane) = page.reader.pane(focus) else { return };
    let mut words = super::twin::headless_words(page, canvas.theme, focus);
    words.extend(title_words(page, canvas.theme, focus, part.text.height));
    let name = match page.reader.shown {
        Shown::Sides => side_name(focus).to_owned(),
        _ => super::twin::pane_name(page, focus),
    };
    title::title(canvas, part, &name, focused, words);
    canvas.scroll_bar(part.scroll, pane.top, pane.doc.rows.len(), focused);
    if let Some((line, style)) = absent(page, canvas.theme, focus) {
        let room = part.text.width;
        canvas.put_cut(part.text.x, part.text.y + part.text.height.min(5) / 3, room, &line, style);
        return;
    }
    rows(page, canvas, part, pane);
}

/// The name of a side of a pair that is reviewed.
pub(super) fn side_name(focus: Focus) -> &'static str {
    if focus == Focus::Output { "B" } else { "A" }
}

/// What stands in a pane that has nothing to show.
fn absent(page: Page<'_>, t: &Theme, focus: Focus) -> Option<(String, Style)> {
    match &page.reader.body {
        Reading::Here(_, body) => {
            let empty = page.reader.pane(focus).is_some_and(|p| p.doc.blocks.is_empty());
            let line = if focus == Focus::Output {
                "no output".to_owned()
            } else if body.transcript.parse == Parse::Missing {
                let key = page.state.keymap.main_key(Command::Record);
                format!("no scratchpad in this transcript · {key} shows the raw record")
            } else {
                "no scratchpad".to_owned()
            };
            empty.then_some((line, t.dim))
        }
        Reading::Failed(_, sentence) => Some((sentence.clone(), t.error)),
        Reading::Waiting(_) => Some(("reading…".to_owned(), t.dim)),
        Reading::Nothing => Some((String::new(), t.dim)),
    }
}

fn rows(page: Page<'_>, canvas: &mut Canvas<'_>, part: &Part, pane: &Pane) {
    let shown = pane.doc.rows.iter().skip(pane.top).take(usize::from(part.text.height));
    let shown: Vec<&DocRow> = shown.collect();
    let mut known: Option<(u32, Marks)> = None;
    for (i, (y, row)) in (part.text.y..).zip(&shown).enumerate() {
        match pane.doc.blocks.get(row.block as usize) {
            Some(Block::Section(index) | Block::Head(index, _)) => {
                let fresh = known.as_ref().is_none_or(|(block, _)| *block != row.block);
                if fresh {
                    let same = shown.iter().skip(i).take_while(|r| r.block == row.block);
                    let end = same.last().map_or(row.row.end, |r| r.row.end);
                    let marks = Marks::gather(page, canvas.theme, *index, &(row.row.start..end));
                    known = Some((row.block, marks));
                }
                if let Some((_, marks)) = &known {
                    text_row(page, canvas, part, y, *index, row, marks, i == 0);
                }
            }
            Some(Block::Fold(fold)) if row.row.start == 0 => {
                fold_row(page, canvas, part, y, fold);
            }
            Some(Block::Notice(kind, text)) => notice(canvas, part.text, y, *kind, text, row),
            Some(Block::Text(text)) => {
                let style = canvas.theme.text;
                plain_row(canvas, part.text, y, text, row, &|_| Look::always(style));
            }
            // The gap below a fold.
            Some(Block::Fold(_)) | None => {}
        }
    }
}

/// A fold's row, with a sign for evidence and for matches that are folded away.
fn fold_row(page: Page<'_>, canvas: &mut Canvas<'_>, part: &Part, y: u16, fold: &Fold) {
    if let Some(mark) = marks::folded(page, canvas.theme, &fold.sections) {
        canvas.glyph(part.body.x + 1, y, mark.mark, mark.style);
    }
    let found = page.reader.find.hits.iter().any(|h| fold.sections.contains(&h.section));
    let hit = found.then_some(canvas.theme.find);
    fold::row(canvas, part.text, y, fold, hit);
}

#[allow(clippy::too_many_arguments)] // a row is all of these; a struct would only name them again
fn text_row(
    page: Page<'_>,
    canvas: &mut Canvas<'_>,
    part: &Part,
    y: u16,
    index: usize,
    row: &DocRow,
    marks: &Marks,
    first: bool,
) {
    let t = canvas.theme;
    let kind = page
        .reader
        .body()
        .and_then(|(_, b)| b.transcript.sections.get(index))
        .map_or(SectionKind::Other, |s| s.kind);
    let range: Range<usize> = row.row.start..row.row.end;
    let (cue, quote) = marks.gutter(&range, first);
    for (x, mark) in [(part.body.x, cue), (part.body.x + 1, quote)] {
        if let Some(mark) = mark {
            canvas.glyph(x, y, mark.mark, mark.style);
        }
    }
    if kind == SectionKind::Draft {
        canvas.glyph(part.text.x - 1, y, '▎', t.draft_bar);
    }
    let base = base_of(t, kind);
    let text = page.reader.section(index);
    let code = page.reader.code.as_ref().and_then(|c| c.iter().find(|(s, _)| *s == index));
    let code = code.map_or(&[][..], |(_, spans)| spans);
    plain_row(canvas, part.text, y, text, row, &|byte| {
        let syntax = syntax_at(t, code, byte);
        marks.over(syntax.map(|style| base.patch(style.unwrap_or_default())), byte)
    });
}

/// How a text looks from some byte on, and up to which byte it surely looks so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look<T = Style> {
    pub style: T,
    /// After the byte that was asked for.
    pub until: usize,
}

impl<T> Look<T> {
    pub fn always(style: T) -> Self {
        Self { style, until: usize::MAX }
    }

    pub fn map<U>(self, over: impl FnOnce(T) -> U) -> Look<U> {
        Look { style: over(self.style), until: self.until }
    }

    /// The same, surely only up to the next of these bytes after `byte`.
    pub fn up_to(self, byte: usize, changes: impl IntoIterator<Item = usize>) -> Self {
        let after = changes.into_iter().filter(|at| *at > byte);
        let until = after.fold(self.until, usize::min);
        Self { until, ..self }
    }
}

/// The style of code from a byte on; `None` where it is plain. `spans`: sorted byte ranges with a role.
pub(super) fn syntax_at(
    t: &Theme,
    spans: &[(usize, usize, u8)],
    byte: usize,
) -> Look<Option<Style>> {
    let at = spans.partition_point(|(_, end, _)| *end <= byte);
    let Some((start, end, role)) = spans.get(at) else { return Look::always(None) };
    if *start > byte {
        return Look { style: None, until: *start };
    }
    Look { style: t.syntax.get(usize::from(*role)).copied(), until: *end }
}

/// Draws a wrapped row of a text; `look` tells how it looks from each byte of it on.
pub(super) fn plain_row(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    text: &str,
    row: &DocRow,
    look: &dyn Fn(usize) -> Look,
) {
    let hidden = canvas.theme.hidden;
    let Some(slice) = text.get(row.row.start..row.row.end) else { return };
    let indent = row.row.indent.min(area.width);
    let mut x = area.x + indent;
    for run in runs(slice, usize::from(indent)) {
        match run {
            Run::Plain(range) => {
                let (mut at, end) = (row.row.start + range.start, row.row.start + range.end);
                while at < end {
                    let Look { style, until } = look(at);
                    let until = until.clamp(at + 1, end);
                    let room = area.right().saturating_sub(x);
                    x += canvas.plain(x, y, room, text.get(at..until).unwrap_or_default(), style);
                    at = until;
                }
            }
            Run::Piece(piece) if piece.shown.is_empty() => {}
            Run::Piece(piece) => {
                let mut style = look(row.row.start + piece.range.start).style;
                if piece.hidden.is_some() {
                    style = style.patch(hidden);
                }
                match canvas.piece(x, y, area.right().saturating_sub(x), &piece, style) {
                    Some(columns) => x += columns,
                    None => break,
                }
            }
        }
    }
}

/// Draws a row of a notice: a heading with a rule to its right, a repair with its sign.
pub(super) fn notice(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    kind: Notice,
    text: &str,
    row: &DocRow,
) {
    let t = canvas.theme;
    let style = match kind {
        Notice::Heading | Notice::Turn => t.heading,
        Notice::Repair => t.repair,
        Notice::Absent => t.draft.patch(t.dim),
        Notice::Info => t.dim,
    };
    if row.row.start == row.row.end {
        return;
    }
    if kind == Notice::Turn {
        fold::rule(canvas, area, y, text, false);
        return;
    }
    plain_row(canvas, area, y, text, row, &|_| Look::always(style));
    // In the gutter, where there is one.
    let sign = match kind {
        Notice::Repair => '≈',
        _ => return,
    };
    if let Some(x) = area.x.checked_sub(2).filter(|_| row.row.start == 0) {
        canvas.glyph(x, y, sign, t.repair);
    }
}
