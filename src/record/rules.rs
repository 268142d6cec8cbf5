//! Which items a record must hold: Act 29(1) with Enforcement Rules 19 and 20, Act 30(3) with Rules 22 to 24, Act 31 with
//! Rule 28; versioned by the day of provision.
//!
//! Owns: one table, the source beside each row, and the check against it. A change of the law is a row with another day.
//! Does not own: how values are read (`import`) or how a fault is said (`cli/text`).

use chrono::NaiveDate;

use super::field::{Field, Shape};
use super::formula::is_live;
use super::provision::{Basis, Method, PartyType, Provision, Side, Value};
use super::word::Days;

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
    /// For provisions on these days.
    pub days: Days,
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
    /// For provisions on these days.
    pub days: Days,
    /// That consent was obtained is an item of the record; its basis says so.
    pub consent: bool,
    /// The principal may see the record: one of Act 29(1), or of 30(3) (also as Act 31(3) applies it).
    pub shown: bool,
}

use Basis::{Consent, ForeignConsent, OptOut, PersonalRelated, PrivatePerson, Voluntary};
use Method::{Bulk, Contract, Each};

const ANY: &[Method] = &[Each, Bulk, Contract];
const DAY: &[Method] = &[Each, Contract];

/// Bulk and contract records are not allowed for opt-out (Rules 19 and 23).
pub const WAYS: &[Way] = {
    const P: Side = Side::Provider;
    const R: Side = Side::Recipient;
    const fn way(
        side: Side,
        basis: Basis,
        methods: &'static [Method],
        (consent, shown): (bool, bool),
    ) -> Way {
        Way { side, basis, methods, days: Days::ALWAYS, consent, shown }
    }
    const CONSENT: (bool, bool) = (true, true);
    const NO_CONSENT: (bool, bool) = (false, true);
    // A voluntary record is outside the principal's right, and a provider's of personal-related information has no principal.
    const NOT_SHOWN: (bool, bool) = (false, false);
    &[
        way(P, OptOut, &[Each], NO_CONSENT),
        way(P, Consent, ANY, CONSENT),
        way(P, ForeignConsent, ANY, CONSENT),
        way(P, PersonalRelated, ANY, NOT_SHOWN),
        way(P, Voluntary, ANY, NOT_SHOWN),
        way(R, OptOut, &[Each], NO_CONSENT),
        way(R, Consent, ANY, CONSENT),
        way(R, PersonalRelated, ANY, CONSENT),
        way(R, PrivatePerson, ANY, NO_CONSENT),
        way(R, Voluntary, ANY, NOT_SHOWN),
    ]
};

/// True where the provider's record rests on consent, of which there is evidence.
#[must_use]
pub fn rests_on_consent(basis: Basis) -> bool {
    WAYS.iter().any(|way| (way.side, way.basis) == (Side::Provider, basis) && way.consent)
}

/// The way of a record on its basis; `None`: there is none on its side.
#[must_use]
pub fn way_of(p: &Provision) -> Option<&'static Way> {
    let ways =
        || WAYS.iter().filter(|way| Some((way.side, way.basis)) == p.basis.map(|basis| (p.side, basis)));
    ways().find(|way| way.days.hold_on(judged_on(p))).or_else(|| ways().next())
}

