//! provlog: a tamper-evident log of third-party provisions of personal data.
//!
//! The map, and who may know whom:
//!
//! | module | owns | knows |
//! |---|---|---|
//! | [`ledger`] | THE FORMAT: bytes in, bytes out | nobody |
//! | [`record`] | THE LAW: required items, retention, deletion plan | nobody |
//! | [`act`] | WHAT ENTRIES SAY: a codec a kind | `ledger`, `record` |
//! | [`import`] | files to records | `record`, `ledger` (what text may stand in a part) |
//! | [`verify`] | stored entries, or an exported folder, to findings | `ledger`, `record`, `act` |
//! | [`store`] | THE DATABASE: all SQL | `ledger`, `record`, `act`, `verify` (what it hands over), `threads`, `private`, `unfinished` |
//! | [`export`] | records and headers to evidence | `ledger`, `record`, `verify` (what it is handed), `private`, `unfinished` |
//! | [`intake`] | what was read and judged, into the ledger | `import`, `record`, `store`, `ledger`, `threads` |
//! | [`evidence`] | a ledger to what is handed out of it as a whole | `store`, `export`, `record`, `ledger` |
//! | [`private`] | files and folders for their owner alone: whatever makes one makes it there | nobody |
//! | `names` | how a name for programs is written down | nobody |
//! | [`panics`] | panics of crates that we use, as errors | nobody |
//! | [`threads`] | the two ways in which threads are used | nobody |
//! | [`unfinished`] | files and folders that appear whole or not at all | `private` |
//!
//! The command line (`cli/`) belongs to the program, not to this library: it alone reads the clock and the
//! environment, prints and decides exit statuses. `tests/house.rs` holds these rules.

#[macro_use]
mod names;

pub mod act;
pub mod evidence;
pub mod export;
pub mod import;
pub mod intake;
pub mod ledger;
pub mod panics;
pub mod private;
pub mod record;
pub mod store;
pub mod threads;
pub mod unfinished;
pub mod verify;
