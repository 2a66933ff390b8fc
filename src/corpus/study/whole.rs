//! Whether all of the frame of a sample is at hand, and how large the part of it that is asked for is in each stratum.
//!
//! It is at hand when the filter that left it can be asked again, every stratum has as many transcripts as it had when the sample was drawn, and
//! every transcript that was reviewed is here and in the stratum that it was drawn from.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::super::numbers::Names;
use super::super::{Bits, By, Catalogue, Corpus, Reviews, RowId};
use super::StudyAsk;
use crate::query::{Asked, Columns, Filter, Needs};
use crate::review::ItemKey;
use crate::review::agree::{Counted, Design, DomainSizes, Fact};

/// Whether a filter lets other transcripts through than it would if nobody had reviewed any: then answers choose them, and where answers are
/// depends on how the sample was drawn.
pub(super) fn is_chosen(
    corpus: &Corpus,
    catalogue: &Catalogue,
    filter: Option<&str>,
    rows: &Bits,
) -> bool {
    let Some(filter) = filter.and_then(|text| Filter::parse(text).ok()) else { return false };
    if !filter.asks_reviews() {
        return false;
    }
    let mut bare = catalogue.clone();
    bare.take_reviews(Reviews::default());
    corpus.matching(&bare, &filter, &|| true).is_none_or(|without| without != *rows)
}

/// Tells each design how large the part that is asked for is, where that can be known and matters.
pub(super) fn know_sizes(
    catalogue: &Catalogue,
    counted: &mut Counted,
    facts: &BTreeMap<ItemKey, Fact>,
    (ask, rows): (&StudyAsk, &Bits),
) {
    let of = |(number, design): (usize, &Design)| {
        // What is asked for is made of whole strata otherwise.
        let crosses = ask.filter.is_some() || !design.has("tier");
        let drawn = if crosses { drawn_rows(number, counted, facts) } else { None };
        drawn.and_then(|drawn| sizes(catalogue, design, &drawn, (ask, rows)))
    };
    let known: Vec<Option<DomainSizes>> = counted.designs.iter().enumerate().map(of).collect();
    for (design, known) in counted.designs.iter_mut().zip(known) {
        design.sizes = known;
    }
}

/// Rows that a design has drawn, as far as they were answered, with their strata. `None`: some of them are not here.
fn drawn_rows(
    number: usize,
    counted: &Counted,
    facts: &BTreeMap<ItemKey, Fact>,
) -> Option<HashMap<RowId, usize>> {
    let mut rows = HashMap::new();
    for opinion in &counted.answers {
        for (_, stratum) in opinion.drawn.iter().filter(|(design, _)| *design == number) {
            rows.insert(facts.get(&opinion.item)?.row, *stratum);
        }
    }
    Some(rows)
}

/// The frame's rows; `None`: columns alone cannot tell them.
fn frame(catalogue: &Catalogue, filter: &str) -> Option<Bits> {
    let filter = Filter::parse(filter).ok()?;
    let beyond = filter.asks_partners() || filter.asks_reviews() || filter.asks_reader();
    let Needs { cues, body, .. } = filter.needs();
    if beyond || cues || body {
        return None;
    }
    let (pass, open) = catalogue.decide(&filter, 0);
    open.is_empty().then(|| Bits::of(&pass))
}

/// The field that a stratum is of, as it was named when the sample was drawn.
fn field(label: &str, name: &str) -> Option<By> {
    if name == "label" {
        return Asked::named(label).ok().map(|asked| By::Label(Box::new(asked)));
    }
    By::parse(name).ok().filter(|by| by.record_field().is_none())
}

fn sizes(
    catalogue: &Catalogue,
    design: &Design,
    drawn: &HashMap<RowId, usize>,
    (ask, asked_for): (&StudyAsk, &Bits),
) -> Option<DomainSizes> {
    let frame = frame(catalogue, design.filter.as_deref()?)?;
    let names: Vec<&str> = design.strata.first()?.of.iter().map(|(name, _)| &**name).collect();
    let fields: Vec<By> =
        names.iter().map(|name| field(&ask.which.label, name)).collect::<Option<_>>()?;
    let strata: HashMap<Vec<&str>, usize> = design
        .strata
        .iter()
        .enumerate()
        .map(|(at, stratum)| (stratum.of.iter().map(|(_, value)| &**value).collect(), at))
        .collect();
    // By the numbers of the fields' values.
    let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
    let mut values: Vec<Names> = fields.iter().map(|_| Names::default()).collect();
    let mut whole = vec![0_usize; design.strata.len()];
    let mut sizes = DomainSizes::new(ask.filter.is_some());
    let copies = catalogue.same_records(Some(&frame));
    for block in catalogue.chunks_from(0) {
        let inside = frame.flags(block.first, block.chunk.len);
        if !inside.contains(&1) {
            continue;
        }
        let codes: Vec<Vec<u32>> =
            fields.iter().zip(&mut values).map(|(by, names)| by.codes(&block, names)).collect();
        for (at, id) in (0..block.chunk.len).zip(block.first..) {
            if inside.get(at) != Some(&1) || catalogue.is_gone(id) || copies.contains(id) {
                continue;
            }
            let key: Vec<u32> =
                codes.iter().map(|codes| codes.get(at).copied().unwrap_or_default()).collect();
            let stratum = if let Some(stratum) = known.get(&key) {
                *stratum
            } else {
                let named = fields.iter().zip(&values).zip(&key);
                let words: Vec<String> = named
                    .map(|((by, names), code)| by.value(names.key(*code), names).value)
                    .collect();
                let words: Vec<&str> = words.iter().map(|word| &**word).collect();
                // One that the frame did not have.
                let stratum = *strata.get(&words)?;
                known.insert(key, stratum);
                stratum
            };
            let view = block.view(at);
            if view.is_passed_over() || drawn.get(&id).is_some_and(|own| *own != stratum) {
                return None;
            }
            *whole.get_mut(stratum)? += 1;
            if asked_for.contains(id) {
                sizes.add(stratum, view.tier().unwrap_or("none"));
            }
        }
    }
    let is_as_drawn = |(n, stratum): (&usize, &crate::review::Stratum)| *n == stratum.size;
    whole.iter().zip(&design.strata).all(is_as_drawn).then_some(sizes)
}
