//! A record between its three shapes: a [`Provision`], the columns of a row, the canonical parts that are hashed.
//!
//! Owns: which column holds which field and which key a field has in which part (FORMAT.md, "Provision").
//! Does not own: reading and writing rows (`read`, `append`).

use chrono::{Datelike as _, NaiveDate};

use crate::ledger::part::PartWriter;
use crate::record::{Basis, Method, PartyType, Provision, Rare, Side};

/// The values of a record, borrowed from a row or from a [`Provision`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RecordColumns<'a> {
    pub(super) side: Side,
    pub(super) day: Option<NaiveDate>,
    pub(super) basis: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    /// `None`: unspecified recipients.
    pub(super) party: Option<PartyColumns<'a>>,
    pub(super) principal_id: Option<&'a str>,
    pub(super) principal_name: Option<&'a str>,
    /// One item a line.
    pub(super) items: Option<&'a str>,
    pub(super) consent_evidence: Option<&'a str>,
    /// What few records have, in the order of [`rare`].
    pub(super) particulars: Particulars<'a>,
    pub(super) purpose: Option<&'a str>,
    pub(super) medium: Option<&'a str>,
    pub(super) handler: Option<&'a str>,
    pub(super) note: Option<&'a str>,
    pub(super) source_number: Option<&'a str>,
    pub(super) claimed_recorded_on: Option<NaiveDate>,
    pub(super) import: Option<u64>,
    pub(super) line: Option<u64>,
}

/// The values of the other side: the recipient, in a recipient's record the provider.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PartyColumns<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) representative: Option<&'a str>,
}

/// The columns of table `particulars`; see [`rare`] for their order.
pub(super) type Particulars<'a> = [Option<&'a str>; 12];

/// Where each column of `particulars` stands in [`Particulars`], and its field's key.
pub(super) mod rare {
    pub(in crate::store) const PERIOD_FROM: usize = 0;
    pub(in crate::store) const PERIOD_TO: usize = 1;
    pub(in crate::store) const RECIPIENT_ID: usize = 2;
    pub(in crate::store) const ACQUISITION: usize = 3;
    pub(in crate::store) const CONFIRMATION: usize = 4;
    pub(in crate::store) const PPC_PUBLICATION: usize = 5;
    pub(in crate::store) const FOREIGN_RECIPIENT: usize = 6;
    pub(in crate::store) const FOREIGN_INFORMATION: usize = 7;
    pub(in crate::store) const EXEMPTION: usize = 8;
    pub(in crate::store) const FILING: usize = 9;
    pub(in crate::store) const EXISTENCE_WITHHELD: usize = 10;
    pub(in crate::store) const BREACHES: usize = 11;
}

/// Texts of a record that are not a text in its [`Provision`].
#[derive(Default)]
pub(super) struct Joined {
    items: String,
    period: [Option<String>; 2],
    breaches: String,
}

impl Joined {
    pub(super) fn of(p: &Provision) -> Self {
        let mut joined = Joined { items: p.items.join("\n"), ..Joined::default() };
        if let Some(rare) = &p.rare {
            joined.period = [rare.period_from, rare.period_to].map(|day| day.map(|d| d.to_string()));
            joined.breaches = rare.breaches.join("\n");
        }
        joined
    }
}

impl<'a> RecordColumns<'a> {
    /// The columns of a record; `joined` are its texts that it does not hold as such.
    pub(super) fn of(p: &'a Provision, joined: &'a Joined, import: Option<(u64, u64)>) -> Self {
        RecordColumns {
            side: p.side,
            day: p.day,
            basis: p.basis.map(Basis::word),
            method: Some(p.method.word()),
            party: (!p.unspecified_recipients).then_some(PartyColumns {
                kind: Some(p.party_type.word()),
                name: p.party_name.as_deref(),
                address: p.party_address.as_deref(),
                representative: p.party_representative.as_deref(),
            }),
            principal_id: p.principal_id.as_deref(),
            principal_name: p.principal_name.as_deref(),
            items: (!joined.items.is_empty()).then_some(&joined.items),
            consent_evidence: p.consent_evidence.as_deref(),
            particulars: p.rare.as_deref().map(|r| particulars(r, joined)).unwrap_or_default(),
            purpose: p.purpose.as_deref(),
            medium: p.medium.as_deref(),
            handler: p.handler.as_deref(),
            note: p.note.as_deref(),
            source_number: p.source_number.as_deref(),
            claimed_recorded_on: p.claimed_recorded_on,
            import: import.map(|(entry, _)| entry),
            line: import.map(|(_, line)| line),
        }
    }

