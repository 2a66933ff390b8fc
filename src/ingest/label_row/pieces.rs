//! The columns of a label row as labels and evidence, and who judged. Nothing of a row is lost: what is neither known as a
//! label nor evidence is a label under its column's name when it is short, and meta when it is a note or long.

use serde_json::{Map, Value};

use super::super::fields::{EPOCH, ID, MODEL, SAMPLE, SETTING, TIER, VARIANT};
use super::super::format::{RawLabel, RawQuote, RawTranscript};
use super::super::keys::Keys;
use super::super::label_fields::{LONGEST_LABEL, container, judge_object, label};
use super::super::labels::{is_container, is_label_field};
use super::super::{flat, python, votes};
use super::TEXTS;
use crate::model::reviewer;

/// Columns that say who judged.
const RATERS: [&str; 8] = [
    "rater",
    "judge",
    "judge_model",
    "grader",
    "rater_id",
    "judge_name",
    "classifier_model",
    "scorer",
];
/// Columns that name a person.
const PEOPLE: [&str; 7] =
    ["reviewer", "annotator", "reviewer_id", "annotator_id", "coder", "labeler", "labeller"];
/// Columns that only people fill.
const BY_PEOPLE: [&str; 4] =
    ["reviewer_notes", "human_label", "annotator_notes", "reviewer_comment"];
/// Columns with the words that a label stands on. As a list, or one text.
const EVIDENCE: [&str; 8] = [
    "markers",
    "quotes",
    "quote",
    "evidence",
    "evidence_quotes",
    "supporting_quotes",
    "spans",
    "cites",
];
/// Endings of columns in which a rater writes sentences.
const NOTES: [&str; 8] = [
    "notes",
    "note",
    "comment",
    "comments",
    "summary",
    "explanation",
    "rationale",
    "justification",
];

/// Columns with the value of the label that `label` names, in tables with a row for each label.
const VALUES: [&str; 2] = ["value", "answer"];

/// Words that `label` has as a value and not as a name.
const VERDICTS: [&str; 18] = [
    "yes",
    "no",
    "true",
    "false",
    "unsure",
    "none",
    "positive",
    "negative",
    "aligned",
    "misaligned",
    "complied",
    "refused",
    "comply",
    "refuse",
    "pass",
    "fail",
    "correct",
    "incorrect",
];

/// What a row's columns gave so far.
pub struct Pieces {
    rater: Option<String>,
    validation: bool,
    /// Of a table with a row for each label: the label, and the column with its value.
    named: Option<(String, &'static str)>,
    /// The form this program writes: judgements in full, and their values once more as `labels`.
    export: bool,
    known: Vec<RawLabel>,
    other: Vec<RawLabel>,
    quotes: Vec<RawQuote>,
    meta: Map<String, Value>,
    /// What is too long for a label, and no note.
    long: Map<String, Value>,
}

/// What a row gives.
pub struct Finished {
    pub labels: Vec<RawLabel>,
    pub quotes: Vec<RawQuote>,
    pub meta: Map<String, Value>,
}

impl Pieces {
    /// `map` is the whole row, which says who judged.
    pub fn new(map: &Map<String, Value>, validation: bool) -> Self {
        Self {
            rater: rater(map),
            validation,
            named: named(map).filter(|_| !validation),
            export: map.get("judgements").is_some_and(Value::is_array),
            known: Vec::new(),
            other: Vec::new(),
            quotes: Vec::new(),
            meta: Map::new(),
            long: Map::new(),
        }
    }

    /// Takes the votes of a judge that answers in tags, wherever in the row they stand.
    pub fn votes(&mut self, map: &Map<String, Value>) {
        let mut raw = RawTranscript::default();
        // Fields of a transcript are not the judge's words.
        let answers: Vec<bool> = map.keys().map(|name| flat::is_answer(name)).collect();
        let skip = |at: usize| answers.get(at).copied().unwrap_or(false);
        votes::read(&Keys::new(map), "", None, &skip, &mut raw);
        self.adopt(raw);
    }

