//! Reading and validating a pack's TOML. Every complaint carries the line it is about.
//!
//! Works on toml's spanned tables rather than on derived types: unknown keys, references and limits are
//! then checked in one place with the place at hand.

use super::changed;
use super::define;
use super::doubt::{self, REASONS};
use super::faults::{PackErrors, Told};
use super::feature;
use super::pack::{Body, Category, Chain, Note, Pack, Rest, Rule};
use super::pattern::{Names, suggestion};
use super::score::FEATURES;
use super::table::{Reader, Table, all, named};
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_width::UnicodeWidthChar;

/// Reasons the engine itself gives.
const OTHER_REASONS: [&str; 3] = ["recited", "task", "draft"];

/// The packs beside which one is read.
#[derive(Clone, Copy)]
pub(super) struct Beside<'k> {
    /// Those that `extends` may name.
    pub packs: &'k [Pack],
    /// Whether its name must be another.
    pub unique: bool,
    /// Whether one was left out, as something is wrong with it.
    pub lacking: bool,
}

impl<'k> Beside<'k> {
    pub fn any(packs: &'k [Pack]) -> Self {
        Self { packs, unique: false, lacking: false }
    }
}

/// Reads a whole pack.
pub(super) fn pack(name: &str, text: &str, beside: Beside<'_>) -> Result<Pack, PackErrors> {
    let reader = Reader::new(name, text);
    let root = parse(&reader)?;
    let root = as_root(&reader, &root);
    let (head, base) = head(&root, beside);
    let base = base.map(Pack::body).cloned().unwrap_or_default();
    let body = body(&root, &head.categories, base);
    reader.finish(Pack { rest: Arc::new(Rest { body: body.into(), ..Rest::default() }), ..head })
}

/// Reads what stands before the rules: enough to say what a pack is for.
pub(super) fn head_of(name: &str, text: &str, known: &[Pack]) -> Result<Pack, PackErrors> {
    let reader = Reader::new(name, text);
    let root = parse(&reader)?;
    let (head, _) = head(&as_root(&reader, &root), Beside::any(known));
    reader.finish(head)
}

/// The text as TOML. Of what is none, nothing is said but that.
fn parse<'a>(reader: &Reader<'a>) -> Result<Spanned<DeTable<'a>>, PackErrors> {
    let (root, errors) = DeTable::parse_recoverable(reader.text);
    let mut last = 0;
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        let (line, message) = (reader.line(at), error.message());
        // What comes after the first mistake of a line is mostly its consequence.
        if line != last {
            reader.error(at, message.to_owned());
        }
        last = line;
        // A list that is not closed takes all that follows for its own.
        let rest = reader.text.get(at..).unwrap_or_default();
        if message.starts_with("missing comma") && begins_anew(rest) {
            break;
        }
    }
    reader.finish(root)
}

/// Whether a key with its `=`, or the header of a section, stands first in the text.
fn begins_anew(text: &str) -> bool {
    let is_key = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.starts_with('[')
        || text.trim_start_matches(is_key).trim_start_matches(' ').starts_with('=')
}

fn as_root<'r, 'i>(reader: &'r Reader<'r>, root: &'r Spanned<DeTable<'i>>) -> Table<'r, 'i> {
    const KEYS: [&str; 11] = [
        "name", "about", "settings", "extends", "category", "macros", "phrases", "doubt", "rule",
        "chain", "feature",
    ];
    let root = Table::new(reader, "the pack".to_owned(), root.span().start, root.get_ref());
    root.only(&KEYS);
    // What stands in a section with another name may be what rules ask for.
    let is_table = |value: &DeValue<'_>| matches!(value, DeValue::Table(_));
    let strays = root.inner.iter().filter(|(key, _)| !KEYS.contains(&key.get_ref().as_ref()));
    let mut sections = strays.filter(|(_, value)| match value.get_ref() {
        DeValue::Array(list) => list.iter().any(|value| is_table(value.get_ref())),
        value => is_table(value),
    });
    if root.misspells("extends") || sections.next().is_some() {
        reader.lose_any();
    }
    root
}

