//! Background work: reading files, bodies, filters, colours. At most one job of a kind waits; the newest wins.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::{colour, terminal};
use crate::app::{Code, Message};
use crate::corpus::{
    BodyError, Catalogue, Corpus, Following, Hits, LoadOptions, RowId, RowPlace, SortKey,
};
use crate::query::{Filter, Needs};

/// Messages of the loader that may wait; more, and reading waits for the screen.
const LOADED: usize = 8;

struct BodyJob {
    generation: u64,
    row: RowId,
    place: RowPlace,
}

struct FilterJob {
    generation: u64,
    filter: Filter,
    catalogue: Catalogue,
    from: RowId,
}

struct NarrowJob {
    generation: u64,
    pattern: String,
    rows: Vec<RowId>,
    catalogue: Catalogue,
}

struct ColourJob {
    generation: u64,
    codes: Vec<Code>,
}

/// The workers and their channels.
pub struct Workers {
    bodies: Sender<BodyJob>,
    filters: Sender<FilterJob>,
    colours: Sender<ColourJob>,
    narrowings: Sender<NarrowJob>,
    comparisons: Sender<(SortKey, Catalogue)>,
    /// Generation of the newest filter: an older one stops at once.
    newest: Arc<AtomicU64>,
    /// The same of the newest narrowing.
    narrowest: Arc<AtomicU64>,
    /// Results of bodies, filters and colours.
    pub results: Receiver<Message>,
    /// What reading finds.
    pub loaded: Receiver<Message>,
    /// Kept until reading starts.
    to_loaded: Option<Sender<Message>>,
    corpus: Corpus,
    /// Whether growing files are followed.
    following: Following,
}

/// The newest job: those before it are dropped.
fn newest<T>(jobs: &Receiver<T>) -> Option<T> {
    let mut job = jobs.recv().ok()?;
    while let Ok(newer) = jobs.try_recv() {
        job = newer;
    }
    Some(job)
}

impl Workers {
    /// Starts the threads that wait for jobs. Reading starts with [`Workers::read`]. `follow`: growing files are followed
    /// from the start.
    #[must_use]
    pub fn new(corpus: &Corpus, follow: bool) -> Self {
        let (to_results, results) = unbounded();
        let (to_loaded, loaded) = bounded(LOADED);
        let (bodies, body_jobs) = unbounded::<BodyJob>();
        let (filters, filter_jobs) = unbounded::<FilterJob>();
        let (colours, colour_jobs) = unbounded::<ColourJob>();
        let (narrowings, narrow_jobs) = unbounded::<NarrowJob>();
        let (comparisons, compare_jobs) = unbounded::<(SortKey, Catalogue)>();
        let wanted = Arc::new(AtomicU64::new(0));
        {
            let (corpus, results) = (corpus.clone(), to_results.clone());
            thread::spawn(move || {
                while let Some(job) = newest(&body_jobs) {
                    if results.send(body(&corpus, &job)).is_err() {
                        break;
                    }
                }
            });
        }
        {
            let (corpus, results, wanted) =
                (corpus.clone(), to_results.clone(), Arc::clone(&wanted));
            thread::spawn(move || {
                while let Some(job) = newest(&filter_jobs) {
                    filter(&corpus, &job, &wanted, &results);
                }
            });
        }
        let narrowest = Arc::new(AtomicU64::new(0));
        {
            let (results, wanted) = (to_results.clone(), Arc::clone(&narrowest));
            thread::spawn(move || {
                while let Some(job) = newest(&narrow_jobs) {
                    narrow(&job, &wanted, &results);
                }
            });
        }
        {
            let results = to_results.clone();
            thread::spawn(move || {
                for (key, catalogue) in compare_jobs {
                    let ranks = terminal::guarded(|| catalogue.ranks(key));
                    let message = ranks.map_or_else(Message::Failed, Message::Compared);
                    if results.send(message).is_err() {
                        break;
                    }
                }
            });
        }
        thread::spawn(move || {
            while let Some(job) = newest(&colour_jobs) {
                let colour = |code: Code| {
                    let spans = terminal::guarded(|| colour::colour(&code.text, &code.language));
                    (code.place, spans.unwrap_or_default())
                };
                let codes = job.codes.into_iter().map(colour).collect();
                let message = Message::Coloured { generation: job.generation, codes };
                if to_results.send(message).is_err() {
                    break;
                }
            }
        });
        let to_loaded = Some(to_loaded);
        let corpus = corpus.clone();
        Self {
            bodies,
            filters,
            colours,
            narrowings,
            comparisons,
            newest: wanted,
            narrowest,
            results,
            loaded,
            to_loaded,
            corpus,
            following: Following::new(follow),
        }
    }

