//! What a principal may be told of the records about him or her (Act 33(5) with 33(1) to (4), Cabinet Order 11;
//! docs/LAW.md, "What a principal may see").
//!
//! Owns: which records are due, which of their items, the last day for the answer. Does not own: finding the records
//! (`store`), what the answer looks like (`export`).

use chrono::{Days, NaiveDate};

use super::field::Field;
use super::provision::Provision;
use super::rules::{Asked, RULES, Source, way_of};

/// A suit becomes possible two weeks after the request: an answer is due within them.
pub const DAYS_FOR_THE_ANSWER: u64 = 14;

/// The last day for the answer to a request that came on a day.
#[must_use]
pub fn due(received: NaiveDate) -> NaiveDate {
    received.checked_add_days(Days::new(DAYS_FOR_THE_ANSWER)).unwrap_or(NaiveDate::MAX)
}

/// Whether the principal may see a record at all: the table of ways says so, and its existence may be admitted.
#[must_use]
pub fn is_due(p: &Provision) -> bool {
    way_of(p).is_some_and(|way| way.shown) && p.rare().existence_withheld.is_none()
}

/// One item of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A field of the record.
    Field(Field),
    /// That consent was obtained: the basis says so.
    ConsentObtained,
}

/// The columns of a copy, in order: all items that the law lists for any record that is due.
#[must_use]
pub fn columns() -> Vec<Item> {
    let listed = Field::ALL.iter().filter(|f| is_listed(**f)).map(|f| Item::Field(*f));
    listed.chain([Item::ConsentObtained]).collect()
}

fn is_listed(field: Field) -> bool {
    // These stand in the place of an item, or are the other half of one.
    matches!(
        field,
        Field::UnspecifiedRecipients | Field::PrincipalId | Field::PrincipalName | Field::PeriodTo
    ) || RULES
        .iter()
        .any(|r| r.source != Source::Provlog && r.asked == Asked::Field(field) && discloses(r.source))
}

/// The sources whose items a principal may see: Act 31 only as far as it is the recipient's record of Act 30(3).
fn discloses(source: Source) -> bool {
    matches!(source, Source::Act29Rules20 | Source::Act30Rules24 | Source::Rules19 | Source::Rules23)
}

/// What a record says of an item, where the law lists it for this record; texts of lists one element a line.
#[must_use]
pub fn value(p: &Provision, item: Item) -> Option<String> {
    let basis = p.basis?;
    let asked = |wanted: Asked| {
        RULES.iter().any(|r| {
            r.side == p.side
                && r.bases.contains(&basis)
                && r.methods.contains(&p.method)
                && r.asked == wanted
                && discloses(r.source)
        })
    };
    let field = match item {
        Item::ConsentObtained => {
            return way_of(p).filter(|way| way.consent).map(|_| "yes".to_owned());
        }
        Item::Field(field) => field,
    };
    let listed = match field {
        Field::PrincipalId | Field::PrincipalName => asked(Asked::Principal),
        Field::PeriodTo => asked(Asked::Field(Field::PeriodFrom)),
        Field::UnspecifiedRecipients => asked(Asked::Field(Field::RecipientName)),
        field => asked(Asked::Field(field)),
    };
    p.text(field).filter(|_| listed).map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::provision::{Basis, Side};
    use super::*;

    #[test]
    fn fourteen_days_for_the_answer() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(due(day("2026-11-23")), day("2026-12-07"));
    }

    #[test]
    fn only_what_the_law_lists_is_told() {
        let mut p = Provision {
            basis: Some(Basis::OptOut),
            day: "2026-11-20".parse().ok(),
            party_name: Some("架空商事".into()),
            principal_id: Some("C-1".into()),
            items: vec!["氏名".into()],
            purpose: Some("名簿".into()),
            handler: Some("誰か".into()),
            note: Some("内部".into()),
            ..Provision::default()
        };
        let told = |p: &Provision| -> Vec<Item> {
            columns().into_iter().filter(|i| value(p, *i).is_some()).collect()
        };
        use Field as F;
        let fields = [F::ProvidedOn, F::RecipientName, F::PrincipalId, F::Items].map(Item::Field);
        assert_eq!(told(&p), fields);
        // On consent the day is not listed, and that there was consent is.
        p.basis = Some(Basis::Consent);
        p.consent_evidence = Some("同意書".into());
        assert_eq!(told(&p), [fields[1], fields[2], fields[3], Item::ConsentObtained]);
        assert!(is_due(&p));
        p.rare_mut().existence_withheld = Some("生命".into());
        assert!(!is_due(&p));
        for (side, basis) in [(Side::Provider, Basis::Voluntary), (Side::Provider, Basis::PersonalRelated)] {
            assert!(!is_due(&Provision { side, basis: Some(basis), ..Provision::default() }));
        }
        let received =
            Provision { side: Side::Recipient, basis: Some(Basis::PersonalRelated), ..Provision::default() };
        assert!(is_due(&received));
        let mut received = received;
        received.rare_mut().foreign_information = Some("2026-11-01".into());
        assert_eq!(told(&received), [Item::Field(F::ForeignInformation), Item::ConsentObtained]);
    }
}
