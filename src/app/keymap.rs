//! Keys are data: key × context → command. The default table is `command::SPECS`; a configuration may change keys.
//!
//! A context's own keys win over the global ones. Text input does not pass through here, but for the
//! commands that must work everywhere (quit at once, suspend, redraw).

use super::command::{Command, SPECS};
use super::{Key, KeyCode};

/// Where a key applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Everywhere but in text input.
    Global,
    /// The list has the focus.
    List,
    /// A pane has the focus.
    Pane,
    /// A dialog is open.
    Dialog,
    /// The copy dialog is open.
    Copy,
    /// Statistics are shown.
    Statistics,
    /// An item is to be answered.
    Review,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// Keys, the main one first.
    pub keys: Vec<Key>,
    /// What.
    pub command: Command,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// Rows in the order of the help.
    pub bindings: Vec<Binding>,
}

/// Why a keymap cannot be used: a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeymapError(pub String);

impl Default for Keymap {
    fn default() -> Self {
        let bindings = SPECS
            .iter()
            .map(|spec| Binding {
                context: spec.context,
                keys: spec.keys.iter().filter_map(|k| k.parse().ok()).collect(),
                command: spec.command,
            })
            .collect();
        Self { bindings }
    }
}

impl Keymap {
    /// What a key does in a context: the context's own binding, else in a dialog the dialogs' one, else the global one.
    #[must_use]
    pub fn command(&self, context: Context, key: Key) -> Option<Command> {
        let order: &[Context] = match context {
            Context::Global => &[Context::Global],
            Context::Copy => &[Context::Copy, Context::Dialog, Context::Global],
            Context::Statistics => &[Context::Statistics, Context::Dialog, Context::Global],
            Context::List => &[Context::List, Context::Global],
            Context::Pane => &[Context::Pane, Context::Global],
            Context::Review => &[Context::Review, Context::Global],
            Context::Dialog => &[Context::Dialog, Context::Global],
        };
        order.iter().find_map(|context| {
            let mut bindings = self.bindings.iter().filter(|b| b.context == *context);
            bindings.find(|b| b.keys.contains(&key)).map(|b| b.command)
        })
    }

    /// What a key does where something is decided outside a review: the answers of reviews have their keys there too.
    #[must_use]
    pub fn deciding(&self, key: Key) -> Option<Command> {
        self.command(Context::Review, key).filter(|command| {
            use Command as C;
            matches!(command, C::Yes | C::No | C::CannotTell | C::UndoAnswer)
        })
    }

    /// Keys of a command, the main one first.
    #[must_use]
    pub fn keys(&self, command: Command) -> &[Key] {
        self.bindings.iter().find(|b| b.command == command).map_or(&[], |b| &b.keys)
    }

    /// The main key of a command as it is printed; empty when it has none.
    #[must_use]
    pub fn main_key(&self, command: Command) -> String {
        self.keys(command).first().map(Key::to_string).unwrap_or_default()
    }

