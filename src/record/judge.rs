//! The judgement on a record: the law's rules, the registers, what was erased; all that is wrong with it, not just the first.
//!
//! Owns: in which order these are asked, what of their faults a record that is made as it happened carries as a breach, and what is
//! not said because it only follows from a text that could not be read. Does not own: the rules (`rules`), what the registers say
//! (`scheme`), what may come again (`again`), reading texts (`import`), recording (`store`).

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;

use super::again::{self, may_have_been_erased};
use super::field::Field;
use super::formula::is_live;
use super::provision::{Method, Provision, Side};
use super::rules::{self, Asked, FutureDays};
use super::scheme::{Registers, SchemeFault, SchemeRemark};

/// How records are judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Whose records they are.
    pub side: Side,
    /// The legal day (Japan).
    pub today: NaiveDate,
    /// Whether a record may name a day still to come.
    pub future: FutureDays,
    /// A record that breaks a rule is made all the same, with the breach on it.
    pub as_happened: bool,
    /// Recipients, filings and requests to stop.
    pub registers: Arc<Registers>,
    /// The newest base of what was erased: a record that may be one of those is refused, unless it has a key (which tells,
    /// inside the transaction, whether it is new). `None`: nothing was, or it is to be recorded all the same.
    pub erased: Option<NaiveDate>,
}

impl Check {
    /// How a correction of a record is judged that reads as `current`. One that was made beforehand may be corrected before its day, or
    /// before its period is over; one that carries breaches was made as it happened, and is corrected so.
    #[must_use]
    pub fn of_correction(current: &Provision, today: NaiveDate, registers: Arc<Registers>) -> Check {
        let days = [current.day, current.rare().period_from, current.rare().period_to];
        let is_beforehand = days.into_iter().flatten().any(|day| day > today);
        Check {
            side: current.side,
            today,
            future: if is_beforehand { FutureDays::Beforehand } else { FutureDays::Refused },
            as_happened: !current.rare().breaches.is_empty(),
            registers,
            erased: None,
        }
    }
}

/// The fields of a record that had a text which could not be read, and of which that was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread(u64);

impl Unread {
    /// Adds one.
    pub fn insert(&mut self, field: Field) {
        self.0 |= 1 << field.position();
    }

    /// It is among them.
    #[must_use]
    pub fn contains(self, field: Field) -> bool {
        self.0 & (1 << field.position()) != 0
    }

    fn has_any(self, fields: &[Field]) -> bool {
        fields.iter().any(|field| self.contains(*field))
    }
}

/// What is known of a record beside what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// What of it could not be read.
    pub unread: Unread,
    /// It has an idempotency key.
    pub has_key: bool,
}

/// Something that is to be said of a field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About<T> {
    /// The field to look at.
    pub field: Field,
    /// What stands there, where that helps.
    pub value: Option<String>,
    /// What is to be said.
    pub what: T,
}

/// Why a record is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// By the law's rules.
    Law(rules::Fault),
    /// By the registers.
    Scheme(SchemeFault),
    /// Nothing shows that it is later than what was erased: it may be one of those records.
    MayHaveBeenErased {
        /// The newest base of what was erased.
        newest: NaiveDate,
    },
}

impl Fault {
    /// The word under which it stands on a record that is made as it happened; `None`: no record is made with it.
    #[must_use]
    pub fn breach(&self) -> Option<String> {
        match self {
            Fault::Law(fault) => fault.breach(),
            Fault::Scheme(fault) => fault.breach(),
            Fault::MayHaveBeenErased { .. } => None,
        }
    }
}

/// What is worth saying of a record that is accepted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Remark {
    /// The day on which it is said to have been made is still to come.
    ClaimInFuture,
    /// By the registers.
    Scheme(SchemeRemark),
    /// It is made as it happened, with these breaches on it.
    Breaches,
    /// By the law's rules.
    Law(rules::Remark),
}

/// A record that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The record: with what the register says of its recipient, and with the breaches that it carries.
    pub provision: Provision,
    /// What is worth saying, in order; usually nothing.
    pub remarks: Vec<About<Remark>>,
}

/// Judges a record.
///
/// # Errors
/// All that is wrong with it beside what could not be read, in order: at least one.
pub fn judge(mut p: Provision, given: Given, check: &Check) -> Result<Judged, Vec<About<Fault>>> {
    let mut found = Collected::default();
    if let Some(claimed) = p.claimed_recorded_on.filter(|day| *day > check.today) {
        found.remark(Field::ClaimedRecordedOn, Some(claimed.to_string()), Remark::ClaimInFuture);
    }
    let is_registered = check.registers.recipients.fill(&mut p, check.today);
    by_the_rules(&p, given.unread, check, is_registered, &mut found);
    by_the_registers(&p, given.unread, check, is_registered, &mut found);
    if let Some(newest) = check.erased.filter(|_| !given.has_key && may_have_been_erased(&p, check.erased)) {
        let value = again::day(&p).map(|day| day.to_string());
        let what = Fault::MayHaveBeenErased { newest };
        found.faults.push(About { field: last_day_field(&p), value, what });
    }
    if !found.faults.is_empty() {
        return Err(found.faults);
    }
    let breaches = std::mem::take(&mut found.breaches);
    if let Some(words) = put_on(&mut p, breaches) {
        found.remark(Field::Breaches, Some(words), Remark::Breaches);
    }
    rules::remarks(&p, |remark| {
        let (field, value) = place_of(remark, &p);
        found.remark(field, value, Remark::Law(remark));
    });
    Ok(Judged { provision: p, remarks: found.remarks })
}

