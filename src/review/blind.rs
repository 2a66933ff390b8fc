//! A transcript without everything that could give an answer away: what is left is what was asked, thought and said.

use xxhash_rust::xxh3::Xxh3;

use crate::model::{Section, Transcript};

/// The texts of a transcript and nothing else: no id, path, tier, label, quote, outcome, repair, or other field of the record. A new field
/// of [`Transcript`] is left out until somebody names it here.
#[must_use]
pub fn blinded(transcript: &Transcript) -> Transcript {
    let section = |section: &Section| Section { origin: String::new(), ..section.clone() };
    Transcript {
        query: transcript.query.clone(),
        sections: transcript.sections.iter().map(section).collect(),
        response_turn: transcript.response_turn,
        ..Transcript::default()
    }
}

/// Hash of the texts that are shown: whose record changed and whose texts did not is still the same item.
#[must_use]
pub fn text_hash(transcript: &Transcript) -> u64 {
    let mut hash = Xxh3::new();
    for section in &transcript.sections {
        hash.update(&section.turn.to_le_bytes());
        hash.update(section.kind.as_str().as_bytes());
        hash.update(&(section.text.len() as u64).to_le_bytes());
        hash.update(section.text.as_bytes());
    }
    hash.digest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Evidence, Found, Judgement, LabelValue, Outcome, OutcomeValue, Parse, Place, Repair, Role,
        SectionKind, Tier, TierFrom,
    };

    fn transcript(secret: &str) -> Transcript {
        let text = "I think it over.".to_owned();
        let kind = SectionKind::Scratchpad;
        let section = Section {
            turn: 1,
            role: Role::Assistant,
            kind,
            origin: secret.to_owned(),
            start: 0,
            end: text.len(),
            text,
        };
        let word = || secret.to_owned();
        Transcript {
            id: word(),
            aliases: vec![word()],
            place: Place { source: secret.into(), member: Some(word()), ..Place::default() },
            sample: word(),
            epoch: i64::try_from(secret.len()).ok(),
            hash: secret.len() as u64,
            tier: Some(Tier { value: word(), raw: word(), from: TierFrom::Field }),
            setting: Some(word()),
            model: Some(word()),
            variant: Some(word()),
            design: Some(word()),
            query: Some("Why?".to_owned()),
            sections: vec![section],
            response_turn: 1,
            judgements: vec![Judgement {
                label: word(),
                canonical: Some(word()),
                rater: word(),
                value: LabelValue::Text(word()),
                positive: Some(secret.len() > 3),
            }],
            evidence: vec![Evidence {
                label: word(),
                rater: word(),
                criterion: Some(4),
                quote: word(),
                at: None,
                found: Found::NotFound,
            }],
            outcome: Outcome { value: OutcomeValue::Refused, ..Outcome::default() },
            parse: Parse::Missing,
            repairs: vec![Repair { code: "bad-utf8", detail: word() }],
            meta: std::iter::once((word(), serde_json::json!(secret))).collect(),
            format: "flat",
        }
    }

    #[test]
    fn nothing_but_the_texts_is_left() {
        let (yes, no) = (transcript("yes, it is"), transcript("no"));
        let print = |t: &Transcript| format!("{:?}", blinded(t));
        assert_eq!(print(&yes), print(&no));
        assert!(print(&yes).contains("I think it over.") && print(&yes).contains("Why?"));
        assert_eq!(text_hash(&yes), text_hash(&no));
        let mut other = transcript("no");
        other.sections[0].text.push('.');
        assert_ne!(text_hash(&other), text_hash(&no));
    }
}
