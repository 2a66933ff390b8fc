//! One transcript by a mapping: what was found becomes fields, turns and labels; the rest becomes meta.

use serde_json::{Map, Value, json};

use super::path::{Path, Step, without};
use super::source::{Hit, Place, Scope, Source, is_filled};
use super::{LabelSource, Mapping, Messages};
use crate::ingest::fields::type_name;
use crate::ingest::format::{PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading};
use crate::ingest::label_fields::{container, judge_object};
use crate::ingest::message::{self, Notes};
use crate::ingest::tier;
use crate::model::{ProblemKind, Role, TierFrom};

/// What has been used of a record: level and path.
type Used = Vec<(usize, Path)>;

/// A transcript in the making.
#[derive(Default)]
struct Work {
    raw: RawTranscript,
    notes: Notes,
    used: Used,
}

impl Work {
    /// Keeps a whole field out of meta; one of which a pattern took a part stays.
    fn mark(&mut self, hit: &Hit<'_>) {
        if let (Some(at), None) = (&hit.at, hit.part) {
            self.used.push(at.clone());
        }
    }

    /// The one word that is found, as it means.
    fn word(&mut self, source: Option<&Source>, scope: &Scope<'_>) -> Option<String> {
        let hit = source?.find(scope)?;
        let word = hit.word();
        if word.is_some() && hit.meaning.is_none() {
            self.mark(&hit);
        }
        word
    }

    /// The parts that a field gives, as one kind where it is plain text.
    fn parts(&mut self, hit: &Hit<'_>, kind: &PartKind) -> Vec<RawPart> {
        let origin = hit.origin();
        let parts = match hit.value.as_ref() {
            Value::Null => Vec::new(),
            Value::String(_) => match hit.text().filter(|text| !text.is_empty()) {
                Some(text) => vec![RawPart { kind: kind.clone(), origin, text: text.to_owned() }],
                None => Vec::new(),
            },
            Value::Array(_) | Value::Object(_) => {
                // Blocks are read as those of a message.
                let plain = json!({"role": "assistant", "content": hit.value});
                let mut notes = Notes::default();
                let turn = message::turn(&plain, "", &mut notes);
                let named = |text: &str| text.replacen("`.content", &format!("`{origin}"), 1);
                self.notes.wrong.extend(notes.wrong.iter().map(|text| named(text)));
                self.notes.withheld += notes.withheld;
                let mut parts = turn.map(|turn| turn.parts).unwrap_or_default();
                for part in &mut parts {
                    if let Some(rest) = part.origin.strip_prefix(".content") {
                        part.origin = format!("{origin}{rest}");
                    }
                    if part.kind == PartKind::Text {
                        part.kind = kind.clone();
                    }
                }
                if parts.iter().all(|part| part.kind == PartKind::Other) {
                    self.wrong(hit, &origin);
                    return parts;
                }
                parts
            }
            Value::Bool(_) | Value::Number(_) => {
                self.wrong(hit, &origin);
                return Vec::new();
            }
        };
        self.mark(hit);
        parts
    }

    fn wrong(&mut self, hit: &Hit<'_>, origin: &str) {
        let what = type_name(&hit.value);
        let sentence = format!("`{origin}` holds {what} where text was expected; kept as meta");
        self.notes.wrong.push(sentence);
    }

    /// A turn of one field.
    fn said(&mut self, role: Role, source: Option<&Source>, scope: &Scope<'_>) -> Option<RawTurn> {
        let hit = source?.find(scope)?;
        let parts = self.parts(&hit, &PartKind::Text);
        (!parts.is_empty()).then(|| RawTurn::new(role, parts))
    }

    fn tier(&mut self, source: Option<&Source>, scope: &Scope<'_>) {
        let Some(hit) = source.and_then(|source| source.find(scope)) else { return };
        let Some(spelt) = hit.spelt().or_else(|| hit.value.is_array().then(String::new)) else {
            return;
        };
        let from = match hit.place {
            Place::File => TierFrom::Path,
            Place::Member | Place::Key => TierFrom::Key,
            Place::Path(_) | Place::Constant(_) => TierFrom::Field,
        };
        let by_field = || match (hit.key(), hit.part) {
            (Some(key), None) => tier::from_field(key, &hit.value),
            _ => None,
        };
        let found = match &hit.meaning {
            Some(meaning) => tier::canonical(meaning).map(|word| (word, spelt.clone())),
            None => by_field().or_else(|| {
                // True, or 1, names a tier only with the help of its field or of `values`.
                let word = hit.value.as_str().and_then(|_| tier::canonical(&spelt));
                Some((word?, spelt.clone()))
            }),
        };
        let Some((canonical, raw)) = found else {
            if matches!(hit.value.as_ref(), Value::Bool(_) | Value::Number(_)) {
                self.notes.wrong.push(format!(
                    "`{}` is {spelt}, which names no tier; `values` of the mapping can say what it means",
                    hit.origin()
                ));
            }
            return;
        };
        self.raw.tier = Some((raw, from));
        self.raw.tier_canonical = Some(canonical);
        if !hit.value.is_array() {
            self.mark(&hit);
        }
    }