/// The pack without its rules, and the one that it extends.
fn head<'k>(root: &Table<'_, '_>, beside: Beside<'k>) -> (Pack, Option<&'k Pack>) {
    let name = root.required("name");
    if let Ok((name, at)) = &name
        && beside.unique
        && beside.packs.iter().any(|other| other.name == *name)
    {
        let message = format!("a pack called `{}` exists already", name.escape_debug());
        root.reader.error(*at, message);
    }
    let base = match root.text("extends") {
        Ok(None) => None,
        Ok(Some((base, at))) => {
            let found = beside.packs.iter().find(|p| p.name == base);
            if found.is_none() {
                if !beside.lacking {
                    let hint = suggestion(&base, beside.packs.iter().map(|p| p.name.as_str()));
                    let message = format!("no pack is called `{}`{hint}", base.escape_debug());
                    root.reader.error(at, message);
                }
                root.reader.lose_any();
            }
            found
        }
        Err(Told) => {
            root.reader.lose_any();
            None
        }
    };
    let about = root.required("about").map(|(about, _)| about);
    let settings = root.texts("settings").unwrap_or_default();
    let mut head = Pack {
        name: name.map(|(name, _)| name).unwrap_or_default(),
        about: about.unwrap_or_default(),
        settings: settings.into_iter().map(|(s, _)| fold_setting(&s)).collect(),
        categories: base.map(|b| b.categories.clone()).unwrap_or_default(),
        rest: Arc::default(),
    };
    categories(root, &mut head.categories);
    (head, base)
}

/// The rules and all they are made of, added to those of the pack that is extended. What is broken is left out.
fn body(root: &Table<'_, '_>, categories: &[Category], mut body: Body) -> Body {
    body.notes = notes(root);
    body.changing = None;
    define::names(root, &mut body.names);
    let mut ids = BTreeSet::new();
    for doubt in root.tables("doubt") {
        body.doubts.extend(doubt::read(&doubt, categories, &mut body.names));
    }
    for table in root.tables("rule") {
        if changed::is_change(&table, "any") {
            let _: Result<(), Told> = changed::apply(&table, &mut body, &mut ids);
            continue;
        }
        table.unique(&mut ids);
        let Ok(rule) = read_rule(&table, categories, &mut body.names) else { continue };
        body.chains.retain(|c| c.id != rule.id);
        body.features.retain(|f| *f.id != *rule.id);
        match body.rules.iter_mut().find(|r| r.id == rule.id) {
            Some(inherited) => *inherited = rule,
            None => body.rules.push(rule),
        }
    }
    for table in root.tables("chain") {
        if changed::is_change(&table, "decision") {
            let _: Result<(), Told> = changed::apply(&table, &mut body, &mut ids);
            continue;
        }
        table.unique(&mut ids);
        let Ok(chain) = read_chain(&table, categories) else { continue };
        body.rules.retain(|r| r.id != chain.id);
        body.features.retain(|f| *f.id != *chain.id);
        match body.chains.iter_mut().find(|c| c.id == chain.id) {
            Some(inherited) => *inherited = chain,
            None => body.chains.push(chain),
        }
    }
    for table in root.tables("feature") {
        if changed::is_change(&table, "all") && table.get("about").is_none() {
            let _: Result<(), Told> = changed::feature(&table, &mut body, &mut ids);
            continue;
        }
        table.unique(&mut ids);
        let Ok(own) = feature::read(&table, &mut body.names) else { continue };
        body.rules.retain(|r| *r.id != *own.id);
        body.chains.retain(|c| *c.id != *own.id);
        match body.features.iter_mut().find(|f| f.id == own.id) {
            Some(inherited) => *inherited = own,
            None => body.features.push(own),
        }
        if !feature::fit(&body.features) {
            let message = "the features of a pack ask for more than 64 word classes";
            table.reader.error(table.at_id(), message.to_owned());
            break;
        }
    }
    if body.rules.is_empty() && root.reader.is_sound() {
        root.reader.error(0, "a pack needs at least one rule".to_owned());
    }
    body
}

