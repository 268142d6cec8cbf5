//! The closed world of a ledger file: what stands beside the entries is the schema and nothing else, and every row of the store's own
//! tables is what the entries make it (FORMAT.md, "The ledger file").
//!
//! Owns: the schema, constants, interned values, the one row of state, the tables of erased runs, as `verify` looks at them. Does not
//! own: entries (`verify`), look-ups and nodes (`check`), the schema's comparison itself (`schema`).

use rusqlite::OptionalExtension as _;

use super::connection::Store;
use super::failure::{Result, meaning};
use super::intern;
use super::keys::Fingerprints;
use super::read::Seen;
use super::schema;
use crate::ledger::Timestamp;
use crate::record::erasure::ErasedRun;
use crate::record::field::Interned;
use crate::threads::SharedSet;
use crate::verify::chain::Witness;
use crate::verify::erasures::ErasureClaim;
use crate::verify::{Finding, Notice, Summary};

/// An interned value takes no fewer bytes than this.
const LEAST_ROW: u64 = 16;

/// The interned values that entries refer to.
pub(super) struct Referenced(Vec<SharedSet>);

impl Referenced {
    /// Room for the ids that the tables have, and no more than a file of this size can hold rows: somebody may have written any number
    /// there.
    pub(super) fn of(store: &Store) -> Result<Self> {
        let number = |pragma| store.run(|c| c.pragma_query_value(None, pragma, |r| r.get::<_, u64>(0)));
        let rows = number("page_count")?.saturating_mul(number("page_size")?) / LEAST_ROW;
        let mut sets = Vec::with_capacity(Interned::ALL.len());
        for table in Interned::ALL {
            let sql = format!("SELECT coalesce(max(id), 0) FROM {}", table.name());
            let most: i64 = store.run(|c| c.query_row(&sql, [], |r| r.get(0)))?;
            sets.push(SharedSet::up_to(u64::try_from(most).unwrap_or(0).min(rows)));
        }
        Ok(Referenced(sets))
    }

    /// Notes what an entry refers to.
    pub(super) fn note(&self, seen: &Seen<'_>) {
        for (set, id) in self.0.iter().zip(seen.interned) {
            id.into_iter().for_each(|id| set.add(id));
        }
    }

    fn has(&self, table: Interned, id: i64) -> bool {
        self.0.get(table as usize).is_some_and(|set| set.has(id))
    }
}

impl Store {
    /// The schema of the file, and its constant tables.
    pub(super) fn check_schema<W: Witness>(&self, w: &mut W) -> Result<()> {
        let schema::Difference { missing, altered, foreign, statistics } = self.run(schema::differences)?;
        missing.into_iter().for_each(|object| w.finding(Finding::SchemaMissing { object }));
        altered.into_iter().for_each(|object| w.finding(Finding::SchemaAltered { object }));
        foreign.into_iter().for_each(|object| w.finding(Finding::SchemaForeign { object }));
        if !statistics.is_empty() {
            w.notice(Notice::Statistics);
        }
        for table in self.run(schema::constants_that_differ)? {
            w.finding(Finding::ConstantsDiffer { table });
        }
        Ok(())
    }

    /// Every interned value is one that an entry refers to, and stands where its value says.
    pub(super) fn check_interned<W: Witness>(
        &self,
        referenced: &Referenced,
        fingerprints: Option<&Fingerprints>,
        w: &mut W,
    ) -> Result<()> {
        for table in Interned::ALL {
            self.run(|c| {
                intern::each(c, table, fingerprints, &mut |id, is_in_place| {
                    let (table, is_used) = (table.name(), referenced.has(table, id));
                    if !is_used {
                        w.finding(Finding::ValueUnused { table, id });
                    } else if !is_in_place {
                        w.finding(Finding::ValueMisplaced { table, id });
                    }
                })
            })?;
        }
        Ok(())
    }

    /// The tables of erased runs say what the erasure entries say.
    pub(super) fn check_erased_table<W: Witness>(
        &self,
        table: &str,
        claims: &[ErasureClaim],
        runs: fn(&ErasureClaim) -> &[ErasedRun],
        w: &mut W,
    ) -> Result<()> {
        let mut claimed: Vec<(u64, u64, u64)> = claims
            .iter()
            .flat_map(|c| runs(c).iter().map(|r| (r.first, r.last, c.index)).collect::<Vec<_>>())
            .collect();
        claimed.sort_unstable();
        let mut claimed = claimed.into_iter();
        let mut statement = self.run(|c| {
            c.prepare(&format!("SELECT first, last, erasure FROM {table} ORDER BY first, last, erasure"))
        })?;
        let failed = |e| meaning(&self.path, e);
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let read = || Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let stored: (u64, u64, u64) = read().map_err(failed)?;
            if claimed.next() != Some(stored) {
                w.finding(Finding::ErasedTable { erasure: stored.2 });
                return Ok(());
            }
        }
        if let Some((.., erasure)) = claimed.next() {
            w.finding(Finding::ErasedTable { erasure });
        }
        Ok(())
    }

    /// The one row of state.
    pub(super) fn check_state<W: Witness>(&self, summary: &Summary, w: &mut W) -> Result<()> {
        let row = self.run(|c| {
            c.query_row(
                "SELECT newest, size, wal_pending, writes, in_file FROM state WHERE one = 1",
                [],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)),
            )
            .optional()
        })?;
        let (newest, size, pending, writes, in_file): (i64, i64, i64, i64, i64) = match row {
            Some(row) => row,
            None => {
                w.finding(Finding::StateWrong);
                return Ok(());
            }
        };
        let found = Timestamp::from_millis(newest);
        if let Some(expected) = summary.newest.filter(|n| Some(*n) != found) {
            w.finding(Finding::NewestWrong { expected, found });
        }
        // What may stand in the others is free within this: it decides what is tried again, and no answer about an entry.
        let rows: i64 = self.run(|c| c.query_row("SELECT count(*) FROM state", [], |r| r.get(0)))?;
        let is_good = rows == 1
            && u64::try_from(size) == Ok(summary.size)
            && matches!(pending, 0 | 1)
            && writes >= 1
            && (0..=writes).contains(&in_file);
        if !is_good {
            w.finding(Finding::StateWrong);
        }
        Ok(())
    }

    /// SQLite's own check of the file, and how much of it holds nothing: what stands there, no check can know.
    pub(super) fn check_file<W: Witness>(&self, w: &mut W) -> Result<()> {
        let mut statement = self.run(|c| c.prepare("PRAGMA integrity_check"))?;
        let messages = statement
            .query_map([], |r| r.get::<_, String>(0))
            .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
            .map_err(|e| meaning(&self.path, e))?;
        for message in messages.into_iter().filter(|m| m != "ok") {
            w.finding(Finding::Sqlite { message });
        }
        let number = |pragma| self.run(|c| c.pragma_query_value(None, pragma, |r| r.get::<_, u64>(0)));
        let (pages, size) = (number("freelist_count")?, number("page_size")?);
        w.notice(Notice::FreePages { pages, bytes: pages * size });
        Ok(())
    }
}
