//! Which items a record must hold: Act 29(1) with Enforcement Rules 19 and 20, Act 30(3) with Rules 22 to 24, Act 31 with
//! Rule 28; versioned by the day of provision.
//!
//! Owns: one table, the source beside each row, and the check against it. A change of the law is a row with another day.
//! Does not own: how values are read (`import`) or how a fault is said (`cli/text`).

use chrono::NaiveDate;

use super::field::Field;
use super::formula::is_live;
use super::provision::{Basis, Method, PartyType, Provision, Side};

/// Where a requirement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Act 29(1) and Enforcement Rules 20(1): the provider's record.
    Act29Rules20,
    /// Enforcement Rules 19: how the provider's record is made.
    Rules19,
    /// Act 30(3) and Enforcement Rules 24: the recipient's record.
    Act30Rules24,
    /// Enforcement Rules 23: how the recipient's record is made.
    Rules23,
    /// Act 31 and Enforcement Rule 28: personal-related information.
    Act31Rules28,
    /// Not listed by the law for this basis: kept by provlog, on the safe side.
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

/// To which records a rule applies, beyond its side, bases, methods and days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// To all.
    Always,
    /// Where the recipient is named, not 不特定かつ多数.
    NamedRecipient,
    /// Where the named recipient is a body.
    NamedBody,
    /// Where the other side is a body.
    Body,
    /// Where the recipient is in a foreign country.
    ForeignRecipient,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Whose record.
    pub side: Side,
    /// On which bases.
    pub bases: &'static [Basis],
    /// By which methods.
    pub methods: &'static [Method],
    /// What must be there.
    pub asked: Asked,
    /// For provisions on or after this day; `None`: always.
    pub from: Option<NaiveDate>,
    /// For provisions before this day; `None`: always.
    pub until: Option<NaiveDate>,
    /// Further condition.
    pub condition: Condition,
    /// Who asks for it.
    pub source: Source,
}

/// Which bases and methods there are, and who says so: the other table.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Whose record.
    pub side: Side,
    /// The basis.
    pub basis: Basis,
    /// The methods that are allowed.
    pub methods: &'static [Method],
}

use Basis::{Consent, ForeignConsent, OptOut, PersonalRelated, PrivatePerson, Voluntary};
use Method::{Bulk, Contract, Each};

const ANY: &[Method] = &[Each, Bulk, Contract];
const DAY: &[Method] = &[Each, Contract];

/// Bulk and contract records are not allowed for opt-out (Rules 19 and 23).
pub const WAYS: &[Way] = {
    const fn way(side: Side, basis: Basis, methods: &'static [Method]) -> Way {
        Way { side, basis, methods }
    }
    &[
        way(Side::Provider, OptOut, &[Each]),
        way(Side::Provider, Consent, ANY),
        way(Side::Provider, ForeignConsent, ANY),
        way(Side::Provider, PersonalRelated, ANY),
        way(Side::Provider, Voluntary, ANY),
        way(Side::Recipient, OptOut, &[Each]),
        way(Side::Recipient, Consent, ANY),
        way(Side::Recipient, PersonalRelated, ANY),
        way(Side::Recipient, PrivatePerson, ANY),
        way(Side::Recipient, Voluntary, ANY),
    ]
};

/// Address and representative became mandatory in the provider's record on this day (law.md, 1a).
const AMENDED_2022: Option<NaiveDate> = NaiveDate::from_ymd_opt(2022, 4, 1);

