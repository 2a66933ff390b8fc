//! Whether raw JSON can hold a text that a needle matches, told from its bytes without reading it.
//!
//! The answer "no" is sure, for any writer: characters may stand as they are, as short escapes or as `\u` escapes with
//! either case of digits. "Yes" means that somebody has to read it.
//!
//! Every match holds a run of characters ([`needed`](super::needed)). Characters that writers leave alone are looked
//! for as they are; a record that escapes any of them all the same is *odd* and always read. For the others there are
//! two ways: as they are, and escaped. Either all of a run's are written one way, or two neighbours are not: that is
//! a number of patterns that grows with the run and not with the ways to mix them.

use std::fmt::Write as _;

use regex_syntax::hir::Hir;

use super::needed::{Atom, Run, needed};
use super::scan::{Ascii, Odd, Places};

/// What one bit counts in weights: one less, and a run stands in twice as many places.
pub(super) const BIT: u32 = 10;
/// A run of this weight hardly ever stands anywhere by chance: nothing is gained by a longer one.
const ENOUGH: u32 = 24 * BIT;
/// Runs that are scanned for one after another; more of them are put into one regular expression.
const MOST_SCANS: usize = 4;
/// Largest program of such an expression, and of its tables, in bytes.
const SIZE_LIMIT: usize = 4 << 20;

/// What the raw JSON of any match holds.
#[derive(Debug, Clone)]
pub struct RawNeedle {
    scans: Vec<Places>,
    pattern: Option<regex::bytes::Regex>,
    odd: Odd,
    weight: u32,
}

/// Escapes that no usual writer makes, which hide what needles look for.
#[derive(Debug, Clone, Copy, Default)]
pub struct OddEscapes(Odd);

impl RawNeedle {
    /// For a pattern; `None` when its matches have nothing in common that could be looked for.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let runs = needed(hir, &|run| Way::of(run).map_or(0, |way| way.weight()));
        let ways: Vec<Way<'_>> = runs.iter().map(Way::of).collect::<Option<_>>()?;
        let weight = ways.iter().map(Way::weight).min()?;
        let odd = ways.iter().fold(Odd::default(), |odd, way| odd.or(way.odd()));
        let mut scans = Vec::new();
        let mut patterns = Vec::new();
        let many = ways.len() > MOST_SCANS;
        for way in &ways {
            match way.places().filter(|_| !many) {
                Some(places) => scans.push(places),
                None => patterns.push(way.pattern()),
            }
        }
        let pattern = if patterns.is_empty() {
            None
        } else {
            let built = regex::bytes::RegexBuilder::new(&patterns.join("|"))
                .unicode(false)
                .size_limit(SIZE_LIMIT)
                .dfa_size_limit(SIZE_LIMIT)
                .build();
            Some(built.ok()?)
        };
        Some(Self { scans, pattern, odd, weight })
    }

    /// Where these bytes may hold a match: the offset of something that every match has in it. `None` is sure, unless
    /// [`OddEscapes`] stand in them.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> Option<usize> {
        let scanned = self.scans.iter().find_map(|places| places.find(bytes));
        scanned.or_else(|| self.pattern.as_ref()?.find(bytes).map(|found| found.start()))
    }

    /// How seldom it says yes by chance; more is better.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.weight
    }
}

impl OddEscapes {
    /// Those that could hide a match of one of these.
    #[must_use]
    pub fn of<'a>(needles: impl IntoIterator<Item = &'a RawNeedle>) -> Self {
        Self(needles.into_iter().fold(Odd::default(), |odd, needle| odd.or(needle.odd)))
    }

    /// Whether any stands in these bytes.
    #[must_use]
    pub fn are_in(self, bytes: &[u8]) -> bool {
        self.0.is_in(bytes)
    }
}

/// How writers put down the characters of one place.
#[derive(Debug)]
enum Place<'a> {
    /// They leave them alone.
    Plain(Ascii, Odd),
    /// They may escape them.
    Either(&'a Atom),
}

