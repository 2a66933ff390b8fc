//! Columns of a list: their names as they are typed, and what a row says in each, for the table of `list` and the explorer's
//! list alike.

use super::{Reviewed, RowView, SortKey};
use crate::model::{Judgement, LabelValue, SectionKind};
use crate::query::Columns;
use crate::text::{nearest, sanitize_line};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The transcript's id.
    Id,
    /// Tier.
    Tier,
    /// Outcome.
    Outcome,
    /// One label; `None`: alignment faking where it is judged, else the first.
    Label(Option<String>),
    /// What reviewers say.
    Reviews,
    /// Cue score.
    Score,
    /// Cues of all categories.
    Cues,
    /// Cues of one category.
    Cue(String),
    /// Parse state.
    Parse,
    /// What the reasoning says it will do.
    Decision,
    /// Whether the output does otherwise.
    Mismatch,
    /// Outcomes of the partners under other tiers.
    Partner,
    /// What differs from a partner: outcome, label.
    Flip,
    /// The compliance gap of the sample in points, the first tier less the second: see [`Samples::gap`](super::Samples::gap).
    Gap,
    /// Model.
    Model,
    /// Setting.
    Setting,
    /// Variant.
    Variant,
    /// Repeat number.
    Epoch,
    /// Which query it answers.
    Sample,
    /// File and line.
    Source,
    /// Bytes of the response, or of one kind of its sections.
    Len(Option<SectionKind>),
    /// The query.
    Query,
}

/// Columns without a name of their own, in the order in which they are offered.
const PLAIN: [(&str, Column); 20] = [
    ("id", Column::Id),
    ("tier", Column::Tier),
    ("outcome", Column::Outcome),
    ("label", Column::Label(None)),
    ("reviews", Column::Reviews),
    ("score", Column::Score),
    ("cues", Column::Cues),
    ("parse", Column::Parse),
    ("decision", Column::Decision),
    ("mismatch", Column::Mismatch),
    ("partner", Column::Partner),
    ("flip", Column::Flip),
    ("gap", Column::Gap),
    ("model", Column::Model),
    ("setting", Column::Setting),
    ("variant", Column::Variant),
    ("epoch", Column::Epoch),
    ("sample", Column::Sample),
    ("source", Column::Source),
    ("query", Column::Query),
];

impl Column {
    /// Those of the explorer's list.
    pub const LIST: [Self; 7] = [
        Self::Tier,
        Self::Outcome,
        Self::Label(None),
        Self::Score,
        Self::Cues,
        Self::Model,
        Self::Query,
    ];
    /// Those of the table that `list` prints.
    pub const TABLE: [Self; 9] = [
        Self::Id,
        Self::Tier,
        Self::Outcome,
        Self::Label(None),
        Self::Score,
        Self::Cues,
        Self::Parse,
        Self::Model,
        Self::Query,
    ];

    /// All columns that there are, with these labels and cue categories.
    #[must_use]
    pub fn all(labels: &[String], categories: &[String]) -> Vec<Self> {
        let (mut all, last) = (PLAIN.map(|(_, column)| column).to_vec(), Self::Query);
        all.pop();
        all.extend(labels.iter().map(|name| Self::Label(Some(name.clone()))));
        all.extend(categories.iter().map(|name| Self::Cue(name.clone())));
        all.push(Self::Len(None));
        let kinds = [SectionKind::Scratchpad, SectionKind::Output];
        all.extend(kinds.map(|kind| Self::Len(Some(kind))));
        all.push(last);
        all
    }

