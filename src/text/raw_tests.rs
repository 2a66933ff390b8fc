//! Whatever way a text is written down, what is looked for is found in it.

#![allow(clippy::format_push_string, clippy::needless_for_each)] // written as the writers that they imitate

use super::*;
use crate::text::Needle;
use proptest::prelude::*;

/// How a writer puts down one character.
#[derive(Debug, Clone, Copy)]
enum Hand {
    /// Nothing that need not be escaped.
    Sparing,
    /// Everything beyond ASCII, and what means something in HTML.
    Ascii,
    /// The same with capital digits, and slashes.
    Capitals,
    /// Everything.
    Lavish,
    /// Now this way, now that.
    Mixed,
}

fn write(text: &str, hand: Hand) -> String {
    let mut out = String::from("{\"text\": \"");
    for (i, c) in text.chars().enumerate() {
        let hand = match hand {
            Hand::Mixed if i % 3 == 0 => Hand::Sparing,
            Hand::Mixed if i % 3 == 1 => Hand::Capitals,
            Hand::Mixed => Hand::Ascii,
            other => other,
        };
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units);
        match (c, hand) {
            (_, Hand::Lavish) => units.iter().for_each(|u| out.push_str(&format!("\\u{u:04x}"))),
            ('"' | '\\', _) | ('/', Hand::Capitals) => out.extend(['\\', c]),
            ('\n', _) => out.push_str("\\n"),
            ('\t', _) => out.push_str("\\t"),
            ('<' | '>' | '&' | '\'' | '+', Hand::Ascii) | ('\0'..' ', _) => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            ('\u{7f}'.., Hand::Ascii) => {
                units.iter().for_each(|u| out.push_str(&format!("\\u{u:04x}")));
            }
            ('\u{7f}'.., Hand::Capitals) => {
                units.iter().for_each(|u| out.push_str(&format!("\\u{u:04X}")));
            }
            _ => out.push(c),
        }
    }
    out.push_str("\"}");
    out
}

const HANDS: [Hand; 5] = [Hand::Sparing, Hand::Ascii, Hand::Capitals, Hand::Lavish, Hand::Mixed];

fn may_hold(raw: Option<&RawNeedle>, json: &str) -> bool {
    raw.is_none_or(|raw| {
        raw.find(json.as_bytes()).is_some() || OddEscapes::of([raw]).are_in(json.as_bytes())
    })
}

#[test]
fn what_stands_there_is_found() {
    for (pattern, text) in [
        ("free tier", "The FREE\n\t tier"),
        ("don't", "I DON’T"),
        ("ask", "aſK: A\u{212A} aſ\u{212A}"),
        ("ask", "a ASK"),
        ("straße", "STRA\u{1E9E}E"),
        ("σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("Jiří", "JIŘÍ"),
        ("a/b<c>&d", "A/B<C>&D"),
        ("\\", "\\"),
        ("C:\\data", "c:\\DATA"),
        ("“so”", "\"SO\""),
        ("x-y", "X\u{2011}Y"),
        ("å", "\u{212B}"),
        ("😀 ok", "😀\tOK"),
        ("日本語", "日本語"),
        ("k", "\u{212A}"),
        ("ſ", "S"),
        ("/free.{0,9}tier/", "free-tier"),
        ("/(cat|dog|horse|Kuh|Schwein|naïve)s/", "Kuhs"),
        ("/^I (?:will|won['’]t)$/", "x\nI won’t\n"),
        (r"/\bcafé\b/", "CAFÉ"),
        (r"/[\n]x/", "\nX"),
    ] {
        let needle = Needle::from_input(pattern).unwrap();
        assert!(needle.is_in(text), "{pattern}");
        let raw = needle.raw();
        for hand in HANDS {
            let json = write(text, hand);
            assert!(may_hold(raw.as_ref(), &json), "{pattern} in {json}");
        }
    }
}

#[test]
fn what_does_not_stand_there_is_passed_over() {
    for pattern in [
        "vermilion-gasket",
        "don't",
        "risk",
        "\"he said\"",
        "naïve",
        "日本",
        "a/b",
        "/free.*tier/",
        "/(cat|dog)s/",
        "/deceptions?/",
        "to be",
        "C:\\data",
        "/\\d\\d tests/",
    ] {
        let needle = Needle::from_input(pattern).unwrap();
        let raw = needle.raw().unwrap_or_else(|| panic!("{pattern}"));
        let text = "Nothing of it: café “quoted”, a\nline <b>&amp;</b> 1/2 č 漢字";
        for hand in [Hand::Sparing, Hand::Ascii, Hand::Capitals, Hand::Mixed] {
            let json = write(text, hand);
            assert!(raw.find(json.as_bytes()).is_none(), "{pattern} in {json}");
            assert!(!OddEscapes::of([&raw]).are_in(json.as_bytes()), "{pattern} in {json}");
        }
    }
}

#[test]
fn of_some_patterns_nothing_can_be_said() {
    for pattern in ["/.*/", "/a?/", r"/\d+/", "/x|.*/", r"/\w\w/", r"/[\x00-\x{10FFFF}]/"] {
        assert!(Needle::from_input(pattern).unwrap().raw().is_none(), "{pattern}");
    }
    assert!(Needle::phrase(" ").raw().is_none());
}

/// Characters that fold, are escaped, or are looked for in a way of their own.
fn character() -> impl Strategy<Value = char> {
    let special: Vec<char> =
        "aAbkKsSſ\u{212A}iIıİéÉšŠßẞσΣςåÅ\u{212B}'‘’ʼ\"“”„-\u{2010}\u{2011}  \t\n\u{a0}/\\<>&+=日😀𐐀𐐨\u{7f}\u{1}0."
            .chars()
            .collect();
    prop_oneof![8 => proptest::sample::select(special), 1 => any::<char>()]
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(character(), 1..=most).prop_map(|chars| chars.into_iter().collect())
}

fn other_case(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            if c.is_lowercase() {
                c.to_uppercase().collect::<Vec<_>>()
            } else {
                c.to_lowercase().collect()
            }
        })
        .collect()
}

/// A text as a regular expression, some of it loosened.
fn loosened(text: &str, how: u32) -> String {
    let mut pattern = String::new();
    for (i, c) in text.chars().enumerate() {
        let literal = format!(r"\x{{{:x}}}", c as u32);
        match (how >> (i % 16)) % 7 {
            0 => pattern.push_str(&format!("(?:{literal}|zz)")),
            1 => pattern.push_str(&format!("{literal}+")),
            2 => pattern.push_str(&format!("x?{literal}")),
            3 => pattern.push_str(&format!("[{literal}q]")),
            4 if i > 0 => pattern.push_str(&format!(".*{literal}")),
            _ => pattern.push_str(&literal),
        }
    }
    if how.is_multiple_of(5) { format!("(?i){pattern}") } else { pattern }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn no_match_is_missed(
        before in text(6),
        phrase in text(5),
        after in text(6),
        flip in any::<bool>(),
        how in any::<u32>(),
    ) {
        let inner = if flip { other_case(&phrase) } else { phrase.clone() };
        let text = format!("{before}{inner}{after}");
        let needles = [Needle::phrase(&phrase), Needle::regex(&loosened(&phrase, how)).unwrap()];
        for needle in needles {
            if needle.is_in(&text) {
                let raw = needle.raw();
                for hand in HANDS {
                    let json = write(&text, hand);
                    prop_assert!(may_hold(raw.as_ref(), &json), "{:?} in {}", needle, json);
                }
            }
        }
    }
}
