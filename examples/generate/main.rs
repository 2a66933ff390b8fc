//! Writes invented transcripts to measure with, and prints what a reader must find in them:
//! `cargo run --release --example generate -- lines --bytes 1G big.jsonl`.
//!
//! The same arguments give the same bytes. The text is `benches/material`; this file only lays it out as files.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod layout;
#[path = "../../benches/material/mod.rs"]
mod material;
#[cfg(test)]
mod tests;

use material::{Facts, Material};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Bytes that are collected before they are written.
const PIECE: usize = 1 << 20;

/// Writes invented transcripts to measure with.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    shape: Shape,
    /// Another seed, other records.
    #[arg(long, default_value_t = 1, global = true)]
    seed: u64,
}

/// How records are laid out.
#[derive(Subcommand)]
enum Shape {
    /// JSON lines of about 11 kB.
    Lines(Sized),
    /// The same records as a table.
    Csv(Sized),
    /// JSON lines of about 250 bytes.
    Tiny(Counted),
    /// One record of that size.
    Huge(Sized),
    /// Three records, of which the second has a scratchpad of that size.
    Scratchpad(Sized),
    /// Three records, of which the second has a scratchpad of that size without a line break.
    Unbroken(Sized),
    /// A folder with a record in each file.
    Folder(Counted),
    /// A log of Inspect AI, with a sample for each record.
    Eval(Counted),
}

#[derive(Args)]
struct Sized {
    /// At least that many bytes: 5000, 100M, 1G.
    #[arg(long, value_parser = bytes)]
    bytes: u64,
    /// Where to.
    path: PathBuf,
}

#[derive(Args)]
struct Counted {
    /// That many records.
    #[arg(long)]
    count: usize,
    /// Where to.
    path: PathBuf,
}

/// A size with K, M or G behind it (powers of 1,000).
fn bytes(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.bytes().last() {
        Some(b'K') => (text.trim_end_matches('K'), 1_000),
        Some(b'M') => (text.trim_end_matches('M'), 1_000_000),
        Some(b'G') => (text.trim_end_matches('G'), 1_000_000_000),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| format!("{text} is no size"))?;
    number.checked_mul(factor).ok_or_else(|| format!("{text} is too large"))
}

fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let log = match &arguments.shape {
        Shape::Eval(to) => Some(to.path.clone()),
        _ => None,
    };
    let facts = write(arguments.shape, Material::new(arguments.seed))?;
    for (name, number) in named(facts) {
        println!("{name}\t{number}");
    }
    if let Some(path) = log {
        println!("listing\t{}", layout::listing(&path)?);
    }
    Ok(())
}

/// Facts as `compare.sh` reads them.
fn named(facts: Facts) -> [(&'static str, u64); 6] {
    [
        ("records", facts.records),
        ("bytes", facts.bytes),
        ("free", facts.free),
        ("both", facts.both),
        ("needle", facts.needle),
        ("pattern", facts.pattern),
    ]
}

fn write(shape: Shape, mut material: Material) -> Outcome<Facts> {
    let m = &mut material;
    match shape {
        Shape::Lines(to) => lines(&to, m, Material::line)?,
        Shape::Csv(to) => layout::csv(m, to.bytes, BufWriter::new(File::create(to.path)?))?,
        Shape::Tiny(Counted { count, path }) => {
            let mut out = BufWriter::with_capacity(PIECE, File::create(path)?);
            let mut line = Vec::new();
            for _ in 0..count {
                line.clear();
                m.tiny(&mut line);
                out.write_all(&line)?;
            }
            out.flush()?;
        }
        Shape::Huge(to) => {
            let mut out = BufWriter::new(File::create(to.path)?);
            m.long(to.bytes, true, &mut |piece| out.write_all(piece))?;
            out.flush()?;
        }
        Shape::Scratchpad(to) => between(&to, m, true)?,
        Shape::Unbroken(to) => between(&to, m, false)?,
        Shape::Folder(Counted { count, path }) => {
            fs::create_dir_all(&path)?;
            for i in 0..count {
                fs::write(path.join(format!("{i:06}.jsonl")), m.lines(1))?;
            }
        }
        Shape::Eval(Counted { count, path }) => {
            layout::eval(m, count, BufWriter::new(File::create(path)?))?;
        }
    }
    Ok(material.facts())
}

/// Lines until there are enough bytes.
fn lines(to: &Sized, m: &mut Material, line: fn(&mut Material, &mut Vec<u8>)) -> Outcome<()> {
    let mut out = File::create(&to.path)?;
    let mut piece = Vec::with_capacity(2 * PIECE);
    while m.facts().bytes < to.bytes {
        line(m, &mut piece);
        if piece.len() >= PIECE {
            out.write_all(&piece)?;
            piece.clear();
        }
    }
    out.write_all(&piece)?;
    Ok(())
}

/// A long record between two ordinary ones.
fn between(to: &Sized, m: &mut Material, paragraphs: bool) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(&to.path)?);
    out.write_all(&m.lines(1))?;
    m.long(to.bytes, paragraphs, &mut |piece| out.write_all(piece))?;
    out.write_all(&m.lines(1))?;
    out.flush()?;
    Ok(())
}
