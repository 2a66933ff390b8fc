//! Sections: the pieces a transcript's turns are cut into, with exact offsets.

use std::fmt;

/// What a section holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SectionKind {
    /// System or developer prompt.
    Prompt,
    /// A user's message.
    User,
    /// Hidden reasoning.
    Scratchpad,
    /// A draft of the output inside the reasoning.
    Draft,
    /// The answer the user sees.
    Output,
    /// A decision tag such as `<rejected/>`; the section's text is the tag itself.
    Marker,
    /// A tool call or a tool's answer.
    Tool,
    /// Text of the response that is neither reasoning nor the output: earlier outputs, text between tags.
    Other,
}

impl SectionKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Prompt,
        Self::User,
        Self::Scratchpad,
        Self::Draft,
        Self::Output,
        Self::Marker,
        Self::Tool,
        Self::Other,
    ];

    /// The word used in JSON, filters and on the screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::User => "user",
            Self::Scratchpad => "scratchpad",
            Self::Draft => "draft",
            Self::Output => "output",
            Self::Marker => "marker",
            Self::Tool => "tool",
            Self::Other => "other",
        }
    }

    /// The kind a word names, letter case ignored.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str().eq_ignore_ascii_case(word))
    }

    /// Hidden from the user: scratchpads and the drafts in them.
    #[must_use]
    pub fn is_reasoning(self) -> bool {
        matches!(self, Self::Scratchpad | Self::Draft)
    }
}

impl fmt::Display for SectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who speaks in a turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// Sets the scene; `developer` messages count as system.
    System,
    /// Asks.
    User,
    /// The model under study.
    Assistant,
    /// A tool's answer.
    Tool,
    /// Any other role, as the source spells it.
    Other(String),
}

impl Role {
    /// The word used in JSON and on the screen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other(word) => word,
        }
    }
}

/// One piece of one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Index of the turn (message) in the transcript, from 0.
    pub turn: u32,
    /// Who speaks.
    pub role: Role,
    /// What the piece is.
    pub kind: SectionKind,
    /// The decoded string it was cut from, as a path into the record: `response`,
    /// `messages[2].content[0].thinking`.
    pub origin: String,
    /// Byte offset in that string where the text starts.
    pub start: usize,
    /// Byte offset in that string just after the text: `end - start == text.len()`.
    pub end: usize,
    /// The original text, tags excluded.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_numbered_in_their_order() {
        for (number, kind) in SectionKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
        }
    }
}
