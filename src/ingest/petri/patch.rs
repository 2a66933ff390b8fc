//! One operation of a JSON patch (RFC 6902) on a value. A failing operation may leave the value half changed: the
//! caller works on a copy.
//!
//! A patch can copy a value into itself, again and again: work and depth are bounded, so that a small file cannot
//! fill the memory.

use serde_json::Value;

use crate::ingest::json::plain;

/// Deeper values are refused; the reader of JSON knows nearly the same bound.
const DEEPEST: usize = 128;
/// What all patches of one transcript may handle together: bytes of text, values, and entries moved aside.
const MOST_WORK: usize = 256 << 20;

/// What patches may still do.
#[derive(Debug)]
pub struct Work {
    left: usize,
}

impl Default for Work {
    fn default() -> Self {
        Self { left: MOST_WORK }
    }
}

impl Work {
    fn spend(&mut self, cost: usize) -> Result<(), String> {
        self.left = self.left.checked_sub(cost).ok_or("is more work than patches may make")?;
        Ok(())
    }

    /// Counts a value that comes to stand `depth` levels deep.
    ///
    /// # Errors
    /// When it is too deep, or too much.
    pub fn weigh(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("nests values too deep".to_owned());
        }
        match value {
            Value::String(text) => self.spend(1 + text.len()),
            Value::Array(items) => {
                self.spend(1)?;
                items.iter().try_for_each(|item| self.weigh(item, depth + 1))
            }
            Value::Object(map) => {
                self.spend(1)?;
                map.iter().try_for_each(|(key, value)| {
                    self.spend(key.len())?;
                    self.weigh(value, depth + 1)
                })
            }
            _ => self.spend(1),
        }
    }
}

/// Makes one change.
///
/// # Errors
/// Why it cannot be made, to go behind `patch[3]`.
pub fn apply(document: &mut Value, step: &Value, work: &mut Work) -> Result<(), String> {
    let text = |key: &str| step.get(key).and_then(Value::as_str);
    let path = pointer(text("path").ok_or("has no path")?);
    let value = || step.get("value").cloned().ok_or_else(|| "has no value".to_owned());
    match text("op").unwrap_or_default() {
        "add" => add(document, &path, value()?, work),
        "remove" => remove(document, &path, work).map(drop),
        "replace" => {
            let value = value()?;
            work.weigh(&value, path.len())?;
            *find(document, &path)? = value;
            Ok(())
        }
        "move" => {
            let from = pointer(text("from").ok_or("has no `from`")?);
            let moved = remove(document, &from, work)?;
            add(document, &path, moved, work)
        }
        "copy" => {
            let from = pointer(text("from").ok_or("has no `from`")?);
            let original = find(document, &from)?;
            work.weigh(original, path.len())?;
            let copied = original.clone();
            add(document, &path, copied, work)
        }
        "test" if *find(document, &path)? == value()? => Ok(()),
        "test" => Err("tests for a value that is not there".to_owned()),
        other => Err(format!("has the unknown op `{}`", plain(other))),
    }
}

/// The parts of a JSON pointer, unescaped. Some writers name the list that the pointer starts in.
fn pointer(path: &str) -> Vec<String> {
    let path = path.strip_prefix("/messages/").unwrap_or(path);
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Vec::new();
    }
    path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

fn find<'v>(document: &'v mut Value, path: &[String]) -> Result<&'v mut Value, String> {
    let mut at = document;
    for part in path {
        let next = match at {
            Value::Object(map) => map.get_mut(part),
            Value::Array(items) => part.parse::<usize>().ok().and_then(|i| items.get_mut(i)),
            _ => None,
        };
        at = next.ok_or_else(|| absent(path))?;
    }
    Ok(at)
}

fn absent(path: &[String]) -> String {
    format!("names /{}, which is not there", plain(&path.join("/")))
}

fn add(document: &mut Value, path: &[String], value: Value, work: &mut Work) -> Result<(), String> {
    work.weigh(&value, path.len())?;
    let Some((last, above)) = path.split_last() else {
        *document = value;
        return Ok(());
    };
    match find(document, above)? {
        Value::Object(map) => {
            map.insert(last.clone(), value);
        }
        Value::Array(items) => {
            let end = items.len();
            let at = if last == "-" { end } else { last.parse().map_err(|_| absent(path))? };
            if at > end {
                return Err(absent(path));
            }
            work.spend(end - at)?;
            items.insert(at, value);
        }
        _ => return Err(absent(path)),
    }
    Ok(())
}

