//! Reviewing: one key an answer, nothing in the state that gives a label away, nothing counted that is not written.

use super::*;
use crate::app::review::{Asking, Phase, Review};
use crate::app::{Key, enter_review};
use crate::corpus::ReviewPlan;
use crate::review::Verdict::{No, Yes};
use crate::review::{Answered, Event, Order, Verdict, What};

pub fn plan() -> ReviewPlan {
    ReviewPlan {
        label: "af".to_owned(),
        rater: "R1".to_owned(),
        strata: ReviewPlan::usual_strata("af"),
        seed: 4,
        paths: vec!["runs/".to_owned()],
        ..ReviewPlan::default()
    }
}

/// Begins a review of the poems.
pub fn begin(app: &mut App, plan: ReviewPlan, alone: bool) {
    app.state.now = 1_000;
    let mut effects = Vec::new();
    enter_review(&mut app.state, plan, alone, &mut effects);
    for effect in effects {
        let answer = app.answer(&effect);
        app.effects.push(effect);
        if let Some(answer) = answer {
            app.send(answer);
        }
    }
}

fn reviewing(plan: ReviewPlan) -> App {
    let mut app = App::empty();
    let mut sketches = poems();
    for sketch in &mut sketches {
        sketch.scratchpad = super::sketch(sketch.id, sketch.tier, sketch.query).scratchpad;
    }
    app.arrive(&sketches);
    app.finish();
    begin(&mut app, plan, true);
    app
}

pub fn review(app: &App) -> &Review {
    app.state.review.as_ref().expect("a review")
}

/// Events that were handed to the journal.
pub fn events(app: &mut App) -> Vec<Event> {
    let event = |effect| if let Effect::Record(event) = effect { Some(*event) } else { None };
    app.take().into_iter().filter_map(event).collect()
}

pub fn answers(events: &[Event]) -> Vec<&Answered> {
    let answered = |e: &'_ Event| matches!(e.what, What::Answered(_));
    events
        .iter()
        .filter(|e| answered(e))
        .map(|e| match &e.what {
            What::Answered(answered) => &**answered,
            _ => unreachable!(),
        })
        .collect()
}

#[test]
fn one_key_answers_and_goes_on_to_the_end() {
    let mut app = reviewing(plan());
    assert_eq!(review(&app).phase, Phase::Asking);
    let mut seen = Vec::new();
    for key in ["y", "n", "c", "s", "1"] {
        seen.push(app.pane_text(Focus::Scratchpad));
        app.state.now += 2_000;
        app.keys(key);
    }
    assert_eq!(review(&app).phase, Phase::Ended);
    let events = events(&mut app);
    let words: Vec<&str> = answers(&events).iter().map(|a| a.answer.as_str()).collect();
    assert_eq!(words, ["yes", "no", "cannot tell", "skip", "yes"]);
    assert!(answers(&events).iter().all(|a| a.seen_ms == 2_000 && a.sighted.is_none()));
    assert!(matches!(events[0].what, What::Opened(_)));
    assert!(matches!(events.last().unwrap().what, What::Ended(_)));
    // The answers are of what was on the screen.
    for (text, answer) in seen.iter().zip(answers(&events)) {
        assert!(text.contains(&format!("That is {}.", answer.name.id)), "{text}");
    }
    app.keys("q");
    assert!(app.state.quitting && app.take().iter().any(|e| matches!(e, Effect::Quit)));
}

