//! Paths into a record: `a.b.0.c`, `a[-1].b`, `a[*].b` (the first that has it), `"a key".b`.
//!
//! A path that begins with `@` names no field but something around the record (`@file`); that is told apart in
//! `source`, not here.

use std::fmt;

use serde_json::Value;

/// Steps of the longest path. Records are nested less deep than that.
const MOST_STEPS: usize = 130;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A key of an object, or the index of a list's element when it is a number.
    Key(String),
    /// An element of a list; from its end when negative.
    Index(i64),
    /// Any element of a list, any value of an object: the first that leads on.
    Any,
}

/// A path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// From steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it leads to something below `other`.
    pub fn is_below(&self, other: &Self) -> bool {
        self.steps.len() > other.steps.len() && self.steps.starts_with(&other.steps)
    }

    /// The path of something beside it, under another key.
    pub fn beside(&self, key: &str) -> Self {
        let mut steps = self.steps.clone();
        steps.pop();
        steps.push(Step::Key(key.to_owned()));
        Self { steps }
    }

    /// Reads a path as it is written.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("`{}` is no path: {what}", text.escape_debug());
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            // A step by name is due, or, at the very start and after a step, one in brackets.
            if !rest.starts_with('[') {
                let (key, after) = key(rest).ok_or_else(|| wrong("a quoted key is not closed"))?;
                if key.is_empty() && !rest.starts_with(['"', '\'']) {
                    return Err(wrong("a name is missing"));
                }
                let any = key == "*" && !rest.starts_with(['"', '\'']);
                steps.push(if any { Step::Any } else { Step::Key(key) });
                rest = after;
            }
            while let Some(inner) = rest.strip_prefix('[') {
                let (step, after) = inner.split_once(']').ok_or_else(|| wrong("`[` is open"))?;
                steps.push(match (step.trim(), step.trim().parse::<i64>()) {
                    ("*", _) => Step::Any,
                    (_, Ok(index)) => Step::Index(index),
                    _ => return Err(wrong("a number or `*` belongs in brackets")),
                });
                rest = after;
            }
            if steps.len() > MOST_STEPS {
                return Err(wrong("it has too many steps"));
            }
            match rest.strip_prefix('.') {
                Some(after) if after.starts_with('[') => return Err(wrong("a name is missing")),
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(Self { steps }),
                None => return Err(wrong("a `.` is missing")),
            }
        }
    }

    /// The first value on this path that `accept` takes, with the steps that led there: `*` replaced by what was
    /// chosen.
    pub fn find<'v>(
        &self,
        value: &'v Value,
        accept: &dyn Fn(&Value) -> bool,
    ) -> Option<(Self, &'v Value)> {
        let mut taken = Vec::new();
        let found = walk(&self.steps, value, accept, &mut taken)?;
        Some((Self { steps: taken }, found))
    }

    /// Whether something stands there, null included.
    pub fn is_in(&self, value: &Value) -> bool {
        self.find(value, &|_| true).is_some()
    }
}

/// A name up to the next `.` or `[`, or in quotes; and what follows it. `None`: quotes that never close.
fn key(text: &str) -> Option<(String, &str)> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (key, rest) = text.split_at(end);
        return Some((key.to_owned(), rest));
    };
    let mut key = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.push(chars.next()?.1),
            c if c == quote => return Some((key, text.get(at + 1..)?)),
            c => key.push(c),
        }
    }
    None
}

fn walk<'v>(
    steps: &[Step],
    value: &'v Value,
    accept: &dyn Fn(&Value) -> bool,
    taken: &mut Vec<Step>,
) -> Option<&'v Value> {
    let Some((step, rest)) = steps.split_first() else { return accept(value).then_some(value) };
    let mut go = |step: Step, inner: &'v Value| {
        taken.push(step);
        let found = walk(rest, inner, accept, taken);
        if found.is_none() {
            taken.pop();
        }
        found
    };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => go(step.clone(), map.get(key)?),
        (Step::Key(key), Value::Array(list)) => {
            let index: usize = key.parse().ok()?;
            go(Step::Index(i64::try_from(index).ok()?), list.get(index)?)
        }
        (Step::Index(index), Value::Array(list)) => {
            let at = if *index < 0 {
                list.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
            } else {
                usize::try_from(*index).ok()?
            };
            go(Step::Index(i64::try_from(at).ok()?), list.get(at)?)
        }
        (Step::Any, Value::Array(list)) => {
            (0..).zip(list).find_map(|(i, inner)| go(Step::Index(i), inner))
        }
        (Step::Any, Value::Object(map)) => {
            map.iter().find_map(|(key, inner)| go(Step::Key(key.clone()), inner))
        }
        _ => None,
    }
}

