//! A pack put to the test: its examples, rules that can never mark anything, and cues that nothing shows to be of use.
//!
//! What is called an error here holds for every text: it is worked out from the rules, not from samples. A note is worth a look, no
//! more. What makes a pack unreadable is `read`'s.

use super::Engine;
use super::matcher::LONGEST;
use super::pack::{Body, Chain, Pack, Place, Rule, Written};
use super::pattern::Pattern;
use super::program::Owner;
use super::within::Within;
use std::collections::HashSet;
use std::sync::Arc;

/// Most patterns of a rule that are compared with each other, pair by pair.
const MOST_COMPARED: usize = 1_000;
/// Most characters of a cue that is quoted.
const QUOTED: usize = 60;

/// The outcome of one example of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// The pack.
    pub pack: String,
    /// The rule.
    pub rule: String,
    /// File or name of the text that the rule stands in.
    pub file: String,
    /// Its 1-based line there.
    pub line: usize,
    /// The example's text.
    pub example: String,
    /// Whether it had to match.
    pub must_match: bool,
    /// Whether it did what it had to.
    pub passed: bool,
}

/// Something that is wrong with a pack, or worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The pack.
    pub pack: String,
    /// The rule or chain, where it is about one.
    pub rule: Option<String>,
    /// File or name of the text.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// It makes a rule useless; otherwise a note.
    pub is_error: bool,
    /// A sentence without a full stop.
    pub message: String,
}

/// What putting packs to the test has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// Every example of every rule, those included that a pack takes over from another.
    pub examples: Vec<TestReport>,
    /// Each said once, of the file that it stands in.
    pub findings: Vec<Finding>,
}

impl Trial {
    /// No example failed and nothing is an error.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.examples.iter().all(|e| e.passed) && self.findings.iter().all(|f| !f.is_error)
    }
}

impl Engine {
    /// Puts every pack to the test.
    #[must_use]
    pub fn self_test(&self) -> Trial {
        let mut trial = Trial::default();
        let mut said = HashSet::new();
        for (number, pack) in self.packs().iter().enumerate() {
            let mut about = About { pack, findings: Vec::new() };
            let found = self.examples_of(number, &mut about, &mut trial.examples);
            about.rules(&found);
            about.chains();
            about.notes();
            // A rule that is taken over is looked at where it is written.
            trial.findings.extend(about.findings.into_iter().filter(|f| {
                said.insert((f.file.clone(), f.line, f.rule.clone(), f.message.clone()))
            }));
        }
        trial
    }

    /// Runs the examples; the patterns that gave a mark that counts, by number, in an example that is to match.
    fn examples_of(
        &self,
        number: usize,
        about: &mut About<'_>,
        reports: &mut Vec<TestReport>,
    ) -> HashSet<(usize, u32)> {
        let pack = about.pack;
        let body = pack.body();
        let mut found = HashSet::new();
        let rules = body.rules.iter().map(|r| (&*r.id, &r.place, &r.matches, &r.no_matches));
        let chains = body.chains.iter().map(|c| (&*c.id, &c.place, &c.matches, &c.no_matches));
        let features = body.features.iter().map(|f| (&*f.id, &f.place, &f.matches, &f.no_matches));
        let all = rules.chain(chains).chain(features);
        for (rule, (id, place, matches, no_matches)) in all.enumerate() {
            let examples = matches.iter().map(|e| (e, true));
            for (example, must_match) in examples.chain(no_matches.iter().map(|e| (e, false))) {
                let scanned = self.scan_example(number, example);
                let fires = scanned.as_ref().is_some_and(|(scanned, _)| {
                    scanned.hits.iter().any(|h| h.source.id(body) == id && h.counts())
                        || scanned.features.iter().any(|seen| {
                            body.features.get(seen.feature).is_some_and(|f| *f.id == *id)
                        })
                });
                if must_match {
                    let patterns = scanned.into_iter().flat_map(|(_, patterns)| patterns);
                    found.extend(patterns.map(|pattern| (rule, pattern)));
                }
                let passed = fires == must_match;
                // Who switches a rule off cannot mend the examples of those that built on it.
                if let Some(own) =
                    body.changing.as_ref().filter(|own| !passed && **own != place.file)
                {
                    let own = Place { file: Arc::clone(own), line: 1 };
                    let text = format!(
                        "what is changed here breaks an inherited example: `{}`",
                        quoted(example)
                    );
                    about.say(false, Some(id), &own, text);
                    continue;
                }
                reports.push(TestReport {
                    pack: pack.name.clone(),
                    rule: id.to_owned(),
                    file: place.file.to_string(),
                    line: place.line,
                    example: example.clone(),
                    must_match,
                    passed,
                });
            }
        }
        found
    }
}

