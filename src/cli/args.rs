//! What can be typed, for clap. Nothing here is checked beyond its form.

mod agree;
mod cues;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use agree::{AgreeArgs, AgreeBy, AgreeFormat, ExportArgs, ExportFormat};
pub use cues::{CommonArgs, CuesAction, CuesArgs, EvalArgs, PackArgs};

use crate::model::OutcomeValue;

/// Terminal explorer for eval transcripts: what a model thought beside what it said.
///
/// Reads transcripts of alignment-faking evaluations, splits each into scratchpad and output, filters by tier,
/// label, cue or text, and marks the reasoning in which a model decides to comply in order to avoid being changed.
/// A cue suggests; it is not proof. Reads local files and sends nothing anywhere.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "undertone",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_precedence_over_arg = true,
    after_help = "Examples:
  undertone                                   the sample data
  undertone runs/ --where 'tier:free cue:strategic'
  undertone 'runs/a.jsonl:12#q7'              a permalink: opens that transcript
  zcat runs.jsonl.gz | undertone -            standard input; keys still work
  undertone list runs/ --where 'label:alignment_faking' --format csv
  undertone stats runs/ --label alignment_faking
  undertone check runs/                       what was read, repaired, left out, and why

A file named like a command is written with its folder: ./list

Exit status: 0 fine, 1 nothing matched or check found problems, 2 usage, 3 a path that cannot be opened."
)]
pub struct Args {
    /// A headless command.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The explorer.
    #[command(flatten)]
    pub explore: ExploreArgs,
}

/// A headless command.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// List transcripts that match a filter
    List(ListArgs),
    /// Show one transcript: sections, labels, cues
    Show(ShowArgs),
    /// Say what was read, repaired, left out, and why
    Check(CheckArgs),
    /// Which labels there are: type, threshold, raters, counts
    Labels(LabelsArgs),
    /// Count: rates with intervals by one or two fields, and the gap between tiers
    Stats(StatsArgs),
    /// Review a label: blind, one key an answer, each on the disk before the next
    Review(ReviewArgs),
    /// What reviews say: the classifier against reviewers, reviewers among each other, what to look at again
    Agree(Box<AgreeArgs>),
    /// Write reviewers' answers for others: JSON lines, CSV, a validation set of Inspect Scout
    Export(ExportArgs),
    /// Write a first mapping for files of a shape that is not known, to edit and use with --map
    Map(MapArgs),
    /// The rule packs: print them, run their self-tests
    Cues(CuesArgs),
    /// What is kept between runs, so that files that have not changed need not be read again
    Cache(CacheArgs),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

/// How files are read; common to all commands that read some.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct ReadArgs {
    /// Files, folders, globs, `-` for standard input; none: the sample data
    #[arg(value_name = "PATHS")]
    pub paths: Vec<String>,
    /// Use this rule pack too (TOML); may be given several times
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub cues: Vec<String>,
    /// Treat this field of the record as a label (dotted path); may be given several times
    #[arg(long, value_name = "PATH", help_heading = "Reading")]
    pub label_field: Vec<String>,
    /// When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times
    #[arg(long, value_name = "RULE", help_heading = "Reading")]
    pub threshold: Vec<String>,
    /// Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub map: Vec<String>,
    /// Join labels from this file by id or input index (JSONL, CSV, …); may be given several times
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub labels: Vec<String>,
    /// Read everything anew, and keep no index of it (see `undertone cache`)
    #[arg(long, help_heading = "Reading")]
    pub no_cache: bool,
    /// Write nothing at all, anywhere; marks, notes and the last session are not looked at either
    #[arg(long)]
    pub private: bool,
}

/// Where reviewers' answers are read.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct JournalArgs {
    /// The folder of reviewers' journals, instead of undertone-labels beside the data
    #[arg(long, value_name = "DIR", help_heading = "Reading")]
    pub journal: Option<std::path::PathBuf>,
}

