//! The deletions that were carried out, as their entries tell them.
//!
//! Owns: reading them. Does not own: whether they were lawful (`verify`).

use super::check::erasure_claim;
use super::connection::Store;
use super::failure::Result;
use crate::act::Account;
use crate::ledger::Kind;
use crate::record::erasure::{Deletion, ErasedRun};

impl Store {
    /// The deletions among the first `size` entries.
    ///
    /// # Errors
    /// Those of the database.
    pub fn deletions_before(&self, size: u64) -> Result<Vec<Deletion>> {
        let mut all = Vec::new();
        for index in
            self.of_kind(Kind::Erasure)?.unwrap_or_default().into_iter().filter(|index| *index < size)
        {
            self.see_one(index, |seen| {
                let claim = erasure_claim(&seen.sighting);
                let reason = Account::read(seen.sighting.extra.bytes()).reason;
                let count = |runs: &[ErasedRun]| runs.iter().map(|run| run.last - run.first + 1).sum();
                all.push(Deletion {
                    index,
                    day: claim.day(),
                    entries: count(claim.runs.as_deref().unwrap_or_default()),
                    extras: count(&claim.extras),
                    base: claim.all_runs().map(|run| run.base).max(),
                    free: claim.all_runs().map(|run| run.free).max(),
                    reason,
                });
            })?;
        }
        Ok(all)
    }
}
