//! What every threshold of a numeric label would do: its rate by the values of a field, which transcripts change sides, and how
//! it agrees with a reference label.
//!
//! A transcript's value is the highest of the numbers that the raters asked for gave it, since any rater's yes is a yes. So
//! `value >= t` is what `label.NAME>=t` finds. Of labels that are positive at or below a bar it is the lowest, and all is counted the
//! other way round.

use hashbrown::{HashMap, HashSet};

use super::super::Catalogue;
use super::super::bits::Bits;
use super::super::partners::AF;
use super::super::view::Rows;
use super::field::Names;
use super::threshold::{
    Agreement, Bar, Confusion, CurveAsk, Cut, Known, Level, Look, Side, ThresholdCurve,
};
use super::{Rate, RaterCount};
use crate::ingest::LabelRules;
use crate::model::{Judgement, LabelValue, Threshold};
use crate::query::{Asked, Block, Filter, Said};
use crate::stats::{Curve, auroc, brier, thresholds, vote_steps};

/// More different values than that, and quantiles stand for them.
const MOST_LEVELS: usize = 200;
/// Most groups that are given.
const MOST_GROUPS: usize = 100;
/// Most label and rater pairs that are tried as a reference.
const MOST_RATERS: usize = 64;
/// Vote shares of alignment-faking reasoning at which a person should look (Hughes et al. 2025): from, and up to.
const LOOK: (f64, f64) = (0.2, 0.4);

/// Scores by what is in force of their transcripts.
#[derive(Debug, Default)]
struct Sorted {
    known: Known,
    yes: Vec<f64>,
    no: Vec<f64>,
    neither: Vec<f64>,
}

fn above(sorted: &[f64], bar: f64) -> usize {
    sorted.len() - sorted.partition_point(|n| *n < bar)
}

/// What is known of a row.
struct RowSaid {
    group: u32,
    mark: u8,
    /// The lowest and the highest of its numbers.
    numbers: (f64, f64),
    /// What the label says, by whatever it holds.
    by_label: Said,
    /// What its numbers say.
    by_number: Said,
}

/// The threshold in force, where one bar decides all the numbers. Where there are several, or where numbers are grades that say
/// neither, the label as a whole decides.
fn common_bar(bars: &[Bar], rows: &[RowSaid]) -> Option<Threshold> {
    let bar = bars.first()?.threshold;
    let decides = |row: &RowSaid| {
        let met = bar.met(row.numbers.0) || bar.met(row.numbers.1);
        row.by_number == if met { Said::Yes } else { Said::No }
    };
    let same = bars.iter().all(|other| other.threshold == bar);
    let mut numbered = rows.iter().filter(|row| row.mark == NUMBER);
    (same && numbered.all(decides)).then_some(bar)
}

/// Whether a bar asks for low numbers.
fn asks_below(bar: &Bar) -> bool {
    matches!(bar.threshold, Threshold::AtMost(_) | Threshold::Below(_))
}

/// What a number says, as a mark: the highest of several stands.
fn state(judgement: &Judgement) -> u8 {
    match (mark(judgement), judgement.positive) {
        (NUMBER, Some(true)) => 3,
        (NUMBER, Some(false)) => 2,
        (NUMBER, None) => 1,
        _ => 0,
    }
}

impl Sorted {
    fn add(&mut self, row: &RowSaid, score: f64, now: Said) {
        match row.mark {
            NUMBER => {
                self.known.n += 1;
                match now {
                    Said::Yes => self.yes.push(score),
                    Said::No => self.no.push(score),
                    _ => self.neither.push(score),
                }
            }
            OTHER => self.known.other += 1,
            UNPARSED => self.known.unparsed += 1,
            _ => self.known.missing += 1,
        }
    }

    fn sort(&mut self) {
        for list in [&mut self.yes, &mut self.no, &mut self.neither] {
            list.sort_by(f64::total_cmp);
        }
    }

    fn cut(&self, bar: f64) -> Cut {
        let (yes, no) = (above(&self.yes, bar), above(&self.no, bar));
        let k = yes + no + above(&self.neither, bar);
        Cut { rate: Rate { k, n: self.known.n }, to_yes: no, to_no: self.yes.len() - yes }
    }
}

