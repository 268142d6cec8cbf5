//! Panics of crates that we use, where they stand for an error: caught, and not told as the program's own.
//!
//! Owns: catching them, and knowing that one is being caught. Does not own: what it means (whoever catches it), the hook that
//! asks (`cli`).

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic in this thread is caught and becomes an error, so that nobody need be told of it.
#[must_use]
pub fn is_caught() -> bool {
    CATCHING.get()
}

/// Runs something that may panic; `None` when it did. What it was at work on must not be used any more.
pub fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    CATCHING.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(false);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_known_to_be_while_it_lasts() {
        assert_eq!(caught(is_caught), Some(true));
        assert!(!is_caught());
        assert_eq!(caught(|| if is_caught() { panic!("of a crate that we use") } else { 1 }), None);
        assert!(!is_caught());
    }
}
