//! The end of a legal hold (FORMAT.md, "Hold and release").
//!
//! Owns: its facts. Does not own: which hold it ends (its `about`).

use super::{By, Members, Parts, Said};
use crate::ledger::Kind;

const HOLD: &str = "hold";

/// What a release says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The index of the hold; the entry is about it too.
    pub hold: u64,
}

impl Said for Release {
    const KIND: Kind = Kind::Release;

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts.number(HOLD, Some(self.hold));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Release> {
        Some(Release { hold: Members::of(facts).number(HOLD)? })
    }
}
