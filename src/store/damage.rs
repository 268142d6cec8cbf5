//! What about a stored ledger, or one entry of it, cannot be used; and which values the store does not take.
//!
//! Owns: the lists. Does not own: how they are said (`cli/text`), what verification finds (`verify::finding`).

use crate::verify::Broken;

/// What is wrong with what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// SQLite calls the file malformed.
    Malformed,
    /// A table or a column that every ledger has is not there.
    TableMissing,
    /// The newest time that is kept is none.
    NewestTime,
    /// A node of the tree is missing.
    NodeMissing,
    /// A node of the tree is wrong.
    NodeWrong,
    /// The nodes of the tree are not those of the entries.
    OtherNodes,
    /// The last checkpoint that is kept was not issued here.
    CheckpointOfAnother,
    /// The log is shorter than its last checkpoint.
    CutBehindCheckpoint,
    /// The log does not continue that of its last checkpoint.
    CheckpointDiffers,
    /// The genesis cannot be read.
    Genesis,
    /// The entry should name a public key.
    NoPublicKey,
    /// The entry's facts cannot be read.
    Facts,
    /// The entry's payload is missing, and nothing erased it.
    PayloadMissing,
    /// The entry is not what was recorded, and is not handed out.
    NotHandedOut,
    /// The entry is not what was recorded, and a log with it is not signed.
    NotSigned,
    /// The entry is missing, and a log without it is not signed.
    MissingNotSigned,
    /// The entry is not what was recorded, and evidence of that is not erased.
    NotErased,
    /// The entry is not what was recorded, and is not proved.
    NotProved,
    /// The proof of the entry does not lead to the root.
    ProofLeadsElsewhere,
    /// What is stored cannot be an entry.
    Broken(Broken),
}

impl Damage {
    /// All, but for [`Damage::Broken`], which has [`Broken::ALL`].
    pub const ALL: &'static [Damage] = &[
        Damage::Malformed,
        Damage::TableMissing,
        Damage::NewestTime,
        Damage::NodeMissing,
        Damage::NodeWrong,
        Damage::OtherNodes,
        Damage::CheckpointOfAnother,
        Damage::CutBehindCheckpoint,
        Damage::CheckpointDiffers,
        Damage::Genesis,
        Damage::NoPublicKey,
        Damage::Facts,
        Damage::PayloadMissing,
        Damage::NotHandedOut,
        Damage::NotSigned,
        Damage::MissingNotSigned,
        Damage::NotErased,
        Damage::NotProved,
        Damage::ProofLeadsElsewhere,
    ];
}

impl From<Broken> for Damage {
    fn from(broken: Broken) -> Self {
        Damage::Broken(broken)
    }
}

/// Which value the store does not take (the front end should have refused it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// A text that is empty, or has a control character.
    Text,
    /// A text that is not UTF-8.
    NotUtf8,
    /// A path that is not UTF-8.
    Path,
    /// A record that says nothing.
    NoFacts,
    /// A part that is longer than a part may be.
    PartTooLong,
    /// A signing key that cannot be written as PEM.
    SigningKey,
    /// A secret that is none.
    Secret,
}

impl BadValue {
    /// All.
    pub const ALL: &'static [BadValue] = &[
        BadValue::Text,
        BadValue::NotUtf8,
        BadValue::Path,
        BadValue::NoFacts,
        BadValue::PartTooLong,
        BadValue::SigningKey,
        BadValue::Secret,
    ];
}
