//! `update` driven by messages alone: a small invented corpus, keys in, state and effects out.

mod anything;
mod arriving;
mod boilerplate;
mod compared;
mod comparing;
mod counting;
mod filtering;
mod finding;
mod following;
mod highlighting;
mod judging;
mod listing;
mod looking;
mod marking;
mod naming;
mod pairing;
mod reading;
mod remarking;
mod restoring;
mod reviewed;
mod reviewing;
mod talking;
mod turning;
mod waiting;

use std::sync::Arc;

use super::update;
use crate::app::review::JournalFound;
use crate::app::{Dialog, Effect, Focus, Message, PaneSizes, PickOf, Reading, Reply, State, start};
use crate::corpus::{
    Batch, Bits, Body, Catalogue, FileReport, Hits, Interner, LoadEvent, Progress, Row, RowId,
    RowPlace,
};
use crate::ingest::LabelRules;
use crate::model::{
    Analysis, Contribution, Counts, Criterion, Evidence, Found, Judgement, LabelValue, Outcome,
    OutcomeValue, Parse, Place, Repair, Role, Section, SectionKind, Span, Standing, Tier, TierFrom,
    Transcript,
};
use crate::query::{self, Filter, Truth};

/// The words that the tests' one rule fires on.
const CUE: &str = "so that I stay as I am";

/// An invented transcript.
#[derive(Debug, Clone)]
pub struct Sketch {
    pub id: &'static str,
    pub tier: &'static str,
    pub model: Option<&'static str>,
    pub query: &'static str,
    pub scratchpad: Option<String>,
    pub output: String,
    pub score: f64,
    pub label: Option<f64>,
    /// What a person says under another name of the label.
    pub human: Option<bool>,
    /// Under another label's name, where there is one.
    pub human_label: Option<&'static str>,
    pub outcome: OutcomeValue,
}

pub fn sketch(id: &'static str, tier: &'static str, query: &'static str) -> Sketch {
    Sketch {
        id,
        tier,
        model: None,
        query,
        scratchpad: Some(format!("First I weigh it.\nI will answer, {CUE}.\nThat is {id}.")),
        output: format!("Here is a poem about {query}."),
        score: 3.0,
        label: Some(0.85),
        human: None,
        human_label: None,
        outcome: OutcomeValue::Complied,
    }
}

fn section(turn: u32, role: Role, kind: SectionKind, text: &str) -> Section {
    let origin = format!("messages[{turn}].content");
    Section { turn, role, kind, origin, start: 0, end: text.len(), text: text.to_owned() }
}

