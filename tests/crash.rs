//! Killed at any moment, a command has done all of its work or none of it, and the next command finds a ledger that
//! verifies. The moments are spread over the time that the command takes here; no time is asserted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "the moments of killing are spread over a measured time")]

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Room, Words, all_bytes, history};

const ROWS: u64 = 12_000;
/// So many moments of a run, and one kill long after its end.
const MOMENTS: u32 = 14;

/// Runs a command again and again in a fresh copy of the same room, killing it each time a little later.
fn kill_again_and_again(prepare: impl Fn() -> Room, args: impl Words, mut check: impl FnMut(&Room)) {
    let template = prepare();
    let copy = || {
        let mut room = Room::new();
        room.clock.clone_from(&template.clock);
        room.states_the_day = template.states_the_day;
        for entry in std::fs::read_dir(template.path(".")).unwrap() {
            let from = entry.unwrap().path();
            std::fs::copy(&from, room.path(from.file_name().unwrap().to_str().unwrap())).unwrap();
        }
        room
    };
    let start = Instant::now();
    copy().run(&args).done();
    let whole = start.elapsed();
    let moments = (0..MOMENTS).map(|n| whole * n / MOMENTS).chain([whole * 20 + Duration::from_secs(2)]);
    for moment in moments {
        let room = copy();
        let mut child = room.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let start = Instant::now();
        while start.elapsed() < moment && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = child.kill();
        child.wait().unwrap();
        check(&room);
    }
}

fn records(room: &Room) -> u64 {
    room.query("SELECT count(*) FROM entry WHERE kind = 1 AND facts_salt IS NOT NULL")
}

fn with_history() -> Room {
    let room = Room::new();
    room.run("init --operator 'Sample K.K.'").done();
    room.record("--principal-id first").done();
    room.write("h.csv", history(ROWS as usize, 11));
    room
}

#[test]
fn a_killed_import_leaves_all_or_nothing() {
    let mut outcomes = Vec::new();
    kill_again_and_again(with_history, "import h.csv --basis opt-out", |room| {
        let found = records(room);
        assert!([1, 1 + ROWS].contains(&found), "{found} records");
        outcomes.push(found > 1);
        room.run("verify").done().says("VERIFIED");
        // Whoever comes next is not held up, and the same file can be imported unless it is there.
        room.record("--principal-id next").done();
        room.run("import h.csv --basis opt-out").status(i32::from(found > 1));
        assert_eq!(records(room), 2 + ROWS);
        room.run("verify").done().says("VERIFIED");
    });
    assert!(outcomes.contains(&true) && outcomes.contains(&false), "{outcomes:?}");
}

#[test]
fn a_killed_deletion_leaves_all_or_nothing_and_the_next_writer_ends_it() {
    let prepare = || {
        let mut room = with_history();
        room.run("import h.csv --basis opt-out").done();
        std::fs::remove_file(room.path("h.csv")).unwrap();
        room.clock = "2030-11-23T03:00:00.000Z".to_owned();
        room.states_the_day = true;
        room
    };
    let args = "delete --expired --apply --reason expired --confirm-date 2030-11-23";
    let mut outcomes = Vec::new();
    kill_again_and_again(prepare, args, |room| {
        let left = records(room);
        assert!([0, 1 + ROWS].contains(&left), "{left} records");
        outcomes.push(left == 0);
        // The next writer goes on with what was interrupted; then nothing of the erased is left anywhere.
        room.record("--principal-id next").done();
        room.run("verify").done().says("VERIFIED");
        assert_eq!(records(room), left + 1);
        let there = all_bytes(&room.ledger()).windows(6).any(|w| w == "仮名".as_bytes());
        assert_eq!(there, left > 0, "names of erased principals");
    });
    assert!(outcomes.contains(&true) && outcomes.contains(&false), "{outcomes:?}");
}

#[test]
fn a_killed_export_leaves_no_folder_under_the_final_name_that_is_not_whole() {
    let prepare = || {
        let room = with_history();
        room.run("import h.csv --basis opt-out").done();
        room
    };
    let lines = |path: PathBuf| {
        let text = std::fs::read(path).unwrap();
        text.iter().filter(|b| **b == b'\n').count() as u64
    };
    kill_again_and_again(prepare, "export --out folder", |room| {
        let logged: u64 = room.query("SELECT count(*) FROM entry WHERE kind = 6");
        let mut there = room.path("folder").exists();
        assert!(logged == 1 || !there, "a folder left, and the log knows nothing of it");
        if logged == 1 && !there {
            // Killed in between: the next export with that name gives the folder its name.
            room.run("export --out folder").cannot().says("is the folder of entry");
            there = true;
        }
        if there {
            assert_eq!(lines(room.path("folder/data/entries.csv")), 1 + 2 + ROWS, "all but the genesis");
            assert_eq!(lines(room.path("folder/data/records.csv")), 1 + 2 * (1 + ROWS), "two items each");
        }
        room.run("verify").done().says("VERIFIED");
        room.run("export --out another").done();
    });
}
