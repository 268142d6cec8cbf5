//! The connection to a ledger file, and its transactions.
//!
//! Owns: the connection's settings, waiting for other processes, beginning and ending a write transaction. Does not own: which files
//! are opened (`open`), what is written (`append`, `erase`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, DEFAULT_NAME, ErrorCode, FileControl, OpenFlags, OptionalExtension as _, ffi};

use super::failure::{Failure, Result, meaning};
use super::file::{self, A_LITTLE, Access, Lying};
use super::schema;

pub(super) const SCHEMA: &str = include_str!("../../schema.sql");
/// Older versions can lose committed transactions when a write-ahead log is reset (sqlite.org, "WAL-reset bug").
const MIN_SQLITE: i32 = 3_051_003;
/// Page cache of a connection, KiB; memory stays bounded whatever the size of the ledger.
const CACHE_KIB: i64 = 16 * 1024;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Reading,
    Writing,
}

/// How long to wait for other processes, and whom to tell.
pub struct Wait<'a> {
    /// At most this long.
    pub limit: Duration,
    /// Go on, and record it, where the anchor is out of reach.
    pub without_anchor: bool,
    /// Called once when the wait turns out to be longer than a moment.
    pub notify: &'a mut dyn FnMut(),
}

/// After this long, a waiting person is told.
const A_MOMENT: Duration = Duration::from_secs(1);
/// How long a reader waits where nobody has said so.
pub const USUAL_WAIT: Duration = Duration::from_secs(60);

/// A ledger file that is open.
pub struct Store {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    pub(super) access: Access,
    /// Where the file is read as it lies: how it lay when it was opened.
    lying: Option<Lying>,
}

impl Store {
    /// A further connection to the same ledger, for reading. It comes from a live one alone, so that the file itself need not be
    /// looked at again (see `file`).
    pub(super) fn another(&self) -> Result<Store> {
        let store = Store { lying: self.lying.clone(), ..Self::connect(&self.path, self.access)? };
        store.run(|c| c.busy_timeout(USUAL_WAIT))?;
        store.settings(Use::Reading)?;
        Ok(store)
    }

    /// A connection that only looks at the file as it lies.
    pub(super) fn looking(conn: Connection, path: &Path) -> Store {
        Store { conn, path: path.to_owned(), access: Access::Still, lying: None }
    }

