//! The transcripts that a gap is made of, part by part, and the filters that find them: pairs, cells that differ, what has no partner.

use hashbrown::HashSet;

use super::super::PairField;
use super::gap::Gap;
use super::measure::{ANSWERS, Measure};
use crate::corpus::Catalogue;
use crate::corpus::facets::quoted;
use crate::query::{Columns, Filter};

/// Most transcripts that are found by their names.
pub(super) const MOST_NAMED: usize = 200;

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Those with an outcome in pairs that have one on both sides, or in either group where no sample has both.
    Compared,
    /// Pairs of which both sides count.
    Both,
    /// Pairs of which the first side alone counts.
    FirstAlone,
    /// Pairs of which the second side alone counts.
    SecondAlone,
    /// Pairs of which no side counts.
    Neither,
    /// Those of the first side without a partner on the second.
    FirstUnpaired,
    /// Those of the second side without a partner on the first.
    SecondUnpaired,
    /// Pairs without any outcome on one side.
    Undecided,
}

/// A part of a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapPart {
    /// Which.
    pub kind: PartKind,
    /// Samples.
    pub samples: usize,
    /// Their transcripts that belong to the part.
    pub transcripts: usize,
    /// The whole filter that finds them, in place of the one in force; `None` where the language has no word for them.
    pub filter: Option<String>,
}

impl GapPart {
    pub(super) fn new(kind: PartKind, samples: usize, transcripts: usize) -> Self {
        Self { kind, samples, transcripts, filter: None }
    }
}

/// A list of outcomes as a term.
fn outcomes(wanted: impl Fn(Option<bool>) -> bool, measure: Measure) -> String {
    let words = ANSWERS.into_iter().filter(|outcome| wanted(measure.counts(*outcome)));
    let words: Vec<&str> = words.map(crate::model::OutcomeValue::as_str).collect();
    format!("outcome:{}", words.join(","))
}

impl Gap {
    /// The part of a kind.
    #[must_use]
    pub fn part(&self, kind: PartKind) -> Option<&GapPart> {
        self.parts.iter().find(|part| part.kind == kind)
    }

    /// Gives each part its filter. `open` left the rows of which the gap is; `copies`: what else keeps identical records out.
    pub(super) fn find_parts(&mut self, open: &Filter, measure: Measure, copies: &str) {
        // Partners are those under another tier, and a filter about partners cannot be asked of a partner.
        if self.field != PairField::Tier {
            return;
        }
        let nests = !open.asks_partners();
        let [first, second] = [&self.sides.0, &self.sides.1].map(|v| format!("tier:{}", quoted(v)));
        let bracket = |filter: &Filter| {
            if filter.is_empty() { String::new() } else { format!(" ({filter})") }
        };
        let inner = bracket(open);
        let decided = outcomes(|counts| counts.is_some(), measure);
        let yes = outcomes(|counts| counts == Some(true), measure);
        let no = outcomes(|counts| counts == Some(false), measure);
        // One side with its own outcome and that of its partner.
        let half = |own: &str, said: &str, other: &str, there: &str| {
            format!("({own} {said} partner({other} {there}{inner}))")
        };
        let both_ways = |left: &str, right: &str| {
            let one = half(&first, left, &second, right);
            format!("({one} OR {})", half(&second, right, &first, left))
        };
        let alone =
            |own: &str, other: &str| format!("{own} (partner:none OR -partner({other}{inner}))");
        let undecided = |own: &str, other: &str| {
            let without =
                format!("outcome:unfinished,unknown OR -partner({other} {decided}{inner})");
            format!("({own} partner({other}{inner}) ({without}))")
        };
        let paired = self.method.is_paired();
        let tells_undecided = !self.stray;
        for part in &mut self.parts {
            let text = match part.kind {
                PartKind::Compared if !paired => Some(format!("({first} OR {second}) {decided}")),
                _ if !nests => None,
                PartKind::Compared => Some(both_ways(&decided, &decided)),
                PartKind::Both => Some(both_ways(&yes, &yes)),
                PartKind::FirstAlone => Some(both_ways(&yes, &no)),
                PartKind::SecondAlone => Some(both_ways(&no, &yes)),
                PartKind::Neither => Some(both_ways(&no, &no)),
                PartKind::FirstUnpaired => Some(alone(&first, &second)),
                PartKind::SecondUnpaired => Some(alone(&second, &first)),
                PartKind::Undecided if tells_undecided => Some(format!(
                    "({} OR {})",
                    undecided(&first, &second),
                    undecided(&second, &first)
                )),
                PartKind::Undecided => None,
            };
            let whole =
                text.map(|text| format!("{}{copies}", format!("{inner} {text}").trim_start()));
            part.filter = whole.and_then(|text| Some(Filter::parse(&text).ok()?.to_string()));
        }
    }
    /// Where no term tells the transcripts of pairs without an outcome on one side from epochs of other pairs, and they are few, their names do, if
    /// nobody else has those.
    pub(super) fn name_undecided(&mut self, catalogue: &Catalogue) {
        let rows = std::mem::take(&mut self.undecided_rows);
        let is_wanted = |part: &&mut GapPart| {
            let few = part.transcripts == rows.len();
            part.kind == PartKind::Undecided && part.filter.is_none() && few
        };
        let Some(part) = self.parts.iter_mut().find(is_wanted) else { return };
        let names: Vec<&str> =
            rows.iter().filter_map(|row| Some(catalogue.view(*row)?.name())).collect();
        // As filters compare them.
        let folded: HashSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        let named =
            || catalogue.views().filter(|view| folded.contains(&view.name().to_lowercase()));
        let copies = match rows.len() {
            n if named().count() == n => "",
            n if named().filter(|view| !view.is_copy()).count() == n => " copy:no",
            _ => return,
        };
        let names: Vec<String> = names.into_iter().map(quoted).collect();
        let filter = Filter::parse(&format!("id:{}{copies}", names.join(",")));
        part.filter = filter.ok().map(|filter| filter.to_string());
    }
}
