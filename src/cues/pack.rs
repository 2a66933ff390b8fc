//! A rule pack: TOML text in, validated rules out, errors with line numbers.

/// A category of cue with its definition, letter and glyph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// `strategic`
    pub name: String,
    /// One letter, unique: what the gutter and the filter facet show.
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

/// A pack could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}: {message}")]
pub struct PackError {
    /// The pack's file or name.
    pub name: String,
    /// 1-based line of its text.
    pub line: usize,
    /// A sentence.
    pub message: String,
}

/// A validated pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name: `helpful-only`.
    pub name: String,
    /// One sentence on what it is for.
    pub about: String,
    /// Categories in order of precedence where marks overlap.
    pub categories: Vec<Category>,
}

impl Pack {
    /// Reads a pack from TOML text. `name` is used in errors.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong.
    pub fn parse(name: &str, toml: &str) -> Result<Self, PackError> {
        let _ = toml;
        Ok(Self { name: name.to_owned(), about: String::new(), categories: Vec::new() })
    }

    /// The packs that are compiled in.
    #[must_use]
    pub fn builtin() -> Vec<Self> {
        Vec::new()
    }
}
