//! A codebook's TOML, checked. Every fault is told, with its line.

use serde::Deserialize;
use toml::Spanned;

use super::shape::{Shape, shape};
use super::{Choice, Codebook, Kind, MAIN, Question, When};
use crate::review::Verdict;
use crate::review::session::{OUTPUT, OUTPUT_AFTER};
use crate::text::{is_hidden, nearest};

/// More would be no codebook but a questionnaire.
const MOST_QUESTIONS: usize = 100;
/// Keys that options have which name none: so many may a question offer.
const KEYS: &str = "123456789abcdefghijklmnopqrstuvwxyz";
/// Words that mean something else among a journal's answers.
const TAKEN: [&str; 6] = [MAIN, OUTPUT, OUTPUT_AFTER, "shows", "left", "right"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBook {
    name: Spanned<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    questions: Vec<Spanned<WrittenQuestion>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenQuestion {
    id: Spanned<String>,
    text: Spanned<String>,
    kind: Spanned<String>,
    #[serde(default)]
    options: Vec<Spanned<WrittenChoice>>,
    when: Option<WrittenWhen>,
    #[serde(default)]
    required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChoice {
    value: Spanned<String>,
    key: Option<Spanned<String>>,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWhen {
    question: Spanned<String>,
    is: Spanned<Vec<Spanned<String>>>,
}

/// What is wrong, with its line from 1.
type Fault = (usize, String);

/// Reads a text, or tells all that is wrong with it.
pub(super) fn read(text: &str) -> Result<Codebook, Vec<Fault>> {
    let mut reader = Reader { text, faults: Vec::new() };
    let (table, Shape { broken, unknown }) = shape(text);
    let whole = broken.is_empty();
    for (at, what) in broken.into_iter().chain(unknown) {
        reader.tell(at, what);
    }
    if !whole {
        return Err(reader.told());
    }
    let written = match WrittenBook::deserialize(toml::de::Deserializer::from(table)) {
        Ok(written) => written,
        Err(error) => {
            reader.tell(error.span().map_or(0, |span| span.start), error.message().to_owned());
            return Err(reader.told());
        }
    };
    let at = written.name.span().start;
    if written.name.get_ref().trim().is_empty() {
        reader.tell(at, "a codebook needs a name".to_owned());
    }
    if written.questions.is_empty() {
        reader.tell(at, "a codebook without questions".to_owned());
    }
    let mut questions: Vec<Question> = Vec::new();
    for (n, question) in written.questions.into_iter().enumerate() {
        if n == MOST_QUESTIONS {
            let what = format!("more than {MOST_QUESTIONS} questions");
            reader.tell(question.span().start, what);
            break;
        }
        let question = reader.question(question.into_inner(), &questions);
        questions.push(question);
    }
    let name = written.name.into_inner();
    let book = Codebook { name, title: written.title, hash: 0, questions };
    if reader.faults.is_empty() { Ok(book) } else { Err(reader.told()) }
}

/// A name in a sentence: what is hidden in it shown, at most 40 characters.
pub(super) fn named(name: &str) -> String {
    let shown: String = name.chars().take(40).flat_map(char::escape_debug).collect();
    let more = if name.chars().nth(40).is_some() { "…" } else { "" };
    format!("`{shown}{more}`")
}

struct Reader<'a> {
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    /// The faults in the order of their lines.
    fn told(mut self) -> Vec<Fault> {
        self.faults.sort_by_key(|fault| fault.0);
        self.faults
    }

    fn tell(&mut self, at: usize, what: String) {
        let line = self.line(at);
        self.faults.push((line, what));
    }

    /// One question. What is wrong with it is told; the rest of it serves those that depend on it.
    fn question(&mut self, written: WrittenQuestion, earlier: &[Question]) -> Question {
        let WrittenQuestion { id, text, kind, options, when, required } = written;
        let at = id.span().start;
        let id = id.into_inner();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !(1..=40).contains(&id.len()) || !id.chars().all(plain) {
            let what = "an id has 1 to 40 letters (a to z), digits, `-` and `_`";
            self.tell(at, format!("{}: {what}", named(&id)));
        } else if TAKEN.contains(&&*id) {
            self.tell(at, format!("{}: this id means something else; choose another", named(&id)));
        } else if earlier.iter().any(|question| question.id == id) {
            self.tell(at, format!("{}: an earlier question has this id", named(&id)));
        }
        if text.get_ref().trim().is_empty() {
            self.tell(text.span().start, format!("{}: nothing is asked", named(&id)));
        }
        let kind = self.kind(&kind);
        let options = self.options(&id, at, kind, options);
        let when = when.and_then(|when| self.when(&id, when, earlier));
        let kind = kind.unwrap_or(Kind::Text);
        Question { id, text: text.into_inner(), kind, options, when, required }
    }

    fn kind(&mut self, written: &Spanned<String>) -> Option<Kind> {
        let word = written.get_ref();
        let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
        if found.is_none() {
            let known = Kind::ALL.map(Kind::as_str).join(", ");
            let what = format!("no kind of question is {}: there are {known}", named(word));
            self.tell(written.span().start, what);
        }
        found
    }

    fn options(
        &mut self,
        id: &str,
        at: usize,
        kind: Option<Kind>,
        written: Vec<Spanned<WrittenChoice>>,
    ) -> Vec<Choice> {
        let several = matches!(kind, Some(Kind::Choice | Kind::Several));
        if let Some(first) = written.first()
            && kind.is_some()
            && !several
        {
            let what = "only questions of the kinds choice and several have options";
            self.tell(first.span().start, format!("{}: {what}", named(id)));
        }
        if kind == Some(Kind::YesNo) {
            let choice = |(value, key): (&str, char)| {
                let (value, text) = (value.to_owned(), value.to_owned());
                Choice { value, key, text }
            };
            return [("yes", 'y'), ("no", 'n')].map(choice).to_vec();
        }
        if several && written.is_empty() {
            self.tell(at, format!("{}: there is nothing to choose from", named(id)));
        }
        let mut options: Vec<Choice> = Vec::new();
        for (n, option) in written.into_iter().enumerate() {
            let place = option.span().start;
            let WrittenChoice { value, key, text } = option.into_inner();
            let (at, value) = (value.span().start, value.into_inner());
            if value.trim().is_empty() {
                self.tell(at, format!("{}: an option without a value", named(id)));
            } else if options.iter().any(|option| option.value == value) {
                self.tell(at, format!("{}: {} is offered twice", named(id), named(&value)));
            }
            let (place, key) = match key {
                Some(key) => (key.span().start, self.key(id, &key)),
                None => (place, KEYS.chars().nth(n)),
            };
            let Some(key) = key else {
                if n == KEYS.len() {
                    let what =
                        format!("{}: more than {n} options need keys of their own", named(id));
                    self.tell(place, what);
                }
                continue;
            };
            if let Some(other) = options.iter().find(|option| option.key == key) {
                let (one, two) = (named(&other.value), named(&value));
                self.tell(place, format!("{}: {one} and {two} have one key, `{key}`", named(id)));
            }
            let text = if text.trim().is_empty() { value.clone() } else { text };
            options.push(Choice { value, key, text });
        }
        options
    }

    fn key(&mut self, id: &str, written: &Spanned<String>) -> Option<char> {
        let mut chars = written.get_ref().chars();
        let key = chars.next().filter(|c| chars.next().is_none() && !c.is_whitespace());
        let key = key.filter(|c| !c.is_control() && !is_hidden(*c));
        if key.is_none() {
            let what = format!("{}: a key is one character that can be seen", named(id));
            self.tell(written.span().start, what);
        }
        key
    }

    fn when(&mut self, id: &str, when: WrittenWhen, earlier: &[Question]) -> Option<When> {
        let at = when.question.span().start;
        let question = when.question.into_inner();
        let main = Verdict::ALL.into_iter().filter(|v| *v != Verdict::Skip).map(Verdict::as_str);
        let found = earlier.iter().find(|other| other.id == question);
        let values: Vec<&str> = match found {
            None if question == MAIN => main.collect(),
            None => {
                let ids = earlier.iter().map(|other| &*other.id).chain([MAIN]);
                let hint = nearest(&question, ids).map(|near| format!("; did you mean `{near}`?"));
                let what = format!(
                    "{}: no question before it is called {}{}",
                    named(id),
                    named(&question),
                    hint.unwrap_or_default()
                );
                self.tell(at, what);
                return None;
            }
            Some(other) if matches!(other.kind, Kind::Number | Kind::Text) => {
                let what = "has no options that another question could ask for";
                self.tell(at, format!("{}: {} {what}", named(id), named(&question)));
                return None;
            }
            Some(other) => other.options.iter().map(|option| &*option.value).collect(),
        };
        if when.is.get_ref().is_empty() {
            let what = format!("{}: after no answer it is never asked", named(id));
            self.tell(when.is.span().start, what);
        }
        let mut is = Vec::new();
        for word in when.is.into_inner() {
            if !values.contains(&&**word.get_ref()) {
                let hint = nearest(word.get_ref(), values.iter().copied());
                let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let (own, value) = (named(id), named(word.get_ref()));
                let what = format!("{own}: {} is never answered {value}{hint}", named(&question));
                self.tell(word.span().start, what);
            }
            is.push(word.into_inner());
        }
        Some(When { question, is })
    }
}
