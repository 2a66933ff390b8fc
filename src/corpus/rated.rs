//! Labels of which a rate can be counted: those with a yes or no, or with numbers, and each word of those that have few words and nothing
//! else. Of any other label every rate would be 0 of 0.

use std::collections::{BTreeMap, BTreeSet};

use super::Catalogue;
use super::chunk::{Judged, Verdicts};
use crate::model::LabelValue;

/// Different words of a label of which each has a rate: more are no categories.
const MOST_WORDS: usize = 12;

/// A label, or one of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedLabel {
    /// The label.
    pub label: String,
    /// The reviewer whose answers these are, as a rater; `None`: what classifiers say.
    pub rater: Option<String>,
    /// The word; `None`: how often it is yes.
    pub value: Option<String>,
}

/// What a label was seen to say.
#[derive(Default)]
struct Said {
    /// Yes, no or a number.
    counts: bool,
    words: BTreeSet<String>,
}

impl Said {
    fn add(&mut self, value: &LabelValue, positive: Option<bool>) {
        match value {
            _ if positive.is_some() => self.counts = true,
            LabelValue::Number(_) => self.counts = true,
            // A filter takes letter case for nothing.
            LabelValue::Text(text)
                if self.words.len() <= MOST_WORDS
                    && !self.words.iter().any(|w| w.to_lowercase() == text.to_lowercase()) =>
            {
                self.words.insert(text.clone());
            }
            _ => {}
        }
    }
}

impl Catalogue {
    /// Of some labels those of which a rate can be counted, in their order.
    #[must_use]
    pub fn rated_labels(&self, names: &[String]) -> Vec<RatedLabel> {
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        let mut add = |name: &str, value: &LabelValue, positive: Option<bool>| {
            if let Some(known) = said.get_mut(name) {
                known.add(value, positive);
            } else {
                said.entry(name.to_owned()).or_default().add(value, positive);
            }
        };
        for rows in self.chunks_from(0) {
            match &*rows.chunk.judged {
                Judged::Whole { lists, .. } => {
                    let all = lists.iter().flat_map(|list| list.iter());
                    all.for_each(|j| add(j.name(), &j.value, j.positive));
                }
                Judged::Columns { columns, .. } => {
                    for column in columns {
                        match &column.verdicts {
                            Verdicts::Coded { values, .. } => {
                                for (value, yes) in values {
                                    add(column.key.name(), value, *yes);
                                }
                            }
                            Verdicts::Numbers { .. } => {
                                add(column.key.name(), &LabelValue::Number(0.0), None);
                            }
                        }
                    }
                }
            }
        }
        let mut rated = Vec::new();
        for name in names {
            let Some(said) = said.get(name) else { continue };
            let of = |value: Option<&String>| RatedLabel {
                label: name.clone(),
                rater: None,
                value: value.cloned(),
            };
            if said.counts {
                rated.push(of(None));
            } else if said.words.len() <= MOST_WORDS {
                rated.extend(said.words.iter().map(|word| of(Some(word))));
            }
        }
        rated
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::corpus::{Catalogue, Corpus, LoadOptions};
    use crate::cues::Engine;
    use crate::ingest::LabelRules;
    use crate::source::Bytes;

    #[test]
    fn words_of_a_category_are_rated_and_what_has_no_rate_is_not_there() {
        let line = |n: usize| {
            // One word stands alone in its column, however the lines are cut into chunks.
            let decision = if n < 8 { ["reluctant", "Eager", "eager"][n % 3] } else { "late" };
            let record = serde_json::json!({
                "id": n.to_string(),
                "query": "rain",
                "response": "Rain falls.",
                "labels": {
                    "decision": decision,
                    "zeal": n.is_multiple_of(2),
                    "share": n as f64 / 40.0,
                    "reason": format!("because of {n}"),
                    "empty": null,
                },
            });
            record.to_string() + "\n"
        };
        let text: String = (0..40).map(line).collect();
        let files = vec![("a.jsonl".to_owned(), Ok(Bytes::Static(text.leak().as_bytes())))];
        let engine = Arc::new(Engine::new(Vec::new()));
        let corpus = Corpus::new(files, engine, Arc::new(LabelRules::builtin()));
        let mut catalogue = Catalogue::new(&corpus.paths());
        corpus.load(LoadOptions::default(), &mut |event| {
            catalogue.apply(event);
            true
        });
        let names = ["zeal", "reason", "decision", "empty", "share", "nobody"].map(str::to_owned);
        let rated = catalogue.rated_labels(&names).into_iter();
        let rated: Vec<String> = rated
            .map(|of| of.value.map_or(of.label.clone(), |value| format!("{}={value}", of.label)))
            .collect();
        assert_eq!(
            rated,
            ["zeal", "decision=Eager", "decision=late", "decision=reluctant", "share"]
        );
    }
}
