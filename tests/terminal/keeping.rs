//! What is kept from one run to the next.

use super::*;

#[test]
fn highlights_come_back_unless_the_session_is_private() {
    let (file, state) = (records(3), tempfile::tempdir().unwrap());
    let path = file.path().to_str().unwrap();
    let env = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
    let start = Start { env: &env, ..Start::default() };
    let mut s = Session::new(&[path, "--private"], &start);
    s.sees("thinking about number 0");
    s.keys(":highlight about\r");
    s.sees("until you leave");
    s.sees("1×1");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "nothing was written");
    let mut s = Session::new(&[path], &start);
    s.sees("thinking about number 0");
    assert!(!s.text().contains("1×1"), "{}", s.text());
    s.keys("H/thin\\w+/\r");
    s.sees("kept for these files");
    // Together they would be Alt-q.
    s.keys("\x1b");
    s.loses("your highlights");
    s.keys("q");
    s.end();
    let mut s = Session::new(&[path], &start);
    s.sees("1×1");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn marks_notes_and_the_place_come_back_and_commands_see_them() {
    let (file, state) = (records(9), tempfile::tempdir().unwrap());
    let path = file.path().to_str().unwrap();
    let env = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
    let start = Start { env: &env, ..Start::default() };
    let list = |args: &[&str]| {
        let mut command = std::process::Command::new(support::program());
        command
            .args(["list", path, "--count", "--where"])
            .args(args)
            .env("XDG_STATE_HOME", env[0].1);
        let output = command.output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let mut s = Session::new(&[path, "--private"], &start);
    s.sees("thinking about number 0");
    s.keys("m");
    s.sees("marked");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "nothing was written");
    let mut s = Session::new(&[path], &start);
    s.sees("thinking about number 0");
    s.keys("jjm");
    s.sees("marked");
    s.keys("jalook again\r");
    s.sees("noted");
    s.keys("ftier:paid\r");
    s.sees("4 of 9 match");
    s.keys(":save-filter paid\r");
    s.sees("this filter is @paid");
    s.keys("G");
    s.sees("thinking about number 7");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    for (filter, count) in
        [("mark:yes", "1"), ("note:again @paid", "1"), ("mark:no note:none", "7")]
    {
        assert_eq!(list(&[filter]), count, "{filter}");
    }
    assert_eq!(list(&["mark:yes", "--private"]), "0");
    let mut s = Session::new(&[path], &start);
    s.sees("as you left it; Esc clears");
    s.sees("thinking about number 7");
    s.sees("4 of 9 match");
    s.keys("\x1b");
    s.sees("9 of 9 match");
    s.keys("'again\r");
    s.sees("thinking about number 3");
    s.keys("q");
    s.end();
    for args in [&[path, "--fresh"][..], &[path, "--where", "id:*case*", "--sort", "score"]] {
        let mut s = Session::new(args, &start);
        s.sees("9 of 9 match");
        s.keys("q");
        s.end();
    }
    let names = std::fs::read_dir(state.path().join("undertone")).unwrap();
    assert_eq!(names.count(), 3, "what was said, its lock, and the session");
}

#[test]
fn a_review_leaves_the_session_of_the_explorer_as_it_is() {
    let (file, state) = (records(9), tempfile::tempdir().unwrap());
    let journal = tempfile::tempdir().unwrap();
    let path = file.path().to_str().unwrap();
    let env = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
    let start = Start { env: &env, ..Start::default() };
    let mut s = Session::new(&[path], &start);
    s.sees("thinking about number 0");
    s.keys("ftier:paid\r");
    s.sees("4 of 9 match");
    s.keys("G");
    s.sees("thinking about number 7");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    let folder = journal.path().to_str().unwrap();
    let mut review = vec!["review", path, "--label", "alignment_faking", "--rater", "R1"];
    review.extend(["--strata", "none", "--journal", folder, "--no-cache"]);
    let mut s = Session::new(&review, &start);
    s.sees("item 1 of 9");
    assert!(!s.text().contains("as you left it"), "{}", s.text());
    s.keys("y");
    s.sees("item 2 of 9");
    s.keys("q");
    s.end();
    let mut s = Session::new(&[path], &start);
    s.sees("as you left it; Esc clears");
    s.sees("4 of 9 match");
    s.sees("thinking about number 7");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}
