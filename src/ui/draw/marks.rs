//! What lies over a stretch of text, and which mark wins where several do.
//!
//! From the bottom up; each layer adds to or replaces what is below it:
//!
//! 1. the kind of section (reasoning, draft, decision tag)
//! 2. recited set-up, sentences that many scratchpads share (when that is wished) and cues that nothing is left of, dimmed
//!    beneath them, of two transcripts side by side, the words that the other lacks: struck through on the left, underlined on the right
//! 3. cues: of several at one place, the category that comes first in the packs' order
//! 4. the words of that cue that matched
//! 5. judge evidence: italic and underlined, the cue's ground shows through; of a whole message the gutter alone
//! 6. the cue or the quote under the cursor
//! 7. the reader's own highlights, the sentence that a reviewer chose
//! 8. what the filter matched
//! 9. matches of the reader's own search, then the current one
//! 10. hidden characters: nothing hides them again
//!
//! Quiet reading leaves out 2 to 6.

use std::ops::Range;

use ratatui::style::{Modifier, Style};

use super::page::Page;
use super::reader::Look;
use crate::app::{FindHit, counts};
use crate::cues::Category;
use crate::model::{Evidence, Found, Section, SectionKind};
use crate::ui::Theme;

/// Bytes before and after the visible rows that a filter's match may begin or end in. A longer one that is
/// cut by the screen's edge may not be shown as such.
const MARGIN: usize = 512;

/// The gutter's mark of a quote.
pub(super) const QUOTE: char = '“';
/// The mark at the first row of a whole message that a judge points at, and along its other rows.
pub(super) const MESSAGE: char = '╓';
const ALONG: char = '║';

/// One layer over a byte range.
#[derive(Debug, Clone)]
struct Layer {
    range: Range<usize>,
    /// Higher wins.
    rank: u32,
    style: Style,
}

/// A mark of the gutter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gutter {
    pub mark: char,
    pub style: Style,
}

/// A cue or a quote as the gutter needs it.
#[derive(Debug, Clone)]
struct Side {
    range: Range<usize>,
    order: usize,
    /// Where it starts, and on its other rows.
    mark: char,
    along: char,
    style: Style,
    current: bool,
}

/// Everything that lies over the visible part of one section.
#[derive(Debug, Default)]
pub(super) struct Marks {
    layers: Vec<Layer>,
    cues: Vec<Side>,
    quotes: Vec<Side>,
    /// The reader's own highlights.
    own: Vec<Side>,
}

/// The mark of a category: its letter without colours, its glyph with them.
pub(super) fn mark_of(theme: &Theme, category: Option<&Category>, name: &str) -> (char, u8) {
    match category {
        Some(c) if theme.mono => (c.letter, c.family),
        Some(c) => (c.glyph, c.family),
        // A category that no active pack knows (a stale row): its first letter.
        None => (name.chars().next().filter(char::is_ascii_alphanumeric).unwrap_or('*'), 5),
    }
}

