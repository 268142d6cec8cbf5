//! What can keep the store from doing something. Owns: the list. Does not own: how it is said (`cli/text`).

use std::path::{Path, PathBuf};
use std::{error, fmt, io};

use chrono::NaiveDate;
use rusqlite::ErrorCode;

use super::damage::{BadValue, Damage};
use crate::ledger::Timestamp;
use crate::ledger::anchor::State;
use crate::verify::finding::SchemaObject;

/// A failure of the store: it could not do what it was asked, and has changed nothing unless it says so.
#[derive(Debug)]
pub enum Failure {
    /// There is no file at the path.
    NoLedger(PathBuf),
    /// There is no file at the path, but what an interrupted `init` left beside it, or one that is running.
    Interrupted(PathBuf),
    /// `init` found something at the path.
    AlreadyThere(PathBuf),
    /// Another process is making a ledger at the path, or left this lock file where nothing can be locked.
    BeingMade(PathBuf, PathBuf),
    /// The file is not a SQLite database.
    NotADatabase(PathBuf),
    /// The file is another program's database (its application_id).
    OtherProgram(PathBuf, i64),
    /// The ledger was made by a newer version of provlog.
    Newer(PathBuf, i64),
    /// The ledger, or the folder it lies in, cannot be written.
    ReadOnly(PathBuf),
    /// The ledger, or a file beside it, cannot be read by this account.
    Unreadable(PathBuf),
    /// The ledger file has a second name (a hard link), and so a second write-ahead log.
    HardLinked(PathBuf),
    /// Another file lies at the ledger's path now: what this command wrote is not in it.
    Moved(PathBuf),
    /// The write-ahead log beside the file does not continue it: it was left there when the file was replaced.
    ForeignLog(PathBuf),
    /// A copy that lost its journal mode.
    NotWal(PathBuf),
    /// Entries stand in the write-ahead log alone, and an account that may only read cannot open it first.
    OwnerMustOpen(PathBuf),
    /// The file was read as it lies, and somebody has written it meanwhile.
    ChangedMeanwhile(PathBuf),
    /// The clock shows no usable time.
    NoClock,
    /// The clock stands so far ahead of the newest entry that nothing is written by it, unless a person confirms the day.
    ClockFarAhead {
        /// The newest time in the log.
        newest: Timestamp,
        /// What the clock says.
        now: Timestamp,
    },
    /// The day that a person confirmed is not the clock's.
    NotToday {
        /// The day that was confirmed.
        confirmed: NaiveDate,
        /// The clock's legal day.
        today: NaiveDate,
    },
    /// Something is to be erased, and nobody has stated the day.
    DayNotStated,
    /// Something is to be erased, and the clock stands behind the newest entry.
    ClockBehind {
        /// The newest time in the log.
        newest: Timestamp,
        /// What the clock says.
        now: Timestamp,
    },
    /// Another process kept the ledger locked for longer than we were told to wait.
    Locked(PathBuf),
    /// The fingerprint secret is not where it should be.
    NoSecret(PathBuf),
    /// It is there, and this account may not read it: for what it may do, it is not.
    SecretUnreadable(PathBuf),
    /// The file is not a fingerprint secret.
    NotASecret(PathBuf),
    /// The secret is not the one that this ledger was made with.
    WrongSecret(PathBuf),
    /// The signing key is not where it should be.
    NoSigningKey(PathBuf),
    /// It is there, and this account may not read it.
    SigningKeyUnreadable(PathBuf),
    /// The file is not an Ed25519 key in PKCS#8 PEM.
    NotASigningKey(PathBuf),
    /// The key is not the one that the ledger names.
    WrongSigningKey(PathBuf),
    /// There is no anchor.
    NoAnchor,
    /// Something else lies where an anchor is to be set, or what was written once cannot be taken back there.
    AnchorTaken(PathBuf),
    /// The anchor cannot be read; what the system says.
    AnchorOutOfReach(PathBuf, io::Error),
    /// The anchor speaks against the ledger.
    AgainstAnchor(Box<Against>),
    /// What was asked for is done and durable, but the anchor could not be advanced; the next writer tries again.
    NotAnchored {
        /// Where the anchor lies.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
        /// The first and the last entry that are in the ledger now; `None` where nothing had to be added.
        entries: Option<(u64, u64)>,
    },
    /// As [`Failure::NotAnchored`]: it is done and durable, but meanwhile the anchor speaks against the ledger.
    DoneAgainstAnchor {
        /// What it says.
        against: Box<Against>,
        /// The first and the last entry that are in the ledger now; `None` where nothing had to be added.
        entries: Option<(u64, u64)>,
    },
    /// The log has been told of the next signing key, but its file could not be put in the place of the old one.
    KeyNotPlaced {
        /// Where the next key waits.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
        /// The entry that tells of it.
        index: u64,
    },
    /// The disk failed while a commit was made durable, and again while it was taken back: it is not known whether what was
    /// asked for is in the ledger.
    InDoubt(PathBuf),
    /// The linked SQLite is too old to be trusted with a write-ahead log.
    OldSqlite(String),
    /// What is stored cannot be read as a ledger; `verify` says more.
    Damaged {
        /// The entry, where it is one.
        index: Option<u64>,
        /// What is wrong.
        why: Damage,
    },
    /// The file holds a table, index, trigger or view that no ledger has, or lacks one: it could swallow, change or copy what is written.
    ForeignSchema {
        /// The ledger.
        path: PathBuf,
        /// The first one.
        object: SchemaObject,
    },
    /// A value that the format does not take (the front end should have refused it).
    BadValue(BadValue),
    /// A thread of the program ended without a result: a fault of the program, not of what it was given.
    ThreadLost,
    /// The operating system gives no random numbers.
    NoRandomness,
    /// An operating system error at a path.
    Io(PathBuf, io::Error),
    /// Any other error of SQLite.
    Sqlite(PathBuf, rusqlite::Error),
}

