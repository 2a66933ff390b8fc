//! What the judge of an audit said: grades, quoted highlights, and quotes inside its own text. The texts themselves
//! stay in meta, under `metadata`.

use serde_json::{Map, Value};

use crate::ingest::format::{RawLabel, RawQuote, RawTranscript};

/// Longest inner text of a `<cite>` that is taken for a quote.
const LONGEST_QUOTE: usize = 16 << 10;

/// Reads `judge_output` and the highlights that people added.
pub fn read(metadata: &Map<String, Value>, raw: &mut RawTranscript) {
    let judge = metadata.get("judge_output").and_then(Value::as_object);
    let scores = judge.and_then(|judge| judge.get("scores")).and_then(Value::as_object);
    for (name, value) in scores.into_iter().flatten() {
        // Dimensions are graded from 1 to 10: the lowest grade is no yes.
        raw.grades.push(name.clone());
        raw.labels.push(RawLabel {
            name: name.clone(),
            rater: Some("judge".to_owned()),
            value: value.clone(),
        });
    }
    let text = |key: &str| judge.and_then(|j| j.get(key)).and_then(Value::as_str);
    let highlights = judge.and_then(|judge| judge.get("highlights")).and_then(Value::as_array);
    for highlight in highlights.into_iter().flatten() {
        let parts = highlight.get("parts").and_then(Value::as_array);
        match parts {
            Some(parts) => parts.iter().for_each(|part| quote(part, "judge", raw)),
            None => quote(highlight, "judge", raw),
        }
    }
    // The list was made from the judge's answer: only without it are quotes there looked for.
    let answer = text("response").filter(|_| highlights.is_none_or(Vec::is_empty));
    for text in [answer, text("justification"), text("summary")].into_iter().flatten() {
        for found in cites(text) {
            let double = |q: &RawQuote| q.quote == found.quote && q.message == found.message;
            if !raw.quotes.iter().any(double) {
                raw.quotes.push(found);
            }
        }
    }
    let added = metadata.get("user_highlights").and_then(Value::as_array);
    for highlight in added.into_iter().flatten() {
        let author = highlight.get("author").and_then(Value::as_str).unwrap_or("reviewer");
        quote(highlight, author, raw);
    }
}

fn quote(part: &Value, rater: &str, raw: &mut RawTranscript) {
    let text = |key: &str| part.get(key).and_then(Value::as_str).filter(|t| !t.trim().is_empty());
    let quoted = text("quoted_text").filter(|quoted| *quoted != "(Entire message)");
    let message = text("message_id").map(str::to_owned);
    if quoted.is_none() && message.is_none() {
        return;
    }
    raw.quotes.push(RawQuote {
        label: "highlight".to_owned(),
        rater: Some(rater.to_owned()),
        criterion: None,
        quote: quoted.unwrap_or_default().to_owned(),
        message,
    });
}

/// Quotes in running text: `<cite id="MESSAGE" …>words</cite>`. `[...]` inside stands for words left out.
fn cites(text: &str) -> Vec<RawQuote> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("<cite") {
        let after = rest.get(open + "<cite".len()..).unwrap_or_default();
        rest = after;
        let Some((attributes, inner)) = after.split_once('>') else { break };
        let named = attributes.is_empty()
            || attributes.starts_with(char::is_whitespace) && !attributes.contains('<');
        // An empty element (`<cite …/>`) points at a message and quotes nothing.
        let empty = attributes.ends_with('/');
        let close = inner.find("</cite>");
        if !named || close.is_none() && !empty {
            continue;
        }
        let message = ["message_id", "id", "message"].iter().find_map(|n| attribute(attributes, n));
        let words = if empty { "" } else { inner.get(..close.unwrap_or(0)).unwrap_or_default() };
        if words.len() > LONGEST_QUOTE || words.contains("<cite") {
            continue;
        }
        let mut push = |quote: &str| {
            found.push(RawQuote {
                label: "highlight".to_owned(),
                rater: Some("judge".to_owned()),
                criterion: None,
                quote: quote.to_owned(),
                message: message.clone(),
            });
        };
        let pieces = words.split("[...]").map(|piece| piece.trim().trim_matches('"'));
        let pieces: Vec<&str> = pieces.filter(|piece| !piece.is_empty()).collect();
        for piece in &pieces {
            push(piece);
        }
        if pieces.is_empty() && message.is_some() {
            push("");
        }
    }
    found
}

/// The value of an attribute in quotes.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(at) = attributes.get(from..)?.find(name) {
        let start = from + at;
        from = start + name.len();
        let before = attributes.get(..start)?.chars().next_back();
        let after = attributes.get(from..)?.trim_start().strip_prefix('=').map(str::trim_start);
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = after
            && let Some(mark) = value.chars().next().filter(|c| matches!(c, '"' | '\''))
        {
            let value = value.get(1..)?.split(mark).next()?;
            return (!value.trim().is_empty()).then(|| value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cites_in_running_text() {
        let text = "It lied <cite id=\"m1\" description='x'>\"one\" [...] two</cite>, <cite message_id='m2'/>, \
                    <cited>no</cited>, <cite>bare</cite>, <cite id=\"m3\"> </cite> and <cite id=\"m4\">never closed";
        let found: Vec<(String, Option<String>)> =
            cites(text).into_iter().map(|q| (q.quote, q.message)).collect();
        let of = |quote: &str, id: Option<&str>| (quote.to_owned(), id.map(str::to_owned));
        let expected = [
            of("one", Some("m1")),
            of("two", Some("m1")),
            of("", Some("m2")),
            of("bare", None),
            of("", Some("m3")),
        ];
        assert_eq!(found, expected);
        for odd in [
            "<cite",
            "<cite>",
            "<cite <cite <cite>x</cite>",
            "<cite id=>x</cite>",
            "<cite id=\"é\n>x</cite>",
        ] {
            assert!(cites(odd).len() <= 1, "{odd}");
        }
    }

    #[test]
    fn attributes() {
        let cases = [
            (" id=\"a\"", Some("a")),
            (" message_id='b' id = 'a'", Some("a")),
            ("id=\"a\"", None),
            (" id=a", None),
            (" id=\"\"", None),
            (" xid=\"a\"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(attribute(text, "id").as_deref(), expected, "{text}");
        }
    }
}
