//! What a hold that is to be placed names.
//!
//! Owns: the entries it comes to. Does not own: how they are written down (`record::hold`), what a hold keeps (`store`).

use std::ops::ControlFlow;

use crate::ledger::Kind;
use crate::store::{Failure, Filter, Fingerprints, RecordState, Result, Store};

/// What a hold is asked for.
#[derive(Clone, Copy, Debug)]
pub enum HoldRequest<'a> {
    /// These entries.
    Named(&'a [u64]),
    /// Every record that matches and is still there.
    Matching(&'a Filter),
}

/// What that comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToHold {
    /// The entries, ascending, each once. A correction is held with its record, which stands here for it.
    pub entries: Vec<u64>,
    /// Those asked for that are not in the log.
    pub unknown: Vec<u64>,
}

/// The entries that a hold comes to, as the log stands now.
///
/// # Errors
/// Those of the database.
pub fn to_hold(store: &Store, request: HoldRequest<'_>, fingerprints: &Fingerprints) -> Result<ToHold> {
    let mut held = ToHold::default();
    match request {
        HoldRequest::Matching(filter) => store.records(filter, Some(fingerprints), &mut |r| {
            held.entries.extend((r.state == RecordState::Present).then_some(r.index));
            Ok::<_, Failure>(ControlFlow::Continue(()))
        })?,
        HoldRequest::Named(indexes) => {
            for index in indexes {
                match store.record(*index)? {
                    Some(r) => held
                        .entries
                        .push(r.fields.about.filter(|_| r.fields.kind == Kind::Correction).unwrap_or(*index)),
                    None => held.unknown.push(*index),
                }
            }
        }
    }
    held.entries.sort_unstable();
    held.entries.dedup();
    Ok(held)
}