/// What speaks against a ledger, or against its anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// The log is not the one that the anchor holds a state of: cut, rolled back or rewritten.
    State {
        /// Where the anchor lies.
        path: PathBuf,
        /// What it holds.
        anchored: State,
        /// What the ledger has.
        ledger: State,
    },
    /// It is the anchor of another ledger.
    OfAnother(PathBuf),
    /// It is not an anchor.
    Unreadable(PathBuf),
}

impl Against {
    /// Where the anchor lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Against::State { path, .. } | Against::OfAnother(path) | Against::Unreadable(path) => path,
        }
    }
}

impl Failure {
    /// True where something was written and could not be synced.
    pub(super) fn is_of_a_sync(&self) -> bool {
        let Failure::Sqlite(_, e) = self else { return false };
        e.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_FSYNC)
    }

    /// True for an error of SQLite that the disk is at fault for: it is full, or it fails.
    #[must_use]
    pub fn is_of_the_disk(&self) -> bool {
        self.disk_fault().is_some()
    }

    /// What the disk is at fault for, of an error of SQLite.
    #[must_use]
    pub fn disk_fault(&self) -> Option<DiskFault> {
        use rusqlite::ErrorCode::{DiskFull, SystemIoFailure};
        let Failure::Sqlite(_, e) = self else { return None };
        match e.sqlite_error_code() {
            Some(DiskFull) => Some(DiskFault::Full),
            Some(SystemIoFailure) => Some(DiskFault::Failing),
            _ => None,
        }
    }
}

/// What a disk is at fault for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// It takes no more.
    Full,
    /// Reading or writing failed.
    Failing,
}

impl fmt::Display for Failure {
    /// For developers; people get the texts of the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl error::Error for Failure {}

impl From<crate::threads::ThreadLost> for Failure {
    fn from(_: crate::threads::ThreadLost) -> Self {
        Failure::ThreadLost
    }
}

/// An error of the operating system that can be kept and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsCause {
    kind: io::ErrorKind,
    /// The number that the system has for it.
    number: Option<i32>,
}

impl From<io::Error> for OsCause {
    fn from(e: io::Error) -> Self {
        OsCause { kind: e.kind(), number: e.raw_os_error() }
    }
}

impl From<io::ErrorKind> for OsCause {
    fn from(kind: io::ErrorKind) -> Self {
        OsCause { kind, number: None }
    }
}

impl From<OsCause> for io::Error {
    fn from(cause: OsCause) -> Self {
        match cause.number {
            Some(number) => io::Error::from_raw_os_error(number),
            None => cause.kind.into(),
        }
    }
}

/// SQLite has no code of its own for this.
fn lacks_a_table(e: &rusqlite::Error) -> bool {
    let said = match e {
        rusqlite::Error::SqliteFailure(_, Some(said)) => said,
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        _ => return false,
    };
    ["no such table: ", "no such column: ", "no such view: "].iter().any(|lack| said.starts_with(lack))
}

/// Gives an error of SQLite its meaning for a person.
pub(super) fn meaning(path: &Path, e: rusqlite::Error) -> Failure {
    let path = path.to_owned();
    match e.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Failure::NotADatabase(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::Locked(path),
        // A write-ahead log cannot be opened where its companion files cannot be made.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Failure::ReadOnly(path)
        }
        // What is asked for is written in this program: what lacks it is no whole ledger.
        Some(ErrorCode::Unknown) if lacks_a_table(&e) => {
            Failure::Damaged { index: None, why: Damage::TableMissing }
        }
        Some(ErrorCode::DatabaseCorrupt) => Failure::Damaged { index: None, why: Damage::Malformed },
        _ => Failure::Sqlite(path, e),
    }
}

/// The store's result.
pub type Result<T> = std::result::Result<T, Failure>;