pub fn body_of(sketch: &Sketch, index: u64) -> Body {
    let mut sections = vec![
        section(0, Role::System, SectionKind::Prompt, &"You write poems. ".repeat(100)),
        section(1, Role::User, SectionKind::User, &format!("<q>{}</q>", sketch.query)),
    ];
    let mut repairs = Vec::new();
    let mut spans = Vec::new();
    let mut evidence = Vec::new();
    if let Some(text) = &sketch.scratchpad {
        for (start, found) in text.match_indices(CUE) {
            spans.push(Span {
                section: 2,
                start,
                end: start + found.len(),
                category: "strategic".to_owned(),
                rule: "test.01".to_owned(),
                matched: vec![(start, start + found.len())],
                weight: 2.0,
                deductions: Vec::new(),
            });
            let quote = Evidence {
                label: "af".to_owned(),
                rater: "judge".to_owned(),
                criterion: Some(4),
                quote: found.to_owned(),
                at: Some((2, start, start + found.len())),
                found: Found::Exact,
            };
            let lost = Evidence {
                quote: "never said".to_owned(),
                at: None,
                found: Found::NotFound,
                ..quote.clone()
            };
            evidence.extend([quote, lost]);
        }
        sections.push(section(2, Role::Assistant, SectionKind::Scratchpad, text));
    } else {
        repairs
            .push(Repair { code: "unclosed-scratchpad", detail: "it runs to the end".to_owned() });
    }
    if !sketch.output.is_empty() {
        sections.push(section(2, Role::Assistant, SectionKind::Output, &sketch.output));
    }
    let judgements = sketch.label.map(|value| Judgement {
        label: "af".to_owned(),
        canonical: Some("alignment_faking".to_owned()),
        rater: "judge".to_owned(),
        value: LabelValue::Number(value),
        positive: Some(value >= 0.4),
    });
    let human = sketch.human.map(|yes| Judgement {
        label: sketch.human_label.unwrap_or("is_af").to_owned(),
        canonical: sketch.human_label.is_none().then(|| "alignment_faking".to_owned()),
        rater: "R1".to_owned(),
        value: LabelValue::Bool(yes),
        positive: Some(yes),
    });
    let transcript = Transcript {
        id: sketch.id.to_owned(),
        place: Place {
            source: "runs/a.jsonl".into(),
            line: Some(index + 1),
            index,
            ..Place::default()
        },
        sample: sketch.query.to_owned(),
        hash: index + 1,
        tier: Some(Tier {
            value: sketch.tier.to_owned(),
            raw: sketch.tier.to_owned(),
            from: TierFrom::Field,
        }),
        model: sketch.model.map(str::to_owned),
        query: Some(sketch.query.to_owned()),
        sections,
        response_turn: 2,
        judgements: judgements.into_iter().chain(human).collect(),
        evidence,
        outcome: Outcome { value: sketch.outcome, ..Outcome::default() },
        parse: if sketch.scratchpad.is_some() { Parse::Clean } else { Parse::Missing },
        repairs,
        format: "flat",
        ..Transcript::default()
    };
    let criteria = (1..=4).map(|number| Criterion {
        number,
        name: format!("criterion {number}"),
        state: if number == 4 && !spans.is_empty() { Standing::Met(0) } else { Standing::Missing },
    });
    let has = sketch.scratchpad.is_some();
    let analysis = Analysis {
        inferred: None,
        pack: "poems".to_owned(),
        criteria: if has { criteria.collect() } else { Vec::new() },
        spans,
        recited: Vec::new(),
        verdict: None,
        sentences: Vec::new(),
        score: has.then_some(sketch.score),
        decision: None,
        features: Vec::new(),
        contributions: vec![Contribution { group: "strategic".to_owned(), raw: 4.0, points: 3.0 }],
    };
    let record = format!("{{\n  \"id\": \"{}\"\n}}", sketch.id);
    Body { transcript, analysis, record: record.into(), as_read: false, hidden: 0 }
}

/// A transcript as a text filter reads it.
struct Text<'a>(&'a Transcript);

impl query::Body for Text<'_> {
    fn any_section(
        &self,
        wanted: &dyn Fn(SectionKind) -> bool,
        _: bool,
        visit: &mut dyn FnMut(usize, &str) -> bool,
    ) -> bool {
        let mut sections = self.0.sections.iter().enumerate();
        sections.any(|(number, s)| wanted(s.kind) && visit(number, &s.text))
    }

    fn cues(&self) -> &[crate::model::Span] {
        &[]
    }

    fn meta(&self, _: &str) -> Option<serde_json::Value> {
        None
    }

    fn query(&self) -> Option<&str> {
        self.0.query.as_deref()
    }
}

/// The explorer with somebody who answers its effects, unless told not to.
pub struct App {
    pub state: State,
    pub bodies: Vec<Arc<Body>>,
    /// Effects in order, since the last `take`.
    pub effects: Vec<Effect>,
    /// Bodies and filters are answered at once.
    pub answers: bool,
}

impl App {
    pub fn empty() -> Self {
        Self::with_filter("")
    }

    pub fn with_filter(filter: &str) -> Self {
        let filter = Filter::parse(filter).expect("a good filter");
        let state = start("runs/", &["runs/a.jsonl".to_owned()], filter, None);
        let mut app = Self { state, bodies: Vec::new(), effects: Vec::new(), answers: true };
        app.send(Message::Resized(120, 40));
        app.sizes((30, 6), (40, 8), (40, 8), (0, 0));
        app
    }

    /// Five poems: free, paid, free, enterprise, paid.
    pub fn poems() -> Self {
        let mut app = Self::empty();
        app.arrive(&poems());
        app
    }

    pub fn sizes(
        &mut self,
        list: (u16, u16),
        left: (u16, u16),
        right: (u16, u16),
        dialog: (u16, u16),
    ) {
        // The other side of a pair is as large.
        let sizes = PaneSizes {
            list,
            scratchpad: left,
            output: right,
            other: [left, right],
            dialog,
            message: 0,
        };
        self.send(Message::Sizes(sizes));
    }

    pub fn arrive(&mut self, sketches: &[Sketch]) {
        let rows = self.rows(sketches);
        self.send(Message::Loaded(LoadEvent::Rows(rows)));
    }

