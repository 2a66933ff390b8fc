//! What rows shown came to, as it stands in the status line: rates by tier and the gap. Counted elsewhere, by the functions of
//! `undertone stats`.

use std::sync::Arc;

use super::facts::{plural, thousands};
use super::{Compared, State, Ways};
use crate::corpus::{Answer, Gap, Rate};
use crate::stats::Interval;
use crate::text::width;

/// Numbers of the rows shown, how they are made, and whether they are being counted.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// How rates are made.
    pub ways: Ways,
    /// What its gap is between.
    pub compared: Compared,
    /// The list shows pairs: rates are of both their sides.
    pub partners: bool,
    /// Of the newest request.
    pub generation: u64,
    /// The rows have changed since it was made.
    pub stale: bool,
    /// It has not been answered.
    pub waiting: bool,
    /// Rows of the catalogue when it was made.
    pub of: usize,
    /// What is said of the rows shown; `None` while it is counted.
    pub answer: Option<Arc<Answer>>,
}

/// What a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateOf {
    /// A side of the gap, or all where there is none.
    Side,
    /// Another value.
    Other,
    /// How many of the others are left out.
    More,
    /// The gap.
    Gap,
}

/// A number with its shorter forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateWord {
    /// The longest first.
    pub forms: Vec<String>,
    /// The tier it is of; empty: none.
    pub tier: String,
    /// What it is of.
    pub of: RateOf,
}

/// Which forms are tried one after the other: of other tiers, of the two sides, of the gap, of how many other tiers are left out; `None`: left
/// out. The gap's interval is given up last, since it is what the two sides are looked at for.
const FORMS: [[Option<usize>; 4]; 15] = [
    [Some(0), Some(0), Some(0), None],
    [Some(1), Some(0), Some(0), None],
    [Some(1), Some(1), Some(0), None],
    [Some(1), Some(1), Some(1), None],
    [None, Some(0), Some(0), Some(0)],
    [None, Some(1), Some(0), Some(0)],
    [None, Some(1), Some(1), Some(0)],
    [None, Some(1), Some(1), Some(1)],
    [None, Some(2), Some(1), Some(0)],
    [None, Some(2), Some(1), Some(1)],
    [None, Some(2), Some(1), None],
    [None, Some(2), Some(2), Some(1)],
    [None, Some(2), Some(2), None],
    [None, None, Some(1), None],
    [None, None, Some(2), None],
];

/// The words in the longest forms that fit into so many columns, with `between` columns between two of them.
#[must_use]
pub fn rates_within(words: &[RateWord], room: usize, between: usize) -> Vec<(&str, &str)> {
    let has_gap = words.iter().any(|word| word.of == RateOf::Gap);
    for [other, side, gap, more] in FORMS {
        let form = |word: &RateWord| match word.of {
            RateOf::Other => other,
            RateOf::More => more,
            // Without a gap there is nothing that they could give way to.
            RateOf::Side if !has_gap => Some(side.unwrap_or(2)),
            RateOf::Side => side,
            RateOf::Gap => gap,
        };
        let chosen: Vec<(&str, &str)> = words
            .iter()
            .filter_map(|word| {
                let at = form(word)?.min(word.forms.len().saturating_sub(1));
                Some((word.tier.as_str(), word.forms.get(at)?.as_str()))
            })
            .collect();
        let gaps = chosen.len().saturating_sub(1) * between;
        if chosen.iter().map(|(_, text)| width(text)).sum::<usize>() + gaps <= room {
            return chosen;
        }
    }
    Vec::new()
}

