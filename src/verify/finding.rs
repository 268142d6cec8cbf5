//! What verification can find. A finding is a value, not an error: it carries what was expected and what was found;
//! the remedy is said by whoever prints it.
//!
//! Owns: the kinds of findings (status 1) and notices (status 0). Does not own: texts.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::broken::Broken;
use crate::ledger::note::NoteFault;
use crate::ledger::{Base, Digest, PartName, Timestamp};

/// A table, an index, a trigger or a view, as SQLite's own list has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaObject {
    /// What it is: `table`, `index`, `trigger` or `view`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The table it belongs to.
    pub table: String,
}

/// Something is wrong in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are named by what they hold; each variant says the rest")]
pub enum Finding {
    /// The log has no entry 0 of kind `genesis`, or its facts cannot be read.
    NoGenesis,
    /// Indexes do not follow each other: entries were removed, or one was inserted.
    Gap { expected: u64, found: u64 },
    /// A row with an index below 0: no entry can have it.
    BeforeGenesis { found: i64 },
    /// The entry does not hash to the leaf hash stored for it: header, payload or the link to the one before.
    Altered { index: u64, expected: Digest, found: Digest },
    /// Cells are filled that belong to no part of the entry, so that no hash covers them.
    StrayCells { index: u64 },
    /// What is stored cannot be read as an entry.
    Unreadable { index: u64, why: Broken },
    /// A part is missing, and no erasure entry names it.
    MissingPart { index: u64, part: PartName },
    /// A part is not canonical.
    NotCanonical { index: u64, part: PartName, offset: usize },
    /// The retention base lies before a time that stands earlier in the log.
    BaseBeforeLog { index: u64, base: Base, newest: NaiveDate },
    /// The retention base lies before the day of provision.
    BaseBeforeProvision { index: u64, base: NaiveDate, provided_on: NaiveDate },
    /// A trust entry lets the record count from a day that it claims, and its base lies before that day.
    BaseBeforeClaim { index: u64, base: NaiveDate, claimed_on: NaiveDate },
    /// Which records a trust entry is about cannot be read.
    TrustUnreadable { trust: u64 },
    /// A record without a retention base.
    NoBase { index: u64 },
    /// Erased before the retention period had ended.
    ErasedTooEarly { index: u64, erasure: u64, erased_on: NaiveDate, free: NaiveDate },
    /// Erased while its last day of provision was not known.
    ErasedWhileOpen { index: u64, erasure: u64 },
    /// Erased while a hold named it.
    ErasedUnderHold { index: u64, erasure: u64, hold: u64 },
    /// A record was erased, and a correction of it was not.
    CorrectionLeft { index: u64, about: u64 },
    /// A correction was erased, and the record that it is about was not.
    CorrectionErasedAlone { index: u64, about: u64 },
    /// A correction is about an entry that is no record.
    CorrectionOfNoRecord { index: u64, about: u64 },
    /// What a hold names cannot be read.
    HoldUnreadable { hold: u64 },
    /// An erasure names an entry that is kept for ever.
    ErasedPermanent { index: u64, erasure: u64 },
    /// An erasure names an entry that is not earlier in the log than itself.
    ErasureOutOfRange { erasure: u64, index: u64 },
    /// Two erasures name the same entry.
    ErasedTwice { index: u64, erasure: u64 },
    /// An erasure names an entry whose payload is still there.
    NotErased { index: u64, erasure: u64 },
    /// What an erasure entry says cannot be read, or it names nothing.
    ErasureUnreadable { erasure: u64 },
    /// The base or the first day that an erasure claims for a run is not that of its entries.
    ErasureClaim { erasure: u64, index: u64, claimed: NaiveDate, actual: NaiveDate },
    /// Nobody had stated the day of an erasure.
    DayNotStated { erasure: u64 },
    /// An erasure confirms another date than its own day.
    ConfirmedOtherDay { erasure: u64, confirmed_on: NaiveDate, day: NaiveDate },
    /// At an erasure, the clock stood behind an earlier entry.
    ClockBehindAtErasure { erasure: u64, time: Timestamp, newest: Timestamp },
    /// An entry after an erasure is older than it: the clock had been ahead when it was made.
    OlderThanErasure { index: u64, time: Timestamp, erasure: u64, erased_at: Timestamp },
    /// A stored hash of a subtree is not that of its leaves.
    NodeWrong { level: u32, number: u64, expected: Digest, found: Option<Digest> },
    /// There are more stored hashes of subtrees than the log has: entries were cut off its end.
    TooManyNodes { expected: u64, found: u64 },
    /// The lookups differ from the records: `list` and `export` with a filter could leave out an entry.
    LookupMissing { index: u64 },
    /// A lookup points to an entry that it does not belong to.
    LookupStray { index: u64 },
    /// The packed lookups of the entries from `first` to `last` are not in their order, so that looking there misses some.
    LookupsOutOfOrder { first: u64, last: u64 },
    /// Packed lookups that belong to no run.
    LookupsOfNoRun,
    /// The keyed fingerprint of an erased record is still there.
    FingerprintLeft { index: u64 },
    /// The table of erased runs differs from the erasure entries.
    ErasedTable { erasure: u64 },
    /// The newest time on record is not the newest time in the log.
    NewestWrong { expected: Timestamp, found: Option<Timestamp> },
    /// The checkpoint is not a checkpoint in a signed note.
    CheckpointUnreadable { fault: NoteFault },
    /// No key that is known has signed the checkpoint; whose names stand on it.
    CheckpointUnsigned { names: Vec<String> },
    /// A signature on the checkpoint claims this known key and is not by it.
    CheckpointForged { key: String },
    /// It is the checkpoint of another log.
    CheckpointOfAnother { found: String, expected: String },
    /// It is signed by a key of the ledger, but not by the one that was in force at its size.
    CheckpointByOldKey { size: u64 },
    /// The log is shorter than the checkpoint says it was: its end was cut off, or it was rolled back.
    CutBehindCheckpoint { size: u64, found: u64 },
    /// The log does not continue the one that the checkpoint was made of: it was rewritten or replaced.
    CheckpointDiffers { size: u64, expected: Digest, found: Digest },
    /// A checkpoint that the ledger keeps is not one that it can have issued.
    KeptCheckpoint { size: u64 },
    /// A timestamp is not over the checkpoint of this size as it was issued, or is no reply.
    TimestampDiffers { size: u64 },
    /// A checkpoint that follows an erasure was stamped on an earlier day than the erasure's: the clock was ahead when it
    /// erased.
    StampedBeforeErasure { size: u64, time: Timestamp, erasure: u64, erased_at: Timestamp },
    /// The log is shorter than its anchor: its end was cut off, or it was rolled back.
    CutBehindAnchor { size: u64, found: u64 },
    /// The log does not continue the state that the anchor holds: it was rewritten or replaced.
    AnchorDiffers { size: u64, expected: Digest, found: Digest },
    /// What lies in the anchor's place is no anchor of this ledger.
    NotItsAnchor { path: PathBuf },
    /// A key entry, or the genesis, names no usable key.
    KeyUnreadable { index: u64 },
    /// A line of a manifest is not digest and path inside the folder, or is there twice.
    ManifestLine { file: &'static str, line: String },
    /// A file that a manifest lists is not there.
    FileMissing { path: String },
    /// A file is not the one that the manifest lists.
    FileChanged { path: String },
    /// A payload file that no manifest lists.
    FileExtra { path: String },
    /// A file that a manifest lists, with a name that no file of such a folder has.
    FileUnknown { path: String },
    /// A spreadsheet program has opened and saved the file.
    Resaved { path: String },
    /// A key was given, and the folder has no checkpoint that it could have signed.
    CheckpointMissing,
    /// A timestamp in a folder is not over its checkpoint, or is no reply.
    StampDiffers { path: String },
    /// What a file shows of this entry belongs to no such entry of the range.
    NotInRange { file: &'static str, index: u64 },
    /// `current.csv` does not show a record as its corrections leave it.
    ReadingDiffers { index: u64 },
    /// An entry that the folder names as the log's own is not in it.
    NotInLog { index: u64 },
    /// The checkpoint in the folder is of fewer entries than the range.
    RangeBehindCheckpoint { size: u64, found: u64 },
    /// A table, index, trigger or view that every ledger has is not there.
    SchemaMissing { object: SchemaObject },
    /// It is there with another text.
    SchemaAltered { object: SchemaObject },
    /// One that no ledger has: it can change what is written or copy what is erased.
    SchemaForeign { object: SchemaObject },
    /// A table whose rows are part of the schema has others.
    ConstantsDiffer { table: &'static str },
    /// A row of values that records share, which no record refers to.
    ValueUnused { table: &'static str, id: i64 },
    /// One that does not stand where its keyed hash says: it would not be found again.
    ValueMisplaced { table: &'static str, id: i64 },
    /// The keyed fingerprint of a record's content is not that of its content.
    FingerprintDiffers { index: u64 },
    /// A record names an import entry that is none.
    ImportOfNone { index: u64, import: u64 },
    /// The one row of state is not what the entries make it.
    StateWrong,
    /// An entry is about another one, and its kind is about none; or the other way round.
    AboutWrong { index: u64 },
    /// An entry of a permanent kind has a retention base.
    BaseOnPermanent { index: u64 },
    /// What an entry says is not what its kind can say: a key or a value that the format does not have.
    NotUnderstood { index: u64 },
    /// SQLite's own check of the file found something (`--deep`).
    Sqlite { message: String },
}

names! {
    Finding:
    NoGenesis => "no-genesis",
    Gap => "gap",
    BeforeGenesis => "before-genesis",
    Altered => "altered",
    StrayCells => "stray-cells",
    Unreadable => "unreadable",
    MissingPart => "missing-part",
    NotCanonical => "not-canonical",
    BaseBeforeLog => "base-before-log",
    BaseBeforeProvision => "base-before-provision",
    BaseBeforeClaim => "base-before-claim",
    TrustUnreadable => "trust-unreadable",
    NoBase => "no-base",
    ErasedTooEarly => "erased-too-early",
    ErasedWhileOpen => "erased-while-open",
    ErasedUnderHold => "erased-under-hold",
    CorrectionLeft => "correction-left",
    CorrectionErasedAlone => "correction-erased-alone",
    CorrectionOfNoRecord => "correction-of-no-record",
    HoldUnreadable => "hold-unreadable",
    ErasedPermanent => "erased-permanent",
    ErasureOutOfRange => "erasure-out-of-range",
    ErasedTwice => "erased-twice",
    NotErased => "not-erased",
    ErasureUnreadable => "erasure-unreadable",
    ErasureClaim => "erasure-claim",
    DayNotStated => "day-not-stated",
    ConfirmedOtherDay => "confirmed-other-day",
    ClockBehindAtErasure => "clock-behind-at-erasure",
    OlderThanErasure => "older-than-erasure",
    NodeWrong => "node-wrong",
    TooManyNodes => "too-many-nodes",
    LookupMissing => "lookup-missing",
    LookupStray => "lookup-stray",
    LookupsOutOfOrder => "lookups-out-of-order",
    LookupsOfNoRun => "lookups-of-no-run",
    FingerprintLeft => "fingerprint-left",
    ErasedTable => "erased-table",
    NewestWrong => "newest-wrong",
    CheckpointUnreadable => "checkpoint-unreadable",
    CheckpointUnsigned => "checkpoint-unsigned",
    CheckpointForged => "checkpoint-forged",
    CheckpointOfAnother => "checkpoint-of-another",
    CheckpointByOldKey => "checkpoint-by-old-key",
    CutBehindCheckpoint => "cut-behind-checkpoint",
    CheckpointDiffers => "checkpoint-differs",
    KeptCheckpoint => "kept-checkpoint",
    TimestampDiffers => "timestamp-differs",
    StampedBeforeErasure => "stamped-before-erasure",
    CutBehindAnchor => "cut-behind-anchor",
    AnchorDiffers => "anchor-differs",
    NotItsAnchor => "not-its-anchor",
    KeyUnreadable => "key-unreadable",
    ManifestLine => "manifest-line",
    FileMissing => "file-missing",
    FileChanged => "file-changed",
    FileExtra => "file-extra",
    FileUnknown => "file-unknown",
    Resaved => "resaved",
    CheckpointMissing => "checkpoint-missing",
    StampDiffers => "stamp-differs",
    NotInRange => "not-in-range",
    ReadingDiffers => "reading-differs",
    NotInLog => "not-in-log",
    RangeBehindCheckpoint => "range-behind-checkpoint",
    SchemaMissing => "schema-missing",
    SchemaAltered => "schema-altered",
    SchemaForeign => "schema-foreign",
    ConstantsDiffer => "constants-differ",
    ValueUnused => "value-unused",
    ValueMisplaced => "value-misplaced",
    FingerprintDiffers => "fingerprint-differs",
    ImportOfNone => "import-of-none",
    StateWrong => "state-wrong",
    AboutWrong => "about-wrong",
    BaseOnPermanent => "base-on-permanent",
    NotUnderstood => "not-understood",
    Sqlite => "sqlite",
}

/// Worth knowing, not wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are named by what they hold; each variant says the rest")]
pub enum Notice {
    /// The retention of these records counts from days that an imported file claims: somebody has decided so.
    Trusted { trust: u64, first: u64, last: u64 },
    /// The clock went back by more than five minutes.
    ClockBack { index: u64, time: Timestamp, newest: Timestamp },
    /// An entry is later than the clock of this machine.
    LaterThanClock { index: u64, time: Timestamp },
    /// Nothing here is signed: a log that was cut at its end or rewritten as a whole looks the same.
    NothingSigned,
    /// The ledger has an anchor, which cannot be read now.
    AnchorOutOfReach { path: PathBuf },
    /// The latest timestamp, whose signature has not been checked here.
    Stamped { size: u64, time: Timestamp },
    /// Checkpoints were issued, the latest at this size, and none was given to compare with.
    NoCheckpointGiven { last: u64 },
    /// The checkpoint was believed because of a key that the ledger itself names.
    LedgersOwnKey,
    /// The fingerprint secret is not at hand, so the lookups were not compared.
    LookupsNotCompared,
    /// Erased bytes may still stand in the write-ahead log: the erasure is not finished.
    ErasurePending,
    /// So many records say of themselves that a rule was broken.
    Breaches { records: u64 },
    /// Another tool's ANALYZE has left tables of statistics; the next command that writes removes them.
    Statistics,
    /// So much of the file holds nothing now: what stands in it, no check can know (`--deep`).
    FreePages { pages: u64, bytes: u64 },
    /// A file that is not of the folder: a program that looked into it left it there.
    Litter { path: String },
    /// A file of which nothing is proved is not the one that this release writes.
    OtherRelease { path: String },
    /// The folder says that the log does not know of it.
    NotLogged,
}

names! {
    Notice:
    Trusted => "trusted",
    ClockBack => "clock-back",
    LaterThanClock => "later-than-clock",
    NothingSigned => "nothing-signed",
    AnchorOutOfReach => "anchor-out-of-reach",
    Stamped => "stamped",
    NoCheckpointGiven => "no-checkpoint-given",
    LedgersOwnKey => "ledgers-own-key",
    LookupsNotCompared => "lookups-not-compared",
    ErasurePending => "erasure-pending",
    Breaches => "breaches",
    Statistics => "statistics",
    FreePages => "free-pages",
    Litter => "litter",
    OtherRelease => "other-release",
    NotLogged => "not-logged",
}

impl Finding {
    /// The file of an exported folder that it is about, where it is about one.
    #[must_use]
    pub fn file(&self) -> Option<String> {
        match self {
            Finding::ManifestLine { file, .. } => Some((*file).to_owned()),
            Finding::NotInRange { file, .. } => Some(format!("data/{file}")),
            Finding::CheckpointMissing => Some("data/checkpoint".to_owned()),
            Finding::FileMissing { path }
            | Finding::FileChanged { path }
            | Finding::FileExtra { path }
            | Finding::FileUnknown { path }
            | Finding::Resaved { path }
            | Finding::StampDiffers { path } => Some(path.clone()),
            _ => None,
        }
    }
}
