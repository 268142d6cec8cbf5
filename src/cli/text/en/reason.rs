//! English: why something that is stored, shown in a folder or given cannot be used. Each is a clause behind a colon.

use provlog::store::{BadValue, Damage};
use provlog::verify::Broken;
use provlog::verify::bundle::FormFault;

pub(crate) fn damage(damage: Damage) -> &'static str {
    match damage {
        Damage::Malformed => "SQLite reports a malformed file",
        Damage::TableMissing => "a table or a column that every ledger has is missing",
        Damage::NewestTime => "the newest time on record",
        Damage::NodeMissing => "a node of the tree is missing",
        Damage::NodeWrong => "a node of the tree is wrong",
        Damage::OtherNodes => "the kept nodes of the tree are not those of the entries",
        Damage::CheckpointOfAnother => "the last checkpoint that it keeps is not one of its own",
        Damage::CutBehindCheckpoint => "it is shorter than its last checkpoint says: its end was cut off",
        Damage::CheckpointDiffers => "it does not continue the log of its last checkpoint",
        Damage::Genesis => "the genesis entry cannot be read",
        Damage::NoPublicKey => "it names no usable public key",
        Damage::Facts => "its facts cannot be read",
        Damage::PayloadMissing => "its payload is missing",
        Damage::NotHandedOut => "it is not what was recorded, and is not handed out",
        Damage::NotSigned => "it does not verify, and a log with it is not signed",
        Damage::MissingNotSigned => "the entry is missing, and a log without it is not signed",
        Damage::NotErased => "it does not verify, and evidence of tampering is not erased",
        Damage::NotProved => "it does not verify, and is not proved",
        Damage::ProofLeadsElsewhere => "its proof does not lead to the root of the checkpoint",
        Damage::Broken(why) => broken(why),
    }
}

pub(crate) fn broken(broken: Broken) -> &'static str {
    match broken {
        Broken::Time => "its time is not a time",
        Broken::Kind => "its kind is unknown",
        Broken::About => "what it is about is not an index",
        Broken::Base => "its retention base is not a day",
        Broken::ThereAndErased => "a part is both there and erased",
        Broken::Reference => {
            "it refers to a party, item list, circumstance or particulars that are not there"
        }
        Broken::Text => "a text in it is not UTF-8",
        Broken::Day => "a day in it is not a day",
        Broken::Salt => "its salt is not one",
        Broken::Genesis => "kind genesis belongs to entry 0 alone",
        Broken::AboutLater => "it is about a later entry",
    }
}

pub(crate) fn form_fault(fault: FormFault) -> &'static str {
    match fault {
        FormFault::NotBagIt => "it is not BagIt 1.0",
        FormFault::NotACheckpoint => "it is not a checkpoint",
        FormFault::NoByteOrderMark => "it has no byte order mark",
        FormFault::NotCsv => "it is not CSV in UTF-8",
        FormFault::NumberOfCells => "a row does not have its number of cells",
        FormFault::NotAHeader => "a row is not the header of an entry",
        FormFault::NotInOrder => "its indexes do not follow each other",
        FormFault::NotAProof => "it is not `first INDEX` and the hashes that belong to it",
        FormFault::NotAnAct => "a line is not index, salt and facts",
        FormFault::NotTheOrigin => "it is not the genesis, the keys and the trust entries in their order",
        FormFault::Headings => "its headings are not those of the format, in the language of the folder",
        FormFault::RowEnd => "a row does not end with CRLF",
        FormFault::Quotes => "a cell is quoted that need not be, or is not quoted that must be",
        FormFault::NotOneEncoding => {
            "a line is not written as provlog writes it: its keys, their order, spaces, its end"
        }
    }
}

pub(crate) fn bad_value(value: BadValue) -> &'static str {
    match value {
        BadValue::Text => "an empty text or a control character",
        BadValue::NotUtf8 => "not UTF-8",
        BadValue::Path => "a path that is not UTF-8",
        BadValue::NoFacts => "a record without facts",
        BadValue::PartTooLong => "a payload part of more than 64 KiB",
        BadValue::SigningKey => "signing key",
        BadValue::Secret => "secret",
    }
}
