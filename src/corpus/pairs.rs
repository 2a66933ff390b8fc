//! Which transcripts are partners: they answer the same sample under the same design, and differ in one field, mostly the tier.
//!
//! The design is every field that may vary: tier, model, setting and variant (which names the reasoning mode too). Of these
//! the one that is compared is left out. Strings are compared exactly, never by their hashes alone. Of identical records only the
//! first counts. A sample may have several transcripts on either side: its epochs.

mod between;

use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, OnceLock};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

pub(super) use between::Between;
pub use between::SideTally;

use super::bits::Bits;
use super::partners::complied;
use super::{Catalogue, RowId, RowView};
use crate::model::Design;
use crate::model::design::split;
use crate::query::{Columns, PairField};

/// A row that belongs to no sample: it could not be read after all.
const NOWHERE: u32 = u32::MAX;

/// What a sample is, for comparing by a field.
#[derive(Hash, PartialEq, Eq, Clone, Copy)]
struct Key<'a> {
    sample: &'a str,
    others: [Option<&'a str>; 4],
    /// What else the variant holds, where one of its fields is compared.
    rest: [&'a str; 2],
}

impl<'a> Key<'a> {
    fn of(row: &'a RowView<'a>, field: PairField) -> Self {
        let mut others =
            PairField::WHOLE.map(|other| (other != field).then(|| other.of(row)).flatten());
        let mut rest = [""; 2];
        if let PairField::Design(field) = field
            && let Some((_, found)) = row.chunk.design.get(row.at).and_then(|all| split(all, field))
        {
            (rest, others[3]) = (found, None);
        }
        Self { sample: row.sample(), others, rest }
    }
}

/// The rows of a catalogue by sample and design, and the value that each has in the field that is compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    field: PairField,
    /// By row: the number of its sample, of copies too.
    sample_of: Box<[u32]>,
    /// By row: the number of its value.
    value_of: Box<[u32]>,
    /// Rows sample by sample, in the order of epochs; no copies.
    rows: Box<[RowId]>,
    /// By sample: where its rows begin; one more at the end.
    starts: Box<[u32]>,
    /// Values that occur with their numbers of rows, in order of appearance.
    values: Vec<(Option<Arc<str>>, usize)>,
    /// Rows left out, being copies of earlier ones.
    copies: usize,
    /// By row: [`Samples::gap`]; not finite where there is none.
    gaps: Box<[f32]>,
}

/// What was found of a catalogue's rows. Who asks while another is finding it waits for that.
#[derive(Debug, Default)]
pub(super) struct Paired {
    tier: OnceLock<Arc<Samples>>,
    model: OnceLock<Arc<Samples>>,
    setting: OnceLock<Arc<Samples>>,
    variant: OnceLock<Arc<Samples>>,
    designs: [OnceLock<Arc<Samples>>; 5],
    /// Identical records behind the first of their kind.
    repeats: OnceLock<Arc<Bits>>,
}

impl Paired {
    fn of(&self, field: PairField) -> &OnceLock<Arc<Samples>> {
        match field {
            PairField::Tier => &self.tier,
            PairField::Model => &self.model,
            PairField::Setting => &self.setting,
            PairField::Variant => &self.variant,
            PairField::Design(field) => {
                let [frame, persona, mode, condition, prompt] = &self.designs;
                match field {
                    Design::Frame => frame,
                    Design::Persona => persona,
                    Design::Mode => mode,
                    Design::Condition => condition,
                    Design::Prompt => prompt,
                }
            }
        }
    }

    /// What was found already.
    pub fn known(&self, field: PairField) -> Option<&Arc<Samples>> {
        self.of(field).get()
    }
}

/// The transcripts of one sample on both sides: numbers of rows, in the order of their epochs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pair {
    /// Those with the first value.
    pub left: Vec<RowId>,
    /// Those with the second.
    pub right: Vec<RowId>,
}

/// Samples with transcripts on both sides, and how many lack one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pairs {
    /// In the order in which their first transcripts stand in the catalogue.
    pub pairs: Vec<Pair>,
    /// Samples with transcripts on the first side alone.
    pub only_left: usize,
    /// Samples with transcripts on the second side alone.
    pub only_right: usize,
    /// Transcripts of those, on the first side and on the second.
    pub unpaired_rows: [usize; 2],
    /// Identical records that were not counted again.
    pub copies: usize,
}