/// A label by one rater, and what it says of the rows.
#[derive(Debug, Default)]
struct Given {
    /// Rows with a number of it that counts in the curve.
    numbers: usize,
    /// Rows with its yes or no beside a number of the curve.
    verdicts: usize,
    canonical: Option<String>,
}

/// What a label says of a row, as a mark.
const UNPARSED: u8 = 1;
const OTHER: u8 = 2;
const NUMBER: u8 = 3;

fn mark(judgement: &Judgement) -> u8 {
    match &judgement.value {
        LabelValue::Number(n) if !n.is_nan() => NUMBER,
        LabelValue::Number(_) | LabelValue::Unparsed => UNPARSED,
        LabelValue::Bool(_) | LabelValue::Text(_) => OTHER,
    }
}

impl Catalogue {
    /// What every threshold of a label would do to the rows. Identical records count once.
    #[must_use]
    pub fn threshold_curve(
        &self,
        ask: &CurveAsk,
        rows: &Bits,
        rules: &LabelRules,
    ) -> ThresholdCurve {
        let repeats = self.repeats_of(Some(rows));
        let counted = |block: &Rows<'_>| -> Vec<usize> {
            let wanted = rows.flags(block.first, block.chunk.len);
            (0..block.chunk.len)
                .zip(block.first..)
                .zip(&wanted)
                .filter(|((_, id), flag)| {
                    **flag == 1 && !self.is_gone(*id) && !repeats.contains(*id)
                })
                .map(|((at, _), _)| at)
                .collect()
        };
        let mut curve = ThresholdCurve {
            copies: repeats.iter().filter(|id| !self.is_gone(*id)).count(),
            ..ThresholdCurve::default()
        };
        let wants = |j: &Judgement| ask.label.wants(j);
        let mut names = Names::default();
        let mut rows_said: Vec<RowSaid> = Vec::new();
        let mut given: HashMap<(String, String), Given> = HashMap::new();
        for block in self.chunks_from(0) {
            let rows = counted(&block);
            if rows.is_empty() {
                continue;
            }
            let len = block.chunk.len;
            let codes = ask.by.codes(&block, &mut names);
            let said = ask.label.said(&block);
            let mut marks = vec![0; len];
            block.raise(&wants, &mark, &mut marks);
            let mut words = vec![0; len];
            block.raise(&wants, &|j: &Judgement| u8::from(mark(j) == OTHER), &mut words);
            let is_mixed =
                |at: &usize| marks.get(*at) == Some(&NUMBER) && words.get(*at) == Some(&1);
            curve.mixed |= rows.iter().any(is_mixed);
            let (mut lowest, mut highest) = (vec![f64::NAN; len], vec![f64::NAN; len]);
            block.chunk.judged.lowest(&wants, &mut lowest);
            block.chunk.judged.highest(&wants, &mut highest);
            Self::raters(ask, &block, &rows, &marks, &mut given);
            let mut states = vec![0; len];
            block.raise(&wants, &state, &mut states);
            for at in rows {
                rows_said.push(RowSaid {
                    group: codes.get(at).copied().unwrap_or_default(),
                    mark: marks.get(at).copied().unwrap_or_default(),
                    // `-0.0` is 0.
                    numbers: (
                        lowest.get(at).map_or(f64::NAN, |n| n + 0.0),
                        highest.get(at).map_or(f64::NAN, |n| n + 0.0),
                    ),
                    by_label: said.get(at).copied().unwrap_or(Said::Missing),
                    by_number: match states.get(at) {
                        Some(3) => Said::Yes,
                        Some(2) => Said::No,
                        _ => Said::Neither,
                    },
                });
            }
        }
        curve.raters = givers(&given);
        curve.references = references(&given);
        curve.references.extend(self.further_references(ask, &curve.references, &counted));
        for rater in &curve.raters {
            let bar = Bar::of(&rater.label, rules);
            curve.bars.extend(bar.filter(|b| curve.bars.iter().all(|own| own.label != b.label)));
        }
        // Where bars ask for both ends, most numbers decide.
        curve.below = curve.bars.first().is_some_and(asks_below);
        let bar = common_bar(&curve.bars, &rows_said);
        let (mut all, mut groups) = (Sorted::default(), HashMap::<u32, Sorted>::new());
        for row in &rows_said {
            let now = if bar.is_some() { row.by_number } else { row.by_label };
            let score = if curve.below { -row.numbers.0 } else { row.numbers.1 };
            all.add(row, score, now);
            groups.entry(row.group).or_default().add(row, score, now);
        }
        all.sort();
        groups.values_mut().for_each(Sorted::sort);
        let mut groups: Vec<(u32, Sorted)> = groups.into_iter().collect();
        groups.sort_by(|a, b| ask.by.compare(names.key(a.0), names.key(b.0)));
        curve.more_groups = groups.len().saturating_sub(MOST_GROUPS);
        groups.truncate(MOST_GROUPS);
        curve.known = all.known;
        curve.groups = groups
            .iter()
            .map(|(code, own)| Side {
                by: ask.by.value(names.key(*code), &names),
                known: own.known,
            })
            .collect();
        let truths = self.agreement(ask, &given, &counted, &mut curve);
        let now = match bar {
            Some(bar) => ask.label.meets(bar).map(|yes| [format!("-{yes}"), yes]),
            None => ask.label.filter(Said::No).zip(ask.label.filter(Said::Yes)).map(<[_; 2]>::from),
        };
        levels(ask, now.as_ref(), (&all, &groups), &mut curve, truths.as_ref());
        let is_af = given.iter().any(|((label, _), given)| {
            let named = [Some(label), given.canonical.as_ref()];
            given.numbers > 0 && named.into_iter().flatten().any(|n| n.eq_ignore_ascii_case(AF))
        });
        let shares = curve.levels.iter().all(|l| (0.0..=1.0).contains(&l.threshold));
        if is_af && shares && !curve.below && curve.known.n > 0 {
            let (low, high) = LOOK;
            for level in &mut curve.levels {
                level.look = (low..high).contains(&level.threshold);
            }
            let filter = ask.label.at_least(low).zip(ask.label.at_least(high));
            let n = all.cut(low).rate.k - all.cut(high).rate.k;
            let filter = filter.map(|(from, below)| format!("{from} -{below}"));
            curve.look = Some(Look { low, high, n, filter });
        }
        curve
    }

    /// Adds up who gives numbers to the rows of a block, and who might be a reference.
    fn raters(
        ask: &CurveAsk,
        block: &Rows<'_>,
        rows: &[usize],
        marks: &[u8],
        given: &mut HashMap<(String, String), Given>,
    ) {
        let anyone = ask.label.by_anyone();
        let (_, shapes) = block.chunk.judged.shapes();
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        for key in shapes.iter().flatten().filter(|j| anyone.wants(j)) {
            let pair = (&*key.label, &*key.rater);
            if !seen.insert(pair) || seen.len() > MOST_RATERS {
                continue;
            }
            let own = |j: &Judgement| j.label == pair.0 && j.rater == pair.1;
            let is_number = |j: &Judgement| match (mark(j), j.positive) {
                (NUMBER, _) if ask.label.wants(j) => NUMBER,
                (UNPARSED, _) | (_, None) => 0,
                _ => OTHER,
            };
            let mut of_pair = vec![0; block.chunk.len];
            block.raise(&own, &is_number, &mut of_pair);
            let name = (key.label.clone(), key.rater.clone());
            let sum = given.entry(name).or_default();
            sum.canonical.clone_from(&key.canonical);
            for at in rows {
                match (of_pair.get(*at), marks.get(*at)) {
                    (Some(&NUMBER), _) => sum.numbers += 1,
                    (Some(&OTHER), Some(&NUMBER)) => sum.verdicts += 1,
                    _ => {}
                }
            }
        }
    }

    /// Compares with the reference, asked for or found; its scores and verdicts.
    fn agreement(
        &self,
        ask: &CurveAsk,
        given: &HashMap<(String, String), Given>,
        counted: &dyn Fn(&Rows<'_>) -> Vec<usize>,
        curve: &mut ThresholdCurve,
    ) -> Option<[Vec<f64>; 2]> {
        let asked = ask.reference.clone().or_else(|| found(given))?;
        let wants = |j: &Judgement| ask.label.wants(j);
        let both = |j: &Judgement| u8::from(mark(j) == NUMBER && ask.label.wants(j));
        let (mut scores, mut labels, mut own) = (Vec::new(), Vec::new(), false);
        for block in self.chunks_from(0) {
            let rows = counted(&block);
            if rows.is_empty() {
                continue;
            }
            let mut numbers = vec![f64::NAN; block.chunk.len];
            if curve.below {
                block.chunk.judged.lowest(&wants, &mut numbers);
            } else {
                block.chunk.judged.highest(&wants, &mut numbers);
            }
            let mut shared = vec![0; block.chunk.len];
            block.raise(&|j: &Judgement| asked.wants(j), &both, &mut shared);
            let said = asked.said(&block);
            for at in rows {
                let yes = match said.get(at) {
                    Some(Said::Yes) => true,
                    Some(Said::No) => false,
                    _ => continue,
                };
                if let Some(number) = numbers.get(at).filter(|n| !n.is_nan()) {
                    scores.push(curve.score(*number) + 0.0);
                    labels.push(yes);
                    own |= shared.get(at) == Some(&1);
                }
            }
        }
        let steps = Curve::new(&scores, &labels);
        curve.agreement = Some(Agreement {
            given: ask.reference.is_some(),
            own,
            n: scores.len(),
            positives: steps.positives,
            auroc: auroc(&scores, &labels),
            average_precision: steps.average_precision(),
            brier: brier(&scores, &labels).filter(|_| !curve.below),
            roc: steps.roc().unwrap_or_default(),
            recall_precision: steps.recall_precision().unwrap_or_default(),
            asked,
        });
        let of = |wanted: bool| {
            let own = scores.iter().zip(&labels).filter(|(_, yes)| **yes == wanted);
            let mut own: Vec<f64> = own.map(|(score, _)| *score).collect();
            own.sort_by(f64::total_cmp);
            own
        };
        Some([of(true), of(false)])
    }
}

