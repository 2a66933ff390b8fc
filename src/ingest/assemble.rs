//! From a raw transcript to a transcript: sections, tier, labels, outcome, identity.

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::LabelRules;
use super::format::{PartKind, RawLabel, RawPart, RawQuote, RawTranscript};
use super::outcome::{OutcomeInput, decide};
use super::split::{Split, split_output, split_reasoning, split_response};
use super::tier;
use crate::model::{
    Evidence, Found, Parse, Place, Repair, Role, Section, SectionKind, Tier, TierFrom, Transcript, key,
};
use crate::text::Aligner;

/// What is known around a record.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Where the unit stands. `ordinal` is set per transcript.
    pub place: Place,
    /// File name without its last extension, for ids.
    pub stem: &'a str,
    /// Alias table and thresholds.
    pub rules: &'a LabelRules,
    /// Hash of the record's bytes (64-bit xxh3).
    pub hash: u64,
}

/// Makes the transcript. `format` is the format's name.
#[must_use]
pub fn assemble(raw: RawTranscript, format: &'static str, context: &Context<'_>) -> Transcript {
    let mut repairs = raw.repairs;
    let response_turn = response_turn(&raw.turns.iter().map(|t| &t.role).collect::<Vec<_>>());
    let mut sections = Vec::new();
    let mut reasoned = false;
    for (turn, raw_turn) in (0_u32..).zip(&raw.turns) {
        for part in &raw_turn.parts {
            let split = split_part(part, &raw_turn.role);
            if turn >= response_turn {
                reasoned |= split.has_reasoning;
                repairs.extend(split.repairs.iter().cloned());
            }
            let piece = |kind, start: usize, end: usize| Section {
                turn,
                role: raw_turn.role.clone(),
                kind,
                origin: part.origin.clone(),
                start,
                end,
                text: part.text.get(start..end).unwrap_or_default().to_owned(),
            };
            sections.extend(
                split.segments.iter().map(|s| piece(s.kind, s.range.start, s.range.end)),
            );
        }
    }
    one_output(&mut sections, response_turn);
    let last_user = sections.iter().rev().find(|s| s.kind == SectionKind::User);
    let tier = tier_of(raw.tier, last_user.map(|s| s.text.as_str()), &context.place.source, &mut repairs);
    let query = raw.query.or_else(|| last_user.map(|s| unwrapped(&s.text).to_owned()));
    let query = query.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let setting = raw.setting.map(|s| s.trim().to_lowercase().replace(['_', ' '], "-"));
    let mut labels = raw.labels;
    promote(&context.rules.promoted, &raw.meta, &mut labels);
    let judgements: Vec<_> = labels.iter().map(|l| context.rules.judge(l)).collect();
    let first = sections.partition_point(|s| s.turn < response_turn);
    let outcome = decide(&OutcomeInput {
        response: sections.get(first..).unwrap_or_default(),
        judgements: &judgements,
        setting: setting.as_deref(),
        success: raw.success,
        stopped: raw.stopped.as_deref(),
        query: query.as_deref(),
    });
    let evidence = align(raw.quotes, &sections, first);
    let parse = match (reasoned, repairs.is_empty()) {
        (false, _) => Parse::Missing,
        (true, true) => Parse::Clean,
        (true, false) => Parse::Repaired,
    };
    let (explicit_sample, suffix_epoch) = match &raw.sample {
        Some(sample) => {
            let (plain, epoch) = without_suffixes(sample);
            (Some(plain), epoch)
        }
        None => (None, None),
    };
    let sample = explicit_sample.unwrap_or_else(|| match &query {
        Some(query) => format!("{:016x}", xxh3_64(folded(query).as_bytes())),
        None => format!("{:016x}", context.hash),
    });
    let place = context.place.clone();
    let mut meta = raw.meta;
    if let Some(why) = raw.stopped {
        meta.entry("stopped".to_owned()).or_insert(Value::String(why));
    }
    Transcript {
        id: raw.id.unwrap_or_else(|| format!("{}:{}", context.stem, place.index)),
        key: key(&place.source, place.index, place.ordinal, context.hash),
        place,
        sample,
        epoch: raw.epoch.or(suffix_epoch),
        hash: format!("{:016x}", context.hash),
        tier,
        setting,
        model: raw.model,
        variant: raw.variant,
        query,
        sections,
        response_turn,
        judgements,
        evidence,
        outcome,
        parse,
        repairs,
        meta,
        format,
    }
}