#[test]
fn nothing_counts_before_it_is_written() {
    let mut app = reviewing(plan());
    app.take();
    app.answers = false;
    app.keys("y");
    let record = app.take().pop().unwrap();
    app.keys("n n u");
    assert!(app.take().is_empty(), "one at a time, and the next item is not there");
    assert_eq!(review(&app).session.as_ref().unwrap().reached().answered, 0);
    let sentence = "not kept: the disk is full: R1.jsonl";
    app.send(Message::Recorded(Err(sentence.to_owned())));
    assert_eq!(review(&app).trouble.as_deref(), Some(sentence));
    assert_eq!(review(&app).session.as_ref().unwrap().at(), 0, "the item stays unanswered");
    app.keys("n");
    let again = app.take().pop().unwrap();
    let (Effect::Record(first), Effect::Record(second)) = (record, again) else { panic!("events") };
    assert_eq!(first.id, second.id, "what was not kept has used no number");
    app.send(Message::Recorded(Ok(second)));
    assert_eq!(review(&app).trouble, None);
    assert_eq!(review(&app).session.as_ref().unwrap().at(), 1);
    app.keys("y");
    assert!(!app.take().iter().any(|e| matches!(e, Effect::Record(_))), "its text has not come");
}

/// Everything that a label, a score, a place could show in.
pub fn print(app: &App) -> String {
    let state = &app.state;
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        state.reader.body,
        state.list,
        state.catalogue,
        state.title,
        state.toast,
        state.dialogs,
        state.reader
    )
}

#[test]
fn the_state_of_a_blind_review_is_the_same_whatever_is_hidden() {
    let told = |change: &dyn Fn(&mut Sketch)| -> Vec<String> {
        let mut app = App::empty();
        let mut sketches = poems();
        sketches.iter_mut().for_each(change);
        app.arrive(&sketches);
        app.finish();
        begin(&mut app, ReviewPlan { strata: Vec::new(), ..plan() }, true);
        let mut told = vec![print(&app)];
        for keys in ["j", "y", "i", "Esc", "f", "n", "e", "w", "]", "y C", "u", "F L s P", "?"] {
            app.keys(keys);
            told.push(print(&app));
        }
        let titles = |e: &Effect| if let Effect::Title(t) = e { Some(t.clone()) } else { None };
        told.extend(app.take().iter().filter_map(titles));
        told
    };
    let one = told(&|_| {});
    let other = told(&|sketch| {
        sketch.score = 14.0 - sketch.score;
        sketch.label = sketch.label.map(|label| 1.0 - label);
        sketch.outcome = OutcomeValue::Refused;
        sketch.tier = if sketch.tier == "free" { "paid" } else { "free" };
    });
    for (step, (a, b)) in one.iter().zip(&other).enumerate() {
        assert_eq!(a, b, "step {step}");
    }
    assert!(one.iter().all(|text| !text.contains("0.85") && !text.contains("strategic")));
}

#[test]
fn answers_are_taken_back_changed_noted_and_flagged() {
    let mut app = reviewing(plan());
    let first = app.pane_text(Focus::Scratchpad);
    app.keys("y");
    app.keys("f a");
    app.types("why so");
    app.keys("Enter n");
    app.keys("u");
    assert_eq!(review(&app).session.as_ref().unwrap().at(), 1);
    app.keys("u");
    assert_eq!(app.pane_text(Focus::Scratchpad), first, "asked again");
    app.keys("u");
    assert_eq!(app.toast(), "nothing to take back");
    app.keys("n n");
    app.keys("K y");
    let events = events(&mut app);
    let all = answers(&events);
    assert_eq!((all[1].note.as_deref(), all[1].flag), (Some("why so"), true));
    let order: Vec<(usize, Verdict)> = all.iter().map(|a| (a.n, a.answer)).collect();
    assert_eq!(order, [(0, Yes), (1, No), (0, No), (1, No), (1, Yes)]);
    assert_eq!(review(&app).session.as_ref().unwrap().at(), 2, "on to what is open");
}

#[test]
fn the_sentence_that_decided_goes_with_the_answer() {
    let mut app = reviewing(plan());
    app.sizes((0, 0), (40, 8), (40, 8), (0, 0));
    app.keys("Space");
    assert!(app.state.reader.chosen.is_some());
    app.keys("Space y");
    let events = events(&mut app);
    let answer = answers(&events)[0];
    let span = answer.span.unwrap();
    let body = app.bodies.iter().find(|b| b.transcript.id == answer.name.id).unwrap();
    let text = &body.transcript.sections[span.section].text[span.start..span.end];
    assert_eq!(text, format!("I will answer, {CUE}."));
    assert_eq!(app.state.reader.chosen, None, "the next item has none yet");
}

