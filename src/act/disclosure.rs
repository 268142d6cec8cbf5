//! A copy that was given to a principal (FORMAT.md, "Registers").
//!
//! Owns: its facts. Does not own: what the copy holds (`record::disclosure`, `export`).

use chrono::NaiveDate;

use super::{By, Kept, Members, Parts, Said};
use crate::ledger::Kind;

const DUE: &str = "due";
const PRINCIPAL_ID: &str = super::stop::PRINCIPAL_ID;
const PRINCIPAL_NAME: &str = super::stop::PRINCIPAL_NAME;
const RECORDS: &str = "records";
const REQUEST_RECEIVED: &str = "request_received";

/// A copy that was given to a principal.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Disclosure {
    /// The principal's ID.
    pub principal_id: Option<String>,
    /// The principal's name.
    pub principal_name: Option<String>,
    /// When it was asked for: a legal day (Japan).
    pub request_received: NaiveDate,
    /// The last day for the answer.
    pub due: NaiveDate,
    /// How many records the copy holds.
    pub records: u64,
}

impl Said for Disclosure {
    const KIND: Kind = Kind::Disclosure;

    fn kept(&self) -> Kept {
        Kept::FromEntry
    }

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts
                .day(DUE, Some(self.due))
                .text(PRINCIPAL_ID, self.principal_id.as_deref())
                .text(PRINCIPAL_NAME, self.principal_name.as_deref())
                .number(RECORDS, Some(self.records))
                .day(REQUEST_RECEIVED, Some(self.request_received));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Disclosure> {
        let facts = Members::of(facts);
        Some(Disclosure {
            principal_id: facts.text(PRINCIPAL_ID),
            principal_name: facts.text(PRINCIPAL_NAME),
            request_received: facts.day(REQUEST_RECEIVED)?,
            due: facts.day(DUE)?,
            records: facts.number(RECORDS)?,
        })
    }
}
