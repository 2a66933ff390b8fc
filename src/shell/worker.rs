//! Background work: reading files, bodies, filters, colours. At most one job of a kind waits; the newest wins.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::jobs::Jobs;
use super::studying::Desk;
use super::{colour, terminal};
use crate::app::{Code, Contrasting, Counting, Message, Reply, Studying};
use crate::cli::reviews::found;
use crate::corpus::{
    Bits, Body, BodyError, Catalogue, Corpus, Following, FrameOf, Hits, LoadEvent, LoadOptions,
    PairField, Question, RowId, RowPlace, SortKey,
};
use crate::query::{Filter, Needs};
use crate::review::Draw;

/// Messages of the loader that may wait; more, and reading waits for the screen.
const LOADED: usize = 8;

struct BodyJob {
    generation: u64,
    row: RowId,
    place: RowPlace,
}

struct AheadJob {
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

struct CommonJob {
    generation: u64,
    label: String,
    catalogue: Catalogue,
}

/// Who is whose partner is to be found, and on request what can be compared at all.
pub struct PairJob {
    pub generation: u64,
    pub field: PairField,
    pub choices: bool,
    pub catalogue: Catalogue,
}

/// Facets of many rows are to be counted.
pub struct FacetJob {
    pub generation: u64,
    pub shown: Vec<RowId>,
    pub catalogue: Catalogue,
}

/// What journals say of the rows is to be found out.
pub struct ReviewJob {
    pub generation: u64,
    pub catalogue: Catalogue,
    pub paths: Vec<String>,
    pub journal: Option<String>,
}

/// A sample is to be drawn.
pub struct SampleJob {
    pub how: Draw,
    pub of: FrameOf,
    pub rows: Bits,
    pub catalogue: Catalogue,
}

struct NumbersJob {
    generation: u64,
    questions: Vec<Question>,
    rows: Bits,
    catalogue: Catalogue,
}

struct ColourJob {
    generation: u64,
    codes: Vec<Code>,
}

/// The workers and their channels.
pub struct Workers {
    bodies: Jobs<BodyJob>,
    /// Bodies that nobody waits for yet.
    aheads: Jobs<AheadJob>,
    filters: Jobs<FilterJob>,
    colours: Jobs<ColourJob>,
    pairs: Jobs<PairJob>,
    /// Bodies of the other side of a pair.
    partners: Jobs<AheadJob>,
    contrasts: Jobs<Contrasting>,
    /// The answers of a sample.
    fans: Jobs<Vec<(RowId, RowPlace)>>,
    /// Matches of the reader's highlights.
    counts: Jobs<Counting>,
    narrowings: Jobs<NarrowJob>,
    comparisons: Jobs<(SortKey, Catalogue)>,
    commons: Jobs<CommonJob>,
    facets: Jobs<FacetJob>,
    /// The records' further fields.
    fields: Jobs<(u64, Catalogue)>,
    /// Generation of the newest of those; 0: nobody wants them.
    newest_fields: Arc<AtomicU64>,
    samples: Jobs<SampleJob>,
    reviews: Jobs<ReviewJob>,
    numbers: Jobs<NumbersJob>,
    studies: Jobs<Studying>,
    /// Generation of the newest question to the journals.
    newest_study: Arc<AtomicU64>,
    /// Generation of the newest count: an older one stops where it runs a filter.
    newest_count: Arc<AtomicU64>,
    /// Generation of the newest search for what is shared.
    commonest: Arc<AtomicU64>,
    /// Generation of the newest filter: an older one stops at once.
    newest: Arc<AtomicU64>,
    /// The same of the newest narrowing.
    narrowest: Arc<AtomicU64>,
    /// Results of bodies, filters and colours.
    pub results: Receiver<Message>,
    /// What reading finds.
    pub loaded: Receiver<Message>,
    to_results: Sender<Message>,
    /// Kept until reading starts.
    to_loaded: Option<Sender<Message>>,
    corpus: Corpus,
    /// Whether growing files are followed.
    following: Following,
    /// It was said that the index cannot be read.
    told_fault: bool,
}

impl Workers {
    /// Workers that wait for jobs. Reading starts with [`Workers::read`]. `follow`: growing files are followed from the
    /// start.
    #[must_use]
    pub fn new(corpus: &Corpus, follow: bool, desk: &Desk) -> Self {
        let (to_results, results) = unbounded();
        let (to_loaded, loaded) = bounded(LOADED);
        let (newest, narrowest) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let (ours, to) = (corpus.clone(), to_results.clone());
        let bodies = Jobs::newest(move |job| body(&ours, &job, &to));
        let (ours, to) = (corpus.clone(), to_results.clone());
        let aheads = Jobs::newest(move |job: AheadJob| {
            let read = terminal::guarded(|| ours.body(&job.place).map(Arc::new));
            let result = read.unwrap_or_else(|message| Err(BodyError { message }));
            let _ = to.send(Message::BodyAhead { row: job.row, result });
        });
        let (ours, to) = (corpus.clone(), to_results.clone());
        let partners = Jobs::newest(move |job: AheadJob| {
            let read = terminal::guarded(|| ours.body(&job.place).map(Arc::new));
            let result = read.unwrap_or_else(|message| Err(BodyError { message }));
            let _ = to.send(Message::PartnerRead { row: job.row, result });
        });
        let to = to_results.clone();
        let pairs = Jobs::newest(move |job: PairJob| {
            let PairJob { generation, field, choices, catalogue } = job;
            let paired = terminal::guarded(|| Message::Paired {
                generation,
                samples: catalogue.samples(field),
                choices: if choices { catalogue.comparisons() } else { Vec::new() },
            });
            let _ = to.send(paired.unwrap_or_else(Message::Failed));
        });
        let to = to_results.clone();
        let contrasts = Jobs::newest(move |job: Contrasting| {
            let contrast = terminal::guarded(|| Arc::new(job.contrast()));
            let _ = to.send(contrast.map_or_else(Message::Failed, Message::Contrasted));
        });
        let (ours, to) = (corpus.clone(), to_results.clone());
        let fans = Jobs::newest(move |rows: Vec<(RowId, RowPlace)>| {
            let read = |(row, place): (RowId, RowPlace)| match ours.transcript(&place) {
                Ok((transcript, _)) => Reply::of(row, &transcript),
                Err(error) => Reply { row, hash: u64::from(row), words: error.message },
            };
            let answers = terminal::guarded(|| rows.into_iter().map(read).collect());
            let _ = to.send(answers.map_or_else(Message::Failed, Message::Fanned));
        });
        let (ours, to, wanted) = (corpus.clone(), to_results.clone(), Arc::clone(&newest));
        let filters = Jobs::newest(move |job| filter(&ours, &job, &wanted, &to));
        let (to, wanted) = (to_results.clone(), Arc::clone(&narrowest));
        let narrowings = Jobs::newest(move |job| narrow(&job, &wanted, &to));
        let to = to_results.clone();
        let comparisons = Jobs::new(move |jobs: Receiver<(SortKey, Catalogue)>| {
            for (key, catalogue) in jobs {
                let ranks = terminal::guarded(|| catalogue.ranks(key));
                let _ = to.send(ranks.map_or_else(Message::Failed, Message::Compared));
            }
        });
        let commonest = Arc::<AtomicU64>::default();
        let (ours, to, wanted) = (corpus.clone(), to_results.clone(), Arc::clone(&commonest));
        let commons = Jobs::newest(move |job| common(&ours, &job, &wanted, &to));
        let (ours, to) = (corpus.clone(), to_results.clone());
        let samples = Jobs::newest(move |job: SampleJob| {
            let SampleJob { how, of, rows, catalogue } = job;
            let drawn =
                terminal::guarded(|| Box::new(ours.draw_sample(&catalogue, &rows, &of, &how)));
            let _ = to.send(drawn.map_or_else(Message::Failed, Message::SampleDrawn));
        });
        let (ours, to) = (corpus.clone(), to_results.clone());
        let reviews = Jobs::newest(move |job: ReviewJob| {
            let ReviewJob { generation, catalogue, paths, journal } = job;
            let journal = journal.as_deref().map(Path::new);
            let found = terminal::guarded(|| found(&ours, &catalogue, &paths, journal));
            let failed = found.as_ref().err().cloned();
            let reviews = Box::new(found.unwrap_or_default());
            // Somebody may wait for it.
            let _ = to.send(Message::Reviewed { generation, reviews });
            if let Some(sentence) = failed {
                let _ = to.send(Message::Failed(sentence));
            }
        });
        let to = to_results.clone();
        let facets = Jobs::newest(move |job: FacetJob| {
            let FacetJob { generation, shown, catalogue } = job;
            let counted = terminal::guarded(|| catalogue.facets(&shown));
            let failed = counted.as_ref().err().cloned();
            let facets = counted.unwrap_or_default();
            // Nobody listens when the program leaves.
            let _ = to.send(Message::FacetsCounted { generation, facets });
            if let Some(sentence) = failed {
                let _ = to.send(Message::Failed(sentence));
            }
        });
        let newest_fields = Arc::<AtomicU64>::default();
        let (ours, to, latest) = (corpus.clone(), to_results.clone(), Arc::clone(&newest_fields));
        let fields = Jobs::newest(move |(generation, catalogue): (u64, Catalogue)| {
            let wanted = || latest.load(Ordering::Relaxed) == generation;
            let found = terminal::guarded(|| ours.record_fields(&catalogue, None, &wanted));
            let _ = to.send(match found {
                Ok(Some(fields)) => Message::FieldsRead { generation, fields: Arc::new(fields) },
                Ok(None) => return,
                Err(sentence) => Message::Failed(sentence),
            });
        });
        let newest_count = Arc::<AtomicU64>::default();
        let (ours, to, wanted) = (corpus.clone(), to_results.clone(), Arc::clone(&newest_count));
        let numbers = Jobs::newest(move |job| numbers(&ours, &job, &wanted, &to));
        let newest_study = Arc::<AtomicU64>::default();
        let (ours, to, wanted) = (corpus.clone(), to_results.clone(), Arc::clone(&newest_study));
        let desk = desk.clone();
        let studies = Jobs::newest(move |job| study(&ours, &desk, job, &wanted, &to));
        let to = to_results.clone();
        let colours = Jobs::newest(move |job: ColourJob| {
            let colour = |code: Code| {
                let spans = terminal::guarded(|| colour::colour(&code.text, &code.language));
                (code.place, spans.unwrap_or_default())
            };
            let codes = job.codes.into_iter().map(colour).collect();
            let _ = to.send(Message::Coloured { generation: job.generation, codes });
        });
        let to = to_results.clone();
        let counts = Jobs::newest(move |job: Counting| {
            let counts = terminal::guarded(|| job.counts());
            let generation = job.generation;
            let message = |counts| Message::HighlightsCounted { generation, counts };
            let _ = to.send(counts.map_or_else(Message::Failed, message));
        });
        Self {
            bodies,
            aheads,
            filters,
            colours,
            pairs,
            partners,
            contrasts,
            fans,
            counts,
            narrowings,
            comparisons,
            commons,
            facets,
            fields,
            newest_fields,
            samples,
            reviews,
            numbers,
            studies,
            newest_study,
            newest_count,
            commonest,
            newest,
            narrowest,
            to_results,
            results,
            loaded,
            to_loaded: Some(to_loaded),
            corpus: corpus.clone(),
            following: Following::new(follow),
            told_fault: false,
        }
    }

