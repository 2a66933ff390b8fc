//! What reaches the terminal: colours, questions, copies, and nothing that a file wants.

use super::*;

#[test]
fn the_mouse_is_off_until_asked_for() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    assert!(!s.raw.windows(8).any(|w| w == b"\x1b[?1000h"));
    s.keys("M");
    s.writes(b"\x1b[?1000h");
    s.keys("q");
    s.end();
    s.assert_restored();
}

#[test]
fn pasted_text_is_text() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("\x1b[200~q\nq\x1b[201~");
    s.keys("f\x1b[200~tier:paid\x1b[201~");
    s.sees("2 of 5");
    s.keys("\r");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn no_color_keeps_the_selection_and_has_no_colour() {
    let file = records(5);
    let start = Start { env: &[("NO_COLOR", "1")], ..Start::default() };
    let mut s = Session::new(&[file.path().to_str().unwrap()], &start);
    s.sees("thinking about number 0");
    let (rows, columns) = s.screen().size();
    let marked = (0..rows).any(|row| {
        (0..columns).any(|column| {
            s.screen().cell(row, column).is_some_and(|c| c.inverse() || c.bold() || c.underline())
        })
    });
    assert!(marked, "nothing shows what is selected");
    s.keys("]jw");
    s.keys("q");
    s.keys("q");
    s.end();
    for sequence in sgr(&s.raw) {
        for part in sequence.split(';') {
            let n: u32 = part.split(':').next().unwrap_or("").parse().unwrap_or(0);
            let colour =
                (30..=38).contains(&n) || (40..=48).contains(&n) || (90..=107).contains(&n);
            assert!(!colour, "colour {sequence} under NO_COLOR");
        }
    }
}

/// Parameters of every SGR sequence.
fn sgr(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    text.split("\x1b[")
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            (rest[end..].starts_with('m')).then(|| rest[..end].to_owned())
        })
        .collect()
}

#[test]
fn keys_typed_while_the_terminal_is_asked_are_kept() {
    // A terminal that never answers: the first keys come while the program still waits for it.
    let file = records(9);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.writes(b"\x1b]11;?");
    s.keys("ftier:paid\r");
    s.sees("4 of 9");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn a_light_background_is_noticed_and_silence_is_borne() {
    let file = records(5);
    let light = Start { background: Some("rgb:ffff/ffff/ffff"), ..Start::default() };
    let mut s = Session::new(&[file.path().to_str().unwrap()], &light);
    s.sees("thinking about number 0");
    s.keys("j");
    s.sees("thinking about number 1");
    s.keys("q");
    s.end();
    let with_light = sgr(&s.raw);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("j");
    s.sees("thinking about number 1");
    s.keys("q");
    s.end();
    assert_ne!(with_light, sgr(&s.raw), "light and dark look the same");
}

#[test]
fn copying_speaks_to_the_terminal() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("yi");
    // "case-0" in base64.
    s.writes(b"\x1b]52;c;Y2FzZS0w");
    s.keys("q");
    s.end();
}

/// Every escape sequence in the stream is one of ours; nothing else of a control kind is there.
fn assert_only_our_escapes(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    let mut rest: &str = &text;
    while let Some(at) = rest.find('\x1b') {
        let before = &rest[..at];
        assert_plain(before);
        let after = &rest[at + 1..];
        if let Some(csi) = after.strip_prefix('[') {
            let end = csi.find(|c: char| ('\x40'..='\x7e').contains(&c)).expect("a CSI ends");
            let last = csi[end..].chars().next().unwrap();
            assert!("HmhlJKABCDGdtcnu".contains(last), "foreign sequence CSI {}", &csi[..=end]);
            rest = &csi[end + 1..];
        } else if let Some(osc) = after.strip_prefix(']') {
            let kind = osc.split(';').next().unwrap();
            assert!(["0", "2", "11"].contains(&kind), "foreign OSC {kind}");
            let end = osc.find(['\x07', '\x1b']).expect("an OSC ends");
            assert_plain(&osc[..end]);
            rest = if osc[end..].starts_with('\x07') { &osc[end + 1..] } else { &osc[end + 2..] };
        } else {
            let next = after.chars().next().unwrap_or(' ');
            assert!("\\78=>(".contains(next), "foreign escape ESC {next:?}");
            rest = &after[next.len_utf8()..];
        }
    }
    assert_plain(rest);
}

fn assert_plain(text: &str) {
    for c in text.chars() {
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\x08');
        let bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
        let unseen = matches!(
            c,
            '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}' | '\u{2028}' | '\u{2029}'
        );
        let tag = matches!(c, '\u{e0000}'..='\u{e007f}');
        assert!(!(control || bidi || unseen || tag), "U+{:04X} reached the terminal", c as u32);
    }
}

#[test]
fn hostile_files_leave_no_foreign_escape_byte() {
    let hostile = repository("tests/hostile");
    let start = Start { columns: 140, rows: 40, ..Start::default() };
    let mut s = Session::new(&[hostile.to_str().unwrap()], &start);
    s.sees("scratchpad");
    // Every transcript is looked at, then every dialog, with the filter's completion open too.
    for _ in 0..60 {
        s.keys("J");
    }
    for keys in ["i", "e", "P", "F", "L", ":", "?", "w"] {
        s.keys(keys);
        s.keys("GG");
        s.keys("\x1b");
        // A bare Esc ends before the next key only when nothing follows at once.
        s.until("the dialog to close", |_| true);
    }
    s.keys("flabel");
    s.sees("label");
    s.keys("\x1b");
    s.keys("q");
    s.keys("q");
    s.signal("TERM");
    s.end();
    assert_only_our_escapes(&s.raw);
}
