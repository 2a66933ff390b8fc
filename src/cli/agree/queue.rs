//! `--queue`: transcripts on which two of those who say something disagree, the most telling disagreements first. What somebody has
//! decided is not listed any more.

use std::io::Write;

use serde_json::json;

use super::study::Studied;
use crate::cli::args::AgreeFormat;
use crate::cli::json;
use crate::cli::output::{Failure, warn};
use crate::corpus::{Queue, QueueLine, Sights};
use crate::review::agree::{Dispute, DisputeKind};
use crate::text::sanitize_line;

/// A disagreement with its transcript.
#[derive(Debug)]
pub struct Queued {
    link: String,
    key: String,
    id: String,
    dispute: Dispute,
}

/// All open disagreements among the transcripts that were asked for, by kind and then in the order of rows.
pub fn lines(studied: &Studied) -> Vec<Queued> {
    let Studied { reading, catalogue, study } = studied;
    let known = (&hashbrown::HashMap::new(), &Sights::default());
    let queue = Queue::new(&reading.corpus, catalogue, study, known, &|| true).unwrap_or_default();
    if queue.unreadable > 0 {
        warn(&format!(
            "{} transcripts could not be read again: rules and tags say nothing of them",
            queue.unreadable
        ));
    }
    let line = |line: &QueueLine| {
        let row = queue.row_of(line).filter(|row| row.decision.is_none())?;
        let view = catalogue.view(row.row)?;
        Some(Queued {
            link: view.link(),
            key: view.key(),
            id: view.name().to_owned(),
            dispute: line.dispute.clone(),
        })
    };
    queue.lines.iter().filter_map(line).collect()
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
