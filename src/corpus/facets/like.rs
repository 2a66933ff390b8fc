//! What a row says under each field, with the filter term that finds rows which say the same.

use super::super::{RecordFields, RowView};
use super::field::{FacetField, is_known, quoted, values_of};
use crate::query::Columns;

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// The field: `tier`, `label alignment_faking`.
    pub field: String,
    /// The value (unsanitised).
    pub value: String,
    /// The filter term that finds those like it.
    pub term: String,
}

impl RowView<'_> {
    /// Everything that others may have in common with it, the fields used most first.
    #[must_use]
    pub fn likes(&self) -> Vec<Like> {
        let mut labels: Vec<String> = Vec::new();
        for judgement in self.judgements().iter() {
            let name = judgement.name();
            if labels.iter().all(|known| known != name) {
                labels.push(name.to_owned());
            }
        }
        let mut fields = FacetField::all(labels);
        let further = self.catalogue.record_fields().into_iter().flat_map(RecordFields::of_words);
        fields.extend(further.map(|path| FacetField::Meta(path.to_owned())));
        let mut likes = Vec::new();
        for field in fields.iter().filter(|field| !field.is_remark() && is_known(self, field)) {
            for value in values_of(self, field) {
                let (value, term) = value.named(field);
                likes.push(Like { field: field.title(), value, term });
            }
        }
        let mut more = |field: &str, value: String, term: String| {
            likes.push(Like { field: field.to_owned(), value, term });
        };
        if !self.sample().is_empty() {
            let term = format!("sample:{}", quoted(self.sample()));
            more("sample", self.sample().to_owned(), term);
        }
        if let Some(epoch) = self.epoch() {
            more("epoch", epoch.to_string(), format!("epoch:{epoch}"));
        }
        more("id", self.name().to_owned(), format!("id:{}", quoted(self.name())));
        likes
    }
}
