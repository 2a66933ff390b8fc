//! The guess as TOML with comments. Names, values and examples come from the data: paths are escaped, and everything
//! else is shown sanitised and cut, in comments.

use std::fmt::Write as _;

use super::super::path::Path;
use super::super::survey::Survey;
use super::{Guess, Label, Pick, Roles, Speech};
use crate::ingest::format::shell_word;
use crate::text::{is_hidden, pad, sanitize_line, truncate};

/// What to write where a record has no response.
const PLACEHOLDER: &str = "PATH.OF.THE.RESPONSE";
/// Columns of a comment.
const COMMENT: usize = 96;
/// Columns of a path in the list of paths.
const PATH: usize = 36;
/// Candidates that are offered beside the first.
const OFFERED: usize = 3;

/// A string as TOML: quotes only where they are needed twice, hidden characters as escapes.
fn string(text: &str) -> String {
    let hidden = text.chars().any(is_hidden);
    if !hidden && text.contains(['"', '\\']) && !text.contains('\'') {
        return format!("'{text}'");
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if is_hidden(c) => {
                let _ = match u32::from(c) {
                    n if n <= 0xffff => write!(out, "\\u{n:04X}"),
                    n => write!(out, "\\U{n:08X}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A key as TOML.
fn key(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { string(text) }
}

/// A comment line of data and our words.
fn comment(out: &mut String, text: &str) {
    let _ = writeln!(out, "# {}", truncate(text, COMMENT));
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// What the file is, and what it is worth.
pub(super) fn head(guess: &Guess, known: &[&str], file: &str) -> String {
    let mut out = String::new();
    let name = shell_word(file);
    let name = sanitize_line(&name);
    let looked = plural(guess.records, "record");
    let _ = writeln!(out, "# A first mapping for {name}, guessed from the first {looked}.");
    let _ = writeln!(out, "# Edit it, keep it as a file, and use it:");
    let _ = writeln!(out, "#   undertone map {name} > my.toml");
    let _ = writeln!(out, "#   undertone check {name} --map my.toml");
    let made = plural(guess.transcripts, "transcript");
    let _ = writeln!(out, "# As it stands it reads {} of {looked}: {made}.", guess.read);
    let read: Vec<&&str> = known.iter().filter(|name| **name != "not-read-yet").collect();
    if let Some(format) = read.first() {
        let n = read.len();
        let _ = writeln!(
            out,
            "# Without a mapping {n} of them are read already, as {format}: write one only if that goes wrong."
        );
    }
    let _ = writeln!(
        out,
        "# Paths: a.b.0.c, a[-1].b, a[*].b (the first that has it), \"a.key\".b, @file. A list of paths"
    );
    let _ = writeln!(
        out,
        "# names alternatives in order. What is not named becomes meta. See docs/MAPPING.md.\n"
    );
    out
}

/// The mapping itself.
pub(super) fn body(roles: &Roles, file: &str) -> String {
    let mut out = String::new();
    let stem = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let pattern = match stem.rsplit_once('.') {
        Some((_, extension)) => format!("*.{extension}"),
        None => "*.jsonl".to_owned(),
    };
    let pattern = sanitize_line(&string(&pattern)).into_owned();
    let _ = writeln!(out, "# Only for files of these names:\n# files = [{pattern}]");
    if let Some(units) = &roles.units {
        let _ = writeln!(out, "\n# One record holds a list of them:");
        let _ = writeln!(out, "units = {}", string(&units.to_string()));
    }
    let mut texts = false;
    for (role, picks) in &roles.found {
        if *role == "system" {
            let _ = writeln!(out, "\n# What was asked and answered");
            if let Some(speech) = &roles.messages {
                messages(&mut out, speech);
                texts = true;
            }
        }
        let active = picks.first().is_some_and(|pick| !pick.offered);
        texts |= active && matches!(*role, "response" | "scratchpad" | "output");
        field(&mut out, role, picks);
    }
    if !texts {
        out.push('\n');
        comment(&mut out, "Nothing looks like a response. Put the path of its text here:");
        let _ = writeln!(out, "response = {}", string(PLACEHOLDER));
    }
    out.push('\n');
    labels(&mut out, &roles.labels);
    out.push('\n');
    paths(&mut out, "All paths", &roles.inner, roles.units.as_ref(), None);
    if let Some(outer) = &roles.outer {
        out.push('\n');
        paths(&mut out, "Around the items", outer, None, roles.units.as_ref());
    }
    out
}

fn reason(pick: &Pick) -> String {
    match &pick.example {
        Some(example) => format!("{}; for example {example}", pick.why),
        None => pick.why.clone(),
    }
}

/// One line of the mapping, with its reason above and its rivals below.
fn field(out: &mut String, role: &str, picks: &[Pick]) {
    let line = |pick: &Pick| {
        let path = string(&pick.path.to_string());
        if pick.values.is_empty() {
            return format!("{role} = {path}");
        }
        let same = |v: &String| format!("{} = {}", key(v), string(v));
        let values: Vec<String> = pick.values.iter().map(same).collect();
        format!("{role} = {{ path = {path}, values = {{ {} }} }}", values.join(", "))
    };
    let mut rivals = picks.iter();
    match picks.first() {
        Some(pick) if !pick.offered => {
            rivals.next();
            comment(out, &reason(pick));
            let _ = writeln!(out, "{}", line(pick));
        }
        _ => {
            let constant = matches!(role, "tier" | "model" | "setting" | "variant");
            if picks.is_empty() && constant {
                let _ = writeln!(out, "# {role} = {{ value = \"…\" }}");
            } else if picks.is_empty() && !matches!(role, "response" | "output") {
                let _ = writeln!(out, "# {role} = \"…\"");
            }
        }
    }
    for rival in rivals.take(OFFERED) {
        let text = format!("# {}   # {}", line(rival), reason(rival));
        let _ = writeln!(out, "{}", truncate(&text, COMMENT));
    }
}

fn messages(out: &mut String, speech: &Speech) {
    let guessed = if speech.roles.is_empty() { "" } else { "; the roles are a guess" };
    comment(out, &format!("{}{guessed}", speech.why));
    let mut parts = vec![
        format!("path = {}", string(&speech.path.to_string())),
        format!("role = {}", name(&speech.role)),
        format!("content = {}", name(&speech.content)),
    ];
    if let Some(reasoning) = &speech.reasoning {
        parts.push(format!("reasoning = {}", name(reasoning)));
    }
    if !speech.roles.is_empty() {
        let pair = |(theirs, ours): &(String, &str)| format!("{} = \"{ours}\"", key(theirs));
        let pairs: Vec<String> = speech.roles.iter().map(pair).collect();
        parts.push(format!("roles = {{ {} }}", pairs.join(", ")));
    }
    let _ = writeln!(out, "messages = {{ {} }}", parts.join(", "));
    if let Some(thought) = &speech.thought {
        comment(out, &format!("It may take reasoning = {}, which has long texts", name(thought)));
    }
}

/// A key of a message as a path in TOML.
fn name(text: &str) -> String {
    use super::super::path::Step;
    string(&Path::new(vec![Step::Key(text.to_owned())]).to_string())
}

fn labels(out: &mut String, labels: &[Label]) {
    let _ = writeln!(
        out,
        "# Labels: NAME = PATH, or NAME = {{ path = …, rater = \"…\", threshold = 0.5, positive = [\"…\"] }}\n[labels]"
    );
    for label in labels {
        let path = string(&label.path.to_string());
        let place = match &label.rater {
            Some(rater) => {
                format!("{{ path = {path}, rater_at = {} }}", string(&rater.to_string()))
            }
            None => path,
        };
        let line = format!("{} = {place}", key(&label.name));
        if label.sure {
            comment(out, &label.why);
            let _ = writeln!(out, "{line}");
        } else {
            let text = format!("# {line}   # {}", label.why);
            let _ = writeln!(out, "{}", truncate(&text, COMMENT));
        }
    }
}

/// Every path with its types, how many records have it, and an example.
fn paths(
    out: &mut String,
    title: &str,
    survey: &Survey,
    units: Option<&Path>,
    hidden: Option<&Path>,
) {
    let records = plural(survey.records, "record");
    let _ = match units {
        Some(path) => {
            let path = path.to_string();
            writeln!(out, "# {title} below {}, in {records}:", sanitize_line(&path))
        }
        None => writeln!(out, "# {title}, in {records}:"),
    };
    for seen in survey.seen.iter().filter(|s| !hidden.is_some_and(|h| s.path.is_below(h))) {
        let share = (seen.records * 100).checked_div(survey.records).unwrap_or_default();
        let example = seen.example.clone().unwrap_or_default();
        let line = format!(
            "#   {} {} {share:>3}%  {}",
            pad(&seen.path.to_string(), PATH),
            pad(&seen.kinds(), 12),
            truncate(&example, 40)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if survey.more {
        let _ = writeln!(out, "#   and more paths than are shown here");
    }
}
