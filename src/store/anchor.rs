//! The anchor of a stored ledger: the newest state, kept outside, so that a ledger that was cut, rolled back or replaced is
//! not written to any more (design, property P7).
//!
//! Order: commit, then anchor, then acknowledge. Behind the ledger is normal after a crash, and the next writer advances
//! it; ahead of the ledger, or of another history, is not. It only ever advances, under an exclusive lock, to a state
//! that continues the one it holds.
//!
//! Owns: comparing it, advancing it. Does not own: its text (`ledger::anchor`), what entries say of it (`act::anchor`), its
//! files (`place`), the transaction (`append`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::OptionalExtension as _;

use super::append::{Appended, Guard, Writing};
use super::connection::Store;
use super::damage::BadValue;
use super::failure::{Against, Failure, OsCause, Result};
use super::file::beside;
use super::file::is_of_ledger;
use super::place::{AnchorPlace, replace};
use crate::act::{AnchorChange, By, Said as _};
use crate::ledger::anchor::{Anchor, State};
use crate::ledger::{Digest, Kind};

/// How the anchor stands to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnchorStanding {
    /// The ledger has no anchor.
    None,
    /// The anchor holds a state of this log.
    Good(AnchorPlace, State),
    /// It cannot be read now; the path, and what the system says.
    OutOfReach(PathBuf, OsCause),
    /// It speaks against the ledger, or is no anchor of it.
    Against(Against),
}

/// So often is an anchor read that others change meanwhile.
const LOOKS: usize = 5;

/// The file beside the ledger that says where the anchor lies: outside the log, which goes wherever the file goes.
pub(super) fn path_file(ledger: &Path) -> PathBuf {
    beside(ledger, ".anchor-path")
}

impl Store {
    /// True when the log says that there is an anchor.
    fn is_anchored(&self) -> Result<bool> {
        for index in self.of_kind(Kind::Anchor)?.unwrap_or_default().into_iter().rev() {
            let change = self.see_one(index, |seen| AnchorChange::read(seen.sighting.facts.bytes(), &[]))?;
            match change.flatten() {
                Some(AnchorChange::Set) => return Ok(true),
                Some(AnchorChange::Off) => return Ok(false),
                Some(AnchorChange::Reset(_) | AnchorChange::Later) | None => {}
            }
        }
        Ok(false)
    }

    /// The present state of the log; `None` for an empty one.
    fn state(&self) -> Result<Option<State>> {
        let size = self.size()?;
        match size.checked_sub(1).map(|last| self.leaf(last)).transpose()?.flatten() {
            Some(head) => Ok(Some(State { size, head, root: self.root_at(size)? })),
            None => Ok(None),
        }
    }

    pub(super) fn leaf(&self, index: u64) -> Result<Option<Digest>> {
        self.run(|c| {
            c.prepare_cached("SELECT leaf FROM entry WHERE idx = ?1")?
                .query_row([index], |r| r.get(0).map(Digest))
                .optional()
        })
    }

