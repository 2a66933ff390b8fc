//! Filters for transcripts that are known one by one.

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
}
