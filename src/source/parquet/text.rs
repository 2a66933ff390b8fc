//! Rows as JSON text. Written by hand, since bytes know no JSON here: text exactly as it is, integers exactly, numbers that
//! JSON has no word for as Python writes them (NaN, Infinity), times in ISO form.

use std::io::Write;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::data_type::Decimal;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

/// Levels of nesting that are written; what lies deeper is left out with a word.
const MOST_DEPTH: usize = 100;

/// Appends a row and the end of the line.
pub(super) fn line(out: &mut Vec<u8>, row: &Row, schema: Option<&Type>) {
    group(out, row, schema, 0);
    out.push(b'\n');
}

/// The types of a group's fields; none where the file's own shape is not as expected.
fn fields(schema: Option<&Type>) -> &[std::sync::Arc<Type>] {
    match schema {
        Some(schema) if schema.is_group() => schema.get_fields(),
        _ => &[],
    }
}

fn group(out: &mut Vec<u8>, row: &Row, schema: Option<&Type>, depth: usize) {
    out.push(b'{');
    for (i, (name, value)) in row.get_column_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        string(out, name);
        out.push(b':');
        let schema = fields(schema).get(i).filter(|t| t.name() == name);
        field(out, value, schema.map(AsRef::as_ref), depth + 1);
    }
    out.push(b'}');
}

fn field(out: &mut Vec<u8>, value: &Field, schema: Option<&Type>, depth: usize) {
    if depth > MOST_DEPTH {
        return string(out, "(nested too deep)");
    }
    match value {
        Field::Null => out.extend_from_slice(b"null"),
        Field::Bool(b) => print(out, b),
        Field::Byte(n) => print(out, n),
        Field::Short(n) => print(out, n),
        Field::Int(n) => print(out, n),
        Field::Long(n) => match stamp(schema) {
            Some(TimeUnit::NANOS) => timestamp(out, *n, 9, schema),
            Some(TimeUnit::MICROS) => timestamp(out, *n, 6, schema),
            Some(TimeUnit::MILLIS) => timestamp(out, *n, 3, schema),
            None => print(out, n),
        },
        Field::UByte(n) => print(out, n),
        Field::UShort(n) => print(out, n),
        Field::UInt(n) => print(out, n),
        Field::ULong(n) => print(out, n),
        Field::Float16(n) => float(out, f64::from(*n), &f32::from(*n)),
        Field::Float(n) => float(out, f64::from(*n), n),
        Field::Double(n) => float(out, *n, n),
        Field::Decimal(n) => decimal(out, n),
        Field::Str(text) => string(out, text),
        Field::Bytes(bytes) => match schema.map(|s| s.get_basic_info().logical_type_ref()) {
            Some(Some(LogicalType::Uuid)) if bytes.len() == 16 => uuid(out, bytes.data()),
            // Text that does not say so is still text.
            _ => string(out, &String::from_utf8_lossy(bytes.data())),
        },
        Field::Date(days) => quoted(out, &date(i64::from(*days))),
        Field::TimeMillis(n) => quoted(out, &clock(i64::from(*n), 3)),
        Field::TimeMicros(n) => quoted(out, &clock(*n, 6)),
        Field::TimestampMillis(n) => timestamp(out, *n, 3, schema),
        Field::TimestampMicros(n) => timestamp(out, *n, 6, schema),
        Field::Group(row) => group(out, row, schema, depth),
        Field::ListInternal(list) => {
            // A list is a group around a repeated group around its element, or something older.
            let repeated = fields(schema).first();
            let element = repeated.and_then(|r| fields(Some(r)).first()).map(AsRef::as_ref);
            out.push(b'[');
            for (i, value) in list.elements().iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                field(out, value, element, depth + 1);
            }
            out.push(b']');
        }
        Field::MapInternal(map) => {
            out.push(b'{');
            for (i, (key, value)) in map.entries().iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                if let Field::Str(key) = key {
                    string(out, key);
                } else {
                    let mut text = Vec::new();
                    field(&mut text, key, None, depth + 1);
                    let text = String::from_utf8_lossy(&text);
                    string(out, text.trim_matches('"'));
                }
                out.push(b':');
                field(out, value, None, depth + 1);
            }
            out.push(b'}');
        }
    }
}

fn print(out: &mut Vec<u8>, value: &dyn std::fmt::Display) {
    // Writing to memory does not fail.
    let _ = write!(out, "{value}");
}

/// The shortest digits that give the same number again, in the width it has in the file.
fn float(out: &mut Vec<u8>, value: f64, shortest: &dyn std::fmt::Debug) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        out.extend_from_slice(if value > 0.0 { b"Infinity" } else { b"-Infinity" });
    } else {
        let _ = write!(out, "{shortest:?}");
    }
}

fn quoted(out: &mut Vec<u8>, plain: &str) {
    out.push(b'"');
    out.extend_from_slice(plain.as_bytes());
    out.push(b'"');
}

/// A JSON string of exactly this text.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => b"",
            _ => continue,
        };
        // `from` never passes `at`.
        out.extend_from_slice(&bytes[from..at]);
        if escape.is_empty() {
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.extend_from_slice(escape);
        }
        from = at + 1;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out.push(b'"');
}

