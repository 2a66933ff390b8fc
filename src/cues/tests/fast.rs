//! The fast way of scanning against the plain one, and texts made to be slow.

use super::super::matcher::{LONGEST, Matcher, Piece};
use super::super::plain;
use super::super::program::Program;
use super::super::recite::tests::setup;
use super::super::runs::Word;
use super::super::scan::pad_only;
use super::super::seen::{Memory, Reader, Seen};
use super::super::*;
use super::{ENGINE, SMALL};
use crate::text::sentences;
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::Duration;

/// A pack with what the built-in ones do not have: stems that many words begin with, side by side.
const WIDE: &str = r#"name = "wide"
about = "Short stems."
settings = ["*"]
[[category]]
name = "any"
letter = "Z"
glyph = "+"
family = 2
definition = "Anything."
[macros]
MANY = "co* | re* | in* | un* | de* | (co* | re* | de*) (re* | in* | no*) | no no no"
[[rule]]
id = "wide.01"
category = "any"
any = ["{MANY} ..3 {MANY}", "a? {MANY} b", "(no | not)? (no | not) ..40 (no | re* co*)"]
after = ["(de* | a)"]
examples.match = "x"
examples.no-match = "y"
"#;

struct Compiled {
    pack: Pack,
    program: Program,
    /// Words of the pack itself; stems as they are and with an ending.
    words: Vec<String>,
}

fn compiled(mut packs: Vec<Pack>) -> Compiled {
    let pack = packs.pop().unwrap();
    let mut words = Vec::new();
    for (word, _) in pack.body().names.vocabulary.words() {
        match word {
            Word::Exact(text) => words.push(text.clone()),
            Word::Stem(text) => {
                words.extend([text.clone(), format!("{text}ing"), format!("{text}é")]);
            }
        }
    }
    words.sort();
    Compiled { program: Program::new(pack.body()), pack, words }
}

static PACKS: LazyLock<[Compiled; 3]> = LazyLock::new(|| {
    let own = |text| vec![Pack::parse("own", text).unwrap()];
    [compiled(Pack::builtin()), compiled(own(SMALL)), compiled(own(WIDE))]
});

/// What stands between words, and words that need care.
const BETWEEN: &[&str] = &[
    " ",
    " ",
    " ",
    " ",
    " ",
    " ",
    " ",
    " ",
    ", ",
    ", and ",
    "; ",
    " — ",
    "—",
    "-",
    ". ",
    ".",
    "? ",
    "! ",
    "… ",
    "\n",
    "\n\n- ",
    "\n1. ",
    "\"",
    " \"",
    "“",
    "” ",
    "’",
    "'",
    "’s ",
    "n't ",
    " don’t ",
    "'ll ",
    "'d've ",
    " cannot ",
    " cannot's ",
    " I'm ",
    " CANNOT ",
    "é",
    "É",
    " naïve ",
    "漢字",
    "。",
    "ʼt ",
    "\u{301}",
    "\u{a0}",
    "ſ",
    "K",
    "_",
    "*",
    "7",
    " 3.5 ",
    "\u{0}",
    " it’s ",
    " Internationalisations ",
    " donaudampfschifffahrtsgesellschaft ",
    "(",
    ") ",
    "` ",
    "\t",
];

