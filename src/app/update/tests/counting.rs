//! Numbers of the rows shown: the same as the command's, never of other rows, short where there is no room.

use super::*;
use crate::app::{Part, RateWord, StatLine, StatTable, Statistics, rates_within};
use crate::corpus::{ANSWERS, Answer, By, Errors, Measure, Question, Rate, RecordFields, Tally};

/// A few dozen transcripts: 12 samples under three tiers, some of them twice or not at all, with every outcome.
fn many(app: &mut App) {
    const QUERIES: [&str; 4] = ["rain", "snow", "wind", "hail"];
    const TIERS: [&str; 3] = ["free", "paid", "pro"];
    let mut sketches = Vec::new();
    for n in 0..40_usize {
        let query = QUERIES[n % QUERIES.len()];
        let label = [Some(0.1), None, Some(0.4), Some(0.9), None][n % 5];
        let scratchpad = (n % 6 > 0).then(|| format!("I think of {query}, {n}."));
        sketches.push(Sketch {
            label,
            scratchpad,
            outcome: OutcomeValue::ALL[n * 5 % 6],
            score: (n % 8) as f64,
            ..sketch("x", TIERS[n * 7 % 3], query)
        });
    }
    app.arrive(&sketches);
    app.finish();
}

/// What the command's functions say of a plain selection.
fn plainly(app: &App, question: Question) -> Answer {
    let catalogue = &app.state.catalogue;
    let rows = app.plainly(catalogue, &question.filter);
    let mut matching = |filter: &Filter| Some(app.plainly(catalogue, filter));
    catalogue.answers(&[question], &rows, &LabelRules::builtin(), &mut matching).unwrap().remove(0)
}

#[test]
fn hundreds_of_filters_say_what_the_command_says() {
    const TERMS: [&str; 20] = [
        "tier:free",
        "-tier:paid",
        "tier:pro",
        "(tier:free OR tier:paid)",
        "query:rain",
        "query:snow,wind",
        "label:af",
        "-label:af",
        "label.af:missing",
        "label.af>=0.4",
        "outcome:complied",
        "-outcome:refused",
        "score>=4",
        "parse:missing",
        "cue:any",
        "hail",
        "in:output poem",
        "in:scratchpad 1",
        "partner:none",
        "flip:yes",
    ];
    let mut app = App::empty();
    many(&mut app);
    let mut dice = 0x9e37_79b9_u64;
    let mut below = |n: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % n
    };
    let (mut gaps, mut selected, mut partial, mut cut) = (0, 0, 0, 0);
    for _ in 0..300 {
        let terms: Vec<&str> = (0..=below(3)).map(|_| TERMS[below(TERMS.len())]).collect();
        let text = terms.join(if below(4) == 0 { " OR " } else { " " });
        app.filter(&text);
        // How rates are made is changed in the dialog, whose own numbers are the command's, too.
        let looks = below(2) == 0;
        if looks {
            app.keys("s");
            if below(3) == 0 {
                app.keys("p");
            }
            let errors = [(0.9, 0.95), (0.6, 0.55), (1.0, 1.0)].get(below(5)).copied();
            app.keys("c");
            app.types(&errors.map_or("off".to_owned(), |(a, b)| format!("{a} {b}")));
            app.keys("Enter");
            app.keys(&"Right ".repeat(below(5)));
            app.keys(&"Tab ".repeat(below(3)));
            app.keys(["", "o", "o o o o", "O"][below(4)]);
            let ways = app.state.figures.ways;
            assert_eq!(ways.errors, errors.and_then(|(a, b)| Errors::new(a, b)));
            let question = statistics(&app).question(app.state.filter.applied.clone());
            assert_eq!((question.measure.partial, question.errors), (ways.partial, ways.errors));
            let answer = statistics(&app).answer.clone().expect("it was counted");
            assert_eq!(*answer, plainly(&app, question.clone()), "{text}");
            cut += rates_are_of_groups(statistics(&app), &question, &answer);
            partial += usize::from(ways.partial);
            app.keys("Esc");
        }
        let ways = app.state.figures.ways;
        let found = app.state.figures.answer.clone().expect("it was counted");
        let standing = Question::standing(app.state.filter.applied.clone());
        let standing = Question { measure: Measure::compliance(ways.partial), ..standing };
        assert_eq!(*found, plainly(&app, standing), "{text}");
        gaps += usize::from(found.gap.as_ref().is_some_and(|gap| gap.value.is_some()));
        selected += usize::from(found.selected);
        let words = app.state.rate_words();
        for form in words.iter().flat_map(|word| &word.forms) {
            assert!(!form.contains("NaN") && !form.contains("inf"), "{form}");
        }
        let said = words.iter().any(|word| word.forms[0].contains("partial counts"));
        assert!(words.is_empty() || said == ways.partial || !word_of_rates(&words), "{words:?}");
    }
    assert!(gaps > 100 && selected > 100, "{gaps} {selected}");
    assert!(partial > 30 && partial < 120 && cut > 10, "{partial} {cut}");
}

