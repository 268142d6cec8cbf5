//! A record between its three shapes: a [`Provision`], the columns of a row, the canonical parts that are hashed.
//!
//! Owns: which column holds which field and which key a field has in which part (FORMAT.md, "Provision").
//! Does not own: reading and writing rows (`read`, `append`).

use chrono::{Datelike as _, NaiveDate};

use crate::ledger::part::PartWriter;
use crate::record::{Basis, Method, Provision, RecipientType};

/// The values of a record, borrowed from a row or from a [`Provision`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RecordColumns<'a> {
    pub(super) provided_on: Option<NaiveDate>,
    pub(super) basis: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    /// `None`: unspecified recipients.
    pub(super) recipient: Option<RecipientColumns<'a>>,
    pub(super) principal_id: Option<&'a str>,
    pub(super) principal_name: Option<&'a str>,
    /// One item a line.
    pub(super) items: Option<&'a str>,
    pub(super) consent_evidence: Option<&'a str>,
    pub(super) purpose: Option<&'a str>,
    pub(super) medium: Option<&'a str>,
    pub(super) handler: Option<&'a str>,
    pub(super) note: Option<&'a str>,
    pub(super) source_number: Option<&'a str>,
    pub(super) claimed_recorded_on: Option<NaiveDate>,
    pub(super) import: Option<u64>,
    pub(super) line: Option<u64>,
}

/// The values of a recipient.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RecipientColumns<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) representative: Option<&'a str>,
}

impl<'a> RecordColumns<'a> {
    /// The columns of a provision; `items` is its item list, one a line.
    pub(super) fn of(p: &'a Provision, items: &'a str, import: Option<(u64, u64)>) -> Self {
        RecordColumns {
            provided_on: p.provided_on,
            basis: p.basis.map(Basis::word),
            method: Some(p.method.word()),
            recipient: (!p.unspecified_recipients).then_some(RecipientColumns {
                kind: Some(p.recipient_type.word()),
                name: p.recipient_name.as_deref(),
                address: p.recipient_address.as_deref(),
                representative: p.recipient_representative.as_deref(),
            }),
            principal_id: p.principal_id.as_deref(),
            principal_name: p.principal_name.as_deref(),
            items: (!items.is_empty()).then_some(items),
            consent_evidence: p.consent_evidence.as_deref(),
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
        let recipient = self.recipient.unwrap_or_default();
        Provision {
            provided_on: self.provided_on,
            unspecified_recipients: self.recipient.is_none(),
            recipient_name: owned(recipient.name),
            recipient_address: owned(recipient.address),
            recipient_representative: owned(recipient.representative),
            recipient_type: recipient.kind.and_then(RecipientType::from_word).unwrap_or_default(),
            principal_id: owned(self.principal_id),
            principal_name: owned(self.principal_name),
            items: self.items.map(|i| i.split('\n').map(str::to_owned).collect()).unwrap_or_default(),
            basis: self.basis.and_then(Basis::from_word),
            method: self.method.and_then(Method::from_word).unwrap_or_default(),
            consent_evidence: owned(self.consent_evidence),
            purpose: owned(self.purpose),
            medium: owned(self.medium),
            handler: owned(self.handler),
            note: owned(self.note),
            source_number: owned(self.source_number),
            claimed_recorded_on: self.claimed_recorded_on,
        }
    }

    /// Appends the facts part; true when it is canonical.
    pub(super) fn write_facts(&self, out: &mut Vec<u8>) -> bool {
        let recipient = self.recipient.unwrap_or_default();
        PartWriter::new(out)
            .text("basis", self.basis)
            .text("consent_evidence", self.consent_evidence)
            .list("items", self.items.into_iter().flat_map(|i| i.split('\n')))
            .text("method", self.method)
            .text("principal_id", self.principal_id)
            .text("principal_name", self.principal_name)
            .day("provided_on", self.provided_on)
            .text("recipient_address", recipient.address)
            .text("recipient_name", recipient.name)
            .text("recipient_representative", recipient.representative)
            .text("recipient_type", recipient.kind)
            .text("unspecified_recipients", self.recipient.is_none().then_some("yes"))
            .finish()
    }

    /// Appends the extra part, nothing when the record has none; true when it is canonical.
    pub(super) fn write_extra(&self, out: &mut Vec<u8>) -> bool {
        self.extra(out, true)
    }

    /// What a record says, without how it came here: equal records have equal content.
    pub(super) fn write_content(&self, out: &mut Vec<u8>) {
        self.write_facts(out);
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
        match (self.basis?, self.method?) {
            ("opt-out", "each") => Some(1),
            ("consent", "each") => Some(2),
            ("foreign-consent", "each") => Some(3),
            _ => None,
        }
    }
}

/// Basis and method of a row of table `terms`.
pub(super) fn terms(id: i64) -> Option<(&'static str, &'static str)> {
    match id {
        1 => Some(("opt-out", "each")),
        2 => Some(("consent", "each")),
        3 => Some(("foreign-consent", "each")),
        _ => None,
    }
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
