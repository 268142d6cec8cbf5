//! Whether erasures were lawful, from what remains (FORMAT.md, "Verification", steps 8 to 10; property P6).
//!
//! Owns: the runs that erasure entries name, met by the entries in ascending order.
//! Does not own: reading the log (`chain`), the calendar (`record::retention`).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::finding::Finding;
use super::trust::Trust;
use crate::act::{self, Erasure, Said as _};
use crate::ledger::{Base, Kind, Timestamp, kind};
use crate::record::erasure::ErasedRun;
use crate::record::hold::{Hold, holding};
use crate::record::retention::first_day_of_deletion;
use crate::record::run::Run;

/// What an erasure entry says of itself.
#[derive(Clone, Debug)]
pub struct ErasureClaim {
    /// Its index.
    pub index: u64,
    /// Its time.
    pub time: Timestamp,
    /// The date that a person confirmed.
    pub confirmed_on: Option<NaiveDate>,
    /// The entries that lost both parts; `None` when its facts cannot be read.
    pub runs: Option<Vec<ErasedRun>>,
    /// The entries that lost their extra part alone.
    pub extras: Vec<ErasedRun>,
}

impl ErasureClaim {
    /// What the facts of an erasure entry claim; `time` is the entry's.
    #[must_use]
    pub fn of_facts(index: u64, time: Timestamp, facts: &[u8]) -> Self {
        let Erasure { confirmed_on, runs, extras } = Erasure::seen(facts);
        ErasureClaim { index, time, confirmed_on, runs, extras }
    }

    /// The legal day on which it was made.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.time.legal_day()
    }

    /// Everything that it names, both parts or the extra part alone.
    pub fn all_runs(&self) -> impl Iterator<Item = &ErasedRun> {
        self.runs.iter().flatten().chain(&self.extras)
    }
}

/// What is read of the log before it is verified from its beginning: what erases, amends and holds earlier entries, and
/// what lets later ones count from claimed days.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// The erasure entries, ascending.
    pub erasures: Vec<ErasureClaim>,
    /// For each entry that others are about, the latest of their bases.
    pub amendments: BTreeMap<u64, Base>,
    /// The holds, ascending.
    pub holds: Vec<Hold>,
    /// The trust entries, ascending.
    pub trusts: Vec<Trust>,
}

impl Ahead {
    /// Takes a hold, by its facts.
    pub fn hold(&mut self, index: u64, facts: &[u8]) {
        let runs = act::Hold::read(facts, &[]).map(|hold| hold.runs);
        // One form only: ascending, apart from each other, and of entries before it.
        let well_formed = |runs: &Vec<Run>| {
            runs.windows(2).all(|pair| pair[0].last < pair[1].first)
                && runs.last().is_some_and(|run| run.last < index)
        };
        self.holds.push(Hold { index, runs: runs.filter(well_formed), released: None });
    }

    /// A trust entry covers the record at `index`, which was written at `time`.
    #[must_use]
    pub fn is_trusted(&self, index: u64, time: Timestamp) -> bool {
        // The last one before it: ranges begin with the entry after next.
        let at = self.trusts.partition_point(|trust| trust.index < index);
        at.checked_sub(1).and_then(|at| self.trusts.get(at)).is_some_and(|trust| trust.covers(index, time))
    }

    /// Takes an entry that is about another one.
    pub fn amend(&mut self, about: u64, base: Base) {
        let entry = self.amendments.entry(about).or_insert(base);
        *entry = later(*entry, base);
    }

    /// The hold at `hold` is released by the entry at `release`.
    pub fn release(&mut self, hold: u64, release: u64) {
        if let Some(hold) = self.holds.iter_mut().find(|h| h.index == hold) {
            hold.released.get_or_insert(release);
        }
    }

    /// An entry with this base that is about `about` has been taken.
    #[must_use]
    pub fn has_taken(&self, about: u64, base: Base) -> bool {
        self.amendments.get(&about).is_some_and(|amended| later(*amended, base) == *amended)
    }

    /// The effective base of an entry whose own base is `own`.
    #[must_use]
    pub fn effective(&self, index: u64, own: Base) -> Base {
        self.amendments.get(&index).map_or(own, |amended| later(own, *amended))
    }
}

