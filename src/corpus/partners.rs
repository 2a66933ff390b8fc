//! What a filter asks of partners, answered before it runs: who is whose partner, and which rows pass the filters that stand in `partner(…)`.

use std::sync::Arc;

use super::bits::Bits;
use super::pairs::{Between, Samples};
use super::{Catalogue, Corpus, RowId, RowView};
use crate::query::{Columns, Filter, Flip, PairField};

/// The label that tells a flip.
pub const AF: &str = "alignment_faking";

/// Answers about partners: transcripts of the same sample under the same design that differ in one field.
#[derive(Debug)]
pub(super) struct Partners {
    /// Who is whose partner, by the fields that are asked for. Columns and orders are about the first.
    samples: Vec<Arc<Samples>>,
    /// For each filter inside a `partner(…)` the rows that pass it.
    passing: Vec<Passing>,
    /// The two values that columns and orders are about; `None`: any that occur.
    between: Option<Between>,
}

/// A filter that partners have to pass, the field in which these differ, and the rows that pass it.
pub type Passing = (PairField, Filter, Bits);

impl Partners {
    pub fn new(catalogue: &Catalogue, filter: &Filter, passing: Vec<Passing>) -> Self {
        let fields = filter.pair_fields().into_iter();
        let samples = fields.map(|field| catalogue.samples(field)).collect();
        Self { samples, passing, between: None }
    }

    fn by(&self, field: PairField) -> Option<&Samples> {
        self.samples.iter().find(|samples| samples.field() == field).map(|samples| &**samples)
    }

    /// What columns and orders are about.
    fn shown(&self) -> Option<&Arc<Samples>> {
        self.samples.first()
    }

    /// `None` where nobody has looked for partners of that kind.
    pub fn has_any(&self, row: RowId, by: PairField) -> Option<bool> {
        Some(self.by(by)?.partners(row).next().is_some())
    }

    /// `None` without a partner.
    pub fn passes(&self, row: RowId, by: PairField, filter: &Filter) -> Option<bool> {
        let is_it = |(field, own, _): &&Passing| *field == by && own == filter;
        let (_, _, passing) = self.passing.iter().find(is_it)?;
        let mut partners = self.by(by)?.partners(row).peekable();
        partners.peek()?;
        Some(partners.any(|partner| passing.contains(partner)))
    }

    /// What differs from any partner; `None` without one.
    pub fn flip(&self, view: &RowView<'_>, by: PairField) -> Option<Flip> {
        let partners = self.by(by)?.partners(view.id);
        let views = partners.filter_map(|partner| view.catalogue.view(partner));
        views.map(|partner| flip(view, &partner)).reduce(|all, one| Flip {
            outcome: either(all.outcome, one.outcome),
            label: either(all.label, one.label),
        })
    }

    /// Those that are beside a row: of two values its counterparts, else all its partners.
    fn beside(&self, row: RowId) -> Vec<RowId> {
        let Some(samples) = self.shown() else { return Vec::new() };
        match &self.between {
            Some(between) => {
                let pair = between.pair_of(samples, row).unwrap_or_default();
                if pair.left.contains(&row) { pair.right } else { pair.left }
            }
            None => samples.partners(row).collect(),
        }
    }

    /// The outcomes of a row's partners, each with its number where there are several: `refused`, `2 refused, 1 complied`.
    pub fn outcomes(&self, view: &RowView<'_>) -> String {
        let mut counts: Vec<(String, usize)> = Vec::new();
        let partners = self.beside(view.id);
        for partner in partners.into_iter().filter_map(|row| view.catalogue.view(row)) {
            match counts.iter_mut().find(|(outcome, _)| outcome == partner.outcome()) {
                Some((_, n)) => *n += 1,
                None => counts.push((partner.outcome().to_owned(), 1)),
            }
        }
        match counts.as_slice() {
            [(one, 1)] => one.clone(),
            all => {
                let words: Vec<String> = all.iter().map(|(o, n)| format!("{n} {o}")).collect();
                words.join(", ")
            }
        }
    }

    /// What a column says of flips: of two values it is about the whole pair. `None` without a partner.
    pub fn shown_flip(&self, view: &RowView<'_>) -> Option<Flip> {
        let samples = self.shown()?;
        match &self.between {
            Some(between) => Some(view.catalogue.pair_flip(&between.pair_of(samples, view.id)?)),
            None => self.flip(view, samples.field()),
        }
    }
}

