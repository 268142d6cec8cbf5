//! Which items a record must hold: Act 29(1) with Enforcement Rules 20(1), versioned by the day of provision.
//!
//! Owns: one table, the source beside each row, and the check against it.
//! Does not own: how values are read (`import`) or how a fault is said (`cli/text`).

use chrono::NaiveDate;

use super::field::Field;
use super::provision::{Basis, Provision, RecipientType};

/// Where a requirement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Act 29(1) and Enforcement Rules 20(1).
    Act29Rules20,
    /// Not listed by the law for this basis: kept by provlog, on the safe side, because the retention period
    /// counts from it.
    Provlog,
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The field itself.
    Field(Field),
    /// The principal: an identifier or a name.
    Principal,
}

/// To which records a rule applies, beyond its bases and days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// To all.
    Always,
    /// Where the recipient is named, not 不特定かつ多数.
    NamedRecipient,
    /// Where the named recipient is a body.
    NamedBody,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What must be there.
    pub asked: Asked,
    /// On which bases.
    pub bases: &'static [Basis],
    /// For provisions on or after this day; `None`: always.
    pub from: Option<NaiveDate>,
    /// Further condition.
    pub condition: Condition,
    /// Who asks for it.
    pub source: Source,
}

const ALL: &[Basis] = &[Basis::OptOut, Basis::Consent, Basis::ForeignConsent];
/// Address and representative became mandatory on this day (law.md, 1a).
const AMENDED_2022: Option<NaiveDate> = NaiveDate::from_ymd_opt(2022, 4, 1);

const fn rule(
    asked: Asked,
    bases: &'static [Basis],
    from: Option<NaiveDate>,
    condition: Condition,
    source: Source,
) -> Rule {
    Rule { asked, bases, from, condition, source }
}

/// The required items of a provider's record, method `each`.
///
/// That consent was obtained is recorded by the basis itself, so it is no row of its own.
pub const RULES: &[Rule] = {
    use Asked::{Field as F, Principal};
    use Condition::{Always, NamedBody, NamedRecipient};
    use Source::{Act29Rules20, Provlog};
    &[
        rule(F(Field::ProvidedOn), &[Basis::OptOut], None, Always, Act29Rules20),
        rule(F(Field::ProvidedOn), &[Basis::Consent, Basis::ForeignConsent], None, Always, Provlog),
        rule(F(Field::RecipientName), ALL, None, NamedRecipient, Act29Rules20),
        rule(F(Field::RecipientAddress), ALL, AMENDED_2022, NamedRecipient, Act29Rules20),
        rule(F(Field::RecipientRepresentative), ALL, AMENDED_2022, NamedBody, Act29Rules20),
        rule(Principal, ALL, None, Always, Act29Rules20),
        rule(F(Field::Items), ALL, None, Always, Act29Rules20),
    ]
};

/// What is wrong with the content of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing says on which basis the data was provided, so that nothing else can be checked.
    NoBasis,
    /// A required item is missing.
    Missing(Asked, Source),
    /// The day of provision is still to come, and it was not said that the record is made beforehand.
    Future {
        /// The day given.
        day: NaiveDate,
        /// The legal day today.
        today: NaiveDate,
    },
    /// 不特定かつ多数 excludes naming a recipient.
    UnspecifiedAndNamed,
}

impl Fault {
    /// The field to look at.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            Fault::NoBasis => Field::Basis,
            Fault::Missing(Asked::Field(f), _) => f,
            Fault::Missing(Asked::Principal, _) => Field::PrincipalId,
            Fault::Future { .. } => Field::ProvidedOn,
            Fault::UnspecifiedAndNamed => Field::UnspecifiedRecipients,
        }
    }
}

/// What is worth saying about a record that is accepted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Remark {
    /// Basis consent or foreign consent without a reference to its evidence.
    NoConsentEvidence,
    /// A value starts with a character that spreadsheets take for a formula.
    LooksLikeFormula(Field),
}

/// Whether a record may name a day of provision that is still to come (Rules 19: it may be made beforehand).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FutureDays {
    /// No: most likely a slip.
    Refused,
    /// Yes, it was said so.
    Beforehand,
}

