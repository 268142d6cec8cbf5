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
