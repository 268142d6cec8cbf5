//! Corrections: what an amending entry says of a record, and the record as it reads with them (FORMAT.md, "Correction").
//!
//! Owns: applying them. Does not own: whether what comes out is lawful (`rules`), their parts (`act`).

use super::field::Field;
use super::provision::{NotItsValue, Provision, Value};

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

/// The record as it reads with these corrections, in the order in which they were made.
///
/// # Errors
/// [`NotItsValue`] where a value is none of its field.
pub fn amended<'a>(
    recorded: &Provision,
    corrections: impl IntoIterator<Item = &'a Correction>,
) -> Result<Reading, NotItsValue> {
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
            p.set(*field, value.as_deref().map(Value::Text))?;
        }
        reading = Reading::Amended(p);
    }
    Ok(reading)
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
        assert_eq!(amended(&recorded, [&set(Field::ProvidedOn, Some("soon"))]), Err(NotItsValue));
    }
}
