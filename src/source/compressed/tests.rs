//! Compressed streams: whole, in several pieces, cut, damaged, and made to explode.

use std::io::Write;

use super::*;
use crate::source::{Opened, peel, peel_within};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// Text that does not compress to nothing.
fn text(len: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b'a' + (state >> 33) as u8 % 26
    };
    (0..len).map(|i| if i % 64 == 63 { b'\n' } else { letter() }).collect()
}

fn open(bytes: Vec<u8>, limits: Limits) -> (Bytes, Vec<&'static str>) {
    match peel_within(Bytes::Static(bytes.leak()), limits).unwrap() {
        (Opened::Stream(bytes), layers) => (bytes, layers),
        (other, _) => panic!("{other:?}"),
    }
}

/// All that can be read, and the sentence at its end.
fn all(bytes: &Bytes) -> (Vec<u8>, Option<String>) {
    let mut out = Vec::new();
    let mut buffer = vec![0; 10_007];
    loop {
        match bytes.read_at(out.len() as u64, &mut buffer) {
            Ok(0) => return (out, None),
            Ok(n) => out.extend_from_slice(&buffer[..n]),
            Err(e) => return (out, Some(e.to_string())),
        }
    }
}

fn read(bytes: Vec<u8>) -> (Vec<u8>, Option<String>) {
    all(&open(bytes, Limits::default()).0)
}

#[test]
fn several_members_and_frames_are_one_text() {
    let (a, b) = (text(300_000), text(50));
    let whole = [&a[..], &b].concat();
    let skippable = b"\x52\x2a\x4d\x18\x03\0\0\0abc";
    let cases: [(&str, Vec<u8>); 7] = [
        ("gzip", [gzip(&a), gzip(&b)].concat()),
        ("gzip", [gzip(b""), gzip(&a), gzip(b""), gzip(&b)].concat()),
        ("gzip", [gzip(&whole), vec![0; 100_000]].concat()),
        ("zstd", [zstd(&a), zstd(&b)].concat()),
        ("zstd", [&skippable[..], &zstd(&a), skippable, &zstd(b""), &zstd(&b), skippable].concat()),
        ("zstd", [zstd(&whole), vec![0; 10]].concat()),
        ("zstd", {
            let mut long = zstd::Encoder::new(Vec::new(), 1).unwrap();
            long.window_log(30).unwrap();
            long.include_checksum(true).unwrap();
            long.write_all(&whole).unwrap();
            long.finish().unwrap()
        }),
    ];
    for (name, packed) in cases {
        let len = packed.len() as u64;
        let (bytes, layers) = open(packed, Limits::default());
        assert_eq!(layers, [name]);
        let (out, end) = all(&bytes);
        assert_eq!(end, None, "{name}");
        assert!(out == whole, "{name}: {} of {} bytes", out.len(), whole.len());
        assert_eq!(bytes.len(), Some(whole.len() as u64));
        assert_eq!(bytes.consumed(), Some(len));
        assert_eq!(bytes.read_range(64, 10).unwrap(), &whole[64..74], "it can be read again");
    }
}

#[test]
fn layers_are_peeled_until_text_or_too_many() {
    let one = text(1000);
    let (mut packed, mut names) = (one.clone(), Vec::new());
    for layer in 0..3 {
        let name = if layer % 2 == 0 { "gzip" } else { "zstd" };
        packed = if layer % 2 == 0 { gzip(&packed) } else { zstd(&packed) };
        names.insert(0, name);
        let len = packed.len() as u64;
        let (bytes, layers) = open(packed.clone(), Limits::default());
        assert_eq!(layers, names);
        assert_eq!(all(&bytes), (one.clone(), None));
        assert_eq!(bytes.consumed(), Some(len), "counted at the bottom");
    }
    let e = peel(Bytes::Static(gzip(&packed).leak())).unwrap_err();
    assert!(e.to_string().contains("more than 3 times"), "{e}");
}

#[test]
fn what_came_before_a_cut_is_given() {
    let whole = text(400_000);
    for (name, packed) in [("gzip", gzip(&whole)), ("zstd", zstd(&whole))] {
        let (out, end) = read(packed[..packed.len() / 2].to_vec());
        assert_eq!(end.unwrap(), format!("the {name} data ends in the middle"));
        assert!(out.len() > 100_000 && whole.starts_with(&out), "{name}: {}", out.len());
        // Every place to cut: no panic, a beginning of the text, and a sentence.
        let short = text(200);
        let packed = if name == "gzip" { gzip(&short) } else { zstd(&short) };
        for cut in 4..packed.len() {
            let (out, end) = read(packed[..cut].to_vec());
            assert!(end.is_some(), "{name} cut at {cut}");
            assert!(short.starts_with(&out), "{name} cut at {cut}");
        }
    }
}

#[test]
fn what_came_before_damage_is_given() {
    // zstd's blocks hold 128 kB each, and those of gzip end where they like.
    let whole = text(1_000_000);
    for (name, mut packed, least) in [("gzip", gzip(&whole), 1), ("zstd", zstd(&whole), 3 << 17)] {
        let at = packed.len() / 2;
        // Long enough for a block's header to be among it: zstd's text itself is not checked here.
        packed[at..at + 150_000].fill(0xff);
        let (out, end) = read(packed);
        let end = end.unwrap();
        assert!(end.contains(&format!("the {name} data is damaged near byte")), "{end}");
        let same = out.iter().zip(&whole).take_while(|(a, b)| a == b).count();
        assert!(same >= least, "{name}: {same} bytes");
    }
    let mut checked = gzip(b"text");
    let crc = checked.len() - 8;
    checked[crc] ^= 1;
    let (out, end) = read(checked);
    assert_eq!(out, b"text");
    assert!(end.unwrap().contains("damaged"));
}

