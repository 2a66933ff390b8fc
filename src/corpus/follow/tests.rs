//! Files that change under somebody who follows them: what is known in the end is what reading them once would tell.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use proptest::prelude::*;

use super::*;
use crate::corpus::{Catalogue, FileReport, Row, RowId};
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::model::Counts;
use crate::query::Needs;

/// A folder that somebody writes in. No two writings have the same time, and all lie long back, as if hours had passed.
struct Folder {
    dir: tempfile::TempDir,
    /// Where an index is kept, if one is.
    shelf: Option<tempfile::TempDir>,
}

static CLOCK: AtomicU64 = AtomicU64::new(0);

impl Folder {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), shelf: None }
    }

    /// With an index of what the arguments name now.
    fn kept(mut self, arguments: &[&str]) -> Self {
        self.shelf = Some(tempfile::tempdir().unwrap());
        let corpus = self.indexed(arguments);
        assert!(corpus.keep(&read(&corpus)).unwrap());
        self
    }

    fn indexed(&self, arguments: &[&str]) -> Corpus {
        let corpus = self.corpus(arguments);
        let Some(shelf) = &self.shelf else { return corpus };
        let shelf = crate::source::Shelf::new(shelf.path().to_owned(), 1 << 30);
        corpus.with_index(shelf, "a test").worth_keeping()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn age(&self, name: &str) {
        let seconds = 100_000 - CLOCK.fetch_add(1, Ordering::Relaxed);
        let at = SystemTime::now() - Duration::from_secs(seconds);
        let file = OpenOptions::new().append(true).open(self.path(name)).unwrap();
        file.set_modified(at).unwrap();
    }

    /// Writes into the same file, or makes one.
    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        File::create(self.path(name)).unwrap().write_all(text.as_ref()).unwrap();
        self.age(name);
    }

    fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        let mut file = OpenOptions::new().append(true).open(self.path(name)).unwrap();
        file.write_all(text.as_ref()).unwrap();
        self.age(name);
    }

    fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    fn corpus(&self, arguments: &[&str]) -> Corpus {
        let arguments: Vec<String> = arguments.iter().map(|name| self.name(name)).collect();
        let found = discover(&arguments);
        let open = |path: String| {
            let bytes = Bytes::open(Path::new(&path)).map_err(|error| error.to_string());
            (path, bytes)
        };
        let files = found.files.into_iter().map(open).collect();
        Corpus::new(files, Arc::new(Engine::new(Vec::new())), Arc::new(LabelRules::builtin()))
            .with_named(&arguments)
    }

    /// What somebody who comes now finds.
    fn now(&self, arguments: &[&str]) -> Catalogue {
        read(&self.corpus(arguments))
    }
}

fn read(corpus: &Corpus) -> Catalogue {
    let mut catalogue = Catalogue::new(&corpus.paths());
    corpus.load(OPTIONS, &mut |event| {
        catalogue.apply(event);
        true
    });
    catalogue
}

const OPTIONS: LoadOptions = LoadOptions {
    needs: Needs { body: true, cues: false, opened: true },
    threads: 2,
    glimpse: false,
};

/// Somebody who follows.
struct Reader<'a> {
    folder: &'a Folder,
    arguments: &'a [&'a str],
    corpus: &'a Corpus,
    follower: Follower<'a>,
    catalogue: &'a RefCell<Catalogue>,
    /// Rows that were new since somebody asked.
    new: &'a RefCell<Vec<RowId>>,
}

