//! A codebook: further questions about an item, beside the one whether the label holds. TOML; docs/JOURNAL.md describes it.
//!
//! Which questions are asked depends on what was answered so far, and on nothing else.

mod shape;
mod written;

use std::collections::BTreeMap;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::Verdict;

/// What the main question is called where another one depends on it.
pub const MAIN: &str = "answer";

/// The codebooks that are compiled in: name and text.
pub const BUILTIN: [(&str, &str); 1] =
    [("alignment-faking", include_str!("../../assets/codebooks/alignment-faking.toml"))];

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One of its options.
    Choice,
    /// `yes` or `no`.
    YesNo,
    /// Any number of its options.
    Several,
    /// A number.
    Number,
    /// A text.
    Text,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Choice, Self::YesNo, Self::Several, Self::Number, Self::Text];

    /// The word in a codebook.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::YesNo => "yes-no",
            Self::Several => "several",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}

/// One of the answers that a question offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands in the journal.
    pub value: String,
    /// The key that gives it. No two of one question have the same.
    pub key: char,
    /// What it means.
    pub text: String,
}

/// That a question is asked only after certain answers to an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// Id of the earlier question; [`MAIN`] for the main one.
    pub question: String,
    /// Any of these.
    pub is: Vec<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name in the journal.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// How it is answered.
    pub kind: Kind,
    /// What can be chosen; `yes` and `no` where it is answered by them, nothing for numbers and texts.
    pub options: Vec<Choice>,
    /// When it is asked; `None`: always.
    pub when: Option<When>,
    /// It has to be answered before the next item comes.
    pub required: bool,
}

/// A codebook, read and checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Codebook {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// Hash of its text.
    pub hash: u64,
    /// The questions in the order in which they are asked. A question depends on earlier ones only.
    pub questions: Vec<Question>,
}

/// Answers by question.
type Answers = BTreeMap<String, Value>;

impl Codebook {
    /// Reads a codebook; `file` is what it comes from.
    ///
    /// # Errors
    /// All that is wrong with it: a line `FILE:LINE: ` with a sentence for each fault.
    pub fn parse(file: &str, text: &str) -> Result<Self, String> {
        let book = written::read(text).map_err(|faults| {
            let told = faults.iter().map(|(line, fault)| format!("{file}:{line}: {fault}"));
            told.collect::<Vec<_>>().join("\n")
        })?;
        Ok(Self { hash: xxh3_64(text.as_bytes()), ..book })
    }

    /// One that is compiled in, by its name.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        let (name, text) = BUILTIN.into_iter().find(|(known, _)| *known == name)?;
        // That it can be read is a test.
        Self::parse(name, text).ok()
    }

    /// The questions that are to be asked after these answers, in order. None after an item that was passed over.
    #[must_use]
    pub fn asked(&self, main: Verdict, answers: &Answers) -> Vec<&Question> {
        let mut asked: Vec<&Question> = Vec::new();
        if main == Verdict::Skip {
            return asked;
        }
        for question in &self.questions {
            let is_asked = question.when.as_ref().is_none_or(|when| {
                if when.question == MAIN {
                    return when.is.iter().any(|word| word == main.as_str());
                }
                // What was answered to a question that is no longer asked does not count.
                asked.iter().any(|earlier| earlier.id == when.question)
                    && answers.get(&when.question).is_some_and(|value| when.holds(value))
            });
            if is_asked {
                asked.push(question);
            }
        }
        asked
    }

    /// Those of the answers that belong to questions that are asked, and are answers to them.
    #[must_use]
    pub fn fitting(&self, main: Verdict, answers: &Answers) -> Answers {
        let asked = self.asked(main, answers);
        let own = |question: &&Question| {
            let value = answers.get(&question.id).filter(|value| question.takes(value))?;
            Some((question.id.clone(), value.clone()))
        };
        asked.iter().filter_map(own).collect()
    }

    /// The first question that has to be answered and is not.
    #[must_use]
    pub fn missing(&self, main: Verdict, answers: &Answers) -> Option<&Question> {
        let open = |question: &&Question| {
            question.required && !answers.get(&question.id).is_some_and(|v| question.takes(v))
        };
        self.asked(main, answers).into_iter().find(open)
    }
}

impl When {
    fn holds(&self, value: &Value) -> bool {
        let is = |value: &Value| value.as_str().is_some_and(|v| self.is.iter().any(|w| w == v));
        value.as_array().map_or_else(|| is(value), |several| several.iter().any(is))
    }
}

impl Question {
    /// The option that a key stands for.
    #[must_use]
    pub fn option(&self, key: char) -> Option<&Choice> {
        self.options.iter().find(|option| option.key == key)
    }

    /// Whether a value is an answer to it: the value of an option, a list of such (each once), a number, or a text that is not
    /// empty.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        let position = |value: &Value| {
            let value = value.as_str()?;
            self.options.iter().position(|option| option.value == value)
        };
        match self.kind {
            Kind::Choice | Kind::YesNo => position(value).is_some(),
            Kind::Several => value.as_array().is_some_and(|several| {
                let mut seen = vec![false; self.options.len()];
                several.iter().all(|value| {
                    position(value)
                        .and_then(|at| seen.get_mut(at))
                        .is_some_and(|seen| !std::mem::replace(seen, true))
                })
            }),
            Kind::Number => value.is_number(),
            Kind::Text => value.as_str().is_some_and(|text| !text.trim().is_empty()),
        }
    }
}

#[cfg(test)]
mod tests;
