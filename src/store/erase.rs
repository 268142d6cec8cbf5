//! Erasing payloads, physically: columns, salts, lookups, interned values, and what the write-ahead log still holds.
//!
//! Owns: the order of steps and the pending mark. Does not own: which entries may go (`record::deletion`, `plan`).
//!
//! Order: in one transaction append the erasure entries, fill `erased`, clear the rows (the trigger lets it pass only
//! now), delete lookups and orphaned values, set the mark; commit; empty the write-ahead log; take the mark away.
//! A crash in between leaves the mark, and the next writer goes on.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, params};

use super::append::{Appended, Appender};
use super::failure::{Failure, Result};
use super::intern::{self, Table};
use super::lookup::{self, Hashes, Removal};
use super::open::{Store, Wait, meaning};
use super::read::{COLUMNS, Reader};
use crate::ledger::hash::leaf_hash;
use crate::ledger::part::PartWriter;
use crate::ledger::{Digest, Kind};
use crate::record::erasure::ErasedRun;

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// Nothing of it is left in the file or in its write-ahead log.
    Everywhere,
    /// Another process keeps the write-ahead log from being emptied; the next writer tries again.
    Pending,
}

/// So many runs fit into the facts of one erasure entry (64 KiB, a run is at most 64 bytes).
const RUNS_AN_ENTRY: usize = 900;

/// Why and on what evidence something is erased.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The reason given.
    pub reason: &'a str,
    /// Who did it.
    pub handler: Option<&'a str>,
    /// The date that a person confirmed: the legal day of the transaction.
    pub confirmed_on: Option<NaiveDate>,
}

impl Appender<'_> {
    /// Appends the erasure entries for `runs` and clears the payloads that they name. The caller has made sure, inside
    /// this transaction, that they may go; afterwards it must call [`Store::finish_erasure`].
    ///
    /// # Errors
    /// [`Failure::Damaged`] for an entry that does not verify: evidence of tampering is not erased.
    pub fn erase(&mut self, runs: &[ErasedRun], grounds: &Grounds<'_>) -> Result<Vec<Appended>> {
        let mut entries = Vec::new();
        for runs in runs.chunks(RUNS_AN_ENTRY) {
            let texts: Vec<String> = runs.iter().map(ErasedRun::to_string).collect();
            let (mut facts, mut extra) = (Vec::new(), Vec::new());
            PartWriter::new(&mut facts)
                .day("confirmed_on", grounds.confirmed_on)
                .list("runs", texts.iter().map(String::as_str))
                .finish();
            PartWriter::new(&mut extra)
                .text("handler", grounds.handler)
                .text("reason", Some(grounds.reason))
                .finish();
            let entry = self.act(Kind::Erasure, &facts, &extra)?;
            for run in runs {
                self.store.run(|c| {
                    c.prepare_cached("INSERT INTO erased (first, last, erasure) VALUES (?1, ?2, ?3)")?
                        .execute(params![run.first, run.last, entry.index])
                })?;
            }
            entries.push(entry);
        }
        let mut orphans = Orphans::default();
        let mut lookups = self.store.run(Removal::new)?;
        for run in runs {
            self.clear(run, &mut orphans, &mut lookups)?;
        }
        self.store.run(|c| {
            lookups.finish(c)?;
            for (table, ids) in Table::ALL.into_iter().zip(&orphans.0) {
                intern::sweep(c, table, ids)?;
            }
            c.execute("UPDATE state SET wal_pending = 1", [])
        })?;
        Ok(entries)
    }

    fn clear(&mut self, run: &ErasedRun, orphans: &mut Orphans, lookups: &mut Removal) -> Result<()> {
        let conn = &self.store.conn;
        let failed = |e| meaning(&self.store.path, e);
        let mut prev: Option<Digest> = conn
            .query_row("SELECT leaf FROM entry WHERE idx = ?1 - 1", [run.first], |r| r.get(0).map(Digest))
            .optional()
            .map_err(failed)?;
        let mut select =
            conn.prepare_cached(&format!("SELECT {COLUMNS} FROM entry WHERE idx = ?1")).map_err(failed)?;
        let mut update = conn
            .prepare_cached(
                "UPDATE entry SET facts_salt = NULL, extra_salt = NULL, facts_hash = ?2, extra_hash = ?3,
                   provided_on = NULL, terms = NULL, recipient = NULL, principal_id = NULL, principal_name = NULL,
                   items = NULL, consent_evidence = NULL, circumstance = NULL, note = NULL, source_number = NULL,
                   claimed_recorded_on = NULL, import = NULL, line = NULL, facts = NULL, extra = NULL
                 WHERE idx = ?1",
            )
            .map_err(failed)?;
        let mut reader = Reader::new(conn);
        for index in run.first..=run.last {
            let cleared = {
                let mut rows = select.query([index]).map_err(failed)?;
                let row = rows
                    .next()
                    .map_err(failed)?
                    .ok_or(Failure::Damaged { index: Some(index), why: "the entry is missing" })?;
                orphans.see(row).map_err(failed)?;
                reader.see(row, |seen| judge(seen, prev, self.fingerprints)).map_err(failed)?
            };
            let Some(cleared) = cleared else {
                let why = "it does not verify, and evidence of tampering is not erased";
                return Err(Failure::Damaged { index: Some(index), why });
            };
            update
                .execute(params![index, cleared.facts.map(|d| d.0), cleared.extra.map(|d| d.0)])
                .map_err(failed)?;
            lookups.push(conn, index, cleared.hashes).map_err(failed)?;
            prev = Some(cleared.leaf);
        }
        Ok(())
    }
}

