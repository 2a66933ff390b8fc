//! Reading and validating a pack's TOML. Every complaint carries the line it is about.
//!
//! Works on toml's spanned tables rather than on derived types: unknown keys, references and limits are
//! then checked in one place with the place at hand.

use super::changed;
use super::pack::{Body, Category, Chain, Doubt, Note, Pack, PackError, Rest, Rule, Where};
use super::pattern::{self, Names, Phrases, suggestion};
use super::runs::Runs;
use super::table::{LONGEST_CUE, Reader, Table};
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeTable;
use unicode_width::UnicodeWidthChar;

/// The reasons a doubt may give; spans carry them as `&'static str`.
const REASONS: [&str; 4] = ["negated", "hypothetical", "third-person", "quoted"];
/// Reasons the engine itself gives.
const OTHER_REASONS: [&str; 3] = ["recited", "task", "draft"];

/// Reads a whole pack.
pub(super) fn pack(name: &str, text: &str, known: &[Pack]) -> Result<Pack, PackError> {
    let reader = Reader::new(name, text);
    let root = parse(&reader)?;
    let root = as_root(&reader, &root)?;
    let (head, base) = head(&root, known)?;
    let base = base.map(Pack::body).cloned().unwrap_or_default();
    let body = body(&root, &head.categories, base)?;
    Ok(Pack { rest: Arc::new(Rest { body: body.into(), ..Rest::default() }), ..head })
}

/// Reads what stands before the rules: enough to say what a pack is for.
pub(super) fn head_of(name: &str, text: &str, known: &[Pack]) -> Result<Pack, PackError> {
    let reader = Reader::new(name, text);
    let root = parse(&reader)?;
    head(&as_root(&reader, &root)?, known).map(|(head, _)| head)
}

fn parse<'a>(reader: &Reader<'a>) -> Result<Spanned<DeTable<'a>>, PackError> {
    DeTable::parse(reader.text)
        .map_err(|e| reader.error(e.span().map_or(0, |s| s.start), e.message().to_owned()))
}

fn as_root<'r, 'i>(
    reader: &'r Reader<'r>,
    root: &'r Spanned<DeTable<'i>>,
) -> Result<Table<'r, 'i>, PackError> {
    let what = "the pack".to_owned();
    let root = Table { reader, what, at: root.span().start, inner: root.get_ref() };
    root.only(&[
        "name", "about", "settings", "extends", "category", "macros", "phrases", "doubt", "rule",
        "chain",
    ])?;
    Ok(root)
}

/// The pack without its rules, and the one that it extends.
fn head<'k>(
    root: &Table<'_, '_>,
    known: &'k [Pack],
) -> Result<(Pack, Option<&'k Pack>), PackError> {
    let base = match root.text("extends")? {
        None => None,
        Some((base, at)) => Some(known.iter().find(|p| p.name == base).ok_or_else(|| {
            let names = known.iter().map(|p| p.name.as_str());
            let hint = suggestion(&base, names);
            root.reader.error(at, format!("no pack is called `{base}`{hint}"))
        })?),
    };
    let mut head = Pack {
        name: root.required("name")?.0,
        about: root.required("about")?.0,
        settings: root.texts("settings")?.into_iter().map(|(s, _)| fold_setting(&s)).collect(),
        categories: base.map(|b| b.categories.clone()).unwrap_or_default(),
        rest: Arc::default(),
    };
    categories(root, &mut head.categories)?;
    Ok((head, base))
}

/// The rules and all they are made of, added to those of the pack that is extended.
fn body(root: &Table<'_, '_>, categories: &[Category], mut body: Body) -> Result<Body, PackError> {
    body.notes = notes(root);
    body.changing = None;
    names(root, &mut body.names)?;
    let mut ids = BTreeSet::new();
    for doubt in root.tables("doubt")? {
        body.doubts.push(read_doubt(&doubt, categories, &mut body.names)?);
    }
    for table in root.tables("rule")? {
        if changed::is_change(&table, "any") {
            changed::apply(&table, &mut body, &mut ids)?;
            continue;
        }
        let rule = read_rule(&table, categories, &mut body.names)?;
        table.unique(&mut ids, &rule.id)?;
        body.chains.retain(|c| c.id != rule.id);
        match body.rules.iter_mut().find(|r| r.id == rule.id) {
            Some(inherited) => *inherited = rule,
            None => body.rules.push(rule),
        }
    }
    for table in root.tables("chain")? {
        if changed::is_change(&table, "decision") {
            changed::apply(&table, &mut body, &mut ids)?;
            continue;
        }
        let chain = read_chain(&table, categories)?;
        table.unique(&mut ids, &chain.id)?;
        body.rules.retain(|r| r.id != chain.id);
        match body.chains.iter_mut().find(|c| c.id == chain.id) {
            Some(inherited) => *inherited = chain,
            None => body.chains.push(chain),
        }
    }
    if body.rules.is_empty() {
        return Err(root.reader.error(0, "a pack needs at least one rule".to_owned()));
    }
    Ok(body)
}

