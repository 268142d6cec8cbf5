//! The header of an entry and its canonical text, FORMAT.md section "Header".
//!
//! Owns: encoding, and a strict decoder that accepts nothing but what the encoder writes.
//! Does not own: hashing (`hash`), parts (`part`), the order of entries (`verify`).

use std::fmt;

use chrono::NaiveDate;

use super::hash::Digest;
use super::kind::Kind;
use super::time::{Timestamp, day_from_text, push_day};

/// The first line of every header.
pub const FORMAT_LINE: &str = "provlog/1";
/// The longest header that is accepted, in bytes.
pub const MAX_HEADER: usize = 1024;

/// From which day an entry's retention counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The entry is kept for ever.
    None,
    /// Not known yet: a bulk record whose last day is still to come. Never erasable while it stands.
    Open,
    /// A legal day (Japan).
    Day(NaiveDate),
}

impl Base {
    fn push_text(self, out: &mut Vec<u8>) {
        match self {
            Base::None => out.extend_from_slice(b"none"),
            Base::Open => out.extend_from_slice(b"open"),
            Base::Day(day) => push_day(day, out),
        }
    }

    /// The base of that text.
    fn from_text(text: &[u8]) -> Option<Base> {
        match text {
            b"none" => Some(Base::None),
            b"open" => Some(Base::Open),
            _ => day_from_text(text).map(Base::Day),
        }
    }
}

/// As in a header.
impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(10);
        self.push_text(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

/// What is kept of an entry for ever; holds nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Position in the log, from 0.
    pub index: u64,
    /// Leaf hash of the entry before; `None` for entry 0 only.
    pub prev: Option<Digest>,
    /// What the system clock said when the entry was taken, UTC.
    pub time: Timestamp,
    /// What the entry is.
    pub kind: Kind,
    /// The earlier entry that this one amends or closes.
    pub about: Option<u64>,
    /// From which day the retention counts.
    pub base: Base,
    /// Salted hash of the facts; `None` when there are none.
    pub facts: Option<Digest>,
    /// Salted hash of the extra part; `None` when there is none.
    pub extra: Option<Digest>,
}

/// Why bytes are not a canonical header, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderError {
    /// Line, from 1.
    pub line: usize,
    /// Byte offset from the start of the header.
    pub offset: usize,
    /// What should stand there.
    pub expected: &'static str,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "header line {} (byte {}): expected {}", self.line, self.offset, self.expected)
    }
}

impl std::error::Error for HeaderError {}

impl Header {
    /// The canonical text: what is hashed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.encode_into(&mut out);
        out
    }

    /// Appends the canonical text to `out`.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(FORMAT_LINE.as_bytes());
        out.extend_from_slice(b"\nindex ");
        push_number(self.index, out);
        out.extend_from_slice(b"\nprev ");
        push_digest(self.prev.as_ref(), out);
        out.extend_from_slice(b"\ntime ");
        self.time.push_text(out);
        out.extend_from_slice(b"\nkind ");
        out.extend_from_slice(self.kind.name().as_bytes());
        out.extend_from_slice(b"\nabout ");
        match self.about {
            Some(n) => push_number(n, out),
            None => out.push(b'-'),
        }
        out.extend_from_slice(b"\nbase ");
        self.base.push_text(out);
        out.extend_from_slice(b"\nfacts ");
        push_digest(self.facts.as_ref(), out);
        out.extend_from_slice(b"\nextra ");
        push_digest(self.extra.as_ref(), out);
        out.push(b'\n');
    }

    /// Reads a canonical header.
    ///
    /// # Errors
    /// [`HeaderError`] for anything that [`Header::encode`] would not have written byte for byte.
    pub fn decode(bytes: &[u8]) -> Result<Header, HeaderError> {
        if bytes.len() > MAX_HEADER {
            return Err(HeaderError { line: 1, offset: MAX_HEADER, expected: "at most 1024 bytes" });
        }
        let mut lines = Lines { bytes, offset: 0, line: 0 };
        lines.next("", "the format line `provlog/1`", |v| (v == FORMAT_LINE.as_bytes()).then_some(()))?;
        let index = lines.next("index ", "a number without leading zeros", number)?;
        let prev = lines.next("prev ", "`-` for entry 0, else 44 characters of base64", |v| {
            optional(v, Digest::from_text).filter(|p| p.is_none() == (index == 0))
        })?;
        let time = lines.next("time ", "a time like 2026-11-23T09:30:00.000Z", Timestamp::from_text)?;
        let kind = lines.next("kind ", "a kind; `genesis` for entry 0 only", |v| {
            Kind::from_name(v).filter(|k| (*k == Kind::Genesis) == (index == 0))
        })?;
        let about = lines.next("about ", "`-` or the index of an earlier entry", |v| {
            optional(v, number).filter(|a| a.is_none_or(|a| a < index))
        })?;
        let base = lines.next("base ", "a day, `open` or `none`", Base::from_text)?;
        let facts =
            lines.next("facts ", "`-` or 44 characters of base64", |v| optional(v, Digest::from_text))?;
        let extra =
            lines.next("extra ", "`-` or 44 characters of base64", |v| optional(v, Digest::from_text))?;
        if lines.offset != bytes.len() {
            return Err(HeaderError {
                line: lines.line + 1,
                offset: lines.offset,
                expected: "nothing after the ninth line",
            });
        }
        Ok(Header { index, prev, time, kind, about, base, facts, extra })
    }
}

