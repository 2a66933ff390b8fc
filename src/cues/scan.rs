//! Running packs over a transcript: sentences in, marks out, each with what was subtracted and why.

use super::hit::{Scanned, Source, keep_best};
use super::lexicon::Lexicon;
use super::matcher::{LONGEST, Matcher, Piece};
use super::pack::Pack;
use super::program::Program;
use super::recite::Setup;
use super::said::{self, Heard, Here, Known, Said, is_question};
use super::seen::{Memory, Reader, Seen};
use super::weigh::{Context, Place, Query, Recital, weigh};
use super::{Category, chain, decide, feature, infer, score};
use crate::model::{self, Analysis, Deduction, Recited, Role, Section, SectionKind, Transcript};
use crate::text::{Visible, sentences};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Sentences after a match in which it can be taken back, at most.
const FARTHEST_DENIAL: usize = 10;
/// Descriptions of set-ups kept compiled.
const MOST_SETUPS: usize = 128;

/// Packs, ready to scan. Cheap to share between threads behind an `Arc`.
#[derive(Debug)]
pub struct Engine {
    packs: Vec<Pack>,
    /// Word pairs of system prompts seen, by hash: many records share one prompt.
    setups: Mutex<HashMap<u64, Arc<Setup>>>,
    /// Settings that system prompts seem to describe, by hash of the prompt.
    inferred: Mutex<HashMap<u64, Option<&'static str>>>,
    /// Room for scanning with each pack, handed from transcript to transcript: most are short, and making
    /// it anew would cost as much as scanning them.
    rooms: Vec<Mutex<Vec<Room>>>,
}

/// What is reused from transcript to transcript.
#[derive(Debug)]
struct Room {
    matcher: Matcher,
    memory: Memory,
    words: Vec<Seen>,
    candidates: Vec<u32>,
    known: Known,
}

impl Room {
    fn new(program: &Program) -> Self {
        Self {
            matcher: Matcher::new(program),
            memory: Memory::default(),
            words: Vec::new(),
            candidates: Vec::new(),
            known: Known::default(),
        }
    }
}

impl Engine {
    /// Takes packs. With several, the setting of each transcript chooses; see [`Engine::pack_for`].
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        let rooms = packs.iter().map(|_| Mutex::default()).collect();
        Self { packs, setups: Mutex::default(), inferred: Mutex::default(), rooms }
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

    /// The same without the recited sentences, which nobody counts: for rows of a list, where reading every
    /// sentence for them would be a good part of the work.
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
                Analysis { decision, ..score::analysis(pack, scanned) }
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
        let setup = self.setup(transcript, &mut room.memory, &program.lexicon);
        let context = Context { body, setup: &setup, query: Query::of(transcript) };
        let mut scan = Scan {
            context,
            program,
            room: &mut room,
            seen: vec![Vec::new(); program.conditions],
            denials: Vec::new(),
            features: feature::Seen::default(),
            all_recited,
            counted,
            scanned: Scanned::default(),
        };
        for (section, pad) in pads {
            let (seen, before) = (Visible::of(&pad.text), scan.scanned.sizes());
            scan.section(section, seen.text());
            scan.scanned.place(before, &seen);
        }
        scan.keep_near();
        scan.deny();
        let features = &body.features;
        scan.features.end(&program.features, features, &mut scan.scanned.features);
        let mut scanned = scan.scanned;
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
        let setup = Arc::new(Setup::new(prompt.as_deref(), setting, |reader, range, out| {
            reader.read(range, memory, lexicon, out);
        }));
        let mut known = known();
        if known.len() >= MOST_SETUPS {
            known.clear();
        }
        known.insert(key, Arc::clone(&setup));
        setup
    }
}

/// From the first letter to the last, in a text that begins at `start`.
fn words_of(sentence: &str, start: usize) -> Range<usize> {
    let inside = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = start + sentence.len() - inside.len();
    start..start + inside.trim_end_matches(|c: char| !c.is_alphanumeric()).len()
}

