//! What can be typed behind `undertone cues`.

use clap::{Args as ClapArgs, Subcommand};

use super::{CheckFormat, ReadArgs};

/// `cues`
#[derive(Debug, Clone, ClapArgs)]
pub struct CuesArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: CuesAction,
}

/// What to do with packs.
#[derive(Debug, Clone, Subcommand)]
pub enum CuesAction {
    /// Print packs, categories and rules
    List(PackArgs),
    /// Run the examples of every rule, and find rules that can never mark anything and cues of no use
    Test(PackArgs),
    /// Measure the score against a label: AUROC with an interval, precision, recall
    Eval(EvalArgs),
    /// Print sentences that many scratchpads share, and which rules fire inside them
    Common(CommonArgs),
}

/// `cues common`
#[derive(Debug, Clone, ClapArgs)]
pub struct CommonArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The label by which rules are said to fire in positives and negatives
    #[arg(long, default_value = "alignment_faking")]
    pub label: String,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
}

/// `cues eval`
#[derive(Debug, Clone, ClapArgs)]
pub struct EvalArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The label that says what is positive; unparsed and missing ones are left out and counted. With `--text`, its
    /// path in the record
    #[arg(long, default_value = "alignment_faking")]
    pub label: String,
    /// The value of the label that is positive, letter case ignored; all others are negative
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    /// Score the text at this path of each record (dotted); a text without tags is taken for reasoning whole
    #[arg(long, value_name = "PATH")]
    pub text: Option<String>,
    /// Also fit weights to the labels in so many folds, and say how they do on the fold that they did not see
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub folds: Option<u16>,
    /// Only transcripts that match
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
}

/// Which packs.
#[derive(Debug, Clone, ClapArgs)]
pub struct PackArgs {
    /// Use this rule pack too (TOML); may be given several times
    #[arg(long, value_name = "FILE")]
    pub cues: Vec<String>,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
}