#[test]
fn the_output_is_judged_before_the_scratchpad_is_shown() {
    let mut app = reviewing(ReviewPlan { order: Order::OutputFirst, ..plan() });
    assert_eq!(review(&app).asking(), Asking::Output);
    let none = |app: &App| {
        let blocks = &app.state.reader.pane(Focus::Scratchpad).unwrap().doc.blocks;
        !blocks.iter().any(|b| matches!(b, crate::app::Block::Section(_)))
    };
    assert!(none(&app), "no scratchpad yet");
    app.keys("y");
    assert!(app.toast().starts_with("first what the output does"));
    app.keys("3");
    assert_eq!(review(&app).asking(), Asking::Verdict);
    assert!(!none(&app));
    app.keys("y");
    let events = events(&mut app);
    assert_eq!(answers(&events)[0].answers["output"], "refused");
    assert_eq!(review(&app).asking(), Asking::Output, "of the next item");
    // Judged anew it is said that the scratchpad had been seen.
    for back in ["u", "K"] {
        app.keys(back);
        assert_eq!(review(&app).asking(), Asking::Output);
        app.keys("1 y");
        let events = self::events(&mut app);
        let again = answers(&events)[0];
        assert_eq!(again.answers["output"], "complied");
        assert_eq!(again.answers["output_after_scratchpad"], true, "{back}");
    }
    app.keys("2 n");
    let events = self::events(&mut app);
    assert!(!answers(&events)[0].answers.contains_key("output_after_scratchpad"));
}

/// Nothing that was said blind goes because its reviewer has seen what the classifier says.
#[test]
fn a_blind_answer_is_not_taken_back_after_the_reveal() {
    let mut app = reviewing(plan());
    app.keys("y n R");
    app.take();
    app.keys("u");
    assert!(app.toast().contains("answered blind: that stays"), "{}", app.toast());
    let session = review(&app).session.as_ref().unwrap();
    assert_eq!((session.at(), session.answer_to(1).map(|a| a.answer)), (1, Some(No)));
    assert!(events(&mut app).is_empty());
    app.keys("y");
    let told = events(&mut app);
    let again = answers(&told)[0];
    assert_eq!((again.n, again.answer, again.sighted.as_deref()), (1, Yes, Some("after feedback")));
}

#[test]
fn after_the_reveal_answers_are_kept_as_such_and_everything_is_shown() {
    let mut app = reviewing(plan());
    app.keys("y R");
    assert!(!app.state.view.quiet);
    let shown = app.state.reader.body().unwrap().1;
    assert!(!shown.transcript.id.is_empty() && !shown.transcript.judgements.is_empty());
    app.keys("n");
    let events = events(&mut app);
    let all = answers(&events);
    assert_eq!(all[0].sighted, None);
    assert_eq!(all[1].sighted.as_deref(), Some("after feedback"));
    assert!(review(&app).compared.iter().any(|line| line.contains("not weighted")));
}

#[test]
fn a_filter_on_a_result_is_told_and_what_was_read_before_too() {
    let mut app = App::poems();
    app.finish();
    app.filter("outcome:complied");
    begin(&mut app, plan(), true);
    app.keys("y");
    let told = events(&mut app);
    let all = answers(&told);
    assert!(all[0].sighted.as_ref().is_some_and(|why| why.contains("filter")), "{all:?}");
    let mut app = App::poems();
    app.finish();
    app.keys("l G");
    app.keys("J");
    let read = app.state.catalogue.remarks().read().iter().count();
    begin(&mut app, plan(), true);
    app.keys("y y y y y");
    let events = events(&mut app);
    let opened = answers(&events).iter().filter(|a| a.sighted.is_some()).count();
    assert_eq!((opened, read > 0), (read, true));
}

