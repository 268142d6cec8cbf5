//! The texts and bytes of the format: taken, they are written back byte for byte; refused, with a position that is one.

use ed25519_dalek::SigningKey;
use provlog::ledger::anchor::{Anchor, MAX_ANCHOR};
use provlog::ledger::header::MAX_HEADER;
use provlog::ledger::note::{Checkpoint, MAX_SIGNATURES, Note, TlogProof, VerifierKey, sign};
use provlog::ledger::part::{self, MAX_PART, PartWriter, Value, check_element, check_text};
use provlog::ledger::proof::{consistency, inclusion, is_consistent, root_of_inclusion};
use provlog::ledger::rfc3161::Reply;
use provlog::ledger::{Digest, Header, Kind};
use sha2::{Digest as _, Sha256};

pub fn header(data: &[u8]) -> bool {
    match Header::decode(data) {
        Ok(header) => {
            assert_eq!(header.encode(), data, "it was taken and is written otherwise");
            assert!(data.len() <= MAX_HEADER);
            assert_eq!(header.prev.is_none(), header.index == 0);
            assert_eq!(header.kind == Kind::Genesis, header.index == 0);
            assert!(header.about.is_none_or(|about| about < header.index));
            assert!(Header::decode(&[data, b"\n"].concat()).is_err(), "with a line more");
            assert!(Header::decode(&data[..data.len() - 1]).is_err(), "cut short");
            true
        }
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}: outside of {} bytes", data.len());
            if data.len() <= MAX_HEADER {
                let line = 1 + data[..error.offset].iter().filter(|b| **b == b'\n').count();
                assert_eq!(error.line, line, "{error}");
                // What stands behind the line at fault has no part in it.
                let rest = data[error.offset..].iter().position(|b| *b == b'\n');
                if let Some(end) = rest.map(|end| error.offset + end).filter(|_| line <= 9) {
                    assert_eq!(Header::decode(&data[..=end]), Err(error));
                }
            }
            false
        }
    }
}

pub fn part(data: &[u8]) -> bool {
    let decoded = part::decode(data);
    assert_eq!(decoded.is_ok(), is_canonical(data), "{decoded:?}");
    match decoded {
        Ok(members) => {
            rewritten(&members);
            true
        }
        Err(error) => {
            assert!(error.offset <= data.len(), "{error}: outside of {} bytes", data.len());
            false
        }
    }
}

/// The rule of FORMAT.md, "Parts", with another reader and writer of JSON.
fn is_canonical(data: &[u8]) -> bool {
    use serde_json::Value as Json;
    let Ok(Json::Object(members)) = serde_json::from_slice::<Json>(data) else { return false };
    let keys: Vec<&String> = members.keys().collect();
    let good_key = |key: &&String| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let good_text = |text: &str| !text.is_empty() && text.chars().all(|c| !c.is_control() || c == '\n');
    let good_value = |value: &Json| match value {
        Json::String(text) => good_text(text),
        Json::Array(list) => {
            !list.is_empty()
                && list.iter().all(|e| e.as_str().is_some_and(|text| good_text(text) && !text.contains('\n')))
        }
        _ => false,
    };
    data.len() <= MAX_PART
        && !members.is_empty()
        && keys.iter().all(good_key)
        && keys.is_sorted_by(|a, b| a < b)
        && members.values().all(good_value)
        && serde_json::to_vec(&members).is_ok_and(|written| written == data)
}

/// The values, under keys of ours: what the decoder takes, the writer finds canonical too.
fn rewritten(members: &[(String, Value)]) {
    const KEYS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let members: Vec<(String, Value)> =
        KEYS.iter().zip(members).map(|(key, (_, value))| ((*key).to_owned(), value.clone())).collect();
    let mut out = Vec::new();
    let mut writer = PartWriter::new(&mut out);
    for (key, (_, value)) in KEYS.iter().zip(&members) {
        match value {
            Value::Text(text) => {
                assert_eq!(check_text(text), Ok(()));
                writer.text(key, Some(text));
            }
            Value::List(list) => {
                list.iter().for_each(|element| assert_eq!(check_element(element), Ok(())));
                writer.list(key, list.iter().map(String::as_str));
            }
        }
    }
    assert!(writer.finish());
    assert_eq!(part::decode(&out), Ok(members));
}

