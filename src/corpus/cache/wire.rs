//! Values as bytes and back, for the cache: little-endian numbers, lengths in front, nothing that says what it is. Who reads
//! has made sure that the bytes are those that were written; what does not fit all the same is `None`.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use super::super::Said;
use super::super::catalogue::FileReport;
use super::super::chunk::{
    Blobs, Coded, Codes, Column, Judged, Numbers, Offsets, State, Texts, Verdicts,
};
use super::words::{code, code_list};
use crate::ingest::units::UnitKind;
use crate::model::{
    Choice, Counts, Decider, Judgement, LabelValue, OutcomeValue, Parse, Problem, ProblemKind,
    Tier, TierFrom,
};

/// Bytes that are still to be read.
pub(super) struct Rest<'a>(pub &'a [u8]);

impl<'a> Rest<'a> {
    fn cut(&mut self, len: usize) -> Option<&'a [u8]> {
        let (cut, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(cut)
    }
}

/// What can be written and read.
pub(super) trait Wire: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn take(from: &mut Rest<'_>) -> Option<Self>;

    fn put_all(all: &[Self], out: &mut Vec<u8>) {
        for one in all {
            one.put(out);
        }
    }

    fn take_all(len: usize, from: &mut Rest<'_>) -> Option<Vec<Self>> {
        // No element takes less than a byte: a length that cannot be is found before memory is taken.
        let mut all = Vec::with_capacity((len <= from.0.len()).then_some(len)?);
        for _ in 0..len {
            all.push(Self::take(from)?);
        }
        Some(all)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Wire for $number {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn take(from: &mut Rest<'_>) -> Option<Self> {
                let bytes = from.cut(size_of::<Self>())?;
                Some(Self::from_le_bytes(bytes.try_into().ok()?))
            }
            fn put_all(all: &[Self], out: &mut Vec<u8>) {
                out.reserve(size_of_val(all));
                for one in all {
                    out.extend_from_slice(&one.to_le_bytes());
                }
            }
            fn take_all(len: usize, from: &mut Rest<'_>) -> Option<Vec<Self>> {
                let bytes = from.cut(len.checked_mul(size_of::<Self>())?)?;
                let (numbers, _) = bytes.as_chunks();
                Some(numbers.iter().map(|number| Self::from_le_bytes(*number)).collect())
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, i64, f64);

/// Structs field by field.
macro_rules! fields {
    ($($name:ty { $($field:ident),* $(,)? })*) => {$(
        impl Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }
            fn take(from: &mut Rest<'_>) -> Option<Self> {
                Some(Self { $($field: Wire::take(from)?),* })
            }
        }
    )*};
}

/// Enums without data, by their place in the list. A word that is added goes to the end.
macro_rules! words {
    ($($name:ident { $($word:ident),* $(,)? })*) => {$(
        impl Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                const ALL: &[$name] = &[$($name::$word),*];
                // A match, so that a new word cannot be forgotten.
                match self {
                    $($name::$word => {})*
                }
                out.push(ALL.iter().position(|word| word == self).unwrap_or_default() as u8);
            }
            fn take(from: &mut Rest<'_>) -> Option<Self> {
                const ALL: &[$name] = &[$($name::$word),*];
                ALL.get(usize::from(u8::take(from)?)).copied()
            }
        }
    )*};
}

words! {
    OutcomeValue { Complied, Partial, Refused, Other, Unfinished, Unknown }
    Choice { Comply, Refuse }
    Decider { Reviewer, Judge, Tag, Rule }
    Parse { Clean, Repaired, Missing }
    TierFrom { Field, Key, Path, Message }
    UnitKind { Json, Row, Page, Text }
    ProblemKind {
        Unreadable, NotARecord, UnknownShape, WrongType, Torn, TooLarge, NotReadYet, SameId, Duplicate,
        CannotOpen, Empty, NotJoined, Mended,
    }
}

fields! {
    Tier { value, raw, from }
    Judgement { label, canonical, rater, value, positive }
    State { outcome, by, conflict, parse, pending, query_cut }
    Said { decision, mismatch, echoes, agree, quotes }
    Numbers { base, offsets }
    Blobs { all, ends }
    Column { key, verdicts }
    Counts { units, records, transcripts, repaired, left_out, joined }
    Problem { kind, source, line, message }
    FileReport { path, format, why, counts, mended, problems, done }
}

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push((*self).into());
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(u8::take(from)? != 0)
    }
}

impl Wire for usize {
    fn put(&self, out: &mut Vec<u8>) {
        (*self as u64).put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Self::try_from(u64::take(from)?).ok()
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let len = usize::take(from)?;
        Some(std::str::from_utf8(from.cut(len)?).ok()?.to_owned())
    }
}

impl Wire for Box<str> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(String::take(from)?.into())
    }
}

impl Wire for Arc<str> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(String::take(from)?.into())
    }
}

/// Codes of repairs.
impl Wire for Box<[&'static str]> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for code in self {
            (*code).to_owned().put(out);
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(code_list(Vec::take(from)?))
    }
}

