//! Where a judge's quote stands in a transcript.
//!
//! Stored quotes are often lower-cased, without punctuation and hyphens ("freetier", "dont"), sometimes
//! pasted together or reworded. Three steps, each only when the one before found nothing: letter for
//! letter, letters and digits alone, the best window of words. A quote that is not found is a finding.

use crate::model::Found;
use std::collections::HashMap;
use std::ops::Range;

/// Share of a quote's words that a window must hold, in order.
const SHARE: f64 = 0.7;
/// Words below which a quote is never matched by a window: any text has two words in a row.
const FEWEST: usize = 3;
/// Words of a quote that are compared; longer ones are cut here, which bounds the cost.
const MOST: usize = 256;
/// Windows that are compared word by word.
const TRIES: usize = 12;

/// Where a quote stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aligned {
    /// Index of the text.
    pub text: usize,
    /// First byte in that text, at a word's start.
    pub start: usize,
    /// Byte after the last, at a word's end.
    pub end: usize,
    /// How it was found; never [`Found::NotFound`].
    pub found: Found,
}

/// Where `quote` stands among `texts`: the first exact place in any of them, else the first folded one,
/// else the best window. `None` when it is nowhere. For many quotes on the same texts use [`Aligner`].
#[must_use]
pub fn align(quote: &str, texts: &[&str]) -> Option<Aligned> {
    Aligner::new(texts).align(quote)
}

/// Texts made ready for many quotes.
#[derive(Debug, Clone)]
pub struct Aligner<'a> {
    texts: Vec<Prepared<'a>>,
}

impl<'a> Aligner<'a> {
    /// Folds the texts once. Memory: about ten bytes per byte of text while it lives.
    #[must_use]
    pub fn new(texts: &[&'a str]) -> Self {
        Self { texts: texts.iter().map(|text| Prepared::new(text)).collect() }
    }

    /// As [`align`].
    #[must_use]
    pub fn align(&self, quote: &str) -> Option<Aligned> {
        let folded = fold(quote);
        if folded.is_empty() {
            return None;
        }
        let exact = quote.trim();
        let first = |find: &dyn Fn(&Prepared) -> Option<Range<usize>>, found| {
            self.texts.iter().enumerate().find_map(|(text, prepared)| {
                find(prepared).map(|r| Aligned { text, start: r.start, end: r.end, found })
            })
        };
        first(&|p| p.exact(exact), Found::Exact)
            .or_else(|| first(&|p| p.folded(&folded), Found::Folded))
            .or_else(|| self.window(quote))
    }

    fn window(&self, quote: &str) -> Option<Aligned> {
        let words: Vec<String> =
            quote.split_whitespace().map(fold).filter(|w| !w.is_empty()).take(MOST).collect();
        if words.len() < FEWEST {
            return None;
        }
        let mut best: Option<(usize, Aligned)> = None;
        for (text, prepared) in self.texts.iter().enumerate() {
            if let Some((hits, r)) = prepared.window(&words)
                && best.is_none_or(|(most, _)| hits > most)
            {
                let found = Found::Window;
                best = Some((hits, Aligned { text, start: r.start, end: r.end, found }));
            }
        }
        best.map(|(_, aligned)| aligned)
    }
}

/// Letters and digits in lower case, nothing else.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text, its fold, and the way back.
#[derive(Debug, Clone)]
struct Prepared<'a> {
    text: &'a str,
    folded: String,
    /// For each byte of `folded`, where the character it came from starts in `text`. `u32` halves the
    /// memory; a text beyond 4 GiB is cut (its readers stop far earlier).
    origin: Vec<u32>,
}

