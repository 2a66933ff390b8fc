//! One line of a session log as a piece of its transcript.

use serde_json::{Map, Value};

use super::super::fields::{stopped, type_name};
use super::super::format::{PartKind, RawPart, RawTranscript, RawTurn, Reading};
use super::super::json;
use super::super::message::{self, Notes};
use super::text;
use crate::model::Role;

/// Fields that say the same on every line of a session. The rest (token counts, ids of lines, …) belongs to its
/// line and stays in the raw record.
const SESSION_FIELDS: [&str; 10] = [
    "cwd",
    "version",
    "claude_code_version",
    "gitBranch",
    "slug",
    "userType",
    "entrypoint",
    "permissionMode",
    "timestamp",
    "tools",
];
/// Fields of the last line of a `stream-json` dump.
const RESULT_FIELDS: [&str; 8] = [
    "subtype",
    "is_error",
    "num_turns",
    "duration_ms",
    "total_cost_usd",
    "usage",
    "permission_denials",
    "result",
];
/// What the program itself puts in the user's mouth.
const NOT_TYPED: [&str; 8] = [
    "<command-name>",
    "<command-message>",
    "<local-command-",
    "<bash-",
    "<task-notification>",
    "<system-reminder>",
    "Caveat: The messages below",
    "[Request interrupted by user",
];

/// A line and where it belongs.
pub struct Line<'a> {
    map: &'a Map<String, Value>,
    kind: &'a str,
    session: Option<&'a str>,
    /// The sub-agent whose conversation the line belongs to.
    agent: Option<&'a str>,
    notes: Notes,
    raw: RawTranscript,
}

impl<'a> Line<'a> {
    pub fn new(map: &'a Map<String, Value>) -> Self {
        let sidechain = map.get("isSidechain").and_then(Value::as_bool) == Some(true);
        let agent = text(map, "parent_tool_use_id")
            .or_else(|| text(map, "agentId").filter(|_| sidechain))
            .or(if sidechain { Some("sidechain") } else { None });
        Self {
            map,
            kind: text(map, "type").unwrap_or_default(),
            session: text(map, "sessionId").or_else(|| text(map, "session_id")),
            agent,
            notes: Notes::default(),
            raw: RawTranscript::default(),
        }
    }

    /// What the line gives.
    pub fn read(mut self) -> Vec<Reading> {
        let Some(session) = self.session else {
            return vec![Reading::Aside(self.aside())];
        };
        let inner = self.map.get("data").and_then(|data| data.get("message"));
        match self.kind {
            "user" | "assistant" => self.message(self.map, "message", self.kind),
            "system" => self.notice(),
            "result" => self.result(),
            "attachment" => self.attachment(),
            // A sub-agent at work, reported while it works.
            "progress" if inner.is_some_and(|inner| inner.get("message").is_some()) => {
                let data = self.map.get("data").and_then(Value::as_object);
                self.agent = data.and_then(|d| text(d, "agentId")).or(Some("sidechain"));
                if let Some(inner) = inner.and_then(Value::as_object) {
                    let kind = text(inner, "type").unwrap_or_default();
                    self.message(inner, "data.message.message", kind);
                }
            }
            _ => return vec![Reading::Aside(self.aside())],
        }
        let group = match self.agent {
            Some(agent) => format!("{session}/{agent}"),
            None => session.to_owned(),
        };
        self.about(&group);
        let mut raw = self.raw;
        let mut readings = self.notes.tell(&mut raw);
        readings.push(Reading::Part { group, piece: Box::new(raw) });
        readings
    }

    /// A sentence for a line that holds nothing of the conversation.
    fn aside(&self) -> String {
        let kind = json::plain(self.kind);
        match text(self.map, "summary").filter(|_| self.kind == "summary") {
            Some(title) => format!("the title of a session: {}", json::plain(title)),
            None if self.session.is_none() => format!("a {kind} line that names no session"),
            None => format!("a {kind} line"),
        }
    }

