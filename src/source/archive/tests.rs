//! Archives: written by another library, cut, damaged, lying about their sizes and names, and made to explode.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::source::{Opened, peel, peel_within};

const METHODS: [CompressionMethod; 3] =
    [CompressionMethod::Stored, CompressionMethod::Deflated, CompressionMethod::Zstd];

fn options(method: CompressionMethod) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(method)
}

/// An archive of members with these names and contents, their methods in turn.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (i, (name, bytes)) in members.iter().enumerate() {
        zip.start_file(*name, options(METHODS[i % 3])).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same as a writer makes it that cannot go back: sizes behind the data.
fn streamed(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        zip.start_file(*name, options(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open(bytes: Vec<u8>) -> Arc<Archive> {
    Arc::new(Archive::open(Bytes::Static(bytes.leak())).unwrap())
}

fn names(archive: &Archive) -> Vec<&str> {
    archive.entries().iter().map(|e| e.name.as_str()).collect()
}

fn error(archive: &Archive, index: usize) -> String {
    archive.read(index, 1 << 30).unwrap_err().to_string()
}

const TEXT: &[u8] = b"{\"id\": 1, \"response\": \"a scratchpad, a scratchpad, a scratchpad\"}\n";

#[test]
fn members_of_every_method_are_read_in_any_order_and_in_parallel() {
    let long = TEXT.repeat(5000);
    let members: [(&str, &[u8]); 7] = [
        ("a.json", TEXT),
        ("b.json", TEXT),
        ("c.json", TEXT),
        ("sub/d \u{e9}.json", &long),
        ("sub/e.json", &long),
        ("sub/f.json", &long),
        ("empty", b""),
    ];
    let bytes = archive(&members);
    // Something before it, something behind it, and all of it as a stream.
    let junk = [&b"#!/bin/sh\nexit\n"[..], &bytes].concat();
    let behind = [&bytes[..], b"\n\n"].concat();
    let spooled = Bytes::spool(Box::new(Cursor::new(bytes.clone()))).unwrap();
    let archives =
        [open(bytes), open(junk), open(behind), Arc::new(Archive::open(spooled).unwrap())];
    for archive in archives {
        assert!(!archive.recovered() && archive.remarks().is_empty(), "{:?}", archive.remarks());
        assert_eq!(names(&archive), members.map(|m| m.0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let archive = &archive;
                scope.spawn(move || {
                    for (i, (name, bytes)) in members.iter().enumerate().rev() {
                        assert_eq!(archive.read(i, 1 << 20).unwrap(), *bytes, "{name}");
                        assert_eq!(archive.entries()[i].size, bytes.len() as u64);
                    }
                });
            }
        });
        assert_eq!(archive.find("sub/e.json"), Some(4));
        assert_eq!(archive.find("nope"), None);
    }
}

#[test]
fn a_member_is_bytes_of_its_own() {
    let long: Vec<u8> = (0..60_000_u32).flat_map(|i| format!("line {i}\n").into_bytes()).collect();
    let archive = open(archive(&[("stored", &long), ("deflated", &long), ("zstd", &long)]));
    for index in 0..3 {
        let member = archive.member(index);
        assert_eq!(member.len(), (index == 0).then_some(long.len() as u64));
        assert_eq!(member.read_range(500_000, 20).unwrap(), &long[500_000..500_020]);
        assert_eq!(member.read_range(3, 20).unwrap(), &long[3..23]);
        assert_eq!(member.whole_len().0, long.len() as u64);
        assert_eq!(member.len(), Some(long.len() as u64));
        assert_eq!(member.consumed(), Some(archive.entries()[index].compressed));
    }
}

#[test]
fn an_archive_is_told_by_its_bytes_and_packed_members_are_peeled() {
    let packed = zstd::encode_all(TEXT, 3).unwrap();
    let bytes = archive(&[("lying.txt", &packed), ("b.json", TEXT)]);
    let (opened, layers) =
        peel(Bytes::Static(zstd::encode_all(&bytes[..], 1).unwrap().leak())).unwrap();
    assert_eq!(layers, ["zstd", "zip"]);
    let Opened::Archive(archive) = opened else { panic!("an archive") };
    let (opened, layers) = peel(archive.member(0)).unwrap();
    assert_eq!(layers, ["zstd"]);
    let Opened::Stream(bytes) = opened else { panic!("a stream") };
    assert_eq!(bytes.read_range(0, TEXT.len() as u64).unwrap(), TEXT);
    assert_eq!(bytes.consumed(), Some(archive.entries()[0].compressed));
    let empty = ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap().into_inner();
    let (opened, _) = peel(Bytes::Static(empty.leak())).unwrap();
    assert!(matches!(opened, Opened::Archive(a) if a.entries().is_empty() && !a.recovered()));
    for not_one in [&b"PK\x03\x04rest"[..], b"PK\x05\x06", b"PK\x07\x08"] {
        let e = peel(Bytes::Static(not_one)).unwrap_err();
        assert!(e.to_string().contains("holds no whole member"), "{e}");
    }
}

#[test]
fn several_frames_in_a_member_are_read() {
    let two = [zstd::encode_all(TEXT, 3).unwrap(), zstd::encode_all(TEXT, 3).unwrap()].concat();
    let mut bytes = archive(&[("frames", &two)]);
    // Stored, then called Zstandard: so the library's own single frame is not in the way.
    let whole = TEXT.repeat(2);
    let mut crc = Crc::new();
    crc.update(&whole);
    let central = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[central + 10] = 93;
    bytes[central + 16..central + 20].copy_from_slice(&crc.sum().to_le_bytes());
    bytes[central + 24..central + 28].copy_from_slice(&(whole.len() as u32).to_le_bytes());
    assert_eq!(open(bytes).read(0, 1 << 20).unwrap(), whole);
}

#[test]
fn a_cut_archive_gives_its_whole_members() {
    let long: Vec<u8> = (0..3000_u32).flat_map(|i| format!("{i} ").into_bytes()).collect();
    let members: [(&str, &[u8]); 4] = [("a", TEXT), ("b", &long), ("c", TEXT), ("d", &long)];
    let kinds = [
        archive(&members),
        streamed(&members, CompressionMethod::Deflated),
        streamed(&members, CompressionMethod::Zstd),
    ];
    for (kind, bytes) in kinds.into_iter().enumerate() {
        let central = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        let headers: Vec<usize> = memchr::memmem::find_iter(&bytes, &directory::LOCAL).collect();
        assert_eq!(headers.len(), 4, "kind {kind}");
        for cut in [central, central + 30, bytes.len() - 22, bytes.len() - 1] {
            let archive = open(bytes[..cut].to_vec());
            assert!(archive.recovered(), "kind {kind}, {cut} of {}", bytes.len());
            assert_eq!(names(&archive), ["a", "b", "c", "d"], "kind {kind}");
            for (i, (_, bytes)) in members.iter().enumerate() {
                assert_eq!(archive.read(i, 1 << 20).unwrap(), *bytes, "kind {kind}");
            }
            assert!(archive.remarks()[0].contains("4 whole members were found"));
        }
        let archive = open(bytes[..headers[3] + 50].to_vec());
        assert_eq!(names(&archive), ["a", "b", "c"], "kind {kind}");
        assert!(archive.remarks()[1].contains("d: the archive ends in the middle of it"));
        // A hole: the members behind it are found.
        let mut holed = bytes[..central].to_vec();
        holed[headers[1]..headers[1] + 4].fill(0);
        let archive = open(holed);
        assert_eq!(names(&archive), ["a", "c", "d"], "kind {kind}");
        assert!(archive.remarks()[1].contains("are no member"), "{:?}", archive.remarks());
        let e = Archive::open(Bytes::Static(bytes[..20].to_vec().leak())).unwrap_err();
        assert!(e.to_string().contains("no whole member"), "{e}");
    }
}

#[test]
fn a_damaged_directory_or_member_leaves_the_others() {
    let members: [(&str, &[u8]); 4] = [("a", TEXT), ("b", TEXT), ("c", TEXT), ("d", TEXT)];
    let bytes = archive(&members);
    let central: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    let mut torn = bytes.clone();
    torn[central[2]] = b'?';
    let archive = open(torn);
    assert!(archive.recovered());
    assert_eq!(names(&archive), ["a", "b", "c", "d"]);
    assert_eq!(archive.read(2, 1000).unwrap(), TEXT);

    let mut damaged = bytes.clone();
    damaged[31 + 20] ^= 0x40;
    let archive = open(damaged);
    assert!(error(&archive, 0).contains("checksum"));
    assert_eq!(archive.read(1, 1000).unwrap(), TEXT);
    // What could be read is given before the sentence.
    let mut given = Vec::new();
    assert!(archive.stream(0).unwrap().read_to_end(&mut given).is_err());
    assert_eq!(given.len(), TEXT.len());
}

#[test]
fn a_size_that_lies_is_noticed_and_never_believed() {
    let members: [(&str, &[u8]); 3] = [("a", TEXT), ("b", TEXT), ("c", TEXT)];
    for index in 0..3 {
        for (size, part) in [
            (10_u32, "holds more than the 10 bytes"),
            (4_000_000_000, "ends after 66 bytes of the 4.0 GB"),
        ] {
            let mut bytes = archive(&members);
            let central: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
            bytes[central[index] + 24..central[index] + 28].copy_from_slice(&size.to_le_bytes());
            let archive = open(bytes);
            let e = archive.read(index, u64::MAX).unwrap_err().to_string();
            assert!(e.contains(part), "{e}");
            let mut given = Vec::new();
            let _ = archive.stream(index).unwrap().read_to_end(&mut given);
            assert!(TEXT.starts_with(&given) && !given.is_empty());
        }
    }
    let archive = open(archive(&members));
    assert!(archive.read(0, 10).unwrap_err().to_string().contains("is too large: 66 bytes"));
    assert!(archive.read(9, 10).is_err());
}

#[test]
fn what_is_not_read_says_what_it_is() {
    let bytes = archive(&[("a", TEXT)]);
    let central = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    for (at, value, part) in [
        (10, 14, "compressed with LZMA (method 14), which is not read"),
        (10, 77, "an unknown method (method 77)"),
        (8, 1, "is encrypted"),
        (42, 200, "is not where the archive says"),
        (20, 250, "reaches beyond the end"),
    ] {
        let mut bytes = bytes.clone();
        bytes[central + at] = value;
        let archive = open(bytes);
        assert!(error(&archive, 0).contains(part), "{}", error(&archive, 0));
        assert!(archive.member(0).read_at(0, &mut [0; 4]).is_err());
    }
}

#[test]
fn names_that_lead_out_are_said_and_shown_without_that() {
    let hostile = [
        ("../../etc/passwd", "etc/passwd", true),
        ("/abs/x", "abs/x", true),
        ("C:\\win\\x", "win/x", true),
        ("..\\up", "up", true),
        ("a/../../b", "a/b", true),
        ("nul\0byte", "nul\u{fffd}byte", true),
        ("..", "(no name)", true),
        ("CON", "CON", false),
        ("a..b/...c", "a..b/...c", false),
        ("back\\slash", "back\\slash", false),
        ("\u{1b}[31mred", "\u{1b}[31mred", false),
    ];
    for (raw, shown, escapes) in hostile {
        let entry = directory::named(raw.as_bytes());
        assert_eq!((entry.name.as_str(), entry.escapes), (shown, escapes), "{raw:?}");
    }
    assert_eq!(directory::named(b"caf\xe9.json").name, "caf\u{fffd}.json");
    // A placeholder of the same length, since the library does not write such names.
    let mut bytes = archive(&[("xxxxxxx/a.json", TEXT), ("b.json", TEXT)]);
    for at in memchr::memmem::find_iter(&bytes.clone(), b"xxxxxxx/a.json") {
        bytes[at..at + 14].copy_from_slice(b"../../up/a.jso");
    }
    let archive = open(bytes);
    assert_eq!(names(&archive), ["up/a.jso", "b.json"]);
    assert_eq!(archive.read(0, 1000).unwrap(), TEXT, "it is read all the same");
    assert!(archive.notes()[0].starts_with("up/a.jso: the name in the archive leads out"));
}

#[test]
fn folders_hidden_files_and_links_are_no_members_to_read_and_twins_are_kept() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_directory("sub", options(METHODS[0])).unwrap();
    let left_out = ["__MACOSX/sub/._a", ".DS_Store", "sub/.hidden/x", "undertone-labels/R1.jsonl"];
    for name in ["sub/a", "sub/b"].into_iter().chain(left_out).chain(["./c"]) {
        zip.start_file(name, options(METHODS[1])).unwrap();
        zip.write_all(name.as_bytes()).unwrap();
    }
    zip.add_symlink("link", "/etc/passwd", options(METHODS[0])).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    for at in memchr::memmem::find_iter(&bytes.clone(), b"sub/b") {
        bytes[at + 4] = b'a';
    }
    // The content changed its name too; only the directory and the header matter, so mend the checksum's text.
    let archive = open(bytes);
    let readable: Vec<usize> = archive.readable_members().collect();
    let shown: Vec<&str> = readable.iter().map(|i| names(&archive)[*i]).collect();
    assert_eq!(shown, ["sub/a", "sub/a", "./c"]);
    assert_eq!(archive.find("sub/a"), Some(2), "the last one, as after unpacking");
    let remarks = archive.notes().join("\n");
    assert!(remarks.contains("link: is a link"), "{remarks}");
    assert!(remarks.contains("sub/a: stands in the archive more than once"), "{remarks}");
}

#[test]
fn a_bomb_of_overlapping_members_is_bounded() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("0", options(METHODS[1])).unwrap();
    zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    for i in 1..2000 {
        zip.shallow_copy_file("0", &i.to_string()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 200_000);
    let limits = Limits { free: 10 << 20, times: 100 };
    let (opened, _) = peel_within(Bytes::Static(bytes.leak()), limits).unwrap();
    let Opened::Archive(archive) = opened else { panic!("an archive") };
    let readable = archive.readable_members().count() as u64;
    assert_eq!(readable, limits.most(archive.len) >> 20);
    assert!(
        archive.remarks()[0].contains("of 2000 members were left out"),
        "{:?}",
        archive.remarks()
    );
    assert!(archive.read(0, 1 << 21).is_ok());
    assert!(error(&archive, 1999).contains("beyond measure"));
    assert_eq!(archive.member_limits(), limits);
    let whole = open(super::tests::archive(&[("a", TEXT), ("b", TEXT)]));
    assert_eq!(whole.member_limits().free, Limits::default().free / 2);
}

#[test]
fn more_members_than_16_bits_can_count() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let names: Vec<String> = (0..70_000).map(|i| format!("samples/{i}_epoch_1.json")).collect();
    for name in &names {
        zip.start_file(name.as_str(), options(METHODS[0])).unwrap();
        zip.write_all(name.as_bytes()).unwrap();
    }
    // More than 65,535 entries need the larger end record.
    let archive = open(zip.finish().unwrap().into_inner());
    assert!(!archive.recovered());
    assert_eq!(archive.entries().len(), names.len());
    for i in [0, 65_535, 65_536, 69_999] {
        assert_eq!(archive.read(i, 1000).unwrap(), names[i].as_bytes());
        assert_eq!(archive.find(&names[i]), Some(i));
    }
    // Each is opened once and then again; files and memory stay bounded, see `derived`.
    let members: Vec<Bytes> = (0..2000).map(|i| archive.member(i)).collect();
    for _ in 0..2 {
        for (member, name) in members.iter().zip(&names) {
            assert_eq!(member.read_range(0, name.len() as u64).unwrap(), name.as_bytes());
        }
    }
}