/// The required items.
///
/// That consent was obtained is recorded by the basis itself, so it is no row of its own. The amendment promulgated in
/// July 2026 will add rows (the check of a recipient's identity and purpose) once its day is known.
pub const RULES: &[Rule] = {
    use Asked::{Field as F, Principal};
    use Condition::{Always, Body, ForeignRecipient, NamedBody, NamedRecipient};
    use Source::{Act29Rules20, Act30Rules24, Act31Rules28, Provlog, Rules19, Rules23};
    const fn rule(
        side: Side,
        bases: &'static [Basis],
        methods: &'static [Method],
        asked: Asked,
        (from, condition): (Option<NaiveDate>, Condition),
        source: Source,
    ) -> Rule {
        Rule { side, bases, methods, asked, from, until: None, condition, source }
    }
    const P: Side = Side::Provider;
    const R: Side = Side::Recipient;
    const TO_OTHERS: &[Basis] = &[OptOut, Consent, ForeignConsent];
    const RECEIVED: &[Basis] = &[OptOut, Consent, PersonalRelated, PrivatePerson];
    const ALL: (Option<NaiveDate>, Condition) = (None, Always);
    &[
        // law.md, 1a.
        rule(P, &[OptOut], DAY, F(Field::ProvidedOn), ALL, Act29Rules20),
        rule(P, &[Consent, ForeignConsent], DAY, F(Field::ProvidedOn), ALL, Provlog),
        rule(P, &[Consent, ForeignConsent], &[Bulk], F(Field::PeriodFrom), ALL, Rules19),
        rule(P, TO_OTHERS, ANY, F(Field::RecipientName), (None, NamedRecipient), Act29Rules20),
        rule(P, TO_OTHERS, ANY, F(Field::RecipientAddress), (AMENDED_2022, NamedRecipient), Act29Rules20),
        rule(P, TO_OTHERS, ANY, F(Field::RecipientRepresentative), (AMENDED_2022, NamedBody), Act29Rules20),
        rule(P, TO_OTHERS, ANY, Principal, ALL, Act29Rules20),
        rule(P, TO_OTHERS, ANY, F(Field::Items), ALL, Act29Rules20),
        // law.md, 1b: the provider of personal-related information.
        rule(P, &[PersonalRelated], DAY, F(Field::ProvidedOn), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], &[Bulk], F(Field::PeriodFrom), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::Confirmation), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::RecipientName), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::RecipientAddress), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::RecipientRepresentative), (None, Body), Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::Items), ALL, Act31Rules28),
        // law.md, 1d: nothing is asked for, but a voluntary record must say why it is one.
        rule(P, &[Voluntary], ANY, F(Field::Exemption), ALL, Provlog),
        rule(P, &[Voluntary], DAY, F(Field::ProvidedOn), ALL, Provlog),
        rule(P, &[Voluntary], &[Bulk], F(Field::PeriodFrom), ALL, Provlog),
        rule(R, &[Voluntary], ANY, F(Field::Exemption), ALL, Provlog),
        rule(R, &[Voluntary], &[Bulk], F(Field::PeriodFrom), ALL, Provlog),
        // law.md, 1b: the recipient.
        rule(R, &[OptOut], DAY, F(Field::ReceivedOn), ALL, Act30Rules24),
        rule(R, &[Consent, PersonalRelated, PrivatePerson], &[Bulk], F(Field::PeriodFrom), ALL, Rules23),
        rule(R, RECEIVED, ANY, F(Field::ProviderName), ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, F(Field::ProviderAddress), ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, F(Field::ProviderRepresentative), (None, Body), Act30Rules24),
        rule(R, &[OptOut, Consent, PrivatePerson], ANY, F(Field::Acquisition), ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, Principal, ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, F(Field::Items), ALL, Act30Rules24),
        rule(R, &[OptOut], ANY, F(Field::PpcPublication), ALL, Act30Rules24),
        rule(
            R,
            &[PersonalRelated],
            ANY,
            F(Field::ForeignInformation),
            (None, ForeignRecipient),
            Act31Rules28,
        ),
    ]
};

/// What is wrong with the content of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing says on which basis the data was provided, so that nothing else can be checked.
    NoBasis,
    /// A required item is missing.
    Missing(Asked, Source),
    /// There is no such basis in a record of this side.
    BasisOfOtherSide(Basis, Side),
    /// The method is not allowed on this basis (Rules 19 and 23).
    MethodNotAllowed(Basis, Method),
    /// A period belongs to a bulk record, and to no other.
    PeriodWithoutBulk,
    /// A bulk record has a period, not a day.
    DayInBulk,
    /// The period ends before it begins.
    PeriodReversed {
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: NaiveDate,
    },
    /// The day of provision is still to come, and it was not said that the record is made beforehand.
    Future {
        /// The field.
        field: Field,
        /// The day given.
        day: NaiveDate,
        /// The legal day today.
        today: NaiveDate,
    },
    /// 不特定かつ多数 excludes naming a recipient.
    UnspecifiedAndNamed,
}

