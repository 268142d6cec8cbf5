//! A write-ahead log that lies beside a ledger file: whether it continues the file, or was left there when the file was replaced.
//!
//! Owns: that question. Does not own: when it is asked (`open`), the looks at the files (`file`).

use std::path::Path;

use rusqlite::Connection;

use super::connection::Store;
use super::failure::{Failure, Result};
use super::scan::Chunk;
use crate::ledger::Digest;
use crate::verify::Examiner;

/// What the file holds without its write-ahead log, as far as it can be read: a crash in the middle of copying the log into it
/// leaves pages of two states in it, and the log then holds every page that was not copied whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Alone {
    /// How many write transactions it knows of.
    writes: Option<i64>,
    /// Size, head and root of its log.
    end: Option<(u64, Digest, Digest)>,
}

impl Alone {
    pub(super) fn of(lying: Connection, path: &Path) -> Alone {
        // A first page that is ahead of the file's length must not keep us from the others.
        let _ = lying.pragma_update(None, "writable_schema", true);
        let store = Store::looking(lying, path);
        let end = || {
            let size = store.size().ok()?;
            Some((size, store.leaf(size.checked_sub(1)?).ok()??, store.root_at(size).ok()?))
        };
        Alone { writes: store.counted().ok().map(|counted| counted.writes), end: end() }
    }
}

/// What `state` counts.
struct Counted {
    size: u64,
    writes: i64,
    in_file: i64,
}

impl Store {
    fn counted(&self) -> Result<Counted> {
        self.run(|c| {
            c.query_row("SELECT size, writes, in_file FROM state", [], |r| {
                Ok(Counted { size: r.get(0)?, writes: r.get(1)?, in_file: r.get(2)? })
            })
        })
    }

    /// Whether the log holds every page that was changed since the file, by the counts in `state`.
    pub(super) fn holds_all_since(&self, alone: &Alone) -> Result<bool> {
        self.in_one_state(|| self.counts_fit(alone))
    }

    fn counts_fit(&self, alone: &Alone) -> Result<bool> {
        let Ok(counted) = self.counted() else { return Ok(false) };
        let holds_all =
            alone.writes.is_none_or(|of_file| (counted.in_file..=counted.writes).contains(&of_file));
        Ok(holds_all && counted.size == self.size()?)
    }

    /// Whether what this connection shows, the write-ahead log included, continues what the file alone holds. A log that was
    /// left beside a copy that was put back does not: it lacks pages that were changed between the two, or is of another
    /// history, and must not be merged into it.
    ///
    /// The counts tell whether the log holds every page changed since the file (`state` in schema.sql); the file's head and root must be
    /// there, and every entry behind it is chained onto it and is what was recorded.
    pub(super) fn continues(&self, alone: &Alone) -> Result<bool> {
        let checked = self.in_one_state(|| {
            if !self.counts_fit(alone)? {
                return Ok(false);
            }
            let size = self.size()?;
            let from = match alone.end {
                Some((end, head, root)) => {
                    if size < end || self.leaf(end - 1)? != Some(head) || self.root_at(end)? != root {
                        return Ok(false);
                    }
                    end
                }
                // Nothing of the file can be relied on: the whole log must hold together.
                None => 0,
            };
            let mut good = true;
            let mut next = from;
            for chunk in size.checked_sub(1).into_iter().flat_map(|last| Chunk::split(from, last)) {
                let mut examiner = Examiner::behind(self.before(chunk)?);
                self.see_chunk(chunk, |seen| {
                    let examined = examiner.examine(&seen.sighting);
                    good &= examined.index == next && examined.faults.is_empty();
                    next = examined.index + 1;
                })?;
            }
            // The nodes as well: the next writer builds on them.
            Ok(good && next == size && self.root_at(size).is_ok())
        });
        match checked {
            Err(Failure::Damaged { .. } | Failure::Sqlite(..)) => Ok(false),
            other => other,
        }
    }
}