fn word_of_rates(words: &[RateWord]) -> bool {
    words.iter().any(|word| word.forms[0].contains('%'))
}

/// The first lines of rates are the groups in their order and all together, each as the question measures and corrects it. How many
/// of the corrected ones had to be cut to 0–100%.
fn rates_are_of_groups(shown: &Statistics, question: &Question, answer: &Answer) -> usize {
    let numbers = &answer.numbers;
    let label = question.ask.label.is_some();
    let of = |tally: &Tally| {
        if label { tally.label() } else { tally.rate(question.measure) }
    };
    let groups = numbers.groups.iter().map(|group| &group.tally).chain([&numbers.all]);
    let expected: Vec<Rate> = groups.map(of).collect();
    let rates = shown.lines().into_iter().filter_map(|line| match line {
        StatLine::Rate { rate, errors, .. } => Some((rate, errors)),
        _ => None,
    });
    let mut cut = 0;
    for ((rate, errors), expected) in rates.zip(expected) {
        assert_eq!((rate, errors), (expected, question.errors));
        let corrected = errors.and_then(|errors| errors.corrected(rate));
        cut += usize::from(corrected.is_some_and(|c| (c.raw - c.clipped).abs() > 1e-3));
        // What is corrected stands on the screen, however narrow.
        if let Some(errors) = errors {
            let words = errors.corrected_words(rate);
            for columns in [100, 72, 36] {
                let table = shown.table(columns);
                let all: Vec<String> = table
                    .rows
                    .iter()
                    .flat_map(|row| table.cells(row).into_iter().map(|cell| cell.text))
                    .collect();
                assert!(all.iter().any(|text| text.ends_with(&words)), "{words} in {columns}");
            }
        }
    }
    cut
}

#[test]
fn every_word_of_the_statistics_has_its_row() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 12));
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for keys in ["s", "s o", "s O", "T", "s p", "s Space"] {
        app.keys(keys);
        for columns in [1, 20, 36, 72, 108, 200] {
            let StatTable { lines, rows, .. } = &statistics(&app).table(columns);
            for (n, line) in lines.iter().enumerate() {
                let own: Vec<&Part> =
                    rows.iter().filter(|row| row.line == n).map(|row| &row.part).collect();
                match line {
                    StatLine::Heading(text) | StatLine::Text(text) => {
                        let shown = own.iter().map(|part| match part {
                            Part::Words(words) => words.as_str(),
                            other => panic!("{other:?}"),
                        });
                        assert_eq!(squeezed(&shown.collect::<String>()), squeezed(text));
                    }
                    StatLine::Scale(_) => {}
                    _ => assert!(!own.is_empty(), "{line:?} in {columns}"),
                }
            }
        }
        app.keys("Esc");
    }
}

