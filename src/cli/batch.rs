//! What the first pass over many records finds.
//!
//! Owns: the counts. Does not own: counting (`load`), saying them (`text`).

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
