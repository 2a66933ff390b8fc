//! Scratch: times filters over loaded files.
use std::sync::Arc;
use std::time::Instant;
use undertone::corpus::{Catalogue, Corpus, LoadOptions};
use undertone::cues::Engine;
use undertone::ingest::LabelRules;
use undertone::query::{Filter, Needs};
use undertone::source::Bytes;

fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let r: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (r[11].parse::<f64>().unwrap() + r[12].parse::<f64>().unwrap()) / 100.0
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let bytes = Bytes::open(std::path::Path::new(&path)).map_err(|e| e.to_string());
    let corpus = Corpus::new(
        vec![(path.clone(), bytes)],
        Arc::new(Engine::new(vec![])),
        Arc::new(LabelRules::builtin()),
    );
    let mut catalogue = Catalogue::new(&[path]);
    let t = Instant::now();
    corpus.load(
        LoadOptions {
            needs: Needs { body: std::env::var("NOBODY").is_err(), ..Needs::default() },
            ..LoadOptions::default()
        },
        &mut |e| {
            catalogue.apply(e);
            true
        },
    );
    eprintln!(
        "loaded {} rows in {:.2} s, cpu {:.2}",
        catalogue.len(),
        t.elapsed().as_secs_f64(),
        cpu()
    );
    for text in args {
        let filter = Filter::parse(&text).unwrap();
        for _ in 0..2 {
            let (t, c) = (Instant::now(), cpu());
            let (mut n, mut first) = (0, None);
            corpus.filter(&catalogue, &filter, 0, &|| true, &mut |h| {
                n += h.rows.len();
                if n > 0 {
                    first.get_or_insert(t.elapsed());
                }
            });
            println!(
                "{text:40} n {n:7} wall {:.3} cpu {:.2} first {:.3}",
                t.elapsed().as_secs_f64(),
                cpu() - c,
                first.unwrap_or_default().as_secs_f64()
            );
        }
    }
}
