//! Running packs over a transcript: sentences in, marks out, each with what was subtracted and why.

use super::matcher::{LONGEST, Match, Scratch, Seen};
use super::pack::{Doubt, Pack, Rule, Where};
use super::program::{DoubtSteps, Owner, Program};
use super::recite::{self, RECITED, Setup};
use super::{Category, chain, score, token};
use crate::model::{Analysis, Deduction, Recited, Role, Section, SectionKind, Span, Transcript};
use crate::text::sentences;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Words between a guard and the match that it still reaches.
const GUARD_REACH: usize = 6;
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

/// What does not change while one transcript is scanned.
struct Context<'a> {
    pack: &'a Pack,
    program: &'a Program,
    setup: &'a Setup,
    query: HashSet<u64>,
}

/// A piece of a sentence that is scanned at once.
struct Here<'a> {
    section: usize,
    text: &'a str,
    range: Range<usize>,
    clauses: &'a [Range<usize>],
    sentence: usize,
    recited: Option<f64>,
}

impl Engine {
    /// Compiles packs. With several, the setting of each transcript chooses; see [`Engine::pack_for`].
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        let programs = packs.iter().map(Program::new).collect();
        Self { packs, programs, setups: Mutex::default() }
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
        let mut scratch = Scratch::new(program);
        let mut last_after: Vec<Option<usize>> = vec![None; pack.rules.len()];
        for (section, pad) in pads {
            scan_section(&context, &mut scratch, &mut last_after, &mut scanned, section, &pad.text);
        }
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
    for sentence in sentences(text) {
        let Some(part) = text.get(sentence.range.clone()) else { continue };
        all.clear();
        codes.clear();
        token::words(part, sentence.range.start, |t| {
            all.push(Seen { start: t.start, end: t.end, class: program.lexicon.look_up(t.word) });
            codes.extend(recite::code(t.word));
        });
        let overlap = context.setup.overlap(&codes);
        let recited = (overlap > RECITED).then_some(overlap);
        if let Some(overlap) = recited {
            let Range { start, end } = sentence.range;
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
                _ => sentence.range.clone(),
            };
            let clauses = &sentence.clauses;
            let number = scanned.sentences;
            let here = Here { section, text, range, clauses, sentence: number, recited };
            let mut befores = Vec::new();
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
                        if !rule.after.is_empty() && !near {
                            continue;
                        }
                        for found in scratch.find(steps, MOST_MATCHES) {
                            if let Some(hit) = weigh(context, scratch, &here, number, &found) {
                                let clean = hit.span.deductions.is_empty();
                                keep_best(&mut scanned.hits, hit);
                                if clean {
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

/// Guards, then deductions. `None`: a guard forbids it, or nothing is left of a mark without weight.
fn weigh(
    context: &Context<'_>,
    scratch: &mut Scratch,
    here: &Here<'_>,
    number: usize,
    found: &Match,
) -> Option<Hit> {
    let rule = context.pack.rules.get(number)?;
    let guards = context.program.guards.get(number)?;
    let (first, end) = (found.first(), found.end());
    let before = |g: &Match| g.end() <= first && first - g.end() <= GUARD_REACH;
    let after = |g: &Match| g.first() >= end && g.first() - end <= GUARD_REACH;
    if scratch.first(&guards.not_before, before).is_some()
        || scratch.first(&guards.not_after, after).is_some()
        || scratch.first(&guards.unless, |_| true).is_some()
    {
        return None;
    }
    let range = hull(here, scratch, found, rule.clause)?;
    let deductions = deductions(context, scratch, here, rule, found);
    if rule.weight <= 0.0 && !deductions.is_empty() {
        return None;
    }
    let span = Span {
        section: here.section,
        start: range.start,
        end: range.end,
        category: context.pack.categories.get(rule.category)?.name.clone(),
        rule: rule.id.clone(),
        matched: found.parts.iter().filter_map(|part| bytes(scratch, part)).collect(),
        weight: rule.weight,
        deductions,
    };
    Some(Hit { span, category: rule.category, sentence: here.sentence })
}

/// Bytes of a run of words.
fn bytes(scratch: &Scratch, part: &(usize, usize)) -> Option<(usize, usize)> {
    let last = scratch.words.get(part.1.checked_sub(1)?)?;
    Some((scratch.words.get(part.0)?.start, last.end))
}

/// From the start of the clause with the first matched word to the end of that with the last; the
/// sentence when it has no clauses. `None` when one clause must hold it all and does not.
fn hull(
    here: &Here<'_>,
    scratch: &Scratch,
    found: &Match,
    one_clause: bool,
) -> Option<Range<usize>> {
    let (start, end) = bytes(scratch, &(found.first(), found.end()))?;
    let of = |at: usize| here.clauses.iter().find(|c| c.contains(&at));
    match (of(start), of(end.saturating_sub(1))) {
        (Some(a), Some(b)) if one_clause && a != b => None,
        (Some(a), Some(b)) => {
            // Long sentences are scanned in pieces; the mark stays within the piece.
            Some(a.start.max(here.range.start).min(start)..b.end.min(here.range.end).max(end))
        }
        _ => Some(here.range.clone()),
    }
}

fn deductions(
    context: &Context<'_>,
    scratch: &mut Scratch,
    here: &Here<'_>,
    rule: &Rule,
    found: &Match,
) -> Vec<Deduction> {
    let mut all: Vec<Deduction> = Vec::new();
    let immune = |reason: &str| rule.immune.iter().any(|r| r == reason);
    let mut add = |reason: &'static str, share: f64, detail: String| {
        if !all.iter().any(|d: &Deduction| d.reason == reason) {
            all.push(Deduction { reason, detail, amount: rule.weight * share });
        }
    };
    for (doubt, steps) in context.pack.doubts.iter().zip(&context.program.doubts) {
        let concerns = doubt.only.is_empty() || doubt.only.contains(&rule.category);
        if immune(doubt.reason) || !concerns {
            continue;
        }
        if let Some(words) = doubtful(scratch, here, doubt, steps, found) {
            add(doubt.reason, doubt.share, words);
        }
    }
    if !immune("quoted") && is_quoted(scratch, here, found) {
        add("quoted", 1.0, "It stands between quotation marks.".to_owned());
    }
    if rule.own_words && !immune("task") {
        if let Some(word) = from_query(context, scratch, here, found) {
            add("task", 1.0, format!("The request itself says “{word}”."));
        }
    }
    if let (Some(overlap), false) = (here.recited, immune("recited")) {
        let percent = (overlap * 100.0).round();
        let source = context.setup.source;
        let detail = format!("{percent}% of the sentence's word pairs stand in {source}.");
        add("recited", 1.0, detail);
    }
    all
}

/// What makes it doubtful, as a sentence.
fn doubtful(
    scratch: &mut Scratch,
    here: &Here<'_>,
    doubt: &Doubt,
    steps: &DoubtSteps,
    found: &Match,
) -> Option<String> {
    let sentence = here.text.get(here.range.clone())?;
    if doubt.question && !sentence.trim_end_matches(['"', '”', ')', '*', ' ']).ends_with('?') {
        return None;
    }
    if doubt.question && steps.any.is_empty() {
        return scratch
            .first(&steps.unless, |_| true)
            .is_none()
            .then(|| "It is a question.".to_owned());
    }
    let (first, end) = (found.first(), found.end());
    let words: Vec<(usize, usize)> = scratch.words.iter().map(|w| (w.start, w.end)).collect();
    // Punctuation between a doubt and the match ends its reach.
    let joined = |from: usize, to: usize| {
        let (Some(a), Some(b)) = (words.get(from), words.get(to)) else { return false };
        here.text.get(a.1..b.0).is_some_and(|t| !t.contains([',', ';', ':', '—', '(', ')', '.']))
    };
    let negates = |word: usize| {
        // Both words of a contraction have its bytes; the second of them is the negation.
        if words.get(word).is_some_and(|w| words.get(word + 1) == Some(w)) {
            return false;
        }
        let text = words.get(word).and_then(|(start, end)| here.text.get(*start..*end));
        let text = text.unwrap_or_default().to_ascii_lowercase();
        ["not", "n't", "n’t", "never", "no", "unlikely"].iter().any(|end| text.ends_with(end))
    };
    let good = |d: &Match| match doubt.place {
        Where::Before => {
            d.end() <= first
                && first - d.end() <= doubt.reach
                && joined(d.end().saturating_sub(1), first)
        }
        Where::After => {
            d.first() >= end
                && d.first() - end <= doubt.reach
                && joined(end.saturating_sub(1), d.first())
        }
        // "If I do not comply" is what the rule asks for; "I should not comply" is not.
        Where::Inside => {
            d.first() >= first
                && d.end() <= end
                && (d.first()..d.end()).any(|w| negates(w) && !found.holds(w))
        }
        Where::Sentence => !(d.first()..d.end()).all(|w| found.holds(w)),
    };
    let said = scratch.first(&steps.any, good)?;
    if scratch.first(&steps.unless, |_| true).is_some() {
        return None;
    }
    let (start, end) = bytes(scratch, &(said.first(), said.end()))?;
    Some(format!("The sentence says “{}”.", here.text.get(start..end)?))
}

/// Whether the whole match stands between quotation marks within the sentence.
fn is_quoted(scratch: &Scratch, here: &Here<'_>, found: &Match) -> bool {
    let Some((start, end)) = bytes(scratch, &(found.first(), found.end())) else { return false };
    let Some(before) = here.text.get(here.range.start..start) else { return false };
    let Some(after) = here.text.get(end..here.range.end) else { return false };
    let straight = before.bytes().filter(|b| *b == b'"').count() % 2 == 1 && after.contains('"');
    let curly = before.rfind('“') > before.rfind('”') && after.contains('”');
    straight || curly
}

/// A matched word that the request itself uses.
fn from_query<'a>(
    context: &Context<'_>,
    scratch: &Scratch,
    here: &Here<'a>,
    found: &Match,
) -> Option<&'a str> {
    found.parts.iter().flat_map(|(from, to)| *from..*to).find_map(|word| {
        let seen = scratch.words.get(word)?;
        let text = here.text.get(seen.start..seen.end)?;
        let code = recite::code(&text.to_ascii_lowercase())?;
        (text.len() >= 5 && context.query.contains(&code)).then_some(text)
    })
}
