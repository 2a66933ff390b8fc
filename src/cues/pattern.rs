//! The small language of cues: words, stems, word classes and gaps, read into lists of steps.
//!
//! `if I ~ {REFUSE} ... {MODIFY}`: words stand next to each other unless a gap says otherwise (`~` up to 2
//! words, `...` up to 8, `..N` up to N); `modif*` is a stem; `(a | b c)` one of several; `?` after a word or
//! group makes it optional; `{NAME}` is a macro (words) or a phrase (a whole pattern); `A &8 B`: both, in either
//! order, with up to 8 words between.
//! Everything is expanded here, so that matching needs neither backtracking nor recursion.

use super::runs::{Runs, Symbol, Vocabulary, Word};
use std::collections::BTreeMap;

/// One of several runs of adjacent words, or what a phrase matches, after a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Step {
    /// At most so many words may stand between the step before and this one.
    pub gap: u16,
    pub runs: Symbol,
}

/// Steps in order.
pub(super) type Pattern = Vec<Step>;

/// What `{NAME}` may stand for, and all words and steps by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Word classes: runs of adjacent words.
    pub macros: BTreeMap<String, Symbol>,
    /// Whole patterns, usable outside parentheses: an index into `all_phrases`.
    pub phrases: BTreeMap<String, usize>,
    /// Every phrase that was ever defined: rules of a pack that is extended keep those they were written with.
    pub all_phrases: Vec<Phrase>,
    pub vocabulary: Vocabulary,
}

/// A phrase: looked for once in a sentence, whatever the number of rules that ask for it.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    /// The step that stands for it.
    pub step: Symbol,
    /// One of these must match; none of them asks for a phrase.
    pub patterns: Vec<Pattern>,
}

impl Names {
    fn phrase(&self, name: &str) -> Option<&Phrase> {
        self.all_phrases.get(*self.phrases.get(name)?)
    }

    /// Adds a phrase, in place of one of that name.
    ///
    /// # Errors
    /// More steps than a pack of a sane size has.
    pub fn add_phrase(&mut self, name: &str, patterns: Vec<Pattern>) -> Result<(), String> {
        let step = self.vocabulary.phrase()?;
        self.phrases.insert(name.to_owned(), self.all_phrases.len());
        self.all_phrases.push(Phrase { step, patterns });
        Ok(())
    }
}

/// What becomes of a phrase inside a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrases {
    /// A step of its own: in rules and doubts.
    Steps,
    /// Its patterns, multiplied out: inside other phrases.
    WrittenOut,
}

const MOST_ALTERNATIVES: usize = 2_000;
const MOST_PATTERNS: usize = 600;
const LARGEST_GAP: u16 = 40;
/// Reading recurses once per parenthesis.
const DEEPEST: i32 = 20;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Word(&'a str),
    Name(&'a str),
    Gap(u16),
    Open,
    Close,
    Bar,
    Optional,
    /// What stands around it, in either order, with at most so many words between.
    Both(u16),
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut out = Vec::new();
    let mut depth = 0;
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '(' | ')' | '|' | '?' | '~' | '…' => {
                out.push(match c {
                    '(' => Piece::Open,
                    ')' => Piece::Close,
                    '|' => Piece::Bar,
                    '?' => Piece::Optional,
                    '~' => Piece::Gap(2),
                    _ => Piece::Gap(8),
                });
                c.len_utf8()
            }
            '{' => {
                let end = rest.find('}').ok_or("`{` without `}`")?;
                out.push(Piece::Name(rest.get(1..end).unwrap_or_default().trim()));
                end + 1
            }
            '.' if rest.starts_with("...") => {
                out.push(Piece::Gap(8));
                3
            }
            '.' if rest.starts_with("..") => {
                let (gap, taken) = number(rest, "..")?;
                out.push(Piece::Gap(gap));
                taken
            }
            '&' => {
                let (gap, taken) = number(rest, "&")?;
                out.push(Piece::Both(gap));
                taken
            }
            _ if c.is_alphanumeric() => {
                let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                let end =
                    if rest.get(end..).is_some_and(|r| r.starts_with('*')) { end + 1 } else { end };
                out.push(Piece::Word(rest.get(..end).unwrap_or_default()));
                end
            }
            '\'' | '’' => return Err("write contractions out: `do not`, `I will`".to_owned()),
            '-' => return Err("write hyphenated words as two words: `free tier`".to_owned()),
            '*' => return Err("`*` must follow a word: `modif*`".to_owned()),
            _ => return Err(format!("`{}` means nothing in a cue", c.escape_default())),
        };
        match out.last() {
            Some(Piece::Open) => depth += 1,
            Some(Piece::Close) => depth -= 1,
            _ => {}
        }
        if depth > DEEPEST {
            return Err(format!("parentheses nested more than {DEEPEST} deep"));
        }
        rest = rest.get(taken..).unwrap_or_default().trim_start();
    }
    Ok(out)
}

