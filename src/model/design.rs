//! The single fields of which a variant is made, where a record names them: frame, persona, mode and the like.

/// A field of the design that tells variants apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Design {
    /// Framing of the prompt.
    Frame,
    /// Persona that the prompt gives.
    Persona,
    /// Mode of reasoning.
    Mode,
    /// Condition that is no tier.
    Condition,
    /// Variant of the prompt.
    Prompt,
}

/// Between a name and its value, and between two fields.
const IS: char = '\u{1f}';
const NEXT: char = '\u{1e}';

impl Design {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Frame, Self::Persona, Self::Mode, Self::Condition, Self::Prompt];

    /// As filters and commands call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Persona => "persona",
            Self::Mode => "mode",
            Self::Condition => "condition",
            Self::Prompt => "prompt_variant",
        }
    }

    /// The field that a key of a record names.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "frame" => Self::Frame,
            "persona_id" => Self::Persona,
            "cot_mode" => Self::Mode,
            "condition" => Self::Condition,
            "system_prompt_variant" | "prompt_variant" => Self::Prompt,
            _ => return None,
        })
    }
}

/// The parts of a variant in one text, so that rows that agree in all of them have the same text. Parts without a name of their own
/// have an empty one.
#[must_use]
pub fn packed(parts: &[(Option<Design>, String)]) -> String {
    let clean = |text: &str| text.replace([IS, NEXT], " ");
    let one = |(name, value): &(Option<Design>, String)| {
        format!("{}{IS}{}", name.map_or("", Design::as_str), clean(value))
    };
    parts.iter().map(one).collect::<Vec<_>>().join(&NEXT.to_string())
}

/// The value of a field in what [`packed`] made, and what stands before and behind it.
#[must_use]
pub fn split(packed: &str, field: Design) -> Option<(&str, [&str; 2])> {
    let mut at = 0;
    for part in packed.split(NEXT) {
        let end = at + part.len();
        if let Some((name, value)) = part.split_once(IS)
            && name == field.as_str()
        {
            let rest = [packed.get(..at)?, packed.get(end..)?];
            return Some((value, rest));
        }
        at = end + NEXT.len_utf8();
    }
    None
}

/// All values in what [`packed`] made but that of a field, in their order.
pub fn others(packed: &str, field: Design) -> impl Iterator<Item = &str> {
    let parts = packed.split(NEXT).filter_map(|part| part.split_once(IS));
    parts.filter(move |(name, _)| *name != field.as_str()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_found_again() {
        let parts = [
            (Some(Design::Frame), "a".to_owned()),
            (None, "x \u{1e}y".to_owned()),
            (Some(Design::Mode), String::new()),
        ];
        let text = packed(&parts);
        assert_eq!(split(&text, Design::Frame).unwrap().0, "a");
        assert_eq!(split(&text, Design::Mode).unwrap().0, "");
        assert_eq!(split(&text, Design::Persona), None);
        assert_eq!(others(&text, Design::Mode).collect::<Vec<_>>(), ["a", "x  y"]);
        // Two that differ in the frame alone have the same rest.
        let mut other = parts.clone();
        other[0].1 = "bb".to_owned();
        let other = packed(&other);
        assert_ne!(text, other);
        assert_eq!(split(&text, Design::Frame).unwrap().1, split(&other, Design::Frame).unwrap().1);
        assert_ne!(split(&text, Design::Mode).unwrap().1, split(&other, Design::Mode).unwrap().1);
    }
}
