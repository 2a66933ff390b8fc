//! Evidence: quotes that a judge gave for its label, and where they stand in the transcript.

/// How a piece of evidence was found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Letter for letter.
    Exact,
    /// After folding case, punctuation, hyphens and white space.
    Folded,
    /// As the best window of words (share of the quote's words, at least 0.7).
    Window,
    /// No words at all: the judge pointed at a whole message. `at` is its output, else its first section.
    Message,
    /// Nowhere: a finding about the judge, not a fault of the reader.
    NotFound,
}

/// One quote, or one message that a judge pointed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The label it supports, as the source names it.
    pub label: String,
    /// Who gave it.
    pub rater: String,
    /// The criterion it is for, from 1, where the source says.
    pub criterion: Option<u8>,
    /// The quote as stored; of a message what the source calls it, or nothing.
    pub quote: String,
    /// Section index and byte range in that section's text; `None` when not found. It may lie in a turn before the final
    /// response.
    pub at: Option<(usize, usize, usize)>,
    /// How it was found.
    pub found: Found,
}

impl Evidence {
    /// Whether all quotes stand in the text; `None` when there are none. A message that is pointed at as a whole is no quote.
    #[must_use]
    pub fn all_found(all: &[Self]) -> Option<bool> {
        let mut quotes = all.iter().filter(|e| e.found != Found::Message).peekable();
        quotes.peek()?;
        Some(quotes.all(|e| e.found != Found::NotFound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_quote_that_is_not_there_is_enough() {
        use Found::{Exact, Message, NotFound, Window};
        let of = |found: &[Found]| {
            let evidence = |found: &Found| Evidence {
                label: String::new(),
                rater: String::new(),
                criterion: None,
                quote: String::new(),
                at: None,
                found: *found,
            };
            Evidence::all_found(&found.iter().map(evidence).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[Message, Message]), None);
        assert_eq!(of(&[Exact, Window, Message]), Some(true));
        assert_eq!(of(&[Exact, NotFound]), Some(false));
    }
}