    /// Starts reading files, and stays with those that grow. Once.
    pub fn read(&mut self) {
        let Some(events) = self.to_loaded.take() else { return };
        let (corpus, following) = (self.corpus.clone(), self.following.clone());
        thread::spawn(move || {
            let needs = Needs { cues: true, body: true, opened: true, ..Needs::default() };
            let options = LoadOptions { needs, glimpse: true, ..LoadOptions::default() };
            let mut told = false;
            let ended = terminal::guarded(|| {
                corpus.follow(options, &following, &mut |event| {
                    // Said as soon as something was read with them, and at the end in any case.
                    let used =
                        matches!(&event, LoadEvent::Rows(_) if corpus.engine.ready().is_some());
                    let done = matches!(&event, LoadEvent::Progress(progress) if progress.done);
                    let mut tell = |now: bool| {
                        if told || !now {
                            return true;
                        }
                        told = true;
                        let rules = Message::Rules(Arc::clone(corpus.engine.get()));
                        events.send(rules).is_ok()
                    };
                    // Where all rows were known nobody has compiled them yet: that everything is there does not wait for it.
                    tell(used) && events.send(Message::Loaded(event)).is_ok() && tell(done)
                });
            });
            if let Err(sentence) = ended {
                let _ = events.send(Message::Failed(sentence));
            }
        });
    }

