//! CSV rows with the physical line on which each starts, in bounded memory.
//!
//! Owns: counting lines, the longest row, noticing a quote that is never closed.
//! Does not own: what the cells mean (`table`).
//!
//! The csv crate's own position is that of the end of the row before: blank lines between them, and the LF of a
//! CRLF, make it point too early. So the bytes that it has taken are kept until their row has been counted.

use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;

use super::workbook::Grid;

/// The longest row that is read, in bytes. A record is at most some 60 KB; the rest is room for other columns.
pub(super) const MAX_ROW: usize = 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// A row that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    /// The physical line on which it starts.
    pub(super) line: u64,
    /// How many bytes have been read up to its end.
    pub(super) end: u64,
    /// How it ends.
    pub(super) ending: Ending,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// As it should.
    Whole,
    /// The file ends inside a quoted cell.
    InsideQuotes,
}

/// Why no further row can be read.
#[derive(Debug)]
pub(super) enum RowError {
    /// The bytes could not be read.
    Io(io::Error),
    /// The row that starts on this line is longer than [`MAX_ROW`].
    TooLong {
        /// Its line.
        line: u64,
    },
}

/// The rows of a file, blank lines skipped.
pub(super) struct Rows(Of);

enum Of {
    Csv(csv::Reader<Tap>),
    /// The rows of a sheet, and how many have been read.
    Sheet(Arc<Grid>, usize),
}

impl Rows {
    /// Reads from `inner`, which stands behind a byte order mark if there is one, cells parted by `delimiter`.
    pub(super) fn new(inner: Box<dyn Read + Send>, delimiter: u8) -> Rows {
        let tap =
            Tap { inner, kept: Vec::new(), counted: 0, offset: 0, ended: false, lines: Lines::default() };
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(BUFFER)
            .from_reader(tap);
        Rows(Of::Csv(csv))
    }

    /// The rows of a sheet; a "line" is a row's number, and what has been read is counted in rows.
    pub(super) fn of_sheet(grid: Arc<Grid>) -> Rows {
        Rows(Of::Sheet(grid, 0))
    }

    /// The next row; `None` at the end.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> Result<Option<Position>, RowError> {
        let csv = match &mut self.0 {
            Of::Csv(csv) => csv,
            Of::Sheet(grid, read) => {
                let Some((line, row)) = grid.get(*read) else { return Ok(None) };
                record.clone_from(row);
                *read += 1;
                return Ok(Some(Position { line: *line, end: *read as u64, ending: Ending::Whole }));
            }
        };
        match csv.read_byte_record(record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let end = csv.position().byte();
                Ok(Some(csv.get_mut().position(end)))
            }
            Err(error) => {
                let tap = csv.get_mut();
                if tap.is_full() {
                    return Err(RowError::TooLong { line: tap.next_line() });
                }
                Err(RowError::Io(match error.into_kind() {
                    csv::ErrorKind::Io(error) => error,
                    // Flexible rows of bytes have no other error.
                    other => io::Error::other(format!("{other:?}")),
                }))
            }
        }
    }
}

/// Counts physical lines: CRLF, LF and a lone CR each end one.
#[derive(Clone, Copy, Default)]
struct Lines {
    ended: u64,
    after_cr: bool,
}

impl Lines {
    fn pass(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let pairs = count(&bytes[1..], bytes, |b, before| b == b'\n' && before == b'\r');
        let ends = count(bytes, bytes, |b, _| b == b'\n' || b == b'\r');
        let joined = usize::from(self.after_cr && bytes[0] == b'\n');
        self.ended += (ends - pairs - joined) as u64;
        self.after_cr = *last == b'\r';
    }
}

/// How many pairs of bytes fulfil a condition. Counted in bytes, 255 at a time, the compiler makes vector code of it;
/// a plain loop over every byte of a file cost an eighth of the whole time.
fn count(a: &[u8], b: &[u8], condition: impl Fn(u8, u8) -> bool) -> usize {
    let chunk =
        |(a, b): (&[u8], &[u8])| -> u8 { a.iter().zip(b).map(|(a, b)| u8::from(condition(*a, *b))).sum() };
    a.chunks(255).zip(b.chunks(255)).map(|pair| usize::from(chunk(pair))).sum()
}

/// Hands bytes to the csv crate and keeps those whose lines have not been counted.
struct Tap {
    inner: Box<dyn Read + Send>,
    kept: Vec<u8>,
    /// How many of `kept` have been counted.
    counted: usize,
    /// Where `kept` starts in the file.
    offset: u64,
    ended: bool,
    lines: Lines,
}

impl Tap {
    fn is_full(&self) -> bool {
        self.kept.len() - self.counted > MAX_ROW + BUFFER
    }

    /// The line on which the next row starts.
    fn next_line(&self) -> u64 {
        let mut lines = self.lines;
        lines.pass(breaks_before(&self.kept[self.counted..]));
        lines.ended + 1
    }

