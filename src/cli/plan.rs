//! What the arguments mean, checked once: packs and rules read, paths resolved, filter parsed.

mod review;

use std::path::Path;
use std::sync::Arc;

use super::args::{ColorArg, ExploreArgs, JournalArgs, ReadArgs, ReviewArgs, ThemeArg};
use super::config::{Config, named_filters, take_filters};
use super::files::{into_archive, look_through, opened, there};
use super::kept::{Item, Kept, as_kept};
use super::output::{Failure, warn};
use super::progress::{Doing, Line};
use crate::corpus::{
    Catalogue, Column, Corpus, LazyEngine, LoadEvent, LoadOptions, Order, ReviewPlan,
};
use crate::cues::{Engine, Pack, PackErrors};
use crate::ingest::{LabelRules, Mapping};
use crate::query::{Filter, Named, Needs};
use crate::source::{Bytes, Discovery};
use crate::text::sanitize_line;
use review::{near_filter, review_plan};

/// Commands that a later release has; a file of that name is opened all the same.
const LATER: [&str; 1] = ["demo"];

/// Files opened and rules ready.
#[derive(Debug)]
pub struct Reading {
    /// The door to the files.
    pub corpus: Corpus,
    /// What is open, for the title.
    pub title: String,
    /// Paths that cannot be opened, with sentences: exit status 3, reading goes on with the rest.
    pub unopened: Vec<String>,
    /// What stands after the first path when it is a permalink: `:12#q7`.
    pub wanted: Option<String>,
}

impl Reading {
    /// Resolves and opens.
    ///
    /// # Errors
    /// Usage (packs, thresholds), or a path that cannot be opened when nothing else can be.
    pub fn new(args: &ReadArgs) -> Result<Self, Failure> {
        Self::opening(args, false, None)
    }

    /// [`Reading::new`], with a mapping besides those that the arguments name.
    ///
    /// # Errors
    /// As [`Reading::new`].
    pub fn with(args: &ReadArgs, mapping: Option<Mapping>) -> Result<Self, Failure> {
        Self::opening(args, false, mapping)
    }

    /// [`Reading::new`], with folders that are looked through while their first files are read already.
    ///
    /// # Errors
    /// As [`Reading::new`]. What goes wrong inside a folder becomes a problem.
    pub fn at_once(args: &ReadArgs) -> Result<Self, Failure> {
        Self::opening(args, true, None)
    }

    /// Nothing that was asked of the corpus was answered from a damaged index. To be asked before an answer is given and
    /// when it has been given: columns are read when they are looked at.
    ///
    /// # Errors
    /// When some column could not be read.
    pub fn is_sound(&self) -> Result<(), Failure> {
        self.corpus.fault().map_or(Ok(()), |sentence| Err(Failure::CannotOpen(sentence)))
    }

