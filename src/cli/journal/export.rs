//! What stands, for others: JSON lines with everything, CSV for spreadsheets, a validation set for Inspect Scout.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use std::sync::Arc;

use super::csv::{cell_of_answer, guarded, guarded_exact, quoted};
use crate::cli::json::write_line;
use crate::review::agree::last_decisions;
use crate::review::{Answered, ItemName, Purpose, Said, Standing, Stratum, print_time};

/// A judgement: keys and what they hold, in the order in which they are printed.
type Judgement = Map<String, Value>;

/// Of one rater's answers on an item the last blind one, and the last of all where that is another one: what is said where blind
/// answers are asked for, and where any are.
fn kept(all: &[Arc<Said<Answered>>]) -> impl Iterator<Item = &Said<Answered>> {
    let blind = all.iter().rposition(|said| said.what.sighted.is_none());
    let last = all.len().checked_sub(1).filter(|last| Some(*last) != blind);
    blind.into_iter().chain(last).filter_map(|at| all.get(at)).map(AsRef::as_ref)
}

/// Everything that counts, each as an object with all keys, in the order of labels, transcripts and raters. An answer that was
/// given blind and changed with results in sight is there twice: as it was, and as it is.
#[must_use]
pub fn judgements(standing: &Standing) -> Vec<Map<String, Value>> {
    let mut all: Vec<(&ItemName, &str, Judgement)> = Vec::new();
    for said in standing.answers.values().flat_map(|all| kept(all)) {
        let Answered { name, label, .. } = &said.what;
        let kind = match said.what.purpose() {
            Purpose::Answer => "answer",
            Purpose::Repeat => "repeat",
            Purpose::Anchor => "anchor",
        };
        let mut judgement = judgement(said, kind, name, label, said.what.answer.as_str());
        answered(&said.what, &mut judgement);
        let sample = standing.sample_of(&said.session).map(|sample| sample.what.design());
        put(&mut judgement, "design", hash(sample.unwrap_or(said.what.design)));
        all.push((name, label, judgement));
    }
    for said in standing.imports.values().filter_map(|imports| imports.last()) {
        let (name, label) = (&said.what.name, &said.what.label);
        let mut judgement = judgement(said, "import", name, label, said.what.answer.as_str());
        put(&mut judgement, "from", &*said.what.from);
        all.push((name, label, judgement));
    }
    for said in standing.adjudications.values().flat_map(|all| last_decisions(all)) {
        let (name, label) = (&said.what.name, &said.what.label);
        let mut judgement = judgement(said, "adjudication", name, label, said.what.answer.as_str());
        put(&mut judgement, "text", hash(said.what.text));
        put(&mut judgement, "note", &*said.what.reason);
        put(&mut judgement, "over", said.what.over.clone());
        all.push((name, label, judgement));
    }
    let place = |name: &ItemName| {
        let ItemName { id, source, index, ordinal, part, .. } = name;
        (source.clone(), *index, *ordinal, id.clone(), part.clone())
    };
    all.sort_by_cached_key(|(name, label, judgement)| {
        let text = |key: &str| judgement.get(key).map(Value::to_string);
        ((*label).to_owned(), place(name), text("rater"), text("kind"), text("e"))
    });
    all.into_iter().map(|(.., judgement)| judgement).collect()
}

/// How the samples were drawn of which some answer was given, a line for each session: all strata with their sizes, also those in which
/// nobody answered. Without these lines the frame could not be told.
fn samples(standing: &Standing) -> Vec<Judgement> {
    let answers = standing.answers.values().flat_map(|all| kept(all));
    let drawn = answers.filter(|said| said.what.stratum.drawn > 0);
    let sessions: BTreeSet<&str> = drawn.map(|said| &*said.session).collect();
    let one = |session| {
        let said = standing.sample_of(session)?;
        let sample = &said.what;
        let mut line = judgement(&said, "sample", &ItemName::default(), &sample.label, "");
        for key in ["answer", "id", "source", "index", "ordinal"] {
            put(&mut line, key, Value::Null);
        }
        put(&mut line, "seed", sample.seed);
        put(&mut line, "design", hash(sample.design()));
        put(&mut line, "where", &*sample.filter);
        put(&mut line, "strata", sample.strata.iter().map(Stratum::as_json).collect::<Vec<_>>());
        Some(line)
    };
    sessions.into_iter().filter_map(one).collect()
}

fn put(judgement: &mut Judgement, key: &str, value: impl Into<Value>) {
    judgement.insert(key.to_owned(), value.into());
}

fn hash(hash: u64) -> Value {
    if hash == 0 { Value::Null } else { format!("{hash:016x}").into() }
}

