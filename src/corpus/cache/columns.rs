//! A chunk in its file: columns that lists, filters and counts begin with, then the others, which stay there until somebody looks
//! at one.

use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::xxh3_64;

use super::super::chunk::{Chunk, Later};
use super::wire::{Rest, Wire};
use crate::source::Bytes;

/// Columns that take no more bytes are not worth being fetched.
const SMALL: usize = 64;

/// A file in which columns lie, held open: whatever becomes of its name, they can be read.
#[derive(Debug)]
pub(super) struct Aside {
    pub bytes: Bytes,
    /// Why some column could not be read: what is said of its rows since is not true.
    pub fault: Arc<OnceLock<String>>,
}

impl Aside {
    fn fetch<T: Wire>(&self, offset: u64, len: u64, hash: u64) -> Result<T, String> {
        let bytes = self.bytes.read_range(offset, len).map_err(|e| e.to_string())?;
        let changed = || "it is not what it was when it was opened".to_owned();
        if xxh3_64(&bytes) != hash {
            return Err(changed());
        }
        let mut rest = Rest(&bytes);
        T::take(&mut rest).filter(|_| rest.0.is_empty()).ok_or_else(changed)
    }

    /// The column whose bytes lie there.
    fn column<T>(self: &Arc<Self>, offset: u64, len: u64, hash: u64) -> Later<T>
    where
        T: Wire + Default + Send + Sync + 'static,
    {
        let aside = Arc::clone(self);
        Later::new(move || {
            aside.fetch(offset, len, hash).unwrap_or_else(|why| {
                // The first one tells enough.
                let _ = aside.fault.set(why);
                T::default()
            })
        })
    }
}

/// A column that may lie aside: its place is given by what lies there already.
fn put_later<T: Wire>(column: &Later<T>, near: &mut Vec<u8>, far: &mut Vec<u8>) {
    let from = far.len();
    column.put(far);
    let bytes = far.get(from..).unwrap_or_default();
    let (len, hash) = (bytes.len(), xxh3_64(bytes));
    (len <= SMALL).put(near);
    if len <= SMALL {
        near.extend_from_slice(bytes);
        far.truncate(from);
    } else {
        (len as u64, hash).put(near);
    }
}

/// `at`: where in the file those lie that come next.
fn take_later<T>(near: &mut Rest<'_>, aside: &Arc<Aside>, at: &mut u64) -> Option<Later<T>>
where
    T: Wire + Default + Send + Sync + 'static,
{
    if bool::take(near)? {
        return Some(Later::from(T::take(near)?));
    }
    let (len, hash) = <(u64, u64)>::take(near)?;
    let offset = *at;
    *at = offset.checked_add(len)?;
    Some(aside.column(offset, len, hash))
}

macro_rules! columns {
    (near { $($near:ident),* $(,)? } far { $($far:ident),* $(,)? }) => {
        /// Writes a chunk: what is read with it, and what is fetched.
        pub(super) fn put(chunk: &Chunk, near: &mut Vec<u8>, far: &mut Vec<u8>) {
            $(chunk.$near.put(near);)*
            $(put_later(&chunk.$far, near, far);)*
        }

        fn take_columns(near: &mut Rest<'_>, aside: &Arc<Aside>, at: &mut u64) -> Option<Chunk> {
            Some(Chunk {
                $($near: Wire::take(near)?,)*
                $($far: take_later(near, aside, at)?,)*
            })
        }
    };
}

// Whoever opens a corpus is told how many there are, of which words; all else is for a screenful, or for a question.
columns! {
    near { len, file, epoch, tier, setting, model, variant, design, state, repairs, cues, criteria, score, said }
    far {
        offset, bytes, parts, line, index, ordinal, member, group, hash, id, sample, query, prompt, judged, lens,
        spots,
    }
}

/// Reads a chunk. The other columns lie in the file from `start` to `end`, and nothing else does.
pub(super) fn take(near: &[u8], aside: &Arc<Aside>, start: u64, end: u64) -> Option<Chunk> {
    let (mut rest, mut at) = (Rest(near), start);
    let chunk = take_columns(&mut rest, aside, &mut at)?;
    (rest.0.is_empty() && at == end).then_some(chunk)
}
