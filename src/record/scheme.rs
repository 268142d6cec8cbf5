//! What the registers say of a record: its recipient, the filing that it rests on, a principal who has asked to stop.
//!
//! Owns: the check of provisions on opt-out against filings and requests to stop (Act 27(2); docs/LAW.md, "The opt-out scheme").
//! Does not own: the registers (`recipient`, `filing`, `stop`), the items of a record (`rules`).

use chrono::NaiveDate;

use super::field::Field;
use super::filing::Filings;
use super::provision::{Basis, Provision, Side};
use super::recipient::Recipients;
use super::stop::Stops;

/// The registers of a ledger as they stood when they were read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Registers {
    /// Recipients.
    pub recipients: Recipients,
    /// Filings.
    pub filings: Filings,
    /// Requests to stop.
    pub stops: Stops,
    /// The index of the newest entry in any of them.
    pub newest: Option<u64>,
}

impl Registers {
    /// The indexes of all entries that they are made of, withdrawals too.
    pub fn entries(&self) -> impl Iterator<Item = u64> {
        let recipients = self.recipients.0.iter().map(|r| r.index);
        recipients.chain(self.filings.0.iter().map(|f| f.index)).chain(self.stops.entries())
    }
}

/// What the registers have against a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeFault {
    /// The recipient's ID is not in the register, and the record names nobody itself.
    UnknownRecipient,
    /// There is no such filing.
    UnknownFiling,
    /// A filing is named, and the record does not rest on opt-out.
    FilingWithoutOptOut,
    /// No filing is in force on the day.
    NoFilingThatDay {
        /// The day.
        day: NaiveDate,
    },
    /// The filing named is not in force on the day.
    NotInForce {
        /// The filing.
        filing: String,
        /// The day.
        day: NaiveDate,
    },
    /// Several filings are in force, and none is named.
    SeveralFilings {
        /// Their IDs.
        ids: Vec<String>,
    },
    /// A data item was not filed.
    ItemNotFiled {
        /// The item.
        item: String,
        /// The filing.
        filing: String,
    },
    /// The principal has asked to stop.
    Stopped {
        /// Index of the request.
        request: u64,
        /// Since when it is in force.
        effective: NaiveDate,
    },
}

impl SchemeFault {
    /// The field to look at.
    #[must_use]
    pub fn field(&self, p: &Provision) -> Field {
        match self {
            SchemeFault::UnknownRecipient => Field::RecipientId,
            SchemeFault::UnknownFiling
            | SchemeFault::FilingWithoutOptOut
            | SchemeFault::NotInForce { .. }
            | SchemeFault::SeveralFilings { .. } => Field::Filing,
            SchemeFault::NoFilingThatDay { .. } => Field::ProvidedOn,
            SchemeFault::ItemNotFiled { .. } => Field::Items,
            SchemeFault::Stopped { .. } if p.principal_id.is_some() => Field::PrincipalId,
            SchemeFault::Stopped { .. } => Field::PrincipalName,
        }
    }

    /// The word under which it stands on a record that is made as it happened; `None`: the record can be put right.
    #[must_use]
    pub fn breach(&self) -> Option<String> {
        match self {
            SchemeFault::UnknownRecipient
            | SchemeFault::UnknownFiling
            | SchemeFault::FilingWithoutOptOut
            | SchemeFault::SeveralFilings { .. } => None,
            SchemeFault::NoFilingThatDay { .. } => Some("filing:none".to_owned()),
            SchemeFault::NotInForce { .. } => Some("filing:not-in-force".to_owned()),
            SchemeFault::ItemNotFiled { item, .. } => Some(format!("item-not-filed:{item}")),
            SchemeFault::Stopped { request, .. } => Some(format!("stopped:{request}")),
        }
    }
}

/// What is said of a record that is taken all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SchemeRemark {
    /// The ledger has no filing at all, so that nothing could be checked.
    NoFilingAtAll,
    /// The day of provision lies before every filing in the ledger.
    BeforeFilings,
    /// The recipient's ID is not in the register; the record keeps what it says itself.
    RecipientNotRegistered,
}

impl Registers {
    /// Checks a record of this side against the registers; its recipient has been filled in.
    pub fn check(
        &self,
        p: &Provision,
        is_registered: bool,
        mut fault: impl FnMut(SchemeFault),
        mut remark: impl FnMut(SchemeRemark),
    ) {
        if !is_registered {
            match p.party_name.is_some() || p.unspecified_recipients {
                true => remark(SchemeRemark::RecipientNotRegistered),
                false => fault(SchemeFault::UnknownRecipient),
            }
        }
        let rare = p.rare();
        if p.side != Side::Provider {
            return;
        }
        if p.basis != Some(Basis::OptOut) {
            if rare.filing.is_some() && p.basis.is_some() {
                fault(SchemeFault::FilingWithoutOptOut);
            }
            return;
        }
        // Without a day nothing can be compared; that it is missing is a fault of its own.
        let Some(day) = p.day.or(rare.period_to).or(rare.period_from) else { return };
        let filing = self.resting_on(p, rare.filing.as_deref(), day, &mut fault, &mut remark);
        let filing = filing.as_deref().or(rare.filing.as_deref());
        let (id, name) = (p.principal_id.as_deref(), p.principal_name.as_deref());
        if let Some(request) = self.stops.stopping(id, name, day, filing) {
            fault(SchemeFault::Stopped { request: request.index, effective: request.value.effective });
        }
    }

    /// The filing that a provision on a day rests on, where there is one to be found.
    fn resting_on(
        &self,
        p: &Provision,
        named: Option<&str>,
        day: NaiveDate,
        fault: &mut impl FnMut(SchemeFault),
        remark: &mut impl FnMut(SchemeRemark),
    ) -> Option<String> {
        let filings = &self.filings;
        if let Some(id) = named
            && filings.first(id).is_none()
        {
            fault(SchemeFault::UnknownFiling);
            return None;
        }
        let Some(first) = filings.first_start() else {
            remark(SchemeRemark::NoFilingAtAll);
            return None;
        };
        if day < first {
            remark(SchemeRemark::BeforeFilings);
            return None;
        }
        let found = match named {
            Some(id) => match filings.on(id, day) {
                Some(found) => found,
                None => {
                    fault(SchemeFault::NotInForce { filing: id.to_owned(), day });
                    return None;
                }
            },
            None => {
                let in_force: Vec<_> =
                    filings.ids().into_iter().filter_map(|id| filings.on(id, day)).collect();
                match in_force[..] {
                    [only] => only,
                    [] => {
                        fault(SchemeFault::NoFilingThatDay { day });
                        return None;
                    }
                    _ => {
                        let ids = in_force.iter().map(|f| f.value.id.clone()).collect();
                        fault(SchemeFault::SeveralFilings { ids });
                        return None;
                    }
                }
            }
        };
        let id = &found.value.id;
        for item in &p.items {
            if !found.value.names(item) || !filings.was_filed(id, item, day) {
                fault(SchemeFault::ItemNotFiled { item: item.clone(), filing: id.clone() });
            }
        }
        Some(id.clone())
    }
}
