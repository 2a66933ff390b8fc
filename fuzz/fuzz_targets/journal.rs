//! Any line is an event or a sentence, and an event printed and read again is the same event; lines in any order stand for the same;
//! any text is a codebook or told to be none; any bytes are imported or told.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::cli::journal::{Importing, import};
use undertone::review::{Codebook, Line, Standing};

fuzz_target!(|bytes: &[u8]| {
    let mut lines: Vec<Line> =
        bytes.split(|byte| *byte == b'\n').filter_map(|line| Line::parse(line).ok()).collect();
    for line in &lines {
        if let Line::Event(event) = line {
            let again = Line::parse(event.print().as_bytes());
            assert_eq!(again.as_ref(), Ok(line));
        }
    }
    let standing = Standing::of(lines.clone());
    lines.reverse();
    lines.extend(lines.clone());
    assert_eq!(Standing::of(lines), standing);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Codebook::parse("fuzz", text);
    }
    let label = Some("x".to_owned());
    let _ = import(bytes, &Importing { label, ..Importing::default() });
});
