//! Packed files that mean harm or are broken: what is whole in them opens, the rest is said in a sentence, and the files
//! beside them are none the worse.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::fs::File;
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use support::reading::{Opened, kinds, open, open_bytes};
use support::{Dice, repository};
use undertone::ingest::units::{UnitBytes, Units};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Lines of this many records, with ids that begin so.
fn lines(name: &str, count: usize) -> Vec<u8> {
    let line = |n| {
        format!(
            "{{\"id\": \"{name}-{n}\", \"tier\": \"free\", \"response\": \"Answer {n} of {name}.\"}}\n"
        )
    };
    (0..count).map(line).collect::<String>().into_bytes()
}

fn zip(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(method);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(repository(&format!("sample-data/formats/{name}"))).unwrap()
}

/// Opens a folder with this file and two harmless ones around it, which must be read whatever the file does.
fn among_others(name: &str, bytes: &[u8]) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.jsonl"), lines("before", 2)).unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    std::fs::write(folder.path().join("z.jsonl"), lines("after", 2)).unwrap();
    let opened = open(&[folder.path().to_str().unwrap().to_owned()], &[], &[]);
    opened.accounts_for_everything(name);
    let ids = opened.ids();
    for id in ["before-0", "before-1", "after-0", "after-1"] {
        assert!(ids.iter().any(|known| known == id), "{name}: {id} is lost among {ids:?}");
    }
    opened
}

/// Transcripts besides the four around.
fn own(opened: &Opened) -> Vec<String> {
    let ids = opened.ids().into_iter();
    ids.filter(|id| !id.starts_with("before-") && !id.starts_with("after-")).collect()
}

/// Exchanges two bytes of every header of an archive, local and central, at these offsets.
fn patch(archive: &mut [u8], local: usize, central: usize, value: [u8; 2]) {
    for at in 0..archive.len() - 4 {
        let offset = match &archive[at..at + 4] {
            b"PK\x03\x04" => local,
            b"PK\x01\x02" => central,
            _ => continue,
        };
        archive[at + offset..at + offset + 2].copy_from_slice(&value);
    }
}

#[test]
fn members_that_declare_too_much_are_left_out() {
    let (records, bomb) = (lines("good", 3), lines("bomb", 1));
    let members: [(&str, &[u8]); 3] =
        [("a.jsonl", &records), ("bomb-1.jsonl", &bomb), ("bomb-2.jsonl", &bomb)];
    let mut bytes = zip(&members, CompressionMethod::Deflated);
    // Each of the two declares 4,294,967,000 bytes, in the directory alone: together they would be over the limit.
    let entries: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
    for central in &entries[1..] {
        bytes[central + 24..central + 28].copy_from_slice(&4_294_967_000_u32.to_le_bytes());
    }
    let opened = among_others("m.zip", &bytes);
    assert_eq!(own(&opened), ["good-0", "good-1", "good-2", "bomb-0"]);
    let said = opened.said();
    assert!(said.contains("1 of 3 members were left out: together they would expand"), "{said}");
    // The first one is opened: what it holds is read, and that it holds less than it declares is said.
    assert!(
        said.contains("bomb-1.jsonl: ") && said.contains("that the archive declares"),
        "{said}"
    );
}

#[test]
fn overlapping_members_that_would_explode_are_bounded() {
    // One megabyte of zeros is a thousand bytes; 6,000 entries of the directory all point at it.
    let kernel = zip(&[("k", &vec![0; 1 << 20])], CompressionMethod::Deflated);
    let directory = kernel.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let end = kernel.windows(4).position(|w| w == b"PK\x05\x06").unwrap();
    let entry = &kernel[directory..end];
    let count = 6_000_u16;
    let mut bytes = kernel[..directory].to_vec();
    for _ in 0..count {
        bytes.extend_from_slice(entry);
    }
    let size = (entry.len() * usize::from(count)) as u32;
    let mut tail = kernel[end..].to_vec();
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(&tail);
    let (opened, _) = undertone::source::peel_within(
        undertone::source::Bytes::Static(bytes.leak()),
        undertone::source::Limits { free: 16 << 20, times: 250 },
    )
    .unwrap();
    let undertone::source::Opened::Archive(archive) = opened else { panic!("an archive") };
    let most = archive.readable_members().count();
    assert!(most < 200, "{most} members of a megabyte each");
    let said = archive.remarks().join("\n");
    assert!(said.contains("left out") && said.contains("expand to 6.3 GB"), "{said}");
}