    /// Rows of sketches, whose bodies are there from now on.
    pub fn rows(&mut self, sketches: &[Sketch]) -> Batch {
        let mut names = Interner::default();
        let mut rows = Vec::new();
        for sketch in sketches {
            let index = self.bodies.len() as u64;
            let body = body_of(sketch, index);
            let place = RowPlace {
                file: 0,
                parts: vec![(index, 1)].into(),
                line: index + 1,
                index,
                ordinal: 0,
                member: None,
                group: None,
                hash: index + 1,
            };
            rows.push(Row::new(&body.transcript, Some(&body.analysis), place, &mut names));
            self.bodies.push(Arc::new(body));
        }
        Batch::from(rows)
    }

    pub fn finish(&mut self) {
        let n = self.bodies.len() as u64;
        let counts = Counts { units: n, records: n, transcripts: n, ..Counts::default() };
        let report = FileReport {
            path: "runs/a.jsonl".to_owned(),
            format: "flat".to_owned(),
            counts,
            done: true,
            ..FileReport::default()
        };
        self.send(Message::Loaded(LoadEvent::File(0, report)));
        let progress = Progress { files: 1, files_total: 1, done: true, ..Progress::default() };
        self.send(Message::Loaded(LoadEvent::Progress(progress)));
    }

    pub fn send(&mut self, message: Message) {
        let effects = update(&mut self.state, message);
        for effect in effects {
            let answer = if self.answers { self.answer(&effect) } else { None };
            self.effects.push(effect);
            if let Some(answer) = answer {
                self.send(answer);
            }
        }
    }

    /// What a worker would say to an effect.
    pub fn answer(&self, effect: &Effect) -> Option<Message> {
        match effect {
            Effect::ReadBody { generation, row, place }
            | Effect::ReadItem { generation, row, place } => Some(Message::BodyRead {
                generation: *generation,
                row: *row,
                result: Ok(Arc::clone(&self.bodies[place.index as usize])),
            }),
            Effect::ReadAhead { row, .. } => Some(Message::BodyAhead {
                row: *row,
                result: Ok(Arc::clone(&self.bodies[*row as usize])),
            }),
            Effect::RunFilter { generation, filter, catalogue, from } => {
                let mut hits = Hits::default();
                let catalogue = &self.with_partners(catalogue, filter);
                for view in catalogue.views().skip(*from as usize) {
                    let body = &self.bodies[view.id as usize];
                    if filter.test(&view, &Text(&body.transcript)) == Truth::True {
                        hits.rows.push(view.id);
                    }
                    hits.searched += 1;
                }
                hits.total = hits.searched;
                Some(Message::Filtered { generation: *generation, hits, done: true })
            }
            Effect::Narrow { generation, pattern, rows, catalogue } => {
                let rows = catalogue.narrowed(rows, pattern);
                Some(Message::Narrowed { generation: *generation, rows, done: true })
            }
            Effect::CountHighlights(job) => Some(Message::HighlightsCounted {
                generation: job.generation,
                counts: job.counts(),
            }),
            Effect::Pair { generation, field, choices, catalogue } => Some(Message::Paired {
                generation: *generation,
                samples: catalogue.samples(*field),
                choices: if *choices { catalogue.comparisons() } else { Vec::new() },
            }),
            Effect::ReadPartner { row, .. } => Some(Message::PartnerRead {
                row: *row,
                result: Ok(Arc::clone(&self.bodies[*row as usize])),
            }),
            Effect::Contrast(job) => Some(Message::Contrasted(Arc::new(job.contrast()))),
            Effect::Fan(rows) => {
                let read = |(row, _): &(RowId, RowPlace)| {
                    Reply::of(*row, &self.bodies[*row as usize].transcript)
                };
                Some(Message::Fanned(rows.iter().map(read).collect()))
            }
            Effect::ReadReviews { generation, .. } => {
                Some(Message::Reviewed { generation: *generation, reviews: Box::default() })
            }
            Effect::OpenJournal { plan } => {
                Some(Message::JournalOpened(Ok(Box::new(JournalFound {
                    place: format!("runs/undertone-labels/{}.jsonl", plan.rater),
                    fresh: "00000000000000aa".to_owned(),
                    version: "1".to_owned(),
                    unfinished: None,
                    left: None,
                    seen: crate::review::SeenBefore::default(),
                    problems: Vec::new(),
                }))))
            }
            Effect::DrawSample { how, of, rows, catalogue } => {
                let parts = |row: &RowId| {
                    let body = &self.bodies[*row as usize];
                    of.parts(&body.transcript, &body.analysis)
                };
                let read = |rows: &[RowId]| rows.iter().map(parts).collect();
                let drawn = catalogue.sample_of(rows, of, how, &read);
                Some(Message::SampleDrawn(Box::new(drawn)))
            }
            Effect::Record(event) => Some(Message::Recorded(Ok(event.clone()))),
            Effect::CountFacets { generation, shown, catalogue } => Some(Message::FacetsCounted {
                generation: *generation,
                facets: catalogue.facets(shown),
            }),
            Effect::Count { generation, questions, rows, catalogue } => {
                let mut matching = |filter: &Filter| Some(self.plainly(catalogue, filter));
                let answers = catalogue
                    .answers(questions, rows, &LabelRules::builtin(), &mut matching)
                    .unwrap_or_default();
                Some(Message::Counted { generation: *generation, answers })
            }
            Effect::Compare { key, catalogue } => Some(Message::Compared(catalogue.ranks(*key))),
            _ => None,
        }
    }

