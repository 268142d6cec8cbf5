//! The two files beside a ledger: the fingerprint secret and the signing key (FORMAT.md, "Files beside the ledger").
//!
//! Owns: making, reading and replacing them, and every keyed fingerprint. Does not own: signing (`checkpoint`).

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use siphasher::sip::SipHasher24;

use super::damage::BadValue;
use super::failure::{Failure, Result};
use super::file::{self, beside};
use crate::private;

/// First line of a secret file.
const SECRET_LINE: &str = "provlog fingerprint secret 1";

/// Where the fingerprint secret of a ledger lies.
#[must_use]
pub fn secret_path(ledger: &Path) -> PathBuf {
    beside(ledger, ".fingerprint-secret")
}

/// Where the signing key of a ledger lies.
#[must_use]
pub fn signing_key_path(ledger: &Path) -> PathBuf {
    beside(ledger, ".signing-key.pem")
}

/// Creates a file that must not exist yet, readable and writable by its owner alone, whatever the umask.
pub(super) fn create_private(path: &Path) -> Result<File> {
    private::new_file(path).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => Failure::AlreadyThere(path.to_owned()),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Failure::ReadOnly(path.to_owned())
        }
        _ => Failure::Io(path.to_owned(), e),
    })
}

fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = create_private(path)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(|e| Failure::Io(path.to_owned(), e))
}

/// Makes the fingerprint secret; the file must not exist.
pub(super) fn make_secret(ledger: &Path) -> Result<Fingerprints> {
    let secret: [u8; 32] = random()?;
    let text = format!("{SECRET_LINE}\n{}\n", STANDARD.encode(secret));
    write_private(&secret_path(ledger), text.as_bytes())?;
    Fingerprints::new(&secret)
}

/// Makes the signing key (Ed25519, PKCS#8 PEM); the file must not exist. Returns the public key in base64.
pub(super) fn make_signing_key(ledger: &Path) -> Result<String> {
    make_key_at(&signing_key_path(ledger))
}

fn make_key_at(path: &Path) -> Result<String> {
    let key = SigningKey::from_bytes(&random()?);
    // Version 1, without the public key beside it: OpenSSL 3.0 does not read the newer form.
    let bytes = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
    let pem = bytes.to_pkcs8_pem(LineEnding::LF).map_err(|_| Failure::BadValue(BadValue::SigningKey))?;
    write_private(path, pem.as_bytes())?;
    Ok(STANDARD.encode(key.verifying_key().as_bytes()))
}

/// Where the next signing key waits while the log is told of it.
pub(super) fn next_key_path(ledger: &Path) -> PathBuf {
    beside(ledger, ".signing-key.pem.next")
}

/// Makes the signing key that is to follow the present one. One that was left by an earlier try is replaced: the log
/// never heard of it (see [`read_signing_key`]).
pub(super) fn make_next_signing_key(ledger: &Path) -> Result<String> {
    let path = next_key_path(ledger);
    match std::fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Failure::Io(path, e)),
        _ => make_key_at(&path),
    }
}

/// Puts the next signing key in the place of the present one, which is gone then.
pub(super) fn take_next_signing_key(ledger: &Path) -> Result<()> {
    let (from, to) = (next_key_path(ledger), signing_key_path(ledger));
    std::fs::rename(&from, &to).map_err(|e| Failure::Io(from, e))?;
    file::sync_folder(&to)
}

/// Reads the signing key that belongs to the public key `expected`. Where the log was told of the next key, but the
/// file did not get its place before a crash, it gets it now.
pub(super) fn read_signing_key(ledger: &Path, expected: &[u8]) -> Result<SigningKey> {
    let belongs = |key: &SigningKey| key.verifying_key().as_bytes() == expected;
    let path = signing_key_path(ledger);
    let present = read_key_at(&path);
    if let Ok(key) = &present
        && belongs(key)
    {
        return present;
    }
    if let Ok(next) = read_key_at(&next_key_path(ledger))
        && belongs(&next)
    {
        take_next_signing_key(ledger)?;
        return Ok(next);
    }
    Err(present.err().unwrap_or(Failure::WrongSigningKey(path)))
}

/// The public key in base64 that belongs to the signing key beside a ledger.
pub(super) fn public_key(ledger: &Path) -> Result<String> {
    let key = read_key_at(&signing_key_path(ledger))?;
    Ok(STANDARD.encode(key.verifying_key().as_bytes()))
}

fn read_key_at(path: &Path) -> Result<SigningKey> {
    let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Failure::NoSigningKey(path.to_owned()),
        io::ErrorKind::PermissionDenied => Failure::SigningKeyUnreadable(path.to_owned()),
        io::ErrorKind::InvalidData => Failure::NotASigningKey(path.to_owned()),
        _ => Failure::Io(path.to_owned(), e),
    })?;
    SigningKey::from_pkcs8_pem(&text).map_err(|_| Failure::NotASigningKey(path.to_owned()))
}

