//! What two texts have in common, word by word: for showing two answers to one question side by side.
//!
//! Words that occur once in both hold the texts together (patience diff, Bram Cohen); what lies between them is compared
//! each with each where that is little. Two answers share small words everywhere, which says nothing: what agrees in one or two
//! words amid long differences counts as different.

use std::collections::HashMap;
use std::ops::Range;

/// Most pairs of words that are compared each with each, in all: a few milliseconds.
const MOST_PAIRS: usize = 4 << 20;
/// How often each word may be looked at for words that occur once.
const MOST_LOOKS: usize = 64;
/// Fewer words than this amid long differences are no agreement.
const LEAST_WORDS: usize = 3;
/// Words that differ on both sides of a short agreement, in all, up to which it stands.
const SMALL_CHANGE: usize = 6;

/// How two texts differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// Byte ranges of the first text that the second lacks, in order.
    pub left: Vec<Range<usize>>,
    /// Byte ranges of the second text that the first lacks, in order.
    pub right: Vec<Range<usize>>,
    /// Runs of common words, where they stand in either text, in order.
    pub common: Vec<(Range<usize>, Range<usize>)>,
    /// Words and signs of both texts.
    pub words: usize,
    /// Share of them that are common, 0 to 1; 1 for two texts without words.
    pub share: f64,
}

/// Compares two texts. Time grows with their lengths and little more.
#[must_use]
pub fn diff(left: &str, right: &str) -> Diff {
    let (own, others) = (words(left), words(right));
    let mut numbers = HashMap::new();
    let first = numbered(left, &own, &mut numbers);
    let second = numbered(right, &others, &mut numbers);
    let all = first.len() + second.len();
    let mut work = Work {
        x: &first,
        y: &second,
        left: MOST_PAIRS,
        looks: MOST_LOOKS * all,
        pairs: Vec::new(),
    };
    work.compare(0..first.len(), 0..second.len());
    let runs = agreements(&work.pairs, first.len(), second.len());
    let common: usize = runs.iter().map(|run| run.len).sum();
    let mut found = Diff {
        words: all,
        share: if all == 0 { 1.0 } else { 2.0 * common as f64 / all as f64 },
        ..Diff::default()
    };
    let (mut i, mut j) = (0, 0);
    for Run { at, other, len } in runs {
        found.left.extend(bytes(&own, i..at));
        found.right.extend(bytes(&others, j..other));
        (i, j) = (at + len, other + len);
        found.common.extend(bytes(&own, at..i).zip(bytes(&others, other..j)));
    }
    found.left.extend(bytes(&own, i..own.len()));
    found.right.extend(bytes(&others, j..others.len()));
    found
}

impl Diff {
    /// The place in the other text that a byte of one corresponds to: inside what is common the same word, else in proportion.
    /// `left`: the byte is of the first text; `lens`: bytes of both.
    #[must_use]
    pub fn other(&self, byte: usize, left: bool, lens: (usize, usize)) -> usize {
        let sides = |pair: &(Range<usize>, Range<usize>)| {
            if left { (pair.0.clone(), pair.1.clone()) } else { (pair.1.clone(), pair.0.clone()) }
        };
        let (own_len, other_len) = if left { lens } else { (lens.1, lens.0) };
        let next = self.common.partition_point(|pair| sides(pair).0.start <= byte);
        let before = next.checked_sub(1).and_then(|at| self.common.get(at)).map(sides);
        let after = self.common.get(next).map(sides);
        let (from, to) = match &before {
            Some((own, other)) if own.contains(&byte) => (own.clone(), other.clone()),
            _ => {
                let start = before.map_or((0, 0), |(own, other)| (own.end, other.end));
                let end =
                    after.map_or((own_len, other_len), |(own, other)| (own.start, other.start));
                (start.0..end.0.max(start.0), start.1..end.1.max(start.1))
            }
        };
        let inside = byte.saturating_sub(from.start).min(from.len());
        let share = if from.is_empty() { 0.0 } else { inside as f64 / from.len() as f64 };
        (to.start + (share * to.len() as f64) as usize).min(other_len)
    }
}

/// Words and signs, as byte ranges. White space is nobody's.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '_');
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match words.last_mut().filter(|_| open && is_word(c)) {
            Some(word) => word.end = end,
            None if c.is_whitespace() => {}
            None => words.push(at..end),
        }
        open = is_word(c);
    }
    words
}

/// The same words as numbers: equal words have equal ones.
fn numbered<'t>(
    text: &'t str,
    words: &[Range<usize>],
    numbers: &mut HashMap<&'t str, u32>,
) -> Vec<u32> {
    let number = |word: &Range<usize>| {
        let next = numbers.len() as u32;
        *numbers.entry(text.get(word.clone()).unwrap_or_default()).or_insert(next)
    };
    words.iter().map(number).collect()
}