#[test]
fn corrections_are_typed_and_refused_in_a_sentence() {
    let mut app = App::empty();
    many(&mut app);
    let mut correct = |text: &str| {
        app.keys(":");
        app.types(&format!("correct {text}"));
        app.keys("Enter");
        let toast = app.state.toast.take().map(|toast| toast.text);
        (app.state.figures.ways.errors, toast.unwrap_or_default())
    };
    let some = Errors::new(0.9, 0.95);
    assert_eq!(correct("0.9 0.95").0, some);
    for (text, part) in [
        ("0.4 0.5", "together over 1"),
        ("nan 0.9", "together over 1"),
        ("1.2 0.9", "together over 1"),
        ("0.9", ":correct SENSITIVITY"),
        ("a b", ":correct SENSITIVITY"),
        ("0.9 0.9 0.9", ":correct SENSITIVITY"),
    ] {
        let (kept, said) = correct(text);
        assert!(kept == some && said.contains(part), "{text}: {said}");
    }
    assert_eq!(correct("90% 95%").0, some);
    assert_eq!(correct("off").0, None);
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Statistics(_))));
}

fn words(app: &App) -> Vec<String> {
    app.state.rate_words().into_iter().map(|word| word.forms[0].clone()).collect()
}

#[test]
fn the_words_name_rate_interval_count_and_selection() {
    let mut app = App::empty();
    let refused = |s: Sketch| Sketch { outcome: OutcomeValue::Refused, ..s };
    app.arrive(&[
        sketch("a", "free", "rain"),
        refused(sketch("b", "paid", "rain")),
        sketch("c", "free", "snow"),
        sketch("d", "paid", "snow"),
        refused(sketch("e", "paid", "wind")),
    ]);
    app.finish();
    let all = ["free 100.0% (34.2–100.0) 2/2", "paid 33.3% (6.1–79.2) 1/3"];
    let found = words(&app);
    assert_eq!(found[..2], all);
    assert!(found[2].starts_with("gap +50.0 (") && found[2].ends_with(") n 2"), "{found:?}");
    // The tier of the filter drops no partner from the gap.
    app.filter("tier:free");
    assert_eq!(words(&app), [all[0], found[2].as_str()]);
    app.filter("label:af");
    assert!(words(&app)[2].ends_with("n 2, selected on a result"), "{:?}", words(&app));
    app.filter("query:wind");
    assert_eq!(words(&app), ["paid 0.0% (0.0–79.3) 0/1", "gap undefined n 0"]);
    app.filter("query:nothing");
    assert_eq!(words(&app), ["compliance undefined, 0/0"]);
    app.filter("");
    app.keys("v");
    assert!(words(&app).is_empty(), "reading quietly shows no outcome");
}

#[test]
fn numbers_of_other_rows_are_not_shown() {
    let mut app = App::empty();
    many(&mut app);
    assert!(!words(&app).is_empty());
    app.answers = false;
    app.take();
    app.filter("query:rain");
    assert!(words(&app).is_empty(), "they are being counted");
    let asked: Vec<Effect> =
        app.take().into_iter().filter(|e| matches!(e, Effect::Count { .. })).collect();
    let late = app.answer(&asked[0]).unwrap();
    app.filter("query:rain tier:free");
    app.send(late);
    assert!(words(&app).is_empty(), "an answer of an older generation is dropped");
}

#[test]
fn shorter_forms_keep_the_gap_longest() {
    let mut app = App::empty();
    many(&mut app);
    let words = app.state.rate_words();
    let mut last = usize::MAX;
    for room in (0..160).rev() {
        let fitted = rates_within(&words, room, 3);
        let wide: usize = fitted.iter().map(|(_, text)| text.chars().count() + 3).sum();
        assert!(wide <= room + 3 && wide <= last, "{fitted:?} in {room}");
        last = wide;
        assert!(fitted.is_empty() || fitted.iter().any(|(_, text)| text.starts_with("gap")));
    }
    let short: Vec<&str> = rates_within(&words, 50, 3).into_iter().map(|(_, text)| text).collect();
    assert!(short.iter().any(|text| text.contains(" to ")), "{short:?}");
}

fn statistics(app: &App) -> &Statistics {
    match app.state.dialogs.last() {
        Some(Dialog::Statistics(shown)) => shown,
        _ => panic!("no statistics"),
    }
}

