//! Erased means gone, and so nothing here knows it again: only how far back what was erased reaches.
//!
//! Owns: that day. Does not own: erasing (`erase`), search terms (`lookup`), interned values (`intern`).

use chrono::NaiveDate;
use rusqlite::params;

use super::check::erasure_claim;
use super::connection::Store;
use super::failure::Result;
use crate::ledger::Kind;
use crate::record::erasure::ErasedRun;
use crate::record::retention::first_day_of_deletion;

impl Store {
    /// The latest retention base of any record that was erased: what happened later was not erased yet. `None` where no
    /// record was.
    ///
    /// # Errors
    /// Those of the database; [`super::Failure::Damaged`] without a readable genesis.
    pub fn newest_erased_base(&self) -> Result<Option<NaiveDate>> {
        let erasures = self.of_kind(Kind::Erasure)?.unwrap_or_default();
        if erasures.is_empty() {
            return Ok(None);
        }
        let years = self.genesis()?.years;
        let mut newest: Option<NaiveDate> = None;
        // From the last one backwards: the erasures before one of this day were of the next day at the latest (a clock that
        // erases may be five minutes behind), and so had no bases that were free later.
        for index in erasures.into_iter().rev() {
            let later = newest.and_then(|day| day.succ_opt()).map(|day| first_day_of_deletion(day, years));
            let claim = self.see_one(index, |seen| {
                let day = seen.sighting.fields.ok().and_then(|fields| fields.time.legal_day().succ_opt());
                let too_early = later.is_some_and(|later| day.is_some_and(|day| day < later));
                (!too_early).then(|| erasure_claim(&seen.sighting))
            })?;
            let Some(claim) = claim.flatten() else { break };
            let mut runs = claim.runs.unwrap_or_default();
            runs.sort_unstable_by_key(|run| std::cmp::Reverse(run.base));
            for run in runs.iter().take_while(|run| newest.is_none_or(|day| run.base > day)) {
                if self.has_record(run)? {
                    newest = Some(run.base);
                    break;
                }
            }
        }
        Ok(newest)
    }

    fn has_record(&self, run: &ErasedRun) -> Result<bool> {
        self.run(|c| {
            c.prepare_cached("SELECT 1 FROM entry WHERE idx BETWEEN ?1 AND ?2 AND kind IN (1, 2) LIMIT 1")?
                .exists(params![run.first, run.last])
        })
    }
}