/// The number of words after a sign, and the bytes of both.
fn number(rest: &str, sign: &str) -> Result<(u16, usize), String> {
    let digits: String = rest.chars().skip(sign.len()).take_while(char::is_ascii_digit).collect();
    let gap = digits.parse().ok().filter(|n| (1..=LARGEST_GAP).contains(n));
    let gap = gap.ok_or_else(|| format!("a gap is `{sign}N` with N from 1 to {LARGEST_GAP}"))?;
    Ok((gap, sign.len() + digits.len()))
}

fn word(text: &str) -> Result<Word, String> {
    if !text.is_ascii() {
        return Err(format!(
            "`{text}` would match nothing: words are of the letters a to z and digits"
        ));
    }
    let folded = text.to_ascii_lowercase();
    match folded.strip_suffix('*') {
        Some(stem) if stem.len() < 2 => Err(format!("`{text}` would match too many words")),
        Some(stem) => Ok(Word::Stem(stem.to_owned())),
        None if folded == "cannot" => Err("write `can not`".to_owned()),
        None => Ok(Word::Exact(folded)),
    }
}

/// Alternatives of a word class: `modif* | retrain* | {OTHER}`.
pub(super) fn class(text: &str, names: &mut Names) -> Result<Runs, String> {
    let pieces = pieces(text)?;
    let mut at = 0;
    let found = alternatives(&pieces, &mut at, names)?;
    if at < pieces.len() {
        return Err("`)` without `(`".to_owned());
    }
    Ok(found)
}