    /// Its name: `tier`, `label.x`, `cue.strategic`, `len.output`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Label(Some(name)) => format!("label.{}", written(name)),
            Self::Cue(name) => format!("cue.{}", written(name)),
            Self::Len(None) => "len".to_owned(),
            Self::Len(Some(kind)) => format!("len.{kind}"),
            plain => PLAIN.iter().find(|(_, c)| c == plain).map_or("", |(name, _)| name).to_owned(),
        }
    }

    /// Columns as they are typed between commas.
    #[must_use]
    pub fn print(columns: &[Self]) -> String {
        columns.iter().map(Self::name).collect::<Vec<_>>().join(",")
    }

    /// Reads names between commas; a name that holds a comma stands in quotes: `label."a, b"`. Each column stands once.
    ///
    /// # Errors
    /// A sentence about the first name that there is not.
    pub fn parse(text: &str) -> Result<Vec<Self>, String> {
        let mut quoted = false;
        let words = text.split(|c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        let mut columns = Vec::new();
        for word in words {
            let column = Self::one(word.trim())?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        Ok(columns)
    }

    fn one(word: &str) -> Result<Self, String> {
        let lower = word.to_lowercase();
        if let Some((_, column)) = PLAIN.iter().find(|(name, _)| *name == lower) {
            return Ok(column.clone());
        }
        let (base, name) = word.split_once('.').unwrap_or((word, ""));
        let name = name.trim_matches('"');
        match (base.to_lowercase().as_str(), name) {
            ("label", name) if !name.is_empty() => return Ok(Self::Label(Some(name.to_owned()))),
            ("cue", name) if !name.is_empty() => return Ok(Self::Cue(name.to_lowercase())),
            ("len", "") if !word.contains('.') => return Ok(Self::Len(None)),
            ("len", name) => {
                let kind = SectionKind::ALL.into_iter().find(|k| k.as_str() == name);
                if let Some(kind) = kind {
                    return Ok(Self::Len(Some(kind)));
                }
            }
            _ => {}
        }
        let names = || PLAIN.iter().map(|(name, _)| *name);
        let shown = sanitize_line(word);
        Err(match nearest(word, names()) {
            Some(near) => format!("no column `{shown}`; did you mean {near}?"),
            None => format!(
                "no column `{shown}`; there are {}, label.NAME, cue.CATEGORY, len and len.SECTION",
                names().collect::<Vec<_>>().join(", ")
            ),
        })
    }

    /// Whether it asks for what the rules found.
    #[must_use]
    pub fn needs_cues(&self) -> bool {
        matches!(self, Self::Score | Self::Cues | Self::Cue(_) | Self::Decision | Self::Mismatch)
    }

    /// Whether it asks who is whose partner.
    #[must_use]
    pub fn needs_partners(&self) -> bool {
        matches!(self, Self::Partner | Self::Flip | Self::Gap)
    }

    /// Whether it tells what quiet reading hides.
    #[must_use]
    pub fn tells(&self) -> bool {
        let said = matches!(self, Self::Outcome | Self::Label(_) | Self::Reviews);
        said || self.needs_cues() || self.needs_partners()
    }

    /// What sorts by it.
    #[must_use]
    pub fn sort_key(&self) -> Option<SortKey> {
        Some(match self {
            Self::Id => SortKey::Id,
            Self::Tier => SortKey::Tier,
            Self::Outcome => SortKey::Outcome,
            Self::Score => SortKey::Score,
            Self::Cues => SortKey::Cues,
            Self::Gap => SortKey::Gap,
            Self::Model => SortKey::Model,
            Self::Setting => SortKey::Setting,
            Self::Variant => SortKey::Variant,
            Self::Epoch => SortKey::Epoch,
            Self::Source => SortKey::Source,
            Self::Query => SortKey::Query,
            Self::Len(Some(SectionKind::Scratchpad)) => SortKey::Length,
            _ => return None,
        })
    }

    /// Whether its cells are numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Score | Self::Cues | Self::Cue(_) | Self::Epoch | Self::Len(_) | Self::Gap
        )
    }

    /// Columns of the terminal that its cells take at most; the query takes what it needs.
    #[must_use]
    pub fn widest(&self) -> usize {
        match self {
            Self::Id => 28,
            Self::Tier | Self::Variant => 12,
            Self::Outcome => 10,
            Self::Label(_) | Self::Setting | Self::Reviews => 18,
            Self::Score | Self::Epoch => 5,
            Self::Cues | Self::Gap => 4,
            Self::Partner => 22,
            Self::Flip => 14,
            Self::Parse | Self::Decision | Self::Mismatch => 8,
            Self::Model | Self::Source => 24,
            Self::Sample => 20,
            Self::Cue(name) => name.chars().count().clamp(3, 12),
            Self::Len(_) => 9,
            Self::Query => 72,
        }
    }

    /// What a row says in it; empty when it says nothing.
    #[must_use]
    pub fn cell(&self, view: &RowView<'_>) -> String {
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        match self {
            Self::Id => view.id().to_owned(),
            Self::Tier => owned(view.tier()),
            Self::Outcome => view.outcome().to_owned(),
            Self::Label(None) => {
                shown_label(&view.judgements()).map_or_else(String::new, label_text)
            }
            Self::Label(Some(name)) => {
                let judgements = view.judgements();
                let named = || judgements.iter().filter(|j| j.is_named(name));
                let parsed = named().find(|j| j.value != LabelValue::Unparsed);
                parsed.or_else(|| named().next()).map_or_else(String::new, label_text)
            }
            Self::Reviews => {
                view.catalogue.reviewed(view.id).map_or_else(String::new, Reviewed::in_short)
            }
            Self::Score => view.score().map_or_else(String::new, |s| format!("{s:.1}")),
            Self::Cues => view.cue_total().to_string(),
            Self::Cue(name) => view.cue_count(name).to_string(),
            Self::Parse => view.parse().to_owned(),
            Self::Decision => owned(view.decision()),
            Self::Mismatch => owned(view.mismatch().map(|yes| if yes { "yes" } else { "no" })),
            Self::Partner => view.partner_outcomes(),
            Self::Flip => match view.shown_flip() {
                Some(flip) => {
                    let words = [("outcome", flip.outcome), ("label", flip.label)];
                    let differ = words.into_iter().filter(|(_, differs)| *differs == Some(true));
                    differ.map(|(word, _)| word).collect::<Vec<_>>().join(", ")
                }
                None => String::new(),
            },
            Self::Gap => view.gap().map_or_else(String::new, |gap| format!("{:+.0}", gap * 100.0)),
            Self::Model => owned(view.model()),
            Self::Setting => owned(view.setting()),
            Self::Variant => owned(view.variant()),
            Self::Epoch => view.epoch().map_or_else(String::new, |n| n.to_string()),
            Self::Sample => view.sample().to_owned(),
            Self::Source => view
                .line()
                .map_or_else(|| view.path().to_owned(), |n| format!("{}:{n}", view.path())),
            Self::Len(kind) => {
                let kinds = SectionKind::ALL.into_iter().filter(|own| match kind {
                    Some(kind) => own == kind,
                    None => own.is_reasoning() || *own == SectionKind::Output,
                });
                kinds.map(|kind| view.section_len(kind)).sum::<u64>().to_string()
            }
            Self::Query => owned(view.query()),
        }
    }

    /// Whether what it says of a row is not known before the row's sample is opened.
    #[must_use]
    pub fn is_unknown(&self, view: &RowView<'_>) -> bool {
        view.is_pending()
            && (self.needs_cues()
                || self.needs_partners()
                || matches!(self, Self::Outcome | Self::Parse | Self::Len(_)))
    }
}

