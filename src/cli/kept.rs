//! What a command has done that stays, whatever becomes of its answer.
//!
//! Owns: the list of such things. Does not own: remembering them (`output`), saying them (`text`).

use std::path::PathBuf;

/// What a command has done that stays, whether or not its answer can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Entries of the log.
    Entries { first: u64, last: u64 },
    /// A file or folder that was made.
    Made(PathBuf),
    /// A timestamp, beside the checkpoint of this size.
    Stamped(u64),
}
