//! What an archive's directory says: whether it is an Inspect log, and which entries make its header, its summaries
//! and each of its samples. Pure planning over names and sizes; nothing is opened.
//!
//! A sample is one entry (`samples/ID_epoch_N.json`), or a folder of entries of that name without `.json`. Both may
//! stand in one archive. The id is written raw into the name, slashes and all.

use std::collections::HashMap;

use super::sample::counted;

/// An entry of the archive's directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name, as the directory has it.
    pub name: &'a str,
    /// Its size in bytes when unpacked.
    pub size: u64,
}

/// How a log is read. Numbers are indices of entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// `header.json`, or what a run that did not end has instead.
    pub header: Option<usize>,
    /// `summaries.json`, or the journal's summaries in their order.
    pub summaries: Vec<usize>,
    /// The samples in the archive's order.
    pub units: Vec<SampleUnit>,
    /// Sentences about what is missing or odd: a run that did not end.
    pub remarks: Vec<String>,
    /// Names of samples to their unit.
    names: HashMap<String, usize>,
}

/// One sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleUnit {
    /// `ID_epoch_N`, as in its entry's name. What stands in the sample itself counts.
    pub name: String,
    /// Its size in bytes when unpacked, as far as it is read.
    pub size: u64,
    /// Where its bytes are.
    pub at: SampleAt,
}

/// Where the bytes of a sample are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleAt {
    /// One entry.
    Whole(usize),
    /// Several entries, to be joined by [`super::chunks::join`].
    Chunked(ChunkEntries),
}

/// The entries of a sample in pieces; each chunk with the number of its first item, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChunkEntries {
    /// `sample.json`.
    pub sample: usize,
    /// `metadata.json`.
    pub metadata: Option<usize>,
    /// `messages/N.json`.
    pub messages: Vec<(u64, usize)>,
    /// `attachments/N.json`.
    pub attachments: Vec<(u64, usize)>,
    /// `events/stats.json`: how many events there are. The events themselves are not read.
    pub stats: Option<usize>,
}

const HEADER: &str = "header.json";
const START: &str = "_journal/start.json";
const SUMMARIES: &str = "summaries.json";