impl Pairs {
    /// Samples without a partner.
    #[must_use]
    pub fn unpaired(&self) -> usize {
        self.only_left + self.only_right
    }

    /// Whether any side of any pair has more than one transcript.
    #[must_use]
    pub fn has_epochs(&self) -> bool {
        self.pairs.iter().any(|pair| pair.left.len() > 1 || pair.right.len() > 1)
    }
}

impl Samples {
    /// The field that is compared.
    #[must_use]
    pub fn field(&self) -> PairField {
        self.field
    }

    /// Number of samples, whether they have partners or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of rows that were looked at.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.sample_of.len()
    }

    /// Rows that are in no sample, being identical to earlier ones.
    #[must_use]
    pub fn copies(&self) -> usize {
        self.copies
    }

    /// The values that occur, most frequent first, with their numbers of rows. Rows without a value are on no side.
    #[must_use]
    pub fn values(&self) -> Vec<(&str, usize)> {
        let named = self.values.iter().filter_map(|(value, n)| Some((value.as_deref()?, *n)));
        let mut values: Vec<(&str, usize)> = named.collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        values
    }

    /// Which of two values stands on the left, however often either occurs: free, as everybody writes it, else the first by name.
    #[must_use]
    pub fn in_order<'a>(&self, a: &'a str, b: &'a str) -> (&'a str, &'a str) {
        let rank = |value: &'a str| (self.field != PairField::Tier || value != "free", value);
        if rank(b) < rank(a) { (b, a) } else { (a, b) }
    }

    /// The two values that are compared when nobody says which: free and paid, else the two most frequent. `None` with fewer than two.
    #[must_use]
    pub fn sides(&self) -> Option<(&str, &str)> {
        let values = self.values();
        let has = |wanted: &str| values.iter().find(|(value, _)| *value == wanted).map(|v| v.0);
        if self.field == PairField::Tier
            && let Some(both) = has("free").zip(has("paid"))
        {
            return Some(both);
        }
        match values.as_slice() {
            [first, second, ..] => Some(self.in_order(first.0, second.0)),
            _ => None,
        }
    }

    /// The two values that are compared in some rows when nobody says which: as [`Samples::sides`], of the values that these rows have. Where
    /// they have one alone, its partners stand outside them: it is held against what is usual.
    #[must_use]
    pub fn sides_among(&self, rows: &Bits) -> Option<(&str, &str)> {
        let mut counts = vec![0_usize; self.values.len()];
        for row in rows.iter() {
            let number = self.value_of.get(row as usize).map(|number| *number as usize);
            if let Some(count) = number.and_then(|number| counts.get_mut(number)) {
                *count += 1;
            }
        }
        let has = |value: &str| {
            let number = self.values.iter().position(|(own, _)| own.as_deref() == Some(value));
            number.and_then(|number| counts.get(number)).is_some_and(|count| *count > 0)
        };
        let usual = self.sides()?;
        let named = self.values.iter().zip(&counts).filter(|(_, count)| **count > 0);
        let mut shown: Vec<(&str, usize)> =
            named.filter_map(|((value, _), count)| Some((value.as_deref()?, *count))).collect();
        shown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        Some(match shown.as_slice() {
            _ if has(usual.0) && has(usual.1) => usual,
            [(only, _)] if *only != usual.0 && *only != usual.1 => self.in_order(usual.0, only),
            [(first, _), (second, _), ..] => self.in_order(first, second),
            _ => usual,
        })
    }

    /// The number of a value; letter case is ignored where nothing has it as it is written.
    fn number_of(&self, value: &str) -> Option<u32> {
        let at = |same: &dyn Fn(&str) -> bool| {
            self.values.iter().position(|(own, _)| own.as_deref().is_some_and(same))
        };
        let number = at(&|own| own == value).or_else(|| at(&|own| own.eq_ignore_ascii_case(value)));
        number.map(|number| number as u32)
    }

    /// The rows of one sample.
    #[must_use]
    pub fn rows(&self, sample: u32) -> &[RowId] {
        let at = |n: u32| self.starts.get(n as usize).map_or(0, |start| *start as usize);
        self.rows.get(at(sample)..at(sample.saturating_add(1))).unwrap_or_default()
    }

    /// The sample of a row; `None` where it was not read after all, or came later.
    #[must_use]
    pub fn sample_of(&self, row: RowId) -> Option<u32> {
        self.sample_of.get(row as usize).copied().filter(|sample| *sample != NOWHERE)
    }

    /// The partners of a row: those of its sample with another value. Nothing of rows without a value.
    pub fn partners(&self, row: RowId) -> impl Iterator<Item = RowId> + '_ {
        let value = |row: RowId| self.value_of.get(row as usize).copied();
        let has_value =
            |number: u32| self.values.get(number as usize).is_some_and(|v| v.0.is_some());
        let own = value(row).filter(|number| has_value(*number));
        let rows = own.and(self.sample_of(row)).map_or(&[][..], |sample| self.rows(sample));
        let differs = move |other: &RowId| {
            value(*other).is_some_and(|other| Some(other) != own && has_value(other))
        };
        rows.iter().copied().filter(differs)
    }

    /// The compliance gap of a row's sample, −1 to 1: of the two [`Samples::sides`] the first one's rate less the second one's, whichever
    /// of them the row has; of any other value the first one's less its own. `None` where either has no known outcome.
    #[must_use]
    pub fn gap(&self, row: RowId) -> Option<f64> {
        self.gaps.get(row as usize).copied().filter(|gap| gap.is_finite()).map(f64::from)
    }

    /// The gap of every row. `complied` is asked once of every row that counts.
    fn find_gaps(&self, complied: &dyn Fn(RowId) -> Option<bool>) -> Box<[f32]> {
        let mut gaps = vec![f32::INFINITY; self.looked_at()];
        let Some((left, right)) = self.sides() else { return gaps.into() };
        let (left, right) = (self.number_of(left), self.number_of(right));
        let value = |row: RowId| self.value_of.get(row as usize).copied();
        // Of the sample at hand, by value: how many have an outcome, and how many complied.
        let mut sides: Vec<(u32, u32, u32)> = Vec::new();
        for sample in 0..self.len() as u32 {
            let rows = self.rows(sample);
            if rows.len() < 2 {
                continue;
            }
            sides.clear();
            for row in rows {
                let Some((number, complied)) = value(*row).zip(complied(*row)) else { continue };
                if self.values.get(number as usize).is_none_or(|v| v.0.is_none()) {
                    continue;
                }
                let at = sides.iter().position(|side| side.0 == number).unwrap_or_else(|| {
                    sides.push((number, 0, 0));
                    sides.len() - 1
                });
                if let Some(side) = sides.get_mut(at) {
                    *side = (number, side.1 + 1, side.2 + u32::from(complied));
                }
            }
            let rate = |number: Option<u32>| {
                let side = sides.iter().find(|side| Some(side.0) == number);
                side.map_or(f64::NAN, |(_, n, yes)| f64::from(*yes) / f64::from(*n))
            };
            for row in rows {
                let own = value(*row);
                let other = if own == left { right } else { own };
                let gap = rate(left) - rate(other);
                if let Some(slot) = gaps.get_mut(*row as usize).filter(|_| gap.is_finite()) {
                    *slot = gap as f32;
                }
            }
        }
        gaps.into()
    }

    /// The samples with transcripts on both sides. `wanted`: the rows that count; `None`: all. Values ignore letter case.
    #[must_use]
    pub fn pairs(&self, (left, right): (&str, &str), wanted: Option<&Bits>) -> Pairs {
        let mut pairs = Pairs { copies: self.copies, ..Pairs::default() };
        let (left, right) = (self.number_of(left), self.number_of(right));
        for sample in 0..self.len() as u32 {
            let mut pair = Pair::default();
            for row in self.rows(sample) {
                if wanted.is_some_and(|wanted| !wanted.contains(*row)) {
                    continue;
                }
                let value = self.value_of.get(*row as usize).copied();
                if value == left && left.is_some() {
                    pair.left.push(*row);
                } else if value == right && right.is_some() {
                    pair.right.push(*row);
                }
            }
            match (pair.left.is_empty(), pair.right.is_empty()) {
                (false, false) => pairs.pairs.push(pair),
                (false, true) => {
                    pairs.only_left += 1;
                    pairs.unpaired_rows[0] += pair.left.len();
                }
                (true, false) => {
                    pairs.only_right += 1;
                    pairs.unpaired_rows[1] += pair.right.len();
                }
                (true, true) => {}
            }
        }
        pairs
    }
}

