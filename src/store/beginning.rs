//! A ledger in the making: all its files lie under unfinished names until it is whole, with its anchor where it is to have
//! one. Then they get their names, the database last: where it has its own, there is a ledger.
//!
//! Owns: that order, and beginning anew after an `init` that was interrupted. A secret or key that has its name already goes
//! with the unfinished database that it belongs to; one that belongs to none is never touched, for it may be that of a lost
//! ledger. Does not own: the genesis (`genesis`), the keys (`keys`), names and locks ([`crate::unfinished`]).

use std::io;
use std::path::{Path, PathBuf};

use super::anchor::{AnchorWords, path_file};
use super::append::{Appended, Clock, Writing};
use super::connection::{Store, USUAL_WAIT, Wait};
use super::failure::{Failure, Result};
use super::file::beside;
use super::genesis::NewLedger;
use super::keys::{self, secret_path, signing_key_path};
use super::place::AnchorPlace;
use crate::act::Genesis;
use crate::ledger::Timestamp;
use crate::unfinished::{self, Making, Refused, added, is_there};

const TITLE: &str = "provlog ledger 1";

/// What is noted of a ledger in the making before any of its files gets its name: nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Noted {
    /// What the name of its database has behind the final one.
    database: String,
    ledger_id: String,
    /// The check value of its secret.
    check: String,
    public_key: String,
    /// Where its anchor is to lie.
    anchor: Option<PathBuf>,
}

impl Noted {
    fn text(&self) -> String {
        let Noted { database, ledger_id, check, public_key, anchor } = self;
        let anchor = anchor.as_deref().and_then(Path::to_str);
        let anchor = anchor.map(|path| format!("anchor {path}\n")).unwrap_or_default();
        format!("{TITLE}\ndatabase {database}\nledger {ledger_id}\ncheck {check}\nkey {public_key}\n{anchor}")
    }

    fn parse(note: &str) -> Option<Noted> {
        let mut lines = note.strip_suffix('\n')?.split('\n');
        if lines.next()? != TITLE {
            return None;
        }
        let mut next = |key: &str| Some(lines.next()?.strip_prefix(key)?.strip_prefix(' ')?.to_owned());
        let (database, ledger_id) = (next("database")?, next("ledger")?);
        let (check, public_key) = (next("check")?, next("key")?);
        let anchor = next("anchor").map(PathBuf::from);
        let noted = Noted { database, ledger_id, check, public_key, anchor };
        (noted.text() == note).then_some(noted)
    }
}

/// A ledger in the making. Dropped before it is placed, all of it is removed again, its anchor too.
pub struct Beginning {
    making: Making,
    /// The ledger under its unfinished name.
    path: PathBuf,
    noted: Option<Noted>,
    /// Files that have their final names.
    placed: Vec<PathBuf>,
    removed: Vec<PathBuf>,
    is_done: bool,
}

impl Beginning {
    /// Takes the right to make a ledger at a path, and removes what an interrupted `init` left there. Nothing is overwritten.
    ///
    /// # Errors
    /// [`Failure::AlreadyThere`] when a file of a ledger has its name there; [`Failure::BeingMade`].
    pub fn take(path: &Path) -> Result<Beginning> {
        let free = |file: &Path| match is_there(file) {
            true => Err(Failure::AlreadyThere(file.to_owned())),
            false => Ok(()),
        };
        free(path).inspect_err(|_| unfinished::tidy(path))?;
        let making = Making::start(path).map_err(|e| refused(path, e))?;
        let left = making.left().map_err(|e| failed(path, e))?;
        // With no unfinished database that it tells of, a note is of one that was placed, or is gone.
        let noted =
            Noted::parse(making.note()).filter(|noted| left.iter().any(|file| noted.is_of(file, path)));
        let placed: Vec<PathBuf> = noted.iter().flat_map(|noted| placed(path, noted)).collect();
        remove_empty_companions(path)?;
        for file in own_files(path).iter().filter(|file| !placed.contains(file)) {
            free(file)?;
        }
        clear(path, noted.as_ref(), &placed, &left)?;
        let removed = placed.into_iter().chain(left).collect();
        let path = making.unfinished();
        Ok(Beginning { making, path, noted: None, placed: Vec::new(), removed, is_done: false })
    }

