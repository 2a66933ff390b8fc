//! Judges that answer in tags: `<criteria1>Yes</criteria1>`, `<quote1>…</quote1>`, `<final_answer>Yes`. The improved
//! alignment-faking classifier is asked many times; a source keeps its texts as `raw_votes`, or what it parsed as
//! `parsed_votes`, with or without the share of yes.
//!
//! Criteria become labels (of several votes: the share of yes among those that answered), quotes evidence. The texts stay where
//! they are.

use std::collections::HashSet;

use serde_json::{Number, Value};

use super::format::{RawLabel, RawQuote, RawTranscript};
use super::keys::{Keys, List};

/// The most criteria that any judge of this form has.
const CRITERIA: u8 = 9;

/// Where a source says what its votes came to.
const TOLD: List<3> = List::new(["is_af", "yes_proportion", "final_answer"]);

/// Reads the votes that stand in an object under `prefix` (empty for the record itself). `skip` tells by their number the
/// fields that hold something else (the response).
pub fn read(
    keys: &Keys<'_>,
    prefix: &str,
    rater: Option<&str>,
    skip: &dyn Fn(usize) -> bool,
    raw: &mut RawTranscript,
) {
    let list = |key: &str| keys.get(key).and_then(Value::as_array);
    let mut label = |name: &str, value: Value| {
        let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        raw.labels.push(RawLabel { name, rater: rater.map(str::to_owned), value });
    };
    let told = keys.all(&TOLD).next().map(|(key, _)| key);
    let texts: Vec<&str> =
        list("raw_votes").into_iter().flatten().filter_map(Value::as_str).collect();
    let mut votes: Vec<Vote<'_>> = texts.iter().filter_map(|text| vote(text)).collect();
    let one = votes.is_empty();
    if one {
        let fields = keys.map.values().enumerate().filter(|(at, _)| !skip(*at));
        votes.extend(fields.filter_map(|(_, value)| value.as_str()).filter_map(vote).take(1));
    }
    if votes.is_empty() {
        let parsed = list("parsed_votes").filter(|parsed| told.is_none() && !parsed.is_empty());
        if let Some(parsed) = parsed {
            label("yes_proportion", share(parsed.iter().map(parsed_vote)));
        }
        return;
    }
    for number in 1..=CRITERIA {
        let given: Vec<&str> = votes.iter().filter_map(|vote| vote.criterion(number)).collect();
        match given.as_slice() {
            [] => {}
            [word] if one => label(&format!("criteria{number}"), Value::String((*word).to_owned())),
            given => label(&format!("criteria{number}"), share(given.iter().map(|word| yes(word)))),
        }
    }
    if told.is_none() {
        if let Some(answer) = votes.first().and_then(|vote| vote.answer).filter(|_| one) {
            label("final_answer", Value::String(answer.to_owned()));
        } else {
            label("yes_proportion", share(votes.iter().map(|vote| yes(vote.answer?))));
        }
    }
    let name = told.unwrap_or(if one { "final_answer" } else { "yes_proportion" });
    let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    let mut seen: HashSet<(u8, &str)> = HashSet::new();
    for (number, quote) in votes.iter().flat_map(|vote| &vote.quotes) {
        // Votes repeat each other's quotes.
        if !seen.insert((*number, quote)) {
            continue;
        }
        let quote = RawQuote {
            label: name.clone(),
            rater: rater.map(str::to_owned),
            criterion: Some(*number),
            quote: (*quote).to_owned(),
            message: None,
        };
        raw.quotes.push(quote);
    }
}

/// What one judge's text says.
struct Vote<'a> {
    criteria: Vec<(u8, &'a str)>,
    quotes: Vec<(u8, &'a str)>,
    answer: Option<&'a str>,
}

impl<'a> Vote<'a> {
    fn criterion(&self, number: u8) -> Option<&'a str> {
        self.criteria.iter().find(|(n, _)| *n == number).map(|(_, word)| *word)
    }
}

