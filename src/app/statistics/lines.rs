//! The lines of rates, counts and gaps: each number with the filter that finds the transcripts it is of.

use super::super::facts::{plural, thousands};
use super::super::figures::percent_of;
use super::{Opens, StatLine, Statistics};
use crate::corpus::{Answer, Errors, Gap, GapMethod, Measure, PartKind, Rate, Tally};
use crate::model::OutcomeValue;
use crate::query::{Asked, Said};

/// Most groups that are listed; the command prints all.
const MOST_GROUPS: usize = 500;
/// Most raters that are named.
const MOST_RATERS: usize = 4;

/// What has an outcome.
const DECIDED: &str = "-outcome:unfinished,unknown";

/// A block of rates: of what, corrected for what, and what else a transcript must be to count in them, as filters: to be one of `n`,
/// and of `k`.
struct Block<'a> {
    measure: &'a dyn Fn(&Tally) -> Rate,
    errors: Option<Errors>,
    all: String,
    yes: String,
}

impl Statistics {
    /// Rates of an outcome or of a label, and the gap.
    pub(super) fn rates(&self, answer: &Answer, asked: Option<&Asked>) -> Vec<StatLine> {
        let mut lines = Vec::new();
        lines.extend(self.one_side.as_ref().map(|side| {
            let both = if answer.gap.is_some() { "; the gap is of both sides" } else { "" };
            StatLine::Text(format!(
                "the list shows pairs: of {side} alone, as its filter says{both}"
            ))
        }));
        match asked {
            None => self.outcomes(answer, &mut lines),
            Some(asked) => self.of_label(answer, asked, &mut lines),
        }
        if let Some(found) = &answer.gap {
            let title = format!("gap in {}", self.measure().noun());
            self.gap(&title, found, answer.selected, &mut lines);
        }
        if let (Some(found), Some(asked)) = (&answer.negative, asked) {
            let noun = self.measure().noun();
            let title = format!("gap in {noun}, {asked}: no on both sides");
            self.gap(&title, found, true, &mut lines);
        }
        lines
    }

