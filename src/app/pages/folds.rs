//! What is folded: a tool's call with its answer in one row, long texts cut to their first lines.

use serde_json::Value;

use super::{absent, heading};
use crate::app::doc::head;
use crate::app::facts::plural;
use crate::app::turns::{Level, amount, first_words, is_call, tool_name};
use crate::app::{Block, Fold, Folds, SHOWN_BYTES};
use crate::model::{Role, Section, SectionKind, Transcript};

/// Bytes of a call or an answer that its row begins with. What the pane has no room for is cut when drawn.
const LINE: usize = 200;
/// Calls beyond this many bytes are not looked into for the one text among their arguments.
const MOST_ARGUMENTS: usize = 1 << 16;

/// How much of a long text is shown: its first lines, up to a number of bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub lines: usize,
    pub bytes: usize,
}

/// Of an opened tool.
pub(super) const TOOL: Cut = Cut { lines: 20, bytes: 2400 };
/// Of what a turn answers.
pub(super) const BEFORE: Cut = Cut { lines: 3, bytes: 360 };

/// A call with its answer, or one of them alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToolUse {
    pub call: Option<usize>,
    pub answers: Vec<usize>,
    /// What an answer that stands alone is called.
    pub name: &'static str,
}

impl ToolUse {
    fn sections(&self) -> impl Iterator<Item = usize> {
        self.call.iter().chain(&self.answers).copied()
    }

    /// Its name among the folds.
    pub fn id(&self) -> usize {
        self.sections().next().unwrap_or_default()
    }
}

/// The use whose row stands at a section. Uses come in the order of their rows.
pub(super) fn use_at(uses: &[ToolUse], section: usize) -> Option<&ToolUse> {
    let near = uses.partition_point(|u| u.id() < section);
    uses.get(near).filter(|u| u.id() == section)
}

/// The tools that stand in sections `from..to`, in the order of their calls. Where the answers to a turn's calls are as many
/// as the calls, turn by turn or text by text, each stands with its call; else they stand alone, a turn at a time.
pub(super) fn uses(transcript: &Transcript, from: usize, to: usize) -> Vec<ToolUse> {
    let sections = transcript.sections.iter().enumerate().take(to).skip(from);
    let mut out = Vec::new();
    let mut calls: Vec<usize> = Vec::new();
    let mut answers: Vec<(u32, usize)> = Vec::new();
    let mut turn = None;
    for (index, section) in sections {
        if section.role == Role::Assistant && turn != Some(section.turn) {
            pair(&mut out, &mut calls, &mut answers);
            turn = Some(section.turn);
        }
        if is_call(section) {
            calls.push(index);
        } else if section.kind == SectionKind::Tool {
            answers.push((section.turn, index));
        }
    }
    pair(&mut out, &mut calls, &mut answers);
    out
}

fn pair(out: &mut Vec<ToolUse>, calls: &mut Vec<usize>, answers: &mut Vec<(u32, usize)>) {
    let mut groups: Vec<(u32, Vec<usize>)> = Vec::new();
    for (turn, index) in answers.drain(..) {
        match groups.last_mut() {
            Some((of, group)) if *of == turn => group.push(index),
            _ => groups.push((turn, vec![index])),
        }
    }
    let mut groups: Vec<Vec<usize>> = groups.into_iter().map(|(_, list)| list).collect();
    if groups.len() != calls.len() && groups.iter().map(Vec::len).sum::<usize>() == calls.len() {
        groups = groups.into_iter().flatten().map(|index| vec![index]).collect();
    }
    let matches = groups.len() == calls.len();
    let mut groups = groups.into_iter();
    for call in calls.drain(..) {
        let answers = if matches { groups.next().unwrap_or_default() } else { Vec::new() };
        out.push(ToolUse { call: Some(call), answers, name: "" });
    }
    out.extend(groups.map(|answers| ToolUse { call: None, answers, name: "answer" }));
}

