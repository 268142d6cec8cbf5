//! The kept nodes of the Merkle tree: complete subtrees of 256 leaves and more.
//!
//! Owns: which nodes are kept, resuming a tree from them. Does not own: hashing (`ledger::tree`).

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::ledger::Digest;
use crate::ledger::tree::{Frontier, Node, peak_positions};

/// The lowest level that is kept: 2^8 leaves.
pub(super) const KEPT_LEVEL: u32 = 8;
const LEAVES: u64 = 1 << KEPT_LEVEL;

/// Resumes the tree of the first `size` entries. `Ok(None)`: a node is missing or not a hash.
pub(super) fn frontier(conn: &Connection, size: u64) -> rusqlite::Result<Option<Frontier>> {
    let whole = size - size % LEAVES;
    let mut node = conn.prepare_cached("SELECT hash FROM node WHERE level = ?1 AND number = ?2")?;
    let mut peaks = Vec::new();
    for (level, number) in peak_positions(whole) {
        let mut rows = node.query(params![level, number])?;
        match rows.next()? {
            Some(row) => peaks.push(Digest(row.get(0)?)),
            None => return Ok(None),
        }
    }
    let Some(mut tree) = Frontier::from_peaks(whole, peaks) else { return Ok(None) };
    let mut tail = conn.prepare_cached("SELECT leaf FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx")?;
    let mut rows = tail.query(params![whole, size])?;
    while let Some(row) = rows.next()? {
        tree.push(Digest(row.get(0)?), |_| ());
    }
    Ok((tree.size() == size).then_some(tree))
}

/// The hash of a complete subtree, kept or made of its leaves. `Ok(None)`: it is missing, or a leaf of it is.
pub(super) fn node(conn: &Connection, level: u32, number: u64) -> rusqlite::Result<Option<Digest>> {
    if level >= KEPT_LEVEL {
        return conn
            .prepare_cached("SELECT hash FROM node WHERE level = ?1 AND number = ?2")?
            .query_row(params![level, number], |r| r.get(0).map(Digest))
            .optional();
    }
    let (first, end) = (number << level, (number + 1) << level);
    let mut tree = Frontier::new();
    let mut leaves =
        conn.prepare_cached("SELECT leaf FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx")?;
    let mut rows = leaves.query([first, end])?;
    while let Some(row) = rows.next()? {
        tree.push(Digest(row.get(0)?), |_| ());
    }
    Ok((tree.size() == end - first).then(|| tree.root()))
}

/// Keeps a node that has just been completed.
pub(super) fn keep(conn: &Connection, node: Node) -> rusqlite::Result<()> {
    if node.level >= KEPT_LEVEL {
        conn.prepare_cached("INSERT INTO node (level, number, hash) VALUES (?1, ?2, ?3)")?
            .execute(params![node.level, node.number, node.hash.0])?;
    }
    Ok(())
}

/// True when an entry with this index completes a subtree that is kept.
pub(super) fn completes(idx: u64) -> bool {
    (idx + 1).is_multiple_of(LEAVES)
}
