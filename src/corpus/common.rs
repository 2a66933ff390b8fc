//! Boilerplate: sentences that many scratchpads of the corpus share, and rules that fire inside them.
//!
//! A sentence is known by its words alone ([`same_key`]). It is shared when it stands in at least 5 % of the transcripts with
//! reasoning, and in no fewer than 3. Everything is read once more for it, so it is done when somebody asks. Memory is
//! bounded: see [`Tallies`] for what that costs.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use hashbrown::HashMap;

use super::tallies::Tallies;
use super::{Catalogue, Corpus, RowId};
use crate::cues::reasoning;
use crate::model::{Span, Transcript};
use crate::query::Columns;
use crate::text::{same_key, sentences};

/// Fewest transcripts that share a sentence.
const LEAST: u32 = 3;
/// A sentence is shared by one in so many.
const ONE_IN: u32 = 20;
/// Sentences that are counted at once: some 32 MB.
const COUNTED: usize = 1 << 20;
/// Rules in sentences that are counted at once.
const MARKS: usize = 1 << 18;
/// Most sentences that are kept, the most shared ones.
const KEPT: usize = 10_000;
/// Rows that a thread takes at once.
const STRIDE: usize = 16;

/// What many scratchpads share.
#[derive(Debug, Default)]
pub struct Common {
    /// Rows that could be seen when it was looked for.
    pub rows: usize,
    /// Transcripts with reasoning text; identical ones count once.
    pub pads: u32,
    /// Transcripts that could not be read again.
    pub unreadable: usize,
    /// A sentence in so many transcripts is shared.
    pub least: u32,
    /// By how much a count may be too low: 0 unless there are over a million different sentences.
    pub lost: u32,
    /// Shared sentences, those in most transcripts first; at most 10,000.
    pub sentences: Vec<CommonSentence>,
    /// Rules that fired, those with the largest share of marks in shared sentences first.
    pub rules: Vec<CommonRule>,
    /// Transcripts that the label says are positive, and negative.
    pub labelled: (u32, u32),
    /// Place in `sentences` by key.
    by_key: HashMap<u64, usize>,
}

/// A shared sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonSentence {
    /// As it stands in the first transcript that has it; not sanitised.
    pub text: String,
    /// In so many transcripts.
    pub count: u32,
    /// Rules that fire inside, with how often, most first.
    pub rules: Vec<(String, u32)>,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonRule {
    /// Its id.
    pub id: String,
    /// Marks that count.
    pub marks: u32,
    /// Of them those in shared sentences.
    pub inside: u32,
    /// Positive transcripts in which it fires, and negative ones.
    pub fires: (u32, u32),
}

impl CommonRule {
    /// Whether most of its marks stand in shared sentences.
    #[must_use]
    pub fn is_mostly_inside(&self) -> bool {
        self.inside * 2 > self.marks
    }
}

impl Common {
    /// The shared sentence that says the same; `None` when it is not shared.
    #[must_use]
    pub fn sentence(&self, text: &str) -> Option<&CommonSentence> {
        let key = same_key(text, &mut String::new())?;
        self.by_key.get(&key).and_then(|at| self.sentences.get(*at))
    }

    /// Where shared sentences stand in the reasoning: section and byte ranges, in order.
    #[must_use]
    pub fn places(&self, transcript: &Transcript) -> Vec<(usize, Range<usize>)> {
        if self.sentences.is_empty() {
            return Vec::new();
        }
        let mut folded = String::new();
        let mut places = Vec::new();
        for (section, pad) in reasoning(transcript) {
            let shared = sentences(&pad.text).filter(|range| {
                let text = pad.text.get(range.clone()).unwrap_or_default();
                same_key(text, &mut folded).is_some_and(|key| self.by_key.contains_key(&key))
            });
            places.extend(shared.map(|range| (section, range)));
        }
        places
    }

