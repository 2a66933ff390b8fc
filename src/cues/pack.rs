//! A rule pack: TOML text in, validated rules out, errors with line numbers.

use super::faults::PackErrors;
use super::feature::Feature;
use super::pattern::{Names, Pattern};
use super::program::Program;
use super::read::{self, Beside};
use super::score::FEATURES;
use std::sync::{Arc, LazyLock, OnceLock};

/// A category of cue with its definition, letter and glyph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// `strategic`
    pub name: String,
    /// One letter, unique: what the gutter and the filter facet show, and what stands for the glyph where
    /// only ASCII can be drawn.
    pub letter: char,
    /// One glyph of its visual family, one column wide: `◆`.
    pub glyph: char,
    /// Family 0 to 5: which of the six visual styles of the theme it is drawn in.
    pub family: u8,
    /// One sentence.
    pub definition: String,
    /// Which score group it adds to, if any.
    pub group: Option<String>,
}

/// A validated pack. Its copies share the rules, which of a built-in pack are read, and of any pack compiled,
/// when something asks for them.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name: `helpful-only`.
    pub name: String,
    /// One sentence on what it is for.
    pub about: String,
    /// Categories in order of precedence where marks overlap.
    pub categories: Vec<Category>,
    /// The settings it was written for, `_` as `-`. `*`: it also serves every other and unknown settings.
    pub settings: Vec<String>,
    pub(super) rest: Arc<Rest>,
}

/// What is worked out later, if at all.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub body: OnceLock<Body>,
    pub program: OnceLock<Program>,
}

/// The rules and all they are made of.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    pub rules: Vec<Rule>,
    pub chains: Vec<Chain>,
    pub features: Vec<Feature>,
    pub doubts: Vec<Doubt>,
    /// Name of the text that it was read from, where that changes rules that it takes over.
    pub changing: Option<Arc<str>>,
    /// What is said of the file's own names and categories when the pack is tested.
    pub notes: Vec<Note>,
    /// What `{NAME}` stands for, and all words and steps by number.
    pub names: Names,
}

/// A rule as it is listed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleInfo<'a> {
    /// `af.strategic.03`
    pub id: &'a str,
    /// Its category's name.
    pub category: &'a str,
    /// Its weight before deductions.
    pub weight: f64,
    /// Criteria that it serves, 1 to 4.
    pub criteria: &'a [u8],
}

/// Where a rule is written.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Name of its pack's text; a rule that a pack takes over keeps that of the pack it comes from.
    pub file: Arc<str>,
    /// 1-based.
    pub line: usize,
}

/// A cue of a rule as it is written, and how many patterns it stands for.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub text: Arc<str>,
    pub line: usize,
    pub patterns: usize,
}

/// Something about a pack that is worth looking at.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub place: Place,
    pub text: String,
}

/// One rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub id: String,
    pub place: Place,
    /// The cues that `any` is made of, in its order.
    pub cues: Vec<Written>,
    /// Index into `Pack::categories`.
    pub category: usize,
    pub weight: f64,
    /// Criteria it serves, 1 to 4.
    pub criteria: Vec<u8>,
    /// One of these must match in the sentence (or clause).
    pub any: Vec<Pattern>,
    /// When not empty: one of these must have matched in one of the `within` sentences before.
    pub after: Vec<Pattern>,
    pub within: usize,
    /// When not empty: one of these must match in the sentence or one of the `within` sentences on either side.
    pub near: Vec<Pattern>,
    /// Whether the whole match must lie in one clause.
    pub clause: bool,
    /// No mark when one of these stands up to six words before, up to six words after, or anywhere in the
    /// sentence.
    pub not_before: Vec<Pattern>,
    pub not_after: Vec<Pattern>,
    pub unless: Vec<Pattern>,
    /// The keys of those that the rule has, with their cues as they are written, for the explanation.
    pub guards: Vec<(&'static str, Vec<String>)>,
    /// Reasons for deduction that do not touch this rule.
    pub immune: Vec<String>,
    /// Counts only where the words do not come from the request itself.
    pub own_words: bool,
    pub matches: Vec<String>,
    pub no_matches: Vec<String>,
}

/// A mark that needs two other marks: a motive near a decision.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub id: String,
    pub place: Place,
    pub category: usize,
    pub weight: f64,
    pub criteria: Vec<u8>,
    pub decision: Vec<usize>,
    pub motive: Vec<usize>,
    /// Most sentences between them.
    pub within: usize,
    /// Categories that, in the last third of the reasoning, deny it.
    pub unless_late: Vec<usize>,
    pub matches: Vec<String>,
    pub no_matches: Vec<String>,
}

/// Where a doubt's words must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Before,
    After,
    Inside,
    Sentence,
    /// In one of the `reach` sentences after that of the match.
    Following,
}

