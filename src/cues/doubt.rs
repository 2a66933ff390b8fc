//! Reading a pack's doubts: words that take weight from a mark.

use super::faults::Told;
use super::pack::{Category, Doubt, Where};
use super::pattern::{Names, suggestion};
use super::table::Table;

/// The reasons a doubt may give; spans carry them as `&'static str`.
pub(super) const REASONS: [&str; 4] = ["negated", "hypothetical", "third-person", "quoted"];
/// Reads one.
pub(super) fn read(
    table: &Table<'_, '_>,
    categories: &[Category],
    names: &mut Names,
) -> Result<Doubt, Told> {
    table.only(&["reason", "share", "place", "reach", "any", "unless", "only", "question"]);
    let reason = table.required("reason").and_then(|(word, at)| {
        REASONS.into_iter().find(|r| *r == word).ok_or_else(|| {
            let hint = suggestion(&word, REASONS.into_iter());
            let (word, known) = (word.escape_debug(), REASONS.join(", "));
            table.reader.error(at, format!("`{word}` is no reason; one of {known}{hint}"))
        })
    });
    let share = table.number("share").and_then(|found| {
        let (share, at) = found.unwrap_or((1.0, table.at));
        if share > 0.0 && share <= 1.0 {
            return Ok(share);
        }
        Err(table.reader.error(at, "`share` must be above 0 and at most 1".to_owned()))
    });
    let places = [
        ("before", Where::Before),
        ("after", Where::After),
        ("inside", Where::Inside),
        ("sentence", Where::Sentence),
        ("following", Where::Following),
    ];
    let place = table.one_of("place", &places);
    let reach = place.and_then(|place| reach(table, place));
    let (question, any) = (table.flag("question"), table.cues("any", names));
    let (unless, only) = (table.cues("unless", names), table.categories("only", categories));
    let (place, question, any) = (place?, question?, any?);
    if question && place == Where::Following {
        let message = "`question` speaks of the sentence itself, not of a following one";
        return Err(table.reader.error(table.at, message.to_owned()));
    }
    if any.is_empty() && !question {
        return Err(table.missing("any", "a doubt needs `any` or `question`".to_owned()));
    }
    Ok(Doubt {
        reason: reason?,
        share: share?,
        place,
        reach: reach?,
        any,
        unless: unless?,
        only: only?,
        question,
    })
}

/// Words between a doubt and a match, for the two places that are beside it; sentences, for what follows.
fn reach(table: &Table<'_, '_>, place: Where) -> Result<usize, Told> {
    const DEFAULT: usize = 3;
    let Some((n, at)) = table.number("reach")? else { return Ok(DEFAULT) };
    let fail = |message: &str| Err(table.reader.error(at, message.to_owned()));
    if !matches!(place, Where::Before | Where::After | Where::Following) {
        return fail("`reach` is for the places `before`, `after` and `following`");
    }
    if place == Where::Following && !(1.0..=10.0).contains(&n) {
        return fail("`reach` must be 1 to 10 sentences");
    }
    if n.fract() != 0.0 || !(0.0..=100.0).contains(&n) {
        return fail("`reach` must be 0 to 100 words");
    }
    Ok(n as usize)
}