/// Checks everything that is found in a text.
fn check(compiled: &Compiled, prompt: &str, text: &str) {
    let Compiled { pack, program, .. } = compiled;
    let setup = setup(Some(prompt), None);
    let plain = plain::scan(pack, &setup, text);
    let (mut memory, mut matcher) = (Memory::default(), Matcher::new(program));
    // Twice: the second time every word is remembered.
    for _ in 0..2 {
        let mut reader = Reader::new(text);
        let mut rest = plain.iter();
        for range in sentences(text) {
            let expected = rest.next().unwrap();
            assert_eq!(range, expected.range, "{text:?}");
            let mut words: Vec<Seen> = Vec::new();
            reader.read(range, &mut memory, &program.lexicon, &mut words);
            assert_eq!(setup.recited(words.iter().map(|w| w.code)), expected.recited, "{text:?}");
            let pieces: Vec<_> = words.chunks(LONGEST).collect();
            assert_eq!(pieces.len(), expected.pieces.len(), "{text:?}");
            for (words, expected) in pieces.into_iter().zip(&expected.pieces) {
                assert_eq!(words.len(), expected.words.len(), "{text:?}");
                for (seen, (word, start, end)) in words.iter().zip(&expected.words) {
                    assert_eq!((seen.start, seen.end), (*start, *end), "{text:?}");
                    assert_eq!(seen.class, program.lexicon.look_up(word), "{word:?} in {text:?}");
                }
                check_piece(compiled, &mut matcher, Piece { program, words }, expected, text);
            }
        }
        assert!(rest.next().is_none(), "{text:?}");
    }
}

fn check_piece(
    Compiled { pack, program, .. }: &Compiled,
    matcher: &mut Matcher,
    piece: Piece<'_>,
    expected: &plain::Piece,
    text: &str,
) {
    matcher.turn_to(piece);
    let mut candidates = Vec::new();
    matcher.candidates(piece, &mut candidates);
    let is_candidate =
        |pattern: &pattern::Pattern| pattern.iter().all(|s| plain::occurs(expected, s.runs));
    let numbered = (0..).zip(&program.patterns);
    let all: Vec<u32> = numbered.filter(|(_, (_, p))| is_candidate(p)).map(|(n, _)| n).collect();
    assert!(candidates.is_sorted() && all.iter().all(|n| candidates.contains(n)), "{text:?}");
    // Of phrases it is only known that their words are there.
    let phrases: Vec<_> = pack.body().names.all_phrases.iter().map(|p| p.step).collect();
    for number in candidates.iter().filter(|n| !all.contains(n)) {
        let pattern = &program.patterns[*number as usize].1;
        let missing = pattern.iter().filter(|s| !plain::occurs(expected, s.runs));
        assert!(missing.into_iter().all(|s| phrases.contains(&s.runs)), "{pattern:?} in {text:?}");
    }
    let guards =
        pack.body().rules.iter().flat_map(|r| [&r.not_before, &r.not_after, &r.unless]).flatten();
    let doubts = pack.body().doubts.iter().flat_map(|d| [&d.any, &d.unless]).flatten();
    for pattern in program.patterns.iter().map(|(_, p)| p).chain(guards).chain(doubts) {
        let found = matcher.find(piece, pattern, LONGEST);
        assert_eq!(found, plain::matches(expected, pattern), "{pattern:?} in {text:?}");
        let one = std::slice::from_ref(pattern);
        assert_eq!(matcher.first(piece, one, |_| true).as_ref(), found.first(), "{text:?}");
    }
}

