//! `data/records.csv`: the opened records as they were recorded, with the salts that let an outsider re-hash them.
//!
//! Owns: the columns and the cells. Does not own: which records are opened. Cells are faithful byte for byte: items
//! are joined by LF, nothing is put in front of a formula (FORMAT.md, "From cells to parts").

use std::io::Write;

use super::headings::{self, Column};
use super::{Language, csv_writer};
use crate::ledger::Salt;
use crate::record::{Field, Provision};

/// What an opened record needs beside its fields.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    /// Its index.
    pub index: u64,
    /// The record.
    pub provision: &'a Provision,
    /// Index of the import entry and line in the file.
    pub import: Option<(u64, u64)>,
    /// Salt of the facts.
    pub facts_salt: Option<Salt>,
    /// Salt of the extra part.
    pub extra_salt: Option<Salt>,
}

/// Writes the file row by row.
pub struct RecordsCsv<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> RecordsCsv<W> {
    /// Writes the heading.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(out: W, language: Language) -> csv::Result<Self> {
        let mut out = csv_writer(out)?;
        let column = |c| headings::column(language, c);
        out.write_field(column(Column::Index))?;
        for field in Field::ALL {
            out.write_field(headings::field(language, *field))?;
        }
        for c in [Column::Import, Column::Line, Column::FactsSalt, Column::ExtraSalt] {
            out.write_field(column(c))?;
        }
        out.write_record(None::<&[u8]>)?;
        Ok(RecordsCsv { out })
    }

    /// Writes a record.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, r: &Opened<'_>) -> csv::Result<()> {
        let p = r.provision;
        self.out.write_field(r.index.to_string())?;
        for field in Field::ALL {
            self.out.write_field(p.text(*field).unwrap_or_default().as_ref())?;
        }
        let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        self.out.write_field(number(r.import.map(|(import, _)| import)))?;
        self.out.write_field(number(r.import.map(|(_, line)| line)))?;
        self.out.write_field(r.facts_salt.map(|s| s.to_string()).unwrap_or_default())?;
        self.out.write_field(r.extra_salt.map(|s| s.to_string()).unwrap_or_default())?;
        self.out.write_record(None::<&[u8]>)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> std::io::Result<W> {
        self.out.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
