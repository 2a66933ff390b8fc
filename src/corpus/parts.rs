//! Samples whose items are no whole transcripts: marks of rules, quotes of judges, turns of the model, and pairs of transcripts that answer one
//! sample in two tiers.
//!
//! Which parts a transcript has is known when it is read, so texts are read once more for it, by several threads. A pair is one item of
//! its sample however many epochs there are: chance chooses one of each side, and which of them stands on the left.

use std::sync::atomic::{AtomicUsize, Ordering};

use hashbrown::{HashMap, HashSet};

use super::frame::Frame;
use super::{Bits, By, Catalogue, Corpus, PairField, RowId, SampleDrawn};
use crate::model::{Analysis, Evidence, Found, Role, Transcript};
use crate::review::{Beside, Candidate, Draw, ItemName, Order, Part, Place, draw, lot, words_hash};

/// Rows that a thread takes at once.
const STRIDE: usize = 16;

/// What makes strata of marks and quotes, besides the fields of their transcripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// The category of a mark.
    Category,
    /// The rule of a mark.
    Rule,
    /// The criterion that a quote was given for.
    Criterion,
    /// The judge who gave a quote.
    Judge,
}

impl Within {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Category, Self::Rule, Self::Criterion, Self::Judge];

    /// As it is typed and kept.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Rule => "rule",
            Self::Criterion => "criterion",
            Self::Judge => "judge",
        }
    }

    /// What is called so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == name)
    }

    /// Of which items it can be told.
    #[must_use]
    pub fn order(self) -> Order {
        match self {
            Self::Category | Self::Rule => Order::Marks,
            Self::Criterion | Self::Judge => Order::Quotes,
        }
    }

    /// The value of a part; `none` where it has none.
    fn of(self, part: &Part) -> String {
        let value = match (self, part) {
            (Self::Category, Part::Mark { category, .. }) => Some(category.clone()),
            (Self::Rule, Part::Mark { rule, .. }) => Some(rule.clone()),
            (Self::Criterion, Part::Quote { criterion, .. }) => criterion.map(|n| n.to_string()),
            (Self::Judge, Part::Quote { judge, .. }) => Some(judge.clone()),
            _ => None,
        };
        value.unwrap_or_else(|| "none".to_owned())
    }
}

/// What a frame is made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameOf {
    /// What an item is.
    pub order: Order,
    /// The label that is judged: quotes that were given for it.
    pub label: String,
    /// Fields of transcripts that make the strata.
    pub by: Vec<By>,
    /// Fields of parts that do.
    pub within: Vec<Within>,
    /// The two tiers of a pair; `None`: free and paid, else the two most frequent.
    pub tiers: Option<(String, String)>,
}

/// A part of a transcript that can be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOf {
    /// Which.
    pub part: Part,
    /// Hash of its words; 0 of turns.
    pub words: u64,
}

/// What a transcript has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartsOf {
    /// What can be asked about, each once.
    pub parts: Vec<PartOf>,
    /// Quotes that stand nowhere in the text.
    pub lost: usize,
}

impl FrameOf {
    /// The parts of a transcript.
    #[must_use]
    pub fn parts(&self, transcript: &Transcript, analysis: &Analysis) -> PartsOf {
        let mut of = PartsOf::default();
        let mut add = |part: Part| {
            let words = part.place().map_or(Some(0), |Place { section, start, end }| {
                let text = transcript.sections.get(section)?.text.get(start..end)?;
                (!text.is_empty()).then(|| words_hash(text))
            });
            let Some(words) = words else { return };
            let part = PartOf { part, words };
            if !of.parts.contains(&part) {
                of.parts.push(part);
            }
        };
        match self.order {
            Order::Whole | Order::OutputFirst | Order::Pairs => {}
            Order::Marks => {
                for span in analysis.spans.iter().filter(|span| span.counts()) {
                    let at = Place { section: span.section, start: span.start, end: span.end };
                    let (category, rule) = (span.category.clone(), span.rule.clone());
                    add(Part::Mark { at, category, rule });
                }
            }
            Order::Quotes => {
                let own: Vec<&Evidence> = self.quotes(transcript).collect();
                for quote in &own {
                    let Some((section, start, end)) = quote.at else { continue };
                    add(Part::Quote {
                        at: Place { section, start, end },
                        criterion: quote.criterion,
                        label: quote.label.clone(),
                        judge: quote.rater.clone(),
                    });
                }
                of.lost = own.iter().filter(|quote| quote.at.is_none()).count();
            }
            Order::Turns => turns(transcript).into_iter().for_each(|turn| add(Part::Turn(turn))),
        }
        of
    }

