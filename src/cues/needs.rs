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

/// A step that a tree begins with.
#[derive(Debug, Clone)]
struct Top {
    /// Its nodes without itself.
    below: Range<u32>,
    /// Patterns that need nothing else.
    patterns: Range<u32>,
}

/// The trees, nodes in the order of a walk.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    nodes: Vec<Node>,
    patterns: Vec<u32>,
    tops: Vec<Top>,
    /// The steps of the tops, 64 a word, words without any left out.
    roots: Vec<(usize, u64)>,
    /// By step, its top.
    top_of: Vec<u16>,
}

impl Needs {
    /// Files pattern `i` under the `i`th list of steps. The order of each list is the caller's.
    pub fn new(lists: Vec<Vec<Symbol>>) -> Self {
        let mut filed: Vec<(Vec<Symbol>, u32)> = lists.into_iter().zip(0..).collect();
        filed.sort_unstable();
        let mut needs = Self::default();
        for tree in filed.chunk_by(|a, b| a.0.first() == b.0.first()) {
            let Some(step) = tree.first().and_then(|(steps, _)| steps.first()).copied() else {
                continue;
            };
            let patterns = needs.complete(tree, 1);
            let start = needs.nodes.len() as u32;
            needs.grow(tree, 1);
            needs.add_root(step);
            let below = start..needs.nodes.len() as u32;
            needs.tops.push(Top { below, patterns });
        }
        needs
    }

    fn add_root(&mut self, step: Symbol) {
        let (word, bit) = (usize::from(step) / 64, 1 << (step % 64));
        match self.roots.last_mut().filter(|(last, _)| *last == word) {
            Some((_, bits)) => *bits |= bit,
            None => self.roots.push((word, bit)),
        }
        self.top_of.resize(usize::from(step), 0);
        self.top_of.push(self.tops.len() as u16);
    }

    /// Takes the patterns that need no more steps than so many.
    fn complete(&mut self, filed: &[(Vec<Symbol>, u32)], depth: usize) -> Range<u32> {
        let start = self.patterns.len() as u32;
        let complete = filed.iter().filter(|(steps, _)| steps.len() == depth);
        self.patterns.extend(complete.map(|(_, pattern)| *pattern));
        start..self.patterns.len() as u32
    }

    /// Adds what is filed under the same first `depth` steps.
    fn grow(&mut self, filed: &[(Vec<Symbol>, u32)], depth: usize) {
        for group in filed.chunk_by(|a, b| a.0.get(depth) == b.0.get(depth)) {
            let Some(step) = group.first().and_then(|(steps, _)| steps.get(depth)).copied() else {
                continue;
            };
            let patterns = self.complete(group, depth + 1);
            let node = self.nodes.len();
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
        for (word, roots) in &self.roots {
            let mut bits = roots & present.words().get(*word).copied().unwrap_or_default();
            while bits != 0 {
                let step = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let number = self.top_of.get(step).map_or(0, |top| usize::from(*top));
                self.look_below(number, present, out);
            }
        }
        out.sort_unstable();
    }

    /// Adds the patterns of a top that is present.
    fn look_below(&self, number: usize, present: &Bits, out: &mut Vec<u32>) {
        let Some(top) = self.tops.get(number) else { return };
        let range = |r: &Range<u32>| r.start as usize..r.end as usize;
        let patterns = |r| self.patterns.get(range(r)).unwrap_or_default();
        if !top.patterns.is_empty() {
            out.extend_from_slice(patterns(&top.patterns));
        }
        let Range { start: mut at, end } = range(&top.below);
        while let Some(node) = self.nodes.get(at).filter(|_| at < end) {
            if present.has(node.step) {
                if !node.patterns.is_empty() {
                    out.extend_from_slice(patterns(&node.patterns));
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
