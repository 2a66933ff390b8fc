//! Joining the pieces of one transcript that several units make up (the lines of a session, the events of a
//! sample). Which pieces belong together is said by the format; where they come from is the business of the caller.

use serde_json::Value;

use super::format::{LabelRow, LabelTarget, RawPart, RawTranscript, RawTurn};
use crate::model::Role;

/// In an origin: the string was put together from all the pieces of a stream (`[*].choices[0].delta.content`).
pub const WHOLE_STREAM: &str = "[*]";

/// How many tool turns are looked past for the beginning of a message. Real sessions stay far below; the bound
/// keeps a session of nothing but tool results linear.
const FURTHEST: usize = 512;

/// Every target under which label rows may speak of a transcript.
pub fn targets<'a>(
    names: impl IntoIterator<Item = &'a String>,
    sample: &str,
    tier: Option<&str>,
) -> Vec<LabelTarget> {
    let names: Vec<&String> = names.into_iter().collect();
    let mut all: Vec<LabelTarget> =
        names.iter().map(|name| LabelTarget::Id((*name).clone())).collect();
    let other = (!names.iter().any(|name| *name == sample)).then_some(sample);
    for name in names.iter().map(|name| name.as_str()).chain(other) {
        all.push(LabelTarget::Named(name.to_owned(), None));
        if let Some(tier) = tier {
            all.push(LabelTarget::Named(name.to_owned(), Some(tier.to_owned())));
        }
    }
    all.push(LabelTarget::Sample(sample.to_owned()));
    if let Some(tier) = tier {
        all.push(LabelTarget::SampleInTier(sample.to_owned(), tier.to_owned()));
    }
    all
}

impl RawTranscript {
    /// Gives one of several answers an id of its own, `ID_SUFFIX`; the source's id stays as an alias.
    pub fn set_apart(&mut self, suffix: &str) {
        if let Some(id) = self.id.take() {
            self.id = Some(format!("{id}_{suffix}"));
            self.alias(&id);
        }
    }

    /// Adds a name under which others may speak of this transcript.
    pub fn alias(&mut self, name: &str) {
        let known = self.id.as_deref() == Some(name) || self.aliases.iter().any(|a| a == name);
        if !known && !name.trim().is_empty() {
            self.aliases.push(name.to_owned());
        }
    }

    /// Puts what was asked in front and fills what is still empty. Where several questions meet as many answers (a file
    /// of questions with two turns each), they take turns.
    pub fn ask(&mut self, mut asked: Self) {
        if self.turns.iter().any(|t| t.role == Role::User) {
            // An answer that tells itself what was asked knows better.
            asked.turns.clear();
        }
        let users = asked.turns.iter().filter(|t| t.role == Role::User).count();
        let only_asked = asked.turns.iter().all(|t| matches!(t.role, Role::System | Role::User));
        let only_answers = self.turns.iter().all(|t| t.role == Role::Assistant);
        let answers = std::mem::take(&mut self.turns);
        let take_turns = users > 1 && only_asked && only_answers && users == answers.len();
        let mut answers = answers.into_iter();
        for turn in std::mem::take(&mut asked.turns) {
            let question = turn.role == Role::User;
            self.turns.push(turn);
            if question && take_turns {
                self.turns.extend(answers.next());
            }
        }
        self.turns.extend(answers);
        let stopped = self.stopped.take().or(asked.stopped.take());
        self.append(asked);
        self.stopped = stopped;
    }

    /// Takes what a label row says. What is known already, by the same rater, is not said twice: published pages carry
    /// the labels of their list.
    pub fn take_labels(&mut self, row: LabelRow) {
        for label in row.labels {
            if !self.labels.contains(&label) {
                self.labels.push(label);
            }
        }
        for quote in row.quotes {
            if !self.quotes.contains(&quote) {
                self.quotes.push(quote);
            }
        }
        for (key, value) in row.meta {
            let mut name = key;
            while self.meta.get(&name).is_some_and(|known| *known != value) {
                name.push('\'');
            }
            self.meta.insert(name, value);
        }
    }

