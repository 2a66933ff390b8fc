//! Arguments to files.

/// What the arguments name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Files to read, in order, each once, as the user would write them. `-` is standard input.
    pub files: Vec<String>,
    /// Arguments that name nothing: (argument, sentence).
    pub missing: Vec<(String, String)>,
    /// Entries of folders that could not be read: (path, sentence). The rest goes on.
    pub skipped: Vec<(String, String)>,
}

/// Resolves files, folders (walked in name order, hidden entries skipped, links not followed into circles), globs (only when no
/// file of that name exists) and `-`.
#[must_use]
pub fn discover(arguments: &[String]) -> Discovered {
    let _ = arguments;
    Discovered::default()
}
