//! Running packs over a transcript: sentences in, marks out, each with what was subtracted and why.

use super::matcher::{LONGEST, Matcher, Piece};
use super::pack::{Body, Pack};
use super::program::{Owner, Program};
use super::recite::{RECITED, Setup};
use super::seen::{Memory, Reader, Seen};
use super::weigh::{Context, Here, Query, Sentence, weigh};
use super::{Category, chain, score};
use crate::model::{Analysis, Deduction, Recited, Role, Section, SectionKind, Span, Transcript};
use crate::text::sentences;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Matches of one pattern in one sentence that are weighed against each other.
const MOST_MATCHES: usize = 4;
/// Descriptions of set-ups kept compiled.
const MOST_SETUPS: usize = 128;

/// Packs, ready to scan. Cheap to share between threads behind an `Arc`.
#[derive(Debug)]
pub struct Engine {
    packs: Vec<Pack>,
    /// Word pairs of system prompts seen, by hash: many records share one prompt.
    setups: Mutex<HashMap<u64, Arc<Setup>>>,
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
}

impl Room {
    fn new(program: &Program) -> Self {
        Self {
            matcher: Matcher::new(program),
            memory: Memory::default(),
            words: Vec::new(),
            candidates: Vec::new(),
        }
    }
}

/// The outcome of one built-in example of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// The pack.
    pub pack: String,
    /// The rule.
    pub rule: String,
    /// The example's text.
    pub example: String,
    /// Whether it had to match.
    pub must_match: bool,
    /// Whether it did what it had to.
    pub passed: bool,
}

/// What a mark comes from, by its place in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Rule(usize),
    Chain(usize),
}

impl Source {
    /// The id in the pack.
    pub fn id(self, body: &Body) -> &str {
        match self {
            Self::Rule(number) => body.rules.get(number).map_or("", |r| &r.id),
            Self::Chain(number) => body.chains.get(number).map_or("", |c| &c.id),
        }
    }

    /// The criteria it serves.
    pub fn criteria(self, body: &Body) -> &[u8] {
        match self {
            Self::Rule(number) => body.rules.get(number).map_or(&[], |r| &r.criteria),
            Self::Chain(number) => body.chains.get(number).map_or(&[], |c| &c.criteria),
        }
    }
}

/// A rule that matched, before marks of one category in one sentence are folded into one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    pub source: Source,
    pub category: usize,
    /// Number of the sentence within all reasoning.
    pub sentence: usize,
    pub section: usize,
    pub range: Range<usize>,
    /// Bytes of the words that matched.
    pub matched: Vec<(usize, usize)>,
    pub weight: f64,
    pub deductions: Vec<Deduction>,
}

impl Hit {
    /// The weight after deductions.
    pub fn counted(&self) -> f64 {
        (self.weight - self.deductions.iter().map(|d| d.amount).sum::<f64>()).max(0.0)
    }

    /// Counts for something: no weight to lose, or some of it left.
    pub fn counts(&self) -> bool {
        self.weight <= 0.0 || self.counted() > 0.0
    }

    pub fn into_span(self, pack: &Pack) -> Span {
        let category = pack.categories.get(self.category).map(|c| c.name.clone());
        Span {
            section: self.section,
            start: self.range.start,
            end: self.range.end,
            category: category.unwrap_or_default(),
            rule: self.source.id(pack.body()).to_owned(),
            matched: self.matched,
            weight: self.weight,
            deductions: self.deductions,
        }
    }
}

/// Everything found, unfolded.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub hits: Vec<Hit>,
    pub recited: Vec<Recited>,
    /// Number of sentences.
    pub sentences: usize,
}

