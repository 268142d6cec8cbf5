//! Corrections: what an amending entry says of a record, and the record as it reads with them (FORMAT.md, "Correction").
//!
//! Owns: applying them. Does not own: whether what comes out is lawful (`rules`), their parts (`store`).

use chrono::NaiveDate;

use super::field::Field;
use super::provision::{Basis, Method, PartyType, Provision};

/// What a correction does to a record.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Correction {
    /// The record was made by mistake: there was no such provision.
    pub void: bool,
    /// The fields that it sets (a list one element a line) or clears, in the order of [`Field::ALL`].
    pub changes: Vec<(Field, Option<String>)>,
    /// Why.
    pub reason: Option<String>,
    /// Who made it.
    pub handler: Option<String>,
}

/// How a record reads with its corrections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it was recorded.
    Recorded,
    /// Amended.
    Amended(Box<Provision>),
    /// Void: made by mistake.
    Void,
}

/// A value in a correction is none of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACorrection;

/// The record as it reads with these corrections, in the order in which they were made.
///
/// # Errors
/// [`NotACorrection`] where a value is none of its field.
pub fn amended<'a>(
    recorded: &Provision,
    corrections: impl IntoIterator<Item = &'a Correction>,
) -> Result<Reading, NotACorrection> {
    let mut reading = Reading::Recorded;
    for correction in corrections {
        if correction.void {
            return Ok(Reading::Void);
        }
        let mut p = match reading {
            Reading::Amended(p) => p,
            _ => Box::new(recorded.clone()),
        };
        for (field, value) in &correction.changes {
            set(&mut p, *field, value.as_deref())?;
        }
        reading = Reading::Amended(p);
    }
    Ok(reading)
}

/// Sets a field from its canonical text, or clears it.
fn set(p: &mut Provision, field: Field, value: Option<&str>) -> Result<(), NotACorrection> {
    let text = || value.map(str::to_owned);
    let list = || value.map(|v| v.split('\n').map(str::to_owned).collect()).unwrap_or_default();
    let day = || value.map(|v| v.parse::<NaiveDate>().map_err(|_| NotACorrection)).transpose();
    let party = || value.map(|v| PartyType::from_word(v).ok_or(NotACorrection)).transpose();
    match field {
        Field::ProvidedOn | Field::ReceivedOn => p.day = day()?,
        Field::PeriodFrom => p.rare_mut().period_from = day()?,
        Field::PeriodTo => p.rare_mut().period_to = day()?,
        Field::RecipientName | Field::ProviderName => p.party_name = text(),
        Field::RecipientAddress | Field::ProviderAddress => p.party_address = text(),
        Field::RecipientRepresentative | Field::ProviderRepresentative => p.party_representative = text(),
        Field::RecipientType | Field::ProviderType => p.party_type = party()?.unwrap_or_default(),
        Field::UnspecifiedRecipients => p.unspecified_recipients = value.is_some(),
        Field::RecipientId => p.rare_mut().recipient_id = text(),
        Field::Acquisition => p.rare_mut().acquisition = text(),
        Field::Confirmation => p.rare_mut().confirmation = text(),
        Field::PpcPublication => p.rare_mut().ppc_publication = text(),
        Field::ForeignRecipient => p.rare_mut().foreign_recipient = value.is_some(),
        Field::ForeignInformation => p.rare_mut().foreign_information = text(),
        Field::PrincipalId => p.principal_id = text(),
        Field::PrincipalName => p.principal_name = text(),
        Field::Items => p.items = list(),
        Field::Basis => {
            p.basis = value.map(|v| Basis::from_word(v).ok_or(NotACorrection)).transpose()?;
        }
        Field::Exemption => p.rare_mut().exemption = text(),
        Field::Method => {
            let method = value.map(|v| Method::from_word(v).ok_or(NotACorrection)).transpose()?;
            p.method = method.unwrap_or_default();
        }
        Field::ConsentEvidence => p.consent_evidence = text(),
        Field::Filing => p.rare_mut().filing = text(),
        Field::ExistenceWithheld => p.rare_mut().existence_withheld = text(),
        Field::Breaches => p.rare_mut().breaches = list(),
        Field::Purpose => p.purpose = text(),
        Field::Medium => p.medium = text(),
        Field::Handler => p.handler = text(),
        Field::Note => p.note = text(),
        Field::SourceNumber => p.source_number = text(),
        Field::ClaimedRecordedOn => p.claimed_recorded_on = day()?,
    }
    if p.rare.as_deref() == Some(&super::provision::Rare::NONE) {
        p.rare = None;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_apply_in_their_order_and_void_ends_it() {
        let recorded =
            Provision { principal_id: Some("A".into()), note: Some("x".into()), ..Provision::default() };
        let set = |field, value: Option<&str>| Correction {
            changes: vec![(field, value.map(str::to_owned))],
            ..Correction::default()
        };
        let all =
            [set(Field::PrincipalId, Some("B")), set(Field::Note, None), set(Field::PrincipalId, Some("C"))];
        let Ok(Reading::Amended(p)) = amended(&recorded, &all) else { panic!() };
        assert_eq!((p.principal_id.as_deref(), p.note.as_deref()), (Some("C"), None));
        assert_eq!(amended(&recorded, []), Ok(Reading::Recorded));
        let void = Correction { void: true, ..Correction::default() };
        assert_eq!(amended(&recorded, [&all[0], &void]), Ok(Reading::Void));
        assert_eq!(amended(&recorded, [&set(Field::ProvidedOn, Some("soon"))]), Err(NotACorrection));
    }
}
