//! Filters that have a name: `@NAME` in a filter stands for the whole of one.
//!
//! What is printed is what they stand for, so a filter means the same when the name is gone.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::parse::{Filter, FilterError, Parser, shown};
use super::{Node, fields};

/// Most characters of a name.
const LONGEST: usize = 40;

/// Filters by name. Clones are cheap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Named(Arc<BTreeMap<String, Filter>>);

impl Named {
    /// Whether a text can be a name: letters, digits, `_` and `-`, at most 40 of them.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(name: &str) -> Result<(), String> {
        let good = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if !name.is_empty() && name.chars().count() <= LONGEST && name.chars().all(good) {
            return Ok(());
        }
        Err(format!(
            "a filter's name has letters, digits, _ and - only, at most {LONGEST}: not `{}`",
            shown(name)
        ))
    }

    /// Names a filter, or takes the name away.
    ///
    /// # Errors
    /// A sentence: no name, or a filter that lets everything through.
    pub fn set(&mut self, name: &str, filter: Option<Filter>) -> Result<(), String> {
        Self::check(name)?;
        let all = Arc::make_mut(&mut self.0);
        match filter {
            Some(filter) if filter.is_empty() => {
                return Err("a filter that lets everything through needs no name".to_owned());
            }
            Some(filter) => all.insert(name.to_owned(), filter),
            None => all.remove(name),
        };
        Ok(())
    }

    /// The filter of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Filter> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Filter)> {
        self.0.iter().map(|(name, filter)| (name.as_str(), filter))
    }
}

impl Filter {
    /// Reads a filter in which `@NAME` may stand for another.
    ///
    /// # Errors
    /// As [`Filter::parse`], and for a name that nobody gave.
    pub fn parse_with(text: &str, named: &Named) -> Result<Self, FilterError> {
        let filter = Self::read(text, named)?;
        let printed = filter.to_string();
        // A filter that was put into another must not make it one that could not be read again.
        Self::read(&printed, &Named::default()).map_err(|error| {
            let message = format!("with the named filter put in: {}", error.message);
            FilterError::new(0, text.chars().count(), message)
        })
    }
}

impl Parser {
    /// `@NAME`; the cursor stands on the sign.
    pub(super) fn named(&mut self) -> Result<Node, FilterError> {
        let at = self.cur.pos;
        self.cur.pos += 1;
        let name = self.cur.run(|_, _| false);
        let len = self.cur.pos - at;
        if let Some(root) = self.named.get(&name).and_then(|filter| filter.root.clone()) {
            self.boundary("a space is missing after the name of a filter")?;
            return Ok(root);
        }
        let names = self.named.iter().map(|(name, _)| name);
        let near = fields::nearest(&name, names);
        let message = match near {
            Some(near) => format!("no filter is named `{}`; did you mean @{near}?", shown(&name)),
            None => format!(
                "no filter is named `{}`; quote it to search for text: \"@{0}\"",
                shown(&name)
            ),
        };
        Err(FilterError::new(at, len, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(list: &[(&str, &str)]) -> Named {
        let mut named = Named::default();
        for (name, filter) in list {
            named.set(name, Some(Filter::parse(filter).unwrap())).unwrap();
        }
        named
    }

    #[test]
    fn a_name_stands_for_its_filter_and_prints_as_it() {
        let named = named(&[
            ("either", "tier:free OR tier:paid"),
            ("both", "score>=3 cue:strategic"),
            ("text", "in:output sorry"),
        ]);
        for (typed, printed) in [
            ("@either", "tier:free OR tier:paid"),
            ("@either model:opus", "(tier:free OR tier:paid) model:opus"),
            ("-@both", "-(score>=3 cue:strategic)"),
            ("@both tier:x", "score>=3 cue:strategic tier:x"),
            ("in:scratchpad (@text)", "in:scratchpad (in:output sorry)"),
            ("\"@both\"", "\"@both\""),
            ("(@both)", "score>=3 cue:strategic"),
        ] {
            let filter = Filter::parse_with(typed, &named).unwrap();
            assert_eq!(filter.to_string(), printed, "{typed}");
            assert_eq!(Filter::parse(printed), Ok(filter), "{typed}");
        }
    }

    #[test]
    fn names_that_nobody_gave_are_refused() {
        let named = named(&[("either", "a OR b")]);
        for (typed, part) in [
            ("@eiter", "column 1: no filter is named `eiter`; did you mean @either?"),
            ("a @zz", "column 3: no filter is named `zz`; quote it"),
            ("@", "column 1: no filter is named"),
            ("@either(a)", "column 8: a space is missing"),
        ] {
            let error = Filter::parse_with(typed, &named).unwrap_err().to_string();
            assert!(error.starts_with(part), "{typed}: {error}");
        }
        assert!(Filter::parse("@either").is_err());
        let mut named = named;
        for name in ["", "a b", "a:b", "@a", &"x".repeat(41)] {
            assert!(named.set(name, Some(Filter::parse("a").unwrap())).is_err(), "{name}");
        }
        assert!(named.set("all", Some(Filter::default())).is_err());
        named.set("either", None).unwrap();
        assert_eq!(named, Named::default());
    }

    #[test]
    fn names_inside_one_another_stay_within_the_bounds() {
        let deep = format!("{}a", "-".repeat(60));
        let named = named(&[("deep", &deep)]);
        assert!(Filter::parse_with("---@deep", &named).is_ok());
        let error = Filter::parse_with("(b OR -----@deep)", &named).unwrap_err();
        assert!(error.message.contains("64 levels"), "{error}");
        let many = vec!["@deep"; 400].join(" ");
        assert!(Filter::parse_with(&many, &named).unwrap_err().message.contains("characters"));
    }
}
