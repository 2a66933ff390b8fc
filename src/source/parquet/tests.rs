//! Parquet files written by the library and read as lines; cut, damaged, and made to explode.

use parquet::basic::{GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;
use crate::source::{Opened, peel, peel_within};

const SCHEMA: &str = "message rows {
    required binary id (STRING);
    optional binary tier (STRING);
    optional group messages (LIST) {
        repeated group list {
            optional group element {
                optional binary role (STRING);
                optional binary content (STRING);
            }
        }
    }
    optional double score;
    optional boolean flag;
    optional int64 at (TIMESTAMP(NANOS,true));
    optional group counts (MAP) {
        repeated group key_value {
            required binary key (STRING);
            optional int32 value;
        }
    }
    optional fixed_len_byte_array(16) uuid (UUID);
    optional binary blob;
}";

fn texts(list: &[&str]) -> Vec<ByteArray> {
    list.iter().map(|s| ByteArray::from(*s)).collect()
}

/// Three rows, and the lines they are.
fn written(compression: Compression, groups: usize) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(true)
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for _ in 0..groups {
        let mut group = file.next_row_group().unwrap();
        macro_rules! column {
            ($kind:ty, $values:expr, $definition:expr, $repetition:expr) => {
                let mut column = group.next_column().unwrap().unwrap();
                let typed = column.typed::<$kind>();
                typed.write_batch($values, $definition, $repetition).unwrap();
                column.close().unwrap();
            };
        }
        column!(ByteArrayType, &texts(&["a", "b", "c \"\u{e9}\n"]), None, None);
        column!(ByteArrayType, &texts(&["free", "paid"]), Some(&[1, 1, 0]), None);
        // Row one: two messages, the second without content. Row two: an empty list. Row three: none at all.
        column!(
            ByteArrayType,
            &texts(&["user", "assistant"]),
            Some(&[4, 4, 1, 0]),
            Some(&[0, 1, 0, 0])
        );
        column!(ByteArrayType, &texts(&["hello"]), Some(&[4, 3, 1, 0]), Some(&[0, 1, 0, 0]));
        column!(DoubleType, &[0.4, f64::NAN], Some(&[1, 1, 0]), None);
        column!(BoolType, &[true], Some(&[1, 0, 0]), None);
        column!(Int64Type, &[1_767_225_600_000_000_001], Some(&[0, 1, 0]), None);
        column!(ByteArrayType, &texts(&["x", "y"]), Some(&[2, 2, 0, 0]), Some(&[0, 1, 0, 0]));
        column!(Int32Type, &[7], Some(&[3, 2, 0, 0]), Some(&[0, 1, 0, 0]));
        column!(
            FixedLenByteArrayType,
            &[ByteArray::from(vec![0xab; 16]).into()],
            Some(&[1, 0, 0]),
            None
        );
        column!(ByteArrayType, &[ByteArray::from(vec![b'z', 0xff])], Some(&[1, 0, 0]), None);
        group.close().unwrap();
    }
    file.into_inner().unwrap()
}

