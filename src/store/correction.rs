//! Corrections as they are stored: which there are about which record.
//!
//! Owns: finding corrections. Does not own: their parts (`act::correction`), applying them (`record::correction`).

use std::collections::HashMap;

use super::append::{Appended, Appender};
use super::connection::Store;
use super::failure::Result;
use super::read::Seen;
use crate::act::{By, Said as _};
use crate::ledger::Kind;
use crate::record::Provision;
use crate::record::correction::{Correction, Reading, amended};
use crate::verify::PartSeen;

/// The corrections of the log by the record that they are about, each with its index, in their order.
pub(super) type Corrections = HashMap<u64, Vec<(u64, Correction)>>;

impl Appender<'_> {
    /// Appends a correction about the record `about`, which reads as `reading` from then on (`None`: void).
    ///
    /// # Errors
    /// As [`Appender::say_about`].
    pub fn correct(
        &mut self,
        about: u64,
        correction: &Correction,
        reading: Option<&Provision>,
    ) -> Result<Appended> {
        let base = match reading {
            Some(p) => self.base(p),
            None => crate::ledger::Base::Day(self.base_after(None)),
        };
        let by = By { handler: correction.handler.as_deref(), reason: correction.reason.as_deref() };
        self.say_kept(correction, Some(about), base, by)
    }
}

impl Store {
    /// All corrections among the first `size` entries.
    pub(super) fn corrections(&self, size: u64) -> Result<Corrections> {
        let mut all = Corrections::new();
        for index in self.amending()?.into_iter().filter(|index| *index < size) {
            let found = self.see_one(index, correction_of)?;
            if let Some((about, correction)) = found.flatten() {
                all.entry(about).or_default().push((index, correction));
            }
        }
        Ok(all)
    }
}

impl Store {
    /// The corrections of one record, and whether any entry about it was altered.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn corrections_of(&self, about: u64) -> Result<(Vec<(u64, Correction)>, bool)> {
        let indexes = self.indexes("about = ?1", [about])?;
        let (mut all, mut altered) = (Vec::new(), false);
        for index in indexes {
            let prev = self.prev_of(index)?;
            let found = self.see_one(index, |seen| (correction_of(seen), seen.is_altered(prev)))?;
            let Some((correction, is_altered)) = found else { continue };
            all.extend(correction.map(|(_, correction)| (index, correction)));
            altered |= is_altered;
        }
        Ok((all, altered))
    }
}

/// The correction in an entry, and what it is about; `None` for any other entry, and for one that was erased.
pub(super) fn correction_of(seen: &Seen<'_>) -> Option<(u64, Correction)> {
    let s = &seen.sighting;
    let fields = s.fields.ok().filter(|fields| fields.kind == Kind::Correction)?;
    let PartSeen::Present { bytes: facts, .. } = s.facts else { return None };
    Some((fields.about?, Correction::read(facts, s.extra.bytes())?))
}

/// How a record reads with its corrections. One that cannot be read changes nothing: `verify` speaks of it.
pub(super) fn reading(recorded: &Provision, corrections: &[(u64, Correction)]) -> Reading {
    amended(recorded, corrections.iter().map(|(_, correction)| correction)).unwrap_or(Reading::Recorded)
}