    /// The record as a value of its own.
    pub(super) fn to_provision(self) -> Provision {
        let owned = |v: Option<&str>| v.map(str::to_owned);
        let list = |v: Option<&str>| -> Vec<String> {
            v.map(|v| v.split('\n').map(str::to_owned).collect()).unwrap_or_default()
        };
        let party = self.party.unwrap_or_default();
        let p = self.particulars;
        let rare = self.has_particulars().then(|| {
            Box::new(Rare {
                period_from: p[rare::PERIOD_FROM].and_then(|d| d.parse().ok()),
                period_to: p[rare::PERIOD_TO].and_then(|d| d.parse().ok()),
                recipient_id: owned(p[rare::RECIPIENT_ID]),
                acquisition: owned(p[rare::ACQUISITION]),
                confirmation: owned(p[rare::CONFIRMATION]),
                ppc_publication: owned(p[rare::PPC_PUBLICATION]),
                foreign_recipient: p[rare::FOREIGN_RECIPIENT].is_some(),
                foreign_information: owned(p[rare::FOREIGN_INFORMATION]),
                exemption: owned(p[rare::EXEMPTION]),
                filing: owned(p[rare::FILING]),
                existence_withheld: owned(p[rare::EXISTENCE_WITHHELD]),
                breaches: list(p[rare::BREACHES]),
            })
        });
        Provision {
            side: self.side,
            day: self.day,
            unspecified_recipients: self.party.is_none(),
            party_name: owned(party.name),
            party_address: owned(party.address),
            party_representative: owned(party.representative),
            party_type: party.kind.and_then(PartyType::from_word).unwrap_or_default(),
            principal_id: owned(self.principal_id),
            principal_name: owned(self.principal_name),
            items: list(self.items),
            basis: self.basis.and_then(Basis::from_word),
            method: self.method.and_then(Method::from_word).unwrap_or_default(),
            consent_evidence: owned(self.consent_evidence),
            purpose: owned(self.purpose),
            medium: owned(self.medium),
            handler: owned(self.handler),
            note: owned(self.note),
            source_number: owned(self.source_number),
            claimed_recorded_on: self.claimed_recorded_on,
            rare,
        }
    }

    pub(super) fn has_particulars(&self) -> bool {
        self.particulars.iter().any(Option::is_some)
    }

    /// The last day of provision, where one is known.
    pub(super) fn last_day(&self) -> Option<NaiveDate> {
        match self.method {
            Some("bulk") => self.particulars[rare::PERIOD_TO].and_then(|day| day.parse().ok()),
            _ => self.day,
        }
    }

    /// Appends the facts part; true when it is canonical.
    pub(super) fn write_facts(&self, out: &mut Vec<u8>) -> bool {
        self.facts(out, true)
    }

    fn facts(&self, out: &mut Vec<u8>, breaches: bool) -> bool {
        let p = &self.particulars;
        let party = self.party.unwrap_or_default();
        let provider = self.side == Side::Provider;
        let (recipient, from) = match provider {
            true => (party, PartyColumns::default()),
            false => (PartyColumns::default(), party),
        };
        let list = |v: Option<&'a str>| v.into_iter().flat_map(|v| v.split('\n'));
        PartWriter::new(out)
            .text("acquisition", p[rare::ACQUISITION])
            .text("basis", self.basis)
            .list("breaches", list(p[rare::BREACHES].filter(|_| breaches)))
            .text("confirmation", p[rare::CONFIRMATION])
            .text("consent_evidence", self.consent_evidence)
            .text("exemption", p[rare::EXEMPTION])
            .text("existence_withheld", p[rare::EXISTENCE_WITHHELD])
            .text("filing", p[rare::FILING])
            .text("foreign_information", p[rare::FOREIGN_INFORMATION])
            .text("foreign_recipient", p[rare::FOREIGN_RECIPIENT])
            .list("items", list(self.items))
            .text("method", self.method)
            .text("period_from", p[rare::PERIOD_FROM])
            .text("period_to", p[rare::PERIOD_TO])
            .text("ppc_publication", p[rare::PPC_PUBLICATION])
            .text("principal_id", self.principal_id)
            .text("principal_name", self.principal_name)
            .day("provided_on", self.day.filter(|_| provider))
            .text("provider_address", from.address)
            .text("provider_name", from.name)
            .text("provider_representative", from.representative)
            .text("provider_type", from.kind)
            .day("received_on", self.day.filter(|_| !provider))
            .text("recipient_address", recipient.address)
            .text("recipient_id", p[rare::RECIPIENT_ID])
            .text("recipient_name", recipient.name)
            .text("recipient_representative", recipient.representative)
            .text("recipient_type", recipient.kind)
            .text("unspecified_recipients", (provider && self.party.is_none()).then_some("yes"))
            .finish()
    }

