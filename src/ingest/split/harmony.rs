//! The harmony form of gpt-oss: messages with channels between special tokens, and what is left of it when those
//! tokens were removed. A final message may itself hold scratchpad and output tags.

use std::ops::Range;

use memchr::memmem;

use super::regions::{self, Cut, Kind, Options, Region};
use super::repair;

const TOKENS: [&str; 7] = ["start", "end", "message", "channel", "constrain", "return", "call"];

/// What a special token does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// `start`, `channel`, `constrain`: a header goes on.
    Header,
    /// `message`: the header is over.
    Message,
    /// `end`, `return`, `call`: the message is over.
    End,
}

/// Where the text so far stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    Header,
    Body(Channel),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channel {
    Analysis,
    Final,
    Other,
}

/// The regions of a text in either form; `None` when it is in neither.
pub(super) fn cut(text: &str) -> Option<Cut> {
    let has = |token: &str| {
        let is_here = |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with(token));
        memchr::memchr_iter(b'<', text.as_bytes()).any(is_here)
    };
    if has("<|message|>") && has("<|channel|>") {
        return Some(cut_raw(text));
    }
    cut_lossy(text)
}

fn tokens(text: &str) -> Vec<(Range<usize>, Token)> {
    text.match_indices("<|")
        .filter_map(|(at, _)| {
            let rest = text.get(at + 2..)?;
            let name = TOKENS
                .into_iter()
                .find(|name| rest.strip_prefix(name).is_some_and(|tail| tail.starts_with("|>")))?;
            let token = match name {
                "message" => Token::Message,
                "start" | "channel" | "constrain" => Token::Header,
                _ => Token::End,
            };
            Some((at..at + name.len() + 4, token))
        })
        .collect()
}

/// One message of a conversation in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarmonyMessage {
    /// Between `start` and `message`: role, recipient and channel. Empty where the prompt held it.
    pub header: Range<usize>,
    /// Between `message` and the token that ends it, or the end of the text.
    pub body: Range<usize>,
}

/// The messages of a text in tokens. A header whose message never comes gives one with an empty body; text outside
/// of messages gives none.
pub fn messages(text: &str) -> Vec<HarmonyMessage> {
    let mut out: Vec<HarmonyMessage> = Vec::new();
    let mut header: Option<usize> = None;
    let mut body: Option<(Range<usize>, usize)> = None;
    for (range, token) in tokens(text) {
        let name = text.get(range.clone()).unwrap_or_default();
        match token {
            Token::Message if body.is_none() => {
                body = Some((header.take().unwrap_or(range.start)..range.start, range.end));
            }
            // A second `message` token inside a body is text.
            Token::Message => {}
            Token::Header | Token::End => {
                if let Some((header, from)) = body.take() {
                    out.push(HarmonyMessage { header, body: from..range.start });
                }
                match name {
                    "<|start|>" => header = Some(range.end),
                    // Without a start: the prompt held it.
                    "<|channel|>" | "<|constrain|>" => header = header.or(Some(range.start)),
                    _ => header = None,
                }
            }
        }
    }
    if let Some((header, from)) = body {
        out.push(HarmonyMessage { header, body: from..text.len() });
    } else if let Some(from) = header {
        out.push(HarmonyMessage { header: from..text.len(), body: text.len()..text.len() });
    }
    out
}

fn channel(header: &str) -> Channel {
    // Only the last channel named counts: `assistant<|channel|>final <|constrain|>json`.
    let name = header.rsplit("<|channel|>").next().unwrap_or_default();
    let word = name.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
    match word {
        Some("analysis") => Channel::Analysis,
        Some("final") => Channel::Final,
        _ => Channel::Other,
    }
}

