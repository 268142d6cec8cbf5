//! How the program ends: a status for scripts, and for every failure a name for programs. One table; docs/EXIT-STATUS.md shows
//! it, and tests/statuses.rs holds the two together.
//!
//! Owns: which status and which name a failure has. Does not own: what is said (`text`), when it is said (`ending`).

use std::io;

use provlog::store::Failure;
use provlog::verify::Finding;

use super::trouble::Trouble;

/// The status that the program ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done, with warnings or without.
    Done = 0,
    /// The content was refused, or there are findings.
    Refused = 1,
    /// The command line, or a file that it names, cannot be used.
    Usage = 2,
    /// There is no ledger, or none that can be read.
    NoLedger = 3,
    /// Busy, or not finished: the same command may do it later.
    Unfinished = 4,
    /// The anchor, or a given checkpoint, speaks against the ledger.
    Against = 5,
    /// A disk or an output took no more, and nothing was committed.
    NoRoom = 6,
}

impl Status {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

/// How a command ended that did what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, with warnings or without.
    Done,
    /// The content was refused, and has been reported.
    Refused,
    /// A check has found something, and has reported it: the status is that of the gravest finding.
    Findings(Status),
}

/// A mistake in the command line.
pub(crate) const USAGE: (Status, &str) = (Status::Usage, "usage");
/// The content was refused, and has been reported.
pub(crate) const REFUSED: (Status, &str) = (Status::Refused, "refused");
/// A check found something, and has reported it; the status is that of the gravest finding.
pub(crate) const FINDINGS: &str = "findings";
/// Something failed after something was committed.
pub(crate) const NOT_FINISHED: (Status, &str) = (Status::Unfinished, "not-finished");

/// The status of a failure, and its name.
pub(crate) fn of(trouble: &Trouble) -> (Status, &'static str) {
    match trouble {
        Trouble::Store(failure) => of_store(failure),
        Trouble::Source(_) => (Status::Usage, "unreadable-input"),
        Trouble::Write(_, e) => of_file(e),
        Trouble::OutputExists(_) => (Status::Usage, "already-there"),
        Trouble::BeingMade { .. } => BEING_MADE,
        Trouble::Unplaced { .. } => (Status::Unfinished, "not-placed"),
        Trouble::Unsettled { .. } => (Status::Unfinished, "not-settled"),
        Trouble::UnfinishedOfAnother { .. } => (Status::Usage, "unfinished-of-another"),
        Trouble::Output(_) => (Status::NoRoom, "output"),
        Trouble::LedgerItself { .. } => (Status::Usage, "ledger-itself"),
        Trouble::BadOption { .. } => (Status::Refused, "bad-option-value"),
        Trouble::Options { .. } => (Status::Usage, "wrong-options"),
        Trouble::NoSuchIndex { .. } => (Status::Refused, "no-such-entry"),
        Trouble::NoSuchSize { .. } => (Status::Refused, "no-such-size"),
        Trouble::Altered { .. } => (Status::Refused, "altered"),
        Trouble::MayHaveBeenErased { .. } => (Status::Refused, "may-have-been-erased"),
        Trouble::KeyTaken { .. } => (Status::Refused, "key-taken"),
        Trouble::AlreadyImported { .. } => (Status::Refused, "already-imported"),
        Trouble::NothingClaimed { .. } => (Status::Refused, "nothing-claimed"),
        Trouble::SameFileTwice { .. } => (Status::Refused, "same-file-twice"),
        Trouble::FileChanged { .. } => (Status::Usage, "file-changed"),
        Trouble::MustStay { .. } => (Status::Refused, "must-stay"),
        Trouble::Checkpoint { finding, .. } if speaks_against(finding) => {
            (Status::Against, "against-checkpoint")
        }
        Trouble::Checkpoint { .. } => (Status::Refused, "checkpoint-refused"),
        Trouble::Timestamp { .. } => (Status::Refused, "timestamp-refused"),
        Trouble::NoCheckpoint { .. } => (Status::Refused, "no-checkpoint"),
        Trouble::Uncorrectable { .. } => (Status::Refused, "not-correctable"),
        Trouble::NotAField { .. } => (Status::Refused, "not-a-field"),
        Trouble::NotAHold { .. } => (Status::Refused, "not-a-hold"),
        Trouble::RegistersChanged => (Status::Unfinished, "registers-changed"),
        Trouble::PlanChanged => (Status::Unfinished, "plan-changed"),
        Trouble::NotRegistered { .. } => (Status::Refused, "not-registered"),
        Trouble::FilingExists { .. } => (Status::Refused, "filing-exists"),
        Trouble::FilingStopped { .. } => (Status::Refused, "filing-ended"),
        Trouble::BeforeFiling { .. } => (Status::Refused, "before-filing"),
        Trouble::NotAStopRequest { .. } => (Status::Refused, "not-a-stop-request"),
        Trouble::NoPrincipal => (Status::Refused, "no-principal"),
        Trouble::SeveralPrincipals { .. } => (Status::Refused, "several-principals"),
        Trouble::NothingMatches => (Status::Refused, "nothing-matches"),
        Trouble::ErasurePending => (Status::Unfinished, "erasure-pending"),
    }
}

