//! Reading the whole log on several threads, and having the results in order.
//!
//! Owns: the connections of the threads, and that they all show the same entries; how the log is cut into chunks.
//! Does not own: the threads themselves (`threads`), what is done with an entry.

use rusqlite::OptionalExtension as _;

use super::columns::Layout;
use super::connection::Store;
use super::failure::{Failure, Result};
use super::read::{Reader, Seen};
use crate::ledger::{Digest, Kind};
use crate::threads::in_order;

/// Entries that a thread looks at in one go. Enough to make handing them over cheap, few enough for memory.
pub(super) const CHUNK: usize = 2048;
/// A smaller log is read by one thread sooner than others could start.
const SMALL: u64 = 4 * CHUNK as u64;
/// More threads would wait for the one that takes the results.
const MOST: usize = 8;
/// Page cache of a connection that only reads onwards, KiB.
const CACHE_KIB: i64 = 1024;

/// Consecutive entries, to be looked at by one thread: first and last index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Chunk {
    /// The range from `from` to `to` in chunks.
    pub(super) fn split(from: u64, to: u64) -> impl Iterator<Item = Chunk> {
        (from..=to).step_by(CHUNK).map(move |from| Chunk { from, to: to.min(from + (CHUNK as u64 - 1)) })
    }
}

impl Store {
    /// Does the jobs, `work` on several threads, each with a connection of its own, `take` on this one and in the order
    /// of the jobs. Without helpers this thread does it all.
    pub(super) fn share<J: Send, R: Send, E: From<Failure> + Send>(
        &self,
        helpers: Vec<Store>,
        jobs: impl Iterator<Item = Result<J>>,
        work: impl Fn(&Store, J) -> std::result::Result<R, E> + Sync,
        mut take: impl FnMut(R) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut failed = Ok(());
        let jobs = jobs.map_while(|job| job.map_err(|e| failed = Err(e)).ok());
        if helpers.is_empty() {
            for job in jobs {
                take(work(self, job)?)?;
            }
        } else {
            in_order(helpers, jobs, |store, job| work(store, job), |result| take(result?))
                .map_err(Failure::from)??;
        }
        Ok(failed?)
    }

    /// The log in chunks. Each begins at an entry that exists, so that a gap of any size costs nothing; the last one ends
    /// with the last entry of this connection's state, whatever the others see behind it.
    pub(super) fn chunks(&self) -> impl Iterator<Item = Result<Chunk>> {
        self.chunks_below(u64::MAX)
    }

    /// The same for the entries below `size` alone.
    pub(super) fn chunks_below(&self, size: u64) -> impl Iterator<Item = Result<Chunk>> {
        let mut next = Some(0u64).filter(|next| *next < size);
        std::iter::from_fn(move || {
            let from = next?;
            let ends: Result<(Option<u64>, Option<u64>)> = self.run(|c| {
                c.prepare_cached("SELECT min(idx), (SELECT max(idx) FROM entry) FROM entry WHERE idx >= ?1")?
                    .query_row([from], |r| Ok((r.get(0)?, r.get(1)?)))
            });
            match ends {
                Ok((Some(from), Some(last))) => {
                    let last = last.min(size - 1);
                    let to = last.min(from + (CHUNK as u64 - 1));
                    next = Some(to + 1).filter(|next| *next <= last);
                    (from <= last).then_some(Ok(Chunk { from, to }))
                }
                Ok(_) => None,
                Err(e) => Some(Err(e)),
            }
        })
    }

    /// Index and stored leaf hash of the entry before a chunk, at whatever distance.
    pub(super) fn before(&self, chunk: Chunk) -> Result<Option<(u64, Digest)>> {
        self.run(|c| {
            c.prepare_cached(
                "SELECT idx, leaf FROM entry WHERE idx >= 0 AND idx < ?1 ORDER BY idx DESC LIMIT 1",
            )?
            .query_row([chunk.from], |r| Ok((r.get(0)?, Digest(r.get(1).unwrap_or_default()))))
            .optional()
        })
    }

    /// Shows the entries of a chunk, in order.
    pub(super) fn see_chunk(&self, chunk: Chunk, mut show: impl FnMut(&Seen<'_>)) -> Result<()> {
        self.run(|c| {
            let mut statement = c.prepare_cached(&format!(
                "SELECT {} FROM entry WHERE idx >= ?1 AND idx <= ?2 ORDER BY idx",
                Layout::get().select
            ))?;
            let mut reader = Reader::new(c);
            let mut rows = statement.query([chunk.from, chunk.to])?;
            while let Some(row) = rows.next()? {
                reader.see(row, &mut show)?;
            }
            Ok(())
        })
    }

    /// Connections for other threads that show the entries that this one shows; none where that is not worth it or
    /// not possible. The caller is in a transaction, and has not appended in it yet.
    pub(super) fn helpers(&self) -> Result<Vec<Store>> {
        let size = self.size()?;
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if size < SMALL || threads < 2 {
            return Ok(Vec::new());
        }
        let mut helpers = Vec::new();
        for _ in 0..threads.min(MOST) {
            let Ok(helper) = self.another() else { return Ok(Vec::new()) };
            helper.run(|c| {
                c.pragma_update(None, "cache_size", -CACHE_KIB)?;
                c.execute_batch("BEGIN")
            })?;
            if !helper.shows(size)? {
                return Ok(Vec::new());
            }
            helpers.push(helper);
        }
        Ok(helpers)
    }

    /// True when the first `size` entries and what belongs to them are here as a state of that size has them: they
    /// never change but by an erasure, and every erasure is an entry of its own behind what it erases.
    fn shows(&self, size: u64) -> Result<bool> {
        let (now, erasures): (u64, u64) = self.run(|c| {
            c.query_row(
                "SELECT (SELECT coalesce(max(idx) + 1, 0) FROM entry),
                        (SELECT count(*) FROM entry WHERE kind NOT IN (1, 2) AND kind = ?1 AND idx >= ?2)",
                rusqlite::params![Kind::Erasure.code(), size],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
        })?;
        Ok(now >= size && erasures == 0)
    }
}
