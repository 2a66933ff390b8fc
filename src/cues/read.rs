//! Reading and validating a pack's TOML. Every complaint carries the line it is about.
//!
//! Works on toml's spanned tables rather than on derived types: unknown keys, references and limits are
//! then checked in one place with the place at hand.

use super::pack::{Category, Chain, Doubt, Pack, PackError, Rule, Where};
use super::pattern::{self, Names, Pattern, suggestion};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_width::UnicodeWidthChar;

type Value<'i> = Spanned<DeValue<'i>>;

/// The reasons a doubt may give; spans carry them as `&'static str`.
const REASONS: [&str; 4] = ["negated", "hypothetical", "third-person", "quoted"];
/// Reasons the engine itself gives.
const OTHER_REASONS: [&str; 3] = ["recited", "task", "draft"];
const LONGEST_CUE: usize = 10_000;
const LARGEST_WEIGHT: f64 = 3.0;

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
}

/// A table with what has been said about it so far.
struct Table<'r, 'i> {
    reader: &'r Reader<'r>,
    what: String,
    at: usize,
    inner: &'r DeTable<'i>,
}

pub(super) fn pack(name: &str, text: &str, known: &[Pack]) -> Result<Pack, PackError> {
    let reader = Reader { name, text };
    let root = DeTable::parse(text)
        .map_err(|e| reader.error(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
    let root = Table {
        reader: &reader,
        what: "the pack".to_owned(),
        at: root.span().start,
        inner: root.get_ref(),
    };
    root.only(&[
        "name", "about", "settings", "extends", "category", "macros", "phrases", "doubt", "rule",
        "chain",
    ])?;
    let mut pack = match root.text("extends")? {
        None => Pack {
            name: String::new(),
            about: String::new(),
            categories: Vec::new(),
            settings: Vec::new(),
            rules: Vec::new(),
            chains: Vec::new(),
            doubts: Vec::new(),
            names: Names::default(),
        },
        Some((base, at)) => known.iter().find(|p| p.name == base).cloned().ok_or_else(|| {
            let names = known.iter().map(|p| p.name.as_str());
            reader.error(at, format!("no pack is called `{base}`{}", suggestion(&base, names)))
        })?,
    };
    pack.name = root.required("name")?.0;
    pack.about = root.required("about")?.0;
    pack.settings = root.texts("settings")?.into_iter().map(|(s, _)| fold_setting(&s)).collect();
    categories(&root, &mut pack)?;
    names(&root, &mut pack)?;
    let mut ids = BTreeSet::new();
    for doubt in root.tables("doubt")? {
        let doubt = read_doubt(&doubt, &pack)?;
        pack.doubts.push(doubt);
    }
    for table in root.tables("rule")? {
        let rule = read_rule(&table, &pack)?;
        table.unique(&mut ids, &rule.id)?;
        pack.chains.retain(|c| c.id != rule.id);
        match pack.rules.iter_mut().find(|r| r.id == rule.id) {
            Some(inherited) => *inherited = rule,
            None => pack.rules.push(rule),
        }
    }
    for table in root.tables("chain")? {
        let chain = read_chain(&table, &pack)?;
        table.unique(&mut ids, &chain.id)?;
        pack.rules.retain(|r| r.id != chain.id);
        match pack.chains.iter_mut().find(|c| c.id == chain.id) {
            Some(inherited) => *inherited = chain,
            None => pack.chains.push(chain),
        }
    }
    if pack.rules.is_empty() {
        return Err(reader.error(0, "a pack needs at least one rule".to_owned()));
    }
    Ok(pack)
}

fn fold_setting(setting: &str) -> String {
    setting.to_lowercase().replace('_', "-")
}

fn categories(root: &Table<'_, '_>, pack: &mut Pack) -> Result<(), PackError> {
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
        let place = pack.categories.iter().position(|c| c.name == category.name);
        let taken = pack
            .categories
            .iter()
            .enumerate()
            .find(|(i, c)| c.letter == category.letter && Some(*i) != place);
        if let Some((_, other)) = taken {
            let message = format!("letter `{}` belongs to `{}`", category.letter, other.name);
            return Err(table.reader.error(letter_at, message));
        }
        match place.and_then(|i| pack.categories.get_mut(i)) {
            Some(inherited) => *inherited = category,
            None => pack.categories.push(category),
        }
    }
    Ok(())
}

/// Macros and phrases may use each other in any order: they are read in rounds until nothing new resolves.
fn names(root: &Table<'_, '_>, pack: &mut Pack) -> Result<(), PackError> {
    let mut open: Vec<(bool, String, Vec<(String, usize)>)> = Vec::new();
    let mut own = BTreeMap::new();
    for (is_phrase, key) in [(false, "macros"), (true, "phrases")] {
        let Some(table) = root.table(key)? else { continue };
        for (name, value) in table.inner {
            let at = name.span().start;
            let name = name.get_ref().to_string();
            let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            if name.is_empty() || !name.chars().all(fits) {
                return Err(table.reader.error(at, format!("`{name}`: names are in capitals")));
            }
            if own.insert(name.clone(), ()).is_some() {
                let message = format!("`{name}` is both a macro and a phrase");
                return Err(table.reader.error(at, message));
            }
            pack.names.macros.remove(&name);
            pack.names.phrases.remove(&name);
            open.push((is_phrase, name, table.reader.texts_of(key, value)?));
        }
    }
    while !open.is_empty() {
        let before = open.len();
        let mut failed = None;
        let mut waiting = Vec::new();
        for (is_phrase, name, texts) in open {
            match define(root.reader, &mut pack.names, is_phrase, &name, &texts) {
                Ok(()) => {}
                Err(error) => {
                    failed.get_or_insert(error);
                    waiting.push((is_phrase, name, texts));
                }
            }
        }
        open = waiting;
        if open.len() == before {
            if let Some(error) = failed {
                return Err(error);
            }
        }
    }
    Ok(())
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
                    .patterns(text, *at, names)
                    .map_err(|e| PackError { message: format!("`{name}`: {}", e.message), ..e })?,
            );
        }
        names.phrases.insert(name.to_owned(), all);
    } else {
        let mut all = Vec::new();
        for (text, at) in texts {
            if text.len() > LONGEST_CUE {
                return Err(fail(*at, format!("longer than {LONGEST_CUE} bytes")));
            }
            all.extend(pattern::class(text, names).map_err(|m| fail(*at, m))?);
        }
        all.sort();
        all.dedup();
        names.macros.insert(name.to_owned(), all);
    }
    Ok(())
}

