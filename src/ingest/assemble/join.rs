//! Joining what several units, or units elsewhere, say of one transcript.

use super::super::format::{LabelTarget, RawTranscript};

/// Every target under which label rows may speak of a transcript.
pub fn targets<'a>(
    names: impl IntoIterator<Item = &'a String>,
    sample: &str,
    tier: Option<&str>,
) -> Vec<LabelTarget> {
    let ids = names.into_iter().map(|name| LabelTarget::Id(name.clone()));
    let mut all: Vec<LabelTarget> = ids.collect();
    all.push(LabelTarget::Sample(sample.to_owned()));
    if let Some(tier) = tier {
        all.push(LabelTarget::SampleInTier(sample.to_owned(), tier.to_owned()));
    }
    all
}

/// Puts what was asked in front of an answer; its other fields fill what is still empty.
pub(super) fn request(answer: &mut RawTranscript, mut asked: RawTranscript) {
    // An answer that already tells what was asked knows better.
    let told = answer.turns.iter().any(|t| t.role == crate::model::Role::User);
    let mut turns = if told { Vec::new() } else { std::mem::take(&mut asked.turns) };
    turns.append(&mut answer.turns);
    asked.turns = Vec::new();
    fill(answer, asked);
    answer.turns = turns;
}

/// Joins a piece to what came before: lists are appended, other fields filled where still empty. Neighbouring turns of
/// one message (one id, one role) become one.
pub fn piece(whole: &mut Option<RawTranscript>, mut piece: RawTranscript) {
    let Some(all) = whole else {
        *whole = Some(piece);
        return;
    };
    all.stopped = piece.stopped.take().or(all.stopped.take());
    for turn in std::mem::take(&mut piece.turns) {
        match all.turns.last_mut() {
            Some(last) if turn.id.is_some() && last.id == turn.id && last.role == turn.role => {
                last.parts.extend(turn.parts);
            }
            _ => all.turns.push(turn),
        }
    }
    fill(all, piece);
}

fn fill(all: &mut RawTranscript, other: RawTranscript) {
    all.id = all.id.take().or(other.id);
    for alias in other.aliases {
        if !all.aliases.contains(&alias) {
            all.aliases.push(alias);
        }
    }
    all.sample = all.sample.take().or(other.sample);
    all.epoch = all.epoch.or(other.epoch);
    if all.tier.is_none() {
        all.tier = other.tier;
        all.tier_canonical = other.tier_canonical;
    }
    all.setting = all.setting.take().or(other.setting);
    all.model = all.model.take().or(other.model);
    all.variant = all.variant.take().or(other.variant);
    all.query = all.query.take().or(other.query);
    all.success = all.success.or(other.success);
    all.stopped = all.stopped.take().or(other.stopped);
    all.turns.extend(other.turns);
    all.labels.extend(other.labels);
    all.quotes.extend(other.quotes);
    all.repairs.extend(other.repairs);
    for (key, value) in other.meta {
        all.meta.entry(key).or_insert(value);
    }
}
