//! The fields by which transcripts are grouped, and the values that they take.

use std::cmp::Ordering;

use hashbrown::HashMap;

use super::super::RowView;
use super::super::facets::{exactly, quoted};
use super::super::meta_name;
use super::super::view::Rows;
use crate::model::{Design, Judgement, LabelValue, OutcomeValue};
use crate::query::{Alike, Asked, Block, ClassOf, Columns, Filter, Said};

/// A field that makes groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum By {
    /// Tier.
    #[default]
    Tier,
    /// Setting.
    Setting,
    /// Model.
    Model,
    /// Variant.
    Variant,
    /// A single field of the variant.
    Design(Design),
    /// Source file.
    Source,
    /// Sample.
    Sample,
    /// Epoch.
    Epoch,
    /// Parse state.
    Parse,
    /// Outcome.
    Outcome,
    /// Who decided the outcome.
    Decider,
    /// What the reasoning says it will do.
    Decision,
    /// Whether the output does otherwise.
    Mismatch,
    /// Whether marks touch what judges quoted.
    Agree,
    /// Whether there is a cue at all, or one of a category.
    Cue(Option<String>),
    /// A label: yes, no, unparsed, missing; categories by value.
    Label(Box<Asked>),
    /// Another field of the records, by its path.
    Meta(String),
}

/// Fields that are named by one word, as filters call them where they know them.
const PLAIN: [(&str, By); 19] = [
    ("tier", By::Tier),
    ("setting", By::Setting),
    ("model", By::Model),
    ("variant", By::Variant),
    ("frame", By::Design(Design::Frame)),
    ("persona", By::Design(Design::Persona)),
    ("mode", By::Design(Design::Mode)),
    ("condition", By::Design(Design::Condition)),
    ("prompt_variant", By::Design(Design::Prompt)),
    ("source", By::Source),
    ("sample", By::Sample),
    ("epoch", By::Epoch),
    ("parse", By::Parse),
    ("outcome", By::Outcome),
    ("by", By::Decider),
    ("decision", By::Decision),
    ("mismatch", By::Mismatch),
    ("agree", By::Agree),
    ("cue", By::Cue(None)),
];

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As shown (unsanitised).
    pub value: String,
    /// The filter that finds the transcripts with it; `None` where the language has no word for that.
    pub filter: Option<String>,
}

/// A value as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::corpus) enum Key {
    Word(Box<str>),
    Said(Said),
    None,
}

/// The values that occur, by number.
#[derive(Debug, Default)]
pub(in crate::corpus) struct Names {
    numbers: HashMap<Key, u32>,
    keys: Vec<Key>,
}

impl Names {
    fn number(&mut self, key: Key) -> u32 {
        let Self { numbers, keys } = self;
        *numbers.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            (keys.len() - 1) as u32
        })
    }

    pub(in crate::corpus) fn key(&self, number: u32) -> &Key {
        self.keys.get(number as usize).unwrap_or(&Key::None)
    }

    /// Whether another value differs in its letters' case alone, which a filter's word takes for nothing.
    fn is_spelt_twice(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        self.keys.iter().any(|key| {
            matches!(key, Key::Word(other) if **other != *word && other.to_lowercase() == lower)
        })
    }
}

fn word(text: Option<&str>) -> Key {
    text.map_or(Key::None, |text| Key::Word(text.into()))
}

fn yes_or_no(known: Option<bool>) -> Key {
    known.map_or(Key::None, |yes| Key::Said(if yes { Said::Yes } else { Said::No }))
}

