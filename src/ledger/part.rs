//! Payload parts: canonical JSON (RFC 8785) of strings and arrays of strings, FORMAT.md section "Parts".
//!
//! Owns: a writer that can write nothing else, a strict decoder, and what text may stand in a part.
//! Does not own: which keys a kind of entry has (`act`).

use std::fmt;

/// The longest part that is accepted, in bytes.
pub const MAX_PART: usize = 64 * 1024;

/// Which of the two parts of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartName {
    /// What the law asks for and what verification needs.
    Facts,
    /// Everything else: handler, purpose, medium, notes, reasons, where it was imported from.
    Extra,
}

/// A value in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string, never empty.
    Text(String),
    /// An array of strings, never empty.
    List(Vec<String>),
}

/// Why a text may not stand in a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// Absent fields are left out; an empty text would be a second way to say the same.
    Empty,
    /// A control character other than LF (the code point).
    Control(u32),
    /// An element of a list holds LF, which separates elements in an exported cell.
    LineFeedInElement,
}

/// Checks a text against the rule of FORMAT.md: not empty, no control character but LF.
///
/// # Errors
/// The first [`TextFault`].
pub fn check_text(text: &str) -> Result<(), TextFault> {
    if text.is_empty() {
        return Err(TextFault::Empty);
    }
    // ASCII without controls is the common case; C1 controls are two bytes that start with 0xC2.
    // Every byte is looked at, many at a time: that is faster than stopping at the first.
    if !text.bytes().fold(false, |any, b| any | (b < 0x20) | (b == 0x7f) | (b == 0xc2)) {
        return Ok(());
    }
    match text.chars().find(|c| c.is_control() && *c != '\n') {
        Some(c) => Err(TextFault::Control(u32::from(c))),
        None => Ok(()),
    }
}

/// Checks an element of a list: as [`check_text`], and no LF.
///
/// # Errors
/// The first [`TextFault`].
pub fn check_element(text: &str) -> Result<(), TextFault> {
    check_text(text)?;
    if text.contains('\n') {
        return Err(TextFault::LineFeedInElement);
    }
    Ok(())
}

/// Writes the canonical form of a part, key by key, in ascending order of keys.
///
/// Whoever appends has passed the values through [`check_text`] or [`check_element`]; whoever verifies writes what is
/// stored as it is, and finds that it hashes to something else.
pub struct PartWriter<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
    last: &'static str,
    good: bool,
}

impl<'a> PartWriter<'a> {
    /// Starts a part at the end of `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        PartWriter { out, start, last: "", good: true }
    }

    fn key(&mut self, key: &'static str) {
        debug_assert!(self.last < key, "keys must ascend: {:?} then {key:?}", self.last);
        self.last = key;
        self.out.push(if self.out.len() == self.start { b'{' } else { b',' });
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A string; `None` is left out.
    pub fn text(&mut self, key: &'static str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.key(key);
            self.string(value, check_text);
        }
        self
    }

    /// A day, as `YYYY-MM-DD`; `None` is left out.
    pub fn day(&mut self, key: &'static str, value: Option<chrono::NaiveDate>) -> &mut Self {
        if let Some(day) = value {
            self.key(key);
            self.out.push(b'"');
            super::time::push_day(day, self.out);
            self.out.push(b'"');
        }
        self
    }

    /// A whole number, as a string of decimal digits; `None` is left out.
    pub fn number(&mut self, key: &'static str, value: Option<u64>) -> &mut Self {
        if let Some(n) = value {
            self.key(key);
            self.out.push(b'"');
            super::header::push_number(n, self.out);
            self.out.push(b'"');
        }
        self
    }

    /// An array of strings; an empty one is left out.
    pub fn list<'v>(&mut self, key: &'static str, values: impl IntoIterator<Item = &'v str>) -> &mut Self {
        let mut first = true;
        for value in values {
            if first {
                self.key(key);
                self.out.push(b'[');
            } else {
                self.out.push(b',');
            }
            first = false;
            self.string(value, check_element);
        }
        if !first {
            self.out.push(b']');
        }
        self
    }

    /// Ends the part. A part without keys is empty: no bytes at all. True when there is a part and it is canonical, as
    /// [`decode`] would find: every text was one that [`check_text`] or [`check_element`] accepts, and it is not too long.
    pub fn finish(&mut self) -> bool {
        if self.out.len() > self.start {
            self.out.push(b'}');
        }
        self.good && (1..=MAX_PART).contains(&(self.out.len() - self.start))
    }

    /// RFC 8785, section 3.2.2.2; the only escapes that can occur here are `\"`, `\\` and `\n`.
    fn string(&mut self, value: &str, check: fn(&str) -> Result<(), TextFault>) {
        self.out.push(b'"');
        let bytes = value.as_bytes();
        // Looks at every byte, without an early end: the compiler then compares many at a time.
        let special = bytes.iter().fold(false, |found, &b| found | is_special(b));
        if special || bytes.is_empty() {
            self.good &= check(value).is_ok();
            for &b in bytes {
                match b {
                    b'"' => self.out.extend_from_slice(b"\\\""),
                    b'\\' => self.out.extend_from_slice(b"\\\\"),
                    b'\n' => self.out.extend_from_slice(b"\\n"),
                    _ => self.out.push(b),
                }
            }
        } else {
            self.out.extend_from_slice(bytes);
        }
        self.out.push(b'"');
    }
}

/// Bytes that are escaped, or may begin a control character (C1 controls are two bytes that start with 0xC2).
fn is_special(b: u8) -> bool {
    (b < 0x20) | (b == b'"') | (b == b'\\') | (b == 0x7f) | (b == 0xc2)
}