    /// Where results go, for those who work elsewhere.
    #[must_use]
    pub fn to_results(&self) -> Sender<Message> {
        self.to_results.clone()
    }

    /// That what is shown is not to be believed, the first time that it is so.
    pub fn fault(&mut self) -> Option<String> {
        let fault = self.corpus.fault().filter(|_| !self.told_fault)?;
        self.told_fault = true;
        Some(fault)
    }

    /// The first frame was drawn: reading, which was held back for it, goes on.
    pub fn shown(&self) {
        self.corpus.glimpse_shown();
    }

    /// Follows growing files from now on, or no more.
    pub fn follow(&self, on: bool) {
        self.following.turn(on);
    }

    /// Asks for a body.
    pub fn body(&self, generation: u64, row: RowId, place: RowPlace) {
        self.bodies.give(BodyJob { generation, row, place });
    }

    /// Asks for the body that will be wanted next.
    pub fn ahead(&self, row: RowId, place: RowPlace) {
        self.aheads.give(AheadJob { row, place });
    }

    /// Asks who is whose partner.
    pub fn pair(&self, job: PairJob) {
        self.pairs.give(job);
    }

    /// Asks for the body of the other side.
    pub fn partner(&self, row: RowId, place: RowPlace) {
        self.partners.give(AheadJob { row, place });
    }

