//! The rows below an item under review: the question, and the answers to a further one, wrapped to what room there is.

use crate::app::review::{Asking, OUTPUTS, Review};
use crate::app::{Command, State};
use crate::review::codebook::{Kind, Question};
use crate::text::{Wrapped, sanitize_line, truncate, width as columns};
use crate::ui::draw::review_words as words;

/// Rows of the screen from which on there is a rule above, and a row for what is said beside a question that takes several.
const ROOMY: u16 = 20;
/// Most rows of what a category means; the help has all of it.
const MOST_MEANING: usize = 3;
/// Columns between two words.
const GAP: usize = 3;

/// What stands there.
pub(crate) struct Below {
    /// There is a rule above.
    pub rule: bool,
    /// Rows of the question.
    pub question: Vec<String>,
    /// What a mark's category means, where it does not fit beside the question.
    pub meaning: Vec<String>,
    /// What is said beside the question has a row of its own.
    pub beside: bool,
    /// Rows of answers to a further question, or of what an output may do: words of which the first is a key; or what goes on from the row before, after a blank.
    /// Empty: the answers stand in one row.
    pub answers: Vec<Vec<String>>,
}

impl Below {
    /// All rows.
    pub fn rows(&self) -> u16 {
        let answers = self.answers.len().max(1);
        let asked = self.question.len() + self.meaning.len() + usize::from(self.beside);
        (usize::from(self.rule) + asked + answers) as u16
    }
}

/// What stands below the item on the screen.
pub(crate) fn below(state: &State, review: &Review, (width, height): (u16, u16)) -> Below {
    let room = usize::from(width.saturating_sub(2)).max(1);
    let rule = height >= ROOMY;
    let mut question = wrapped(&words::asked(review), room);
    let most = if rule { 5 } else { 3 };
    if question.len() > most {
        question.truncate(most);
        if let Some(last) = question.last_mut() {
            *last = truncate(&format!("{last}…"), room).into_owned();
        }
    }
    let beside = rule && question.len() > 1;
    let meaning = words::definition(state, review).filter(|_| rule && question.len() == 1);
    let meaning = meaning.filter(|text| {
        let asked = question.first().map_or(0, |asked| columns(asked));
        asked + GAP + columns(text) > room
    });
    let mut meaning = meaning.map_or_else(Vec::new, |text| wrapped(&text, room));
    meaning.truncate(MOST_MEANING);
    let most = usize::from(height) * 2 / 5;
    let answers = match review.question() {
        Some((_, own)) => answers(state, review, own, (room, most)),
        None if review.asking() == Asking::Output => outputs(state, room),
        None => Vec::new(),
    };
    Below { rule, question, meaning, beside, answers }
}

/// What an output may do, each with its key.
fn outputs(state: &State, room: usize) -> Vec<Vec<String>> {
    let skip = state.keymap.main_key(Command::Skip);
    let skip = (!skip.is_empty()).then(|| format!("{skip} skip"));
    packed(OUTPUTS.iter().map(|(key, word)| format!("{key} {word}")).chain(skip).collect(), room)
}

fn wrapped(text: &str, room: usize) -> Vec<String> {
    let rows = Wrapped::new(text, room).rows;
    rows.iter().map(|row| text.get(row.start..row.end).unwrap_or_default().to_owned()).collect()
}

/// Each answer with what it means, if all of that fits; else their words, and the key of the help, which has it.
fn answers(
    state: &State,
    review: &Review,
    question: &Question,
    (room, most): (usize, usize),
) -> Vec<Vec<String>> {
    if matches!(question.kind, Kind::Number | Kind::Text) {
        return Vec::new();
    }
    let given = review.session.as_ref().map(|session| &session.draft.answers);
    let chosen = given.and_then(|answers| answers.get(&question.id)?.as_array());
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for option in &question.options {
        let on = chosen.is_some_and(|all| all.iter().any(|own| own == option.value.as_str()));
        let mark = if on { "✓" } else { "" };
        let word = format!("{} {mark}{}", option.key, sanitize_line(&option.value));
        let told = if option.text == option.value {
            word.clone()
        } else {
            format!("{word}: {}", sanitize_line(&option.text))
        };
        short.push(truncate(&word, room).into_owned());
        long.push(told);
    }
    let mut more = Vec::new();
    if question.kind == Kind::Several || !question.required {
        let does = if question.kind == Kind::Several { "done" } else { "pass over" };
        more.push(format!("Enter {does}"));
    }
    more.push("Esc back".to_owned());
    if long == short {
        short.extend(more);
        return packed(short, room);
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for told in &long {
        let mut lines = wrapped(told, room.saturating_sub(2).max(1)).into_iter();
        rows.extend(lines.next().map(|first| vec![first]));
        rows.extend(lines.map(|line| vec![format!("  {line}")]));
    }
    rows.extend(packed(more.clone(), room));
    if rows.len() <= most {
        return rows;
    }
    short.extend(more);
    short.push(format!("{} meanings", state.keymap.main_key(Command::Help)));
    packed(short, room)
}

/// As many words in a row as fit.
fn packed(words: Vec<String>, room: usize) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut used = 0;
    for word in words {
        let wide = columns(&word);
        if let Some(row) = rows.last_mut().filter(|_| used + GAP + wide <= room) {
            used += GAP + wide;
            row.push(word);
        } else {
            used = wide;
            rows.push(vec![word]);
        }
    }
    rows
}
