//! THE EVIDENCE: records and headers to a folder that needs neither the ledger nor this program.
//!
//! Owns: the files of the folder ([`records`], [`entries`], [`csvw`], [`workbook`]), their headings ([`headings`]), the texts made from a filing
//! ([`filing`]), the summary for an inspector ([`summary`]), a principal's own copy ([`copy`]), the bag around them
//! ([`bag`]), and making the folder whole or not at all ([`folder`]). Works on what it is handed, one entry at a time.
//!
//! Does not own: reading the ledger, the `export` entry (`cli/export`), messages.

pub mod bag;
pub mod copy;
pub mod corrections;
pub mod csvw;
pub mod entries;
pub mod filing;
pub mod folder;
pub mod headings;
pub mod records;
pub mod summary;
pub mod workbook;

use crate::record::formula;

/// The language of headings in the files. The Japanese ones are the official terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Japanese.
    Japanese,
    /// English.
    English,
}

/// Rows of a CSV file in the making: UTF-8, CRLF, quoted where needed. In memory, so that several threads can each make
/// some of them.
pub struct Rows {
    out: csv::Writer<Vec<u8>>,
}

impl Default for Rows {
    fn default() -> Self {
        let out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        Rows { out }
    }
}

impl Rows {
    /// How many bytes the rows have so far.
    ///
    /// # Errors
    /// Only when memory ends.
    pub fn octets(&mut self) -> csv::Result<usize> {
        self.out.flush()?;
        Ok(self.out.get_ref().len())
    }

    /// Adds a row of a file that people open in a spreadsheet: nothing in it is calculated ([`formula`]). Not for evidence.
    fn for_people(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> csv::Result<()> {
        for cell in cells {
            self.out.write_field(formula::guarded(cell.as_ref()).as_ref())?;
        }
        self.out.write_record(None::<&[u8]>)
    }

    /// The rows as bytes of the file.
    ///
    /// # Errors
    /// Only when memory ends.
    pub fn into_bytes(self) -> csv::Result<Vec<u8>> {
        Ok(self.out.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }
}

/// The beginning of a file as Excel in Japan reads it without asking: a byte order mark, then the row of headings.
fn with_mark(headings: Rows) -> csv::Result<Vec<u8>> {
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(headings.into_bytes()?);
    Ok(bytes)
}
