//! An input, opened: its encoding is known, its headings are understood, its rows can be streamed any number of times.
//!
//! Owns: what CSV and JSON Lines have in common, from outside and inside. Does not own: either form (`table`,
//! `lines`), nor what a record must hold (`row`).

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::ByteRecord;

use super::cells::Cells;
use super::encoding::{Encoding, Survey, survey};
use super::head::{Head, Understood};
use super::heading::{Column, Columns};
use super::lines;
use super::map::Map;
use super::marks::Skip;
use super::position::Rows;
use super::problem::{Place, Problem, SourceError, Trouble, What};
use super::row::{self, Accepted, Check};
use super::source::Source;
use super::table::Table;
use super::words;
use super::workbook::{self, Book, Container};
use crate::record::rules::{Asked, Fault};
use crate::record::{Basis, Field};

/// What is to be read.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name as the user typed it, for messages.
    pub name: String,
    /// Where its bytes come from.
    pub source: Source,
    /// Its encoding; `None`: to be found out.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook; `None`: the one that has the heading of a ledger.
    pub sheet: Option<String>,
}

/// How it is to be read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Values for fields that the input lacks: for items one string an item, for other fields exactly one.
    pub constants: Vec<(Field, Vec<String>)>,
    /// What to do with columns that no field takes.
    pub columns: Columns,
    /// How its records are checked.
    pub check: Check,
    /// What somebody has said of its columns.
    pub map: Option<Arc<Map>>,
}

/// The form of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Cells parted by commas, a heading first.
    Csv,
    /// A sheet of a workbook.
    Xlsx,
    /// One JSON object a line.
    JsonLines,
}

/// One row, blank ones left out.
#[derive(Debug)]
pub struct Row<'a> {
    /// The physical line on which it starts; the heading of a plain file is line 1.
    pub line: u64,
    /// How many bytes of the input have been read up to its end; of UTF-16, those of the same text in UTF-8, but no more than
    /// the input has.
    pub bytes_read: u64,
    /// Its cells as they stood; empty for JSON Lines.
    pub raw: &'a ByteRecord,
    /// What it is.
    pub content: Content,
}

/// What a row is.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "most rows are records, and none is kept")]
pub enum Content {
    /// A record.
    Accepted(Accepted),
    /// Refused, with all its faults: at least one.
    Refused(Vec<Problem>),
    /// No record and no fault.
    Skipped(Skip),
}

/// What reading rows needs, whatever the form.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) name: Arc<str>,
    pub(super) source: Source,
    pub(super) survey: Survey,
    /// The sheet that was chosen, where it is a workbook.
    pub(super) book: Option<Book>,
    pub(super) settings: Settings,
    pub(super) len: u64,
}

/// An opened input.
pub struct Sheet {
    reading: Reading,
    given: bool,
    /// `None`: JSON Lines.
    table: Option<Table>,
    no_heading: ByteRecord,
}

impl Sheet {
    /// Opens an input, finds out its form and encoding, and understands its headings.
    ///
    /// # Errors
    /// [`Trouble::Source`] where it cannot be read, [`Trouble::Problems`] where its headings, or the constants, are
    /// refused: all of them, at least one.
    pub fn open(input: Input, settings: Settings) -> Result<Sheet, Trouble> {
        let given = input.encoding.is_some();
        let reading = Reading::of(input, settings)?;
        let json = reading.is_json();
        let mut problems = reading.faults_of_constants();
        let table = match if json { Ok(None) } else { Table::open(&reading).map(Some) } {
            Ok(table) => table,
            Err(Trouble::Problems(more)) => {
                problems.extend(more);
                None
            }
            Err(failed) => return Err(failed),
        };
        if !problems.is_empty() {
            return Err(Trouble::Problems(problems));
        }
        Ok(Sheet { reading, given, table, no_heading: ByteRecord::new() })
    }