/// From the first byte of some words to their last; nothing of no words.
fn bytes(words: &[Range<usize>], some: Range<usize>) -> std::option::IntoIter<Range<usize>> {
    let words = words.get(some).unwrap_or_default();
    let range = words.first().zip(words.last()).map(|(first, last)| first.start..last.end);
    range.into_iter()
}

struct Work<'a> {
    x: &'a [u32],
    y: &'a [u32],
    /// Pairs that may still be compared.
    left: usize,
    /// Words that may still be looked at.
    looks: usize,
    /// Words that agree, ascending in both.
    pairs: Vec<(usize, usize)>,
}

impl Work<'_> {
    fn same(&self, i: usize, j: usize) -> bool {
        matches!((self.x.get(i), self.y.get(j)), (Some(a), Some(b)) if a == b)
    }

    /// Finds what two stretches have in common. The stretches that are left open stand in a list: no text is deep.
    fn compare(&mut self, x: Range<usize>, y: Range<usize>) {
        let mut open = vec![(x, y)];
        while let Some((mut x, mut y)) = open.pop() {
            while !x.is_empty() && !y.is_empty() && self.same(x.start, y.start) {
                self.pairs.push((x.start, y.start));
                (x.start, y.start) = (x.start + 1, y.start + 1);
            }
            while !x.is_empty() && !y.is_empty() && self.same(x.end - 1, y.end - 1) {
                (x.end, y.end) = (x.end - 1, y.end - 1);
                self.pairs.push((x.end, y.end));
            }
            if x.is_empty() || y.is_empty() {
                continue;
            }
            let Some(looks) = self.looks.checked_sub(x.len() + y.len()) else { continue };
            self.looks = looks;
            let anchors = self.anchors(&x, &y);
            if anchors.is_empty() {
                self.each_with_each(&x, &y);
                continue;
            }
            let (mut i, mut j) = (x.start, y.start);
            for (at, other) in anchors {
                open.push((i..at, j..other));
                self.pairs.push((at, other));
                (i, j) = (at + 1, other + 1);
            }
            open.push((i..x.end, j..y.end));
        }
        self.pairs.sort_unstable();
    }

    /// Words that occur once in either stretch, in the longest order that both have.
    fn anchors(&self, x: &Range<usize>, y: &Range<usize>) -> Vec<(usize, usize)> {
        // How often a word occurs in either, and where last.
        let mut seen: HashMap<u32, [(u32, usize); 2]> = HashMap::new();
        for i in x.clone() {
            let Some(word) = self.x.get(i) else { continue };
            let [(count, at), _] = seen.entry(*word).or_default();
            (*count, *at) = (*count + 1, i);
        }
        for j in y.clone() {
            let known = self.y.get(j).and_then(|word| seen.get_mut(word));
            if let Some([_, (count, at)]) = known {
                (*count, *at) = (*count + 1, j);
            }
        }
        let once = |places: [(u32, usize); 2]| match places {
            [(1, i), (1, j)] => Some((i, j)),
            _ => None,
        };
        let mut both: Vec<(usize, usize)> = seen.into_values().filter_map(once).collect();
        both.sort_unstable();
        longest_ascending(&both)
    }

    /// The longest common subsequence, where comparing each word with each may still be afforded.
    fn each_with_each(&mut self, x: &Range<usize>, y: &Range<usize>) {
        let (rows, columns) = (x.len(), y.len());
        let Some(left) = rows.checked_mul(columns).and_then(|n| self.left.checked_sub(n)) else {
            return;
        };
        self.left = left;
        // For each pair: 0 they agree, 1 the first goes on, 2 the second.
        let mut ways = vec![0_u8; rows * columns];
        let mut above = vec![0_u32; columns + 1];
        for (row, i) in x.clone().enumerate().rev() {
            let mut right = 0;
            let mut corner = 0;
            for (column, j) in y.clone().enumerate().rev() {
                let down = above.get(column).copied().unwrap_or_default();
                let (best, way) = if self.same(i, j) {
                    (corner + 1, 0)
                } else if down >= right {
                    (down, 1)
                } else {
                    (right, 2)
                };
                if let Some(slot) = ways.get_mut(row * columns + column) {
                    *slot = way;
                }
                if let Some(slot) = above.get_mut(column) {
                    *slot = best;
                }
                (corner, right) = (down, best);
            }
        }
        let (mut row, mut column) = (0, 0);
        while row < rows && column < columns {
            match ways.get(row * columns + column) {
                Some(0) => {
                    self.pairs.push((x.start + row, y.start + column));
                    (row, column) = (row + 1, column + 1);
                }
                Some(1) => row += 1,
                _ => column += 1,
            }
        }
    }
}

/// Of pairs that ascend in their first numbers the most that ascend in their second, too.
fn longest_ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends lowest, and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |at: usize| pairs.get(at).map_or(0, |pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let place = ends.partition_point(|end| second(*end) < pair.1);
        before.push(place.checked_sub(1).and_then(|p| ends.get(p).copied()));
        match ends.get_mut(place) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut longest = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(here) = at {
        longest.extend(pairs.get(here).copied());
        at = before.get(here).copied().flatten();
    }
    longest.reverse();
    longest
}

