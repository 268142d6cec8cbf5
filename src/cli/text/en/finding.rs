//! English: what verification found, and what to do.

use provlog::ledger::note::NoteFault;
use provlog::ledger::{Base, PartName};
use provlog::verify::finding::SchemaObject;
use provlog::verify::{Finding, Notice};

use super::super::{Told, on_one_line, shown};
use super::foreign::foreign;
use super::reason::broken;

/// What to do about an altered ledger.
const PRESERVE: &str = "keep this file as it is (copy it away), find out who had access, and compare with a backup or an exported folder.";

pub(crate) fn finding(finding: &Finding) -> Told {
    let told = |what: String| Told::new(what, PRESERVE);
    let folder = |what: String| {
        Told::new(what, "keep this folder as it is, and ask for it again, made from the ledger.")
    };
    match finding {
        Finding::NoGenesis => told("entry 0 (genesis) is missing or cannot be read".into()),
        Finding::Gap { expected, found } => told(format!(
            "entry {expected} is missing: the next entry there is {found}. Entries were removed"
        )),
        Finding::BeforeGenesis { found } => told(format!(
            "there is a row with the index {found}: no entry comes before entry 0. It was slipped in"
        )),
        Finding::Altered { index, expected, found } => {
            told(format!("entry {index} was altered: its contents hash to {found}, recorded was {expected}"))
        }
        Finding::StrayCells { index } => told(format!(
            "entry {index} has cells that belong to no part of it: no hash covers them, and they were filled in later"
        )),
        Finding::Unreadable { index, why } => {
            let why = broken(*why);
            told(format!("entry {index} cannot be what was recorded: {why}"))
        }
        Finding::MissingPart { index, part } => told(format!(
            "entry {index}: its {} part is missing, and no erasure entry names it",
            part_name(*part)
        )),
        Finding::NotCanonical { index, part, offset } => {
            told(format!("entry {index}: its {} part is not canonical (byte {offset})", part_name(*part)))
        }
        Finding::BaseBeforeLog { index, base, newest } => told(format!(
            "entry {index}: its retention counts from {}, but the log had reached {newest} when it was made",
            base_text(*base)
        )),
        Finding::BaseBeforeProvision { index, base, provided_on } => told(format!(
            "entry {index}: its retention counts from {base}, before the day of provision, {provided_on}"
        )),
        Finding::NoBase { index } => told(format!("entry {index} is a record without a retention base")),
        Finding::ErasedTooEarly { index, erasure, erased_on, free } => told(format!(
            "entry {index} was erased on {erased_on} by entry {erasure}; the first day allowed was {free}"
        )),
        Finding::ErasedWhileOpen { index, erasure } => told(format!(
            "entry {index} was erased by entry {erasure} while its last day of provision was not known"
        )),
        Finding::ErasedUnderHold { index, erasure, hold } => told(format!(
            "entry {index} was erased by entry {erasure} although the hold in entry {hold} named it"
        )),
        Finding::CorrectionLeft { index, about } => told(format!(
            "entry {index} corrects entry {about}, which was erased; the correction should have gone with it"
        )),
        Finding::CorrectionErasedAlone { index, about } => told(format!(
            "entry {index}, a correction, was erased, and entry {about}, which it corrects, was not"
        )),
        Finding::BaseBeforeClaim { index, base, claimed_on } => told(format!(
            "the retention of entry {index} counts from {base}, but the file claims that it was recorded on {claimed_on}"
        )),
        Finding::TrustUnreadable { trust } => {
            told(format!("which records trust entry {trust} is about cannot be read"))
        }
        Finding::CorrectionOfNoRecord { index, about } => {
            told(format!("entry {index} corrects entry {about}, which is no record"))
        }
        Finding::HoldUnreadable { hold } => {
            told(format!("what the hold in entry {hold} names cannot be read"))
        }
        Finding::ErasedPermanent { index, erasure } => {
            told(format!("entry {erasure} erases entry {index}, which is kept for ever"))
        }
        Finding::ErasureOutOfRange { erasure, index } => {
            told(format!("entry {erasure} erases entry {index}, which is not an earlier entry"))
        }
        Finding::ErasedTwice { index, erasure } => {
            told(format!("entry {erasure} erases entry {index}, which another erasure entry names already"))
        }
        Finding::NotErased { index, erasure } => {
            told(format!("entry {erasure} says that entry {index} is erased, but its contents are there"))
        }
        Finding::ErasureUnreadable { erasure } => {
            told(format!("erasure entry {erasure} does not say readably what it erased"))
        }
        Finding::ErasureClaim { erasure, index, claimed, actual } => told(format!(
            "erasure entry {erasure} claims {claimed} as base or first day of deletion of entry {index}; it is {actual}"
        )),
        Finding::DayNotStated { erasure } => {
            told(format!("erasure entry {erasure} does not say that a person had stated the day"))
        }
        Finding::ConfirmedOtherDay { erasure, confirmed_on, day } => {
            told(format!("erasure entry {erasure} confirms {confirmed_on}, but was made on {day}"))
        }
        Finding::ClockBehindAtErasure { erasure, time, newest } => {
            told(format!("erasure entry {erasure} was made at {time}, while an earlier entry says {newest}"))
        }
        Finding::OlderThanErasure { index, time, erasure, erased_at } => told(format!(
            "entry {index} was made at {time}, after erasure entry {erasure} of {erased_at}: most likely the clock was ahead when it erased"
        )),
        Finding::NodeWrong { level, number, expected, found } => {
            let found = found.map_or_else(|| "nothing".to_owned(), |d| d.to_string());
            told(format!(
                "the stored hash of subtree {number} at level {level} is {found}; its entries give {expected}"
            ))
        }
        Finding::TooManyNodes { expected, found } => told(format!(
            "{found} subtree hashes are stored, the entries give {expected}: entries were probably cut off the end"
        )),
        Finding::LookupMissing { index } => told(format!(
            "entry {index} cannot be found by all its search terms: a filtered list would leave it out"
        )),
        Finding::LookupStray { index } => told(format!(
            "a search term points to entry {index}, to which it does not belong; the entry may have been cut off"
        )),
        Finding::LookupsOutOfOrder { first, last } => told(format!(
            "the search terms of entries {first} to {last} are not in their order: a filtered list would leave entries out"
        )),
        Finding::LookupsOfNoRun => told("there are search terms that belong to no entries".into()),
        Finding::FingerprintLeft { index } => told(format!(
            "a fingerprint of the erased entry {index} is left: whoever has the secret could ask whether a record was this one"
        )),
        Finding::ErasedTable { erasure } => {
            told(format!("the table of erased entries does not say what erasure entry {erasure} says"))
        }
        Finding::NewestWrong { expected, found } => {
            let found = found.map_or_else(|| "nothing".to_owned(), |t| t.to_string());
            told(format!("the newest time on record is {found}, the newest entry says {expected}"))
        }
        Finding::CheckpointUnreadable { fault } => Told::new(
            format!("the checkpoint cannot be read: {}", note_fault(*fault)),
            "take the file as it was issued, byte for byte.",
        ),
        Finding::CheckpointUnsigned { names } => Told::new(
            format!("no known key has signed the checkpoint (names on it: {})", names.join(", ")),
            "if it is this ledger's, give the key that you noted: --key NAME+ID+KEY. Until then it shows nothing.",
        ),
        Finding::CheckpointForged { key } => Told::new(
            format!("the signature on the checkpoint is not by the key {key}: the checkpoint was changed"),
            "take the copy that was kept elsewhere, and find out who changed this one.",
        ),
        Finding::CheckpointOfAnother { found, expected } => Told::new(
            format!("the checkpoint is of another log: {found}, not {expected}"),
            "name the ledger that it belongs to with --ledger FILE.",
        ),
        Finding::CheckpointByOldKey { size } => Told::new(
            format!("the checkpoint of {size} entries is signed by a key that was not in force then"),
            "find out who has that key: the ledger's key was changed before, or only later.",
        ),
        Finding::CutBehindCheckpoint { size, found } => told(format!(
            "the log had {size} entries when the checkpoint was made, and has {found} now: its end was cut off, or an old copy was put in its place"
        )),
        Finding::CheckpointDiffers { size, expected, found } => told(format!(
            "the log does not continue the one of the checkpoint: the root over the first {size} entries is {found}, it was {expected}. It was rewritten or replaced"
        )),
        Finding::KeptCheckpoint { size } => {
            told(format!("the ledger keeps a checkpoint of {size} entries that it cannot have issued"))
        }
        Finding::TimestampDiffers { size } => {
            told(format!("a timestamp that the ledger keeps is not over its checkpoint of {size} entries"))
        }
        Finding::StampedBeforeErasure { size, time, erasure, erased_at } => told(format!(
            "erasure entry {erasure} says {erased_at}, but the checkpoint of {size} entries, which follows it, was stamped at {time}: the clock was ahead when it erased"
        )),
        Finding::CutBehindAnchor { size, found } => told(format!(
            "the anchor holds {size} entries, the ledger has {found}: its end was cut off, or an old copy was put in its place"
        )),
        Finding::AnchorDiffers { size, expected, found } => told(format!(
            "the log does not continue its anchor: the root over the first {size} entries is {found}, the anchor holds {expected}. It was rewritten or replaced"
        )),
        Finding::NotItsAnchor { path } => told(format!("{} is not the anchor of this ledger", shown(path))),
        Finding::KeyUnreadable { index } => told(format!("entry {index} names no usable public key")),
        Finding::ManifestLine { file, line } => {
            folder(format!("{file}: not digest and path inside the folder: {line}"))
        }
        Finding::FileMissing { path } => folder(format!("{path} is in the manifest and not in the folder")),
        Finding::FileChanged { path } => {
            folder(format!("{path} was changed: its digest is not the manifest's"))
        }
        Finding::FileExtra { path } => folder(format!("{path} is in the folder and not in the manifest")),
        Finding::FileUnknown { path } => {
            folder(format!("{path} is in the manifest, and no file of such a folder has this name"))
        }
        Finding::Resaved { path } => Told::new(
            format!(
                "{path} looks as if a spreadsheet program (Excel) had opened and saved it: its line ends, quotation marks, separators, days or its beginning are not as exported"
            ),
            "ask for the folder again, or take an untouched copy of it; to look at records use records.xlsx (`provlog export --xlsx`).",
        ),
        Finding::CheckpointMissing => {
            folder("a key was given, and the folder has no checkpoint that it could have signed".into())
        }
        Finding::StampDiffers { path } => {
            folder(format!("{path} is not over the checkpoint of the folder, or is no timestamp (RFC 3161)"))
        }
        Finding::NotInRange { file, index } => {
            folder(format!("{file}, entry {index}: what it shows does not fit the entries of the range"))
        }
        Finding::ReadingDiffers { index } => {
            told(format!("data/current.csv does not show entry {index} as its corrections leave it"))
        }
        Finding::NotInLog { index } => {
            folder(format!("origin.jsonl: entry {index} is not in this log, or its facts are not"))
        }
        Finding::RangeBehindCheckpoint { size, found } => {
            folder(format!("the checkpoint is of {size} entries, the range ends with {found}"))
        }
        Finding::SchemaMissing { object } => told(format!("the file lacks the {}", schema_object(object))),
        Finding::SchemaAltered { object } => told(format!(
            "the file has the {} with another definition than every ledger has",
            schema_object(object)
        )),
        Finding::SchemaForeign { object } => told(format!(
            "the file holds something that no ledger has: {}. It can change what is written, or copy what is erased",
            schema_object(object)
        )),
        Finding::ConstantsDiffer { table } => told(format!(
            "the table {table} does not hold the rows that every ledger has: a database browser would show wrong words"
        )),
        Finding::ValueUnused { table, id } => told(format!(
            "table {table}, row {id}: a value that no record refers to. It was put there, or an erasure was undone"
        )),
        Finding::ValueMisplaced { table, id } => {
            told(format!("table {table}, row {id}: its keyed hash is not that of its value"))
        }
        Finding::FingerprintDiffers { index } => told(format!(
            "entry {index}: the keyed fingerprint of its content is not that of its content; a row that is there already would not be recognised"
        )),
        Finding::ImportOfNone { index, import } => told(format!(
            "entry {index} says that it was imported by entry {import}, which is no import before it"
        )),
        Finding::StateWrong => {
            told("the row of state (table `state`) is not what the entries make it".into())
        }
        Finding::AboutWrong { index } => told(format!(
            "entry {index}: entries of its kind are about an earlier entry, and it is about none; or the other way round"
        )),
        Finding::BaseOnPermanent { index } => {
            told(format!("entry {index} has a retention base, and its kind is kept for ever"))
        }
        Finding::NotUnderstood { index } => told(format!(
            "entry {index} says something that its kind cannot say: another program wrote it, or a newer version"
        )),
        Finding::Sqlite { message } => Told::new(
            format!("SQLite's check of the file found something; {}", foreign("SQLite", message)),
            "check the disk, keep this file as it is, and go back to a backup.",
        ),
    }
}

