//! Hostile text in tables, and the promises for any text: idempotent, exact ranges, nothing invisible.

use super::*;
use proptest::prelude::*;

#[test]
fn shows_what_is_hidden() {
    for (text, expected, hidden) in [
        ("plain", "plain", 0),
        ("a\tb\n\tc", "a   b\n    c", 0),
        ("a\r\nb\rc", "a\nb␍c", 1),
        ("a\u{1b}[31mRED\u{0}\u{7f}", "a␛[31mRED␀␡", 3),
        ("\u{85}\u{9b}x", "⟨U+0085⟩⟨U+009B⟩x", 2),
        ("a\u{202e}b\u{2066}\u{200f}\u{61c}", "a⟨U+202E⟩b⟨U+2066⟩⟨U+200F⟩⟨U+061C⟩", 4),
        ("a\u{200b}b\u{200c}\u{ad}\u{feff}", "a⟨U+200B⟩b⟨U+200C⟩⟨U+00AD⟩⟨U+FEFF⟩", 4),
        ("x\u{e0041}\u{e0042}", "x⟨U+E0041⟩⟨U+E0042⟩", 2),
        ("🏴\u{e0067}\u{e007f}", "🏴⟨U+E0067⟩⟨U+E007F⟩", 2),
        ("a\u{2028}b\u{2029}", "a⟨U+2028⟩b⟨U+2029⟩", 2),
        ("a\u{fe0f}\u{fe01}", "a⟨U+FE0F⟩⟨U+FE01⟩", 2),
        ("a\u{200d}b", "a⟨U+200D⟩b", 1),
        ("👩\u{200d}", "👩⟨U+200D⟩", 1),
        (
            "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🇩🇪 👍🏽",
            "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🇩🇪 👍🏽",
            0,
        ),
        ("\u{301}a", "⟨U+0301⟩a", 1),
        ("e\u{301}", "e\u{301}", 0),
        ("\u{e000}\u{ffff}\u{10ffff}", "⟨U+E000⟩⟨U+FFFF⟩⟨U+10FFFF⟩", 3),
        ("\u{3164}\u{1160}", "⟨U+3164⟩⟨U+1160⟩", 2),
        ("’quoted’ — “日本”", "’quoted’ — “日本”", 0),
    ] {
        assert_eq!(sanitize(text), expected, "{text:?}");
        assert_eq!(hidden_count(text), hidden, "{text:?}");
    }
    let zalgo = format!("a{}b", "\u{301}".repeat(10));
    assert_eq!(sanitize(&zalgo), format!("a{}⟨U+0301⟩⟨U+0301⟩b", "\u{301}".repeat(8)));
}

#[test]
fn says_why() {
    let why: Vec<_> =
        pieces("\u{1b}\u{202e}\u{200b}\u{e0041}\u{2028}\t\n", 0).map(|p| p.hidden).collect();
    let all = [Hidden::Control, Hidden::Bidi, Hidden::ZeroWidth, Hidden::Tag, Hidden::Separator];
    assert_eq!(why, all.into_iter().map(Some).chain([None, None]).collect::<Vec<_>>());
}

#[test]
fn tabs_know_their_column() {
    let widths: Vec<_> = pieces("\ta\t日\t\n\t", 2).map(|p| p.width).collect();
    assert_eq!(widths, [2, 1, 3, 2, 2, 0, 4]);
}

#[test]
fn widths_of_graphemes() {
    for (text, width) in
        [("日", 2), ("👩\u{200d}👩\u{200d}👧", 2), ("❤\u{fe0f}", 2), ("🇩🇪", 2), ("e\u{301}", 1)]
    {
        let all: Vec<_> = pieces(text, 0).collect();
        assert_eq!(all.len(), 1, "{text:?}");
        assert_eq!(all[0].width, width, "{text:?}");
    }
}

