//! Rules of an extended pack with another weight, or switched off, without being written anew.

use super::pack::{Body, PackError};
use super::pattern::suggestion;
use super::table::Table;
use std::collections::BTreeSet;

/// Whether a table changes a rule: it says nothing of what the rule looks for (`needed`).
pub(super) fn is_change(table: &Table<'_, '_>, needed: &str) -> bool {
    table.get(needed).is_none() && table.get("category").is_none() && table.get("id").is_some()
}

/// Applies such a table to what was taken over.
pub(super) fn apply(
    table: &Table<'_, '_>,
    body: &mut Body,
    ids: &mut BTreeSet<String>,
) -> Result<(), PackError> {
    let id = table.id()?;
    table.only(&["id", "off", "weight", "criterion"]).map_err(|error| PackError {
        message: format!(
            "{}: a rule without cues of its own changes an inherited one, by `weight`, `criterion` or `off` alone",
            error.message
        ),
        ..error
    })?;
    if table.inner.len() == 1 {
        let message = format!("`{id}` is taken over as it is: give `weight`, `criterion` or `off`");
        return Err(table.reader.error(table.at, message));
    }
    table.unique(ids, &id)?;
    let known = || body.rules.iter().map(|r| &r.id).chain(body.chains.iter().map(|c| &c.id));
    if !known().any(|other| *other == id) {
        let hint = suggestion(&id, known().map(String::as_str));
        let message = format!("no inherited rule is called `{id}`{hint}");
        return Err(table.reader.error(table.at, message));
    }
    body.changing = Some(table.place().file);
    if table.flag("off")? {
        body.rules.retain(|r| r.id != id);
        body.chains.retain(|c| c.id != id);
        return Ok(());
    }
    let weight = table.given_weight()?;
    let criteria = table.get("criterion").map(|_| table.criteria()).transpose()?;
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