/// What is left of an entry, and what must go with it.
struct Cleared {
    leaf: Digest,
    facts: Option<Digest>,
    extra: Option<Digest>,
    hashes: Hashes,
}

/// Re-hashes an entry before it is erased; `None` when it is not what was recorded.
fn judge(
    seen: &super::read::Seen<'_>,
    prev: Option<Digest>,
    fingerprints: &super::Fingerprints,
) -> Option<Cleared> {
    let s = &seen.sighting;
    let header = s.header(prev).ok()?;
    if leaf_hash(&header.encode()) != s.leaf {
        return None;
    }
    let hashes = seen.columns.map_or(Hashes::default(), |c| Hashes {
        day: c.provided_on.map(lookup::day),
        recipient: seen.recipient.map(lookup::recipient),
        ..Hashes::of_principal(fingerprints, c.principal_id, c.principal_name)
    });
    Some(Cleared { leaf: s.leaf, facts: header.facts, extra: header.extra, hashes })
}

/// The interned values that the erased records referred to, one set a table.
#[derive(Default)]
struct Orphans([BTreeSet<i64>; 3]);

impl Orphans {
    fn see(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        for (ids, column) in self.0.iter_mut().zip(["recipient", "items", "circumstance"]) {
            if let Some(id) = row.get::<_, Option<i64>>(column)? {
                ids.insert(id);
            }
        }
        Ok(())
    }
}

impl Store {
    /// Empties the write-ahead log after an erasure was committed, and takes the pending mark away.
    ///
    /// # Errors
    /// Those of the database. A log that another process keeps from being emptied is [`Erased::Pending`], no error.
    pub fn finish_erasure(&self, wait: &mut Wait<'_>) -> Result<Erased> {
        self.run(|c| c.busy_timeout(wait.limit.min(Duration::from_secs(5))))?;
        if !self.truncate_log()? {
            return Ok(Erased::Pending);
        }
        self.begin(wait)?;
        self.run(|c| c.execute_batch("UPDATE state SET wal_pending = 0; COMMIT"))?;
        Ok(Erased::Everywhere)
    }

    fn truncate_log(&self) -> Result<bool> {
        let busy: i64 = self.run(|c| c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0)))?;
        Ok(busy == 0)
    }

    /// True while erased bytes may still stand in the write-ahead log.
    pub(super) fn erasure_pending(&self) -> Result<bool> {
        self.run(|c| {
            c.query_row("SELECT wal_pending FROM state", [], |r| r.get::<_, i64>(0))
                .optional()
                .map(|pending| pending.is_some_and(|p| p != 0))
        })
    }
}

/// Every writer goes on with an erasure that was interrupted; it does not wait for it.
pub(super) fn retry_pending(store: &Store) -> Result<()> {
    if store.erasure_pending()? {
        let mut wait = Wait { limit: Duration::from_millis(200), notify: &mut || () };
        match store.finish_erasure(&mut wait) {
            Ok(_) | Err(Failure::Locked(_)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
