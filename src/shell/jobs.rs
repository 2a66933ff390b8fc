//! Jobs of one kind, done by a thread that starts with the first of them: a thread costs as much as reading a record,
//! and most are not needed for the first frame.

use std::cell::Cell;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

/// What the thread does with the jobs.
type Work<J> = Box<dyn FnOnce(Receiver<J>) + Send>;

/// Jobs of one kind.
pub struct Jobs<J> {
    to: Sender<J>,
    /// Until the first job comes.
    idle: Cell<Option<(Receiver<J>, Work<J>)>>,
}

impl<J: Send + 'static> Jobs<J> {
    /// Jobs that `work` does, one by one, until there can be no more.
    pub fn new(work: impl FnOnce(Receiver<J>) + Send + 'static) -> Self {
        let (to, jobs) = unbounded();
        Self { to, idle: Cell::new(Some((jobs, Box::new(work)))) }
    }

    /// Jobs of which only the newest is done: those that wait before it are dropped.
    pub fn newest(mut work: impl FnMut(J) + Send + 'static) -> Self {
        Self::new(move |jobs| {
            while let Ok(job) = jobs.recv() {
                work(jobs.try_iter().last().unwrap_or(job));
            }
        })
    }

    /// Gives a job. Failing means that the program is leaving.
    pub fn give(&self, job: J) {
        if let Some((jobs, work)) = self.idle.take() {
            thread::spawn(move || work(jobs));
        }
        let _ = self.to.send(job);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    /// Long enough for any machine; a test that waits so long has failed.
    const PATIENCE: Duration = Duration::from_mins(1);

    #[test]
    fn a_thread_starts_with_the_first_job() {
        let (done, results) = channel();
        let jobs = Jobs::new(move |jobs: Receiver<u32>| {
            for job in jobs {
                done.send((job, thread::current().id())).unwrap();
            }
        });
        jobs.give(1);
        jobs.give(2);
        let results: Vec<_> = (0..2).map(|_| results.recv_timeout(PATIENCE).unwrap()).collect();
        assert_eq!((results[0].0, results[1].0), (1, 2));
        assert_eq!(results[0].1, results[1].1);
        assert_ne!(results[0].1, thread::current().id());
    }

    #[test]
    fn of_waiting_jobs_the_newest_is_done() {
        let (done, results) = channel();
        let (go, wait) = channel::<()>();
        let jobs = Jobs::newest(move |job: u32| {
            done.send(job).unwrap();
            // The first is held up while others come.
            let _ = wait.recv_timeout(PATIENCE);
        });
        jobs.give(1);
        assert_eq!(results.recv_timeout(PATIENCE).unwrap(), 1);
        for job in 2..=5 {
            jobs.give(job);
        }
        drop(go);
        assert_eq!(results.recv_timeout(PATIENCE).unwrap(), 5);
        drop(jobs);
        assert!(results.recv_timeout(PATIENCE).is_err(), "nothing else was done");
    }
}
