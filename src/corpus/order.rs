//! By what a list is sorted: several keys, the first one first, as it is written in `--sort` and shown on the screen.

use std::fmt::{self, Display, Formatter};

use super::{Sort, SortKey};
use crate::text::{nearest, sanitize_line};

/// Most keys of an order.
const MOST: usize = 8;

/// An order of rows. Those that are alike in the first key are put in order by the second, and so on; those that are alike in
/// all keys stand as they arrived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order(Vec<Sort>);

impl Order {
    /// Reads keys between commas; a dash before one turns it round: `tier,-score,id`.
    ///
    /// # Errors
    /// A sentence about the first key that there is not.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut keys: Vec<Sort> = Vec::new();
        for word in text.split(',') {
            let word = word.trim();
            let bare = word.strip_prefix('-').unwrap_or(word);
            let named = SortKey::ALL.into_iter().find(|k| k.as_str().eq_ignore_ascii_case(bare));
            let seed = bare.strip_prefix("random:").and_then(|seed| seed.parse().ok());
            let known = named.or(seed.map(SortKey::Random));
            let Some(key) = known else {
                let words = SortKey::ALL.map(SortKey::as_str);
                let shown = sanitize_line(bare);
                return Err(match nearest(bare, words) {
                    Some(near) => format!("nothing is sorted by `{shown}`; did you mean {near}?"),
                    None => {
                        format!("nothing is sorted by `{shown}`; there are {}", words.join(", "))
                    }
                });
            };
            if keys.iter().all(|known| known.key != key) {
                keys.push(Sort { key, reversed: bare.len() < word.len() });
            }
        }
        if keys.len() > MOST {
            return Err(format!("an order has {MOST} keys at most"));
        }
        Ok(keys.into())
    }

    /// The keys, the first one first; none: the order of arrival.
    #[must_use]
    pub fn keys(&self) -> &[Sort] {
        &self.0
    }

    /// The first key.
    #[must_use]
    pub fn first(&self) -> Sort {
        self.0.first().copied().unwrap_or_default()
    }

    /// Whether it is that of arrival.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key is one of it.
    #[must_use]
    pub fn has(&self, key: SortKey) -> bool {
        self.0.iter().any(|sort| sort.key == key)
    }

    /// Whether it asks for what the rules found.
    #[must_use]
    pub fn needs_cues(&self) -> bool {
        self.has(SortKey::Score) || self.has(SortKey::Cues)
    }

    /// The seed of its order of chance, when it has one.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.0.iter().find_map(|sort| match sort.key {
            SortKey::Random(seed) => Some(seed),
            _ => None,
        })
    }

    /// With another seed; `None` when it is no order of chance.
    #[must_use]
    pub fn seeded(&self, seed: u64) -> Option<Self> {
        self.seed()?;
        let keys = self.0.iter().map(|sort| match sort.key {
            SortKey::Random(_) => Sort { key: SortKey::Random(seed), ..*sort },
            _ => *sort,
        });
        Some(Self(keys.collect()))
    }

    /// The first key the other way round.
    #[must_use]
    pub fn turned(&self) -> Self {
        let Sort { key, reversed } = self.first();
        let rest = self.0.iter().skip(1).copied();
        let keys: Vec<Sort> =
            std::iter::once(Sort { key, reversed: !reversed }).chain(rest).collect();
        keys.into()
    }

    /// With a key behind the others; turned round when it is one of them, and away when it is that already.
    #[must_use]
    pub fn with(&self, key: SortKey) -> Self {
        let mut keys = self.0.clone();
        match keys.iter_mut().find(|sort| sort.key == key) {
            Some(sort) if !sort.reversed => sort.reversed = true,
            Some(_) => keys.retain(|sort| sort.key != key),
            None => keys.push(Sort { key, reversed: false }),
        }
        keys.truncate(MOST);
        keys.into()
    }
}

impl From<Vec<Sort>> for Order {
    /// What stands behind the order of arrival says nothing.
    fn from(mut keys: Vec<Sort>) -> Self {
        if let Some(at) = keys.iter().position(|sort| sort.key == SortKey::Source) {
            keys.truncate(at + 1);
            keys.pop_if(|sort| !sort.reversed);
        }
        Self(keys)
    }
}

impl From<Sort> for Order {
    fn from(sort: Sort) -> Self {
        vec![sort].into()
    }
}

impl Display for Order {
    /// As it is parsed: `tier,-score`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(SortKey::Source.as_str());
        }
        for (at, Sort { key, reversed }) in self.0.iter().enumerate() {
            let (comma, dash) = (if at > 0 { "," } else { "" }, if *reversed { "-" } else { "" });
            write!(f, "{comma}{dash}{}", key.as_str())?;
            if let SortKey::Random(seed) = key
                && *seed != SortKey::SEED
            {
                write!(f, ":{seed}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_and_printed() {
        for (text, want) in [
            ("tier,-score,id", "tier,-score,id"),
            (" Score , tier,score", "score,tier"),
            ("source", "source"),
            ("-source", "-source"),
            ("model,source,id", "model"),
            ("model,-source,id", "model,-source"),
            ("tier,random", "tier,random"),
            ("-random:7", "-random:7"),
        ] {
            let order = Order::parse(text).expect(text);
            assert_eq!(order.to_string(), want, "{text}");
            assert_eq!(Order::parse(want), Ok(order), "{want}");
        }
        for (text, part) in [
            ("scor", "did you mean score?"),
            ("tier,,id", "there are source"),
            ("", "there are source"),
            ("--tier", "`-tier`"),
        ] {
            let error = Order::parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn keys_are_added_turned_and_taken_away() {
        let order = Order::parse("tier").unwrap();
        let more = order.with(SortKey::Score);
        assert_eq!(more.to_string(), "tier,score");
        assert_eq!(more.with(SortKey::Score).to_string(), "tier,-score");
        assert_eq!(more.with(SortKey::Score).with(SortKey::Score), order);
        assert_eq!(more.turned().to_string(), "-tier,score");
        assert_eq!(Order::default().turned().to_string(), "-source");
        assert!(Order::default().turned().turned().is_plain());
    }
}
