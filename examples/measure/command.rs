//! A command from its start to its end: time, processor time, answer; or its memory.

use std::fmt;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Outcome, process};

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// What a run took.
pub struct Run {
    time: Duration,
    busy: Duration,
    /// The last line that it wrote, or its exit status when it failed.
    pub answer: String,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [time, busy] = [self.time, self.busy].map(|d| d.as_secs_f64() * 1e3);
        write!(f, "{time:.2}\t{busy:.0}\t{}", self.answer)
    }
}

fn start(program: &[String]) -> Outcome<Child> {
    let (name, arguments) = program.split_first().ok_or("no program")?;
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().map_err(|why| format!("{name}: {why}").into())
}

/// Runs a command and times it.
pub fn time(program: &[String]) -> Outcome<Run> {
    let before = process::of_children().unwrap_or_default();
    let begin = Instant::now();
    let mut child = start(program)?;
    let mut out = String::new();
    child.stdout.take().ok_or("no output")?.read_to_string(&mut out)?;
    let status = child.wait()?;
    let time = begin.elapsed();
    let busy = process::of_children().unwrap_or_default().saturating_sub(before);
    let last = out.trim_end().lines().last().unwrap_or_default().to_owned();
    let answer = if status.success() { last } else { status.to_string() };
    Ok(Run { time, busy, answer })
}

/// Runs a command and watches its memory: the peak in kilobytes.
pub fn memory(program: &[String]) -> Outcome<u64> {
    let mut child = start(program)?;
    let id = child.id();
    let ended = AtomicBool::new(false);
    let mut out = child.stdout.take().ok_or("no output")?;
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !ended.load(Ordering::Relaxed) {
                peak = peak.max(process::peak(id).unwrap_or(0));
                std::thread::sleep(LOOK);
            }
            peak
        });
        let read = std::io::copy(&mut out, &mut std::io::sink());
        let waited = child.wait();
        ended.store(true, Ordering::Relaxed);
        let peak = watch.join().map_err(|_| "the watch failed")?;
        read?;
        waited?;
        Ok(peak)
    })
}
