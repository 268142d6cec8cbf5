//! The ledger's files before a connection to them lives: whose they are, who may write them, what they hold.
//!
//! The one rule here: the database is never opened outside SQLite. Closing ANY descriptor of a file drops all POSIX locks that
//! the process holds on it (sqlite.org, "How To Corrupt An SQLite Database File", 2.2), and another program may then
//! remove the live write-ahead log. So its header is read through SQLite too, by a connection with `immutable=1`, which
//! takes no lock and makes no file.
//!
//! Owns: these looks, and the names of what lies beside a ledger. Does not own: whether a write-ahead log that was left beside a file
//! continues it (`left_log`), the connection that is worked with (`connection`).

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::failure::{Failure, Result, meaning};
use crate::unfinished;

pub(super) const APPLICATION_ID: i64 = 0x5076_4C67;
pub(super) const SCHEMA_VERSION: i64 = 1;
/// So often is a file, and a write-ahead log with it, looked at that others write meanwhile.
pub(super) const LOOKS: u32 = 25;
/// Between two looks at what others are doing.
pub(super) const A_LITTLE: Duration = Duration::from_millis(20);

/// How a ledger can be read from here without leaving anything behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Reading and writing: the files are ours.
    Own,
    /// Reading alone, by the shared memory that is there.
    Shared,
    /// Reading alone, and nobody has it open for writing: the file as it lies, compared afterwards.
    Still,
}

/// The companions of a database file, by their suffix.
const WAL: &str = "-wal";
const SHM: &str = "-shm";

/// A companion lies beside the file itself, not beside a symbolic link to it.
fn companion(path: &Path, suffix: &str) -> PathBuf {
    beside(&std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()), suffix)
}

/// True when `file` is the ledger's database or one of its companions, under whatever name: by device and inode.
#[must_use]
pub fn is_of_ledger(ledger: &Path, file: &Path) -> bool {
    let Ok(given) = std::fs::metadata(file) else { return false };
    let own =
        [ledger.to_owned(), companion(ledger, WAL), companion(ledger, SHM), companion(ledger, "-journal")];
    own.iter().filter_map(|path| std::fs::metadata(path).ok()).any(|own| is_same(&own, &given))
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Refuses, untouched, what is no ledger of ours, or one that has a second name.
pub(super) fn look(path: &Path) -> Result<Metadata> {
    let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => no_ledger(path),
        std::io::ErrorKind::PermissionDenied => Failure::Unreadable(path.to_owned()),
        _ => Failure::Io(path.to_owned(), e),
    })?;
    if !meta.is_file() || meta.len() == 0 {
        return Err(Failure::NotADatabase(path.to_owned()));
    }
    #[cfg(unix)]
    if rustix::fs::access(path, rustix::fs::Access::READ_OK).is_err() {
        return Err(Failure::Unreadable(path.to_owned()));
    }
    // Under a second name it has a second write-ahead log, and what is committed there is lost here.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if meta.nlink() > 1 {
            return Err(Failure::HardLinked(path.to_owned()));
        }
    }
    Ok(meta)
}

/// A connection to the file as it lies, without its write-ahead log.
pub(super) fn as_it_lies(path: &Path) -> Result<Connection> {
    connection(path, "mode=ro&immutable=1", OpenFlags::SQLITE_OPEN_READ_ONLY)
}

pub(super) fn connection(path: &Path, query: &str, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(OsStr::new(&uri(path, query)), flags).map_err(|e| meaning(path, e))
}

/// A path as SQLite's URI (sqlite.org/uri.html): what would end the path there, or is not ASCII, is escaped.
fn uri(path: &Path, query: &str) -> String {
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "file:" });
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push('?');
    uri.push_str(query);
    uri
}

/// Refuses what is not a database of this program and version, by its header.
pub(super) fn check_header(conn: &Connection, path: &Path) -> Result<()> {
    let number =
        |name| conn.pragma_query_value(None, name, |r| r.get::<_, i64>(0)).map_err(|e| meaning(path, e));
    match number("application_id")? {
        APPLICATION_ID => {}
        other => return Err(Failure::OtherProgram(path.to_owned(), other)),
    }
    match number("user_version")? {
        newer if newer > SCHEMA_VERSION => Err(Failure::Newer(path.to_owned(), newer)),
        _ => Ok(()),
    }
}

