//! How long a record stays: docs/LAW.md, "How long it stays", on legal days (Japan).
//!
//! Owns: the base of the period and its end, by the Civil Code's counting.
//! Does not own: which day it is today, holds, what is deleted (`deletion`).

use chrono::{Datelike as _, NaiveDate};

/// The fewest years that a ledger may keep its records.
pub const MIN_YEARS: u32 = 3;
/// The most: so that every day that is computed exists in four digits.
pub const MAX_YEARS: u32 = 100;

/// The day from which a record's retention counts: the latest of the newest legal day anywhere in the log, the
/// legal day on the clock, and the last day of provision. Only ever later than the law asks, never earlier.
#[must_use]
pub fn base(
    newest_in_log: NaiveDate,
    today: NaiveDate,
    last_day_of_provision: Option<NaiveDate>,
) -> NaiveDate {
    let recorded = newest_in_log.max(today);
    last_day_of_provision.map_or(recorded, |day| day.max(recorded))
}

/// The same for a record that somebody has decided to trust: from the day on which it claims to have been made, or its
/// last day of provision, whichever is later. Never later than `usual`, the base that it has without that decision, and
/// that one where it claims nothing.
#[must_use]
pub fn claimed_base(
    usual: NaiveDate,
    claimed: Option<NaiveDate>,
    last_day_of_provision: Option<NaiveDate>,
) -> NaiveDate {
    claimed.map_or(usual, |claimed| last_day_of_provision.map_or(claimed, |day| day.max(claimed)).min(usual))
}

/// The first day on which deletion is allowed.
///
/// The first day does not count (Civil Code 140), the period ends on the day before its anniversary (Civil Code
/// 143(2)); where that day does not exist (29 February), deletion is allowed from 1 March.
#[must_use]
pub fn first_day_of_deletion(base: NaiveDate, years: u32) -> NaiveDate {
    let first = base.succ_opt().unwrap_or(NaiveDate::MAX);
    let year = first.year().saturating_add(i32::try_from(years).unwrap_or(i32::MAX));
    NaiveDate::from_ymd_opt(year, first.month(), first.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}

// The table of the law and the monotonic properties are in tests/clock.rs, where they run in three time zones.
#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_base_is_the_latest_of_log_clock_and_provision() {
        let [a, b, c] = [day("2026-01-01"), day("2026-01-02"), day("2026-01-03")];
        assert_eq!(base(a, b, Some(c)), c);
        assert_eq!(base(c, b, Some(a)), c, "a clock set back shortens nothing");
        assert_eq!(base(a, c, Some(b)), c, "an old provision recorded late counts from the recording");
        assert_eq!(base(b, a, None), b);
    }

    #[test]
    fn a_claim_counts_from_the_later_of_itself_and_the_provision() {
        let [provided, claimed, today] = [day("2021-04-01"), day("2021-04-05"), day("2026-11-23")];
        assert_eq!(claimed_base(today, Some(claimed), Some(provided)), claimed);
        assert_eq!(claimed_base(today, Some(day("2021-03-01")), Some(provided)), provided);
        assert_eq!(claimed_base(today, Some(claimed), None), claimed);
        assert_eq!(claimed_base(today, None, Some(provided)), today, "it claims nothing");
        assert_eq!(claimed_base(today, Some(day("2099-01-01")), Some(provided)), today, "a slip of the pen");
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0i32..3_000_000).prop_map(|n| NaiveDate::from_num_days_from_ce_opt(n + 365).unwrap())
    }

    proptest! {
        #[test]
        fn no_base_is_freed_before_its_years_have_passed(base in any_day(), years in 1u32..=MAX_YEARS) {
            let free = first_day_of_deletion(base, years);
            // The day before the first day of deletion is the last protected one: at least `years` times 365 days.
            prop_assert!((free - base).num_days() > i64::from(years) * 365);
        }
    }
}
