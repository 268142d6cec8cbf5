//! The verification of a log, entry by entry; the numbers in comments are the steps of FORMAT.md, "Verification".
//!
//! Owns: the chain, the bases, the tree, the clock. Does not own: the judgement of erasures (`erasures`).

use chrono::NaiveDate;

use super::erasures::{Ahead, Erasures};
use super::finding::{Finding, Notice};
use super::{Fields, PartSeen, Sighting};
use crate::ledger::hash::leaf_hash;
use crate::ledger::tree::{Frontier, Node};
use crate::ledger::{Base, Digest, Kind, PartName, Timestamp, kind, part};
use crate::record::deletion::ClockWatch;

/// A clock that goes back by more than this is worth a notice (milliseconds).
const BACK_NOTICE: i64 = 5 * 60 * 1000;

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many entries there are.
    pub size: u64,
    /// The leaf hash of the last one.
    pub head: Option<Digest>,
    /// The root of the tree; `None` when a gap makes it meaningless.
    pub root: Option<Digest>,
    /// Records whose facts are there.
    pub records: u64,
    /// Records that were erased.
    pub erased: u64,
    /// The newest time anywhere.
    pub newest: Option<Timestamp>,
}

/// Verifies a log whose entries are shown to it in order.
pub struct Verifier {
    size: u64,
    prev: Option<Digest>,
    gap: bool,
    newest: Option<Timestamp>,
    clock: ClockWatch,
    last_erasure: Option<(u64, NaiveDate)>,
    erasures: Erasures,
    now: Timestamp,
    tree: Frontier,
    records: u64,
    erased: u64,
    header: Vec<u8>,
}

/// Where findings, notices and completed subtrees go while a log is read.
pub trait Witness {
    /// Something is wrong.
    fn finding(&mut self, finding: Finding);
    /// Something is worth knowing.
    fn notice(&mut self, notice: Notice);
    /// A subtree is complete.
    fn node(&mut self, node: Node);
}

impl Verifier {
    /// Starts at entry 0. `years` is the ledger's retention, `now` the present time.
    #[must_use]
    pub fn new(ahead: Ahead, years: u32, now: Timestamp) -> Self {
        Verifier {
            size: 0,
            prev: None,
            gap: false,
            newest: None,
            clock: ClockWatch::default(),
            last_erasure: None,
            erasures: Erasures::new(ahead, years),
            now,
            tree: Frontier::new(),
            records: 0,
            erased: 0,
            header: Vec::with_capacity(512),
        }
    }

    /// Sees the next entry.
    pub fn see(&mut self, s: &Sighting<'_>, w: &mut dyn Witness) {
        // Step 1: indexes follow each other.
        let after_gap = s.index != self.size;
        if after_gap {
            w.finding(Finding::Gap { expected: self.size, found: s.index });
            self.gap = true;
        }
        self.size = s.index + 1;
        match &s.fields {
            Err(why) => w.finding(Finding::Unreadable { index: s.index, why }),
            Ok(fields) => {
                self.header(s, fields, after_gap, w);
                self.times(s, fields, w);
                self.base(s, fields, w);
                self.payload(s, fields, w);
            }
        }
        self.prev = Some(s.leaf);
        self.tree.push(s.leaf, |node| w.node(node));
    }

    /// Steps 2 to 4: the parts hash to the header, the header to the leaf, and the header names the leaf before.
    fn header(&mut self, s: &Sighting<'_>, fields: &Fields, after_gap: bool, w: &mut dyn Witness) {
        let header = match s.header(self.prev) {
            Ok(header) => header,
            Err(why) => {
                w.finding(Finding::Unreadable { index: s.index, why });
                return;
            }
        };
        if (fields.kind == Kind::Genesis) != (s.index == 0) {
            w.finding(Finding::Unreadable { index: s.index, why: "kind genesis belongs to entry 0 alone" });
        }
        if fields.about.is_some_and(|about| about >= s.index) {
            w.finding(Finding::Unreadable { index: s.index, why: "it is about a later entry" });
        }
        // Behind a gap the link cannot be checked; the gap itself has been reported.
        if after_gap {
            return;
        }
        self.header.clear();
        header.encode_into(&mut self.header);
        let found = leaf_hash(&self.header);
        if found != s.leaf {
            w.finding(Finding::Altered { index: s.index, expected: s.leaf, found });
        }
    }

