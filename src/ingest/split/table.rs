//! Where each tag name opens and closes next, so that looking ahead costs a binary search and not a walk.

use super::tags::{Class, Tag};

/// Tags by the slot of their name, then by their index.
type BySlot = Vec<(usize, usize)>;

/// The tags that open and close each name.
#[derive(Default)]
pub(super) struct Table {
    opens: BySlot,
    closes: BySlot,
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
        let mut table = Self::default();
        for (i, tag) in tags.iter().enumerate() {
            let Some(slot) = tag.class.slot() else { continue };
            if tag.quoted || tag.self_closing {
                continue;
            }
            if tag.closes {
                table.closes.push((slot, i));
                if matches!(tag.class, Class::Reasoning(_)) {
                    table.any_close.push(i);
                }
            } else {
                table.opens.push((slot, i));
                if matches!(tag.class, Class::Output(_)) && tag.placed {
                    table.outputs.push(i);
                }
            }
        }
        table.opens.sort_unstable();
        table.closes.sort_unstable();
        table
    }

    fn next(list: &BySlot, class: Class, index: usize) -> Option<usize> {
        let slot = class.slot()?;
        let at = list.partition_point(|entry| *entry <= (slot, index));
        list.get(at).filter(|(own, _)| *own == slot).map(|(_, next)| *next)
    }

    pub(super) fn close_after(&self, class: Class, index: usize) -> Option<usize> {
        Self::next(&self.closes, class, index)
    }

    pub(super) fn open_after(&self, class: Class, index: usize) -> Option<usize> {
        Self::next(&self.opens, class, index)
    }

    /// The last opening of the same name before a tag.
    pub(super) fn open_before(&self, class: Class, index: usize) -> Option<usize> {
        let slot = class.slot()?;
        let at = self.opens.partition_point(|entry| *entry < (slot, index));
        let before = at.checked_sub(1).and_then(|at| self.opens.get(at));
        before.filter(|(own, _)| *own == slot).map(|(_, open)| *open)
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
        let last = self.open_before(class, close)?;
        (last > index && tags[last].placed).then_some(last)
    }
}
