//! Terms about reviewers: three values, and classifiers undisturbed.

use super::super::{Filter, Truth};
use super::deciding::check;
use super::{Row, judged, row};
use crate::model::{DECISION, LabelValue};

const T: Truth = Truth::True;
const F: Truth = Truth::False;
const U: Truth = Truth::Unknown;

/// The usual row, to which R1 and R2 answered.
fn reviewed() -> Row {
    let said =
        |label: &str, who: &str, yes: bool| judged(label, who, LabelValue::Bool(yes), Some(yes));
    Row {
        reviews: vec![
            said("alignment_faking", "reviewer-R1", false),
            said("split", "reviewer-R1", true),
            said("split", "reviewer-R2", false),
            said("own", "reviewer-R1", true),
            said("own", DECISION, false),
            judged("unsure", "reviewer-R2", LabelValue::Unparsed, None),
            said("odd name", "reviewer-R1", false),
        ],
        reviewers: vec!["R1".to_owned(), "R2".to_owned()],
        ..row()
    }
}

#[test]
fn reviewers_are_asked_by_name() {
    check(
        &reviewed(),
        &[
            ("reviewed:yes", T),
            ("reviewed:no", F),
            ("reviewer:r1", T),
            ("reviewer:R", F),
            ("reviewer:R*", T),
            ("reviewer:R3,R2", T),
            ("-reviewer:R3", T),
            ("reviewer:none", F),
            // The classifier says yes to it, and R1 does not.
            ("label:alignment_faking", T),
            ("label.alignment_faking:no", F),
            ("label.alignment_faking@reviewer-R1:no", T),
            ("label.alignment_faking@*:no", T),
            ("label.alignment_faking@reviewer-R2:no", U),
            ("label.alignment_faking@reviewer-R2:missing", T),
            ("label.unsure@reviewer-R2:unparsed", T),
            ("label.unsure:missing", T),
            ("label:own", U),
            ("label.own:missing", T),
            ("label.own@decision:no", T),
            ("label:none", F),
        ],
    );
    check(&row(), &[("reviewed:yes", F), ("reviewer:none", T), ("reviewer:R1", F)]);
}

#[test]
fn disagreement_has_three_values() {
    check(
        &reviewed(),
        &[
            ("disagree:alignment_faking", T),
            ("disagree:is_af", U),
            ("disagree:split", T),
            ("disagree:\"odd name\"", F),
            ("-disagree:\"odd name\"", T),
            // One answer and no classifier; a decision is nobody's answer.
            ("disagree:own", U),
            ("-disagree:own", U),
            ("disagree:unsure", U),
            ("disagree:*", T),
            ("disagree:none", F),
            ("disagree:own,split", T),
        ],
    );
    check(&row(), &[("disagree:split", U), ("-disagree:split", U), ("disagree:none", T)]);
}

#[test]
fn what_is_a_result_and_what_gives_one_away() {
    for (text, selects, tells, asks) in [
        ("reviewed:no", true, false, true),
        ("reviewer:R1", true, false, true),
        ("disagree:x", true, true, true),
        ("label.x@reviewer-R1:yes", true, true, true),
        ("label:x", true, true, false),
        ("outcome:complied", true, true, true),
        ("tier:free", false, false, false),
        ("meta.labels.alignment_faking:true", false, true, false),
        ("meta.note:x", false, true, false),
        ("partner(meta.note:x)", false, true, false),
        ("quote:unmatched", true, true, false),
        ("decision:none", true, true, false),
    ] {
        let filter = Filter::parse(text).unwrap();
        assert_eq!(filter.selects_on_result(), selects, "{text}");
        assert_eq!(filter.tells_result(), tells, "{text}");
        assert_eq!(filter.asks_reviews(), asks, "{text}");
        assert_eq!(filter.to_string(), text);
    }
}
