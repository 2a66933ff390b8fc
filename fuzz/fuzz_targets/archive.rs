//! Any bytes as a zip archive, as they lie and behind the header of a member: every member is read, and none gives more
//! than it declares.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Read;
use std::sync::Arc;
use undertone::source::{Archive, Bytes, Limits};

const LIMITS: Limits = Limits { free: 1 << 20, times: 20 };

fn read(bytes: &[u8]) {
    let input = Bytes::spool(Box::new(std::io::Cursor::new(bytes.to_vec()))).expect("a spool");
    let Ok(archive) = Archive::open_within(input, LIMITS) else { return };
    let archive = Arc::new(archive);
    for index in archive.readable_members().take(50) {
        let entry = &archive.entries()[index];
        assert!(!entry.name.split('/').any(|part| part == "..") && !entry.name.starts_with('/'));
        let mut given = Vec::new();
        let result = archive.stream(index).and_then(|mut s| s.read_to_end(&mut given));
        assert!(given.len() as u64 <= entry.size);
        assert_eq!(result.is_ok(), archive.read(index, u64::MAX).is_ok());
        let _ = archive.member(index).read_at(0, &mut [0; 16]);
    }
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&[&b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0a"[..], bytes].concat());
});
