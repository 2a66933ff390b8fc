//! `undertone show`: one transcript with its sections, labels and cues.

use std::fmt::Write as _;
use std::io::Write;

use super::args::{ShowArgs, ShowFormat};
use super::json;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, load, remark};
use super::reviews;
use crate::corpus::{Body, Catalogue, Remark, Reviewed, RowView, echoes};
use crate::cues::{Engine, feature_in_place, unread_words};
use crate::model::{Evidence, Found, LabelValue, Standing, Transcript, points};
use crate::query::{Columns, Needs};
use crate::text::{sanitize, sanitize_line};

/// Most candidates that are named where an id means several.
const MOST_NAMED: usize = 20;

/// Runs the command.
///
/// # Errors
/// Usage (no id, several transcripts of that id), paths, a body that cannot be read again.
pub fn run(args: &ShowArgs) -> Result<Exit, Failure> {
    let reading = Reading::new(&args.read)?;
    let Some(wanted) = args.id.clone().or_else(|| reading.wanted.clone()) else {
        let message = "show needs --id ID, or a permalink such as runs/a.jsonl:12#q7";
        return Err(Failure::Usage(message.to_owned()));
    };
    let mut catalogue = load(&reading.corpus, Needs::default());
    if args.format == ShowFormat::Text {
        remark(&mut catalogue, &args.read);
    }
    reviews::take(&reading.corpus, &mut catalogue, &args.read.paths, &args.reviews);
    let found: Vec<RowView<'_>> = catalogue.views().filter(|v| is_it(v, &wanted)).collect();
    reading.is_sound()?;
    let view = match found.as_slice() {
        [] => {
            let message = format!("no transcript has the id {wanted}");
            super::output::warn(&message);
            return Ok(Exit::Nothing);
        }
        [one] => one,
        several => return Err(Failure::Usage(ambiguous(&catalogue, several, &wanted))),
    };
    let mut body =
        reading.corpus.body(&view.place()).map_err(|e| Failure::CannotOpen(e.to_string()))?;
    let said = catalogue.reviewed(view.id);
    if let Some(said) = said {
        said.apply(&mut body.transcript);
    }
    let mut out = out();
    match args.format {
        ShowFormat::Json => {
            json::write_line(&mut out, &json::shown(&body.transcript, &body.analysis, said))?;
        }
        ShowFormat::Text => {
            let remark = catalogue.remarks().of(view.id);
            text(&body, reading.corpus.engine.get(), &remark, said, &mut out)?;
        }
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if reading.unopened.is_empty() { Exit::Fine } else { Exit::CannotOpen })
}

/// Whether a row is the one asked for: by id, key (source, index and hash), or permalink.
pub(super) fn is_it(view: &RowView<'_>, wanted: &str) -> bool {
    view.is_meant(wanted) || view.key() == wanted
}

