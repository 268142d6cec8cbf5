//! `import --new-only`: the rows of a grown file that are in the ledger already.
//!
//! Owns: recognising them by their keyed fingerprints, each as often as it is there. Does not own: the fingerprints (the store).

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::NotRecorded;
use crate::import::{Content, Sheet, SourceError};
use crate::store::{Fingerprints, Preparer, Store};

/// The lines of a file whose rows the ledger has.
#[derive(Debug, Default)]
pub struct Known(HashSet<u64>);

impl Known {
    /// Reads the file once, then the fingerprints in the ledger; of what was erased there are none. Rules that a row breaks now do
    /// not matter: it may have been recorded before there was a filing, or a request to stop.
    ///
    /// # Errors
    /// [`NotRecorded::Source`], [`NotRecorded::Store`].
    pub fn of(sheet: &Sheet, fingerprints: &Fingerprints, store: &Store) -> Result<Known, NotRecorded> {
        let mut preparer = Preparer::new(fingerprints.clone());
        let mut rows: Vec<(u64, i64)> = Vec::new();
        sheet.rows_as_happened(&mut |row| {
            if let Content::Accepted(accepted) = row.content {
                rows.push((row.line, preparer.fingerprint(&accepted.provision)));
            }
            ControlFlow::Continue(())
        })?;
        // How often each is in the ledger.
        let mut there: HashMap<i64, u64> = rows.iter().map(|(_, fingerprint)| (*fingerprint, 0)).collect();
        store.fingerprints_of_records(&mut |fingerprint| {
            if let Some(count) = there.get_mut(&fingerprint) {
                *count += 1;
            }
        })?;
        // A row is known once for each time that it is there.
        let known = rows.into_iter().filter(|(_, fingerprint)| {
            there.get_mut(fingerprint).is_some_and(|left| left.checked_sub(1).map(|n| *left = n).is_some())
        });
        Ok(Known(known.map(|(line, _)| line).collect()))
    }

    /// How many rows of the file are known.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.0.len() as u64
    }

    /// The row that starts on this line is known.
    #[must_use]
    pub fn has(&self, line: u64) -> bool {
        self.0.contains(&line)
    }

    /// What an import of the other rows counts.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn others(&self, sheet: &Sheet) -> Result<Counts, SourceError> {
        let mut counts = Counts { rows: 0, refused: 0, known: Some(self.rows()) };
        sheet.rows(&mut |row| {
            match row.content {
                _ if self.has(row.line) => {}
                Content::Accepted(_) => counts.rows += 1,
                Content::Refused(_) => counts.refused += 1,
                Content::Skipped(_) => {}
            }
            ControlFlow::Continue(())
        })?;
        Ok(counts)
    }
}

/// What an import entry counts of a file, beside the rows that are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Rows that become records.
    pub rows: u64,
    /// Rows that are refused.
    pub refused: u64,
    /// Rows that the ledger has already; `None`: nobody has looked.
    pub known: Option<u64>,
}