impl Fault {
    /// The field to look at, in a record of this side.
    #[must_use]
    pub fn field(self, side: Side) -> Field {
        match self {
            Fault::NoBasis | Fault::BasisOfOtherSide(..) => Field::Basis,
            Fault::Missing(Asked::Field(f), _) | Fault::Future { field: f, .. } => f,
            Fault::Missing(Asked::Principal, _) => Field::PrincipalId,
            Fault::MethodNotAllowed(..) | Fault::PeriodWithoutBulk => Field::Method,
            Fault::DayInBulk => day_field(side),
            Fault::PeriodReversed { .. } => Field::PeriodTo,
            Fault::UnspecifiedAndNamed => Field::UnspecifiedRecipients,
        }
    }
}

impl Fault {
    /// The word under which it stands on a record that is made as it happened; `None`: no record can be made of it.
    #[must_use]
    pub fn breach(self) -> Option<String> {
        match self {
            Fault::Missing(Asked::Field(field), _) => Some(format!("missing:{field}")),
            Fault::Missing(Asked::Principal, _) => Some("missing:principal".to_owned()),
            Fault::MethodNotAllowed(_, method) => Some(format!("method:{}", method.word())),
            _ => None,
        }
    }
}

/// The field of the day of provision, in a record of this side.
#[must_use]
pub fn day_field(side: Side) -> Field {
    match side {
        Side::Provider => Field::ProvidedOn,
        Side::Recipient => Field::ReceivedOn,
    }
}

/// What is worth saying about a record that is accepted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Remark {
    /// Basis consent or foreign consent without a reference to its evidence.
    NoConsentEvidence,
    /// The last day of a bulk record is open: it cannot be deleted until a correction closes it.
    OpenPeriod,
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

/// Checks a record against the tables; `today` is the legal day (Japan).
pub fn check(p: &Provision, today: NaiveDate, future: FutureDays, mut fault: impl FnMut(Fault)) {
    let rare = p.rare();
    let days = [
        (day_field(p.side), p.day),
        (Field::PeriodFrom, rare.period_from),
        (Field::PeriodTo, rare.period_to),
    ];
    for (field, day) in days.into_iter().filter_map(|(field, day)| Some((field, day?))) {
        if day > today && future == FutureDays::Refused {
            fault(Fault::Future { field, day, today });
        }
    }
    if let (Some(from), Some(to)) = (rare.period_from, rare.period_to)
        && to < from
    {
        fault(Fault::PeriodReversed { from, to });
    }
    match p.method {
        Bulk if p.day.is_some() => fault(Fault::DayInBulk),
        Each | Contract if rare.period_from.or(rare.period_to).is_some() => fault(Fault::PeriodWithoutBulk),
        _ => {}
    }
    let named = [&p.party_name, &p.party_address, &p.party_representative];
    if p.unspecified_recipients && named.iter().any(|v| v.is_some()) {
        fault(Fault::UnspecifiedAndNamed);
    }
    let Some(basis) = p.basis else {
        fault(Fault::NoBasis);
        return;
    };
    match WAYS.iter().find(|way| (way.side, way.basis) == (p.side, basis)) {
        None => return fault(Fault::BasisOfOtherSide(basis, p.side)),
        Some(way) if !way.methods.contains(&p.method) => fault(Fault::MethodNotAllowed(basis, p.method)),
        Some(_) => {}
    }
    for rule in RULES {
        if applies(rule, basis, p) && !present(rule.asked, p) {
            fault(Fault::Missing(rule.asked, rule.source));
        }
    }
}

/// Tells what deserves a warning.
pub fn remarks(p: &Provision, mut remark: impl FnMut(Remark)) {
    if p.basis.is_some_and(Basis::is_consent) && p.consent_evidence.is_none() {
        remark(Remark::NoConsentEvidence);
    }
    if p.is_open() {
        remark(Remark::OpenPeriod);
    }
    for (field, value) in texts(p) {
        if is_live(value) {
            remark(Remark::LooksLikeFormula(field));
        }
    }
    if p.items.iter().any(|i| is_live(i)) {
        remark(Remark::LooksLikeFormula(Field::Items));
    }
}

