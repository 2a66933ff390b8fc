//! A first mapping for records that nobody knows: names first, then contents. Every guess carries its reason, and what
//! could be meant as well stands beside it: a person edits the result.

mod names;
mod print;
mod speech;

use serde_json::Value;

use self::names::Pick;
use self::speech::Speech;
use super::path::Path;
use super::survey::{Seen, Survey};
use super::{Mapping, list_at};
use crate::ingest::format::{Reading, recognised};
use crate::ingest::{Context, LabelRules, fields, flat, tier};
use crate::model::Place;

/// A mapping as text, and what it is worth on the records it was guessed from.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The file.
    pub toml: String,
    /// Records looked at.
    pub records: usize,
    /// Records that it reads.
    pub read: usize,
    /// Transcripts that they give.
    pub transcripts: usize,
}

/// Guesses a mapping from some records of the file `file`. The text always parses; where nothing looks like a response
/// it names a path that does not exist, with a comment.
#[must_use]
pub fn guess(records: &[Value], file: &str) -> Guess {
    let roles = Roles::of(records);
    let known: Vec<&str> =
        records.iter().filter_map(|r| recognised(r)).map(|(format, _)| format.name()).collect();
    let body = print::body(&roles, file);
    let mut guess = Guess { toml: String::new(), records: records.len(), read: 0, transcripts: 0 };
    if let Ok(mapping) = Mapping::parse("guess", &body) {
        let builtin = LabelRules::builtin();
        let place = Place { source: file.into(), ..Place::default() };
        let context = Context::new(place, "", &builtin, 0);
        for readings in records.iter().filter_map(|record| mapping.read(record, &context)) {
            let made = readings.iter().filter(|r| matches!(r, Reading::Transcript(_))).count();
            guess.read += usize::from(made > 0);
            guess.transcripts += made;
        }
    }
    guess.toml = print::head(&guess, &known, file) + &body;
    guess
}

/// Which thing may lie where, best first.
#[derive(Debug, Default)]
struct Roles {
    /// What holds the texts: the records, or the items below `units`.
    inner: Survey,
    /// With `units`: the records around the items.
    outer: Option<Survey>,
    units: Option<Path>,
    messages: Option<Speech>,
    /// Key of the mapping and its candidates.
    found: Vec<(&'static str, Vec<Pick>)>,
    labels: Vec<Label>,
}

/// Where to look for texts.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    /// By their length, where names say nothing.
    contents: bool,
    /// Inside lists, too.
    through_lists: bool,
}

/// A field that may be a label.
#[derive(Debug)]
struct Label {
    name: String,
    path: Path,
    /// Known by its name, or under a container of labels.
    sure: bool,
    why: String,
    /// Where its rater stands.
    rater: Option<Path>,
}

/// Identity: key, known names, further names.
const IDENTITY: [(&str, &[&str], &[&str]); 6] = [
    ("id", &fields::ID.names, &["sample_id", "uid", "guid", "key", "hash", "name", "number", "no"]),
    (
        "sample",
        &fields::SAMPLE.names,
        &["qid", "pid", "prompt_no", "item", "problem_id", "index", "idx"],
    ),
    ("epoch", &fields::EPOCH.names, &["run", "rep", "repetition", "iteration", "seed", "replica"]),
    ("model", &fields::MODEL.names, &["llm", "checkpoint", "engine_name", "agent", "who"]),
    ("setting", &fields::SETTING.names, &["study", "experiment", "domain", "theme", "topic"]),
    ("variant", &fields::VARIANT.names, &["version", "ablation", "treatment", "mode"]),
];
const THOUGHT: [&str; 8] =
    ["inner", "private", "monologue", "hidden", "rationale", "internal", "notes_to_self", "mind"];
const SAID: [&str; 10] =
    ["said", "reply", "replied", "answered", "visible", "spoken", "bot", "public", "says", "out"];
const ASKED: [&str; 8] = ["asked", "asks", "ask", "human", "stimulus", "incoming", "in", "q"];
const SYSTEM: [&str; 4] = ["setup", "preamble", "instructions", "briefing"];
/// Names of fields that part transcripts into groups.
const GROUP: [&str; 9] =
    ["grp", "group", "arm", "cohort", "plan", "account", "subscription", "class", "kind"];
/// Most different values of a category.
const MOST_CATEGORIES: usize = 8;

