//! Which formats a record may be of, told by its keys alone: most formats are never asked whether they know a record.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::FORMATS;
use crate::ingest::keys::Names;

/// Names of keys: an object of a format has at least one of them, with a value of that kind.
#[derive(Debug, Clone, Copy)]
pub struct Signs {
    /// With any value.
    pub keys: &'static [&'static [&'static str]],
    /// With a list or an object.
    pub nested: &'static [&'static [&'static str]],
}

impl Signs {
    /// To begin with.
    pub const NONE: Self = Self { keys: &[], nested: &[] };
}

/// Bit n stands for format n of the table.
#[derive(Debug, Clone, Copy, Default)]
struct Bits {
    any: u64,
    nested: u64,
}

struct Table {
    names: Names<Bits>,
    /// Formats that cannot be told by keys.
    always: u64,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { names: Names::default(), always: 0 };
        for (bit, format) in FORMATS.iter().enumerate().map(|(n, format)| (1 << n, format)) {
            let Some(Signs { keys, nested }) = format.signs() else {
                table.always |= bit;
                continue;
            };
            for name in keys.iter().copied().flatten() {
                table.names.entry(name).any |= bit;
            }
            for name in nested.iter().copied().flatten() {
                table.names.entry(name).nested |= bit;
            }
        }
        table
    })
}

/// The formats that an object may be of.
pub(super) fn candidates(map: &Map<String, Value>) -> u64 {
    let table = table();
    map.iter().fold(table.always, |found, (key, value)| match table.names.get(key) {
        None => found,
        Some(bits) if value.is_object() || value.is_array() => found | bits.any | bits.nested,
        Some(bits) => found | bits.any,
    })
}
