//! Lookups: from a principal, a recipient or a day to entries, without personal text in an index.
//!
//! Owns: the keyed hashes of a record, the runs in which they are written, finding candidates.
//! Does not own: comparing a candidate with what was asked for (`query`), checking the table (`check`).

use std::borrow::Cow;

use chrono::NaiveDate;
use rusqlite::{Connection, params};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

use super::columns::day_number;
use super::keys::{Fingerprints, Of};

/// A transaction with at least this many records gets a run of its own.
const OWN_RUN: usize = 4096;
/// A run ends after this many records: its hashes are sorted in memory.
const MAX_RUN: usize = 131_072;

/// Folds a text for comparing: NFKC, without white space. What is kept is never folded.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    let spaced = text.contains(char::is_whitespace);
    match (is_nfkc_quick(text.chars()), spaced) {
        (IsNormalized::Yes, false) => Cow::Borrowed(text),
        (IsNormalized::Yes, true) => Cow::Owned(text.chars().filter(|c| !c.is_whitespace()).collect()),
        _ => Cow::Owned(text.nfkc().filter(|c| !c.is_whitespace()).collect()),
    }
}

/// The lookup hashes of one record, at most four.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashes {
    pub(super) id: Option<i64>,
    pub(super) name: Option<i64>,
    pub(super) day: Option<i64>,
    pub(super) recipient: Option<i64>,
}

impl Hashes {
    pub(super) fn of_principal(fingerprints: &Fingerprints, id: Option<&str>, name: Option<&str>) -> Self {
        Hashes {
            id: id.map(|id| principal_id(fingerprints, id)),
            name: name.map(|name| principal_name(fingerprints, name)),
            ..Hashes::default()
        }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = i64> {
        [self.id, self.name, self.day, self.recipient].into_iter().flatten()
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

pub(super) fn recipient(id: i64) -> i64 {
    -id
}

/// Collects the lookups of the records of one transaction and writes them in key order.
#[derive(Default)]
pub(super) struct Batch {
    pairs: Vec<(i64, u64)>,
    first: u64,
    records: usize,
    /// This transaction has written a run of its own: the rest becomes one too.
    own: bool,
}

impl Batch {
    pub(super) fn push(&mut self, conn: &Connection, idx: u64, hashes: Hashes) -> rusqlite::Result<()> {
        if self.records == 0 {
            self.first = idx;
        }
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
        self.pairs.sort_unstable();
        let run: i64 = if own {
            let last = self.pairs.iter().map(|p| p.1).max().unwrap_or(self.first);
            conn.prepare_cached("INSERT INTO run (run, first, last) VALUES ((SELECT coalesce(max(run), 0) + 1 FROM run), ?1, ?2)")?
                .insert(params![self.first, last])?
        } else {
            0
        };
        let mut insert = conn.prepare_cached("INSERT INTO lookup (run, hash, idx) VALUES (?1, ?2, ?3)")?;
        for (hash, idx) in self.pairs.drain(..) {
            insert.execute(params![run, hash, idx])?;
        }
        self.records = 0;
        Ok(())
    }
}

/// The run that an entry's lookups stand in.
pub(super) fn run_of(conn: &Connection, idx: u64) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT coalesce((SELECT run FROM run WHERE first <= ?1 AND last >= ?1), 0)")?
        .query_row([idx], |r| r.get(0))
}

/// Indexes of entries whose lookups have a hash in `from..=to`, ascending, each once.
pub(super) fn candidates(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<Vec<u64>> {
    let last_run: i64 = conn.query_row("SELECT coalesce(max(run), 0) FROM run", [], |r| r.get(0))?;
    let mut find = conn.prepare_cached("SELECT idx FROM lookup WHERE run = ?1 AND hash BETWEEN ?2 AND ?3")?;
    let mut found: Vec<u64> = Vec::new();
    for run in 0..=last_run {
        for idx in find.query_map(params![run, from, to], |r| r.get(0))? {
            found.push(idx?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_width_composition_or_spaces_fold_alike() {
        for (a, b) in [
            ("見本　太郎", "見本太郎"),
            ("ﾐﾎﾝ ﾊﾅｺ", "ミホンハナコ"),
            ("Ｍｉｈｏｎ", "Mihon"),
            ("ガ", "カ\u{3099}"),
            ("㈱架空", "(株)架空"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(
            fold("高田"),
            fold("髙田"),
            "NFKC does not fold these two: different people may bear them"
        );
    }
}