/// Adds a use of a tool: its row alone, or its row and its texts. `number` is written before it.
pub(super) fn push_use(
    blocks: &mut Vec<Block>,
    transcript: &Transcript,
    tool: &ToolUse,
    folds: &Folds,
    number: Option<u32>,
) {
    let text = |index: &usize| transcript.sections.get(*index).map_or("", |s| s.text.as_str());
    let id = tool.id();
    let level = folds.of(id);
    let open = level != Level::Line;
    let call = tool.call.as_ref().map(text);
    let (name, arguments) = call.map_or((tool.name, String::new()), parts);
    let mut line = number.map(|n| format!("{n} · ")).unwrap_or_default();
    match (call, open) {
        (Some(_), true) if name.is_empty() => line.push_str("a tool"),
        (_, true) => line.push_str(name),
        (Some(_), _) if name.is_empty() => line.push_str(&first_words(&arguments, LINE)),
        (Some(_), _) => {
            line.push_str(name);
            line.push('(');
            line.push_str(&first_words(&arguments, LINE));
            line.push(')');
        }
        (None, _) => {
            let first = tool.answers.first().map_or("", text);
            line.push_str(name);
            line.push_str(": ");
            line.push_str(&first_words(first, LINE));
        }
    }
    let answers = match tool.answers.as_slice() {
        [] => "no answer here".to_owned(),
        [one] => amount(text(one)),
        several => {
            let lines = several.iter().map(|i| text(i).trim_end().lines().count().max(1)).sum();
            plural(lines, "line", "lines")
        }
    };
    let size = match call {
        None => answers,
        // A call of one line stands in the row as it is.
        Some(_) if arguments.trim_end().lines().count() <= 1 && arguments.len() <= LINE => {
            format!("→ {answers}")
        }
        Some(_) => format!("{} → {answers}", amount(&arguments)),
    };
    let sections = if open { Vec::new() } else { tool.sections().collect() };
    blocks.push(Block::Fold(Fold { id, sections, open, line, size }));
    if !open {
        return;
    }
    let whole = level == Level::Whole;
    if let Some(call) = tool.call {
        push(blocks, transcript, call, (!whole).then_some(TOOL));
    }
    for (i, answer) in tool.answers.iter().enumerate() {
        if i == 0 && tool.call.is_some() {
            blocks.push(heading("answer"));
        }
        push(blocks, transcript, *answer, (!whole).then_some(TOOL));
    }
}

/// A call's name and what is between its brackets: of an object its fields, without their names where it is one text.
fn parts(call: &str) -> (&str, String) {
    let Some(name) = tool_name(call) else { return ("", call.to_owned()) };
    let inner = call.get(name.len() + 1..).unwrap_or_default();
    let inner = inner.trim_end().strip_suffix(')').unwrap_or(inner);
    if inner.len() <= MOST_ARGUMENTS
        && let Ok(Value::Object(map)) = serde_json::from_str(inner)
    {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut values = map.values();
        if let (Some(only @ Value::String(_)), None) = (values.next(), values.next()) {
            return (name, text(only));
        }
        let all: Vec<String> = map.iter().map(|(key, v)| format!("{key}: {}", text(v))).collect();
        return (name, all.join(", "));
    }
    (name, inner.to_owned())
}

/// Adds a section, cut to its first lines where that is asked for and leaves something out.
pub(super) fn push(
    blocks: &mut Vec<Block>,
    transcript: &Transcript,
    index: usize,
    cut: Option<Cut>,
) {
    let Some(section) = transcript.sections.get(index) else { return };
    let Some(end) = cut.and_then(|cut| end_of(&section.text, cut)) else {
        push_whole(blocks, index, section);
        return;
    };
    blocks.push(Block::Head(index, end));
    let rest = section.text.get(end..).unwrap_or_default();
    blocks.push(absent(format!("… {} more", amount(rest.trim_start_matches('\n')))));
}

fn push_whole(blocks: &mut Vec<Block>, index: usize, section: &Section) {
    blocks.push(Block::Section(index));
    if section.text.len() > SHOWN_BYTES {
        let mega = section.text.len() >> 20;
        blocks.push(absent(format!("shown up to 64 of {mega} MB; the record has all of it")));
    }
}