fn fold_setting(setting: &str) -> String {
    setting.to_lowercase().replace('_', "-")
}

fn categories(root: &Table<'_, '_>, all: &mut Vec<Category>) {
    let mut seen = BTreeSet::new();
    for table in root.tables("category") {
        let Ok(category) = read_category(&table, &mut seen, all) else {
            match table.get("name").map(Spanned::get_ref) {
                Some(DeValue::String(name)) => root.reader.lose(name),
                _ => root.reader.lose_any(),
            }
            continue;
        };
        match all.iter_mut().find(|c| c.name == category.name) {
            Some(inherited) => *inherited = category,
            None => all.push(category),
        }
    }
}

fn read_category(
    table: &Table<'_, '_>,
    seen: &mut BTreeSet<String>,
    all: &[Category],
) -> Result<Category, Told> {
    let reader = table.reader;
    table.only(&["name", "letter", "glyph", "family", "definition", "group"]);
    let name = table.required("name").and_then(|(name, at)| {
        if seen.insert(name.clone()) {
            return Ok(name);
        }
        let message = format!("category `{}` is defined twice", name.escape_debug());
        Err(reader.error(at, message))
    });
    let letter = table.character("letter").and_then(|(letter, at)| {
        if !letter.is_ascii_alphabetic() {
            return Err(reader.error(at, "`letter` must be A to Z".to_owned()));
        }
        let letter = letter.to_ascii_uppercase();
        let own = name.as_ref().ok();
        match all.iter().find(|c| c.letter == letter && own.is_some_and(|own| c.name != *own)) {
            None => Ok(letter),
            Some(other) => {
                let other = other.name.escape_debug();
                Err(reader.error(at, format!("letter `{letter}` belongs to `{other}`")))
            }
        }
    });
    let glyph = table.character("glyph").and_then(|(glyph, at)| match glyph.width() {
        Some(1) => Ok(glyph),
        _ => Err(reader.error(at, "`glyph` must be one column wide".to_owned())),
    });
    let family = table.number("family").and_then(|found| {
        let (family, at) = found.unwrap_or((0.0, table.at));
        if family.fract() != 0.0 || !(0.0..=5.0).contains(&family) {
            return Err(reader.error(at, "`family` must be 0 to 5".to_owned()));
        }
        Ok(family as u8)
    });
    let (definition, group) = (table.required("definition"), table.text("group"));
    if let Ok(Some((group, at))) = &group
        && group == FEATURES
    {
        let message = format!("`{group}` is the group of features: another name");
        return Err(table.reader.error(*at, message));
    }
    Ok(Category {
        name: name?,
        letter: letter?,
        glyph: glyph?,
        family: family?,
        definition: definition?.0,
        group: group?.map(|(g, _)| g),
    })
}

/// What the file defines and uses nowhere; a setting that it lacks.
fn notes(root: &Table<'_, '_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note =
        |at: usize, text: String| notes.push(Note { place: root.reader.place(at), text });
    if root.get("settings").is_none() {
        note(root.at, "without `settings` it is never active beside other packs".to_owned());
    }
    let used: BTreeSet<&str> = named(root.reader.text).collect();
    for key in ["macros", "phrases"] {
        let Some(DeValue::Table(table)) = root.get(key).map(Spanned::get_ref) else { continue };
        for name in table.keys().filter(|name| !used.contains(name.get_ref().as_ref())) {
            let text = format!("`{}` is defined and used nowhere in this file", name.get_ref());
            note(name.span().start, text);
        }
    }
    notes
}

