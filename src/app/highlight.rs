//! The reader's own highlights: patterns that are coloured wherever they stand, in every transcript of the corpus.
//!
//! They are the reader's, as a search is: nothing is said about what they mean, no rule or score knows of them, and quiet reading
//! leaves them on. Where they are kept is for the shell.

use std::sync::Arc;

use crate::corpus::Body;
use crate::text::Needle;

/// Most highlights at a time: each has a digit of its own.
pub const MOST: usize = 9;
/// Most characters of a pattern.
const LONGEST: usize = 400;

/// A highlight as it is kept: its number, 1 to 9, and the pattern as it was typed.
pub type Kept = (u8, String);

/// One highlight.
#[derive(Debug, Clone)]
pub struct Highlight {
    /// 1 to 9. It stays what it is when others go.
    pub number: u8,
    /// The pattern as it was typed: a phrase, or a regular expression between slashes.
    pub text: String,
    /// What is looked for.
    pub needle: Needle,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub struct Highlights {
    /// In the order of their numbers.
    pub list: Vec<Highlight>,
    /// Of the newest counting.
    pub generation: u64,
}

impl Highlights {
    /// Adds a pattern under the smallest free number; the number. One that is there already keeps its own.
    ///
    /// # Errors
    /// A sentence: too long, too many, no valid regular expression.
    pub fn add(&mut self, text: &str) -> Result<u8, String> {
        let text = text.trim();
        if let Some(known) = self.list.iter().find(|h| h.text == text) {
            return Ok(known.number);
        }
        let free = (1..).take(MOST).find(|n| self.list.iter().all(|h| h.number != *n));
        let number = free.ok_or_else(|| format!("{MOST} highlights are all there can be"))?;
        self.put(number, text)?;
        Ok(number)
    }

    /// Puts a pattern under a number that is free.
    fn put(&mut self, number: u8, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Err("a highlight needs a pattern".to_owned());
        }
        if text.chars().count() > LONGEST {
            return Err(format!("a highlight has at most {LONGEST} characters"));
        }
        let needle = Needle::small_from_input(text).map_err(|error| error.to_string())?;
        let at = self.list.partition_point(|h| h.number < number);
        self.list.insert(at, Highlight { number, text: text.to_owned(), needle });
        Ok(())
    }

    /// What was kept; how many of them cannot be used (edited by hand, or by another release).
    #[must_use]
    pub fn from_kept(kept: &[Kept]) -> (Self, usize) {
        let mut all = Self::default();
        let mut lost = 0;
        for (number, text) in kept {
            let free = (1..=MOST).contains(&usize::from(*number))
                && all.list.iter().all(|h| h.number != *number && h.text != *text);
            lost += usize::from(!free || all.put(*number, text.trim()).is_err());
        }
        (all, lost)
    }

    /// What is to be kept.
    #[must_use]
    pub fn to_keep(&self) -> Vec<Kept> {
        self.list.iter().map(|h| (h.number, h.text.clone())).collect()
    }
}

/// What is to be counted: done by a worker, as a text may be long.
#[derive(Debug, Clone)]
pub struct Counting {
    /// To be given back.
    pub generation: u64,
    /// What to look for.
    pub needles: Vec<Needle>,
    /// Where.
    pub body: Arc<Body>,
    /// Indices of the sections that the scratchpad pane and the output pane hold.
    pub sections: [Vec<usize>; 2],
}

impl Counting {
    /// How often each stands in the two panes.
    #[must_use]
    pub fn counts(&self) -> Vec<[usize; 2]> {
        let all = &self.body.transcript.sections;
        let of = |needle: &Needle| {
            self.sections.each_ref().map(|list| {
                let texts = list.iter().filter_map(|i| all.get(*i));
                texts.map(|section| needle.find_all(&section.text).count()).sum()
            })
        };
        self.needles.iter().map(of).collect()
    }
}

/// The dialog: a line to type a pattern in, and the highlights that there are.
#[derive(Debug, Clone, Default)]
pub struct HighlightDialog {
    /// What is typed.
    pub input: super::Input,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Selected highlight: index in the list.
    pub selected: usize,
    /// First visible one.
    pub top: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_the_smallest_free_one_is_taken() {
        let mut all = Highlights::default();
        for (n, text) in (1..).zip(["one", "two", "/thr?ee/"]) {
            assert_eq!(all.add(text), Ok(n));
        }
        assert_eq!(all.add(" two "), Ok(2), "the same one again");
        all.list.remove(1);
        assert_eq!(all.to_keep(), [(1, "one".to_owned()), (3, "/thr?ee/".to_owned())]);
        assert_eq!(all.add("four"), Ok(2));
        assert_eq!(all.list.iter().map(|h| h.number).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_a_sentence() {
        let mut all = Highlights::default();
        for (text, part) in [
            ("  ", "needs a pattern"),
            ("/a(b/", "not valid"),
            ("/(a|b)(?=c)/", "not valid"),
            (r"/(\w{99}){99}/", "too large"),
            (&"x".repeat(401), "at most 400"),
        ] {
            let error = all.add(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
        for n in 0..MOST {
            assert!(all.add(&n.to_string()).is_ok());
        }
        assert!(all.add("more").expect_err("full").contains("all there can be"));
    }

    #[test]
    fn of_what_was_kept_only_the_good_is_taken() {
        let kept =
            [(3, "c"), (1, "a"), (3, "again"), (0, "zero"), (10, "ten"), (4, "/(/"), (5, "a")]
                .map(|(n, text)| (n, text.to_owned()));
        let (all, lost) = Highlights::from_kept(&kept);
        assert_eq!(all.to_keep(), [(1, "a".to_owned()), (3, "c".to_owned())]);
        assert_eq!(lost, 5);
    }
}
