//! An event as a line of JSON, and back: what docs/JOURNAL.md says, key by key.
//!
//! Every key is always printed. Reading passes over keys and events that this release does not know: a later one's journal
//! can be read as far as it is understood. Hidden characters are printed as `\u` escapes, so that a journal is safe to look at.

pub(super) mod fields;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use self::fields::Fields;
use super::event::{
    Adjudication, Answered, Beside, Event, Import, Item, ItemName, Opened, Order, Sampled, Seal,
    Span, Stratum, Verdict, What,
};
use super::time::{parse_time, print_time};
use crate::text::is_hidden;

/// What a line holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// An event.
    Event(Event),
    /// An event of a kind that a later release has. Its id is taken all the same.
    Newer {
        /// The id.
        id: String,
    },
}

impl Line {
    /// Reads a line, with or without its line break.
    ///
    /// # Errors
    /// A sentence that says why it is no event. It holds nothing of the text.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| {
            if error.is_eof() {
                return "is no event: not finished".to_owned();
            }
            format!("is no event: not JSON (column {})", error.column())
        })?;
        let fields = Fields::of(&value).ok_or("is no event: not an object")?;
        let read = || -> Result<Self, String> {
            let (kind, id) = (fields.text("event")?, fields.text("e")?);
            // A later release may say other things of its events.
            let Some(what) = KINDS.iter().find(|(name, _)| *name == kind) else {
                return Ok(Self::Newer { id });
            };
            let of_id = || id.rsplit_once('-').map_or("", |(session, _)| session).to_owned();
            let session = fields.maybe_text("session")?.unwrap_or_else(of_id);
            let time = parse_time(&fields.text("time")?).ok_or("its `time` is none")?;
            let what = what.1(&fields, &session)?;
            let (rater, version) = (fields.text("rater")?, fields.maybe_text("version")?);
            let version = version.unwrap_or_default();
            Ok(Self::Event(Event { id, session, time, rater, version, what }))
        };
        read().map_err(|why| format!("is no event: {why}"))
    }
}

type Read = fn(&Fields<'_>, &str) -> Result<What, String>;

/// The kinds of events, by the word that `event` holds, and how each is read.
const KINDS: [(&str, Read); 8] = [
    ("session", opened),
    ("answer", answered),
    ("undo", |fields, _| Ok(What::Undone(fields.text("of")?))),
    ("reveal", |_, _| Ok(What::Revealed)),
    ("end", |fields, _| Ok(What::Ended(fields.list("strata", ended)?))),
    ("adjudicate", adjudicated),
    ("import", imported),
    ("sample", sampled),
];

impl What {
    /// The word that `event` holds.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Opened(_) => "session",
            Self::Answered(_) => "answer",
            Self::Undone(_) => "undo",
            Self::Revealed => "reveal",
            Self::Ended(_) => "end",
            Self::Adjudicated(_) => "adjudicate",
            Self::Imported(_) => "import",
            Self::Sampled(_) => "sample",
        }
    }
}

impl Event {
    /// The line, without a line break.
    #[must_use]
    pub fn print(&self) -> String {
        let mut map = Printed(Map::new());
        map.put("event", self.what.as_str());
        map.put("e", &*self.id);
        map.put("session", &*self.session);
        map.put("time", print_time(self.time));
        map.put("rater", &*self.rater);
        map.put("version", &*self.version);
        match &self.what {
            What::Opened(opened) => map.opened(opened, &self.session),
            What::Answered(answered) => map.answered(answered),
            What::Undone(of) => map.put("of", &**of),
            What::Revealed => {}
            What::Ended(strata) => {
                let one = |(stratum, answered): &(Stratum, usize)| {
                    let mut map = Printed(Map::new());
                    map.stratum(stratum);
                    map.put("answered", *answered);
                    Value::Object(map.0)
                };
                map.put("strata", strata.iter().map(one).collect::<Vec<_>>());
            }
            What::Adjudicated(adjudication) => {
                map.name(&adjudication.name);
                map.put("text", hash(adjudication.text));
                map.put("label", &*adjudication.label);
                map.put("answer", adjudication.answer.as_str());
                map.put("reason", &*adjudication.reason);
                map.put("over", adjudication.over.clone());
            }
            What::Imported(import) => {
                map.name(&import.name);
                map.put("label", &*import.label);
                map.put("answer", import.answer.as_str());
                map.put("from", &*import.from);
                map.put("blind", Value::Null);
            }
            What::Sampled(sampled) => {
                map.put("label", &*sampled.label);
                map.put("where", &*sampled.filter);
                map.put("seed", sampled.seed);
                let seal = Seal { strata: sampled.strata.clone(), ..Seal::default() };
                map.put("sealed", seal.pack(&self.session));
            }
        }
        escaped(&Value::Object(map.0).to_string())
    }
}