    fn identity(&mut self, mapping: &Mapping, scope: &Scope<'_>) {
        self.raw.id = self.word(mapping.id.as_ref(), scope);
        let aliases = mapping.aliases.iter().flat_map(|source| source.all(scope));
        self.raw.aliases = aliases.filter_map(|hit| hit.word()).collect();
        self.raw.sample = self.word(mapping.sample.as_ref(), scope);
        self.raw.model = self.word(mapping.model.as_ref(), scope);
        self.raw.setting = self.word(mapping.setting.as_ref(), scope);
        self.raw.variant = self.word(mapping.variant.as_ref(), scope);
        if let Some(hit) = mapping.epoch.as_ref().and_then(|source| source.find(scope)) {
            self.raw.epoch = hit.word().and_then(|word| word.trim().parse().ok());
            if self.raw.epoch.is_some() {
                self.mark(&hit);
            }
        }
        self.tier(mapping.tier.as_ref(), scope);
    }

    /// How the run went: whether it succeeded, and what stopped it.
    fn state(&mut self, mapping: &Mapping, scope: &Scope<'_>) {
        if let Some(hit) = mapping.success.as_ref().and_then(|source| source.find(scope)) {
            let word = hit.word().map(|word| word.trim().to_lowercase());
            self.raw.success = match word.as_deref() {
                Some("true" | "yes" | "1" | "ok" | "success") => Some(true),
                Some("false" | "no" | "0" | "failed" | "error") => Some(false),
                _ => None,
            };
            if self.raw.success.is_some() {
                self.mark(&hit);
            }
        }
        if let Some(hit) = mapping.error.as_ref().and_then(|source| source.find(scope)) {
            self.raw.stopped = match hit.value.as_ref() {
                Value::Bool(stopped) => stopped.then(|| "error".to_owned()),
                Value::Object(error) if !error.is_empty() => {
                    let said = error.get("message").and_then(Value::as_str);
                    Some(said.unwrap_or("error").to_owned())
                }
                _ => hit.word(),
            };
        }
    }

    /// What was asked and answered. False when none of the texts stands anywhere, not even as null.
    fn turns(&mut self, mapping: &Mapping, scope: &Scope<'_>) -> bool {
        let mut found = false;
        let mut listed = false;
        if let Some(messages) = &mapping.messages
            && let Some(hit) = messages.source.find(scope)
        {
            found = true;
            self.raw.turns = self.messages(messages, &hit);
            listed = !self.raw.turns.is_empty();
        }
        if !self.raw.turns.iter().any(|t| t.role == Role::System)
            && let Some(turn) = self.said(Role::System, mapping.system.as_ref(), scope)
        {
            self.raw.turns.insert(0, turn);
        }
        // What was asked stands in a list of messages already; a field beside it is a copy.
        if !self.raw.turns.iter().any(|t| t.role == Role::User)
            && let Some(turn) = self.said(Role::User, mapping.prompt.as_ref(), scope)
        {
            self.raw.turns.push(turn);
        }
        if let Some(hit) = mapping.query.as_ref().and_then(|source| source.find(scope))
            && let Some(text) = hit.text().filter(|text| !text.trim().is_empty())
        {
            self.raw.query = Some(text.to_owned());
            if self.raw.turns.iter().any(|t| t.role == Role::User) {
                self.mark(&hit);
            } else {
                let parts = self.parts(&hit, &PartKind::Text);
                self.raw.turns.push(RawTurn::new(Role::User, parts));
            }
        }
        let mut parts = Vec::new();
        let mut whole = String::new();
        for (source, kind) in [
            (&mapping.response, PartKind::Text),
            (&mapping.scratchpad, PartKind::Reasoning),
            (&mapping.output, PartKind::Output),
        ] {
            let Some(hit) = source.as_ref().and_then(|source| source.find(scope)) else { continue };
            found = true;
            let text = hit.text().map(str::trim).unwrap_or_default();
            if kind == PartKind::Text {
                text.clone_into(&mut whole);
            } else if !text.is_empty() && whole.contains(text) {
                // A copy of what the whole response holds.
                self.mark(&hit);
                continue;
            }
            let new = self.parts(&hit, &kind);
            let at = if kind == PartKind::Reasoning { 0 } else { parts.len() };
            parts.splice(at..at, new);
        }
        self.answer(parts, listed);
        found
    }

