//! The registers as they are stored: `recipient`, `filing`, `stop-request` and `disclosure` entries (FORMAT.md, "Registers").
//!
//! Owns: reading them all. Does not own: their parts (`act`), what they say of a record (`record::scheme`).

use std::collections::HashMap;

use super::connection::Store;
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::read::Seen;
use crate::act::{Said as _, Withdrawal};
use crate::ledger::{Base, Kind};
use crate::record::filing::{Filing, Filings};
use crate::record::recipient::{Recipient, Recipients, Registered};
use crate::record::scheme::Registers;
use crate::record::stop::{StopRequest, Stops};
use crate::verify::{HeaderFields, PartSeen};

impl Store {
    /// The registers as they stand now. What was erased is not in them; it was no longer in force.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] for an entry that cannot be read.
    pub fn registers(&self) -> Result<Registers> {
        self.registers_before(u64::MAX)
    }

    /// The same of the first `size` entries alone.
    ///
    /// # Errors
    /// As [`Store::registers`].
    pub fn registers_before(&self, size: u64) -> Result<Registers> {
        let mut newest = None;
        let mut recipients = Vec::new();
        self.each(Kind::Recipient, size, &mut newest, |index, _, facts, _| {
            recipients.push(Registered { index, value: Recipient::read(facts, &[])? });
            Some(())
        })?;
        let mut filings = Vec::new();
        self.each(Kind::Filing, size, &mut newest, |index, _, facts, extra| {
            filings.push(Registered { index, value: Filing::read(facts, extra)? });
            Some(())
        })?;
        let mut requests = Vec::new();
        let mut withdrawn = HashMap::new();
        self.each(Kind::StopRequest, size, &mut newest, |index, fields, facts, _| {
            match (fields.about, fields.base) {
                (None, _) => requests.push(Registered { index, value: StopRequest::read(facts, &[])? }),
                // A withdrawal that was erased before its request still ends it: the header says since when at the latest.
                (Some(about), Base::Day(base)) => {
                    let from = Withdrawal::read(facts, &[]).map_or(base, |w| w.from);
                    withdrawn.insert(about, (from, index));
                }
                (Some(_), _) => return None,
            }
            Some(())
        })?;
        for request in &mut requests {
            request.value.withdrawn = withdrawn.get(&request.index).copied();
        }
        Ok(Registers {
            recipients: Recipients(recipients),
            filings: Filings(filings),
            stops: Stops::new(requests),
            newest,
        })
    }

    /// True while the registers are as they were when these were read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn registers_are_unchanged(&self, registers: &Registers) -> Result<bool> {
        let mut newest = None;
        for kind in [Kind::Recipient, Kind::Filing, Kind::StopRequest] {
            newest = newest.max(self.of_kind(kind)?.and_then(|all| all.last().copied()));
        }
        Ok(newest == registers.newest)
    }

    fn each(
        &self,
        kind: Kind,
        size: u64,
        newest: &mut Option<u64>,
        mut take: impl FnMut(u64, HeaderFields, &[u8], &[u8]) -> Option<()>,
    ) -> Result<()> {
        for index in self.of_kind(kind)?.unwrap_or_default().into_iter().filter(|index| *index < size) {
            *newest = (*newest).max(Some(index));
            let taken = self.see_one(index, |seen: &Seen<'_>| {
                let fields = seen.sighting.fields.ok()?;
                let extra = seen.sighting.extra.bytes();
                match seen.sighting.facts {
                    PartSeen::Present { bytes, .. } => take(index, fields, bytes, extra),
                    PartSeen::Erased { .. } if kind == Kind::StopRequest && fields.about.is_some() => {
                        take(index, fields, &[], &[])
                    }
                    PartSeen::Erased { .. } => Some(()),
                    _ => None,
                }
            })?;
            taken.flatten().ok_or(Failure::Damaged { index: Some(index), why: Damage::Facts })?;
        }
        Ok(())
    }
}
