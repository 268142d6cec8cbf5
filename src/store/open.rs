//! Creating and opening a ledger file. Create is not open: a missing ledger is an error, never silently a new one.
//!
//! Owns: the connection's settings, the refusals before anything is touched, waiting for other processes.
//! Does not own: what is written (`append`, `erase`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::{Failure, Result};

pub(super) const SCHEMA: &str = include_str!("../../schema.sql");
pub(super) const APPLICATION_ID: i64 = 0x5076_4C67;
pub(super) const SCHEMA_VERSION: i64 = 1;
/// Older versions can lose committed transactions when a write-ahead log is reset (design section 2).
const MIN_SQLITE: i32 = 3_051_003;
/// Page cache of a connection, KiB; memory stays bounded whatever the size of the ledger.
const CACHE_KIB: i64 = 16 * 1024;

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

/// A ledger file that is open.
pub struct Store {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
}

impl Store {
    /// Opens the ledger at `path` for reading.
    ///
    /// # Errors
    /// Any [`Failure`]; the file is left as it was.
    pub fn open(path: &Path) -> Result<Store> {
        Self::connect(path, true)
    }

    /// Opens the ledger at `path` for appending and erasing.
    ///
    /// # Errors
    /// Any [`Failure`]; the file is left as it was.
    pub fn open_for_writing(path: &Path) -> Result<Store> {
        Self::connect(path, false)
    }

    fn connect(path: &Path, query_only: bool) -> Result<Store> {
        let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                Failure::NoLedger(path.to_owned())
            }
            _ => Failure::Io(path.to_owned(), e),
        })?;
        if !meta.is_file() || meta.len() == 0 {
            return Err(Failure::NotADatabase(path.to_owned()));
        }
        check_sqlite()?;
        // Look at the file without SQLite first: opening another program's database could already run its recovery.
        check_magic(path)?;
        let store = Store { conn: raw(path)?, path: path.to_owned() };
        store.run(|c| {
            c.busy_timeout(Duration::from_secs(60))?;
            c.pragma_query_value(None, "application_id", |r| r.get::<_, i64>(0))
        })?;
        let version: i64 =
            store.run(|c| c.pragma_query_value(None, "user_version", |r| r.get::<_, i64>(0)))?;
        if version > SCHEMA_VERSION {
            return Err(Failure::Newer(path.to_owned(), version));
        }
        store.settings(query_only)?;
        Ok(store)
    }

    /// Fills a new, empty file with the schema.
    pub(super) fn fill(path: &Path) -> Result<Store> {
        check_sqlite()?;
        let store = Store { conn: raw(path)?, path: path.to_owned() };
        store.run(|c| c.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())))?;
        store.settings(false)?;
        store.run(|c| c.execute_batch(&format!("BEGIN IMMEDIATE;\n{SCHEMA}\nCOMMIT;")))?;
        Ok(store)
    }

    fn settings(&self, query_only: bool) -> Result<()> {
        self.run(|c| {
            // FULL: durable when a command says done. MEMORY: no personal text in temporary files.
            c.pragma_update(None, "synchronous", "FULL")?;
            c.pragma_update(None, "secure_delete", true)?;
            c.pragma_update(None, "temp_store", "MEMORY")?;
            c.pragma_update(None, "foreign_keys", false)?;
            c.pragma_update(None, "trusted_schema", false)?;
            c.pragma_update(None, "cache_size", -CACHE_KIB)?;
            c.pragma_update(None, "query_only", query_only)
        })?;
        let mode: String = self.run(|c| c.pragma_query_value(None, "journal_mode", |r| r.get(0)))?;
        if mode != "wal" {
            return Err(Failure::Damaged { index: None, why: "the journal mode is not WAL" });
        }
        Ok(())
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
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|e| meaning(path, e))
}

fn check_sqlite() -> Result<()> {
    if rusqlite::version_number() < MIN_SQLITE {
        return Err(Failure::OldSqlite(rusqlite::version().to_owned()));
    }
    Ok(())
}

/// Reads the database header (sqlite.org/fileformat2.html, 1.3): the magic string and the application_id.
fn check_magic(path: &Path) -> Result<()> {
    use std::io::Read as _;
    let mut header = [0u8; 100];
    let mut file = std::fs::File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::PermissionDenied => Failure::ReadOnly(path.to_owned()),
        _ => Failure::Io(path.to_owned(), e),
    })?;
    if file.read_exact(&mut header).is_err() || &header[..16] != b"SQLite format 3\0" {
        return Err(Failure::NotADatabase(path.to_owned()));
    }
    let number = |at: usize| {
        i64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]))
    };
    if number(68) != APPLICATION_ID {
        return Err(Failure::OtherProgram(path.to_owned(), number(68)));
    }
    if number(60) > SCHEMA_VERSION {
        return Err(Failure::Newer(path.to_owned(), number(60)));
    }
    Ok(())
}

fn is_busy(e: &rusqlite::Error) -> bool {
    matches!(e.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Gives an error of SQLite its meaning for a person.
pub(super) fn meaning(path: &Path, e: rusqlite::Error) -> Failure {
    let path = path.to_owned();
    match e.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Failure::NotADatabase(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::Locked(path),
        // A write-ahead log cannot be opened where its companion files cannot be made.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Failure::ReadOnly(path)
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            Failure::Damaged { index: None, why: "SQLite reports a malformed file" }
        }
        _ => Failure::Sqlite(path, e),
    }
}

/// Makes the name of a file durable.
pub(super) fn sync_folder(file: &Path) -> Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Elsewhere a folder cannot be opened as a file, and need not be synced.
    if cfg!(unix) {
        let synced = std::fs::File::open(folder).and_then(|f| f.sync_all());
        synced.map_err(|e| Failure::Io(folder.to_owned(), e))?;
    }
    Ok(())
}
