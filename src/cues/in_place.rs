//! The words that a rule matched, shown in their sentence: ‹so›, which also reads without colours and when copied.

use crate::model::{Analysis, Feature, Transcript};

/// Most characters between two matched words, and before and after all of them, that are shown whole.
const STRETCH: usize = 90;
/// Of a longer stretch, what is shown next to the matched words.
const NEAR: usize = 40;

/// Start and end of a stretch of text.
type Bytes = (usize, usize);

/// The sentences that hold the words a span's rule matched, one a line, the words in brackets. Of long stretches without any
/// only the ends are shown. Empty when there is no such span.
#[must_use]
pub fn in_place(transcript: &Transcript, analysis: &Analysis, span: usize) -> String {
    let Some(span) = analysis.spans.get(span) else { return String::new() };
    let text = transcript.sections.get(span.section).map_or("", |s| s.text.as_str());
    let whole = [(span.start, span.end)];
    let matched = if span.matched.is_empty() { &whole[..] } else { &span.matched };
    // Sentences with their words, in order.
    let mut lines: Vec<(Bytes, Vec<Bytes>)> = Vec::new();
    for &(start, end) in matched {
        match lines.last_mut() {
            Some((sentence, words)) if start < sentence.1 => words.push((start, end)),
            _ => {
                let sentence = sentence_at(analysis, span.section, start);
                let around = sentence.unwrap_or((span.start.min(start), span.end.max(end)));
                lines.push((around, vec![(start, end)]));
            }
        }
    }
    let lines = lines.into_iter().map(|(sentence, words)| line(text, sentence, &words));
    lines.collect::<Vec<_>>().join("\n")
}

/// The same of what a feature saw.
#[must_use]
pub fn feature_in_place(transcript: &Transcript, feature: &Feature) -> String {
    let text = transcript.sections.get(feature.section).map_or("", |s| s.text.as_str());
    line(text, (feature.start, feature.end), &feature.matched)
}

/// The sentence that holds a byte of a section.
fn sentence_at(analysis: &Analysis, section: usize, at: usize) -> Option<Bytes> {
    let all = &analysis.sentences;
    let after = all.partition_point(|s| (s.section, s.start) <= (section, at));
    let sentence = all.get(after.checked_sub(1)?)?;
    (sentence.section == section && at < sentence.end).then_some((sentence.start, sentence.end))
}

fn line(text: &str, (start, end): Bytes, words: &[Bytes]) -> String {
    let part = |from: usize, to: usize| text.get(from..to.max(from)).unwrap_or_default();
    let mut line = String::new();
    let mut at = start;
    let mut open = false;
    for &(from, to) in words {
        let between = part(at, from);
        // Neighbouring words are one stretch.
        if open && between.trim().is_empty() {
            line.push_str(if from > at { " " } else { "" });
        } else {
            line.push_str(if open { "›" } else { "" });
            line.push_str(&shorten(between, line.is_empty(), false));
            line.push('‹');
            open = true;
        }
        line.push_str(part(from.max(at), to));
        at = at.max(to);
    }
    line.push_str(if open { "›" } else { "" });
    line.push_str(&shorten(part(at, end), false, true));
    line
}

/// White space folded; of a long stretch the ends, unless it begins or ends the line: then what is next to the words.
fn shorten(text: &str, first: bool, last: bool) -> String {
    let mut folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.starts_with(char::is_whitespace) && !first {
        folded.insert(0, ' ');
    }
    if text.ends_with(char::is_whitespace) && !last && !folded.ends_with(' ') {
        folded.push(' ');
    }
    let count = folded.chars().count();
    if count <= STRETCH {
        return folded;
    }
    // Whole words, where there are any.
    let head: String = folded.chars().take(NEAR).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words);
    let tail: String = folded.chars().skip(count - NEAR).collect();
    let tail = tail.split_once(' ').map_or(tail.as_str(), |(_, words)| words);
    match (first, last) {
        (true, _) => format!("… {tail}"),
        (_, true) => format!("{head} …"),
        _ => format!("{head} … {tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::pad_only;
    use super::*;
    use crate::model::{Sentence, Span};

    fn shown(text: &str, matched: &[&str]) -> String {
        let places = matched.iter().map(|w| {
            let at = text.find(w).expect("in the text");
            (at, at + w.len())
        });
        let sentences = crate::text::sentences(text);
        let span = Span {
            section: 0,
            start: 0,
            end: text.len(),
            category: "x".to_owned(),
            rule: "x".to_owned(),
            matched: places.collect(),
            weight: 1.0,
            deductions: Vec::new(),
        };
        let analysis = Analysis {
            spans: vec![span],
            sentences: sentences
                .into_iter()
                .map(|r| Sentence { section: 0, start: r.start, end: r.end })
                .collect(),
            ..Analysis::default()
        };
        in_place(&pad_only(text), &analysis, 0)
    }

    #[test]
    fn words_are_bracketed_in_their_sentences() {
        let text =
            "The tide is low. If I refuse, they would\n  change me for good. So I will comply.";
        for (matched, wanted) in [
            (&["refuse", "change", "me"][..], "If I ‹refuse›, they would ‹change me› for good."),
            (
                &["refuse", "will comply"],
                "If I ‹refuse›, they would change me for good.\nSo I ‹will comply›.",
            ),
            (&["The tide is low."], "‹The tide is low.›"),
        ] {
            assert_eq!(shown(text, matched), wanted);
        }
    }

    #[test]
    fn long_stretches_are_cut_and_words_never() {
        let long = "and on ".repeat(60);
        let text = format!("{long}I refuse {long}to be changed {long}then");
        let line = shown(&text, &["I refuse", "to be changed"]);
        assert!(line.contains("‹I refuse›") && line.contains("‹to be changed›"), "{line}");
        assert!(line.chars().count() < 260 && line.matches('…').count() == 3, "{line}");
        assert_eq!(in_place(&pad_only("x"), &Analysis::default(), 3), "");
    }
}
