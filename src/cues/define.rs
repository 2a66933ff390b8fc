//! Macros and phrases of a pack. They may use each other in any order: they are read in rounds until nothing new resolves.

use super::faults::Told;
use super::pattern::{self, Names, Phrases};
use super::runs::Runs;
use super::table::{LONGEST_CUE, Reader, Table, all, named};
use std::collections::{BTreeSet, HashMap};

/// A macro or phrase that waits for others.
struct Definition {
    is_phrase: bool,
    name: String,
    /// Byte offset of the name.
    at: usize,
    /// What it stands for, with offsets.
    texts: Vec<(String, usize)>,
}

/// Reads both sections. A name that has no sound definition is lost: nobody complains about its users.
pub(super) fn names(root: &Table<'_, '_>, names: &mut Names) {
    let mut open = definitions(root, names);
    while !open.is_empty() {
        let waited_for: BTreeSet<String> = open.iter().map(|d| d.name.clone()).collect();
        let before = open.len();
        let (waiting, ready): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|d| d.others().any(|name| waited_for.contains(name)));
        for definition in ready {
            if define(root.reader, names, &definition).is_err() {
                root.reader.lose(&definition.name);
            }
        }
        open = waiting;
        if open.len() == before {
            let members = circle(&open);
            for name in &members {
                root.reader.lose(name);
            }
            let is_member = |d: &Definition| members.contains(&d.name);
            if let Some(first) = open.iter().filter(|d| is_member(d)).min_by_key(|d| d.at) {
                let others = members.iter().filter(|name| **name != first.name);
                let others = others.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let message = format!("`{}` uses itself, by way of {others}", first.name);
                root.reader.error(first.at, message);
            }
            open.retain(|d| !is_member(d));
        }
    }
}

/// What the file defines, out of which is taken what has no right name. Inherited names that are defined anew are gone.
fn definitions(root: &Table<'_, '_>, names: &mut Names) -> Vec<Definition> {
    let reader = root.reader;
    let mut open: Vec<Definition> = Vec::new();
    let mut own = BTreeSet::new();
    for (is_phrase, key) in [(false, "macros"), (true, "phrases")] {
        let table = match root.table(key) {
            Ok(None) => continue,
            Ok(Some(table)) => table,
            Err(Told) => {
                reader.lose_any();
                continue;
            }
        };
        for (name, value) in table.inner {
            let at = name.span().start;
            let name = name.get_ref().to_string();
            let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || !name.chars().all(fits) {
                reader.error(at, format!("`{}`: names are in capitals", name.escape_debug()));
                reader.lose(&name);
                reader.lose(&name.to_uppercase().replace('-', "_"));
                continue;
            }
            names.macros.remove(&name);
            names.phrases.remove(&name);
            if !own.insert(name.clone()) {
                reader.error(at, format!("`{name}` is both a macro and a phrase"));
                reader.lose(&name);
                open.retain(|d| d.name != name);
                continue;
            }
            match reader.texts_of(key, value) {
                Ok(texts) => open.push(Definition { is_phrase, name, at, texts }),
                Err(Told) => reader.lose(&name),
            }
        }
    }
    open
}

impl Definition {
    /// The names that it uses, its own left out.
    fn others(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().flat_map(|(text, _)| named(text)).filter(|name| *name != self.name)
    }
}

/// Of definitions of which each uses another one, some that use each other.
fn circle(open: &[Definition]) -> BTreeSet<String> {
    let numbers: HashMap<&str, usize> =
        open.iter().enumerate().map(|(number, d)| (d.name.as_str(), number)).collect();
    let next = |at: usize| open.get(at)?.others().find_map(|name| numbers.get(name).copied());
    let mut path: Vec<usize> = Vec::new();
    let mut seen = HashMap::new();
    let mut at = Some(0);
    while let Some(number) = at {
        if let Some(start) = seen.insert(number, path.len()) {
            path.drain(..start);
            break;
        }
        path.push(number);
        at = next(number);
    }
    path.into_iter().filter_map(|number| open.get(number)).map(|d| d.name.clone()).collect()
}

fn define(reader: &Reader<'_>, names: &mut Names, definition: &Definition) -> Result<(), Told> {
    let Definition { is_phrase, name, at, texts } = definition;
    let fail = |at: usize, m: String| reader.error(at, format!("`{name}`: {m}"));
    if texts.is_empty() {
        return Err(reader.error(*at, format!("`{name}` is empty")));
    }
    let sound = texts.iter().map(|(text, at)| {
        if text.len() > LONGEST_CUE {
            return Err(fail(*at, format!("longer than {LONGEST_CUE} bytes")));
        }
        if named(text).any(|other| other == name) {
            return Err(fail(*at, "it uses itself".to_owned()));
        }
        if reader.rests_on_lost(text, names) { Err(Told) } else { Ok((text, *at)) }
    });
    let sound = all(sound);
    if *is_phrase {
        let patterns = sound?.into_iter().map(|(text, at)| {
            pattern::patterns(text, names, Phrases::WrittenOut)
                .map_err(|m| fail(at, format!("cue `{}`: {m}", text.escape_debug())))
        });
        let patterns = all(patterns)?.concat();
        return names.add_phrase(name, patterns).map_err(|m| fail(*at, m));
    }
    let classes =
        sound?.into_iter().map(|(text, at)| pattern::class(text, names).map_err(|m| fail(at, m)));
    let mut runs = Runs::default();
    for class in all(classes)? {
        runs.append(&class);
    }
    let step = names.vocabulary.step(runs.tidy()).map_err(|m| fail(*at, m))?;
    names.macros.insert(name.clone(), step);
    Ok(())
}
