//! From words to word classes in one walk: what a word of the text can be for any rule, as one number.
//!
//! All words and stems that any rule asks for stand in one trie. A word of the text gives one class (the
//! set of asked-for words and stems it satisfies); most words give class 0 after two or three letters.

use super::runs::{Atom, Word};
use std::collections::HashMap;

/// Number of a set of atoms. 0 is the empty set.
pub(super) type Class = u16;

/// Letters and digits, without case.
const LETTERS: usize = 36;

#[derive(Debug, Clone)]
struct Node {
    next: [u16; LETTERS],
    /// Class of a word that ends here.
    ends: Class,
    /// Class of a word that goes on to letters which no rule knows.
    goes_on: Class,
}

const LEAF: Node = Node { next: [0; LETTERS], ends: 0, goes_on: 0 };

/// The trie and its classes.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    nodes: Vec<Node>,
    /// Atoms of each class, sorted, one class after the other.
    atoms: Vec<Atom>,
    /// Where those of each class end.
    ends: Vec<u32>,
}

fn letter(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(26 + usize::from(byte - b'0')),
        _ => None,
    }
}

impl Lexicon {
    /// Builds the trie. Words with letters beyond ASCII, or beyond 65,535 nodes, can never match; the
    /// self-tests of a pack show it.
    pub fn new<'a>(words: impl Iterator<Item = (&'a Word, Atom)>) -> Self {
        let mut lexicon = Self { nodes: vec![LEAF], atoms: Vec::new(), ends: vec![0] };
        // What ends at each node: words, and stems.
        let mut asked: Vec<(Vec<Atom>, Vec<Atom>)> = vec![Default::default()];
        for (word, atom) in words {
            let (Word::Exact(text) | Word::Stem(text)) = word;
            let Some(node) = lexicon.path(text) else { continue };
            asked.resize_with(lexicon.nodes.len(), Default::default);
            if let Some((exact, stems)) = asked.get_mut(node) {
                let list = if matches!(word, Word::Exact(_)) { exact } else { stems };
                list.push(atom);
            }
        }
        let mut numbers: HashMap<Vec<Atom>, Class> = HashMap::from([(Vec::new(), 0)]);
        let mut open = vec![(0_usize, 0 as Class)];
        while let Some((at, above)) = open.pop() {
            let (exact, stems) = asked.get(at).map_or((&[][..], &[][..]), |(e, s)| (e, s));
            let goes_on = lexicon.joined(&mut numbers, above, stems);
            let ends = lexicon.joined(&mut numbers, goes_on, exact);
            let Some(node) = lexicon.nodes.get_mut(at) else { continue };
            (node.goes_on, node.ends) = (goes_on, ends);
            open.extend(node.next.iter().filter(|n| **n != 0).map(|n| (usize::from(*n), goes_on)));
        }
        lexicon
    }

    /// The node of a word, made where it is new.
    fn path(&mut self, text: &str) -> Option<usize> {
        let mut node = 0;
        for byte in text.bytes() {
            let slot = letter(byte)?;
            let known = *self.nodes.get(node)?.next.get(slot)?;
            node = if known == 0 {
                let new = u16::try_from(self.nodes.len()).ok()?;
                self.nodes.push(LEAF);
                *self.nodes.get_mut(node)?.next.get_mut(slot)? = new;
                usize::from(new)
            } else {
                usize::from(known)
            };
        }
        Some(node)
    }

    /// The class of all atoms of a class and some more.
    fn joined(
        &mut self,
        numbers: &mut HashMap<Vec<Atom>, Class>,
        class: Class,
        more: &[Atom],
    ) -> Class {
        if more.is_empty() {
            return class;
        }
        let mut atoms = [self.atoms(class), more].concat();
        atoms.sort_unstable();
        atoms.dedup();
        *numbers.entry(atoms).or_insert_with_key(|atoms| {
            let Ok(new) = Class::try_from(self.ends.len()) else { return 0 };
            self.atoms.extend_from_slice(atoms);
            self.ends.push(self.atoms.len() as u32);
            new
        })
    }

    /// The class of a folded word.
    pub fn look_up(&self, word: &str) -> Class {
        let mut node = self.nodes.first();
        for byte in word.bytes() {
            let Some(here) = node else { return 0 };
            let next = letter(byte).and_then(|slot| here.next.get(slot)).copied().unwrap_or(0);
            if next == 0 {
                return here.goes_on;
            }
            node = self.nodes.get(usize::from(next));
        }
        node.map_or(0, |n| n.ends)
    }

    /// The words and stems that a word of this class satisfies, sorted.
    pub fn atoms(&self, class: Class) -> &[Atom] {
        let class = usize::from(class);
        let start = class.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let range =
            start.unwrap_or_default() as usize..self.ends.get(class).map_or(0, |e| *e as usize);
        self.atoms.get(range).unwrap_or_default()
    }

    /// Whether a word of this class satisfies the atom.
    pub fn holds(&self, class: Class, atom: Atom) -> bool {
        self.atoms(class).contains(&atom)
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.ends.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_stems_meet_in_one_walk() {
        let words = [
            (Word::Exact("train".into()), 0),
            (Word::Stem("train".into()), 1),
            (Word::Stem("tr".into()), 2),
            (Word::Exact("i".into()), 3),
            (Word::Exact("né".into()), 4),
        ];
        let lexicon = Lexicon::new(words.iter().map(|(word, atom)| (word, *atom)));
        let of = |w: &str| lexicon.atoms(lexicon.look_up(w)).to_vec();
        assert_eq!(of("train"), [0, 1, 2]);
        assert_eq!(of("training"), [1, 2]);
        assert_eq!(of("tree"), [2]);
        assert_eq!(of("tré"), [2]);
        assert_eq!(of("i"), [3]);
        for none in ["it", "", "né", "n"] {
            assert_eq!(of(none), Vec::<Atom>::new());
        }
        assert!(lexicon.holds(lexicon.look_up("trained"), 1));
        assert!(!lexicon.holds(lexicon.look_up("trained"), 0));
        assert_eq!(lexicon.classes(), 5);
    }
}
