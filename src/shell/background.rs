//! Asking the terminal whether its background is light, without waiting for the answer and without losing a key.
//!
//! The answer comes among the keys, and to the event reader it looks like keys: [`Asked`] takes it out of their stream.
//! What turns out to be typed after all is given back.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crate::app::{Key, KeyCode};

/// What is the colour of the background? (OSC 11)
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
/// What every answer begins with; some terminals add an `a`.
const BEGINS: &str = "11;rgb";
/// Longest answer, in characters.
const LONGEST: usize = 64;
/// An answer that takes longer than this is none: what looks like one was typed.
const PATIENCE: Duration = Duration::from_secs(3);

/// A question that waits for its answer, or none.
#[derive(Debug, Default)]
pub struct Asked {
    until: Option<Instant>,
    /// Keys that may be the beginning of the answer, and their characters.
    held: Vec<Key>,
    text: String,
}

impl Asked {
    /// Asks.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn ask(&mut self, mut out: impl Write, now: Instant) -> io::Result<()> {
        self.until = Some(now + PATIENCE);
        out.write_all(QUESTION)?;
        out.flush()
    }

    /// Takes a key of the answer: the keys that were typed, and whether the background is light once that is said.
    pub fn takes(&mut self, key: Key, now: Instant) -> (Vec<Key>, Option<bool>) {
        if self.held.is_empty() && self.until.is_none_or(|until| now > until) {
            return (vec![key], None);
        }
        if self.held.is_empty() {
            if !(key.alt && key.code == KeyCode::Char(']')) {
                return (vec![key], None);
            }
            self.held.push(key);
            return (Vec::new(), None);
        }
        self.held.push(key);
        let ends = key.alt && key.code == KeyCode::Char('\\')
            || key.ctrl && matches!(key.code, KeyCode::Char('g' | 'G'));
        if ends && self.text.len() > BEGINS.len() {
            self.until = None;
            self.held.clear();
            return (Vec::new(), is_light(&std::mem::take(&mut self.text)));
        }
        if let KeyCode::Char(c) = key.code {
            self.text.push(c);
        }
        let goes_on = !ends
            && !key.alt
            && !key.ctrl
            && matches!(key.code, KeyCode::Char(_))
            && is_beginning(&self.text);
        if goes_on {
            return (Vec::new(), None);
        }
        self.text.clear();
        (std::mem::take(&mut self.held), None)
    }
}

/// Whether an answer may begin so.
fn is_beginning(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(BEGINS) else { return BEGINS.starts_with(text) };
    let rest = rest.strip_prefix('a').unwrap_or(rest);
    let mut colour = rest.chars();
    text.len() < LONGEST
        && colour.next().is_none_or(|c| c == ':')
        && colour.all(|c| c.is_ascii_hexdigit() || c == '/')
}

/// `11;rgb:RRRR/GGGG/BBBB` (any number of hex digits each, perhaps with an opacity): brighter than the middle.
fn is_light(answer: &str) -> Option<bool> {
    let (_, colour) = answer.split_once(':')?;
    let parts: Vec<&str> = colour.split('/').collect();
    let ([red, green, blue] | [red, green, blue, _]) = parts.as_slice() else { return None };
    let part = |digits: &str| -> Option<f64> {
        let most = 16_f64.powi(i32::try_from(digits.len()).ok()?) - 1.0;
        (most > 0.0).then_some(())?;
        Some(u32::from_str_radix(digits, 16).ok()? as f64 / most)
    };
    Some(0.299 * part(red)? + 0.587 * part(green)? + 0.114 * part(blue)? > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(c: char) -> Key {
        Key { code: KeyCode::Char(c), ctrl: false, alt: false }
    }

    fn alt(c: char) -> Key {
        Key { alt: true, ..plain(c) }
    }

    fn ctrl(c: char) -> Key {
        Key { ctrl: true, ..plain(c) }
    }

    /// The keys of an answer as the event reader makes them of its bytes.
    fn answer(colour: &str, end: Key) -> Vec<Key> {
        let text = format!("11;{colour}");
        std::iter::once(alt(']')).chain(text.chars().map(plain)).chain([end]).collect()
    }

    fn typed(asked: &mut Asked, keys: &[Key], now: Instant) -> (Vec<Key>, Option<bool>) {
        let mut all = (Vec::new(), None);
        for key in keys {
            let (typed, light) = asked.takes(*key, now);
            all.0.extend(typed);
            all.1 = all.1.or(light);
        }
        all
    }

    fn asking() -> (Asked, Instant) {
        let (mut asked, now) = (Asked::default(), Instant::now());
        let mut out = Vec::new();
        asked.ask(&mut out, now).unwrap();
        assert_eq!(out, QUESTION);
        (asked, now)
    }

    #[test]
    fn answers_are_taken_out_and_keys_are_kept() {
        for (colour, end, light) in [
            ("rgb:ffff/ffff/ffff", alt('\\'), Some(true)),
            ("rgb:1d/1f/21", ctrl('g'), Some(false)),
            ("rgb:f/f/0", ctrl('g'), Some(true)),
            ("rgba:FFFF/FFFF/FFFF/8000", alt('\\'), Some(true)),
            ("rgb:", alt('\\'), None),
            ("rgb:ffff/ffff", alt('\\'), None),
        ] {
            let (mut asked, now) = asking();
            let keys = [vec![plain('j')], answer(colour, end), vec![plain('q')]].concat();
            let got = typed(&mut asked, &keys, now);
            assert_eq!(got, (vec![plain('j'), plain('q')], light), "{colour}");
            // A second answer was not asked for.
            let again = answer("rgb:00/00/00", end);
            assert_eq!(typed(&mut asked, &again, now), (again.clone(), None));
        }
    }

    #[test]
    fn what_was_typed_after_all_comes_back() {
        let down = Key { code: KeyCode::Down, ctrl: false, alt: false };
        for keys in [
            vec![alt(']'), plain('j')],
            vec![alt(']'), plain('1'), plain('1'), plain('j')],
            vec![alt(']'), alt(']'), plain('k')],
            vec![alt(']'), down],
            vec![alt(']'), ctrl('g')],
            vec![plain(']'), plain('1')],
            [answer("rgb:ff/", alt('x')), vec![plain('q')]].concat(),
        ] {
            let (mut asked, now) = asking();
            assert_eq!(typed(&mut asked, &keys, now), (keys.clone(), None));
            // The answer may still come.
            assert_eq!(typed(&mut asked, &answer("rgb:0/0/0", ctrl('g')), now).1, Some(false));
        }
    }

    #[test]
    fn nothing_is_held_when_nothing_was_asked_or_it_is_long_ago() {
        let keys = answer("rgb:0/0/0", ctrl('g'));
        assert_eq!(typed(&mut Asked::default(), &keys, Instant::now()), (keys.clone(), None));
        let (mut asked, now) = asking();
        let late = now + PATIENCE + Duration::from_millis(1);
        assert_eq!(typed(&mut asked, &keys, late), (keys.clone(), None));
    }
}
