//! What reviews say of some transcripts, computed once: for the screen, tables, reports and JSON alike.
//!
//! Journals are read elsewhere; what stands in them comes as an argument.

mod further;
mod page;
mod parts;
mod queue;
mod told;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::{Ask, Bits, Catalogue, Corpus, Found, RaterCount, RowId, RowView};
use crate::query::{Asked, Columns, FilterError, Said};
use crate::review::agree::{
    Agreement, Anchoring, Answers, Case, Corrected, Counted, Decision, Fact, Opinion, Parts, Place,
    Quality, Repeated, Which, agreement, anchoring, by_tier, cases as cases_of, corrected, quality,
    questions, repeated, rows_in,
};
use crate::review::{ItemKey, ItemName, Standing};

pub use page::{MATRIX_COLUMNS, MATRIX_ROWS, Part};
pub use parts::PairCounts;
pub use queue::{Queue, QueueLine, QueueRow, Sights};

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StudyAsk {
    /// Whose answers on which label.
    pub which: Which,
    /// The classifier, where several raters in the data give the label.
    pub classifier: Option<String>,
    /// The filter as it was given; `None`: there is none.
    pub filter: Option<String>,
    /// Figures of each tier are told, too.
    pub by_tier: bool,
    /// The command that gives this again.
    pub command: String,
}

impl StudyAsk {
    /// How the catalogue is asked what the classifier says.
    ///
    /// # Errors
    /// When the names are too long for a filter.
    pub fn asked(&self) -> Result<Asked, FilterError> {
        match &self.classifier {
            Some(rater) => Asked::by_rater(&self.which.label, rater),
            None => Asked::named(&self.which.label),
        }
    }
}

/// How many items were found again, and how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joined {
    /// Their record is here.
    pub here: usize,
    /// Their record changed, their texts did not.
    pub same_text: usize,
    /// Another text stands under their id: how they were named, and the link to what is there now.
    pub changed: Vec<(ItemName, String)>,
    /// Several transcripts have their id.
    pub ambiguous: usize,
    /// They are not here.
    pub gone: usize,
}

/// What was asked, and all that came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// What was asked.
    pub ask: StudyAsk,
    /// How the classifier is asked.
    pub asked: Asked,
    /// Whose labels these are, most frequent first. Of several the classifier says yes where any does.
    pub givers: Vec<RaterCount>,
    /// The rows that the filter lets through.
    pub rows: Bits,
    /// What counts, on whatever transcripts: weights must know what was reviewed outside of the filter, too.
    pub counted: Counted,
    /// The items that the filter lets through; `None`: there is none.
    asked_for: Option<BTreeSet<ItemKey>>,
    /// What was said of parts of transcripts.
    pub said_of_parts: Parts,
    /// Of pairs, by the tiers of their transcripts.
    pub pair_counts: PairCounts,
    /// How items were found again.
    pub joined: Joined,
    /// Reviewed transcripts.
    pub cases: Vec<Case>,
    /// Where some reviewers alone are asked for: transcripts on which anybody has decided, with all decisions. What is open does not
    /// depend on whom one asks for.
    decided: Option<Vec<Case>>,
    /// The classifier against reviewers.
    pub quality: Quality,
    /// The same by tier.
    pub tiers: Vec<Quality>,
    /// Reviewers among each other.
    pub agreement: Option<Agreement>,
    /// Reviewers with themselves.
    pub repeated: Vec<Repeated>,
    /// Reviewers with the classifier in sight.
    pub anchoring: Vec<Anchoring>,
    /// The classifier's rate, corrected for its errors.
    pub corrected: Option<Corrected>,
    /// What was answered to further questions.
    pub questions: Vec<Answers>,
    /// Ids that two different events have: one of them counts.
    pub clashes: usize,
    /// Undos of events that are in no journal that was read.
    pub strays: usize,
}

/// Rows to which the classifier says yes, and no.
fn verdicts(catalogue: &Catalogue, asked: &Asked, rows: &Bits) -> (Bits, Bits) {
    (catalogue.rows_said(asked, Said::Yes, rows), catalogue.rows_said(asked, Said::No, rows))
}

/// How many transcripts of each tier the classifier says yes or no to, identical ones once.
fn labelled_by_tier(catalogue: &Catalogue, asked: &Asked, rows: &Bits) -> BTreeMap<String, usize> {
    let verdicts = verdicts(catalogue, asked, rows);
    let copies = catalogue.same_records(None);
    let mut sizes = BTreeMap::new();
    for view in catalogue.views().filter(|view| rows.contains(view.id)) {
        if said(&verdicts, view.id).is_some() && !copies.contains(view.id) {
            *sizes.entry(view.tier().unwrap_or("none").to_owned()).or_default() += 1;
        }
    }
    sizes
}

