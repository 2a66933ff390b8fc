//! Any JSON, and samples with pieces exchanged, as records of the format `answers`.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use records::Reader;

#[path = "../../tests/support/records.rs"]
mod records;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new("answers"));

fuzz_target!(|bytes: &[u8]| READER.check(bytes));
