//! The frame that a sample for review is drawn from: rows with their strata, identical records once; and items of an earlier session found again.

use std::sync::Arc;

use hashbrown::HashMap;

use super::bits::Bits;
use super::numbers::Names;
use super::{By, Catalogue, FrameOf, RowId, Within};
use crate::query::{Asked, Columns};
use crate::review::{Candidate, Codebook, Draw, Drawn, ItemName, Order, Wanted, draw};

/// What is to be reviewed, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReviewPlan {
    /// The label.
    pub label: String,
    /// Who reviews.
    pub rater: String,
    /// Fields that make the strata, with their names.
    pub strata: Vec<(String, By)>,
    /// Further ones, of marks and quotes.
    pub within: Vec<Within>,
    /// The two tiers of a pair; `None`: free and paid, else the two most frequent.
    pub tiers: Option<(String, String)>,
    /// How many; `None`: all.
    pub sample: Option<usize>,
    /// Where chance begins.
    pub seed: u64,
    /// Share of hidden repeats.
    pub repeats: f64,
    /// Share of items that are shown sighted on purpose.
    pub anchors: f64,
    /// Everything is shown.
    pub sighted: bool,
    /// What is judged.
    pub order: Order,
    /// Further questions.
    pub codebook: Option<Arc<Codebook>>,
    /// Paths as given.
    pub paths: Vec<String>,
    /// The filter that leaves the frame, as text.
    pub filter: String,
    /// The folder that was named for the journal.
    pub journal: Option<String>,
    /// Options of the draw that were given, by their names.
    pub given: Vec<&'static str>,
}

impl ReviewPlan {
    /// So many are drawn when nobody says how many.
    pub const USUAL: usize = 100;

    /// The fields of the strata where none are named: tier, and the label.
    #[must_use]
    pub fn usual_strata(label: &str) -> Vec<(String, By)> {
        let by_label = Asked::named(label).map(|asked| By::Label(Box::new(asked)));
        let label = by_label.ok().map(|by| ("label".to_owned(), by));
        std::iter::once(("tier".to_owned(), By::Tier)).chain(label).collect()
    }

    /// The fields of the strata of such items where none are named: of transcripts and turns tier and label, of pairs the label of both, of
    /// marks label and category, of quotes label and criterion.
    #[must_use]
    pub fn usual(label: &str, order: Order) -> (Vec<(String, By)>, Vec<Within>) {
        let mut strata = Self::usual_strata(label);
        let within = match order {
            Order::Whole | Order::OutputFirst | Order::Turns => return (strata, Vec::new()),
            Order::Pairs => Vec::new(),
            Order::Marks => vec![Within::Category],
            Order::Quotes => vec![Within::Criterion],
        };
        strata.retain(|(name, _)| name != "tier");
        (strata, within)
    }

    /// Names of all fields that make the strata, in their order.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let names = self.strata.iter().map(|(name, _)| name.clone());
        names.chain(self.within.iter().map(|within| within.as_str().to_owned())).collect()
    }

    /// How the sample is drawn.
    #[must_use]
    pub fn draw(&self) -> Draw {
        Draw {
            fields: self.fields(),
            sample: self.sample,
            seed: self.seed,
            repeats: self.repeats,
            sighted: self.anchors,
            tiers: self.tiers.clone(),
        }
    }

    /// What it goes on with, if there is such a session.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        Wanted {
            rater: self.rater.clone(),
            label: self.label.clone(),
            paths: self.paths.clone(),
            filter: self.filter.clone(),
            order: self.order,
            shown: self.sighted,
            codebook: self.codebook.as_ref().map(|book| (book.name.clone(), book.hash)),
            how: self.draw(),
            given: self.given.clone(),
        }
    }

    /// What the frame is made of.
    #[must_use]
    pub fn frame(&self) -> FrameOf {
        FrameOf {
            order: self.order,
            label: self.label.clone(),
            by: self.strata.iter().map(|(_, by)| by.clone()).collect(),
            within: self.within.clone(),
            tiers: self.tiers.clone(),
        }
    }
}

/// What was drawn, with the row of each item.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleDrawn {
    /// The sample.
    pub drawn: Drawn,
    /// By item.
    pub rows: Vec<Option<RowId>>,
    /// Items in the frame.
    pub frame: usize,
    /// Quotes that stand nowhere in the text, and cannot be asked about.
    pub lost: usize,
}

/// A frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    /// Its rows.
    pub rows: Vec<RowId>,
    /// What each of them is drawn by.
    pub candidates: Vec<Candidate>,
    /// Identical records that are not in it again.
    pub copies: usize,
}

/// What items that are found by their content tell of the others in their file.
#[derive(Debug, Default)]
struct Stayed {
    moved: bool,
    /// The last place in which one stands as before.
    last: u64,
}

impl Stayed {
    fn see(&mut self, before: u64, now: u64) {
        self.moved |= before != now;
        self.last = self.last.max(now);
    }

    /// Whether what stood in a place stands there still, whatever became of it.
    fn holds(&self, index: u64) -> bool {
        !self.moved && index < self.last
    }
}

impl Catalogue {
    /// What a row's transcript is found again by.
    #[must_use]
    pub fn item_name(&self, row: RowId) -> Option<ItemName> {
        let view = self.view(row)?;
        let line = view.chunk.line.get(view.at);
        Some(ItemName {
            id: view.name().to_owned(),
            source: view.source().to_owned(),
            line: (line > 0).then_some(line),
            index: view.chunk.index.get(view.at),
            ordinal: view.chunk.ordinal.get(view.at) as u32,
            hash: view.chunk.hash.get(view.at),
            part: None,
        })
    }

