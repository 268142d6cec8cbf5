//! Signed notes and checkpoints as other people's tools read them: C2SP signed-note v1.0.0, tlog-checkpoint, tlog-proof.
//!
//! Owns: their text, strict reading, signing and verifying with Ed25519 (the `ed25519-dalek` crate).
//! Does not own: where keys lie (`store`), which keys are trusted, whether a root is the log's (`verify`).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::hash::Digest;
use super::header::{number, push_number};

/// A note has at most so many signatures (the least that signed-note asks a verifier to accept).
pub const MAX_SIGNATURES: usize = 16;
/// A note is at most so long, in bytes.
pub const MAX_NOTE: usize = 64 * 1024;
/// signed-note, "Signature types": Ed25519.
const ED25519: u8 = 0x01;
/// What a signature line begins with: an em dash and a space.
const DASH: &str = "— ";

/// Why a text is not a note, a checkpoint, a proof or a verifier key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFault {
    /// Longer than [`MAX_NOTE`].
    TooLong,
    /// Not UTF-8, or with a control character other than LF.
    NotText,
    /// No empty line parts the text from the signatures, or nothing stands before it.
    NoText,
    /// No signature.
    NoSignature,
    /// More than [`MAX_SIGNATURES`].
    TooManySignatures,
    /// The so-manieth signature line (from 1) is not one: dash, name, canonical base64 of five bytes and more.
    SignatureLine(usize),
    /// The text is not origin, size and root, each on a line of its own and canonical.
    NotACheckpoint,
    /// The text is not a proof.
    NotAProof,
    /// The text is not a verifier key of the form `NAME+ID+KEY` for Ed25519.
    NotAKey,
}

impl fmt::Display for NoteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for NoteFault {}

/// True for a name that a key, and so a checkpoint, can have: not empty, no white space of any kind, no `+`.
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// A public key with its name: who signs notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: VerifyingKey,
}

impl VerifierKey {
    /// A key from its name and its 32 bytes; `None` for a name that no key can have, or bytes that are no key.
    #[must_use]
    pub fn new(name: &str, key: &[u8]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
        is_key_name(name).then(|| VerifierKey { name: name.to_owned(), key })
    }

    /// Reads the form that Go's `note` package made common: `NAME+ID+KEY`.
    ///
    /// # Errors
    /// [`NoteFault::NotAKey`].
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteFault::NotAKey);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoteFault::NotAKey)?;
        match bytes.split_first() {
            Some((&ED25519, bytes)) => VerifierKey::new(name, bytes),
            _ => None,
        }
        .filter(|key| key.id_text() == id)
        .ok_or(NoteFault::NotAKey)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// signed-note, "Ed25519 signatures": the first four bytes of SHA-256(name || LF || 0x01 || key).
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    fn id_text(&self) -> String {
        super::hash::hex(&self.id())
    }
}

impl fmt::Display for VerifierKey {
    /// `NAME+ID+KEY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id_text(), STANDARD.encode(bytes))
    }
}

/// Signs a text, which must end with LF, under a key name.
#[must_use]
pub fn sign(text: &str, name: &str, key: &SigningKey) -> String {
    let public = VerifierKey { name: name.to_owned(), key: key.verifying_key() };
    let mut bytes = public.id().to_vec();
    bytes.extend_from_slice(&key.sign(text.as_bytes()).to_bytes());
    format!("{text}\n{DASH}{name} {}\n", STANDARD.encode(bytes))
}

/// A note, taken apart but not believed: see [`Note::verified`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<(&'a str, [u8; 4], Vec<u8>)>,
}

/// Why a note must not be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unverified {
    /// None of its signatures is by a key that is known; the names of those that signed.
    UnknownKeys(Vec<String>),
    /// A signature in the name and with the ID of this known key is not by that key.
    WrongSignature(String),
}

