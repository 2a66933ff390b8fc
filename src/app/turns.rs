//! Which turn of a transcript the panes show, and how much of its tools.
//!
//! The panes begin with the final response. An agent's response is made of many turns, which stand there one after the
//! other; each turn of the model can also be shown alone.

use std::collections::HashMap;

use super::facts::plural;
use crate::model::{Role, Section, Transcript};

/// What the panes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// The final response, all of its turns.
    #[default]
    Response,
    /// One turn of the model, by its index.
    Turn(u32),
    /// Of a pair that is reviewed, the left side in one pane and the right one in the other.
    Sides,
}

/// How much of a folded text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// One row.
    #[default]
    Line,
    /// Its first lines.
    Head,
    /// All of it.
    Whole,
}

/// How much of each folded text is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds {
    /// Of all that were not opened or closed by themselves.
    pub all: Level,
    /// Of single ones, by the name of the fold.
    pub some: HashMap<usize, Level>,
}

impl Folds {
    /// All at one level.
    #[must_use]
    pub fn at(all: Level) -> Self {
        Self { all, some: HashMap::new() }
    }

    /// How much of one is shown.
    #[must_use]
    pub fn of(&self, id: usize) -> Level {
        self.some.get(&id).copied().unwrap_or(self.all)
    }
}

/// Number of turns, empty ones between sections included.
#[must_use]
pub fn turn_count(transcript: &Transcript) -> u32 {
    transcript.sections.iter().map(|s| s.turn + 1).max().unwrap_or(0)
}

/// Turns in which the model speaks, thinks or calls a tool, in order.
#[must_use]
pub fn model_turns(transcript: &Transcript) -> Vec<u32> {
    let model = transcript.sections.iter().filter(|s| s.role == Role::Assistant);
    let mut turns: Vec<u32> = model.map(|s| s.turn).collect();
    turns.sort_unstable();
    turns.dedup();
    turns
}

/// Whether the final response is made of several turns of the model.
#[must_use]
pub fn is_long(transcript: &Transcript) -> bool {
    let turns = model_turns(transcript);
    turns.iter().filter(|t| **t >= transcript.response_turn).nth(1).is_some()
}

/// What the panes can be stepped through, in order: the turns of the model, then the final response. A response of one turn
/// is not listed twice.
#[must_use]
pub fn stops(transcript: &Transcript) -> Vec<Shown> {
    let turns = model_turns(transcript);
    let long = is_long(transcript);
    let alone = turns.into_iter().filter(|t| long || *t < transcript.response_turn);
    alone.map(Shown::Turn).chain([Shown::Response]).collect()
}

/// The stop at which a turn can be read: the turn itself, or the turn of the model that answers it; of what nobody
/// answered the turn before.
#[must_use]
pub fn stop_of(transcript: &Transcript, turn: u32) -> Shown {
    let turns = model_turns(transcript);
    let at = turns.iter().find(|t| **t >= turn).or(turns.last());
    match at {
        Some(at) if is_long(transcript) || *at < transcript.response_turn => Shown::Turn(*at),
        _ => Shown::Response,
    }
}

/// Turns that stand between the turn of the model before this one and this one: what it answers.
pub fn answered(transcript: &Transcript, turn: u32) -> impl Iterator<Item = (usize, &Section)> {
    let before = model_turns(transcript).into_iter().filter(|t| *t < turn).max();
    let first = before.map_or(0, |t| t + 1);
    let sections = transcript.sections.iter().enumerate();
    sections.filter(move |(_, s)| (first..turn).contains(&s.turn))
}