impl<'a> Place<'a> {
    fn of(atom: &'a Atom) -> Self {
        let mut set = 0;
        let mut odd = Odd::default();
        for &c in atom {
            match c {
                'ſ' => odd.long_s = true,
                '\u{212A}' => odd.kelvin = true,
                _ if is_left_alone(c) => set |= 1 << c as u32,
                _ => return Self::Either(atom),
            }
        }
        // Of those two alone nothing would be looked for.
        if set == 0 { Self::Either(atom) } else { Self::Plain(set, Odd { escaped: set, ..odd }) }
    }

    fn weight(&self) -> u32 {
        match self {
            Self::Plain(set, _) => rarity(*set),
            Self::Either(_) => 6 * BIT,
        }
    }
}

/// Whether no usual writer escapes a character. Those that do more than they must escape what means something in HTML.
fn is_left_alone(c: char) -> bool {
    matches!(c, ' '..='~') && !"\"\\/<>&'+=`".contains(c)
}

/// Characters of prose, the frequent ones first.
const BY_FREQUENCY: &str = "etaoinsrhldcumpfgywbvkxjqz";

/// How seldom one of these characters stands in a text, in tenths of bits.
fn rarity(set: Ascii) -> u32 {
    let of = |c: u8| {
        let letter = |c: u8| {
            BY_FREQUENCY.bytes().position(|l| l == c).map_or(100, |at| 33 + 27 * at as u32 / 10)
        };
        match c {
            b' ' => 27,
            b'a'..=b'z' => letter(c),
            b'A'..=b'Z' => letter(c.to_ascii_lowercase()) + 35,
            b',' | b'.' | b'0'..=b'9' => 65,
            _ => 80,
        }
    };
    let each = || (0..128_u8).filter(|c| super::scan::holds(set, *c));
    let most = each().map(of).min().unwrap_or_default();
    // Two cases of a letter count as one: the capital is seldom.
    let kinds = each().map(|c| c.to_ascii_lowercase()).collect::<std::collections::BTreeSet<_>>();
    most.saturating_sub(kinds.len().max(1).ilog2() * BIT)
}

/// How a run is looked for.
#[derive(Debug)]
enum Way<'a> {
    /// By the heaviest stretch of characters that are left alone.
    Plain(Vec<Place<'a>>),
    /// By all of it.
    Both(Vec<Place<'a>>),
}

impl<'a> Way<'a> {
    /// `None` when there is none.
    fn of(run: &'a Run) -> Option<Self> {
        let places: Vec<Place<'a>> = run.iter().map(Place::of).collect();
        let stretches = run.split(|atom| matches!(Place::of(atom), Place::Either(_)));
        let plain = stretches
            .map(|stretch| Way::Plain(stretch.iter().map(Place::of).collect()))
            .filter(|way| way.places().is_some())
            .max_by_key(Way::weight);
        let all = Way::Both(places);
        if plain.as_ref().is_some_and(|plain| plain.weight() >= ENOUGH.min(all.weight())) {
            return plain;
        }
        (all.weight() > 0).then_some(all)
    }

    fn parts(&self) -> &[Place<'a>] {
        match self {
            Self::Plain(places) | Self::Both(places) => places,
        }
    }

    fn weight(&self) -> u32 {
        let sum: u32 = self.parts().iter().map(Place::weight).sum();
        match self {
            Self::Plain(_) => sum,
            // A regular expression costs more than the scan: it has to be worth something.
            Self::Both(_) => sum.saturating_sub(3 * BIT),
        }
    }

    fn odd(&self) -> Odd {
        self.parts().iter().fold(Odd::default(), |odd, place| match place {
            Place::Plain(_, own) => odd.or(*own),
            Place::Either(_) => odd,
        })
    }

    fn places(&self) -> Option<Places> {
        let Self::Plain(places) = self else { return None };
        let set = |place: &Place<'_>| match place {
            Place::Plain(set, _) => Some(*set),
            Place::Either(_) => None,
        };
        Places::new(places.iter().map(set).collect::<Option<_>>()?, rarity)
    }

    /// As a regular expression over bytes.
    fn pattern(&self) -> String {
        let written: Vec<Written> = self.parts().iter().map(Written::of).collect();
        let join = |list: &[Written], pick: &dyn Fn(usize, &Written) -> String| {
            (0..).zip(list).map(|(i, w)| pick(i, w)).collect::<String>()
        };
        let mut all = vec![join(&written, &|_, w| w.plain()), join(&written, &|_, w| w.escaped())];
        let both: Vec<usize> =
            (0..).zip(&written).filter(|(_, w)| w.has_both()).map(|(at, _)| at).collect();
        for pair in both.windows(2) {
            let &[from, to] = pair else { continue };
            let between = written.get(from..=to).unwrap_or_default();
            let last = to - from;
            all.push(join(between, &|i, w| if i == last { w.escaped() } else { w.plain() }));
            all.push(join(between, &|i, w| if i == 0 { w.escaped() } else { w.plain() }));
        }
        all.dedup();
        all.join("|")
    }
}