/// Plans the reading of an archive; `None` when it is no Inspect log.
#[must_use]
pub fn plan(entries: &[Entry<'_>]) -> Option<Plan> {
    // A log that was written to again holds a name twice; the last one counts.
    let by_name: HashMap<&str, usize> =
        entries.iter().enumerate().map(|(i, entry)| (entry.name, i)).collect();
    let at = |name: &str| by_name.get(name).copied();
    let samples = samples(entries, &by_name);
    let start = at(START);
    let is_log =
        start.is_some() || at(HEADER).is_some() && (at(SUMMARIES).is_some() || !samples.is_empty());
    if !is_log {
        return None;
    }
    let mut plan = Plan { header: at(HEADER).or(start), units: samples, ..Plan::default() };
    plan.summaries = at(SUMMARIES).map_or_else(|| journal(&by_name), |i| vec![i]);
    plan.names = plan.units.iter().enumerate().map(|(i, u)| (u.name.clone(), i)).collect();
    if at(HEADER).is_none() {
        let count = u64::try_from(plan.units.len()).unwrap_or(u64::MAX);
        let samples = counted(count, "finished sample", "finished samples");
        plan.remarks.push(format!(
            "the run did not end, or its log was cut off: there is no header.json; the log holds {samples}"
        ));
    }
    if plan.units.is_empty() {
        let why = if plan.summaries.is_empty() { "" } else { ", only summaries of them" };
        plan.remarks.push(format!("the log holds no samples{why}"));
    }
    Some(plan)
}

impl Plan {
    /// The unit of the sample with this id and epoch.
    #[must_use]
    pub fn unit(&self, id: &str, epoch: i64) -> Option<usize> {
        self.names.get(&format!("{id}_epoch_{epoch}")).copied()
    }
}

/// The journal's summaries, by their number.
fn journal(by_name: &HashMap<&str, usize>) -> Vec<usize> {
    let numbered = |(name, at): (&&str, &usize)| {
        let number = name.strip_prefix("_journal/summaries/")?.strip_suffix(".json")?;
        Some((number.parse::<u64>().ok()?, *at))
    };
    let mut found: Vec<(u64, usize)> = by_name.iter().filter_map(numbered).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

/// The samples in the archive's order, each once.
fn samples(entries: &[Entry<'_>], by_name: &HashMap<&str, usize>) -> Vec<SampleUnit> {
    let mut units: Vec<SampleUnit> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        let Some(inside) = entry.name.strip_prefix("samples/") else { continue };
        let whole = inside.strip_suffix(".json").filter(|name| is_sample(name));
        // A piece belongs to a sample only when the archive holds that sample's own piece.
        let folder = || {
            let (folder, piece) = piece(inside)?;
            let sample = by_name.get(format!("samples/{folder}/sample.json").as_str())?;
            Some((folder, piece, *sample))
        };
        let last = by_name.get(entry.name).copied().unwrap_or_default();
        if let Some((folder, piece, sample)) = folder() {
            let place = *places.entry(folder).or_insert_with(|| {
                let at = ChunkEntries { sample, ..ChunkEntries::default() };
                let at = SampleAt::Chunked(at);
                units.push(SampleUnit { name: folder.to_owned(), size: 0, at });
                units.len() - 1
            });
            if let Some(SampleUnit { at: SampleAt::Chunked(chunks), .. }) = units.get_mut(place) {
                chunks.add(&piece, last);
            }
        } else if let Some(name) = whole {
            let unit = SampleUnit { name: name.to_owned(), size: 0, at: SampleAt::Whole(last) };
            // Where both forms stand, the whole one counts, as for Inspect itself.
            if let Some(there) = places.get(name).and_then(|place| units.get_mut(*place)) {
                *there = unit;
            } else {
                places.insert(name, units.len());
                units.push(unit);
            }
        }
    }
    for unit in &mut units {
        if let SampleAt::Chunked(chunks) = &mut unit.at {
            chunks.messages.sort_unstable();
            chunks.messages.dedup();
            chunks.attachments.sort_unstable();
            chunks.attachments.dedup();
        }
        let size = |at: usize| entries.get(at).map_or(0, |entry| entry.size);
        unit.size = unit.at.entries().into_iter().map(size).fold(0, u64::saturating_add);
    }
    units
}

/// `ID_epoch_N`.
fn is_sample(name: &str) -> bool {
    name.rsplit_once("_epoch_").is_some_and(|(_, n)| {
        let digits = n.strip_prefix('-').unwrap_or(n);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// What an entry in a sample's folder is.
enum Piece {
    Sample,
    Metadata,
    Messages(u64),
    Attachments(u64),
    Stats,
    /// Events, calls and what is derived from them.
    Other,
}

/// The folder and what the entry is in it, for names such as `ID_epoch_N/messages/0.json`.
fn piece(inside: &str) -> Option<(&str, Piece)> {
    let (head, file) = inside.rsplit_once('/')?;
    let stem = file.strip_suffix(".json")?;
    if is_sample(head) {
        let piece = match stem {
            "sample" => Piece::Sample,
            "metadata" => Piece::Metadata,
            "skeleton" => Piece::Other,
            _ => return None,
        };
        return Some((head, piece));
    }
    let (folder, list) = head.rsplit_once('/').filter(|(folder, _)| is_sample(folder))?;
    let number = stem.parse::<u64>().ok();
    let piece = match (list, number) {
        ("messages", Some(n)) => Piece::Messages(n),
        ("attachments", Some(n)) => Piece::Attachments(n),
        ("events", None) if stem == "stats" => Piece::Stats,
        ("events", None) if stem == "uuids" => Piece::Other,
        ("events" | "calls", Some(_)) => Piece::Other,
        _ => return None,
    };
    Some((folder, piece))
}

impl ChunkEntries {
    fn add(&mut self, piece: &Piece, at: usize) {
        match piece {
            Piece::Sample => self.sample = at,
            Piece::Metadata => self.metadata = Some(at),
            Piece::Messages(n) => self.messages.push((*n, at)),
            Piece::Attachments(n) => self.attachments.push((*n, at)),
            Piece::Stats => self.stats = Some(at),
            Piece::Other => {}
        }
    }
}

impl SampleAt {
    /// All entries that are read for the sample.
    #[must_use]
    pub fn entries(&self) -> Vec<usize> {
        match self {
            Self::Whole(at) => vec![*at],
            Self::Chunked(chunks) => std::iter::once(chunks.sample)
                .chain(chunks.metadata)
                .chain(chunks.stats)
                .chain(chunks.messages.iter().chain(&chunks.attachments).map(|(_, at)| *at))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries<'a>(names: &[&'a str]) -> Vec<Entry<'a>> {
        names.iter().map(|name| Entry { name, size: 10 }).collect()
    }

    #[test]
    fn a_finished_log_of_whole_samples() {
        let plan = plan(&entries(&[
            "_journal/start.json",
            "samples/b_epoch_1.json",
            "samples/a_epoch_2.json",
            "_journal/summaries/1.json",
            "summaries.json",
            "reductions.json",
            "header.json",
        ]))
        .unwrap();
        assert_eq!((plan.header, plan.summaries.as_slice()), (Some(6), &[4][..]));
        let ats: Vec<&SampleAt> = plan.units.iter().map(|u| &u.at).collect();
        assert_eq!(ats, [&SampleAt::Whole(1), &SampleAt::Whole(2)]);
        assert_eq!(
            (plan.unit("a", 2), plan.unit("b", 1), plan.unit("a", 1)),
            (Some(1), Some(0), None)
        );
        assert_eq!(plan.remarks, Vec::<String>::new());
        assert_eq!(plan.units[0].size, 10);
    }

    #[test]
    fn a_log_that_was_cut_off_says_so_and_reads_its_journal_in_order() {
        let plan = plan(&entries(&[
            "_journal/start.json",
            "_journal/summaries/10.json",
            "_journal/summaries/2.json",
            "samples/1_epoch_1.json",
        ]))
        .unwrap();
        assert_eq!((plan.header, plan.summaries.as_slice()), (Some(0), &[2, 1][..]));
        assert_eq!(plan.remarks.len(), 1);
        assert!(
            plan.remarks[0].contains("no header.json; the log holds 1 finished sample"),
            "{:?}",
            plan.remarks
        );
    }

    #[test]
    fn pieces_of_a_sample_are_brought_together_in_order() {
        let plan = plan(&entries(&[
            "header.json",
            "samples/a/b c_epoch_1/messages/1000.json",
            "samples/a/b c_epoch_1/sample.json",
            "samples/a/b c_epoch_1/messages/0.json",
            "samples/a/b c_epoch_1/events/0.json",
            "samples/a/b c_epoch_1/events/stats.json",
            "samples/a/b c_epoch_1/events/uuids.json",
            "samples/a/b c_epoch_1/calls/0.json",
            "samples/a/b c_epoch_1/skeleton.json",
            "samples/a/b c_epoch_1/metadata.json",
            "samples/a/b c_epoch_1/attachments/0.json",
            "samples/a/b c_epoch_1/attachments/",
            "samples/whole_epoch_1.json",
        ]))
        .unwrap();
        assert_eq!(plan.units.len(), 2, "a mixed archive: {:?}", plan.units);
        let expected = ChunkEntries {
            sample: 2,
            metadata: Some(9),
            messages: vec![(0, 3), (1000, 1)],
            attachments: vec![(0, 10)],
            stats: Some(5),
        };
        assert_eq!(plan.units[0].at, SampleAt::Chunked(expected));
        assert_eq!(plan.units[0].size, 60, "events are not read");
        assert_eq!(plan.unit("a/b c", 1), Some(0));
        assert_eq!(plan.unit("whole", 1), Some(1));
    }

    #[test]
    fn ids_that_look_like_pieces_are_samples() {
        let plan = plan(&entries(&[
            "_journal/start.json",
            "samples/x_epoch_1/messages/0_epoch_2.json",
            "samples/x_epoch_1/sample_epoch_1.json",
            "samples/y_epoch_3_epoch_1.json",
            "samples/z_epoch_1/messages/0.json",
            "samples/notes.json",
            "samples/n_epoch_.json",
        ]))
        .unwrap();
        let names: Vec<&str> = plan.units.iter().map(|u| u.name.as_str()).collect();
        let expected =
            ["x_epoch_1/messages/0_epoch_2", "x_epoch_1/sample_epoch_1", "y_epoch_3_epoch_1"];
        assert_eq!(names, expected, "and pieces without their sample are none");
        assert_eq!(plan.unit("x_epoch_1/messages/0", 2), Some(0));
    }

    #[test]
    fn a_name_given_twice_counts_once_with_its_last_entry() {
        let plan = plan(&entries(&[
            "_journal/start.json",
            "samples/a_epoch_1.json",
            "header.json",
            "samples/a_epoch_1.json",
            "samples/c_epoch_1/sample.json",
            "samples/c_epoch_1.json",
            "header.json",
        ]))
        .unwrap();
        assert_eq!(plan.header, Some(6));
        let ats: Vec<&SampleAt> = plan.units.iter().map(|u| &u.at).collect();
        assert_eq!(ats, [&SampleAt::Whole(3), &SampleAt::Whole(5)]);
    }

    #[test]
    fn other_archives_are_none() {
        for names in [
            &["a.json", "b.jsonl"][..],
            &["header.json"],
            &["samples/a_epoch_1.json"],
            &["summaries.json"],
            &[],
        ] {
            assert_eq!(plan(&entries(names)), None, "{names:?}");
        }
        let bare = plan(&entries(&["header.json", "summaries.json"])).unwrap();
        assert_eq!(bare.remarks, ["the log holds no samples, only summaries of them"]);
    }
}
