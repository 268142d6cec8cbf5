//! `data/entries.csv`: the header of every entry, so that an outsider can re-compute the chain.
//!
//! Owns: the columns, and the word for what became of a payload. Does not own: the header's text (`ledger::header`).

use super::headings::{self, Column};
use super::{Language, Rows, with_mark};
use crate::ledger::{Digest, Header};

/// What the folder shows of an entry's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In `records.csv`.
    Opened,
    /// Outside the filter, or not a record.
    Withheld,
    /// Erased.
    Erased,
    /// Erased behind the end of the range, by an entry that is not in it.
    ErasedSince,
}

impl Shown {
    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Shown::Opened => "opened",
            Shown::Withheld => "withheld",
            Shown::Erased => "erased",
            Shown::ErasedSince => "erased-since",
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

/// The beginning of the file, with its headings.
///
/// # Errors
/// Those of writing to memory.
pub fn heading(language: Language) -> csv::Result<Vec<u8>> {
    let mut rows = Rows::default();
    rows.out.write_record(COLUMNS.map(|c| headings::column(language, c)))?;
    with_mark(rows)
}

/// Adds an entry; a `-` of the header stays a `-`.
///
/// # Errors
/// Those of writing to memory.
pub fn write(rows: &mut Rows, h: &Header, leaf: &Digest, shown: Shown) -> csv::Result<()> {
    rows.out.write_field(h.index.to_string())?;
    digest(rows, h.prev.as_ref())?;
    rows.out.write_field(h.time.to_string())?;
    rows.out.write_field(h.kind.name())?;
    rows.out.write_field(h.about.map_or_else(|| "-".to_owned(), |a| a.to_string()))?;
    rows.out.write_field(h.base.to_string())?;
    digest(rows, h.facts.as_ref())?;
    digest(rows, h.extra.as_ref())?;
    digest(rows, Some(leaf))?;
    rows.out.write_field(shown.word())?;
    rows.out.write_record(None::<&[u8]>)
}

fn digest(rows: &mut Rows, digest: Option<&Digest>) -> csv::Result<()> {
    match digest {
        Some(digest) => rows.out.write_field(digest.text()),
        None => rows.out.write_field("-"),
    }
}
