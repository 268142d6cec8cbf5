//! What leaves the ledger is re-hashed on the way: each entry of an answer, with the leaf hash stored for the one before it.
//!
//! Owns: whether an entry is what was recorded. Does not own: the check of the whole log (`check`, `verify`), what is done about
//! an entry that is not (`cli` marks it where it is shown, and hands none out).

use std::collections::HashSet;

use super::connection::Store;
use super::correction::{Corrections, correction_of};
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::query::Entry;
use super::read::Seen;
use super::scan::Chunk;
use crate::ledger::hash::leaf_hash;
use crate::ledger::{Digest, Header};

impl Seen<'_> {
    /// True when this header, made of what is stored, is the one that was recorded, and nothing else is stored of the entry.
    pub(super) fn is_as_recorded(&self, header: &Header) -> bool {
        !self.stray && leaf_hash(&header.encode()) == self.sighting.leaf
    }

    /// The same, by the leaf hash stored for the entry before.
    pub(super) fn is_altered(&self, prev: Option<Digest>) -> bool {
        self.sighting.header(prev).map_or(true, |header| !self.is_as_recorded(&header))
    }
}

/// The leaf hash stored for the entry before, where entries are looked at in ascending order.
#[derive(Default)]
pub(super) struct Before(Option<(u64, Digest)>);

impl Before {
    /// That of the entry before this one, which is remembered if it was the last one seen.
    pub(super) fn of(&self, store: &Store, index: u64) -> Result<Option<Digest>> {
        match self.0 {
            Some((before, leaf)) if before + 1 == index => Ok(Some(leaf)),
            _ => store.prev_of(index),
        }
    }

    /// The same where every entry is seen: what was not, is not there.
    pub(super) fn of_next(&self, index: u64) -> Option<Digest> {
        self.0.filter(|(before, _)| before + 1 == index).map(|(_, leaf)| leaf)
    }

    pub(super) fn saw(&mut self, index: u64, leaf: Digest) {
        self.0 = Some((index, leaf));
    }
}

/// The corrections of the log, and the records that an altered entry is about.
pub(super) struct Amendments {
    pub(super) corrections: Corrections,
    /// How these read cannot be told for certain.
    pub(super) altered: HashSet<u64>,
}

impl Store {
    /// The leaf hash stored for the entry before this one; `None` where there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn prev_of(&self, index: u64) -> Result<Option<Digest>> {
        let before = self.before(Chunk { from: index, to: index })?;
        Ok(before.filter(|(before, _)| before + 1 == index).map(|(_, leaf)| leaf))
    }

    /// Those of these entries that are not what was recorded, or are not there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn altered_among(&self, indexes: impl IntoIterator<Item = u64>) -> Result<Vec<u64>> {
        let mut altered = Vec::new();
        for index in indexes {
            let prev = self.prev_of(index)?;
            if self.see_one(index, |seen| seen.is_altered(prev))?.unwrap_or(true) {
                altered.push(index);
            }
        }
        Ok(altered)
    }

    /// All corrections, and what about them was altered.
    pub(super) fn amendments(&self) -> Result<Amendments> {
        let mut all = Amendments { corrections: Corrections::new(), altered: HashSet::new() };
        for index in self.amending()? {
            let prev = self.prev_of(index)?;
            let seen = self.see_one(index, |seen| {
                let about = seen.sighting.fields.ok().and_then(|fields| fields.about);
                (correction_of(seen), about.filter(|_| seen.is_altered(prev)))
            })?;
            let Some((correction, altered)) = seen else { continue };
            if let Some((about, correction)) = correction {
                all.corrections.entry(about).or_default().push((index, correction));
            }
            all.altered.extend(altered);
        }
        Ok(all)
    }
}

impl Entry {
    /// Fails where it is not what was recorded.
    ///
    /// # Errors
    /// [`Failure::Damaged`].
    pub fn to_hand_out(&self) -> Result<()> {
        match self.altered {
            true => Err(Failure::Damaged { index: Some(self.index), why: Damage::NotHandedOut }),
            false => Ok(()),
        }
    }
}
