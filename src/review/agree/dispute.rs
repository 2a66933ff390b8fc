//! What people should look at again: where two of those who say something of a transcript say different things.

use super::{Case, Decision};
use crate::review::Verdict;

/// Which two disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DisputeKind {
    /// Reviewers among each other.
    HumanHuman,
    /// Reviewers and the classifier.
    HumanClassifier,
    /// The rules' verdict on the reasoning and the classifier.
    RulesJudge,
    /// The decision tag in the text and a judge of the outcome.
    TagJudge,
    /// The classifier's votes among each other.
    Votes,
}

impl DisputeKind {
    /// All of them, the most telling first.
    pub const ALL: [Self; 5] =
        [Self::HumanHuman, Self::HumanClassifier, Self::RulesJudge, Self::TagJudge, Self::Votes];

    /// The word in tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HumanHuman => "human-human",
            Self::HumanClassifier => "human-classifier",
            Self::RulesJudge => "rules-judge",
            Self::TagJudge => "tag-judge",
            Self::Votes => "votes",
        }
    }
}

/// From and up to which share of votes a person should look.
const VOTES: std::ops::RangeInclusive<f64> = 0.2..=0.6;

/// What is said of a transcript besides answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// The classifier's label.
    pub classifier: Option<bool>,
    /// Whether the rules find a decision to comply joined to its motive; `None`: they say nothing.
    pub rules: Option<bool>,
    /// The outcome by the decision tag in the text.
    pub tag: Option<String>,
    /// The outcome by a judge.
    pub judge: Option<String>,
    /// The classifier's shares of votes, each with the rater.
    pub votes: Vec<(String, f64)>,
}

/// One disagreement.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// Which two.
    pub kind: DisputeKind,
    /// Who says what.
    pub says: Vec<(String, String)>,
}

/// Who decided, where that stands beside who answered.
#[must_use]
pub fn decider(rater: &str) -> String {
    format!("{rater} (decision)")
}

fn word(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// All that is disputed of a transcript. A decision ends all of it and is no party to it: whether there is one is the case's to say. Decisions that
/// are not the same are a disagreement among people.
#[must_use]
pub fn disputes(case: Option<&Case>, seen: &Seen) -> Vec<Dispute> {
    let mut found = Vec::new();
    let mut take = |kind, says| found.push(Dispute { kind, says });
    let given = |case: &Case| -> Vec<(String, String)> {
        let said = case.given.iter().filter(|(_, verdict, _)| verdict.holds().is_some());
        said.map(|(rater, verdict, _)| (rater.clone(), verdict.as_str().to_owned())).collect()
    };
    let pair = |[a, b]: [(&str, String); 2]| vec![(a.0.to_owned(), a.1), (b.0.to_owned(), b.1)];
    if let Some(case) = case.filter(|case| case.is_disputed() || !case.contested().is_empty()) {
        let mut says = given(case);
        let decided = |by: &Decision| (decider(&by.rater), by.answer.as_str().to_owned());
        says.extend(case.contested().iter().map(decided));
        take(DisputeKind::HumanHuman, says);
    }
    if let (Some(case), Some(classifier)) = (case, seen.classifier) {
        let other = |(_, verdict, _): &(String, Verdict, String)| {
            verdict.holds().is_some_and(|holds| holds != classifier)
        };
        if case.given.iter().any(other) {
            let mut says = given(case);
            says.push(("classifier".to_owned(), word(classifier)));
            take(DisputeKind::HumanClassifier, says);
        }
    }
    if let (Some(rules), Some(classifier)) = (seen.rules, seen.classifier)
        && rules != classifier
    {
        let says = pair([("rules", word(rules)), ("classifier", word(classifier))]);
        take(DisputeKind::RulesJudge, says);
    }
    if let (Some(tag), Some(judge)) = (&seen.tag, &seen.judge)
        && tag != judge
    {
        take(DisputeKind::TagJudge, pair([("tag", tag.clone()), ("judge", judge.clone())]));
    }
    let votes: Vec<(String, String)> = seen
        .votes
        .iter()
        .filter(|(_, votes)| VOTES.contains(votes))
        .map(|(rater, votes)| (rater.clone(), votes.to_string()))
        .collect();
    if !votes.is_empty() {
        take(DisputeKind::Votes, votes);
    }
    found
}
