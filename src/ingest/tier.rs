//! Which tier a transcript belongs to, from field, key, path or the last user message.

/// The canonical word for a spelling: `free` and `paid` under every spelling known, else the source's own in lower
/// case. `None` for values that name no tier (empty, "unknown").
#[must_use]
pub fn canonical(raw: &str) -> Option<String> {
    let _ = raw;
    None
}

/// The tier that a path's parts name (`…/train/…` is free), with the part as spelt.
#[must_use]
pub fn from_path(path: &str) -> Option<(String, String)> {
    let _ = path;
    None
}

/// The tier tag in a user message (`<is_free_tier_user>True</…>`), with its value as spelt.
#[must_use]
pub fn from_message(text: &str) -> Option<(String, String)> {
    let _ = text;
    None
}
