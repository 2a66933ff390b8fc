//! What was said of marks, quotes, turns and pairs, as tables: counts of the sample, each kind for itself.

use std::collections::BTreeMap;

use super::Study;
use super::page::Part;
use super::told::share;
use crate::review::ItemName;
use crate::review::agree::{OfPair, Verdicts};

/// What of a pair was said, by the tiers of its transcripts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// Only one of the two shows it: by its tier.
    pub alone: BTreeMap<String, usize>,
    /// Both show it.
    pub both: usize,
    /// Neither does.
    pub neither: usize,
    /// Reviewers say different things.
    pub split: usize,
    /// It cannot be told.
    pub cannot_tell: usize,
}

impl PairCounts {
    /// Counts; `tier` says of which tier a transcript is that is here.
    pub fn of(pairs: &[OfPair], tier: impl Fn(&ItemName) -> Option<String>) -> Self {
        let mut counts = Self::default();
        for pair in pairs {
            let [first, second] = &pair.names;
            let one = match pair.shows {
                Some((true, true)) => &mut counts.both,
                Some((false, false)) => &mut counts.neither,
                None if pair.split => &mut counts.split,
                None => &mut counts.cannot_tell,
                Some((is_first, _)) => {
                    let tier = tier(if is_first { first } else { second });
                    counts.alone.entry(tier.unwrap_or_else(|| "unknown".to_owned())).or_default()
                }
            };
            *one += 1;
        }
        counts
    }
}

fn counts(verdicts: Verdicts) -> Vec<String> {
    let Verdicts { yes, no, split, cannot_tell } = verdicts;
    let [value, interval, _] = share(verdicts.share());
    let n = verdicts.n();
    let mut row: Vec<String> = [n, yes, no, split, cannot_tell].map(|n| n.to_string()).into();
    row.extend([value, interval]);
    row
}

/// The tables; nothing where nothing was said.
pub fn tell(study: &Study, parts: &mut Vec<Part>) {
    let said = &study.said_of_parts;
    let row = |names: Vec<String>, verdicts| [names, counts(verdicts)].concat();
    let mut told = false;
    if !said.marks.is_empty() {
        told = true;
        parts.push(Part::Heading("Marks, by rule".to_owned()));
        let rows = said
            .marks
            .iter()
            .map(|of| row(vec![of.rule.clone(), of.category.clone()], of.verdicts));
        let columns = vec![
            "rule",
            "category",
            "judged",
            "right",
            "wrong",
            "split",
            "cannot tell",
            "precision",
            "95% interval (Wilson)",
        ];
        parts.push(Part::Table(columns, rows.collect()));
        parts.push(Part::Command(study.ask.command.clone()));
    }
    if !said.quotes.is_empty() {
        told = true;
        parts.push(Part::Heading("Quotes, by judge and criterion".to_owned()));
        let rows = said.quotes.iter().map(|of| {
            let criterion = of.criterion.map_or_else(|| "none".to_owned(), |n| n.to_string());
            row(vec![of.judge.clone(), of.label.clone(), criterion], of.verdicts)
        });
        let columns = vec![
            "judge",
            "label",
            "criterion",
            "judged",
            "support it",
            "do not",
            "split",
            "cannot tell",
            "share",
            "95% interval (Wilson)",
        ];
        parts.push(Part::Table(columns, rows.collect()));
        parts.push(Part::Command(study.ask.command.clone()));
    }
    if said.turns.n() > 0 {
        told = true;
        parts.push(Part::Heading("Turns".to_owned()));
        let columns =
            vec!["judged", "yes", "no", "split", "cannot tell", "share", "95% interval (Wilson)"];
        parts.push(Part::Table(columns, vec![counts(said.turns)]));
        parts.push(Part::Command(study.ask.command.clone()));
    }
    let pairs = &said.pairs.pairs;
    if !pairs.is_empty() {
        told = true;
        parts.push(Part::Heading("Pairs".to_owned()));
        let counted = &study.pair_counts;
        let alone = counted.alone.iter().map(|(tier, n)| (format!("only the one of {tier}"), *n));
        let rest = [
            ("both", counted.both),
            ("neither", counted.neither),
            ("split", counted.split),
            ("cannot tell", counted.cannot_tell),
        ];
        let rows = alone.chain(rest.map(|(word, n)| (word.to_owned(), n)));
        let rows = rows.map(|(word, n)| vec![word, n.to_string()]).collect();
        parts.push(Part::Table(vec!["which shows it", "pairs"], rows));
        let [value, interval, n] = share(said.pairs.left);
        parts.push(Part::Text(format!(
            "Answers for one side alone that were for the left one: {n} ({value}; {interval}, Wilson). Which stood there was by chance."
        )));
        parts.push(Part::Command(study.ask.command.clone()));
    }
    if told {
        parts.push(Part::Text(
            "Of the sample, not weighted; nothing of it is in the figures of whole transcripts."
                .to_owned(),
        ));
    }
}