/// Checks a provision against the table; `today` is the legal day (Japan).
pub fn check(p: &Provision, today: NaiveDate, future: FutureDays, mut fault: impl FnMut(Fault)) {
    if let Some(day) = p.provided_on
        && day > today
        && future == FutureDays::Refused
    {
        fault(Fault::Future { day, today });
    }
    let named = [&p.recipient_name, &p.recipient_address, &p.recipient_representative];
    if p.unspecified_recipients && named.iter().any(|v| v.is_some()) {
        fault(Fault::UnspecifiedAndNamed);
    }
    let Some(basis) = p.basis else {
        fault(Fault::NoBasis);
        return;
    };
    for rule in RULES {
        if applies(rule, basis, p) && !present(rule.asked, p) {
            fault(Fault::Missing(rule.asked, rule.source));
        }
    }
}

/// Tells what deserves a warning.
pub fn remarks(p: &Provision, mut remark: impl FnMut(Remark)) {
    if matches!(p.basis, Some(Basis::Consent | Basis::ForeignConsent)) && p.consent_evidence.is_none() {
        remark(Remark::NoConsentEvidence);
    }
    let formula = |v: &str| v.starts_with(['=', '+', '-', '@']);
    let texts = [
        (Field::RecipientName, &p.recipient_name),
        (Field::RecipientAddress, &p.recipient_address),
        (Field::RecipientRepresentative, &p.recipient_representative),
        (Field::PrincipalId, &p.principal_id),
        (Field::PrincipalName, &p.principal_name),
        (Field::ConsentEvidence, &p.consent_evidence),
        (Field::Purpose, &p.purpose),
        (Field::Medium, &p.medium),
        (Field::Handler, &p.handler),
        (Field::Note, &p.note),
        (Field::SourceNumber, &p.source_number),
    ];
    for (field, value) in texts {
        if value.as_deref().is_some_and(formula) {
            remark(Remark::LooksLikeFormula(field));
        }
    }
    if p.items.iter().any(|i| formula(i)) {
        remark(Remark::LooksLikeFormula(Field::Items));
    }
}

fn applies(rule: &Rule, basis: Basis, p: &Provision) -> bool {
    // Without a day the newest rules apply: the missing day is a fault of its own.
    let in_force = rule.from.is_none_or(|from| p.provided_on.is_none_or(|day| day >= from));
    let condition = match rule.condition {
        Condition::Always => true,
        Condition::NamedRecipient => !p.unspecified_recipients,
        Condition::NamedBody => !p.unspecified_recipients && p.recipient_type == RecipientType::Body,
    };
    rule.bases.contains(&basis) && in_force && condition
}

