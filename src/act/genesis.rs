//! What entry 0 says of its ledger (FORMAT.md, "Genesis").
//!
//! Owns: its facts. Does not own: making a ledger (`store`), what a key is (`ledger::note`).

use super::key::key_of;
use super::{By, Members, Parts, Said};
use crate::ledger::Kind;
use crate::record::retention::{MAX_YEARS, MIN_YEARS};

const FINGERPRINT_CHECK: &str = "fingerprint_check";
const LEDGER_ID: &str = "ledger_id";
const OPERATOR: &str = "operator";
const ORIGIN: &str = "origin";
const PUBLIC_KEY: &str = super::key::PUBLIC_KEY;
const RETENTION_YEARS: &str = "retention_years";
const TIME_ZONE: &str = "time_zone";

/// The only one: legal days are those of Japan.
const JAPAN: &str = "+09:00";

/// What the genesis entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// A random identifier.
    pub ledger_id: String,
    /// Who keeps the log.
    pub operator: String,
    /// The name of the log in checkpoints.
    pub origin: String,
    /// How many years records are kept.
    pub years: u32,
    /// The public signing key (Ed25519), base64.
    pub public_key: String,
    /// By which the fingerprint secret of the ledger is known.
    pub fingerprint_check: String,
}

impl Genesis {
    /// The bytes of the first signing key; `None` where it is no base64.
    #[must_use]
    pub fn key(&self) -> Option<Vec<u8>> {
        key_of(&self.public_key)
    }
}

impl Said for Genesis {
    const KIND: Kind = Kind::Genesis;

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts
                .text(FINGERPRINT_CHECK, Some(&self.fingerprint_check))
                .text(LEDGER_ID, Some(&self.ledger_id))
                .text(OPERATOR, Some(&self.operator))
                .text(ORIGIN, Some(&self.origin))
                .text(PUBLIC_KEY, Some(&self.public_key))
                .number(RETENTION_YEARS, Some(self.years.into()))
                .text(TIME_ZONE, Some(JAPAN));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Genesis> {
        let facts = Members::of(facts);
        let years: u32 = facts.text(RETENTION_YEARS)?.parse().ok()?;
        if !(MIN_YEARS..=MAX_YEARS).contains(&years) || facts.text(TIME_ZONE)? != JAPAN {
            return None;
        }
        Some(Genesis {
            ledger_id: facts.text(LEDGER_ID)?,
            operator: facts.text(OPERATOR)?,
            origin: facts.text(ORIGIN)?,
            years,
            public_key: facts.text(PUBLIC_KEY)?,
            fingerprint_check: facts.text(FINGERPRINT_CHECK)?,
        })
    }
}