/// What was found so far.
#[derive(Default)]
struct Collected {
    faults: Vec<About<Fault>>,
    breaches: Vec<String>,
    remarks: Vec<About<Remark>>,
}

impl Collected {
    /// A fault, or the breach that it is on a record that is made as it happened.
    fn against(&mut self, field: Field, what: Fault, check: &Check) {
        match what.breach().filter(|_| check.as_happened) {
            Some(breach) => self.breaches.push(breach),
            None => self.faults.push(About { field, value: None, what }),
        }
    }

    fn remark(&mut self, field: Field, value: Option<String>, what: Remark) {
        self.remarks.push(About { field, value, what });
    }
}

fn by_the_rules(p: &Provision, unread: Unread, check: &Check, is_registered: bool, found: &mut Collected) {
    // That the register does not have the recipient is told instead of all that it would have filled in.
    let unnamed = !is_registered && p.party_name.is_none() && !p.unspecified_recipients;
    rules::check(p, check.today, check.future, |fault| {
        let is_told = follows_from(unread, fault, check.side) || (unnamed && is_of_recipient(fault));
        if !is_told {
            found.against(fault.field(check.side), Fault::Law(fault), check);
        }
    });
}

/// What the registers say can be told once it is known what the record says.
fn by_the_registers(
    p: &Provision,
    unread: Unread,
    check: &Check,
    is_registered: bool,
    found: &mut Collected,
) {
    if unread.has_any(&[rules::day_field(check.side), Field::Basis, Field::Filing, Field::RecipientId]) {
        return;
    }
    let mut remarks = Vec::new();
    let fault = |fault: SchemeFault| found.against(fault.field(p), Fault::Scheme(fault), check);
    check.registers.check(p, is_registered, fault, |remark| remarks.push(remark));
    for remark in remarks {
        let (field, value) = remarked(remark, p);
        found.remark(field, value, Remark::Scheme(remark));
    }
}

/// Puts breaches on a record beside those that it carries; the words of those that are new on it.
fn put_on(p: &mut Provision, mut breaches: Vec<String>) -> Option<String> {
    if breaches.is_empty() {
        return None;
    }
    let known = &mut p.rare_mut().breaches;
    breaches.retain(|breach| !known.contains(breach));
    let words = Some(breaches.join(", ")).filter(|words| !words.is_empty());
    known.extend(breaches);
    words
}

/// The field of the day that counts where it may have been erased.
fn last_day_field(p: &Provision) -> Field {
    match p.method {
        Method::Bulk if p.rare().period_to.is_some() => Field::PeriodTo,
        Method::Bulk => Field::PeriodFrom,
        Method::Each | Method::Contract => rules::day_field(p.side),
    }
}

/// Whether a fault by the rules only follows from a text that could not be read, and was told.
fn follows_from(unread: Unread, fault: rules::Fault, side: Side) -> bool {
    // Which rules apply depends on these as well.
    let governing = [Field::Basis, Field::Method, Field::UnspecifiedRecipients, Field::ForeignRecipient];
    let dated = [rules::day_field(side), Field::PeriodFrom, Field::PeriodTo];
    match fault {
        rules::Fault::NoBasis => unread.has_any(&[Field::Basis]),
        rules::Fault::Missing(Asked::Principal, _) => {
            unread.has_any(&[Field::PrincipalId, Field::PrincipalName])
        }
        rules::Fault::Missing(Asked::Field(field), _) => {
            let also: &[Field] = match field {
                Field::RecipientAddress | Field::ProviderAddress => &dated,
                Field::RecipientRepresentative => &[dated[0], dated[1], dated[2], Field::RecipientType],
                Field::ProviderRepresentative => &[Field::ProviderType],
                _ => &[],
            };
            unread.has_any(&[field]) || unread.has_any(&governing) || unread.has_any(also)
        }
        rules::Fault::PeriodWithoutBulk | rules::Fault::DayInBulk => unread.has_any(&[Field::Method]),
        rules::Fault::BasisOfOtherDays(..) => unread.has_any(&dated) || unread.has_any(&[Field::Method]),
        rules::Fault::BasisOfOtherSide(..)
        | rules::Fault::MethodNotAllowed(..)
        | rules::Fault::PeriodReversed { .. }
        | rules::Fault::Future { .. }
        | rules::Fault::UnspecifiedAndNamed => false,
    }
}