impl Roles {
    fn of(records: &[Value]) -> Self {
        let whole = Survey::of(records);
        let (names, contents) = (Look::default(), Look { contents: true, ..Look::default() });
        if let Some(roles) = Self::texts(&whole, names) {
            return roles.rest(whole, None, None);
        }
        let lists: Vec<Path> = whole
            .seen
            .iter()
            .filter(|s| s.lists > 0 && !s.in_list() && whole.children(&s.path).next().is_some())
            .map(|s| s.path.clone())
            .collect();
        let items = |path: &Path| {
            let lists = records.iter().filter_map(|record| list_at(path, record));
            Survey::of(lists.filter_map(|(_, list)| list.as_array()).flatten())
        };
        // Names in a list say more than the length of a text beside it.
        for look in [names, contents] {
            if look.contents
                && let Some(roles) = Self::texts(&whole, look)
            {
                return roles.rest(whole, None, None);
            }
            for path in &lists {
                let inner = items(path);
                if let Some(roles) = Self::texts(&inner, look) {
                    return roles.rest(inner, Some(whole), Some(path.clone()));
                }
            }
        }
        // Of a text inside lists that are no records only the first would be read: better than nothing.
        let through_lists = Look { through_lists: true, ..names };
        if let Some(roles) = Self::texts(&whole, through_lists) {
            return roles.rest(whole, None, None);
        }
        Self::default().rest(whole, None, None)
    }

    /// Where the texts lie; `None` when nothing looks like a response.
    fn texts(survey: &Survey, look: Look) -> Option<Self> {
        let mut roles = Self { messages: speech::find(survey), ..Self::default() };
        let own = |seen: &Seen| {
            let spoken = roles.messages.as_ref().map(|m| m.path.steps());
            seen.is_text()
                && (look.through_lists || !seen.in_list())
                && !spoken.is_some_and(|steps| seen.path.steps().starts_with(steps))
        };
        let by_name = |known: &[&str], more: &[&str]| names::find(survey, known, more, &own);
        let mut scratchpad = by_name(&flat::REASONING, &THOUGHT);
        let mut system = by_name(&flat::SYSTEM, &SYSTEM);
        let mut prompt = by_name(&flat::ASKED, &ASKED);
        let mut query = by_name(&flat::QUERY, &[]);
        let known: Vec<&str> = flat::WHOLE.iter().chain(flat::OUTPUT.iter()).copied().collect();
        let mut response = by_name(&known, &SAID);
        // A text with tags is a response, whatever it is called.
        let tagged = |s: &&Seen| own(s) && s.tagged * 3 >= s.texts && s.tagged > 0;
        for seen in survey.seen.iter().filter(tagged) {
            response.retain(|pick| pick.path != seen.path);
            let pick = Pick::new(seen, 2000, "its texts have reasoning or output tags".to_owned());
            response.push(pick);
        }
        names::sort(&mut response);
        let apart = response.first().is_none_or(|pick| pick.score < 2000);
        let mut taken: Vec<Path> = Vec::new();
        if apart {
            names::take(&mut scratchpad, &mut taken);
        } else {
            names::take(&mut response, &mut taken);
            // Beside a response with tags, reasoning is a copy of a part of it or was given by the server: it is
            // offered, not taken.
            names::without(&mut scratchpad, &taken);
        }
        names::take(&mut system, &mut taken);
        names::take(&mut prompt, &mut taken);
        names::take(&mut query, &mut taken);
        if apart {
            names::take(&mut response, &mut taken);
        }
        if look.contents {
            let long = |seen: &Seen| own(seen) && seen.sentences * 2 >= seen.texts;
            let mut rest: Vec<&Seen> =
                survey.seen.iter().filter(|s| long(s) && !taken.contains(&s.path)).collect();
            rest.sort_by_key(|seen| std::cmp::Reverse(seen.length()));
            let mut rest = rest.into_iter();
            let mut long = |what: &str| {
                rest.next().map(|seen| Pick::new(seen, 100, format!("{what} of its texts")))
            };
            if response.is_empty() {
                response.extend(long("the length"));
            }
            if prompt.is_empty() && query.is_empty() && system.is_empty() {
                prompt.extend(long("only the length"));
            }
        }
        if response.is_empty() && scratchpad.is_empty() && roles.messages.is_none() {
            return None;
        }
        // Messages hold the texts; what stands beside them is offered.
        let listed = roles.messages.is_some();
        let answered = roles.messages.as_ref().is_some_and(|m| m.answers);
        let offer = |picks: Vec<Pick>, off: bool| -> Vec<Pick> {
            picks.into_iter().map(|pick| Pick { offered: pick.offered || off, ..pick }).collect()
        };
        let output = apart && !scratchpad.is_empty();
        let unused = !apart;
        roles.found = vec![
            ("system", offer(system, listed)),
            ("prompt", offer(prompt, listed)),
            ("query", offer(query, false)),
            ("scratchpad", offer(scratchpad, answered || unused)),
            (if output { "output" } else { "response" }, offer(response, answered)),
        ];
        Some(roles)
    }