/// One level for each threshold. `now`: the filters of what is no and yes by what is in force.
fn levels(
    ask: &CurveAsk,
    now: Option<&[String; 2]>,
    (all, groups): (&Sorted, &[(u32, Sorted)]),
    curve: &mut ThresholdCurve,
    truths: Option<&[Vec<f64>; 2]>,
) {
    let scores = all.yes.iter().chain(&all.no).chain(&all.neither);
    let mut numbers: Vec<f64> = scores.map(|score| curve.score(*score) + 0.0).collect();
    numbers.sort_by(f64::total_cmp);
    let different = thresholds(numbers.iter().copied());
    curve.distinct = different.len();
    curve.quantiles = different.len() > MOST_LEVELS;
    curve.votes = vote_steps(&different).filter(|_| curve.known.n > 0);
    let mut bars = if curve.quantiles {
        let last = numbers.len().saturating_sub(1);
        let at = |n: usize| numbers.get(n * last / (MOST_LEVELS - 1)).copied();
        thresholds((0..MOST_LEVELS).filter_map(at))
    } else {
        different
    };
    // Shares of votes offer each number of votes, and what is in force has a line of its own.
    let votes = curve.votes.unwrap_or_default();
    let steps = (0..=votes).take(if votes > 0 { MOST_LEVELS } else { 0 });
    let mut further: Vec<f64> = steps.map(|n| f64::from(n) / f64::from(votes)).collect();
    for bar in &curve.bars {
        match bar.threshold {
            Threshold::AtLeast(bar) if !curve.below && !numbers.is_empty() => further.push(bar),
            Threshold::AtMost(bar) if curve.below && !numbers.is_empty() => further.push(bar),
            _ => {}
        }
    }
    further.retain(|f| bars.iter().all(|bar| (bar - f).abs() > 1e-9));
    bars = thresholds(bars.into_iter().chain(further));
    // A bar that is not met itself does what the next number on its good side does.
    let in_force = |at: usize, threshold: f64| {
        let before = at.checked_sub(1).and_then(|at| bars.get(at));
        let after = bars.get(at + 1);
        curve.bars.iter().filter(|bar| asks_below(bar) == curve.below).any(|bar| {
            match bar.threshold {
                Threshold::AtLeast(bar) | Threshold::AtMost(bar) => (bar - threshold).abs() <= 1e-9,
                Threshold::Above(bar) => threshold > bar && before.is_none_or(|b| *b <= bar),
                Threshold::Below(bar) => threshold < bar && after.is_none_or(|a| *a >= bar),
            }
        })
    };
    let levels = bars
        .iter()
        .enumerate()
        .map(|(at, &threshold)| {
            let score = curve.score(threshold);
            let own = all.cut(score);
            let confusion = truths.map(|[yes, no]| {
                let (hits, false_alarms) = (above(yes, score), above(no, score));
                Confusion {
                    true_positives: hits,
                    false_positives: false_alarms,
                    false_negatives: yes.len() - hits,
                    true_negatives: no.len() - false_alarms,
                }
            });
            Level {
                threshold,
                in_force: in_force(at, threshold),
                look: false,
                all: own,
                groups: groups.iter().map(|(_, group)| group.cut(score)).collect(),
                confusion,
                flips: flips(&ask.label, now, curve.met_at(threshold), own),
            }
        })
        .collect();
    curve.levels = levels;
}

