//! CSV in the one encoding of a folder (FORMAT.md, "The encoding of a folder"): whatever would be written otherwise is refused.
//!
//! Owns: rows and cells of any such file. Does not own: what the cells hold (`cells`).

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;

use csv::StringRecord;

use super::FormFault;
use super::cells::{Step, Stop};

/// Bytes of a row: the two parts of an entry have at most 65,536 each.
const MOST_ROW: usize = 1 << 20;
const MARK: &[u8] = "\u{feff}".as_bytes();

/// The rows of a file behind its headings. Behind a fault there are none.
pub(super) struct Table {
    file: BufReader<File>,
    path: PathBuf,
    name: &'static str,
    columns: usize,
    row: Vec<u8>,
    ended: bool,
}

impl Table {
    /// `beginning`: the byte order mark and the row of headings that the file has.
    pub(super) fn of(
        file: File,
        path: PathBuf,
        name: &'static str,
        columns: usize,
        beginning: &[u8],
    ) -> Step<Table> {
        let mut file = BufReader::new(file);
        let mut found = Vec::new();
        let read = (&mut file).take(beginning.len() as u64).read_to_end(&mut found);
        read.map_err(|e| Stop::Io(path.clone(), e))?;
        match found {
            found if !found.starts_with(MARK) => Err(Stop::Form(name, FormFault::NoByteOrderMark)),
            found if found != beginning => Err(Stop::Form(name, FormFault::Headings)),
            _ => Ok(Table { file, path, name, columns, row: Vec::new(), ended: false }),
        }
    }

    /// The bytes up to the next line end outside quotation marks.
    fn read(&mut self) -> std::io::Result<()> {
        self.row.clear();
        let mut quotes = 0;
        loop {
            let before = self.row.len();
            let left = MOST_ROW.saturating_sub(before) as u64;
            (&mut self.file).take(left).read_until(b'\n', &mut self.row)?;
            let piece = &self.row[before..];
            quotes += piece.iter().filter(|b| **b == b'"').count();
            if piece.is_empty() || quotes % 2 == 0 {
                return Ok(());
            }
        }
    }
}

impl Iterator for Table {
    type Item = Step<StringRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().map_err(|e| Stop::Io(self.path.clone(), e));
        let next = match read {
            Err(stop) => Err(stop),
            Ok(()) if self.row.is_empty() => {
                self.ended = true;
                return None;
            }
            Ok(()) => cells(&self.row, self.columns).map_err(|why| Stop::Form(self.name, why)),
        };
        self.ended = next.is_err();
        Some(next)
    }
}

/// The cells of a row, each in the one form that it can have.
fn cells(row: &[u8], columns: usize) -> Result<StringRecord, FormFault> {
    let text = std::str::from_utf8(row).map_err(|_| FormFault::NotCsv)?;
    if text.matches('"').count() % 2 == 1 {
        return Err(FormFault::NotCsv);
    }
    let mut rest = text.strip_suffix("\r\n").ok_or(FormFault::RowEnd)?;
    let mut cells = StringRecord::new();
    loop {
        let behind = match rest.strip_prefix('"') {
            Some(quoted) => {
                let end = closing(quoted).ok_or(FormFault::NotCsv)?;
                let cell = &quoted[..end];
                if !cell.contains(['"', ',', '\r', '\n']) {
                    return Err(FormFault::Quotes);
                }
                cells.push_field(&cell.replace("\"\"", "\""));
                &quoted[end + 1..]
            }
            None => {
                let (cell, behind) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                if cell.contains('"') {
                    return Err(FormFault::Quotes);
                }
                if cell.contains(['\r', '\n']) {
                    return Err(FormFault::RowEnd);
                }
                cells.push_field(cell);
                behind
            }
        };
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None if behind.is_empty() => break,
            None => return Err(FormFault::NotCsv),
        }
    }
    if cells.len() == columns { Ok(cells) } else { Err(FormFault::NumberOfCells) }
}

/// Where the quotation mark stands that ends the cell.
fn closing(quoted: &str) -> Option<usize> {
    let bytes = quoted.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|b| *b == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(row: &str, columns: usize) -> Result<Vec<String>, FormFault> {
        cells(row.as_bytes(), columns).map(|row| row.iter().map(str::to_owned).collect())
    }

    #[test]
    fn a_row_is_read_in_its_one_form() {
        assert_eq!(read("a,,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n", 5).unwrap(), ["a", "", "b,c", "d\"e", "f\ng"]);
        assert_eq!(read("\"\"\"\"\r\n", 1).unwrap(), ["\""]);
    }

    #[test]
    fn what_would_be_written_otherwise_is_refused() {
        for (row, fault) in [
            ("a,b\n", FormFault::RowEnd),
            ("a,b", FormFault::RowEnd),
            ("a\rb,c\r\n", FormFault::RowEnd),
            ("\"a\",b\r\n", FormFault::Quotes),
            ("\"\",b\r\n", FormFault::Quotes),
            ("a\"\"b,c\r\n", FormFault::Quotes),
            ("\"a,b\"c,d\r\n", FormFault::NotCsv),
            ("\"a,b\r\n", FormFault::NotCsv),
            ("a,b,c\r\n", FormFault::NumberOfCells),
            ("\r\n", FormFault::NumberOfCells),
        ] {
            assert_eq!(read(row, 2), Err(fault), "{row:?}");
        }
        assert_eq!(cells(b"\xff,b\r\n", 2), Err(FormFault::NotCsv));
    }
}
