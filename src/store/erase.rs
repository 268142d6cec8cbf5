//! Erasing payloads, physically: columns, salts, lookups, interned values, and what the write-ahead log still holds.
//!
//! Owns: the order of steps and the pending mark. Does not own: which entries may go (`record::deletion`, `plan`).
//!
//! Order: in one transaction append the erasure entries, fill `erased`, clear the rows (the trigger lets it pass only
//! now), delete lookups, keys and orphaned values, set the mark; commit; empty the write-ahead log; take the mark away.
//! A crash in between leaves the mark, and the next writer goes on.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::append::{Appended, Appender};
use super::columns::Layout;
use super::connection::Store;
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::intern;
use super::keys::Fingerprints;
use super::lookup::{Hashes, Removal};
use super::plan::{Plan, PlanRequest};
use super::scan::{CHUNK, Chunk};
use crate::act::By;
use crate::act::erasure::{Erasure, MOST_RUNS};
use crate::ledger::Digest;
use crate::record::erasure::ErasedRun;
use crate::record::field::Interned;

/// Why and on what evidence something is erased.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The reason given.
    pub reason: &'a str,
    /// Who did it.
    pub handler: Option<&'a str>,
}

impl Appender<'_> {
    /// Carries out a plan that was shown. It is made again inside this transaction: `None` where it has come to be another one, so
    /// that nothing goes which was not shown. Afterwards the caller must call [`Store::finish_erasure`].
    ///
    /// # Errors
    /// Those of [`Store::plan`] and [`Appender::erase`].
    pub fn carry_out(
        &mut self,
        shown: &Plan,
        request: &PlanRequest,
        years: u32,
        grounds: &Grounds<'_>,
    ) -> Result<Option<Vec<Appended>>> {
        let again = self.store.plan(request, years, self.now, &mut |_| ())?;
        if (&again.runs, &again.extras) != (&shown.runs, &shown.extras) {
            return Ok(None);
        }
        Ok(Some(match request {
            PlanRequest::Extras(_) => self.erase_extras(&again.extras, grounds)?,
            PlanRequest::Named(_) | PlanRequest::Expired => self.erase(&again.runs, grounds)?,
        }))
    }

    /// Appends the erasure entries for `runs` and clears the payloads that they name. The caller has made sure, inside
    /// this transaction, that they may go; afterwards it must call [`Store::finish_erasure`].
    ///
    /// # Errors
    /// [`Failure::Damaged`] for an entry that does not verify: evidence of tampering is not erased.
    pub fn erase(&mut self, runs: &[ErasedRun], grounds: &Grounds<'_>) -> Result<Vec<Appended>> {
        // Opened before anything is appended: they show what is going to be erased.
        let helpers = self.store.helpers()?;
        let entries = self.erasure_entries(Taken::Both, runs, grounds)?;
        let mut orphans: Orphans = Default::default();
        let mut lookups = self.store.run(Removal::new)?;
        let (store, fingerprints) = (self.store, self.fingerprints);
        let chunks = runs.iter().flat_map(|run| Chunk::split(run.first, run.last)).map(Ok);
        store.share(
            helpers,
            chunks,
            |store, chunk| store.rehash(chunk, fingerprints),
            |erasable| {
                store.run(|c| erasable.iter().try_for_each(|e| e.clear(c, &mut orphans, &mut lookups)))
            },
        )?;
        self.store.run(|c| {
            lookups.finish(c)?;
            for (table, ids) in Interned::ALL.into_iter().zip(&orphans) {
                intern::sweep(c, table, ids)?;
            }
            c.execute("UPDATE state SET wal_pending = 1", [])
        })?;
        Ok(entries)
    }
}