impl Marks {
    /// Gathers what lies over bytes `shown` of section `index`.
    pub fn gather(page: Page<'_>, theme: &Theme, index: usize, shown: &Range<usize>) -> Self {
        let mut marks = Self::default();
        let Some((_, body)) = page.reader.body() else { return marks };
        let meets =
            |start: usize, end: usize| start < shown.end.max(shown.start + 1) && end > shown.start;
        if !page.state.view.quiet {
            let analysis = &body.analysis;
            for r in analysis.recited.iter().filter(|r| r.section == index) {
                if meets(r.start, r.end) {
                    marks.layer(r.start..r.end, 1000, theme.recited);
                }
            }
            let shared = &page.reader.shared;
            let from = shared
                .partition_point(|(section, place)| (*section, place.end) <= (index, shown.start));
            let rest = shared.iter().skip(from);
            for (_, place) in rest.take_while(|(s, p)| *s == index && p.start < shown.end) {
                marks.layer(place.clone(), 1000, theme.recited);
                // A cue in it keeps its colour, and is as dim as the rest.
                marks.layer(place.clone(), 2900, Style::new().add_modifier(Modifier::DIM));
            }
            let active = page.reader.active_span().map(|(i, _)| i);
            let from = analysis.spans.partition_point(|s| s.section < index);
            let rest = analysis.spans.iter().enumerate().skip(from);
            // Ordered by start, so everything from the first one behind the screen on can be left.
            for (i, span) in rest.take_while(|(_, s)| s.section == index && s.start < shown.end) {
                if !meets(span.start, span.end) {
                    continue;
                }
                if !counts(span) {
                    // Nothing of it is left after what was taken off: restated, negated, imagined.
                    marks.layer(span.start..span.end, 1000, theme.recited);
                    continue;
                }
                let order = page.state.categories.iter().position(|c| c.name == span.category);
                let category = order.and_then(|o| page.state.categories.get(o));
                let (mark, family) = mark_of(theme, category, &span.category);
                let order = order.unwrap_or(usize::MAX >> 1);
                let rank = 2000 + 2 * 400_u32.saturating_sub(order.min(400) as u32);
                let range = span.start..span.end;
                let current = active == Some(i);
                marks.layer(range.clone(), rank, Theme::of(family, &theme.cue));
                // A rule over several sentences has words outside its span; they show when it is looked at.
                for &(start, end) in &span.matched {
                    let words = start.max(span.start)..end.min(span.end);
                    marks.layer(words, rank + 1, Theme::of(family, &theme.matched));
                }
                if current {
                    marks.layer(range.clone(), 4000, Theme::of(family, &theme.cue_current));
                    for &(start, end) in &span.matched {
                        marks.layer(start..end, 4001, theme.matched_current);
                    }
                }
                let style = Theme::of(family, &theme.family);
                marks.cues.push(Side { range, order, mark, along: '│', style, current });
            }
            let sections = &body.transcript.sections;
            for (i, quote) in body.transcript.evidence.iter().enumerate() {
                let Some((section, start, end)) = quote.at else { continue };
                if quote.found == Found::Message {
                    let current = page.reader.evidence == Some(i);
                    marks.message(theme, sections, section, index, current);
                    continue;
                }
                if section != index || !meets(start, end) {
                    continue;
                }
                let current = page.reader.evidence == Some(i);
                marks.layer(start..end, 3000, theme.evidence);
                if current {
                    marks.layer(start..end, 4002, theme.evidence_current);
                }
                let style = theme.evidence_mark;
                let range = start..end;
                marks.quotes.push(Side {
                    range,
                    order: 0,
                    mark: QUOTE,
                    along: '│',
                    style,
                    current,
                });
            }
        }
        if let Some(style) = page.right.and_then(|right| theme.differs.get(usize::from(right))) {
            let differs = &page.reader.differs;
            let from = differs
                .partition_point(|(section, place)| (*section, place.end) <= (index, shown.start));
            let rest = differs.iter().skip(from);
            for (_, place) in rest.take_while(|(s, p)| *s == index && p.start < shown.end) {
                marks.layer(place.clone(), 1500, *style);
            }
        }
        let text = page.reader.section(index);
        let near = near(text, shown);
        marks.highlights(page, theme, text, &near);
        marks.filter_matches(page, theme, text, &near);
        if let Some((_, chosen)) = page.reader.chosen.as_ref().filter(|(own, _)| *own == index) {
            marks.layer(chosen.clone(), 6500, theme.matched_current);
            marks.own.push(Side {
                range: chosen.clone(),
                order: 0,
                mark: '▸',
                along: '│',
                style: theme.cursor,
                current: true,
            });
        }
        let find = &page.reader.find;
        let hits = hits_of(page, index);
        let first = find
            .hits
            .get(hits.clone())
            .unwrap_or_default()
            .partition_point(|h| h.end <= shown.start);
        for (i, hit) in find.hits.iter().enumerate().take(hits.end).skip(hits.start + first) {
            if hit.start >= shown.end {
                break;
            }
            let now = find.current == Some(i);
            let style = if now { theme.find_current } else { theme.find };
            marks.layer(hit.start..hit.end, if now { 7001 } else { 7000 }, style);
        }
        marks.layers.sort_by_key(|l| l.rank);
        marks
    }

    /// A bracket along the whole of a message that a judge points at: its words are not what is pointed at, so they keep their
    /// style. `first`: the message's first section; `index`: the one that is drawn.
    fn message(
        &mut self,
        theme: &Theme,
        sections: &[Section],
        first: usize,
        index: usize,
        current: bool,
    ) {
        let (Some(start), Some(here)) = (sections.get(first), sections.get(index)) else { return };
        if here.turn != start.turn || index < first {
            return;
        }
        let end = here.text.len().max(1);
        let style = theme.evidence_mark;
        let mark = if index == first { MESSAGE } else { ALONG };
        // After the quotes of words, which say more.
        let along = ALONG;
        self.quotes.push(Side { range: 0..end, order: 1, mark, along, style, current });
    }

    fn layer(&mut self, range: Range<usize>, rank: u32, style: Style) {
        self.layers.push(Layer { range, rank, style });
    }

    /// Colours the reader's own highlights; each has its digit in the gutter.
    fn highlights(&mut self, page: Page<'_>, theme: &Theme, text: &str, near: &Range<usize>) {
        let slice = text.get(near.clone()).unwrap_or_default();
        for own in &page.state.highlights.list {
            let style = pen(theme, own.number);
            let mark = digit(own.number);
            for found in own.needle.find_all(slice) {
                let range = near.start + found.start..near.start + found.end;
                self.layer(range.clone(), 5000 + u32::from(own.number), style);
                let order = usize::from(own.number);
                self.own.push(Side { range, order, mark, along: mark, style, current: false });
            }
        }
    }

