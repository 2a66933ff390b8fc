//! UTF-16 text as UTF-8, while it is read. Half a character becomes U+FFFD.

use std::io::{self, Read};

use super::compressed::size;

/// UTF-16 text taken at once.
const INPUT: usize = 64 << 10;

/// UTF-8 out of UTF-16 that begins with its byte order mark, which is left out.
pub(super) struct Utf16<R> {
    source: R,
    /// Known from the mark.
    big_endian: Option<bool>,
    input: Vec<u8>,
    taken: u64,
    /// The first half of a pair that was cut by the end of a piece.
    high: Option<u16>,
    text: String,
    at: usize,
    ended: bool,
}

/// Whether bytes begin with the mark of UTF-16. The mark of UTF-32 begins in the same way.
pub(super) fn is_utf16(head: &[u8]) -> bool {
    matches!(head, [0xfe, 0xff, ..])
        || (matches!(head, [0xff, 0xfe, ..]) && !matches!(head, [_, _, 0, 0, ..]))
}

impl<R: Read> Utf16<R> {
    pub fn new(source: R) -> Self {
        Self {
            source,
            big_endian: None,
            input: Vec::new(),
            taken: 0,
            high: None,
            text: String::new(),
            at: 0,
            ended: false,
        }
    }

    /// Decodes the next piece into `text`.
    fn decode(&mut self) -> io::Result<()> {
        let held = self.input.len();
        self.input.resize(held + INPUT, 0);
        // `held` is below the length.
        let outcome = self.source.read(&mut self.input[held..]);
        self.input.truncate(held + outcome.as_ref().map_or(0, |n| *n));
        let n = outcome?;
        self.taken += n as u64;
        self.text.clear();
        self.at = 0;
        if n == 0 {
            self.ended = true;
            if self.high.take().is_some() {
                self.text.push(char::REPLACEMENT_CHARACTER);
            }
            if !self.input.is_empty() {
                let sentence =
                    format!("the UTF-16 text ends in half a character after {}", size(self.taken));
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, sentence));
            }
            return Ok(());
        }
        let mut pieces = self.input.chunks_exact(2).peekable();
        let Some(first) = pieces.peek() else { return Ok(()) };
        let skip = usize::from(self.big_endian.is_none());
        let big = *self.big_endian.get_or_insert(first.starts_with(b"\xfe"));
        let unit = |piece: &[u8]| match *piece {
            [a, b] if big => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0,
        };
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        units.extend(pieces.skip(skip).map(unit));
        self.input.drain(..self.input.len() / 2 * 2);
        self.high = units.pop_if(|last| (0xd800..0xdc00).contains(last));
        let decoded = char::decode_utf16(units);
        self.text.extend(decoded.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.text.len() && !self.ended {
            self.decode()?;
        }
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        // `n` is no longer than either.
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of a size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(self.1).min(out.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn decoded(bytes: &[u8], piece: usize) -> (String, Option<String>) {
        let mut text = Vec::new();
        let end = Utf16::new(Pieces(bytes, piece)).read_to_end(&mut text);
        (String::from_utf8(text).unwrap(), end.err().map(|e| e.to_string()))
    }

    #[test]
    fn both_orders_and_pieces_of_any_size_give_the_same_text() {
        let text = "{\"a\": \"\u{e9} \u{4e2d} \u{1f980}\"}\n";
        let units = || std::iter::once(0xfeff).chain(text.encode_utf16());
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            assert!(is_utf16(&bytes));
            for piece in [1, 2, 3, 7, 1000] {
                assert_eq!(decoded(&bytes, piece), (text.to_owned(), None), "{piece}");
            }
        }
        assert!(!is_utf16(b"\xff\xfe\0\0") && !is_utf16(b"\xef\xbb\xbf{"));
    }

    #[test]
    fn halves_are_shown_and_a_cut_one_is_said() {
        let bytes = b"\xff\xfea\0\x3d\xd8b\0\x80\xdd\x3d\xd8";
        for piece in [1, 2, 5, 100] {
            assert_eq!(decoded(bytes, piece), ("a\u{fffd}b\u{fffd}\u{fffd}".to_owned(), None));
        }
        let (text, end) = decoded(b"\xff\xfea\0b", 100);
        assert_eq!(text, "a");
        assert!(end.unwrap().contains("half a character"));
    }
}