/// Gathers what is to be said of one pack.
struct About<'a> {
    pack: &'a Pack,
    findings: Vec<Finding>,
}

impl About<'_> {
    fn say(&mut self, is_error: bool, rule: Option<&str>, place: &Place, message: String) {
        self.findings.push(Finding {
            pack: self.pack.name.clone(),
            rule: rule.map(str::to_owned),
            file: place.file.to_string(),
            line: place.line,
            is_error,
            message,
        });
    }

    /// An error: the rule is of no use in any text.
    fn say_never(&mut self, rule: &Rule, why: &str) {
        let message = format!("it can never mark anything: {why}");
        self.say(true, Some(&rule.id), &rule.place, message);
    }

    /// A note about a cue of a rule.
    fn say_of(&mut self, rule: &Rule, cue: &Written, what: &str) {
        let place = Place { line: cue.line, ..rule.place.clone() };
        let message = format!("`{}` {what}", quoted(&cue.text));
        self.say(false, Some(&rule.id), &place, message);
    }

    fn rules(&mut self, found: &HashSet<(usize, u32)>) {
        let body = self.pack.body();
        let mut within = Within::new(&body.names.vocabulary);
        // Where the patterns of each rule begin among all of them.
        let mut starts = vec![None; body.rules.len()];
        for (number, (owner, _)) in (0_u32..).zip(&self.pack.program().patterns) {
            if let Owner::Any(rule) = owner
                && let Some(start) = starts.get_mut(*rule)
            {
                start.get_or_insert(number);
            }
        }
        for ((number, rule), start) in body.rules.iter().enumerate().zip(starts) {
            let dead: Vec<Option<String>> =
                rule.any.iter().map(|pattern| why_never(&mut within, rule, pattern)).collect();
            if let Some(why) =
                dead.iter().all(Option::is_some).then(|| dead.first()?.clone()).flatten()
            {
                self.say_never(rule, &why);
                continue;
            }
            let is_far = |p: &Pattern| within.shortest(p) > LONGEST;
            if !rule.after.is_empty() && rule.after.iter().all(is_far) {
                let why = format!("nothing that `after` asks for fits into {LONGEST} words");
                self.say_never(rule, &why);
                continue;
            }
            let shown =
                |at: usize| start.is_some_and(|start| found.contains(&(number, start + at as u32)));
            self.cues(rule, &dead, shown, &mut within);
        }
    }

    /// Looks at the cues of a rule one by one.
    fn cues(
        &mut self,
        rule: &Rule,
        dead: &[Option<String>],
        shown: impl Fn(usize) -> bool,
        within: &mut Within<'_>,
    ) {
        let mut from = 0;
        for (number, cue) in rule.cues.iter().enumerate() {
            let range = from..from + cue.patterns;
            from = range.end;
            let whys = dead.get(range.clone()).unwrap_or_default();
            if let Some(Some(why)) = whys.first()
                && whys.iter().all(Option::is_some)
            {
                self.say_of(rule, cue, &format!("can never mark anything: {why}"));
            } else if let Some(other) = shadow(rule, number, &range, within) {
                let what = if *other.text == *cue.text {
                    "stands in this rule twice".to_owned()
                } else {
                    format!("adds nothing: wherever it is, `{}` is found, too", quoted(&other.text))
                };
                self.say_of(rule, cue, &what);
            } else if !range.clone().any(&shown) {
                self.say_of(rule, cue, "is not exercised by any example");
            }
        }
    }

    fn chains(&mut self) {
        let body = self.pack.body();
        for (number, chain) in body.chains.iter().enumerate() {
            // Chains come one after the other: what an earlier one gives, a later one may build on.
            let before = body.chains.get(..number).unwrap_or_default();
            let lacks =
                |category: usize, counting: bool| !is_reached(body, before, category, counting);
            let name = |category: &usize| {
                self.pack.categories.get(*category).map_or("", |c| c.name.as_str())
            };
            let names = |list: &[usize]| list.iter().map(name).collect::<Vec<_>>().join(", ");
            let why = if chain.decision.iter().all(|c| lacks(*c, false)) {
                Some(format!("nothing marks a decision ({})", names(&chain.decision)))
            } else if chain.motive.iter().all(|c| lacks(*c, true)) {
                Some(format!("nothing marks a motive with a weight ({})", names(&chain.motive)))
            } else {
                None
            };
            let idle: Vec<String> = [&chain.decision, &chain.motive, &chain.unless_late]
                .into_iter()
                .flatten()
                .filter(|c| lacks(**c, false))
                .map(|c| name(c).to_owned())
                .collect();
            let is_dead = why.is_some();
            if let Some(why) = why {
                let message = format!("it can never mark anything: {why}");
                self.say(true, Some(&chain.id), &chain.place, message);
            }
            for category in idle.into_iter().filter(|_| !is_dead) {
                let message = format!("no rule marks `{category}`");
                self.say(false, Some(&chain.id), &chain.place, message);
            }
        }
    }

    /// What was noticed when the pack was read.
    fn notes(&mut self) {
        for note in &self.pack.body().notes {
            self.say(false, None, &note.place, note.text.clone());
        }
    }
}

