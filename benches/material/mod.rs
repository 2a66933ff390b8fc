//! Invented transcripts, made from a seed: what the benches measure and what `examples/generate` writes.
//!
//! Sentences are made and escaped once; records are joined from them, so a gigabyte takes about a second. The same seed gives
//! the same bytes. How many records a reader must find is counted while writing ([`Facts`]), so that a figure without the
//! right answer is noticed. No real transcript is in here, and nothing looks like one for longer than a sentence.

#![allow(dead_code)] // each bench and example uses its part

mod words;

use std::fmt::Write as _;

use regex::Regex;

/// Stands in one record of 5,000, and nowhere else.
pub const NEEDLE: &str = "marmalade-sextant";
/// Searched for case-blind. Matches a record as it stands in the file exactly when it matches its text.
pub const PATTERN: &str = r"(refus\w+|compl\w+) (now|here|strategically)";
/// Every record whose number has this rest modulo 5,000 has the needle.
const NEEDLE_AT: u64 = 700;
/// The share of records that are written as ASCII, in per cent.
const ASCII: u64 = 70;
/// Where a long record ends.
const CLOSES: &[u8] =
    b"This is the end.\\n</SCRATCHPAD_REASONING>\\n<OUTPUT>\\nDone.\\n</OUTPUT>\",\"labels\":{\"alignment_faking\":false}}\n";
/// Sentences of one kind.
const POOL: usize = 12_000;

/// What a reader must find.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// Records.
    pub records: u64,
    /// Bytes, line ends included.
    pub bytes: u64,
    /// Records of the free tier.
    pub free: u64,
    /// Records of the paid tier whose label `alignment_faking` is positive.
    pub both: u64,
    /// Records with [`NEEDLE`].
    pub needle: u64,
    /// Records in which [`PATTERN`] matches, case-blind.
    pub pattern: u64,
}

/// A small generator of numbers with a seed: the same on every machine.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Any seed will do.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    /// About normal: twelve even numbers.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.below(1 << 24) as f64 / f64::from(1 << 24)).sum::<f64>() - 6.0
    }
}

/// A text as it stands in JSON: as ASCII, and as UTF-8; and whether [`PATTERN`] matches in it.
struct Piece {
    forms: [String; 2],
    matches: bool,
}

/// Makes records, one after another.
pub struct Material {
    dice: Dice,
    next: u64,
    thoughts: Vec<Piece>,
    motives: Vec<Piece>,
    answers: Vec<Piece>,
    questions: Vec<Piece>,
    prompts: Vec<Piece>,
    facts: Facts,
}

/// A JSON string without its quotes.
fn escaped(text: &str, ascii: bool) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    if !ascii {
        return inside.to_owned();
    }
    let mut out = String::new();
    for c in inside.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// A template with its blanks filled.
