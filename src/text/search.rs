//! Finding a phrase or a regular expression in a text, as the filter and the find bar do.
//!
//! Linear time whatever the pattern. Ranking and fuzzy matching are not here.

use regex_syntax::ast::{self, Ast, ClassSetItem};
use std::fmt::Write as _;
use std::ops::Range;

use super::raw::RawNeedle;

/// Largest compiled program, in bytes. A find bar runs it on every keystroke.
const SIZE_LIMIT: usize = 4 << 20;
/// The same of a pattern that is looked for whenever something is drawn.
const SMALL_LIMIT: usize = 512 << 10;
/// Deepest nesting of groups.
const NEST_LIMIT: u32 = 100;

/// A compiled search: a phrase (letter case folded, beyond ASCII too) or a regular expression
/// (case-blind unless it has a capital letter; linear time).
#[derive(Debug, Clone)]
pub struct Needle {
    /// `None` matches nothing.
    regex: Option<regex::Regex>,
    /// Letter case is ignored.
    blind: bool,
    /// Nothing in it looks at what stands around a match.
    local: bool,
}

/// The pattern could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NeedleError {
    /// A sentence without the pattern's text.
    pub message: String,
    /// Byte offset in the pattern, when known.
    pub at: Option<usize>,
}

impl Needle {
    /// A literal phrase; runs of white space in it match any run of white space, straight and typographic
    /// quotes and hyphens each other. An empty or blank phrase matches nothing, and so does one of some
    /// hundred kilobytes (nobody looks for it).
    #[must_use]
    pub fn phrase(phrase: &str) -> Self {
        if phrase.trim().is_empty() {
            return Self { regex: None, blind: true, local: true };
        }
        let mut pattern = String::with_capacity(phrase.len() + 16);
        let mut blank = false;
        for c in phrase.chars() {
            if c.is_whitespace() {
                pattern.push_str(if blank { "" } else { r"\s+" });
                blank = true;
                continue;
            }
            blank = false;
            match c {
                '\'' | '‘' | '’' | 'ʼ' => pattern.push_str("['‘’ʼ]"),
                '"' | '“' | '”' | '„' => pattern.push_str("[\"“”„]"),
                '-' | '\u{2010}' | '\u{2011}' => pattern.push_str(r"[-\u{2010}\u{2011}]"),
                // Every other character by number: nothing to escape, nothing to get wrong.
                _ if !c.is_alphanumeric() => {
                    let _ = write!(pattern, r"\u{{{:X}}}", c as u32);
                }
                _ => pattern.push(c),
            }
        }
        let regex = builder(&pattern, true).size_limit(SIZE_LIMIT * 4).build().ok();
        Self { regex, blind: true, local: true }
    }

    /// A regular expression; `^` and `$` stand at lines. Case-blind unless a capital letter is to be
    /// matched (those of `\W` or `\p{L}` are none).
    ///
    /// # Errors
    /// When the pattern does not compile or is too large.
    pub fn regex(pattern: &str) -> Result<Self, NeedleError> {
        Self::compile(pattern, SIZE_LIMIT)
    }

    fn compile(pattern: &str, most: usize) -> Result<Self, NeedleError> {
        let invalid = |what: String, at| NeedleError {
            message: format!("The regular expression is not valid: {what}."),
            at: Some(at),
        };
        let tree = ast::parse::ParserBuilder::new()
            .nest_limit(NEST_LIMIT)
            .build()
            .parse(pattern)
            .map_err(|e| invalid(e.kind().to_string(), e.span().start.offset))?;
        let blind = ast::visit(&tree, Capitals(false)).is_ok_and(|found| !found);
        let hir = regex_syntax::hir::translate::TranslatorBuilder::new()
            .case_insensitive(blind)
            .build()
            .translate(pattern, &tree)
            .map_err(|e| invalid(e.kind().to_string(), e.span().start.offset))?;
        let local = hir.properties().look_set().is_empty();
        match builder(pattern, blind).size_limit(most).build() {
            Ok(regex) => Ok(Self { regex: Some(regex), blind, local }),
            Err(_) => Err(NeedleError {
                message: "The regular expression is too large: use smaller repetition counts."
                    .into(),
                at: None,
            }),
        }
    }

