//! Transcripts that several units of a file make up: their pieces are collected until the file ends.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::collect::Collector;
use super::{Row, RowPlace};
use crate::ingest::format::RawTranscript;
use crate::ingest::{Unit, assemble};

/// One hash of several.
pub(super) fn hash_of(hashes: &[u64]) -> u64 {
    match hashes {
        [one] => *one,
        several => {
            let bytes: Vec<u8> = several.iter().copied().flat_map(u64::to_le_bytes).collect();
            xxh3_64(&bytes)
        }
    }
}

/// Pieces of one transcript, collected until the file ends.
pub(super) struct Group {
    name: String,
    raw: Option<RawTranscript>,
    format: &'static str,
    first: Unit,
    parts: Vec<(u64, u64)>,
    hashes: Vec<u64>,
}

impl Group {
    pub(super) fn new(name: String, format: &'static str, first: Unit) -> Self {
        Self { name, raw: None, format, first, parts: Vec::new(), hashes: Vec::new() }
    }

    pub(super) fn add(&mut self, piece: RawTranscript, part: (u64, u64), hash: u64) {
        match &mut self.raw {
            Some(all) => all.append(piece),
            None => self.raw = Some(piece),
        }
        if self.parts.last() != Some(&part) {
            self.parts.push(part);
            self.hashes.push(hash);
        }
    }
}

impl Collector<'_> {
    /// The transcripts that several units of the file make up.
    pub(super) fn grouped(&mut self, file: u32) {
        let Some(entry) = self.corpus.files.get(file) else { return };
        let shape = entry.shape().cloned().unwrap_or_default();
        let shared = std::mem::take(&mut self.shared);
        self.by_name.clear();
        for mut group in std::mem::take(&mut self.groups) {
            for (piece, part, hash) in &shared {
                group.add(piece.clone(), *part, *hash);
            }
            let Some(raw) = group.raw else { continue };
            let hash = hash_of(&group.hashes);
            let context = self.corpus.context(&entry, &shape, &group.first, hash);
            let transcript = assemble(raw, group.format, &context);
            let analysis = self.corpus.engine.tally(&transcript);
            let place = RowPlace {
                file,
                parts: group.parts.into(),
                line: group.first.line,
                index: group.first.index,
                member: group.first.member.as_deref().map(|m| self.names.string(m)),
                group: Some(Arc::from(group.name)),
                ..RowPlace::default()
            };
            let row = Row::new(&transcript, Some(&analysis), place, &mut self.names);
            self.row(row, &transcript.aliases);
        }
    }
}
