//! A line of text being typed. Cursor in characters; paste drops line breaks and control characters.

/// One-line input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// The text.
    pub text: String,
    /// Cursor as a character index, 0 to the number of characters.
    pub cursor: usize,
}