/// Reads up to the closing parenthesis or the end.
fn alternatives(pieces: &[Piece<'_>], at: &mut usize, names: &mut Names) -> Result<Runs, String> {
    let mut all = Runs::default();
    let mut runs = Runs::nothing();
    loop {
        let piece = pieces.get(*at);
        if matches!(piece, None | Some(Piece::Bar | Piece::Close)) {
            if runs.iter().any(<[_]>::is_empty) {
                return Err("an alternative is empty".to_owned());
            }
            all.append(&runs);
            runs.restart();
            if piece != Some(&Piece::Bar) {
                break;
            }
            *at += 1;
            continue;
        }
        let is_optional = pieces.get(*at + 1) == Some(&Piece::Optional);
        if let (Some(Piece::Word(text)), false) = (piece, is_optional) {
            *at += 1;
            runs.go_on_with(names.vocabulary.word(word(text)?)?);
            continue;
        }
        let mut choice = one(pieces, at, names)?;
        if pieces.get(*at) == Some(&Piece::Optional) {
            *at += 1;
            choice.push(&[]);
        }
        if runs.len() * choice.len() > MOST_ALTERNATIVES {
            return Err(format!("more than {MOST_ALTERNATIVES} alternatives: split the cue"));
        }
        runs = runs.followed_by(&choice);
    }
    Ok(all.tidy())
}

/// One word, macro or parenthesised group.
fn one(pieces: &[Piece<'_>], at: &mut usize, names: &mut Names) -> Result<Runs, String> {
    let piece = pieces.get(*at);
    *at += 1;
    match piece {
        Some(Piece::Word(text)) => Ok(Runs::of(names.vocabulary.word(word(text)?)?)),
        Some(Piece::Name(name)) => match names.macros.get(*name) {
            Some(known) => Ok(names.vocabulary.runs(*known).as_ref().clone()),
            None if names.phrases.contains_key(*name) => Err(format!(
                "`{{{name}}}` is a phrase; inside parentheses and macros only macros can stand"
            )),
            None => Err(unknown(name, names)),
        },
        Some(Piece::Open) => {
            let found = alternatives(pieces, at, names)?;
            if pieces.get(*at) != Some(&Piece::Close) {
                return Err("`(` without `)`".to_owned());
            }
            *at += 1;
            Ok(found)
        }
        Some(Piece::Gap(_)) => Err("a gap cannot stand inside parentheses or a macro".to_owned()),
        Some(Piece::Optional) => Err("`?` must follow a word or a group".to_owned()),
        _ => Err("`)` without `(`".to_owned()),
    }
}

fn unknown(name: &str, names: &Names) -> String {
    let known = names.macros.keys().chain(names.phrases.keys()).map(String::as_str);
    format!("no macro or phrase is called `{name}`{}", suggestion(name, known))
}

/// All patterns a cue stands for: orders, phrases and optional steps multiplied out.
pub(super) fn patterns(
    text: &str,
    names: &mut Names,
    phrases: Phrases,
) -> Result<Vec<Pattern>, String> {
    let pieces = pieces(text)?;
    let mut gaps: Vec<u16> = Vec::new();
    gaps.extend(pieces.iter().filter_map(|p| if let Piece::Both(n) = p { Some(*n) } else { None }));
    let Some(gap) = gaps.first().copied() else { return in_order(&pieces, names, phrases) };
    if gaps.iter().any(|g| *g != gap) || gaps.len() > 2 {
        return Err("`&` joins two or three parts, all with the same number".to_owned());
    }
    let parts = pieces.split(|p| matches!(p, Piece::Both(_)));
    let parts = parts.map(|part| in_order(part, names, phrases)).collect::<Result<Vec<_>, _>>()?;
    let orders: &[&[usize]] = match parts.len() {
        2 => &[&[0, 1], &[1, 0]],
        _ => &[&[0, 1, 2], &[0, 2, 1], &[1, 0, 2], &[1, 2, 0], &[2, 0, 1], &[2, 1, 0]],
    };
    let mut out: Vec<Pattern> = Vec::new();
    for order in orders {
        let mut made: Vec<Pattern> = vec![Vec::new()];
        for part in order.iter().filter_map(|at| parts.get(*at)) {
            let joined = made.iter().flat_map(|before| {
                part.iter().map(move |after| {
                    let mut steps = [before.as_slice(), after].concat();
                    if let Some(step) = steps.get_mut(before.len()).filter(|_| !before.is_empty()) {
                        step.gap = gap;
                    }
                    steps
                })
            });
            made = joined.collect();
            if made.len() + out.len() > MOST_PATTERNS {
                return Err(format!("stands for more than {MOST_PATTERNS} patterns: split it"));
            }
        }
        out.extend(made);
    }
    Ok(out)
}

/// The patterns of pieces in the order in which they stand.
fn in_order(
    pieces: &[Piece<'_>],
    names: &mut Names,
    phrases: Phrases,
) -> Result<Vec<Pattern>, String> {
    let mut out: Vec<(Pattern, u16)> = vec![(Vec::new(), 0)];
    let mut at = 0;
    let mut gap = None;
    while let Some(piece) = pieces.get(at) {
        if let Piece::Gap(words) = piece {
            if gap.is_some() {
                return Err("two gaps in a row: write one".to_owned());
            }
            if at == 0 || at + 1 == pieces.len() {
                return Err("a cue cannot begin or end with a gap".to_owned());
            }
            gap = Some(*words);
            at += 1;
            continue;
        }
        if *piece == Piece::Bar {
            return Err("`|` outside parentheses: write two cues".to_owned());
        }
        let single = |runs: Symbol| vec![vec![Step { gap: 0, runs }]];
        let mut choice: Vec<Pattern> = match piece {
            Piece::Name(name) if names.phrases.contains_key(*name) => {
                at += 1;
                let known = names.phrase(name);
                match phrases {
                    Phrases::Steps => known.map(|p| single(p.step)).unwrap_or_default(),
                    Phrases::WrittenOut => known.map(|p| p.patterns.clone()).unwrap_or_default(),
                }
            }
            Piece::Name(name) if names.macros.contains_key(*name) => {
                at += 1;
                names.macros.get(*name).copied().map(single).unwrap_or_default()
            }
            _ => {
                let runs = one(pieces, &mut at, names)?;
                single(names.vocabulary.step(runs)?)
            }
        };
        if pieces.get(at) == Some(&Piece::Optional) {
            at += 1;
            choice.push(Vec::new());
        }
        if out.len() * choice.len() > MOST_PATTERNS {
            return Err(format!("stands for more than {MOST_PATTERNS} patterns: split it"));
        }
        let before = gap.take().unwrap_or(0);
        out = out
            .iter()
            .flat_map(|(steps, open)| {
                choice.iter().map(move |more| {
                    let mut steps = steps.clone();
                    // The gap before something optional that is left out stays open for what follows.
                    let open = (open + before).min(LARGEST_GAP);
                    if more.is_empty() {
                        return (steps, open);
                    }
                    let from = steps.len();
                    steps.extend_from_slice(more);
                    if let Some(step) = steps.get_mut(from) {
                        step.gap = if from == 0 { 0 } else { open };
                    }
                    (steps, 0)
                })
            })
            .collect();
    }
    if out.iter().any(|(steps, _)| steps.is_empty()) {
        return Err("a cue needs at least one word that is not optional".to_owned());
    }
    Ok(out.into_iter().map(|(steps, _)| steps).collect())
}

/// `; did you mean …?` when something known is close (at most two letters away), else nothing.
pub(super) fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|k| (distance(&word.to_lowercase(), &k.to_lowercase()), k))
        .filter(|(d, k)| *d <= 2 && *d < k.chars().count())
        .min()
        .map(|(_, k)| format!("; did you mean `{k}`?"))
        .unwrap_or_default()
}

/// Letters to insert, delete or replace. Words over 64 letters count as far away.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().max(b.len()) > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let replace = row.get(j).copied().unwrap_or(0) + usize::from(x != y);
            let delete = row.get(j + 1).copied().unwrap_or(0) + 1;
            let insert = next.last().copied().unwrap_or(0) + 1;
            next.push(replace.min(delete).min(insert));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Phrases::{Steps, WrittenOut};
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        let modify = class("modif* | train* away", &mut names).unwrap();
        let modify = names.vocabulary.step(modify).unwrap();
        names.macros.insert("MODIFY".into(), modify);
        let phrase = patterns("{MODIFY} ~ me", &mut names, Phrases::WrittenOut).unwrap();
        names.add_phrase("CHANGE", phrase).unwrap();
        names
    }

    #[test]
    fn cues_expand_to_steps_with_gaps() {
        let mut names = names();
        let found = patterns("if I ~ (would | really)? {MODIFY} ... x", &mut names, Steps).unwrap();
        assert_eq!(found.len(), 2);
        let gaps = |p: &Pattern| p.iter().map(|s| s.gap).collect::<Vec<_>>();
        assert_eq!(gaps(&found[0]), [0, 0, 2, 0, 8]);
        assert_eq!(gaps(&found[1]), [0, 0, 2, 8], "the gap survives what is left out");
        assert_eq!(names.vocabulary.runs(found[0][3].runs).len(), 2);
        assert_eq!(found[0][3].runs, names.macros["MODIFY"]);
        let found = patterns("if ..3 {CHANGE}", &mut names, WrittenOut).unwrap();
        assert_eq!(gaps(&found[0]), [0, 3, 2]);
        let found = patterns("if ..3 {CHANGE}", &mut names, Steps).unwrap();
        assert_eq!(gaps(&found[0]), [0, 3]);
        assert_eq!(found[0][1].runs, names.all_phrases[0].step);
    }

    #[test]
    fn both_stands_for_every_order() {
        let mut names = names();
        let found = patterns("a b &5 c", &mut names, Steps).unwrap();
        let gaps = |p: &Pattern| p.iter().map(|s| s.gap).collect::<Vec<_>>();
        assert_eq!(found.iter().map(gaps).collect::<Vec<_>>(), [vec![0, 0, 5], vec![0, 5, 0]]);
        assert_eq!(found[0][2].runs, found[1][0].runs);
        let found = patterns("a &5 {CHANGE} &5 c?", &mut names, Steps);
        assert!(found.is_err(), "a part that may be missing is no part");
        assert_eq!(patterns("a &5 {CHANGE} &5 c", &mut names, Steps).unwrap().len(), 6);
    }

    #[test]
    fn mistakes_are_named() {
        for (cue, part) in [
            ("if ~ ~ me", "two gaps"),
            ("~ me", "begin or end"),
            ("me ...", "begin or end"),
            ("if (a | ) b", "empty"),
            ("( a", "`(` without"),
            ("a )", "`)` without"),
            ("a | b", "outside parentheses"),
            ("{MODFY}", "did you mean `MODIFY`?"),
            ("({CHANGE} | x)", "is a phrase"),
            ("don't", "contractions"),
            ("free-tier", "two words"),
            ("m*", "too many"),
            ("naïve", "match nothing"),
            ("caf\u{e9}*", "match nothing"),
            ("a ..0 b", "from 1 to 40"),
            ("a & b", "from 1 to 40"),
            ("a &2 b &3 c", "same number"),
            ("a &2 b &2 c &2 d", "two or three"),
            ("a &2", "at least one"),
            ("(a &2 b)", "`(` without"),
            ("a?", "not optional"),
            ("", "at least one"),
            ("{MODIFY", "without `}`"),
            ("a \u{1b} b", "means nothing"),
        ] {
            let error = patterns(cue, &mut names(), Steps).unwrap_err();
            assert!(error.contains(part), "{cue}: {error}");
        }
    }
}
