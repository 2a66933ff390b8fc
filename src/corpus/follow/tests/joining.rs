//! Files of which more than their own lines is known: sessions, labels, archives, an index; and the thread that follows.

use super::*;

#[test]
fn a_session_that_goes_on_is_one_transcript() {
    let folder = Folder::new();
    let say = |session: &str, role: &str, text: &str| {
        let said =
            serde_json::json!({"probe": "say", "session": session, "role": role, "text": text});
        format!("{said}\n")
    };
    folder.write("s.jsonl", say("a", "user", "Why?") + &say("b", "user", "Where?"));
    following(&folder, &["s.jsonl"], |reader| {
        reader.what_is_new();
        folder.append("s.jsonl", say("a", "assistant", "<think>hm</think>So."));
        reader.look();
        reader.is_as_now();
        folder
            .append("s.jsonl", say("c", "assistant", "Hello.") + &say("b", "assistant", "There."));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.ids(), ["a", "b", "c"]);
        assert_eq!(reader.what_is_new(), ["c"]);
    });
}

#[test]
fn labels_and_requests_that_come_late_join_and_go_again() {
    let folder = Folder::new();
    let label = |id: &str, value: bool| {
        format!("{}\n", serde_json::json!({"probe": "label", "id": id, "value": value}))
    };
    let ask = |id: &str, text: &str| {
        format!("{}\n", serde_json::json!({"probe": "ask", "id": id, "text": text}))
    };
    folder.write("answers.jsonl", line("q1", "Because.") + &line("q2", "There."));
    folder.write("labels.jsonl", label("q3", true));
    following(&folder, &["."], |reader| {
        assert!(reader.problems()[0].contains("`q3`"), "{:?}", reader.problems());
        // The transcript that it was about.
        folder.append("answers.jsonl", line("q3", "At noon."));
        reader.look();
        assert_eq!(reader.problems(), Vec::<String>::new());
        reader.is_as_now();
        // Labels in the file that is there, in a new one, and requests.
        folder.append("labels.jsonl", label("q1", false) + &label("q9", false));
        folder.write("late.jsonl", label("q2", true) + &ask("q1", "<tier>paid</tier> Why?"));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.catalogue.borrow().counts().joined, 4);
        let tier = |reader: &Reader<'_>| reader.catalogue.borrow().row(0).unwrap().tier.is_some();
        assert!(tier(reader));
        // Taken back, changed, and the transcripts gone that were spoken of.
        folder.write("labels.jsonl", label("q1", true));
        folder.write("late.jsonl", label("q2", true) + &ask("q1", "<tier>free</tier> Why?"));
        reader.look();
        reader.is_as_now();
        folder.write("late.jsonl", label("q2", true));
        folder.write("answers.jsonl", line("q1", "Because."));
        reader.look();
        reader.is_as_now();
        assert!(!tier(reader) && reader.problems()[0].contains("`q2`"));
    });
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn members_of_an_archive_that_is_written_again_find_their_old_places() {
    let folder = Folder::new();
    let (one, two, three) = (line("1", "one"), line("2", "two"), line("3", "three"));
    folder.write("r.zip", zip(&[("a.jsonl", &one), ("b.jsonl", &two)]));
    folder.write("z.jsonl", line("z", "z"));
    following(&folder, &["."], |reader| {
        reader.what_is_new();
        let more = two.clone() + &line("4", "four");
        folder.write("r.zip", zip(&[("a.jsonl", &one), ("b.jsonl", &more), ("c.jsonl", &three)]));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.what_is_new(), ["4", "3"]);
        // One is lost; then the archive is none any more.
        folder.write("r.zip", zip(&[("b.jsonl", &more), ("inner.zip", "no archive")]));
        reader.look();
        assert_eq!(reader.ids(), ["2", "z", "4"]);
        reader.every_body_is_its_row();
        folder.write("r.zip", line("5", "five"));
        reader.look();
        let mut ids = reader.ids();
        ids.sort_unstable();
        assert_eq!(ids, ["5", "z"]);
        reader.every_body_is_its_row();
        let counts = reader.catalogue.borrow().counts();
        assert_eq!((counts.units, counts.records, counts.transcripts), (2, 2, 2));
    });
}