impl<'a> Note<'a> {
    /// Takes a note apart.
    ///
    /// # Errors
    /// The first [`NoteFault`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NoteFault> {
        if bytes.len() > MAX_NOTE {
            return Err(NoteFault::TooLong);
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteFault::NotText)?;
        if whole.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(NoteFault::NotText);
        }
        // The last empty line parts the two; the text keeps its own final LF.
        let end = whole.rfind("\n\n").ok_or(NoteFault::NoText)?;
        let (text, signatures) = (&whole[..=end], &whole[end + 2..]);
        if text.trim_end_matches('\n').is_empty() {
            return Err(NoteFault::NoText);
        }
        if signatures.is_empty() {
            return Err(NoteFault::NoSignature);
        }
        let lines: Vec<&str> = signatures.split_inclusive('\n').collect();
        if lines.len() > MAX_SIGNATURES {
            return Err(NoteFault::TooManySignatures);
        }
        let read = |(n, line): (usize, &&'a str)| signature(line).ok_or(NoteFault::SignatureLine(n + 1));
        Ok(Note { text, signatures: lines.iter().enumerate().map(read).collect::<Result<_, _>>()? })
    }

    /// The text, if a known key has signed it. Signatures by other keys are passed over, as signed-note asks; one that
    /// claims a known key and is not by it spoils the note.
    ///
    /// # Errors
    /// [`Unverified`].
    pub fn verified(&self, known: &[VerifierKey]) -> Result<&'a str, Unverified> {
        let mut verified = false;
        for (name, id, signature) in &self.signatures {
            for key in known.iter().filter(|key| key.name == *name && key.id() == *id) {
                let by_it = Signature::from_slice(signature)
                    .is_ok_and(|s| key.key.verify_strict(self.text.as_bytes(), &s).is_ok());
                if !by_it {
                    return Err(Unverified::WrongSignature(key.to_string()));
                }
                verified = true;
            }
        }
        match verified {
            true => Ok(self.text),
            false => {
                Err(Unverified::UnknownKeys(self.signatures.iter().map(|(n, ..)| (*n).to_owned()).collect()))
            }
        }
    }

    /// The text, whoever signed it: for saying what a note claims to be.
    #[must_use]
    pub fn unverified_text(&self) -> &'a str {
        self.text
    }
}

/// Key name, key ID and signature of a line.
fn signature(line: &str) -> Option<(&str, [u8; 4], Vec<u8>)> {
    let (name, encoded) = line.strip_suffix('\n')?.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    (is_key_name(name) && !signature.is_empty()).then(|| (name, *id, signature.to_vec()))
}

/// What a checkpoint says: the state of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// Reads such a text. Extension lines may follow, which this program never writes; they must not be empty.
    ///
    /// # Errors
    /// [`NoteFault::NotACheckpoint`].
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let mut lines = text.strip_suffix('\n').ok_or(NoteFault::NotACheckpoint)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(NoteFault::NotACheckpoint);
        };
        match (number(size.as_bytes()), Digest::from_text(root.as_bytes())) {
            (Some(size), Some(root)) if !origin.is_empty() && lines.all(|line| !line.is_empty()) => {
                Ok(Checkpoint { origin: origin.to_owned(), size, root })
            }
            _ => Err(NoteFault::NotACheckpoint),
        }
    }
}

/// The first line of a tlog-proof.
const PROOF_LINE: &str = "c2sp.org/tlog-proof@v1";
/// An inclusion proof has at most so many hashes: a log has fewer than 2^63 entries.
const MAX_PROOF: usize = 63;

/// C2SP tlog-proof: an entry's place in the tree of a checkpoint. Extra data is neither written nor accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof<'a> {
    /// The index of the entry.
    pub index: u64,
    /// The hashes, from the leaf's sibling upwards.
    pub hashes: Vec<Digest>,
    /// The checkpoint, a signed note, as it was issued.
    pub checkpoint: &'a str,
}