/// Where a text is cut, on a character boundary; `None` where too little is left to be worth a note.
pub(super) fn end_of(text: &str, cut: Cut) -> Option<usize> {
    let lines = text.match_indices('\n').nth(cut.lines.saturating_sub(1)).map(|(at, _)| at);
    let mut end = lines.unwrap_or(text.len());
    if end > cut.bytes {
        let start = head(text, cut.bytes);
        // Not in the middle of a word, where there are words.
        let word = start.rfind(char::is_whitespace).filter(|at| *at > start.len() / 2);
        end = word.unwrap_or(start.len());
    }
    let rest = text.get(end..)?.trim();
    let little = rest.len() <= 80 && !rest.contains('\n');
    (!little).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(turn: u32, role: Role, text: &str) -> Section {
        let kind = SectionKind::Tool;
        let (start, end, origin) = (0, text.len(), String::new());
        Section { turn, role, kind, origin, start, end, text: text.to_owned() }
    }

    fn transcript(sections: Vec<Section>) -> Transcript {
        Transcript { sections, ..Transcript::default() }
    }

    fn of(sections: Vec<Section>) -> Vec<(Option<usize>, Vec<usize>)> {
        let all = sections.len();
        let list = uses(&transcript(sections), 0, all);
        list.into_iter().map(|u| (u.call, u.answers)).collect()
    }

    #[test]
    fn answers_stand_with_their_calls_where_they_are_as_many() {
        let call = |turn| section(turn, Role::Assistant, "ls()");
        let answer = |turn| section(turn, Role::Tool, "x");
        assert_eq!(of(vec![call(0), answer(1)]), [(Some(0), vec![1])]);
        // A message for each answer; one of them in two pieces.
        let list = vec![call(0), call(0), answer(1), answer(1), answer(2)];
        assert_eq!(of(list), [(Some(0), vec![2, 3]), (Some(1), vec![4])]);
        // All answers in one message.
        let list = vec![call(0), call(0), answer(1), answer(1)];
        assert_eq!(of(list), [(Some(0), vec![2]), (Some(1), vec![3])]);
        // Nobody can say whose answer it is.
        let list = vec![call(0), call(0), call(0), answer(1), answer(2)];
        let alone = [(Some(0), vec![]), (Some(1), vec![]), (Some(2), vec![])];
        assert_eq!(of(list), [&alone[..], &[(None, vec![3]), (None, vec![4])]].concat());
        assert_eq!(of(vec![answer(0), call(1)]), [(None, vec![0]), (Some(1), vec![])]);
        let list = vec![call(0), answer(1), call(2), answer(3)];
        assert_eq!(of(list), [(Some(0), vec![1]), (Some(2), vec![3])]);
    }

    fn row(call: &str, answer: &str) -> (String, String) {
        let t = transcript(vec![section(0, Role::Assistant, call), section(1, Role::Tool, answer)]);
        let mut blocks = Vec::new();
        for tool in uses(&t, 0, 2) {
            push_use(&mut blocks, &t, &tool, &Folds::default(), None);
        }
        match blocks.as_slice() {
            [Block::Fold(fold)] => (fold.line.clone(), fold.size.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_row_names_the_tool_and_says_how_much_it_is() {
        let cases = [
            ("bash({\"cmd\": \"ls -la\"})", "a\nb", "bash(ls -la)", "→ 2 lines"),
            ("bash({\"cmd\": \"ls\\ncat x\"})", "a", "bash(ls cat x)", "2 lines → 1 line"),
            ("f({\"a\": 1, \"b\": [\"x\"]})", "", "f(a: 1, b: [\"x\"])", "→ 1 line"),
            ("f({\"a\": 1})", "x", "f(a: 1)", "→ 1 line"),
            ("f([1])", "x", "f([1])", "→ 1 line"),
            ("f({})", "x", "f()", "→ 1 line"),
            ("f(7", "x", "f(7)", "→ 1 line"),
            ("no call at all", "x", "no call at all", "→ 1 line"),
        ];
        for (call, answer, line, size) in cases {
            assert_eq!(row(call, answer), (line.to_owned(), size.to_owned()), "{call}");
        }
        let (line, size) = row(&format!("f({})", "word ".repeat(200)), "x");
        assert!(line.ends_with("word …)") && line.len() < LINE + 20, "{line}");
        assert_eq!(size, "1,000 characters → 1 line");
    }

    #[test]
    fn opened_tools_are_cut_and_say_how_much_more_there_is() {
        let long: Vec<String> = (0..50).map(|i| format!("row {i}")).collect();
        let long = long.join("\n");
        let t =
            transcript(vec![section(0, Role::Assistant, "ls(x)"), section(1, Role::Tool, &long)]);
        let tool = uses(&t, 0, 2).remove(0);
        let mut blocks = Vec::new();
        push_use(&mut blocks, &t, &tool, &Folds::at(Level::Head), Some(3));
        let end = long.find("\nrow 20").expect("a row");
        let wanted = [
            Block::Fold(Fold {
                id: 0,
                sections: Vec::new(),
                open: true,
                line: "3 · ls".to_owned(),
                size: "→ 50 lines".to_owned(),
            }),
            Block::Section(0),
            heading("answer"),
            Block::Head(1, end),
            absent("… 30 lines more"),
        ];
        assert_eq!(blocks, wanted);
        blocks.clear();
        push_use(&mut blocks, &t, &tool, &Folds::at(Level::Whole), None);
        assert_eq!(blocks.last(), Some(&Block::Section(1)));
    }

    #[test]
    fn a_text_is_cut_at_lines_then_at_words_and_not_for_little() {
        let cut = Cut { lines: 2, bytes: 100 };
        assert_eq!(end_of("a\nb", cut), None);
        assert_eq!(end_of("a\nb\nc", cut), None, "one short line is shown");
        assert_eq!(end_of("a\nb\nc\nd", cut), Some(3));
        let words = "word ".repeat(60);
        assert_eq!(end_of(&words, cut), Some(99));
        let solid = "ü".repeat(200);
        assert_eq!(end_of(&solid, cut), Some(100));
    }
}
