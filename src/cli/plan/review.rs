//! What the arguments of a review mean.

use std::path::Path;
use std::sync::Arc;

use super::default_rater;
use crate::cli::args::{ItemsArg, ReviewArgs};
use crate::cli::output::Failure;
use crate::corpus::{By, ReviewPlan, Within};
use crate::query::Asked;
use crate::review::{self, Codebook};
use crate::text::sanitize_line;

/// What is to be reviewed, and how.
///
/// # Errors
/// Usage; a codebook that cannot be read.
pub(super) fn review_plan(args: &ReviewArgs) -> Result<ReviewPlan, Failure> {
    let usage = |sentence: String| Failure::Usage(sentence);
    let label = args.label.trim();
    if label.is_empty() {
        return Err(usage("--label needs the name of a label".to_owned()));
    }
    let sample = match args.sample.as_deref().map(str::trim) {
        None => Some(ReviewPlan::USUAL),
        Some("all") => None,
        Some(number) => Some(number.parse().ok().filter(|n| *n > 0).ok_or_else(|| {
            usage(format!("--sample: {number} is neither a number of at least 1 nor `all`"))
        })?),
    };
    let share = |given: Option<f64>| given.unwrap_or_default();
    let (repeats, anchors) = (share(args.repeats), share(args.anchors));
    for (name, share) in [("repeats", repeats), ("anchors", anchors)] {
        if !(0.0..=0.5).contains(&share) {
            return Err(usage(format!("--{name}: {share} is not between 0 and 0.5")));
        }
    }
    let order = order(args)?;
    let (strata, within) = match &args.strata {
        Some(names) => strata(label, names, order)?,
        None => ReviewPlan::usual(label, order),
    };
    Ok(ReviewPlan {
        label: label.to_owned(),
        rater: args.rater.clone().unwrap_or_else(default_rater),
        strata,
        within,
        tiers: args.tiers.as_deref().map(|tiers| two_tiers(tiers, order)).transpose()?,
        sample,
        seed: args.seed.unwrap_or(1),
        repeats,
        anchors,
        sighted: args.sighted,
        order,
        codebook: args.codebook.as_deref().map(codebook).transpose()?.map(Arc::new),
        paths: args.read.paths.clone(),
        filter: String::new(),
        journal: args.journal.clone(),
        given: given(args),
    })
}

/// Options of the draw that were given: where they say something else than a session that was left, that does not go on.
fn given(args: &ReviewArgs) -> Vec<&'static str> {
    let all = [
        ("seed", args.seed.is_some()),
        ("sample", args.sample.is_some()),
        ("strata", args.strata.is_some()),
        ("repeats", args.repeats.is_some()),
        ("anchors", args.anchors.is_some()),
        ("tiers", args.tiers.is_some()),
    ];
    all.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}

/// A codebook by its file, or one that is built in by its name.
fn codebook(name: &str) -> Result<Codebook, Failure> {
    if let Some(book) = Codebook::builtin(name).filter(|_| !Path::new(name).exists()) {
        return Ok(book);
    }
    let text = std::fs::read_to_string(name)
        .map_err(|error| Failure::CannotOpen(format!("{name}: cannot be read: {error}")))?;
    Codebook::parse(name, &text).map_err(Failure::Usage)
}

/// What is judged, one after another.
fn order(args: &ReviewArgs) -> Result<review::Order, Failure> {
    let order = match args.items {
        ItemsArg::Transcripts if args.output_first => review::Order::OutputFirst,
        ItemsArg::Transcripts => review::Order::Whole,
        ItemsArg::Pairs => review::Order::Pairs,
        ItemsArg::Marks => review::Order::Marks,
        ItemsArg::Quotes => review::Order::Quotes,
        ItemsArg::Turns => review::Order::Turns,
    };
    if args.output_first && !order.is_whole() {
        let sentence =
            format!("--output-first is for whole transcripts, not for {}", order.items());
        return Err(Failure::Usage(sentence));
    }
    Ok(order)
}

/// The two tiers of a pair.
fn two_tiers(tiers: &str, order: review::Order) -> Result<(String, String), Failure> {
    if order != review::Order::Pairs {
        return Err(Failure::Usage("--tiers goes with --items pairs".to_owned()));
    }
    match tiers.split_once(',').map(|(a, b)| (a.trim(), b.trim())) {
        Some((a, b)) if !a.is_empty() && !b.is_empty() && !a.eq_ignore_ascii_case(b) => {
            Ok((a.to_owned(), b.to_owned()))
        }
        _ => Err(Failure::Usage("--tiers takes two different tiers: free,paid".to_owned())),
    }
}

/// Fields of transcripts that make strata, with their names, and those of marks or quotes.
type Strata = (Vec<(String, By)>, Vec<Within>);

/// Fields that make the strata.
fn strata(label: &str, names: &str, order: review::Order) -> Result<Strata, Failure> {
    if names.trim() == "none" {
        return Ok((Vec::new(), Vec::new()));
    }
    let (mut fields, mut within) = (Vec::new(), Vec::new());
    for name in names.split(',') {
        match Within::named(name.trim()).filter(|own| own.order() == order) {
            Some(own) if !within.contains(&own) => within.push(own),
            Some(_) => {}
            None => fields.push(stratum(label, name)?),
        }
    }
    Ok((fields, within))
}

/// A field of transcripts.
fn stratum(label: &str, name: &str) -> Result<(String, By), Failure> {
    let name = name.trim();
    let by = if name == "label" {
        Asked::named(label)
            .map(|asked| By::Label(Box::new(asked)))
            .map_err(|error| error.to_string())
    } else {
        let there = "There are tier, label, outcome, model, setting, variant and what else `stats --by` \
                    counts by, but no fields of the records; of marks also category and rule, of \
                    quotes criterion and judge";
        By::parse(name)
            .ok()
            .filter(|by| by.record_field().is_none())
            .ok_or_else(|| format!("`{}` is no field to draw by. {there}", sanitize_line(name)))
    };
    by.map(|by| (name.to_owned(), by))
        .map_err(|sentence| Failure::Usage(format!("--strata: {sentence}")))
}

/// The filter for a label's numbers near a threshold: `0.4±0.2`.
pub(super) fn near_filter(label: &str, near: &str) -> Result<String, Failure> {
    let parts = near.split_once('±').or_else(|| near.split_once("+-"));
    let numbers = parts.and_then(|(at, reach)| {
        let at: f64 = at.trim().parse().ok()?;
        let reach: f64 = reach.trim().parse().ok()?;
        (at.is_finite() && reach.is_finite() && reach >= 0.0).then_some((at, reach))
    });
    let Some((at, reach)) = numbers else {
        return Err(Failure::Usage(format!("--near: {near} is no range such as 0.4±0.2")));
    };
    let name = crate::corpus::quoted(label);
    // As the numbers were typed: 0.4 + 0.2 is not 0.6.
    let round = |n: f64| (n * 1e9).round() / 1e9;
    Ok(format!("label.{name}>={} label.{name}<={}", round(at - reach), round(at + reach)))
}