    /// The frame of some rows, with strata by the values of fields. Goes through columns; a million rows take about a second.
    #[must_use]
    pub fn frame(&self, rows: &Bits, fields: &[By]) -> Frame {
        let repeats = self.same_records(Some(rows));
        let mut names: Vec<Names> = fields.iter().map(|_| Names::default()).collect();
        // By field and number of the value, in words.
        let mut words: Vec<HashMap<u32, String>> = vec![HashMap::new(); fields.len()];
        let mut frame = Frame::default();
        for block in self.chunks_from(0) {
            let wanted = rows.flags(block.first, block.chunk.len);
            if !wanted.contains(&1) {
                continue;
            }
            let codes: Vec<Vec<u32>> =
                fields.iter().zip(&mut names).map(|(by, names)| by.codes(&block, names)).collect();
            for (at, id) in (0..block.chunk.len).zip(block.first..) {
                if wanted.get(at) != Some(&1) || self.is_gone(id) {
                    continue;
                }
                if repeats.contains(id) {
                    frame.copies += 1;
                    continue;
                }
                let Some(name) = self.item_name(id) else { continue };
                let of_fields = fields.iter().zip(&names).zip(&codes).zip(&mut words);
                let value = |(((by, names), codes), words): (_, &mut HashMap<u32, String>)| {
                    let (by, names, codes): (&By, &Names, &Vec<u32>) = (by, names, codes);
                    let code = codes.get(at).copied().unwrap_or_default();
                    let word = || by.value(names.key(code), names).value;
                    words.entry(code).or_insert_with(word).clone()
                };
                let strata = of_fields.map(value).collect();
                let seen = self.remarks.read().contains(id);
                frame.rows.push(id);
                frame.candidates.push(Candidate { name, strata, seen });
            }
        }
        frame
    }

    /// Draws a sample of some rows.
    #[must_use]
    pub fn sample(&self, rows: &Bits, by: &[By], how: &Draw) -> SampleDrawn {
        let frame = self.frame(rows, by);
        let drawn = draw(&frame.candidates, how);
        let names: Vec<_> = drawn.items.iter().map(|item| &item.name).collect();
        let rows = self.rows_of(&names);
        SampleDrawn { rows, frame: frame.candidates.len(), drawn, lost: 0 }
    }

    /// As [`Catalogue::rows_of`]; where a record has changed since, the one that stands under its id in its place now. Nobody is taken for
    /// another: only where nothing tells that records have moved in the file, which a row that was taken out makes those behind it do.
    #[must_use]
    pub fn rows_again(&self, names: &[&ItemName]) -> Vec<Option<RowId>> {
        let mut rows = self.rows_of(names);
        if rows.iter().all(Option::is_some) {
            return rows;
        }
        let mut files: HashMap<&str, Stayed> = HashMap::new();
        for (name, view) in
            names.iter().zip(&rows).filter_map(|(n, r)| Some((n, self.view((*r)?)?)))
        {
            if view.source() == name.source {
                let index = view.chunk.index.get(view.at);
                files.entry(&name.source).or_default().see(name.index, index);
            }
        }
        let stays = |name: &ItemName| files.get(&*name.source).is_none_or(|f| f.holds(name.index));
        let mut lost: HashMap<(&str, &str, u64, u32), Vec<usize>> = HashMap::new();
        for (number, (name, _)) in
            (0..).zip(names.iter().zip(&rows)).filter(|(_, (n, r))| r.is_none() && stays(n))
        {
            let key = (&*name.source, &*name.id, name.index, name.ordinal);
            lost.entry(key).or_default().push(number);
        }
        if lost.is_empty() {
            return rows;
        }
        for view in self.views() {
            let (index, ordinal) =
                (view.chunk.index.get(view.at), view.chunk.ordinal.get(view.at) as u32);
            for number in
                lost.get(&(view.source(), view.name(), index, ordinal)).into_iter().flatten()
            {
                if let Some(slot) = rows.get_mut(*number) {
                    *slot = Some(view.id);
                }
            }
        }
        rows
    }

    /// The row of each name: of the same content, under the same id and in the same place where several are. `None`: it is not here, or
    /// its record has changed.
    #[must_use]
    pub fn rows_of(&self, names: &[&ItemName]) -> Vec<Option<RowId>> {
        let mut wanted: HashMap<(u64, u32), Vec<usize>> = HashMap::new();
        for (number, name) in names.iter().enumerate() {
            wanted.entry((name.hash, name.ordinal)).or_default().push(number);
        }
        let mut found: Vec<Option<(u8, RowId)>> = vec![None; names.len()];
        for block in self.chunks_from(0) {
            for (at, id) in (0..block.chunk.len).zip(block.first..) {
                let content = (block.chunk.hash.get(at), block.chunk.ordinal.get(at) as u32);
                let Some(numbers) = wanted.get(&content).filter(|_| !self.is_gone(id)) else {
                    continue;
                };
                let view = block.view(at);
                for number in numbers {
                    let Some((name, best)) = names.get(*number).zip(found.get_mut(*number)) else {
                        continue;
                    };
                    let fits = 1
                        + 4 * u8::from(view.name() == name.id)
                        + 2 * u8::from(view.source() == name.source)
                        + u8::from(block.chunk.index.get(at) == name.index);
                    if best.is_none_or(|(known, _)| fits > known) {
                        *best = Some((fits, id));
                    }
                }
            }
        }
        found.into_iter().map(|found| found.map(|(_, row)| row)).collect()
    }
}