fn fold_setting(setting: &str) -> String {
    setting.to_lowercase().replace('_', "-")
}

fn categories(root: &Table<'_, '_>, all: &mut Vec<Category>) -> Result<(), PackError> {
    let mut seen = BTreeSet::new();
    for table in root.tables("category")? {
        table.only(&["name", "letter", "glyph", "family", "definition", "group"])?;
        let (name, at) = table.required("name")?;
        if !seen.insert(name.clone()) {
            return Err(table.reader.error(at, format!("category `{name}` is defined twice")));
        }
        let (letter, letter_at) = table.character("letter")?;
        if !letter.is_ascii_alphabetic() {
            return Err(table.reader.error(letter_at, "`letter` must be A to Z".to_owned()));
        }
        let (glyph, glyph_at) = table.character("glyph")?;
        if glyph.width() != Some(1) {
            let message = "`glyph` must be one column wide".to_owned();
            return Err(table.reader.error(glyph_at, message));
        }
        let (family, family_at) = table.number("family")?.unwrap_or((0.0, table.at));
        if family.fract() != 0.0 || !(0.0..=5.0).contains(&family) {
            return Err(table.reader.error(family_at, "`family` must be 0 to 5".to_owned()));
        }
        let category = Category {
            name,
            letter: letter.to_ascii_uppercase(),
            glyph,
            family: family as u8,
            definition: table.required("definition")?.0,
            group: table.text("group")?.map(|(g, _)| g),
        };
        let place = all.iter().position(|c| c.name == category.name);
        let taken =
            all.iter().enumerate().find(|(i, c)| c.letter == category.letter && Some(*i) != place);
        if let Some((_, other)) = taken {
            let message = format!("letter `{}` belongs to `{}`", category.letter, other.name);
            return Err(table.reader.error(letter_at, message));
        }
        match place.and_then(|i| all.get_mut(i)) {
            Some(inherited) => *inherited = category,
            None => all.push(category),
        }
    }
    Ok(())
}

/// What the file defines and uses nowhere; a setting that it lacks.
fn notes(root: &Table<'_, '_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note =
        |at: usize, text: String| notes.push(Note { place: root.reader.place(at), text });
    if root.get("settings").is_none() {
        note(root.at, "without `settings` it is never active beside other packs".to_owned());
    }
    let mut uses = root.reader.text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let used: BTreeSet<&str> = uses.by_ref().map(|(name, _)| name.trim()).collect();
    for key in ["macros", "phrases"] {
        let Ok(Some(table)) = root.table(key) else { continue };
        for name in table.inner.keys().filter(|name| !used.contains(name.get_ref().as_ref())) {
            let text = format!("`{}` is defined and used nowhere in this file", name.get_ref());
            note(name.span().start, text);
        }
    }
    notes
}

/// A macro or phrase (true) that waits for others: its name, its texts with their offsets.
type Definition = (bool, String, Vec<(String, usize)>);

