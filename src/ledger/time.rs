//! The time of an entry: UTC, milliseconds, always 24 characters.
//!
//! Owns: that text form, and the legal day (Japan, +09:00) on which an instant falls.
//! Does not own: a clock.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};

/// An instant as milliseconds since 1970-01-01T00:00:00Z, from year 1970 to 9998.
///
/// The upper bound leaves room for the calendar of legal days behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// 9998-12-31T23:59:59.999Z.
const LAST: i64 = 253_370_764_799_999;
const MS_PER_DAY: i64 = 86_400_000;
/// Japan has no daylight saving time; FORMAT.md fixes the offset.
const JAPAN: i64 = 9 * 3_600_000;
/// The length of the text form, `2026-11-23T09:30:00.000Z`.
pub const TIME_TEXT_LEN: usize = 24;

/// Two clocks of one moment may differ by so many milliseconds (five minutes) before the difference means anything.
pub const CLOCK_SLACK: i64 = 5 * 60 * 1000;

impl Timestamp {
    /// True when this instant lies more than [`CLOCK_SLACK`] before `other`.
    #[must_use]
    pub fn is_well_before(self, other: Timestamp) -> bool {
        other.0 - self.0 > CLOCK_SLACK
    }

    /// From milliseconds since the epoch; `None` outside the years 1970 to 9998.
    #[must_use]
    pub fn from_millis(ms: i64) -> Option<Timestamp> {
        (0..=LAST).contains(&ms).then_some(Timestamp(ms))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The legal day on which the instant falls: the day in Japan (+09:00), whatever the machine's zone.
    #[must_use]
    pub fn legal_day(self) -> NaiveDate {
        day_from_epoch((self.0 + JAPAN) / MS_PER_DAY)
    }

    /// Reads the canonical form, 24 characters; anything else is `None`.
    #[must_use]
    pub fn from_text(text: &[u8]) -> Option<Timestamp> {
        if text.len() != TIME_TEXT_LEN {
            return None;
        }
        let fixed =
            text[10] == b'T' && text[13] == b':' && text[16] == b':' && text[19] == b'.' && text[23] == b'Z';
        let day = day_from_text(&text[..10])?;
        let time = NaiveTime::from_hms_milli_opt(
            digits(&text[11..13])?,
            digits(&text[14..16])?,
            digits(&text[17..19])?,
            digits(&text[20..23])?,
        )?;
        let ms = NaiveDateTime::new(day, time).and_utc().timestamp_millis();
        if fixed { Timestamp::from_millis(ms) } else { None }
    }

    pub(crate) fn push_text(self, out: &mut Vec<u8>) {
        push_day(day_from_epoch(self.0 / MS_PER_DAY), out);
        let ms = (self.0 % MS_PER_DAY) as u32;
        out.push(b'T');
        push_digits(ms / 3_600_000, 2, out);
        out.push(b':');
        push_digits(ms / 60_000 % 60, 2, out);
        out.push(b':');
        push_digits(ms / 1000 % 60, 2, out);
        out.push(b'.');
        push_digits(ms % 1000, 3, out);
        out.push(b'Z');
    }
}

impl From<Timestamp> for DateTime<chrono::Utc> {
    fn from(t: Timestamp) -> Self {
        DateTime::from_timestamp_millis(t.0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(TIME_TEXT_LEN);
        self.push_text(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

fn day_from_epoch(days: i64) -> NaiveDate {
    // `Timestamp` is bounded, so the sum is always a day that chrono knows.
    NaiveDate::default().checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX)
}

/// Appends `YYYY-MM-DD`; the day must lie in the years 0 to 9999.
pub(crate) fn push_day(day: NaiveDate, out: &mut Vec<u8>) {
    use chrono::Datelike as _;
    push_digits(day.year().unsigned_abs(), 4, out);
    out.push(b'-');
    push_digits(day.month(), 2, out);
    out.push(b'-');
    push_digits(day.day(), 2, out);
}

/// Reads `YYYY-MM-DD`, ten characters, a day that exists, from year 1 to 9999.
#[must_use]
pub fn day_from_text(text: &[u8]) -> Option<NaiveDate> {
    if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = digits(&text[..4])?;
    if year == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(year as i32, digits(&text[5..7])?, digits(&text[8..])?)
}

fn digits(text: &[u8]) -> Option<u32> {
    let mut n = 0;
    for &b in text {
        if !b.is_ascii_digit() {
            return None;
        }
        n = n * 10 + u32::from(b - b'0');
    }
    Some(n)
}

fn push_digits(n: u32, width: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + width, b'0');
    let mut n = n;
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + (n % 10) as u8;
        n /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_legal_day_turns_at_midnight_in_japan_not_in_utc() {
        let before = Timestamp::from_text(b"2026-11-22T14:59:59.999Z").unwrap();
        let after = Timestamp::from_text(b"2026-11-22T15:00:00.000Z").unwrap();
        assert_eq!(before.legal_day().to_string(), "2026-11-22");
        assert_eq!(after.legal_day().to_string(), "2026-11-23");
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        for bad in [
            "2026-11-23T09:30:00Z",
            "2026-11-23T09:30:00.000+",
            "2026-11-23 09:30:00.000Z",
            "2026-02-29T09:30:00.000Z",
            "2026-11-23T24:00:00.000Z",
            "2026-11-23T23:59:60.000Z",
            "1969-12-31T23:59:59.999Z",
            "9999-01-01T00:00:00.000Z",
        ] {
            assert_eq!(Timestamp::from_text(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn text_and_instant_are_one(ms in 0..=LAST) {
            let t = Timestamp::from_millis(ms).unwrap();
            let text = t.to_string();
            prop_assert_eq!(text.len(), TIME_TEXT_LEN);
            prop_assert_eq!(Timestamp::from_text(text.as_bytes()), Some(t));
            let chrono_text = DateTime::<chrono::Utc>::from(t).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            prop_assert_eq!(text, chrono_text);
        }
    }
}
