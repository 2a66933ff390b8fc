//! Where each tag name opens and closes next, so that looking ahead costs a binary search and not a walk.

use super::tags::{Class, SLOTS, Tag};

/// Per name, the tags that open and close it, as indices in rising order.
pub(super) struct Table {
    pub(super) opens: [Vec<usize>; SLOTS],
    pub(super) closes: [Vec<usize>; SLOTS],
    /// Placed output openers of any name.
    pub(super) outputs: Vec<usize>,
    /// Unquoted reasoning closers of any name.
    pub(super) any_close: Vec<usize>,
}

/// The first index in a rising list that is greater than `index`.
pub(super) fn after(list: &[usize], index: usize) -> Option<usize> {
    list.get(list.partition_point(|i| *i <= index)).copied()
}

impl Table {
    pub(super) fn new(tags: &[Tag]) -> Self {
        let mut table = Self {
            opens: std::array::from_fn(|_| Vec::new()),
            closes: std::array::from_fn(|_| Vec::new()),
            outputs: Vec::new(),
            any_close: Vec::new(),
        };
        for (i, tag) in tags.iter().enumerate() {
            let Some(slot) = tag.class.slot() else { continue };
            if tag.quoted || tag.self_closing {
                continue;
            }
            if tag.closes {
                table.closes[slot].push(i);
                if matches!(tag.class, Class::Reasoning(_)) {
                    table.any_close.push(i);
                }
            } else {
                table.opens[slot].push(i);
                if matches!(tag.class, Class::Output(_)) && tag.placed {
                    table.outputs.push(i);
                }
            }
        }
        table
    }

    pub(super) fn close_after(&self, class: Class, index: usize) -> Option<usize> {
        class.slot().and_then(|slot| after(&self.closes[slot], index))
    }

    pub(super) fn open_after(&self, class: Class, index: usize) -> Option<usize> {
        class.slot().and_then(|slot| after(&self.opens[slot], index))
    }

    /// The last opening of the same name between two tags, when it is placed: the one that a finished answer
    /// would have to stand before.
    pub(super) fn last_open_between(
        &self,
        tags: &[Tag],
        class: Class,
        index: usize,
        close: usize,
    ) -> Option<usize> {
        let slot = class.slot()?;
        let opens = &self.opens[slot];
        let last = opens.get(..opens.partition_point(|i| *i < close))?.last().copied()?;
        (last > index && tags[last].placed).then_some(last)
    }
}
