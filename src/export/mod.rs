//! THE EVIDENCE: records and headers to a folder that needs neither the ledger nor this program.
//!
//! Owns: the files of the folder ([`records`], [`entries`]), their headings ([`headings`]), and making the folder
//! whole or not at all ([`folder`]). Works on what it is handed, one entry at a time.
//!
//! Does not own: reading the ledger, the `export` entry (`cli/export`), messages.

pub mod entries;
pub mod folder;
pub mod headings;
pub mod records;

/// The language of headings in the files. The Japanese ones are the official terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Japanese.
    Japanese,
    /// English.
    English,
}

/// Opens a CSV file as Excel in Japan reads it without asking: UTF-8 with a byte order mark, CRLF.
fn csv_writer<W: std::io::Write>(mut out: W) -> std::io::Result<csv::Writer<W>> {
    out.write_all("\u{feff}".as_bytes())?;
    Ok(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out))
}
