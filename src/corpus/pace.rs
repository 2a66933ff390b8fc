//! How fast reading goes and how long it will take, smoothed; and reading's progress in words, for the screen and for
//! standard error alike. Knows no clock: whoever asks says how much time has passed.

use std::time::Duration;

use super::Progress;
use crate::text::{rate, thousands, time_left};

/// Samples closer to each other say little.
const LEAST: Duration = Duration::from_millis(200);
/// How far back the speed reaches: older samples count less and less.
const MEMORY: Duration = Duration::from_secs(3);

/// How fast reading goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// Bytes of the files as they were named, each second.
    pub bytes_a_second: u64,
    /// Seconds that are left, where the total is known.
    pub seconds_left: Option<u64>,
}

/// Measures the speed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    at: Duration,
    bytes: u64,
    /// Bytes a second; `None` before the first sample.
    smooth: Option<f64>,
}

impl Pace {
    /// The speed, given the time since reading began. `None` before anything can be said.
    pub fn speed(&mut self, elapsed: Duration, progress: &Progress) -> Option<Speed> {
        let step = elapsed.saturating_sub(self.at);
        if step >= LEAST {
            let now = progress.bytes.saturating_sub(self.bytes) as f64 / step.as_secs_f64();
            let weight = 1.0 - (-step.as_secs_f64() / MEMORY.as_secs_f64()).exp();
            self.smooth = Some(self.smooth.map_or(now, |old| old + (now - old) * weight));
            (self.at, self.bytes) = (elapsed, progress.bytes);
        }
        let smooth = self.smooth.filter(|bytes| *bytes >= 1.0)?;
        let left = progress.total.map(|total| total.saturating_sub(progress.bytes));
        // A float to an integer saturates: what takes for ever stays a number.
        let seconds_left = left.map(|left| (left as f64 / smooth).ceil() as u64);
        Some(Speed { bytes_a_second: smooth as u64, seconds_left })
    }
}

/// What is said of reading while it goes on; whoever shows it chooses what there is room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressWords {
    /// `reading 34%`, `reading`.
    pub how_far: String,
    /// Where room is short: `34%`, `reading`.
    pub short: String,
    /// `3 of 10,000 files`, where there are several.
    pub files: Option<String>,
    /// `512 MB/s`.
    pub rate: Option<String>,
    /// `12 s left`.
    pub left: Option<String>,
}

impl Progress {
    /// What there is to say. Nothing when reading is done.
    #[must_use]
    pub fn words(&self, speed: Option<Speed>) -> Option<ProgressWords> {
        if self.done {
            return None;
        }
        let (how_far, short) = match self.percent() {
            Some(percent) => (format!("reading {percent}%"), format!("{percent}%")),
            None => ("reading".to_owned(), "reading".to_owned()),
        };
        let number = |n: u32| thousands(n as usize);
        let files = (self.files_total > 1)
            .then(|| format!("{} of {} files", number(self.files), number(self.files_total)));
        let rate = speed.map(|speed| rate(speed.bytes_a_second));
        let left = speed.and_then(|speed| speed.seconds_left).map(time_left);
        Some(ProgressWords { how_far, short, files, rate, left })
    }
}

impl ProgressWords {
    /// All of it: `reading 34% · 3 of 12 files · 512 MB/s · 12 s left`.
    #[must_use]
    pub fn line(&self) -> String {
        let rest = [&self.files, &self.rate, &self.left];
        let rest = rest.into_iter().flatten().map(String::as_str);
        std::iter::once(self.how_far.as_str()).chain(rest).collect::<Vec<_>>().join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn progress(bytes: u64, total: Option<u64>) -> Progress {
        Progress { bytes, total, files: 3, files_total: 1200, ..Progress::default() }
    }

    #[test]
    fn an_even_pace_is_told_as_it_is() {
        let mut pace = Pace::default();
        assert_eq!(pace.speed(Duration::ZERO, &progress(0, Some(1000))), None);
        for i in 1..10_u64 {
            let speed = pace.speed(SECOND * i as u32, &progress(100 * i, Some(1000)));
            let seconds_left = Some(10 - i);
            assert_eq!(speed, Some(Speed { bytes_a_second: 100, seconds_left }), "{i}");
        }
        // Asked again at once it says the same.
        let again = pace.speed(SECOND * 9, &progress(900, Some(1000)));
        assert_eq!(again, Some(Speed { bytes_a_second: 100, seconds_left: Some(1) }));
    }

    #[test]
    fn a_change_of_pace_is_followed_step_by_step() {
        let mut pace = Pace::default();
        let mut bytes = 0;
        let mut last = 0;
        for i in 1..=20 {
            bytes += if i <= 10 { 100 } else { 1000 };
            let speed = pace.speed(SECOND * i, &progress(bytes, None)).unwrap();
            assert!(speed.bytes_a_second >= last && speed.seconds_left.is_none());
            assert!(i != 11 || (101..900).contains(&speed.bytes_a_second), "{speed:?}");
            last = speed.bytes_a_second;
        }
        assert!(last > 900, "{last}");
    }

    #[test]
    fn standing_still_says_no_time() {
        let mut pace = Pace::default();
        assert_eq!(pace.speed(SECOND, &progress(0, Some(10))), None);
        let odd = progress(20, Some(10));
        assert_eq!(pace.speed(SECOND * 2, &odd).unwrap().seconds_left, Some(0));
    }

    #[test]
    fn words_say_what_is_known() {
        let speed = Some(Speed { bytes_a_second: 512_000_000, seconds_left: Some(12) });
        let words = progress(34, Some(100)).words(speed).unwrap();
        assert_eq!(words.line(), "reading 34% · 3 of 1,200 files · 512 MB/s · 12 s left");
        assert_eq!(words.short, "34%");
        let one = Progress { files_total: 1, ..progress(34, None) };
        assert_eq!(one.words(None).unwrap().line(), "reading");
        assert_eq!(Progress { done: true, ..one }.words(speed), None);
    }
}
