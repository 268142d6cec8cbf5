//! `import --new-only`: the rows of a grown file that are in the ledger already.
//!
//! Owns: recognising them by their keyed fingerprints, each as often as it is there. Does not own: the fingerprints (the store).

use std::collections::HashMap;
use std::ops::ControlFlow;

use provlog::import::{Content, Sheet};
use provlog::store::{Fingerprints, Preparer, Store};

use super::trouble::Trouble;

/// How many of the rows with a fingerprint are still to be passed over.
pub(crate) struct Known {
    left: HashMap<i64, u64>,
    /// How many rows of the file are known.
    pub(crate) rows: u64,
}

impl Known {
    /// Reads the file once, then the fingerprints in the ledger, those of erased records too: what was erased stays so.
    pub(crate) fn of(sheet: &Sheet, fingerprints: &Fingerprints, store: &Store) -> Result<Known, Trouble> {
        let mut preparer = Preparer::new(fingerprints.clone());
        // How often it is in the file, and in the ledger.
        let mut counts: HashMap<i64, (u64, u64)> = HashMap::new();
        sheet.rows(&mut |row| {
            if let Content::Accepted(accepted) = row.content {
                counts.entry(preparer.fingerprint(&accepted.provision)).or_default().0 += 1;
            }
            ControlFlow::Continue(())
        })?;
        store.fingerprints_of_records(&mut |fingerprint| {
            if let Some((_, there)) = counts.get_mut(&fingerprint) {
                *there += 1;
            }
        })?;
        let left: HashMap<i64, u64> = counts
            .into_iter()
            .map(|(f, (here, there))| (f, here.min(there)))
            .filter(|(_, n)| *n > 0)
            .collect();
        let rows = left.values().sum();
        Ok(Known { left, rows })
    }

    /// A row with this fingerprint is in the ledger already; counted once for each time that it is there.
    pub(crate) fn passes_over(&mut self, fingerprint: i64) -> bool {
        match self.left.get_mut(&fingerprint) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}