#[test]
fn the_statistics_show_any_field_and_open_their_lines() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 12));
    app.keys("s");
    assert_eq!(statistics(&app).title(), "compliance by tier");
    let lines = statistics(&app).lines();
    let heading = lines.iter().filter(|line| matches!(line, StatLine::Heading(_))).count();
    assert_eq!(heading, 2, "rates and the gap: {lines:?}");
    // The second line is the first tier: Enter opens its transcripts.
    let StatLine::Rate { rate, opens, .. } = lines[2].clone() else { panic!("{lines:?}") };
    app.keys("Enter");
    assert!(app.state.dialogs.is_empty());
    assert_eq!(app.state.filter.applied.to_string(), opens.all.unwrap());
    let all = app.state.figures.answer.as_ref().unwrap().numbers.all.clone();
    assert_eq!(all.compliance(false), rate, "the same transcripts");
    // Other fields, a label, tests, each counted by the command's functions.
    app.filter("query:rain");
    app.keys("s o");
    assert_eq!(statistics(&app).title(), "refusal by tier");
    app.keys("o o o");
    assert_eq!(statistics(&app).title(), "alignment_faking by tier");
    app.keys("Tab Tab Right Left");
    assert_eq!(statistics(&app).title(), "alignment_faking by tier and model");
    let question = statistics(&app).question(app.state.filter.applied.clone());
    let rows = app.plainly(&app.state.catalogue, &question.filter);
    let mut matching = |filter: &Filter| Some(app.plainly(&app.state.catalogue, filter));
    let expected = app
        .state
        .catalogue
        .answers(&[question], &rows, &LabelRules::builtin(), &mut matching)
        .unwrap();
    assert_eq!(**statistics(&app).answer.as_ref().unwrap(), expected[0]);
    let shows_p = |app: &App| {
        statistics(app).lines().iter().any(|line| {
        matches!(line, StatLine::Text(text) if text.contains(" p = ") || text.contains("no test"))
    })
    };
    assert!(!shows_p(&app), "only once it is asked for");
    app.keys("Space");
    assert!(shows_p(&app));
    for _ in 0..14 {
        app.keys("Right Shift-Tab o G");
        let shown = statistics(&app);
        assert!(shown.selected < shown.lines().len());
    }
    app.keys("s");
    assert!(app.state.dialogs.is_empty());
    app.keys("v s");
    assert!(app.state.dialogs.is_empty(), "reading quietly shows no outcome");
}

#[test]
fn each_answer_has_a_rate_of_its_own() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 12));
    app.keys("s");
    let (mut k, mut titles) = (0, Vec::new());
    for outcome in ANSWERS {
        let shown = statistics(&app);
        titles.push(shown.title());
        let all = &shown.answer.as_ref().unwrap().numbers.all;
        let rate = all.rate(Measure { outcome, partial: false });
        let line = shown
            .lines()
            .into_iter()
            .find(|line| matches!(line, StatLine::Rate { title, .. } if title == "all"));
        let Some(StatLine::Rate { rate: own, opens, .. }) = line else { panic!("no rate of all") };
        assert_eq!(own, rate);
        assert_eq!(opens.yes.as_deref(), Some(&*format!("outcome:{}", outcome.as_str())));
        assert_eq!(rate.n, ANSWERS.map(|outcome| all.outcome(outcome)).iter().sum::<usize>());
        k += rate.k;
        let headings: Vec<String> = shown
            .lines()
            .into_iter()
            .filter_map(|line| if let StatLine::Heading(text) = line { Some(text) } else { None })
            .collect();
        let noun = Measure { outcome, partial: false }.noun();
        assert!(headings.len() == 2 && headings.iter().all(|h| h.contains(noun)), "{headings:?}");
        app.keys("o");
    }
    assert_eq!(
        titles,
        [
            "compliance by tier",
            "refusal by tier",
            "partial compliance by tier",
            "other answers by tier"
        ]
    );
    let all = &statistics(&app).answer.as_ref().unwrap().numbers.all;
    assert_eq!(k, all.compliance(false).n, "together they are all answers");
    app.keys("O");
    assert_eq!(statistics(&app).title(), "other answers by tier");
    app.keys("O O O O");
    assert!(statistics(&app).label.is_some(), "labels stand before compliance");
}

