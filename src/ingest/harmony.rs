//! Whole conversations in one string of harmony tokens, as gpt-oss models see and write them. A response alone, and
//! what is left when the tokens were removed, is the business of `split`.

use serde_json::Value;

use super::Context;
use super::fields::Fields;
use super::flat;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::keys::{Keys, List};
use super::message;
use super::split::{HarmonyMessage, harmony_messages};
use crate::model::Role;

/// Fields that may hold a whole conversation, the fullest first.
const WHOLE: List<12> = List::new([
    "full_text",
    "conversation",
    "transcript",
    "harmony",
    "text",
    "raw",
    "raw_text",
    "output",
    "completion",
    "response",
    "prompt",
    "full_prompt",
]);

/// The format.
pub struct Harmony;

/// Whether a text is a conversation in harmony tokens, and no mere response: someone else than the model speaks.
pub fn is_conversation(text: &str) -> bool {
    let start = text.trim_start();
    start.starts_with("<|start|>")
        && text.contains("<|message|>")
        && ["system", "developer", "user"]
            .iter()
            .any(|role| text.contains(&format!("<|start|>{role}<|")))
}

fn field(record: &Value) -> Option<(&'static str, &str)> {
    let keys = Keys::new(record.as_object()?);
    keys.texts(&WHOLE).find(|(_, text)| is_conversation(text))
}

impl Format for Harmony {
    fn name(&self) -> &'static str {
        "harmony"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&WHOLE.names], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let (key, _) = field(record)?;
        Some(format!("has a conversation in harmony tokens under {key}"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let (Some((key, text)), Some(map)) = (field(record), record.as_object()) else {
            return Vec::new();
        };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript { turns: turns(text, key), ..RawTranscript::default() };
        fields.mark(key);
        // A prompt ends with the head of the answer, which then stands in a field of its own.
        let open =
            raw.turns.last().is_some_and(|t| t.role != Role::Assistant || t.parts.is_empty());
        if open {
            if raw.turns.last().is_some_and(|t| t.role == Role::Assistant) {
                raw.turns.pop();
            }
            let others = map.iter().filter(|(other, _)| *other != key);
            let others = others.map(|(k, v)| (k.clone(), v.clone())).collect();
            if let Some(parts) = flat::answer(&mut Fields::new(&others), &mut raw) {
                for part in &parts {
                    fields.mark(&part.origin);
                }
                match parts.as_slice() {
                    [part] if part.text.contains("<|message|>") => {
                        let (path, text) = (part.origin.clone(), part.text.clone());
                        raw.turns.extend(turns(&text, &path));
                    }
                    _ => raw.turns.push(RawTurn::new(Role::Assistant, parts)),
                }
            }
        } else {
            copies(map, text, &mut fields);
        }
        fields.finish(raw)
    }
}

/// Fields that repeat a piece of the conversation are not kept twice.
fn copies<'a>(map: &'a serde_json::Map<String, Value>, text: &str, fields: &mut Fields<'a>) {
    for (key, value) in map {
        let copy = value.as_str().map(str::trim).unwrap_or_default();
        if WHOLE.contains(&key.as_str()) && copy.len() > 20 && text.contains(copy) {
            fields.mark(key);
        }
    }
}

/// Reads a text in tokens; each part's origin carries its byte range in the string. What the model writes in a row is
/// one turn: its channels become reasoning, text and calls of tools.
pub fn turns(text: &str, origin: &str) -> Vec<RawTurn> {
    let mut out: Vec<RawTurn> = Vec::new();
    for piece in harmony_messages(text) {
        let (role, part) = read(text, &piece, origin);
        match out.last_mut() {
            Some(last) if role == Role::Assistant && last.role == Role::Assistant => {
                last.parts.extend(part);
            }
            _ => out.push(RawTurn::new(role, part.into_iter().collect())),
        }
    }
    out
}

