//! The calendar of the model: instants, days in Japan, and the first day on which a record may go, by docs/LAW.md, "How long it stays".
//!
//! Owns: its own arithmetic on days since 1970; nothing of it comes from the program or from a library of dates, so that
//! the two can contradict each other. Does not own: what counts from which day (`ledger`).

/// Milliseconds since 1970-01-01T00:00:00Z; below 0 before.
pub type Instant = i64;
/// Days since 1970-01-01, as days in Japan.
pub type Day = i64;

pub const SECOND: Instant = 1000;
pub const MINUTE: Instant = 60 * SECOND;
pub const HOUR: Instant = 60 * MINUTE;
pub const DAY: Instant = 24 * HOUR;
const JAPAN: Instant = 9 * HOUR;

/// The day in Japan.
pub fn day_of(t: Instant) -> Day {
    (t + JAPAN).div_euclid(DAY)
}

/// The day in Greenwich: what somebody types who looks at a machine's clock.
pub fn utc_day_of(t: Instant) -> Day {
    t.div_euclid(DAY)
}

/// The instant at which a day begins in Japan.
pub fn midnight(day: Day) -> Instant {
    day * DAY - JAPAN
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// How many days lie between 1970-01-01 and the first day of a year.
fn days_before(year: i64) -> Day {
    let leaps = |y: i64| y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
    365 * (year - 1970) + leaps(year - 1) - leaps(1969)
}

/// The day of a date, if there is such a date.
pub fn day(year: i64, month: i64, of_month: i64) -> Option<Day> {
    let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&of_month);
    exists.then(|| days_before(year) + (1..month).map(|m| days_in(year, m)).sum::<i64>() + of_month - 1)
}

/// Year, month and day of the month.
pub fn date(day: Day) -> (i64, i64, i64) {
    let mut year = 1970 + day.div_euclid(365);
    while days_before(year) > day {
        year -= 1;
    }
    while days_before(year + 1) <= day {
        year += 1;
    }
    let (mut month, mut left) = (1, day - days_before(year));
    while left >= days_in(year, month) {
        left -= days_in(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

/// The first day on which deletion is allowed: the day after the base, the same month and day so many years later; where
/// that day does not exist, 1 March.
pub fn first_free(base: Day, years: i64) -> Day {
    let (year, month, of_month) = date(base + 1);
    day(year + years, month, of_month).unwrap_or_else(|| day(year + years, 3, 1).unwrap())
}

/// So many years later, at the same time of the day.
pub fn years_later(t: Instant, years: i64) -> Instant {
    let (year, month, of_month) = date(day_of(t));
    let later = (0..4).find_map(|back| day(year + years, month, of_month - back)).unwrap();
    t + (later - day_of(t)) * DAY
}

/// The next year after that of `day` which has a 29 February.
pub fn next_leap_year(day: Day) -> i64 {
    let (year, ..) = date(day);
    (year + 1..).find(|year| is_leap(*year)).unwrap()
}

/// `YYYY-MM-DD`.
pub fn day_text(day: Day) -> String {
    let (year, month, of_month) = date(day);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// `YYYY-MM-DDThh:mm:ss.mmmZ`, as the clock of a debug build is set.
pub fn instant_text(t: Instant) -> String {
    let left = t.rem_euclid(DAY);
    let (h, m, s, ms) = (left / HOUR, left / MINUTE % 60, left / SECOND % 60, left % SECOND);
    format!("{}T{h:02}:{m:02}:{s:02}.{ms:03}Z", day_text(utc_day_of(t)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Day {
        let parts: Vec<i64> = text.split('-').map(|part| part.parse().unwrap()).collect();
        day(parts[0], parts[1], parts[2]).unwrap()
    }

    #[test]
    fn the_models_calendar_holds_the_table_of_the_law() {
        for (base, three, one) in [
            ("2024-02-28", "2027-03-01", "2025-03-01"),
            ("2024-02-29", "2027-03-01", "2025-03-01"),
            ("2023-11-23", "2026-11-24", "2024-11-24"),
            ("2025-01-01", "2028-01-02", "2026-01-02"),
            ("2023-12-31", "2027-01-01", "2025-01-01"),
            ("2021-02-28", "2024-03-01", "2022-03-01"),
            ("2023-02-28", "2026-03-01", "2024-03-01"),
        ] {
            assert_eq!(day_text(first_free(parsed(base), 3)), three, "{base}, 3 years");
            assert_eq!(day_text(first_free(parsed(base), 1)), one, "{base}, 1 year");
        }
    }

    #[test]
    fn the_models_calendar_counts_every_day_once() {
        let (mut year, mut month, mut of_month) = (1968, 1, 1);
        for n in days_before(1968)..days_before(2405) {
            assert_eq!(date(n), (year, month, of_month));
            assert_eq!(day(year, month, of_month), Some(n));
            of_month += 1;
            if day(year, month, of_month).is_none() {
                (month, of_month) = (month + 1, 1);
            }
            if month == 13 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!(year, 2405);
    }

    #[test]
    fn the_models_day_turns_at_15_hours_in_greenwich() {
        let t = parsed("2026-11-22") * DAY + 15 * HOUR;
        assert_eq!(
            (day_text(day_of(t - 1)), day_text(day_of(t))),
            ("2026-11-22".into(), "2026-11-23".into())
        );
        assert_eq!((midnight(day_of(t)), utc_day_of(t)), (t, day_of(t) - 1));
        assert_eq!(instant_text(t), "2026-11-22T15:00:00.000Z");
        assert_eq!(instant_text(-1), "1969-12-31T23:59:59.999Z");
    }
}
