//! The shape of a codebook's TOML: which keys there are and what they hold. Every fault is told, not the first alone.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::written::named;

/// What a key holds.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    YesOrNo,
    Texts,
    Table(&'static [Key]),
    Tables(&'static [Key]),
}

/// A key, whether it has to be there, and what it holds.
type Key = (&'static str, bool, Holds);

const CHOICE: &[Key] =
    &[("value", true, Holds::Text), ("key", false, Holds::Text), ("text", false, Holds::Text)];
const WHEN: &[Key] = &[("question", true, Holds::Text), ("is", true, Holds::Texts)];
const QUESTION: &[Key] = &[
    ("id", true, Holds::Text),
    ("text", true, Holds::Text),
    ("kind", true, Holds::Text),
    ("options", false, Holds::Tables(CHOICE)),
    ("when", false, Holds::Table(WHEN)),
    ("required", false, Holds::YesOrNo),
];
const BOOK: &[Key] = &[
    ("name", true, Holds::Text),
    ("title", false, Holds::Text),
    ("questions", false, Holds::Tables(QUESTION)),
];

/// What is wrong, with the byte where it stands.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Faults of syntax, keys that are missing, values of the wrong type.
    pub broken: Vec<(usize, String)>,
    /// Keys that there are not. They are taken out, so that the rest can be read.
    pub unknown: Vec<(usize, String)>,
}

/// Goes through a text; keys that there are not are left out of what is given back.
pub(super) fn shape(text: &str) -> (Spanned<DeTable<'_>>, Shape) {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut shape = Shape::default();
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        shape.broken.push((at, error.message().to_owned()));
    }
    // What could not be parsed would be missing as well.
    if shape.broken.is_empty() {
        let span = table.span();
        shape.table(table.get_mut(), &span, BOOK);
    }
    (table, shape)
}

impl Shape {
    fn table(&mut self, table: &mut DeTable<'_>, span: &Range<usize>, keys: &[Key]) {
        let is_known = |key: &str| keys.iter().any(|(name, ..)| *name == key);
        let unknown: Vec<(usize, String)> = table
            .keys()
            .map(|key| (key.span().start, key.get_ref().to_string()))
            .filter(|(_, key)| !is_known(key))
            .collect();
        for (at, key) in unknown {
            let names: Vec<String> = keys.iter().map(|(name, ..)| format!("`{name}`")).collect();
            let what = format!("unknown field {}, there are {}", named(&key), names.join(", "));
            self.unknown.push((at, what));
            table.remove(key.as_str());
        }
        for (name, needed, holds) in keys {
            match table.get_mut(*name) {
                Some(value) => self.value(name, value, *holds),
                None if *needed => {
                    self.broken.push((span.start, format!("missing field `{name}`")));
                }
                None => {}
            }
        }
    }

    fn value(&mut self, name: &str, value: &mut Spanned<DeValue<'_>>, holds: Holds) {
        let span = value.span();
        let wanted = match (holds, value.get_mut()) {
            (Holds::Text, DeValue::String(_)) | (Holds::YesOrNo, DeValue::Boolean(_)) => return,
            (Holds::Text, _) => "a text",
            (Holds::YesOrNo, _) => "true or false",
            (Holds::Table(keys), DeValue::Table(table)) => return self.table(table, &span, keys),
            (Holds::Table(_), _) => "a table",
            (Holds::Texts, DeValue::Array(list)) => {
                for one in list.iter_mut() {
                    self.value(name, one, Holds::Text);
                }
                return;
            }
            (Holds::Texts, _) => "a list of texts",
            (Holds::Tables(keys), DeValue::Array(list)) => {
                for one in list.iter_mut() {
                    self.value(name, one, Holds::Table(keys));
                }
                return;
            }
            (Holds::Tables(_), _) => "a list of tables",
        };
        self.broken.push((span.start, format!("`{name}` takes {wanted}")));
    }
}
