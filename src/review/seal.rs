//! How a sample was drawn, packed so that nobody who looks into a journal reads it by accident: JSON, its bytes mixed with
//! those of the session's id, in base64. Not a secret: whoever wants to can undo it, and docs/JOURNAL.md says how.

use serde_json::{Value, json};

use super::event::{Seal, Stratum};
use super::line::fields::{Fields, stratum};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Seal {
    /// Packs it, for the session of that id.
    #[must_use]
    pub fn pack(&self, session: &str) -> String {
        let strata = self.strata.iter().map(Stratum::as_json).collect::<Vec<_>>();
        let value = json!({ "strata": strata, "stratum_of": self.stratum_of });
        encode(&mixed(value.to_string().into_bytes(), session))
    }

    /// Unpacks what [`Seal::pack`] gave for that session.
    ///
    /// # Errors
    /// A sentence: it is damaged, or of another session.
    pub fn unpack(packed: &str, session: &str) -> Result<Self, String> {
        let damaged = || "how the sample was drawn (`sealed`) is damaged".to_owned();
        let bytes = mixed(decode(packed).ok_or_else(damaged)?, session);
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let fields = Fields::of(&value).ok_or_else(damaged)?;
        let read = || -> Result<Self, String> {
            let strata = fields.list("strata", |value| stratum(&Fields::of(value)?).ok())?;
            let stratum_of =
                fields.list("stratum_of", |value| usize::try_from(value.as_u64()?).ok())?;
            Ok(Self { strata, stratum_of })
        };
        read().map_err(|_| damaged())
    }
}

/// Each byte with one of the key's, over and over; the same again undoes it.
fn mixed(mut bytes: Vec<u8>, key: &str) -> Vec<u8> {
    for (byte, key) in bytes.iter_mut().zip(key.bytes().cycle()) {
        *byte ^= key;
    }
    bytes
}

/// Base64 with its padding (RFC 4648, section 4).
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let all = chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        let all = all << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let six = (all >> (18 - 6 * at)) as usize & 63;
            let letter = ALPHABET.get(six).copied().unwrap_or(b'=');
            text.push(char::from(if at > chunk.len() { b'=' } else { letter }));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let data = text.trim_end_matches('=').as_bytes();
    let padding = text.len() - data.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    for chunk in data.chunks(4) {
        let mut all = 0_u32;
        for letter in chunk {
            all = all << 6 | u32::try_from(ALPHABET.iter().position(|l| l == letter)?).ok()?;
        }
        all <<= 6 * (4 - chunk.len());
        let [_, three @ ..] = all.to_be_bytes();
        let held = chunk.len().checked_sub(1)?;
        let (own, rest) = three.split_at_checked(held)?;
        // Bits that belong to no byte are nothing.
        if rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        bytes.extend(own);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing;
    use super::*;

    #[test]
    fn base64_is_that_of_everybody() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
        }
        assert_eq!(encode(&[0xfb, 0xff, 0xbf]), "+/+/");
        for text in ["Z", "Zg", "Zg=", "Zh==", "====", "Z===", "Zg==Zg==", "Zm 9", "é==="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn nobody_reads_it_by_accident() {
        let of = vec![("label".to_owned(), "yes".to_owned())];
        let stratum = Stratum { name: "free · yes".to_owned(), of, size: 400, drawn: 20 };
        let seal = Seal { strata: vec![stratum], stratum_of: vec![0; 20] };
        let packed = seal.pack("0123456789abcdef");
        let readable = String::from_utf8_lossy(&decode(&packed).unwrap()).into_owned();
        for word in ["yes", "free", "label", "400"] {
            assert!(!packed.contains(word) && !readable.contains(word), "{word}");
        }
        assert_eq!(Seal::unpack(&packed, "0123456789abcdef"), Ok(seal));
        for (packed, session) in [(&*packed, "f123456789abcdef"), ("Zg==", ""), ("x", "")] {
            assert!(Seal::unpack(packed, session).unwrap_err().contains("damaged"), "{packed}");
        }
    }

    proptest! {
        #[test]
        fn any_seal_comes_back(seal in testing::seal(), session in "\\PC*") {
            prop_assert_eq!(Seal::unpack(&seal.pack(&session), &session), Ok(seal));
        }

        #[test]
        fn any_bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_is_unpacked_or_not(text in "[A-Za-z0-9+/=]{0,60}|.*", key in "[0-9a-f]{0,16}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text.clone());
            }
            let _ = Seal::unpack(&text, &key);
        }
    }
}
