//! An account that may only read: it reads everything, and leaves nothing behind that locks the owner out. The accounts are
//! real ones, so these tests need root, and say so where they are left out.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test; what is left out is said aloud"
)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use crate::support::{Ran, Room, Words};

/// Nobody's account and group.
const NOBODY: u32 = 65_534;

/// A ledger of root's that everybody may read, in a folder that `mode` opens; `None` where accounts cannot be changed.
fn ledger(mode: u32) -> Option<Room> {
    let room = Room::with_ledger();
    if std::fs::metadata(room.path(".")).unwrap().uid() != 0 {
        println!("LEFT OUT: only root can become another account");
        return None;
    }
    room.record("--principal-id A-1").done();
    chmod(&room.path("."), mode);
    let program = room.path("provlog");
    std::fs::copy(env!("CARGO_BIN_EXE_provlog"), &program).unwrap();
    chmod(&program, 0o755);
    for file in ["provlog.db", "provlog.db-wal", "provlog.db-shm"] {
        chmod(&room.path(file), 0o644);
    }
    Some(room)
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The program as run by somebody else.
fn by_nobody(room: &Room, args: impl Words) -> Ran {
    let args = args.words();
    let mut command = std::process::Command::new(room.path("provlog"));
    command
        .args(&args)
        .current_dir(room.path("."))
        .env_clear()
        .env("PROVLOG_TEST_CLOCK", &room.clock)
        .env("PROVLOG_LANG", room.lang)
        .uid(NOBODY)
        .gid(NOBODY);
    Ran::from_output(command.output().unwrap(), args)
}

/// Name, owner and length of everything in the folder.
fn lying(room: &Room) -> Vec<(PathBuf, u32, u64)> {
    let mut all: Vec<_> = std::fs::read_dir(room.path("."))
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            (entry.path(), meta.uid(), meta.len())
        })
        .collect();
    all.sort();
    all
}

#[track_caller]
fn reads_and_leaves_nothing(room: &Room) {
    let before = lying(room);
    by_nobody(room, "verify")
        .done()
        .says("VERIFIED")
        .says("NOT CHECKED, because the fingerprint secret is not at hand: search terms");
    by_nobody(room, "list").done().says("A-1");
    by_nobody(room, "show 1").done().says("A-1");
    assert_eq!(lying(room), before);
    // The owner is not locked out.
    room.record("--principal-id A-2").done();
    room.run("verify").done();
}

#[test]
fn a_reader_works_with_the_log_and_shared_memory_that_writers_leave() {
    for mode in [0o755, 0o777] {
        let Some(room) = ledger(mode) else { return };
        assert_eq!(std::fs::metadata(room.path("provlog.db-wal")).unwrap().len(), 0, "emptied");
        assert!(room.path("provlog.db-shm").exists());
        reads_and_leaves_nothing(&room);
    }
}

#[test]
fn a_reader_of_the_file_alone_makes_no_companions() {
    for mode in [0o755, 0o777] {
        let Some(room) = ledger(mode) else { return };
        for companion in ["provlog.db-wal", "provlog.db-shm"] {
            std::fs::remove_file(room.path(companion)).unwrap();
        }
        reads_and_leaves_nothing(&room);
    }
}

#[test]
fn a_reader_beside_writers_sees_what_is_in_the_log_alone() {
    let Some(room) = ledger(0o755) else { return };
    // Somebody keeps the log from being copied into the file.
    let holder = rusqlite::Connection::open(room.ledger()).unwrap();
    holder.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    room.record("--principal-id A-3").done();
    assert!(std::fs::metadata(room.path("provlog.db-wal")).unwrap().len() > 0);
    by_nobody(&room, "list").done().says("A-3");
    // Without the shared memory the newest entries cannot be read: said, and not passed over.
    let copy = Room::new();
    chmod(&copy.path("."), 0o755);
    for file in ["provlog", "provlog.db", "provlog.db-wal"] {
        std::fs::copy(room.path(file), copy.path(file)).unwrap();
        chmod(&copy.path(file), if file == "provlog" { 0o755 } else { 0o644 });
    }
    let before = lying(&copy);
    let ran = by_nobody(&copy, "list").says("the owner opens the ledger once").says_not("A-1");
    assert_eq!(ran.status, 3);
    assert_eq!(lying(&copy), before);
    copy.run("verify").done();
    by_nobody(&copy, "list").done().says("A-3");
}

#[test]
fn a_reader_writes_nothing_and_is_told_so() {
    let Some(room) = ledger(0o755) else { return };
    let before = lying(&room);
    let ran = by_nobody(&room, "recipient set acme --name 架空商事");
    assert_eq!(ran.status, 3);
    let ran = ran.says("cannot be written by this account");
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    chmod(&room.ledger(), 0o600);
    let ran = by_nobody(&room, "list").says("cannot be read by this account");
    assert_eq!(ran.status, 3);
    assert_eq!(lying(&room), before);
}
