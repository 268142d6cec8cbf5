//! The clock: the only place that reads it.
//!
//! A release build has no switch or variable that sets it. Debug builds, which the tests run, take
//! PROVLOG_TEST_CLOCK; `tests/clock.rs` shows that a release build does not know that name.

use provlog::ledger::Timestamp;

use super::trouble::Trouble;

/// The present time, to the millisecond.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(crate) fn now() -> Result<Timestamp, Trouble> {
    #[cfg(debug_assertions)]
    if let Ok(set) = std::env::var("PROVLOG_TEST_CLOCK") {
        return Timestamp::from_text(set.as_bytes()).ok_or(Trouble::NoClock);
    }
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis()).ok_or(Trouble::NoClock)
}
