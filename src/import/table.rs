//! CSV: a heading, then rows of cells.
//!
//! Owns: which rows there are, shape faults of rows. Does not own: what the cells of a row say (`table_row`), splitting bytes into rows (`position`), finding the heading (`head`), what
//! headings mean (`heading`), what a record must hold (`row`).

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::ByteRecord;

use super::encoding::{BOM, Encoding};
use super::head::{Head, is_blank};
use super::heading::{self, Column, Columns, Use};
use super::layout::Leading;
use super::map::FittedMap;
use super::marks::{self, Skip};
use super::position::{Ending, MAX_ROW, RowError};
use super::problem::{NotRead, Place, Problem, SourceError, What};
use super::reading::{Content, Reading, Row};
use super::table_row::{By, TableRow, unguarded};
use super::vocabulary;
use crate::record::Field;

/// What old programs put behind the last row.
const END_OF_FILE: &[u8] = b"\x1a";

/// A CSV file whose heading is understood.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// The headings, in one row.
    pub(super) heading: ByteRecord,
    /// The rows before those of data: titles, then the heading.
    above: Vec<Leading>,
    titles: usize,
    /// Columns and the texts for which a map leaves a row out.
    skip: Vec<(usize, Vec<String>)>,
    /// By column: whether an empty cell means the one above.
    repeated: Vec<bool>,
    /// An apostrophe before a formula is no part of its cell.
    guards: bool,
    /// These are rows that we refused, and the apostrophes are ours.
    refused_ones: bool,
}

impl Table {
    /// Reads and understands the heading, and makes sure that there is a row.
    pub(super) fn open(reading: &Reading) -> Result<Table, NotRead> {
        let Head { mut leading, layout, line } = Head::read(reading)?;
        let above = layout.titles + layout.rows;
        let map = reading.settings.map.as_deref();
        let found = map.map_or_else(|| Ok(FittedMap::default()), |map| map.find(&layout.headings));
        let found = found.map_err(NotRead::Problems)?;
        let columns = columns(&layout.headings, line, &found, reading).map_err(NotRead::Problems)?;
        if leading.len() <= above {
            let what = What::NoRows;
            return Err(NotRead::Problems(vec![reading.problem(Some(line), Place::Whole, None, None, what)]));
        }
        leading.truncate(above);
        let encoding = reading.survey.encoding;
        let heading = match leading.last() {
            _ if layout.rows == 0 => ByteRecord::new(),
            Some((_, row)) if layout.rows == 1 => row.clone(),
            _ => layout.headings.iter().map(|h| encoding.encode(h)).collect::<Vec<_>>().into(),
        };
        let side = reading.settings.check.side;
        let is_repeated = |c: &Column| {
            map.is_some_and(|map| c.used.fields(side).iter().any(|field| map.blank.contains(field)))
        };
        let repeated = columns.iter().map(is_repeated).collect();
        let guards = vocabulary::are_guarded(&layout.headings);
        let refused_ones = vocabulary::are_refused_ones(&layout.headings);
        let (titles, skip) = (layout.titles, found.skip);
        Ok(Table { columns, heading, above: leading, titles, skip, repeated, guards, refused_ones })
    }

    /// The lines of the first and the last title.
    pub(super) fn titles(&self) -> Option<(u64, u64)> {
        let titles = &self.above[..self.titles];
        Some((titles.first()?.0, titles.last()?.0))
    }

