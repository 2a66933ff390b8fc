//! The inks of the coloured themes, and arithmetic on them. Which role takes which ink is `theme.rs`'s.
//!
//! The two colour-blind palettes start from the Okabe–Ito hues and were moved until every pair of
//! families and tiers stays apart for protan, deutan and tritan eyes (the tests simulate them).

use std::sync::LazyLock;

use ratatui::style::Color;

/// One colour: 24 bits, and what stands for it where there are sixteen.
#[derive(Debug, Clone, Copy)]
pub struct Ink {
    /// `0xRRGGBB`
    pub rgb: u32,
    /// Its stand-in.
    pub ansi: Color,
}

/// The inks of a theme.
#[derive(Debug)]
pub struct Palette {
    /// The theme's name.
    pub name: &'static str,
    /// For a light background.
    pub light: bool,
    /// The background that the other inks were chosen on.
    pub ground: Ink,
    /// Text.
    pub text: Ink,
    /// Less important text.
    pub dim: Ink,
    /// Rules; no text is written in it.
    pub faint: Ink,
    /// Focus, headings, keys.
    pub accent: Ink,
    /// Ground of the selected row.
    pub selection: u32,
    /// The same without the focus.
    pub idle: u32,
    /// Tier free.
    pub free: Ink,
    /// Tier paid.
    pub paid: Ink,
    /// Other tiers.
    pub other_tier: Ink,
    /// Outcome complied.
    pub complied: Ink,
    /// Outcome partial.
    pub partial: Ink,
    /// Outcome refused.
    pub refused: Ink,
    /// Outcome other.
    pub other: Ink,
    /// Score bars.
    pub bar: Ink,
    /// Six families of cues.
    pub families: [Ink; 6],
    /// Share of a family's ink in the ground under a cue, per cent.
    pub tint: u32,
    /// Judge evidence.
    pub evidence: Ink,
    /// Something was repaired.
    pub warn: Ink,
    /// Errors, hidden characters.
    pub bad: Ink,
    /// Good news.
    pub good: Ink,
    /// Ground of matches.
    pub found: Ink,
    /// Ground of the current match.
    pub found_now: Ink,
}

const fn ink(rgb: u32, ansi: Color) -> Ink {
    Ink { rgb, ansi }
}

/// `share` per cent of `a` in `b`.
pub fn mix(a: u32, b: u32, share: u32) -> u32 {
    let part = |shift: u32| {
        let (x, y) = ((a >> shift) & 0xff, (b >> shift) & 0xff);
        ((x * share + y * (100 - share)) / 100) << shift
    };
    part(16) | part(8) | part(0)
}

/// The contrast of two colours as WCAG 2 defines it, 1 to 21.
pub fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The light of each level of a channel. A theme asks for it thousands of times before the first frame.
static LINEAR: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|level| {
        let c = level as f64 / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
});