/// `cache`
#[derive(Debug, Clone, ClapArgs)]
pub struct CacheArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CacheCommand,
}

/// What `cache` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum CacheCommand {
    /// Where it is, how large it is, how large it may become (`UNDERTONE_CACHE_MB`, 2 GB if not set)
    Info {
        /// Form of the answer
        #[arg(long, value_enum, default_value_t)]
        format: ShowFormat,
    },
    /// Remove everything that is kept
    Clear,
}

/// In which order transcripts are listed, and what is said of each.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct ListingArgs {
    /// Order of the list, several keys between commas, `-` turns one round: source, score, cues, tier, outcome, length, id, query,
    /// model, setting, variant, epoch, gap, random
    #[arg(long, value_name = "KEYS", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Which order of chance (with `--sort random`)
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Columns of the list, between commas: id, tier, outcome, label, label.NAME, reviews, score, cues, cue.CATEGORY, parse, decision, mismatch,
    /// model, setting, variant, epoch, sample, source, len, len.SECTION, partner, flip, gap, query
    #[arg(long, value_name = "NAMES")]
    pub columns: Option<String>,
}

/// How it looks.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct ScreenArgs {
    /// Colours
    #[arg(long, value_enum, default_value_t, env = "UNDERTONE_THEME", help_heading = "Screen")]
    pub theme: ThemeArg,
    /// Whether to use colour
    #[arg(long, value_enum, default_value_t, help_heading = "Screen")]
    pub color: ColorArg,
    /// Capture the mouse from the start (takes text selection away; `M` in the explorer)
    #[arg(long, help_heading = "Screen")]
    pub mouse: bool,
    /// The configuration: a TOML file with tables `[keys]` and `[filters]`, instead of undertone/config.toml
    #[arg(long, value_name = "FILE", help_heading = "Screen")]
    pub keys: Option<String>,
}

/// The explorer's own arguments.
#[derive(Debug, Clone, Default, ClapArgs)]
#[allow(clippy::struct_excessive_bools)] // options, each on its own
pub struct ExploreArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where answers of reviewers are.
    #[command(flatten)]
    pub reviews: JournalArgs,
    /// Start with this filter
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// Its order and its columns.
    #[command(flatten)]
    pub listing: ListingArgs,
    /// Stay with files that grow and folders that fill: new transcripts come at the end (`W` in the explorer)
    #[arg(long)]
    pub follow: bool,
    /// How it looks.
    #[command(flatten)]
    pub screen: ScreenArgs,
    /// Read without marks, scores and labels first (`v` in the explorer)
    #[arg(long, help_heading = "Screen")]
    pub quiet: bool,
    /// Who reviews and decides; each has a journal (the user's name, if not given)
    #[arg(long, value_name = "NAME", help_heading = "Reviews", value_parser = rater)]
    pub rater: Option<String>,
    /// Open without the filter, order and place that these files were left with
    #[arg(long)]
    pub fresh: bool,
    /// Give copied text to this command instead of the terminal
    #[arg(long, value_name = "COMMAND", help_heading = "Screen")]
    pub copy_command: Option<String>,
}

/// Who reviews: a journal needs a name.
fn rater(name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() { Err("a journal needs a name".to_owned()) } else { Ok(name.to_owned()) }
}

