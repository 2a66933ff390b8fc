//! Any text through the rules: spans lie in the text, on character boundaries, and work is bounded. Any
//! text as a pack: an error with a line, or a pack that can be run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use undertone::cues::{Engine, Pack};
use undertone::model::{Role, Section, SectionKind, Transcript};

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::builtin);

fuzz_target!(|text: &str| {
    let pad = Section {
        turn: 0,
        role: Role::Assistant,
        kind: SectionKind::Scratchpad,
        origin: String::from("response"),
        start: 0,
        end: text.len(),
        text: text.to_owned(),
    };
    let transcript = Transcript { sections: vec![pad], ..Transcript::default() };
    let analysis = ENGINE.analyse(&transcript);
    for (number, span) in analysis.spans.iter().enumerate() {
        assert!(text.get(span.start..span.end).is_some());
        assert!(span.matched.iter().all(|(start, end)| text.get(*start..*end).is_some()));
        assert!(!ENGINE.explain(&transcript, &analysis, number).is_empty());
    }
    assert!(analysis.score.is_none_or(|score| (0.0..=15.0).contains(&score)));
    if let Ok(pack) = Pack::parse("fuzz", text) {
        let _ = Engine::new(vec![pack]).analyse(&transcript);
    }
});