/// A transcript that is nothing but a scratchpad.
pub(super) fn pad_only(text: &str) -> Transcript {
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

/// The reasoning that is scanned, with the numbers of its sections.
#[must_use]
pub fn reasoning(transcript: &Transcript) -> Vec<(usize, &Section)> {
    let is_pad = |s: &Section| s.kind == SectionKind::Scratchpad && !s.text.trim().is_empty();
    let all = || transcript.sections.iter().enumerate().filter(|(_, s)| is_pad(s));
    let last: Vec<_> = all().filter(|(_, s)| s.turn >= transcript.response_turn).collect();
    if last.is_empty() { all().collect() } else { last }
}

/// One transcript being scanned.
struct Scan<'a> {
    context: Context<'a>,
    program: &'a Program,
    room: &'a mut Room,
    /// For each condition of the program the sentences that meet it, in order.
    seen: Vec<Vec<usize>>,
    /// What is said against the sentences before: the doubt, the sentence, the words.
    denials: Vec<(usize, usize, String)>,
    /// What features have seen.
    features: feature::Seen,
    /// Whether the recited sentences, and where all stand, are asked for.
    all_recited: bool,
    /// Where the patterns are noted that gave a mark that counts, when somebody asks for all of them.
    counted: Option<&'a mut Vec<u32>>,
    scanned: Scanned,
}

