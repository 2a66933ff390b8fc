//! How many colours the terminal has, and the nearest of them to a wanted one.

use ratatui::style::Color;

use super::palette::{is_readable, readable};

/// Colour depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// No colour: attributes only.
    None,
    /// The sixteen named ones, whatever the terminal makes of them.
    Sixteen,
    /// The 256-colour cube and greys.
    Indexed,
    /// 24 bits.
    #[default]
    True,
}

impl Depth {
    /// From `COLORTERM` and `TERM`: 24 bits when the first says `truecolor` or `24bit`, 256 when the second
    /// holds `256color`, none for `dumb`, else sixteen.
    #[must_use]
    pub fn detect(colorterm: Option<&str>, term: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        match colorterm {
            _ if term == "dumb" => Self::None,
            Some("truecolor" | "24bit") => Self::True,
            _ if term.contains("direct") => Self::True,
            _ if term.contains("256color") => Self::Indexed,
            _ => Self::Sixteen,
        }
    }

    /// Whether the terminal is one that is known to colour underlines. One that does not know how takes the numbers of
    /// the colour for attributes of their own: dim text, blinking, whatever they happen to be.
    #[must_use]
    pub fn underlines_in_colour(variable: impl Fn(&str) -> Option<String>) -> bool {
        let term = variable("TERM").unwrap_or_default();
        // A multiplexer hands on what the terminal around it says of itself, and draws by rules of its own.
        if term.starts_with("screen") || term.starts_with("tmux") {
            return false;
        }
        let program = variable("TERM_PROGRAM").unwrap_or_default();
        let vte = variable("VTE_VERSION").and_then(|version| version.parse().ok());
        ["kitty", "foot", "ghostty", "wezterm"].iter().any(|name| term.contains(name))
            || ["WezTerm", "iTerm.app", "ghostty"].contains(&program.as_str())
            || vte.is_some_and(|version: u32| version >= 5200)
    }

    /// The colour to ask for: `rgb` or what comes nearest; `named` where there are sixteen.
    #[must_use]
    pub fn colour(self, rgb: u32, named: Color) -> Color {
        let [_, r, g, b] = rgb.to_be_bytes();
        match self {
            Self::None => Color::Reset,
            Self::Sixteen => named,
            Self::Indexed => Color::Indexed(nearest(rgb, &[])),
            Self::True => Color::Rgb(r, g, b),
        }
    }

    /// As [`Depth::colour`], for text on these grounds: among 256 colours the nearest one may not be readable.
    #[must_use]
    pub fn ink(self, rgb: u32, named: Color, text: u32, grounds: &[u32]) -> Color {
        match self {
            Self::Indexed => {
                let grounds: Vec<u32> =
                    grounds.iter().map(|g| packed(indexed(nearest(*g, &[])))).collect();
                Color::Indexed(nearest(rgb, &grounds))
            }
            _ => self.colour(readable(rgb, text, grounds), named),
        }
    }
}

fn packed((r, g, b): (u8, u8, u8)) -> u32 {
    u32::from_be_bytes([0, r, g, b])
}

/// The levels of the 6×6×6 cube.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of the 240 fixed colours (the first sixteen are the user's own) that can be read on the grounds.
fn nearest(rgb: u32, grounds: &[u32]) -> u8 {
    let [_, r, g, b] = rgb.to_be_bytes();
    let all = (16..=255_u8).map(|index| (distance((r, g, b), indexed(index)), index));
    let is_good = |index: u8| is_readable(packed(indexed(index)), grounds);
    // Mostly the nearest of all can be read, and the others need not be put in order.
    let nearest = all.clone().min().map(|(_, index)| index).filter(|index| is_good(*index));
    nearest.unwrap_or_else(|| {
        let mut all: Vec<(i32, u8)> = all.collect();
        all.sort_unstable();
        all.into_iter().map(|(_, index)| index).find(|index| is_good(*index)).unwrap_or(16)
    })
}

/// What a terminal shows for one of the fixed colours.
#[must_use]
pub fn indexed(index: u8) -> (u8, u8, u8) {
    if index >= 232 {
        let grey = 8 + (index - 232) * 10;
        return (grey, grey, grey);
    }
    let i = usize::from(index.saturating_sub(16));
    let level = |n: usize| LEVELS.get(n % 6).copied().unwrap_or_default();
    (level(i / 36), level(i / 6), level(i))
}

/// Squared distance, weighted roughly as the eye does.
fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> i32 {
    let square = |x: u8, y: u8| (i32::from(x) - i32::from(y)).pow(2);
    3 * square(a.0, b.0) + 4 * square(a.1, b.1) + 2 * square(a.2, b.2)
}
