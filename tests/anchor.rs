//! The anchor: a ledger that was cut, rolled back or replaced is not written to any more, whatever its file says of itself;
//! and no crash in between makes an honest one stop.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "the moments of killing are spread over a measured time")]

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Room, Words, history};
use provlog::ledger::anchor::Anchor;

/// A ledger with its anchor in another folder, as a file.
fn room() -> Room {
    let room = Room::new();
    std::fs::create_dir(room.path("share")).unwrap();
    room.run("init --operator 'Sample K.K.' --anchor share/anchor").done();
    room
}

/// The same on write-once storage.
fn folder_room() -> Room {
    let room = Room::new();
    std::fs::create_dir_all(room.path("share/once")).unwrap();
    room.run("init --operator 'Sample K.K.' --anchor share/once").done();
    room
}

fn record(room: &Room, id: &str) -> crate::support::Ran {
    room.record(["--principal-id", id, "--key", id])
}

/// The state that the anchor holds.
fn anchored(room: &Room) -> u64 {
    if room.path("share/anchor").is_file() {
        return Anchor::parse(&room.read("share/anchor")).unwrap().state.size;
    }
    let states = std::fs::read_dir(room.path("share/once")).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        Some(Anchor::parse(&std::fs::read(path).unwrap())?.state.size)
    });
    states.max().unwrap()
}

fn size(room: &Room) -> u64 {
    room.query("SELECT count(*) FROM entry")
}

fn copy(room: &Room, from: &str, to: &str) {
    std::fs::copy(room.path(from), room.path(to)).unwrap();
}

#[test]
fn every_writer_advances_the_anchor_before_it_reports_success() {
    for room in [room(), folder_room()] {
        // The genesis and the entry that says that there is an anchor.
        assert_eq!((size(&room), anchored(&room)), (2, 2));
        record(&room, "A").done();
        assert_eq!(anchored(&room), 3);
        room.write("h.csv", history(700, 4));
        room.run("import h.csv --basis opt-out").done();
        room.run("export --out folder").done();
        room.run("key --rotate --reason test").done();
        room.run("checkpoint").done();
        assert_eq!(anchored(&room), size(&room));
        let verified = room.run("verify").done().says("VERIFIED");
        verified.says_not("nothing here is signed").says("none was given to compare with");
        room.run("anchor").done().says("continues its anchor");
        assert_eq!(room.run("anchor --json").done().objects()[0]["anchored"]["size"], size(&room));
    }
}

#[test]
fn a_ledger_that_was_rolled_back_cut_or_rewritten_is_refused_for_writing_and_both_sides_are_shown() {
    for room in [room(), folder_room()] {
        record(&room, "A").done();
        copy(&room, "provlog.db", "backup.db");
        record(&room, "B").done();
        copy(&room, "provlog.db", "newest.db");
        let rolled_back = |room: &Room| copy(room, "backup.db", "provlog.db");
        let cut = |room: &Room| {
            copy(room, "newest.db", "provlog.db");
            room.tamper("DELETE FROM entry WHERE idx = 3; DELETE FROM lookup WHERE idx = 3");
        };
        let rewritten = |room: &Room| {
            copy(room, "backup.db", "provlog.db");
            let path_file = room.read("provlog.db.anchor-path");
            std::fs::create_dir_all(room.path("elsewhere")).unwrap();
            // A fork that was written without the anchor, by somebody who has everything but the share.
            room.write("provlog.db.anchor-path", format!("{}\n", room.path("elsewhere/none").display()));
            room.record("--principal-id X --anchor-later").done();
            room.record("--principal-id Y --anchor-later").done();
            room.write("provlog.db.anchor-path", path_file);
        };
        for (what, says) in [
            (&rolled_back as &dyn Fn(&Room), "holds 4 entries"),
            (&cut, "holds 4 entries"),
            (&rewritten, "holds 4 entries"),
        ] {
            what(&room);
            let before = room.ledger_bytes();
            for args in [
                "record --key C",
                "import h.csv --basis opt-out",
                "checkpoint",
                "key --rotate --reason test",
                "anchor --set share/another",
            ] {
                room.write("h.csv", history(3, 4));
                let mut args = match args.starts_with("record") {
                    true => args.and(crate::support::WHOLE).and("--principal-id C"),
                    false => args.words(),
                };
                room.run(&args).against().says(says).says("nothing was written").says("--reset");
                // The flag for an anchor out of reach is no way around it.
                args.push("--anchor-later".to_owned());
                room.run(&args).against().says(says);
            }
            assert_eq!(room.ledger_bytes(), before);
            room.run("anchor").against().says(says);
            room.run("verify").against().says("anchor").says("NOT VERIFIED");
            assert_eq!(anchored(&room), 4, "the anchor never goes back");
        }
        // The newest copy put back, everything goes on.
        copy(&room, "newest.db", "provlog.db");
        record(&room, "C").done();
        room.run("verify").done();
    }
}

