//! A new signing key (FORMAT.md, "Key").
//!
//! Owns: its facts, a public key as text. Does not own: which key is in force at which size (`verify::checkpoint`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{By, Members, Parts, Said};
use crate::ledger::Kind;

pub(super) const PUBLIC_KEY: &str = "public_key";

/// The key that signs from this entry on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The public key (Ed25519), base64.
    pub public_key: String,
}

impl Key {
    /// Its bytes; `None` where it is no base64.
    #[must_use]
    pub fn key(&self) -> Option<Vec<u8>> {
        key_of(&self.public_key)
    }
}

/// The bytes of a public key.
pub(super) fn key_of(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

impl Said for Key {
    const KIND: Kind = Kind::Key;

    fn parts(&self, by: By<'_>) -> Parts {
        Parts::by(by, |facts| {
            facts.text(PUBLIC_KEY, Some(&self.public_key));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Key> {
        Some(Key { public_key: Members::of(facts).text(PUBLIC_KEY)? })
    }
}
