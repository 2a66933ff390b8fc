//! A rater's name as the name of a file, on every system.

use xxhash_rust::xxh3::xxh3_64;

/// Most bytes before `.jsonl`.
const LONGEST: usize = 64;
/// Bytes of the hash with its hyphen.
const HASH: usize = 9;

/// The file of a rater: the name with `-` for all that is no ASCII letter, digit, `-`, `_` or `.`. Wherever it could not be
/// taken as it is, a hash of the original is added, so that two raters never share a file.
#[must_use]
pub fn file_name(rater: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String =
        rater.chars().map(|c| if safe(c) { c } else { '-' }).take(LONGEST).collect();
    // A dot in front hides a file; at the end some systems take it away.
    let odd = name.starts_with('.') || name.ends_with('.') || name.is_empty() || is_device(&name);
    if odd || name != rater {
        name.truncate(LONGEST - HASH);
        let name = name.trim_matches('.');
        let name = if name.is_empty() { "rater" } else { name };
        return format!("{name}-{:08x}.jsonl", xxh3_64(rater.as_bytes()) >> 32);
    }
    format!("{name}.jsonl")
}

/// Names that are devices on Windows, whatever their ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |word: &str| {
        let digit = stem.strip_prefix(word);
        digit.is_some_and(|d| d.len() == 1 && d.bytes().all(|b| b.is_ascii_digit()))
    };
    ["con", "prn", "aux", "nul"].contains(&&*stem) || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_stay_and_others_get_a_hash() {
        for name in ["R1", "anna", "a.b_c-d", "com", "con1", "lpt12", &"x".repeat(64)] {
            assert_eq!(file_name(name), format!("{name}.jsonl"));
        }
        for (rater, start) in [
            ("Anna Ö", "Anna---"),
            ("", "rater-"),
            (".", "rater-"),
            ("..", "rater-"),
            (".hidden", "hidden-"),
            ("end.", "end-"),
            ("../../etc/passwd", "-..-etc-passwd-"),
            ("a/b", "a-b-"),
            ("con", "con-"),
            ("NUL.txt", "NUL.txt-"),
            ("COM1", "COM1-"),
            ("\u{1b}[0m", "--0m-"),
        ] {
            let file = file_name(rater);
            let hash = file.strip_prefix(start).and_then(|rest| rest.strip_suffix(".jsonl"));
            assert_eq!(hash.map(str::len), Some(8), "{rater}: {file}");
        }
        assert_ne!(file_name("Anna Ö"), file_name("Anna Ä"));
        assert_ne!(file_name(&"x".repeat(65)), file_name(&"x".repeat(66)));
    }

    proptest! {
        #[test]
        fn any_name_is_a_file_of_its_own(rater in ".*|\\PC{0,80}|[./a]{0,70}", other in ".*") {
            let file = file_name(&rater);
            let stem = file.strip_suffix(".jsonl").unwrap();
            prop_assert!((1..=LONGEST).contains(&stem.len()) && !stem.starts_with('.'));
            prop_assert!(stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
            prop_assert!(!is_device(stem));
            prop_assert!(rater == other || file_name(&other) != file);
        }
    }
}