/// `review`
#[derive(Debug, Clone, ClapArgs)]
pub struct ReviewArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The label that is judged: one that the transcripts have, or any other name
    #[arg(long, value_name = "LABEL")]
    pub label: String,
    /// Who reviews; each reviewer has a journal (the user's name, if not given)
    #[arg(long, value_name = "NAME", value_parser = rater)]
    pub rater: Option<String>,
    /// Only transcripts that match; a filter for a label, a cue, a quote, a score, an outcome or a field of the record makes the answers not blind
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// How many are drawn: a number, or `all` (100, if not given)
    #[arg(long, value_name = "N")]
    pub sample: Option<String>,
    /// Draw as evenly as possible from each combination of these: tier, label, outcome, model, setting, variant; of marks also
    /// category, rule; of quotes criterion, judge; or `none` (tier,label if not given; of pairs label; of marks label,category;
    /// of quotes label,criterion)
    #[arg(long, value_name = "FIELDS")]
    pub strata: Option<String>,
    /// What is judged: whole transcripts; two of one sample, one of each tier; single marks of rules; single quotes of judges; single
    /// turns of the model
    #[arg(long, value_enum, value_name = "ITEMS", default_value_t)]
    pub items: ItemsArg,
    /// The two tiers of a pair, such as `free,paid` (with --items pairs; those and else the two most frequent, if not given)
    #[arg(long, value_name = "TIER,TIER")]
    pub tiers: Option<String>,
    /// Only where the label's number is so near a threshold, such as `0.4±0.2` or `0.4+-0.2` (not blind)
    #[arg(long, value_name = "RANGE")]
    pub near: Option<String>,
    /// Where chance begins (1, if not given); another one draws another sample
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Share of the items that are asked once more, unannounced, to see whether the reviewer agrees with himself (0 to 0.5)
    #[arg(long, value_name = "SHARE")]
    pub repeats: Option<f64>,
    /// Share of the items that are shown with what classifiers and rules say, to see what that changes (0 to 0.5)
    #[arg(long, value_name = "SHARE")]
    pub anchors: Option<f64>,
    /// Show everything from the start: answers are kept as not blind
    #[arg(long)]
    pub sighted: bool,
    /// Judge the output first, before the scratchpad is shown
    #[arg(long)]
    pub output_first: bool,
    /// Further questions after the main one: a codebook (TOML, see docs/JOURNAL.md), or `alignment-faking`, which is built in
    #[arg(long, value_name = "FILE")]
    pub codebook: Option<String>,
    /// The folder of the journal, instead of undertone-labels beside the data
    #[arg(long, value_name = "DIR")]
    pub journal: Option<String>,
    /// How it looks.
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// What is judged in a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ItemsArg {
    /// Whole transcripts.
    #[default]
    Transcripts,
    /// Two transcripts of one sample beside each other: which of them shows it?
    Pairs,
    /// Single marks: is this one right?
    Marks,
    /// Single quotes of judges: does this one support its criterion?
    Quotes,
    /// Single turns of transcripts with several: does the label hold in this one?
    Turns,
}

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ThemeArg {
    /// Dark or light as the terminal's background is.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// Colour-blind safe, dark.
    SafeDark,
    /// Colour-blind safe, light.
    SafeLight,
    /// No colour at all: attributes only.
    Mono,
}

/// Whether to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorArg {
    /// Unless `NO_COLOR` is set or `CLICOLOR` is 0.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `list`
#[derive(Debug, Clone, ClapArgs)]
pub struct ListArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where answers of reviewers are.
    #[command(flatten)]
    pub reviews: JournalArgs,
    /// Only transcripts that match
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// Its order and its columns.
    #[command(flatten)]
    pub listing: ListingArgs,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
    /// Print only the number of matches
    #[arg(long, conflicts_with_all = ["format", "sort", "seed", "columns"])]
    pub count: bool,
    /// Put an apostrophe before cells that a spreadsheet would take for a formula
    #[arg(long)]
    pub csv_safe: bool,
}

/// Form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object a line.
    #[value(alias = "json")]
    Jsonl,
    /// Comma-separated values.
    Csv,
}

/// `show`
#[derive(Debug, Clone, ClapArgs)]
pub struct ShowArgs {
    /// What to read; a permalink such as `runs/a.jsonl:12#q7` needs no --id.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where answers of reviewers are.
    #[command(flatten)]
    pub reviews: JournalArgs,
    /// The transcript's id or key
    #[arg(long)]
    pub id: Option<String>,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: ShowFormat,
}

