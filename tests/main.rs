//! All tests in one binary: linked once, their support compiled once. A test is named `FILE::test`, so that
//! `cargo test kills::` runs one file.
//!
//! Owns: the list. Does not own: anything else.

#[cfg(target_os = "linux")]
#[path = "support/acts.rs"]
mod acts;
#[path = "support/fuzzed/mod.rs"]
mod fuzzed;
#[path = "support/guesses.rs"]
mod guesses;
#[cfg(target_os = "linux")]
#[path = "support/judge.rs"]
mod judge;
#[cfg(target_os = "linux")]
#[path = "support/replay.rs"]
mod replay;
#[path = "support/seeds.rs"]
mod seeds;
#[cfg(target_os = "linux")]
#[path = "support/shim.rs"]
mod shim;
#[cfg(target_os = "linux")]
#[path = "support/snapshot.rs"]
mod snapshot;
mod support;

mod altered;
mod anchor;
mod bad_input;
mod checkpoint;
mod clock;
mod closed_folder;
mod closed_world;
mod commands;
mod contract;
mod corpus;
mod corrections;
mod crash;
mod crashpoints;
mod disclosure;
mod echo;
mod erasure;
mod evidence;
mod fields;
mod folder_encoding;
mod folders;
mod forgery;
mod formulas;
mod fuzz_corpus;
mod gone;
mod guards;
mod house;
mod import;
mod independent;
mod io_faults;
mod kills;
mod languages;
mod law;
mod locks;
mod many;
mod maps;
mod memory;
mod model;
mod names;
mod one_verdict;
mod outputs;
mod parts;
mod permissions;
mod programs;
mod readers;
mod reading;
mod readme;
mod registers;
mod residue;
mod restore;
mod statuses;
mod supply;
mod tampering;
mod timestamp;
mod trust;
mod unfinished;
mod vectors;
mod workbooks;
mod year;
