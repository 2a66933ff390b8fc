//! Completing a filter while it is typed: fields, labels, values, sections, operators.
//!
//! Works on the characters before the cursor, which need not parse. Words of the corpus are hostile text: what is
//! shown is sanitised, what is inserted is quoted.

use super::ast::{Field, Place, Third};
use super::fields::{self, COMPARED, FIELDS, Kind};
use super::fuzzy::Fuzzy;
use super::glob;
use super::lex::is_op;
use super::print::{self, Slot};
use crate::text;

/// Proposals given at most.
const MAX: usize = 12;

/// Columns of a proposal.
const COLUMNS: usize = 60;

/// Values longer than this many bytes are no names to pick from a menu.
const MAX_VALUE: usize = 200;

/// The words that occur in the corpus, for completion.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Tiers, settings, models, variants, outcomes, categories, repair codes: by field name (categories under `cue`).
    pub values: Vec<(String, Vec<String>)>,
    /// Label names, canonical ones first.
    pub labels: Vec<String>,
    /// Values of text labels: (label, value).
    pub label_values: Vec<(String, String)>,
    /// Labels with their reviewers as raters: (label, rater).
    pub raters: Vec<(String, String)>,
    /// Dotted meta paths.
    pub meta: Vec<String>,
    /// Names of filters.
    pub named: Vec<String>,
}

impl Vocabulary {
    fn of(&self, field: &str) -> impl Iterator<Item = &str> {
        let lists = self.values.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(field));
        lists.flat_map(|(_, values)| values.iter().map(String::as_str))
    }
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What to show.
    pub shown: String,
    /// The text that replaces characters `from..cursor` of the input. Where what stands right after the cursor
    /// already ends the proposal, that end is left out.
    pub insert: String,
    /// First character replaced.
    pub from: usize,
    /// What it means, a few words.
    pub hint: String,
}

/// Something that could stand at the cursor.
struct Candidate {
    /// What the typed fragment is compared with.
    word: String,
    insert: String,
    hint: &'static str,
}

/// The candidates for the fragment that starts at character `from`.
struct Menu {
    from: usize,
    fragment: String,
    candidates: Vec<Candidate>,
}

impl Menu {
    /// A word of the language.
    fn word(&mut self, word: &str, hint: &'static str) {
        self.add(word, word.to_owned(), hint);
    }

    /// A name or value of the corpus after `head`.
    fn value(&mut self, head: &str, value: &str, slot: Slot, hint: &'static str) {
        if value.is_empty() || value.len() > MAX_VALUE || value.chars().any(char::is_control) {
            return;
        }
        self.add(value, format!("{head}{}", print::literal(value, slot)), hint);
    }

    fn add(&mut self, word: &str, insert: String, hint: &'static str) {
        if !self.candidates.iter().any(|c| c.insert == insert) {
            self.candidates.push(Candidate { word: word.to_owned(), insert, hint });
        }
    }

    /// Candidates whose beginning was typed, in their order, then those that match loosely, best first.
    fn ranked(self, after: &str) -> Vec<Completion> {
        let typed = glob::fold(&self.fragment).into_owned();
        let (mut ranked, mut loose) = (Vec::new(), Vec::new());
        for candidate in self.candidates {
            let word = glob::fold(&candidate.word);
            let whole = glob::fold(&candidate.insert);
            if word.starts_with(&typed) || whole.starts_with(&typed) {
                ranked.push(candidate);
            } else {
                loose.push(candidate);
            }
        }
        let hits = Fuzzy::new(&typed).rank(loose.iter().map(|c| c.word.as_str()));
        let ranked = ranked.iter().chain(hits.iter().filter_map(|(i, _)| loose.get(*i)));
        ranked
            .map(|candidate| {
                let line = text::sanitize_line(&candidate.insert);
                Completion {
                    shown: text::truncate(&line, COLUMNS).into_owned(),
                    insert: without_overlap(&candidate.insert, after).to_owned(),
                    from: self.from,
                    hint: candidate.hint.to_owned(),
                }
            })
            // Nothing would change; before other text it still says which name stands there.
            .filter(|c| c.insert != self.fragment || !after.is_empty())
            .take(MAX)
            .collect()
    }
}

/// The insertion without its longest end that already stands after the cursor: `tier:` at `ti|er:free` is `ti`.
fn without_overlap<'a>(insert: &'a str, after: &str) -> &'a str {
    let ends = insert.char_indices().map(|(i, _)| i);
    let at = ends.filter(|i| after.starts_with(&insert[*i..])).min();
    at.map_or(insert, |i| &insert[..i])
}

/// Proposals for the word before the cursor (a character index), best first, at most 12.
#[must_use]
pub fn complete(input: &str, cursor: usize, vocabulary: &Vocabulary) -> Vec<Completion> {
    let chars: Vec<char> = input.chars().collect();
    let cursor = cursor.min(chars.len());
    let (before, after) = chars.split_at(cursor);
    let Some(typed) = Typed::find(before) else { return Vec::new() };
    let after: String = after.iter().take_while(|c| !c.is_whitespace() && **c != ')').collect();
    let menu = match &typed.head {
        None => heads(&typed, after.is_empty(), vocabulary),
        Some(head) => values(&typed, head, vocabulary),
    };
    menu.ranked(&after)
}