#[test]
fn any_field_that_the_command_knows_is_in_the_list() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 12));
    app.keys("b");
    assert!(app.state.dialogs.is_empty(), "without statistics it is another key");
    app.keys("b s b");
    let Some(Dialog::Pick(PickOf::Fields, picker)) = app.state.dialogs.last() else {
        panic!("no list")
    };
    let names: Vec<&str> = picker.entries.iter().map(|(_, name, _)| name.as_str()).collect();
    for name in ["tier", "mode", "frame", "persona", "epoch", "sample", "label:alignment_faking"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    for name in &names {
        assert_eq!(By::parse(name).unwrap().name(), *name);
    }
    let asked = app.take();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::ReadFields { generation: 1, .. })));
    // Letters narrow it, Enter takes the field.
    app.types("samp");
    app.keys("Enter");
    assert_eq!(statistics(&app).title(), "compliance by sample");
    let asked = app.take();
    assert!(
        asked.iter().any(|effect| matches!(effect, Effect::ReadFields { generation: 0, .. })),
        "nobody looks at the fields any more"
    );
    app.keys("B");
    app.types("label");
    app.keys("Enter");
    assert_eq!(statistics(&app).title(), "compliance by sample and label:alignment_faking");
    let question = statistics(&app).question(Filter::default());
    assert_eq!(statistics(&app).answer.as_deref(), Some(&plainly(&app, question)));
    // The first entry of the second list is none.
    app.keys("B");
    app.types("one field");
    app.keys("Enter");
    assert_eq!(statistics(&app).title(), "compliance by sample");
    app.keys("b");
    let fields = Arc::new(RecordFields::default());
    app.send(Message::FieldsRead { generation: 7, fields: Arc::clone(&fields) });
    assert!(app.state.record_fields.waiting, "an answer to another question");
    let generation = app.state.record_fields.generation;
    app.send(Message::FieldsRead { generation, fields });
    assert!(!app.state.record_fields.waiting);
    app.keys("Esc");
    assert_eq!(statistics(&app).title(), "compliance by sample");
}

#[test]
fn nothing_at_all_is_counted_too() {
    let mut empty = App::empty();
    empty.finish();
    let mut filtered = App::empty();
    many(&mut filtered);
    filtered.filter("query:nothing");
    for app in [&mut empty, &mut filtered] {
        app.sizes((30, 6), (40, 8), (40, 8), (90, 12));
        app.keys("s");
        let shown = statistics(app);
        assert!(shown.answer.is_some(), "it is not counted for ever");
        let table = shown.table(90);
        let cells: Vec<String> = table
            .rows
            .iter()
            .flat_map(|row| table.cells(row).into_iter().map(|cell| cell.text))
            .collect();
        assert!(cells.iter().any(|text| text == "undefined"), "{cells:?}");
        assert!(cells.iter().any(|text| text == "0/0"), "{cells:?}");
    }
}

#[test]
fn thresholds_begin_with_a_label_that_has_numbers() {
    let mut app = App::empty();
    let judged = |id, share: Option<f64>, human| Sketch {
        label: share,
        human,
        human_label: Some("zeal"),
        ..sketch(id, "free", "rain")
    };
    // `zeal` is yes or no; the label with numbers stands behind it.
    app.arrive(&[judged("a", Some(0.9), Some(true)), judged("b", None, Some(false))]);
    app.finish();
    app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
    app.keys("s");
    while statistics(&app).label.as_deref() != Some("zeal") {
        app.keys("o");
    }
    app.keys("T");
    assert_eq!(statistics(&app).title(), "thresholds of alignment_faking by tier");
    app.keys("o");
    assert_eq!(statistics(&app).title(), "thresholds of alignment_faking by tier");
    assert!(app.state.toast.take().unwrap().text.contains("no other label"));
    let mut none = App::empty();
    none.arrive(&[judged("a", None, Some(true))]);
    none.finish();
    none.keys("T");
    assert!(!statistics(&none).curve);
    assert!(none.state.toast.take().unwrap().text.contains("no label here has numbers"));
}

