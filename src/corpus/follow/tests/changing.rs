//! Files that grow, shrink, move and vanish.

use super::*;

#[test]
fn lines_that_are_appended_follow_the_others() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one") + &line("2", "two"));
    following(&folder, &["a.jsonl"], |reader| {
        assert_eq!(reader.what_is_new(), ["1", "2"]);
        assert!(!reader.follower.look(), "nothing has happened");
        folder.append("a.jsonl", line("3", "three") + "\n\n" + &line("2", "two") + "not JSON\n");
        assert!(reader.follower.look());
        assert_eq!(reader.what_is_new(), ["3", "2"]);
        reader.is_as_now();
        let counts = reader.catalogue.borrow().counts();
        assert_eq!(
            (counts.units, counts.records, counts.transcripts, counts.left_out),
            (5, 5, 4, 1)
        );
        assert!(reader.catalogue.borrow().any_duplicate());
    });
}

#[test]
fn a_half_line_waits_for_the_other_half() {
    let folder = Folder::new();
    let last = line("2", "with {\"a\":1} in it");
    folder.write("a.jsonl", line("1", "one") + &last[..20]);
    following(&folder, &["a.jsonl"], |reader| {
        assert_eq!((reader.ids(), reader.problems()), (vec!["1".to_owned()], vec![]));
        for cut in 21..last.len() - 1 {
            folder.append("a.jsonl", &last[cut - 1..cut]);
            reader.look();
            assert_eq!((reader.ids().len(), reader.problems().len()), (1, 0), "{cut}");
        }
        // Whole, though no newline has come yet.
        folder.append("a.jsonl", &last[last.len() - 2..last.len() - 1]);
        reader.look();
        assert_eq!(reader.ids(), ["1", "2"]);
        reader.is_as_now();
        folder.append("a.jsonl", "\n{\"id\":3,");
        reader.look();
        assert_eq!((reader.ids().len(), reader.problems().len()), (2, 0));
        // Whoever looks no more is told what there is.
        reader.follower.settle();
        assert!(reader.problems()[0].contains("stops in the middle"), "{:?}", reader.problems());
        reader.is_as_now();
        folder.append("a.jsonl", "\"response\":\"three\"}\n");
        reader.look();
        assert_eq!((reader.ids().len(), reader.problems().len()), (3, 0));
        reader.is_as_now();
        assert_eq!(reader.what_is_new(), ["1", "2", "3"]);
    });
}

#[test]
fn a_whole_line_may_still_turn_out_to_be_another_one() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one") + line("2", "two").trim_end());
    following(&folder, &["a.jsonl"], |reader| {
        assert_eq!(reader.ids(), ["1", "2"]);
        folder.append("a.jsonl", " and more\n");
        reader.look();
        assert_eq!(reader.ids(), ["1"]);
        reader.is_as_now();
        folder.append("a.jsonl", line("3", "three").trim_end());
        reader.look();
        folder.append("a.jsonl", "\n");
        reader.look();
        assert_eq!(reader.ids(), ["1", "3"]);
        reader.is_as_now();
    });
}

#[test]
fn a_file_that_was_cut_short_holds_what_it_holds_now() {
    let folder = Folder::new();
    let many: String = (0..50).map(|i| line(&i.to_string(), "x")).collect();
    folder.write("a.jsonl", &many);
    folder.write("b.jsonl", line("other", "x"));
    following(&folder, &["a.jsonl", "b.jsonl"], |reader| {
        reader.what_is_new();
        folder.write("a.jsonl", &many[..many.len() / 2 + 5]);
        reader.look();
        reader.follower.settle();
        reader.is_as_now();
        assert_eq!(reader.what_is_new(), Vec::<String>::new());
        folder.write("a.jsonl", "");
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.ids(), ["other"]);
        folder.append("a.jsonl", line("new", "y") + &line("0", "x"));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.what_is_new(), ["new", "0"]);
        // However often: places are taken again.
        for round in 0..20 {
            folder.write("a.jsonl", &many[..many.len() / 2]);
            reader.look();
            folder.write("a.jsonl", line(&format!("round {round}"), "z"));
            reader.look();
            assert_eq!(reader.ids(), [format!("round {round}"), "other".to_owned()]);
        }
        reader.is_as_now();
        assert_eq!(reader.catalogue.borrow().len(), 51);
    });
}

#[test]
fn what_is_written_over_in_the_same_length_is_noticed() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one") + &line("2", "two") + &line("3", "six"));
    following(&folder, &["a.jsonl"], |reader| {
        reader.what_is_new();
        folder.write("a.jsonl", line("1", "one") + &line("2", "TWO") + &line("4", "six"));
        reader.look();
        assert_eq!(reader.ids(), ["1", "2", "4"]);
        assert_eq!(reader.what_is_new(), ["4"], "another text of the same record is nothing new");
        reader.is_as_now();
        folder.age("a.jsonl");
        assert!(reader.follower.look(), "it was touched");
        assert_eq!(reader.what_is_new(), Vec::<String>::new());
        reader.is_as_now();
    });
}

#[test]
fn a_log_that_is_rotated_goes_on_under_its_name() {
    let folder = Folder::new();
    folder.write("run/a.jsonl", line("1", "one") + &line("2", "two"));
    for arguments in [&["run/a.jsonl"][..], &["run"]] {
        following(&folder, arguments, |reader| {
            reader.what_is_new();
            folder.rename("run/a.jsonl", "run/a.jsonl.1");
            folder.write("run/a.jsonl", line("3", "three"));
            reader.look();
            reader.is_as_now();
            folder.append("run/a.jsonl", line("4", "four"));
            reader.look();
            reader.is_as_now();
            let mut new = reader.what_is_new();
            new.sort_unstable();
            new.dedup();
            let all = if arguments == ["run"] { vec!["1", "2", "3", "4"] } else { vec!["3", "4"] };
            assert_eq!(new, all);
            std::fs::remove_file(folder.path("run/a.jsonl.1")).unwrap();
            folder.write("run/a.jsonl", line("1", "one") + &line("2", "two"));
        });
    }
}