    /// Asks what differs between two texts.
    pub fn contrast(&self, contrasting: Contrasting) {
        self.contrasts.give(contrasting);
    }

    /// Asks for the answers of a sample.
    pub fn fan(&self, rows: Vec<(RowId, RowPlace)>) {
        self.fans.give(rows);
    }

    /// Asks for a filter run.
    pub fn filter(&self, generation: u64, filter: Filter, catalogue: Catalogue, from: RowId) {
        self.newest.store(generation, Ordering::SeqCst);
        self.filters.give(FilterJob { generation, filter, catalogue, from });
    }

    /// Asks for a fuzzy ranking.
    pub fn narrow(&self, generation: u64, pattern: String, rows: Vec<RowId>, catalogue: Catalogue) {
        self.narrowest.store(generation, Ordering::SeqCst);
        self.narrowings.give(NarrowJob { generation, pattern, rows, catalogue });
    }

    /// Keeps an index of what was read. Failing costs nothing but the time of the next reading, and is said.
    pub fn keep(&self, catalogue: Catalogue) {
        let (corpus, results) = (self.corpus.clone(), self.to_results.clone());
        thread::spawn(move || {
            let sentence = match terminal::guarded(|| corpus.keep(&catalogue)) {
                Ok(Ok(_)) => return,
                Ok(Err(error)) => format!("the index could not be kept: {error}"),
                Err(sentence) => sentence,
            };
            let _ = results.send(Message::Failed(sentence));
        });
    }

    /// Asks for the comparison of all texts.
    pub fn compare(&self, key: SortKey, catalogue: Catalogue) {
        self.comparisons.give((key, catalogue));
    }

    /// Asks for the sentences that scratchpads share.
    pub fn common(&self, label: String, catalogue: Catalogue) {
        let generation = self.commonest.fetch_add(1, Ordering::SeqCst) + 1;
        self.commons.give(CommonJob { generation, label, catalogue });
    }

    /// Reads an item of a review without marks; a large one elsewhere, which answers later.
    pub fn item(&self, generation: u64, row: RowId, place: RowPlace) -> Option<Message> {
        const QUICK: u64 = 4 << 20;
        if place.parts.iter().map(|(_, length)| length).sum::<u64>() > QUICK {
            self.body(generation, row, place);
            return None;
        }
        let read = terminal::guarded(|| self.corpus.unmarked_body(&place).map(Arc::new));
        let result = read.unwrap_or_else(|message| Err(BodyError { message }));
        Some(Message::BodyRead { generation, row, result })
    }

    /// Asks for a sample.
    pub fn sample(&self, job: SampleJob) {
        self.samples.give(job);
    }

    /// Asks for the records' further fields, or, of generation 0, no more.
    pub fn fields(&self, generation: u64, catalogue: Catalogue) {
        self.newest_fields.store(generation, Ordering::Relaxed);
        if generation > 0 {
            self.fields.give((generation, catalogue));
        }
    }

    /// Asks what journals say of the rows.
    pub fn reviews(&self, job: ReviewJob) {
        self.reviews.give(job);
    }

    /// Asks for the facets of rows.
    pub fn facets(&self, job: FacetJob) {
        self.facets.give(job);
    }

    /// Asks what rows came to.
    pub fn numbers(
        &self,
        generation: u64,
        questions: Vec<Question>,
        rows: Bits,
        catalogue: Catalogue,
    ) {
        self.newest_count.store(generation, Ordering::SeqCst);
        self.numbers.give(NumbersJob { generation, questions, rows, catalogue });
    }

    /// Asks what journals say.
    pub fn study(&self, asked: Studying) {
        self.newest_study.store(asked.generation, Ordering::SeqCst);
        self.studies.give(asked);
    }

    /// Asks how often highlights stand in the panes.
    pub fn count(&self, counting: Counting) {
        self.counts.give(counting);
    }

