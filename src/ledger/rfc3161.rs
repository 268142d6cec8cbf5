//! RFC 3161 timestamps over the bytes of a checkpoint: the query, and what a reply says.
//!
//! Owns: the query's bytes, the imprint and the time in a reply. Does not own: DER (the `der` crate), and whether the
//! reply is signed by an authority: that is left to `openssl ts -verify`, and whoever shows a time says so.

use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use sha2::{Digest as _, Sha256};

use super::Digest;
use super::time::Timestamp;

/// A reply is at most so long, in bytes; those of authorities have about 6,000.
pub const MAX_REPLY: usize = 64 * 1024;

/// Contents of object identifiers: id-signedData (RFC 5652), id-ct-TSTInfo (RFC 3161), id-sha256 (RFC 5754).
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// A TimeStampReq (section 2.4.1) up to the hash: version 1, SHA-256.
const QUERY_HEAD: &[u8] = &[
    0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
    0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];
/// And behind it: the authority's certificate is wanted. No nonce: the hash is of a text that was signed just now.
const QUERY_TAIL: &[u8] = &[0x01, 0x01, 0xff];

/// The bytes of a query for a timestamp over these bytes.
#[must_use]
pub fn query(bytes: &[u8]) -> Vec<u8> {
    [QUERY_HEAD, &imprint(bytes).0, QUERY_TAIL].concat()
}

/// What is stamped of these bytes: their SHA-256.
#[must_use]
pub fn imprint(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// What a reply says; nobody has checked its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The hash of what was stamped.
    pub imprint: Digest,
    /// When, as the authority says.
    pub time: Timestamp,
}

/// Why bytes are not a usable reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyFault {
    /// Longer than [`MAX_REPLY`].
    TooLong,
    /// Not a TimeStampResp in DER.
    NotAReply,
    /// The authority refused; its status (section 2.4.2).
    Refused(u8),
    /// The hash is not SHA-256.
    OtherHash,
}

impl Reply {
    /// Reads a TimeStampResp.
    ///
    /// # Errors
    /// [`ReplyFault`].
    pub fn parse(bytes: &[u8]) -> Result<Reply, ReplyFault> {
        if bytes.len() > MAX_REPLY {
            return Err(ReplyFault::TooLong);
        }
        let response = AnyRef::from_der(bytes).ok().and_then(members).ok_or(ReplyFault::NotAReply)?;
        let status = response.first().and_then(|status| first(*status));
        match status.map(|status| (status.tag(), status.value())) {
            // granted, grantedWithMods
            Some((Tag::Integer, [0 | 1])) => {}
            Some((Tag::Integer, [refused])) => return Err(ReplyFault::Refused(*refused)),
            _ => return Err(ReplyFault::NotAReply),
        }
        let info = response.get(1).and_then(|token| info(*token)).ok_or(ReplyFault::NotAReply)?;
        // TSTInfo: version, policy, messageImprint, serialNumber, genTime, ...
        let imprint = info.get(2).and_then(|i| members(*i)).ok_or(ReplyFault::NotAReply)?;
        let algorithm = imprint.first().and_then(|a| first(*a)).ok_or(ReplyFault::NotAReply)?;
        if algorithm.tag() != Tag::ObjectIdentifier || algorithm.value() != SHA_256 {
            return Err(ReplyFault::OtherHash);
        }
        let hash = imprint.get(1).filter(|h| h.tag() == Tag::OctetString);
        let hash = hash.and_then(|h| h.value().try_into().ok()).ok_or(ReplyFault::NotAReply)?;
        let time = info.get(4).filter(|t| t.tag() == Tag::GeneralizedTime);
        let time = time.and_then(|t| time_of(t.value())).ok_or(ReplyFault::NotAReply)?;
        Ok(Reply { imprint: Digest(hash), time })
    }
}

