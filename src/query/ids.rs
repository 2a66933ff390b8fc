//! Filters for transcripts that are known one by one.

use std::collections::BTreeMap;

use super::parse::{Filter, FilterError};

impl Filter {
    /// The filter for these ids: `id:/^(q1|q7)$/`. Ids that differ in their letters' case alone pass together unless one has a capital.
    ///
    /// # Errors
    /// When it would be longer than a filter may be.
    pub fn by_ids(ids: &[&str]) -> Result<Self, FilterError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let ids: Vec<String> =
            ids.iter().map(|id| regex_syntax::escape(id).replace('/', "\\/")).collect();
        Self::parse(&format!("id:/^({})$/", ids.join("|")))
    }

    /// The filter for these ids, those with a source in it alone: `id:/^(q1)$/ OR (id:/^(q7)$/ source:/^runs\\/a.jsonl$/)`.
    ///
    /// # Errors
    /// When it would be longer than a filter may be.
    pub fn by_ids_and_sources(all: &[(&str, Option<&str>)]) -> Result<Self, FilterError> {
        let mut by_source: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for (id, source) in all {
            by_source.entry(*source).or_default().push(id);
        }
        let mut terms = Vec::new();
        for (source, ids) in by_source {
            let ids = Self::by_ids(&ids)?;
            terms.push(source.map_or_else(
                || ids.to_string(),
                |source| {
                    let source = regex_syntax::escape(source).replace('/', "\\/");
                    format!("({ids} source:/^{source}$/)")
                },
            ));
        }
        Self::parse(&terms.join(" OR "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_meant_as_they_are() {
        let ids = ["q1", "runs/a:3", "a|b", "x.y", "q1"];
        let filter = Filter::by_ids(&ids).unwrap();
        let printed = filter.to_string();
        assert_eq!(printed, r"id:/^(a\|b|q1|runs\/a:3|x\.y)$/");
        assert_eq!(Filter::parse(&printed), Ok(filter));
        let long = "i".repeat(40_000);
        assert!(Filter::by_ids(&[&long]).is_err());
    }

    #[test]
    fn an_id_of_several_files_is_meant_in_one() {
        let both = [("q1", None), ("q7", Some("runs/a.jsonl")), ("q8", Some("runs/a.jsonl"))];
        let filter = Filter::by_ids_and_sources(&both).unwrap();
        let printed = filter.to_string();
        assert!(printed.contains(r"source:/^runs\/a\.jsonl$/"), "{printed}");
        assert_eq!(Filter::parse(&printed), Ok(filter));
        assert_eq!(Filter::by_ids_and_sources(&both[..1]), Filter::by_ids(&["q1"]));
    }
}