/// What is said of a row.
fn said((yes, no): &(Bits, Bits), row: RowId) -> Option<bool> {
    match (yes.contains(row), no.contains(row)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

impl Study {
    /// Counts what stands, over the rows that a filter lets through. The catalogue is complete.
    ///
    /// # Errors
    /// When the label's name is too long for a filter.
    pub fn new(
        corpus: &Corpus,
        catalogue: &Catalogue,
        rows: Bits,
        standing: &Standing,
        ask: StudyAsk,
    ) -> Result<Self, FilterError> {
        let asked = ask.asked()?;
        let mut counted = Counted::of(standing, &ask.which);
        let (facts, joined) = facts(corpus, catalogue, &counted, &asked, &rows);
        counted.chosen = whole::is_chosen(corpus, catalogue, ask.filter.as_deref(), &rows);
        whole::know_sizes(catalogue, &mut counted, &facts, (&ask, &rows));
        let cases = cases_of(&counted, &facts);
        let decided = (!ask.which.raters.is_empty()).then(|| {
            let all = Which { raters: Vec::new(), ..ask.which.clone() };
            let all = Counted::of(standing, &all);
            let (facts, _) = self::facts(corpus, catalogue, &all, &asked, &rows);
            let mut all = cases_of(&all, &facts);
            all.retain(|case| !case.decisions.is_empty());
            all
        });
        let asked_for = ask.filter.is_some().then(|| {
            let inside = facts.iter().filter(|(_, fact)| !fact.outside);
            inside.map(|(key, _)| key.clone()).collect::<BTreeSet<_>>()
        });
        let is_asked = |key: &ItemKey| asked_for.as_ref().is_none_or(|inside| inside.contains(key));
        let mut tiers = by_tier(&counted, &cases);
        let mut quality = match tiers.as_slice() {
            // A filter for a tier, and figures of that tier, are the same.
            [only] if ask.filter.is_some() && is_tier(catalogue, &rows, only.tier.as_deref()) => {
                only.clone()
            }
            _ => quality(&counted, &cases),
        };
        let question = Ask { by: Vec::new(), label: Some(asked.clone()) };
        let said_of_parts = Parts::of(standing, &ask.which);
        let pair_counts = pair_counts(corpus, catalogue, &said_of_parts);
        let numbers = catalogue.numbers(&question, &rows);
        let rate = numbers.all.label();
        quality.bound(rate.n);
        let sizes = labelled_by_tier(catalogue, &asked, &rows);
        for of_tier in &mut tiers {
            let tier = of_tier.tier.as_deref().unwrap_or("none");
            of_tier.bound(sizes.get(tier).copied().unwrap_or(0));
        }
        Ok(Self {
            // Nor does a rate among what answers chose stand for anything.
            corrected: corrected(&quality, rate.k, rate.n).filter(|_| !counted.chosen),
            tiers,
            agreement: agreement(&cases),
            repeated: repeated(&counted, &is_asked),
            anchoring: anchoring(&counted, &facts),
            questions: questions(standing, &ask.which, &is_asked),
            clashes: standing.clashes.len(),
            strays: standing.strays.len(),
            ask,
            asked,
            givers: numbers.raters,
            rows,
            asked_for,
            counted,
            said_of_parts,
            pair_counts,
            joined,
            cases,
            decided,
            quality,
        })
    }

    /// The answers that count, on transcripts that the filter lets through.
    pub fn answers(&self) -> impl Iterator<Item = &Opinion> {
        let is_asked = |opinion: &&Opinion| {
            self.asked_for.as_ref().is_none_or(|inside| inside.contains(&opinion.item))
        };
        self.counted.answers.iter().filter(is_asked)
    }

    /// The decisions that count, on transcripts that the filter lets through.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        let is_asked = |decision: &&Decision| {
            self.asked_for.as_ref().is_none_or(|inside| inside.contains(&decision.item))
        };
        self.counted.decisions.iter().filter(is_asked)
    }

    /// Who gave them, in the order of names.
    #[must_use]
    pub fn raters(&self) -> Vec<&str> {
        let raters: BTreeSet<&str> = self.answers().map(|opinion| &*opinion.rater).collect();
        raters.into_iter().collect()
    }

    /// Each transcript that reviewers who are asked for answered on, or that anybody has decided on, with all decisions.
    fn open_cases(&self) -> HashMap<RowId, Case> {
        let mut all: HashMap<RowId, Case> =
            self.cases.iter().map(|case| (case.fact.row, case.clone())).collect();
        if let Some(decided) = &self.decided {
            for case in all.values_mut() {
                (case.decision, case.decisions) = (None, Vec::new());
            }
            for own in decided {
                let alone = || Case { fact: own.fact.clone(), ..Case::default() };
                let case = all.entry(own.fact.row).or_insert_with(alone);
                (case.decision, case.decisions) = (own.decision.clone(), own.decisions.clone());
            }
        }
        all
    }

    /// Rows of the reviewed transcripts that are counted in a place; of one tier, or of all.
    #[must_use]
    pub fn rows_in(&self, tier: Option<&str>, place: Place) -> Vec<RowId> {
        rows_in(&self.counted, &self.cases, tier, place)
    }
}