    /// Counts the row that ends at `end`.
    fn position(&mut self, end: u64) -> Position {
        let upto =
            usize::try_from(end.saturating_sub(self.offset)).unwrap_or(usize::MAX).min(self.kept.len());
        let bytes = &self.kept[self.counted.min(upto)..upto];
        let leading = breaks_before(bytes);
        self.lines.pass(leading);
        let line = self.lines.ended + 1;
        let row = &bytes[leading.len()..];
        self.lines.pass(row);
        let last = self.ended && upto == self.kept.len();
        let ending = if last && inside_quotes(row) { Ending::InsideQuotes } else { Ending::Whole };
        self.counted = upto;
        Position { line, end, ending }
    }
}

/// The line breaks in front of a row: the LF of the CRLF before it, blank lines.
fn breaks_before(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(bytes.len());
    &bytes[..length]
}

/// Whether the last row of a file ends inside a quoted cell, as the csv crate reads quotes: one opens a cell only at
/// the cell's start, two inside stand for one.
fn inside_quotes(row: &[u8]) -> bool {
    let (mut quoted, mut at_start) = (false, true);
    let mut bytes = row.iter().peekable();
    while let Some(&b) = bytes.next() {
        match b {
            b'"' if quoted => quoted = bytes.next_if(|b| **b == b'"').is_some(),
            b'"' if at_start => quoted = true,
            _ => {}
        }
        at_start = !quoted && matches!(b, b',' | b'\r' | b'\n');
    }
    quoted
}

impl Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_full() {
            return Err(io::Error::other("row too long"));
        }
        let read = loop {
            match self.inner.read(buffer) {
                // csv's buffer does not retry.
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended |= read == 0;
        self.offset += self.counted as u64;
        self.kept.drain(..self.counted);
        self.counted = 0;
        self.kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, so that rows straddle reads.
    struct Slowly(&'static [u8], usize);

    impl Read for Slowly {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn lines(text: &'static str) -> Vec<(u64, String)> {
        let read = |step| {
            let mut rows = Rows::new(Box::new(Slowly(text.as_bytes(), step)), b',');
            let mut record = ByteRecord::new();
            let mut all = Vec::new();
            while let Some(p) = rows.read(&mut record).unwrap() {
                let open = if p.ending == Ending::InsideQuotes { "!" } else { "" };
                all.push((p.line, String::from_utf8_lossy(&record[0]).into_owned() + open));
            }
            all
        };
        let all = read(usize::MAX);
        for step in 1..8 {
            assert_eq!(read(step), all, "{step} bytes at a time");
        }
        all
    }

    #[test]
    fn the_line_of_a_row_is_the_physical_line_on_which_it_starts() {
        for (text, expected) in [
            ("a,b\nc,d\n", &[(1, "a"), (2, "c")][..]),
            ("a,b\r\nc,d\r\ne", &[(1, "a"), (2, "c"), (3, "e")]),
            ("a,b\rc,d\re", &[(1, "a"), (2, "c"), (3, "e")]),
            ("\n\na\n\n\nb\n", &[(3, "a"), (6, "b")]),
            ("\r\n\r\na\r\n\r\nb", &[(3, "a"), (5, "b")]),
            ("\"a\nb\nc\",d\ne\n", &[(1, "a\nb\nc"), (4, "e")]),
            ("x,\"a\r\nb\"\r\n\r\ny\r\n", &[(1, "x"), (4, "y")]),
            ("x,\"a\rb\"\ny\n", &[(1, "x"), (3, "y")]),
            ("", &[]),
            ("\n\n", &[]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(l, t)| (*l, (*t).to_owned())).collect();
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn counting_in_pieces_agrees_with_counting_byte_by_byte(text in "[\r\na]{0,600}", cut in 0..600_usize) {
            let (mut ended, mut after_cr) = (0, false);
            for b in text.bytes() {
                ended += u64::from(b == b'\r' || (b == b'\n' && !after_cr));
                after_cr = b == b'\r';
            }
            let (head, tail) = text.as_bytes().split_at(cut.min(text.len()));
            let mut lines = Lines::default();
            lines.pass(head);
            lines.pass(tail);
            proptest::prop_assert_eq!(lines.ended, ended);
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_noticed() {
        for (text, expected) in [
            ("a\n\"b\nc,d\n", &[(1, "a"), (2, "b\nc,d\n!")][..]),
            ("a\nx,\"b", &[(1, "a"), (2, "x!")]),
            ("a\n\"b\"\"", &[(1, "a"), (2, "b\"!")]),
            ("a\n\"b\"", &[(1, "a"), (2, "b")]),
            ("a\nb\"c", &[(1, "a"), (2, "b\"c")]),
            ("a\n\"b\"\"\"", &[(1, "a"), (2, "b\"")]),
            ("a\n\"\"", &[(1, "a"), (2, "")]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(l, t)| (*l, (*t).to_owned())).collect();
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_row_without_end_does_not_fill_the_memory() {
        let endless = "a,b\n\n\"".as_bytes().chain(io::repeat(b'x'));
        let mut rows = Rows::new(Box::new(endless), b',');
        let mut record = ByteRecord::new();
        assert_eq!(rows.read(&mut record).unwrap().unwrap().line, 1);
        assert!(matches!(rows.read(&mut record), Err(RowError::TooLong { line: 3 })));
    }
}