    /// Adds a later piece: lists are appended, other fields filled where still empty.
    ///
    /// - A turn of the model with the id of its turn before goes on with that turn, when only tool results stand
    ///   between: one message may be written over several lines, with results of its calls among them.
    /// - A piece that tells the whole conversation again before it goes on (each request of a chat holds all
    ///   earlier messages) adds only what is new.
    /// - `withheld_reasoning` is a count and is added up.
    /// - What stopped an answer no longer counts once the model has spoken again.
    pub fn append(&mut self, piece: RawTranscript) {
        fill(&mut self.id, piece.id);
        fill(&mut self.sample, piece.sample);
        fill(&mut self.epoch, piece.epoch);
        if self.tier.is_none() {
            self.tier = piece.tier;
            self.tier_canonical = piece.tier_canonical;
        }
        fill(&mut self.setting, piece.setting);
        fill(&mut self.model, piece.model);
        fill(&mut self.variant, piece.variant);
        fill(&mut self.query, piece.query);
        fill(&mut self.success, piece.success);
        let spoke = piece.turns.iter().any(|turn| turn.role == Role::Assistant);
        if spoke || piece.stopped.is_some() {
            self.stopped = piece.stopped;
        }
        let known = if self.told_again(&piece.turns) { self.turns.len() } else { 0 };
        for turn in piece.turns.into_iter().skip(known) {
            self.push_turn(turn);
        }
        for alias in piece.aliases {
            self.alias(&alias);
        }
        self.labels.extend(piece.labels);
        self.grades.extend(piece.grades);
        self.quotes.extend(piece.quotes);
        self.repairs.extend(piece.repairs);
        for (key, value) in piece.meta {
            let counted = key == "withheld_reasoning";
            let slot = self.meta.entry(key).or_insert(Value::Null);
            match (slot.as_u64(), value.as_u64()) {
                (Some(so_far), Some(more)) if counted => *slot = so_far.saturating_add(more).into(),
                _ if slot.is_null() => *slot = value,
                _ => {}
            }
        }
    }

    /// Whether `turns` begin with everything said so far. A single turn proves nothing: people repeat themselves.
    fn told_again(&self, turns: &[RawTurn]) -> bool {
        let texts = |turn: &RawTurn| -> Vec<String> {
            turn.parts.iter().map(|part| part.text.trim().to_owned()).collect()
        };
        self.turns.len() > 1
            && turns.len() > self.turns.len()
            && self.turns.iter().zip(turns).all(|(a, b)| a.role == b.role && texts(a) == texts(b))
    }

    /// Adds a turn; one that goes on with the turn before joins it.
    pub(super) fn push_turn(&mut self, turn: RawTurn) {
        let streamed = turn.parts.iter().all(|p| p.origin.contains(WHOLE_STREAM));
        if let Some(last) = self.turns.last_mut()
            && streamed
            && turn.id.is_some()
            && (&last.role, &last.id) == (&turn.role, &turn.id)
        {
            turn.parts.into_iter().for_each(|part| push_piece(&mut last.parts, part));
            return;
        }
        if turn.role == Role::Assistant && turn.id.is_some() {
            let mut back = self.turns.iter_mut().rev().take(FURTHEST);
            let before = back.find(|before| before.role != Role::Tool);
            if let Some(begun) = before.filter(|b| b.role == turn.role && b.id == turn.id) {
                begun.parts.extend(turn.parts);
                return;
            }
        }
        self.turns.push(turn);
    }
}

/// Adds a piece to the string it belongs to.
fn push_piece(parts: &mut Vec<RawPart>, piece: RawPart) {
    match parts.iter_mut().find(|p| p.kind == piece.kind && p.origin == piece.origin) {
        Some(part) => part.text.push_str(&piece.text),
        None => parts.push(piece),
    }
}

fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// For the tests of formats whose units are pieces.
#[cfg(test)]
pub mod testing {
    use serde_json::Value;

    use super::RawTranscript;
    use crate::ingest::{Context, LabelRules, UnitReading, assemble, read_unit};
    use crate::model::{Place, Transcript};

    /// The values of a file of JSON lines.
    pub fn lines(text: &str) -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Reads each line and joins the pieces of each group as the corpus does: groups in order of their first line.
    pub fn joined(lines: &[Value]) -> (Vec<Transcript>, Vec<UnitReading>) {
        let rules = LabelRules::default();
        let mut groups: Vec<(String, RawTranscript)> = Vec::new();
        let (mut shared, mut readings) = (Vec::new(), Vec::new());
        for (i, line) in lines.iter().enumerate() {
            let place = Place { source: "a.jsonl".into(), index: i as u64, ..Place::default() };
            let context = Context::new(place, "a", &rules, i as u64);
            let mut reading = read_unit(&serde_json::to_vec(line).unwrap(), &context);
            for (name, piece) in reading.parts.drain(..) {
                match groups.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, whole)) => whole.append(piece),
                    None => groups.push((name, piece)),
                }
            }
            shared.extend(reading.shared.iter().cloned());
            readings.push(reading);
        }
        let context = Context::new(Place::default(), "a", &rules, 1);
        let finish = |(_, mut raw): (String, RawTranscript)| {
            for piece in &shared {
                raw.append(RawTranscript::clone(piece));
            }
            assemble(raw, "test", &context)
        };
        (groups.into_iter().map(finish).collect(), readings)
    }
}

#[cfg(test)]
mod tests;
