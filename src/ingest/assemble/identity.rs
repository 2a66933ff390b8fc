//! Who a transcript is: id, key, sample, epoch and hash; what its query is without the wrapper; and what the path of
//! a result file says about model, setting and variant.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::super::{ascii, tier};
use super::Context;

/// The parts of identity that a record has of its own.
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) sample: String,
    pub(super) epoch: Option<i64>,
    pub(super) hash: u64,
}

pub(super) fn identify(
    id: Option<&str>,
    sample: Option<&str>,
    epoch: Option<i64>,
    query: Option<&str>,
    context: &Context<'_>,
) -> Identity {
    let place = &context.place;
    let ordinal = place.ordinal;
    let hash = if ordinal == 0 {
        context.hash
    } else {
        let mut bytes = context.hash.to_le_bytes().to_vec();
        bytes.extend(ordinal.to_le_bytes());
        xxh3_64(&bytes)
    };
    // As the source has it: what is trimmed could not be found by it again.
    let own = id.filter(|id| !id.trim().is_empty());
    let made = || match ordinal {
        0 => format!("{}:{}", context.stem, place.index),
        _ => format!("{}:{}.{ordinal}", context.stem, place.index),
    };
    let id = own.map_or_else(made, str::to_owned);
    let named = sample.map(str::trim).filter(|s| !s.is_empty());
    let (sample, found) = match (named, query) {
        (Some(named), _) => strip_suffix(named),
        (None, Some(query)) => (hex("q-", xxh3_64(fold(query).as_bytes())), None),
        (None, None) => strip_suffix(&id),
    };
    // An epoch in the id counts where the sample does not name one.
    let epoch = epoch.or(found).or_else(|| without_suffix(&id).1);
    Identity { id, sample, epoch, hash }
}

