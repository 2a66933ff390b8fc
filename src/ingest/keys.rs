//! Names looked up fast, where most are not there. A record has a dozen keys, and readers ask it for some hundred names
//! that somebody once used; hashing each of those took longer than reading the record.
//!
//! [`Keys`] are those of one object, a [`List`] holds names that are tried one after another, [`Names`] is a fixed table of
//! names. All go by a byte made of a name's length and ends, its mark.

use std::ops::Deref;

use serde_json::{Map, Value};

/// Objects with more keys than this are asked themselves: looking through all their keys would cost more.
const FEW: usize = 32;

/// A number that tells most names apart.
const fn mark(name: &str) -> u8 {
    match name.as_bytes() {
        [] => 0,
        bytes @ ([first] | [first, ..]) => {
            // There is a last byte where there is a first.
            let last = bytes[bytes.len() - 1];
            let ends = first.wrapping_mul(5).wrapping_add(last.wrapping_mul(17));
            (bytes.len() as u8).wrapping_mul(43).wrapping_add(ends)
        }
    }
}

/// Names under which something may stand, the best first, with their marks.
#[derive(Debug, Clone, Copy)]
pub struct List<const N: usize> {
    /// The names.
    pub names: [&'static str; N],
    marks: [u8; N],
    /// A bit for each mark.
    bits: [u64; 4],
}

impl<const N: usize> List<N> {
    pub const fn new(names: [&'static str; N]) -> Self {
        let (mut marks, mut bits) = ([0; N], [0; 4]);
        let mut at = 0;
        while at < N {
            marks[at] = mark(names[at]);
            bits[(marks[at] >> 6) as usize] |= 1 << (marks[at] & 63);
            at += 1;
        }
        Self { names, marks, bits }
    }
}

impl<const N: usize> Deref for List<N> {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        &self.names
    }
}

/// The keys of an object.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    /// The object.
    pub map: &'a Map<String, Value>,
    /// A bit for the mark of each key.
    seen: [u64; 4],
    /// The marks of the first keys, in order.
    marks: [u8; FEW],
}

impl<'a> Keys<'a> {
    pub fn new(map: &'a Map<String, Value>) -> Self {
        let (mut seen, mut marks) = ([0_u64; 4], [0; FEW]);
        for (at, key) in map.keys().enumerate() {
            let mark = mark(key);
            if let Some(word) = seen.get_mut(usize::from(mark >> 6)) {
                *word |= 1 << (mark & 63);
            }
            if let Some(place) = marks.get_mut(at) {
                *place = mark;
            }
        }
        Self { map, seen, marks }
    }

    #[inline]
    fn may_have(&self, mark: u8) -> bool {
        self.seen.get(usize::from(mark >> 6)).is_some_and(|word| word >> (mark & 63) & 1 == 1)
    }

    /// What stands under a key: the same as the object says.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        let mark = mark(key);
        if self.may_have(mark) { self.marked(key, mark) } else { None }
    }

    /// What stands under a key with this mark.
    fn marked(&self, key: &str, wanted: u8) -> Option<&'a Value> {
        if self.map.len() > FEW {
            return self.map.get(key);
        }
        let mut all = self.map.iter();
        for mark in &self.marks {
            let (known, value) = all.next()?;
            if *mark == wanted && known == key {
                return Some(value);
            }
        }
        None
    }

    /// Those names of a list that are there, in its order, with what stands under them.
    pub fn all<const N: usize>(
        &self,
        list: &'static List<N>,
    ) -> impl Iterator<Item = (&'static str, &'a Value)> {
        // Mostly none of a list is there.
        let any = self.seen.iter().zip(&list.bits).any(|(seen, bits)| seen & bits != 0);
        let mut at = if any { 0 } else { N };
        std::iter::from_fn(move || {
            while let (Some(name), Some(mark)) = (list.names.get(at), list.marks.get(at)) {
                at += 1;
                if self.may_have(*mark)
                    && let Some(value) = self.marked(name, *mark)
                {
                    return Some((*name, value));
                }
            }
            None
        })
    }

    /// As [`Self::all`], of texts that are not blank.
    pub fn texts<const N: usize>(
        &self,
        list: &'static List<N>,
    ) -> impl Iterator<Item = (&'static str, &'a str)> {
        let text = |(name, value): (&'static str, &'a Value)| Some((name, value.as_str()?));
        self.all(list).filter_map(text).filter(|(_, text)| !text.trim().is_empty())
    }

    /// Whether there is such a key.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The text under a key.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    /// The number of a key in the object's order.
    pub fn position(&self, key: &str) -> Option<usize> {
        let there = self.may_have(mark(key));
        if there { self.map.keys().position(|known| known == key) } else { None }
    }
}

/// A table of names that stays as it was made.
#[derive(Debug)]
pub struct Names<T> {
    slots: Vec<Vec<(String, T)>>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { slots: (0..=0xff).map(|_| Vec::new()).collect() }
    }
}

impl<T> Names<T> {
    /// What stands under a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let slot = self.slots.get(usize::from(mark(name)))?;
        slot.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<T: Default> Names<T> {
    /// The place of a name, to be filled; made when there is none.
    pub fn entry(&mut self, name: &str) -> &mut T {
        // A mark is one byte, there are 256 slots, and the place is one that was found or just made.
        let slot = &mut self.slots[usize::from(mark(name))];
        let at = slot.iter().position(|(known, _)| known == name).unwrap_or(slot.len());
        if at == slot.len() {
            slot.push((name.to_owned(), T::default()));
        }
        &mut slot[at].1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIST: List<5> = List::new(["a", "", "aa", "b_", "é"]);

    proptest! {
        #[test]
        fn a_list_gives_what_is_there(there in prop::collection::vec("[ab_é]{0,2}", 0..40)) {
            let value = |key: &String| (key.clone(), Value::String(if key == "aa" { " " } else { "x" }.to_owned()));
            let map: Map<String, Value> = there.iter().map(value).collect();
            let keys = Keys::new(&map);
            let names = || LIST.names.into_iter().filter(|name| map.contains_key(*name));
            prop_assert_eq!(keys.all(&LIST).map(|(name, _)| name).collect::<Vec<_>>(), names().collect::<Vec<_>>());
            let texts: Vec<&str> = names().filter(|name| *name != "aa").collect();
            prop_assert_eq!(keys.texts(&LIST).map(|(name, _)| name).collect::<Vec<_>>(), texts);
        }

        #[test]
        fn keys_say_what_the_object_says(
            there in prop::collection::vec("[a-c_]{0,4}|\\PC{0,3}", 0..40),
            asked in prop::collection::vec("[a-c_]{0,4}|\\PC{0,3}", 0..40),
        ) {
            let map: Map<String, Value> = there.iter().enumerate().map(|(i, key)| (key.clone(), i.into())).collect();
            let keys = Keys::new(&map);
            let mut names = Names::<usize>::default();
            for (i, key) in there.iter().enumerate() {
                *names.entry(key) = i;
            }
            for key in there.iter().chain(&asked) {
                prop_assert_eq!(keys.get(key), map.get(key));
                prop_assert_eq!(keys.has(key), map.contains_key(key));
                prop_assert_eq!(keys.position(key), map.keys().position(|k| k == key));
                prop_assert_eq!(names.get(key).map(|i| Value::from(*i)), map.get(key).cloned());
            }
        }
    }
}
