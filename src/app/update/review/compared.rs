//! After the reveal: what was answered beside what the label says.

use std::collections::BTreeMap;

use crate::app::review::Review;
use crate::app::{plural, thousands};
use crate::corpus::Bits;
use crate::query::{Asked, Columns, Said};
use crate::review::{Item, Order, Part, Shows};
use crate::text::sanitize_line;

/// Answers beside what the label or the rules say, in sentences: of the sample as it was drawn, not weighted. Hidden repeats and items that
/// were shown sighted on purpose are not among them.
pub fn compared(review: &Review) -> Vec<String> {
    let mut lines = sentences(review);
    let items = review.session.iter().flat_map(|session| &session.opened.items);
    let sighted = items.filter(|item| item.sighted).count();
    if sighted > 0 && review.order() != Order::Turns {
        let n = plural(sighted, "item that was", "items that were");
        lines.push(format!("Without {n} shown sighted on purpose."));
    }
    lines
}

/// Whether an answer counts.
fn is_counted(item: &Item) -> bool {
    item.repeats.is_none() && !item.sighted
}

fn sentences(review: &Review) -> Vec<String> {
    match review.order() {
        Order::Whole | Order::OutputFirst => whole(review),
        Order::Marks | Order::Quotes => by_maker(review),
        Order::Pairs => pairs(review),
        Order::Turns => vec![
            "A turn is not the transcript: what the label says of that is not held against it."
                .to_owned(),
        ],
    }
}

/// Most makers of marks or quotes that are named.
const MOST_MAKERS: usize = 12;

/// Marks by rule, quotes by judge: how many of them are right.
fn by_maker(review: &Review) -> Vec<String> {
    let Some(session) = &review.session else { return Vec::new() };
    let mut makers: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (item, answer) in session.answers().filter(|(item, _)| is_counted(item)) {
        let (Some(holds), Some(part)) = (answer.answer.holds(), item.part()) else { continue };
        let maker = match part {
            Part::Mark { rule, .. } => rule,
            Part::Quote { judge, criterion: Some(n), .. } => format!("{judge}, criterion {n}"),
            Part::Quote { judge, .. } => judge,
            Part::Turn(_) | Part::Beside { .. } => continue,
        };
        let (right, n) = makers.entry(maker).or_default();
        *n += 1;
        *right += usize::from(holds);
    }
    let mut makers: Vec<(String, (usize, usize))> = makers.into_iter().collect();
    // Those that were judged most often first.
    makers.sort_by(|a, b| b.1.1.cmp(&a.1.1).then_with(|| a.0.cmp(&b.0)));
    let more = makers.len().saturating_sub(MOST_MAKERS);
    makers.truncate(MOST_MAKERS);
    let told = makers.iter().map(|(maker, (right, n))| {
        let maker = sanitize_line(maker);
        format!("{maker}: {} of {} right.", thousands(*right), thousands(*n))
    });
    let mut lines: Vec<String> = told.collect();
    if more > 0 {
        lines.push(format!("And {more} more; undertone agree has all of them."));
    }
    lines.push(NOT_WEIGHTED.to_owned());
    lines
}

/// Pairs in which one side alone shows it: of which tier that is.
fn pairs(review: &Review) -> Vec<String> {
    let Some(session) = &review.session else { return Vec::new() };
    let mut tiers: BTreeMap<String, usize> = BTreeMap::new();
    for (n, item) in session.opened.items.iter().enumerate() {
        let answer = session.answer_to(n).filter(|_| is_counted(item));
        let word = answer.and_then(|answer| answer.answers.get("shows")?.as_str());
        let left = match word.and_then(Shows::named) {
            Some(Shows::Left) => true,
            Some(Shows::Right) => false,
            _ => continue,
        };
        let beside = item.beside.as_ref().is_some_and(|beside| beside.left == left);
        let rows = if beside { &review.beside } else { &review.rows };
        let row = rows.get(n).copied().flatten();
        let view = row.and_then(|row| review.behind.catalogue.view(row));
        let tier = view.as_ref().and_then(|view| view.tier()).unwrap_or("no tier").to_owned();
        *tiers.entry(tier).or_default() += 1;
    }
    let told = tiers.iter().map(|(tier, n)| {
        format!("Only the one of the tier {}: {}.", sanitize_line(tier), thousands(*n))
    });
    let mut lines: Vec<String> = told.collect();
    lines.push(NOT_WEIGHTED.to_owned());
    lines
}

/// What is said below all counts.
const NOT_WEIGHTED: &str =
    "These are counts of the sample. They are not weighted for how it was drawn.";

fn whole(review: &Review) -> Vec<String> {
    let (Some(session), Ok(asked)) = (&review.session, Asked::named(&review.plan.label)) else {
        return Vec::new();
    };
    let catalogue = &review.behind.catalogue;
    let mut rows = Bits::default();
    review.rows.iter().flatten().for_each(|row| rows.insert(*row));
    let says = [Said::Yes, Said::No].map(|said| catalogue.rows_said(&asked, said, &rows));
    // By what the label says (yes, no) and what was answered (yes, no).
    let mut counts = [[0_usize; 2]; 2];
    let (mut silent, mut apart) = (0, Vec::new());
    for (n, item) in session.opened.items.iter().enumerate() {
        let row = review.rows.get(n).copied().flatten();
        let answer = session.answer_to(n).filter(|_| is_counted(item));
        let Some((row, holds)) = row.zip(answer.and_then(|a| a.answer.holds())) else { continue };
        match says.iter().position(|says| says.contains(row)) {
            Some(said) => {
                let answered = usize::from(!holds);
                if let Some(count) = counts.get_mut(said).and_then(|row| row.get_mut(answered)) {
                    *count += 1;
                }
                if said != answered {
                    apart.push(thousands(n + 1));
                }
            }
            None => silent += 1,
        }
    }
    let [[yes_yes, yes_no], [no_yes, no_no]] = counts.map(|row| row.map(thousands));
    let label = sanitize_line(&review.plan.label);
    let mut lines = vec![
        format!("Where {label} says yes: you yes {yes_yes}, no {yes_no}."),
        format!("Where it says no: you yes {no_yes}, no {no_no}."),
    ];
    if silent > 0 {
        lines.push(format!("Without a word of it on {}.", plural(silent, "item", "items")));
    }
    if !apart.is_empty() {
        const MOST: usize = 30;
        let more = apart.len().saturating_sub(MOST);
        apart.truncate(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!("You differ on items {}{more}.", apart.join(", ")));
    }
    lines.push(NOT_WEIGHTED.to_owned());
    lines
}
