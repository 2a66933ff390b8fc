//! Going through the reasoning of one transcript: sentences in, marks out, each with what was subtracted and why.

use super::feature;
use super::hit::{Scanned, Source, keep_best};
use super::matcher::{LONGEST, Matcher, Piece};
use super::program::Program;
use super::quotes::LastLine;
use super::said::{self, Heard, Here, Known, Said, is_question};
use super::seen::{Memory, Reader, Seen};
use super::weigh::{Context, Place, Recital, weigh};
use crate::model::{self, Deduction, Recited, Section};
use crate::text::{Visible, sentences};
use std::cell::OnceCell;
use std::ops::Range;

/// How the detail of a deduction begins that a sentence after the mark makes.
pub(super) const LATER: &str = "A sentence after it says";

/// Sentences after a match in which it can be taken back, at most.
const FARTHEST_DENIAL: usize = 10;
/// Sentences that are looked up together: where one stands in memory is asked for before another one's answer has come.
const TOGETHER: usize = 32;

/// What is reused from transcript to transcript.
#[derive(Debug)]
pub(super) struct Room {
    pub desk: Desk,
    known: Known,
}

/// Room for the work on one sentence, and on those of one transcript.
#[derive(Debug)]
pub(super) struct Desk {
    matcher: Matcher,
    pub memory: Memory,
    words: Vec<Seen>,
    candidates: Vec<u32>,
    next: Vec<Next>,
    /// For each condition of the program the sentences that meet it, in order; empty between transcripts.
    seen: Vec<Vec<usize>>,
    /// Those that were met.
    met: Vec<usize>,
}

/// A sentence that comes next: where it is, its number, and what is kept of it if it is known.
#[derive(Debug)]
struct Next {
    range: Range<usize>,
    key: Option<u128>,
    heard: Option<Heard>,
}

impl Room {
    pub fn new(program: &Program) -> Self {
        let (words, candidates, next, met) = Default::default();
        let (matcher, memory) = (Matcher::new(program), Memory::default());
        let seen = vec![Vec::new(); program.conditions];
        let desk = Desk { matcher, memory, words, candidates, next, seen, met };
        Self { desk, known: Known::default() }
    }
}

/// What is asked for besides marks.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// The recited sentences, and where all stand.
    pub all_recited: bool,
    /// The patterns that gave a mark that counts, all of them: where they are noted.
    pub counted: Option<&'a mut Vec<u32>>,
}

/// Goes through sections of reasoning, which come with their numbers.
pub(super) fn walk(
    context: Context<'_>,
    program: &Program,
    room: &mut Room,
    pads: Vec<(usize, &Section)>,
    asked: Asked<'_>,
) -> Scanned {
    let Room { desk, known } = room;
    let mut scan = Scan {
        context,
        program,
        desk,
        denials: Vec::new(),
        features: feature::Seen::default(),
        asked,
        scanned: Scanned::default(),
    };
    for (section, pad) in pads {
        let (seen, before) = (Visible::of(&pad.text), scan.scanned.sizes());
        scan.section(section, seen.text(), known);
        scan.scanned.place(before, &seen);
    }
    scan.keep_near();
    scan.deny();
    scan.features.end(&program.features, &mut scan.scanned.features);
    let Scan { desk, scanned, .. } = scan;
    for condition in desk.met.drain(..) {
        desk.seen.get_mut(condition).into_iter().for_each(Vec::clear);
    }
    scanned
}

/// From the first letter to the last, in a text that begins at `start`.
fn words_of(sentence: &str, start: usize) -> Range<usize> {
    let inside = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = start + sentence.len() - inside.len();
    start..start + inside.trim_end_matches(|c: char| !c.is_alphanumeric()).len()
}

/// The reasoning of a section, with the quotation marks of its line at hand.
struct Pad<'t> {
    section: usize,
    text: &'t str,
    quotes: &'t LastLine,
}

/// One transcript being scanned.
struct Scan<'a> {
    context: Context<'a>,
    program: &'a Program,
    desk: &'a mut Desk,
    /// What is said against the sentences before: the doubt, the sentence, the words.
    denials: Vec<(usize, usize, String)>,
    /// What features have seen.
    features: feature::Seen,
    asked: Asked<'a>,
    scanned: Scanned,
}