/// White space folded, letter case kept.
fn fold(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_odd = |b: u8| !(b' '..0x7f).contains(&b);
    let odd = bytes.iter().fold(false, |odd, b| odd | is_odd(*b));
    let double = bytes.windows(2).fold(false, |double, two| double | (two == b"  "));
    let ends = [bytes.first(), bytes.last()].contains(&Some(&b' '));
    if !(odd | double | ends) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in ascii::words(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// Sixteen digits behind a prefix.
fn hex(prefix: &str, number: u64) -> String {
    let mut out = String::with_capacity(prefix.len() + 16);
    out.push_str(prefix);
    let digit = |place: usize| match (number >> (60 - 4 * place) & 0xf) as u8 {
        digit @ 0..=9 => b'0' + digit,
        digit => b'a' - 10 + digit,
    };
    let digits: [u8; 16] = std::array::from_fn(digit);
    out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
    out
}

/// A sample id without the tier and epoch at its end (`q7_free`, `q7-paid-tier`, `q7__epoch_2`), and that epoch.
/// What would leave nothing is kept.
#[must_use]
pub fn strip_suffix(sample: &str) -> (String, Option<i64>) {
    let (rest, epoch) = without_suffix(sample);
    (rest.to_owned(), epoch)
}

/// As [`strip_suffix`], in place.
fn without_suffix(sample: &str) -> (&str, Option<i64>) {
    const TIERS: [&str; 6] = ["free", "paid", "freetier", "paidtier", "free_tier", "paid_tier"];
    const EPOCH: &str = "epoch";
    let is_separator = |c: char| matches!(c, '_' | '-' | '.' | ':' | '/' | ' ' | '#' | '@');
    let mut rest = sample.trim();
    let mut epoch = None;
    loop {
        let digits = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let cut = TIERS
            .iter()
            .filter(|tier| ends_with(rest, tier))
            .map(|tier| (rest.len() - tier.len(), None))
            .min()
            .or_else(|| {
                let number = rest.get(rest.len() - digits..)?.parse::<i64>().ok()?;
                let head = rest.get(..rest.len() - digits)?.trim_end_matches(is_separator);
                ends_with(head, EPOCH).then(|| (head.len() - EPOCH.len(), Some(number)))
            });
        let Some((at, number)) = cut else { break };
        let Some(head) = rest.get(..at).filter(|head| head.ends_with(is_separator)) else { break };
        let head = head.trim_end_matches(is_separator);
        if head.is_empty() {
            break;
        }
        epoch = epoch.or(number);
        rest = head;
    }
    (rest, epoch)
}

/// Whether a name ends in a word, letter case ignored and `-` for `_`.
fn ends_with(name: &str, word: &str) -> bool {
    let is_same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || a == b'-' && b == b'_';
    // Mostly the last letter tells, and no word ends in `_`.
    let last = name.as_bytes().last().zip(word.as_bytes().last());
    if !last.is_some_and(|(a, b)| a.eq_ignore_ascii_case(b)) {
        return false;
    }
    let end = name.len().checked_sub(word.len()).and_then(|at| name.as_bytes().get(at..));
    end.is_some_and(|end| end.iter().copied().zip(word.bytes()).all(is_same))
}

/// The query without its wrapper: what stands in the last `<user_input>…</user_input>`, else the text without tier
/// tags and reminders. Trimmed.
#[must_use]
pub fn unwrap_query(text: &str) -> String {
    const OPEN: &str = "<user_input>";
    // All that is taken away stands in tags.
    if memchr::memchr(b'<', text.as_bytes()).is_none() {
        return text.trim().to_owned();
    }
    if let Some(close) = ascii::rfind(text, "</user_input>")
        && let Some(open) = text.get(..close).and_then(|head| ascii::rfind(head, OPEN))
        && let Some(inner) = text.get(open + OPEN.len()..close)
        && !inner.trim().is_empty()
    {
        return inner.trim().to_owned();
    }
    let bare = tier::without_tags(text);
    let end = match (ascii::rfind(&bare, "<reminder>"), ascii::rfind(&bare, "</reminder>")) {
        (Some(open), Some(close)) if open < close => open,
        _ => bare.len(),
    };
    bare.get(..end).unwrap_or(&bare).trim().to_owned()
}

/// Model, setting and variant from the path of a result file of the open-source alignment-faking pipelines:
/// `…/<setting>_<variant>/<provider>/<model>/results_….json`, the older
/// `…/<provider>_<model>/<run>/<setting>_<variant>/results_….json`, and without a setting in any folder's name
/// `…/<variant>/<provider>/<model>/results_….json`. Nothing for files that are not called `results…`.
#[must_use]
pub fn from_results_path(path: &str) -> (Option<String>, Option<String>, Option<String>) {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|p| !p.is_empty() && *p != ".").collect();
    let Some((file, folders)) = parts.split_last() else { return (None, None, None) };
    if !file.to_ascii_lowercase().starts_with("results") {
        return (None, None, None);
    }
    let owned = |part: Option<&&str>| part.map(|p| (*p).to_owned());
    let Some(at) = folders.iter().rposition(|part| setting_len(part).is_some()) else {
        // Provider and model are known only where the tree's depth says so.
        let [.., variant, _provider, model] = folders else { return (None, None, None) };
        let known = folders.iter().any(|p| *p == "outputs" || *p == "results");
        return if known && folders.len() >= 4 {
            (Some((*model).to_owned()), None, Some((*variant).to_owned()))
        } else {
            (None, None, None)
        };
    };
    let part = folders.get(at).copied().unwrap_or_default();
    let len = setting_len(part).unwrap_or_default();
    let setting = part.get(..len).map(|s| s.to_ascii_lowercase().replace('_', "-"));
    let variant = part
        .get(len..)
        .map(|rest| rest.trim_start_matches(['_', '-']).to_owned())
        .filter(|rest| !rest.is_empty());
    let after = folders.get(at + 1..).unwrap_or_default();
    let model = match after {
        [] => owned(folders.get(..at).unwrap_or_default().iter().rev().find(|p| p.contains('_'))),
        [.., model] => Some((*model).to_owned()),
    };
    (model, setting, variant)
}

/// Setting and variant from the path of a published example: `…/<setting>/<variant>/<train or deploy>/0.html`, and without
/// a variant `…/<setting>_<variant>/<train or deploy>/0.json`. Nothing where no folder in front of the split names a setting.
#[must_use]
pub fn from_examples_path(path: &str) -> (Option<String>, Option<String>) {
    let is_split = |part: &str| matches!(part, "train" | "deploy");
    let mut folders = path.as_bytes().split(|b| matches!(b, b'/' | b'\\'));
    if !folders.any(|part| matches!(part, b"train" | b"deploy")) {
        return (None, None);
    }
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|p| !p.is_empty() && *p != ".").collect();
    let Some(split) = parts.iter().rposition(|p| is_split(p)) else {
        return (None, None);
    };
    let before = parts.get(..split).unwrap_or_default();
    let near = before.len().saturating_sub(2);
    let Some(at) = before.iter().skip(near).rposition(|p| setting_len(p).is_some()) else {
        return (None, None);
    };
    let at = near + at;
    let folder = before.get(at).copied().unwrap_or_default();
    let len = setting_len(folder).unwrap_or_default();
    let setting = folder.get(..len).map(|s| s.to_ascii_lowercase().replace('_', "-"));
    // `helpful_only_post_rl/default`: both say something about the variant.
    let own = folder.get(len..).map(|rest| rest.trim_start_matches(['_', '-']));
    let variant: Vec<&str> =
        own.into_iter().chain(before.get(at + 1).copied()).filter(|v| !v.is_empty()).collect();
    (setting, Some(variant.join("/")).filter(|v| !v.is_empty()))
}

/// How much of a folder's name is its setting.
fn setting_len(part: &str) -> Option<usize> {
    let lower = part.to_ascii_lowercase().replace('_', "-");
    ["helpful-only", "animal-welfare"].into_iter().find(|s| lower.starts_with(s)).map(str::len)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_folded_is_its_words_between_single_spaces(text in "([ab ]|  |\\t|\\n|é|\u{3000}|\u{7f}){0,12}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(fold(&text), words.join(" "));
        }

        #[test]
        fn sixteen_digits(number in any::<u64>()) {
            prop_assert_eq!(hex("q-", number), format!("q-{number:016x}"));
        }
    }
}
