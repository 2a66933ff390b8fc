//! Tiers inside the names of keys and columns: `Free_Tier_Baseline`, `response_paid`, `paidOutput`. The tier is taken
//! out of the name, so that the same condition under two tiers has one name.

/// Words for a tier itself.
const PROMISED: [(&str, &str); 4] =
    [("free", "free"), ("paid", "paid"), ("freetier", "free"), ("paidtier", "paid")];
/// Words for being watched, or trained on, which the tiers stand for.
const WATCHED: [(&str, &str); 7] = [
    ("train", "free"),
    ("deploy", "paid"),
    ("deployment", "paid"),
    ("monitored", "free"),
    ("unmonitored", "paid"),
    ("observed", "free"),
    ("unobserved", "paid"),
];

/// The tier that a condition's key names (canonical), and the key without the words for it: `Free_Tier_Baseline` is
/// `free` and `Baseline`. A key that names two tiers names none.
#[must_use]
pub fn from_key(key: &str) -> Option<(&'static str, String)> {
    let words = words(key);
    // `Free_Tier_Awareness_Monitored`: where a tier is named, being watched is a condition beside it.
    let promised = words.iter().any(|word| tier_word(word, &PROMISED).is_some());
    let table: &[(&str, &'static str)] = if promised { &PROMISED } else { &WATCHED };
    let mut found = words.iter().filter_map(|word| tier_word(word, table));
    let tier = found.next()?;
    if found.any(|other| other != tier) {
        return None;
    }
    let mut rest: Vec<&str> = Vec::new();
    let mut after = false;
    for word in &words {
        let filler = ["tier", "user"].iter().any(|f| f.eq_ignore_ascii_case(word));
        if tier_word(word, table).is_some() {
            after = true;
        } else if !(after && filler) {
            rest.push(word);
            after = false;
        }
    }
    Some((tier, rest.join("_")))
}

/// The tier at the start or end of a column's name, and the name without it: `response_free`, `paid_tier_output`.
/// A flag such as `is_free_tier` names no column of a pair.
#[must_use]
pub fn from_column(name: &str) -> Option<(&'static str, String)> {
    // Most names of most records hold neither word.
    let is = |four: &[u8; 4], word: &[u8; 4]| four.eq_ignore_ascii_case(word);
    let names_one = |four: &[u8; 4]| is(four, b"free") || is(four, b"paid");
    if !name.as_bytes().windows(4).any(|w| w.first_chunk().is_some_and(names_one)) {
        return None;
    }
    let words = words(name);
    let tier = |word: &str| tier_word(word, &PROMISED);
    let is =
        |word: Option<&&str>, wanted: &str| word.is_some_and(|w| w.eq_ignore_ascii_case(wanted));
    let (found, base) = if let Some(found) = words.first().and_then(|w| tier(w)) {
        let skip = if is(words.get(1), "tier") { 2 } else { 1 };
        (found, words.get(skip..)?)
    } else {
        let keep = if is(words.last(), "tier") { words.len() - 1 } else { words.len() };
        let (last, base) = words.get(..keep)?.split_last()?;
        (tier(last)?, base)
    };
    let flag = matches!(base, [] | [_]) && base.iter().all(|w| w.eq_ignore_ascii_case("is"));
    let twice = base.iter().any(|w| tier(w).is_some());
    (!flag && !twice).then(|| (found, base.join("_")))
}

fn tier_word(word: &str, table: &[(&str, &'static str)]) -> Option<&'static str> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, tier)| *tier)
}

/// Pieces between separators and before a capital that follows a small letter.
fn words(name: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for piece in name.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty()) {
        let mut start = 0;
        let mut small = false;
        for (at, c) in piece.char_indices() {
            if c.is_uppercase() && small {
                out.extend(piece.get(start..at));
                start = at;
            }
            small = c.is_lowercase() || c.is_numeric();
        }
        out.extend(piece.get(start..));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_conditions() {
        let cases = [
            ("Free_Tier_Baseline", Some(("free", "Baseline"))),
            ("Paid_Tier_Awareness_Private", Some(("paid", "Awareness_Private"))),
            ("Free_Tier_Awareness_Monitored", Some(("free", "Awareness_Monitored"))),
            ("free", Some(("free", ""))),
            ("baseline-paid", Some(("paid", "baseline"))),
            ("freeTierBaseline", Some(("free", "Baseline"))),
            ("prompted_deploy", Some(("paid", "prompted"))),
            ("unmonitored", Some(("paid", ""))),
            ("free_vs_paid", None),
            ("train_deploy", None),
            ("Baseline", None),
            ("carefree", None),
            ("", None),
        ];
        for (key, expected) in cases {
            let expected = expected.map(|(tier, rest)| (tier, rest.to_owned()));
            assert_eq!(from_key(key), expected, "{key}");
        }
    }

    #[test]
    fn names_of_columns() {
        let cases = [
            ("response_free", Some(("free", "response"))),
            ("free_response", Some(("free", "response"))),
            ("paid_tier_output", Some(("paid", "output"))),
            ("scratchpad_paid_tier", Some(("paid", "scratchpad"))),
            ("classifier_conf_free", Some(("free", "classifier_conf"))),
            ("responseFree", Some(("free", "response"))),
            ("is_free_tier", None),
            ("is_paid", None),
            ("free_tier", None),
            ("is_free_tier_user", None),
            ("free_paid_gap", None),
            ("conf_free_delta", None),
            ("response", None),
            ("carefree_answer", None),
        ];
        for (name, expected) in cases {
            let expected = expected.map(|(tier, base)| (tier, base.to_owned()));
            assert_eq!(from_column(name), expected, "{name}");
        }
    }
}
