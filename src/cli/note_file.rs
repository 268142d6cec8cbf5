//! Reading a note from a file, and the keys that are given for it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use provlog::import::SourceError;
use provlog::ledger::note::{MAX_NOTE, VerifierKey};

use super::text;
use super::trouble::{Expected, Trouble};

/// The bytes of a note; of a longer file, enough to see that it is too long.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_NOTE as u64 + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(SourceError { name: Arc::from(text::shown(path)), error }.into()),
    }
}

/// The verifier keys of `--key`.
pub(crate) fn keys(given: &[String]) -> Result<Vec<VerifierKey>, Trouble> {
    let parse = |text: &String| {
        VerifierKey::parse(text.trim()).map_err(|_| Trouble::BadOption {
            option: "--key",
            value: text.clone(),
            expected: Expected::VerifierKey,
        })
    };
    given.iter().map(parse).collect()
}
