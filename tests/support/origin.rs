//! Whether a section stands where it says: its origin is a path into the record, its offsets bytes of the string there.

use serde_json::Value;
use undertone::ingest::json;
use undertone::model::{Role, Section, SectionKind};

/// How a section stands to the string that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A slice of it, letter for letter.
    Exact,
    /// Written for the reader: a tool call, the name of an image, what a log's patches made.
    Rendered,
    /// Not there.
    Missing,
}

/// Looks a section up in the records it was made from.
pub fn look_up(records: &[Value], section: &Section) -> Found {
    let is_slice =
        |text: &String| text.get(section.start..section.end) == Some(section.text.as_str());
    let there = look(records, &section.origin);
    if there.strings.iter().any(is_slice) {
        Found::Exact
    } else if there.others > 0 || may_be_rendered(section) {
        Found::Rendered
    } else {
        Found::Missing
    }
}

/// Tools come with their name, what is no text is named in brackets, and what patches or many pieces made stands nowhere
/// whole (a stream counts its choices by their own number). Everything else that names a string must be in it.
fn may_be_rendered(section: &Section) -> bool {
    let named = section.text.starts_with('[') && section.text.ends_with(']');
    let made = section.origin.contains(".patch:") || section.origin.starts_with("[*].");
    matches!(section.kind, SectionKind::Tool) || section.role == Role::Tool || named || made
}

/// What stands at the places that an origin may mean.
#[derive(Default)]
struct There {
    strings: Vec<String>,
    /// Objects, lists and numbers: they are written out.
    others: usize,
}

/// Keys may hold dots, and several records may have the place. `[*]` runs through all of them.
fn look(records: &[Value], origin: &str) -> There {
    let mut found = There::default();
    if let Some(rest) = origin.strip_prefix("[*].") {
        let mut joined = String::new();
        for record in records {
            let mut one = There::default();
            at(record, rest, &mut one);
            joined.extend(one.strings.into_iter().next());
        }
        found.strings.push(joined);
    }
    for record in records {
        at(record, origin, &mut found);
    }
    found
}

/// What is at a path: keys, `[n]`, and a byte range `[a..b]` at the end.
fn at(value: &Value, path: &str, found: &mut There) {
    if path.is_empty() {
        match value.as_str() {
            Some(text) => found.strings.push(text.to_owned()),
            None => found.others += 1,
        }
        return;
    }
    match value {
        Value::String(text) => {
            if let Some((from, to)) = path.strip_prefix('[').and_then(range) {
                found.strings.extend(text.get(from..to).map(str::to_owned));
            } else if let Ok(read) = json::read(text.as_bytes()) {
                // A cell that holds JSON as text.
                if !read.value.is_string() {
                    at(&read.value, path, found);
                }
            }
        }
        Value::Array(list) => {
            let number = path.strip_prefix('[').and_then(|inside| inside.split_once(']'));
            if let Some((number, rest)) = number
                && let Some(item) = number.parse::<usize>().ok().and_then(|n| list.get(n))
            {
                at(item, rest, found);
            }
        }
        Value::Object(map) => {
            let path = path.strip_prefix('.').unwrap_or(path);
            for (key, value) in map {
                if let Some(rest) = path.strip_prefix(key.as_str())
                    && (rest.is_empty() || rest.starts_with(['.', '[']))
                {
                    at(value, rest, found);
                }
            }
        }
        _ => {}
    }
}

fn range(inside: &str) -> Option<(usize, usize)> {
    let (from, to) = inside.strip_suffix(']')?.split_once("..")?;
    Some((from.parse().ok()?, to.parse().ok()?))
}
