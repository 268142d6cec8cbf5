//! A decision to count from the days that a file claims (FORMAT.md, "Trust").
//!
//! Owns: its facts. Does not own: what it covers (`verify::trust`).

use super::{By, Members, Parts, Said};
use crate::ledger::Kind;
use crate::record::run::Run;

const RANGE: &str = "range";

/// What a trust entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The records that it is about.
    pub range: Run,
}

impl Said for Trust {
    const KIND: Kind = Kind::Trust;

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts.text(RANGE, Some(&self.range.to_string()));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Trust> {
        Some(Trust { range: Members::of(facts).text(RANGE)?.parse().ok()? })
    }
}