impl Scan<'_> {
    /// Drops the hits of rules that lack what they want to see in their neighbourhood.
    fn keep_near(&mut self) {
        let (rules, program, seen) = (&self.context.body.rules, self.program, &self.desk.seen);
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
                        detail: format!("{LATER} “{words}”."),
                        amount: hit.weight * doubt.share,
                    });
                }
            }
        }
    }

    fn section(&mut self, section: usize, text: &str, known: &mut Known) {
        self.features.begin();
        let (mut reader, quotes) = (Reader::new(text), LastLine::default());
        // Where everything is asked for, each sentence is read anyway.
        let by_heart = !self.asked.all_recited && self.asked.counted.is_none();
        let mut all = sentences(text);
        let mut next = std::mem::take(&mut self.desk.next);
        loop {
            next.extend(all.by_ref().take(TOGETHER).map(|range| {
                let sentence = text.get(range.clone()).unwrap_or_default();
                let key = by_heart.then(|| known.key(sentence));
                Next { range, key, heard: None }
            }));
            if next.is_empty() {
                break;
            }
            for one in &mut next {
                one.heard = one.key.and_then(|key| known.get(key));
            }
            for one in next.drain(..) {
                let here = Pad { section, text, quotes: &quotes };
                self.one(&here, &mut reader, one, known);
            }
        }
        self.desk.next = next;
    }

    /// Takes the next sentence.
    fn one(&mut self, here: &Pad<'_>, reader: &mut Reader<'_>, next: Next, known: &mut Known) {
        let Next { range, key, heard } = next;
        let setup = self.context.setup;
        self.features.sentence();
        // It may have been met since it was looked up.
        let heard = heard.or_else(|| key.and_then(|key| known.get(key)));
        if let Some(heard) = heard {
            let recital = Recital::new(range.clone(), heard.restates(setup));
            self.hear(&self.place(here, range, &recital), &heard, known.said(&heard));
            if let Some((key, restates)) = key.zip(recital.found()) {
                known.note(key, setup, restates);
            }
            return;
        }
        let recital = Recital::new(range.clone(), None);
        let mut words = std::mem::take(&mut self.desk.words);
        words.clear();
        let lexicon = &self.program.lexicon;
        reader.read(range.clone(), &mut self.desk.memory, lexicon, &mut words);
        if self.asked.all_recited {
            recital.note(setup, &words);
        }
        self.sentence(here, &recital, &words, key, known);
        self.desk.words = words;
        if !self.asked.all_recited {
            return;
        }
        let (section, Range { start, end }) = (here.section, range);
        self.scanned.ranges.push(model::Sentence { section, start, end });
        if let Some(overlap) = self.recited(here.text, &recital) {
            self.scanned.recited.push(Recited { section, start, end, overlap });
        }
    }

    fn recited(&mut self, text: &str, recital: &Recital) -> Option<f64> {
        let (setup, lexicon) = (self.context.setup, &self.program.lexicon);
        recital.share(text, setup, &mut self.desk.memory, lexicon)
    }

    fn place<'t>(&self, here: &Pad<'t>, range: Range<usize>, recited: &'t Recital) -> Place<'t> {
        let (number, &Pad { section, text, quotes }) = (self.scanned.sentences, here);
        Place { section, text, range, number, quotes, recited }
    }

    /// Looks at a sentence that is not known yet.
    fn sentence(
        &mut self,
        here: &Pad<'_>,
        recital: &Recital,
        words: &[Seen],
        key: Option<u128>,
        known: &mut Known,
    ) {
        let (program, text) = (self.program, here.text);
        let is_whole = words.len() <= LONGEST;
        let clauses = OnceCell::new();
        for piece in words.chunks(LONGEST) {
            let range = match (piece.first(), piece.last()) {
                (Some(first), Some(last)) if !is_whole => first.start..last.end,
                _ => recital.sentence.clone(),
            };
            let piece = Piece { program, words: piece };
            let Desk { matcher, candidates, .. } = &mut *self.desk;
            matcher.turn_to(piece);
            matcher.candidates(piece, candidates);
            let said = (!candidates.is_empty()).then(|| {
                let (whole, range) = (recital.sentence.clone(), range.clone());
                let here = Here { text, whole, range, piece, clauses: &clauses };
                said::look(self.context.body, program, matcher, &here, candidates)
            });
            let said = said.filter(|said| *said != Said::default());
            let asks = text.get(range.clone()).is_some_and(is_question);
            let heard = Heard::new(self.desk.matcher.roles(piece), asks);
            let before = self.scanned.features.len();
            self.hear(&self.place(here, range, recital), &heard, said.as_ref());
            if self.asked.all_recited {
                self.find_words(piece, before);
            }
            if let Some(key) = key.filter(|_| is_whole) {
                known.insert(key, heard, said);
            }
        }
    }

    /// Finds the words of the features that were seen in a piece for the first time, which the matcher has turned to: those
    /// after the first so many.
    fn find_words(&mut self, piece: Piece<'_>, known: usize) {
        let (features, matcher) = (&self.context.body.features, &mut self.desk.matcher);
        for seen in self.scanned.features.iter_mut().skip(known) {
            let all = features.get(seen.feature).map_or(&[][..], |feature| &feature.all);
            let mut words: Vec<(usize, usize)> = all
                .iter()
                .filter_map(|step| {
                    let (first, end) = matcher.place(piece, *step)?;
                    let last = piece.words.get(end.checked_sub(1)?)?;
                    Some((piece.words.get(first)?.start, last.end))
                })
                .collect();
            words.sort_unstable();
            // A word may be of several classes.
            words.dedup_by(|next, before| next.0 < before.1);
            seen.matched = words;
        }
    }

    /// Takes a sentence for what it is worth where it stands.
    fn hear(&mut self, place: &Place<'_>, heard: &Heard, said: Option<&Said>) {
        let (setup, program) = (self.context.setup, self.program);
        let memory = &mut self.desk.memory;
        let sentence = place.text.get(place.range.clone()).unwrap_or_default();
        let own = || {
            !heard.asks
                && !place.is_quoted(&words_of(sentence, place.range.start))
                && place.recited.share(place.text, setup, memory, &program.lexicon).is_none()
        };
        let at = (place.section, &place.range);
        let found = &mut self.scanned.features;
        self.features.take(&program.features, heard.roles, own, at, found);
        if let Some(said) = said {
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
            let enough = self.asked.counted.is_none() && clean.contains(&number);
            let after = program.wanted.get(number).map_or(&[][..], |w| &w.after);
            let is_near = |condition: &usize| {
                let last = self.desk.seen.get(*condition).and_then(|seen| seen.last());
                last.is_some_and(|seen| place.number - seen <= within)
            };
            if enough || (!after.is_empty() && !after.iter().any(is_near)) {
                continue;
            }
            for found in same {
                let memory = &mut self.desk.memory;
                let Some(hit) = weigh(context, memory, &program.lexicon, place, found) else {
                    continue;
                };
                let is_clean = hit.deductions.is_empty();
                if let Some(counted) = self.asked.counted.as_mut().filter(|_| hit.counts()) {
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
            if let Some(seen) = self.desk.seen.get_mut(*condition) {
                if seen.is_empty() {
                    self.desk.met.push(*condition);
                }
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
