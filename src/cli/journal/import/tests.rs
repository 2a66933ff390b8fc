//! Out and in again; other people's files; what is odd in them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::export::{ScoutSet, judgements, write_csv, write_jsonl, write_scout};
use super::*;
use crate::review::agree::{Counted, Fact, Which, cases, quality};
use crate::review::testing::{answer, happened, item, opened_over};
use crate::review::{Adjudication, Answered, Item, Line, Opened, Seal, Stratum};

fn importing(label: Option<&str>) -> Importing {
    Importing {
        file: "in.csv".to_owned(),
        label: label.map(str::to_owned),
        rater: "R9".to_owned(),
        now: 1_772_355_907_250,
        version: "0".to_owned(),
        ..Importing::default()
    }
}

fn standing(events: &[Event]) -> Standing {
    Standing::of(events.iter().cloned().map(Line::Event))
}

fn given(n: u64, answered: Answered) -> Event {
    happened("s", n, What::Answered(Box::new(answered)))
}

/// (rater, label, id, answer, from) of what was imported.
fn facts(imported: &Imported) -> Vec<(String, String, String, Verdict, String)> {
    let one = |event: &Event| {
        let What::Imported(import) = &event.what else { panic!("{event:?}") };
        let Import { name, label, answer, from } = &**import;
        (event.rater.clone(), label.clone(), name.id.clone(), *answer, from.clone())
    };
    imported.events.iter().map(one).collect()
}

fn short(imported: &Imported) -> String {
    let one = |(rater, label, id, answer, from): (String, String, String, Verdict, String)| {
        format!("{rater} {label} {id} {} {from}", answer.as_str())
    };
    facts(imported).into_iter().map(one).collect::<Vec<_>>().join("; ")
}

fn told(imported: &Imported) -> Vec<String> {
    let one = |p: &Problem| format!("{}: {}", p.line.unwrap_or_default(), p.message);
    imported.problems.iter().map(one).collect()
}

#[test]
fn a_validation_set_is_read() {
    let text = "id,target,split\nq1,true,dev\nq2,False,\n\"q,3\",,dev\nq4,maybe,dev\n";
    let imported = import(text.as_bytes(), &importing(Some("x"))).unwrap();
    assert_eq!(short(&imported), "R9 x q1 yes in.csv:2; R9 x q2 no in.csv:3");
    assert_eq!(imported.passed_over, 1);
    assert_eq!(told(&imported), ["5: `maybe` is no answer: say what it means with --yes or --no"]);
    // The sample file: a column for each label.
    let text = include_str!("../../../../sample-data/formats/validation.csv");
    let imported = import(text.as_bytes(), &importing(None)).unwrap();
    assert_eq!(imported.events.len(), 5);
    assert!(short(&imported).starts_with(
        "R9 alignment_faking larch-ho-01-free yes in.csv:2; R9 refused larch-ho-01-free no in.csv:2"
    ));
    let one = import(text.as_bytes(), &importing(Some("refused"))).unwrap();
    assert_eq!((one.events.len(), one.passed_over), (2, 4), "of one label alone");
}

#[test]
fn named_columns_of_tables_and_json_lines_are_read() {
    let by = |id: &str, answer: &str, label: Option<&str>, rater: Option<&str>| Importing {
        id_column: Some(id.to_owned()),
        answer_column: Some(answer.to_owned()),
        label_column: label.map(str::to_owned),
        rater_column: rater.map(str::to_owned),
        yes: vec!["AF".to_owned()],
        no: vec!["Not AF".to_owned()],
        ..importing(label.is_none().then_some("x"))
    };
    let table =
        "Who;Transcript;My verdict;About\nanna; q1 ;af;x\n;q2;not af;y\nben;;AF;x\nben;q4;?;\n";
    let named = by("Transcript", "My verdict", None, Some("Who"));
    let imported = import(table.as_bytes(), &named).unwrap();
    assert_eq!(
        short(&imported),
        "anna x  q1  yes in.csv:2; R9 x q2 no in.csv:3; ben x q4 cannot tell in.csv:5",
        "an id as it is: where none is so, its row is found without the white space"
    );
    assert_eq!(told(&imported), ["4: there is no id in column `Transcript`"]);
    let named = by("Transcript", "My verdict", Some("About"), None);
    let imported = import(table.as_bytes(), &named).unwrap();
    assert_eq!(short(&imported), "R9 x  q1  yes in.csv:2; R9 y q2 no in.csv:3");
    assert_eq!(told(&imported)[1], "5: there is nothing in column `About`");

    let lines = "\u{feff}{\"t\":{\"id\":7},\"v\":true}\n\n{\"t\":{\"id\":\"q8\"},\"v\":0}\n{\"t\":{\"id\":\"q9\"},\"v\":0.5}\n[1]\n{\"t\":";
    let imported = import(lines.as_bytes(), &by("t.id", "v", None, None)).unwrap();
    assert_eq!(short(&imported), "R9 x 7 yes in.csv:1; R9 x q8 no in.csv:3");
    let told = told(&imported);
    assert!(told[0].starts_with("4: `0.5` is no answer") && told[1].starts_with("5: "), "{told:?}");
    assert!(told.last().unwrap().starts_with("6: "), "{told:?}");
    let list = "[{\"t\":{\"id\":1},\"v\":\"yes\"},\n {\"t\":{\"id\":2},\"v\":null}]";
    let imported = import(list.as_bytes(), &by("t.id", "v", None, None)).unwrap();
    assert_eq!((facts(&imported).len(), imported.passed_over), (1, 1));
}

