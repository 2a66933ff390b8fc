//! Colours by role; meaning never by colour alone.
//!
//! A theme is a table of styles, one per role, made from a palette at a colour depth. Roles that carry
//! meaning (tier, outcome, cue) always stand beside a word, glyph or letter, so the colourless theme
//! loses nothing. Without colour no colour code is ever asked for: crossterm answers a colour under
//! `NO_COLOR` with a reset of all attributes, which would take the selection away.

use ratatui::style::{Color, Modifier, Style};

mod depth;
mod palette;
#[cfg(test)]
mod tests;

pub use depth::Depth;
use palette::{Ink, Palette, mix};

use crate::model::OutcomeValue;

/// Roles of syntax colours in the order of [`Theme::syntax`]: what the `u8` of a coloured span means.
pub const SYNTAX_ROLES: [&str; 8] =
    ["text", "key", "string", "number", "constant", "punctuation", "comment", "name"];

/// A theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Made for a light background.
    pub light: bool,
    /// No colour at all; letters stand in the gutter in place of glyphs.
    pub mono: bool,
    /// The whole screen. Paints the background only when a theme was asked for by name and the
    /// terminal's own background is not known to fit.
    pub base: Style,
    /// Text that is read.
    pub text: Style,
    /// Less important words.
    pub dim: Style,
    /// Headings inside texts and dialogs.
    pub heading: Style,
    /// The program's name, titles of focused parts.
    pub title: Style,
    /// Rules and borders.
    pub border: Style,
    /// The same of the part that has the focus.
    pub border_focused: Style,
    /// The selected row where the keys go.
    pub selection: Style,
    /// The selected row of a part without the focus.
    pub selection_idle: Style,
    /// The bar beside a selected row.
    pub cursor: Style,
    /// `free`.
    pub tier_free: Style,
    /// `paid`.
    pub tier_paid: Style,
    /// Any other tier.
    pub tier_other: Style,
    /// Outcomes in the order of `OutcomeValue::ALL`.
    pub outcome: [Style; 6],
    /// A label's positive value.
    pub positive: Style,
    /// The filled part of bars.
    pub bar: Style,
    /// Glyphs of the six families.
    pub family: [Style; 6],
    /// Text under a cue, by family.
    pub cue: [Style; 6],
    /// The words that matched inside a cue.
    pub matched: [Style; 6],
    /// The cue under the cursor.
    pub cue_current: [Style; 6],
    /// The words that matched inside the cue under the cursor.
    pub matched_current: Style,
    /// Text that a judge quoted.
    pub evidence: Style,
    /// The quote under the cursor.
    pub evidence_current: Style,
    /// The mark of a quote in the gutter.
    pub evidence_mark: Style,
    /// Restated set-up.
    pub recited: Style,
    /// Drafts inside the reasoning.
    pub draft: Style,
    /// The bar beside a draft.
    pub draft_bar: Style,
    /// Decision tags.
    pub marker: Style,
    /// Repaired places.
    pub repair: Style,
    /// What stands for a hidden or dangerous character.
    pub hidden: Style,
    /// The reader's own highlights, in turn; the digit beside them says which it is.
    pub pens: [Style; 6],
    /// Matches of the reader's own search.
    pub find: Style,
    /// The current one.
    pub find_current: Style,
    /// What the filter matched.
    pub filter_match: Style,
    /// Words that a partner lacks, where two transcripts are compared: on the left, on the right.
    pub differs: [Style; 2],
    /// Errors.
    pub error: Style,
    /// Good news.
    pub good: Style,
    /// Names of keys.
    pub key: Style,
    /// Toasts that are neither good nor bad.
    pub toast: Style,
    /// The line of the selected completion.
    pub chosen: Style,
    /// Syntax colours; see [`SYNTAX_ROLES`].
    pub syntax: [Style; 8],
}

impl Default for Theme {
    fn default() -> Self {
        Self::choose("auto", None, Depth::True, false)
    }
}