/// The ways to write down one place, as regular expressions over bytes.
struct Written {
    as_it_is: Vec<String>,
    escapes: Vec<String>,
}

impl Written {
    fn of(place: &Place<'_>) -> Self {
        let mut written = Self { as_it_is: Vec::new(), escapes: Vec::new() };
        match place {
            Place::Plain(set, _) => {
                let chars = (0..128_u8).filter(|c| super::scan::holds(*set, *c));
                written.as_it_is.push(format!("[{}]", hex(chars)));
            }
            Place::Either(atom) => {
                for &c in *atom {
                    if c >= ' ' && !matches!(c, '"' | '\\') {
                        let mut buffer = [0; 4];
                        let bytes = c.encode_utf8(&mut buffer).bytes();
                        written.as_it_is.push(hex(bytes));
                    }
                    written.escapes.extend(escapes(c));
                }
            }
        }
        written
    }

    fn has_both(&self) -> bool {
        !self.as_it_is.is_empty() && !self.escapes.is_empty()
    }

    /// As it is, where that can be.
    fn plain(&self) -> String {
        any_of(if self.as_it_is.is_empty() { &self.escapes } else { &self.as_it_is })
    }

    /// Escaped, where anybody does that.
    fn escaped(&self) -> String {
        any_of(if self.escapes.is_empty() { &self.as_it_is } else { &self.escapes })
    }
}

fn any_of(ways: &[String]) -> String {
    match ways {
        [one] => one.clone(),
        many => format!("(?:{})", many.join("|")),
    }
}

/// Every escape of a character.
fn escapes(c: char) -> Vec<String> {
    let mut units = [0; 2];
    let mut long = String::new();
    for unit in c.encode_utf16(&mut units) {
        long.push_str(r"\\u");
        for digit in format!("{unit:04x}").chars() {
            if digit.is_ascii_digit() {
                long.push(digit);
            } else {
                let _ = write!(long, "[{digit}{}]", digit.to_ascii_uppercase());
            }
        }
    }
    let short = match c {
        '"' => r#"\\""#,
        '\\' => r"\\\\",
        '/' => r"\\/",
        '\u{8}' => r"\\b",
        '\u{c}' => r"\\f",
        '\n' => r"\\n",
        '\r' => r"\\r",
        '\t' => r"\\t",
        _ => return vec![long],
    };
    vec![long, short.to_owned()]
}

/// Bytes as a regular expression has them by number.
fn hex(bytes: impl Iterator<Item = u8>) -> String {
    bytes.fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, r"\x{byte:02x}");
        text
    })
}

#[cfg(test)]
#[path = "raw_tests.rs"]
mod tests;
