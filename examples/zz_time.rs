//! (local, not committed) CPU time per stage over a file in memory.
use std::hint::black_box;
use undertone::ingest::format::recognised;
use undertone::ingest::{Context, LabelRules, UnitBytes, Units, json, read_cut};
use undertone::model::Place;
use xxhash_rust::xxh3::xxh3_64;

fn cpu() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let rounds: usize = std::env::args().nth(2).map_or(3, |n| n.parse().unwrap());
    let rules = LabelRules::builtin();
    let mb = whole.len() as f64 / 1e6;
    let cut = || {
        let read = |o: u64, b: &mut [u8]| {
            let o = (o as usize).min(whole.len());
            let n = b.len().min(whole.len() - o);
            b[..n].copy_from_slice(&whole[o..o + n]);
            Ok(n)
        };
        let mut units = Units::new(read).unwrap();
        let mut n = 0;
        let mut all = Vec::new();
        while let Some(u) = units.next_unit().unwrap() {
            n += 1;
            all.push(u);
            if all.len() == 64 {
                all.clear();
            }
        }
        n
    };
    let stage = |name: &str, f: &mut dyn FnMut() -> usize| {
        if std::env::var("STAGE").is_ok_and(|s| s != name) {
            return;
        }
        let mut best = f64::MAX;
        let mut n = 0;
        for _ in 0..rounds {
            let t = cpu();
            n = black_box(f());
            let d = cpu() - t;
            if d < best {
                best = d;
            }
        }
        println!(
            "{name:>12}: {:8.3} ns/B {:8.1} MB/s {:9.0} ns/record ({n})",
            best * 1e3 / mb,
            mb / best,
            best * 1e9 / n as f64
        );
    };
    stage("newlines", &mut || memchr::memchr_iter(b'\n', &whole).count());
    stage("cut", &mut || cut());
    let lines: Vec<&[u8]> = whole.split(|b| *b == b'\n').filter(|l| !l.is_empty()).collect();
    stage("hash", &mut || {
        let mut h = 0;
        for l in &lines {
            h ^= xxh3_64(l);
        }
        black_box(h);
        lines.len()
    });
    stage("decode", &mut || {
        for l in &lines {
            black_box(json::read(l).is_ok());
        }
        lines.len()
    });
    stage("serde value", &mut || {
        for l in &lines {
            black_box(serde_json::from_slice::<serde_json::Value>(l).is_ok());
        }
        lines.len()
    });
    let values: Vec<serde_json::Value> =
        lines.iter().take(500).filter_map(|l| json::read(l).ok()).map(|l| l.value).collect();
    stage("recognise*", &mut || {
        for _ in 0..(lines.len() / values.len()).max(1) {
            for v in &values {
                black_box(recognised(v));
            }
        }
        (lines.len() / values.len()).max(1) * values.len()
    });
    stage("full", &mut || {
        for (i, l) in lines.iter().enumerate() {
            let place = Place {
                source: path.clone(),
                line: Some(i as u64 + 1),
                index: i as u64,
                ordinal: 0,
                member: None,
            };
            let unit = undertone::ingest::Unit { len: l.len() as u64, ..Default::default() };
            let c = Context::new(place, "stem", &rules, xxh3_64(l));
            black_box(read_cut(&unit, &UnitBytes::Whole(l.to_vec().into()), &c));
        }
        lines.len()
    });
}
