//! Any bytes as a Parquet file, and a small whole file with some of its bytes exchanged: rows or a sentence come out,
//! within their bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::source::{Bytes, Limits, Opened, peel_within};

const LIMITS: Limits = Limits { free: 1 << 20, times: 20 };
const WHOLE: &[u8] = include_bytes!("../../sample-data/formats/messages.parquet");

fn read(bytes: &[u8]) {
    let len = bytes.len() as u64;
    let input = Bytes::spool(Box::new(std::io::Cursor::new(bytes.to_vec()))).expect("a spool");
    let Ok((Opened::Stream(bytes), _)) = peel_within(input, LIMITS) else { return };
    let mut buffer = [0; 4099];
    let mut at = 0;
    while let Ok(n @ 1..) = bytes.read_at(at, &mut buffer) {
        at += n as u64;
    }
    assert!(at <= LIMITS.most(len) + (1 << 18), "{at} bytes out of {len}");
}

fuzz_target!(|input: (Vec<(u16, u8)>, &[u8])| {
    let (changes, bytes) = input;
    read(&[&b"PAR1\x15"[..], bytes, b"PAR1"].concat());
    let mut whole = WHOLE.to_vec();
    for (at, byte) in changes.into_iter().take(16) {
        let at = usize::from(at) % whole.len();
        whole[at] = byte;
    }
    read(&whole);
});
