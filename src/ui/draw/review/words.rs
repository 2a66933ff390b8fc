//! What is asked of an item and what was answered, in words: of transcripts, pairs, marks, quotes and turns.

use crate::app::review::{Asking, Review};
use crate::app::{State, plural, thousands};
use crate::review::{Order, Part, Session, Shows, Verdict};
use crate::text::{sanitize_line, truncate, width};
use crate::ui::draw::title::Word;
use crate::ui::theme::Theme;

/// Columns that are left to what is said beside a question when the definition of a category is cut.
const BESIDE: usize = 40;

/// A definition of fewer columns says nothing.
const LEAST: usize = 20;

/// The question as it is asked.
pub(crate) fn asked(review: &Review) -> String {
    let label = sanitize_line(&review.plan.label).into_owned();
    match (review.asking(), review.part()) {
        (Asking::Output, _) => "What does the output do?".to_owned(),
        (Asking::Question(_), _) => {
            let text = review.question().map_or("", |(_, question)| &question.text);
            sanitize_line(text).into_owned()
        }
        (Asking::Sides, _) => format!("Which shows {label}?"),
        (Asking::Verdict, Some(Part::Mark { category, .. })) => {
            format!("Is “{}” right here?", sanitize_line(&category))
        }
        (Asking::Verdict, Some(Part::Quote { criterion, label, .. })) => {
            let label = sanitize_line(&label).into_owned();
            match criterion {
                Some(n) => format!("Does this quote support criterion {n} of {label}?"),
                None => format!("Does this quote support {label}?"),
            }
        }
        (Asking::Verdict, Some(Part::Turn(turn))) => {
            format!("Does {label} hold in turn {}?", thousands(turn as usize + 1))
        }
        (Asking::Verdict, Some(Part::Beside { .. }) | None) => format!("Does {label} hold?"),
    }
}

/// What the category of the mark that is asked about means.
pub(crate) fn definition(state: &State, review: &Review) -> Option<String> {
    let (Asking::Verdict, Some(Part::Mark { category, .. })) = (review.asking(), review.part())
    else {
        return None;
    };
    let known = state.categories.iter().find(|own| own.name == category)?;
    let definition = sanitize_line(&known.definition).into_owned();
    (!definition.is_empty()).then_some(definition)
}

/// The question, the most important word first. `definition`: what a category means, cut to what is left of so many columns.
pub(super) fn question(
    review: &Review,
    definition: Option<&str>,
    room: usize,
    t: &Theme,
) -> Vec<Word> {
    let asked = asked(review);
    let left = room.saturating_sub(width(&asked) + 3);
    let mut words = vec![Word::new(asked, t.title, 9)];
    if let Some(definition) = definition {
        let mut word = Word::new(definition, t.dim, 4);
        let shorter = [left, left.saturating_sub(BESIDE)];
        for columns in shorter.into_iter().filter(|columns| *columns >= LEAST) {
            word = word.short(truncate(definition, columns).into_owned());
        }
        words.push(word);
    }
    words
}

/// A standing answer, in a word.
pub(super) fn answered(session: &Session) -> Option<String> {
    let answered = session.answer_to(session.at())?;
    let shows = answered.answers.get("shows").and_then(|word| Shows::named(word.as_str()?));
    Some(match shows {
        Some(Shows::Left) => "A".to_owned(),
        Some(Shows::Right) => "B".to_owned(),
        Some(shows) => shows.as_str().to_owned(),
        None => answered.answer.as_str().to_owned(),
    })
}

/// How many answers of each kind there are at the end: `9 yes, 3 no, …`.
pub(crate) fn counts(session: &Session) -> String {
    let count = |verdict| session.answers().filter(|(_, a)| a.answer == verdict).count();
    let shown = |wanted: &[Shows]| {
        let is = |word: Option<&str>| {
            word.and_then(Shows::named).is_some_and(|shows| wanted.contains(&shows))
        };
        let own = session.answers();
        own.filter(|(_, a)| is(a.answers.get("shows").and_then(|word| word.as_str()))).count()
    };
    let mut counts: Vec<(usize, &str)> = match session.opened.order {
        Order::Pairs => vec![
            (shown(&[Shows::Left, Shows::Right]), "one of the two"),
            (shown(&[Shows::Both]), "both"),
            (shown(&[Shows::Neither]), "neither"),
        ],
        Order::Marks => vec![(count(Verdict::Yes), "right"), (count(Verdict::No), "wrong")],
        Order::Quotes => {
            vec![(count(Verdict::Yes), "support it"), (count(Verdict::No), "do not")]
        }
        Order::Whole | Order::OutputFirst | Order::Turns => {
            vec![(count(Verdict::Yes), "yes"), (count(Verdict::No), "no")]
        }
    };
    counts.push((count(Verdict::CannotTell), "cannot tell"));
    counts.push((count(Verdict::Skip), "skipped"));
    let words: Vec<String> =
        counts.iter().map(|(n, word)| format!("{} {word}", thousands(*n))).collect();
    words.join(", ")
}

/// What all items are, with their number: `12 marks are`.
pub(crate) fn items(order: Order, n: usize) -> String {
    match order {
        Order::Whole | Order::OutputFirst => plural(n, "item is", "items are"),
        Order::Pairs => plural(n, "pair is", "pairs are"),
        Order::Marks => plural(n, "mark is", "marks are"),
        Order::Quotes => plural(n, "quote is", "quotes are"),
        Order::Turns => plural(n, "turn is", "turns are"),
    }
}
