//! Every command of the explorer in one table: name, group, context, default keys, description.
//!
//! The keymap, the help, the palette and docs/KEYS.md are made from it. What a command does is written
//! in `update`, not here.

use super::keymap::Context;

/// Under which heading the help shows a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Moving about.
    Moving,
    /// Narrowing and ordering the list.
    Narrowing,
    /// Reading a transcript.
    Reading,
    /// Marks, notes, what was read.
    Own,
    /// Looking at what is behind it.
    Behind,
    /// Rates, gaps and thresholds.
    Counting,
    /// Comparing two transcripts of one sample.
    Comparing,
    /// Answering in a review.
    Reviewing,
    /// Copying.
    Copying,
    /// The program itself.
    Program,
}

impl Group {
    /// Headings in the order of the help.
    pub const SHOWN: [Self; 10] = [
        Self::Moving,
        Self::Narrowing,
        Self::Reading,
        Self::Own,
        Self::Behind,
        Self::Counting,
        Self::Comparing,
        Self::Reviewing,
        Self::Copying,
        Self::Program,
    ];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Moving => "Moving",
            Self::Narrowing => "Narrowing and ordering",
            Self::Reading => "Reading",
            Self::Own => "Marks and notes",
            Self::Behind => "Looking behind",
            Self::Counting => "Counting",
            Self::Comparing => "Comparing",
            Self::Reviewing => "Answering, in a review",
            Self::Copying => "Copying (after y)",
            Self::Program => "Program",
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// What.
    pub command: Command,
    /// Name in a key file and the palette: `next-cue`.
    pub name: &'static str,
    /// Heading.
    pub group: Group,
    /// Where its keys apply.
    pub context: Context,
    /// Default keys, the main one first.
    pub keys: &'static [&'static str],
    /// A phrase.
    pub description: &'static str,
}

