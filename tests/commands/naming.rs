//! How one transcript is named, and what happens when several have the name.

use super::*;

#[test]
fn two_transcripts_of_one_id_are_listed_and_give_2() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twins.jsonl");
    let twins = "{\"id\":\"t\",\"response\":\"a\"}\n{\"id\":\"t\",\"response\":\"b\"}\n";
    std::fs::write(&path, twins).unwrap();
    let path = path.to_str().unwrap();
    let output = run(&["show", path, "--id", "t"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains(":1#t") && message.contains(":2#t"), "{message}");
    let one = run(&["show", &format!("{path}:2#t"), "--format", "json"]);
    let shown: Value = serde_json::from_slice(&one.stdout).unwrap();
    assert_eq!(shown["line"], 2);
    let report = run(&["check", path, "--format", "json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["files"][0]["problems"][0]["kind"], "same-id");
    assert_eq!(report["totals"]["transcripts"], 2);
}

#[test]
fn identical_records_are_found_by_dup() {
    let folder = tempfile::tempdir().unwrap();
    let record = "{\"id\":\"t\",\"response\":\"a\"}\n";
    std::fs::write(folder.path().join("a.jsonl"), record).unwrap();
    std::fs::write(
        folder.path().join("b.jsonl"),
        format!("{record}{{\"id\":\"u\",\"response\":\"b\"}}\n"),
    )
    .unwrap();
    let folder = folder.path().to_str().unwrap();
    assert_eq!(text(&run(&["list", folder, "--where", "dup:yes", "--count"])).trim(), "2");
    assert_eq!(text(&run(&["list", folder, "--count"])).trim(), "3");
}

#[test]
fn a_permalink_lists_one_transcript() {
    let listed = text(&run(&["list", "--format", "jsonl", "sample-data/flat.jsonl"]));
    let third: Value = serde_json::from_str(listed.lines().nth(2).unwrap()).unwrap();
    let permalink = format!("sample-data/flat.jsonl:3#{}", third["id"].as_str().unwrap());
    assert_eq!(text(&run(&["list", &permalink, "--count"])).trim(), "1");
    let nowhere = run(&["list", "sample-data/flat.jsonl:99#no-such-id", "--count"]);
    assert_eq!((text(&nowhere).trim(), nowhere.status.code()), ("0", Some(1)));
}

/// The lines that name candidates, each as what stands between quotes in it.
fn candidates(path: &str, wanted: &str) -> Vec<Vec<String>> {
    let output = run(&["show", path, "--id", wanted]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    let lines = told.lines().filter(|line| line.contains("--id '"));
    lines.map(|line| line.split('\'').skip(1).step_by(2).map(str::to_owned).collect()).collect()
}

#[test]
fn where_an_id_means_several_each_is_named_by_what_opens_it_alone() {
    let log = std::fs::read_to_string(repository("sample-data/formats/inspect.json")).unwrap();
    let mut log: Value = serde_json::from_str(&log.replace("NaN", "null")).unwrap();
    let mut sample = log["samples"][0].clone();
    let first = sample.clone();
    sample["epoch"] = 2.into();
    let second = sample.clone();
    sample["uuid"] = "another".into();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    // Everything on one line: the epoch tells two of them apart, and nothing but the key the others.
    log["samples"] = vec![first.clone(), second.clone(), sample].into();
    let one_line = path("log.json");
    std::fs::write(&one_line, log.to_string()).unwrap();
    let named = candidates(&one_line, "ferry-free");
    assert_eq!(named.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1], "{named:?}");
    assert_eq!(named[0][1], format!("{one_line}:1#ferry-free_epoch_1"));

    // The samples of an archive have no line.
    let archive = path("log.eval");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&archive).unwrap());
    log.as_object_mut().unwrap().remove("samples");
    for (name, value) in [
        ("header.json", &log),
        ("samples/ferry-free_epoch_1.json", &first),
        ("samples/ferry-free_epoch_2.json", &second),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        serde_json::to_writer(&mut zip, value).unwrap();
    }
    zip.finish().unwrap();
    let inside = candidates(&archive, &format!("{archive}#ferry-free"));
    let links: Vec<&String> = inside.iter().map(|names| &names[1]).collect();
    let wanted = [1, 2].map(|epoch| format!("{archive}#ferry-free_epoch_{epoch}"));
    assert_eq!(links, [&wanted[0], &wanted[1]]);

    for (file, names) in
        named.iter().map(|n| (&one_line, n)).chain(inside.iter().map(|n| (&archive, n)))
    {
        let by_key = run(&["show", file, "--id", &names[0], "--format", "json"]);
        assert_eq!(by_key.status.code(), Some(0), "{}", names[0]);
        let shown: Value = serde_json::from_slice(&by_key.stdout).unwrap();
        assert_eq!(shown["key"], Value::from(names[0].as_str()));
        if let Some(link) = names.get(1) {
            let by_link = run(&["show", link, "--format", "json"]);
            assert!(by_link.stdout == by_key.stdout, "{link}");
        }
    }
    // The link that a transcript gives is the one in the list.
    let shown = text(&run(&["show", &wanted[1]]));
    assert!(shown.contains(&format!("link      {}\n", wanted[1])), "{shown}");
}
