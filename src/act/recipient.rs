//! A recipient as it stands from a day on (FORMAT.md, "Registers").
//!
//! Owns: its facts. Does not own: which entry stands on a day (`record::recipient`).

use super::{By, Kept, Members, Parts, Said};
use crate::ledger::Kind;
use crate::record::PartyType;
use crate::record::recipient::Recipient;

const ADDRESS: &str = "address";
const CHECK_DATE: &str = "check_date";
const CHECK_EVIDENCE: &str = "check_evidence";
const CHECK_METHOD: &str = "check_method";
const FROM: &str = "from";
const ID: &str = "id";
const NAME: &str = "name";
const PURPOSE: &str = "purpose";
const REPRESENTATIVE: &str = "representative";
const TYPE: &str = "type";

impl Said for Recipient {
    const KIND: Kind = Kind::Recipient;

    fn kept(&self) -> Kept {
        Kept::FromEntry
    }

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts
                .text(ADDRESS, self.address.as_deref())
                .day(CHECK_DATE, self.check_date)
                .text(CHECK_EVIDENCE, self.check_evidence.as_deref())
                .text(CHECK_METHOD, self.check_method.as_deref())
                .day(FROM, Some(self.from))
                .text(ID, Some(&self.id))
                .text(NAME, self.name.as_deref())
                .text(PURPOSE, self.purpose.as_deref())
                .text(REPRESENTATIVE, self.representative.as_deref())
                .text(TYPE, Some(self.party_type.word()));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Recipient> {
        let facts = Members::of(facts);
        Some(Recipient {
            id: facts.text(ID)?,
            from: facts.day(FROM)?,
            name: facts.text(NAME),
            address: facts.text(ADDRESS),
            representative: facts.text(REPRESENTATIVE),
            party_type: PartyType::from_word(&facts.text(TYPE)?)?,
            check_date: facts.day(CHECK_DATE),
            check_method: facts.text(CHECK_METHOD),
            check_evidence: facts.text(CHECK_EVIDENCE),
            purpose: facts.text(PURPOSE),
        })
    }
}