    /// Step 5 and the notices about the clock.
    fn times(&mut self, s: &Sighting<'_>, fields: &Fields, w: &mut dyn Witness) {
        let time = fields.time;
        if let Some(newest) = self.newest
            && newest.millis() - time.millis() > BACK_NOTICE
        {
            w.notice(Notice::ClockBack { index: s.index, time, newest });
        }
        if time.millis() - self.now.millis() > BACK_NOTICE {
            w.notice(Notice::LaterThanClock { index: s.index, time });
        }
        let day = time.legal_day();
        if let Some((erasure, erased_on)) = self.last_erasure
            && day < erased_on
        {
            w.finding(Finding::OlderThanErasure { index: s.index, day, erasure, erased_on });
        }
        self.clock.see(Some(s.index), day);
        if fields.kind == Kind::Erasure {
            self.erasure(s.index, time, w);
        }
        self.newest = Some(self.newest.map_or(time, |n| n.max(time)));
    }

    /// Steps 9 and 10: the clock evidence of an erasure entry.
    fn erasure(&mut self, index: u64, time: Timestamp, w: &mut dyn Witness) {
        let day = time.legal_day();
        let claim = self.erasures.claim(index);
        let Some((claim, runs)) = claim.and_then(|c| Some((c, c.runs.as_ref().filter(|r| !r.is_empty())?)))
        else {
            w.finding(Finding::ErasureUnreadable { erasure: index });
            return;
        };
        if let Some(newest) = self.newest.filter(|n| *n > time) {
            w.finding(Finding::ClockBehindAtErasure { erasure: index, time, newest });
        }
        match claim.confirmed_on {
            Some(confirmed_on) if confirmed_on != day => {
                w.finding(Finding::ConfirmedOtherDay { erasure: index, confirmed_on, day });
            }
            Some(_) => self.clock.confirm(),
            None => {
                let oldest = runs.iter().map(|r| r.base).min().unwrap_or(day);
                for step in self.clock.unconfirmed_since(oldest) {
                    w.finding(Finding::ClockUnconfirmed {
                        erasure: index,
                        from_day: step.from_day,
                        to_day: step.to_day,
                    });
                }
            }
        }
        if self.last_erasure.is_none_or(|(_, on)| day >= on) {
            self.last_erasure = Some((index, day));
        }
    }

    /// Steps 6 and 7: the retention base.
    fn base(&mut self, s: &Sighting<'_>, fields: &Fields, w: &mut dyn Witness) {
        let Base::Day(base) = fields.base else {
            if fields.base == Base::None && fields.kind.facts() == kind::Facts::ErasableByRetention {
                w.finding(Finding::NoBase { index: s.index });
            }
            return;
        };
        // `times` has run: the newest time includes this entry's own.
        if let Some(newest) = self.newest.map(Timestamp::legal_day).filter(|n| base < *n) {
            w.finding(Finding::BaseBeforeLog { index: s.index, base: fields.base, newest });
        }
        if let Some(provided_on) = s.provided_on.filter(|p| base < *p) {
            w.finding(Finding::BaseBeforeProvision { index: s.index, base, provided_on });
        }
    }

