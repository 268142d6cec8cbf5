//! THE FORMAT: what a ledger is made of, as bytes in and bytes out.
//!
//! Owns: the header and its canonical text ([`header`]), the two payload parts
//! ([`part`]), the hashes ([`hash`]), the Merkle tree ([`tree`]) and its proofs ([`proof`]), signed notes and
//! checkpoints ([`note`]) and timestamps over them ([`rfc3161`]), the anchor ([`anchor`]), the kinds of entries ([`kind`]) and the time of an entry ([`time`]).
//! The specification is `FORMAT.md` beside this file; code cites its clauses.
//!
//! Does not own: a clock, SQL, or any idea of what a record means.

pub mod anchor;
pub mod hash;
pub mod header;
pub mod kind;
pub mod note;
pub mod part;
pub mod proof;
pub mod rfc3161;
pub mod time;
pub mod tree;

pub use hash::{Digest, Salt};
pub use header::{Base, Header};
pub use kind::Kind;
pub use part::PartName;
pub use time::Timestamp;