    /// A cell as it may stand in a file that people open, and be read from there as it was read here.
    pub(super) fn guarded<'c>(&self, reading: &Reading, cell: &'c [u8]) -> Cow<'c, [u8]> {
        reading.survey.encoding.guarded(cell, self.guards)
    }

    /// Streams the rows behind the heading.
    pub(super) fn rows(
        &self,
        reading: &Reading,
        on_row: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mut rows = reading.rows()?;
        let skipped = reading.survey.mark as u64;
        let mut record = ByteRecord::new();
        let mut above = self.above.iter();
        // The row above, its ditto marks read.
        let mut previous = ByteRecord::new();
        loop {
            let at = match rows.read(&mut record) {
                Ok(Some(at)) => at,
                Ok(None) if above.len() == 0 => return Ok(()),
                Err(RowError::Io(error)) => return Err(reading.failed(error)),
                Err(RowError::TooLong { line }) if above.len() == 0 => {
                    let what = What::RowTooLong { limit: MAX_ROW };
                    let problem = reading.problem(Some(line), Place::Whole, None, None, what);
                    record.clear();
                    let bytes_read = reading.len;
                    let content = Content::Refused(vec![problem]);
                    let _ = on_row(Row { line, bytes_read, raw: &record, content });
                    return Ok(());
                }
                Ok(None) | Err(RowError::TooLong { .. }) => return Err(reading.changed()),
            };
            if is_blank(&record, reading.survey.encoding) || record.as_slice() == END_OF_FILE {
                continue;
            }
            if let Some((_, expected)) = above.next() {
                if record != *expected {
                    return Err(reading.changed());
                }
                continue;
            }
            self.fit(reading, &mut record);
            let mut resolved = None;
            let content = match at.ending {
                Ending::Whole => self.content(reading, (&record, at.line), &previous, &mut resolved),
                Ending::InsideQuotes => {
                    let what = What::QuoteNotClosed;
                    Content::Refused(vec![reading.problem(Some(at.line), Place::Whole, None, None, what)])
                }
            };
            let is_row = !matches!(content, Content::Skipped(_));
            let row =
                Row { line: at.line, bytes_read: (skipped + at.end).min(reading.len), raw: &record, content };
            if on_row(row).is_break() {
                return Ok(());
            }
            match resolved {
                Some(resolved) => previous = resolved,
                None if is_row => std::mem::swap(&mut previous, &mut record),
                None => {}
            }
        }
    }

    /// Cells at the end of a row that say nothing: those that are blank and have no column go, those that were left out come.
    fn fit(&self, reading: &Reading, record: &mut ByteRecord) {
        let columns = self.columns.len();
        let by_people = reading.settings.columns == Columns::StopAtUnknown;
        if record.len() > columns && by_people {
            let encoding = reading.survey.encoding;
            let used = record.iter().rposition(|cell| !encoding.is_blank(cell)).map_or(0, |at| at + 1);
            record.truncate(used.max(columns));
        }
        // A sheet has no cells where nothing was written; of a file, only somebody can know that.
        let may_be_short = reading.settings.map.as_ref().is_some_and(|map| map.short_rows);
        if reading.book.is_some() || may_be_short {
            (record.len()..columns).for_each(|_| record.push_field(b""));
        }
    }

    /// The row is the heading once more, with the byte order mark of another file before it or without.
    fn is_heading(&self, record: &ByteRecord) -> bool {
        let Some((_, heading)) = self.above.last() else { return false };
        let without_mark = |cells: &ByteRecord| {
            let first = cells.get(0).and_then(|cell| cell.strip_prefix(BOM));
            first.into_iter().chain(cells.iter().skip(1)).eq(heading.iter())
        };
        heading == record || (record.get(0).is_some_and(|cell| cell.starts_with(BOM)) && without_mark(record))
    }

    /// What a row says; `resolved` is the row with what its ditto marks stand for, where it has any.
    fn content(
        &self,
        reading: &Reading,
        (record, line): (&ByteRecord, u64),
        above: &ByteRecord,
        resolved: &mut Option<ByteRecord>,
    ) -> Content {
        // A file made for `record` says everything itself.
        let by_people = reading.settings.columns == Columns::StopAtUnknown;
        if by_people && self.is_heading(record) {
            return Content::Skipped(Skip::Heading);
        }
        if self.is_skipped(record, reading.survey.encoding) {
            return Content::Skipped(Skip::Mapped);
        }
        let (expected, found) = (self.columns.len(), record.len());
        if expected != found {
            let what = What::WrongNumberOfCells { expected, found };
            return Content::Refused(vec![reading.problem(Some(line), Place::Whole, None, None, what)]);
        }
        let by = By {
            reading,
            columns: &self.columns,
            repeated: &self.repeated,
            guards: self.guards,
            refused_ones: self.refused_ones,
        };
        let mut row = TableRow::new(by, (record, line), above);
        if let Err(why) = row.read() {
            return Content::Skipped(why);
        }
        if row.is_sum() && self.has_no_day(record, reading.survey.encoding) {
            return Content::Skipped(Skip::Total);
        }
        *resolved = row.resolved();
        row.accepted()
    }

    /// Whether a map leaves the row out.
    fn is_skipped(&self, record: &ByteRecord, encoding: Encoding) -> bool {
        let says = |(at, texts): &(usize, Vec<String>)| {
            let cell = record.get(*at).and_then(|bytes| unguarded(bytes, encoding, self.guards));
            cell.is_some_and(|cell| {
                texts.iter().any(|text| vocabulary::fold(text) == vocabulary::fold(&cell))
            })
        };
        self.skip.iter().any(says)
    }

    /// Nothing stands where the day of a provision would.
    fn has_no_day(&self, record: &ByteRecord, encoding: Encoding) -> bool {
        let is_day = |c: &&Column| {
            matches!(
                c.used,
                Use::Period | Use::Field(Field::ProvidedOn | Field::ReceivedOn | Field::PeriodFrom)
            )
        };
        let days = self.columns.iter().zip(record).filter(|(c, _)| is_day(c));
        days.into_iter().all(|(_, cell)| {
            encoding.is_blank(cell) || encoding.decode(cell).is_some_and(|text| marks::mark(&text).is_some())
        })
    }
}