    pub(super) fn connect(path: &Path, access: Access) -> Result<Store> {
        let lying = (access == Access::Still).then(|| Lying::of(path)).transpose()?;
        let conn = match access {
            Access::Own => raw(path)?,
            Access::Shared => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
                file::connection(path, "mode=ro&readonly_shm=1", flags)?
            }
            Access::Still => file::as_it_lies(path)?,
        };
        Ok(Store { conn, path: path.to_owned(), access, lying })
    }

    /// The first read: where another process recovers the write-ahead log, or has just begun to, it is waited for.
    pub(super) fn wait_to_read(&self, limit: Duration) -> Result<()> {
        self.run(|c| c.busy_timeout(limit))?;
        let mut waited = Duration::ZERO;
        loop {
            match self.conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
                Err(e) if is_being_recovered(&e) => {
                    if waited >= limit {
                        return Err(Failure::Locked(self.path.clone()));
                    }
                    std::thread::sleep(A_LITTLE);
                    waited += A_LITTLE;
                }
                read => return read.map_err(|e| meaning(&self.path, e)),
            }
        }
    }

    /// True unless the ledger was read as it lies ([`Access::Still`]) and somebody has changed it since: then what was read may be
    /// of no one state, and says nothing.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn is_as_it_lay(&self) -> Result<bool> {
        match &self.lying {
            None => Ok(true),
            Some(lying) => Ok(Lying::of(&self.path)? == *lying),
        }
    }

    /// Another file lies at the path now: what is written here goes where nobody looks.
    pub(super) fn has_moved(&self) -> Result<bool> {
        #[cfg(unix)]
        {
            let mut moved = 0;
            self.run(|c| c.file_control(DEFAULT_NAME, FileControl::HasMoved(&mut moved)))?;
            Ok(moved != 0)
        }
        #[cfg(not(unix))]
        Ok(false)
    }

    pub(super) fn settings(&self, used: Use) -> Result<()> {
        let reading = used == Use::Reading;
        self.run(|c| {
            // FULL: durable when a command says done. MEMORY: no personal text in temporary files.
            c.pragma_update(None, "synchronous", "FULL")?;
            c.pragma_update(None, "secure_delete", true)?;
            c.pragma_update(None, "temp_store", "MEMORY")?;
            c.pragma_update(None, "foreign_keys", false)?;
            c.pragma_update(None, "trusted_schema", false)?;
            c.pragma_update(None, "cache_size", -CACHE_KIB)?;
            c.pragma_update(None, "query_only", reading)?;
            // A reader merges no write-ahead log into the file when it closes: beside a copy that was put back, a log that
            // was left there is another history.
            c.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, reading)?;
            // What a file says of itself is not trusted: neither its schema nor the sizes of its cells.
            c.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            c.pragma_update(None, "cell_size_check", true)?;
            if !reading {
                // Log and shared memory stay when the last writer closes, so that a reader who may not write finds them,
                // emptied: without the limit the log would keep deleted text.
                let mut persist = 1;
                c.file_control(DEFAULT_NAME, FileControl::PersistWal(&mut persist))?;
                c.pragma_update_and_check(None, "journal_size_limit", 0, |_| Ok(()))?;
            }
            Ok(())
        })?;
        if self.access == Access::Still {
            return Ok(());
        }
        match self.run(|c| c.pragma_query_value(None, "journal_mode", |r| r.get::<_, String>(0)))?.as_str() {
            "wal" => Ok(()),
            _ => Err(Failure::NotWal(self.path.clone())),
        }
    }

    /// The path the ledger was opened by.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The settings of the connection that durability and erasure rest on, read back from SQLite.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settings_in_force(&self) -> Result<String> {
        let mut text = rusqlite::version().to_owned();
        for name in [
            "journal_mode",
            "synchronous",
            "secure_delete",
            "temp_store",
            "cache_size",
            "page_size",
            "wal_autocheckpoint",
        ] {
            let value = self.run(|c| {
                c.pragma_query_value(None, name, |r| {
                    Ok(match r.get_ref(0)? {
                        ValueRef::Integer(n) => n.to_string(),
                        other => other.as_str().unwrap_or("?").to_owned(),
                    })
                })
            })?;
            text.push_str(&format!(", {name} {value}"));
        }
        Ok(text)
    }

    /// Runs something on the connection and gives its errors their meaning.
    pub(super) fn run<'s, T>(&'s self, f: impl FnOnce(&'s Connection) -> rusqlite::Result<T>) -> Result<T> {
        f(&self.conn).map_err(|e| meaning(&self.path, e))
    }

    /// Starts a write transaction, waiting for other processes.
    pub(super) fn begin(&self, wait: &mut Wait<'_>) -> Result<()> {
        let before = (self.run(file::is_log_in_file)?, self.writes()?);
        self.begin_immediate(wait)?;
        let counted = self.only_our_schema().and_then(|()| self.count_write(before));
        if counted.is_err() {
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        counted
    }

    /// Inside the transaction, where nobody can change it any more: no trigger, table or view of somebody else sees or changes what is
    /// written. What another tool's ANALYZE has left is removed.
    fn only_our_schema(&self) -> Result<()> {
        let mut difference = self.run(schema::differences)?;
        let statistics = std::mem::take(&mut difference.statistics);
        match difference.first() {
            Some(object) => Err(Failure::ForeignSchema { path: self.path.clone(), object }),
            None => self.run(|c| schema::drop_statistics(c, &statistics)),
        }
    }

    /// Counts the transaction that has begun (`state` in schema.sql). `before`: whether the whole log was in the file before it
    /// began, and how many transactions there were.
    fn count_write(&self, before: (bool, Option<i64>)) -> Result<()> {
        let in_file = match (before, self.writes()?) {
            ((true, then), now) if then == now => true,
            // Others wrote or copied in between. A connection of its own, since this one may not ask in a transaction.
            _ => self.run(|_| file::is_log_in_file(&raw_of(&self.path)?))?,
        };
        self.run(|c| {
            c.prepare_cached(
                "UPDATE state SET writes = writes + 1, in_file = CASE WHEN ?1 THEN writes ELSE in_file END",
            )?
            .execute([in_file])
        })?;
        Ok(())
    }

    /// How many write transactions there were.
    fn writes(&self) -> Result<Option<i64>> {
        self.run(|c| c.prepare_cached("SELECT writes FROM state")?.query_row([], |r| r.get(0)).optional())
    }

    /// Ends the transaction that has begun: commits where its work is done, else takes it back.
    pub(super) fn end<T, E: From<Failure>>(
        &self,
        done: std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match done {
            Ok(value) => self.commit().map(|()| value).map_err(E::from),
            Err(e) => {
                let _ = self.conn.execute_batch("ROLLBACK");
                Err(e)
            }
        }
    }

    /// Commits; where that fails, nothing of the transaction stays.
    ///
    /// # Errors
    /// Those of the database, with nothing committed; [`Failure::InDoubt`] where that is not certain.
    pub(super) fn commit(&self) -> Result<()> {
        let Err(failed) = self.run(|c| c.execute_batch("COMMIT")) else { return Ok(()) };
        // A commit that failed leaves the transaction open.
        let _ = self.conn.execute_batch("ROLLBACK");
        match failed.is_of_a_sync() && !self.forget_unsynced() {
            true => Err(Failure::InDoubt(self.path.clone())),
            false => Err(failed),
        }
    }

    /// A commit was written to the log and could not be synced: for this connection it did not happen, but whoever opens the
    /// ledger next would find a whole commit in the log. The log is emptied into the file, as far as it was acknowledged, and
    /// that is synced. False where it could not be done for certain.
    fn forget_unsynced(&self) -> bool {
        // SQLite does not sync the log's new length.
        self.truncate_log().unwrap_or(false) && file::sync_log(&self.path).is_ok()
    }

    /// Copies the log into the file and empties it; false where another process keeps that from being done.
    pub(super) fn truncate_log(&self) -> Result<bool> {
        let busy: i64 = self.run(|c| c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0)))?;
        Ok(busy == 0)
    }

    fn begin_immediate(&self, wait: &mut Wait<'_>) -> Result<()> {
        let first = wait.limit.min(A_MOMENT);
        let begin = |timeout: Duration| {
            self.conn.busy_timeout(timeout)?;
            self.conn.execute_batch("BEGIN IMMEDIATE")
        };
        match begin(first) {
            Err(e) if is_busy(&e) && wait.limit > first => {
                (wait.notify)();
                begin(wait.limit - first)
            }
            other => other,
        }
        .map_err(|e| meaning(&self.path, e))
    }
}

fn raw(path: &Path) -> Result<Connection> {
    raw_of(path).map_err(|e| meaning(path, e))
}

fn raw_of(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}

pub(super) fn check_sqlite() -> Result<()> {
    if rusqlite::version_number() < MIN_SQLITE {
        return Err(Failure::OldSqlite(rusqlite::version().to_owned()));
    }
    Ok(())
}

/// Another process has just opened the ledger and recovers its write-ahead log, or will.
fn is_being_recovered(e: &rusqlite::Error) -> bool {
    let codes = [ffi::SQLITE_READONLY_CANTINIT, ffi::SQLITE_READONLY_RECOVERY, ffi::SQLITE_READONLY_CANTLOCK];
    e.sqlite_error().is_some_and(|e| codes.contains(&e.extended_code))
}

fn is_busy(e: &rusqlite::Error) -> bool {
    matches!(e.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
