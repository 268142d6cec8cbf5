//! What is asked of the evidence, and what came of it.
//!
//! Owns: these values, and why none could be made. Does not own: making it (`mod`).

use std::io;
use std::path::PathBuf;

use crate::export::Language;
use crate::export::folder::FolderError;
use crate::export::summary::Tally;
use crate::store::{Failure, Filter, Fingerprints, Issued};

/// What is to be exported, and how.
pub struct Work<'a> {
    /// Which records are opened.
    pub filter: &'a Filter,
    /// The fingerprint secret: without it there is no digest of what was written.
    pub fingerprints: Option<&'a Fingerprints>,
    /// The language of what people read.
    pub language: Language,
    /// The log's first so many entries; below that of the checkpoint where there is one.
    pub size: u64,
    /// The checkpoint of that size, if there is one.
    pub signed: Option<&'a Issued>,
    /// A proof for each opened entry, to this checkpoint, in the place of the range.
    pub sparse: Option<&'a Issued>,
    /// Also a workbook.
    pub xlsx: bool,
}

/// What was written.
#[derive(Default)]
pub struct Written {
    /// The opened records' indexes.
    pub opened: Vec<u64>,
    /// Those of the corrections that are opened with them.
    pub corrections: Vec<u64>,
    /// Entries that are listed and not opened; from the first opened one on.
    pub counted: Counted,
    pub(super) tally: Tally,
    /// The keyed digest of `records.csv`.
    pub digest: Option<String>,
}

impl Written {
    /// Where the range of headers begins: with the first opened entry, else with the end of the log.
    #[must_use]
    pub fn first(&self, work: &Work<'_>) -> u64 {
        self.opened.first().copied().unwrap_or(work.size)
    }
}

/// Entries that are listed and not opened.
#[derive(Clone, Copy, Default)]
pub struct Counted {
    /// Not asked for.
    pub withheld: u64,
    /// Erased within the range.
    pub erased: u64,
    /// Erased behind the end of the range.
    pub since: u64,
}

impl Counted {
    pub(super) fn add(&mut self, more: Counted, less: Counted) {
        self.withheld += more.withheld - less.withheld;
        self.erased += more.erased - less.erased;
        self.since += more.since - less.since;
    }
}

/// Why evidence was not made.
#[derive(Debug)]
pub enum Unmade {
    /// The ledger could not be read, or holds something in the range that is not what was recorded.
    Store(Failure),
    /// The folder could not be written.
    Folder(FolderError),
}

impl From<Failure> for Unmade {
    fn from(failure: Failure) -> Self {
        Unmade::Store(failure)
    }
}

impl From<FolderError> for Unmade {
    fn from(error: FolderError) -> Self {
        Unmade::Folder(error)
    }
}

impl Unmade {
    /// A file or folder could not be written.
    pub(super) fn write(path: impl Into<PathBuf>, e: io::Error) -> Self {
        Unmade::Folder(FolderError::Io(path.into(), e))
    }
}
