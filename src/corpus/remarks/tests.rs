//! What is said of rows: filters, facets, files that move and grow, copies.

use super::*;
use crate::corpus::{Batch, Interner, Row, RowPlace};
use crate::model::Transcript;
use crate::query::Filter;

/// A row: (file, index, id, content).
type Sketch = (u32, u64, &'static str, u64);

fn catalogue(paths: &[&str], rows: &[Sketch]) -> Catalogue {
    let paths: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
    let mut catalogue = Catalogue::new(&paths);
    catalogue.set_base("/somewhere/study");
    push(&mut catalogue, rows);
    catalogue
}

fn push(catalogue: &mut Catalogue, rows: &[Sketch]) {
    let row = |(file, index, id, hash): &Sketch| {
        let transcript = Transcript { id: (*id).into(), hash: *hash, ..Transcript::default() };
        let place = RowPlace { file: *file, index: *index, ..RowPlace::default() };
        Row::new(&transcript, None, place, &mut Interner::default())
    };
    catalogue.push(Batch::new(&rows.iter().map(row).collect::<Vec<_>>()));
}

fn found(catalogue: &Catalogue, filter: &str) -> Vec<RowId> {
    let (pass, open) = catalogue.decide(&Filter::parse(filter).unwrap(), 0);
    assert!(open.is_empty(), "{filter}");
    pass
}

/// What there is to be kept of a catalogue.
fn said(catalogue: &Catalogue) -> Vec<(Name, Change)> {
    let entries = &catalogue.remarks.book.entries;
    let marks = entries.iter().map(|e| (e.name.clone(), Change::Mark(e.remark.mark)));
    marks
        .chain(entries.iter().map(|e| (e.name.clone(), Change::Note(e.remark.note.clone()))))
        .collect()
}

#[test]
fn filters_find_what_is_said_of_rows() {
    let mut all = catalogue(&["a"], &[(0, 0, "x", 1), (0, 1, "y", 2), (0, 2, "z", 3)]);
    for filter in ["mark:yes", "read:yes", "note:*", "-note:none"] {
        assert!(found(&all, filter).is_empty(), "{filter}");
    }
    assert_eq!(found(&all, "mark:no read:no note:none"), [0, 1, 2]);
    assert!(all.remark(1, Change::Mark(true)).is_some());
    assert!(all.remark(1, Change::Mark(true)).is_none(), "nothing has changed");
    let facets = |catalogue: &Catalogue| {
        let all = catalogue.facets(&[0, 1]).words.into_iter();
        let own = all.filter(|facet| matches!(&*facet.title, "mark" | "read"));
        own.flat_map(|facet| facet.values).map(|v| (v.term, v.shown, v.total)).collect::<Vec<_>>()
    };
    assert_eq!(facets(&all), [("mark:no".into(), 1, 2), ("mark:yes".into(), 1, 1)]);
    let snapshot = all.snapshot();
    all.remark(2, Change::Read(true));
    all.remark(0, Change::Note(Some("A clean refusal".into())));
    for (filter, rows) in [
        ("mark:yes", &[1][..]),
        ("-mark:yes", &[0, 2]),
        ("read:no", &[0, 1]),
        ("note:REFUSAL", &[0]),
        ("note:/^a clean/", &[0]),
        ("note:*", &[0]),
        ("note:none", &[1, 2]),
        ("-note:refusal", &[1, 2]),
        ("note:refusal,none mark:no", &[0, 2]),
        ("mark:yes OR read:yes", &[1, 2]),
    ] {
        assert_eq!(found(&all, filter), rows, "{filter}");
    }
    assert_eq!(found(&snapshot, "mark:yes"), [1], "a snapshot stays what it was");
    assert!(found(&snapshot, "read:yes OR note:*").is_empty());
    all.remark(0, Change::Note(Some("".into())));
    all.remark(1, Change::Mark(false));
    assert!(found(&all, "note:* OR mark:yes").is_empty());
}

#[test]
fn moved_and_grown_files_keep_their_remarks() {
    let mut first = catalogue(&["a.jsonl"], &[(0, 0, "x", 7), (0, 1, "y", 8), (0, 2, "z", 9)]);
    for row in 0..3 {
        first.remark(row, Change::Mark(true));
    }
    let kept = said(&first);
    // Grown, another start of the program, moved, moved and with lines before; ids made from names of files.
    for (paths, rows, marked) in [
        (
            &["/somewhere/study/a.jsonl"],
            vec![(0, 0, "x", 7), (0, 1, "y", 8), (0, 3, "n", 1)],
            vec![0, 1],
        ),
        (&["./b/../a.jsonl"], vec![(0, 1, "y", 8)], vec![0]),
        (&["old/a.jsonl"], vec![(0, 4, "n", 1), (0, 5, "y", 8), (0, 6, "x", 7)], vec![1, 2]),
        (&["old/b.jsonl"], vec![(0, 2, "b:2", 9)], vec![0]),
        // Another text under the id, in the place: not what was marked.
        (&["a.jsonl"], vec![(0, 0, "x", 70)], vec![]),
    ] {
        let mut next = catalogue(paths, &[]);
        next.take_remarks(kept.clone());
        push(&mut next, &rows);
        assert_eq!(found(&next, "mark:yes"), marked, "{paths:?}");
        assert_eq!(next.remarks().elsewhere(), 3 - marked.len(), "{paths:?}");
        // Remarks that come after the rows.
        let mut next = catalogue(paths, &rows);
        assert_eq!(next.take_remarks(kept.clone()), marked);
        assert_eq!(found(&next, "mark:yes"), marked, "{paths:?}");
        assert_eq!(said(&next), kept, "what is not here is kept all the same");
    }
}

#[test]
fn of_copies_each_has_its_own() {
    let rows = [(0, 0, "x", 7), (1, 0, "x", 7), (1, 1, "x", 7)];
    let mut first = catalogue(&["a", "b"], &rows);
    first.remark(1, Change::Note(Some("the second".into())));
    assert_eq!(found(&first, "note:*"), [1]);
    first.remark(0, Change::Mark(true));
    first.remark(2, Change::Note(Some("the third".into())));
    let kept = said(&first);
    for order in [vec![0, 1, 2], vec![2, 1, 0], vec![1, 2, 0]] {
        let mut next = catalogue(&["a", "b"], &[]);
        next.take_remarks(kept.clone());
        for at in &order {
            push(&mut next, &rows[*at..=*at]);
        }
        let place = |at: usize| order.iter().position(|o| *o == at).unwrap() as RowId;
        assert_eq!(found(&next, "mark:yes"), [place(0)], "{order:?}");
        assert_eq!(found(&next, "note:second"), [place(1)], "{order:?}");
        assert_eq!(found(&next, "note:third"), [place(2)], "{order:?}");
    }
}

#[test]
fn a_name_leads_to_its_row() {
    let all = catalogue(&["a", "b"], &[(0, 0, "x", 7), (1, 0, "x", 7), (1, 1, "y", 8)]);
    for row in 0..3 {
        assert_eq!(all.named(&all.name(row).unwrap(), 0), Some(row));
    }
    let name = all.name(0).unwrap();
    assert_eq!(all.named(&name, 1), Some(1));
    assert_eq!(all.named(&Name { hash: 1, ..name }, 0), None);
}
