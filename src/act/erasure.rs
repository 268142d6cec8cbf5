//! What an erasure entry names (FORMAT.md, "Erasure").
//!
//! Owns: its facts. Does not own: the text of a run (`record::erasure`), erasing (`store`), whether it was lawful (`verify`).

use chrono::NaiveDate;

use super::{By, Members, Parts, Said, texts};
use crate::ledger::Kind;
use crate::record::erasure::ErasedRun;

const CONFIRMED_ON: &str = "confirmed_on";
const EXTRAS: &str = "extras";
pub(super) const RUNS: &str = "runs";

/// So many runs fit into the facts of one erasure entry (64 KiB, a run is at most 64 bytes).
pub const MOST_RUNS: usize = 900;

/// What an erasure entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasure {
    /// The date that a person stated; always there in what this program writes.
    pub confirmed_on: Option<NaiveDate>,
    /// The entries that lost both parts; `None`: they cannot be read.
    pub runs: Option<Vec<ErasedRun>>,
    /// The entries that lost their extra part alone.
    pub extras: Vec<ErasedRun>,
}

impl Erasure {
    /// What the facts say, as far as it can be read: one list that cannot be read spoils the other.
    #[must_use]
    pub fn seen(facts: &[u8]) -> Erasure {
        let facts = Members::of(facts);
        let extras = facts.read_list(EXTRAS);
        Erasure {
            confirmed_on: facts.day(CONFIRMED_ON),
            runs: facts.read_list(RUNS).filter(|_| extras.is_some()),
            extras: extras.unwrap_or_default(),
        }
    }
}

impl Said for Erasure {
    const KIND: Kind = Kind::Erasure;

    fn parts(&self, by: By<'_>) -> Parts {
        let (extras, runs) = (texts(&self.extras), texts(self.runs.as_deref().unwrap_or_default()));
        Parts::by(by, |facts| {
            facts
                .day(CONFIRMED_ON, self.confirmed_on)
                .list(EXTRAS, extras.iter().map(String::as_str))
                .list(RUNS, runs.iter().map(String::as_str));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Erasure> {
        Some(Erasure::seen(facts)).filter(|read| read.runs.is_some())
    }
}