/// The term before the cursor, taken apart.
struct Typed {
    /// Character where the term starts, after its dash.
    start: usize,
    /// What stands before the operator; `None` when none was typed.
    head: Option<String>,
    /// Character where the fragment starts: the term, or its last value.
    from: usize,
    /// The fragment as typed, without quotes and escapes.
    fragment: String,
}

impl Typed {
    /// `None` inside a phrase or a regular expression, and after a comparison.
    fn find(before: &[char]) -> Option<Self> {
        let (mut start, mut op, mut from) = (0, None, 0);
        let (mut quote, mut regex, mut skip) = (None, false, false);
        for (i, &c) in before.iter().enumerate() {
            let next = before.get(i + 1).copied();
            if std::mem::take(&mut skip) {
                continue;
            }
            match c {
                '\\' if quote.is_some() || regex => skip = true,
                '"' if quote.is_some() => quote = None,
                '/' if regex => regex = false,
                _ if quote.is_some() || regex => {}
                '"' => quote = Some(i),
                '/' if i == from => regex = true,
                '-' if i == start => (start, from) = (i + 1, i + 1),
                ',' if op.is_some() => from = i + 1,
                _ if c.is_whitespace() || matches!(c, '(' | ')') => {
                    (start, from, op) = (i + 1, i + 1, None);
                }
                _ if is_op(c, next) => match op {
                    None => {
                        op = Some((i, !matches!(c, '<' | '>')));
                        from = i + 1;
                    }
                    // The second character of an operator, or a comparison after a value (`cue:x>=`).
                    Some((at, _)) if c == '=' && from == i => {
                        op = Some((at, !matches!(before.get(i - 1), Some('<' | '>'))));
                        from = i + 1;
                    }
                    Some((at, _)) if matches!(c, '<' | '>') => op = Some((at, false)),
                    Some(_) => {}
                },
                _ => {}
            }
        }
        let phrase = op.is_none() && before.get(start) == Some(&'"');
        if regex || phrase || matches!(op, Some((_, false))) {
            return None;
        }
        let head = op.map(|(at, _)| before.get(start..at).unwrap_or_default().iter().collect());
        let fragment = before.get(from..).unwrap_or_default();
        Some(Self { start, head, from, fragment: unquoted(fragment) })
    }
}

/// The fragment without quotes, and without the backslashes that escape.
fn unquoted(fragment: &[char]) -> String {
    let mut out = String::new();
    let mut chars = fragment.iter().copied().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('"' | '\\' | '*')) => out.extend(chars.next()),
            ('"', _) => {}
            _ => out.push(c),
        }
    }
    out
}

/// No operator yet: names of fields, and, `at_end` of the word, whole terms whose value begins like it.
fn heads(typed: &Typed, at_end: bool, vocabulary: &Vocabulary) -> Menu {
    let mut menu =
        Menu { from: typed.start, fragment: typed.fragment.clone(), candidates: Vec::new() };
    if let Some((base, name)) = typed.fragment.split_once('.')
        && let Some(entry) = fields::find(base)
    {
        match entry.kind {
            Kind::Label => {
                let exact = vocabulary.labels.iter().find(|l| l.eq_ignore_ascii_case(name));
                if let Some(label) = exact {
                    operators(&mut menu, label, vocabulary);
                }
                for label in &vocabulary.labels {
                    menu.value("label.", label, Slot::Name, "compare a label");
                }
                for (label, rater) in &vocabulary.raters {
                    let insert = format!(
                        "label.{}@{}:yes",
                        print::literal(label, Slot::Name),
                        print::literal(rater, Slot::Name)
                    );
                    menu.add(&format!("{label}@{rater}"), insert, "a reviewer says so");
                }
            }
            Kind::Meta => {
                for path in &vocabulary.meta {
                    menu.value("meta.", path, Slot::Name, "field of the record");
                }
            }
            Kind::Len => {
                for (word, place) in Place::WORDS {
                    if place != Place::Any {
                        menu.value("len.", word, Slot::Name, "bytes of this section");
                    }
                }
            }
            Kind::Partner(_) | Kind::Text(Field::Flip(_)) => {
                for entry in COMPARED
                    .iter()
                    .filter(|e| e.name.starts_with(&format!("{}.", base.to_lowercase())))
                {
                    let word = entry.name.split_once('.').map_or("", |(_, word)| word);
                    menu.add(word, format!("{}:", entry.name), entry.hint);
                }
            }
            _ => {}
        }
        // Compared by the name alone; the head is in every insertion.
        name.clone_into(&mut menu.fragment);
        menu.candidates.retain(|c| c.insert != typed.fragment);
        return menu;
    }
    if typed.fragment.starts_with('@') {
        for name in &vocabulary.named {
            menu.word(&format!("@{name}"), "a filter of that name");
        }
        return menu;
    }
    if at_end && !typed.fragment.is_empty() {
        for (word, hint) in [("OR", "either side"), ("NOT", "the opposite of what follows")] {
            if word.starts_with(&typed.fragment) {
                menu.word(word, hint);
            }
        }
    }
    for entry in FIELDS {
        let insert = match entry.kind {
            Kind::Score => "score>=".to_owned(),
            Kind::Len => "len>".to_owned(),
            Kind::Meta => "meta.".to_owned(),
            Kind::Near => "near(".to_owned(),
            _ => format!("{}:", entry.name),
        };
        menu.add(entry.name, insert, entry.hint);
        if entry.kind == Kind::Label && !typed.fragment.is_empty() {
            menu.add(entry.name, "label.".to_owned(), "compare a label");
        }
    }
    if at_end && !typed.fragment.is_empty() {
        for label in &vocabulary.labels {
            menu.value("label:", label, Slot::Name, "label is positive");
        }
        for field in ["cue", "tier", "outcome", "setting", "model"] {
            let hint = fields::find(field).map_or("", |f| f.hint);
            for value in vocabulary.of(field) {
                let slot = if field == "cue" { Slot::Name } else { Slot::Field };
                menu.value(&format!("{field}:"), value, slot, hint);
            }
        }
    }
    menu
}

