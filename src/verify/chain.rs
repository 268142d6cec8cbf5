//! The verification of a log, entry by entry; the numbers in comments are the steps of FORMAT.md, "Verification".
//!
//! Owns: all that depends on the order of entries: gaps, the clock, the bases, the tree. Does not own: the hashes of an
//! entry (`examine`), the judgement of erasures (`erasures`).

use std::collections::VecDeque;

use chrono::NaiveDate;

use super::HeaderFields;
use super::erasures::{Ahead, Erasures, Judged, Named};
use super::examine::{Examined, Left};
use super::finding::{Finding, Notice};
use super::trust::{Claim, Trust};
use crate::ledger::tree::{Frontier, Node};
use crate::ledger::{Base, Digest, Kind, PartName, Timestamp, kind};

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

/// Verifies a log whose entries are shown to it in order, each examined before.
pub struct Verifier {
    size: u64,
    head: Option<Digest>,
    gap: bool,
    newest: Option<Timestamp>,
    last_erasure: Option<(u64, Timestamp)>,
    erasures: Erasures,
    now: Timestamp,
    tree: Frontier,
    records: u64,
    erased: u64,
    marks: VecDeque<KnownRoot>,
}

/// What is wrong with a base that lies before the newest day of the log, `newest`; nothing where a trust entry covers it
/// and the record's own claim bears it.
pub(super) fn before_the_log(
    e: &Examined,
    fields: &HeaderFields,
    base: NaiveDate,
    newest: NaiveDate,
    trusted: bool,
) -> Option<Finding> {
    let index = e.index;
    match e.claim {
        claim if trusted && fields.kind.is_record() && claim.allows(base) => None,
        Claim::Day(claimed_on) if trusted && fields.kind.is_record() => {
            Some(Finding::BaseBeforeClaim { index, base, claimed_on })
        }
        _ => Some(Finding::BaseBeforeLog { index, base: fields.base, newest }),
    }
}

/// A state that the log must have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRoot {
    /// How many entries it had.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// Who says so.
    pub from: KnownRootFrom,
}

/// Where a [`KnownRoot`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownRootFrom {
    /// A checkpoint that was given from outside.
    Given,
    /// A checkpoint that the ledger keeps.
    Kept,
    /// The anchor.
    Anchor,
}

