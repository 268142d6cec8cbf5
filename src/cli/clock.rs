//! The clock: the only place that reads it.
//!
//! A release build has no switch or variable that sets it. Debug builds, which the tests run, take
//! PROVLOG_TEST_CLOCK; `tests/clock.rs` shows that a release build does not know that name.

use std::time::{SystemTime, UNIX_EPOCH};

use provlog::ledger::Timestamp;
use provlog::store::Failure;

use super::trouble::Trouble;

/// The present time, to the millisecond.
pub(crate) fn now() -> Result<Timestamp, Trouble> {
    read().ok_or(Trouble::Store(Failure::NoClock))
}

/// The same; `None` where the clock shows no usable time.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(crate) fn read() -> Option<Timestamp> {
    #[cfg(debug_assertions)]
    if let Ok(set) = std::env::var("PROVLOG_TEST_CLOCK") {
        return Timestamp::from_text(set.as_bytes());
    }
    shown(SystemTime::now())
}

/// The time that a clock shows; `None` before 1970 and behind what the format can tell.
fn shown(clock: SystemTime) -> Option<Timestamp> {
    let since = clock.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_outside_the_calendar_shows_no_time() {
        let text = |clock| shown(clock).map(|time| time.to_string());
        assert_eq!(text(UNIX_EPOCH).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(text(UNIX_EPOCH - Duration::from_millis(1)), None);
        let last = UNIX_EPOCH + Duration::from_millis(253_370_764_799_999);
        assert_eq!(text(last).as_deref(), Some("9998-12-31T23:59:59.999Z"));
        assert_eq!(text(last + Duration::from_millis(1)), None);
    }
}