    /// Makes a new ledger with its fingerprint secret and its signing key, and places it. Nothing is overwritten; what was made
    /// before a failure is removed again, and what an interrupted one left is removed first.
    ///
    /// # Errors
    /// [`Failure::AlreadyThere`] when any of the three files exists.
    pub fn whole(path: &Path, new: &NewLedger, now: Timestamp) -> Result<(Genesis, Appended)> {
        let mut beginning = Beginning::take(path)?;
        let made = beginning.make(new, now)?;
        beginning.place()?;
        Ok(made)
    }

    /// What an interrupted `init` had left, and is gone.
    #[must_use]
    pub fn removed(&self) -> &[PathBuf] {
        &self.removed
    }

    /// Makes the ledger with its fingerprint secret, its signing key and its genesis.
    ///
    /// # Errors
    /// Those of the operating system and the database.
    pub fn make(&mut self, new: &NewLedger, now: Timestamp) -> Result<(Genesis, Appended)> {
        let (genesis, entry) = Store::make(&self.path, new, now)?;
        self.note(Noted {
            database: String::from_utf8_lossy(added(&self.path, self.making.target())).into_owned(),
            ledger_id: genesis.ledger_id.clone(),
            check: keys::read_secret(&self.path)?.check(),
            public_key: genesis.public_key.clone(),
            anchor: None,
        })?;
        Ok((genesis, entry))
    }

    /// Sets its anchor; [`Beginning::make`] comes before.
    ///
    /// # Errors
    /// As [`Store::set_anchor`].
    pub fn set_anchor(
        &mut self,
        wait: &mut Wait<'_>,
        clock: &Clock<'_>,
        path: &Path,
        words: &AnchorWords<'_>,
    ) -> Result<Appended> {
        let absolute = std::path::absolute(path).map_err(|e| failed(path, e))?;
        if let Some(noted) = self.noted.clone() {
            self.note(Noted { anchor: Some(absolute), ..noted })?;
        }
        let store = Store::open_for_writing(&self.path, USUAL_WAIT)?;
        let fingerprints = store.fingerprints()?;
        store.set_anchor(&mut Writing { wait, clock, fingerprints: &fingerprints }, Some(path), words)
    }

    fn note(&mut self, noted: Noted) -> Result<()> {
        self.making.set_note(&noted.text()).map_err(|e| failed(&self.path, e))?;
        self.noted = Some(noted);
        Ok(())
    }

    /// Gives all its files their names, durably, the database last.
    ///
    /// # Errors
    /// Those of the operating system and the database.
    pub fn place(mut self) -> Result<()> {
        let target = self.making.target().to_owned();
        self.close()?;
        for suffix in [secret_path, signing_key_path, path_file] {
            let from = suffix(&self.path);
            if is_there(&from) {
                self.give(&from, suffix(&target))?;
            }
        }
        self.give(&self.path.clone(), target)?;
        self.is_done = true;
        Ok(())
    }

    /// The database becomes one file, on the disk and opened by nobody. It is SQLite that syncs it: here no file of a
    /// database is opened (see `file`).
    fn close(&self) -> Result<()> {
        let store = Store::open_for_writing(&self.path, USUAL_WAIT)?;
        store.run(|c| c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))?;
        drop(store);
        for suffix in ["-wal", "-shm"] {
            let file = beside(&self.path, suffix);
            match file.metadata() {
                Ok(meta) if suffix == "-wal" && meta.len() > 0 => {
                    return Err(Failure::Locked(self.path.clone()));
                }
                Ok(_) => std::fs::remove_file(&file).map_err(|e| failed(&file, e))?,
                Err(_) => {}
            }
        }
        unfinished::sync_parent(&self.path).map_err(|e| failed(&self.path, e))
    }

    fn give(&mut self, from: &Path, to: PathBuf) -> Result<()> {
        let done = self.making.place(from, &to);
        let placed = !is_there(from);
        let done = done.map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => Failure::AlreadyThere(to.clone()),
            _ => failed(&to, e),
        });
        if placed {
            self.placed.push(to);
        }
        done
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        if !self.is_done {
            // The failure that led here is what the person must hear of; what cannot be removed, the next `init` finds.
            let left = self.making.left().unwrap_or_default();
            let _ = clear(self.making.target(), self.noted.as_ref(), &self.placed, &left);
        }
    }
}