#[test]
fn a_threshold_opens_exactly_what_changes_sides() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
    app.keys("T");
    assert!(statistics(&app).title().starts_with("thresholds of "), "{}", statistics(&app).title());
    let levels = |app: &App| -> Vec<(usize, StatLine)> {
        let lines = statistics(app).lines().into_iter().enumerate();
        lines.filter(|(_, line)| matches!(line, StatLine::Level { .. })).collect()
    };
    let curve = statistics(&app).answer.as_ref().unwrap().curve.clone().unwrap();
    assert_eq!(curve.known.n, 24);
    assert_eq!(levels(&app).len(), curve.levels.len());
    let marks: Vec<&str> = levels(&app)
        .iter()
        .filter_map(|(_, line)| match line {
            StatLine::Level { sign, .. } => Some(*sign),
            _ => None,
        })
        .collect();
    assert_eq!(marks.iter().filter(|sign| **sign == "now").count(), 1);
    let mut opened = 0;
    for (n, level) in curve.levels.iter().enumerate() {
        let (at, line) = levels(&app)[n].clone();
        let flips = level.all.to_yes + level.all.to_no;
        let (n, filter) = line.opens(false).unwrap();
        assert_eq!((n, filter.is_some()), (flips, flips > 0));
        if flips == 0 {
            continue;
        }
        app.keys(&format!("g {}Enter", "j ".repeat(at)));
        assert!(app.state.dialogs.is_empty());
        assert_eq!(app.state.filter.applied.to_string(), filter.unwrap());
        assert_eq!(app.state.list.rows.len(), flips, "{filter:?}");
        opened += 1;
        app.filter("");
        app.keys("T");
    }
    assert!(opened > 2);
    // Back to rates, and a corpus without any label.
    app.keys("T");
    assert!(!statistics(&app).title().contains("thresholds"));
    app.keys("T o Right Left Tab Space G Esc");
    assert!(app.state.dialogs.is_empty());
    let mut none = App::empty();
    none.arrive(&[Sketch { label: None, ..sketch("x", "free", "rain") }]);
    none.finish();
    none.keys("T G Enter");
    assert!(
        none.state.dialogs.last().is_some_and(|d| matches!(d, Dialog::Statistics(s) if !s.curve))
    );
}

#[test]
fn what_is_shown_is_written_under_a_name() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
    let written = |app: &mut App| {
        std::mem::take(&mut app.effects).into_iter().find_map(|effect| match effect {
            Effect::Export { name, question, answer } => Some((name, question, answer)),
            _ => None,
        })
    };
    app.keys(": e x p o r t Space a Enter");
    assert!(written(&mut app).is_none() && app.state.toast.is_some(), "nothing is shown");
    app.keys("s Alt-e r u n s Enter");
    let (name, question, answer) = written(&mut app).unwrap();
    assert_eq!(name, "runs");
    assert_eq!(*question, statistics(&app).question(Filter::default()));
    assert_eq!(Some(&answer), statistics(&app).answer.as_ref());
    app.state.view.private = true;
    app.keys("Alt-e r u n s Enter");
    assert!(written(&mut app).is_none(), "private writes nothing");
}

