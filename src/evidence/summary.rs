//! The summary for an inspector beside the evidence (`data/summary/`).
//!
//! Owns: what is asked of the store for it. Does not own: the tables (`export::summary`).

use super::hand_out;
use super::work::{Unmade, Work};
use crate::export::bag::Bag;
use crate::export::folder::Folder;
use crate::export::summary::{self, Tally};
use crate::store::Store;

/// Writes the tables; the registers and deletions as of the end of the range.
pub(super) fn write(
    store: &Store,
    work: &Work<'_>,
    folder: &Folder,
    bag: &mut Bag<'_>,
    mut tally: Tally,
) -> Result<(), Unmade> {
    folder.folder("data/summary")?;
    let registers = store.registers_before(work.size)?;
    let deletions = store.deletions_before(work.size)?;
    let shown = registers.entries().chain(deletions.iter().map(|deletion| deletion.index));
    hand_out(store, shown)?;
    let language = work.language;
    let tables = [
        ("provisions", tally.provisions(language)),
        ("recipients", tally.identities(&registers.recipients, language)),
        ("filings", summary::filings(&registers.filings.0, language)),
        ("stop-requests", summary::stops(registers.stops.all(), language)),
        ("deletions", summary::deletions(&deletions, language)),
    ];
    for (name, table) in tables {
        let table = table.map_err(|e| Unmade::write("data/summary", e.into()))?;
        bag.add(&format!("summary/{name}.csv"), &table)?;
    }
    Ok(())
}