/// All keys, with what every judgement has.
fn judgement<T>(
    said: &Said<T>,
    kind: &str,
    name: &ItemName,
    label: &str,
    answer: &str,
) -> Judgement {
    let value = json!({
        "label": label,
        "rater": said.rater,
        "kind": kind,
        "answer": answer,
        "id": name.id,
        "source": name.source,
        "line": name.line,
        "index": name.index,
        "ordinal": name.ordinal,
        "hash": hash(name.hash),
        "part": name.part,
        "text": null,
        "blind": null,
        "why": null,
        "answers": {},
        "note": null,
        "span": null,
        "flag": null,
        "seen_ms": null,
        "n": null,
        "seed": null,
        "stratum": null,
        "by": null,
        "size": null,
        "drawn": null,
        "weight": null,
        "design": null,
        "where": null,
        "strata": null,
        "from": null,
        "over": null,
        "time": print_time(said.time),
        "session": said.session,
        "e": said.id,
        "version": said.version,
    });
    if let Value::Object(map) = value { map } else { Map::new() }
}

fn answered(answered: &Answered, judgement: &mut Judgement) {
    put(judgement, "text", hash(answered.text));
    put(judgement, "blind", answered.sighted.is_none());
    put(judgement, "why", answered.sighted.as_deref());
    put(judgement, "answers", json!(answered.answers));
    put(judgement, "note", answered.note.as_deref());
    let span = answered.span;
    let span = span.map(|s| json!({ "section": s.section, "start": s.start, "end": s.end }));
    put(judgement, "span", span);
    put(judgement, "flag", answered.flag);
    put(judgement, "seen_ms", answered.seen_ms);
    put(judgement, "n", answered.n);
    put(judgement, "seed", answered.seed);
    put(judgement, "stratum", &*answered.stratum.name);
    put(judgement, "by", json!(answered.stratum.of));
    put(judgement, "size", answered.stratum.size);
    put(judgement, "drawn", answered.stratum.drawn);
    put(judgement, "weight", answered.stratum.weight());
}

/// Writes everything that counts as JSON lines, behind it how samples were drawn. Gives how many judgements that were.
///
/// # Errors
/// As the writer.
pub fn write_jsonl(standing: &Standing, mut out: impl Write) -> io::Result<usize> {
    let all = judgements(standing);
    let many = all.len();
    for judgement in all.into_iter().chain(samples(standing)) {
        write_line(&mut out, &Value::Object(judgement))?;
    }
    Ok(many)
}

/// Columns by which a transcript or a sample is found again.
const NAMES: [&str; 5] = ["id", "source", "part", "stratum", "where"];

/// Writes everything that counts as CSV, a column for each further question, behind it how samples were drawn; no cell is a formula.
/// Gives how many judgements that were.
///
/// # Errors
/// As the writer.
pub fn write_csv(standing: &Standing, mut out: impl Write) -> io::Result<usize> {
    let all = judgements(standing);
    let questions: BTreeSet<String> = all
        .iter()
        .filter_map(|judgement| judgement.get("answers")?.as_object())
        .flat_map(|answers| answers.keys().cloned())
        .collect();
    let empty = Said::<()> {
        id: String::new(),
        session: String::new(),
        time: 0,
        rater: String::new(),
        version: String::new(),
        what: (),
    };
    let keys: Vec<String> =
        judgement(&empty, "", &ItemName::default(), "", "").keys().cloned().collect();
    let mut names: Vec<String> = Vec::new();
    for key in &keys {
        if key == "answers" {
            names.extend(questions.iter().map(|id| guarded(&format!("answers.{id}"))));
        } else {
            names.push(key.clone());
        }
    }
    writeln!(out, "{}", names.join(","))?;
    for judgement in all.iter().chain(&samples(standing)) {
        let mut cells: Vec<String> = Vec::new();
        for key in &keys {
            let value = judgement.get(key).unwrap_or(&Value::Null);
            if key == "answers" {
                let answer = |id| value.get(id).map_or_else(String::new, cell_of_answer);
                cells.extend(questions.iter().map(answer));
            } else if let (true, Value::String(name)) = (NAMES.contains(&key.as_str()), value) {
                cells.push(guarded_exact(name));
            } else {
                cells.push(cell(value));
            }
        }
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(all.len())
}

/// A value as a cell: nothing for null, numbers as they are, of a list of words the words with ` | ` between.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => guarded(text),
        Value::Array(list) => {
            let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            if words.len() == list.len() { guarded(&words.join(" | ")) } else { json_cell(value) }
        }
        Value::Object(_) => json_cell(value),
    }
}

/// A cell of JSON, which reads back exactly: hidden characters are escapes in it.
fn json_cell(value: &Value) -> String {
    let mut line = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_line(&mut line, value);
    guarded(String::from_utf8_lossy(&line).trim_end())
}

