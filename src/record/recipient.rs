//! The register of recipients: who they are, how that was checked, and what they say that they want the data for.
//!
//! Owns: an entry of the register, and which one stands on a day. Does not own: what a record must say of its recipient
//! (`rules`), how an entry is written (`act`).

use chrono::NaiveDate;

use super::provision::{PartyType, Provision, Side};

/// A recipient as it stands from a day on. Absent values are `None`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Recipient {
    /// The ID that records name.
    pub id: String,
    /// Since when it stands so: a legal day (Japan).
    pub from: NaiveDate,
    /// Name.
    pub name: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Representative, of a body.
    pub representative: Option<String>,
    /// A body or a natural person.
    pub party_type: PartyType,
    /// When its identity was checked. The amendment promulgated in July 2026 will oblige opt-out providers to check it.
    pub check_date: Option<NaiveDate>,
    /// How.
    pub check_method: Option<String>,
    /// Where the evidence is.
    pub check_evidence: Option<String>,
    /// The purpose that it has stated.
    pub purpose: Option<String>,
}

/// An entry of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered<T> {
    /// Its index in the log.
    pub index: u64,
    /// What it says.
    pub value: T,
}

/// The register, in the order of the log.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Recipients(pub Vec<Registered<Recipient>>);

impl Recipients {
    /// The first entry of an ID, which later ones are about.
    #[must_use]
    pub fn first(&self, id: &str) -> Option<u64> {
        self.of(id).next().map(|r| r.index)
    }

    /// How the recipient stands on a day: by the last entry that holds by then; before the first of them, by the first.
    #[must_use]
    pub fn on(&self, id: &str, day: NaiveDate) -> Option<&Registered<Recipient>> {
        let by_then = self.of(id).filter(|r| r.value.from <= day);
        // Of two that hold from the same day, the later one in the log is meant.
        by_then.max_by_key(|r| r.value.from).or_else(|| self.of(id).min_by_key(|r| r.value.from))
    }

    /// The IDs, each once, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.0.iter().map(|r| r.value.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn of(&self, id: &str) -> impl Iterator<Item = &Registered<Recipient>> {
        self.0.iter().filter(move |r| r.value.id == id)
    }

    /// Fills in what a record leaves open, as it stands on its day. False where the ID is not in the register.
    pub fn fill(&self, p: &mut Provision, today: NaiveDate) -> bool {
        let rare = p.rare();
        let Some(id) = rare.recipient_id.as_deref().filter(|_| p.side == Side::Provider) else { return true };
        let day = p.day.or(rare.period_to).or(rare.period_from).unwrap_or(today);
        let Some(Registered { value: r, .. }) = self.on(id, day) else { return false };
        if p.unspecified_recipients {
            return true;
        }
        if p.party_name.is_none() {
            p.party_name.clone_from(&r.name);
            p.party_type = r.party_type;
        }
        if p.party_address.is_none() {
            p.party_address.clone_from(&r.address);
        }
        if p.party_representative.is_none() && p.party_type == PartyType::Body {
            p.party_representative.clone_from(&r.representative);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_record_takes_the_values_that_stood_on_its_day_and_keeps_its_own() {
        let of = |index, from: &str, name: &str| Registered {
            index,
            value: Recipient {
                id: "acme".into(),
                from: day(from),
                name: Some(name.into()),
                address: Some("架空区".into()),
                representative: Some("見本 太郎".into()),
                ..Recipient::default()
            },
        };
        let register =
            Recipients(vec![of(1, "2026-01-01", "旧"), of(4, "2026-06-01", "新"), of(5, "2026-06-01", "正")]);
        assert_eq!(register.first("acme"), Some(1));
        for (on, name) in
            [("2025-01-01", "旧"), ("2026-05-31", "旧"), ("2026-06-01", "正"), ("2027-01-01", "正")]
        {
            let mut p = Provision { day: Some(day(on)), ..Provision::default() };
            p.rare_mut().recipient_id = Some("acme".into());
            assert!(register.fill(&mut p, day("2027-01-01")));
            assert_eq!(p.party_name.as_deref(), Some(name), "{on}");
        }
        let mut p = Provision { party_address: Some("別".into()), ..Provision::default() };
        p.rare_mut().recipient_id = Some("acme".into());
        assert!(register.fill(&mut p, day("2026-02-01")));
        assert_eq!((p.party_name.as_deref(), p.party_address.as_deref()), (Some("旧"), Some("別")));
        p.rare_mut().recipient_id = Some("acne".into());
        assert!(!register.fill(&mut p, day("2026-02-01")));
    }
}