macro_rules! commands {
    ($($group:ident $context:ident { $($variant:ident $name:literal $keys:expr, $description:literal;)* })*) => {
        /// Everything a key or the palette can do. Closed: the update function matches all.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command {
            $($(#[doc = $description] $variant,)*)*
        }

        /// The table, in the order of the help.
        pub const SPECS: &[Spec] = &[
            $($(Spec {
                command: Command::$variant,
                name: $name,
                group: Group::$group,
                context: Context::$context,
                keys: &$keys,
                description: $description,
            },)*)*
        ];
    };
}

commands! {
    Moving Global {
        Down "down" ["j", "Down"], "Next row or line";
        Up "up" ["k", "Up"], "Previous row or line";
        HalfPageDown "half-page-down" ["Ctrl-d"], "Half a page down";
        HalfPageUp "half-page-up" ["Ctrl-u"], "Half a page up";
        PageDown "page-down" ["PgDn"], "A page down";
        PageUp "page-up" ["PgUp"], "A page up";
        Top "top" ["g", "Home"], "To the start";
        Bottom "bottom" ["G", "End"], "To the end";
        FocusNext "focus-next" ["Tab"], "Next pane";
        FocusPrevious "focus-previous" ["Shift-Tab"], "Previous pane";
        FocusLeft "focus-left" ["h", "Left"], "Pane on the left";
        FocusRight "focus-right" ["l", "Right"], "Pane on the right";
        NextTranscript "next-transcript" ["J"], "Next transcript, from any pane";
        PreviousTranscript "previous-transcript" ["K"], "Previous transcript, from any pane";
    }
    Moving List {
        Read "read" ["Enter"], "Read the selected transcript";
    }
    Moving Dialog {
        Accept "accept" ["Enter"], "Choose the selected line, or go to the turn (in a dialog)";
    }
    Narrowing Global {
        Filter "filter" ["f"], "Filter: Enter applies, Esc leaves";
        Facets "facets" ["F"], "Facets with counts: Enter toggles a value or takes a range, / narrows";
        CycleTier "cycle-tier" ["t"], "Next tier, then all tiers";
        Labels "labels" ["L"], "Pick a label";
        Fuzzy "fuzzy" ["Ctrl-p"], "Fuzzy search in the list: id and query";
        Like "like" ["="], "Like the selected transcript: Enter filters by one of its values, - by its opposite";
        Columns "columns" ["C"], "Columns of the list: Enter shows or hides, J K move, o sorts by several, d as they were";
        SortNext "sort-next" ["o"], "Sort by the next column";
        SortReverse "sort-reverse" ["O"], "Reverse the order";
        Order "order" ["Alt-o"], "An order by name: :order seed 7, :order score reversed";
        NamedFilters "filters" ["@"], "Filters with names: Enter filters, Del takes the name away";
        SaveFilter "save-filter" ["Alt-s"], "Give the filter a name: :save-filter NAME; @NAME stands for it";
    }
    Reading Global {
        NextTurn "next-turn" [")", "Alt-j"], "Next turn of the model; after the last the final response";
        PreviousTurn "previous-turn" ["(", "Alt-k"], "Previous turn of the model";
        Unfold "unfold" ["Space", "Enter"], "Unfold tools and long texts: first lines, whole, one row each";
        Find "find" ["/"], "Find in the panes; the filter stays on";
        FindNext "find-next" ["n", "Ctrl-n"], "Next match";
        FindPrevious "find-previous" ["N"], "Previous match";
        NextCue "next-cue" ["]", "."], "Next cue";
        PreviousCue "previous-cue" ["[", ","], "Previous cue";
        NextEvidence "next-evidence" ["}", "Alt-."], "Next quote of a judge, or message that one points at";
        PreviousEvidence "previous-evidence" ["{", "Alt-,"], "Previous quote of a judge, or message that one points at";
        Why "why" ["w"], "Why a cue is marked; criteria, score, labels";
        Boilerplate "boilerplate" ["b"], "Dim sentences that many scratchpads share, or no more";
        Highlight "highlight" ["H"], "Highlights of your own: type a pattern, find or remove one; also :highlight PATTERN";
        Quiet "quiet" ["v"], "Read quietly: hide every mark, score, label and bar";
        Zoom "zoom" ["z"], "The focused pane alone";
    }
    Own Global {
        Mark "mark" ["m"], "Mark the transcript, or no more";
        Marks "marks" ["'"], "Marks and notes: type to find one, Enter goes there";
        Note "note" ["a"], "A note on the transcript; an empty one is none";
        Unread "unread" ["U"], "Unread again, or read";
    }
    Behind Global {
        Turns "turns" ["i"], "System prompt, query and all turns; Enter goes to one";
        Record "record" ["e"], "Raw record";
        Problems "problems" ["P"], "What was read, repaired and left out";
    }
    Counting Global {
        Statistics "statistics" ["s"], "Rates with intervals and the gap: o O the rate of another answer or label, Left and Right, Tab other fields, Space tests, Enter opens a line";
        Thresholds "thresholds" ["T"], "What each threshold of a numeric label would do, with ROC and PR where a reference exists; Enter opens what changes sides";
        Export "export" ["Alt-e"], "Write the statistics that are shown to NAME.svg and NAME.csv: :export NAME";
    }
    Counting Statistics {
        OpenYes "open-yes" ["+"], "The transcripts of which the rate of the line is true, where Enter opens all that it is of (in statistics)";
        CountBy "count-by" ["b"], "Count by another field, from a list of all: letters narrow it (in statistics)";
        CountBySecond "count-by-second" ["B"], "Count by a second field, from the same list (in statistics)";
        Between "between" ["C"], "What the gap is between: any two values of a field that a sample has both of (in statistics)";
        Partial "partial" ["p"], "Partial compliance counts as compliance, or no more (in statistics)";
        Reference "reference" ["r"], "The label that thresholds are held against (in thresholds)";
        Correct "correct" ["c"], "Correct rates for a classifier that errs: :correct SENSITIVITY SPECIFICITY, :correct off (in statistics)";
    }
    Comparing Global {
        Compare "compare" ["c"], "The same sample under another tier, side by side; again: choose what is compared";
        NextPair "next-pair" [">"], "Next pair";
        PreviousPair "previous-pair" ["<", "p"], "Previous pair";
        NextFlip "next-flip" ["x"], "Next pair whose outcome or label differs";
        Differences "differences" ["D"], "Mark the words that differ, or no more";
        Apart "apart" ["S"], "Scroll both sides together, or apart";
        Pairs "pairs" ["X"], "Pairs in the list: one row each, with what both sides did, by gap; again: transcripts";
        Epochs "epochs" ["E"], "All transcripts of the sample by tier and outcome; identical answers once";
    }
    Reviewing Global {
        Review "review" ["r"], "Review a label: blind, a sample of what is shown; :review LABEL, :review LABEL pairs (marks, quotes, turns)";
    }
    Reviewing Global {
        Agreement "agreement" ["A"], "What reviews say: the classifier against reviewers, these among each other; Enter opens a cell, Tab a reviewer, o a label, Space answers that are not blind";
        Queue "queue" ["Q"], "What to look at again: who disagrees; Enter opens, Tab one reason; there y n c decide, u takes it back, J K go to the next open one";
    }
    Reviewing Review {
        Yes "yes" ["y", "1"], "Yes, the label holds; on to the next";
        No "no" ["n", "2"], "No, it does not; on to the next";
        CannotTell "cannot-tell" ["c", "3"], "Cannot tell; on to the next";
        Skip "skip" ["s", "4"], "Pass it over";
        Flag "flag" ["f"], "Flag the item with its answer, or no more";
        UndoAnswer "undo-answer" ["u"], "Take the last answer back; again: the one before";
        AnswerNote "answer-note" ["a"], "A note that goes with the answer";
        NextSentence "next-sentence" ["Space", "]"], "Choose the sentence that decided, then the next one";
        PreviousSentence "previous-sentence" ["Backspace", "["], "The sentence before, then none";
        Reveal "reveal" ["R"], "Show what classifiers say; answers from then on are kept as after feedback";
    }
    Copying Global {
        Copy "copy" ["y"], "Copy: t text, i id, p permalink";
    }
    Copying Copy {
        CopyText "copy-text" ["t"], "Copy the text of the pane";
        CopyId "copy-id" ["i"], "Copy the id";
        CopyPermalink "copy-permalink" ["p"], "Copy the permalink";
    }
    Program Global {
        Palette "palette" [":"], "Command palette";
        Help "help" ["?", "F1"], "Help";
        Follow "follow" ["W"], "Follow growing files, or no more: what comes is counted, and G goes there";
        Mouse "mouse" ["M"], "Mouse on or off: a click chooses a line, a cue, a sentence of the strip";
        Redraw "redraw" ["Ctrl-l"], "Draw the screen again";
        Suspend "suspend" ["Ctrl-z"], "Back to the shell; fg returns";
        Close "close" ["Esc"], "Close a dialog, clear matches, back to the final response; never quits";
        Quit "quit" ["q"], "Close the dialog, or quit";
        QuitNow "quit-now" ["Ctrl-c"], "Quit at once, from anywhere";
    }
}

impl Command {
    /// Its row of the table.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        // The macro writes enum and table from one list, so the discriminant is the index.
        &SPECS[self as usize]
    }

    /// The command of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        SPECS.iter().find(|s| s.name == name).map(|s| s.command)
    }

    /// Whether it would show what quiet reading hides.
    #[must_use]
    pub fn reveals(self) -> bool {
        matches!(
            self,
            Self::NextCue
                | Self::PreviousCue
                | Self::NextEvidence
                | Self::PreviousEvidence
                | Self::Why
                | Self::Facets
                | Self::Labels
                | Self::Like
                | Self::Record
                | Self::Marks
                | Self::NextFlip
                | Self::Epochs
                | Self::Pairs
                | Self::Statistics
                | Self::Agreement
                | Self::Queue
                | Self::Thresholds
                | Self::CountBy
                | Self::CountBySecond
                | Self::Between
                | Self::Partial
                | Self::Correct
                | Self::Reference
                | Self::OpenYes
        )
    }

    /// A command with its argument, as it may be typed into the palette: `highlight to avoid`. `None`: no command that takes
    /// one, or none given.
    #[must_use]
    pub fn with_argument(text: &str) -> Option<(Self, &str)> {
        let (name, argument) = text.trim_start().split_once(char::is_whitespace)?;
        let argument = argument.trim();
        let command = Self::named(name).filter(|c| {
            matches!(
                c,
                Self::Highlight
                    | Self::Order
                    | Self::SaveFilter
                    | Self::Export
                    | Self::Correct
                    | Self::Review
            )
        })?;
        (!argument.is_empty()).then_some((command, argument))
    }
}