/// Macros and phrases may use each other in any order: they are read in rounds until nothing new resolves.
fn names(root: &Table<'_, '_>, names: &mut Names) -> Result<(), PackError> {
    let mut open: Vec<Definition> = Vec::new();
    let mut own = BTreeSet::new();
    for (is_phrase, key) in [(false, "macros"), (true, "phrases")] {
        let Some(table) = root.table(key)? else { continue };
        for (name, value) in table.inner {
            let at = name.span().start;
            let name = name.get_ref().to_string();
            let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || !name.chars().all(fits) {
                return Err(table.reader.error(at, format!("`{name}`: names are in capitals")));
            }
            if !own.insert(name.clone()) {
                let message = format!("`{name}` is both a macro and a phrase");
                return Err(table.reader.error(at, message));
            }
            names.macros.remove(&name);
            names.phrases.remove(&name);
            open.push((is_phrase, name, table.reader.texts_of(key, value)?));
        }
    }
    while !open.is_empty() {
        let before = open.len();
        let waited_for: BTreeSet<String> = open.iter().map(|(_, name, _)| name.clone()).collect();
        let mut waiting = Vec::new();
        for definition in open {
            if uses(&definition, &waited_for) {
                waiting.push(definition);
            } else {
                let (is_phrase, name, texts) = definition;
                define(root.reader, names, is_phrase, &name, &texts)?;
            }
        }
        open = waiting;
        // Those that wait for each other: reading one says what it lacks.
        if let Some((is_phrase, name, texts)) = open.first().filter(|_| open.len() == before) {
            return define(root.reader, names, *is_phrase, name, texts);
        }
    }
    Ok(())
}

/// Whether a definition names one of the others.
fn uses((_, own, texts): &Definition, others: &BTreeSet<String>) -> bool {
    let named = |text: &str| {
        let mut names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        names.any(|(name, _)| others.contains(name.trim()) && name.trim() != own)
    };
    texts.iter().any(|(text, _)| named(text))
}

fn define(
    reader: &Reader<'_>,
    names: &mut Names,
    is_phrase: bool,
    name: &str,
    texts: &[(String, usize)],
) -> Result<(), PackError> {
    let fail = |at: usize, m: String| reader.error(at, format!("`{name}`: {m}"));
    if texts.is_empty() {
        return Err(reader.error(0, format!("`{name}` is empty")));
    }
    if is_phrase {
        let mut all = Vec::new();
        for (text, at) in texts {
            all.extend(
                reader
                    .patterns(text, *at, names, Phrases::WrittenOut)
                    .map_err(|e| PackError { message: format!("`{name}`: {}", e.message), ..e })?,
            );
        }
        names.add_phrase(name, all).map_err(|m| fail(0, m))?;
    } else {
        let mut all = Runs::default();
        let mut last = 0;
        for (text, at) in texts {
            if text.len() > LONGEST_CUE {
                return Err(fail(*at, format!("longer than {LONGEST_CUE} bytes")));
            }
            all.append(&pattern::class(text, names).map_err(|m| fail(*at, m))?);
            last = *at;
        }
        let step = names.vocabulary.step(all.tidy()).map_err(|m| fail(last, m))?;
        names.macros.insert(name.to_owned(), step);
    }
    Ok(())
}

fn read_doubt(
    table: &Table<'_, '_>,
    categories: &[Category],
    names: &mut Names,
) -> Result<Doubt, PackError> {
    table.only(&["reason", "share", "place", "reach", "any", "unless", "only", "question"])?;
    let (reason, at) = table.required("reason")?;
    let reason = REASONS.into_iter().find(|r| *r == reason).ok_or_else(|| {
        let hint = suggestion(&reason, REASONS.into_iter());
        table
            .reader
            .error(at, format!("`{reason}` is no reason; one of {}{hint}", REASONS.join(", ")))
    })?;
    let (share, share_at) = table.number("share")?.unwrap_or((1.0, table.at));
    if !(share > 0.0 && share <= 1.0) {
        return Err(table
            .reader
            .error(share_at, "`share` must be above 0 and at most 1".to_owned()));
    }
    let place = match table.text("place")? {
        None => Where::Before,
        Some((word, at)) => match word.as_str() {
            "before" => Where::Before,
            "after" => Where::After,
            "inside" => Where::Inside,
            "sentence" => Where::Sentence,
            "following" => Where::Following,
            _ => {
                let known = ["before", "after", "inside", "sentence", "following"];
                let hint = suggestion(&word, known.into_iter());
                let message = format!("`{word}` is no place; one of {}{hint}", known.join(", "));
                return Err(table.reader.error(at, message));
            }
        },
    };
    let question = table.flag("question")?;
    if question && place == Where::Following {
        let message = "`question` speaks of the sentence itself, not of a following one";
        return Err(table.reader.error(table.at, message.to_owned()));
    }
    let any = table.cues("any", names)?;
    if any.is_empty() && !question {
        return Err(table.reader.error(table.at, "a doubt needs `any` or `question`".to_owned()));
    }
    Ok(Doubt {
        reason,
        share,
        place,
        reach: reach(table, place)?,
        any,
        unless: table.cues("unless", names)?,
        only: table.categories("only", categories)?,
        question,
    })
}