    fn partial_words(&self) -> &'static str {
        if self.ways.partial {
            "partial counts as compliance"
        } else {
            "partial does not count as compliance"
        }
    }

    fn outcomes(&self, answer: &Answer, lines: &mut Vec<StatLine>) {
        let all = &answer.numbers.all;
        let measure = self.measure();
        lines.push(StatLine::Heading(format!("{}, Wilson 95%", measure.title())));
        groups(
            answer,
            &Block {
                measure: &|tally| tally.rate(measure),
                errors: self.ways.errors,
                all: DECIDED.to_owned(),
                yes: measure.filter(),
            },
            lines,
        );
        if measure.is_compliance() {
            lines.push(StatLine::Text(self.partial_words().to_owned()));
        }
        self.corrected(lines);
        counted(answer, lines);
        for (by, n) in all.deciders() {
            let opens = format!("by:{} {DECIDED}", by.as_str());
            let title = format!("outcome decided by {}", by.as_str());
            lines.push(StatLine::counting(title, n, Some(opens)));
        }
        let apart = [OutcomeValue::Unfinished, OutcomeValue::Unknown];
        no_denominator(
            apart.map(|o| (o.as_str(), all.outcome(o), Some(format!("outcome:{}", o.as_str())))),
            lines,
        );
    }

    fn of_label(&self, answer: &Answer, asked: &Asked, lines: &mut Vec<StatLine>) {
        let numbers = &answer.numbers;
        let all = &numbers.all;
        let partial = self.ways.partial;
        let known = asked.known();
        lines.push(StatLine::Heading(format!("{asked}: yes, Wilson 95%")));
        let errors = self.ways.errors;
        let yes = asked.filter(Said::Yes).unwrap_or_default();
        let block = Block { measure: &Tally::label, errors, all: known.clone(), yes: yes.clone() };
        groups(answer, &block, lines);
        lines.extend(answer.reviewed.caution().map(StatLine::Text));
        self.corrected(lines);
        counted(answer, lines);
        let apart = [Said::Neither, Said::Unparsed, Said::Missing];
        no_denominator(apart.map(|s| (s.as_str(), all.said(s), asked.filter(s))), lines);
        if let Some(bar) = &answer.bar {
            lines.push(StatLine::Text(format!("positive {bar}")));
        }
        for r in numbers.raters.iter().take(MOST_RATERS) {
            let others = numbers.raters.iter().map(|r| (&*r.label, &*r.rater));
            let opens = asked.given((&r.label, &r.rater), others);
            lines.push(StatLine::counting(format!("rater {} ({})", r.rater, r.label), r.n, opens));
        }
        let more = numbers.raters.len().saturating_sub(MOST_RATERS);
        if more > 0 {
            lines.push(StatLine::Text(format!("{} not listed", plural(more, "rater", "raters"))));
        }
        if numbers.raters.len() > 1 {
            lines.push(StatLine::Text("yes where any rater says yes".to_owned()));
        }
        lines.push(StatLine::Heading(format!("{asked}: yes, of transcripts with reasoning")));
        let measure = &Tally::label_of_reasoning;
        let of = |filter: &str, further: &str| format!("{filter} -parse:missing{further}");
        let (of_all, of_yes) = (of(&known, ""), of(&yes, ""));
        groups(answer, &Block { measure, errors: None, all: of_all, yes: of_yes }, lines);
        let which = if partial { "complied, or partly" } else { "complied" };
        lines.push(StatLine::Heading(format!("{asked}: yes, of those that {which}")));
        let measure = &|tally: &Tally| tally.label_given_compliance(partial);
        let complied = format!(" {}", Measure::compliance(partial).filter());
        let (of_all, of_yes) = (of(&known, &complied), of(&yes, &complied));
        groups(answer, &Block { measure, errors: None, all: of_all, yes: of_yes }, lines);
        lines.push(StatLine::Heading(format!("outcome × {asked}")));
        for outcome in OutcomeValue::ALL {
            for said in Said::ALL {
                let n = all.cell(outcome, said);
                if n > 0 {
                    let title = format!("{} · {}", outcome.as_str(), said.as_str());
                    let filter = asked.filter(said);
                    let opens = filter.map(|own| format!("outcome:{} {own}", outcome.as_str()));
                    lines.push(StatLine::Count { title, n, opens });
                }
            }
        }
        lines.push(StatLine::Text(self.partial_words().to_owned()));
    }

    /// The parts of a gap, each with the transcripts that it opens. What there is none of stands in one line.
    fn parts(&self, gap: &Gap, lines: &mut Vec<StatLine>) {
        let sides = [gap.sides.0.as_str(), gap.sides.1.as_str()];
        let did = match (self.measure().outcome.as_str(), self.measure().counts_partial()) {
            (_, true) => "complied, or partly",
            (did, false) => did,
        };
        let mut kinds =
            vec![PartKind::FirstUnpaired, PartKind::SecondUnpaired, PartKind::Undecided];
        if gap.table.is_some() {
            let cells =
                [PartKind::Both, PartKind::FirstAlone, PartKind::SecondAlone, PartKind::Neither];
            kinds.splice(0..0, cells);
        }
        let mut none = Vec::new();
        for kind in kinds {
            let pair = pairs_of(kind, sides, did);
            let noun = if pair.is_some() { ["pair", "pairs"] } else { ["sample", "samples"] };
            let title = pair.unwrap_or_else(|| match kind {
                PartKind::FirstUnpaired => format!("{} without a partner", sides[0]),
                PartKind::SecondUnpaired => format!("{} without a partner", sides[1]),
                _ => "without an outcome on one side".to_owned(),
            });
            let Some(part) = gap.part(kind) else {
                none.push(title);
                continue;
            };
            let counts = format!(
                "{}, {}",
                plural(part.samples, noun[0], noun[1]),
                plural(part.transcripts, "transcript", "transcripts")
            );
            let (n, opens) = (part.transcripts, part.filter.clone());
            lines.push(StatLine::Part { title, counts, n, opens });
        }
        if !none.is_empty() {
            lines.push(StatLine::Text(format!("none: {}", none.join(" · "))));
        }
    }

    fn corrected(&self, lines: &mut Vec<StatLine>) {
        if let Some(errors) = self.ways.errors {
            lines.push(StatLine::Text(format!("corrected for {errors} (Rogan–Gladen)")));
            let cut = "◇ in the plot; in brackets what lies outside 0–100%, cut to that";
            lines.push(StatLine::Text(cut.to_owned()));
        }
    }

    fn gap(&self, heading: &str, gap: &Gap, selected: bool, lines: &mut Vec<StatLine>) {
        let (first, second) = (&gap.sides.0, &gap.sides.1);
        lines.push(StatLine::Heading(heading.to_owned()));
        lines.push(StatLine::Scale(["-100", "+100"]));
        let title = format!("{first} − {second}");
        let (n, opens) = gap
            .part(PartKind::Compared)
            .map_or((0, None), |part| (part.transcripts, part.filter.clone()));
        let same = opens.clone();
        lines.push(StatLine::Gap { title, value: gap.value, interval: gap.interval, n, opens });
        let counts = if gap.method.is_paired() {
            let pairs = plural(gap.pairs, "pair of samples", "pairs of samples");
            format!("{pairs}, {}", plural(n, "transcript", "transcripts"))
        } else {
            let (a, b) = gap.transcripts;
            format!("{} and {} transcripts", thousands(a), thousands(b))
        };
        lines.push(StatLine::Part { title: "n".to_owned(), counts, n, opens: same });
        let method = if gap.value.is_some() { gap.method.as_str() } else { "undefined" };
        let apart = if gap.method.is_paired() { "" } else { "no sample has both · " };
        lines.push(StatLine::Text(format!("{apart}{method}")));
        if let Some((a, b)) = gap.rates {
            let means = !matches!(gap.method, GapMethod::Paired | GapMethod::Independent);
            let over = if means { ", means over samples" } else { "" };
            let (a, b) = (percent_of(Some(a)), percent_of(Some(b)));
            lines.push(StatLine::Text(format!("{a} against {b}{over}")));
        }
        self.parts(gap, lines);
        if selected {
            lines.push(StatLine::Text("selected on a result".to_owned()));
        }
        if let Some(test) = gap.test().filter(|_| self.tests) {
            lines.push(StatLine::Text(format!("{} p = {:.4}", test.name, test.p)));
        } else if self.tests {
            lines.push(StatLine::Text("no test for this situation".to_owned()));
        }
    }
}

