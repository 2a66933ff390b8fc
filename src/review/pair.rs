//! Two transcripts of one sample as one to be looked at: what was thought and said, first on the left, then on the right. What was asked, in which
//! the tier is mostly named, is in neither.

use xxhash_rust::xxh3::Xxh3;

use super::text_hash;
use crate::model::{Section, SectionKind, Transcript};

/// The responses of two transcripts and nothing else: the left one's sections are turn 0, the right one's turn 1.
#[must_use]
pub fn beside(left: &Transcript, right: &Transcript) -> Transcript {
    let shown = |kind: SectionKind| kind.is_reasoning() || kind == SectionKind::Output;
    let side = |transcript: &Transcript, turn: u32| -> Vec<Section> {
        let own = transcript.response(shown).filter_map(|at| transcript.sections.get(at));
        own.map(|s| Section { turn, origin: String::new(), ..s.clone() }).collect()
    };
    Transcript {
        // Where the queries differ, that may be by what names the tier.
        query: left.query.clone().filter(|query| right.query.as_ref() == Some(query)),
        sections: [side(left, 0), side(right, 1)].concat(),
        ..Transcript::default()
    }
}

/// Hash of the texts of both, whole.
#[must_use]
pub fn pair_hash(left: &Transcript, right: &Transcript) -> u64 {
    let mut hash = Xxh3::new();
    for transcript in [left, right] {
        hash.update(&text_hash(transcript).to_le_bytes());
    }
    hash.digest()
}

/// A transcript as it was when a turn had been said: nothing that came later. The query is that of the final response, which is asked
/// after earlier turns: of these nothing is singled out among what was said before.
pub fn end_with(transcript: &mut Transcript, turn: u32) {
    if turn < transcript.response_turn {
        transcript.query = None;
    }
    transcript.sections.retain(|section| section.turn <= turn);
    transcript.response_turn = turn;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    fn transcript(tier: &str, texts: &[(u32, SectionKind, &str)]) -> Transcript {
        let section = |(turn, kind, text): &(u32, SectionKind, &str)| Section {
            turn: *turn,
            role: if *turn == 1 { Role::Assistant } else { Role::System },
            kind: *kind,
            origin: tier.to_owned(),
            start: 0,
            end: text.len(),
            text: (*text).to_owned(),
        };
        Transcript {
            id: tier.to_owned(),
            query: Some("Why?".to_owned()),
            sections: texts.iter().map(section).collect(),
            response_turn: 1,
            ..Transcript::default()
        }
    }

    #[test]
    fn what_names_the_tier_is_not_there() {
        let of = |tier: &str| {
            let prompt = format!("The user is on the {tier} tier.");
            transcript(
                tier,
                &[
                    (0, SectionKind::Prompt, &prompt),
                    (1, SectionKind::Scratchpad, "I think."),
                    (1, SectionKind::Marker, "<accepted/>"),
                    (1, SectionKind::Output, "I say."),
                ],
            )
        };
        let (free, paid) = (of("free"), of("paid"));
        let shown = beside(&free, &paid);
        assert_eq!(format!("{shown:?}"), format!("{:?}", beside(&paid, &free)));
        let texts: Vec<_> = shown.sections.iter().map(|s| (s.turn, s.text.as_str())).collect();
        assert_eq!(texts, [(0, "I think."), (0, "I say."), (1, "I think."), (1, "I say.")]);
        assert_eq!(shown.query.as_deref(), Some("Why?"));
        let mut other = of("paid");
        other.query = Some("Why? (paid)".to_owned());
        assert_eq!(beside(&free, &other).query, None);
        assert_ne!(pair_hash(&free, &paid), pair_hash(&paid, &free));
    }

    #[test]
    fn a_turn_ends_a_transcript() {
        let mut all = transcript(
            "free",
            &[
                (0, SectionKind::Prompt, "a"),
                (1, SectionKind::Output, "b"),
                (2, SectionKind::User, "c"),
                (3, SectionKind::Output, "d"),
            ],
        );
        all.response_turn = 3;
        let mut last = all.clone();
        end_with(&mut last, 3);
        assert_eq!(format!("{last:?}"), format!("{all:?}"), "it has all before it, and its query");
        end_with(&mut all, 1);
        let texts: Vec<_> = all.sections.iter().map(|s| s.text.as_str()).collect();
        assert_eq!((texts, all.response_turn), (vec!["a", "b"], 1));
        assert_eq!(all.query, None, "it is asked later");
    }
}
