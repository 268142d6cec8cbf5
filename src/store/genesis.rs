//! Entry 0: making a ledger.
//!
//! Owns: the order in which a new ledger's files are made.
//! Does not own: what a genesis says (`act::genesis`), where they are made and when they get their names (`beginning`), opening
//! (`open`), the keys themselves (`keys`).

use std::path::Path;

use rusqlite::OptionalExtension as _;

use super::append::{Appended, Clock, Writing};
use super::connection::{Store, Wait};
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::keys::{self, Fingerprints};
use crate::act::{By, Genesis, Said as _};
use crate::ledger::Timestamp;
use crate::ledger::hash::hex;

/// What a new ledger is to be.
#[derive(Clone, Debug)]
pub struct NewLedger {
    /// The operator: who keeps the log.
    pub operator: String,
    /// The name of the log in checkpoints; without it, one is made from the ledger id.
    pub origin: Option<String>,
    /// How many years records are kept, at least three.
    pub years: u32,
}

impl Store {
    /// Makes the files of a ledger at a path where none of them is.
    pub(super) fn make(path: &Path, new: &NewLedger, now: Timestamp) -> Result<(Genesis, Appended)> {
        let fingerprints = keys::make_secret(path)?;
        let public_key = keys::make_signing_key(path)?;
        drop(keys::create_private(path)?);
        let store = Store::fill(path)?;
        let id: [u8; 16] = keys::random()?;
        let ledger_id = hex(&id);
        let genesis = Genesis {
            origin: new.origin.clone().unwrap_or_else(|| format!("provlog.invalid/{}", &ledger_id[..16])),
            ledger_id,
            operator: new.operator.clone(),
            years: new.years,
            public_key,
            fingerprint_check: fingerprints.check(),
        };
        let mut wait = Wait { limit: std::time::Duration::ZERO, without_anchor: false, notify: &mut || () };
        let clock = Clock { read: &|| Some(now), confirmed_on: None };
        let entry = store
            .append(&mut Writing { wait: &mut wait, clock: &clock, fingerprints: &fingerprints }, |a| {
                a.say(&genesis, By::default())
            })?;
        // The header of the file names its program only once the write-ahead log has been copied into it.
        store.run(|c| c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))?;
        Ok((genesis, entry))
    }

    /// Reads the genesis entry.
    ///
    /// # Errors
    /// [`Failure::Damaged`] when it is missing or cannot be read.
    pub fn genesis(&self) -> Result<Genesis> {
        let facts: Option<Option<String>> = self.run(|c| {
            c.query_row("SELECT facts FROM entry WHERE idx = 0 AND kind = 0", [], |r| r.get(0)).optional()
        })?;
        let damaged = Failure::Damaged { index: Some(0), why: Damage::Genesis };
        facts.flatten().and_then(|f| Genesis::read(f.as_bytes(), &[])).ok_or(damaged)
    }

    /// Reads the fingerprint secret beside the ledger and checks that it is this ledger's.
    ///
    /// # Errors
    /// [`Failure::NoSecret`], [`Failure::NotASecret`], [`Failure::WrongSecret`].
    pub fn fingerprints(&self) -> Result<Fingerprints> {
        let fingerprints = keys::read_secret(&self.path)?;
        if fingerprints.check() == self.genesis()?.fingerprint_check {
            Ok(fingerprints)
        } else {
            Err(Failure::WrongSecret(keys::secret_path(&self.path)))
        }
    }
}
