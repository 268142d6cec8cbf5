//! THE DATABASE: a ledger in one SQLite file. All SQL and every driver type live here.
//!
//! The contract, for whoever brings a second store:
//!
//! - **Create is not open.** [`Beginning`] makes a new ledger or fails; [`Store::open`] never makes one. A file that
//!   is not ours, or is newer than we are, is refused before a byte of it changes.
//! - **Durable when it returns.** What [`Store::append`] has committed survives a power cut. A transaction is all or
//!   nothing, and other writers wait for it.
//! - **Append-only.** Entries get consecutive indexes; their times, kinds, bases and hashes never change.
//! - **Erasure is physical** ([`Appender::erase`], then [`Store::finish_erasure`]). When the latter returns
//!   [`Erased::Everywhere`], no byte of the erased parts, salts or interned values is left in the file or in its write-ahead
//!   log, and no lookup, idempotency key or fingerprint is left of them in any table: whoever asks, with the secret too, is told
//!   nothing (of a keyed hash, a page that was split may keep a stale copy). Where a reader keeps the log from being emptied,
//!   it returns [`Erased::Pending`], and every later writer tries again.
//! - **Reading streams.** [`Store::records`], [`Store::evidence`] and [`Store::verify`] hand entries over in order, from
//!   one consistent state, in constant memory.
//! - **Nothing is trusted.** What is read back is rebuilt and re-hashed by `verify`; the store's own tables
//!   (lookups, runs, nodes, shared values, state) and its schema are compared with what the entries make them. What is handed over is re-hashed on the way: [`Entry::altered`],
//!   and the failures of [`Store::evidence`].
//!
//! Does not own: the clock (the time is an argument), the rules of the law (`record`), the hashes (`ledger`), or texts.

mod altered;
mod anchor;
mod append;
mod beginning;
mod block;
mod check;
mod checkpoint;
mod closed;
mod columns;
mod connection;
mod correction;
mod damage;
mod deletions;
mod erase;
mod evidence;
mod exposed;
mod failure;
mod file;
mod filter;
mod genesis;
mod gone;
mod intern;
mod keys;
mod left_log;
mod lookup;
mod nodes;
mod open;
mod pending;
mod place;
mod plan;
mod prepare;
mod query;
mod read;
mod registers;
mod scan;
mod schema;
mod timestamps;

pub use crate::act::{By, Disclosure, Genesis};
pub use anchor::{AnchorStanding, AnchorWords};
pub use append::{Act, Appended, Appender, Clock, KeyFound, Writing};
pub use beginning::Beginning;
pub use check::Checks;
pub use checkpoint::Issued;
pub use connection::{Store, USUAL_WAIT, Wait};
pub use damage::{BadValue, Damage};
pub use erase::Grounds;
pub use evidence::{Evidence, Gone, OpenedCorrection, Opening};
pub use exposed::open_to_others;
pub use failure::{Against, DiskFault, Failure, OsCause, Result};
pub use file::is_of_ledger;
pub use filter::Filter;
pub use genesis::NewLedger;
pub use keys::{FileDigest, Fingerprints, secret_path, signing_key_path};
pub use pending::Erased;
pub use place::AnchorPlace;
pub use plan::{Plan, PlanRequest, Planned};
pub use prepare::Provenance;
pub use prepare::{Prepared, Preparer};
pub use query::{Entry, RecordState};
pub use timestamps::{NotAttached, Stamped};
