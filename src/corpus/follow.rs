//! Following files that grow: when everything was read, somebody looks at them now and then, and reads what has come.
//!
//! A file of lines that only grew is read on from where it was left. Anything else that changed is read once more from its
//! start, and its rows find their old places: see [`super::again`]. What cannot be read any more stays as it was read.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::collect::Collector;
use super::cut::problem;
use super::files::{Entry, Start};
use super::job::Answer;
use super::switch::{Following, Step};
use super::{Corpus, LoadEvent, LoadOptions};
use crate::model::ProblemKind;
use crate::source::{Bytes, Change, Mark, discover};

#[cfg(test)]
mod tests;

/// How long nobody looks, at least.
const PAUSE: Duration = Duration::from_millis(300);
/// Looking may take one part in so many of the time; reading what changed, one in so many.
const LOOKING: u32 = 20;
const READING: u32 = 4;

impl Corpus {
    /// Reads all files as [`Corpus::load`] does, then stays with them while the switch is on, until it ends or `event` returns
    /// false.
    pub fn follow(
        &self,
        options: LoadOptions,
        following: &Following,
        event: &mut dyn FnMut(LoadEvent) -> bool,
    ) {
        let mut on = following.is_on();
        let mut follower = Follower::new(self, options, event);
        follower.load(on);
        let mut pause = PAUSE;
        while follower.goes_on() {
            match following.wait(on, pause) {
                Step::End => return,
                Step::Look => {
                    on = true;
                    let began = Instant::now();
                    let share = if follower.look() { READING } else { LOOKING };
                    pause = PAUSE.max(began.elapsed() * share);
                }
                Step::Settle => {
                    on = false;
                    follower.settle();
                }
            }
        }
    }
}

/// Who looks.
pub(super) struct Follower<'a> {
    corpus: &'a Corpus,
    options: LoadOptions,
    stop: AtomicBool,
    collector: Collector<'a>,
}

impl<'a> Follower<'a> {
    pub(super) fn new(
        corpus: &'a Corpus,
        options: LoadOptions,
        event: &'a mut dyn FnMut(LoadEvent) -> bool,
    ) -> Self {
        let (stop, collector) = (AtomicBool::new(false), Collector::new(corpus, event));
        Self { corpus, options, stop, collector }
    }

    /// Whether somebody listens.
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Reads everything. `hold`: what is not whole yet waits.
    pub(super) fn load(&mut self, hold: bool) {
        self.corpus.files.set_hold(hold);
        self.corpus.read_all(self.options, &self.stop, &mut self.collector);
    }

    /// Looks once at all files and for new ones, and reads what has come; whether there was anything.
    pub(super) fn look(&mut self) -> bool {
        self.corpus.files.set_hold(true);
        let files = self.corpus.files.all();
        let mut list = Vec::new();
        let mut gone = Vec::new();
        // What took the place of files, or came: one that is not there any more may be one of these.
        let mut others = Vec::new();
        for (file, entry) in (0..).zip(&files).filter(|(_, entry)| entry.depth == 0) {
            let (Ok(bytes), Some(known)) = (&entry.given, self.collector.memories.get_mut(&file))
            else {
                continue;
            };
            let path = Path::new(&entry.path);
            let look = |mark: &mut Mark| mark.look(path, bytes);
            let change = known.mark.as_mut().map_or(Change::Other, look);
            let change = if known.tied && change == Change::None { Change::Other } else { change };
            match change {
                Change::None => self.is_back(file),
                Change::Grown => {
                    self.prepare(file, entry);
                    list.push(file);
                }
                Change::Other => match Bytes::open(path) {
                    Ok(bytes) => {
                        others.push(bytes.clone());
                        self.corpus.files.prepare(file, entry.again(Ok(bytes), Start::Again));
                        list.push(file);
                    }
                    Err(error) => gone.push((file, error.to_string())),
                },
                Change::Gone(why) => gone.push((file, why)),
            }
        }
        self.find(&files, &mut list, &mut others);
        for (file, why) in gone {
            let Some(entry) = files.get(file as usize) else { continue };
            let mark = self.collector.memories.get(&file).and_then(|known| known.mark.as_ref());
            if mark.is_some_and(|mark| others.iter().any(|bytes| mark.is_of(bytes))) {
                let why = "it has another name now and is read under that".to_owned();
                self.corpus.files.prepare(file, entry.again(Err(why), Start::Moved));
                list.push(file);
            } else {
                self.is_gone(file, &entry.path, &why);
            }
        }
        list.sort_unstable();
        self.read(&list);
        !list.is_empty()
    }