#[test]
fn sizes_of_64_bits_are_read() {
    let large = options(METHODS[1]).large_file(true);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a", large).unwrap();
    zip.write_all(TEXT).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let whole = open(bytes.clone());
    let central = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    for archive in [whole, open(bytes[..central].to_vec())] {
        assert_eq!(archive.read(0, 1000).unwrap(), TEXT);
    }
    let mut numbers = [0xffff_ffff, 5, 0xffff_ffff];
    let extra = [&[9, 9, 2, 0, 1, 1, 1, 0, 16, 0][..], &7_u64.to_le_bytes(), &8_u64.to_le_bytes()];
    directory::widen(&mut numbers, &extra.concat());
    assert_eq!(numbers, [7, 5, 8]);
}

#[test]
fn any_damage_and_any_cut_end_without_a_panic() {
    let members: [(&str, &[u8]); 3] = [("a", TEXT), ("b/c", TEXT), ("d", TEXT)];
    let limits = Limits { free: 1 << 20, times: 10 };
    let read_all = |bytes: Vec<u8>| {
        let Ok(archive) = Archive::open_within(Bytes::Static(bytes.leak()), limits) else {
            return 0;
        };
        (0..archive.entries().len()).filter(|i| archive.read(*i, 1 << 20).is_ok()).count()
    };
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    let kinds = [
        archive(&members),
        streamed(&members, CompressionMethod::Deflated),
        streamed(&members, CompressionMethod::Zstd),
    ];
    for bytes in kinds {
        assert_eq!(read_all(bytes.clone()), 3);
        for cut in (0..bytes.len()).step_by(3) {
            read_all(bytes[..cut].to_vec());
        }
        for _ in 0..150 {
            let mut bytes = bytes.clone();
            for _ in 0..=random() % 4 {
                let at = random() % bytes.len();
                bytes[at] = random() as u8;
            }
            read_all(bytes);
        }
    }
}