/// Words between a doubt and a match, for the two places that are beside it; sentences, for what follows.
fn reach(table: &Table<'_, '_>, place: Where) -> Result<usize, PackError> {
    const DEFAULT: usize = 3;
    let Some((n, at)) = table.number("reach")? else { return Ok(DEFAULT) };
    let fail = |message: &str| Err(table.reader.error(at, message.to_owned()));
    if !matches!(place, Where::Before | Where::After | Where::Following) {
        return fail("`reach` is for the places `before`, `after` and `following`");
    }
    if place == Where::Following && !(1.0..=10.0).contains(&n) {
        return fail("`reach` must be 1 to 10 sentences");
    }
    if n.fract() != 0.0 || !(0.0..=100.0).contains(&n) {
        return fail("`reach` must be 0 to 100 words");
    }
    Ok(n as usize)
}

fn read_rule(
    table: &Table<'_, '_>,
    categories: &[Category],
    names: &mut Names,
) -> Result<Rule, PackError> {
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
    ])?;
    let id = table.id()?;
    let category = table.category("category", categories)?;
    let (any, cues) = table.written_cues("any", names)?;
    if any.is_empty() {
        return Err(table.reader.error(table.at, format!("rule `{id}` has no cue in `any`")));
    }
    let clause = match table.text("scope")? {
        None => false,
        Some((word, at)) => match word.as_str() {
            "sentence" => false,
            "clause" => true,
            _ => {
                let hint = suggestion(&word, ["sentence", "clause"].into_iter());
                let message = format!("`{word}` is no scope; `sentence` or `clause`{hint}");
                return Err(table.reader.error(at, message));
            }
        },
    };
    let after = table.cues("after", names)?;
    let near = table.cues("near", names)?;
    let immune = table.texts("immune")?;
    for (reason, at) in &immune {
        let known = || REASONS.into_iter().chain(OTHER_REASONS);
        if !known().any(|r| r == reason) {
            let hint = suggestion(reason, known());
            return Err(table.reader.error(*at, format!("`{reason}` is no reason{hint}")));
        }
    }
    if let Some(within) = table.get("within").filter(|_| after.is_empty() && near.is_empty()) {
        let message = "`within` says how far `after` or `near` may stand: there is neither";
        return Err(table.reader.error(within.span().start, message.to_owned()));
    }
    let mut guards = Vec::new();
    for key in ["not-before", "not-after", "unless"] {
        let written: Vec<String> = table.texts(key)?.into_iter().map(|(text, _)| text).collect();
        if !written.is_empty() {
            guards.push((key, written));
        }
    }
    let (matches, no_matches) = table.examples(&id)?;
    Ok(Rule {
        weight: table.weight(categories, category)?,
        criteria: table.criteria()?,
        within: table.within(usize::from(!(after.is_empty() && near.is_empty())))?,
        not_before: table.cues("not-before", names)?,
        not_after: table.cues("not-after", names)?,
        unless: table.cues("unless", names)?,
        guards,
        immune: immune.into_iter().map(|(r, _)| r).collect(),
        own_words: table.flag("own-words")?,
        place: table.place(),
        cues,
        id,
        category,
        any,
        after,
        near,
        clause,
        matches,
        no_matches,
    })
}

fn read_chain(table: &Table<'_, '_>, categories: &[Category]) -> Result<Chain, PackError> {
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
    ])?;
    let id = table.id()?;
    let category = table.category("category", categories)?;
    let (decision, motive) =
        (table.categories("decision", categories)?, table.categories("motive", categories)?);
    if decision.is_empty() || motive.is_empty() {
        let message = format!("chain `{id}` needs `decision` and `motive`");
        return Err(table.reader.error(table.at, message));
    }
    let (matches, no_matches) = table.examples(&id)?;
    Ok(Chain {
        weight: table.weight(categories, category)?,
        criteria: table.criteria()?,
        within: table.within(2)?,
        unless_late: table.categories("unless-late", categories)?,
        place: table.place(),
        id,
        category,
        decision,
        motive,
        matches,
        no_matches,
    })
}
