//! The keys of an object, read with a sentence where one holds something else. A key that is not there is nothing: no text,
//! 0, false, an empty list; those that an event cannot do without are asked for by `text`.

use serde_json::{Map, Value};

use super::super::event::{Beside, Item, ItemName, Span, Stratum};

/// An object.
pub struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The object that a value is.
    pub fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// `None`: it is not there, or null.
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    fn read<T>(
        &self,
        key: &str,
        what: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let Some(value) = self.get(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| format!("its `{key}` is not {what}"))
    }

    /// A text that has to be there.
    pub fn text(&self, key: &str) -> Result<String, String> {
        self.maybe_text(key)?.ok_or_else(|| format!("it has no `{key}`"))
    }

    /// A text, or none.
    pub fn maybe_text(&self, key: &str) -> Result<Option<String>, String> {
        self.read(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A whole number from 0 on, or none.
    pub fn maybe_number<N: TryFrom<u64>>(&self, key: &str) -> Result<Option<N>, String> {
        self.read(key, "a whole number", |value| N::try_from(value.as_u64()?).ok())
    }

    /// A whole number from 0 on.
    pub fn number<N: TryFrom<u64> + Default>(&self, key: &str) -> Result<N, String> {
        self.maybe_number(key).map(Option::unwrap_or_default)
    }

    /// A hash in hexadecimal digits; 0 stands for none.
    pub fn hash(&self, key: &str) -> Result<u64, String> {
        let read = |value: &Value| {
            let digits = value.as_str()?;
            let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
            u64::from_str_radix(digits, 16).ok().filter(|_| plain)
        };
        self.read(key, "a hash in hexadecimal digits", read).map(Option::unwrap_or_default)
    }

    /// Yes, no, or nothing said.
    pub fn maybe_flag(&self, key: &str) -> Result<Option<bool>, String> {
        self.read(key, "true or false", Value::as_bool)
    }

    /// Yes or no.
    pub fn flag(&self, key: &str) -> Result<bool, String> {
        self.maybe_flag(key).map(Option::unwrap_or_default)
    }

    /// A word of a set, which has to be there.
    pub fn word<T>(&self, key: &str, named: fn(&str) -> Option<T>) -> Result<T, String> {
        let word = self.text(key)?;
        named(&word).ok_or_else(|| format!("its `{key}` is a word that this release does not know"))
    }

    /// A list of things that are read one by one.
    pub fn list<T>(
        &self,
        key: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let all = |value: &'a Value| value.as_array()?.iter().map(read).collect();
        self.read(key, "a list of what belongs there", all).map(Option::unwrap_or_default)
    }

    /// An object in it, or none.
    pub fn object(&self, key: &str) -> Result<Option<Self>, String> {
        self.read(key, "an object", Fields::of)
    }

    /// All keys with what they hold.
    pub fn entries(&self) -> impl Iterator<Item = (String, Value)> {
        self.0.iter().map(|(key, value)| (key.clone(), value.clone()))
    }
}

/// What is judged, by its name.
pub fn name(fields: &Fields<'_>) -> Result<ItemName, String> {
    Ok(ItemName {
        id: fields.text("id")?,
        source: fields.maybe_text("source")?.unwrap_or_default(),
        line: fields.maybe_number("line")?,
        index: fields.number("index")?,
        ordinal: fields.number("ordinal")?,
        hash: fields.hash("hash")?,
        part: fields.maybe_text("part")?,
    })
}

/// An item of a session.
pub fn item(value: &Value) -> Result<Item, String> {
    let fields = Fields::of(value).ok_or("an item is no object")?;
    Ok(Item {
        name: name(&fields)?,
        repeats: fields.maybe_number("repeats")?,
        sighted: fields.flag("sighted")?,
        seen: fields.flag("seen")?,
        words: fields.hash("words")?,
        beside: fields.object("beside")?.map(|fields| beside(&fields)).transpose()?,
    })
}

/// The other transcript of a pair.
fn beside(fields: &Fields<'_>) -> Result<Beside, String> {
    Ok(Beside { name: name(fields)?, left: fields.flag("left")? })
}

/// A stretch of a section.
pub fn span(fields: &Fields<'_>) -> Result<Span, String> {
    Ok(Span {
        section: fields.number("section")?,
        start: fields.number("start")?,
        end: fields.number("end")?,
    })
}

/// A stratum, as an object of its own or in the answer that it belongs to.
pub fn stratum(fields: &Fields<'_>) -> Result<Stratum, String> {
    let pair = |value: &Value| match value.as_array()?.as_slice() {
        [field, value] => Some((field.as_str()?.to_owned(), value.as_str()?.to_owned())),
        _ => None,
    };
    Ok(Stratum {
        name: fields.maybe_text("stratum")?.unwrap_or_default(),
        of: fields.list("by", pair)?,
        size: fields.number("size")?,
        drawn: fields.number("drawn")?,
    })
}
