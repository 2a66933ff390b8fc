//! What the screen says about judges' evidence, and about cues where one turn is shown. Pure reading, no drawing.

use super::facts::{plural, thousands};
use super::{Shown, State};
use crate::corpus::Body;
use crate::cues::{Engine, Pack, overlap, unread_words};
use crate::model::{Found, SectionKind, Span};

/// Evidence of a transcript, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EvidenceCount {
    /// Quotes of words.
    pub quotes: usize,
    /// Whole messages that a judge pointed at.
    pub messages: usize,
    /// Of both, those that stand nowhere.
    pub lost: usize,
}

impl EvidenceCount {
    /// Of a transcript.
    #[must_use]
    pub fn of(body: &Body) -> Self {
        let mut count = Self::default();
        for evidence in &body.transcript.evidence {
            match evidence.found {
                Found::Message => count.messages += 1,
                _ => count.quotes += 1,
            }
            count.lost += usize::from(evidence.at.is_none());
        }
        count
    }

    /// `3 quotes, 1 reference, 1 not found`; empty without evidence.
    #[must_use]
    pub fn words(self) -> String {
        let mut words = Vec::new();
        if self.quotes > 0 {
            words.push(plural(self.quotes, "quote", "quotes"));
        }
        if self.messages > 0 {
            words.push(plural(self.messages, "reference", "references"));
        }
        if self.lost > 0 {
            words.push(format!("{} not found", thousands(self.lost)));
        }
        words.join(", ")
    }

    /// How much of it stands nowhere, where room is short: `1/3 not found`.
    #[must_use]
    pub fn short(self) -> String {
        format!("{}/{} not found", thousands(self.lost), thousands(self.quotes + self.messages))
    }
}

/// What is said of a transcript in which no rule fired, or nothing counts of what they found: which pack was active, how many
/// rules it tried, and that this is no clean bill.
#[must_use]
pub fn nothing_fired(body: &Body, engine: Option<&Engine>) -> String {
    let analysis = &body.analysis;
    let pack = match analysis.pack.as_str() {
        "" => "the active packs",
        pack => &format!("pack {pack}"),
    };
    let packs = engine.map_or(&[][..], Engine::packs);
    let tried = packs.iter().rev().find(|p| p.name == analysis.pack).map(Pack::rule_count);
    let rules = |all: &str| match tried {
        Some(n) => format!("{all} {} rules of {pack}", thousands(n)),
        None => format!("{all} rules of {pack}"),
    };
    if analysis.score.is_none() && analysis.spans.is_empty() {
        return format!("no reasoning text: {} had nothing to read", rules("the"));
    }
    let unread = unread_words(&body.transcript);
    let unread = unread.map_or_else(String::new, |unread| format!("; {unread}"));
    if analysis.spans.is_empty() {
        return format!("none of {} fired: this is not a clean bill{unread}", rules("the"));
    }
    format!("nothing counts of what {} found: this is not a clean bill{unread}", rules("the"))
}

/// Marks that add to the score beside what judges quoted, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Quotes in the reasoning that such a mark touches.
    pub touched: usize,
    /// Quotes there that none touches.
    pub missed: usize,
    /// Quotes that stand where no rule looks: in outputs, drafts, earlier turns.
    pub elsewhere: usize,
    /// Marks that touch no quote.
    pub alone: usize,
}

impl Agreement {
    /// Of a transcript: quotes of words that were found, nothing of whole messages.
    #[must_use]
    pub fn of(body: &Body) -> Self {
        let (transcript, analysis) = (&body.transcript, &body.analysis);
        let words = transcript.evidence.iter().filter(|e| e.found != Found::Message);
        let quotes: Vec<(usize, usize, usize)> = words.filter_map(|e| e.at).collect();
        let read = overlap::quotes(transcript, analysis);
        let touched = read.iter().filter(|(_, touched)| *touched).count();
        let touches = |span: &Span| {
            let meet = |(section, start, end): &(usize, usize, usize)| {
                *section == span.section && *start < span.end && span.start < *end
            };
            quotes.iter().any(meet)
        };
        let marks = analysis.spans.iter().filter(|s| s.counted() > 0.0);
        Self {
            touched,
            missed: read.len() - touched,
            elsewhere: quotes.len() - read.len(),
            alone: marks.filter(|span| !touches(span)).count(),
        }
    }

    /// One line for each number that is to be compared, the numbers in a column.
    #[must_use]
    pub fn lines(self) -> String {
        let mut lines = vec![
            (self.touched, "in the reasoning, touched by a mark that adds to the score"),
            (self.missed, "in the reasoning, touched by none"),
        ];
        if self.elsewhere > 0 {
            lines.push((self.elsewhere, "where no rule looks: outputs, drafts, earlier turns"));
        }
        lines.push((self.alone, "marks that add to the score and touch no quote"));
        let lines: Vec<String> = lines
            .into_iter()
            .enumerate()
            .map(|(i, (n, what))| {
                let quotes = if i == 0 { "quotes " } else { "" };
                format!("{:>6}  {quotes}{what}", thousands(n))
            })
            .collect();
        lines.join("\n")
    }
}

impl State {
    /// What there is to say of cues when none is under the cursor: `4 cues`, which rules did not fire, `no rule reads this
    /// turn`. Empty without a body.
    #[must_use]
    pub fn cue_summary(&self) -> String {
        let Some((_, body)) = self.reader.body() else { return String::new() };
        let all = self.reader.steps.len();
        match self.reader.shown {
            _ if self.reader.unmarked => "looking for cues".to_owned(),
            Shown::Sides => String::new(),
            Shown::Response if all == 0 => nothing_fired(body, self.engine.as_deref()),
            Shown::Response => plural(all, "cue", "cues"),
            Shown::Turn(turn) => {
                let here: usize =
                    self.reader.cues_here().iter().map(|(_, n)| usize::from(*n)).sum();
                match here {
                    0 if !is_scanned(body, turn) => {
                        "no rule reads this turn: cues are of the final response".to_owned()
                    }
                    0 => "no cue in this turn".to_owned(),
                    n => format!("{} in this turn", plural(n, "cue", "cues")),
                }
            }
        }
    }
}

/// Whether the rules read a turn: scratchpads of the final response, of all turns where that has none.
fn is_scanned(body: &Body, turn: u32) -> bool {
    let transcript = &body.transcript;
    let pads = || transcript.sections.iter().filter(|s| s.kind == SectionKind::Scratchpad);
    let in_response = pads().any(|s| s.turn >= transcript.response_turn);
    pads().any(|s| s.turn == turn && (!in_response || turn >= transcript.response_turn))
}