impl By {
    /// Reads `tier`, `cue`, `cue:strategic`, `label:NAME`, `label:NAME>=0.6`, `meta.PATH`.
    ///
    /// # Errors
    /// A sentence that names the fields.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some((_, by)) = PLAIN.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Ok(by.clone());
        }
        match text.split_once([':', '.']) {
            Some((field, name)) if field.eq_ignore_ascii_case("label") && !name.is_empty() => {
                Asked::parse(name)
                    .map(|asked| Self::Label(asked.into()))
                    .map_err(|e| format!("label:{name}: {e}"))
            }
            Some((field, name)) if field.eq_ignore_ascii_case("cue") && !name.is_empty() => {
                Ok(Self::Cue(Some(name.to_owned())))
            }
            Some((field, path)) if field.eq_ignore_ascii_case("meta") && !path.is_empty() => {
                Ok(Self::Meta(path.trim_matches('"').to_owned()))
            }
            _ => {
                let names: Vec<&str> = PLAIN.iter().map(|(name, _)| *name).collect();
                Err(format!(
                    "`{text}` is no field to count by: {}, cue:CATEGORY, label:NAME, meta.PATH",
                    names.join(", ")
                ))
            }
        }
    }

    /// As it is typed. Holds characters of a label's name: sanitise before showing.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Label(asked) => format!("label:{asked}"),
            Self::Cue(Some(category)) => format!("cue:{category}"),
            Self::Meta(path) => format!("meta.{path}"),
            own => {
                let mut plain = PLAIN.iter().filter(|(_, by)| by == own);
                plain.next().map_or_else(String::new, |(name, _)| (*name).to_owned())
            }
        }
    }

    /// The path of a record's field that must have been read for it.
    #[must_use]
    pub fn record_field(&self) -> Option<&str> {
        match self {
            Self::Meta(path) => Some(path),
            _ => None,
        }
    }

    /// All that are named by one word, in the order of the documentation.
    pub fn plain() -> impl Iterator<Item = Self> {
        PLAIN.into_iter().map(|(_, by)| by)
    }

    /// Whether the rules must have run for it.
    #[must_use]
    pub fn needs_cues(&self) -> bool {
        matches!(self, Self::Cue(_) | Self::Decision | Self::Mismatch | Self::Agree)
    }

    fn alike(&self) -> Option<Alike> {
        Some(match self {
            Self::Tier => Alike::Tier,
            Self::Setting => Alike::Setting,
            Self::Model => Alike::Model,
            Self::Variant => Alike::Variant,
            Self::Design(_) => Alike::Design,
            Self::Source => Alike::Source,
            Self::Sample => Alike::Sample,
            Self::Epoch => Alike::Epoch,
            Self::Parse | Self::Outcome | Self::Decider => Alike::State,
            Self::Decision | Self::Mismatch | Self::Agree => Alike::Said,
            Self::Cue(_) | Self::Label(_) | Self::Meta(_) => return None,
        })
    }

    fn key_of(&self, row: &RowView<'_>) -> Key {
        match self {
            Self::Tier => word(row.tier()),
            Self::Setting => word(row.setting()),
            Self::Model => word(row.model()),
            Self::Variant => word(row.variant()),
            Self::Design(field) => word(row.design(*field)),
            Self::Source => word(Some(row.source())),
            Self::Sample => word(Some(row.sample())),
            Self::Epoch => word(row.epoch().map(|epoch| epoch.to_string()).as_deref()),
            Self::Parse => word(Some(row.parse())),
            Self::Outcome => word(Some(row.outcome())),
            Self::Decider => word(row.decider()),
            Self::Decision => word(row.decision()),
            Self::Mismatch => yes_or_no(row.mismatch()),
            Self::Agree => yes_or_no(row.agree()),
            Self::Cue(None) => yes_or_no(Some(row.cue_total() > 0)),
            Self::Cue(Some(category)) => yes_or_no(Some(row.cue_count(category) > 0)),
            Self::Meta(path) => match row.record_word(path) {
                Some(text) => word(Some(text)),
                None => word(row.record_number(path).map(|n| n.to_string()).as_deref()),
            },
            // Decided for a block at once.
            Self::Label(_) => Key::Said(Said::Missing),
        }
    }

    /// The number of each row's value.
    pub(in crate::corpus) fn codes(&self, block: &Rows<'_>, names: &mut Names) -> Vec<u32> {
        let len = block.chunk.len;
        if let Self::Label(asked) = self {
            let key = |(at, said): (usize, Said)| match said {
                Said::Neither if !asked.has_test() => category(&block.view(at), asked),
                said => Key::Said(said),
            };
            return asked
                .said(block)
                .into_iter()
                .enumerate()
                .map(|row| names.number(key(row)))
                .collect();
        }
        let Some(classes) = self.alike().and_then(|by| block.classes(by)) else {
            return (0..len).map(|at| names.number(self.key_of(&block.view(at)))).collect();
        };
        let of_class: Vec<u32> = classes
            .firsts
            .iter()
            .map(|first| names.number(self.key_of(&block.view((*first).into()))))
            .collect();
        let of = |class: usize| of_class.get(class).copied().unwrap_or_default();
        match classes.of {
            ClassOf::Same => vec![of(0); len],
            ClassOf::Bytes(codes) => codes.iter().map(|code| of((*code).into())).collect(),
            ClassOf::Words(codes) => codes.iter().map(|code| of((*code).into())).collect(),
        }
    }

    /// The order in which values stand: outcomes as everywhere, free before paid, numbers by size; what is absent last.
    pub(super) fn compare(&self, a: &Key, b: &Key) -> Ordering {
        let rank = |key: &Key| match (self, key) {
            (_, Key::None) => 1_000,
            (_, Key::Said(said)) => 900 + *said as usize,
            (Self::Outcome, Key::Word(word)) => {
                OutcomeValue::ALL.iter().position(|o| o.as_str() == &**word).unwrap_or(99)
            }
            (Self::Tier, Key::Word(word)) => match &**word {
                "free" => 0,
                "paid" => 1,
                _ => 2,
            },
            _ => 0,
        };
        let number = |key: &Key| match key {
            Key::Word(word) => word.parse::<f64>().ok().filter(|n| n.is_finite()),
            _ => None,
        };
        rank(a)
            .cmp(&rank(b))
            .then_with(|| match (number(a), number(b)) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            })
            .then_with(|| match (a, b) {
                (Key::Word(a), Key::Word(b)) => a.cmp(b),
                _ => Ordering::Equal,
            })
    }

    /// A value as it is shown, and the filter that finds it.
    pub(in crate::corpus) fn value(&self, key: &Key, names: &Names) -> Value {
        let name = self.name();
        let filter = match (self, key) {
            (Self::Cue(None), Key::Said(Said::Yes)) => Some("cue:any".to_owned()),
            (Self::Cue(None), _) => Some("cue:none".to_owned()),
            (Self::Cue(Some(category)), key) => {
                let term = format!("cue:{}", quoted(category));
                Some(if *key == Key::Said(Said::Yes) { term } else { format!("-{term}") })
            }
            (Self::Label(asked), Key::Word(word)) => asked.filter_of_value(word),
            (Self::Label(asked), Key::Said(said)) => asked.filter(*said),
            (Self::Meta(path), key) => Some(match key {
                Key::Word(word) => format!("meta.{}:{}", meta_name(path), quoted(word)),
                _ => format!("meta.{}:none", meta_name(path)),
            }),
            (_, Key::None) => Some(format!("{name}:none")),
            (_, Key::Said(said)) => Some(format!("{name}:{}", said.as_str())),
            (Self::Epoch | Self::Parse | Self::Outcome, Key::Word(word)) => {
                Some(format!("{name}:{word}"))
            }
            (_, Key::Word(word)) if names.is_spelt_twice(word) => {
                Some(format!("{name}:{}", exactly(word)))
            }
            (_, Key::Word(word)) => Some(format!("{name}:{}", quoted(word))),
        };
        let value = match key {
            Key::Word(word) => word.to_string(),
            Key::Said(said) => said.as_str().to_owned(),
            Key::None => "none".to_owned(),
        };
        // A value may be longer than a filter may be, or hold what no filter can.
        let filter = filter.filter(|text| Filter::parse(text).is_ok());
        Value { value, filter }
    }
}

/// What a label says that is neither positive nor negative: a category, or a number that has no threshold.
fn category(row: &RowView<'_>, asked: &Asked) -> Key {
    let judgements = row.judgements();
    let value = |j: &Judgement| match &j.value {
        LabelValue::Text(text) => Some(Key::Word(text.as_str().into())),
        LabelValue::Number(n) => Some(Key::Word(n.to_string().into())),
        LabelValue::Bool(_) | LabelValue::Unparsed => None,
    };
    let mut values = judgements.iter().filter(|j| asked.wants(j)).filter_map(value);
    values.next().unwrap_or(Key::Said(Said::Neither))
}