/// Address and representative became mandatory in the provider's record on this day (docs/LAW.md, "Who must record what").
const AMENDED_2022: Days = Days::since(2022, 4, 1);

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
        (days, condition): (Days, Condition),
        source: Source,
    ) -> Rule {
        Rule { side, bases, methods, asked, days, condition, source }
    }
    const P: Side = Side::Provider;
    const R: Side = Side::Recipient;
    const TO_OTHERS: &[Basis] = &[OptOut, Consent, ForeignConsent];
    const RECEIVED: &[Basis] = &[OptOut, Consent, PersonalRelated, PrivatePerson];
    const ALL: (Days, Condition) = (Days::ALWAYS, Always);
    &[
        // docs/LAW.md, "Who must record what".
        rule(P, &[OptOut], DAY, F(Field::ProvidedOn), ALL, Act29Rules20),
        rule(P, &[Consent, ForeignConsent], DAY, F(Field::ProvidedOn), ALL, Provlog),
        rule(P, &[Consent, ForeignConsent], &[Bulk], F(Field::PeriodFrom), ALL, Rules19),
        rule(P, TO_OTHERS, ANY, F(Field::RecipientName), (Days::ALWAYS, NamedRecipient), Act29Rules20),
        rule(P, TO_OTHERS, ANY, F(Field::RecipientAddress), (AMENDED_2022, NamedRecipient), Act29Rules20),
        rule(P, TO_OTHERS, ANY, F(Field::RecipientRepresentative), (AMENDED_2022, NamedBody), Act29Rules20),
        rule(P, TO_OTHERS, ANY, Principal, ALL, Act29Rules20),
        rule(P, TO_OTHERS, ANY, F(Field::Items), ALL, Act29Rules20),
        // docs/LAW.md, "Who must record what": the provider of personal-related information.
        rule(P, &[PersonalRelated], DAY, F(Field::ProvidedOn), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], &[Bulk], F(Field::PeriodFrom), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::Confirmation), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::RecipientName), ALL, Act31Rules28),
        rule(P, &[PersonalRelated], ANY, F(Field::RecipientAddress), ALL, Act31Rules28),
        rule(
            P,
            &[PersonalRelated],
            ANY,
            F(Field::RecipientRepresentative),
            (Days::ALWAYS, Body),
            Act31Rules28,
        ),
        rule(P, &[PersonalRelated], ANY, F(Field::Items), ALL, Act31Rules28),
        // docs/LAW.md, "Who must record what": nothing is asked for, but a voluntary record must say why it is one.
        rule(P, &[Voluntary], ANY, F(Field::Exemption), ALL, Provlog),
        rule(P, &[Voluntary], DAY, F(Field::ProvidedOn), ALL, Provlog),
        rule(P, &[Voluntary], &[Bulk], F(Field::PeriodFrom), ALL, Provlog),
        rule(R, &[Voluntary], ANY, F(Field::Exemption), ALL, Provlog),
        rule(R, &[Voluntary], &[Bulk], F(Field::PeriodFrom), ALL, Provlog),
        // docs/LAW.md, "Who must record what": the recipient.
        rule(R, &[OptOut], DAY, F(Field::ReceivedOn), ALL, Act30Rules24),
        rule(R, &[Consent, PersonalRelated, PrivatePerson], &[Bulk], F(Field::PeriodFrom), ALL, Rules23),
        rule(R, RECEIVED, ANY, F(Field::ProviderName), ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, F(Field::ProviderAddress), ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, F(Field::ProviderRepresentative), (Days::ALWAYS, Body), Act30Rules24),
        rule(R, &[OptOut, Consent, PrivatePerson], ANY, F(Field::Acquisition), ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, Principal, ALL, Act30Rules24),
        rule(R, RECEIVED, ANY, F(Field::Items), ALL, Act30Rules24),
        rule(R, &[OptOut], ANY, F(Field::PpcPublication), ALL, Act30Rules24),
        rule(
            R,
            &[PersonalRelated],
            ANY,
            F(Field::ForeignInformation),
            (Days::ALWAYS, ForeignRecipient),
            // Rule 24(1)(iii): the recipient's record, whose items the principal may see (docs/LAW.md, "Who must record what").
            Act30Rules24,
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
    /// There was no such basis on the day, or is none any more.
    BasisOfOtherDays(Basis, Option<NaiveDate>),
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
            Fault::NoBasis | Fault::BasisOfOtherSide(..) | Fault::BasisOfOtherDays(..) => Field::Basis,
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
pub fn check(p: &Provision, today: NaiveDate, future: FutureDays, fault: impl FnMut(Fault)) {
    check_by(WAYS, p, today, future, fault);
}

fn check_by(
    all_ways: &[Way],
    p: &Provision,
    today: NaiveDate,
    future: FutureDays,
    mut fault: impl FnMut(Fault),
) {
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
    let day = judged_on(p);
    let ways = || all_ways.iter().filter(|way| (way.side, way.basis) == (p.side, basis));
    let on_the_day = || ways().filter(|way| way.days.hold_on(day) && basis.days().hold_on(day));
    match (ways().next(), on_the_day().next()) {
        (None, _) => return fault(Fault::BasisOfOtherSide(basis, p.side)),
        (Some(_), None) => return fault(Fault::BasisOfOtherDays(basis, day)),
        (Some(_), Some(_)) => {}
    }
    if !on_the_day().any(|way| way.methods.contains(&p.method)) || !p.method.days().hold_on(day) {
        fault(Fault::MethodNotAllowed(basis, p.method));
    }
    for rule in RULES {
        if applies(rule, basis, p) && !present(rule.asked, p) {
            fault(Fault::Missing(rule.asked, rule.source));
        }
    }
}

/// Tells what deserves a warning.
pub fn remarks(p: &Provision, mut remark: impl FnMut(Remark)) {
    if p.basis.is_some_and(rests_on_consent) && p.consent_evidence.is_none() {
        remark(Remark::NoConsentEvidence);
    }
    if p.is_open() {
        remark(Remark::OpenPeriod);
    }
    // Days and words of a fixed list never look like formulas.
    p.each_value(|field, value| match value {
        Value::Text(text) if field.shape() == Shape::Text && is_live(text) => {
            remark(Remark::LooksLikeFormula(field));
        }
        _ => {}
    });
    if p.items.iter().any(|i| is_live(i)) {
        remark(Remark::LooksLikeFormula(Field::Items));
    }
}

/// The day whose law applies. Without one it is the newest: the missing day is a fault of its own.
fn judged_on(p: &Provision) -> Option<NaiveDate> {
    match p.method {
        Bulk => p.rare().period_to.or(p.rare().period_from),
        Each | Contract => p.day,
    }
}

fn applies(rule: &Rule, basis: Basis, p: &Provision) -> bool {
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
        && rule.days.hold_on(judged_on(p))
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

    /// Written by hand from docs/LAW.md, "Who must record what": every item x basis, present and missing, each with who asks for it.
    #[test]
    fn a_way_counts_from_its_first_day_and_no_more_from_its_last() {
        let way = Way { days: Days::since(2028, 7, 16), ..*way_of(&whole(OptOut)).unwrap() };
        let ended = Way { days: Days { from: None, until: way.days.from }, ..way };
        let today = "2029-01-01".parse().unwrap();
        for (ways, day, good) in [
            ([way], "2028-07-15", false),
            ([way], "2028-07-16", true),
            ([ended], "2028-07-15", true),
            ([ended], "2028-07-16", false),
        ] {
            let p = Provision { day: day.parse().ok(), ..whole(OptOut) };
            let mut faults = Vec::new();
            check_by(&ways, &p, today, FutureDays::Refused, |fault| faults.push(fault));
            let told = [Fault::BasisOfOtherDays(p.basis.unwrap(), p.day)];
            assert_eq!(faults, if good { &[][..] } else { &told }, "{day}");
        }
    }

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