/// Follows what the arguments name, from now on.
fn following(folder: &Folder, arguments: &[&str], test: impl FnOnce(&mut Reader<'_>)) {
    let corpus = folder.indexed(arguments);
    let catalogue = RefCell::new(Catalogue::new(&corpus.paths()));
    let new = RefCell::new(Vec::new());
    let mut event = |event: LoadEvent| {
        let mut catalogue = catalogue.borrow_mut();
        match &event {
            LoadEvent::Rows(batch) => {
                let first = catalogue.len() as RowId;
                new.borrow_mut().extend(first..first + batch.len() as RowId);
            }
            LoadEvent::Renewed(renewed) => new.borrow_mut().extend(renewed.fresh()),
            _ => {}
        }
        catalogue.apply(event);
        true
    };
    let mut follower = Follower::new(&corpus, OPTIONS, &mut event);
    follower.load(true);
    let (corpus, catalogue) = (&corpus, &catalogue);
    test(&mut Reader { folder, arguments, corpus, follower, catalogue, new: &new });
}

/// Everything that is known, in an order of its own: rows by place, problems by text.
type Everything = (Vec<(String, Row, bool)>, BTreeMap<String, FileReport>, Counts);

fn everything(catalogue: &Catalogue) -> Everything {
    let mut rows: Vec<(String, Row, bool)> = catalogue
        .views()
        .map(|view| {
            let mut row = view.row();
            row.place.file = 0;
            (catalogue.path(view.place().file).to_owned(), row, catalogue.is_duplicate(view.id))
        })
        .collect();
    rows.sort_by_key(|(path, row, _)| (path.clone(), row.place.index, row.place.ordinal));
    let mut reports = BTreeMap::new();
    for report in catalogue.files() {
        let mut report = report.clone();
        report.problems.sort_by_key(|p| (p.kind, p.line, p.message.clone()));
        reports.insert(report.path.clone(), report);
    }
    (rows, reports, catalogue.counts())
}

impl Reader<'_> {
    /// Looks until nothing changes any more.
    fn look(&mut self) {
        // What has become shorter is believed at the second look.
        while self.follower.look() || self.follower.look() {}
    }

    fn ids(&self) -> Vec<String> {
        self.catalogue.borrow().views().map(|view| view.name().to_owned()).collect()
    }

    fn problems(&self) -> Vec<String> {
        self.catalogue.borrow().problems().map(|problem| problem.message.clone()).collect()
    }

    /// Ids of rows that were new since this was asked last.
    fn new(&self) -> Vec<String> {
        let rows = std::mem::take(&mut *self.new.borrow_mut());
        let catalogue = self.catalogue.borrow();
        rows.into_iter().filter_map(|id| Some(catalogue.view(id)?.name().to_owned())).collect()
    }

    /// What is known is what somebody finds who comes now; every body can be read.
    fn is_as_now(&self) {
        let catalogue = self.catalogue.borrow();
        let (known, now) = (everything(&catalogue), everything(&self.folder.now(self.arguments)));
        assert_eq!(known.0, now.0, "rows");
        assert_eq!(known.1, now.1, "files");
        assert_eq!(known.2, now.2, "counts");
        self.every_body_is_its_row();
        assert_eq!(catalogue.counts().transcripts as usize, catalogue.seen());
        assert_eq!(
            catalogue.views().filter(|view| view.row().pending).count(),
            catalogue.pending()
        );
    }

    fn every_body_is_its_row(&self) {
        for view in self.catalogue.borrow().views() {
            let (body, _) = self.corpus.transcript(&view.place()).unwrap();
            assert_eq!(body.id, view.name());
        }
    }
}

fn line(id: &str, response: &str) -> String {
    format!("{}\n", serde_json::json!({"id": id, "response": response}))
}

