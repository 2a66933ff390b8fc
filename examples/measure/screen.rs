//! A session: steps done one after another, and what they measure.

use std::time::{Duration, Instant};

use super::script::{Step, Verb};
use super::terminal::{Ended, Terminal};
use super::{Outcome, process};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long work in the background may take.
const LONG_PATIENCE: Duration = Duration::from_mins(20);
/// Between the answer to a key and the next key, and before each other step that types: about the repeat rate of a keyboard.
const REPEAT: Duration = Duration::from_millis(25);
/// A program that used less than [`LITTLE`] of a processor for this long has nothing to do.
const WINDOW: Duration = Duration::from_millis(400);
const LITTLE: f64 = 0.06;
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(20);

struct Session<'a> {
    terminal: Terminal,
    mark: Instant,
    tell: &'a mut dyn FnMut(&str, String),
}

/// Does the steps; whether all of them came true.
pub fn run(
    program: &[String],
    steps: &[Step],
    tell: &mut dyn FnMut(&str, String),
) -> Outcome<bool> {
    let terminal = Terminal::start(program)?;
    let mut session = Session { mark: terminal.begun, terminal, tell };
    for step in steps {
        if !session.step(step)? {
            (session.tell)(&step.name, "none".to_owned());
            eprintln!("{}: did not come\n{}", step.name, session.terminal.text());
            return Ok(false);
        }
    }
    Ok(true)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

impl Session<'_> {
    fn tell_time(&mut self, name: &str, when: Instant) {
        let time = when.saturating_duration_since(self.mark);
        (self.tell)(name, milliseconds(time));
    }

    fn id(&self) -> Outcome<u32> {
        self.terminal.child.process_id().ok_or_else(|| "no process".into())
    }

    /// Does a step; whether it came true.
    fn step(&mut self, step: &Step) -> Outcome<bool> {
        let name = &step.name;
        match &step.verb {
            Verb::See(text) => {
                let Some(when) = self.until(|t| t.text().contains(text)) else { return Ok(false) };
                self.tell_time(name, when);
            }
            Verb::Send(keys) => {
                self.wait(REPEAT);
                self.mark = self.terminal.send(keys)?;
            }
            Verb::Press { times, keys } => {
                for _ in 0..*times {
                    self.wait(REPEAT);
                    let before = self.terminal.picture();
                    self.mark = self.terminal.send(keys)?;
                    let Some(when) = self.until(|t| t.picture() != before) else {
                        return Ok(false);
                    };
                    self.tell_time(name, when);
                }
            }
            Verb::Follow { times, from, keys, text } => {
                for number in (*from..).take(*times as usize) {
                    self.wait(REPEAT);
                    let wanted = format!("{text}{number:08}");
                    self.mark = self.terminal.send(keys)?;
                    let Some(when) = self.until(|t| t.text().contains(&wanted)) else {
                        return Ok(false);
                    };
                    self.tell_time(name, when);
                }
            }
            Verb::Idle => {
                let Some(when) = self.idle()? else { return Ok(false) };
                self.tell_time(name, when);
            }
            Verb::Settle(still) => {
                let end = Instant::now() + PATIENCE;
                while let Ok(Some(_)) = self.terminal.next(*still) {
                    if Instant::now() > end {
                        return Ok(false);
                    }
                }
            }
            Verb::Memory => {
                let peak = process::peak(self.id()?).ok_or("the program has gone")?;
                (self.tell)(name, peak.to_string());
            }
            Verb::Read => {
                let bytes = process::bytes_read(self.id()?).ok_or("the program has gone")?;
                (self.tell)(name, bytes.to_string());
            }
            Verb::End => {
                let end = Instant::now() + PATIENCE;
                while self.terminal.next(LOOK).is_ok() {
                    if Instant::now() > end {
                        return Ok(false);
                    }
                }
                self.tell_time(name, Instant::now());
            }
            Verb::Show => eprintln!("{}", self.terminal.text()),
        }
        Ok(true)
    }

    /// When the screen came to be as wanted.
    fn until(&mut self, wanted: impl Fn(&Terminal) -> bool) -> Option<Instant> {
        let end = Instant::now() + PATIENCE;
        let mut when = self.mark;
        while !(self.terminal.is_whole() && wanted(&self.terminal)) {
            let left = end.saturating_duration_since(Instant::now());
            when = self.terminal.next(left).ok()??;
        }
        Some(when)
    }

    /// Takes in what comes for a while.
    fn wait(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.terminal.next(left) {
                Ok(Some(_)) if !left.is_zero() => {}
                Ok(_) => break,
                Err(Ended) => {
                    std::thread::sleep(left);
                    break;
                }
            }
        }
    }

    /// The last moment at which the program was busy.
    fn idle(&mut self) -> Outcome<Option<Instant>> {
        let id = self.id()?;
        let end = Instant::now() + LONG_PATIENCE;
        let mut seen: Vec<(Instant, Duration)> = Vec::new();
        let mut last = self.mark;
        while Instant::now() < end {
            let (now, busy) = (Instant::now(), process::busy(id).ok_or("the program has gone")?);
            let before = seen.iter().rev().find(|(when, _)| *when + WINDOW <= now).copied();
            if seen.last().is_some_and(|(_, earlier)| *earlier < busy) {
                last = now;
            }
            seen.push((now, busy));
            if let Some((when, earlier)) = before {
                let share = busy.saturating_sub(earlier).as_secs_f64() / (now - when).as_secs_f64();
                if share <= LITTLE {
                    return Ok(Some(last.min(when + LOOK)));
                }
            }
            self.wait(LOOK);
        }
        Ok(None)
    }
}