    /// Takes one column.
    pub fn take(&mut self, name: &str, value: &Value) {
        // A judge's texts are read by `votes`; here they would be one endless value.
        if name == "raw_votes" && value.is_array() {
            return;
        }
        let is_value = self.named.as_ref().is_some_and(|(_, column)| name == *column);
        if !self.validation && !is_value && about_the_transcript(name)
            || RATERS.contains(&name)
            || PEOPLE.contains(&name)
        {
            return;
        }
        if let Some((label, column)) = &self.named {
            if name == "label" {
                return;
            }
            if name == *column {
                let (name, rater) = (label.clone(), self.rater.clone());
                self.known.push(RawLabel { name, rater, value: value.clone() });
                return;
            }
        }
        if self.export && matches!(name, "labels" | "outcome" | "score" | "cues") {
            return;
        }
        let cell = value.as_str().and_then(python::cell);
        let value = cell.as_ref().unwrap_or(value);
        if EVIDENCE.contains(&name) && self.evidence(name, value) {
            return;
        }
        let target = || name.strip_prefix("target_").or_else(|| name.strip_prefix("label_"));
        let name = if self.validation { target().unwrap_or(name) } else { name };
        match value {
            Value::Object(judge) if judge.contains_key("final_answer") => {
                let mut raw = RawTranscript::default();
                judge_object(name, judge, &mut raw);
                self.adopt(raw);
            }
            Value::Object(_) | Value::Array(_) => self.nested(name, value),
            scalar => self.scalar(name, scalar),
        }
    }

    fn scalar(&mut self, name: &str, value: &Value) {
        let text = value.as_str();
        let known =
            self.validation && name != "split" || is_label_field(name) || is_container(name);
        let empty = value.is_null() || text.is_some_and(|text| text.trim().is_empty());
        let note = NOTES.iter().any(|end| name.ends_with(end));
        // A label without a value is one that nobody could give: by its name, or because the source writes a null, as
        // it does for the gaps of a column of numbers. An empty note is nothing, and so is an empty text.
        let gap = value.is_null() && !note && !EVIDENCE.contains(&name);
        if empty && !known && !gap {
            return;
        }
        if let Some(text) = text.filter(|_| note) {
            let found: Vec<RawQuote> =
                quoted(text).into_iter().map(|quote| self.quote(quote)).collect();
            self.quotes.extend(found);
        }
        if note {
            self.meta.insert(name.to_owned(), value.clone());
            return;
        }
        if text.is_some_and(|text| text.len() > LONGEST_LABEL) {
            self.long.insert(name.to_owned(), value.clone());
            return;
        }
        let mut given = label(name, value);
        given.rater = given.rater.or_else(|| self.rater.clone());
        if known { self.known.push(given) } else { self.other.push(given) }
    }

    fn nested(&mut self, name: &str, value: &Value) {
        let mut raw = RawTranscript::default();
        let prefix = if is_container(name) || name == "target" { "" } else { name };
        let whole = container(prefix, value, self.rater.as_deref(), &mut raw);
        if !whole {
            // What is no label of its own stays, as it stands.
            self.long.insert(name.to_owned(), value.clone());
        }
        self.adopt(raw);
    }

    fn adopt(&mut self, raw: RawTranscript) {
        let rater = &self.rater;
        self.known.extend(
            raw.labels
                .into_iter()
                .map(|l| RawLabel { rater: l.rater.or_else(|| rater.clone()), ..l }),
        );
        self.quotes.extend(
            raw.quotes
                .into_iter()
                .map(|q| RawQuote { rater: q.rater.or_else(|| rater.clone()), ..q }),
        );
    }

    /// Quotes of a list or a text; false when the value holds none (a count).
    fn evidence(&mut self, name: &str, value: &Value) -> bool {
        let sentence = |text: &str| {
            let several = text.split_whitespace().nth(1).is_some();
            (name.starts_with("quote") || name.starts_with("evidence")) && several
        };
        if !value.is_array() && !value.as_str().is_some_and(sentence) {
            return false;
        }
        let one = std::slice::from_ref(value);
        let list = value.as_array().map_or(one, Vec::as_slice);
        let said = |entry: &Value| match entry {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Object(map) => {
                let keys = ["quote", "text", "cited_text", "span"];
                keys.iter()
                    .find_map(|key| map.get(*key)?.as_str())
                    .map(|text| text.trim().to_owned())
            }
            _ => None,
        };
        let texts: Option<Vec<String>> = list.iter().map(said).collect();
        let Some(texts) = texts else { return false };
        let texts = texts.into_iter().filter(|text| !text.is_empty());
        let found: Vec<RawQuote> = texts.map(|text| self.quote(text)).collect();
        self.quotes.extend(found);
        true
    }