#[test]
fn a_bomb_of_one_line_is_left_out_and_the_next_records_are_read() {
    // 300 MB of one letter, in 300 kB: over the limit for a record, and held nowhere.
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&lines("good", 2)).unwrap();
    packed.write_all(b"{\"id\": \"bomb\", \"response\": \"").unwrap();
    let megabyte = vec![b'a'; 1 << 20];
    for _ in 0..300 {
        packed.write_all(&megabyte).unwrap();
    }
    packed.write_all(b"\"}\n").unwrap();
    packed.write_all(&lines("later", 2)).unwrap();
    let bytes = packed.finish().unwrap();
    assert!(bytes.len() < 8 << 20, "{}", bytes.len());
    let opened = among_others("bomb.jsonl", &bytes);
    assert_eq!(own(&opened), ["good-0", "good-1", "later-0", "later-1"]);
    assert_eq!(opened.catalogue.counts().left_out, 1);
    assert!(opened.said().contains("is 300 MB long; records over 256 MB are left out"));
}

#[test]
fn a_record_of_a_gigabyte_costs_no_memory_and_little_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.jsonl");
    let mut file = File::create(&path).unwrap();
    file.write_all(&lines("good", 1)).unwrap();
    file.write_all(b"{\"id\": \"huge\", \"response\": \"").unwrap();
    // A hole: it takes no room on the disk.
    file.seek(SeekFrom::Current(1 << 30)).unwrap();
    file.write_all(b"\"}\n").unwrap();
    file.write_all(&lines("later", 1)).unwrap();
    drop(file);
    let start = Instant::now();
    let opened = open(&[path.to_str().unwrap().to_owned()], &[], &[]);
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    opened.accounts_for_everything("huge");
    assert_eq!(opened.ids(), ["good-0", "later-0"]);
    assert!(opened.said().contains("is 1024 MB long"), "{}", opened.said());
    assert_eq!(opened.catalogue.problems().next().and_then(|p| p.line), Some(2));
}

#[test]
fn the_limit_for_a_record_can_be_smaller() {
    let bytes = [
        lines("a", 1),
        format!("{{\"id\": \"b\", \"response\": \"{}\"}}\n", "x".repeat(3 << 20)).into_bytes(),
        lines("c", 1),
    ]
    .concat();
    let read = |offset: u64, buffer: &mut [u8]| {
        let rest = bytes.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let n = rest.len().min(buffer.len()).min(70_000);
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    };
    for (limit, large) in [(2 << 20, true), (4 << 20, false)] {
        let mut units = Units::with_limit(read, limit).unwrap();
        let mut sizes = Vec::new();
        while let Some((unit, bytes)) = units.next_unit().unwrap() {
            sizes.push((unit.line, bytes == UnitBytes::TooLarge));
        }
        assert_eq!(sizes, [(1, false), (2, large), (3, false)], "{limit}");
    }
}

