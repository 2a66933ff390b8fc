//! Counts as JSON: the keys of docs/JSON.md.

use serde_json::{Map, Value, json};

use crate::corpus::{ANSWERS, Answer, Bar, By, Gap, Measure, Question, Rate, Reviewers, Tally};
use crate::model::OutcomeValue;
use crate::query::Said;

pub(super) fn as_json(question: &Question, answer: &Answer) -> Value {
    let numbers = &answer.numbers;
    let label = question.ask.label.as_ref().map(|asked| {
        let raters: Vec<Value> = numbers
            .raters
            .iter()
            .map(|r| json!({"label": r.label, "rater": r.rater, "n": r.n}))
            .collect();
        let threshold = answer.bar.as_ref().map(Bar::to_string);
        json!({"asked": asked.to_string(), "raters": raters, "threshold": threshold})
    });
    let by: Vec<String> = question.ask.by.iter().map(By::name).collect();
    let groups: Vec<Value> = numbers
        .groups
        .iter()
        .map(|group| {
            let values: Map<String, Value> = by
                .iter()
                .zip(&group.by)
                .map(|(name, value)| (name.clone(), json!(value.value)))
                .collect();
            let filters: Option<Vec<&str>> =
                group.by.iter().map(|value| value.filter.as_deref()).collect();
            let mut own = tally(question, &group.tally);
            own.insert("filter".to_owned(), json!(filters.map(|all| all.join(" "))));
            let mut object = Map::new();
            object.insert("by".to_owned(), Value::Object(values));
            object.append(&mut own);
            Value::Object(object)
        })
        .collect();
    json!({
        "transcripts": numbers.all.total(),
        "copies": numbers.copies,
        "filter": question.filter.to_string(),
        "selected": answer.selected,
        "reviewed": reviewed(answer.reviewed),
        "by": by,
        "measure": if label.is_some() { "label" } else { question.measure.as_str() },
        "outcome": question.measure.outcome.as_str(),
        "partial": question.measure.counts_partial(),
        "errors": question.errors.map(|errors| {
            json!({"sensitivity": errors.sensitivity(), "specificity": errors.specificity()})
        }),
        "interval": "Wilson 95%",
        "label": label,
        "groups": groups,
        "more_groups": numbers.more_groups,
        "all": tally(question, &numbers.all),
        "gap": answer.gap.as_ref().map(|found| gap(question, found, answer.selected)),
        // A label is a result.
        "gap_negative": answer.negative.as_ref().map(|found| gap(question, found, true)),
    })
}

/// Answers of reviewers that the rates are of; null where there are none.
fn reviewed(found: Reviewers) -> Value {
    if found.answers == 0 {
        return Value::Null;
    }
    json!({"answers": found.answers, "drawn": found.drawn, "not_blind": found.not_blind, "weighted": false})
}

pub(super) fn rate(rate: Rate) -> Map<String, Value> {
    let interval = rate.interval();
    let mut map = Map::new();
    map.insert("n".to_owned(), json!(rate.n));
    map.insert("k".to_owned(), json!(rate.k));
    map.insert("rate".to_owned(), json!(rate.value()));
    map.insert("low".to_owned(), json!(interval.map(|i| i.low)));
    map.insert("high".to_owned(), json!(interval.map(|i| i.high)));
    map
}

fn tally(question: &Question, tally: &Tally) -> Map<String, Value> {
    let partial = question.measure.counts_partial();
    let compliance = tally.compliance(partial);
    let own = tally.rate(question.measure);
    let measured = if question.ask.label.is_some() { tally.label() } else { own };
    let rates: Map<String, Value> = ANSWERS
        .into_iter()
        .map(|outcome| {
            let measure = Measure { outcome, partial: false };
            (outcome.as_str().to_owned(), Value::Object(rate(tally.rate(measure))))
        })
        .collect();
    let outcomes: Map<String, Value> = OutcomeValue::ALL
        .into_iter()
        .map(|outcome| (outcome.as_str().to_owned(), json!(tally.outcome(outcome))))
        .collect();
    let deciders: Map<String, Value> =
        tally.deciders().into_iter().map(|(by, n)| (by.as_str().to_owned(), json!(n))).collect();
    let mut map = rate(measured);
    map.insert("transcripts".to_owned(), json!(tally.total()));
    map.insert("outcomes".to_owned(), Value::Object(outcomes));
    map.insert("deciders".to_owned(), Value::Object(deciders));
    map.insert("rates".to_owned(), Value::Object(rates));
    map.insert("compliance".to_owned(), Value::Object(rate(compliance)));
    map.insert(
        "label".to_owned(),
        json!(question.ask.label.as_ref().map(|_| label(question, tally))),
    );
    let corrected = question.errors.and_then(|errors| errors.corrected(measured));
    let corrected = corrected.map(|c| json!({"raw": c.raw, "clipped": c.clipped}));
    map.insert("corrected".to_owned(), json!(corrected));
    map
}

fn label(question: &Question, tally: &Tally) -> Value {
    let mut map = Map::new();
    for said in Said::ALL {
        map.insert(said.as_str().to_owned(), json!(tally.said(said)));
    }
    map.insert("of_reasoning".to_owned(), Value::Object(rate(tally.label_of_reasoning())));
    let given = tally.label_given_compliance(question.measure.counts_partial());
    map.insert("given_compliance".to_owned(), Value::Object(rate(given)));
    let cross: Map<String, Value> = OutcomeValue::ALL
        .into_iter()
        .map(|outcome| {
            let row: Map<String, Value> = Said::ALL
                .into_iter()
                .map(|said| (said.as_str().to_owned(), json!(tally.cell(outcome, said))))
                .collect();
            (outcome.as_str().to_owned(), Value::Object(row))
        })
        .collect();
    map.insert("outcomes".to_owned(), Value::Object(cross));
    Value::Object(map)
}

fn gap(question: &Question, gap: &Gap, selected: bool) -> Value {
    let test = gap.test();
    json!({
        "of": question.measure.as_str(),
        "field": gap.field.as_str(),
        "sides": [gap.sides.0, gap.sides.1],
        "pairs": gap.pairs,
        "unpaired": gap.unpaired(),
        "only": [gap.only.0, gap.only.1],
        "undecided": gap.undecided,
        "transcripts": [gap.transcripts.0, gap.transcripts.1],
        "rates": gap.rates.map(|rates| [rates.0, rates.1]),
        "value": gap.value,
        "low": gap.interval.map(|i| i.low),
        "high": gap.interval.map(|i| i.high),
        "method": gap.method.as_str(),
        "test": test.map(|test| test.name),
        "p": test.map(|test| test.p),
        "selected": selected,
        "filter": question.gap_filter().to_string(),
    })
}
