//! What many records at once come to, in each of the two passes over them.
//!
//! Owns: the counts. Does not own: counting (`load`), saying them (`text`).

use provlog::store::Appended;

/// What the first pass found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    /// Those that the ledger has already.
    pub(crate) known: u64,
    /// Neither: examples, sums, the heading once more.
    pub(crate) skipped: u64,
    /// Reading stopped before the end: what follows has not been looked at, so nothing may be loaded.
    pub(crate) cut_off: bool,
}

/// What the second pass did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) recorded: u64,
    /// Rows whose key was used before, for the same content.
    pub(crate) existing: u64,
    /// Those of the recorded that may have been erased before.
    pub(crate) again: u64,
    pub(crate) first: Option<Appended>,
    pub(crate) last: Option<Appended>,
}