    /// Quotes that were given for the label, under any of its names. A message that is pointed at as a whole is none.
    fn quotes<'t>(&self, transcript: &'t Transcript) -> impl Iterator<Item = &'t Evidence> {
        let named = transcript.judgements.iter().filter(|j| j.is_named(&self.label));
        let names: Vec<&str> = named.map(|j| j.label.as_str()).collect();
        let label = self.label.clone();
        let quotes = transcript.evidence.iter().filter(|quote| quote.found != Found::Message);
        quotes.filter(move |q| q.label == label || names.contains(&q.label.as_str()))
    }
}

/// Turns in which the model thinks or says something, where there are two or more: the only turn is the transcript.
fn turns(transcript: &Transcript) -> Vec<u32> {
    let speaks = |section: &&crate::model::Section| {
        section.role == Role::Assistant && !section.text.trim().is_empty()
    };
    let mut turns: Vec<u32> = transcript.sections.iter().filter(speaks).map(|s| s.turn).collect();
    turns.sort_unstable();
    turns.dedup();
    if turns.len() < 2 { Vec::new() } else { turns }
}

/// Reads the parts of some rows, in their order.
type Read<'a> = &'a dyn Fn(&[RowId]) -> Vec<PartsOf>;

impl Corpus {
    /// Draws a sample of some rows, or of what is in them.
    #[must_use]
    pub fn draw_sample(
        &self,
        catalogue: &Catalogue,
        rows: &Bits,
        of: &FrameOf,
        how: &Draw,
    ) -> SampleDrawn {
        catalogue.sample_of(rows, of, how, &|rows| self.parts(catalogue, rows, of))
    }

    /// The parts of some rows. What cannot be read again has none.
    fn parts(&self, catalogue: &Catalogue, rows: &[RowId], of: &FrameOf) -> Vec<PartsOf> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let next = AtomicUsize::new(0);
        let read = |row: RowId| {
            let place = catalogue.view(row)?.place();
            let (transcript, _) = self.transcript(&place).ok()?;
            let analysis = if of.order == Order::Marks {
                self.engine.tally(&transcript)
            } else {
                Analysis::default()
            };
            Some(of.parts(&transcript, &analysis))
        };
        let mut all = vec![PartsOf::default(); rows.len()];
        let found = std::thread::scope(|scope| {
            let work = || {
                let mut found = Vec::new();
                loop {
                    let from = next.fetch_add(STRIDE, Ordering::Relaxed);
                    let Some(some) = rows.get(from..rows.len().min(from + STRIDE)) else { break };
                    if some.is_empty() {
                        break;
                    }
                    let parts = (from..).zip(some).filter_map(|(at, row)| Some((at, read(*row)?)));
                    found.extend(parts);
                }
                found
            };
            let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            // Who panics has found nothing; the panic is told where panics are told.
            handles.into_iter().flat_map(|h| h.join().unwrap_or_default()).collect::<Vec<_>>()
        });
        for (at, parts) in found {
            if let Some(slot) = all.get_mut(at) {
                *slot = parts;
            }
        }
        all
    }
}

impl Catalogue {
    /// Draws a sample of some rows, or of what is in them; `read` gives the parts of rows.
    #[must_use]
    pub fn sample_of(&self, rows: &Bits, of: &FrameOf, how: &Draw, read: Read<'_>) -> SampleDrawn {
        match of.order {
            Order::Whole | Order::OutputFirst => self.sample(rows, &of.by, how),
            Order::Pairs => self.sample_pairs(rows, of, how),
            Order::Marks | Order::Quotes | Order::Turns => self.sample_parts(rows, of, how, read),
        }
    }

