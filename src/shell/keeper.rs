//! Keeps what the reader says of transcripts: one thread that stamps it with the time, writes it and hears what other programs on
//! the same corpus said. The screen never waits for it; leaving does, for a moment.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::terminal;
use crate::app::Message;
use crate::cli::kept::{Answer, Item, Kept, Reader};

/// How long leaving waits for what was said last.
const PATIENCE: Duration = Duration::from_secs(5);

enum Job {
    /// Something was said: number of the change.
    Said(u64, Item),
    /// Everything before is to be on disk; what is not is told.
    End(Sender<Option<String>>),
}

/// The door to the thread.
pub struct Keeper(Sender<Job>);

impl Keeper {
    /// Starts it; what was kept comes as a message.
    #[must_use]
    pub fn new(kept: Kept, results: Sender<Message>) -> Self {
        let (to, jobs) = unbounded();
        thread::spawn(move || {
            let ended = terminal::guarded(|| keep(Reader::new(kept), &jobs, &results));
            if let Err(sentence) = ended {
                let _ = results.send(Message::Failed(sentence));
            }
        });
        Self(to)
    }

    /// Keeps something.
    pub fn say(&self, generation: u64, item: Item) {
        let _ = self.0.send(Job::Said(generation, item));
    }

    /// Waits until everything is kept.
    ///
    /// # Errors
    /// A sentence: it could not be kept.
    pub fn end(&self) -> Result<(), String> {
        let (to, answer) = bounded(1);
        let late = "what was marked last may not have been kept: writing it took too long";
        let sent = self.0.send(Job::End(to)).is_ok();
        match answer.recv_timeout(PATIENCE) {
            Ok(Some(sentence)) => Err(sentence),
            Err(_) if sent => Err(late.to_owned()),
            // Else it ended with a sentence of its own.
            Ok(None) | Err(_) => Ok(()),
        }
    }
}

fn keep(mut reader: Reader, jobs: &Receiver<Job>, results: &Sender<Message>) {
    // Nobody listens when the program leaves.
    let tell = |up_to, Answer { others, problem }: Answer| {
        let (mut said, mut filters) = (Vec::new(), Vec::new());
        for item in others {
            match item {
                Item::Remark(name, change) => said.push((name, change)),
                Item::Filter(name, text) => filters.push((name, text)),
            }
        }
        let _ = results.send(Message::Heard { up_to, said, filters });
        if let Some(sentence) = problem {
            let _ = results.send(Message::Failed(sentence));
        }
    };
    tell(0, reader.look());
    while let Ok(job) = jobs.recv() {
        let (mut items, mut up_to, mut ends) = (Vec::new(), 0, Vec::new());
        // What has gathered meanwhile is written at one go.
        for job in std::iter::once(job).chain(jobs.try_iter()) {
            match job {
                Job::Said(generation, item) => {
                    up_to = generation;
                    items.push(item);
                }
                Job::End(to) => ends.push(to),
            }
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut problem = None;
        if !items.is_empty() || reader.is_behind() {
            let answer = reader.say(&items, now.as_millis() as u64);
            problem.clone_from(&answer.problem);
            tell(up_to, answer);
        }
        for end in ends {
            let _ = end.send(problem.clone().filter(|_| reader.is_behind()));
        }
    }
}
