//! The registers as they are stored: the two parts of `recipient`, `filing`, `stop-request` and `disclosure` entries
//! (FORMAT.md, "Registers").
//!
//! Owns: their parts, reading them all. Does not own: what they say of a record (`record::scheme`).

use std::collections::HashMap;

use chrono::NaiveDate;

use super::append::{Act, Appended, Appender};
use super::damage::{BadValue, Damage};
use super::failure::{Failure, Result};
use super::open::Store;
use super::read::Seen;
use crate::ledger::part::{PartWriter, get_list, get_text};
use crate::ledger::{Base, Kind};
use crate::record::filing::{Category, FiledItem, Filing, Filings, Origin, Part};
use crate::record::provision::PartyType;
use crate::record::recipient::{Recipient, Recipients, Registered};
use crate::record::scheme::Registers;
use crate::record::stop::{StopRequest, Stops};
use crate::verify::{Fields, PartSeen};

/// Who made an entry of a register, and why.
#[derive(Clone, Copy, Debug, Default)]
pub struct By<'a> {
    /// Who.
    pub handler: Option<&'a str>,
    /// Why.
    pub reason: Option<&'a str>,
}

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

impl Appender<'_> {
    /// Enters a recipient as it stands from a day on; about the first entry of its ID.
    ///
    /// # Errors
    /// Those of the database; [`Failure::BadValue`] for what a part does not take.
    pub fn recipient(&mut self, r: &Recipient, first: Option<u64>, by: By<'_>) -> Result<Appended> {
        let mut facts = Vec::new();
        let good = PartWriter::new(&mut facts)
            .text("address", r.address.as_deref())
            .day("check_date", r.check_date)
            .text("check_evidence", r.check_evidence.as_deref())
            .text("check_method", r.check_method.as_deref())
            .day("from", Some(r.from))
            .text("id", Some(&r.id))
            .text("name", r.name.as_deref())
            .text("purpose", r.purpose.as_deref())
            .text("representative", r.representative.as_deref())
            .text("type", Some(r.party_type.word()))
            .finish();
        let base = Base::Day(self.base_after(None));
        self.registered(Kind::Recipient, first, base, (good, &facts), by)
    }

    /// Enters a filing as it stands from a day on; about the first entry of its ID. Kept for ever: what may be personal is
    /// in the extra part.
    ///
    /// # Errors
    /// As [`Appender::recipient`].
    pub fn filing(&mut self, f: &Filing, first: Option<u64>, by: By<'_>) -> Result<Appended> {
        let part = |part: Part| f.part(part);
        let (mut facts, mut extra) = (Vec::new(), Vec::new());
        let facts_good = PartWriter::new(&mut facts)
            .text("acquisition", part(Part::Acquisition))
            .list("categories", f.items.iter().map(|i| i.category.word()))
            .day("effective", Some(f.effective))
            .day("filed_on", f.filed_on)
            .text("filing", Some(&f.id))
            .list("items", f.items.iter().map(|i| i.name.as_str()))
            .text("number", f.number.as_deref())
            .list("origins", f.items.iter().map(|i| i.origin.word()))
            .text("provision_method", part(Part::ProvisionMethod))
            .text("publication", f.publication.as_deref())
            .text("purpose", part(Part::Purpose))
            .day("start_day", f.start_day)
            .text("stopped", f.stopped.then_some("yes"))
            .text("update_method", part(Part::UpdateMethod))
            .finish();
        let extra_good = PartWriter::new(&mut extra)
            .text("address", part(Part::Address))
            .text("contact", part(Part::Contact))
            .text("handler", by.handler)
            .text("name", part(Part::Name))
            .text("reason", by.reason)
            .text("representative", part(Part::Representative))
            .text("request_method", part(Part::RequestMethod))
            .text("telephone", part(Part::Telephone))
            .finish();
        if !facts_good || !(extra_good || extra.is_empty()) {
            return Err(BAD);
        }
        self.entry(Act { kind: Kind::Filing, about: first, base: Base::None, facts: &facts, extra: &extra })
    }

    /// Enters a request to stop: open, and so kept, until it is withdrawn.
    ///
    /// # Errors
    /// As [`Appender::recipient`].
    pub fn stop_request(&mut self, s: &StopRequest, by: By<'_>) -> Result<Appended> {
        let mut facts = Vec::new();
        let good = PartWriter::new(&mut facts)
            .text("channel", s.channel.as_deref())
            .day("effective", Some(s.effective))
            .text("filing", s.filing.as_deref())
            .text("principal_id", s.principal_id.as_deref())
            .text("principal_name", s.principal_name.as_deref())
            .day("received", Some(s.received))
            .finish();
        self.registered(Kind::StopRequest, None, Base::Open, (good, &facts), by)
    }

    /// Enters that a request to stop is withdrawn from a day on.
    ///
    /// # Errors
    /// As [`Appender::recipient`].
    pub fn withdraw(&mut self, request: u64, from: NaiveDate, by: By<'_>) -> Result<Appended> {
        let mut facts = Vec::new();
        let good = PartWriter::new(&mut facts).day("withdrawn", Some(from)).finish();
        let base = Base::Day(self.base_after(Some(from)));
        self.registered(Kind::StopRequest, Some(request), base, (good, &facts), by)
    }

    /// Enters a copy that was given to a principal.
    ///
    /// # Errors
    /// As [`Appender::recipient`].
    pub fn disclosure(&mut self, d: &Disclosure, by: By<'_>) -> Result<Appended> {
        let mut facts = Vec::new();
        let good = PartWriter::new(&mut facts)
            .day("due", Some(d.due))
            .text("principal_id", d.principal_id.as_deref())
            .text("principal_name", d.principal_name.as_deref())
            .number("records", Some(d.records))
            .day("request_received", Some(d.request_received))
            .finish();
        let base = Base::Day(self.base_after(None));
        self.registered(Kind::Disclosure, None, base, (good, &facts), by)
    }

    fn registered(
        &mut self,
        kind: Kind,
        about: Option<u64>,
        base: Base,
        (good, facts): (bool, &[u8]),
        by: By<'_>,
    ) -> Result<Appended> {
        let mut extra = Vec::new();
        let extra_good =
            PartWriter::new(&mut extra).text("handler", by.handler).text("reason", by.reason).finish();
        if !good || !(extra_good || extra.is_empty()) {
            return Err(BAD);
        }
        self.entry(Act { kind, about, base, facts, extra: &extra })
    }
}