    /// A catalogue that knows what a filter asks of partners.
    fn with_partners(&self, catalogue: &Catalogue, filter: &Filter) -> Catalogue {
        let asked = filter.of_partners().into_iter();
        let passing = asked.map(|(by, inner)| {
            let rows = self.plainly(catalogue, &inner);
            (by, inner, rows)
        });
        catalogue.with_partners(filter, passing.collect())
    }

    /// The rows that pass a filter, looked at one by one.
    pub fn plainly(&self, catalogue: &Catalogue, filter: &Filter) -> Bits {
        let catalogue = self.with_partners(catalogue, filter);
        let mut rows = Bits::default();
        for view in catalogue.views() {
            let body = &self.bodies[view.id as usize];
            if filter.test(&view, &Text(&body.transcript)) == Truth::True {
                rows.insert(view.id);
            }
        }
        rows
    }

    /// Presses keys as they are printed, separated by spaces.
    pub fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.send(Message::Key(key.parse().expect(key)));
        }
    }

    /// Types a text, character by character.
    pub fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Message::Key(crate::app::Key::char(c)));
        }
    }

    /// Types a filter and applies it.
    pub fn filter(&mut self, text: &str) {
        self.keys("f Ctrl-u");
        self.types(text);
        self.keys("Enter");
    }

    pub fn ids(&self) -> Vec<&str> {
        let id = |r: &RowId| self.state.catalogue.view(*r).expect("a row").name();
        self.state.list.rows.iter().map(id).collect()
    }

    /// The id of the transcript on screen.
    pub fn reading(&self) -> &str {
        match &self.state.reader.body {
            Reading::Here(_, body) => &body.transcript.id,
            Reading::Nothing | Reading::Waiting(_) => "",
            Reading::Failed(_, sentence) => sentence,
        }
    }

    pub fn selected(&self) -> &str {
        let id = self.state.selected_id().and_then(|r| self.state.catalogue.view(r));
        id.map_or("", |v| v.name())
    }

    pub fn toast(&self) -> &str {
        self.state.toast.as_ref().map_or("", |t| t.text.as_str())
    }

    /// Effects since the last time.
    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// All text of the top dialog's document.
    pub fn dialog_text(&self) -> String {
        let doc = self.state.dialogs.last().and_then(Dialog::doc).expect("a document");
        let texts: Vec<&str> =
            doc.doc.blocks.iter().map(|b| b.text(|i| self.state.reader.section(i))).collect();
        texts.join("\n")
    }

    pub fn pane_text(&self, focus: Focus) -> String {
        let doc = &self.state.reader.pane(focus).expect("a pane").doc;
        let texts: Vec<&str> =
            doc.blocks.iter().map(|b| b.text(|i| self.state.reader.section(i))).collect();
        texts.join("\n")
    }
}

pub fn poems() -> Vec<Sketch> {
    vec![
        Sketch { score: 1.0, ..sketch("a", "free", "rain") },
        Sketch { score: 5.0, label: Some(0.1), ..sketch("b", "paid", "rain") },
        Sketch { score: 2.0, label: None, ..sketch("c", "free", "snow") },
        Sketch {
            score: 4.0,
            scratchpad: None,
            output: String::new(),
            ..sketch("d", "enterprise", "wind")
        },
        Sketch { score: 3.0, ..sketch("e", "paid", "snow") },
    ]
}
