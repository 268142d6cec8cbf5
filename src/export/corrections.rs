//! `data/corrections.csv`: the corrections to the opened records, each with its salts; `data/current.csv`: how the corrected
//! records read with them.
//!
//! Owns: the columns and the cells. Does not own: applying corrections (`record::correction`), which records are opened.

use super::headings::{self, Column};
use super::{Language, Rows, with_mark};
use crate::ledger::Salt;
use crate::record::correction::{Correction, Reading};
use crate::record::{Field, Provision};

/// The beginning of `corrections.csv`, with its headings.
///
/// # Errors
/// Those of writing to memory.
pub fn heading(language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = Rows::default();
    let column = |c| headings::column(language, c);
    for c in [Column::Index, Column::About, Column::Void, Column::Fields] {
        rows.out.write_field(column(c))?;
    }
    for field in Field::ALL {
        rows.out.write_field(headings::field(language, *field))?;
    }
    for c in [Column::Reason, Column::Corrector, Column::FactsSalt, Column::ExtraSalt] {
        rows.out.write_field(column(c))?;
    }
    rows.out.write_record(None::<&[u8]>)?;
    with_mark(rows)
}

/// Adds a correction: the names of the fields that it changes, one a line, and their new values.
///
/// # Errors
/// Those of writing to memory.
pub fn write(
    rows: &mut Rows,
    (index, about): (u64, u64),
    c: &Correction,
    salts: [Option<Salt>; 2],
) -> csv::Result<()> {
    let mut names: Vec<&str> = c.changes.iter().map(|(field, _)| field.name()).collect();
    names.sort_unstable();
    rows.out.write_field(index.to_string())?;
    rows.out.write_field(about.to_string())?;
    rows.out.write_field(if c.void { "yes" } else { "" })?;
    rows.out.write_field(names.join("\n"))?;
    for field in Field::ALL {
        let change = c.changes.iter().find(|(f, _)| f == field);
        rows.out.write_field(change.and_then(|(_, value)| value.as_deref()).unwrap_or_default())?;
    }
    rows.out.write_field(c.reason.as_deref().unwrap_or_default())?;
    rows.out.write_field(c.handler.as_deref().unwrap_or_default())?;
    for salt in salts {
        rows.out.write_field(salt.map(|s| s.to_string()).unwrap_or_default())?;
    }
    rows.out.write_record(None::<&[u8]>)
}

/// The beginning of `current.csv`, with its headings.
///
/// # Errors
/// Those of writing to memory.
pub fn current_heading(language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = Rows::default();
    for c in [Column::Index, Column::Void] {
        rows.out.write_field(headings::column(language, c))?;
    }
    for field in Field::ALL {
        rows.out.write_field(headings::field(language, *field))?;
    }
    rows.out.write_record(None::<&[u8]>)?;
    with_mark(rows)
}

/// Adds a corrected record as it reads now; of a void one nothing but that.
///
/// # Errors
/// Those of writing to memory.
pub fn write_current(
    rows: &mut Rows,
    index: u64,
    recorded: &Provision,
    reading: &Reading,
) -> csv::Result<()> {
    let (void, p) = match reading {
        Reading::Void => (true, None),
        Reading::Amended(p) => (false, Some(&**p)),
        Reading::Recorded => (false, Some(recorded)),
    };
    rows.out.write_field(index.to_string())?;
    rows.out.write_field(if void { "yes" } else { "" })?;
    for field in Field::ALL {
        rows.out.write_field(p.and_then(|p| p.text(*field)).unwrap_or_default().as_ref())?;
    }
    rows.out.write_record(None::<&[u8]>)
}
