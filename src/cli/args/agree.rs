//! What can be typed behind `undertone agree` and `undertone export`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{ReadArgs, rater};

/// `agree`
#[derive(Debug, Clone, ClapArgs)]
pub struct AgreeArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The label that was judged (if not given: the one that the journals judge)
    #[arg(long, value_name = "LABEL")]
    pub label: Option<String>,
    /// Only these reviewers; may be given several times. With --adjudicate and --import: who decides, who answered
    #[arg(long, value_name = "NAME", value_parser = rater)]
    pub rater: Vec<String>,
    /// The classifier, where several raters in the data give the label
    #[arg(long, value_name = "RATER")]
    pub classifier: Option<String>,
    /// Only transcripts that match
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// The classifier's figures of each tier too
    #[arg(long, value_enum)]
    pub by: Option<AgreeBy>,
    /// The folder of the journals, instead of undertone-labels beside the data
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
    /// Answers that are not blind count too
    #[arg(long)]
    pub include_sighted: bool,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: AgreeFormat,
    /// Also write all of it to this file, which must not exist: NAME.md or NAME.html
    #[arg(long, value_name = "FILE", conflicts_with_all = ["queue", "adjudicate", "import"])]
    pub report: Option<PathBuf>,
    /// List the transcripts on which two disagree: reviewers, classifier, rules, decision tag, votes
    #[arg(long, help_heading = "Disagreements", conflicts_with_all = ["adjudicate", "import"])]
    pub queue: bool,
    /// Decide on the transcript of this id, key or permalink; the answers stay
    #[arg(
        long,
        value_name = "ID",
        help_heading = "Disagreements",
        requires_all = ["answer", "reason"],
        conflicts_with = "import"
    )]
    pub adjudicate: Option<String>,
    /// What is decided: yes, no, or `cannot tell`
    #[arg(long, value_name = "ANSWER", help_heading = "Disagreements", requires = "adjudicate")]
    pub answer: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", help_heading = "Disagreements", requires = "adjudicate")]
    pub reason: Option<String>,
    /// Take in answers from elsewhere: a validation set of Inspect Scout, CSV or JSONL with named columns, what `export` wrote
    #[arg(long, value_name = "FILE", help_heading = "Answers from elsewhere")]
    pub import: Option<PathBuf>,
    /// The column of ids (if not given: id)
    #[arg(long, value_name = "NAME", help_heading = "Answers from elsewhere", requires = "import")]
    pub id_column: Option<String>,
    /// The column of answers (if not given: answer, target, or `target_LABEL`)
    #[arg(long, value_name = "NAME", help_heading = "Answers from elsewhere", requires = "import")]
    pub answer_column: Option<String>,
    /// The column that says which label it is
    #[arg(long, value_name = "NAME", help_heading = "Answers from elsewhere", requires = "import")]
    pub label_column: Option<String>,
    /// The column that says who answered
    #[arg(long, value_name = "NAME", help_heading = "Answers from elsewhere", requires = "import")]
    pub rater_column: Option<String>,
    /// A further word for yes; may be given several times
    #[arg(long, value_name = "WORD", help_heading = "Answers from elsewhere", requires = "import")]
    pub yes: Vec<String>,
    /// A further word for no; may be given several times
    #[arg(long, value_name = "WORD", help_heading = "Answers from elsewhere", requires = "import")]
    pub no: Vec<String>,
}

/// By what figures are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AgreeBy {
    /// By tier.
    Tier,
}

/// Form of what reviews say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AgreeFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object; of `--queue` one a line.
    #[value(alias = "jsonl")]
    Json,
}

/// `export`
#[derive(Debug, Clone, ClapArgs)]
pub struct ExportArgs {
    /// Files and folders whose journals are read; none: the sample data
    #[arg(value_name = "PATHS")]
    pub paths: Vec<String>,
    /// Write reviewers' answers
    #[arg(long, required = true)]
    pub labels: bool,
    /// Only answers on this label; of a validation set needed where there are several
    #[arg(long, value_name = "LABEL")]
    pub label: Option<String>,
    /// Only this reviewer
    #[arg(long, value_name = "NAME", value_parser = rater)]
    pub rater: Option<String>,
    /// The folder of the journals, instead of undertone-labels beside the data
    #[arg(long, value_name = "DIR")]
    pub journal: Option<PathBuf>,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: ExportFormat,
    /// In a validation set answers that are not blind count too; the other forms say of each answer whether it is
    #[arg(long)]
    pub include_sighted: bool,
    /// The split that a validation set names
    #[arg(long, value_name = "NAME", default_value = "")]
    pub split: String,
    /// Write to this file, which must not exist, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Form of answers for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line.
    #[default]
    #[value(alias = "json")]
    Jsonl,
    /// Comma-separated values; no cell is a formula.
    Csv,
    /// A validation set of Inspect Scout: `id,target,split`.
    Scout,
}
