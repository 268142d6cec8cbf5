//! Checkpoints of the stored log, the keys that sign them, and proofs from the kept nodes.
//!
//! Owns: issuing a checkpoint (never one that does not continue the last), changing the key, building proofs.
//! Does not own: their form (`ledger::note`, `ledger::proof`), which checkpoint is to be believed (`verify`).

use rusqlite::{OptionalExtension as _, params};

use super::append::{Appended, Writing};
use super::connection::{Store, Wait};
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::keys;
use super::nodes;
use super::scan::{CHUNK, Chunk};
use crate::act::{By, Key, Said as _};
use crate::ledger::note::{Checkpoint, VerifierKey, sign};
use crate::ledger::proof::{self, Range};
use crate::ledger::tree::Frontier;
use crate::ledger::{Digest, Kind};
use crate::verify::{Believed, Examiner, Signers};

/// A checkpoint that was issued, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The signed note.
    pub note: String,
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The key that signed it.
    pub key: VerifierKey,
    /// It had been issued before, at the same size.
    pub before: bool,
}

impl Store {
    /// The log's name and its keys, as the genesis and the key entries tell them.
    ///
    /// # Errors
    /// [`Failure::Damaged`] for an entry that names no key.
    pub fn signers(&self) -> Result<Signers> {
        let damaged = |index| Failure::Damaged { index: Some(index), why: Damage::NoPublicKey };
        let genesis = self.genesis()?;
        let mut signers =
            genesis.key().and_then(|key| Signers::new(&genesis.origin, &key)).ok_or_else(|| damaged(0))?;
        for index in self.of_kind(Kind::Key)?.unwrap_or_default() {
            let key = self.see_one(index, |seen| Key::read(seen.sighting.facts.bytes(), &[]))?;
            signers = key
                .flatten()
                .and_then(|key| signers.change(index, &key.key()?))
                .ok_or_else(|| damaged(index))?;
        }
        Ok(signers)
    }

    /// The checkpoints that were issued: size and note, ascending.
    ///
    /// # Errors
    /// Those of the database.
    pub fn checkpoints(&self) -> Result<Vec<(u64, String)>> {
        self.run(|c| {
            c.prepare("SELECT size, note FROM checkpoint WHERE size >= 0 ORDER BY size")?
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect()
        })
    }

    /// Issues a checkpoint of the log as it stands, or was `at` an earlier size, or returns the one that was issued at this
    /// size. Before it signs, it re-hashes every entry since the last checkpoint and makes sure that the log continues that
    /// one, and that the latest one continues this.
    ///
    /// # Errors
    /// [`Failure::Damaged`] when it does not; [`Failure::NoSigningKey`], [`Failure::NotASigningKey`] and
    /// [`Failure::WrongSigningKey`]. The caller has made sure that the log has `at` entries.
    pub fn issue_checkpoint(&self, wait: &mut Wait<'_>, at: Option<u64>) -> Result<Issued> {
        self.begin(wait)?;
        // A log that the anchor speaks against is not signed either.
        let issued = self.guard(wait.without_anchor).and_then(|_| self.sign_state(at));
        // One that was issued before is handed out again, and nothing is written.
        if issued.as_ref().is_ok_and(|issued| issued.before) {
            self.run(|c| c.execute_batch("ROLLBACK"))?;
            return issued;
        }
        self.end(issued)
    }

    /// The latest checkpoint of at most so many entries.
    fn last_checkpoint(&self, signers: &Signers, at_most: u64) -> Result<Option<Believed>> {
        let not_its_own = Failure::Damaged { index: None, why: Damage::CheckpointOfAnother };
        let sql = "SELECT note FROM checkpoint WHERE size BETWEEN 0 AND ?1 ORDER BY size DESC LIMIT 1";
        let last = self.run(|c| c.query_row(sql, [at_most], |r| r.get::<_, String>(0)).optional())?;
        match last.map(|note| signers.read(note.as_bytes(), &[])) {
            None => Ok(None),
            Some(Ok(last)) => Ok(Some(last)),
            Some(Err(_)) => Err(not_its_own),
        }
    }

    fn sign_state(&self, at: Option<u64>) -> Result<Issued> {
        let damaged = |index, why| Failure::Damaged { index, why };
        let signers = self.signers()?;
        let whole = self.size()?;
        let size = at.unwrap_or(whole);
        if let Some(latest) = self.last_checkpoint(&signers, i64::MAX as u64)? {
            if latest.size > whole {
                return Err(damaged(None, Damage::CutBehindCheckpoint));
            }
            if latest.size > size && self.root_at(latest.size)? != latest.root {
                return Err(damaged(None, Damage::CheckpointDiffers));
            }
        }
        let last = self.last_checkpoint(&signers, size)?;
        let from = last.as_ref().map_or(0, |last| last.size);
        let mut tree = self.run(|c| nodes::frontier(c, from))?.ok_or(damaged(None, Damage::NodeMissing))?;
        if last.as_ref().is_some_and(|last| last.root != tree.root()) {
            return Err(damaged(None, Damage::CheckpointDiffers));
        }
        if let (Some(last), Some(note)) = (&last, self.checkpoint_at(size)?)
            && last.size == size
        {
            let checkpoint = Checkpoint { origin: signers.origin().to_owned(), size, root: last.root };
            return Ok(Issued { note, checkpoint, key: last.key.clone(), before: true });
        }
        let key = signers.in_force(size).ok_or(damaged(Some(0), Damage::NoPublicKey))?;
        let signing = keys::read_signing_key(&self.path, &key.public_key())?;
        self.rehash_onto(&mut tree, from, size)?;
        if self.run(|c| nodes::frontier(c, size))?.is_none_or(|kept| kept != tree) {
            return Err(damaged(None, Damage::OtherNodes));
        }
        let checkpoint = Checkpoint { origin: signers.origin().to_owned(), size, root: tree.root() };
        let note = sign(&checkpoint.text(), signers.origin(), &signing);
        self.run(|c| c.execute("INSERT INTO checkpoint (size, note) VALUES (?1, ?2)", params![size, note]))?;
        Ok(Issued { note, checkpoint, key: key.clone(), before: false })
    }

