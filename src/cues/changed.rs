//! Rules of an extended pack with another weight, or switched off, without being written anew.

use super::faults::Told;
use super::pack::Body;
use super::pattern::suggestion;
use super::table::Table;
use std::collections::BTreeSet;

/// Whether a table changes a rule: it says nothing of what the rule looks for (`needed`).
pub(super) fn is_change(table: &Table<'_, '_>, needed: &str) -> bool {
    table.get(needed).is_none() && table.get("category").is_none() && table.get("id").is_some()
}

/// Applies such a table to the rules and chains that were taken over.
pub(super) fn apply(
    table: &Table<'_, '_>,
    body: &mut Body,
    ids: &mut BTreeSet<String>,
) -> Result<(), Told> {
    let chains = body.chains.iter().map(|c| c.id.as_str());
    let known = body.rules.iter().map(|r| r.id.as_str()).chain(chains);
    let id = known_id(table, "rule", &["weight", "criterion", "off"], known, ids)?;
    body.changing = Some(table.place().file);
    let (off, weight) = (table.flag("off"), table.given_weight());
    let criteria = table.get("criterion").map(|_| table.criteria()).transpose();
    let (off, weight, criteria) = (off?, weight?, criteria?);
    if off {
        body.rules.retain(|r| r.id != id);
        body.chains.retain(|c| c.id != id);
        return Ok(());
    }
    let rules = body.rules.iter_mut().map(|r| (&r.id, &mut r.weight, &mut r.criteria));
    let chains = body.chains.iter_mut().map(|c| (&c.id, &mut c.weight, &mut c.criteria));
    for (_, old, old_criteria) in rules.chain(chains).filter(|(other, ..)| **other == id) {
        *old = weight.unwrap_or(*old);
        if let Some(criteria) = &criteria {
            old_criteria.clone_from(criteria);
        }
    }
    Ok(())
}

/// The same for features.
pub(super) fn feature(
    table: &Table<'_, '_>,
    body: &mut Body,
    ids: &mut BTreeSet<String>,
) -> Result<(), Told> {
    let known = body.features.iter().map(|f| &*f.id);
    let id = known_id(table, "feature", &["weight", "off"], known, ids)?;
    body.changing = Some(table.place().file);
    let (off, weight) = (table.flag("off"), super::feature::weight(table));
    let (off, weight) = (off?, weight?);
    if off {
        body.features.retain(|f| *f.id != *id);
    }
    for feature in body.features.iter_mut().filter(|f| *f.id == *id) {
        feature.weight = weight.unwrap_or(feature.weight);
    }
    Ok(())
}

/// The id of what a table changes, when it changes something that is there, and by `keys` alone.
fn known_id<'b>(
    table: &Table<'_, '_>,
    kind: &str,
    keys: &[&str],
    known: impl Iterator<Item = &'b str> + Clone,
    ids: &mut BTreeSet<String>,
) -> Result<String, Told> {
    let id = table.id()?;
    table.unique(ids);
    let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let names = match names.as_slice() {
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => String::new(),
    };
    // One that was meant whole has many other keys: one of them tells it.
    let allowed: Vec<&str> = std::iter::once("id").chain(keys.iter().copied()).collect();
    if let Some((_, at, message)) = table.strays(&allowed).first() {
        let message = format!(
            "{message}: a {kind} without cues of its own changes an inherited one, by {names} alone"
        );
        return Err(table.reader.error(*at, message));
    }
    if table.inner.len() == 1 {
        let message = format!("`{id}` is taken over as it is: give {names}");
        return Err(table.reader.error(table.at_id(), message));
    }
    if !known.clone().any(|other| other == id) {
        if table.reader.is_lost(&id) {
            return Err(Told);
        }
        let hint = suggestion(&id, known);
        let message = format!("no inherited {kind} is called `{id}`{hint}");
        return Err(table.reader.error(table.at_id(), message));
    }
    Ok(id)
}
