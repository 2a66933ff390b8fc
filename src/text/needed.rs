//! What must stand in a text for a pattern to match there: runs of characters, found in the pattern's syntax tree.
//!
//! Knows nothing of how a text is written down: see `raw`.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// The characters that may stand at one place: one letter in both cases, a few kinds of quotes. Never empty.
pub(super) type Atom = Vec<char>;
/// Atoms that follow one another.
pub(super) type Run = Vec<Atom>;

/// More characters than this at one place say nothing.
const MOST_CHOICES: usize = 12;
/// Longest run that is given; a longer one is found by a part of it.
pub(super) const MOST_ATOMS: usize = 48;
/// Most runs of which one must stand there.
const MOST_RUNS: usize = 32;

/// Runs one of which is in every text that the pattern matches; empty when nothing is sure. Of all such sets it is the one
/// whose lightest run weighs most.
pub(super) fn needed(hir: &Hir, weigh: &dyn Fn(&Run) -> u32) -> Vec<Run> {
    Finder { weigh }.walk(hir).inside
}

/// What is known of the texts that a part of a pattern matches.
#[derive(Default)]
struct Known {
    /// They are `head`, and nothing else.
    exact: bool,
    /// How each of them begins.
    head: Run,
    /// How each of them ends.
    tail: Run,
    /// One of these is in each of them; empty: nothing is known.
    inside: Vec<Run>,
}

struct Finder<'a> {
    weigh: &'a dyn Fn(&Run) -> u32,
}

impl Finder<'_> {
    fn walk(&self, hir: &Hir) -> Known {
        match hir.kind() {
            // A look at what stands around takes no room: what is before it and behind it are neighbours.
            HirKind::Empty | HirKind::Look(_) => self.exactly(Run::new()),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => self.exactly(text.chars().map(|c| vec![c]).collect()),
                Err(_) => Known::default(),
            },
            HirKind::Class(class) => match atom(class) {
                Some(atom) => self.exactly(vec![atom]),
                None => Known::default(),
            },
            HirKind::Capture(capture) => self.walk(&capture.sub),
            HirKind::Repetition(repetition) => self.repeated(repetition),
            HirKind::Concat(parts) => self.joined(parts),
            HirKind::Alternation(branches) => self.any_of(branches),
        }
    }

    fn exactly(&self, run: Run) -> Known {
        let mut known = Known { exact: true, head: run.clone(), tail: run, inside: Vec::new() };
        self.offer(&mut known.inside, &known.head);
        known
    }

    fn repeated(&self, repetition: &Repetition) -> Known {
        if repetition.max == Some(0) {
            return self.exactly(Run::new());
        }
        if repetition.min == 0 {
            return Known::default();
        }
        let once = self.walk(&repetition.sub);
        if !once.exact {
            return Known { exact: false, ..once };
        }
        let len = once.head.len();
        let times = usize::try_from(repetition.min).unwrap_or(usize::MAX);
        let kept = times.min((MOST_ATOMS / len.max(1)).max(1));
        let run = once.head.iter().cycle().take(kept * len).cloned().collect();
        let exact = repetition.max == Some(repetition.min) && kept == times;
        Known { exact, ..self.exactly(run) }
    }

    fn joined(&self, parts: &[Hir]) -> Known {
        let mut inside = Vec::new();
        let mut head = None;
        let mut run = Run::new();
        for part in parts {
            let known = self.walk(part);
            run.extend(known.head);
            if known.exact {
                continue;
            }
            self.offer(&mut inside, &run);
            self.better(&mut inside, known.inside);
            let ended = std::mem::replace(&mut run, known.tail);
            head.get_or_insert(ended);
        }
        self.offer(&mut inside, &run);
        match head {
            None => Known { exact: true, head: run.clone(), tail: run, inside },
            Some(head) => Known { exact: false, head, tail: run, inside },
        }
    }

    fn any_of(&self, branches: &[Hir]) -> Known {
        let mut inside: Vec<Run> = Vec::new();
        for branch in branches {
            let known = self.walk(branch);
            if known.inside.is_empty() {
                return Known::default();
            }
            for run in known.inside {
                if !inside.contains(&run) {
                    inside.push(run);
                }
            }
            if inside.len() > MOST_RUNS {
                return Known::default();
            }
        }
        Known { inside, ..Known::default() }
    }

    /// Keeps the heaviest piece of a run, if that says more than what is known.
    fn offer(&self, best: &mut Vec<Run>, run: &Run) {
        for piece in run.chunks(MOST_ATOMS) {
            self.better(best, vec![piece.to_vec()]);
        }
    }

    fn better(&self, best: &mut Vec<Run>, other: Vec<Run>) {
        if self.weight(&other) > self.weight(best) {
            *best = other;
        }
    }

    /// The weight of the lightest, less a bit for each doubling of their number.
    fn weight(&self, runs: &[Run]) -> u32 {
        let lightest = runs.iter().map(self.weigh).min().unwrap_or_default();
        let many = runs.len().max(1).ilog2();
        lightest.saturating_sub(many * super::raw::BIT)
    }
}

/// The characters of a class, when they are few.
fn atom(class: &Class) -> Option<Atom> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => {
            let class = class.to_unicode_class()?;
            class.iter().map(|r| (r.start(), r.end())).collect()
        }
    };
    let all = ranges.into_iter().flat_map(|(start, end)| start..=end);
    let atom: Atom = all.take(MOST_CHOICES + 1).collect();
    (1..=MOST_CHOICES).contains(&atom.len()).then_some(atom)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs of a pattern: a place with several characters as `[ab]`.
    fn runs(pattern: &str) -> String {
        let hir = regex_syntax::parse(pattern).unwrap();
        let show = |atom: &Atom| match atom.as_slice() {
            [one] => one.to_string(),
            many => format!("[{}]", many.iter().collect::<String>()),
        };
        let weigh = |run: &Run| run.len() as u32 * super::super::raw::BIT;
        let found = needed(&hir, &weigh);
        found
            .iter()
            .map(|run| run.iter().map(show).collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_longest_run_that_every_match_holds() {
        for (pattern, expected) in [
            ("train", "train"),
            ("(?i)ask", "[Aa][Ss\u{17F}][Kk\u{212A}]"),
            ("a.*bcd.*ef", "bcd"),
            (r"foo\bbar$", "foobar"),
            ("ab+c", "ab"),
            ("xab+cdef", "bcdef"),
            ("(ab){3}", "ababab"),
            ("(ab){2,}c", "ababc"),
            ("x(ab){2,}", "xabab"),
            ("a*", ""),
            ("(cat|horse)", "cat horse"),
            ("(cat|horse)s? on a mat", " on a mat"),
            ("(cat|)x", "x"),
            ("(cat|d*)", ""),
            ("[a-z]+tion", "tion"),
            ("gr[ae]y", "gr[ae]y"),
            (r"\d\d", ""),
            ("", ""),
            ("(a(b(c)))d", "abcd"),
            ("x{0}yz", "yz"),
            ("(?:abc){0,1}z", "z"),
        ] {
            assert_eq!(runs(pattern), expected, "{pattern}");
        }
        let long = format!("{}{}", "a".repeat(MOST_ATOMS), "b".repeat(7));
        assert_eq!(runs(&long), "a".repeat(MOST_ATOMS));
        assert_eq!(runs("(?:abc){500}"), "abc".repeat(16));
    }
}