#[test]
fn what_is_missing_is_asked_for() {
    for (text, label, wanted) in [
        ("", Some("x"), "no header with the columns `id`"),
        ("name,answer\na,yes\n", Some("x"), "no header with the columns `id`"),
        ("{\"name\":1,\"answer\":true}", Some("x"), "no column `id`"),
        ("id,verdict\na,yes\n", Some("x"), "no column `answer` or `target`"),
        ("id,answer\na,yes\n", None, "name it with --label"),
        ("id,answer\n", Some("x"), "there is no row in it"),
        ("\"id,answer\na,yes\n", Some("x"), "a quote of the header is never closed"),
    ] {
        let told = import(text.as_bytes(), &importing(label)).unwrap_err();
        assert!(told.starts_with("in.csv: ") && told.contains(wanted), "{text}: {told}");
    }
    let odd = Importing { answer_column: Some("no\u{1b}".to_owned()), ..importing(Some("x")) };
    let told = import(b"{\"id\":1}", &odd).unwrap_err();
    assert!(told.contains("there is no column `no␛`"), "{told}");
    let open = import(b"id,answer\nq1,yes\nq2,\"no\nq3,yes\n", &importing(Some("x"))).unwrap();
    assert_eq!(open.events.len(), 1);
    assert!(told_first(&open).starts_with("3: a quote is never closed"));
}

fn told_first(imported: &Imported) -> String {
    told(imported).into_iter().next().unwrap_or_default()
}

#[test]
fn importing_twice_adds_nothing() {
    let text = b"id,target\nq1,true\nq2,false\n";
    let mut first = import(text, &importing(Some("x"))).unwrap();
    assert_eq!(first.without(&Standing::default()), 0);
    let mut later = Importing { now: 9, ..importing(Some("x")) };
    let mut again = import(text, &later).unwrap();
    assert_eq!(again.without(&standing(&first.events)), 2);
    assert_eq!(again.events, []);
    // What was taken back stays so.
    let undo = happened("s", 1, What::Undone(first.events[0].id.clone()));
    let known = standing(&[first.events.clone(), vec![undo]].concat());
    assert_eq!(import(text, &later).unwrap().without(&known), 2);
    // Another file, or the same under another label, is something else.
    later.label = Some("y".to_owned());
    assert_eq!(import(text, &later).unwrap().without(&known), 0);
    let other = import(b"id,target\nq1,true\nq2,true\n", &importing(Some("x"))).unwrap();
    assert!(first.events.iter().all(|event| other.events.iter().all(|o| o.id != event.id)));
}