    /// Starts reading files, and stays with those that grow. Once.
    pub fn read(&mut self) {
        let Some(events) = self.to_loaded.take() else { return };
        let (corpus, following) = (self.corpus.clone(), self.following.clone());
        thread::spawn(move || {
            let needs = Needs { cues: true, opened: true, ..Needs::default() };
            let options = LoadOptions { needs, ..LoadOptions::default() };
            let ended = terminal::guarded(|| {
                corpus.follow(options, &following, &mut |event| {
                    events.send(Message::Loaded(event)).is_ok()
                });
            });
            if let Err(sentence) = ended {
                let _ = events.send(Message::Failed(sentence));
            }
        });
    }

    /// Follows growing files from now on, or no more.
    pub fn follow(&self, on: bool) {
        self.following.turn(on);
    }

    /// Asks for a body. Failing means that the program is leaving.
    pub fn body(&self, generation: u64, row: RowId, place: RowPlace) {
        let _ = self.bodies.send(BodyJob { generation, row, place });
    }

    /// Asks for a filter run.
    pub fn filter(&self, generation: u64, filter: Filter, catalogue: Catalogue, from: RowId) {
        self.newest.store(generation, Ordering::SeqCst);
        let _ = self.filters.send(FilterJob { generation, filter, catalogue, from });
    }

    /// Asks for a fuzzy ranking.
    pub fn narrow(&self, generation: u64, pattern: String, rows: Vec<RowId>, catalogue: Catalogue) {
        self.narrowest.store(generation, Ordering::SeqCst);
        let _ = self.narrowings.send(NarrowJob { generation, pattern, rows, catalogue });
    }

    /// Asks for the comparison of all texts.
    pub fn compare(&self, key: SortKey, catalogue: Catalogue) {
        let _ = self.comparisons.send((key, catalogue));
    }

    /// Asks for colours.
    pub fn colour(&self, generation: u64, codes: Vec<Code>) {
        let _ = self.colours.send(ColourJob { generation, codes });
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.following.end();
    }
}

fn body(corpus: &Corpus, job: &BodyJob) -> Message {
    let result = terminal::guarded(|| {
        // A switch for the tests of this very path; see tests/terminal.rs.
        assert!(std::env::var("UNDERTONE_TEST_PANIC").as_deref() != Ok("worker"), "asked for");
        corpus.body(&job.place)
    });
    let result = match result {
        Ok(result) => result.map(Arc::new),
        Err(message) => Err(BodyError { message }),
    };
    Message::BodyRead { generation: job.generation, row: job.row, result }
}

fn filter(corpus: &Corpus, job: &FilterJob, wanted: &AtomicU64, results: &Sender<Message>) {
    let generation = job.generation;
    let ended = terminal::guarded(|| {
        corpus.filter(&job.catalogue, &job.filter, job.from, &mut |hits| {
            let done = hits.searched == hits.total;
            wanted.load(Ordering::SeqCst) == generation
                && results.send(Message::Filtered { generation, hits, done }).is_ok()
        });
    });
    if let Err(sentence) = ended {
        let total = job.catalogue.len().saturating_sub(job.from as usize);
        let hits = Hits { searched: total, total, unreadable: total, ..Hits::default() };
        let _ = results.send(Message::Filtered { generation, hits, done: true });
        let _ = results.send(Message::Failed(sentence));
    }
}

fn narrow(job: &NarrowJob, wanted: &AtomicU64, results: &Sender<Message>) {
    let generation = job.generation;
    let ended = terminal::guarded(|| {
        job.catalogue.narrow(&job.rows, &job.pattern, &mut |rows, done| {
            wanted.load(Ordering::SeqCst) == generation
                && results.send(Message::Narrowed { generation, rows, done }).is_ok()
        });
    });
    if let Err(sentence) = ended {
        let _ = results.send(Message::Narrowed { generation, rows: Vec::new(), done: true });
        let _ = results.send(Message::Failed(sentence));
    }
}
