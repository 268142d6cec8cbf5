//! What must hold: `tests/support/fuzzed/files.rs`.
#![no_main]

#[path = "../../tests/support/fuzzed/mod.rs"]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzzed::files::import(data);
});
