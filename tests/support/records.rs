//! Values that no writer would write, for one format at a time: records of the samples with pieces exchanged, so that every
//! reader meets every type in every place. The fuzz targets use this too: it knows nothing of tests.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)] // each user takes its part

#[path = "origin.rs"]
pub mod origin;

use serde_json::{Map, Value, json};
use undertone::ingest::format::{FORMATS, read_as};
use undertone::ingest::units::UnitKind;
use undertone::ingest::{
    Context, LabelRules, UnitBytes, UnitReading, Units, assemble, decode, json as lenient,
    read_unit,
};
use undertone::model::{Place, Transcript};

use self::origin::{Found, look_up};

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../sample-data/", $name))
    };
}

/// Formats with samples whose records they read.
pub const SAMPLES: &[(&str, &[&[u8]])] = &[
    (
        "answers",
        &[br#"{"label": "alignment_faking", "rater": "R1", "kind": "answer", "answer": "no", "id": "larch-ho-01-free", "source": "flat.jsonl", "line": 1, "index": 0, "part": null, "text": "d7adf401dc958827", "blind": true, "answers": {"outcome": "complied", "motive": ["fear", "duty"]}, "note": "plain", "session": "1f", "e": "1f-1"}
{"label": "alignment_faking", "rater": "R2", "kind": "adjudication", "answer": "yes", "id": "'=x", "note": "it says so", "over": ["1f-1"], "answers.outcome": "refused", "session": "2f", "e": "2f-1"}
{"label": "alignment_faking", "rater": "R1", "kind": "sample", "answer": null, "id": null, "seed": 1, "strata": [{"stratum": "free", "size": 3, "drawn": 1}], "session": "1f", "e": "1f-0"}
{"event": "undo", "e": "1f-2", "session": "1f", "time": "2030-01-01T00:00:00Z", "rater": "R1", "version": "0.1.0", "of": "1f-1"}
"#],
    ),
    (
        "af-pages",
        &[
            sample!("formats/af_pages/animal_welfare/default/train/0.html"),
            sample!("formats/af_pages/animal_welfare/default/train/trajectory_selector.html"),
        ],
    ),
    ("af-results", &[sample!("results_animal-welfare.json")]),
    (
        "inspect-scout",
        &[br#"{"transcript_id": "u1", "source_type": "eval_log", "source_id": "e", "task_set": "ferry", "task_id": "ferry", "task_repeat": 1, "model": "maker/larch", "score": "0.5", "score_af": 0.75, "success": true, "metadata": "{\"tier\": \"free\"}", "messages": "[{\"id\": \"m1\", \"role\": \"user\", \"content\": \"Why?\"}, {\"id\": \"m2\", \"role\": \"assistant\", \"content\": [{\"type\": \"reasoning\", \"reasoning\": \"hm\"}, {\"type\": \"text\", \"text\": \"So.\"}]}]"}
{"transcript_id": "u1", "scanner_key": "clerk", "scanner_name": "clerk", "scan_id": "s1", "value": "{\"af\": true, \"share\": 0.5}", "value_type": "object", "label": "af", "answer": "yes", "explanation": "It says \"hm\" [M1].", "message_references": "[{\"type\": \"message\", \"cite\": \"[M1]\", \"id\": \"m2\"}]", "scan_model_usage": "{\"maker/judge\": {}}", "scan_error": null}
{"scan_id": "s1", "scan_name": "clerk", "options": {}, "packages": {}, "scanners": {}, "transcripts": {}}
"#],
    ),
    ("inspect", &[sample!("formats/inspect.json")]),
    ("claude-code", &[sample!("formats/claude-code.jsonl")]),
    ("openai-evals", &[sample!("formats/openai-evals.jsonl")]),
    ("docent", &[sample!("formats/docent.json")]),
    ("petri", &[sample!("formats/petri.json"), sample!("formats/petri_events.json")]),
    ("atif", &[sample!("formats/atif.json")]),
    ("tau-bench", &[sample!("formats/tau-bench.json")]),
    ("wide", &[sample!("formats/wide.json"), sample!("formats/meval.jsonl")]),
    ("meval", &[sample!("formats/meval.jsonl")]),
    ("trial", &[sample!("formats/trial.jsonl")]),
    (
        "labels",
        &[
            sample!("formats/labels.jsonl"),
            sample!("formats/labels.csv"),
            sample!("formats/pairs.csv"),
            sample!("formats/validation.csv"),
        ],
    ),
    ("promptfoo", &[sample!("formats/promptfoo.json")]),
    ("helm", &[sample!("formats/helm_scenario_state.json")]),
    (
        "batch",
        &[
            sample!("formats/batch-openai_requests.jsonl"),
            sample!("formats/batch-openai_results.jsonl"),
            sample!("formats/batch-anthropic_requests.jsonl"),
            sample!("formats/batch-anthropic_results.jsonl"),
        ],
    ),
    ("stream", &[sample!("formats/stream.jsonl")]),
    ("api", &[sample!("formats/api-log.jsonl")]),
    (
        "fastchat",
        &[sample!("formats/fastchat_questions.jsonl"), sample!("formats/fastchat_answers.jsonl")],
    ),
    ("pairs", &[sample!("formats/hh-rlhf.jsonl")]),
    ("sharegpt", &[sample!("formats/sharegpt.json")]),
    ("lm-eval", &[sample!("formats/samples_fern-mini_2030-01-01T00-00-00.000000.jsonl")]),
    ("harmony", &[sample!("formats/harmony.jsonl")]),
    ("trace", &[sample!("formats/trace.json")]),
    ("chat", &[sample!("chat.jsonl"), sample!("formats/agent.jsonl")]),
    (
        "flat",
        &[
            sample!("flat.jsonl"),
            sample!("tagged.jsonl"),
            sample!("repaired.jsonl"),
            sample!("formats/table.csv"),
            sample!("formats/scratchpad.txt"),
        ],
    ),
];

/// The values of a file, with what stands around them.
pub fn values(bytes: &[u8]) -> Vec<(Value, Option<Value>)> {
    let read = |offset: u64, buffer: &mut [u8]| {
        let rest = bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    };
    let mut units = Units::new(read).unwrap();
    let mut values = Vec::new();
    while let Some((unit, cut)) = units.next_unit().unwrap() {
        let (kind, around) = (units.kind(), units.around());
        if let UnitBytes::Whole(bytes) = cut
            && let Ok(read) = decode(&bytes, kind, around.as_ref(), unit.index)
        {
            values.push((read.value, around.filter(|_| kind == UnitKind::Json)));
        }
    }
    values
}

/// One format with its samples.
pub struct Reader {
    format: &'static str,
    seeds: Vec<(Value, Option<Value>)>,
    words: Vec<String>,
    rules: LabelRules,
}

impl Reader {
    /// The reader of a format of [`SAMPLES`].
    pub fn new(format: &'static str) -> Self {
        let (_, files) = SAMPLES.iter().find(|(name, _)| *name == format).expect("a known format");
        let seeds: Vec<_> = files.iter().flat_map(|bytes| values(bytes)).collect();
        assert!(!seeds.is_empty(), "{format}: no seeds");
        let mut words = Vec::new();
        for (value, _) in &seeds {
            collect(value, &mut words);
        }
        words.sort();
        words.dedup();
        Self { format, seeds, words, rules: LabelRules::builtin() }
    }

    /// Makes a value out of bytes and reads it. Bytes that begin with NUL are JSON; others edit a sample.
    pub fn check(&self, bytes: &[u8]) {
        let mut dice = Bytes(bytes);
        let (record, around) = match dice.next() {
            0 => match lenient::read(dice.0) {
                Ok(read) => (read.value, None),
                Err(_) => return,
            },
            _ => self.edited(&mut dice),
        };
        self.read(&record, around.as_ref());
    }

    fn edited(&self, dice: &mut Bytes<'_>) -> (Value, Option<Value>) {
        let (mut record, mut around) = self.seeds[dice.below(self.seeds.len())].clone();
        for _ in 0..24 {
            if dice.0.is_empty() {
                break;
            }
            match &mut around {
                Some(around) if dice.below(8) == 0 => self.edit(around, dice),
                _ => self.edit(&mut record, dice),
            }
        }
        (record, around)
    }

    /// Exchanges one piece.
    fn edit(&self, value: &mut Value, dice: &mut Bytes<'_>) {
        let count = nodes(value);
        let at = dice.below(count);
        let other = dice.below(count);
        // Copies of copies must not grow without an end.
        let copy = || if count < 3_000 { nth(value, other).clone() } else { Value::Null };
        let word = |dice: &mut Bytes<'_>| self.words[dice.below(self.words.len())].clone();
        let new = match dice.below(15) {
            0 => Value::Null,
            1 => json!(dice.below(2) == 0),
            2 => number(dice.below(10)),
            3 => json!(word(dice)),
            4 => json!(dice.text(12)),
            5 => json!([]),
            6 => json!({}),
            7 => json!([nth(value, at).clone()]),
            8 => json!({word(dice): nth(value, at).clone()}),
            9 => copy(),
            10 => {
                // A piece is lost, or stands there twice.
                let mut new = nth(value, at).clone();
                match &mut new {
                    Value::Array(list) if !list.is_empty() => {
                        let n = dice.below(list.len());
                        if dice.below(2) == 0 || list.len() > 1_000 {
                            list.remove(n);
                        } else {
                            list.insert(n, list[n].clone());
                        }
                    }
                    Value::Object(map) if !map.is_empty() => {
                        let key = map.keys().nth(dice.below(map.len())).unwrap().clone();
                        map.remove(&key);
                    }
                    _ => {}
                }
                new
            }
            11 => {
                let mut new = nth(value, at).clone();
                if let Value::Object(map) = &mut new {
                    map.insert(word(dice), copy());
                }
                new
            }
            12 => {
                // A field goes by the name of another.
                let mut new = nth(value, at).clone();
                if let Value::Object(map) = &mut new {
                    let n = dice.below(map.len());
                    let key = word(dice);
                    let renamed: Map<String, Value> = std::mem::take(map)
                        .into_iter()
                        .enumerate()
                        .map(|(i, (old, value))| (if i == n { key.clone() } else { old }, value))
                        .collect();
                    *map = renamed;
                }
                new
            }
            13 => {
                let mut new = nth(value, at).clone();
                if let Value::String(text) = &mut new {
                    let cut = text.floor_char_boundary(dice.below(text.len() + 1));
                    let piece = ODD[dice.below(ODD.len())];
                    text.insert_str(cut, piece);
                }
                new
            }
            _ => {
                let mut new = nth(value, at).clone();
                if let Value::String(text) = &mut new {
                    text.truncate(text.floor_char_boundary(dice.below(text.len() + 1)));
                }
                new
            }
        };
        *nth_mut(value, at) = new;
    }

    /// Reads a value by this format, and by whichever knows it.
    fn read(&self, record: &Value, around: Option<&Value>) {
        let place = Place {
            source: format!("runs/free/{}.jsonl", self.format).into(),
            line: Some(1),
            ..Place::default()
        };
        let mut context = Context::new(place, self.format, &self.rules, 1);
        context.around = around;
        let format = FORMATS.iter().find(|known| known.name() == self.format).expect("a format");
        let reading = read_as(self.format, record, &context).expect("a format");
        let known = format.recognise(record).is_some();
        assert!(!known || !reading.is_nothing(), "{}: a record vanished: {record}", self.format);
        hold(&reading, record, &context);
        let bytes = record.to_string();
        let reading = read_unit(bytes.as_bytes(), &context);
        assert!(!reading.is_nothing(), "a unit vanished: {record}");
        hold(&reading, record, &context);
    }
}

/// What must hold of a reading, whatever was read.
fn hold(reading: &UnitReading, record: &Value, context: &Context<'_>) {
    assert!(reading.problems.len() as u64 >= reading.left_out);
    assert!(reading.problems.iter().all(|p| !p.message.is_empty()));
    for transcript in &reading.transcripts {
        hold_transcript(transcript, record);
    }
    for (_, piece) in &reading.parts {
        hold_transcript(&assemble(piece.clone(), reading.format, context), record);
    }
}

fn hold_transcript(transcript: &Transcript, record: &Value) {
    assert!(!transcript.id.is_empty() && !transcript.key().is_empty());
    for section in &transcript.sections {
        assert_eq!(section.end - section.start, section.text.len());
        let found = look_up(std::slice::from_ref(record), section);
        assert_ne!(found, Found::Missing, "{section:?} is not in {record}");
    }
    for evidence in &transcript.evidence {
        if let Some((section, start, end)) = evidence.at {
            let section = &transcript.sections[section];
            assert!(section.text.get(start..end).is_some(), "{evidence:?} in {section:?}");
        }
    }
}

/// Pieces that splitters and aligners stumble over.
const ODD: [&str; 14] = [
    "</think>",
    "<think>",
    "<SCRATCHPAD_REASONING>",
    "</OUTPUT>",
    "<rejected/>",
    "\n\nHuman: ",
    "\n\nAssistant: ",
    "<|channel|>analysis<|message|>",
    "<|end|>",
    "\nTurn 3 (user): ",
    "attachment://0",
    "\u{0}\u{1b}[2J",
    "\u{e9}\u{1f600}\u{301}",
    "__ERROR__",
];

/// Bytes as a source of choices; zeros when they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A number below `n`; 0 when there is none.
    fn below(&mut self, n: usize) -> usize {
        let mut number = usize::from(self.next());
        if n > 256 {
            number = number << 8 | usize::from(self.next());
        }
        number % n.max(1)
    }

    fn text(&mut self, most: usize) -> String {
        let len = self.below(most).min(self.0.len());
        let (text, rest) = self.0.split_at(len);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }
}

fn number(which: usize) -> Value {
    match which {
        0 => json!(0),
        1 => json!(-1),
        2 => json!(1),
        3 => json!(0.5),
        4 => json!(1e308),
        5 => json!(u64::MAX),
        6 => json!(i64::MIN),
        7 => json!(-0.0),
        8 => json!(7),
        _ => json!(4_000_000_000_u64),
    }
}

/// Keys and short texts.
fn collect(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() <= 60 => words.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|item| collect(item, words)),
        Value::Object(map) => {
            for (key, value) in map {
                words.push(key.clone());
                collect(value, words);
            }
        }
        _ => {}
    }
}

/// How many values there are in a value, itself included.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(nodes).sum(),
        Value::Object(map) => map.values().map(nodes).sum(),
        _ => 0,
    }
}

/// The value of this number, counted from the front.
fn nth(value: &Value, mut n: usize) -> &Value {
    if n == 0 {
        return value;
    }
    n -= 1;
    let inner: Vec<&Value> = match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    };
    for value in inner {
        let count = nodes(value);
        if n < count {
            return nth(value, n);
        }
        n -= count;
    }
    value
}

fn nth_mut(value: &mut Value, mut n: usize) -> &mut Value {
    if n == 0 {
        return value;
    }
    n -= 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => unreachable!("only values with others in them are counted into"),
    };
    for value in inner {
        let count = nodes(value);
        if n < count {
            return nth_mut(value, n);
        }
        n -= count;
    }
    unreachable!("no value has this number")
}