impl<'a> TlogProof<'a> {
    /// The text of the proof.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{PROOF_LINE}\nindex ").into_bytes();
        push_number(self.index, &mut out);
        let mut out = String::from_utf8_lossy(&out).into_owned();
        for hash in &self.hashes {
            out.push_str(&format!("\n{hash}"));
        }
        out.push_str("\n\n");
        out.push_str(self.checkpoint);
        out
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// [`NoteFault::NotAProof`].
    pub fn parse(text: &'a str) -> Result<Self, NoteFault> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(NoteFault::NotAProof)?;
        let mut lines = head.split('\n');
        let first = lines.next() == Some(PROOF_LINE);
        let index = lines.next().and_then(|line| number(line.strip_prefix("index ")?.as_bytes()));
        let hashes: Option<Vec<Digest>> =
            lines.take(MAX_PROOF + 1).map(|line| Digest::from_text(line.as_bytes())).collect();
        match (index, hashes) {
            (Some(index), Some(hashes)) if first && hashes.len() <= MAX_PROOF => {
                Ok(TlogProof { index, hashes, checkpoint })
            }
            _ => Err(NoteFault::NotAProof),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn verifier(name: &str, seed: u8) -> VerifierKey {
        VerifierKey::new(name, key(seed).verifying_key().as_bytes()).unwrap()
    }

    /// The signature line of a note.
    fn line(note: &str) -> &str {
        note.rsplit_once("\n\n").unwrap().1
    }

    /// Published with Go's `golang.org/x/mod/sumdb/note`: key, text and signature of its documentation.
    #[test]
    fn the_example_of_the_go_package_is_verified() {
        let key =
            VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        let note = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n\n\
            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let parsed = Note::parse(note.as_bytes()).unwrap();
        assert!(parsed.verified(&[key]).unwrap().ends_with("problem is.\n"));
    }

    #[test]
    fn a_checkpoint_survives_the_way_through_a_note() {
        let checkpoint = Checkpoint { origin: "sample.invalid/log".into(), size: 7, root: Digest([9; 32]) };
        let note = sign(&checkpoint.text(), "sample.invalid/log", &key(1));
        let parsed = Note::parse(note.as_bytes()).unwrap();
        let text = parsed.verified(&[verifier("sample.invalid/log", 1)]).unwrap();
        assert_eq!(Checkpoint::parse(text), Ok(checkpoint));
    }

    #[test]
    fn who_signed_decides() {
        let (ours, theirs) = (sign("text\n", "log", &key(1)), sign("text\n", "log", &key(2)));
        let both = format!("{ours}{}", line(&theirs));
        let (one, two) = (verifier("log", 1), verifier("log", 2));
        let verified = |note: &str, known: &[VerifierKey]| {
            Note::parse(note.as_bytes()).unwrap().verified(known).map(str::to_owned)
        };
        // A key is known by name and ID: another key under the same name is passed over, here and after a rotation.
        assert_eq!(verified(&both, std::slice::from_ref(&one)).unwrap(), "text\n");
        assert_eq!(verified(&both, &[two.clone(), one.clone()]).unwrap(), "text\n");
        let unknown = Unverified::UnknownKeys(vec!["log".into()]);
        assert_eq!(verified(&ours, std::slice::from_ref(&two)), Err(unknown.clone()));
        assert_eq!(verified(&ours, &[]), Err(unknown));
        assert!(matches!(verified(&ours, &[verifier("other", 1)]), Err(Unverified::UnknownKeys(_))));
        // One that claims a known key and is wrong spoils the note, however many others are right.
        let forged = both.replace("text", "test");
        assert_eq!(
            verified(&forged, std::slice::from_ref(&one)),
            Err(Unverified::WrongSignature(one.to_string()))
        );
    }

    #[test]
    fn what_is_no_note_is_refused_with_its_reason() {
        let good = sign("text\n", "log", &key(1));
        let signature = line(&good);
        for (note, fault) in [
            (good.trim_end().to_owned(), NoteFault::SignatureLine(1)),
            (good.replace("\n\n", "\n"), NoteFault::NoText),
            (format!("\n\n{signature}"), NoteFault::NoText),
            ("text\n\n".to_owned(), NoteFault::NoSignature),
            (good.replace('—', "-"), NoteFault::SignatureLine(1)),
            (good.replace("text", "te\txt"), NoteFault::NotText),
            (good.replace("text\n", "text\r\n"), NoteFault::NotText),
            (format!("{good}{}", signature.repeat(16)), NoteFault::TooManySignatures),
            (format!("{good}— log !!!!\n"), NoteFault::SignatureLine(2)),
            (format!("{good}— log AAAA\n"), NoteFault::SignatureLine(2)),
            (format!("{good}— log AAAAAAA\n"), NoteFault::SignatureLine(2)),
            (format!("{good}— log AAAAAAB=\n"), NoteFault::SignatureLine(2)),
            (format!("{good}— lo+g AAAAAAA=\n"), NoteFault::SignatureLine(2)),
            (format!("{good}—  AAAAAAA=\n"), NoteFault::SignatureLine(2)),
            (format!("{}{good}", "x".repeat(MAX_NOTE)), NoteFault::TooLong),
        ] {
            assert_eq!(Note::parse(note.as_bytes()), Err(fault), "{note:?}");
        }
        assert_eq!(Note::parse(b"te\xff\n\n"), Err(NoteFault::NotText));
        // Sixteen are accepted.
        assert!(Note::parse(format!("{good}{}", signature.repeat(15)).as_bytes()).is_ok());
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let root = Digest([9; 32]);
        assert!(Checkpoint::parse(&format!("log\n0\n{root}\nextension\n")).is_ok());
        for text in [
            format!("log\n0\n{root}"),
            format!("log\n00\n{root}\n"),
            format!("log\n-1\n{root}\n"),
            format!("log\n9223372036854775808\n{root}\n"),
            format!("\n0\n{root}\n"),
            format!("log\n0\n{root}\n\n"),
            format!("log\n0\n{}\n", root.to_string().trim_end_matches('=')),
            format!("log\n0\n{}\n", root.to_string().replace("k=", "l=")),
            "log\n0\n".to_owned(),
        ] {
            assert_eq!(Checkpoint::parse(&text), Err(NoteFault::NotACheckpoint), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_proof_or_key_is_refused() {
        let proof =
            TlogProof { index: 3, hashes: vec![Digest([1; 32]), Digest([2; 32])], checkpoint: "note" };
        let text = proof.text();
        assert_eq!(TlogProof::parse(&text), Ok(proof));
        for bad in [
            text.replace("@v1", "@v2"),
            text.replace("index 3", "index 03"),
            text.replace("index 3", "extra AAAA\nindex 3"),
            text.replace("index 3\n", "index 3\n\n\n"),
            text.replacen("=\n", "\n", 1),
            text.replace("index 3\n", &format!("index 3\n{}", format!("{}\n", Digest([1; 32])).repeat(62))),
            "note".to_owned(),
        ] {
            let parsed = TlogProof::parse(&bad);
            assert!(parsed.as_ref().map_or(true, |p| p.checkpoint != "note"), "{bad:?}: {parsed:?}");
        }
        let good = verifier("log", 1).to_string();
        assert!(VerifierKey::parse(&good).is_ok());
        for bad in
            [good.replace("log", "lug"), good.replace('+', " "), good.replace("+A", "+B"), String::new()]
        {
            assert_eq!(VerifierKey::parse(&bad), Err(NoteFault::NotAKey), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Note::parse(&bytes);
            let text = String::from_utf8_lossy(&bytes);
            let _ = (Checkpoint::parse(&text), TlogProof::parse(&text), VerifierKey::parse(&text));
        }
    }
}
