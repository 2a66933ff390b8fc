//! Keys as data: what was pressed, printed and parsed as `Ctrl-d`, `g`, `F5`, `Alt-.`, `Space`.
//!
//! Knows no terminal library; `shell` translates events into these. A shifted character is itself (`G`),
//! so only Tab has a shifted form.

use std::fmt;
use std::str::FromStr;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyCode {
    /// A character as typed (shifted characters are themselves: `G`, `?`).
    Char(char),
    /// Function key 1 to 12.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// A key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
}

/// A name that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key: write g, Ctrl-d, Alt-., Space, PgDn or F5")]
pub struct KeyError(pub String);

/// Names of the keys that are no characters; the first of each code is the one printed.
const NAMES: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Return", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Escape", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("BackTab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Del", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("↑", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("↓", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("←", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("→", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PageUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("PageDown", KeyCode::PageDown),
    ("Space", KeyCode::Char(' ')),
];

impl Key {
    /// A key without Ctrl or Alt.
    #[must_use]
    pub fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A character without Ctrl or Alt.
    #[must_use]
    pub fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// A character with Ctrl. Letters are lower case, as terminals cannot tell `Ctrl-D` from `Ctrl-d`.
    #[must_use]
    pub fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c.to_ascii_lowercase()), ctrl: true, alt: false }
    }

    /// A character with Alt.
    #[must_use]
    pub fn alt(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: false, alt: true }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            // Every other code has a name above.
            _ => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = KeyError;

    /// Reads a key as it is printed; modifiers and names in any letter case, `C-` and `A-` for short.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError(text.to_owned());
        let (mut ctrl, mut alt, mut rest) = (false, false, text);
        while let Some((head, tail)) = rest.split_once('-') {
            // `-` alone, and the last one of `Ctrl--`, is the character.
            if tail.is_empty() {
                break;
            }
            match head.to_ascii_lowercase().as_str() {
                "ctrl" | "c" if !ctrl => ctrl = true,
                "alt" | "a" | "m" if !alt => alt = true,
                _ => break,
            }
            rest = tail;
        }
        let named = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest));
        let mut chars = rest.chars();
        let code = match (named, chars.next(), chars.next()) {
            (Some((_, code)), ..) => *code,
            (None, Some(c), None) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
            (None, Some(c), None) => KeyCode::Char(c),
            (None, Some('F' | 'f'), Some(_)) => {
                let number = rest.get(1..).and_then(|n| n.parse().ok()).ok_or_else(error)?;
                if !(1..=12).contains(&number) {
                    return Err(error());
                }
                KeyCode::F(number)
            }
            _ => return Err(error()),
        };
        Ok(Self { code, ctrl, alt })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn printed_and_read_as_people_write_them() {
        let cases: [(&str, Key, &str); 14] = [
            ("g", Key::char('g'), "g"),
            ("G", Key::char('G'), "G"),
            ("Ctrl-d", Key::ctrl('d'), "Ctrl-d"),
            ("ctrl-D", Key::ctrl('d'), "Ctrl-d"),
            ("C-w", Key::ctrl('w'), "Ctrl-w"),
            ("Alt-.", Key::alt('.'), "Alt-."),
            ("Shift-Tab", Key::plain(KeyCode::BackTab), "Shift-Tab"),
            ("space", Key::char(' '), "Space"),
            ("pagedown", Key::plain(KeyCode::PageDown), "PgDn"),
            ("↓", Key::plain(KeyCode::Down), "Down"),
            ("f5", Key::plain(KeyCode::F(5)), "F5"),
            ("-", Key::char('-'), "-"),
            ("Ctrl--", Key::ctrl('-'), "Ctrl--"),
            ("Alt-Backspace", Key { alt: true, ..Key::plain(KeyCode::Backspace) }, "Alt-Backspace"),
        ];
        for (text, key, printed) in cases {
            assert_eq!(text.parse::<Key>(), Ok(key), "{text}");
            assert_eq!(key.to_string(), printed);
        }
    }

    #[test]
    fn what_is_no_key_is_an_error_that_names_it() {
        for text in ["", "F0", "F13", "F999", "Hyper-x", "gg", "Shift-x", "Ctrl-Ctrl-x"] {
            let error = text.parse::<Key>().expect_err(text);
            assert!(error.to_string().contains(&format!("{text:?}")), "{error}");
        }
    }

    fn any_code() -> impl Strategy<Value = KeyCode> {
        let named = proptest::sample::select(NAMES.iter().map(|(_, c)| *c).collect::<Vec<_>>());
        prop_oneof![any::<char>().prop_map(KeyCode::Char), (1_u8..=12).prop_map(KeyCode::F), named]
    }

    proptest! {
        #[test]
        fn parse_gives_back_what_was_printed(code in any_code(), ctrl: bool, alt: bool) {
            let code = match code {
                KeyCode::Char(c) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
                // Arrow characters are other names of the arrow keys.
                KeyCode::Char('↑' | '↓' | '←' | '→') => KeyCode::Up,
                other => other,
            };
            let key = Key { code, ctrl, alt };
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,12}") {
            if let Ok(key) = text.parse::<Key>() {
                prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
            }
        }
    }
}
