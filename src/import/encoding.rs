//! Bytes to text: UTF-8 and CP932 (Windows-31J, what Excel in Japan calls CSV).
//!
//! Owns: finding out which it is, decoding a cell, refusing what does not decode; nothing is ever replaced.
//! Does not own: splitting into cells. That happens before, on bytes: a CP932 trail byte is never `"`, `,`, CR or LF.

use std::borrow::Cow;
use std::io::{self, Read};

use super::problem::What;

/// An encoding that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// CP932, also called Windows-31J; strict Shift_JIS lacks ① ㈱ 髙 﨑.
    Cp932,
}

impl Encoding {
    /// The word on the command line and in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Cp932 => "cp932",
        }
    }

    /// The encoding of that word or of an alias of it, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Encoding> {
        match word.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            "cp932" | "sjis" | "windows-31j" | "shift_jis" => Some(Encoding::Cp932),
            _ => None,
        }
    }

    /// The text of a cell; `None` where a byte does not decode.
    #[must_use]
    pub fn decode(self, cell: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Encoding::Utf8 => std::str::from_utf8(cell).ok().map(Cow::Borrowed),
            // The WHATWG's Shift_JIS is CP932.
            Encoding::Cp932 => {
                encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(cell)
            }
        }
    }

    /// A text as bytes of this encoding; a character that it lacks becomes a numeric character reference.
    #[must_use]
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Encoding::Utf8 => Cow::Borrowed(text.as_bytes()),
            Encoding::Cp932 => encoding_rs::SHIFT_JIS.encode(text).0,
        }
    }

    /// Whether a cell holds nothing but white space, ideographic space included.
    #[must_use]
    pub(super) fn is_blank(self, mut cell: &[u8]) -> bool {
        let wide: &[u8] = match self {
            Encoding::Utf8 => "\u{3000}".as_bytes(),
            Encoding::Cp932 => b"\x81\x40",
        };
        loop {
            cell = cell.trim_ascii_start();
            match cell.strip_prefix(wide) {
                Some(rest) => cell = rest,
                None => return cell.is_empty(),
            }
        }
    }
}

/// The UTF-8 byte order mark.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";
/// How much is looked at in one piece.
const BLOCK: usize = 64 * 1024;

/// What a first look at the bytes tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Survey {
    /// The encoding, given or found out.
    pub(super) encoding: Encoding,
    /// Whether a byte order mark opens the file.
    pub(super) bom: bool,
    /// The first byte of the first block that is not white space, after the byte order mark.
    pub(super) first: Option<u8>,
}

/// Looks at the bytes until the encoding is known: a byte order mark decides, else the first block that holds a byte
/// outside ASCII. A file of nothing but ASCII is UTF-8.
pub(super) fn survey(reader: &mut dyn Read, given: Option<Encoding>) -> io::Result<Result<Survey, What>> {
    let mut block = vec![0; BLOCK];
    let mut filled = fill(reader, &mut block, 0)?;
    let start = &block[..filled];
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || start.contains(&0) {
        return Ok(Err(What::Utf16NotYet));
    }
    let bom = start.starts_with(BOM);
    let first = start[if bom { BOM.len() } else { 0 }..].trim_ascii_start().first().copied();
    if let (true, Some(Encoding::Cp932)) = (bom, given) {
        return Ok(Err(What::ByteOrderMarkContradicts(Encoding::Cp932)));
    }
    let known = given.or(bom.then_some(Encoding::Utf8));
    let encoding = loop {
        if let Some(encoding) = known {
            break encoding;
        }
        let bytes = &block[..filled];
        let at_end = filled < BLOCK;
        let ascii = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(filled);
        let decided = match std::str::from_utf8(bytes) {
            // Too few bytes outside ASCII are too little to judge by: a CP932 character may look like UTF-8.
            _ if ascii > BLOCK / 2 && !at_end => None,
            Ok(_) => Some(Encoding::Utf8),
            // A sequence cut at the block's end is fine.
            Err(e) if e.error_len().is_none() && !at_end => Some(Encoding::Utf8),
            Err(_) => Some(Encoding::Cp932),
        };
        if let Some(encoding) = decided {
            break encoding;
        }
        block.copy_within(ascii..filled, 0);
        filled = fill(reader, &mut block, filled - ascii)?;
    };
    Ok(Ok(Survey { encoding, bom, first }))
}

