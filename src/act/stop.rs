//! A principal's request to stop, and its withdrawal (FORMAT.md, "Registers"): two things that one kind of entry says.
//!
//! Owns: their facts. Does not own: whom a request is about and when it is in force (`record::stop`).

use chrono::NaiveDate;

use super::{By, Kept, Members, Parts, Said};
use crate::ledger::Kind;
use crate::record::Field;
use crate::record::stop::StopRequest;

const CHANNEL: &str = "channel";
const EFFECTIVE: &str = super::filing::EFFECTIVE;
const FILING: &str = super::filing::FILING;
pub(super) const PRINCIPAL_ID: &str = Field::PrincipalId.name();
pub(super) const PRINCIPAL_NAME: &str = Field::PrincipalName.name();
const RECEIVED: &str = "received";
const WITHDRAWN: &str = "withdrawn";

impl Said for StopRequest {
    const KIND: Kind = Kind::StopRequest;

    fn kept(&self) -> Kept {
        Kept::Open
    }

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts
                .text(CHANNEL, self.channel.as_deref())
                .day(EFFECTIVE, Some(self.effective))
                .text(FILING, self.filing.as_deref())
                .text(PRINCIPAL_ID, self.principal_id.as_deref())
                .text(PRINCIPAL_NAME, self.principal_name.as_deref())
                .day(RECEIVED, Some(self.received));
        })
    }

    /// That it is withdrawn, another entry says.
    fn read(facts: &[u8], _: &[u8]) -> Option<StopRequest> {
        let facts = Members::of(facts);
        Some(StopRequest {
            principal_id: facts.text(PRINCIPAL_ID),
            principal_name: facts.text(PRINCIPAL_NAME),
            received: facts.day(RECEIVED)?,
            effective: facts.day(EFFECTIVE)?,
            channel: facts.text(CHANNEL),
            filing: facts.text(FILING),
            withdrawn: None,
        })
    }
}

/// That a request to stop is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// From when on it no longer counts: a legal day (Japan).
    pub from: NaiveDate,
}

impl Said for Withdrawal {
    const KIND: Kind = Kind::StopRequest;

    fn kept(&self) -> Kept {
        Kept::FromEntryAnd(self.from)
    }

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts.day(WITHDRAWN, Some(self.from));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Withdrawal> {
        Some(Withdrawal { from: Members::of(facts).day(WITHDRAWN)? })
    }
}