/// The members of a SEQUENCE, or of an explicit context-specific value.
fn members(value: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    let constructed = matches!(value.tag(), Tag::Sequence | Tag::Set)
        || matches!(value.tag(), Tag::ContextSpecific { constructed: true, .. });
    if !constructed {
        return None;
    }
    let mut reader = SliceReader::new(value.value()).ok()?;
    let mut all = Vec::new();
    while !reader.is_finished() {
        all.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(all)
}

fn first(value: AnyRef<'_>) -> Option<AnyRef<'_>> {
    members(value)?.first().copied()
}

/// The TSTInfo in a TimeStampToken: ContentInfo, SignedData, encapContentInfo (RFC 5652, sections 3 and 5).
fn info(token: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    let token = members(token)?;
    let signed = explicit_zero(&token, SIGNED_DATA)?;
    let signed = members(signed)?;
    let encapsulated = members(*signed.get(2)?)?;
    let octets = explicit_zero(&encapsulated, TST_INFO)?;
    if octets.tag() != Tag::OctetString {
        return None;
    }
    members(AnyRef::from_der(octets.value()).ok()?)
}

/// The content `[0] EXPLICIT` of a SEQUENCE whose first member is the identifier of this type.
fn explicit_zero<'a>(members_of: &[AnyRef<'a>], identifier: &[u8]) -> Option<AnyRef<'a>> {
    let kind = members_of.first()?;
    let holder = members_of.get(1)?;
    let zero =
        matches!(holder.tag(), Tag::ContextSpecific { constructed: true, number } if number == TagNumber(0));
    if kind.tag() != Tag::ObjectIdentifier || kind.value() != identifier || !zero {
        return None;
    }
    first(*holder)
}

/// GeneralizedTime as RFC 3161 writes it, section 2.4.2: `YYYYMMDDhhmmss[.s...]Z`. What is finer than a millisecond is cut.
fn time_of(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if seconds.len() != 14 || !digits(seconds) || !digits(fraction) {
        return None;
    }
    let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
    let [y, mo, d, h, mi, s] =
        [&seconds[..4], &seconds[4..6], &seconds[6..8], &seconds[8..10], &seconds[10..12], &seconds[12..14]];
    Timestamp::from_text(format!("{y}-{mo}-{d}T{h}:{mi}:{s}.{millis}Z").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Made once by `openssl ts` for the query over the six bytes `stamp\n`.
    const REPLY: &[u8] = include_bytes!("../../tests/vectors/timestamp.tsr");
    const QUERY: &[u8] = include_bytes!("../../tests/vectors/timestamp.tsq");

    #[test]
    fn the_query_is_what_openssl_writes() {
        assert_eq!(query(b"stamp\n"), QUERY);
    }

    #[test]
    fn a_reply_of_openssl_is_read() {
        let reply = Reply::parse(REPLY).unwrap();
        assert_eq!(reply.imprint, imprint(b"stamp\n"));
        assert!(reply.time.to_string().starts_with("2026-11-23T"), "{}", reply.time);
    }

    #[test]
    fn a_refusal_and_what_is_no_reply_are_told_apart() {
        // PKIStatusInfo alone: rejection (2).
        assert_eq!(Reply::parse(&[0x30, 5, 0x30, 3, 2, 1, 2]), Err(ReplyFault::Refused(2)));
        assert_eq!(Reply::parse(&[0x30, 5, 0x30, 3, 2, 1, 0]), Err(ReplyFault::NotAReply));
        assert_eq!(Reply::parse(b""), Err(ReplyFault::NotAReply));
        assert_eq!(Reply::parse(&[0; MAX_REPLY + 1]), Err(ReplyFault::TooLong));
        assert_eq!(Reply::parse(&[REPLY, b"x"].concat()), Err(ReplyFault::NotAReply));
        for cut in 0..REPLY.len() {
            assert_eq!(Reply::parse(&REPLY[..cut]), Err(ReplyFault::NotAReply), "{cut}");
        }
        // SHA-256 becomes SHA-384 in the imprint.
        let at = REPLY.windows(9).rposition(|w| w == SHA_256);
        let mut changed = REPLY.to_vec();
        for at in REPLY.windows(9).enumerate().filter(|(_, w)| *w == SHA_256).map(|(at, _)| at) {
            changed[at + 8] = 2;
        }
        assert!(at.is_some());
        assert_eq!(Reply::parse(&changed), Err(ReplyFault::OtherHash));
    }

    #[test]
    fn times_with_and_without_fractions() {
        let read = |text: &str| time_of(text.as_bytes()).map(|t| t.to_string());
        assert_eq!(read("20261123030405Z").as_deref(), Some("2026-11-23T03:04:05.000Z"));
        assert_eq!(read("20261123030405.6Z").as_deref(), Some("2026-11-23T03:04:05.600Z"));
        assert_eq!(read("20261123030405.123456Z").as_deref(), Some("2026-11-23T03:04:05.123Z"));
        for bad in [
            "20261123030405",
            "202611230304Z",
            "20261323030405Z",
            "20261123030405.Z",
            "2026112303040+Z",
            "２Z",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(at in 0..REPLY.len(), with in any::<u8>(), cut in 0..REPLY.len()) {
            let mut bytes = REPLY.to_vec();
            bytes[at] = with;
            let _ = Reply::parse(&bytes);
            let _ = Reply::parse(&bytes[cut..]);
        }
    }
}