/// The later of two bases; a day closes an open one.
fn later(a: Base, b: Base) -> Base {
    match (a, b) {
        (Base::Day(a), Base::Day(b)) => Base::Day(a.max(b)),
        (Base::Day(d), _) | (_, Base::Day(d)) => Base::Day(d),
        (Base::Open, _) | (_, Base::Open) => Base::Open,
        (Base::None, Base::None) => Base::None,
    }
}

/// An entry to be judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    pub(super) index: u64,
    pub(super) kind: Kind,
    pub(super) about: Option<u64>,
    pub(super) base: Base,
    /// The newest legal day among the times up to and including its own.
    pub(super) newest: NaiveDate,
    /// Neither part is there.
    pub(super) payload_is_gone: bool,
    /// The extra part is gone.
    pub(super) extra_is_gone: bool,
}

/// What erasure entries name of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Nothing,
    Extra,
    Everything,
}

/// Runs that entries are met with in ascending order.
struct RunCursor {
    /// Each with the position of its erasure, ascending.
    all: Vec<(ErasedRun, usize)>,
    next: usize,
    open: Vec<(ErasedRun, usize)>,
}

impl RunCursor {
    fn new<'a>(runs: impl Iterator<Item = (usize, &'a ErasedRun)>) -> Self {
        let mut all: Vec<_> = runs.map(|(erasure, run)| (*run, erasure)).collect();
        all.sort_unstable();
        RunCursor { all, next: 0, open: Vec::new() }
    }

    /// The runs that name this entry.
    fn at(&mut self, index: u64) -> &[(ErasedRun, usize)] {
        while let Some(run) = self.all.get(self.next).filter(|(r, _)| r.first <= index) {
            self.open.push(*run);
            self.next += 1;
        }
        self.open.retain(|(r, _)| r.last >= index);
        &self.open
    }
}

/// An entry that others are about.
#[derive(Clone, Copy)]
struct Amended {
    kind: Kind,
    /// Its own base.
    base: Base,
    erased: bool,
}

/// Judges erasures entry by entry.
pub(super) struct Erasures {
    runs: RunCursor,
    extras: RunCursor,
    /// The entries that others are about.
    amended: HashMap<u64, Amended>,
    ahead: Ahead,
    years: u32,
    /// Entries are seen from the first on.
    from_the_first: bool,
}

impl Erasures {
    pub(super) fn new(ahead: Ahead, years: u32) -> Self {
        let claims = || ahead.erasures.iter().enumerate();
        let runs = RunCursor::new(claims().flat_map(|(i, e)| e.runs.iter().flatten().map(move |r| (i, r))));
        let extras = RunCursor::new(claims().flat_map(|(i, e)| e.extras.iter().map(move |r| (i, r))));
        Erasures { runs, extras, amended: HashMap::new(), ahead, years, from_the_first: true }
    }

    /// Entries before the first that is judged are not seen: what was the newest day then is not known.
    pub(super) fn of_a_range(&mut self) {
        self.from_the_first = false;
    }

    pub(super) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    pub(super) fn claim(&self, index: u64) -> Option<&ErasureClaim> {
        let at = self.ahead.erasures.binary_search_by_key(&index, |e| e.index).ok()?;
        self.ahead.erasures.get(at)
    }

