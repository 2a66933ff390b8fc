//! Tier: under which promise about training a transcript was made. An open set of strings.

/// A transcript's tier: the canonical word and how it was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tier {
    /// Canonical lower-case word: `free`, `paid`, or the source's own such as `enterprise`.
    pub value: String,
    /// The spelling that was found.
    pub raw: String,
    /// Where it was found.
    pub from: TierFrom,
}

/// Where a tier was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TierFrom {
    /// A field of the record.
    Field,
    /// The name of a key.
    Key,
    /// A part of the file's path.
    Path,
    /// The tag in the last user message.
    Message,
}

impl TierFrom {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Key => "key",
            Self::Path => "path",
            Self::Message => "message",
        }
    }
}