#[test]
fn a_log_of_samples_that_goes_on_is_opened_where_it_is_new() {
    let folder = Folder::new();
    let log = |ids: &[&str]| {
        let common = |id: &&str| {
            serde_json::json!({"id": id, "epoch": 1, "input": "Why?", "target": "",
                "scores": {"alignment_faking": {"value": true}}})
        };
        let sample = |id: &&str| {
            let mut sample = common(id);
            sample["messages"] = serde_json::json!([{"role": "user", "content": "Why?"},
                {"role": "assistant", "content": format!("<think>plum {id}</think>So.")}]);
            (format!("samples/{id}_epoch_1.json"), sample.to_string())
        };
        let start = serde_json::json!({"version": 2, "eval": {"model": "m-1"}}).to_string();
        let summaries = serde_json::Value::Array(ids.iter().map(common).collect()).to_string();
        let samples: Vec<(String, String)> = ids.iter().map(sample).collect();
        let mut members =
            vec![("_journal/start.json", start.as_str()), ("summaries.json", &summaries)];
        members.extend(samples.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        zip(&members)
    };
    folder.write("run.eval", log(&["a", "b"]));
    following(&folder, &["run.eval"], |reader| {
        reader.what_is_new();
        folder.write("run.eval", log(&["a", "b", "c"]));
        reader.look();
        assert_eq!(reader.ids(), ["a", "b", "c"]);
        assert_eq!(reader.what_is_new(), ["c"]);
        reader.is_as_now();
        folder.write("run.eval", log(&["a", "c"]));
        reader.look();
        reader.is_as_now();
    });
}

#[test]
fn what_an_index_knows_is_followed_as_what_was_read() {
    let label = "{\"probe\":\"label\",\"id\":\"1\",\"value\":true}\n";
    for tied in [false, true] {
        let folder = Folder::new();
        let many: String = (0..40).map(|i| line(&i.to_string(), "x")).collect();
        folder.write("a.jsonl", many + &line("7", "x") + &line("8", "another"));
        folder.write("b.jsonl", line("first", "x") + if tied { label } else { "" });
        let folder = folder.kept(&["."]);
        following(&folder, &["."], |reader| {
            assert_eq!(reader.what_is_new().len(), 43);
            reader.is_as_now();
            folder.append("a.jsonl", line("new", "y") + &line("7", "x"));
            reader.look();
            assert_eq!(reader.what_is_new(), ["new", "7"]);
            reader.is_as_now();
            // A copy that the index told of goes, and its partner is none any more.
            let text = std::fs::read_to_string(folder.path("a.jsonl")).unwrap();
            folder.write("a.jsonl", text.replace(&line("7", "x"), &line("7", "z")));
            folder.append("b.jsonl", label.replace('1', "2"));
            reader.look();
            reader.is_as_now();
        });
    }
}

#[test]
fn what_waits_for_its_rest_is_told_by_whoever_does_not_wait() {
    let folder = Folder::new().with_shelf();
    folder.write("a.jsonl", line("1", "one") + "{\"id\":2");
    folder.write("b.jsonl", line("other", "x"));
    following(&folder, &["."], |reader| {
        assert_eq!(reader.problems(), Vec::<String>::new());
        let kept = reader.catalogue.borrow().to_keep();
        assert!(reader.corpus.keep(&kept).unwrap());
    });
    let (indexed, now) = (read(&folder.indexed(&["."])), folder.now(&["."]));
    assert_eq!(everything(&indexed), everything(&now));
    assert_eq!(now.problems().count(), 1);
}

/// Opens what is kept, which must be what a fresh reading finds; gives where each file was read on, or that it was read from its
/// start, or not at all.
fn opened(folder: &Folder, arguments: &[&str]) -> Vec<&'static str> {
    let corpus = folder.indexed(arguments);
    let known = read(&corpus);
    let order = |catalogue: &Catalogue| -> Vec<(Row, bool)> {
        catalogue.views().map(|view| (view.row(), catalogue.is_duplicate(view.id))).collect()
    };
    let now = folder.now(arguments);
    assert_eq!(order(&known), order(&now));
    assert_eq!(known.files().collect::<Vec<_>>(), now.files().collect::<Vec<_>>());
    let entry = |entry: &std::sync::Arc<Entry>| match entry.start {
        Start::On(_) => "on",
        // Who reads looks for its content at once, who only knows when somebody asks.
        _ if entry.onward().is_some() && !entry.was_cut() => "known",
        _ => "read",
    };
    corpus.files.all().iter().map(entry).collect()
}

impl Reader<'_> {
    fn keep(&self) -> bool {
        let kept = self.catalogue.borrow().to_keep();
        self.corpus.keep(&kept).unwrap()
    }
}