pub(crate) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Trusted { trust, first, last } => format!(
            "the retention of entries {first} to {last} counts from the record dates that an imported file claims, where it claims one, by the decision in entry {trust}. Nothing proves these dates."
        ),
        Notice::ClockBack { index, time, newest } => {
            format!("the clock went back at entry {index}: {time}, after {newest}. Retention is not shortened by it.")
        }
        Notice::LaterThanClock { index, time } => {
            format!("entry {index} ({time}) is later than this machine's clock.")
        }
        Notice::NothingSigned => "nothing here is signed or anchored: a log cut at its end, or rewritten as a whole, would verify too. Make a checkpoint (`provlog checkpoint`) and keep it in another place.".into(),
        Notice::Stamped { size, time } => format!(
            "the checkpoint of {size} entries has a timestamp that says {time}; whether an authority has signed it was not checked here (openssl ts -verify)."
        ),
        Notice::AnchorOutOfReach { path } => {
            format!("the anchor at {} cannot be read now: the ledger was not compared with it.", shown(path))
        }
        Notice::NoCheckpointGiven { last } => format!(
            "checkpoints were issued, the latest of {last} entries; none was given to compare with. Only a copy kept elsewhere (--checkpoint FILE) shows that the log was not cut or rewritten as a whole."
        ),
        Notice::LedgersOwnKey => "the checkpoint was believed because of a key that the ledger itself names. Whoever replaces the ledger replaces that too: give the key that you noted, --key NAME+ID+KEY.".into(),
        Notice::ErasurePending => "an erasure is not finished: erased bytes may still stand in the write-ahead log. Close other programs that have the ledger open; the next command that writes finishes it.".into(),
        Notice::Breaches { records } => {
            format!("records with a breach on them: {records} (`provlog list --breaches`).")
        }
        Notice::LookupsNotCompared => "NOT CHECKED, because the fingerprint secret is not at hand: search terms, the fingerprints of records' contents, and the places of shared values.".into(),
        Notice::Statistics => "another tool's ANALYZE has left statistics in the file; the next command that writes removes them.".into(),
        Notice::FreePages { pages, bytes } => format!(
            "NOT CHECKED: {pages} free pages ({bytes} bytes) and the unused ends of pages hold nothing of the ledger; what stands there no check can know."
        ),
        Notice::Litter { path } => {
            format!("{path} is not of the folder: a program that looked into it (Finder, Explorer, Excel ...) left it there.")
        }
        Notice::OtherRelease { path } => format!(
            "{path} is not the one that this version of provlog writes: another version wrote it, or it was changed. Nothing counts on it; take it from the project's releases."
        ),
        Notice::NotLogged => "NOT-LOGGED.txt: the ledger could not be written when the folder was made, and does not know of it.".into(),
    }
}