    /// Adds the response, unless a list of messages ends with it already.
    fn answer(&mut self, parts: Vec<RawPart>, listed: bool) {
        let last = self.raw.turns.last().filter(|t| t.role == Role::Assistant);
        let said = |part: &RawPart| {
            last.is_some_and(|turn| turn.parts.iter().any(|p| p.text.contains(part.text.trim())))
        };
        let fresh: Vec<RawPart> = parts.into_iter().filter(|part| !said(part)).collect();
        // A list that ends with the user's words was cut off there; an empty answer would hide that.
        if fresh.is_empty() && listed && !self.raw.turns.is_empty() {
            return;
        }
        match self.raw.turns.last_mut() {
            Some(turn)
                if turn.role == Role::Assistant
                    && fresh.iter().all(|part| part.kind == PartKind::Reasoning) =>
            {
                turn.parts.splice(0..0, fresh);
            }
            _ => self.raw.turns.push(RawTurn::new(Role::Assistant, fresh)),
        }
    }

    fn messages(&mut self, messages: &Messages, hit: &Hit<'_>) -> Vec<RawTurn> {
        let origin = hit.origin();
        let decoded;
        // A table's cell may hold the list as JSON.
        let list = match (hit.value.as_array(), hit.text()) {
            (Some(list), _) => list,
            (None, Some(text)) => {
                decoded = serde_json::from_str::<Value>(text).unwrap_or_default();
                match decoded.as_array() {
                    Some(list) => list,
                    None => return self.no_list(hit, &origin),
                }
            }
            _ => return self.no_list(hit, &origin),
        };
        self.mark(hit);
        (0..)
            .zip(list)
            .filter_map(|(i, message): (u64, _)| {
                messages.turn(message, &format!("{origin}[{i}]"), &mut self.notes)
            })
            .collect()
    }

    fn no_list(&mut self, hit: &Hit<'_>, origin: &str) -> Vec<RawTurn> {
        if is_filled(&hit.value) {
            let what = type_name(&hit.value);
            let sentence = format!("`{origin}` holds {what} where a list of messages was expected");
            self.notes.wrong.push(format!("{sentence}; kept as meta"));
        }
        Vec::new()
    }

    fn label(&mut self, label: &LabelSource, scope: &Scope<'_>) {
        let Some(hit) = label.source.find(scope) else { return };
        let rater_at = label.rater_at.as_ref().and_then(|source| source.find(scope));
        let rater = rater_at.and_then(|hit| hit.word()).or_else(|| label.rater.clone());
        let name = if label.name == "*" { "" } else { label.name.as_str() };
        let raw = &mut self.raw;
        let (labels, quotes) = (raw.labels.len(), raw.quotes.len());
        let whole = match hit.value.as_ref() {
            Value::Object(judge) if judge.contains_key("final_answer") && !name.is_empty() => {
                judge_object(name, judge, raw);
                false
            }
            value @ (Value::Object(_) | Value::Array(_)) => {
                container(name, value, rater.as_deref(), raw)
            }
            _ => false,
        };
        if raw.labels.len() == labels {
            let name = if name.is_empty() { hit.key().unwrap_or("label") } else { name };
            let value = match hit.part {
                Some(_) => hit.text().map_or(Value::Null, Value::from),
                None => hit.value.clone().into_owned(),
            };
            raw.labels.push(RawLabel { name: name.to_owned(), rater: rater.clone(), value });
        }
        if let Some(rater) = rater {
            for label in raw.labels.iter_mut().skip(labels) {
                label.rater.get_or_insert_with(|| rater.clone());
            }
            for quote in raw.quotes.iter_mut().skip(quotes) {
                quote.rater.get_or_insert_with(|| rater.clone());
            }
        }
        // An object may hold more than its labels: the judge's reasons, its prompt.
        if whole || !(hit.value.is_object() || hit.value.is_array()) {
            self.mark(&hit);
        }
    }
}

