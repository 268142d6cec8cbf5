//! What must hold of every input, whatever its bytes: one function a target, for the fuzzer (`fuzz/fuzz_targets`) and for
//! the replay by the stable toolchain (`tests/fuzz_corpus.rs`) alike.
//!
//! Each panics where something does not hold, and says whether the input was taken for what it claims to be, so that
//! whoever counts sees that both sides are met. It knows nothing of the other tests.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests"
)]

pub mod files;
pub mod folder;
pub mod format;
#[path = "../reading.rs"]
pub mod reading;

use std::panic::{set_hook, take_hook};
use std::sync::Once;

/// What holds, or a panic; true: the input was taken.
pub type Check = fn(&[u8]) -> bool;

/// Every target by its name: of its file in `fuzz/fuzz_targets` and of its corpus in `fuzz/corpus`.
pub const TARGETS: [(&str, Check); 14] = [
    ("header", format::header),
    ("part", format::part),
    ("note", format::note),
    ("key", format::key),
    ("proof", format::proof),
    ("anchor", format::anchor),
    ("reply", format::reply),
    ("folder", folder::folder),
    ("csv", files::csv),
    ("heading", files::heading),
    ("dates", files::dates),
    ("map", files::map),
    ("jsonl", files::jsonl),
    ("import", files::import),
];

/// A panic that the reader of workbooks catches is none, for a hook that ends the process least of all.
pub fn caught_panics_are_none() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !provlog::panics::is_caught() {
                usual(info);
            }
        }));
    });
}
