//! Why a command could not do what it was asked to: the failures of the library and those of the command line itself.
//!
//! Owns: the list. Does not own: statuses and names (`status`), texts.

use std::io;
use std::path::PathBuf;

use chrono::NaiveDate;
use provlog::evidence::Unmade;
use provlog::import::SourceError;
use provlog::intake::NotRecorded;
use provlog::store::{Failure, NotAttached};
use provlog::verify::Finding;

/// A command failed.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The store could not do it.
    Store(Failure),
    /// An input cannot be opened or read.
    Source(SourceError),
    /// A file could not be written.
    Write(PathBuf, io::Error),
    /// A file or folder that is to be made is there already.
    OutputExists(PathBuf),
    /// Another process is making it just now, or left this lock file where nothing can be locked.
    BeingMade { path: PathBuf, lock: PathBuf },
    /// A folder is complete and in the log, but could not be given its name.
    Unplaced { folder: PathBuf, target: PathBuf, index: u64, error: io::Error },
    /// A folder is complete, and whether it is in the log could not be found out.
    Unsettled { folder: PathBuf, target: PathBuf, index: u64 },
    /// What a stopped command left there belongs to another ledger, which alone can tell what to do with it.
    UnfinishedOfAnother { folder: PathBuf },
    /// Standard output cannot be written.
    Output(io::Error),
    /// A value of an option is not what it should be.
    BadOption { option: &'static str, value: String, expected: Expected },
    /// Options that contradict each other, or one that needs another.
    Options { option: &'static str, problem: OptionProblem },
    /// There is no such index.
    NoSuchIndex { indexes: Vec<u64>, size: u64 },
    /// The log has or had no such size.
    NoSuchSize { at: u64, size: u64 },
    /// Entries that were shown are not what was recorded: the first of them, and how many there are.
    Altered { entries: Vec<u64>, count: u64 },
    /// What is to be recorded may be one of the records that were erased; `line`: in a file.
    MayHaveBeenErased { newest: NaiveDate, line: Option<u64> },
    /// The key was used for other content.
    KeyTaken { key: String, index: u64, line: Option<u64> },
    /// The file has been imported before.
    AlreadyImported { file: String, index: u64 },
    /// Claimed dates are to count, and no row of the file claims one.
    NothingClaimed { file: String },
    /// The same file is named twice.
    SameFileTwice { file: String, other: String },
    /// The file changed while it was read.
    FileChanged { file: String },
    /// Some of the entries named may not be deleted; they have been listed.
    MustStay { kept: u64 },
    /// A checkpoint is not to be believed, or the log does not continue it.
    Checkpoint { path: PathBuf, finding: Box<Finding> },
    /// A timestamp does not belong to a checkpoint of this ledger.
    Timestamp { path: PathBuf, why: NotAttached },
    /// No checkpoint was issued since the entry was recorded.
    NoCheckpoint { index: u64 },
    /// The entry cannot be corrected.
    Uncorrectable { index: u64, why: Uncorrectable },
    /// Not a field of a record that can be set.
    NotAField { typed: String },
    /// The entry is no hold that is in force.
    NotAHold { index: u64 },
    /// An entry of a register was made while records were checked against it.
    RegistersChanged,
    /// What may be erased is no longer what was shown.
    PlanChanged,
    /// There is nothing of that ID in the register.
    NotRegistered { register: Register, id: String },
    /// There is a filing of that ID already.
    FilingExists { id: String },
    /// The filing has ended.
    FilingStopped { id: String },
    /// A change takes effect before what it changes.
    BeforeFiling { effective: NaiveDate, filed: NaiveDate },
    /// The entry is no request to stop that is in force.
    NotAStopRequest { index: u64 },
    /// Nothing says whom it is about.
    NoPrincipal,
    /// A name alone, and several people bear it.
    SeveralPrincipals { ids: Vec<String> },
    /// What was asked for is empty.
    NothingMatches,
    /// A file that is to be read is the ledger itself.
    LedgerItself { file: PathBuf },
    /// The erased bytes may still stand in the write-ahead log.
    ErasurePending,
}

/// A register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Register {
    Recipients,
    Filings,
}

/// Why an entry cannot be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uncorrectable {
    NotARecord,
    Erased,
    Void,
    NothingChanges,
    Reopens,
    Changed,
}

/// What a value should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Day,
    Basis,
    Side,
    Month,
    Method,
    Kind,
    Encoding,
    Years,
    Origin,
    Text,
    Period,
    VerifierKey,
    PartyType,
    FiledItem,
    NotFuture,
    YesNo,
}

/// What is wrong between options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptionProblem {
    NeedsReason,
    NeedsPartial,
    NotWithDryRun,
    NotWithFrom,
    NothingNamed,
    NamedAndExpired,
    NamedAndFilter,
    NeedsCheckpoint,
    NeedsOneFile,
}

/// SQLite cannot open its files: put into an error of the system that makes them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotOpened;

impl std::fmt::Display for NotOpened {
    /// For developers; people get the texts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for NotOpened {}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Store(failure)
    }
}

impl From<Unmade> for Trouble {
    fn from(unmade: Unmade) -> Self {
        match unmade {
            Unmade::Store(failure) => failure.into(),
            Unmade::Folder(error) => error.into(),
        }
    }
}

impl From<NotRecorded> for Trouble {
    fn from(why: NotRecorded) -> Self {
        match why {
            NotRecorded::Store(failure) => failure.into(),
            NotRecorded::Source(error) => error.into(),
            NotRecorded::KeyTaken { key, index, line } => Trouble::KeyTaken { key, index, line },
            NotRecorded::MayHaveBeenErased { newest, line } => Trouble::MayHaveBeenErased { newest, line },
        }
    }
}

impl From<SourceError> for Trouble {
    fn from(error: SourceError) -> Self {
        Trouble::Source(error)
    }
}