    /// Step 8: a part that is missing was erased lawfully.
    fn payload(&mut self, s: &Sighting<'_>, fields: &Fields, w: &mut dyn Witness) {
        let gone = |part: &PartSeen<'_>| matches!(part, PartSeen::Erased { .. });
        let there = |part: &PartSeen<'_>| matches!(part, PartSeen::Present { .. });
        let facts_gone = gone(&s.facts);
        let nothing_there = !there(&s.facts) && !there(&s.extra);
        let named =
            self.erasures.judge(s.index, fields.kind, fields.base, nothing_there, &mut |f| w.finding(f));
        if !named {
            // Every kind has facts: an entry without them was blanked.
            if facts_gone || matches!(s.facts, PartSeen::Absent) {
                w.finding(Finding::MissingPart { index: s.index, part: PartName::Facts });
            }
            if gone(&s.extra) {
                w.finding(Finding::MissingPart { index: s.index, part: PartName::Extra });
            }
        }
        if fields.kind == Kind::Provision {
            if facts_gone {
                self.erased += 1;
            } else {
                self.records += 1;
            }
        }
        // Step 3: every part is canonical.
        for (name, seen) in [(PartName::Facts, &s.facts), (PartName::Extra, &s.extra)] {
            if let PartSeen::Present { bytes, .. } = seen
                && !(fields.kind == Kind::Provision && plainly_canonical(bytes))
                && let Err(e) = part::decode(bytes)
            {
                w.finding(Finding::NotCanonical { index: s.index, part: name, offset: e.offset });
            }
        }
    }

    /// The end of the log.
    pub fn finish(self, w: &mut dyn Witness) -> Summary {
        self.erasures.finish(self.size, &mut |f| w.finding(f));
        if self.size == 0 {
            w.finding(Finding::NoGenesis);
        }
        Summary {
            size: self.size,
            head: self.prev,
            root: (!self.gap).then(|| self.tree.root()),
            records: self.records,
            erased: self.erased,
            newest: self.newest,
        }
    }
}

/// Whether a part that was rebuilt from columns needs no second look. It is canonical in form; only its texts can be
/// wrong (empty, or with control characters), and then one of these bytes is there.
fn plainly_canonical(part: &[u8]) -> bool {
    part.len() <= part::MAX_PART
        && part.iter().all(|b| *b >= 0x20 && *b != 0x7f && *b != 0xc2)
        && !part.windows(2).any(|w| w == b"\"\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Salt;

    #[derive(Default)]
    struct Found(Vec<Finding>);

    impl Witness for Found {
        fn finding(&mut self, finding: Finding) {
            self.0.push(finding);
        }
        fn notice(&mut self, _: Notice) {}
        fn node(&mut self, _: Node) {}
    }

    /// A record whose hashes are all right, as somebody could append it who writes the database by hand.
    fn appended_by_hand(facts: &str) -> Vec<Finding> {
        let time = Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap();
        let fields = Fields { time, kind: Kind::Provision, about: None, base: Base::Day(time.legal_day()) };
        let mut s = Sighting {
            index: 1,
            leaf: Digest([0; 32]),
            fields: Ok(fields),
            facts: PartSeen::Present { salt: Salt([1; 16]), bytes: facts.as_bytes() },
            extra: PartSeen::Absent,
            provided_on: None,
        };
        let mut verifier = Verifier::new(Ahead::default(), 3, time);
        verifier.size = 1;
        verifier.prev = Some(Digest([7; 32]));
        s.leaf = leaf_hash(&s.header(verifier.prev).unwrap().encode());
        let mut found = Found::default();
        verifier.see(&s, &mut found);
        found.0
    }

    #[test]
    fn a_record_that_hashes_well_but_is_not_canonical_is_found() {
        assert_eq!(appended_by_hand(r#"{"basis":"opt-out","principal_id":"A \"B\""}"#), []);
        for facts in
            ["{\"note\":\"a\u{7f}\"}", "{\"note\":\"\u{85}\"}", "{\"note\":\"\"}", "{\"note\":\"a\tb\"}"]
        {
            let found = appended_by_hand(facts);
            assert!(matches!(found[..], [Finding::NotCanonical { index: 1, .. }]), "{facts:?}: {found:?}");
        }
    }
}