impl Appender<'_> {
    /// Deletion is where a wrong clock does harm, so it errs on the side of keeping: a person has stated the day, and the clock
    /// does not stand behind the newest entry. Returns the day that was stated, which is the clock's own.
    ///
    /// # Errors
    /// [`Failure::DayNotStated`], [`Failure::ClockBehind`].
    fn may_erase(&self) -> Result<NaiveDate> {
        let (now, newest) = (self.now, self.newest());
        if now.is_well_before(newest) {
            return Err(Failure::ClockBehind { newest, now });
        }
        self.confirmed_on.ok_or(Failure::DayNotStated)
    }

    /// Appends the erasure entries that name `runs`, and fills their table.
    fn erasure_entries(
        &mut self,
        taken: Taken,
        runs: &[ErasedRun],
        grounds: &Grounds<'_>,
    ) -> Result<Vec<Appended>> {
        let confirmed_on = self.may_erase()?;
        let insert = match taken {
            Taken::Both => "INSERT INTO erased (first, last, erasure) VALUES (?1, ?2, ?3)",
            Taken::Extra => "INSERT INTO erased_extra (first, last, erasure) VALUES (?1, ?2, ?3)",
        };
        let by = By { handler: grounds.handler, reason: Some(grounds.reason) };
        let mut entries = Vec::new();
        for runs in runs.chunks(MOST_RUNS) {
            let named = match taken {
                Taken::Both => Erasure { runs: Some(runs.to_vec()), ..Erasure::default() },
                Taken::Extra => Erasure { extras: runs.to_vec(), ..Erasure::default() },
            };
            let entry = self.say(&Erasure { confirmed_on: Some(confirmed_on), ..named }, by)?;
            for run in runs {
                self.store
                    .run(|c| c.prepare_cached(insert)?.execute(params![run.first, run.last, entry.index]))?;
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    /// The same for the extra part alone of entries that are kept for ever themselves.
    ///
    /// # Errors
    /// As [`Appender::erase`].
    pub fn erase_extras(&mut self, runs: &[ErasedRun], grounds: &Grounds<'_>) -> Result<Vec<Appended>> {
        let entries = self.erasure_entries(Taken::Extra, runs, grounds)?;
        for index in runs.iter().flat_map(|run| run.first..=run.last) {
            let damaged = || Failure::Damaged { index: Some(index), why: Damage::NotErased };
            let prev = self.store.prev_of(index)?;
            let extra = self.store.see_one(index, |seen| {
                seen.sighting.header(prev).ok().filter(|h| seen.is_as_recorded(h)).and_then(|h| h.extra)
            })?;
            let extra = extra.flatten().ok_or_else(damaged)?;
            self.store.run(|c| {
                c.prepare_cached(
                    "UPDATE entry SET extra_salt = NULL, extra_hash = ?2, extra = NULL WHERE idx = ?1",
                )?
                .execute(params![index, extra.0])
            })?;
        }
        self.store.run(|c| c.execute("UPDATE state SET wal_pending = 1", []))?;
        Ok(entries)
    }
}

/// What an erasure takes of an entry.
#[derive(Clone, Copy)]
enum Taken {
    /// Both parts.
    Both,
    /// Its extra part alone.
    Extra,
}

/// Interned values that lost a reference, by table.
type Orphans = [BTreeSet<i64>; Interned::ALL.len()];

/// An entry that is what was recorded, and what must go with it.
struct Erasable {
    index: u64,
    /// What is left of its parts.
    facts: Option<Digest>,
    extra: Option<Digest>,
    hashes: Hashes,
    interned: [Option<i64>; Interned::ALL.len()],
}

impl Erasable {
    fn clear(&self, conn: &Connection, orphans: &mut Orphans, lookups: &mut Removal) -> rusqlite::Result<()> {
        for (ids, id) in orphans.iter_mut().zip(self.interned) {
            ids.extend(id);
        }
        conn.prepare_cached(&Layout::get().clear)?.execute(params![
            self.index,
            self.facts.map(|d| d.0),
            self.extra.map(|d| d.0)
        ])?;
        lookups.push(conn, self.index, self.hashes)
    }
}

impl Store {
    /// Re-hashes entries before they are erased.
    fn rehash(&self, chunk: Chunk, fingerprints: &Fingerprints) -> Result<Vec<Erasable>> {
        let mut prev = self.prev_of(chunk.from)?;
        let mut erasable = Vec::with_capacity(CHUNK);
        let mut next = chunk.from;
        let mut damaged = None;
        self.see_chunk(chunk, |seen| {
            let s = &seen.sighting;
            let header = s.header(prev).ok().filter(|h| seen.is_as_recorded(h));
            prev = Some(s.leaf);
            match header {
                Some(header) if s.index == next => erasable.push(Erasable {
                    index: s.index,
                    facts: header.facts,
                    extra: header.extra,
                    hashes: Hashes::of(seen, fingerprints),
                    interned: seen.interned,
                }),
                _ => damaged = damaged.or(Some(s.index.min(next))),
            }
            next += 1;
        })?;
        match damaged.or_else(|| Some(next).filter(|next| *next <= chunk.to)) {
            None => Ok(erasable),
            Some(index) => Err(Failure::Damaged { index: Some(index), why: Damage::NotErased }),
        }
    }
}
