//! `--queue`: transcripts on which two of those who say something disagree, the most telling disagreements first.

use std::collections::HashMap;
use std::io::Write;

use serde_json::json;

use super::study::Study;
use crate::cli::args::AgreeFormat;
use crate::cli::json;
use crate::cli::output::{Failure, warn};
use crate::corpus::{AF, RowId, RowView};
use crate::model::{Decider, LabelValue, Transcript};
use crate::query::{Columns, Said};
use crate::review::agree::{Case, Dispute, DisputeKind, Seen, disputes};
use crate::text::sanitize_line;

/// A disagreement with its transcript.
#[derive(Debug)]
pub struct Queued {
    link: String,
    key: String,
    id: String,
    dispute: Dispute,
}

/// All disagreements among the transcripts that were asked for, by kind and then in the order of rows.
pub fn lines(study: &Study) -> Vec<Queued> {
    let Study { catalogue, asked, rows, .. } = study;
    let yes = catalogue.rows_said(asked, Said::Yes, rows);
    let no = catalogue.rows_said(asked, Said::No, rows);
    let cases: HashMap<RowId, &Case> = study.cases.iter().map(|c| (c.fact.row, c)).collect();
    let copies = catalogue.repeats();
    let mut unreadable = 0;
    let mut queue = Vec::new();
    for view in catalogue.views().filter(|view| rows.contains(view.id)) {
        let case = cases.get(&view.id).copied();
        // Of identical records one is enough, unless it is this one that was judged.
        if case.is_none() && copies.contains(view.id) {
            continue;
        }
        let classifier = match (yes.contains(view.id), no.contains(view.id)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let seen = seen(study, &view, classifier).unwrap_or_else(|| {
            unreadable += 1;
            Seen { classifier, ..Seen::default() }
        });
        queue.extend(disputes(case, &seen).into_iter().map(|dispute| Queued {
            link: view.link(),
            key: view.key(),
            id: view.name().to_owned(),
            dispute,
        }));
    }
    if unreadable > 0 {
        warn(&format!(
            "{unreadable} transcripts could not be read again: rules and tags say nothing of them"
        ));
    }
    // Stable: of one kind in the order of rows.
    queue.sort_by_key(|queued| queued.dispute.kind);
    queue
}

/// What is said of a transcript; `None`: it cannot be read again.
fn seen(study: &Study, view: &RowView<'_>, classifier: Option<bool>) -> Option<Seen> {
    let judgements = view.judgements();
    let own = || judgements.iter().filter(|judgement| study.asked.wants(judgement));
    let votes = own().filter_map(|judgement| match judgement.value {
        LabelValue::Number(share) => Some((judgement.rater.clone(), share)),
        _ => None,
    });
    let mut seen = Seen { classifier, votes: votes.collect(), ..Seen::default() };
    // The rules look for alignment faking, and without a cue they find none: who says no says it with them.
    let rules = own().any(|judgement| judgement.is_named(AF))
        && (classifier == Some(true) || classifier == Some(false) && view.cue_total() > 0);
    if !rules && !view.outcome_conflict() {
        return Some(seen);
    }
    let (transcript, _) = study.reading.corpus.transcript(&view.place()).ok()?;
    if rules {
        let analysis = study.reading.corpus.engine.get().analyse(&transcript);
        seen.rules = analysis.verdict.map(|verdict| verdict.holds);
    }
    seen.tag = outcome(&transcript, Decider::Tag);
    seen.judge = outcome(&transcript, Decider::Judge);
    Some(seen)
}

/// The outcome by the first of such deciders.
fn outcome(transcript: &Transcript, by: Decider) -> Option<String> {
    let mut votes = transcript.outcome.all.iter().filter(|vote| vote.by == by);
    votes.next().map(|vote| vote.value.as_str().to_owned())
}

/// Prints the queue.
///
/// # Errors
/// Writing.
pub fn print(
    queue: &[Queued],
    format: AgreeFormat,
    label: &str,
    out: &mut impl Write,
) -> Result<(), Failure> {
    if format == AgreeFormat::Json {
        for queued in queue {
            let says = queued.dispute.says.iter();
            let says: Vec<_> = says.map(|(who, what)| json!({"who": who, "says": what})).collect();
            let line = json!({
                "kind": queued.dispute.kind.as_str(),
                "label": label,
                "link": queued.link,
                "id": queued.id,
                "key": queued.key,
                "says": says,
            });
            json::write_line(&mut *out, &line)?;
        }
        return Ok(());
    }
    for kind in DisputeKind::ALL {
        let n = queue.iter().filter(|queued| queued.dispute.kind == kind).count();
        if n > 0 {
            writeln!(out, "{n:>6} {}", kind.as_str())?;
        }
    }
    for queued in queue {
        let says = queued.dispute.says.iter().map(|(who, what)| format!("{who}: {what}"));
        let line = format!(
            "{:<17} {}  {}",
            queued.dispute.kind.as_str(),
            queued.link,
            says.collect::<Vec<_>>().join(", ")
        );
        writeln!(out, "{}", sanitize_line(&line))?;
    }
    Ok(())
}
