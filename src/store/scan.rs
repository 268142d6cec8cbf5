//! Reading the whole log on several threads, in chunks, and having the results in order.
//!
//! Owns: the connections of the threads, and that they all show the same entries. Does not own: the threads
//! themselves (`threads`), what is done with an entry.

use rusqlite::OptionalExtension as _;

use super::failure::Result;
use super::open::Store;
use super::read::{COLUMNS, Reader, Seen};
use crate::ledger::{Digest, Kind};
use crate::threads::in_order;

/// Entries that a thread looks at in one go. Enough to make handing them over cheap, few enough for memory.
const CHUNK: i64 = 2048;
/// A smaller log is read by one thread sooner than others could start.
const SMALL: u64 = 4 * CHUNK as u64;
/// More threads would wait for the one that takes the results.
const MOST: usize = 8;
/// Page cache of a connection that only reads onwards, KiB.
const CACHE_KIB: i64 = 1024;

/// Consecutive entries, to be looked at by one thread.
pub(super) struct Chunk<'s> {
    store: &'s Store,
    from: i64,
    to: i64,
}

impl Chunk<'_> {
    /// Index and stored leaf hash of the entry before the first one.
    pub(super) fn before(&self) -> Result<Option<(u64, Digest)>> {
        self.store.run(|c| {
            c.prepare_cached("SELECT idx, leaf FROM entry WHERE idx >= 0 AND idx < ?1 ORDER BY idx DESC LIMIT 1")?
                .query_row([self.from], |r| Ok((r.get(0)?, Digest(r.get(1).unwrap_or_default()))))
                .optional()
        })
    }

    /// Shows the entries, in order.
    pub(super) fn each(&self, mut show: impl FnMut(&Seen<'_>)) -> Result<()> {
        self.store.run(|c| {
            let mut statement = c.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM entry WHERE idx >= ?1 AND idx <= ?2 ORDER BY idx"
            ))?;
            let mut reader = Reader::new(c);
            let mut rows = statement.query([self.from, self.to])?;
            while let Some(row) = rows.next()? {
                reader.see(row, &mut show)?;
            }
            Ok(())
        })
    }
}

impl Store {
    /// Looks at every entry of the log, `look` on several threads, `take` on this one and in the order of the log.
    /// The caller is inside [`Store::in_one_state`], and that is the state that all threads see.
    pub(super) fn scan<R: Send>(
        &self,
        look: impl Fn(&Chunk<'_>) -> Result<R> + Sync,
        mut take: impl FnMut(R) -> Result<()>,
    ) -> Result<()> {
        let last: Option<i64> = self.run(|c| c.query_row("SELECT max(idx) FROM entry", [], |r| r.get(0)))?;
        let Some(last) = last else { return Ok(()) };
        let mut failed = None;
        let mut from = 0;
        // Chunks start at entries that exist, so that a gap of any size costs nothing.
        let chunks = std::iter::from_fn(|| {
            let next = self.run(|c| {
                c.prepare_cached("SELECT idx FROM entry WHERE idx >= ?1 ORDER BY idx LIMIT 1")?
                    .query_row([from], |r| r.get::<_, i64>(0))
                    .optional()
            });
            match next {
                Ok(Some(first)) if failed.is_none() => {
                    let to = first.saturating_add(CHUNK - 1).min(last);
                    from = to.saturating_add(1);
                    Some((first, to)).filter(|_| first <= last)
                }
                Ok(_) => None,
                Err(e) => {
                    failed = Some(e);
                    None
                }
            }
        });
        let helpers = self.helpers()?;
        if helpers.is_empty() {
            for (from, to) in chunks {
                take(look(&Chunk { store: self, from, to })?)?;
            }
        } else {
            in_order(helpers, chunks, |store, (from, to)| look(&Chunk { store, from, to }), |r| take(r?))?;
        }
        failed.map_or(Ok(()), Err)
    }

    /// Connections for other threads that show the entries that this one shows; none where that is not worth it or
    /// not possible, and this thread reads alone.
    fn helpers(&self) -> Result<Vec<Store>> {
        let size = self.size()?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if size < SMALL || threads < 2 {
            return Ok(Vec::new());
        }
        let mut helpers = Vec::new();
        for _ in 0..threads.min(MOST) {
            let Ok(helper) = Store::open(&self.path) else { return Ok(Vec::new()) };
            helper.run(|c| {
                c.pragma_update(None, "cache_size", -CACHE_KIB)?;
                c.execute_batch("BEGIN")
            })?;
            if !helper.shows_what(size)? {
                return Ok(Vec::new());
            }
            helpers.push(helper);
        }
        Ok(helpers)
    }

    /// True when the first `size` entries are here as any state of that size shows them: entries never change but by
    /// an erasure, and every erasure is an entry of its own behind what it erases.
    fn shows_what(&self, size: u64) -> Result<bool> {
        let (now, erasures): (u64, u64) = self.run(|c| {
            c.query_row(
                "SELECT (SELECT coalesce(max(idx) + 1, 0) FROM entry),
                        (SELECT count(*) FROM entry WHERE kind = ?1 AND idx >= ?2)",
                rusqlite::params![Kind::Erasure.code(), size],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
        })?;
        Ok(now >= size && erasures == 0)
    }
}
