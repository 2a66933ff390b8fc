//! Any bytes as they lie, as gzip and as Zstandard: they are read to an end, within their bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use undertone::source::{Bytes, Limits, Opened, peel_within};

const LIMITS: Limits = Limits { free: 1 << 20, times: 20 };

fn read(bytes: &[u8]) {
    let len = bytes.len() as u64;
    let input = Bytes::spool(Box::new(std::io::Cursor::new(bytes.to_vec()))).expect("a spool");
    let Ok((Opened::Stream(bytes), layers)) = peel_within(input, LIMITS) else { return };
    let mut buffer = [0; 4099];
    let mut at = 0;
    while let Ok(n @ 1..) = bytes.read_at(at, &mut buffer) {
        at += n as u64;
    }
    // UTF-16 is decoded without a bound: it grows to one and a half at most.
    let most = if layers.is_empty() { len } else { LIMITS.most(len) * 3 / 2 + (1 << 18) };
    assert!(at <= most, "{at} bytes out of {len}");
    if at > 0 {
        assert_eq!(bytes.read_at(0, &mut buffer[..1]).ok(), Some(1), "read again");
    }
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&[&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], bytes].concat());
    read(&[&b"\x28\xb5\x2f\xfd"[..], bytes].concat());
});
