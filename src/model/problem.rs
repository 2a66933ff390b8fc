//! Problems: something odd in the input, kept and shown, never thrown away; and the counts.

/// What kind of oddity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A unit that is no JSON even after repair.
    Unreadable,
    /// JSON that is no record: a bare string, number, list.
    NotARecord,
    /// An object in which no known shape was recognised.
    UnknownShape,
    /// A known field holds a value of another type.
    WrongType,
    /// The last unit stops in the middle.
    Torn,
    /// Larger than what is read at once.
    TooLarge,
    /// A shape or file type that this release does not read yet.
    NotReadYet,
    /// Two transcripts carry one id.
    SameId,
    /// Two records are identical.
    Duplicate,
    /// A file or folder that cannot be opened or read.
    CannotOpen,
    /// A file without any unit.
    Empty,
    /// A label row or a request for which no transcript was read.
    NotJoined,
    /// Read, but something was mended on the way (bad UTF-8, NaN, lone surrogates, repeated keys).
    Mended,
}

impl ProblemKind {
    /// The word used in JSON and on the screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotARecord => "not-a-record",
            Self::UnknownShape => "unknown-shape",
            Self::WrongType => "wrong-type",
            Self::Torn => "torn",
            Self::TooLarge => "too-large",
            Self::NotReadYet => "not-read-yet",
            Self::SameId => "same-id",
            Self::Duplicate => "duplicate",
            Self::CannotOpen => "cannot-open",
            Self::Empty => "empty",
            Self::NotJoined => "not-joined",
            Self::Mended => "mended",
        }
    }
}

/// One oddity, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// The file, as given.
    pub source: String,
    /// 1-based line where the unit starts, when lines mean something there.
    pub line: Option<u64>,
    /// What happened and what was done about it, as a sentence for a person.
    pub message: String,
}

/// The six numbers of one file or of everything read. `records == transcripts + left_out`, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Raw pieces: lines, array elements, archive members. Blank lines are none.
    pub units: u64,
    /// Transcripts that the pieces stand for.
    pub records: u64,
    /// Transcripts that can be looked at.
    pub transcripts: u64,
    /// Those among them that were repaired.
    pub repaired: u64,
    /// Records that are no transcripts: every one has a problem.
    pub left_out: u64,
    /// Label rows that joined others.
    pub joined: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.units += other.units;
        self.records += other.records;
        self.transcripts += other.transcripts;
        self.repaired += other.repaired;
        self.left_out += other.left_out;
        self.joined += other.joined;
    }
}

/// Several problems of one file that say the same, one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRun<'a> {
    /// The first of them.
    pub first: &'a Problem,
    /// Line of the last.
    pub last_line: Option<u64>,
    /// How many.
    pub count: usize,
    /// They differ in what they name: ids, lines.
    pub alike: bool,
}

impl ProblemRun<'_> {
    /// `line 7: …`, `lines 1 to 765 (765 times): …`, or the message alone.
    #[must_use]
    pub fn sentence(&self) -> String {
        let more = if self.alike { " (and others like it)" } else { "" };
        let message = &format!("{}{more}", self.first.message);
        match (self.first.line, self.last_line, self.count) {
            (Some(line), _, 1) => format!("line {line}: {message}"),
            (Some(line), Some(last), n) if line == last => {
                format!("line {line} ({n} times): {message}")
            }
            (Some(line), Some(last), n) => format!("lines {line} to {last} ({n} times): {message}"),
            (None, _, n @ 2..) => format!("{n} times: {message}"),
            _ => message.clone(),
        }
    }
}

/// What two problems must have in common to be told as one: of those about other records, all but what they name.
fn gist(problem: &Problem) -> String {
    let message = &problem.message;
    match problem.kind {
        ProblemKind::Duplicate | ProblemKind::SameId => {
            message.chars().filter(|c| !c.is_ascii_digit()).collect()
        }
        ProblemKind::NotJoined => message.split('`').step_by(2).collect(),
        _ => message.clone(),
    }
}

/// Folds neighbours that say the same of the same file, whatever records they name, for people: JSON keeps each.
#[must_use]
pub fn fold<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Vec<ProblemRun<'a>> {
    let mut runs: Vec<ProblemRun<'a>> = Vec::new();
    for problem in problems {
        match runs.last_mut() {
            Some(run)
                if run.first.kind == problem.kind
                    && run.first.source == problem.source
                    && gist(run.first) == gist(problem) =>
            {
                run.count += 1;
                run.alike |= run.first.message != problem.message;
                run.last_line = problem.line;
            }
            _ => runs.push({
                let (last_line, count) = (problem.line, 1);
                ProblemRun { first: problem, last_line, count, alike: false }
            }),
        }
    }
    runs
}