fn cut_raw(text: &str) -> Cut {
    let mut out = Out::default();
    let mut state = State::Between;
    let mut from = 0;
    for (range, token) in tokens(text) {
        match (state, token) {
            (State::Body(channel), Token::Header | Token::End) => {
                out.body(text, channel, from..range.start);
                from = range.start;
            }
            (State::Between, Token::Message) => {
                // The prompt held the start of the header: `analysis<|message|>`.
                let head = text.get(from..range.start).unwrap_or_default();
                if channel(head) == Channel::Other {
                    out.region(Kind::Plain, from..range.start);
                    from = range.start;
                }
            }
            (State::Between, _) => {
                out.region(Kind::Plain, from..range.start);
                from = range.start;
            }
            // A second `message` token inside a body is text.
            (State::Body(_), Token::Message) => continue,
            (State::Header, _) => {}
        }
        if token == Token::Message {
            let head = text.get(from..range.start).unwrap_or_default();
            state = State::Body(channel(head));
            out.cut.tags.push(from..range.end);
            from = range.end;
        } else if token == Token::End {
            state = State::Between;
            out.cut.tags.push(from..range.end);
            from = range.end;
        } else {
            state = State::Header;
        }
    }
    match state {
        State::Body(channel) => {
            if channel == Channel::Analysis {
                out.cut.repairs.push(repair("unclosed-scratchpad"));
            }
            out.body(text, channel, from..text.len());
        }
        State::Header => out.cut.tags.push(from..text.len()),
        State::Between => out.region(Kind::Plain, from..text.len()),
    }
    out.cut
}

/// `analysis…assistantfinal…`, only at the start of the text and only with both.
fn cut_lossy(text: &str) -> Option<Cut> {
    const OPEN: &str = "analysis";
    const CLOSE: &str = "assistantfinal";
    let start = text.len() - text.trim_start().len();
    let open = start..start + OPEN.len();
    if text.get(open.clone())? != OPEN {
        return None;
    }
    let close = open.end + memmem::find(text.as_bytes().get(open.end..)?, CLOSE.as_bytes())?;
    let mut out = Out::default();
    out.cut.repairs.push(repair("lossy-harmony"));
    out.cut.tags.push(open.clone());
    out.body(text, Channel::Analysis, open.end..close);
    out.cut.tags.push(close..close + CLOSE.len());
    out.body(text, Channel::Final, close + CLOSE.len()..text.len());
    Some(out.cut)
}

#[derive(Default)]
struct Out {
    cut: Cut,
    blocks: usize,
}

impl Out {
    fn region(&mut self, kind: Kind, range: Range<usize>) {
        if !range.is_empty() {
            self.cut.regions.push(Region { kind, range });
        }
    }

    fn body(&mut self, text: &str, channel: Channel, range: Range<usize>) {
        let body = text.get(range.clone()).unwrap_or_default();
        match channel {
            Channel::Other => self.region(Kind::Aside, range),
            Channel::Analysis => {
                let inner = regions::cut_reasoning(body);
                self.append(inner, range.start);
                self.cut.reasoning_end = range.end;
            }
            Channel::Final => {
                let mut inner = regions::cut(body, Options { lenient: true });
                let tagged = inner.regions.iter().any(|r| matches!(r.kind, Kind::Block(_)));
                let (end, block) = (inner.reasoning_end, self.blocks);
                self.blocks += 1 + inner.regions.len();
                for region in &mut inner.regions {
                    region.kind = match region.kind {
                        Kind::Block(n) => Kind::Block(block + n),
                        Kind::Plain if !tagged && region.range.start >= end => Kind::Block(block),
                        Kind::Plain => Kind::Aside,
                        kind => kind,
                    };
                }
                self.append(inner, range.start);
            }
        }
    }

    fn append(&mut self, inner: Cut, offset: usize) {
        let shift = |r: Range<usize>| r.start + offset..r.end + offset;
        self.cut.regions.extend(
            inner.regions.into_iter().map(|r| Region { kind: r.kind, range: shift(r.range) }),
        );
        self.cut.tags.extend(inner.tags.into_iter().map(shift));
        self.cut.markers.extend(inner.markers.into_iter().map(|mut m| {
            m.range = shift(m.range);
            m
        }));
        for repair in inner.repairs {
            if repair.code != "empty-scratchpad"
                && !self.cut.repairs.iter().any(|r| r.code == repair.code)
            {
                self.cut.repairs.push(repair);
            }
        }
        if inner.reasoning_end > 0 {
            self.cut.reasoning_end = inner.reasoning_end + offset;
        }
    }
}