/// Reads until the block is full or the bytes end; tells how much of it is filled.
fn fill(reader: &mut dyn Read, block: &mut [u8], mut filled: usize) -> io::Result<usize> {
    while filled < block.len() {
        match reader.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Result<Survey, What> {
        survey(&mut &*bytes, None).unwrap()
    }

    fn cp932(text: &str) -> Vec<u8> {
        let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
        assert!(!lossy, "{text}");
        bytes.into_owned()
    }

    #[test]
    fn the_first_bytes_outside_ascii_decide() {
        let far = "a,b\n".repeat(BLOCK);
        for (bytes, encoding) in [
            (b"a,b\n".to_vec(), Encoding::Utf8),
            (vec![], Encoding::Utf8),
            ("提供日\n".into(), Encoding::Utf8),
            (cp932("提供日\n"), Encoding::Cp932),
            (cp932("㈱架空髙﨑①\n"), Encoding::Cp932),
            ([far.as_bytes(), "提供日".as_bytes()].concat(), Encoding::Utf8),
            ([far.as_bytes(), &cp932("提供日")].concat(), Encoding::Cp932),
        ] {
            assert_eq!(found(&bytes).unwrap().encoding, encoding);
        }
    }

    #[test]
    fn a_character_cut_at_the_end_of_a_block_does_not_make_it_cp932() {
        for before in BLOCK - 4..=BLOCK {
            let ascii = "a".repeat(before);
            let text = format!("{ascii}提供日");
            assert_eq!(found(text.as_bytes()).unwrap().encoding, Encoding::Utf8, "{before}");
            let bytes = [ascii.as_bytes(), &cp932("縺提供日")].concat();
            assert_eq!(found(&bytes).unwrap().encoding, Encoding::Cp932, "{before}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_seen_and_utf_16_is_named() {
        assert_eq!(
            found("\u{feff} {".as_bytes()),
            Ok(Survey { encoding: Encoding::Utf8, bom: true, first: Some(b'{') })
        );
        for bytes in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a", b"a\0,\0"] {
            assert_eq!(found(bytes), Err(What::Utf16NotYet));
        }
        let given = survey(&mut "\u{feff}a".as_bytes(), Some(Encoding::Cp932)).unwrap();
        assert_eq!(given, Err(What::ByteOrderMarkContradicts(Encoding::Cp932)));
    }

    #[test]
    fn bytes_that_do_not_decode_are_refused_and_never_replaced() {
        for text in ["㈱①髙﨑", "ﾊﾝｶｸ", "表示", "a\\~"] {
            assert_eq!(Encoding::Cp932.decode(&cp932(text)).unwrap(), text);
        }
        for bad in [&b"\x81"[..], b"\x82\x20", b"\xff", b"\xfd"] {
            assert_eq!(Encoding::Cp932.decode(bad), None, "{bad:?}");
            assert_eq!(Encoding::Utf8.decode(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn every_alias_is_understood() {
        for word in ["cp932", "SJIS", "Windows-31J", "shift_jis"] {
            assert_eq!(Encoding::from_word(word), Some(Encoding::Cp932));
        }
        for encoding in [Encoding::Utf8, Encoding::Cp932] {
            assert_eq!(Encoding::from_word(encoding.word()), Some(encoding));
        }
        assert_eq!(Encoding::from_word("latin1"), None);
    }

    #[test]
    fn ideographic_space_is_blank_in_either_encoding() {
        for (encoding, bytes, blank) in [
            (Encoding::Utf8, " \u{3000}\t".as_bytes(), true),
            (Encoding::Utf8, "\u{3000}a".as_bytes(), false),
            (Encoding::Cp932, b" \x81\x40 ", true),
            (Encoding::Cp932, b"@", false),
            (Encoding::Utf8, b"", true),
        ] {
            assert_eq!(encoding.is_blank(bytes), blank, "{bytes:?}");
        }
    }
}