/// Names each candidate by what opens it and no other: its key, and its link where that is as good.
pub(super) fn ambiguous(catalogue: &Catalogue, several: &[RowView<'_>], wanted: &str) -> String {
    let mut message = format!("{} transcripts have the id {wanted}; name one:", several.len());
    for view in several.iter().take(MOST_NAMED) {
        let link = view.link();
        let with_epoch = view.epoch().map(|epoch| format!("{link}_epoch_{epoch}"));
        let is_alone = |link: &String| catalogue.views().filter(|v| is_it(v, link)).count() == 1;
        let link = std::iter::once(link).chain(with_epoch).find(is_alone);
        let link = link.map(|link| format!("   or   '{link}'")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(message, "\n  --id '{}'{link}", view.key());
    }
    if several.len() > MOST_NAMED {
        let _ = write!(message, "\n  … and {} more", several.len() - MOST_NAMED);
    }
    message
}

fn text(
    body: &Body,
    engine: &Engine,
    remark: &Remark,
    said: Option<&Reviewed>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let t = &body.transcript;
    let line = |name: &str, value: &str| format!("{name:<9} {}\n", sanitize_line(value));
    let mut head = line("id", &t.id) + &line("link", &t.permalink());
    if remark.mark || remark.read {
        let said = [(remark.mark, "marked"), (remark.read, "read")];
        let said: Vec<&str> = said.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        head += &line("yours", &said.join(", "));
    }
    if let Some(note) = &remark.note {
        head += &line("note", note);
    }
    if let Some(tier) = &t.tier {
        head +=
            &line("tier", &format!("{} (“{}”, from {})", tier.value, tier.raw, tier.from.as_str()));
    }
    for (name, value) in [("setting", &t.setting), ("model", &t.model), ("variant", &t.variant)] {
        if let Some(value) = value {
            head += &line(name, value);
        }
    }
    head += &line("sample", &t.sample);
    let votes: Vec<String> = t
        .outcome
        .all
        .iter()
        .map(|v| format!("{} says {} ({})", v.by.as_str(), v.value.as_str(), v.name))
        .collect();
    let conflict = if t.outcome.conflict { " — they disagree" } else { "" };
    let votes = if votes.is_empty() { String::new() } else { format!(": {}", votes.join("; ")) };
    head += &line("outcome", &format!("{}{votes}{conflict}", t.outcome.value.as_str()));
    if let Some(sentence) = t.outcome.said_and_done(body.analysis.said()) {
        head += &line("say & do", &sentence);
    }
    head += &line("parse", &parse_line(t));
    let found = echoes(t);
    if !found.is_empty() {
        let words: Vec<&str> = found
            .iter()
            .take(MOST_NAMED)
            .filter_map(|(at, range)| t.sections.get(*at)?.text.get(range.clone()))
            .collect();
        let more = found.len().saturating_sub(words.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let value = format!("{} in the scratchpad: {}{more}", found.len(), words.join(", "));
        head += &line("verdicts", &value);
    }
    for j in &t.judgements {
        let value = match &j.value {
            LabelValue::Bool(b) => b.to_string(),
            LabelValue::Number(n) => n.to_string(),
            LabelValue::Text(text) => text.clone(),
            LabelValue::Unparsed => "unparsed".to_owned(),
        };
        let verdict = match j.positive {
            Some(true) => "positive",
            Some(false) => "negative",
            None => "neither",
        };
        head += &line("label", &format!("{} = {value} ({verdict}; rater {})", j.label, j.rater));
    }
    for words in said.map(|said| said.lines(t)).unwrap_or_default() {
        head += &line("review", &words);
    }
    if let Some(score) = body.analysis.score {
        let parts = body.analysis.score_parts().join("; ");
        let parts = if parts.is_empty() { parts } else { format!(" ({parts})") };
        head += &line("score", &format!("{} of 15{parts}", points(score)));
        for f in &body.analysis.features {
            let words = feature_in_place(t, f);
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            head += &line(
                "feature",
                &format!("{} {}{}, {}: “{words}”", f.signed(), f.id, f.times(), f.about),
            );
        }
    }
    let words = engine.pack_words(t, &body.analysis);
    head += &line("pack", words.strip_prefix("pack ").unwrap_or("none"));
    if let Some(unread) = unread_words(t) {
        head += &line("not read", &unread);
    }
    out.write_all(head.as_bytes())?;
    for criterion in &body.analysis.criteria {
        let (state, name) = (criterion.state.as_str(), &criterion.name);
        let span = criterion.state.span().and_then(|i| body.analysis.spans.get(i));
        let words = span.and_then(|s| t.sections.get(s.section)?.text.get(s.start..s.end));
        let words = words.map(|words| format!(": “{words}”")).unwrap_or_default();
        let why = match &criterion.state {
            Standing::Contradicted { why, .. } => format!(" {why}"),
            Standing::Met(_) | Standing::Missing => String::new(),
        };
        let text = format!("{} {state}: {name}{words}{why}", criterion.number);
        write!(out, "{}", line("criterion", &text))?;
    }
    if let Some(verdict) = &body.analysis.verdict {
        write!(out, "{}", line("verdict", &verdict.sentence(&t.outcome)))?;
    }
    for (index, section) in t.sections.iter().enumerate() {
        writeln!(out, "\n── {} · turn {} · {}", section.kind, section.turn, section.role.as_str())?;
        writeln!(out, "{}", sanitize(&section.text))?;
        for span in body.analysis.spans.iter().filter(|s| s.section == index) {
            let words = section.text.get(span.start..span.end).unwrap_or_default();
            writeln!(
                out,
                "   [{} {} weight {}] {}",
                span.category,
                span.rule,
                points(span.counted()),
                sanitize_line(words)
            )?;
        }
        for quote in &t.evidence {
            let Some((_, start, end)) = quote.at.filter(|(at, ..)| *at == index) else { continue };
            let found = json::found(quote.found);
            if quote.found == Found::Message {
                // It says which message, not which words: those stand above.
                writeln!(out, "   [{}, {found}]", quoted_by(quote))?;
                continue;
            }
            let words = section.text.get(start..end).unwrap_or_default();
            writeln!(out, "   [{}, {found}] {}", quoted_by(quote), sanitize_line(words))?;
        }
    }
    let lost = || t.evidence.iter().filter(|quote| quote.at.is_none());
    if lost().next().is_some() {
        writeln!(out, "\n── quotes that stand nowhere in the response")?;
    }
    for quote in lost() {
        writeln!(out, "   [{}] {}", quoted_by(quote), sanitize_line(&quote.quote))?;
    }
    Ok(())
}

/// Who gave a quote, and for what: `deceptive_alignment criterion 2`, with the rater where one is named.
fn quoted_by(evidence: &Evidence) -> String {
    let criterion = evidence.criterion.map_or_else(String::new, |n| format!(" criterion {n}"));
    let rater = match evidence.rater.as_str() {
        "source" => String::new(),
        rater => format!(" by {rater}"),
    };
    let what = if evidence.found == Found::Message { "reference" } else { "quote" };
    sanitize_line(&format!("{what} for {}{criterion}{rater}", evidence.label)).into_owned()
}

fn parse_line(t: &Transcript) -> String {
    let details: Vec<&str> = t.repairs.iter().map(|r| r.detail.as_str()).collect();
    if details.is_empty() {
        t.parse.as_str().to_owned()
    } else {
        format!("{}: {}", t.parse.as_str(), details.join("; "))
    }
}
