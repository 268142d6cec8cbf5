//! How far a clock may run ahead of the log before a person is asked.
//!
//! One entry under a clock of 2099 would keep every later record until 2102: retention counts from the newest day anywhere in
//! the log. So a long step forward is told, and a longer one refused until somebody has stated the day.
//!
//! Owns: the two limits and the judgement. Does not own: a clock, or what stands behind the newest entry (a record is taken under
//! such a clock, nothing is erased by it).

use chrono::NaiveDate;

/// A step of more days than this is told.
pub const TOLD_DAYS: i64 = 45;
/// A step of more days than this must be confirmed before anything is written.
pub const CONFIRMED_DAYS: i64 = 400;

/// How a clock stands to the newest legal day in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// As usual, or behind it.
    Usual,
    /// So many days ahead of it: worth telling.
    Told(i64),
    /// So many days ahead of it: somebody must state the day.
    Confirm(i64),
}

/// Judges the legal day `today` against the `newest` legal day in the log.
#[must_use]
pub fn ahead(newest: NaiveDate, today: NaiveDate) -> Ahead {
    match (today - newest).num_days() {
        days if days > CONFIRMED_DAYS => Ahead::Confirm(days),
        days if days > TOLD_DAYS => Ahead::Told(days),
        _ => Ahead::Usual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_45_and_400_days_are_the_last_that_pass() {
        let newest: NaiveDate = "2026-11-27".parse().unwrap();
        let after = |days| ahead(newest, newest + chrono::Days::new(days));
        assert_eq!([after(0), after(45)], [Ahead::Usual; 2]);
        assert_eq!([after(46), after(400)], [Ahead::Told(46), Ahead::Told(400)]);
        assert_eq!(after(401), Ahead::Confirm(401));
        assert_eq!(ahead(newest, "2016-11-27".parse().unwrap()), Ahead::Usual, "behind is not ahead");
    }
}
