//! Codes of repairs live as long as the program; those that come from a file are given such a life once each.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The code of these letters. There are some dozens of them.
pub(super) fn code(letters: String) -> &'static str {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = known.get(letters.as_str()) {
        code
    } else {
        let code: &'static str = Box::leak(letters.into_boxed_str());
        known.insert(code);
        code
    }
}

pub(super) fn code_list(all: Vec<String>) -> Box<[&'static str]> {
    all.into_iter().map(code).collect()
}
