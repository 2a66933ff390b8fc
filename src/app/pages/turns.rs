//! Prompt and other turns: the query, and every turn in order. Those of the final response, which the panes show, are said in
//! a row each.

use super::folds::{Cut, ToolUse, end_of, push, push_use, use_at, uses};
use super::{absent, heading, info, rule};
use crate::app::doc::head;
use crate::app::facts::{plural, thousands};
use crate::app::turns::{Level, calls, first_words, is_long, turn_count};
use crate::app::{Block, Folds};
use crate::corpus::Body;
use crate::model::{Section, SectionKind, Transcript};

/// Prompts up to this many bytes are shown whole at once.
const PROMPT_BYTES: usize = 1200;
/// Bytes of a longer prompt that are shown before it is unfolded.
const HEAD_BYTES: usize = 600;
/// Bytes of a prompt that other transcripts have too; up to twice as many it is shown whole.
const REPEATED_BYTES: usize = 240;
/// Lines that the page gives to all turns together before texts are cut, and the fewest that one has.
const LINES: (usize, usize) = (240, 3);
/// Most lines of one text before it is unfolded.
const MOST_LINES: usize = 40;
/// Bytes of a turn's first words.
const WORDS: usize = 120;

/// What else decides how the page looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Others {
    /// Long and repeated texts are shown whole.
    pub unfolded: bool,
    /// How many other transcripts have the same prompt.
    pub same_prompt: usize,
}

/// The page, and for each heading of a turn its block and the turn.
#[must_use]
pub fn turns(body: &Body, others: Others) -> (Vec<Block>, Vec<(usize, u32)>) {
    let transcript = &body.transcript;
    let mut page = Page {
        transcript,
        others,
        cut: cut_for(transcript),
        tools: uses(transcript, 0, transcript.sections.len()),
        blocks: Vec::new(),
        turns: Vec::new(),
        last: turn_count(transcript),
        long: is_long(transcript),
        cuts: false,
    };
    page.start();
    let mut at = 0;
    while let Some(section) = transcript.sections.get(at) {
        let turn = section.turn;
        let len = transcript.sections.iter().skip(at).take_while(|s| s.turn == turn).count();
        let model = section.role == crate::model::Role::Assistant;
        if turn >= transcript.response_turn && (model || page.long) {
            page.of_the_response(at, at + len);
        } else {
            page.whole(at, at + len);
        }
        at += len.max(1);
    }
    if page.cuts {
        page.blocks.push(info("Space shows every text whole"));
    }
    if !page.long {
        page.blocks.push(info("the final response stands in the panes"));
    }
    (page.blocks, page.turns)
}

/// Many turns are told in few lines each.
fn cut_for(transcript: &Transcript) -> Cut {
    let turns = turn_count(transcript).max(1) as usize;
    let lines = (LINES.0 / turns).clamp(LINES.1, MOST_LINES);
    Cut { lines, bytes: lines * 100 }
}

struct Page<'a> {
    transcript: &'a Transcript,
    others: Others,
    cut: Cut,
    tools: Vec<ToolUse>,
    blocks: Vec<Block>,
    turns: Vec<(usize, u32)>,
    /// Number of turns.
    last: u32,
    /// The response has several turns.
    long: bool,
    /// Something is cut.
    cuts: bool,
}