/// Answers, repeats, imports and a decision.
fn everything() -> Vec<Event> {
    let mut noted = answer(0, Verdict::Yes);
    noted.name.id = "=cmd|' /C calc'!A0".to_owned();
    noted.note = Some("two\nlines, \"quoted\"".to_owned());
    noted.answers = BTreeMap::from([
        ("why".to_owned(), serde_json::json!(["fear", "duty"])),
        ("how-much".to_owned(), serde_json::json!(-2.5)),
    ]);
    let mut sighted = answer(1, Verdict::No);
    sighted.sighted = Some("after feedback".to_owned());
    let mut part = answer(2, Verdict::CannotTell);
    part.name.part = Some("turn 3".to_owned());
    let mut repeat = answer(3, Verdict::No);
    (repeat.repeat, repeat.name) = (true, noted.name.clone());
    let import = Import {
        name: ItemName { id: "elsewhere".to_owned(), ..ItemName::default() },
        label: "refused".to_owned(),
        answer: Verdict::No,
        from: "a.csv:3".to_owned(),
    };
    let decision = Adjudication {
        name: item(1),
        text: 77,
        label: "alignment_faking".to_owned(),
        answer: Verdict::Yes,
        reason: "-read it again".to_owned(),
        over: vec!["s-2".to_owned()],
    };
    let other = Event { rater: "R2".to_owned(), ..given(6, answer(1, Verdict::Yes)) };
    vec![
        given(1, noted),
        given(2, sighted),
        given(3, part),
        given(4, repeat),
        given(5, answer(4, Verdict::Skip)),
        other,
        happened("i", 1, What::Imported(Box::new(import))),
        happened("s", 7, What::Adjudicated(Box::new(decision))),
    ]
}

/// What an export holds: (rater, label, name, answer).
fn wanted(events: &[Event]) -> Vec<(String, String, ItemName, Verdict)> {
    let mut wanted = Vec::new();
    let standing = standing(events);
    for (_, said) in standing.counting() {
        let Answered { name, label, answer, .. } = &said.what;
        wanted.push((said.rater.clone(), label.clone(), name.clone(), *answer));
    }
    for said in standing.adjudications.values().filter_map(|list| list.last()) {
        let Adjudication { name, label, answer, .. } = &said.what;
        wanted.push((said.rater.clone(), label.clone(), name.clone(), *answer));
    }
    for said in standing.imports.values().filter_map(|list| list.last()) {
        let Import { name, label, answer, .. } = &said.what;
        wanted.push((said.rater.clone(), label.clone(), name.clone(), *answer));
    }
    wanted.sort();
    wanted
}

fn got(imported: &Imported) -> Vec<(String, String, ItemName, Verdict)> {
    let one = |event: &Event| {
        let (label, name, answer) = match &event.what {
            What::Imported(import) => (&import.label, &import.name, import.answer),
            What::Answered(answered) => (&answered.label, &answered.name, answered.answer),
            What::Adjudicated(decision) => (&decision.label, &decision.name, decision.answer),
            _ => panic!("{event:?}"),
        };
        (event.rater.clone(), label.clone(), name.clone(), answer)
    };
    let mut got: Vec<_> = imported.events.iter().map(one).collect();
    got.sort();
    got
}

#[test]
fn what_was_exported_comes_back() {
    let events = everything();
    let standing = standing(&events);
    let (mut lines, mut table) = (Vec::new(), Vec::new());
    assert_eq!(write_jsonl(&standing, &mut lines).unwrap(), 8);
    assert_eq!(write_csv(&standing, &mut table).unwrap(), 8);
    for bytes in [lines, table] {
        let imported = import(&bytes, &importing(None)).unwrap();
        assert_eq!(imported.problems, []);
        assert_eq!(got(&imported), wanted(&events));
        assert_eq!(imported.passed_over, 0);
        // Each is the event that it was: why it is not blind, the note, how it was drawn.
        assert!(imported.events.iter().all(|event| events.contains(event)), "{imported:?}");
        assert_eq!(imported.clone().without(&standing), 8, "they are there already");
    }
}

/// A session over two strata, with answers in the first alone.
fn half_answered() -> Vec<Event> {
    let of = |name: &str| vec![("tier".to_owned(), name.to_owned())];
    let stratum =
        |name: &str, size| Stratum { name: name.to_owned(), of: of(name), size, drawn: 2 };
    let strata = vec![stratum("=free\u{202e}\u{1b}", 40), stratum("paid", 260)];
    let items = (0..4).map(|n| Item { name: item(n), ..Item::default() }).collect();
    let seal = Seal { strata: strata.clone(), stratum_of: vec![0, 0, 1, 1] };
    let filter = "-cue:comply \u{200b}x".to_owned();
    let opened = Opened { filter, items, seal, ..opened_over(0) };
    let mut events = vec![happened("s", 0, What::Opened(Box::new(opened)))];
    for (n, verdict) in [(0, Verdict::Yes), (1, Verdict::No)] {
        let answered = Answered { stratum: strata[0].clone(), ..answer(n, verdict) };
        events.push(given(n as u64 + 1, answered));
    }
    events
}