/// Where the panes are: `turn 7 of 12 · final response`, then twice the same in less room. `None` where there is nothing else to go to.
#[must_use]
pub fn position(transcript: &Transcript, shown: Shown) -> Option<[String; 3]> {
    let last = turn_count(transcript);
    match shown {
        Shown::Turn(turn) => {
            let n = turn + 1;
            Some([format!("turn {n} of {last}"), format!("turn {n}/{last}"), format!("{n}/{last}")])
        }
        Shown::Sides => None,
        Shown::Response if stops(transcript).len() < 2 => None,
        Shown::Response => {
            let first = transcript.response_turn.min(last.saturating_sub(1)) + 1;
            let (turns, which) = if first == last {
                ("turn", last.to_string())
            } else {
                ("turns", format!("{first}–{last}"))
            };
            Some([
                format!("{turns} {which} of {last} · final response"),
                format!("{turns} {which} of {last}"),
                format!("{which}/{last}"),
            ])
        }
    }
}

/// The name of the tool that a call's text begins with: `bash` of `bash(ls)`.
#[must_use]
pub fn tool_name(call: &str) -> Option<&str> {
    const MOST: usize = 64;
    let (name, _) = call.split_once('(')?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/');
    (!name.is_empty() && name.len() <= MOST && name.chars().all(is_name)).then_some(name)
}

/// Sections of a turn. Sections stand in the order of their turns.
fn of_turn(transcript: &Transcript, turn: u32) -> impl Iterator<Item = &Section> {
    let first = transcript.sections.partition_point(|s| s.turn < turn);
    transcript.sections.iter().skip(first).take_while(move |s| s.turn == turn)
}

/// The tools that a turn calls, in words: `calls bash ×2, read`; `None` when it calls none.
#[must_use]
pub fn calls(transcript: &Transcript, turn: u32) -> Option<String> {
    const MOST: usize = 3;
    let mut names: Vec<(&str, usize)> = Vec::new();
    for section in of_turn(transcript, turn).filter(|s| is_call(s)) {
        let name = tool_name(&section.text).unwrap_or("a tool");
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => names.push((name, 1)),
        }
    }
    let words = names.iter().take(MOST).map(|(name, count)| match count {
        1 => (*name).to_owned(),
        n => format!("{name} ×{n}"),
    });
    let mut words: Vec<String> = words.collect();
    if names.len() > MOST {
        words.push(format!("{} more", names.len() - MOST));
    }
    (!words.is_empty()).then(|| format!("calls {}", words.join(", ")))
}

/// Whether a section is a call that the model makes.
#[must_use]
pub fn is_call(section: &Section) -> bool {
    section.kind == crate::model::SectionKind::Tool && section.role == Role::Assistant
}

/// How much text it is: lines, or characters where all stands on one long line.
#[must_use]
pub fn amount(text: &str) -> String {
    /// Characters of a line that is long.
    const LONG: usize = 160;
    let lines = text.trim_end().lines().count().max(1);
    if lines == 1 && text.len() > LONG {
        return plural(text.chars().count(), "character", "characters");
    }
    plural(lines, "line", "lines")
}

