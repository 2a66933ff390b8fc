//! What earlier sessions mean for one that is to begin: which of them goes on, and which transcripts the reviewer has seen with
//! everything that a blind session hides.

use std::collections::HashSet;

use super::design::share_of;
use super::fold::{KeptSession, Standing};
use super::session::Session;
use super::{Draw, Item, ItemName, Opened, Order};

/// What is asked for when a review begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// Who reviews.
    pub rater: String,
    /// The label.
    pub label: String,
    /// Paths as given. Which of them are the same is for whoever can look.
    pub paths: Vec<String>,
    /// The filter.
    pub filter: String,
    /// What is judged.
    pub order: Order,
    /// Everything is shown.
    pub shown: bool,
    /// The codebook's name and hash.
    pub codebook: Option<(String, u64)>,
    /// How a sample would be drawn.
    pub how: Draw,
    /// Which of the options of the draw were given, by their names. Those that were not fit any session.
    pub given: Vec<&'static str>,
}

/// What there is to go on with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found<'a> {
    /// The session that goes on, or is at its end.
    pub session: Option<&'a KeptSession>,
    /// Else a session that was left open and was drawn otherwise, with the options that differ.
    pub left: Option<(&'a KeptSession, Vec<&'static str>)>,
}

impl Standing {
    /// The session that goes on when this is asked for: of those on the same thing, and drawn as far as was said in the same way, the
    /// latest that has answers and items left, else the latest with answers, else the latest: one that was only looked into stands in
    /// nobody's way. `place`: the files to which a path as given leads, so that the same files are the same however they are typed.
    #[must_use]
    pub fn going_on(&self, wanted: &Wanted, place: &dyn Fn(&str) -> Vec<String>) -> Found<'_> {
        let like = |begun: &Opened| begun.filter == wanted.filter && begun.order == wanted.order;
        let (mut found, mut left) = (None, None);
        for session in self.sessions_on(&wanted.rater, &wanted.label, &wanted.paths, place) {
            if !like(&session.begun.what) {
                continue;
            }
            let differs = differing(&session.begun.what, wanted);
            let (answered, open) = (!session.answers.is_empty(), session.waiting().is_some());
            // What comes later is later.
            if differs.is_empty() {
                let rank = (answered, answered && open);
                if found.as_ref().is_none_or(|(known, _)| *known <= rank) {
                    found = Some((rank, session));
                }
            } else if open && left.as_ref().is_none_or(|(known, _)| *known <= answered) {
                left = Some((answered, (session, differs)));
            }
        }
        let session = found.map(|(_, session)| session);
        let left = left.map(|(_, left)| left);
        Found { left: left.filter(|_| session.is_none()), session }
    }
}

/// Which of the options that were given a session was not drawn with. A codebook, and whether everything is shown, are as they were whether
/// they are given or not.
fn differing(begun: &Opened, wanted: &Wanted) -> Vec<&'static str> {
    let (how, given) = (&wanted.how, &wanted.given);
    let count = |is: &dyn Fn(&Item) -> bool| begun.items.iter().filter(|item| is(item)).count();
    let n = count(&|item| item.repeats.is_none());
    let sighted = count(&|item| item.sighted);
    let fields: Vec<&String> =
        begun.seal.strata.first().map_or_else(Vec::new, |s| s.of.iter().map(|of| &of.0).collect());
    let differs = |option: &&'static str| match *option {
        "seed" => begun.seed != how.seed,
        "sample" => n != how.sample.map_or(begun.frame, |sample| sample.min(begun.frame)),
        "strata" => fields != how.fields.iter().collect::<Vec<_>>(),
        "repeats" => {
            count(&|item| item.repeats.is_some()) != share_of(n, how.repeats).min(n - sighted)
        }
        "anchors" => sighted != share_of(n, how.sighted),
        // Which of them stands on the left is chance anyway.
        "tiers" => both(begun.tiers.as_ref()) != both(how.tiers.as_ref()),
        _ => false,
    };
    let own =
        [("codebook", begun.codebook != wanted.codebook), ("sighted", begun.shown != wanted.shown)];
    let own = own.into_iter().filter_map(|(option, differs)| differs.then_some(option));
    given.iter().filter(|option| differs(option)).copied().chain(own).collect()
}

/// Two tiers in any order; letter case is ignored where pairs are made, too.
fn both(tiers: Option<&(String, String)>) -> Option<[String; 2]> {
    let mut both = tiers.map(|(a, b)| [a, b].map(|tier| tier.to_lowercase()))?;
    both.sort_unstable();
    Some(both)
}

/// Where a record stands: in which file, as which, under which id.
type Stands = (String, u64, u32, String);

/// Transcripts that a reviewer has seen with what classifiers and rules say: in a session that was sighted or revealed, as an anchor, or
/// to decide between answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenBefore {
    contents: HashSet<(u64, u32)>,
    // Of a record that was changed since the old values were seen, and its texts are mostly the same.
    stands: HashSet<Stands>,
}

impl SeenBefore {
    /// What journals tell of a reviewer. What one session shows is not `before` for itself: it is left out.
    #[must_use]
    pub fn of(standing: &Standing, rater: &str, session: Option<&str>) -> Self {
        let mut seen = Self::default();
        for kept in standing.sessions.values() {
            let begun = &kept.begun;
            if begun.rater != rater || Some(&*begun.session) == session {
                continue;
            }
            let all = begun.what.shown || kept.revealed.is_some();
            // The item behind the last one that was answered was on the screen.
            for item in begun.what.items.iter().take(kept.reached + 1) {
                if all || item.sighted {
                    seen.add(&item.name);
                    item.beside.iter().for_each(|beside| seen.add(&beside.name));
                }
            }
        }
        for decision in standing.adjudications.values().flatten().filter(|d| d.rater == rater) {
            seen.add(&decision.what.name);
        }
        seen
    }

    fn add(&mut self, name: &ItemName) {
        self.contents.insert((name.hash, name.ordinal));
        self.stands.insert(stands(name));
    }

    /// Whether an item, or a side of it, is among them.
    #[must_use]
    pub fn has(&self, item: &Item) -> bool {
        let is = |name: &ItemName| {
            self.contents.contains(&(name.hash, name.ordinal))
                || self.stands.contains(&stands(name))
        };
        is(&item.name) || item.beside.as_ref().is_some_and(|beside| is(&beside.name))
    }

    /// Marks them among items.
    pub fn mark(&self, items: &mut [Item]) {
        for item in items {
            item.seen |= self.has(item);
        }
    }
}

fn stands(name: &ItemName) -> Stands {
    (name.source.clone(), name.index, name.ordinal, name.id.clone())
}

impl Session {
    /// The session of a journal that goes on, with what the reviewer saw of its items elsewhere.
    #[must_use]
    pub fn again(kept: &KeptSession, version: String, standing: &Standing) -> Option<Self> {
        let id = &kept.begun.session;
        let mut session = Self::resumed(id, version, standing)?;
        SeenBefore::of(standing, &session.rater, Some(id)).mark(&mut session.opened.items);
        Some(session)
    }
}

#[cfg(test)]
mod tests;