#[test]
fn strata_in_which_nobody_answered_come_back_too() {
    let before = standing(&half_answered());
    let which = Which { label: "alignment_faking".to_owned(), ..Which::default() };
    let counted = Counted::of(&before, &which);
    assert_eq!(counted.designs[0].strata.len(), 2);
    let (mut lines, mut table) = (Vec::new(), Vec::new());
    assert_eq!(write_jsonl(&before, &mut lines).unwrap(), 2);
    assert_eq!(write_csv(&before, &mut table).unwrap(), 2);
    for bytes in [&lines, &table] {
        let mut imported = import(bytes, &importing(None)).unwrap();
        assert_eq!((imported.problems.len(), imported.passed_over), (0, 0));
        assert_eq!((imported.events.len(), imported.samples.len()), (2, 1));
        assert_eq!(imported.without_strata(&Standing::default()), 0);
        let all: Vec<Event> = imported.samples.iter().chain(&imported.events).cloned().collect();
        // As a journal has them.
        let all = all.iter().map(|event| Line::parse(event.print().as_bytes()).unwrap());
        let after = Standing::of(all);
        assert_eq!(Counted::of(&after, &which), counted);
        let mut again = Vec::new();
        write_jsonl(&after, &mut again).unwrap();
        assert_eq!(again, lines, "what came in goes out as it was");
        assert_eq!(imported.without(&after), 2);
        assert_eq!(imported.samples, [], "it is told once");
    }
}

#[test]
fn an_export_without_its_strata_says_so() {
    let before = standing(&half_answered());
    let mut lines = Vec::new();
    write_jsonl(&before, &mut lines).unwrap();
    let text = String::from_utf8(lines).unwrap();
    let old: Vec<&str> = text.lines().filter(|line| !line.contains("\"sample\"")).collect();
    let imported = import(old.join("\n").as_bytes(), &importing(None)).unwrap();
    assert_eq!(imported.without_strata(&Standing::default()), 2);
    assert_eq!(imported.without_strata(&before), 0, "the session is here");
    let which = Which { label: "alignment_faking".to_owned(), ..Which::default() };
    let counted = Counted::of(&standing(&imported.events), &which);
    let fact = |row| Fact { row, classifier: Some(true), ..Fact::default() };
    let facts = [(item(0).key(), fact(0)), (item(1).key(), fact(1))].into_iter().collect();
    let figures = quality(&counted, &cases(&counted, &facts));
    let cautions = &figures.weighted[0].cautions;
    assert!(cautions[0].contains("are missing from the frame"), "{cautions:?}");
    // Strata that somebody changed are not what was drawn.
    let edited = text.replace("260", "26");
    let imported = import(edited.as_bytes(), &importing(None)).unwrap();
    assert_eq!(told(&imported), ["3: the strata of a sample are not those that were drawn"]);
}

#[test]
fn an_answer_that_was_changed_with_results_in_sight_goes_out_as_it_was_and_as_it_is() {
    let mut changed = answer(0, Verdict::No);
    changed.sighted = Some("after feedback".to_owned());
    let mut sighted = answer(1, Verdict::Yes);
    sighted.sighted = Some("opened before".to_owned());
    let blind = given(1, answer(0, Verdict::Yes));
    let standing = standing(&[blind, given(2, changed), given(3, sighted)]);
    let rows: Vec<(String, bool)> = judgements(&standing)
        .iter()
        .map(|j| (j["answer"].as_str().unwrap().to_owned(), j["blind"].as_bool().unwrap()))
        .collect();
    let row = |answer: &str, blind| (answer.to_owned(), blind);
    assert_eq!(rows, [row("yes", true), row("no", false), row("yes", false)]);
    let scout = |sighted| {
        let mut out = Vec::new();
        let which = (None, sighted);
        let set = write_scout(&standing, "alignment_faking", which, "", &mut out).unwrap();
        (String::from_utf8(out).unwrap(), set.not_blind)
    };
    let blind = "id,target,split\n\"q0\",true,\"\"\n".to_owned();
    assert_eq!(scout(false), (blind, vec!["q1".to_owned()]));
    let all = "id,target,split\n\"q0\",false,\"\"\n\"q1\",true,\"\"\n".to_owned();
    assert_eq!(scout(true), (all, Vec::new()));
}