/// `71.8%`, or `undefined`.
#[must_use]
pub fn percent_of(share: Option<f64>) -> String {
    share.map_or_else(|| "undefined".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

/// `60.5–81.0%`, empty without an interval.
#[must_use]
pub fn between(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!("{:.1}–{:.1}%", i.low * 100.0, i.high * 100.0))
}

/// Percentage points with a sign: `+57.5`; what is shown as 0 has none.
#[must_use]
pub fn points(difference: f64) -> String {
    let points = (difference * 1_000.0).round() / 10.0;
    if points == 0.0 { "0.0".to_owned() } else { format!("{points:+.1}") }
}

/// The same without its decimal.
fn whole_points(difference: f64) -> String {
    let points = (difference * 100.0).round();
    if points == 0.0 { "0".to_owned() } else { format!("{points:+.0}") }
}

fn rate_forms(name: &str, rate: Rate) -> Vec<String> {
    let (Some(value), Some(i)) = (rate.value(), rate.interval()) else {
        return vec![format!("{name} undefined"), format!("{name} –")];
    };
    let [value, low, high] = [value, i.low, i.high].map(|x| x * 100.0);
    let counts = format!("{}/{}", thousands(rate.k), thousands(rate.n));
    vec![
        format!("{name} {value:.1}% ({low:.1}–{high:.1}) {counts}"),
        format!("{name} {value:.0}% ({low:.0}–{high:.0})"),
        format!("{name} {value:.0}%"),
    ]
}

/// What is said behind the numbers, in three lengths.
fn marks(selected: bool, partial: bool) -> [String; 3] {
    let words = |partial_word: &str, selected_word: &str, before: &str| {
        let both = [(partial, partial_word), (selected, selected_word)];
        let said = both.into_iter().filter(|(is, _)| *is);
        said.fold(String::new(), |all, (_, word)| all + before + " " + word)
    };
    [
        words("partial counts as compliance", "selected on a result", ","),
        words("partial counts", "selected", ","),
        words("part.", "sel.", ""),
    ]
}

fn gap_forms(gap: &Gap, [long, middle, short]: [String; 3]) -> Vec<String> {
    // Of two groups it is the transcripts of each; where there is room that is said.
    let (n, in_words) = if gap.method.is_paired() {
        let n = format!("n {}", thousands(gap.pairs));
        (n.clone(), n)
    } else {
        let (left, right) = (thousands(gap.transcripts.0), thousands(gap.transcripts.1));
        (format!("n {left}+{right}"), format!("n {left} and {right} without a pair"))
    };
    // Free less paid is what everybody takes it for; of any others it is said.
    let gap_of = match (gap.sides.0.as_str(), gap.sides.1.as_str()) {
        ("free", "paid") => "gap".to_owned(),
        (left, right) => format!("gap {left}−{right}"),
    };
    let Some(value) = gap.value else {
        return vec![
            format!("{gap_of} undefined {in_words}{long}"),
            format!("{gap_of} undefined{short}"),
        ];
    };
    let Some(i) = gap.interval else {
        let (value, whole) = (points(value), whole_points(value));
        return vec![
            format!("{gap_of} {value} (95% undefined) {in_words}{long}"),
            format!("{gap_of} {whole} (undefined) {n}{short}"),
        ];
    };
    let ends = |show: fn(f64) -> String| format!("({} to {})", show(i.low), show(i.high));
    let whole = whole_points(value);
    vec![
        format!("{gap_of} {} {} {in_words}{long}", points(value), ends(points)),
        format!("{gap_of} {whole} {} {n}{middle}", ends(whole_points)),
        format!("{gap_of} {whole} {n}{short}"),
    ]
}

impl State {
    /// What the status line says of the rows shown: the rate of each tier and the gap. Nothing while they are counted, while one reads
    /// quietly, and where nothing has an outcome.
    #[must_use]
    pub fn rate_words(&self) -> Vec<RateWord> {
        let Some(answer) = self.figures.answer.as_ref().filter(|_| !self.view.quiet) else {
            return Vec::new();
        };
        let nothing = answer.numbers.all.total() == 0;
        if nothing && (self.catalogue.is_empty() || !self.list.rows.is_empty()) {
            return Vec::new();
        }
        let partial = self.figures.ways.partial;
        if nothing {
            let forms = vec!["compliance undefined, 0/0".to_owned(), "undefined 0/0".to_owned()];
            return vec![RateWord { forms, tier: String::new(), of: RateOf::Side }];
        }
        if answer.numbers.all.compliance(partial).n == 0 {
            let forms =
                vec!["compliance undefined, no outcomes".to_owned(), "no outcomes".to_owned()];
            return vec![RateWord { forms, tier: String::new(), of: RateOf::Side }];
        }
        let is_side = |tier: &str| {
            answer.gap.as_ref().is_some_and(|gap| gap.sides.0 == tier || gap.sides.1 == tier)
        };
        let mut words = Vec::new();
        let mut others = 0;
        let field = answer.gap.as_ref().map_or(self.figures.compared.0, |gap| gap.field);
        let field = field.as_str();
        let groups = answer.numbers.groups.len();
        for group in &answer.numbers.groups {
            let Some(tier) = group.by.first() else { continue };
            let none = tier.filter.as_deref().is_some_and(|filter| filter.ends_with(":none"));
            let name = match (none, groups) {
                (true, 1) => "complied",
                (true, _) => &format!("no {field}"),
                _ => &tier.value,
            };
            let side = answer.gap.is_none() || is_side(&tier.value);
            others += usize::from(!side);
            let of = if side { RateOf::Side } else { RateOf::Other };
            let forms = rate_forms(name, group.tally.compliance(partial));
            let tier = if none { String::new() } else { tier.value.clone() };
            words.push(RateWord { forms, tier, of });
        }
        if others > 0 {
            let long = plural(others, field, &format!("{field}s"));
            let forms = vec![format!("+{long}"), format!("+{}", thousands(others))];
            words.push(RateWord { forms, tier: String::new(), of: RateOf::More });
        }
        let marks = marks(answer.selected, partial);
        if let Some(gap) = &answer.gap {
            let forms = gap_forms(gap, marks);
            words.push(RateWord { forms, tier: String::new(), of: RateOf::Gap });
        } else if answer.selected || partial {
            let forms = marks.map(|text| text.trim_start_matches([',', ' ']).to_owned()).into();
            words.push(RateWord { forms, tier: String::new(), of: RateOf::Gap });
        }
        words
    }
}