/// Two values of a field that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The field.
    pub field: PairField,
    /// The value on the left, by [`Samples::in_order`].
    pub left: String,
    /// The value on the right.
    pub right: String,
    /// Samples that have both.
    pub samples: usize,
}

/// Values of a field of which any two may be compared.
const MOST_SIDES: usize = 12;

impl Samples {
    /// For any two of the most frequent values how many samples have both, without those that none has: most samples first, then by name.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Comparison> {
        let mut values = self.values();
        values.truncate(MOST_SIDES);
        // By number of a value: its place among the most frequent ones.
        let places: Vec<Option<usize>> = self
            .values
            .iter()
            .map(|(own, _)| values.iter().position(|(value, _)| Some(*value) == own.as_deref()))
            .collect();
        let mut counts = [[0; MOST_SIDES]; MOST_SIDES];
        for sample in 0..self.len() as u32 {
            let mut has = [false; MOST_SIDES];
            for row in self.rows(sample) {
                let number = self.value_of.get(*row as usize).map(|number| *number as usize);
                let place = number.and_then(|number| *places.get(number)?);
                if let Some(has) = place.and_then(|place| has.get_mut(place)) {
                    *has = true;
                }
            }
            for (counts, _) in counts.iter_mut().zip(has).filter(|(_, has)| *has) {
                counts.iter_mut().zip(has).for_each(|(count, has)| *count += usize::from(has));
            }
        }
        let mut found = Vec::new();
        for (i, ((left, _), counts)) in values.iter().zip(counts).enumerate() {
            let others = values.iter().zip(counts).skip(i + 1).filter(|(_, samples)| *samples > 0);
            for ((right, _), samples) in others {
                let (left, right) = self.in_order(left, right);
                let (left, right) = (left.to_owned(), right.to_owned());
                found.push(Comparison { field: self.field, left, right, samples });
            }
        }
        found.sort_by(|a, b| {
            let names = (&a.left, &a.right).cmp(&(&b.left, &b.right));
            b.samples.cmp(&a.samples).then(names)
        });
        found
    }
}