/// Who signs in the seeds, as in the test vectors.
const ORIGIN: &str = "example.invalid/provisions";

fn signer() -> (SigningKey, VerifierKey) {
    let key = SigningKey::from_bytes(&Sha256::digest(b"an invented signing key").into());
    let verifier = VerifierKey::new(ORIGIN, key.verifying_key().as_bytes()).unwrap();
    (key, verifier)
}

pub fn note(data: &[u8]) -> bool {
    let Ok(note) = Note::parse(data) else { return false };
    let whole = std::str::from_utf8(data).unwrap();
    let text = note.unverified_text();
    assert!(text.ends_with('\n') && whole.starts_with(text));
    let lines = whole[text.len()..].strip_prefix('\n').unwrap();
    assert!(lines.ends_with('\n') && (1..=MAX_SIGNATURES).contains(&lines.lines().count()));
    assert!(note.verified(&[]).is_err(), "believed without a key");
    let (key, verifier) = signer();
    if let Ok(verified) = note.verified(std::slice::from_ref(&verifier)) {
        assert_eq!(verified, text);
        // A signature by Ed25519 is the same each time: no other line can be by that key.
        let signed = sign(text, ORIGIN, &key);
        let line = signed.lines().next_back().unwrap();
        assert!(lines.lines().any(|l| l == line), "believed, and the key has not signed it");
    }
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert!(text.starts_with(&checkpoint.text()), "it was taken and is written otherwise");
        let extensions = &text[checkpoint.text().len()..];
        assert!(extensions.lines().all(|line| !line.is_empty()));
    }
    true
}

pub fn key(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let Ok(key) = VerifierKey::parse(text) else { return false };
    assert_eq!(key.to_string(), text, "it was taken and is written otherwise");
    assert_eq!(VerifierKey::new(key.name(), &key.public_key()), Some(key));
    true
}

pub fn proof(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let Ok(proof) = TlogProof::parse(text) else { return false };
    assert_eq!(proof.text(), text, "it was taken and is written otherwise");
    assert!(proof.hashes.len() <= 63);
    let checkpoint = Note::parse(proof.checkpoint.as_bytes()).ok();
    let checkpoint = checkpoint.and_then(|note| Checkpoint::parse(note.unverified_text()).ok());
    let leaf = Digest([7; 32]);
    let near = [proof.index, proof.index + 1, 2 * (proof.index / 2) + 2, i64::MAX as u64];
    for size in near.into_iter().chain(checkpoint.iter().map(|c| c.size)) {
        // So many hashes, or it is no proof.
        let needed = inclusion(proof.index, size).map(|path| path.len());
        let led = root_of_inclusion(proof.index, size, leaf, &proof.hashes);
        assert_eq!(led.is_some(), needed == Some(proof.hashes.len()), "{} of {size}", proof.index);
        let (old, new) = ((proof.index, leaf), (size, Digest([8; 32])));
        if is_consistent(old, new, &proof.hashes) {
            assert_eq!(consistency(old.0, new.0).map(|path| path.len()), Some(proof.hashes.len()));
        }
    }
    true
}

pub fn anchor(data: &[u8]) -> bool {
    let Some(anchor) = Anchor::parse(data) else { return false };
    assert_eq!(anchor.text().as_bytes(), data, "it was taken and is written otherwise");
    assert!(data.len() <= MAX_ANCHOR);
    assert_eq!(Anchor::parse(&[data, b"\n"].concat()), None);
    assert_eq!(Anchor::parse(&data[..data.len() - 1]), None);
    true
}

pub fn reply(data: &[u8]) -> bool {
    let Ok(reply) = Reply::parse(data) else { return false };
    assert!(data.windows(32).any(|bytes| bytes == reply.imprint.0), "a hash that is not in it");
    assert!(Reply::parse(&[data, b"\0"].concat()).is_err(), "with a byte more");
    assert!(Reply::parse(&data[..data.len() - 1]).is_err(), "cut short");
    true
}