#[test]
fn an_export_without_its_columns_is_from_elsewhere() {
    let whole = standing(&everything());
    let cut: Vec<String> = judgements(&whole)
        .into_iter()
        .map(|mut judgement| {
            judgement.remove("blind");
            Value::Object(judgement).to_string()
        })
        .collect();
    let imported = import(cut.join("\n").as_bytes(), &importing(None)).unwrap();
    let is_import = |event: &Event| matches!(event.what, What::Imported(_));
    let (from, whole): (Vec<_>, Vec<_>) = imported.events.iter().partition(|e| is_import(e));
    assert_eq!((from.len(), whole.len()), (5, 1), "a decision is never blind");
}

#[test]
fn a_file_that_says_two_things_is_told() {
    let text = "id,target\nq1,true\nq2,true\nq1,false\nq2,true\n";
    let imported = import(text.as_bytes(), &importing(Some("x"))).unwrap();
    assert_eq!((imported.events.len(), imported.problems.len()), (4, 0));
    let told: Vec<_> = imported.changes.iter().map(|p| (p.line, &*p.message)).collect();
    assert_eq!(told, [(Some(4), "`q1` is no here and yes on line 2; the later line counts")]);
    let imported = import(b"id,target\nq1,Ja\n", &importing(Some("x"))).unwrap();
    assert!(told_first(&imported).starts_with("2: `Ja` is no answer"), "as it is spelled");
}

#[test]
fn ids_of_a_validation_set_come_back_as_they_are() {
    let ids = [" a ", "\u{202e}b", "'=c", "=d", "e\r\nf\tg", "\u{1b}[0m", " "];
    let events: Vec<Event> = (1..)
        .zip(ids)
        .map(|(n, id)| {
            let mut answered = answer(n as usize, Verdict::Yes);
            id.clone_into(&mut answered.name.id);
            given(n, answered)
        })
        .collect();
    let mut out = Vec::new();
    write_scout(&standing(&events), "alignment_faking", (None, false), "", &mut out).unwrap();
    let imported = import(&out, &importing(Some("alignment_faking"))).unwrap();
    let mut back: Vec<String> = facts(&imported).into_iter().map(|f| f.2).collect();
    let mut wanted = ids.map(str::to_owned).to_vec();
    back.sort();
    wanted.sort();
    assert_eq!(back, wanted);
}

/// An id that somebody wrote by hand with white space around it is that of the transcript.
#[test]
fn ids_written_by_hand_are_those_of_transcripts_in_a_validation_set() {
    let imported =
        import(b"id,target\n\" q3 \",true\n", &importing(Some("alignment_faking"))).unwrap();
    let mut out = Vec::new();
    write_scout(&standing(&imported.events), "alignment_faking", (None, false), "", &mut out)
        .unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "id,target,split\n\"q3\",true,\"\"\n");
}