impl KnownRoot {
    fn differs(&self, found: Digest) -> Finding {
        match self.from {
            KnownRootFrom::Given => {
                Finding::CheckpointDiffers { size: self.size, expected: self.root, found }
            }
            KnownRootFrom::Kept => Finding::KeptCheckpoint { size: self.size },
            KnownRootFrom::Anchor => Finding::AnchorDiffers { size: self.size, expected: self.root, found },
        }
    }
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
            head: None,
            gap: false,
            newest: None,
            last_erasure: None,
            erasures: Erasures::new(ahead, years),
            now,
            tree: Frontier::new(),
            records: 0,
            erased: 0,
            marks: VecDeque::new(),
        }
    }

    /// Starts at entry `first`, left of which the tree is `before`: what the entries there were, nobody shows.
    #[must_use]
    pub fn from_range(first: u64, before: Frontier, ahead: Ahead, years: u32, now: Timestamp) -> Self {
        let mut verifier = Verifier::new(ahead, years, now);
        verifier.size = first;
        verifier.tree = before;
        if first > 0 {
            verifier.erasures.of_a_range();
        }
        verifier
    }

    /// Compares the root with these on the way.
    #[must_use]
    pub fn watching(mut self, mut marks: Vec<KnownRoot>) -> Self {
        marks.sort_by_key(|mark| mark.size);
        self.marks = marks.into();
        self
    }

    /// Step 12, for the size that has been reached.
    fn compare_marks(&mut self, w: &mut dyn Witness) {
        while let Some(mark) = self.marks.front().copied().filter(|mark| mark.size <= self.size) {
            self.marks.pop_front();
            let found = self.tree.root();
            if mark.size < self.size || mark.root != found {
                w.finding(mark.differs(found));
            }
        }
    }

    /// Sees the next entry.
    pub fn see(&mut self, e: Examined, w: &mut dyn Witness) {
        // Step 1: indexes follow each other.
        if e.index != self.size {
            w.finding(Finding::Gap { expected: self.size, found: e.index });
            self.gap = true;
        }
        self.compare_marks(w);
        self.size = e.index + 1;
        if let Ok(fields) = &e.fields {
            self.times(&e, fields, w);
            self.base(&e, fields, w);
            self.payload(&e, fields, w);
        }
        // Steps 2 to 4 were done where the entry was examined.
        for fault in e.faults {
            w.finding(fault);
        }
        self.head = Some(e.leaf);
        self.tree.push(e.leaf, |node| w.node(node));
    }

    /// Step 5 and the notices about the clock.
    fn times(&mut self, e: &Examined, fields: &HeaderFields, w: &mut dyn Witness) {
        let time = fields.time;
        if let Some(newest) = self.newest
            && time.is_well_before(newest)
        {
            w.notice(Notice::ClockBack { index: e.index, time, newest });
        }
        if self.now.is_well_before(time) {
            w.notice(Notice::LaterThanClock { index: e.index, time });
        }
        if let Some((erasure, erased_at)) = self.last_erasure
            && time.is_well_before(erased_at)
        {
            w.finding(Finding::OlderThanErasure { index: e.index, time, erasure, erased_at });
        }
        if fields.kind == Kind::Erasure {
            self.erasure(e.index, time, w);
        }
        self.newest = Some(self.newest.map_or(time, |n| n.max(time)));
    }

    /// Steps 9 and 10: the clock evidence of an erasure entry.
    fn erasure(&mut self, index: u64, time: Timestamp, w: &mut dyn Witness) {
        let day = time.legal_day();
        let claim = self.erasures.claim(index);
        let Some(claim) = claim.filter(|c| c.runs.is_some() && c.all_runs().next().is_some()) else {
            w.finding(Finding::ErasureUnreadable { erasure: index });
            return;
        };
        if let Some(newest) = self.newest.filter(|newest| time.is_well_before(*newest)) {
            w.finding(Finding::ClockBehindAtErasure { erasure: index, time, newest });
        }
        match claim.confirmed_on {
            Some(confirmed_on) if confirmed_on != day => {
                w.finding(Finding::ConfirmedOtherDay { erasure: index, confirmed_on, day });
            }
            Some(_) => {}
            None => w.finding(Finding::DayNotStated { erasure: index }),
        }
        if self.last_erasure.is_none_or(|(_, at)| time >= at) {
            self.last_erasure = Some((index, time));
        }
    }

    /// Steps 6 and 7: the retention base.
    fn base(&mut self, e: &Examined, fields: &HeaderFields, w: &mut dyn Witness) {
        // What was read ahead decides about erasures: an entry that was overlooked there could hide one.
        if fields.about.is_some_and(|about| !self.erasures.ahead().has_taken(about, fields.base)) {
            w.finding(Finding::LookupMissing { index: e.index });
        }
        if !fields.kind.about().allows(fields.about) {
            w.finding(Finding::AboutWrong { index: e.index });
        }
        if fields.base != Base::None && fields.kind.facts() == kind::Facts::Permanent {
            w.finding(Finding::BaseOnPermanent { index: e.index });
        }
        let Base::Day(base) = fields.base else {
            if fields.base == Base::None && fields.kind.facts() == kind::Facts::ErasableByRetention {
                w.finding(Finding::NoBase { index: e.index });
            }
            return;
        };
        // `times` has run: the newest time includes this entry's own.
        if let Some(newest) = self.newest.map(Timestamp::legal_day).filter(|n| base < *n) {
            let trusted = self.erasures.ahead().is_trusted(e.index, fields.time);
            if let Some(finding) = before_the_log(e, fields, base, newest, trusted) {
                w.finding(finding);
            }
        }
        if let Some(provided_on) = e.provided_on.filter(|p| base < *p) {
            w.finding(Finding::BaseBeforeProvision { index: e.index, base, provided_on });
        }
    }

    /// Step 8: a part that is missing was erased lawfully.
    fn payload(&mut self, e: &Examined, fields: &HeaderFields, w: &mut dyn Witness) {
        let judged = Judged {
            index: e.index,
            kind: fields.kind,
            about: fields.about,
            base: fields.base,
            newest: self.newest.unwrap_or(fields.time).legal_day(),
            payload_is_gone: e.facts != Left::Whole && e.extra != Left::Whole,
            extra_is_gone: e.extra == Left::Hash,
        };
        let named = self.erasures.judge(judged, &mut |f| w.finding(f));
        // Every kind has facts, whatever became of them: an erasure leaves their hash.
        if named == Named::Everything && e.facts == Left::Nothing {
            w.finding(Finding::MissingPart { index: e.index, part: PartName::Facts });
        }
        if named != Named::Everything {
            // Every kind has facts: an entry without them was blanked.
            if matches!(e.facts, Left::Hash | Left::Nothing) {
                w.finding(Finding::MissingPart { index: e.index, part: PartName::Facts });
            }
            if e.extra == Left::Hash && named != Named::Extra {
                w.finding(Finding::MissingPart { index: e.index, part: PartName::Extra });
            }
        }
        if fields.kind.is_record() {
            if e.facts == Left::Hash {
                self.erased += 1;
            } else {
                self.records += 1;
            }
        }
    }

    /// The end of the log.
    pub fn finish(mut self, w: &mut dyn Witness) -> Summary {
        self.compare_marks(w);
        for mark in &self.marks {
            w.finding(match mark.from {
                KnownRootFrom::Given => Finding::CutBehindCheckpoint { size: mark.size, found: self.size },
                KnownRootFrom::Kept => Finding::KeptCheckpoint { size: mark.size },
                KnownRootFrom::Anchor => Finding::CutBehindAnchor { size: mark.size, found: self.size },
            });
        }
        self.erasures.finish(self.size, &mut |f| w.finding(f));
        trusts(&self.erasures.ahead().trusts, w);
        if self.size == 0 {
            w.finding(Finding::NoGenesis);
        }
        Summary {
            size: self.size,
            head: self.head,
            root: (!self.gap).then(|| self.tree.root()),
            records: self.records,
            erased: self.erased,
            newest: self.newest,
        }
    }
}