#[test]
fn names_that_lead_out_of_the_archive_are_shown_without_that_part() {
    let (one, two, three) = (lines("up", 1), lines("root", 1), lines("drive", 1));
    // Written under harmless names of the same length: the library that writes does not write these.
    let mut bytes = zip(
        &[("AAAAAAAAAA.jsonl", &one), ("BBBBBBBBBB.jsonl", &two), ("CCCCCCCCCC.jsonl", &three)],
        CompressionMethod::Stored,
    );
    for (from, to) in [
        (b"AAAAAAAAAA.jsonl", b"../../evil.jsonl"),
        (b"BBBBBBBBBB.jsonl", b"/etc/passw.jsonl"),
        (b"CCCCCCCCCC.jsonl", b"C:\\Windows.jsonl"),
    ] {
        while let Some(at) = bytes.windows(from.len()).position(|w| w == from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("deep/deeper");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(inner.join("m.zip"), &bytes).unwrap();
    let opened = open(&[inner.to_str().unwrap().to_owned()], &[], &[]);
    opened.accounts_for_everything("m.zip");
    let mut ids = opened.ids();
    ids.sort();
    assert_eq!(ids, ["drive-0", "root-0", "up-0"]);
    for file in opened.catalogue.files() {
        let below = file.path.strip_prefix(inner.to_str().unwrap()).unwrap();
        assert!(!below.contains("..") && !below.contains("//"), "{below}");
    }
    assert!(opened.said().contains("leads out of its folder"), "{}", opened.said());
    // Nothing was written anywhere.
    let written: Vec<_> = walk(folder.path());
    assert_eq!(written, [inner.join("m.zip")]);
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn members_that_cannot_be_unpacked_are_named_one_by_one() {
    let records = lines("x", 2);
    let members: [(&str, &[u8]); 2] = [("one.jsonl", &records), ("two.jsonl", &records)];
    let plain = zip(&members, CompressionMethod::Stored);
    let mut encrypted = plain.clone();
    patch(&mut encrypted, 6, 8, [1, 0]);
    let mut lzma = plain.clone();
    patch(&mut lzma, 8, 10, [14, 0]);
    let mut unknown = plain.clone();
    patch(&mut unknown, 8, 10, [77, 0]);
    for (bytes, sentence) in
        [(encrypted, "encrypted"), (lzma, "LZMA (method 14)"), (unknown, "method 77")]
    {
        let opened = among_others("m.zip", &bytes);
        assert_eq!(own(&opened), [""; 0]);
        let said = opened.said();
        for member in ["one.jsonl", "two.jsonl"] {
            assert!(
                said.lines().any(|line| line.contains(member) && line.contains(sentence)),
                "{sentence}: {said}"
            );
        }
    }
    // One damaged member beside a whole one.
    let mut damaged = plain;
    let at = damaged.windows(6).position(|w| w == b"Answer").unwrap();
    damaged[at] = b'B';
    let opened = among_others("m.zip", &damaged);
    assert!(opened.said().contains("checksum"), "{}", opened.said());
    assert!(own(&opened).len() >= 2, "{:?}", own(&opened));
}

#[test]
fn cut_archives_give_their_whole_members() {
    let records: Vec<Vec<u8>> = (0..5).map(|n| lines(&format!("m{n}"), 3)).collect();
    let names = ["0.jsonl", "1.jsonl", "2.jsonl", "3.jsonl", "4.jsonl"];
    let members: Vec<(&str, &[u8])> =
        names.iter().zip(&records).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated, CompressionMethod::Zstd]
    {
        let bytes = zip(&members, method);
        let starts: Vec<usize> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, w)| *w == b"PK\x03\x04")
            .map(|(i, _)| i)
            .collect();
        // In the middle of the fourth member: three are whole.
        let cut = usize::midpoint(starts[3], starts[4]);
        let opened = among_others("m.zip", &bytes[..cut]);
        let ids = own(&opened);
        for member in 0..3 {
            for n in 0..3 {
                assert!(ids.contains(&format!("m{member}-{n}")), "{method}: {ids:?}");
            }
        }
        assert!(opened.said().contains("cut off or damaged"), "{}", opened.said());
    }
    // A log that is cut gives its whole samples.
    let log = sample("inspect_zstd.eval");
    let whole = among_others("l.eval", &log).catalogue.counts().transcripts;
    let mut before = 0;
    for cut in (1..log.len()).step_by(997) {
        let opened = among_others("l.eval", &log[..cut]);
        let transcripts = opened.catalogue.counts().transcripts;
        assert!(transcripts >= before && transcripts <= whole, "cut at {cut}: {transcripts}");
        assert!(opened.catalogue.problems().next().is_some(), "cut at {cut}");
        before = transcripts;
    }
    assert_eq!(before, whole, "all samples stand before the directory");
}

#[test]
fn cut_streams_give_what_came_before() {
    // Noise hardly shrinks, so that the cut falls among many blocks.
    let mut dice = Dice(7);
    let mut noise =
        || (0..160).map(|_| char::from(b'a' + dice.below(26) as u8)).collect::<String>();
    let line = |n| format!("{{\"id\": \"s-{n}\", \"response\": \"{}\"}}\n", noise());
    let records = (0..2_000).map(line).collect::<String>().into_bytes();
    for (name, packed) in
        [("s.gz", gzip(&records)), ("s.zst", zstd::encode_all(&records[..], 1).unwrap())]
    {
        let cut = packed.len() * 2 / 3;
        let opened = among_others(name, &packed[..cut]);
        let ids = own(&opened);
        let whole = ids.len();
        assert!(whole > 100, "{name}: {whole}");
        assert!(ids.iter().enumerate().all(|(n, id)| *id == format!("s-{n}")), "{name}");
        let file = opened.catalogue.files().find(|f| f.path.ends_with(name)).unwrap();
        assert!(kinds(file).contains("torn"), "{}", kinds(file));
        assert!(
            file.problems.iter().any(|p| p.message.contains("what came before is kept")),
            "{:?}",
            file.problems
        );
    }
    // Whole, with something else behind it.
    let behind = [gzip(&records), b"and then this".to_vec()].concat();
    let opened = among_others("s.gz", &behind);
    assert_eq!(own(&opened).len(), 2_000);
    assert!(opened.said().contains("what follows the gzip data"), "{}", opened.said());
}

