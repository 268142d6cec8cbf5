//! What an entry shows by itself, with nothing but the leaf hash stored for the entry before it: steps 2 to 4 of
//! FORMAT.md, "Verification". This is where the hashing is, so that several threads can do it.
//!
//! Owns: parts to header, header to leaf. Does not own: whatever needs the entries before (`chain`).

use chrono::NaiveDate;

use super::finding::Finding;
use super::trust::Claim;
use super::{Broken, Encoding, HeaderFields, PartSeen, Sighting};
use crate::ledger::hash::leaf_hash;
use crate::ledger::{Digest, Kind, PartName, part};

/// An entry whose hashes have been computed.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Its index.
    pub index: u64,
    /// The leaf hash that is stored for it.
    pub leaf: Digest,
    /// The fields of its header, or what about them cannot be read.
    pub fields: Result<HeaderFields, Broken>,
    /// What is left of its facts.
    pub facts: Left,
    /// What is left of its extra part.
    pub extra: Left,
    /// For a record whose facts are there: the last day of provision.
    pub provided_on: Option<NaiveDate>,
    /// For a record: the day on which it claims to have been made.
    pub claim: Claim,
    /// What is wrong with it.
    pub faults: Vec<Finding>,
}

/// What is left of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There is none.
    Nothing,
    /// Something that cannot be a part; a fault of the entry.
    Broken,
    /// The part itself.
    Whole,
    /// Its hash.
    Hash,
}

impl Left {
    fn of(part: &PartSeen<'_>) -> Left {
        match part {
            PartSeen::Absent => Left::Nothing,
            PartSeen::Broken(_) => Left::Broken,
            // What is withheld is there; that it hashes to what the header says is all that can be known.
            PartSeen::Present { .. } | PartSeen::Withheld { .. } => Left::Whole,
            PartSeen::Erased { .. } => Left::Hash,
        }
    }
}

/// Examines entries that are shown to it in order.
#[derive(Debug)]
pub struct Examiner {
    /// The index that comes next, and the leaf hash stored for the entry before; `None`: entry 0 comes next.
    before: Option<(u64, Digest)>,
    header: Vec<u8>,
}

impl Examiner {
    /// Starts behind the entry with this index and leaf hash; `None`: at the beginning of the log.
    #[must_use]
    pub fn behind(before: Option<(u64, Digest)>) -> Self {
        Examiner { before, header: Vec::with_capacity(512) }
    }

    /// Examines the next entry.
    pub fn examine(&mut self, s: &Sighting<'_>) -> Examined {
        let mut faults = Vec::new();
        match &s.fields {
            Err(why) => faults.push(Finding::Unreadable { index: s.index, why: *why }),
            Ok(fields) => self.hashes(s, fields, &mut faults),
        }
        self.before = Some((s.index, s.leaf));
        Examined {
            index: s.index,
            leaf: s.leaf,
            fields: s.fields,
            facts: Left::of(&s.facts),
            extra: Left::of(&s.extra),
            provided_on: s.days.provided_on,
            claim: Claim::of(&s.extra, s.days.claimed_on),
            faults,
        }
    }

    fn hashes(&mut self, s: &Sighting<'_>, fields: &HeaderFields, faults: &mut Vec<Finding>) {
        // Step 3: every part is canonical.
        for (name, seen) in [(PartName::Facts, &s.facts), (PartName::Extra, &s.extra)] {
            if let PartSeen::Present { bytes, encoding: Encoding::Unknown, .. } = seen
                && let Err(e) = part::decode(bytes)
            {
                faults.push(Finding::NotCanonical { index: s.index, part: name, offset: e.offset });
            }
        }
        // Steps 2 and 4: the parts hash to the header, the header to the leaf, and it names the leaf before.
        let header = match s.header(self.before.map(|(_, leaf)| leaf)) {
            Ok(header) => header,
            Err(why) => {
                faults.push(Finding::Unreadable { index: s.index, why });
                return;
            }
        };
        if (fields.kind == Kind::Genesis) != (s.index == 0) {
            faults.push(Finding::Unreadable { index: s.index, why: Broken::Genesis });
        }
        if fields.about.is_some_and(|about| about >= s.index) {
            faults.push(Finding::Unreadable { index: s.index, why: Broken::AboutLater });
        }
        // Behind a gap the link cannot be checked; the gap itself is reported by `chain`.
        if s.index != self.before.map_or(0, |(index, _)| index + 1) {
            return;
        }
        self.header.clear();
        header.encode_into(&mut self.header);
        let found = leaf_hash(&self.header);
        if found != s.leaf {
            faults.push(Finding::Altered { index: s.index, expected: s.leaf, found });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Base, Salt, Timestamp};
    use crate::verify::Days;

    /// A record whose hashes are all right, as somebody could append it who writes the database by hand.
    fn appended_by_hand(facts: &str) -> Vec<Finding> {
        let time = Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap();
        let fields =
            HeaderFields { time, kind: Kind::Provision, about: None, base: Base::Day(time.legal_day()) };
        let mut s = Sighting {
            index: 1,
            leaf: Digest([0; 32]),
            fields: Ok(fields),
            facts: PartSeen::Present {
                salt: Salt([1; 16]),
                bytes: facts.as_bytes(),
                encoding: Encoding::Unknown,
            },
            extra: PartSeen::Absent,
            days: Days::default(),
        };
        let before = Digest([7; 32]);
        s.leaf = leaf_hash(&s.header(Some(before)).unwrap().encode());
        Examiner::behind(Some((0, before))).examine(&s).faults
    }

    #[test]
    fn a_record_that_hashes_well_but_is_not_canonical_is_found() {
        assert_eq!(appended_by_hand(r#"{"basis":"opt-out","principal_id":"A \"B\""}"#), []);
        for facts in
            ["{\"note\":\"a\u{7f}\"}", "{\"note\":\"\u{85}\"}", "{\"note\":\"\"}", "{\"note\":\"a\tb\"}", ""]
        {
            let found = appended_by_hand(facts);
            assert!(matches!(found[..], [Finding::NotCanonical { index: 1, .. }]), "{facts:?}: {found:?}");
        }
    }
}