/// Takes one line after the other, each with its label.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn next<T>(
        &mut self,
        label: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<T, HeaderError> {
        self.line += 1;
        let rest = &self.bytes[self.offset..];
        let error = HeaderError { line: self.line, offset: self.offset, expected };
        let Some(end) = rest.iter().position(|&b| b == b'\n') else {
            return Err(error);
        };
        let value = rest[..end].strip_prefix(label.as_bytes()).ok_or_else(|| error.clone())?;
        let value = read(value).ok_or(HeaderError { offset: self.offset + label.len(), ..error })?;
        self.offset += end + 1;
        Ok(value)
    }
}

/// `-` is `Some(None)`; a readable value is `Some(Some(value))`.
fn optional<T>(v: &[u8], read: impl FnOnce(&[u8]) -> Option<T>) -> Option<Option<T>> {
    if v == b"-" { Some(None) } else { read(v).map(Some) }
}

/// A decimal number without sign or leading zeros, at most 2^63 - 1 (so that every database holds it).
pub(crate) fn number(v: &[u8]) -> Option<u64> {
    let canonical = match v {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical {
        return None;
    }
    let n: u64 = std::str::from_utf8(v).ok()?.parse().ok()?;
    (n <= i64::MAX as u64).then_some(n)
}

pub(super) fn push_number(n: u64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut n = n;
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

fn push_digest(d: Option<&Digest>, out: &mut Vec<u8>) {
    match d {
        Some(d) => out.extend_from_slice(&d.text()),
        None => out.push(b'-'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_digest() -> impl Strategy<Value = Option<Digest>> {
        proptest::option::of(any::<[u8; 32]>().prop_map(Digest))
    }

    prop_compose! {
        fn any_header()(
            index in prop_oneof![Just(0u64), 1..=i64::MAX as u64],
            prev in any::<[u8; 32]>(),
            ms in 0i64..=253_370_764_799_999,
            kind in 1..Kind::ALL.len(),
            about in proptest::option::of(any::<u64>()),
            base in prop_oneof![
                Just(Base::None),
                Just(Base::Open),
                (1i32..=9999, 1u32..=12, 1u32..=28).prop_map(|(y, m, d)| Base::Day(NaiveDate::from_ymd_opt(y, m, d).unwrap())),
            ],
            facts in any_digest(),
            extra in any_digest(),
        ) -> Header {
            Header {
                index,
                prev: (index > 0).then_some(Digest(prev)),
                time: Timestamp::from_millis(ms).unwrap(),
                kind: if index == 0 { Kind::Genesis } else { Kind::ALL[kind] },
                about: about.filter(|_| index > 0).map(|a| a % index),
                base,
                facts,
                extra,
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(h in any_header()) {
            let text = h.encode();
            prop_assert!(text.len() <= MAX_HEADER);
            prop_assert_eq!(Header::decode(&text), Ok(h));
        }

        #[test]
        fn nothing_but_the_canonical_text_is_accepted(h in any_header(), at in any::<usize>(), byte in any::<u8>()) {
            let mut text = h.encode();
            let at = at % text.len();
            text[at] = byte;
            if let Ok(read) = Header::decode(&text) {
                prop_assert_eq!(read.encode(), text, "a changed byte that is accepted must be a header of its own");
            }
        }

        #[test]
        fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Header::decode(&bytes);
        }
    }
}
