//! `data/entries.csv`: the header of every entry, so that an outsider can re-compute the chain.
//!
//! Owns: the columns, and the word for what became of a payload. Does not own: the header's text (`ledger::header`).

use std::io::Write;

use super::headings::{self, Column};
use super::{Language, csv_writer};
use crate::ledger::{Base, Digest, Header};

/// What the folder shows of an entry's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In `records.csv`.
    Opened,
    /// Outside the filter, or not a record.
    Withheld,
    /// Erased.
    Erased,
}

impl Shown {
    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Shown::Opened => "opened",
            Shown::Withheld => "withheld",
            Shown::Erased => "erased",
        }
    }
}

/// The columns, in the order of the header's lines, then the leaf hash and the state.
const COLUMNS: [Column; 10] = [
    Column::Index,
    Column::Prev,
    Column::Time,
    Column::Kind,
    Column::About,
    Column::Base,
    Column::Facts,
    Column::Extra,
    Column::Leaf,
    Column::State,
];

/// Writes the file row by row.
pub struct EntriesCsv<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> EntriesCsv<W> {
    /// Writes the heading.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(out: W, language: Language) -> csv::Result<Self> {
        let mut out = csv_writer(out)?;
        out.write_record(COLUMNS.map(|c| headings::column(language, c)))?;
        Ok(EntriesCsv { out })
    }

    /// Writes an entry; a `-` of the header stays a `-`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, h: &Header, leaf: &Digest, shown: Shown) -> csv::Result<()> {
        let digest = |d: Option<Digest>| d.map_or_else(|| "-".to_owned(), |d| d.to_string());
        self.out.write_record([
            h.index.to_string(),
            digest(h.prev),
            h.time.to_string(),
            h.kind.name().to_owned(),
            h.about.map_or_else(|| "-".to_owned(), |a| a.to_string()),
            match h.base {
                Base::None => "none".to_owned(),
                Base::Open => "open".to_owned(),
                Base::Day(day) => day.to_string(),
            },
            digest(h.facts),
            digest(h.extra),
            leaf.to_string(),
            shown.word().to_owned(),
        ])
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> std::io::Result<W> {
        self.out.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