impl Noted {
    /// Whether an unfinished file is the database.
    fn is_of(&self, file: &Path, target: &Path) -> bool {
        added(file, target) == self.database.as_bytes()
    }
}

/// What writers leave beside a ledger, emptied, and stays where somebody moves the ledger away: it holds nothing.
fn remove_empty_companions(path: &Path) -> Result<()> {
    let [log, memory] = ["-wal", "-shm"].map(|suffix| beside(path, suffix));
    if log.symlink_metadata().is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    for file in [log, memory].iter().filter(|file| is_there(file)) {
        std::fs::remove_file(file).map_err(|e| failed(file, e))?;
    }
    Ok(())
}

/// Everything that belongs to a ledger, by its final name.
fn own_files(path: &Path) -> Vec<PathBuf> {
    let beside = ["-wal", "-shm", "-journal"].map(|suffix| beside(path, suffix));
    [path.to_owned(), secret_path(path), signing_key_path(path), path_file(path)]
        .into_iter()
        .chain(beside)
        .collect()
}

/// The files with final names that belong to an unfinished database.
fn placed(path: &Path, noted: &Noted) -> Vec<PathBuf> {
    let mut placed = Vec::new();
    if keys::read_secret(path).is_ok_and(|secret| secret.check() == noted.check) {
        placed.push(secret_path(path));
    }
    if keys::public_key(path).is_ok_and(|key| key == noted.public_key) {
        placed.push(signing_key_path(path));
    }
    let anchor = std::fs::read_to_string(path_file(path));
    if anchor.is_ok_and(|anchor| noted.anchor.as_deref() == Some(Path::new(anchor.trim_end_matches('\n')))) {
        placed.push(path_file(path));
    }
    placed
}

/// Removes a ledger that was not made whole. Its database goes last: nothing else would tell whose the other files are.
fn clear(target: &Path, noted: Option<&Noted>, placed: &[PathBuf], left: &[PathBuf]) -> Result<()> {
    if let Some((anchor, ledger)) = noted.and_then(|noted| Some((noted.anchor.as_ref()?, &noted.ledger_id))) {
        // Where it cannot be removed, it is of a ledger that never was, and holds nothing up but its place.
        let _ = AnchorPlace::of(anchor).clear(ledger);
    }
    let is_database = |file: &&PathBuf| noted.is_some_and(|noted| noted.is_of(file, target));
    let (database, others): (Vec<&PathBuf>, Vec<&PathBuf>) = left.iter().partition(is_database);
    for file in placed.iter().chain(others).chain(database) {
        unfinished::remove(file).map_err(|e| failed(file, e))?;
    }
    Ok(())
}

fn refused(path: &Path, refused: Refused) -> Failure {
    match refused {
        Refused::Exists(path) => Failure::AlreadyThere(path),
        Refused::BeingMade(path, lock) => Failure::BeingMade(path, lock),
        Refused::Io(_, e) => failed(path, e),
    }
}

fn failed(path: &Path, e: io::Error) -> Failure {
    match e.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Failure::ReadOnly(path.to_owned())
        }
        _ => Failure::Io(path.to_owned(), e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written_and_nothing_else_is_one() {
        for anchor in [None, Some(PathBuf::from("/share/a b"))] {
            let noted = Noted {
                database: ".unfinished-7".into(),
                ledger_id: "00ff".into(),
                check: "c=".into(),
                public_key: "k=".into(),
                anchor,
            };
            let text = noted.text();
            assert_eq!(Noted::parse(&text), Some(noted));
            for other in ["", "\n", &text[1..], &text[..text.len() - 1], &format!("{text}\n")] {
                assert_eq!(Noted::parse(other), None, "{other:?}");
            }
        }
    }
}