fn of_store(failure: &Failure) -> (Status, &'static str) {
    match failure {
        Failure::NoLedger(_) => (Status::NoLedger, "no-ledger"),
        Failure::Interrupted(_) => (Status::NoLedger, "interrupted-init"),
        Failure::BeingMade(..) => BEING_MADE,
        Failure::AlreadyThere(_) => (Status::Usage, "already-there"),
        Failure::NotADatabase(_) => (Status::NoLedger, "not-a-ledger"),
        Failure::OtherProgram(..) => (Status::NoLedger, "other-program"),
        Failure::Newer(..) => (Status::NoLedger, "newer-ledger"),
        Failure::ReadOnly(_) => (Status::NoLedger, "read-only"),
        Failure::Unreadable(_) => (Status::NoLedger, "unreadable"),
        Failure::HardLinked(_) => (Status::NoLedger, "hard-linked"),
        Failure::Moved(_) => (Status::Unfinished, "moved"),
        Failure::ForeignLog(_) => (Status::NoLedger, "foreign-log"),
        Failure::ForeignSchema { .. } => (Status::NoLedger, "foreign-schema"),
        Failure::NotWal(_) => (Status::NoLedger, "not-wal"),
        Failure::OwnerMustOpen(_) => (Status::NoLedger, "owner-must-open"),
        Failure::ChangedMeanwhile(_) => (Status::Unfinished, "changed-meanwhile"),
        Failure::NoClock => (Status::Refused, "no-clock"),
        Failure::ClockFarAhead { .. } => (Status::Refused, "clock-far-ahead"),
        Failure::NotToday { .. } => (Status::Refused, "not-today"),
        Failure::DayNotStated => (Status::Refused, "day-not-stated"),
        Failure::ClockBehind { .. } => (Status::Refused, "clock-behind"),
        Failure::Locked(_) => (Status::Unfinished, "locked"),
        Failure::NoSecret(_) => (Status::NoLedger, "no-secret"),
        Failure::SecretUnreadable(_) => (Status::NoLedger, "secret-unreadable"),
        Failure::NotASecret(_) => (Status::NoLedger, "not-a-secret"),
        Failure::WrongSecret(_) => (Status::NoLedger, "wrong-secret"),
        Failure::NoSigningKey(_) => (Status::NoLedger, "no-signing-key"),
        Failure::SigningKeyUnreadable(_) => (Status::NoLedger, "signing-key-unreadable"),
        Failure::NotASigningKey(_) => (Status::NoLedger, "not-a-signing-key"),
        Failure::WrongSigningKey(_) => (Status::NoLedger, "wrong-signing-key"),
        Failure::NoAnchor => (Status::Refused, "no-anchor"),
        Failure::AnchorTaken(_) => (Status::Usage, "anchor-taken"),
        Failure::AnchorOutOfReach(..) => (Status::Unfinished, "anchor-out-of-reach"),
        Failure::AgainstAnchor(_) | Failure::DoneAgainstAnchor { .. } => (Status::Against, "against-anchor"),
        Failure::NotAnchored { .. } => (Status::Unfinished, "not-anchored"),
        Failure::KeyNotPlaced { .. } => (Status::Unfinished, "key-not-placed"),
        Failure::InDoubt(_) => (Status::Unfinished, "in-doubt"),
        Failure::OldSqlite(_) => (Status::NoLedger, "old-sqlite"),
        // An entry that cannot be used is refused; without one, it is the ledger that cannot be used.
        Failure::Damaged { index: Some(_), .. } => (Status::Refused, "entry-damaged"),
        Failure::Damaged { index: None, .. } => (Status::NoLedger, "ledger-damaged"),
        Failure::BadValue(_) => (Status::Refused, "value-refused"),
        Failure::ThreadLost => (Status::Unfinished, "thread-lost"),
        Failure::NoRandomness => (Status::Unfinished, "no-randomness"),
        Failure::Io(_, e) => of_file(e),
        Failure::Sqlite(..) if failure.is_of_the_disk() => DISK,
        Failure::Sqlite(..) => (Status::NoLedger, "sqlite"),
    }
}

const BEING_MADE: (Status, &str) = (Status::Unfinished, "being-made");
const DISK: (Status, &str) = (Status::NoRoom, "disk");

/// A file that could not be written: the place that was named, or the disk under it.
fn of_file(e: &io::Error) -> (Status, &'static str) {
    use io::ErrorKind as Kind;
    match e.kind() {
        Kind::NotFound
        | Kind::PermissionDenied
        | Kind::AlreadyExists
        | Kind::NotADirectory
        | Kind::IsADirectory
        | Kind::DirectoryNotEmpty
        | Kind::ReadOnlyFilesystem
        | Kind::InvalidFilename
        | Kind::InvalidInput => (Status::Usage, "unusable-place"),
        // No room, a quota, a limit on the size of files, an error of the device.
        _ => DISK,
    }
}

/// The finding says that the log is not the one that its anchor, or a given checkpoint, was made of.
pub(crate) fn speaks_against(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::CutBehindCheckpoint { .. }
            | Finding::CheckpointDiffers { .. }
            | Finding::CutBehindAnchor { .. }
            | Finding::AnchorDiffers { .. }
            | Finding::NotItsAnchor { .. }
    )
}
