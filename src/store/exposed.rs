//! What of a ledger others can read.
//!
//! Owns: which files are looked at. Does not own: permissions themselves (`private`), what is said of it.

use std::path::{Path, PathBuf};

use super::file::beside;
use super::keys::{next_key_path, secret_path, signing_key_path};
use crate::private::is_open_to_others;

/// The files of the ledger at `path` that everybody with an account can read or write: the database and its write-ahead log hold personal
/// data, the secret confirms guesses about it, the key signs. None where nothing is there yet.
#[must_use]
pub fn open_to_others(path: &Path) -> Vec<PathBuf> {
    let mut files = vec![path.to_owned(), beside(path, "-wal"), beside(path, "-shm")];
    files.extend([secret_path(path), signing_key_path(path), next_key_path(path)]);
    files.retain(|file| is_open_to_others(file));
    files
}