#[test]
fn thresholds_are_held_against_what_the_reader_chooses() {
    let mut app = App::empty();
    let judged =
        |id, share: f64, human| Sketch { label: Some(share), human, ..sketch(id, "free", "rain") };
    app.arrive(&[
        judged("a", 0.9, Some(true)),
        judged("b", 0.45, Some(false)),
        judged("c", 0.1, Some(false)),
        judged("d", 0.2, None),
    ]);
    app.finish();
    app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
    let agreement = |app: &App| {
        let answer = statistics(app).answer.clone().expect("it was counted");
        answer.curve.as_ref().unwrap().agreement.clone().unwrap()
    };
    app.keys(":");
    app.types("reference");
    app.keys("Enter");
    assert!(app.state.dialogs.is_empty(), "there is nothing to hold against");
    app.keys("T");
    assert_eq!((agreement(&app).given, agreement(&app).n), (false, 3));
    // By itself, another rater, and no more: the label itself is not offered by its name.
    app.keys("r");
    let Some(Dialog::Pick(PickOf::References, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
    let shown: Vec<&str> = picker.entries.iter().map(|(shown, ..)| shown.as_str()).collect();
    assert_eq!(shown, ["found by itself", "is_af@R1"]);
    app.types("R1");
    app.keys("Enter");
    let found = agreement(&app);
    assert_eq!((found.given, found.n, found.asked.to_string().as_str()), (true, 3, "is_af@R1"));
    let question = statistics(&app).question(Filter::default());
    assert_eq!(statistics(&app).answer.as_deref(), Some(&plainly(&app, question)));
    // It stays chosen for the next label, and is chosen when the list is opened again.
    app.keys("o r");
    let Some(Dialog::Pick(PickOf::References, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
    assert_eq!(picker.selected, 1);
    app.keys("Up Enter");
    assert!(!agreement(&app).given);
    app.keys("T r");
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Statistics(_))), "only of thresholds");
    app.keys("T r v");
    app.keys("Esc v");
    assert!(app.state.dialogs.is_empty(), "reading quietly shows no outcome");
}

#[test]
fn a_reference_is_offered_where_there_is_one() {
    let offered = |human| {
        let mut app = App::empty();
        app.arrive(&[Sketch { label: Some(0.9), human, ..sketch("a", "free", "rain") }]);
        app.finish();
        app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
        app.keys("T");
        let told = crate::app::hints(&app.state).iter().any(|(_, what)| *what == "reference");
        app.keys("r");
        let opens = matches!(app.state.dialogs.last(), Some(Dialog::Pick(PickOf::References, _)));
        (told, opens, app.state.toast.as_ref().map(|toast| toast.text.clone()))
    };
    assert_eq!(offered(Some(true)), (true, true, None));
    let said = "no label with a yes or no to hold thresholds against".to_owned();
    assert_eq!(offered(None), (false, false, Some(said)));
}

#[test]
fn pairs_without_an_outcome_open_by_name_where_no_term_tells_them() {
    let mut app = App::empty();
    let of = |id, tier, query, outcome| Sketch { outcome, ..sketch(id, tier, query) };
    let (yes, no, none) = (OutcomeValue::Complied, OutcomeValue::Refused, OutcomeValue::Unknown);
    app.arrive(&[
        of("a1", "free", "rain", yes),
        of("a2", "free", "rain", none),
        of("a3", "paid", "rain", no),
        of("b1", "free", "snow", yes),
        of("b2", "paid", "snow", none),
    ]);
    app.finish();
    app.sizes((30, 6), (40, 8), (40, 8), (90, 40));
    app.keys("s");
    let is_wanted = |line: &StatLine| matches!(line, StatLine::Part { title, .. } if title.contains("without an outcome"));
    let at = statistics(&app).lines().iter().position(is_wanted).expect("a line");
    let line = statistics(&app).lines()[at].clone();
    assert_eq!(line.opens(false), Some((2, Some("id:b1,b2"))));
    while statistics(&app).selected < at {
        app.keys("j");
    }
    app.keys("Enter");
    assert_eq!(app.ids(), ["b1", "b2"]);
}

#[test]
fn the_cursor_begins_where_something_opens_and_a_heading_says_that_it_does_not() {
    let mut app = App::empty();
    many(&mut app);
    app.sizes((30, 6), (40, 8), (40, 8), (90, 12));
    app.keys("s");
    assert_eq!(statistics(&app).selected, 2);
    app.keys("g Enter");
    let said = |app: &App| app.state.toast.as_ref().map(|toast| toast.text.clone());
    assert!(said(&app).unwrap().contains("counts nothing"), "{:?}", said(&app));
    app.keys("j");
    assert_eq!(said(&app), None, "the next key takes it away");
    app.keys("Esc f");
    app.types("tier:");
    app.keys("Enter");
    app.send(Message::Failed("the disk is full".to_owned()));
    app.keys("Esc j");
    assert!(said(&app).is_some(), "a failure stays a while");
    for _ in 0..40 {
        app.send(Message::Tick);
    }
    assert_eq!(said(&app), None);
}