/// What the register would have filled in.
fn is_of_recipient(fault: rules::Fault) -> bool {
    use Field::{RecipientAddress, RecipientName, RecipientRepresentative};
    let rules::Fault::Missing(Asked::Field(field), _) = fault else { return false };
    matches!(field, RecipientName | RecipientAddress | RecipientRepresentative)
}

/// Where a remark of the registers stands, and what stands there.
fn remarked(remark: SchemeRemark, p: &Provision) -> (Field, Option<String>) {
    match remark {
        SchemeRemark::NoFilingAtAll => (Field::Basis, None),
        SchemeRemark::BeforeFilings => with_text(Field::ProvidedOn, p),
        SchemeRemark::RecipientNotRegistered => with_text(Field::RecipientId, p),
    }
}

/// Where a remark of the rules stands, and what stands there.
fn place_of(remark: rules::Remark, p: &Provision) -> (Field, Option<String>) {
    match remark {
        rules::Remark::NoConsentEvidence => (Field::ConsentEvidence, None),
        rules::Remark::OpenPeriod => (Field::PeriodTo, None),
        rules::Remark::LooksLikeFormula(Field::Items) => {
            (Field::Items, p.items.iter().find(|i| is_live(i)).cloned())
        }
        rules::Remark::LooksLikeFormula(field) => with_text(field, p),
    }
}

fn with_text(field: Field, p: &Provision) -> (Field, Option<String>) {
    (field, p.text(field).map(Cow::into_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Basis, PartyType};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn check() -> Check {
        Check {
            side: Side::Provider,
            today: day("2026-11-23"),
            future: FutureDays::Refused,
            as_happened: false,
            registers: Arc::default(),
            erased: None,
        }
    }

    fn on_consent() -> Provision {
        Provision {
            day: Some(day("2026-04-01")),
            party_name: Some("架空商事株式会社".into()),
            party_address: Some("東京都架空区1-2-3".into()),
            party_type: PartyType::Person,
            principal_id: Some("C-1".into()),
            items: vec!["氏名".into()],
            basis: Some(Basis::Consent),
            consent_evidence: Some("同意書".into()),
            ..Provision::default()
        }
    }

    fn faults(p: Provision, given: Given, check: &Check) -> Vec<(Field, Fault)> {
        let judged = judge(p, given, check);
        judged.map_or_else(|faults| faults.into_iter().map(|f| (f.field, f.what)).collect(), |_| vec![])
    }

    #[test]
    fn whoever_has_a_provision_can_have_it_judged_without_a_file_or_a_flag() {
        assert_eq!(judge(on_consent(), Given::default(), &check()).unwrap().remarks, []);
        let nobody = Provision { principal_id: None, items: vec![], ..on_consent() };
        let fields: Vec<Field> =
            faults(nobody, Given::default(), &check()).into_iter().map(|(f, _)| f).collect();
        assert_eq!(fields, [Field::PrincipalId, Field::Items]);
    }

    #[test]
    fn what_could_not_be_read_is_not_missing_and_what_else_is_missing_is_told() {
        let mut given = Given::default();
        given.unread.insert(Field::Items);
        let p = Provision { principal_id: None, items: vec![], ..on_consent() };
        let told = faults(p, given, &check());
        assert!(matches!(told[..], [(Field::PrincipalId, Fault::Law(_))]), "{told:?}");
    }

    #[test]
    fn as_it_happened_a_breach_stands_on_the_record_once() {
        let check = Check { as_happened: true, ..check() };
        let mut p = Provision { items: vec![], ..on_consent() };
        for said in [vec![(Some("missing:items".to_owned()), Remark::Breaches)], vec![]] {
            let judged = judge(p, Given::default(), &check).unwrap();
            let remarks: Vec<_> = judged.remarks.into_iter().map(|r| (r.value, r.what)).collect();
            assert_eq!(remarks, said);
            assert_eq!(judged.provision.rare().breaches, ["missing:items"]);
            p = judged.provision;
        }
        let future = Provision { day: Some(day("2026-11-24")), ..on_consent() };
        assert_eq!(faults(future, Given::default(), &check).len(), 1, "of this no record is made at all");
    }

    #[test]
    fn without_a_key_nothing_is_taken_that_may_have_been_erased() {
        let check = Check { erased: Some(day("2026-04-01")), ..check() };
        let may = Fault::MayHaveBeenErased { newest: day("2026-04-01") };
        assert_eq!(faults(on_consent(), Given::default(), &check), [(Field::ProvidedOn, may)]);
        assert_eq!(faults(on_consent(), Given { has_key: true, ..Given::default() }, &check), []);
    }
}