#[test]
fn the_explorer_reads_on_behind_it_and_comes_back() {
    let mut app = App::poems();
    app.state.rater = "R1".to_owned();
    app.keys("r");
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Pick(PickOf::Reviews, _))));
    app.keys("Enter");
    assert_eq!(review(&app).phase, Phase::Reading);
    app.keys("y");
    app.arrive(&[sketch("late", "free", "a late one")]);
    assert_eq!(review(&app).phase, Phase::Reading);
    app.finish();
    assert_eq!(review(&app).phase, Phase::Asking);
    assert_eq!(review(&app).session.as_ref().unwrap().opened.items.len(), 6);
    // The key has waited.
    app.keys("q");
    assert!(app.state.review.is_none() && !app.state.quitting);
    assert_eq!(app.ids().len(), 6);
    assert_eq!(app.toast(), "1 of 6 answered");
    assert!(app.take().iter().any(|e| matches!(e, Effect::CloseJournal)));
    app.keys("j");
    assert!(!app.reading().is_empty(), "reading goes on");
}

#[test]
fn without_anything_to_review_or_to_write_to_it_says_why() {
    let mut app = App::poems();
    app.finish();
    app.filter("query:nothing");
    begin(&mut app, plan(), true);
    assert_eq!(review(&app).phase, Phase::Empty);
    assert!(review(&app).trouble.as_ref().is_some_and(|why| why.contains("passes the filter")));
    app.keys("y n ?");
    app.keys("Esc q");
    assert!(app.state.quitting);
    let mut app = App::poems();
    app.state.view.private = true;
    app.keys("r Enter");
    assert!(app.state.review.is_none() && app.toast().contains("private"), "{}", app.toast());
}

const BOOK: &str = r#"
name = "poems"
title = "Poems"
[[questions]]
id = "rhyme"
text = "Does it rhyme?"
kind = "yes-no"
required = true
[[questions]]
id = "mood"
text = "Which moods?"
kind = "several"
when = { question = "answer", is = ["yes"] }
options = [
    { value = "calm", key = "a", text = "Calm" },
    { value = "grim", key = "g", text = "Grim" },
]
[[questions]]
id = "lines"
text = "How many lines?"
kind = "number"
when = { question = "rhyme", is = ["yes"] }
"#;

fn with_book() -> ReviewPlan {
    let book = crate::review::Codebook::parse("book.toml", BOOK).unwrap();
    ReviewPlan { codebook: Some(Arc::new(book)), ..plan() }
}

