//! Packs ready to scan: which one looks at a transcript, and what it says of it.

use super::hit::Scanned;
use super::lexicon::Lexicon;
use super::pack::Pack;
use super::recite::Setup;
use super::seen::Memory;
use super::walk::{Asked, Room, walk};
use super::weigh::{Context, Query};
use super::{Category, chain, decide, infer, score};
use crate::model::{Analysis, Role, Section, SectionKind, Transcript};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Descriptions of set-ups kept compiled.
const MOST_SETUPS: usize = 128;

/// Packs, ready to scan. Cheap to share between threads behind an `Arc`.
#[derive(Debug)]
pub struct Engine {
    packs: Vec<Pack>,
    /// Word pairs of system prompts seen, by hash: many records share one prompt.
    setups: Mutex<HashMap<u64, Arc<Setup>>>,
    /// How many were made.
    made: AtomicU32,
    /// Settings that system prompts seem to describe, by hash of the prompt.
    inferred: Mutex<HashMap<u64, Option<&'static str>>>,
    /// Room for scanning with each pack, handed from transcript to transcript: most are short, and making
    /// it anew would cost as much as scanning them.
    rooms: Vec<Mutex<Vec<Room>>>,
}

impl Engine {
    /// Takes packs. With several, the setting of each transcript chooses; see [`Engine::pack_for`].
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        let rooms = packs.iter().map(|_| Mutex::default()).collect();
        let (setups, made, inferred) = Default::default();
        Self { packs, setups, made, inferred, rooms }
    }

    /// The compiled-in packs.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(Pack::builtin())
    }

    /// The packs it was made of.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack that is active for a setting: the last one that names it, else the last one that serves
    /// all settings, else the last one. `None` only without packs.
    #[must_use]
    pub fn pack_for(&self, setting: Option<&str>) -> Option<&Pack> {
        self.number_for(setting).and_then(|n| self.packs.get(n))
    }

    fn number_for(&self, setting: Option<&str>) -> Option<usize> {
        let named = setting.and_then(|s| self.packs.iter().rposition(|p| p.names_setting(s)));
        named
            .or_else(|| self.packs.iter().rposition(Pack::serves_all))
            .or_else(|| self.packs.len().checked_sub(1))
    }

    /// A sentence for the reader when the transcript lies outside what its pack was written for.
    #[must_use]
    pub fn note(&self, transcript: &Transcript) -> Option<String> {
        let inferred = self.infer(transcript);
        let pack = self.pack_for(transcript.setting.as_deref().or(inferred))?;
        if let Some(setting) = inferred {
            return Some(format!(
                "The record names no setting; its system prompt describes `{setting}`: `{}` was used.",
                pack.name
            ));
        }
        match transcript.setting.as_deref() {
            Some(setting) if pack.names_setting(setting) => None,
            Some(setting) => {
                Some(format!("No pack names the setting `{setting}`: `{}` was used.", pack.name))
            }
            None => Some(format!("The record names no setting: `{}` was used.", pack.name)),
        }
    }

    /// The active pack and where it comes from, in a few words: `pack helpful-only (setting inferred from the system prompt)`. Empty without
    /// packs.
    #[must_use]
    pub fn pack_words(&self, transcript: &Transcript, analysis: &Analysis) -> String {
        let named = |setting: &str| {
            self.packs.iter().any(|p| p.name == analysis.pack && p.names_setting(setting))
        };
        let why = match (transcript.setting.as_deref(), analysis.inferred) {
            _ if analysis.pack.is_empty() => return String::new(),
            (Some(setting), _) if named(setting) => "for the setting that the record names",
            (Some(_), _) => "outside its settings: no pack names that of the record",
            (None, Some(_)) => "setting inferred from the system prompt",
            (None, None) => "the record names no setting",
        };
        format!("pack {} ({why})", analysis.pack)
    }

    /// The setting that the system prompt describes, where the record names none. For choosing a pack, never shown as the record's own.
    fn infer(&self, transcript: &Transcript) -> Option<&'static str> {
        if transcript.setting.is_some() {
            return None;
        }
        let prompt = prompt(transcript)?;
        let key = xxhash_rust::xxh3::xxh3_64(prompt.as_bytes());
        let known = || self.inferred.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(setting) = known().get(&key) {
            return *setting;
        }
        let setting = infer::setting(&prompt);
        let mut known = known();
        if known.len() >= MOST_SETUPS {
            known.clear();
        }
        known.insert(key, setting);
        setting
    }

    /// All categories of all packs, each name once, in order of precedence where marks overlap.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        let mut all: Vec<Category> = Vec::new();
        for category in self.packs.iter().flat_map(|p| &p.categories) {
            if !all.iter().any(|c| c.name == category.name) {
                all.push(category.clone());
            }
        }
        all
    }

    /// Scans the reasoning of the final response (all reasoning of the transcript where the final turn
    /// has none): cues, recited sentences, criteria, score. Drafts are not scanned: they are output.
    #[must_use]
    pub fn analyse(&self, transcript: &Transcript) -> Analysis {
        self.look(transcript, true)
    }

    /// The same without the recited sentences, which nobody counts, and without what features saw: for rows of a list, where
    /// reading every sentence for them would be a good part of the work.
    #[must_use]
    pub fn tally(&self, transcript: &Transcript) -> Analysis {
        self.look(transcript, false)
    }

    fn look(&self, transcript: &Transcript, all_recited: bool) -> Analysis {
        let inferred = self.infer(transcript);
        let setting = transcript.setting.as_deref().or(inferred);
        let Some(number) = self.number_for(setting) else { return Analysis::default() };
        let Some(pack) = self.packs.get(number) else { return Analysis::default() };
        let analysis = match self.scan(number, transcript, all_recited) {
            Some(scanned) => {
                let decision = decide::decision(pack, &scanned, transcript);
                Analysis { decision, ..score::analysis(pack, scanned, all_recited) }
            }
            None => Analysis { pack: pack.name.clone(), ..Analysis::default() },
        };
        Analysis { inferred, ..analysis }
    }

    /// `None` without reasoning text.
    fn scan(&self, number: usize, transcript: &Transcript, all_recited: bool) -> Option<Scanned> {
        self.scan_telling(number, transcript, all_recited, None)
    }

    /// The same for a text that is all reasoning, with the numbers of all patterns that gave a mark that counts.
    pub(super) fn scan_example(&self, number: usize, text: &str) -> Option<(Scanned, Vec<u32>)> {
        let mut patterns = Vec::new();
        let scanned = self.scan_telling(number, &pad_only(text), false, Some(&mut patterns))?;
        Some((scanned, patterns))
    }

    fn scan_telling(
        &self,
        number: usize,
        transcript: &Transcript,
        all_recited: bool,
        counted: Option<&mut Vec<u32>>,
    ) -> Option<Scanned> {
        let pack = self.packs.get(number)?;
        let pads = reasoning(transcript);
        if pads.is_empty() {
            return None;
        }
        let (body, program) = (pack.body(), pack.program());
        let rooms = self.rooms.get(number)?;
        let free = rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut room = free.unwrap_or_else(|| Room::new(program));
        let setup = self.setup(transcript, &mut room.desk.memory, &program.lexicon);
        let context = Context { body, setup: &setup, query: Query::of(transcript) };
        let mut scanned = walk(context, program, &mut room, pads, Asked { all_recited, counted });
        rooms.lock().unwrap_or_else(PoisonError::into_inner).push(room);
        chain::apply(body, &mut scanned);
        Some(scanned)
    }

    fn setup(&self, transcript: &Transcript, memory: &mut Memory, lexicon: &Lexicon) -> Arc<Setup> {
        let prompt = prompt(transcript);
        let setting = transcript.setting.as_deref();
        let key = xxhash_rust::xxh3::xxh3_64(match (&prompt, setting) {
            (Some(prompt), _) => prompt.as_bytes(),
            (None, Some(setting)) => setting.as_bytes(),
            (None, None) => b"",
        }) ^ u64::from(prompt.is_some());
        // A panic elsewhere cannot leave the map half-changed: insertion is its only change.
        let known = || self.setups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(setup) = known().get(&key) {
            return Arc::clone(setup);
        }
        // Others go on meanwhile. That two threads may make the same one does no harm.
        let mut setup = Setup::new(prompt.as_deref(), setting, |reader, range, out| {
            reader.read(range, memory, lexicon, out);
        });
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        setup.bit = 1_u64.checked_shl(number).unwrap_or_default();
        let setup = Arc::new(setup);
        let mut known = known();
        if known.len() >= MOST_SETUPS {
            known.clear();
        }
        known.insert(key, Arc::clone(&setup));
        setup
    }
}