/// The same, of the file as it lies. A crash in the middle of copying the write-ahead log into it leaves it so that it cannot be read
/// alone: then the connection that reads the log too must be looked at instead, and the answer is `false`. While another process
/// copies, it looks the same, and the log may be gone when we look for it: only what stays is told.
pub(super) fn check_lying(path: &Path) -> Result<bool> {
    let mut looks = 0;
    loop {
        match check_header(&as_it_lies(path)?, path) {
            Err(Failure::Damaged { .. }) if has_log(path) => return Ok(false),
            Err(Failure::Damaged { .. }) if looks < LOOKS => {}
            checked => return checked.map(|()| true),
        }
        looks += 1;
        std::thread::sleep(A_LITTLE);
    }
}

/// How the ledger at `path` can be read from here (`meta`: of the file).
pub(super) fn access(path: &Path, meta: &Metadata) -> Result<Access> {
    let (wal, shm) = (companion(path, WAL), companion(path, SHM));
    let length = |file: &PathBuf| std::fs::metadata(file).map(|m| m.len()).ok();
    if is_ours(path, meta, [&wal, &shm]) {
        return Ok(Access::Own);
    }
    match (length(&wal), length(&shm)) {
        (Some(_), Some(1..)) => Ok(Access::Shared),
        (None | Some(0), _) => Ok(Access::Still),
        // What is in the log alone is part of the ledger, and cannot be read without the shared memory.
        (Some(_), _) => Err(Failure::OwnerMustOpen(path.to_owned())),
    }
}

/// Opening it as a writer would leaves nothing behind that the owner cannot use: its owner does, or root, for whom SQLite
/// gives new files to the owner.
#[cfg(unix)]
fn is_ours(path: &Path, meta: &Metadata, companions: [&PathBuf; 2]) -> bool {
    use rustix::fs::{Access, access};
    use std::os::unix::fs::MetadataExt as _;
    let writable = |file: &Path| access(file, Access::READ_OK | Access::WRITE_OK).is_ok();
    let user = rustix::process::geteuid();
    let owner = user.is_root() || user.as_raw() == meta.uid();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let there = companions.map(|file| file.exists());
    let usable = companions.iter().zip(there).all(|(file, there)| !there || writable(file));
    writable(path) && usable && (there == [true, true] || (owner && writable(folder)))
}

#[cfg(not(unix))]
fn is_ours(path: &Path, meta: &Metadata, _: [&PathBuf; 2]) -> bool {
    let _ = path;
    !meta.permissions().readonly()
}

/// The files as they lie, to be compared with how they lie afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lying {
    length: u64,
    changed: Option<std::time::SystemTime>,
    log: Option<u64>,
}

impl Lying {
    pub(super) fn of(path: &Path) -> Result<Lying> {
        let meta = std::fs::metadata(path).map_err(|e| Failure::Io(path.to_owned(), e))?;
        let log = std::fs::metadata(companion(path, WAL)).ok().map(|m| m.len()).filter(|length| *length > 0);
        Ok(Lying { length: meta.len(), changed: meta.modified().ok(), log })
    }
}

/// A write-ahead log with frames lies beside the file.
pub(super) fn has_log(path: &Path) -> bool {
    std::fs::metadata(companion(path, WAL)).is_ok_and(|log| log.len() > 0)
}

/// Syncs the write-ahead log. SQLite holds no lock on it, so opening and closing it here drops none.
pub(super) fn sync_log(path: &Path) -> io::Result<()> {
    std::fs::File::open(companion(path, WAL))?.sync_all()
}

/// True when the file holds all that its write-ahead log does. Not inside a transaction.
pub(super) fn is_log_in_file(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?.query_row([], |r| {
        let (frames, copied): (i64, i64) = (r.get(1)?, r.get(2)?);
        Ok(frames == copied)
    })
}

pub(super) fn beside(ledger: &Path, suffix: &str) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// What it means that there is no file at the path of a ledger.
pub(super) fn no_ledger(path: &Path) -> Failure {
    match unfinished::left(path) {
        Ok(left) if !left.is_empty() => Failure::Interrupted(path.to_owned()),
        _ => Failure::NoLedger(path.to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_path_in_a_uri() {
        for (path, expected) in [
            ("provlog.db", "file:provlog.db?x=1"),
            ("/srv/a b/c?d#e%20.db", "file:///srv/a%20b/c%3Fd%23e%2520.db?x=1"),
            ("台帳.db", "file:%E5%8F%B0%E5%B8%B3.db?x=1"),
        ] {
            assert_eq!(uri(Path::new(path), "x=1"), expected);
        }
    }
}
