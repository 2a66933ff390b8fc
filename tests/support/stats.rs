//! Running `undertone stats` in a folder.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::program;

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(["stats", "--no-cache"]).args(arguments);
    command.current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

pub fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn report(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    serde_json::from_str(&text(&run(folder, &all))).unwrap()
}

pub fn near(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap_or_else(|| panic!("{found} is no number"));
    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
}