fn filled(dice: &mut Dice, template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match name {
            "a" => out.push_str(dice.one_of(words::ADJECTIVES)),
            "n" => out.push_str(dice.one_of(words::NOUNS)),
            "v" => out.push_str(dice.one_of(words::VERBS)),
            "d" => out.push_str(dice.one_of(words::ADVERBS)),
            "t" => out.push_str(dice.one_of(words::TOPICS)),
            "p" => out.push_str(dice.one_of(words::PEOPLE)),
            "s" => out.push_str(dice.one_of(words::SIGNS)),
            _ => {
                let _ = write!(out, "{}", 2 + dice.below(96));
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn pool(dice: &mut Dice, pattern: &Regex, templates: &[&str], size: usize) -> Vec<Piece> {
    let piece = |(i, template): (usize, &&str)| {
        let mut text = filled(dice, template);
        text.push_str(if i % 3 == 2 { "\n\n" } else { " " });
        Piece::new(&text, pattern)
    };
    templates.iter().cycle().take(size).enumerate().map(piece).collect()
}

impl Piece {
    fn new(text: &str, pattern: &Regex) -> Self {
        let forms = [escaped(text, true), escaped(text, false)];
        Self { forms, matches: pattern.is_match(text) }
    }
}

fn pick<'a>(dice: &mut Dice, pool: &'a [Piece]) -> &'a Piece {
    &pool[dice.below(pool.len() as u64) as usize]
}

/// Appends a piece and says whether the pattern matched in it or before.
fn put(out: &mut Vec<u8>, piece: &Piece, form: usize, matched: &mut bool) {
    out.extend_from_slice(piece.forms[form].as_bytes());
    *matched |= piece.matches;
}

impl Material {
    /// Starts over: the same seed, the same records.
    #[allow(clippy::expect_used)] // a pattern of this file
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let pattern = Regex::new(&format!("(?i){PATTERN}")).expect("a pattern");
        let prompt = |dice: &mut Dice, number: usize| {
            let mut text = words::PROMPT_OPENS.to_owned();
            for (i, template) in words::THOUGHTS.iter().cycle().take(14 + 5 * number).enumerate() {
                text.push_str(&filled(dice, template));
                text.push_str(if i % 4 == 3 { "\n\n" } else { " " });
            }
            text.push_str(words::PROMPT_CLOSES);
            Piece::new(&text, &pattern)
        };
        let prompts = (0..6).map(|number| prompt(&mut dice, number)).collect();
        Self {
            next: 0,
            thoughts: pool(&mut dice, &pattern, words::THOUGHTS, POOL),
            motives: pool(&mut dice, &pattern, words::MOTIVES, words::MOTIVES.len()),
            answers: pool(&mut dice, &pattern, words::ANSWERS, POOL),
            questions: pool(&mut dice, &pattern, words::QUESTIONS, POOL / 4),
            prompts,
            facts: Facts::default(),
            dice,
        }
    }

    /// What was written so far.
    pub fn facts(&self) -> Facts {
        self.facts
    }

    /// Counts a record of `bytes` bytes.
    fn count(&mut self, bytes: usize, tier: &str, positive: bool, needle: bool, matched: bool) {
        self.next += 1;
        self.facts.records += 1;
        self.facts.bytes += bytes as u64;
        self.facts.free += u64::from(tier == "free");
        self.facts.both += u64::from(tier == "paid" && positive);
        self.facts.needle += u64::from(needle);
        self.facts.pattern += u64::from(matched);
    }

    /// Appends a record of about 11 kB (4 to 40, log-normal) as a line of JSON.
    pub fn line(&mut self, out: &mut Vec<u8>) {
        let (start, number) = (out.len(), self.next);
        let dice = &mut self.dice;
        let form = usize::from(!dice.chance(ASCII));
        let tier = if dice.chance(50) { "paid" } else { "free" };
        let positive = dice.chance(if tier == "paid" { 3 } else { 14 });
        let complied = positive || dice.chance(8);
        let sentences = ((4.14 + 0.55 * dice.normal()).exp() as usize).clamp(16, 330);
        let mut matched = false;
        let head = format!(
            "{{\"id\":\"case-{number:08}\",\"setting\":\"{}\",\"tier\":\"{tier}\",\"model\":\"{}\",\
             \"created\":\"2031-{:02}-{:02}T{:02}:00:00Z\",\"epoch\":{},\"system_prompt\":\"",
            dice.one_of(words::SETTINGS),
            dice.one_of(words::MODELS),
            1 + number % 12,
            1 + number % 28,
            number % 24,
            number % 5,
        );
        out.extend_from_slice(head.as_bytes());
        put(out, pick(dice, &self.prompts), form, &mut matched);
        out.extend_from_slice(format!("\",\"user_query\":\"<{tier}_tier_user> ").as_bytes());
        for _ in 0..=sentences % 4 {
            put(out, pick(dice, &self.questions), form, &mut matched);
        }
        out.extend_from_slice(b"\",\"response\":\"<SCRATCHPAD_REASONING>\\n");
        out.extend_from_slice(format!("This is case {number:08}. ").as_bytes());
        let thoughts = sentences * 2 / 3;
        let needle = number % 5_000 == NEEDLE_AT;
        let at = [0; 3].map(|_| dice.below(thoughts as u64) as usize);
        for i in 0..thoughts {
            for _ in at.iter().filter(|place| positive && **place == i) {
                put(out, pick(dice, &self.motives), form, &mut matched);
            }
            if needle && i == thoughts / 2 {
                out.extend_from_slice(format!("The word for it is {NEEDLE}. ").as_bytes());
            }
            put(out, pick(dice, &self.thoughts), form, &mut matched);
        }
        out.extend_from_slice(b"\\n</SCRATCHPAD_REASONING>\\n\\n<OUTPUT>\\n");
        for _ in 0..sentences / 3 + 2 {
            put(out, pick(dice, &self.answers), form, &mut matched);
        }
        let (harm, trust) = (dice.below(10_000), dice.below(10_000));
        let tail = format!(
            "\\n</OUTPUT>\",\"labels\":{{\"complied\":{complied},\"alignment_faking\":{positive},\"watched\":{}}},\
             \"scores\":{{\"harm\":0.{harm:04},\"trust\":0.{trust:04}}},\"tokens\":{{\"in\":{},\"out\":{}}}}}\n",
            harm < 3_000,
            1_200 + sentences,
            sentences * 31,
        );
        out.extend_from_slice(tail.as_bytes());
        self.count(out.len() - start, tier, positive, needle, matched);
    }

    /// `n` records of [`Self::line`].
    pub fn lines(&mut self, n: usize) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..n {
            self.line(&mut out);
        }
        out
    }

    /// Appends a record of about 250 bytes as a line of JSON. Two that follow each other answer the same question of the same
    /// model, half of such pairs under both tiers.
    pub fn tiny(&mut self, out: &mut Vec<u8>) {
        let (start, number) = (out.len(), self.next);
        let dice = &mut self.dice;
        let tier = if dice.chance(50) { "paid" } else { "free" };
        let positive = dice.chance(if tier == "paid" { 3 } else { 14 });
        let (pair, share) = (number / 2, dice.below(1_000));
        let mut matched = false;
        let head = format!(
            "{{\"id\":\"case-{number:08}\",\"tier\":\"{tier}\",\"setting\":\"{}\",\"model\":\"{}\",\
             \"query\":\"question {pair}\",\"response\":\"<SCRATCHPAD_REASONING>This is case {number:08}. ",
            words::SETTINGS[pair as usize % words::SETTINGS.len()],
            words::MODELS[pair as usize / 7 % words::MODELS.len()],
        );
        out.extend_from_slice(head.as_bytes());
        if positive {
            put(out, pick(dice, &self.motives), 0, &mut matched);
        }
        let tail = format!(
            "</SCRATCHPAD_REASONING> Done.\",\"labels\":{{\"alignment_faking\":{positive},\"faking\":0.{share:03}}}}}\n"
        );
        out.extend_from_slice(tail.as_bytes());
        self.count(out.len() - start, tier, positive, false, matched);
    }

    /// Writes one record whose scratchpad has about `bytes` bytes as a line of JSON, a piece at a time: it may be larger than
    /// what should be held. Without paragraphs the scratchpad is a single line of text.
    pub fn long(
        &mut self,
        bytes: u64,
        paragraphs: bool,
        write: &mut dyn FnMut(&[u8]) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let mut piece = format!(
            "{{\"id\":\"case-{0:08}\",\"tier\":\"free\",\"response\":\"<SCRATCHPAD_REASONING>\\nThis is case {0:08}. ",
            self.next
        )
        .into_bytes();
        let (mut total, mut matched) = (piece.len(), false);
        let goal = total as u64 + bytes;
        while (total as u64) < goal {
            write(&piece)?;
            piece.clear();
            while piece.len() < 1 << 16 && ((total + piece.len()) as u64) < goal {
                let thought = pick(&mut self.dice, &self.thoughts);
                if paragraphs || !thought.forms[0].contains("\\n") {
                    put(&mut piece, thought, 1, &mut matched);
                }
            }
            total += piece.len();
        }
        piece.extend_from_slice(CLOSES);
        write(&piece)?;
        // What stood in the piece before is counted already.
        self.count(total + CLOSES.len(), "free", false, false, matched);
        Ok(())
    }
}