    /// Everything but the texts.
    fn rest(mut self, inner: Survey, outer: Option<Survey>, units: Option<Path>) -> Self {
        let active = |picks: &[Pick]| picks.first().filter(|p| !p.offered).map(|p| p.path.clone());
        let mut taken: Vec<Path> = self.found.iter().filter_map(|(_, p)| active(p)).collect();
        taken.extend(units.clone());
        taken.extend(self.messages.as_ref().map(|m| m.path.clone()));
        // A path is free when neither it nor anything around it was taken.
        let free = |taken: &[Path], seen: &Seen| {
            seen.is_scalar()
                && !seen.in_list()
                && !taken.iter().any(|t| seen.path.steps().starts_with(t.steps()))
        };
        let mut surveys = vec![&inner];
        surveys.extend(outer.as_ref());
        let mut identity = Vec::new();
        let tiers = tiers(&surveys, &|seen| free(&taken, seen));
        taken.extend(tiers.first().map(|pick| pick.path.clone()));
        for (role, known, more) in IDENTITY {
            let fits = |seen: &Seen| {
                free(&taken, seen)
                    && seen.length() <= 200
                    && match role {
                        "id" => seen.distinct.len() * 10 >= seen.filled() * 9,
                        "epoch" => seen.numbers == seen.filled() && seen.fractions == 0,
                        "model" | "setting" | "variant" => seen.is_text(),
                        _ => seen.bools == 0 && seen.fractions == 0,
                    }
            };
            // An id that items share is none.
            let places = if role == "id" { surveys.get(..1).unwrap_or_default() } else { &surveys };
            let mut picks: Vec<Pick> =
                places.iter().flat_map(|s| names::find(s, known, more, &fits)).collect();
            names::sort(&mut picks);
            names::without(&mut picks, &taken);
            if role == "id" && picks.is_empty() {
                picks.extend(names::different(&inner, &|seen| free(&taken, seen)));
            }
            names::take(&mut picks, &mut taken);
            identity.push((role, picks));
            if role == "epoch" {
                identity.push(("tier", tiers.clone()));
            }
        }
        // Verdicts may stand in lists, too.
        let open = |seen: &Seen| {
            seen.is_scalar() && !taken.iter().any(|t| seen.path.steps().starts_with(t.steps()))
        };
        self.labels = surveys.iter().flat_map(|survey| names::labels(survey, &open)).collect();
        names::unique(&mut self.labels);
        identity.append(&mut self.found);
        self.found = identity;
        self.inner = inner;
        self.outer = outer;
        self.units = units;
        self
    }
}

/// Fields that may hold the tier: those known by name and value, those with values that name tiers, those called like
/// a group.
fn tiers(surveys: &[&Survey], free: &dyn Fn(&Seen) -> bool) -> Vec<Pick> {
    let mut picks = Vec::new();
    for seen in surveys.iter().flat_map(|s| &s.seen).filter(|s| free(s)) {
        let name = names::name(&seen.path);
        let few = seen.is_counted() && (1..=MOST_CATEGORIES).contains(&seen.values.len());
        if !few {
            continue;
        }
        let values: Vec<&str> = seen.values.iter().map(|(value, _)| value.as_str()).collect();
        let shown = names::values(seen);
        let by_field = |value: &str| {
            let value =
                if seen.bools > 0 { Value::Bool(value == "true") } else { Value::from(value) };
            tier::from_field(&name, &value).is_some()
        };
        let known = values
            .iter()
            .filter(|v| matches!(tier::canonical(v).as_deref(), Some("free" | "paid")))
            .count();
        let called = names::rank(&name, &fields::TIER);
        let (score, why) = if values.iter().any(|v| by_field(v)) {
            (900 - called.unwrap_or(20), format!("its name and values: {shown}"))
        } else if known * 2 >= values.len() {
            (800, format!("its values: {shown}"))
        } else if called == Some(0) {
            (700, format!("its name; values {shown}"))
        } else if names::rank(&name, &GROUP).is_some() && (2..=4).contains(&values.len()) {
            (
                300,
                format!("a name for groups; values {shown}; say which of them is free, which paid"),
            )
        } else {
            continue;
        };
        let mut pick = Pick::new(seen, score, why);
        // The reason names its values already.
        pick.example = None;
        if score == 300 {
            // What they mean is for the reader to say; until then the words are the source's own.
            pick.values = values.iter().map(|v| (*v).to_owned()).collect();
        }
        picks.push(pick);
    }
    names::sort(&mut picks);
    picks
}