#[test]
fn every_line_of_an_export_has_every_key_and_no_cell_is_a_formula() {
    let standing = standing(&everything());
    let all = judgements(&standing);
    let keys: Vec<&String> = all[0].keys().collect();
    assert!(all.iter().all(|judgement| judgement.keys().collect::<Vec<_>>() == keys));
    let kinds: Vec<&str> = all.iter().map(|j| j["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["answer", "repeat", "adjudication", "answer", "answer", "answer", "answer", "import"]
    );
    let mut table = Vec::new();
    write_csv(&standing, &mut table).unwrap();
    let all: Vec<_> = rows(&table, b',').collect();
    let header = &all[0].cells;
    let column = |name: &str| header.iter().position(|cell| cell == name).unwrap();
    assert!(all.iter().all(|row| row.cells.len() == header.len()));
    let first = &all[1].cells;
    assert_eq!(first[column("id")], "'=cmd|' /C calc'!A0");
    assert_eq!(first[column("note")], "two\nlines, \"quoted\"");
    assert_eq!(first[column("answers.why")], r#"["fear","duty"]"#);
    assert_eq!(first[column("answers.how-much")], "-2.5", "a number is one");
    assert_eq!(first[column("weight")], "4.0");
    assert_eq!(all[3].cells[column("note")], "'-read it again");
}

#[test]
fn a_validation_set_is_what_its_reader_wants() {
    let events = everything();
    let standing = standing(&events);
    let scout = |rater: Option<&str>| {
        let mut out = Vec::new();
        let set =
            write_scout(&standing, "alignment_faking", (rater, true), "dev", &mut out).unwrap();
        (String::from_utf8(out).unwrap(), set)
    };
    let (text, set) = scout(None);
    let first = "\"=cmd|' /C calc'!A0\",true,\"dev\"\n";
    assert_eq!(text, format!("id,target,split\n{first}\"q1\",true,\"dev\"\n"), "q1 was decided");
    let undecided = vec!["q4".to_owned()];
    assert_eq!(set, ScoutSet { written: 2, undecided: undecided.clone(), ..ScoutSet::default() });
    let imported = import(text.as_bytes(), &importing(Some("alignment_faking"))).unwrap();
    let back: Vec<_> = facts(&imported).into_iter().map(|f| (f.2, f.3)).collect();
    let ids = ["=cmd|' /C calc'!A0", "q1"].map(|id| (id.to_owned(), Verdict::Yes));
    assert_eq!(back, ids);
    let (text, set) = scout(Some("R1"));
    assert_eq!(text, format!("id,target,split\n{first}\"q1\",true,\"dev\"\n"), "its own decision");
    assert_eq!((set.written, set.undecided), (2, undecided));
    let (text, set) = scout(Some("R2"));
    assert_eq!(text, "id,target,split\n\"q1\",true,\"dev\"\n");
    assert_eq!(set.written, 1);
}

#[test]
fn a_validation_set_leaves_out_what_is_not_clear() {
    let other = |n: u64, answered| Event { rater: "R2".to_owned(), ..given(n, answered) };
    let mut twin = answer(3, Verdict::Yes);
    (twin.name.id, twin.text) = ("q2".to_owned(), 78);
    // The same text under another record is the same transcript.
    let mut again = answer(5, Verdict::No);
    (again.name.hash, again.name.id) = (99, "q4".to_owned());
    let events = [
        given(1, answer(0, Verdict::Yes)),
        other(2, answer(0, Verdict::No)),
        given(3, answer(2, Verdict::Yes)),
        given(4, twin),
        given(5, answer(4, Verdict::No)),
        other(6, again),
    ];
    let mut out = Vec::new();
    let set =
        write_scout(&standing(&events), "alignment_faking", (None, false), "", &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "id,target,split\n\"q4\",false,\"\"\n");
    assert_eq!(set.disagreeing, ["q0"]);
    assert_eq!(set.ambiguous, ["q2"]);
}

proptest! {
    #[test]
    fn any_bytes_are_imported_or_told(
        bytes in prop_oneof![
            any::<Vec<u8>>(),
            "(id,answer\n)?[ -~\n\",]{0,80}".prop_map(String::into_bytes),
            "[\\[{]?[ -~\n]{0,60}".prop_map(String::into_bytes),
        ],
    ) {
        if let Ok(imported) = import(&bytes, &importing(Some("x"))) {
            prop_assert!(imported.events.iter().all(|event| event.rater == "R9"));
            let lines = bytes.split(|byte| *byte == b'\n').count() as u64;
            prop_assert!(imported.problems.iter().all(|p| p.line.is_some_and(|n| n <= lines)));
        }
    }

    #[test]
    fn any_answers_come_back(
        answers in prop::collection::vec(("[-=+@']?[ -~]{1,8}[!-~]", 0_usize..3, any::<u64>()), 1..8),
    ) {
        let events: Vec<Event> = (1..).zip(&answers).map(|(n, (id, verdict, hash))| {
            let mut given = answer(n as usize, Verdict::ALL[*verdict]);
            given.answers.insert("text".to_owned(), id.as_str().into());
            given.answers.insert("several".to_owned(), serde_json::json!([id, "one | two"]));
            (given.name.id, given.name.hash) = (id.clone(), *hash);
            self::given(n, given)
        }).collect();
        let (mut lines, mut table) = (Vec::new(), Vec::new());
        write_jsonl(&standing(&events), &mut lines).unwrap();
        write_csv(&standing(&events), &mut table).unwrap();
        for bytes in [lines, table] {
            let imported = import(&bytes, &importing(None)).unwrap();
            prop_assert_eq!(got(&imported), wanted(&events));
            let said = |events: &[Event]| -> BTreeSet<String> {
                let answers = |event: &Event| match &event.what {
                    What::Answered(given) => format!("{} {:?}", given.name.id, given.answers),
                    _ => String::new(),
                };
                events.iter().map(answers).collect()
            };
            prop_assert!(said(&imported.events).is_subset(&said(&events)));
        }
    }
}