/// The free texts of a record; days and words of a fixed list never look like formulas.
fn texts(p: &Provision) -> impl Iterator<Item = (Field, &str)> {
    let party = match p.side {
        Side::Provider => [Field::RecipientName, Field::RecipientAddress, Field::RecipientRepresentative],
        Side::Recipient => [Field::ProviderName, Field::ProviderAddress, Field::ProviderRepresentative],
    };
    let usual = [
        (party[0], &p.party_name),
        (party[1], &p.party_address),
        (party[2], &p.party_representative),
        (Field::PrincipalId, &p.principal_id),
        (Field::PrincipalName, &p.principal_name),
        (Field::ConsentEvidence, &p.consent_evidence),
        (Field::Purpose, &p.purpose),
        (Field::Medium, &p.medium),
        (Field::Handler, &p.handler),
        (Field::Note, &p.note),
        (Field::SourceNumber, &p.source_number),
    ];
    let rare = p.rare.as_deref().map(|r| {
        [
            (Field::RecipientId, &r.recipient_id),
            (Field::Acquisition, &r.acquisition),
            (Field::Confirmation, &r.confirmation),
            (Field::PpcPublication, &r.ppc_publication),
            (Field::ForeignInformation, &r.foreign_information),
            (Field::Exemption, &r.exemption),
            (Field::Filing, &r.filing),
            (Field::ExistenceWithheld, &r.existence_withheld),
        ]
    });
    usual.into_iter().chain(rare.into_iter().flatten()).filter_map(|(field, v)| Some((field, v.as_deref()?)))
}

fn applies(rule: &Rule, basis: Basis, p: &Provision) -> bool {
    // Without a day the newest rules apply: the missing day is a fault of its own.
    let day = match p.method {
        Bulk => p.rare().period_to.or(p.rare().period_from),
        Each | Contract => p.day,
    };
    let in_force = rule.from.is_none_or(|from| day.is_none_or(|day| day >= from))
        && rule.until.is_none_or(|until| day.is_some_and(|day| day < until));
    let condition = match rule.condition {
        Condition::Always => true,
        Condition::NamedRecipient => !p.unspecified_recipients,
        Condition::NamedBody => !p.unspecified_recipients && p.party_type == PartyType::Body,
        Condition::Body => p.party_type == PartyType::Body,
        Condition::ForeignRecipient => p.rare().foreign_recipient,
    };
    rule.side == p.side
        && rule.bases.contains(&basis)
        && rule.methods.contains(&p.method)
        && in_force
        && condition
}

fn present(asked: Asked, p: &Provision) -> bool {
    match asked {
        Asked::Principal => p.principal_id.is_some() || p.principal_name.is_some(),
        Asked::Field(Field::Items) => !p.items.is_empty(),
        Asked::Field(Field::ProvidedOn | Field::ReceivedOn) => p.day.is_some(),
        Asked::Field(field) => p.text(field).is_some(),
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
            day: Some(day("2026-04-01")),
            party_name: Some("架空商事株式会社".into()),
            party_address: Some("東京都架空区1-2-3".into()),
            party_representative: Some("見本 太郎".into()),
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
            (|p| p.day = None, F(Field::ProvidedOn), [Law, Provlog, Provlog]),
            (|p| p.party_name = None, F(Field::RecipientName), [Law; 3]),
            (|p| p.party_address = None, F(Field::RecipientAddress), [Law; 3]),
            (|p| p.party_representative = None, F(Field::RecipientRepresentative), [Law; 3]),
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
                day: Some(day(provided)),
                party_address: None,
                party_representative: None,
                ..whole(Basis::OptOut)
            };
            assert_eq!(faults(&p).len(), missing, "{provided}");
        }
    }

    #[test]
    fn a_natural_person_needs_an_address_but_no_representative() {
        let p =
            Provision { party_type: PartyType::Person, party_representative: None, ..whole(Basis::Consent) };
        assert_eq!(faults(&p), []);
        let p = Provision { party_address: None, ..p };
        assert_eq!(faults(&p).len(), 1);
    }

    #[test]
    fn unspecified_recipients_stand_in_place_of_name_address_and_representative() {
        let p = Provision {
            unspecified_recipients: true,
            party_name: None,
            party_address: None,
            party_representative: None,
            ..whole(Basis::OptOut)
        };
        assert_eq!(faults(&p), []);
        let p = Provision { party_name: Some("架空商事".into()), ..p };
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
        let p = Provision { day: Some(day("2026-11-24")), ..whole(Basis::OptOut) };
        let future =
            Fault::Future { field: Field::ProvidedOn, day: day("2026-11-24"), today: day("2026-11-23") };
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
            let p = Provision { side: rule.side, basis: Some(rule.bases[0]), ..Provision::default() };
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