    fn opening(args: &ReadArgs, at_once: bool, mapping: Option<Mapping>) -> Result<Self, Failure> {
        let mut rules = LabelRules::builtin();
        rules.promoted.clone_from(&args.label_field);
        for text in &args.threshold {
            let known = LabelRules::parse_override(text).map_err(Failure::Usage)?;
            rules.overrides.push(known);
        }
        let mut mappings = mappings(&args.map)?;
        let further = mapping.is_some();
        mappings.extend(mapping);
        rules.from_files = mappings.iter().flat_map(Mapping::label_rules).collect();
        let engine = engine(&args.cues)?;
        let (paths, wanted) = permalink(&args.paths);
        let mut unopened = Vec::new();
        // Without a file of labels that was named, nobody would notice that their numbers are other ones.
        let labels = opened(&args.labels, &mut Discovery::default(), &mut unopened);
        if let Some(sentence) = unopened.first() {
            return Err(Failure::CannotOpen(sentence.clone()));
        }
        let mut files = Vec::new();
        let mut later = Vec::new();
        let mut discovery = Discovery::default();
        let title;
        if paths.is_empty() {
            title = "sample data".to_owned();
            files.extend(
                sample_data()
                    .iter()
                    .map(|(name, text)| ((*name).to_owned(), Ok(Bytes::Static(text.as_bytes())))),
            );
        } else {
            title = if paths.len() == 1 {
                paths.concat()
            } else {
                format!("{} and more", paths.first().map_or("", String::as_str))
            };
            if let Some(word) =
                paths.first().filter(|p| LATER.contains(&p.as_str()) && !Path::new(p).exists())
            {
                return Err(Failure::Usage(format!("`undertone {word}` is not in this release")));
            }
            let first = paths.iter().position(|path| at_once && Path::new(path).is_dir());
            let (now, then) = paths.split_at(first.unwrap_or(paths.len()));
            files = opened(now, &mut discovery, &mut unopened);
            later = there(then, &mut unopened);
            if files.is_empty() && unopened.is_empty() && later.is_empty() {
                warn(&format!("nothing to read in {}", paths.join(", ")));
            }
            let none = later.is_empty() && files.iter().all(|(_, bytes)| bytes.is_err());
            if none && !unopened.is_empty() {
                return Err(Failure::CannotOpen(unopened.join("\n")));
            }
        }
        for sentence in &unopened {
            warn(sentence);
        }
        let mut corpus = Corpus::new(files, engine, Arc::new(rules))
            .with_named(&paths)
            .with_labels(labels)
            .with_mappings(mappings);
        if let Some(shelf) = super::cache::shelf()
            .filter(|_| !(args.no_cache || args.private || further || paths.is_empty()))
        {
            corpus = corpus.with_index(shelf, &super::cache::scope(args));
        }
        if !later.is_empty() {
            corpus = corpus.with_more(move |take| look_through(&later, discovery, take));
        }
        Ok(Self { corpus, title: sanitize_line(&title).into_owned(), unopened, wanted })
    }
}

/// Reads everything named, to the end, and says how far it is to who watches.
#[must_use]
pub fn load(corpus: &Corpus, needs: Needs) -> Catalogue {
    let mut catalogue = Catalogue::new(&corpus.paths());
    let options = LoadOptions { needs, ..LoadOptions::default() };
    let line = Line::start();
    corpus.load(options, &mut |event| {
        if let (Some(line), LoadEvent::Progress(progress)) = (&line, &event) {
            line.tell(Doing::Reading(*progress));
        }
        catalogue.apply(event);
        true
    });
    if needs.cues {
        keep(corpus, &catalogue);
    }
    catalogue
}

/// Keeps the index of what was read in full. Failing costs nothing but the time of the next reading, and is said.
fn keep(corpus: &Corpus, catalogue: &Catalogue) {
    if let Err(error) = corpus.keep(catalogue) {
        warn(&format!("the index could not be kept: {error}; --no-cache keeps none"));
    }
}

/// The sample files, compiled in.
#[must_use]
pub fn sample_data() -> &'static [(&'static str, &'static str)] {
    macro_rules! files {
        ($($name:literal),*) => {
            &[$((concat!("sample-data/", $name), include_str!(concat!("../../sample-data/", $name)))),*]
        };
    }
    files!(
        "flat.jsonl",
        "tagged.jsonl",
        "chat.jsonl",
        "results_animal-welfare.json",
        "repaired.jsonl"
    )
}

/// Files with their names.
///
/// # Errors
/// One that cannot be read.
fn texts(files: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let read = |file: &String| match std::fs::read_to_string(file) {
        Ok(text) => Ok((file.clone(), text)),
        Err(error) => Err(Failure::CannotOpen(format!("{file}: cannot be read: {error}"))),
    };
    files.iter().map(read).collect()
}

/// Compiled-in packs and the user's own, or all that is wrong with those.
///
/// # Errors
/// A file that cannot be read.
pub fn packs_or_errors(files: &[String]) -> Result<Result<Vec<Pack>, PackErrors>, Failure> {
    Ok(Pack::with_own(&texts(files)?))
}

/// Compiled-in packs and the user's own.
///
/// # Errors
/// A file that cannot be read, or all that is wrong with the packs, a line each.
pub fn packs(files: &[String]) -> Result<Vec<Pack>, Failure> {
    packs_or_errors(files)?.map_err(|errors| Failure::Usage(errors.to_string()))
}

/// The rules, to be compiled when they are first used. What can be wrong with them is known at once.
fn engine(files: &[String]) -> Result<LazyEngine, Failure> {
    if files.is_empty() {
        return Ok(LazyEngine::new(|| Arc::new(Engine::builtin())));
    }
    let packs = packs(files)?;
    Ok(LazyEngine::new(move || Arc::new(Engine::new(packs.clone()))))
}

