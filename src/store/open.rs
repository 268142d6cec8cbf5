//! Opening a ledger file, and making one. Create is not open: a missing ledger is an error, never silently a new one.
//!
//! Owns: the order of the looks before a connection is worked with. Does not own: the looks (`file`, `left_log`), the connection
//! (`connection`), what is written (`append`, `erase`).

use std::path::Path;
use std::time::Duration;

use super::connection::{SCHEMA, Store, Use, check_sqlite};
use super::failure::{Failure, Result};
use super::file::{self, A_LITTLE, Access, LOOKS};
use super::left_log::Alone;

impl Store {
    /// Opens the ledger at `path` for reading, waiting for other processes for at most so long. Nothing is written by it, and where the files belong to somebody else, none
    /// is made: such a reader works with what is there, or with the file as it lies, which is compared afterwards.
    ///
    /// # Errors
    /// Any [`Failure`]; the file is left as it was.
    pub fn open(path: &Path, limit: Duration) -> Result<Store> {
        check_sqlite()?;
        let meta = file::look(path)?;
        let whole = file::check_lying(path)?;
        let access = file::access(path, &meta)?;
        let store = Self::connect(path, access)?;
        store.wait_to_read(limit)?;
        store.settings(Use::Reading)?;
        if !whole {
            file::check_header(&store.conn, path)?;
        }
        if access != Access::Still && file::has_log(path) {
            store.expect_its_own_log(Use::Reading)?;
        }
        Ok(store)
    }

    /// Opens the ledger at `path` for appending and erasing, waiting for other processes for at most so long. A write-ahead log that lies beside the file is looked at first: one
    /// that does not continue the file is another history, and is not merged into it.
    ///
    /// # Errors
    /// Any [`Failure`]; the file is left as it was.
    pub fn open_for_writing(path: &Path, limit: Duration) -> Result<Store> {
        check_sqlite()?;
        let meta = file::look(path)?;
        let whole = file::check_lying(path)?;
        if file::access(path, &meta)? != Access::Own {
            return Err(Failure::ReadOnly(path.to_owned()));
        }
        let store = Self::connect(path, Access::Own)?;
        store.run(|c| c.busy_timeout(limit))?;
        if file::has_log(path) {
            // A log that is not this file's must not be merged into it, not even by closing.
            store.settings(Use::Reading)?;
            if !whole {
                file::check_header(&store.conn, path)?;
            }
            store.expect_its_own_log(Use::Writing)?;
        }
        store.settings(Use::Writing)?;
        Ok(store)
    }

    /// The write-ahead log beside the file continues it. Others may write between the two looks: only what stays is told. A
    /// reader goes by the counts alone: what is wrong with the entries is for `verify` to find. A writer looks at them too.
    fn expect_its_own_log(&self, used: Use) -> Result<()> {
        for _ in 0..LOOKS {
            let alone = Alone::of(file::as_it_lies(&self.path)?, &self.path);
            let its_own = match used {
                Use::Reading => self.holds_all_since(&alone)?,
                Use::Writing => self.continues(&alone)?,
            };
            if its_own {
                return Ok(());
            }
            std::thread::sleep(A_LITTLE);
        }
        Err(Failure::ForeignLog(self.path.clone()))
    }

    /// Fills a new, empty file with the schema.
    pub(super) fn fill(path: &Path) -> Result<Store> {
        check_sqlite()?;
        let store = Self::connect(path, Access::Own)?;
        store.run(|c| c.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())))?;
        store.settings(Use::Writing)?;
        store.run(|c| c.execute_batch(&format!("BEGIN IMMEDIATE;\n{SCHEMA}\nCOMMIT;")))?;
        Ok(store)
    }
}
