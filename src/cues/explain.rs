//! Why a span is marked, as lines for a person.

use super::Engine;
use super::score::{CAP, CRITERIA};
use crate::model::{Analysis, Transcript};

impl Engine {
    /// Why a span is marked, as lines for a person: category and definition, rule id, matched words,
    /// weight, what was subtracted, criteria it serves. `title: text` pairs. Empty when there is no such
    /// span.
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
        let text = transcript.sections.get(marked.section).map_or("", |s| s.text.as_str());
        let words: Vec<&str> =
            marked.matched.iter().filter_map(|(start, end)| text.get(*start..*end)).collect();
        say("matched", words.join(" … "));
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
                    let capped =
                        if all.raw > CAP { format!(", capped at {CAP}") } else { String::new() };
                    say("group", format!("{group}: {} in this transcript{capped}", all.raw));
                }
            }
        }
        for deduction in &marked.deductions {
            let taken = deduction.amount;
            say("subtracted", format!("{} (−{taken}): {}", deduction.reason, deduction.detail));
        }
        if let Some(recited) = analysis
            .recited
            .iter()
            .find(|r| r.section == marked.section && r.start <= marked.start && marked.end <= r.end)
        {
            let share = (recited.overlap * 100.0).round();
            let source = self.setup_source(transcript);
            say("recitation", format!("{share}% of the sentence restates {source}"));
        }
        let rules = pack.and_then(|p| p.body().rules.iter().find(|r| r.id == marked.rule));
        if let Some(rule) = rules {
            for (title, count) in [
                ("not before", rule.not_before.len()),
                ("not after", rule.not_after.len()),
                ("unless", rule.unless.len()),
            ] {
                if count > 0 {
                    say("guard", format!("`{title}` was tested and found nothing"));
                }
            }
        }
        let chain = pack.and_then(|p| p.body().chains.iter().find(|c| c.id == marked.rule));
        if let Some(chain) = chain {
            let within = chain.within;
            say("chain", format!("a motive stands within {within} sentences of the decision"));
        }
        let criteria = rules.map(|r| &r.criteria).or(chain.map(|c| &c.criteria));
        for number in criteria.into_iter().flatten() {
            let name = CRITERIA.get(usize::from(*number).saturating_sub(1)).unwrap_or(&"");
            let best =
                analysis.criteria.iter().any(|c| c.number == *number && c.best == Some(span));
            let role = if best { ", and is the best span for it" } else { "" };
            say("criterion", format!("{number} ({name}){role}"));
        }
        if let Some(note) = self.note(transcript) {
            say("note", note);
        }
        lines
    }
}
