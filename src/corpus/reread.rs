//! Reading a transcript again: for the screen, for a filter that asks its text, and where more is known of it now.
//!
//! It goes through the very functions that read it first, so what is shown is what was counted.

use super::files::Entry;
use super::{Body, BodyError, Corpus, Records, RowPlace};
use crate::ingest::{Unit, assemble, json, read_unit};
use crate::model::Transcript;

impl Corpus {
    /// Reads a transcript again, with its raw records.
    ///
    /// # Errors
    /// When the file has changed since or cannot be read, with a sentence.
    pub fn transcript(&self, place: &RowPlace) -> Result<(Transcript, Records), BodyError> {
        let Some(entry) = self.files.get(place.file) else {
            return Err(BodyError { message: "the file is not open".to_owned() });
        };
        let failed = |why: &str| {
            let at = match (&place.member, place.line) {
                (_, line @ 1..) => format!(":{line}"),
                (Some(sample), 0) => format!(", sample `{}`", json::plain(sample)),
                (None, 0) => String::new(),
            };
            BodyError { message: format!("{}{at}: {why}", entry.path) }
        };
        let changed = || failed("the file has changed since it was opened; open it again");
        let read = place.parts.iter().map(|&part| entry.unit(part)).collect::<Result<Vec<_>, _>>();
        let read = read.map_err(|error| failed(&format!("cannot be read again: {error}")))?;
        let (units, hashes): (Vec<Vec<u8>>, Vec<u64>) = read.into_iter().unzip();
        let transcript = self
            .assembled(&entry, place, &units, &hashes)
            .map_err(|why| why.map_or_else(changed, |why| failed(&why)))?;
        // The row's hash is that of the transcript as it was first read.
        if transcript.hash != place.hash {
            return Err(changed());
        }
        let shape = entry.shape().cloned().unwrap_or_default();
        Ok((transcript, Records { units, shape, index: place.index }))
    }

    /// The raw records alone; `None` where they cannot be read again.
    pub(super) fn records(&self, place: &RowPlace) -> Option<Records> {
        let entry = self.files.get(place.file)?;
        let units = place.parts.iter().map(|&part| Some(entry.unit(part).ok()?.0));
        let units = units.collect::<Option<Vec<_>>>()?;
        let shape = entry.shape().cloned().unwrap_or_default();
        Some(Records { units, shape, index: place.index })
    }

    /// The transcript, or why there is none, when the record itself says.
    fn assembled(
        &self,
        entry: &Entry,
        place: &RowPlace,
        units: &[Vec<u8>],
        hashes: &[u64],
    ) -> Result<Transcript, Option<String>> {
        let (offset, len) = place.parts.first().copied().unwrap_or_default();
        let member = place.member.as_deref().map(str::to_owned);
        let unit = Unit { offset, len, line: place.line, index: place.index, member };
        let shape = entry.shape().cloned().unwrap_or_default();
        let context = self.context(entry, &shape, &unit, super::group::hash_of(hashes));
        let Some(group) = &place.group else {
            let reading = units.first().map(|u| read_unit(u, &context)).unwrap_or_default();
            // Of a sample that only a summary spoke of, this is the first look.
            let why = reading.problems.into_iter().next().map(|p| p.message);
            return reading.transcripts.into_iter().nth(place.ordinal as usize).ok_or(why);
        };
        let mut format = "";
        let (mut pieces, mut shared) = (Vec::new(), Vec::new());
        for unit in units {
            let reading = read_unit(unit, &context);
            format = reading.format;
            let own = reading.parts.into_iter().filter(|(name, _)| *name == **group);
            pieces.extend(own.map(|(_, piece)| piece));
            shared.extend(reading.shared);
        }
        let whole = pieces.into_iter().chain(shared).reduce(|mut whole, piece| {
            whole.append(piece);
            whole
        });
        Ok(assemble(whole.ok_or(None)?, format, &context))
    }

    /// Reads one body: transcript, cues and raw record.
    ///
    /// # Errors
    /// As [`Corpus::transcript`].
    pub fn body(&self, place: &RowPlace) -> Result<Body, BodyError> {
        let mut body = self.unmarked_body(place)?;
        body.analysis = self.engine.analyse(&body.transcript);
        Ok(body)
    }

    /// [`Corpus::body`] as nobody has marked it yet: its analysis says nothing.
    ///
    /// # Errors
    /// As [`Corpus::transcript`].
    pub fn unmarked_body(&self, place: &RowPlace) -> Result<Body, BodyError> {
        let (transcript, records) = self.transcript(place)?;
        Ok(Body::new(transcript, records))
    }
}
