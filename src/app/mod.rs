//! The program without a terminal: state, messages, effects, and `update`, the only place where state changes.
//!
//! Knows no ratatui, no crossterm, no file, thread or clock: those are `shell`'s. Tested by messages alone.

mod agreeing;
mod boilerplate;
mod code;
mod command;
mod doc;
mod effect;
mod facts;
mod fan;
mod figures;
mod help;
mod highlight;
mod input;
mod judged;
mod key;
mod keymap;
mod lists;
mod message;
mod pages;
mod pair_list;
mod remarks;
pub mod review;
mod seen;
mod state;
mod statistics;
mod strip;
mod tally;
mod threshold;
mod turns;
mod twin;
mod update;

pub use agreeing::{
    AgreeLine, AgreeRow, AgreeTable, AgreeWord, Agreeing, AgreementDialog, DecidingWords,
    QueueDialog, QueueEntry, ReasonDialog, Role, Studied, Studying, about_kind, cell_filter,
    rows_filter,
};
pub use boilerplate::Boilerplate;
pub use command::{Command, Group, SPECS, Spec};
pub use doc::{Anchor, Block, Doc, DocPlace, DocRow, Fold, Notice, SHOWN_BYTES, Sight};
pub use effect::{Code, CodePlace, CodeSpans, Copied, Effect};
pub use facts::{
    CountWord, LabelCell, counts, label_cell, label_text, percent, plural, score_share, thousands,
};
pub use fan::Reply;
pub use figures::{Figures, RateOf, RateWord, between, percent_of, points, rates_within};
pub use help::{PaletteEntry, help_blocks, hints, keys_markdown, palette_entries};
pub use highlight::{Counting, Highlight, HighlightDialog, Highlights, Kept};
pub use input::{Edit, INPUT_KEYS, Input};
pub use judged::{Agreement, EvidenceCount, nothing_fired};
pub use key::{Key, KeyCode, KeyError};
pub use keymap::{Binding, Context, Keymap, KeymapError};
pub use lists::{ColumnDialog, FacetDialog, FacetLine, FacetTyping, LikeDialog};
pub use message::{Message, Target, Tone};
pub use pair_list::{PairList, PairsBefore, Varying, no_pair, shared_start};
pub use remarks::{MarksDialog, NoteDialog, Own};
pub use review::has_sentences;
pub use state::{
    Ahead, CodeColours, Dialog, FieldReading, FilterBar, Find, FindHit, Focus, Follow, List,
    Looking, Palette, Pane, PaneSizes, Pending, PickOf, Picker, Reader, Reading, Restoring,
    ScrollDoc, State, Toast, View,
};
pub use statistics::{COPIES, Opens, Part, StatLine, StatRow, StatTable, Statistics, Ways};
pub use strip::{Cells, Stop, Strip, StripCell};
pub use tally::{Tally, first_words};
pub use threshold::{level_flips, level_rate};
pub use turns::{Folds, Level, Shown};
pub use twin::{
    Compared, Contrast, Contrasting, PairStamp, Twin, TwinWays, TwinWish, flip_of, sections_of,
    shown_pairs,
};
pub use update::{Given, agreement_table, restore, review as enter_review, session, start, update};
