//! What is left of an erasure behind its commit: the write-ahead log, which still holds the erased bytes until it is emptied.
//!
//! Owns: emptying it, and the pending mark. Does not own: the erasure (`erase`).

use std::time::Duration;

use rusqlite::OptionalExtension as _;

use super::connection::{Store, Wait};
use super::failure::{Failure, Result};

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// Nothing of it is left in the file or in its write-ahead log.
    Everywhere,
    /// Another process keeps the write-ahead log from being emptied; the next writer tries again.
    Pending,
}

impl Store {
    /// Empties the write-ahead log after an erasure was committed, and takes the pending mark away.
    ///
    /// # Errors
    /// Those of the database. A log that another process keeps from being emptied is [`Erased::Pending`], no error.
    pub fn finish_erasure(&self, wait: &mut Wait<'_>) -> Result<Erased> {
        self.run(|c| c.busy_timeout(wait.limit))?;
        if !self.truncate_log()? {
            return Ok(Erased::Pending);
        }
        self.begin(wait)?;
        self.end(self.run(|c| c.execute_batch("UPDATE state SET wal_pending = 0")))?;
        Ok(Erased::Everywhere)
    }

    /// True while erased bytes may still stand in the write-ahead log.
    ///
    /// # Errors
    /// Those of the database.
    pub fn erasure_pending(&self) -> Result<bool> {
        self.run(|c| {
            c.query_row("SELECT wal_pending FROM state", [], |r| r.get::<_, i64>(0))
                .optional()
                .map(|pending| pending.is_some_and(|p| p != 0))
        })
    }
}

/// Every writer goes on with an erasure that was interrupted; it does not wait for it.
pub(super) fn retry_pending(store: &Store) -> Result<()> {
    if store.erasure_pending()? {
        let mut wait = Wait { limit: Duration::from_millis(200), without_anchor: false, notify: &mut || () };
        match store.finish_erasure(&mut wait) {
            Ok(_) | Err(Failure::Locked(_)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
