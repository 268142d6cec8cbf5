//! The deletion plan over the ledger: every entry asked for with its verdict, and the state of the clock.
//!
//! Owns: reading what `record::deletion` judges. Does not own: the verdict, erasing (`erase`).

use chrono::NaiveDate;

use super::check::erasure_claim;
use super::columns::day_of_number;
use super::failure::{Failure, Result};
use super::open::{Store, meaning};
use crate::ledger::{Base, Kind, Timestamp, kind};
use crate::record::deletion::{ClockWatch, Standing, Verdict, verdict};
use crate::record::erasure::{ErasedRun, Runs};
use crate::verify::erasures::Ahead;

/// Which entries a deletion is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanRequest {
    /// These.
    Named(Vec<u64>),
    /// Every record whose retention period has ended.
    Expired,
}

/// One line of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The entry.
    pub index: u64,
    /// What it is.
    pub kind: Kind,
    /// Keep or erase, and why.
    pub verdict: Verdict,
}

/// What a plan comes to.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What may be erased.
    pub runs: Vec<ErasedRun>,
    /// How many entries that is.
    pub erasable: u64,
    /// How many entries asked for must stay.
    pub kept: u64,
    /// How many are not in the log.
    pub unknown: Vec<u64>,
    /// The steps of the clock, from entry 0 to now.
    pub clock: ClockWatch,
    /// The newest time in the log.
    pub newest: Timestamp,
}

impl Plan {
    /// The oldest base among what may be erased.
    #[must_use]
    pub fn oldest_base(&self) -> Option<NaiveDate> {
        self.runs.iter().map(|r| r.base).min()
    }
}

impl Store {
    /// Plans a deletion as of `now`. Entries asked for are shown in ascending order.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] when a header field cannot be read.
    pub fn plan(
        &self,
        request: &PlanRequest,
        years: u32,
        now: Timestamp,
        show: &mut dyn FnMut(Planned),
    ) -> Result<Plan> {
        let today = now.legal_day();
        let ahead = self.ahead()?;
        let mut named = match request {
            PlanRequest::Named(indexes) => indexes.clone(),
            PlanRequest::Expired => Vec::new(),
        };
        named.sort_unstable();
        named.dedup();
        let mut next_named = named.iter().copied().peekable();
        let mut runs = Runs::default();
        let mut plan = Plan {
            runs: Vec::new(),
            erasable: 0,
            kept: 0,
            unknown: Vec::new(),
            clock: ClockWatch::default(),
            newest: now,
        };
        let mut newest = None;
        let damaged = |index, why| Failure::Damaged { index: Some(index), why };
        let mut statement = self.run(|c| {
            c.prepare("SELECT idx, time, kind, base, facts_salt IS NULL AND extra_salt IS NULL FROM entry ORDER BY idx")
        })?;
        let mut rows = statement.query([]).map_err(|e| meaning(&self.path, e))?;
        while let Some(row) = rows.next().map_err(|e| meaning(&self.path, e))? {
            let read = || Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
            let (index, time, code, base, gone): (u64, i64, i64, Option<i64>, bool) =
                read().map_err(|e| meaning(&self.path, e))?;
            let time = Timestamp::from_millis(time).ok_or(damaged(index, "its time is not a time"))?;
            let kind = Kind::from_code(code).ok_or(damaged(index, "its kind is unknown"))?;
            plan.clock.see(Some(index), time.legal_day());
            newest = newest.max(Some(time));
            if kind == Kind::Erasure
                && ahead.erasures.iter().any(|e| e.index == index && e.confirmed_on == Some(e.day))
            {
                plan.clock.confirm();
            }
            let asked = match request {
                PlanRequest::Named(_) => next_named.next_if_eq(&index).is_some(),
                PlanRequest::Expired => kind.facts() == kind::Facts::ErasableByRetention && !gone,
            };
            if !asked {
                continue;
            }
            let base = match base {
                None => Base::None,
                Some(0) => Base::Open,
                Some(n) => {
                    Base::Day(day_of_number(n).ok_or(damaged(index, "its retention base is not a day"))?)
                }
            };
            let verdict =
                verdict(self.standing(index, kind, ahead.effective(index, base), gone)?, years, today);
            match verdict {
                Verdict::Erase { base, free } => {
                    runs.push(index, base, free);
                    plan.erasable += 1;
                }
                _ => plan.kept += 1,
            }
            show(Planned { index, kind, verdict });
        }
        plan.unknown.extend(next_named);
        plan.clock.see(None, today);
        plan.runs = runs.finish();
        plan.newest = newest.unwrap_or(now);
        Ok(plan)
    }

    fn standing(&self, index: u64, kind: Kind, base: Base, gone: bool) -> Result<Standing> {
        Ok(match base {
            _ if kind.facts() == kind::Facts::Permanent => Standing::Permanent,
            Base::None => Standing::Permanent,
            _ if gone => Standing::Erased {
                by: self
                    .erased_by(index)?
                    .ok_or(Failure::Damaged { index: Some(index), why: "its payload is missing" })?,
            },
            Base::Open => Standing::Open,
            Base::Day(base) => Standing::Counting { base },
        })
    }

    /// What must be known before the first entry is read: erasures, and bases that later entries bring.
    pub(super) fn ahead(&self) -> Result<Ahead> {
        let mut ahead = Ahead::default();
        for index in self.of_kind(Kind::Erasure)?.unwrap_or_default() {
            self.see_one(index, |seen| ahead.erasures.push(erasure_claim(&seen.sighting)))?;
        }
        for index in self.amending()? {
            self.see_one(index, |seen| {
                if let Ok(fields) = seen.sighting.fields
                    && let Some(about) = fields.about
                {
                    ahead.amend(about, fields.base);
                }
            })?;
        }
        Ok(ahead)
    }
}
