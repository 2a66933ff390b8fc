//! What is measured of each transcript, and what all of them together say.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::cli::args::EvalArgs;
use crate::corpus::{Corpus, RowView};
use crate::cues::fit::{Validated, validate};
use crate::cues::overlap::{self, Overlap};
use crate::cues::{Engine, FEATURES, most_of};
use crate::model::{Analysis, Judgement, LabelValue, SectionKind, Transcript};
use crate::query::Columns;
use crate::stats::{Figures, figures};

/// One transcript.
#[derive(Debug)]
pub(super) enum Record {
    /// The label is not there.
    Missing,
    /// The label is there, and says neither yes nor no.
    Unparsed,
    /// No reasoning text, so no score.
    Unscored,
    /// It could not be read again.
    Unreadable,
    /// All that is needed.
    Scored(Box<Scored>),
}

/// A transcript with a label and a score.
#[derive(Debug)]
pub(super) struct Scored {
    score: f64,
    positive: bool,
    /// Who gave the label.
    raters: BTreeSet<String>,
    pack: String,
    /// What counts there, by category, and the weights of features together.
    inputs: BTreeMap<String, f64>,
    /// Rules that fired and count, each with its category and number of marks.
    rules: BTreeMap<String, (String, usize)>,
    /// Marks that add to the score against the text, and against what judges quoted where they did.
    marks: Overlap,
    quoted: Option<Overlap>,
    /// The same quotes by criterion: how many, and how many a mark touches.
    criteria: BTreeMap<u8, (usize, usize)>,
    /// No tag set the reasoning apart: all of the text was taken for it.
    untagged: bool,
}

/// How often a rule fires.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct RuleFigures {
    pub category: String,
    pub weight: f64,
    /// Transcripts of each class in which it fired and counts.
    pub positives: usize,
    pub negatives: usize,
    /// Marks in all of them.
    pub marks: usize,
}

/// What was measured, and what could not be.
#[derive(Debug)]
pub(super) struct Measured {
    pub figures: Figures,
    pub unparsed: usize,
    pub missing: usize,
    pub unscored: usize,
    pub unreadable: usize,
    pub untagged: usize,
    /// Transcripts by who gave the label.
    pub raters: BTreeMap<String, usize>,
    /// Transcripts per pack that scored them.
    pub packs: BTreeMap<String, usize>,
    /// In the order of the packs; those that fired nowhere too.
    pub rules: Vec<(String, RuleFigures)>,
    /// Marks in all reasoning.
    pub marks: Overlap,
    /// Marks and evidence where judges quoted the reasoning, and in how many transcripts.
    pub quoted: (Overlap, usize),
    /// Those quotes by the criterion that they were given for: how many, and how many a mark touches.
    pub criteria: BTreeMap<u8, (usize, usize)>,
    /// Names of the inputs, and how fitted weights do; `None` when not asked for.
    pub fitted: Option<(Vec<String>, Option<Validated>)>,
}

