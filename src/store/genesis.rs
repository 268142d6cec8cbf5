//! Entry 0: making a ledger, and what its genesis says.
//!
//! Owns: the facts of the genesis entry (FORMAT.md, "Genesis"), the order in which a new ledger's files are made.
//! Does not own: where they are made, and when they get their names (`beginning`), opening (`open`), the keys themselves (`keys`).

use std::path::Path;

use rusqlite::OptionalExtension as _;

use super::append::{Appended, Clock};
use super::beginning::Beginning;
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::keys::{self, Fingerprints};
use super::open::{Store, Wait};
use crate::ledger::part::{self, PartWriter, Value};
use crate::ledger::{Kind, Timestamp};
use crate::record::retention::{MAX_YEARS, MIN_YEARS};

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

/// What the genesis entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// A random identifier.
    pub ledger_id: String,
    /// Who keeps the log.
    pub operator: String,
    /// The name of the log in checkpoints.
    pub origin: String,
    /// How many years records are kept.
    pub years: u32,
    /// The public signing key (Ed25519), base64.
    pub public_key: String,
    fingerprint_check: String,
}

/// True for a name that a checkpoint can carry (C2SP signed-note: no white space, no `+`).
#[must_use]
pub fn good_origin(origin: &str) -> bool {
    !origin.is_empty() && !origin.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

impl Store {
    /// Makes a new ledger with its fingerprint secret and its signing key. Nothing is overwritten; what was made before
    /// a failure is removed again, and what an interrupted one left is removed first ([`Beginning`]).
    ///
    /// # Errors
    /// [`Failure::AlreadyThere`] when any of the three files exists.
    pub fn create_ledger(path: &Path, new: &NewLedger, now: Timestamp) -> Result<(Genesis, Appended)> {
        let mut beginning = Beginning::take(path)?;
        let made = beginning.make(new, now)?;
        beginning.place()?;
        Ok(made)
    }

    /// Makes the files of a ledger at a path where none of them is.
    pub(super) fn make(path: &Path, new: &NewLedger, now: Timestamp) -> Result<(Genesis, Appended)> {
        let fingerprints = keys::make_secret(path)?;
        let public_key = keys::make_signing_key(path)?;
        drop(keys::create_private(path)?);
        let store = Store::fill(path)?;
        let id: [u8; 16] = keys::random()?;
        let ledger_id: String = id.iter().map(|b| format!("{b:02x}")).collect();
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
            .append(&mut wait, &clock, &fingerprints, |a| a.act(Kind::Genesis, &genesis.facts(), &[]))?;
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
        facts.flatten().and_then(|f| Genesis::parse(f.as_bytes())).ok_or(damaged)
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

impl Genesis {
    fn facts(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let years = self.years.to_string();
        PartWriter::new(&mut out)
            .text("fingerprint_check", Some(&self.fingerprint_check))
            .text("ledger_id", Some(&self.ledger_id))
            .text("operator", Some(&self.operator))
            .text("origin", Some(&self.origin))
            .text("public_key", Some(&self.public_key))
            .text("retention_years", Some(&years))
            .text("time_zone", Some("+09:00"))
            .finish();
        out
    }

    /// Reads the facts of a genesis entry; `None` when they are not such facts.
    fn parse(facts: &[u8]) -> Option<Genesis> {
        let members = part::decode(facts).ok()?;
        let get = |key: &str| {
            members.iter().find(|(k, _)| k == key).and_then(|(_, v)| match v {
                Value::Text(t) => Some(t.clone()),
                Value::List(_) => None,
            })
        };
        let years: u32 = get("retention_years")?.parse().ok()?;
        if !(MIN_YEARS..=MAX_YEARS).contains(&years) || get("time_zone")? != "+09:00" {
            return None;
        }
        Some(Genesis {
            ledger_id: get("ledger_id")?,
            operator: get("operator")?,
            origin: get("origin")?,
            years,
            public_key: get("public_key")?,
            fingerprint_check: get("fingerprint_check")?,
        })
    }
}