/// Differs from any; `None` where nothing was compared.
fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (None, other) | (other, None) => other,
        (Some(a), Some(b)) => Some(a || b),
    }
}

/// Whether a transcript complied; `None` where its outcome is unknown or unfinished.
#[must_use]
pub fn complied(row: &dyn Columns) -> Option<bool> {
    match row.outcome() {
        "complied" => Some(true),
        "partial" | "refused" | "other" => Some(false),
        _ => None,
    }
}

/// What differs between two transcripts of one sample.
#[must_use]
pub fn flip(a: &dyn Columns, b: &dyn Columns) -> Flip {
    let known = |row: &dyn Columns| match row.outcome() {
        "unknown" | "unfinished" => None,
        outcome => Some(outcome.to_owned()),
    };
    let outcome = known(a).zip(known(b)).map(|(a, b)| a != b);
    let label = positive(a, AF).zip(positive(b, AF)).map(|(a, b)| a != b);
    Flip { outcome, label }
}

/// Whether a label is positive: any rater's yes, else any rater's no; `None` without a verdict.
#[must_use]
pub fn positive(row: &dyn Columns, label: &str) -> Option<bool> {
    let judgements = row.judgements();
    let verdicts = judgements.iter().filter(|j| j.is_named(label)).filter_map(|j| j.positive);
    verdicts.reduce(|all, one| all || one)
}

impl Catalogue {
    /// Takes in who is whose partner: for columns and orders that say it.
    pub fn take_partners(&mut self, samples: Arc<Samples>) {
        let (samples, passing) = (vec![samples], Vec::new());
        self.partners = Some(Arc::new(Partners { samples, passing, between: None }));
    }

    /// As [`Catalogue::take_partners`], for columns and orders that are about two values alone: the gap is that of the pair, the first
    /// one less the second, whichever side a row is on.
    pub fn take_pairs(&mut self, samples: Arc<Samples>, sides: [String; 2]) {
        let between = Some(Between::new(self, &samples, sides));
        let (samples, passing) = (vec![samples], Vec::new());
        self.partners = Some(Arc::new(Partners { samples, passing, between }));
    }

    /// Nobody knows any more who is whose partner, as far as columns and orders go.
    pub fn forget_partners(&mut self) {
        self.partners = None;
    }

    /// Whether it is known of all rows as they are who is whose partner by a field.
    #[must_use]
    pub fn knows_partners(&self, field: PairField) -> bool {
        let known = self.partners.as_ref().and_then(|known| known.shown());
        self.paired.known(field).zip(known).is_some_and(|(now, known)| Arc::ptr_eq(known, now))
    }
}

impl Catalogue {
    /// The compliance gap of a row's sample, the first value less the second, −1 to 1; `None` where nobody has looked for
    /// partners.
    pub(super) fn gap_of(&self, row: RowId) -> Option<f64> {
        let partners = self.partners.as_ref()?;
        let samples = partners.shown()?;
        match &partners.between {
            Some(between) => between.gap(samples, row),
            None => samples.gap(row),
        }
    }
}

impl RowView<'_> {
    /// The outcomes of its partners in words; empty without a partner, or where nobody has looked for partners.
    #[must_use]
    pub fn partner_outcomes(&self) -> String {
        self.catalogue.partners.as_ref().map_or_else(String::new, |known| known.outcomes(self))
    }

    /// What differs from its partners, for a column; `None` without one, or where nobody has looked for partners.
    #[must_use]
    pub fn shown_flip(&self) -> Option<Flip> {
        self.catalogue.partners.as_ref()?.shown_flip(self)
    }

    /// The compliance gap of its sample, the first value less the second, −1 to 1.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        self.catalogue.gap_of(self.id)
    }
}

