//! Contrast, distance for colour-blind eyes, and the absence of colour in the colourless theme.

use ratatui::style::{Color, Style};

use super::*;

const NAMES: [&str; 4] = ["dark", "light", "safe-dark", "safe-light"];

fn rgb(colour: Color) -> Option<(u8, u8, u8)> {
    match colour {
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(i) => Some(depth::indexed(i)),
        _ => None,
    }
}

fn linear(c: u8) -> f64 {
    let c = f64::from(c) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Roles in which text is written. Rules and bars are none.
fn texts(t: &Theme) -> Vec<(&'static str, Style)> {
    let mut all = vec![
        ("text", t.text),
        ("dim", t.dim),
        ("heading", t.heading),
        ("title", t.title),
        ("free", t.tier_free),
        ("paid", t.tier_paid),
        ("other tier", t.tier_other),
        ("positive", t.positive),
        ("evidence", t.evidence),
        ("evidence current", t.evidence_current),
        ("evidence mark", t.evidence_mark),
        ("recited", t.recited),
        ("draft", t.draft),
        ("marker", t.marker),
        ("repair", t.repair),
        ("hidden", t.hidden),
        ("find", t.find),
        ("find current", t.find_current),
        ("filter match", t.filter_match),
        ("error", t.error),
        ("good", t.good),
        ("key", t.key),
        ("toast", t.toast),
        ("bar", t.bar),
    ];
    all.extend(t.pens.map(|s| ("highlight", s)));
    all.extend(t.outcome.map(|s| ("outcome", s)));
    all.extend(t.family.map(|s| ("family", s)));
    all.extend(t.cue.map(|s| ("cue", s)));
    all.extend(t.cue_current.map(|s| ("current cue", s)));
    all.extend(t.syntax.map(|s| ("syntax", s)));
    all.extend(t.cue.iter().zip(t.matched).map(|(c, m)| ("matched", c.patch(m))));
    all.extend(t.cue_current.iter().map(|c| ("matched, current", c.patch(t.matched_current))));
    for row in [t.selection, t.selection_idle, t.chosen] {
        let on = [t.text, t.dim, t.tier_free, t.tier_paid, t.tier_other, t.bar];
        all.extend(on.map(|s| ("on a row", s.patch(row))));
        all.extend(t.outcome.map(|s| ("outcome on a row", s.patch(row))));
        all.extend(t.family.map(|s| ("family on a row", s.patch(row))));
    }
    all
}

#[test]
fn every_text_is_readable_on_the_background_it_was_made_for() {
    let mut poor = Vec::new();
    for name in NAMES {
        for depth in [Depth::True, Depth::Indexed] {
            let theme = Theme::choose(name, None, depth, false);
            let ground = theme.base.bg.and_then(rgb).expect("asked for by name: painted");
            let ink = theme.base.fg.and_then(rgb).expect("painted");
            for (role, style) in texts(&theme) {
                let fg = style.fg.and_then(rgb).unwrap_or(ink);
                let bg = style.bg.and_then(rgb).unwrap_or(ground);
                let ratio = contrast(fg, bg);
                if ratio < 4.5 {
                    poor.push(format!("{name} {depth:?} {role}: {ratio:.2} {fg:?} on {bg:?}"));
                }
            }
        }
    }
    assert!(poor.is_empty(), "{}", poor.join("\n"));
}

/// Machado, Oliveira and Fernandes (2009), severity 1: protan, deutan, tritan; and none.
const EYES: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

fn lab((r, g, b): (u8, u8, u8), eye: &[[f64; 3]; 3]) -> [f64; 3] {
    let light = [linear(r), linear(g), linear(b)];
    let seen =
        eye.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0));
    let xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        .map(|row: [f64; 3]| row.iter().zip(seen).map(|(a, b)| a * b).sum::<f64>());
    let root = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let seen = [root(xyz[0] / 0.950_47), root(xyz[1]), root(xyz[2] / 1.088_83)];
    [116.0 * seen[1] - 16.0, 500.0 * (seen[0] - seen[1]), 200.0 * (seen[1] - seen[2])]
}

