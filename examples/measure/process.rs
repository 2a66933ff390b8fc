//! What the kernel says of a process. Everything is `None` once it has gone.

use std::fs;
use std::time::Duration;

/// A tick of the kernel's processor times, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// The peak of resident memory, in kilobytes.
pub fn peak(id: u32) -> Option<u64> {
    number(&fs::read_to_string(format!("/proc/{id}/status")).ok()?, "VmHWM:")
}

/// Bytes that it asked files for, whether from disk or from the page cache.
pub fn bytes_read(id: u32) -> Option<u64> {
    number(&fs::read_to_string(format!("/proc/{id}/io")).ok()?, "rchar:")
}

fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Processor time of a process so far, all threads.
pub fn busy(id: u32) -> Option<Duration> {
    times(&format!("/proc/{id}/stat"), 11)
}

/// Processor time of the children of this process that have ended.
pub fn of_children() -> Option<Duration> {
    times("/proc/self/stat", 13)
}

/// The sum of two neighbouring fields, counted from behind the name, which may hold anything.
fn times(path: &str, first: usize) -> Option<Duration> {
    let text = fs::read_to_string(path).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks: u32 = fields.split(' ').skip(first).take(2).map(|f| f.parse().unwrap_or(0)).sum();
    Some(TICK * ticks)
}