/// A name as it is typed.
fn written(name: &str) -> String {
    if name.contains([',', '"']) {
        format!("\"{}\"", name.replace('"', ""))
    } else {
        name.to_owned()
    }
}

/// The judgement shown for a transcript: alignment faking where it is judged, else the first.
#[must_use]
pub fn shown_label(judgements: &[Judgement]) -> Option<&Judgement> {
    judgements.iter().find(|j| j.is_named("alignment_faking")).or_else(|| judgements.first())
}

fn label_text(judgement: &Judgement) -> String {
    match &judgement.value {
        LabelValue::Bool(true) => "yes".to_owned(),
        LabelValue::Bool(false) => "no".to_owned(),
        LabelValue::Number(n) => format!("{n:.2}"),
        LabelValue::Text(t) => t.clone(),
        LabelValue::Unparsed => "unparsed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_printed() {
        let all = Column::all(&["af".to_owned(), "a, b".to_owned()], &["strategic".to_owned()]);
        let text = Column::print(&all);
        assert_eq!(Column::parse(&text), Ok(all), "{text}");
        for (text, want) in [
            ("Tier, score ,tier", "tier,score"),
            ("label.x.y,cue.Strategic,len.output", "label.x.y,cue.strategic,len.output"),
            ("len,len.scratchpad", "len,len.scratchpad"),
        ] {
            assert_eq!(
                Column::parse(text).map(|c| Column::print(&c)).as_deref(),
                Ok(want),
                "{text}"
            );
        }
        for (text, part) in [
            ("teir", "did you mean tier?"),
            ("tier,", "there are id"),
            ("label.", "no column `label.`"),
            ("len.nothing", "len.SECTION"),
            ("\u{1b}[2J", "no column"),
        ] {
            let error = Column::parse(text).expect_err(text);
            assert!(error.contains(part) && !error.contains('\u{1b}'), "{text}: {error}");
        }
        for column in Column::LIST.iter().chain(&Column::TABLE) {
            assert_eq!(Column::parse(&column.name()), Ok(vec![column.clone()]));
        }
    }
}
