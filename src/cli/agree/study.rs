//! Everything that is asked, computed once: for tables, reports and JSON alike.

use std::collections::BTreeMap;

use super::asked;
use super::parts::PairCounts;
use crate::cli::args::AgreeArgs;
use crate::cli::list::matching;
use crate::cli::output::{Exit, Failure};
use crate::cli::plan::{Reading, filter, load, remark};
use crate::corpus::{Ask, Bits, Catalogue, Found};
use crate::query::{Asked, Columns, Needs, Said};
use crate::review::agree::{
    Agreement, Anchoring, Answers, Case, Corrected, Counted, Fact, Parts, Quality, Repeated, Which,
    agreement, anchoring, by_tier, cases, corrected, quality, questions, repeated,
};
use crate::review::{ItemKey, ItemName, Standing};

/// How many items were found again, and how.
#[derive(Debug, Default)]
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
#[derive(Debug)]
pub struct Study {
    /// The files.
    pub reading: Reading,
    /// The transcripts.
    pub catalogue: Catalogue,
    /// The label.
    pub label: String,
    /// How the classifier is asked.
    pub asked: Asked,
    /// What was asked for.
    pub which: Which,
    /// The filter as it was given.
    pub filter: Option<String>,
    /// The rows that it lets through.
    pub rows: Bits,
    /// What counts.
    pub counted: Counted,
    /// What was said of parts.
    pub parts: Parts,
    /// Of pairs, by the tiers of their transcripts.
    pub pair_counts: PairCounts,
    /// How items were found again.
    pub joined: Joined,
    /// Reviewed transcripts.
    pub cases: Vec<Case>,
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
    /// Events of which journals hold two different ones under one id, and undos of events that are in no journal that was read.
    pub odd: (usize, usize),
    /// The command that gives this again.
    pub command: String,
}

/// Rows to which the classifier says yes, and no.
fn verdicts(catalogue: &Catalogue, asked: &Asked, rows: &Bits) -> (Bits, Bits) {
    (catalogue.rows_said(asked, Said::Yes, rows), catalogue.rows_said(asked, Said::No, rows))
}

impl Study {
    /// Reads and counts.
    ///
    /// # Errors
    /// Usage, paths.
    pub fn new(args: &AgreeArgs, standing: &Standing, label: &str) -> Result<Self, Failure> {
        let asked = asked(args, label)?;
        let filter = filter(args.filter.as_deref(), &args.read)?;
        let reading = Reading::new(&args.read)?;
        let needs = filter.needs();
        let cues = needs.cues || args.queue;
        let mut catalogue = load(&reading.corpus, Needs { cues, opened: true, ..needs });
        if filter.asks_reader() {
            remark(&mut catalogue, &args.read);
        }
        if filter.asks_reviews() {
            let found = reading.corpus.reviews(&catalogue, standing);
            catalogue.take_reviews(found);
        }
        let rows = Bits::of(&matching(&reading.corpus, &catalogue, &filter));
        let which = Which {
            label: label.to_owned(),
            raters: args.rater.clone(),
            sighted: args.include_sighted,
        };
        let counted = Counted::of(standing, &which);
        let (facts, joined) = facts(&reading, &catalogue, &counted, &asked, &rows);
        let cases = cases(&counted, &facts);
        let quality = quality(&counted, &cases);
        let ask = Ask { by: Vec::new(), label: Some(asked.clone()) };
        let parts = Parts::of(standing, &which);
        let pair_counts = pair_counts(&reading, &catalogue, &parts);
        let rate = catalogue.numbers(&ask, &rows).all.label();
        Ok(Self {
            corrected: corrected(&quality, rate.k, rate.n),
            tiers: by_tier(&counted, &cases),
            agreement: agreement(&cases),
            repeated: repeated(&counted),
            anchoring: anchoring(&counted, &facts),
            questions: questions(standing, &which),
            odd: (standing.clashes.len(), standing.strays.len()),
            command: command(args, label),
            label: label.to_owned(),
            filter: args.filter.clone(),
            reading,
            catalogue,
            asked,
            which,
            rows,
            counted,
            parts,
            pair_counts,
            joined,
            cases,
            quality,
        })
    }

    /// The exit status, given whether anything was found.
    #[must_use]
    pub fn exit(&self, nothing: bool) -> Exit {
        if !self.reading.unopened.is_empty() {
            Exit::CannotOpen
        } else if nothing {
            Exit::Nothing
        } else {
            Exit::Fine
        }
    }
}

/// What the catalogue says of each item that is here.
fn facts(
    reading: &Reading,
    catalogue: &Catalogue,
    counted: &Counted,
    asked: &Asked,
    rows: &Bits,
) -> (BTreeMap<ItemKey, Fact>, Joined) {
    let items: Vec<(&ItemName, Option<u64>)> =
        counted.items.values().map(|(name, text)| (name, *text)).collect();
    let found = reading.corpus.found(catalogue, &items);
    let here: Vec<u32> = found.iter().filter_map(|found| found.row()).collect();
    let (yes, no) = verdicts(catalogue, asked, &Bits::of(&here));
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
        let says = match (yes.contains(view.id), no.contains(view.id)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let fact = Fact {
            row: view.id,
            tier: view.tier().map(str::to_owned),
            classifier: says,
            outside: !rows.contains(view.id),
        };
        facts.insert(key.clone(), fact);
    }
    (facts, joined)
}

/// What was said of pairs, by the tiers of their transcripts as they are now.
fn pair_counts(reading: &Reading, catalogue: &Catalogue, parts: &Parts) -> PairCounts {
    let pairs = &parts.pairs.pairs;
    let names = || pairs.iter().flat_map(|pair| &pair.names);
    let items: Vec<(&ItemName, Option<u64>)> = names().map(|name| (name, None)).collect();
    let found = reading.corpus.found(catalogue, &items);
    let tier = |row: u32| Some(catalogue.view(row)?.tier()?.to_owned());
    let tiers: BTreeMap<ItemKey, Option<String>> =
        names().zip(found).map(|(name, found)| (name.key(), found.row().and_then(tier))).collect();
    PairCounts::of(pairs, |name| tiers.get(&name.key()).cloned().flatten())
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./=:,@%+".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The command that gives the figures again.
fn command(args: &AgreeArgs, label: &str) -> String {
    let read = &args.read;
    let mut words = vec!["undertone".to_owned(), "agree".to_owned()];
    words.extend(read.paths.iter().map(|path| quoted(path)));
    let mut put = |flag: &str, value: &str| words.extend([flag.to_owned(), quoted(value)]);
    put("--label", label);
    for (flag, values) in [
        ("--rater", &args.rater),
        ("--cues", &read.cues),
        ("--label-field", &read.label_field),
        ("--threshold", &read.threshold),
        ("--map", &read.map),
        ("--labels", &read.labels),
    ] {
        for value in values {
            put(flag, value);
        }
    }
    for (flag, value) in [("--classifier", &args.classifier), ("--where", &args.filter)] {
        if let Some(value) = value {
            put(flag, value);
        }
    }
    if let Some(folder) = &args.journal {
        put("--journal", &folder.to_string_lossy());
    }
    if args.include_sighted {
        words.push("--include-sighted".to_owned());
    }
    words.join(" ")
}
