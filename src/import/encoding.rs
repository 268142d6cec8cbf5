//! Bytes to text: UTF-8, UTF-16 and CP932 (Windows-31J, what Excel in Japan calls CSV).
//!
//! Owns: finding out which it is, decoding a cell, refusing what does not decode; nothing is ever replaced.
//! Does not own: splitting into cells. That happens before, on bytes: a CP932 trail byte is never `"`, `,`, CR or LF.

use std::borrow::Cow;
use std::io::{self, Read};

use super::delimiter;
use super::problem::What;
use super::source::{Changed, Source};
use super::utf16::{Order, Utf8Of};
use crate::record::formula;

/// An encoding that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// CP932, also called Windows-31J; strict Shift_JIS lacks ① ㈱ 髙 﨑.
    Cp932,
    /// UTF-16, the lower byte first: what Excel calls "Unicode text".
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
}

impl Encoding {
    /// The word on the command line and in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Cp932 => "cp932",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }

    /// The encoding of that word or of an alias of it, in any case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Encoding> {
        match word.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            "cp932" | "sjis" | "windows-31j" | "shift_jis" => Some(Encoding::Cp932),
            "utf-16le" | "utf16le" | "utf-16" | "utf16" => Some(Encoding::Utf16Le),
            "utf-16be" | "utf16be" => Some(Encoding::Utf16Be),
            _ => None,
        }
    }

    /// The order of its units, where it is UTF-16; its cells are UTF-8 by then ([`utf16`](super::utf16)).
    pub(super) fn units(self) -> Option<Order> {
        match self {
            Encoding::Utf16Le => Some(Order::Little),
            Encoding::Utf16Be => Some(Order::Big),
            Encoding::Utf8 | Encoding::Cp932 => None,
        }
    }

    /// The text of a cell; `None` where a byte does not decode.
    #[must_use]
    pub fn decode(self, cell: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => {
                std::str::from_utf8(cell).ok().map(Cow::Borrowed)
            }
            // The WHATWG's Shift_JIS is CP932.
            Encoding::Cp932 => {
                encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(cell)
            }
        }
    }

    /// A text as bytes of this encoding, UTF-8 in the place of UTF-16; a character that it lacks becomes a numeric character
    /// reference.
    #[must_use]
    pub fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => Cow::Borrowed(text.as_bytes()),
            Encoding::Cp932 => encoding_rs::SHIFT_JIS.encode(text).0,
        }
    }

    /// A cell of a file as it may stand in another that people open in a spreadsheet, and be read from there again as it was
    /// read here; `guards`: an apostrophe before what would be calculated is none of its text ([`formula`]).
    #[must_use]
    pub(super) fn guarded(self, cell: &[u8], guards: bool) -> Cow<'_, [u8]> {
        // Nearly all cells are told by their first byte; what counts in CP932 beyond ASCII begins with the same one.
        let may_be_live = match (cell.first(), self) {
            (None, _) => false,
            (Some(byte), _) if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
            (Some(byte), Encoding::Cp932) => *byte == 0x81,
            (Some(byte), _) => !(0xe4..=0xe9).contains(byte),
        };
        if !may_be_live {
            return Cow::Borrowed(cell);
        }
        // What does not decode does not matter here: it is how the cell begins that counts.
        let text = match self {
            Encoding::Cp932 => encoding_rs::SHIFT_JIS.decode_without_bom_handling(cell).0,
            _ => String::from_utf8_lossy(cell),
        };
        match formula::guarded(&text) {
            Cow::Owned(_) if !(guards && formula::unguarded(&text).is_some()) => {
                Cow::Owned([b"'", cell].concat())
            }
            _ => Cow::Borrowed(cell),
        }
    }

    /// Whether a cell holds nothing but white space, ideographic space included.
    #[must_use]
    pub(super) fn is_blank(self, mut cell: &[u8]) -> bool {
        let wide: &[u8] = match self {
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => "\u{3000}".as_bytes(),
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
    /// How long the byte order mark is that opens the file; 0: there is none.
    pub(super) mark: usize,
    /// The first byte of the first block that is not white space, after the byte order mark.
    pub(super) first: Option<u8>,
    /// What parts cells.
    pub(super) delimiter: u8,
}

impl Survey {
    /// Of a sheet of a workbook, whose cells are texts.
    pub(super) const OF_SHEET: Survey =
        Survey { encoding: Encoding::Utf8, mark: 0, first: None, delimiter: b',' };

    /// Opens the bytes behind the byte order mark, UTF-16 as UTF-8.
    pub(super) fn open(&self, source: &Source) -> io::Result<Box<dyn Read + Send>> {
        let mut reader = source.open()?;
        let mut mark = [0; BOM.len()];
        let mark = &mut mark[..self.mark];
        reader.read_exact(mark)?;
        if !mark.is_empty() && !MARKS.iter().any(|(known, _)| **known == *mark) {
            return Err(io::Error::other(Changed));
        }
        Ok(match self.encoding.units() {
            Some(order) => Box::new(Utf8Of::new(reader, order)),
            None => reader,
        })
    }
}

const MARKS: [(&[u8], Encoding); 3] =
    [(BOM, Encoding::Utf8), (b"\xff\xfe", Encoding::Utf16Le), (b"\xfe\xff", Encoding::Utf16Be)];

/// Looks at the bytes until the encoding is known: a byte order mark decides, else zero bytes at every other place, else the first
/// block that holds a byte outside ASCII. A file of nothing but ASCII is UTF-8. Then what parts cells.
pub(super) fn survey(source: &Source, given: Option<Encoding>) -> io::Result<Result<Survey, What>> {
    let (encoding, mark) = match encoding(&mut source.open()?, given)? {
        Ok(found) => found,
        Err(what) => return Ok(Err(what)),
    };
    let survey = Survey { encoding, mark, first: None, delimiter: b',' };
    let mut start = vec![0; BLOCK];
    let filled = fill(&mut survey.open(source)?, &mut start, 0)?;
    let start = &start[..filled];
    let first = start.trim_ascii_start().first().copied();
    Ok(Ok(Survey { first, delimiter: delimiter::find(start, encoding), ..survey }))
}

/// The encoding, and the length of the byte order mark.
fn encoding(reader: &mut dyn Read, given: Option<Encoding>) -> io::Result<Result<(Encoding, usize), What>> {
    let mut block = vec![0; BLOCK];
    let mut filled = fill(reader, &mut block, 0)?;
    let start = &block[..filled];
    let marked = MARKS.iter().find(|(mark, _)| start.starts_with(mark));
    match (marked, given) {
        (Some((_, says)), Some(given)) if *says != given => {
            return Ok(Err(What::ByteOrderMarkContradicts { says: *says, given }));
        }
        (Some((mark, says)), _) => return Ok(Ok((*says, mark.len()))),
        (None, Some(given)) => return Ok(Ok((given, 0))),
        (None, None) => {}
    }
    if let Some(encoding) = zeros(start) {
        return Ok(Ok((encoding, 0)));
    }
    loop {
        let bytes = &block[..filled];
        if bytes.contains(&0) {
            return Ok(Err(What::NotText));
        }
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
            return Ok(Ok((encoding, 0)));
        }
        block.copy_within(ascii..filled, 0);
        filled = fill(reader, &mut block, filled - ascii)?;
    }
}