    /// The input's name as the user typed it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.reading.name
    }

    /// The encoding, given or found out.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.reading.survey.encoding
    }

    /// What parts its cells.
    #[must_use]
    pub fn delimiter(&self) -> u8 {
        self.reading.survey.delimiter
    }

    /// Whether the encoding was given.
    #[must_use]
    pub fn encoding_was_given(&self) -> bool {
        self.given
    }

    /// The columns, in the order of the file; none for JSON Lines.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        self.table.as_ref().map_or(&[], |table| &table.columns)
    }

    /// The name of the sheet, of those that are hidden and of the others, where it is a workbook.
    #[must_use]
    pub fn sheet(&self) -> Option<(&str, &[String], &[String])> {
        self.reading.book.as_ref().map(|book| (book.sheet.as_str(), &book.hidden[..], &book.others[..]))
    }

    /// The lines of the rows above the heading, first and last; none where the heading comes first.
    #[must_use]
    pub fn titles(&self) -> Option<(u64, u64)> {
        self.table.as_ref().and_then(Table::titles)
    }

    /// The form.
    #[must_use]
    pub fn format(&self) -> Format {
        match (&self.table, &self.reading.book) {
            (Some(_), Some(_)) => Format::Xlsx,
            (Some(_), None) => Format::Csv,
            (None, _) => Format::JsonLines,
        }
    }

    /// The cells of the heading as they stood; empty for JSON Lines.
    #[must_use]
    pub fn heading_row(&self) -> &ByteRecord {
        self.table.as_ref().map_or(&self.no_heading, |table| &table.heading)
    }

    /// Whether a byte order mark opens the file.
    #[must_use]
    pub fn has_bom(&self) -> bool {
        self.reading.survey.mark > 0 || self.reading.book.is_some()
    }

    /// How many bytes the input had when it was opened.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "an empty input is refused when it is opened")]
    pub fn len(&self) -> u64 {
        self.reading.len
    }

    /// Streams the rows from the first; `on_row` may stop it.
    ///
    /// A refused row does not stop it, save [`What::RowTooLong`], behind which nothing can be read.
    ///
    /// # Errors
    /// [`SourceError`] where the bytes cannot be read, or the heading is no longer the one that was understood.
    pub fn rows(&self, on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>) -> Result<(), SourceError> {
        self.stream(&self.reading, on_row)
    }

    /// The same, as if every provision that happened were recorded with the rules that it breaks (`--as-happened`).
    ///
    /// # Errors
    /// As [`Sheet::rows`].
    pub fn rows_as_happened(
        &self,
        on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mut reading = self.reading.clone();
        reading.settings.check.as_happened = true;
        self.stream(&reading, on_row)
    }

    fn stream(
        &self,
        reading: &Reading,
        on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        match &self.table {
            Some(table) => table.rows(reading, on_row),
            None => lines::rows(reading, on_row),
        }
    }
}

/// What the columns of an input are understood as, before anything is checked.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The encoding.
    pub encoding: Encoding,
    /// The sheet, where it is a workbook.
    pub sheet: Option<String>,
    /// The columns by the names that they have in a map.
    pub columns: Vec<(String, Understood)>,
}

/// Looks at the heading of an input, for a map.
///
/// # Errors
/// As [`Sheet::open`], save that no heading is refused; JSON Lines are.
pub fn outline(input: Input, settings: Settings) -> Result<Outline, Trouble> {
    let reading = Reading::of(input, settings)?;
    if reading.is_json() {
        let what = What::MapForLines;
        return Err(Trouble::Problems(vec![reading.problem(None, Place::Whole, None, None, what)]));
    }
    let columns = Head::read(&reading)?.understood();
    let sheet = reading.book.as_ref().map(|book| book.sheet.clone());
    Ok(Outline { encoding: reading.survey.encoding, sheet, columns })
}

impl Reading {
    /// Opens an input and finds out its form and encoding.
    fn of(input: Input, settings: Settings) -> Result<Reading, Trouble> {
        let Input { name, source, encoding: given, sheet } = input;
        let name: Arc<str> = Arc::from(name);
        let refused = |what| {
            let file = Arc::clone(&name);
            let problem = Problem { file, line: None, place: Place::Whole, column: None, value: None, what };
            Trouble::Problems(vec![problem])
        };
        let failed = |error| Trouble::Source(SourceError { name: Arc::clone(&name), error });
        let (survey, book, len) = match workbook::container(&source).map_err(failed)? {
            Container::Ole => return Err(refused(What::OldWorkbook)),
            Container::Zip => {
                let map = settings.map.as_deref();
                let book =
                    workbook::open(&source, sheet.as_deref(), map).map_err(failed)?.map_err(refused)?;
                let rows = book.grid.len() as u64;
                (Survey::OF_SHEET, Some(book), rows)
            }
            Container::None if sheet.is_some() => return Err(refused(What::SheetOfText)),
            Container::None => {
                let len = source.len().map_err(failed)?;
                (survey(&source, given).map_err(failed)?.map_err(refused)?, None, len)
            }
        };
        let json = survey.first == Some(b'{');
        if let (true, Some(given @ Encoding::Cp932)) = (json, given) {
            return Err(refused(What::JsonLinesAreUtf8(given)));
        }
        // Found out by their first bytes to be CP932, they are UTF-8 with something else in them.
        let guessed = json && survey.encoding == Encoding::Cp932;
        let survey = if guessed { Survey { encoding: Encoding::Utf8, ..survey } } else { survey };
        if json && settings.map.is_some() {
            return Err(refused(What::MapForLines));
        }
        Ok(Reading { name, source, survey, book, settings, len })
    }