#[test]
fn a_log_cut_by_losing_its_write_ahead_log_is_refused() {
    let room = room();
    record(&room, "A").done();
    // Somebody keeps the ledger open, so that the log is not copied into the file; then the machine loses it.
    let reader = rusqlite::Connection::open(room.ledger()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    record(&room, "B").done();
    copy(&room, "provlog.db", "without-wal.db");
    drop(reader);
    for name in ["provlog.db-wal", "provlog.db-shm"] {
        let _ = std::fs::remove_file(room.path(name));
    }
    copy(&room, "without-wal.db", "provlog.db");
    assert_eq!(size(&room), 3);
    record(&room, "C").against().says("holds 4 entries").says("the ledger has 3");
    room.run("verify").against().says("the anchor holds 4 entries, the ledger has 3");
}

#[test]
fn another_ledger_in_its_place_is_refused() {
    let (room, other) = (room(), room());
    for name in ["provlog.db", "provlog.db.fingerprint-secret", "provlog.db.signing-key.pem"] {
        std::fs::copy(other.path(name), room.path(name)).unwrap();
    }
    record(&room, "A").against().says("is the anchor of another ledger");
    room.run("verify").against().says("not the anchor of this ledger");
    room.write("share/anchor", "nonsense");
    record(&room, "A").against().says("is not an anchor, or was changed");
    room.run("verify").against().says("not the anchor of this ledger");
}

#[test]
fn out_of_reach_is_refused_unless_said_so_and_that_is_recorded() {
    for room in [room(), folder_room()] {
        std::fs::rename(room.path("share"), room.path("away")).unwrap();
        record(&room, "A").busy().says("cannot be read").says("--anchor-later").says("nothing was written");
        room.run("verify").done().says("cannot be read now");
        room.record("--principal-id A --anchor-later").done();
        room.run("list --kind anchor").done().says("anchor");
        room.run("show 2").done().says("later");
        // Back again: the anchor is behind, and the next writer advances it.
        std::fs::rename(room.path("away"), room.path("share")).unwrap();
        record(&room, "B").done();
        assert_eq!((size(&room), anchored(&room)), (5, 5));
        room.run("verify").done();
        // The path is not known any more: the log still says that there is an anchor.
        std::fs::remove_file(room.path("provlog.db.anchor-path")).unwrap();
        record(&room, "C").busy().says("provlog.db.anchor-path");
    }
}

#[test]
fn what_a_crash_leaves_behind_stops_nobody() {
    for room in [room(), folder_room()] {
        let once = room.path("share/once").is_dir();
        let anchor = if once { "share/once/00000000000000000003.anchor" } else { "share/anchor" };
        let keep = |room: &Room| room.path(anchor).exists().then(|| room.read(anchor));
        // Committed, not anchored: the file is as before, or not there yet.
        let before = keep(&room);
        record(&room, "A").done();
        let after = keep(&room).unwrap();
        match &before {
            Some(bytes) => drop(room.write(anchor, bytes)),
            None => std::fs::remove_file(room.path(anchor)).unwrap(),
        }
        assert_eq!((size(&room), anchored(&room)), (3, 2));
        room.run("verify").done();
        // The retry of the command that was never acknowledged records nothing twice, and anchors it.
        record(&room, "A").done();
        assert_eq!((size(&room), anchored(&room)), (3, 3));
        // Half-written: beside the file, or under the name of the next state.
        let half = if once { "share/once/00000000000000000004.anchor" } else { "share/anchor.new" };
        room.write(half, &after[..20]);
        room.run("verify").done();
        record(&room, "B").done();
        assert_eq!((size(&room), anchored(&room)), (4, 4));
        // Anchored, not acknowledged: the retry finds it.
        record(&room, "B").done().says("already");
        assert_eq!((size(&room), anchored(&room)), (4, 4));
        room.run("verify").done();
    }
}

#[test]
fn killed_at_any_moment_the_anchor_is_never_ahead() {
    for make in [room, folder_room] {
        let room = make();
        let start = Instant::now();
        record(&room, "warm").done();
        let whole = start.elapsed();
        for n in 0..24u32 {
            let id = format!("K{n}");
            let args = ["record", "--principal-id", &id, "--key", &id].and(crate::support::WHOLE);
            let mut child = room.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(whole * n / 20 + Duration::from_micros(100));
            let _ = child.kill();
            child.wait().unwrap();
            assert!(anchored(&room) <= size(&room));
            // The retry records it if it was not, once.
            record(&room, &id).done();
            assert_eq!(anchored(&room), size(&room));
        }
        room.run("verify").done().says("(25 records, 0 erased)");
    }
}

#[test]
fn many_processes_advance_one_anchor() {
    for room in [room(), folder_room()] {
        std::thread::scope(|scope| {
            for process in 0..6 {
                let room = &room;
                scope.spawn(move || {
                    for n in 0..8 {
                        record(room, &format!("P{process}-{n}")).done();
                    }
                });
            }
        });
        assert_eq!((size(&room), anchored(&room)), (2 + 48, 2 + 48));
        room.run("verify").done();
    }
}

#[test]
fn an_anchor_that_cannot_be_advanced_after_the_commit_is_said_and_made_good() {
    let room = room();
    // The lock cannot be had: a folder lies in its place.
    std::fs::remove_file(room.path("share/anchor.lock")).unwrap();
    std::fs::create_dir(room.path("share/anchor.lock")).unwrap();
    let told = record(&room, "A").busy().says("it is in the ledger").says("retry with the same --key");
    assert_eq!(told.stdout, "", "nothing is acknowledged");
    assert_eq!((size(&room), anchored(&room)), (3, 2));
    std::fs::remove_dir(room.path("share/anchor.lock")).unwrap();
    record(&room, "A").done();
    assert_eq!((size(&room), anchored(&room)), (3, 3));
}

#[test]
fn the_way_out_is_recorded_with_both_sides() {
    let room = room();
    copy(&room, "provlog.db", "backup.db");
    record(&room, "A").done();
    record(&room, "B").done();
    let held = Anchor::parse(&room.read("share/anchor")).unwrap().state;
    copy(&room, "backup.db", "provlog.db");
    room.run("anchor --reset").cannot().says("--reason");
    room.run("anchor --reset --reason 'the disk failed, restored from backup'").done();
    let shown = room.run("show 2 --json").done().objects().pop().unwrap();
    assert_eq!(shown["facts"]["anchor"], "reset");
    assert_eq!(shown["facts"]["found_size"], held.size.to_string());
    assert_eq!(shown["facts"]["found_head"], held.head.to_string());
    room.run("show 2").done().says("restored from backup");
    record(&room, "C").done();
    assert_eq!(anchored(&room), size(&room));
    room.run("verify").done();

    // Write-once storage keeps what it has: the anchor goes on in another folder.
    let room = folder_room();
    copy(&room, "provlog.db", "backup.db");
    record(&room, "A").done();
    copy(&room, "backup.db", "provlog.db");
    room.run("anchor --reset --reason restored")
        .cannot()
        .says("share/once is there already")
        .says("--set PATH");
    std::fs::create_dir(room.path("share/second")).unwrap();
    room.run("anchor --set share/second --reset --reason restored").done();
    record(&room, "B").done();
    room.run("verify").done();
}

#[test]
fn an_anchor_can_be_set_later_moved_and_ended() {
    let room = Room::with_ledger();
    room.run("anchor").done().says("has no anchor");
    room.run("anchor --reset --reason x").refused().says("has no anchor");
    std::fs::create_dir(room.path("share")).unwrap();
    room.write("share/taken", "somebody's file");
    room.run("anchor --set share/taken").cannot().says("nothing is overwritten");
    assert_eq!(room.read("share/taken"), b"somebody's file");
    room.run("anchor --set share/anchor").done().says("The anchor is set (entry 1)");
    record(&room, "A").done();
    // Moved: the old place is not advanced any more.
    room.run("anchor --set share/moved").done();
    record(&room, "B").done();
    assert_eq!(anchored(&room), 3);
    assert_eq!(Anchor::parse(&room.read("share/moved")).unwrap().state.size, size(&room));
    room.run("anchor --off").cannot().says("--reason");
    room.run("anchor --off --reason 'the share is given up'").done().says("has ended");
    std::fs::remove_dir_all(room.path("share")).unwrap();
    record(&room, "C").done();
    room.run("verify").done();
}

#[test]
fn an_anchor_that_cannot_be_set_leaves_nothing_behind_and_says_so() {
    let mut room = Room::with_ledger();
    room.write("taken", "somebody's file");
    let before = room.ledger_bytes();
    for lang in ["en", "ja"] {
        room.lang = lang;
        // Nothing is in the ledger, so nobody is told that something is.
        let nowhere = room.run("anchor --set no/where").cannot();
        nowhere.says_not("it is in the ledger").says_not("台帳には書き込みました");
        room.run("anchor --set taken").cannot().says("anchor --set PATH").says_not("--ledger");
    }
    assert_eq!(room.ledger_bytes(), before);
    // A new ledger is made with its anchor or not at all, and the next try starts afresh.
    let room = Room::new();
    room.run("init --operator S --anchor no/where").cannot();
    assert_eq!(std::fs::read_dir(room.path(".")).unwrap().count(), 0);
    room.run("init --operator S --anchor anchor").done();
    room.run("verify").done();
}
