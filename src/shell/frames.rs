//! When frames are drawn: at once after a key, seldom for news that only say that reading goes on. Knows no clock: the
//! loop tells the time.

use std::time::{Duration, Instant};

/// Least time between frames, in the long run: keys that repeat faster share one.
const GAP: Duration = Duration::from_millis(10);
/// So many frames more than that may follow each other at once: a key, and the text that it leads to.
const AHEAD: u32 = 1;
/// Least time between the last frame and one for news alone.
const NEWS: Duration = Duration::from_millis(50);

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// Reading went on.
    News,
    /// Somebody waits for it.
    Now,
}

/// Decides.
#[derive(Debug)]
pub struct Frames {
    wanted: Option<Want>,
    drawn: Instant,
    /// When the last frame would have been drawn, had each kept its distance from the one before.
    paid: Instant,
}

impl Frames {
    /// A frame was drawn at `now`, and none is wanted.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { wanted: None, drawn: now, paid: now }
    }

    /// Something is to be drawn.
    pub fn want(&mut self, want: Want) {
        self.wanted = self.wanted.max(Some(want));
    }

    /// When the next frame is to be drawn, which may be past; `None`: there is nothing to draw.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        Some(match self.wanted? {
            Want::News => self.drawn + NEWS,
            // The first of a series has paid long ago.
            Want::Now => (self.paid + GAP).checked_sub(GAP * AHEAD).unwrap_or(self.drawn),
        })
    }

    /// A frame is drawn.
    pub fn drawn(&mut self, now: Instant) {
        if self.wanted.take() == Some(Want::Now) {
            self.paid = now.max(self.paid + GAP);
        }
        self.drawn = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Times in milliseconds at which frames are drawn, when these things come at these times.
    fn frames(events: &[(u32, Want)]) -> Vec<u32> {
        let start = Instant::now();
        let mut frames = Frames::new(start);
        let mut times = Vec::new();
        let mut events = events.iter().peekable();
        for ms in 0..2000 {
            let now = start + MS * ms;
            while let Some((_, want)) = events.next_if(|(at, _)| *at == ms) {
                frames.want(*want);
            }
            if frames.due().is_some_and(|due| due <= now) {
                frames.drawn(now);
                times.push(ms);
            }
        }
        times
    }

    #[test]
    fn a_key_and_its_text_are_drawn_at_once() {
        let keys = [(100, Want::Now), (101, Want::Now), (150, Want::Now), (153, Want::Now)];
        assert_eq!(frames(&keys), [100, 101, 150, 153]);
    }

    #[test]
    fn keys_that_repeat_fast_share_frames() {
        let keys: Vec<(u32, Want)> = (100..300).map(|ms| (ms, Want::Now)).collect();
        let times = frames(&keys);
        assert_eq!(times.first(), Some(&100));
        assert!((20..=22).contains(&times.len()), "{times:?}");
        assert!(times.windows(2).skip(2).all(|w| w[1] - w[0] >= 10), "{times:?}");
        // The last key is not forgotten.
        assert!(*times.last().unwrap() >= 299, "{times:?}");
    }

    #[test]
    fn news_wait_and_hold_up_no_key() {
        let mut events: Vec<(u32, Want)> = (0..1000).map(|ms| (ms, Want::News)).collect();
        let times = frames(&events);
        assert!(times.windows(2).all(|w| w[1] - w[0] >= 50) && times.len() >= 19, "{times:?}");
        events.push((473, Want::Now));
        events.sort_by_key(|(at, _)| *at);
        assert!(frames(&events).contains(&473));
    }

    #[test]
    fn nothing_wanted_nothing_drawn() {
        assert_eq!(frames(&[]), Vec::<u32>::new());
    }
}
