//! An input, opened: its headings are understood, its rows can be streamed any number of times.
//!
//! Owns: what CSV and JSON Lines have in common from outside. Does not own: what they have in common inside (`reading`), either
//! form (`table`, `lines`), nor what a record must hold (`row`).

use std::borrow::Cow;
use std::ops::ControlFlow;

use csv::ByteRecord;

use super::encoding::Encoding;
use super::head::{Head, Understood};
use super::heading::Column;
use super::lines;
use super::problem::{NotRead, Place, SourceError, What};
use super::reading::{Input, Reading, Row, Settings};
use super::table::Table;

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
    /// [`NotRead::Source`] where it cannot be read, [`NotRead::Problems`] where its headings, or the constants, are
    /// refused: all of them, at least one.
    pub fn open(input: Input, settings: Settings) -> Result<Sheet, NotRead> {
        let given = input.encoding.is_some();
        let reading = Reading::of(input, settings)?;
        let json = reading.is_json();
        let mut problems = reading.faults_of_constants();
        let table = match if json { Ok(None) } else { Table::open(&reading).map(Some) } {
            Ok(table) => table,
            Err(NotRead::Problems(more)) => {
                problems.extend(more);
                None
            }
            Err(failed) => return Err(failed),
        };
        if !problems.is_empty() {
            return Err(NotRead::Problems(problems));
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

    /// A cell as it stood, as it may stand in a file that people open in a spreadsheet: with an apostrophe before what would be
    /// calculated. From a file with the same headings and `provlog_line` it is read as it was read here.
    #[must_use]
    pub fn guarded<'c>(&self, cell: &'c [u8]) -> Cow<'c, [u8]> {
        self.table.as_ref().map_or(Cow::Borrowed(cell), |table| table.guarded(&self.reading, cell))
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

    /// The same, as if every provision that happened were recorded with the rules that it breaks (`--as-happened`), erased
    /// before or not.
    ///
    /// # Errors
    /// As [`Sheet::rows`].
    pub fn rows_as_happened(
        &self,
        on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mut reading = self.reading.clone();
        reading.settings.check.as_happened = true;
        reading.settings.check.erased = None;
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
pub fn outline(input: Input, settings: Settings) -> Result<Outline, NotRead> {
    let reading = Reading::of(input, settings)?;
    if reading.is_json() {
        let what = What::MapForLines;
        return Err(NotRead::Problems(vec![reading.problem(None, Place::Whole, None, None, what)]));
    }
    let columns = Head::read(&reading)?.understood();
    let sheet = reading.book.as_ref().map(|book| book.sheet.clone());
    Ok(Outline { encoding: reading.survey.encoding, sheet, columns })
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::super::heading::Columns;
    use super::super::problem::Problem;
    use super::super::reading::Content;
    use super::super::row::Accepted;
    use super::super::source::Source;
    use super::*;
    use crate::record::Field;
    use crate::record::judge::Check;

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
                erased: None,
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

    pub(in super::super) fn open(bytes: &[u8], settings: Settings) -> Result<Sheet, NotRead> {
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
        let Err(NotRead::Problems(problems)) = open(text.as_bytes(), settings) else { panic!("accepted") };
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
        assert!(matches!(open(), Err(NotRead::Source(_))));
        std::fs::write(&path, format!("{HEAD}{ROW}")).unwrap();
        let sheet = open().ok().unwrap();
        assert_eq!(lines_of(&sheet), [2]);
        std::fs::write(&path, format!("備考,{HEAD}{ROW}")).unwrap();
        assert!(sheet.rows(&mut |_| ControlFlow::Continue(())).is_err());
    }

    #[test]
    fn json_lines_in_another_encoding_are_refused() {
        let given = Input { encoding: Some(Encoding::Cp932), ..input(b" {}") };
        let Err(NotRead::Problems(problems)) = Sheet::open(given, settings(Columns::RefuseUnknown)) else {
            panic!("accepted")
        };
        assert_eq!(problems[0].what, What::JsonLinesAreUtf8(Encoding::Cp932));
    }
}