/// The user's mappings.
///
/// # Errors
/// A file that cannot be read, or a mapping's first error with its line.
fn mappings(files: &[String]) -> Result<Vec<Mapping>, Failure> {
    let read = |(file, text): (String, String)| Mapping::parse(&file, &text);
    texts(files)?.into_iter().map(|file| read(file).map_err(Failure::Usage)).collect()
}

/// Takes a permalink apart: `path:line#id` names no file, `path` does.
pub(super) fn permalink(paths: &[String]) -> (Vec<String>, Option<String>) {
    let mut wanted = None;
    let plain = paths
        .iter()
        .map(|path| {
            let split = || {
                if Path::new(path).exists() {
                    return None;
                }
                let (before, _) = path.split_once('#')?;
                let file = match before.rsplit_once(':') {
                    Some((file, line)) if line.bytes().all(|b| b.is_ascii_digit()) => file,
                    _ => before,
                };
                (Path::new(file).exists() || into_archive(file).is_some()).then(|| file.to_owned())
            };
            match split() {
                Some(file) => {
                    wanted = Some(path.clone());
                    file
                }
                None => path.clone(),
            }
        })
        .collect();
    (plain, wanted)
}

/// Parses a filter from the command line. Names in it are looked up only where it has some.
///
/// # Errors
/// Usage, with the filter and a caret under the column; a configuration that cannot be used.
pub fn filter(text: Option<&str>, read: &ReadArgs) -> Result<Filter, Failure> {
    let Some(text) = text else { return Ok(Filter::default()) };
    let named = if text.contains('@') { named_filters(&kept(read))? } else { Named::default() };
    parse(text, &named)
}

/// Where what is kept of the named files is.
#[must_use]
pub fn kept(read: &ReadArgs) -> Kept {
    Kept::of(&permalink(&read.paths).0, read.private)
}

/// Takes in what the reader said of the transcripts.
pub fn remark(catalogue: &mut Catalogue, read: &ReadArgs) {
    match as_kept(&kept(read)) {
        Ok(items) => {
            let folder = std::env::current_dir().unwrap_or_default();
            catalogue.set_base(&folder.to_string_lossy());
            catalogue.take_remarks(items.into_iter().filter_map(|item| match item {
                Item::Remark(name, change) => Some((name, change)),
                Item::Filter(..) => None,
            }));
        }
        Err(sentence) => warn(&sentence),
    }
}

fn parse(text: &str, named: &Named) -> Result<Filter, Failure> {
    Filter::parse_with(text, named).map_err(|e| {
        let shown = sanitize_line(text);
        let pad = " ".repeat(e.column);
        let carets = "^".repeat(e.len.max(1));
        Failure::Usage(format!("the filter cannot be read: {e}\n  {shown}\n  {pad}{carets}"))
    })
}

/// What a sort argument means.
///
/// # Errors
/// Usage: a key that there is not, or a seed for an order that is not one of chance.
pub fn sort(keys: Option<&str>, seed: Option<u64>) -> Result<Order, Failure> {
    let order = keys.map_or(Ok(Order::default()), Order::parse);
    let order = order.map_err(|sentence| Failure::Usage(format!("--sort: {sentence}")))?;
    let Some(seed) = seed else { return Ok(order) };
    let seeded = order.seeded(seed);
    seeded.ok_or_else(|| Failure::Usage("--seed goes with --sort random".to_owned()))
}

/// Which columns were asked for; `None` when none were.
///
/// # Errors
/// Usage: a column that there is not.
pub fn columns(names: Option<&str>) -> Result<Option<Vec<Column>>, Failure> {
    let read = |names| Column::parse(names);
    names.map(read).transpose().map_err(|sentence| Failure::Usage(format!("--columns: {sentence}")))
}

/// The name under which somebody reviews who gives none: that of the user.
#[must_use]
pub fn default_rater() -> String {
    let name = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "reviewer".to_owned())
}

