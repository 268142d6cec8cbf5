//! INTAKE: what was read and judged, into the ledger, inside a transaction.
//!
//! Owns: what becomes of a record whose key was used before, or that may be one of those that were erased ([`one`], [`load()`]); which
//! rows of a file the ledger has already ([`Known`]); what an import counts ([`Counts`]); which entries a hold comes to ([`to_hold`]). Does not own: reading and judging (`import`,
//! `record`), the transaction and its entries (`store`), asking and telling people (`cli`).

mod holding;
mod known;
mod load;

use chrono::NaiveDate;

use crate::import::SourceError;
use crate::ledger::Digest;
use crate::record::Provision;
use crate::record::again::may_have_been_erased;
use crate::store::{Appender, Failure, KeyFound, Store};
pub use holding::{HoldRequest, ToHold, to_hold};
pub use known::{Counts, Known};
pub use load::{How, Loaded, load};

/// What becomes of a record that may have been erased before, and that nobody says is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It is refused.
    Refuse,
    /// It is recorded all the same.
    Record,
}

/// Why something was not recorded.
#[derive(Debug)]
pub enum NotRecorded {
    /// The ledger.
    Store(Failure),
    /// The input could not be read.
    Source(SourceError),
    /// The key was used for other content.
    KeyTaken {
        /// The key.
        key: String,
        /// The entry that was recorded under it.
        index: u64,
        /// Where it stood in a file.
        line: Option<u64>,
    },
    /// It may be one of the records that were erased.
    MayHaveBeenErased {
        /// The newest base of what was erased.
        newest: NaiveDate,
        /// Where it stood in a file.
        line: Option<u64>,
    },
}

impl From<Failure> for NotRecorded {
    fn from(failure: Failure) -> Self {
        NotRecorded::Store(failure)
    }
}

impl From<SourceError> for NotRecorded {
    fn from(error: SourceError) -> Self {
        NotRecorded::Source(error)
    }
}

/// A record that is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct One {
    /// Its index.
    pub index: u64,
    /// Its leaf hash; `None`: it was there before, under its key.
    pub leaf: Option<Digest>,
    /// It may have been erased before.
    pub again: bool,
}

/// Records one provision, under its key at most once.
///
/// # Errors
/// [`NotRecorded::KeyTaken`], [`NotRecorded::MayHaveBeenErased`], [`NotRecorded::Store`].
pub fn one(
    appender: &mut Appender<'_>,
    store: &Store,
    provision: Provision,
    key: Option<&str>,
    again: Again,
) -> Result<One, NotRecorded> {
    // Without a key nobody says that it is the first time.
    let erased = if key.is_some() { store.newest_erased_base()? } else { None };
    let erased = erased.filter(|_| may_have_been_erased(&provision, erased));
    let prepared = appender.prepare(provision, key)?;
    if let Some(key) = key {
        match (appender.find_key(&prepared)?, erased) {
            (KeyFound::Same(index), _) => return Ok(One { index, leaf: None, again: false }),
            (KeyFound::Other(index), _) => {
                return Err(NotRecorded::KeyTaken { key: key.to_owned(), index, line: None });
            }
            (KeyFound::New, Some(newest)) if again == Again::Refuse => {
                return Err(NotRecorded::MayHaveBeenErased { newest, line: None });
            }
            (KeyFound::New, _) => {}
        }
    }
    let done = appender.record(&prepared)?;
    Ok(One { index: done.index, leaf: Some(done.leaf), again: erased.is_some() })
}
