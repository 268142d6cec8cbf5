//! THE CHECK: entries as they are stored, one after the other, to findings and notices.
//!
//! Owns: the verification steps of FORMAT.md (what an entry shows by itself: [`examine`]; what takes the entries before
//! it: [`chain`]), the lawfulness of erasures ([`erasures`]), checkpoints ([`checkpoint`]), an exported folder ([`bundle`]),
//! and what can be found ([`finding`]). Works in constant memory beside the list of erased runs.
//!
//! Does not own: a ledger's database (`store`), a clock, or how findings are said.

mod broken;
pub mod bundle;
pub mod chain;
pub mod checkpoint;
pub mod erasures;
pub mod examine;
pub mod finding;
pub mod trust;

pub use broken::Broken;
pub use chain::{Summary, Verifier};
pub use checkpoint::{Believed, Signers};
pub use examine::{Examined, Examiner};
pub use finding::{Finding, Notice};

use chrono::NaiveDate;

use crate::act::record::FieldValues;
use crate::act::{correction, record};
use crate::ledger::hash::part_hash;
use crate::ledger::{Base, Digest, Header, Kind, PartName, Salt, Timestamp};
use crate::record::Field;

/// One entry as it was found.
#[derive(Clone, Debug)]
pub struct Sighting<'a> {
    /// Its index.
    pub index: u64,
    /// The leaf hash that is stored for it.
    pub leaf: Digest,
    /// The fields of its header, or what about them cannot be read.
    pub fields: Result<HeaderFields, Broken>,
    /// Its facts.
    pub facts: PartSeen<'a>,
    /// Its extra part.
    pub extra: PartSeen<'a>,
    /// What it says of days.
    pub days: Days,
}

/// The days that an entry says, by which its base is judged; found in one way, in a ledger and in a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// Of a record whose facts are there: the last day of provision. Of a correction: the last of those that it sets.
    pub provided_on: Option<NaiveDate>,
    /// Of a record: the day on which it claims to have been made. Whether it can claim any, its extra part shows.
    pub claimed_on: Option<NaiveDate>,
}

impl Days {
    /// Those of a record with these facts and values.
    #[must_use]
    pub fn of_record(facts: &PartSeen<'_>, values: &impl FieldValues) -> Days {
        let there = matches!(facts, PartSeen::Present { .. });
        Days {
            provided_on: there.then(|| record::last_day(values)).flatten(),
            claimed_on: record::day(values, Field::ClaimedRecordedOn),
        }
    }

    /// Those of an entry of any other kind.
    #[must_use]
    pub fn of_act(kind: Kind, facts: &PartSeen<'_>) -> Days {
        match kind {
            Kind::Correction => {
                Days { provided_on: correction::last_day_set(facts.bytes()), claimed_on: None }
            }
            _ => Days::default(),
        }
    }
}

impl Sighting<'_> {
    /// The header that the entry has if what is stored is what was recorded; `prev` is the leaf hash recorded for the
    /// entry before.
    ///
    /// # Errors
    /// The reason why what is stored cannot be an entry.
    pub fn header(&self, prev: Option<Digest>) -> Result<Header, Broken> {
        let fields = self.fields?;
        Ok(Header {
            index: self.index,
            prev,
            time: fields.time,
            kind: fields.kind,
            about: fields.about,
            base: fields.base,
            facts: self.facts.hash(PartName::Facts)?,
            extra: self.extra.hash(PartName::Extra)?,
        })
    }
}

/// The header fields that are stored as they are; the hashes are recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderFields {
    /// What the clock said.
    pub time: Timestamp,
    /// What the entry is.
    pub kind: Kind,
    /// The earlier entry that it is about.
    pub about: Option<u64>,
    /// From which day its retention counts.
    pub base: Base,
}

/// Whether the bytes of a part are known to be canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A `PartWriter` has written them, and found them so.
    Canonical,
    /// They are as they were stored: they must be decoded to find out.
    Unknown,
}

impl Encoding {
    /// What a writer's finding comes to.
    #[must_use]
    pub const fn found(canonical: bool) -> Encoding {
        if canonical { Encoding::Canonical } else { Encoding::Unknown }
    }
}

/// A payload part as it was found.
#[derive(Clone, Copy, Debug)]
pub enum PartSeen<'a> {
    /// The entry has none, as far as the store says.
    Absent,
    /// Here it is.
    Present {
        /// Its salt.
        salt: Salt,
        /// Its bytes, rebuilt from what is stored.
        bytes: &'a [u8],
        /// Whether that is known to be their one encoding.
        encoding: Encoding,
    },
    /// Erased: its hash is left.
    Erased {
        /// The salted hash.
        hash: Digest,
    },
    /// It is there and not shown: an exported folder withholds it, and its hash stands for it.
    Withheld {
        /// The salted hash.
        hash: Digest,
    },
    /// What is stored is neither; the reason.
    Broken(Broken),
}

impl<'a> PartSeen<'a> {
    /// Its bytes, where it is there.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            PartSeen::Present { bytes, .. } => bytes,
            _ => &[],
        }
    }
}

impl PartSeen<'_> {
    /// What stands for the part in the header: the hash of its bytes, or what an erasure left of it.
    ///
    /// # Errors
    /// The reason why what is stored is no part at all.
    pub fn hash(&self, name: PartName) -> Result<Option<Digest>, Broken> {
        match self {
            PartSeen::Absent => Ok(None),
            PartSeen::Present { salt, bytes, .. } => Ok(Some(part_hash(name, salt, bytes))),
            PartSeen::Erased { hash } | PartSeen::Withheld { hash } => Ok(Some(*hash)),
            PartSeen::Broken(why) => Err(*why),
        }
    }
}