#[test]
fn what_follows_the_data_is_said_and_not_read() {
    for (name, packed) in [("gzip", gzip(b"text")), ("zstd", zstd(b"text"))] {
        let len = packed.len();
        let (out, end) = read([&packed[..], b"garbage"].concat());
        assert_eq!(out, b"text");
        let expected = format!("what follows the {name} data, from byte {len} on, is no {name}");
        assert_eq!(end, Some(expected));
    }
}

#[test]
fn a_bomb_is_stopped_and_what_came_before_is_kept() {
    let zeros = vec![b' '; 4 << 20];
    let limits = Limits { free: 100_000, times: 10 };
    let bombs = [
        gzip(&zeros),
        zstd(&zeros),
        gzip(&gzip(&zeros)),
        // Neither of two layers grows too much by itself.
        zstd(&[text(40_000), zstd(&[text(1000), vec![b' '; 400_000]].concat())].concat()),
    ];
    for (i, bomb) in bombs.into_iter().enumerate() {
        let most = limits.most(bomb.len() as u64) + (1 << 18);
        let (bytes, _) = open(bomb, limits);
        let (out, end) = all(&bytes);
        if i < 3 {
            let end = end.unwrap();
            assert!(end.contains("more than 10 times its size: stopped after"), "{end}");
        }
        assert!(!out.is_empty() && out.len() as u64 <= most, "{}", out.len());
    }
    // Up to the limit everything is fine.
    assert_eq!(all(&open(gzip(&zeros), Limits { free: 4 << 20, times: 0 }).0).1, None);
}

#[test]
fn the_bound_of_two_layers_is_that_of_the_bottom() {
    // 1 MB of blanks in 1 kB, and that again: each layer grows by a few hundred at most.
    let inner = gzip(&vec![b' '; 1 << 20]);
    let outer = gzip(&inner);
    let limits = Limits { free: 1000, times: 700 };
    assert!((1 << 20) > limits.most(outer.len() as u64) && outer.len() < inner.len());
    let (out, end) = all(&open(outer, limits).0);
    assert!(end.unwrap().contains("more than 700 times"), "{} bytes", out.len());
}

#[test]
fn plain_bytes_are_handed_back_and_a_name_tells_nothing() {
    for plain in [&b""[..], b"{", b"(", b"P", b"PAR", b"\x1f", b"\x1f\x8b\x01", b"\xff", b"text\n"]
    {
        let (bytes, layers) = open(plain.to_vec(), Limits::default());
        assert!(matches!(bytes, Bytes::Static(_)) && layers.is_empty(), "{plain:?}");
        assert_eq!(bytes.consumed(), None);
    }
    let (bytes, layers) = open(b"\xff\xfe{\0}\0\n\0".to_vec(), Limits::default());
    assert_eq!((layers, all(&bytes).0), (vec!["UTF-16"], b"{}\n".to_vec()));
}

#[test]
fn a_pipe_is_not_waited_for() {
    use std::sync::mpsc;
    struct Fed(mpsc::Receiver<Vec<u8>>);
    impl Read for Fed {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.recv().unwrap_or_default();
            out[..bytes.len()].copy_from_slice(&bytes);
            Ok(bytes.len())
        }
    }
    // Nothing else ever comes: waiting for more would hang.
    let (feed, stream) = mpsc::channel();
    feed.send(b"{".to_vec()).unwrap();
    let (opened, layers) = peel(Bytes::spool(Box::new(Fed(stream))).unwrap()).unwrap();
    assert!(matches!(opened, Opened::Stream(Bytes::Spooled(_))) && layers.is_empty());

    let (feed, stream) = mpsc::channel();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"{\"a\":1}\n").unwrap();
    packed.flush().unwrap();
    feed.send(packed.get_ref().clone()).unwrap();
    let (opened, layers) = peel(Bytes::spool(Box::new(Fed(stream))).unwrap()).unwrap();
    let Opened::Stream(bytes) = opened else { panic!("a stream") };
    assert_eq!(layers, ["gzip"]);
    let mut buffer = [0; 100];
    assert_eq!(bytes.read_at(0, &mut buffer).unwrap(), 8);
    assert!(bytes.may_wait(8) && !bytes.may_wait(7));
    drop(feed);
    assert!(bytes.read_at(8, &mut buffer).is_err());
}

#[test]
fn any_bytes_behind_a_magic_end_without_a_panic() {
    let whole = text(3000);
    let limits = Limits { free: 1 << 20, times: 10 };
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    for packed in [gzip(&whole), zstd(&whole), [gzip(&whole), gzip(&whole)].concat()] {
        for _ in 0..150 {
            let mut bytes = packed.clone();
            for _ in 0..=random() % 4 {
                let at = random() % bytes.len();
                bytes[at] = random() as u8;
            }
            if let Ok((Opened::Stream(bytes), _)) = peel_within(Bytes::Static(bytes.leak()), limits)
            {
                all(&bytes);
            }
        }
    }
}