    fn quote(&self, quote: String) -> RawQuote {
        RawQuote {
            label: "label".to_owned(),
            rater: self.rater.clone(),
            quote,
            ..RawQuote::default()
        }
    }

    /// Labels, quotes and the rest. Without `all`, columns that are not known as labels count only where no other does,
    /// and long ones never: they are texts of the transcript.
    pub fn finish(self, all: bool) -> Finished {
        let Self { known: mut labels, other, mut quotes, mut meta, long, .. } = self;
        if all {
            meta.extend(long);
        }
        if all {
            labels.extend(other);
        } else if labels.is_empty() {
            // A transcript's own field without a value is no label.
            labels.extend(other.into_iter().filter(|label| !label.value.is_null()));
        }
        // Evidence is shown under the label that it is for.
        if let Some(first) = labels.iter().find(|l| is_label_field(&l.name)).or(labels.first()) {
            for quote in quotes.iter_mut().filter(|q| q.label == "label") {
                quote.label.clone_from(&first.name);
            }
        }
        Finished { labels, quotes, meta }
    }
}

/// Columns that tell of the transcript itself, which says so better.
fn about_the_transcript(name: &str) -> bool {
    let identity: [&[&str]; 7] = [&ID, &SAMPLE, &EPOCH, &MODEL, &SETTING, &VARIANT, &TIER];
    let named = identity.iter().any(|names| names.contains(&name))
        || TEXTS.contains(&name)
        || flat::is_answer(name)
        || flat::is_question(name);
    named && !is_label_field(name)
}

/// The label that a row names, and the column with its value, where it has both. A word that is itself a verdict names no label.
fn named(map: &Map<String, Value>) -> Option<(String, &'static str)> {
    let name = map.get("label")?.as_str()?.trim();
    let is_verdict = VERDICTS.iter().any(|word| name.eq_ignore_ascii_case(word));
    if is_verdict || name.len() > LONGEST_LABEL || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    let is_short = |value: &Value| value.as_str().is_none_or(|text| text.len() <= LONGEST_LABEL);
    let holds = |value: &Value| is_plain(value) && is_short(value);
    let column = VALUES.into_iter().find(|column| map.get(*column).is_some_and(holds))?;
    Some((name.to_owned(), column))
}

/// Who judged. People are told from classifiers: their word on an outcome goes before all others.
fn rater(map: &Map<String, Value>) -> Option<String> {
    let said = |keys: &[&str]| {
        let word =
            |key: &&str| map.get(*key)?.as_str().map(str::trim).filter(|word| !word.is_empty());
        keys.iter().find_map(word).map(str::to_owned)
    };
    if let Some(who) = said(&PEOPLE) {
        return Some(reviewer(&who));
    }
    said(&RATERS).or_else(|| {
        BY_PEOPLE.iter().any(|key| map.contains_key(*key)).then(|| "reviewer".to_owned())
    })
}

/// Shortest passage, in words, that is taken for a quote and not for a word held at arm's length.
const SHORTEST_QUOTE: usize = 4;

/// The passages that a note quotes: `… ('keep my values as they are') …`. An apostrophe inside a word is none of the marks.
pub fn quoted(note: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut before: Option<char> = None;
    let mut chars = note.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let close = match c {
            '\'' | '"' => Some(c),
            '‘' => Some('’'),
            '“' => Some('”'),
            _ => None,
        };
        let after = chars.peek().map(|(_, next)| *next);
        match open {
            Some((mark, start))
                if c == mark && after.is_none_or(|next| !next.is_alphanumeric()) =>
            {
                let passage = note.get(start..at).unwrap_or_default().trim();
                if passage.split_whitespace().count() >= SHORTEST_QUOTE {
                    out.push(passage.to_owned());
                }
                open = None;
            }
            None if before.is_none_or(|before| !before.is_alphanumeric())
                && after.is_some_and(|n| !n.is_whitespace()) =>
            {
                open = close.map(|mark| (mark, at + c.len_utf8()));
            }
            _ => {}
        }
        before = Some(c);
    }
    out
}