/// A transcript that is nothing but a scratchpad.
pub(crate) fn pad_only(text: &str) -> Transcript {
    Transcript {
        sections: vec![Section {
            turn: 0,
            role: Role::Assistant,
            kind: SectionKind::Scratchpad,
            origin: "response".to_owned(),
            start: 0,
            end: text.len(),
            text: text.to_owned(),
        }],
        ..Transcript::default()
    }
}

/// The system prompt if it says anything; as it stands when it is one section.
pub(super) fn prompt(transcript: &Transcript) -> Option<Cow<'_, str>> {
    let mut sections = transcript.sections.iter().filter(|s| s.kind == SectionKind::Prompt);
    let prompt = match (sections.next(), sections.next()) {
        (Some(only), None) => Some(Cow::Borrowed(only.text.as_str())),
        _ => transcript.system_prompt().map(Cow::Owned),
    };
    prompt.filter(|prompt| !prompt.trim().is_empty())
}

/// That rules read the final turn alone, where turns before it have reasoning too: `the reasoning of 2 earlier turns was not read`.
#[must_use]
pub fn unread_words(transcript: &Transcript) -> Option<String> {
    let from = reasoning(transcript).first().map_or(0, |(_, section)| section.turn);
    let is_pad = |s: &&Section| s.kind == SectionKind::Scratchpad && !s.text.trim().is_empty();
    let pads = transcript.sections.iter().filter(is_pad);
    let turns: BTreeSet<_> = pads.map(|s| s.turn).filter(|turn| *turn < from).collect();
    match turns.len() {
        0 => None,
        1 => Some("the reasoning of 1 earlier turn was not read".to_owned()),
        n => Some(format!("the reasoning of {n} earlier turns was not read")),
    }
}

