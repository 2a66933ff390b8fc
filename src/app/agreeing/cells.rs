//! The filter that opens a cell of the confusion matrix: terms about labels, which are short however many transcripts are counted there.
//!
//! What is true of a transcript is more than a term can say (most of three reviewers, answers that are not blind), so the terms are
//! tried on the rows, and the few that they have too many or too few are named by their ids. What does not come out exactly is not used.

use crate::app::State;
use crate::corpus::{Bits, RowId, Study};
use crate::model::{DECISION, reviewer};
use crate::query::{Asked, Filter, FilterError, Said};
use crate::review::agree::Place;

/// A filter within the one in force that lets through these rows and no others; `None`: none of this kind does.
#[must_use]
pub fn cell_filter(
    state: &State,
    study: &Study,
    (tier, place): (Option<&str>, Place),
    rows: &[RowId],
) -> Option<Filter> {
    let Place::Cell { classifier, holds } = place else { return None };
    let wanted = Bits::of(rows);
    let terms = terms(study, tier, classifier, holds).ok()?;
    let passing = |filter: &Filter| {
        let (pass, open) = state.catalogue.decide(filter, 0);
        let settled = |row: &RowId| state.list.settled.contains(*row);
        open.is_empty().then(|| pass.into_iter().filter(settled).collect::<Vec<RowId>>())
    };
    let exact = |text: &str| {
        let filter = Filter::parse(text).ok()?;
        let found = passing(&filter)?;
        (found.len() == rows.len() && found.iter().all(|row| wanted.contains(*row)))
            .then_some(filter)
    };
    let ids = |rows: Vec<RowId>| {
        let names = rows.iter().filter_map(|row| state.catalogue.view(*row));
        let names: Vec<&str> = names.map(|view| view.name()).collect();
        Filter::by_ids(&names).ok().map(|filter| filter.to_string())
    };
    // Identical records share their answers and are counted once.
    for text in [terms.clone(), format!("{terms} copy:no")] {
        if let Some(filter) = exact(&text) {
            return Some(filter);
        }
        let Some(found) = Filter::parse(&text).ok().and_then(|filter| passing(&filter)) else {
            continue;
        };
        let own = Bits::of(&found);
        let more: Vec<RowId> = found.into_iter().filter(|row| !wanted.contains(*row)).collect();
        let less: Vec<RowId> = rows.iter().copied().filter(|row| !own.contains(*row)).collect();
        let mut mended = text;
        if !more.is_empty() {
            let Some(ids) = ids(more) else { continue };
            mended = format!("{mended} -{ids}");
        }
        if !less.is_empty() {
            let Some(ids) = ids(less) else { continue };
            mended = format!("({mended}) OR {ids}");
        }
        if let Some(filter) = exact(&mended) {
            return Some(filter);
        }
    }
    None
}

/// What the classifier says, and what is taken for true: what was decided, else what those say who say yes or no, where they say the same.
fn terms(
    study: &Study,
    tier: Option<&str>,
    classifier: bool,
    holds: bool,
) -> Result<String, FilterError> {
    let said = |yes: bool| if yes { Said::Yes } else { Said::No };
    let mut terms: Vec<String> = Vec::new();
    match tier {
        Some("none") => terms.push("tier:none".to_owned()),
        Some(tier) => terms.push(format!("tier:{}", crate::corpus::quoted(tier))),
        None => {}
    }
    terms.extend(study.asked.filter(said(classifier)));
    let by = |rater: &str| Asked::by_rater(&study.ask.which.label, rater);
    // `label.x@R:yes,unparsed,missing`: whoever does not say no.
    let says = |rater: &str, words: &str| {
        let yes = by(rater)?.filter(Said::Yes).unwrap_or_default();
        Ok::<_, FilterError>(
            yes.strip_suffix("yes").map_or_else(String::new, |head| format!("{head}{words}")),
        )
    };
    let word = if holds { "yes" } else { "no" };
    let raters: Vec<String> = study.raters().into_iter().map(reviewer).collect();
    let each: Result<Vec<String>, _> = raters.iter().map(|rater| says(rater, word)).collect();
    let mut answered = each?.join(" OR ");
    if raters.len() > 1 {
        answered = format!("({answered})");
        for rater in &raters {
            answered = format!("{answered} {}", says(rater, &format!("{word},unparsed,missing"))?);
        }
    }
    if study.decisions().next().is_none() {
        terms.push(answered);
    } else {
        let (decided, open) = (says(DECISION, word)?, says(DECISION, "missing")?);
        let answered =
            if answered.is_empty() { String::new() } else { format!(" OR ({open} {answered})") };
        terms.push(format!("({decided}{answered})"));
    }
    Ok(terms.join(" "))
}