impl Engine {
    /// Takes packs. With several, the setting of each transcript chooses; see [`Engine::pack_for`].
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        let rooms = packs.iter().map(|_| Mutex::default()).collect();
        Self { packs, setups: Mutex::default(), rooms }
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
        let setting = transcript.setting.as_deref();
        let pack = self.pack_for(setting)?;
        match setting {
            Some(setting) if pack.names_setting(setting) => None,
            Some(setting) => {
                Some(format!("No pack names the setting `{setting}`: `{}` was used.", pack.name))
            }
            None => Some(format!("The record names no setting: `{}` was used.", pack.name)),
        }
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
        let Some(number) = self.number_for(transcript.setting.as_deref()) else {
            return Analysis::default();
        };
        let Some(pack) = self.packs.get(number) else { return Analysis::default() };
        match self.scan(number, transcript) {
            Some(scanned) => score::analysis(pack, scanned),
            None => Analysis { pack: pack.name.clone(), ..Analysis::default() },
        }
    }

    /// `None` without reasoning text.
    fn scan(&self, number: usize, transcript: &Transcript) -> Option<Scanned> {
        let pack = self.packs.get(number)?;
        let pads = reasoning(transcript);
        if pads.is_empty() {
            return None;
        }
        let (body, program) = (pack.body(), pack.program());
        let setup = self.setup(transcript);
        let context = Context { body, setup: &setup, query: Query::of(transcript) };
        let rooms = self.rooms.get(number)?;
        let free = rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut room = free.unwrap_or_else(|| Room::new(program));
        let mut scan = Scan {
            context,
            program,
            room: &mut room,
            last_after: vec![None; body.rules.len()],
            scanned: Scanned::default(),
        };
        for (section, pad) in pads {
            scan.section(section, &pad.text);
        }
        let mut scanned = scan.scanned;
        rooms.lock().unwrap_or_else(PoisonError::into_inner).push(room);
        chain::apply(&body.chains, &mut scanned);
        Some(scanned)
    }

    fn setup(&self, transcript: &Transcript) -> Arc<Setup> {
        let prompt = transcript.system_prompt().filter(|p| !p.trim().is_empty());
        let key = xxhash_rust::xxh3::xxh3_64(match (&prompt, &transcript.setting) {
            (Some(prompt), _) => prompt.as_bytes(),
            (None, Some(setting)) => setting.as_bytes(),
            (None, None) => b"",
        }) ^ u64::from(prompt.is_some());
        // A panic elsewhere cannot leave the map half-changed: insertion is its only change.
        let mut known = self.setups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(setup) = known.get(&key) {
            return Arc::clone(setup);
        }
        let setup = Arc::new(match prompt {
            Some(prompt) => Setup::own(&prompt),
            None => Setup::bundled(transcript.setting.as_deref()),
        });
        if known.len() >= MOST_SETUPS {
            known.clear();
        }
        known.insert(key, Arc::clone(&setup));
        setup
    }

    /// Where the description that recitations are compared with comes from.
    pub(super) fn setup_source(&self, transcript: &Transcript) -> &'static str {
        self.setup(transcript).source
    }

    /// Runs every built-in example of every rule.
    #[must_use]
    pub fn self_test(&self) -> Vec<TestReport> {
        let mut reports = Vec::new();
        for (number, pack) in self.packs.iter().enumerate() {
            let rules = pack.body().rules.iter().map(|r| (&r.id, &r.matches, &r.no_matches));
            let chains = pack.body().chains.iter().map(|c| (&c.id, &c.matches, &c.no_matches));
            for (id, matches, no_matches) in rules.chain(chains) {
                let examples = matches.iter().map(|e| (e, true));
                for (example, must_match) in examples.chain(no_matches.iter().map(|e| (e, false))) {
                    let fires = self.scan(number, &pad_only(example)).is_some_and(|scanned| {
                        scanned.hits.iter().any(|h| h.source.id(pack.body()) == id && h.counts())
                    });
                    reports.push(TestReport {
                        pack: pack.name.clone(),
                        rule: id.clone(),
                        example: example.clone(),
                        must_match,
                        passed: fires == must_match,
                    });
                }
            }
        }
        reports
    }
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