/// UTF-16 without a mark: line ends, digits and separators have a zero byte, always at the same side.
fn zeros(start: &[u8]) -> Option<Encoding> {
    let at = |side: usize| start.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    match (at(0), at(1)) {
        (0, 0) => None,
        // A single one is a slip in another encoding.
        (0, odd) if odd * 64 >= start.len() => Some(Encoding::Utf16Le),
        (even, 0) if even * 64 >= start.len() => Some(Encoding::Utf16Be),
        _ => None,
    }
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

    fn memory(bytes: &[u8]) -> Source {
        Source::Memory(bytes.into())
    }

    fn found(bytes: &[u8]) -> Result<Survey, What> {
        survey(&memory(bytes), None).unwrap()
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
    fn a_byte_order_mark_is_seen_and_utf_16_without_one_is_found() {
        let survey_of = |encoding, mark, first| Survey { encoding, mark, first, delimiter: b',' };
        assert_eq!(found("\u{feff} {".as_bytes()), Ok(survey_of(Encoding::Utf8, 3, Some(b'{'))));
        for (bytes, encoding, mark) in [
            (&b"\xff\xfea\0"[..], Encoding::Utf16Le, 2),
            (b"\xfe\xff\0a", Encoding::Utf16Be, 2),
            (b"a\0,\0", Encoding::Utf16Le, 0),
            (b"\0a\0,", Encoding::Utf16Be, 0),
        ] {
            assert_eq!(found(bytes), Ok(survey_of(encoding, mark, Some(b'a'))), "{bytes:?}");
        }
        assert_eq!(found(b"a\0\0b"), Err(What::NotText));
        let given = survey(&memory("\u{feff}a".as_bytes()), Some(Encoding::Cp932)).unwrap();
        let (says, given_as) = (Encoding::Utf8, Encoding::Cp932);
        assert_eq!(given, Err(What::ByteOrderMarkContradicts { says, given: given_as }));
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
        for encoding in [Encoding::Utf8, Encoding::Cp932, Encoding::Utf16Le, Encoding::Utf16Be] {
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
