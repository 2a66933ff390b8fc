//! Items that are no whole transcripts: what of a text is asked about, two transcripts beside each other, a transcript that ends with a turn.

use std::sync::Arc;

use super::answer;
use crate::app::review::{Asking, Phase, Review, side_of};
use crate::app::update::turns;
use crate::app::{Effect, Focus, Key, Reading, State};
use crate::corpus::{Bits, Body, BodyError, RowId, RowPlace, hidden_in_response};
use crate::model::Analysis;
use crate::query::{Asked, Columns, Said};
use crate::review::{ItemName, Order, Part, Shows, Verdict, beside, end_with, words_hash};

/// What is said of a mark or a quote whose words are other ones now.
pub const CHANGED: &str = "the text of this item has changed since the sample was drawn; skip it";

/// The row that stands for the right side of an item in questions for texts; the left side's is the item's number.
fn right_of(n: usize) -> RowId {
    RowId::MAX - n as RowId
}

/// The number of the item that an answer about a row is of, and whether it is its right side.
pub fn item_of(row: RowId, items: usize) -> (usize, bool) {
    let right = (RowId::MAX - row) as usize;
    if right < items && row as usize >= items { (right, true) } else { (row as usize, false) }
}

/// The rows of the items' left and right sides, where they are pairs; items are named as their records are now.
pub fn found_again(review: &mut Review) {
    let Some(session) = &mut review.session else { return };
    let catalogue = &review.behind.catalogue;
    let items = &mut session.opened.items;
    let names: Vec<&ItemName> = items.iter().map(|item| &item.name).collect();
    review.rows = catalogue.rows_again(&names);
    review.beside = Vec::new();
    if session.opened.order == Order::Pairs {
        let none = ItemName::default();
        let others = items.iter().map(|item| item.beside.as_ref().map_or(&none, |b| &b.name));
        review.beside = catalogue.rows_again(&others.collect::<Vec<_>>());
    }
    // An answer is on what is shown, should the record have changed since it was drawn.
    for (at, item) in items.iter_mut().enumerate() {
        let now = |rows: &[Option<RowId>]| catalogue.item_name((*rows.get(at)?)?);
        if let Some(now) = now(&review.rows) {
            item.name = ItemName { part: item.name.part.take(), ..now };
        }
        if let Some((beside, now)) = item.beside.as_mut().zip(now(&review.beside)) {
            beside.name = now;
            item.name.part = Some(Part::beside(&beside.name).to_string());
        }
    }
}

/// Where the sides of the item on the screen are, the left one first; of other items it is one.
pub fn places(review: &Review) -> Option<(RowPlace, Option<RowPlace>)> {
    let session = review.session.as_ref()?;
    let place = |rows: &[Option<RowId>]| {
        let row = rows.get(session.at()).copied().flatten()?;
        Some(review.behind.catalogue.view(row)?.place())
    };
    let own = place(&review.rows)?;
    match session.item().and_then(|item| item.beside.as_ref()) {
        None => Some((own, None)),
        Some(other) => {
            let beside = place(&review.beside)?;
            Some(if other.left { (beside, Some(own)) } else { (own, Some(beside)) })
        }
    }
}

/// What the sides of the pair on the screen are, where that is shown: `A free, af yes · B paid, af no`.
pub fn told_sides(review: &Review) -> Option<String> {
    let session = review.session.as_ref().filter(|session| !session.is_blind())?;
    let item = session.item()?;
    let (own, other) = (review.rows.get(session.at())?, review.beside.get(session.at())?);
    let rows = if item.beside.as_ref()?.left { [other, own] } else { [own, other] };
    let label = &review.plan.label;
    let told = ["A", "B"].into_iter().zip(rows).filter_map(|(side, row)| {
        let row = (*row)?;
        let tier = review.behind.catalogue.view(row)?;
        let tier = tier.tier().unwrap_or("no tier").to_owned();
        let says = match says(review, row) {
            Some(yes) => format!(", {label} {}", if yes { "yes" } else { "no" }),
            None => String::new(),
        };
        Some(format!("{side} {tier}{says}"))
    });
    Some(told.collect::<Vec<_>>().join(" · "))
}

