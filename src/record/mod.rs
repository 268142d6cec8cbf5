//! THE LAW: what a record must hold, how long it stays, what may be deleted.
//!
//! Owns: the fields of a record ([`field`]), a provision ([`provision`]), the required items by basis and day
//! ([`rules`]), corrections ([`correction`]), the retention period ([`retention`]), the deletion plan ([`deletion`]),
//! what an erasure says of itself ([`erasure`]), legal holds ([`hold`]).
//! Everything here is a pure function of data and a given day.
//!
//! Does not own: a clock, files, the database, or how an entry is hashed. Article numbers are those of the Act on
//! the Protection of Personal Information (APPI) and its Enforcement Rules as of November 2026.

pub mod correction;
pub mod deletion;
pub mod erasure;
pub mod field;
pub mod hold;
pub mod provision;
pub mod retention;
pub mod rules;

pub use field::Field;
pub use provision::{Basis, Method, PartyType, Provision, Rare, Side};