impl Catalogue {
    /// What can be compared: any two values of a field that some sample has both of, those with most samples first.
    #[must_use]
    pub fn comparisons(&self) -> Vec<Comparison> {
        let of = |field: PairField| self.samples(field).comparisons();
        let occurs = |field: &PairField| match field {
            PairField::Design(field) => self.has_design(*field),
            _ => true,
        };
        let fields = PairField::ALL.into_iter().filter(occurs);
        let mut found: Vec<Comparison> = fields.flat_map(of).collect();
        found.sort_by_key(|comparison| std::cmp::Reverse(comparison.samples));
        found
    }

    /// Whether any record names a field of its variant.
    fn has_design(&self, field: Design) -> bool {
        self.chunks_from(0).any(|rows| match rows.chunk.design.coded() {
            Some(column) => column.values.iter().flatten().any(|all| split(all, field).is_some()),
            None => (0..rows.chunk.len)
                .any(|at| rows.chunk.design.get(at).is_some_and(|all| split(all, field).is_some())),
        })
    }

    /// Identical transcripts (the same record under the same design) that stand behind the first of their kind, in the order of the catalogue.
    #[must_use]
    pub fn repeats(&self) -> Arc<Bits> {
        let known = self.paired.repeats.get_or_init(|| Arc::new(self.repeats_of(None)));
        Arc::clone(known)
    }

    /// Whether an identical transcript stands before a row.
    #[must_use]
    pub fn is_copy(&self, row: RowId) -> bool {
        self.is_duplicate(row) && self.repeats().contains(row)
    }

    /// Which rows answer the same sample under the same design but for one field. Goes through all rows the first time, which
    /// takes about 0.3 s for a million of them; then it is known until rows change.
    #[must_use]
    pub fn samples(&self, field: PairField) -> Arc<Samples> {
        let known = self.paired.of(field);
        Arc::clone(known.get_or_init(|| Arc::new(self.find_samples(field))))
    }