/// Reads the fingerprint secret.
pub(super) fn read_secret(ledger: &Path) -> Result<Fingerprints> {
    let path = secret_path(ledger);
    let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Failure::NoSecret(path.clone()),
        io::ErrorKind::PermissionDenied => Failure::SecretUnreadable(path.clone()),
        io::ErrorKind::InvalidData => Failure::NotASecret(path.clone()),
        _ => Failure::Io(path.clone(), e),
    })?;
    let secret = text
        .strip_prefix(SECRET_LINE)
        .and_then(|rest| STANDARD.decode(rest.trim()).ok())
        .filter(|secret| secret.len() == 32)
        .ok_or(Failure::NotASecret(path))?;
    Fingerprints::new(&secret)
}

/// Random bytes from the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Failure::NoRandomness)?;
    Ok(bytes)
}

/// What a short fingerprint is of: each has a key of its own, so equal texts of different meaning look different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A principal's ID, folded.
    PrincipalId,
    /// A principal's name, folded.
    PrincipalName,
    /// An interned party, item list, circumstance, or what few records have.
    Party,
    Items,
    Circumstance,
    Particulars,
    /// An idempotency key.
    Key,
    /// The content of a record, without its provenance.
    Content,
}

impl Of {
    /// In the order of the enum.
    const TAGS: [&[u8]; 8] = [
        b"principal_id",
        b"principal_name",
        b"party",
        b"items",
        b"circumstance",
        b"particulars",
        b"key",
        b"content",
    ];
}

/// Keyed fingerprints with the ledger's secret: without it they confirm no guess. Long ones are HMAC-SHA256. Short ones
/// are SipHash-2-4, made for this: a keyed function with eight bytes of output, and five times as fast on a name.
#[derive(Clone)]
pub struct Fingerprints {
    mac: Hmac<Sha256>,
    short: [SipHasher24; 8],
}

impl std::fmt::Debug for Fingerprints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprints(..)")
    }
}

impl Fingerprints {
    fn new(secret: &[u8]) -> Result<Self> {
        let mac = Hmac::new_from_slice(secret).map_err(|_| Failure::BadValue(BadValue::Secret))?;
        let short = Of::TAGS.map(|tag| {
            let key: [u8; 32] = start(&mac, tag).finalize().into_bytes().into();
            let mut half = [0; 16];
            half.copy_from_slice(&key[..16]);
            SipHasher24::new_with_key(&half)
        });
        Ok(Fingerprints { mac, short })
    }

    /// A fingerprint of eight bytes, for lookups.
    pub(super) fn short(&self, of: Of, bytes: &[u8]) -> i64 {
        self.short[of as usize].hash(bytes).cast_signed()
    }

    /// The check value that the genesis entry holds.
    pub(super) fn check(&self) -> String {
        STANDARD.encode(start(&self.mac, b"check").finalize().into_bytes())
    }

    /// A digest of a file, fed piece by piece.
    #[must_use]
    pub fn file(&self) -> FileDigest {
        FileDigest { mac: start(&self.mac, b"file") }
    }
}

/// HMAC(secret, tag || 0x00 || ...): no tag holds a NUL, so it cannot run into what follows.
fn start(mac: &Hmac<Sha256>, tag: &[u8]) -> Hmac<Sha256> {
    let mut mac = mac.clone();
    mac.update(tag);
    mac.update(&[0]);
    mac
}

/// The keyed digest of a file in the making.
pub struct FileDigest {
    mac: Hmac<Sha256>,
}

impl FileDigest {
    /// The next bytes of the file.
    pub fn update(&mut self, bytes: &[u8]) {
        self.mac.update(bytes);
    }

    /// The digest in base64.
    #[must_use]
    pub fn finish(self) -> String {
        STANDARD.encode(self.mac.finalize().into_bytes())
    }
}

/// Salts, drawn from the operating system many at a time.
pub(super) struct Salts {
    pool: [u8; 4096],
    used: usize,
}

impl Salts {
    pub(super) fn new() -> Self {
        Salts { pool: [0; 4096], used: 4096 }
    }

    pub(super) fn draw(&mut self) -> Result<crate::ledger::Salt> {
        if self.used == self.pool.len() {
            self.pool = random()?;
            self.used = 0;
        }
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.pool[self.used..self.used + 16]);
        // A salt that has been handed out must not linger in memory as the next one's neighbour.
        self.pool[self.used..self.used + 16].fill(0);
        self.used += 16;
        Ok(crate::ledger::Salt(salt))
    }
}