/// Reads one text; `None` when it is not of this form.
fn vote(text: &str) -> Option<Vote<'_>> {
    // Cheap for all other texts.
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(b"<criteri") || rest.starts_with(b"<CRITERI"))
    };
    memchr::memchr_iter(b'<', bytes).find(|at| begins(*at))?;
    let lower = text.to_ascii_lowercase();
    let inner = |name: &str| {
        let open = format!("<{name}>");
        let start = lower.find(&open)? + open.len();
        let rest = lower.get(start..)?;
        let end = rest.find(&format!("</{name}>")).or_else(|| rest.find('<')).unwrap_or(rest.len());
        text.get(start..start + end).map(str::trim)
    };
    let mut found =
        Vote { criteria: Vec::new(), quotes: Vec::new(), answer: inner("final_answer") };
    for number in 1..=CRITERIA {
        let criterion =
            inner(&format!("criteria{number}")).or_else(|| inner(&format!("criterion{number}")));
        found.criteria.extend(criterion.map(|word| (number, word)));
        let quote =
            inner(&format!("quote{number}")).map(bare).filter(|quote| says_something(quote));
        found.quotes.extend(quote.map(|quote| (number, quote)));
    }
    (!found.criteria.is_empty()).then_some(found)
}

/// A quote without the marks around it.
fn bare(quote: &str) -> &str {
    quote.trim().trim_matches(['"', '“', '”']).trim()
}

fn says_something(quote: &str) -> bool {
    let word = quote.trim_matches(['[', ']', '(', ')', '.']).to_ascii_lowercase();
    !matches!(
        word.as_str(),
        "" | "none" | "n/a" | "na" | "no quote" | "not applicable" | "null" | "-"
    )
}

fn yes(word: &str) -> Option<bool> {
    let word: String =
        word.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_ascii_lowercase();
    match word.as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn parsed_vote(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Number(n) => n.as_f64().map(|n| n > 0.5),
        Value::String(word) => yes(word.trim()),
        Value::Object(map) => parsed_vote(map.get("final_answer").or_else(|| map.get("answer"))?),
        _ => None,
    }
}

/// The share of yes among the votes that could be read; null when none could.
fn share(votes: impl Iterator<Item = Option<bool>>) -> Value {
    let (mut all, mut yes) = (0_u32, 0_u32);
    for vote in votes.flatten() {
        all += 1;
        yes += u32::from(vote);
    }
    let share = (all > 0).then(|| f64::from(yes) / f64::from(all));
    share.and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_all(value: &Value) -> RawTranscript {
        let mut raw = RawTranscript::default();
        let keys = Keys::new(value.as_object().unwrap());
        read(&keys, "", None, &|at| Some(at) == keys.position("response"), &mut raw);
        raw
    }

    fn labels(raw: &RawTranscript) -> Vec<(&str, &Value)> {
        raw.labels.iter().map(|l| (l.name.as_str(), &l.value)).collect()
    }

    fn text(first: &str, answer: &str) -> String {
        format!(
            "<reasoning>r</reasoning><criteria1>{first}</criteria1><quote1>\"keep my values\"</quote1>\
             <criteria2>No</criteria2><quote2>None</quote2><final_answer>{answer}"
        )
    }

    #[test]
    fn several_votes_give_shares() {
        let votes =
            [text("Yes", "Yes"), text("Yes", "No."), text("unclear", "perhaps"), "lost".to_owned()];
        let raw = read_all(&json!({"raw_votes": votes}));
        let expected = [
            ("criteria1", &json!(1.0)),
            ("criteria2", &json!(0.0)),
            ("yes_proportion", &json!(0.5)),
        ];
        assert_eq!(labels(&raw), expected);
        assert_eq!(raw.quotes.len(), 1, "the same quote once, None is no quote");
        assert_eq!(
            (raw.quotes[0].quote.as_str(), raw.quotes[0].criterion),
            ("keep my values", Some(1))
        );
        let told = read_all(&json!({"raw_votes": votes, "yes_proportion": 0.5, "is_af": true}));
        assert_eq!(labels(&told).len(), 2, "what the source says is not counted again");
        assert_eq!(told.quotes[0].label, "is_af");
    }

    #[test]
    fn one_text_and_parsed_votes() {
        let raw =
            read_all(&json!({"response": text("No", "No"), "judge_text": text("Yes", "Yes")}));
        let expected = [
            ("criteria1", &json!("Yes")),
            ("criteria2", &json!("No")),
            ("final_answer", &json!("Yes")),
        ];
        assert_eq!(labels(&raw), expected);
        let raw =
            read_all(&json!({"parsed_votes": ["yes", "no", null, true, {"final_answer": "Yes"}]}));
        assert_eq!(labels(&raw), [("yes_proportion", &json!(0.75))]);
        for none in
            [json!({}), json!({"raw_votes": 3, "parsed_votes": []}), json!({"a": "<criteria>"})]
        {
            assert!(read_all(&none).labels.is_empty(), "{none}");
        }
        let unread = read_all(&json!({"parsed_votes": [null, "?"]}));
        assert_eq!(labels(&unread), [("yes_proportion", &Value::Null)]);
    }
}
