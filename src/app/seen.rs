//! What is said about the transcript that a reader shows: its body, panes, cues and evidence. Pure reading, no drawing.

use super::facts::{counts, plural, thousands};
use super::state::Reader;
use super::{EvidenceCount, Focus, Looking, Pane, Reading, Shown};
use crate::corpus::{Body, RowId};
use crate::model::{Evidence, SectionKind, Span};
use crate::text::Needle;

impl Reader {
    /// The body on screen, with its row.
    #[must_use]
    pub fn body(&self) -> Option<(RowId, &Body)> {
        match &self.body {
            Reading::Here(row, body) => Some((*row, body)),
            Reading::Nothing | Reading::Waiting(_) | Reading::Failed(..) => None,
        }
    }

    /// The text of a section of the body on screen; empty when there is none.
    #[must_use]
    pub fn section(&self, index: usize) -> &str {
        let sections = self.body().map(|(_, b)| b.transcript.sections.as_slice());
        sections.and_then(|s| s.get(index)).map_or("", |s| s.text.as_str())
    }

    /// What the filter looks for in sections of a kind.
    pub fn filter_needles(&self, kind: SectionKind) -> impl Iterator<Item = &Needle> {
        let reader = self;
        reader.filter_needles.iter().zip(&reader.filter_places).filter_map(move |(n, places)| {
            places.as_ref().is_none_or(|p| p.contains(&kind)).then_some(n)
        })
    }

    /// The focused pane; `None` when the list has the focus.
    #[must_use]
    pub fn pane(&self, focus: Focus) -> Option<&Pane> {
        match focus {
            Focus::List => None,
            Focus::Scratchpad => Some(&self.scratchpad),
            Focus::Output => Some(&self.output),
        }
    }

    /// The cue under the cursor.
    #[must_use]
    pub fn active_span(&self) -> Option<(usize, &Span)> {
        let index = *self.steps.get(self.cue?)?;
        Some((index, self.body()?.1.analysis.spans.get(index)?))
    }

    /// Which cue it is: `cue 2 of 5`, `5 cues`, `no cue`; empty without a body.
    #[must_use]
    pub fn cue_position(&self) -> String {
        let all = self.steps.len();
        match self.cue {
            _ if self.body().is_none() || self.unmarked => String::new(),
            _ if all == 0 => "no cue".to_owned(),
            Some(i) => format!("cue {} of {}", thousands(i + 1), thousands(all)),
            None => plural(all, "cue", "cues"),
        }
    }

    /// [`Reader::cue_position`] where room is short: `cue 2/5`; empty without a cue.
    #[must_use]
    pub fn cue_position_short(&self) -> String {
        match (self.cue, self.steps.len()) {
            (_, 0) => String::new(),
            (Some(i), all) => format!("cue {}/{}", thousands(i + 1), thousands(all)),
            (None, all) => plural(all, "cue", "cues"),
        }
    }

    /// How many criteria of the body on screen are met: `3/4`; empty without reasoning text.
    #[must_use]
    pub fn criteria_count(&self) -> String {
        let criteria = self.body().map_or(&[][..], |(_, body)| &body.analysis.criteria);
        if criteria.is_empty() {
            return String::new();
        }
        let stand = criteria.iter().filter(|c| c.best().is_some()).count();
        format!("{stand}/{}", criteria.len())
    }

    /// The evidence of the body on screen, counted.
    #[must_use]
    pub fn evidence_count(&self) -> EvidenceCount {
        self.body().map(|(_, body)| EvidenceCount::of(body)).unwrap_or_default()
    }

    /// The judge's evidence under the cursor, where it was stepped to last.
    #[must_use]
    pub fn active_evidence(&self) -> Option<(usize, &Evidence)> {
        let at = self.evidence.filter(|_| self.looking == Looking::Evidence)?;
        Some((at, self.body()?.1.transcript.evidence.get(at)?))
    }

    /// Counting cues of what the panes show per category, in the order of first occurrence.
    #[must_use]
    pub fn cues_here(&self) -> Vec<(String, u16)> {
        let mut list: Vec<(String, u16)> = Vec::new();
        let Some((_, body)) = self.body() else { return list };
        let turn_of = |section: usize| body.transcript.sections.get(section).map(|s| s.turn);
        let here = |section| match self.shown {
            Shown::Response | Shown::Sides => true,
            Shown::Turn(turn) => turn_of(section) == Some(turn),
        };
        let spans = body.analysis.spans.iter();
        for span in spans.filter(|s| counts(s) && here(s.section)) {
            match list.iter_mut().find(|(name, _)| *name == span.category) {
                Some((_, n)) => *n = n.saturating_add(1),
                None => list.push((span.category.clone(), 1)),
            }
        }
        list
    }
}