#[test]
fn what_was_followed_is_kept_and_read_on_in_the_next_run() {
    let folder = Folder::new().with_shelf();
    folder.write("a.jsonl", line("1", "one"));
    folder.write("b.jsonl", line("2", "two") + &line("1", "one") + "nonsense\n");
    following(&folder, &["."], |reader| {
        assert!(reader.keep());
        for step in 3..6 {
            folder.append("b.jsonl", line(&step.to_string(), "x") + &line("1", "one"));
            reader.look();
            assert!(reader.keep() && !reader.keep(), "once is enough");
        }
    });
    assert_eq!(opened(&folder, &["."]), ["known", "known"]);
    // A half line is kept as what it is.
    following(&folder, &["."], |reader| {
        folder.append("b.jsonl", "{\"id\":6,");
        reader.look();
        assert_eq!(reader.problems().iter().filter(|p| p.contains("stops")).count(), 0);
        assert!(reader.keep());
    });
    assert_eq!(opened(&folder, &["."]), ["known", "on"]);
    folder.append("b.jsonl", "\"response\":\"six\"}\n");
    assert_eq!(opened(&folder, &["."]), ["known", "on"]);
    // Behind the rows of a later file, or in places of rows that were there before: nothing of it is kept.
    for cut in [false, true] {
        following(&folder, &["."], |reader| {
            if cut {
                let text = line("new", "x") + &line("1", "one");
                folder.write("b.jsonl", text);
            } else {
                folder.append("a.jsonl", line("late", "x"));
            }
            reader.look();
            assert!(reader.keep());
        });
        let read = if cut { ["known", "read"] } else { ["read", "known"] };
        assert_eq!(opened(&folder, &["."]), read);
        let corpus = folder.indexed(&["."]);
        assert!(corpus.keep(&super::read(&corpus)).unwrap());
        assert_eq!(opened(&folder, &["."]), ["known", "known"]);
    }
}

#[test]
fn rows_of_an_earlier_file_that_come_behind_those_of_a_later_one_are_not_kept_there() {
    let folder = Folder::new().with_shelf();
    folder.write("a.jsonl", "");
    folder.write("b.jsonl", line("1", "one"));
    following(&folder, &["."], |reader| {
        folder.append("a.jsonl", line("late", "x") + &line("1", "one"));
        reader.look();
        assert!(reader.keep());
    });
    assert_eq!(opened(&folder, &["."]), ["read", "known"]);
}

#[test]
fn an_index_is_never_of_rows_of_one_time_and_files_of_another() {
    let folder = Folder::new().with_shelf();
    folder.write("a.jsonl", line("1", "one"));
    following(&folder, &["a.jsonl"], |reader| {
        let before = reader.catalogue.borrow().to_keep();
        folder.append("a.jsonl", line("2", "two"));
        reader.look();
        assert!(!reader.corpus.keep(&before).unwrap());
        assert!(reader.keep());
    });
    assert_eq!(opened(&folder, &["a.jsonl"]), ["known"]);
}

#[test]
fn what_an_index_knows_is_read_on_when_it_grows() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one") + &line("2", "two"));
    let folder = folder.kept(&["a.jsonl"]);
    following(&folder, &["a.jsonl"], |reader| {
        folder.append("a.jsonl", line("3", "three"));
        reader.look();
        assert!(matches!(reader.corpus.files.get(0).unwrap().start, Start::On(_)));
        reader.is_as_now();
    });
}

#[test]
fn many_small_steps_leave_few_chunks() {
    let folder = Folder::new();
    folder.write("a.jsonl", "");
    following(&folder, &["a.jsonl"], |reader| {
        for i in 0..300 {
            folder.append("a.jsonl", line(&i.to_string(), "x"));
            assert!(reader.follower.look());
        }
        let chunks = reader.catalogue.borrow().stack().from(0).count();
        assert!(chunks <= 9, "{chunks}");
        reader.is_as_now();
    });
}

#[test]
fn whoever_follows_sees_what_is_written_and_leaves_at_once() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one"));
    let corpus = folder.corpus(&["a.jsonl"]);
    let switch = Following::new(true);
    let (to_us, events) = crossbeam_channel::unbounded();
    let follower = {
        let (corpus, switch) = (corpus.clone(), switch.clone());
        std::thread::spawn(move || {
            corpus.follow(OPTIONS, &switch, &mut |event| to_us.send(event).is_ok());
        })
    };
    let mut catalogue = Catalogue::new(&corpus.paths());
    let mut until = |rows: usize| {
        while catalogue.seen() < rows {
            catalogue.apply(events.recv_timeout(Duration::from_mins(1)).unwrap());
        }
    };
    until(1);
    folder.append("a.jsonl", line("2", "two"));
    until(2);
    switch.turn(false);
    folder.append("a.jsonl", line("3", "three"));
    switch.turn(true);
    until(3);
    switch.end();
    follower.join().unwrap();
}