/// A decimal as a number where every reader keeps all of its digits, else as text.
fn decimal(out: &mut Vec<u8>, value: &Decimal) {
    let data = value.data();
    let scale = usize::try_from(value.scale()).unwrap_or(0);
    if data.len() > 16 || scale > 38 {
        // Wider than any writer's: as it is stored.
        out.extend_from_slice(b"\"0x");
        hex(out, data);
        let _ = write!(out, " / 10^{scale}\"");
        return;
    }
    let sign = if data.first().is_some_and(|b| b & 0x80 != 0) { -1_i128 } else { 0 };
    let number = data.iter().fold(sign, |n, b| n << 8 | i128::from(*b));
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let minus = if number < 0 { "-" } else { "" };
    let point = if scale > 0 { "." } else { "" };
    let text = format!("{minus}{whole}{point}{part}");
    if digits.len() <= 15 { out.extend_from_slice(text.as_bytes()) } else { quoted(out, &text) }
}

fn uuid(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        hex(out, &[*byte]);
    }
    out.push(b'"');
}

fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

/// The unit of a whole number that is a point in time.
fn stamp(schema: Option<&Type>) -> Option<TimeUnit> {
    match schema?.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp(stamp)) => Some(stamp.unit),
        _ => None,
    }
}

/// A point in time, with the mark of UTC only where the file says that it is.
fn timestamp(out: &mut Vec<u8>, value: i64, digits: u32, schema: Option<&Type>) {
    let day = 86_400 * 10_i64.pow(digits);
    let zone = match schema.map(|s| s.get_basic_info().logical_type_ref()) {
        Some(Some(LogicalType::Timestamp(stamp))) if stamp.is_adjusted_to_u_t_c => "Z",
        _ => "",
    };
    let text =
        format!("{}T{}{zone}", date(value.div_euclid(day)), clock(value.rem_euclid(day), digits));
    quoted(out, &text);
}

/// Time of day, from so many parts of a second since midnight; whole seconds without a fraction.
fn clock(value: i64, digits: u32) -> String {
    let unit = 10_i64.pow(digits);
    let (seconds, part) = (value.div_euclid(unit), value.rem_euclid(unit));
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = match part {
        0 => String::new(),
        _ => format!(".{part:0width$}", width = digits as usize),
    };
    format!("{hours:02}:{minutes:02}:{rest:02}{fraction}")
}

/// The date of a day counted from 1970, in the calendar of today at all times.
fn date(days: i64) -> String {
    // Counted from the first of March of the year 0, so that the odd day comes last; 400 years are 146,097 days.
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_comes_back_as_it_was() {
        let all: String =
            (0..0x300_u32).filter_map(char::from_u32).chain("\u{2028}\u{1f980}".chars()).collect();
        for text in ["", "plain", "\"\\\n\r\t\u{1b}\0", &all] {
            let json = written(|out| string(out, text));
            assert!(!json.contains('\n'), "one line");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        let cases: [(Field, &str); 14] = [
            (Field::Long(i64::MIN), "-9223372036854775808"),
            (Field::ULong(u64::MAX), "18446744073709551615"),
            (Field::Float(0.1), "0.1"),
            (Field::Double(0.1), "0.1"),
            (Field::Double(1e300), "1e300"),
            (Field::Double(-2.0), "-2.0"),
            (Field::Double(f64::NAN), "NaN"),
            (Field::Float(f32::NEG_INFINITY), "-Infinity"),
            (Field::Decimal(Decimal::from_i32(-1234, 9, 2)), "-12.34"),
            (Field::Decimal(Decimal::from_i32(5, 9, 3)), "0.005"),
            (Field::Decimal(Decimal::from_i64(7, 18, 0)), "7"),
            (
                Field::Decimal(Decimal::from_i64(1_234_567_890_123_456_789, 19, 4)),
                "\"123456789012345.6789\"",
            ),
            (Field::Bytes(vec![b'a', 0xff].into()), "\"a\u{fffd}\""),
            (Field::Null, "null"),
        ];
        for (value, expected) in cases {
            assert_eq!(written(|out| field(out, &value, None, 0)), expected);
        }
    }

    #[test]
    fn times_are_in_iso_form() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (20_454, "2026-01-01"),
            (11_016, "2000-02-29"),
            (-719_528, "0000-01-01"),
            (-25_509, "1900-02-28"),
            (-25_508, "1900-03-01"),
        ] {
            assert_eq!(date(days), expected);
        }
        let cases: [(Field, &str); 5] = [
            (Field::Date(1), "\"1970-01-02\""),
            (Field::TimeMillis(3_723_004), "\"01:02:03.004\""),
            (Field::TimestampMillis(1_767_225_600_000), "\"2026-01-01T00:00:00\""),
            (Field::TimestampMicros(-1), "\"1969-12-31T23:59:59.999999\""),
            (Field::TimestampMicros(i64::MIN), "\"-290308-12-21T19:59:05.224192\""),
        ];
        for (value, expected) in cases {
            assert_eq!(written(|out| field(out, &value, None, 0)), expected);
        }
    }
}
