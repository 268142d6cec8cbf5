//! The deletion plan over the ledger: every entry asked for with its verdict.
//!
//! Owns: reading what `record::deletion` judges. Does not own: the verdict, erasing (`erase`).

use std::collections::HashMap;

use chrono::NaiveDate;
use rusqlite::{OptionalExtension as _, Row};

use super::check::erasure_claim;
use super::columns::day_of_number;
use super::connection::Store;
use super::damage::Damage;
use super::failure::meaning;
use super::failure::{Failure, Result};
use crate::ledger::{Base, Kind, Timestamp, kind};
use crate::record::deletion::{Circumstance, Verdict, verdict};
use crate::record::erasure::{ErasedRun, RunCollector};
use crate::record::hold::{Hold, holding};
use crate::verify::erasures::Ahead;
use crate::verify::trust::Trust;
use crate::verify::{Broken, HeaderFields, PartSeen};

/// Which entries a deletion is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanRequest {
    /// These.
    Named(Vec<u64>),
    /// Every record whose retention period has ended.
    Expired,
    /// The extra part alone (reasons, handlers) of these entries, which are kept for ever themselves.
    Extras(Vec<u64>),
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What may be erased, both parts.
    pub runs: Vec<ErasedRun>,
    /// What may lose its extra part.
    pub extras: Vec<ErasedRun>,
    /// How many entries that is.
    pub erasable: u64,
    /// How many entries asked for must stay.
    pub kept: u64,
    /// How many are not in the log.
    pub unknown: Vec<u64>,
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
            PlanRequest::Named(indexes) | PlanRequest::Extras(indexes) => indexes.clone(),
            PlanRequest::Expired => Vec::new(),
        };
        named.sort_unstable();
        named.dedup();
        let mut next_named = named.iter().copied().peekable();
        let mut runs = RunCollector::default();
        let mut plan =
            Plan { runs: Vec::new(), extras: Vec::new(), erasable: 0, kept: 0, unknown: Vec::new() };
        // The corrected records that go: their corrections go with them.
        let mut going: HashMap<u64, Verdict> = HashMap::new();
        let mut newest = None;
        let mut statement = self.run(|c| {
            c.prepare("SELECT idx, time, kind, base, about, facts_salt IS NULL, extra_salt IS NULL FROM entry ORDER BY idx")
        })?;
        let mut rows = statement.query([]).map_err(|e| meaning(&self.path, e))?;
        while let Some(row) = rows.next().map_err(|e| meaning(&self.path, e))? {
            let e = entry_of(row).map_err(|e| meaning(&self.path, e))??;
            newest = newest.max(Some(e.time));
            let with_record =
                e.about.and_then(|about| going.get(&about)).filter(|_| e.kind == Kind::Correction);
            let asked = match request {
                PlanRequest::Named(_) | PlanRequest::Extras(_) => next_named.next_if_eq(&e.index).is_some(),
                PlanRequest::Expired => {
                    let erasable = e.kind.facts() == kind::Facts::ErasableByRetention;
                    erasable && e.kind != Kind::Correction && !e.no_facts
                }
            };
            let verdict = match (with_record, request) {
                (Some(with_record), _) if !e.no_facts => *with_record,
                _ if !asked => continue,
                (_, PlanRequest::Extras(_)) => {
                    let base = newest.unwrap_or(e.time).legal_day();
                    verdict(self.standing_of_extra(&e, base, &ahead)?, years, today)
                }
                _ => verdict(self.standing(&e, &ahead)?, years, today),
            };
            match verdict {
                Verdict::Erase { base, free } => {
                    runs.push(e.index, base, free);
                    plan.erasable += 1;
                    if ahead.amendments.contains_key(&e.index) {
                        going.insert(e.index, verdict);
                    }
                }
                _ => plan.kept += 1,
            }
            show(Planned { index: e.index, kind: e.kind, verdict });
        }
        plan.unknown.extend(next_named);
        match request {
            PlanRequest::Extras(_) => plan.extras = runs.finish(),
            _ => plan.runs = runs.finish(),
        }
        Ok(plan)
    }

    fn standing(&self, e: &Candidate, ahead: &Ahead) -> Result<Circumstance> {
        let gone = e.no_facts && e.no_extra;
        Ok(match (ahead.effective(e.index, e.base), e.about) {
            _ if e.kind.facts() == kind::Facts::Permanent => Circumstance::Permanent,
            (Base::None, _) => Circumstance::Permanent,
            _ if gone => Circumstance::Erased {
                by: self
                    .erased_by(e.index)?
                    .ok_or(Failure::Damaged { index: Some(e.index), why: Damage::PayloadMissing })?,
            },
            (_, Some(about)) if e.kind == Kind::Correction => Circumstance::Correction { about },
            (base, _) => match (holding(&ahead.holds, e.index, u64::MAX), base) {
                (Some(hold), _) => Circumstance::Held { hold },
                (None, Base::Day(base)) => match self.naming(e)? {
                    Some(by) => Circumstance::InUse { by },
                    None => Circumstance::Counting { base },
                },
                (None, _) if e.kind == Kind::StopRequest => Circumstance::InForce,
                (None, _) => Circumstance::Open,
            },
        })
    }

    /// A record that names this entry of the register of recipients.
    fn naming(&self, e: &Candidate) -> Result<Option<u64>> {
        if e.kind != Kind::Recipient {
            return Ok(None);
        }
        self.run(|c| {
            c.query_row(
                "SELECT r.idx FROM entry r JOIN particulars p ON p.id = r.particulars
                 WHERE p.recipient_id = (SELECT facts ->> 'id' FROM entry WHERE idx = ?1) LIMIT 1",
                [e.index],
                |r| r.get(0),
            )
            .optional()
        })
    }

    /// This entry is how a filing stands, and provision by it has not ended.
    fn filing_is_in_force(&self, index: u64) -> Result<bool> {
        let filings = self.registers()?.filings;
        let id = filings.0.iter().find(|f| f.index == index).map(|f| f.value.id.clone());
        Ok(id
            .and_then(|id| filings.latest(&id))
            .is_some_and(|latest| latest.index == index && !latest.value.stopped))
    }

    fn standing_of_extra(&self, e: &Candidate, base: NaiveDate, ahead: &Ahead) -> Result<Circumstance> {
        if e.kind.facts() != kind::Facts::Permanent {
            return Ok(Circumstance::ExtraOfRecord);
        }
        if e.no_extra {
            return Ok(match self.extra_erased_by(e.index)? {
                Some(by) => Circumstance::Erased { by },
                None => Circumstance::NoExtra,
            });
        }
        Ok(match holding(&ahead.holds, e.index, u64::MAX) {
            Some(hold) => Circumstance::Held { hold },
            // Its notice and its form are still made from it.
            None if e.kind == Kind::Filing && self.filing_is_in_force(e.index)? => Circumstance::InForce,
            None => Circumstance::Counting { base },
        })
    }

    /// The base that the retention of an entry counts from, whose own is `own`: the latest of it and of the entries about it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn effective_base(&self, index: u64, own: Base) -> Result<Base> {
        let mut ahead = Ahead::default();
        for about in self.indexes("about = ?1", [index])? {
            if let Some(Ok(fields)) = self.see_one(about, |seen| seen.sighting.fields)? {
                ahead.amend(index, fields.base);
            }
        }
        Ok(ahead.effective(index, own))
    }

    /// The holds, ascending.
    ///
    /// # Errors
    /// Those of the database.
    pub fn holds(&self) -> Result<Vec<Hold>> {
        Ok(self.ahead()?.holds)
    }

    /// The trust entries, ascending.
    ///
    /// # Errors
    /// Those of the database.
    pub fn trusts(&self) -> Result<Vec<Trust>> {
        let mut trusts = Vec::new();
        for index in self.of_kind(Kind::Trust)?.unwrap_or_default() {
            self.see_one(index, |seen| {
                if let (Ok(HeaderFields { time, kind: Kind::Trust, .. }), PartSeen::Present { bytes, .. }) =
                    (seen.sighting.fields, &seen.sighting.facts)
                {
                    trusts.push(Trust::of_facts(index, time, bytes));
                }
            })?;
        }
        Ok(trusts)
    }

    /// What must be known before the first entry is read: erasures, holds, and bases that later entries bring.
    pub(super) fn ahead(&self) -> Result<Ahead> {
        let mut ahead = Ahead::default();
        for index in self.of_kind(Kind::Erasure)?.unwrap_or_default() {
            self.see_one(index, |seen| ahead.erasures.push(erasure_claim(&seen.sighting)))?;
        }
        for index in self.of_kind(Kind::Hold)?.unwrap_or_default() {
            self.see_one(index, |seen| ahead.hold(index, seen.sighting.facts.bytes()))?;
        }
        ahead.trusts = self.trusts()?;
        for index in self.amending()? {
            self.see_one(index, |seen| {
                if let Ok(fields) = seen.sighting.fields
                    && let Some(about) = fields.about
                {
                    ahead.amend(about, fields.base);
                    if fields.kind == Kind::Release {
                        ahead.release(about, index);
                    }
                }
            })?;
        }
        Ok(ahead)
    }
}

/// What the plan reads of an entry.
struct Candidate {
    index: u64,
    time: Timestamp,
    kind: Kind,
    base: Base,
    about: Option<u64>,
    no_facts: bool,
    no_extra: bool,
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<Result<Candidate>> {
    let index = row.get(0)?;
    let damaged = |why: Broken| Failure::Damaged { index: Some(index), why: why.into() };
    let (time, code, base): (i64, i64, Option<i64>) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let (about, no_facts, no_extra) = (row.get(4)?, row.get(5)?, row.get(6)?);
    let read = || {
        Ok(Candidate {
            index,
            time: Timestamp::from_millis(time).ok_or(damaged(Broken::Time))?,
            kind: Kind::from_code(code).ok_or(damaged(Broken::Kind))?,
            base: match base {
                None => Base::None,
                Some(0) => Base::Open,
                Some(n) => Base::Day(day_of_number(n).ok_or(damaged(Broken::Base))?),
            },
            about,
            no_facts,
            no_extra,
        })
    };
    Ok(read())
}
