//! Changes of anchoring (FORMAT.md, "Anchor").
//!
//! Owns: their facts. Does not own: the anchor's own text (`ledger::anchor`), where it lies (`store`).

use super::{By, Members, Parts, Said};
use crate::ledger::anchor::State;
use crate::ledger::{Digest, Kind};

const ANCHOR: &str = "anchor";
const FOUND_HEAD: &str = "found_head";
const FOUND_ROOT: &str = "found_root";
const FOUND_SIZE: &str = "found_size";

/// A change of anchoring, as an entry tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorChange {
    /// There is an anchor from here on.
    Set,
    /// The anchor was lost or spoke against the ledger; the ledger goes on from here all the same. What the anchor held, where it
    /// could be read.
    Reset(Option<State>),
    /// There is none from here on.
    Off,
    /// This transaction was written while the anchor was out of reach.
    Later,
}

impl AnchorChange {
    fn word(self) -> &'static str {
        match self {
            AnchorChange::Set => "set",
            AnchorChange::Reset(_) => "reset",
            AnchorChange::Off => "off",
            AnchorChange::Later => "later",
        }
    }
}

impl Said for AnchorChange {
    const KIND: Kind = Kind::Anchor;

    fn parts(&self, by: By<'_>) -> Parts {
        let found = match self {
            AnchorChange::Reset(found) => *found,
            _ => None,
        };
        let texts = found.map(|s| (s.head.to_string(), s.root.to_string()));
        Parts::by(by, |facts| {
            facts
                .text(ANCHOR, Some(self.word()))
                .text(FOUND_HEAD, texts.as_ref().map(|(head, _)| head.as_str()))
                .text(FOUND_ROOT, texts.as_ref().map(|(_, root)| root.as_str()))
                .number(FOUND_SIZE, found.map(|s| s.size));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<AnchorChange> {
        let facts = Members::of(facts);
        let digest = |key| Digest::from_text(facts.text(key)?.as_bytes());
        let found = || {
            Some(State {
                size: facts.number(FOUND_SIZE)?,
                head: digest(FOUND_HEAD)?,
                root: digest(FOUND_ROOT)?,
            })
        };
        let word = facts.text(ANCHOR)?;
        let all = [AnchorChange::Set, AnchorChange::Reset(found()), AnchorChange::Off, AnchorChange::Later];
        all.into_iter().find(|change| change.word() == word)
    }
}