fn remove(document: &mut Value, path: &[String], work: &mut Work) -> Result<Value, String> {
    let Some((last, above)) = path.split_last() else {
        return Ok(std::mem::take(document));
    };
    let removed = match find(document, above)? {
        Value::Object(map) => {
            work.spend(map.len())?;
            map.shift_remove(last)
        }
        Value::Array(items) => {
            let at = last.parse::<usize>().ok().filter(|at| *at < items.len());
            work.spend(items.len())?;
            at.map(|at| items.remove(at))
        }
        _ => None,
    };
    removed.ok_or_else(|| absent(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations() {
        let document = json!([{"a": 1}, {"a/b": [1, 2]}]);
        let cases = [
            (
                json!({"op": "add", "path": "/-", "value": 3}),
                Some(json!([{"a": 1}, {"a/b": [1, 2]}, 3])),
            ),
            (
                json!({"op": "add", "path": "/0", "value": 3}),
                Some(json!([3, {"a": 1}, {"a/b": [1, 2]}])),
            ),
            (
                json!({"op": "replace", "path": "/0/a", "value": 2}),
                Some(json!([{"a": 2}, {"a/b": [1, 2]}])),
            ),
            (json!({"op": "remove", "path": "/1/a~1b/0"}), Some(json!([{"a": 1}, {"a/b": [2]}]))),
            (
                json!({"op": "move", "from": "/1", "path": "/0"}),
                Some(json!([{"a/b": [1, 2]}, {"a": 1}])),
            ),
            (
                json!({"op": "copy", "from": "/0", "path": "/2"}),
                Some(json!([{"a": 1}, {"a/b": [1, 2]}, {"a": 1}])),
            ),
            (json!({"op": "test", "path": "/0/a", "value": 1}), Some(document.clone())),
            (
                json!({"op": "replace", "path": "/messages/0", "value": 1}),
                Some(json!([1, {"a/b": [1, 2]}])),
            ),
            (json!({"op": "replace", "path": "", "value": []}), Some(json!([]))),
            (json!({"op": "test", "path": "/0/a", "value": 2}), None),
            (json!({"op": "remove", "path": "/7"}), None),
            (json!({"op": "add", "path": "/9", "value": 1}), None),
            (json!({"op": "add", "path": "/x", "value": 1}), None),
            (json!({"op": "add", "path": "/0/a/b", "value": 1}), None),
            (json!({"op": "replace", "path": "/0/a"}), None),
            (json!({"op": "move", "path": "/0"}), None),
            (json!({"op": "turn", "path": "/0"}), None),
            (json!({"op": 3}), None),
            (json!(4), None),
        ];
        for (step, expected) in cases {
            let mut value = document.clone();
            let done = apply(&mut value, &step, &mut Work::default());
            match expected {
                Some(expected) => assert_eq!((done, value), (Ok(()), expected), "{step}"),
                None => assert!(done.is_err_and(|why| why.contains(' ')), "{step}"),
            }
        }
    }

    #[test]
    fn a_patch_can_neither_fill_the_memory_nor_nest_without_end() {
        let doubling = json!({"op": "copy", "from": "", "path": "/-"});
        let deeper = json!({"op": "move", "from": "/0", "path": "/0/0"});
        let mut work = Work { left: 1 << 16 };
        let mut document = json!([["some text"], [[]]]);
        let done = (0..64).try_for_each(|_| apply(&mut document, &doubling, &mut work));
        assert!(done.is_err_and(|why| why.contains("work") || why.contains("deep")));
        let mut document = json!([[[]], [[]]]);
        for _ in 0..200 {
            document.as_array_mut().unwrap().push(json!([]));
        }
        let mut work = Work::default();
        let done = (0..190).try_for_each(|_| apply(&mut document, &deeper, &mut work));
        assert!(done.is_err_and(|why| why.contains("deep")));
        // Taking the first of very many away costs what it moves.
        let mut document = Value::Array(vec![json!(1); 1 << 12]);
        let first = json!({"op": "remove", "path": "/0"});
        let mut work = Work { left: 1 << 16 };
        let done = (0..64).try_for_each(|_| apply(&mut document, &first, &mut work));
        assert!(done.is_err_and(|why| why.contains("work")));
    }
}