/// The first words of a text on one line, cut at a character boundary.
#[must_use]
pub fn first_words(text: &str, most: usize) -> String {
    // White space folds, so more bytes are looked at than are kept.
    let start = super::doc::head(text, most * 4);
    let folded = start.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = super::doc::head(&folded, most);
    if cut.len() < folded.len() || start.len() < text.trim_end().len() {
        format!("{} …", cut.trim_end())
    } else {
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SectionKind;

    /// Sections from a sketch: `s` system, `u` user, `r` reasoning, `o` output, `c` call, `t` tool answer; a blank begins the
    /// next turn.
    fn transcript(sketch: &str, response_turn: u32) -> Transcript {
        let mut sections = Vec::new();
        for (turn, pieces) in (0..).zip(sketch.split(' ')) {
            for piece in pieces.chars() {
                let (role, kind, text) = match piece {
                    's' => (Role::System, SectionKind::Prompt, "Be brief."),
                    'u' => (Role::User, SectionKind::User, "Go on."),
                    'r' => (Role::Assistant, SectionKind::Scratchpad, "Hm."),
                    'o' => (Role::Assistant, SectionKind::Output, "Well."),
                    'c' => (Role::Assistant, SectionKind::Tool, "ls(-l)"),
                    _ => (Role::Tool, SectionKind::Tool, "a\nb"),
                };
                let text = text.to_owned();
                let (start, end, origin) = (0, text.len(), String::new());
                sections.push(Section { turn, role, kind, origin, start, end, text });
            }
        }
        Transcript { sections, response_turn, ..Transcript::default() }
    }

    #[test]
    fn the_panes_step_through_turns_of_the_model_and_end_at_the_response() {
        use Shown::{Response, Turn};
        let cases: [(&str, u32, &[Shown]); 5] = [
            ("s u ro", 2, &[Response]),
            ("s u ro u o", 4, &[Turn(2), Response]),
            ("s u rc t rc t o", 2, &[Turn(2), Turn(4), Turn(6), Response]),
            ("u o u rc t o", 3, &[Turn(1), Turn(3), Turn(5), Response]),
            ("u", 1, &[Response]),
        ];
        for (sketch, response, wanted) in cases {
            assert_eq!(stops(&transcript(sketch, response)), wanted, "{sketch}");
        }
    }

    #[test]
    fn every_turn_can_be_read_somewhere() {
        use Shown::{Response, Turn};
        let chat = transcript("s u o u o", 4);
        let stops: Vec<Shown> = (0..5).map(|t| stop_of(&chat, t)).collect();
        assert_eq!(stops, [Turn(2), Turn(2), Turn(2), Response, Response]);
        let agent = transcript("u rc t o t", 1);
        let stops: Vec<Shown> = (0..5).map(|t| stop_of(&agent, t)).collect();
        assert_eq!(stops, [Turn(1), Turn(1), Turn(3), Turn(3), Turn(3)]);
        assert_eq!(stop_of(&transcript("s u", 2), 1), Response);
    }

    #[test]
    fn positions_name_the_turns() {
        let words = |sketch, response, shown| position(&transcript(sketch, response), shown);
        let wanted = |list: [&str; 3]| Some(list.map(str::to_owned));
        assert_eq!(words("s u ro", 2, Shown::Response), None);
        let last = ["turn 5 of 5 · final response", "turn 5 of 5", "5/5"];
        assert_eq!(words("s u o u o", 4, Shown::Response), wanted(last));
        let several = ["turns 2–4 of 4 · final response", "turns 2–4 of 4", "2–4/4"];
        assert_eq!(words("u c t o", 1, Shown::Response), wanted(several));
        let alone = ["turn 2 of 4", "turn 2/4", "2/4"];
        assert_eq!(words("u c t o", 1, Shown::Turn(1)), wanted(alone));
    }

    #[test]
    fn a_turn_answers_what_stands_before_it() {
        let agent = transcript("s u c t t o", 2);
        let of = |turn| answered(&agent, turn).map(|(i, _)| i).collect::<Vec<usize>>();
        assert_eq!(of(2), [0, 1]);
        assert_eq!(of(5), [3, 4]);
    }

    #[test]
    fn calls_are_named_and_counted() {
        let agent = transcript("u ccr o", 1);
        assert_eq!(calls(&agent, 1).as_deref(), Some("calls ls ×2"));
        assert_eq!(calls(&agent, 2), None);
        let names = ["bash(x)", "a b(c)", "(x)", "no call", "mcp__files.read({})"].map(tool_name);
        assert_eq!(names, [Some("bash"), None, None, None, Some("mcp__files.read")]);
    }

    #[test]
    fn amounts_and_first_words_are_short() {
        for (text, wanted) in
            [("", "1 line"), ("a", "1 line"), ("a\nb\n", "2 lines"), ("a\n\n\n", "1 line")]
        {
            assert_eq!(amount(text), wanted, "{text:?}");
        }
        assert_eq!(amount(&"ü".repeat(200)), "200 characters");
        assert_eq!(first_words("a\n  b", 10), "a b");
        assert_eq!(first_words("one two three", 7), "one two …");
        assert_eq!(first_words("ééééé", 3), "é …");
        let spread = format!("a{}b", " ".repeat(100));
        assert_eq!(first_words(&spread, 5), "a …");
    }
}