    /// The default table with the `[keys]` of a TOML text over it: `next-cue = ["]", "."]`, one key as a plain
    /// string; an empty list takes a command's keys away. Other tables of the text are not looked at.
    ///
    /// # Errors
    /// One for everything that is wrong: no TOML, unknown command (with the nearest name), no key, a key that two
    /// commands of one context would have, no key left to quit with.
    pub fn with_overrides(toml: &str) -> Result<Self, Vec<KeymapError>> {
        let table: toml::Table = match toml.parse() {
            Ok(table) => table,
            Err(error) => return Err(vec![KeymapError(error.message().to_owned())]),
        };
        let mut map = Self::default();
        let mut errors = Vec::new();
        let mut changed = Vec::new();
        let entries = match table.get("keys") {
            None => return Ok(map),
            Some(toml::Value::Table(entries)) => entries,
            Some(_) => return Err(vec![KeymapError("`keys` must be a table: [keys]".to_owned())]),
        };
        for (name, value) in entries {
            let Some(command) = Command::named(name) else {
                errors.push(unknown(name));
                continue;
            };
            match keys_of(name, value) {
                Ok(keys) => {
                    changed.push(command);
                    if let Some(b) = map.bindings.iter_mut().find(|b| b.command == command) {
                        b.keys = keys;
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        errors.extend(map.conflicts(&changed));
        if map.keys(Command::QuitNow).is_empty() {
            errors.push("quit-now needs a key".to_owned());
        }
        if errors.is_empty() { Ok(map) } else { Err(errors.into_iter().map(KeymapError).collect()) }
    }

    /// Keys that two commands of one context have, told from the side of the changed ones.
    fn conflicts(&self, changed: &[Command]) -> Vec<String> {
        let mut errors = Vec::new();
        for (i, binding) in self.bindings.iter().enumerate() {
            for other in self.bindings.iter().skip(i + 1).filter(|o| o.context == binding.context) {
                for key in binding.keys.iter().filter(|k| other.keys.contains(k)) {
                    let (new, old) = if changed.contains(&other.command) {
                        (other.command, binding.command)
                    } else {
                        (binding.command, other.command)
                    };
                    errors.push(format!(
                        "{key} for {} is already the key of {}; give that one another",
                        new.spec().name,
                        old.spec().name
                    ));
                }
            }
        }
        errors
    }

    /// Whether a key is one that text input must not take: quit at once, suspend, redraw.
    #[must_use]
    pub fn works_while_typing(&self, key: Key) -> Option<Command> {
        let is_text = matches!(key.code, KeyCode::Char(_)) && !key.ctrl && !key.alt;
        let command = self.command(Context::Global, key)?;
        let wanted = matches!(command, Command::QuitNow | Command::Suspend | Command::Redraw);
        (wanted && !is_text).then_some(command)
    }
}

fn keys_of(name: &str, value: &toml::Value) -> Result<Vec<Key>, String> {
    let one = |value: &toml::Value| -> Result<Key, String> {
        let text = value
            .as_str()
            .ok_or_else(|| format!("{name}: a key is a text such as \"Ctrl-d\", not {value}"))?;
        text.parse().map_err(|error| format!("{name}: {error}"))
    };
    let mut keys = match value {
        toml::Value::Array(list) => list.iter().map(one).collect::<Result<Vec<Key>, _>>()?,
        single => vec![one(single)?],
    };
    let all = keys.clone();
    let mut index = 0;
    keys.retain(|key| {
        index += 1;
        !all.iter().take(index - 1).any(|k| k == key)
    });
    Ok(keys)
}

fn unknown(name: &str) -> String {
    let nearest = SPECS
        .iter()
        .map(|spec| (distance(name, spec.name), spec.name))
        .min()
        .filter(|(distance, best)| *distance <= 2.max(best.len() / 3));
    match nearest {
        Some((_, best)) => format!("unknown command {name:?}; is {best:?} meant?"),
        None => format!("unknown command {name:?}; docs/KEYS.md lists all"),
    }
}

/// Edits that turn one word into another.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let best = (diagonal + usize::from(x != *y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_stands_twice_in_a_context_and_every_default_parses() {
        let map = Keymap::default();
        let mut seen = HashSet::new();
        for (binding, spec) in map.bindings.iter().zip(SPECS) {
            assert_eq!(binding.keys.len(), spec.keys.len(), "{}", spec.name);
            assert!(!binding.keys.is_empty(), "{}", spec.name);
            for key in &binding.keys {
                assert!(seen.insert((binding.context, *key)), "{key} twice");
            }
        }
    }

    #[test]
    fn every_command_is_named_once_and_described() {
        let mut names = HashSet::new();
        for spec in SPECS {
            assert!(names.insert(spec.name), "{}", spec.name);
            assert!(!spec.description.is_empty());
            assert_eq!(spec.command.spec(), spec);
            assert_eq!(Command::named(spec.name), Some(spec.command));
        }
    }

    #[test]
    fn every_promised_key_is_bound() {
        let keys = "j k Down Up Ctrl-d Ctrl-u PgDn PgUp g G Tab Shift-Tab h l Left Right J K f F t L = C / n N ] [ } { \
                    w i e c > < x s P m ' a v y z r W : ? Ctrl-l Ctrl-z q Esc M . , Alt-. Alt-, ( ) Alt-j Alt-k Space";
        let map = Keymap::default();
        for key in keys.split_whitespace() {
            let key: Key = key.parse().expect(key);
            assert!(map.command(Context::List, key).is_some(), "{key}");
            assert!(map.command(Context::Pane, key).is_some(), "{key}");
        }
        for (one, other) in
            [("]", "."), ("[", ","), ("}", "Alt-."), ("{", "Alt-,"), (")", "Alt-j"), ("(", "Alt-k")]
        {
            let of = |k: &str| map.command(Context::Pane, k.parse().expect(k));
            assert_eq!(of(one), of(other));
        }
    }

    #[test]
    fn a_context_wins_over_the_global_table() {
        let map = Keymap::default();
        assert_eq!(map.command(Context::Copy, Key::char('i')), Some(Command::CopyId));
        assert_eq!(map.command(Context::Dialog, Key::char('i')), Some(Command::Turns));
        assert_eq!(map.command(Context::List, "Enter".parse().unwrap()), Some(Command::Read));
        assert_eq!(map.command(Context::Pane, "Enter".parse().unwrap()), Some(Command::Unfold));
        assert_eq!(map.command(Context::Dialog, "Enter".parse().unwrap()), Some(Command::Accept));
    }

    #[test]
    fn overrides_change_keys() {
        let map = Keymap::with_overrides(
            "[keys]\nnext-cue = [\"Alt-n\", \"Alt-n\"]\nzoom = \"Z\"\nmouse = []\n",
        )
        .expect("good");
        assert_eq!(map.keys(Command::NextCue), [Key::alt('n')]);
        assert_eq!(map.command(Context::Pane, Key::char(']')), None);
        assert_eq!(map.main_key(Command::Zoom), "Z");
        assert_eq!(map.main_key(Command::Mouse), "");
        let swapped = Keymap::with_overrides("[keys]\nwhy = \"z\"\nzoom = \"w\"").expect("a swap");
        assert_eq!(swapped.command(Context::Pane, Key::char('z')), Some(Command::Why));
        assert_eq!(Keymap::with_overrides("theme = \"dark\""), Ok(Keymap::default()));
    }

    #[test]
    fn wrong_overrides_are_told_with_what_helps() {
        let cases = [
            ("[keys]\nnext-que = \"x\"", "is \"next-cue\" meant?"),
            ("[keys]\nfrobnicate-widget = \"x\"", "docs/KEYS.md"),
            ("[keys]\nwhy = \"z\"", "z for why is already the key of zoom"),
            ("[keys]\nzoom = \"w\"", "w for zoom is already the key of why"),
            ("[keys]\nwhy = \"Hyper-z\"", "is no key"),
            ("[keys]\nwhy = 3", "is a text"),
            ("[keys]\nquit-now = []", "quit-now needs a key"),
            ("keys = 3", "must be a table"),
            ("[keys", "expected"),
        ];
        for (toml, part) in cases {
            let errors = Keymap::with_overrides(toml).expect_err(toml);
            assert!(errors.iter().any(|e| e.to_string().contains(part)), "{toml}: {errors:?}");
        }
    }

    #[test]
    fn typing_is_left_by_few_keys() {
        let map = Keymap::default();
        assert_eq!(map.works_while_typing(Key::ctrl('c')), Some(Command::QuitNow));
        assert_eq!(map.works_while_typing(Key::char('q')), None);
        assert_eq!(map.works_while_typing(Key::ctrl('u')), None);
        let odd = Keymap::with_overrides("[keys]\nquit-now = [\"Ctrl-c\", \"Z\"]").expect("good");
        assert_eq!(odd.works_while_typing(Key::char('Z')), None);
    }
}
