//! The filter that opens a cell of the confusion matrix: terms about labels, which are short however many transcripts are counted there.
//!
//! What is true of a transcript is more than a term can say (most of three reviewers, answers that are not blind), so the terms are
//! tried on the rows, and the few that they have too many or too few are named by their ids. What does not come out exactly is not used.

use std::collections::{HashMap, HashSet};

use crate::app::State;
use crate::corpus::{Bits, RowId, RowView, Study};
use crate::model::{DECISION, reviewer};
use crate::query::{Asked, Columns, Filter, FilterError, Said};
use crate::review::agree::Place;

/// How raters begin that are reviewers.
const REVIEWER: &str = "reviewer-";

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
    let ids = |rows: Vec<RowId>| rows_filter(state, &rows).ok().map(|filter| filter.to_string());
    let said = [true, false]
        .into_iter()
        .filter_map(|any| terms(study, (tier, any), classifier, holds).ok().flatten());
    // Identical records share their answers and are counted once.
    let texts: Vec<String> =
        said.flat_map(|text| [text.clone(), format!("{text} copy:no")]).collect();
    if let Some(filter) = texts.iter().find_map(|text| exact(text)) {
        return Some(filter);
    }
    for text in texts {
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

/// The filter for some rows by their ids, where others have the same id with their source.
///
/// # Errors
/// When it would be longer than a filter may be.
pub fn rows_filter(state: &State, rows: &[RowId]) -> Result<Filter, FilterError> {
    let views: Vec<_> = rows.iter().filter_map(|row| state.catalogue.view(*row)).collect();
    let wanted: HashSet<&str> = views.iter().map(RowView::name).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    let all: Vec<_> = state.catalogue.views().collect();
    for name in all.iter().map(RowView::name).filter(|name| wanted.contains(name)) {
        *times.entry(name).or_default() += 1;
    }
    let several = |name: &str| times.get(name).is_some_and(|n| *n > 1);
    let names: Vec<(&str, Option<&str>)> = views
        .iter()
        .map(|view| (view.name(), several(view.name()).then(|| view.source())))
        .collect();
    Filter::by_ids_and_sources(&names)
}

/// What the classifier says, and what is taken for true: what was decided, else what those say who say yes or no, where they say the same.
/// `any`: in few words, by any reviewer; `None`: not everybody is called one.
fn terms(
    study: &Study,
    (tier, any): (Option<&str>, bool),
    classifier: bool,
    holds: bool,
) -> Result<Option<String>, FilterError> {
    let said = |yes: bool| if yes { Said::Yes } else { Said::No };
    let mut terms: Vec<String> = Vec::new();
    match tier {
        Some("none") => terms.push("tier:none".to_owned()),
        Some(tier) => terms.push(format!("tier:{}", crate::corpus::quoted(tier))),
        None => {}
    }
    terms.extend(study.asked.filter(said(classifier)));
    // `label.x@R:` before the words.
    let head = |rater: &str| {
        let yes = Asked::by_rater(&study.ask.which.label, rater)?.filter(Said::Yes);
        let head = yes.as_deref().and_then(|yes| yes.strip_suffix("yes"));
        Ok::<_, FilterError>(head.unwrap_or_default().to_owned())
    };
    let (word, other) = if holds { ("yes", "no") } else { ("no", "yes") };
    let raters: Vec<String> = study.raters().into_iter().map(reviewer).collect();
    let answered = match raters.as_slice() {
        [] => String::new(),
        [only] => format!("{}{word}", head(only)?),
        several if any => {
            let is_one = |rater: &String| rater.starts_with(REVIEWER);
            if !study.ask.which.raters.is_empty() || !several.iter().all(is_one) {
                return Ok(None);
            }
            let head = head(REVIEWER)?;
            let head = head.strip_suffix(':').unwrap_or(&head);
            format!("{head}*:{word} -{head}*:{other}")
        }
        several => {
            let heads: Result<Vec<String>, FilterError> =
                several.iter().map(|rater| head(rater)).collect();
            let heads = heads?;
            let says = heads.iter().map(|head| format!("{head}{word}"));
            let denies = heads.iter().map(|head| format!("{head}{word},unparsed,missing"));
            let (says, denies): (Vec<_>, Vec<_>) = (says.collect(), denies.collect());
            format!("({}) {}", says.join(" OR "), denies.join(" "))
        }
    };
    if study.decisions().next().is_none() {
        terms.push(answered);
    } else {
        let decided = head(DECISION)?;
        let answered = if answered.is_empty() {
            String::new()
        } else {
            format!(" OR ({decided}missing {answered})")
        };
        terms.push(format!("({decided}{word}{answered})"));
    }
    Ok(Some(terms.join(" ")))
}
