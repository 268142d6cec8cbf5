//! Corrections: what an amending entry says of a record, and the record as it reads with them (FORMAT.md, "Correction").
//!
//! Owns: applying them, what one may change. Does not own: whether what comes out is lawful (`judge`), their parts (`act`).

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

/// Why a record does not take a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCorrection {
    /// It would read as it does.
    NothingChanges,
    /// Its last day was known, and would be open again: what is to be deleted could be kept for ever.
    Reopens,
}

/// What a correction changes that makes a record read as `after`.
///
/// # Errors
/// Why there is none.
pub fn changes(before: &Provision, after: &Provision) -> Result<Vec<(Field, Option<String>)>, NoCorrection> {
    let text = |p: &Provision, field| p.text(field).map(|text| text.into_owned());
    let pairs = Field::ALL.iter().map(|f| (*f, text(before, *f), text(after, *f)));
    let changes: Vec<_> =
        pairs.filter(|(_, before, after)| before != after).map(|(field, _, after)| (field, after)).collect();
    if changes.is_empty() {
        return Err(NoCorrection::NothingChanges);
    }
    if before.last_day().is_some() && after.is_open() {
        return Err(NoCorrection::Reopens);
    }
    Ok(changes)
}

/// The breaches that stay on a record which is corrected: they happened. What was missing, and the method, is judged again.
pub fn staying(p: &Provision) -> impl Iterator<Item = &str> {
    let all = p.rare().breaches.iter().map(String::as_str);
    all.filter(|breach| !breach.starts_with("missing:") && !breach.starts_with("method:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Method;

    #[test]
    fn a_correction_changes_something_and_opens_nothing_that_was_closed() {
        let closed = |to: Option<&str>| {
            let mut p = Provision { method: Method::Bulk, ..Provision::default() };
            p.rare_mut().period_from = "2026-01-01".parse().ok();
            p.rare_mut().period_to = to.and_then(|to| to.parse().ok());
            p
        };
        let (open, before) = (closed(None), closed(Some("2026-03-31")));
        assert_eq!(changes(&before, &before), Err(NoCorrection::NothingChanges));
        assert_eq!(changes(&before, &open), Err(NoCorrection::Reopens));
        let set = vec![(Field::PeriodTo, Some("2026-03-31".to_owned()))];
        assert_eq!(changes(&open, &before), Ok(set));
    }

    #[test]
    fn what_was_missing_is_asked_again_and_what_happened_stays() {
        let mut p = Provision::default();
        p.rare_mut().breaches =
            ["missing:items", "stopped:3", "method:bulk", "filing:none"].map(str::to_owned).to_vec();
        assert_eq!(staying(&p).collect::<Vec<_>>(), ["stopped:3", "filing:none"]);
    }

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
