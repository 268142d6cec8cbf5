//! The clock: the only place that reads it.
//!
//! A release build has no switch or variable that sets it. Debug builds, which the tests run, take
//! PROVLOG_TEST_CLOCK; `tests/clock.rs` shows that a release build does not know that name.

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
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
}
