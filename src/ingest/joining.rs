//! How pieces come together: turns of several units, a question that stands elsewhere, several answers to one question.
//! Which pieces belong together is the business of the loader; this knows only how.

use super::format::{RawPart, RawTranscript, RawTurn};
use crate::model::Role;

/// In an origin: the string was put together from all the pieces of a stream (`[*].choices[0].delta.content`).
pub const WHOLE_STREAM: &str = "[*]";

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

    /// Adds turns at the end. A turn that continues the last one (same role and id) joins it, when it was cut from a
    /// stream; and pieces of one string of a stream are put together.
    pub fn append(&mut self, turns: Vec<RawTurn>) {
        for turn in turns {
            let streamed = turn.parts.iter().all(|p| p.origin.contains(WHOLE_STREAM));
            match self.turns.last_mut() {
                Some(last) if streamed && turn.id.is_some() && continues(last, &turn) => {
                    for part in turn.parts {
                        push_piece(&mut last.parts, part);
                    }
                }
                _ => self.turns.push(turn),
            }
        }
    }

    /// Puts what was asked in front and fills what is still empty. Where several questions meet as many answers (a file
    /// of questions with two turns each), they take turns.
    pub fn ask(&mut self, asked: RawTranscript) {
        let users = asked.turns.iter().filter(|t| t.role == Role::User).count();
        let only_asked = asked.turns.iter().all(|t| matches!(t.role, Role::System | Role::User));
        let only_answers = self.turns.iter().all(|t| t.role == Role::Assistant);
        let answers = std::mem::take(&mut self.turns);
        let take_turns = users > 1 && only_asked && only_answers && users == answers.len();
        let mut answers = answers.into_iter();
        for turn in asked.turns {
            let question = turn.role == Role::User;
            self.turns.push(turn);
            if question && take_turns {
                self.turns.extend(answers.next());
            }
        }
        self.turns.extend(answers);
        self.id = self.id.take().or(asked.id);
        self.sample = self.sample.take().or(asked.sample);
        self.epoch = self.epoch.or(asked.epoch);
        if self.tier.is_none() {
            self.tier = asked.tier;
            self.tier_canonical = asked.tier_canonical;
        }
        self.setting = self.setting.take().or(asked.setting);
        self.model = self.model.take().or(asked.model);
        self.variant = self.variant.take().or(asked.variant);
        self.query = self.query.take().or(asked.query);
        self.success = self.success.or(asked.success);
        self.stopped = self.stopped.take().or(asked.stopped);
        self.labels.extend(asked.labels);
        self.quotes.extend(asked.quotes);
        self.repairs.extend(asked.repairs);
        for alias in asked.aliases {
            self.alias(&alias);
        }
        for (key, value) in asked.meta {
            self.meta.entry(key).or_insert(value);
        }
    }
}

fn continues(last: &RawTurn, turn: &RawTurn) -> bool {
    last.role == turn.role && last.id == turn.id
}

/// Adds a piece to the string it belongs to.
fn push_piece(parts: &mut Vec<RawPart>, piece: RawPart) {
    match parts.iter_mut().find(|p| p.kind == piece.kind && p.origin == piece.origin) {
        Some(part) => part.text.push_str(&piece.text),
        None => parts.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::PartKind;

    fn turn(role: Role, origin: &str, text: &str, id: Option<&str>) -> RawTurn {
        let part = RawPart::new(PartKind::Text, origin, text);
        RawTurn { role, parts: vec![part], id: id.map(str::to_owned) }
    }

    fn texts(raw: &RawTranscript) -> Vec<String> {
        raw.turns.iter().map(|t| format!("{}:{}", t.role.as_str(), t.parts[0].text)).collect()
    }

    #[test]
    fn only_pieces_of_a_stream_grow_together() {
        let said = |origin: &str, text: &str, id| turn(Role::Assistant, origin, text, id);
        let mut raw = RawTranscript::default();
        raw.append(vec![said("[*].a", "Good ", Some("m")), said("[*].a", "day", Some("m"))]);
        raw.append(vec![said("[*].b", "!", Some("m"))]);
        assert_eq!(raw.turns.len(), 1);
        let parts: Vec<&str> = raw.turns[0].parts.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(parts, ["Good day", "!"]);
        // Another message, a message without an id, and pieces of records that are no stream.
        raw.append(vec![said("[*].a", "x", Some("n")), said("[*].a", "y", None)]);
        raw.append(vec![said("content[0]", "p", Some("k")), said("content[0]", "q", Some("k"))]);
        assert_eq!(raw.turns.len(), 5);
    }

    #[test]
    fn questions_stand_before_their_answers() {
        let asked = RawTranscript {
            turns: vec![
                turn(Role::System, "s", "s", None),
                turn(Role::User, "a", "q1", None),
                turn(Role::User, "b", "q2", None),
            ],
            model: Some("asked".to_owned()),
            setting: Some("helpful-only".to_owned()),
            ..RawTranscript::default()
        };
        let answers = |n: usize| RawTranscript {
            turns: (1..=n).map(|i| turn(Role::Assistant, "x", &format!("a{i}"), None)).collect(),
            model: Some("own".to_owned()),
            ..RawTranscript::default()
        };
        let mut two = answers(2);
        two.ask(asked.clone());
        let expected = ["system:s", "user:q1", "assistant:a1", "user:q2", "assistant:a2"];
        assert_eq!(texts(&two), expected);
        assert_eq!(two.model.as_deref(), Some("own"));
        assert_eq!(two.setting.as_deref(), Some("helpful-only"));
        let mut one = answers(1);
        one.ask(asked);
        assert_eq!(texts(&one), ["system:s", "user:q1", "user:q2", "assistant:a1"]);
    }

    #[test]
    fn an_answer_set_apart_is_still_found_by_its_own_id() {
        let mut raw = RawTranscript { id: Some("x".to_owned()), ..RawTranscript::default() };
        raw.set_apart("epoch_1");
        raw.alias("x");
        assert_eq!((raw.id.as_deref(), raw.aliases), (Some("x_epoch_1"), vec!["x".to_owned()]));
        let mut nameless = RawTranscript::default();
        nameless.set_apart("epoch_1");
        assert_eq!(nameless.id, None);
    }
}
