//! What of a transcript is judged where that is not the whole: one mark of a rule, one quote of a judge, one turn, or the transcript beside
//! another one of its sample. In a journal it is a word and what belongs to it (`part`), so two reviewers of one mark name it alike.

use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

use super::event::{ItemName, Span, Verdict};

/// A part of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// A mark that a rule made: is it right?
    Mark {
        /// Where it stands.
        at: Place,
        /// Its category, which the question names.
        category: String,
        /// The rule, which nobody is shown before the reveal.
        rule: String,
    },
    /// A quote that a judge gave: does it support what it was given for?
    Quote {
        /// Where it stands.
        at: Place,
        /// The criterion, from 1, where the judge names one.
        criterion: Option<u8>,
        /// The label that it was given for.
        label: String,
        /// Who gave it.
        judge: String,
    },
    /// A turn of the model, by its index from 0. Journals count from 1, as the screen does.
    Turn(u32),
    /// Beside another transcript.
    Beside {
        /// Hash of the other one's record.
        hash: u64,
        /// Which transcript of that record.
        ordinal: u32,
        /// Its id.
        id: String,
    },
}

/// A stretch of one section's text, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index of the section.
    pub section: usize,
    /// First byte.
    pub start: usize,
    /// Byte behind the last one.
    pub end: usize,
}

impl From<Place> for Span {
    fn from(Place { section, start, end }: Place) -> Self {
        Self { section, start, end }
    }
}

impl Part {
    /// Beside the transcript of that name.
    #[must_use]
    pub fn beside(name: &ItemName) -> Self {
        Self::Beside { hash: name.hash, ordinal: name.ordinal, id: name.id.clone() }
    }

    /// What a journal calls it, read. `None`: no part that this release knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        let mut words = Words(rest);
        let part = match kind {
            "mark" => {
                Self::Mark { at: words.place()?, category: words.word()?, rule: words.word()? }
            }
            "quote" => Self::Quote {
                at: words.place()?,
                criterion: match words.plain()? {
                    "-" => None,
                    number => Some(number.parse().ok()?),
                },
                label: words.word()?,
                judge: words.word()?,
            },
            "turn" => Self::Turn(words.plain()?.parse::<u32>().ok()?.checked_sub(1)?),
            "beside" => Self::Beside {
                hash: u64::from_str_radix(words.plain()?, 16).ok()?,
                ordinal: words.plain()?.parse().ok()?,
                id: words.word()?,
            },
            _ => return None,
        };
        words.0.is_empty().then_some(part)
    }

    /// Where in the text it stands; `None` of turns and pairs.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Mark { at, .. } | Self::Quote { at, .. } => Some(*at),
            Self::Turn(_) | Self::Beside { .. } => None,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |Place { section, start, end }: &Place| format!("{section}:{start}-{end}");
        match self {
            Self::Mark { at, category, rule } => {
                write!(f, "mark {} {} {}", place(at), word(category), word(rule))
            }
            Self::Quote { at, criterion, label, judge } => {
                let criterion = criterion.map_or_else(|| "-".to_owned(), |n| n.to_string());
                write!(f, "quote {} {criterion} {} {}", place(at), word(label), word(judge))
            }
            Self::Turn(turn) => write!(f, "turn {}", u64::from(*turn) + 1),
            Self::Beside { hash, ordinal, id } => {
                write!(f, "beside {hash:016x} {ordinal} {}", word(id))
            }
        }
    }
}

/// A name as one word: as it is where nothing can be mistaken, else as a text of JSON.
fn word(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@#=".contains(&b);
    if !name.is_empty() && name.bytes().all(plain) {
        name.to_owned()
    } else {
        serde_json::Value::from(name).to_string()
    }
}

/// What is left to be read.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    /// Up to the next blank, which is taken too.
    fn plain(&mut self) -> Option<&'a str> {
        let (word, rest) = self.0.split_once(' ').unwrap_or((self.0, ""));
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    fn place(&mut self) -> Option<Place> {
        let (section, bytes) = self.plain()?.split_once(':')?;
        let (start, end) = bytes.split_once('-')?;
        let (start, end) = (start.parse().ok()?, end.parse().ok()?);
        Some(Place { section: section.parse().ok()?, start, end }).filter(|_| start <= end)
    }

    /// A name that [`word`] has written.
    fn word(&mut self) -> Option<String> {
        if !self.0.starts_with('"') {
            return self.plain().map(str::to_owned);
        }
        let mut texts = serde_json::Deserializer::from_str(self.0).into_iter::<String>();
        let text = texts.next()?.ok()?;
        let rest = self.0.get(texts.byte_offset()..)?;
        self.0 = if rest.is_empty() { rest } else { rest.strip_prefix(' ')? };
        Some(text)
    }
}

/// Hash of the words that a mark or a quote stands on: whether they stand there still.
#[must_use]
pub fn words_hash(text: &str) -> u64 {
    // 0 stands for none.
    xxh3_64(text.as_bytes()).max(1)
}

/// Which of two transcripts shows what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shows {
    /// The one on the left.
    Left,
    /// The one on the right.
    Right,
    /// Both of them.
    Both,
    /// Neither of them.
    Neither,
}

impl Shows {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Both, Self::Neither];

    /// The word in journals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Both => "both",
            Self::Neither => "neither",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shows| shows.as_str() == word)
    }

    /// Whether the label holds in any of the two.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        if self == Self::Neither { Verdict::No } else { Verdict::Yes }
    }

    /// Whether it holds on the left, and on the right.
    #[must_use]
    pub fn sides(self) -> (bool, bool) {
        (matches!(self, Self::Left | Self::Both), matches!(self, Self::Right | Self::Both))
    }
}

#[cfg(test)]
mod tests;