    fn sample_parts(&self, rows: &Bits, of: &FrameOf, how: &Draw, read: Read<'_>) -> SampleDrawn {
        let Frame { rows, candidates, .. } = self.frame(rows, &of.by);
        let (mut frame, mut words) = (Vec::new(), HashMap::new());
        let mut lost = 0;
        for (candidate, parts) in candidates.into_iter().zip(read(&rows)) {
            lost += parts.lost;
            for PartOf { part, words: hash } in parts.parts {
                let name = ItemName { part: Some(part.to_string()), ..candidate.name.clone() };
                let within = of.within.iter().map(|within| within.of(&part));
                let strata = candidate.strata.iter().cloned().chain(within).collect();
                words.insert(name.clone(), hash);
                frame.push(Candidate { name, strata, seen: candidate.seen });
            }
        }
        let mut drawn = draw(&frame, how);
        for item in &mut drawn.items {
            item.words = words.get(&item.name).copied().unwrap_or_default();
        }
        let names: Vec<_> = drawn.items.iter().map(|item| &item.name).collect();
        let rows = self.rows_of(&names);
        SampleDrawn { rows, frame: frame.len(), drawn, lost }
    }

    fn sample_pairs(&self, rows: &Bits, of: &FrameOf, how: &Draw) -> SampleDrawn {
        let samples = self.samples(PairField::Tier);
        let sides = of.tiers.as_ref().map(|(left, right)| (&**left, &**right));
        let sides = sides.or_else(|| samples.sides_among(rows));
        let pairs = sides.map(|sides| samples.pairs(sides, Some(rows)).pairs).unwrap_or_default();
        let Frame { rows, candidates, .. } = self.frame(rows, &of.by);
        let known: HashMap<RowId, &Candidate> = rows.iter().copied().zip(&candidates).collect();
        // Of several epochs the one with the lowest lot.
        let chosen = |rows: &[RowId]| {
            let known = rows.iter().filter_map(|row| known.get(row).copied());
            known.min_by_key(|candidate| (lot(&candidate.name, how.seed), candidate.name.index))
        };
        let (mut frame, mut beside) = (Vec::new(), HashMap::new());
        let mut taken = HashSet::new();
        for pair in &pairs {
            let Some((a, b)) = chosen(&pair.left).zip(chosen(&pair.right)) else { continue };
            let strata = a.strata.iter().zip(&b.strata).map(|(a, b)| both(a, b)).collect();
            let seen = a.seen || b.seen;
            // Which of the two gives the item its name says nothing of its tier.
            let key = |name: &ItemName| (name.hash, name.ordinal, name.id.clone());
            let (own, other) =
                if key(&a.name) <= key(&b.name) { (&a.name, &b.name) } else { (&b.name, &a.name) };
            let part = Some(Part::beside(other).to_string());
            let name = ItemName { part, ..own.clone() };
            if !taken.insert(name.key()) {
                continue;
            }
            // Another lot than that of the draw.
            let left = lot(&name, how.seed.rotate_left(17) ^ 0x7369_6465) & 1 == 1;
            beside.insert(name.clone(), Beside { name: other.clone(), left });
            frame.push(Candidate { name, strata, seen });
        }
        let mut drawn = draw(&frame, how);
        drawn.tiers = sides.map(|(a, b)| (a.to_owned(), b.to_owned()));
        for item in &mut drawn.items {
            item.beside = beside.get(&item.name).cloned();
        }
        let names: Vec<_> = drawn.items.iter().map(|item| &item.name).collect();
        let rows = self.rows_of(&names);
        SampleDrawn { rows, frame: frame.len(), drawn, lost: 0 }
    }
}

/// A field's values on both sides of a pair; one where they are the same.
fn both(a: &str, b: &str) -> String {
    if a == b { a.to_owned() } else { format!("{a} / {b}") }
}

#[cfg(test)]
mod tests;
