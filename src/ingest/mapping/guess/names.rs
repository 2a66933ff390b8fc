//! What a path's name says: how near it is to known names, and whether it is a label's.

use std::collections::HashSet;

use super::super::path::{Path, Step};
use super::super::survey::{Seen, Survey};
use super::{Label, MOST_CATEGORIES};
use crate::ingest::labels::{is_container, is_label_field};

/// A path that may hold a thing.
#[derive(Debug, Clone)]
pub(super) struct Pick {
    pub path: Path,
    pub score: usize,
    pub why: String,
    pub example: Option<String>,
    /// Only offered in a comment, however good it looks.
    pub offered: bool,
    /// Values that the mapping should list, to be given a meaning.
    pub values: Vec<String>,
}

impl Pick {
    pub fn new(seen: &Seen, score: usize, why: String) -> Self {
        let (path, example) = (seen.path.clone(), seen.example.clone());
        Self { path, score, why, example, offered: false, values: Vec::new() }
    }
}

/// Names that say nothing of their own: the name around them counts.
const GENERIC: [&str; 9] =
    ["text", "content", "value", "raw", "body", "string", "str", "message", "name"];

/// Names of who judged, beside a verdict.
const RATERS: [&str; 6] = ["rater", "judge", "annotator", "reviewer", "judge_model", "by"];

/// Lower-case letters and digits only.
fn squash(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a name: `userPrompt` and `user_prompt` alike.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The keys of a path, the last first.
fn keys(path: &Path) -> impl Iterator<Item = &str> + Clone {
    path.steps().iter().rev().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        _ => None,
    })
}

/// The name that says most: the last key, or the one around a key that says nothing.
pub(super) fn name(path: &Path) -> String {
    let mut keys = keys(path);
    let last = keys.next().unwrap_or_default();
    let around = keys.next();
    let generic = GENERIC.contains(&squash(last).as_str());
    around.filter(|_| generic).unwrap_or(last).to_owned()
}

/// The place of a name in a list, spelling aside.
pub(super) fn rank(name: &str, list: &[&str]) -> Option<usize> {
    let name = squash(name);
    list.iter().position(|known| squash(known) == name)
}

/// Paths by their names: known ones, further ones, those that hold a known word; best first.
pub(super) fn find(
    survey: &Survey,
    known: &[&str],
    more: &[&str],
    fits: &dyn Fn(&Seen) -> bool,
) -> Vec<Pick> {
    let mut picks = Vec::new();
    for seen in survey.seen.iter().filter(|seen| fits(seen)) {
        let around = name(&seen.path);
        let last = keys(&seen.path).next().unwrap_or_default();
        let exact = |name: &str| {
            let known = rank(name, known).map(|r| 1000_usize.saturating_sub(r * 10));
            known.or_else(|| rank(name, more).map(|r| 600_usize.saturating_sub(r * 10)))
        };
        let holds = || {
            let words = words(&around);
            // Short words stand in too many names.
            let long = known.iter().filter(|known| known.len() > 3);
            let mut entries = long.map(|known| self::words(known));
            let at = entries.position(|entry| entry.iter().all(|word| words.contains(word)))?;
            Some(300_usize.saturating_sub(at * 5))
        };
        let Some(score) = exact(&around).or_else(|| exact(last)).or_else(holds) else { continue };
        let depth = seen.path.steps().len() + if seen.in_list() { 50 } else { 0 };
        // What most records lack comes last.
        let rare = if seen.records * 2 < survey.records { 200 } else { 0 };
        picks.push(Pick::new(seen, score.saturating_sub(depth + rare), "its name".to_owned()));
    }
    sort(&mut picks);
    picks
}

/// Best first; of equals the one seen first.
pub(super) fn sort(picks: &mut [Pick]) {
    picks.sort_by_key(|pick| std::cmp::Reverse(pick.score));
}

/// Leaves out what others have taken.
pub(super) fn without(picks: &mut Vec<Pick>, taken: &[Path]) {
    picks.retain(|pick| !taken.contains(&pick.path));
}

/// Leaves out what others have taken, and takes the best of the rest.
pub(super) fn take(picks: &mut Vec<Pick>, taken: &mut Vec<Path>) {
    without(picks, taken);
    taken.extend(picks.first().map(|pick| pick.path.clone()));
}