    /// Asks for colours.
    pub fn colour(&self, generation: u64, codes: Vec<Code>) {
        self.colours.give(ColourJob { generation, codes });
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.following.end();
    }
}

/// Reads a body. While the rules are still being compiled, and where they take long, the text comes before its marks.
fn body(corpus: &Corpus, job: &BodyJob, results: &Sender<Message>) {
    let (generation, row) = (job.generation, job.row);
    let read = terminal::guarded(|| {
        // A switch for the tests of this very path; see tests/terminal.
        assert!(std::env::var("UNDERTONE_TEST_PANIC").as_deref() != Ok("worker"), "asked for");
        corpus.unmarked_body(&job.place)
    });
    // Nobody listens when the program leaves; then the whole process ends.
    let answer = |result| drop(results.send(Message::BodyRead { generation, row, result }));
    let body = match read.unwrap_or_else(|message| Err(BodyError { message })) {
        Ok(body) => Arc::new(body),
        Err(error) => return answer(Err(error)),
    };
    let early = corpus.engine.ready().is_none() || body.is_long();
    if early {
        let _ = results.send(Message::Unmarked { generation, row, body: Arc::clone(&body) });
    }
    let found = terminal::guarded(|| corpus.engine.analyse(&body.transcript));
    match found {
        Err(message) => answer(Err(BodyError { message })),
        Ok(analysis) if early => {
            // Who marks it need not copy it.
            drop(body);
            let analysis = Box::new(analysis);
            let _ = results.send(Message::Marked { generation, row, analysis });
        }
        Ok(analysis) => {
            let body = Arc::unwrap_or_clone(body);
            answer(Ok(Arc::new(Body { analysis, ..body })));
        }
    }
}

fn filter(corpus: &Corpus, job: &FilterJob, wanted: &AtomicU64, results: &Sender<Message>) {
    let generation = job.generation;
    let is_wanted = || wanted.load(Ordering::SeqCst) == generation;
    let ended = terminal::guarded(|| {
        corpus.filter(&job.catalogue, &job.filter, job.from, &is_wanted, &mut |hits| {
            let done = hits.searched == hits.total;
            // Nobody listens when the program leaves; then the whole process ends.
            let _ = results.send(Message::Filtered { generation, hits, done });
        });
    });
    if let Err(sentence) = ended {
        let total = job.catalogue.len().saturating_sub(job.from as usize);
        let hits = Hits { searched: total, total, unreadable: total, ..Hits::default() };
        let _ = results.send(Message::Filtered { generation, hits, done: true });
        let _ = results.send(Message::Failed(sentence));
    }
}

fn common(corpus: &Corpus, job: &CommonJob, wanted: &AtomicU64, results: &Sender<Message>) {
    let is_wanted = || wanted.load(Ordering::SeqCst) == job.generation;
    let found = terminal::guarded(|| corpus.common(&job.catalogue, &job.label, &is_wanted));
    // Nobody listens when the program leaves.
    let _ = match found {
        Ok(Some(common)) => results.send(Message::Common(Arc::new(common))),
        // A newer search goes on.
        Ok(None) => Ok(()),
        Err(sentence) => results.send(Message::Failed(sentence)),
    };
}

fn numbers(corpus: &Corpus, job: &NumbersJob, wanted: &AtomicU64, results: &Sender<Message>) {
    let generation = job.generation;
    let is_wanted = || wanted.load(Ordering::SeqCst) == generation;
    let mut matching = |filter: &Filter| corpus.matching(&job.catalogue, filter, &is_wanted);
    let answers = terminal::guarded(|| {
        job.catalogue.answers(&job.questions, &job.rows, &corpus.rules, &mut matching)
    });
    // Nobody listens when the program leaves.
    let _ = match answers {
        Ok(Some(answers)) => results.send(Message::Counted { generation, answers }),
        // A newer count goes on.
        Ok(None) => Ok(()),
        Err(sentence) => {
            let _ = results.send(Message::Counted { generation, answers: Vec::new() });
            results.send(Message::Failed(sentence))
        }
    };
}

fn study(
    corpus: &Corpus,
    desk: &Desk,
    asked: Studying,
    wanted: &AtomicU64,
    results: &Sender<Message>,
) {
    let generation = asked.generation;
    let is_wanted = || wanted.load(Ordering::SeqCst) == generation;
    let found = match terminal::guarded(|| desk.study(corpus, asked, &is_wanted)) {
        Ok(Some(found)) => found.map(Arc::new),
        // A newer one goes on.
        Ok(None) => return,
        Err(sentence) => Err(sentence),
    };
    // Nobody listens when the program leaves.
    let _ = results.send(Message::Studied { generation, found });
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
