//! Why a span is marked, as lines for a person.

use super::Engine;
use super::ledger::CRITERIA;
use super::pack::{Body, Pack, Rule};
use super::restate::Restated;
use super::score::most_of;
use crate::model::{Analysis, Span, Transcript};

/// Most characters of a guard's words.
const GUARD: usize = 90;
/// Most characters of a sentence of the set-up.
const SOURCE: usize = 240;

impl Engine {
    /// Why a span is marked, as lines for a person: category and definition, rule id, weight, what was subtracted,
    /// what it restates, guards and doubts that were tested, criteria it serves. `title: text` pairs. Its words are
    /// [`super::in_place()`]'s. Empty when there is no such span.
    #[must_use]
    pub fn explain(
        &self,
        transcript: &Transcript,
        analysis: &Analysis,
        span: usize,
    ) -> Vec<(String, String)> {
        let Some(marked) = analysis.spans.get(span) else { return Vec::new() };
        let pack = self.packs().iter().rev().find(|p| p.name == analysis.pack);
        let category = pack.and_then(|p| p.categories.iter().find(|c| c.name == marked.category));
        let mut lines: Vec<(String, String)> = Vec::new();
        let mut say = |title: &str, text: String| lines.push((title.to_owned(), text));
        let definition = category.map_or("", |c| c.definition.as_str());
        say("category", format!("{}: {definition}", marked.category));
        say("rule", format!("{} of the pack {}", marked.rule, analysis.pack));
        match category.and_then(|c| c.group.as_deref()) {
            None => {
                say(
                    "weight",
                    "none: it is shown and counted, but adds nothing to the score".into(),
                );
            }
            Some(group) => {
                let counted = marked.counted();
                let less = marked.weight - counted;
                let sum =
                    if less > 0.0 { format!(" − {less} = {counted}") } else { String::new() };
                say("weight", format!("{}{sum}", marked.weight));
                if let Some(all) = analysis.contributions.iter().find(|c| c.group == group) {
                    let most = most_of(group);
                    let capped =
                        if all.raw > most { format!(", capped at {most}") } else { String::new() };
                    say("group", format!("{group}: {} in this transcript{capped}", all.raw));
                }
            }
        }
        for deduction in &marked.deductions {
            let taken = deduction.amount;
            say("subtracted", format!("{} (−{taken}): {}", deduction.reason, deduction.detail));
        }
        if let Some(text) = restates(transcript, analysis, marked) {
            say("restates", text);
        }
        let body = pack.map(Pack::body);
        let rule = body.and_then(|b| b.rules.iter().find(|r| r.id == marked.rule));
        if let (Some(body), Some(rule)) = (body, rule) {
            tested(body, rule, marked, &mut say);
        }
        let chain = body.and_then(|b| b.chains.iter().find(|c| c.id == marked.rule));
        if let (Some(chain), Some(pack)) = (chain, pack) {
            let name = |i: &usize| pack.categories.get(*i).map_or("", |c| c.name.as_str());
            let list = |all: &[usize]| all.iter().map(name).collect::<Vec<_>>().join(", ");
            let (decision, motive) = (list(&chain.decision), list(&chain.motive));
            let within = chain.within;
            let text = format!(
                "a motive that counts ({motive}) within {within} sentences of the decision ({decision})"
            );
            say("chain", text);
            if !chain.unless_late.is_empty() {
                let late = list(&chain.unless_late);
                say("guard", format!("no {late} in the last third of the reasoning"));
            }
        }
        let criteria = rule.map(|r| &r.criteria).or(chain.map(|c| &c.criteria));
        for number in criteria.into_iter().flatten() {
            let name = CRITERIA.get(usize::from(*number).saturating_sub(1)).unwrap_or(&"");
            let best =
                analysis.criteria.iter().any(|c| c.number == *number && c.best() == Some(span));
            let role = if best { ", and is the best span for it" } else { "" };
            say("criterion", format!("{number} ({name}){role}"));
        }
        if let Some(note) = self.note(transcript) {
            say("note", note);
        }
        lines
    }
}

/// The sentence of the set-up that a recited span restates, and what it stands in.
fn restates(transcript: &Transcript, analysis: &Analysis, marked: &Span) -> Option<String> {
    let covers = |start: usize, end: usize| start <= marked.start && marked.end <= end;
    let recited = analysis
        .recited
        .iter()
        .find(|r| r.section == marked.section && covers(r.start, r.end))
        .map(|r| (r.start, r.end));
    let is_deducted = marked.deductions.iter().any(|d| d.reason == "recited");
    let (start, end) = recited.or(is_deducted.then_some((marked.start, marked.end)))?;
    let sentence = transcript.sections.get(marked.section)?.text.get(start..end)?;
    let restated = Restated::of(transcript);
    let (text, name) = restated.source_of(sentence)?;
    Some(format!("{name}: “{}”", cut(text, SOURCE)))
}

/// The guards of a rule, with their words, and the doubts that were looked for and not found.
fn tested(body: &Body, rule: &Rule, marked: &Span, say: &mut dyn FnMut(&str, String)) {
    for (key, written) in &rule.guards {
        let place = match *key {
            "not-before" => "stands shortly before the words",
            "not-after" => "stands shortly after the words",
            _ => "stands in the sentence",
        };
        let words = cut(&written.join(" · "), GUARD);
        say("guard", format!("`{key}`: nothing of this {place}: {words}"));
    }
    if !rule.after.is_empty() {
        let within = rule.within;
        say("needs", format!("another cue in the {within} sentences before, which is there"));
    }
    if !rule.near.is_empty() {
        let within = rule.within;
        let text = format!("another cue at most {within} sentences away, which is there");
        say("needs", text);
    }
    let mut reasons: Vec<&str> = Vec::new();
    let of_pack = body
        .doubts
        .iter()
        .filter(|d| d.only.is_empty() || d.only.contains(&rule.category))
        .map(|d| d.reason);
    let own = rule.own_words.then_some("task");
    for reason in of_pack.chain(["quoted"]).chain(own).chain(["recited"]) {
        let found = marked.deductions.iter().any(|d| d.reason == reason);
        let immune = rule.immune.iter().any(|i| i == reason);
        if !found && !immune && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    say("doubts", format!("looked for and not found: {}", reasons.join(", ")));
    if !rule.immune.is_empty() {
        say("immune", format!("these would not matter to the rule: {}", rule.immune.join(", ")));
    }
}

/// White space folded, at most so many characters.
fn cut(text: &str, most: usize) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= most {
        return folded;
    }
    let head: String = folded.chars().take(most).collect();
    format!("{} …", head.trim_end())
}