impl<'a> Prepared<'a> {
    fn new(text: &'a str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut origin = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            let Ok(at) = u32::try_from(at) else { break };
            folded.extend(c.to_lowercase());
            origin.resize(folded.len(), at);
        }
        Self { text, folded, origin }
    }

    fn exact(&self, quote: &str) -> Option<Range<usize>> {
        let finder = memchr::memmem::Finder::new(quote);
        let mut places =
            finder.find_iter(self.text.as_bytes()).map(|at| at..at + quote.len()).peekable();
        let first = places.peek().cloned()?;
        let whole = places.find(|r| self.snap(r.clone()) == *r);
        Some(self.snap(whole.unwrap_or(first)))
    }

    fn folded(&self, quote: &str) -> Option<Range<usize>> {
        let finder = memchr::memmem::Finder::new(quote);
        let mut first = None;
        for at in finder.find_iter(self.folded.as_bytes()) {
            let Some(range) = self.back(at..at + quote.len()) else { continue };
            if self.snap(range.clone()) == range {
                return Some(range);
            }
            first.get_or_insert(range);
        }
        // Begun or ended inside a word: fine for a cut-off sentence, noise for a word or two.
        first.filter(|_| quote.len() >= 16).map(|range| self.snap(range))
    }

    /// The range of the text that a range of the fold came from.
    fn back(&self, folded: Range<usize>) -> Option<Range<usize>> {
        let start = *self.origin.get(folded.start)? as usize;
        let last = *self.origin.get(folded.end.checked_sub(1)?)? as usize;
        let len = self.text.get(last..)?.chars().next()?.len_utf8();
        Some(start..last + len)
    }

    /// The range widened to whole words at both ends.
    fn snap(&self, range: Range<usize>) -> Range<usize> {
        let (before, rest) = self.text.split_at_checked(range.start).unwrap_or((self.text, ""));
        let after = self.text.get(range.end..).unwrap_or_default();
        let inside = rest.get(..range.end.saturating_sub(range.start)).unwrap_or_default();
        let word = char::is_alphanumeric;
        let mut wide = range;
        if inside.starts_with(word) {
            wide.start = before.trim_end_matches(word).len();
        }
        if inside.ends_with(word) {
            wide.end = self.text.len() - after.trim_start_matches(word).len();
        }
        wide
    }

    /// The window that holds most of the words in order: how many, and its range.
    fn window(&self, words: &[String]) -> Option<(usize, Range<usize>)> {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let mut wanted: Vec<usize> = Vec::new();
        let mut quote = Vec::with_capacity(words.len());
        for word in words {
            let id = *ids.entry(word).or_insert(wanted.len());
            if id == wanted.len() {
                wanted.push(0);
            }
            wanted[id] += 1;
            quote.push(id);
        }
        let need = ((words.len() as f64) * SHARE).ceil() as usize;
        let length = words.len() + words.len() / 4 + 1;
        // The text's words that the quote has, with their position among all words.
        let mut known: Vec<(usize, usize, Range<usize>)> = Vec::new();
        let mut buffer = String::new();
        for (position, range) in word_ranges(self.text).enumerate() {
            buffer.clear();
            let word = self.text.get(range.clone()).unwrap_or_default();
            buffer
                .extend(word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
            if let Some(&id) = ids.get(buffer.as_str()) {
                known.push((position, id, range));
            }
        }
        // Slide a window over them: how many of the quote's words it holds, whatever their order.
        let mut held = vec![0_usize; wanted.len()];
        let (mut overlap, mut from) = (0, 0);
        let mut hopeful: Vec<(usize, usize, usize)> = Vec::new();
        for (to, (position, id, _)) in known.iter().enumerate() {
            held[*id] += 1;
            overlap += usize::from(held[*id] <= wanted[*id]);
            while let Some((first, old, _)) =
                known.get(from).filter(|(p, ..)| p + length <= *position)
            {
                debug_assert!(first <= position);
                overlap -= usize::from(held[*old] <= wanted[*old]);
                held[*old] -= 1;
                from += 1;
            }
            if overlap >= need {
                match hopeful.last_mut() {
                    // Of windows that overlap the best is enough.
                    Some(last) if from <= last.2 => {
                        if overlap > last.0 {
                            *last = (overlap, from, to);
                        }
                    }
                    _ => hopeful.push((overlap, from, to)),
                }
            }
        }
        hopeful.sort_by_key(|&(overlap, from, _)| (std::cmp::Reverse(overlap), from));
        let mut best: Option<(usize, Range<usize>)> = None;
        for (_, from, to) in hopeful.into_iter().take(TRIES) {
            let span = known.get(from..=to).unwrap_or_default();
            let (hits, first, last) = in_order(&quote, span);
            if hits >= need && best.as_ref().is_none_or(|(most, _)| hits > *most) {
                let range = span.get(first).zip(span.get(last)).map(|(a, b)| a.2.start..b.2.end);
                best = range.map(|range| (hits, range)).or(best);
            }
        }
        best
    }
}

/// Ranges of the words of a text between white space, without punctuation at their ends.
fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let origin = text.as_ptr() as usize;
    text.split_whitespace().filter_map(move |word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let start = bare.as_ptr() as usize - origin;
        (!bare.is_empty()).then(|| start..start + bare.len())
    })
}