    fn filter_matches(&mut self, page: Page<'_>, theme: &Theme, text: &str, near: &Range<usize>) {
        let slice = text.get(near.clone()).unwrap_or_default();
        for needle in &page.reader.filter_needles {
            for found in needle.find_all(slice) {
                let range = near.start + found.start..near.start + found.end;
                self.layer(range, 6000, theme.filter_match);
            }
        }
    }

    /// What `base` becomes from a byte on.
    pub fn over(&self, base: Look, byte: usize) -> Look {
        let mut look =
            base.up_to(byte, self.layers.iter().flat_map(|l| [l.range.start, l.range.end]));
        let over = self.layers.iter().filter(|l| l.range.contains(&byte));
        look.style = over.fold(look.style, |style, layer| style.patch(layer.style));
        look
    }

    /// The gutter of a row: a mark where a cue starts (or on the first visible row of one), a thin line where it goes on;
    /// then the same for quotes. The digit of a highlight stands where no quote starts, else where no cue does; a second one beside it where both
    /// are free.
    pub fn gutter(&self, row: &Range<usize>, first: bool) -> (Option<Gutter>, Option<Gutter>) {
        let cue = side(&self.cues, row, first);
        // Quotes have no letters to lose: the chosen one is shown.
        let quote = side(self.quotes.iter().filter(|s| s.current), row, first)
            .or_else(|| side(&self.quotes, row, first));
        // The cue under the cursor takes nobody's place: where another one's letter stands, its own stands beside it.
        let chosen = side(self.cues.iter().filter(|s| s.current), row, first)
            .filter(|(chosen, starts)| *starts && cue.is_none_or(|(cue, _)| cue != *chosen));
        let quote = quote.or(chosen);
        let starts = |side: Option<(Gutter, bool)>| side.is_some_and(|(_, starts)| starts);
        let own = side(&self.own, row, first);
        // A row has room for two.
        let mark = own.map(|(gutter, _)| gutter.mark);
        let more = side(self.own.iter().filter(|s| Some(s.mark) != mark), row, first);
        let (cue, quote) = match (own, more) {
            (Some(_), Some(_)) if cue.is_none() && !starts(quote) => (own, more),
            (Some(_), _) if !starts(quote) => (cue, own),
            (Some(_), _) if !starts(cue) => (own, quote),
            _ => (cue, quote),
        };
        (cue.map(|(gutter, _)| gutter), quote.map(|(gutter, _)| gutter))
    }
}

/// The best mark of a row, and whether something starts there. Which one it is does not hang on where the cursor is.
fn side<'a>(
    list: impl IntoIterator<Item = &'a Side>,
    row: &Range<usize>,
    first: bool,
) -> Option<(Gutter, bool)> {
    let on = list.into_iter().filter(|s| s.range.start < row.end && s.range.end > row.start);
    let starts = |s: &Side| first || row.contains(&s.range.start);
    let best = on.min_by_key(|s| (!starts(s), s.order, !s.current))?;
    let style = if best.current {
        best.style.add_modifier(ratatui::style::Modifier::REVERSED)
    } else {
        best.style
    };
    let mark = if starts(best) { best.mark } else { best.along };
    let style = if starts(best) { style } else { best.style };
    Some((Gutter { mark, style }, starts(best)))
}

/// The visible bytes with a margin, on character boundaries.
fn near(text: &str, shown: &Range<usize>) -> Range<usize> {
    let from = text.floor_char_boundary(shown.start.saturating_sub(MARGIN));
    let to = text.ceil_char_boundary(shown.end.saturating_add(MARGIN).min(text.len()));
    from..to
}

/// How a highlight of a number is coloured.
pub(super) fn pen(theme: &Theme, number: u8) -> Style {
    let turn = usize::from(number.saturating_sub(1)) % theme.pens.len();
    theme.pens.get(turn).copied().unwrap_or_default()
}

/// A highlight's number as it stands beside it.
pub(super) fn digit(number: u8) -> char {
    char::from(b'0' + number % 10)
}

