//! Joining the pieces of one transcript that several units make up (the lines of a session, the events of a
//! sample). Which pieces belong together is said by the format; where they come from is the business of the caller.

use serde_json::Value;

use super::format::{LabelTarget, RawTranscript, RawTurn};
use crate::model::Role;

/// How many tool turns are looked past for the beginning of a message. Real sessions stay far below; the bound
/// keeps a session of nothing but tool results linear.
const FURTHEST: usize = 512;

/// Every target under which label rows may speak of a transcript.
pub fn targets<'a>(
    names: impl IntoIterator<Item = &'a String>,
    sample: &str,
    tier: Option<&str>,
) -> Vec<LabelTarget> {
    let mut all: Vec<LabelTarget> =
        names.into_iter().map(|name| LabelTarget::Id(name.clone())).collect();
    all.push(LabelTarget::Sample(sample.to_owned()));
    if let Some(tier) = tier {
        all.push(LabelTarget::SampleInTier(sample.to_owned(), tier.to_owned()));
    }
    all
}

impl RawTranscript {
    /// Puts what was asked elsewhere in front of this answer; its other fields fill what is still empty. An answer that
    /// tells itself what was asked keeps its own turns.
    pub fn answers(&mut self, mut asked: Self) {
        let told = self.turns.iter().any(|turn| turn.role == Role::User);
        let mut turns = if told { Vec::new() } else { std::mem::take(&mut asked.turns) };
        asked.turns.clear();
        turns.append(&mut self.turns);
        let stopped = self.stopped.take().or(asked.stopped.take());
        self.append(asked);
        self.stopped = stopped;
        self.turns = turns;
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
            if !self.aliases.contains(&alias) {
                self.aliases.push(alias);
            }
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

    fn push_turn(&mut self, turn: RawTurn) {
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
            let place = Place { source: "a.jsonl".to_owned(), index: i as u64, ..Place::default() };
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
mod tests {
    use super::*;
    use crate::ingest::format::{PartKind, RawPart};
    use serde_json::json;

    fn turn(role: Role, id: Option<&str>, text: &str) -> RawTurn {
        let part =
            RawPart { kind: PartKind::Text, origin: "message".to_owned(), text: text.to_owned() };
        RawTurn { role, parts: vec![part], id: id.map(str::to_owned) }
    }

    fn piece(turns: Vec<RawTurn>) -> RawTranscript {
        RawTranscript { turns, ..RawTranscript::default() }
    }

    fn told(raw: &RawTranscript) -> Vec<String> {
        let text =
            |t: &RawTurn| t.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("+");
        raw.turns.iter().map(|t| format!("{} {}", t.role.as_str(), text(t))).collect()
    }

    #[test]
    fn one_message_over_several_lines_is_one_turn() {
        let mut whole = piece(vec![turn(Role::User, Some("u"), "ask")]);
        for line in [
            turn(Role::Assistant, Some("m1"), "think"),
            turn(Role::Assistant, Some("m1"), "call 1"),
            turn(Role::Tool, Some("t1"), "result 1"),
            turn(Role::Assistant, Some("m1"), "call 2"),
            turn(Role::Tool, Some("t2"), "result 2"),
            turn(Role::Assistant, Some("m2"), "done"),
            turn(Role::User, Some("u2"), "more"),
            turn(Role::User, Some("u2"), "other words under one id"),
            turn(Role::Assistant, Some("m2"), "again"),
            turn(Role::Assistant, None, "x"),
            turn(Role::Assistant, None, "y"),
        ] {
            whole.append(piece(vec![line]));
        }
        let expected = [
            "user ask",
            "assistant think+call 1+call 2",
            "tool result 1",
            "tool result 2",
            "assistant done",
            "user more",
            "user other words under one id",
            "assistant again",
            "assistant x",
            "assistant y",
        ];
        assert_eq!(told(&whole), expected);
    }

    #[test]
    fn what_is_told_again_is_not_doubled() {
        let said = |n: usize| -> Vec<RawTurn> {
            let all = [
                (Role::User, "a"),
                (Role::Assistant, "b"),
                (Role::User, "c"),
                (Role::Assistant, "d "),
            ];
            all.into_iter().take(n).map(|(role, text)| turn(role, None, text)).collect()
        };
        let mut whole = piece(said(2));
        whole.append(piece(said(4)));
        assert_eq!(told(&whole), ["user a", "assistant b", "user c", "assistant d "]);
        // Two equal questions in a row are two; so is a question and another conversation.
        let mut whole = piece(vec![turn(Role::User, None, "a")]);
        whole.append(piece(vec![turn(Role::User, None, "a"), turn(Role::Assistant, None, "b")]));
        assert_eq!(told(&whole), ["user a", "user a", "assistant b"]);
    }

    #[test]
    fn fields_are_filled_and_a_stop_is_forgotten_when_the_model_goes_on() {
        let mut whole = RawTranscript {
            id: Some("one".to_owned()),
            stopped: Some("overloaded".to_owned()),
            turns: vec![turn(Role::Assistant, None, "x")],
            ..RawTranscript::default()
        };
        whole.meta.insert("a".to_owned(), json!(1));
        whole.meta.insert("n".to_owned(), Value::Null);
        whole.meta.insert("withheld_reasoning".to_owned(), json!(2));
        let mut later = RawTranscript {
            id: Some("two".to_owned()),
            model: Some("m".to_owned()),
            aliases: vec!["alias".to_owned()],
            grades: vec!["g".to_owned()],
            ..RawTranscript::default()
        };
        later.meta.insert("a".to_owned(), json!(2));
        later.meta.insert("n".to_owned(), json!(3));
        later.meta.insert("withheld_reasoning".to_owned(), json!(1));
        whole.append(later);
        assert_eq!((whole.id.as_deref(), whole.model.as_deref()), (Some("one"), Some("m")));
        assert_eq!((&whole.meta["a"], &whole.meta["n"]), (&json!(1), &json!(3)));
        assert_eq!(whole.meta["withheld_reasoning"], 3, "a count is added up");
        assert_eq!((whole.aliases.len(), whole.grades.len()), (1, 1));
        assert_eq!(whole.stopped.as_deref(), Some("overloaded"), "nobody spoke since");
        whole.append(piece(vec![turn(Role::User, None, "go on")]));
        assert!(whole.stopped.is_some());
        whole.append(piece(vec![turn(Role::Assistant, None, "y")]));
        assert_eq!(whole.stopped, None);
        let cut =
            RawTranscript { stopped: Some("max_tokens".to_owned()), ..RawTranscript::default() };
        whole.append(cut);
        assert_eq!(whole.stopped.as_deref(), Some("max_tokens"));
    }

    /// Every place of a value, as the keys and indices on the way.
    fn places(value: &Value, at: &str, out: &mut Vec<String>) {
        out.push(at.to_owned());
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    places(
                        value,
                        &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                        out,
                    );
                }
            }
            Value::Array(list) => {
                for (i, value) in list.iter().enumerate() {
                    places(value, &format!("{at}/{i}"), out);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn no_change_of_a_sample_file_makes_a_unit_vanish() {
        let document = |text: &str| vec![serde_json::from_str::<Value>(text).unwrap()];
        let samples = [
            document(include_str!("../../sample-data/formats/docent.json")),
            document(include_str!("../../sample-data/formats/petri.json")),
            document(include_str!("../../sample-data/formats/petri_events.json")),
            document(include_str!("../../sample-data/formats/atif.json")),
            serde_json::from_str(include_str!("../../sample-data/formats/tau-bench.json")).unwrap(),
            testing::lines(include_str!("../../sample-data/formats/claude-code.jsonl")),
            testing::lines(include_str!("../../sample-data/formats/openai-evals.jsonl")),
        ];
        let odd =
            [json!(null), json!(-1.5), json!("<x"), json!([]), json!({}), json!([[{"type": 3}]])];
        for record in samples.iter().flatten() {
            let mut all = Vec::new();
            places(record, "", &mut all);
            for (n, place) in all.iter().enumerate() {
                let mut changed = record.clone();
                // One after another: every place meets one kind of value, every kind many places.
                *changed.pointer_mut(place).unwrap() = odd[n % odd.len()].clone();
                let (transcripts, readings) = testing::joined(&[changed]);
                let reading = &readings[0];
                let given = transcripts.len() + reading.transcripts.len() + reading.shared.len();
                let told = reading.left_out > 0 || reading.aside.is_some();
                assert!(given > 0 || told, "{place}: {}", reading.format);
            }
        }
    }
}
