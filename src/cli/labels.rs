//! `undertone labels`: which labels there are, of what type, when they are positive, and how often, rater by rater.
//!
//! Raters are never pooled: each one's figures stand for themselves. A transcript counts once for each rater of a
//! label: its first verdict, where the rater gave several.

mod print;

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use super::args::{CheckFormat, LabelsArgs};
use super::json;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, load};
use super::reviews;
use crate::corpus::Catalogue;
use crate::model::{Judgement, LabelValue};
use crate::query::{Columns, Needs};
use crate::stats::vote_steps;

/// One rater's judgements of one label.
#[derive(Debug, Default)]
struct Rater {
    name: String,
    positive: usize,
    negative: usize,
    neither: usize,
    unparsed: usize,
    /// Further judgements of transcripts that were counted already.
    repeated: usize,
    bools: usize,
    numbers: Vec<f64>,
    /// Categories in order of first sight.
    words: Vec<(String, usize)>,
}

/// One label, by its source's name.
#[derive(Debug, Default)]
struct Label {
    name: String,
    canonical: BTreeSet<String>,
    raters: Vec<Rater>,
}

impl Rater {
    /// The type of this rater's values.
    fn kind(&self) -> &'static str {
        kind(self.bools > 0, !self.numbers.is_empty(), !self.words.is_empty())
    }

    fn judged(&self) -> usize {
        self.positive + self.negative + self.neither + self.unparsed
    }

    fn add(&mut self, judgement: &Judgement) {
        match (&judgement.value, judgement.positive) {
            (LabelValue::Unparsed, _) => self.unparsed += 1,
            (_, Some(true)) => self.positive += 1,
            (_, Some(false)) => self.negative += 1,
            (_, None) => self.neither += 1,
        }
        match &judgement.value {
            LabelValue::Unparsed => {}
            LabelValue::Bool(_) => self.bools += 1,
            LabelValue::Number(n) => self.numbers.push(*n),
            LabelValue::Text(word) => match self.words.iter_mut().find(|(w, _)| w == word) {
                Some((_, n)) => *n += 1,
                None => self.words.push((word.clone(), 1)),
            },
        }
    }

    /// Smallest and largest number.
    fn range(&self) -> Option<(f64, f64)> {
        let first = *self.numbers.first()?;
        let wider = |(low, high): (f64, f64), n: &f64| (low.min(*n), high.max(*n));
        Some(self.numbers.iter().fold((first, first), wider))
    }

    /// How many different numbers there are.
    fn distinct(&self) -> usize {
        let mut sorted = self.numbers.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        sorted.len()
    }

    /// As [`vote_steps`].
    fn steps(&self) -> Option<u32> {
        vote_steps(&self.numbers)
    }

    /// Categories, the most frequent first.
    fn categories(&self) -> Vec<(&str, usize)> {
        let mut words: Vec<(&str, usize)> =
            self.words.iter().map(|(word, n)| (word.as_str(), *n)).collect();
        words.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        words
    }
}

/// `yes/no`, `number`, `category`, `mixed`, or `unparsed` where no value could be read.
fn kind(bools: bool, numbers: bool, words: bool) -> &'static str {
    match (bools, numbers, words) {
        (false, false, false) => "unparsed",
        (true, false, false) => "yes/no",
        (false, true, false) => "number",
        (false, false, true) => "category",
        _ => "mixed",
    }
}

impl Label {
    /// The type of all raters' values together.
    fn kind(&self) -> &'static str {
        let any = |has: fn(&Rater) -> bool| self.raters.iter().any(has);
        kind(any(|r| r.bools > 0), self.has_numbers(), any(|r| !r.words.is_empty()))
    }

    fn has_numbers(&self) -> bool {
        self.raters.iter().any(|rater| !rater.numbers.is_empty())
    }
}

/// Every label of a catalogue, in order of first sight.
fn collect(catalogue: &Catalogue) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for view in catalogue.views() {
        let judgements: Vec<Judgement> =
            view.judgements().iter().chain(view.reviews()).cloned().collect();
        // One rater's judgements of one label in this transcript: the first verdict stands for all.
        let same = |a: &Judgement, b: &Judgement| a.label == b.label && a.rater == b.rater;
        for (i, judgement) in judgements.iter().enumerate() {
            let at = *index.entry(judgement.label.clone()).or_insert_with(|| {
                labels.push(Label { name: judgement.label.clone(), ..Label::default() });
                labels.len() - 1
            });
            let Some(label) = labels.get_mut(at) else { continue };
            label.canonical.extend(judgement.canonical.clone());
            let known = label.raters.iter().position(|r| r.name == judgement.rater);
            let slot = known.unwrap_or_else(|| {
                let name = judgement.rater.clone();
                label.raters.push(Rater { name, ..Rater::default() });
                label.raters.len() - 1
            });
            let Some(rater) = label.raters.get_mut(slot) else { continue };
            let earlier = judgements.iter().take(i).any(|j| same(j, judgement));
            if earlier {
                rater.repeated += 1;
                continue;
            }
            let all = judgements.iter().skip(i).filter(|j| same(j, judgement));
            let verdict = all.clone().find(|j| j.value != LabelValue::Unparsed);
            rater.add(verdict.unwrap_or(judgement));
        }
    }
    labels
}

/// Runs the command.
///
/// # Errors
/// Usage, paths, writing.
pub fn run(args: &LabelsArgs) -> Result<Exit, Failure> {
    let reading = Reading::new(&args.read)?;
    let needs = Needs { opened: true, ..Needs::default() };
    let mut catalogue = load(&reading.corpus, needs);
    reviews::take(&reading.corpus, &mut catalogue, &args.read.paths, &args.reviews);
    let labels = collect(&catalogue);
    reading.is_sound()?;
    let rules = &reading.corpus.rules;
    let mut out = out();
    match args.format {
        CheckFormat::Json => {
            json::write_line(&mut out, &print::report(&labels, &catalogue, rules))?;
        }
        CheckFormat::Table => print::table(&labels, &catalogue, rules, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if labels.is_empty() {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rater(numbers: &[f64]) -> Rater {
        Rater { numbers: numbers.to_vec(), ..Rater::default() }
    }

    #[test]
    fn shares_of_votes_are_told_from_other_numbers() {
        for (numbers, steps) in [
            (&[0.0, 0.05, 0.95, 1.0][..], Some(20)),
            (&[0.0, 0.2, 0.6], Some(5)),
            (&[0.5], Some(2)),
            (&[1.0 / 3.0, 2.0 / 3.0], Some(3)),
            (&[0.0, 1.0, 1.0], None),
            (&[0.137, 0.52], None),
            (&[0.5, 1.5], None),
            (&[-0.5, 0.5], None),
            (&[], None),
        ] {
            assert_eq!(rater(numbers).steps(), steps, "{numbers:?}");
        }
        assert_eq!(rater(&[0.2, 0.2, 0.6]).distinct(), 2);
        assert_eq!(rater(&[0.2, -1.0, 0.6]).range(), Some((-1.0, 0.6)));
    }
}