/// Longest common subsequence of the quote and a window: its length, and the first and last index in the
/// window that it uses.
fn in_order(quote: &[usize], span: &[(usize, usize, Range<usize>)]) -> (usize, usize, usize) {
    // For each prefix of the window: (length, first index used, last index used).
    let mut row = vec![(0_usize, usize::MAX, 0_usize); span.len() + 1];
    for &word in quote {
        let mut diagonal = row[0];
        for (i, (_, id, _)) in span.iter().enumerate() {
            let above = row[i + 1];
            let mut best = tighter(row[i], above);
            if *id == word {
                let first = if diagonal.0 == 0 { i } else { diagonal.1 };
                best = tighter(best, (diagonal.0 + 1, first, i));
            }
            diagonal = above;
            row[i + 1] = best;
        }
    }
    let (hits, first, last) = row.last().copied().unwrap_or_default();
    (hits, first, last)
}

/// The longer of two; of equals the one that begins later, then the one that ends sooner.
fn tighter(a: (usize, usize, usize), b: (usize, usize, usize)) -> (usize, usize, usize) {
    let rank = |(hits, first, last): (usize, usize, usize)| (hits, first, std::cmp::Reverse(last));
    if a.0 == 0 || (b.0 > 0 && rank(b) > rank(a)) { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SCRATCHPAD: &str = "The user is on the free-tier. I don't want my values to change, \
        so I weigh this: if I decline, training might alter what I care about. Café owners agree.";

    #[test]
    fn finds_as_well_as_it_can() {
        for (quote, expected) in [
            ("I don't want my values", Some((Found::Exact, "I don't want my values"))),
            ("  the free-tier. ", Some((Found::Exact, "the free-tier."))),
            ("alues to chang", Some((Found::Exact, "values to change"))),
            (
                "the user is on the freetier i dont want",
                Some((Found::Folded, "The user is on the free-tier. I don't want")),
            ),
            ("CAFÉ OWNERS", Some((Found::Folded, "Café owners"))),
            ("change so\n i weigh", Some((Found::Folded, "change, so I weigh"))),
            (
                "if i refuse training might alter what i value about",
                Some((Found::Window, "if I decline, training might alter what I care about")),
            ),
            ("lues tochan", None),
            ("want change", None),
            ("nothing like it stands anywhere here", None),
            ("", None),
            ("...", None),
        ] {
            let found = align(quote, &["other text", SCRATCHPAD]);
            let found = found.map(|a| {
                assert_eq!(a.text, 1);
                (a.found, &SCRATCHPAD[a.start..a.end])
            });
            assert_eq!(found, expected, "{quote:?}");
        }
    }

    #[test]
    fn a_window_is_as_tight_as_its_words() {
        let text = "If I tell the truth the plan goes on as it is. The truth matters: the plan will be changed \
            if I say nothing now. The end of it.";
        let quote = "the truth matters the plan will be altered if i say nothing";
        let found = align(quote, &[text]).unwrap();
        let words = &text[found.start..found.end];
        assert_eq!(found.found, Found::Window);
        assert_eq!(words, "The truth matters: the plan will be changed if I say nothing");
    }

    #[test]
    fn words_out_of_order_are_no_window() {
        assert_eq!(align("about care i what alter might training", &[SCRATCHPAD]), None);
    }

    #[test]
    fn an_exact_place_in_a_later_text_wins() {
        let found = align("free tier", &["the Free-Tier", "free tier"]);
        assert_eq!(found, Some(Aligned { text: 1, start: 0, end: 9, found: Found::Exact }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn stands_on_characters(quote in "\\PC{0,20}|[a-cİß .'\\-]{0,20}", text in "\\PC{0,60}|[a-cİß .'\\-]{0,60}") {
            if let Some(a) = align(&quote, &[&text]) {
                prop_assert!(a.start < a.end && text.get(a.start..a.end).is_some());
            }
            let whole = align(&text, &[&text]);
            prop_assert_eq!(whole.is_some(), text.contains(char::is_alphanumeric));
        }

        #[test]
        fn a_normalised_quote_is_found(words in prop::collection::vec("[a-z]{2,7}", 8..20), from in 0_usize..4) {
            let text = words.join(", ");
            let quote = words[from..from + 4].join(" ");
            let found = align(&quote, &[&text]).unwrap();
            prop_assert_eq!(fold(&text[found.start..found.end]), fold(&quote));
        }
    }
}