/// What the label says of a row.
fn says(review: &Review, row: RowId) -> Option<bool> {
    let asked = Asked::named(&review.plan.label).ok()?;
    let rows = Bits::of(&[row]);
    let is = |said| review.behind.catalogue.rows_said(&asked, said, &rows).contains(row);
    if is(Said::Yes) { Some(true) } else { is(Said::No).then_some(false) }
}

/// A side of a pair has come. Both of them, when the other one is there; `None`: the other one is asked for.
pub fn half(
    state: &mut State,
    right: bool,
    generation: u64,
    result: Result<Arc<Body>, BodyError>,
    fx: &mut Vec<Effect>,
) -> Option<Result<Arc<Body>, BodyError>> {
    let review = state.review.as_mut()?;
    let body = match result {
        Ok(body) => body,
        Err(error) => return Some(Err(error)),
    };
    if !right {
        let (n, place) = (review.session.as_ref()?.at(), places(review)?.1?);
        review.left = Some(body);
        fx.push(Effect::ReadItem { generation, row: right_of(n), place });
        return None;
    }
    let left = review.left.take()?;
    review.text = crate::review::pair_hash(&left.transcript, &body.transcript);
    Some(Ok(Arc::new(Body {
        transcript: beside(&left.transcript, &body.transcript),
        analysis: Analysis::default(),
        record: String::new().into(),
        as_read: false,
        hidden: left.hidden + body.hidden,
    })))
}

/// A transcript that ends with the turn that is judged; or why the item cannot be asked about.
pub fn cut(review: &Review, mut body: Arc<Body>) -> Result<Arc<Body>, BodyError> {
    let part = review.part();
    if let Some(Part::Turn(turn)) = part {
        let own = Arc::make_mut(&mut body);
        end_with(&mut own.transcript, turn);
        let sections = own.transcript.sections.len();
        let all = &mut own.analysis;
        all.spans.truncate(all.spans.partition_point(|span| span.section < sections));
        all.recited.retain(|recited| recited.section < sections);
        all.sentences.retain(|sentence| sentence.section < sections);
        all.features.retain(|feature| feature.section < sections);
        // These are of the whole.
        (all.decision, all.verdict, all.score) = (None, None, None);
        all.criteria.clear();
        all.contributions.clear();
        let here = |section: usize| section < sections;
        own.transcript.evidence.retain(|quote| quote.at.is_none_or(|at| here(at.0)));
        own.hidden = hidden_in_response(&own.transcript);
    }
    let Some(place) = part.and_then(|part| part.place()) else { return Ok(body) };
    let section = body.transcript.sections.get(place.section);
    let words = section.and_then(|section| section.text.get(place.start..place.end));
    let wanted = review.session.as_ref().and_then(|session| session.item()).map(|item| item.words);
    if words.is_some_and(|words| Some(words_hash(words)) == wanted) {
        Ok(body)
    } else {
        Err(BodyError { message: CHANGED.to_owned() })
    }
}

/// The text of an item has come on the screen: what is asked about is brought into sight.
pub fn shown(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(review) = &state.review else { return };
    if review.is_pair() {
        state.focus = Focus::Scratchpad;
        return;
    }
    let place = review.part().and_then(|part| part.place());
    if let Some(place) = place.filter(|_| matches!(state.reader.body, Reading::Here(..))) {
        turns::bring(state, place.section, place.start, place.end, fx);
    }
}

/// A key while one of two is to be chosen. False: it is none of its answers.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) -> bool {
    let Some(review) = state.review.as_mut().filter(|r| r.phase == Phase::Asking) else {
        return false;
    };
    if review.asking() != Asking::Sides {
        return false;
    }
    let Some(shows) = side_of(key) else { return false };
    answer(state, shows.map_or(Verdict::CannotTell, Shows::verdict), shows, fx);
    true
}