const LINES: &str = "{\"id\":\"a\",\"tier\":\"free\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"},{\"role\":\"assistant\",\"content\":null}],\"score\":0.4,\"flag\":true,\"at\":null,\"counts\":{\"x\":7,\"y\":null},\"uuid\":\"abababab-abab-abab-abab-abababababab\",\"blob\":\"z\u{fffd}\"}
{\"id\":\"b\",\"tier\":\"paid\",\"messages\":[],\"score\":NaN,\"flag\":null,\"at\":\"2026-01-01T00:00:00.000000001Z\",\"counts\":null,\"uuid\":null,\"blob\":null}
{\"id\":\"c \\\"\u{e9}\\n\",\"tier\":null,\"messages\":null,\"score\":null,\"flag\":null,\"at\":null,\"counts\":null,\"uuid\":null,\"blob\":null}
";

fn open(bytes: Vec<u8>, limits: Limits) -> Bytes {
    match peel_within(Bytes::Static(bytes.leak()), limits).unwrap() {
        (Opened::Stream(bytes), layers) => {
            assert_eq!(layers, ["Parquet"]);
            bytes
        }
        other => panic!("{other:?}"),
    }
}

fn read(bytes: &Bytes) -> (String, Option<String>) {
    let (len, failure) = bytes.whole_len();
    let text = bytes.read_range(0, len).unwrap();
    (String::from_utf8(text).unwrap(), failure.map(|e| e.to_string()))
}

fn reading(bytes: Vec<u8>) -> (String, Option<String>) {
    read(&open(bytes, Limits::default()))
}

#[test]
fn rows_become_lines_whatever_the_compression() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::GZIP(GzipLevel::default()),
    ] {
        let file = written(compression, 3);
        let len = file.len() as u64;
        let bytes = open(file, Limits::default());
        assert_eq!(read(&bytes), (LINES.repeat(3), None), "{compression:?}");
        assert!(bytes.consumed().unwrap() <= len && bytes.consumed().unwrap() > len / 3);
    }
    let (text, end) = reading(written(Compression::SNAPPY, 0));
    assert_eq!((text.as_str(), end), ("", None));
}

#[test]
fn a_text_that_begins_with_the_magic_is_a_text() {
    let (opened, layers) = peel(Bytes::Static(b"PAR1 is a magic\n")).unwrap();
    assert!(matches!(opened, Opened::Stream(Bytes::Static(_))) && layers.is_empty());
    let spooled = Bytes::spool(Box::new(io::Cursor::new(written(Compression::SNAPPY, 1)))).unwrap();
    let (Opened::Stream(bytes), _) = peel(spooled).unwrap() else { panic!("a stream") };
    assert_eq!(read(&bytes), (LINES.to_owned(), None), "out of a pipe");
}

#[test]
fn a_cut_file_says_that_its_directory_is_gone() {
    let file = written(Compression::SNAPPY, 1);
    for cut in [4, 5, 11, 100, file.len() / 2, file.len() - 4, file.len() - 1] {
        let (text, end) = reading(file[..cut].to_vec());
        assert_eq!(text, "");
        assert!(end.unwrap().contains("is cut off: its end"), "{cut}");
    }
    let mut encrypted = file.clone();
    let at = encrypted.len() - 4;
    encrypted[at..].copy_from_slice(b"PARE");
    assert!(reading(encrypted).1.unwrap().contains("encrypted"));
}

#[test]
fn damage_ends_the_rows_with_a_sentence() {
    let file = written(Compression::ZSTD(ZstdLevel::default()), 3);
    let pages: Vec<usize> = memchr::memmem::find_iter(&file, b"\x28\xb5\x2f\xfd").collect();
    let mut damaged = file.clone();
    // The first page of the second row group.
    let at = pages[pages.len() / 3];
    damaged[at..at + 4].fill(0);
    let (text, end) = reading(damaged);
    let end = end.unwrap();
    assert_eq!(text, LINES, "the rows before it");
    assert!(end.starts_with("the Parquet file is damaged after 3 of its rows"), "{end}");
    let mut directory = file;
    let at = directory.len() - 200;
    directory[at..at + 100].fill(0xff);
    let end = reading(directory).1.unwrap();
    assert!(end.contains("damaged"), "{end}");
}

#[test]
fn a_compression_that_is_not_read_is_named() {
    // The library cannot write it here either, so the name is changed in the directory: snappy is 1, LZ4 is 5.
    let file = written(Compression::SNAPPY, 1);
    let name = b"\x19\x18\x02id\x15\x02";
    let at = memchr::memmem::rfind(&file, name).expect("the first column's path and codec");
    let mut other = file;
    other[at + name.len() - 1] = 2 * 5;
    let end = reading(other).1.unwrap();
    assert!(end.contains("compressed with LZ4 (column id)"), "{end}");
}

#[test]
fn a_bomb_of_repeated_text_is_stopped() {
    let schema = "message rows { required binary text (STRING); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = file.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let value = ByteArray::from("x".repeat(10_000).into_bytes());
    let values = vec![value; 5000];
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let file = file.into_inner().unwrap();
    let limits = Limits { free: 100_000, times: 10 };
    let most = limits.most(file.len() as u64);
    let bytes = open(file, limits);
    let (len, failure) = bytes.whole_len();
    assert!(len > 0 && len <= most, "{len} of {most}");
    assert!(failure.unwrap().to_string().contains("more than 10 times its size"));
}

#[test]
fn any_damage_and_any_cut_end_without_a_panic() {
    let limits = Limits { free: 1 << 20, times: 10 };
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize
    };
    for compression in [Compression::UNCOMPRESSED, Compression::ZSTD(ZstdLevel::default())] {
        let file = written(compression, 1);
        for _ in 0..250 {
            let mut bytes = file.clone();
            for _ in 0..=random() % 3 {
                let at = 4 + random() % (bytes.len() - 8);
                bytes[at] = random() as u8;
            }
            if let Ok((Opened::Stream(bytes), _)) = peel_within(Bytes::Static(bytes.leak()), limits)
            {
                bytes.whole_len();
            }
        }
    }
}