    /// Judges what is named of the next entry.
    pub(super) fn judge(&mut self, e: Judged, report: &mut dyn FnMut(Finding)) -> Named {
        let index = e.index;
        let Erasures { runs, extras, amended, ahead, years, from_the_first } = self;
        let effective = match (e.kind, e.about) {
            // A correction goes with its record, and counts from what that counts from.
            (Kind::Correction, Some(about)) => amended.get(&about).map(|of| ahead.effective(about, of.base)),
            _ => Some(ahead.effective(index, e.base)),
        };
        let all = runs.at(index);
        if let [_, (_, second), ..] = all {
            report(Finding::ErasedTwice { index, erasure: ahead.erasures[*second].index });
        }
        let everything = !all.is_empty();
        for (run, erasure) in all {
            let claim = &ahead.erasures[*erasure];
            let erasure = claim.index;
            if erasure <= index {
                report(Finding::ErasureOutOfRange { erasure, index });
                continue;
            }
            if !e.payload_is_gone {
                report(Finding::NotErased { index, erasure });
            }
            let held = holding(&ahead.holds, index, erasure)
                .or_else(|| e.about.and_then(|about| holding(&ahead.holds, about, erasure)));
            if let Some(hold) = held {
                report(Finding::ErasedUnderHold { index, erasure, hold });
            }
            match effective {
                _ if e.kind.facts() == kind::Facts::Permanent => {
                    report(Finding::ErasedPermanent { index, erasure });
                }
                // What it is about lies outside what is shown: the claim itself must be right at least.
                None => compare(index, claim, run, run.base, *years, report),
                Some(Base::None) => report(Finding::ErasedPermanent { index, erasure }),
                Some(Base::Open) => report(Finding::ErasedWhileOpen { index, erasure }),
                Some(Base::Day(base)) => compare(index, claim, run, base, *years, report),
            }
        }
        if e.kind == Kind::Correction
            && let Some(about) = e.about
            && let Some(of) = amended.get(&about)
        {
            match of.erased {
                _ if !of.kind.is_record() => report(Finding::CorrectionOfNoRecord { index, about }),
                true if !everything => report(Finding::CorrectionLeft { index, about }),
                false if everything => report(Finding::CorrectionErasedAlone { index, about }),
                _ => {}
            }
        }
        if ahead.amendments.contains_key(&index) {
            amended.insert(index, Amended { kind: e.kind, base: e.base, erased: everything });
        }
        let all = extras.at(index);
        if let [_, (_, second), ..] = all {
            report(Finding::ErasedTwice { index, erasure: ahead.erasures[*second].index });
        }
        let extra = !all.is_empty();
        for (run, erasure) in all {
            let claim = &ahead.erasures[*erasure];
            let erasure = claim.index;
            if e.kind.facts() != kind::Facts::Permanent || erasure <= index {
                report(Finding::ErasureOutOfRange { erasure, index });
            }
            if !e.extra_is_gone {
                report(Finding::NotErased { index, erasure });
            }
            if let Some(hold) = holding(&ahead.holds, index, erasure) {
                report(Finding::ErasedUnderHold { index, erasure, hold });
            }
            // An entry left of a range may have been newer: then the claim is the later day, which protects for longer.
            let base = if *from_the_first { e.newest } else { e.newest.max(run.base) };
            compare(index, claim, run, base, *years, report);
        }
        match (everything, extra) {
            (true, _) => Named::Everything,
            (false, true) => Named::Extra,
            (false, false) => Named::Nothing,
        }
    }

    /// The end of the log, which has `size` entries.
    pub(super) fn finish(&self, size: u64, report: &mut dyn FnMut(Finding)) {
        for (run, erasure) in self.runs.all.iter().chain(&self.extras.all) {
            if run.last >= size {
                let erasure = self.ahead.erasures[*erasure].index;
                report(Finding::ErasureOutOfRange { erasure, index: run.last });
            }
        }
        for hold in self.ahead.holds.iter().filter(|hold| hold.runs.is_none()) {
            report(Finding::HoldUnreadable { hold: hold.index });
        }
    }
}

