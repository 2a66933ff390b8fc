//! From words to word classes in one walk: the prefilter that keeps scanning linear and fast.
//!
//! All words and stems that any rule asks for stand in one trie. A word of the text gives one class (the
//! set of asked-for words and stems it satisfies); most words give class 0 after two or three letters.

use super::pattern::Word;
use std::collections::{BTreeMap, HashMap};

/// Number of a word or stem that rules ask for.
pub(super) type Atom = u16;
/// Number of a set of atoms. 0 is the empty set.
pub(super) type Class = u16;

#[derive(Debug, Clone)]
struct Node {
    next: [u16; 36],
    /// Class of a word that ends here.
    ends: Class,
    /// Class of a word that goes on to letters which no rule knows.
    goes_on: Class,
}

/// The trie and its classes.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    nodes: Vec<Node>,
    /// Atoms of each class, sorted.
    classes: Vec<Vec<Atom>>,
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
    pub fn new(atoms: &BTreeMap<Word, Atom>) -> Self {
        let empty = Node { next: [0; 36], ends: 0, goes_on: 0 };
        let mut nodes = vec![empty.clone()];
        let mut exact: HashMap<usize, Vec<Atom>> = HashMap::new();
        let mut stems: HashMap<usize, Vec<Atom>> = HashMap::new();
        for (word, &atom) in atoms {
            let (text, table) = match word {
                Word::Exact(text) => (text, &mut exact),
                Word::Stem(text) => (text, &mut stems),
            };
            let mut at = Some(0);
            for byte in text.bytes() {
                at = at.zip(letter(byte)).and_then(|(node, slot)| {
                    let known = usize::from(*nodes.get(node)?.next.get(slot)?);
                    if known != 0 {
                        return Some(known);
                    }
                    let new = u16::try_from(nodes.len()).ok()?;
                    nodes.push(empty.clone());
                    *nodes.get_mut(node)?.next.get_mut(slot)? = new;
                    Some(usize::from(new))
                });
            }
            if let Some(node) = at {
                table.entry(node).or_default().push(atom);
            }
        }
        let mut lexicon = Self { nodes, classes: vec![Vec::new()] };
        let mut numbers: HashMap<Vec<Atom>, Class> = HashMap::from([(Vec::new(), 0)]);
        let mut stack = vec![(0usize, Vec::<Atom>::new())];
        while let Some((node, mut held)) = stack.pop() {
            held.extend(stems.get(&node).into_iter().flatten());
            let mut all = held.clone();
            all.extend(exact.get(&node).into_iter().flatten());
            let goes_on = lexicon.class(&mut numbers, held.clone());
            let ends = lexicon.class(&mut numbers, all);
            if let Some(place) = lexicon.nodes.get_mut(node) {
                place.goes_on = goes_on;
                place.ends = ends;
                stack.extend(
                    place.next.iter().filter(|n| **n != 0).map(|n| (usize::from(*n), held.clone())),
                );
            }
        }
        lexicon
    }

    fn class(&mut self, numbers: &mut HashMap<Vec<Atom>, Class>, mut atoms: Vec<Atom>) -> Class {
        atoms.sort_unstable();
        atoms.dedup();
        *numbers.entry(atoms).or_insert_with_key(|atoms| {
            self.classes.push(atoms.clone());
            Class::try_from(self.classes.len() - 1).unwrap_or(0)
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

    /// Whether a word of this class satisfies the atom.
    pub fn holds(&self, class: Class, atom: Atom) -> bool {
        self.classes.get(usize::from(class)).is_some_and(|atoms| atoms.binary_search(&atom).is_ok())
    }

    /// All classes with their atoms, in order of their number.
    pub fn classes(&self) -> &[Vec<Atom>] {
        &self.classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_stems_meet_in_one_walk() {
        let atoms: BTreeMap<Word, Atom> = [
            (Word::Exact("train".into()), 0),
            (Word::Stem("train".into()), 1),
            (Word::Stem("tr".into()), 2),
            (Word::Exact("i".into()), 3),
        ]
        .into();
        let lexicon = Lexicon::new(&atoms);
        let of = |w: &str| lexicon.classes()[usize::from(lexicon.look_up(w))].clone();
        assert_eq!(of("train"), [0, 1, 2]);
        assert_eq!(of("training"), [1, 2]);
        assert_eq!(of("tree"), [2]);
        assert_eq!(of("tré"), [2]);
        assert_eq!(of("i"), [3]);
        assert_eq!(of("it"), Vec::<Atom>::new());
        assert_eq!(of(""), Vec::<Atom>::new());
        assert!(lexicon.holds(lexicon.look_up("trained"), 1));
        assert!(!lexicon.holds(lexicon.look_up("trained"), 0));
    }
}
