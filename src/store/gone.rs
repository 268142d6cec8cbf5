//! Erased means gone: what a record leaves outside its own parts, by which it could still be asked for, goes with it.
//!
//! Owns: idempotency keys of erased records, and what of them `verify` finds; how far back what was erased reaches. Does not
//! own: the parts and fingerprints (`erase`), search terms (`lookup`), interned values (`intern`).

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::check::erasure_claim;
use super::connection::Store;
use super::failure::Result;
use crate::ledger::Kind;
use crate::record::erasure::ErasedRun;
use crate::record::retention::first_day_of_deletion;
use crate::verify::Finding;
use crate::verify::chain::Witness;

/// So many keys are read before those among them that go are removed.
const PAGE: usize = 4096;

/// The run, of those that ascend and are apart from each other, that has the index.
fn run_of(runs: &[ErasedRun], index: u64) -> Option<&ErasedRun> {
    let at = runs.partition_point(|run| run.first <= index).checked_sub(1)?;
    runs.get(at).filter(|run| index <= run.last)
}

/// Removes the idempotency keys of the entries in `runs`, which ascend: one pass over all keys, which no index finds by their
/// entry.
pub(super) fn forget_keys(conn: &Connection, runs: &[ErasedRun]) -> rusqlite::Result<()> {
    let mut page = conn.prepare("SELECT hash, idx FROM key WHERE hash >= ?1 ORDER BY hash LIMIT ?2")?;
    let mut delete = conn.prepare("DELETE FROM key WHERE hash = ?1")?;
    let mut from = Some(i64::MIN);
    while let Some(first) = from {
        let keys: Vec<(i64, u64)> = page
            .query_map(params![first, PAGE], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        from = keys.last().filter(|_| keys.len() == PAGE).and_then(|(hash, _)| hash.checked_add(1));
        for (hash, index) in keys {
            if run_of(runs, index).is_some() {
                delete.execute([hash])?;
            }
        }
    }
    Ok(())
}

impl Store {
    /// Finds the keys that point to no record that is still there: one pass over them. `runs` are what the erasure entries
    /// name, ascending; `acts` the entries that are no records, likewise.
    pub(super) fn check_keys<W: Witness>(&self, runs: &[ErasedRun], acts: &[u64], w: &mut W) -> Result<()> {
        let size = self.size()?;
        self.run(|c| {
            let mut keys = c.prepare("SELECT idx FROM key")?;
            let mut rows = keys.query([])?;
            while let Some(row) = rows.next()? {
                // What points before entry 0 points to no entry, just as what points behind the end does.
                let index = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(i64::MAX as u64);
                if index >= size || run_of(runs, index).is_some() || acts.binary_search(&index).is_ok() {
                    w.finding(Finding::KeyLeft { index });
                }
            }
            Ok(())
        })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_by_each_of_its_indexes_and_by_no_other() {
        let runs: Vec<ErasedRun> =
            ["2-4 2021-05-10 2024-05-11", "9-9 2021-05-10 2024-05-11"].map(|run| run.parse().unwrap()).into();
        let found: Vec<u64> = (0..12).filter(|index| run_of(&runs, *index).is_some()).collect();
        assert_eq!(found, [2, 3, 4, 9]);
        assert_eq!(run_of(&[], 0), None);
    }

    #[test]
    fn keys_are_removed_from_every_page() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(super::super::connection::SCHEMA).unwrap();
        let mut insert = conn.prepare("INSERT INTO key VALUES (?1, ?2, 0)").unwrap();
        for index in 0..10_000i64 {
            insert.execute(params![index.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64), index]).unwrap();
        }
        insert.execute(params![i64::MAX, 5]).unwrap();
        let runs: Vec<ErasedRun> = ["5-5 2021-05-10 2024-05-11", "100-9000 2021-05-10 2024-05-11"]
            .map(|run| run.parse().unwrap())
            .into();
        forget_keys(&conn, &runs).unwrap();
        let left: (u64, u64) = conn
            .query_row("SELECT count(*), sum(idx = 5 OR idx BETWEEN 100 AND 9000) FROM key", [], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .unwrap();
        assert_eq!(left, (10_000 - 8902, 0));
    }
}