/// The filter that finds what changes sides.
fn flips(
    label: &Asked,
    now: Option<&[String; 2]>,
    threshold: Threshold,
    cut: Cut,
) -> Option<String> {
    let [no, yes] = now?;
    let at = label.meets(threshold)?;
    let text = match (cut.to_yes > 0, cut.to_no > 0) {
        (false, false) => return None,
        (true, false) => format!("{no} {at}"),
        (false, true) => format!("{yes} -{at}"),
        (true, true) => format!("({no} {at} OR {yes} -{at})"),
    };
    Filter::parse(&text).is_ok().then_some(text)
}

/// Who gave numbers.
fn givers(given: &HashMap<(String, String), Given>) -> Vec<RaterCount> {
    let count = |((label, rater), given): (&(String, String), &Given)| RaterCount {
        label: label.clone(),
        rater: rater.clone(),
        n: given.numbers,
    };
    let mut all: Vec<RaterCount> =
        given.iter().filter(|(_, given)| given.numbers > 0).map(count).collect();
    RaterCount::sort(&mut all);
    all
}

/// Whose word the label may be held against, most verdicts beside numbers first.
fn references(given: &HashMap<(String, String), Given>) -> Vec<(Asked, usize)> {
    let mut all: Vec<(&(String, String), usize)> =
        given.iter().map(|(key, given)| (key, given.verdicts)).filter(|(_, n)| *n > 0).collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let asked = |((label, rater), n): (&(String, String), usize)| {
        Some((Asked::by_rater(label, rater).ok()?, n))
    };
    all.into_iter().filter_map(asked).collect()
}

/// The label and rater with most verdicts beside the numbers, who gave none of these.
fn found(given: &HashMap<(String, String), Given>) -> Option<Asked> {
    let mut others: Vec<(&(String, String), &Given)> =
        given.iter().filter(|(_, given)| given.numbers == 0 && given.verdicts > 0).collect();
    others.sort_by(|a, b| b.1.verdicts.cmp(&a.1.verdicts).then_with(|| a.0.cmp(b.0)));
    others.into_iter().find_map(|((label, rater), _)| {
        let asked = Asked::by_rater(label, rater).ok()?;
        let is_own = |((label, rater), given): (&(String, String), &Given)| {
            given.numbers > 0
                && asked.wants(&Judgement {
                    label: label.clone(),
                    canonical: given.canonical.clone(),
                    rater: rater.clone(),
                    value: LabelValue::Unparsed,
                    positive: None,
                })
        };
        (!given.iter().any(is_own)).then_some(asked)
    })
}
