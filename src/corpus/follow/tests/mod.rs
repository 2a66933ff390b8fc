//! Files that change under somebody who follows them: what is known in the end is what reading them once would tell.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

mod anything;
mod changing;
mod joining;

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

    /// With a place for an index.
    fn with_shelf(self) -> Self {
        Self { shelf: Some(tempfile::tempdir().unwrap()), ..self }
    }

    /// With an index of what the arguments name now.
    fn kept(self, arguments: &[&str]) -> Self {
        let folder = self.with_shelf();
        let corpus = folder.indexed(arguments);
        assert!(corpus.keep(&read(&corpus)).unwrap());
        folder
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
    needs: Needs { cues: false, body: true, opened: true, fields_only: false },
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
    fn what_is_new(&self) -> Vec<String> {
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