    /// What is said of a rule: how many of its marks are boilerplate, how often it fires in negatives.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&CommonRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

#[cfg(test)]
impl Common {
    /// Sentences with their counts, and rules, as if they had been found among so many rows.
    pub(crate) fn known(rows: usize, shared: &[(&str, u32)], rules: Vec<CommonRule>) -> Self {
        let mut common = Self { rows, pads: rows as u32, least: 3, rules, ..Self::default() };
        for (at, (text, count)) in shared.iter().enumerate() {
            let key = same_key(text, &mut String::new()).expect("words enough");
            common.by_key.insert(key, at);
            let text = (*text).to_owned();
            common.sentences.push(CommonSentence { text, count: *count, rules: Vec::new() });
        }
        common
    }
}

/// A share in whole per cent.
#[must_use]
pub fn per_cent(part: u32, whole: u32) -> u64 {
    let whole = u64::from(whole.max(1));
    (u64::from(part) * 100 + whole / 2) / whole
}

/// What one transcript adds.
struct Digest {
    row: RowId,
    /// Keys of its sentences, each once.
    keys: Vec<u64>,
    /// Rules of its marks, with the key of the sentence.
    marks: Vec<(String, Option<u64>)>,
    positive: Option<bool>,
}

/// What all add.
struct Count {
    sentences: Tallies<u64, RowId>,
    marks: Tallies<(usize, u64), ()>,
    rules: BTreeMap<String, usize>,
    all: Common,
}

impl Count {
    fn add(&mut self, digest: Digest) {
        let common = &mut self.all;
        common.pads += 1;
        let fires = |pair: &mut (u32, u32)| match digest.positive {
            Some(true) => pair.0 += 1,
            Some(false) => pair.1 += 1,
            None => {}
        };
        fires(&mut common.labelled);
        for key in digest.keys {
            self.sentences.add(key, digest.row);
        }
        let mut fired = HashSet::new();
        for (id, key) in digest.marks {
            let number = *self.rules.entry(id).or_insert_with_key(|id| {
                let new = CommonRule { id: id.clone(), marks: 0, inside: 0, fires: (0, 0) };
                common.rules.push(new);
                common.rules.len() - 1
            });
            let Some(rule) = common.rules.get_mut(number) else { continue };
            rule.marks += 1;
            if fired.insert(number) {
                fires(&mut rule.fires);
            }
            if let Some(key) = key {
                self.marks.add((number, key), ());
            }
        }
    }
}

impl Corpus {
    /// Finds what the scratchpads of a catalogue share. `label` says which transcripts are positive. Stops soon after
    /// `wanted` says no, and gives nothing then.
    #[must_use]
    pub fn common(
        &self,
        catalogue: &Catalogue,
        label: &str,
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Common> {
        let rows = distinct(catalogue);
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let next = AtomicUsize::new(0);
        let (to_us, digests) = crossbeam_channel::bounded(threads * 64);
        let mut count = Count {
            sentences: Tallies::new(COUNTED),
            marks: Tallies::new(MARKS),
            rules: BTreeMap::new(),
            all: Common { rows: catalogue.seen(), ..Common::default() },
        };
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (to_us, rows, next) = (to_us.clone(), &rows, &next);
                scope.spawn(move || {
                    loop {
                        let from = next.fetch_add(STRIDE, Ordering::Relaxed);
                        let Some(rows) = rows.get(from..rows.len().min(from + STRIDE)) else {
                            break;
                        };
                        if rows.is_empty() || !wanted() {
                            break;
                        }
                        for row in rows {
                            if to_us.send(self.digest(catalogue, *row, label)).is_err() {
                                return;
                            }
                        }
                    }
                });
            }
            drop(to_us);
            for digest in digests {
                match digest {
                    Ok(Some(digest)) => count.add(digest),
                    Ok(None) => {}
                    Err(()) => count.all.unreadable += 1,
                }
            }
        });
        wanted().then(|| self.finish(catalogue, count))
    }

    /// `None` without reasoning.
    fn digest(&self, catalogue: &Catalogue, row: RowId, label: &str) -> Result<Option<Digest>, ()> {
        let view = catalogue.view(row).ok_or(())?;
        let (transcript, _) = self.transcript(&view.place()).map_err(|_| ())?;
        let pads = reasoning(&transcript);
        if pads.is_empty() {
            return Ok(None);
        }
        let analysis = self.engine.tally(&transcript);
        let mut folded = String::new();
        let (mut keys, mut marks) = (Vec::new(), Vec::new());
        for (section, pad) in pads {
            let from = analysis.spans.partition_point(|span| span.section < section);
            let mut spans = analysis.spans.iter().skip(from).peekable();
            for range in sentences(&pad.text) {
                let text = pad.text.get(range.clone()).unwrap_or_default();
                let key = same_key(text, &mut folded);
                keys.extend(key);
                let is_here = |span: &&Span| span.section == section && span.start < range.end;
                while let Some(span) = spans.next_if(is_here) {
                    if span.counts() {
                        marks.push((span.rule.clone(), key));
                    }
                }
            }
        }
        keys.sort_unstable();
        keys.dedup();
        let mut named = transcript.judgements.iter().filter(|j| j.is_named(label));
        let positive = named.find_map(|j| j.positive);
        Ok(Some(Digest { row, keys, marks, positive }))
    }

    fn finish(&self, catalogue: &Catalogue, count: Count) -> Common {
        let Count { sentences: counted, marks, all: mut common, .. } = count;
        common.least = LEAST.max(common.pads.div_ceil(ONE_IN));
        common.lost = counted.lost();
        let least = common.least.saturating_sub(common.lost);
        let shared = counted.into_counts().filter(|(_, n, _)| *n >= least);
        let mut shared: Vec<(u64, u32, RowId)> = shared.collect();
        shared.sort_unstable_by_key(|(key, n, row)| (std::cmp::Reverse(*n), *row, *key));
        shared.truncate(KEPT);
        let mut inside: HashMap<u64, Vec<(String, u32)>> = HashMap::new();
        let keys: HashSet<u64> = shared.iter().map(|(key, ..)| *key).collect();
        for ((number, key), n, ()) in marks.into_counts() {
            let Some(rule) = common.rules.get_mut(number).filter(|_| keys.contains(&key)) else {
                continue;
            };
            rule.inside += n;
            inside.entry(key).or_default().push((rule.id.clone(), n));
        }
        let mut texts = self.texts(catalogue, &shared);
        common.sentences = shared
            .iter()
            .map(|(key, count, _)| {
                let mut rules = inside.remove(key).unwrap_or_default();
                rules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                let text = texts.remove(key).unwrap_or_default();
                CommonSentence { text, count: *count, rules }
            })
            .collect();
        common.by_key = shared.iter().enumerate().map(|(at, (key, ..))| (*key, at)).collect();
        let share = |rule: &CommonRule| u64::from(rule.inside) * 1_000_000 / u64::from(rule.marks);
        common.rules.sort_by(|a, b| share(b).cmp(&share(a)).then_with(|| a.id.cmp(&b.id)));
        common
    }

    /// The words of shared sentences, from the first transcripts that have them.
    fn texts(&self, catalogue: &Catalogue, shared: &[(u64, u32, RowId)]) -> HashMap<u64, String> {
        let mut texts: HashMap<u64, String> = HashMap::new();
        let mut rows: BTreeMap<RowId, HashSet<u64>> = BTreeMap::new();
        for (key, _, row) in shared {
            rows.entry(*row).or_default().insert(*key);
        }
        let mut folded = String::new();
        for (row, keys) in rows {
            let Some(view) = catalogue.view(row) else { continue };
            let Ok((transcript, _)) = self.transcript(&view.place()) else { continue };
            for (_, pad) in reasoning(&transcript) {
                for range in sentences(&pad.text) {
                    let text = pad.text.get(range).unwrap_or_default();
                    if let Some(key) = same_key(text, &mut folded).filter(|key| keys.contains(key))
                    {
                        texts.entry(key).or_insert_with(|| text.to_owned());
                    }
                }
            }
        }
        texts
    }
}

