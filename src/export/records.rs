//! `data/records.csv`: the opened records as they were recorded, with the salts that let an outsider re-hash them.
//!
//! Owns: the columns and the cells. Does not own: which records are opened. Cells are faithful byte for byte: items
//! are joined by LF, nothing is put in front of a formula (FORMAT.md, "From cells to parts").

use super::headings::{self, Column};
use super::{Language, Rows, with_mark};
use crate::act::record::fingerprint_text;
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
    /// Keyed fingerprint of its idempotency key.
    pub key: Option<i64>,
    /// Salt of the facts.
    pub facts_salt: Option<Salt>,
    /// Salt of the extra part.
    pub extra_salt: Option<Salt>,
}

/// The beginning of the file, with its headings.
///
/// # Errors
/// Those of writing to memory.
pub fn heading(language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = Rows::default();
    let column = |c| headings::column(language, c);
    rows.out.write_field(column(Column::Index))?;
    for field in Field::ALL {
        rows.out.write_field(headings::field(language, *field))?;
    }
    for c in [Column::Import, Column::Key, Column::Line, Column::FactsSalt, Column::ExtraSalt] {
        rows.out.write_field(column(c))?;
    }
    rows.out.write_record(None::<&[u8]>)?;
    with_mark(rows)
}

/// Adds a record.
///
/// # Errors
/// Those of writing to memory.
pub fn write(rows: &mut Rows, r: &Opened<'_>) -> csv::Result<()> {
    let p = r.provision;
    rows.out.write_field(r.index.to_string())?;
    for field in Field::ALL {
        rows.out.write_field(p.text(*field).unwrap_or_default().as_ref())?;
    }
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    rows.out.write_field(number(r.import.map(|(import, _)| import)))?;
    rows.out.write_field(r.key.map(fingerprint_text).unwrap_or_default())?;
    rows.out.write_field(number(r.import.map(|(_, line)| line)))?;
    rows.out.write_field(r.facts_salt.map(|s| s.to_string()).unwrap_or_default())?;
    rows.out.write_field(r.extra_salt.map(|s| s.to_string()).unwrap_or_default())?;
    rows.out.write_record(None::<&[u8]>)
}