    /// Nobody looks any more: what was held back is told as it is.
    pub(super) fn settle(&mut self) {
        self.corpus.files.set_hold(false);
        let held = self.collector.memories.iter().filter(|(_, known)| known.held);
        let mut list: Vec<u32> = held.map(|(file, _)| *file).collect();
        list.sort_unstable();
        for file in &list {
            if let Some(entry) = self.corpus.files.get(*file) {
                self.prepare(*file, &entry);
            }
        }
        self.read(&list);
    }

    /// Gets a file ready to be read on from where it was left, or else from its start.
    fn prepare(&mut self, file: u32, entry: &Entry) {
        let Some(known) = self.collector.memories.get_mut(&file) else { return };
        known.said.extend(known.gone.take());
        let start = known.sure.as_ref().map_or(Start::Again, |sure| Start::On(sure.resume));
        self.corpus.files.prepare(file, entry.again(entry.given.clone(), start));
    }

    fn read(&mut self, list: &[u32]) {
        if list.is_empty() || !self.goes_on() {
            return;
        }
        self.turn();
        self.corpus.read_some(list, self.options, &self.stop, &mut self.collector);
        self.turn();
        if self.goes_on() && !self.collector.flush() {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn turn(&mut self) {
        self.collector.progress.turn += 1;
        self.corpus.turn.store(self.collector.progress.turn, Ordering::SeqCst);
    }

    /// Looks for files that were not there.
    fn find(&mut self, files: &[Arc<Entry>], list: &mut Vec<u32>, others: &mut Vec<Bytes>) {
        let arguments = &self.corpus.arguments;
        if arguments.iter().all(|path| path == "-" || Path::new(path).is_file()) {
            return;
        }
        let found = discover(arguments);
        let own = |(_, entry): &(u32, &Arc<Entry>)| entry.depth == 0 && !entry.labels;
        let known: HashMap<&str, (u32, &Arc<Entry>)> = (0..)
            .zip(files)
            .filter(own)
            .map(|(file, entry)| (entry.path.as_str(), (file, entry)))
            .collect();
        let mut real: Option<HashSet<PathBuf>> = None;
        let mut new = Vec::new();
        for path in found.files {
            match known.get(path.as_str()) {
                Some((_, entry)) if entry.given.is_ok() => {}
                Some((file, entry)) => {
                    if let Ok(bytes) = Bytes::open(Path::new(&path)) {
                        others.push(bytes.clone());
                        self.corpus.files.prepare(*file, entry.again(Ok(bytes), Start::Again));
                        list.push(*file);
                    }
                }
                None => {
                    let all =
                        || known.keys().filter_map(|known| Path::new(known).canonicalize().ok());
                    let real = real.get_or_insert_with(|| all().collect());
                    let own = Path::new(&path).canonicalize();
                    // A second name of a file that is read already.
                    if own.is_ok_and(|own| real.contains(&own)) {
                        continue;
                    }
                    let bytes = Bytes::open(Path::new(&path));
                    others.extend(bytes.as_ref().ok().cloned());
                    new.push((path, bytes.map_err(|error| format!("cannot be opened: {error}"))));
                }
            }
        }
        let skipped =
            found.skipped.into_iter().filter(|(path, _)| !known.contains_key(path.as_str()));
        new.extend(skipped.map(|(path, why)| (path, Err(why))));
        if new.is_empty() {
            return;
        }
        let paths: Vec<String> = new.iter().map(|(path, _)| path.clone()).collect();
        let entry = |(path, bytes): (String, Result<Bytes, String>)| {
            let named = arguments.contains(&path);
            let mut entry = Entry::new(path, bytes, false);
            entry.named = named;
            entry
        };
        let first = self.corpus.files.add(new.into_iter().map(entry).collect());
        list.extend(first..first + paths.len() as u32);
        self.take(Answer::Files { parent: None, paths });
    }

    fn take(&mut self, answer: Answer) {
        if !self.collector.take(answer) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Says once that a file cannot be looked at any more.
    fn is_gone(&mut self, file: u32, path: &str, why: &str) {
        let message = format!("{why}; what was read of it stays, and may not open again");
        let gone = problem(ProblemKind::CannotOpen, path, message);
        let Some(known) = self.collector.memories.get_mut(&file) else { return };
        if known.gone.as_ref() == Some(&gone) {
            return;
        }
        let before = known.gone.replace(gone.clone());
        if !self.collector.tell(file, before.into_iter().collect(), vec![gone]) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Takes that back.
    fn is_back(&mut self, file: u32) {
        let gone = self.collector.memories.get_mut(&file).and_then(|known| known.gone.take());
        if let Some(gone) = gone
            && !self.collector.tell(file, vec![gone], Vec::new())
        {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}
