//! What reading takes, whatever the form of an input: where its bytes are, how they are decoded, what is said of every row; and what
//! a row is.
//!
//! Owns: finding out form and encoding, the constants, handing a record's cells to the rules. Does not own: either form (`table`,
//! `lines`), headings (`head`).

use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;

use super::cells::Cells;
use super::encoding::{Encoding, Survey, survey};
use super::heading::Columns;
use super::map::Map;
use super::marks::Skip;
use super::position::Rows;
use super::problem::{NotRead, Place, Problem, SourceError, What};
use super::row::{self, Accepted};
use super::source::{Changed, Source};
use super::words;
use super::workbook::{self, Book, Container};
use crate::record::judge::Check;
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

impl Reading {
    /// Opens an input and finds out its form and encoding.
    pub(super) fn of(input: Input, settings: Settings) -> Result<Reading, NotRead> {
        let Input { name, source, encoding: given, sheet } = input;
        let name: Arc<str> = Arc::from(name);
        let refused = |what| {
            let file = Arc::clone(&name);
            let problem = Problem { file, line: None, place: Place::Whole, column: None, value: None, what };
            NotRead::Problems(vec![problem])
        };
        let failed = |error| NotRead::Source(SourceError { name: Arc::clone(&name), error });
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
    pub(super) fn is_json(&self) -> bool {
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
        self.failed(io::Error::other(Changed))
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

    pub(super) fn faults_of_constants(&self) -> Vec<Problem> {
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