/// What is said of the trust entries of a log.
pub(super) fn trusts(trusts: &[Trust], w: &mut dyn Witness) {
    for trust in trusts {
        match trust.notice() {
            Some(notice) => w.notice(notice),
            None => w.finding(Finding::TrustUnreadable { trust: trust.index }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Findings(Vec<Finding>);

    impl Witness for Findings {
        fn finding(&mut self, finding: Finding) {
            self.0.push(finding);
        }
        fn notice(&mut self, _: Notice) {}
        fn node(&mut self, _: Node) {}
    }

    #[test]
    fn marks_are_compared_at_their_own_size() {
        let now = Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap();
        let leaf = Digest([9; 32]);
        let found = |size, root, from| {
            let marks = vec![KnownRoot { size, root, from }];
            let mut verifier = Verifier::new(Ahead::default(), 3, now).watching(marks);
            let mut found = Findings::default();
            let fields = Err(crate::verify::Broken::Time);
            let (facts, extra, provided_on, faults) = (Left::Whole, Left::Nothing, None, Vec::new());
            let claim = Claim::Nothing;
            verifier.see(
                Examined { index: 0, leaf, fields, facts, extra, provided_on, claim, faults },
                &mut found,
            );
            verifier.finish(&mut found);
            found.0
        };
        let (empty, other) = (Frontier::new().root(), Digest([1; 32]));
        assert_eq!(found(0, empty, KnownRootFrom::Given), []);
        assert_eq!(found(1, leaf, KnownRootFrom::Given), []);
        let differs = |size, found| Finding::CheckpointDiffers { size, expected: other, found };
        assert_eq!(found(0, other, KnownRootFrom::Given), [differs(0, empty)]);
        assert_eq!(found(1, other, KnownRootFrom::Given), [differs(1, leaf)]);
        assert_eq!(
            found(2, leaf, KnownRootFrom::Given),
            [Finding::CutBehindCheckpoint { size: 2, found: 1 }]
        );
        assert_eq!(found(1, other, KnownRootFrom::Kept), [Finding::KeptCheckpoint { size: 1 }]);
        assert_eq!(found(2, leaf, KnownRootFrom::Kept), [Finding::KeptCheckpoint { size: 2 }]);
    }

    #[test]
    fn an_amendment_that_was_overlooked_ahead_is_found() {
        let time = Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap();
        let base = Base::Day(time.legal_day());
        let found = |ahead| {
            let mut verifier = Verifier::new(ahead, 3, time);
            verifier.size = 9;
            let mut found = Findings::default();
            let examined = Examined {
                index: 9,
                leaf: Digest([9; 32]),
                fields: Ok(HeaderFields { time, kind: Kind::Correction, about: Some(5), base }),
                facts: Left::Whole,
                extra: Left::Nothing,
                provided_on: None,
                claim: Claim::Nothing,
                faults: Vec::new(),
            };
            verifier.see(examined, &mut found);
            found.0
        };
        let mut ahead = Ahead::default();
        ahead.amend(5, Base::Open);
        assert_eq!(found(Ahead::default()), [Finding::LookupMissing { index: 9 }]);
        assert_eq!(found(ahead.clone()), [Finding::LookupMissing { index: 9 }]);
        ahead.amend(5, base);
        assert_eq!(found(ahead), []);
    }
}