impl Wire for BTreeMap<&'static str, u64> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for (name, n) in self {
            (*name).to_owned().put(out);
            n.put(out);
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let all: Vec<(String, u64)> = Vec::take(from)?;
        Some(all.into_iter().map(|(name, n)| (code(name), n)).collect())
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(if bool::take(from)? { Some(T::take(from)?) } else { None })
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some((A::take(from)?, B::take(from)?))
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        T::put_all(self, out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let len = usize::take(from)?;
        T::take_all(len, from)
    }
}

macro_rules! slices {
    ($($list:ident),*) => {$(
        impl<T: Wire> Wire for $list<[T]> {
            fn put(&self, out: &mut Vec<u8>) {
                self.len().put(out);
                T::put_all(self, out);
            }
            fn take(from: &mut Rest<'_>) -> Option<Self> {
                Some(Vec::take(from)?.into())
            }
        }
    )*};
}

slices!(Arc);

macro_rules! boxed_numbers {
    ($($number:ty),*) => {$(
        impl Wire for Box<[$number]> {
            fn put(&self, out: &mut Vec<u8>) {
                self.len().put(out);
                <$number>::put_all(self, out);
            }
            fn take(from: &mut Rest<'_>) -> Option<Self> {
                Some(Vec::take(from)?.into())
            }
        }
    )*};
}

boxed_numbers!(u8, u16, u32, u64, f64, (u64, u64));

impl Wire for Arc<Tier> {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(Self::new(Tier::take(from)?))
    }
}

impl Wire for [Numbers; 8] {
    fn put(&self, out: &mut Vec<u8>) {
        Numbers::put_all(self, out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Numbers::take_all(8, from)?.try_into().ok()
    }
}

impl Wire for LabelValue {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bool(yes) => {
                out.push(0);
                yes.put(out);
            }
            Self::Number(number) => {
                out.push(1);
                number.put(out);
            }
            Self::Text(text) => {
                out.push(2);
                text.put(out);
            }
            Self::Unparsed => out.push(3),
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(match u8::take(from)? {
            0 => Self::Bool(Wire::take(from)?),
            1 => Self::Number(Wire::take(from)?),
            2 => Self::Text(Wire::take(from)?),
            3 => Self::Unparsed,
            _ => return None,
        })
    }
}

impl Wire for Codes {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Same => out.push(0),
            Self::Bytes(codes) => {
                out.push(1);
                codes.put(out);
            }
            Self::Words(codes) => {
                out.push(2);
                codes.put(out);
            }
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(match u8::take(from)? {
            0 => Self::Same,
            1 => Self::Bytes(Wire::take(from)?),
            2 => Self::Words(Wire::take(from)?),
            _ => return None,
        })
    }
}

impl<T: Wire + Eq + Hash + Clone> Wire for Coded<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.codes.put(out);
        self.values.put(out);
        self.firsts.put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let (codes, values) = (Codes::take(from)?, Vec::take(from)?);
        Some(Self { codes, values, firsts: Wire::take(from)? })
    }
}

impl Wire for Offsets {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Same => out.push(0),
            Self::U8(v) => {
                out.push(1);
                v.put(out);
            }
            Self::U16(v) => {
                out.push(2);
                v.put(out);
            }
            Self::U32(v) => {
                out.push(4);
                v.put(out);
            }
            Self::U64(v) => {
                out.push(8);
                v.put(out);
            }
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(match u8::take(from)? {
            0 => Self::Same,
            1 => Self::U8(Wire::take(from)?),
            2 => Self::U16(Wire::take(from)?),
            4 => Self::U32(Wire::take(from)?),
            8 => Self::U64(Wire::take(from)?),
            _ => return None,
        })
    }
}

impl Wire for Texts {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Few(coded) => {
                out.push(0);
                coded.put(out);
            }
            Self::Many { text, ends, absent } => {
                out.push(1);
                text.put(out);
                ends.put(out);
                absent.put(out);
            }
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(match u8::take(from)? {
            0 => Self::Few(Wire::take(from)?),
            1 => Self::Many {
                text: Wire::take(from)?,
                ends: Wire::take(from)?,
                absent: Wire::take(from)?,
            },
            _ => return None,
        })
    }
}

impl Wire for Verdicts {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Coded { codes, values } => {
                out.push(0);
                codes.put(out);
                values.put(out);
            }
            Self::Numbers { values, states } => {
                out.push(1);
                values.put(out);
                states.put(out);
            }
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(match u8::take(from)? {
            0 => Self::Coded { codes: Wire::take(from)?, values: Wire::take(from)? },
            1 => Self::Numbers { values: Wire::take(from)?, states: Wire::take(from)? },
            _ => return None,
        })
    }
}

impl Wire for Judged {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Whole { codes, lists } => {
                out.push(0);
                codes.put(out);
                lists.put(out);
            }
            Self::Columns { shapes, columns } => {
                out.push(1);
                shapes.put(out);
                columns.put(out);
            }
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(match u8::take(from)? {
            0 => Self::Whole { codes: Wire::take(from)?, lists: Wire::take(from)? },
            1 => Self::Columns { shapes: Wire::take(from)?, columns: Wire::take(from)? },
            _ => return None,
        })
    }
}
