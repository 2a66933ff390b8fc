//! The arithmetic of the scripts that measure: a wrong median or a goal that is said to be met would be worse than no figure.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::path::Path;
use std::process::Command;

/// What lines of shell print after `benches/common.sh`; `$raw` is an empty file. `None` where there is no bash.
fn prints(lines: &str) -> Option<String> {
    let raw = tempfile::NamedTempFile::new().unwrap();
    let common = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/common.sh");
    let script = format!(
        "set -euo pipefail; . '{}'; raw='{}'; {lines}",
        common.display(),
        raw.path().display()
    );
    let out = Command::new("bash").args(["-c", &script]).output().ok()?;
    assert!(out.status.success(), "{lines}: {}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn medians_and_quantiles() {
    let runs =
        |values: &str| format!("for v in {values}; do note key me 1 $v; note key you 1 7; done;");
    for (values, share, expected) in [
        ("3 1 2", "0.5", "2\n"),
        ("4 1 3 2", "0.5", "2.5\n"),
        ("5", "0.99", "5\n"),
        ("$(seq 1 100)", "0.5", "50.5\n"),
        ("$(seq 1 100)", "0.95", "96\n"),
        ("$(seq 1 200)", "0.99", "199\n"),
        // What did not come in one round is no figure.
        ("1 none 2", "0.5", "none\n"),
    ] {
        let Some(found) = prints(&format!("{} quantile key me {share}", runs(values))) else {
            return;
        };
        assert_eq!(found, expected, "{values} at {share}");
    }
    assert_eq!(prints("median key nobody").unwrap_or_default(), "");
}

#[test]
fn rows_say_whether_a_goal_is_met() {
    let runs = "note a undertone 1 30; note a wc 1 20; note b undertone 1 none; note b wc 1 20;";
    let Some(found) = prints(&format!(
        "{runs} against what a wc 2; against what a wc 1; against what a wc -; against what b wc 2; \
         against what c wc 2; within what 15.9 ms 16; within what 1234567.8 kB 16; within what none ms 16"
    )) else {
        return;
    };
    let expected = "\
| what | 30.0 ms | wc | 20.0 ms | 1.50 × | ≤ 2 × | yes |
| what | 30.0 ms | wc | 20.0 ms | 1.50 × | ≤ 1 × | no |
| what | 30.0 ms | wc | 20.0 ms | 1.50 × | — |  |
| what | — ms | wc | 20.0 ms | — | ≤ 2 × | no |
| what | 15.9 ms |  |  | | ≤ 16.0 ms | yes |
| what | 1,234,568 kB |  |  | | ≤ 16.0 kB | no |
| what | — ms |  |  | | ≤ 16.0 ms | no |
";
    assert_eq!(found, expected);
}

#[test]
fn a_wrong_answer_fails_the_run() {
    let runs = "note a me 1 5 1 42; note a me 2 5 1 42;";
    let Some(found) =
        prints(&format!("{runs} expect a me 42; echo $failed; expect a me 43; echo $failed"))
    else {
        return;
    };
    assert_eq!(found, "0\n1\n");
    let found =
        prints("expect a nobody 42; echo $failed; grouped 12; grouped 1234; grouped 1234567");
    assert_eq!(found.unwrap(), "0\n12\n1,234\n1,234,567\n");
}
