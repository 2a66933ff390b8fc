//! After the reveal: what was answered beside what the label says.

use crate::app::review::Review;
use crate::app::{plural, thousands};
use crate::corpus::Bits;
use crate::query::{Asked, Said};
use crate::text::sanitize_line;

/// Answers beside what the label says, in sentences: of the sample as it was drawn, not weighted.
pub fn compared(review: &Review) -> Vec<String> {
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
        let answer = session.answer_to(n).filter(|_| item.repeats.is_none());
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
    lines.push(
        "These are counts of the sample. They are not weighted for how it was drawn.".to_owned(),
    );
    lines
}
