//! What came of it, in headings, sentences and tables.

use super::super::RaterCount;
use super::page::Part;
use super::{Study, further};
use crate::review::Verdict;
use crate::review::agree::{Agreement, Case, Measured, Place, Quality, Share, Weighted};
use crate::stats::{CONFIDENCE, Confusion, Estimate, Interval, Measure, anytime, wilson};
use crate::text::thousands;

/// Most transcripts that are named where their text changed.
const MOST_NAMED: usize = 10;

impl Study {
    /// Everything that came of it in words.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        parts(self)
    }
}

fn parts(study: &Study) -> Vec<Part> {
    let mut parts = vec![Part::Heading(format!("Agreement on {}", study.ask.which.label))];
    parts.push(Part::Command(study.ask.command.clone()));
    counted(study, &mut parts);
    joined(study, &mut parts);
    if study.answers().next().is_none() && study.counted.parts > 0 {
        // Without a word on a whole transcript there is nothing to be held against the classifier.
        super::parts::tell(study, &mut parts);
        return parts;
    }
    let q = &study.quality;
    let classifier = if study.ask.which.raters.is_empty() {
        "The classifier against reviewers".to_owned()
    } else {
        format!("The classifier against {}", study.ask.which.raters.join(", "))
    };
    parts.push(Part::Heading(classifier));
    against(study, q, &mut parts);
    if study.ask.by_tier {
        for of_tier in &study.tiers {
            let tier = of_tier.tier.as_deref().unwrap_or("none");
            parts.push(Part::Heading(format!("The classifier in the tier {tier}")));
            against(study, of_tier, &mut parts);
        }
    }
    prevalence(study, &mut parts);
    for weighted in &q.weighted {
        strata(study, weighted, &mut parts);
    }
    among(study, &mut parts);
    themselves(study, &mut parts);
    further::questions(study, &mut parts);
    super::parts::tell(study, &mut parts);
    parts
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

fn range(interval: Option<Interval>, show: impl Fn(f64) -> String) -> String {
    interval.map_or_else(|| "–".to_owned(), |i| format!("{} to {}", show(i.low), show(i.high)))
}

/// Value, interval, n and method of an estimate.
fn cells(estimate: &Estimate, show: impl Fn(f64) -> String) -> [String; 4] {
    let value = estimate.value.map_or_else(|| "undefined".to_owned(), &show);
    let how = match (estimate.interval, estimate.why) {
        (Some(_), _) => estimate.method,
        (None, Some(why)) => why,
        (None, None) => "",
    };
    [value, range(estimate.interval, show), estimate.n.to_string(), how.to_owned()]
}

/// `±5 points`.
fn more(measured: &Measured) -> String {
    match (measured.further, measured.left) {
        (None, _) => "–".to_owned(),
        (Some(further), _) if further.more == 0 => "enough".to_owned(),
        (Some(further), Some(0)) if further.more > 0 => "none left".to_owned(),
        (Some(further), Some(left)) if further.more > left => format!("all {left} left"),
        (Some(further), _) => further.more.to_string(),
    }
}

/// Where more would be wanted than there are.
fn too_few(measured: &[Measured]) -> Option<Part> {
    let is_so = |m: &&Measured| m.further.zip(m.left).is_some_and(|(f, left)| f.more > left);
    measured.iter().find(is_so).map(|_| {
        let text = "“left”: ±5 points would take more transcripts than are left to be reviewed.";
        Part::Text(text.to_owned())
    })
}

const FIGURES: [&str; 6] = ["figure", "value", "95% interval", "n", "method", "more for ±5 points"];

fn figures(measured: &[Measured]) -> Part {
    let row = |m: &Measured| {
        let mut row = vec![m.measure.name().to_owned()];
        row.extend(cells(&m.estimate, percent));
        row.push(more(m));
        row
    };
    Part::Table(FIGURES.to_vec(), measured.iter().map(row).collect())
}

pub(super) fn s(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

fn counted(study: &Study, parts: &mut Vec<Part>) {
    let counted = &study.counted;
    let mut rows = Vec::new();
    for rater in &study.raters() {
        let own = || study.answers().filter(|opinion| opinion.rater == *rater);
        let count = |verdict| own().filter(|o| o.answer == verdict).count().to_string();
        rows.push(vec![
            (*rater).to_owned(),
            own().count().to_string(),
            count(Verdict::Yes),
            count(Verdict::No),
            count(Verdict::CannotTell),
        ]);
    }
    if !rows.is_empty() {
        parts.push(Part::Table(vec!["reviewer", "answers", "yes", "no", "cannot tell"], rows));
    }
    let which = if study.ask.which.sighted {
        "Answers that are not blind count too, as was asked."
    } else {
        "Blind answers count, the last of each reviewer before classifiers' results were shown."
    };
    parts.push(Part::Text(format!(
        "{which} Hidden repeats and items shown sighted on purpose are left out."
    )));
    // They belong to no transcript that a filter could be asked of, or were never looked for.
    let of_all = if study.ask.filter.is_some() { ", whatever the filter lets through" } else { "" };
    for (why, n) in &counted.not_blind {
        let why = if why.is_empty() { "unknown" } else { why };
        parts.push(Part::Text(format!(
            "{} not blind and not counted ({why}){of_all}; --include-sighted counts them.",
            s(*n, "answer")
        )));
    }
    for (n, what) in [
        (counted.skipped, "passed over: no answer, counted nowhere"),
        (
            counted.parts,
            "on parts of transcripts (marks, quotes, turns, pairs): not compared with a label of the whole",
        ),
        (counted.imported, "from elsewhere, without a design: not weighted"),
    ] {
        if n > 0 {
            parts.push(Part::Text(format!("{} {what}{of_all}.", s(n, "answer"))));
        }
    }
    // Of those that differ, the ones that most of them say.
    let apart = |case: &&Case| !case.fact.outside && !case.contested().is_empty();
    let idle = study.cases.iter().filter(apart).flat_map(|case| {
        let answer = case.decision.as_ref().map(|decision| decision.answer);
        case.decisions.iter().filter(move |own| Some(own.answer) != answer)
    });
    let decisions = study.decisions().count().saturating_sub(idle.count());
    if decisions > 0 {
        parts.push(Part::Text(format!("{} counted before the answers.", s(decisions, "decision"))));
    }
    let contested = study.cases.iter().filter(|case| !case.contested().is_empty());
    for case in contested.filter(|case| !case.fact.outside).take(MOST_NAMED) {
        let id = case.contested().first().map_or("", |decision| &*decision.item.id);
        let said =
            case.contested().iter().map(|by| format!("{}: {}", by.rater, by.answer.as_str()));
        let said = said.collect::<Vec<_>>().join(", ");
        let what = match &case.decision {
            Some(decision) => format!("what most decided counts, {}", decision.answer.as_str()),
            None => "left out until most of them say the same (--queue)".to_owned(),
        };
        parts.push(Part::Caution(format!("decisions on {id} differ ({said}): {what}.")));
    }
}

fn joined(study: &Study, parts: &mut Vec<Part>) {
    let joined = &study.joined;
    let of_all = if study.ask.filter.is_some() { ", whatever the filter lets through" } else { "" };
    parts.push(Part::Text(format!("{} found again by content{of_all}.", s(joined.here, "item"))));
    if joined.same_text > 0 {
        parts.push(Part::Text(format!(
            "{} whose record changed since, and whose text is the one that was judged.",
            s(joined.same_text, "item")
        )));
    }
    if !joined.changed.is_empty() {
        parts.push(Part::Caution(format!(
            "{} whose text is another one now: not counted.",
            s(joined.changed.len(), "item")
        )));
        for (name, link) in joined.changed.iter().take(MOST_NAMED) {
            let text = format!("changed: {} of {}, now {link}", name.id, name.source);
            parts.push(Part::Caution(text));
        }
    }
    for (n, what) in [
        (joined.gone, "not here any more: not counted"),
        (joined.ambiguous, "whose id several transcripts have: not counted"),
    ] {
        if n > 0 {
            parts.push(Part::Caution(format!("{} {what}.", s(n, "item"))));
        }
    }
    further::odd(study, parts);
    if let Some(filter) = &study.ask.filter {
        parts.push(Part::Text(format!("Only transcripts that match {filter}.")));
    }
}

fn against(study: &Study, q: &Quality, parts: &mut Vec<Part>) {
    let headline = q.headline();
    let cell = |of: fn(&Confusion) -> usize, total: fn(&Confusion<f64>) -> f64| {
        let n = of(&q.counts);
        let Some(weighted) = headline else { return n.to_string() };
        // What no sample has drawn stands for nothing but itself.
        let drawn: usize = weighted.strata.iter().map(|stratum| of(&stratum.counts)).sum();
        match (n.saturating_sub(drawn), total(&weighted.totals)) {
            (0, stands_for) => format!("{n} (stands for {stands_for:.0})"),
            (_, _) if drawn == 0 => format!("{n} (none drawn)"),
            (_, stands_for) => format!("{n} ({drawn} drawn stand for {stands_for:.0})"),
        }
    };
    let matrix = [
        [
            cell(|c| c.true_positives, |c| c.true_positives),
            cell(|c| c.false_positives, |c| c.false_positives),
        ],
        [
            cell(|c| c.false_negatives, |c| c.false_negatives),
            cell(|c| c.true_negatives, |c| c.true_negatives),
        ],
    ];
    parts.push(Part::Matrix(q.tier.clone(), matrix));
    if q.tier.is_none() {
        parts.extend(several(&study.givers).map(Part::Text));
    }
    let split =
        "on which as many say yes as no: left out until somebody decides (--queue, --adjudicate)";
    for (n, what, place) in [
        (
            q.cannot_tell,
            "on which nobody could tell: in no figure but the design",
            Some(Place::CannotTell),
        ),
        (q.split, split, Some(Place::Split)),
        (
            q.unlabelled,
            "on which the classifier says neither yes nor no: left out",
            Some(Place::Unlabelled),
        ),
        (q.decided, "decided by somebody after reviewers had disagreed", None),
        (q.majority, "on which reviewers disagree: what most of them say is taken", None),
    ] {
        if n > 0 {
            let text = format!("{} {what}.", s(n, "transcript"));
            parts.push(match place {
                Some(place) => Part::Count(text, q.tier.clone(), place),
                None => Part::Text(text),
            });
        }
    }
    if study.counted.chosen && q.tier.is_none() && !study.counted.designs.is_empty() {
        let text = "The filter asks what was answered: it chooses transcripts by where answers are, which is no part of any frame. Nothing is weighted.";
        parts.push(Part::Caution(text.to_owned()));
    }
    for weighted in &q.weighted {
        parts.push(Part::Text(of_what(study, q, weighted)));
        parts.push(figures(&weighted.measured));
        parts.extend(too_few(&weighted.measured));
        parts.extend(weighted.cautions.iter().cloned().map(Part::Caution));
        parts.push(Part::Command(study.ask.command.clone()));
    }
    if q.weighted.len() > 1 {
        parts.push(Part::Caution(format!(
            "{} samples of different designs: their weights are not mixed, each stands for its own frame.",
            q.weighted.len()
        )));
    }
    if !q.weighted.is_empty() && q.undrawn > 0 {
        parts.push(Part::Text(format!(
            "{} that no sample has drawn: in the figures of the sample only.",
            s(q.undrawn, "transcript")
        )));
    }
    parts.push(Part::Text(
        "Of the sample, not weighted: figures of the reviewed transcripts alone.".to_owned(),
    ));
    parts.push(figures(&q.sample));
    parts.extend(too_few(&q.sample));
    let [value, range, n, how] = cells(&q.kappa, |x| format!("{x:.3}"));
    parts.push(Part::Text(format!(
        "Cohen's kappa of classifier and reviewers, of the sample: {value} ({range}, n = {n}, {how})."
    )));
    parts.push(Part::Command(study.ask.command.clone()));
}

/// Whose labels the classifier's word is made of, where that is more than one.
fn several(givers: &[RaterCount]) -> Option<String> {
    /// Names in a sentence.
    const MOST: usize = 6;
    if givers.len() < 2 {
        return None;
    }
    let one = |r: &RaterCount| format!("{} by {} ({})", r.label, r.rater, thousands(r.n));
    let mut named: Vec<String> = givers.iter().take(MOST).map(one).collect();
    let more = givers.len().saturating_sub(MOST);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    Some(format!(
        "The classifier is {} together: yes where any of them says yes.",
        named.join(", ")
    ))
}

/// What the weighted figures are of, and whose sample they come from.
fn of_what(study: &Study, q: &Quality, weighted: &Weighted) -> String {
    let design = study.counted.designs.get(weighted.design);
    let frame: usize = weighted.strata.iter().map(|stratum| stratum.frame).sum();
    let open = weighted.undecided.iter().sum::<usize>();
    let reviewed = weighted.strata.iter().map(|stratum| stratum.reviewed).sum::<usize>() + open;
    let who = design.map_or_else(String::new, |design| {
        let filter = match design.filter.as_deref() {
            None | Some("") => String::new(),
            Some(filter) => format!(", frame {filter}"),
        };
        format!(" ({}, seed {}{filter})", design.raters.join(", "), design.seed)
    });
    let of_tier = q.tier.as_ref().filter(|_| design.is_some_and(|design| design.has("tier")));
    let of_tier = of_tier.map_or_else(String::new, |tier| format!(" of the tier {tier}"));
    let (silent, seen) = weighted.unlabelled;
    let left_out = |of: &str| match silent {
        0 => String::new(),
        _ => format!(
            " {silent} of the {of}, {seen} of them reviewed, have no yes or no of the classifier and are left out."
        ),
    };
    let is_known = design.is_some_and(|design| design.sizes.is_some());
    let all = weighted.whole.unwrap_or((frame + silent, reviewed + seen));
    let whole = is_known.then_some(all);
    match (domain(study, q, design.is_some_and(|design| design.has("tier"))), whole) {
        (Some(domain), Some((whole, of_whole))) => format!(
            "The sample was drawn from {whole} transcripts{of_tier}{who}, {of_whole} of them reviewed.{} All of these are here, so it is known how many of each stratum {domain}: weighted to these {frame}, {reviewed} of them reviewed:",
            left_out("part that is asked for")
        ),
        (Some(domain), None) => {
            let counts: usize = weighted.strata.iter().map(|s| s.counts.sum()).sum();
            let inside = counts + open;
            let t = &weighted.totals;
            let stands =
                t.true_positives + t.false_positives + t.false_negatives + t.true_negatives;
            format!(
                "The sample was drawn from {} transcripts{of_tier}{who}, {} of them reviewed; {inside} of those {domain}.{} The weights are those of the whole frame, the figures those of its part that is asked for. Not all of the frame is here, or not as it was: how large the part is, is estimated by these weights, about {stands:.0} transcripts:",
                frame + silent,
                reviewed + seen,
                left_out("frame")
            )
        }
        (None, _) if silent == 0 => format!(
            "Weighted to the {frame} transcripts{of_tier} that the sample was drawn from{who}, {reviewed} of them reviewed:"
        ),
        (None, _) => format!(
            "The sample was drawn from {} transcripts{of_tier}{who}, {} of them reviewed. {silent}, {seen} of them reviewed, have no yes or no of the classifier and are left out. Weighted to the other {frame}, {reviewed} of them reviewed:",
            frame + silent,
            reviewed + seen
        ),
    }
}

/// What figures are of, where that is a part of the frame which lies across its strata; `None`: all of the strata that are counted. `tiers`:
/// tiers make strata.
fn domain(study: &Study, q: &Quality, tiers: bool) -> Option<String> {
    // Figures of one tier are those of its strata, where there are such.
    let of_tier = q.tier.as_ref().filter(|_| !tiers).map(|tier| format!("are of the tier {tier}"));
    let is_tier = study.quality.tier.is_some();
    let by_filter = (study.ask.filter.is_some() && !is_tier).then(|| "match the filter".to_owned());
    let both: Vec<String> = by_filter.into_iter().chain(of_tier).collect();
    (!both.is_empty()).then(|| both.join(" and "))
}

fn prevalence(study: &Study, parts: &mut Vec<Part>) {
    let Some(corrected) = &study.corrected else { return };
    parts.push(Part::Heading("How common it is".to_owned()));
    let share = Share { k: corrected.flagged, n: corrected.n };
    let observed = share.value().map_or_else(String::new, percent);
    let mut rows = vec![vec![
        "as the classifier says".to_owned(),
        observed,
        "–".to_owned(),
        corrected.n.to_string(),
        "all transcripts, identical ones once".to_owned(),
    ]];
    let mut row = vec!["corrected for its errors".to_owned()];
    row.extend(cells(&corrected.estimate, percent));
    rows.push(row);
    let weighted = study.quality.headline();
    if let Some(estimate) = weighted.and_then(|weighted| weighted.estimate(Measure::Prevalence)) {
        let mut row = vec!["weighted from the reviews".to_owned()];
        row.extend(cells(&estimate, percent));
        rows.push(row);
    }
    parts.push(Part::Table(vec!["rate", "value", "95% interval", "n", "method"], rows));
    let of = if weighted.is_some() { "weighted" } else { "of the sample, not weighted" };
    parts.push(Part::Text(format!(
        "Corrected: (rate + specificity − 1) / (sensitivity + specificity − 1), after Rogan and Gladen, with recall and specificity {of}; it holds where the classifier errs as often as in what was reviewed."
    )));
    parts.push(Part::Command(study.ask.command.clone()));
}

fn strata(study: &Study, weighted: &Weighted, parts: &mut Vec<Part>) {
    parts.push(Part::Heading("By stratum".to_owned()));
    let rows = weighted.strata.iter().zip(&weighted.undecided).map(|(stratum, undecided)| {
        let yes = stratum.counts.true_positives + stratum.counts.false_negatives;
        let n = stratum.counts.sum();
        vec![
            stratum.name.clone(),
            stratum.frame.to_string(),
            (stratum.reviewed + undecided).to_string(),
            format!("{yes} of {n}"),
            range(wilson(yes, n, CONFIDENCE), percent),
            range(anytime(yes, n, CONFIDENCE), percent),
        ]
    });
    parts.push(Part::Table(
        vec![
            "stratum",
            "in the frame",
            "reviewed",
            "reviewers: yes",
            "Wilson 95%",
            "anytime-valid 95%",
        ],
        rows.collect(),
    ));
    parts.push(Part::Text(
        "Inside a stratum the sample is a plain one. Who looks again and again and stops when the interval is narrow enough reads the anytime-valid one (Robbins 1970): it holds at every look at once; Wilson's holds at one look that was fixed before.".to_owned(),
    ));
    parts.push(Part::Command(study.ask.command.clone()));
}

fn among(study: &Study, parts: &mut Vec<Part>) {
    let Some(agreement) = &study.agreement else {
        if study.raters().len() > 1 {
            parts.push(Part::Heading("Reviewers among each other".to_owned()));
            parts.push(Part::Text("No transcript was answered by two reviewers.".to_owned()));
        }
        return;
    };
    parts.push(Part::Heading("Reviewers among each other".to_owned()));
    parts.push(Part::Text(format!(
        "{} answered yes or no by two or more of {}; {} more that fewer could decide.",
        s(agreement.items, "transcript"),
        agreement.raters.join(", "),
        agreement.undecided
    )));
    parts.push(Part::Table(
        vec!["coefficient", "value", "95% interval", "n", "method"],
        coefficients(agreement),
    ));
    parts.extend(agreement.why().map(Part::Text));
    parts.push(Part::Command(study.ask.command.clone()));
}

fn coefficients(agreement: &Agreement) -> Vec<Vec<String>> {
    let row = |name: String, estimate: &Estimate| {
        let mut row = vec![name];
        row.extend(cells(estimate, |x| format!("{x:.3}")));
        row
    };
    let mut rows = vec![row("raw agreement".to_owned(), &agreement.raw)];
    rows.extend(agreement.pairs.iter().map(|pair| {
        let (a, b) = &pair.raters;
        row(format!("Cohen's kappa, {a} and {b}"), &pair.kappa)
    }));
    rows.push(row("Krippendorff's alpha".to_owned(), &agreement.alpha));
    rows.push(row("Gwet's AC1".to_owned(), &agreement.ac1));
    rows
}

pub(super) fn share(share: Share) -> [String; 3] {
    [
        share.value().map_or_else(|| "undefined".to_owned(), percent),
        range(share.interval(), percent),
        format!("{} of {}", share.k, share.n),
    ]
}

fn themselves(study: &Study, parts: &mut Vec<Part>) {
    if !study.repeated.is_empty() {
        parts.push(Part::Heading("Reviewers with themselves".to_owned()));
        let rows = study.repeated.iter().map(|repeated| {
            let mut row = vec![repeated.rater.clone()];
            row.extend(share(repeated.same));
            row
        });
        parts.push(Part::Table(
            vec!["reviewer", "same answer again", "95% interval (Wilson)", "hidden repeats"],
            rows.collect(),
        ));
        parts.push(Part::Command(study.ask.command.clone()));
    }
    if !study.anchoring.is_empty() {
        parts.push(Part::Heading("With the classifier in sight".to_owned()));
        let rows = study.anchoring.iter().map(|anchoring| {
            let [sighted, _, of_sighted] = share(anchoring.sighted);
            let [blind, _, of_blind] = share(anchoring.blind);
            let difference = anchoring.difference().map_or_else(
                || "undefined".to_owned(),
                |difference| format!("{:+.1} points", difference * 100.0),
            );
            let points = |x: f64| format!("{:+.1}", x * 100.0);
            vec![
                anchoring.rater.clone(),
                format!("{sighted} ({of_sighted})"),
                format!("{blind} ({of_blind})"),
                difference,
                range(anchoring.interval(), points),
            ]
        });
        parts.push(Part::Table(
            vec![
                "reviewer",
                "agrees with it sighted",
                "blind",
                "difference",
                "95% interval (Newcombe)",
            ],
            rows.collect(),
        ));
        parts.push(Part::Text(
            "Of the sample, not weighted. More agreement where the classifier's word was shown speaks for anchoring.".to_owned(),
        ));
        parts.push(Part::Command(study.ask.command.clone()));
    }
}