impl Theme {
    /// Names that [`Theme::choose`] knows, `auto` first. The safe ones are apart for colour-blind eyes; `safe` alone
    /// takes the light or dark one as `auto` does.
    pub const NAMES: [&'static str; 7] =
        ["auto", "dark", "light", "safe", "safe-dark", "safe-light", "mono"];

    /// The theme of a name (unknown names are `auto`; see [`Theme::is_known`]). `light`: what the
    /// terminal said about its background, `None` when it did not answer.
    #[must_use]
    pub fn choose(name: &str, light: Option<bool>, depth: Depth, no_colour: bool) -> Self {
        let name = plain_name(name);
        if no_colour || depth == Depth::None || name == "mono" {
            return mono();
        }
        let on_light = light == Some(true);
        let (palette, asked) = match name.as_str() {
            "dark" => (&palette::DARK, true),
            "light" => (&palette::LIGHT, true),
            "safe-dark" => (&palette::BLIND_DARK, true),
            "safe-light" => (&palette::BLIND_LIGHT, true),
            "safe" if on_light => (&palette::BLIND_LIGHT, false),
            "safe" => (&palette::BLIND_DARK, false),
            _ if on_light => (&palette::LIGHT, false),
            _ => (&palette::DARK, false),
        };
        let paint = asked && light != Some(palette.light);
        coloured(palette, depth, paint)
    }

    /// The same without colours of underlines, for terminals that may not know them; the underlines themselves stay.
    #[must_use]
    pub fn with_plain_underlines(mut self) -> Self {
        self.evidence.underline_color = None;
        self
    }

    /// Whether [`Theme::choose`] knows the name.
    #[must_use]
    pub fn is_known(name: &str) -> bool {
        let name = plain_name(name);
        Self::NAMES.contains(&name.as_str())
    }

    /// The style of a tier's word.
    #[must_use]
    pub fn tier(&self, tier: &str) -> Style {
        match tier {
            "free" => self.tier_free,
            "paid" => self.tier_paid,
            _ => self.tier_other,
        }
    }

    /// The style of an outcome's word.
    #[must_use]
    pub fn outcome(&self, value: OutcomeValue) -> Style {
        let index = OutcomeValue::ALL.iter().position(|v| *v == value);
        index.and_then(|i| self.outcome.get(i)).copied().unwrap_or(self.dim)
    }

    /// The glyph of an outcome, one column wide.
    #[must_use]
    pub fn outcome_glyph(value: OutcomeValue) -> &'static str {
        match value {
            OutcomeValue::Complied => "✓",
            OutcomeValue::Partial => "◐",
            OutcomeValue::Refused => "✗",
            OutcomeValue::Other => "○",
            OutcomeValue::Unfinished => "…",
            OutcomeValue::Unknown => "?",
        }
    }

    /// One of six styles by family; numbers past 5 wrap round.
    #[must_use]
    pub fn of(family: u8, styles: &[Style; 6]) -> Style {
        styles.get(usize::from(family) % 6).copied().unwrap_or_default()
    }
}

/// A name as it may be typed: `Safe_Dark`, `colour-blind-dark`.
fn plain_name(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    name.replace("color", "colour").replace("colour-blind", "safe")
}

const BOLD: Modifier = Modifier::BOLD;
const UNDER: Modifier = Modifier::UNDERLINED;
/// Words that differ are told by strokes, never by colour.
const DIFFERS: [Style; 2] = [
    Style::new().add_modifier(Modifier::CROSSED_OUT),
    Style::new().add_modifier(Modifier::UNDERLINED),
];
const REVERSED: Modifier = Modifier::REVERSED;
const ITALIC: Modifier = Modifier::ITALIC;
const DIM: Modifier = Modifier::DIM;

