//! The first rows of a table: where its heading stands, and what it is understood as.
//!
//! Owns: reading them, what a map could say of them ([`Understood`]). Does not own: finding the heading among them (`layout`), what headings
//! mean (`vocabulary`), what a file must have (`heading`).

use csv::ByteRecord;

use super::encoding::Encoding;
use super::heading::Columns;
use super::layout::{self, Layout, Leading, Undecodable};
use super::map;
use super::position::{Ending, MAX_ROW, RowError};
use super::problem::{NotRead, Place, What};
use super::reading::Reading;
use super::vocabulary::{Meaning, meaning};
use crate::record::Field;

/// The first rows, and where the heading is.
pub(super) struct Head {
    pub(super) leading: Vec<Leading>,
    pub(super) layout: Layout,
    /// The line of the heading.
    pub(super) line: u64,
}

/// What a column is understood as, without a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Understood {
    /// A field.
    Field(Field),
    /// A first and a last day.
    Period,
    /// The other side's name, address and representative.
    Party,
    /// One of these fields.
    Perhaps(&'static [Field]),
    /// The field, which an earlier column gives as well.
    Twice(Field),
    /// Not known.
    Unknown,
    /// Blank or ours: it is left out.
    LeftOut,
}

impl Head {
    /// Reads the first rows and finds the heading.
    pub(super) fn read(reading: &Reading) -> Result<Head, NotRead> {
        let mut rows = reading.rows()?;
        let encoding = reading.survey.encoding;
        let map = reading.settings.map.as_deref();
        let refused = |problem| NotRead::Problems(vec![problem]);
        let whole = |line, what| refused(reading.problem(line, Place::Whole, None, None, what));
        let mut leading: Vec<Leading> = Vec::new();
        // The heading and one row more at least, whatever their faults; of the rest as many as can be read.
        while leading.len() <= layout::ROWS {
            let mut row = ByteRecord::new();
            match rows.read(&mut row) {
                Ok(None) => break,
                Ok(Some(_)) if is_blank(&row, encoding) => {}
                Ok(Some(at)) if at.ending == Ending::InsideQuotes && leading.is_empty() => {
                    return Err(whole(Some(at.line), What::QuoteNotClosed));
                }
                Ok(Some(at)) => leading.push((at.line, row)),
                Err(RowError::TooLong { line }) if leading.is_empty() => {
                    return Err(whole(Some(line), What::RowTooLong { limit: MAX_ROW }));
                }
                // What is wrong with a row is told when rows are read.
                Err(RowError::TooLong { line }) => {
                    leading.push((line, ByteRecord::new()));
                    break;
                }
                Err(RowError::Io(error)) => return Err(reading.failed(error).into()),
            }
        }
        let Some(first) = leading.first().map(|(line, _)| *line) else {
            return Err(whole(None, What::EmptyFile));
        };
        let found = match reading.settings.columns {
            Columns::StopAtUnknown if map.is_some_and(|map| !map.has_heading) => Ok(layout::none(&leading)),
            Columns::StopAtUnknown => layout::find(&leading, encoding, map),
            Columns::RefuseUnknown => layout::first_row(&leading, encoding),
        };
        let found = found.map_err(|Undecodable { row, cell }| {
            let (line, bytes) =
                leading.get(row).map_or((first, None), |(line, cells)| (*line, cells.get(cell)));
            let (value, what) = (bytes.map(shown), What::NotInEncoding(encoding));
            refused(reading.problem(Some(line), Place::Whole, None, value, what))
        })?;
        let line = leading.get(found.titles).map_or(first, |(line, _)| *line);
        Ok(Head { leading, layout: found, line })
    }

    /// The columns by the names that they have in a map, and what each is understood as.
    pub(super) fn understood(&self) -> Vec<(String, Understood)> {
        let headings = &self.layout.headings;
        let mut given: Vec<Field> = Vec::new();
        let of = |heading: &std::sync::Arc<str>| match meaning(heading) {
            Meaning::Field(field, _) if given.contains(&field) => Understood::Twice(field),
            Meaning::Field(field, _) => {
                given.push(field);
                Understood::Field(field)
            }
            Meaning::Period => Understood::Period,
            Meaning::Party => Understood::Party,
            Meaning::Ambiguous(candidates) => Understood::Perhaps(candidates),
            Meaning::Unknown | Meaning::Key => Understood::Unknown,
            Meaning::Blank | Meaning::Ours => Understood::LeftOut,
        };
        let all: Vec<Understood> = headings.iter().map(of).collect();
        map::names_of(headings).into_iter().zip(all).collect()
    }
}

/// Nothing but white space.
pub(super) fn is_blank(record: &ByteRecord, encoding: Encoding) -> bool {
    record.iter().all(|cell| encoding.is_blank(cell))
}

/// Bytes that are no text, escaped; the first are enough to find them.
pub(super) fn shown(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(64)].escape_ascii().to_string()
}