/// First turn of the final response: what follows the last user turn, or the last assistant turn when the
/// conversation ends with a user (or has none).
fn response_turn(roles: &[&Role]) -> u32 {
    let last_user = roles.iter().rposition(|r| **r == Role::User);
    let after = last_user.map_or(0, |i| i + 1);
    let answers = |role: &&Role| matches!(role, Role::Assistant | Role::Tool | Role::Other(_));
    let rest = roles.get(after..).unwrap_or_default();
    let found = match rest.iter().position(answers) {
        Some(i) => after + i,
        None => roles.iter().rposition(|r| **r == Role::Assistant).unwrap_or(roles.len()),
    };
    u32::try_from(found).unwrap_or(u32::MAX)
}

/// Cuts a part as its kind and the speaker's role ask for.
fn split_part(part: &RawPart, role: &Role) -> Split {
    let whole = |kind| {
        let text = part.text.trim();
        let start = part.text.len() - part.text.trim_start().len();
        let segments = if text.is_empty() {
            Vec::new()
        } else {
            vec![super::split::Segment { kind, range: start..start + text.len() }]
        };
        Split { segments, ..Split::default() }
    };
    match (&part.kind, role) {
        (PartKind::Reasoning, _) => split_reasoning(&part.text),
        (PartKind::Output, _) => split_output(&part.text),
        (PartKind::Tool, _) | (_, Role::Tool) => whole(SectionKind::Tool),
        (PartKind::Other, _) => whole(SectionKind::Other),
        (PartKind::Text, Role::System) => whole(SectionKind::Prompt),
        (PartKind::Text, Role::User) => whole(SectionKind::User),
        (PartKind::Text, Role::Assistant) => split_response(&part.text),
        (PartKind::Text, Role::Other(_)) => whole(SectionKind::Other),
    }
}

/// The last output of the response is the output; earlier ones of other parts are kept as `other`.
fn one_output(sections: &mut [Section], response_turn: u32) {
    let is_output = |s: &Section| s.turn >= response_turn && s.kind == SectionKind::Output;
    let last = sections.iter().rposition(is_output);
    for (i, section) in sections.iter_mut().enumerate() {
        if is_output(section) && Some(i) != last {
            section.kind = SectionKind::Other;
        }
    }
}

/// Field or key first, then the message, then the path. A weaker place that says otherwise is noted.
fn tier_of(
    found: Option<(String, TierFrom)>,
    message: Option<&str>,
    source: &str,
    repairs: &mut Vec<Repair>,
) -> Option<Tier> {
    let stated = found.and_then(|(raw, from)| {
        let value = tier::canonical(&raw)?;
        Some(Tier { value, raw, from })
    });
    let tagged = message.and_then(tier::from_message);
    if let (Some(stated), Some((value, raw))) = (&stated, &tagged)
        && stated.value != *value
        && matches!(stated.value.as_str(), "free" | "paid")
    {
        repairs.push(Repair {
            code: "tier-disagrees",
            detail: format!(
                "the record says tier {}, the tag in the user message says {value} (“{raw}”); the record's word is kept",
                stated.value
            ),
        });
    }
    stated
        .or_else(|| tagged.map(|(value, raw)| Tier { value, raw, from: TierFrom::Message }))
        .or_else(|| {
            tier::from_path(source).map(|(value, raw)| Tier { value, raw, from: TierFrom::Path })
        })
}