/// Whether a rule, or one of these chains, marks a category; `counting`: with a weight.
fn is_reached(body: &Body, chains: &[Chain], category: usize, counting: bool) -> bool {
    let rules = body.rules.iter().map(|r| (r.category, r.weight));
    let mut all = rules.chain(chains.iter().map(|c| (c.category, c.weight)));
    all.any(|(c, weight)| c == category && (!counting || weight > 0.0))
}

/// Why a pattern of a rule can never give a mark, where that is sure.
fn why_never(within: &mut Within<'_>, rule: &Rule, pattern: &Pattern) -> Option<String> {
    if within.shortest(pattern) > LONGEST {
        return Some(format!("no piece of text of {LONGEST} words holds it"));
    }
    // The other guards look at the words around the match, of which nothing is known.
    let guarded = rule.unless.iter().any(|guard| within.holds(pattern, guard));
    guarded.then(|| "its own words are those of `unless`".to_owned())
}

/// Another cue of the rule that is found wherever this one is.
fn shadow<'r>(
    rule: &'r Rule,
    number: usize,
    range: &std::ops::Range<usize>,
    within: &mut Within<'_>,
) -> Option<&'r Written> {
    // What stands around a match decides about it, and the other one may stand elsewhere.
    let around = !rule.not_before.is_empty() || !rule.not_after.is_empty();
    if around || rule.any.len() > MOST_COMPARED {
        let twice = |(other, cue): &(usize, &Written)| {
            *other < number && rule.cues.get(number).is_some_and(|own| own.text == cue.text)
        };
        return rule.cues.iter().enumerate().find(twice).map(|(_, cue)| cue);
    }
    let own = rule.any.get(range.clone()).unwrap_or_default();
    let mut from = 0;
    for (other, cue) in rule.cues.iter().enumerate() {
        let patterns = rule.any.get(from..from + cue.patterns).unwrap_or_default();
        from += cue.patterns;
        if other == number {
            continue;
        }
        let mut covers = |wholes: &[Pattern], parts: &[Pattern]| {
            wholes.iter().all(|whole| parts.iter().any(|part| within.holds(whole, part)))
        };
        // Of two that are found in the same places the later one is too many.
        if covers(own, patterns) && (other < number || !covers(patterns, own)) {
            return Some(cue);
        }
    }
    None
}

/// A cue as far as it fits into a line.
fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