    /// Id and the fields of the session.
    fn about(&mut self, group: &str) {
        self.raw.id = Some(group.to_owned());
        for key in SESSION_FIELDS {
            if let Some(value) = self.map.get(key).filter(|v| !v.is_null()) {
                self.raw.meta.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(agent) = self.agent {
            self.raw.meta.insert("sidechain".to_owned(), agent.into());
            let session = self.session.unwrap_or_default();
            self.raw.meta.insert("parent_session".to_owned(), session.into());
        }
    }

    /// The message of a user or assistant line.
    fn message(&mut self, line: &Map<String, Value>, origin: &str, kind: &str) {
        let Some(value) = line.get("message") else {
            self.notes.wrong.push(format!("a {kind} line without `message`; it holds no turn"));
            return;
        };
        let expected = message::role(kind);
        let mut turn = match value {
            Value::Object(map) => {
                if !map.contains_key("content") {
                    let names: Vec<String> = map.keys().take(6).map(|k| json::plain(k)).collect();
                    let names = names.join(", ");
                    let text = format!("`{origin}` has no content, only {names}; it holds no turn");
                    self.notes.wrong.push(text);
                    return;
                }
                let before = self.notes.wrong.len();
                let Some(mut turn) = message::turn(value, origin, &mut self.notes) else { return };
                if matches!(&turn.role, Role::Other(word) if word == "unknown") {
                    // The line's type says who speaks.
                    self.notes.wrong.truncate(before);
                    turn.role = expected;
                }
                turn
            }
            Value::String(text) => {
                let note = format!("`{origin}` is text where an object was expected; read as said");
                self.notes.wrong.push(note);
                RawTurn::new(expected, vec![part(PartKind::Text, origin, text)])
            }
            other => {
                let what = type_name(other);
                let note = format!("`{origin}` is {what}, not a message; it holds no turn");
                self.notes.wrong.push(note);
                return;
            }
        };
        turn.id = turn.id.or_else(|| text(line, "uuid").map(str::to_owned));
        if turn.role == Role::Assistant {
            self.answer(line, &mut turn);
        } else if turn.role == Role::User {
            self.asked(line, &mut turn);
        }
        if !turn.parts.is_empty() {
            self.raw.turns.push(turn);
        }
    }

    fn answer(&mut self, line: &Map<String, Value>, turn: &mut RawTurn) {
        let message = line.get("message").and_then(Value::as_object);
        let model = message.and_then(|m| text(m, "model"));
        // The program's own words carry a model's name that is none.
        let synthetic = model == Some("<synthetic>");
        let failed = line.get("isApiErrorMessage").and_then(Value::as_bool) == Some(true);
        self.raw.model = model.filter(|_| !synthetic).map(str::to_owned);
        self.raw.stopped = message.and_then(stopped);
        if failed {
            let said = turn.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ");
            self.raw.stopped = Some(if said.is_empty() { "API error".to_owned() } else { said });
        }
        if synthetic || failed {
            for part in &mut turn.parts {
                part.kind = PartKind::Other;
            }
        }
    }

    fn asked(&mut self, line: &Map<String, Value>, turn: &mut RawTurn) {
        let said = turn.parts.iter().filter(|p| p.kind == PartKind::Text);
        let said = said.map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n\n");
        let start = said.trim_start();
        let is_meta = line.get("isMeta").and_then(Value::as_bool) == Some(true);
        if is_meta || NOT_TYPED.iter().any(|mark| start.starts_with(mark)) {
            turn.role = Role::Other("meta".to_owned());
        } else if !start.is_empty() {
            // The first one counts: what the session is about.
            self.raw.query = Some(said);
        }
    }

    /// A remark of the program, or the head of a `stream-json` dump.
    fn notice(&mut self) {
        if let Some(content) = text(self.map, "content") {
            let parts = vec![part(PartKind::Other, "content", content)];
            self.raw.turns.push(RawTurn::new(Role::Other("notice".to_owned()), parts));
        }
        self.raw.model = text(self.map, "model").map(str::to_owned);
    }

    fn result(&mut self) {
        let failed = self.map.get("is_error").and_then(Value::as_bool) == Some(true);
        let subtype = text(self.map, "subtype").filter(|word| *word != "success");
        if failed || subtype.is_some() {
            let words = text(self.map, "result").filter(|_| failed).or(subtype);
            self.raw.stopped = Some(words.unwrap_or("error").to_owned());
        }
        let mut result = Map::new();
        for key in RESULT_FIELDS {
            if let Some(value) = self.map.get(key) {
                result.insert(key.to_owned(), value.clone());
            }
        }
        self.raw.meta.insert("result".to_owned(), Value::Object(result));
    }

    /// What the program showed the model beside the messages.
    fn attachment(&mut self) {
        let Some(map) = self.map.get("attachment").and_then(Value::as_object) else {
            self.notes.wrong.push("an attachment line without `attachment`".to_owned());
            return;
        };
        let found = ["content", "prompt", "stdout"].iter().find_map(|k| Some((*k, text(map, k)?)));
        let part = if let Some((key, text)) = found {
            part(PartKind::Other, &format!("attachment.{key}"), text)
        } else {
            let kind = json::plain(text(map, "type").unwrap_or("attachment"));
            part(PartKind::Other, "attachment", &format!("[{kind}]"))
        };
        self.raw.turns.push(RawTurn::new(Role::Other("attachment".to_owned()), vec![part]));
    }
}

fn part(kind: PartKind, origin: &str, text: &str) -> RawPart {
    RawPart { kind, origin: origin.to_owned(), text: text.to_owned() }
}