/// As [`Path::parse`] reads it.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.steps.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Any => f.write_str("[*]")?,
                Step::Key(key) => {
                    if i > 0 {
                        f.write_str(".")?;
                    }
                    let odd = key.contains(['.', '[', ']', '"', '\'', '\\'])
                        || key.starts_with('@')
                        || key.trim() != key
                        || matches!(key.as_str(), "" | "*");
                    if odd {
                        write!(f, "\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                    } else {
                        f.write_str(key)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is left of a value when everything on these paths is taken away; `None` when nothing is. Lists keep their
/// length: an element that was taken becomes null where others stay.
pub fn without(value: &Value, taken: &[&[Step]]) -> Option<Value> {
    if taken.iter().any(|path| path.is_empty()) {
        return None;
    }
    if taken.is_empty() {
        return Some(value.clone());
    }
    let below = |matches: &dyn Fn(&Step) -> bool| -> Vec<&[Step]> {
        taken
            .iter()
            .filter_map(|path| path.split_first())
            .filter(|(step, _)| matches(step))
            .map(|(_, rest)| rest)
            .collect()
    };
    match value {
        Value::Object(map) => {
            let mut kept = serde_json::Map::new();
            for (key, inner) in map {
                let paths = below(&|step| matches!(step, Step::Key(k) if k == key));
                if let Some(rest) = without(inner, &paths) {
                    kept.insert(key.clone(), rest);
                }
            }
            (!kept.is_empty() || map.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(list) => {
            let rest: Vec<Option<Value>> = (0..)
                .zip(list)
                .map(|(i, inner)| {
                    let paths = below(&|step| matches!(step, Step::Index(n) if *n == i));
                    without(inner, &paths)
                })
                .collect();
            let any = rest.iter().any(Option::is_some) || list.is_empty();
            any.then(|| Value::Array(rest.into_iter().map(Option::unwrap_or_default).collect()))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_where_they_say() {
        let record = json!({
            "a": {"b": [{"c": null}, {"c": "one"}, {"c": "two", "d": 1}]},
            "x.y": {"a key": 7, "q\"t": 8},
            "0": "zero",
            "": "empty",
        });
        for (path, led, value) in [
            ("a.b.1.c", "a.b[1].c", json!("one")),
            ("a.b[1].c", "a.b[1].c", json!("one")),
            ("a.b[-1].c", "a.b[2].c", json!("two")),
            ("a.b[*].d", "a.b[2].d", json!(1)),
            ("a.*[*].d", "a.b[2].d", json!(1)),
            ("a.b[*].c", "a.b[0].c", json!(null)),
            ("\"x.y\".a key", "\"x.y\".a key", json!(7)),
            ("'x.y'.'q\"t'", "\"x.y\".\"q\\\"t\"", json!(8)),
            ("\"x.y\".\"q\\\"t\"", "\"x.y\".\"q\\\"t\"", json!(8)),
            ("0", "0", json!("zero")),
            ("\"\"", "\"\"", json!("empty")),
        ] {
            let parsed = Path::parse(path).unwrap();
            let (steps, found) =
                parsed.find(&record, &|_| true).unwrap_or_else(|| panic!("{path}"));
            assert_eq!((steps.to_string().as_str(), found), (led, &value), "{path}");
            assert_eq!(Path::parse(&parsed.to_string()).unwrap(), parsed, "{path}");
        }
        for path in ["a.b.9", "a.c", "a.b[-4]", "a.b.c", "a.b.c.d", "*.*.*.z", "[0]"] {
            assert!(!Path::parse(path).unwrap().is_in(&record), "{path}");
        }
        // Something better than null is looked for further on.
        let filled = Path::parse("a.b[*].c").unwrap();
        assert_eq!(filled.find(&record, &|v| !v.is_null()).unwrap().1, "one");
    }

    #[test]
    fn what_is_no_path_is_said() {
        for text in
            ["", ".", "a.", "a..b", "a[", "a[x]", "a]b[0]c", "\"a", "a[0]b", "a.[0]", "'a'b"]
        {
            let error = Path::parse(text).unwrap_err();
            assert!(error.contains("is no path"), "{text}: {error}");
        }
        assert!(Path::parse(&"a.".repeat(200)).is_err());
    }

    #[test]
    fn what_was_taken_is_gone_and_the_rest_is_kept() {
        let record =
            json!({"a": {"b": "long", "c": 1}, "l": [{"t": "x"}, {"t": "y", "n": 2}], "e": {}});
        let taken: Vec<Path> =
            ["a.b", "l[0].t", "l[1].t"].iter().map(|p| Path::parse(p).unwrap()).collect();
        let steps: Vec<&[Step]> = taken.iter().map(Path::steps).collect();
        let rest = without(&record, &steps).unwrap();
        assert_eq!(rest, json!({"a": {"c": 1}, "l": [null, {"n": 2}], "e": {}}));
        assert_eq!(without(&json!({"a": "x"}), &[&[Step::Key("a".to_owned())]]), None);
    }
}