#[test]
fn further_questions_come_after_the_main_one_and_go_with_it() {
    let mut app = reviewing(with_book());
    let at = |app: &App| review(app).asking();
    app.keys("y");
    assert_eq!(at(&app), Asking::Question(0));
    assert!(answers(&events(&mut app)).is_empty(), "not before the last question");
    app.keys("Enter");
    assert_eq!(app.toast(), "this question needs an answer");
    app.keys("y");
    assert_eq!(at(&app), Asking::Question(1));
    app.keys("g a g Enter");
    assert_eq!(at(&app), Asking::Question(2));
    app.keys("x Enter");
    assert_eq!(app.toast(), "a number is asked for");
    app.keys("Backspace 1 4 Enter");
    assert_eq!(at(&app), Asking::Verdict, "of the next item");
    let told = events(&mut app);
    let given = &answers(&told)[0].answers;
    let expected = serde_json::json!({ "rhyme": "yes", "mood": ["calm"], "lines": 14.0 });
    assert_eq!(serde_json::json!(given), expected);
    // Questions that do not follow from the answers are not asked; what was passed over is no answer.
    app.keys("n n");
    app.keys("y y Enter Enter");
    let told = events(&mut app);
    let all: Vec<String> =
        answers(&told).iter().map(|a| serde_json::json!(a.answers).to_string()).collect();
    assert_eq!(all, [r#"{"rhyme":"no"}"#, r#"{"rhyme":"yes"}"#]);
    // A skipped item is asked nothing.
    app.keys("s");
    assert_eq!(answers(&events(&mut app)).len(), 1);
}

#[test]
fn esc_goes_back_a_question_at_a_time() {
    let mut app = reviewing(with_book());
    app.keys("y y Esc");
    assert_eq!(review(&app).asking(), Asking::Question(0));
    app.keys("Esc");
    assert_eq!(review(&app).asking(), Asking::Verdict);
    app.keys("n y Enter");
    let told = events(&mut app);
    let all = answers(&told);
    assert_eq!((all.len(), all[0].answer), (1, No), "the changed answer");
}

#[test]
fn keys_wait_for_the_item_that_is_on_its_way() {
    let anchors = ReviewPlan { anchors: 0.5, repeats: 0.5, ..plan() };
    let mut app = reviewing(anchors);
    app.take();
    let items = review(&app).session.as_ref().unwrap().opened.items.len();
    assert!(items > 5, "{items}");
    // All of them before anything is answered to.
    let mut waiting = std::collections::VecDeque::new();
    for _ in 0..items {
        waiting.extend(update(&mut app.state, Message::Key(Key::char('y'))));
    }
    let mut written = 0;
    while let Some(effect) = waiting.pop_front() {
        written += usize::from(
            matches!(&effect, Effect::Record(event) if matches!(event.what, What::Answered(_))),
        );
        if let Some(answer) = app.answer(&effect) {
            waiting.extend(update(&mut app.state, answer));
        }
    }
    assert_eq!(written, items);
    assert_eq!(review(&app).phase, Phase::Ended);
}

#[test]
fn keys_that_wait_answer_nothing_after_one_that_could_not_be_written() {
    let mut app = reviewing(plan());
    for _ in 0..3 {
        update(&mut app.state, Message::Key(Key::char('y')));
    }
    assert_eq!(review(&app).keys.len(), 2);
    update(&mut app.state, Message::Recorded(Err("disk full".to_owned())));
    assert!(review(&app).keys.is_empty() && review(&app).trouble.is_some());
    assert_eq!(review(&app).session.as_ref().unwrap().reached().answered, 0);
}

#[test]
fn a_flag_and_a_note_without_an_answer_are_there_when_one_comes_back() {
    let mut app = reviewing(plan());
    app.keys("y f K");
    let draft = |app: &App| review(app).session.as_ref().unwrap().draft.clone();
    assert!(!draft(&app).flag);
    let told = app.state.toast.as_ref().unwrap().text.clone();
    assert!(told.contains("item 2 is kept here"), "{told}");
    app.keys("J");
    assert!(draft(&app).flag);
    // Who leaves is told once that it is not kept.
    app.keys("q");
    assert!(!app.state.quitting);
    let told = app.state.toast.as_ref().unwrap().text.clone();
    assert!(told.starts_with("1 item was not answered"), "{told}");
    app.take();
    app.keys("n");
    assert!(answers(&events(&mut app))[0].flag);
    app.keys("q");
    assert!(app.state.quitting);
}

#[test]
fn keys_that_are_given_while_it_opens_wait_for_the_first_item() {
    let mut app = App::empty();
    app.arrive(&poems());
    app.finish();
    app.state.now = 1_000;
    let mut effects = Vec::new();
    enter_review(&mut app.state, plan(), true, &mut effects);
    let told = effects.iter().find_map(|effect| app.answer(effect)).expect("a journal");
    app.keys("y n y");
    assert_eq!(review(&app).session.as_ref().map(|s| s.reached().answered), None);
    app.keys("?");
    assert!(!app.state.dialogs.is_empty(), "one can read about the keys");
    app.keys("Esc");
    app.send(told);
    let events = events(&mut app);
    let words: Vec<&str> = answers(&events).iter().map(|a| a.answer.as_str()).collect();
    assert_eq!(words, ["yes", "no", "yes"], "none is lost");
    assert_eq!(review(&app).session.as_ref().unwrap().at(), 3);
}