    /// Whether it is JSON Lines.
    fn is_json(&self) -> bool {
        self.survey.first == Some(b'{')
    }

    /// The rows, from the first.
    pub(super) fn rows(&self) -> Result<Rows, SourceError> {
        match &self.book {
            Some(book) => Ok(Rows::of_sheet(Arc::clone(&book.grid))),
            None => Ok(Rows::new(self.open()?, self.survey.delimiter)),
        }
    }

    /// Opens the bytes, behind the byte order mark.
    pub(super) fn open(&self) -> Result<Box<dyn Read + Send>, SourceError> {
        self.survey.open(&self.source).map_err(|error| self.failed(error))
    }

    pub(super) fn failed(&self, error: io::Error) -> SourceError {
        SourceError { name: Arc::clone(&self.name), error }
    }

    /// The file is not what it was when it was opened.
    pub(super) fn changed(&self) -> SourceError {
        self.failed(io::Error::other("the file changed while it was being read"))
    }

    pub(super) fn problem(
        &self,
        line: Option<u64>,
        place: Place,
        column: Option<Arc<str>>,
        value: Option<String>,
        what: What,
    ) -> Problem {
        Problem { file: Arc::clone(&self.name), line, place, column, value, what }
    }

    /// The basis of every row is one that asks for less than a column each of what most records need.
    pub(super) fn asks_less(&self) -> bool {
        let basis = self.settings.constants.iter().find(|(field, _)| *field == Field::Basis);
        let word = basis.and_then(|(_, values)| words::basis(values.first()?));
        matches!(word, Some(Basis::PersonalRelated | Basis::Voluntary))
    }