/// What a pair is called, by what its sides did.
fn pairs_of(kind: PartKind, [first, second]: [&str; 2], did: &str) -> Option<String> {
    Some(match kind {
        PartKind::Both => format!("both {did}"),
        PartKind::FirstAlone => format!("only {first} {did}"),
        PartKind::SecondAlone => format!("only {second} {did}"),
        PartKind::Neither => format!("neither {did}"),
        _ => return None,
    })
}

fn groups(answer: &Answer, block: &Block<'_>, lines: &mut Vec<StatLine>) {
    let numbers = &answer.numbers;
    let errors = block.errors;
    // The blocks below share its columns.
    if !lines.iter().any(|line| matches!(line, StatLine::Scale(_))) {
        lines.push(StatLine::Scale(["0%", "100%"]));
    }
    for group in numbers.groups.iter().take(MOST_GROUPS) {
        let values: Vec<&str> = group.by.iter().map(|value| &*value.value).collect();
        let filters: Option<Vec<&str>> = group.by.iter().map(|v| v.filter.as_deref()).collect();
        lines.push(StatLine::Rate {
            title: values.join(" · "),
            rate: (block.measure)(&group.tally),
            errors,
            opens: match filters.map(|all| all.join(" ")) {
                Some(own) => Opens {
                    all: Some(format!("{own} {}", block.all)),
                    yes: Some(format!("{own} {}", block.yes)),
                },
                None => Opens::default(),
            },
        });
    }
    let more = numbers.groups.len().saturating_sub(MOST_GROUPS) + numbers.more_groups;
    if more > 0 {
        let more = plural(more, "group", "groups");
        lines.push(StatLine::Text(format!("{more} not listed; `undertone stats` lists all")));
    }
    let rate = (block.measure)(&numbers.all);
    let opens = Opens { all: Some(block.all.clone()), yes: Some(block.yes.clone()) };
    lines.push(StatLine::Rate { title: "all".to_owned(), rate, errors, opens });
}

fn counted(answer: &Answer, lines: &mut Vec<StatLine>) {
    let numbers = &answer.numbers;
    lines.push(StatLine::counting("transcripts", numbers.all.total(), Some(String::new())));
    lines.extend(StatLine::copies(answer, numbers.copies));
    if numbers.pending > 0 {
        let text = format!("not opened yet: {}", thousands(numbers.pending));
        lines.push(StatLine::Text(text));
    }
}

/// What stands in no denominator: its name, how many, the filter that finds it. What there is none of stands in one line.
fn no_denominator<const N: usize>(
    apart: [(&'static str, usize, Option<String>); N],
    lines: &mut Vec<StatLine>,
) {
    let none: Vec<&str> =
        apart.iter().filter(|(_, n, _)| *n == 0).map(|(name, ..)| *name).collect();
    if !none.is_empty() {
        lines.push(StatLine::Text(format!("in no denominator: 0 {}", none.join(", 0 "))));
    }
    for (name, n, opens) in apart.into_iter().filter(|(_, n, _)| *n > 0) {
        lines.push(StatLine::Count { title: format!("{name}, in no denominator"), n, opens });
    }
}