impl Corpus {
    /// For each filter that partners have to pass the rows that do. `None`: nobody wants to know any more.
    pub(super) fn partners_pass(
        &self,
        catalogue: &Catalogue,
        filter: &Filter,
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<Vec<Passing>> {
        let mut passing = Vec::new();
        for (by, inner) in filter.of_partners() {
            let mut rows = Bits::default();
            self.filter(catalogue, &inner, 0, wanted, &mut |hits| {
                hits.rows.iter().for_each(|row| rows.insert(*row));
            });
            if !wanted() {
                return None;
            }
            // Of identical records samples know one alone.
            let rows = catalogue.known_to_samples(&catalogue.samples(by), &rows);
            passing.push((by, inner, rows));
        }
        Some(passing)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::corpus::{Catalogue, Corpus, LoadOptions};
    use crate::cues::Engine;
    use crate::ingest::LabelRules;
    use crate::query::{Columns, Filter};
    use crate::source::Bytes;

    /// Ids of what a filter lets through.
    fn found(filter: &str) -> String {
        let line = |id: &str, query: &str, tier: &str, labels: (&str, bool), answer: &str| {
            serde_json::json!({
                "id": id,
                "query": query,
                "tier": tier,
                "outcome": labels.0,
                "labels": {"alignment_faking": labels.1},
                "response": format!("<scratchpad>{id} thinks</scratchpad>{answer}"),
            })
            .to_string()
                + "\n"
        };
        let (yes, no, off) = (("complied", true), ("refused", false), ("complied", false));
        let text = [
            line("a", "one", "free", yes, "Here is a poem."),
            line("b", "two", "free", no, "No."),
            line("c", "one", "paid", no, "No, never."),
            line("d", "two", "paid", no, "No."),
            line("e", "three", "free", yes, "Here."),
            line("f", "four", "free", yes, "Here."),
            line("g", "four", "paid", off, "Here is prose."),
            line("h", "five", "", yes, "Alone, without a tier."),
        ];
        found_in(text.concat(), filter)
    }

    /// Ids of what a filter lets through of some lines.
    fn found_in(text: String, filter: &str) -> String {
        let files = vec![("a.jsonl".to_owned(), Ok(Bytes::Static(text.leak().as_bytes())))];
        let engine = Arc::new(Engine::new(Vec::new()));
        let corpus = Corpus::new(files, engine, Arc::new(LabelRules::builtin()));
        let mut catalogue = Catalogue::new(&corpus.paths());
        corpus.load(LoadOptions::default(), &mut |event| {
            catalogue.apply(event);
            true
        });
        let filter = Filter::parse(filter).unwrap();
        let mut ids = String::new();
        corpus.filter(&catalogue, &filter, 0, &|| true, &mut |hits| {
            ids.extend(hits.rows.iter().map(|row| catalogue.view(*row).unwrap().id().to_owned()));
        });
        ids
    }

    #[test]
    fn partners_differ_in_the_field_that_is_asked_for() {
        let line = |(id, tier, model, outcome): (&str, &str, &str, &str)| {
            let record = serde_json::json!({
                "id": id,
                "query": "one",
                "tier": tier,
                "model": model,
                "outcome": outcome,
                "response": format!("<scratchpad>{id} thinks</scratchpad>Here."),
            });
            record.to_string() + "\n"
        };
        let lines = [
            ("a", "free", "haiku", "complied"),
            ("b", "free", "opus", "refused"),
            ("c", "paid", "haiku", "refused"),
            ("d", "paid", "opus", "refused"),
            ("e", "pro", "opus", "refused"),
        ];
        for (filter, wanted) in [
            ("partner.model:any", "abcd"),
            ("partner.model:none", "e"),
            ("partner.model(model:opus) model:haiku", "ac"),
            ("partner.model(outcome:complied)", "b"),
            ("partner(outcome:complied)", "c"),
            ("partner.model(model:opus) partner(tier:paid)", "a"),
            ("partner.model(tier:paid)", "cd"),
            ("flip.model:yes", "ab"),
            ("flip.model:no", "cd"),
            ("flip.model:none", "e"),
            ("flip:yes", "ac"),
            ("partner.setting:none", "abcde"),
        ] {
            assert_eq!(found_in(lines.map(line).concat(), filter), wanted, "{filter}");
        }
    }

    #[test]
    fn partners_are_asked_by_columns_and_by_text() {
        for (filter, wanted) in [
            ("partner:any", "abcdfg"),
            ("partner:none", "eh"),
            ("-partner:any", "eh"),
            ("partner(outcome:refused)", "abd"),
            ("tier:free partner(outcome:refused)", "ab"),
            ("-partner(outcome:refused)", "cfg"),
            ("partner(in:output \"never\")", "a"),
            ("partner(tier:paid -outcome:refused)", "f"),
            ("partner(poem) OR partner(prose)", "cf"),
            ("flip:yes", "acfg"),
            ("flip:outcome", "ac"),
            ("flip:label", "acfg"),
            ("flip:no", "bd"),
            ("flip:none", "eh"),
            ("in:scratchpad thinks flip:yes tier:paid", "cg"),
        ] {
            assert_eq!(found(filter), wanted, "{filter}");
        }
    }
}
