//! The lookups of a large load: a run of pairs (hash, index) in ascending order, packed into blocks.
//!
//! Owns: how a block is written, searched, thinned out and checked (`schema.sql`, tables `run` and `block`).
//! Does not own: which hashes a record has, and the lookups of single records (`lookup`).

use rusqlite::{Connection, OptionalExtension as _, params};

/// A pair: eight bytes of hash, four bytes of index counted from the first of the run, both big-endian.
const PAIR: usize = 12;
/// Pairs in a full block: with its row's header it fits into a page of 4 KiB.
const FULL: usize = 320;

/// A lookup: a keyed hash (or a plain number) and the index of an entry that has it.
pub(super) type Pair = (i64, u64);

/// A run: the lookups of the entries from `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LookupRun {
    pub(super) id: i64,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// All runs, in the order of their entries; from an index to its run.
#[derive(Clone, Debug)]
pub(super) struct LookupRuns(Vec<LookupRun>);

impl LookupRuns {
    pub(super) fn read(conn: &Connection) -> rusqlite::Result<LookupRuns> {
        let mut statement = conn.prepare_cached("SELECT run, first, last FROM run ORDER BY first")?;
        let rows = statement
            .query_map([], |r| Ok(LookupRun { id: r.get(0)?, first: r.get(1)?, last: r.get(2)? }))?;
        rows.collect::<rusqlite::Result<_>>().map(LookupRuns)
    }

    /// The run that holds an entry's lookups; `None`: they stand one by one in table `lookup`.
    pub(super) fn of(&self, idx: u64) -> Option<LookupRun> {
        let at = self.0.partition_point(|run| run.first <= idx).checked_sub(1)?;
        self.0.get(at).copied().filter(|run| idx <= run.last)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &LookupRun> {
        self.0.iter()
    }

    /// The runs that cannot be: they reach behind the end of the log, or have an entry in common with the one before.
    pub(super) fn misplaced(&self, size: u64) -> Vec<LookupRun> {
        let mut free = 0;
        let mut misplaced = Vec::new();
        for run in &self.0 {
            if run.first < free || run.last < run.first || run.last >= size {
                misplaced.push(*run);
            }
            free = free.max(run.last.saturating_add(1));
        }
        misplaced
    }
}

/// Writes the pairs of the entries from `first` to `last` as a new run; sorts them for it.
pub(super) fn write(
    conn: &Connection,
    (first, last): (u64, u64),
    pairs: &mut [Pair],
) -> rusqlite::Result<()> {
    pairs.sort_unstable();
    let id = conn
        .prepare_cached(
            "INSERT INTO run (run, first, last) VALUES ((SELECT coalesce(max(run), 0) + 1 FROM run), ?1, ?2)",
        )?
        .insert(params![first, last])?;
    let run = LookupRun { id, first, last };
    let mut insert =
        conn.prepare_cached("INSERT INTO block (run, hash, idx, pairs) VALUES (?1, ?2, ?3, ?4)")?;
    let mut bytes = Vec::with_capacity(FULL * PAIR);
    for block in pairs.chunks(FULL) {
        pack(&run, block, &mut bytes);
        insert.execute(params![id, block[0].0, block[0].1, bytes])?;
    }
    Ok(())
}

fn pack(run: &LookupRun, pairs: &[Pair], out: &mut Vec<u8>) {
    out.clear();
    for (hash, idx) in pairs {
        out.extend_from_slice(&hash.to_be_bytes());
        // A run is far smaller than 2^32 entries (`lookup::MAX_RUN`).
        out.extend_from_slice(&((idx - run.first) as u32).to_be_bytes());
    }
}

fn unpack<'b>(run: &LookupRun, bytes: &'b [u8]) -> impl Iterator<Item = Pair> + use<'b> {
    let first = run.first;
    bytes.as_chunks::<PAIR>().0.iter().map(move |&[a, b, c, d, e, f, g, h, i, j, k, l]| {
        let hash = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
        (hash, first + u64::from(u32::from_be_bytes([i, j, k, l])))
    })
}

