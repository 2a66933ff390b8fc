//! `undertone cues`: the rule packs, printed and tested.

use std::io::Write;

use serde_json::{Value, json};

use super::args::{CheckFormat, CuesAction, CuesArgs};
use super::json;
use super::output::{Exit, Failure, out};
use super::plan::{packs, packs_or_errors};
use crate::cues::{Engine, Finding, PackError, PackErrors};
use crate::text::sanitize_line;

/// Runs the command.
///
/// # Errors
/// Packs that cannot be read, or writing.
pub fn run(args: &CuesArgs) -> Result<Exit, Failure> {
    match &args.action {
        CuesAction::List(pack) => list(&Engine::new(packs(&pack.cues)?), pack.format),
        CuesAction::Test(pack) => match packs_or_errors(&pack.cues)? {
            Ok(packs) => test(&Engine::new(packs), &pack.cues, pack.format),
            Err(errors) if pack.format == CheckFormat::Json => untested(&errors),
            Err(errors) => Err(Failure::Usage(errors.to_string())),
        },
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
                let features: Vec<Value> = p
                    .features()
                    .map(
                        |f| json!({"id": f.id, "about": p.about_feature(f.id), "weight": f.weight}),
                    )
                    .collect();
                json!({
                    "name": p.name, "about": p.about, "settings": p.settings,
                    "rules": rules, "features": features,
                })
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
            for rule in pack.rules().chain(pack.features()) {
                let about = match pack.about_feature(rule.id) {
                    "" => String::new(),
                    about => format!(": {}", sanitize_line(about)),
                };
                writeln!(
                    out,
                    "  {:<26} {:<13} weight {}{about}",
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

/// What `cues test` says in JSON of packs that are not sound, so that nothing was tested.
fn untested(errors: &PackErrors) -> Result<Exit, Failure> {
    let finding = |error: &PackError| {
        json!({
            "kind": "error", "pack": null, "rule": null,
            "file": error.name, "line": error.line, "message": error.message,
        })
    };
    let findings: Vec<Value> = errors.first.iter().map(finding).collect();
    let value = json!({
        "examples": 0, "failed": 0, "failures": [],
        "errors": errors.count(), "notes": 0, "findings": findings,
    });
    let mut out = out();
    json::write_line(&mut out, &value)?;
    out.flush()?;
    Ok(Exit::Usage)
}

fn test(engine: &Engine, files: &[String], format: CheckFormat) -> Result<Exit, Failure> {
    let trial = engine.self_test();
    let failed: Vec<_> = trial.examples.iter().filter(|r| !r.passed).collect();
    // Of the built-in packs nobody who writes one wants to hear more than what is wrong.
    let asked = |f: &&Finding| f.is_error || files.is_empty() || files.contains(&f.file);
    let findings: Vec<_> = trial.findings.iter().filter(asked).collect();
    let errors = findings.iter().filter(|f| f.is_error).count();
    let notes = findings.len() - errors;
    let mut out = out();
    if format == CheckFormat::Json {
        let failures: Vec<Value> = failed
            .iter()
            .map(|r| {
                json!({
                    "pack": r.pack, "rule": r.rule, "file": r.file, "line": r.line,
                    "example": r.example, "must_match": r.must_match,
                })
            })
            .collect();
        let findings: Vec<Value> = findings
            .iter()
            .map(|f| {
                json!({
                    "kind": if f.is_error { "error" } else { "note" },
                    "pack": f.pack, "rule": f.rule, "file": f.file, "line": f.line, "message": f.message,
                })
            })
            .collect();
        let value = json!({
            "examples": trial.examples.len(), "failed": failed.len(), "failures": failures,
            "errors": errors, "notes": notes, "findings": findings,
        });
        json::write_line(&mut out, &value)?;
    } else {
        for report in &failed {
            let verb = if report.must_match { "should match" } else { "should not match" };
            let (file, example) = (sanitize_line(&report.file), sanitize_line(&report.example));
            writeln!(out, "{file}:{}: error: {} {verb}: {example}", report.line, report.rule)?;
        }
        for finding in &findings {
            let kind = if finding.is_error { "error" } else { "note" };
            let rule = finding.rule.as_ref().map(|r| format!("{r}: ")).unwrap_or_default();
            let (file, message) = (sanitize_line(&finding.file), sanitize_line(&finding.message));
            writeln!(out, "{file}:{}: {kind}: {rule}{message}", finding.line)?;
        }
        let counted = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        writeln!(
            out,
            "{}, {} failed; {}, {}",
            counted(trial.examples.len(), "example"),
            failed.len(),
            counted(errors, "error"),
            counted(notes, "note")
        )?;
    }
    out.flush()?;
    Ok(if trial.passed() { Exit::Fine } else { Exit::Nothing })
}