fn read_doubt(table: &Table<'_, '_>, pack: &Pack) -> Result<Doubt, PackError> {
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
            _ => {
                let known = ["before", "after", "inside", "sentence"];
                let hint = suggestion(&word, known.into_iter());
                let message = format!("`{word}` is no place; one of {}{hint}", known.join(", "));
                return Err(table.reader.error(at, message));
            }
        },
    };
    let question = table.flag("question")?;
    let any = table.cues("any", &pack.names)?;
    if any.is_empty() && !question {
        return Err(table.reader.error(table.at, "a doubt needs `any` or `question`".to_owned()));
    }
    Ok(Doubt {
        reason,
        share,
        place,
        reach: table.number("reach")?.map_or(3, |(n, _)| n.clamp(0.0, 100.0) as usize),
        any,
        unless: table.cues("unless", &pack.names)?,
        only: table.categories("only", pack)?,
        question,
    })
}

fn read_rule(table: &Table<'_, '_>, pack: &Pack) -> Result<Rule, PackError> {
    table.only(&[
        "id",
        "category",
        "weight",
        "criterion",
        "any",
        "after",
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
    let category = table.category("category", pack)?;
    let any = table.cues("any", &pack.names)?;
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
    let after = table.cues("after", &pack.names)?;
    let immune = table.texts("immune")?;
    for (reason, at) in &immune {
        let known = || REASONS.into_iter().chain(OTHER_REASONS);
        if !known().any(|r| r == reason) {
            let hint = suggestion(reason, known());
            return Err(table.reader.error(*at, format!("`{reason}` is no reason{hint}")));
        }
    }
    let (matches, no_matches) = table.examples(&id)?;
    Ok(Rule {
        weight: table.weight(pack, category)?,
        criteria: table.criteria()?,
        within: table.within(usize::from(!after.is_empty()))?,
        not_before: table.cues("not-before", &pack.names)?,
        not_after: table.cues("not-after", &pack.names)?,
        unless: table.cues("unless", &pack.names)?,
        immune: immune.into_iter().map(|(r, _)| r).collect(),
        own_words: table.flag("own-words")?,
        id,
        category,
        any,
        after,
        clause,
        matches,
        no_matches,
    })
}

fn read_chain(table: &Table<'_, '_>, pack: &Pack) -> Result<Chain, PackError> {
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
    let category = table.category("category", pack)?;
    let (decision, motive) =
        (table.categories("decision", pack)?, table.categories("motive", pack)?);
    if decision.is_empty() || motive.is_empty() {
        let message = format!("chain `{id}` needs `decision` and `motive`");
        return Err(table.reader.error(table.at, message));
    }
    let (matches, no_matches) = table.examples(&id)?;
    Ok(Chain {
        weight: table.weight(pack, category)?,
        criteria: table.criteria()?,
        within: table.within(2)?,
        unless_late: table.categories("unless-late", pack)?,
        id,
        category,
        decision,
        motive,
        matches,
        no_matches,
    })
}

impl Reader<'_> {
    fn error(&self, offset: usize, message: String) -> PackError {
        let before = self.text.as_bytes().get(..offset.min(self.text.len())).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        PackError { name: self.name.to_owned(), line, message }
    }

    fn wrong(&self, key: &str, value: &Value<'_>, wanted: &str) -> PackError {
        let message = format!("`{key}` must be {wanted}, not {}", value.get_ref().type_str());
        self.error(value.span().start, message)
    }

    /// A string or a list of strings, each with its offset.
    fn texts_of(&self, key: &str, value: &Value<'_>) -> Result<Vec<(String, usize)>, PackError> {
        let one = |v: &Value<'_>| match v.get_ref() {
            DeValue::String(s) => Ok((s.to_string(), v.span().start)),
            _ => Err(self.wrong(key, v, "a string or a list of strings")),
        };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(one).collect(),
            _ => Ok(vec![one(value)?]),
        }
    }

    fn patterns(&self, text: &str, at: usize, names: &Names) -> Result<Vec<Pattern>, PackError> {
        if text.len() > LONGEST_CUE {
            return Err(self.error(at, format!("a cue is longer than {LONGEST_CUE} bytes")));
        }
        pattern::patterns(text, names)
            .map_err(|m| self.error(at, format!("cue `{}`: {m}", text.escape_debug())))
    }
}