#[test]
fn one_line() {
    for (text, expected) in
        [("  a \n\r\n\t b\u{a0}\u{3000}c ", "a b c"), ("a\rb", "a␍b"), ("\n\n", ""), ("a b", "a b")]
    {
        assert_eq!(sanitize_line(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_shown_by_name_does_not_change_what_stands_behind_it() {
    let text = "❤\u{34f}🏽\u{200d}❤";
    let clean = sanitize(text).into_owned();
    assert_eq!((hidden_count(text), hidden_count(&clean)), (2, 0), "{clean}");
    assert_eq!(sanitize(&clean), clean);
    // A family and an astronaut stay one piece each.
    for whole in ["👩\u{200d}👩\u{200d}👧", "👩🏽\u{200d}🚀", "❤\u{fe0f}\u{200d}🔥"]
    {
        assert_eq!((hidden_count(whole), pieces(whole, 0).count()), (0, 1), "{whole}");
    }
}

#[test]
fn megabytes_of_marks_are_linear() {
    // Quadratic work here would take minutes.
    let text = format!("a{}", "\u{301}".repeat(200_000));
    assert_eq!(hidden_count(&text), 200_000 - 8);
}

/// Any character, often one of those that the neighbours decide about.
fn hostile() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(
        "\u{0}\t\n\r\u{1b}\u{7f}\u{85}\u{ad} a1#\u{301}\u{34f}\u{600}\u{61c}\u{903}\u{915}\u{94d}\u{1100}\u{1161}\u{200b}\u{200d}\u{202e}\u{2028}\u{20e3}\u{3000}\u{fe0e}\u{fe0f}\u{ff9e}\u{e0041}❤👩👍🏽🇩🏴日©"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![4 => odd, 1 => any::<char>()], 0..60)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn runs_are_pieces_taken_together(text in hostile(), more in "[ -~]{0,9}", column in 0..5_usize) {
        let text = format!("{more}{text}{more}{more}\t{text}");
        let mut apart = Vec::new();
        for run in runs(&text, column) {
            match run {
                Run::Piece(piece) => apart.push(piece),
                Run::Plain(range) => {
                    prop_assert!(!range.is_empty() && text[range.clone()].bytes().all(|b| matches!(b, b' '..=b'~')));
                    apart.extend(range.map(|at| {
                        let shown = Cow::Borrowed(&text[at..=at]);
                        Piece { range: at..at + 1, shown, width: 1, hidden: None }
                    }));
                }
            }
        }
        prop_assert_eq!(apart, pieces(&text, column).collect::<Vec<_>>());
    }

    #[test]
    fn promises_hold(text in hostile()) {
        let mut at = 0;
        let mut hidden = 0;
        let mut column = 0;
        for piece in pieces(&text, 0) {
            prop_assert_eq!(piece.range.start, at);
            prop_assert!(piece.range.end > at && text.is_char_boundary(piece.range.end));
            at = piece.range.end;
            let is_break = matches!(&text[piece.range.clone()], "\n" | "\r\n");
            prop_assert_eq!(piece.width == 0, is_break);
            prop_assert_eq!(piece.shown.is_empty(), is_break);
            if piece.hidden.is_some() {
                prop_assert_eq!(text[piece.range.clone()].chars().count(), 1);
                prop_assert_eq!(UnicodeWidthStr::width(piece.shown.as_ref()), piece.width);
            }
            hidden += usize::from(piece.hidden.is_some());
            column += piece.width;
        }
        prop_assert!(column >= hidden);
        prop_assert_eq!(at, text.len());
        prop_assert_eq!(hidden_count(&text), hidden);
        for clean in [sanitize(&text), sanitize_line(&text)] {
            prop_assert_eq!(hidden_count(&clean), 0);
            prop_assert!(clean.chars().all(|c| c == '\n' || hidden_class(c).is_none()), "{:?}", clean);
        }
        let (clean, line) = (sanitize(&text), sanitize_line(&text));
        prop_assert_eq!(&sanitize(&clean), &clean);
        prop_assert_eq!(&sanitize_line(&line), &line);
        prop_assert!(!line.contains('\n'));
    }
}

use unicode_width::UnicodeWidthStr;