/// Shows the indexes that a run has under the hashes `from..=to`.
pub(super) fn find(
    conn: &Connection,
    run: &LookupRun,
    from: i64,
    to: i64,
    show: &mut dyn FnMut(u64),
) -> rusqlite::Result<()> {
    // The last block that begins before `from` may reach into the range.
    let mut blocks = conn.prepare_cached(
        "SELECT pairs FROM block WHERE run = ?1 AND hash <= ?3
           AND hash >= coalesce((SELECT max(hash) FROM block WHERE run = ?1 AND hash < ?2), ?2)
         ORDER BY hash, idx",
    )?;
    let mut rows = blocks.query(params![run.id, from, to])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob()?;
        unpack(run, bytes).filter(|(hash, _)| (from..=to).contains(hash)).for_each(|(_, idx)| show(idx));
    }
    Ok(())
}

/// True when the run has this pair.
pub(super) fn has(conn: &Connection, run: &LookupRun, pair: Pair) -> rusqlite::Result<bool> {
    Ok(block_at(conn, run, pair)?.is_some_and(|(_, pairs)| pairs.binary_search(&pair).is_ok()))
}

/// The block in which a pair would stand: its row and its pairs.
fn block_at(conn: &Connection, run: &LookupRun, pair: Pair) -> rusqlite::Result<Option<(i64, Vec<Pair>)>> {
    conn.prepare_cached(
        "SELECT id, pairs FROM block WHERE run = ?1 AND (hash, idx) <= (?2, ?3)
         ORDER BY hash DESC, idx DESC LIMIT 1",
    )?
    .query_row(params![run.id, pair.0, pair.1], |r| {
        Ok((r.get(0)?, unpack(run, r.get_ref(1)?.as_blob()?).collect()))
    })
    .optional()
}

/// Removes pairs from a run, and the run when nothing is left of it.
pub(super) fn remove(conn: &Connection, run: &LookupRun, gone: &mut [Pair]) -> rusqlite::Result<()> {
    gone.sort_unstable();
    let mut gone = &gone[..];
    let mut bytes = Vec::new();
    while let Some(next) = gone.first() {
        let Some((id, mut pairs)) = block_at(conn, run, *next)? else {
            // It stands before the first block, so it is not there; `verify` says so.
            gone = &gone[1..];
            continue;
        };
        let end = pairs.last().copied().unwrap_or(*next).max(*next);
        let (here, later) = gone.split_at(gone.partition_point(|pair| *pair <= end));
        gone = later;
        let mut here = here.iter().peekable();
        pairs.retain(|pair| {
            while here.next_if(|gone| *gone < pair).is_some() {}
            here.next_if_eq(&pair).is_none()
        });
        match pairs.first() {
            Some((hash, idx)) => {
                pack(run, &pairs, &mut bytes);
                conn.prepare_cached("UPDATE block SET hash = ?2, idx = ?3, pairs = ?4 WHERE id = ?1")?
                    .execute(params![id, hash, idx, bytes])?
            }
            None => conn.prepare_cached("DELETE FROM block WHERE id = ?1")?.execute([id])?,
        };
    }
    conn.prepare_cached(
        "DELETE FROM run WHERE run = ?1 AND NOT EXISTS (SELECT 1 FROM block WHERE run = ?1)",
    )?
    .execute([run.id])?;
    Ok(())
}

/// What is wrong with a run: its pairs are not what `find` relies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfOrder;