fn read_rule(
    table: &Table<'_, '_>,
    categories: &[Category],
    names: &mut Names,
) -> Result<Rule, Told> {
    table.only(&[
        "id",
        "category",
        "weight",
        "criterion",
        "any",
        "after",
        "near",
        "within",
        "scope",
        "not-before",
        "not-after",
        "unless",
        "immune",
        "own-words",
        "examples",
    ]);
    // Everything is looked at before anything gives up, so that all mistakes are told.
    let (id, category) = (table.id(), table.category("category", categories));
    let any = table.written_cues("any", names).and_then(|(any, cues)| {
        if any.is_empty() {
            return Err(table.missing("any", format!("{} has no cue in `any`", table.what)));
        }
        Ok((any, cues))
    });
    let clause = table.one_of("scope", &[("sentence", false), ("clause", true)]);
    let (after, near) = (table.cues("after", names), table.cues("near", names));
    let immune = immune(table);
    let within = match (&after, &near, table.get("within")) {
        (Ok(after), Ok(near), Some(within)) if after.is_empty() && near.is_empty() => {
            if table.misspells("after") || table.misspells("near") {
                return Err(Told);
            }
            let message = "`within` says how far `after` or `near` may stand: there is neither";
            Err(table.reader.error(within.span().start, message.to_owned()))
        }
        (Ok(after), Ok(near), None) if after.is_empty() && near.is_empty() => Ok(0),
        _ => table.within(1),
    };
    let mut guards = Vec::new();
    let mut guard = |key| {
        let (patterns, written) = table.written_cues(key, names)?;
        if !written.is_empty() {
            guards.push((key, written.iter().map(|cue| cue.text.to_string()).collect()));
        }
        Ok(patterns)
    };
    let (not_before, not_after, unless) =
        (guard("not-before"), guard("not-after"), guard("unless"));
    let (weight, criteria) = (table.weight(categories, category), table.criteria());
    let (own_words, examples) = (table.flag("own-words"), table.examples());
    let ((any, cues), (matches, no_matches)) = (any?, examples?);
    Ok(Rule {
        id: id?,
        place: table.place(),
        category: category?,
        weight: weight?,
        criteria: criteria?,
        within: within?,
        after: after?,
        near: near?,
        clause: clause?,
        not_before: not_before?,
        not_after: not_after?,
        unless: unless?,
        guards,
        immune: immune?,
        own_words: own_words?,
        cues,
        any,
        matches,
        no_matches,
    })
}

/// Reasons for deduction that do not touch a rule.
fn immune(table: &Table<'_, '_>) -> Result<Vec<String>, Told> {
    let known = || REASONS.into_iter().chain(OTHER_REASONS);
    all(table.texts("immune")?.into_iter().map(|(reason, at)| {
        if known().any(|r| r == reason) {
            return Ok(reason);
        }
        let hint = suggestion(&reason, known());
        Err(table.reader.error(at, format!("`{}` is no reason{hint}", reason.escape_debug())))
    }))
}

fn read_chain(table: &Table<'_, '_>, categories: &[Category]) -> Result<Chain, Told> {
    table.only(&[
        "id",
        "category",
        "weight",
        "criterion",
        "decision",
        "motive",
        "within",
        "unless-late",
        "examples",
    ]);
    let (id, category) = (table.id(), table.category("category", categories));
    let part = |key| {
        let found = table.categories(key, categories)?;
        if found.is_empty() {
            let message = format!("{} needs `decision` and `motive`", table.what);
            return Err(table.missing(key, message));
        }
        Ok(found)
    };
    let (decision, motive) = (part("decision"), part("motive"));
    let (weight, criteria) = (table.weight(categories, category), table.criteria());
    let (within, unless_late) = (table.within(2), table.categories("unless-late", categories));
    let (matches, no_matches) = table.examples()?;
    Ok(Chain {
        id: id?,
        place: table.place(),
        category: category?,
        weight: weight?,
        criteria: criteria?,
        within: within?,
        unless_late: unless_late?,
        decision: decision?,
        motive: motive?,
        matches,
        no_matches,
    })
}