impl Page<'_> {
    /// What the record has no turn for.
    fn start(&mut self) {
        let transcript = self.transcript;
        if !transcript.sections.iter().any(|s| s.kind == SectionKind::Prompt) {
            self.blocks.push(absent("no system prompt in this record"));
        }
        if let Some(query) = &transcript.query {
            // Where the user message holds nothing but the query, saying it twice helps nobody.
            let same = |s: &Section| s.kind == SectionKind::User && s.text.trim() == query.trim();
            if !transcript.sections.iter().any(same) {
                self.blocks.push(heading("query, without what is wrapped around it"));
                self.blocks.push(Block::Text(query.clone()));
            }
        }
    }

    fn title(&mut self, section: &Section, more: &str) {
        let last = self.last;
        let (n, role) = (section.turn + 1, section.role.as_str());
        self.turns.push((self.blocks.len(), section.turn));
        self.blocks.push(rule(format!("turn {n} of {last} · {role}{more}")));
    }

    /// A turn that the panes show: what it does, and its first words.
    fn of_the_response(&mut self, from: usize, to: usize) {
        let transcript = self.transcript;
        let own = || transcript.sections.iter().enumerate().take(to).skip(from);
        let Some((_, first)) = own().next() else { return };
        if own().all(|(_, s)| s.kind == SectionKind::Tool) && !is_model(first) {
            self.tools_of(from, to);
            return;
        }
        if !self.long {
            // Said once, at the end of the page.
            return;
        }
        let thinks = own().any(|(_, s)| s.kind.is_reasoning()).then_some(" · scratchpad");
        let calls = calls(transcript, first.turn).map(|c| format!(" · {c}"));
        let more = format!("{}{}", thinks.unwrap_or_default(), calls.unwrap_or_default());
        self.title(first, &more);
        let says = own().find(|(_, s)| s.kind == SectionKind::Output);
        let says = says.or_else(|| own().find(|(_, s)| s.kind != SectionKind::Tool));
        if let Some((_, section)) = says {
            self.blocks.push(info(first_words(&section.text, WORDS)));
        }
        self.tools_of(from, to);
    }

    fn tools_of(&mut self, from: usize, to: usize) {
        let level = if self.others.unfolded { Level::Whole } else { Level::Line };
        for index in from..to {
            if let Some(tool) = use_at(&self.tools, index) {
                // Answers that stand alone say which turn they are.
                let turn = self.transcript.sections.get(index).map(|s| s.turn + 1);
                let number = turn.filter(|_| tool.call.is_none());
                push_use(&mut self.blocks, self.transcript, tool, &Folds::at(level), number);
            }
        }
    }

    /// A turn with its texts.
    fn whole(&mut self, from: usize, to: usize) {
        let transcript = self.transcript;
        let mut titled = false;
        for (index, section) in transcript.sections.iter().enumerate().take(to).skip(from) {
            if section.kind == SectionKind::Tool {
                if !titled && is_model(section) {
                    self.title(section, "");
                    titled = true;
                }
                self.tools_of(index, index + 1);
                continue;
            }
            let kind = match section.kind {
                SectionKind::Prompt | SectionKind::User => "",
                kind => kind.as_str(),
            };
            let more = if kind.is_empty() { String::new() } else { format!(" · {kind}") };
            if titled && !kind.is_empty() {
                self.blocks.push(heading(kind));
            } else if !titled {
                self.title(section, &more);
                titled = true;
            }
            if section.kind == SectionKind::Prompt {
                self.prompt(index, section);
            } else {
                let cut = (!self.others.unfolded).then_some(self.cut);
                self.cuts |= cut.is_some_and(|c| end_of(&section.text, c).is_some());
                push(&mut self.blocks, transcript, index, cut);
            }
        }
    }

    /// A system prompt: its start where it is long, or where other transcripts have it too.
    fn prompt(&mut self, index: usize, section: &Section) {
        let others = self.others.same_prompt;
        let (most, shown) = if others > 0 {
            (REPEATED_BYTES * 2, REPEATED_BYTES)
        } else {
            (PROMPT_BYTES, HEAD_BYTES)
        };
        let folded = section.text.len() > most && !self.others.unfolded;
        if folded {
            let head = whole_words(head(&section.text, shown));
            self.blocks.push(Block::Text(format!("{} …", head.trim_end())));
        } else {
            self.blocks.push(Block::Section(index));
        }
        let mut notes = Vec::new();
        if others > 0 {
            notes.push(format!("the same prompt as in {}", plural(others, "other", "others")));
        }
        if folded {
            let all = thousands(section.text.chars().count());
            notes.push(format!("{all} characters in all; Space shows the whole text"));
        }
        if !notes.is_empty() {
            self.blocks.push(info(notes.join(" · ")));
        }
    }
}

fn is_model(section: &Section) -> bool {
    section.role == crate::model::Role::Assistant
}

/// A start of a text without the word that it was cut in; without the line, where most of it stays.
fn whole_words(head: &str) -> &str {
    let line = head.rfind('\n').filter(|at| *at > head.len() / 2);
    let end = line.or_else(|| head.rfind(char::is_whitespace)).unwrap_or(head.len());
    head.get(..end).unwrap_or(head)
}