/// The mark of the evidence that stands in folded sections.
pub(super) fn folded(page: Page<'_>, theme: &Theme, sections: &[usize]) -> Option<Gutter> {
    let (_, body) = page.reader.body().filter(|_| !page.state.view.quiet)?;
    let all = &body.transcript.sections;
    let turn = |i: usize| all.get(i).map(|s| s.turn);
    let inside = |e: &Evidence| {
        let Some((at, ..)) = e.at else { return false };
        let whole = e.found == Found::Message;
        sections.iter().any(|s| *s == at || (whole && turn(*s) == turn(at)))
    };
    let evidence = body.transcript.evidence.iter().enumerate();
    let mut inside: Vec<(usize, &Evidence)> = evidence.filter(|(_, e)| inside(e)).collect();
    inside.sort_by_key(|(i, _)| page.reader.evidence != Some(*i));
    let (i, best) = inside.first()?;
    let mark = if best.found == Found::Message { MESSAGE } else { QUOTE };
    let mut style = theme.evidence_mark;
    if page.reader.evidence == Some(*i) {
        style = style.add_modifier(ratatui::style::Modifier::REVERSED);
    }
    Some(Gutter { mark, style })
}

/// Where the hits of a section stand in the list of all hits: they come pane by pane, block by block.
fn hits_of(page: Page<'_>, index: usize) -> Range<usize> {
    let hits: &[FindHit] = &page.reader.find.hits;
    if hits.is_empty() {
        return 0..0;
    }
    let panes = [&page.reader.scratchpad, &page.reader.output];
    let blocks = panes.iter().flat_map(|p| p.doc.blocks.iter());
    let order: Vec<usize> = blocks.flat_map(crate::app::Block::sections).copied().collect();
    let rank = |section: usize| order.iter().position(|s| *s == section).unwrap_or(order.len());
    let wanted = rank(index);
    let start = hits.partition_point(|h| rank(h.section) < wanted);
    let end = hits.partition_point(|h| rank(h.section) <= wanted);
    start..end
}

/// The style of a section's own text.
pub(super) fn base_of(theme: &Theme, kind: SectionKind) -> Style {
    match kind {
        SectionKind::Draft => theme.draft,
        SectionKind::Marker => theme.marker,
        // What a turn answers stands above it in the panes, and steps back.
        SectionKind::Other | SectionKind::Tool | SectionKind::User | SectionKind::Prompt => {
            theme.dim
        }
        _ => theme.text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier};

    use super::*;

    /// The gutter's two columns of a row, for cues with range, precedence, letter, and whether the cursor is on it.
    fn letters(
        cues: &[(Range<usize>, usize, char, bool)],
        row: &Range<usize>,
    ) -> [Option<(char, bool)>; 2] {
        let side = |(range, order, mark, current): &(Range<usize>, usize, char, bool)| Side {
            range: range.clone(),
            order: *order,
            mark: *mark,
            along: '│',
            style: Style::new(),
            current: *current,
        };
        let marks = Marks { cues: cues.iter().map(side).collect(), ..Marks::default() };
        let (cue, quote) = marks.gutter(row, false);
        let seen = |g: Gutter| (g.mark, g.style.add_modifier.contains(Modifier::REVERSED));
        [cue.map(seen), quote.map(seen)]
    }

    #[test]
    fn letters_stay_wherever_the_cursor_is() {
        let cues = |s: bool, o: bool, w: bool| {
            [(0..5, 0, 'S', s), (6..9, 11, 'O', o), (10..40, 2, 'W', w), (25..29, 9, 'Y', false)]
        };
        // Two begin in one row: the first in precedence stands there, the chosen one beside it.
        let row = 0..10;
        assert_eq!(letters(&cues(false, false, false), &row), [Some(('S', false)), None]);
        assert_eq!(letters(&cues(true, false, false), &row), [Some(('S', true)), None]);
        let both = [Some(('S', false)), Some(('O', true))];
        assert_eq!(letters(&cues(false, true, false), &row), both);
        // One goes on beside another that begins: its line is no letter.
        let row = 20..30;
        assert_eq!(letters(&cues(false, false, true), &row), [Some(('Y', false)), None]);
        assert_eq!(letters(&cues(false, false, true), &(30..40)), [Some(('│', false)), None]);
    }

    proptest! {
        #[test]
        fn a_look_holds_as_far_as_it_says(
            layers in prop::collection::vec((0..40_usize, 0..20_usize, any::<u8>()), 0..6),
            known in 0..50_usize,
        ) {
            let mut marks = Marks::default();
            for (rank, (start, len, colour)) in (0..).zip(&layers) {
                let style = Style::new().bg(Color::Indexed(*colour));
                let style = if rank % 2 == 0 { style } else { Style::new().add_modifier(Modifier::BOLD) };
                marks.layer(*start..start + len, rank, style);
            }
            let base = |byte: usize| {
                let style = Style::new().fg(if byte < known { Color::Red } else { Color::Blue });
                let until = if byte < known { known } else { usize::MAX };
                Look { style, until }
            };
            let look = |byte: usize| marks.over(base(byte), byte);
            for from in 0..60 {
                let Look { style, until } = look(from);
                prop_assert!(until > from);
                for byte in from..until.min(70) {
                    prop_assert_eq!(look(byte).style, style, "{} from {}", byte, from);
                }
            }
        }
    }
}