    /// The fields that constants give.
    pub(super) fn constants(&self) -> Vec<Field> {
        self.settings
            .constants
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(field, _)| *field)
            .collect()
    }

    /// Cells that hold the constants.
    pub(super) fn cells(&self) -> Cells<'_> {
        let mut cells = Cells::new();
        if let Some(map) = &self.settings.map {
            cells.set_order(map.order).set_separators(map.separators.as_deref());
        }
        for (field, values) in &self.settings.constants {
            match (field, values.first()) {
                (_, None) => {}
                (Field::Items, _) => {
                    cells.set_items(values.iter().map(String::as_str));
                }
                (field, Some(value)) => {
                    cells.set(*field, value.as_str());
                }
            }
        }
        cells
    }

    fn faults_of_constants(&self) -> Vec<Problem> {
        let constants = &self.settings.constants;
        let several = constants.iter().enumerate().filter(|(at, (field, values))| {
            let before = constants[..*at].iter().any(|(earlier, _)| earlier == field);
            before || (*field != Field::Items && values.len() > 1)
        });
        let several = several.map(|(_, (field, values))| {
            let (place, value) = (Place::Field(*field), values.last().cloned());
            self.problem(None, place, None, value, What::SeveralConstants(*field))
        });
        let unreadable = row::faults_of(self.cells(), self.settings.check.side)
            .into_iter()
            .map(|fault| self.problem(None, fault.place, None, fault.value, fault.what));
        several.chain(unreadable).collect()
    }

    /// Reads a record whose cells have been found, and says where its faults stand.
    pub(super) fn accept(
        &self,
        cells: Cells<'_>,
        line: u64,
        mut problems: Vec<Problem>,
        heading_of: &dyn Fn(Place) -> Option<Arc<str>>,
    ) -> Content {
        match row::read(cells, &self.settings.check) {
            Ok(mut accepted) if problems.is_empty() => {
                for notice in &mut accepted.notices {
                    notice.column = heading_of(notice.place);
                }
                Content::Accepted(accepted)
            }
            Ok(_) => Content::Refused(problems),
            Err(faults) => {
                problems.extend(faults.into_iter().map(|fault| {
                    // A principal is missing where its column is empty, whichever of the two the file has.
                    let heading = heading_of(fault.place).or_else(|| match fault.what {
                        What::Law(Fault::Missing(Asked::Principal, _)) => {
                            heading_of(Place::Field(Field::PrincipalName))
                        }
                        _ => None,
                    });
                    self.problem(Some(line), fault.place, heading, fault.value, fault.what)
                }));
                Content::Refused(problems)
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn settings(columns: Columns) -> Settings {
        let today = "2026-11-23".parse().unwrap();
        Settings {
            constants: vec![],
            columns,
            check: Check {
                side: crate::record::Side::Provider,
                today,
                future: crate::record::rules::FutureDays::Refused,
                as_happened: false,
                registers: Arc::default(),
            },
            map: None,
        }
    }

    pub(in super::super) fn input(bytes: &[u8]) -> Input {
        Input {
            name: "old.csv".into(),
            source: Source::Memory(Arc::from(bytes)),
            encoding: None,
            sheet: None,
        }
    }

    pub(in super::super) fn open(bytes: &[u8], settings: Settings) -> Result<Sheet, Trouble> {
        Sheet::open(input(bytes), settings)
    }

    pub(in super::super) fn csv(text: &str) -> Sheet {
        open(text.as_bytes(), settings(Columns::StopAtUnknown)).ok().unwrap()
    }

    pub(in super::super) fn rows_of(sheet: &Sheet) -> Vec<(u64, Result<Accepted, Vec<Problem>>)> {
        let mut all = Vec::new();
        sheet
            .rows(&mut |row| {
                match row.content {
                    Content::Accepted(accepted) => all.push((row.line, Ok(accepted))),
                    Content::Refused(problems) => all.push((row.line, Err(problems))),
                    Content::Skipped(_) => {}
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        all
    }

    pub(in super::super) fn lines_of(sheet: &Sheet) -> Vec<u64> {
        rows_of(sheet).into_iter().map(|(line, _)| line).collect()
    }

    const HEAD: &str = "提供日,提供先,提供先住所,代表者,会員番号,提供項目,根拠,備考\n";
    const ROW: &str = "2024/4/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,オプトアウト,\n";

    /// One thread may read while another writes.
    const _: fn() = || {
        fn shared<T: Send + Sync>() {}
        shared::<Sheet>();
    };

    #[test]
    fn rows_stop_when_told_and_tell_how_far_they_have_come() {
        let text = format!("\u{feff}{HEAD}{ROW}{ROW}");
        let sheet = csv(&text);
        let mut read = Vec::new();
        sheet
            .rows(&mut |row| {
                read.push((row.bytes_read, row.raw.len()));
                ControlFlow::Continue(())
            })
            .unwrap();
        let last = text.len() as u64;
        assert_eq!(read, [(last - ROW.len() as u64, 8), (last, 8)]);
        assert_eq!(sheet.len(), last);
        let mut seen = 0;
        sheet
            .rows(&mut |_| {
                seen += 1;
                ControlFlow::Break(())
            })
            .unwrap();
        assert_eq!(seen, 1);
    }

    #[test]
    fn constants_that_cannot_be_read_are_refused_once_and_before_the_first_row() {
        let constants = vec![
            (Field::Medium, vec!["紙".into(), "電子".into()]),
            (Field::Note, vec![]),
            (Field::Method, vec!["daily".into()]),
        ];
        let settings = Settings { constants, ..settings(Columns::StopAtUnknown) };
        let text = format!("{HEAD}{ROW}{ROW}");
        let Err(Trouble::Problems(problems)) = open(text.as_bytes(), settings) else { panic!("accepted") };
        let told: Vec<_> = problems.iter().map(|p| (p.line, p.place, &p.what)).collect();
        assert_eq!(
            told,
            [
                (None, Place::Field(Field::Medium), &What::SeveralConstants(Field::Medium)),
                (None, Place::Field(Field::Method), &What::UnknownMethod),
            ]
        );
    }

    #[test]
    fn a_file_that_is_not_there_or_changes_between_passes_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.csv");
        let open = || {
            let source = Source::File(path.clone());
            Sheet::open(Input { source, ..input(b"") }, settings(Columns::StopAtUnknown))
        };
        assert!(matches!(open(), Err(Trouble::Source(_))));
        std::fs::write(&path, format!("{HEAD}{ROW}")).unwrap();
        let sheet = open().ok().unwrap();
        assert_eq!(lines_of(&sheet), [2]);
        std::fs::write(&path, format!("備考,{HEAD}{ROW}")).unwrap();
        assert!(sheet.rows(&mut |_| ControlFlow::Continue(())).is_err());
    }

    #[test]
    fn json_lines_in_another_encoding_are_refused() {
        let given = Input { encoding: Some(Encoding::Cp932), ..input(b" {}") };
        let Err(Trouble::Problems(problems)) = Sheet::open(given, settings(Columns::RefuseUnknown)) else {
            panic!("accepted")
        };
        assert_eq!(problems[0].what, What::JsonLinesAreUtf8(Encoding::Cp932));
    }
}