impl Messages {
    /// One message, its role and text put under the names that `message` knows.
    fn turn(&self, message: &Value, origin: &str, notes: &mut Notes) -> Option<RawTurn> {
        let Some(map) = message.as_object() else { return message::turn(message, origin, notes) };
        let first = |paths: &[Path]| {
            let filled = paths.iter().find_map(|path| path.find(message, &is_filled));
            filled.or_else(|| paths.iter().find_map(|path| path.find(message, &|_| true)))
        };
        let mut plain = map.clone();
        if let Some(word) = first(&self.role).and_then(|(_, v)| super::source::word(v)) {
            let known = self.roles.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(&word));
            let word = known.map_or(word.clone(), |(_, ours)| ours.clone());
            plain.insert("role".to_owned(), Value::String(word));
        }
        let mut renamed = Vec::new();
        for (paths, ours) in [(&self.content, "content"), (&self.reasoning, "reasoning_content")] {
            if let Some((path, value)) = first(paths) {
                let theirs = path.to_string();
                if theirs != ours {
                    if let [Step::Key(key)] = path.steps() {
                        plain.remove(key);
                    }
                    renamed.push((format!("{origin}.{ours}"), format!("{origin}.{theirs}")));
                }
                plain.insert(ours.to_owned(), value.clone());
            }
        }
        let mut turn = message::turn(&Value::Object(plain), origin, notes)?;
        for part in &mut turn.parts {
            for (ours, theirs) in &renamed {
                let rest = part.origin.strip_prefix(ours.as_str());
                if let Some(rest) = rest.filter(|r| r.is_empty() || r.starts_with(['.', '['])) {
                    part.origin = format!("{theirs}{rest}");
                    break;
                }
            }
        }
        Some(turn)
    }
}

impl Mapping {
    /// Reads one item, or the record; `units` is the path of the list it stands in.
    pub(super) fn one(&self, scope: &Scope<'_>, units: Option<&Path>) -> Vec<Reading> {
        let mut work = Work::default();
        for (key, source) in self.required() {
            if source.find(scope).is_none_or(|hit| !is_filled(&hit.value)) {
                return vec![self.refused(&format!("no {key} at {}", source.places()))];
            }
        }
        if !work.turns(self, scope) {
            return vec![self.refused(&format!("no text at {}", self.text_places()))];
        }
        work.identity(self, scope);
        work.state(self, scope);
        for label in &self.labels {
            work.label(label, scope);
        }
        let Work { mut raw, mut notes, mut used } = work;
        if notes.withheld > 0 {
            raw.meta.insert("withheld_reasoning".to_owned(), notes.withheld.into());
        }
        let mut readings = Vec::new();
        notes.wrong.dedup();
        for sentence in notes.wrong {
            let sentence = format!("mapping {}: {sentence}", self.name);
            readings.push(Reading::Remark(ProblemKind::WrongType, sentence));
        }
        if let Some(path) = units {
            used.push((1, path.clone()));
        }
        let levels = scope.levels.iter().take(1 + usize::from(units.is_some()));
        for (level, record) in levels.enumerate() {
            let paths: Vec<&[Step]> =
                used.iter().filter(|(l, _)| *l == level).map(|(_, p)| p.steps()).collect();
            rest(without(record, &paths), level, &mut raw.meta);
        }
        readings.push(Reading::Transcript(Box::new(raw)));
        readings
    }

    fn required(&self) -> impl Iterator<Item = (&'static str, &Source)> {
        [
            ("id", &self.id),
            ("sample", &self.sample),
            ("epoch", &self.epoch),
            ("tier", &self.tier),
            ("model", &self.model),
            ("setting", &self.setting),
            ("variant", &self.variant),
            ("query", &self.query),
            ("system", &self.system),
            ("prompt", &self.prompt),
            ("response", &self.response),
            ("scratchpad", &self.scratchpad),
            ("output", &self.output),
        ]
        .into_iter()
        .filter_map(|(key, source)| Some((key, source.as_ref()?)))
        .chain(self.messages.as_ref().map(|m| ("messages", &m.source)))
        .filter(|(_, source)| source.required)
    }
}

/// What nobody used becomes meta. A field of the record around an item that is called like one of the item's own is
/// kept as `outer.NAME`.
fn rest(value: Option<Value>, level: usize, meta: &mut Map<String, Value>) {
    match value {
        Some(Value::Object(map)) => {
            for (key, value) in map {
                let taken = level > 0 && meta.contains_key(&key);
                meta.insert(if taken { format!("outer.{key}") } else { key }, value);
            }
        }
        Some(other) => {
            meta.insert("item".to_owned(), other);
        }
        None => {}
    }
}
