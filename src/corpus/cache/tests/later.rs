//! Columns that stay in the index until they are looked at are what they would be had they been read at once, or it is told
//! that they are not.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::super::columns::{self, Aside};
use super::super::index::{Index, TOGETHER, together};
use super::*;
use crate::corpus::chunk::Chunk;

/// Bytes as a file.
fn file_of(bytes: &[u8]) -> Bytes {
    Bytes::spool(Box::new(std::io::Cursor::new(bytes.to_vec()))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn chunks_come_back_as_they_were_written(
        rows in super::super::super::chunk::tests::rows(),
        cut in any::<prop::sample::Index>(),
        before in 0..9_usize,
    ) {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        columns::put(&Chunk::new(&rows), &mut near, &mut far);
        let (start, end) = (before as u64, (before + far.len()) as u64);
        let fault = Arc::new(OnceLock::new());
        let all = [vec![7; before], far].concat();
        let aside = Arc::new(Aside { bytes: file_of(&all), fault: Arc::clone(&fault) });
        let again = columns::take(&near, &aside, start, end).expect("a chunk");
        // Nobody has looked at it yet.
        prop_assert!(rows.len() < 300 || !again.judged.is_here() && !again.spots.is_here());
        prop_assert_eq!(again.rows().collect::<Vec<_>>(), rows);
        prop_assert_eq!(fault.get(), None);
        // Anything shorter is no chunk.
        let short = &near[..cut.index(near.len())];
        prop_assert!(columns::take(short, &aside, start, end).is_none());
        prop_assert!(columns::take(&near, &aside, start, end + 1).is_none());
    }

    #[test]
    fn small_chunks_are_kept_together(
        rows in super::super::super::chunk::tests::rows(),
        parts in prop::collection::vec(1..200_usize, 1..9),
    ) {
        let mut chunks = Vec::new();
        let mut rest = rows.as_slice();
        for part in parts.into_iter().cycle() {
            let (now, later) = rest.split_at(part.min(rest.len()));
            if now.is_empty() {
                break;
            }
            chunks.push(Arc::new(Chunk::new(now)));
            rest = later;
        }
        let duplicates = vec![1, 2];
        let index = Index { files: Vec::new(), duplicates: duplicates.clone(), chunks };
        let mut bytes = Vec::new();
        index.write(&mut bytes).unwrap();
        // A spool does not know its length before it was read.
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        fs::write(&path, bytes).unwrap();
        let fault = Arc::default();
        let again = Index::read(&Bytes::open(&path).unwrap(), &fault).expect("an index");
        prop_assert_eq!(again.duplicates, duplicates);
        prop_assert_eq!(again.chunks.len(), rows.len().div_ceil(TOGETHER));
        let all: Vec<Row> = again.chunks.iter().flat_map(|chunk| chunk.rows()).collect();
        prop_assert_eq!(all, rows);
    }
}

#[test]
fn no_chunk_is_made_larger_than_is_good() {
    let corpus = Bench::new(&files()).corpus();
    let row = load(&corpus).row(0).unwrap();
    let rows = |n: usize| Arc::new(Chunk::new(&vec![row.clone(); n]));
    let chunks = [1, TOGETHER - 1, 1, 3, TOGETHER, TOGETHER - 2, 1, 2].map(rows);
    let lens =
        together(&chunks).map(|chunks| chunks.iter().map(|chunk| chunk.len).collect::<Vec<_>>());
    let (most, less) = (TOGETHER, TOGETHER - 2);
    assert!(lens.eq([vec![1, most - 1], vec![1, 3], vec![most], vec![less, 1], vec![2]]));
    assert_eq!(together(&[]).count(), 0);
}

#[test]
fn an_index_that_goes_while_it_is_used_goes_on_being_read() {
    let bench = Bench::new(&files());
    let fresh = seen(&agree(&bench, "first"));
    for replaced in [false, true] {
        let corpus = bench.kept();
        let catalogue = load(&corpus);
        let path = bench.index();
        let good = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        if replaced {
            fs::write(&path, vec![b'?'; good.len()]).unwrap();
        }
        assert_eq!(seen(&catalogue), fresh);
        assert_eq!(corpus.fault(), None);
        fs::write(&path, good).unwrap();
    }
}

#[test]
fn what_is_damaged_after_it_was_opened_is_told() {
    let bench = Bench::new(&files());
    let fresh = seen(&agree(&bench, "first"));
    let path = bench.index();
    let good = fs::read(&path).unwrap();
    // In place, as a disk that fails would: by its name nobody can do this to an open file.
    let write = |bytes: &[u8]| {
        let mut file = OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
        file.write_all(bytes).unwrap();
    };
    let damages = (0..good.len()).step_by(61).map(|at| {
        let mut bad = good.clone();
        bad[at] ^= 0x11;
        bad
    });
    let cuts = (0..good.len()).step_by(997).map(|at| good[..at].to_vec());
    let mut told = 0;
    for bad in damages.chain(cuts) {
        let corpus = bench.kept();
        let catalogue = load(&corpus);
        assert_eq!(corpus.fault(), None, "it was whole when it was opened");
        write(&bad);
        let same = seen(&catalogue) == fresh;
        assert!(same || corpus.fault().is_some());
        if let Some(sentence) = corpus.fault() {
            told += 1;
            assert!(sentence.contains("--no-cache"), "{sentence}");
            // Nothing of it is kept for the next time.
            let Some(keeping) = &corpus.keeping else { panic!("an index") };
            keeping.set_current(u64::MAX);
            assert!(corpus.keep(&catalogue).is_err());
        }
        write(&good);
    }
    assert!(told > 20, "{told}");
}