fn read(text: &str, piece: &HarmonyMessage, origin: &str) -> (Role, Option<RawPart>) {
    let header = text.get(piece.header.clone()).unwrap_or_default();
    let whole = text.get(piece.body.clone()).unwrap_or_default();
    let body = whole.trim();
    let start = piece.body.start + (whole.len() - whole.trim_start().len());
    let path = format!("{origin}[{start}..{}]", start + body.len());
    let (head, channel) = header.split_once("<|channel|>").unwrap_or((header, ""));
    let speaker = head.split_whitespace().next().unwrap_or("assistant");
    let role = match message::role(speaker) {
        // `functions.look to=assistant`: the tool that answers.
        Role::Other(_) if header.contains("to=assistant") || speaker.contains('.') => Role::Tool,
        role => role,
    };
    if body.is_empty() {
        return (role, None);
    }
    let recipient = header
        .split(|c: char| c.is_whitespace() || c == '<')
        .find_map(|word| word.strip_prefix("to="))
        .filter(|to| *to != "assistant" && *to != "user");
    let part = match (&role, recipient) {
        (Role::Tool, _) => RawPart::new(PartKind::Tool, path, body),
        (Role::Assistant, Some(tool)) => {
            RawPart::new(PartKind::Tool, path, format!("{tool}({body})"))
        }
        (Role::Assistant, None) => {
            let kind = match channel.split(|c: char| !c.is_ascii_alphabetic()).next() {
                Some("analysis") => PartKind::Reasoning,
                Some("commentary") => PartKind::Other,
                _ => PartKind::Text,
            };
            RawPart::new(kind, path, body)
        }
        _ => RawPart::new(PartKind::Text, path, body),
    };
    (role, Some(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::LabelRules;
    use crate::model::Place;
    use serde_json::json;

    const TALK: &str = "<|start|>system<|message|>Be kind.<|end|><|start|>developer<|message|># Instructions\n\nShort.<|end|>\
        <|start|>user<|message|>Weather?<|end|><|start|>assistant<|channel|>analysis<|message|>Look it up.<|end|>\
        <|start|>assistant<|channel|>commentary<|message|>One moment.<|end|>\
        <|start|>assistant<|channel|>commentary to=functions.look <|constrain|>json<|message|>{\"a\":1}<|call|>\
        <|start|>functions.look to=assistant<|channel|>commentary<|message|>{\"sky\":\"grey\"}<|end|>\
        <|start|>assistant<|channel|>analysis<|message|>Grey.<|end|>\
        <|start|>assistant<|channel|>final<|message|><OUTPUT>It is grey.</OUTPUT><|return|>";

    fn read(record: &Value) -> RawTranscript {
        let rules = LabelRules::default();
        assert!(Harmony.recognise(record).is_some(), "{record}");
        let mut all = Harmony.read(record, &Context::new(Place::default(), "x", &rules, 0));
        let Some(Reading::Transcript(raw)) = all.pop() else { panic!("{all:?}") };
        *raw
    }

    fn parts(raw: &RawTranscript) -> Vec<String> {
        let shown = |t: &RawTurn| -> String {
            let parts: Vec<String> =
                t.parts.iter().map(|p| format!("{:?} {}", p.kind, p.text)).collect();
            format!("{}: {}", t.role.as_str(), parts.join(" | "))
        };
        raw.turns.iter().map(shown).collect()
    }

    #[test]
    fn a_whole_conversation_becomes_turns() {
        let raw = read(&json!({"text": TALK, "tier": "free"}));
        assert_eq!(
            parts(&raw),
            [
                "system: Text Be kind.",
                "system: Text # Instructions\n\nShort.",
                "user: Text Weather?",
                "assistant: Reasoning Look it up. | Other One moment. | Tool functions.look({\"a\":1})",
                "tool: Tool {\"sky\":\"grey\"}",
                "assistant: Reasoning Grey. | Text <OUTPUT>It is grey.</OUTPUT>",
            ]
        );
        for part in raw
            .turns
            .iter()
            .flat_map(|t| &t.parts)
            .filter(|p| !p.text.starts_with("functions.look("))
        {
            let range = part.origin.strip_prefix("text[").unwrap().strip_suffix(']').unwrap();
            let (start, end) = range.split_once("..").unwrap();
            assert_eq!(&TALK[start.parse().unwrap()..end.parse().unwrap()], part.text);
        }
        assert!(raw.meta.is_empty() && raw.tier.is_some());
    }

    #[test]
    fn a_prompt_and_its_completion_are_one_conversation() {
        let (prompt, rest) = TALK.split_at(TALK.find("<|channel|>analysis").unwrap());
        let raw = read(&json!({"prompt": prompt, "completion": rest}));
        assert_eq!(parts(&raw).len(), 6);
        assert_eq!(parts(&raw)[3..], parts(&read(&json!({"text": TALK})))[3..]);
        let raw = read(&json!({"prompt": prompt, "response": "plain"}));
        assert_eq!(parts(&raw)[3], "assistant: Text plain");
        let raw = read(&json!({"text": TALK, "prompt": prompt, "completion": rest}));
        assert_eq!(parts(&raw).len(), 6);
        assert!(raw.meta.is_empty(), "copies: {:?}", raw.meta);
    }

    #[test]
    fn a_torn_end_is_kept() {
        let raw = read(
            &json!({"text": "<|start|>user<|message|>u<|end|><|start|>assistant<|channel|>analysis<|message|>half a"}),
        );
        assert_eq!(parts(&raw), ["user: Text u", "assistant: Reasoning half a"]);
        let raw = read(&json!({"text": "<|start|>user<|message|>u<|end|>"}));
        assert_eq!(parts(&raw), ["user: Text u"]);
    }

    #[test]
    fn responses_alone_stay_with_the_splitter() {
        for text in [
            "<|channel|>analysis<|message|>t<|end|><|start|>assistant<|channel|>final<|message|>a<|return|>",
            "<|start|>assistant<|channel|>analysis<|message|>t<|end|>",
            "analysisshortassistantfinalHello.",
            "The token <|start|>user<|message|> opens a message.",
            "<|start|>nothing",
        ] {
            assert_eq!(Harmony.recognise(&json!({"text": text})), None, "{text}");
        }
    }
}