#[test]
fn names_that_lie_about_their_contents_do_not_matter() {
    let records = lines("l", 3);
    let csv =
        b"id,tier,prompt,response\n1,free,Why?,So.\n2,paid,Why?,So there.\n3,free,How?,Thus.\n";
    let packed = [
        ("gzip.jsonl", gzip(&records)),
        ("zstd.json", zstd::encode_all(&records[..], 1).unwrap()),
        ("zip.gz", zip(&[("x", &records)], CompressionMethod::Deflated)),
        ("lines.eval", records.clone()),
        ("lines.parquet", records.clone()),
        ("lines.csv", records.clone()),
        ("lines.html", records.clone()),
        ("table.json", csv.to_vec()),
        ("table.eval", csv.to_vec()),
        ("table.gz", csv.to_vec()),
        (
            "array.jsonl",
            [
                b"[".to_vec(),
                records.trim_ascii().split(|b| *b == b'\n').collect::<Vec<_>>().join(&b","[..]),
                b"]".to_vec(),
            ]
            .concat(),
        ),
    ];
    for (name, bytes) in packed {
        let opened = among_others(name, &bytes);
        assert_eq!(own(&opened).len(), 3, "{name}: {}", opened.said());
        assert_eq!(opened.said(), "", "{name}");
    }
    for (name, file, transcripts) in [
        ("log.json", "inspect_zstd.eval", 4),
        ("log.jsonl.gz", "inspect_deflate.eval", 4),
        ("rows.csv", "messages.parquet", 4),
        ("page.jsonl", "af_pages/animal_welfare/default/train/0.html", 1),
    ] {
        let opened = among_others(name, &sample(file));
        assert_eq!(own(&opened).len(), transcripts, "{name}: {}", opened.said());
    }
}

#[test]
fn a_parquet_file_without_its_end_says_so() {
    let whole = sample("messages.parquet");
    for cut in [4, 12, whole.len() / 2, whole.len() - 4, whole.len() - 1] {
        let opened = among_others("rows.parquet", &whole[..cut]);
        assert_eq!(own(&opened), [""; 0]);
        let said = opened.said();
        assert!(said.contains("rows.parquet: "), "{cut}: {said}");
        assert!(!said.to_lowercase().contains("panic"), "{said}");
    }
    // A footer that points anywhere.
    let mut broken = whole.clone();
    let at = broken.len() - 8;
    broken[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(among_others("rows.parquet", &broken).said().contains("rows.parquet: "));
}

#[test]
fn archives_inside_archives_are_read_to_a_depth() {
    let records = lines("deep", 1);
    let mut bytes = zip(&[("r.jsonl", &records)], CompressionMethod::Deflated);
    for depth in 1..=8 {
        let opened = among_others("nest.zip", &bytes);
        let found = own(&opened);
        let said = opened.said();
        if depth <= 3 {
            assert_eq!((found, said.as_str()), (vec!["deep-0".to_owned()], ""), "{depth}");
        } else {
            assert_eq!(found, [""; 0], "{depth}");
            assert!(said.contains("archives inside archives are read 3 deep"), "{depth}: {said}");
        }
        bytes = zip(&[("inner.zip", &bytes)], CompressionMethod::Deflated);
    }
    // Compression over compression.
    let mut packed = records.clone();
    for layer in 1..=6 {
        packed = gzip(&packed);
        let opened = among_others("layers.gz", &packed);
        if layer <= 3 {
            assert_eq!(own(&opened), ["deep-0"], "{layer}");
        } else {
            assert!(
                opened.said().contains("compressed more than 3 times over"),
                "{}",
                opened.said()
            );
        }
    }
}

#[test]
fn archives_of_nothing_and_of_thousands() {
    let empty = zip(&[], CompressionMethod::Stored);
    assert!(among_others("e.zip", &empty).said().contains("no file to read"));
    let hidden = zip(
        &[("__MACOSX/._a.jsonl", &lines("h", 1)), (".b.jsonl", &lines("h", 1))],
        CompressionMethod::Stored,
    );
    assert_eq!(own(&among_others("h.zip", &hidden)), [""; 0]);
    let names: Vec<String> = (0..2_000).map(|n| format!("runs/{n:04}.jsonl")).collect();
    let bodies: Vec<Vec<u8>> = (0..2_000).map(|n| lines(&format!("t{n:04}"), 1)).collect();
    let members: Vec<(&str, &[u8])> =
        names.iter().zip(&bodies).map(|(name, body)| (name.as_str(), body.as_slice())).collect();
    let opened = open_bytes("many.zip", zip(&members, CompressionMethod::Deflated).leak());
    opened.accounts_for_everything("many.zip");
    assert_eq!(opened.ids().len(), 2_000);
    assert!(opened.ids().is_sorted());
    assert_eq!(opened.said(), "");
}
