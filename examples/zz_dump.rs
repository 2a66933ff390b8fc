//! (local, not committed) everything that reading gives, for byte comparison.
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use undertone::ingest::{Context, LabelRules, UnitBytes, Units, read_cut};
use undertone::model::Place;
use xxhash_rust::xxh3::xxh3_64;

fn walk(path: &str, out: &mut Vec<String>) {
    if let Ok(dir) = std::fs::read_dir(path) {
        let mut names: Vec<_> =
            dir.map(|e| e.unwrap().path().to_str().unwrap().to_owned()).collect();
        names.sort();
        for n in names {
            walk(&n, out);
        }
    } else {
        out.push(path.to_owned());
    }
}

fn dump(
    source: &str,
    bytes: &dyn Fn(u64, &mut [u8]) -> std::io::Result<usize>,
    brief: bool,
    rules: &LabelRules,
    out: &mut dyn std::io::Write,
) {
    let mut units = Units::new(|o, b: &mut [u8]| bytes(o, b)).unwrap();
    writeln!(
        out,
        "FILE {source} {:?} {:?} {:?}",
        units.layout(),
        units.kind(),
        units.not_read_yet()
    )
    .unwrap();
    let mut text = String::new();
    loop {
        let Ok(Some((unit, bytes))) = units.next_unit() else { break };
        let around = units.around();
        let hash = match &bytes {
            UnitBytes::Whole(b) | UnitBytes::Torn(b) => xxh3_64(b),
            UnitBytes::TooLarge => 0,
        };
        let place = Place {
            source: source.to_owned(),
            line: (unit.line > 0).then_some(unit.line),
            index: unit.index,
            ordinal: 0,
            member: unit.member.clone().map(|m| String::from(&*m)),
        };
        let mut c = Context::new(place, "stem", rules, hash);
        c.kind = units.kind();
        c.around = around.as_ref();
        let reading = read_cut(&unit, &bytes, &c);
        text.clear();
        let n = match &bytes {
            UnitBytes::Whole(b) => (0, b.len()),
            UnitBytes::Torn(b) => (1, b.len()),
            UnitBytes::TooLarge => (2, 0),
        };
        write!(text, "{unit:?} {n:?} {hash:x} {reading:?}").unwrap();
        if brief {
            writeln!(out, "{} {:?} {:016x}", reading.format, n, xxh3_64(text.as_bytes())).unwrap();
        } else {
            writeln!(out, "{text}").unwrap();
        }
    }
    writeln!(out, "END {} {} {:?}", units.ended_open(), units.position(), units.around()).unwrap();
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let brief = args[0] == "brief";
    let mutate: u64 = args[1].parse().unwrap();
    let mut files = Vec::new();
    for a in &args[2..] {
        walk(a, &mut files);
    }
    let rules = LabelRules::builtin();
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for f in files {
        let file = std::fs::File::open(&f).unwrap();
        if mutate == 0 {
            dump(&f, &|o, b| file.read_at(b, o), brief, &rules, &mut out);
        } else {
            let whole = std::fs::read(&f).unwrap();
            let mut s = xxh3_64(f.as_bytes()) | 1;
            let mut dice = move |n: usize| {
                s ^= s << 13;
                s ^= s >> 7;
                s ^= s << 17;
                (s % n.max(1) as u64) as usize
            };
            const NASTY: [&[u8]; 30] = [
                b"\"",
                b"\\",
                b"{",
                b"}",
                b"[",
                b"]",
                b"\n",
                b"\xff",
                b"\\ud800",
                b"\\ud83d\\ude00",
                b"</think>",
                b"NaN",
                b"\x1b[2J",
                b"1e999",
                b"99999999999999999999",
                b"-0",
                b"0.1e-7",
                b"\\u0000",
                b",",
                b":",
                b"\xe2\x80\x94",
                b"\\x",
                b"\t",
                b"\0",
                b"null",
                b"1.",
                b"-",
                b"\"a\":1,",
                b"<scratchpad_reasoning>\\n",
                b"\xed\xa0\x80",
            ];
            for round in 0..mutate {
                let mut m = whole.clone();
                if m.len() > 60_000 {
                    let at = dice(m.len() - 60_000);
                    let at = m[at..].iter().position(|b| *b == b'\n').map_or(0, |n| at + n + 1);
                    m = m[at..(at + 60_000).min(m.len())].to_vec();
                }
                for _ in 0..=dice(4 + (m.len() / 500)) {
                    if m.is_empty() {
                        break;
                    }
                    let at = dice(m.len());
                    match dice(9) {
                        0 => m[at] ^= 1 << (at % 8),
                        1 => {
                            let end = (at + dice(300)).min(m.len());
                            m.drain(at..end);
                        }
                        2 => {
                            let end = (at + dice(300)).min(m.len());
                            let again = m[at..end].to_vec();
                            m.splice(at..at, again);
                        }
                        3 if dice(10) == 0 => m.truncate(at),
                        _ => {
                            let p = NASTY[dice(NASTY.len())];
                            m.splice(at..at, p.iter().copied());
                        }
                    }
                }
                dump(
                    &format!("{f}#{round}"),
                    &|o, b: &mut [u8]| {
                        let o = (o as usize).min(m.len());
                        let n = b.len().min(m.len() - o);
                        b[..n].copy_from_slice(&m[o..o + n]);
                        Ok(n)
                    },
                    brief,
                    &rules,
                    &mut out,
                );
            }
        }
    }
    out.flush().unwrap();
}