/// The reasoning that is scanned, with the numbers of its sections.
fn reasoning(transcript: &Transcript) -> Vec<(usize, &Section)> {
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
    /// For each rule the last sentence that had what it wants to have seen before.
    last_after: Vec<Option<usize>>,
    scanned: Scanned,
}

impl Scan<'_> {
    fn section(&mut self, section: usize, text: &str) {
        let mut words = std::mem::take(&mut self.room.words);
        let mut reader = Reader::new(text);
        for range in sentences(text) {
            words.clear();
            let lexicon = &self.program.lexicon;
            reader.read(range.clone(), &mut self.room.memory, lexicon, &mut words);
            let overlap = self.context.setup.overlap(words.iter().map(|w| w.code));
            let recited = (overlap > RECITED).then_some(overlap);
            if let Some(overlap) = recited {
                let Range { start, end } = range;
                self.scanned.recited.push(Recited { section, start, end, overlap });
            }
            self.sentence(
                section,
                text,
                Sentence { range, recited, clauses: OnceCell::new() },
                &words,
            );
        }
        self.room.words = words;
    }

    #[allow(clippy::needless_pass_by_value)] // one sentence, done with here
    fn sentence(&mut self, section: usize, text: &str, sentence: Sentence, words: &[Seen]) {
        let program = self.program;
        for piece in words.chunks(LONGEST) {
            let number = self.scanned.sentences;
            self.scanned.sentences += 1;
            let range = match (piece.first(), piece.last()) {
                (Some(first), Some(last)) if words.len() > LONGEST => first.start..last.end,
                _ => sentence.range.clone(),
            };
            let piece = Piece { program, words: piece };
            let Room { matcher, candidates, .. } = &mut *self.room;
            matcher.turn_to(piece);
            matcher.candidates(piece, candidates);
            if candidates.is_empty() {
                continue;
            }
            let quotes = OnceCell::new();
            let here = Here { section, text, sentence: &sentence, range, number, piece, quotes };
            self.piece(&here);
        }
    }

    /// Looks for the candidates.
    fn piece(&mut self, here: &Here<'_>) {
        let (context, piece) = (&self.context, here.piece);
        let Room { matcher, candidates, .. } = &mut *self.room;
        let (mut befores, mut clean) = (Vec::new(), Vec::new());
        for number in &*candidates {
            let Some((owner, pattern)) = piece.program.patterns.get(*number as usize) else {
                continue;
            };
            match *owner {
                Owner::After(rule) => {
                    let pattern = std::slice::from_ref(pattern);
                    if !befores.contains(&rule) && matcher.first(piece, pattern, |_| true).is_some()
                    {
                        befores.push(rule);
                    }
                }
                Owner::Any(number) => {
                    let Some(rule) = context.body.rules.get(number) else { continue };
                    let last = self.last_after.get(number).copied().flatten();
                    let near = last.is_some_and(|seen| here.number - seen <= rule.within);
                    // One clean hit of a rule is enough for a sentence.
                    if (!rule.after.is_empty() && !near) || clean.contains(&number) {
                        continue;
                    }
                    for found in matcher.find(piece, pattern, MOST_MATCHES) {
                        if let Some(hit) = weigh(context, matcher, here, number, &found) {
                            let is_clean = hit.deductions.is_empty();
                            keep_best(&mut self.scanned.hits, hit);
                            if is_clean {
                                clean.push(number);
                                break;
                            }
                        }
                    }
                }
            }
        }
        for rule in befores {
            if let Some(place) = self.last_after.get_mut(rule) {
                *place = Some(here.number);
            }
        }
    }
}

/// One hit per rule and sentence: the one that counts most, else the first.
fn keep_best(hits: &mut Vec<Hit>, hit: Hit) {
    let same = |h: &&mut Hit| h.source == hit.source;
    match hits.iter_mut().rev().take_while(|h| h.sentence == hit.sentence).find(same) {
        Some(known) if hit.counted() > known.counted() => *known = hit,
        Some(_) => {}
        None => hits.push(hit),
    }
}