/// The reasoning that is scanned, with the numbers of its sections.
#[must_use]
pub fn reasoning(transcript: &Transcript) -> Vec<(usize, &Section)> {
    let is_pad = |s: &Section| s.kind == SectionKind::Scratchpad && !s.text.trim().is_empty();
    let all = || transcript.sections.iter().enumerate().filter(|(_, s)| is_pad(s));
    let last: Vec<_> = all().filter(|(_, s)| s.turn >= transcript.response_turn).collect();
    if last.is_empty() { all().collect() } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_that_no_rule_reads_is_told() {
        let pad = |turn: u32, text: &str| Section { turn, ..pad_only(text).sections.remove(0) };
        let of = |sections: Vec<Section>, response_turn: u32| {
            unread_words(&Transcript { sections, response_turn, ..Transcript::default() })
        };
        assert_eq!(of(vec![pad(1, "I will."), pad(1, "Yes.")], 1), None);
        let one = of(vec![pad(1, "I will."), pad(1, "Yes."), pad(3, "Bye.")], 3).unwrap();
        assert_eq!(one, "the reasoning of 1 earlier turn was not read");
        let two = of(vec![pad(1, "I will."), pad(3, " "), pad(5, "So."), pad(7, "Bye.")], 7);
        assert_eq!(two.as_deref(), Some("the reasoning of 2 earlier turns was not read"));
        // Where the final turn has none, all of it is read.
        assert_eq!(of(vec![pad(1, "I will."), pad(3, "Yes.")], 5), None);
    }
}
