//! A small run of each command that writes, and the ledger that it begins with.
//!
//! Owns: the commands, what is there before them. Does not own: what is done to them (`crashpoints`, `io_faults`), how
//! a ledger is looked at (`judge`).
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "a harness for tests")]

use std::path::Path;

use crate::judge;
use crate::support::{Room, history, whole, whole_of};

/// A run of a command.
pub struct Act {
    pub name: &'static str,
    pub args: String,
    /// What lies there before it.
    prepare: fn(&mut Room),
    /// Where the anchor lies, during the run or after it.
    pub anchor: Option<&'static str>,
}

/// Whose records are erased by `delete`: names that stand nowhere else.
pub const ERASED: &str = "消去太郎";
/// Where `export` writes.
pub const FOLDER: &str = "folder";

impl Act {
    /// A room in which the command can be run.
    pub fn room(&self) -> Room {
        let mut room = Room::new();
        (self.prepare)(&mut room);
        room
    }
}

/// Seven entries in seven years, two records of them to be erased by now. The clock goes in steps that need no
/// confirmation.
fn aged(room: &mut Room) {
    let now = std::mem::replace(&mut room.clock, "2021-05-10T03:00:00.000Z".to_owned());
    room.run("init --operator 'Sample K.K.'").done();
    let years = [
        ("2021-05-10", ERASED),
        ("2022-06-01", ERASED),
        ("2023-06-20", "仮名花子"),
        ("2024-07-10", "仮名花子"),
        ("2025-08-01", "仮名花子"),
        ("2026-08-20", "仮名花子"),
    ];
    for (day, name) in years {
        room.clock = format!("{day}T03:00:00.000Z");
        room.run(whole_of(day, &format!("--principal-id {day} --principal-name {name}"))).done();
    }
    room.clock = now;
}

fn aged_with_history(room: &mut Room) {
    aged(room);
    room.write("history.csv", history(5, 7));
}

fn aged_and_anchored(room: &mut Room) {
    aged(room);
    std::fs::create_dir(room.path("elsewhere")).unwrap();
    room.run("anchor --set elsewhere/anchor").done();
}

fn aged_and_anchored_once(room: &mut Room) {
    aged(room);
    std::fs::create_dir_all(room.path("elsewhere/anchors")).unwrap();
    room.run("anchor --set elsewhere/anchors").done();
}

fn aged_and_left(room: &mut Room) {
    aged(room);
    judge::leave_a_log(room);
}

fn record() -> String {
    whole("--principal-id next --key 'order 1'")
}

/// Puts the rooms into memory where that is possible: nothing here rests on a real sync.
pub fn in_memory() {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        let _ = tempfile::env::override_temp_dir(memory);
    }
}

/// Every act.
pub fn acts() -> Vec<Act> {
    let act =
        |name, args: &str, prepare: fn(&mut Room)| Act { name, args: args.to_owned(), prepare, anchor: None };
    let delete = "delete --expired --apply --reason expired --confirm-date 2026-11-23";
    let with_folder = |room: &mut Room| {
        aged(room);
        std::fs::create_dir(room.path("elsewhere")).unwrap();
    };
    vec![
        act("init", "init --operator 'Sample K.K.'", |_| ()),
        act("record", &record(), aged),
        act("record after a killed writer", &record(), aged_and_left),
        act("import", "import history.csv --basis opt-out", aged_with_history),
        act("correct", "correct 4 --set principal_name=仮名桃子 --reason 誤記", aged),
        act("delete --apply", delete, aged),
        act("delete --apply after a killed writer", delete, aged_and_left),
        act("key --rotate", "key --rotate --reason yearly", aged),
        Act {
            anchor: Some("elsewhere/anchor"),
            ..act("anchor --set", "anchor --set elsewhere/anchor", with_folder)
        },
        Act { anchor: Some("elsewhere/anchor"), ..act("record, anchored", &record(), aged_and_anchored) },
        Act {
            anchor: Some("elsewhere/anchors"),
            ..act("record, anchored on write-once storage", &record(), aged_and_anchored_once)
        },
        act("checkpoint", "checkpoint", aged),
        act("export", &format!("export --out {FOLDER}"), aged),
    ]
}

/// The size that the anchor holds.
pub fn anchored_size(place: &Path) -> Option<u64> {
    let mut files = vec![place.to_owned()];
    if place.is_dir() {
        files = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
    }
    let read = files.iter().filter_map(|file| std::fs::read(file).ok());
    read.filter_map(|bytes| provlog::ledger::anchor::Anchor::parse(&bytes)).map(|a| a.state.size).max()
}