/// A reason to count a mark less: negation, hypotheticals, other people.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    pub reason: &'static str,
    /// Share of the weight it takes, above 0 and at most 1.
    pub share: f64,
    pub place: Where,
    /// Most words between it and the match, for before and after; sentences, for following.
    pub reach: usize,
    pub any: Vec<Pattern>,
    /// Not when one of these stands in the sentence.
    pub unless: Vec<Pattern>,
    /// Only these categories; empty: all.
    pub only: Vec<usize>,
    /// Only in questions.
    pub question: bool,
}

/// The packs that are compiled in: name and text, in the order in which `extends` may look back.
pub(super) const BUILTIN: [(&str, &str); 2] = [
    ("neutral", include_str!("../../assets/cues/neutral.toml")),
    ("helpful-only", include_str!("../../assets/cues/helpful-only.toml")),
];

/// What begins the part of a built-in pack that is only read for its rules.
const BODIES: [&str; 6] =
    ["\n[macros]", "\n[phrases]", "\n[[doubt]]", "\n[[rule]]", "\n[[chain]]", "\n[[feature]]"];

impl Pack {
    /// Reads a pack from TOML text. `name` is used in errors.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(name: &str, toml: &str) -> Result<Self, PackErrors> {
        read::pack(name, toml, Beside::any(&Self::builtin()))
    }

    /// The packs that are compiled in, then a reader's own, given as names and texts. Each may extend those before it.
    ///
    /// # Errors
    /// All that is wrong with any of them.
    pub fn with_own(files: &[(String, String)]) -> Result<Vec<Self>, PackErrors> {
        let mut packs = Self::builtin();
        let mut errors = PackErrors::default();
        for (name, text) in files {
            let lacking = errors.count() > 0;
            match read::pack(name, text, Beside { packs: &packs, unique: true, lacking }) {
                Ok(pack) => packs.push(pack),
                Err(more) => errors.join(more),
            }
        }
        if errors.count() > 0 { Err(errors) } else { Ok(packs) }
    }

    /// The packs that are compiled in. A test holds that all of them are valid; one that were not would
    /// be left out, or have no rules.
    #[must_use]
    pub fn builtin() -> Vec<Self> {
        static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
            let mut packs: Vec<Pack> = Vec::new();
            for (name, text) in BUILTIN {
                // Categories stand before the rules.
                let ends = BODIES.iter().filter_map(|start| text.find(start));
                let head = text.get(..ends.min().unwrap_or(text.len())).unwrap_or_default();
                if let Ok(pack) = read::head_of(name, head, &packs) {
                    packs.push(pack);
                }
            }
            packs
        });
        PACKS.clone()
    }

    /// The rules. The first time a built-in pack is asked it reads them: some milliseconds.
    pub(super) fn body(&self) -> &Body {
        self.rest.body.get_or_init(|| {
            let text = BUILTIN.iter().find(|(name, _)| *name == self.name).map(|(_, text)| *text);
            let pack =
                read::pack(&self.name, text.unwrap_or_default(), Beside::any(&Self::builtin()));
            pack.ok().and_then(|p| Arc::into_inner(p.rest)?.body.into_inner()).unwrap_or_default()
        })
    }

    /// The rules compiled for scanning, once for all copies.
    pub(super) fn program(&self) -> &Program {
        self.rest.program.get_or_init(|| Program::new(self.body()))
    }

    /// What can be said of each rule, chains included, in the order of the pack.
    pub fn rules(&self) -> impl Iterator<Item = RuleInfo<'_>> {
        let category = |i: usize| self.categories.get(i).map_or("", |c| c.name.as_str());
        let rules = self.body().rules.iter().map(move |r| RuleInfo {
            id: &r.id,
            category: category(r.category),
            weight: r.weight,
            criteria: &r.criteria,
        });
        let chains = self.body().chains.iter().map(move |c| RuleInfo {
            id: &c.id,
            category: category(c.category),
            weight: c.weight,
            criteria: &c.criteria,
        });
        rules.chain(chains)
    }

    /// What can be said of each feature, as of a rule of a category that they all have.
    pub fn features(&self) -> impl Iterator<Item = RuleInfo<'_>> {
        self.body().features.iter().map(|f| RuleInfo {
            id: &f.id,
            category: FEATURES,
            weight: f.weight,
            criteria: &[],
        })
    }

    /// What a feature sees, in words; nothing where there is no such feature.
    #[must_use]
    pub fn about_feature(&self, id: &str) -> &str {
        self.body().features.iter().find(|f| *f.id == *id).map_or("", |f| &f.about)
    }

    /// Number of rules, chains included.
    #[must_use]
    pub fn rule_count(&self) -> usize {
        self.body().rules.len() + self.body().chains.len()
    }

    /// Whether it was written for the setting (letter case and `_`/`-` ignored).
    #[must_use]
    pub fn names_setting(&self, setting: &str) -> bool {
        let wanted = setting.to_lowercase().replace('_', "-");
        self.settings.contains(&wanted)
    }

    /// Whether it also serves settings that no pack names.
    #[must_use]
    pub fn serves_all(&self) -> bool {
        self.settings.iter().any(|s| s == "*")
    }
}
