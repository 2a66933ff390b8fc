//! Running packs over a transcript: sentences in, marks out, each with what was subtracted and why.

use super::matcher::{LONGEST, Scratch, Seen};
use super::pack::Pack;
use super::program::{Owner, Program};
use super::recite::{self, RECITED, Setup};
use super::weigh::{Context, Here, weigh};
use super::{Category, chain, score, token};
use crate::model::{Analysis, Recited, Role, Section, SectionKind, Span, Transcript};
use crate::text::sentences;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Matches of one pattern in one sentence that are weighed against each other.
const MOST_MATCHES: usize = 4;
/// Descriptions of set-ups kept compiled.
const MOST_SETUPS: usize = 128;

/// Compiled packs, ready to scan. Cheap to share between threads behind an `Arc`.
#[derive(Debug)]
pub struct Engine {
    packs: Vec<Pack>,
    programs: Vec<Program>,
    /// Word pairs of system prompts seen, by hash: many records share one prompt.
    setups: Mutex<HashMap<u64, Arc<Setup>>>,
    /// Room for scanning with each pack, handed from transcript to transcript: most are short, and making
    /// it anew would cost as much as scanning them.
    rooms: Vec<Mutex<Vec<Scratch>>>,
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

/// A rule that matched, before marks of one category in one sentence are folded into one.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub span: Span,
    pub category: usize,
    /// Number of the sentence within all reasoning.
    pub sentence: usize,
}

impl Hit {
    /// Counts for something: no weight to lose, or some of it left.
    pub fn counts(&self) -> bool {
        self.span.weight <= 0.0 || self.span.counted() > 0.0
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
    /// Compiles packs. With several, the setting of each transcript chooses; see [`Engine::pack_for`].
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        let programs = packs.iter().map(Program::new).collect();
        let rooms = packs.iter().map(|_| Mutex::default()).collect();
        Self { packs, programs, setups: Mutex::default(), rooms }
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
        let (pack, program) = (self.packs.get(number)?, self.programs.get(number)?);
        let is_pad = |s: &Section| s.kind == SectionKind::Scratchpad && !s.text.trim().is_empty();
        let all = || transcript.sections.iter().enumerate().filter(|(_, s)| is_pad(s));
        let mut pads: Vec<(usize, &Section)> =
            all().filter(|(_, s)| s.turn >= transcript.response_turn).collect();
        if pads.is_empty() {
            pads = all().collect();
        }
        if pads.is_empty() {
            return None;
        }
        let setup = self.setup(transcript);
        let context = Context { pack, program, setup: &setup, query: query_words(transcript) };
        let mut scanned = Scanned::default();
        let rooms = self.rooms.get(number)?;
        let free = rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = free.unwrap_or_else(|| Scratch::new(program));
        let mut last_after: Vec<Option<usize>> = vec![None; pack.rules.len()];
        for (section, pad) in pads {
            scan_section(&context, &mut scratch, &mut last_after, &mut scanned, section, &pad.text);
        }
        scratch.clear();
        rooms.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        chain::apply(pack, &mut scanned);
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
            let rules = pack.rules.iter().map(|r| (&r.id, &r.matches, &r.no_matches));
            let chains = pack.chains.iter().map(|c| (&c.id, &c.matches, &c.no_matches));
            for (id, matches, no_matches) in rules.chain(chains) {
                let examples = matches.iter().map(|e| (e, true));
                for (example, must_match) in examples.chain(no_matches.iter().map(|e| (e, false))) {
                    let fires = self.scan(number, &pad_only(example)).is_some_and(|scanned| {
                        scanned.hits.iter().any(|h| h.span.rule == *id && h.counts())
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

/// Longer words of the request, folded: what the task itself is about.
fn query_words(transcript: &Transcript) -> HashSet<u64> {
    let asked = transcript.query.as_deref().or_else(|| {
        let user = |s: &&Section| s.kind == SectionKind::User;
        transcript.sections.iter().rev().find(user).map(|s| s.text.as_str())
    });
    let mut words = HashSet::new();
    token::words(asked.unwrap_or_default(), 0, |t| {
        if t.word.len() >= 5 {
            words.extend(recite::code(t.word));
        }
    });
    words
}

fn scan_section(
    context: &Context<'_>,
    scratch: &mut Scratch,
    last_after: &mut [Option<usize>],
    scanned: &mut Scanned,
    section: usize,
    text: &str,
) {
    let program = context.program;
    let mut all: Vec<Seen> = Vec::new();
    let mut codes: Vec<u64> = Vec::new();
    let mut candidates = Vec::new();
    let mut clean: Vec<usize> = Vec::new();
    for sentence in sentences(text) {
        let Some(part) = text.get(sentence.clone()) else { continue };
        all.clear();
        codes.clear();
        token::words(part, sentence.start, |t| {
            all.push(Seen { start: t.start, end: t.end, class: program.lexicon.look_up(t.word) });
            codes.extend(recite::code(t.word));
        });
        let overlap = context.setup.overlap(&codes);
        let recited = (overlap > RECITED).then_some(overlap);
        if let Some(overlap) = recited {
            let Range { start, end } = sentence.clone();
            scanned.recited.push(Recited { section, start, end, overlap });
        }
        let pieces = all.chunks(LONGEST).count();
        for piece in all.chunks(LONGEST) {
            scratch.clear();
            scratch.words.extend_from_slice(piece);
            scratch.index(program);
            scratch.candidates(program, &mut candidates);
            let range = match (pieces, piece.first(), piece.last()) {
                (2.., Some(first), Some(last)) => first.start..last.end,
                _ => sentence.clone(),
            };
            let clauses = &crate::text::clauses(text, sentence.clone());
            let number = scanned.sentences;
            let here = Here { section, text, range, clauses, sentence: number, recited };
            let mut befores = Vec::new();
            clean.clear();
            for number in &candidates {
                let Some((owner, steps)) = program.patterns.get(*number as usize) else { continue };
                match *owner {
                    Owner::After(rule) => {
                        if scratch.first(std::slice::from_ref(steps), |_| true).is_some() {
                            befores.push(rule);
                        }
                    }
                    Owner::Any(number) => {
                        let Some(rule) = context.pack.rules.get(number) else { continue };
                        let near = last_after
                            .get(number)
                            .copied()
                            .flatten()
                            .is_some_and(|seen| here.sentence - seen <= rule.within);
                        // One clean hit of a rule is enough for a sentence.
                        if (!rule.after.is_empty() && !near) || clean.contains(&number) {
                            continue;
                        }
                        for found in scratch.find(steps, MOST_MATCHES) {
                            if let Some(hit) = weigh(context, scratch, &here, number, &found) {
                                let is_clean = hit.span.deductions.is_empty();
                                keep_best(&mut scanned.hits, hit);
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
                if let Some(place) = last_after.get_mut(rule) {
                    *place = Some(here.sentence);
                }
            }
            scanned.sentences += 1;
        }
    }
}

/// One hit per rule and sentence: the one that counts most, else the first.
fn keep_best(hits: &mut Vec<Hit>, hit: Hit) {
    let same = |h: &&mut Hit| h.span.rule == hit.span.rule;
    match hits.iter_mut().rev().take_while(|h| h.sentence == hit.sentence).find(same) {
        Some(known) if hit.span.counted() > known.span.counted() => *known = hit,
        Some(_) => {}
        None => hits.push(hit),
    }
}