#[test]
fn a_file_with_another_name_is_read_under_that() {
    let folder = Folder::new();
    folder.write("a.jsonl.tmp", line("1", "one"));
    following(&folder, &["."], |reader| {
        assert_eq!(reader.ids(), ["1"]);
        folder.rename("a.jsonl.tmp", "a.jsonl");
        reader.look();
        assert_eq!((reader.ids(), reader.problems()), (vec!["1".to_owned()], vec![]));
        reader.every_body_is_its_row();
        // The next one is written beside it and takes its place.
        folder.write("a.jsonl.tmp", line("1", "one") + &line("2", "two"));
        reader.look();
        folder.rename("a.jsonl.tmp", "a.jsonl");
        reader.look();
        let mut ids = reader.ids();
        ids.sort_unstable();
        assert_eq!((ids, reader.problems()), (vec!["1".to_owned(), "2".to_owned()], vec![]));
        reader.every_body_is_its_row();
        let counts = reader.catalogue.borrow().counts();
        assert_eq!((counts.units, counts.transcripts), (2, 2));
    });
}

#[test]
fn lists_tables_and_packed_files_are_read_again_when_they_grow() {
    let folder = Folder::new();
    let record = |n: &str| serde_json::json!({"id": n, "response": "x"}).to_string();
    let packed = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    };
    folder.write("list.json", format!("[{},\n{}", record("l1"), &record("l2")[..10]));
    folder.write("table.csv", "id,response\nt1,x\n");
    folder.write("packed.jsonl.gz", packed(&line("p1", "x")));
    folder.write("log.json", format!("{{\"model\":\"m-1\",\"samples\":[{}", record("s1")));
    following(&folder, &["."], |reader| {
        // The list that is being written is no damaged one.
        assert_eq!((reader.ids().len(), reader.problems()), (4, vec![]));
        folder.append("list.json", &record("l2")[10..]);
        folder.append("table.csv", "t2,y\n");
        folder.write("packed.jsonl.gz", packed(&(line("p1", "x") + &line("p2", "y"))));
        folder.append("log.json", format!(",{}", record("s2")));
        reader.what_is_new();
        reader.look();
        assert_eq!(reader.what_is_new(), ["l2", "s2", "p2", "t2"]);
        reader.follower.settle();
        assert_eq!(
            reader.problems().iter().filter(|p| p.contains("its list is closed")).count(),
            2
        );
        reader.is_as_now();
        folder.append("list.json", "]");
        folder.append("log.json", format!(",{}],\"n\":2}}", record("s3")));
        reader.look();
        assert_eq!(reader.ids().len(), 9);
        reader.is_as_now();
        // What stands around the records has changed, and none of them.
        let text = std::fs::read_to_string(folder.path("log.json")).unwrap();
        folder.write("log.json", text.replace("m-1", "m-2"));
        reader.look();
        reader.is_as_now();
    });
}

#[test]
fn new_files_are_found_where_old_ones_were() {
    let folder = Folder::new();
    folder.write("a/x.jsonl", line("1", "one"));
    folder.write("b.jsonl", line("2", "two"));
    following(&folder, &["a", "*.jsonl"], |reader| {
        reader.what_is_new();
        folder.write("a/deep/y.jsonl", line("3", "three"));
        folder.write("a/.hidden.jsonl", line("no", "no"));
        folder.write("c.jsonl", "");
        folder.write("c.txt", line("no", "no"));
        reader.look();
        assert_eq!(reader.what_is_new(), ["3"]);
        assert!(reader.problems()[0].contains("holds no record"));
        reader.is_as_now();
        folder.append("c.jsonl", line("4", "four"));
        folder.append("a/deep/y.jsonl", line("5", "five"));
        reader.look();
        assert_eq!(reader.what_is_new(), ["5", "4"]);
        reader.is_as_now();
    });
}

#[cfg(unix)]
#[test]
fn a_second_name_for_a_file_is_no_new_file() {
    let folder = Folder::new();
    folder.write("m.jsonl", line("1", "one"));
    following(&folder, &["."], |reader| {
        // It comes first in the order of names.
        std::os::unix::fs::symlink(folder.path("m.jsonl"), folder.path("a.jsonl")).unwrap();
        reader.look();
        assert_eq!(reader.ids(), ["1"]);
    });
}

#[test]
fn a_file_that_is_gone_keeps_its_rows_and_says_so() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one"));
    folder.write("b.jsonl", line("2", "two"));
    following(&folder, &["."], |reader| {
        let text = std::fs::read(folder.path("a.jsonl")).unwrap();
        std::fs::remove_file(folder.path("a.jsonl")).unwrap();
        for _ in 0..3 {
            reader.look();
            assert_eq!(reader.ids(), ["1", "2"]);
            let problems = reader.problems();
            assert!(
                problems.len() == 1 && problems[0].contains("not there any more"),
                "{problems:?}"
            );
        }
        folder.write("a.jsonl", text);
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.problems(), Vec::<String>::new());
        // Away and back, as it was; away and back with more.
        for more in ["", "{\"id\":3,\"response\":\"x\"}\n"] {
            folder.rename("b.jsonl", ".b");
            reader.look();
            assert_eq!(reader.problems().len(), 1);
            folder.rename(".b", "b.jsonl");
            folder.append("b.jsonl", more);
            reader.look();
            reader.is_as_now();
        }
    });
}