#[test]
fn lines_that_are_appended_follow_the_others() {
    let folder = Folder::new();
    folder.write("a.jsonl", line("1", "one") + &line("2", "two"));
    following(&folder, &["a.jsonl"], |reader| {
        assert_eq!(reader.new(), ["1", "2"]);
        assert!(!reader.follower.look(), "nothing has happened");
        folder.append("a.jsonl", line("3", "three") + "\n\n" + &line("2", "two") + "not JSON\n");
        assert!(reader.follower.look());
        assert_eq!(reader.new(), ["3", "2"]);
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
        assert_eq!(reader.new(), ["1", "2", "3"]);
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
        reader.new();
        folder.write("a.jsonl", &many[..many.len() / 2 + 5]);
        reader.look();
        reader.follower.settle();
        reader.is_as_now();
        assert_eq!(reader.new(), Vec::<String>::new());
        folder.write("a.jsonl", "");
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.ids(), ["other"]);
        folder.append("a.jsonl", line("new", "y") + &line("0", "x"));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.new(), ["new", "0"]);
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
        reader.new();
        folder.write("a.jsonl", line("1", "one") + &line("2", "TWO") + &line("4", "six"));
        reader.look();
        assert_eq!(reader.ids(), ["1", "2", "4"]);
        assert_eq!(reader.new(), ["4"], "another text of the same record is nothing new");
        reader.is_as_now();
        folder.age("a.jsonl");
        assert!(reader.follower.look(), "it was touched");
        assert_eq!(reader.new(), Vec::<String>::new());
        reader.is_as_now();
    });
}