/// What became of a validation set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScoutSet {
    /// Transcripts in it.
    pub written: usize,
    /// Transcripts left out because nobody said yes or no, by id.
    pub undecided: Vec<String>,
    /// Transcripts left out because raters disagree and nobody has decided, by id.
    pub disagreeing: Vec<String>,
    /// Ids left out because several transcripts have them.
    pub ambiguous: Vec<String>,
    /// Transcripts left out because no answer on them is blind, by id.
    pub not_blind: Vec<String>,
}

/// What was said of the transcripts of one id.
#[derive(Default)]
struct OfId {
    /// Hashes by which they are told apart.
    which: BTreeSet<u64>,
    said: BTreeSet<bool>,
    /// Some answer is not blind, and not counted.
    sighted: bool,
    /// How often what was decided, by the last decision of each who decided.
    decided: BTreeMap<Option<bool>, usize>,
}

impl OfId {
    /// What is not known of the transcript tells it from no other.
    fn is(&mut self, text: u64, name: &ItemName) {
        let known = if text == 0 { name.hash } else { text };
        self.which.extend((known != 0).then_some(known));
    }
}

/// Writes the answers to one label as a validation set of Inspect Scout: `id,target,split`, a row for each whole transcript in the
/// order of ids, its target `true` or `false`. A decision counts before answers; repeats, anchors and parts of transcripts do not
/// count. Of a rater's answers the last blind one counts, or with `sighted` the last of all. `rater`: what one rater said alone.
/// `split` is the same for all, and may be empty.
///
/// Ids are written as they are: with an apostrophe in front they would name no transcript.
///
/// # Errors
/// As the writer.
pub fn write_scout(
    standing: &Standing,
    label: &str,
    (rater, sighted): (Option<&str>, bool),
    split: &str,
    mut out: impl Write,
) -> io::Result<ScoutSet> {
    let mut ids: BTreeMap<&str, OfId> = BTreeMap::new();
    let wanted = |of: &str, by: &str, name: &ItemName| {
        of == label && rater.is_none_or(|rater| rater == by) && name.part.is_none()
    };
    for (key, all) in &standing.answers {
        let counts = |said: &&Arc<Said<Answered>>| sighted || said.what.sighted.is_none();
        let Some(said) = all.iter().rfind(counts).or(all.last()) else { continue };
        let Answered { name, text, answer, .. } = &said.what;
        if key.purpose == Purpose::Answer && wanted(&key.label, &key.rater, name) {
            let id = ids.entry(&name.id).or_default();
            id.is(*text, name);
            if counts(&said) {
                id.said.extend(answer.holds());
            } else {
                id.sighted = true;
            }
        }
    }
    // Ids of records, as these have them; who wrote one by hand may have put white space around it.
    let recorded: BTreeSet<&str> = standing
        .answers
        .keys()
        .map(|key| &*key.item.id)
        .chain(standing.adjudications.keys().map(|(_, item)| &*item.id))
        .collect();
    for said in standing.imports.values().filter_map(|imports| imports.last()) {
        let name = &said.what.name;
        if wanted(&said.what.label, &said.rater, name) {
            let by_hand = name.hash == 0 && !recorded.contains(&*name.id);
            let id = if by_hand { name.id.trim() } else { &name.id };
            let id = ids.entry(id).or_default();
            id.is(0, name);
            id.said.extend(said.what.answer.holds());
        }
    }
    for said in standing.adjudications.values().flat_map(|all| last_decisions(all)) {
        let name = &said.what.name;
        if wanted(&said.what.label, &said.rater, name) {
            let id = ids.entry(&name.id).or_default();
            id.is(said.what.text, name);
            *id.decided.entry(said.what.answer.holds()).or_default() += 1;
        }
    }
    let mut set = ScoutSet::default();
    writeln!(out, "id,target,split")?;
    for (id, of) in ids {
        let said = || {
            let mut said = of.said.iter().copied();
            said.next().filter(|_| said.next().is_none())
        };
        let most = of.decided.values().max();
        let mut winners = of.decided.iter().filter(|(_, n)| Some(*n) == most).map(|(of, _)| *of);
        let (winner, tie) = (winners.next(), winners.next().is_some());
        let target = winner.map_or_else(said, |holds| holds.filter(|_| !tie));
        if of.which.len() > 1 {
            set.ambiguous.push(id.to_owned());
        } else if let Some(target) = target {
            writeln!(out, "{},{target},{}", quoted(id), quoted(split))?;
            set.written += 1;
        } else if tie || winner.is_none() && of.said.len() > 1 {
            set.disagreeing.push(id.to_owned());
        } else if winner.is_none() && of.sighted {
            set.not_blind.push(id.to_owned());
        } else {
            set.undecided.push(id.to_owned());
        }
    }
    Ok(set)
}