/// Day and claims of an erasure against the base that counts.
fn compare(
    index: u64,
    claim: &ErasureClaim,
    run: &ErasedRun,
    base: NaiveDate,
    years: u32,
    report: &mut dyn FnMut(Finding),
) {
    let (erasure, free) = (claim.index, first_day_of_deletion(base, years));
    if claim.day() < free {
        report(Finding::ErasedTooEarly { index, erasure, erased_on: claim.day(), free });
    }
    if run.base != base {
        report(Finding::ErasureClaim { erasure, index, claimed: run.base, actual: base });
    } else if run.free != free {
        report(Finding::ErasureClaim { erasure, index, claimed: run.free, actual: free });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn noon(day: &str) -> Timestamp {
        Timestamp::from_text(format!("{day}T03:00:00.000Z").as_bytes()).unwrap()
    }

    /// Entry 5 of 2021-05-10, three years, erased by entry 9.
    fn judged_entry(base: Base, gone: bool) -> Judged {
        let (newest, payload_is_gone, extra_is_gone) = (day("2021-05-10"), gone, gone);
        Judged { index: 5, kind: Kind::Provision, about: None, base, newest, payload_is_gone, extra_is_gone }
    }

    fn judged(erased_on: &str, run: &str, base: Base, gone: bool) -> Vec<Finding> {
        let claim = |index| ErasureClaim {
            index,
            time: noon(erased_on),
            confirmed_on: None,
            runs: Some(vec![run.parse().unwrap()]),
            extras: Vec::new(),
        };
        let ahead = Ahead { erasures: vec![claim(9)], ..Ahead::default() };
        let mut found = Vec::new();
        let mut erasures = Erasures::new(ahead, 3);
        erasures.judge(judged_entry(base, gone), &mut |f| found.push(f));
        found
    }

    const RUN: &str = "5-5 2021-05-10 2024-05-11";

    #[test]
    fn a_lawful_erasure_is_no_finding() {
        assert_eq!(judged("2024-05-11", RUN, Base::Day(day("2021-05-10")), true), []);
    }

    #[test]
    fn a_day_early_is_found() {
        let found = judged("2024-05-10", RUN, Base::Day(day("2021-05-10")), true);
        let (erased_on, free) = (day("2024-05-10"), day("2024-05-11"));
        assert_eq!(found, [Finding::ErasedTooEarly { index: 5, erasure: 9, erased_on, free }]);
    }

    #[test]
    fn an_open_or_a_permanent_entry_is_found() {
        let open = judged("2030-01-01", RUN, Base::Open, true);
        assert_eq!(open, [Finding::ErasedWhileOpen { index: 5, erasure: 9 }]);
        let none = judged("2030-01-01", RUN, Base::None, true);
        assert_eq!(none, [Finding::ErasedPermanent { index: 5, erasure: 9 }]);
    }

    #[test]
    fn a_payload_that_is_still_there_is_found() {
        let found = judged("2024-05-11", RUN, Base::Day(day("2021-05-10")), false);
        assert_eq!(found, [Finding::NotErased { index: 5, erasure: 9 }]);
    }

    #[test]
    fn a_false_claim_about_base_or_first_day_is_found() {
        let base = Base::Day(day("2021-05-10"));
        for run in ["5-5 2021-05-09 2024-05-10", "5-5 2021-05-10 2024-05-10"] {
            assert!(
                matches!(judged("2030-01-01", run, base, true)[..], [Finding::ErasureClaim { .. }]),
                "{run}"
            );
        }
    }

    #[test]
    fn two_erasures_of_one_entry_and_an_erasure_of_a_later_one_are_found() {
        let claim = |index| ErasureClaim {
            index,
            time: noon("2030-01-01"),
            confirmed_on: None,
            runs: Some(vec![RUN.parse().unwrap()]),
            extras: Vec::new(),
        };
        let base = Base::Day(day("2021-05-10"));
        let mut found = Vec::new();
        let ahead = Ahead { erasures: vec![claim(8), claim(9)], ..Ahead::default() };
        Erasures::new(ahead, 3).judge(judged_entry(base, true), &mut |f| found.push(f));
        assert_eq!(found, [Finding::ErasedTwice { index: 5, erasure: 9 }]);
        found.clear();
        let ahead = Ahead { erasures: vec![claim(4)], ..Ahead::default() };
        Erasures::new(ahead, 3).judge(judged_entry(base, true), &mut |f| found.push(f));
        assert_eq!(found, [Finding::ErasureOutOfRange { erasure: 4, index: 5 }]);
    }

    #[test]
    fn a_later_base_of_an_entry_about_it_counts() {
        let mut ahead = Ahead::default();
        ahead.amend(5, Base::Open);
        assert_eq!(ahead.effective(5, Base::Day(day("2021-05-10"))), Base::Day(day("2021-05-10")));
        ahead.amend(5, Base::Day(day("2022-01-01")));
        assert_eq!(ahead.effective(5, Base::Day(day("2021-05-10"))), Base::Day(day("2022-01-01")));
        assert_eq!(ahead.effective(5, Base::Open), Base::Day(day("2022-01-01")));
        assert_eq!(ahead.effective(6, Base::Open), Base::Open);
    }
}
