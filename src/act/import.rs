//! A file whose rows became records (FORMAT.md, "Import and export").
//!
//! Owns: its parts. Does not own: reading the file (`import`), its keyed digest (`store`).

use super::{By, HANDLER, Members, Parts, REASON, Said};
use crate::ledger::Kind;

const DIGEST: &str = super::export::DIGEST;
const ENCODING: &str = "encoding";
const FILE: &str = "file";
const KNOWN: &str = "known";
const REFUSED: &str = "refused";
const ROWS: &str = "rows";
const SKIPPED: &str = "skipped";

/// What an import entry says. The numbers are numbers of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The keyed digest of the file: a plain one would confirm a guess at its content.
    pub digest: String,
    /// How it was encoded; `xlsx` for a workbook.
    pub encoding: String,
    /// Those that were in the ledger already; `None`: that was not asked for.
    pub known: Option<u64>,
    /// Those refused.
    pub refused: u64,
    /// Those taken: the records that follow.
    pub rows: u64,
    /// Those that are no records.
    pub skipped: u64,
    /// The name of the file. It may tell of a person, so it stands in the extra part.
    pub file: Option<String>,
}

impl Said for Import {
    const KIND: Kind = Kind::Import;

    fn parts(&self, by: By<'_>) -> Parts {
        let facts = |facts: &mut crate::ledger::part::PartWriter<'_>| {
            facts
                .text(DIGEST, Some(&self.digest))
                .text(ENCODING, Some(&self.encoding))
                .number(KNOWN, self.known)
                .number(REFUSED, Some(self.refused))
                .number(ROWS, Some(self.rows))
                .number(SKIPPED, Some(self.skipped));
        };
        Parts::write(facts, |extra| {
            extra.text(FILE, self.file.as_deref()).text(HANDLER, by.handler).text(REASON, by.reason);
        })
    }

    fn read(facts: &[u8], extra: &[u8]) -> Option<Import> {
        let facts = Members::of(facts);
        Some(Import {
            digest: facts.text(DIGEST)?,
            encoding: facts.text(ENCODING)?,
            known: facts.number(KNOWN),
            refused: facts.number(REFUSED)?,
            rows: facts.number(ROWS)?,
            skipped: facts.number(SKIPPED)?,
            file: Members::of(extra).text(FILE),
        })
    }
}

/// The digest alone of the file of an import entry: by it a file is known that was imported before, whatever else the entry says.
#[must_use]
pub fn digest(facts: &[u8]) -> Option<String> {
    Members::of(facts).text(DIGEST)
}