/// Reads and marks a transcript. The first of the pair names the query it answers.
pub(super) fn record(corpus: &Corpus, view: &RowView<'_>, args: &EvalArgs) -> (String, Record) {
    let sample = view.sample().to_owned();
    let judgements = view.judgements();
    let named: Vec<&Judgement> = judgements.iter().filter(|j| j.is_named(&args.label)).collect();
    if named.is_empty() {
        return (sample, Record::Missing);
    }
    let verdict = |j: &Judgement| match &args.positive {
        None => j.positive,
        Some(value) => is(&j.value, value),
    };
    // Of several raters yes where any of them says so, as a filter for the label has it.
    let said: Vec<(&str, bool)> =
        named.iter().filter_map(|j| Some((&*j.rater, verdict(j)?))).collect();
    if said.is_empty() {
        return (sample, Record::Unparsed);
    }
    let positive = said.iter().any(|(_, yes)| *yes);
    let raters = said.into_iter().map(|(rater, _)| rater.to_owned()).collect();
    let Ok((mut transcript, _)) = corpus.transcript(&view.place()) else {
        return (sample, Record::Unreadable);
    };
    let untagged = args.text.is_some() && take_for_reasoning(&mut transcript);
    let analysis = corpus.engine.analyse(&transcript);
    let Some(score) = analysis.score else { return (sample, Record::Unscored) };
    let (marks, quoted) = overlaps(&transcript, &analysis);
    let mut rules: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let mut inputs: BTreeMap<String, f64> = BTreeMap::new();
    for span in analysis.spans.iter().filter(|s| s.weight <= 0.0 || s.counted() > 0.0) {
        let entry = rules.entry(span.rule.clone()).or_insert((span.category.clone(), 0));
        entry.1 += 1;
        let worth = if span.weight > 0.0 { span.counted() } else { 1.0 };
        *inputs.entry(span.category.clone()).or_default() += worth;
    }
    for feature in &analysis.features {
        let entry = rules.entry(feature.id.to_string()).or_insert((FEATURES.to_owned(), 0));
        entry.1 += feature.sentences;
        *inputs.entry(FEATURES.to_owned()).or_default() += feature.points;
    }
    for (name, points) in &mut inputs {
        *points = points.clamp(0.0, most_of(name));
    }
    let criteria = by_criterion(&transcript, &analysis);
    let pack = analysis.pack;
    let scored =
        Scored { score, positive, raters, pack, inputs, rules, marks, quoted, criteria, untagged };
    (sample, Record::Scored(Box::new(scored)))
}

/// Whether a label's value is the one that was named; `None` for a value that nobody could parse.
fn is(value: &LabelValue, wanted: &str) -> Option<bool> {
    match value {
        LabelValue::Unparsed => None,
        LabelValue::Text(text) => Some(text.trim().eq_ignore_ascii_case(wanted.trim())),
        LabelValue::Bool(yes) => Some(yes.to_string().eq_ignore_ascii_case(wanted.trim())),
        LabelValue::Number(n) => {
            Some(wanted.trim().parse::<f64>().is_ok_and(|w| w.total_cmp(n).is_eq()))
        }
    }
}

/// Makes reasoning of a text without any. Whether it did.
fn take_for_reasoning(transcript: &mut Transcript) -> bool {
    if transcript.sections.iter().any(|s| s.kind == SectionKind::Scratchpad) {
        return false;
    }
    let of_answer = |kind| matches!(kind, SectionKind::Output | SectionKind::Other);
    let mut found = false;
    for section in transcript.sections.iter_mut().filter(|s| of_answer(s.kind)) {
        section.kind = SectionKind::Scratchpad;
        found = true;
    }
    found
}

/// Marks that add to the score in all reasoning; and beside quotes that were found there, if any.
fn overlaps(transcript: &Transcript, analysis: &Analysis) -> (Overlap, Option<Overlap>) {
    let (mut marks, mut quoted) = (Overlap::default(), Overlap::default());
    for (number, section) in transcript.sections.iter().enumerate() {
        if section.kind != SectionKind::Scratchpad {
            continue;
        }
        let own = analysis.spans.iter().filter(|s| s.section == number && s.counted() > 0.0);
        let own: Vec<Range<usize>> = own.map(|s| s.start..s.end).collect();
        let evidence = transcript.evidence.iter().filter_map(|e| e.at);
        let evidence: Vec<Range<usize>> = evidence
            .filter(|(section, ..)| *section == number)
            .map(|(_, start, end)| start..end)
            .collect();
        marks.add(&section.text, &own, &[]);
        quoted.add(&section.text, &own, &evidence);
    }
    (marks, (quoted.pieces > 0).then_some(quoted))
}

/// Quotes found in the reasoning by their criterion, and those of them that a mark which adds to the score touches.
fn by_criterion(transcript: &Transcript, analysis: &Analysis) -> BTreeMap<u8, (usize, usize)> {
    let mut all: BTreeMap<u8, (usize, usize)> = BTreeMap::new();
    for (evidence, touched) in overlap::quotes(transcript, analysis) {
        if let Some(criterion) = evidence.criterion {
            let entry = all.entry(criterion).or_default();
            entry.0 += 1;
            entry.1 += usize::from(touched);
        }
    }
    all
}