    /// What the find bar understands: `/…/` a regular expression, anything else a phrase.
    ///
    /// # Errors
    /// As [`Needle::regex`]; `at` counts from the first character after the slash.
    pub fn from_input(input: &str) -> Result<Self, NeedleError> {
        match Self::pattern_of(input) {
            Some(pattern) => Self::regex(pattern),
            None => Ok(Self::phrase(input)),
        }
    }

    /// [`Needle::from_input`] for what is looked for in every text that is shown: only small programs, which are fast on any text.
    ///
    /// # Errors
    /// As [`Needle::from_input`].
    pub fn small_from_input(input: &str) -> Result<Self, NeedleError> {
        match Self::pattern_of(input) {
            Some(pattern) => Self::compile(pattern, SMALL_LIMIT),
            None => Ok(Self::phrase(input)),
        }
    }

    fn pattern_of(input: &str) -> Option<&str> {
        let pattern = input.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))?;
        (!pattern.is_empty()).then_some(pattern)
    }

    /// Whether the text holds a match (an empty match counts: `/x*/` is in every text).
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether a piece of a text shows that the text holds a match. `begins` and `ends`: the piece is the beginning, or the
    /// end, of the text. False says nothing.
    #[must_use]
    pub fn is_shown_by(&self, piece: &str, begins: bool, ends: bool) -> bool {
        if self.local || begins && ends {
            return self.is_in(piece);
        }
        // What looks around a match looks at the neighbouring character: that has to be in the piece.
        let inside =
            |m: &regex::Match<'_>| (begins || m.start() > 0) && (ends || m.end() < piece.len());
        self.regex.as_ref().is_some_and(|regex| regex.find_iter(piece).any(|m| inside(&m)))
    }

    /// Whether a text that stands somewhere in this one may hold a match. False is sure.
    #[must_use]
    pub fn may_be_within(&self, whole: &str) -> bool {
        // What looks around a match may see an end where the whole goes on.
        !self.local || self.is_in(whole)
    }

    /// What the raw JSON of every text that holds a match has in common; `None` when that is nothing that could be
    /// looked for.
    #[must_use]
    pub fn raw(&self) -> Option<RawNeedle> {
        let hir = regex_syntax::ParserBuilder::new()
            .case_insensitive(self.blind)
            .multi_line(true)
            .nest_limit(NEST_LIMIT)
            .build()
            .parse(self.regex.as_ref()?.as_str())
            .ok()?;
        RawNeedle::new(&hir)
    }

    /// Byte ranges of all non-overlapping, non-empty matches.
    pub fn find_all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let all = self.regex.iter().flat_map(move |regex| regex.find_iter(text));
        all.map(|m| m.range()).filter(|r| !r.is_empty())
    }
}