#[test]
fn families_and_tiers_stay_apart_for_every_kind_of_colour_vision() {
    for name in ["safe-dark", "safe-light"] {
        let theme = Theme::choose(name, None, Depth::True, false);
        let groups =
            [theme.family.to_vec(), vec![theme.tier_free, theme.tier_paid, theme.tier_other]];
        for group in groups {
            let inks: Vec<_> = group.iter().filter_map(|s| s.fg.and_then(rgb)).collect();
            assert_eq!(inks.len(), group.len());
            for (i, a) in inks.iter().enumerate() {
                for b in &inks[i + 1..] {
                    for eye in &EYES {
                        let (p, q) = (lab(*a, eye), lab(*b, eye));
                        let d = p.iter().zip(q).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
                        assert!(d >= 12.0, "{name}: {a:?} and {b:?} are {d:.1} apart");
                    }
                }
            }
        }
    }
}

#[test]
fn without_colour_there_is_no_colour_at_all_and_everything_still_differs() {
    for theme in [
        Theme::choose("mono", None, Depth::True, false),
        Theme::choose("dark", Some(true), Depth::True, true),
        Theme::choose("auto", None, Depth::None, false),
    ] {
        let mut all = texts(&theme);
        all.extend([
            ("base", theme.base),
            ("border", theme.border),
            ("focused", theme.border_focused),
            ("selection", theme.selection),
            ("idle", theme.selection_idle),
            ("cursor", theme.cursor),
            ("chosen", theme.chosen),
        ]);
        for (role, s) in all {
            assert_eq!((s.fg, s.bg, s.underline_color), (None, None, None), "{role}");
        }
        let kinds = [theme.text, theme.cue[0], theme.cue_current[0], theme.evidence, theme.recited];
        let kinds = [&kinds[..], &[theme.find, theme.find_current, theme.filter_match]].concat();
        let kinds = [kinds, vec![theme.pens[0]]].concat();
        for (i, a) in kinds.iter().enumerate() {
            for b in &kinds[i + 1..] {
                assert_ne!(a.add_modifier, b.add_modifier);
            }
        }
    }
}

#[test]
fn names_backgrounds_and_depths_choose() {
    let choose = |name, light| Theme::choose(name, light, Depth::True, false);
    let cases = [
        ("auto", None, "dark", false),
        ("auto", Some(true), "light", false),
        ("auto", Some(false), "dark", false),
        ("no such", Some(true), "light", false),
        ("light", Some(true), "light", false),
        ("light", Some(false), "light", true),
        ("Light", None, "light", true),
        ("colour-blind", Some(true), "safe-light", false),
        ("color_blind", None, "safe-dark", false),
    ];
    for (name, light, wanted, painted) in cases {
        let theme = choose(name, light);
        assert_eq!((theme.name.as_str(), theme.base.bg.is_some()), (wanted, painted), "{name}");
    }
    assert!(Theme::is_known("Color-Blind") && !Theme::is_known("puce"));
    let depths = [
        (Some("truecolor"), Some("xterm"), Depth::True),
        (None, Some("screen-256color"), Depth::Indexed),
        (None, Some("xterm"), Depth::Sixteen),
        (Some("truecolor"), Some("dumb"), Depth::None),
        (None, None, Depth::Sixteen),
    ];
    for (colorterm, term, wanted) in depths {
        assert_eq!(Depth::detect(colorterm, term), wanted);
    }
}

#[test]
fn sixteen_colours_ask_for_named_ones_only() {
    for name in NAMES {
        let theme = Theme::choose(name, None, Depth::Sixteen, false);
        for (role, s) in texts(&theme) {
            for colour in [s.fg, s.bg, s.underline_color].into_iter().flatten() {
                assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{name} {role}");
            }
        }
    }
}

#[test]
fn underlines_are_coloured_only_where_the_terminal_is_known_to() {
    let cases: [(&[(&str, &str)], bool); 9] = [
        (&[], false),
        (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], false),
        (&[("TERM", "xterm-kitty")], true),
        (&[("TERM", "foot-direct")], true),
        (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], true),
        (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "Apple_Terminal")], false),
        (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7006")], true),
        (&[("TERM", "xterm-256color"), ("VTE_VERSION", "4205")], false),
        (&[("TERM", "screen.xterm-256color"), ("TERM_PROGRAM", "WezTerm")], false),
    ];
    for (set, wanted) in cases {
        let variable = |name: &str| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(Depth::underlines_in_colour(variable), wanted, "{set:?}");
    }
    for name in NAMES {
        let theme = Theme::choose(name, None, Depth::True, false);
        let plain = theme.clone().with_plain_underlines();
        for ((role, before), (_, after)) in texts(&theme).into_iter().zip(texts(&plain)) {
            assert_eq!(after.underline_color, None, "{name} {role}");
            assert_eq!(before.add_modifier, after.add_modifier, "{name} {role}");
        }
    }
}
