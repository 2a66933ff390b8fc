//! What workers and the shell would say to the effects of an explorer in tests.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Stage;
use crate::app::review::JournalFound;
use crate::app::{Effect, Message, Reply, update};
use crate::corpus::{Bits, Corpus, Hits, LazyEngine, Reviews, RowId, RowPlace};
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::query::{Filter, PairField};
use crate::review::testing::happened;
use crate::review::{Event, Given, Line, Standing};

impl Stage {
    /// The answers to effects, and to what comes of those.
    pub(super) fn answer(&mut self, effects: Vec<Effect>) {
        let mut effects = VecDeque::from(effects);
        while !effects.is_empty() {
            let mut waiting: Vec<Message> = Vec::new();
            for effect in effects.drain(..) {
                let body = |row| Ok(Arc::clone(&self.bodies[row as usize]));
                match effect {
                    Effect::ReadBody { generation, row, place }
                    | Effect::ReadItem { generation, row, place } => {
                        let result = body(place.index as RowId);
                        waiting.push(Message::BodyRead { generation, row, result });
                    }
                    Effect::ReadReviews { generation, catalogue, .. } => {
                        let given = |(row, given): &(RowId, Vec<Given>)| (*row, given.clone());
                        let given = self.reviews.iter().map(given).collect();
                        let reviews = Box::new(Reviews::of(&catalogue, given));
                        waiting.push(Message::Reviewed { generation, reviews });
                    }
                    Effect::OpenJournal { .. } => {
                        let found = JournalFound {
                            place: "runs/undertone-labels/R1.jsonl".to_owned(),
                            fresh: "00000000000000aa".to_owned(),
                            version: "1".to_owned(),
                            unfinished: None,
                            left: None,
                            seen: crate::review::SeenBefore::default(),
                            problems: Vec::new(),
                        };
                        waiting.push(Message::JournalOpened(Ok(Box::new(found))));
                    }
                    Effect::DrawSample { how, of, rows, catalogue } => {
                        let parts = |row: &RowId| {
                            let body = &self.bodies[*row as usize];
                            of.parts(&body.transcript, &body.analysis)
                        };
                        let read = |rows: &[RowId]| rows.iter().map(parts).collect();
                        let drawn = catalogue.sample_of(&rows, &of, &how, &read);
                        waiting.push(Message::SampleDrawn(Box::new(drawn)));
                    }
                    Effect::Record(event) => waiting.push(Message::Recorded(Ok(event))),
                    Effect::ReadAhead { row, .. } => {
                        waiting.push(Message::BodyAhead { row, result: body(row) });
                    }
                    Effect::Pair { generation, field, choices, catalogue } => {
                        let samples = catalogue.samples(field);
                        let choices = if choices { catalogue.comparisons() } else { Vec::new() };
                        waiting.push(Message::Paired { generation, samples, choices });
                    }
                    Effect::ReadPartner { row, .. } => {
                        waiting.push(Message::PartnerRead { row, result: body(row) });
                    }
                    // Filters of columns, and of partners by columns.
                    Effect::RunFilter { generation, filter, catalogue, from } => {
                        let passing = |(by, inner): (PairField, Filter)| {
                            let mut rows = Bits::default();
                            for row in catalogue.decide(&inner, 0).0 {
                                rows.insert(row);
                            }
                            (by, inner, rows)
                        };
                        let asked = filter.of_partners().into_iter().map(passing);
                        let (rows, _) =
                            catalogue.with_partners(&filter, asked.collect()).decide(&filter, from);
                        let hits = Hits { rows, ..Hits::default() };
                        waiting.push(Message::Filtered { generation, hits, done: true });
                    }
                    Effect::Fan(rows) => {
                        let of = |(row, _): (RowId, RowPlace)| {
                            Reply::of(row, &self.bodies[row as usize].transcript)
                        };
                        waiting.push(Message::Fanned(rows.into_iter().map(of).collect()));
                    }
                    Effect::Contrast(job) => {
                        waiting.push(Message::Contrasted(Arc::new(job.contrast())));
                    }
                    Effect::Count { generation, questions, rows, catalogue } if self.counts => {
                        let mut matching = |_: &crate::query::Filter| Some(rows.clone());
                        let answers = catalogue.answers(
                            &questions,
                            &rows,
                            &crate::ingest::LabelRules::builtin(),
                            &mut matching,
                        );
                        let answers = answers.unwrap_or_default();
                        waiting.push(Message::Counted { generation, answers });
                    }
                    Effect::Study(asked) => {
                        let generation = asked.generation;
                        // Nothing can be read again: what rules and tags say of these is not known.
                        let engine = LazyEngine::new(|| Arc::new(Engine::new(Vec::new())));
                        let rules = Arc::new(LabelRules::builtin());
                        let corpus = Corpus::new(Vec::new(), engine, rules);
                        let standing = Standing::of(self.events.iter().cloned().map(Line::Event));
                        let command = |_: &_| "undertone agree runs/".to_owned();
                        let stands = (&standing, Vec::new());
                        let found = asked.study(&corpus, stands, command, &|| true);
                        let found = found.map(|found| found.map(Arc::new));
                        waiting.extend(found.map(|found| Message::Studied { generation, found }));
                    }
                    Effect::Decide { rater, what } => {
                        let session = format!("{:016x}", 0xdd + self.events.len());
                        let event = Event { rater, ..happened(&session, 0, *what) };
                        self.events.push(event.clone());
                        waiting.push(Message::Decided(Ok(Box::new(event))));
                    }
                    Effect::CountHighlights(job) => {
                        let (generation, counts) = (job.generation, job.counts());
                        waiting.push(Message::HighlightsCounted { generation, counts });
                    }
                    _ => {}
                }
            }
            for message in waiting.into_iter().rev() {
                effects.extend(update(&mut self.state, message));
            }
        }
    }
}
