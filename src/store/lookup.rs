//! Lookups: from a principal, the other party or a day to entries, without personal text in an index.
//!
//! Owns: the keyed hashes of a record, when they are written one by one and when as a run, finding candidates.
//! Does not own: how a run is stored (`block`), comparing a candidate with what was asked for (`query`), checking
//! (`check`).

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::block::{self, LookupRun, LookupRuns, Pair};
use super::columns::{RecordCells, day_number};
use super::keys::{Fingerprints, Of};
use super::read::Seen;
use crate::record::Field;
use crate::record::fold::fold;

/// A transaction with at least this many records gets a run of its own.
const OWN_RUN: usize = 4096;
/// A run ends after this many records: its hashes are sorted in memory.
const MAX_RUN: usize = 131_072;

/// The lookup hashes of one record, at most four.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashes {
    pub(super) id: Option<i64>,
    pub(super) name: Option<i64>,
    pub(super) day: Option<i64>,
    pub(super) party: Option<i64>,
}

impl Hashes {
    pub(super) fn of_principal(fingerprints: &Fingerprints, id: Option<&str>, name: Option<&str>) -> Self {
        Hashes {
            id: id.map(|id| principal_id(fingerprints, id)),
            name: name.map(|name| principal_name(fingerprints, name)),
            ..Hashes::default()
        }
    }

    /// The lookups of a stored record; none once it is erased.
    pub(super) fn of(seen: &Seen<'_>, fingerprints: &Fingerprints) -> Self {
        seen.cells.map_or(Hashes::default(), |c| Hashes {
            day: day_of(c),
            party: seen.interned[0].map(party),
            ..Hashes::of_principal(fingerprints, c.text(Field::PrincipalId), c.text(Field::PrincipalName))
        })
    }

    pub(super) fn iter(self) -> impl Iterator<Item = i64> {
        [self.id, self.name, self.day, self.party].into_iter().flatten()
    }
}

pub(super) fn principal_id(fingerprints: &Fingerprints, id: &str) -> i64 {
    fingerprints.short(Of::PrincipalId, fold(id).as_bytes())
}

pub(super) fn principal_name(fingerprints: &Fingerprints, name: &str) -> i64 {
    fingerprints.short(Of::PrincipalName, fold(name).as_bytes())
}

pub(super) fn day(day: NaiveDate) -> i64 {
    day_number(day)
}

/// Records with a period stand under this number, which is no day's: they are looked at whatever days are asked for.
pub(super) const PERIODS: i64 = 1;

pub(super) fn day_of(cells: &RecordCells<'_>) -> Option<i64> {
    let has_period = cells.get(Field::PeriodFrom).is_some();
    cells.provided_on().map(day_number).or(has_period.then_some(PERIODS))
}

pub(super) fn party(id: i64) -> i64 {
    -id
}

/// Collects the lookups of the records of one transaction and writes them in key order.
#[derive(Default)]
pub(super) struct Batch {
    pairs: Vec<Pair>,
    first: u64,
    last: u64,
    records: usize,
    /// This transaction has written a run of its own: the rest becomes one too.
    own: bool,
}

impl Batch {
    pub(super) fn push(&mut self, conn: &Connection, idx: u64, hashes: Hashes) -> rusqlite::Result<()> {
        if self.records == 0 {
            self.first = idx;
        }
        self.last = idx;
        self.records += 1;
        self.pairs.extend(hashes.iter().map(|hash| (hash, idx)));
        if self.records == MAX_RUN { self.write(conn, true) } else { Ok(()) }
    }

    pub(super) fn finish(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        self.write(conn, self.own || self.records >= OWN_RUN)
    }

    fn write(&mut self, conn: &Connection, own: bool) -> rusqlite::Result<()> {
        if self.records == 0 {
            return Ok(());
        }
        self.own = own;
        if own {
            block::write(conn, (self.first, self.last), &mut self.pairs)?;
        } else {
            let mut insert = conn.prepare_cached("INSERT INTO lookup (hash, idx) VALUES (?1, ?2)")?;
            for pair in &self.pairs {
                insert.execute(*pair)?;
            }
        }
        self.pairs.clear();
        self.records = 0;
        Ok(())
    }
}

/// Collects the lookups of records that are being erased, and removes them run by run. The records come in ascending
/// order.
pub(super) struct Removal {
    runs: LookupRuns,
    run: Option<LookupRun>,
    pairs: Vec<Pair>,
}

impl Removal {
    pub(super) fn new(conn: &Connection) -> rusqlite::Result<Self> {
        Ok(Removal { runs: LookupRuns::read(conn)?, run: None, pairs: Vec::new() })
    }

    pub(super) fn push(&mut self, conn: &Connection, idx: u64, hashes: Hashes) -> rusqlite::Result<()> {
        let run = self.runs.of(idx);
        if run != self.run {
            self.finish(conn)?;
            self.run = run;
        }
        self.pairs.extend(hashes.iter().map(|hash| (hash, idx)));
        if self.pairs.len() < 4 * MAX_RUN { Ok(()) } else { self.finish(conn) }
    }

    pub(super) fn finish(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        match &self.run {
            Some(run) => block::remove(conn, run, &mut self.pairs)?,
            None => {
                let mut delete = conn.prepare_cached("DELETE FROM lookup WHERE hash = ?1 AND idx = ?2")?;
                for pair in &self.pairs {
                    delete.execute(*pair)?;
                }
            }
        }
        self.pairs.clear();
        Ok(())
    }
}

/// True when an entry's lookups hold this pair.
pub(super) fn exists(conn: &Connection, run: Option<&LookupRun>, pair: Pair) -> rusqlite::Result<bool> {
    match run {
        Some(run) => block::has(conn, run, pair),
        None => conn.prepare_cached("SELECT 1 FROM lookup WHERE hash = ?1 AND idx = ?2")?.exists(pair),
    }
}

/// Indexes of entries whose lookups have a hash in `from..=to`, ascending, each once.
pub(super) fn candidates(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<Vec<u64>> {
    let mut found: Vec<u64> = Vec::new();
    let mut single = conn.prepare_cached("SELECT idx FROM lookup WHERE hash BETWEEN ?1 AND ?2")?;
    for idx in single.query_map(params![from, to], |r| r.get(0))? {
        found.push(idx?);
    }
    for run in LookupRuns::read(conn)?.iter() {
        block::find(conn, run, from, to, &mut |idx| found.push(idx))?;
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