fn coloured(p: &Palette, depth: Depth, paint: bool) -> Theme {
    // Ground and rules: as they are. Everything else is text, also on a selected row.
    let raw = |ink: Ink| depth.colour(ink.rgb, ink.ansi);
    let c =
        |ink: Ink| depth.ink(ink.rgb, ink.ansi, p.text.rgb, &[p.ground.rgb, p.selection, p.idle]);
    let fg = |ink: Ink| Style::new().fg(c(ink));
    let full = depth == Depth::True;
    let sixteen = depth == Depth::Sixteen;
    let text = if paint { fg(p.text) } else { Style::new().fg(Color::Reset) };
    let base = if paint { text.bg(raw(p.ground)) } else { Style::new() };
    let bright = |ink: Ink| fg(ink).add_modifier(BOLD);
    // A row's ground: sixteen colours have no quiet one, so the row is reversed there.
    let row = |rgb: u32| match depth {
        Depth::Sixteen => Style::new().add_modifier(REVERSED),
        _ => Style::new().bg(depth.colour(rgb, Color::Reset)),
    };
    let solid = |ink: Ink| Style::new().fg(raw(p.ground)).bg(c(ink));
    let dim = if sixteen { text.add_modifier(DIM) } else { fg(p.dim) };
    // Tints need 24 bits to be both visible and quiet; elsewhere a cue is its family's colour, underlined.
    let under = |ink: Ink, share: u32| match depth {
        Depth::True => {
            let tint = mix(ink.rgb, p.ground.rgb, share);
            fg(p.text).bg(depth.colour(tint, Color::Reset)).remove_modifier(DIM)
        }
        _ => fg(ink).add_modifier(UNDER).remove_modifier(DIM),
    };
    let families = |make: &dyn Fn(Ink) -> Style| p.families.map(make);
    Theme {
        name: p.name.to_owned(),
        light: p.light,
        mono: false,
        base,
        text,
        dim,
        heading: bright(p.accent),
        title: text.add_modifier(BOLD),
        border: Style::new().fg(raw(p.faint)),
        border_focused: fg(p.accent),
        selection: if sixteen { row(0) } else { row(p.selection).add_modifier(BOLD) },
        selection_idle: if sixteen { Style::new().add_modifier(BOLD) } else { row(p.idle) },
        cursor: fg(p.accent),
        tier_free: fg(p.free),
        tier_paid: fg(p.paid),
        tier_other: fg(p.other_tier),
        outcome: [fg(p.complied), fg(p.partial), fg(p.refused), fg(p.other), dim, dim],
        positive: text.add_modifier(BOLD),
        bar: fg(p.bar),
        family: families(&|ink| bright(ink)),
        cue: families(&|ink| under(ink, p.tint)),
        matched: families(&|ink| {
            let bold = Style::new().add_modifier(BOLD);
            let tint = mix(ink.rgb, p.ground.rgb, p.tint);
            let on_tint = [p.ground.rgb, p.selection, tint];
            if full { bold.fg(depth.ink(ink.rgb, ink.ansi, p.text.rgb, &on_tint)) } else { bold }
        }),
        cue_current: families(&|ink| {
            if full {
                under(ink, p.tint * 9 / 5)
            } else {
                solid(ink).remove_modifier(UNDER).add_modifier(BOLD)
            }
        }),
        matched_current: if full {
            fg(p.text).add_modifier(BOLD.union(UNDER))
        } else {
            solid(p.text).add_modifier(BOLD)
        },
        evidence: if full {
            Style::new().underline_color(c(p.evidence)).add_modifier(UNDER.union(ITALIC))
        } else {
            Style::new().add_modifier(UNDER.union(ITALIC))
        },
        evidence_current: solid(p.evidence).add_modifier(ITALIC).remove_modifier(DIM),
        evidence_mark: bright(p.evidence),
        recited: dim,
        draft: text.add_modifier(ITALIC),
        draft_bar: Style::new().fg(raw(p.faint)),
        marker: solid(p.dim).add_modifier(BOLD),
        repair: fg(p.warn).add_modifier(ITALIC),
        hidden: solid(p.bad),
        pens: {
            // Families that no alarm is in; solid, where a cue is tinted. Then the same underlined.
            let [_, _, green, blue, violet, _] =
                p.families.map(|ink| solid(ink).remove_modifier(DIM));
            let under = |style: Style| style.add_modifier(UNDER);
            [green, blue, violet, under(green), under(blue), under(violet)]
        },
        find: solid(p.found).remove_modifier(DIM.union(UNDER)),
        find_current: solid(p.found_now).remove_modifier(DIM).add_modifier(BOLD.union(UNDER)),
        filter_match: fg(p.accent).add_modifier(BOLD.union(UNDER)).remove_modifier(DIM),
        differs: DIFFERS,
        error: bright(p.bad),
        good: bright(p.good),
        key: bright(p.accent),
        toast: bright(p.accent),
        chosen: if sixteen { row(0) } else { row(p.selection).add_modifier(BOLD) },
        syntax: [
            text,
            fg(p.accent),
            fg(p.refused),
            fg(p.free),
            fg(p.other_tier),
            dim,
            dim.add_modifier(ITALIC),
            fg(p.other_tier),
        ],
    }
}

fn mono() -> Theme {
    let plain = Style::new();
    let bold = plain.add_modifier(BOLD);
    let dim = plain.add_modifier(DIM);
    let reversed = plain.add_modifier(REVERSED);
    Theme {
        name: "mono".to_owned(),
        light: false,
        mono: true,
        base: plain,
        text: plain,
        dim,
        heading: bold.add_modifier(UNDER),
        title: bold,
        border: dim,
        border_focused: bold,
        selection: reversed,
        selection_idle: bold,
        cursor: bold,
        tier_free: plain,
        tier_paid: plain,
        tier_other: plain,
        outcome: [plain, plain, plain, plain, dim, dim],
        positive: bold,
        bar: plain,
        family: [bold; 6],
        cue: [plain.add_modifier(UNDER).remove_modifier(DIM); 6],
        matched: [plain; 6],
        cue_current: [bold.add_modifier(UNDER).remove_modifier(DIM); 6],
        matched_current: plain,
        // Italics are not drawn everywhere; bold is.
        evidence: plain.add_modifier(ITALIC.union(BOLD)),
        evidence_current: bold.add_modifier(ITALIC).remove_modifier(DIM),
        evidence_mark: bold,
        recited: dim,
        draft: plain.add_modifier(ITALIC),
        draft_bar: plain,
        marker: reversed,
        repair: plain.add_modifier(ITALIC),
        hidden: reversed.add_modifier(UNDER),
        pens: [bold.add_modifier(UNDER.union(ITALIC)).remove_modifier(DIM); 6],
        find: reversed.remove_modifier(DIM),
        find_current: reversed.add_modifier(BOLD.union(UNDER)).remove_modifier(DIM),
        filter_match: bold.remove_modifier(DIM),
        differs: DIFFERS,
        error: bold.add_modifier(UNDER),
        good: bold,
        key: bold,
        toast: bold,
        chosen: reversed,
        syntax: [plain, bold, plain, plain, plain, dim, dim, plain],
    }
}
