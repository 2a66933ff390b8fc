//! From tags to regions: which stretch of a response is reasoning, which an answer, which neither. One pass over the
//! tags, with tables of where each name opens and closes next, so that a megabyte of `<think>` costs no more than
//! a megabyte of prose.

use std::ops::Range;

use super::repair;
use super::table::{Table, after};
use super::tags::{self, Class, Tag};
use crate::model::Repair;

/// What a region is before it is known which answer is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scratchpad,
    Draft,
    /// Neither reasoning nor answer, whatever else is there.
    Aside,
    /// Inside output tags; regions of one block carry one number.
    Block(usize),
    /// Outside all tags.
    Plain,
}

#[derive(Debug, Clone)]
pub(super) struct Region {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// How a text is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// A closing reasoning tag alone makes everything before it reasoning, and an unclosed one everything after it.
    /// Not in an output that the source keeps apart.
    pub(super) lenient: bool,
}

/// The regions of a text with everything that was cut out of it.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub(super) regions: Vec<Region>,
    /// Decision tags anywhere in the text that are not quoted, in order.
    pub(super) markers: Vec<Tag>,
    /// Ranges of the tags that are in no region.
    pub(super) tags: Vec<Range<usize>>,
    pub(super) repairs: Vec<Repair>,
    /// Where the last reasoning ended; markers count only after it. 0 without reasoning.
    pub(super) reasoning_end: usize,
}

/// Where the text so far stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Boundary {
    Start,
    Reasoning,
    Output,
}

/// Cuts the whole text.
pub(super) fn cut(text: &str, options: Options) -> Cut {
    let tags = tags::scan(text);
    let mut reader = Reader::new(text, &tags, options);
    reader.run();
    let mut cut = reader.cut;
    cut.markers = markers(&tags);
    cut
}

/// Cuts reasoning that stands alone: its own tags around it go, drafts in it are cut out.
pub(super) fn cut_reasoning(text: &str) -> Cut {
    let tags = tags::scan(text);
    let mut reader = Reader::new(text, &tags, Options { lenient: true });
    let is_own = |tag: &Tag| matches!(tag.class, Class::Reasoning(_));
    let (mut from, mut to, mut end) = (0, tags.len(), text.len());
    if let Some(first) = tags.first()
        && is_own(first)
        && first.opens()
        && first.range.start == reader.text_start
    {
        reader.drop_tag(0);
        from = 1;
    }
    if let Some(last) = tags.last().filter(|_| to > from)
        && is_own(last)
        && last.closes
        && reader.is_blank(last.range.end..end)
    {
        reader.cut.tags.push(last.range.clone());
        to -= 1;
        end = last.range.start;
    }
    reader.body(end, from, to);
    reader.cut.reasoning_end = text.len();
    reader.cut
}

fn markers(tags: &[Tag]) -> Vec<Tag> {
    let wanted = |t: &&Tag| matches!(t.class, Class::Marker { .. }) && !t.quoted;
    tags.iter().filter(wanted).cloned().collect()
}