    /// The anchor as it is, not compared with the log yet: [`AnchorStanding::Good`] says only that it is one of this ledger.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn anchor(&self) -> Result<AnchorStanding> {
        if !self.is_anchored()? {
            return Ok(AnchorStanding::None);
        }
        let path_file = path_file(&self.path);
        match std::fs::read_to_string(&path_file) {
            Ok(path) => self.anchor_at(AnchorPlace::of(Path::new(path.trim_end_matches('\n')))),
            Err(e) => Ok(AnchorStanding::OutOfReach(path_file, e.into())),
        }
    }

    fn anchor_at(&self, place: AnchorPlace) -> Result<AnchorStanding> {
        let path = place.path().to_owned();
        if is_of_ledger(&self.path, &path) {
            return Ok(AnchorStanding::Against(Against::Unreadable(path)));
        }
        Ok(match place.read() {
            Ok(Some(found)) if found.ledger_id == self.genesis()?.ledger_id => {
                AnchorStanding::Good(place, found.state)
            }
            Ok(Some(_)) => AnchorStanding::Against(Against::OfAnother(path)),
            Ok(None) => AnchorStanding::OutOfReach(path, io::ErrorKind::NotFound.into()),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                AnchorStanding::Against(Against::Unreadable(path))
            }
            Err(e) => AnchorStanding::OutOfReach(path, e.into()),
        })
    }

    /// How the anchor stands to the ledger, for a reader beside writers; outside of a transaction. The anchor is read before the
    /// log, since it follows the log: what it held is in every later state. Where it speaks against the log it is read again,
    /// and only what stays is told.
    ///
    /// # Errors
    /// Those of the database.
    pub fn anchor_from_outside(&self) -> Result<AnchorStanding> {
        let mut standing = AnchorStanding::None;
        for _ in 0..LOOKS {
            let before = self.in_one_state(|| self.anchor())?;
            standing = self.in_one_state(|| self.compared(before.clone()))?;
            if matches!(standing, AnchorStanding::None | AnchorStanding::Good(..))
                || self.in_one_state(|| self.anchor())? == before
            {
                break;
            }
        }
        Ok(standing)
    }

    /// What the anchor holds, read before the state that is to be checked against it; compared with nothing yet.
    pub(super) fn anchor_before(&self) -> Result<AnchorStanding> {
        let mut anchor = self.in_one_state(|| self.anchor())?;
        for _ in 0..LOOKS {
            let before = anchor;
            if matches!(before, AnchorStanding::None | AnchorStanding::Good(..)) {
                return Ok(before);
            }
            anchor = self.in_one_state(|| self.anchor())?;
            if anchor == before {
                break;
            }
        }
        Ok(anchor)
    }

    /// How the anchor stands to the ledger; inside a write transaction, which nobody else writes beside.
    fn anchor_standing(&self) -> Result<AnchorStanding> {
        let anchor = self.anchor()?;
        self.compared(anchor)
    }

    fn compared(&self, anchor: AnchorStanding) -> Result<AnchorStanding> {
        let AnchorStanding::Good(place, anchored) = &anchor else { return Ok(anchor) };
        let Some(ledger) = self.state()? else { return Ok(anchor) };
        // The anchored state, as this log has it.
        let same = (1..=ledger.size).contains(&anchored.size)
            && self.leaf(anchored.size - 1)? == Some(anchored.head)
            && self.root_at(anchored.size)? == anchored.root;
        if same {
            return Ok(anchor);
        }
        let (path, anchored) = (place.path().to_owned(), *anchored);
        Ok(AnchorStanding::Against(Against::State { path, anchored, ledger }))
    }

    /// What a writer must know before it writes, inside its transaction: whether to advance the anchor afterwards.
    pub(super) fn guard(&self, without_anchor: bool) -> Result<Guard> {
        match self.anchor_standing()? {
            AnchorStanding::None => Ok(Guard::NotAnchored),
            AnchorStanding::Good(place, _) => Ok(Guard::Anchored(place)),
            AnchorStanding::OutOfReach(..) if without_anchor => Ok(Guard::Later),
            AnchorStanding::OutOfReach(path, why) => Err(Failure::AnchorOutOfReach(path, why.into())),
            AnchorStanding::Against(against) => Err(Failure::AgainstAnchor(Box::new(against))),
        }
    }

    /// Advances the anchor to the present state, after `entries` were committed and before they are acknowledged.
    pub(super) fn advance_anchor(
        &self,
        place: &AnchorPlace,
        limit: Duration,
        entries: Option<(u64, u64)>,
    ) -> Result<()> {
        let not_anchored = |path: &Path, why| Failure::NotAnchored { path: path.to_owned(), why, entries };
        let failed = |e: io::Error| not_anchored(place.path(), e);
        // Locked first: whoever advances has committed before, so the state that is read now is no older.
        let _lock = place.lock(limit).map_err(failed)?;
        self.in_one_state(|| {
            let anchor = self.anchor_at(place.clone())?;
            match self.compared(anchor)? {
                AnchorStanding::Good(_, anchored) => match self.present()? {
                    Some(present) if present.state.size > anchored.size => {
                        place.write(&present).map_err(failed)
                    }
                    _ => Ok(()),
                },
                AnchorStanding::None => Ok(()),
                AnchorStanding::OutOfReach(path, why) => Err(not_anchored(&path, why.into())),
                AnchorStanding::Against(against) => {
                    Err(Failure::DoneAgainstAnchor { against: Box::new(against), entries })
                }
            }
        })
    }

    /// The present state as an anchor.
    fn present(&self) -> Result<Option<Anchor>> {
        let ledger_id = self.genesis()?.ledger_id;
        Ok(self.state()?.map(|state| Anchor { ledger_id, state }))
    }

    /// Sets an anchor at `path`, moves it there, or, with [`AnchorWords::reset`], goes on from the present state although the
    /// anchor cannot be read or speaks against the ledger; the entry tells what it held. From here on nothing is
    /// acknowledged that the anchor does not hold.
    ///
    /// # Errors
    /// [`Failure::AnchorTaken`] where something else lies at the new place; those of the anchor in use.
    pub fn set_anchor(
        &self,
        with: &mut Writing<'_, '_>,
        path: Option<&Path>,
        words: &AnchorWords<'_>,
    ) -> Result<Appended> {
        let before = self.anchor_from_outside()?;
        let found = match (&before, words.reset) {
            (AnchorStanding::Against(against), false) => {
                return Err(Failure::AgainstAnchor(Box::new(against.clone())));
            }
            (AnchorStanding::OutOfReach(path, why), false) => {
                return Err(Failure::AnchorOutOfReach(path.clone(), (*why).into()));
            }
            (AnchorStanding::Against(Against::State { anchored, .. }), true) => Some(*anchored),
            _ => None,
        };
        let place = match (path, &before) {
            (Some(path), _) => {
                AnchorPlace::of(&std::path::absolute(path).map_err(|e| Failure::Io(path.to_owned(), e))?)
            }
            (None, AnchorStanding::None) => return Err(Failure::NoAnchor),
            (None, AnchorStanding::Good(place, _)) => place.clone(),
            (None, AnchorStanding::OutOfReach(path, _)) => AnchorPlace::of(path),
            (None, AnchorStanding::Against(against)) => AnchorPlace::of(against.path()),
        };
        let taken = || Failure::AnchorTaken(place.path().to_owned());
        // A new place must be free, or hold a state of this very log (left by an earlier try).
        if path.is_some() {
            let there = self.in_one_state(|| self.compared(self.anchor_at(place.clone())?))?;
            if matches!(there, AnchorStanding::Against(_)) {
                return Err(taken());
            }
        } else if matches!(&place, AnchorPlace::Folder(_))
            && found.is_some_and(|f| f.size >= self.size().unwrap_or(0))
        {
            // What was written once cannot be taken back: the anchor goes on in a folder of its own.
            return Err(taken());
        }
        // Nothing is in the ledger yet: the place itself is at fault.
        let failed = |e: io::Error| Failure::Io(place.path().to_owned(), e);
        {
            let _lock = place.lock(with.wait.limit).map_err(failed)?;
            if let Some(present) = self.in_one_state(|| self.present())? {
                place.write(&present).map_err(failed)?;
            }
        }
        let named = place.path().to_str().ok_or(Failure::BadValue(BadValue::Path))?;
        let path_file = path_file(&self.path);
        replace(&path_file, &format!("{named}\n")).map_err(|e| Failure::Io(path_file, e))?;
        self.append_guarded(with, Guard::Anchored(place), |a| {
            if words.reset {
                a.say(&AnchorChange::Reset(found), words.by())?;
            }
            a.say(&AnchorChange::Set, words.by())
        })
    }

    /// Ends anchoring: whatever the anchor says, nothing is compared with it any more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn end_anchor(&self, with: &mut Writing<'_, '_>, words: &AnchorWords<'_>) -> Result<Appended> {
        self.append_guarded(with, Guard::NotAnchored, |a| a.say(&AnchorChange::Off, words.by()))
    }
}

/// What a person says of a change of anchoring.
#[derive(Clone, Copy, Debug)]
pub struct AnchorWords<'a> {
    /// Put an anchor aside that speaks against the ledger.
    pub reset: bool,
    /// Why.
    pub reason: Option<&'a str>,
    /// Who.
    pub handler: Option<&'a str>,
}

impl<'a> AnchorWords<'a> {
    fn by(&self) -> By<'a> {
        By { handler: self.handler, reason: self.reason }
    }
}
