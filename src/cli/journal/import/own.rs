//! Rows of an export that say all of an answer, a decision or an import: whether it was blind and why not, the note, how its item was drawn, and the
//! id of its event. They become the event that they were, so that what was not blind stays so, and weights stay what they are.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::csv::answer_of_cell;
use super::text;
use crate::review::{
    Adjudication, Answered, Event, Import, ItemName, Sampled, Span, Stratum, Verdict, What,
    parse_time,
};

/// A row with what makes it whole.
pub(super) struct Whole<'a> {
    row: &'a Map<String, Value>,
    kind: &'a str,
    id: String,
    session: String,
    time: u64,
    /// Whether it was blind; of a decision and an import it does not say.
    blind: bool,
}

/// The row as an event of that kind; `None`: it does not say enough.
pub(super) fn whole<'a>(row: &'a Map<String, Value>, kind: &'a str) -> Option<Whole<'a>> {
    let (id, session) = (text(row.get("e"))?, text(row.get("session"))?);
    id.strip_prefix(&*session)?.strip_prefix('-')?;
    let time = parse_time(row.get("time")?.as_str()?)?;
    let blind = match kind {
        "answer" | "repeat" | "anchor" => flag(row, "blind")?,
        "adjudication" | "import" => true,
        "sample" => {
            row.get("strata")?;
            true
        }
        _ => return None,
    };
    Some(Whole { row, kind, id, session, time, blind })
}

/// True or false, as JSON or as the word in a cell.
fn flag(row: &Map<String, Value>, key: &str) -> Option<bool> {
    match row.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A whole number from 0 on; 0 where there is none.
fn number<N: TryFrom<u64> + Default>(row: &Map<String, Value>, key: &str) -> N {
    let number = text(row.get(key)).and_then(|digits| digits.parse::<u64>().ok());
    number.and_then(|number| number.try_into().ok()).unwrap_or_default()
}

/// What is JSON in itself, also in a cell.
fn inner(row: &Map<String, Value>, key: &str) -> Option<Value> {
    match row.get(key)? {
        Value::String(cell) => serde_json::from_str(cell).ok(),
        value => Some(value.clone()),
    }
}

/// What stands between the ids of events in a cell.
const BETWEEN: &str = " | ";

impl Whole<'_> {
    /// The event.
    ///
    /// # Errors
    /// A sentence: its answer is none.
    pub fn event(self, name: ItemName, label: String, rater: String) -> Result<Event, String> {
        if self.kind == "sample" {
            return self.sample(label, rater);
        }
        let word = text(self.row.get("answer")).unwrap_or_default();
        let answer = Verdict::named(word.trim())
            .ok_or_else(|| format!("{} is no answer of an export", super::quote(&word)))?;
        let what = match self.kind {
            "adjudication" => What::Adjudicated(Box::new(self.decision(name, label, answer))),
            "import" => {
                let from = text(self.row.get("from")).unwrap_or_default();
                What::Imported(Box::new(Import { name, label, answer, from }))
            }
            _ => What::Answered(Box::new(self.answer(name, label, answer))),
        };
        let version = text(self.row.get("version")).unwrap_or_default();
        let Self { id, session, time, .. } = self;
        Ok(Event { id, session, time, rater, version, what })
    }

    /// How a session's sample was drawn.
    fn sample(self, label: String, rater: String) -> Result<Event, String> {
        let strata = inner(self.row, "strata").and_then(|strata| {
            let all = strata.as_array()?.iter();
            all.map(Stratum::from_json).collect::<Option<Vec<_>>>()
        });
        let sampled = Sampled {
            label,
            filter: text(self.row.get("where")).unwrap_or_default(),
            seed: number(self.row, "seed"),
            strata: strata.ok_or("the strata of a sample cannot be read")?,
        };
        // Whoever edited the strata would weight by them.
        if self.hash("design") != sampled.design() {
            return Err("the strata of a sample are not those that were drawn".to_owned());
        }
        let version = text(self.row.get("version")).unwrap_or_default();
        let what = What::Sampled(Box::new(sampled));
        let Self { id, session, time, .. } = self;
        Ok(Event { id, session, time, rater, version, what })
    }

    fn hash(&self, key: &str) -> u64 {
        let digits = text(self.row.get(key));
        digits.and_then(|digits| u64::from_str_radix(&digits, 16).ok()).unwrap_or_default()
    }

    fn decision(&self, name: ItemName, label: String, answer: Verdict) -> Adjudication {
        let over = match self.row.get("over") {
            Some(Value::Array(ids)) => {
                ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
            }
            Some(Value::String(cell)) if !cell.is_empty() => {
                cell.split(BETWEEN).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        let reason = text(self.row.get("note")).unwrap_or_default();
        Adjudication { name, text: self.hash("text"), label, answer, reason, over }
    }

    fn answer(&self, name: ItemName, label: String, answer: Verdict) -> Answered {
        let row = self.row;
        let span = inner(row, "span").and_then(|span| {
            let at = |key: &str| span.get(key)?.as_u64()?.try_into().ok();
            Some(Span { section: at("section")?, start: at("start")?, end: at("end")? })
        });
        let of = inner(row, "by").and_then(|by| serde_json::from_value(by).ok());
        let why = text(row.get("why"));
        Answered {
            n: number(row, "n"),
            name,
            text: self.hash("text"),
            label,
            answer,
            answers: self.answers(),
            note: text(row.get("note")),
            span,
            flag: flag(row, "flag").unwrap_or_default(),
            sighted: (!self.blind).then(|| why.unwrap_or_default()),
            seen_ms: number(row, "seen_ms"),
            repeat: self.kind == "repeat",
            anchor: self.kind == "anchor",
            seed: number(row, "seed"),
            stratum: Stratum {
                name: text(row.get("stratum")).unwrap_or_default(),
                of: of.unwrap_or_default(),
                size: number(row, "size"),
                drawn: number(row, "drawn"),
            },
            design: self.hash("design"),
        }
    }

    /// Answers to further questions: an object of JSON, or a column for each.
    fn answers(&self) -> BTreeMap<String, Value> {
        if let Some(Value::Object(answers)) = self.row.get("answers") {
            return answers.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        }
        let column = |(key, value): (&String, &Value)| {
            let question = key.strip_prefix("answers.")?;
            let cell = value.as_str().filter(|cell| !cell.is_empty())?;
            Some((question.to_owned(), answer_of_cell(cell)))
        };
        self.row.iter().filter_map(column).collect()
    }
}
