//! Whatever is written, however: properties.

use proptest::prelude::*;

use super::*;

/// Lines and pieces of lines, with all that can go wrong in them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..6_u32, "[a-z{}\"\\\\]{0,8}").prop_map(|(id, text)| line(&id.to_string(), &text)),
        1 => (0..6_u32).prop_map(|id| line(&id.to_string(), "x").trim_end().to_owned()),
        1 => (0..6_u32).prop_map(|id| {
            serde_json::to_string_pretty(&serde_json::json!({"id": id, "response": "x"})).unwrap() + "\n"
        }),
        1 => Just("{\"id\":7,\"response\":\"torn\n".to_owned()),
        1 => Just("{\"torn\":[\n".to_owned()),
        1 => Just("[1,2]\n\n".to_owned()),
        1 => Just("nonsense\n".to_owned()),
        1 => Just("{\"id\":1,\"response\":\"<think>no end\"}\n".to_owned()),
        1 => Just("{\"a\":NaN,\"response\":\"x\"}\n".to_owned()),
        1 => Just("{\"probe\":\"say\",\"session\":\"s\",\"role\":\"user\",\"text\":\"?\"}\n".to_owned()),
        1 => Just("{\"probe\":\"label\",\"id\":1,\"value\":true}\n".to_owned()),
        1 => "[{}\\[\\]\",:\\\\ a1\n]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_written_in_whatever_steps_ends_as_if_read_once(
        pieces in proptest::collection::vec(piece(), 0..12),
        first in prop_oneof![3 => Just(true), 1 => Just(false)],
        ends in proptest::collection::vec(0.0..1.0_f64, 0..6),
    ) {
        let start = if first { line("first", "x") } else { String::new() };
        let text = start + &pieces.concat();
        let mut ends: Vec<usize> = ends.iter().map(|at| (at * text.len() as f64) as usize).collect();
        ends.sort_unstable();
        ends.push(text.len());
        let folder = Folder::new();
        folder.write("a.jsonl", "");
        following(&folder, &["a.jsonl"], |reader| {
            let mut from = 0;
            for end in ends {
                folder.append("a.jsonl", &text.as_bytes()[from..end]);
                from = end;
                reader.look();
            }
            reader.follower.settle();
            reader.is_as_now();
        });
    }
}

/// What somebody does to a file.
#[derive(Debug, Clone)]
enum Deed {
    Append(String),
    Write(String),
    /// Cuts it to a part of its length.
    Cut(f64),
    /// Writes a new file under its name.
    Replace(String),
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = || proptest::collection::vec(piece(), 0..5).prop_map(|pieces| pieces.concat());
    prop_oneof![
        3 => text().prop_map(Deed::Append),
        2 => text().prop_map(Deed::Write),
        1 => (0.0..1.0_f64).prop_map(Deed::Cut),
        1 => text().prop_map(Deed::Replace),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_to_a_file_its_rows_are_those_of_what_it_holds(
        deeds in proptest::collection::vec((deed(), any::<bool>()), 1..8),
    ) {
        let folder = Folder::new();
        folder.write("a.jsonl", line("first", "x"));
        folder.write("b.jsonl", line("1", "x"));
        following(&folder, &["a.jsonl", "b.jsonl"], |reader| {
            for (deed, looks) in deeds {
                match deed {
                    Deed::Append(text) => folder.append("a.jsonl", text),
                    Deed::Write(text) => folder.write("a.jsonl", text),
                    Deed::Cut(part) => {
                        let text = std::fs::read(folder.path("a.jsonl")).unwrap();
                        folder.write("a.jsonl", &text[..(part * text.len() as f64) as usize]);
                    }
                    Deed::Replace(text) => {
                        folder.write("new", text);
                        folder.rename("new", "a.jsonl");
                    }
                }
                if looks {
                    reader.look();
                }
            }
            reader.look();
            reader.follower.settle();
            let (known, now) = (everything(&reader.catalogue.borrow()), everything(&folder.now(reader.arguments)));
            // Which of two copies came first depends on when they came.
            let without_copies = |(rows, mut reports, counts): Everything| {
                for report in reports.values_mut() {
                    report.problems.retain(|p| !matches!(p.kind, ProblemKind::Duplicate | ProblemKind::SameId));
                }
                (rows, reports, counts)
            };
            assert_eq!(without_copies(known), without_copies(now));
            reader.every_body_is_its_row();
        });
    }
}
