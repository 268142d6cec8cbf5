//! A model test: random histories of a ledger (records, corrections, holds, deletions, imports, keys) under clocks that jump
//! both ways, played by the program and by a small model of the law beside it (`model/`). Nothing goes early, nothing is locked
//! for ever, the guards hold as they are said, and after every step the ledger verifies and holds what the model holds.
//!
//! `PROPTEST_CASES=2000 cargo test model:: -- --nocapture` plays more of them; `PROPTEST_RNG_SEED=N` others.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a test")]
#![allow(clippy::print_stdout, reason = "it prints how often each thing happened")]

mod calendar;
mod commands;
mod files;
mod ledger;
mod play;
mod steps;
mod which;
mod why;

use play::{Tally, play};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

/// So many histories in CI.
const CASES: u32 = 80;

/// What must have happened at least once, or the test shows nothing: a part of a line of the count.
const MUST_OCCUR: &[&str] = &[
    // Every command, done and refused.
    "record: done",
    "record: refused",
    "record --key: done",
    "record --key: refused",
    "record --key: again",
    "retry: done",
    "retry: refused",
    "answered: it is there already",
    "erased key: done",
    "erased key: refused",
    "erased key: again",
    "erased row: done",
    "erased row: refused",
    "erased row: again",
    "correct: done",
    "correct: refused",
    "corrected: note",
    "corrected: day",
    "corrected: last day",
    "corrected: void",
    "hold add: done",
    "hold add: refused",
    "hold release: done",
    "hold release: refused",
    "plan: done",
    "plan: refused",
    "delete: done",
    "delete: refused",
    "delete --expired: done",
    "delete --expired: refused",
    "import: done",
    "import: refused",
    "import: trusting",
    "import: again",
    "the same file: refused",
    "entries erased",
    "erased on the very first day",
    "erased by a clock that is up to 5 minutes behind",
    "end: everything went",
    // Every way in which a clock moves.
    "clock: stay",
    "clock: seconds",
    "clock: minutes",
    "clock: days",
    "clock: days back",
    "clock: 44 or 45 days",
    "clock: 46 days",
    "clock: 399 or 400 days",
    "clock: 401 days",
    "clock: years",
    "clock: 29 February",
    "clock: midnight in Japan",
    "clock: up to 5 minutes behind",
    "clock: over 5 minutes behind",
    "clock: first day of deletion",
    "clock: 2099",
    "clock: true time",
    "clock: no time",
    "written, clock Behind",
    "written, clock Usual",
    "written, clock Told",
    "written, clock FarAhead",
    // Every reason for which something is refused.
    "refused, NoClock",
    "refused, FarAhead",
    "refused, WrongDay",
    "refused, NoDay",
    "refused, NoReason",
    "refused, Behind",
    "refused, Early",
    "refused, Held",
    "refused, Open",
    "refused, WithRecord",
    "refused, Permanent",
    "refused, AlreadyErased",
    "refused, NoSuchEntry",
    "refused, FutureDay",
    "refused, KeyTaken",
    "refused, MayBeErased",
    "refused, SameFile",
    "refused, NothingClaimed",
    "refused, NotARecord",
    "refused, Erased",
    "refused, Void",
    "refused, NothingChanges",
    "refused, Reopens",
    "refused, Unlawful",
    "refused, NotAHold",
    "verify found nothing",
    "verify found that a clock had been ahead",
];

#[test]
fn the_program_does_what_a_model_of_the_law_says_under_any_clock() {
    let named = |name| std::env::var_os(name).is_some();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if !named("PROPTEST_MAX_SHRINK_ITERS") {
        config.max_shrink_iters = 150;
    }
    if !named("PROPTEST_CASES") {
        config.cases = CASES;
    }
    if !named("PROPTEST_RNG_SEED") {
        // The same histories each time: the figures that the documents quote are those of this seed.
        config.rng_seed = RngSeed::Fixed(14);
    }
    let (cases, seed) = (config.cases, config.rng_seed);
    let tally = Tally::default();
    let played = TestRunner::new(config)
        .run(&steps::history(), |history| play(&history, &tally).map_err(TestCaseError::fail));
    let tally = tally.into_inner();
    println!("histories: {cases} (seed {seed})");
    for (what, times) in &tally {
        println!("{times:>8}  {what}");
    }
    if let Err(TestError::Fail(why, _)) = &played {
        panic!("{why}");
    }
    played.unwrap();
    if cases >= CASES {
        let missing: Vec<_> = MUST_OCCUR.iter().filter(|what| !tally.contains_key(**what)).collect();
        assert!(missing.is_empty(), "never happened: {missing:?}");
    }
}