fn note_fault(fault: NoteFault) -> String {
    match fault {
        NoteFault::TooLong => "it is longer than 64 KiB".into(),
        NoteFault::NotText => "it is not plain text with LF at the ends of lines".into(),
        NoteFault::NoText => "there is no text before an empty line".into(),
        NoteFault::NoSignature => "there is no signature".into(),
        NoteFault::TooManySignatures => "there are more than 16 signatures".into(),
        NoteFault::SignatureLine(n) => format!("signature line {n} is not one"),
        NoteFault::NotACheckpoint => "its text is not origin, size and root".into(),
        NoteFault::NotAProof => "it is not a proof".into(),
        NoteFault::NotAKey => "it is not a verifier key".into(),
    }
}

fn part_name(part: PartName) -> &'static str {
    match part {
        PartName::Facts => "facts",
        PartName::Extra => "extra",
    }
}

fn base_text(base: Base) -> String {
    match base {
        Base::None => "no day".into(),
        Base::Open => "an open day".into(),
        Base::Day(day) => day.to_string(),
    }
}

/// A table, index, trigger or view, named.
pub(super) fn schema_object(object: &SchemaObject) -> String {
    let SchemaObject { kind, name, table } = object;
    match name == table {
        true => format!("{} {}", on_one_line(kind), on_one_line(name)),
        false => format!("{} {} on {}", on_one_line(kind), on_one_line(name), on_one_line(table)),
    }
}