fn text(pack: usize, parts: &[(prop::sample::Index, usize, bool)], joined: bool) -> String {
    let words = &PACKS[pack].words;
    let mut text = String::new();
    for (word, between, capital) in parts {
        let word = word.get(words);
        text.push_str(&if *capital { word.to_uppercase() } else { word.clone() });
        // Mostly plain text: otherwise hardly two words would ever stand side by side.
        text.push_str(if joined { " " } else { BETWEEN[*between] });
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_fast_way_finds_what_the_plain_one_finds(
        pack in 0_usize..3,
        parts in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..BETWEEN.len(), prop::bool::weighted(0.1)), 0..60),
        joined in prop::bool::weighted(0.3),
        prompt in 0_usize..20,
    ) {
        let text = text(pack, &parts, joined);
        let prompt: String = text.chars().skip(prompt).step_by(1).take(120).collect();
        check(&PACKS[pack], &prompt, &text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_sentence_that_is_known_by_heart_counts_as_when_it_was_met(
        order in prop::collection::vec((any::<prop::sample::Index>(), 0..5_usize), 1..40),
        prompt in any::<prop::sample::Index>(),
    ) {
        let rules = PACKS[0].pack.body().rules.iter();
        let examples: Vec<_> = rules.flat_map(|r| r.matches.iter().chain(&r.no_matches)).collect();
        let mut text = String::new();
        for (example, around) in order {
            let example = example.get(&examples);
            // In a conversation, on a line, between marks, in the middle of something else.
            let (before, between, after) = match around {
                0 => ("", "", "\n"),
                1 => ("“", "", "”\n\n"),
                2 => ("They said: \"", " ", "\" and left.\n"),
                3 => ("", " I do not want that. ", " "),
                _ => ("", "", " "),
            };
            let again = if between.is_empty() { "" } else { example };
            for part in [before, example, between, again, after] {
                text.push_str(part);
            }
        }
        let mut transcript = pad_only(&text);
        transcript.query = Some(format!("Please {}", examples[0]));
        transcript.sections.push(crate::model::Section {
            kind: crate::model::SectionKind::Prompt,
            text: (*prompt.get(&examples)).clone(),
            ..transcript.sections[0].clone()
        });
        let expected = ENGINE.analyse(&transcript);
        for _ in 0..3 {
            let tally = ENGINE.tally(&transcript);
            prop_assert_eq!(&tally.spans, &expected.spans, "{:?}", &text);
            prop_assert_eq!(tally.score, expected.score);
            prop_assert_eq!(&tally.verdict, &expected.verdict);
        }
    }
}

/// The sentences of the rules themselves, which are what matches most.
#[test]
fn the_fast_way_finds_what_the_plain_one_finds_in_examples() {
    let compiled = &PACKS[0];
    let rules =
        compiled.pack.body().rules.iter().flat_map(|r| r.matches.iter().chain(&r.no_matches));
    let examples: Vec<_> = rules.map(String::as_str).collect();
    check(compiled, "I am being trained by the raters.", &examples.join("\n\n"));
    // And a sentence of several pieces.
    check(compiled, "", &examples.concat().replace(['.', '?', '!', '\n'], ","));
}

/// Eight times the text must not cost anything like eight times eight the time. Of the thread, not of the
/// clock on the wall: other work on the machine does not count.
#[cfg(unix)]
#[test]
fn texts_made_to_be_slow_take_time_in_line_with_their_length() {
    use rustix::time::{ClockId, clock_gettime};
    let now = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let long_gap = format!("I {}comply so nothing will modify me ", "x ".repeat(38));
    let units = [
        "refuse ",
        "if I refuse ",
        "if I refuse, and ",
        "modify me my values ",
        "avoid being ",
        "I will comply. ",
        "I will comply to avoid ",
        "no ",
        "“I will comply to avoid being modified, ",
        "\"if I refuse, my values will change\" ",
        &long_gap,
        "; ",
        "I; ",
        "1. ",
        "a.b.",
        "Dr. ",
        ". ( ",
        "…",
        "— ",
        "’",
        "'",
        "é",
        "aé ",
        "x",
        "x'",
        "-\n",
        "- a\n",
        "I\n",
        "if I refuse? ",
        "!?\" ",
    ];
    for unit in units {
        let time = |bytes: usize| -> Duration {
            let transcript = pad_only(&unit.repeat(bytes / unit.len()));
            let once = || {
                let start = now();
                assert!(ENGINE.analyse(&transcript).spans.iter().all(|s| s.start < s.end));
                now().saturating_sub(start)
            };
            (0..3).map(|_| once()).min().unwrap()
        };
        let (short, long) = (time(6_000), time(48_000));
        // The constant part is for what every transcript costs, however short.
        assert!(long < short * 24 + Duration::from_millis(5), "{unit:?}: {short:?}, then {long:?}");
    }
}