/// Form of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShowFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// `check`
#[derive(Debug, Clone, ClapArgs)]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
}

/// Form of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object.
    Json,
}

/// `labels`
#[derive(Debug, Clone, ClapArgs)]
pub struct LabelsArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where answers of reviewers are.
    #[command(flatten)]
    pub reviews: JournalArgs,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
}

/// `stats`
#[derive(Debug, Clone, ClapArgs)]
pub struct StatsArgs {
    /// What to read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where answers of reviewers are.
    #[command(flatten)]
    pub reviews: JournalArgs,
    /// Only transcripts that match
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// One or two fields, with a comma: tier, setting, model, variant, frame, persona, mode, condition, `prompt_variant`, source,
    /// sample, epoch, parse, outcome, by (who decided), decision, mismatch, agree, cue, cue:CATEGORY, label:NAME, meta.PATH
    #[arg(long, value_name = "FIELDS", default_value = "tier")]
    pub by: String,
    /// Also the rate of a label: NAME, NAME>=0.6, NAME=VALUE, NAME@RATER
    #[arg(long, value_name = "LABEL")]
    pub label: Option<String>,
    /// What every threshold of a numeric label would do: its rate, what changes sides, agreement with a reference. NAME, NAME@RATER;
    /// by one field
    #[arg(long, value_name = "LABEL", conflicts_with_all = ["label", "sensitivity", "specificity"])]
    pub curve: Option<String>,
    /// What is true for --curve: NAME, NAME@RATER, NAME=VALUE, NAME>=0.6; otherwise another rater's word on the same label
    #[arg(long, value_name = "LABEL", requires = "curve")]
    pub reference: Option<String>,
    /// What the gap is between: tier, model, setting, variant or a single field of it (frame, persona, mode, condition,
    /// `prompt_variant`), and which values: `tier=free,enterprise`
    #[arg(long, value_name = "FIELD", default_value = "tier")]
    pub pair: String,
    /// Which answers the rate and the gap count
    #[arg(long, value_name = "OUTCOME", value_enum, default_value_t)]
    pub rate: RateOutcome,
    /// Count partial compliance as compliance
    #[arg(long)]
    pub partial: bool,
    /// Correct the rates for a classifier that finds this share of what is there (with --specificity)
    #[arg(long, value_name = "SHARE", requires = "specificity")]
    pub sensitivity: Option<f64>,
    /// … and calls this share of what is not there so (with --sensitivity)
    #[arg(long, value_name = "SHARE", requires = "sensitivity")]
    pub specificity: Option<f64>,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: StatsFormat,
    /// Also write a drawing of it to this file, which must not exist
    #[arg(long, value_name = "FILE")]
    pub svg: Option<std::path::PathBuf>,
    /// Put an apostrophe before cells that a spreadsheet would take for a formula
    #[arg(long)]
    pub csv_safe: bool,
}

/// Form of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum StatsFormat {
    /// For people.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// The groups, or the thresholds, as comma-separated values.
    Csv,
}

/// `map`
#[derive(Debug, Clone, ClapArgs)]
pub struct MapArgs {
    /// A file, or a folder whose first file with records is looked at; `-` for standard input
    #[arg(value_name = "PATH")]
    pub path: String,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: MapFormat,
}

/// Form of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum MapFormat {
    /// For `--map`, with comments.
    #[default]
    Toml,
}

/// What `--rate` counts, of all answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum RateOutcome {
    /// Compliance
    #[default]
    Complied,
    /// Refusals
    Refused,
    /// Partial compliance
    Partial,
    /// Answers that are neither
    Other,
}

impl RateOutcome {
    /// The outcome that is counted.
    #[must_use]
    pub fn outcome(self) -> OutcomeValue {
        match self {
            Self::Complied => OutcomeValue::Complied,
            Self::Refused => OutcomeValue::Refused,
            Self::Partial => OutcomeValue::Partial,
            Self::Other => OutcomeValue::Other,
        }
    }
}
