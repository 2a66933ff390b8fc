//! By which design an answer's item was drawn: sessions that drew the same sample in the same way share one.

use std::collections::BTreeMap;

use super::domain::DomainSizes;
use crate::review::{Answered, Said, Sampled, Standing, Stratum};

/// How a sample was drawn. Sessions that drew the same sample in the same way share one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Design {
    /// Sessions that drew it.
    pub sessions: Vec<String>,
    /// Who reviewed it.
    pub raters: Vec<String>,
    /// The filter that left the frame; `None`: nothing that was read tells it, nor strata in which nobody answered.
    pub filter: Option<String>,
    /// Seed of the draw.
    pub seed: u64,
    /// The strata as drawn.
    pub strata: Vec<Stratum>,
    /// How large the part that is asked for is in each of them; `None`: not all of the frame is at hand, or nobody asked.
    pub sizes: Option<DomainSizes>,
}

impl Design {
    /// Whether a field makes the strata.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.strata.iter().any(|stratum| of_stratum(stratum, field).is_some())
    }
}

/// A stratum's value of a field.
pub(super) fn of_stratum<'a>(stratum: &'a Stratum, field: &str) -> Option<&'a str> {
    stratum.of.iter().find(|(name, _)| name == field).map(|(_, value)| &**value)
}

/// Designs while answers are looked through.
#[derive(Debug, Default)]
pub(super) struct Drawings {
    designs: Vec<Design>,
    by_session: BTreeMap<String, usize>,
    /// By what tells a design, else by the session.
    by_draw: BTreeMap<String, usize>,
    strata: BTreeMap<(usize, String), usize>,
}

impl Drawings {
    /// By which design an answer's item was drawn, and from which of its strata. `None`: the answer does not say.
    pub fn drawn(&mut self, standing: &Standing, said: &Said<Answered>) -> Option<(usize, usize)> {
        let stratum = &said.what.stratum;
        if stratum.drawn == 0 || stratum.size == 0 {
            return None;
        }
        let at = match self.by_session.get(&said.session) {
            Some(at) => *at,
            None => self.begin(standing, said),
        };
        let design = self.designs.get_mut(at)?;
        let number = *self.strata.entry((at, format!("{stratum:?}"))).or_insert_with(|| {
            design.strata.push(stratum.clone());
            design.strata.len() - 1
        });
        Some((at, number))
    }

    /// The design of a session that was not met before.
    fn begin(&mut self, standing: &Standing, said: &Said<Answered>) -> usize {
        let sample = standing.sample_of(&said.session).map(|sample| sample.what);
        let filter = sample.as_ref().map(|sample| sample.filter.clone());
        let seed = said.what.seed;
        let strata = sample.as_ref().map_or(&[][..], |sample| &sample.strata);
        // Of a session that is in no journal, and that its answer does not tell, nobody knows which others drew the same.
        let draw = match sample.as_ref().map_or(said.what.design, Sampled::design) {
            0 => said.session.clone(),
            design => format!("{design:016x}"),
        };
        let at = *self.by_draw.entry(draw).or_insert(self.designs.len());
        if at == self.designs.len() {
            self.designs.push(Design { seed, ..Design::default() });
        }
        if let Some(design) = self.designs.get_mut(at) {
            if design.filter.is_none() {
                design.filter = filter;
                for stratum in strata {
                    self.strata.entry((at, format!("{stratum:?}"))).or_insert_with(|| {
                        design.strata.push(stratum.clone());
                        design.strata.len() - 1
                    });
                }
            }
            design.sessions.push(said.session.clone());
            design.raters.push(said.rater.clone());
        }
        self.by_session.insert(said.session.clone(), at);
        at
    }

    /// All of them.
    pub fn designs(mut self) -> Vec<Design> {
        for design in &mut self.designs {
            design.raters.sort_unstable();
            design.raters.dedup();
        }
        self.designs
    }
}