impl ItemName {
    /// An object of its own.
    pub(super) fn as_json(&self) -> Value {
        let mut map = Printed(Map::new());
        map.name(self);
        Value::Object(map.0)
    }

    /// What [`ItemName::as_json`] gave, read. `None`: it is no name.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        fields::name(&Fields::of(value)?).ok()
    }
}

impl Stratum {
    /// An object of its own.
    #[must_use]
    pub fn as_json(&self) -> Value {
        let mut map = Printed(Map::new());
        map.stratum(self);
        Value::Object(map.0)
    }

    /// What [`Stratum::as_json`] gave, read. `None`: it is no stratum.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        fields::stratum(&Fields::of(value)?).ok()
    }
}

/// A hash in hexadecimal digits; none where it is 0.
fn hash(hash: u64) -> Value {
    if hash == 0 { Value::Null } else { Value::String(format!("{hash:016x}")) }
}

/// Hidden characters stand in JSON's texts alone, where they may be written as escapes.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// An object as it grows, in the order in which its keys are printed.
struct Printed(Map<String, Value>);

impl Printed {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn name(&mut self, name: &ItemName) {
        self.put("id", &*name.id);
        self.put("source", &*name.source);
        self.put("line", name.line);
        self.put("index", name.index);
        self.put("ordinal", name.ordinal);
        self.put("hash", hash(name.hash));
        self.put("part", name.part.as_deref());
    }

    fn stratum(&mut self, stratum: &Stratum) {
        self.put("stratum", &*stratum.name);
        self.put("by", json!(stratum.of));
        self.put("size", stratum.size);
        self.put("drawn", stratum.drawn);
    }

    fn blind(&mut self, sighted: Option<&str>) {
        self.put("blind", sighted.is_none());
        self.put("why", sighted);
    }

    fn opened(&mut self, opened: &Opened, session: &str) {
        self.put("label", &*opened.label);
        let codebook = opened.codebook.as_ref();
        self.put(
            "codebook",
            json!(codebook.map(|(name, text)| json!({ "name": name, "hash": hash(*text) }))),
        );
        self.put("order", opened.order.as_str());
        self.put("where", &*opened.filter);
        self.put("paths", opened.paths.clone());
        self.put("shown", opened.shown);
        self.blind(opened.sighted.as_deref());
        self.put("seed", opened.seed);
        self.put("frame", json!({ "n": opened.frame, "hash": hash(opened.frame_hash) }));
        self.put("tiers", opened.tiers.as_ref().map(|(a, b)| [&**a, &**b]));
        let item = |item: &Item| {
            let mut map = Printed(Map::new());
            map.name(&item.name);
            map.put("repeats", item.repeats);
            map.put("sighted", item.sighted);
            map.put("seen", item.seen);
            map.put("words", hash(item.words));
            let beside = |beside: &Beside| {
                let mut map = Printed(Map::new());
                map.name(&beside.name);
                map.put("left", beside.left);
                Value::Object(map.0)
            };
            map.put("beside", item.beside.as_ref().map(beside));
            Value::Object(map.0)
        };
        self.put("items", opened.items.iter().map(item).collect::<Vec<_>>());
        self.put("sealed", opened.seal.pack(session));
    }

    fn answered(&mut self, answered: &Answered) {
        self.put("n", answered.n);
        self.name(&answered.name);
        self.put("text", hash(answered.text));
        self.put("label", &*answered.label);
        self.put("answer", answered.answer.as_str());
        self.put("answers", json!(answered.answers));
        self.put("note", answered.note.as_deref());
        let span =
            |span: Span| json!({ "section": span.section, "start": span.start, "end": span.end });
        self.put("span", answered.span.map(span));
        self.put("flag", answered.flag);
        self.blind(answered.sighted.as_deref());
        self.put("seen_ms", answered.seen_ms);
        self.put("repeat", answered.repeat);
        self.put("sighted", answered.anchor);
        self.put("seed", answered.seed);
        self.stratum(&answered.stratum);
        self.put("weight", answered.stratum.weight());
        if answered.design != 0 {
            self.put("design", hash(answered.design));
        }
    }
}