impl<'r, 'i> Table<'r, 'i> {
    fn get(&self, key: &str) -> Option<&'r Value<'i>> {
        self.inner.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    fn only(&self, keys: &[&str]) -> Result<(), PackError> {
        for key in self.inner.keys() {
            let name = key.get_ref().as_ref();
            if !keys.contains(&name) {
                let hint = suggestion(name, keys.iter().copied());
                let message = format!("{} has no key `{}`{hint}", self.what, name.escape_debug());
                return Err(self.reader.error(key.span().start, message));
            }
        }
        Ok(())
    }

    fn text(&self, key: &str) -> Result<Option<(String, usize)>, PackError> {
        self.get(key).map_or(Ok(None), |v| match v.get_ref() {
            DeValue::String(s) => Ok(Some((s.to_string(), v.span().start))),
            _ => Err(self.reader.wrong(key, v, "a string")),
        })
    }

    fn required(&self, key: &str) -> Result<(String, usize), PackError> {
        match self.text(key)? {
            Some((text, _)) if text.trim().is_empty() => {
                Err(self.reader.error(self.at, format!("{} has an empty `{key}`", self.what)))
            }
            Some(found) => Ok(found),
            None => Err(self.reader.error(self.at, format!("{} has no `{key}`", self.what))),
        }
    }

    fn character(&self, key: &str) -> Result<(char, usize), PackError> {
        let (text, at) = self.required(key)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok((c, at)),
            _ => Err(self.reader.error(at, format!("`{key}` must be one character"))),
        }
    }

    fn texts(&self, key: &str) -> Result<Vec<(String, usize)>, PackError> {
        self.get(key).map_or(Ok(Vec::new()), |v| self.reader.texts_of(key, v))
    }