fn found(corpus: &Corpus, catalogue: &Catalogue, counted: &Counted) -> Vec<Found> {
    let items: Vec<(&ItemName, Option<u64>)> =
        counted.items.values().map(|(name, text)| (name, *text)).collect();
    corpus.found(catalogue, &items)
}

/// What the catalogue says of each item that is here.
fn facts(
    corpus: &Corpus,
    catalogue: &Catalogue,
    counted: &Counted,
    asked: &Asked,
    rows: &Bits,
) -> (BTreeMap<ItemKey, Fact>, Joined) {
    let found = found(corpus, catalogue, counted);
    let here: Vec<RowId> = found.iter().filter_map(|found| found.row()).collect();
    let verdicts = verdicts(catalogue, asked, &Bits::of(&here));
    let mut joined = Joined::default();
    let mut facts = BTreeMap::new();
    for ((key, (name, _)), found) in counted.items.iter().zip(found) {
        match found {
            Found::Here(_) => joined.here += 1,
            Found::SameText(_) => joined.same_text += 1,
            Found::Changed(row) => {
                let link = catalogue.view(row).map_or_else(String::new, |view| view.link());
                joined.changed.push((name.clone(), link));
            }
            Found::Ambiguous => joined.ambiguous += 1,
            Found::Gone => joined.gone += 1,
        }
        let Some(view) = found.row().and_then(|row| catalogue.view(row)) else { continue };
        let fact = Fact {
            row: view.id,
            tier: view.tier().map(str::to_owned),
            classifier: said(&verdicts, view.id),
            outside: !rows.contains(view.id),
        };
        facts.insert(key.clone(), fact);
    }
    (facts, joined)
}

/// Whether rows are all those of a tier.
fn is_tier(catalogue: &Catalogue, rows: &Bits, tier: Option<&str>) -> bool {
    let is_in = |view: &RowView<'_>| Some(view.tier().unwrap_or("none")) == tier;
    catalogue.views().all(|view| is_in(&view) == rows.contains(view.id))
}

/// What was said of pairs, by the tiers of their transcripts as they are now.
fn pair_counts(corpus: &Corpus, catalogue: &Catalogue, parts: &Parts) -> PairCounts {
    let pairs = &parts.pairs.pairs;
    let names = || pairs.iter().flat_map(|pair| &pair.names);
    let items: Vec<(&ItemName, Option<u64>)> = names().map(|name| (name, None)).collect();
    let found = corpus.found(catalogue, &items);
    let tier = |row: RowId| Some(catalogue.view(row)?.tier()?.to_owned());
    let tiers: BTreeMap<ItemKey, Option<String>> =
        names().zip(found).map(|(name, found)| (name.key(), found.row().and_then(tier))).collect();
    PairCounts::of(pairs, |name| tiers.get(&name.key()).cloned().flatten())
}

impl Corpus {
    /// Ids of all answers on a label, blind or not, by the row that they are on: what a decision on it is about.
    #[must_use]
    pub fn answers_by_row(
        &self,
        catalogue: &Catalogue,
        standing: &Standing,
        label: &str,
    ) -> HashMap<RowId, Vec<String>> {
        let which = Which { label: label.to_owned(), sighted: true, ..Which::default() };
        let counted = Counted::of(standing, &which);
        let found = found(self, catalogue, &counted);
        let rows: HashMap<&ItemKey, RowId> = counted
            .items
            .keys()
            .zip(found)
            .filter_map(|(key, found)| Some((key, found.row()?)))
            .collect();
        let mut answers: HashMap<RowId, Vec<String>> = HashMap::new();
        for opinion in &counted.answers {
            if let Some(row) = rows.get(&opinion.item) {
                answers.entry(*row).or_default().push(opinion.event.clone());
            }
        }
        answers
    }
}