    fn checkpoint_at(&self, size: u64) -> Result<Option<String>> {
        self.run(|c| {
            c.query_row("SELECT note FROM checkpoint WHERE size = ?1", [size], |r| r.get(0)).optional()
        })
    }

    /// Re-hashes the entries from `from` up to `size` and adds them to the tree.
    fn rehash_onto(&self, tree: &mut Frontier, from: u64, size: u64) -> Result<()> {
        let Some(last) = size.checked_sub(1).filter(|last| *last >= from) else { return Ok(()) };
        let mut next = from;
        self.share(
            self.helpers()?,
            Chunk::split(from, last).map(Ok),
            |store, chunk| {
                let mut examiner = Examiner::behind(store.before(chunk)?);
                let mut leaves = Vec::with_capacity(CHUNK);
                let mut altered = None;
                store.see_chunk(chunk, |seen| {
                    let examined = examiner.examine(&seen.sighting);
                    if !examined.faults.is_empty() || seen.stray {
                        altered = altered.or(Some(examined.index));
                    }
                    leaves.push((examined.index, examined.leaf));
                })?;
                match altered {
                    None => Ok(leaves),
                    Some(index) => Err(Failure::Damaged { index: Some(index), why: Damage::NotSigned }),
                }
            },
            |leaves| {
                for (index, leaf) in leaves {
                    if index != next {
                        let why = Damage::MissingNotSigned;
                        return Err(Failure::Damaged { index: Some(next), why });
                    }
                    tree.push(leaf, |_| ());
                    next += 1;
                }
                Ok(())
            },
        )
    }

    /// Changes the signing key: the next one is made, an entry names it, then it takes the place of the present one.
    /// Where a crash comes in between, the next checkpoint goes on.
    ///
    /// # Errors
    /// Those of the files and of the database.
    pub fn change_key(
        &self,
        with: &mut Writing<'_, '_>,
        reason: &str,
        handler: Option<&str>,
    ) -> Result<Appended> {
        // An earlier change that was interrupted is ended first. A key that is lost is a reason to change it, no error.
        if let Some(key) = self.signers()?.in_force(self.size()?) {
            let _ = keys::read_signing_key(&self.path, &key.public_key());
        }
        let public_key = keys::make_next_signing_key(&self.path)?;
        let by = By { handler, reason: Some(reason) };
        let entry = self.append(with, |a| a.say(&Key { public_key }, by))?;
        match keys::take_next_signing_key(&self.path) {
            // The entry stands, and whoever signs next takes the key from where it waits.
            Err(Failure::Io(path, error)) => Err(Failure::KeyNotPlaced { path, error, index: entry.index }),
            taken => taken.map(|()| entry),
        }
    }

    /// The hashes that prove that entry `index` is in the log of `size` entries; `None` where it is not.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] where a node or an entry is missing.
    pub fn prove_inclusion(&self, index: u64, size: u64) -> Result<Option<Vec<Digest>>> {
        proof::inclusion(index, size).map(|ranges| self.hashes_of(&ranges)).transpose()
    }

    /// The hashes that prove that the log of `new` entries continues that of `old`; `None` where it is shorter.
    ///
    /// # Errors
    /// As [`Store::prove_inclusion`].
    pub fn prove_consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Digest>>> {
        proof::consistency(old, new).map(|ranges| self.hashes_of(&ranges)).transpose()
    }

    /// The root over the first `size` entries, from the kept nodes.
    ///
    /// # Errors
    /// As [`Store::prove_inclusion`].
    pub fn root_at(&self, size: u64) -> Result<Digest> {
        Range { first: 0, end: size }.hash(|level, number| self.node(level, number))
    }

    pub(super) fn hashes_of(&self, ranges: &[Range]) -> Result<Vec<Digest>> {
        ranges.iter().map(|range| range.hash(|level, number| self.node(level, number))).collect()
    }

    /// The hash of a complete subtree: kept, or made of its few leaves.
    fn node(&self, level: u32, number: u64) -> Result<Digest> {
        self.run(|c| nodes::node(c, level, number))?
            .ok_or(Failure::Damaged { index: None, why: Damage::NodeMissing })
    }
}