/// Shows every pair of a run in order.
pub(super) fn walk(
    conn: &Connection,
    run: &LookupRun,
    show: &mut dyn FnMut(Pair),
) -> rusqlite::Result<Result<(), OutOfOrder>> {
    let mut blocks =
        conn.prepare_cached("SELECT hash, idx, pairs FROM block WHERE run = ?1 ORDER BY hash, idx")?;
    let mut rows = blocks.query([run.id])?;
    let mut last: Option<Pair> = None;
    let mut good = true;
    while let Some(row) = rows.next()? {
        let key: (i64, i64) = (row.get(0)?, row.get(1)?);
        let bytes = row.get_ref(2)?.as_blob()?;
        let first = unpack(run, bytes).next();
        good &= bytes.len().is_multiple_of(PAIR) && first.is_some_and(|(h, i)| (h, i as i64) == key);
        for pair in unpack(run, bytes) {
            good &= last < Some(pair) && pair.1 <= run.last;
            last = Some(pair);
            show(pair);
        }
    }
    Ok(if good { Ok(()) } else { Err(OutOfOrder) })
}

/// How many blocks belong to no run.
pub(super) fn orphans(conn: &Connection) -> rusqlite::Result<u64> {
    conn.query_row("SELECT count(*) FROM block WHERE run NOT IN (SELECT run FROM run)", [], |r| r.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn database() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(super::super::connection::SCHEMA).unwrap();
        conn
    }

    fn walked(conn: &Connection, run: &LookupRun) -> Vec<Pair> {
        let mut pairs = Vec::new();
        assert_eq!(walk(conn, run, &mut |pair| pairs.push(pair)).unwrap(), Ok(()));
        pairs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// Few hashes and many pairs, so that one hash fills several blocks.
        #[test]
        fn a_run_finds_removes_and_shows_what_a_set_would(
            pairs in proptest::collection::btree_set((-3i64..4, 100u64..1000), 1..2000),
            gone in proptest::collection::btree_set((-3i64..4, 100u64..1000), 0..2000),
            from in -4i64..5, width in 0i64..4,
        ) {
            let conn = database();
            write(&conn, (100, 999), &mut pairs.iter().rev().copied().collect::<Vec<_>>()).unwrap();
            let run = LookupRuns::read(&conn).unwrap().of(500).unwrap();
            prop_assert!(walked(&conn, &run).iter().eq(&pairs));
            let left: BTreeSet<Pair> = pairs.difference(&gone).copied().collect();
            remove(&conn, &run, &mut gone.iter().copied().collect::<Vec<_>>()).unwrap();
            prop_assert!(walked(&conn, &run).iter().eq(&left));
            let mut found = Vec::new();
            find(&conn, &run, from, from + width, &mut |idx| found.push(idx)).unwrap();
            let expected: Vec<u64> =
                left.iter().filter(|(h, _)| (from..=from + width).contains(h)).map(|(_, i)| *i).collect();
            prop_assert_eq!(found, expected);
            for pair in pairs.iter().take(50) {
                prop_assert_eq!(has(&conn, &run, *pair).unwrap(), left.contains(pair));
            }
            prop_assert_eq!(LookupRuns::read(&conn).unwrap().of(500).is_some(), !left.is_empty());
        }
    }

    #[test]
    fn a_block_that_was_tampered_with_is_out_of_order() {
        let pairs: Vec<Pair> = (0..1000).map(|n| (i64::try_from(n / 3).unwrap(), 10 + n)).collect();
        for sql in [
            "UPDATE block SET hash = hash + 1 WHERE id = 2",
            "UPDATE block SET pairs = substr(pairs, 1, 23) WHERE id = 2",
            "UPDATE block SET pairs = x'' WHERE id = 2",
            "UPDATE block SET pairs = (SELECT pairs FROM block WHERE id = 1) WHERE id = 2",
            "UPDATE run SET last = 500",
        ] {
            let conn = database();
            write(&conn, (10, 1009), &mut pairs.clone()).unwrap();
            conn.execute_batch(sql).unwrap();
            let run = LookupRuns::read(&conn).unwrap().of(20).unwrap();
            assert_eq!(walk(&conn, &run, &mut |_| ()).unwrap(), Err(OutOfOrder), "{sql}");
        }
    }
}
