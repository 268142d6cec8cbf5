//! The deletion plan: for each entry keep or erase, and why; and when a clock is too doubtful to delete by.
//!
//! Owns: the verdict on one entry, the watch over the clock (design section 3).
//! Does not own: reading entries, erasing (`store`), the calendar (`retention`).

use chrono::NaiveDate;

use super::retention::first_day_of_deletion;

/// What the plan needs to know of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its kind is kept for ever.
    Permanent,
    /// Its parts have been erased before, by that entry.
    Erased {
        /// Index of the erasure entry.
        by: u64,
    },
    /// A hold names it.
    Held {
        /// Index of the hold entry.
        hold: u64,
    },
    /// It corrects a record, and goes with it alone.
    Correction {
        /// Index of the record.
        about: u64,
    },
    /// Its extra part alone is asked for, and it is none of the kinds that are kept for ever.
    ExtraOfRecord,
    /// Its extra part alone is asked for, and it has none.
    NoExtra,
    /// It is in the register of recipients, and a record that is kept names it.
    InUse {
        /// Index of such a record.
        by: u64,
    },
    /// Its last day of provision is not known yet.
    Open,
    /// A request to stop, or a filing, that is in force.
    InForce,
    /// Its retention counts from this day.
    Counting {
        /// The effective base: the latest of its own and of the entries about it.
        base: NaiveDate,
    },
}

/// Keep or erase, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The retention period has ended.
    Erase {
        /// The base it counted from.
        base: NaiveDate,
        /// Since when deletion is allowed.
        free: NaiveDate,
    },
    /// Still inside the retention period.
    KeepUntil {
        /// The base it counts from.
        base: NaiveDate,
        /// The first day on which deletion is allowed.
        free: NaiveDate,
    },
    /// A hold names it.
    KeepHeld {
        /// Index of the hold entry.
        hold: u64,
    },
    /// It goes with the record that it corrects.
    KeepWithRecord {
        /// Index of the record.
        about: u64,
    },
    /// Of a record, the extra part goes with the facts alone.
    KeepExtraOfRecord,
    /// There is no extra part.
    KeepNoExtra,
    /// A record that is kept names it.
    KeepInUse {
        /// Index of such a record.
        by: u64,
    },
    /// Kept for ever.
    KeepPermanent,
    /// Open: no end is known.
    KeepOpen,
    /// In force.
    KeepInForce,
    /// Nothing left to erase.
    AlreadyErased {
        /// Index of the erasure entry.
        by: u64,
    },
}

/// The verdict on one entry on the legal day `today`. No rule, no deletion.
#[must_use]
pub fn verdict(standing: Standing, years: u32, today: NaiveDate) -> Verdict {
    match standing {
        Standing::Permanent => Verdict::KeepPermanent,
        Standing::Erased { by } => Verdict::AlreadyErased { by },
        Standing::Held { hold } => Verdict::KeepHeld { hold },
        Standing::Correction { about } => Verdict::KeepWithRecord { about },
        Standing::ExtraOfRecord => Verdict::KeepExtraOfRecord,
        Standing::NoExtra => Verdict::KeepNoExtra,
        Standing::InUse { by } => Verdict::KeepInUse { by },
        Standing::Open => Verdict::KeepOpen,
        Standing::InForce => Verdict::KeepInForce,
        Standing::Counting { base } => {
            let free = first_day_of_deletion(base, years);
            if today >= free { Verdict::Erase { base, free } } else { Verdict::KeepUntil { base, free } }
        }
    }
}

/// A step of the clock longer than this many days must be confirmed before anything is deleted.
pub const MAX_STEP_DAYS: i64 = 45;

/// A step of the clock between two consecutive entries, forward from the newest time so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index of the entry after the step; `None`: the step leads from the last entry to now.
    pub to: Option<u64>,
    /// The newest legal day before the step.
    pub from_day: NaiveDate,
    /// The legal day after it.
    pub to_day: NaiveDate,
}

/// Watches the legal days of entries in order, for steps that nobody has confirmed.
#[derive(Clone, Debug, Default)]
pub struct ClockWatch {
    newest: Option<NaiveDate>,
    steps: Vec<Step>,
}

impl ClockWatch {
    /// Sees the next entry, or the present (`to` = `None`).
    pub fn see(&mut self, to: Option<u64>, day: NaiveDate) {
        let Some(newest) = self.newest else {
            self.newest = Some(day);
            return;
        };
        if (day - newest).num_days() > MAX_STEP_DAYS {
            self.steps.push(Step { to, from_day: newest, to_day: day });
        }
        self.newest = Some(newest.max(day));
    }

    /// A person has confirmed the date: all steps so far are covered.
    pub fn confirm(&mut self) {
        self.steps.clear();
    }

    /// The unconfirmed steps that could have freed something whose period counts from `oldest_base`.
    pub fn unconfirmed_since(&self, oldest_base: NaiveDate) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |s| s.to_day > oldest_base)
    }

    /// The newest legal day seen.
    #[must_use]
    pub fn newest(&self) -> Option<NaiveDate> {
        self.newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn an_entry_is_kept_to_its_last_protected_day_and_erasable_on_the_next() {
        let counting = Standing::Counting { base: day("2023-11-23") };
        let free = day("2026-11-24");
        let base = day("2023-11-23");
        assert_eq!(verdict(counting, 3, day("2026-11-23")), Verdict::KeepUntil { base, free });
        assert_eq!(verdict(counting, 3, free), Verdict::Erase { base, free });
    }

    #[test]
    fn what_is_permanent_open_or_gone_is_never_erased() {
        let late = day("9998-01-01");
        assert_eq!(verdict(Standing::Permanent, 3, late), Verdict::KeepPermanent);
        assert_eq!(verdict(Standing::Open, 3, late), Verdict::KeepOpen);
        assert_eq!(verdict(Standing::Held { hold: 3 }, 3, late), Verdict::KeepHeld { hold: 3 });
        assert_eq!(verdict(Standing::InUse { by: 3 }, 3, late), Verdict::KeepInUse { by: 3 });
        assert_eq!(verdict(Standing::Erased { by: 7 }, 3, late), Verdict::AlreadyErased { by: 7 });
    }

    #[test]
    fn a_step_of_more_than_45_days_is_seen_until_it_is_confirmed() {
        let mut watch = ClockWatch::default();
        watch.see(Some(0), day("2023-01-01"));
        watch.see(Some(1), day("2023-02-15"));
        assert_eq!(watch.unconfirmed_since(day("2023-01-01")).count(), 0, "45 days are allowed");
        watch.see(Some(2), day("2023-04-02"));
        watch.see(Some(3), day("2023-03-01"));
        watch.see(None, day("2026-11-23"));
        let steps: Vec<_> = watch.unconfirmed_since(day("2023-01-01")).collect();
        assert_eq!(steps.len(), 2, "46 days, and the one to now");
        assert_eq!((steps[0].to, steps[1].to), (Some(2), None));
        assert_eq!(steps[1].from_day, day("2023-04-02"), "counted from the newest day, not from the last");
        assert_eq!(
            watch.unconfirmed_since(day("2023-04-02")).count(),
            1,
            "older steps freed nothing of this base"
        );
        watch.confirm();
        assert_eq!(watch.unconfirmed_since(day("2023-01-01")).count(), 0);
    }
}
