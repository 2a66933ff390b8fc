//! Any JSON, and samples with pieces exchanged, as records of the format `af-pages`.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use records::Reader;

#[path = "../../tests/support/records.rs"]
mod records;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new("af-pages"));

fuzz_target!(|bytes: &[u8]| READER.check(bytes));
