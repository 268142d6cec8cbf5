//! THE LAW: what a record must hold, how long it stays, what may be deleted.
//!
//! Owns: the fields of a record ([`field`]), a provision ([`provision`]), the required items by basis and day
//! ([`rules`]), the judgement on a record ([`judge`]), corrections ([`correction`]), the registers of recipients, filings and requests to stop ([`recipient`],
//! [`filing`], [`stop`]) and what they say of a record ([`scheme`]), the retention period ([`retention`]), the deletion
//! plan ([`deletion`]), what an erasure says of itself ([`erasure`]), what may come again ([`again`]), legal holds
//! ([`hold`]), what a principal may be told ([`disclosure`]), comparing texts ([`fold`]), telling those that a spreadsheet
//! calculates ([`formula`]), words that hold on certain days ([`word`]).
//! Everything here is a pure function of data and a given day.
//!
//! Does not own: a clock, files, the database, or how an entry is hashed. Article numbers are those of the Act on
//! the Protection of Personal Information (APPI) and its Enforcement Rules as of November 2026.

pub mod again;
pub mod clock;
pub mod correction;
pub mod deletion;
pub mod disclosure;
pub mod erasure;
pub mod field;
pub mod filing;
pub mod fold;
pub mod formula;
pub mod hold;
pub mod judge;
pub mod provision;
pub mod recipient;
pub mod retention;
pub mod rules;
pub mod run;
pub mod scheme;
pub mod stop;
pub mod word;

pub use field::{Field, Part};
pub use provision::{Basis, Method, NotItsValue, PartyType, Provision, Rare, Side, Value};
