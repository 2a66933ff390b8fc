//! scratch tool (not committed)
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use undertone::corpus::{Catalogue, Corpus, LoadOptions};
use undertone::cues::{Engine, Pack};
use undertone::ingest::LabelRules;
use undertone::model::*;
use undertone::query::Needs;
use undertone::source::{Bytes, discover};

fn all(paths: &[String]) -> Vec<Transcript> {
    let found = discover(paths);
    let files = found.files.into_iter().map(|p| { let b = Bytes::open(Path::new(&p)).map_err(|e| e.to_string()); (p, b) }).collect();
    let corpus = Corpus::new(files, Arc::new(Engine::new(Vec::new())), Arc::new(LabelRules::builtin()));
    let mut catalogue = Catalogue::new(&corpus.paths());
    corpus.load(LoadOptions { needs: Needs::default(), ..LoadOptions::default() }, &mut |e| { catalogue.apply(e); true });
    catalogue.views().filter_map(|v| corpus.transcript(&v.row.place).ok().map(|t| t.0)).collect()
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mode = args.remove(0);
    let t = Instant::now();
    let packs = Pack::builtin();
    let a = t.elapsed();
    let engine = Engine::new(packs);
    eprintln!("packs {a:?}, engine {:?}", t.elapsed() - a);
    match mode.as_str() {
        "dump" => {
            use std::io::Write;
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            for t in all(&args) {
                let a = engine.analyse(&t);
                writeln!(out, "{} {a:?}", t.id).unwrap();
                for n in 0..a.spans.len() { writeln!(out, "{:?}", engine.explain(&t, &a, n)).unwrap(); }
            }
        }
        "bench" => {
            let rounds: usize = args.remove(0).parse().unwrap();
            let all = all(&args);
            let bytes: usize = all.iter().flat_map(|t| &t.sections).filter(|s| s.kind == SectionKind::Scratchpad).map(|s| s.text.len()).sum();
            let mut best = f64::MAX;
            for _ in 0..rounds {
                let t = Instant::now();
                for t in &all { black_box(engine.analyse(black_box(t))); }
                best = best.min(t.elapsed().as_secs_f64());
            }
            println!("{} transcripts, {bytes} bytes of scratchpad, {:.1} MB/s, {:.2} us each", all.len(), bytes as f64 / best / 1e6, best * 1e6 / all.len() as f64);
        }
        "export" => {
            use std::io::Write;
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            for t in all(&args) {
                let sections: Vec<_> = t.sections.iter().filter(|s| matches!(s.kind, SectionKind::Prompt | SectionKind::User | SectionKind::Scratchpad)).map(|s| serde_json::json!([s.turn, format!("{:?}", s.kind), s.text])).collect();
                writeln!(out, "{}", serde_json::json!({"id": t.id, "setting": t.setting, "query": t.query, "response_turn": t.response_turn, "sections": sections})).unwrap();
            }
        }
        _ => {}
    }
}
