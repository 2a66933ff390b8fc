//! Journals that were cut off anywhere, and disks on which every step fails. tests/journal.rs does the same to real programs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::disk::Disk;
use super::{Journal, Read};
use crate::review::testing::{answer, happened, opened_over};
use crate::review::{Event, Line, Verdict, What};

/// A disk in memory that has room for so many bytes, and on which steps fail.
#[derive(Clone, Default)]
struct Faulty(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    /// Bytes that there is room for; `None`: any number.
    room: Option<usize>,
    fails: Fails,
}

#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // each step fails on its own
struct Fails {
    len: bool,
    last: bool,
    sync: bool,
    cut: bool,
    gone: bool,
}

fn step(fails: bool) -> io::Result<()> {
    if fails { Err(io::Error::from_raw_os_error(5)) } else { Ok(()) }
}

impl Disk for Faulty {
    fn len(&self) -> io::Result<u64> {
        let state = self.0.lock().unwrap();
        step(state.fails.len).map(|()| state.bytes.len() as u64)
    }

    fn last(&self) -> io::Result<Option<u8>> {
        let state = self.0.lock().unwrap();
        step(state.fails.last).map(|()| state.bytes.last().copied())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let left = state.room.map_or(bytes.len(), |room| room.saturating_sub(state.bytes.len()));
        let fits = bytes.len().min(left);
        state.bytes.extend(&bytes[..fits]);
        if fits < bytes.len() { Err(io::Error::from_raw_os_error(28)) } else { Ok(()) }
    }

    fn sync(&self) -> io::Result<()> {
        step(self.0.lock().unwrap().fails.sync)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        step(state.fails.cut).map(|()| state.bytes.truncate(len as usize))
    }

    fn is_at(&self, _: &Path) -> bool {
        !self.0.lock().unwrap().fails.gone
    }
}

impl Faulty {
    fn holding(bytes: &[u8]) -> Self {
        let disk = Self::default();
        disk.0.lock().unwrap().bytes = bytes.to_vec();
        disk
    }

    fn journal(&self) -> Journal {
        Journal { disk: Box::new(self.clone()), path: PathBuf::from("labels/R1.jsonl") }
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    /// The events in it, and how many problems there are.
    fn read(&self) -> (Vec<Event>, usize) {
        let mut read = Read::default();
        read.take_bytes("R1.jsonl", &self.bytes());
        let event = |line| match line {
            Line::Event(event) => event,
            Line::Newer { id } => panic!("{id} is no event of ours"),
        };
        (read.lines.into_iter().map(event).collect(), read.problems.len())
    }
}

fn event(n: u64) -> Event {
    let mut answer = answer(n as usize, Verdict::Yes);
    answer.note = Some("two\nlines, and \u{1b}[31m a {\"brace\":1}".to_owned());
    happened("0123456789abcdef", n, What::Answered(Box::new(answer)))
}

/// A session and its first answers.
fn some() -> Vec<Event> {
    let opened = What::Opened(Box::new(opened_over(3)));
    let begun = happened("0123456789abcdef", 0, opened);
    [begun].into_iter().chain((1..4).map(event)).collect()
}

fn lines(events: &[Event]) -> Vec<u8> {
    events.iter().flat_map(|event| (event.print() + "\n").into_bytes()).collect()
}

#[test]
fn a_journal_that_was_cut_anywhere_gives_all_whole_events_and_takes_more() {
    let events = some();
    let bytes = lines(&events);
    let ends: Vec<usize> = (1..=events.len()).map(|n| lines(&events[..n]).len()).collect();
    for cut in 0..=bytes.len() {
        let disk = Faulty::holding(&bytes[..cut]);
        // An event is whole when all but its line break is there.
        let whole = ends.iter().filter(|end| **end - 1 <= cut).count();
        let (found, problems) = disk.read();
        assert_eq!(found, events[..whole], "cut at {cut}");
        let inside = cut > 0 && !ends.iter().any(|end| cut == *end || cut == *end - 1);
        assert_eq!(problems, usize::from(inside), "cut at {cut}");

        disk.journal().append(&event(9)).unwrap();
        let (found, problems) = disk.read();
        assert_eq!(found.split_last(), Some((&event(9), &events[..whole])), "cut at {cut}");
        assert_eq!(problems, usize::from(inside), "cut at {cut}");
        assert!(disk.bytes().starts_with(&bytes[..cut]), "nothing that was there is taken away");
    }
}

#[test]
fn a_full_disk_is_told_and_leaves_what_was_there() {
    let before = lines(&some());
    let line = lines(&[event(4)]).len();
    for torn in [false, true] {
        let start = if torn { [&before[..], b"{\"event\":"].concat() } else { before.clone() };
        // Where the write stops inside the line is all the same to what stands before it: there not every byte is tried.
        for room in (0..line + usize::from(torn)).step_by(if torn { 9 } else { 1 }) {
            for cut in [false, true] {
                let disk = Faulty::holding(&start);
                let mut journal = disk.journal();
                let fails = Fails { cut, ..Fails::default() };
                disk.0.lock().unwrap().fails = fails;
                disk.0.lock().unwrap().room = Some(start.len() + room);
                let told = journal.append(&event(4)).unwrap_err();
                assert!(told.starts_with("not kept: the disk is full: labels/R1.jsonl"), "{told}");
                assert_eq!(told.contains("may still stand"), cut);
                assert!(cut || disk.bytes() == start, "what was half written is taken back");
                let (found, problems) = disk.read();
                // All but the line break: it cannot be taken back, and it is whole.
                let whole = cut && room == line - 1 + usize::from(torn);
                assert_eq!(found.len(), 4 + usize::from(whole), "{room}");
                assert!(problems <= 2);
                // There is room again, and the answer is given once more.
                disk.0.lock().unwrap().room = None;
                disk.0.lock().unwrap().fails = Fails::default();
                journal.append(&event(5)).unwrap();
                let (found, problems) = disk.read();
                assert_eq!((found.first(), found.last()), (some().first(), Some(&event(5))));
                assert_eq!(found.len(), 5 + usize::from(whole));
                assert!(problems <= 2);
            }
        }
    }
}

#[test]
fn whatever_fails_nothing_is_said_to_be_kept_that_is_not() {
    for which in 0..5 {
        for events in [1, 3] {
            let disk = Faulty::holding(&lines(&some()));
            let fails = Fails {
                len: which == 0,
                last: which == 1,
                sync: which == 2 || which == 3,
                cut: which == 3,
                gone: which == 4,
            };
            disk.0.lock().unwrap().fails = fails;
            let mut journal = disk.journal();
            let new: Vec<Event> = (4..4 + events).map(event).collect();
            let told = journal.append_all(&new).unwrap_err();
            assert!(told.starts_with("not kept: ") && told.contains("labels/R1.jsonl"), "{told}");
            if which != 3 {
                assert_eq!(disk.read(), (some(), 0), "step {which}");
            }
            disk.0.lock().unwrap().fails = Fails::default();
            journal.append_all(&new).unwrap();
            let (found, problems) = disk.read();
            assert!(found.ends_with(&new) && found.starts_with(&some()) && problems == 0);
        }
    }
}

#[test]
fn of_several_events_all_are_written_or_none() {
    let start = lines(&some());
    let new: Vec<Event> = (4..7).map(event).collect();
    for room in (0..lines(&new).len()).step_by(7) {
        let disk = Faulty::holding(&start);
        disk.0.lock().unwrap().room = Some(start.len() + room);
        disk.journal().append_all(&new).unwrap_err();
        assert_eq!(disk.bytes(), start);
    }
}
