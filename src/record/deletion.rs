//! The deletion plan: for each entry keep or erase, and why.
//!
//! Owns: the verdict on one entry.
//! Does not own: reading entries, erasing (`store`), the calendar (`retention`).

use chrono::NaiveDate;

use super::retention::first_day_of_deletion;

/// What the plan needs to know of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circumstance {
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
pub fn verdict(standing: Circumstance, years: u32, today: NaiveDate) -> Verdict {
    match standing {
        Circumstance::Permanent => Verdict::KeepPermanent,
        Circumstance::Erased { by } => Verdict::AlreadyErased { by },
        Circumstance::Held { hold } => Verdict::KeepHeld { hold },
        Circumstance::Correction { about } => Verdict::KeepWithRecord { about },
        Circumstance::ExtraOfRecord => Verdict::KeepExtraOfRecord,
        Circumstance::NoExtra => Verdict::KeepNoExtra,
        Circumstance::InUse { by } => Verdict::KeepInUse { by },
        Circumstance::Open => Verdict::KeepOpen,
        Circumstance::InForce => Verdict::KeepInForce,
        Circumstance::Counting { base } => {
            let free = first_day_of_deletion(base, years);
            if today >= free { Verdict::Erase { base, free } } else { Verdict::KeepUntil { base, free } }
        }
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
        let counting = Circumstance::Counting { base: day("2023-11-23") };
        let free = day("2026-11-24");
        let base = day("2023-11-23");
        assert_eq!(verdict(counting, 3, day("2026-11-23")), Verdict::KeepUntil { base, free });
        assert_eq!(verdict(counting, 3, free), Verdict::Erase { base, free });
    }

    #[test]
    fn what_is_permanent_open_or_gone_is_never_erased() {
        let late = day("9998-01-01");
        assert_eq!(verdict(Circumstance::Permanent, 3, late), Verdict::KeepPermanent);
        assert_eq!(verdict(Circumstance::Open, 3, late), Verdict::KeepOpen);
        assert_eq!(verdict(Circumstance::Held { hold: 3 }, 3, late), Verdict::KeepHeld { hold: 3 });
        assert_eq!(verdict(Circumstance::InUse { by: 3 }, 3, late), Verdict::KeepInUse { by: 3 });
        assert_eq!(verdict(Circumstance::Erased { by: 7 }, 3, late), Verdict::AlreadyErased { by: 7 });
    }
}