    fn number_of(&self, key: &str, v: &Value<'_>) -> Result<(f64, usize), PackError> {
        let parsed = match v.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse().ok(),
            DeValue::Float(n) => n.as_str().parse().ok(),
            _ => None,
        };
        let number = parsed.filter(|n: &f64| n.is_finite());
        number
            .map(|n| (n, v.span().start))
            .ok_or_else(|| self.reader.wrong(key, v, "a decimal number"))
    }

    fn number(&self, key: &str) -> Result<Option<(f64, usize)>, PackError> {
        self.get(key).map(|v| self.number_of(key, v)).transpose()
    }

    fn flag(&self, key: &str) -> Result<bool, PackError> {
        self.get(key).map_or(Ok(false), |v| match v.get_ref() {
            DeValue::Boolean(b) => Ok(*b),
            _ => Err(self.reader.wrong(key, v, "true or false")),
        })
    }

    fn table(&self, key: &str) -> Result<Option<Table<'r, 'i>>, PackError> {
        self.get(key).map(|v| self.reader.as_table(key, v)).transpose()
    }

    fn tables(&self, key: &str) -> Result<Vec<Table<'r, 'i>>, PackError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(|v| self.reader.as_table(key, v)).collect(),
            _ => Err(self.reader.wrong(key, value, &format!("written as `[[{key}]]`"))),
        }
    }

    fn cues(&self, key: &str, names: &Names) -> Result<Vec<Pattern>, PackError> {
        let mut all = Vec::new();
        for (text, at) in self.texts(key)? {
            all.extend(self.reader.patterns(&text, at, names)?);
        }
        Ok(all)
    }

    fn id(&self) -> Result<String, PackError> {
        let (id, at) = self.required("id")?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        if !id.chars().all(fits) {
            let message =
                format!("id `{}`: small letters, digits, `.`, `-` and `_`", id.escape_debug());
            return Err(self.reader.error(at, message));
        }
        Ok(id)
    }

    fn unique(&self, ids: &mut BTreeSet<String>, id: &str) -> Result<(), PackError> {
        if ids.insert(id.to_owned()) {
            return Ok(());
        }
        let at = self.get("id").map_or(self.at, |v| v.span().start);
        Err(self.reader.error(at, format!("id `{id}` is used twice")))
    }

    fn category(&self, key: &str, pack: &Pack) -> Result<usize, PackError> {
        let (name, at) = self.required(key)?;
        self.reader.category(&name, at, pack)
    }

    fn categories(&self, key: &str, pack: &Pack) -> Result<Vec<usize>, PackError> {
        self.texts(key)?.iter().map(|(name, at)| self.reader.category(name, *at, pack)).collect()
    }

    /// 1 by default in a category that belongs to a score group, else 0.
    fn weight(&self, pack: &Pack, category: usize) -> Result<f64, PackError> {
        let grouped = pack.categories.get(category).is_some_and(|c| c.group.is_some());
        let Some((weight, at)) = self.number("weight")? else {
            return Ok(f64::from(u8::from(grouped)));
        };
        if !(0.0..=LARGEST_WEIGHT).contains(&weight) {
            let message = format!("`weight` must be 0 to {LARGEST_WEIGHT}");
            return Err(self.reader.error(at, message));
        }
        Ok(weight)
    }

    fn criteria(&self) -> Result<Vec<u8>, PackError> {
        let Some(value) = self.get("criterion") else { return Ok(Vec::new()) };
        let values = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut all = Vec::new();
        for value in values {
            let (n, at) = self.number_of("criterion", value)?;
            if n.fract() != 0.0 || !(1.0..=4.0).contains(&n) {
                return Err(self.reader.error(at, "`criterion` must be 1 to 4".to_owned()));
            }
            all.push(n as u8);
        }
        Ok(all)
    }

    fn within(&self, default: usize) -> Result<usize, PackError> {
        let Some((n, at)) = self.number("within")? else { return Ok(default) };
        if n.fract() != 0.0 || !(1.0..=10.0).contains(&n) {
            return Err(self.reader.error(at, "`within` must be 1 to 10 sentences".to_owned()));
        }
        Ok(n as usize)
    }

    fn examples(&self, id: &str) -> Result<(Vec<String>, Vec<String>), PackError> {
        let none = || {
            let message = format!("rule `{id}` needs `examples.match` and `examples.no-match`");
            self.reader.error(self.at, message)
        };
        let table = self.table("examples")?.ok_or_else(none)?;
        table.only(&["match", "no-match"])?;
        let list = |key| -> Result<Vec<String>, PackError> {
            let texts: Vec<String> = table.texts(key)?.into_iter().map(|(t, _)| t).collect();
            if texts.iter().any(|t| !t.trim().is_empty()) { Ok(texts) } else { Err(none()) }
        };
        Ok((list("match")?, list("no-match")?))
    }
}

impl Reader<'_> {
    fn as_table<'r, 'i>(
        &'r self,
        key: &str,
        value: &'r Value<'i>,
    ) -> Result<Table<'r, 'i>, PackError> {
        match value.get_ref() {
            DeValue::Table(inner) => {
                let what =
                    match inner.iter().find(|(k, _)| matches!(k.get_ref().as_ref(), "id" | "name"))
                    {
                        Some((_, v)) => match v.get_ref() {
                            DeValue::String(s) => format!("{key} `{}`", s.escape_debug()),
                            _ => format!("a {key}"),
                        },
                        None => format!("a {key}"),
                    };
                // A `[[rule]]` header's span may begin at the header or its first key; both are good places.
                Ok(Table { reader: self, what, at: value.span().start, inner })
            }
            _ => Err(self.wrong(key, value, "a table")),
        }
    }

    fn category(&self, name: &str, at: usize, pack: &Pack) -> Result<usize, PackError> {
        pack.categories.iter().position(|c| c.name == name).ok_or_else(|| {
            let hint = suggestion(name, pack.categories.iter().map(|c| c.name.as_str()));
            self.error(at, format!("no category is called `{}`{hint}", name.escape_debug()))
        })
    }
}
