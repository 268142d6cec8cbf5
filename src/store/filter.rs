//! Which entries are asked for.
//!
//! Owns: the conditions, and whether an entry meets them. Does not own: finding candidates by lookups (`query`).

use chrono::NaiveDate;

use super::query::Entry;
use crate::ledger::Kind;
use crate::record::fold::fold;
use crate::record::{Basis, Method, Provision, Side};

/// Which entries to show; an empty filter shows all. Conditions on a record leave out every other kind, and erased
/// records, which have nothing left to compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// First legal day of provision.
    pub from: Option<NaiveDate>,
    /// Last legal day of provision.
    pub to: Option<NaiveDate>,
    /// The recipient's name, in receipts the provider's; width, composition and spaces do not matter.
    pub recipient: Option<String>,
    /// The recipient's ID in the register.
    pub recipient_id: Option<String>,
    /// Whose records.
    pub side: Option<Side>,
    /// Only records that broke a rule.
    pub breaches: bool,
    /// The principal's ID, compared likewise.
    pub principal_id: Option<String>,
    /// The principal's name, compared likewise.
    pub principal_name: Option<String>,
    /// The basis.
    pub basis: Option<Basis>,
    /// The kind of entry.
    pub kind: Option<Kind>,
}

impl Filter {
    /// True when a principal is asked for: finding one needs the fingerprint secret.
    #[must_use]
    pub fn needs_secret(&self) -> bool {
        self.principal_id.is_some() || self.principal_name.is_some()
    }

    /// True when the filter asks for something that only a record has.
    #[must_use]
    pub fn is_about_records(&self) -> bool {
        self.from.is_some()
            || self.to.is_some()
            || self.recipient.is_some()
            || self.needs_secret()
            || self.basis.is_some()
            || self.side.is_some()
            || self.recipient_id.is_some()
            || self.breaches
    }

    /// Whether an entry is asked for, as a record by how it reads with its corrections.
    pub(super) fn matches(&self, record: &Entry) -> bool {
        if self.kind.is_some_and(|kind| kind != record.fields.kind) {
            return false;
        }
        if !self.is_about_records() {
            return true;
        }
        record.current().is_some_and(|p| self.accepts(p))
    }

    /// The same for evidence, which leaves nothing out: by how it reads, or by how it was recorded.
    pub(super) fn matches_either(&self, record: &Entry) -> bool {
        self.matches(record)
            || (self.kind.is_none() && record.provision.as_ref().is_some_and(|p| self.accepts(p)))
    }

    fn accepts(&self, p: &Provision) -> bool {
        let same = |asked: &Option<String>, value: &Option<String>| match (asked, value) {
            (None, _) => true,
            (Some(asked), Some(value)) => fold(asked) == fold(value),
            (Some(_), None) => false,
        };
        // A continuous provision happened on every day of its period; while it is open, up to now.
        let (begin, end) = match p.method {
            Method::Bulk => (p.rare().period_from, p.rare().period_to.or(Some(NaiveDate::MAX))),
            _ => (p.day, p.day),
        };
        self.from.is_none_or(|from| end.is_some_and(|end| begin.is_some() && end >= from))
            && self.to.is_none_or(|to| begin.is_some_and(|begin| begin <= to))
            && same(&self.recipient, &p.party_name)
            && same(&self.recipient_id, &p.rare().recipient_id)
            && self.side.is_none_or(|side| side == p.side)
            && same(&self.principal_id, &p.principal_id)
            && same(&self.principal_name, &p.principal_name)
            && self.basis.is_none_or(|basis| p.basis == Some(basis))
            && (!self.breaches || !p.rare().breaches.is_empty())
    }
}
