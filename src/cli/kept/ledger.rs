//! What was said last of each thing, with when: lines of JSON. Two ledgers merge into one by the last word on each thing, so
//! programs that know nothing of each other lose nothing of each other's.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

/// What something is said of, as printed JSON, and in which respect.
type Key = (String, String);

/// What is said, and when: milliseconds since 1970, or later than what was said before.
type Word = (Value, u64);

/// The last words on everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Ledger(BTreeMap<Key, Word>);

impl Ledger {
    /// Says something now, or a moment after what was said of it before.
    pub fn say(&mut self, of: &Value, field: &str, value: Value, now: u64) {
        let key = (of.to_string(), field.to_owned());
        let after = self.0.get(&key).map_or(0, |(_, at)| at.saturating_add(1));
        self.0.insert(key, (value, now.max(after)));
    }

    /// Takes over every later word. Of two of one time that which is printed later in the alphabet: the same for both sides.
    pub fn merge(&mut self, other: &Self) {
        for (key, (value, at)) in &other.0 {
            let known = self.0.get(key);
            if known.is_none_or(|(own, when)| (at, value.to_string()) > (when, own.to_string())) {
                self.0.insert(key.clone(), (value.clone(), *at));
            }
        }
    }

    /// Of these words those that say something else than the ones that `other` has on the same things.
    pub fn beside(&self, other: &Self) -> Self {
        let is_new = |(key, (value, _)): &(&Key, &Word)| {
            other.0.get(*key).is_none_or(|(known, _)| known != value)
        };
        let new = self.0.iter().filter(is_new);
        Self(new.map(|(key, word)| (key.clone(), word.clone())).collect())
    }

    /// All that was said of one thing.
    pub fn only(&self, of: &Value) -> Self {
        let from = (of.to_string(), String::new());
        let own = self.0.range(from.clone()..).take_while(|((own, _), _)| *own == from.0);
        Self(own.map(|(key, word)| (key.clone(), word.clone())).collect())
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything: of what, in which respect, what.
    pub fn iter(&self) -> impl Iterator<Item = (Value, &str, &Value)> {
        self.0.iter().filter_map(|((of, field), (value, _))| {
            Some((serde_json::from_str(of).ok()?, field.as_str(), value))
        })
    }

    /// As lines, the first of which says of which paths.
    pub fn print(&self, paths: &[String]) -> String {
        let mut text = format!("{}\n", json!({ "paths": paths }));
        for (of, field, value) in self.iter() {
            let at = self.0.get(&(of.to_string(), field.to_owned())).map_or(0, |(_, at)| *at);
            let line = json!({ "of": of, "field": field, "value": value, "at": at });
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Reads what was printed; how many lines are damaged. `None`: it is of other paths.
    pub fn read(bytes: &[u8], paths: &[String]) -> Option<(Self, usize)> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let mut damaged = 0;
        let first = lines.next().and_then(|line| serde_json::from_slice::<Value>(line).ok());
        match first.as_ref().and_then(|first| first.get("paths")) {
            Some(own) if *own != json!(paths) => return None,
            Some(_) => {}
            None => damaged += 1,
        }
        let mut ledger = Self::default();
        // What was written whole ends in a newline.
        damaged += usize::from(!bytes.ends_with(b"\n"));
        for line in lines.filter(|line| !line.is_empty()) {
            let word = serde_json::from_slice::<Value>(line).ok().and_then(|mut line| {
                let at = line.get("at")?.as_u64()?;
                let field = line.get("field")?.as_str()?.to_owned();
                let of = line.get("of")?.to_string();
                Some(((of, field), (line.get_mut("value")?.take(), at)))
            });
            match word {
                Some((key, word)) => drop(ledger.0.insert(key, word)),
                None => damaged += 1,
            }
        }
        Some((ledger, damaged))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ledger(words: &[(u8, u8, u8, u64)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (of, field, value, at) in words {
            ledger.say(&json!(of % 4), ["mark", "note"][usize::from(field % 2)], json!(value), *at);
        }
        ledger
    }

    proptest! {
        #[test]
        fn merging_is_the_same_in_any_order(
            a in prop::collection::vec(any::<(u8, u8, u8, u64)>(), 0..12),
            b in prop::collection::vec(any::<(u8, u8, u8, u64)>(), 0..12),
            c in prop::collection::vec(any::<(u8, u8, u8, u64)>(), 0..12),
        ) {
            let all = [ledger(&a), ledger(&b), ledger(&c)];
            let merged = |order: [usize; 3]| {
                let mut one = Ledger::default();
                for at in order {
                    one.merge(&all[at]);
                }
                one
            };
            let one = merged([0, 1, 2]);
            prop_assert_eq!(&merged([2, 1, 0]), &one);
            prop_assert_eq!(&merged([1, 2, 0]), &one);
            let paths = vec!["/a".to_owned()];
            prop_assert_eq!(Ledger::read(one.print(&paths).as_bytes(), &paths), Some((one, 0)));
        }

        #[test]
        fn what_was_cut_anywhere_is_damaged_or_whole(at in 0_usize..300) {
            let paths = vec!["/a".to_owned()];
            let one = ledger(&[(0, 0, 1, 1), (1, 1, 2, 2), (2, 0, 3, 3)]);
            let text = one.print(&paths);
            let cut = &text.as_bytes()[..at.min(text.len())];
            let read = Ledger::read(cut, &paths);
            let whole = cut.len() == text.len() || cut.ends_with(b"\n");
            prop_assert_eq!(read.map(|(_, damaged)| damaged == 0), Some(whole));
        }
    }

    #[test]
    fn the_last_word_counts_whatever_the_clock_says() {
        let mut one = ledger(&[(0, 0, 1, 100)]);
        one.say(&json!(0), "mark", json!(2), 50);
        let mut other = ledger(&[(0, 0, 7, 90), (1, 0, 8, 1)]);
        other.merge(&one);
        let words: Vec<(Value, Value)> = other.iter().map(|(of, _, v)| (of, v.clone())).collect();
        assert_eq!(words, [(json!(0), json!(2)), (json!(1), json!(8))]);
        assert_eq!(other.beside(&one).iter().count(), 1);
        assert_eq!(Ledger::read(other.print(&[]).as_bytes(), &["/b".to_owned()]), None);
    }
}
