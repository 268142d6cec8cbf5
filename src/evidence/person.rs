//! Who counts as one person, where a principal asks for what there is: nobody gets what is somebody else's.
//!
//! Owns: whose records are one person's, by ID and by name. Does not own: what of them is told (`record::disclosure`), the copy
//! (`export::copy`), reading them (`store`).

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::record::Provision;
use crate::record::correction::Reading;
use crate::record::disclosure::is_due;
use crate::record::fold::fold;
use crate::store::{Failure, Filter, Fingerprints, Store};

/// The records of one person that are due to that person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnePerson {
    /// As they read now, in the order of the log.
    pub records: Vec<Provision>,
    /// Records without an ID that bear the name, which somebody else with an ID bears too.
    pub left_out: u64,
}

/// Whom the records are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One person, of whom there may be nothing.
    One(OnePerson),
    /// The name fits several IDs.
    Several(Vec<String>),
}

/// Records with their indexes, as they read now.
type Indexed = Vec<(u64, Provision)>;

/// The records of one person and nobody else: by ID; those without an ID by name, where nobody else with an ID bears it. The caller
/// keeps the store in one state.
///
/// # Errors
/// Those of the database; [`Failure::Damaged`] for a record that is not what was recorded.
pub fn find(
    store: &Store,
    fingerprints: &Fingerprints,
    id: Option<&str>,
    name: Option<&str>,
) -> Result<Found, Failure> {
    let named = match name {
        Some(name) => {
            let filter = Filter { principal_name: Some(name.to_owned()), ..Filter::default() };
            matching(store, fingerprints, &filter)?
        }
        None => Vec::new(),
    };
    let ids = ids_of(&named);
    let asked = match (id, &ids[..]) {
        (Some(id), _) => Some(id),
        (None, []) => None,
        (None, [only]) => Some(only.as_str()),
        (None, _) => return Ok(Found::Several(ids)),
    };
    let identified = match asked {
        Some(id) => {
            let filter = Filter { principal_id: Some(id.to_owned()), ..Filter::default() };
            matching(store, fingerprints, &filter)?
        }
        None => Vec::new(),
    };
    let is_shared = id.is_some_and(|id| ids.iter().any(|other| fold(other) != fold(id)));
    Ok(Found::One(one(identified, named, is_shared)))
}

/// The IDs of those who bear a name, each once.
fn ids_of(named: &Indexed) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let ids = named.iter().filter_map(|(_, p)| p.principal_id.as_ref());
    ids.filter(|id| seen.insert(fold(id).into_owned())).cloned().collect()
}

/// One person's records: those with the ID, and those with the name that have no ID, unless the name `is_shared` with another ID.
fn one(identified: Indexed, named: Indexed, is_shared: bool) -> OnePerson {
    let mut one = OnePerson::default();
    let mut found = identified;
    for (index, p) in named.into_iter().filter(|(_, p)| p.principal_id.is_none()) {
        if is_shared && is_due(&p) { one.left_out += 1 } else { found.push((index, p)) }
    }
    found.sort_by_key(|(index, _)| *index);
    found.dedup_by_key(|(index, _)| *index);
    one.records = found.into_iter().map(|(_, p)| p).filter(is_due).collect();
    one
}

/// The records that match, as they read now; void ones were never provisions.
fn matching(store: &Store, fingerprints: &Fingerprints, filter: &Filter) -> Result<Indexed, Failure> {
    let mut found = Vec::new();
    store.records(filter, Some(fingerprints), &mut |record| {
        record.to_hand_out()?;
        if record.reading != Reading::Void
            && let Some(current) = record.current()
        {
            found.push((record.index, current.clone()));
        }
        Ok::<_, Failure>(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Basis;

    fn of(index: u64, id: Option<&str>) -> (u64, Provision) {
        let p = Provision {
            basis: Some(Basis::OptOut),
            principal_id: id.map(str::to_owned),
            principal_name: Some("見本 花子".into()),
            note: Some(index.to_string()),
            ..Provision::default()
        };
        (index, p)
    }

    fn notes(one: &OnePerson) -> Vec<&str> {
        one.records.iter().filter_map(|p| p.note.as_deref()).collect()
    }

    #[test]
    fn an_id_is_one_however_it_is_written_and_others_are_others() {
        assert_eq!(ids_of(&vec![of(1, Some("C-1")), of(2, None), of(3, Some("Ｃ-1"))]), ["C-1"]);
        assert_eq!(ids_of(&vec![of(1, Some("C-2")), of(2, Some("C-1"))]), ["C-2", "C-1"]);
    }

    #[test]
    fn a_record_without_an_id_is_given_to_nobody_whose_name_somebody_else_bears() {
        let (identified, named) = (vec![of(3, Some("C-1"))], vec![of(1, None), of(3, Some("C-1"))]);
        let alone = one(identified.clone(), named.clone(), false);
        assert_eq!((notes(&alone), alone.left_out), (vec!["1", "3"], 0));
        let shared = one(identified, named, true);
        assert_eq!((notes(&shared), shared.left_out), (vec!["3"], 1));
    }
}
