//! Which patterns have all their steps in a sentence, without looking at each pattern.
//!
//! Every pattern is filed under the steps it needs, the rarest first, in a tree: where a step is missing, all
//! patterns below it are passed over at once.

use super::bits::Bits;
use super::runs::Symbol;
use std::ops::Range;

#[derive(Debug, Clone)]
struct Node {
    step: Symbol,
    /// The first node that is not below this one.
    next: u32,
    /// Patterns that need this step and those above it, and nothing else: a range of `patterns`.
    patterns: Range<u32>,
}

/// The tree, nodes in the order of a walk.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    nodes: Vec<Node>,
    patterns: Vec<u32>,
    /// The steps that stand at the top, 64 a word, words without any left out.
    tops: Vec<(usize, u64)>,
    /// By step, the node of a top.
    top_of: Vec<u32>,
}

impl Needs {
    /// Files pattern `i` under the `i`th list of steps. The order of each list is the caller's.
    pub fn new(lists: Vec<Vec<Symbol>>) -> Self {
        let mut filed: Vec<(Vec<Symbol>, u32)> = lists.into_iter().zip(0..).collect();
        filed.sort_unstable();
        let mut tree = Self::default();
        tree.grow(&filed, 0);
        tree
    }

    fn add_top(&mut self, step: Symbol, node: u32) {
        let (step, word) = (usize::from(step), usize::from(step) / 64);
        if self.tops.last().is_none_or(|(last, _)| *last != word) {
            self.tops.push((word, 0));
        }
        if let Some((_, bits)) = self.tops.last_mut() {
            *bits |= 1 << (step % 64);
        }
        self.top_of.resize(step + 1, 0);
        if let Some(top) = self.top_of.get_mut(step) {
            *top = node;
        }
    }

    /// Adds what is filed under the same first `depth` steps.
    fn grow(&mut self, filed: &[(Vec<Symbol>, u32)], depth: usize) {
        for group in filed.chunk_by(|a, b| a.0.get(depth) == b.0.get(depth)) {
            let Some(step) = group.first().and_then(|(steps, _)| steps.get(depth)).copied() else {
                continue;
            };
            let node = self.nodes.len();
            if depth == 0 {
                self.add_top(step, node as u32);
            }
            let start = self.patterns.len() as u32;
            let complete = group.iter().filter(|(steps, _)| steps.len() == depth + 1);
            self.patterns.extend(complete.map(|(_, pattern)| *pattern));
            let patterns = start..self.patterns.len() as u32;
            self.nodes.push(Node { step, next: 0, patterns });
            self.grow(group, depth + 1);
            let next = self.nodes.len() as u32;
            if let Some(node) = self.nodes.get_mut(node) {
                node.next = next;
            }
        }
    }

    /// Numbers of the patterns all of whose steps are among `present`, in order.
    pub fn met(&self, present: &Bits, out: &mut Vec<u32>) {
        out.clear();
        let present = present.words();
        for (word, tops) in &self.tops {
            let mut bits = tops & present.get(*word).copied().unwrap_or_default();
            while bits != 0 {
                let top = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let first = self.top_of.get(top).map_or(0, |node| *node as usize);
                self.walk(first, present, out);
            }
        }
        out.sort_unstable();
    }

    /// Goes through the tree below a top that is present.
    fn walk(&self, top: usize, present: &[u64], out: &mut Vec<u32>) {
        let (mut at, mut end) = (top, top + 1);
        while let Some(node) = self.nodes.get(at).filter(|_| at < end) {
            if at == top {
                end = node.next as usize;
            }
            let (word, bit) = (usize::from(node.step) / 64, node.step % 64);
            if present.get(word).is_some_and(|word| word >> bit & 1 != 0) {
                if !node.patterns.is_empty() {
                    let Range { start, end } = node.patterns;
                    out.extend_from_slice(
                        self.patterns.get(start as usize..end as usize).unwrap_or_default(),
                    );
                }
                at += 1;
            } else {
                at = node.next as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn patterns_are_met_where_all_their_steps_are(
            lists in prop::collection::vec(prop::collection::vec(0_u16..130, 1..6), 0..40),
            steps in prop::collection::vec(0_u16..130, 0..60),
        ) {
            let needs = Needs::new(lists.clone());
            let mut present = Bits::new(130);
            for step in steps {
                present.set(step);
            }
            let mut met = vec![7];
            needs.met(&present, &mut met);
            let is_met = |list: &Vec<u16>| list.iter().all(|step| present.has(*step));
            let plain: Vec<u32> =
                (0..).zip(&lists).filter(|(_, list)| is_met(list)).map(|(i, _)| i).collect();
            prop_assert_eq!(met, plain);
        }
    }
}