const BAD: Failure = Failure::BadValue(BadValue::Text);

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
            recipients.push(Registered { index, value: recipient(facts)? });
            Some(())
        })?;
        let mut filings = Vec::new();
        self.each(Kind::Filing, size, &mut newest, |index, _, facts, extra| {
            filings.push(Registered { index, value: filing(facts, extra)? });
            Some(())
        })?;
        let mut requests = Vec::new();
        let mut withdrawn = HashMap::new();
        self.each(Kind::StopRequest, size, &mut newest, |index, fields, facts, _| {
            match (fields.about, fields.base) {
                (None, _) => requests.push(Registered { index, value: stop_request(facts)? }),
                // A withdrawal that was erased before its request still ends it: the header says since when at the latest.
                (Some(about), Base::Day(base)) => {
                    withdrawn.insert(about, (day(facts, "withdrawn").unwrap_or(base), index));
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
        mut take: impl FnMut(u64, Fields, &[u8], &[u8]) -> Option<()>,
    ) -> Result<()> {
        for index in self.of_kind(kind)?.unwrap_or_default().into_iter().filter(|index| *index < size) {
            *newest = (*newest).max(Some(index));
            let taken = self.see_one(index, |seen: &Seen<'_>| {
                let fields = seen.sighting.fields.ok()?;
                let extra = match seen.sighting.extra {
                    PartSeen::Present { bytes, .. } => bytes,
                    _ => &[],
                };
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

fn day(part: &[u8], key: &str) -> Option<NaiveDate> {
    get_text(part, key)?.parse().ok()
}

fn recipient(facts: &[u8]) -> Option<Recipient> {
    let text = |key| get_text(facts, key);
    Some(Recipient {
        id: text("id")?,
        from: day(facts, "from")?,
        name: text("name"),
        address: text("address"),
        representative: text("representative"),
        party_type: PartyType::from_word(&text("type")?)?,
        check_date: day(facts, "check_date"),
        check_method: text("check_method"),
        check_evidence: text("check_evidence"),
        purpose: text("purpose"),
    })
}

fn filing(facts: &[u8], extra: &[u8]) -> Option<Filing> {
    let text = |key| get_text(facts, key);
    let list = |key| get_list(facts, key).unwrap_or_default();
    let (names, categories, origins) = (list("items"), list("categories"), list("origins"));
    if names.len() != categories.len() || names.len() != origins.len() {
        return None;
    }
    let items = names.into_iter().zip(categories).zip(origins).map(|((name, category), origin)| {
        let (category, origin) = (Category::from_word(&category)?, Origin::from_word(&origin)?);
        Some(FiledItem { name, category, origin })
    });
    Some(Filing {
        id: text("filing")?,
        effective: day(facts, "effective")?,
        filed_on: day(facts, "filed_on"),
        number: text("number"),
        start_day: day(facts, "start_day"),
        parts: Part::ALL.map(|part| get_text(if part.is_personal() { extra } else { facts }, part.key())),
        items: items.collect::<Option<Vec<_>>>()?,
        publication: text("publication"),
        stopped: text("stopped").is_some(),
    })
}

fn stop_request(facts: &[u8]) -> Option<StopRequest> {
    Some(StopRequest {
        principal_id: get_text(facts, "principal_id"),
        principal_name: get_text(facts, "principal_name"),
        received: day(facts, "received")?,
        effective: day(facts, "effective")?,
        channel: get_text(facts, "channel"),
        filing: get_text(facts, "filing"),
        withdrawn: None,
    })
}