impl Measured {
    pub fn new(records: Vec<(String, Record)>, engine: &Engine, folds: Option<usize>) -> Self {
        let count = |wanted: fn(&Record) -> bool| records.iter().filter(|(_, r)| wanted(r)).count();
        let (unparsed, missing) =
            (count(|r| matches!(r, Record::Unparsed)), count(|r| matches!(r, Record::Missing)));
        let unscored = count(|r| matches!(r, Record::Unscored));
        let unreadable = count(|r| matches!(r, Record::Unreadable));
        let (samples, scored): (Vec<String>, Vec<Scored>) = records
            .into_iter()
            .filter_map(|(sample, record)| match record {
                Record::Scored(scored) => Some((sample, *scored)),
                _ => None,
            })
            .unzip();
        let scores: Vec<f64> = scored.iter().map(|r| r.score).collect();
        let labels: Vec<bool> = scored.iter().map(|r| r.positive).collect();
        let mut packs: BTreeMap<String, usize> = BTreeMap::new();
        let mut raters: BTreeMap<String, usize> = BTreeMap::new();
        let (mut marks, mut quoted) = (Overlap::default(), (Overlap::default(), 0));
        let mut criteria: BTreeMap<u8, (usize, usize)> = BTreeMap::new();
        for record in &scored {
            *packs.entry(record.pack.clone()).or_default() += 1;
            for rater in &record.raters {
                *raters.entry(rater.clone()).or_default() += 1;
            }
            marks.join(&record.marks);
            if let Some(own) = &record.quoted {
                quoted.0.join(own);
                quoted.1 += 1;
            }
            for (criterion, (pieces, touched)) in &record.criteria {
                let entry = criteria.entry(*criterion).or_default();
                *entry = (entry.0 + pieces, entry.1 + touched);
            }
        }
        let fitted = folds.map(|folds| fitted(engine, &scored, &labels, &samples, folds));
        Self {
            figures: figures(&scores, &labels),
            unparsed,
            missing,
            unscored,
            unreadable,
            untagged: scored.iter().filter(|r| r.untagged).count(),
            rules: rules(engine, &scored, &packs),
            raters,
            packs,
            marks,
            quoted,
            criteria,
            fitted,
        }
    }
}

/// Every rule of the packs that were active.
fn rules(
    engine: &Engine,
    scored: &[Scored],
    packs: &BTreeMap<String, usize>,
) -> Vec<(String, RuleFigures)> {
    let mut all: Vec<(String, RuleFigures)> = Vec::new();
    for pack in engine.packs().iter().filter(|p| packs.contains_key(&p.name)) {
        for rule in
            pack.rules().chain(pack.features()).filter(|r| r.weight != 0.0 || fires(scored, r.id))
        {
            if all.iter().any(|(id, _)| id == rule.id) {
                continue;
            }
            let mut own = RuleFigures {
                category: rule.category.to_owned(),
                weight: rule.weight,
                ..RuleFigures::default()
            };
            for record in scored {
                if let Some((_, marks)) = record.rules.get(rule.id) {
                    own.marks += marks;
                    own.positives += usize::from(record.positive);
                    own.negatives += usize::from(!record.positive);
                }
            }
            all.push((rule.id.to_owned(), own));
        }
    }
    all
}

fn fires(scored: &[Scored], rule: &str) -> bool {
    scored.iter().any(|r| r.rules.contains_key(rule))
}

/// One input for each category that occurs, and one for all features together.
fn fitted(
    engine: &Engine,
    scored: &[Scored],
    labels: &[bool],
    samples: &[String],
    folds: usize,
) -> (Vec<String>, Option<Validated>) {
    let names: Vec<String> = engine
        .categories()
        .into_iter()
        .map(|c| c.name)
        .chain([FEATURES.to_owned()])
        .filter(|name| scored.iter().any(|r| r.inputs.contains_key(name)))
        .collect();
    let rows: Vec<Vec<f64>> = scored
        .iter()
        .map(|r| names.iter().map(|n| r.inputs.get(n).copied().unwrap_or(0.0)).collect())
        .collect();
    let slices: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    let validated = validate(&slices, labels, samples, folds);
    (names, validated)
}