/// Why something is not blind.
fn sighted(fields: &Fields<'_>) -> Result<Option<String>, String> {
    let why = fields.maybe_text("why")?;
    let blind = fields.maybe_flag("blind")?.unwrap_or(true);
    Ok(why.or_else(|| (!blind).then(String::new)))
}

fn opened(fields: &Fields<'_>, session: &str) -> Result<What, String> {
    let codebook = fields.object("codebook")?;
    let codebook = codebook.map(|book| Ok::<_, String>((book.text("name")?, book.hash("hash")?)));
    let frame = fields.object("frame")?;
    let frame = frame.map(|frame| Ok::<_, String>((frame.number("n")?, frame.hash("hash")?)));
    let (frame, frame_hash) = frame.transpose()?.unwrap_or_default();
    let seal = fields.maybe_text("sealed")?.map(|packed| Seal::unpack(&packed, session));
    Ok(What::Opened(Box::new(Opened {
        label: fields.text("label")?,
        codebook: codebook.transpose()?,
        order: fields.word("order", Order::named)?,
        filter: fields.maybe_text("where")?.unwrap_or_default(),
        paths: fields.list("paths", |path| path.as_str().map(str::to_owned))?,
        shown: fields.maybe_flag("shown")?.unwrap_or(false),
        sighted: sighted(fields)?,
        seed: fields.number("seed")?,
        frame,
        frame_hash,
        tiers: match fields.list("tiers", |tier| tier.as_str().map(str::to_owned))?.as_slice() {
            [a, b] => Some((a.clone(), b.clone())),
            _ => None,
        },
        items: fields.list("items", |value| fields::item(value).ok())?,
        seal: seal.transpose()?.unwrap_or_default(),
    })))
}

fn answered(fields: &Fields<'_>, _: &str) -> Result<What, String> {
    let answers = fields.object("answers")?;
    let span = fields.object("span")?;
    Ok(What::Answered(Box::new(Answered {
        n: fields.number("n")?,
        name: fields::name(fields)?,
        text: fields.hash("text")?,
        label: fields.text("label")?,
        answer: fields.word("answer", Verdict::named)?,
        answers: answers.iter().flat_map(Fields::entries).collect(),
        note: fields.maybe_text("note")?,
        span: span.map(|span| fields::span(&span)).transpose()?,
        flag: fields.flag("flag")?,
        sighted: sighted(fields)?,
        seen_ms: fields.number("seen_ms")?,
        repeat: fields.flag("repeat")?,
        anchor: fields.flag("sighted")?,
        seed: fields.number("seed")?,
        stratum: fields::stratum(fields)?,
        design: fields.hash("design")?,
    })))
}

fn ended(value: &Value) -> Option<(Stratum, usize)> {
    let fields = Fields::of(value)?;
    Some((fields::stratum(&fields).ok()?, fields.number("answered").ok()?))
}

fn adjudicated(fields: &Fields<'_>, _: &str) -> Result<What, String> {
    Ok(What::Adjudicated(Box::new(Adjudication {
        name: fields::name(fields)?,
        text: fields.hash("text")?,
        label: fields.text("label")?,
        answer: fields.word("answer", Verdict::named)?,
        reason: fields.maybe_text("reason")?.unwrap_or_default(),
        over: fields.list("over", |id| id.as_str().map(str::to_owned))?,
    })))
}

fn imported(fields: &Fields<'_>, _: &str) -> Result<What, String> {
    Ok(What::Imported(Box::new(Import {
        name: fields::name(fields)?,
        label: fields.text("label")?,
        answer: fields.word("answer", Verdict::named)?,
        from: fields.maybe_text("from")?.unwrap_or_default(),
    })))
}

fn sampled(fields: &Fields<'_>, session: &str) -> Result<What, String> {
    let seal = Seal::unpack(&fields.text("sealed")?, session)?;
    Ok(What::Sampled(Box::new(Sampled {
        label: fields.text("label")?,
        filter: fields.maybe_text("where")?.unwrap_or_default(),
        seed: fields.number("seed")?,
        strata: seal.strata,
    })))
}