fn present(asked: Asked, p: &Provision) -> bool {
    match asked {
        Asked::Principal => p.principal_id.is_some() || p.principal_name.is_some(),
        Asked::Field(Field::ProvidedOn) => p.provided_on.is_some(),
        Asked::Field(Field::RecipientName) => p.recipient_name.is_some(),
        Asked::Field(Field::RecipientAddress) => p.recipient_address.is_some(),
        Asked::Field(Field::RecipientRepresentative) => p.recipient_representative.is_some(),
        Asked::Field(Field::Items) => !p.items.is_empty(),
        // No rule asks for any other field; `every_rule_can_be_broken` holds the list.
        Asked::Field(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn whole(basis: Basis) -> Provision {
        Provision {
            provided_on: Some(day("2026-04-01")),
            recipient_name: Some("架空商事株式会社".into()),
            recipient_address: Some("東京都架空区1-2-3".into()),
            recipient_representative: Some("見本 太郎".into()),
            principal_id: Some("C-1".into()),
            items: vec!["氏名".into()],
            basis: Some(basis),
            ..Provision::default()
        }
    }

    fn faults(p: &Provision) -> Vec<Fault> {
        let mut all = Vec::new();
        check(p, day("2026-11-23"), FutureDays::Refused, |f| all.push(f));
        all
    }

    /// Written by hand from law.md 1a: every item x basis, present and missing, each with who asks for it.
    #[test]
    fn every_missing_item_is_named_with_who_asks_for_it() {
        use Asked::{Field as F, Principal};
        use Source::{Act29Rules20 as Law, Provlog};
        type Blank = fn(&mut Provision);
        let rows: [(Blank, Asked, [Source; 3]); 6] = [
            (|p| p.provided_on = None, F(Field::ProvidedOn), [Law, Provlog, Provlog]),
            (|p| p.recipient_name = None, F(Field::RecipientName), [Law; 3]),
            (|p| p.recipient_address = None, F(Field::RecipientAddress), [Law; 3]),
            (|p| p.recipient_representative = None, F(Field::RecipientRepresentative), [Law; 3]),
            (|p| p.principal_id = None, Principal, [Law; 3]),
            (|p| p.items = vec![], F(Field::Items), [Law; 3]),
        ];
        for (column, basis) in [Basis::OptOut, Basis::Consent, Basis::ForeignConsent].into_iter().enumerate()
        {
            assert_eq!(faults(&whole(basis)), [], "{basis:?}, nothing missing");
            for (blank, asked, sources) in &rows {
                let mut p = whole(basis);
                blank(&mut p);
                assert_eq!(faults(&p), [Fault::Missing(*asked, sources[column])], "{basis:?}");
            }
        }
    }

    #[test]
    fn before_april_2022_address_and_representative_may_be_absent() {
        for (provided, missing) in [("2022-03-31", 0), ("2022-04-01", 2), ("2018-01-01", 0)] {
            let p = Provision {
                provided_on: Some(day(provided)),
                recipient_address: None,
                recipient_representative: None,
                ..whole(Basis::OptOut)
            };
            assert_eq!(faults(&p).len(), missing, "{provided}");
        }
    }

    #[test]
    fn a_natural_person_needs_an_address_but_no_representative() {
        let p = Provision {
            recipient_type: RecipientType::Person,
            recipient_representative: None,
            ..whole(Basis::Consent)
        };
        assert_eq!(faults(&p), []);
        let p = Provision { recipient_address: None, ..p };
        assert_eq!(faults(&p).len(), 1);
    }

    #[test]
    fn unspecified_recipients_stand_in_place_of_name_address_and_representative() {
        let p = Provision {
            unspecified_recipients: true,
            recipient_name: None,
            recipient_address: None,
            recipient_representative: None,
            ..whole(Basis::OptOut)
        };
        assert_eq!(faults(&p), []);
        let p = Provision { recipient_name: Some("架空商事".into()), ..p };
        assert_eq!(faults(&p), [Fault::UnspecifiedAndNamed]);
    }

    #[test]
    fn a_name_alone_identifies_the_principal() {
        let p = Provision {
            principal_id: None,
            principal_name: Some("見本 花子".into()),
            ..whole(Basis::OptOut)
        };
        assert_eq!(faults(&p), []);
    }

    #[test]
    fn a_day_to_come_is_refused_unless_said_to_be_beforehand() {
        let p = Provision { provided_on: Some(day("2026-11-24")), ..whole(Basis::OptOut) };
        let future = Fault::Future { day: day("2026-11-24"), today: day("2026-11-23") };
        assert_eq!(faults(&p), [future]);
        let mut all = Vec::new();
        check(&p, day("2026-11-23"), FutureDays::Beforehand, |f| all.push(f));
        assert_eq!(all, []);
    }

    #[test]
    fn without_a_basis_that_is_said_first() {
        let p = Provision { basis: None, items: vec![], ..whole(Basis::OptOut) };
        assert_eq!(faults(&p), [Fault::NoBasis]);
    }

    #[test]
    fn every_rule_can_be_broken() {
        for rule in RULES {
            let p = Provision { basis: Some(rule.bases[0]), ..Provision::default() };
            assert!(!present(rule.asked, &p), "{:?} counts as present in an empty record", rule.asked);
        }
    }

    #[test]
    fn consent_without_evidence_and_formulas_are_remarked() {
        let p = Provision { note: Some("=1+1".into()), ..whole(Basis::Consent) };
        let mut all = Vec::new();
        remarks(&p, |r| all.push(r));
        assert_eq!(all, [Remark::NoConsentEvidence, Remark::LooksLikeFormula(Field::Note)]);
    }
}