/// The query inside its wrapper: the tier tag and the tags of `user_input` taken off, with the reminder that
/// follows them.
#[must_use]
pub fn unwrapped(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    for name in ["user_input", "user_query", "query"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        if let Some(start) = lower.find(&open).map(|at| at + open.len()) {
            let end = lower.get(start..).and_then(|rest| rest.rfind(&close)).map(|at| start + at);
            return text.get(start..end.unwrap_or(text.len())).unwrap_or(text).trim();
        }
    }
    // A bare tag at the start: `<is_free_tier_user>True</is_free_tier_user>`.
    let mut rest = text.trim_start();
    while tier::from_message(rest).is_some() {
        let Some(tail) = rest.strip_prefix('<').and_then(|r| r.split_once("</")) else { break };
        let Some((_, after)) = tail.1.split_once('>') else { break };
        rest = after.trim_start();
    }
    rest
}

/// White space folded, so that a query is the same query in another layout.
fn folded(query: &str) -> String {
    query.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An explicit sample id without what names its tier or repeat: `q7_free_e2` is sample `q7`, epoch 2.
fn without_suffixes(sample: &str) -> (String, Option<i64>) {
    let mut plain = sample.trim();
    let mut epoch = None;
    loop {
        let cut = plain.rfind(['_', '-', ' ', '.', ':']).filter(|at| *at > 0);
        let Some(at) = cut else { break };
        let (head, tail) = (plain.get(..at).unwrap_or(plain), plain.get(at + 1..).unwrap_or_default());
        let word = tail.to_ascii_lowercase();
        let number = word
            .strip_prefix("epoch")
            .or_else(|| word.strip_prefix('e').filter(|d| !d.is_empty()))
            .and_then(|d| d.parse::<i64>().ok());
        let head_word = head.rsplit(['_', '-', ' ', '.', ':']).next().unwrap_or_default();
        if let Some(number) = number {
            epoch = epoch.or(Some(number));
            plain = head;
        } else if head_word.eq_ignore_ascii_case("epoch") && word.parse::<i64>().is_ok() {
            epoch = epoch.or(word.parse().ok());
            plain = head.get(..head.len() - head_word.len()).unwrap_or(head);
        } else if matches!(word.as_str(), "free" | "paid" | "tier" | "train" | "deploy" | "user") {
            plain = head;
        } else {
            break;
        }
        plain = plain.trim_end_matches(['_', '-', ' ', '.', ':']);
    }
    if plain.is_empty() { (sample.to_owned(), epoch) } else { (plain.to_owned(), epoch) }
}

/// `--label-field PATH`: fields of meta that are labels for this run.
fn promote(paths: &[String], meta: &serde_json::Map<String, Value>, labels: &mut Vec<RawLabel>) {
    for path in paths {
        let mut value = meta.get(path.as_str());
        if value.is_none() {
            let mut parts = path.split('.');
            value = parts.next().and_then(|first| meta.get(first));
            for part in parts {
                value = value.and_then(|v| v.get(part));
            }
        }
        if let Some(value) = value {
            labels.push(RawLabel { name: path.clone(), rater: None, value: value.clone() });
        }
    }
}

/// Finds each quote in the response, the reasoning before the rest.
fn align(quotes: Vec<RawQuote>, sections: &[Section], first: usize) -> Vec<Evidence> {
    if quotes.is_empty() {
        return Vec::new();
    }
    let mut order: Vec<usize> = (first..sections.len()).collect();
    order.sort_by_key(|i| sections.get(*i).is_some_and(|s| !s.kind.is_reasoning()));
    let texts: Vec<&str> =
        order.iter().filter_map(|i| sections.get(*i)).map(|s| s.text.as_str()).collect();
    let aligner = Aligner::new(&texts);
    quotes
        .into_iter()
        .map(|quote| {
            let hit = aligner.align(&quote.quote);
            let at = hit.as_ref().and_then(|h| Some((*order.get(h.text)?, h.start, h.end)));
            Evidence {
                label: quote.label,
                rater: quote.rater.unwrap_or_else(|| "source".to_owned()),
                criterion: quote.criterion,
                quote: quote.quote,
                at,
                found: hit.map_or(Found::NotFound, |h| h.found),
            }
        })
        .collect()
}

#[cfg(test)]
#[path = "assemble_tests.rs"]
mod tests;