impl Scan<'_> {
    /// Drops the hits of rules that lack what they want to see in their neighbourhood.
    fn keep_near(&mut self) {
        let (rules, program, seen) = (&self.context.body.rules, self.program, &self.seen);
        self.scanned.hits.retain(|hit| {
            let Source::Rule(number) = hit.source else { return true };
            let (Some(rule), Some(wanted)) = (rules.get(number), program.wanted.get(number)) else {
                return true;
            };
            let is_near = |condition: &usize| {
                let seen = seen.get(*condition).map_or(&[][..], Vec::as_slice);
                let next = seen.partition_point(|s| *s + rule.within < hit.sentence);
                seen.get(next).is_some_and(|s| *s <= hit.sentence + rule.within)
            };
            wanted.near.is_empty() || wanted.near.iter().any(is_near)
        });
    }

    /// Takes weight from what a following sentence takes back. Denials are in the order of their sentences, so that of
    /// many in a long text only the near ones are looked at.
    fn deny(&mut self) {
        let body = self.context.body;
        for hit in self.scanned.hits.iter_mut().filter(|h| h.weight > 0.0) {
            let immune = match hit.source {
                Source::Rule(number) => body.rules.get(number).map_or(&[][..], |r| &r.immune),
                Source::Chain(_) => &[],
            };
            let first = self.denials.partition_point(|d| d.1 <= hit.sentence);
            for (number, sentence, words) in self.denials.iter().skip(first) {
                if *sentence > hit.sentence + FARTHEST_DENIAL {
                    break;
                }
                let Some(doubt) = body.doubts.get(*number) else { continue };
                let concerns = doubt.only.is_empty() || doubt.only.contains(&hit.category);
                let known = hit.deductions.iter().any(|d| d.reason == doubt.reason)
                    || immune.iter().any(|r| r == doubt.reason);
                if concerns && !known && *sentence <= hit.sentence + doubt.reach {
                    hit.deductions.push(Deduction {
                        reason: doubt.reason,
                        detail: format!("A sentence after it says “{words}”."),
                        amount: hit.weight * doubt.share,
                    });
                }
            }
        }
    }

    fn section(&mut self, section: usize, text: &str) {
        self.features.begin();
        let mut reader = Reader::new(text);
        // Where everything is asked for, each sentence is read anyway.
        let by_heart = !self.all_recited && self.counted.is_none();
        for range in sentences(text) {
            let recital = Recital::new(range.clone());
            let sentence = text.get(range.clone()).unwrap_or_default();
            let key = by_heart.then(|| self.room.known.key(sentence));
            if let Some(heard) = key.and_then(|key| self.room.known.get(key)) {
                let heard = heard.clone();
                self.hear(&self.place(section, text, range, &recital), &heard);
                continue;
            }
            let mut words = std::mem::take(&mut self.room.words);
            words.clear();
            let lexicon = &self.program.lexicon;
            reader.read(range.clone(), &mut self.room.memory, lexicon, &mut words);
            if self.all_recited {
                recital.note(self.context.setup, &words);
            }
            self.sentence(section, text, &recital, &words, key);
            self.room.words = words;
            if !self.all_recited {
                continue;
            }
            let Range { start, end } = range;
            self.scanned.ranges.push(model::Sentence { section, start, end });
            if let Some(overlap) = self.recited(text, &recital) {
                self.scanned.recited.push(Recited { section, start, end, overlap });
            }
        }
    }

    fn recited(&mut self, text: &str, recital: &Recital) -> Option<f64> {
        let (setup, lexicon) = (self.context.setup, &self.program.lexicon);
        recital.share(text, setup, &mut self.room.memory, lexicon)
    }

    fn place<'t>(
        &self,
        section: usize,
        text: &'t str,
        range: Range<usize>,
        recited: &'t Recital,
    ) -> Place<'t> {
        let number = self.scanned.sentences;
        Place { section, text, range, number, quotes: OnceCell::new(), recited }
    }

    /// Looks at a sentence that is not known yet.
    fn sentence(
        &mut self,
        section: usize,
        text: &str,
        recital: &Recital,
        words: &[Seen],
        key: Option<u128>,
    ) {
        let program = self.program;
        let is_whole = words.len() <= LONGEST;
        let clauses = OnceCell::new();
        for piece in words.chunks(LONGEST) {
            let range = match (piece.first(), piece.last()) {
                (Some(first), Some(last)) if !is_whole => first.start..last.end,
                _ => recital.sentence.clone(),
            };
            let piece = Piece { program, words: piece };
            let Room { matcher, candidates, .. } = &mut *self.room;
            matcher.turn_to(piece);
            matcher.candidates(piece, candidates);
            let said = (!candidates.is_empty()).then(|| {
                let (whole, range) = (recital.sentence.clone(), range.clone());
                let here = Here { text, whole, range, piece, clauses: &clauses };
                said::look(self.context.body, program, matcher, &here, candidates)
            });
            let said = said.filter(|said| *said != Said::default()).map(Arc::new);
            let heard = Heard { roles: self.room.matcher.roles(piece), said };
            self.hear(&self.place(section, text, range, recital), &heard);
            if let Some(key) = key.filter(|_| is_whole) {
                self.room.known.insert(key, heard);
            }
        }
    }

    /// Takes a sentence for what it is worth where it stands.
    fn hear(&mut self, place: &Place<'_>, heard: &Heard) {
        let (setup, program) = (self.context.setup, self.program);
        let memory = &mut self.room.memory;
        let sentence = place.text.get(place.range.clone()).unwrap_or_default();
        let own = || {
            !is_question(sentence)
                && !place.is_quoted(&words_of(sentence, place.range.start))
                && place.recited.share(place.text, setup, memory, &program.lexicon).is_none()
        };
        let at = (place.section, &place.range);
        let features = &self.context.body.features;
        let found = &mut self.scanned.features;
        self.features.take(&program.features, features, heard.roles, own, at, found);
        if let Some(said) = &heard.said {
            self.weigh(place, said);
        }
        self.scanned.sentences += 1;
    }

    /// Weighs what a sentence says.
    fn weigh(&mut self, place: &Place<'_>, said: &Said) {
        let (context, program) = (&self.context, self.program);
        let mut clean = Vec::new();
        for same in said.found.chunk_by(|a, b| a.pattern == b.pattern) {
            let Some(number) = same.first().map(|found| found.rule) else { continue };
            let within = context.body.rules.get(number).map_or(0, |rule| rule.within);
            // One clean hit of a rule is enough for a sentence.
            let enough = self.counted.is_none() && clean.contains(&number);
            let after = program.wanted.get(number).map_or(&[][..], |w| &w.after);
            let is_near = |condition: &usize| {
                let last = self.seen.get(*condition).and_then(|seen| seen.last());
                last.is_some_and(|seen| place.number - seen <= within)
            };
            if enough || (!after.is_empty() && !after.iter().any(is_near)) {
                continue;
            }
            for found in same {
                let memory = &mut self.room.memory;
                let Some(hit) = weigh(context, memory, &program.lexicon, place, found) else {
                    continue;
                };
                let is_clean = hit.deductions.is_empty();
                if let Some(counted) = self.counted.as_mut().filter(|_| hit.counts()) {
                    counted.push(found.pattern);
                }
                keep_best(&mut self.scanned.hits, hit);
                if is_clean {
                    clean.push(number);
                    break;
                }
            }
        }
        // After the cues: what they want to have seen before was seen in other sentences.
        for condition in &said.conditions {
            if let Some(seen) = self.seen.get_mut(*condition) {
                seen.push(place.number);
            }
        }
        for (number, words) in &said.denials {
            let Range { start, .. } = place.range;
            let words = place.text.get(start + words.start..start + words.end);
            self.denials.push((*number, place.number, words.unwrap_or_default().to_owned()));
        }
    }
}
