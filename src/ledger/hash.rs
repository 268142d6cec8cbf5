//! The hashes of FORMAT.md, section "Hashes": leaf, node, part.
//!
//! Owns: digests, salts, and which bytes go into which hash.
//! Does not own: what those bytes mean (`header`, `part`), nor SHA-256 itself (the `sha2` crate).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::part::PartName;

/// A SHA-256 digest; written as standard padded base64, 44 characters, as in C2SP notes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// The length of a digest in base64 with padding.
pub const DIGEST_TEXT_LEN: usize = 44;

impl Digest {
    /// The base64 form.
    #[must_use]
    pub fn text(&self) -> [u8; DIGEST_TEXT_LEN] {
        let mut text = [b'='; DIGEST_TEXT_LEN];
        // 32 bytes always fill exactly 44 characters.
        let _ = STANDARD.encode_slice(self.0, &mut text);
        text
    }

    /// Reads the canonical base64 form: 44 characters, padded, no stray bits. Anything else is `None`.
    #[must_use]
    pub fn from_text(text: &[u8]) -> Option<Digest> {
        if text.len() != DIGEST_TEXT_LEN {
            return None;
        }
        let bytes = STANDARD.decode(text).ok()?;
        Some(Digest(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Bytes as people compare them: two hexadecimal digits a byte, lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The 16 random bytes that are hashed in front of a part, and erased with it.
///
/// Without them, a hash left behind after an erasure would confirm a guessed name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

impl Salt {
    /// Reads the canonical base64 form: 24 characters with padding.
    #[must_use]
    pub fn from_text(text: &[u8]) -> Option<Salt> {
        let bytes = STANDARD.decode(text).ok()?;
        Some(Salt(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A salt is as confidential as the part that it protects.
        f.write_str("Salt(..)")
    }
}

/// The leaf hash of an entry, `SHA-256(0x00 || header)` (RFC 6962, section 2.1): the link of the chain
/// and the leaf of the tree.
#[must_use]
pub fn leaf_hash(header: &[u8]) -> Digest {
    let mut h = Sha256::new();
    h.update([0x00]);
    h.update(header);
    Digest(h.finalize().into())
}

/// The hash of an inner node, `SHA-256(0x01 || left || right)` (RFC 6962, section 2.1).
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [0u8; 65];
    bytes[0] = 0x01;
    bytes[1..33].copy_from_slice(&left.0);
    bytes[33..].copy_from_slice(&right.0);
    Digest(Sha256::digest(bytes).into())
}

/// The root of a tree without leaves, `SHA-256("")` (RFC 6962, section 2.1).
#[must_use]
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The salted hash of a payload part, `SHA-256(tag || salt || part)`; the tag is `0x02` for facts and
/// `0x03` for extra, so that no part can pass for a leaf, a node or the other part.
#[must_use]
pub fn part_hash(name: PartName, salt: &Salt, part: &[u8]) -> Digest {
    let mut h = Sha256::new();
    h.update([match name {
        PartName::Facts => 0x02,
        PartName::Extra => 0x03,
    }]);
    h.update(salt.0);
    h.update(part);
    Digest(h.finalize().into())
}