    fn find_samples(&self, field: PairField) -> Samples {
        let (hasher, repeats) = (DefaultHashBuilder::default(), self.repeats());
        let hash = |design: &Key<'_>| hasher.hash_one(design);
        // Of each sample its first row: by that it is told from others.
        let mut known: HashTable<(RowId, u32)> = HashTable::new();
        let mut numbers: HashMap<Option<Arc<str>>, u32> = HashMap::new();
        let mut values: Vec<(Option<Arc<str>>, usize)> = Vec::new();
        let (mut sample_of, mut value_of) = (vec![NOWHERE; self.len()], vec![0; self.len()]);
        let mut sizes: Vec<u32> = Vec::new();
        let mut copies = 0;
        let mut last: Option<(u32, Option<Arc<str>>)> = None;
        for view in self.views() {
            let is_copy = repeats.contains(view.id);
            copies += usize::from(is_copy);
            let design = Key::of(&view, field);
            let of = |row: RowId| self.whatever(row);
            let same = |(row, _): &(RowId, u32)| {
                of(*row).is_some_and(|other| Key::of(&other, field) == design)
            };
            let rehash =
                |(row, _): &(RowId, u32)| of(*row).map_or(0, |other| hash(&Key::of(&other, field)));
            let sample = match known.entry(hash(&design), same, rehash) {
                Entry::Occupied(known) => known.get().1,
                Entry::Vacant(place) => {
                    let number = sizes.len() as u32;
                    place.insert((view.id, number));
                    sizes.push(0);
                    number
                }
            };
            if let Some(size) = sizes.get_mut(sample as usize) {
                *size += u32::from(!is_copy);
            }
            let value = field.of(&view);
            let number = match &last {
                // Neighbours are mostly alike.
                Some((number, text)) if text.as_deref() == value => *number,
                _ => {
                    let text: Option<Arc<str>> = value.map(Arc::from);
                    let next = values.len() as u32;
                    let number = *numbers.entry(text.clone()).or_insert_with_key(|text| {
                        values.push((text.clone(), 0));
                        next
                    });
                    last = Some((number, text));
                    number
                }
            };
            if let Some((_, rows)) = values.get_mut(number as usize) {
                *rows += usize::from(!is_copy);
            }
            let at = view.id as usize;
            if let Some((sample_slot, value_slot)) = sample_of.get_mut(at).zip(value_of.get_mut(at))
            {
                (*sample_slot, *value_slot) = (sample, number);
            }
        }
        let counted = |row: RowId| !repeats.contains(row);
        let (rows, starts) = self.by_sample(&sample_of, &sizes, &counted);
        let (sample_of, value_of, gaps) = (sample_of.into(), value_of.into(), Box::default());
        let mut samples =
            Samples { field, sample_of, value_of, rows, starts, values, copies, gaps };
        samples.gaps = samples.find_gaps(&|row| complied(&self.whatever(row)?));
        samples
    }

    /// The rows sample by sample, each in the order of epochs, then of the catalogue; and where each sample begins.
    fn by_sample(
        &self,
        sample_of: &[u32],
        sizes: &[u32],
        counted: &dyn Fn(RowId) -> bool,
    ) -> (Box<[RowId]>, Box<[u32]>) {
        let mut starts: Vec<u32> = Vec::with_capacity(sizes.len() + 1);
        let mut total = 0;
        for size in sizes {
            starts.push(total);
            total += size;
        }
        starts.push(total);
        let mut next = starts.clone();
        let mut rows = vec![0; total as usize];
        for (id, sample) in (0..).zip(sample_of).filter(|(id, _)| counted(*id)) {
            let Some(place) = next.get_mut(*sample as usize) else { continue };
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = id;
                *place += 1;
            }
        }
        let epoch = |id: &RowId| self.whatever(*id).and_then(|view| view.epoch());
        for pair in starts.windows(2) {
            if let [from, to] = pair
                && let Some(rows) = rows.get_mut(*from as usize..*to as usize)
                && rows.len() > 1
            {
                rows.sort_by_cached_key(epoch);
            }
        }
        (rows.into(), starts.into())
    }
}

#[cfg(test)]
mod tests;