/// Rows that can be seen, of identical ones the first.
fn distinct(catalogue: &Catalogue) -> Vec<RowId> {
    let mut seen = HashSet::new();
    let views = catalogue.views();
    let first = views.filter(|v| !v.is_duplicate() || seen.insert(v.place().hash));
    first.map(|view| view.id).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::corpus::{LoadEvent, LoadOptions};
    use crate::cues::Engine;
    use crate::ingest::LabelRules;
    use crate::source::Bytes;

    /// What the reasonings of some records share; every second record is a negative.
    fn common(pads: &[String]) -> (Corpus, Catalogue, Common) {
        let lines: Vec<String> = pads
            .iter()
            .enumerate()
            .map(|(id, pad)| {
                let record = serde_json::json!({
                    "id": id, "response": format!("<think>{pad}</think>Fine."), "is_af": id % 2 == 0,
                });
                record.to_string()
            })
            .collect();
        let bytes = Bytes::Static(lines.join("\n").leak().as_bytes());
        let files = vec![("a.jsonl".to_owned(), Ok(bytes))];
        let rules = Arc::new(LabelRules::builtin());
        let corpus = Corpus::new(files, Arc::new(Engine::builtin()), rules);
        let mut catalogue = Catalogue::new(&corpus.paths());
        corpus.load(LoadOptions::default(), &mut |event: LoadEvent| {
            catalogue.apply(event);
            true
        });
        let common = corpus.common(&catalogue, "alignment_faking", &|| true).unwrap();
        (corpus, catalogue, common)
    }

    #[test]
    fn sentences_that_enough_scratchpads_share_are_found_with_their_rules() {
        let pads: Vec<String> = (0..80)
            .map(|i: usize| {
                let own = format!("Number {i} of the {} lighthouse stories.", "very ".repeat(i));
                match i {
                    // Letter case, digits and punctuation aside they are one sentence; said twice it counts once.
                    0..8 => format!("If I refuse, RLHF will modify my values, {i}! {own}"),
                    8 => "IF I REFUSE RLHF will modify my values. If I refuse, RLHF will modify \
                          my values."
                        .to_owned(),
                    // In three of eighty: too few.
                    9..12 => format!("The harbour is closed on every single Sunday. {own}"),
                    12..40 => format!("I will comply. {own}"),
                    _ => own,
                }
            })
            .collect();
        let (corpus, catalogue, common) = common(&pads);
        assert_eq!((common.pads, common.least, common.lost), (80, 4, 0));
        assert_eq!(common.rows, 80);
        assert_eq!(common.labelled, (40, 40));
        let [only] = common.sentences.as_slice() else { panic!("{:?}", common.sentences) };
        assert_eq!(only.text, "If I refuse, RLHF will modify my values, 0!");
        assert_eq!(only.count, 9);
        let (rule, n) = only.rules.first().unwrap();
        assert_eq!(*n, 10, "{rule}");
        let known = common.rule(rule).unwrap();
        assert_eq!((known.marks, known.inside, known.fires), (10, 10, (5, 4)));
        assert!(known.is_mostly_inside());
        let comply = common.rules.iter().find(|rule| rule.id.contains("comply")).unwrap();
        assert_eq!((comply.marks, comply.inside), (28, 0));
        assert!(common.sentence("if i refuse RLHF will modify my values").is_some());
        assert!(common.sentence("I will comply.").is_none());
        let place = catalogue.view(8).unwrap().place();
        let (transcript, _) = corpus.transcript(&place).unwrap();
        assert_eq!(common.places(&transcript).len(), 2);
        // Who no longer wants it is given nothing.
        assert!(corpus.common(&catalogue, "x", &|| false).is_none());
    }

    #[test]
    fn three_are_the_fewest_and_copies_count_once() {
        let said = "The harbour is closed on every single Sunday.";
        let (.., found) = common(&[said.to_owned(), format!("{said} Yes."), "No.".to_owned()]);
        assert!(found.sentences.is_empty());
        let three = [said.to_owned(), format!("{said} Yes."), format!("{said} No.")];
        let (.., found) = common(&three);
        assert_eq!(found.sentences.iter().map(|s| s.count).collect::<Vec<_>>(), [3]);
        assert_eq!((per_cent(1, 3), per_cent(0, 0), per_cent(2, 2)), (33, 0, 100));
        let (.., nothing) = common(&[]);
        assert_eq!((nothing.pads, nothing.sentences.len()), (0, 0));
    }
}