/// What the explorer needs to start.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // options, each on its own
pub struct Explore {
    /// Files and rules.
    pub reading: Reading,
    /// The filter to start with, where one was given.
    pub filter: Option<Filter>,
    /// The order to start with, where one was given.
    pub sort: Option<Order>,
    /// The columns of the list; none: those that it has.
    pub columns: Vec<Column>,
    /// Filters with names.
    pub named: Named,
    /// What is kept of these files.
    pub kept: Kept,
    /// How they were left is not asked for.
    pub fresh: bool,
    /// Follow growing files.
    pub follow: bool,
    /// Colours.
    pub theme: ThemeArg,
    /// Whether to use colour.
    pub color: ColorArg,
    /// Capture the mouse.
    pub mouse: bool,
    /// Quiet reading.
    pub quiet: bool,
    /// Write nothing.
    pub private: bool,
    /// Name and text of the configuration.
    pub config: Option<(String, String)>,
    /// What is wrong with filters in it: sentences.
    pub faults: Vec<String>,
    /// Command that takes copied text.
    pub copy_command: Option<String>,
    /// Paths as given; none: the sample data.
    pub paths: Vec<String>,
    /// What the reader is called in reviews.
    pub rater: String,
    /// That was said on the command line.
    pub named_rater: bool,
    /// The folder that was named for journals.
    pub journal: Option<String>,
    /// How files are read.
    pub read: ReadArgs,
    /// The review that the program is started for.
    pub review: Option<ReviewPlan>,
}

impl Explore {
    /// Checks everything before the terminal changes.
    ///
    /// # Errors
    /// As [`Reading::new`], [`filter`] and [`Config::read`].
    pub fn new(args: ExploreArgs) -> Result<Self, Failure> {
        let config = Config::read(args.screen.keys.as_deref())?;
        let kept = kept(&args.read);
        let mut named = config.filters;
        let faults = config.faults;
        if args.filter.as_ref().is_some_and(|text| text.contains('@')) {
            // What is wrong with them is told when they are read for good.
            take_filters(&mut named, &as_kept(&kept).unwrap_or_default());
        }
        let filter = args.filter.map(|text| parse(&text, &named)).transpose();
        if filter.is_err() {
            // It may name one of those.
            for fault in &faults {
                warn(fault);
            }
        }
        let filter = filter?;
        let sort = match (args.listing.sort.as_deref(), args.listing.seed) {
            (None, None) => None,
            (arg, seed) => Some(sort(arg, seed)?),
        };
        Ok(Self {
            filter,
            sort,
            columns: columns(args.listing.columns.as_deref())?.unwrap_or_default(),
            named,
            kept,
            fresh: args.fresh,
            follow: args.follow,
            theme: args.screen.theme,
            color: args.screen.color,
            mouse: args.screen.mouse,
            quiet: args.quiet,
            private: args.read.private,
            config: config.text,
            faults,
            copy_command: args.copy_command,
            paths: args.read.paths.clone(),
            named_rater: args.rater.is_some(),
            rater: args.rater.unwrap_or_else(default_rater),
            journal: args.reviews.journal.map(|folder| folder.to_string_lossy().into_owned()),
            review: None,
            reading: Reading::at_once(&args.read)?,
            read: args.read,
        })
    }
}

impl Explore {
    /// The explorer with a review in front of it.
    ///
    /// # Errors
    /// As [`Explore::new`]; and what is wrong with the review's own arguments.
    pub fn for_review(args: ReviewArgs) -> Result<Self, Failure> {
        if args.read.private {
            let sentence = "a review writes its answers down, which --private forbids";
            return Err(Failure::Usage(sentence.to_owned()));
        }
        let plan = review_plan(&args)?;
        let near = args.near.as_deref().map(|near| near_filter(&args.label, near)).transpose()?;
        let filter = match (args.filter, near) {
            (Some(filter), Some(near)) => Some(format!("({filter}) {near}")),
            (filter, near) => filter.or(near),
        };
        let explore = ExploreArgs {
            rater: args.rater,
            read: args.read,
            reviews: JournalArgs { journal: args.journal.map(Into::into) },
            filter: Some(filter.unwrap_or_default()),
            screen: args.screen,
            fresh: true,
            ..ExploreArgs::default()
        };
        Ok(Self { review: Some(plan), ..Self::new(explore)? })
    }
}
