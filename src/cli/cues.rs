//! `undertone cues`: the rule packs, printed and tested.

use std::io::Write;

use serde_json::{Value, json};

use super::args::{CheckFormat, CuesAction, CuesArgs};
use super::json;
use super::output::{Exit, Failure, out};
use super::plan::packs;
use crate::cues::Engine;
use crate::text::sanitize_line;

/// Runs the command.
///
/// # Errors
/// A pack that cannot be read, or writing.
pub fn run(args: &CuesArgs) -> Result<Exit, Failure> {
    match &args.action {
        CuesAction::List(pack) => list(&Engine::new(packs(&pack.cues)?), pack.format),
        CuesAction::Test(pack) => test(&Engine::new(packs(&pack.cues)?), pack.format),
        CuesAction::Eval(eval) => super::eval::run(eval),
        CuesAction::Common(common) => super::common::run(common),
    }
}

fn list(engine: &Engine, format: CheckFormat) -> Result<Exit, Failure> {
    let mut out = out();
    let categories = engine.categories();
    if format == CheckFormat::Json {
        let packs: Vec<Value> = engine
            .packs()
            .iter()
            .map(|p| {
                let rules: Vec<Value> = p
                    .rules()
                    .map(|r| json!({"id": r.id, "category": r.category, "weight": r.weight}))
                    .collect();
                json!({"name": p.name, "about": p.about, "settings": p.settings, "rules": rules})
            })
            .collect();
        let categories: Vec<Value> = categories
            .iter()
            .map(|c| {
                json!({
                    "name": c.name,
                    "letter": c.letter.to_string(),
                    "glyph": c.glyph.to_string(),
                    "definition": c.definition,
                    "group": c.group,
                })
            })
            .collect();
        json::write_line(&mut out, &json!({"packs": packs, "categories": categories}))?;
    } else {
        for category in &categories {
            writeln!(
                out,
                "{} {}  {:<13} {}",
                category.glyph,
                category.letter,
                category.name,
                sanitize_line(&category.definition)
            )?;
        }
        for pack in engine.packs() {
            writeln!(out, "\n{}: {}", sanitize_line(&pack.name), sanitize_line(&pack.about))?;
            for rule in pack.rules() {
                writeln!(
                    out,
                    "  {:<26} {:<13} weight {}",
                    sanitize_line(rule.id),
                    sanitize_line(rule.category),
                    rule.weight
                )?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn test(engine: &Engine, format: CheckFormat) -> Result<Exit, Failure> {
    let reports = engine.self_test();
    let failed: Vec<_> = reports.iter().filter(|r| !r.passed).collect();
    let mut out = out();
    if format == CheckFormat::Json {
        let failures: Vec<Value> = failed
            .iter()
            .map(|r| {
                json!({"pack": r.pack, "rule": r.rule, "example": r.example, "must_match": r.must_match})
            })
            .collect();
        let value =
            json!({"examples": reports.len(), "failed": failed.len(), "failures": failures});
        json::write_line(&mut out, &value)?;
    } else {
        for report in &failed {
            let verb = if report.must_match { "should match" } else { "should not match" };
            let example = sanitize_line(&report.example);
            writeln!(out, "{}: {} {verb}: {example}", report.pack, report.rule)?;
        }
        writeln!(out, "{} examples, {} failed", reports.len(), failed.len())?;
    }
    out.flush()?;
    Ok(if failed.is_empty() { Exit::Fine } else { Exit::Nothing })
}
