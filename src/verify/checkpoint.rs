//! Whether a checkpoint is to be believed, and whether the log continues it (FORMAT.md, "Verification", step 12).
//!
//! Owns: which key was in force at which size, what is wrong with a checkpoint by itself.
//! Does not own: its text and signatures (`ledger::note`), the roots of the log (`chain`).

use super::finding::Finding;
use crate::ledger::Digest;
use crate::ledger::note::{Checkpoint, Note, Unverified, VerifierKey};

/// The name of a log and the keys that sign its checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers {
    origin: String,
    /// The first size that a key signs, and the key; ascending.
    keys: Vec<(u64, VerifierKey)>,
}

impl Signers {
    /// The log `origin`, whose genesis names `key`; `None` when a key cannot bear that name, or is none.
    #[must_use]
    pub fn new(origin: &str, key: &[u8]) -> Option<Self> {
        Some(Signers { origin: origin.to_owned(), keys: vec![(0, VerifierKey::new(origin, key)?)] })
    }

    /// The key entry at `index` names this key. Entries come in ascending order; `None` when it is no key.
    #[must_use]
    pub fn change(mut self, index: u64, key: &[u8]) -> Option<Self> {
        self.keys.push((index + 1, VerifierKey::new(&self.origin, key)?));
        Some(self)
    }

    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The key that signs checkpoints of `size` entries.
    #[must_use]
    pub fn in_force(&self, size: u64) -> Option<&VerifierKey> {
        self.keys.iter().rev().find(|(from, _)| *from <= size).map(|(_, key)| key)
    }

    /// All keys, each with the first size that it signs.
    pub fn all(&self) -> impl Iterator<Item = (u64, &VerifierKey)> {
        self.keys.iter().map(|(from, key)| (*from, key))
    }

    /// Reads a checkpoint of this log and believes it if one of `given` has signed it, or, where none is given, the
    /// key in force at its size.
    ///
    /// # Errors
    /// Why it is not to be believed.
    pub fn read(&self, note: &[u8], given: &[VerifierKey]) -> Result<Believed, Finding> {
        let unreadable = |fault| Finding::CheckpointUnreadable { fault };
        let note = Note::parse(note).map_err(unreadable)?;
        let all: Vec<VerifierKey> = self.keys.iter().map(|(_, key)| key.clone()).collect();
        let known = if given.is_empty() { &all[..] } else { given };
        let text = note.verified(known).map_err(|e| match e {
            Unverified::UnknownKeys(names) => Finding::CheckpointUnsigned { names },
            Unverified::WrongSignature(key) => Finding::CheckpointForged { key },
        })?;
        let checkpoint = Checkpoint::parse(text).map_err(unreadable)?;
        if checkpoint.origin != self.origin {
            let (found, expected) = (checkpoint.origin, self.origin.clone());
            return Err(Finding::CheckpointOfAnother { found, expected });
        }
        let size = checkpoint.size;
        let key = if given.is_empty() {
            // An old key that has leaked must not sign what came after it.
            let in_force = self.in_force(size).filter(|key| note.verified(std::slice::from_ref(key)).is_ok());
            in_force.ok_or(Finding::CheckpointByOldKey { size })?
        } else {
            let by = given.iter().find(|key| note.verified(std::slice::from_ref(key)).is_ok());
            by.ok_or(Finding::CheckpointUnsigned { names: Vec::new() })?
        };
        Ok(Believed { size, root: checkpoint.root, key: key.clone() })
    }
}

/// A checkpoint of this log by a key that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    /// How many entries the log had.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// The key that signed it.
    pub key: VerifierKey,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::note::{NoteFault, sign};
    use ed25519_dalek::SigningKey;

    const ORIGIN: &str = "sample.invalid/log";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn note(origin: &str, size: u64, seed: u8) -> String {
        let checkpoint = Checkpoint { origin: origin.to_owned(), size, root: Digest([4; 32]) };
        sign(&checkpoint.text(), ORIGIN, &key(seed))
    }

    fn public(seed: u8) -> VerifierKey {
        VerifierKey::new(ORIGIN, key(seed).verifying_key().as_bytes()).unwrap()
    }

    /// Key 1 from the beginning, key 2 from the key entry 9 on.
    fn signers() -> Signers {
        let signers = Signers::new(ORIGIN, key(1).verifying_key().as_bytes()).unwrap();
        signers.change(9, key(2).verifying_key().as_bytes()).unwrap()
    }

    #[test]
    fn each_key_signs_its_own_sizes_and_no_others() {
        for (size, seed, good) in [(0, 1, true), (9, 1, true), (10, 1, false), (10, 2, true), (9, 2, false)] {
            let read = signers().read(note(ORIGIN, size, seed).as_bytes(), &[]);
            match good {
                true => {
                    assert_eq!(read.unwrap(), Believed { size, root: Digest([4; 32]), key: public(seed) })
                }
                false => assert_eq!(read, Err(Finding::CheckpointByOldKey { size })),
            }
        }
    }

    #[test]
    fn a_given_key_is_the_only_one_that_counts() {
        let theirs = note(ORIGIN, 9, 3);
        assert!(matches!(signers().read(theirs.as_bytes(), &[]), Err(Finding::CheckpointUnsigned { .. })));
        assert_eq!(signers().read(theirs.as_bytes(), &[public(3)]).unwrap().key, public(3));
        let ours = note(ORIGIN, 9, 1);
        assert!(matches!(
            signers().read(ours.as_bytes(), &[public(3)]),
            Err(Finding::CheckpointUnsigned { .. })
        ));
    }

    #[test]
    fn what_is_wrong_with_it_is_told_apart() {
        let read = |note: &str| signers().read(note.as_bytes(), &[]).unwrap_err();
        let good = note(ORIGIN, 9, 1);
        assert_eq!(
            read(&note("other.invalid", 9, 1)),
            Finding::CheckpointOfAnother { found: "other.invalid".into(), expected: ORIGIN.into() }
        );
        assert_eq!(
            read(&good.replace("\n9\n", "\n8\n")),
            Finding::CheckpointForged { key: public(1).to_string() }
        );
        assert_eq!(read("x"), Finding::CheckpointUnreadable { fault: NoteFault::NoText });
    }
}