/// Reads one text. Indices of tags come from walking `tags` or from its table, so `tags[index]` cannot fail.
struct Reader<'a> {
    text: &'a str,
    tags: &'a [Tag],
    table: Table,
    /// Where the first thing that is no white space stands.
    text_start: usize,
    content_end: usize,
    options: Options,
    cut: Cut,
    /// Everything before it is in a region or a tag.
    cursor: usize,
    boundary: Boundary,
    blocks: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, tags: &'a [Tag], options: Options) -> Self {
        Self {
            text,
            tags,
            table: Table::new(tags),
            text_start: text.len() - text.trim_start_matches(tags::is_blank).len(),
            content_end: tags::content_end(text, tags),
            options,
            cut: Cut::default(),
            cursor: 0,
            boundary: Boundary::Start,
            blocks: 0,
        }
    }

    fn run(&mut self) {
        let mut next = self.closing_only();
        while let Some(tag) = self.tags.get(next) {
            next = match tag.class {
                Class::Reasoning(_) if tag.closes => self.stray_close(next),
                Class::Reasoning(_) if tag.opens() => self.reasoning(next),
                Class::Output(_) if tag.closes => self.stray_output_close(next),
                Class::Output(_) if tag.opens() => self.output(next),
                Class::Draft(_) | Class::Feedback if tag.opens() => self.aside(next),
                _ => next + 1,
            };
        }
        self.flush(Kind::Plain, self.text.len());
    }

    fn is_blank(&self, range: Range<usize>) -> bool {
        self.text.get(range).unwrap_or_default().chars().all(tags::is_blank)
    }

    fn repair(&mut self, code: &'static str) {
        if !self.cut.repairs.iter().any(|r| r.code == code) {
            self.cut.repairs.push(repair(code));
        }
    }

    fn push(&mut self, kind: Kind, range: Range<usize>) {
        if range.start < range.end && !self.is_blank(range.clone()) {
            self.cut.regions.push(Region { kind, range });
        }
    }

    /// Makes what is pending a region and moves on to `end`.
    fn flush(&mut self, kind: Kind, end: usize) {
        if self.cursor < end {
            self.push(kind, self.cursor..end);
            self.cursor = end;
        }
    }

    /// Cuts out a tag; the text before it must have been flushed.
    fn drop_tag(&mut self, index: usize) {
        let range = self.tags[index].range.clone();
        self.cursor = range.end;
        self.cut.tags.push(range);
    }

    /// A reasoning tag that is closed but never opened, as chat templates leave it. Gives the tag to go on with.
    fn closing_only(&mut self) -> usize {
        if !self.options.lenient {
            return 0;
        }
        let Some(close) = self.table.any_close.iter().copied().find(|k| self.closes_alone(*k))
        else {
            return 0;
        };
        let class = self.tags[close].class;
        let range = self.tags[close].range.clone();
        // An opener that counts owns this close, or an answer was given and nothing follows.
        let owned = self.tags[..close].iter().any(|t| {
            matches!(t.class, Class::Reasoning(_))
                && t.opens()
                && t.placed
                && (t.class == class || t.range.start == self.text_start)
        });
        let answered = self.content_end <= range.start
            && self.table.outputs.first().is_some_and(|o| *o < close);
        // A marker alone before it is a decision without reasoning: the close is a stray one.
        if owned || answered {
            return 0;
        }
        let mut first = 0;
        // `Sure. <think>` at the end of a line: opened in the middle of one, but opened.
        let inline = self.tags[..close].iter().rposition(|t| {
            t.class == class && t.opens() && !t.quoted && t.ends_line && t.class.is_strong()
        });
        if let Some(open) = inline {
            self.repair("inline-open");
            self.flush(Kind::Plain, self.tags[open].range.start);
            self.drop_tag(open);
            first = open + 1;
        } else {
            self.repair("closing-tag-only");
        }
        self.body(range.start, first, close);
        self.drop_tag(close);
        close + 1
    }

    /// Whether a reasoning close can stand for itself: at a line's start or end, or in running text
    /// without an opener of its name earlier on the line.
    fn closes_alone(&self, index: usize) -> bool {
        let tag = &self.tags[index];
        if tag.placed || tag.ends_line {
            return true;
        }
        if !tag.class.is_strong() {
            return false;
        }
        let last = self.table.open_before(tag.class, index);
        last.is_none_or(|open| self.tags[open].line < tag.line)
    }

    /// An opening reasoning tag outside everything.
    fn reasoning(&mut self, index: usize) -> usize {
        let tag = &self.tags[index];
        let close = self.own_close(index);
        // A word that XML answers use too must close, unless the response begins with it.
        let begins = tag.range.start == self.text_start;
        if !tag.placed || tag.quoted || (close.is_none() && !tag.class.is_strong() && !begins) {
            return index + 1;
        }
        if close.is_none() && !self.options.lenient {
            return index + 1;
        }
        self.flush(Kind::Plain, tag.range.start);
        self.drop_tag(index);
        if let Some(close) = close {
            self.body(self.tags[close].range.start, index + 1, close);
            self.drop_tag(close);
            return close + 1;
        }
        // `<think>` without a close, right before another block that has one: a stray opener.
        if let Some(inner) = self.tags.get(index + 1)
            && matches!(inner.class, Class::Reasoning(_))
            && inner.opens()
            && self.is_blank(self.cursor..inner.range.start)
            && (inner.class == tag.class || self.own_close(index + 1).is_some())
        {
            self.repair(if inner.class == tag.class { "double-open" } else { "stray-open" });
            return index + 1;
        }
        let output = after(&self.table.outputs, index);
        let other = after(&self.table.any_close, index).filter(|k| {
            (self.tags[*k].placed || self.tags[*k].ends_line) && output.is_none_or(|o| *k < o)
        });
        if let Some(close) = other {
            // Opened under one name and closed under another.
            self.repair("mismatched-close");
            self.body(self.tags[close].range.start, index + 1, close);
            self.drop_tag(close);
            return close + 1;
        }
        self.repair("unclosed-scratchpad");
        let (end, next) = match output {
            Some(output) => (self.tags[output].range.start, output),
            None => (self.text.len(), self.tags.len()),
        };
        self.body(end, index + 1, next);
        next
    }

    /// The close of a reasoning tag: the first of its name, unless a finished answer and another opening of
    /// the same name come before it (then that close belongs to the later one).
    fn own_close(&self, index: usize) -> Option<usize> {
        let class = self.tags[index].class;
        let close = self.table.close_after(class, index)?;
        let again = self.table.last_open_between(self.tags, class, index, close);
        match (again, after(&self.table.outputs, index)) {
            (Some(again), Some(output)) if output < again => None,
            _ => Some(close),
        }
    }

    /// Reasoning from the cursor to `end`, with the tags `from..to` in it: drafts and feedback are cut out,
    /// everything else is quoted text.
    fn body(&mut self, end: usize, mut from: usize, mut to: usize) {
        let mut end_text = end;
        let regions = self.cut.regions.len();
        // Wrappers directly inside: `<think><scratchpad>…</scratchpad></think>`, or the opener twice.
        while let Some(inner) = self.tags.get(from).filter(|_| from < to) {
            let wraps = matches!(inner.class, Class::Reasoning(_))
                && inner.opens()
                && self.is_blank(self.cursor..inner.range.start);
            if !wraps {
                break;
            }
            let class = inner.class;
            let last = self.tags.get(to.wrapping_sub(1)).filter(|_| to > from + 1);
            let closed = last.is_some_and(|last| {
                last.closes && last.class == class && self.is_blank(last.range.end..end_text)
            });
            let outer_same = from.checked_sub(1).is_some_and(|i| self.tags[i].class == class);
            if closed {
                to -= 1;
                end_text = self.tags[to].range.start;
                self.cut.tags.push(self.tags[to].range.clone());
            } else if outer_same {
                self.repair("double-open");
            } else {
                break;
            }
            self.drop_tag(from);
            from += 1;
        }
        let mut next = from;
        while next < to {
            let tag = &self.tags[next];
            let kind = match tag.class {
                Class::Draft(_) => Kind::Draft,
                Class::Feedback => Kind::Aside,
                _ => {
                    next += 1;
                    continue;
                }
            };
            let close = self.table.close_after(tag.class, next).filter(|close| *close < to);
            let again = self.table.open_after(tag.class, next);
            match close {
                Some(close) if tag.opens() && !tag.quoted && again.is_none_or(|a| a > close) => {
                    self.flush(Kind::Scratchpad, tag.range.start);
                    self.drop_tag(next);
                    self.flush(kind, self.tags[close].range.start);
                    self.drop_tag(close);
                    next = close + 1;
                }
                _ => {
                    if tag.opens() && tag.placed && kind == Kind::Draft {
                        self.repair("unclosed-draft");
                    }
                    next += 1;
                }
            }
        }
        self.flush(Kind::Scratchpad, end_text);
        if self.cut.regions.len() == regions {
            self.repair("empty-scratchpad");
        }
        self.cursor = end;
        self.cut.reasoning_end = end;
        self.boundary = Boundary::Reasoning;
    }

    /// A closing reasoning tag that nothing opened.
    fn stray_close(&mut self, index: usize) -> usize {
        let tag = &self.tags[index];
        let structural = !tag.quoted && (tag.placed || tag.ends_line);
        if !structural || !self.options.lenient && self.boundary == Boundary::Start {
            return index + 1;
        }
        let between_is_blank = self.is_blank(self.cursor..tag.range.start);
        if self.boundary == Boundary::Reasoning {
            self.repair("double-close");
            // With an answer after the second close, what stands between the two was still reasoning.
            let more = self.content_end > tag.range.end;
            if more && !between_is_blank {
                self.flush(Kind::Scratchpad, tag.range.start);
                self.cut.reasoning_end = tag.range.start;
            } else if !between_is_blank {
                self.boundary = Boundary::Output;
            }
        } else {
            self.repair("stray-close");
        }
        self.flush(Kind::Plain, tag.range.start);
        self.drop_tag(index);
        index + 1
    }

    /// An opening output tag outside everything.
    fn output(&mut self, index: usize) -> usize {
        let tag = &self.tags[index];
        let close = self.table.close_after(tag.class, index);
        let inline = tag.class.is_strong() && !tag.quoted && close.is_some();
        if !(tag.placed || inline) || (!tag.class.is_strong() && close.is_none() && !tag.placed) {
            return index + 1;
        }
        self.flush(Kind::Plain, tag.range.start);
        self.drop_tag(index);
        let block = self.blocks;
        self.blocks += 1;
        self.boundary = Boundary::Output;
        let mut next = index + 1;
        while let Some(inner) = self.tags.get(next) {
            if inner.closes && inner.class == tag.class && !inner.quoted {
                self.flush(Kind::Block(block), inner.range.start);
                self.drop_tag(next);
                return next + 1;
            }
            if inner.opens() && inner.class == tag.class && inner.placed && !inner.quoted {
                // Opened again before it closed: the earlier answer was given up.
                self.repair("unclosed-output");
                self.flush(Kind::Block(block), inner.range.start);
                return next;
            }
            if let Some(after) = self.reasoning_inside(next, block, tag.class) {
                next = after;
                continue;
            }
            if inner.closes
                && matches!(inner.class, Class::Output(_))
                && self.table.close_after(tag.class, next).is_none()
                && self.content_end <= inner.range.start
            {
                self.repair("mismatched-close");
                self.flush(Kind::Block(block), inner.range.start);
                self.drop_tag(next);
                return next + 1;
            }
            next += 1;
        }
        self.repair("unclosed-output");
        self.flush(Kind::Block(block), self.text.len());
        next
    }

    /// A whole reasoning block inside an output; gives the tag after it.
    fn reasoning_inside(&mut self, index: usize, block: usize, output: Class) -> Option<usize> {
        let tag = &self.tags[index];
        let wanted = matches!(tag.class, Class::Reasoning(_)) && tag.class.is_strong();
        if !wanted || !tag.opens() || !tag.placed || tag.quoted {
            return None;
        }
        let close = self.own_close(index)?;
        if self.table.close_after(output, index).is_some_and(|end| end < close) {
            return None;
        }
        self.repair("scratchpad-in-output");
        self.flush(Kind::Block(block), tag.range.start);
        self.drop_tag(index);
        self.body(self.tags[close].range.start, index + 1, close);
        self.drop_tag(close);
        self.boundary = Boundary::Output;
        Some(close + 1)
    }

    /// A closing output tag that nothing opened: what stands before it is an answer.
    fn stray_output_close(&mut self, index: usize) -> usize {
        let tag = &self.tags[index];
        let structural = tag.placed || (tag.ends_line && tag.class.is_strong());
        if tag.quoted || !structural {
            return index + 1;
        }
        if self.boundary == Boundary::Output || self.is_blank(self.cursor..tag.range.start) {
            self.repair("stray-close");
            self.flush(Kind::Plain, tag.range.start);
        } else {
            self.repair("unopened-output");
            self.flush(Kind::Block(self.blocks), tag.range.start);
            self.blocks += 1;
        }
        self.boundary = Boundary::Output;
        self.drop_tag(index);
        index + 1
    }

    /// A draft or feedback block outside the reasoning: kept apart, and no answer.
    fn aside(&mut self, index: usize) -> usize {
        let tag = &self.tags[index];
        let close = self.table.close_after(tag.class, index);
        let (Some(close), true, false) = (close, tag.placed, tag.quoted) else {
            return index + 1;
        };
        if matches!(tag.class, Class::Draft(_)) {
            self.repair("draft-outside");
        }
        self.flush(Kind::Plain, tag.range.start);
        self.drop_tag(index);
        self.flush(Kind::Aside, self.tags[close].range.start);
        self.drop_tag(close);
        close + 1
    }
}
