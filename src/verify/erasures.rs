//! Whether erasures were lawful, from what remains (FORMAT.md, "Verification", steps 8 to 10; property P6).
//!
//! Owns: the runs that erasure entries name, met by the entries in ascending order.
//! Does not own: reading the log (`chain`), the calendar (`record::retention`).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::finding::Finding;
use crate::ledger::{Base, Kind, kind};
use crate::record::erasure::ErasedRun;
use crate::record::retention::first_day_of_deletion;

/// An erasure entry, read ahead of the entries that it names.
#[derive(Clone, Debug)]
pub struct ErasureClaim {
    /// Its index.
    pub index: u64,
    /// The legal day of its time.
    pub day: NaiveDate,
    /// The date that a person confirmed.
    pub confirmed_on: Option<NaiveDate>,
    /// What it names; `None`: its facts cannot be read.
    pub runs: Option<Vec<ErasedRun>>,
}

/// All that verification must know before it reads the first entry.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// The erasure entries, in ascending order.
    pub erasures: Vec<ErasureClaim>,
    /// For each entry that later ones are about: their latest base.
    pub amendments: BTreeMap<u64, Base>,
}

impl Ahead {
    /// Takes an entry about `about` into account: the effective base is the latest, `open` until one carries a day.
    pub fn amend(&mut self, about: u64, base: Base) {
        let entry = self.amendments.entry(about).or_insert(base);
        *entry = later(*entry, base);
    }

    /// True when an entry about `about` has been taken into account.
    #[must_use]
    pub fn has_taken(&self, about: u64, base: Base) -> bool {
        self.amendments.get(&about).is_some_and(|amended| later(*amended, base) == *amended)
    }

    /// The effective base of an entry: the latest among its own and those of the entries about it.
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

/// Meets entries in ascending order with the runs that name them.
pub(super) struct Erasures {
    /// (run, position of its erasure), by first index.
    runs: Vec<(ErasedRun, usize)>,
    next: usize,
    /// Runs that have begun and not ended; almost always none or one.
    open: Vec<(ErasedRun, usize)>,
    ahead: Ahead,
    years: u32,
}

impl Erasures {
    pub(super) fn new(ahead: Ahead, years: u32) -> Self {
        let mut runs: Vec<_> = ahead
            .erasures
            .iter()
            .enumerate()
            .flat_map(|(i, e)| e.runs.iter().flatten().map(move |r| (*r, i)))
            .collect();
        runs.sort_unstable();
        Erasures { runs, next: 0, open: Vec::new(), ahead, years }
    }

    /// What was known before the first entry was read.
    pub(super) fn ahead(&self) -> &Ahead {
        &self.ahead
    }

    /// The claim of the erasure entry at `index`.
    pub(super) fn claim(&self, index: u64) -> Option<&ErasureClaim> {
        let at = self.ahead.erasures.binary_search_by_key(&index, |e| e.index).ok()?;
        self.ahead.erasures.get(at)
    }

    /// Judges every erasure that names the entry; true when there is one. Entries must come in ascending order.
    pub(super) fn judge(
        &mut self,
        index: u64,
        kind: Kind,
        base: Base,
        payload_is_gone: bool,
        report: &mut dyn FnMut(Finding),
    ) -> bool {
        while let Some(run) = self.runs.get(self.next).filter(|(r, _)| r.first <= index) {
            self.open.push(*run);
            self.next += 1;
        }
        self.open.retain(|(r, _)| r.last >= index);
        if let [_, (_, second), ..] = self.open[..] {
            report(Finding::ErasedTwice { index, erasure: self.ahead.erasures[second].index });
        }
        for (run, erasure) in &self.open {
            let claim = &self.ahead.erasures[*erasure];
            let erasure = claim.index;
            if erasure <= index {
                report(Finding::ErasureOutOfRange { erasure, index });
                continue;
            }
            if !payload_is_gone {
                report(Finding::NotErased { index, erasure });
            }
            match self.ahead.effective(index, base) {
                _ if kind.facts() == kind::Facts::Permanent => {
                    report(Finding::ErasedPermanent { index, erasure });
                }
                Base::None => report(Finding::ErasedPermanent { index, erasure }),
                Base::Open => report(Finding::ErasedWhileOpen { index, erasure }),
                Base::Day(base) => {
                    let free = first_day_of_deletion(base, self.years);
                    if claim.day < free {
                        report(Finding::ErasedTooEarly { index, erasure, erased_on: claim.day, free });
                    }
                    if run.base != base {
                        report(Finding::ErasureClaim { erasure, index, claimed: run.base, actual: base });
                    } else if run.free != free {
                        report(Finding::ErasureClaim { erasure, index, claimed: run.free, actual: free });
                    }
                }
            }
        }
        !self.open.is_empty()
    }

    /// Runs that name entries behind the end of the log.
    pub(super) fn finish(&self, size: u64, report: &mut dyn FnMut(Finding)) {
        for (run, erasure) in &self.runs {
            if run.last >= size {
                let erasure = self.ahead.erasures[*erasure].index;
                report(Finding::ErasureOutOfRange { erasure, index: run.last });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Entry 5 of 2021-05-10, three years, erased by entry 9.
    fn judged(erased_on: &str, run: &str, base: Base, gone: bool) -> Vec<Finding> {
        let claim = |index| ErasureClaim {
            index,
            day: day(erased_on),
            confirmed_on: None,
            runs: Some(vec![run.parse().unwrap()]),
        };
        let ahead = Ahead { erasures: vec![claim(9)], ..Ahead::default() };
        let mut found = Vec::new();
        let mut erasures = Erasures::new(ahead, 3);
        erasures.judge(5, Kind::Provision, base, gone, &mut |f| found.push(f));
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
            day: day("2030-01-01"),
            confirmed_on: None,
            runs: Some(vec![RUN.parse().unwrap()]),
        };
        let base = Base::Day(day("2021-05-10"));
        let mut found = Vec::new();
        let ahead = Ahead { erasures: vec![claim(8), claim(9)], ..Ahead::default() };
        Erasures::new(ahead, 3).judge(5, Kind::Provision, base, true, &mut |f| found.push(f));
        assert_eq!(found, [Finding::ErasedTwice { index: 5, erasure: 9 }]);
        found.clear();
        let ahead = Ahead { erasures: vec![claim(4)], ..Ahead::default() };
        Erasures::new(ahead, 3).judge(5, Kind::Provision, base, true, &mut |f| found.push(f));
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