/// What can follow a label whose name is complete.
fn operators(menu: &mut Menu, label: &str, vocabulary: &Vocabulary) {
    let name = print::literal(label, Slot::Name);
    let mut add = |rest: &str, hint| {
        menu.add(label, format!("label.{name}{rest}"), hint);
    };
    for (of, value) in &vocabulary.label_values {
        if of.eq_ignore_ascii_case(label)
            && !value.is_empty()
            && value.len() <= MAX_VALUE
            && !value.chars().any(char::is_control)
        {
            add(&format!("={}", print::literal(value, Slot::Label)), "this category");
        }
    }
    add(">=", "a number at or above");
    add(":yes", "positive");
    add(":no", "negative");
    add(":neither", "read, and neither yes nor no");
    add(":unparsed", "there, and not to be read");
    add(":missing", "not there");
}

/// Values of a field whose operator is typed.
fn values(typed: &Typed, head: &str, vocabulary: &Vocabulary) -> Menu {
    let mut menu =
        Menu { from: typed.from, fragment: typed.fragment.clone(), candidates: Vec::new() };
    let lower = head.to_lowercase();
    let (base, name) = lower.split_once('.').unwrap_or((&lower, ""));
    let Some(entry) = fields::find(base) else { return menu };
    match entry.kind {
        Kind::In => {
            for (word, place) in Place::WORDS {
                let hint = match place {
                    Place::Reasoning => "scratchpad and draft",
                    Place::Response => "scratchpad, draft and output",
                    Place::Any => "every section of every turn",
                    Place::Kind(_) => "this section",
                };
                menu.word(word, hint);
            }
        }
        Kind::Part => {
            for (word, _) in Third::WORDS {
                menu.word(word, "it begins there");
            }
        }
        Kind::Label if name.is_empty() => {
            for label in &vocabulary.labels {
                menu.value("", label, Slot::Name, "label is positive");
            }
        }
        Kind::Label => {
            let name = name.split('@').next().unwrap_or_default().replace('"', "");
            for (label, value) in &vocabulary.label_values {
                if glob::fold(label) == name {
                    menu.value("", value, Slot::Label, "this category");
                }
            }
            menu.word("yes", "positive");
            menu.word("no", "negative");
            menu.word("neither", "read, and neither yes nor no");
            menu.word("unparsed", "there, and not to be read");
            menu.word("missing", "not there");
        }
        Kind::Cue => {
            let categories: Vec<&str> = vocabulary.of("cue").collect();
            for category in &categories {
                menu.value("", category, Slot::Name, "at least one such cue");
            }
            for category in categories.iter().filter(|c| c.eq_ignore_ascii_case(&typed.fragment)) {
                menu.add(
                    category,
                    format!("{}>=2", print::literal(category, Slot::Name)),
                    "two or more",
                );
            }
            menu.word("any", "at least one cue");
            menu.word("none", "no cue at all");
        }
        Kind::Criterion => {
            for number in ["1", "2", "3", "4"] {
                menu.word(number, "this criterion stands");
            }
        }
        Kind::Partner(_) => {
            menu.word("any", "has a partner");
            menu.word("none", "has none");
        }
        Kind::Flag(_) => {
            menu.word("yes", entry.hint);
            menu.word("no", "the others");
        }
        Kind::Text(field) => {
            for value in vocabulary.of(entry.name) {
                menu.value("", value, Slot::Field, entry.hint);
            }
            match field.words() {
                Some(words) => words.iter().for_each(|w| menu.word(w, entry.hint)),
                None => menu.word("none", "has none"),
            }
            if field == Field::Note {
                menu.word("*", "any note");
            }
        }
        Kind::Score | Kind::Epoch => menu.word("none", "has none"),
        Kind::Meta => menu.word("none", "absent or null"),
        Kind::Len | Kind::Near => {}
    }
    menu
}