fn builder(pattern: &str, blind: bool) -> regex::RegexBuilder {
    let mut builder = regex::RegexBuilder::new(pattern);
    builder
        .case_insensitive(blind)
        .multi_line(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(2 * SIZE_LIMIT)
        .nest_limit(NEST_LIMIT);
    builder
}

/// Looks for a capital letter among the characters a pattern matches literally.
struct Capitals(bool);

impl ast::Visitor for Capitals {
    type Output = bool;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<bool, Self::Err> {
        Ok(self.0)
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), Self::Err> {
        if let Ast::Literal(literal) = tree {
            self.0 |= literal.c.is_uppercase();
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        match item {
            ClassSetItem::Literal(literal) => self.0 |= literal.c.is_uppercase(),
            ClassSetItem::Range(range) => {
                self.0 |= range.start.c.is_uppercase() || range.end.c.is_uppercase();
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phrases_match_as_typed() {
        for (phrase, text, expected) in [
            ("", "abc", vec![]),
            (" \t", "a b", vec![]),
            ("free tier", "The FREE\n  tier, free  tier", vec!["FREE\n  tier", "free  tier"]),
            ("don't", "Don’t don't", vec!["Don’t", "don't"]),
            ("“so”", "\"So\"", vec!["\"So\""]),
            ("ÉTÉ", "été", vec!["été"]),
            ("σ", "Σας", vec!["Σ", "ς"]),
            ("a.b*c(", "A.B*C( axbbc", vec!["A.B*C("]),
            ("[x]-#", "[X]\u{2011}#", vec!["[X]\u{2011}#"]),
        ] {
            let needle = Needle::phrase(phrase);
            let found: Vec<_> = needle.find_all(text).map(|r| &text[r]).collect();
            assert_eq!(found, expected, "{phrase:?}");
            assert_eq!(needle.is_in(text), !expected.is_empty(), "{phrase:?}");
        }
    }

    #[test]
    fn capitals_decide_about_case() {
        for (pattern, text, expected) in [
            ("train", "TRAIN", true),
            ("Train", "train", false),
            (r"\Wtrain", " TRAIN", true),
            (r"\p{L}rain", "TRAIN", true),
            (r"\x{74}rain", "TRAIN", true),
            ("[A-Z]rain", "train", false),
            ("(?P<Name>train)", "TRAIN", true),
            ("^b$", "a\nb\nc", true),
            ("(?-i)train", "TRAIN", false),
        ] {
            assert_eq!(Needle::regex(pattern).unwrap().is_in(text), expected, "{pattern}");
        }
        assert!(Needle::from_input("/a.c/").unwrap().is_in("ABC"));
        assert!(!Needle::from_input("/").unwrap().is_in("abc"));
        assert!(Needle::from_input("//").unwrap().is_in("http://"));
        assert_eq!(Needle::regex("x*").unwrap().find_all("aaa").count(), 0);
    }

    #[test]
    fn errors_say_where() {
        for (pattern, at) in
            [("a(b", Some(1)), ("*", Some(0)), ("a(?=b)", Some(1)), (r"\p{Nope}", Some(0))]
        {
            let error = Needle::regex(pattern).unwrap_err();
            assert_eq!(error.at, at, "{pattern}: {error}");
            assert!(error.message.ends_with('.') && !error.message.contains('\n'), "{error}");
        }
        assert_eq!(Needle::regex(r"(\w{500}){500}").unwrap_err().at, None);
        let large = r"/(\w+ ){40}/";
        assert!(Needle::from_input(large).is_ok() && Needle::small_from_input(large).is_err());
        assert!(Needle::small_from_input(r"/\b(don't|do not) \w+ (\w+ ){0,4}chang\w*/").is_ok());
        assert!(Needle::regex(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn a_piece_shows_a_match_only_where_it_shows_what_stands_around_it() {
        for (pattern, piece, begins, ends, expected) in [
            ("train", "train", false, false, true),
            (r"/\btrain/", "train", false, false, false),
            (r"/\btrain/", "train", true, false, false),
            (r"/\btrain/", "train!", true, false, true),
            (r"/\btrain\b/", "a train, a", false, false, true),
            (r"/\btrain\b/", "train trains train", false, false, false),
            (r"/\btrain\b/", "train trains train", true, false, true),
            (r"/\Atrain/", "x\ntrain x", false, false, false),
            (r"/^train$/", "x\ntrain\n", false, false, true),
            (r"/^train$/", "x\ntrain", false, false, false),
            (r"/^train$/", "train", true, true, true),
        ] {
            let needle = Needle::from_input(pattern).unwrap();
            let shown = needle.is_shown_by(piece, begins, ends);
            assert_eq!(shown, expected, "{pattern} in {piece:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn a_phrase_finds_itself(before in "\\PC{0,8}", phrase in "\\PC{1,12}", pattern in "\\PC{0,10}|[a-z(){}*+?\\[\\]\\\\^$|A]{0,10}") {
            let text = format!("{before}{phrase}");
            let needle = Needle::phrase(&phrase);
            prop_assert_eq!(needle.is_in(&text), !phrase.trim().is_empty());
            for range in needle.find_all(&text) {
                prop_assert!(text.get(range).is_some());
            }
            if let Ok(needle) = Needle::regex(&pattern) {
                prop_assert!(needle.find_all(&text).all(|r| text.get(r).is_some()));
            }
        }
    }
}