/// A short word that differs in every record.
pub(super) fn different(survey: &Survey, free: &dyn Fn(&Seen) -> bool) -> Option<Pick> {
    let time = |seen: &Seen| {
        words(&name(&seen.path)).iter().any(|w| w.contains("time") || w.contains("date"))
    };
    let fits = |seen: &&Seen| {
        free(seen)
            && !time(seen)
            && seen.texts == survey.records
            && seen.distinct.len() == survey.records
            && survey.records > 1
            && seen.length() <= 64
            && seen.sentences == 0
    };
    let seen = survey.seen.iter().find(fits)?;
    Some(Pick::new(seen, 100, "a different short word in every record".to_owned()))
}

/// `A 3, B 2`, at most four of them.
pub(super) fn values(seen: &Seen) -> String {
    let shown: Vec<String> = seen
        .values
        .iter()
        .take(4)
        .map(|(value, n)| format!("{} {n}", crate::ingest::json::plain(value)))
        .collect();
    let more = seen.distinct.len().saturating_sub(shown.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Fields that are labels by their names, and those whose values look like it.
pub(super) fn labels(survey: &Survey, free: &dyn Fn(&Seen) -> bool) -> Vec<Label> {
    let mut found: Vec<Label> = Vec::new();
    // A judge's object is one label, with quotes and votes of its own.
    let mut judges: Vec<Path> = Vec::new();
    for seen in survey.seen.iter().filter(|seen| free(seen)) {
        if let [before @ .., Step::Key(name), Step::Key(answer)] = seen.path.steps()
            && answer == "final_answer"
        {
            let path = Path::new([before, &[Step::Key(name.clone())]].concat());
            let why = format!("a judge with a final answer: {}", values(seen));
            judges.push(path.clone());
            found.push(Label { name: name.clone(), path, sure: true, why, rater: None });
        }
    }
    for seen in survey.seen.iter().filter(|seen| free(seen)) {
        if judges.iter().any(|judge| seen.path.is_below(judge)) {
            continue;
        }
        let mut keys = keys(&seen.path);
        let last = keys.next().unwrap_or_default();
        let listed = seen.in_list();
        let contained = keys.clone().any(is_container);
        let short = seen.length() <= 120 && seen.sentences * 4 <= seen.filled();
        let shares = seen.range.is_some_and(|(low, high)| low >= 0.0 && high <= 1.0)
            && seen.numbers + seen.unparsed == seen.filled();
        let verdict = shares || seen.bools * 2 > seen.filled();
        // What a verdict holds is one where it can be; of a list only the name is sure.
        let within = verdict && keys.clone().next().is_some_and(is_label_field);
        let sure = short && (is_label_field(last) || !listed && (contained || within));
        if listed && !sure && !(verdict && matches!(seen.path.steps().last(), Some(Step::Key(_)))) {
            continue;
        }
        let few = seen.is_counted()
            && (2..=MOST_CATEGORIES).contains(&seen.values.len())
            && seen.filled() >= 2 * seen.values.len();
        let what = if seen.bools * 2 > seen.filled() {
            "yes or no"
        } else if shares {
            "numbers from 0 to 1"
        } else if few {
            "few values"
        } else if sure {
            "its name"
        } else {
            continue;
        };
        let plain =
            ["value", "verdict", "score", "label", "final_answer", "result", "answer", "share"];
        let around = keys.next().filter(|_| plain.contains(&last));
        // `judge.verdict` says more than `verdict`; a container's name says nothing.
        let around =
            around.filter(|key| !is_container(key) || matches!(*key, "judge" | "classifier"));
        if RATERS.contains(&last) && contained {
            continue;
        }
        let beside = |key: &&&str| {
            let path = seen.path.beside(key);
            survey.seen.iter().any(|s| s.path == path && s.is_text())
        };
        let rater = RATERS.iter().find(beside).filter(|_| sure && seen.path.steps().len() > 1);
        let rater = rater.map(|key| seen.path.beside(key));
        let name = around.map_or_else(|| last.to_owned(), |around| format!("{around}.{last}"));
        let first = if listed { ", the first of a list" } else { "" };
        let why = format!("{what}{first}: {}", values(seen));
        found.push(Label { name, path: seen.path.clone(), sure, why, rater });
    }
    found
}

/// Gives labels of one name the names of their paths.
pub(super) fn unique(labels: &mut [Label]) {
    let mut names = HashSet::new();
    for label in labels {
        if !names.insert(label.name.clone()) {
            let mut name = label.path.to_string();
            while !names.insert(name.clone()) {
                name.push('_');
            }
            label.name = name;
        }
    }
}