/// Why bytes are not a canonical part, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartError {
    /// Byte offset from the start of the part.
    pub offset: usize,
    /// What should stand there.
    pub expected: &'static str,
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "part, byte {}: expected {}", self.offset, self.expected)
    }
}

impl std::error::Error for PartError {}

/// Reads a canonical part into its keys and values, in order.
///
/// # Errors
/// [`PartError`] for anything that [`PartWriter`] would not have written byte for byte.
pub fn decode(bytes: &[u8]) -> Result<Vec<(String, Value)>, PartError> {
    if bytes.len() > MAX_PART {
        return Err(PartError { offset: MAX_PART, expected: "at most 65536 bytes" });
    }
    let mut p = Parser { bytes, at: 0 };
    let mut members: Vec<(String, Value)> = Vec::new();
    p.expect(b'{', "`{`")?;
    loop {
        let key_at = p.at;
        let key = p.string()?;
        let canonical_key =
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !canonical_key {
            return Err(PartError { offset: key_at, expected: "a key of a-z, 0-9 and _" });
        }
        if members.last().is_some_and(|(last, _)| *last >= key) {
            return Err(PartError { offset: key_at, expected: "a key greater than the one before" });
        }
        p.expect(b':', "`:`")?;
        let value =
            if p.peek() == Some(b'[') { Value::List(p.list()?) } else { Value::Text(p.checked(check_text)?) };
        members.push((key, value));
        match p.peek() {
            Some(b',') => p.at += 1,
            _ => break,
        }
    }
    p.expect(b'}', "`,` or `}`")?;
    if p.at != bytes.len() {
        return Err(PartError { offset: p.at, expected: "nothing after the closing `}`" });
    }
    Ok(members)
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), PartError> {
        if self.peek() != Some(byte) {
            return Err(PartError { offset: self.at, expected });
        }
        self.at += 1;
        Ok(())
    }

    fn list(&mut self) -> Result<Vec<String>, PartError> {
        self.expect(b'[', "`[`")?;
        let mut values = Vec::new();
        loop {
            values.push(self.checked(check_element)?);
            match self.peek() {
                Some(b',') => self.at += 1,
                _ => break,
            }
        }
        self.expect(b']', "`,` or `]`")?;
        Ok(values)
    }

    fn checked(&mut self, check: impl FnOnce(&str) -> Result<(), TextFault>) -> Result<String, PartError> {
        let offset = self.at;
        let text = self.string()?;
        let expected = match check(&text) {
            Ok(()) => return Ok(text),
            Err(TextFault::Empty) => "a string that is not empty",
            Err(TextFault::Control(_)) => "no control character but LF",
            Err(TextFault::LineFeedInElement) => "no LF in an element of an array",
        };
        Err(PartError { offset, expected })
    }

    fn string(&mut self) -> Result<String, PartError> {
        self.expect(b'"', "a string")?;
        let mut out = Vec::new();
        loop {
            let offset = self.at;
            let b = self.peek().ok_or(PartError { offset, expected: "the end of the string" })?;
            self.at += 1;
            match b {
                b'"' => break,
                b'\\' => {
                    let escaped = self.peek();
                    self.at += 1;
                    out.push(match escaped {
                        Some(b'"') => b'"',
                        Some(b'\\') => b'\\',
                        Some(b'n') => b'\n',
                        _ => {
                            return Err(PartError { offset, expected: "no escape but \\\" \\\\ \\n" });
                        }
                    });
                }
                0..0x20 => {
                    return Err(PartError { offset, expected: "no raw control character" });
                }
                _ => out.push(b),
            }
        }
        let start = self.at - 1;
        String::from_utf8(out).map_err(|_| PartError { offset: start, expected: "UTF-8" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            any::<char>().prop_filter("controls", |c| !c.is_control() || *c == '\n'),
            1..20,
        )
        .prop_map(|c| c.into_iter().collect())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_and_is_json(a in text(), list in proptest::collection::vec(text().prop_map(|t| t.replace('\n', "/")), 0..4)) {
            let mut out = Vec::new();
            PartWriter::new(&mut out)
                .list("items", list.iter().map(String::as_str))
                .text("name", Some(&a))
                .finish();
            // serde_json is the oracle for "is JSON"; sorted keys and no white space are ours.
            let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
            prop_assert_eq!(json["name"].as_str().unwrap(), &a);
            prop_assert_eq!(serde_json::to_vec(&json).unwrap(), out.clone());
            let mut expected = vec![];
            if !list.is_empty() { expected.push(("items".to_owned(), Value::List(list))); }
            expected.push(("name".to_owned(), Value::Text(a)));
            prop_assert_eq!(decode(&out), Ok(expected));
        }

        #[test]
        fn the_writer_finds_canonical_what_the_decoder_finds_canonical(
            note in "[a\"\\\\\n\t\u{7f}\u{85}\u{a0}é]{0,3}", list in proptest::collection::vec("[ab\n\u{1}]{0,2}", 0..3),
        ) {
            let mut out = Vec::new();
            let canonical = PartWriter::new(&mut out)
                .list("items", list.iter().map(String::as_str))
                .text("note", Some(&note).filter(|_| list.len() < 2).map(String::as_str))
                .finish();
            prop_assert_eq!(canonical, decode(&out).is_ok(), "{}", String::from_utf8_lossy(&out));
        }

        #[test]
        fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn the_fast_text_check_agrees_with_the_rule(t in any::<String>()) {
            let by_rule = !t.is_empty() && t.chars().all(|c| !c.is_control() || c == '\n');
            prop_assert_eq!(check_text(&t).is_ok(), by_rule);
        }
    }
}