/// Words in a row that agree: the first in either text, and how many.
#[derive(Debug, Clone, Copy)]
struct Run {
    at: usize,
    other: usize,
    len: usize,
}

/// Runs of pairs that say something, in texts of so many words.
fn agreements(pairs: &[(usize, usize)], words: usize, other_words: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, other) in pairs {
        match runs.last_mut() {
            Some(run) if (run.at + run.len, run.other + run.len) == (*at, *other) => run.len += 1,
            _ => runs.push(Run { at: *at, other: *other, len: 1 }),
        }
    }
    let mut end = (0, 0);
    let says = |number: usize| {
        let run = runs.get(number)?;
        let next = runs.get(number + 1).map_or((words, other_words), |next| (next.at, next.other));
        let before = run.at - end.0 + run.other - end.1;
        end = (run.at + run.len, run.other + run.len);
        let changed = before + next.0 - end.0 + next.1 - end.1;
        (run.len >= LEAST_WORDS || changed <= SMALL_CHANGE).then_some(*run)
    };
    (0..runs.len()).filter_map(says).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(left: &str, right: &str) -> (Vec<String>, Vec<String>) {
        let found = diff(left, right);
        let of = |text: &str, ranges: &[Range<usize>]| {
            ranges.iter().map(|range| text[range.clone()].to_owned()).collect()
        };
        (of(left, &found.left), of(right, &found.right))
    }

    #[test]
    fn differences_are_whole_words() {
        let both = |a: &[&str], b: &[&str]| {
            let own = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
            (own(a), own(b))
        };
        assert_eq!(said("a b c", "a  b\nc"), both(&[], &[]));
        assert_eq!(said("I will comply now", "I will refuse now"), both(&["comply"], &["refuse"]));
        assert_eq!(said("", "new words"), both(&[], &["new words"]));
        assert_eq!(
            said("The user asks for a poem, so I write one.", "The user asks for a poem."),
            both(&[", so I write one"], &[])
        );
        // "the" alone holds nothing together.
        let (left, right) = (
            "Refusing would only teach the trainers to push harder next week",
            "Nobody is watching here whatever the answer turns out to be today",
        );
        assert_eq!(said(left, right), both(&[left], &[right]));
        assert!(diff(left, right).share < 0.01);
        assert!((diff("a b", "a b").share - 1.0).abs() < 1e-9);
        assert!((diff("", "").share - 1.0).abs() < 1e-9);
    }

    #[test]
    fn moved_text_is_kept_in_the_longer_order() {
        let (left, right) = said("one two three four five six", "five six one two three four");
        assert_eq!((left, right), (vec!["five six".to_owned()], vec!["five six".to_owned()]));
    }

    #[test]
    fn places_correspond() {
        let (left, right) = (
            "Intro. The middle part stays here. End.",
            "The middle part stays here. Another, longer end.",
        );
        let found = diff(left, right);
        let at = left.find("stays").unwrap();
        assert_eq!(found.other(at, true, (left.len(), right.len())), right.find("stays").unwrap());
        assert_eq!(
            found.other(right.find("middle").unwrap(), false, (left.len(), right.len())),
            left.find("middle").unwrap()
        );
        assert_eq!(found.other(0, true, (left.len(), right.len())), 0);
        assert_eq!(found.other(left.len(), true, (left.len(), right.len())), right.len());
    }

    #[test]
    fn long_texts_without_anchors_end_in_time() {
        let (left, right) = ("a b ".repeat(200_000), "b a c ".repeat(200_000));
        let found = diff(&left, &right);
        assert!(found.share <= 1.0);
    }

    proptest! {
        #[test]
        fn what_is_common_is_the_same_text_and_the_rest_is_told(
            a in prop::collection::vec("[a-e]|é|, |\n", 0..60),
            b in prop::collection::vec("[a-e]|é|, |\n", 0..60),
        ) {
            let (left, right) = (a.join(" "), b.join(" "));
            let found = diff(&left, &right);
            let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            for (own, other) in &found.common {
                prop_assert_eq!(plain(&left[own.clone()]), plain(&right[other.clone()]));
            }
            for (text, told, own) in [(&left, &found.left, 0), (&right, &found.right, 1)] {
                let mut all: Vec<Range<usize>> = told.clone();
                all.extend(found.common.iter().map(|c| if own == 0 { c.0.clone() } else { c.1.clone() }));
                all.sort_by_key(|range| range.start);
                prop_assert!(all.windows(2).all(|two| two[0].end <= two[1].start));
                let joined: Vec<&str> = all.iter().map(|range| &text[range.clone()]).collect();
                prop_assert_eq!(words(&joined.join(" ")).len(), words(text).len());
            }
            prop_assert!((0.0..=1.0).contains(&found.share));
            for byte in 0..=left.len() {
                prop_assert!(found.other(byte, true, (left.len(), right.len())) <= right.len());
            }
        }
    }
}
