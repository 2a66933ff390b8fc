//! Reading files into rows behind a handle, and bodies on demand.

use std::sync::Arc;

use super::{Batch, Body, BodyError, Catalogue, FileReport, Progress, RowId, RowPlace};
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::query::{Filter, Needs};
use crate::source::Bytes;

/// What reading should produce.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions {
    /// Work that nobody will look at is left out: no cues for a filter on tier.
    pub needs: Needs,
    /// Threads besides the reading one; 0: one per core.
    pub threads: usize,
}

/// Something that reading found, in order.
#[derive(Debug)]
pub enum LoadEvent {
    /// Rows to append.
    Rows(Batch),
    /// New state of a file.
    File(u32, FileReport),
    /// How far it is.
    Progress(Progress),
}

/// Rows that a filter lets through, among a range of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// In order.
    pub rows: Vec<RowId>,
    /// Rows looked at so far.
    pub searched: usize,
    /// Rows to look at.
    pub total: usize,
    /// Bodies that could not be read again.
    pub unreadable: usize,
}

/// The shared door to the files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Files in the order of the catalogue: path as given, and its bytes once opened.
    files: Arc<Vec<(String, Option<Bytes>)>>,
    /// The rules.
    pub engine: Arc<Engine>,
    /// Alias table and thresholds.
    pub rules: Arc<LabelRules>,
}

impl Corpus {
    /// A corpus over opened files.
    #[must_use]
    pub fn new(
        files: Vec<(String, Option<Bytes>)>,
        engine: Arc<Engine>,
        rules: Arc<LabelRules>,
    ) -> Self {
        Self { files: Arc::new(files), engine, rules }
    }

    /// Paths in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.files.iter().map(|(p, _)| p.clone()).collect()
    }

    /// Reads all files, calling `event` from this thread in file order. Stops early when it returns false.
    pub fn load(&self, options: LoadOptions, event: &mut dyn FnMut(LoadEvent) -> bool) {
        let _ = (options, event);
    }

    /// Reads one body.
    ///
    /// # Errors
    /// When the file has changed or cannot be read, with a sentence.
    pub fn body(&self, place: &RowPlace) -> Result<Body, BodyError> {
        let _ = place;
        Err(BodyError { message: "placeholder".to_owned() })
    }

    /// Filters rows `from..` of a catalogue, reading bodies where the filter needs them. Calls `hits` now and then with
    /// all hits so far; stops early when it returns false.
    pub fn filter(
        &self,
        catalogue: &Catalogue,
        filter: &Filter,
        from: RowId,
        hits: &mut dyn FnMut(Hits) -> bool,
    ) {
        let _ = (catalogue, filter, from, hits);
    }
}