/// The columns of a heading, or all that is wrong with it.
fn columns(
    headings: &[Arc<str>],
    line: u64,
    found: &FittedMap,
    reading: &Reading,
) -> Result<Vec<Column>, Vec<Problem>> {
    let ask = (reading.settings.check.side, reading.asks_less());
    let map = reading.settings.map.as_deref();
    let named = (&found.uses[..], map.is_none_or(|map| map.has_heading));
    let understood =
        heading::understand(headings, &reading.constants(), ask, reading.settings.columns, named);
    understood.map_err(|faults| {
        let problem = |(position, what): (Option<usize>, What)| {
            let column = position.map(|p| Arc::clone(&headings[p]));
            let place = match &what {
                What::ConstantAndColumn(field) | What::HeadingTwice { field: Some(field), .. } => {
                    Place::Field(*field)
                }
                What::HeadingTwice { field: None, .. } => Place::Key,
                _ => Place::Whole,
            };
            reading.problem(Some(line), place, column, None, what)
        };
        faults.into_iter().map(problem).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::super::reading::Input;
    use super::super::row::Accepted;
    use super::super::sheet::Sheet;
    use super::super::sheet::tests::{csv, input, lines_of, open, rows_of, settings};
    use super::*;

    const HEAD: &str = "提供日,提供先,提供先住所,代表者,会員番号,提供項目,根拠,備考\n";
    const ROW: &str = "2024/4/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,オプトアウト,\n";

    fn problems(text: &[u8]) -> Vec<Problem> {
        match open(text, settings(Columns::StopAtUnknown)) {
            Err(NotRead::Problems(problems)) => problems,
            Err(NotRead::Source(e)) => panic!("{e:?}"),
            Ok(sheet) => {
                rows_of(&sheet).into_iter().filter_map(|(_, content)| content.err()).flatten().collect()
            }
        }
    }

    fn first_fault(text: &[u8]) -> What {
        problems(text).remove(0).what
    }

    #[test]
    fn lines_are_those_of_the_file_behind_blank_lines_and_line_breaks_in_cells() {
        let broken = ROW.replace("氏名、住所", "\"氏名\n住所\"");
        let text = format!("\u{feff}{HEAD}{ROW}\n\n{broken}{ROW},,,,,,,\n　, ,,,,,,\n{ROW}");
        let sheet = csv(&text);
        assert!(sheet.has_bom());
        assert_eq!(lines_of(&sheet), [2, 5, 7, 10]);
        assert_eq!(lines_of(&sheet), [2, 5, 7, 10], "and again, in the second pass");
        assert_eq!(lines_of(&csv(&text.replace('\n', "\r\n"))), [2, 5, 7, 10]);
    }

    #[test]
    fn a_byte_that_does_not_decode_names_its_row_and_column() {
        let mut utf8 = format!("{HEAD}{ROW}{ROW}").into_bytes();
        let at = utf8.len() - 1;
        utf8.splice(at..at, *b"\x82\xff");
        let cp932 = encoding_rs::SHIFT_JIS.encode(&format!("{HEAD}{ROW}{ROW}")).0.into_owned();
        let cp932 = [&cp932[..cp932.len() - 1], b"\x82\xff\n"].concat();
        for (text, encoding) in [(utf8, Encoding::Utf8), (cp932, Encoding::Cp932)] {
            let reading = Sheet::open(
                Input { encoding: Some(encoding), ..input(&text) },
                settings(Columns::StopAtUnknown),
            );
            let rows = rows_of(&reading.ok().unwrap());
            assert!(rows[0].1.is_ok());
            let problem = &rows[1].1.as_ref().unwrap_err()[0];
            assert_eq!(problem.what, What::NotInEncoding(encoding));
            assert_eq!((problem.line, problem.column.as_deref()), (Some(3), Some("備考")));
            assert_eq!(problem.value.as_deref(), Some("\\x82\\xff"));
        }
    }

    #[test]
    fn cp932_is_found_out_and_reads_like_utf_8() {
        let text = format!("{HEAD}{}", ROW.replace("架空商事", "㈱髙﨑①表"));
        let cp932 = encoding_rs::SHIFT_JIS.encode(&text).0.into_owned();
        let sheet = open(&cp932, settings(Columns::StopAtUnknown)).ok().unwrap();
        assert_eq!((sheet.encoding(), sheet.encoding_was_given()), (Encoding::Cp932, false));
        let same = |(_, content): (u64, Result<Accepted, Vec<Problem>>)| content.unwrap().provision;
        let read = rows_of(&sheet).into_iter().map(same);
        assert!(read.eq(rows_of(&csv(&text)).into_iter().map(same)));
    }

    #[test]
    fn a_character_cut_by_a_comma_is_not_taken_for_text() {
        let mut text = format!("{HEAD}{ROW}").into_bytes();
        let end = text.len() - 2;
        // The first two bytes of 提 end one cell, the third starts the next: without the comma it is valid.
        text.splice(end..=end, *b"\xe6\x8f,\x90");
        assert!(matches!(first_fault(&text), What::NotInEncoding(_)));
    }

    #[test]
    fn files_without_content_and_rows_of_another_shape_are_refused() {
        let nothing = [&b""[..], b"\n\r\n", b",,\n", "\u{feff}".as_bytes(), "\u{3000}\n".as_bytes()];
        for text in nothing {
            assert_eq!(first_fault(text), What::EmptyFile, "{text:?}");
        }
        assert_eq!(first_fault(format!("{HEAD}\n,,\n").as_bytes()), What::NoRows);
        let more = format!("{HEAD}{ROW}a,b\n{ROW}");
        let problem = problems(more.as_bytes()).remove(0);
        assert_eq!(problem.what, What::WrongNumberOfCells { expected: 8, found: 2 });
        assert_eq!(problem.line, Some(3));
        assert_eq!(first_fault(format!("{HEAD}{ROW}2024/4/1,\"a\n{ROW}").as_bytes()), What::QuoteNotClosed);
        let endless = format!("{HEAD}{ROW}\"{}", ROW.repeat(30_000));
        assert_eq!(first_fault(endless.as_bytes()), What::RowTooLong { limit: MAX_ROW });
    }

    #[test]
    fn a_fault_of_the_law_names_the_column_that_is_empty() {
        let problem = problems(format!("{HEAD}{}", ROW.replace("C-1", " ")).as_bytes()).remove(0);
        assert_eq!(problem.column.as_deref(), Some("会員番号"));
        let named = format!("{HEAD}{}", ROW.replace("C-1", " ")).replace("会員番号", "本人の氏名");
        assert_eq!(problems(named.as_bytes()).remove(0).column.as_deref(), Some("本人の氏名"));
        assert_eq!((&*problem.file, problem.line), ("old.csv", Some(2)));
        assert!(matches!(problem.what, What::Law(_)));
    }

    #[test]
    fn nothing_under_a_blank_heading_is_dropped_where_unknown_columns_are_refused() {
        let text = format!("{},\n{},x\n", HEAD.trim(), ROW.trim());
        for (columns, faults) in [(Columns::StopAtUnknown, 0), (Columns::RefuseUnknown, 1)] {
            let sheet = open(text.as_bytes(), settings(columns)).ok().unwrap();
            assert_eq!(rows_of(&sheet)[0].1.as_ref().map_or_else(Vec::len, |_| 0), faults);
        }
    }
}
