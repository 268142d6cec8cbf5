//! `data/records.xlsx`: the opened records as they read now, for people who look in Excel. Every cell is text, so that nothing is taken for a
//! formula, a date or a number; `records.csv` is what counts.
//!
//! Owns: the cells, going on where a sheet is full. Does not own: the format of the file (`rust_xlsxwriter`).

use std::io::Write;
use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
pub use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::Language;
use super::headings::{self, Column};
use crate::panics;
use crate::record::{Field, Provision};

/// Rows of a sheet in Excel, the headings included.
const ROWS: u32 = 1_048_576;
/// Characters of a cell in Excel.
const CELL: usize = 32_767;

/// A workbook in the making; only a row of it is in memory.
pub struct Book {
    book: Workbook,
    language: Language,
    sheets: usize,
    row: u32,
    most: u32,
}

impl Book {
    /// Starts a workbook. What does not fit into memory waits in `scratch`, a folder that goes with the export.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(language: Language, scratch: &Path) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.set_tempdir(scratch)?;
        let mut book = Book { book, language, sheets: 0, row: 0, most: ROWS };
        book.next_sheet()?;
        Ok(book)
    }

    fn next_sheet(&mut self) -> Result<(), XlsxError> {
        self.book.add_worksheet_with_constant_memory()?;
        self.sheets += 1;
        self.row = 0;
        let language = self.language;
        let fields = Field::ALL.iter().map(|f| headings::field(language, *f));
        let index = std::iter::once(headings::column(language, Column::Index));
        let after =
            [Column::Import, Column::Line, Column::Corrections].map(|c| headings::column(language, c));
        let headings: Vec<String> = index.chain(fields).chain(after).map(str::to_owned).collect();
        self.write(headings)
    }

    /// Adds a record as it reads now; `import`: the import entry and the line in its file; `corrections`: what was corrected,
    /// in words for people.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn add(
        &mut self,
        index: u64,
        p: &Provision,
        import: Option<(u64, u64)>,
        corrections: String,
    ) -> Result<(), XlsxError> {
        if self.row == self.most {
            self.next_sheet()?;
        }
        let mut cells = vec![index.to_string()];
        cells.extend(Field::ALL.iter().map(|f| p.text(*f).unwrap_or_default().into_owned()));
        let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        cells.push(number(import.map(|(entry, _)| entry)));
        cells.push(number(import.map(|(_, line)| line)));
        cells.push(corrections);
        self.write(cells)
    }

    fn write(&mut self, cells: Vec<String>) -> Result<(), XlsxError> {
        let language = self.language;
        let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
        let row = self.row;
        let written = panics::caught(|| {
            for (at, cell) in (0u16..).zip(cells) {
                let cell = if cell.chars().count() > CELL { too_long(language).to_owned() } else { cell };
                if !cell.is_empty() {
                    sheet.write_string(row, at, cell)?;
                }
            }
            Ok(())
        });
        self.row += 1;
        written.unwrap_or_else(|| Err(full()))
    }

    /// Writes the file, as made on `day`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self, day: Option<NaiveDate>, out: impl Write + Send) -> Result<(), XlsxError> {
        if let Some(day) = day {
            let (year, month, date) = (day.year(), day.month(), day.day());
            let made = ExcelDateTime::from_ymd(
                u16::try_from(year).unwrap_or(1900),
                u8::try_from(month).unwrap_or(1),
                u8::try_from(date).unwrap_or(1),
            )?;
            self.book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        }
        panics::caught(move || self.book.save_to_writer(out)).unwrap_or_else(|| Err(full()))
    }
}

/// The file in which a sheet is put together cannot be written: put into an error of the system, for whoever says it.
#[derive(Clone, Copy, Debug)]
pub struct SheetNotWritten;

impl std::fmt::Display for SheetNotWritten {
    /// For developers; people get the texts of the command line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for SheetNotWritten {}

/// rust_xlsxwriter 0.102 panics where the file in which it puts a sheet together cannot be written.
fn full() -> XlsxError {
    XlsxError::IoError(std::io::Error::other(SheetNotWritten))
}

fn too_long(language: Language) -> &'static str {
    match language {
        Language::Japanese => "（長すぎて Excel のセルに入りません。records.csv にあります）",
        Language::English => "(too long for a cell of Excel: see records.csv)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_sheet_goes_on_in_the_next_with_its_headings() {
        use calamine::Reader as _;
        let scratch = tempfile::tempdir().unwrap();
        let mut ours = Book::new(Language::English, scratch.path()).unwrap();
        ours.most = 4;
        let p = Provision {
            principal_id: Some("=1+1".into()),
            note: Some("x".repeat(CELL + 1)),
            ..Provision::default()
        };
        for index in 1..=7 {
            ours.add(index, &p, None, String::new()).unwrap();
        }
        let mut bytes = Vec::new();
        ours.finish("2026-11-23".parse().ok(), &mut bytes).unwrap();
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let sheets: Vec<_> = book.worksheets().into_iter().map(|(_, range)| range).collect();
        let rows: Vec<usize> = sheets.iter().map(|range| range.height()).collect();
        assert_eq!(rows, [4, 4, 2]);
        for range in &sheets {
            assert_eq!(range.get((0, 0)).unwrap().to_string(), "index");
        }
        assert_eq!(sheets[2].get((1, 0)).unwrap(), &calamine::Data::String("7".into()));
        let text = format!("{:?}", sheets[0]);
        assert!(text.contains("String(\"=1+1\")") && text.contains("too long for a cell"));
    }
}