fn luminance(rgb: u32) -> f64 {
    let [_, r, g, b] = rgb.to_be_bytes();
    // A byte is always below 256.
    let linear = |c: u8| LINEAR[usize::from(c)];
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Whether text of this colour can be read on all of these grounds (4.5 to 1).
pub fn is_readable(rgb: u32, grounds: &[u32]) -> bool {
    grounds.iter().all(|ground| contrast(rgb, *ground) >= 4.5)
}

/// The colour moved towards that of text, in small steps, until it can be read on all of the grounds.
pub fn readable(rgb: u32, text: u32, grounds: &[u32]) -> u32 {
    let steps = (0..=100).step_by(4).map(|share| mix(text, rgb, share));
    let mut good = steps.filter(|colour| is_readable(*colour, grounds));
    good.next().unwrap_or(text)
}

/// For dark backgrounds.
pub const DARK: Palette = Palette {
    name: "dark",
    light: false,
    ground: ink(0x0015_181e, Color::Black),
    text: ink(0x00d6_d9de, Color::White),
    dim: ink(0x0096_9eac, Color::Gray),
    faint: ink(0x0046_4d5a, Color::DarkGray),
    accent: ink(0x0086_b8ff, Color::LightBlue),
    selection: 0x0021_2c3e,
    idle: 0x0020_252e,
    free: ink(0x00f2_b361, Color::LightYellow),
    paid: ink(0x006f_c3df, Color::LightCyan),
    other_tier: ink(0x00b9_a7e6, Color::LightMagenta),
    complied: ink(0x00e8_947f, Color::LightRed),
    partial: ink(0x00d9_b36b, Color::LightYellow),
    refused: ink(0x008f_c08f, Color::LightGreen),
    other: ink(0x00a9_b1bf, Color::Gray),
    bar: ink(0x008a_a4c8, Color::LightBlue),
    families: [
        ink(0x00ff_8f70, Color::LightRed),
        ink(0x00f0_c05a, Color::LightYellow),
        ink(0x008f_d18f, Color::LightGreen),
        ink(0x006f_c7e8, Color::LightCyan),
        ink(0x00c3_a3f5, Color::LightMagenta),
        ink(0x00b4_bcc8, Color::Gray),
    ],
    tint: 19,
    evidence: ink(0x00f3_a6d0, Color::LightMagenta),
    warn: ink(0x00d9_b36b, Color::LightYellow),
    bad: ink(0x00ff_7b7b, Color::LightRed),
    good: ink(0x008f_d18f, Color::LightGreen),
    found: ink(0x00e6_d36a, Color::LightYellow),
    found_now: ink(0x00ff_a34d, Color::LightGreen),
};

/// For light backgrounds.
pub const LIGHT: Palette = Palette {
    name: "light",
    light: true,
    ground: ink(0x00fb_faf7, Color::White),
    text: ink(0x0022_262e, Color::Black),
    dim: ink(0x005f_6673, Color::DarkGray),
    faint: ink(0x00b9_bec8, Color::Gray),
    accent: ink(0x001f_5fbf, Color::Blue),
    selection: 0x00dc_e7f8,
    idle: 0x00ee_eeea,
    free: ink(0x0092_500a, Color::Red),
    paid: ink(0x0009_6480, Color::Blue),
    other_tier: ink(0x006a_4bb0, Color::Magenta),
    complied: ink(0x00a8_3c20, Color::Red),
    partial: ink(0x0082_5800, Color::Magenta),
    refused: ink(0x002c_6a2f, Color::Green),
    other: ink(0x0059_606c, Color::DarkGray),
    bar: ink(0x003a_5c94, Color::Blue),
    families: [
        ink(0x00b0_3a1c, Color::Red),
        ink(0x0080_5600, Color::Yellow),
        ink(0x002c_6a2f, Color::Green),
        ink(0x000c_6390, Color::Cyan),
        ink(0x0070_40b8, Color::Magenta),
        ink(0x0055_5c68, Color::DarkGray),
    ],
    tint: 15,
    evidence: ink(0x00a8_317a, Color::Magenta),
    warn: ink(0x0082_5800, Color::Magenta),
    bad: ink(0x00b3_2424, Color::Red),
    good: ink(0x002c_6a2f, Color::Green),
    found: ink(0x007a_6000, Color::Blue),
    found_now: ink(0x00b0_4a00, Color::Red),
};

/// As [`DARK`], apart for every kind of colour vision.
pub const BLIND_DARK: Palette = Palette {
    name: "safe-dark",
    free: ink(0x00f2_a93b, Color::LightYellow),
    paid: ink(0x0062_b4ec, Color::LightBlue),
    other_tier: ink(0x00e8_e4f2, Color::White),
    complied: ink(0x00f2_a93b, Color::LightYellow),
    partial: ink(0x00f0_e16a, Color::Gray),
    refused: ink(0x0062_b4ec, Color::LightBlue),
    families: [
        ink(0x00f2_8c3b, Color::LightRed),
        ink(0x00f0_e16a, Color::LightYellow),
        ink(0x0043_a08c, Color::LightGreen),
        ink(0x005f_bbf4, Color::LightCyan),
        ink(0x00cd_78c6, Color::LightMagenta),
        ink(0x00c5_cad5, Color::Gray),
    ],
    warn: ink(0x00f0_e16a, Color::LightYellow),
    bad: ink(0x00ff_8c4a, Color::LightRed),
    good: ink(0x0062_b4ec, Color::LightBlue),
    ..DARK
};

/// As [`LIGHT`], apart for every kind of colour vision.
pub const BLIND_LIGHT: Palette = Palette {
    name: "safe-light",
    free: ink(0x00a8_4400, Color::Red),
    paid: ink(0x000f_54a7, Color::Blue),
    other_tier: ink(0x0020_2020, Color::Black),
    complied: ink(0x00a8_4400, Color::Red),
    partial: ink(0x0066_5500, Color::Magenta),
    refused: ink(0x000f_54a7, Color::Blue),
    families: [
        ink(0x00d3_1f16, Color::Red),
        ink(0x0054_7215, Color::Yellow),
        ink(0x0000_754e, Color::Green),
        ink(0x000f_54a7, Color::Blue),
        ink(0x0092_347e, Color::Magenta),
        ink(0x0032_363c, Color::Black),
    ],
    warn: ink(0x0066_5500, Color::Magenta),
    bad: ink(0x00a8_3400, Color::Red),
    good: ink(0x000f_54a7, Color::Blue),
    ..LIGHT
};