    /// Appends the extra part, nothing when the record has none; true when it is canonical.
    pub(super) fn write_extra(&self, out: &mut Vec<u8>) -> bool {
        self.extra(out, true)
    }

    /// What a record says, without how it came here, and without what was found about it then, which depends on the registers:
    /// equal records have equal content.
    pub(super) fn write_content(&self, out: &mut Vec<u8>) {
        self.facts(out, false);
        out.push(b'\n');
        self.extra(out, false);
    }

    fn extra(&self, out: &mut Vec<u8>, provenance: bool) -> bool {
        PartWriter::new(out)
            .day("claimed_recorded_on", self.claimed_recorded_on)
            .text("handler", self.handler.filter(|_| provenance))
            .number("import", self.import.filter(|_| provenance))
            .number("line", self.line.filter(|_| provenance))
            .text("medium", self.medium)
            .text("note", self.note)
            .text("purpose", self.purpose)
            .text("source_number", self.source_number)
            .finish()
    }

    /// The row of table `terms` for this basis and method; the schema lists them.
    pub(super) fn terms(&self) -> Option<i64> {
        let basis = Basis::ALL.iter().position(|b| Some(b.word()) == self.basis)?;
        let method = Method::ALL.iter().position(|m| Some(m.word()) == self.method)?;
        i64::try_from(basis * Method::ALL.len() + method + 1).ok()
    }
}

fn particulars<'a>(r: &'a Rare, joined: &'a Joined) -> Particulars<'a> {
    let mut all = Particulars::default();
    all[rare::PERIOD_FROM] = joined.period[0].as_deref();
    all[rare::PERIOD_TO] = joined.period[1].as_deref();
    all[rare::RECIPIENT_ID] = r.recipient_id.as_deref();
    all[rare::ACQUISITION] = r.acquisition.as_deref();
    all[rare::CONFIRMATION] = r.confirmation.as_deref();
    all[rare::PPC_PUBLICATION] = r.ppc_publication.as_deref();
    all[rare::FOREIGN_RECIPIENT] = r.foreign_recipient.then_some("yes");
    all[rare::FOREIGN_INFORMATION] = r.foreign_information.as_deref();
    all[rare::EXEMPTION] = r.exemption.as_deref();
    all[rare::FILING] = r.filing.as_deref();
    all[rare::EXISTENCE_WITHHELD] = r.existence_withheld.as_deref();
    all[rare::BREACHES] = (!joined.breaches.is_empty()).then_some(&joined.breaches);
    all
}

/// Basis and method of a row of table `terms`.
pub(super) fn terms(id: i64) -> Option<(&'static str, &'static str)> {
    let id = usize::try_from(id).ok()?.checked_sub(1)?;
    let basis = Basis::ALL.get(id / Method::ALL.len())?;
    Some((basis.word(), Method::ALL[id % Method::ALL.len()].word()))
}

/// A day as the database keeps it, YYYYMMDD.
pub(super) fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The day of such a number.
pub(super) fn day_of_number(n: i64) -> Option<NaiveDate> {
    let part = |n: i64| u32::try_from(n).ok();
    let year = i32::try_from(n / 10_000).ok().filter(|y| (1..=9999).contains(y))?;
    NaiveDate::from_ymd_opt(year, part(n / 100 % 100)?, part(n % 100)?)
}