#[test]
fn a_log_that_is_rotated_goes_on_under_its_name() {
    let folder = Folder::new();
    folder.write("run/a.jsonl", line("1", "one") + &line("2", "two"));
    for arguments in [&["run/a.jsonl"][..], &["run"]] {
        following(&folder, arguments, |reader| {
            reader.new();
            folder.rename("run/a.jsonl", "run/a.jsonl.1");
            folder.write("run/a.jsonl", line("3", "three"));
            reader.look();
            reader.is_as_now();
            folder.append("run/a.jsonl", line("4", "four"));
            reader.look();
            reader.is_as_now();
            let mut new = reader.new();
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
        reader.new();
        reader.look();
        assert_eq!(reader.new(), ["l2", "s2", "p2", "t2"]);
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
        reader.new();
        folder.write("a/deep/y.jsonl", line("3", "three"));
        folder.write("a/.hidden.jsonl", line("no", "no"));
        folder.write("c.jsonl", "");
        folder.write("c.txt", line("no", "no"));
        reader.look();
        assert_eq!(reader.new(), ["3"]);
        assert!(reader.problems()[0].contains("holds no record"));
        reader.is_as_now();
        folder.append("c.jsonl", line("4", "four"));
        folder.append("a/deep/y.jsonl", line("5", "five"));
        reader.look();
        assert_eq!(reader.new(), ["5", "4"]);
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
        reader.new();
        folder.append("s.jsonl", say("a", "assistant", "<think>hm</think>So."));
        reader.look();
        reader.is_as_now();
        folder
            .append("s.jsonl", say("c", "assistant", "Hello.") + &say("b", "assistant", "There."));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.ids(), ["a", "b", "c"]);
        assert_eq!(reader.new(), ["c"]);
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
        reader.new();
        let more = two.clone() + &line("4", "four");
        folder.write("r.zip", zip(&[("a.jsonl", &one), ("b.jsonl", &more), ("c.jsonl", &three)]));
        reader.look();
        reader.is_as_now();
        assert_eq!(reader.new(), ["4", "3"]);
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
        reader.new();
        folder.write("run.eval", log(&["a", "b", "c"]));
        reader.look();
        assert_eq!(reader.ids(), ["a", "b", "c"]);
        assert_eq!(reader.new(), ["c"]);
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
            assert_eq!(reader.new().len(), 43);
            reader.is_as_now();
            folder.append("a.jsonl", line("new", "y") + &line("7", "x"));
            reader.look();
            assert_eq!(reader.new(), ["new", "7"]);
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
fn what_waits_for_its_rest_is_in_no_index() {
    let mut folder = Folder::new();
    folder.shelf = Some(tempfile::tempdir().unwrap());
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
            catalogue.apply(events.recv_timeout(Duration::from_secs(60)).unwrap());
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

/// Lines and pieces of lines, with all that can go wrong in them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..6_u32, "[a-z{}\"\\\\]{0,8}").prop_map(|(id, text)| line(&id.to_string(), &text)),
        1 => (0..6_u32).prop_map(|id| line(&id.to_string(), "x").trim_end().to_owned()),
        1 => (0..6_u32).prop_map(|id| {
            serde_json::to_string_pretty(&serde_json::json!({"id": id, "response": "x"})).unwrap() + "\n"
        }),
        1 => Just("{\"id\":7,\"response\":\"torn\n".to_owned()),
        1 => Just("{\"torn\":[\n".to_owned()),
        1 => Just("[1,2]\n\n".to_owned()),
        1 => Just("nonsense\n".to_owned()),
        1 => Just("{\"id\":1,\"response\":\"<think>no end\"}\n".to_owned()),
        1 => Just("{\"a\":NaN,\"response\":\"x\"}\n".to_owned()),
        1 => Just("{\"probe\":\"say\",\"session\":\"s\",\"role\":\"user\",\"text\":\"?\"}\n".to_owned()),
        1 => Just("{\"probe\":\"label\",\"id\":1,\"value\":true}\n".to_owned()),
        1 => "[{}\\[\\]\",:\\\\ a1\n]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_written_in_whatever_steps_ends_as_if_read_once(
        pieces in proptest::collection::vec(piece(), 0..12),
        first in prop_oneof![3 => Just(true), 1 => Just(false)],
        ends in proptest::collection::vec(0.0..1.0_f64, 0..6),
    ) {
        let start = if first { line("first", "x") } else { String::new() };
        let text = start + &pieces.concat();
        let mut ends: Vec<usize> = ends.iter().map(|at| (at * text.len() as f64) as usize).collect();
        ends.sort_unstable();
        ends.push(text.len());
        let folder = Folder::new();
        folder.write("a.jsonl", "");
        following(&folder, &["a.jsonl"], |reader| {
            let mut from = 0;
            for end in ends {
                folder.append("a.jsonl", &text.as_bytes()[from..end]);
                from = end;
                reader.look();
            }
            reader.follower.settle();
            reader.is_as_now();
        });
    }
}

/// What somebody does to a file.
#[derive(Debug, Clone)]
enum Deed {
    Append(String),
    Write(String),
    /// Cuts it to a part of its length.
    Cut(f64),
    /// Writes a new file under its name.
    Replace(String),
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = || proptest::collection::vec(piece(), 0..5).prop_map(|pieces| pieces.concat());
    prop_oneof![
        3 => text().prop_map(Deed::Append),
        2 => text().prop_map(Deed::Write),
        1 => (0.0..1.0_f64).prop_map(Deed::Cut),
        1 => text().prop_map(Deed::Replace),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_to_a_file_its_rows_are_those_of_what_it_holds(
        deeds in proptest::collection::vec((deed(), any::<bool>()), 1..8),
    ) {
        let folder = Folder::new();
        folder.write("a.jsonl", line("first", "x"));
        folder.write("b.jsonl", line("1", "x"));
        following(&folder, &["a.jsonl", "b.jsonl"], |reader| {
            for (deed, looks) in deeds {
                match deed {
                    Deed::Append(text) => folder.append("a.jsonl", text),
                    Deed::Write(text) => folder.write("a.jsonl", text),
                    Deed::Cut(part) => {
                        let text = std::fs::read(folder.path("a.jsonl")).unwrap();
                        folder.write("a.jsonl", &text[..(part * text.len() as f64) as usize]);
                    }
                    Deed::Replace(text) => {
                        folder.write("new", text);
                        folder.rename("new", "a.jsonl");
                    }
                }
                if looks {
                    reader.look();
                }
            }
            reader.look();
            reader.follower.settle();
            let (known, now) = (everything(&reader.catalogue.borrow()), everything(&folder.now(reader.arguments)));
            // Which of two copies came first depends on when they came.
            let without_copies = |(rows, mut reports, counts): Everything| {
                for report in reports.values_mut() {
                    report.problems.retain(|p| !matches!(p.kind, ProblemKind::Duplicate | ProblemKind::SameId));
                }
                (rows, reports, counts)
            };
            assert_eq!(without_copies(known), without_copies(now));
            reader.every_body_is_its_row();
        });
    }
}
